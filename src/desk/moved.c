/* moved.c - a mail that is here already, or belongs elsewhere now */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>

#include "desk/plan.h"

/* Whether the desk did it by itself: it asked the writer for fields, or time
 * went by. */
static gboolean
is_of_desk(const TdEvent *event)
{
	if (strcmp(event->actor, "desk") != 0)
		return FALSE;
	if (event->kind == TD_EVENT_STATUS)
		return strcmp(td_event_get(event, "why"),
		           "fields are missing") == 0;
	return event->kind == TD_EVENT_ESCALATED;
}

/* Whether an event may stand on a ticket that nobody has worked on. */
static gboolean
is_untouched_by(const TdEvent *event)
{
	if (g_str_has_prefix(event->actor, "agent:") ||
	    g_str_has_prefix(event->actor, "control:"))
		return FALSE;
	if (event->kind == TD_EVENT_MESSAGE)
		return event->message == 1 ||
		    strcmp(td_event_get(event, "direction"), "out") == 0;
	if (is_of_desk(event))
		return TRUE;
	/* Rules of the desk gave it these. */
	if (event->kind == TD_EVENT_OWNER || event->kind == TD_EVENT_PRIORITY ||
	    event->kind == TD_EVENT_TYPE || event->kind == TD_EVENT_TAG ||
	    event->kind == TD_EVENT_DUE)
		return TRUE;
	return event->kind == TD_EVENT_CREATED ||
	    event->kind == TD_EVENT_PARTICIPANT ||
	    event->kind == TD_EVENT_LINKED ||
	    event->kind == TD_EVENT_ACKNOWLEDGED ||
	    event->kind == TD_EVENT_SENT ||
	    event->kind == TD_EVENT_NOT_DELIVERED ||
	    event->kind == TD_EVENT_SUPPRESSED;
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
gboolean
td_plan_move(TdDecision *decision, const TdPlace *from, GError **error)
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
		event = td_draft_add(
		    &decision->draft, TD_EVENT_LINKED, from->ticket);
		td_event_set(event, "type", "moved");
		td_event_set_number(event, "to", plan->ticket);
	} else {
		event = td_draft_add(
		    &decision->draft, TD_EVENT_MERGED, from->ticket);
		td_event_set_number(event, "into", plan->ticket);
	}
	event->message = from->sequence;
	return TRUE;
}

/* Whether the copy that was filed came in by the same door: then this is no
 * mail to a second queue, wherever the ticket is by now. */
static gboolean
came_by_this_door(TdDecision *decision, gboolean *same, GError **error)
{
	const TdPlace *first = &decision->thread.first;
	g_autoptr(TdFiled) filed = NULL;
	const TdQueue *door = NULL;

	*same = FALSE;
	if (!td_filed_get(decision->txn, first->ticket, first->sequence, &filed,
	        NULL, error))
		return FALSE;
	*same = filed != NULL &&
	    (td_desk_recipient(decision->desk, filed->recipient, &door) ||
	        td_desk_recipient(
	            decision->desk, filed->original_recipient, &door)) &&
	    door == decision->door;
	return TRUE;
}

/* A second copy of a mail that is here already. */
gboolean
td_plan_duplicate(TdDecision *decision, GError **error)
{
	TdPlan *plan = decision->plan;
	const TdPlace *first = &decision->thread.first;
	g_autoptr(TdTicket) ticket = NULL;
	gboolean same;

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
	if (!came_by_this_door(decision, &same, error))
		return FALSE;
	if (!same && !decision->thread.first_marked)
		td_plan_watch(decision, ticket);
	return TRUE;
}
