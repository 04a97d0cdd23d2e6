/* run-result.c - what every verb says and writes */

#include "config.h"

#include <stdarg.h>
#include <string.h>

#include <ticketd/text.h>

#include "desk/run-verbs.h"
#include "desk/talk-private.h"

/* Pairs of word and value that a phrase takes at most. */
#define PAIRS_MAX 6

char *
td_run_number(guint64 number)
{
	return g_strdup_printf("%" G_GUINT64_FORMAT, number);
}

char *
td_run_time(const TdStep *step, gint64 time)
{
	return td_talk_time(step->run->draft->desk, time);
}

/* The phrase with its pairs, which end with NULL. */
static char *
say(const TdStep *step, const char *key, va_list list)
{
	char *pairs[2 * PAIRS_MAX] = { NULL };
	char *text;

	for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
		const char *each = va_arg(list, const char *);

		if (each == NULL)
			break;
		/* Much of it was written by somebody. */
		pairs[i] = td_text_printable(each, 0);
	}
	text = td_letters_say(step->run->draft->desk->letters,
	    step->run->who->language, key, pairs[0], pairs[1], pairs[2],
	    pairs[3], pairs[4], pairs[5], pairs[6], pairs[7], pairs[8],
	    pairs[9], pairs[10], pairs[11], NULL);
	for (guint i = 0; i < G_N_ELEMENTS(pairs); i++)
		g_free(pairs[i]);
	return text;
}

char *
td_step_say(const TdStep *step, const char *key, ...)
{
	va_list list;
	char *text;

	va_start(list, key);
	text = say(step, key, list);
	va_end(list);
	return text;
}

char *
td_step_verb(const TdStep *step)
{
	TdVerb verb = step->command->verb;
	const char *words = td_command_words(verb, step->run->who->language);

	if (words == NULL)
		return g_strdup(td_verb_name(verb));
	return g_strndup(words, strcspn(words, ","));
}

char *
td_step_status(const TdStep *step, TdStatus status)
{
	return td_talk_status(
	    step->run->draft, step->run->who->language, status);
}

char *
td_step_short_status(const TdStep *step, TdStatus status)
{
	g_autofree char *key = g_strconcat(
	    "short-", td_status_name(status), NULL);

	return td_step_say(step, key, NULL);
}

gboolean
td_step_answer(const TdStep *step, char *text)
{
	g_free(*step->result);
	*step->result = text;
	return TRUE;
}

gboolean
td_step_done(const TdStep *step, const char *key, ...)
{
	va_list list;

	va_start(list, key);
	td_step_answer(step, say(step, key, list));
	va_end(list);
	return TRUE;
}

gboolean
td_step_refuse(const TdStep *step, const char *key, ...)
{
	va_list list;

	va_start(list, key);
	td_step_answer(step, say(step, key, list));
	va_end(list);
	*step->refused = TRUE;
	return TRUE;
}

gboolean
td_step_more(const TdStep *step, const char *key, ...)
{
	g_autofree char *more = NULL;
	va_list list;

	va_start(list, key);
	more = say(step, key, list);
	va_end(list);
	return td_step_answer(
	    step, g_strconcat(*step->result, " ", more, NULL));
}

TdEvent *
td_step_add(const TdStep *step, TdEventKind kind)
{
	return td_draft_add(step->run->draft, kind, step->number);
}
