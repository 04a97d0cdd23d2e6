/* text.c - see ticketd/text.h */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#define BAD_CHARACTER ((gunichar)-1)
#define ELLIPSIS 0x2026
#define MARKS_MAX 30

/* What becomes of a character that is shown. */
typedef enum {
	SHOW_AS_IS,
	SHOW_BLANK,
	SHOW_MARK, /* as '?' */
} Showing;

/* Reads the character at *@at and moves *@at behind it.  A byte that is no
 * UTF-8 gives BAD_CHARACTER, and only that byte is passed. */
static gunichar
next_character(const char **at)
{
	gunichar c = (guchar)(*at)[0];

	if (c < 0x80) {
		(*at)++;
		return c;
	}

	c = g_utf8_get_char_validated(*at, -1);
	if (c == (gunichar)-1 || c == (gunichar)-2) {
		(*at)++;
		return BAD_CHARACTER;
	}
	*at = g_utf8_next_char(*at);
	return c;
}

static Showing
show_character(gunichar c)
{
	GUnicodeType type;

	if (c == BAD_CHARACTER)
		return SHOW_MARK;
	if (c == ' ' || c == '\t')
		return SHOW_BLANK;
	if (c > ' ' && c < 0x7f)
		return SHOW_AS_IS;

	type = g_unichar_type(c);
	if (type == G_UNICODE_SPACE_SEPARATOR)
		return SHOW_BLANK;
	if (type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT ||
	    type == G_UNICODE_LINE_SEPARATOR ||
	    type == G_UNICODE_PARAGRAPH_SEPARATOR)
		return SHOW_MARK;
	return SHOW_AS_IS;
}

/* Cuts @shown, of @max characters and of which more was to come, so that three
 * dots find room. */
static void
mark_cut(GString *shown, gsize max)
{
	const char *end;

	if (max < 3)
		return;
	end = g_utf8_offset_to_pointer(shown->str, (glong)max - 3);
	g_string_truncate(shown, (gsize)(end - shown->str));
	g_string_append(shown, "...");
}

char *
td_text_printable(const char *text, gsize max)
{
	GString *shown = g_string_new(NULL);
	const char *at = text == NULL ? "" : text;
	gboolean blank = FALSE;
	gsize count = 0;

	while (*at != '\0') {
		gunichar c = next_character(&at);
		Showing showing = show_character(c);

		if (showing == SHOW_BLANK && blank)
			continue;
		if (max != 0 && count == max) {
			mark_cut(shown, max);
			break;
		}
		blank = showing == SHOW_BLANK;
		if (showing == SHOW_AS_IS)
			g_string_append_unichar(shown, c);
		else
			g_string_append_c(shown, blank ? ' ' : '?');
		count++;
	}
	return g_string_free(shown, FALSE);
}

char *
td_text_block(const char *text)
{
	GString *shown = g_string_new(NULL);
	const char *at = text == NULL ? "" : text;

	while (*at != '\0') {
		gunichar c = next_character(&at);

		if (c == '\r' && *at == '\n')
			continue;
		if (c == '\n' || c == '\t' || show_character(c) != SHOW_MARK)
			g_string_append_unichar(shown, c);
		else
			g_string_append_c(shown, '?');
	}
	return g_string_free(shown, FALSE);
}

char *
td_text_utf8(const char *bytes, gssize size)
{
	if (bytes == NULL)
		return g_strdup("");
	if (size < 0)
		size = (gssize)strlen(bytes);
	if (size == 0)
		return g_strdup("");
	return g_utf8_make_valid(bytes, size);
}

/* Whether @c, or what it is taken apart into, stands on the letter before it.
 */
static gboolean
is_mark(gunichar c)
{
	return g_unichar_combining_class(c) != 0 || c == 0x0f73 ||
	    c == 0x0f75 || c == 0x0f81;
}

/* @text without the marks of a letter that are beyond all writing (UAX #15
 * section 13 names the same limit): to put them in order takes the square of
 * their number. */
static char *
limit_marks(const char *text)
{
	GString *limited = g_string_sized_new(strlen(text));
	guint marks = 0;

	for (const char *at = text, *next; *at != '\0'; at = next) {
		next = g_utf8_next_char(at);
		marks = (guchar)*at >= 0x80 && is_mark(g_utf8_get_char(at))
		    ? marks + 1
		    : 0;
		if (marks <= MARKS_MAX)
			g_string_append_len(limited, at, next - at);
	}
	return g_string_free(limited, FALSE);
}

