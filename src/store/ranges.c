/* ranges.c - runs of index keys that end with a ticket's number
 *
 * A cursor may serve many ranges: each step seeks by key. */

#include "config.h"

#include <string.h>

#include "store/store-private.h"

TdRange *
td_range_new(const void *prefix, gsize size)
{
	TdRange *range = g_new0(TdRange, 1);

	range->prefix = g_memdup2(prefix, size);
	range->size = size;
	return range;
}

void
td_range_free(TdRange *range)
{
	if (range == NULL)
		return;
	g_free(range->prefix);
	g_free(range);
}

gboolean
td_range_seek(TdCursor *cursor, TdRange *range, guint64 below, GError **error)
{
	gsize size = range->size + TD_KEY_NUMBER;
	/* Room for one byte more, which puts the key behind all numbers. */
	g_autofree guint8 *key = g_malloc0(size + 1);
	const guint8 *at;
	gboolean found;

	if (range->size > 0)
		memcpy(key, range->prefix, range->size);
	td_key_number(key + range->size, below > 0 ? below : G_MAXUINT64);
	if (!td_cursor_seek_before(
	        cursor, key, below > 0 ? size : size + 1, &found, error))
		return FALSE;

	at = cursor->key.data;
	range->number = 0;
	if (found && cursor->key.size == size &&
	    memcmp(at, key, range->size) == 0)
		range->number = td_key_read(at + range->size);
	return TRUE;
}

gboolean
td_key_after(guint8 *key, gsize *size)
{
	while (*size > 0 && key[*size - 1] == 0xff)
		(*size)--;
	if (*size == 0)
		return FALSE;
	key[*size - 1]++;
	return TRUE;
}

static gboolean
begins_with(const TdCursor *cursor, const void *start, gsize size)
{
	return size == 0 ||
	    (cursor->key.size >= size &&
	        memcmp(cursor->key.data, start, size) == 0);
}

gboolean
td_runs(TdTxn *txn, TdTable index, const void *start, gsize start_size,
    TdRunFunc run, gpointer data, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	gboolean found;

	if (!td_cursor_open(txn, index, FALSE, &cursor, error) ||
	    !td_cursor_seek(&cursor, start, start_size, &found, error))
		return FALSE;
	while (found && begins_with(&cursor, start, start_size)) {
		gsize size = cursor.key.size;
		g_autofree guint8 *prefix = NULL;

		if (size <= TD_KEY_NUMBER)
			return td_row_damaged(
			    error, index, cursor.key.data, cursor.key.size);
		size -= TD_KEY_NUMBER;
		prefix = g_memdup2(cursor.key.data, size);
		if (!run(&cursor, prefix, size, data, error))
			return FALSE;
		if (!td_key_after(prefix, &size))
			break;
		if (!td_cursor_seek(&cursor, prefix, size, &found, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
td_runs_of_queue(
    TdTxn *txn, const char *queue, TdRunFunc run, gpointer data, GError **error)
{
	/* With its NUL. */
	return td_runs(txn, TD_INDEX_QUEUE, queue != NULL ? queue : "",
	    queue != NULL ? strlen(queue) + 1 : 0, run, data, error);
}

guint8 *
td_active_prefix(const char *owner, const char *queue, gsize *size)
{
	gsize first = strlen(owner) + 1;
	gsize second = queue == NULL ? 0 : strlen(queue) + 1;
	guint8 *prefix = g_malloc(first + second);

	memcpy(prefix, owner, first);
	if (queue != NULL)
		memcpy(prefix + first, queue, second);
	*size = first + second;
	return prefix;
}
