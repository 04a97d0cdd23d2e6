/* test-run-undo.c - undo takes back the speaker's last change */

#include "config.h"

#include <string.h>

#include "run-fixture.h"

/* Whether two tickets are the same but for the record of what happened
 * and the letters. */
static void
assert_same(const TdTicket *want, const TdTicket *got)
{
	g_autoptr(TdTicket) copy = td_ticket_copy(got);

	copy->updated = want->updated;
	copy->events = want->events;
	copy->messages = want->messages;
	copy->state = want->state;
	memcpy(copy->chain, want->chain, sizeof(copy->chain));
	g_assert_true(td_ticket_equal(want, copy));
}

/* ---- each kind ---- */

/* Commands that undo takes back all of. */
static const char *const lines[] = {
	"priority 1",
	"urgency 2; impact 3; priority 2",
	"type incident",
	"due 2023-12-01 10:00",
	"title: Toner",
	"tag +a +b",
	"time 30",
	"take",
	"assign ivan",
	"queue sales; assign petr",
	"watch",
	"cc +carl@example.org -boris@example.org",
	"cc =carl@example.org",
	"requester boris@example.org",
	"requester carl@example.org",
	"close",
	"resolve",
	"pending 2023-12-01 10:00",
	"spam",
	"remind 3d: x",
	"remind 3d: x; remind 2d: y",
	"link parent 2",
	"duplicate 2",
	"merge 2",
	"priority 1; assign me; link blocks 2; close",
};

static void
test_undo_takes_each_kind_back(Run *run, gconstpointer data)
{
	const char *line = data;
	g_autoptr(TdTicket) before = run_ticket(run, run->number);
	g_autoptr(TdTicket) other = run_ticket(run, run->other);
	g_autoptr(TdTicket) after = NULL;
	g_autoptr(TdTicket) other_after = NULL;

	run_do(run, "rita", line);
	g_assert_false(run->refused);
	run_do(run, "rita", "undo");
	if (run->refused)
		g_test_message("%s", run_result(run, 0));
	g_assert_false(run->refused);
	g_assert_true(run->changed);
	after = run_ticket(run, run->number);
	other_after = run_ticket(run, run->other);
	assert_same(before, after);
	assert_same(other, other_after);
}

static void
test_undo_puts_back_what_was_there(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) before = NULL;
	g_autoptr(TdTicket) after = NULL;

	run_do(run, "olga",
	    "pending 2023-12-01 10:00; tag +a; remind 2d: y; remind 3d: z");
	before = run_ticket(run, run->number);
	run_do(run, "olga", "close; tag =b; remind 4d: x");
	run_do(run, "olga", "undo");
	g_assert_false(run->refused);
	after = run_ticket(run, run->number);
	assert_same(before, after);
	g_assert_cmpuint(after->reminders->len, ==, 2);
}

static void
test_undo_names_what_it_took_back(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "priority 1; tag +a +b");
	run_do(run, "olga", "undo");
	run_assert_done(run, "Taken back: tags, priority.");
}

static void
test_a_merge_is_undone_from_its_target(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) before = run_ticket(run, run->number);
	g_autoptr(TdTicket) other = run_ticket(run, run->other);
	g_autoptr(TdTicket) after = NULL;
	g_autoptr(TdTicket) other_after = NULL;

	run_do(run, "olga", "merge 2");
	/* Mail to a merged ticket comes to the target. */
	run->ticket = run->other;
	run_do(run, "olga", "undo");
	g_assert_false(run->refused);
	after = run_ticket(run, run->number);
	other_after = run_ticket(run, run->other);
	assert_same(before, after);
	assert_same(other, other_after);
}

/* ---- which change ---- */

static void
test_undo_steps_back_and_never_twice(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) once = NULL;
	g_autoptr(TdTicket) twice = NULL;

	run_do(run, "olga", "priority 1");
	run_do(run, "olga", "tag +a");
	run_do(run, "olga", "undo");
	run_assert_done(run, "Taken back: tags.");
	once = run_ticket(run, run->number);
	g_assert_cmpuint(once->priority, ==, 1);
	run_do(run, "olga", "undo");
	run_assert_done(run, "Taken back: priority.");
	twice = run_ticket(run, run->number);
	g_assert_cmpuint(twice->priority, ==, 3);
	run_do(run, "olga", "undo");
	run_assert_refused(run,
	    "You changed nothing on this ticket within the last hour that is "
	    "not undone yet.");
}

static void
test_an_hour_later_it_is_too_late(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "priority 1");
	run_wait(run, RUN_HOUR);
	run_do(run, "olga", "undo");
	g_assert_true(run->refused);
}

static void
test_others_changes_are_theirs(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "priority 1");
	run_do(run, "ivan", "undo");
	g_assert_true(run->refused);
	run_do(run, "ivan", "tag +a");
	run_do(run, "olga", "undo");
	run_assert_done(run, "Taken back: priority.");
}

