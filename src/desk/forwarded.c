/* forwarded.c - whose ticket a mail opens: forwards, reactions, second tries */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/language.h>
#include <ticketd/text.h>

#include "desk/plan.h"
#include "desk/talk-private.h"

#define NAME_MAX_SHOWN 100
/* A second mail about the same comes soon. */
#define SAME_SECONDS (60 * 60)
/* Tickets of the customer that are looked at. */
#define SAME_MAX 20

/* ---- forwards ---- */

gboolean
td_plan_forwards(const TdDecision *decision)
{
	const TdThread *thread = &decision->thread;

	if (decision->message->forward == NULL ||
	    decision->plan->class.class != TD_CLASS_HUMAN ||
	    decision->envelope->actor != NULL ||
	    thread->rule == TD_RULE_DUPLICATE)
		return FALSE;
	return !thread->addressed || thread->extension.kind == TD_TOKEN_REPLY;
}

gboolean
td_plan_is_forward(const TdDecision *decision)
{
	return !decision->thread.stronger && td_plan_forwards(decision);
}

/* Whether @address can be a customer: nobody of the desk is. */
static gboolean
may_be_customer(const TdDecision *decision, const char *address,
    gboolean *customer, GError **error)
{
	gboolean agent;

	*customer = FALSE;
	if (address == NULL || td_desk_is_own(decision->desk, address))
		return TRUE;
	if (!td_draft_is_agent(&decision->draft, address, &agent, error))
		return FALSE;
	*customer = !agent;
	return TRUE;
}

/* An agent's forward is the ticket of who wrote that mail.  From alone is
 * enough for that, but not for an answer: see td_plan_answer().  What the agent
 * made of the Subject is not for the customer. */
static gboolean
take_forwarded(TdDecision *decision, GError **error)
{
	const TdForward *forward = decision->message->forward;
	const TdWho *who = &decision->who;
	g_autofree char *address = NULL;
	gboolean customer;

	if (who->person == NULL || !td_person_is_agent(who->person) ||
	    who->proof == TD_PROOF_FALSE || !td_plan_is_forward(decision))
		return TRUE;
	address = td_address_fold(forward->from->address);
	if (!may_be_customer(decision, address, &customer, error))
		return FALSE;
	if (!customer)
		return TRUE;
	g_free(decision->customer);
	g_free(decision->customer_name);
	decision->customer = g_steal_pointer(&address);
	decision->customer_name = td_text_printable(
	    forward->from->name, NAME_MAX_SHOWN);
	decision->title = forward->subject;
	decision->plan->internal = TRUE;
	return TRUE;
}

/* ---- language ---- */

/* The language in which the customer is known to read; NULL: not known. */
static gboolean
find_known(const TdDecision *decision, char **language, GError **error)
{
	const TdTicket *ticket = decision->ticket;
	g_autoptr(TdPerson) person = NULL;

	*language = NULL;
	if (*decision->customer != '\0' &&
	    !td_person_by_address(
	        decision->txn, decision->customer, &person, error))
		return FALSE;
	if (person != NULL && *person->language != '\0')
		*language = g_strdup(person->language);
	else if (ticket != NULL && *ticket->language != '\0' &&
	    strcmp(ticket->requester, decision->customer) == 0)
		*language = g_strdup(ticket->language);
	return TRUE;
}

/* By what he wrote; NULL if that does not tell, or there are no texts in it. */
static char *
guess_language(const TdDecision *decision)
{
	const TdMessage *message = decision->message;
	gboolean his = strcmp(decision->customer, decision->from) != 0;
	const char *guess = his ? td_language_guess(message->forward->text)
	                        : message->reply_language;

	if (guess == NULL)
		guess = td_language_guess(decision->title);
	return guess != NULL && td_letters_speak(decision->desk->letters, guess)
	    ? g_strdup(guess)
	    : NULL;
}

gboolean
td_plan_find_customer(TdDecision *decision, GError **error)
{
	decision->customer = g_strdup(decision->from);
	decision->customer_name = td_text_printable(
	    decision->speaker->name, NAME_MAX_SHOWN);
	decision->title = decision->message->subject;
	if (decision->plan->ticket == TD_TICKET_NEW &&
	    !take_forwarded(decision, error))
		return FALSE;
	if (!find_known(decision, &decision->language, error))
		return FALSE;
	if (decision->language == NULL)
		decision->language = guess_language(decision);
	/* One that there are no texts in is none. */
	if (decision->language != NULL &&
	    td_talk_language(&decision->draft, decision->language,
	        decision->queue) != decision->language)
		g_clear_pointer(&decision->language, g_free);
	return TRUE;
}

/* ---- reactions ---- */

gboolean
td_plan_is_reaction(const TdDecision *decision)
{
	return decision->plan->class.class == TD_CLASS_HUMAN &&
	    *decision->message->reaction != '\0';
}

void
td_plan_reaction(TdDecision *decision)
{
	TdPlan *plan = decision->plan;
	const guint64 places[] = { TD_TICKET_DESK, plan->ticket };

	for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
		TdEvent *event;

		if (i > 0 && places[i] == TD_TICKET_DESK)
			break;
		event = td_draft_add(
		    &decision->draft, TD_EVENT_NOTE, places[i]);
		td_event_set(event, "from", decision->from);
		td_event_set(event, "reaction", decision->message->reaction);
	}
	plan->silence = g_strdup("a reaction");
}

/* ---- the same once more ---- */

gboolean
td_plan_find_same(TdDecision *decision, guint64 *number, GError **error)
{
	g_autoptr(GPtrArray) tickets = NULL;
	const TdTicketQuery query = {
		.status = -1,
		.active = TRUE,
		.requester = decision->customer,
		.limit = SAME_MAX,
	};
	g_autofree char *shown = td_text_printable(
	    td_desk_bare_subject(decision->desk, decision->title),
	    TD_SUBJECT_MAX);
	g_autofree char *title = td_text_fold(shown);
	guint64 next;

	*number = 0;
	if (*decision->customer == '\0' || td_text_is_blank(title))
		return TRUE;
	if (!td_ticket_list(decision->txn, &query, &tickets, &next, error))
		return FALSE;
	for (guint i = 0; i < tickets->len && *number == 0; i++) {
		const TdTicket *ticket = g_ptr_array_index(tickets, i);
		g_autofree char *other = td_text_fold(ticket->subject);

		if (decision->plan->now - ticket->created <= SAME_SECONDS &&
		    strcmp(title, other) == 0)
			*number = ticket->number;
	}
	return TRUE;
}
