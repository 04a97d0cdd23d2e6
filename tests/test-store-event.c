/* test-store-event.c - events: their details, their order, their chain */

#include "config.h"

#include "store/store-private.h"
#include "store-fixture.h"

static void
test_detail(void)
{
	g_autoptr(TdEvent) event = td_event_new(TD_EVENT_NOTE, 1, NOW, NULL);

	g_assert_cmpstr(event->actor, ==, "");
	td_event_set(event, "text", "one");
	td_event_set(event, "text", "two");
	td_event_set_number(event, "count", 7);
	g_assert_cmpstr(td_event_get(event, "text"), ==, "two");
	g_assert_cmpuint(td_event_get_number(event, "count"), ==, 7);
	g_assert_cmpstr(td_event_get(event, "count"), ==, "");
	g_assert_cmpuint(td_event_get_number(event, "text"), ==, 0);
	g_assert_cmpstr(td_event_get(event, "absent"), ==, "");
	td_event_set(event, "text", "caf\xe9");
	g_assert_cmpstr(td_event_get(event, "text"), ==, "caf\357\277\275");
	td_event_set(event, "text", NULL);
	g_assert_cmpstr(td_event_get(event, "text"), ==, "");
	g_assert_cmpuint(g_variant_n_children(td_event_detail(event)), ==, 2);
}

static void
test_kind_names(void)
{
	TdEventKind kind = TD_EVENT_LAST;
	guint i;

	for (i = 0; i <= TD_EVENT_LAST; i++) {
		g_assert_true(
		    td_event_kind_from_name(td_event_kind_name(i), &kind));
		g_assert_cmpuint(kind, ==, i);
	}
	g_assert_false(td_event_kind_from_name("exploded", &kind));
}

/* ---- the table ---- */

/* An event of any kind, with values that make sense or not. */
static TdEvent *
random_event(guint64 number)
{
	static const char *const keys[] = { "to", "add", "remove", "watch",
		"name", "queue", "requester", "subject", "status", "watcher",
		"unwatch", "mute", "unmute", "type", "agent", "done", "text" };
	static const char *const values[] = { "open", "closed", "support",
		"sales", "a@example.com", "b@example.com", "c@example.com",
		"Printer burns", "", "ёжик" };
	static const char *const numbers[] = { "to", "into", "spam", "until",
		"urgency", "impact", "remove", "score", "minutes", "less",
		"at" };
	TdEvent *event = td_event_new(
	    g_test_rand_int_range(0, TD_EVENT_LAST + 1), number,
	    NOW + g_test_rand_int_range(-1000, 1000), "desk");
	int i;

	event->message = g_test_rand_int_range(0, 5);
	replace_text(&event->evidence, "from");
	for (i = g_test_rand_int_range(0, 5); i > 0; i--)
		td_event_set(event,
		    keys[g_test_rand_int_range(0, G_N_ELEMENTS(keys))],
		    values[g_test_rand_int_range(0, G_N_ELEMENTS(values))]);
	for (i = g_test_rand_int_range(0, 3); i > 0; i--)
		td_event_set_number(event,
		    numbers[g_test_rand_int_range(0, G_N_ELEMENTS(numbers))],
		    g_test_rand_int_range(0, 7));
	return event;
}

static TdTicket *
ticket_of_random_events(TdTxn *txn, guint count)
{
	g_autoptr(GError) error = NULL;
	TdTicket *ticket;
	guint64 number;
	guint i;

	g_assert_true(td_ticket_allot(txn, &number, &error));
	ticket = td_ticket_new(number);
	for (i = 0; i < count; i++) {
		g_autoptr(TdEvent) event = random_event(number);

		append(txn, ticket, event);
		g_assert_cmpuint(event->sequence, ==, i + 1);
		put_ticket(txn, ticket);
	}
	return ticket;
}

