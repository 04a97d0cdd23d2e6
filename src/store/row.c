/* row.c - rows and cursors of the tables
 *
 * On handles opened with DB_THREAD each DBT that is filled needs MALLOC,
 * REALLOC or USERMEM; unset fields must be zero. */

#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "store/store-private.h"

gboolean
td_store_fail(GError **error, int rc, const char *doing)
{
	TdError code = TD_ERROR_AGAIN;

	/* EINVAL is what a damaged or shortened file is called. */
	if (rc == DB_RUNRECOVERY || rc == DB_SECONDARY_BAD ||
	    rc == DB_PAGE_NOTFOUND || rc == DB_VERIFY_BAD ||
	    rc == DB_LOG_VERIFY_BAD || rc == EINVAL)
		code = TD_ERROR_BROKEN;
	if (code == TD_ERROR_BROKEN)
		return td_lost_fail(error, rc, doing);
	return td_fail(error, code, "%s: %s", doing, db_strerror(rc));
}

static gboolean
fail_row(GError **error, int rc, const char *doing, TdTable table)
{
	td_store_fail(error, rc, td_table_name(table));
	g_prefix_error(error, "%s ", doing);
	return FALSE;
}

gboolean
td_row_damaged(GError **error, TdTable table, const void *key, gsize size)
{
	const guint8 *bytes = key;
	g_autofree char *name = NULL;

	if (size == TD_KEY_NUMBER)
		name = g_strdup_printf(
		    "%" G_GUINT64_FORMAT, td_key_read(bytes));
	else if (size == TD_KEY_PLACE)
		name = g_strdup_printf("%" G_GUINT64_FORMAT
		                       "/%" G_GUINT64_FORMAT,
		    td_key_read(bytes), td_key_read(bytes + 8));
	else
		name = td_text_hex(bytes, MIN(size, 64));
	return td_fail(error, TD_ERROR_BROKEN, "damaged record %s in table %s",
	    name, td_table_name(table));
}

void
td_row_clear(TdRow *row)
{
	g_free(row->data);
	row->data = NULL;
	row->size = 0;
}

gboolean
td_row_get(TdTxn *txn, TdTable table, const void *key, gsize key_size,
    gsize most, TdRow *row, GError **error)
{
	DB *db = txn->store->tables[table];
	DBT k = { .data = (void *)key, .size = key_size };
	DBT v = { .flags = DB_DBT_MALLOC };
	int rc;

	if (most > 0) {
		v.flags |= DB_DBT_PARTIAL;
		v.dlen = most;
	}
	rc = db->get(db, txn->db_txn, &k, &v, 0);
	if (rc != 0 && rc != DB_NOTFOUND)
		return fail_row(error, rc, "read", table);

	row->data = rc == 0 ? v.data : NULL;
	row->size = rc == 0 ? v.size : 0;
	/* An empty value comes without memory, which would look absent. */
	if (rc == 0 && row->data == NULL)
		row->data = g_malloc0(1);
	return TRUE;
}

static int
put_by(TdTxn *txn, DB *db, const void *key, gsize key_size, const void *value,
    gsize size, u_int32_t flags)
{
	DBT k = { .data = (void *)key, .size = key_size };
	DBT v = { .data = (void *)value, .size = size };

	g_return_val_if_fail(txn->writes && !txn->spent, EINVAL);
	g_return_val_if_fail(size < G_MAXUINT32, EINVAL);

	return db->put(db, txn->db_txn, &k, &v, flags);
}

static int
put(TdTxn *txn, TdTable table, const void *key, gsize key_size,
    const void *value, gsize size, u_int32_t flags)
{
	return put_by(
	    txn, txn->store->tables[table], key, key_size, value, size, flags);
}

gboolean
td_row_put(TdTxn *txn, TdTable table, const void *key, gsize key_size,
    const void *value, gsize size, GError **error)
{
	int rc = put(txn, table, key, key_size, value, size, 0);

	return rc == 0 || fail_row(error, rc, "write", table);
}

gboolean
td_row_put_plain(TdTxn *txn, const void *key, gsize key_size, const void *value,
    gsize size, GError **error)
{
	DB *plain = txn->store->plain_tickets;
	int rc = put_by(txn,
	    plain != NULL ? plain : txn->store->tables[TD_TABLE_TICKETS], key,
	    key_size, value, size, 0);

	return rc == 0 || fail_row(error, rc, "write", TD_TABLE_TICKETS);
}

gboolean
td_row_add(TdTxn *txn, TdTable table, const void *key, gsize key_size,
    const void *value, gsize size, gboolean *added, GError **error)
{
	int rc = put(txn, table, key, key_size, value, size, DB_NOOVERWRITE);

	if (rc != 0 && rc != DB_KEYEXIST)
		return fail_row(error, rc, "write", table);
	if (added != NULL)
		*added = rc == 0;
	return TRUE;
}

gboolean
td_row_delete(
    TdTxn *txn, TdTable table, const void *key, gsize key_size, GError **error)
{
	DB *db = txn->store->tables[table];
	DBT k = { .data = (void *)key, .size = key_size };
	int rc;

	g_return_val_if_fail(txn->writes && !txn->spent, FALSE);

	rc = db->del(db, txn->db_txn, &k, 0);
	if (rc != 0 && rc != DB_NOTFOUND)
		return fail_row(error, rc, "delete from", table);
	return TRUE;
}

