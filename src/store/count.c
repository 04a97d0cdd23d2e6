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
