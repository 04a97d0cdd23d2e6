/* suppressions.c - the table of suppressed addresses: kind, what -> why
 *
 * A key is the kind as one byte and the text, without a NUL, so those of one
 * kind stand together in the order of their texts.  Rows are numbered, so they
 * can be counted without reading them.  What expires is in an index by that
 * time. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "store/store-private.h"

static const char *const kind_names[TD_SUPPRESSED_LAST + 1] = {
	[TD_SUPPRESSED_BOUNCED] = "bounced",
	[TD_SUPPRESSED_MUTED] = "muted",
	[TD_SUPPRESSED_BANNED] = "banned",
};

const char *
td_suppressed_kind_name(TdSuppressedKind kind)
{
	g_return_val_if_fail(kind <= TD_SUPPRESSED_LAST, NULL);

	return kind_names[kind];
}

gboolean
td_suppressed_kind_from_name(const char *name, TdSuppressedKind *kind)
{
	guint i;

	for (i = 0; i <= TD_SUPPRESSED_LAST; i++)
		if (strcmp(kind_names[i], name) == 0) {
			*kind = i;
			return TRUE;
		}
	return FALSE;
}

TdSuppression *
td_suppression_new(TdSuppressedKind kind, const char *what)
{
	TdSuppression *suppression = g_new0(TdSuppression, 1);

	suppression->kind = kind;
	suppression->what = g_strdup(what);
	suppression->why = g_strdup("");
	suppression->by = g_strdup("");
	suppression->count = 1;
	return suppression;
}

void
td_suppression_free(TdSuppression *suppression)
{
	if (suppression == NULL)
		return;

	g_free(suppression->what);
	g_free(suppression->why);
	g_free(suppression->by);
	g_free(suppression);
}

/* ---- rows ---- */

static guint8 *
make_key(TdSuppressedKind kind, const char *what, gsize *size)
{
	gsize length = strlen(what);
	guint8 *key = g_malloc(1 + length);

	key[0] = (guint8)kind;
	memcpy(key + 1, what, length);
	*size = 1 + length;
	return key;
}

/* @before is what the row held until now, or NULL. */
static void
encode(
    const TdSuppression *suppression, const TdSuppression *before, TdRow *row)
{
	GVariant *members[] = {
		g_variant_new(TD_TYPE_SUPPRESSED_FIXED,
		    before == NULL ? suppression->created : before->created,
		    suppression->updated, suppression->expires,
		    suppression->evidence.ticket,
		    suppression->evidence.sequence,
		    suppression->count + (before == NULL ? 0 : before->count),
		    (guint8)suppression->kind),
		td_value_text(suppression->what),
		td_value_text(suppression->why),
		td_value_text(suppression->by),
		td_value_tail(),
	};

	td_value_write(
	    g_variant_new_tuple(members, G_N_ELEMENTS(members)), 0, row);
}

/* NULL if the record is damaged, or another's. */
static TdSuppression *
decode(const void *key, gsize key_size, const void *data, gsize size)
{
	const guint8 *bytes = key;
	g_autoptr(GVariant)
	    value = td_value_read(TD_TYPE_SUPPRESSED, data, size);
	g_autoptr(TdSuppression) read = NULL;
	guint8 kind;

	if (value == NULL)
		return NULL;
	read = g_new0(TdSuppression, 1);
	g_variant_get(value, "(" TD_TYPE_SUPPRESSED_FIXED "sss@a{sv})",
	    &read->created, &read->updated, &read->expires,
	    &read->evidence.ticket, &read->evidence.sequence, &read->count,
	    &kind, &read->what, &read->why, &read->by, NULL);
	if (kind > TD_SUPPRESSED_LAST || key_size != 1 + strlen(read->what) ||
	    bytes[0] != kind ||
	    memcmp(bytes + 1, read->what, key_size - 1) != 0)
		return NULL;
	read->kind = kind;
	return g_steal_pointer(&read);
}

char *
td_suppression_row_name(const DBT *key)
{
	const guint8 *bytes = key->data;
	g_autofree char *what = NULL;
	g_autofree char *shown = NULL;

	if (key->size < 1 || bytes[0] > TD_SUPPRESSED_LAST)
		return g_strdup("something suppressed");
	what = g_strndup((const char *)bytes + 1, key->size - 1);
	shown = td_text_printable(what, 80);
	return g_strdup_printf("%s %s", kind_names[bytes[0]], shown);
}

gboolean
td_suppression_row_read(const DBT *key, const DBT *value, gint64 *expires)
{
	g_autoptr(TdSuppression) suppression = decode(
	    key->data, key->size, value->data, value->size);

	if (suppression == NULL)
		return FALSE;
	*expires = suppression->expires;
	return TRUE;
}

static gboolean
fail_damaged(const void *key, gsize size, GError **error)
{
	const DBT row = { .data = (void *)key, .size = (u_int32_t)size };
	g_autofree char *name = td_suppression_row_name(&row);

	return td_fail(error, TD_ERROR_BROKEN,
	    "damaged record of %s in table %s", name,
	    td_table_name(TD_TABLE_SUPPRESSED));
}

/* ---- one ---- */

