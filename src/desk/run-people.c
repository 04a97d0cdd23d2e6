/* run-people.c - commands about who works on a ticket, and where it is */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/policy.h"
#include "desk/run-verbs.h"

/* Names that a refusal lists. */
#define NAMES_MAX 12

/* ---- the owner ---- */

/* Nobody, or more than one, is called so: the refusal lists who could be meant.
 */
static gboolean
refuse_agent(const TdStep *step, gboolean several, GError **error)
{
	g_autoptr(GString) names = g_string_new(NULL);
	GPtrArray *agents;
	guint count = 0;

	if (!td_draft_agents(step->run->draft, &agents, error))
		return FALSE;
	for (guint i = 0; i < agents->len && count < NAMES_MAX; i++) {
		const TdPerson *agent = g_ptr_array_index(agents, i);

		if (step->ticket != NULL &&
		    !td_person_has_queue(agent, step->ticket->queue))
			continue;
		g_string_append_printf(
		    names, "%s%s", count++ == 0 ? "" : ", ", agent->name);
	}
	return td_step_refuse(step, several ? "no-one-agent" : "no-such-agent",
	    "name", step->command->word, "names", names->str, NULL);
}

/* The agent whom the command names: "me" is the speaker.  *@agent, the
 * caller's, is NULL if the step is refused. */
static gboolean
find_agent(const TdStep *step, TdPerson **agent, GError **error)
{
	const TdWho *who = step->run->who;
	const char *word = step->command->word;
	gboolean several = FALSE;

	*agent = NULL;
	if (strcmp(word, "me") == 0) {
		if (who->person == NULL)
			return td_step_refuse(step, "no-name", NULL);
		*agent = td_person_copy(who->person);
		return TRUE;
	}
	if (!td_person_find_agent(
	        step->run->draft->txn, word, agent, &several, error))
		return FALSE;
	return *agent != NULL || refuse_agent(step, several, error);
}

static void
set_owner(const TdStep *step, const char *name)
{
	g_autofree char *from = g_strdup(step->ticket->owner);
	TdEvent *event = td_step_add(step, TD_EVENT_OWNER);

	td_event_set(event, "from", from);
	td_event_set(event, "to", name);
}

/* Who is away still gets it: somebody meant him; but his deputy may be better.
 */
static void
warn_away(const TdStep *step, const TdPerson *agent)
{
	g_autofree char *time = NULL;

	if (agent->away <= step->run->draft->now)
		return;
	time = td_run_time(step, agent->away);
	if (*agent->deputy == '\0')
		td_step_more(
		    step, "more-away", "name", agent->name, "time", time, NULL);
	else
		td_step_more(step, "more-away-deputy", "name", agent->name,
		    "time", time, "deputy", agent->deputy, NULL);
}

/* A ticket without a customer is new until somebody looks after it. */
static void
look_after(const TdStep *step)
{
	if (step->ticket->status == TD_STATUS_NEW &&
	    *step->ticket->requester == '\0')
		td_step_set_status(step, TD_STATUS_OPEN, 0);
}

static gboolean
give(const TdStep *step, const TdPerson *agent, GError **error)
{
	const TdWho *who = step->run->who;
	gboolean self = who->person != NULL && who->person->id == agent->id;
	g_autofree char *from = g_strdup(step->ticket->owner);

	look_after(step);
	if (strcmp(from, agent->name) == 0) {
		td_step_done(step, self ? "same-mine" : "same-owner", "name",
		    agent->name, NULL);
		/* The desk gave it to him; now he says that he has it. */
		return !self ||
		    td_monitor_taken(
		        step->run->draft, who, step->number, error);
	}
	set_owner(step, agent->name);
	if (!td_talk_assigned(step->run->draft, who, step->number, error) ||
	    !td_monitor_taken(step->run->draft, who, step->number, error))
		return FALSE;
	td_step_done(
	    step, self ? "did-take" : "did-assign", "name", agent->name, NULL);
	if (*from != '\0')
		td_step_more(step, "more-owner", "name", from, NULL);
	if (!self)
		warn_away(step, agent);
	return TRUE;
}

gboolean
td_run_drop(const TdStep *step, GError **error G_GNUC_UNUSED)
{
	g_autofree char *from = g_strdup(step->ticket->owner);

	if (*from == '\0')
		return td_step_done(step, "same-nobody", NULL);
	set_owner(step, "");
	return td_step_done(step, "did-drop", "name", from, NULL);
}

gboolean
td_run_assign(const TdStep *step, GError **error)
{
	g_autoptr(TdPerson) agent = NULL;

	if (*step->command->word == '\0')
		return td_run_drop(step, error);
	if (!find_agent(step, &agent, error))
		return FALSE;
	return agent == NULL || give(step, agent, error);
}

gboolean
td_run_take(const TdStep *step, GError **error)
{
	const TdPerson *self = step->run->who->person;

	if (self == NULL)
		return td_step_refuse(step, "no-name", "command",
		    td_verb_name(step->command->verb), NULL);
	return give(step, self, error);
}

