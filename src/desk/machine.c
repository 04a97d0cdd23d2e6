/* machine.c - what machines say of tickets: events, and little else
 *
 * Nothing here changes a status, reopens a ticket or answers the machine.  The
 * bytes are kept under number 0, the ticket has an event of what they tell. */

#include "config.h"

#include <string.h>

#include <ticketd/erase.h>
#include <ticketd/text.h>

#include "desk/search.h"
#include "desk/undelivered.h"

/* Recipients of one report that have an event, those that the mail did not get
 * to and the others; the rest is counted. */
#define FAILURES_MAX 100u
#define NEWS_MAX 20u

#define TEXT_MAX 300

/* ---- what a report tells of a recipient ---- */

/* RFC 3464 2.3.3.  Whatever is not one of the others is a failure: better an
 * event too many than a mail that nobody misses. */
static gboolean
is_failure(const TdDsnRecipient *recipient)
{
	static const char *const others[] = { "delayed", "delivered", "relayed",
		"expanded", NULL };

	if (g_strv_contains(others, recipient->action))
		return FALSE;
	return *recipient->action != '\0' || *recipient->status != '2';
}

/* RFC 5965 7.3, RFC 6650: what is no complaint about the mail.  That a mail is
 * no spam, or how it failed to prove its sender, is for others to know. */
static gboolean
is_complaint(const char *type)
{
	static const char *const others[] = { "not-spam", "auth-failure",
		"dmarc", NULL };

	return !g_strv_contains(others, type);
}

static TdFailure *
make_failure(const TdReport *report, const TdDsnRecipient *recipient)
{
	gboolean complaint = report->kind == TD_REPORT_FEEDBACK;
	const char *type = *recipient->action == '\0' ? "abuse"
	                                              : recipient->action;

	return td_failure_new(recipient->address, complaint ? type : "failed",
	    recipient->status, recipient->diagnostic);
}

static gboolean
has_consequences(const TdDecision *decision, const TdDsnRecipient *recipient)
{
	const TdReport *report = decision->message->report;

	if (decision->plan->class.class == TD_CLASS_BOUNCE)
		return is_failure(recipient);
	return report->kind == TD_REPORT_FEEDBACK &&
	    is_complaint(recipient->action);
}

static void
set_printable(TdEvent *event, const char *key, const char *value)
{
	g_autofree char *shown = td_text_printable(value, TEXT_MAX);

	if (*shown != '\0')
		td_event_set(event, key, shown);
}

/* delayed, delivered, displayed: worth an event, no more. */
static void
add_news(TdDecision *decision, const TdTrace *trace, guint64 number,
    const TdDsnRecipient *recipient)
{
	TdEvent *event = td_draft_add(
	    &decision->draft, TD_EVENT_REPORT, number);

	set_printable(event, "to", recipient->address);
	set_printable(event, "action", recipient->action);
	set_printable(event, "status", recipient->status);
	set_printable(event, "diagnostic", recipient->diagnostic);
	td_event_set(event, "by", td_trace_name(trace->by));
}

/* ---- a report ---- */

/* A report that names nobody is of a mail to somebody. */
static void
add_nobody(
    const TdDecision *decision, const TdReport *report, GPtrArray *failures)
{
	TdClass class = decision->plan->class.class;

	if (class == TD_CLASS_BOUNCE)
		g_ptr_array_add(failures, td_failure_new("", "failed", "", ""));
	else if (report != NULL && report->kind == TD_REPORT_FEEDBACK)
		g_ptr_array_add(failures, td_failure_new("", "abuse", "", ""));
}

/* An event for each recipient on @number, and those that more follows of. */
static GPtrArray *
look_at_recipients(TdDecision *decision, const TdTrace *trace, guint64 number)
{
	const TdReport *report = decision->message->report;
	guint count = report == NULL ? 0 : report->recipients->len;
	GPtrArray *failures = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_failure_free);
	guint news = 0;
	guint more = 0;

	for (guint i = 0; i < count; i++) {
		const TdDsnRecipient *each = g_ptr_array_index(
		    report->recipients, i);
		gboolean failed = has_consequences(decision, each);

		if (failed && failures->len < FAILURES_MAX)
			g_ptr_array_add(failures, make_failure(report, each));
		else if (!failed && news++ < NEWS_MAX)
			add_news(decision, trace, number, each);
		else
			more++;
	}
	if (more > 0)
		td_event_set_number(
		    td_draft_add(&decision->draft, TD_EVENT_REPORT, number),
		    "more", more);
	if (count == 0)
		add_nobody(decision, report, failures);
	return failures;
}

