/* forward-text.c - see message/forward-text.h */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "message/forward-text.h"
#include "message/quote.h"

/* Lines of a quote in which its header has to begin. */
#define QUOTE_LEAD 4
/* Fields without colons, below a separator. */
#define BARE_LINES 8
/* Lines of an attribution. */
#define ATTRIBUTION_LINES 4
/* Lines above the mail. */
#define NOTE_LINES 2000
/* Bytes of a value that is read. */
#define VALUE_MAX 1000

/* The mail that was found. */
typedef struct {
	GArray *lines; /* of TdQuoteLine, in which it stands */
	GArray *own;   /* lines of a quote without their marks; NULL */
	guint start;   /* of all of it, in the text's own lines */
	guint behind;  /* the quote, in the same */
	TdQuoteBlock block;
	guint at;         /* the block, in .lines */
	gboolean bare;    /* its fields have no colons */
	gboolean told;    /* a line says that it is passed on */
	guint attributed; /* the line before it said who wrote it, instead of a
	                   * block; lines of it */
} Found;

/* ---- values ---- */

/* The value of the field in line @at of the block, folded lines joined. */
static char *
value_of(const Found *found, TdMarkField field)
{
	guint at = found->block.field[field];
	guint end = found->at + found->block.size;
	g_autoptr(GString) out = g_string_new(NULL);
	const TdQuoteLine *line;
	const char *value = NULL;
	gsize size = 0;

	if (at == G_MAXUINT)
		return g_strdup("");
	line = td_quote_line(found->lines, at);
	if (found->bare)
		td_mark_bare_field(line->text, line->size, &value, &size);
	else
		td_mark_value(line->text, line->size, &value, &size);
	g_string_append_len(out, value, (gssize)MIN(size, VALUE_MAX));
	for (guint i = at + 1; i < end && out->len < VALUE_MAX; i++) {
		line = td_quote_line(found->lines, i);
		if (line->blank || line->field > TD_MARK_NONE ||
		    td_mark_field(line->text, line->size) != TD_MARK_NONE)
			break;
		size = td_mark_blanks(line->text, line->size);
		g_string_append_c(out, ' ');
		g_string_append_len(out, line->text + size,
		    (gssize)MIN(line->size - size, VALUE_MAX));
	}
	return g_strstrip(td_text_utf8(out->str, (gssize)out->len));
}

/* Subject and id of a block in a language that is not known stay empty. */
static void
read_fields(const Found *found, TdForward *forward)
{
	g_autofree char *from = value_of(found, TD_MARK_FROM);
	g_autofree char *date = value_of(found, TD_MARK_DATE);
	g_autofree char *id = value_of(found, TD_MARK_ID);
	char *stop;

	td_forward_read_person(from, strlen(from), forward->from);
	forward->date = td_mark_date(date, strlen(date));
	forward->subject = value_of(found, TD_MARK_SUBJECT);
	stop = id + strcspn(id, "<");
	memmove(id, *stop == '<' ? stop + 1 : id,
	    strlen(*stop == '<' ? stop + 1 : id) + 1);
	id[strcspn(id, "> ")] = '\0';
	forward->message_id = g_steal_pointer(&id);
}

/* Where the name begins that stands between the date and the address at
 * @end. */
static const char *
name_start(const char *text, const char *end)
{
	static const char *const words[] = { "г.", "г", "в", "от", "from",
		"пользователь", "am", "pm", "AM", "PM", "by", "GMT", "MSK",
		"UTC" };
	const char *from = end;

	while (from > text && !g_ascii_isdigit(from[-1]))
		from--;
	for (gboolean again = TRUE; again;) {
		again = FALSE;
		while (from < end && strchr(" .,:)-", *from) != NULL)
			from++;
		for (gsize i = 0; i < G_N_ELEMENTS(words) && !again; i++) {
			gsize size = strlen(words[i]);

			again = g_str_has_prefix(from, words[i]) &&
			    strchr(" .,", from[size]) != NULL;
			from += again ? size : 0;
		}
	}
	return MIN(from, end);
}

/* Who and when, of "12.05.2024, 10:31, "Ivan" <ivan@example.org>:". */
static void
read_attribution(const Found *found, TdForward *forward)
{
	g_autoptr(GString) out = g_string_new(NULL);
	const char *end, *from;

	for (guint i = found->at; i < found->at + found->attributed; i++) {
		const TdQuoteLine *line = td_quote_line(found->lines, i);

		g_string_append_len(
		    out, line->text, (gssize)MIN(line->size, VALUE_MAX));
		g_string_append_c(out, ' ');
	}
	forward->date = td_mark_date(out->str, out->len);
	forward->subject = g_strdup("");
	forward->message_id = g_strdup("");
	end = out->str + strcspn(out->str, "<");
	from = name_start(out->str, end);
	td_forward_read_person(
	    from, out->len - (gsize)(from - out->str), forward->from);
}

