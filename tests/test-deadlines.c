/* test-deadlines.c - clocks run, stop, warn and break */

#include "config.h"

#include <string.h>

#include "clocks-fixture.h"

/* Times are those of a clock that never rests, unless a test says office. */
#define PLAIN                                                                  \
	"|[sla plain]\nfirst-response = 1h\nnext-update = 2h\n"                \
	"solution = 10h\nwarn = 75\n"

#define OFFICE                                                                 \
	"|calendar = office\n" CLOCKS_OFFICE                                   \
	"[sla office]\nfirst-response = 1h\nsolution = 10h\n"

static const char plain[] = PLAIN;

static const char office[] = OFFICE;

/* ---- another configuration ---- */

/* The desk goes on with @to where @from stood in its configuration. */
static void
change(Clocks *clocks, const char *from, const char *to)
{
	Fixture *fixture = &clocks->fixture;
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) text = NULL;
	g_autoptr(TdTxn) txn = NULL;
	g_autofree char *path = g_build_filename(
	    fixture->directory, "ticketd.conf", NULL);
	g_autofree char *before = NULL;

	g_assert_true(g_file_get_contents(path, &before, NULL, &error));
	text = g_string_new(before);
	g_assert_cmpuint(g_string_replace(text, from, to, 0), >, 0);
	g_assert_true(g_file_set_contents(path, text->str, -1, &error));
	td_desk_unref(fixture->desk);
	td_conf_free(fixture->conf);
	fixture->conf = td_conf_load(path, &error);
	g_assert_no_error(error);
	txn = td_txn_begin(fixture->store, &error);
	fixture->desk = td_desk_new(fixture->conf, txn, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

static void
test_renamed(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "running 21 11:00");
	clocks_at(clocks, AT(4, 0));
	change(clocks, "office", "hours");
	clocks_do(clocks, "olga", "take");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "running 21 11:00");
}

/* While it stood still nothing was spent, whatever the hours are called. */
static void
test_renamed_while_stopped(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_at(clocks, AT(1, 0));
	clocks_do(clocks, "olga", "pending 2023-11-21 09:00");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "stopped 540m");
	change(clocks, "office", "hours");
	clocks_at(clocks, AT(24, 0));
	clocks_tick(clocks);
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "running 22 10:00");
}

/* Three hours were spent, of a clock that never rests now. */
static void
test_removed(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_at(clocks, AT(3, 0));
	change(clocks, &office[1], &plain[1]);
	clocks_do(clocks, "olga", "take");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "running 19:00");
}

/* ---- the first answer ---- */

static void
test_edge(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_do(clocks, "olga", "take");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "running 10:00");
	clocks_assert_tick(clocks, AT(0, 45) - 1, "");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "running 10:00");
	clocks_assert_tick(clocks, AT(0, 45), "deadline:olga@example.com");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "running 10:00 warned");
	clocks_assert_tick(clocks, AT(1, 0) - 1, "");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "running 10:00 warned");
	clocks_assert_tick(clocks, AT(1, 0),
	    "deadline:olga@example.com deadline:rita@example.com");
	clocks_assert(
	    clocks, TD_CLOCK_RESPONSE, "running 10:00 warned breached");
	clocks_assert_tick(clocks, AT(1, 0) + 1, "");
	clocks_assert_tick(clocks, AT(1, 1), "");
}

static void
test_ticket_knows(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) before = clocks_ticket(clocks);
	g_autoptr(TdTicket) after = NULL;

	g_assert_cmpint(before->deadline, ==, CLOCKS_START + AT(1, 0));
	g_assert_cmpint(before->timer, ==, CLOCKS_START + AT(0, 45));
	g_assert_false(before->breached);
	clocks_at(clocks, AT(1, 0));
	clocks_tick(clocks);
	after = clocks_ticket(clocks);
	g_assert_cmpint(after->deadline, ==, CLOCKS_START + AT(1, 0));
	g_assert_true(after->breached);
	/* Next is the warning of the solution. */
	g_assert_cmpint(after->timer, ==, CLOCKS_START + AT(7, 30));
}

static void
test_unowned(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_assert_tick(clocks, AT(0, 45),
	    "deadline:ivan@example.com deadline:olga@example.com "
	    "deadline:rita@example.com");
}

static void
test_answer_in_time(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	clocks_at(clocks, AT(1, 0) - 1);
	clocks_reply(clocks, "olga");
	ticket = clocks_ticket(clocks);
	g_assert_cmpint(ticket->answered, ==, CLOCKS_START + AT(1, 0) - 1);
	g_assert_false(ticket->breached);
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "met 0m");
	clocks_assert_tick(clocks, AT(1, 0), "");
}

