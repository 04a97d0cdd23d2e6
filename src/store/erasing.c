/* erasing.c - who is being erased, and single values that tell of him
 *
 * Until all of somebody is erased, the hash of each of his addresses is a key
 * of meta whose value is the number that stands for him: so what was begun can
 * be finished by the same number. */

#include "config.h"

#include <string.h>

#include <ticketd/sha256.h>
#include <ticketd/text.h>

#include "store/store-private.h"

#define PREFIX "store/erasing/"
#define STORE_PREFIX "store/"

static char *
make_key(const char *address)
{
	guint8 digest[TD_SHA256_SIZE];
	g_autofree char *hex = NULL;

	td_sha256(address, strlen(address), digest);
	hex = td_text_hex(digest, sizeof(digest));
	return g_strconcat(PREFIX, hex, NULL);
}

gboolean
td_erased_begun(
    TdTxn *txn, char *const *addresses, guint64 *number, GError **error)
{
	guint64 known = 0;

	for (guint i = 0; addresses[i] != NULL && known == 0; i++) {
		g_autofree char *key = make_key(addresses[i]);

		if (!td_meta_get_number(txn, key, &known, error))
			return FALSE;
	}
	*number = known;
	return TRUE;
}

gboolean
td_erased_number(
    TdTxn *txn, char *const *addresses, guint64 *number, GError **error)
{
	guint64 known;

	if (!td_erased_begun(txn, addresses, &known, error))
		return FALSE;
	if (known == 0 && txn->writes &&
	    !td_counter_next(txn, TD_COUNTER_ERASED, &known, error))
		return FALSE;
	for (guint i = 0; addresses[i] != NULL && txn->writes; i++) {
		g_autofree char *key = make_key(addresses[i]);

		if (!td_meta_put_number(txn, key, known, error))
			return FALSE;
	}
	*number = known;
	return TRUE;
}

gboolean
td_erased_done(TdTxn *txn, char *const *addresses, GError **error)
{
	for (guint i = 0; addresses[i] != NULL; i++) {
		g_autofree char *key = make_key(addresses[i]);

		if (!td_row_delete(txn, TD_TABLE_META, key, strlen(key), error))
			return FALSE;
	}
	return TRUE;
}

/* ---- what other rooms keep ---- */

gboolean
td_bytes_have(const void *bytes, gsize size, char *const *texts)
{
	for (; *texts != NULL; texts++) {
		gsize length = strlen(*texts);
		const char *at = bytes;

		for (gsize left = size; length > 0 && left >= length;
		     left--, at++)
			if (g_ascii_tolower(*at) == g_ascii_tolower(**texts) &&
			    g_ascii_strncasecmp(at, *texts, length) == 0)
				return TRUE;
	}
	return FALSE;
}

static gboolean
is_stores(const DBT *key)
{
	return key->size >= strlen(STORE_PREFIX) &&
	    memcmp(key->data, STORE_PREFIX, strlen(STORE_PREFIX)) == 0;
}

gboolean
td_meta_forget(TdTxn *txn, char *const *texts, GError **error)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)g_bytes_unref);
	g_auto(TdCursor) cursor = { 0 };
	gboolean found;

	if (!td_cursor_open(txn, TD_TABLE_META, TRUE, &cursor, error) ||
	    !td_cursor_seek(&cursor, NULL, 0, &found, error))
		return FALSE;
	while (found) {
		if (!is_stores(&cursor.key) &&
		    (td_bytes_have(cursor.key.data, cursor.key.size, texts) ||
		        td_bytes_have(
		            cursor.value.data, cursor.value.size, texts)))
			g_ptr_array_add(keys,
			    g_bytes_new(cursor.key.data, cursor.key.size));
		if (!td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	}
	/* The cursor must be gone before rows are deleted. */
	td_cursor_close(&cursor);
	for (guint i = 0; i < keys->len; i++) {
		gsize size;
		const void *key = g_bytes_get_data(keys->pdata[i], &size);

		if (!td_row_delete(txn, TD_TABLE_META, key, size, error))
			return FALSE;
	}
	return TRUE;
}

/* ---- what is to be overwritten ---- */

gboolean
td_wipe_due(TdTxn *txn, guint64 *due, GError **error)
{
	return td_meta_get_number(txn, TD_META_WIPE, due, error);
}

gboolean
td_wipe_want(TdTxn *txn, GError **error)
{
	guint64 due;

	return td_wipe_due(txn, &due, error) &&
	    td_meta_put_number(txn, TD_META_WIPE, due + 1, error);
}

gboolean
td_wipe_done(TdTxn *txn, guint64 due, GError **error)
{
	guint64 now;

	/* Something more was deleted meanwhile, on a page that was passed. */
	if (!td_wipe_due(txn, &now, error))
		return FALSE;
	return now != due ||
	    td_row_delete(
	        txn, TD_TABLE_META, TD_META_WIPE, strlen(TD_META_WIPE), error);
}
