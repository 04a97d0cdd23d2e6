/* read-records.c - reads rows of the store in every way that there is, see
 * records.h */

#include "config.h"

#include <ticketd/error.h>

#include "fuzz.h"
#include "records.h"

#define NOW G_GINT64_CONSTANT(1795305600)
/* Of what lists give; the rest is more of the same. */
#define MOST 32u

/* ---- what may come out ---- */

/* A call that failed says why, as store.h promises. */
static void
check_error(GError **error)
{
	g_assert_nonnull(*error);
	g_assert_true((*error)->domain == TD_ERROR);
	g_assert_true((*error)->code == TD_ERROR_BROKEN ||
	    (*error)->code == TD_ERROR_AGAIN);
	fuzz_check_text((*error)->message);
	g_clear_error(error);
}

void
fuzz_records_done(gboolean done, GError **error)
{
	if (done)
		g_assert_no_error(*error);
	else
		check_error(error);
}

static void
check_texts(char *const *texts)
{
	g_assert_nonnull(texts);
	for (; *texts != NULL; texts++)
		fuzz_check_text(*texts);
}

static void
check_ticket(const TdTicket *ticket)
{
	fuzz_check_text(ticket->queue);
	fuzz_check_text(ticket->owner);
	fuzz_check_text(ticket->requester);
	fuzz_check_text(ticket->requester_name);
	fuzz_check_text(ticket->subject);
	fuzz_check_text(ticket->language);
	fuzz_check_text(ticket->type);
	g_assert_nonnull(td_status_name(ticket->status));
	check_texts(ticket->watching_queues);
	check_texts(ticket->tags);
	check_texts(ticket->watchers);
	check_texts(ticket->muted);
	for (guint i = 0; i < TD_CLOCKS; i++)
		g_assert_nonnull(td_clock_state_name(ticket->clocks[i].state));
	g_assert_true(td_ticket_equal(ticket, ticket));
}

static void
check_filed(const TdFiled *filed)
{
	fuzz_check_text(filed->class_name);
	fuzz_check_text(filed->rule);
	fuzz_check_text(filed->message_id);
	fuzz_check_text(filed->digest);
	fuzz_check_text(filed->from);
	fuzz_check_text(filed->to);
	fuzz_check_text(filed->subject);
	fuzz_check_text(filed->moved_to);
}

static void
check_event(const TdEvent *event)
{
	fuzz_check_text(event->actor);
	fuzz_check_text(event->evidence);
	fuzz_check_text(td_event_get(event, "to"));
	g_assert_nonnull(td_event_kind_name(event->kind));
}

static void
check_person(const TdPerson *person)
{
	g_assert_nonnull(td_role_name(person->role));
	fuzz_check_text(person->name);
	fuzz_check_text(person->deputy);
	fuzz_check_text(person->calendar);
	check_texts(person->addresses);
	check_texts(person->queues);
	check_texts(person->keys);
	check_texts(person->skills);
}

static void
check_row(const TdOutboxRow *row)
{
	fuzz_check_text(row->kind);
	fuzz_check_text(row->mail_from);
	fuzz_check_text(row->answer);
	check_texts(row->recipients);
}

/* ---- reading by number ---- */

static void
read_ticket(TdTxn *txn, guint64 number)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdTicket) again = NULL;
	g_autoptr(TdTicket) sum = NULL;
	guint64 target = number;

	fuzz_records_done(td_ticket_resolve(txn, &target, &error), &error);
	fuzz_records_done(td_ticket_rebuild(txn, number, &sum, &error), &error);
	if (sum != NULL)
		check_ticket(sum);
	fuzz_records_done(td_ticket_get(txn, number, &ticket, &error), &error);
	if (ticket == NULL)
		return;
	check_ticket(ticket);
	if (!td_ticket_put(txn, ticket, &error)) {
		/* An index has lost it. */
		check_error(&error);
		return;
	}
	td_ticket_get(txn, number, &again, &error);
	g_assert_no_error(error);
	g_assert_nonnull(again);
	g_assert_true(td_ticket_equal(ticket, again));
}

static void
read_events(TdTxn *txn, guint64 number)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) events = NULL;
	g_autoptr(TdTicket) ticket = td_ticket_new(number);

	fuzz_records_done(
	    td_event_list(txn, number, 0, MOST, &events, &error), &error);
	for (guint i = 0; events != NULL && i < events->len; i++) {
		const TdEvent *event = g_ptr_array_index(events, i);

		g_assert_cmpuint(event->ticket, ==, number);
		check_event(event);
		td_ticket_fold(ticket, event);
	}
	check_ticket(ticket);
}

