/* reply.c - what the writer added, and what was there before
 *
 * Lines marked with ">" are quotes wherever they stand; a header block or a
 * separator without such marks quotes all that follows.  Each line goes to one
 * side or the other, none is lost. */

#include "config.h"

#include <string.h>

#include <ticketd/message.h>

#include "message/marks.h"

/* Lines an attribution may be folded over, and lines a header block takes. */
#define ATTRIBUTION_LINES 4
/* Digits that a date has at least. */
#define DATE_DIGITS 4
#define BLOCK_LINES 14
/* Longer is no signature but text behind a line of dashes. */
#define SIGNATURE_LINES 30
#define SLOPPY_SIGNATURE_LINES 10
#define FOOTER_RULE 30
/* Lines between two with links in a footer of ours. */
#define FOOTER_GAP 4

typedef struct {
	const char *text; /* borrowed from the whole */
	gsize size;
	gboolean blank;
	gboolean marked; /* begins with ">" */
	gboolean old;    /* not of the writer */
} Line;

static void
add_line(GArray *lines, const char *at, gsize size)
{
	Line line = { .text = at, .size = size };
	gsize indent = 0;

	while (indent < size && (at[indent] == ' ' || at[indent] == '\t'))
		indent++;
	line.blank = indent == size;
	line.marked = !line.blank && indent <= 3 && at[indent] == '>';
	line.old = line.marked;
	g_array_append_val(lines, line);
}

static GArray *
read_lines(const char *text)
{
	GArray *lines = g_array_new(FALSE, FALSE, sizeof(Line));

	while (*text != '\0') {
		gsize size = strcspn(text, "\n");

		add_line(lines, text,
		    size > 0 && text[size - 1] == '\r' ? size - 1 : size);
		text += size;
		text += *text == '\n';
	}
	return lines;
}

static Line *
line_at(const GArray *lines, guint index)
{
	return &g_array_index(lines, Line, index);
}

/* The first line from @index on that is not blank; lines->len when there is
 * none. */
static guint
next_written(const GArray *lines, guint index)
{
	while (index < lines->len && line_at(lines, index)->blank)
		index++;
	return index;
}

static void
mark_old(const GArray *lines, guint from, guint to)
{
	for (guint i = from; i < to; i++)
		line_at(lines, i)->old = TRUE;
}

/* How many lines from @index on are the header of a quoted mail as Outlook
 * shows it; 0 when they are none.  Fields may be folded. */
static guint
block_size(const GArray *lines, guint index)
{
	gboolean seen[TD_MARK_OTHER + 1] = { FALSE };
	guint kinds = 0, last = index;

	for (guint i = index; i < lines->len && i < index + BLOCK_LINES; i++) {
		const Line *line = line_at(lines, i);
		TdMarkField field = line->blank || line->marked
		    ? TD_MARK_NONE
		    : td_mark_field(line->text, line->size);

		if (i == index && field == TD_MARK_NONE)
			return 0;
		if (line->marked ||
		    (line->blank && kinds >= 3 && seen[TD_MARK_SUBJECT]))
			break;
		if (field == TD_MARK_NONE)
			continue;
		/* Blank lines come between the fields of some HTML, but a
		 * field must follow before long. */
		if (i > last + 3 || (seen[field] && field != TD_MARK_OTHER))
			break;
		kinds += !seen[field];
		seen[field] = TRUE;
		last = i;
	}
	if (kinds < 3 || !seen[TD_MARK_FROM] ||
	    (!seen[TD_MARK_DATE] && !seen[TD_MARK_SUBJECT]))
		return 0;
	return last + 1 - index;
}

/* Takes what leads to the quoted mail at @from with it: a rule above. */
static guint
with_rule(const GArray *lines, guint from)
{
	guint i = from;

	while (i > 0 && line_at(lines, i - 1)->blank)
		i--;
	if (i > 0 &&
	    td_mark_is_rule(
	        line_at(lines, i - 1)->text, line_at(lines, i - 1)->size))
		return i - 1;
	return from;
}

/* Lines @from to @behind announce a quoted mail.  If marked lines follow those
 * are the quote, and more may have been written below; else all the rest is.
 * Returns where to go on. */
