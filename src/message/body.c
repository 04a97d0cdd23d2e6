/* body.c - see message/body.h */

#include "config.h"

#include <string.h>

#include "message/body.h"
#include "message/words.h"

/* Longer lines are encoded, so that no program on the way breaks them. */
#define PLAIN_LINE_MAX 76

#define ENCODED_LINE_MAX 76
/* Bytes that make a line of base64. */
#define BASE64_LINE 57

/* What decides about the encoding. */
typedef struct {
	gsize special; /* bytes that are not printable ASCII */
	gsize equals;  /* signs that quoted-printable must escape too */
	gsize longest; /* line */
} Measure;

static Measure
measure(const GString *text)
{
	Measure found = { 0, 0, 0 };
	gsize line = 0;

	for (gsize i = 0; i < text->len; i++) {
		guchar c = (guchar)text->str[i];

		if (c == '\n') {
			line = 0;
			continue;
		}
		if (c == '\r')
			continue;
		line++;
		found.longest = MAX(found.longest, line);
		found.special += (c < ' ' && c != '\t') || c >= 0x7f;
		found.equals += c == '=';
	}
	return found;
}

/* @text as valid UTF-8 with CR LF line ends and one at its end. */
static GString *
with_line_ends(const char *text)
{
	g_autofree char *utf8 = td_words_utf8(text == NULL ? "" : text, NULL);
	GString *out = g_string_sized_new(strlen(utf8) + 64);
	const char *at = utf8;

	while (*at != '\0') {
		gsize size = strcspn(at, "\r\n");

		g_string_append_len(out, at, (gssize)size);
		g_string_append(out, "\r\n");
		at += size;
		if (at[0] == '\r' && at[1] == '\n')
			at++;
		if (*at != '\0')
			at++;
	}
	return out;
}

void
td_body_append_base64(GString *out, const guint8 *bytes, gsize size)
{
	char line[ENCODED_LINE_MAX + 8];

	for (gsize at = 0; at < size; at += BASE64_LINE) {
		int state = 0, save = 0;
		gsize length;

		length = g_base64_encode_step(bytes + at,
		    MIN(BASE64_LINE, size - at), FALSE, line, &state, &save);
		length += g_base64_encode_close(
		    FALSE, line + length, &state, &save);
		g_string_append_len(out, line, (gssize)length);
		g_string_append(out, "\r\n");
	}
}

/* RFC 2045, section 6.7: @line has no line end. */
static void
append_quoted_line(GString *out, const char *line, gsize size)
{
	static const char digits[] = "0123456789ABCDEF";
	gsize column = 0;

	for (gsize i = 0; i < size; i++) {
		guchar c = (guchar)line[i];
		gboolean blank = c == ' ' || c == '\t';
		gboolean literal = c > ' ' && c < 0x7f && c != '=';

		/* Blanks at the end of a line do not survive all relays. */
		literal = literal || (blank && i + 1 < size);
		if (column + (literal ? 1 : 3) > ENCODED_LINE_MAX - 1) {
			g_string_append(out, "=\r\n");
			column = 0;
		}
		if (literal) {
			g_string_append_c(out, (char)c);
			column++;
			continue;
		}
		g_string_append_c(out, '=');
		g_string_append_c(out, digits[c >> 4]);
		g_string_append_c(out, digits[c & 15]);
		column += 3;
	}
	g_string_append(out, "\r\n");
}

static void
append_quoted(GString *out, const GString *text)
{
	const char *at = text->str, *end = at + text->len;

	while (at < end) {
		const char *stop = memchr(at, '\r', (gsize)(end - at));

		append_quoted_line(out, at, (gsize)(stop - at));
		at = stop + 2;
	}
}

void
td_body_append(
    GString *out, const char *type, const char *text, const char *boundary)
{
	GString *body = with_line_ends(text);
	Measure found = measure(body);
	gboolean plain = found.special == 0 && found.longest <= PLAIN_LINE_MAX;

	if (boundary != NULL && strstr(body->str, boundary) != NULL)
		plain = FALSE;
	g_string_append_printf(out,
	    "Content-Type: %s; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: ",
	    type);
	if (plain) {
		g_string_append(out, "7bit\r\n\r\n");
		g_string_append_len(out, body->str, (gssize)body->len);
	} else if ((found.special + found.equals) * 6 > body->len) {
		/* Three for one by quoted-printable is more than four for
		 * three of all. */
		g_string_append(out, "base64\r\n\r\n");
		td_body_append_base64(
		    out, (const guint8 *)body->str, body->len);
	} else {
		g_string_append(out, "quoted-printable\r\n\r\n");
		append_quoted(out, body);
	}
	g_string_free(body, TRUE);
}
