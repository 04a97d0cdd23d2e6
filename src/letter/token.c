/* token.c - see ticketd/token.h */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include <ticketd/error.h>
#include <ticketd/sha256.h>
#include <ticketd/text.h>

#include "letter/token-private.h"

#define SECRET_SIZE 32
#define MAC_SIZE 10   /* 80 bits, 16 characters of base32 */
#define HMAC_BLOCK 64 /* of SHA-256 */

/* The version is one base32 character, so this many keys are kept; the one
 * before them is overwritten. */
#define KEYS_MAX 32

#define VERSION_KEY "key-version"
#define FLOORS_KEY "key-floors"
#define FLOOR_SIZE (sizeof(guint64) + sizeof(guint32))

/* Tickets from .number on take no key older than .version. */
typedef struct {
	guint64 number;
	guint version;
} TdKeyFloor;

static const char alphabet[] = TD_TOKEN_ALPHABET;

static const struct {
	const char *label;
	char letter;
} kinds[TD_TOKEN_KINDS] = {
	[TD_TOKEN_REPLY] = { "ticketd reply", 't' },
	[TD_TOKEN_BOUNCE] = { "ticketd bounce", 'b' },
	[TD_TOKEN_MESSAGE_ID] = { "ticketd message-id", 'm' },
	[TD_TOKEN_ENVID] = { "ticketd envid", 'e' },
	[TD_TOKEN_PERSONAL] = { "ticketd personal", 'p' },
	[TD_TOKEN_ACTION] = { "ticketd action", 'a' },
	[TD_TOKEN_CONFIRM] = { "ticketd confirm", 'c' },
};

struct TdKeys {
	guint version; /* of the newest, from 1 */
	guint count;   /* how many are kept */
	/* For each slot (version modulo KEYS_MAX) one key per kind. */
	guint8 derived[KEYS_MAX][TD_TOKEN_KINDS][32];
	TdKeyFloor floors[KEYS_MAX];
	guint floors_count;
};

/* SHA-256 of @key, each byte changed by @pad, and @data. */
static void
hash_padded(const guint8 *key, gsize key_size, guint8 pad, const guint8 *data,
    gsize size, guint8 digest[TD_SHA256_SIZE])
{
	g_autoptr(TdSha256) sha256 = td_sha256_new();
	guint8 block[HMAC_BLOCK];

	memset(block, pad, sizeof(block));
	for (gsize i = 0; i < key_size; i++)
		block[i] ^= key[i];
	td_sha256_update(sha256, block, sizeof(block));
	td_sha256_update(sha256, data, size);
	td_sha256_finish(sha256, digest);
	explicit_bzero(block, sizeof(block));
}

/* RFC 2104, for keys no longer than a block.  GHmac takes three times as long:
 * it does not know what processors can do. */
static void
hmac(const guint8 *key, gsize key_size, const guint8 *data, gsize size,
    guint8 digest[TD_SHA256_SIZE])
{
	guint8 inner[TD_SHA256_SIZE];

	g_assert(key_size <= HMAC_BLOCK);
	hash_padded(key, key_size, 0x36, data, size, inner);
	hash_padded(key, key_size, 0x5c, inner, sizeof(inner), digest);
}

static char *
slot_key(guint version)
{
	return g_strdup_printf("key-%02u", version % KEYS_MAX);
}

static gboolean
read_version(TdTxn *txn, guint *version, GError **error)
{
	g_autoptr(GBytes) bytes = NULL;
	guint32 wire;

	*version = 0;
	if (!td_meta_get(txn, VERSION_KEY, &bytes, error))
		return FALSE;
	if (bytes == NULL)
		return TRUE;
	if (g_bytes_get_size(bytes) != sizeof(wire))
		return td_fail(error, TD_ERROR_BROKEN,
		    "store: meta record %s is damaged", VERSION_KEY);

	memcpy(&wire, g_bytes_get_data(bytes, NULL), sizeof(wire));
	*version = GUINT32_FROM_BE(wire);
	return TRUE;
}

gboolean
td_keys_add(TdTxn *txn, guint *version, GError **error)
{
	guint8 secret[SECRET_SIZE];
	g_autofree char *key = NULL;
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GBytes) counter = NULL;
	guint32 wire;
	guint last;

	if (!read_version(txn, &last, error))
		return FALSE;
	if (getrandom(secret, sizeof(secret), 0) != sizeof(secret))
		return td_fail(error, TD_ERROR_AGAIN,
		    "no random bytes from the system: %s", g_strerror(errno));

	last++;
	key = slot_key(last);
	bytes = g_bytes_new(secret, sizeof(secret));
	explicit_bzero(secret, sizeof(secret));
	wire = GUINT32_TO_BE(last);
	counter = g_bytes_new(&wire, sizeof(wire));
	if (!td_meta_put(txn, key, bytes, error) ||
	    !td_meta_put(txn, VERSION_KEY, counter, error))
		return FALSE;

	*version = last;
	return TRUE;
}

/* ---- numbers that were another ticket's ---- */

