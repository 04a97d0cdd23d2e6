/* quote-head.c - what stands above something quoted, see message/quote.h */

#include "config.h"

#include <string.h>

#include "message/quote.h"

/* Lines a header block takes. */
#define BLOCK_LINES 16
/* Lines between two fields: folded ones, blank ones of some HTML. */
#define BLOCK_GAP 3
/* Lines an attribution or a separator may be folded over. */
#define FOLDED_LINES 4
#define FOLDED_LINE_MAX 400
/* Attributions looked for. */
#define TRIES_MAX 3000
/* Keys of a block in a language that is not known. */
#define KEY_WORDS_MAX 4
#define KEY_SIZE_MAX 60

/* ---- header blocks ---- */

static TdMarkField
field_of(TdQuoteLine *line)
{
	if (line->field < 0)
		line->field = line->blank || line->marked || line->fenced
		    ? TD_MARK_NONE
		    : (gint8)td_mark_field(line->text, line->size);
	return (TdMarkField)line->field;
}

static gboolean
has_address(const TdQuoteLine *line)
{
	return memchr(line->text, '@', line->size) != NULL;
}

static void
clear_block(TdQuoteBlock *block)
{
	block->size = 0;
	for (guint i = 0; i < TD_MARK_FIELDS; i++)
		block->field[i] = G_MAXUINT;
}

/* How many lines from @index on continue the last field: indented ones above a
 * blank line. */
static guint
folded_size(const GArray *lines, guint index)
{
	guint i = index;

	while (i < lines->len && i < index + BLOCK_GAP) {
		const TdQuoteLine *line = td_quote_line(lines, i);

		if (line->blank)
			return i - index;
		if (line->marked || strchr(" \t", *line->text) == NULL)
			return 0;
		i++;
	}
	return 0;
}

/* Gathers the fields from @index on.  Returns how many kinds of them, other
 * than Cc and the like, there are. */
static guint
gather_fields(const GArray *lines, guint index, TdQuoteBlock *block)
{
	guint kinds = 0, last = index;

	if (field_of(td_quote_line(lines, index)) == TD_MARK_NONE)
		return 0;
	clear_block(block);
	for (guint i = index; i < lines->len && i < index + BLOCK_LINES; i++) {
		TdQuoteLine *line = td_quote_line(lines, i);
		TdMarkField field = field_of(line);

		if (line->marked || line->fenced ||
		    (line->blank && kinds >= 3 &&
		        block->field[TD_MARK_SUBJECT] != G_MAXUINT))
			break;
		if (field == TD_MARK_NONE)
			continue;
		if (i > last + BLOCK_GAP ||
		    (block->field[field] != G_MAXUINT &&
		        field != TD_MARK_OTHER))
			break;
		kinds += block->field[field] == G_MAXUINT &&
		    field != TD_MARK_OTHER && field != TD_MARK_ID;
		block->field[field] = i;
		last = i;
		block->size = i + 1 - index;
	}
	block->size += folded_size(lines, last + 1);
	return kinds;
}

static gboolean
block_has_address(const GArray *lines, guint index, const TdQuoteBlock *block)
{
	for (guint i = index; i < index + block->size; i++)
		if (has_address(td_quote_line(lines, i)))
			return TRUE;
	return FALSE;
}

/* Whether the date is one as programs write it: with the time of day. */
static gboolean
is_timed(const GArray *lines, const TdQuoteBlock *block)
{
	char folded[TD_MARK_ROOM];
	TdMarkWhen when;
	const TdQuoteLine *line;

	if (block->field[TD_MARK_DATE] == G_MAXUINT)
		return FALSE;
	line = td_quote_line(lines, block->field[TD_MARK_DATE]);
	if (td_mark_fold(line->text, line->size, folded) == 0)
		return FALSE;
	td_mark_when(folded, &when);
	return when.dated &&
	    (when.timed || g_str_has_suffix(folded, " gmt") ||
	        strchr(folded, '.') != NULL);
}

/* Fields with keys that are known. */
static gboolean
known_block(
    const GArray *lines, guint index, TdQuotePlace place, TdQuoteBlock *block)
{
	guint kinds = gather_fields(lines, index, block);
	gboolean from, date, subject, addressed;

	if (kinds < 2)
		return FALSE;
	from = block->field[TD_MARK_FROM] != G_MAXUINT;
	date = block->field[TD_MARK_DATE] != G_MAXUINT;
	subject = block->field[TD_MARK_SUBJECT] != G_MAXUINT;
	if (!from || (!date && !subject))
		return FALSE;
	addressed = block_has_address(lines, index, block);
	if (place == TD_QUOTE_ANNOUNCED)
		return kinds >= 3 || addressed || is_timed(lines, block);
	/* "From: Berlin", "To: Moscow", "Date: 12 May" is no mail. */
	if (kinds < 3 || (kinds == 3 && !subject && !addressed))
		return FALSE;
	if (place == TD_QUOTE_BELOW)
		return TRUE;
	/* Above all it may be a memo, or what a web form sends. */
	if (block->field[TD_MARK_TO] == G_MAXUINT)
		return FALSE;
	return addressed || (kinds > 3 && is_timed(lines, block));
}

