/* test-outbox-parts.c - how long to wait, what a server said, and what to make
 * of a mail, without any server */

#include "config.h"

#include <string.h>

#include <glib.h>

#include <ticketd/outbox.h>

#include "outbox/mail.h"
#include "outbox/talk.h"

/* ---- waiting ---- */

static void
test_each_try_waits_twice_as_long_up_to_four_hours(void)
{
	static const struct {
		guint attempts;
		gint64 middle;
	} cases[] = { { 0, 60 }, { 1, 60 }, { 2, 120 }, { 3, 240 }, { 8, 7680 },
		{ 9, 14400 }, { 10, 14400 }, { G_MAXUINT, 14400 } };

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		gint64 middle = cases[i].middle;
		gint64 least = G_MAXINT64;
		gint64 most = 0;

		for (guint32 random = 0; random < 4000; random++) {
			gint64 delay = td_outbox_backoff(
			    cases[i].attempts, random * 2654435761u);

			least = MIN(least, delay);
			most = MAX(most, delay);
		}
		g_assert_cmpint(least, >=, middle - middle / 10);
		g_assert_cmpint(least, <, middle);
		g_assert_cmpint(most, <=, middle + middle / 10);
		g_assert_cmpint(most, >, middle);
	}
}

/* ---- what was said ---- */

typedef struct {
	const char *sent;
	const char *received;
} Exchange;

/* Lets @talk hear the exchanges up to one without text, in pieces of @size. */
static void
hear(TdTalk *talk, const Exchange *exchange, gsize size)
{
	td_talk_init(talk);
	for (; exchange->received != NULL; exchange++) {
		const char *at = exchange->received;

		if (exchange->sent != NULL)
			td_talk_sent(
			    talk, exchange->sent, strlen(exchange->sent));
		while (*at != '\0') {
			gsize piece = MIN(size, strlen(at));
			g_autofree char *bytes = g_memdup2(at, piece);

			td_talk_hide(talk, bytes, piece);
			td_talk_received(talk, bytes, piece);
			at += piece;
		}
	}
}

#define HELLO                                                                  \
	{ NULL, "220 hello\r\n" },                                             \
	{                                                                      \
		"EHLO x\r\n", "250 x\r\n"                                      \
	}
#define END                                                                    \
	{                                                                      \
		NULL, NULL                                                     \
	}

