/* events.c - the table of events: (number, sequence) -> what happened
 *
 * A row is the SHA-256 of the payload, the SHA-256 of the chain so far, and the
 * payload.  The chain of a ticket begins with 32 zero bytes; each event makes
 * it SHA-256(chain || number || sequence || hash of the payload), numbers in 8
 * bytes, big-endian.  A payload can so be erased and the chain still holds: see
 * erased.c, and purge.c where that is done to all of them. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/sha256.h>

#include "store/store-private.h"

#define TIME_KEY_SIZE (8 + TD_KEY_PLACE)

void
td_event_chain(
    guint8 *chain, guint64 number, guint64 sequence, const guint8 *payload_hash)
{
	guint8 link[TD_HASH_SIZE + TD_KEY_PLACE + TD_HASH_SIZE];

	memcpy(link, chain, TD_HASH_SIZE);
	td_key_place(link + TD_HASH_SIZE, number, sequence);
	memcpy(link + TD_HASH_SIZE + TD_KEY_PLACE, payload_hash, TD_HASH_SIZE);
	td_sha256(link, sizeof(link), chain);
}

void
td_event_encode(const TdEvent *event, TdRow *row)
{
	GVariant *members[] = {
		g_variant_new_int64(event->time),
		g_variant_new_byte(event->kind),
		td_value_text(event->actor),
		td_value_text(event->evidence),
		g_variant_new_uint64(event->message),
		td_event_detail(event),
	};

	td_value_write(g_variant_new_tuple(members, G_N_ELEMENTS(members)),
	    TD_EVENT_PAYLOAD, row);
}

TdEvent *
td_event_decode(
    const guint8 *key, const guint8 *data, gsize size, GError **error)
{
	g_autoptr(GVariant) value = NULL;
	TdEvent *event;
	guint8 kind = 0;

	if (size > TD_EVENT_PAYLOAD)
		value = td_value_read(TD_TYPE_PAYLOAD, data + TD_EVENT_PAYLOAD,
		    size - TD_EVENT_PAYLOAD);
	if (value != NULL)
		g_variant_get_child(value, 1, "y", &kind);
	if (value == NULL || kind > TD_EVENT_LAST) {
		td_row_damaged(error, TD_TABLE_EVENTS, key, TD_KEY_PLACE);
		return NULL;
	}
	event = g_new0(TdEvent, 1);
	event->ticket = td_key_read(key);
	event->sequence = td_key_read(key + TD_KEY_NUMBER);
	event->kind = kind;
	g_variant_get(value, "(xysst@a{sv})", &event->time, NULL, &event->actor,
	    &event->evidence, &event->message, &event->detail);
	return event;
}

/* @hash is that of its payload; NULL: to be made of it. */
static gboolean
append(TdTxn *txn, TdTicket *ticket, TdEvent *event, const guint8 *hash,
    GError **error)
{
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_PLACE];
	guint8 chain[TD_HASH_SIZE];
	guint64 sequence = ticket->events + 1;
	gboolean added;

	g_return_val_if_fail(event->ticket == ticket->number, FALSE);

	td_event_encode(event, &row);
	if (hash != NULL)
		memcpy(row.data, hash, TD_HASH_SIZE);
	else
		td_sha256(row.data + TD_EVENT_PAYLOAD,
		    row.size - TD_EVENT_PAYLOAD, row.data);
	memcpy(chain, ticket->chain, sizeof(chain));
	td_event_chain(chain, ticket->number, sequence, row.data);
	memcpy(row.data + TD_HASH_SIZE, chain, sizeof(chain));

	td_key_place(key, ticket->number, sequence);
	if (!td_row_add(txn, TD_TABLE_EVENTS, key, sizeof(key), row.data,
	        row.size, &added, error))
		return FALSE;
	if (!added)
		return td_fail(error, TD_ERROR_BROKEN,
		    "event %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT
		    " is there already",
		    ticket->number, sequence);
	event->sequence = sequence;
	td_ticket_fold(ticket, event);
	memcpy(ticket->chain, chain, sizeof(chain));
	return TRUE;
}

gboolean
td_event_append(TdTxn *txn, TdTicket *ticket, TdEvent *event, GError **error)
{
	return append(txn, ticket, event, NULL, error);
}

gboolean
td_event_append_replaced(TdTxn *txn, TdTicket *ticket, TdEvent *event,
    const guint8 *hash, GError **error)
{
	return append(txn, ticket, event, hash, error);
}