gboolean
td_cursor_open(TdTxn *txn, TdTable table, gboolean values, TdCursor *cursor,
    GError **error)
{
	DB *db = txn->store->tables[table];
	TdCursor fresh = { .table = table };
	int rc;

	rc = db->cursor(db, txn->db_txn, &fresh.dbc, 0);
	if (rc != 0)
		return fail_row(error, rc, "read", table);
	fresh.key.flags = DB_DBT_REALLOC;
	fresh.value.flags = values ? DB_DBT_REALLOC
	                           : DB_DBT_USERMEM | DB_DBT_PARTIAL;
	*cursor = fresh;
	return TRUE;
}

void
td_cursor_close(TdCursor *cursor)
{
	if (cursor->dbc != NULL)
		cursor->dbc->close(cursor->dbc);
	cursor->dbc = NULL;
	g_clear_pointer(&cursor->key.data, g_free);
	g_clear_pointer(&cursor->value.data, g_free);
}

gboolean
td_cursor_step(TdCursor *cursor, u_int32_t way, gboolean *found, GError **error)
{
	int rc = cursor->dbc->get(
	    cursor->dbc, &cursor->key, &cursor->value, way);

	if (rc != 0 && rc != DB_NOTFOUND)
		return fail_row(error, rc, "read", cursor->table);
	*found = rc == 0;
	return TRUE;
}

gboolean
td_cursor_seek(TdCursor *cursor, const void *key, gsize size, gboolean *found,
    GError **error)
{
	cursor->key.data = g_realloc(cursor->key.data, MAX(size, 1));
	if (size > 0)
		memcpy(cursor->key.data, key, size);
	cursor->key.size = size;
	return td_cursor_step(cursor, DB_SET_RANGE, found, error);
}

gboolean
td_cursor_seek_before(TdCursor *cursor, const void *key, gsize size,
    gboolean *found, GError **error)
{
	gboolean behind;

	if (!td_cursor_seek(cursor, key, size, &behind, error))
		return FALSE;
	return td_cursor_step(cursor, behind ? DB_PREV : DB_LAST, found, error);
}

gboolean
td_cursor_position(TdCursor *cursor, guint64 *position, GError **error)
{
	db_recno_t of_index = 0;
	db_recno_t of_primary = 0;
	DBT none = { .flags = DB_DBT_USERMEM | DB_DBT_PARTIAL };
	DBT index = { .data = &of_index,
		.ulen = sizeof(of_index),
		.flags = DB_DBT_USERMEM };
	DBT primary = { .data = &of_primary,
		.ulen = sizeof(of_primary),
		.flags = DB_DBT_USERMEM };
	int rc;

	if (td_table_primary(cursor->table) == cursor->table)
		rc = cursor->dbc->get(cursor->dbc, &none, &index, DB_GET_RECNO);
	else
		rc = cursor->dbc->pget(
		    cursor->dbc, &none, &index, &primary, DB_GET_RECNO);
	if (rc != 0)
		return fail_row(error, rc, "count", cursor->table);
	*position = of_index;
	return TRUE;
}

gboolean
td_cursor_seek_position(
    TdCursor *cursor, guint64 position, gboolean *found, GError **error)
{
	db_recno_t number = (db_recno_t)position;

	if (position == 0 || position > G_MAXUINT32) {
		*found = FALSE;
		return TRUE;
	}
	/* The key that is found takes the number's place. */
	cursor->key.data = g_realloc(cursor->key.data, sizeof(number));
	memcpy(cursor->key.data, &number, sizeof(number));
	cursor->key.size = sizeof(number);
	return td_cursor_step(cursor, DB_SET_RECNO, found, error);
}

void
td_key_number(guint8 *key, guint64 number)
{
	guint64 wire = GUINT64_TO_BE(number);

	memcpy(key, &wire, sizeof(wire));
}

void
td_key_place(guint8 *key, guint64 number, guint64 sequence)
{
	td_key_number(key, number);
	td_key_number(key + TD_KEY_NUMBER, sequence);
}

void
td_key_time(guint8 *key, gint64 time)
{
	td_key_number(key, (guint64)time ^ (G_GUINT64_CONSTANT(1) << 63));
}

guint64
td_key_read(const void *key)
{
	guint64 wire;

	memcpy(&wire, key, sizeof(wire));
	return GUINT64_FROM_BE(wire);
}

gint64
td_key_read_time(const void *key)
{
	return (gint64)(td_key_read(key) ^ (G_GUINT64_CONSTANT(1) << 63));
}

gboolean
td_row_expired(TdTxn *txn, TdTable index, gint64 before, guint limit,
    GPtrArray *keys, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	gboolean found;

	if (!td_cursor_open(txn, index, FALSE, &cursor, error) ||
	    !td_cursor_seek(&cursor, NULL, 0, &found, error))
		return FALSE;
	while (found && keys->len < limit) {
		const guint8 *key = cursor.key.data;

		if (cursor.key.size <= TD_KEY_NUMBER)
			return td_row_damaged(
			    error, index, key, cursor.key.size);
		if (td_key_read_time(key) >= before)
			break;
		g_ptr_array_add(keys,
		    g_bytes_new(
		        key + TD_KEY_NUMBER, cursor.key.size - TD_KEY_NUMBER));
		if (!td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	}
	return TRUE;
}
