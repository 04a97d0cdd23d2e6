/* clocks-follow.c - where the clocks of a ticket should be
 *
 * All of it follows from the ticket as the plan leaves it, what the plan does
 * to it, and the configuration: no command or rule needs to know of clocks. */

#include "config.h"

#include <string.h>

#include "desk/clocks.h"

/* Where a deadline should be. */
typedef enum {
	COURSE_NONE,
	COURSE_RUN,
	COURSE_STOP,
	COURSE_HALT, /* as it is, until the ticket counts again */
	COURSE_END,
	COURSE_STAY,
} Course;

/* ---- first answer, next answer, solution ---- */

static TdTerms
find_terms(const TdScene *scene, TdClockKind kind)
{
	const TdSla *sla = scene->sla;
	TdTerms terms = { .rule = "", .calendar = scene->calendar };

	if (sla == NULL)
		return terms;
	terms.rule = sla->name;
	terms.warn = sla->warn;
	terms.total = kind == TD_CLOCK_RESPONSE ? sla->response
	    : kind == TD_CLOCK_UPDATE           ? sla->update
	                                        : sla->solution;
	return terms;
}

static gboolean
is_finished(const TdTicket *ticket)
{
	return ticket->status == TD_STATUS_RESOLVED ||
	    ticket->status == TD_STATUS_CLOSED;
}

/* The customer waits for us. */
static gboolean
is_our_turn(const TdTicket *ticket)
{
	return ticket->status == TD_STATUS_NEW ||
	    ticket->status == TD_STATUS_OPEN;
}

/* Whether it was over once: what was to be done first is not so any more. */
static gboolean
was_over(const TdTicket *ticket)
{
	return ticket->reopened > 0 || ticket->returned > 0;
}

/* It counts for nothing, but may be taken back. */
static gboolean
is_aside(const TdTicket *ticket)
{
	return ticket->merged_into != 0 || ticket->spam;
}

static Course
find_course(const TdScene *scene, TdClockKind kind)
{
	const TdTicket *ticket = scene->ticket;
	gboolean answered = ticket->answered != 0 || scene->replied;
	TdClockState state = ticket->clocks[kind].state;

	if (is_aside(ticket))
		return COURSE_HALT;
	if (is_finished(ticket))
		return COURSE_END;
	if (kind == TD_CLOCK_RESPONSE) {
		/* Where nobody waits for an answer, it is enough that somebody
		 * looks after it. */
		if (answered || (*ticket->requester == '\0' && scene->acted))
			return COURSE_END;
		if ((state == TD_CLOCK_MET && scene->unanswered == 0 &&
		        (!scene->revived || was_over(ticket))) ||
		    (state == TD_CLOCK_NONE && was_over(ticket)))
			return COURSE_STAY;
	}
	if (kind == TD_CLOCK_UPDATE) {
		if (!answered)
			return COURSE_NONE;
		if (state == TD_CLOCK_NONE && !is_our_turn(ticket))
			return COURSE_STAY;
	}
	if (kind == TD_CLOCK_SOLUTION && ticket->due != 0)
		return COURSE_STOP;
	return is_our_turn(ticket) ? COURSE_RUN : COURSE_STOP;
}

/* What is left of a clock that there was not, at first. */
static gint64
start(const TdScene *scene, TdClockKind kind, const TdTerms *terms)
{
	const TdTicket *ticket = scene->ticket;
	gint64 spent;

	if (kind == TD_CLOCK_UPDATE || was_over(ticket))
		return terms->total;
	spent = td_calendar_between(
	    td_conf_calendar_named(scene->conf, terms->calendar),
	    ticket->created, scene->now);
	return MAX(terms->total - spent, 0);
}

/* The hours that @clock was set by; if there is no such calendar any more,
 * those of @terms: it may have another name now. */
static const TdCalendar *
find_hours(const TdScene *scene, const TdClock *clock, const TdTerms *terms)
{
	const TdCalendar *own = td_conf_calendar_named(
	    scene->conf, clock->calendar);

	return own == NULL && *clock->calendar != '\0'
	    ? td_conf_calendar_named(scene->conf, terms->calendar)
	    : own;
}

/* What is left of a clock that was not over. */
static gint64
find_rest(const TdScene *scene, const TdClock *clock, const TdTerms *terms)
{
	return clock->state == TD_CLOCK_RUNNING
	    ? td_calendar_between(
	          find_hours(scene, clock, terms), scene->now, clock->due)
	    : clock->left;
}

