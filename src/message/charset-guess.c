/* charset-guess.c - which charset are bytes in that say nothing about it
 *
 * Asked in turn: what cannot be anything else (marks, escapes, UTF-8), whether
 * they are words in a Cyrillic charset or common characters of East Asia,
 * uchardet, and the desk's own list. */

#include "config.h"

#include <string.h>

#include <uchardet.h>

#include "message/charset.h"

/* Bytes of a text that are looked at, and how many bytes before and behind one
 * beyond ASCII. */
#define SAMPLE_SIZE 2048
#define CONTEXT_SIZE 16
/* uchardet wants so many bytes beyond ASCII; with fewer it says anything. */
#define UCHARDET_MIN 8
/* But with so many it is asked once all else has failed. */
#define UCHARDET_LEAST 3
/* It takes 0.2 us a byte and some for each call: no more than this for one
 * mail, each call counted as CALL_COST bytes; and no more guesses in all. */
#define UCHARDET_MAX 32768
#define CALL_COST 64
#define GUESSES_MAX 300

/* Where words of Cyrillic count less than so much a letter, in tenths, Hebrew
 * is as likely. */
#define HEBREW 13

/* What this thread may still spend on the mail that it has in hand. */
static _Thread_local struct {
	gsize bytes;
	guint guesses;
	const char *last;
} effort = { UCHARDET_MAX, GUESSES_MAX, NULL };

/* What uchardet calls them, and what they are called here.  What it finds too
 * often where it is not (IBM852, MAC-CENTRALEUROPE) is not believed. */
static const struct {
	const char *found;
	const char *name;
} known[] = {
	{ "BIG5", "big5" },
	{ "EUC-JP", "euc-jp" },
	{ "EUC-KR", "euc-kr" },
	{ "EUC-TW", "euc-tw" },
	{ "GB18030", "gb18030" },
	{ "IBM855", "ibm855" },
	{ "IBM866", "cp866" },
	{ "ISO-8859-1", "iso-8859-1" },
	{ "ISO-8859-10", "iso-8859-10" },
	{ "ISO-8859-13", "iso-8859-13" },
	{ "ISO-8859-15", "iso-8859-15" },
	{ "ISO-8859-16", "iso-8859-16" },
	{ "ISO-8859-2", "iso-8859-2" },
	{ "ISO-8859-3", "iso-8859-3" },
	{ "ISO-8859-4", "iso-8859-4" },
	{ "ISO-8859-5", "iso-8859-5" },
	{ "ISO-8859-6", "iso-8859-6" },
	{ "ISO-8859-7", "iso-8859-7" },
	{ "ISO-8859-8", "iso-8859-8" },
	{ "ISO-8859-9", "iso-8859-9" },
	{ "KOI8-R", "koi8-r" },
	{ "SHIFT_JIS", "shift_jis" },
	{ "TIS-620", "tis-620" },
	{ "UHC", "euc-kr" },
	{ "VISCII", "viscii" },
	{ "WINDOWS-1250", "windows-1250" },
	{ "WINDOWS-1251", "windows-1251" },
	{ "WINDOWS-1252", "windows-1252" },
	{ "WINDOWS-1253", "windows-1253" },
	{ "WINDOWS-1254", "windows-1254" },
	{ "WINDOWS-1255", "windows-1255" },
	{ "WINDOWS-1256", "windows-1256" },
	{ "WINDOWS-1257", "windows-1257" },
	{ "WINDOWS-1258", "windows-1258" },
};

void
td_charset_begin(void)
{
	effort.bytes = UCHARDET_MAX;
	effort.guesses = GUESSES_MAX;
	effort.last = NULL;
	td_charset_begin_convert();
}

/* ---- what needs no guess ---- */

/* UTF-16 and UTF-32 without a mark.  The upper half of a unit is 0 or, for
 * Cyrillic, 4, Greek, 3, and so on: bytes that no text has. */
