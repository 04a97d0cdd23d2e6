/* cut.c - tickets of which only the beginning was imported
 *
 * A long ticket comes in pieces, and whoever sends them may die between two.
 * Until the last one is there no clock of it runs, so that nobody is reminded
 * of what was done long ago; and a key of meta tells how far it came. */

#include "config.h"

#include <string.h>

#include "store/store-private.h"

#define PREFIX "store/cut/"

static char *
make_key(guint64 number)
{
	return g_strdup_printf(PREFIX "%" G_GUINT64_FORMAT, number);
}

gboolean
td_cut_set(TdTxn *txn, guint64 number, guint64 events, GError **error)
{
	g_autofree char *key = make_key(number);

	return events > 0
	    ? td_meta_put_number(txn, key, events, error)
	    : td_row_delete(txn, TD_TABLE_META, key, strlen(key), error);
}

gboolean
td_cut_get(TdTxn *txn, guint64 number, guint64 *events, GError **error)
{
	g_autofree char *key = make_key(number);

	return td_meta_get_number(txn, key, events, error);
}

/* From now on what is there is all. */
static gboolean
settle(TdTxn *txn, TdTicket *record, const TdTicket *sum, GError **error)
{
	if (record->timer == sum->timer)
		return td_cut_set(txn, sum->number, 0, error);
	record->timer = sum->timer;
	return td_ticket_put(txn, record, error) &&
	    td_cut_set(txn, sum->number, 0, error);
}

/* The caller's.  What happened here meanwhile stands where the rest of it would
 * stand. */
static char *
tell(guint64 number, guint64 events, guint64 there)
{
	if (there > events)
		return g_strdup_printf("ticket %" G_GUINT64_FORMAT
		                       ": only its first %" G_GUINT64_FORMAT
		                       " events were imported, and something "
		                       "happened to it here since, so that the "
		                       "rest cannot come any more: run ticket "
		                       "check --rebuild to take it as it is",
		    number, events);
	return g_strdup_printf(
	    "ticket %" G_GUINT64_FORMAT ": only its first %" G_GUINT64_FORMAT
	    " events were imported, and its clocks stand still: run ticket "
	    "import on its file once more, or ticket check --rebuild to take "
	    "it as it is",
	    number, events);
}

gboolean
td_cut_check(TdTxn *txn, gboolean rebuild, TdTicket *record, TdTicket *sum,
    char **finding, GError **error)
{
	guint64 events;

	if (record == NULL || sum == NULL || sum->purged != 0)
		return TRUE;
	if (!td_cut_get(txn, sum->number, &events, error))
		return FALSE;
	if (events == 0)
		return TRUE;
	*finding = tell(sum->number, events, sum->events);
	if (rebuild)
		return settle(txn, record, sum, error);
	/* Something that happened here since lets them run. */
	if (record->timer == 0)
		sum->timer = 0;
	return TRUE;
}
