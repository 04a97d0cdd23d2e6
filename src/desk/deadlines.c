/* deadlines.c - the clocks of all tickets that a plan touches are set */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/clocks.h"

/* ---- which rule holds ---- */

/* Whether one of @list, which may be empty, is @text but for case. */
static gboolean
fits(GStrv list, const char *text)
{
	g_autofree char *folded = NULL;
	gboolean found = FALSE;

	if (list[0] == NULL)
		return TRUE;
	folded = td_text_fold(text);
	for (guint i = 0; list[i] != NULL && !found; i++) {
		g_autofree char *each = td_text_fold(list[i]);

		found = strcmp(each, folded) == 0;
	}
	return found;
}

static gboolean
fits_priority(const GArray *priorities, guint priority)
{
	for (guint i = 0; i < priorities->len; i++)
		if (g_array_index(priorities, guint, i) == priority)
			return TRUE;
	return priorities->len == 0;
}

const TdSla *
td_clocks_sla(const TdConf *conf, const TdTicket *ticket)
{
	for (guint i = 0; i < conf->slas->len; i++) {
		const TdSla *sla = g_ptr_array_index(conf->slas, i);

		if (fits(sla->queues, ticket->queue) &&
		    fits(sla->types, ticket->type) &&
		    fits_priority(sla->priorities, ticket->priority))
			return sla;
	}
	return NULL;
}

const char *
td_clocks_calendar(const TdSla *sla, const TdQueue *queue)
{
	const char *name = sla != NULL && sla->calendar != NULL
	    ? sla->calendar
	    : queue->calendar;

	return name == NULL || strcmp(name, TD_CALENDAR_ALWAYS) == 0 ? ""
	                                                             : name;
}

/* ---- one ticket ---- */

