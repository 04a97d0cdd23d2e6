/* test-store-upgrade.c - stores of an older ticketd become stores of this one
 *
 * Rows of schema 1 are written below the interface: the agreed date where the
 * next deadline stands now, nothing that is counted since, and an index of
 * dates under its former name, which does not agree with the rows. */

#include "config.h"

#include "store/store-private.h"
#include "store-fixture.h"

#define DAY (24 * 60 * 60)

enum {
	OVERDUE = 1, /* agreed upon, and late */
	RESOLVED,    /* agreed upon, and done */
	REOPENED,    /* closed, then open again */
	ANSWERED,
	MERGED,   /* agreed upon, into ANSWERED */
	RETURNED, /* resolved, then open again */
	LAST = RETURNED
};

/* ---- a store of schema 1 ---- */

static void
add_number(TdTxn *txn, TdTicket *ticket, TdEventKind kind, const char *key,
    guint64 value)
{
	g_autoptr(TdEvent)
	    event = td_event_new(kind, ticket->number, NOW, "desk");

	td_event_set_number(event, key, value);
	append(txn, ticket, event);
}

static void
add_text(TdTxn *txn, TdTicket *ticket, TdEventKind kind, const char *key,
    const char *value)
{
	g_autoptr(TdEvent)
	    event = td_event_new(kind, ticket->number, NOW, "desk");

	td_event_set(event, key, value);
	append(txn, ticket, event);
}

/* A reply went out. */
static void
add_reply(TdTxn *txn, TdTicket *ticket)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdEvent) event = td_event_new(
	    TD_EVENT_MESSAGE, ticket->number, NOW + 60, "agent:anna");
	g_autoptr(TdFiled) filed = td_filed_new();

	filed->ticket = ticket->number;
	filed->sequence = 1;
	filed->outgoing = TRUE;
	event->message = 1;
	td_event_set(event, "letter", "reply");
	append(txn, ticket, event);
	g_assert_true(td_filed_put(txn, filed, "x", 1, &error));
	g_assert_no_error(error);
}

static void
add_events(TdTxn *txn, TdTicket *ticket)
{
	guint64 number = ticket->number;

	if (number == OVERDUE || number == RESOLVED || number == MERGED)
		add_number(txn, ticket, TD_EVENT_DUE, "to", NOW - DAY);
	if (number == RESOLVED || number == RETURNED)
		add_text(txn, ticket, TD_EVENT_STATUS, "to", "resolved");
	if (number == REOPENED)
		add_text(txn, ticket, TD_EVENT_STATUS, "to", "closed");
	if (number == REOPENED || number == RETURNED)
		add_text(txn, ticket, TD_EVENT_STATUS, "to", "open");
	if (number == ANSWERED)
		add_reply(txn, ticket);
	if (number == MERGED)
		add_number(txn, ticket, TD_EVENT_MERGED, "into", ANSWERED);
}

/* The record as schema 1 wrote it. */
static void
put_former(TdTxn *txn, const TdTicket *ticket)
{
	g_autoptr(TdTicket) former = td_ticket_copy(ticket);

	former->deadline = ticket->due;
	former->due = 0;
	former->answered = 0;
	former->reopened = 0;
	former->returned = 0;
	put_ticket(txn, former);
}

/* Opened without what keeps the indexes right. */
static void
open_bare(Desk *desk)
{
	g_autoptr(GError) error = NULL;

	desk->store = td_store_open_as(
	    desk->home, CACHE_SIZE, 0, TD_OPEN_META, &error);
	g_assert_no_error(error);
	g_assert_true(td_tables_open_bare(desk->store, &error));
	g_assert_no_error(error);
}

static void
put_schema(TdTxn *txn, guint64 schema)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(td_meta_put_number(txn, TD_META_SCHEMA, schema, &error));
	g_assert_no_error(error);
}

static void
rename_index(Desk *desk, const char *from, const char *to)
{
	DB_ENV *env = desk->store->env;

	g_assert_cmpint(
	    env->dbrename(env, NULL, from, NULL, to, DB_AUTO_COMMIT), ==, 0);
}

