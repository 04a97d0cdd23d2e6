/* test-store-ticket.c - tickets: the record, its number, transactions */

#include "config.h"

#include "store/store-private.h"
#include "store-fixture.h"

static void
fill_work(TdTicket *ticket)
{
	TdReminder *reminder = g_new0(TdReminder, 1);
	TdLink *other = g_new0(TdLink, 1);

	ticket->state = 8;
	g_strfreev(ticket->watchers);
	ticket->watchers = g_strsplit("anna;eve", ";", 0);
	g_strfreev(ticket->muted);
	ticket->muted = g_strsplit("b@example.com", ";", 0);
	other->type = g_strdup("blocked-by");
	other->number = 12;
	g_ptr_array_add(ticket->links, other);
	reminder->time = NOW + 50;
	reminder->agent = g_strdup("anna");
	reminder->text = g_strdup("Позвонить");
	g_ptr_array_add(ticket->reminders, reminder);
	ticket->until = NOW + 60;
	ticket->timer = NOW + 50;
	ticket->urgency = 2;
	ticket->impact = 4;
	ticket->rating = 5;
	ticket->minutes = 95;
}

static void
add_field(TdTicket *ticket, const char *name, const char *value)
{
	TdField *field = g_new0(TdField, 1);

	field->name = g_strdup(name);
	field->value = g_strdup(value);
	g_ptr_array_add(ticket->fields, field);
}

static void
fill_clock(TdClock *clock)
{
	clock->state = TD_CLOCK_RUNNING;
	clock->warned = TRUE;
	clock->breached = TRUE;
	clock->step = 3;
	clock->due = NOW + 7;
	clock->next = NOW + 6;
	clock->left = 5;
	clock->total = 3600;
	replace_text(&clock->rule, "gold");
	replace_text(&clock->calendar, "Москва");
}

/* What rules and deadlines made of it. */
static void
fill_rules(TdTicket *ticket)
{
	ticket->deadline = NOW + 7;
	ticket->breached = TRUE;
	ticket->answered = NOW - 1;
	ticket->reopened = 2;
	ticket->returned = 1;
	ticket->asked = 4;
	add_field(ticket, "equipment", "HP-4711");
	add_field(ticket, "service", "почта");
	fill_clock(&ticket->clocks[TD_CLOCK_SOLUTION]);
	fill_clock(&ticket->clocks[TD_CLOCK_ASSIGN]);
}

static TdTicket *
full_ticket(guint64 number)
{
	TdTicket *ticket = td_ticket_new(number);
	TdParticipant *participant = g_new0(TdParticipant, 1);

	ticket->status = TD_STATUS_PENDING;
	ticket->spam = TRUE;
	ticket->priority = 1;
	replace_text(&ticket->queue, "support");
	replace_text(&ticket->owner, "eve@example.com");
	replace_text(&ticket->requester, "a@example.com");
	replace_text(&ticket->requester_name, "Änne");
	replace_text(&ticket->subject, "Принтер сломался");
	replace_text(&ticket->language, "ru");
	replace_text(&ticket->type, "incident");
	ticket->created = NOW - 5;
	ticket->updated = NOW;
	ticket->due = NOW + 5;
	ticket->events = 9;
	ticket->messages = 4;
	ticket->merged_into = 3;
	participant->address = g_strdup("b@example.com");
	participant->name = g_strdup("B");
	g_ptr_array_add(ticket->participants, participant);
	g_strfreev(ticket->watching_queues);
	ticket->watching_queues = g_strsplit("sales;billing", ";", 0);
	g_strfreev(ticket->tags);
	ticket->tags = g_strsplit("vip", ";", 0);
	fill_work(ticket);
	fill_rules(ticket);
	memset(ticket->chain, 0xa5, sizeof(ticket->chain));
	return ticket;
}

static void
test_reads_what_was_put(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = full_ticket(5);
	g_autoptr(TdTicket) copy = td_ticket_copy(ticket);
	g_autoptr(TdTicket) read = NULL;
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTxn) turn = NULL;

	put_ticket(txn, ticket);
	commit(txn);
	turn = td_txn_read(desk->store);
	read = get_ticket(turn, 5);
	g_assert_true(td_ticket_equal(read, ticket));
	g_assert_true(td_ticket_equal(copy, ticket));
	read->participants->len = 0;
	g_assert_false(td_ticket_equal(read, ticket));
	read->participants->len = 1;
	read->chain[31] ^= 1;
	g_assert_false(td_ticket_equal(read, ticket));
}

/* Not even what a clock that does not run should not have is lost on the way.
 */
