/* test-lmtp.c - what an LMTP session answers to commands */

#include "config.h"

#include "lmtp-fixture.h"
#include "server/lmtp-syntax.h"

/* ---- greeting and capabilities ---- */

static void
test_greets_and_offers(Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	td_lmtp_session_greet(talk->session, talk->replies);
	hear(talk, "220 desk.example LMTP ticketd\r\n");
	say(talk, "lhlo client.example\r\n");
	hear(talk,
	    "250-desk.example\r\n250-PIPELINING\r\n250-SIZE 1000\r\n"
	    "250-8BITMIME\r\n250-SMTPUTF8\r\n250-CHUNKING\r\n"
	    "250 ENHANCEDSTATUSCODES\r\n");
}

static void
test_says_no_to_smtp(Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	say(talk, "HELO x\r\nEHLO x\r\nMAIL FROM:<>\r\n");
	hear_codes(talk, "500 5.5.1,500 5.5.1,503 5.5.1");
}

/* ---- commands ---- */

static void
test_answers_each_command(Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *line, *want;
	} table[] = {
		{ "NOOP", "250 2.0.0" },
		{ "noop anything", "250 2.0.0" },
		{ "RSET", "250 2.0.0" },
		{ "VRFY support", "252 2.1.5" },
		{ "HELP", "214 2.0.0" },
		{ "LHLO", "501 5.5.4" },
		{ "RCPT TO:<support@x>", "503 5.5.1" },
		{ "DATA", "503 5.5.1" },
		{ "", "500 5.5.2" },
		{ "EXPN list", "500 5.5.2" },
		{ "XFORWARD NAME=x", "500 5.5.2" },
		{ "MAILX FROM:<>", "500 5.5.2" },
		{ "NOOP \t ", "250 2.0.0" },
	};

	say(talk, "LHLO client\r\n");
	g_string_truncate(talk->replies, 0);
	for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
		g_autofree char *line = g_strconcat(
		    table[i].line, "\r\n", NULL);

		g_test_message("case %zu", i);
		say(talk, line);
		hear_codes(talk, table[i].want);
	}
}

static void
test_mail_takes_the_parameters_it_knows(
    Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *arguments, *want;
	} table[] = {
		{ "FROM:<>", "250 2.1.0" },
		{ "from:<a@b.example>", "250 2.1.0" },
		{ "FROM: <a@b.example>", "250 2.1.0" },
		{ "FROM:<@relay.example,@other.example:a@b.example>",
		    "250 2.1.0" },
		{ "FROM:<\"a b>\\\"\"@b.example>", "250 2.1.0" },
		{ "FROM:<\xd0\xb0@b.example>", "250 2.1.0" },
		{ "FROM:<\xff@b.example>", "250 2.1.0" },
		{ "FROM:<a@b.example> SIZE=1000 BODY=8BITMIME SMTPUTF8",
		    "250 2.1.0" },
		{ "FROM:<a@b.example> body=7bit ENVID=4+2B5", "250 2.1.0" },
		{ "FROM:<a@b.example> SIZE=1001", "552 5.3.4" },
		{ "FROM:<a@b.example> SIZE=18446744073709551616", "501 5.5.4" },
		{ "FROM:<a@b.example> SIZE=-1", "501 5.5.4" },
		{ "FROM:<a@b.example> SIZE", "501 5.5.4" },
		{ "FROM:<a@b.example> BODY=BINARYMIME", "555 5.5.4" },
		{ "FROM:<a@b.example> BODY=x", "501 5.5.4" },
		{ "FROM:<a@b.example> SMTPUTF8=1", "501 5.5.4" },
		{ "FROM:<a@b.example> ENVID=a+0", "501 5.5.4" },
		{ "FROM:<a@b.example> RET=HDRS", "555 5.5.4" },
		{ "FROM:<a@b.example> =x", "501 5.5.4" },
		{ "FROM:<a@b.example>SIZE=1", "250 2.1.0" },
		{ "FROM:<a b@b.example>", "250 2.1.0" },
		{ "FROM:a@b.example", "250 2.1.0" },
		{ "FROM:<a@b.example", "250 2.1.0" },
		{ "FROM:<a> b c@b.example> BODY=8BITMIME", "250 2.1.0" },
		{ "FROM:<a> b=c@b.example>", "250 2.1.0" },
		{ "FROM:<a b@b.example> SIZE=1001", "552 5.3.4" },
		{ "FROM:<a b@b.example> SIZE=x SIZE=1001", "552 5.3.4" },
		{ "TO:<a@b.example>", "501 5.5.4" },
		{ "", "501 5.5.4" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
		g_autofree char *line = g_strconcat(
		    "MAIL ", table[i].arguments, "\r\n", NULL);

		g_test_message("case %zu", i);
		end(talk, NULL);
		memset(talk, 0, sizeof(*talk));
		begin(talk, NULL);
		say(talk, "LHLO client\r\n");
		g_string_truncate(talk->replies, 0);
		say(talk, line);
		hear_codes(talk, table[i].want);
	}
}

