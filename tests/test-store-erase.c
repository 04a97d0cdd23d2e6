/* test-store-erase.c - what is taken out of the store is gone, the chain still
 * holds, and a change that nobody tells of is found */

#include "config.h"

#include "erase-fixture.h"

/* ---- erasing ---- */

static void
test_erased(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GArray) seals = seal(desk);
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdTxn) txn = NULL;

	erase_queue(desk, BUSY, "erased");
	assert_findings(desk, NULL, "");
	assert_findings(desk, seals, "");
	assert_well(desk);
	txn = td_txn_read(desk->store);
	ticket = get_ticket(txn, BUSY);
	g_assert_cmpstr(ticket->queue, ==, "erased");
	g_assert_cmpuint(ticket->priority, ==, 4);
	g_assert_cmpuint(ticket->events, ==, BUSY_EVENTS + 1);
}

static void
test_erased_twice(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	erase_queue(desk, BUSY, "once");
	erase_queue(desk, BUSY, "twice");
	assert_findings(desk, NULL, "");
	assert_well(desk);
}

/* Without the event that tells of it. */
static void
test_untold(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdErasure) erasure = td_erasure_new(BUSY);
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(GError) error = NULL;

	replace(erasure, txn, BUSY, 2, "raw", "");
	commit(txn);
	assert_findings(
	    desk, NULL, "3/2 was changed: it does not match its hash");
	g_clear_pointer(&txn, td_txn_free);
	txn = td_txn_read(desk->store);
	g_assert_false(td_ticket_rebuild(txn, BUSY, &ticket, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_BROKEN);
	g_assert_null(ticket);
}

/* One byte of the payload of an event. */
static void
flip(Desk *desk, guint64 number, guint64 sequence)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdEvent) event = get_event(txn, number, sequence);
	g_auto(TdRow) row = { 0 };

	get_row(txn, TD_TABLE_EVENTS, number, sequence, &row);
	/* The time is first in it. */
	row.data[TD_EVENT_PAYLOAD] ^= 1;
	put_row(txn, TD_TABLE_EVENTS, number, sequence, &row);
	commit(txn);
}

static void
test_others_are_watched(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	erase_queue(desk, BUSY, "erased");
	flip(desk, BUSY, 4);
	assert_findings(
	    desk, NULL, "3/4 was changed: it does not match its hash");
}

static void
test_what_stands_there_is_watched(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	erase_queue(desk, BUSY, "erased");
	flip(desk, BUSY, 1);
	assert_findings(desk, NULL,
	    "3/1 was changed: it does not match its hash\n"
	    "3 has a record that is not the sum of its events: created");
}

/* Somebody puts back what was erased, from a backup. */
static void
test_restored(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = td_txn_read(desk->store);
	g_auto(TdRow) row = { 0 };

	get_row(txn, TD_TABLE_EVENTS, BUSY, 1, &row);
	g_clear_pointer(&txn, td_txn_free);
	erase_queue(desk, BUSY, "erased");
	txn = begin(desk);
	put_row(txn, TD_TABLE_EVENTS, BUSY, 1, &row);
	commit(txn);
	assert_findings(desk, NULL,
	    "3/1 was erased, and is there again\n"
	    "3 has a record that is not the sum of its events: queue");
}

/* The event that tells of an erasure is in the chain as any other. */
static void
test_telling_is_watched(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *found = NULL;

	erase_queue(desk, BUSY, "erased");
	flip(desk, BUSY, BUSY_EVENTS + 1);
	found = verify(desk, NULL, NULL);
	g_assert_true(g_str_has_prefix(
	    found, "3/6 was changed: it does not match its hash"));
}

/* ---- purging ---- */

