/* test-outbox-server.c - servers that break off or are away, flushes and ends
 */

#include "config.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>

#include "outbox-fixture.h"

#define HOME_VARIABLE "TICKETD_TEST_HOME"
#define PORT_VARIABLE "TICKETD_TEST_PORT"

/* ---- connections that break ---- */

static void
test_mails_after_a_421_go_over_the_next_connection(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(outbox, "--on", "TO:<ben=1*421 4.3.2 restarting", NULL);
	row_queue_to(outbox, "anna@example.net");
	row_queue_to(outbox, "ben@example.net");
	row_queue_to(outbox, "carl@example.net");
	outbox_start(outbox);
	wait_reports(outbox, 3);

	assert_report(outbox, "anna@example.net sent");
	assert_report(outbox, "ben@example.net deferred 421 4.3.2 restarting");
	assert_report(outbox, "carl@example.net sent");
}

static void
test_lost_connection_puts_off_the_mail_in_hand_alone(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GPtrArray) rows = NULL;
	const TdOutboxRow *row;

	server_start(outbox, "--on", "TO:<ben=1*drop", NULL);
	row_queue_to(outbox, "anna@example.net");
	row_queue_to(outbox, "ben@example.net");
	row_queue_to(outbox, "carl@example.net");
	outbox_start(outbox);
	wait_reports(outbox, 3);

	assert_report(outbox, "anna@example.net sent");
	assert_report(
	    outbox, "ben@example.net deferred 4.4.2 connection lost after");
	assert_report(outbox, "carl@example.net sent");
	g_assert_cmpuint(count_log(outbox, "^connect$"), ==, 2);
	rows = rows_left(outbox);
	g_assert_cmpuint(rows->len, ==, 1);
	row = g_ptr_array_index(rows, 0);
	g_assert_cmpuint(row->attempts, ==, 1);
}

static void
test_connection_lost_inside_a_text_puts_it_off(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(outbox, "--on", "TEXT=1*drop", NULL);
	row_queue_to(outbox, "anna@example.net");
	outbox_start(outbox);
	wait_reports(outbox, 1);
	assert_report(outbox,
	    "anna@example.net deferred 4.4.2 connection lost after DATA");

	outbox_flush(outbox);
	assert_report(outbox, "anna@example.net sent");
}

static void
test_silent_server_puts_mail_off(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	outbox->conf.smtp_timeout = 1;
	server_start(outbox, "--on", "TO:<=1*hang", NULL);
	row_queue_to(outbox, "anna@example.net");
	outbox_start(outbox);
	wait_reports(outbox, 1);

	assert_report(outbox,
	    "anna@example.net deferred 4.4.2 no answer after RCPT within 1 s");
}

static void
test_server_that_stops_reading_puts_mail_off(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *text = large_text(8);

	outbox->conf.smtp_timeout = 1;
	server_start(outbox, "--on", "TEXT=1*stall", NULL);
	row_queue(outbox, row_new("anna@example.net"), text, strlen(text));
	outbox_start(outbox);
	wait_reports(outbox, 1);

	assert_report(outbox,
	    "anna@example.net deferred 4.4.2 no answer after DATA within 1 s");
}

/* Each of these takes libesmtp down when it is let to send commands ahead. */
static void
test_server_out_of_its_mind_puts_mail_off(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const rules[] = {
		"TO:<a@=drop",
		"TO:<a@=gibberish",
		"TO:<a@=250-one\r\n550 two",
		"MAIL=2",
		"MAIL=-1 no",
		"CONNECT=hello",
		"CONNECT=250 wrong",
		"EHLO=250-PIPELINING\r\n250-\r\n250 \xff\xfe PIPELINING\r\n",
		"DATA=250 what text?",
		"END=354 go on\r\n\r\n\r\n",
		"END=\r\n\r\n",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
		guint before = count_reports(outbox);

		outbox->port = 0;
		server_start(outbox, "--offer", "PIPELINING", "--offer",
		    "ENHANCEDSTATUSCODES", "--on", rules[i], NULL);
		g_clear_pointer(&outbox->conf.smtp_server, g_free);
		row_queue_to(outbox, "a@x.example b@x.example c@x.example");
		outbox_start(outbox);
		outbox_flush(outbox);
		g_test_message("%s", rules[i]);
		g_assert_cmpuint(count_reports(outbox), >, before);
		outbox_stop(outbox);
		server_stop(outbox);
	}
	g_assert_cmpuint(count_rows(outbox), >, 0);
}

/* ---- a server that is away ---- */