static void
fill_former(Desk *desk)
{
	g_autoptr(TdTxn) txn = begin(desk);

	for (guint64 i = 1; i <= LAST; i++) {
		g_autofree char *from = g_strdup_printf(
		    "c%u@example.com", (guint)i);
		g_autoptr(TdTicket) ticket = new_ticket(
		    txn, "support", from, "the printer burns");

		add_events(txn, ticket);
		/* Keys of a former function: of tickets that are done too. */
		ticket->deadline = NOW - 2 * DAY;
		put_ticket(txn, ticket);
	}
	commit(txn);
}

static void
make_former(Desk *desk, gconstpointer unused)
{
	g_autoptr(TdTxn) txn = NULL;

	make_desk(desk, unused);
	fill_former(desk);
	close_store(desk);

	open_bare(desk);
	txn = begin(desk);
	for (guint64 i = 1; i <= LAST; i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(TdTicket) sum = NULL;

		g_assert_true(td_ticket_rebuild(txn, i, &sum, &error));
		put_former(txn, sum);
	}
	put_schema(txn, 1);
	commit(txn);
	rename_index(desk, "tickets-by-deadline.db", "tickets-by-due.db");
	close_store(desk);
}

/* ---- what is asked of it ---- */

static void
keep_finding(const char *finding, gpointer data)
{
	g_string_append_printf(data, "%s\n", finding);
}

static void
upgrade(Desk *desk, TdUpgrade *result)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(
	    td_store_upgrade(desk->home, CACHE_SIZE, 0, result, &error));
	g_assert_no_error(error);
}

static void
assert_checked(Desk *desk, const char *want)
{
	g_autoptr(GString) got = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	guint64 number = 0;
	guint64 wrong = 0;

	do {
		g_autoptr(TdTxn) turn = td_txn_read(desk->store);

		g_assert_true(td_store_check(
		    turn, FALSE, &number, &wrong, keep_finding, got, &error));
		g_assert_no_error(error);
	} while (number != 0);
	g_assert_cmpstr(got->str, ==, want);
}

static void
assert_verified(Desk *desk)
{
	TdVerify verify = { .until = G_MAXUINT64 };
	g_autoptr(GError) error = NULL;

	do {
		g_assert_true(td_store_verify(desk->store, &verify, &error));
		g_assert_no_error(error);
	} while (verify.number != 0);
	g_assert_cmpuint(verify.wrong, ==, 0);
	g_assert_cmpuint(verify.tickets, ==, LAST + 1);
}

static void
assert_dates(const TdTicket *ticket, gint64 due)
{
	g_assert_cmpint(ticket->due, ==, due);
	g_assert_cmpint(ticket->deadline, ==, 0);
	g_assert_false(ticket->breached);
}

