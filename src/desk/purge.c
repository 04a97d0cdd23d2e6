/* purge.c - old tickets are thrown away
 *
 * What tickets are tied to stays right: one that is merged goes with that which
 * it was merged into or later, and one that another ticket still hangs on goes
 * when that is over too. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/privacy.h>

#include "desk/desk-private.h"

/* Further merges are a circle. */
#define MERGES_MAX 100
/* Runs of numbers that an event lists. */
#define RUNS_MAX 100

void
td_purge_free(TdPurge *purge)
{
	if (purge == NULL)
		return;

	g_free(purge->why);
	g_clear_pointer(&purge->ids, g_ptr_array_unref);
	g_free(purge);
}

gboolean
td_desk_waiting(TdStore *store, GHashTable **tickets, GError **error)
{
	g_autoptr(GHashTable) found = g_hash_table_new_full(
	    g_int64_hash, g_int64_equal, g_free, NULL);
	gint64 due = 0;
	guint64 id = 0;
	guint count;

	do {
		g_autoptr(TdTxn) txn = td_txn_read(store);
		g_autoptr(GPtrArray) rows = NULL;

		if (!td_outbox_rows(
		        txn, due, id, G_MAXINT64, TD_READ_MAX, &rows, error))
			return FALSE;
		count = rows->len;
		for (guint i = 0; i < count; i++) {
			const TdOutboxRow *row = g_ptr_array_index(rows, i);

			due = row->due;
			id = row->id;
			g_hash_table_add(found,
			    g_memdup2(&row->ticket, sizeof(row->ticket)));
		}
	} while (count == TD_READ_MAX);
	*tickets = g_steal_pointer(&found);
	return TRUE;
}

/* ---- what was changed ---- */

/* TdVerifyFunc */
static void
keep_first(guint64 ticket, guint64 sequence, const char *finding, gpointer data)
{
	char **first = data;

	if (*first != NULL)
		return;
	*first = sequence == 0
	    ? g_strdup_printf(
	          "ticket %" G_GUINT64_FORMAT " %s", ticket, finding)
	    : g_strdup_printf("event %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT
	                      " %s",
	          ticket, sequence, finding);
}

gboolean
td_desk_find_change(
    TdStore *store, guint64 number, char **finding, GError **error)
{
	char *first = NULL;
	TdVerify verify = { .number = number,
		.until = number,
		.finding = keep_first,
		.data = &first };

	if (!td_store_verify(store, &verify, error)) {
		g_free(first);
		return FALSE;
	}
	*finding = first;
	return TRUE;
}

/* ---- whether it can go ---- */

static gboolean
is_old(const TdTicket *ticket, TdStatus status, gint64 before)
{
	return ticket->purged != 0 ||
	    (ticket->status >= status && ticket->updated < before);
}

/* Whether the ticket that @ticket was merged into is old as well. */
static gboolean
is_target_old(TdTxn *txn, const TdTicket *ticket, TdStatus status,
    gint64 before, gboolean *old, GError **error)
{
	guint64 number = ticket->merged_into;

	*old = TRUE;
	for (guint i = 0; number != 0 && *old && i < MERGES_MAX; i++) {
		g_autoptr(TdTicket) target = NULL;

		if (!td_ticket_get(txn, number, &target, error))
			return FALSE;
		*old = target == NULL || is_old(target, status, before);
		number = target == NULL ? 0 : target->merged_into;
	}
	return TRUE;
}

/* Why @ticket must stay: another one that is tied to it is not over; NULL if
 * all are. */
static gboolean
find_tie(TdTxn *txn, const TdTicket *ticket, char **why, GError **error)
{
	for (guint i = 0; i < ticket->links->len && *why == NULL; i++) {
		const TdLink *link = g_ptr_array_index(ticket->links, i);
		guint64 number = link->number;
		g_autoptr(TdTicket) other = NULL;

		if (!td_ticket_resolve(txn, &number, error) ||
		    !td_ticket_get(txn, number, &other, error))
			return FALSE;
		if (other != NULL && td_ticket_is_active(other))
			*why = g_strdup_printf("ticket %" G_GUINT64_FORMAT
			                       " (%s) is not done",
			    number, link->type);
	}
	return TRUE;
}

static gboolean
look_at(TdTxn *txn, TdPurge *purge, TdStatus status, gint64 before,
    gboolean *wanted, GError **error)
{
	g_autoptr(TdTicket) ticket = NULL;

	*wanted = FALSE;
	if (!td_ticket_get(txn, purge->number, &ticket, error))
		return FALSE;
	if (ticket == NULL || purge->number == TD_TICKET_DESK ||
	    ticket->purged != 0 || !is_old(ticket, status, before))
		return TRUE;
	purge->events = ticket->events;
	purge->messages = ticket->messages;
	purge->updated = ticket->updated;
	if (!is_target_old(txn, ticket, status, before, wanted, error))
		return FALSE;
	return !*wanted || find_tie(txn, ticket, &purge->why, error);
}

/* ---- the ids of its mails ---- */

static void
add_id(TdPurge *purge, const char *id, const char *digest)
{
	if (*id == '\0')
		return;
	g_ptr_array_add(purge->ids, g_strdup(id));
	g_ptr_array_add(purge->ids, g_strdup(digest));
}

