/* quote-read.c - the lines of a text, see message/quote.h */

#include "config.h"

#include <string.h>

#include "message/quote.h"

/* Longest piece of program text. */
#define FENCED_LINES 200

/* Up to three blanks, and what nobody sees, may stand before the mark. */
static gboolean
is_quoted(const char *at, gsize size, gsize blanks)
{
	gsize indent = 0;

	while (indent < blanks && (at[indent] == ' ' || at[indent] == '\t'))
		indent++;
	return blanks < size && at[blanks] == '>' && indent <= 3 && blanks <= 9;
}

static void
fill_line(TdQuoteLine *line, const char *at, gsize size)
{
	gsize blanks = 0;

	if (size > 0 && ((guchar)*at <= ' ' || (guchar)*at >= 0x80))
		blanks = td_mark_blanks(at, size);
	line->text = at;
	line->size = (guint32)size;
	line->blank = blanks == size;
	line->marked = !line->blank && is_quoted(at, size, blanks);
	line->fenced = FALSE;
	line->old = line->marked;
	line->field = -1;
}

guint
td_quote_next(const GArray *lines, guint index)
{
	while (index < lines->len && td_quote_line(lines, index)->blank)
		index++;
	return index;
}

void
td_quote_mark_old(const GArray *lines, guint from, guint to)
{
	for (guint i = from; i < to; i++)
		td_quote_line(lines, i)->old = TRUE;
}

static gboolean
begins_with(const TdQuoteLine *line, const char *text)
{
	gsize size = strlen(text);

	return line->size >= size && memcmp(line->text, text, size) == 0;
}

static gboolean
is_marked(const GArray *lines, guint index)
{
	return index < lines->len && td_quote_line(lines, index)->marked;
}

static void
unmark(TdQuoteLine *line)
{
	line->marked = line->old = FALSE;
}

/* ">From the beginning": programs that keep mails in one file mark such lines
 * so, whoever wrote them. */
static void
unmark_stored(const GArray *lines)
{
	for (guint i = 0; i < lines->len; i++) {
		TdQuoteLine *line = td_quote_line(lines, i);

		if (begins_with(line, ">From ") && !is_marked(lines, i + 1) &&
		    (i == 0 || !is_marked(lines, i - 1)))
			unmark(line);
	}
}

/* An address that was folded before its last bracket: "<a@example.org" and
 * "> wrote:" on the next line. */
static void
unmark_folded(const GArray *lines)
{
	for (guint i = 1; i < lines->len; i++) {
		TdQuoteLine *line = td_quote_line(lines, i);
		const TdQuoteLine *above = td_quote_line(lines, i - 1);
		const char *open;

		if (!line->marked || above->marked || above->size > 300 ||
		    line->size > 60 || line->text[line->size - 1] != ':')
			continue;
		open = g_strrstr_len(above->text, (gssize)above->size, "<");
		if (open != NULL &&
		    memchr(open, '@',
		        above->size - (gsize)(open - above->text)) != NULL &&
		    memchr(open, '>',
		        above->size - (gsize)(open - above->text)) == NULL)
			unmark(line);
	}
}

/* "12c12", "3,4d2": what diff writes above changed lines. */
static gboolean
is_change(const TdQuoteLine *line)
{
	gsize digits = strspn(line->text, "0123456789,");
	gsize more;

	if (digits == 0 || digits >= line->size ||
	    strchr("acd", line->text[digits]) == NULL)
		return FALSE;
	more = strspn(line->text + digits + 1, "0123456789,");
	return more > 0 && digits + 1 + more == line->size;
}

/* Lines that diff marks are the writer's. */
static void
unmark_diffs(const GArray *lines)
{
	gboolean diff = FALSE;

	for (guint i = 0; i < lines->len; i++) {
		TdQuoteLine *line = td_quote_line(lines, i);

		if (is_change(line))
			diff = TRUE;
		else if (!line->marked && !begins_with(line, "< ") &&
		    !(line->size == 3 && begins_with(line, "---")))
			diff = FALSE;
		if (diff && line->marked)
			unmark(line);
	}
}

static gboolean
is_fence(const TdQuoteLine *line)
{
	return !line->marked && begins_with(line, "```");
}

/* What stands above a quote is in no program text. */
static gboolean
announces(const TdQuoteLine *line)
{
	TdMarkSeparator separator;

	if (td_mark_is_history(line->text, line->size) ||
	    td_mark_field(line->text, line->size) == TD_MARK_FROM)
		return TRUE;
	separator = td_mark_separator(line->text, line->size);
	return separator != TD_MARK_NO_SEPARATOR && separator != TD_MARK_DASHED;
}

/* Makes the lines from one fence to the other plain text. */
static void
fence(const GArray *lines, guint from, guint to)
{
	if (to - from > FENCED_LINES)
		return;
	for (guint i = from; i <= to; i++)
		if (announces(td_quote_line(lines, i)))
			return;
	for (guint i = from; i <= to; i++) {
		td_quote_line(lines, i)->fenced = TRUE;
		unmark(td_quote_line(lines, i));
	}
}

/* Program text between two fences is the writer's, whatever it looks like. */
static void
find_fences(const GArray *lines)
{
	guint open = G_MAXUINT;

	for (guint i = 0; i < lines->len; i++) {
		if (!is_fence(td_quote_line(lines, i)))
			continue;
		if (open != G_MAXUINT)
			fence(lines, open, i);
		open = open == G_MAXUINT ? i : G_MAXUINT;
	}
}

static guint
count_lines(const char *text)
{
	guint count = 0;

	for (; *text != '\0'; text++)
		count += *text == '\n' || text[1] == '\0';
	return count;
}

GArray *
td_quote_read(const char *text)
{
	guint count = count_lines(text);
	GArray *lines = g_array_sized_new(
	    FALSE, FALSE, sizeof(TdQuoteLine), count);
	const char *at = text, *end = text + strlen(text);

	/* Once for all: there may be a million. */
	g_array_set_size(lines, count);
	for (guint i = 0; i < count; i++) {
		const char *stop = memchr(at, '\n', (gsize)(end - at));
		gsize size = (gsize)((stop == NULL ? end : stop) - at);

		fill_line(td_quote_line(lines, i), at,
		    size > 0 && at[size - 1] == '\r' ? size - 1 : size);
		at += size + 1;
	}
	if (memchr(text, '>', (gsize)(end - text)) != NULL) {
		unmark_stored(lines);
		unmark_folded(lines);
		unmark_diffs(lines);
	}
	if (strstr(text, "```") != NULL)
		find_fences(lines);
	return lines;
}