/* Refused for good, the mail server would return the mail. */
static void
test_mail_of_an_address_beyond_us_is_taken_as_nobodys(
    Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	say(talk, "LHLO client\r\nMAIL FROM:<a b@c> SIZE=2 BODY=x\r\n");
	say(talk, "RCPT TO:<support b@x>\r\nRCPT TO:<support>\r\n");
	g_string_truncate(talk->replies, 0);
	say(talk, "BDAT 2 LAST\r\nx\n");

	g_assert_nonnull(talk->intake);
	g_assert_cmpstr(talk->intake->sender, ==, "");
	g_assert_cmpuint(talk->intake->recipients->len, ==, 1);
}

static void
test_rcpt_tells_whose_it_is(Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *arguments, *want;
	} table[] = {
		{ "TO:<support@desk.example>", "250 2.1.5" },
		{ "TO:<support+42-tx@desk.example> ORCPT=rfc822;a+2Bb@c",
		    "250 2.1.5" },
		{ "TO:<support> ORCPT=utf-8;\xd0\xb0@c", "250 2.1.5" },
		{ "TO:<support@x> ORCPT=x400;anything", "250 2.1.5" },
		{ "TO:<sales@desk.example>", "550 5.1.1" },
		{ "TO:<postmaster>", "550 5.1.1" },
		{ "TO:<>", "451 4.1.3" },
		{ "TO:<a b@x>", "451 4.1.3" },
		{ "TO:<support\"\\\x01\"@x>", "451 4.1.3" },
		{ "TO:<support@x", "451 4.1.3" },
		{ "TO:<support> b@x>", "451 4.1.3" },
		{ "TO:<support@x> ORCPT=none", "501 5.5.4" },
		{ "TO:<support@x> ORCPT", "501 5.5.4" },
		{ "TO:<support@x> ORCPT=rfc822;a+zz", "501 5.5.4" },
		{ "TO:<support@x> NOTIFY=NEVER", "555 5.5.4" },
		{ "FROM:<support@x>", "501 5.5.4" },
	};

	say(talk, "LHLO client\r\nMAIL FROM:<>\r\n");
	g_string_truncate(talk->replies, 0);
	for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
		g_autofree char *line = g_strconcat(
		    "RCPT ", table[i].arguments, "\r\n", NULL);

		g_test_message("case %zu", i);
		say(talk, line);
		hear_codes(talk, table[i].want);
	}
}

static void
test_envelope_is_handed_on_decoded(
    Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	const TdIntakeRecipient *first, *second;

	say(talk,
	    "LHLO c\r\nMAIL FROM:<@r.example:a@b.example> ENVID=4F+2B1\r\n"
	    "RCPT TO:<support@x> ORCPT=rfc822;old+2Bname@x\r\n"
	    "RCPT TO:<support+1@x> ORCPT=utf-8;\\x{430}+3D@x\r\n"
	    "DATA\r\nHello.\r\n.\r\n");
	g_assert_cmpstr(talk->intake->sender, ==, "a@b.example");
	g_assert_cmpstr(talk->intake->queue_id, ==, "4F+1");
	g_assert_cmpuint(talk->intake->recipients->len, ==, 2);
	first = g_ptr_array_index(talk->intake->recipients, 0);
	second = g_ptr_array_index(talk->intake->recipients, 1);
	g_assert_cmpstr(first->recipient, ==, "support@x");
	g_assert_cmpstr(first->original_recipient, ==, "old+name@x");
	g_assert_cmpstr(second->original_recipient, ==, "\xd0\xb0=@x");
}