static void
test_rebuild_equals_record(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	guint round;

	for (round = 0; round < 40; round++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(TdTxn) txn = begin(desk);
		g_autoptr(TdTicket) ticket = ticket_of_random_events(txn, 30);
		g_autoptr(TdTicket) stored = get_ticket(txn, ticket->number);
		g_autoptr(TdTicket) sum = NULL;

		g_assert_true(
		    td_ticket_rebuild(txn, ticket->number, &sum, &error));
		g_assert_no_error(error);
		g_assert_true(td_ticket_equal(sum, ticket));
		g_assert_true(td_ticket_equal(stored, ticket));
		commit(txn);
	}
}

static void
test_reads_what_was_appended(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket)
	    ticket = new_ticket(txn, "support", "a@example.com", "read");
	g_autoptr(TdEvent)
	    event = td_event_new(TD_EVENT_NOTE, 1, NOW + 3, "control:root");
	g_autoptr(GPtrArray) events = NULL;
	const TdEvent *read;

	replace_text(&event->evidence, "control");
	event->message = 12;
	td_event_set(event, "text", "hello");
	append(txn, ticket, event);
	g_assert_true(td_event_list(txn, 1, 1, 10, &events, NULL));
	g_assert_cmpuint(events->len, ==, 1);
	read = events->pdata[0];
	g_assert_cmpuint(read->ticket, ==, 1);
	g_assert_cmpuint(read->sequence, ==, 2);
	g_assert_cmpint(read->time, ==, NOW + 3);
	g_assert_cmpuint(read->kind, ==, TD_EVENT_NOTE);
	g_assert_cmpstr(read->actor, ==, "control:root");
	g_assert_cmpstr(read->evidence, ==, "control");
	g_assert_cmpuint(read->message, ==, 12);
	g_assert_true(
	    g_variant_equal(td_event_detail(read), td_event_detail(event)));
}

/* ---- many who look at one event ---- */

#define LOOKS 10000

typedef struct {
	const TdEvent *event[LOOKS];
	gint met; /* how often one of two came to an event */
} Looks;

static gpointer
look(gpointer data)
{
	Looks *looks = data;

	for (gint i = 0; i < LOOKS; i++) {
		GVariant *detail;

		g_atomic_int_inc(&looks->met);
		for (guint turn = 1;
		     g_atomic_int_get(&looks->met) < 2 * (i + 1); turn++)
			if (turn % 1000 == 0)
				g_thread_yield();
		detail = td_event_detail(looks->event[i]);
		g_assert_cmpuint(g_variant_n_children(detail), ==, 2);
	}
	return NULL;
}

static void
test_read_by_many(void)
{
	g_autofree Looks *looks = g_new0(Looks, 1);
	GThread *thread;

	for (gint i = 0; i < LOOKS; i++) {
		TdEvent *event = td_event_new(TD_EVENT_NOTE, 1, NOW, "desk");

		td_event_set(event, "text", "hello");
		td_event_set_number(event, "count", (guint64)i);
		looks->event[i] = event;
	}
	thread = g_thread_new("look", look, looks);
	look(looks);
	g_thread_join(thread);
	for (gint i = 0; i < LOOKS; i++)
		td_event_free((TdEvent *)looks->event[i]);
}

static void
test_read_leaves_it(void)
{
	g_autoptr(TdEvent) event = td_event_new(TD_EVENT_NOTE, 1, NOW, "desk");
	const GVariant *before = event->detail;
	GVariant *detail;

	td_event_set(event, "text", "hello");
	detail = td_event_detail(event);
	g_assert_true(event->detail == before);
	g_assert_true(td_event_detail(event) == detail);
	td_event_set(event, "text", "bye");
	g_assert_cmpuint(g_variant_n_children(td_event_detail(event)), ==, 1);
	g_assert_cmpstr(td_event_get(event, "text"), ==, "bye");
}