static void
test_idle_clock_is_kept(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = td_ticket_new(5);
	g_autoptr(TdTicket) read = NULL;
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTxn) turn = NULL;

	ticket->clocks[TD_CLOCK_SOLUTION].due = NOW;
	put_ticket(txn, ticket);
	commit(txn);
	turn = td_txn_read(desk->store);
	read = get_ticket(turn, 5);
	g_assert_true(td_ticket_equal(read, ticket));
}

static const gsize numbers[] = {
	G_STRUCT_OFFSET(TdTicket, priority),
	G_STRUCT_OFFSET(TdTicket, due),
	G_STRUCT_OFFSET(TdTicket, merged_into),
	G_STRUCT_OFFSET(TdTicket, state),
	G_STRUCT_OFFSET(TdTicket, until),
	G_STRUCT_OFFSET(TdTicket, timer),
	G_STRUCT_OFFSET(TdTicket, urgency),
	G_STRUCT_OFFSET(TdTicket, impact),
	G_STRUCT_OFFSET(TdTicket, rating),
	G_STRUCT_OFFSET(TdTicket, minutes),
	G_STRUCT_OFFSET(TdTicket, deadline),
	G_STRUCT_OFFSET(TdTicket, breached),
	G_STRUCT_OFFSET(TdTicket, answered),
	G_STRUCT_OFFSET(TdTicket, reopened),
	G_STRUCT_OFFSET(TdTicket, returned),
	G_STRUCT_OFFSET(TdTicket, asked),
	G_STRUCT_OFFSET(TdTicket, clocks[0].state),
	G_STRUCT_OFFSET(TdTicket, clocks[2].warned),
	G_STRUCT_OFFSET(TdTicket, clocks[2].breached),
	G_STRUCT_OFFSET(TdTicket, clocks[2].step),
	G_STRUCT_OFFSET(TdTicket, clocks[2].due),
	G_STRUCT_OFFSET(TdTicket, clocks[2].next),
	G_STRUCT_OFFSET(TdTicket, clocks[2].left),
	G_STRUCT_OFFSET(TdTicket, clocks[6].total),
};

static void
test_differs(Desk *desk G_GNUC_UNUSED, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = full_ticket(5);
	guint i;

	for (i = 0; i < G_N_ELEMENTS(numbers); i++) {
		g_autoptr(TdTicket) copy = td_ticket_copy(ticket);
		guint8 *first = G_STRUCT_MEMBER_P(copy, numbers[i]);

		g_assert_true(td_ticket_equal(copy, ticket));
		*first ^= 1;
		g_assert_false(td_ticket_equal(copy, ticket));
	}
}

static void
test_differs_in_lists(
    Desk *desk G_GNUC_UNUSED, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = full_ticket(5);
	g_autoptr(TdTicket) copy = td_ticket_copy(ticket);
	TdLink *other = copy->links->pdata[0];
	TdReminder *reminder = copy->reminders->pdata[0];

	other->number++;
	g_assert_false(td_ticket_equal(copy, ticket));
	other->number--;
	reminder->time++;
	g_assert_false(td_ticket_equal(copy, ticket));
	reminder->time--;
	replace_text(&reminder->text, "");
	g_assert_false(td_ticket_equal(copy, ticket));
	replace_text(&reminder->text, "Позвонить");
	replace_text(&copy->watchers[1], "eva");
	g_assert_false(td_ticket_equal(copy, ticket));
	replace_text(&copy->watchers[1], "eve");
	replace_text(&copy->muted[0], "");
	g_assert_false(td_ticket_equal(copy, ticket));
	replace_text(&copy->muted[0], "b@example.com");
	g_assert_true(td_ticket_equal(copy, ticket));
}

static void
test_absent_is_null(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) turn = td_txn_read(desk->store);

	g_assert_null(get_ticket(turn, 77));
}

/* Another room's mistake must not make a record that cannot be read. */
static void
test_bad_utf8_mended(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket) ticket = td_ticket_new(5);
	g_autoptr(TdTicket) read = NULL;

	replace_text(&ticket->subject, "caf\xe9");
	put_ticket(txn, ticket);
	read = get_ticket(txn, 5);
	g_assert_cmpstr(read->subject, ==, "caf\357\277\275");
}

