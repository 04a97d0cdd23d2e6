/* run-matter.c - commands that say what a ticket is about, and how much it
 * matters */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/fields.h"
#include "desk/policy.h"
#include "desk/run-verbs.h"

#define TYPE_MAX_SHOWN 50

/* ---- grades ---- */

/* The result: @key of the speaker's verb is @number now. */
static gboolean
say_grade(const TdStep *step, guint64 number)
{
	g_autofree char *verb = td_step_verb(step);
	g_autofree char *shown = td_run_number(number);

	if (number == 0)
		return td_step_done(step, "did-clear", "command", verb, NULL);
	return td_step_done(
	    step, "did-text", "command", verb, "text", shown, NULL);
}

/* Whether the command's number is a grade, and another one than @now; if not,
 * the step has its result. */
static gboolean
is_news(const TdStep *step, guint8 now, guint64 least)
{
	guint64 to = step->command->number;
	g_autofree char *verb = td_step_verb(step);
	g_autofree char *number = td_run_number(to);

	if (to < least || to > 5)
		td_step_refuse(step, "no-grade", "command", verb, NULL);
	else if (to == now)
		td_step_done(step, to == 0 ? "same-none" : "same-text",
		    "command", verb, "text", number, NULL);
	else
		return TRUE;
	return FALSE;
}

gboolean
td_run_priority(const TdStep *step, GError **error G_GNUC_UNUSED)
{
	guint8 before = step->ticket->priority;
	TdEvent *event;

	if (!is_news(step, before, 1))
		return TRUE;
	event = td_step_add(step, TD_EVENT_PRIORITY);
	td_event_set_number(event, "to", step->command->number);
	td_event_set_number(event, "from", before);
	return say_grade(step, step->command->number);
}

/* Whether the mail says by another line what the priority of the step's ticket
 * is to be. */
static gboolean
is_priority_given(const TdStep *step)
{
	const TdRun *run = step->run;
	const GPtrArray *commands = run->commands->commands;
	guint64 aim = step->command->ticket;

	for (guint i = 0; i < commands->len; i++) {
		const TdCommand *each = g_ptr_array_index(commands, i);
		guint64 other = each->ticket;

		if (each->verb == TD_VERB_PRIORITY &&
		    (other == 0 ? run->ticket : other) ==
		        (aim == 0 ? run->ticket : aim))
			return TRUE;
	}
	return FALSE;
}

/* The priority follows from @urgency and @impact, by the same event. */
static gboolean
follow(const TdStep *step, TdEvent *event, guint before, guint urgency,
    guint impact)
{
	guint to = td_conf_priority(
	    step->run->draft->desk->conf, urgency, impact);
	g_autofree char *number = td_run_number(to);

	if ((urgency == 0 && impact == 0) || to == before ||
	    is_priority_given(step))
		return TRUE;
	td_event_set_number(event, "to", to);
	td_event_set_number(event, "from", before);
	return td_step_more(step, "more-priority", "number", number, NULL);
}

gboolean
td_run_urgency(const TdStep *step, GError **error G_GNUC_UNUSED)
{
	guint to = (guint)step->command->number;
	guint priority = step->ticket->priority;
	guint8 before = step->ticket->urgency;
	guint impact = step->ticket->impact;
	TdEvent *event;

	if (!is_news(step, before, 0))
		return TRUE;
	event = td_step_add(step, TD_EVENT_PRIORITY);
	td_event_set_number(event, "urgency", to);
	td_event_set_number(event, "urgency_from", before);
	return say_grade(step, to) && follow(step, event, priority, to, impact);
}

gboolean
td_run_impact(const TdStep *step, GError **error G_GNUC_UNUSED)
{
	guint to = (guint)step->command->number;
	guint priority = step->ticket->priority;
	guint urgency = step->ticket->urgency;
	guint8 before = step->ticket->impact;
	TdEvent *event;

	if (!is_news(step, before, 0))
		return TRUE;
	event = td_step_add(step, TD_EVENT_PRIORITY);
	td_event_set_number(event, "impact", to);
	td_event_set_number(event, "impact_from", before);
	return say_grade(step, to) &&
	    follow(step, event, priority, urgency, to);
}

/* ---- types ---- */

static const char *const built_in_types[] = { "incident", "request", "problem",
	"change", "question", "task", "complaint", "bug", NULL };

/* Type @word as it is written in events, NULL if there is none such: where the
 * desk has types of its own, others are mistakes.  The caller's. */
static char *
find_type(const TdConf *conf, const char *word)
{
	g_autofree char *folded = td_text_fold(word);

	for (guint i = 0; i < conf->types->len; i++) {
		const TdTicketType *type = g_ptr_array_index(conf->types, i);
		g_autofree char *name = td_text_fold(type->name);

		if (strcmp(name, folded) == 0)
			return g_strdup(type->name);
	}
	if (*word == '\0' || conf->types->len == 0 ||
	    g_strv_contains(built_in_types, folded))
		return td_text_printable(word, TYPE_MAX_SHOWN);
	return NULL;
}