static void
test_mail_waits_for_a_server_that_is_down(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GPtrArray) rows = NULL;
	const TdOutboxRow *row;

	outbox->port = free_port();
	row_queue_to(outbox, "anna@example.net");
	outbox_start(outbox);
	wait_reports(outbox, 1);
	assert_report(outbox, "anna@example.net deferred 4.4.1 127.0.0.1:");
	rows = rows_left(outbox);
	g_assert_cmpuint(rows->len, ==, 1);
	row = g_ptr_array_index(rows, 0);
	g_assert_cmpstr(row->answer, !=, "");

	/* New mail does not make it try again at once. */
	row_queue_to(outbox, "ben@example.net");
	td_outbox_wake(outbox->outbox);
	g_usleep(200 * 1000);
	g_assert_cmpuint(count_reports(outbox), ==, 1);

	/* It does by itself after a few seconds. */
	server_start(outbox, NULL);
	wait_reports(outbox, 3);
	assert_report(outbox, "anna@example.net sent");
	assert_report(outbox, "ben@example.net sent");
	g_assert_cmpuint(count_rows(outbox), ==, 0);
}

static void
test_dead_server_costs_few_writes(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	outbox->port = free_port();
	for (guint i = 0; i < 120; i++)
		row_queue_to(outbox, "anna@example.net");
	outbox_start(outbox);
	wait_reports(outbox, 50);
	for (guint i = 0; i < 3; i++)
		outbox_flush(outbox);

	g_assert_cmpuint(count_reports(outbox), ==, 53);
	g_assert_cmpuint(count_rows(outbox), ==, 120);
}

static void
test_mail_put_off_for_too_long_fails(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	TdOutboxRow *old = row_new("old@example.net");

	server_start(outbox, "--on", "TO:=450 4.2.1 grey", NULL);
	old->created -= outbox->conf.smtp_give_up + 10;
	old->attempts = 4;
	row_queue(outbox, old, MAIL_TEXT, strlen(MAIL_TEXT));
	row_queue_to(outbox, "new@example.net");
	outbox_start(outbox);
	wait_reports(outbox, 2);

	assert_report(outbox, "old@example.net failed 450 4.2.1 grey");
	assert_report(outbox, "new@example.net deferred 450 4.2.1 grey");
}

/* ---- the clock ---- */

static void
test_what_a_clock_ahead_left_goes_out_now(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	TdOutboxRow *ahead = row_new("ahead@example.net");
	TdOutboxRow *later = row_new("later@example.net");
	TdOutboxRow *years = row_new("years@example.net");

	server_start(outbox, NULL);
	ahead->created += 7200;
	ahead->due += 7200;
	years->due += 10 * 365 * 24 * 3600;
	later->due += 3600;
	row_queue(outbox, ahead, MAIL_TEXT, strlen(MAIL_TEXT));
	row_queue(outbox, later, MAIL_TEXT, strlen(MAIL_TEXT));
	row_queue(outbox, years, MAIL_TEXT, strlen(MAIL_TEXT));
	outbox_start(outbox);
	wait_reports(outbox, 2);

	assert_report(outbox, "ahead@example.net sent");
	assert_report(outbox, "years@example.net sent");
	g_assert_cmpuint(count_rows(outbox), ==, 1);
}

/* ---- flush ---- */

static void
test_flush_of_all_tries_each_row_once(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(outbox, "--on", "TO:<later=450 4.2.1 grey", NULL);
	for (guint i = 0; i < 130; i++) {
		TdOutboxRow *row = row_new(
		    i % 2 == 0 ? "anna@example.net" : "later@example.net");

		row->due += 3600 + i;
		row_queue(outbox, row, MAIL_TEXT, strlen(MAIL_TEXT));
	}
	outbox_start(outbox);
	outbox_flush(outbox);

	g_assert_cmpuint(count_reports(outbox), ==, 130);
	g_assert_cmpuint(count_rows(outbox), ==, 65);
	g_assert_cmpuint(count_log(outbox, "^connect$"), ==, 3);
}

static void
test_flush_leaves_what_is_put_off(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	TdOutboxRow *row = row_new("later@example.net");

	server_start(outbox, NULL);
	row->due += 3600;
	row_queue(outbox, row, MAIL_TEXT, strlen(MAIL_TEXT));
	row_queue_to(outbox, "anna@example.net");
	outbox_start(outbox);
	g_assert_true(td_outbox_flush(outbox->outbox, FALSE, TRUE, &error));
	g_assert_no_error(error);

	g_assert_cmpuint(count_reports(outbox), ==, 1);
	assert_report(outbox, "anna@example.net sent");
	g_assert_cmpuint(count_rows(outbox), ==, 1);
}

/* ---- crashes and ends ---- */

static void
die(void)
{
	_exit(0);
}

/* In a process of its own, on the store of the test. */
static void
send_and_die(void)
{
	Outbox outbox = { 0 };

	outbox_reopen(&outbox, g_getenv(HOME_VARIABLE));
	outbox.port = (guint)g_ascii_strtoull(
	    g_getenv(PORT_VARIABLE), NULL, 10);
	outbox.on_report = die;
	outbox_start(&outbox);
	g_usleep(10 * G_USEC_PER_SEC);
	g_assert_not_reached();
}