static void
read_message(TdTxn *txn, guint64 number, guint64 sequence)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdFiled) brief = NULL;
	g_autoptr(TdFiled) filed = NULL;
	g_autoptr(GBytes) raw = NULL;
	gboolean there = FALSE;

	fuzz_records_done(
	    td_filed_there(txn, number, sequence, &there, &error), &error);
	fuzz_records_done(
	    td_filed_get(txn, number, sequence, &brief, NULL, &error), &error);
	fuzz_records_done(
	    td_filed_get(txn, number, sequence, &filed, &raw, &error), &error);
	g_assert_true(brief == NULL || there);
	if (filed == NULL)
		return;
	/* What can be read with its bytes can be read without them. */
	g_assert_nonnull(brief);
	g_assert_cmpuint(g_bytes_get_size(raw), ==, filed->size);
	check_filed(filed);
	td_filed_update(txn, filed, &error);
	g_assert_no_error(error);
}

static void
read_person(TdTxn *txn, guint64 id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdPerson) person = NULL;

	fuzz_records_done(td_person_get(txn, id, &person, &error), &error);
	if (person == NULL)
		return;
	check_person(person);
	for (char **each = person->addresses; *each != NULL; each++) {
		g_autoptr(TdPerson) found = NULL;

		fuzz_records_done(
		    td_person_by_address(txn, *each, &found, &error), &error);
	}
}

static void
read_hold(TdTxn *txn, guint64 id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdHold) hold = NULL;
	g_autoptr(TdHold) newest = NULL;

	fuzz_records_done(td_hold_get(txn, id, &hold, &error), &error);
	if (hold == NULL)
		return;
	g_assert_cmpuint(hold->id, ==, id);
	fuzz_check_text(hold->from);
	fuzz_check_text(hold->kind);
	fuzz_check_text(hold->text);
	fuzz_records_done(
	    td_hold_newest(txn, hold->ticket, hold->from, 0, &newest, &error),
	    &error);
}

static void
read_objects_of(TdTxn *txn, guint64 number)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) objects = NULL;

	fuzz_records_done(
	    td_object_problems(txn, number, MOST, &objects, &error), &error);
	for (guint i = 0; objects != NULL && i < objects->len; i++) {
		const TdObject *object = g_ptr_array_index(objects, i);
		g_autoptr(TdObject) found = NULL;

		fuzz_check_text(object->monitor);
		fuzz_check_text(object->host);
		fuzz_check_text(object->service);
		fuzz_check_text(object->state);
		fuzz_records_done(td_object_find(txn, object->monitor,
		                      object->reference, &found, &error),
		    &error);
	}
	fuzz_records_done(td_object_take(txn, number, &error), &error);
	fuzz_records_done(
	    td_object_merge(txn, number, number + 1, &error), &error);
	fuzz_records_done(
	    td_object_unmerge(txn, number, number + 1, &error), &error);
}

void
fuzz_records_get(TdTxn *txn, const GPtrArray *records)
{
	for (guint i = 0; i < records->len; i++) {
		const FuzzRecord *record = g_ptr_array_index(records, i);
		gsize size;
		const guint8 *key = g_bytes_get_data(record->key, &size);
		guint64 number;

		if (size < TD_KEY_NUMBER)
			continue;
		number = td_key_read(key);
		read_ticket(txn, number);
		read_events(txn, number);
		read_person(txn, number);
		read_hold(txn, number);
		read_objects_of(txn, number);
		if (size >= TD_KEY_PLACE)
			read_message(
			    txn, number, td_key_read(key + TD_KEY_NUMBER));
	}
}

/* ---- reading lists ---- */

static void
list_tickets(TdTxn *txn)
{
	static const TdTicketQuery queries[] = {
		{ .status = -1, .limit = MOST },
		{ .status = -1, .queue = "support", .limit = MOST },
		{ .status = TD_STATUS_OPEN, .limit = MOST },
		{ .status = -1, .active = TRUE, .limit = MOST },
		{ .status = -1, .owner = "", .limit = MOST },
		{ .status = -1, .owner = "olga", .limit = MOST },
		{ .status = -1,
		    .requester = "anna@example.net",
		    .limit = MOST },
		{ .status = -1, .words = "printer", .limit = MOST },
		{ .status = -1, .spam = TRUE, .limit = MOST },
		{ .status = -1, .overdue = NOW, .limit = MOST },
		{ .status = -1, .breached = TRUE, .limit = MOST },
	};
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(queries); i++) {
		g_autoptr(GPtrArray) tickets = NULL;
		guint64 next = 0;

		fuzz_records_done(
		    td_ticket_list(txn, &queries[i], &tickets, &next, &error),
		    &error);
		for (guint k = 0; tickets != NULL && k < tickets->len; k++)
			check_ticket(g_ptr_array_index(tickets, k));
	}
}