/* Its own, and those of which it spoke. */
static void
add_ids(TdPurge *purge, const TdFiled *filed, GBytes *raw)
{
	g_autoptr(TdMessage) message = NULL;
	gsize size = 0;
	const char *bytes = g_bytes_get_data(raw, &size);

	add_id(purge, filed->message_id, filed->digest);
	if (filed->outgoing || size == 0 ||
	    strcmp(filed->class_reason, TD_REASON_UNREADABLE) == 0)
		return;
	message = td_message_parse(bytes, size);
	for (guint i = 0; message->references[i] != NULL; i++)
		add_id(purge, message->references[i], "");
	if (message->forward != NULL)
		add_id(purge, message->forward->message_id, "");
}

static gboolean
read_ids(TdStore *store, TdPurge *purge, GError **error)
{
	for (guint64 i = 1; i <= purge->messages; i++) {
		g_autoptr(TdTxn) txn = td_txn_read(store);
		g_autoptr(TdFiled) filed = NULL;
		g_autoptr(GBytes) raw = NULL;

		if (!td_filed_get(txn, purge->number, i, &filed, &raw, error))
			return FALSE;
		g_clear_pointer(&txn, td_txn_free);
		if (filed != NULL)
			add_ids(purge, filed, raw);
	}
	return TRUE;
}

gboolean
td_desk_purge_look(TdStore *store, guint64 number, TdStatus status,
    gint64 before, GHashTable *waiting, TdPurge **result, GError **error)
{
	g_autoptr(TdPurge) purge = g_new0(TdPurge, 1);
	g_autoptr(TdTxn) txn = td_txn_read(store);
	gboolean wanted;

	purge->number = number;
	purge->ids = g_ptr_array_new_with_free_func(g_free);
	if (!look_at(txn, purge, status, before, &wanted, error))
		return FALSE;
	g_clear_pointer(&txn, td_txn_free);
	*result = NULL;
	if (!wanted)
		return TRUE;
	if (purge->why == NULL && g_hash_table_contains(waiting, &number))
		purge->why = g_strdup("mail of it waits to be sent");
	if (purge->why == NULL) {
		if (!td_desk_find_change(store, number, &purge->why, error))
			return FALSE;
		purge->damaged = purge->why != NULL;
	}
	if (purge->why == NULL && !read_ids(store, purge, error))
		return FALSE;
	*result = g_steal_pointer(&purge);
	return TRUE;
}

/* ---- doing it ---- */

/* Mail of the ticket that waits for somebody's word. */
static gboolean
drop_holds(TdTxn *txn, guint64 number, GError **error)
{
	guint64 after = 0;

	do {
		g_autoptr(GPtrArray) holds = NULL;

		if (!td_hold_list(
		        txn, after, TD_READ_MAX, &holds, &after, error))
			return FALSE;
		for (guint i = 0; i < holds->len; i++) {
			const TdHold *hold = g_ptr_array_index(holds, i);

			if ((hold->ticket == number ||
			        hold->mail.ticket == number) &&
			    !td_hold_delete(txn, hold->id, error))
				return FALSE;
		}
	} while (after != 0);
	return TRUE;
}

static gboolean
forget_ids(TdTxn *txn, const TdPurge *purge, GError **error)
{
	for (guint i = 0; i + 1 < purge->ids->len; i += 2) {
		const char *digest = g_ptr_array_index(purge->ids, i + 1);

		if (!td_id_forget(txn, g_ptr_array_index(purge->ids, i),
		        *digest == '\0' ? NULL : digest, purge->number, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
td_desk_purge(TdTxn *txn, const TdPurge *purge, gint64 now, const char *actor,
    gboolean *done, GError **error)
{
	g_autoptr(TdTicket) ticket = NULL;

	if (!td_ticket_get(txn, purge->number, &ticket, error))
		return FALSE;
	*done = ticket != NULL && ticket->events == purge->events;
	return !*done ||
	    (td_ticket_purge(txn, ticket, now, actor, error) &&
	        forget_ids(txn, purge, error) &&
	        drop_holds(txn, purge->number, error) &&
	        td_object_forget(txn, purge->number, error));
}

/* "1-40, 42": as many runs as an event should hold. */
static char *
list_runs(const guint64 *numbers, guint count)
{
	g_autoptr(GString) text = g_string_new(NULL);
	guint runs = 0;

	for (guint i = 0, end; i < count; i = end) {
		end = i + 1;
		while (end < count && numbers[end] == numbers[end - 1] + 1)
			end++;
		if (runs++ == RUNS_MAX) {
			g_string_append(text, ", ...");
			break;
		}
		g_string_append_printf(text, "%s%" G_GUINT64_FORMAT,
		    text->len == 0 ? "" : ", ", numbers[i]);
		if (end > i + 1)
			g_string_append_printf(
			    text, "-%" G_GUINT64_FORMAT, numbers[end - 1]);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

gboolean
td_desk_purge_tell(TdTxn *txn, const guint64 *numbers, guint count, gint64 now,
    const char *actor, GError **error)
{
	g_autofree char *runs = list_runs(numbers, count);
	g_autoptr(TdTicket) record = NULL;
	g_autoptr(TdEvent) event = NULL;

	if (!td_ticket_get(txn, TD_TICKET_DESK, &record, error))
		return FALSE;
	if (record == NULL)
		record = td_ticket_new(TD_TICKET_DESK);
	event = td_event_new(TD_EVENT_NOTE, TD_TICKET_DESK, now, actor);
	td_event_set(event, "what", "tickets purged");
	td_event_set_number(event, "count", count);
	td_event_set(event, "tickets", runs);
	return td_event_append(txn, record, event, error) &&
	    td_ticket_put(txn, record, error);
}