gboolean
td_suppression_put(TdTxn *txn, const TdSuppression *suppression, GError **error)
{
	g_autoptr(TdSuppression) before = NULL;
	g_autofree guint8 *key = NULL;
	g_auto(TdRow) old = { 0 };
	g_auto(TdRow) row = { 0 };
	gsize size;

	g_return_val_if_fail(suppression->kind <= TD_SUPPRESSED_LAST, FALSE);
	g_return_val_if_fail(
	    g_utf8_validate(suppression->what, -1, NULL), FALSE);

	key = make_key(suppression->kind, suppression->what, &size);
	if (!td_row_get(txn, TD_TABLE_SUPPRESSED, key, size, 0, &old, error))
		return FALSE;
	/* A damaged one is replaced. */
	if (old.data != NULL)
		before = decode(key, size, old.data, old.size);
	encode(suppression, before, &row);
	return td_row_put(
	    txn, TD_TABLE_SUPPRESSED, key, size, row.data, row.size, error);
}

gboolean
td_suppression_get(TdTxn *txn, TdSuppressedKind kind, const char *what,
    TdSuppression **suppression, GError **error)
{
	g_autofree guint8 *key = NULL;
	g_auto(TdRow) row = { 0 };
	TdSuppression *found = NULL;
	gsize size;

	key = make_key(kind, what, &size);
	if (!td_row_get(txn, TD_TABLE_SUPPRESSED, key, size, 0, &row, error))
		return FALSE;
	if (row.data != NULL) {
		found = decode(key, size, row.data, row.size);
		if (found == NULL)
			return fail_damaged(key, size, error);
	}
	*suppression = found;
	return TRUE;
}

gboolean
td_suppression_delete(TdTxn *txn, TdSuppressedKind kind, const char *what,
    gboolean *found, GError **error)
{
	g_autofree guint8 *key = NULL;
	g_auto(TdRow) row = { 0 };
	gsize size;

	key = make_key(kind, what, &size);
	/* A damaged one can be deleted too. */
	if (!td_row_get(txn, TD_TABLE_SUPPRESSED, key, size, 1, &row, error) ||
	    (row.data != NULL &&
	        !td_row_delete(txn, TD_TABLE_SUPPRESSED, key, size, error)))
		return FALSE;
	*found = row.data != NULL;
	return TRUE;
}

/* ---- many ---- */

/* To the first row of @kind, or the first behind @after (NULL: from the first
 * of the kind). */
static gboolean
seek(TdCursor *cursor, TdSuppressedKind kind, const char *after,
    gboolean *found, GError **error)
{
	gsize size;
	g_autofree guint8 *key = make_key(
	    kind, after == NULL ? "" : after, &size);

	if (!td_cursor_seek(cursor, key, size, found, error))
		return FALSE;
	if (after != NULL && *found && cursor->key.size == size &&
	    memcmp(cursor->key.data, key, size) == 0)
		return td_cursor_step(cursor, DB_NEXT, found, error);
	return TRUE;
}

static gboolean
is_of_kind(const TdCursor *cursor, int kind)
{
	return kind < 0 ||
	    (cursor->key.size > 0 && *(guint8 *)cursor->key.data == kind);
}

gboolean
td_suppression_list(TdTxn *txn, int kind, TdSuppressedKind after_kind,
    const char *after, guint limit, GPtrArray **suppressions, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_suppression_free);
	g_auto(TdCursor) cursor = { 0 };
	TdSuppressedKind from = after_kind;
	gboolean found;

	if (kind >= 0)
		from = (TdSuppressedKind)kind;
	else if (after == NULL)
		from = TD_SUPPRESSED_BOUNCED;
	if (!td_cursor_open(txn, TD_TABLE_SUPPRESSED, TRUE, &cursor, error) ||
	    !seek(&cursor, from, after, &found, error))
		return FALSE;
	while (found && is_of_kind(&cursor, kind) &&
	    list->len < MIN(limit, TD_READ_MAX)) {
		TdSuppression *suppression = decode(cursor.key.data,
		    cursor.key.size, cursor.value.data, cursor.value.size);

		if (suppression != NULL)
			g_ptr_array_add(list, suppression);
		if (!td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	}
	*suppressions = g_steal_pointer(&list);
	return TRUE;
}

/* How many rows stand before the first one of @kind or a later one. */
static gboolean
count_before(TdCursor *cursor, guint kind, guint64 *count, GError **error)
{
	guint8 key = (guint8)kind;
	guint64 position;
	gboolean found;

	if (!td_cursor_seek(cursor, &key, 1, &found, error))
		return FALSE;
	if (found) {
		if (!td_cursor_position(cursor, &position, error))
			return FALSE;
		*count = position - 1;
		return TRUE;
	}
	if (!td_cursor_step(cursor, DB_LAST, &found, error))
		return FALSE;
	*count = 0;
	return !found || td_cursor_position(cursor, count, error);
}

gboolean
td_suppression_count(
    TdTxn *txn, TdSuppressedKind kind, guint64 *count, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	guint64 start;
	guint64 behind;

	if (!td_cursor_open(txn, TD_TABLE_SUPPRESSED, FALSE, &cursor, error) ||
	    !count_before(&cursor, kind, &start, error) ||
	    !count_before(&cursor, kind + 1u, &behind, error))
		return FALSE;
	*count = behind - start;
	return TRUE;
}

gboolean
td_suppression_expire(
    TdTxn *txn, gint64 before, guint limit, guint *count, GError **error)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)g_bytes_unref);
	guint i;

	/* The cursor must be gone before rows are deleted. */
	if (!td_row_expired(
	        txn, TD_INDEX_SUPPRESSED_EXPIRY, before, limit, keys, error))
		return FALSE;
	for (i = 0; i < keys->len; i++) {
		gsize size;
		const void *key = g_bytes_get_data(keys->pdata[i], &size);

		if (!td_row_delete(txn, TD_TABLE_SUPPRESSED, key, size, error))
			return FALSE;
	}
	*count = keys->len;
	return TRUE;
}
