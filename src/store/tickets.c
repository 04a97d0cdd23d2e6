/* tickets.c - the table of tickets: number -> record */

#include "config.h"

#include <ticketd/error.h>

#include "store/store-private.h"

/* More merges than this in a row are a circle. */
#define MOST_HOPS 1000u

gboolean
td_ticket_allot(TdTxn *txn, guint64 *number, GError **error)
{
	return td_counter_next(txn, TD_COUNTER_TICKET, number, error);
}

gboolean
td_ticket_range(TdTxn *txn, guint64 *first, guint64 *last, GError **error)
{
	guint64 lowest;
	guint64 highest;

	if (!td_meta_get_number(txn, TD_META_FIRST, &lowest, error) ||
	    !td_counter_get(txn, TD_COUNTER_TICKET, &highest, error))
		return FALSE;
	*first = lowest;
	*last = highest;
	return TRUE;
}

gboolean
td_ticket_get(TdTxn *txn, guint64 number, TdTicket **ticket, GError **error)
{
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_NUMBER];
	TdTicket *found = NULL;

	td_key_number(key, number);
	if (!td_row_get(
	        txn, TD_TABLE_TICKETS, key, sizeof(key), 0, &row, error))
		return FALSE;
	if (row.data != NULL) {
		found = td_ticket_decode(number, &row, error);
		if (found == NULL)
			return FALSE;
	}
	*ticket = found;
	return TRUE;
}

/* What ticket @number is merged into, 0: nothing, or there is no such ticket.
 * Only the head of the record is looked at: this is asked of each mail. */
static gboolean
find_target(TdTxn *txn, guint64 number, guint64 *target, GError **error)
{
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_NUMBER];
	TdTicketHead head = { 0 };

	td_key_number(key, number);
	if (!td_row_get(
	        txn, TD_TABLE_TICKETS, key, sizeof(key), 0, &row, error))
		return FALSE;
	if (row.data != NULL &&
	    (!td_ticket_peek(row.data, row.size, &head) ||
	        head.fixed.number != number))
		return td_row_damaged(
		    error, TD_TABLE_TICKETS, key, sizeof(key));
	*target = head.fixed.merged_into;
	return TRUE;
}

gboolean
td_ticket_resolve(TdTxn *txn, guint64 *number, GError **error)
{
	guint64 at = *number;
	guint hops;

	for (hops = 0; hops < MOST_HOPS; hops++) {
		guint64 target = 0;

		if (!find_target(txn, at, &target, error))
			return FALSE;
		if (target == 0) {
			*number = at;
			return TRUE;
		}
		at = target;
	}
	return td_fail(error, TD_ERROR_BROKEN,
	    "ticket %" G_GUINT64_FORMAT " is merged in a circle", *number);
}

gboolean
td_ticket_put(TdTxn *txn, const TdTicket *ticket, GError **error)
{
	g_auto(TdRow) before = { 0 };
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_NUMBER];

	td_key_number(key, ticket->number);
	if (!td_row_get(
	        txn, TD_TABLE_TICKETS, key, sizeof(key), 0, &before, error))
		return FALSE;
	td_ticket_encode(ticket, &row);
	if (before.data != NULL && td_index_stays(&before, &row))
		return td_row_put_plain(
		    txn, key, sizeof(key), row.data, row.size, error);
	return td_row_put(
	    txn, TD_TABLE_TICKETS, key, sizeof(key), row.data, row.size, error);
}

gboolean
td_ticket_timers(
    TdTxn *txn, gint64 until, guint limit, GArray **numbers, GError **error)
{
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(guint64));
	g_auto(TdCursor) cursor = { 0 };
	gboolean found;

	if (!td_cursor_open(txn, TD_INDEX_TIMER, FALSE, &cursor, error) ||
	    !td_cursor_seek(&cursor, NULL, 0, &found, error))
		return FALSE;
	while (found && list->len < limit) {
		const guint8 *key = cursor.key.data;
		guint64 number;

		if (cursor.key.size != TD_KEY_PLACE)
			return td_row_damaged(
			    error, TD_INDEX_TIMER, key, cursor.key.size);
		if (td_key_read_time(key) > until)
			break;
		number = td_key_read(key + 8);
		g_array_append_val(list, number);
		if (!td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	}
	*numbers = g_steal_pointer(&list);
	return TRUE;
}
