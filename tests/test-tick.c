/* test-tick.c - what time alone brings */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>

#include "talk-fixture.h"

#define NO_DIGEST TALK_UTC "digest = none\n"

static const char digest_at_eight[] = TALK_UTC "digest = 08:00\n";

/* Eight o'clock of the day after the fixture's first. */
#define EIGHT G_GINT64_CONSTANT(1700035200)

/* An event with a number beside its text. */
static void
add_event(Talk *talk, TdEventKind kind, const char *const *pairs,
    const char *key, gint64 number)
{
	g_autoptr(TdTicket)
	    ticket = fixture_ticket(&talk->fixture, talk->number);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(talk->fixture.store, &error);
	g_autoptr(TdEvent) event = NULL;

	g_assert_no_error(error);
	event = td_event_new(
	    kind, talk->number, talk->fixture.now, "control:test");
	for (; pairs[0] != NULL; pairs += 2)
		td_event_set(event, pairs[0], pairs[1]);
	td_event_set_number(event, key, (guint64)number);
	td_event_append(txn, ticket, event, &error);
	g_assert_no_error(error);
	td_ticket_put(txn, ticket, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

static void
set_status(Talk *talk, const char *status, gint64 until)
{
	add_event(talk, TD_EVENT_STATUS, (const char *[]){ "to", status, NULL },
	    "until", until);
}

static void
add_reminder(Talk *talk, const char *agent, gint64 at, const char *text)
{
	add_event(talk, TD_EVENT_REMINDER,
	    (const char *[]){ "agent", agent, "text", text, NULL }, "at", at);
}

/* What the clock brings at @now, done too; letters are told as talk_told()
 * does, the caller's. */
static char *
tick(Talk *talk, gint64 now)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(talk->fixture.store, &error);
	g_autoptr(TdPlan) plan = NULL;
	TdOutcome outcome;
	char *told;

	g_assert_no_error(error);
	talk->fixture.now = now;
	td_desk_tick(talk->fixture.desk, txn, now, 100, &plan, &error);
	g_assert_no_error(error);
	told = talk_told(&(Talk){ .plan = plan });
	td_desk_apply(talk->fixture.desk, txn, plan, NULL, NULL, NULL, 0,
	    &outcome, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
	return told;
}

static void
assert_tick(Talk *talk, gint64 now, const char *want)
{
	g_autofree char *told = tick(talk, now);

	g_assert_cmpstr(told, ==, want);
}

static void
assert_status(Talk *talk, const char *want)
{
	g_autoptr(TdTicket)
	    ticket = fixture_ticket(&talk->fixture, talk->number);

	g_assert_cmpstr(td_status_name(ticket->status), ==, want);
}

/* ---- tickets ---- */

static void
test_pending(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	gint64 until = talk->fixture.now + 1000;

	talk_event(talk, TD_EVENT_OWNER, "to", "olga");
	set_status(talk, "pending", until);
	assert_tick(talk, until - 1, "");
	assert_status(talk, "pending");
	assert_tick(talk, until, "awake:olga@example.com");
	assert_status(talk, "open");
	assert_tick(talk, until + 1, "");
	assert_status(talk, "open");
}

static void
test_pending_unowned(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	gint64 until = talk->fixture.now + 1000;

	set_status(talk, "pending", until);
	assert_tick(talk, until + 5000,
	    "awake:ivan@example.com awake:olga@example.com");
}

static void
test_resolved(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	gint64 until = talk->fixture.now + 1000;

	talk_event(talk, TD_EVENT_OWNER, "to", "olga");
	set_status(talk, "resolved", until);
	assert_tick(talk, until - 1, "");
	assert_status(talk, "resolved");
	assert_tick(talk, until, "");
	assert_status(talk, "closed");
	assert_tick(talk, until + 1, "");
	assert_status(talk, "closed");
}

static void
test_reminder(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	gint64 at = talk->fixture.now + 1000;
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdMessage) letter = NULL;

	add_reminder(talk, "petr", at, "ring Anna");
	add_reminder(talk, "petr", at + 10, "ring Boris");
	add_reminder(talk, "olga", at, "see Petr");
	assert_tick(talk, at - 1, "");
	assert_tick(
	    talk, at, "reminder:olga@example.com reminder:petr@example.com");
	letter = fixture_letter(
	    &talk->fixture, talk->number, "reminder", "petr@example.com");
	g_assert_nonnull(strstr(letter->text, "ring Anna"));
	assert_tick(talk, at + 9, "");
	assert_tick(talk, at + 10, "reminder:petr@example.com");
	ticket = fixture_ticket(&talk->fixture, talk->number);
	g_assert_cmpuint(ticket->reminders->len, ==, 0);
	g_assert_cmpint(ticket->timer, ==, 0);
}

/* Two that are due at once are two reasons. */
static void
test_reminders_at_once(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	gint64 at = talk->fixture.now + 1000;

	add_reminder(talk, "petr", at, "ring Anna");
	add_reminder(talk, "petr", at + 10, "ring Boris");
	assert_tick(talk, at + 10,
	    "reminder:petr@example.com reminder:petr@example.com");
	assert_tick(talk, at + 11, "");
}

static void
test_reminder_gone(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	gint64 at = talk->fixture.now + 1000;
	g_autoptr(TdTicket) ticket = NULL;

	add_reminder(talk, "somebody who left", at, "ring Anna");
	assert_tick(talk, at, "");
	ticket = fixture_ticket(&talk->fixture, talk->number);
	g_assert_cmpint(ticket->timer, ==, 0);
}

static void
test_nothing(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = td_txn_read(talk->fixture.store);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdPlan) plan = NULL;

	td_desk_tick(
	    talk->fixture.desk, txn, talk->fixture.now, 100, &plan, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(plan->events->len, ==, 0);
	g_assert_cmpuint(plan->letters->len, ==, 0);
	g_assert_null(plan->digest_day);
}

static void
test_limit(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	gint64 until = talk->fixture.now + 1000;
	guint64 first = talk->number;
	g_autoptr(TdTxn) txn = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(TdPlan) plan = NULL;

	set_status(talk, "resolved", until);
	talk->number = fixture_open_ticket(&talk->fixture);
	set_status(talk, "resolved", until + 1);
	txn = td_txn_read(talk->fixture.store);
	td_desk_tick(talk->fixture.desk, txn, until + 1, 1, &plan, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(plan->events->len, ==, 1);
	g_assert_cmpuint(
	    ((TdEvent *)g_ptr_array_index(plan->events, 0))->ticket, ==, first);
}

/* ---- what goes wrong ---- */

static void
merge_into(Talk *talk, guint64 number)
{
	add_event(talk, TD_EVENT_MERGED, (const char *[]){ NULL }, "into",
	    (gint64)number);
}

/* A ticket that cannot be looked at stays due, and others are behind it. */
static void
test_damaged(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	gint64 until = talk->fixture.now + 1000;
	guint64 first = talk->number;
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = NULL;
	g_autoptr(TdPlan) plan = NULL;

	/* Merged in a circle. */
	add_reminder(talk, "petr", until, "ring Anna");
	merge_into(talk, first + 1);
	talk->number = fixture_open_ticket(&talk->fixture);
	merge_into(talk, first);
	talk->number = fixture_open_ticket(&talk->fixture);
	set_status(talk, "resolved", until + 1);
	txn = td_txn_read(talk->fixture.store);
	td_desk_tick(talk->fixture.desk, txn, until + 1, 1, &plan, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(plan->events->len, ==, 1);
	g_assert_cmpuint(
	    ((TdEvent *)g_ptr_array_index(plan->events, 0))->ticket, ==,
	    talk->number);
}

/* An event that the record of the ticket does not know of. */
static void
add_stray_event(Talk *talk)
{
	g_autoptr(TdTicket)
	    ticket = fixture_ticket(&talk->fixture, talk->number);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(talk->fixture.store, &error);
	g_autoptr(TdEvent) event = td_event_new(
	    TD_EVENT_NOTE, talk->number, talk->fixture.now, "desk");

	g_assert_no_error(error);
	td_event_append(txn, ticket, event, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

/* The record is what the events make of it again. */
static void
repair(Talk *talk)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(talk->fixture.store, &error);
	g_autoptr(TdTicket) ticket = NULL;

	g_assert_no_error(error);
	td_ticket_rebuild(txn, talk->number, &ticket, &error);
	g_assert_no_error(error);
	td_ticket_put(txn, ticket, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

/* The next one that is due and not of @leave; whether what it brings can be
 * done. */
static gboolean
tick_one(Talk *talk, gint64 now, GHashTable *leave, guint64 *number)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(talk->fixture.store, &error);
	g_autoptr(TdPlan) plan = NULL;
	TdOutcome outcome;

	g_assert_no_error(error);
	if (!td_desk_tick_one(
	        talk->fixture.desk, txn, now, leave, number, &plan, &error) ||
	    !td_desk_apply(talk->fixture.desk, txn, plan, NULL, NULL, NULL, 0,
	        &outcome, &error)) {
		g_assert_error(error, TD_ERROR, TD_ERROR_BROKEN);
		return FALSE;
	}
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
	return TRUE;
}

/* Such a ticket fails when its events are written, not before. */
static void
test_damaged_when_written(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	gint64 until = talk->fixture.now + 1000;
	guint64 first = talk->number;
	guint64 number = 0;
	g_autoptr(GHashTable)
	    leave = g_hash_table_new(g_int64_hash, g_int64_equal);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = NULL;
	g_autoptr(TdPlan) plan = NULL;

	set_status(talk, "resolved", until);
	add_stray_event(talk);
	talk->number = fixture_open_ticket(&talk->fixture);
	set_status(talk, "resolved", until + 1);

	g_assert_false(tick_one(talk, until + 1, leave, &number));
	g_assert_cmpuint(number, ==, first);
	g_hash_table_add(leave, &first);
	txn = td_txn_read(talk->fixture.store);
	td_desk_tick_but(
	    talk->fixture.desk, txn, until + 1, 1, leave, &plan, &error);
	g_clear_pointer(&txn, td_txn_free);
	g_assert_no_error(error);
	g_assert_cmpuint(plan->events->len, ==, 1);
	g_assert_cmpuint(
	    ((TdEvent *)g_ptr_array_index(plan->events, 0))->ticket, ==,
	    talk->number);
	g_assert_true(tick_one(talk, until + 1, leave, &number));
	g_assert_cmpuint(number, ==, talk->number);
	assert_status(talk, "closed");
	/* Nothing but what is left out is due. */
	g_assert_true(tick_one(talk, until + 1, leave, &number));
	g_assert_cmpuint(number, ==, 0);

	talk->number = first;
	repair(talk);
	g_assert_true(tick_one(talk, until + 1, NULL, &number));
	g_assert_cmpuint(number, ==, first);
	assert_status(talk, "closed");
}

/* Clocks that nothing stands behind: whatever they are, they are looked at once
 * and not for ever. */
static void
test_stray_clocks(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	gint64 at = talk->fixture.now;

	for (guint kind = 0; kind < TD_CLOCKS; kind++)
		for (guint state = 0; state <= TD_CLOCK_STATE_LAST; state++)
			for (guint status = 0; status <= TD_STATUS_LAST;
			     status++) {
				g_autoptr(TdTicket) ticket = NULL;

				at += 100;
				talk->fixture.now = at;
				set_status(talk, td_status_name(status), 0);
				add_event(talk, TD_EVENT_DUE,
				    (const char *[]){ "clock",
				        td_clock_name(kind), "state",
				        td_clock_state_name(state), "rule",
				        "gone", NULL },
				    "next", at);
				g_free(tick(talk, at + 1));
				ticket = fixture_ticket(
				    &talk->fixture, talk->number);
				g_assert_true(ticket->timer == 0 ||
				    ticket->timer > at + 1);
			}
}

/* ---- the digest of the day ---- */

static void
test_digest(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	static const char both[] =
	    "digest:ivan@example.com digest:olga@example.com";

	/* The fixture's first day is late: its own digest comes at once. */
	assert_tick(talk, talk->fixture.now, both);
	assert_tick(talk, EIGHT - 1, "");
	assert_tick(talk, EIGHT, both);
	assert_tick(talk, EIGHT + 1, "");
	assert_tick(talk, EIGHT + 16 * 60 * 60 - 1, "");
	assert_tick(talk, EIGHT + 16 * 60 * 60, "");
	assert_tick(talk, EIGHT + 24 * 60 * 60, both);
}

static void
test_digest_after_stop(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	static const char both[] =
	    "digest:ivan@example.com digest:olga@example.com";

	assert_tick(talk, EIGHT, both);
	assert_tick(talk, EIGHT + 5 * 24 * 60 * 60 + 7200, both);
	assert_tick(talk, EIGHT + 5 * 24 * 60 * 60 + 7201, "");
}

/* The day counts when nobody had anything to do, too. */
static void
test_digest_of_nothing(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	talk_event(talk, TD_EVENT_STATUS, "to", "closed");
	assert_tick(talk, EIGHT, "");
	talk_event(talk, TD_EVENT_STATUS, "to", "open");
	assert_tick(talk, EIGHT + 60, "");
}

static void
test_digest_zone(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	static const char both[] =
	    "digest:ivan@example.com digest:olga@example.com";

	g_free(tick(talk, talk->fixture.now));
	assert_tick(talk, EIGHT - 3 * 60 * 60 - 1, "");
	assert_tick(talk, EIGHT - 3 * 60 * 60, both);
}

static void
test_digest_turned_back(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	static const char both[] =
	    "digest:ivan@example.com digest:olga@example.com";
	const gint64 day = 24 * 60 * 60;

	assert_tick(talk, EIGHT + day, both);
	assert_tick(talk, EIGHT, "");
	assert_tick(talk, EIGHT + day + 60, "");
	assert_tick(talk, EIGHT + 2 * day, both);
	assert_tick(talk, EIGHT + 5000 * day, both);
	assert_tick(talk, EIGHT + 3 * day, both);
	assert_tick(talk, EIGHT + 3 * day + 60, "");
}

#define ADD(name, extra, test)                                                 \
	g_test_add("/tick/" name, Talk, extra, talk_open, test, talk_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	ADD("a pending ticket wakes up in time", NO_DIGEST, test_pending);
	ADD("a ticket without an owner wakes the queue", NO_DIGEST,
	    test_pending_unowned);
	ADD("a solved ticket is closed in time", NO_DIGEST, test_resolved);
	ADD("a reminder comes in time, once", NO_DIGEST, test_reminder);
	ADD("reminders that are due at once all come", NO_DIGEST,
	    test_reminders_at_once);
	ADD("a reminder for who left goes away", NO_DIGEST, test_reminder_gone);
	ADD("where nothing is due the plan is empty", NO_DIGEST, test_nothing);
	ADD("no more tickets are looked at than allowed", NO_DIGEST,
	    test_limit);
	ADD("a damaged ticket does not stop the others", NO_DIGEST,
	    test_damaged);
	ADD("a ticket that cannot be written is found and left out", NO_DIGEST,
	    test_damaged_when_written);
	ADD("no clock is looked at for ever", NO_DIGEST, test_stray_clocks);
	ADD("a rule that is gone is looked at once",
	    NO_DIGEST
	    "|[sla a]\nfirst-response = 1h\nsolution = 1d\n"
	    "[sla b]\npriorities = 1\nsolution = 1h\nescalation = up\n"
	    "[escalation up]\nsteps = owner;leads\n",
	    test_stray_clocks);
	ADD("the digest comes once a day", digest_at_eight, test_digest);
	ADD("after a stop one digest comes", digest_at_eight,
	    test_digest_after_stop);
	ADD("a clock turned back brings no second digest, one from far ahead "
	    "does not end them",
	    digest_at_eight, test_digest_turned_back);
	ADD("a day without a digest is over too", digest_at_eight,
	    test_digest_of_nothing);
	ADD("the day is that of the desk's time zone",
	    "timezone = Europe/Moscow\ndigest = 08:00\n", test_digest_zone);
	return g_test_run();
}
