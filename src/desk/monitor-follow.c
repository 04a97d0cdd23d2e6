/* monitor-follow.c - what becomes of a mail that a monitoring system wrote
 *
 * First all signals are looked at, which says what each ticket is in for; then
 * the tickets are changed one by one (monitor-ticket.c), a new one first, for
 * the mail is filed there. */

#include "config.h"

#include <string.h>

#include "desk/monitor.h"

#define DAY (24 * 60 * 60)

/* Of a mail with many things: told in plan->rules. */
#define FIRED_MAX 10

/* ---- what each signal means for its ticket ---- */

static TdCourse *
take_course(TdFollow *follow, guint64 number, const TdSighting *sighting)
{
	TdCourse *course = NULL;

	for (guint i = 0; i < follow->courses->len && course == NULL; i++) {
		TdCourse *each = follow->courses->pdata[i];

		if (each->number == number)
			course = each;
	}
	if (course == NULL) {
		course = g_new0(TdCourse, 1);
		course->number = number;
		course->first = *sighting;
		course->grade = 5;
		g_ptr_array_insert(
		    follow->courses, number == TD_TICKET_NEW ? 0 : -1, course);
	}
	course->signals++;
	course->flaps = course->flaps || sighting->flaps;
	course->calms = course->calms || sighting->calms;
	return course;
}

/* Whether a problem on @ticket, which is resolved, goes on there. */
static gboolean
goes_on(
    const TdFollow *follow, const TdTicket *ticket, const TdSighting *sighting)
{
	const TdDecision *decision = follow->decision;

	if (ticket->status != TD_STATUS_RESOLVED || ticket->spam)
		return FALSE;
	return sighting->again ||
	    decision->plan->now - sighting->well_since <=
	    (gint64)decision->desk->conf->reopen_days * DAY;
}

/* @object is a problem of the new ticket. */
static TdCourse *
begin(TdFollow *follow, const TdSighting *sighting)
{
	TdObject *object = sighting->object;
	TdCourse *course = take_course(follow, TD_TICKET_NEW, sighting);

	if (course->before == 0)
		course->before = sighting->ticket;
	object->ticket = TD_TICKET_NEW;
	object->home = TD_TICKET_NEW;
	object->taken = FALSE;
	object->repeats = 0;
	object->grade = td_monitor_grade(object->state);
	return course;
}

static gboolean
weigh_problem(TdFollow *follow, const TdSighting *sighting, GError **error)
{
	const TdObject *object = sighting->object;
	const TdTicket *ticket = NULL;
	gboolean news = !sighting->again || sighting->worse;
	gboolean active;
	TdCourse *course;

	if (sighting->ticket != TD_TICKET_DESK &&
	    !td_draft_ticket(
	        &follow->decision->draft, sighting->ticket, &ticket, error))
		return FALSE;
	active = ticket != NULL && td_ticket_is_active(ticket);
	if (ticket == NULL || (!active && !goes_on(follow, ticket, sighting))) {
		course = begin(follow, sighting);
		course->grade = MIN(course->grade, object->grade);
		return TRUE;
	}
	course = take_course(follow, sighting->ticket, sighting);
	course->grade = MIN(course->grade, object->grade);
	course->reopen = course->reopen || !active;
	course->raise = course->raise || news;
	if (object->flapping)
		return TRUE;
	if (!active || !sighting->again)
		course->tell = "notice-problem";
	else if (sighting->worse && course->tell == NULL)
		course->tell = "notice-worse";
	return TRUE;
}

static gboolean
weigh_recovery(TdFollow *follow, const TdSighting *sighting)
{
	TdCourse *course;

	if (sighting->object == NULL || sighting->again) {
		take_course(follow, TD_TICKET_DESK, sighting);
		return TRUE;
	}
	course = take_course(follow, sighting->ticket, sighting);
	course->recovered = course->recovered || !sighting->object->flapping;
	return TRUE;
}

/* What is noted goes to the ticket while somebody works on that. */
static gboolean
weigh_note(TdFollow *follow, const TdSighting *sighting, GError **error)
{
	const TdTicket *ticket = NULL;

	if (sighting->ticket != TD_TICKET_DESK &&
	    !td_draft_ticket(
	        &follow->decision->draft, sighting->ticket, &ticket, error))
		return FALSE;
	take_course(follow,
	    ticket != NULL && td_ticket_is_active(ticket) ? sighting->ticket
	                                                  : TD_TICKET_DESK,
	    sighting);
	return TRUE;
}

static gboolean
weigh(TdFollow *follow, const TdSighting *sighting, GError **error)
{
	switch (sighting->signal->kind) {
	case TD_SIGNAL_PROBLEM:
		return weigh_problem(follow, sighting, error);
	case TD_SIGNAL_RECOVERY:
		return weigh_recovery(follow, sighting);
	case TD_SIGNAL_NOTED:
		break;
	}
	return weigh_note(follow, sighting, error);
}

/* ---- what is said of it ---- */

