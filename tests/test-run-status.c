/* test-run-status.c - commands that end a ticket, and what is said by them */

#include "config.h"

#include <string.h>

#include "run-fixture.h"

static void
assert_status(Run *run, guint64 number, TdStatus want)
{
	g_autoptr(TdTicket) ticket = run_ticket(run, number);

	g_assert_cmpstr(
	    td_status_name(ticket->status), ==, td_status_name(want));
}

/* ---- the end ---- */

static void
test_close(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "close");
	run_assert_done(run, "Closed.");
	assert_status(run, run->number, TD_STATUS_CLOSED);
	/* The caller tells the end of the mail's own ticket. */
	g_assert_cmpstr(run->letters, ==, "");
	g_assert_false(run->silent);
	run_do(run, "olga", "close");
	run_assert_done(run, "It is closed already.");
	g_assert_cmpuint(run->events, ==, 0);
}

static void
test_the_text_of_close_is_the_reply(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "close: Done.");
	g_assert_cmpstr(run->text, ==, "Done.");
	g_assert_cmpint(run->use, ==, TD_TEXT_REPLY);
}

static void
test_the_text_of_close_stands_in_front(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run->said = "Kind regards, Olga";
	run_do(run, "olga", "close: Done.");
	g_assert_cmpstr(run->text, ==, "Done.\n\nKind regards, Olga");
}

static void
test_a_note_does_not_take_the_text_of_close(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run->said = "He is a fool.";
	run_do(run, "olga", "note\nclose: Done.");
	g_assert_false(run->refused);
	g_assert_cmpstr(run->text, ==, "He is a fool.");
	g_assert_cmpint(run->use, ==, TD_TEXT_NOTE);
	g_assert_nonnull(strstr(run->letters, "reply:anna@example.net"));
	assert_status(run, run->number, TD_STATUS_CLOSED);
}

static void
test_another_ticket_is_closed_with_its_text(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *line = g_strdup_printf(
	    "#%" G_GUINT64_FORMAT " close: Done.", run->other);

	run->said = "Dear Anna,";
	run_do(run, "olga", line);
	run_assert_done(run, "Closed.");
	g_assert_cmpstr(run->text, ==, "Dear Anna,");
	g_assert_cmpstr(run->letters, ==, "reply:anna@example.net");
	assert_status(run, run->other, TD_STATUS_CLOSED);
	assert_status(run, run->number, TD_STATUS_NEW);
}

static void
test_the_end_of_another_ticket_is_told(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "#2 close");
	g_assert_cmpstr(run->letters, ==, "finished:anna@example.net");
	run_do(run, "olga", "#2 reopen");
	run_do(run, "olga", "#2 spam");
	g_assert_cmpstr(run->letters, ==, "");
	g_assert_false(run->silent);
}

static void
test_an_owner_hears_of_another_ticket(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "ivan", "#2 take");
	run_do(run, "olga", "#2 priority 1");
	g_assert_cmpstr(run->letters, ==, "changed:ivan@example.com");
}

static void
test_resolve_ends_by_itself(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	gint64 until = run->fixture.now + 7 * RUN_DAY;

	run_do(run, "olga", "resolve");
	g_assert_true(g_str_has_prefix(
	    run_result(run, 0), "Solved; it closes on 2023-11-21 "));
	ticket = run_ticket(run, run->number);
	g_assert_cmpint(ticket->status, ==, TD_STATUS_RESOLVED);
	g_assert_cmpint(ticket->until, ==, until);
	g_assert_cmpint(ticket->timer, ==, until);
	run_do(run, "olga", "resolve");
	run_assert_done(run, "It is marked as solved already.");
}

static void
test_spam_is_silent(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "olga", "spam");
	g_assert_false(run->refused);
	g_assert_true(run->silent);
	g_assert_cmpstr(run->letters, ==, "");
	ticket = run_ticket(run, run->number);
	g_assert_true(ticket->spam);
	g_assert_cmpint(ticket->status, ==, TD_STATUS_CLOSED);
	run_do(run, "olga", "spam");
	run_assert_done(run, "It is marked as spam already.");
}

/* ---- going on ---- */

static void
test_reopen(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "reopen");
	run_assert_done(run, "It is open already.");
	g_assert_cmpuint(run->events, ==, 0);
	run_do(run, "olga", "close");
	run_do(run, "olga", "reopen");
	run_assert_done(run, "Open again.");
	assert_status(run, run->number, TD_STATUS_OPEN);
}

static void
test_reopening_is_no_spam(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "olga", "spam");
	run_do(run, "olga", "reopen");
	ticket = run_ticket(run, run->number);
	g_assert_false(ticket->spam);
	g_assert_cmpint(ticket->status, ==, TD_STATUS_OPEN);
}

