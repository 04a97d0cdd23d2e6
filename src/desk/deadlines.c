/* deadlines.c - the clocks of all tickets that a plan touches are set */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/clocks.h"

/* Events that are read, times TD_READ_MAX, to know how a clock was. */
#define PAGES_MAX 20

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

static gboolean
is_reply(const TdEvent *event)
{
	return strcmp(td_event_get(event, "letter"),
	           td_letter_kind_name(TD_LETTER_REPLY)) == 0;
}

static void
clear_scene(TdScene *scene)
{
	g_clear_pointer(&scene->ticket, td_ticket_free);
	td_clock_clear(&scene->old_update);
	td_clock_clear(&scene->old_escalation);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdScene, clear_scene)

/* Part of the change that is taken back. */
static void
note_taken_back(TdScene *scene, const TdEvent *event)
{
	guint64 sequence = td_event_get_number(event, "undone");

	if (scene->taken_back == 0 || sequence < scene->taken_back)
		scene->taken_back = sequence;
}

static void
note_status(TdScene *scene, const TdEvent *event)
{
	const char *from = td_event_get(event, "from");
	gboolean closed = strcmp(from, td_status_name(TD_STATUS_CLOSED)) == 0;

	scene->reopened = scene->reopened || closed;
	if (td_event_get_number(event, "undone") == 0)
		return;
	scene->undone = TRUE;
	scene->revived = scene->revived || closed ||
	    strcmp(from, td_status_name(TD_STATUS_RESOLVED)) == 0;
	note_taken_back(scene, event);
}

static void
note_not_delivered(TdScene *scene, const TdEvent *event)
{
	guint64 unanswered = td_event_get_number(event, "unanswered");

	if (unanswered != 0)
		scene->unanswered = (gint64)unanswered;
	if (td_event_get_number(event, "undone") == 0 || !is_reply(event))
		return;
	scene->unreplied = TRUE;
	note_taken_back(scene, event);
}

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
		note_status(scene, event);
		break;
	case TD_EVENT_NOT_DELIVERED:
		note_not_delivered(scene, event);
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

/* ---- clocks before what is taken back ---- */

static gboolean
tells_of(const TdEvent *event, TdClockKind kind)
{
	return strcmp(td_event_get(event, "clock"), td_clock_name(kind)) == 0;
}

/* Whether @event sets clock @kind anew for another reason than the change of
 * @time. */
static gboolean
sets_anew(const TdEvent *event, TdClockKind kind, gint64 time)
{
	if (kind == TD_CLOCK_UPDATE)
		return event->kind == TD_EVENT_MESSAGE && is_reply(event) &&
		    event->time != time;
	return tells_of(event, kind) &&
	    (event->kind != TD_EVENT_DUE || event->time != time);
}

/* Whether nothing but what is taken back set clock @kind since; then *@time is
 * that of it, else 0. */
static gboolean
find_change(
    const TdScene *scene, TdClockKind kind, gint64 *time, GError **error)
{
	const TdPlan *plan = scene->draft->plan;
	g_autoptr(GPtrArray) page = NULL;
	const TdEvent *first;

	*time = 0;
	for (guint i = 0; i < plan->events->len; i++) {
		const TdEvent *event = g_ptr_array_index(plan->events, i);

		if (event->ticket == scene->ticket->number &&
		    tells_of(event, kind))
			return TRUE;
	}
	if (!td_event_list(scene->draft->txn, scene->ticket->number,
	        scene->taken_back - 1, TD_READ_MAX, &page, error))
		return FALSE;
	if (page->len == 0 || page->len == TD_READ_MAX)
		return TRUE;
	first = g_ptr_array_index(page, 0);
	if (first->sequence != scene->taken_back)
		return TRUE;
	for (guint i = 1; i < page->len; i++)
		if (sets_anew(g_ptr_array_index(page, i), kind, first->time))
			return TRUE;
	*time = first->time;
	return TRUE;
}

/* What the newest event of @page that tells of clock @kind says, but for those
 * of the change of @time; FALSE: there is none. */
static gboolean
find_clock(const GPtrArray *page, TdClockKind kind, gint64 time, TdClock *clock)
{
	for (guint i = page->len; i > 0; i--) {
		const TdEvent *event = g_ptr_array_index(page, i - 1);

		if (!tells_of(event, kind) ||
		    (event->kind == TD_EVENT_DUE && event->time == time))
			continue;
		if (td_event_get_clock(event, &kind, clock))
			return TRUE;
	}
	return FALSE;
}

/* Sets *@clock to what clock @kind was before what is taken back, whose events
 * may tell of clocks first. */
static gboolean
read_old(const TdScene *scene, TdClockKind kind, TdClock *clock, GError **error)
{
	guint64 end = scene->taken_back - 1;
	gint64 time;

	if (!find_change(scene, kind, &time, error))
		return FALSE;
	if (time == 0)
		return TRUE;
	for (guint i = 0; i < PAGES_MAX && end > 0; i++) {
		guint limit = (guint)MIN(end, TD_READ_MAX);
		g_autoptr(GPtrArray) page = NULL;

		if (!td_event_list(scene->draft->txn, scene->ticket->number,
		        end - limit, limit, &page, error))
			return FALSE;
		if (find_clock(page, kind, time, clock))
			return TRUE;
		end -= limit;
	}
	return TRUE;
}

/* An answer that is taken back gave the customer's next one no time, and an
 * escalation that it or an end stopped goes on. */
static gboolean
read_old_clocks(TdScene *scene, GError **error)
{
	const TdClock *clocks = scene->ticket->clocks;

	if (scene->taken_back == 0)
		return TRUE;
	if (scene->unreplied &&
	    clocks[TD_CLOCK_UPDATE].state != TD_CLOCK_NONE &&
	    !read_old(scene, TD_CLOCK_UPDATE, &scene->old_update, error))
		return FALSE;
	return clocks[TD_CLOCK_ESCALATION].state != TD_CLOCK_MET ||
	    read_old(scene, TD_CLOCK_ESCALATION, &scene->old_escalation, error);
}

/* ---- all of one ticket ---- */

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
	if (!read_old_clocks(&scene, error) || !break_late(&scene, error))
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