/* What is left of a clock that was over, and goes on. */
static gint64
resume(const TdScene *scene, TdClockKind kind, const TdTerms *terms)
{
	TdClock *clock = &scene->ticket->clocks[kind];
	const TdCalendar *calendar = find_hours(scene, clock, terms);
	gint64 spent;

	/* As if nobody had answered. */
	if (kind == TD_CLOCK_RESPONSE && scene->unanswered != 0) {
		spent = td_calendar_between(
		    calendar, scene->unanswered, scene->now);
		return MAX(clock->left - spent, 0);
	}
	/* If it is over by now, that is news again. */
	if (!scene->undone) {
		clock->warned = FALSE;
		clock->breached = FALSE;
	}
	return clock->left;
}

/* @left under other terms: the time that was spent counts.  If more is left
 * than there was, the hours are not those any more by which it was set. */
static gint64
convert(
    const TdScene *scene, TdClockKind kind, const TdTerms *terms, gint64 left)
{
	TdClock *clock = &scene->ticket->clocks[kind];

	if (left > clock->total && kind != TD_CLOCK_RELEASE)
		left = start(scene, kind, terms);
	else
		left = CLAMP(
		    terms->total - (clock->total - left), 0, terms->total);
	if (left > terms->total - terms->total * terms->warn / 100)
		clock->warned = FALSE;
	return left;
}

/* What @kind has left by @terms. */
static gint64
find_left(const TdScene *scene, TdClockKind kind, const TdTerms *terms)
{
	TdClock *clock = &scene->ticket->clocks[kind];
	gint64 left;

	if (clock->state == TD_CLOCK_NONE)
		return start(scene, kind, terms);
	if (kind == TD_CLOCK_UPDATE &&
	    (scene->replied ||
	        (clock->state == TD_CLOCK_MET && !scene->revived))) {
		clock->warned = FALSE;
		return terms->total;
	}
	left = clock->state == TD_CLOCK_MET ? resume(scene, kind, terms)
	                                    : find_rest(scene, clock, terms);
	return td_clock_has_terms(clock, terms)
	    ? left
	    : convert(scene, kind, terms, left);
}

/* There is no such deadline any more.  That it was broken stays known. */
static void
give_up(const TdScene *scene, TdClock *clock)
{
	if (clock->breached)
		td_clock_finish(scene->conf, clock, scene->now);
	else
		td_clock_drop(clock);
}

/* Whether it is where it should be. */
static gboolean
is_settled(
    const TdScene *scene, TdClockKind kind, Course course, const TdTerms *terms)
{
	const TdClock *clock = &scene->ticket->clocks[kind];

	if (clock->state !=
	    (course == COURSE_RUN ? TD_CLOCK_RUNNING : TD_CLOCK_STOPPED))
		return FALSE;
	if (kind == TD_CLOCK_UPDATE && scene->replied)
		return FALSE;
	/* The rule that was broken stays that one. */
	return td_clock_has_terms(clock, terms) ||
	    td_clock_is_broken(clock, scene->now);
}

/* An answer that is late is so, even if nobody was told yet. */
static void
note_late(const TdScene *scene, TdClock *clock)
{
	if (td_clock_is_late(clock, scene->now))
		clock->breached = TRUE;
}

static void
go_on(
    const TdScene *scene, TdClockKind kind, Course course, const TdTerms *terms)
{
	TdClock *clock = &scene->ticket->clocks[kind];
	gboolean renewed = kind == TD_CLOCK_UPDATE && scene->replied;
	gboolean over = clock->state == TD_CLOCK_MET;
	gboolean broken = !renewed && td_clock_is_broken(clock, scene->now);
	gint64 left = 0;

	if (renewed || course == COURSE_STOP)
		note_late(scene, clock);
	if (!broken)
		left = find_left(scene, kind, terms);
	/* What was told before it was over is not told again. */
	broken = broken || (over && clock->breached && left == 0);
	if (course == COURSE_RUN)
		td_clock_run(
		    scene->conf, clock, terms, left, broken, scene->now);
	else
		td_clock_stop(clock, terms, left);
}

static void
follow(const TdScene *scene, TdClockKind kind)
{
	TdClock *clock = &scene->ticket->clocks[kind];
	Course course = find_course(scene, kind);
	TdTerms terms = find_terms(scene, kind);

	if (scene->reopened && !scene->undone && clock->state == TD_CLOCK_MET)
		clock->breached = FALSE;
	if (course == COURSE_STAY)
		return;
	if (course == COURSE_NONE)
		td_clock_drop(clock);
	else if (course == COURSE_HALT)
		td_clock_halt(scene->conf, clock, scene->now);
	else if (course == COURSE_END)
		td_clock_finish(scene->conf, clock, scene->now);
	else if (terms.total == 0)
		give_up(scene, clock);
	else if (!is_settled(scene, kind, course, &terms))
		go_on(scene, kind, course, &terms);
}

/* ---- what was agreed ---- */