static char *
describe(const TdFollow *follow, const TdCourse *course)
{
	TdSignalKind kind = course->first.signal->kind;
	const TdObject *object = course->first.object;
	const char *name = td_signal_kind_name(kind);
	guint grade = follow->monitor->priority;

	if (course->number == TD_TICKET_DESK)
		return g_strdup_printf("%s, and no ticket is known", name);
	if (course->number == TD_TICKET_NEW)
		return g_strdup_printf("new ticket, priority %u",
		    grade == 0 ? course->grade : grade);
	if (kind == TD_SIGNAL_PROBLEM && object->repeats > 0)
		return g_strdup_printf("repeat %" G_GUINT64_FORMAT
		                       " on ticket %" G_GUINT64_FORMAT,
		    object->repeats, course->number);
	return g_strdup_printf("%s on ticket %" G_GUINT64_FORMAT "%s", name,
	    course->number, object->flapping ? ", which flaps" : "");
}

static void
fire(const TdFollow *follow, const TdCourse *course)
{
	const TdSignal *signal = course->first.signal;
	g_autofree char *name = td_monitor_name(signal->host, signal->service);
	g_autoptr(GString) why = g_string_new(NULL);

	g_string_append_printf(
	    why, "says %s of %s", td_signal_kind_name(signal->kind), name);
	if (*signal->state != '\0')
		g_string_append_printf(why, ": %s", signal->state);
	if (course->signals > 1)
		g_string_append_printf(
		    why, ", and %u more", course->signals - 1);
	td_plan_fired(follow->decision->plan,
	    g_strconcat("monitor ", follow->monitor->name, NULL),
	    g_string_free(g_steal_pointer(&why), FALSE),
	    describe(follow, course));
}

/* ---- the whole mail ---- */

/* The course by which the mail is filed: the desk's own record only if there is
 * no other. */
static const TdCourse *
find_first(const TdFollow *follow)
{
	for (guint i = 0; i < follow->courses->len; i++) {
		const TdCourse *each = follow->courses->pdata[i];

		if (each->number != TD_TICKET_DESK)
			return each;
	}
	return follow->courses->pdata[0];
}

/* By whose rules: those of the ticket, else of where the monitor's problems
 * go. */
static gboolean
find_queue(TdFollow *follow, const TdCourse *first, GError **error)
{
	TdDecision *decision = follow->decision;
	const char *name = follow->monitor->queue;
	const TdTicket *ticket;

	if (first->number != TD_TICKET_NEW && first->number != TD_TICKET_DESK) {
		ticket = td_draft_need(&decision->draft, first->number, error);
		if (ticket == NULL)
			return FALSE;
		name = ticket->queue;
	}
	decision->queue = name == NULL
	    ? NULL
	    : td_conf_queue(decision->desk->conf, name);
	if (decision->queue == NULL)
		decision->queue = follow->home;
	g_free(decision->plan->queue);
	decision->plan->queue = g_strdup(decision->queue->name);
	return TRUE;
}

static void
set_place(TdFollow *follow, const TdCourse *first)
{
	TdPlan *plan = follow->decision->plan;

	plan->ticket = plan->file_under = first->number;
	plan->rule = first->number == TD_TICKET_NEW ? TD_RULE_NEW
	                                            : TD_RULE_REPORT;
	g_free(plan->rule_reason);
	plan->rule_reason = g_strdup_printf(
	    "told by monitor %s", follow->monitor->name);
}

static gboolean
run_all(TdFollow *follow, GError **error)
{
	const TdCourse *first = find_first(follow);

	if (!find_queue(follow, first, error))
		return FALSE;
	set_place(follow, first);
	for (guint i = 0; i < follow->courses->len; i++) {
		const TdCourse *course = follow->courses->pdata[i];

		if (i < FIRED_MAX)
			fire(follow, course);
		if (!td_course_run(follow, course, error))
			return FALSE;
	}
	return TRUE;
}

/* The mail is read anew where it is: what it told was counted when it came. */
static void
leave_alone(TdDecision *decision)
{
	const TdDraftMark nothing = { 0 };
	TdPlan *plan = decision->plan;

	td_draft_undo(&decision->draft, &nothing);
	g_ptr_array_set_size(plan->objects, 0);
	plan->file = FALSE;
	plan->rule = TD_RULE_DUPLICATE;
	plan->ticket = plan->file_under = plan->moved_from.ticket;
	plan->moved_from = (TdPlace){ 0 };
	g_free(plan->rule_reason);
	plan->rule_reason = g_strdup("filed already");
}

gboolean
td_monitor_follow(TdDecision *decision, const TdMonitor *monitor,
    const GPtrArray *signals, GError **error)
{
	const TdPlace *old = &decision->plan->moved_from;
	g_autoptr(GPtrArray) courses = g_ptr_array_new_with_free_func(g_free);
	TdFollow follow = { decision, monitor, courses,
		td_plan_home(decision) };
	gboolean again = FALSE;

	for (guint i = 0; i < signals->len; i++) {
		TdSighting sighting;

		if (!td_monitor_sight(decision, monitor, signals->pdata[i],
		        &sighting, error) ||
		    !weigh(&follow, &sighting, error))
			return FALSE;
		again = again ||
		    (sighting.ticket != TD_TICKET_DESK &&
		        sighting.ticket == old->ticket);
	}
	again = again || find_first(&follow)->number == old->ticket;
	if (again && old->sequence != 0) {
		leave_alone(decision);
		return TRUE;
	}
	return run_all(&follow, error);
}
