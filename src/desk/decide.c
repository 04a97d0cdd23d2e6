/* decide.c - from a mail to a plan */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/error.h>
#include <ticketd/text.h>

#include "desk/plan.h"

#define DAY (24 * 60 * 60)

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

/* The queue of a new ticket.  A mail to two queues comes once for each, in an
 * order that nobody knows, so what the writer put first decides. */
static const TdQueue *
find_home(const TdDecision *decision)
{
	const TdQueue *queue;

	queue = find_named(decision->desk, decision->message->to);
	if (queue == NULL)
		queue = find_named(decision->desk, decision->message->cc);
	return queue == NULL ? decision->door : queue;
}

static char *
find_actor(const TdDecision *decision)
{
	if (decision->envelope->actor != NULL)
		return g_strdup(decision->envelope->actor);
	return g_strconcat(decision->plan->class.class == TD_CLASS_HUMAN
	        ? "customer:"
	        : "machine:",
	    decision->from, NULL);
}

/* What we know about who speaks.  A signed address or id proves that the
 * writer got our mail; DMARC, that From is true; else From is a claim. */
static char *
find_evidence(const TdDecision *decision)
{
	const TdAuth *auth = decision->plan->auth;

	if (decision->envelope->actor != NULL)
		return g_strdup("control");
	/* What is known of a web form's From says nothing of its Reply-To. */
	if (strcmp(auth->dmarc, "fail") == 0 ||
	    !td_address_same(
	        decision->from, td_message_from(decision->message)))
		return g_strdup("from");
	if (strcmp(auth->dmarc, "pass") == 0 || strcmp(auth->dkim, "pass") == 0)
		return g_strdup("dmarc");
	return g_strdup(decision->thread.evidence);
}

/* Whether the evidence lets a participant change who is on the ticket. */
static gboolean
is_proven(const TdDecision *decision)
{
	const char *evidence = decision->plan->evidence;

	if (strcmp(evidence, "control") == 0 || strcmp(evidence, "dmarc") == 0)
		return TRUE;
	return decision->desk->conf->customer_evidence == TD_EVIDENCE_ANSWER &&
	    strcmp(evidence, "from") != 0;
}

/* Whether a participant may speak without being marked: not under a From that
 * is known to be false, nor without proof where the desk wants more than an
 * answer. */
static gboolean
is_credible(const TdDecision *decision)
{
	if (strcmp(decision->plan->auth->dmarc, "fail") == 0)
		return FALSE;
	return decision->desk->conf->customer_evidence != TD_EVIDENCE_DMARC ||
	    is_proven(decision);
}

/* Whether an event may stand on a ticket that nobody has worked on. */
static gboolean
is_untouched_by(const TdEvent *event)
{
	return event->kind == TD_EVENT_CREATED ||
	    (event->kind == TD_EVENT_MESSAGE && event->message == 1) ||
	    event->kind == TD_EVENT_PARTICIPANT ||
	    event->kind == TD_EVENT_LINKED ||
	    event->kind == TD_EVENT_ACKNOWLEDGED ||
	    event->kind == TD_EVENT_SENT ||
	    event->kind == TD_EVENT_NOT_DELIVERED;
}

/* Whether @ticket was opened by the mail at @place and nothing but our answer
 * came to it since. */
static gboolean
opened_by_copy(TdDecision *decision, const TdTicket *ticket,
    const TdPlace *place, gboolean *alone, GError **error)
{
	g_autoptr(GPtrArray) events = NULL;

	*alone = FALSE;
	if (place->sequence != 1 || ticket->events > TD_READ_MAX)
		return TRUE;
	if (!td_event_list(
	        decision->txn, ticket->number, 0, TD_READ_MAX, &events, error))
		return FALSE;
	for (guint i = 0; i < events->len; i++)
		if (!is_untouched_by(g_ptr_array_index(events, i)))
			return TRUE;
	*alone = TRUE;
	return TRUE;
}

/* The mail was filed before and belongs elsewhere now: what becomes of the
 * place where it was. */
static gboolean
plan_move(TdDecision *decision, const TdPlace *from, GError **error)
{
	TdPlan *plan = decision->plan;
	g_autoptr(TdTicket) old = NULL;
	gboolean alone = FALSE;
	TdEvent *event;

	plan->moved_from = *from;
	if (!td_ticket_get(decision->txn, from->ticket, &old, error))
		return FALSE;
	if (old == NULL || from->ticket == plan->ticket)
		return TRUE;
	if (from->ticket != TD_TICKET_DESK && !plan->marked &&
	    !opened_by_copy(decision, old, from, &alone, error))
		return FALSE;

	if (!alone || plan->ticket == TD_TICKET_NEW ||
	    plan->ticket == TD_TICKET_DESK) {
		event = td_plan_add(decision, TD_EVENT_LINKED, from->ticket);
		td_event_set(event, "type", "moved");
		td_event_set_number(event, "to", plan->ticket);
	} else {
		event = td_plan_add(decision, TD_EVENT_MERGED, from->ticket);
		td_event_set_number(event, "into", plan->ticket);
	}
	event->message = from->sequence;
	return TRUE;
}