static guint
take_announced(const GArray *lines, guint from, guint behind)
{
	guint next = next_written(lines, behind);

	mark_old(lines, from, behind);
	if (next < lines->len && line_at(lines, next)->marked)
		return next;
	mark_old(lines, behind, lines->len);
	return lines->len;
}

/* Joins lines @from to @to with blanks; NULL if that gets too long or one of
 * them cannot belong to an attribution. */
static char *
join(const GArray *lines, guint from, guint to)
{
	GString *out = g_string_new(NULL);

	for (guint i = from; i <= to; i++) {
		const Line *line = line_at(lines, i);

		if (line->blank || line->old || line->size > 300) {
			g_string_free(out, TRUE);
			return NULL;
		}
		if (i > from)
			g_string_append_c(out, ' ');
		g_string_append_len(out, line->text, (gssize)line->size);
	}
	return g_string_free(out, FALSE);
}

static gboolean
ends_with_colon(const Line *line)
{
	gsize size = line->size;

	while (size > 0 && strchr(" \t*", line->text[size - 1]) != NULL)
		size--;
	/* A hard blank at the end is a blank too. */
	while (size > 1 && memcmp(line->text + size - 2, "\302\240", 2) == 0)
		size -= 2;
	return size > 0 && line->text[size - 1] == ':';
}

static gboolean
has_digits(const char *text)
{
	guint digits = 0;

	for (; *text != '\0' && digits < DATE_DIGITS; text++)
		digits += g_ascii_isdigit(*text);
	return digits == DATE_DIGITS;
}

/* Where the attribution that ends with line @last begins; G_MAXUINT when there
 * is none.  @quote_follows: a weak one will do. */
static guint
find_attribution(const GArray *lines, guint last, gboolean quote_follows)
{
	guint weak = G_MAXUINT;

	if (!ends_with_colon(line_at(lines, last)))
		return G_MAXUINT;
	for (guint i = 0; i < ATTRIBUTION_LINES && i <= last; i++) {
		g_autofree char *joined = join(lines, last - i, last);
		TdMarkAttribution found;

		if (joined == NULL)
			break;
		/* Dear to look at, and a strong one has a date. */
		if (!quote_follows && !has_digits(joined))
			continue;
		found = td_mark_attribution(joined, strlen(joined));
		if (found == TD_MARK_STRONG)
			return last - i;
		if (found == TD_MARK_WEAK && weak == G_MAXUINT)
			weak = last - i;
	}
	return quote_follows ? weak : G_MAXUINT;
}

/* Marks all that stands around quotes. */
static void
mark_quotes(const GArray *lines)
{
	gboolean written = FALSE;
	guint i = 0;

	while (i < lines->len) {
		const Line *line = line_at(lines, i);
		guint block, next, start;

		if (line->blank || line->old) {
			i++;
			continue;
		}
		if (written && td_mark_is_history(line->text, line->size)) {
			mark_old(lines, i, lines->len);
			return;
		}
		block = block_size(lines, i);
		if (block == 0 && td_mark_is_separator(line->text, line->size))
			block = 1 +
			    block_size(lines, next_written(lines, i + 1));
		if (block > 0) {
			i = take_announced(lines, with_rule(lines, i),
			    MIN(i + block, lines->len));
			continue;
		}
		next = next_written(lines, i + 1);
		start = find_attribution(lines, i,
		    next < lines->len && line_at(lines, next)->marked);
		written = TRUE;
		i = start == G_MAXUINT ? i + 1
		                       : take_announced(lines, start, i + 1);
	}
}

/* How many lines a signature that begins with this line may have; 0 when none
 * does.  A lone "--" has lost its blank on the way; a long line of underscores
 * begins the footer of a mailing list. */
static guint
signature_size(const Line *line)
{
	if (line->old)
		return 0;
	if (line->size == 3 && memcmp(line->text, "-- ", 3) == 0)
		return SIGNATURE_LINES;
	if (line->size == 2 && memcmp(line->text, "--", 2) == 0)
		return SLOPPY_SIGNATURE_LINES;
	if (line->size >= FOOTER_RULE && *line->text == '_' &&
	    td_mark_is_rule(line->text, line->size))
		return SLOPPY_SIGNATURE_LINES;
	return 0;
}

