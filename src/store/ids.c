/* ids.c - the table of Message-IDs -> where the message is
 *
 * Keys are hashes, so their size is fixed and hostile ids cost nothing more:
 *   'b' hash of the id, digest of the content   bound: that very message
 *   's' hash of the id, 16 bytes 0xff           seen in References
 * both cut to 16 bytes.  The value is (number, sequence), big-endian. */

#include "config.h"

#include <string.h>

#include <ticketd/sha256.h>

#include "store/store-private.h"

#define HALF 16u
#define KEY_SIZE (1 + 2 * HALF)
#define BOUND 'b'
#define SEEN 's'

static void
hash_text(const char *text, guint8 *half)
{
	guint8 hash[TD_SHA256_SIZE];

	td_sha256(text, strlen(text), hash);
	memcpy(half, hash, HALF);
}

/* FALSE unless @digest begins with enough hexadecimal digits. */
static gboolean
read_hex(const char *digest, guint8 *half)
{
	guint i;

	if (strlen(digest) < 2 * HALF)
		return FALSE;
	for (i = 0; i < HALF; i++) {
		int high = g_ascii_xdigit_value(digest[2 * i]);
		int low = g_ascii_xdigit_value(digest[2 * i + 1]);

		if (high < 0 || low < 0)
			return FALSE;
		half[i] = high << 4 | low;
	}
	return TRUE;
}

static void
bound_key(guint8 *key, const char *message_id, const char *digest)
{
	key[0] = BOUND;
	hash_text(message_id, key + 1);
	if (!read_hex(digest, key + 1 + HALF))
		hash_text(digest, key + 1 + HALF);
}

static void
seen_key(guint8 *key, const char *message_id)
{
	key[0] = SEEN;
	hash_text(message_id, key + 1);
	memset(key + 1 + HALF, 0xff, HALF);
}

gboolean
td_id_bind(TdTxn *txn, const char *message_id, const char *digest,
    const TdPlace *place, GError **error)
{
	guint8 key[KEY_SIZE];
	guint8 value[TD_KEY_PLACE];

	bound_key(key, message_id, digest);
	td_key_place(value, place->ticket, place->sequence);
	return td_row_put(
	    txn, TD_TABLE_IDS, key, sizeof(key), value, sizeof(value), error);
}

gboolean
td_id_seen(
    TdTxn *txn, const char *message_id, const TdPlace *place, GError **error)
{
	guint8 key[KEY_SIZE];
	guint8 value[TD_KEY_PLACE];

	seen_key(key, message_id);
	td_key_place(value, place->ticket, place->sequence);
	return td_row_add(txn, TD_TABLE_IDS, key, sizeof(key), value,
	    sizeof(value), NULL, error);
}

static gboolean
find(TdTxn *txn, const guint8 *key, gboolean *found, TdPlace *place,
    GError **error)
{
	g_auto(TdRow) row = { 0 };

	if (!td_row_get(txn, TD_TABLE_IDS, key, KEY_SIZE, 0, &row, error))
		return FALSE;
	if (row.data != NULL && row.size != TD_KEY_PLACE)
		return td_row_damaged(error, TD_TABLE_IDS, key, KEY_SIZE);
	*found = row.data != NULL;
	if (*found) {
		place->ticket = td_key_read(row.data);
		place->sequence = td_key_read(row.data + TD_KEY_NUMBER);
	}
	return TRUE;
}

/* Takes the place that @cursor stands on if it is before *@place. */
static gboolean
take_lower(
    const TdCursor *cursor, gboolean *any, TdPlace *place, GError **error)
{
	const guint8 *value = cursor->value.data;
	TdPlace at;

	if (cursor->value.size != TD_KEY_PLACE)
		return td_row_damaged(
		    error, TD_TABLE_IDS, cursor->key.data, cursor->key.size);
	at.ticket = td_key_read(value);
	at.sequence = td_key_read(value + TD_KEY_NUMBER);
	if (!*any || at.ticket < place->ticket ||
	    (at.ticket == place->ticket && at.sequence < place->sequence))
		*place = at;
	*any = TRUE;
	return TRUE;
}

/* Of all contents under one id, the lowest number.  An id that was used for
 * hundreds of contents is somebody's game: the first ones do. */
