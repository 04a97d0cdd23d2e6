/* thread-report.c - which mail of ours a report is about
 *
 * By what only we can have made: the ENVID, the bounce address, the Message-ID
 * of the headers that came back.  Where none of it is left, by whom the mail
 * did not get to, if there is one ticket only that it can have been about: that
 * is a guess, and anybody can make us guess, so nobody is told and nothing
 * follows. */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/erase.h>

#include "desk/search.h"
#include "desk/undelivered.h"

/* Messages of a ticket that are looked through for one, from the newest on. */
#define MESSAGES_MAX 60u

/* Recipients of a report that are guessed by. */
#define GUESSES_MAX 3u

/* Mail servers give up within five days, as a rule. */
#define GUESS_TIME (10 * 24 * 60 * 60)

const char *
td_trace_name(TdTraceBy by)
{
	static const char *const names[] = {
		[TD_TRACE_NONE] = "nothing",
		[TD_TRACE_RECIPIENT] = "recipient",
		[TD_TRACE_MESSAGE_ID] = "message-id",
		[TD_TRACE_BOUNCE_ADDRESS] = "bounce-address",
		[TD_TRACE_ENVID] = "envid",
		[TD_TRACE_SMTP] = "smtp",
	};

	return names[by];
}

/* ---- the mails of a ticket ---- */

gboolean
td_trace_went_to(const TdFiled *filed, const char *address)
{
	g_auto(GStrv) readers = g_strsplit(filed->to, ", ", -1);

	for (guint i = 0; readers[i] != NULL; i++)
		if (td_address_same(readers[i], address))
			return TRUE;
	return FALSE;
}

static gboolean
is_wanted(const TdFiled *filed, const char *address)
{
	TdLetterKind kind;

	if (filed == NULL || !filed->outgoing)
		return FALSE;
	if (*address != '\0')
		return td_trace_went_to(filed, address);
	return td_letter_kind_from_name(filed->rule, &kind) &&
	    (kind == TD_LETTER_REPLY || kind == TD_LETTER_FORWARD);
}

gboolean
td_trace_letter(TdTxn *txn, guint64 number, const char *address,
    TdFiled **result, GError **error)
{
	g_autoptr(TdTicket) ticket = NULL;
	guint64 last;

	*result = NULL;
	if (!td_ticket_get(txn, number, &ticket, error))
		return FALSE;
	last = ticket == NULL ? 0 : ticket->messages;
	for (guint64 i = 0; i < MIN(last, MESSAGES_MAX); i++) {
		g_autoptr(TdFiled) filed = NULL;

		if (!td_filed_get(txn, number, last - i, &filed, NULL, error))
			return FALSE;
		if (is_wanted(filed, address)) {
			*result = g_steal_pointer(&filed);
			break;
		}
	}
	return TRUE;
}

/* ---- what tells ---- */

/* The mail whose Message-ID came back; that of a ticket's root is none. */
static TdTokenState
read_returned(const TdDesk *desk, const TdReport *report, TdPlace *place)
{
	TdPlace found;
	TdTokenState state;

	if (report == NULL)
		return TD_TOKEN_BAD;
	state = td_token_read_message_id(
	    desk->keys, report->returned_message_id, &found);
	if (state == TD_TOKEN_BAD || found.sequence == 0)
		return TD_TOKEN_BAD;
	*place = found;
	return state;
}

static gboolean
by_envid(const TdDesk *desk, const TdReport *report, TdTrace *trace)
{
	TdTokenState state;

	if (report == NULL || *report->envid == '\0')
		return FALSE;
	state = td_token_read_envid(desk->keys, report->envid, &trace->place);
	if (state == TD_TOKEN_BAD)
		return FALSE;
	trace->by = TD_TRACE_ENVID;
	trace->is_signed = state == TD_TOKEN_GOOD;
	return TRUE;
}

/* The address tells the ticket alone; which mail of it, the returned headers
 * may. */
static gboolean
by_bounce_address(const TdDesk *desk, const TdMessage *message,
    const TdEnvelope *envelope, TdTrace *trace)
{
	TdExtension bounce;
	TdPlace returned;

	if (!td_search_extension(
	        desk, message, envelope, 1u << TD_TOKEN_BOUNCE, &bounce))
		return FALSE;
	trace->by = TD_TRACE_BOUNCE_ADDRESS;
	trace->is_signed = bounce.state == TD_TOKEN_GOOD;
	trace->place = (TdPlace){ bounce.ticket, 0 };
	if (read_returned(desk, message->report, &returned) != TD_TOKEN_BAD &&
	    returned.ticket == bounce.ticket)
		trace->place = returned;
	return TRUE;
}

