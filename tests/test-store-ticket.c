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
	BARE("records differ by any number", test_differs);
	BARE("records differ by their lists", test_differs_in_lists);
	MADE("a number without a ticket is none", test_absent_is_null);
	MADE("bytes that are no UTF-8 are mended", test_bad_utf8_mended);
	MADE("a cut record is an error that names it", test_damaged_is_error);
	MADE("a wrong byte crashes nothing", test_flipped_is_survived);
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
