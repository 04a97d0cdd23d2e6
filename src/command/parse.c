/* parse.c - see ticketd/command.h: which lines of a text are commands */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "command/rows.h"
#include "command/sentence.h"

#define COMMANDS_MAX 50
#define MISTAKES_MAX 5
/* Lines looked at from the end up. */
#define TRAILING_MAX 60
#define IGNORED_SIZE_MAX 500
#define ROW_SIZE_READ 600

typedef struct {
	const TdCommandContext *context;
	TdReader reader;
	TdCommands *result;
	GArray *rows; /* of TdRow */
	GStrv mended; /* NULL: none */
	guint mended_next;
	gboolean full;    /* no more is read */
	gboolean stopped; /* what follows is not even text */
} Parse;

/* ---- results ---- */

static void
mistake_free(gpointer data)
{
	TdMistake *mistake = data;

	g_free(mistake->line);
	g_free(mistake->suggest);
	g_free(mistake->want);
	g_free(mistake);
}

static void
add_mistake(Parse *parse, TdMistakeKind kind, guint number, char *line,
    const TdSentence *sentence)
{
	TdMistake *mistake = g_new0(TdMistake, 1);

	mistake->kind = kind;
	mistake->number = number;
	mistake->line = line;
	mistake->suggest = sentence == NULL
	    ? g_strdup("")
	    : td_text_printable(sentence->suggest, 0);
	if (kind == TD_MISTAKE_ARGUMENT) {
		const TdVerbText *text = &parse->reader.languages.list[0]
		                              ->verbs[sentence->verb];
		gsize first = strcspn(text->words, ",");

		mistake->want = g_strdup_printf(
		    "%.*s%s", (int)first, text->words, text->takes);
	} else {
		mistake->want = g_strdup("");
	}
	g_ptr_array_add(parse->result->mistakes, mistake);
}

/* No more is read once there is too much of anything. */
static void
give_up(Parse *parse, guint number, const TdLine *line)
{
	parse->full = TRUE;
	add_mistake(parse, TD_MISTAKE_TOO_MANY, number,
	    td_line_shown(line, 0, line->size), NULL);
}

static void
take_commands(
    Parse *parse, TdSentence *sentence, guint number, const TdLine *line)
{
	GPtrArray *commands = parse->result->commands;

	if (commands->len + sentence->commands->len > COMMANDS_MAX) {
		give_up(parse, number, line);
		return;
	}
	while (sentence->commands->len > 0) {
		TdCommand *command = g_ptr_array_steal_index(
		    sentence->commands, 0);

		g_ptr_array_add(commands, command);
		parse->stopped = parse->stopped ||
		    command->verb == TD_VERB_STOP;
	}
}

/* ---- lines with a mistake, and those that stand for them ---- */

static const char *
next_mended(Parse *parse)
{
	if (parse->mended == NULL)
		return NULL;
	return parse->mended[parse->mended_next] == NULL
	    ? NULL
	    : parse->mended[parse->mended_next++];
}

static void
read_mended(Parse *parse, const char *text, guint number)
{
	g_auto(TdSentence) sentence = { 0 };
	g_auto(TdLine) line = { 0 };

	td_line_read(&line, text, strlen(text));
	td_sentence_read(&parse->reader, &line, TD_SENTENCE_STRICT, &sentence);
	if (sentence.kind == TD_SENTENCE_COMMANDS)
		take_commands(parse, &sentence, number, &line);
	else if (parse->result->mistakes->len == MISTAKES_MAX)
		give_up(parse, number, &line);
	else
		add_mistake(parse, sentence.mistake, number,
		    td_line_shown(&line, 0, line.size), &sentence);
}

/* FALSE: it is to be text. */
static gboolean
take_mistake(
    Parse *parse, TdSentence *sentence, guint number, const TdLine *line)
{
	const char *mended;

	if (parse->mended != NULL && parse->mended[0] == NULL &&
	    !sentence->sign && !parse->context->strict)
		return FALSE;
	mended = next_mended(parse);
	if (mended != NULL)
		read_mended(parse, mended, number);
	else if (parse->result->mistakes->len == MISTAKES_MAX)
		give_up(parse, number, line);
	else
		add_mistake(parse, sentence->mistake, number,
		    td_line_shown(line, 0, line->size), sentence);
	return TRUE;
}

static gboolean
take_sentence(
    Parse *parse, TdSentence *sentence, guint number, const TdLine *line)
{
	if (sentence->kind == TD_SENTENCE_TEXT)
		return FALSE;
	if (sentence->kind == TD_SENTENCE_MISTAKE)
		return take_mistake(parse, sentence, number, line);
	take_commands(parse, sentence, number, line);
	return TRUE;
}

