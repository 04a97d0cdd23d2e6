/* arguments.c - see command/arguments.h */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "command/shape.h"

#define NAME_MAX_SIZE 100

/* ---- words ---- */

static void
add_word(GPtrArray *words, GString *word)
{
	if (word->len > 0)
		g_ptr_array_add(words, g_strndup(word->str, word->len));
	g_string_truncate(word, 0);
}

GStrv
td_arguments_words(const TdLine *line, gsize from, gsize to, gboolean comma)
{
	g_autoptr(GString) word = g_string_new(NULL);
	GPtrArray *words = g_ptr_array_new();
	char quote = '\0';

	while (to > from && line->plain[to - 1] == ' ')
		to--;
	if (to > from && line->plain[to - 1] == '.')
		to--;
	for (gsize i = from; i < to; i++) {
		char c = line->plain[i];

		if (quote == '\0' && word->len == 0 &&
		    (c == '"' || c == '\'') &&
		    memchr(line->plain + i + 1, c, to - i - 1) != NULL)
			quote = c;
		else if (quote != '\0' && c == quote)
			quote = '\0';
		else if (quote == '\0' && (c == ' ' || (comma && c == ',')))
			add_word(words, word);
		else
			g_string_append_c(word, c);
	}
	add_word(words, word);
	g_ptr_array_add(words, NULL);
	return (GStrv)g_ptr_array_free(words, FALSE);
}

static GStrv
fold_words(char *const *words)
{
	GPtrArray *folded = g_ptr_array_new();

	for (; *words != NULL; words++)
		g_ptr_array_add(folded, td_text_fold(*words));
	g_ptr_array_add(folded, NULL);
	return (GStrv)g_ptr_array_free(folded, FALSE);
}

void
td_reading_words(TdReading *reading, gsize to, gboolean comma)
{
	g_strfreev(reading->words);
	g_strfreev(reading->folded);
	reading->words = td_arguments_words(
	    reading->from->line, reading->from->from, to, comma);
	reading->folded = fold_words(reading->words);
	reading->count = g_strv_length(reading->words);
}

const TdValue *
td_reading_value(const TdReading *reading, guint kinds, const char *folded)
{
	g_autofree char *key = td_word_key(folded);

	return td_languages_value(reading->from->languages, kinds, key);
}

gboolean
td_reading_is_none(const TdReading *reading, const char *folded)
{
	return strcmp(folded, "-") == 0 ||
	    td_reading_value(reading, TD_VALUE_NONE, folded) != NULL;
}

guint
td_reading_first(const TdReading *reading)
{
	return reading->count > 1 &&
	        td_reading_value(reading, TD_VALUE_NOISE, reading->folded[0]) !=
	            NULL
	    ? 1
	    : 0;
}

gboolean
td_reading_is_name(const char *word)
{
	if (strlen(word) > NAME_MAX_SIZE)
		return FALSE;
	if (!g_unichar_isalnum(g_utf8_get_char(word)))
		return FALSE;
	for (; *word != '\0'; word = g_utf8_next_char(word)) {
		gunichar c = g_utf8_get_char(word);

		if (!g_unichar_isalnum(c) && !g_unichar_ismark(c) &&
		    (c >= 0x80 || strchr(" ._-+@/&", (int)c) == NULL))
			return FALSE;
	}
	return TRUE;
}

gboolean
td_reading_number(
    const char *word, guint64 least, guint64 most, guint64 *number)
{
	if (*word == '\0' || strlen(word) > 18 ||
	    word[strspn(word, "0123456789")] != '\0')
		return FALSE;
	*number = g_ascii_strtoull(word, NULL, 10);
	return *number >= least && *number <= most;
}

gboolean
td_reading_ticket(const char *word, guint64 *number)
{
	return td_reading_number(word + (*word == '#'), 1, G_MAXINT64, number);
}

void
td_reading_set_word(TdCommand *command, const char *word)
{
	g_free(command->word);
	command->word = g_strdup(word);
}

void
td_reading_set_text(const TdReading *reading, gsize at, TdCommand *command)
{
	g_free(command->text);
	command->text = td_line_text(
	    reading->from->line, at, reading->from->to);
	*reading->text_from = at;
}

static const TdShapeFunc shapes[] = {
	[TD_SHAPE_NONE] = td_shape_nothing,
	[TD_SHAPE_TEXT] = td_shape_text,
	[TD_SHAPE_TITLE] = td_shape_title,
	[TD_SHAPE_VALUE] = td_shape_value,
	[TD_SHAPE_FIELD] = td_shape_field,
	[TD_SHAPE_WHO] = td_shape_who,
	[TD_SHAPE_NAME] = td_shape_name,
	[TD_SHAPE_COPIES] = td_shape_copies,
	[TD_SHAPE_ADDRESS] = td_shape_one_address,
	[TD_SHAPE_LEVEL] = td_shape_level,
	[TD_SHAPE_RANK] = td_shape_rank,
	[TD_SHAPE_TYPE] = td_shape_type,
	[TD_SHAPE_TIME] = td_shape_time,
	[TD_SHAPE_TAGS] = td_shape_tags,
	[TD_SHAPE_MINUTES] = td_shape_minutes,
	[TD_SHAPE_TICKET] = td_shape_ticket,
	[TD_SHAPE_COUNT] = td_shape_count,
	[TD_SHAPE_LINK] = td_shape_link,
	[TD_SHAPE_REMIND] = td_shape_remind,
	[TD_SHAPE_LIST] = td_shape_list,
	[TD_SHAPE_REPORT] = td_shape_report,
	[TD_SHAPE_AWAY] = td_shape_away,
	[TD_SHAPE_SWITCH] = td_shape_switch,
	[TD_SHAPE_SCORE] = td_shape_score,
	[TD_SHAPE_LANGUAGE] = td_shape_language,
};

gboolean
td_arguments_read(
    const TdArguments *arguments, TdCommand *command, gsize *text_from)
{
	TdReading reading = { .from = arguments, .text_from = text_from };
	gboolean fits;

	*text_from = 0;
	td_reading_words(&reading, arguments->to, FALSE);
	fits = shapes[td_rule(command->verb)->shape](&reading, command);
	g_strfreev(reading.words);
	g_strfreev(reading.folded);
	return fits;
}

TdCommand *
td_command_new(TdVerb verb)
{
	TdCommand *command = g_new0(TdCommand, 1);

	command->verb = verb;
	command->line = g_strdup("");
	command->word = g_strdup("");
	command->text = g_strdup("");
	command->add = g_new0(char *, 1);
	command->remove = g_new0(char *, 1);
	command->set = g_new0(char *, 1);
	return command;
}

void
td_command_free(TdCommand *command)
{
	if (command == NULL)
		return;
	g_free(command->line);
	g_free(command->word);
	g_free(command->text);
	g_strfreev(command->add);
	g_strfreev(command->remove);
	g_strfreev(command->set);
	g_free(command);
}