/* Whether @cursor stands on an event of @number. */
static gboolean
is_of_ticket(const TdCursor *cursor, guint64 number)
{
	return cursor->key.size == TD_KEY_PLACE &&
	    td_key_read(cursor->key.data) == number;
}

gboolean
td_event_list(TdTxn *txn, guint64 number, guint64 after, guint limit,
    GPtrArray **events, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_event_free);
	g_auto(TdCursor) cursor = { 0 };
	guint8 key[TD_KEY_PLACE];
	gboolean found = FALSE;
	guint most = MIN(limit, TD_READ_MAX);

	if (!td_cursor_open(txn, TD_TABLE_EVENTS, TRUE, &cursor, error))
		return FALSE;
	td_key_place(key, number, after + 1);
	if (after < G_MAXUINT64 && most > 0 &&
	    !td_cursor_seek(&cursor, key, sizeof(key), &found, error))
		return FALSE;
	while (found && is_of_ticket(&cursor, number)) {
		TdEvent *event = td_event_decode(cursor.key.data,
		    cursor.value.data, cursor.value.size, NULL);

		/* A damaged one shall not hide the others. */
		if (event != NULL)
			g_ptr_array_add(list, event);
		if (list->len == most)
			break;
		if (!td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	}
	*events = g_steal_pointer(&list);
	return TRUE;
}

/* Stands @cursor on the newest event, or on the one before @from. */
static gboolean
seek_newest(TdCursor *cursor, GBytes *from, gboolean *found, GError **error)
{
	guint8 end[TIME_KEY_SIZE + 1];
	const void *key = end;
	gsize size = sizeof(end);

	memset(end, 0xff, sizeof(end));
	if (from != NULL)
		key = g_bytes_get_data(from, &size);
	return td_cursor_seek_before(cursor, key, size, found, error);
}

/* Adds the event that an index key stands for, unless it is damaged. */
static gboolean
add_event(TdTxn *txn, const guint8 *place, GPtrArray *events, GError **error)
{
	g_auto(TdRow) row = { 0 };
	TdEvent *event;

	if (!td_row_get(
	        txn, TD_TABLE_EVENTS, place, TD_KEY_PLACE, 0, &row, error))
		return FALSE;
	if (row.data == NULL)
		return td_row_damaged(
		    error, TD_INDEX_TIME, place, TD_KEY_PLACE);
	event = td_event_decode(place, row.data, row.size, NULL);
	if (event != NULL)
		g_ptr_array_add(events, event);
	return TRUE;
}

GBytes *
td_event_cursor(gint64 until)
{
	guint8 key[TIME_KEY_SIZE];

	/* Before the first event of that second, or behind all. */
	memset(key, 0xff, sizeof(key));
	if (until < G_MAXINT64) {
		td_key_time(key, until);
		memset(key + 8, 0, TD_KEY_PLACE);
	}
	return g_bytes_new(key, sizeof(key));
}

gboolean
td_event_oldest(TdTxn *txn, gint64 *time, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	gboolean found;

	if (!td_cursor_open(txn, TD_INDEX_TIME, FALSE, &cursor, error) ||
	    !td_cursor_step(&cursor, DB_FIRST, &found, error))
		return FALSE;
	if (found && cursor.key.size != TIME_KEY_SIZE)
		return td_row_damaged(
		    error, TD_INDEX_TIME, cursor.key.data, cursor.key.size);
	*time = found ? td_key_read_time(cursor.key.data) : 0;
	return TRUE;
}

gboolean
td_event_list_newest(TdTxn *txn, guint limit, GBytes **cursor,
    GPtrArray **events, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_event_free);
	g_auto(TdCursor) at = { 0 };
	g_autoptr(GBytes) next = NULL;
	gboolean found;
	guint most = CLAMP(limit, 1, TD_READ_MAX);

	if (!td_cursor_open(txn, TD_INDEX_TIME, FALSE, &at, error) ||
	    !seek_newest(&at, *cursor, &found, error))
		return FALSE;
	while (found && list->len < most) {
		const guint8 *key = at.key.data;

		if (at.key.size != TIME_KEY_SIZE)
			return td_row_damaged(
			    error, TD_INDEX_TIME, key, at.key.size);
		if (!add_event(txn, key + 8, list, error))
			return FALSE;
		g_clear_pointer(&next, g_bytes_unref);
		next = g_bytes_new(key, TIME_KEY_SIZE);
		if (!td_cursor_step(&at, DB_PREV, &found, error))
			return FALSE;
	}
	g_clear_pointer(cursor, g_bytes_unref);
	if (found)
		*cursor = g_steal_pointer(&next);
	*events = g_steal_pointer(&list);
	return TRUE;
}

