/* order.c - what a tool asks for, by the grammar and rules of mail */

#include "config.h"

#include <string.h>

#include <ticketd/command.h>
#include <ticketd/erase.h>
#include <ticketd/error.h>
#include <ticketd/text.h>

#include "desk/policy.h"

/* In whose name: an agent's, or the tool's own. */
static gboolean
find_who(TdDecision *decision, const TdOrder *order, GError **error)
{
	TdWho *who = &decision->who;

	who->control = TRUE;
	who->proof = TD_PROOF_CONTROL;
	who->language = "en";
	who->actor = g_strdup(order->actor);
	who->name = g_strdup(order->actor);
	who->address = g_strdup("");
	if (order->as == NULL)
		return TRUE;

	if (!td_person_find_agent(
	        decision->txn, order->as, &who->person, NULL, error))
		return FALSE;
	if (who->person == NULL) {
		g_autofree char *shown = td_text_printable(order->as, 80);

		return td_fail(error, TD_ERROR_REFUSED,
		    "there is no agent \"%s\"; see: ticket agent list", shown);
	}
	/* The agent did it; who did it for him is the evidence. */
	who->agent = TRUE;
	g_free(who->actor);
	who->actor = g_strconcat("agent:", who->person->name, NULL);
	g_free(who->name);
	who->name = g_strdup(td_agent_shown_name(who->person));
	g_free(who->address);
	who->address = g_strdup(
	    who->person->addresses[0] == NULL ? "" : who->person->addresses[0]);
	return TRUE;
}

static gboolean
fail_no_ticket(guint64 number, GError **error)
{
	return td_fail(error, TD_ERROR_REFUSED,
	    "there is no ticket %" G_GUINT64_FORMAT, number);
}

/* Merged tickets are followed, as everywhere. */
static gboolean
find_ticket(
    TdDecision *decision, const TdOrder *order, guint64 *number, GError **error)
{
	guint64 first, last;
	gboolean skipped;
	const TdQueue *queue;

	*number = order->number;
	if (*number == TD_TICKET_DESK)
		return TRUE;
	if (!td_ticket_range(decision->txn, &first, &last, error))
		return FALSE;
	if (*number < first || *number > last)
		return fail_no_ticket(*number, error);
	if (!td_ticket_resolve(decision->txn, number, error) ||
	    !td_ticket_skipped(decision->txn, *number, &skipped, error) ||
	    !td_ticket_get(decision->txn, *number, &decision->ticket, error))
		return FALSE;
	if (skipped)
		return fail_no_ticket(*number, error);
	if (decision->ticket == NULL)
		return td_fail(error, TD_ERROR_BROKEN,
		    "the record of ticket %" G_GUINT64_FORMAT " is missing",
		    *number);
	if (decision->ticket->purged != 0)
		return td_ticket_fail_purged(decision->ticket, error);
	queue = td_conf_queue(decision->desk->conf, decision->ticket->queue);
	if (queue != NULL)
		decision->queue = queue;
	return TRUE;
}

/* A tool without an agent's name speaks for the queue.  Its changes are known
 * apart, for undo, by how many the ticket had before. */
static void
name_source(TdDecision *decision)
{
	TdWho *who = &decision->who;

	if (!who->agent) {
		g_free(who->name);
		who->name = g_strdup(decision->queue->from_name);
	}
	decision->plan->source = g_strdup_printf("order/%" G_GUINT64_FORMAT,
	    decision->ticket == NULL ? 0 : decision->ticket->events);
}

gboolean
td_desk_order(const TdDesk *desk, TdTxn *txn, const TdOrder *order,
    TdPlan **result, GError **error)
{
	g_auto(TdDecision) decision = { .desk = desk, .txn = txn };
	g_auto(TdSaid) said = { .text = g_strdup(order->commands) };
	TdBlock block = { .said = &said, .strict = TRUE };
	g_autoptr(TdCommands) commands = NULL;
	TdPlan *plan;
	gboolean done;

	plan = decision.plan = td_plan_new(order->now);
	td_draft_init(&decision.draft, desk, txn, plan, order->now);
	decision.queue = g_ptr_array_index(desk->conf->queues, 0);
	if (!find_who(&decision, order, error) ||
	    !find_ticket(&decision, order, &block.ticket, error))
		return FALSE;
	name_source(&decision);
	plan->ticket = block.ticket;
	plan->file_under = block.ticket;
	plan->evidence = g_strdup(decision.who.agent
	        ? order->actor
	        : td_proof_name(TD_PROOF_CONTROL));
	plan->silence = g_strdup("a command line");
	decision.draft.actor = decision.who.actor;
	decision.draft.evidence = plan->evidence;

	commands = td_block_parse(&decision, &block, FALSE);
	g_free(commands->text);
	commands->text = td_text_utf8(order->text, -1);
	if (!td_block_execute(&decision, &block, commands, &done, error) ||
	    !td_clocks_settle(&decision.draft, error))
		return FALSE;
	*result = g_steal_pointer(&decision.plan);
	return TRUE;
}