/* ---- the text below ---- */

static void
append_line(GString *out, const TdQuoteLine *line)
{
	g_string_append_len(out, line->text, (gssize)line->size);
	g_string_append_c(out, '\n');
}

/* The line with one mark less. */
static TdQuoteLine
without_mark(const TdQuoteLine *line)
{
	TdQuoteLine bare = *line;
	gsize skip = td_mark_blanks(bare.text, bare.size);

	if (!bare.marked || skip >= bare.size || bare.text[skip] != '>')
		return bare;
	skip++;
	if (skip < bare.size && bare.text[skip] == ' ')
		skip++;
	bare.text += skip;
	bare.size -= (guint32)skip;
	skip = td_mark_blanks(bare.text, bare.size);
	bare.blank = skip == bare.size;
	bare.marked = bare.old = !bare.blank && bare.text[skip] == '>';
	bare.field = -1;
	return bare;
}

/* Appends what stands from line @from on; returns where it ends: at a line that
 * says so, or where lines with marks are followed by others. */
static guint
append_text(GString *out, const GArray *lines, guint from)
{
	guint i = td_quote_next(lines, from), size;
	gboolean marked = i < lines->len && td_quote_line(lines, i)->marked;

	for (; i < lines->len; i++) {
		const TdQuoteLine *line = td_quote_line(lines, i);
		TdQuoteLine bare = *line;

		if (!line->blank && marked && !line->marked)
			break;
		if (td_quote_separator(lines, i, &size) == TD_MARK_FORWARD_END)
			return i + size;
		if (marked)
			bare = without_mark(line);
		append_line(out, &bare);
	}
	return i;
}

/* Cuts the blank lines at the end. */
static char *
finish_text(GString *out)
{
	while (out->len > 1 && out->str[out->len - 1] == '\n' &&
	    out->str[out->len - 2] == '\n')
		g_string_truncate(out, out->len - 1);
	return g_string_free(out, FALSE);
}

/* ---- finding it ---- */

/* Fields without colons, as one program has them below its separator. */
static gboolean
find_bare(GArray *lines, guint at, Found *found)
{
	guint kinds = 0, i = at;

	for (guint f = 0; f < TD_MARK_FIELDS; f++)
		found->block.field[f] = G_MAXUINT;
	for (; i < lines->len && i < at + BARE_LINES; i++) {
		const TdQuoteLine *line = td_quote_line(lines, i);
		const char *value;
		gsize size;
		TdMarkField field = td_mark_bare_field(
		    line->text, line->size, &value, &size);

		if (field == TD_MARK_NONE)
			break;
		kinds += found->block.field[field] == G_MAXUINT;
		found->block.field[field] = i;
	}
	found->block.size = i - at;
	found->bare = TRUE;
	return kinds >= 3 && found->block.field[TD_MARK_FROM] != G_MAXUINT;
}

/* What stands below a separator, from line @at on. */
static gboolean
find_below(GArray *lines, guint at, Found *found)
{
	TdQuoteSearch search = { 0 };

	found->at = at;
	found->lines = lines;
	if (at >= lines->len)
		return FALSE;
	if (td_quote_block(lines, at, TD_QUOTE_ANNOUNCED, &found->block))
		return TRUE;
	if (find_bare(lines, at, found))
		return TRUE;
	found->bare = FALSE;
	for (guint i = at; i < lines->len && i < at + ATTRIBUTION_LINES; i++) {
		if (td_quote_attribution(lines, i, TRUE, &search) != at)
			continue;
		found->attributed = i + 1 - at;
		found->block.size = found->attributed;
		return TRUE;
	}
	return FALSE;
}

/* Whether the mail's header begins with line @i: a block, or what announces
 * one. */
static gboolean
find_head(GArray *lines, guint i, gboolean claimed, Found *found)
{
	guint rule = td_quote_rule(lines, i), size;
	TdMarkSeparator separator;

	found->told = FALSE;
	found->start = i;
	if (td_quote_block(lines, i,
	        rule < i      ? TD_QUOTE_ANNOUNCED
	            : claimed ? TD_QUOTE_BELOW
	                      : TD_QUOTE_ON_TOP,
	        &found->block)) {
		found->lines = lines;
		found->at = i;
		found->start = rule;
		return TRUE;
	}
	separator = td_quote_separator(lines, i, &size);
	if (separator == TD_MARK_NO_SEPARATOR ||
	    separator == TD_MARK_FORWARD_END)
		return FALSE;
	found->told = separator == TD_MARK_FORWARD;
	return find_below(lines, td_quote_next(lines, i + size), found);
}