static gboolean
fail_event(GError **error, guint64 number, guint64 sequence, const char *why)
{
	return td_fail(error, TD_ERROR_BROKEN,
	    "event %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT " %s", number,
	    sequence, why);
}

/* The chain up to the event that tells of a purge; FALSE if @event does not, or
 * of others than those that are missing. */
static gboolean
follow_purge(TdTicket *ticket, const TdEvent *event)
{
	const guint8 *hashes;
	gsize count;

	if (ticket->events != 0 || !td_event_is_purge(event, &hashes, &count) ||
	    count != event->sequence - 1)
		return FALSE;
	for (gsize i = 0; i < count; i++)
		td_event_chain(ticket->chain, ticket->number, i + 1,
		    hashes + i * TD_HASH_SIZE);
	return TRUE;
}

/* Folds the row that @cursor stands on into @ticket. */
static gboolean
fold_row(
    TdTicket *ticket, TdMarks *marks, const TdCursor *cursor, GError **error)
{
	const guint8 *key = cursor->key.data;
	const guint8 *data = cursor->value.data;
	gsize size = cursor->value.size;
	guint64 sequence = td_key_read(key + TD_KEY_NUMBER);
	g_autoptr(TdEvent) event = td_event_decode(key, data, size, NULL);
	guint8 hash[TD_HASH_SIZE];

	if (sequence != ticket->events + 1 &&
	    (event == NULL || !follow_purge(ticket, event)))
		return fail_event(
		    error, ticket->number, ticket->events + 1, "is missing");
	if (event == NULL)
		return td_row_damaged(
		    error, TD_TABLE_EVENTS, key, TD_KEY_PLACE);
	td_sha256(data + TD_EVENT_PAYLOAD, size - TD_EVENT_PAYLOAD, hash);
	if (memcmp(hash, data, sizeof(hash)) != 0)
		td_marks_found(marks, sequence, hash);
	td_marks_told(marks, event);
	td_event_chain(ticket->chain, ticket->number, sequence, data);
	if (memcmp(ticket->chain, data + TD_HASH_SIZE, TD_HASH_SIZE) != 0)
		return fail_event(
		    error, ticket->number, sequence, "does not fit the chain");
	td_ticket_fold(ticket, event);
	return TRUE;
}

/* All events of @sum, which is new. */
static gboolean
fold_rows(TdTxn *txn, TdTicket *sum, TdMarks *marks, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	guint8 key[TD_KEY_PLACE];
	gboolean found;

	if (!td_cursor_open(txn, TD_TABLE_EVENTS, TRUE, &cursor, error))
		return FALSE;
	td_key_place(key, sum->number, 0);
	if (!td_cursor_seek(&cursor, key, sizeof(key), &found, error))
		return FALSE;
	while (found && is_of_ticket(&cursor, sum->number)) {
		if (!fold_row(sum, marks, &cursor, error) ||
		    !td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
td_erased_check(TdTxn *txn, guint64 number, guint64 *odd, GError **error)
{
	g_autoptr(TdMarks) marks = td_marks_new();
	g_autoptr(TdTicket) sum = td_ticket_new(number);
	g_autoptr(GArray) changed = NULL;
	g_autoptr(GArray) restored = NULL;

	if (!fold_rows(txn, sum, marks, error))
		return FALSE;
	changed = td_marks_changed(marks);
	restored = td_marks_restored(marks);
	*odd = 0;
	if (changed->len > 0)
		*odd = g_array_index(changed, guint64, 0);
	else if (restored->len > 0)
		*odd = g_array_index(restored, guint64, 0);
	return TRUE;
}

gboolean
td_ticket_rebuild_with(TdTxn *txn, guint64 number, const TdErasure *erasure,
    TdTicket **ticket, GError **error)
{
	g_autoptr(TdMarks) marks = td_marks_new();
	g_autoptr(TdTicket) sum = td_ticket_new(number);
	g_autoptr(GArray) changed = NULL;

	if (!fold_rows(txn, sum, marks, error))
		return FALSE;
	if (erasure != NULL)
		td_marks_foretold(marks, erasure);
	changed = td_marks_changed(marks);
	if (changed->len > 0)
		return fail_event(error, number,
		    g_array_index(changed, guint64, 0),
		    "does not match its hash");
	*ticket = sum->events > 0 ? g_steal_pointer(&sum) : NULL;
	return TRUE;
}

gboolean
td_ticket_rebuild(TdTxn *txn, guint64 number, TdTicket **ticket, GError **error)
{
	return td_ticket_rebuild_with(txn, number, NULL, ticket, error);
}
