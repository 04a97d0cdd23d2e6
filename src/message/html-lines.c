/* html-lines.c - see message/html-lines.h */

#include "config.h"

#include <string.h>

#include "message/html-lines.h"

#define QUOTE_MAX 10  /* marks "> " a line */
#define INDENT_MAX 16 /* blanks in front of one */
#define BREAKS_MAX 3

void
td_html_lines_break(TdHtmlLines *lines, guint breaks)
{
	/* What begins an item stands beside its mark. */
	if (*lines->marker != '\0' || breaks == 0)
		return;
	if (lines->flat > 0) {
		lines->blank = TRUE;
		return;
	}
	/* An empty line that has a hard blank in it is seen. */
	if (lines->hard && lines->breaks > 0)
		breaks = MAX(breaks, 2);
	lines->breaks = MAX(lines->breaks, breaks);
	lines->blank = lines->hard = FALSE;
	lines->cell = NULL;
}

void
td_html_lines_newline(TdHtmlLines *lines)
{
	if (lines->flat > 0) {
		lines->blank = TRUE;
		return;
	}
	lines->breaks = MIN(lines->breaks + 1, BREAKS_MAX);
	lines->blank = lines->hard = FALSE;
}

gboolean
td_html_lines_are_full(const TdHtmlLines *lines)
{
	return lines->out->len >= lines->max;
}

static void
begin_line(TdHtmlLines *lines)
{
	GString *out = lines->out;
	guint breaks = out->len == 0 ? 0 : lines->breaks;
	guint indent = *lines->marker == '\0' ? lines->indent
	                                      : lines->marker_indent;

	for (guint i = 0; i < breaks; i++) {
		g_string_append_c(out, '\n');
		if (i + 1 < breaks && MIN(lines->quotes, lines->quoted) > 0)
			g_string_append_c(out, '>');
	}
	for (guint i = 0; i < MIN(lines->quotes, QUOTE_MAX); i++)
		g_string_append(out, "> ");
	for (guint i = 0; i < MIN(indent, INDENT_MAX); i++)
		g_string_append_c(out, ' ');
	g_string_append(out, lines->marker);
	*lines->marker = '\0';
}

/* Writes what is due before a word. */
static void
write_gap(TdHtmlLines *lines)
{
	GString *out = lines->out;

	if (out->len == 0 || lines->breaks > 0)
		begin_line(lines);
	else if (lines->cell != NULL)
		g_string_append(out, lines->cell);
	else if (lines->blank && out->str[out->len - 1] != ' ')
		g_string_append_c(out, ' ');
	lines->breaks = 0;
	lines->blank = lines->hard = FALSE;
	lines->cell = NULL;
	lines->quoted = lines->quotes;
}

void
td_html_lines_word(TdHtmlLines *lines, const char *word, gsize size)
{
	if (size == 0 || td_html_lines_are_full(lines))
		return;
	write_gap(lines);
	g_string_append_len(lines->out, word, (gssize)size);
}

/* Bytes at @at that show nothing: soft hyphen, zero width blanks and joiners
 * that newsletters pad their first line with.  Persian words need theirs. */
static gsize
invisible(const char *at, gsize size, gboolean in_word)
{
	static const char *const marks[] = { "\302\255", "\315\217",
		"\342\200\213", "\342\201\240", "\357\273\277",
		"\342\200\214" };

	for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
		gsize length = strlen(marks[i]);

		if (length > size || memcmp(at, marks[i], length) != 0)
			continue;
		if (i + 1 == G_N_ELEMENTS(marks) && in_word && length < size &&
		    (guchar)at[length] >= 0xd8 && (guchar)at[length] <= 0xdb)
			return 0;
		return length;
	}
	return 0;
}

/* Whether the byte may begin what stands for nothing, or for a blank. */
static gboolean
is_special(char c)
{
	return (guchar)c <= ' ' || (guchar)c == 0xc2 || (guchar)c == 0xcd ||
	    (guchar)c == 0xe2 || (guchar)c == 0xef;
}

static void
write_running(TdHtmlLines *lines, const char *text, gsize size)
{
	gsize start = 0, at = 0;

	while (at < size) {
		gboolean hard = FALSE;
		gsize gap = 0;

		if (!is_special(text[at])) {
			at++;
			continue;
		}
		if ((guchar)text[at] <= ' ') {
			gap = 1;
		} else if (size - at > 1 &&
		    memcmp(text + at, "\302\240", 2) == 0) {
			gap = 2;
			hard = TRUE;
		}
		if (gap == 0 &&
		    (gap = invisible(text + at, size - at, at > start)) == 0) {
			at++;
			continue;
		}
		td_html_lines_word(lines, text + start, at - start);
		if (hard || (guchar)text[at] <= ' ')
			lines->blank = TRUE;
		lines->hard = lines->hard || hard;
		start = at += gap;
	}
	td_html_lines_word(lines, text + start, at - start);
}

/* A line of preformatted text; hard blanks are blanks. */
static void
write_line(TdHtmlLines *lines, const char *text, gsize size)
{
	while (size > 0) {
		const char *hard = memmem(text, size, "\302\240", 2);
		gsize piece = hard == NULL ? size : (gsize)(hard - text);

		td_html_lines_word(lines, text, piece);
		text += piece;
		size -= piece;
		if (size > 0) {
			td_html_lines_word(lines, " ", 1);
			text += 2;
			size -= 2;
		}
	}
}

static void
write_preformatted(TdHtmlLines *lines, const char *text, gsize size)
{
	while (size > 0) {
		const char *newline = memchr(text, '\n', size);
		gsize line = newline == NULL ? size : (gsize)(newline - text);

		write_line(lines, text, line);
		text += line;
		size -= line;
		if (size > 0) {
			td_html_lines_newline(lines);
			text++;
			size--;
		}
	}
}

void
td_html_lines_text(TdHtmlLines *lines, const char *text, gsize size)
{
	if (lines->pre > 0 && lines->flat == 0)
		write_preformatted(lines, text, size);
	else
		write_running(lines, text, size);
}
