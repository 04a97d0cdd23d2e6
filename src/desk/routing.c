/* routing.c - which rules of the configuration fire for a new ticket */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/policy.h"
#include "desk/routing.h"

/* Names of rules that the ticket's record keeps, in bytes. */
#define RULES_MAX 2000

void
td_routing_clear(TdRouting *routing)
{
	g_clear_pointer(&routing->type, g_free);
	g_clear_pointer(&routing->owner, g_free);
	g_clear_pointer(&routing->template, g_free);
	if (routing->rules != NULL)
		g_string_free(g_steal_pointer(&routing->rules), TRUE);
	g_clear_pointer(&routing->tags, g_ptr_array_unref);
	g_clear_pointer(&routing->fields, g_ptr_array_unref);
	g_clear_pointer(&routing->watch, g_ptr_array_unref);
	g_clear_pointer(&routing->by, g_hash_table_unref);
}

void
td_routing_fired(TdSaying *saying, char *why, gboolean taken)
{
	TdRouting *routing = &saying->decision->routing;

	if (taken) {
		if (routing->rules == NULL)
			routing->rules = g_string_new(NULL);
		if (routing->rules->len < RULES_MAX)
			g_string_append_printf(routing->rules, "%s%s",
			    routing->rules->len == 0 ? "" : ", ", saying->by);
	}
	td_plan_fired(saying->decision->plan, g_strdup(saying->by), why,
	    g_strdup(saying->what->len == 0 ? "nothing" : saying->what->str));
}

/* ---- what a rule says ---- */

static void
take_grades(TdSaying *saying, const TdRoutingRule *rule)
{
	const struct {
		const char *what;
		guint grade;
	} grades[] = {
		{ "priority", rule->priority },
		{ "urgency", rule->urgency },
		{ "impact", rule->impact },
	};

	for (guint i = 0; i < G_N_ELEMENTS(grades); i++)
		if (grades[i].grade != 0)
			td_routing_set_grade(
			    saying, grades[i].what, grades[i].grade);
}

/* "name: value" */
static void
take_field(TdSaying *saying, const char *text, const TdCaptures *captures)
{
	const char *colon = strchr(text, ':');
	g_autofree char *name = g_strndup(text, (gsize)(colon - text));
	g_autofree char *value = td_captures_fill(captures, colon + 1);

	td_routing_set_field(saying, name, value);
}

static void
take_texts(
    TdSaying *saying, const TdRoutingRule *rule, const TdCaptures *captures)
{
	g_autofree char *queue = NULL;
	g_autofree char *type = NULL;

	if (rule->queue != NULL) {
		queue = td_captures_fill(captures, rule->queue);
		td_routing_set_queue(saying, queue);
	}
	take_grades(saying, rule);
	if (rule->type != NULL) {
		type = td_captures_fill(captures, rule->type);
		td_routing_set_type(saying, type);
	}
	for (guint i = 0; rule->tags[i] != NULL; i++) {
		g_autofree char *tag = td_captures_fill(
		    captures, rule->tags[i]);

		td_routing_add_tag(saying, tag);
	}
	for (guint i = 0; rule->fields[i] != NULL; i++)
		take_field(saying, rule->fields[i], captures);
}

static gboolean
take_agents(TdSaying *saying, const TdRoutingRule *rule,
    const TdCaptures *captures, GError **error)
{
	g_autofree char *owner = NULL;

	if (rule->owner != NULL) {
		owner = td_captures_fill(captures, rule->owner);
		if (!td_routing_set_owner(saying, owner, error))
			return FALSE;
	}
	for (guint i = 0; rule->watch[i] != NULL; i++) {
		g_autofree char *watcher = td_captures_fill(
		    captures, rule->watch[i]);

		if (!td_routing_add_watcher(saying, watcher, error))
			return FALSE;
	}
	return TRUE;
}

static void
take_answer(TdSaying *saying, const TdRoutingRule *rule)
{
	TdRouting *routing = &saying->decision->routing;

	if (rule->template != NULL) {
		g_free(routing->template);
		routing->template = g_strdup(rule->template);
		td_routing_tell(saying, "template %s", rule->template);
	}
	if (!rule->acknowledge) {
		routing->silent = TRUE;
		td_routing_tell(saying, "no acknowledgement");
	}
	if (rule->stop)
		td_routing_tell(saying, "stop");
}

/* Looks at one rule and does what it says; *@fired: its conditions hold. */
static gboolean
try_rule(TdRoutingMail *mail, TdDecision *decision, const TdRoutingRule *rule,
    gboolean *fired, GError **error)
{
	g_autofree char *by = NULL;
	g_autoptr(GHashTable) captures = td_captures_new();
	g_autoptr(GString) why = g_string_new(NULL);
	g_autoptr(GString) what = g_string_new(NULL);
	TdSaying saying = { decision, NULL, what };
	gboolean cut;

	*fired = td_routing_matches(mail, rule, captures, why, &cut);
	if (!*fired && !cut)
		return TRUE;
	by = g_strdup_printf(
	    "rule %s%s", rule->name, *fired ? "" : " (ran away)");
	saying.by = by;
	if (*fired) {
		take_texts(&saying, rule, captures);
		if (!take_agents(&saying, rule, captures, error))
			return FALSE;
		take_answer(&saying, rule);
	}
	td_routing_fired(&saying, g_strdup(why->str), TRUE);
	return TRUE;
}