static void
test_pending(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "olga", "pending 2023-12-01 10:00");
	run_assert_done(run, "Put off until 2023-12-01 10:00.");
	ticket = run_ticket(run, run->number);
	g_assert_cmpint(ticket->status, ==, TD_STATUS_PENDING);
	g_assert_cmpint(ticket->until, ==, 1701424800);
	run_do(run, "olga", "pending 2023-12-01 10:00");
	run_assert_done(run, "It is put off until then already.");
	run_do(run, "olga", "pending 2023-12-02 10:00");
	g_assert_cmpuint(run->events, ==, 1);
}

/* ---- customers ---- */

static void
test_customers_close_and_reopen(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "anna@example.net", "close");
	run_assert_done(run, "Closed.");
	assert_status(run, run->number, TD_STATUS_CLOSED);
	run_do(run, "anna@example.net", "reopen");
	run_assert_done(run, "Open again.");
	assert_status(run, run->number, TD_STATUS_OPEN);
}

static void
test_the_last_rating_counts(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "anna@example.net", "rate 2: slow");
	run_assert_done(run, "Thank you. Your mark: 2.");
	g_assert_cmpstr(
	    td_event_get(run_event(run, run->number, TD_EVENT_RATED), "text"),
	    ==, "slow");
	run_do(run, "anna@example.net", "rate 5");
	run_do(run, "anna@example.net", "rate 5");
	run_assert_done(run, "Your mark is 5 already.");
	ticket = run_ticket(run, run->number);
	g_assert_cmpuint(ticket->rating, ==, 5);
}

/* ---- text ---- */

static void
test_reply_and_note_say_where_the_text_goes(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "note");
	run_assert_done(run, "The text stays inside.");
	g_assert_cmpint(run->use, ==, TD_TEXT_NOTE);
	g_assert_false(run->changed);
	run_do(run, "olga", "reply");
	run_assert_done(run, "The text goes to the customer.");
	g_assert_cmpint(run->use, ==, TD_TEXT_REPLY);
}

static void
test_the_text_of_a_note_keeps_the_rest_inside(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run->said = "and rude.";
	run_do(run, "olga", "note: He is a fool");
	g_assert_cmpint(run->use, ==, TD_TEXT_NOTE);
	g_assert_cmpstr(run->text, ==, "He is a fool\n\nand rude.");
}

static void
test_a_mail_has_one_text(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "note\nreply");
	g_assert_true(run->refused);
	g_assert_cmpstr(run_result(run, 1), ==,
	    "! A mail is either a reply or a note. Write two mails.");
	g_assert_cmpint(run->use, ==, TD_TEXT_DEFAULT);
}

static void
test_text_goes_to_its_own_ticket(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *line = g_strdup_printf(
	    "#%" G_GUINT64_FORMAT " note", run->other);

	run_do(run, "olga", line);
	g_assert_true(run->refused);
	g_assert_cmpint(run->use, ==, TD_TEXT_DEFAULT);
}

static void
test_forward(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run->answers = run_mail(run, run->number, "Anna <anna@example.net>");
	run_do(run, "olga", "forward vendor@example.org");
	g_assert_true(g_str_has_suffix(
	    run_result(run, 0), " goes to vendor@example.org."));
	g_assert_cmpstr(run->letters, ==, "forward:vendor@example.org");
	run_do(run, "olga", "forward help@example.com");
	g_assert_true(run->refused);
}

static void
test_forward_takes_the_newest_message(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "forward vendor@example.org");
	run_assert_done(run, "Message 1 goes to vendor@example.org.");
}

#define TEST(path, function)                                                   \
	g_test_add(path, Run, NULL, run_open, function, run_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	TEST("/run/status/close", test_close);
	TEST("/run/status/close-text", test_the_text_of_close_is_the_reply);
	TEST("/run/status/close-front", test_the_text_of_close_stands_in_front);
	TEST("/run/status/close-note",
	    test_a_note_does_not_take_the_text_of_close);
	TEST("/run/status/close-other",
	    test_another_ticket_is_closed_with_its_text);
	TEST("/run/status/close-told", test_the_end_of_another_ticket_is_told);
	TEST("/run/status/changed", test_an_owner_hears_of_another_ticket);
	TEST("/run/status/resolve", test_resolve_ends_by_itself);
	TEST("/run/status/spam", test_spam_is_silent);
	TEST("/run/status/reopen", test_reopen);
	TEST("/run/status/reopen-spam", test_reopening_is_no_spam);
	TEST("/run/status/pending", test_pending);
	TEST("/run/status/customers", test_customers_close_and_reopen);
	TEST("/run/status/rate", test_the_last_rating_counts);
	TEST("/run/text/use", test_reply_and_note_say_where_the_text_goes);
	TEST("/run/text/note", test_the_text_of_a_note_keeps_the_rest_inside);
	TEST("/run/text/both", test_a_mail_has_one_text);
	TEST("/run/text/aim", test_text_goes_to_its_own_ticket);
	TEST("/run/text/forward", test_forward);
	TEST("/run/text/forward-newest", test_forward_takes_the_newest_message);
	return g_test_run();
}