static void
test_xtext_is_decoded_or_refused(void)
{
	static const struct {
		const char *text, *want;
	} table[] = {
		{ "", "" },
		{ "abc", "abc" },
		{ "a+2Bb+3D", "a+b=" },
		{ "a+2b", NULL }, /* lower case, RFC 3461 4 */
		{ "a+", NULL },
		{ "a+0", NULL },
		{ "a=b", NULL },
		{ "a+00", NULL },
		{ "+FF", "\xef\xbf\xbd" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
		g_autofree char *copy = g_strdup(table[i].text);
		g_autofree char *got = td_lmtp_xtext(copy);

		g_assert_cmpstr(got, ==, table[i].want);
	}
}

static void
test_recipients_end_at_a_thousand(
    Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	say(talk, "LHLO client\r\nMAIL FROM:<>\r\n");
	for (guint i = 0; i < TD_LMTP_RECIPIENTS_MAX; i++)
		say(talk, "RCPT TO:<support@x>\r\n");
	g_string_truncate(talk->replies, 0);
	say(talk, "RCPT TO:<support@x>\r\n");
	hear_codes(talk, "452 4.5.3");
}

static void
test_refused_recipients_count_among_the_thousand(
    Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	say(talk, "LHLO client\r\nMAIL FROM:<>\r\n");
	for (guint i = 0; i < TD_LMTP_RECIPIENTS_MAX; i++)
		say(talk, "RCPT TO:<nobody@x>\r\n");
	g_string_truncate(talk->replies, 0);
	say(talk, "RCPT TO:<support@x>\r\nRCPT TO:<nobody@x>\r\n");
	hear_codes(talk, "452 4.5.3,452 4.5.3");
	say(talk, "RSET\r\nMAIL FROM:<>\r\nRCPT TO:<support@x>\r\n");
	hear_codes(talk, "250 2.0.0,250 2.1.0,250 2.1.5");
}

static void
test_long_recipients_are_fewer(Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *name = g_strnfill(4000, 'x');
	g_autofree char *line = g_strdup_printf(
	    "RCPT TO:<support-%s@x>\r\n", name);

	say(talk, "LHLO client\r\nMAIL FROM:<>\r\n");
	for (gsize i = 0; i < TD_LMTP_ENVELOPE_MAX / 4096 - 1; i++)
		say(talk, line);
	g_string_truncate(talk->replies, 0);
	say(talk, line);
	hear_codes(talk, "250 2.1.5");
	say(talk, line);
	hear_codes(talk, "452 4.5.3");
}

static void
test_too_many_commands_without_a_message_end_the_session(
    Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	say(talk, "LHLO client\r\n");
	for (guint i = 1; i < TD_LMTP_COMMANDS_MAX; i++)
		say(talk, "NOOP\r\n");
	g_string_truncate(talk->replies, 0);
	say(talk, "NOOP\r\n");
	hear_codes(talk, "421 4.7.0");
	g_assert_true(td_lmtp_session_over(talk->session));
}

/* RFC 3030 lets a client send chunks as small as it likes: who sends a byte in
 * each comes no further by that. */
static void
test_steps_are_commands_but_for_further_chunks(
    Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	say(talk, "LHLO client\r\nMAIL FROM:<>\r\nRCPT TO:<support@x>\r\n");
	g_assert_cmpuint(td_lmtp_session_steps(talk->session), ==, 3);
	say(talk, "BDAT 1\r\nx");
	g_assert_cmpuint(td_lmtp_session_steps(talk->session), ==, 4);
	say(talk, "BDAT 2\r\nxxBDAT 3\r\nx");
	g_assert_cmpuint(td_lmtp_session_steps(talk->session), ==, 4);
	g_assert_cmpuint(td_lmtp_session_received(talk->session), ==, 4);
}

static void
test_wrong_recipients_are_no_error_of_the_client(
    Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	say(talk, "LHLO client\r\nMAIL FROM:<>\r\n");
	for (guint i = 0; i < 2 * TD_LMTP_ERRORS_MAX; i++)
		say(talk, "RCPT TO:<nobody@x>\r\n");
	g_assert_false(td_lmtp_session_over(talk->session));
}

static void
test_twenty_errors_end_the_session(
    Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	for (guint i = 1; i < TD_LMTP_ERRORS_MAX; i++)
		say(talk, "NONSENSE\r\n");
	g_assert_false(td_lmtp_session_over(talk->session));
	g_string_truncate(talk->replies, 0);
	say(talk, "NONSENSE\r\n");
	hear_codes(talk, "500 5.5.2,421 4.7.0");
	g_assert_true(td_lmtp_session_over(talk->session));
	g_assert_cmpuint(feed(talk, "NOOP\r\n", 6), ==, 0);
	hear(talk, "");
}

static void
test_quit_ends_the_session(Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	g_assert_cmpuint(feed(talk, "QUIT\r\nNOOP\r\n", 12), ==, 6);
	hear_codes(talk, "221 2.0.0");
	g_assert_true(td_lmtp_session_over(talk->session));
}

static void
test_long_line_is_swallowed(Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *word = g_strnfill(TD_LMTP_LINE_MAX - 6, 'x');
	g_autofree char *fits = g_strconcat("NOOP ", word, NULL);
	g_autofree char *over = g_strconcat("NOOP ", word, word, "\r\n", NULL);

	fits[TD_LMTP_LINE_MAX - 3] = '\0';
	say(talk, fits);
	say(talk, "\r\n");
	hear_codes(talk, "250 2.0.0");
	say(talk, over);
	say(talk, "NOOP\r\n");
	hear_codes(talk, "500 5.5.6,250 2.0.0");
}

static void
test_bare_lf_ends_a_command_and_nul_none(
    Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	say(talk, "NOOP\nNOOP\r\n");
	hear_codes(talk, "250 2.0.0,250 2.0.0");
	g_assert_cmpuint(feed(talk, "NOOP\0x\r\n", 8), ==, 8);
	hear_codes(talk, "500 5.5.2");
}

static void
test_rset_ends_the_transaction(Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	open_mail(talk);
	say(talk, "MAIL FROM:<>\r\nRSET\r\nRCPT TO:<support@x>\r\n");
	hear_codes(talk, "503 5.5.1,250 2.0.0,503 5.5.1");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("greeting", test_greets_and_offers);
	ADD("smtp", test_says_no_to_smtp);
	ADD("commands", test_answers_each_command);
	ADD("mail", test_mail_takes_the_parameters_it_knows);
	ADD("nobody", test_mail_of_an_address_beyond_us_is_taken_as_nobodys);
	ADD("rcpt", test_rcpt_tells_whose_it_is);
	ADD("envelope", test_envelope_is_handed_on_decoded);
	g_test_add_func("/lmtp/xtext", test_xtext_is_decoded_or_refused);
	ADD("thousand", test_recipients_end_at_a_thousand);
	ADD("refused-recipients",
	    test_refused_recipients_count_among_the_thousand);
	ADD("long-recipients", test_long_recipients_are_fewer);
	ADD("commands-max",
	    test_too_many_commands_without_a_message_end_the_session);
	ADD("steps", test_steps_are_commands_but_for_further_chunks);
	ADD("wrong-recipients",
	    test_wrong_recipients_are_no_error_of_the_client);
	ADD("errors", test_twenty_errors_end_the_session);
	ADD("quit", test_quit_ends_the_session);
	ADD("long-line", test_long_line_is_swallowed);
	ADD("bare-lf", test_bare_lf_ends_a_command_and_nul_none);
	ADD("rset", test_rset_ends_the_transaction);
	return g_test_run();
}
