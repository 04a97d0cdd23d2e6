/* filed.c - the table of messages: (number, sequence) -> what was filed
 *
 * A row is the size of the headers of note (4 bytes) and that of the raw
 * message (8 bytes), both big-endian, the headers as a GVariant, and the raw
 * message compressed by zstd.  The raw bytes stay outside of the GVariant,
 * where they would cost a check at each read. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/sha256.h>
#include <ticketd/text.h>

#include "store/store-private.h"

#define HEAD_SIZE 12u
/* Read at first; most headers of note fit. */
#define FIRST_READ 4096u
/* A raw message that claims more is damaged. */
#define RAW_MAX ((guint64)1024 * 1024 * 1024)
#define META_MAX (64u * 1024 * 1024)

static const gsize texts[] = {
	G_STRUCT_OFFSET(TdFiled, class_name),
	G_STRUCT_OFFSET(TdFiled, class_reason),
	G_STRUCT_OFFSET(TdFiled, rule),
	G_STRUCT_OFFSET(TdFiled, evidence),
	G_STRUCT_OFFSET(TdFiled, message_id),
	G_STRUCT_OFFSET(TdFiled, digest),
	G_STRUCT_OFFSET(TdFiled, from),
	G_STRUCT_OFFSET(TdFiled, from_name),
	G_STRUCT_OFFSET(TdFiled, to),
	G_STRUCT_OFFSET(TdFiled, subject),
	G_STRUCT_OFFSET(TdFiled, sender),
	G_STRUCT_OFFSET(TdFiled, recipient),
	G_STRUCT_OFFSET(TdFiled, original_recipient),
	G_STRUCT_OFFSET(TdFiled, queue_id),
	G_STRUCT_OFFSET(TdFiled, moved_to),
};

static char **
text_of(TdFiled *filed, guint i)
{
	return G_STRUCT_MEMBER_P(filed, texts[i]);
}

TdFiled *
td_filed_new(void)
{
	TdFiled *filed = g_new0(TdFiled, 1);
	guint i;

	for (i = 0; i < G_N_ELEMENTS(texts); i++)
		*text_of(filed, i) = g_strdup("");
	return filed;
}

