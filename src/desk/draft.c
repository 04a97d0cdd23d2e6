/* draft.c - see desk/draft.h */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "desk/draft.h"

static void
free_result(TdResult *result)
{
	g_free(result->line);
	g_free(result->text);
	g_free(result);
}

TdMemo *
td_memo_new(char *key, GBytes *value)
{
	TdMemo *memo = g_new(TdMemo, 1);

	memo->key = key;
	memo->value = value;
	return memo;
}

static void
free_memo(TdMemo *memo)
{
	g_free(memo->key);
	g_bytes_unref(memo->value);
	g_free(memo);
}

static void
free_fired(TdFired *fired)
{
	g_free(fired->name);
	g_free(fired->why);
	g_free(fired->what);
	g_free(fired);
}

TdPlan *
td_plan_new(gint64 now)
{
	TdPlan *plan = g_new0(TdPlan, 1);

	plan->now = now;
	plan->events = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_event_free);
	plan->results = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)free_result);
	plan->letters = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_letter_free);
	plan->letter_events = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_event_free);
	plan->moves = g_ptr_array_new_with_free_func(g_free);
	plan->people = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_person_free);
	plan->holds = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_hold_free);
	plan->suppressions = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_suppression_free);
	plan->lifts = g_ptr_array_new_with_free_func(g_free);
	plan->memos = g_ptr_array_new_with_free_func((GDestroyNotify)free_memo);
	plan->drops = g_ptr_array_new_with_free_func(g_free);
	plan->rules = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)free_fired);
	plan->objects = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_object_free);
	return plan;
}

void
td_plan_free(TdPlan *plan)
{
	if (plan == NULL)
		return;

	td_classified_clear(&plan->class);
	td_auth_free(plan->auth);
	g_free(plan->rule_reason);
	g_free(plan->queue);
	g_free(plan->evidence);
	g_free(plan->answer_to);
	g_free(plan->silence);
	g_free(plan->speaker);
	g_free(plan->digest_day);
	g_free(plan->source);
	g_clear_pointer(&plan->events, g_ptr_array_unref);
	g_clear_pointer(&plan->results, g_ptr_array_unref);
	g_clear_pointer(&plan->letters, g_ptr_array_unref);
	g_clear_pointer(&plan->letter_events, g_ptr_array_unref);
	g_clear_pointer(&plan->moves, g_ptr_array_unref);
	g_clear_pointer(&plan->people, g_ptr_array_unref);
	g_clear_pointer(&plan->holds, g_ptr_array_unref);
	g_clear_pointer(&plan->suppressions, g_ptr_array_unref);
	g_clear_pointer(&plan->lifts, g_ptr_array_unref);
	g_clear_pointer(&plan->memos, g_ptr_array_unref);
	g_clear_pointer(&plan->drops, g_ptr_array_unref);
	g_clear_pointer(&plan->rules, g_ptr_array_unref);
	g_clear_pointer(&plan->objects, g_ptr_array_unref);
	g_free(plan);
}

void
td_draft_init(
    TdDraft *draft, const TdDesk *desk, TdTxn *txn, TdPlan *plan, gint64 now)
{
	*draft = (TdDraft){
		.desk = desk,
		.txn = txn,
		.now = now,
		.plan = plan,
		.actor = "desk",
		.evidence = "",
		.newest = 0, /* none; the first is one below: TD_TICKET_NEW */
	};
	draft->tickets = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_ticket_free);
}

void
td_draft_clear(TdDraft *draft)
{
	g_clear_pointer(&draft->tickets, g_ptr_array_unref);
	g_clear_pointer(&draft->agents, g_ptr_array_unref);
}

TdEvent *
td_draft_add(TdDraft *draft, TdEventKind kind, guint64 number)
{
	TdEvent *event = td_event_new(kind, number, draft->now, draft->actor);

	g_free(event->evidence);
	event->evidence = g_strdup(draft->evidence);
	g_ptr_array_add(draft->plan->events, event);
	return event;
}

/* ---- tickets ---- */