static void
test_refusal_is_what_ended_the_session(void)
{
	static const struct {
		Exchange exchanges[8];
		const char *refusal;
	} cases[] = {
		{ { { NULL, "554-5.3.2 no\r\n554 go\r\n" },
		      { "QUIT\r\n", "221 bye\r\n" }, END },
		    "554 5.3.2 no go" },
		{ { { NULL, "220 hello\r\n" }, { "EHLO x\r\n", "502 what\r\n" },
		      { "HELO x\r\n", "250 x\r\n" }, END },
		    NULL },
		{ { HELLO, { "STARTTLS\r\n", "454 not now\r\n" }, END },
		    "454 not now" },
		{ { HELLO, { "AUTH PLAIN x\r\n", "535 wrong\r\n" },
		      { "MAIL FROM:<>\r\n", "250 ok\r\n" }, END },
		    NULL },
		{ { HELLO, { "MAIL FROM:<>\r\n", "550 no\r\n" }, END }, NULL },
		{ { HELLO, { "MAIL FROM:<>\r\n", "421 closing\r\n" },
		      { "QUIT\r\n", "221 bye\r\n" }, END },
		    "421 closing" },
		{ { { NULL, "what is this\r\n" }, END }, NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		for (gsize size = 1; size < 40; size += 6) {
			TdTalk talk;

			hear(&talk, cases[i].exchanges, size);
			g_assert_cmpstr(talk.refusal, ==, cases[i].refusal);
			td_talk_clear(&talk);
		}
	}
}

static void
test_success_of_auth_is_heard(void)
{
	static const Exchange exchanges[] = { HELLO,
		{ "AUTH LOGIN\r\n", "334 VXNlcm5hbWU6\r\n" },
		{ "QVVUSA==\r\n", "334 UGFzc3dvcmQ6\r\n" },
		{ "TUFJTA==\r\n", "235 2.7.0 welcome\r\n" }, END };
	TdTalk talk;

	hear(&talk, exchanges, 3);
	g_assert_true(talk.authenticated);
	g_assert_null(talk.auth_refusal);
	g_assert_cmpstr(talk.command, ==, "AUTH");
	td_talk_clear(&talk);
}

static void
test_bytes_behind_the_answer_to_starttls_are_noticed(void)
{
	static const Exchange good[] = { HELLO,
		{ "STARTTLS\r\n", "220-ready\r\n220 now\r\n" }, END };
	static const Exchange bad[] = { HELLO,
		{ "STARTTLS\r\n", "220-ready\r\n220 now\r\n250 x\r\n" }, END };
	TdTalk talk;

	hear(&talk, good, 100);
	g_assert_false(talk.tampered);
	td_talk_clear(&talk);
	hear(&talk, bad, 100);
	g_assert_true(talk.tampered);
	td_talk_clear(&talk);
}

static void
test_extensions_are_hidden_in_pieces_of_any_size(void)
{
	static const char reply[] = "250-mx.example PIPELINING\r\n"
	                            "250-PIPELINING\r\n"
	                            "250-SIZE 1000\r\n"
	                            "250-  chunking\r\n"
	                            "250-ENHANCEDSTATUSCODES\r\n"
	                            "250-DSN\r\n"
	                            "250 AUTH PLAIN\r\n";

	for (gsize size = 1; size < sizeof(reply); size++) {
		g_autofree char *bytes = g_strdup(reply);
		TdTalk talk;

		td_talk_init(&talk);
		td_talk_sent(&talk, "EHLO x\r\n", 8);
		for (gsize at = 0; at < strlen(bytes); at += size)
			td_talk_hide(
			    &talk, bytes + at, MIN(size, strlen(bytes) - at));
		td_talk_clear(&talk);

		g_assert_null(strstr(bytes, "-PIPELINING"));
		g_assert_null(strstr(bytes, " chunking"));
		g_assert_null(strstr(bytes, "ENHANCED"));
		g_assert_nonnull(strstr(bytes, "250-SIZE 1000\r\n"));
		g_assert_nonnull(
		    strstr(bytes, "250-DSN\r\n250 AUTH PLAIN\r\n"));
	}
}

/* ---- mails ---- */

static TdMail *
new_mail(const char *recipient)
{
	TdOutboxRow *row = td_outbox_row_new();

	g_strfreev(row->recipients);
	row->recipients = g_strsplit(recipient, "|", 0);
	row->created = 1000;
	return td_mail_new(row);
}

static void
test_addresses_are_checked_before_they_are_sent(void)
{
	static const struct {
		const char *address;
		const char *want; /* of the answer, NULL: fine */
	} cases[] = {
		{ "anna@example.net", NULL },
		{ "\"anna b\"@example.net", NULL },
		{ "anna+x=y!z@xn--bcher-kva.example", NULL },
		{ "gr\xc3\xbcn@example.net", "5.6.7 " },
		{ "a\"\xff@example.net", "5.6.7 " },
		{ "anna b@example.net", "5.1.3 " },
		{ "anna>\r\nDATA@example.net", "5.1.3 " },
		{ "\"a\r\nb\"@example.net", "5.1.3 " },
		{ "", "5.1.3 " },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *all = g_strconcat(
		    cases[i].address, "|ben@example.net", NULL);
		g_autoptr(TdMail) mail = new_mail(all);

		g_assert_cmpint(
		    td_mail_is_judged(mail, 0), ==, cases[i].want != NULL);
		g_assert_false(td_mail_is_judged(mail, 1));
		g_assert_false(mail->tried);
		if (cases[i].want == NULL)
			continue;
		g_assert_cmpint(mail->fates[0], ==, TD_FATE_FAILED);
		g_assert_true(
		    g_str_has_prefix(mail->answers[0], cases[i].want));
	}
}

static void
test_answers_are_printable_and_short(void)
{
	g_autoptr(TdMail) mail = new_mail("anna@example.net");
	g_autofree char *long_text = g_strnfill(1000, 'x');
	g_autofree char *answer = g_strconcat("550 \x1b[31m", long_text, NULL);

	td_mail_judge(mail, 0, TD_FATE_FAILED, answer);
	g_assert_true(g_str_has_prefix(mail->answers[0], "550 ?[31mxxx"));
	g_assert_cmpuint(strlen(mail->answers[0]), <=, 300);
}

static void
test_what_was_put_off_for_too_long_has_failed(void)
{
	static const struct {
		gint64 now;
		guint attempts;
		TdFate want;
	} cases[] = { { 1050, 4, TD_FATE_DEFERRED },
		{ 1100, 4, TD_FATE_DEFERRED }, { 1101, 4, TD_FATE_FAILED },
		{ 1101, 3, TD_FATE_DEFERRED }, { 1101, 0, TD_FATE_DEFERRED } };

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(TdMail) mail = new_mail("a@x.example|b@x.example");

		mail->row->attempts = cases[i].attempts;
		td_mail_judge(mail, 0, TD_FATE_SENT, "250 ok");
		td_mail_judge(mail, 1, TD_FATE_DEFERRED, "450 later");
		td_mail_close(mail, cases[i].now, 100, 0);
		g_assert_cmpint(mail->fates[0], ==, TD_FATE_SENT);
		g_assert_cmpint(mail->fates[1], ==, cases[i].want);
		g_assert_cmpint(mail->next_due, ==,
		    cases[i].now + td_outbox_backoff(cases[i].attempts + 1, 0));
	}
}