static gboolean
find_any(TdTxn *txn, const guint8 *prefix, gsize size, gboolean *found,
    TdPlace *place, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	TdPlace lowest = { 0 };
	gboolean any = FALSE;
	gboolean more;
	guint looked;

	if (!td_cursor_open(txn, TD_TABLE_IDS, TRUE, &cursor, error) ||
	    !td_cursor_seek(&cursor, prefix, size, &more, error))
		return FALSE;
	for (looked = 0; more && looked < TD_READ_MAX; looked++) {
		if (cursor.key.size != KEY_SIZE ||
		    memcmp(cursor.key.data, prefix, size) != 0)
			break;
		if (!take_lower(&cursor, &any, &lowest, error) ||
		    !td_cursor_step(&cursor, DB_NEXT, &more, error))
			return FALSE;
	}
	*found = any;
	if (any)
		*place = lowest;
	return TRUE;
}

gboolean
td_id_find(TdTxn *txn, const char *message_id, const char *digest,
    gboolean *found, TdPlace *place, GError **error)
{
	guint8 key[KEY_SIZE];

	bound_key(key, message_id, digest != NULL ? digest : "");
	if (digest == NULL)
		return find_any(txn, key, 1 + HALF, found, place, error);
	return find(txn, key, found, place, error);
}

gboolean
td_id_find_seen(TdTxn *txn, const char *message_id, gboolean *found,
    TdPlace *place, GError **error)
{
	guint8 key[KEY_SIZE];

	seen_key(key, message_id);
	return find(txn, key, found, place, error);
}

/* Deletes the row of @key if it leads to ticket @number. */
static gboolean
forget(TdTxn *txn, const guint8 *key, guint64 number, GError **error)
{
	TdPlace place;
	gboolean found;

	if (!find(txn, key, &found, &place, error))
		return FALSE;
	return !found || place.ticket != number ||
	    td_row_delete(txn, TD_TABLE_IDS, key, KEY_SIZE, error);
}

gboolean
td_id_forget(TdTxn *txn, const char *message_id, const char *digest,
    guint64 number, GError **error)
{
	guint8 key[KEY_SIZE];

	if (digest != NULL) {
		bound_key(key, message_id, digest);
		if (!forget(txn, key, number, error))
			return FALSE;
	}
	seen_key(key, message_id);
	return forget(txn, key, number, error);
}

/* A place is the kind of the key and as much of its hash as goes into 60 bits,
 * in their order. */
static guint64
place_of(const guint8 *key)
{
	return (key[0] == SEEN ? TD_IDS_END >> 1 : 0) |
	    td_key_read(key + 1) >> 5;
}

static void
key_of(guint8 *key, guint64 place)
{
	key[0] = place >= TD_IDS_END >> 1 ? SEEN : BOUND;
	td_key_number(key + 1, (place & ((TD_IDS_END >> 1) - 1)) << 5);
}

static gboolean
is_well(const TdCursor *cursor)
{
	const guint8 *key = cursor->key.data;

	return cursor->key.size == KEY_SIZE &&
	    cursor->value.size == TD_KEY_PLACE &&
	    (key[0] == BOUND || key[0] == SEEN);
}

gboolean
td_ids_check(TdTxn *txn, guint64 *at, TdCheckFunc finding, gpointer data,
    guint64 *wrong, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	guint8 start[1 + TD_KEY_NUMBER];
	guint64 from = *at & (TD_IDS_END - 1);
	guint64 place = from;
	gboolean found;
	guint looked;

	key_of(start, from);
	if (!td_cursor_open(txn, TD_TABLE_IDS, TRUE, &cursor, error) ||
	    !td_cursor_seek(&cursor, start, sizeof(start), &found, error))
		return FALSE;
	for (looked = 0; found && looked < TD_READ_MAX; looked++) {
		if (is_well(&cursor)) {
			place = place_of(cursor.key.data);
		} else {
			++*wrong;
			if (finding != NULL)
				finding("damaged record in table ids", data);
		}
		if (!td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	}
	/* So many of one id are not worth a longer turn. */
	place = MAX(place, from + 1);
	*at = found && place < TD_IDS_END ? *at - from + place : 0;
	return TRUE;
}
