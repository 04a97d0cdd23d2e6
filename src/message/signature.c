/* signature.c - signatures, and what programs put below a text */

#include "config.h"

#include <string.h>

#include "message/quote.h"

/* Longer is no signature but text behind a line of dashes. */
#define SIGNATURE_LINES 30
/* The same below dashes that have lost their blank, which may be a stroke
 * between two pieces of text. */
#define SLOPPY_LINES 10
#define SLOPPY_COLUMNS 100
/* And with a blank line directly below. */
#define SPACED_LINES 4
/* Below underscores, if it reads as the footer of a list. */
#define FOOTER_LINES 10
#define FOOTER_RULE_MIN 2
/* Lines in paragraphs of their own that are looked at. */
#define ALONE_MAX 1000
/* Lines between two with links in a footer of ours. */
#define FOOTER_GAP 4

typedef enum {
	NO_SIGNATURE,
	SIGNATURE,        /* "-- " */
	SLOPPY_SIGNATURE, /* "--" */
	LIST_FOOTER,      /* "_____" */
} Kind;

/* Whether the line is the first of a signature. */
static Kind
kind_of(const TdQuoteLine *line)
{
	gsize underscores = 0;

	if (line->old || line->fenced || line->size < 2)
		return NO_SIGNATURE;
	if (memcmp(line->text, "--", 2) == 0) {
		gsize blanks = td_mark_blanks(line->text + 2, line->size - 2);

		if (blanks < line->size - 2)
			return NO_SIGNATURE;
		return blanks > 0 ? SIGNATURE : SLOPPY_SIGNATURE;
	}
	while (underscores < line->size && line->text[underscores] == '_')
		underscores++;
	if (underscores >= FOOTER_RULE_MIN &&
	    underscores +
	            td_mark_blanks(
	                line->text + underscores, line->size - underscores) ==
	        line->size)
		return LIST_FOOTER;
	return NO_SIGNATURE;
}

/* Where the writer's stretch ends that has line @from in it. */
static guint
stretch_end(const GArray *lines, guint from, guint max)
{
	guint end = from + 1;

	while (end < lines->len && !td_quote_line(lines, end)->old &&
	    end - from <= max)
		end++;
	return end;
}

/* Where the footer of a mail of ours ends that begins with line @from, however
 * a program quoted it: behind the last of its links; @from if it is none. */
static guint
footer_end(const GArray *lines, guint from)
{
	guint end = from;

	for (guint i = from + 1;
	     i < lines->len && i <= MAX(end, from + 1) + FOOTER_GAP; i++) {
		const TdQuoteLine *line = td_quote_line(lines, i);

		if (line->old)
			break;
		if (td_mark_is_mail_link(line->text, line->size))
			end = i + 1;
	}
	return end;
}

/* "P.S.": the writer again. */
static gboolean
is_postscript(const TdQuoteLine *line)
{
	static const char *const words[] = { "p.s", "p. s.", "ps:", "ps.",
		"ps ", "з.ы", "зы:", "зы ", "п.с.", "п. с.", "n.b.", "pps",
		"p.p.s" };
	char folded[TD_MARK_ROOM];

	if (line->size < 3 ||
	    td_mark_fold(line->text, MIN(line->size, 12), folded) == 0)
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		if (g_str_has_prefix(folded, words[i]))
			return TRUE;
	return FALSE;
}

/* Where a postscript begins below line @from, before @end; @end when there is
 * none. */
static guint
postscript(const GArray *lines, guint from, guint end)
{
	for (guint i = from + 2; i < end; i++)
		if (td_quote_line(lines, i - 1)->blank &&
		    is_postscript(td_quote_line(lines, i)))
			return i;
	return end;
}

/* Where a signature on top of all, which some programs put there, ends: its
 * first paragraph, if more was written. */
static guint
top_end(const GArray *lines, guint from, guint end)
{
	guint i = td_quote_next(lines, from + 1);

	while (i < end && !td_quote_line(lines, i)->blank)
		i++;
	return MIN(i, end);
}

/* Whether the lines below a lone "--" read as a signature: few, short, no
 * questions. */
