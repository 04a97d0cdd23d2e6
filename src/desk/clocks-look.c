/* clocks-look.c - a clock's time has come */

#include "config.h"

#include "desk/clocks.h"

/* Moments that one ticket may have at once; more of them go in a circle. */
#define LOOKS_MAX (4 * TD_CLOCKS)

TdEvent *
td_clocks_add(TdDraft *draft, TdEventKind kind, guint64 number,
    TdClockKind which, const TdClock *clock)
{
	const char *actor = draft->actor;
	const char *evidence = draft->evidence;
	TdEvent *event;

	draft->actor = "desk";
	draft->evidence = "";
	event = td_draft_add(draft, kind, number);
	draft->actor = actor;
	draft->evidence = evidence;
	td_event_set_clock(event, which, clock);
	return event;
}

/* ---- deadlines ---- */

/* Whether the escalation of @sla begins, now that a deadline is broken: not
 * while the ticket waits for somebody else, nor beside another. */
static gboolean
escalates(const TdTicket *ticket, const TdSla *sla, const TdClock *clock)
{
	return sla != NULL && sla->escalation != NULL &&
	    !(sla->at_warning && clock->warned) &&
	    (ticket->status == TD_STATUS_NEW ||
	        ticket->status == TD_STATUS_OPEN) &&
	    !td_escalation_runs(ticket);
}

/* Puts @clock of the ticket on record as it is from now on, and tells who must
 * know: an escalation, or those whom the deadline concerns. */
static gboolean
pass(TdDraft *draft, guint64 number, TdClockKind kind, gboolean broken,
    GError **error)
{
	const TdTicket *ticket = td_draft_need(draft, number, error);
	const TdSla *sla;
	gboolean escalate;
	TdClock clock;
	gboolean done;

	if (ticket == NULL)
		return FALSE;
	td_clock_copy(&clock, &ticket->clocks[kind]);
	sla = td_conf_sla(draft->desk->conf, clock.rule);
	escalate = escalates(ticket, sla, &clock) &&
	    (broken || sla->at_warning);
	if (broken)
		clock.breached = TRUE;
	else
		clock.warned = TRUE;
	clock.next = broken ? 0 : clock.due;
	td_clocks_add(draft, TD_EVENT_ESCALATED, number, kind, &clock);
	done = escalate
	    ? td_escalation_start(draft, number, &clock, sla->escalation, error)
	    : td_clocks_tell_deadline(draft, number, kind, error);
	td_clock_clear(&clock);
	return done;
}

gboolean
td_clocks_break(
    TdDraft *draft, guint64 number, TdClockKind kind, GError **error)
{
	return pass(draft, number, kind, TRUE, error);
}

/* ---- all clocks of a ticket ---- */

/* The moment that @clock stands for: what is broken was so when it was due. */
static gint64
find_moment(TdClockKind kind, const TdClock *clock, gint64 now)
{
	return TD_CLOCK_IS_DEADLINE(kind) && td_clock_is_late(clock, now)
	    ? clock->due
	    : clock->next;
}

/* The clock whose moment came first; FALSE if there is none. */
static gboolean
find_due(const TdTicket *ticket, gint64 now, TdClockKind *kind)
{
	gint64 first = G_MAXINT64;

	for (guint i = 0; i < TD_CLOCKS; i++) {
		const TdClock *clock = &ticket->clocks[i];
		gint64 moment = find_moment(i, clock, now);

		if (clock->state != TD_CLOCK_RUNNING || clock->next == 0 ||
		    clock->next > now || moment >= first)
			continue;
		first = moment;
		*kind = i;
	}
	return first != G_MAXINT64;
}

static gboolean
look_at(
    TdDraft *draft, const TdTicket *ticket, TdClockKind kind, GError **error)
{
	guint64 number = ticket->number;

	switch (kind) {
	case TD_CLOCK_RESPONSE:
	case TD_CLOCK_UPDATE:
	case TD_CLOCK_SOLUTION:
	case TD_CLOCK_AGREED:
		return td_clock_is_late(&ticket->clocks[kind], draft->now)
		    ? td_clocks_break(draft, number, kind, error)
		    : pass(draft, number, kind, FALSE, error);
	case TD_CLOCK_ESCALATION:
		return td_escalation_look(draft, number, error);
	case TD_CLOCK_RELEASE:
		return td_clocks_release(draft, number, error);
	case TD_CLOCK_ASSIGN:
		return td_clocks_assign(draft, number, error);
	case TD_CLOCKS:
		break;
	}
	return TRUE;
}

/* Whatever went wrong: the same ticket is not looked at for ever.  An event
 * sets its timer anew. */
static gboolean
silence(TdDraft *draft, guint64 number, GError **error)
{
	const TdTicket *current = td_draft_need(draft, number, error);
	g_autoptr(TdTicket) ticket = NULL;

	if (current == NULL)
		return FALSE;
	if (current->timer == 0 || current->timer > draft->now)
		return TRUE;
	ticket = td_ticket_copy(current);
	for (guint i = 0; i < TD_CLOCKS; i++) {
		TdClock *clock = &ticket->clocks[i];

		if (clock->next == 0 || clock->next > draft->now)
			continue;
		clock->next = 0;
		td_clocks_add(draft, TD_EVENT_DUE, number, i, clock);
	}
	td_clocks_add(draft, TD_EVENT_DUE, number, TD_CLOCK_ASSIGN,
	    &ticket->clocks[TD_CLOCK_ASSIGN]);
	return TRUE;
}

gboolean
td_clocks_look(TdDraft *draft, const TdTicket *ticket, GError **error)
{
	guint64 number = ticket->number;
	TdClockKind kind = TD_CLOCKS;

	for (guint i = 0; i < LOOKS_MAX; i++) {
		/* The configuration may have changed since it was set. */
		if (!td_clocks_settle_one(draft, number, error))
			return FALSE;
		ticket = td_draft_need(draft, number, error);
		if (ticket == NULL)
			return FALSE;
		if (!find_due(ticket, draft->now, &kind))
			break;
		if (!look_at(draft, ticket, kind, error))
			return FALSE;
	}
	return silence(draft, number, error);
}