static void
test_purged(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdFiled) filed = NULL;
	g_autoptr(TdTxn) txn = NULL;
	gboolean purged = FALSE;
	g_autoptr(GError) error = NULL;

	purge(desk, BUSY);
	assert_findings(desk, NULL, "");
	assert_well(desk);
	txn = td_txn_read(desk->store);
	ticket = get_ticket(txn, BUSY);
	g_assert_cmpint(ticket->purged, ==, NOW + 1);
	g_assert_cmpint(ticket->created, ==, NOW);
	g_assert_cmpint(ticket->status, ==, TD_STATUS_CLOSED);
	g_assert_cmpuint(ticket->events, ==, BUSY_EVENTS + 1);
	g_assert_cmpuint(ticket->messages, ==, 0);
	g_assert_cmpstr(ticket->queue, ==, "");
	g_assert_true(td_filed_get(txn, BUSY, 1, &filed, NULL, NULL));
	g_assert_null(filed);
	g_assert_true(td_ticket_is_purged(txn, BUSY, &purged, NULL));
	g_assert_true(purged);
	g_assert_true(td_ticket_is_purged(txn, 1, &purged, NULL));
	g_assert_false(purged);
	g_assert_false(td_ticket_fail_purged(ticket, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
}

static void
test_purged_is_in_no_list(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	const TdTicketQuery queries[] = {
		{ .status = -1, .limit = 10 },
		{ .status = TD_STATUS_CLOSED, .limit = 10 },
		{ .status = -1, .queue = "", .limit = 10 },
	};
	const guint wants[] = { TICKETS - 1, 0, 0 };
	guint64 counts[TD_STATUS_LAST + 1];
	g_autoptr(TdTxn) txn = NULL;

	purge(desk, BUSY);
	txn = td_txn_read(desk->store);
	for (guint i = 0; i < G_N_ELEMENTS(queries); i++) {
		g_autoptr(GPtrArray) tickets = NULL;
		guint64 next;

		g_assert_true(
		    td_ticket_list(txn, &queries[i], &tickets, &next, NULL));
		g_assert_cmpuint(tickets->len, ==, wants[i]);
	}
	g_assert_true(td_ticket_count(txn, NULL, counts, NULL));
	g_assert_cmpuint(counts[TD_STATUS_CLOSED], ==, 0);
	g_assert_cmpuint(counts[TD_STATUS_NEW], ==, TICKETS - 1);
}

/* A seal of any of the events that are gone. */
static void
test_seals_hold(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GArray) seals = g_array_new(FALSE, FALSE, sizeof(TdSeal));
	g_autoptr(TdTxn) txn = td_txn_read(desk->store);

	for (guint64 i = 1; i <= BUSY_EVENTS; i++) {
		TdSeal one = { BUSY, i, { 0 } };
		g_auto(TdRow) row = { 0 };

		get_row(txn, TD_TABLE_EVENTS, BUSY, i, &row);
		memcpy(one.chain, row.data + TD_HASH_SIZE, TD_HASH_SIZE);
		g_array_append_val(seals, one);
	}
	g_clear_pointer(&txn, td_txn_free);
	assert_findings(desk, seals, "");
	purge(desk, BUSY);
	assert_findings(desk, seals, "");
	g_array_index(seals, TdSeal, 2).chain[0] ^= 1;
	assert_findings(desk, seals,
	    "3/3 is not what was sealed: this event, or one before it, was "
	    "changed since");
}

/* The chain goes on behind it. */
static void
test_purged_goes_on(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = NULL;
	g_autoptr(TdTicket) ticket = NULL;

	purge(desk, BUSY);
	txn = begin(desk);
	ticket = get_ticket(txn, BUSY);
	change_ticket(txn, ticket, TD_EVENT_NOTE, "text", "late");
	commit(txn);
	assert_findings(desk, NULL, "");
	assert_well(desk);
}

static void
test_tombstone_is_watched(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *found = NULL;

	purge(desk, BUSY);
	flip(desk, BUSY, BUSY_EVENTS + 1);
	found = verify(desk, NULL, NULL);
	g_assert_true(g_str_has_prefix(
	    found, "3/6 was changed: it does not match its hash"));
}

/* A tombstone that somebody wrote tells other hashes than those that were. */
static void
test_false_tombstone(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GArray) seals = seal(desk);
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket) ticket = td_ticket_new(BUSY);
	g_autoptr(TdEvent)
	    event = td_event_new(TD_EVENT_NOTE, BUSY, NOW, "desk");
	guint8 hashes[BUSY_EVENTS * TD_HASH_SIZE] = { 0 };
	g_autofree char *found = NULL;

	for (guint64 i = 1; i <= BUSY_EVENTS; i++) {
		delete_row(txn, TD_TABLE_EVENTS, BUSY, i);
		td_event_chain(ticket->chain, BUSY, i, hashes);
	}
	delete_row(txn, TD_TABLE_MESSAGES, BUSY, 1);
	delete_row(txn, TD_TABLE_MESSAGES, BUSY, 2);
	ticket->events = BUSY_EVENTS;
	td_event_set_bytes(event, TD_PURGED_HASHES, hashes, sizeof(hashes));
	append(txn, ticket, event);
	put_ticket(txn, ticket);
	commit(txn);
	assert_findings(desk, NULL, "");
	assert_findings(desk, seals,
	    "3/5 is not what was sealed: this event, or one before it, was "
	    "changed since");
}

