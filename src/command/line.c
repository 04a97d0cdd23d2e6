/* line.c - see command/line.h */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "command/line.h"

#define SHOWN_MAX 200
/* Longer lines are no commands in the wrong layout. */
#define LAYOUT_MAX 200

/* Key by key, from the row of digits down. */
static const char latin_keys[] = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.";
static const char cyrillic_keys[] = "ёйцукенгшщзхъфывапролджэячсмитьбю";

static const struct {
	gunichar from, to;
	char plain; /* '\0': cannot be seen */
} plain_forms[] = {
	{ 0x00ab, 0x00ab, '"' },
	{ 0x00ad, 0x00ad, '\0' },
	{ 0x00bb, 0x00bb, '"' },
	{ 0x034f, 0x034f, '\0' },
	{ 0x061c, 0x061c, '\0' },
	{ 0x180e, 0x180e, '\0' },
	{ 0x200b, 0x200f, '\0' },
	{ 0x2010, 0x2015, '-' },
	{ 0x2018, 0x201b, '\'' },
	{ 0x201c, 0x201f, '"' },
	{ 0x202a, 0x202e, '\0' },
	{ 0x2032, 0x2032, '\'' },
	{ 0x2033, 0x2033, '"' },
	{ 0x2039, 0x203a, '\'' },
	{ 0x2060, 0x206f, '\0' },
	{ 0x2116, 0x2116, '#' },
	{ 0x2212, 0x2212, '-' },
	{ 0x3002, 0x3002, '.' },
	{ 0xfe00, 0xfe0f, '\0' },
	{ 0xfe55, 0xfe55, ':' },
	{ 0xfe63, 0xfe63, '-' },
	{ 0xfeff, 0xfeff, '\0' },
	{ 0xff61, 0xff61, '.' },
};

/* What is written for @c: a character, or 0 for nothing. */
static gunichar
plain_form(gunichar c)
{
	if (c > ' ' && c < 0x7f)
		return c;
	if (c <= ' ' || c == 0x7f || g_unichar_isspace(c) ||
	    g_unichar_type(c) == G_UNICODE_CONTROL ||
	    g_unichar_type(c) == G_UNICODE_SPACE_SEPARATOR)
		return ' ';
	if (c >= 0xff01 && c <= 0xff5e)
		return c - 0xfee0;
	for (gsize i = 0; i < G_N_ELEMENTS(plain_forms); i++) {
		if (c >= plain_forms[i].from && c <= plain_forms[i].to)
			return (gunichar)plain_forms[i].plain;
	}
	return c;
}

void
td_line_read(TdLine *line, const char *raw, gsize size)
{
	const char *at = raw, *end = raw + size;
	gsize used = 0;

	/* No form is longer than what it stands for. */
	line->raw = raw;
	line->plain = g_malloc(size + 1);
	line->origin = g_new(guint, size + 1);
	line->origin[0] = 0;
	while (at < end) {
		const char *next = g_utf8_next_char(at);
		gunichar c = plain_form(g_utf8_get_char(at));
		int bytes = 0;

		if (c != 0 && (c != ' ' || used > 0))
			bytes = g_unichar_to_utf8(c, line->plain + used);
		for (int i = 0; i < bytes; i++)
			line->origin[used++] = (guint)(at - raw);
		at = next;
		line->origin[used] = (guint)(at - raw);
	}
	while (used > 0 && line->plain[used - 1] == ' ')
		used--;
	line->plain[used] = '\0';
	line->size = used;
}

void
td_line_clear(TdLine *line)
{
	g_clear_pointer(&line->plain, g_free);
	g_clear_pointer(&line->origin, g_free);
}

char *
td_line_text(const TdLine *line, gsize from, gsize to)
{
	gsize size = line->origin[to] - line->origin[from];
	char *text = g_strndup(line->raw + line->origin[from], size);
	const char *start = text, *end = text + size;

	for (char *at = text; *at != '\0'; at++) {
		if ((guchar)*at < ' ' || *at == 0x7f)
			*at = ' ';
	}
	while (start < end && g_unichar_isspace(g_utf8_get_char(start)))
		start = g_utf8_next_char(start);
	while (end > start) {
		const char *last = g_utf8_prev_char(end);

		if (!g_unichar_isspace(g_utf8_get_char(last)))
			break;
		end = last;
	}
	memmove(text, start, (gsize)(end - start));
	text[end - start] = '\0';
	return text;
}

char *
td_line_shown(const TdLine *line, gsize from, gsize to)
{
	g_autofree char *text = td_line_text(line, from, to);

	return td_text_printable(text, SHOWN_MAX);
}

/* The letter on @c's key of @from's layout as @to has it; else @c. */
static gunichar
key_in(gunichar c, const char *from, const char *to)
{
	const char *at = g_utf8_strchr(from, -1, c);

	if (at == NULL)
		return c;
	return g_utf8_get_char(
	    g_utf8_offset_to_pointer(to, g_utf8_pointer_to_offset(from, at)));
}

char *
td_line_other_layout(const TdLine *line)
{
	g_autofree char *lower = g_utf8_strdown(line->plain, -1);
	gboolean latin = FALSE, cyrillic = FALSE;
	GString *other;
	gsize size = strlen(lower);

	if (size > LAYOUT_MAX)
		return NULL;
	for (const char *at = lower; *at != '\0'; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);

		latin = latin || (c < 0x80 && g_ascii_isalpha((char)c));
		cyrillic = cyrillic || (c >= 0x400 && c < 0x460);
	}
	if (latin == cyrillic)
		return NULL;
	if (size > 0 && lower[size - 1] == '.')
		lower[size - 1] = '\0';
	other = g_string_new(NULL);
	for (const char *at = lower; *at != '\0'; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);

		c = latin ? key_in(c, latin_keys, cyrillic_keys)
		          : key_in(c, cyrillic_keys, latin_keys);
		g_string_append_unichar(other, c);
	}
	return g_string_free(other, FALSE);
}

/* Goes back to the last '*' alone, so that the work is at most the product of
 * both lengths. */
static gboolean
glob(const char *pattern, const char *text)
{
	const char *star = NULL, *retry = NULL;

	while (*text != '\0') {
		if (*pattern == '*') {
			star = ++pattern;
			retry = text;
		} else if (*pattern == '?' ||
		    (*pattern != '\0' &&
		        g_utf8_get_char(pattern) == g_utf8_get_char(text))) {
			pattern = g_utf8_next_char(pattern);
			text = g_utf8_next_char(text);
		} else if (star != NULL) {
			pattern = star;
			text = retry = g_utf8_next_char(retry);
		} else {
			return FALSE;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

gboolean
td_line_matches(const TdLine *line, const char *const *patterns)
{
	g_autofree char *text = NULL;

	if (patterns == NULL || patterns[0] == NULL)
		return FALSE;
	text = td_text_fold(line->plain);
	for (; *patterns != NULL; patterns++) {
		g_autofree char *pattern = td_text_fold(*patterns);

		if (glob(pattern, text))
			return TRUE;
	}
	return FALSE;
}
