/* shapes-number.c - numbers, times and choices behind a command: see
 * command/shape.h */

#include "config.h"

#include <string.h>

#include "command/shape.h"
#include "command/when.h"

/* When a day begins for which no time is given, and when things are due. */
#define MORNING 9
#define EVENING 18

#define COUNT_MAX 1000
/* A year of work, in minutes. */
#define MINUTES_MAX 124800
/* Times with more colons than that are none. */
#define COLONS_MAX 8

gboolean
td_shape_level(TdReading *reading, TdCommand *command)
{
	const TdValue *value;

	if (reading->count != 1)
		return FALSE;
	if (td_reading_number(reading->words[0], 1, 5, &command->number))
		return TRUE;
	value = td_reading_value(reading, TD_VALUE_LEVEL, reading->folded[0]);
	if (value == NULL)
		return FALSE;
	command->number = value->number;
	return TRUE;
}

gboolean
td_shape_rank(TdReading *reading, TdCommand *command)
{
	if (reading->count == 1 &&
	    td_reading_is_none(reading, reading->folded[0]))
		return TRUE;
	return td_shape_level(reading, command);
}

gboolean
td_shape_type(TdReading *reading, TdCommand *command)
{
	const TdValue *value;

	if (reading->count != 1)
		return FALSE;
	if (td_reading_is_none(reading, reading->folded[0]))
		return TRUE;
	value = td_reading_value(reading, TD_VALUE_TYPE, reading->folded[0]);
	td_reading_set_word(
	    command, value == NULL ? reading->folded[0] : value->name);
	return td_reading_is_name(command->word) &&
	    strpbrk(command->word, " @") == NULL;
}

/* Of words @first to @end.  Whether a time that is past will do is for who runs
 * the command to say. */
static gboolean
read_when(
    TdReading *reading, guint first, guint end, int hour, TdCommand *command)
{
	TdWhen when = {
		.languages = reading->from->languages,
		.now = reading->from->now,
		.zone = reading->from->zone,
		.hour = hour,
	};

	if (end == first + 1 &&
	    td_reading_is_none(reading, reading->folded[first]))
		return TRUE;
	return td_when_read(
	    &when, reading->folded + first, end - first, &command->time);
}

/* "remind me ..." is the same. */
static gboolean
read_reminder(TdReading *reading, TdCommand *command)
{
	guint first = reading->count > 1 &&
	    td_reading_value(reading, TD_VALUE_ME, reading->folded[0]) != NULL;

	return read_when(reading, first, reading->count, MORNING, command);
}

gboolean
td_shape_time(TdReading *reading, TdCommand *command)
{
	return read_when(reading, 0, reading->count,
	    command->verb == TD_VERB_DUE ? EVENING : MORNING, command);
}

/* The text begins behind the first colon or equal sign that leaves a time
 * before it: "fri 10:00: ring him". */
gboolean
td_shape_remind(TdReading *reading, TdCommand *command)
{
	const TdArguments *from = reading->from;
	guint tries = 0;

	for (gsize i = from->from; i < from->to && tries < COLONS_MAX; i++) {
		if (from->line->plain[i] != ':' && from->line->plain[i] != '=')
			continue;
		tries++;
		td_reading_words(reading, i, FALSE);
		if (!read_reminder(reading, command))
			continue;
		td_reading_set_text(reading, i + 1, command);
		return TRUE;
	}
	td_reading_words(reading, from->to, FALSE);
	return read_reminder(reading, command);
}

gboolean
td_shape_minutes(TdReading *reading, TdCommand *command)
{
	return reading->count > 0 &&
	    td_when_minutes(reading->from->languages, reading->folded,
	        reading->count, &command->number) &&
	    command->number >= 1 && command->number <= MINUTES_MAX;
}

gboolean
td_shape_ticket(TdReading *reading, TdCommand *command)
{
	guint first = td_reading_first(reading);

	return reading->count == first + 1 &&
	    td_reading_ticket(reading->words[first], &command->number);
}

gboolean
td_shape_count(TdReading *reading, TdCommand *command)
{
	if (reading->count == 0)
		return reading->from->separator == '\0';
	return reading->count == 1 &&
	    td_reading_number(
	        reading->words[0], 1, COUNT_MAX, &command->number);
}