static void
test_lists_in_turns(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket) before = ticket_of_random_events(txn, 3);
	g_autoptr(TdTicket) ticket = ticket_of_random_events(txn, 25);
	g_autoptr(TdTicket) behind = ticket_of_random_events(txn, 3);
	guint64 after = 0;
	guint turns = 0;

	while (after < 25) {
		g_autoptr(GPtrArray) events = NULL;
		guint i;

		g_assert_true(td_event_list(
		    txn, ticket->number, after, 7, &events, NULL));
		g_assert_cmpuint(events->len, >, 0);
		for (i = 0; i < events->len; i++) {
			const TdEvent *event = events->pdata[i];

			g_assert_cmpuint(event->sequence, ==, ++after);
			g_assert_cmpuint(event->ticket, ==, ticket->number);
		}
		turns++;
	}
	g_assert_cmpuint(turns, ==, 4);
}

static void
test_newest_first(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket) one = ticket_of_random_events(txn, 20);
	g_autoptr(TdTicket) two = ticket_of_random_events(txn, 17);
	g_autoptr(GBytes) cursor = NULL;
	gint64 last = G_MAXINT64;
	guint count = 0;

	do {
		g_autoptr(GPtrArray) events = NULL;
		g_autoptr(GError) error = NULL;
		guint i;

		g_assert_true(
		    td_event_list_newest(txn, 6, &cursor, &events, &error));
		g_assert_no_error(error);
		for (i = 0; i < events->len; i++) {
			const TdEvent *event = events->pdata[i];

			g_assert_cmpint(event->time, <=, last);
			last = event->time;
			count++;
		}
	} while (cursor != NULL);
	g_assert_cmpuint(count, ==, 37);
}

/* ---- the chain ---- */

static void
assert_broken(TdTxn *txn, guint64 number, const char *message)
{
	g_autoptr(GError) error = NULL;
	TdTicket *sum = NULL;

	g_assert_false(td_ticket_rebuild(txn, number, &sum, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_BROKEN);
	g_assert_cmpstr(error->message, ==, message);
	g_assert_null(sum);
}

static void
test_altered_is_noticed(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket) ticket = ticket_of_random_events(txn, 6);
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_PLACE];

	td_key_place(key, 1, 4);
	g_assert_true(
	    td_row_get(txn, TD_TABLE_EVENTS, key, sizeof(key), 0, &row, NULL));
	/* Its time, which any number is good for. */
	row.data[TD_EVENT_PAYLOAD] ^= 1;
	g_assert_true(td_row_put(
	    txn, TD_TABLE_EVENTS, key, sizeof(key), row.data, row.size, NULL));
	assert_broken(txn, 1, "event 1/4 does not match its hash");
}

/* Somebody who can hash can still not change the past. */
static void
test_forged_is_noticed(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket) ticket = ticket_of_random_events(txn, 6);
	g_autoptr(TdTicket) other = ticket_of_random_events(txn, 6);
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_PLACE];

	td_key_place(key, 2, 4);
	g_assert_true(
	    td_row_get(txn, TD_TABLE_EVENTS, key, sizeof(key), 0, &row, NULL));
	td_key_place(key, 1, 4);
	g_assert_true(td_row_put(
	    txn, TD_TABLE_EVENTS, key, sizeof(key), row.data, row.size, NULL));
	assert_broken(txn, 1, "event 1/4 does not fit the chain");
}

static void
test_removed_is_noticed(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket) ticket = ticket_of_random_events(txn, 6);
	guint8 key[TD_KEY_PLACE];

	td_key_place(key, 1, 3);
	g_assert_true(
	    td_row_delete(txn, TD_TABLE_EVENTS, key, sizeof(key), NULL));
	assert_broken(txn, 1, "event 1/3 is missing");
}

static void
test_no_events_no_ticket(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) turn = td_txn_read(desk->store);
	TdTicket *sum = NULL;

	g_assert_true(td_ticket_rebuild(turn, 5, &sum, NULL));
	g_assert_null(sum);
}