static gboolean
reads_as_signature(const GArray *lines, guint from, guint end)
{
	gboolean spaced = from + 1 < end &&
	    td_quote_line(lines, from + 1)->blank;
	guint written = 0;

	if (end - from > SLOPPY_LINES)
		return FALSE;
	for (guint i = from + 1; i < end; i++) {
		const TdQuoteLine *line = td_quote_line(lines, i);

		if (line->blank)
			continue;
		written++;
		if (line->size > SLOPPY_COLUMNS * 2 ||
		    g_utf8_strlen(line->text, (gssize)line->size) >
		        SLOPPY_COLUMNS ||
		    line->text[line->size - 1] == '?')
			return FALSE;
	}
	return !spaced || written <= SPACED_LINES;
}

/* Whether the lines below underscores are what a mailing list adds. */
static gboolean
reads_as_list(const GArray *lines, guint from, guint end)
{
	static const char *const words[] = { "mailing list", "mailinglist",
		"mailman", "listinfo", "unsubscribe", "-list", "list@",
		"lists.", "/lists", "googlegroups", "/groups", "subscri",
		"рассылк", "отписаться", "liste de diffusion",
		"lista de correo" };
	gboolean link = FALSE, named = FALSE;

	if (end - from > FOOTER_LINES)
		return FALSE;
	for (guint i = from + 1; i < end; i++) {
		const TdQuoteLine *line = td_quote_line(lines, i);
		char folded[TD_MARK_ROOM];

		if (line->blank ||
		    td_mark_fold(line->text, line->size, folded) == 0)
			continue;
		link = link || strstr(folded, "://") != NULL ||
		    strchr(folded, '@') != NULL ||
		    strstr(folded, "www.") != NULL;
		for (gsize w = 0; w < G_N_ELEMENTS(words); w++)
			named = named || strstr(folded, words[w]) != NULL;
	}
	return link && named;
}

/* Where the signature ends that begins with line @from; @from when it is none
 * for sure. */
static guint
signature_end(const GArray *lines, guint from, Kind kind, gboolean top)
{
	guint max = kind == SIGNATURE ? SIGNATURE_LINES : SLOPPY_LINES;
	guint end = stretch_end(lines, from, max);

	if (end - from > max)
		return footer_end(lines, from);
	if (kind == LIST_FOOTER)
		return reads_as_list(lines, from, end) ? end : from;
	if (kind == SLOPPY_SIGNATURE && !reads_as_signature(lines, from, end))
		return footer_end(lines, from);
	end = postscript(lines, from, end);
	return top ? top_end(lines, from, end) : end;
}

/* Marks the signature of each stretch that the writer wrote. */
static void
mark_signatures(const GArray *lines)
{
	gboolean written = FALSE;
	guint i = 0;

	while (i < lines->len) {
		const TdQuoteLine *line = td_quote_line(lines, i);
		Kind kind = kind_of(line);
		guint end = i;

		if (kind != NO_SIGNATURE)
			end = signature_end(lines, i, kind, !written);
		if (end == i)
			written = written || (!line->blank && !line->old);
		td_quote_mark_old(lines, i, end);
		i = MAX(end, i + 1);
	}
}

static gboolean
is_blank(const GArray *lines, guint index)
{
	return index >= lines->len || td_quote_line(lines, index)->blank;
}

static guint
count_written(const GArray *lines)
{
	guint written = 0;

	for (guint i = 0; i < lines->len; i++)
		written += !td_quote_line(lines, i)->blank &&
		    !td_quote_line(lines, i)->old;
	return written;
}

/* Marks the lines that telephones put under a text: at the end, on top of what
 * is quoted, or in a paragraph of their own.  The only line that somebody wrote
 * is what he has to say. */
static void
mark_devices(const GArray *lines)
{
	gboolean last = TRUE;
	guint written = count_written(lines);
	guint tries = 0;

	for (guint i = lines->len; i > 0 && written > 1; i--) {
		TdQuoteLine *line = td_quote_line(lines, i - 1);
		gboolean alone;

		if (line->blank)
			continue;
		alone = tries < ALONE_MAX && i > 1 && is_blank(lines, i - 2) &&
		    is_blank(lines, i);
		tries += alone;
		if ((last || alone) && !line->old && !line->fenced &&
		    td_mark_is_device(line->text, line->size)) {
			line->old = TRUE;
			written--;
		} else {
			last = line->old;
		}
	}
}

void
td_signature_mark(const GArray *lines)
{
	mark_signatures(lines);
	mark_devices(lines);
}