/* A second copy of a mail that is here already. */
static gboolean
plan_duplicate(TdDecision *decision, GError **error)
{
	TdPlan *plan = decision->plan;
	const TdPlace *first = &decision->thread.first;
	g_autoptr(TdTicket) ticket = NULL;

	plan->silence = g_strdup("a duplicate: nothing happens");
	if (plan->ticket == TD_TICKET_DESK)
		return TRUE;
	if (!td_ticket_get(decision->txn, plan->ticket, &ticket, error))
		return FALSE;
	if (ticket == NULL)
		return td_fail(error, TD_ERROR_BROKEN,
		    "message %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT
		    " is of a ticket that does not exist",
		    first->ticket, first->sequence);

	/* The same mail to a second queue: one ticket, and that queue
	 * watches it. */
	if (!decision->thread.first_marked)
		td_plan_watch(decision, ticket);
	return TRUE;
}

/* A mail that opens a ticket. */
static void
plan_new(TdDecision *decision)
{
	TdPlan *plan = decision->plan;

	td_plan_created(decision);
	td_plan_message(decision, plan->ticket);
	if (plan->class.class == TD_CLASS_HUMAN)
		td_plan_participants(decision, NULL);
	if (decision->thread.mentions != 0)
		td_plan_link(decision, plan->ticket, "related",
		    decision->thread.mentions);
	td_plan_watch(decision, NULL);
}

/* When @ticket was closed last; machines' mail since then does not count. */
static gboolean
find_closing(TdDecision *decision, const TdTicket *ticket, gint64 *closed,
    GError **error)
{
	guint64 after = 0;

	*closed = ticket->created;
	while (after < ticket->events) {
		g_autoptr(GPtrArray) events = NULL;

		if (!td_event_list(decision->txn, ticket->number, after,
		        TD_READ_MAX, &events, error))
			return FALSE;
		if (events->len == 0)
			break;
		for (guint i = 0; i < events->len; i++) {
			const TdEvent *event = g_ptr_array_index(events, i);

			after = event->sequence;
			if (event->kind == TD_EVENT_STATUS &&
			    strcmp(td_event_get(event, "to"), "closed") == 0)
				*closed = event->time;
		}
	}
	return TRUE;
}

/* Whether a mail to @ticket, which may be closed, opens a new one instead.  A
 * stranger cannot reopen anything, and nobody would see his mail there. */
static gboolean
is_over(TdDecision *decision, const TdTicket *ticket, gboolean *over,
    GError **error)
{
	gint64 closed;

	*over = FALSE;
	if (decision->plan->marked) {
		*over = ticket->status == TD_STATUS_CLOSED ||
		    ticket->status == TD_STATUS_RESOLVED;
		return TRUE;
	}
	if (ticket->status != TD_STATUS_CLOSED)
		return TRUE;
	switch (decision->queue->closed) {
	case TD_CLOSED_NEW:
		*over = TRUE;
		return TRUE;
	case TD_CLOSED_REOPEN:
		if (!find_closing(decision, ticket, &closed, error))
			return FALSE;
		*over = decision->plan->now - closed >
		    (gint64)decision->desk->conf->reopen_days * DAY;
		return TRUE;
	case TD_CLOSED_ANSWER:
		break;
	}
	return TRUE;
}

/* A mail that goes on with a ticket. */
static void
plan_follow_up(TdDecision *decision)
{
	TdPlan *plan = decision->plan;
	const TdTicket *ticket = decision->ticket;

	td_plan_message(decision, plan->ticket);
	if (plan->marked)
		return;
	if (plan->class.class == TD_CLASS_HUMAN && is_proven(decision))
		td_plan_participants(decision, ticket);
	td_plan_watch(decision, ticket);
	if (ticket->status != TD_STATUS_CLOSED ||
	    decision->queue->closed != TD_CLOSED_ANSWER)
		td_plan_reopen(decision, ticket->status);
}

/* What a machine says: an event on the ticket it speaks of, the bytes under
 * number 0. */
