/* fuzz-lmtp.c - any bytes as an LMTP client's
 *
 * The first byte says in how large pieces they come. */

#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "lmtp-fixture.h"
#include "server/lmtp-syntax.h"

static void
check_replies(const GString *replies)
{
	const char *at = replies->str;

	g_assert_cmpuint(strlen(at), ==, replies->len);
	while (*at != '\0') {
		const char *end = strstr(at, "\r\n");

		g_assert_nonnull(end);
		g_assert_cmpint(end - at, >=, 4);
		g_assert_true(g_ascii_isdigit(at[0]) &&
		    g_ascii_isdigit(at[1]) && g_ascii_isdigit(at[2]));
		g_assert_true(at[3] == ' ' || at[3] == '-');
		for (; at < end; at++)
			g_assert_true((guchar)*at >= ' ' && *at != 0x7f);
		at = end + 2;
	}
}

/* Answers the message in hand, so that the session goes on. */
static void
answer_message(Talk *talk)
{
	if (talk->intake == NULL)
		return;
	td_lmtp_session_answer(
	    talk->session, talk->intake, FALSE, talk->replies);
	g_clear_pointer(&talk->intake, td_intake_free);
}

static void
talk_through(const guint8 *data, size_t size, size_t piece)
{
	Talk talk = { 0 };

	begin(&talk, NULL);
	td_lmtp_session_greet(talk.session, talk.replies);
	while (size > 0 && !td_lmtp_session_over(talk.session)) {
		g_autofree char *bytes = g_memdup2(data, MIN(size, piece));
		gsize used = td_lmtp_session_feed(
		    talk.session, bytes, MIN(size, piece), talk.replies);

		g_assert_cmpuint(used, <=, MIN(size, piece));
		/* It takes all but for a message in hand, or its end. */
		g_assert_true(used > 0 || talk.intake != NULL ||
		    td_lmtp_session_over(talk.session));
		answer_message(&talk);
		data += used;
		size -= used;
		g_assert_cmpuint(
		    talk.text->len, <=, MAX_SIZE + TD_LMTP_LINE_MAX);
	}
	check_replies(talk.replies);
	end(&talk, NULL);
}

static void
check_syntax(const char *text)
{
	const char *at = text;
	g_autofree char *path = NULL;
	g_autofree char *xtext = td_lmtp_xtext(text);
	g_autofree char *original = NULL;

	if (xtext != NULL)
		fuzz_check_text(xtext);
	if (td_lmtp_orcpt(text, &original) && original != NULL)
		fuzz_check_text(original);
	if (td_lmtp_path(&at, "FROM", &path))
		fuzz_check_text(path);
	for (;;) {
		g_auto(TdLmtpParameter) parameter = { 0 };

		if (!td_lmtp_parameter(&at, &parameter) ||
		    parameter.name == NULL)
			break;
		fuzz_check_text(parameter.name);
		if (parameter.value != NULL)
			fuzz_check_text(parameter.value);
	}
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	g_autofree char *text = NULL;

	if (size == 0)
		return 0;
	text = g_strndup((const char *)data + 1, size - 1);
	check_syntax(text);
	talk_through(data + 1, size - 1, 1 + data[0] * (size_t)data[0]);
	return 0;
}
