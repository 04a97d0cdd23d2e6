/* count.c - how many tickets, and in which queues
 *
 * The index of queues numbers its rows, so a run is counted by the positions of
 * its ends. */

#include "config.h"

#include <string.h>

#include "store/store-private.h"

/* Position of the first row behind the run, one more than the last row's at the
 * end of the table. */
static gboolean
position_behind(TdCursor *cursor, const guint8 *prefix, gsize size,
    guint64 *position, GError **error)
{
	g_autofree guint8 *key = g_memdup2(prefix, size);
	gboolean found = FALSE;

	if (td_key_after(key, &size) &&
	    !td_cursor_seek(cursor, key, size, &found, error))
		return FALSE;
	if (found)
		return td_cursor_position(cursor, position, error);
	if (!td_cursor_step(cursor, DB_LAST, &found, error) ||
	    !td_cursor_position(cursor, position, error))
		return FALSE;
	(*position)++;
	return TRUE;
}

typedef struct {
	guint64 counts[TD_STATUS_LAST + 1]; /* of those without a mark */
	guint64 spam;
} Sums;

/* Where a run is counted; NULL: it is not. */
static guint64 *
find_sum(Sums *sums, guint8 mark, guint8 status)
{
	if (mark == TD_MARK_SPAM)
		return &sums->spam;
	if (mark != 0 || status > TD_STATUS_LAST)
		return NULL;
	return &sums->counts[status];
}

static gboolean
count_run(TdCursor *cursor, const guint8 *prefix, gsize size, gpointer data,
    GError **error)
{
	guint64 *sum = find_sum(data, prefix[size - 3], prefix[size - 2]);
	guint64 start;
	guint64 behind;

	if (sum == NULL)
		return TRUE;
	if (!td_cursor_position(cursor, &start, error) ||
	    !position_behind(cursor, prefix, size, &behind, error))
		return FALSE;
	*sum += behind - start;
	return TRUE;
}

gboolean
td_ticket_count(TdTxn *txn, const char *queue,
    guint64 counts[TD_STATUS_LAST + 1], GError **error)
{
	Sums sums = { 0 };

	if (!td_runs_of_queue(txn, queue, count_run, &sums, error))
		return FALSE;
	memcpy(counts, sums.counts, sizeof(sums.counts));
	return TRUE;
}

gboolean
td_ticket_count_active(TdTxn *txn, const char *owner, const char *queue,
    guint64 *count, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	g_autofree guint8 *prefix = NULL;
	guint64 start;
	guint64 behind;
	gboolean found;
	gsize size;

	prefix = td_active_prefix(owner, queue, &size);
	if (!td_cursor_open(txn, TD_INDEX_ACTIVE, FALSE, &cursor, error) ||
	    !td_cursor_seek(&cursor, prefix, size, &found, error))
		return FALSE;
	if (!found || cursor.key.size < size ||
	    memcmp(cursor.key.data, prefix, size) != 0) {
		*count = 0;
		return TRUE;
	}
	if (!td_cursor_position(&cursor, &start, error) ||
	    !position_behind(&cursor, prefix, size, &behind, error))
		return FALSE;
	*count = behind - start;
	return TRUE;
}

/* What active tickets of @queue are so far. */
static TdLate *
late_of(GHashTable *late, const char *queue)
{
	TdLate *sums = g_hash_table_lookup(late, queue);

	if (sums == NULL) {
		sums = g_new0(TdLate, 1);
		g_hash_table_insert(late, g_strdup(queue), sums);
	}
	return sums;
}

/* The row that @cursor stands on: owner, NUL, queue, NUL, number; and the start
 * of the record. */
static gboolean
add_late(const TdCursor *cursor, gint64 now, GHashTable *late, GError **error)
{
	const char *owner = cursor->key.data;
	gsize size = cursor->key.size;
	gsize length = strnlen(owner, size);
	TdTicketHead head = { 0 };
	TdLate *sums;

	if (cursor->value.size < sizeof(head.fixed) ||
	    size < TD_KEY_NUMBER + 2 ||
	    memchr(owner + length + 1, '\0',
	        size - MIN(size, length + 1 + TD_KEY_NUMBER)) == NULL)
		return td_row_damaged(error, TD_INDEX_ACTIVE, owner, size);
	memcpy(&head.fixed, cursor->value.data, sizeof(head.fixed));
	/* Of a key too many that is in the index. */
	if (!td_ticket_head_is_active(&head))
		return TRUE;
	sums = late_of(late, owner + length + 1);
	sums->unowned += length == 0;
	sums->breached += head.fixed.breached != 0;
	sums->overdue += head.fixed.due != 0 && head.fixed.due <= now;
	return TRUE;
}

gboolean
td_ticket_count_late(
    TdTxn *txn, gint64 now, GBytes **cursor, GHashTable *late, GError **error)
{
	g_auto(TdCursor) at = { 0 };
	gsize size = 0;
	const void *start = *cursor == NULL ? NULL
	                                    : g_bytes_get_data(*cursor, &size);
	gboolean found;
	guint looked;

	if (!td_cursor_open(txn, TD_INDEX_ACTIVE, TRUE, &at, error))
		return FALSE;
	at.value.flags |= DB_DBT_PARTIAL;
	at.value.dlen = sizeof(TdTicketFixed);
	if (!td_cursor_seek(&at, start, size, &found, error))
		return FALSE;
	for (looked = 0; found && looked < TD_READ_MAX; looked++)
		if (!add_late(&at, now, late, error) ||
		    !td_cursor_step(&at, DB_NEXT, &found, error))
			return FALSE;
	g_clear_pointer(cursor, g_bytes_unref);
	if (found)
		*cursor = g_bytes_new(at.key.data, at.key.size);
	return TRUE;
}

gboolean
td_ticket_count_spam(
    TdTxn *txn, const char *queue, guint64 *count, GError **error)
{
	Sums sums = { 0 };

	if (!td_runs_of_queue(txn, queue, count_run, &sums, error))
		return FALSE;
	*count = sums.spam;
	return TRUE;
}

static gboolean
take_name(TdCursor *cursor G_GNUC_UNUSED, const guint8 *prefix,
    gsize size G_GNUC_UNUSED, gpointer data, GError **error G_GNUC_UNUSED)
{
	const char *name = (const char *)prefix;
	GPtrArray *names = data;

	/* Runs of one queue come one behind the other. */
	if (names->len == 0 || strcmp(names->pdata[names->len - 1], name) != 0)
		g_ptr_array_add(names, g_strdup(name));
	return TRUE;
}

gboolean
td_ticket_queues(TdTxn *txn, GStrv *queues, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	if (!td_runs_of_queue(txn, NULL, take_name, names, error))
		return FALSE;
	g_ptr_array_add(names, NULL);
	*queues = (GStrv)g_ptr_array_steal(names, NULL);
	return TRUE;
}
