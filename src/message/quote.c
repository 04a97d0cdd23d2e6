/* quote.c - which lines of a text are quoted, see message/quote.h
 *
 * Lines marked with ">" are quotes wherever they stand; a header block, a
 * separator or an attribution without such marks below it quotes all that
 * follows. */

#include "config.h"

#include <string.h>

#include "message/quote.h"

/* Characters after which a program breaks a line. */
#define BROKEN_MIN 76
#define BROKEN_MAX 120
/* Indented lines that make a quote. */
#define INDENTED_MIN 3
/* Attributions below a separator take so many lines. */
#define HEAD_LINES 4
/* Lines that are looked at for what might be quoted: nobody gives so many
 * commands. */
#define DOUBT_LINES 1000
/* Bytes of a header field's name. */
#define KEY_MAX 60

/* What is known while the lines are looked at, first to last. */
typedef struct {
	const GArray *lines;
	TdQuoteSearch search;
	gboolean written;  /* something was, above */
	gboolean prefixed; /* lines with other marks than ">" are marked */
} Walk;

static gboolean
has_prefix(const TdQuoteLine *line)
{
	return !line->blank && !line->fenced && !line->marked &&
	    td_mark_prefix(line->text, line->size) > 0;
}

/* Whether line @index begins a quote: all that have such a mark do from there
 * on, once one of them stands where a quote is expected. */
static gboolean
is_quote(const Walk *walk, guint index)
{
	const TdQuoteLine *line;

	if (index >= walk->lines->len)
		return FALSE;
	line = td_quote_line(walk->lines, index);
	return line->marked || has_prefix(line);
}

static void
mark_prefixed(Walk *walk, guint from)
{
	if (walk->prefixed)
		return;
	walk->prefixed = TRUE;
	for (guint i = from; i < walk->lines->len; i++) {
		TdQuoteLine *line = td_quote_line(walk->lines, i);

		if (has_prefix(line))
			line->marked = line->old = TRUE;
	}
}

/* ---- what follows an announcement ---- */

static gsize
indent(const TdQuoteLine *line)
{
	return td_mark_blanks(line->text, line->size);
}

/* Where the indented lines from @from on end and others follow below a blank
 * one; lines->len when it is no quote of that kind. */
static guint
indented_end(const GArray *lines, guint from)
{
	gsize least = G_MAXSIZE;
	guint count = 0;

	for (guint i = from; i < lines->len; i++) {
		const TdQuoteLine *line = td_quote_line(lines, i);
		gsize columns;

		if (line->blank)
			continue;
		columns = indent(line);
		if (columns < 2 && i > from &&
		    td_quote_line(lines, i - 1)->blank && count >= INDENTED_MIN)
			return i;
		if (columns < 2 || line->marked)
			return lines->len;
		least = MIN(least, columns);
		count++;
	}
	return lines->len;
}

/* Where an attribution that begins with line @from ends, if a quote follows it;
 * 0 when there is none. */
static guint
attribution_below(Walk *walk, guint from)
{
	const GArray *lines = walk->lines;

	for (guint i = from; i < lines->len && i < from + HEAD_LINES; i++) {
		guint next = td_quote_next(lines, i + 1);

		if (td_quote_line(lines, i)->blank ||
		    td_quote_line(lines, i)->old)
			return 0;
		if (is_quote(walk, next) &&
		    td_quote_attribution(lines, i, TRUE, &walk->search) == from)
			return i + 1;
	}
	return 0;
}

/* Lines @from to @behind announce a quoted mail.  If marked lines follow those
 * are the quote, and more may have been written below; else all the rest is.
 * Returns where to go on. */
static guint
take_announced(Walk *walk, guint from, guint behind)
{
	const GArray *lines = walk->lines;
	guint next = td_quote_next(lines, behind), end;

	td_quote_mark_old(lines, from, behind);
	if (next >= lines->len)
		return next;
	end = attribution_below(walk, next);
	if (end > 0) {
		td_quote_mark_old(lines, next, end);
		next = td_quote_next(lines, end);
	}
	if (is_quote(walk, next)) {
		if (!td_quote_line(lines, next)->marked)
			mark_prefixed(walk, next);
		return next;
	}
	end = indented_end(lines, next);
	td_quote_mark_old(lines, behind, end);
	return end;
}

