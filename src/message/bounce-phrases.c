/* bounce-phrases.c - many phrases looked for at once
 *
 * Each phrase hangs in the bucket of its first three bytes, so a text is gone
 * through once, however many there are. */

#include "config.h"

#include <string.h>

#include "message/bounce-private.h"

#define BUCKETS 4096
#define KEY_SIZE 3

typedef struct {
	char *folded;
	gsize size;
	const TdPhrase *phrase;
	guint next; /* in the bucket: index + 1, 0 is the end */
} Entry;

struct TdPhrases {
	const TdPhrase *table;
	Entry *entries;
	guint buckets[BUCKETS]; /* index + 1 */
};

static gboolean
is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((guchar)*text >= 0x80)
			return FALSE;
	return TRUE;
}

char *
td_phrase_fold(const char *text)
{
	g_autofree char *lower = NULL;
	g_autofree char *apart = NULL;
	char *to;

	if (is_ascii(text))
		return g_ascii_strdown(text, -1);
	lower = g_utf8_casefold(text, -1);
	apart = g_utf8_normalize(lower, -1, G_NORMALIZE_ALL);
	if (apart == NULL)
		return g_ascii_strdown(text, -1);
	to = apart;
	for (const char *at = apart; *at != '\0';) {
		gunichar c = g_utf8_get_char(at);
		const char *next = g_utf8_next_char(at);

		if (c == 0x2019 || c == 0x2018 || c == 0x2bc)
			*to++ = '\'';
		else if (c == 0xa0)
			*to++ = ' ';
		else if (!g_unichar_ismark(c))
			while (at < next)
				*to++ = *at++;
		at = next;
	}
	*to = '\0';
	return g_steal_pointer(&apart);
}

static guint
bucket_of(const char *at)
{
	const guchar *bytes = (const guchar *)at;

	return (bytes[0] * 31u * 31u + bytes[1] * 31u + bytes[2]) % BUCKETS;
}

TdPhrases *
td_phrases_new(const TdPhrase *table, gsize count)
{
	TdPhrases *phrases = g_new0(TdPhrases, 1);

	phrases->table = table;
	phrases->entries = g_new0(Entry, count);
	/* The last first, so that a bucket has them in order of the table. */
	for (gsize i = count; i > 0; i--) {
		Entry *entry = &phrases->entries[i - 1];
		guint *bucket;

		entry->phrase = &table[i - 1];
		entry->folded = td_phrase_fold(table[i - 1].text);
		entry->size = strlen(entry->folded);
		g_assert(entry->size >= KEY_SIZE);
		bucket = &phrases->buckets[bucket_of(entry->folded)];
		entry->next = *bucket;
		*bucket = (guint)i;
	}
	return phrases;
}

guint
td_phrases_find(const TdPhrases *phrases, const char *folded)
{
	gsize size = strlen(folded);
	guint meanings = 0;

	for (const char *at = folded; size >= KEY_SIZE; at++, size--)
		for (guint i = phrases->buckets[bucket_of(at)]; i != 0;) {
			const Entry *entry = &phrases->entries[i - 1];

			if (entry->size <= size &&
			    memcmp(at, entry->folded, entry->size) == 0)
				meanings |= entry->phrase->meaning;
			i = entry->next;
		}
	return meanings;
}

const TdPhrase *
td_phrases_first(const TdPhrases *phrases, const char *folded, gsize *where)
{
	gsize size = strlen(folded);
	const TdPhrase *first = NULL;

	for (const char *at = folded; size >= KEY_SIZE; at++, size--)
		for (guint i = phrases->buckets[bucket_of(at)]; i != 0;) {
			const Entry *entry = &phrases->entries[i - 1];

			i = entry->next;
			if (entry->size > size ||
			    memcmp(at, entry->folded, entry->size) != 0 ||
			    (first != NULL && first <= entry->phrase))
				continue;
			first = entry->phrase;
			*where = (gsize)(at - folded);
		}
	return first;
}
