/* ticket-clock.c - the clocks of a ticket, and how events tell of them */

#include "config.h"

#include <string.h>

#include "store/store-private.h"

static const char *const names[] = {
	[TD_CLOCK_RESPONSE] = "response",
	[TD_CLOCK_UPDATE] = "update",
	[TD_CLOCK_SOLUTION] = "solution",
	[TD_CLOCK_AGREED] = "agreed",
	[TD_CLOCK_ESCALATION] = "escalation",
	[TD_CLOCK_RELEASE] = "release",
	[TD_CLOCK_ASSIGN] = "assign",
};

static const char *const states[] = {
	[TD_CLOCK_NONE] = "none",
	[TD_CLOCK_RUNNING] = "running",
	[TD_CLOCK_STOPPED] = "stopped",
	[TD_CLOCK_MET] = "met",
};

G_STATIC_ASSERT(G_N_ELEMENTS(names) == TD_CLOCKS);
G_STATIC_ASSERT(G_N_ELEMENTS(states) == TD_CLOCK_STATE_LAST + 1);

const char *
td_clock_name(TdClockKind kind)
{
	return names[kind];
}

gboolean
td_clock_from_name(const char *name, TdClockKind *kind)
{
	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		if (strcmp(names[i], name) == 0) {
			*kind = i;
			return TRUE;
		}
	return FALSE;
}

const char *
td_clock_state_name(TdClockState state)
{
	return states[state];
}

static gboolean
state_from_name(const char *name, TdClockState *state)
{
	for (guint i = 0; i < G_N_ELEMENTS(states); i++)
		if (strcmp(states[i], name) == 0) {
			*state = i;
			return TRUE;
		}
	return FALSE;
}

void
td_clock_clear(TdClock *clock)
{
	g_free(clock->rule);
	g_free(clock->calendar);
	memset(clock, 0, sizeof(*clock));
}

void
td_clock_copy(TdClock *to, const TdClock *from)
{
	*to = *from;
	to->rule = g_strdup(from->rule == NULL ? "" : from->rule);
	to->calendar = g_strdup(from->calendar == NULL ? "" : from->calendar);
}

gboolean
td_clock_equal(const TdClock *a, const TdClock *b)
{
	return a->state == b->state && !a->warned == !b->warned &&
	    !a->breached == !b->breached && a->step == b->step &&
	    a->due == b->due && a->next == b->next && a->left == b->left &&
	    a->total == b->total && strcmp(a->rule, b->rule) == 0 &&
	    strcmp(a->calendar, b->calendar) == 0;
}

/* ---- in events ---- */

static void
set_time(TdEvent *event, const char *key, gint64 time)
{
	if (time > 0)
		td_event_set_number(event, key, (guint64)time);
}

void
td_event_set_clock(TdEvent *event, TdClockKind kind, const TdClock *clock)
{
	td_event_set(event, "clock", td_clock_name(kind));
	td_event_set(event, "state", td_clock_state_name(clock->state));
	set_time(event, "due", clock->due);
	set_time(event, "next", clock->next);
	set_time(event, "left", clock->left);
	set_time(event, "total", clock->total);
	if (clock->warned)
		td_event_set_number(event, "warned", 1);
	if (clock->breached)
		td_event_set_number(event, "breached", 1);
	if (clock->step > 0)
		td_event_set_number(event, "step", clock->step);
	if (clock->rule != NULL && *clock->rule != '\0')
		td_event_set(event, "rule", clock->rule);
	if (clock->calendar != NULL && *clock->calendar != '\0')
		td_event_set(event, "calendar", clock->calendar);
}

gboolean
td_event_get_clock(const TdEvent *event, TdClockKind *kind, TdClock *clock)
{
	TdClockKind found;
	TdClockState state;

	if (!td_clock_from_name(td_event_get(event, "clock"), &found) ||
	    !state_from_name(td_event_get(event, "state"), &state))
		return FALSE;
	*kind = found;
	*clock = (TdClock){
		.state = state,
		.warned = td_event_get_number(event, "warned") != 0,
		.breached = td_event_get_number(event, "breached") != 0,
		.step = (guint)td_event_get_number(event, "step"),
		.due = (gint64)td_event_get_number(event, "due"),
		.next = (gint64)td_event_get_number(event, "next"),
		.left = (gint64)td_event_get_number(event, "left"),
		.total = (gint64)td_event_get_number(event, "total"),
		.rule = g_strdup(td_event_get(event, "rule")),
		.calendar = g_strdup(td_event_get(event, "calendar")),
	};
	return TRUE;
}

/* What the clocks say together. */
static void
sum_clocks(TdTicket *ticket)
{
	ticket->deadline = 0;
	ticket->breached = FALSE;
	for (guint i = 0; i < TD_CLOCKS; i++) {
		const TdClock *clock = &ticket->clocks[i];

		if (!TD_CLOCK_IS_DEADLINE(i))
			continue;
		ticket->breached = ticket->breached || clock->breached;
		if (clock->state == TD_CLOCK_RUNNING && clock->due != 0 &&
		    (ticket->deadline == 0 || clock->due < ticket->deadline))
			ticket->deadline = clock->due;
	}
}

void
td_clock_fold(TdTicket *ticket, const TdEvent *event)
{
	TdClockKind kind;
	TdClock clock;

	if (!td_event_get_clock(event, &kind, &clock))
		return;
	td_clock_clear(&ticket->clocks[kind]);
	ticket->clocks[kind] = clock;
	sum_clocks(ticket);
}
