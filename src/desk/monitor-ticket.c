/* monitor-ticket.c - what a mail of a monitoring system does to one ticket */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/monitor.h"
#include "desk/policy.h"
#include "desk/talk-private.h"

#define DAY (24 * 60 * 60)

#define TITLE_MAX 200

#define TAG_FLAPPING "flapping"

/* ---- the mail on its tickets ---- */

/* The mail's event, with what it tells of the first thing. */
static void
add_message(const TdFollow *follow, const TdCourse *course)
{
	TdDecision *decision = follow->decision;
	const TdSignal *signal = course->first.signal;
	const TdObject *object = course->first.object;
	TdEvent *event;

	td_plan_message(decision, course->number);
	event = g_ptr_array_index(
	    decision->plan->events, decision->plan->events->len - 1);
	td_event_set(event, "monitor", follow->monitor->name);
	td_event_set(event, "what", td_signal_kind_name(signal->kind));
	td_event_set(event, "host", signal->host);
	if (*signal->service != '\0')
		td_event_set(event, "service", signal->service);
	if (*signal->state != '\0')
		td_event_set(event, "state", signal->state);
	if (signal->kind == TD_SIGNAL_PROBLEM && object->repeats > 0)
		td_event_set_number(event, "repeat", object->repeats);
	if (course->signals > 1)
		td_event_set_number(event, "things", course->signals);
}

static void
set_status(const TdFollow *follow, const TdTicket *ticket, TdStatus to,
    gint64 until, const char *why)
{
	TdStatus from = ticket->status;
	gint64 from_until = ticket->until;
	TdEvent *event = td_draft_add(
	    &follow->decision->draft, TD_EVENT_STATUS, ticket->number);

	td_event_set(event, "from", td_status_name(from));
	if (from_until != 0)
		td_event_set_number(event, "from_until", (guint64)from_until);
	td_event_set(event, "to", td_status_name(to));
	if (until != 0)
		td_event_set_number(event, "until", (guint64)until);
	td_event_set(event, "why", why);
}

static void
set_priority(const TdFollow *follow, guint64 number, guint from, guint to)
{
	TdEvent *event;

	if (from == to)
		return;
	event = td_draft_add(
	    &follow->decision->draft, TD_EVENT_PRIORITY, number);
	td_event_set_number(event, "from", from);
	td_event_set_number(event, "to", to);
}

static gboolean
set_tag(const TdFollow *follow, const TdCourse *course, GError **error)
{
	TdDraft *draft = &follow->decision->draft;
	const TdTicket *ticket = td_draft_need(draft, course->number, error);
	gboolean has;

	if (ticket == NULL)
		return FALSE;
	has = g_strv_contains((const char *const *)ticket->tags, TAG_FLAPPING);
	if (course->flaps && !has)
		td_event_set(td_draft_add(draft, TD_EVENT_TAG, course->number),
		    "add", TAG_FLAPPING);
	else if (course->calms && !course->flaps && has)
		td_event_set(td_draft_add(draft, TD_EVENT_TAG, course->number),
		    "remove", TAG_FLAPPING);
	return TRUE;
}

/* ---- who is told ---- */

/* The owner and watchers, without an owner the queue's agents. */
static gboolean
tell(const TdFollow *follow, const TdCourse *course, const char *phrase,
    GError **error)
{
	TdDecision *decision = follow->decision;
	const TdWho *who = &decision->who;
	g_auto(TdAudience) audience = { 0 };
	g_autofree char *text = td_talk_trim(
	    decision->message->text, TD_TALK_TEXT_MAX);

	if (!td_audience_open(&audience, &decision->draft, who,
	        decision->message, course->number, error) ||
	    !td_audience_responsible(&audience, error) ||
	    !td_audience_watchers(&audience, error))
		return FALSE;
	td_audience_tell(&audience,
	    &(TdNews){
	        .kind = TD_LETTER_MESSAGE,
	        .author = who->name,
	        .author_address = who->address,
	        .text = text,
	        .warning = phrase,
	        .answers = decision->message,
	    });
	return TRUE;
}

/* ---- recovery ---- */

/* What the configuration wants when all on the ticket is well. */
static gboolean
end(const TdFollow *follow, const TdCourse *course, GError **error)
{
	TdDecision *decision = follow->decision;
	const TdTicket *ticket = td_draft_need(
	    &decision->draft, course->number, error);
	gint64 until = decision->plan->now +
	    (gint64)decision->desk->conf->resolve_days * DAY;

	if (ticket == NULL)
		return FALSE;
	if (!td_ticket_is_active(ticket))
		return TRUE;
	switch (follow->monitor->on_recovery) {
	case TD_RECOVERY_CLOSE:
		set_status(follow, ticket, TD_STATUS_CLOSED, 0, "recovered");
		break;
	case TD_RECOVERY_RESOLVE:
		set_status(
		    follow, ticket, TD_STATUS_RESOLVED, until, "recovered");
		break;
	case TD_RECOVERY_NOTE:
		return tell(follow, course, "notice-recovered", error);
	}
	return td_family_finished(
	           &decision->draft, &decision->who, course->number, error) &&
	    tell(follow, course, "notice-recovered", error);
}

/* ---- a new ticket ---- */

/* "web01/HTTP is CRITICAL (+2)"; where no state is told, the mail's title. */
static char *
make_title(const TdDecision *decision, const TdCourse *course)
{
	const TdSignal *signal = course->first.signal;
	g_autofree char *name = td_monitor_name(signal->host, signal->service);
	g_autofree char *more = course->signals > 1
	    ? g_strdup_printf(" (+%u)", course->signals - 1)
	    : g_strdup("");
	g_autofree char *title = *signal->state == '\0'
	    ? g_strdup(decision->message->subject)
	    : g_strdup_printf("%s is %s%s", name, signal->state, more);

	return td_text_printable(title, TITLE_MAX);
}