static gboolean
refuse_type(const TdStep *step)
{
	const TdConf *conf = step->run->draft->desk->conf;
	g_autofree char *list = g_strjoinv(", ", (char **)built_in_types);
	g_autoptr(GString) names = g_string_new(list);

	for (guint i = 0; i < conf->types->len; i++) {
		const TdTicketType *type = g_ptr_array_index(conf->types, i);

		if (!g_strv_contains(built_in_types, type->name))
			g_string_append_printf(names, ", %s", type->name);
	}
	return td_step_refuse(step, "no-such-type", "type", step->command->word,
	    "names", names->str, NULL);
}

/* What the ticket lacks now that it has another type. */
static gboolean
tell_lacking(const TdStep *step, GError **error)
{
	const TdDraft *draft = step->run->draft;
	const TdTicket *ticket = td_draft_need(
	    step->run->draft, step->number, error);
	g_autoptr(GPtrArray) names = NULL;
	g_autofree char *list = NULL;

	if (ticket == NULL)
		return FALSE;
	names = td_ticket_lacks(draft->desk->conf, ticket);
	if (names->len == 0)
		return TRUE;
	list = td_field_list(draft->desk, step->run->who->language, names);
	return td_step_more(step, "more-lacking", "fields", list, NULL);
}

gboolean
td_run_type(const TdStep *step, GError **error)
{
	const char *from = step->ticket->type;
	g_autofree char *to = find_type(
	    step->run->draft->desk->conf, step->command->word);
	g_autofree char *verb = td_step_verb(step);
	TdEvent *event;

	if (to == NULL)
		return refuse_type(step);
	if (strcmp(from, to) == 0) {
		td_step_done(step, *to == '\0' ? "same-none" : "same-text",
		    "command", verb, "text", to, NULL);
		return tell_lacking(step, error);
	}
	event = td_step_add(step, TD_EVENT_TYPE);
	td_event_set(event, "from", from);
	td_event_set(event, "to", to);
	if (*to == '\0')
		return td_step_done(step, "did-clear", "command", verb, NULL);
	td_step_done(step, "did-text", "command", verb, "text", to, NULL);
	return tell_lacking(step, error);
}

/* ---- fields ---- */

static gboolean
refuse_value(const TdStep *step, const char *name, const char *label)
{
	const TdFieldKind *kind = td_conf_field(
	    step->run->draft->desk->conf, name);
	g_autofree char *values = NULL;

	if (kind == NULL || kind->values[0] == NULL)
		return td_step_refuse(step, "no-value", "command", label, NULL);
	values = g_strjoinv(", ", kind->values);
	return td_step_refuse(step, "no-such-value", "command", label, "text",
	    step->command->text, "names", values, NULL);
}

static gboolean
set_field(const TdStep *step, const char *name)
{
	TdDraft *draft = step->run->draft;
	const char *text = step->command->text;
	const char *before = td_ticket_field(step->ticket, name);
	g_autofree char *label = td_field_label(
	    draft->desk, step->run->who->language, name);
	g_autofree char *value = *text == '\0'
	    ? g_strdup("")
	    : td_field_value(draft->desk->conf, name, text);

	if (value == NULL)
		return refuse_value(step, name, label);
	if (strcmp(before, value) == 0)
		return td_step_done(step,
		    *value == '\0' ? "same-none" : "same-text", "command",
		    label, "text", value, NULL);
	td_field_set(draft, step->ticket, name, value);
	if (*value == '\0')
		return td_step_done(step, "did-clear", "command", label, NULL);
	return td_step_done(
	    step, "did-text", "command", label, "text", value, NULL);
}

gboolean
td_run_service(const TdStep *step, GError **error G_GNUC_UNUSED)
{
	return set_field(step, TD_FIELD_SERVICE);
}

gboolean
td_run_equipment(const TdStep *step, GError **error G_GNUC_UNUSED)
{
	return set_field(step, TD_FIELD_EQUIPMENT);
}

gboolean
td_run_field(const TdStep *step, GError **error G_GNUC_UNUSED)
{
	const TdDesk *desk = step->run->draft->desk;
	g_autoptr(GPtrArray) names = td_field_names(desk->conf);
	g_autoptr(GHashTable) words = td_field_words(desk, names);
	g_autofree char *key = td_field_key(step->command->word);
	const char *name = g_hash_table_lookup(words, key);
	g_autofree char *list = NULL;

	if (name != NULL)
		return set_field(step, name);
	list = td_field_list(desk, step->run->who->language, names);
	return td_step_refuse(step, "no-such-field", "name",
	    step->command->word, "names", list, NULL);
}
