/* run-family.c - what who ends a ticket hears of those that are tied to it */

#include "config.h"

#include <string.h>

#include "desk/policy.h"
#include "desk/run-verbs.h"
#include "desk/talk-private.h"

/* Tickets that are named. */
#define NUMBERS_MAX 20

/* "#7, #9 and 3 more"; with @verb "#7 close; #9 close"; the caller's. */
static char *
list_numbers(const TdStep *step, const GArray *numbers, const char *verb)
{
	g_autoptr(GString) list = g_string_new(NULL);
	g_autofree char *left = NULL;
	g_autofree char *more = NULL;

	for (guint i = 0; i < numbers->len && i < NUMBERS_MAX; i++)
		g_string_append_printf(list, "%s#%" G_GUINT64_FORMAT "%s%s",
		    i == 0             ? ""
		        : verb == NULL ? ", "
		                       : "; ",
		    g_array_index(numbers, guint64, i), verb == NULL ? "" : " ",
		    verb == NULL ? "" : verb);
	if (numbers->len > NUMBERS_MAX && verb == NULL) {
		left = g_strdup_printf("%u", numbers->len - NUMBERS_MAX);
		more = td_talk_say(step->run->draft, step->run->who->language,
		    "and-more", "count", left, NULL);
		g_string_append_printf(list, " %s", more);
	}
	return g_string_free(g_steal_pointer(&list), FALSE);
}

/* What the speaker calls the command that ends a ticket as this one; the
 * caller's. */
static char *
name_end(const TdStep *step)
{
	TdVerb verb = step->command->verb == TD_VERB_RESOLVE ? TD_VERB_RESOLVE
	                                                     : TD_VERB_CLOSE;
	const char *words = td_command_words(verb, step->run->who->language);

	if (words == NULL)
		return g_strdup(td_verb_name(verb));
	return g_strndup(words, strcspn(words, ","));
}

/* One more sentence, which is worth a mail; none about no tickets. */
static void
say_numbers(const TdStep *step, const char *key, const GArray *numbers)
{
	g_autofree char *list = list_numbers(step, numbers, NULL);
	g_autofree char *word = name_end(step);
	g_autofree char *lines = list_numbers(step, numbers, word);

	if (numbers->len == 0)
		return;
	td_step_more(step, key, "numbers", list, "lines", lines, NULL);
	step->run->answered = TRUE;
}

/* Those that the plan ended with the step's ticket; the caller's. */
static GArray *
find_ended(const TdStep *step)
{
	const GPtrArray *events = step->run->draft->plan->events;
	GArray *numbers = g_array_new(FALSE, FALSE, sizeof(guint64));

	for (guint i = 0; i < events->len; i++) {
		const TdEvent *event = g_ptr_array_index(events, i);

		if (event->kind == TD_EVENT_STATUS &&
		    td_event_get_number(event, "parent") == step->number)
			g_array_append_val(numbers, event->ticket);
	}
	return numbers;
}

static gboolean
say_children(const TdStep *step, GError **error)
{
	TdDraft *draft = step->run->draft;
	const TdQueue *queue = td_conf_queue(
	    draft->desk->conf, step->ticket->queue);
	g_autoptr(GArray) ended = find_ended(step);
	g_autoptr(GArray) open = NULL;
	gboolean cut;

	if (!td_family_open(draft, step->number, &open, &cut, error))
		return FALSE;
	say_numbers(step, "more-parts-over", ended);
	if (queue != NULL && queue->children == TD_CHILDREN_KEEP)
		return TRUE;
	say_numbers(step, "more-parts", open);
	if (cut) {
		td_step_more(step, "more-parts-unseen", NULL);
		step->run->answered = TRUE;
	}
	return TRUE;
}

static gboolean
is_staff(const TdWho *who)
{
	return who->agent || who->control;
}

gboolean
td_step_finished(const TdStep *step, TdStatus before, GError **error)
{
	TdDraft *draft = step->run->draft;
	const TdWho *who = step->run->who;
	g_autoptr(GArray) blockers = NULL;

	if (before < TD_STATUS_RESOLVED &&
	    !td_family_finished(draft, who, step->number, error))
		return FALSE;
	/* Customers know nothing of other tickets. */
	if (!is_staff(who))
		return TRUE;
	if (!say_children(step, error) ||
	    !td_family_blockers(draft, step->number, &blockers, error))
		return FALSE;
	say_numbers(step, "more-blocked", blockers);
	return TRUE;
}

gboolean
td_step_left(const TdStep *step, TdStatus before, GError **error)
{
	TdDraft *draft = step->run->draft;
	const TdWho *who = step->run->who;

	if (before < TD_STATUS_RESOLVED &&
	    !td_family_unblocked(draft, who, step->number, error))
		return FALSE;
	return !is_staff(who) || say_children(step, error);
}

gboolean
td_step_reopened(const TdStep *step, TdStatus before, GError **error)
{
	return before < TD_STATUS_RESOLVED ||
	    td_family_reopened(
	        step->run->draft, step->run->who, step->number, error);
}