/* At the very second it is due it is too late, whoever comes first. */
static void
test_answer_too_late(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	clocks_at(clocks, AT(1, 0));
	clocks_reply(clocks, "olga");
	ticket = clocks_ticket(clocks);
	g_assert_true(ticket->breached);
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "met 0m breached");
	/* Nobody need hear of what is done. */
	clocks_assert_tick(clocks, AT(1, 1), "");
}

static void
test_note_is_no_answer(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_at(clocks, AT(0, 10));
	clocks_do(clocks, "olga", "note: I look at it");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "running 10:00");
}

static void
test_closed_unanswered(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_at(clocks, AT(0, 10));
	clocks_do(clocks, "olga", "close");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "met 50m");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "met 590m");
	clocks_assert_tick(clocks, AT(24, 0), "");
	clocks_do(clocks, "olga", "reopen");
	/* The first answer does not come back. */
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "met 50m");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "running 21 18:50");
}

static void
test_skipped_warning(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_do(clocks, "olga", "take");
	clocks_assert_tick(clocks, AT(3, 0),
	    "deadline:olga@example.com deadline:rita@example.com");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "running 10:00 breached");
	g_assert_cmpuint(
	    clocks_count(clocks, TD_EVENT_ESCALATED, TD_CLOCK_RESPONSE), ==, 1);
}

/* Two of them broke while nobody looked: both are told, the older one first. */
static void
test_both(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GPtrArray) events = NULL;
	g_autoptr(GString) order = g_string_new(NULL);

	clocks_do(clocks, "olga", "take");
	clocks_assert_tick(clocks, AT(30, 0),
	    "deadline:olga@example.com deadline:olga@example.com "
	    "deadline:rita@example.com deadline:rita@example.com");
	events = fixture_events(&clocks->fixture, clocks->number);
	for (guint i = 0; i < events->len; i++) {
		const TdEvent *event = g_ptr_array_index(events, i);

		if (event->kind == TD_EVENT_ESCALATED)
			g_string_append_printf(
			    order, "%s ", td_event_get(event, "clock"));
	}
	g_assert_cmpstr(order->str, ==, "response solution ");
}

static void
test_no_warning(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_do(clocks, "olga", "take");
	clocks_assert_tick(clocks, AT(1, 0) - 1, "");
	clocks_assert_tick(clocks, AT(1, 0),
	    "deadline:olga@example.com deadline:rita@example.com");
}

/* ---- the next answer ---- */

static void
test_update(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_assert(clocks, TD_CLOCK_UPDATE, "none");
	clocks_at(clocks, AT(0, 10));
	clocks_reply(clocks, "olga");
	/* It is the customer's turn. */
	clocks_assert(clocks, TD_CLOCK_UPDATE, "none");
	clocks_at(clocks, AT(1, 0));
	clocks_write(clocks);
	clocks_assert(clocks, TD_CLOCK_UPDATE, "running 12:00");
	clocks_at(clocks, AT(1, 30));
	clocks_write(clocks);
	clocks_assert(clocks, TD_CLOCK_UPDATE, "running 12:00");
	clocks_assert_tick(clocks, AT(2, 30), "deadline:olga@example.com");
	clocks_at(clocks, AT(3, 0) - 1);
	clocks_reply(clocks, "olga");
	clocks_assert(clocks, TD_CLOCK_UPDATE, "stopped 120m");
	clocks_assert_tick(clocks, AT(3, 0), "");
	clocks_at(clocks, AT(4, 0));
	clocks_write(clocks);
	clocks_assert(clocks, TD_CLOCK_UPDATE, "running 15:00");
	/* A new round, warned of anew. */
	clocks_assert_tick(clocks, AT(5, 30), "deadline:olga@example.com");
	clocks_assert_tick(clocks, AT(6, 0),
	    "deadline:olga@example.com deadline:rita@example.com");
}

/* Once broken the ticket stays marked, and the next round is told anew. */
static void
test_update_again(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	clocks_reply(clocks, "olga");
	clocks_write(clocks);
	clocks_at(clocks, AT(2, 0));
	clocks_tick(clocks);
	clocks_assert(clocks, TD_CLOCK_UPDATE, "running 11:00 breached");
	clocks_reply(clocks, "olga");
	clocks_assert(clocks, TD_CLOCK_UPDATE, "stopped 120m breached");
	clocks_write(clocks);
	clocks_assert(clocks, TD_CLOCK_UPDATE, "running 13:00 breached");
	ticket = clocks_ticket(clocks);
	g_assert_true(ticket->breached);
	g_assert_cmpint(ticket->deadline, ==, CLOCKS_START + AT(4, 0));
	clocks_assert_tick(clocks, AT(4, 0),
	    "deadline:olga@example.com deadline:rita@example.com");
	clocks_assert_tick(clocks, AT(4, 1), "");
}