/* ---- the queue ---- */

static gboolean
refuse_queue(const TdStep *step)
{
	const GPtrArray *queues = step->run->draft->desk->conf->queues;
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; i < queues->len; i++) {
		const TdQueue *queue = g_ptr_array_index(queues, i);

		g_string_append_printf(
		    names, "%s%s", i == 0 ? "" : ", ", queue->name);
	}
	return td_step_refuse(step, "no-queue", "name", step->command->word,
	    "names", names->str, NULL);
}

/* The queue of that name, as people write it, or address; NULL if there is
 * none. */
static const TdQueue *
find_queue(const TdConf *conf, const char *text)
{
	g_autofree char *wanted = td_text_fold(text);

	for (guint i = 0; i < conf->queues->len; i++) {
		const TdQueue *queue = g_ptr_array_index(conf->queues, i);
		g_autofree char *name = td_text_fold(queue->name);

		if (strcmp(name, wanted) == 0 ||
		    strcmp(queue->address, wanted) == 0)
			return queue;
	}
	return NULL;
}

/* Whether the plan says already who is to own the ticket. */
static gboolean
names_owner(const TdStep *step)
{
	const GPtrArray *events = step->run->draft->plan->events;

	for (guint i = 0; i < events->len; i++) {
		const TdEvent *event = g_ptr_array_index(events, i);

		if (event->kind == TD_EVENT_OWNER &&
		    event->ticket == step->number)
			return TRUE;
	}
	return FALSE;
}

/* An owner who does not work in the new queue would keep the ticket from those
 * who do. */
static gboolean
let_owner_go(const TdStep *step, const TdQueue *queue, GError **error)
{
	g_autofree char *owner = g_strdup(step->ticket->owner);
	const TdPerson *agent;

	if (*owner == '\0' || names_owner(step))
		return TRUE;
	if (!td_draft_agent(step->run->draft, owner, &agent, error))
		return FALSE;
	if (agent != NULL && td_person_has_queue(agent, queue->name))
		return TRUE;
	set_owner(step, "");
	return td_step_more(step, "more-owner", "name", owner, NULL);
}

gboolean
td_run_queue(const TdStep *step, GError **error)
{
	const TdQueue *queue = find_queue(
	    step->run->draft->desk->conf, step->command->word);
	g_autofree char *from = g_strdup(step->ticket->queue);
	TdEvent *event;

	if (queue == NULL)
		return refuse_queue(step);
	if (strcmp(from, queue->name) == 0)
		return td_step_done(
		    step, "same-queue", "name", queue->name, NULL);
	event = td_step_add(step, TD_EVENT_QUEUE);
	td_event_set(event, "from", from);
	td_event_set(event, "to", queue->name);
	td_step_done(step, "did-queue", "name", queue->name, NULL);
	return let_owner_go(step, queue, error);
}

/* Whether the plan moves the step's ticket to another queue. */
static gboolean
is_moved(const TdStep *step)
{
	const GPtrArray *events = step->run->draft->plan->events;

	for (guint i = 0; i < events->len; i++) {
		const TdEvent *event = g_ptr_array_index(events, i);

		if (event->kind == TD_EVENT_QUEUE &&
		    event->ticket == step->number)
			return TRUE;
	}
	return FALSE;
}

gboolean
td_run_arrive(const TdStep *step, GError **error)
{
	TdDraft *draft = step->run->draft;
	gboolean owned = *step->ticket->owner != '\0';

	if (!is_moved(step) || !td_ticket_is_active(step->ticket))
		return TRUE;
	if (!td_distribute(draft, step->number, error) ||
	    td_draft_need(draft, step->number, error) == NULL)
		return FALSE;
	if (*step->ticket->owner == '\0')
		return td_talk_moved(
		    draft, step->run->who, step->number, error);
	return owned ||
	    td_step_more(step, "more-given", "name", step->ticket->owner, NULL);
}

/* ---- watching ---- */

static gboolean
set_watching(const TdStep *step, gboolean on)
{
	const char *name = step->run->who->person->name;
	const char *const *watchers = (const char *const *)
	                                  step->ticket->watchers;

	if (g_strv_contains(watchers, name) == on)
		return td_step_done(
		    step, on ? "same-watch" : "same-unwatch", NULL);
	td_event_set(td_step_add(step, TD_EVENT_PARTICIPANT),
	    on ? "watcher" : "unwatch", name);
	return td_step_done(step, on ? "did-watch" : "did-unwatch", NULL);
}

gboolean
td_run_watch(const TdStep *step, GError **error G_GNUC_UNUSED)
{
	return set_watching(step, TRUE);
}

gboolean
td_run_unwatch(const TdStep *step, GError **error G_GNUC_UNUSED)
{
	return set_watching(step, FALSE);
}