static void
test_bare_line_ends_are_mended(void)
{
	static const struct {
		const char *text;
		const char *want;
	} cases[] = {
		{ "", "" },
		{ "a\r\n.\r\n", "a\r\n.\r\n" },
		{ "a\n.\r\nb", "a\r\n.\r\nb" },
		{ "a\r.\r\n", "a\r\n.\r\n" },
		{ "a\r\r\n\n\r", "a\r\n\r\n\r\n\r\n" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(TdMail) mail = new_mail("anna@example.net");
		gsize size = strlen(cases[i].text);
		g_autoptr(GBytes) text = g_bytes_new(cases[i].text, size);
		const char *got;

		td_mail_set_text(mail, text);
		got = g_bytes_get_data(mail->text, &size);
		g_assert_cmpmem(
		    got, size, cases[i].want, strlen(cases[i].want));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/outbox-parts/backoff",
	    test_each_try_waits_twice_as_long_up_to_four_hours);
	g_test_add_func("/outbox-parts/talk/refusal",
	    test_refusal_is_what_ended_the_session);
	g_test_add_func(
	    "/outbox-parts/talk/auth", test_success_of_auth_is_heard);
	g_test_add_func("/outbox-parts/talk/tampered",
	    test_bytes_behind_the_answer_to_starttls_are_noticed);
	g_test_add_func("/outbox-parts/talk/hide",
	    test_extensions_are_hidden_in_pieces_of_any_size);
	g_test_add_func("/outbox-parts/mail/addresses",
	    test_addresses_are_checked_before_they_are_sent);
	g_test_add_func(
	    "/outbox-parts/mail/answers", test_answers_are_printable_and_short);
	g_test_add_func("/outbox-parts/mail/give-up",
	    test_what_was_put_off_for_too_long_has_failed);
	g_test_add_func(
	    "/outbox-parts/mail/line-ends", test_bare_line_ends_are_mended);

	return g_test_run();
}