/* A quote that begins with line @i: a mail that is passed on with marks. */
static gboolean
find_marked(GArray *lines, guint i, gboolean claimed, Found *found)
{
	guint end = i, looked = 0;

	found->own = g_array_new(FALSE, FALSE, sizeof(TdQuoteLine));
	for (; end < lines->len; end++) {
		TdQuoteLine bare = without_mark(td_quote_line(lines, end));

		if (!td_quote_line(lines, end)->marked)
			break;
		g_array_append_val(found->own, bare);
	}
	found->behind = end;
	for (guint at = 0; at < found->own->len && looked < QUOTE_LEAD; at++) {
		if (td_quote_line(found->own, at)->blank)
			continue;
		looked++;
		if (find_head(found->own, at, claimed, found)) {
			found->start = i;
			return TRUE;
		}
	}
	g_clear_pointer(&found->own, g_array_unref);
	return FALSE;
}

/* Finds the first mail that @lines have; an answer to one is none. */
static gboolean
find(GArray *lines, gboolean claimed, Found *found)
{
	TdQuoteSearch search = { 0 };
	guint max = MIN(lines->len, NOTE_LINES);

	for (guint i = 0; i < max; i++) {
		const TdQuoteLine *line = td_quote_line(lines, i);
		guint next;

		if (line->blank || line->fenced)
			continue;
		if (td_mark_is_history(line->text, line->size))
			return FALSE;
		if (line->marked) {
			if (find_marked(lines, i, claimed, found))
				return TRUE;
			if (!claimed)
				return FALSE;
			i = found->behind - 1;
			continue;
		}
		if (find_head(lines, i, claimed, found)) {
			found->behind = lines->len;
			return TRUE;
		}
		next = td_quote_next(lines, i + 1);
		if (td_quote_attribution(lines, i,
		        next < lines->len && td_quote_line(lines, next)->marked,
		        &search) != G_MAXUINT)
			return FALSE;
	}
	return FALSE;
}

/* Whether a line of the text's beginning says that a mail is passed on: to look
 * closer takes time. */
static gboolean
is_told(const char *text)
{
	for (guint i = 0; i < NOTE_LINES && *text != '\0'; i++) {
		gsize size = strcspn(text, "\n");
		gsize skip = MIN(strspn(text, "> "), size);

		if (td_mark_separator(text + skip, size - skip) ==
		    TD_MARK_FORWARD)
			return TRUE;
		text += size;
		text += *text == '\n';
	}
	return FALSE;
}

/* Whether there is something of the writer's in @lines from @from on. */
static gboolean
is_written(const GArray *lines, guint from)
{
	g_autofree char *reply = NULL;
	g_autofree char *quoted = NULL;
	gsize size;

	if (from >= lines->len)
		return FALSE;
	td_message_split_reply(
	    td_quote_line(lines, from)->text, &reply, &quoted);
	/* A telephone's line stays where it is all there is. */
	size = strcspn(reply, "\n");
	return !td_text_is_blank(reply) &&
	    (reply[size + (reply[size] != '\0')] != '\0' ||
	        !td_mark_is_device(reply, size));
}

static void
fill(const char *text, const Found *found, const GArray *lines,
    TdForward *forward)
{
	const char *start = td_quote_line(lines, found->start)->text;
	g_autofree char *above = g_strndup(text, (gsize)(start - text));
	g_autofree char *quoted = NULL;

	if (found->attributed > 0)
		read_attribution(found, forward);
	else
		read_fields(found, forward);
	td_message_split_reply(above, &forward->note, &quoted);
}

gboolean
td_forward_read_text(const char *text, gboolean claimed, TdForward *forward)
{
	g_autoptr(GArray) lines = NULL;
	g_autoptr(GArray) own = NULL;
	GString *below;
	Found found = { 0 };
	guint end;

	if (!claimed && !is_told(text))
		return FALSE;
	lines = td_quote_read(text);
	if (!find(lines, claimed, &found))
		return FALSE;
	own = found.own;
	below = g_string_new(NULL);
	end = append_text(below, found.lines, found.at + found.block.size);
	forward->text = finish_text(below);
	if (!claimed &&
	    (!found.told || is_written(found.lines, end) ||
	        (own != NULL && is_written(lines, found.behind)))) {
		g_clear_pointer(&forward->text, g_free);
		return FALSE;
	}
	fill(text, &found, lines, forward);
	return TRUE;
}

char *
td_forward_own_text(const char *text)
{
	const char *at = text;

	while (*at != '\0') {
		gsize size = strcspn(at, "\n");

		if (td_mark_is_history(at, size))
			break;
		at += size;
		at += *at == '\n';
	}
	return g_strndup(text, (gsize)(at - text));
}