/* What a bounce that belongs to no mail of ours tells is on record, and
 * nothing follows. */
static void
add_orphans(TdDecision *decision, const GPtrArray *failures)
{
	for (guint i = 0; i < failures->len; i++) {
		const TdFailure *each = g_ptr_array_index(failures, i);
		TdEvent *event;

		if (*each->to == '\0')
			continue;
		event = td_draft_add(&decision->draft,
		    td_failure_is_complaint(each) ? TD_EVENT_REPORT
		                                  : TD_EVENT_NOT_DELIVERED,
		    TD_TICKET_DESK);
		td_event_set(event, "to", each->to);
		td_event_set(event, "action", each->action);
		td_event_set(event, "status", each->status);
		td_event_set(event, "diagnostic", each->diagnostic);
		td_event_set(event, "by", td_trace_name(TD_TRACE_NONE));
	}
}

static gboolean
plan_report(TdDecision *decision, GError **error)
{
	guint64 number = decision->plan->ticket;
	guint events = decision->plan->events->len;
	g_autoptr(GPtrArray) failures = NULL;
	TdTrace trace;

	if (!td_trace_report(decision->desk, decision->txn, decision->message,
	        decision->envelope, decision->plan->now, &trace, error))
		return FALSE;
	failures = look_at_recipients(decision, &trace, number);
	if (trace.by == TD_TRACE_NONE) {
		add_orphans(decision, failures);
		return TRUE;
	}
	if (!td_plan_undelivered(
	        &decision->draft, &trace, number, NULL, NULL, failures, error))
		return FALSE;
	if (decision->plan->events->len == events && number != TD_TICKET_DESK)
		td_plan_message(decision, number);
	return TRUE;
}

/* ---- automatic answers ---- */

/* A program that answers the envelope (RFC 3834 4) writes to the bounce address
 * and may say nothing else of the mail that it answers. */
static gboolean
find_answered(TdDecision *decision, GError **error)
{
	TdPlan *plan = decision->plan;
	guint64 first, last, number;
	TdExtension bounce;
	gboolean skipped;
	gboolean purged;

	if (plan->ticket != TD_TICKET_DESK ||
	    plan->class.class != TD_CLASS_AUTO_REPLY ||
	    !td_search_extension(decision->desk, decision->message,
	        decision->envelope, 1u << TD_TOKEN_BOUNCE, &bounce))
		return TRUE;
	number = bounce.ticket;
	if (!td_ticket_range(decision->txn, &first, &last, error))
		return FALSE;
	if (!td_ticket_skipped(decision->txn, number, &skipped, error))
		return FALSE;
	if (number < first || number > last || skipped)
		return TRUE;
	if (!td_ticket_resolve(decision->txn, &number, error) ||
	    !td_ticket_is_purged(decision->txn, number, &purged, error))
		return FALSE;
	if (purged)
		return TRUE;
	plan->ticket = number;
	plan->rule = TD_RULE_REPORT;
	g_free(plan->rule_reason);
	plan->rule_reason = g_strdup_printf(
	    "bounce address names ticket %" G_GUINT64_FORMAT, number);
	return TRUE;
}

gboolean
td_plan_machine(TdDecision *decision, GError **error)
{
	TdPlan *plan = decision->plan;
	gboolean done;

	if (!find_answered(decision, error))
		return FALSE;
	td_plan_message(decision, TD_TICKET_DESK);
	if (td_class_is_report(plan->class.class)) {
		done = plan_report(decision, error);
	} else {
		if (plan->ticket != TD_TICKET_DESK)
			td_plan_message(decision, plan->ticket);
		done = plan->class.class != TD_CLASS_AUTO_REPLY ||
		    td_plan_vacation(decision, error);
	}
	return done && td_plan_answer(decision, error);
}