/* ---- blocks ---- */

/* Of a line that is too long for a command its beginning will do, unless it is
 * one of those that may be long. */
static void
read_row(const Parse *parse, guint index, TdLine *line)
{
	const TdRow *row = td_row_at(parse->rows, index);
	gsize size = row->size;
	TdHead head;

	if (size <= ROW_SIZE_READ || parse->context->strict) {
		td_line_read(line, row->at, size);
		return;
	}
	for (size = ROW_SIZE_READ; (row->at[size] & 0xc0) == 0x80;)
		size--;
	td_line_read(line, row->at, size);
	td_head_read(&parse->reader, line, 0, line->size, &head);
	if (head.verb == TD_VERB_NOTE || line->size == 0) {
		td_line_clear(line);
		td_line_read(line, row->at, row->size);
	}
}

static gboolean
says_thanks(const Parse *parse, guint from, guint to)
{
	g_autofree char *rest = td_rows_text(parse->rows, from, to);

	return *rest == '\0' || td_command_is_thanks(rest);
}

/* Whether nothing that matters follows row @index: no text, that is, but maybe
 * more commands. */
static gboolean
is_last_word(const Parse *parse, guint index)
{
	guint next = index + 1;

	while (next < parse->rows->len && td_row_is_blank(parse->rows, next))
		next++;
	if (next < parse->rows->len) {
		g_auto(TdSentence) sentence = { 0 };
		g_auto(TdLine) line = { 0 };

		read_row(parse, next, &line);
		td_sentence_read(
		    &parse->reader, &line, TD_SENTENCE_MAIL, &sentence);
		if (sentence.kind == TD_SENTENCE_COMMANDS)
			return TRUE;
	}
	return says_thanks(parse, next, parse->rows->len);
}

/* Whether what fits is text all the same. */
static gboolean
is_text_after_all(const Parse *parse, const TdSentence *sentence, guint index)
{
	const TdCommand *first;

	if (sentence->kind != TD_SENTENCE_COMMANDS || parse->context->strict)
		return FALSE;
	if (sentence->alone)
		return !is_last_word(parse, index);
	/* A customer who cries "Stop!" does not mean our reading. */
	first = g_ptr_array_index(sentence->commands, 0);
	return first->verb == TD_VERB_STOP && parse->reader.customer &&
	    !sentence->sign && parse->result->commands->len == 0;
}

static gboolean
is_ignored(const Parse *parse, const TdLine *line)
{
	return !parse->context->strict && line->size <= IGNORED_SIZE_MAX &&
	    td_line_matches(line, parse->context->ignore_lines);
}

/* Reads the block at the top; returns the row behind it. */
static guint
read_top(Parse *parse)
{
	TdSentenceMode mode = parse->context->strict ? TD_SENTENCE_STRICT
	                                             : TD_SENTENCE_MAIL;
	guint i;

	for (i = 0; i < parse->rows->len && !parse->stopped && !parse->full;
	     i++) {
		g_auto(TdSentence) sentence = { 0 };
		g_auto(TdLine) line = { 0 };

		if (td_row_is_blank(parse->rows, i))
			continue;
		read_row(parse, i, &line);
		if (is_ignored(parse, &line))
			continue;
		td_sentence_read(&parse->reader, &line, mode, &sentence);
		if (is_text_after_all(parse, &sentence, i) ||
		    !take_sentence(parse, &sentence, i + 1, &line))
			break;
	}
	return i;
}

/* Where a line "#stop" ends the text; behind the last row if none does. */
static guint
find_stop(Parse *parse, guint from)
{
	for (guint i = from; i < parse->rows->len; i++) {
		g_auto(TdLine) line = { 0 };
		TdHead head;

		if (!td_row_may_stop(parse->rows, i))
			continue;
		read_row(parse, i, &line);
		td_head_read(&parse->reader, &line, 0, line.size, &head);
		if (head.sign && head.verb == TD_VERB_STOP &&
		    head.separator == '\0' && head.word_end + 1 >= head.to)
			return i;
	}
	return parse->rows->len;
}

/* Whether row @index can be part of a trailing block. */
static gboolean
is_trailing(const Parse *parse, guint index)
{
	g_auto(TdSentence) sentence = { 0 };
	g_auto(TdLine) line = { 0 };

	read_row(parse, index, &line);
	if (line.size == 0 || (line.plain[0] != '#' && line.plain[0] != '!'))
		return FALSE;
	td_sentence_read(&parse->reader, &line, TD_SENTENCE_MAIL, &sentence);
	return sentence.kind == TD_SENTENCE_COMMANDS ||
	    (sentence.kind == TD_SENTENCE_MISTAKE && sentence.sign);
}