static void
test_damaged_is_error(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = full_ticket(5);
	g_autoptr(TdTxn) txn = begin(desk);
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_NUMBER];
	gsize size;

	td_ticket_encode(ticket, &row);
	td_key_number(key, 5);
	for (size = 0; size < row.size; size++) {
		g_autoptr(GError) error = NULL;
		TdTicket *read = ticket;

		g_assert_true(td_row_put(txn, TD_TABLE_TICKETS, key,
		    sizeof(key), row.data, size, &error));
		g_assert_false(td_ticket_get(txn, 5, &read, &error));
		g_assert_error(error, TD_ERROR, TD_ERROR_BROKEN);
		g_assert_cmpstr(
		    error->message, ==, "damaged record 5 in table tickets");
		g_assert_true(read == ticket);
	}
}

/* Any byte may be wrong: an error or another ticket, but no crash. */
static void
test_flipped_is_survived(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = full_ticket(5);
	g_autoptr(TdTxn) txn = begin(desk);
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_NUMBER];
	gsize i;

	td_ticket_encode(ticket, &row);
	td_key_number(key, 5);
	for (i = 0; i < row.size; i++) {
		guint8 kept = row.data[i];
		TdTicket *read = NULL;

		row.data[i] ^= g_test_rand_int_range(1, 256);
		g_assert_true(td_row_put(txn, TD_TABLE_TICKETS, key,
		    sizeof(key), row.data, row.size, NULL));
		if (td_ticket_get(txn, 5, &read, NULL))
			td_ticket_free(read);
		row.data[i] = kept;
	}
}

/* ---- the tail of the record ---- */

typedef struct {
	const char *tail; /* text of a GVariant */
	gboolean well;
} Tail;

static const Tail tails[] = {
	{ "@a{sv} {}", TRUE },
	{ "{'agreed': <int64 5>, 'reopened': <int64 1>}", TRUE },
	/* Of a later ticketd. */
	{ "{'colour': <'red'>}", TRUE },
	{ "{'clocks': <@a(yyyuxxxxss) [(1, 0, 1, 0, 5, 5, 0, 9, 'x', 'y')]>}",
	    TRUE },
	{ "{'agreed': <'soon'>}", FALSE },
	{ "{'answered': <uint64 5>}", FALSE },
	{ "{'reopened': <int64 -1>}", FALSE },
	{ "{'returned': <int64 4294967296>}", FALSE },
	{ "{'asked': <'often'>}", FALSE },
	{ "{'fields': <'mail'>}", FALSE },
	{ "{'clocks': <'noon'>}", FALSE },
	{ "{'clocks': <@a(yyyuxxxxss) [(4, 0, 0, 0, 0, 0, 0, 0, '', '')]>}",
	    FALSE },
	{ "{'clocks': <@a(yyyuxxxxss) [(1, 2, 0, 0, 0, 0, 0, 0, '', '')]>}",
	    FALSE },
	{ "{'clocks': <@a(yyyuxxxxss) [(1, 0, 2, 0, 0, 0, 0, 0, '', '')]>}",
	    FALSE },
};

/* The record of @ticket with another tail. */
static void
put_tail(TdTxn *txn, const TdTicket *ticket, GVariant *tail)
{
	g_auto(TdRow) row = { 0 };
	g_auto(TdRow) changed = { 0 };
	g_autoptr(GVariant) value = NULL;
	GVariant *members[17];
	guint8 key[TD_KEY_NUMBER];

	td_ticket_encode(ticket, &row);
	value = td_value_read(TD_TYPE_TICKET, row.data, row.size);
	g_assert_cmpuint(
	    g_variant_n_children(value), ==, G_N_ELEMENTS(members));
	for (guint i = 0; i < G_N_ELEMENTS(members); i++)
		members[i] = g_variant_get_child_value(value, i);
	g_variant_unref(members[16]);
	members[16] = g_variant_ref(tail);
	td_value_write(
	    g_variant_new_tuple(members, G_N_ELEMENTS(members)), 0, &changed);
	for (guint i = 0; i < G_N_ELEMENTS(members); i++)
		g_variant_unref(members[i]);
	td_key_number(key, ticket->number);
	g_assert_true(td_row_put(txn, TD_TABLE_TICKETS, key, sizeof(key),
	    changed.data, changed.size, NULL));
}

static void
test_tails(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = full_ticket(5);
	g_autoptr(TdTxn) txn = begin(desk);

	for (guint i = 0; i < G_N_ELEMENTS(tails); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GVariant) tail = g_variant_parse(
		    G_VARIANT_TYPE_VARDICT, tails[i].tail, NULL, NULL, &error);
		g_autoptr(TdTicket) read = NULL;

		g_assert_no_error(error);
		put_tail(txn, ticket, tail);
		g_assert_cmpint(
		    td_ticket_get(txn, 5, &read, &error), ==, tails[i].well);
		if (!tails[i].well)
			g_assert_error(error, TD_ERROR, TD_ERROR_BROKEN);
	}
}