static void
assert_overdue(TdTxn *txn, gint64 now, const char *want)
{
	TdTicketQuery query = { .status = -1, .overdue = now, .limit = 200 };
	g_autoptr(GPtrArray) tickets = NULL;
	g_autoptr(GString) got = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	guint64 next = 1;

	g_assert_true(td_ticket_list(txn, &query, &tickets, &next, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(next, ==, 0);
	for (guint i = 0; i < tickets->len; i++)
		g_string_append_printf(got, "%u ",
		    (guint)((const TdTicket *)tickets->pdata[i])->number);
	g_assert_cmpstr(got->str, ==, want);
}

/* All that a store of these tickets should say. */
static void
assert_upgraded(Desk *desk)
{
	g_autoptr(TdTxn) turn = NULL;

	open_store(desk);
	assert_checked(desk, "");
	assert_verified(desk);
	turn = td_txn_read(desk->store);
	for (guint64 i = 1; i <= LAST; i++) {
		g_autoptr(TdTicket) ticket = get_ticket(turn, i);

		assert_dates(ticket,
		    i == OVERDUE || i == RESOLVED || i == MERGED ? NOW - DAY
		                                                 : 0);
		g_assert_cmpint(
		    ticket->answered, ==, i == ANSWERED ? NOW + 60 : 0);
		g_assert_cmpuint(ticket->reopened, ==, i == REOPENED);
		g_assert_cmpuint(ticket->returned, ==, i == RETURNED);
	}
	/* No clock runs before the desk looks at them again. */
	assert_overdue(turn, NOW, "");
}

static gboolean
has_file(const Desk *desk, const char *name)
{
	g_autofree char *path = g_build_filename(desk->home, "db", name, NULL);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

/* ---- tests ---- */

static void
test_older_refused(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(td_store_open(desk->home, CACHE_SIZE, 0, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
	g_assert_nonnull(strstr(error->message, "older ticketd"));
	g_assert_nonnull(strstr(error->message, "ticket check --upgrade"));
	/* Nor is anything made in it. */
	g_assert_true(has_file(desk, "tickets-by-due.db"));
	g_assert_false(has_file(desk, "tickets-by-deadline.db"));
}

static void
test_upgraded(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	TdUpgrade result = { 0 };

	upgrade(desk, &result);
	g_assert_cmpuint(result.schema, ==, 1);
	g_assert_cmpuint(result.tickets, ==, LAST + 1);
	g_assert_cmpuint(result.damaged, ==, 0);
	g_assert_false(has_file(desk, "tickets-by-due.db"));
	assert_upgraded(desk);
}

/* A deadline begins when the desk next looks at the ticket. */
static void
test_goes_on(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	TdUpgrade result = { 0 };
	TdClock clock = {
		.state = TD_CLOCK_RUNNING, .due = NOW - DAY, .next = NOW - DAY
	};
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdTxn) txn = NULL;
	g_autoptr(TdTxn) turn = NULL;
	g_autoptr(TdEvent)
	    event = td_event_new(TD_EVENT_DUE, OVERDUE, NOW, "desk");

	upgrade(desk, &result);
	open_store(desk);
	txn = begin(desk);
	ticket = get_ticket(txn, OVERDUE);
	td_event_set_clock(event, TD_CLOCK_AGREED, &clock);
	append(txn, ticket, event);
	put_ticket(txn, ticket);
	commit(txn);
	turn = td_txn_read(desk->store);
	assert_overdue(turn, NOW - DAY - 1, "");
	assert_overdue(turn, NOW - DAY, "1 ");
	g_clear_pointer(&turn, td_txn_free);
	assert_checked(desk, "");
}

static void
test_nothing_to_do(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	TdUpgrade result = { 0 };

	upgrade(desk, &result);
	upgrade(desk, &result);
	g_assert_cmpuint(result.schema, ==, TD_STORE_SCHEMA);
	g_assert_cmpuint(result.tickets, ==, 0);
	assert_upgraded(desk);
}

/* What a kill leaves: no indexes, or some made anew, some records done, the
 * schema the old one. */
static void
test_begun_again(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	TdUpgrade result = { 0 };
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTicket) sum = NULL;
	g_autoptr(TdTxn) txn = NULL;

	upgrade(desk, &result);
	open_bare(desk);
	txn = begin(desk);
	for (guint64 i = RESOLVED; i <= LAST; i++) {
		g_clear_pointer(&sum, td_ticket_free);
		g_assert_true(td_ticket_rebuild(txn, i, &sum, &error));
		put_former(txn, sum);
	}
	put_schema(txn, 1);
	commit(txn);
	g_assert_true(td_tables_remove_indexes(desk->store, &error));
	g_assert_no_error(error);
	close_store(desk);

	upgrade(desk, &result);
	g_assert_cmpuint(result.schema, ==, 1);
	g_assert_cmpuint(result.tickets, ==, LAST + 1);
	assert_upgraded(desk);
}

/* Removes or changes an event of @number in a store of schema 1. */
static void
damage_event(Desk *desk, guint64 number, guint64 sequence, gboolean gone)
{
	g_autoptr(GError) error = NULL;
	g_auto(TdRow) row = { 0 };
	g_autoptr(TdTxn) txn = NULL;
	guint8 key[TD_KEY_PLACE];

	open_bare(desk);
	txn = begin(desk);
	td_key_place(key, number, sequence);
	td_row_get(txn, TD_TABLE_EVENTS, key, sizeof(key), 0, &row, &error);
	g_assert_no_error(error);
	row.data[0] ^= 1;
	if (gone)
		td_row_delete(txn, TD_TABLE_EVENTS, key, sizeof(key), &error);
	else
		td_row_put(txn, TD_TABLE_EVENTS, key, sizeof(key), row.data,
		    row.size, &error);
	g_assert_no_error(error);
	commit(txn);
	close_store(desk);
}

/* @twice: the first time it was killed before the end. */
static void
upgrade_damaged(Desk *desk, gboolean twice)
{
	g_autoptr(GString) found = g_string_new(NULL);
	TdUpgrade result = { .finding = keep_finding, .data = found };

	upgrade(desk, &result);
	if (twice) {
		g_autoptr(TdTxn) txn = NULL;

		open_bare(desk);
		txn = begin(desk);
		put_schema(txn, 1);
		commit(txn);
		close_store(desk);
		g_string_truncate(found, 0);
		upgrade(desk, &result);
	}
	g_assert_cmpuint(result.damaged, ==, 1);
	g_assert_cmpuint(result.tickets, ==, LAST);
	g_assert_true(g_str_has_prefix(found->str, "ticket 1: "));
	open_store(desk);
}

static void
test_damaged_told(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdTxn) turn = NULL;

	damage_event(desk, OVERDUE, 1, FALSE);
	upgrade_damaged(desk, TRUE);
	turn = td_txn_read(desk->store);
	ticket = get_ticket(turn, OVERDUE);
	g_assert_cmpstr(ticket->subject, ==, "the printer burns");
	assert_dates(ticket, NOW - DAY);
	assert_overdue(turn, NOW, "");
}

/* Else nobody would ever see that it is gone. */
static void
test_lost_event_told(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdTxn) turn = NULL;

	damage_event(desk, OVERDUE, 2, TRUE);
	upgrade_damaged(desk, FALSE);
	turn = td_txn_read(desk->store);
	ticket = get_ticket(turn, OVERDUE);
	g_assert_cmpuint(ticket->events, ==, 2);
	assert_dates(ticket, NOW - DAY);
}

static void
put_deadline(Desk *desk, gint64 deadline)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket) ticket = get_ticket(txn, OVERDUE);

	ticket->deadline = deadline;
	put_ticket(txn, ticket);
	commit(txn);
}