/* "key-floors": for each restore, the oldest first, number and version, big
 * endian.  Of keys that are not kept any more nothing need be known. */
static gboolean
read_floors(
    TdTxn *txn, TdKeyFloor floors[KEYS_MAX], guint *count, GError **error)
{
	g_autoptr(GBytes) bytes = NULL;
	const guint8 *data;
	gsize size = 0;

	*count = 0;
	if (!td_meta_get(txn, FLOORS_KEY, &bytes, error))
		return FALSE;
	if (bytes == NULL)
		return TRUE;
	data = g_bytes_get_data(bytes, &size);
	if (size % FLOOR_SIZE != 0 || size > KEYS_MAX * FLOOR_SIZE)
		return td_fail(error, TD_ERROR_BROKEN,
		    "store: meta record %s is damaged", FLOORS_KEY);
	for (; size > 0; size -= FLOOR_SIZE, data += FLOOR_SIZE) {
		guint64 number;
		guint32 version;

		memcpy(&number, data, sizeof(number));
		memcpy(&version, data + sizeof(number), sizeof(version));
		floors[*count].number = GUINT64_FROM_BE(number);
		floors[(*count)++].version = GUINT32_FROM_BE(version);
	}
	return TRUE;
}

static gboolean
write_floors(TdTxn *txn, const TdKeyFloor *floors, guint count, GError **error)
{
	g_autoptr(GByteArray) wire = g_byte_array_new();
	g_autoptr(GBytes) bytes = NULL;

	for (guint i = 0; i < count; i++) {
		guint64 number = GUINT64_TO_BE(floors[i].number);
		guint32 version = GUINT32_TO_BE(floors[i].version);

		g_byte_array_append(
		    wire, (const guint8 *)&number, sizeof(number));
		g_byte_array_append(
		    wire, (const guint8 *)&version, sizeof(version));
	}
	bytes = g_bytes_new(wire->data, wire->len);
	return td_meta_put(txn, FLOORS_KEY, bytes, error);
}

gboolean
td_keys_raise(TdTxn *txn, guint64 number, guint *version, GError **error)
{
	TdKeyFloor floors[KEYS_MAX + 1];
	guint count = 0;
	guint first;

	if (!td_keys_add(txn, version, error) ||
	    !read_floors(txn, floors, &count, error))
		return FALSE;
	floors[count].number = number;
	floors[count++].version = *version;
	first = count > KEYS_MAX ? count - KEYS_MAX : 0;
	return write_floors(txn, floors + first, count - first, error);
}

/* Whether @ticket is one that the key in @slot signed nothing for. */
static gboolean
is_too_old(const TdKeys *keys, guint slot, guint64 ticket)
{
	guint version = keys->version - (keys->version - slot) % KEYS_MAX;

	for (guint i = 0; i < keys->floors_count; i++)
		if (ticket >= keys->floors[i].number &&
		    version < keys->floors[i].version)
			return TRUE;
	return FALSE;
}

static gboolean
derive_slot(TdKeys *keys, TdTxn *txn, guint version, GError **error)
{
	g_autofree char *key = slot_key(version);
	g_autoptr(GBytes) secret = NULL;

	if (!td_meta_get(txn, key, &secret, error))
		return FALSE;
	if (secret == NULL || g_bytes_get_size(secret) != SECRET_SIZE)
		return td_fail(error, TD_ERROR_BROKEN,
		    "store: meta record %s is missing or damaged", key);

	for (guint kind = 0; kind < TD_TOKEN_KINDS; kind++)
		hmac(g_bytes_get_data(secret, NULL), SECRET_SIZE,
		    (const guint8 *)kinds[kind].label,
		    strlen(kinds[kind].label),
		    keys->derived[version % KEYS_MAX][kind]);
	return TRUE;
}

TdKeys *
td_keys_read(TdTxn *txn, GError **error)
{
	g_autoptr(TdKeys) keys = g_new0(TdKeys, 1);

	if (!read_version(txn, &keys->version, error))
		return NULL;
	if (keys->version == 0 && !td_keys_add(txn, &keys->version, error))
		return NULL;

	keys->count = MIN(keys->version, KEYS_MAX);
	for (guint i = 0; i < keys->count; i++)
		if (!derive_slot(keys, txn, keys->version - i, error))
			return NULL;
	if (!read_floors(txn, keys->floors, &keys->floors_count, error))
		return NULL;
	return g_steal_pointer(&keys);
}

void
td_keys_free(TdKeys *keys)
{
	if (keys == NULL)
		return;
	explicit_bzero(keys, sizeof(*keys));
	g_free(keys);
}

static gsize
append_field(guint8 *at, const void *field, gsize size)
{
	at[0] = (guint8)size; /* the length in front */
	memcpy(at + 1, field, size);
	return 1 + size;
}