gboolean
td_route(TdDecision *decision, GError **error)
{
	const GPtrArray *rules = decision->desk->conf->rules;
	g_auto(TdRoutingMail) mail = { 0 };
	gboolean over = FALSE;

	if (rules->len > 0 && !td_routing_mail_open(&mail, decision, error))
		return FALSE;
	for (guint i = 0; i < rules->len && !over; i++) {
		const TdRoutingRule *rule = g_ptr_array_index(rules, i);
		gboolean fired;

		if (!try_rule(&mail, decision, rule, &fired, error))
			return FALSE;
		over = fired && rule->stop;
	}
	return td_route_trusted(decision, error);
}

/* ---- events ---- */

/* An event of @kind that says who said @key: what a rule does is the desk's
 * doing, what a field of the mail says its sender's. */
static TdEvent *
add_event(
    TdDecision *decision, TdEventKind kind, const char *key, const char *name)
{
	g_autofree char *what = g_strconcat(key, " ", name, NULL);
	const char *by = g_hash_table_lookup(decision->routing.by, what);
	TdDraft *draft = &decision->draft;
	const TdDraft before = *draft;
	TdEvent *event;

	if (g_str_has_prefix(by, "rule ")) {
		draft->actor = "desk";
		draft->evidence = "";
	}
	event = td_draft_add(draft, kind, decision->plan->ticket);
	draft->actor = before.actor;
	draft->evidence = before.evidence;
	td_event_set(event, "rule", by);
	return event;
}

static void
apply_priority(TdDecision *decision, const TdTicket *ticket)
{
	const TdRouting *routing = &decision->routing;
	guint to = routing->priority;
	TdEvent *event;

	if (routing->urgency == 0 && routing->impact == 0 && to == 0)
		return;
	if (to == 0)
		to = td_conf_priority(
		    decision->desk->conf, routing->urgency, routing->impact);
	event = add_event(decision, TD_EVENT_PRIORITY, "priority", "");
	td_event_set_number(event, "to", to);
	td_event_set_number(event, "from", ticket->priority);
	if (routing->urgency != 0)
		td_event_set_number(event, "urgency", routing->urgency);
	if (routing->impact != 0)
		td_event_set_number(event, "impact", routing->impact);
}

static void
apply_type(TdDecision *decision)
{
	const TdRouting *routing = &decision->routing;
	TdEvent *event;

	if (routing->type != NULL) {
		event = add_event(decision, TD_EVENT_TYPE, "type", "");
		td_event_set(event, "from", "");
		td_event_set(event, "to", routing->type);
	}
	for (guint i = 0; routing->fields != NULL && i < routing->fields->len;
	     i++) {
		const TdField *field = g_ptr_array_index(routing->fields, i);

		event = add_event(
		    decision, TD_EVENT_TYPE, "field", field->name);
		td_event_set(event, "field", field->name);
		td_event_set(event, "value", field->value);
	}
}

static void
apply_lists(TdDecision *decision)
{
	const TdRouting *routing = &decision->routing;

	for (guint i = 0; routing->tags != NULL && i < routing->tags->len;
	     i++) {
		const char *tag = g_ptr_array_index(routing->tags, i);

		td_event_set(
		    add_event(decision, TD_EVENT_TAG, "tag", tag), "add", tag);
	}
	for (guint i = 0; routing->watch != NULL && i < routing->watch->len;
	     i++) {
		const char *name = g_ptr_array_index(routing->watch, i);
		gboolean queue = td_conf_queue(decision->desk->conf, name) !=
		    NULL;

		if (queue && strcmp(name, decision->queue->name) == 0)
			continue;
		td_event_set(
		    add_event(decision, TD_EVENT_PARTICIPANT, "watch", name),
		    queue ? "watch" : "watcher", name);
	}
}

gboolean
td_route_apply(TdDecision *decision, GError **error)
{
	const TdRouting *routing = &decision->routing;
	const TdTicket *ticket;
	TdEvent *event;

	if (routing->by == NULL)
		return TRUE;
	ticket = td_draft_need(&decision->draft, decision->plan->ticket, error);
	if (ticket == NULL)
		return FALSE;
	apply_priority(decision, ticket);
	apply_type(decision);
	apply_lists(decision);
	if (routing->owner != NULL) {
		event = add_event(decision, TD_EVENT_OWNER, "owner", "");
		td_event_set(event, "from", "");
		td_event_set(event, "to", routing->owner);
	}
	return TRUE;
}