/* ---- what announces ---- */

/* ">>> NAME <ADDRESS> DATE >>>", below which nothing is marked. */
static gboolean
is_arrowed(const TdQuoteLine *line)
{
	char folded[TD_MARK_ROOM];
	TdMarkWhen when;

	if (!line->marked || line->size < 12 || line->size > 300 ||
	    memcmp(line->text, ">>> ", 4) != 0 ||
	    memcmp(line->text + line->size - 4, " >>>", 4) != 0 ||
	    td_mark_fold(line->text, line->size, folded) == 0)
		return FALSE;
	td_mark_when(folded, &when);
	return when.dated;
}

/* A line with a colon at its beginning may be the first of a block; what stands
 * above is looked at for such alone. */
static gboolean
starts_block(const Walk *walk, guint i, TdQuoteBlock *block)
{
	const TdQuoteLine *line = td_quote_line(walk->lines, i);

	if (td_quote_block(walk->lines, i,
	        walk->written ? TD_QUOTE_BELOW : TD_QUOTE_ON_TOP, block))
		return TRUE;
	return memchr(line->text, ':', MIN(line->size, KEY_MAX)) != NULL &&
	    td_quote_rule(walk->lines, i) < i &&
	    td_quote_block(walk->lines, i, TD_QUOTE_ANNOUNCED, block);
}

/* Line @i and what it announces; where to go on, or @i when it announces
 * nothing. */
static guint
take_head(Walk *walk, guint i)
{
	const GArray *lines = walk->lines;
	TdQuoteBlock block;
	TdMarkSeparator separator;
	guint size, next;

	if (starts_block(walk, i, &block))
		return take_announced(
		    walk, td_quote_rule(lines, i), i + block.size);
	separator = td_quote_separator(lines, i, &size);
	if (separator == TD_MARK_NO_SEPARATOR)
		return i;
	next = td_quote_next(lines, i + size);
	if (next < lines->len &&
	    td_quote_block(lines, next, TD_QUOTE_ANNOUNCED, &block))
		return take_announced(walk, i, next + block.size);
	return separator == TD_MARK_DASHED ? i
	                                   : take_announced(walk, i, i + size);
}

/* Whether lines @from to @behind stand among others that begin with a number as
 * well: those of a log. */
static gboolean
is_log(const GArray *lines, guint from, guint behind)
{
	const TdQuoteLine *line = td_quote_line(lines, from);
	gboolean number = line->size > 0 && g_ascii_isdigit(*line->text);

	if (!number || from == 0 || behind >= lines->len)
		return FALSE;
	line = td_quote_line(lines, from - 1);
	if (line->blank || !g_ascii_isdigit(*line->text))
		return FALSE;
	return !td_quote_line(lines, behind)->blank;
}

static guint
take_attribution(Walk *walk, guint i)
{
	const GArray *lines = walk->lines;
	guint next = td_quote_next(lines, i + 1);
	gboolean quote = is_quote(walk, next);
	guint start = td_quote_attribution(lines, i, quote, &walk->search);

	if (start == G_MAXUINT || (!quote && is_log(lines, start, i + 1)))
		return i;
	return take_announced(walk, start, i + 1);
}

/* ---- pieces of broken lines ---- */

static gsize
columns(const TdQuoteLine *line)
{
	return (gsize)g_utf8_strlen(line->text, (gssize)line->size);
}

/* Whether the sentence of the marked line @above goes on with @line, which is
 * there only because the line had become too long. */
