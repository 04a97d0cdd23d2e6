/* verify-messages.c - whether the messages that events tell of are what they
 * were */

#include "config.h"

#include <string.h>

#include "store/verify.h"

static void
tell_missing(TdFollower *follower, guint64 first, guint64 last)
{
	if (first == last)
		td_follower_tell(
		    follower, 0, "lacks message %" G_GUINT64_FORMAT, first);
	else
		td_follower_tell(follower, 0,
		    "lacks messages %" G_GUINT64_FORMAT
		    " to %" G_GUINT64_FORMAT,
		    first, last);
}

gboolean
td_follower_compare_message(
    TdFollower *follower, const TdEvent *event, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(follower->store);
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_PLACE];
	const char *wrong;

	td_key_place(key, follower->number, event->message);
	if (!td_row_get(
	        txn, TD_TABLE_MESSAGES, key, sizeof(key), 0, &row, error))
		return FALSE;
	g_clear_pointer(&txn, td_txn_free);
	follower->vouched++;
	/* One that is missing is told when all are looked for. */
	if (row.data == NULL)
		return TRUE;
	wrong = td_filed_differs(event, key, &row);
	if (wrong != NULL)
		td_follower_tell(follower, event->sequence,
		    "filed message %" G_GUINT64_FORMAT ", which %s",
		    event->message, wrong);
	return TRUE;
}

/* "N/SEQ", a message of another ticket; FALSE if @text is none. */
static gboolean
read_place(const char *text, TdPlace *place)
{
	g_auto(GStrv) parts = g_strsplit(text, "/", 3);

	return g_strv_length(parts) == 2 &&
	    g_ascii_string_to_unsigned(
	        parts[0], 10, 0, G_MAXINT64, &place->ticket, NULL) &&
	    g_ascii_string_to_unsigned(
	        parts[1], 10, 1, G_MAXINT64, &place->sequence, NULL);
}

gboolean
td_follower_find_source(
    TdFollower *follower, const TdEvent *event, GError **error)
{
	const char *raw = td_event_get(event, "raw");
	g_autoptr(TdTxn) txn = NULL;
	gboolean purged = FALSE;
	gboolean there;
	TdPlace place;

	if (!read_place(raw, &place))
		return TRUE;
	txn = td_txn_read(follower->store);
	if (!td_filed_there(txn, place.ticket, place.sequence, &there, error))
		return FALSE;
	if (!there && !td_ticket_is_purged(txn, place.ticket, &purged, error))
		return FALSE;
	if (!there && !purged)
		td_follower_tell(follower, event->sequence,
		    "came from message %s, which is missing", raw);
	return TRUE;
}

gboolean
td_follower_look_for_messages(
    TdFollower *follower, gboolean *more, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(follower->store);
	g_auto(TdCursor) cursor = { 0 };
	guint8 start[TD_KEY_PLACE];
	guint64 last = follower->sum->messages;
	gboolean found;
	guint looked;

	td_key_place(start, follower->number, follower->present + 1);
	if (!td_cursor_open(txn, TD_TABLE_MESSAGES, FALSE, &cursor, error) ||
	    !td_cursor_seek(&cursor, start, sizeof(start), &found, error))
		return FALSE;
	for (looked = 0;
	     found && looked < TD_READ_MAX && cursor.key.size == TD_KEY_PLACE &&
	     td_key_read(cursor.key.data) == follower->number;
	     looked++) {
		const guint8 *key = cursor.key.data;
		guint64 sequence = td_key_read(key + TD_KEY_NUMBER);

		if (sequence > last)
			break;
		if (sequence > follower->present + 1)
			tell_missing(
			    follower, follower->present + 1, sequence - 1);
		follower->present = sequence;
		if (!td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	}
	*more = looked == TD_READ_MAX && follower->present < last;
	if (!*more && follower->present < last) {
		tell_missing(follower, follower->present + 1, last);
		follower->present = last;
	}
	return TRUE;
}

gboolean
td_follower_look_behind_messages(
    TdFollower *follower, TdTxn *txn, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	guint8 start[TD_KEY_PLACE];
	const guint8 *key;
	gboolean found;

	td_key_place(start, follower->number, follower->sum->messages + 1);
	if (!td_cursor_open(txn, TD_TABLE_MESSAGES, FALSE, &cursor, error) ||
	    !td_cursor_seek(&cursor, start, sizeof(start), &found, error))
		return FALSE;
	key = cursor.key.data;
	if (found && cursor.key.size >= TD_KEY_NUMBER &&
	    td_key_read(key) == follower->number)
		td_follower_tell(follower, 0,
		    "has a message that no event speaks of: "
		    "%" G_GUINT64_FORMAT,
		    cursor.key.size < TD_KEY_PLACE
		        ? 0
		        : td_key_read(key + TD_KEY_NUMBER));
	return TRUE;
}