/* @text, case folded, where U+0451 and U+0435 are the same letter. */
static char *
fold_letters(const char *text)
{
	static const char yo[] = "\xd1\x91", ye[] = "\xd0\xb5";
	g_autofree char *lower = g_utf8_casefold(text, -1);
	char *folded = g_utf8_normalize(lower, -1, G_NORMALIZE_NFKC);

	/* Both are two bytes. */
	for (char *at = folded; (at = strstr(at, yo)) != NULL;)
		memcpy(at, ye, 2);
	return folded;
}

gboolean
td_text_is_blank(const char *text)
{
	for (; text != NULL && *text != '\0'; text = g_utf8_next_char(text))
		if (!g_unichar_isspace(g_utf8_get_char(text)))
			return FALSE;
	return TRUE;
}

char *
td_text_fold(const char *text)
{
	g_autofree char *valid = NULL;
	g_autofree char *limited = NULL;
	g_autofree char *plain = NULL;

	if (text == NULL || g_str_is_ascii(text))
		return g_ascii_strdown(text == NULL ? "" : text, -1);
	valid = td_text_utf8(text, -1);
	limited = limit_marks(valid);
	plain = g_utf8_normalize(limited, -1, G_NORMALIZE_NFKC);
	return fold_letters(plain);
}

static gsize
character_columns(gunichar c)
{
	if (c == BAD_CHARACTER)
		return 1;
	if (g_unichar_iswide(c))
		return 2;
	return g_unichar_iszerowidth(c) ? 0 : 1;
}

gsize
td_text_columns(const char *text)
{
	const char *at = text == NULL ? "" : text;
	gsize columns = 0;

	while (*at != '\0')
		columns += character_columns(next_character(&at));
	return columns;
}

/* The start of what does not fit any more when @text is put into @columns;
 * *@used are the columns of what does. */
static const char *
find_overflow(const char *text, gsize columns, gsize *used)
{
	const char *at = text;

	*used = 0;
	while (*at != '\0') {
		const char *next = at;
		gsize width = character_columns(next_character(&next));

		if (*used + width > columns)
			break;
		*used += width;
		at = next;
	}
	return at;
}

char *
td_text_pad(const char *text, gsize columns)
{
	g_autofree char *valid = td_text_utf8(text, -1);
	GString *padded = g_string_new(NULL);
	const char *end;
	gsize used;

	end = find_overflow(valid, columns, &used);
	if (*end != '\0' && columns > 0) {
		end = find_overflow(valid, columns - 1, &used);
		g_string_append_len(padded, valid, end - valid);
		g_string_append_unichar(padded, ELLIPSIS);
		used++;
	} else {
		g_string_append_len(padded, valid, end - valid);
	}
	for (; used < columns; used++)
		g_string_append_c(padded, ' ');
	return g_string_free(padded, FALSE);
}

char *
td_text_rfc3339(gint64 time)
{
	/* The years that RFC 3339 can write: 0001 to 9999. */
	const gint64 first = G_GINT64_CONSTANT(-62135596800);
	const gint64 last = G_GINT64_CONSTANT(253402300799);
	g_autoptr(GDateTime) date = NULL;

	date = g_date_time_new_from_unix_utc(CLAMP(time, first, last));
	return g_strdup_printf("%04d-%02d-%02dT%02d:%02d:%02dZ",
	    g_date_time_get_year(date), g_date_time_get_month(date),
	    g_date_time_get_day_of_month(date), g_date_time_get_hour(date),
	    g_date_time_get_minute(date), g_date_time_get_second(date));
}

char *
td_text_base32(const guint8 *bytes, gsize size)
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
	GString *text = g_string_sized_new(size * 8 / 5 + 2);
	guint held = 0, bits = 0;

	for (gsize i = 0; i < size; i++) {
		held = (held << 8 | bytes[i]) & 0xfff;
		for (bits += 8; bits >= 5; bits -= 5)
			g_string_append_c(
			    text, alphabet[held >> (bits - 5) & 31]);
	}
	if (bits > 0)
		g_string_append_c(text, alphabet[held << (5 - bits) & 31]);
	return g_string_free(text, FALSE);
}

char *
td_text_hex(const guint8 *bytes, gsize size)
{
	static const char digits[] = "0123456789abcdef";
	GString *text = g_string_sized_new(size * 2 + 1);

	for (gsize i = 0; i < size; i++) {
		g_string_append_c(text, digits[bytes[i] >> 4]);
		g_string_append_c(text, digits[bytes[i] & 15]);
	}
	return g_string_free(text, FALSE);
}

gboolean
td_text_same_secret(const char *a, const char *b)
{
	const char *left = a == NULL ? "" : a, *right = b == NULL ? "" : b;
	gsize length = strlen(left);
	volatile guint difference = 0;

	if (length != strlen(right))
		return FALSE;
	for (gsize i = 0; i < length; i++)
		difference |= (guchar)(left[i] ^ right[i]);
	return difference == 0;
}