/* Nobody is its requester: the monitor's mailbox is read by nobody. */
static void
add_created(const TdFollow *follow, const TdCourse *course)
{
	TdDecision *decision = follow->decision;
	const TdSignal *signal = course->first.signal;
	g_autofree char *title = make_title(decision, course);
	TdEvent *event = td_draft_add(
	    &decision->draft, TD_EVENT_CREATED, course->number);

	td_event_set(event, "queue", decision->queue->name);
	td_event_set(event, "requester", "");
	td_event_set(event, "subject", title);
	td_event_set(event, "monitor", follow->monitor->name);
	td_event_set(event, "host", signal->host);
	if (*signal->service != '\0')
		td_event_set(event, "service", signal->service);
}

/* Whether tickets may have @value for what is called "service" there. */
static gboolean
is_service(const TdConf *conf, const char *value)
{
	const TdFieldKind *kind = td_conf_field(conf, TD_FIELD_SERVICE);

	return *value != '\0' &&
	    (kind == NULL || kind->values[0] == NULL ||
	        g_strv_contains((const char *const *)kind->values, value));
}

static void
add_fields(const TdFollow *follow, const TdCourse *course)
{
	const TdMonitor *monitor = follow->monitor;
	TdDraft *draft = &follow->decision->draft;
	const char *service = course->first.signal->service;
	TdEvent *event;

	if (monitor->type != NULL)
		td_event_set(td_draft_add(draft, TD_EVENT_TYPE, course->number),
		    "to", monitor->type);
	/* 3 is what a new ticket has. */
	set_priority(follow, course->number, 3,
	    monitor->priority != 0 ? monitor->priority : course->grade);
	if (!is_service(draft->desk->conf, service))
		return;
	event = td_draft_add(draft, TD_EVENT_TYPE, course->number);
	td_event_set(event, "field", TD_FIELD_SERVICE);
	td_event_set(event, "value", service);
}

/* The queue that a further copy came to watches, as with all mail; that which
 * the mail is for only has what it was given. */
static gboolean
watch(const TdFollow *follow, const TdCourse *course, GError **error)
{
	TdDecision *decision = follow->decision;
	const TdTicket *ticket = NULL;

	if (decision->door == follow->home ||
	    course->number != decision->plan->ticket)
		return TRUE;
	if (course->number != TD_TICKET_NEW) {
		ticket = td_draft_need(&decision->draft, course->number, error);
		if (ticket == NULL)
			return FALSE;
	}
	td_plan_watch(decision, ticket);
	return TRUE;
}

static gboolean
open_ticket(const TdFollow *follow, const TdCourse *course, GError **error)
{
	TdDecision *decision = follow->decision;
	TdDraft *draft = &decision->draft;
	g_auto(TdSaid) said = {
		.text = g_strdup(decision->message->text),
		.message = decision->message,
		.raw = decision->envelope->raw,
	};

	td_draft_new_ticket(draft);
	if (!td_route(decision, error))
		return FALSE;
	add_created(follow, course);
	add_message(follow, course);
	add_fields(follow, course);
	if (!td_route_apply(decision, error) || !set_tag(follow, course, error))
		return FALSE;
	if (course->before != 0) {
		td_plan_link(
		    decision, course->number, "related", course->before);
		td_plan_link(
		    decision, course->before, "related", course->number);
	}
	return watch(follow, course, error) &&
	    td_distribute(draft, course->number, error) &&
	    td_talk_new(draft, &decision->who, course->number, &said, error);
}

/* ---- one ticket after the other ---- */

static gboolean
take_up(const TdFollow *follow, const TdCourse *course, GError **error)
{
	TdDraft *draft = &follow->decision->draft;
	const TdTicket *ticket;

	add_message(follow, course);
	if (!set_tag(follow, course, error) || !watch(follow, course, error))
		return FALSE;
	ticket = td_draft_need(draft, course->number, error);
	if (ticket == NULL)
		return FALSE;
	if (course->reopen)
		set_status(follow, ticket, TD_STATUS_OPEN, 0, "problem");
	if (course->raise && follow->monitor->priority == 0 &&
	    course->grade < ticket->priority)
		set_priority(
		    follow, course->number, ticket->priority, course->grade);
	return TRUE;
}

/* A ticket that there was. */
static gboolean
go_on(const TdFollow *follow, const TdCourse *course, GError **error)
{
	gboolean well = FALSE;

	if (!take_up(follow, course, error))
		return FALSE;
	if (course->recovered &&
	    !td_monitor_all_well(
	        &follow->decision->draft, course->number, &well, error))
		return FALSE;
	if (course->flaps)
		return tell(follow, course, "notice-flapping", error);
	if (course->tell != NULL)
		return tell(follow, course, course->tell, error);
	return !well || end(follow, course, error);
}

gboolean
td_course_run(const TdFollow *follow, const TdCourse *course, GError **error)
{
	if (course->number == TD_TICKET_NEW)
		return open_ticket(follow, course, error) &&
		    (!course->flaps ||
		        tell(follow, course, "notice-flapping", error));
	if (course->number != TD_TICKET_DESK)
		return go_on(follow, course, error);
	/* Kept there, unless it is kept elsewhere. */
	if (follow->decision->plan->file_under == TD_TICKET_DESK)
		add_message(follow, course);
	return TRUE;
}