/* Whether the line is "KEY: value" in whatever language. */
static gboolean
is_any_field(const TdQuoteLine *line)
{
	char key[TD_MARK_ROOM];
	const char *value = NULL;
	gsize size = 0, words = 1;
	const char *end;

	if (line->blank || line->marked || line->fenced ||
	    !td_mark_value(line->text, line->size, &value, &size) || size == 0)
		return FALSE;
	end = value;
	while (end > line->text && end[-1] != ':')
		end--;
	if (end == line->text || end == value ||
	    end - line->text > KEY_SIZE_MAX ||
	    td_mark_fold(line->text, (gsize)(end - 1 - line->text), key) == 0)
		return FALSE;
	for (const char *at = key; *at != '\0'; at++) {
		if (strchr("0123456789@/<>()[],.;", *at) != NULL)
			return FALSE;
		words += *at == ' ';
	}
	return words <= KEY_WORDS_MAX;
}

/* Whether the line has a name with its address, as programs show them. */
static gboolean
has_person(const TdQuoteLine *line)
{
	return has_address(line) &&
	    (memchr(line->text, '<', line->size) != NULL ||
	        td_mark_is_mail_link(line->text, line->size));
}

/* Fields of a language that no table has: the first tells a person, another a
 * date and time.  Forms that people fill in look like this too, so it has to be
 * announced. */
static gboolean
unknown_block(const GArray *lines, guint index, TdQuoteBlock *block)
{
	guint count = 0;

	clear_block(block);
	for (guint i = index; i < lines->len && i < index + BLOCK_LINES; i++) {
		const TdQuoteLine *line = td_quote_line(lines, i);
		char folded[TD_MARK_ROOM];
		TdMarkWhen when;

		if (!is_any_field(line))
			break;
		count++;
		if (count == 1 && !has_person(line))
			return FALSE;
		if (count == 1)
			block->field[TD_MARK_FROM] = i;
		if (has_address(line))
			continue;
		if (block->field[TD_MARK_DATE] != G_MAXUINT ||
		    td_mark_fold(line->text, line->size, folded) == 0)
			continue;
		td_mark_when(folded, &when);
		if (when.dated && when.timed)
			block->field[TD_MARK_DATE] = i;
	}
	block->size = count;
	return count >= 3 && block->field[TD_MARK_DATE] != G_MAXUINT;
}

gboolean
td_quote_block(
    const GArray *lines, guint index, TdQuotePlace place, TdQuoteBlock *block)
{
	if (known_block(lines, index, place, block))
		return TRUE;
	return place == TD_QUOTE_ANNOUNCED &&
	    unknown_block(lines, index, block);
}

/* ---- separators and attributions ---- */

guint
td_quote_rule(const GArray *lines, guint from)
{
	guint i = from;
	const TdQuoteLine *line;

	while (i > 0 && td_quote_line(lines, i - 1)->blank)
		i--;
	if (i == 0)
		return from;
	line = td_quote_line(lines, i - 1);
	if (line->old || line->fenced)
		return from;
	if (td_mark_is_rule(line->text, line->size) ||
	    td_mark_separator(line->text, line->size) == TD_MARK_DASHED)
		return i - 1;
	return from;
}

/* Joins lines @from to @to with blanks; NULL if that gets too long or one of
 * them cannot belong to it. */
static char *
join(const GArray *lines, guint from, guint to)
{
	GString *out = g_string_new(NULL);

	for (guint i = from; i <= to; i++) {
		const TdQuoteLine *line = td_quote_line(lines, i);

		if (line->blank || line->old || line->fenced ||
		    line->size > FOLDED_LINE_MAX ||
		    out->len + line->size >= TD_MARK_LINE_MAX) {
			g_string_free(out, TRUE);
			return NULL;
		}
		if (i > from)
			g_string_append_c(out, ' ');
		g_string_append_len(out, line->text, (gssize)line->size);
	}
	return g_string_free(out, FALSE);
}