static void
plan_machine(TdDecision *decision)
{
	TdPlan *plan = decision->plan;

	td_plan_message(decision, TD_TICKET_DESK);
	if (plan->ticket != TD_TICKET_DESK)
		td_plan_message(decision, plan->ticket);
}

/* The ticket that threading found is over: a new one that speaks of it; or, if
 * this is but a second copy, all stays as the first one made it. */
static void
turn_away(TdDecision *decision, const TdTicket *ticket)
{
	TdPlan *plan = decision->plan;

	g_free(plan->rule_reason);
	if (decision->thread.stronger) {
		plan->rule = TD_RULE_DUPLICATE;
		plan->ticket = decision->thread.there;
		plan->rule_reason = g_strdup("filed already");
	} else {
		plan->rule = TD_RULE_NEW;
		plan->ticket = TD_TICKET_NEW;
		plan->rule_reason = g_strdup_printf("ticket %" G_GUINT64_FORMAT
		                                    " is %s",
		    ticket->number, td_status_name(ticket->status));
		decision->thread.mentions = ticket->number;
	}
	plan->marked = FALSE;
}

/* Reads the ticket that threading found; from now on its queue's rules hold. */
static gboolean
look_at_ticket(TdDecision *decision, GError **error)
{
	TdPlan *plan = decision->plan;
	g_autoptr(TdTicket) ticket = NULL;
	const TdQueue *queue;
	gboolean over;

	if (plan->ticket == TD_TICKET_NEW || plan->ticket == TD_TICKET_DESK)
		return TRUE;
	if (!td_ticket_get(decision->txn, plan->ticket, &ticket, error))
		return FALSE;
	if (ticket == NULL)
		return td_fail(error, TD_ERROR_BROKEN,
		    "the record of ticket %" G_GUINT64_FORMAT " is missing",
		    plan->ticket);

	queue = td_conf_queue(decision->desk->conf, ticket->queue);
	decision->queue = queue == NULL ? decision->door : queue;
	if (!decision->is_event) {
		plan->marked = decision->envelope->actor == NULL &&
		    (!td_ticket_has_participant(ticket, decision->from) ||
		        !is_credible(decision));
		if (!is_over(decision, ticket, &over, error))
			return FALSE;
		if (over) {
			decision->queue = find_home(decision);
			turn_away(decision, ticket);
			return TRUE;
		}
	}
	decision->ticket = g_steal_pointer(&ticket);
	return TRUE;
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
plan_events(TdDecision *decision, GError **error)
{
	TdPlan *plan = decision->plan;
	const TdPlace *old = find_old_place(decision);

	plan->file_under = decision->is_event ? TD_TICKET_DESK : plan->ticket;
	if (plan->rule != TD_RULE_DUPLICATE && old != NULL &&
	    old->ticket == plan->file_under) {
		plan->rule = TD_RULE_DUPLICATE;
		decision->thread.first = *old;
	}
	if (plan->rule == TD_RULE_DUPLICATE)
		return plan_duplicate(decision, error);

	plan->file = TRUE;
	if (old != NULL && !plan_move(decision, old, error))
		return FALSE;
	if (decision->is_event)
		plan_machine(decision);
	else if (plan->ticket == TD_TICKET_NEW)
		plan_new(decision);
	else
		plan_follow_up(decision);
	td_plan_answer(decision);
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

	decision.door = find_door(desk, envelope);
	if (decision.door == NULL)
		return td_fail(
		    error, TD_ERROR_NOT_OURS, "no queue has that address");

	plan = decision.plan = g_new0(TdPlan, 1);
	plan->now = now;
	plan->events = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_event_free);
	decision.speaker = td_desk_speaker(desk, message);
	decision.from = td_address_fold(decision.speaker->address);
	if (decision.from == NULL)
		decision.from = g_strdup("");

	decision.queue = find_home(&decision);

	td_desk_classify(desk, message, envelope, &plan->class);
	decision.is_event = td_class_is_event(plan->class.class);
	plan->auth = td_message_auth(message, desk->conf->authserv_id);
	if (!td_desk_thread(desk, txn, message, envelope, plan->class.class,
	        now, &decision.thread, error))
		return FALSE;

	plan->rule = decision.thread.rule;
	plan->ticket = decision.thread.ticket;
	plan->rule_reason = g_strdup(decision.thread.reason);
	plan->evidence = find_evidence(&decision);
	decision.actor = find_actor(&decision);
	if (plan->rule != TD_RULE_DUPLICATE &&
	    !look_at_ticket(&decision, error))
		return FALSE;
	plan->queue = g_strdup(decision.queue->name);
	if (!plan_events(&decision, error))
		return FALSE;

	*result = g_steal_pointer(&decision.plan);
	return TRUE;
}