static void
test_too_many_clocks(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = full_ticket(5);
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTicket) read = NULL;
	g_autoptr(GVariant) tail = NULL;
	GVariantBuilder list;

	g_variant_builder_init(&list, G_VARIANT_TYPE("a(yyyuxxxxss)"));
	for (guint i = 0; i <= TD_CLOCKS; i++)
		g_variant_builder_add(&list, "(yyyuxxxxss)", 0, 0, 0, 0,
		    (gint64)0, (gint64)0, (gint64)0, (gint64)0, "", "");
	tail = g_variant_ref_sink(g_variant_new_parsed(
	    "{'clocks': <%*>}", g_variant_builder_end(&list)));
	put_tail(txn, ticket, tail);
	g_assert_false(td_ticket_get(txn, 5, &read, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_BROKEN);
}

static void
test_numbers_gapless(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 next = 1;
	guint i;

	for (i = 0; i < 20; i++) {
		g_autoptr(TdTxn) txn = begin(desk);
		g_autoptr(TdTicket)
		    one = new_ticket(txn, "support", "a@example.com", "one");
		g_autoptr(TdTicket)
		    two = new_ticket(txn, "support", "a@example.com", "two");

		g_assert_cmpuint(one->number, ==, next);
		g_assert_cmpuint(two->number, ==, next + 1);
		/* Every other one is undone. */
		if (i % 2 == 0) {
			commit(txn);
			next += 2;
		}
	}
}

static void
test_rollback(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket)
	    ticket = new_ticket(txn, "support", "a@example.com", "kept");
	TdTicketQuery query = {
		.status = -1, .requester = "b@example.com", .limit = 9
	};
	g_autoptr(GPtrArray) tickets = NULL;
	g_autoptr(TdTicket) read = NULL;
	guint64 next;

	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	txn = begin(desk);
	change_ticket(txn, ticket, TD_EVENT_REQUESTER, "to", "b@example.com");
	g_clear_pointer(&txn, td_txn_free);

	txn = td_txn_read(desk->store);
	read = get_ticket(txn, 1);
	g_assert_cmpstr(read->requester, ==, "a@example.com");
	g_assert_cmpuint(read->events, ==, 1);
	g_assert_true(td_ticket_list(txn, &query, &tickets, &next, NULL));
	g_assert_cmpuint(tickets->len, ==, 0);
}

static void
merge(TdTxn *txn, guint64 from, guint64 into)
{
	g_autoptr(TdTicket) ticket = get_ticket(txn, from);
	g_autoptr(TdEvent)
	    event = td_event_new(TD_EVENT_MERGED, from, NOW, "desk");

	td_event_set_number(event, "into", into);
	append(txn, ticket, event);
	put_ticket(txn, ticket);
}

static void
test_merged_is_followed(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(GError) error = NULL;
	guint64 number;
	guint i;

	for (i = 0; i < 4; i++)
		td_ticket_free(
		    new_ticket(txn, "support", "a@example.com", "m"));
	merge(txn, 1, 2);
	merge(txn, 2, 4);
	number = 1;
	g_assert_true(td_ticket_resolve(txn, &number, &error));
	g_assert_cmpuint(number, ==, 4);
	number = 99;
	g_assert_true(td_ticket_resolve(txn, &number, &error));
	g_assert_cmpuint(number, ==, 99);
	merge(txn, 4, 1);
	number = 1;
	g_assert_false(td_ticket_resolve(txn, &number, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_BROKEN);
	g_assert_cmpuint(number, ==, 1);
}

static void
test_participants_known(
    Desk *desk G_GNUC_UNUSED, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = full_ticket(5);
	g_autoptr(TdTicket) nobody = td_ticket_new(6);

	g_assert_true(td_ticket_has_participant(ticket, "a@example.com"));
	g_assert_true(td_ticket_has_participant(ticket, "b@example.com"));
	g_assert_false(td_ticket_has_participant(ticket, "c@example.com"));
	g_assert_false(td_ticket_has_participant(nobody, ""));
}

static void
test_status_names(Desk *desk G_GNUC_UNUSED, gconstpointer unused G_GNUC_UNUSED)
{
	TdStatus status = TD_STATUS_LAST;
	guint i;

	for (i = 0; i <= TD_STATUS_LAST; i++) {
		g_assert_true(td_status_from_name(td_status_name(i), &status));
		g_assert_cmpuint(status, ==, i);
	}
	g_assert_false(td_status_from_name("stalled", &status));
	g_assert_cmpuint(status, ==, TD_STATUS_LAST);
}

static void
test_memory(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = NULL;
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdTicket) read = NULL;
	TdTicketQuery query = { .queue = "support", .status = -1, .limit = 9 };
	g_autoptr(GPtrArray) tickets = NULL;
	guint64 next;

	desk->store = td_store_open_memory(&error);
	g_assert_no_error(error);
	txn = begin(desk);
	ticket = new_ticket(txn, "support", "a@example.com", "in memory");
	g_assert_cmpuint(ticket->number, ==, 1);
	commit(txn);
	g_assert_true(td_store_flush(desk->store, &error));
	g_assert_true(td_store_checkpoint(desk->store, TRUE, &error));
	g_clear_pointer(&txn, td_txn_free);
	txn = td_txn_read(desk->store);
	read = get_ticket(txn, 1);
	g_assert_true(td_ticket_equal(read, ticket));
	g_assert_true(td_ticket_list(txn, &query, &tickets, &next, &error));
	g_assert_cmpuint(tickets->len, ==, 1);
	g_assert_cmpuint(td_store_space(desk->store), ==, G_MAXUINT64);
}

