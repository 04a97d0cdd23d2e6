/* shapes.c - people, places and words behind a command: see command/shape.h */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "command/shape.h"

gboolean
td_shape_nothing(TdReading *reading, TdCommand *command)
{
	(void)command;
	return reading->count == 0 && reading->from->separator == '\0';
}

gboolean
td_shape_text(TdReading *reading, TdCommand *command)
{
	if (reading->from->separator == '\0')
		return reading->count == 0;
	td_reading_set_text(reading, reading->from->from, command);
	return TRUE;
}

gboolean
td_shape_title(TdReading *reading, TdCommand *command)
{
	return reading->from->separator != '\0' &&
	    td_shape_text(reading, command) && *command->text != '\0';
}

/* '-' and "none" stand for no text. */
static void
clear_if_none(const TdReading *reading, TdCommand *command)
{
	g_autofree char *folded = td_text_fold(command->text);

	if (!td_reading_is_none(reading, folded))
		return;
	g_free(command->text);
	command->text = g_strdup("");
}

gboolean
td_shape_value(TdReading *reading, TdCommand *command)
{
	if (!td_shape_title(reading, command))
		return FALSE;
	clear_if_none(reading, command);
	return TRUE;
}

/* The name may be several words: a label. */
gboolean
td_shape_field(TdReading *reading, TdCommand *command)
{
	const TdLine *line = reading->from->line;
	gsize from = reading->from->from;
	gsize at = from;

	while (at < reading->from->to && strchr(":=", line->plain[at]) == NULL)
		at++;
	if (at == reading->from->to)
		return FALSE;
	g_free(command->word);
	command->word = td_line_text(line, from, at);
	td_reading_set_text(reading, at + 1, command);
	if (*command->text == '\0' || !td_reading_is_name(command->word))
		return FALSE;
	clear_if_none(reading, command);
	return TRUE;
}

gboolean
td_shape_who(TdReading *reading, TdCommand *command)
{
	guint first = td_reading_first(reading);
	const char *word, *folded;

	if (reading->count != first + 1)
		return FALSE;
	word = reading->words[first];
	folded = reading->folded[first];
	if (td_reading_is_none(reading, folded))
		return TRUE;
	if (strcmp(word, "!") == 0 ||
	    td_reading_value(reading, TD_VALUE_ME, folded) != NULL) {
		td_reading_set_word(command, "me");
		return TRUE;
	}
	word += *word == '@';
	td_reading_set_word(command, word);
	return td_reading_is_name(word) &&
	    td_reading_value(reading, TD_VALUE_NOISE, folded) == NULL;
}

gboolean
td_shape_name(TdReading *reading, TdCommand *command)
{
	if (reading->count != 1)
		return FALSE;
	td_reading_set_word(command, reading->words[0]);
	return td_reading_is_name(command->word);
}

/* @word without what mail programs make of an address: "<a@b>",
 * "a@b<mailto:a@b>"; NULL if it is none. */
static char *
read_address(const char *word)
{
	g_autofree char *plain = NULL;
	const char *copy;

	if (g_ascii_strncasecmp(word, "mailto:", 7) == 0)
		word += 7;
	plain = g_strdup(word);
	copy = strstr(plain, "<mailto:");
	if (copy != NULL)
		plain[copy - plain] = '\0';
	return td_address_fold(plain);
}

gboolean
td_shape_one_address(TdReading *reading, TdCommand *command)
{
	guint first = td_reading_first(reading), count = reading->count;

	if (count > first + 1 &&
	    g_str_has_prefix(reading->folded[count - 1], "<mailto:"))
		count--;
	if (count != first + 1)
		return FALSE;
	g_free(command->word);
	command->word = read_address(reading->words[first]);
	if (command->word != NULL)
		return TRUE;
	command->word = g_strdup("");
	return FALSE;
}

static void
add_to(GStrv *list, char *word)
{
	guint count = g_strv_length(*list);

	*list = g_renew(char *, *list, count + 2);
	(*list)[count] = word;
	(*list)[count + 1] = NULL;
}

/* "+x -y =z": @read makes an entry of a word, or NULL. */
static gboolean
read_set(TdReading *reading, TdCommand *command, char *(*read)(const char *))
{
	td_reading_words(reading, reading->from->to, TRUE);
	if (reading->count == 1 &&
	    td_reading_is_none(reading, reading->folded[0])) {
		td_reading_set_word(command, "none");
		return TRUE;
	}
	for (guint i = 0; i < reading->count; i++) {
		const char *word = reading->words[i];
		gboolean sign = strchr("+-=", *word) != NULL;
		char *entry = read(word + sign);

		if (entry == NULL)
			return FALSE;
		add_to(*word == '-'    ? &command->remove
		        : *word == '=' ? &command->set
		                       : &command->add,
		    entry);
	}
	return reading->count > 0;
}

gboolean
td_shape_copies(TdReading *reading, TdCommand *command)
{
	return read_set(reading, command, read_address);
}

static char *
read_tag(const char *word)
{
	g_autofree char *folded = td_text_fold(word + (*word == '#'));

	if (!td_reading_is_name(folded) || strpbrk(folded, " @&") != NULL)
		return NULL;
	return g_steal_pointer(&folded);
}

/* Several without a sign or comma are a sentence: "tag along with us". */
gboolean
td_shape_tags(TdReading *reading, TdCommand *command)
{
	guint signs = 0;

	for (guint i = 0; i < reading->count; i++)
		signs += strchr("+-=#", *reading->words[i]) != NULL ||
		    strchr(reading->words[i], ',') != NULL;
	if (reading->count > 1 && signs == 0 && reading->from->separator == 0)
		return FALSE;
	return read_set(reading, command, read_tag);
}
