/* apply.c - does what a plan says, in one transaction */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "desk/desk-private.h"

/* Ids that a mail only speaks of and that are kept: the nearest ones. */
#define SEEN_MAX 20

/* The tickets that the events of one plan belong to: rarely more than two. */
typedef struct {
	TdTxn *txn;
	GPtrArray *tickets; /* of TdTicket */
} Bench;

static void
clear_bench(Bench *bench)
{
	g_clear_pointer(&bench->tickets, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Bench, clear_bench)

/* The ticket of that number, read once; borrowed from @bench. */
static TdTicket *
take(Bench *bench, guint64 number, GError **error)
{
	TdTicket *ticket = NULL;

	for (guint i = 0; i < bench->tickets->len; i++) {
		ticket = g_ptr_array_index(bench->tickets, i);
		if (ticket->number == number)
			return ticket;
	}
	if (!td_ticket_get(bench->txn, number, &ticket, error))
		return NULL;
	if (ticket == NULL) {
		td_fail(error, TD_ERROR_BROKEN,
		    "the record of ticket %" G_GUINT64_FORMAT " is missing",
		    number);
		return NULL;
	}
	g_ptr_array_add(bench->tickets, ticket);
	return ticket;
}

static gboolean
put_all(Bench *bench, GError **error)
{
	for (guint i = 0; i < bench->tickets->len; i++)
		if (!td_ticket_put(bench->txn,
		        g_ptr_array_index(bench->tickets, i), error))
			return FALSE;
	return TRUE;
}

static void
set(char **field, const char *value)
{
	g_free(*field);
	*field = td_text_utf8(value, -1);
}

static char *
list_recipients(const TdMessage *message)
{
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint i = 0; i < message->to->len; i++) {
		const TdAddress *to = g_ptr_array_index(message->to, i);

		g_string_append_printf(
		    list, "%s%s", i == 0 ? "" : ", ", to->address);
	}
	return td_text_printable(list->str, 1000);
}

/* The headers of note of an incoming mail. */
static TdFiled *
describe(const TdDesk *desk, const TdPlan *plan, const TdMessage *message,
    const TdEnvelope *envelope, const TdPlace *place, gsize size)
{
	const TdAddress *speaker = td_desk_speaker(desk, message);
	TdFiled *filed = td_filed_new();

	filed->ticket = place->ticket;
	filed->sequence = place->sequence;
	filed->marked = plan->marked;
	set(&filed->class_name, td_class_name(plan->class.class));
	set(&filed->class_reason, plan->class.reason);
	set(&filed->rule, td_rule_name(plan->rule));
	set(&filed->evidence, plan->evidence);
	set(&filed->message_id, message->message_id);
	set(&filed->digest, message->digest);
	set(&filed->from, speaker->address);
	set(&filed->from_name, speaker->name);
	g_free(filed->to);
	filed->to = list_recipients(message);
	set(&filed->subject, message->subject);
	filed->date = message->date;
	filed->received = plan->now;
	set(&filed->sender, envelope->sender);
	set(&filed->recipient, envelope->recipient);
	set(&filed->original_recipient, envelope->original_recipient);
	set(&filed->queue_id, envelope->queue_id);
	filed->size = size;
	return filed;
}

/* Remembers the mail's own id, and those it speaks of: somebody who got a copy
 * of an earlier mail may answer that one. */
static gboolean
remember_ids(const TdDesk *desk, TdTxn *txn, const TdPlan *plan,
    const TdMessage *message, const TdPlace *place, GError **error)
{
	guint count = g_strv_length(message->references);

	if (!td_id_bind(
	        txn, message->message_id, message->digest, place, error))
		return FALSE;
	/* On somebody else's ticket, only who proved to be on it may tie more
	 * mail to it. */
	if (plan->marked || place->ticket == TD_TICKET_DESK ||
	    (plan->rule != TD_RULE_NEW && strcmp(plan->evidence, "from") == 0))
		return TRUE;
	for (guint i = 0; i < MIN(count, SEEN_MAX); i++) {
		const char *id = message->references[count - 1 - i];
		TdPlace ours;

		if (td_token_read_message_id(desk->keys, id, &ours) !=
		    TD_TOKEN_BAD)
			continue;
		if (!td_id_seen(txn, id, place, error))
			return FALSE;
	}
	return TRUE;
}

