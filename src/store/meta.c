/* meta.c - the table of single values: schema, counters, what other rooms keep
 *
 * Counters are hot: a transaction reads each once, counts in memory, and
 * writes it back once, at its commit. */

#include "config.h"

#include <string.h>

#include "store/store-private.h"

static const char *const counter_keys[TD_COUNTERS] = {
	[TD_COUNTER_TICKET] = "store/last-ticket",
	[TD_COUNTER_OUTBOX] = "store/last-outbox",
	[TD_COUNTER_PERSON] = "store/last-person",
	[TD_COUNTER_HOLD] = "store/last-hold",
	[TD_COUNTER_ERASED] = "store/last-erased",
};

gboolean
td_meta_get(TdTxn *txn, const char *key, GBytes **value, GError **error)
{
	g_auto(TdRow) row = { 0 };

	if (!td_row_get(txn, TD_TABLE_META, key, strlen(key), 0, &row, error))
		return FALSE;
	*value = NULL;
	if (row.data != NULL)
		*value = g_bytes_new_take(g_steal_pointer(&row.data), row.size);
	return TRUE;
}

gboolean
td_meta_put(TdTxn *txn, const char *key, GBytes *value, GError **error)
{
	gsize size;
	const void *data = g_bytes_get_data(value, &size);

	return td_row_put(
	    txn, TD_TABLE_META, key, strlen(key), data, size, error);
}

gboolean
td_meta_get_number(TdTxn *txn, const char *key, guint64 *value, GError **error)
{
	g_auto(TdRow) row = { 0 };

	if (!td_row_get(txn, TD_TABLE_META, key, strlen(key), 0, &row, error))
		return FALSE;
	if (row.data != NULL && row.size != TD_KEY_NUMBER)
		return td_row_damaged(error, TD_TABLE_META, key, strlen(key));
	*value = row.data != NULL ? td_key_read(row.data) : 0;
	return TRUE;
}

gboolean
td_meta_put_number(TdTxn *txn, const char *key, guint64 value, GError **error)
{
	guint8 wire[TD_KEY_NUMBER];

	td_key_number(wire, value);
	return td_row_put(
	    txn, TD_TABLE_META, key, strlen(key), wire, sizeof(wire), error);
}

gboolean
td_counter_get(TdTxn *txn, TdCounter counter, guint64 *value, GError **error)
{
	if (!txn->counters[counter].known) {
		if (!td_meta_get_number(txn, counter_keys[counter],
		        &txn->counters[counter].value, error))
			return FALSE;
		txn->counters[counter].known = TRUE;
	}
	*value = txn->counters[counter].value;
	return TRUE;
}

gboolean
td_counter_next(TdTxn *txn, TdCounter counter, guint64 *value, GError **error)
{
	guint64 last;

	g_return_val_if_fail(txn->writes && !txn->spent, FALSE);

	if (!td_counter_get(txn, counter, &last, error))
		return FALSE;
	txn->counters[counter].value = last + 1;
	txn->counters[counter].changed = TRUE;
	*value = last + 1;
	return TRUE;
}

gboolean
td_counters_save(TdTxn *txn, GError **error)
{
	guint i;

	for (i = 0; i < TD_COUNTERS; i++) {
		if (!txn->counters[i].changed)
			continue;
		if (!td_meta_put_number(
		        txn, counter_keys[i], txn->counters[i].value, error))
			return FALSE;
		txn->counters[i].changed = FALSE;
	}
	return TRUE;
}
