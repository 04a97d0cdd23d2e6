/* import.c - mail that came before there was this desk
 *
 * Where it belongs is found as for any mail, but for numbers in subjects, which
 * may be another desk's.  Then it is filed and that is all: nobody is told, no
 * command is run, no rule of the configuration is asked, no clock runs, and no
 * status changes.  This is the one place that says so. */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "desk/plan.h"

#define NAME_MAX_SHOWN 100

/* Whether the mail is the desk's own word: an answer of those who worked on the
 * mailbox.  From alone is enough for that: nothing follows. */
static gboolean
is_ours(const TdDecision *decision)
{
	const TdPerson *person = decision->who.person;

	return (person != NULL && td_person_is_agent(person)) ||
	    td_desk_is_own(decision->desk, decision->from);
}

static gboolean
take_customer(TdDecision *decision, const TdAddress *address, gboolean *taken,
    GError **error)
{
	g_autofree char *folded = td_address_fold(address->address);
	gboolean agent;

	if (folded == NULL || td_desk_is_own(decision->desk, folded))
		return TRUE;
	if (!td_draft_is_agent(&decision->draft, folded, &agent, error))
		return FALSE;
	if (agent)
		return TRUE;
	g_free(decision->customer);
	g_free(decision->customer_name);
	decision->customer = g_steal_pointer(&folded);
	decision->customer_name = td_text_printable(
	    address->name, NAME_MAX_SHOWN);
	*taken = TRUE;
	return TRUE;
}

/* Of an answer whose question is lost, the ticket is that of whom it went to.
 */
static gboolean
find_customer(TdDecision *decision, GError **error)
{
	const GPtrArray *fields[] = { decision->message->to,
		decision->message->cc };
	gboolean taken = strcmp(decision->customer, decision->from) != 0 ||
	    !is_ours(decision);

	for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
		for (guint j = 0; j < fields[i]->len && !taken; j++)
			if (!take_customer(decision,
			        g_ptr_array_index(fields[i], j), &taken, error))
				return FALSE;
	return TRUE;
}

static gboolean
open_ticket(TdDecision *decision, GError **error)
{
	TdPlan *plan = decision->plan;
	guint first = plan->events->len;

	if (!find_customer(decision, error))
		return FALSE;
	td_draft_new_ticket(&decision->draft);
	td_plan_created(decision);
	td_event_set(g_ptr_array_index(plan->events, first), "status",
	    td_status_name(*decision->envelope->import));
	td_plan_message(decision, plan->ticket);
	return plan->class.class != TD_CLASS_HUMAN ||
	    td_plan_participants(decision, NULL, error);
}

/* Kept under number 0, as always; its ticket has an event of it. */
static void
note_event(TdDecision *decision)
{
	TdPlan *plan = decision->plan;

	if (td_plan_is_reaction(decision)) {
		g_clear_pointer(&plan->silence, g_free);
		td_plan_reaction(decision);
		return;
	}
	td_plan_message(decision, TD_TICKET_DESK);
	if (plan->ticket != TD_TICKET_DESK)
		td_plan_message(decision, plan->ticket);
}

gboolean
td_plan_import(TdDecision *decision, GError **error)
{
	TdPlan *plan = decision->plan;

	plan->silent = TRUE;
	plan->silence = g_strdup("an old mail: nobody is told");
	/* A copy that a signed address would bring elsewhere stays, too. */
	if (plan->rule == TD_RULE_DUPLICATE || decision->thread.stronger) {
		plan->rule = TD_RULE_DUPLICATE;
		plan->ticket = decision->thread.stronger
		    ? decision->thread.there
		    : plan->ticket;
		return TRUE;
	}

	plan->file = TRUE;
	plan->file_under = decision->is_event ? TD_TICKET_DESK : plan->ticket;
	if (decision->is_event) {
		note_event(decision);
		return TRUE;
	}
	if (plan->ticket == TD_TICKET_NEW) {
		decision->queue = decision->door;
		return open_ticket(decision, error);
	}
	/* An answer to a digest, or a link that is spent. */
	plan->marked = decision->ticket != NULL && !is_ours(decision) &&
	    !td_ticket_has_participant(decision->ticket, decision->from);
	td_plan_message(decision, plan->ticket);
	return TRUE;
}