static void
clear_scene(TdScene *scene)
{
	g_clear_pointer(&scene->ticket, td_ticket_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdScene, clear_scene)

static void
note_event(TdScene *scene, const TdEvent *event)
{
	if (g_str_has_prefix(event->actor, "agent:"))
		scene->acted = TRUE;
	switch ((int)event->kind) {
	case TD_EVENT_MESSAGE:
		scene->wrote = scene->wrote ||
		    (g_str_has_prefix(event->actor, "customer:") &&
		        td_event_get_number(event, "marked") == 0);
		break;
	case TD_EVENT_OWNER:
		scene->owned = TRUE;
		break;
	case TD_EVENT_STATUS:
		if (td_event_get_number(event, "undone") != 0)
			scene->undone = TRUE;
		if (strcmp(td_event_get(event, "from"),
		        td_status_name(TD_STATUS_CLOSED)) == 0)
			scene->reopened = TRUE;
		break;
	case TD_EVENT_NOT_DELIVERED:
		if (td_event_get_number(event, "unanswered") != 0)
			scene->unanswered = (gint64)td_event_get_number(
			    event, "unanswered");
		break;
	default:
		break;
	}
}

static void
look_at_plan(TdScene *scene)
{
	const TdPlan *plan = scene->draft->plan;
	guint64 number = scene->ticket->number;

	for (guint i = 0; i < plan->events->len; i++) {
		const TdEvent *event = g_ptr_array_index(plan->events, i);

		if (event->ticket == number)
			note_event(scene, event);
	}
	for (guint i = 0; i < plan->letters->len; i++) {
		const TdLetter *letter = g_ptr_array_index(plan->letters, i);

		if (letter->ticket == number && letter->kind == TD_LETTER_REPLY)
			scene->replied = TRUE;
	}
}

/* Whether @ticket has no clock and needs none. */
static gboolean
is_idle(const TdConf *conf, const TdQueue *queue, const TdTicket *ticket)
{
	if (conf->slas->len > 0 || queue->release > 0 || ticket->due != 0)
		return FALSE;
	for (guint i = 0; i < TD_CLOCKS; i++)
		if (ticket->clocks[i].state != TD_CLOCK_NONE)
			return FALSE;
	return TRUE;
}

static void
open_scene(TdScene *scene, TdDraft *draft, const TdTicket *ticket)
{
	const TdConf *conf = draft->desk->conf;

	*scene = (TdScene){
		.draft = draft,
		.conf = conf,
		.ticket = td_ticket_copy(ticket),
		.queue = td_talk_queue(draft, ticket),
		.sla = td_clocks_sla(conf, ticket),
		.now = draft->now,
	};
	scene->calendar = td_clocks_calendar(scene->sla, scene->queue);
	look_at_plan(scene);
}

/* A deadline that stands still from now on, and was over before the clock of
 * the desk came to it, is broken all the same. */
static gboolean
break_late(const TdScene *scene, GError **error)
{
	const TdTicket *ticket = scene->ticket;

	for (guint i = TD_CLOCK_RESPONSE; i <= TD_CLOCK_SOLUTION; i++) {
		if (!td_clock_is_late(&ticket->clocks[i], scene->now) ||
		    !td_scene_stops(scene, i))
			continue;
		if (!td_clocks_break(scene->draft, ticket->number, i, error))
			return FALSE;
	}
	return TRUE;
}

static void
add_events(const TdScene *scene, const TdTicket *before)
{
	for (guint i = 0; i < TD_CLOCKS; i++) {
		const TdClock *clock = &scene->ticket->clocks[i];

		if (!td_clock_equal(clock, &before->clocks[i]))
			td_clocks_add(scene->draft, TD_EVENT_DUE,
			    before->number, i, clock);
	}
}

static gboolean
settle(TdDraft *draft, const TdTicket *ticket, GError **error)
{
	guint64 number = ticket->number;
	g_auto(TdScene) scene = { 0 };
	g_autoptr(TdTicket) before = NULL;

	if (is_idle(draft->desk->conf, td_talk_queue(draft, ticket), ticket))
		return TRUE;
	open_scene(&scene, draft, ticket);
	if (!break_late(&scene, error))
		return FALSE;
	ticket = td_draft_need(draft, number, error);
	if (ticket == NULL)
		return FALSE;
	before = td_ticket_copy(ticket);
	for (guint i = 0; i < TD_CLOCKS; i++) {
		td_clock_clear(&scene.ticket->clocks[i]);
		td_clock_copy(&scene.ticket->clocks[i], &before->clocks[i]);
	}
	td_scene_follow(&scene);
	add_events(&scene, before);
	return TRUE;
}

gboolean
td_clocks_settle_one(TdDraft *draft, guint64 number, GError **error)
{
	const TdTicket *ticket;

	if (number == TD_TICKET_DESK)
		return TRUE;
	if (!td_draft_ticket(draft, number, &ticket, error))
		return FALSE;
	return ticket == NULL || settle(draft, ticket, error);
}

/* ---- all that the plan touches ---- */

static void
collect(GArray *numbers, guint64 number)
{
	for (guint i = 0; i < numbers->len; i++)
		if (g_array_index(numbers, guint64, i) == number)
			return;
	g_array_append_val(numbers, number);
}

gboolean
td_clocks_settle_since(
    TdDraft *draft, guint events, guint letters, GError **error)
{
	const TdPlan *plan = draft->plan;
	g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(guint64));

	for (guint i = events; i < plan->events->len; i++) {
		const TdEvent *event = g_ptr_array_index(plan->events, i);

		collect(numbers, event->ticket);
	}
	for (guint i = letters; i < plan->letters->len; i++) {
		const TdLetter *letter = g_ptr_array_index(plan->letters, i);

		collect(numbers, letter->ticket);
	}
	for (guint i = 0; i < numbers->len; i++)
		if (!td_clocks_settle_one(
		        draft, g_array_index(numbers, guint64, i), error))
			return FALSE;
	return TRUE;
}

gboolean
td_clocks_settle(TdDraft *draft, GError **error)
{
	return td_clocks_settle_since(draft, 0, 0, error);
}