static char *
make(const TdKeys *keys, TdTokenKind kind, guint slot,
    const TdTokenFields *fields)
{
	guint8 data[TD_TOKEN_FIELDS_MAX * (1 + sizeof(guint64)) + 1 +
	    TD_TOKEN_VERB_MAX];
	guint8 digest[32];
	g_autofree char *mac = NULL;
	gsize size = 0;

	for (guint i = 0; i < fields->count; i++) {
		guint64 wire = GUINT64_TO_BE(fields->numbers[i]);

		size += append_field(data + size, &wire, sizeof(wire));
	}
	if (fields->text != NULL)
		size += append_field(data + size, fields->text,
		    MIN(strlen(fields->text), TD_TOKEN_VERB_MAX));
	hmac(keys->derived[slot][kind], 32, data, size, digest);
	mac = td_text_base32(digest, MAC_SIZE);
	return g_strdup_printf("%c%s", alphabet[slot], mac);
}

char
td_token_letter(TdTokenKind kind)
{
	return kinds[kind].letter;
}

char *
td_token_seal(const TdKeys *keys, TdTokenKind kind, const TdTokenFields *fields)
{
	return make(keys, kind, keys->version % KEYS_MAX, fields);
}

char *
td_token_make(
    const TdKeys *keys, TdTokenKind kind, guint64 first, guint64 second)
{
	const TdTokenFields fields = { { first, second }, 2, NULL };

	return td_token_seal(keys, kind, &fields);
}

/* Whether a key is kept in @slot. */
static gboolean
slot_used(const TdKeys *keys, guint slot)
{
	return keys->count == KEYS_MAX || (slot >= 1 && slot <= keys->count);
}

TdTokenState
td_token_verify(const TdKeys *keys, TdTokenKind kind,
    const TdTokenFields *fields, const char *token)
{
	const char *found;
	g_autofree char *got = NULL;
	g_autofree char *want = NULL;
	guint slot;

	found = *token == '\0' ? NULL : strchr(alphabet, *token);
	slot = found == NULL ? 0 : (guint)(found - alphabet);
	got = g_strndup(token, TD_TOKEN_LENGTH);
	want = make(keys, kind, slot, fields);
	if (!td_text_same_secret(got, want) || found == NULL ||
	    !slot_used(keys, slot) ||
	    is_too_old(keys, slot, fields->numbers[0]))
		return TD_TOKEN_BAD;
	return slot == keys->version % KEYS_MAX ? TD_TOKEN_GOOD : TD_TOKEN_OLD;
}

TdTokenState
td_token_check(const TdKeys *keys, TdTokenKind kind, guint64 first,
    guint64 second, const char *token)
{
	const TdTokenFields fields = { { first, second }, 2, NULL };

	return td_token_verify(keys, kind, &fields, token);
}

const char *
td_token_read_number(const char *text, char end, guint64 *number)
{
	const char *at = text;
	guint64 value = 0;

	for (; g_ascii_isdigit(*at); at++) {
		guint digit = (guint)(*at - '0');

		if (value > (G_MAXUINT64 - 1 - digit) / 10)
			return NULL;
		value = value * 10 + digit;
	}
	if (at == text || *at != end || (*text == '0' && at != text + 1))
		return NULL;

	*number = value;
	return at + 1;
}

static char *
make_place(
    const TdKeys *keys, TdTokenKind kind, guint64 ticket, guint64 sequence)
{
	g_autofree char *token = NULL;

	token = td_token_make(keys, kind, ticket, sequence);
	return g_strdup_printf("%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT
	                       ".%c%s",
	    ticket, sequence, kinds[kind].letter, token);
}

static TdTokenState
read_place(
    const TdKeys *keys, TdTokenKind kind, const char *text, TdPlace *place)
{
	TdPlace read = { 0, 0 };
	TdTokenState state;
	const char *at;

	at = td_token_read_number(text, '.', &read.ticket);
	if (at != NULL)
		at = td_token_read_number(at, '.', &read.sequence);
	if (at == NULL || *at != kinds[kind].letter ||
	    strlen(at + 1) != TD_TOKEN_LENGTH)
		return TD_TOKEN_BAD;

	state = td_token_check(keys, kind, read.ticket, read.sequence, at + 1);
	if (state != TD_TOKEN_BAD)
		*place = read;
	return state;
}

char *
td_token_message_id(
    const TdKeys *keys, const char *domain, guint64 ticket, guint64 sequence)
{
	g_autofree char *left = NULL;

	left = make_place(keys, TD_TOKEN_MESSAGE_ID, ticket, sequence);
	return g_strconcat(left, "@", domain, NULL);
}

TdTokenState
td_token_read_message_id(const TdKeys *keys, const char *id, TdPlace *place)
{
	const char *at = strchr(id, '@');
	g_autofree char *left = NULL;

	left = at == NULL ? g_strdup(id) : g_strndup(id, (gsize)(at - id));
	return read_place(keys, TD_TOKEN_MESSAGE_ID, left, place);
}

char *
td_token_envid(const TdKeys *keys, guint64 ticket, guint64 sequence)
{
	return make_place(keys, TD_TOKEN_ENVID, ticket, sequence);
}

TdTokenState
td_token_read_envid(const TdKeys *keys, const char *envid, TdPlace *place)
{
	return read_place(keys, TD_TOKEN_ENVID, envid, place);
}
