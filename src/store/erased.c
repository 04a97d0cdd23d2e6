/* erased.c - events whose payload was replaced, and who says so
 *
 * The row of such an event keeps both hashes, that of the payload it had and
 * that of the chain; so the chain holds, and the payload does not match its
 * hash.  A later event of the ticket, itself in the chain, has the key
 * TD_ERASED_MARKS: for each event that was replaced its sequence (8 bytes,
 * big-endian) and the SHA-256 of what stands there now.  The newest one that
 * speaks of an event counts. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/sha256.h>

#include "store/store-private.h"

#define MARK_SIZE (TD_KEY_NUMBER + TD_HASH_SIZE)

/* ---- replacing ---- */

struct TdErasure {
	guint64 ticket;
	GByteArray *marks;
};

TdErasure *
td_erasure_new(guint64 ticket)
{
	TdErasure *erasure = g_new0(TdErasure, 1);

	erasure->ticket = ticket;
	erasure->marks = g_byte_array_new();
	return erasure;
}

void
td_erasure_free(TdErasure *erasure)
{
	if (erasure == NULL)
		return;

	g_byte_array_unref(erasure->marks);
	g_free(erasure);
}

guint
td_erasure_count(const TdErasure *erasure)
{
	return erasure->marks->len / MARK_SIZE;
}

gboolean
td_erasure_replace(
    TdErasure *erasure, TdTxn *txn, const TdEvent *event, GError **error)
{
	g_auto(TdRow) old = { 0 };
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_PLACE];
	guint8 mark[MARK_SIZE];

	g_return_val_if_fail(event->ticket == erasure->ticket, FALSE);

	td_key_place(key, event->ticket, event->sequence);
	if (!td_row_get(txn, TD_TABLE_EVENTS, key, sizeof(key), 0, &old, error))
		return FALSE;
	if (old.data == NULL || old.size <= TD_EVENT_PAYLOAD)
		return td_row_damaged(error, TD_TABLE_EVENTS, key, sizeof(key));
	td_event_encode(event, &row);
	memcpy(row.data, old.data, TD_EVENT_PAYLOAD);
	if (!td_row_put(txn, TD_TABLE_EVENTS, key, sizeof(key), row.data,
	        row.size, error))
		return FALSE;
	td_key_number(mark, event->sequence);
	td_sha256(row.data + TD_EVENT_PAYLOAD, row.size - TD_EVENT_PAYLOAD,
	    mark + TD_KEY_NUMBER);
	g_byte_array_append(erasure->marks, mark, sizeof(mark));
	return erasure->marks->len > sizeof(mark) || td_wipe_want(txn, error);
}

void
td_erasure_tell(const TdErasure *erasure, TdEvent *event)
{
	td_event_set_bytes(
	    event, TD_ERASED_MARKS, erasure->marks->data, erasure->marks->len);
}

gboolean
td_event_replaced(TdTxn *txn, const TdEvent *event, guint8 *hash,
    gboolean *replaced, GError **error)
{
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_PLACE];
	guint8 now[TD_HASH_SIZE];

	td_key_place(key, event->ticket, event->sequence);
	if (!td_row_get(txn, TD_TABLE_EVENTS, key, sizeof(key), 0, &row, error))
		return FALSE;
	*replaced = FALSE;
	if (row.data == NULL || row.size <= TD_EVENT_PAYLOAD)
		return td_row_damaged(error, TD_TABLE_EVENTS, key, sizeof(key));
	td_sha256(
	    row.data + TD_EVENT_PAYLOAD, row.size - TD_EVENT_PAYLOAD, now);
	*replaced = memcmp(now, row.data, sizeof(now)) != 0;
	if (*replaced)
		memcpy(hash, row.data, TD_HASH_SIZE);
	return TRUE;
}

/* ---- looking ---- */

struct TdMarks {
	GHashTable *told;  /* sequence -> hash, owned: what events tell of */
	GHashTable *found; /* likewise: what does not match its hash */
};

TdMarks *
td_marks_new(void)
{
	TdMarks *marks = g_new0(TdMarks, 1);

	marks->told = g_hash_table_new_full(
	    g_int64_hash, g_int64_equal, g_free, g_free);
	marks->found = g_hash_table_new_full(
	    g_int64_hash, g_int64_equal, g_free, g_free);
	return marks;
}

void
td_marks_free(TdMarks *marks)
{
	if (marks == NULL)
		return;

	g_hash_table_unref(marks->told);
	g_hash_table_unref(marks->found);
	g_free(marks);
}

static void
keep(GHashTable *table, guint64 sequence, const guint8 *hash)
{
	g_hash_table_insert(table, g_memdup2(&sequence, sizeof(sequence)),
	    g_memdup2(hash, TD_HASH_SIZE));
}

void
td_marks_found(TdMarks *marks, guint64 sequence, const guint8 *hash)
{
	keep(marks->found, sequence, hash);
}

const guint8 *
td_marks_hash(const TdMarks *marks, guint64 sequence)
{
	return g_hash_table_lookup(marks->found, &sequence);
}

static void
take_told(TdMarks *marks, const guint8 *bytes, gsize size)
{
	for (gsize at = 0; size - at >= MARK_SIZE; at += MARK_SIZE)
		keep(marks->told, td_key_read(bytes + at),
		    bytes + at + TD_KEY_NUMBER);
}

void
td_marks_told(TdMarks *marks, const TdEvent *event)
{
	gsize size = 0;
	const guint8 *bytes;

	if (event->kind != TD_EVENT_NOTE)
		return;
	bytes = td_event_get_bytes(event, TD_ERASED_MARKS, &size);
	if (bytes != NULL)
		take_told(marks, bytes, size);
}

static gint
compare_sequences(gconstpointer a, gconstpointer b)
{
	guint64 one = *(const guint64 *)a;
	guint64 other = *(const guint64 *)b;

	return one < other ? -1 : one > other;
}

/* Keys of @table that @other lacks, or has with another hash. */
static GArray *
list_odd(GHashTable *table, GHashTable *other, gboolean compare)
{
	GArray *odd = g_array_new(FALSE, FALSE, sizeof(guint64));
	GHashTableIter iter;
	gpointer sequence, hash;

	g_hash_table_iter_init(&iter, table);
	while (g_hash_table_iter_next(&iter, &sequence, &hash)) {
		const guint8 *there = g_hash_table_lookup(other, sequence);

		if (there == NULL ||
		    (compare && memcmp(there, hash, TD_HASH_SIZE) != 0))
			g_array_append_vals(odd, sequence, 1);
	}
	g_array_sort(odd, compare_sequences);
	return odd;
}

GArray *
td_marks_changed(const TdMarks *marks)
{
	return list_odd(marks->found, marks->told, TRUE);
}

GArray *
td_marks_restored(const TdMarks *marks)
{
	return list_odd(marks->told, marks->found, FALSE);
}

/* ---- the record ---- */

void
td_marks_foretold(TdMarks *marks, const TdErasure *erasure)
{
	take_told(marks, erasure->marks->data, erasure->marks->len);
}

gboolean
td_erasure_rebuild(
    const TdErasure *erasure, TdTxn *txn, TdTicket **ticket, GError **error)
{
	return td_ticket_rebuild_with(
	    txn, erasure->ticket, erasure, ticket, error);
}
