/* run-copies.c - commands about the customers on a ticket */

#include "config.h"

#include <string.h>

#include "desk/run-verbs.h"

/* What the customer at @address is called on the ticket, "" if nothing is
 * known; the caller's. */
static char *
known_name(const TdTicket *ticket, const char *address)
{
	if (strcmp(ticket->requester, address) == 0)
		return g_strdup(ticket->requester_name);
	for (guint i = 0; i < ticket->participants->len; i++) {
		const TdParticipant *each = g_ptr_array_index(
		    ticket->participants, i);

		if (strcmp(each->address, address) == 0)
			return g_strdup(each->name);
	}
	return g_strdup("");
}

static gboolean
is_participant(const TdTicket *ticket, const char *address)
{
	return strcmp(ticket->requester, address) != 0 &&
	    td_ticket_has_participant(ticket, address);
}

/* The agent whose address that is, NULL if it is none's; the caller's. */
static gboolean
find_agent_at(
    const TdStep *step, const char *address, TdPerson **agent, GError **error)
{
	g_autoptr(TdPerson) person = NULL;

	*agent = NULL;
	if (!td_person_by_address(
	        step->run->draft->txn, address, &person, error))
		return FALSE;
	if (person != NULL && td_person_is_agent(person))
		*agent = g_steal_pointer(&person);
	return TRUE;
}

static gboolean
refuse_own(const TdStep *step, const char *address)
{
	return td_step_refuse(step, "no-own-address", "address", address, NULL);
}

/* ---- copies ---- */

/* An agent is no customer: he watches. */
static void
set_watcher(
    const TdStep *step, const TdTicket *ticket, const char *name, gboolean on)
{
	const char *const *watchers = (const char *const *)ticket->watchers;

	if (g_strv_contains(watchers, name) != on)
		td_event_set(td_step_add(step, TD_EVENT_PARTICIPANT),
		    on ? "watcher" : "unwatch", name);
}

/* Puts whoever has @address on the ticket. */
static gboolean
add_copy(const TdStep *step, const char *address, GError **error)
{
	TdDraft *draft = step->run->draft;
	const TdTicket *ticket = td_draft_need(draft, step->number, error);
	g_autoptr(TdPerson) agent = NULL;
	g_autoptr(TdPerson) person = NULL;
	TdEvent *event;

	if (ticket == NULL || !find_agent_at(step, address, &agent, error) ||
	    !td_person_by_address(draft->txn, address, &person, error))
		return FALSE;
	if (td_desk_is_own(draft->desk, address))
		return refuse_own(step, address);
	if (agent != NULL) {
		set_watcher(step, ticket, agent->name, TRUE);
		return TRUE;
	}
	if (*address == '\0' || td_ticket_has_participant(ticket, address))
		return TRUE;
	if (ticket->participants->len >= TD_RUN_PARTICIPANTS_MAX)
		return td_step_refuse(step, "no-more-copies", NULL);
	event = td_step_add(step, TD_EVENT_PARTICIPANT);
	td_event_set(event, "add", address);
	td_event_set(event, "name", person == NULL ? "" : person->name);
	return TRUE;
}

static gboolean
remove_copy(const TdStep *step, const char *address, GError **error)
{
	const TdTicket *ticket = td_draft_need(
	    step->run->draft, step->number, error);
	g_autoptr(TdPerson) agent = NULL;
	g_autofree char *name = NULL;
	TdEvent *event;

	if (ticket == NULL || !find_agent_at(step, address, &agent, error))
		return FALSE;
	if (strcmp(ticket->requester, address) == 0)
		return td_step_refuse(
		    step, "no-remove-requester", "address", address, NULL);
	if (agent != NULL)
		set_watcher(step, ticket, agent->name, FALSE);
	if (!is_participant(ticket, address))
		return TRUE;
	name = known_name(ticket, address);
	event = td_step_add(step, TD_EVENT_PARTICIPANT);
	td_event_set(event, "remove", address);
	td_event_set(event, "name", name);
	return TRUE;
}

static gboolean
change_each(const TdStep *step, GStrv addresses,
    gboolean (*change)(const TdStep *, const char *, GError **), GError **error)
{
	for (guint i = 0; addresses[i] != NULL && !*step->refused; i++)
		if (!change(step, addresses[i], error))
			return FALSE;
	return TRUE;
}