/* As a former function would leave one behind. */
static void
test_stale_key_once(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	TdUpgrade result = { 0 };
	g_autoptr(TdTxn) turn = NULL;

	upgrade(desk, &result);
	open_store(desk);
	put_deadline(desk, NOW - 3 * DAY);
	close_store(desk);
	open_bare(desk);
	put_deadline(desk, 0);
	close_store(desk);
	open_store(desk);
	put_deadline(desk, NOW - DAY);
	turn = td_txn_read(desk->store);
	assert_overdue(turn, NOW, "1 ");
}

static void
keep_last(guint64 done, guint64 last, gpointer data)
{
	guint64 *seen = data;

	g_assert_cmpuint(done, <=, last);
	g_assert_cmpuint(done, >=, seen[0]);
	seen[0] = done;
	seen[1] = last;
}

static void
test_progress_told(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 seen[2] = { 0, 0 };
	TdUpgrade result = { .progress = keep_last, .data = seen };

	upgrade(desk, &result);
	g_assert_cmpuint(seen[0], ==, LAST);
	g_assert_cmpuint(seen[1], ==, LAST);
}

static void
test_held_waits(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	TdUpgrade result = { 0 };
	g_autoptr(GError) error = NULL;

	open_bare(desk);
	g_assert_false(
	    td_store_upgrade(desk->home, CACHE_SIZE, 0, &result, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
}

static void
test_newer_refused(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	TdUpgrade result = { 0 };
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = NULL;

	open_bare(desk);
	txn = begin(desk);
	put_schema(txn, TD_STORE_SCHEMA + 1);
	commit(txn);
	close_store(desk);
	g_assert_false(
	    td_store_upgrade(desk->home, CACHE_SIZE, 0, &result, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
	g_assert_true(has_file(desk, "tickets-by-due.db"));
}

#define FORMER(name, function)                                                 \
	g_test_add("/store/upgrade/" name, Desk, NULL, make_former, function,  \
	    remove_desk)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	FORMER("an older store is refused with the remedy", test_older_refused);
	FORMER("records become the sum of their events", test_upgraded);
	FORMER("deadlines begin after it", test_goes_on);
	FORMER("a second time there is nothing to do", test_nothing_to_do);
	FORMER("cut short it is begun again", test_begun_again);
	FORMER("a damaged ticket keeps what was agreed", test_damaged_told);
	FORMER("a lost event is not forgotten", test_lost_event_told);
	FORMER("a key left behind lists no ticket twice", test_stale_key_once);
	FORMER("progress is told", test_progress_told);
	FORMER("a store that is in use is left alone", test_held_waits);
	FORMER("a newer store is left alone", test_newer_refused);
	return g_test_run();
}