void
td_filed_free(TdFiled *filed)
{
	guint i;

	if (filed == NULL)
		return;

	for (i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(*text_of(filed, i));
	g_free(filed);
}

/* As TD_TYPE_FILED_FIXED lies in memory. */
typedef struct {
	guint64 ticket;
	guint64 sequence;
	gint64 date;
	gint64 received;
	guint8 flags[8]; /* outgoing, internal, marked; padding */
} Fixed;

G_STATIC_ASSERT(sizeof(Fixed) == 40);

static GVariant *
encode_fixed(const TdFiled *filed)
{
	const Fixed fixed = {
		.ticket = filed->ticket,
		.sequence = filed->sequence,
		.date = filed->date,
		.received = filed->received,
		.flags = { filed->outgoing != 0, filed->internal != 0,
		    filed->marked != 0 },
	};
	g_autoptr(GBytes) bytes = g_bytes_new(&fixed, sizeof(fixed));

	return g_variant_new_from_bytes(
	    G_VARIANT_TYPE(TD_TYPE_FILED_FIXED), bytes, TRUE);
}

static GVariant *
encode(const TdFiled *filed)
{
	GVariant *members[1 + G_N_ELEMENTS(texts) + 1];
	guint i;

	members[0] = encode_fixed(filed);
	for (i = 0; i < G_N_ELEMENTS(texts); i++)
		members[1 + i] = td_value_text(
		    G_STRUCT_MEMBER(char *, filed, texts[i]));
	members[1 + i] = td_value_tail();
	return g_variant_new_tuple(members, G_N_ELEMENTS(members));
}

static void
write_head(guint8 *data, gsize meta_size, guint64 raw_size)
{
	guint32 wire = GUINT32_TO_BE((guint32)meta_size);

	memcpy(data, &wire, sizeof(wire));
	td_key_number(data + sizeof(wire), raw_size);
}

/* FALSE if @row is too short or its sizes make no sense. */
static gboolean
read_head(const TdRow *row, gsize *meta_size, guint64 *raw_size)
{
	guint32 wire;

	if (row->size < HEAD_SIZE)
		return FALSE;
	memcpy(&wire, row->data, sizeof(wire));
	*meta_size = GUINT32_FROM_BE(wire);
	*raw_size = td_key_read(row->data + sizeof(wire));
	return *meta_size <= META_MAX && *raw_size <= RAW_MAX;
}

static gboolean
damaged(GError **error, const guint8 *key)
{
	return td_row_damaged(error, TD_TABLE_MESSAGES, key, TD_KEY_PLACE);
}

static TdFiled *
decode(const guint8 *key, const TdRow *row, GError **error)
{
	g_autoptr(GVariant) value = NULL;
	g_autoptr(TdFiled) filed = td_filed_new();
	const char *at;
	Fixed fixed;
	gsize meta_size;
	guint i;

	if (read_head(row, &meta_size, &filed->size) &&
	    row->size - HEAD_SIZE >= meta_size)
		value = td_value_read(
		    TD_TYPE_FILED, row->data + HEAD_SIZE, meta_size);
	if (value == NULL) {
		damaged(error, key);
		return NULL;
	}
	/* In normal form: the texts lie one behind the other. */
	at = g_variant_get_data(value);
	memcpy(&fixed, at, sizeof(fixed));
	at += sizeof(fixed);
	if (fixed.ticket != td_key_read(key) ||
	    fixed.sequence != td_key_read(key + TD_KEY_NUMBER)) {
		damaged(error, key);
		return NULL;
	}
	filed->ticket = fixed.ticket;
	filed->sequence = fixed.sequence;
	filed->date = fixed.date;
	filed->received = fixed.received;
	filed->outgoing = fixed.flags[0];
	filed->internal = fixed.flags[1];
	filed->marked = fixed.flags[2];
	for (i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_free(*text_of(filed, i));
		*text_of(filed, i) = g_strdup(at);
		at += strlen(at) + 1;
	}
	return g_steal_pointer(&filed);
}

/* Room for a row, its head written; the raw bytes come at *@at. */
static guint8 *
begin_row(const TdFiled *filed, gsize raw_size, gsize room, gsize *at)
{
	g_autoptr(GVariant) meta = g_variant_ref_sink(encode(filed));
	gsize meta_size = g_variant_get_size(meta);
	guint8 *data = g_malloc(HEAD_SIZE + meta_size + room);

	write_head(data, meta_size, raw_size);
	memcpy(data + HEAD_SIZE, g_variant_get_data(meta), meta_size);
	*at = HEAD_SIZE + meta_size;
	return data;
}

static gboolean
put_row(TdTxn *txn, const TdFiled *filed, const guint8 *data, gsize size,
    GError **error)
{
	guint8 key[TD_KEY_PLACE];

	td_key_place(key, filed->ticket, filed->sequence);
	return td_row_put(
	    txn, TD_TABLE_MESSAGES, key, sizeof(key), data, size, error);
}

gboolean
td_filed_put(TdTxn *txn, const TdFiled *filed, const char *raw, gsize size,
    GError **error)
{
	gsize bound = ZSTD_compressBound(size);
	g_autofree guint8 *data = NULL;
	gsize packed;
	gsize at;

	g_return_val_if_fail(size <= RAW_MAX, FALSE);
	g_return_val_if_fail(txn->writes, FALSE);

	data = begin_row(filed, size, bound, &at);
	if (!td_pack(txn->store->packer, raw, size, data + at, bound, &packed,
	        error))
		return FALSE;
	return put_row(txn, filed, data, at + packed, error);
}

gboolean
td_filed_put_packed(TdTxn *txn, const TdFiled *filed, GBytes *packed,
    gsize size, GError **error)
{
	gsize packed_size;
	const void *bytes = g_bytes_get_data(packed, &packed_size);
	g_autofree guint8 *data = NULL;
	gsize at;

	g_return_val_if_fail(txn->writes, FALSE);

	data = begin_row(filed, size, packed_size, &at);
	memcpy(data + at, bytes, packed_size);
	return put_row(txn, filed, data, at + packed_size, error);
}

static GBytes *
unpack(const guint8 *key, const TdRow *row, GError **error)
{
	const guint8 *packed;
	gsize packed_size;
	gsize meta_size;
	guint64 raw_size;
	GBytes *raw;

	if (!read_head(row, &meta_size, &raw_size) ||
	    row->size - HEAD_SIZE < meta_size) {
		damaged(error, key);
		return NULL;
	}
	packed = row->data + HEAD_SIZE + meta_size;
	packed_size = row->size - HEAD_SIZE - meta_size;
	raw = td_unpack(packed, packed_size, raw_size);
	if (raw == NULL)
		damaged(error, key);
	return raw;
}

/* The row up to the end of the headers of note. */
static gboolean
read_meta(TdTxn *txn, const guint8 *key, TdRow *row, GError **error)
{
	gsize meta_size;
	guint64 raw_size;

	if (!td_row_get(txn, TD_TABLE_MESSAGES, key, TD_KEY_PLACE, FIRST_READ,
	        row, error))
		return FALSE;
	if (row->data == NULL || !read_head(row, &meta_size, &raw_size) ||
	    HEAD_SIZE + meta_size <= FIRST_READ)
		return TRUE;
	td_row_clear(row);
	return td_row_get(txn, TD_TABLE_MESSAGES, key, TD_KEY_PLACE,
	    HEAD_SIZE + meta_size, row, error);
}

gboolean
td_filed_get(TdTxn *txn, guint64 number, guint64 sequence, TdFiled **filed,
    GBytes **raw, GError **error)
{
	g_auto(TdRow) row = { 0 };
	g_autoptr(TdFiled) found = NULL;
	g_autoptr(GBytes) bytes = NULL;
	guint8 key[TD_KEY_PLACE];

	td_key_place(key, number, sequence);
	if (raw == NULL && !read_meta(txn, key, &row, error))
		return FALSE;
	if (raw != NULL &&
	    !td_row_get(
	        txn, TD_TABLE_MESSAGES, key, sizeof(key), 0, &row, error))
		return FALSE;
	if (row.data != NULL) {
		found = decode(key, &row, error);
		if (found == NULL)
			return FALSE;
	}
	if (raw != NULL && found != NULL) {
		bytes = unpack(key, &row, error);
		if (bytes == NULL)
			return FALSE;
	}
	*filed = g_steal_pointer(&found);
	if (raw != NULL)
		*raw = g_steal_pointer(&bytes);
	return TRUE;
}

gboolean
td_filed_raw(TdTxn *txn, guint64 number, guint64 sequence, guint64 most,
    guint64 *size, GBytes **raw, GError **error)
{
	g_auto(TdRow) head = { 0 };
	g_auto(TdRow) row = { 0 };
	g_autoptr(GBytes) bytes = NULL;
	guint8 key[TD_KEY_PLACE];
	guint64 raw_size = 0;
	gsize meta_size;

	td_key_place(key, number, sequence);
	if (!td_row_get(txn, TD_TABLE_MESSAGES, key, sizeof(key), HEAD_SIZE,
	        &head, error))
		return FALSE;
	if (head.data != NULL && !read_head(&head, &meta_size, &raw_size))
		return damaged(error, key);
	if (head.data != NULL && raw_size <= most) {
		if (!td_row_get(txn, TD_TABLE_MESSAGES, key, sizeof(key), 0,
		        &row, error))
			return FALSE;
		bytes = unpack(key, &row, error);
		if (bytes == NULL)
			return FALSE;
	}
	*size = raw_size;
	*raw = g_steal_pointer(&bytes);
	return TRUE;
}

/* ---- what was filed, as an event tells it ---- */

#define NOTED_DIGITS 32u

/* Of all that does not change: "moved_to" does. */
static char *
hash_notes(const TdFiled *filed)
{
	g_autoptr(TdSha256) sha256 = td_sha256_new();
	guint8 fixed[4 * 8 + 3];
	char *hex;
	guint i;

	td_key_place(fixed, filed->ticket, filed->sequence);
	td_key_time(fixed + 16, filed->date);
	td_key_time(fixed + 24, filed->received);
	fixed[32] = filed->outgoing != 0;
	fixed[33] = filed->internal != 0;
	fixed[34] = filed->marked != 0;
	td_sha256_update(sha256, fixed, sizeof(fixed));
	for (i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *text = td_text_utf8(
		    G_STRUCT_MEMBER(char *, filed, texts[i]), -1);

		if (texts[i] != G_STRUCT_OFFSET(TdFiled, moved_to))
			td_sha256_update(sha256, text, strlen(text) + 1);
	}
	hex = td_sha256_finish_hex(sha256);
	hex[NOTED_DIGITS] = '\0';
	return hex;
}

static char *
hash_bytes(const char *raw, gsize size)
{
	guint8 digest[TD_SHA256_SIZE];

	td_sha256(raw, size, digest);
	return td_text_hex(digest, sizeof(digest));
}

void
td_filed_vouch(
    const TdFiled *filed, const char *raw, gsize size, TdEvent *event)
{
	g_autofree char *sha256 = hash_bytes(raw, size);
	g_autofree char *noted = hash_notes(filed);

	td_event_set(event, "sha256", sha256);
	td_event_set(event, "noted", noted);
}

const char *
td_filed_differs(const TdEvent *event, const guint8 *key, const TdRow *row)
{
	g_autoptr(TdFiled) filed = decode(key, row, NULL);
	g_autoptr(GBytes) raw = NULL;
	g_autofree char *sha256 = NULL;
	g_autofree char *noted = NULL;
	const char *bytes;
	gsize size;

	if (filed != NULL)
		raw = unpack(key, row, NULL);
	if (raw == NULL)
		return "cannot be read";
	bytes = g_bytes_get_data(raw, &size);
	sha256 = hash_bytes(bytes, size);
	if (strcmp(sha256, td_event_get(event, "sha256")) != 0)
		return "was changed: it has another SHA-256 than when it was "
		       "filed";
	noted = hash_notes(filed);
	if (strcmp(noted, td_event_get(event, "noted")) != 0)
		return "is whole, but what was noted of it was changed";
	return NULL;
}

gboolean
td_filed_there(TdTxn *txn, guint64 number, guint64 sequence, gboolean *there,
    GError **error)
{
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_PLACE];

	td_key_place(key, number, sequence);
	if (!td_row_get(txn, TD_TABLE_MESSAGES, key, sizeof(key), HEAD_SIZE,
	        &row, error))
		return FALSE;
	*there = row.data != NULL;
	return TRUE;
}