/* The ticket of that number among those read already, or NULL. */
static TdTicket *
find(const TdDraft *draft, guint64 number)
{
	for (guint i = 0; i < draft->tickets->len; i++) {
		TdTicket *ticket = g_ptr_array_index(draft->tickets, i);

		if (ticket->number == number)
			return ticket;
	}
	return NULL;
}

/* Reads a ticket and folds the events that the plan has for it up to those
 * which the others know. */
static gboolean
read_ticket(TdDraft *draft, guint64 number, TdTicket **ticket, GError **error)
{
	*ticket = NULL;
	if (TD_TICKET_IS_NEW(number)) {
		if (draft->newest == 0 || number < draft->newest)
			return TRUE;
		*ticket = td_ticket_new(number);
	} else if (!td_ticket_get(draft->txn, number, ticket, error)) {
		return FALSE;
	}
	if (*ticket != NULL)
		g_ptr_array_add(draft->tickets, *ticket);
	return TRUE;
}

/* Folds @event as it will be when it is written: with the next sequence. */
static void
fold(TdTicket *ticket, const TdEvent *event)
{
	TdEvent next = *event;

	next.sequence = ticket->events + 1;
	td_ticket_fold(ticket, &next);
}

static void
catch_up(TdDraft *draft)
{
	const GPtrArray *events = draft->plan->events;

	for (; draft->folded < events->len; draft->folded++) {
		const TdEvent *event = g_ptr_array_index(events, draft->folded);
		TdTicket *ticket = find(draft, event->ticket);

		if (ticket != NULL)
			fold(ticket, event);
	}
}

gboolean
td_draft_ticket(
    TdDraft *draft, guint64 number, const TdTicket **ticket, GError **error)
{
	TdTicket *found;

	catch_up(draft);
	found = find(draft, number);
	if (found == NULL) {
		if (!read_ticket(draft, number, &found, error))
			return FALSE;
		for (guint i = 0; found != NULL && i < draft->folded; i++) {
			const TdEvent *event = g_ptr_array_index(
			    draft->plan->events, i);

			if (event->ticket == number)
				fold(found, event);
		}
	}
	*ticket = found;
	return TRUE;
}

const TdTicket *
td_draft_need(TdDraft *draft, guint64 number, GError **error)
{
	const TdTicket *ticket;

	if (!td_draft_ticket(draft, number, &ticket, error))
		return NULL;
	if (ticket == NULL)
		td_fail(error, TD_ERROR_BROKEN,
		    "the record of ticket %" G_GUINT64_FORMAT " is missing",
		    number);
	return ticket;
}

guint64
td_draft_new_ticket(TdDraft *draft)
{
	return --draft->newest;
}

/* ---- letters ---- */

static gboolean
is_acknowledgement(TdLetterKind kind)
{
	return kind == TD_LETTER_ACKNOWLEDGEMENT ||
	    kind == TD_LETTER_OUT_OF_HOURS || kind == TD_LETTER_FOLLOW_UP ||
	    kind == TD_LETTER_CLOSED || kind == TD_LETTER_MISSING;
}

/* All who get @letter, with ", " between. */
static char *
list_readers(const TdLetter *letter)
{
	g_autoptr(GString) list = g_string_new(NULL);
	const GPtrArray *fields[] = { letter->to, letter->cc };

	if (letter->recipients != NULL)
		return g_strjoinv(", ", letter->recipients);
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
		for (guint j = 0; fields[i] != NULL && j < fields[i]->len; j++)
			g_string_append_printf(list, "%s%s",
			    list->len == 0 ? "" : ", ",
			    ((TdAddress *)g_ptr_array_index(fields[i], j))
			        ->address);
	return g_string_free(g_steal_pointer(&list), FALSE);
}

void
td_draft_letter(TdDraft *draft, TdLetter *letter)
{
	gboolean answer = is_acknowledgement(letter->kind);
	g_autofree char *to = list_readers(letter);
	TdEvent *event;

	if (*to == '\0') {
		td_letter_free(letter);
		return;
	}
	/* What an agent says is his; the rest is said by the desk. */
	event = td_event_new(answer ? TD_EVENT_ACKNOWLEDGED : TD_EVENT_MESSAGE,
	    letter->ticket, draft->now,
	    letter->kind == TD_LETTER_REPLY || letter->kind == TD_LETTER_FORWARD
	        ? draft->actor
	        : "desk");
	td_event_set(event, "to", to);
	if (!answer) {
		td_event_set(event, "direction", "out");
		td_event_set(
		    event, "letter", td_letter_kind_name(letter->kind));
	}
	letter->event = event;
	g_ptr_array_add(draft->plan->letters, letter);
	g_ptr_array_add(draft->plan->letter_events, event);
}

