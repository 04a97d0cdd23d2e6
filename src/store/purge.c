/* purge.c - what is left of a ticket when all that was on it is thrown away
 *
 * One event, a note with the key TD_PURGED_HASHES: the hashes of the payloads
 * of all events that were before it, 32 bytes each.  From them the chain can be
 * followed as ever, to each of its old heads too. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "store/store-private.h"

gboolean
td_event_is_purge(const TdEvent *event, const guint8 **hashes, gsize *count)
{
	gsize size = 0;

	if (event->kind != TD_EVENT_NOTE)
		return FALSE;
	*hashes = td_event_get_bytes(event, TD_PURGED_HASHES, &size);
	*count = size / TD_HASH_SIZE;
	return *hashes != NULL && size % TD_HASH_SIZE == 0;
}

gboolean
td_purged_fold(TdTicket *ticket, const TdEvent *event)
{
	const guint8 *hashes;
	gsize count;

	if (!td_event_is_purge(event, &hashes, &count))
		return FALSE;
	ticket->created = (gint64)td_event_get_number(event, "created");
	ticket->merged_into = td_event_get_number(event, "into");
	ticket->status = TD_STATUS_CLOSED;
	ticket->purged = event->time;
	return TRUE;
}

/* ---- purging ---- */

/* Keys of the rows of ticket @number in @table, of GBytes; with @hashes also
 * what their values begin with. */
static gboolean
list_rows(TdTxn *txn, TdTable table, guint64 number, GPtrArray *keys,
    GByteArray *hashes, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	guint8 start[TD_KEY_NUMBER];
	gboolean found;

	td_key_number(start, number);
	if (!td_cursor_open(txn, table, hashes != NULL, &cursor, error) ||
	    !td_cursor_seek(&cursor, start, sizeof(start), &found, error))
		return FALSE;
	while (found && cursor.key.size >= TD_KEY_NUMBER &&
	    td_key_read(cursor.key.data) == number) {
		g_ptr_array_add(
		    keys, g_bytes_new(cursor.key.data, cursor.key.size));
		if (hashes != NULL) {
			if (cursor.value.size <= TD_EVENT_PAYLOAD)
				return td_row_damaged(error, table,
				    cursor.key.data, cursor.key.size);
			g_byte_array_append(
			    hashes, cursor.value.data, TD_HASH_SIZE);
		}
		if (!td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
delete_rows(TdTxn *txn, TdTable table, const GPtrArray *keys, GError **error)
{
	for (guint i = 0; i < keys->len; i++) {
		gsize size;
		const void *key = g_bytes_get_data(keys->pdata[i], &size);

		if (!td_row_delete(txn, table, key, size, error))
			return FALSE;
	}
	return TRUE;
}

static GPtrArray *
new_keys(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
}

static TdEvent *
make_event(const TdTicket *ticket, const GByteArray *hashes, gint64 now,
    const char *actor)
{
	TdEvent *event = td_event_new(
	    TD_EVENT_NOTE, ticket->number, now, actor);

	td_event_set(event, "what", "purged");
	td_event_set_number(event, "created", (guint64)ticket->created);
	td_event_set_number(event, "events", ticket->events);
	td_event_set_number(event, "messages", ticket->messages);
	if (ticket->merged_into != 0)
		td_event_set_number(event, "into", ticket->merged_into);
	td_event_set_bytes(event, TD_PURGED_HASHES, hashes->data, hashes->len);
	return event;
}

gboolean
td_ticket_purge(TdTxn *txn, const TdTicket *ticket, gint64 now,
    const char *actor, GError **error)
{
	g_autoptr(GByteArray) hashes = g_byte_array_new();
	g_autoptr(GPtrArray) events = new_keys();
	g_autoptr(GPtrArray) messages = new_keys();
	g_autoptr(TdTicket) left = td_ticket_new(ticket->number);
	g_autoptr(TdEvent) event = NULL;

	if (!list_rows(
	        txn, TD_TABLE_EVENTS, ticket->number, events, hashes, error) ||
	    !list_rows(
	        txn, TD_TABLE_MESSAGES, ticket->number, messages, NULL, error))
		return FALSE;
	/* Of a chain that is torn nothing is thrown away: it shall be seen. */
	if (events->len != ticket->events)
		return td_fail(error, TD_ERROR_BROKEN,
		    "ticket %" G_GUINT64_FORMAT " has %u events, and its "
		    "record %" G_GUINT64_FORMAT "; see: ticket check --rebuild",
		    ticket->number, events->len, ticket->events);
	left->events = ticket->events;
	memcpy(left->chain, ticket->chain, sizeof(left->chain));
	event = make_event(ticket, hashes, now, actor);
	return delete_rows(txn, TD_TABLE_EVENTS, events, error) &&
	    delete_rows(txn, TD_TABLE_MESSAGES, messages, error) &&
	    td_event_append(txn, left, event, error) &&
	    td_ticket_put(txn, left, error) && td_wipe_want(txn, error);
}

gboolean
td_ticket_is_purged(
    TdTxn *txn, guint64 number, gboolean *purged, GError **error)
{
	g_autoptr(TdTicket) ticket = NULL;

	if (!td_ticket_get(txn, number, &ticket, error))
		return FALSE;
	*purged = ticket != NULL && ticket->purged != 0;
	return TRUE;
}

gboolean
td_ticket_fail_purged(const TdTicket *ticket, GError **error)
{
	g_autofree char *day = td_text_rfc3339(ticket->purged);

	day[strcspn(day, "T")] = '\0';
	return td_fail(error, TD_ERROR_REFUSED,
	    "ticket %" G_GUINT64_FORMAT " was purged on %s", ticket->number,
	    day);
}

gboolean
td_ticket_numbers(
    TdTxn *txn, guint64 from, guint limit, GArray **numbers, GError **error)
{
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(guint64));
	g_auto(TdCursor) cursor = { 0 };
	guint8 key[TD_KEY_NUMBER];
	gboolean found;

	td_key_number(key, from);
	if (!td_cursor_open(txn, TD_TABLE_TICKETS, FALSE, &cursor, error) ||
	    !td_cursor_seek(&cursor, key, sizeof(key), &found, error))
		return FALSE;
	while (found && list->len < MIN(limit, TD_READ_MAX)) {
		guint64 number;

		if (cursor.key.size == TD_KEY_NUMBER) {
			number = td_key_read(cursor.key.data);
			g_array_append_val(list, number);
		}
		if (!td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	}
	*numbers = g_steal_pointer(&list);
	return TRUE;
}
