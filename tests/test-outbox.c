/* test-outbox.c - what becomes of mails that wait to go out */

#include "config.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>

#include "outbox-fixture.h"

/* ---- mail that goes out ---- */

static void
test_many_mails_go_over_one_connection(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(outbox, "--offer", "PIPELINING", NULL);
	for (guint i = 0; i < 40; i++)
		row_queue_to(outbox, "anna@example.net");
	outbox_start(outbox);
	wait_reports(outbox, 40);

	g_assert_cmpuint(count_log(outbox, "^connect$"), ==, 1);
	g_assert_cmpuint(count_log(outbox, "^MAIL FROM:<>"), ==, 40);
	g_assert_cmpuint(count_rows(outbox), ==, 0);
}

static void
test_hundreds_of_mails_reach_a_real_server(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	gint64 began;

	if (!sink_start(outbox)) {
		g_test_skip("there is no smtp-sink");
		return;
	}
	for (guint i = 0; i < 400; i++)
		row_queue_to(outbox, "anna@example.net ben@example.net");
	began = g_get_monotonic_time();
	outbox_start(outbox);
	wait_reports(outbox, 800);

	g_test_message("400 mails in %d ms",
	    (int)((g_get_monotonic_time() - began) / 1000));
	assert_report(outbox, "anna@example.net sent 250 ");
	g_assert_cmpuint(count_rows(outbox), ==, 0);
}

static void
test_wake_sends_what_was_queued_later(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(outbox, NULL);
	outbox_start(outbox);
	g_usleep(50 * 1000);
	row_queue_to(outbox, "anna@example.net");
	td_outbox_wake(outbox->outbox);
	wait_reports(outbox, 1);

	assert_report(outbox, "anna@example.net sent 250 2.0.0 taken");
}

static void
test_large_mails_go_in_several_sessions(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *text = large_text(5);

	if (!sink_start(outbox)) {
		g_test_skip("there is no smtp-sink");
		return;
	}
	for (guint i = 0; i < 3; i++)
		row_queue(
		    outbox, row_new("anna@example.net"), text, strlen(text));
	outbox_start(outbox);
	wait_reports(outbox, 3);

	g_assert_cmpuint(count_rows(outbox), ==, 0);
}

static void
check_text(Outbox *outbox, const char *sent, const char *want)
{
	g_autofree char *got = NULL;
	gsize size;

	row_queue(outbox, row_new("anna@example.net"), sent, strlen(sent));
	outbox_start(outbox);
	wait_reports(outbox, 1);
	got = server_mail(outbox, 1, &size);
	g_assert_cmpmem(got, size, want, strlen(want));
}

static void
test_text_goes_out_byte_for_byte(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *line = g_strnfill(40000, 'x');
	g_autofree char *text = g_strconcat(MAIL_HEADER
	    "X-Folded: one\r\n\ttwo\r\nmime-version: 1.0\r\n"
	    "content-type: text/plain; charset=utf-8\r\n\r\n"
	    ".\r\n..two\r\nGr\xc3\xbc\xc3\x9f"
	    "e\r\n",
	    line, "\r\n.end", line, "\r\n\r\n", NULL);

	server_start(
	    outbox, "--offer", "CHUNKING", "--offer", "PIPELINING", NULL);
	check_text(outbox, text, text);
	g_assert_cmpuint(count_log(outbox, "^BDAT"), ==, 0);
}

static void
test_bare_line_ends_cannot_end_a_mail(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(outbox, NULL);
	check_text(outbox, MAIL_HEADER "\r\na\n.\r\nb\r.\rc\n",
	    MAIL_HEADER "\r\na\r\n.\r\nb\r\n.\r\nc\r\n");
	g_assert_cmpuint(count_log(outbox, "^text$"), ==, 1);
}

/* ---- delivery status notifications ---- */