/* ---- people ---- */

gboolean
td_draft_agents(TdDraft *draft, GPtrArray **agents, GError **error)
{
	if (draft->agents == NULL &&
	    !td_person_agents(draft->txn, &draft->agents, error))
		return FALSE;
	*agents = draft->agents;
	return TRUE;
}

gboolean
td_draft_agent(
    TdDraft *draft, const char *name, const TdPerson **agent, GError **error)
{
	GPtrArray *agents;

	if (!td_draft_agents(draft, &agents, error))
		return FALSE;
	*agent = NULL;
	for (guint i = 0; i < agents->len && *agent == NULL; i++) {
		const TdPerson *each = g_ptr_array_index(agents, i);

		if (strcmp(each->name, name) == 0)
			*agent = each;
	}
	return TRUE;
}

gboolean
td_draft_is_agent(
    const TdDraft *draft, const char *address, gboolean *agent, GError **error)
{
	g_autoptr(TdPerson) person = NULL;

	if (!td_person_by_address(draft->txn, address, &person, error))
		return FALSE;
	*agent = person != NULL && td_person_is_agent(person);
	return TRUE;
}

TdPerson *
td_draft_change_person(TdDraft *draft, const TdPerson *person)
{
	TdPerson *copy;

	for (guint i = 0; i < draft->plan->people->len; i++) {
		TdPerson *each = g_ptr_array_index(draft->plan->people, i);

		if (person->id != 0 && each->id == person->id)
			return each;
	}
	copy = td_person_copy(person);
	copy->updated = draft->now;
	g_ptr_array_add(draft->plan->people, copy);
	return copy;
}

/* ---- going back ---- */

TdDraftMark
td_draft_mark(const TdDraft *draft)
{
	const TdPlan *plan = draft->plan;

	return (TdDraftMark){
		.events = plan->events->len,
		.letters = plan->letters->len,
		.moves = plan->moves->len,
		.people = plan->people->len,
		.holds = plan->holds->len,
		.suppressions = plan->suppressions->len,
		.lifts = plan->lifts->len,
		.memos = plan->memos->len,
		.objects = plan->objects->len,
		.drops = plan->drops->len,
		.newest = draft->newest,
	};
}

void
td_draft_undo(TdDraft *draft, const TdDraftMark *mark)
{
	TdPlan *plan = draft->plan;

	g_ptr_array_set_size(plan->events, (gint)mark->events);
	g_ptr_array_set_size(plan->letters, (gint)mark->letters);
	g_ptr_array_set_size(plan->letter_events, (gint)mark->letters);
	g_ptr_array_set_size(plan->moves, (gint)mark->moves);
	g_ptr_array_set_size(plan->people, (gint)mark->people);
	g_ptr_array_set_size(plan->holds, (gint)mark->holds);
	g_ptr_array_set_size(plan->suppressions, (gint)mark->suppressions);
	g_ptr_array_set_size(plan->lifts, (gint)mark->lifts);
	g_ptr_array_set_size(plan->memos, (gint)mark->memos);
	g_ptr_array_set_size(plan->objects, (gint)mark->objects);
	g_ptr_array_set_size(plan->drops, (gint)mark->drops);
	draft->newest = mark->newest;
	/* Tickets are read anew when they are asked for. */
	g_ptr_array_set_size(draft->tickets, 0);
	draft->folded = MIN(draft->folded, mark->events);
}

void
td_plan_fired(TdPlan *plan, char *name, char *why, char *what)
{
	TdFired *fired = g_new0(TdFired, 1);

	fired->name = name;
	fired->why = why;
	fired->what = what;
	g_ptr_array_add(plan->rules, fired);
}