/* "parent 15", "parent of #15", "15" (related); "- 15" takes it away. */
gboolean
td_shape_link(TdReading *reading, TdCommand *command)
{
	guint count = reading->count;
	const TdValue *value;

	if (count == 0 ||
	    !td_reading_ticket(reading->words[count - 1], &command->number))
		return FALSE;
	count--;
	if (count > 0 &&
	    td_reading_value(
	        reading, TD_VALUE_NOISE, reading->folded[count - 1]))
		count--;
	if (count == 0) {
		td_reading_set_word(command, "related");
		return TRUE;
	}
	if (count != 1)
		return FALSE;
	if (td_reading_is_none(reading, reading->folded[0]))
		return TRUE;
	value = td_reading_value(reading, TD_VALUE_LINK, reading->folded[0]);
	if (value != NULL)
		td_reading_set_word(command, value->name);
	return value != NULL;
}

gboolean
td_shape_list(TdReading *reading, TdCommand *command)
{
	const TdValue *value;

	if (reading->count == 0)
		return reading->from->separator == '\0';
	if (g_str_has_prefix(reading->folded[0], "queue=") &&
	    reading->count == 1) {
		td_reading_set_word(command, "queue");
		g_free(command->text);
		command->text = g_strdup(reading->words[0] + 6);
		return td_reading_is_name(command->text);
	}
	value = td_reading_value(reading, TD_VALUE_LIST, reading->folded[0]);
	if (value == NULL)
		return FALSE;
	td_reading_set_word(command, value->name);
	if (strcmp(value->name, "queue") != 0)
		return reading->count == 1;
	if (reading->count != 2 || !td_reading_is_name(reading->words[1]))
		return FALSE;
	g_free(command->text);
	command->text = g_strdup(reading->words[1]);
	return TRUE;
}

/* Reports have names that are known, or "Report attached" would be one. */
gboolean
td_shape_report(TdReading *reading, TdCommand *command)
{
	if (reading->count == 0)
		return FALSE;
	td_reading_set_word(command, reading->words[0]);
	return td_reading_value(reading, TD_VALUE_REPORT, reading->folded[0]) !=
	    NULL;
}

/* A time, then maybe "deputy", then maybe a name. */
gboolean
td_shape_away(TdReading *reading, TdCommand *command)
{
	guint count = MIN(reading->count, 8);
	guint all = reading->count;
	const TdValue *value;

	if (all == 1) {
		value = td_reading_value(
		    reading, TD_VALUE_SWITCH, reading->folded[0]);
		if (value != NULL && strcmp(value->name, "off") == 0)
			return TRUE;
	}
	for (; count > 0; count--) {
		if (read_when(reading, 0, count, MORNING, command))
			break;
		command->time = 0;
	}
	if (count == 0)
		return FALSE;
	if (count < all - 1 &&
	    td_reading_value(reading, TD_VALUE_DEPUTY, reading->folded[count]))
		count++;
	if (count == all)
		return TRUE;
	td_reading_set_word(command, reading->words[all - 1]);
	return count == all - 1 && td_reading_is_name(command->word) &&
	    td_reading_value(
	        reading, TD_VALUE_DEPUTY, reading->folded[count]) == NULL;
}

gboolean
td_shape_switch(TdReading *reading, TdCommand *command)
{
	const TdValue *value;

	if (reading->count != 1)
		return FALSE;
	value = td_reading_value(reading, TD_VALUE_SWITCH, reading->folded[0]);
	if (value != NULL)
		td_reading_set_word(command, value->name);
	return value != NULL;
}

gboolean
td_shape_score(TdReading *reading, TdCommand *command)
{
	const TdArguments *from = reading->from;
	gsize at = from->from;

	while (at < from->to && strchr(":=", from->line->plain[at]) == NULL)
		at++;
	if (at < from->to) {
		td_reading_words(reading, at, FALSE);
		td_reading_set_text(reading, at + 1, command);
	}
	return reading->count == 1 &&
	    td_reading_number(reading->words[0], 1, 5, &command->number);
}

gboolean
td_shape_language(TdReading *reading, TdCommand *command)
{
	const TdValue *value;
	const char *word;
	gsize letters;

	if (reading->count != 1)
		return FALSE;
	word = reading->folded[0];
	value = td_reading_value(reading, TD_VALUE_LANGUAGE, word);
	td_reading_set_word(command, value == NULL ? word : value->name);
	letters = strspn(word, "abcdefghijklmnopqrstuvwxyz");
	return value != NULL ||
	    ((letters == 2 || letters == 3) &&
	        (word[letters] == '\0' ||
	            (strchr("-_", word[letters]) != NULL &&
	                strlen(word + letters) <= 9 &&
	                td_reading_is_name(word))));
}