/* ---- standing still ---- */

static void
test_waiting(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_at(clocks, AT(2, 0));
	clocks_reply(clocks, "olga");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "stopped 480m");
	clocks_assert_tick(clocks, AT(50, 0), "");
	clocks_write(clocks);
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "running 22 19:00");
}

static void
test_pending(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_at(clocks, AT(0, 10));
	clocks_do(clocks, "olga", "take; pending 2023-11-22 10:00");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "stopped 50m");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "stopped 590m");
	clocks_assert_tick(clocks, AT(49, 0) - 1, "");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "stopped 50m");
	clocks_assert_tick(clocks, AT(49, 0), "awake:olga@example.com");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "running 22 10:50");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "running 22 19:50");
}

/* It was over before the desk looked, and stands still all the same. */
static void
test_stopped_late(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_do(clocks, "olga", "take");
	clocks_at(clocks, AT(1, 0));
	clocks_do(clocks, "olga", "pending 2023-11-22 10:00");
	g_assert_cmpstr(clocks->told->str, ==,
	    "deadline:olga@example.com deadline:rita@example.com");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "stopped 0m breached");
	clocks_assert_tick(clocks, AT(49, 0), "awake:olga@example.com");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "running 22 10:00 breached");
	clocks_assert_tick(clocks, AT(49, 1), "");
}

static void
test_stopped_just_before(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_do(clocks, "olga", "take");
	clocks_at(clocks, AT(1, 0) - CLOCKS_MINUTE);
	clocks_do(clocks, "olga", "pending 2023-11-22 10:00");
	g_assert_cmpstr(clocks->told->str, ==, "");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "stopped 1m");
}

/* ---- business hours ---- */

static void
test_night(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	/* Ten hours: eight today, two tomorrow. */
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "running 21 11:00");
	clocks_do(clocks, "olga", "close");
	clocks_at(clocks, AT(7, 30));
	clocks_open_ticket(clocks);
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "running 21 09:30");
	clocks_do(clocks, "olga", "take");
	/* Of the hour 48 minutes: 30 today, 18 tomorrow. */
	clocks_assert_tick(clocks, AT(24, 18) - 1, "");
	clocks_assert_tick(clocks, AT(24, 18), "deadline:olga@example.com");
	clocks_at(clocks, AT(24, 20));
	clocks_do(clocks, "olga", "pending 2023-11-21 20:00");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "stopped 10m warned");
	clocks_assert_tick(clocks, AT(35, 0), "awake:olga@example.com");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "running 22 09:10 warned");
	clocks_assert_tick(clocks, AT(48, 10) - 1, "");
	clocks_assert_tick(clocks, AT(48, 10),
	    "deadline:olga@example.com deadline:rita@example.com");
}

static void
test_weekend(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	/* Friday, 16:30. */
	clocks_at(clocks, 4 * CLOCKS_DAY + AT(7, 30));
	clocks_open_ticket(clocks);
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "running 27 09:30");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "running 28 10:30");
}

#define ADD(name, extra, test)                                                 \
	g_test_add("/deadlines/" name, Clocks, extra, clocks_open, test,       \
	    clocks_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	ADD("hours of another name move no deadline", office, test_renamed);
	ADD("nor do they where it stood still", office,
	    test_renamed_while_stopped);
	ADD("hours that are gone are those of the new rule", office,
	    test_removed);
	ADD("the first answer is warned of and breaks to the second", plain,
	    test_edge);
	ADD("the ticket knows its next deadline and timer", plain,
	    test_ticket_knows);
	ADD("without an owner the queue is warned", plain, test_unowned);
	ADD("an answer a second before counts", plain, test_answer_in_time);
	ADD("an answer at the second is late", plain, test_answer_too_late);
	ADD("a note is no answer", plain, test_note_is_no_answer);
	ADD("the first answer does not come back", plain,
	    test_closed_unanswered);
	ADD("a warning is skipped when the breach is due too", plain,
	    test_skipped_warning);
	ADD("two that broke are told in order of time", plain, test_both);
	ADD("warn = 0 warns of nothing",
	    "|[sla a]\nfirst-response = 1h\n"
	    "warn = 0\n",
	    test_no_warning);
	ADD("the next answer runs while the customer waits", plain,
	    test_update);
	ADD("a second round breaks anew", plain, test_update_again);
	ADD("it stands still while the customer is waited for", plain,
	    test_waiting);
	ADD("it stands still while the ticket is put off", plain, test_pending);
	ADD("what is late when it stops is broken", plain, test_stopped_late);
	ADD("a minute before it stops whole", plain, test_stopped_just_before);
	ADD("nights do not count", office, test_night);
	ADD("weekends do not count", office, test_weekend);
	return g_test_run();
}
