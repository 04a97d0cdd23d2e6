/* charset.c - see message/charset.h */

#include "config.h"

#include <string.h>

#include "message/charset.h"

/* So many bytes of a text tell whether its label can be believed. */
#define DOUBT_SIZE 512

#define BYTE_ORDER_MARK "\357\273\277"

gboolean
td_charset_has_high(const char *bytes, gsize size)
{
	guint64 eight;
	gsize i = 0;

	for (; size - i >= sizeof(eight); i += sizeof(eight)) {
		memcpy(&eight, bytes + i, sizeof(eight));
		if ((eight & G_GUINT64_CONSTANT(0x8080808080808080)) != 0)
			return TRUE;
	}
	for (; i < size; i++)
		if ((guchar)bytes[i] >= 0x80)
			return TRUE;
	return FALSE;
}

/* ---- whether to believe a label ---- */

void
td_charset_count_utf8(const char *bytes, gsize size, gsize *bad, gsize *high)
{
	const char *end = bytes + size;

	*bad = 0;
	*high = 0;
	while (bytes < end) {
		gunichar c;

		if ((guchar)*bytes < 0x80) {
			bytes++;
			continue;
		}
		c = g_utf8_get_char_validated(bytes, end - bytes);
		if (c == (gunichar)-2 && *high > 0)
			break;
		(*high)++;
		if (c >= (gunichar)-2) {
			(*bad)++;
			bytes++;
		} else {
			bytes = g_utf8_next_char(bytes);
		}
	}
}

/* Whether so few characters of @text, read from @size bytes, are U+FFFD that
 * its charset need not be doubted. */
static gboolean
few_slips(gsize bad, gsize size, gsize high)
{
	return bad * 20 <= (high > 0 ? high : size);
}

/* Whether the bytes, which fit any charset of one byte a character, can only be
 * UTF-8: two of its characters at least, many with a slip here and there, or
 * one within a word of small letters, where the capital and the sign of another
 * charset make no sense. */
static gboolean
must_be_utf8(const char *bytes, gsize size)
{
	const char *at = bytes;
	gsize bad, high;

	td_charset_count_utf8(bytes, size, &bad, &high);
	if (bad > 0 || high == 0)
		return high >= 8 && bad * 8 <= high;
	if (high > 1)
		return TRUE;
	while ((guchar)*at < 0x80)
		at++;
	return (guchar)*at == 0xc3 &&
	    ((at > bytes && g_ascii_islower(at[-1])) ||
	        (bytes + size - at > 2 && g_ascii_islower(at[2])));
}

/* The same where a charset of two bytes takes them: its pairs are such of UTF-8
 * by chance no more than a few times on end. */
static gboolean
reads_as_utf8(const char *bytes, gsize size)
{
	gsize bad, high;

	td_charset_count_utf8(bytes, size, &bad, &high);
	return bad == 0 && high >= 6;
}

/* Whether a charset has one byte a character: then it takes any bytes. */
static gboolean
takes_all(const char *name)
{
	static const char *const begins[] = { "windows-125", "iso-8859-",
		"koi8-", "cp85", "cp86", "cp1125", "mac" };

	for (gsize i = 0; i < G_N_ELEMENTS(begins); i++)
		if (g_str_has_prefix(name, begins[i]))
			return TRUE;
	return FALSE;
}

/* What the bytes must be in if not in @name, in which they could be read; NULL
 * where there is no reason for doubt. */
static const char *
doubt(const char *bytes, gsize size, const char *name)
{
	TdCyrillic declared, best;

	if (!takes_all(name))
		return reads_as_utf8(bytes, size) ? "utf-8" : NULL;
	if (must_be_utf8(bytes, size))
		return "utf-8";

	while ((guchar)*bytes < 0x80) {
		bytes++;
		size--;
	}
	size = MIN(size, DOUBT_SIZE);
	declared = td_cyrillic_in(bytes, size, name);
	if (td_cyrillic_is_likely(&declared) ||
	    (declared.name == NULL && strcmp(name, "windows-1252") != 0 &&
	        strcmp(name, "iso-8859-15") != 0))
		return NULL;
	best = td_cyrillic_best(bytes, size);
	if (!td_cyrillic_is_sure(&best) || best.letters < 6 ||
	    best.score < declared.score + 2 * best.letters)
		return NULL;
	return best.name;
}

