/* words.c - encoded words written (RFC 2047), see message/words.h */

#include "config.h"

#include <string.h>

#include "message/words.h"

/* Longest line a fold leaves (RFC 2047, section 2). */
#define LINE_MAX_SIZE 76
/* "=?UTF-8?B??=", and how much fits between within 75 characters. */
#define WORD_OVERHEAD 12
#define WORD_ROOM 60

gboolean
td_words_are_plain(const char *text)
{
	gsize run = 0;

	for (const char *at = text; *at != '\0'; at++) {
		if ((guchar)*at >= 0x7f || (*at < ' ' && *at != '\t'))
			return FALSE;
		if (*at == '=' && at[1] == '?')
			return FALSE;
		/* What cannot be folded must not make an endless line. */
		run = *at == ' ' ? 0 : run + 1;
		if (run > 900)
			return FALSE;
	}
	return TRUE;
}

/* Starts a new line unless @size more characters fit into this one. */
static gsize
fold(GString *out, gsize column, gsize size)
{
	if (column + size <= LINE_MAX_SIZE || column <= 1)
		return column;
	g_string_append(out, "\r\n ");
	return 1;
}

static gsize
append_plain(GString *out, const char *text, gsize column)
{
	while (*text != '\0') {
		gsize blanks = strspn(text, " ");
		gsize word = strcspn(text + blanks, " ");

		/* The fold stands before a blank that is there anyway; a line
		 * of nothing but blanks would be obsolete syntax. */
		if (blanks > 0 && word > 0 && column > 1 &&
		    column + blanks + word > LINE_MAX_SIZE) {
			g_string_append(out, "\r\n");
			column = 0;
		}
		g_string_append_len(out, text, (gssize)(blanks + word));
		column += blanks + word;
		text += blanks + word;
	}
	return column;
}

/* Whether a byte stands for itself in Q within any field (RFC 2047, 5). */
static gboolean
is_literal(guchar c)
{
	return g_ascii_isalnum(c) || strchr("!*+-/", c) != NULL;
}

static gsize
quoted_size(const char *text, gsize size)
{
	gsize sum = 0;

	for (gsize i = 0; i < size; i++)
		sum += text[i] == ' ' || is_literal((guchar)text[i]) ? 1 : 3;
	return sum;
}

static void
append_quoted(GString *out, const char *text, gsize size)
{
	static const char digits[] = "0123456789ABCDEF";

	for (gsize i = 0; i < size; i++) {
		guchar c = (guchar)text[i];

		if (c == ' ') {
			g_string_append_c(out, '_');
		} else if (is_literal(c)) {
			g_string_append_c(out, (char)c);
		} else {
			g_string_append_c(out, '=');
			g_string_append_c(out, digits[c >> 4]);
			g_string_append_c(out, digits[c & 15]);
		}
	}
}

static void
append_base64(GString *out, const char *text, gsize size)
{
	char encoded[(WORD_ROOM / 4 + 2) * 4];
	int state = 0, save = 0;
	gsize done;

	done = g_base64_encode_step(
	    (const guchar *)text, size, FALSE, encoded, &state, &save);
	done += g_base64_encode_close(FALSE, encoded + done, &state, &save);
	g_string_append_len(out, encoded, (gssize)done);
}

/* How many bytes of @text go into one word: whole characters only. */
static gsize
word_size(const char *text, gboolean quoted, gsize room)
{
	gsize size = 0, cost = 0;

	while (text[size] != '\0') {
		gsize more = (gsize)(g_utf8_next_char(text + size) - text) -
		    size;

		cost = quoted ? cost + quoted_size(text + size, more)
		              : (size + more + 2) / 3 * 4;
		if (size > 0 && cost > room)
			break;
		size += more;
	}
	return size;
}

gsize
td_words_encode(GString *out, const char *text, gsize column)
{
	gsize size = strlen(text);
	gboolean quoted = quoted_size(text, size) <= (size + 2) / 3 * 4;

	if (td_words_are_plain(text))
		return append_plain(out, text, column);

	while (*text != '\0') {
		gsize start, part, room = WORD_ROOM;

		column = fold(out, column, WORD_OVERHEAD + 16);
		if (column + WORD_OVERHEAD + room > LINE_MAX_SIZE)
			room = LINE_MAX_SIZE - WORD_OVERHEAD - column;
		part = word_size(text, quoted, room);
		start = out->len;
		g_string_append(out, quoted ? "=?UTF-8?Q?" : "=?UTF-8?B?");
		if (quoted)
			append_quoted(out, text, part);
		else
			append_base64(out, text, part);
		g_string_append(out, "?=");
		text += part;
		column += out->len - start;
		if (*text != '\0') {
			g_string_append(out, "\r\n ");
			column = 1;
		}
	}
	return column;
}