/* Events without what tells of a purge. */
static void
test_events_deleted(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);

	for (guint64 i = 1; i < BUSY_EVENTS; i++)
		delete_row(txn, TD_TABLE_EVENTS, BUSY, i);
	commit(txn);
	assert_findings(desk, NULL,
	    "3/1 is missing, and so are all up to 4\n"
	    "3 has a message that no event speaks of: 1");
}

static void
test_message_left_behind(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdFiled) filed = make_filed(BUSY, 1);
	g_autoptr(TdTxn) txn = NULL;

	purge(desk, BUSY);
	txn = begin(desk);
	g_assert_true(td_filed_put(txn, filed, "x", 1, NULL));
	commit(txn);
	assert_findings(
	    desk, NULL, "3 has a message that no event speaks of: 1");
}

/* A ticket whose chain is torn is evidence. */
static void
test_torn_is_not_purged(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket) ticket = get_ticket(txn, BUSY);
	g_autoptr(GError) error = NULL;

	delete_row(txn, TD_TABLE_EVENTS, BUSY, 3);
	g_assert_false(td_ticket_purge(txn, ticket, NOW, "desk", &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_BROKEN);
}

/* ---- beside somebody who verifies ---- */

typedef struct {
	Desk *desk;
	gint stop;
} Beside;

static gpointer
erase_again_and_again(gpointer data)
{
	Beside *beside = data;

	for (guint i = 0; i < 200 && g_atomic_int_get(&beside->stop) == 0;
	     i++) {
		erase_queue(beside->desk, 1, i % 2 == 0 ? "one" : "other");
		if (i == 49 || i == 99 || i == 149)
			purge(beside->desk, 2 + i / 50);
	}
	return NULL;
}

static void
test_beside_verify(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket) ticket = get_ticket(txn, 1);
	Beside beside = { .desk = desk };
	GThread *thread;

	/* More than one turn reads. */
	for (guint i = 0; i < TD_READ_MAX + 50; i++)
		change_ticket(txn, ticket, TD_EVENT_NOTE, "text", "x");
	commit(txn);
	thread = g_thread_new("erase", erase_again_and_again, &beside);
	for (guint i = 0; i < 10; i++)
		assert_findings(desk, NULL, "");
	g_atomic_int_set(&beside.stop, 1);
	g_thread_join(thread);
	assert_findings(desk, NULL, "");
	assert_well(desk);
}

#define MEMORY(name, function)                                                 \
	g_test_add("/store/erase/" name, Desk, NULL, fill_memory, function,    \
	    remove_desk)
#define DISK(name, function)                                                   \
	g_test_add("/store/erase/" name, Desk, NULL, fill_disk, function,      \
	    remove_desk)

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	MEMORY("a replaced event that is told of verifies", test_erased);
	MEMORY("so does one that is replaced twice", test_erased_twice);
	MEMORY("one that nothing tells of is found", test_untold);
	MEMORY("other events are watched as before", test_others_are_watched);
	MEMORY("what stands there now is watched",
	    test_what_stands_there_is_watched);
	MEMORY("what comes back is found", test_restored);
	MEMORY("the event that tells is watched", test_telling_is_watched);
	MEMORY("of a purged ticket an event is left", test_purged);
	MEMORY("it is in no list", test_purged_is_in_no_list);
	MEMORY("seals of what is gone hold", test_seals_hold);
	MEMORY("its chain goes on", test_purged_goes_on);
	MEMORY("that event is watched", test_tombstone_is_watched);
	MEMORY("a false one is found by a seal", test_false_tombstone);
	MEMORY("events that were deleted are missing", test_events_deleted);
	MEMORY("a message left behind is found", test_message_left_behind);
	MEMORY("a torn chain is not thrown away", test_torn_is_not_purged);
	DISK("beside verifying it is no finding", test_beside_verify);
	return g_test_run();
}