static TdOutboxRow *
row_with_return_path(void)
{
	TdOutboxRow *row = row_new("anna+x=y@example.net");

	g_free(row->mail_from);
	row->mail_from = g_strdup("support+42-bxyz@example.com");
	g_free(row->envid);
	row->envid = g_strdup("42.7+z");
	g_free(row->notify);
	row->notify = g_strdup("FAILURE,DELAY");
	return row;
}

static void
test_notifications_are_asked_for_where_offered(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(outbox, "--offer", "DSN", NULL);
	row_queue(outbox, row_with_return_path(), MAIL_TEXT, strlen(MAIL_TEXT));
	outbox_start(outbox);
	wait_reports(outbox, 1);

	g_assert_cmpuint(
	    count_log(outbox,
	        "^MAIL FROM:<support\\+42-bxyz@example\\.com> RET=HDRS "
	        "ENVID=42\\.7\\+2Bz$"),
	    ==, 1);
	g_assert_cmpuint(count_log(outbox,
	                     "^RCPT TO:<anna\\+x=y@example\\.net> "
	                     "NOTIFY=FAILURE,DELAY ORCPT=rfc822;"
	                     "anna\\+2Bx\\+3Dy@example\\.net$"),
	    ==, 1);
}

static void
test_notifications_are_not_asked_for_elsewhere(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(outbox, NULL);
	row_queue(outbox, row_with_return_path(), MAIL_TEXT, strlen(MAIL_TEXT));
	outbox_start(outbox);
	wait_reports(outbox, 1);

	g_assert_cmpuint(
	    count_log(outbox, "^RCPT TO:<anna\\+x=y@example\\.net>$"), ==, 1);
	assert_report(outbox, "anna+x=y@example.net sent");
}

static void
test_acknowledgements_never_ask_for_notifications(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	TdOutboxRow *row = row_new("anna@example.net");

	server_start(outbox, "--offer", "DSN", NULL);
	g_free(row->notify);
	row->notify = g_strdup("NEVER");
	row_queue(outbox, row, MAIL_TEXT, strlen(MAIL_TEXT));
	outbox_start(outbox);
	wait_reports(outbox, 1);

	g_assert_cmpuint(count_log(outbox, "^MAIL FROM:<>$"), ==, 1);
	g_assert_cmpuint(count_log(outbox, "NOTIFY=NEVER"), ==, 1);
}

/* ---- refusals ---- */

static void
test_each_recipient_has_a_fate_of_its_own(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GPtrArray) rows = NULL;
	const TdOutboxRow *row;
	gint64 before = td_clock_now();

	server_start(outbox, "--offer", "PIPELINING", "--offer",
	    "ENHANCEDSTATUSCODES", "--on",
	    "TO:<no=550 5.1.1 no\n550 5.1.1 such user", "--on",
	    "TO:<later=450 4.2.1 grey", NULL);
	row_queue_to(outbox, "no@example.net anna@example.net later@x.example");
	outbox_start(outbox);
	wait_reports(outbox, 3);

	assert_report(outbox, "no@example.net failed 550 5.1.1 no such user");
	assert_report(outbox, "anna@example.net sent 250 2.0.0 taken");
	assert_report(outbox, "later@x.example deferred 450 4.2.1 grey");
	rows = rows_left(outbox);
	g_assert_cmpuint(rows->len, ==, 1);
	row = g_ptr_array_index(rows, 0);
	g_assert_cmpstr(row->recipients[0], ==, "later@x.example");
	g_assert_cmpint(row->due, >=, before + 54);
	g_assert_cmpint(row->due, <=, td_clock_now() + 66);
}

static void
test_answers_are_told_when_all_recipients_are_refused(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(outbox, "--on", "TO:<no=550 5.1.1 no such user", "--on",
	    "TO:<later=452 4.2.2 full", "--on", "DATA=554 5.5.1 nobody", NULL);
	row_queue_to(outbox, "no@example.net later@example.net");
	outbox_start(outbox);
	wait_reports(outbox, 2);

	assert_report(outbox, "no@example.net failed 550 5.1.1 no such user");
	assert_report(outbox, "later@example.net deferred 452 4.2.2 full");
}