/* Where the footer of a mail of ours ends that begins with line @from, however
 * a program quoted it: behind the last of its links; @from if it is none. */
static guint
footer_end(const GArray *lines, guint from)
{
	guint end = from;

	for (guint i = from + 1;
	     i < lines->len && i <= MAX(end, from + 1) + FOOTER_GAP; i++) {
		const Line *line = line_at(lines, i);

		if (line->old)
			break;
		if (td_mark_is_mail_link(line->text, line->size))
			end = i + 1;
	}
	return end;
}

/* Marks the signature of each stretch that the writer wrote. */
static void
mark_signatures(const GArray *lines)
{
	guint i = 0;

	while (i < lines->len) {
		guint max = signature_size(line_at(lines, i));
		guint end = i + 1;

		while (end < lines->len && !line_at(lines, end)->old &&
		    end - i <= max)
			end++;
		if (max > 0 && end - i > max)
			end = footer_end(lines, i);
		else if (max == 0)
			end = i;
		mark_old(lines, i, end);
		i = MAX(end, i + 1);
	}
}

/* Marks the lines that telephones put under a text: at the end, or on top of
 * what is quoted. */
static void
mark_devices(const GArray *lines)
{
	gboolean last = TRUE;

	for (guint i = lines->len; i > 0; i--) {
		Line *line = line_at(lines, i - 1);

		if (line->blank)
			continue;
		if (last && !line->old &&
		    td_mark_is_device(line->text, line->size))
			line->old = TRUE;
		else
			last = line->old;
	}
}

/* The lines of one side.  Blank lines stay between lines that stood
 * together, and become one where something was taken out. */
static char *
collect(const GArray *lines, guint from, guint to, gboolean old)
{
	GString *out = g_string_new(NULL);
	guint blanks = 0;
	gboolean gap = FALSE;

	for (guint i = from; i < to; i++) {
		const Line *line = line_at(lines, i);

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
	GArray *lines = read_lines(text);

	mark_quotes(lines);
	mark_signatures(lines);
	mark_devices(lines);
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
static Line
unmarked(const Line *line)
{
	Line bare = *line;

	while (bare.size > 0 && strchr("> \t", *bare.text) != NULL) {
		bare.text++;
		bare.size--;
	}
	bare.blank = bare.size == 0;
	bare.marked = bare.old = FALSE;
	return bare;
}

/* Gives the marked lines from @from up to @to back to the writer, but for who
 * wrote them and what our mails have below their text. */
static void
keep_quote(const GArray *lines, guint from, guint to)
{
	g_autoptr(GArray) bare = g_array_new(FALSE, FALSE, sizeof(Line));

	for (guint i = from; i < to; i++) {
		Line line = unmarked(line_at(lines, i));

		g_array_append_val(bare, line);
		line_at(lines, i)->old = !line_at(lines, i)->marked;
	}
	for (guint i = from; i < to; i++) {
		const Line *line = line_at(bare, i - from);
		guint start = find_attribution(bare, i - from, FALSE);

		if (start != G_MAXUINT)
			mark_old(lines, from + start, i + 1);
		if (td_mark_is_history(line->text, line->size)) {
			mark_old(lines, i, to);
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
	    (line_at(lines, index)->blank || line_at(lines, index)->old != old))
		index++;
	return index;
}

/* Lets the quotes stay that the writer answered one by one. */
static void
keep_answered(const GArray *lines)
{
	guint first = next_side(lines, 0, FALSE);
	guint quote = next_side(lines, first, TRUE);
	guint next = next_side(lines, quote, FALSE);

	/* One piece of text above or below a quote answers all of it. */
	if (next < lines->len && next_side(lines, 0, TRUE) < first)
		keep_quote(lines, 0, first);
	while (next < lines->len) {
		keep_quote(lines, quote, next);
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
	guint quote = next_side(lines, 0, TRUE);

	*above = collect(lines, 0, quote, FALSE);
	if (quotes)
		keep_answered(lines);
	*below = collect(lines, quote, lines->len, FALSE);
}