gboolean
td_filed_update(TdTxn *txn, const TdFiled *filed, GError **error)
{
	g_autoptr(GVariant) meta = g_variant_ref_sink(encode(filed));
	gsize new_size = g_variant_get_size(meta);
	g_auto(TdRow) row = { 0 };
	g_autofree guint8 *data = NULL;
	guint8 key[TD_KEY_PLACE];
	gsize old_size;
	guint64 raw_size;
	gsize rest;

	td_key_place(key, filed->ticket, filed->sequence);
	if (!td_row_get(
	        txn, TD_TABLE_MESSAGES, key, sizeof(key), 0, &row, error))
		return FALSE;
	if (row.data == NULL)
		return td_fail(error, TD_ERROR_BROKEN,
		    "message %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT
		    " is not there",
		    filed->ticket, filed->sequence);
	if (!read_head(&row, &old_size, &raw_size) ||
	    row.size - HEAD_SIZE < old_size)
		return damaged(error, key);
	rest = row.size - HEAD_SIZE - old_size;
	data = g_malloc(HEAD_SIZE + new_size + rest);
	write_head(data, new_size, raw_size);
	memcpy(data + HEAD_SIZE, g_variant_get_data(meta), new_size);
	memcpy(
	    data + HEAD_SIZE + new_size, row.data + HEAD_SIZE + old_size, rest);
	return td_row_put(txn, TD_TABLE_MESSAGES, key, sizeof(key), data,
	    HEAD_SIZE + new_size + rest, error);
}
