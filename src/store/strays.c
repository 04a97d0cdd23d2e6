/* strays.c - rows and keys of indexes that nothing of the store's leads to
 *
 * A walk by number passes over rows whose key is shorter than one, and a look
 * from rows to indexes never meets a key that no row gives. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>

#include "store/store-private.h"

/* To the first row behind all that bear numbers below @number: an end of zeros
 * is left out, since shorter keys come first. */
static gboolean
seek_number(TdCursor *cursor, guint64 number, gboolean *found, GError **error)
{
	guint8 key[TD_KEY_NUMBER];
	gsize size = sizeof(key);

	td_key_number(key, number);
	while (size > 0 && key[size - 1] == 0)
		size--;
	return td_cursor_seek(cursor, key, size, found, error);
}

/* Lowers *@next to the first number from @from on that @table has. */
static gboolean
lower_next(TdTxn *txn, TdTable table, guint64 from, gboolean *any,
    guint64 *next, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	gboolean found;
	guint64 number;

	if (!td_cursor_open(txn, table, FALSE, &cursor, error) ||
	    !seek_number(&cursor, from, &found, error))
		return FALSE;
	while (found && cursor.key.size < TD_KEY_NUMBER)
		if (!td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	if (!found)
		return TRUE;
	number = td_key_read(cursor.key.data);
	*next = *any ? MIN(*next, number) : number;
	*any = TRUE;
	return TRUE;
}

gboolean
td_numbers_next(TdTxn *txn, const TdTable *tables, guint count, guint64 from,
    gboolean *any, guint64 *next, GError **error)
{
	guint i;

	*any = FALSE;
	for (i = 0; i < count; i++)
		if (!lower_next(txn, tables[i], from, any, next, error))
			return FALSE;
	return TRUE;
}

/* Whether the row stands before those of @until or of numbers below. */
static gboolean
is_before(const TdCursor *cursor, guint64 until)
{
	guint8 padded[TD_KEY_NUMBER] = { 0 };

	if (cursor->key.size > 0)
		memcpy(padded, cursor->key.data, cursor->key.size);
	return td_key_read(padded) <= until;
}

static gboolean
tell_short(TdTxn *txn, TdTable table, guint64 from, guint64 until,
    TdCheckFunc finding, gpointer data, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	gboolean found;

	if (!td_cursor_open(txn, table, FALSE, &cursor, error) ||
	    !seek_number(&cursor, from, &found, error))
		return FALSE;
	while (found && cursor.key.size < TD_KEY_NUMBER &&
	    is_before(&cursor, until)) {
		g_autoptr(GError) problem = NULL;

		td_row_damaged(
		    &problem, table, cursor.key.data, cursor.key.size);
		finding(problem->message, data);
		if (!td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
td_rows_tell_short(TdTxn *txn, const TdTable *tables, guint count, guint64 from,
    guint64 until, TdCheckFunc finding, gpointer data, GError **error)
{
	guint i;

	for (i = 0; i < count; i++)
		if (!tell_short(
		        txn, tables[i], from, until, finding, data, error))
			return FALSE;
	return TRUE;
}

/* ---- keys of indexes ---- */

static gboolean
is_key(const DBT *one, const DBT *other)
{
	return one->size == other->size &&
	    memcmp(one->data, other->data, one->size) == 0;
}

/* Whether @key is one that the row of @primary and @value gives. */
static gboolean
gives(TdTable index, const DBT *key, const DBT *primary, const DBT *value)
{
	DBT keys = { 0 };
	const DBT *each;
	gboolean found = FALSE;
	guint count;

	if (td_index_func(index)(NULL, primary, value, &keys) == DB_DONOTINDEX)
		return FALSE;
	each = td_index_keys(&keys, &count);
	for (guint i = 0; !found && i < count; i++)
		found = is_key(&each[i], key);
	td_index_clear(&keys);
	return found;
}

gboolean
td_index_step(TdCursor *cursor, u_int32_t way, DBT *primary, gboolean *found,
    TdStray *stray, GError **error)
{
	int rc = cursor->dbc->pget(
	    cursor->dbc, &cursor->key, primary, &cursor->value, way);

	*found = rc != DB_NOTFOUND;
	*stray = TD_STRAY_NONE;
	if (rc == DB_SECONDARY_BAD)
		*stray = TD_STRAY_LOST;
	else if (rc != 0 && rc != DB_NOTFOUND)
		return td_store_fail(error, rc, td_table_name(cursor->table));
	else if (rc == 0 &&
	    !gives(cursor->table, &cursor->key, primary, &cursor->value))
		*stray = TD_STRAY_EXTRA;
	return TRUE;
}

/* The way to @cursor's start: behind @last. */
static u_int32_t
seek_behind(TdCursor *cursor, const GByteArray *last)
{
	if (last->len == 0)
		return DB_FIRST;
	cursor->key.data = g_realloc(cursor->key.data, last->len + 1);
	cursor->key.size = last->len + 1;
	memcpy(cursor->key.data, last->data, last->len);
	((guint8 *)cursor->key.data)[last->len] = 0;
	return DB_SET_RANGE;
}

gboolean
td_index_tell_strays(TdTxn *txn, TdTable index, GByteArray *last,
    gboolean *more, TdStrayFunc finding, gpointer data, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	DBT primary = { .flags = DB_DBT_REALLOC };
	gboolean found = TRUE;
	gboolean ok = TRUE;
	u_int32_t way;
	guint looked;

	if (!td_cursor_open(txn, index, TRUE, &cursor, error))
		return FALSE;
	way = seek_behind(&cursor, last);
	for (looked = 0; ok && found && looked < TD_READ_MAX; looked++) {
		TdStray stray;

		ok = td_index_step(
		    &cursor, way, &primary, &found, &stray, error);
		if (!ok || !found)
			break;
		if (stray != TD_STRAY_NONE)
			finding(index, stray, &primary, data);
		g_byte_array_set_size(last, 0);
		g_byte_array_append(last, cursor.key.data, cursor.key.size);
		/* The cursor stays before a key that leads nowhere. */
		way = stray == TD_STRAY_LOST ? seek_behind(&cursor, last)
		                             : DB_NEXT;
	}
	*more = found;
	g_free(primary.data);
	return ok;
}