static const char *
guess_wide(const char *bytes, gsize size)
{
	gsize seen = MIN(size, SAMPLE_SIZE) & ~(gsize)3;
	gsize most = seen / 4 - seen / 40, few = seen / 40;
	gsize low[4] = { 0 };

	if (seen < 4 || memchr(bytes, '\0', seen) == NULL)
		return NULL;
	for (gsize i = 0; i < seen; i++)
		low[i % 4] += (guchar)bytes[i] < '\t';
	if (low[2] >= most && low[3] >= most && low[0] <= few)
		return "utf-32le";
	if (low[0] >= most && low[1] >= most && low[3] <= few)
		return "utf-32be";
	if (low[1] >= most && low[3] >= most && low[0] + low[2] <= few)
		return "utf-16le";
	if (low[0] >= most && low[2] >= most && low[1] + low[3] <= few)
		return "utf-16be";
	return NULL;
}

/* Whether all of it is UTF-8, of characters that somebody may have written. */
static gboolean
is_good_utf8(const char *bytes, gsize size)
{
	const char *at = bytes, *end = bytes + size;

	while (at < end) {
		gunichar c = *at == '\0'
		    ? 0
		    : g_utf8_get_char_validated(at, end - at);

		if (c >= (gunichar)-2 ||
		    g_unichar_type(c) == G_UNICODE_PRIVATE_USE ||
		    g_unichar_type(c) == G_UNICODE_UNASSIGNED)
			return FALSE;
		at = g_utf8_next_char(at);
	}
	return TRUE;
}

gboolean
td_charset_is_mostly_utf8(const char *bytes, gsize size)
{
	gsize bad, high;

	td_charset_count_utf8(bytes, size, &bad, &high);
	if (high < 4)
		return is_good_utf8(bytes, size);
	return bad * 8 <= high ||
	    memmem(bytes, size, "\357\277\275", 3) != NULL;
}

/* Whether what stands between "~{" and "~}" are pairs of common characters
 * (RFC 1843), not somebody's braces. */
static gboolean
looks_like_hz(const char *bytes, gsize size)
{
	const char *at = memmem(bytes, size, "~{", 2);
	const char *end = at == NULL
	    ? NULL
	    : memmem(at, size - (gsize)(at - bytes), "~}", 2);
	g_autoptr(GByteArray) pairs = NULL;
	const char *guess;

	if (end == NULL || end - at > SAMPLE_SIZE)
		return FALSE;
	pairs = td_asian_from_hz(at, (gsize)(end - at));
	guess = td_asian_guess((const char *)pairs->data, pairs->len);
	return guess != NULL && strcmp(guess, "gb18030") == 0;
}

gboolean
td_charset_has_shifts(const char *bytes, gsize size)
{
	const char *at = bytes, *end = bytes + size;

	while ((at = memchr(at, '\033', (gsize)(end - at))) != NULL) {
		at++;
		if (at < end && (*at == '$' || *at == '('))
			return TRUE;
	}
	return looks_like_hz(bytes, size);
}

static const char *
guess_shifts(const char *bytes, gsize size)
{
	if (memmem(bytes, size, "\033$)C", 4) != NULL)
		return "iso-2022-kr";
	if (memmem(bytes, size, "\033$)A", 4) != NULL ||
	    memmem(bytes, size, "\033$)G", 4) != NULL)
		return "iso-2022-cn";
	if (memmem(bytes, size, "\033$", 2) != NULL ||
	    memmem(bytes, size, "\033(J", 3) != NULL ||
	    memmem(bytes, size, "\033(I", 3) != NULL)
		return "iso-2022-jp";
	return looks_like_hz(bytes, size) ? "hz" : "utf-8";
}

/* ---- a sample ---- */

/* What stands around bytes beyond ASCII, up to SAMPLE_SIZE bytes of it. */
static GString *
take_sample(const char *bytes, gsize size)
{
	GString *sample = g_string_sized_new(MIN(size, SAMPLE_SIZE) + 1);
	gsize done = 0;

	if (size <= SAMPLE_SIZE)
		return g_string_append_len(sample, bytes, (gssize)size);
	for (gsize i = 0; i < size && sample->len < SAMPLE_SIZE; i++) {
		gsize start, end;

		if ((guchar)bytes[i] < 0x80)
			continue;
		start = MAX(done, i < CONTEXT_SIZE ? 0 : i - CONTEXT_SIZE);
		for (end = i; end < size && end < i + CONTEXT_SIZE &&
		     end - start < SAMPLE_SIZE;
		     end++)
			if ((guchar)bytes[end] >= 0x80)
				i = end;
		if (start > done)
			g_string_append_c(sample, '\n');
		g_string_append_len(
		    sample, bytes + start, (gssize)(end - start));
		done = end;
		i = end - 1;
	}
	return sample;
}