static void
put_meta(TdTxn *txn, const char *text)
{
	g_autoptr(GBytes) value = g_bytes_new(text, strlen(text));
	g_autoptr(GError) error = NULL;

	g_assert_true(td_meta_put(txn, "secret", value, &error));
	g_assert_no_error(error);
}

static void
test_meta(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(GBytes) value = NULL;

	g_assert_true(td_meta_get(txn, "secret", &value, NULL));
	g_assert_null(value);
	put_meta(txn, "xyz");
	g_assert_true(td_meta_get(txn, "secret", &value, NULL));
	g_assert_cmpmem(
	    g_bytes_get_data(value, NULL), g_bytes_get_size(value), "xyz", 3);
	/* An empty value is there all the same. */
	put_meta(txn, "");
	g_clear_pointer(&value, g_bytes_unref);
	g_assert_true(td_meta_get(txn, "secret", &value, NULL));
	g_assert_nonnull(value);
	g_assert_cmpuint(g_bytes_get_size(value), ==, 0);
}

/* Readers that never leave the gate alone together. */
typedef struct {
	Desk *desk;
	gint over; /* atomic */
} Crowd;

static gpointer
read_until_over(gpointer data)
{
	Crowd *crowd = data;

	while (!g_atomic_int_get(&crowd->over)) {
		g_autoptr(TdTxn) turn = td_txn_read(crowd->desk->store);

		td_ticket_free(get_ticket(turn, 0));
	}
	return NULL;
}

/* The readers do not stop before the writer is through: it must not starve. */
static void
test_gate_is_fair(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	GThread *readers[4];
	Crowd crowd = { desk, FALSE };
	guint i;

	for (i = 0; i < G_N_ELEMENTS(readers); i++)
		readers[i] = g_thread_new("reader", read_until_over, &crowd);
	for (i = 0; i < 20; i++) {
		g_autoptr(TdTxn) txn = begin(desk);

		commit(txn);
	}
	g_atomic_int_set(&crowd.over, TRUE);
	for (i = 0; i < G_N_ELEMENTS(readers); i++)
		g_thread_join(readers[i]);
}

#define MADE(name, function)                                                   \
	g_test_add("/store/ticket/" name, Desk, NULL, make_desk, function,     \
	    remove_desk)
#define BARE(name, function)                                                   \
	g_test_add("/store/ticket/" name, Desk, NULL, make_home, function,     \
	    remove_desk)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	MADE("a record is read as it was put", test_reads_what_was_put);
	MADE("a clock that does not run is kept", test_idle_clock_is_kept);
	BARE("records differ by any number", test_differs);
	BARE("records differ by their lists", test_differs_in_lists);
	MADE("a number without a ticket is none", test_absent_is_null);
	MADE("bytes that are no UTF-8 are mended", test_bad_utf8_mended);
	MADE("a cut record is an error that names it", test_damaged_is_error);
	MADE("a wrong byte crashes nothing", test_flipped_is_survived);
	MADE("a tail that makes no sense is damage", test_tails);
	MADE("more clocks than there are is damage", test_too_many_clocks);
	MADE("numbers have no gaps", test_numbers_gapless);
	MADE("what is not committed is undone", test_rollback);
	MADE("a merged number leads to its ticket", test_merged_is_followed);
	BARE("participants are known", test_participants_known);
	BARE("names of states go both ways", test_status_names);
	BARE("a store in memory works alike", test_memory);
	MADE("single values are kept", test_meta);
	MADE("readers do not keep a writer waiting", test_gate_is_fair);
	return g_test_run();
}