/* Tells the place that the mail had before where it is now. */
static gboolean
leave_old_place(
    TdTxn *txn, const TdPlace *from, const TdPlace *to, GError **error)
{
	g_autoptr(TdFiled) filed = NULL;

	if (!td_filed_get(
	        txn, from->ticket, from->sequence, &filed, NULL, error))
		return FALSE;
	if (filed == NULL)
		return TRUE;
	g_free(filed->moved_to);
	filed->moved_to = g_strdup_printf("%" G_GUINT64_FORMAT
	                                  "/%" G_GUINT64_FORMAT,
	    to->ticket, to->sequence);
	return td_filed_update(txn, filed, error);
}

/* Makes a ticket of its own for the plan, unless it goes on with one. */
static gboolean
open_ticket(Bench *bench, TdPlan *plan, GError **error)
{
	guint64 number;

	if (plan->ticket != TD_TICKET_NEW)
		return TRUE;
	if (!td_ticket_allot(bench->txn, &number, error))
		return FALSE;
	g_ptr_array_add(bench->tickets, td_ticket_new(number));
	plan->ticket = number;
	if (plan->file_under == TD_TICKET_NEW)
		plan->file_under = number;

	for (guint i = 0; i < plan->events->len; i++) {
		TdEvent *event = g_ptr_array_index(plan->events, i);

		if (event->ticket == TD_TICKET_NEW)
			event->ticket = number;
		if (td_event_get_number(event, "to") == TD_TICKET_NEW)
			td_event_set_number(event, "to", number);
	}
	return TRUE;
}

/* Whether @event tells of the mail itself. */
static gboolean
is_about_mail(const TdEvent *event)
{
	return event->kind == TD_EVENT_MESSAGE ||
	    event->kind == TD_EVENT_REPORT ||
	    event->kind == TD_EVENT_AUTO_REPLY;
}

/* Ties the events that tell of the mail to its place. */
static void
point_events(const TdPlan *plan, const TdPlace *place)
{
	for (guint i = 0; i < plan->events->len; i++) {
		TdEvent *event = g_ptr_array_index(plan->events, i);

		if (!is_about_mail(event))
			continue;
		if (event->ticket == place->ticket) {
			event->message = place->sequence;
		} else {
			g_autofree char *raw = g_strdup_printf(
			    "%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT,
			    place->ticket, place->sequence);

			td_event_set(event, "raw", raw);
		}
	}
}

/* Stores the mail as the next message of where it belongs. */
static gboolean
file_mail(const TdDesk *desk, Bench *bench, TdPlan *plan,
    const TdMessage *message, const TdEnvelope *envelope, const char *raw,
    gsize size, TdPlace *place, GError **error)
{
	g_autoptr(TdFiled) filed = NULL;
	TdTicket *ticket;

	ticket = take(bench, plan->file_under, error);
	if (ticket == NULL)
		return FALSE;
	place->ticket = ticket->number;
	place->sequence = ticket->messages + 1;
	filed = describe(desk, plan, message, envelope, place, size);
	if (!td_filed_put(bench->txn, filed, raw, size, error) ||
	    !remember_ids(desk, bench->txn, plan, message, place, error))
		return FALSE;
	if (plan->moved_from.sequence != 0 &&
	    !leave_old_place(bench->txn, &plan->moved_from, place, error))
		return FALSE;
	point_events(plan, place);
	return TRUE;
}

static gboolean
append_events(const TdDesk *desk, Bench *bench, const TdPlan *plan,
    const TdMessage *message, TdOutcome *outcome, GError **error)
{
	for (guint i = 0; i < plan->events->len; i++) {
		TdEvent *event = g_ptr_array_index(plan->events, i);
		TdTicket *ticket = take(bench, event->ticket, error);

		if (ticket == NULL)
			return FALSE;
		if (event->kind == TD_EVENT_ACKNOWLEDGED &&
		    !td_desk_acknowledge(desk, bench->txn, plan, message,
		        ticket, event, &outcome->outbox, error))
			return FALSE;
		if (!td_event_append(bench->txn, ticket, event, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
td_desk_apply(const TdDesk *desk, TdTxn *txn, TdPlan *plan,
    const TdMessage *message, const TdEnvelope *envelope, const char *raw,
    gsize size, TdOutcome *outcome, GError **error)
{
	g_auto(Bench) bench = { .txn = txn };
	TdOutcome result = { 0 };
	TdPlace place = { 0, 0 };

	bench.tickets = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_ticket_free);
	if (!open_ticket(&bench, plan, error))
		return FALSE;
	if (plan->file &&
	    !file_mail(desk, &bench, plan, message, envelope, raw, size, &place,
	        error))
		return FALSE;
	if (!append_events(desk, &bench, plan, message, &result, error) ||
	    !put_all(&bench, error))
		return FALSE;

	result.ticket = plan->ticket;
	result.filed = place;
	*outcome = result;
	return TRUE;
}
