/* decide.c - from a mail to a plan */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/error.h>
#include <ticketd/text.h>

#include "desk/policy.h"

/* The queue that the mail came in by: by its recipient, else by what the
 * recipient was before an alias. */
static const TdQueue *
find_door(const TdDesk *desk, const TdEnvelope *envelope)
{
	const char *addresses[] = { envelope->recipient,
		envelope->original_recipient };

	for (guint i = 0; i < G_N_ELEMENTS(addresses); i++) {
		const TdQueue *queue;

		if (addresses[i] != NULL &&
		    td_desk_recipient(desk, addresses[i], &queue))
			return queue;
	}
	return NULL;
}

/* The first queue that @addresses name, NULL if none. */
static const TdQueue *
find_named(const TdDesk *desk, GPtrArray *addresses)
{
	for (guint i = 0; i < addresses->len; i++) {
		const TdAddress *address = g_ptr_array_index(addresses, i);
		const TdQueue *queue;

		if (td_desk_recipient(desk, address->address, &queue))
			return queue;
	}
	return NULL;
}

const TdQueue *
td_plan_home(const TdDecision *decision)
{
	const TdQueue *queue;

	queue = find_named(decision->desk, decision->message->to);
	if (queue == NULL)
		queue = find_named(decision->desk, decision->message->cc);
	return queue == NULL ? decision->door : queue;
}

/* This is but a second copy: all stays as the first one made it. */
static void
stay_there(TdDecision *decision)
{
	TdPlan *plan = decision->plan;

	g_free(plan->rule_reason);
	plan->rule = TD_RULE_DUPLICATE;
	plan->ticket = decision->thread.there;
	plan->rule_reason = g_strdup("filed already");
}

/* The ticket that threading found is over: a new one that speaks of it; or, if
 * this is but a second copy, all stays as the first one made it. */
static void
turn_away(TdDecision *decision, const TdTicket *ticket)
{
	TdPlan *plan = decision->plan;

	if (decision->thread.stronger) {
		stay_there(decision);
	} else {
		g_free(plan->rule_reason);
		plan->rule = TD_RULE_NEW;
		plan->ticket = TD_TICKET_NEW;
		plan->rule_reason = g_strdup_printf("ticket %" G_GUINT64_FORMAT
		                                    " is %s",
		    ticket->number, td_status_name(ticket->status));
		decision->thread.mentions = ticket->number;
	}
	plan->marked = FALSE;
}

/* Whether a mail to the desk's own record, or to a link, may do anything. */
static gboolean
is_bad_link(const TdDecision *decision)
{
	const TdThread *thread = &decision->thread;

	if (!thread->addressed || thread->extension.kind == TD_TOKEN_CONFIRM)
		return FALSE;
	if (thread->extension.kind == TD_TOKEN_ACTION)
		return !decision->who.agent || !decision->who.own;
	return thread->ticket == TD_TICKET_DESK && !decision->who.agent;
}

/* A customer's mail on @ticket: is he on it, and is it over? */
static gboolean
look_at_customer(TdDecision *decision, const TdTicket *ticket, GError **error)
{
	TdPlan *plan = decision->plan;
	gboolean over;

	plan->marked = decision->envelope->actor == NULL &&
	    (!td_ticket_has_participant(ticket, decision->from) ||
	        !td_plan_customer_credible(decision));
	if (!td_plan_is_over(decision, ticket, &over, error))
		return FALSE;
	/* Nobody would see a stranger's spam there. */
	if (plan->class.class == TD_CLASS_SPAM &&
	    !td_ticket_has_participant(ticket, decision->from))
		over = TRUE;
	if (!over)
		return TRUE;
	decision->queue = td_plan_home(decision);
	turn_away(decision, ticket);
	g_clear_pointer(&decision->ticket, td_ticket_free);
	return TRUE;
}

/* A forward is a matter of its own: a new ticket that speaks of the one it was
 * found to belong to. */
static void
set_apart(TdDecision *decision)
{
	TdPlan *plan = decision->plan;

	if (plan->ticket == TD_TICKET_NEW || plan->ticket == TD_TICKET_DESK ||
	    !td_plan_forwards(decision))
		return;
	if (decision->thread.stronger) {
		stay_there(decision);
		return;
	}
	g_free(plan->rule_reason);
	plan->rule_reason = g_strdup_printf(
	    "forwards another mail, about ticket %" G_GUINT64_FORMAT,
	    plan->ticket);
	decision->thread.mentions = plan->ticket;
	plan->rule = TD_RULE_NEW;
	plan->ticket = TD_TICKET_NEW;
}

/* Reads the ticket that threading found; from now on its queue's rules hold,
 * and it is known who speaks. */
static gboolean
look_at_ticket(TdDecision *decision, GError **error)
{
	TdPlan *plan = decision->plan;
	gboolean old = plan->rule != TD_RULE_DUPLICATE &&
	    plan->ticket != TD_TICKET_NEW && plan->ticket != TD_TICKET_DESK;

	if (old) {
		const TdQueue *queue;

		if (!td_ticket_get(
		        decision->txn, plan->ticket, &decision->ticket, error))
			return FALSE;
		if (decision->ticket == NULL)
			return td_fail(error, TD_ERROR_BROKEN,
			    "the record of ticket %" G_GUINT64_FORMAT
			    " is missing",
			    plan->ticket);
		queue = td_conf_queue(
		    decision->desk->conf, decision->ticket->queue);
		decision->queue = queue == NULL ? decision->door : queue;
	}
	if (!td_who_find(decision, &decision->who, error))
		return FALSE;
	if (old && decision->envelope->import == NULL && !decision->is_event &&
	    !decision->who.agent && !is_bad_link(decision) &&
	    !(decision->thread.addressed &&
	        decision->thread.extension.kind == TD_TOKEN_CONFIRM))
		return look_at_customer(decision, decision->ticket, error);
	return TRUE;
}

