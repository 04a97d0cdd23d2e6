/* reply.c - what the writer added, and what was there before
 *
 * Each line goes to one side or the other, none is lost. */

#include "config.h"

#include <string.h>

#include <ticketd/message.h>

#include "message/quote.h"

/* The lines of one side.  Blank lines stay between lines that stood
 * together, and become one where something was taken out. */
static char *
collect(const GArray *lines, guint from, guint to, gboolean old)
{
	GString *out = g_string_new(NULL);
	guint blanks = 0;
	gboolean gap = FALSE;

	for (guint i = from; i < to; i++) {
		const TdQuoteLine *line = td_quote_line(lines, i);

		if (line->blank) {
			blanks++;
			continue;
		}
		if (line->old != old) {
			gap = TRUE;
			continue;
		}
		if (gap)
			blanks = MIN(blanks, 1);
		for (; out->len > 0 && blanks > 0; blanks--)
			g_string_append_c(out, '\n');
		g_string_append_len(out, line->text, (gssize)line->size);
		g_string_append_c(out, '\n');
		blanks = 0;
		gap = FALSE;
	}
	return g_string_free(out, FALSE);
}

/* Lines of @text, each on its side. */
static GArray *
split(const char *text)
{
	GArray *lines = td_quote_read(text);

	td_quote_mark(lines);
	td_signature_mark(lines);
	return lines;
}

void
td_message_split_reply(const char *text, char **reply, char **quoted)
{
	g_autoptr(GArray) lines = split(text);

	*reply = collect(lines, 0, lines->len, FALSE);
	*quoted = collect(lines, 0, lines->len, TRUE);
}

/* The line without its first quote marks. */
static TdQuoteLine
unmarked(const TdQuoteLine *line)
{
	TdQuoteLine bare = *line;
	gsize prefix = td_mark_prefix(bare.text, bare.size);

	bare.text += prefix;
	bare.size -= prefix;
	while (bare.size > 0 && strchr("> \t", *bare.text) != NULL) {
		bare.text++;
		bare.size--;
	}
	bare.blank = bare.size == 0;
	bare.marked = bare.old = FALSE;
	bare.field = -1;
	return bare;
}

/* Gives the marked lines from @from up to @to back to the writer, but for who
 * wrote them and what our mails have below their text. */
static void
keep_quote(const GArray *lines, guint from, guint to, TdQuoteSearch *search)
{
	g_autoptr(GArray) bare = g_array_new(FALSE, FALSE, sizeof(TdQuoteLine));

	for (guint i = from; i < to; i++) {
		TdQuoteLine line = unmarked(td_quote_line(lines, i));

		g_array_append_val(bare, line);
		td_quote_line(lines, i)->old = !td_quote_line(lines, i)->marked;
	}
	for (guint i = from; i < to; i++) {
		const TdQuoteLine *line = td_quote_line(bare, i - from);
		guint start = td_quote_attribution(
		    bare, i - from, FALSE, search);

		if (start != G_MAXUINT)
			td_quote_mark_old(lines, from + start, i + 1);
		if (td_mark_is_history(line->text, line->size)) {
			td_quote_mark_old(lines, i, to);
			return;
		}
	}
}

/* The first line from @index on that is, or is not, the writer's; lines->len
 * when there is none. */
static guint
next_side(const GArray *lines, guint index, gboolean old)
{
	while (index < lines->len &&
	    (td_quote_line(lines, index)->blank ||
	        td_quote_line(lines, index)->old != old))
		index++;
	return index;
}

/* Lets the quotes stay that the writer answered one by one. */
static void
keep_answered(const GArray *lines)
{
	TdQuoteSearch search = { 0 };
	guint first = next_side(lines, 0, FALSE);
	guint quote = next_side(lines, first, TRUE);
	guint next = next_side(lines, quote, FALSE);

	/* One piece of text above or below a quote answers all of it. */
	if (next < lines->len && next_side(lines, 0, TRUE) < first)
		keep_quote(lines, 0, first, &search);
	while (next < lines->len) {
		keep_quote(lines, quote, next, &search);
		quote = next_side(lines, next, TRUE);
		next = next_side(lines, quote, FALSE);
	}
}

char *
td_message_inline_reply(const char *text)
{
	g_autoptr(GArray) lines = split(text);

	keep_answered(lines);
	return collect(lines, 0, lines->len, FALSE);
}

void
td_message_split_written(
    const char *text, gboolean quotes, char **above, char **below)
{
	g_autoptr(GArray) lines = split(text);
	/* Commands are obeyed above what is or might be quoted. */
	guint quote = td_quote_doubt(lines, next_side(lines, 0, TRUE));

	*above = collect(lines, 0, quote, FALSE);
	if (quotes)
		keep_answered(lines);
	*below = collect(lines, quote, lines->len, FALSE);
}
