/* run-status.c - commands that end a ticket, or open it again */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/run-verbs.h"

#define DAY (24 * 60 * 60)
#define TEXT_KEPT 1000

void
td_step_set_status(const TdStep *step, TdStatus to, gint64 until)
{
	TdStatus from = step->ticket->status;
	gint64 from_until = step->ticket->until;
	TdEvent *event = td_step_add(step, TD_EVENT_STATUS);

	td_event_set(event, "from", td_status_name(from));
	if (from_until != 0)
		td_event_set_number(event, "from_until", (guint64)from_until);
	td_event_set(event, "to", td_status_name(to));
	if (until != 0)
		td_event_set_number(event, "until", (guint64)until);
}

/* The end of a ticket that the mail does not belong to is told at once. */
static gboolean
tell_end(const TdStep *step, TdStatus before, GError **error)
{
	if (td_step_is_own(step) || before == TD_STATUS_RESOLVED ||
	    before == TD_STATUS_CLOSED)
		return TRUE;
	return td_talk_finished(
	    step->run->draft, step->run->who, step->number, error);
}

/* ---- the end ---- */

gboolean
td_run_close(const TdStep *step, GError **error)
{
	TdStatus before = step->ticket->status;

	if (before == TD_STATUS_CLOSED) {
		td_step_done(step, "same-closed", NULL);
		return td_step_speak(step, error);
	}
	td_step_set_status(step, TD_STATUS_CLOSED, 0);
	td_step_done(step, "did-close", NULL);
	return td_step_speak(step, error) && tell_end(step, before, error) &&
	    td_step_finished(step, before, error);
}

gboolean
td_run_resolve(const TdStep *step, GError **error)
{
	const TdDraft *draft = step->run->draft;
	TdStatus before = step->ticket->status;
	gint64 until = draft->now +
	    (gint64)draft->desk->conf->resolve_days * DAY;
	g_autofree char *time = td_run_time(step, until);

	if (before == TD_STATUS_RESOLVED) {
		td_step_done(step, "same-resolved", NULL);
		return td_step_speak(step, error);
	}
	td_step_set_status(step, TD_STATUS_RESOLVED, until);
	td_step_done(step, "did-resolve", "time", time, NULL);
	return td_step_speak(step, error) && tell_end(step, before, error) &&
	    td_step_finished(step, before, error);
}

gboolean
td_run_spam(const TdStep *step, GError **error)
{
	TdStatus before = step->ticket->status;
	gboolean open = before != TD_STATUS_CLOSED;
	TdEvent *event;

	if (td_step_is_own(step))
		step->run->silent = TRUE;
	if (step->ticket->spam && !open)
		return td_step_done(step, "same-spam", NULL);
	if (!step->ticket->spam) {
		event = td_step_add(step, TD_EVENT_SUPPRESSED);
		td_event_set_number(event, "spam", 1);
		td_event_set_number(event, "from", 0);
	}
	if (open)
		td_step_set_status(step, TD_STATUS_CLOSED, 0);
	td_step_done(step, "did-spam", NULL);
	return td_step_left(step, before, error);
}

/* ---- going on ---- */

gboolean
td_run_reopen(const TdStep *step, GError **error)
{
	const TdWho *who = step->run->who;
	TdStatus before = step->ticket->status;
	gboolean unmark = step->ticket->spam && (who->agent || who->control);
	TdEvent *event;

	if (unmark) {
		event = td_step_add(step, TD_EVENT_SUPPRESSED);
		td_event_set_number(event, "spam", 0);
		td_event_set_number(event, "from", 1);
	}
	if (before != TD_STATUS_NEW && before != TD_STATUS_OPEN)
		td_step_set_status(step, TD_STATUS_OPEN, 0);
	else if (!unmark)
		return td_step_done(step, "same-open", NULL);
	td_step_done(step, "did-reopen", NULL);
	return td_step_reopened(step, before, error);
}

gboolean
td_run_pending(const TdStep *step, GError **error)
{
	gint64 until = step->command->time;
	g_autofree char *time = td_run_time(step, until);

	if (until != 0 && until <= step->run->draft->now)
		return td_step_refuse(step, "no-past", "time", time, NULL);
	if (step->ticket->status == TD_STATUS_PENDING &&
	    step->ticket->until == until) {
		td_step_done(step, "same-pending", NULL);
		return td_step_speak(step, error);
	}
	td_step_set_status(step, TD_STATUS_PENDING, until);
	if (until == 0)
		td_step_done(step, "did-pending", NULL);
	else
		td_step_done(step, "did-pending-until", "time", time, NULL);
	return td_step_speak(step, error);
}

/* ---- what the customer thinks of it ---- */

gboolean
td_run_rate(const TdStep *step, GError **error G_GNUC_UNUSED)
{
	guint64 score = step->command->number;
	guint8 before = step->ticket->rating;
	g_autofree char *shown = td_run_number(score);
	g_autofree char *text = td_text_printable(
	    step->command->text, TEXT_KEPT);
	TdEvent *event;

	if (score < 1 || score > 5)
		return td_step_refuse(step, "no-score", NULL);
	if (score == before && *text == '\0')
		return td_step_done(step, "same-rate", "score", shown, NULL);
	event = td_step_add(step, TD_EVENT_RATED);
	td_event_set_number(event, "from", before);
	td_event_set_number(event, "score", score);
	if (*text != '\0')
		td_event_set(event, "text", text);
	return td_step_done(step, "did-rate", "score", shown, NULL);
}