/* What the proof is called on record. */
static const char *
name_evidence(const TdDecision *decision)
{
	switch (decision->who.proof) {
	case TD_PROOF_FALSE:
		return "from";
	case TD_PROOF_ANSWER:
		return decision->thread.evidence;
	case TD_PROOF_NONE:
	case TD_PROOF_ADDRESS:
	case TD_PROOF_CONFIRMED:
	case TD_PROOF_DMARC:
	case TD_PROOF_SIGNATURE:
	case TD_PROOF_CONTROL:
		break;
	}
	return td_proof_name(decision->who.proof);
}

/* The place that this mail has now, if it is to move from there. */
static const TdPlace *
find_old_place(const TdDecision *decision)
{
	if (decision->thread.stronger)
		return &decision->thread.first;
	return decision->envelope->again;
}

static gboolean
plan_by_speaker(TdDecision *decision, GError **error)
{
	const TdThread *thread = &decision->thread;

	gboolean done;

	if (td_plan_is_reaction(decision)) {
		td_plan_reaction(decision);
		return TRUE;
	}
	/* By the null sender too, which else is a machine's answer. */
	if (!td_plan_monitor(decision, &done, error))
		return FALSE;
	if (done)
		return TRUE;
	if (decision->is_event)
		return td_plan_machine(decision, error);
	if (is_bad_link(decision))
		return td_plan_bad_link(decision, error);
	if (thread->addressed && thread->extension.kind == TD_TOKEN_CONFIRM)
		return td_plan_confirmed(decision, error);
	if (decision->who.agent)
		return td_plan_agent(decision, error);
	if (decision->plan->ticket == TD_TICKET_NEW)
		return td_plan_new_ticket(decision, error);
	return td_plan_follow_up(decision, error);
}

static gboolean
plan_events(TdDecision *decision, GError **error)
{
	TdPlan *plan = decision->plan;
	const TdPlace *old = find_old_place(decision);

	if (decision->envelope->import != NULL)
		return td_plan_import(decision, error);
	plan->file_under = decision->is_event ? TD_TICKET_DESK : plan->ticket;
	if (plan->rule != TD_RULE_DUPLICATE && old != NULL &&
	    old->ticket == plan->file_under) {
		plan->rule = TD_RULE_DUPLICATE;
		decision->thread.first = *old;
	}
	if (plan->rule == TD_RULE_DUPLICATE)
		return td_plan_duplicate(decision, error);

	plan->file = TRUE;
	if (old != NULL && !td_plan_move(decision, old, error))
		return FALSE;
	/* The administrator is told of what broke the reader. */
	if (decision->message->unreadable &&
	    !td_talk_unreadable(&decision->draft, decision->message, error))
		return FALSE;
	return plan_by_speaker(decision, error);
}

/* Who wrote, by which door, of which class: what is known before the store is
 * asked. */
static gboolean
begin(TdDecision *decision, gint64 now, GError **error)
{
	const TdDesk *desk = decision->desk;
	TdPlan *plan;

	decision->door = find_door(desk, decision->envelope);
	if (decision->door == NULL)
		return td_fail(
		    error, TD_ERROR_NOT_OURS, "no queue has that address");

	plan = decision->plan = td_plan_new(now);
	td_draft_init(&decision->draft, desk, decision->txn, plan, now);
	decision->speaker = td_desk_speaker(desk, decision->message);
	decision->from = td_address_fold(decision->speaker->address);
	if (decision->from == NULL)
		decision->from = g_strdup("");
	decision->queue = td_plan_home(decision);
	td_desk_classify(
	    desk, decision->message, decision->envelope, &plan->class);
	decision->is_event = td_class_is_event(plan->class.class) ||
	    td_plan_is_reaction(decision);
	plan->auth = td_message_auth(
	    decision->message, desk->conf->authserv_id);
	return TRUE;
}

gboolean
td_desk_decide(const TdDesk *desk, TdTxn *txn, const TdMessage *message,
    const TdEnvelope *envelope, gint64 now, TdPlan **result, GError **error)
{
	g_auto(TdDecision) decision = { .desk = desk,
		.txn = txn,
		.message = message,
		.envelope = envelope };
	TdPlan *plan;

	if (!begin(&decision, now, error))
		return FALSE;
	plan = decision.plan;
	if (!td_desk_thread(desk, txn, message, envelope, plan->class.class,
	        now, &decision.thread, error))
		return FALSE;

	plan->rule = decision.thread.rule;
	plan->ticket = decision.thread.ticket;
	plan->rule_reason = g_strdup(decision.thread.reason);
	/* A reaction to nothing of ours is no matter of its own. */
	if (plan->ticket == TD_TICKET_NEW && decision.is_event)
		plan->ticket = TD_TICKET_DESK;
	set_apart(&decision);
	if (!look_at_ticket(&decision, error) ||
	    !td_plan_find_customer(&decision, error))
		return FALSE;
	if (!decision.who.agent && decision.language != NULL)
		decision.who.language = decision.language;
	plan->evidence = g_strdup(name_evidence(&decision));
	plan->speaker = g_strdup(
	    decision.who.agent ? decision.who.person->name : "");
	plan->queue = g_strdup(decision.queue->name);
	decision.draft.actor = decision.who.actor;
	decision.draft.evidence = plan->evidence;
	if (!plan_events(&decision, error) ||
	    (!plan->silent && !td_clocks_settle(&decision.draft, error)))
		return FALSE;

	*result = g_steal_pointer(&decision.plan);
	return TRUE;
}
