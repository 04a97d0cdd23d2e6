/* clocks.c - one clock: it runs, stands still, is over */

#include "config.h"

#include <string.h>

#include "desk/clocks.h"

static void
set(char **field, const char *value)
{
	if (strcmp(*field, value) == 0)
		return;
	g_free(*field);
	*field = g_strdup(value);
}

static void
set_terms(TdClock *clock, const TdTerms *terms)
{
	clock->total = terms->total;
	set(&clock->rule, terms->rule);
	set(&clock->calendar, terms->calendar);
}

gboolean
td_clock_has_terms(const TdClock *clock, const TdTerms *terms)
{
	return clock->total == terms->total &&
	    strcmp(clock->rule, terms->rule) == 0 &&
	    strcmp(clock->calendar, terms->calendar) == 0;
}

gint64
td_clock_rest(const TdConf *conf, const TdClock *clock, gint64 now)
{
	if (clock->state != TD_CLOCK_RUNNING)
		return clock->left;
	return td_calendar_between(
	    td_conf_calendar_named(conf, clock->calendar), now, clock->due);
}

/* When @left seconds are over; 0: never.  What always runs does so without an
 * end: somebody may agree on the year 9999. */
static gint64
find_end(const TdCalendar *calendar, gint64 now, gint64 left)
{
	if (calendar == NULL || left == 0)
		return now + left;
	return td_calendar_add(calendar, now, left);
}

/* The end, or before it the moment at which @left seconds are so few that it is
 * time to warn. */
static gint64
find_next(const TdCalendar *calendar, const TdClock *clock, guint warn,
    gint64 left, gint64 now)
{
	gint64 reserve = clock->total - clock->total * warn / 100;

	if (clock->warned || warn == 0 || warn >= 100 || left == 0)
		return clock->due;
	return find_end(calendar, now, MAX(left - reserve, 0));
}

void
td_clock_run(const TdConf *conf, TdClock *clock, const TdTerms *terms,
    gint64 left, gboolean broken, gint64 now)
{
	const TdCalendar *calendar = td_conf_calendar_named(
	    conf, terms->calendar);
	gint64 due = find_end(calendar, now, left);

	if (due == 0) {
		td_clock_stop(clock, terms, left);
		return;
	}
	set_terms(clock, terms);
	clock->state = TD_CLOCK_RUNNING;
	clock->due = due;
	clock->left = 0;
	clock->next = broken
	    ? 0
	    : find_next(calendar, clock, terms->warn, left, now);
}

void
td_clock_stop(TdClock *clock, const TdTerms *terms, gint64 left)
{
	set_terms(clock, terms);
	clock->state = TD_CLOCK_STOPPED;
	clock->due = 0;
	clock->next = 0;
	clock->left = left;
}

void
td_clock_halt(const TdConf *conf, TdClock *clock, gint64 now)
{
	if (clock->state != TD_CLOCK_RUNNING)
		return;
	clock->left = td_clock_rest(conf, clock, now);
	clock->state = TD_CLOCK_STOPPED;
	clock->due = 0;
	clock->next = 0;
}

void
td_clock_finish(const TdConf *conf, TdClock *clock, gint64 now)
{
	if (clock->state == TD_CLOCK_NONE || clock->state == TD_CLOCK_MET)
		return;
	if (clock->state == TD_CLOCK_RUNNING) {
		clock->left = td_clock_rest(conf, clock, now);
		clock->breached = clock->breached || clock->due <= now;
	}
	clock->state = TD_CLOCK_MET;
	clock->due = 0;
	clock->next = 0;
}

void
td_clock_drop(TdClock *clock)
{
	td_clock_clear(clock);
	td_clock_copy(clock, &(TdClock){ 0 });
}

gboolean
td_clock_is_late(const TdClock *clock, gint64 now)
{
	return clock->state == TD_CLOCK_RUNNING && clock->next != 0 &&
	    clock->due <= now;
}

gboolean
td_clock_is_broken(const TdClock *clock, gint64 now)
{
	if (!clock->breached)
		return FALSE;
	return clock->state == TD_CLOCK_RUNNING
	    ? clock->next == 0 && clock->due <= now
	    : clock->state == TD_CLOCK_STOPPED && clock->left == 0;
}

gboolean
td_clock_is_pressing(
    const TdConf *conf, const TdTicket *ticket, TdClockKind kind, gint64 now)
{
	const TdClock *clock = &ticket->clocks[kind];
	const TdSla *sla;

	/* What was agreed counts instead. */
	if (!TD_CLOCK_IS_DEADLINE(kind) ||
	    (kind == TD_CLOCK_SOLUTION && ticket->due != 0))
		return FALSE;
	if (td_clock_is_broken(clock, now))
		return TRUE;
	if (!clock->warned ||
	    (clock->state != TD_CLOCK_RUNNING &&
	        clock->state != TD_CLOCK_STOPPED))
		return FALSE;
	sla = td_conf_sla(conf, clock->rule);
	return sla != NULL && sla->at_warning;
}
