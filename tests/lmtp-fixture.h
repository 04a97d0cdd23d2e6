/* lmtp-fixture.h - a client's side of an LMTP session, without sockets */

#ifndef TICKETD_TESTS_LMTP_FIXTURE_H
#define TICKETD_TESTS_LMTP_FIXTURE_H

#include <string.h>

#include "server/lmtp-session.h"

#define MAX_SIZE 1000u

typedef struct {
	TdLmtpSession *session;
	GString *replies;
	GString *text;     /* of the message in hand */
	GString *messages; /* of all whole ones, each behind a '|' */
	TdIntake *intake;  /* of the message being filed */
	gsize room;        /* bytes of text that text() takes */
	guint discarded;
} Talk;

static inline gboolean
is_ours(const char *recipient, gpointer data G_GNUC_UNUSED)
{
	return g_str_has_prefix(recipient, "support");
}

static inline gboolean
take_text(const char *bytes, gsize size, gpointer data)
{
	Talk *talk = data;

	if (talk->text->len + size > talk->room)
		return FALSE;
	g_string_append_len(talk->text, bytes, (gssize)size);
	return TRUE;
}

static inline void
discard(gpointer data)
{
	Talk *talk = data;

	talk->discarded++;
	g_string_truncate(talk->text, 0);
}

static inline gboolean
complete(TdIntake *intake, gpointer data)
{
	Talk *talk = data;

	talk->intake = intake;
	g_string_append_c(talk->messages, '|');
	g_string_append_len(
	    talk->messages, talk->text->str, (gssize)talk->text->len);
	g_string_truncate(talk->text, 0);
	return TRUE;
}

/* For g_test_add(), as is end(). */
static inline void
begin(Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	static const TdLmtpOps ops = { is_ours, take_text, discard, complete };

	talk->session = td_lmtp_session_new(
	    &ops, talk, "desk.example", MAX_SIZE);
	talk->replies = g_string_new(NULL);
	talk->text = g_string_new(NULL);
	talk->messages = g_string_new(NULL);
	talk->room = G_MAXSIZE;
}

static inline void
end(Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	td_lmtp_session_free(talk->session);
	td_intake_free(talk->intake);
	g_string_free(talk->replies, TRUE);
	g_string_free(talk->text, TRUE);
	g_string_free(talk->messages, TRUE);
}

/* Feeds a copy of exact size, so that reading too far shows. */
static inline gsize
feed(Talk *talk, const char *bytes, gsize size)
{
	g_autofree char *copy = g_memdup2(bytes, size);

	return td_lmtp_session_feed(talk->session, copy, size, talk->replies);
}

/* Says @text; all of it must be taken. */
static inline void
say(Talk *talk, const char *text)
{
	g_assert_cmpuint(feed(talk, text, strlen(text)), ==, strlen(text));
}

/* What was answered since the last time must be @want. */
static inline void
hear(Talk *talk, const char *want)
{
	g_assert_cmpstr(talk->replies->str, ==, want);
	g_string_truncate(talk->replies, 0);
}

static inline void
hear_codes(Talk *talk, const char *want)
{
	g_auto(GStrv) lines = g_strsplit(talk->replies->str, "\r\n", -1);
	g_autoptr(GString) codes = g_string_new(NULL);

	for (gsize i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
		if (strlen(lines[i]) > 3 && lines[i][3] == '-')
			continue;
		g_string_append_printf(codes, "%s%.*s",
		    codes->len > 0 ? "," : "",
		    (int)(strlen(lines[i]) < 9 ? 3 : 9), lines[i]);
	}
	g_assert_cmpstr(codes->str, ==, want);
	g_string_truncate(talk->replies, 0);
}

/* LHLO, MAIL and one RCPT. */
static inline void
open_mail(Talk *talk)
{
	say(talk,
	    "LHLO client\r\nMAIL FROM:<a@b.example>\r\n"
	    "RCPT TO:<support@desk.example>\r\n");
	g_string_truncate(talk->replies, 0);
}

/* Answers the message being filed: ticket 42 for each recipient. */
static inline void
answer(Talk *talk)
{
	g_assert_true(td_lmtp_session_busy(talk->session));
	for (guint i = 0; i < talk->intake->recipients->len; i++) {
		TdIntakeRecipient *recipient = g_ptr_array_index(
		    talk->intake->recipients, i);

		recipient->outcome.ticket = 42 + i;
	}
	td_lmtp_session_answer(
	    talk->session, talk->intake, FALSE, talk->replies);
	g_clear_pointer(&talk->intake, td_intake_free);
}

#define ADD(path, test) g_test_add("/lmtp/" path, Talk, NULL, begin, test, end)

#endif
