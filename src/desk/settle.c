/* settle.c - new tickets of a plan get their numbers */

#include "config.h"

#include "desk/plan.h"

/* The numbers that new tickets of the plan get. */
typedef struct {
	guint64 numbers[TD_TICKETS_NEW_MAX];
	guint count;
} Allotted;

/* The real number for one that may stand for a new ticket. */
static guint64
settle(const Allotted *allotted, guint64 number)
{
	guint64 index = TD_TICKET_NEW - number;

	return index < allotted->count ? allotted->numbers[index] : number;
}

static void
settle_event(const Allotted *allotted, TdEvent *event)
{
	static const char *const keys[] = { "to", "from", "into", "ticket" };

	event->ticket = settle(allotted, event->ticket);
	for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
		guint64 number = td_event_get_number(event, keys[i]);

		if (TD_TICKET_IS_NEW(number))
			td_event_set_number(
			    event, keys[i], settle(allotted, number));
	}
}

static void
settle_plan(const Allotted *allotted, TdPlan *plan)
{
	plan->ticket = settle(allotted, plan->ticket);
	plan->file_under = settle(allotted, plan->file_under);
	for (guint i = 0; i < plan->events->len; i++)
		settle_event(allotted, g_ptr_array_index(plan->events, i));
	for (guint i = 0; i < plan->letters->len; i++) {
		TdLetter *letter = g_ptr_array_index(plan->letters, i);

		letter->ticket = settle(allotted, letter->ticket);
		settle_event(
		    allotted, g_ptr_array_index(plan->letter_events, i));
	}
	for (guint i = 0; i < plan->moves->len; i++) {
		TdMove *move = g_ptr_array_index(plan->moves, i);

		move->to = settle(allotted, move->to);
	}
}

gboolean
td_plan_settle(TdPlan *plan, TdTxn *txn, GPtrArray *tickets, GError **error)
{
	Allotted allotted = { .count = 0 };

	for (guint i = 0; i < plan->events->len; i++) {
		const TdEvent *event = g_ptr_array_index(plan->events, i);
		guint64 *number = &allotted.numbers[allotted.count];

		if (event->kind != TD_EVENT_CREATED ||
		    allotted.count == TD_TICKETS_NEW_MAX)
			continue;
		if (!td_ticket_allot(txn, number, error))
			return FALSE;
		g_ptr_array_add(tickets, td_ticket_new(*number));
		allotted.count++;
	}
	settle_plan(&allotted, plan);
	return TRUE;
}