/* It was halted, and goes on: what was told is not told again. */
static void
go_on_agreed(const TdScene *scene, TdClock *clock, TdTerms *terms, gint64 left)
{
	terms->total = clock->total;
	if (left > terms->total - terms->total * terms->warn / 100)
		clock->warned = FALSE;
	td_clock_run(scene->conf, clock, terms, left,
	    clock->breached && left == 0, scene->now);
	clock->due = scene->ticket->due;
}

/* Runs by the clock on the wall, and never stands still for the customer. */
static void
follow_agreed(const TdScene *scene)
{
	const TdTicket *ticket = scene->ticket;
	TdClock *clock = &scene->ticket->clocks[TD_CLOCK_AGREED];
	TdTerms terms = {
		.rule = scene->sla == NULL ? "" : scene->sla->name,
		.calendar = "",
		.warn = scene->sla == NULL ? TD_WARN_DEFAULT : scene->sla->warn,
	};
	gint64 left = MAX(ticket->due - scene->now, 0);

	if (is_aside(ticket)) {
		td_clock_halt(scene->conf, clock, scene->now);
		return;
	}
	if (is_finished(ticket)) {
		td_clock_finish(scene->conf, clock, scene->now);
		return;
	}
	if (ticket->due == 0) {
		give_up(scene, clock);
		return;
	}
	if (clock->state == TD_CLOCK_RUNNING && clock->due == ticket->due) {
		terms.total = clock->total;
		if (td_clock_has_terms(clock, &terms) ||
		    td_clock_is_broken(clock, scene->now))
			return;
	} else if (clock->state == TD_CLOCK_STOPPED) {
		go_on_agreed(scene, clock, &terms, left);
		return;
	} else {
		note_late(scene, clock);
		clock->warned = FALSE;
		if (scene->reopened && !scene->undone)
			clock->breached = FALSE;
		terms.total = left;
	}
	td_clock_run(scene->conf, clock, &terms, left,
	    scene->undone && clock->breached && left == 0, scene->now);
	/* A date of the past is due since then. */
	clock->due = ticket->due;
}

/* ---- the owner who does not answer, and nobody at work ---- */

static void
follow_release(const TdScene *scene)
{
	const TdTicket *ticket = scene->ticket;
	TdClock *clock = &scene->ticket->clocks[TD_CLOCK_RELEASE];
	const TdTerms terms = {
		.total = scene->queue->release,
		.rule = "",
		.calendar = td_clocks_calendar(NULL, scene->queue),
	};
	gint64 left;

	/* Where there is no requester nobody can be answered. */
	if (terms.total == 0 || *ticket->owner == '\0' ||
	    *ticket->requester == '\0' || !td_ticket_is_active(ticket) ||
	    !is_our_turn(ticket)) {
		td_clock_drop(clock);
		return;
	}
	if (clock->state == TD_CLOCK_NONE || scene->wrote || scene->owned ||
	    scene->replied) {
		left = terms.total;
	} else if (td_clock_has_terms(clock, &terms)) {
		return;
	} else {
		left = convert(scene, TD_CLOCK_RELEASE, &terms,
		    find_rest(scene, clock, &terms));
	}
	td_clock_run(scene->conf, clock, &terms, left, FALSE, scene->now);
}

static void
follow_assign(const TdScene *scene)
{
	const TdTicket *ticket = scene->ticket;

	if (*ticket->owner != '\0' || !td_ticket_is_active(ticket))
		td_clock_drop(&scene->ticket->clocks[TD_CLOCK_ASSIGN]);
}

/* ---- all of them ---- */

gboolean
td_scene_stops(const TdScene *scene, TdClockKind kind)
{
	return find_course(scene, kind) == COURSE_STOP &&
	    !is_our_turn(scene->ticket) &&
	    !(kind == TD_CLOCK_UPDATE && scene->replied);
}

static void
put_back(TdClock *clock, const TdClock *old)
{
	if (old->state == TD_CLOCK_NONE)
		return;
	td_clock_clear(clock);
	td_clock_copy(clock, old);
}

void
td_scene_follow(TdScene *scene)
{
	TdClock *clocks = scene->ticket->clocks;

	put_back(&clocks[TD_CLOCK_UPDATE], &scene->old_update);
	put_back(&clocks[TD_CLOCK_ESCALATION], &scene->old_escalation);
	follow(scene, TD_CLOCK_RESPONSE);
	follow(scene, TD_CLOCK_UPDATE);
	follow(scene, TD_CLOCK_SOLUTION);
	follow_agreed(scene);
	follow_release(scene);
	follow_assign(scene);
	td_escalation_follow(
	    scene->draft, scene->ticket, &clocks[TD_CLOCK_ESCALATION]);
}