static gboolean
by_message_id(const TdDesk *desk, const TdReport *report, TdTrace *trace)
{
	TdTokenState state = read_returned(desk, report, &trace->place);

	if (state == TD_TOKEN_BAD)
		return FALSE;
	trace->by = TD_TRACE_MESSAGE_ID;
	trace->is_signed = state == TD_TOKEN_GOOD;
	return TRUE;
}

/* The newest mail to @address on the only open ticket of its owner, if it is
 * not old. */
static gboolean
guess(
    TdTxn *txn, const char *address, gint64 now, TdTrace *trace, GError **error)
{
	const TdTicketQuery query = {
		.status = -1, .active = TRUE, .requester = address, .limit = 2
	};
	g_autoptr(GPtrArray) tickets = NULL;
	g_autoptr(TdFiled) filed = NULL;
	const TdTicket *ticket;
	guint64 next;

	if (!td_ticket_list(txn, &query, &tickets, &next, error))
		return FALSE;
	if (tickets->len != 1 || next != 0)
		return TRUE;
	ticket = g_ptr_array_index(tickets, 0);
	if (!td_trace_letter(txn, ticket->number, address, &filed, error))
		return FALSE;
	if (filed == NULL || filed->received < now - GUESS_TIME)
		return TRUE;
	trace->by = TD_TRACE_RECIPIENT;
	trace->place = (TdPlace){ filed->ticket, filed->sequence };
	return TRUE;
}

static gboolean
by_recipient(TdTxn *txn, const TdReport *report, gint64 now, TdTrace *trace,
    GError **error)
{
	if (report == NULL || report->kind != TD_REPORT_DELIVERY)
		return TRUE;
	for (guint i = 0; i < MIN(report->recipients->len, GUESSES_MAX) &&
	     trace->by == TD_TRACE_NONE;
	     i++) {
		const TdDsnRecipient *each = g_ptr_array_index(
		    report->recipients, i);
		g_autofree char *address = td_address_fold(each->address);

		if (address != NULL && !guess(txn, address, now, trace, error))
			return FALSE;
	}
	return TRUE;
}

/* A ticket that was purged hears of no mail any more. */
static gboolean
forget_purged(TdTxn *txn, TdTrace *trace, GError **error)
{
	guint64 number = trace->place.ticket;
	gboolean purged;

	if (!td_ticket_resolve(txn, &number, error) ||
	    !td_ticket_is_purged(txn, number, &purged, error))
		return FALSE;
	if (purged)
		*trace = (TdTrace){ .by = TD_TRACE_NONE };
	return TRUE;
}

gboolean
td_trace_report(const TdDesk *desk, TdTxn *txn, const TdMessage *message,
    const TdEnvelope *envelope, gint64 now, TdTrace *trace, GError **error)
{
	const TdReport *report = message->report;

	*trace = (TdTrace){ .by = TD_TRACE_NONE };
	if (by_envid(desk, report, trace) ||
	    by_bounce_address(desk, message, envelope, trace) ||
	    by_message_id(desk, report, trace))
		return forget_purged(txn, trace, error);
	return by_recipient(txn, report, now, trace, error);
}

/* ---- the rule ---- */

/* The ticket that a report is about. */
gboolean
td_search_report(TdSearch *search, gboolean *done, GError **error)
{
	static const char *const whats[] = {
		[TD_TRACE_NONE] = "nothing",
		[TD_TRACE_RECIPIENT] = "the recipient, who has but this one,",
		[TD_TRACE_MESSAGE_ID] =
		    "our Message-ID in the returned headers",
		[TD_TRACE_BOUNCE_ADDRESS] = "bounce address",
		[TD_TRACE_ENVID] = "signed ENVID",
		[TD_TRACE_SMTP] = "the SMTP server",
	};
	TdTrace trace;
	guint64 number;
	gboolean exists;

	if (!td_trace_report(search->desk, search->txn, search->message,
	        search->envelope, search->now, &trace, error))
		return FALSE;
	if (trace.by == TD_TRACE_NONE)
		return TRUE;
	number = trace.place.ticket;
	if (!td_search_resolve(search, &number, &exists, error))
		return FALSE;
	if (!exists)
		return TRUE;

	*done = TRUE;
	td_search_answer(search, TD_RULE_REPORT, number,
	    trace.by == TD_TRACE_RECIPIENT ? "from" : "message-id",
	    "%s names ticket %" G_GUINT64_FORMAT, whats[trace.by], number);
	return TRUE;
}