/* The participants that are none of @but. */
static GStrv
others(const TdTicket *ticket, GStrv but)
{
	g_autoptr(GStrvBuilder) list = g_strv_builder_new();

	for (guint i = 0; i < ticket->participants->len; i++) {
		const TdParticipant *each = g_ptr_array_index(
		    ticket->participants, i);

		if (!g_strv_contains((const char *const *)but, each->address))
			g_strv_builder_add(list, each->address);
	}
	return g_strv_builder_end(list);
}

/* Who gets copies now: customers, then agents. */
static char *
list_copies(const TdTicket *ticket)
{
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint i = 0; i < ticket->participants->len; i++)
		g_string_append_printf(list, "%s%s", list->len == 0 ? "" : ", ",
		    ((TdParticipant *)g_ptr_array_index(
		         ticket->participants, i))
		        ->address);
	for (guint i = 0; ticket->watchers[i] != NULL; i++)
		g_string_append_printf(list, "%s%s", list->len == 0 ? "" : ", ",
		    ticket->watchers[i]);
	return g_string_free(g_steal_pointer(&list), FALSE);
}

/* Who unsubscribed stays so: it was his word. */
static void
warn_muted(const TdStep *step, const TdTicket *ticket, GStrv addresses)
{
	const char *const *muted = (const char *const *)ticket->muted;

	for (guint i = 0; addresses[i] != NULL; i++)
		if (g_strv_contains(muted, addresses[i]))
			td_step_more(
			    step, "more-muted", "address", addresses[i], NULL);
}

gboolean
td_run_cc(const TdStep *step, GError **error)
{
	const TdCommand *command = step->command;
	guint64 before = step->ticket->events;
	gboolean whole = command->set[0] != NULL ||
	    (command->add[0] == NULL && command->remove[0] == NULL);
	g_auto(GStrv) gone = others(step->ticket, command->set);
	g_autofree char *list = NULL;
	const TdTicket *now;

	if ((whole && !change_each(step, gone, remove_copy, error)) ||
	    !change_each(step, command->remove, remove_copy, error) ||
	    !change_each(step, command->set, add_copy, error) ||
	    !change_each(step, command->add, add_copy, error))
		return FALSE;
	if (*step->refused)
		return TRUE;
	now = td_draft_need(step->run->draft, step->number, error);
	if (now == NULL)
		return FALSE;
	list = list_copies(now);
	if (*list == '\0')
		return td_step_done(step,
		    now->events == before ? "same-no-copies" : "did-no-copies",
		    NULL);
	td_step_done(step, now->events == before ? "same-copies" : "did-copies",
	    "list", list, NULL);
	warn_muted(step, now, command->set);
	warn_muted(step, now, command->add);
	return TRUE;
}

/* ---- the requester ---- */

/* Who asked so far stays on the ticket. */
static void
keep_requester(const TdStep *step, const char *address, const char *name)
{
	TdEvent *event;

	if (*address == '\0' || td_desk_is_own(step->run->draft->desk, address))
		return;
	event = td_step_add(step, TD_EVENT_PARTICIPANT);
	td_event_set(event, "add", address);
	td_event_set(event, "name", name);
}

gboolean
td_run_requester(const TdStep *step, GError **error)
{
	TdDraft *draft = step->run->draft;
	const char *address = step->command->word;
	g_autofree char *from = g_strdup(step->ticket->requester);
	g_autofree char *from_name = g_strdup(step->ticket->requester_name);
	g_autofree char *name = known_name(step->ticket, address);
	g_autoptr(TdPerson) person = NULL;
	gboolean was_there = is_participant(step->ticket, address);
	TdEvent *event;

	if (*address == '\0')
		return td_step_refuse(step, "no-address", NULL);
	if (td_desk_is_own(draft->desk, address))
		return refuse_own(step, address);
	if (strcmp(from, address) == 0)
		return td_step_done(
		    step, "same-requester", "address", address, NULL);
	if (!td_person_by_address(draft->txn, address, &person, error))
		return FALSE;
	event = td_step_add(step, TD_EVENT_REQUESTER);
	td_event_set(event, "from", from);
	td_event_set(event, "from_name", from_name);
	td_event_set(event, "to", address);
	td_event_set(event, "name",
	    *name == '\0' && person != NULL ? person->name : name);
	td_event_set_number(event, "was_participant", was_there ? 1 : 0);
	keep_requester(step, from, from_name);
	return td_step_done(step,
	    *from == '\0' ? "did-requester-first" : "did-requester", "address",
	    address, "from", from, NULL);
}