/* The row where the trailing block begins; @to if there is none. */
static guint
find_trailing(const Parse *parse, guint from, guint to)
{
	guint first = to;

	for (guint i = to; i > from && to - i < TRAILING_MAX; i--) {
		if (td_row_is_blank(parse->rows, i - 1))
			continue;
		if (!is_trailing(parse, i - 1))
			break;
		first = i - 1;
	}
	return first;
}

static void
read_trailing(Parse *parse, guint from, guint to)
{
	for (guint i = from; i < to && !parse->stopped && !parse->full; i++) {
		g_auto(TdSentence) sentence = { 0 };
		g_auto(TdLine) line = { 0 };

		read_row(parse, i, &line);
		if (line.size == 0)
			continue;
		td_sentence_read(
		    &parse->reader, &line, TD_SENTENCE_MAIL, &sentence);
		take_sentence(parse, &sentence, i + 1, &line);
	}
}

/* ---- all of it ---- */

/* "priority-1": the word of a command is what is one. */
static char *
spell_out(const Parse *parse, const char *verb)
{
	for (const char *at = verb; (at = strchr(at, '-')) != NULL; at++) {
		g_autofree char *word = g_strndup(verb, (gsize)(at - verb));
		g_autofree char *key = td_word_key(word);

		if (at[1] != '\0' &&
		    td_languages_verb(&parse->reader.languages, key) !=
		        TD_VERB_NONE)
			return g_strconcat(word, " ", at + 1, NULL);
	}
	return g_strdup(verb);
}

static void
read_address_verb(Parse *parse, const char *verb)
{
	g_autofree char *text = td_text_utf8(verb, -1);
	g_autofree char *spelt = spell_out(parse, text);
	g_auto(TdSentence) sentence = { 0 };
	g_auto(TdLine) line = { 0 };

	td_line_read(&line, spelt, strlen(spelt));
	if (line.size == 0)
		return;
	td_sentence_read(&parse->reader, &line, TD_SENTENCE_STRICT, &sentence);
	take_sentence(parse, &sentence, 0, &line);
}

static void
read_text(Parse *parse)
{
	guint top = read_top(parse), end, trailing;

	if (parse->stopped)
		return;
	if (parse->full || parse->context->strict) {
		g_free(parse->result->text);
		parse->result->text = td_rows_text(
		    parse->rows, top, parse->rows->len);
		return;
	}
	end = find_stop(parse, top);
	trailing = find_trailing(parse, top, end);
	read_trailing(parse, trailing, MIN(end + 1, parse->rows->len));
	g_free(parse->result->text);
	parse->result->text = td_rows_text(parse->rows, top, trailing);
}

static GStrv
read_mended_lines(const char *mended)
{
	g_auto(GStrv) lines = NULL;
	g_autofree char *valid = NULL;
	GPtrArray *kept;

	if (mended == NULL)
		return NULL;
	valid = td_text_utf8(mended, -1);
	lines = g_strsplit(valid, "\n", -1);
	kept = g_ptr_array_new();
	for (guint i = 0; lines[i] != NULL; i++) {
		if (*g_strstrip(lines[i]) != '\0')
			g_ptr_array_add(kept, g_strdup(lines[i]));
	}
	g_ptr_array_add(kept, NULL);
	return (GStrv)g_ptr_array_free(kept, FALSE);
}

TdCommands *
td_command_parse(const char *text, const TdCommandContext *context)
{
	g_autofree char *valid = td_text_utf8(text, -1);
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	TdCommands *result = g_new0(TdCommands, 1);
	Parse parse = { .context = context, .result = result };
	const char *mended;

	result->commands = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_command_free);
	result->mistakes = g_ptr_array_new_with_free_func(mistake_free);
	result->text = g_strdup("");
	td_languages_init(&parse.reader.languages, context->languages);
	parse.reader.customer = context->customer;
	parse.reader.now = context->now;
	parse.reader.zone = context->zone == NULL ? utc : context->zone;
	parse.rows = td_rows_read(valid);
	parse.mended = read_mended_lines(context->mended);

	if (context->verb != NULL)
		read_address_verb(&parse, context->verb);
	if (!parse.stopped)
		read_text(&parse);
	while (!parse.full && (mended = next_mended(&parse)) != NULL)
		read_mended(&parse, mended, 0);
	g_array_unref(parse.rows);
	g_strfreev(parse.mended);
	return result;
}

void
td_commands_free(TdCommands *commands)
{
	if (commands == NULL)
		return;
	g_ptr_array_unref(commands->commands);
	g_ptr_array_unref(commands->mistakes);
	g_free(commands->text);
	g_free(commands);
}