static void
count_tickets(TdTxn *txn)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GHashTable) late = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(GBytes) cursor = NULL;
	g_autoptr(GArray) timers = NULL;
	g_auto(GStrv) queues = NULL;
	guint64 counts[TD_STATUS_LAST + 1], count, first, last;

	fuzz_records_done(td_ticket_range(txn, &first, &last, &error), &error);
	fuzz_records_done(td_ticket_count(txn, NULL, counts, &error), &error);
	fuzz_records_done(
	    td_ticket_count(txn, "support", counts, &error), &error);
	fuzz_records_done(
	    td_ticket_count_active(txn, "olga", NULL, &count, &error), &error);
	fuzz_records_done(
	    td_ticket_count_active(txn, "", "support", &count, &error), &error);
	fuzz_records_done(
	    td_ticket_count_spam(txn, NULL, &count, &error), &error);
	fuzz_records_done(
	    td_ticket_count_late(txn, NOW, &cursor, late, &error), &error);
	fuzz_records_done(
	    td_ticket_timers(txn, NOW, MOST, &timers, &error), &error);
	fuzz_records_done(td_ticket_queues(txn, &queues, &error), &error);
}

static void
list_events(TdTxn *txn)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) events = NULL;
	g_autoptr(GBytes) cursor = NULL;
	gint64 oldest;

	fuzz_records_done(
	    td_event_list_newest(txn, MOST, &cursor, &events, &error), &error);
	for (guint i = 0; events != NULL && i < events->len; i++)
		check_event(g_ptr_array_index(events, i));
	fuzz_records_done(td_event_oldest(txn, &oldest, &error), &error);
}

static void
list_outbox(TdTxn *txn)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	guint64 wrong = 0;

	fuzz_records_done(
	    td_outbox_rows(txn, 0, 0, G_MAXINT64, MOST, &rows, &error), &error);
	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		TdOutboxRow *row = g_ptr_array_index(rows, i);
		g_autoptr(TdOutboxRow) found = NULL;

		check_row(row);
		td_outbox_row_find(txn, row->id, &found, &error);
		g_assert_no_error(error);
		g_assert_nonnull(found);
		fuzz_records_done(
		    td_outbox_row_delete(txn, found, &error), &error);
	}
	fuzz_records_done(
	    td_outbox_check(txn, NULL, NULL, &wrong, &error), &error);
}

static void
list_people(TdTxn *txn)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) agents = NULL;
	g_autoptr(GPtrArray) customers = NULL;
	g_autoptr(TdPerson) agent = NULL;
	gboolean several;
	guint count;

	fuzz_records_done(td_person_agents(txn, &agents, &error), &error);
	for (guint i = 0; agents != NULL && i < agents->len; i++)
		check_person(g_ptr_array_index(agents, i));
	fuzz_records_done(
	    td_person_customers(txn, 0, MOST, &customers, &error), &error);
	for (guint i = 0; customers != NULL && i < customers->len; i++)
		check_person(g_ptr_array_index(customers, i));
	fuzz_records_done(
	    td_person_find_agent(txn, "ol", &agent, &several, &error), &error);
	fuzz_records_done(
	    td_hold_expire(txn, NOW, MOST, &count, &error), &error);
}

static void
list_suppressions(TdTxn *txn)
{
	g_autoptr(GError) error = NULL;
	guint count;

	for (int kind = -1; kind <= (int)TD_SUPPRESSED_LAST; kind++) {
		g_autoptr(GPtrArray) list = NULL;
		guint64 number;

		fuzz_records_done(
		    td_suppression_list(txn, kind, TD_SUPPRESSED_BOUNCED, NULL,
		        MOST, &list, &error),
		    &error);
		for (guint i = 0; list != NULL && i < list->len; i++) {
			const TdSuppression *each = g_ptr_array_index(list, i);

			fuzz_check_text(each->what);
			fuzz_check_text(each->why);
			fuzz_records_done(
			    td_suppression_put(txn, each, &error), &error);
		}
		if (kind >= 0)
			fuzz_records_done(
			    td_suppression_count(
			        txn, (TdSuppressedKind)kind, &number, &error),
			    &error);
	}
	fuzz_records_done(
	    td_suppression_expire(txn, NOW, MOST, &count, &error), &error);
	fuzz_records_done(
	    td_object_expire(txn, NOW, MOST, &count, &error), &error);
}

static void
find_ids(TdTxn *txn)
{
	g_autoptr(GError) error = NULL;
	gboolean found;
	TdPlace place;

	fuzz_records_done(
	    td_id_find(txn, "1@example.net", NULL, &found, &place, &error),
	    &error);
	fuzz_records_done(
	    td_id_find_seen(txn, "1@example.net", &found, &place, &error),
	    &error);
}

void
fuzz_records_list(TdTxn *txn)
{
	list_tickets(txn);
	count_tickets(txn);
	list_events(txn);
	list_people(txn);
	find_ids(txn);
	list_outbox(txn);
	list_suppressions(txn);
}
