/* head.c - the beginning of a command: aim, sign, word and separator; see
 * command/sentence.h */

#include "config.h"

#include <string.h>

#include "command/sentence.h"

/* Commands have at most so many words, and such a number so many digits. */
#define WORDS_MAX 3
#define DIGITS_MAX 18

gboolean
td_reader_may(const TdReader *reader, TdVerb verb)
{
	return (td_rule(verb)->flags &
	           (guint)(reader->customer ? TD_RULE_CUSTOMER
	                                    : TD_RULE_AGENT)) != 0;
}

/* One word may mean different things to both sides. */
static TdVerb
verb_of(const TdReader *reader, const char *key)
{
	TdVerb verb = td_languages_verb(&reader->languages, key);

	if (reader->customer && verb == TD_VERB_RESOLVE)
		return TD_VERB_CLOSE;
	if (!reader->customer && verb == TD_VERB_UNSUBSCRIBE)
		return TD_VERB_UNWATCH;
	return verb;
}

static gsize
skip_blanks(const TdLine *line, gsize at, gsize to)
{
	while (at < to && line->plain[at] == ' ')
		at++;
	return at;
}

static gboolean
is_letter(const TdLine *line, gsize at, gsize to)
{
	return at < to && g_unichar_isalpha(g_utf8_get_char(line->plain + at));
}

/* "#123 ", "#123: " or "#123" and the end. */
static gsize
read_aim(const TdLine *line, gsize at, gsize to, guint64 *aim)
{
	gsize digits, end;

	if (at >= to || line->plain[at] != '#')
		return at;
	digits = strspn(line->plain + at + 1, "0123456789");
	end = at + 1 + digits;
	if (digits == 0 || digits > DIGITS_MAX || end >= to)
		return at;
	if (line->plain[end] == ':' || line->plain[end] == ',')
		end++;
	if (end >= to || line->plain[end] != ' ')
		return at;
	*aim = g_ascii_strtoull(line->plain + at + 1, NULL, 10);
	return *aim == 0 ? at : skip_blanks(line, end, to);
}

/* Behind the word that begins at @at; the final dot of all is none of it. */
static gsize
word_end(const TdLine *line, gsize at, gsize to)
{
	while (at < to && strchr(" :=", line->plain[at]) == NULL)
		at++;
	if (at == to && at > 0 && line->plain[at - 1] == '.')
		at--;
	return at;
}

/* The verb of as many words as can be. */
static void
read_verb(const TdReader *reader, const TdLine *line, TdHead *head)
{
	g_autoptr(GString) words = g_string_new(NULL);
	gsize at = head->word;

	head->word_end = word_end(line, at, head->to);
	for (guint i = 0; i < WORDS_MAX && is_letter(line, at, head->to); i++) {
		gsize end = word_end(line, at, head->to);
		g_autofree char *key = NULL;
		TdVerb verb;

		if (i > 0)
			g_string_append_c(words, ' ');
		g_string_append_len(
		    words, line->plain + at, (gssize)(end - at));
		key = td_word_key(words->str);
		verb = verb_of(reader, key);
		if (verb != TD_VERB_NONE) {
			head->verb = verb;
			head->word_end = end;
		}
		at = skip_blanks(line, end, head->to);
	}
}

/* "cc =x" sets; "cc = x" and "cc=x" only part. */
static gboolean
is_separator(const TdLine *line, const TdHead *head, gsize at)
{
	TdShape shape = td_rule(head->verb)->shape;

	if (at >= head->to || line->plain[at] == ':')
		return at < head->to;
	return line->plain[at] == '=' &&
	    ((shape != TD_SHAPE_COPIES && shape != TD_SHAPE_TAGS) ||
	        at == head->word_end || at + 1 >= head->to ||
	        line->plain[at + 1] == ' ');
}

void
td_head_read(const TdReader *reader, const TdLine *line, gsize from, gsize to,
    TdHead *head)
{
	gsize at;

	from = skip_blanks(line, from, to);
	while (to > from && line->plain[to - 1] == ' ')
		to--;
	memset(head, 0, sizeof(*head));
	head->from = from;
	head->to = to;
	at = read_aim(line, from, to, &head->aim);
	if (at < to && (line->plain[at] == '#' || line->plain[at] == '!') &&
	    is_letter(line, at + 1, to)) {
		head->sign = TRUE;
		at++;
	}
	head->word = at;
	read_verb(reader, line, head);
	at = skip_blanks(line, head->word_end, to);
	if (is_separator(line, head, at)) {
		head->separator = line->plain[at];
		at = skip_blanks(line, at + 1, to);
	}
	head->arguments = at;
}

TdCommand *
td_head_command(const TdReader *reader, const TdLine *line, const TdHead *head,
    gsize *text_from)
{
	g_autoptr(TdCommand) command = td_command_new(head->verb);
	TdArguments arguments = {
		.languages = &reader->languages,
		.now = reader->now,
		.zone = reader->zone,
		.line = line,
		.from = head->arguments,
		.to = head->to,
		.separator = head->separator,
	};

	if (!td_arguments_read(&arguments, command, text_from))
		return NULL;
	command->ticket = head->aim;
	g_free(command->line);
	command->line = td_line_shown(line, head->from, head->to);
	return g_steal_pointer(&command);
}
