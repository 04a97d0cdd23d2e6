/* holds.c - the table of held mail: id -> what waits for whose word */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>

#include "store/store-private.h"

TdHold *
td_hold_new(void)
{
	TdHold *hold = g_new0(TdHold, 1);

	hold->from = g_strdup("");
	hold->kind = g_strdup("");
	hold->text = g_strdup("");
	return hold;
}

void
td_hold_free(TdHold *hold)
{
	if (hold == NULL)
		return;

	g_free(hold->from);
	g_free(hold->kind);
	g_free(hold->text);
	g_free(hold);
}

static void
encode(const TdHold *hold, guint64 id, TdRow *row)
{
	GVariant *members[] = {
		g_variant_new(TD_TYPE_HOLD_FIXED, id, hold->ticket,
		    hold->mail.ticket, hold->mail.sequence, hold->person,
		    hold->created, hold->expires),
		td_value_text(hold->from),
		td_value_text(hold->kind),
		td_value_text(hold->text),
		td_value_tail(),
	};

	td_value_write(
	    g_variant_new_tuple(members, G_N_ELEMENTS(members)), 0, row);
}

static TdHold *
decode(guint64 id, const void *data, gsize size, GError **error)
{
	g_autoptr(GVariant) value = td_value_read(TD_TYPE_HOLD, data, size);
	g_autoptr(TdHold) hold = g_new0(TdHold, 1);
	guint8 key[TD_KEY_NUMBER];

	if (value != NULL)
		g_variant_get(value, "(" TD_TYPE_HOLD_FIXED "sss@a{sv})",
		    &hold->id, &hold->ticket, &hold->mail.ticket,
		    &hold->mail.sequence, &hold->person, &hold->created,
		    &hold->expires, &hold->from, &hold->kind, &hold->text,
		    NULL);
	if (value == NULL || hold->id != id) {
		td_key_number(key, id);
		td_row_damaged(error, TD_TABLE_HOLDS, key, sizeof(key));
		return NULL;
	}
	return g_steal_pointer(&hold);
}

gboolean
td_hold_row_check(guint64 id, const DBT *value, GError **error)
{
	g_autoptr(TdHold) hold = decode(id, value->data, value->size, error);

	return hold != NULL;
}

guint8 *
td_hold_prefix(guint64 ticket, const char *from, gsize *size)
{
	gsize length = strlen(from) + 1;
	guint8 *prefix = g_malloc(TD_KEY_NUMBER + length);

	td_key_number(prefix, ticket);
	memcpy(prefix + TD_KEY_NUMBER, from, length);
	*size = TD_KEY_NUMBER + length;
	return prefix;
}

gboolean
td_hold_put(TdTxn *txn, TdHold *hold, GError **error)
{
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_NUMBER];
	guint64 id = hold->id;

	if (id == 0 && !td_counter_next(txn, TD_COUNTER_HOLD, &id, error))
		return FALSE;
	encode(hold, id, &row);
	td_key_number(key, id);
	if (!td_row_put(txn, TD_TABLE_HOLDS, key, sizeof(key), row.data,
	        row.size, error))
		return FALSE;
	hold->id = id;
	return TRUE;
}

gboolean
td_hold_get(TdTxn *txn, guint64 id, TdHold **hold, GError **error)
{
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_NUMBER];
	TdHold *found = NULL;

	td_key_number(key, id);
	if (!td_row_get(txn, TD_TABLE_HOLDS, key, sizeof(key), 0, &row, error))
		return FALSE;
	if (row.data != NULL) {
		found = decode(id, row.data, row.size, error);
		if (found == NULL)
			return FALSE;
	}
	*hold = found;
	return TRUE;
}

gboolean
td_hold_newest(TdTxn *txn, guint64 ticket, const char *from, guint64 before,
    TdHold **hold, GError **error)
{
	gsize size;
	g_autofree guint8 *prefix = td_hold_prefix(ticket, from, &size);
	g_autoptr(TdRange) range = td_range_new(prefix, size);
	g_auto(TdCursor) cursor = { 0 };

	if (!td_cursor_open(txn, TD_INDEX_HOLD_FROM, FALSE, &cursor, error) ||
	    !td_range_seek(&cursor, range, before, error))
		return FALSE;
	/* There is no hold 0. */
	return td_hold_get(txn, range->number, hold, error);
}

gboolean
td_hold_delete(TdTxn *txn, guint64 id, GError **error)
{
	guint8 key[TD_KEY_NUMBER];

	td_key_number(key, id);
	return td_row_delete(txn, TD_TABLE_HOLDS, key, sizeof(key), error);
}

/* Ids of those that expired before @before, at most @limit. */
static gboolean
list_expired(
    TdTxn *txn, gint64 before, guint limit, GArray *ids, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	gboolean found;

	if (!td_cursor_open(txn, TD_INDEX_HOLD_EXPIRY, FALSE, &cursor, error) ||
	    !td_cursor_seek(&cursor, NULL, 0, &found, error))
		return FALSE;
	while (found && ids->len < limit) {
		const guint8 *key = cursor.key.data;
		guint64 id;

		if (cursor.key.size != TD_KEY_PLACE)
			return td_row_damaged(
			    error, TD_INDEX_HOLD_EXPIRY, key, cursor.key.size);
		if (td_key_read_time(key) >= before)
			break;
		id = td_key_read(key + 8);
		g_array_append_val(ids, id);
		if (!td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
td_hold_expire(
    TdTxn *txn, gint64 before, guint limit, guint *count, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(guint64));
	guint i;

	/* The cursor must be gone before rows are deleted. */
	if (!list_expired(txn, before, limit, ids, error))
		return FALSE;
	for (i = 0; i < ids->len; i++)
		if (!td_hold_delete(txn, g_array_index(ids, guint64, i), error))
			return FALSE;
	*count = ids->len;
	return TRUE;
}

gboolean
td_hold_list(TdTxn *txn, guint64 after, guint limit, GPtrArray **holds,
    guint64 *next, GError **error)
{
	g_autoptr(GPtrArray)
	    list = g_ptr_array_new_with_free_func((GDestroyNotify)td_hold_free);
	g_auto(TdCursor) cursor = { 0 };
	guint8 key[TD_KEY_NUMBER];
	guint64 last = after;
	gboolean found;

	td_key_number(key, after + 1);
	if (!td_cursor_open(txn, TD_TABLE_HOLDS, TRUE, &cursor, error) ||
	    !td_cursor_seek(&cursor, key, sizeof(key), &found, error))
		return FALSE;
	while (found && list->len < MIN(limit, TD_READ_MAX)) {
		TdHold *hold = NULL;

		if (cursor.key.size == TD_KEY_NUMBER) {
			last = td_key_read(cursor.key.data);
			hold = decode(
			    last, cursor.value.data, cursor.value.size, NULL);
		}
		if (hold != NULL)
			g_ptr_array_add(list, hold);
		if (!td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	}
	*next = found ? last : 0;
	*holds = g_steal_pointer(&list);
	return TRUE;
}