static void
test_append_only(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket) ticket = ticket_of_random_events(txn, 2);
	g_autoptr(TdEvent) event = random_event(1);
	g_autoptr(GError) error = NULL;

	/* A record that lags behind its events. */
	ticket->events = 1;
	g_assert_false(td_event_append(txn, ticket, event, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_BROKEN);
	g_assert_cmpuint(event->sequence, ==, 0);
	g_assert_cmpuint(ticket->events, ==, 1);
}

static void
test_cut_event_is_error(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket) ticket = ticket_of_random_events(txn, 1);
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_PLACE];
	gsize size;

	td_key_place(key, 1, 1);
	g_assert_true(
	    td_row_get(txn, TD_TABLE_EVENTS, key, sizeof(key), 0, &row, NULL));
	for (size = 0; size < row.size; size++) {
		g_assert_true(td_row_put(txn, TD_TABLE_EVENTS, key, sizeof(key),
		    row.data, size, NULL));
		assert_broken(txn, 1, "damaged record 1/1 in table events");
	}
}

/* Sequences of the events, the oldest first or the newest. */
static char *
sequences(const GPtrArray *events)
{
	GString *text = g_string_new(NULL);
	guint i;

	for (i = 0; i < events->len; i++)
		g_string_append_printf(text, "%u ",
		    (guint)((const TdEvent *)events->pdata[i])->sequence);
	return g_string_free(text, FALSE);
}

static void
test_damaged_is_left_out(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket)
	    ticket = new_ticket(txn, "support", "a@example.com", "damaged");
	g_autoptr(GPtrArray) events = NULL;
	g_autoptr(GPtrArray) newest = NULL;
	g_autoptr(GBytes) cursor = NULL;
	g_autofree char *in_order = NULL;
	g_autofree char *backwards = NULL;
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_PLACE];
	guint i;

	for (i = 0; i < 3; i++)
		change_ticket(txn, ticket, TD_EVENT_TAG, "add", "vip");
	td_key_place(key, 1, 3);
	g_assert_true(
	    td_row_get(txn, TD_TABLE_EVENTS, key, sizeof(key), 0, &row, NULL));
	/* Long enough for the index of times. */
	g_assert_true(td_row_put(txn, TD_TABLE_EVENTS, key, sizeof(key),
	    row.data, TD_EVENT_PAYLOAD + 12, NULL));
	g_assert_true(td_event_list(txn, 1, 0, 3, &events, NULL));
	in_order = sequences(events);
	g_assert_cmpstr(in_order, ==, "1 2 4 ");
	g_assert_true(td_event_list_newest(txn, 9, &cursor, &newest, NULL));
	backwards = sequences(newest);
	g_assert_cmpstr(backwards, ==, "4 2 1 ");
	g_assert_null(cursor);
}

#define PURE(name, function) g_test_add_func("/store/event/" name, function)
#define MADE(name, function)                                                   \
	g_test_add("/store/event/" name, Desk, NULL, make_desk, function,      \
	    remove_desk)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	PURE("details are set and replaced", test_detail);
	PURE("names of kinds go both ways", test_kind_names);
	PURE("to read details changes nothing", test_read_leaves_it);
	PURE("two may read the same events at once", test_read_by_many);
	MADE("a record is the sum of its events", test_rebuild_equals_record);
	MADE("an event is read as it was appended",
	    test_reads_what_was_appended);
	MADE("events are listed in turns", test_lists_in_turns);
	MADE("the newest events come first", test_newest_first);
	MADE("an altered event is noticed", test_altered_is_noticed);
	MADE("a forged event is noticed", test_forged_is_noticed);
	MADE("a removed event is noticed", test_removed_is_noticed);
	MADE("no events make no ticket", test_no_events_no_ticket);
	MADE("events are only appended", test_append_only);
	MADE("a cut event makes no sum", test_cut_event_is_error);
	MADE("lists leave a damaged event out", test_damaged_is_left_out);
	return g_test_run();
}