static void
test_refused_text_fails_those_accepted(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(outbox, "--on", "TO:<later=450 4.2.1 grey", "--on",
	    "END=554 5.7.1 spam\x1b[31m", NULL);
	row_queue_to(outbox, "anna@example.net later@example.net");
	outbox_start(outbox);
	wait_reports(outbox, 2);

	assert_report(outbox, "anna@example.net failed 554 5.7.1 spam?[31m");
	assert_report(outbox, "later@example.net deferred 450 4.2.1 grey");
}

static void
test_refused_sender_is_no_fault_of_the_recipient(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(
	    outbox, "--on", "MAIL=1*553 5.7.1 sender not allowed", NULL);
	row_queue_to(outbox, "anna@example.net");
	row_queue_to(outbox, "ben@example.net");
	outbox_start(outbox);
	wait_reports(outbox, 2);

	assert_report(
	    outbox, "anna@example.net deferred 553 5.7.1 sender not allowed");
	assert_report(outbox, "ben@example.net sent");
}

static void
test_refused_connection_puts_mail_off(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(outbox, "--on", "CONNECT=554 5.3.2 go away", NULL);
	row_queue_to(outbox, "anna@example.net");
	outbox_start(outbox);
	wait_reports(outbox, 1);

	assert_report(outbox, "anna@example.net deferred 554 5.3.2 go away");
}

static void
test_addresses_that_smtp_cannot_carry_fail(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(outbox, NULL);
	row_queue_to(outbox,
	    "gr\xc3\xbcn@example.net anna@example.net "
	    "x>\r\nDATA@example.net");
	outbox_start(outbox);
	wait_reports(outbox, 3);

	assert_report(outbox,
	    "gr\xc3\xbcn@example.net failed 5.6.7 address needs SMTPUTF8");
	assert_report(outbox, "anna@example.net sent");
	assert_report(outbox, "x>\r\nDATA@example.net failed 5.1.3 ");
	g_assert_cmpuint(count_log(outbox, "^RCPT"), ==, 1);
}

static void
test_row_without_a_text_fails(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(outbox, NULL);
	row_queue(outbox, row_new("anna@example.net"), NULL, 0);
	row_queue_to(outbox, "ben@example.net");
	outbox_start(outbox);
	wait_reports(outbox, 2);

	assert_report(outbox, "anna@example.net failed 5.3.0 the text");
	assert_report(outbox, "ben@example.net sent");
}

#define ADD(path, test)                                                        \
	g_test_add(                                                            \
	    "/outbox/" path, Outbox, NULL, outbox_open, test, outbox_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	ADD("send/one-connection", test_many_mails_go_over_one_connection);
	ADD("send/hundreds", test_hundreds_of_mails_reach_a_real_server);
	ADD("send/wake", test_wake_sends_what_was_queued_later);
	ADD("send/large", test_large_mails_go_in_several_sessions);
	ADD("send/bytes", test_text_goes_out_byte_for_byte);
	ADD("send/bare-line-ends", test_bare_line_ends_cannot_end_a_mail);
	ADD("dsn/offered", test_notifications_are_asked_for_where_offered);
	ADD("dsn/not-offered", test_notifications_are_not_asked_for_elsewhere);
	ADD("dsn/never", test_acknowledgements_never_ask_for_notifications);
	ADD("refused/mixed", test_each_recipient_has_a_fate_of_its_own);
	ADD("refused/all",
	    test_answers_are_told_when_all_recipients_are_refused);
	ADD("refused/text", test_refused_text_fails_those_accepted);
	ADD("refused/sender", test_refused_sender_is_no_fault_of_the_recipient);
	ADD("refused/connection", test_refused_connection_puts_mail_off);
	ADD("refused/address", test_addresses_that_smtp_cannot_carry_fail);
	ADD("refused/no-text", test_row_without_a_text_fails);

	return g_test_run();
}
