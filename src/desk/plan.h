/* plan.h - making the events of a plan */

#ifndef TICKETD_DESK_PLAN_H
#define TICKETD_DESK_PLAN_H

#include "desk/desk-private.h"

/* All that deciding about one mail looks at and fills in. */
typedef struct {
	const TdDesk *desk;
	TdTxn *txn;
	const TdMessage *message;
	const TdEnvelope *envelope;
	const TdQueue *queue;     /* whose rules hold: the ticket's */
	const TdQueue *door;      /* that the mail came in by */
	const TdAddress *speaker; /* see td_desk_speaker() */
	gboolean is_event;        /* see td_class_is_event() */
	char *from;               /* the speaker's address, folded; "" */
	char *actor;              /* for events */
	TdTicket *ticket; /* as it is now; NULL for a new one and for 0 */
	TdThread thread;
	TdPlan *plan;
} TdDecision;

void td_decision_clear(TdDecision *decision);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdDecision, td_decision_clear)

/* Adds an event of @kind on @ticket; borrowed from the plan. */
TdEvent *td_plan_add(TdDecision *decision, TdEventKind kind, guint64 ticket);

/* created: a ticket of its own, with its participants. */
void td_plan_created(TdDecision *decision);

/* message, report or auto-reply: the mail itself, on @ticket. */
void td_plan_message(TdDecision *decision, guint64 ticket);

/* participant: everybody in To and Cc who is not on the ticket (NULL: a new
 * one) yet and not the desk itself. */
void td_plan_participants(TdDecision *decision, const TdTicket *ticket);

/* participant: the queue that the mail came in by watches, if it is not that of
 * the ticket (NULL: a new one). */
void td_plan_watch(TdDecision *decision, const TdTicket *ticket);

/* linked: @from speaks of, or goes on, @to. */
void td_plan_link(
    TdDecision *decision, guint64 from, const char *type, guint64 to);

/* status: from @status to open, if the mail of a customer means that. */
void td_plan_reopen(TdDecision *decision, TdStatus status);

/* Decides whether, to whom and by which text the desk answers; adds the
 * acknowledged event. */
void td_plan_answer(TdDecision *decision);

#endif