static void
test_what_others_changed_since_is_left(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "olga", "priority 1; tag +a");
	run_do(run, "ivan", "priority 2");
	run_do(run, "olga", "undo");
	run_assert_done(run,
	    "Taken back: tags. Changed by others since, and left so: "
	    "priority.");
	ticket = run_ticket(run, run->number);
	g_assert_cmpuint(ticket->priority, ==, 2);
	run_do(run, "olga", "undo");
	run_assert_refused(run, "Others changed it since: priority.");
}

static void
test_undo_comes_before_the_rest(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "olga", "priority 1");
	run_do(run, "olga", "priority 5; undo");
	g_assert_false(run->refused);
	ticket = run_ticket(run, run->number);
	g_assert_cmpuint(ticket->priority, ==, 5);
}

static void
test_undo_on_another_ticket(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "olga", "#2 priority 1; priority 2");
	run_do(run, "olga", "#2 undo");
	g_assert_false(run->refused);
	ticket = run_ticket(run, run->other);
	g_assert_cmpuint(ticket->priority, ==, 3);
}

static void
test_a_split_cannot_be_undone(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run->answers = run_mail(run, run->number, "Boris <boris@example.org>");
	run_do(run, "olga", "split");
	run_do(run, "olga", "undo");
	run_assert_refused(run,
	    "Notes and splits cannot be taken back. To put a split ticket "
	    "back: merge NUMBER");
}

/* ---- replies ---- */

static guint
count_rows(Run *run)
{
	g_autoptr(TdTxn) txn = td_txn_read(run->fixture.store);
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(GError) error = NULL;

	td_outbox_rows(txn, 0, 0, G_MAXINT64, TD_READ_MAX, &rows, &error);
	g_assert_no_error(error);
	return rows->len;
}

static void
test_a_reply_that_waits_is_dropped(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	guint rows = count_rows(run);

	run_do(run, "ivan", "watch");
	run_reply(run, "olga", "Unplug it.");
	/* The customer's, and Ivan's. */
	g_assert_cmpuint(count_rows(run), ==, rows + 2);
	run_do(run, "olga", "undo");
	g_assert_false(run->refused);
	g_assert_nonnull(strstr(run_result(run, 0), "the reply"));
	g_assert_cmpuint(count_rows(run), ==, rows);
	ticket = run_ticket(run, run->number);
	g_assert_cmpint(ticket->status, ==, TD_STATUS_NEW);
	g_assert_cmpstr(ticket->owner, ==, "");
	g_assert_nonnull(run_event(run, run->number, TD_EVENT_NOT_DELIVERED));
	run_do(run, "olga", "undo");
	g_assert_true(run->refused);
	g_assert_nonnull(strstr(run_result(run, 0), "changed nothing"));
}

static void
test_a_reply_that_has_gone_stays(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	guint rows;

	run_reply(run, "olga", "Unplug it.");
	rows = count_rows(run);
	run_do(run, "olga", "undo");
	run_assert_refused(
	    run, "The mail has gone out and cannot be taken back.");
	g_assert_cmpuint(count_rows(run), ==, rows);
	ticket = run_ticket(run, run->number);
	g_assert_cmpint(ticket->status, ==, TD_STATUS_WAITING);
	g_assert_cmpstr(ticket->owner, ==, "olga");
}

static void
test_what_came_with_a_reply_that_has_gone_is_undone(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "olga", "note; close: Done.");
	run_do(run, "olga", "undo");
	run_assert_done(run,
	    "Taken back: status. A mail had gone out already and cannot be "
	    "taken back.");
	ticket = run_ticket(run, run->number);
	g_assert_cmpint(ticket->status, ==, TD_STATUS_NEW);
}

#define TEST(path, extra, function)                                            \
	g_test_add(path, Run, extra, run_open, function, run_close)

/* The data of a test is its line, not the configuration. */
static void
open_plain(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_open(run, NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autofree char *path = g_strdup_printf("/run/undo/kind/%u", i);

		g_test_add(path, Run, lines[i], open_plain,
		    test_undo_takes_each_kind_back, run_close);
	}
	TEST("/run/undo/before", NULL, test_undo_puts_back_what_was_there);
	TEST("/run/undo/names", NULL, test_undo_names_what_it_took_back);
	TEST("/run/undo/merge", NULL, test_a_merge_is_undone_from_its_target);
	TEST("/run/undo/steps", NULL, test_undo_steps_back_and_never_twice);
	TEST("/run/undo/late", NULL, test_an_hour_later_it_is_too_late);
	TEST("/run/undo/others", NULL, test_others_changes_are_theirs);
	TEST("/run/undo/left", NULL, test_what_others_changed_since_is_left);
	TEST("/run/undo/first", NULL, test_undo_comes_before_the_rest);
	TEST("/run/undo/aim", NULL, test_undo_on_another_ticket);
	TEST("/run/undo/split", NULL, test_a_split_cannot_be_undone);
	TEST("/run/undo/reply", "reply-hold = 120\n",
	    test_a_reply_that_waits_is_dropped);
	TEST("/run/undo/reply-gone", NULL, test_a_reply_that_has_gone_stays);
	TEST("/run/undo/reply-rest", NULL,
	    test_what_came_with_a_reply_that_has_gone_is_undone);
	return g_test_run();
}