/* How many lines "---- On DATE, NAME wrote ----" takes; 0 when it is none. */
static guint
dashed_attribution(const GArray *lines, guint index)
{
	const TdQuoteLine *first = td_quote_line(lines, index);

	if (first->size < 12 || memcmp(first->text, "---", 3) != 0)
		return 0;
	for (guint i = index; i < lines->len && i < index + 3; i++) {
		g_autofree char *joined = NULL;
		const TdQuoteLine *line = td_quote_line(lines, i);

		if (line->blank)
			break;
		if (line->text[line->size - 1] != '-')
			continue;
		joined = join(lines, index, i);
		if (joined != NULL &&
		    td_mark_is_dashed_attribution(joined, strlen(joined)))
			return i + 1 - index;
	}
	return 0;
}

TdMarkSeparator
td_quote_separator(const GArray *lines, guint index, guint *size)
{
	const TdQuoteLine *line = td_quote_line(lines, index);
	TdMarkSeparator found;

	*size = 1;
	if (line->blank || line->fenced)
		return TD_MARK_NO_SEPARATOR;
	found = td_mark_separator(line->text, line->size);
	if (found == TD_MARK_NO_SEPARATOR || found == TD_MARK_DASHED) {
		guint dashed = dashed_attribution(lines, index);

		if (dashed > 0) {
			*size = dashed;
			return TD_MARK_ORIGINAL;
		}
	}
	return found;
}

/* Whether there is a digit or an address in the lines that an attribution could
 * take: dear to look at else. */
static gboolean
is_promising(const GArray *lines, guint last)
{
	for (guint i = 0; i < FOLDED_LINES && i <= last; i++) {
		const TdQuoteLine *line = td_quote_line(lines, last - i);

		if (line->blank || line->old)
			return FALSE;
		if (has_address(line))
			return TRUE;
		for (gsize at = 0; at < line->size; at++)
			if (g_ascii_isdigit(line->text[at]))
				return TRUE;
	}
	return FALSE;
}

/* A sentence ends with the line: what follows is another matter. */
static gboolean
ends_sentence(const TdQuoteLine *line)
{
	gsize size = line->size;

	while (size > 0 && line->text[size - 1] == ' ')
		size--;
	return size > 0 && strchr(".!?:;", line->text[size - 1]) != NULL;
}

/* The shortest run of lines that ends with line @last and is an attribution,
 * and how sure it is one. */
static TdMarkAttribution
shortest_attribution(const GArray *lines, guint last, guint *start)
{
	TdMarkAttribution best = TD_MARK_NO_ATTRIBUTION;

	for (guint i = 0; i < FOLDED_LINES && i <= last; i++) {
		g_autofree char *joined = join(lines, last - i, last);
		TdMarkAttribution found;

		if (joined == NULL)
			break;
		found = td_mark_attribution(joined, strlen(joined));
		if (found <= best ||
		    (found < TD_MARK_WHOLE && i > 0 &&
		        ends_sentence(td_quote_line(lines, last - i))))
			continue;
		best = found;
		*start = last - i;
		if (found == TD_MARK_WHOLE)
			break;
	}
	return best;
}

/* Takes lines above with it that are but the first half of it. */
static guint
whole_attribution(const GArray *lines, guint start, guint last)
{
	while (start > 0 && last - start + 1 < FOLDED_LINES) {
		const TdQuoteLine *line = td_quote_line(lines, start - 1);
		g_autofree char *joined = NULL;

		if (line->blank || line->old || line->fenced)
			break;
		joined = join(lines, start, last);
		if (joined == NULL ||
		    !td_mark_begins_attribution(line->text, line->size,
		        !ends_sentence(line) &&
		            td_mark_date(joined, strlen(joined)) == 0,
		        strchr(joined, '@') == NULL))
			break;
		start--;
	}
	return start;
}

guint
td_quote_attribution(const GArray *lines, guint last, gboolean quote_follows,
    TdQuoteSearch *search)
{
	const TdQuoteLine *line = td_quote_line(lines, last);
	TdMarkAttribution found;
	guint start = last;

	if (line->blank || line->fenced || line->size > FOLDED_LINE_MAX ||
	    !td_mark_ends_attribution(line->text, line->size) ||
	    (!quote_follows && !is_promising(lines, last)))
		return G_MAXUINT;
	search->exhausted = search->tries >= TRIES_MAX;
	if (search->exhausted)
		return G_MAXUINT;
	search->tries++;
	found = shortest_attribution(lines, last, &start);
	if (found < (quote_follows ? TD_MARK_WEAK : TD_MARK_STRONG))
		return G_MAXUINT;
	return whole_attribution(lines, start, last);
}
