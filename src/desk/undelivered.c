/* undelivered.c - what follows from mail of ours that did not arrive
 *
 * An event says what happened, whoever's mail it was.  Beyond that it depends
 * on whose loss it is: an answer that an agent wrote is his to write again;
 * mail of the desk to its agents is the administrator's to mend; the rest is
 * nobody's. */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "desk/undelivered.h"

/* Pages of events of a ticket, from the newest on, in which its mail is looked
 * for. */
#define PAGES_MAX 10u

/* One mail that was lost. */
typedef struct {
	TdDraft *draft;
	const TdTrace *trace;
	guint64 number;     /* the ticket whose events tell of it */
	TdPlace place;      /* where the mail is filed; sequence 0: unknown */
	const char *letter; /* name of its kind, "" if it is unknown */
	gboolean is_known;  /* the kind is ... */
	TdLetterKind kind;  /* ... this */
	GPtrArray *readers; /* of char *: bare addresses of who got it */
	GPtrArray *before;  /* of char *: whom it was told of already */
	gboolean is_found;  /* the event of the mail itself ... */
	char *author;       /* ... and the agent who wrote it, or NULL */
	GPtrArray *news;    /* of TdFailure, borrowed: not told before */
} Loss;

static void
clear_loss(Loss *loss)
{
	g_clear_pointer(&loss->readers, g_ptr_array_unref);
	g_clear_pointer(&loss->before, g_ptr_array_unref);
	g_clear_pointer(&loss->author, g_free);
	g_clear_pointer(&loss->news, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Loss, clear_loss)

/* ---- what is known of the mail ---- */

static gboolean
contains(const GPtrArray *addresses, const char *address)
{
	return g_ptr_array_find_with_equal_func(
	    (GPtrArray *)addresses, address, g_str_equal, NULL);
}

static void
take_readers(Loss *loss, const GStrv recipients)
{
	for (guint i = 0; recipients != NULL && recipients[i] != NULL; i++)
		if (*recipients[i] != '\0')
			g_ptr_array_add(
			    loss->readers, td_failure_address(recipients[i]));
}

static char *
name_place(const TdPlace *place)
{
	return g_strdup_printf("%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT,
	    place->ticket, place->sequence);
}

/* Whether @event tells of the lost mail. */
static gboolean
is_about(const Loss *loss, const char *place, const TdEvent *event)
{
	return (event->ticket == loss->place.ticket &&
	           event->message == loss->place.sequence) ||
	    strcmp(td_event_get(event, "mail"), place) == 0;
}

static void
look_at_event(Loss *loss, const char *place, const TdEvent *event)
{
	if (!is_about(loss, place, event))
		return;
	if (event->kind == TD_EVENT_NOT_DELIVERED)
		g_ptr_array_add(
		    loss->before, g_strdup(td_event_get(event, "to")));
	if (event->kind != TD_EVENT_MESSAGE || loss->is_found)
		return;
	loss->is_found = TRUE;
	if (g_str_has_prefix(event->actor, "agent:"))
		loss->author = g_strdup(event->actor + strlen("agent:"));
}

/* Looks through what is on record of ticket @number, the newest first. */
static gboolean
look_back(Loss *loss, guint64 number, GError **error)
{
	g_autofree char *place = name_place(&loss->place);
	g_autoptr(TdTicket) ticket = NULL;
	guint64 end;

	if (!td_ticket_get(loss->draft->txn, number, &ticket, error))
		return FALSE;
	end = ticket == NULL ? 0 : ticket->events;
	for (guint i = 0; i < PAGES_MAX && end > 0 && !loss->is_found; i++) {
		guint64 after = end - MIN(end, TD_READ_MAX);
		g_autoptr(GPtrArray) events = NULL;

		if (!td_event_list(loss->draft->txn, number, after,
		        (guint)(end - after), &events, error))
			return FALSE;
		for (guint j = events->len; j > 0; j--)
			look_at_event(
			    loss, place, g_ptr_array_index(events, j - 1));
		end = after;
	}
	return TRUE;
}

static gboolean
is_agents_mail(const Loss *loss)
{
	return loss->is_known &&
	    (loss->kind == TD_LETTER_REPLY || loss->kind == TD_LETTER_FORWARD);
}

/* What this very mail tells was told already: who hears of it in a mail that is
 * lost too hears no more. */
static gboolean
is_about_loss(const Loss *loss)
{
	return loss->is_known &&
	    (loss->kind == TD_LETTER_UNDELIVERED ||
	        loss->kind == TD_LETTER_NOTICE);
}

/* What the events of the mail tell: who wrote it, and whom it did not reach
 * before.  Of a mail that nobody hears of it does not matter. */
static gboolean
find_past(Loss *loss, GError **error)
{
	/* The event of the mail itself stands before all others of it, so
	 * those of the ticket that this one was merged into come first. */
	if (!is_agents_mail(loss) || loss->place.sequence == 0)
		return TRUE;
	if (loss->number != loss->place.ticket &&
	    !look_back(loss, loss->number, error))
		return FALSE;
	return look_back(loss, loss->place.ticket, error);
}

/* ---- what follows ---- */

static gboolean
is_step(const TdConf *conf, const char *address)
{
	for (guint i = 0; i < conf->escalations->len; i++) {
		const TdEscalation *escalation = g_ptr_array_index(
		    conf->escalations, i);

		for (guint j = 0; j < escalation->steps->len; j++) {
			const TdEscalationStep *step = g_ptr_array_index(
			    escalation->steps, j);

			if (step->kind == TD_STEP_ADDRESS &&
			    strcmp(step->who, address) == 0)
				return TRUE;
		}
	}
	return FALSE;
}

/* Whether the configuration names @address as one that the desk tells. */
static gboolean
is_configured(const TdConf *conf, const char *address)
{
	if (g_strcmp0(conf->admin, address) == 0 || is_step(conf, address))
		return TRUE;
	for (guint i = 0; i < conf->queues->len; i++) {
		const TdQueue *queue = g_ptr_array_index(conf->queues, i);

		if (g_strv_contains(
		        (const char *const *)queue->notify, address))
			return TRUE;
	}
	for (guint i = 0; i < conf->monitors->len; i++) {
		const TdMonitor *monitor = g_ptr_array_index(conf->monitors, i);

		if (g_strcmp0(monitor->answer, address) == 0)
			return TRUE;
	}
	return FALSE;
}

/* An agent's address, a team's, a monitor's, that of a step of an escalation or
 * the administrator's: his to mend. */
static gboolean
is_inside(
    const TdDraft *draft, const char *address, gboolean *inside, GError **error)
{
	if (is_configured(draft->desk->conf, address)) {
		*inside = TRUE;
		return TRUE;
	}
	return td_draft_is_agent(draft, address, inside, error);
}

/* Where the mail did not get: the recipient that the failure names; of a mail
 * with a single one that one, though it was forwarded from there. */
static const char *
find_reader(const Loss *loss, const TdFailure *failure)
{
	if (!contains(loss->readers, failure->to) && loss->readers->len == 1)
		return g_ptr_array_index(loss->readers, 0);
	return failure->to;
}

/* By an administrator, who knows what he does. */
static gboolean
was_dropped(const Loss *loss)
{
	return g_str_has_prefix(loss->draft->actor, "control:");
}

static TdEvent *
add_event(const Loss *loss, const TdFailure *failure, const char *to)
{
	gboolean complaint = td_failure_is_complaint(failure);
	TdEvent *event = td_draft_add(loss->draft,
	    complaint ? TD_EVENT_REPORT : TD_EVENT_NOT_DELIVERED, loss->number);

	td_event_set(event, "to", to);
	if (strcmp(to, failure->to) != 0 && *failure->to != '\0')
		td_event_set(event, "final", failure->to);
	td_event_set(event, "action", failure->action);
	td_event_set(event, "status", failure->status);
	td_event_set(event, "diagnostic", failure->diagnostic);
	if (!was_dropped(loss))
		td_event_set(event, "by", td_trace_name(loss->trace->by));
	if (*loss->letter != '\0')
		td_event_set(event, "letter", loss->letter);
	if (loss->place.sequence == 0)
		return event;
	if (loss->place.ticket == loss->number) {
		event->message = loss->place.sequence;
	} else {
		g_autofree char *place = name_place(&loss->place);

		td_event_set(event, "mail", place);
	}
	return event;
}

/* Whoever got the mail has all that a report of it needs, and may make one up:
 * of himself, then, but of nobody else who got it. */
static gboolean
is_evidence(const Loss *loss)
{
	return loss->trace->is_signed &&
	    (loss->trace->by == TD_TRACE_SMTP || loss->readers->len == 1);
}

/* No more automatic mail to @address if it is no good, or its owner does not
 * want any.  That is no change of the ticket, whose links stay good, so it
 * stands on the desk's own record. */
static gboolean
suppress(const Loss *loss, const TdFailure *failure, const char *address,
    TdEvent *event, GError **error)
{
	TdDraft *draft = loss->draft;
	TdSuppression *suppression;
	gboolean inside;

	if (!is_evidence(loss) || !contains(loss->readers, address) ||
	    (!td_failure_is_complaint(failure) &&
	        !td_failure_is_hard(failure)) ||
	    td_desk_is_own(draft->desk, address))
		return TRUE;
	if (!is_inside(draft, address, &inside, error))
		return FALSE;
	if (inside)
		return TRUE;

	suppression = td_failure_suppression(
	    failure, address, draft->now, draft->desk->conf->suppress_days);
	/* That of a report is the mail in hand. */
	if (loss->trace->by == TD_TRACE_SMTP)
		suppression->evidence = loss->place;
	g_ptr_array_add(draft->plan->suppressions, suppression);
	td_event_set(event, "suppressed", address);
	event = td_draft_add(draft, TD_EVENT_SUPPRESSED, TD_TICKET_DESK);
	td_event_set(event, "what", address);
	td_event_set(event, "why", suppression->why);
	td_event_set_number(event, "until", (guint64)suppression->expires);
	td_event_set_number(event, "ticket", loss->number);
	return TRUE;
}

void
td_plan_lift(TdDraft *draft, const TdSuppression *suppression)
{
	TdEvent *event = td_draft_add(
	    draft, TD_EVENT_SUPPRESSED, TD_TICKET_DESK);

	td_event_set(event, "what", suppression->what);
	td_event_set(event, "why", "its owner wrote");
	td_event_set_number(event, "lifted", 1);
	g_ptr_array_add(draft->plan->lifts, g_strdup(suppression->what));
}

/* Whether somebody is to hear of it: once for each recipient; where it is not
 * sure which one it was, once in all, for anybody could make up more. */
static gboolean
is_news(const Loss *loss, const char *to)
{
	return contains(loss->readers, to) ? !contains(loss->before, to)
	                                   : loss->before->len == 0;
}

static gboolean
tell_administrator(const Loss *loss, const TdFailure *failure, GError **error)
{
	gboolean inside = FALSE;

	if (!td_failure_is_complaint(failure) &&
	    !is_inside(loss->draft, failure->to, &inside, error))
		return FALSE;
	if (!inside && !td_failure_is_complaint(failure))
		return TRUE;
	return td_talk_mail_trouble(loss->draft, loss->number, failure,
	    contains(loss->readers, failure->to), error);
}

static gboolean
tell(const Loss *loss, GError **error)
{
	g_autoptr(GPtrArray) lost = g_ptr_array_new();

	/* A guess is too little to trouble anybody. */
	if (loss->trace->by == TD_TRACE_RECIPIENT || is_about_loss(loss))
		return TRUE;
	for (guint i = 0; i < loss->news->len; i++) {
		TdFailure *failure = g_ptr_array_index(loss->news, i);
		gboolean complaint = td_failure_is_complaint(failure);

		if (is_agents_mail(loss) && !complaint)
			g_ptr_array_add(lost, failure);
		else if ((complaint ||
		             (loss->is_known &&
		                 !td_letter_kind_is_public(loss->kind))) &&
		    !was_dropped(loss) &&
		    !tell_administrator(loss, failure, error))
			return FALSE;
	}
	return lost->len == 0 ||
	    td_talk_undelivered(
	        loss->draft, loss->number, loss->author, lost, error);
}

static gboolean
lose_one(Loss *loss, const TdFailure *failure, GError **error)
{
	const char *to = find_reader(loss, failure);
	TdEvent *event = add_event(loss, failure, to);

	if (is_news(loss, to)) {
		g_ptr_array_add(loss->news,
		    td_failure_new(to, failure->action, failure->status,
		        failure->diagnostic));
		g_ptr_array_add(loss->before, g_strdup(to));
	}
	/* An address that mail was only forwarded to is not one that we write
	 * to. */
	return suppress(loss, failure,
	    td_failure_is_complaint(failure) ? to : failure->to, event, error);
}

/* All that follows for the mail at trace->place, of kind @letter ("": nobody
 * knows), which went to @recipients. */
static gboolean
lose(TdDraft *draft, const TdTrace *trace, guint64 number, const char *letter,
    const GStrv recipients, const GPtrArray *failures, GError **error)
{
	g_auto(Loss) loss = {
		.draft = draft,
		.trace = trace,
		.number = number,
		.place = trace->place,
		.letter = letter,
		.readers = g_ptr_array_new_with_free_func(g_free),
		.before = g_ptr_array_new_with_free_func(g_free),
		.news = g_ptr_array_new_with_free_func(
		    (GDestroyNotify)td_failure_free),
	};

	loss.is_known = td_letter_kind_from_name(letter, &loss.kind);
	take_readers(&loss, recipients);
	if (is_about_loss(&loss) && trace->by != TD_TRACE_SMTP)
		loss.number = TD_TICKET_DESK;
	if (!find_past(&loss, error))
		return FALSE;
	for (guint i = 0; i < failures->len; i++)
		if (!lose_one(&loss, g_ptr_array_index(failures, i), error))
			return FALSE;
	return tell(&loss, error);
}

/* ---- which mail ---- */

static gboolean
went_to_any(const TdFiled *filed, const GPtrArray *failures)
{
	for (guint i = 0; i < failures->len; i++) {
		const TdFailure *failure = g_ptr_array_index(failures, i);

		if (td_trace_went_to(filed, failure->to))
			return TRUE;
	}
	return FALSE;
}

static gboolean
lose_filed(TdDraft *draft, const TdTrace *trace, guint64 number,
    const TdFiled *filed, const GPtrArray *failures, GError **error)
{
	g_auto(GStrv) readers = NULL;
	TdTrace known = *trace;

	/* What only we can have made must name the mail. */
	known.is_signed = trace->is_signed && trace->place.sequence != 0;
	if (filed == NULL) {
		known.place.sequence = 0;
		return lose(draft, &known, number, "", NULL, failures, error);
	}
	known.place = (TdPlace){ filed->ticket, filed->sequence };
	/* Of a mail that was but the most likely one nobody knows who did not
	 * get it. */
	if (trace->place.sequence != 0 || went_to_any(filed, failures))
		readers = g_strsplit(filed->to, ", ", -1);
	return lose(
	    draft, &known, number, filed->rule, readers, failures, error);
}

/* Those of @failures that are about @filed, NULL: about no mail that is known.
 */
static gboolean
lose_some(TdDraft *draft, const TdTrace *trace, guint64 number,
    GHashTable *newest, const TdFiled *filed, const GPtrArray *failures,
    GError **error)
{
	g_autoptr(GPtrArray) some = g_ptr_array_new();

	for (guint i = 0; i < failures->len; i++)
		if (td_failure_find(newest, g_ptr_array_index(failures, i)) ==
		    filed)
			g_ptr_array_add(some, g_ptr_array_index(failures, i));
	return some->len == 0 ||
	    lose_filed(draft, trace, number, filed, some, error);
}

/* A report may be about several mails only if it says not about which. */
static gboolean
lose_each(TdDraft *draft, const TdTrace *trace, guint64 number,
    const GPtrArray *failures, GError **error)
{
	g_autoptr(GHashTable) newest = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GPtrArray) letters = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_filed_free);

	if (!td_failure_mails(
	        draft->txn, trace->place.ticket, newest, letters, error))
		return FALSE;
	for (guint i = 0; i < letters->len; i++)
		if (!lose_some(draft, trace, number, newest,
		        g_ptr_array_index(letters, i), failures, error))
			return FALSE;
	return lose_some(draft, trace, number, newest, NULL, failures, error);
}

gboolean
td_plan_undelivered(TdDraft *draft, const TdTrace *trace, guint64 number,
    const char *letter, const GStrv recipients, const GPtrArray *failures,
    GError **error)
{
	g_autoptr(TdFiled) filed = NULL;

	if (failures->len == 0)
		return TRUE;
	if (letter != NULL)
		return lose(
		    draft, trace, number, letter, recipients, failures, error);
	if (trace->place.sequence == 0)
		return lose_each(draft, trace, number, failures, error);
	return td_failure_mail(draft->txn, &trace->place, &filed, error) &&
	    lose_filed(draft, trace, number, filed, failures, error);
}
