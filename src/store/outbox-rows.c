/* outbox-rows.c - the table of mails to send: (due, id) -> envelope
 *
 * Rows are small on purpose: the text of a mail is in the table of messages. */

#include "config.h"

#include <string.h>

#include "store/store-private.h"

static void
row_key(guint8 *key, gint64 due, guint64 id)
{
	td_key_time(key, due);
	td_key_number(key + 8, id);
}

TdOutboxRow *
td_outbox_row_new(void)
{
	TdOutboxRow *row = g_new0(TdOutboxRow, 1);

	row->kind = g_strdup("");
	row->mail_from = g_strdup("");
	row->recipients = g_new0(char *, 1);
	row->envid = g_strdup("");
	row->notify = g_strdup("");
	row->answer = g_strdup("");
	return row;
}

void
td_outbox_row_free(TdOutboxRow *row)
{
	if (row == NULL)
		return;

	g_free(row->kind);
	g_free(row->mail_from);
	g_strfreev(row->recipients);
	g_free(row->envid);
	g_free(row->notify);
	g_free(row->answer);
	g_free(row);
}

static void
encode(const TdOutboxRow *row, TdRow *value)
{
	GVariant *members[] = {
		g_variant_new_uint64(row->ticket),
		g_variant_new_uint64(row->sequence),
		g_variant_new_int64(row->created),
		g_variant_new_uint32(row->attempts),
		td_value_text(row->kind),
		td_value_text(row->mail_from),
		td_value_text(row->envid),
		td_value_text(row->notify),
		td_value_text(row->answer),
		td_value_texts(row->recipients),
		td_value_tail(),
	};

	td_value_write(
	    g_variant_new_tuple(members, G_N_ELEMENTS(members)), 0, value);
}

static TdOutboxRow *
decode(const TdCursor *cursor, GError **error)
{
	const guint8 *key = cursor->key.data;
	g_autoptr(GVariant) value = NULL;
	TdOutboxRow *row;

	if (cursor->key.size == TD_KEY_PLACE)
		value = td_value_read(
		    TD_TYPE_OUTBOX, cursor->value.data, cursor->value.size);
	if (value == NULL) {
		td_row_damaged(error, TD_TABLE_OUTBOX, key, cursor->key.size);
		return NULL;
	}
	row = g_new0(TdOutboxRow, 1);
	row->due = td_key_read_time(key);
	row->id = td_key_read(key + 8);
	g_variant_get(value, "(ttxusssss^as@a{sv})", &row->ticket,
	    &row->sequence, &row->created, &row->attempts, &row->kind,
	    &row->mail_from, &row->envid, &row->notify, &row->answer,
	    &row->recipients, NULL);
	return row;
}

gboolean
td_outbox_row_put(TdTxn *txn, TdOutboxRow *row, GError **error)
{
	g_auto(TdRow) value = { 0 };
	guint8 key[TD_KEY_PLACE];
	guint64 id = row->id;

	if (id == 0 && !td_counter_next(txn, TD_COUNTER_OUTBOX, &id, error))
		return FALSE;
	encode(row, &value);
	row_key(key, row->due, id);
	if (!td_row_put(txn, TD_TABLE_OUTBOX, key, sizeof(key), value.data,
	        value.size, error))
		return FALSE;
	row->id = id;
	return TRUE;
}

gboolean
td_outbox_row_there(
    TdTxn *txn, const TdOutboxRow *row, gboolean *there, GError **error)
{
	g_auto(TdRow) value = { 0 };
	guint8 key[TD_KEY_PLACE];

	row_key(key, row->due, row->id);
	if (!td_row_get(
	        txn, TD_TABLE_OUTBOX, key, sizeof(key), 1, &value, error))
		return FALSE;
	*there = value.data != NULL;
	return TRUE;
}

gboolean
td_outbox_row_delete(TdTxn *txn, const TdOutboxRow *row, GError **error)
{
	guint8 key[TD_KEY_PLACE];

	row_key(key, row->due, row->id);
	return td_row_delete(txn, TD_TABLE_OUTBOX, key, sizeof(key), error);
}

/* The first row behind (@due, @id); (0, 0) stands before all, also before those
 * due in 1969. */
static gboolean
seek_behind(
    TdCursor *cursor, gint64 due, guint64 id, gboolean *found, GError **error)
{
	guint8 key[TD_KEY_PLACE + 1] = { 0 };

	if (due == 0 && id == 0)
		return td_cursor_seek(cursor, NULL, 0, found, error);
	/* One byte more than the row's key: right behind it. */
	row_key(key, due, id);
	return td_cursor_seek(cursor, key, sizeof(key), found, error);
}

gboolean
td_outbox_rows(TdTxn *txn, gint64 after_due, guint64 after_id, gint64 until,
    guint limit, GPtrArray **rows, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_outbox_row_free);
	g_auto(TdCursor) cursor = { 0 };
	gboolean found;

	if (!td_cursor_open(txn, TD_TABLE_OUTBOX, TRUE, &cursor, error) ||
	    !seek_behind(&cursor, after_due, after_id, &found, error))
		return FALSE;
	while (found && list->len < MIN(limit, TD_READ_MAX)) {
		TdOutboxRow *row = decode(&cursor, NULL);

		if (row != NULL && row->due > until) {
			td_outbox_row_free(row);
			break;
		}
		/* A damaged row shall not keep all others from going out;
		 * td_outbox_check() tells of it. */
		if (row != NULL)
			g_ptr_array_add(list, row);
		if (!td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	}
	*rows = g_steal_pointer(&list);
	return TRUE;
}

/* What can be said of a damaged row: enough to drop it. */
static TdOutboxRow *
stand_in(const TdCursor *cursor)
{
	TdOutboxRow *row = td_outbox_row_new();

	row->due = td_key_read_time(cursor->key.data);
	row->id = td_key_read((const guint8 *)cursor->key.data + 8);
	g_free(row->answer);
	row->answer = g_strdup("the record is damaged");
	return row;
}

gboolean
td_outbox_check(TdTxn *txn, TdCheckFunc finding, gpointer data, guint64 *wrong,
    GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	gboolean found;

	if (!td_cursor_open(txn, TD_TABLE_OUTBOX, TRUE, &cursor, error) ||
	    !td_cursor_seek(&cursor, NULL, 0, &found, error))
		return FALSE;
	while (found) {
		g_autoptr(GError) damage = NULL;
		g_autoptr(TdOutboxRow) row = decode(&cursor, &damage);

		if (row == NULL) {
			++*wrong;
			if (finding != NULL)
				finding(damage->message, data);
		}
		if (!td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
td_outbox_row_find(TdTxn *txn, guint64 id, TdOutboxRow **row, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	TdOutboxRow *match = NULL;
	gboolean found;

	if (!td_cursor_open(txn, TD_TABLE_OUTBOX, TRUE, &cursor, error) ||
	    !td_cursor_seek(&cursor, NULL, 0, &found, error))
		return FALSE;
	while (found && match == NULL) {
		const guint8 *key = cursor.key.data;

		if (cursor.key.size == TD_KEY_PLACE &&
		    td_key_read(key + 8) == id) {
			match = decode(&cursor, NULL);
			if (match == NULL)
				match = stand_in(&cursor);
		} else if (!td_cursor_step(&cursor, DB_NEXT, &found, error)) {
			return FALSE;
		}
	}
	*row = match;
	return TRUE;
}