static gsize
count_high(const GString *sample)
{
	gsize high = 0;

	for (gsize i = 0; i < sample->len; i++)
		high += (guchar)sample->str[i] >= 0x80;
	return high;
}

/* ---- all together ---- */

static const char *
ask_uchardet(const GString *sample)
{
	const char *name = NULL;
	uchardet_t detector;

	if (effort.bytes < sample->len + CALL_COST)
		return NULL;
	effort.bytes -= sample->len + CALL_COST;
	detector = uchardet_new();
	if (uchardet_handle_data(detector, sample->str, sample->len) == 0) {
		const char *found;

		uchardet_data_end(detector);
		found = uchardet_get_charset(detector);
		for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
			if (strcmp(found, known[i].found) == 0)
				name = known[i].name;
	}
	uchardet_delete(detector);
	return name;
}

/* Whether @name is for Hebrew, whose words look like Russian ones by chance,
 * for they too are all beyond ASCII and its letters stand together. */
static gboolean
is_hebrew(const char *name)
{
	return strcmp(name, "windows-1255") == 0 ||
	    strcmp(name, "iso-8859-8") == 0;
}

/* The first of the desk's list that fits; NULL if none does. */
static const char *
guess_from_list(const GString *sample, const TdCyrillic *cyrillic)
{
	gboolean fits;
	const char *name = td_charset_of_list(
	    sample->str, sample->len, FALSE, &fits);
	TdCyrillic listed;

	if (!fits)
		return NULL;
	/* If it is Cyrillic, then the one that makes more sense. */
	listed = td_cyrillic_in(sample->str, sample->len, name);
	if (listed.name != NULL && cyrillic->score > listed.score &&
	    cyrillic->letters == cyrillic->high)
		return cyrillic->name;
	return name;
}

static const char *
guess_sample(const GString *sample)
{
	TdCyrillic cyrillic = td_cyrillic_best(sample->str, sample->len);
	gboolean likely = td_cyrillic_is_likely(&cyrillic), fits;
	gsize high = count_high(sample);
	const char *asked = NULL, *name;

	if (td_cyrillic_is_sure(&cyrillic))
		return cyrillic.name;
	if (!likely)
		asked = td_asian_guess(sample->str, sample->len);
	if (asked == NULL && high >= UCHARDET_MIN)
		asked = ask_uchardet(sample);
	if (likely &&
	    (asked == NULL || !is_hebrew(asked) ||
	        cyrillic.score * 10 >= cyrillic.letters * HEBREW))
		return cyrillic.name;
	if (asked != NULL && td_charset_fits(sample->str, sample->len, asked))
		return asked;

	name = guess_from_list(sample, &cyrillic);
	if (name != NULL)
		return name;
	if (high >= UCHARDET_LEAST && high < UCHARDET_MIN) {
		asked = ask_uchardet(sample);
		if (asked != NULL &&
		    td_charset_fits(sample->str, sample->len, asked))
			return asked;
	}
	name = td_charset_of_list(sample->str, sample->len, TRUE, &fits);
	if (!fits && asked != NULL &&
	    td_charset_has_all(sample->str, sample->len, asked))
		return asked;
	return name;
}

const char *
td_charset_guess(const char *bytes, gsize size)
{
	g_autoptr(GString) sample = NULL;
	const char *wide = guess_wide(bytes, size);

	if (wide == NULL && size >= 4 && size % 2 == 0 &&
	    (memcmp(bytes, "\377\376", 2) == 0 ||
	        memcmp(bytes, "\376\377", 2) == 0))
		wide = "utf-16";
	if (wide != NULL)
		return wide;
	if (!td_charset_has_high(bytes, size))
		return guess_shifts(bytes, size);
	if (td_charset_is_mostly_utf8(bytes, size))
		return "utf-8";
	if (effort.guesses == 0)
		return effort.last;
	effort.guesses--;
	sample = take_sample(bytes, size);
	effort.last = guess_sample(sample);
	return effort.last;
}