/* Ukrainian is often called KOI8-R, and has letters where that has boxes. */
static const char *
ukrainian(const char *bytes, gsize size, const char *name)
{
	static const struct {
		const char *name;
		const char *other;
		const char *letters;
	} rows[] = {
		{ "koi8-r", "koi8-u", "\xa4\xa6\xa7\xad\xb4\xb6\xb7\xbd" },
		{ "cp866", "cp1125", "\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9" },
	};

	size = MIN(size, DOUBT_SIZE);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		TdCyrillic as_is, as_other;
		gsize first = 0;

		if (strcmp(name, rows[i].name) != 0)
			continue;
		while (first < size &&
		    memchr(rows[i].letters, bytes[first], 8) == NULL)
			first++;
		if (first == size)
			return name;
		as_is = td_cyrillic_in(bytes, size, name);
		as_other = td_cyrillic_in(bytes, size, rows[i].other);
		return as_other.score > as_is.score ? rows[i].other : name;
	}
	return name;
}

/* ---- all together ---- */

static char *
decode_guessed(const char *bytes, gsize size, const char **guess, gsize *bad)
{
	const char *found = td_charset_guess(bytes, size);
	g_autofree char *name = td_charset_name(found);
	char *text = NULL;

	if (strcmp(found, "utf-8") != 0) {
		*guess = found;
		text = td_charset_convert(bytes, size, name, bad);
	} else if (td_charset_has_high(bytes, size)) {
		*guess = found;
	}
	return text == NULL ? td_charset_copy(bytes, size) : text;
}

/* Bytes of ASCII alone, in a charset where they may be more than that. */
static char *
decode_low(const char *bytes, gsize size, const char *name, const char **guess,
    gsize *bad)
{
	char *text = NULL;

	if (*name == '\0' || strcmp(name, "utf-8") == 0 ||
	    td_charset_is_plain(name)) {
		if (memchr(bytes, '\0', size) == NULL &&
		    (*name != '\0' || !td_charset_has_shifts(bytes, size)))
			return g_strndup(bytes, size);
		return decode_guessed(bytes, size, guess, bad);
	}
	/* Called UTF-16, and no NUL: somebody's program has made UTF-8 of it
	 * and left the label. */
	if (td_charset_unit(name) == 1 || memchr(bytes, '\0', size) != NULL)
		text = td_charset_convert(bytes, size, name, bad);
	if (text != NULL)
		return text;
	return decode_guessed(bytes, size, guess, bad);
}

static char *
decode_called_utf8(
    const char *bytes, gsize size, const char **guess, gsize *bad)
{
	gsize high;

	if (g_utf8_validate_len(bytes, size, NULL))
		return td_charset_copy(bytes, size);
	td_charset_count_utf8(bytes, size, bad, &high);
	/* A few slips in a long text do not prove its label wrong. */
	if (*bad == 0 || *bad * 10 <= high)
		return td_charset_copy(bytes, size);
	return decode_guessed(bytes, size, guess, bad);
}

static char *
decode_called(const char *bytes, gsize size, const char *name,
    const char **guess, gsize *bad)
{
	g_autofree char *text = NULL;
	const char *better;
	char *better_text;
	gsize bad_utf8, high;

	text = td_charset_convert(
	    bytes, size, ukrainian(bytes, size, name), bad);
	if (text != NULL && *bad == 0) {
		better = doubt(bytes, size, name);
		if (better == NULL)
			return g_steal_pointer(&text);
		/* The converter for it may be one too many for this mail. */
		better_text = strcmp(better, "utf-8") == 0
		    ? td_charset_copy(bytes, size)
		    : td_charset_convert(bytes, size, better, bad);
		if (better_text == NULL)
			return g_steal_pointer(&text);
		*guess = better;
		return better_text;
	}
	td_charset_count_utf8(bytes, size, &bad_utf8, &high);
	if (bad_utf8 > 0 && text != NULL && few_slips(*bad, size, high))
		return g_steal_pointer(&text);
	*bad = 0;
	return decode_guessed(bytes, size, guess, bad);
}

char *
td_charset_decode_counted(const char *bytes, gsize size, const char *declared,
    const char **guess, gsize *bad)
{
	g_autofree char *name = td_charset_name(declared);

	*guess = "";
	*bad = 0;
	if (size == 0)
		return g_strdup("");
	if (!td_charset_has_high(bytes, size))
		return decode_low(bytes, size, name, guess, bad);
	if (size >= 3 && memcmp(bytes, BYTE_ORDER_MARK, 3) == 0)
		return decode_called_utf8(bytes, size, guess, bad);
	if (strcmp(name, "utf-8") == 0)
		return decode_called_utf8(bytes, size, guess, bad);
	if (*name == '\0')
		return decode_guessed(bytes, size, guess, bad);
	return decode_called(bytes, size, name, guess, bad);
}

char *
td_charset_decode(
    const char *bytes, gsize size, const char *declared, const char **guess)
{
	gsize bad;

	return td_charset_decode_counted(bytes, size, declared, guess, &bad);
}