static gboolean
is_piece(const TdQuoteLine *above, const TdQuoteLine *line)
{
	const char *word = line->text;
	gsize size = strcspn(word, " \n");
	gunichar last;

	if (line->blank || line->old || line->fenced || !above->marked ||
	    above->size < 2 || above->size > BROKEN_MAX * 4 ||
	    line->size > BROKEN_MAX * 4)
		return FALSE;
	last = g_utf8_get_char(g_utf8_prev_char(above->text + above->size));
	if (!g_unichar_islower(g_utf8_get_char(word)) ||
	    (!g_unichar_isalnum(last) && last != ','))
		return FALSE;
	size = columns(above) + 1 +
	    (gsize)g_utf8_strlen(word, (gssize)MIN(size, line->size));
	return size > BROKEN_MIN && columns(above) <= BROKEN_MAX;
}

/* A single line between two marked ones, without blanks around it, that
 * continues the first and is continued by the second or ends a paragraph. */
static void
mark_pieces(const GArray *lines)
{
	for (guint i = 1; i + 1 < lines->len; i++) {
		TdQuoteLine *line = td_quote_line(lines, i);
		const TdQuoteLine *below = td_quote_line(lines, i + 1);
		gsize bare;

		if (!below->marked || line->old ||
		    !is_piece(td_quote_line(lines, i - 1), line))
			continue;
		bare = strspn(below->text, "> ");
		if (bare >= below->size ||
		    g_unichar_islower(g_utf8_get_char(below->text + bare)))
			line->old = TRUE;
	}
}

/* ---- all ---- */

void
td_quote_mark(const GArray *lines)
{
	Walk walk = { .lines = lines };
	guint i = 0;

	while (i < lines->len) {
		const TdQuoteLine *line = td_quote_line(lines, i);
		guint next;

		if (is_arrowed(line)) {
			i = take_announced(&walk, i, i + 1);
			continue;
		}
		if (line->blank || line->old || line->fenced) {
			walk.written = walk.written || line->fenced;
			i++;
			continue;
		}
		if (walk.written &&
		    td_mark_is_history(line->text, line->size)) {
			td_quote_mark_old(lines, i, lines->len);
			break;
		}
		next = take_head(&walk, i);
		if (next == i) {
			next = take_attribution(&walk, i);
			walk.written = TRUE;
		}
		i = next == i ? i + 1 : next;
	}
	mark_pieces(lines);
}

/* ---- doubts ---- */

/* "--", "—", "__": maybe a signature, maybe what a program put there. */
static gboolean
is_stroke(const TdQuoteLine *line)
{
	static const char *const strokes[] = { "--", "\342\200\223",
		"\342\200\224", "__", "***", "===" };
	gsize size = line->size;

	while (size > 0 && line->text[size - 1] == ' ')
		size--;
	for (gsize i = 0; i < G_N_ELEMENTS(strokes); i++)
		if (strlen(strokes[i]) == size &&
		    memcmp(line->text, strokes[i], size) == 0)
			return TRUE;
	return FALSE;
}

static gboolean
is_doubtful(const GArray *lines, guint i, TdQuoteSearch *search)
{
	const TdQuoteLine *line = td_quote_line(lines, i);
	gboolean paragraph = i == 0 || td_quote_line(lines, i - 1)->blank;
	TdQuoteBlock block;
	guint size;

	if (line->blank)
		return FALSE;
	if (td_mark_is_history(line->text, line->size) || *line->text == '>' ||
	    has_prefix(line) || is_stroke(line) ||
	    (paragraph && td_mark_is_rule(line->text, line->size)) ||
	    td_mark_is_device(line->text, line->size) ||
	    td_quote_separator(lines, i, &size) != TD_MARK_NO_SEPARATOR)
		return TRUE;
	if (td_mark_field(line->text, line->size) == TD_MARK_FROM &&
	    td_quote_block(lines, i, TD_QUOTE_ANNOUNCED, &block))
		return TRUE;
	return td_quote_attribution(lines, i, TRUE, search) != G_MAXUINT ||
	    search->exhausted;
}

guint
td_quote_doubt(const GArray *lines, guint end)
{
	TdQuoteSearch search = { 0 };
	guint max = MIN(end, DOUBT_LINES);

	for (guint i = 0; i < max && i < lines->len; i++)
		if (is_doubtful(lines, i, &search))
			return i;
	/* What was not looked at does not count as above. */
	return MIN(max, lines->len);
}