static void
test_row_stays_if_the_process_dies_before_the_report(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *port = NULL;

	if (g_test_subprocess()) {
		outbox_close(outbox, NULL);
		send_and_die();
		return;
	}
	server_start(outbox, NULL);
	row_queue_to(outbox, "anna@example.net");
	port = g_strdup_printf("%u", outbox->port);
	g_setenv(HOME_VARIABLE, outbox->home, TRUE);
	g_setenv(PORT_VARIABLE, port, TRUE);
	outbox_let_go(outbox);
	g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
	g_test_trap_assert_passed();

	outbox_reopen(outbox, outbox->home);
	g_assert_cmpuint(count_log(outbox, "^text$"), ==, 1);
	g_assert_cmpuint(count_rows(outbox), ==, 1);
}

static void
test_sent_mail_is_not_sent_again_when_the_report_fails(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;

	server_start(outbox, NULL);
	row_queue_to(outbox, "anna@example.net");
	outbox->refusal = g_error_new_literal(
	    TD_ERROR, TD_ERROR_AGAIN, "disk full");
	outbox_start(outbox);
	while (count_log(outbox, "^text$") == 0)
		g_usleep(10 * 1000);
	row_queue_to(outbox, "ben@example.net");
	g_assert_false(td_outbox_flush(outbox->outbox, TRUE, TRUE, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
	g_assert_cmpuint(count_reports(outbox), ==, 0);

	outbox_refuse(outbox, NULL);
	outbox_flush(outbox);
	g_assert_cmpuint(count_reports(outbox), ==, 2);
	g_assert_cmpuint(count_log(outbox, "^RCPT TO:<anna"), ==, 1);
	g_assert_cmpuint(count_log(outbox, "^RCPT TO:<ben"), ==, 1);
	g_assert_cmpuint(count_rows(outbox), ==, 0);
}

/* Refuses to report on one row for ever. */
static void
test_one_bad_report_does_not_stop_the_others(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(outbox, NULL);
	outbox->bad_recipient = "anna@example.net";
	row_queue_to(outbox, "anna@example.net");
	row_queue_to(outbox, "ben@example.net");
	outbox_start(outbox);
	wait_reports(outbox, 1);
	row_queue_to(outbox, "carl@example.net");
	outbox_flush(outbox);

	assert_report(outbox, "ben@example.net sent");
	assert_report(outbox, "carl@example.net sent");
	g_assert_cmpuint(count_log(outbox, "^RCPT TO:<anna"), ==, 1);
	g_assert_cmpuint(count_rows(outbox), ==, 1);
}

static void
test_end_does_not_wait_for_a_silent_server(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	outbox->conf.smtp_timeout = 300;
	server_start(outbox, "--on", "TO:=hang", NULL);
	row_queue_to(outbox, "anna@example.net");
	outbox_start(outbox);
	while (count_log(outbox, "^RCPT") == 0)
		g_usleep(10 * 1000);
	outbox_stop(outbox);

	g_assert_cmpuint(count_reports(outbox), ==, 0);
	g_assert_cmpuint(count_rows(outbox), ==, 1);
}

static void
test_end_leaves_nothing_when_nothing_hangs(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(outbox, NULL);
	outbox_start(outbox);
	outbox_flush(outbox);
	outbox_stop(outbox);

	g_assert_cmpuint(count_rows(outbox), ==, 0);
}

#define ADD(path, test)                                                        \
	g_test_add(                                                            \
	    "/outbox/" path, Outbox, NULL, outbox_open, test, outbox_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	ADD("broken/421", test_mails_after_a_421_go_over_the_next_connection);
	ADD("broken/lost",
	    test_lost_connection_puts_off_the_mail_in_hand_alone);
	ADD("broken/lost-in-text",
	    test_connection_lost_inside_a_text_puts_it_off);
	ADD("broken/silent", test_silent_server_puts_mail_off);
	ADD("broken/stalled", test_server_that_stops_reading_puts_mail_off);
	ADD("broken/mad", test_server_out_of_its_mind_puts_mail_off);
	ADD("down/up", test_mail_waits_for_a_server_that_is_down);
	ADD("down/writes", test_dead_server_costs_few_writes);
	ADD("give-up", test_mail_put_off_for_too_long_fails);
	ADD("clock-ahead", test_what_a_clock_ahead_left_goes_out_now);
	ADD("flush/all", test_flush_of_all_tries_each_row_once);
	ADD("flush/due", test_flush_leaves_what_is_put_off);
	ADD("crash", test_row_stays_if_the_process_dies_before_the_report);
	ADD("report-fails",
	    test_sent_mail_is_not_sent_again_when_the_report_fails);
	ADD("report-bad", test_one_bad_report_does_not_stop_the_others);
	ADD("end/silent", test_end_does_not_wait_for_a_silent_server);
	ADD("end/quick", test_end_leaves_nothing_when_nothing_hangs);

	return g_test_run();
}
