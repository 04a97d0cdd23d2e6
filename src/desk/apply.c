/* apply.c - does what a plan says, in one transaction */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "desk/plan.h"

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
	filed->internal = plan->internal;
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

/* The mail at @place speaks of @id, unless that is one of ours. */
static gboolean
remember_seen(const TdDesk *desk, TdTxn *txn, const char *id,
    const TdPlace *place, GError **error)
{
	TdPlace ours;

	if (td_token_read_message_id(desk->keys, id, &ours) != TD_TOKEN_BAD)
		return TRUE;
	return td_id_seen(txn, id, place, error);
}

gboolean
td_plan_remember_ids(const TdDesk *desk, TdTxn *txn, const TdPlan *plan,
    const TdMessage *message, const TdPlace *place, GError **error)
{
	guint count = g_strv_length(message->references);

	if (!td_id_bind(
	        txn, message->message_id, message->digest, place, error))
		return FALSE;
	/* Who got the forwarded mail too may answer that one. */
	if (plan->rule == TD_RULE_NEW && place->ticket != TD_TICKET_DESK &&
	    message->forward != NULL && *message->forward->message_id != '\0' &&
	    !remember_seen(
	        desk, txn, message->forward->message_id, place, error))
		return FALSE;
	/* On somebody else's ticket, only who proved to be on it may tie more
	 * mail to it. */
	if (plan->marked || plan->internal || place->ticket == TD_TICKET_DESK ||
	    (plan->rule != TD_RULE_NEW && strcmp(plan->evidence, "from") == 0))
		return TRUE;
	for (guint i = 0; i < MIN(count, SEEN_MAX); i++)
		if (!remember_seen(desk, txn,
		        message->references[count - 1 - i], place, error))
			return FALSE;
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

/* ---- the mail ---- */

/* Tells each event which mail or command line it came from: its place, for a
 * mail of the event's own ticket, else a text. */
static void
point_events(const TdPlan *plan, const TdPlace *place)
{
	g_autofree char *raw = NULL;

	raw = place->sequence == 0
	    ? g_strdup(plan->source)
	    : g_strdup_printf("%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT,
	          place->ticket, place->sequence);
	for (guint i = 0; raw != NULL && i < plan->events->len; i++) {
		TdEvent *event = g_ptr_array_index(plan->events, i);

		/* What a report tells of another mail has its place already. */
		if (event->message != 0 &&
		    !td_class_is_report(plan->class.class))
			continue;
		if (event->message == 0 && place->sequence != 0 &&
		    event->ticket == place->ticket)
			event->message = place->sequence;
		else
			td_event_set(event, "raw", raw);
	}
	for (guint i = 0; raw != NULL && i < plan->letter_events->len; i++)
		td_event_set(
		    g_ptr_array_index(plan->letter_events, i), "raw", raw);
}

/* The first event that comes from @filed tells what the mail was. */
static void
vouch(const TdPlan *plan, const TdFiled *filed, const char *raw, gsize size)
{
	for (guint i = 0; i < plan->events->len; i++) {
		TdEvent *event = g_ptr_array_index(plan->events, i);

		if (event->ticket == filed->ticket &&
		    event->message == filed->sequence) {
			td_filed_vouch(filed, raw, size, event);
			return;
		}
	}
}

static gboolean
put_filed(TdTxn *txn, const TdFiled *filed, const TdEnvelope *envelope,
    const char *raw, gsize size, GError **error)
{
	return envelope->packed == NULL
	    ? td_filed_put(txn, filed, raw, size, error)
	    : td_filed_put_packed(txn, filed, envelope->packed, size, error);
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
	if (!put_filed(bench->txn, filed, envelope, raw, size, error) ||
	    !td_plan_remember_ids(
	        desk, bench->txn, plan, message, place, error))
		return FALSE;
	if (plan->moved_from.sequence != 0 &&
	    !leave_old_place(bench->txn, &plan->moved_from, place, error))
		return FALSE;
	point_events(plan, place);
	vouch(plan, filed, raw, size);
	return TRUE;
}

static gboolean
append_events(Bench *bench, const TdPlan *plan, GError **error)
{
	for (guint i = 0; i < plan->events->len; i++) {
		TdEvent *event = g_ptr_array_index(plan->events, i);
		TdTicket *ticket = take(bench, event->ticket, error);

		if (ticket == NULL ||
		    !td_event_append(bench->txn, ticket, event, error))
			return FALSE;
	}
	return TRUE;
}

/* ---- letters and moves ---- */

/* The newest hold of the plan, for the letter that asks for its confirmation.
 */
static guint64
newest_hold(const TdPlan *plan)
{
	guint64 id = 0;

	for (guint i = 0; i < plan->holds->len; i++)
		id = MAX(id, ((TdHold *)g_ptr_array_index(plan->holds, i))->id);
	return id;
}

/* A message goes to another ticket: its bytes are filed there anew, and the ids
 * that found it lead there. */
static gboolean
move_message(
    Bench *bench, const TdPlan *plan, const TdMove *move, GError **error)
{
	g_autoptr(TdFiled) filed = NULL;
	g_autoptr(GBytes) raw = NULL;
	TdTicket *to = take(bench, move->to, error);
	TdPlace place;
	const char *bytes;
	gsize size;

	if (to == NULL ||
	    !td_filed_get(bench->txn, move->from.ticket, move->from.sequence,
	        &filed, &raw, error))
		return FALSE;
	if (filed == NULL)
		return td_fail(error, TD_ERROR_BROKEN,
		    "message %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT
		    " is missing",
		    move->from.ticket, move->from.sequence);
	place = (TdPlace){ to->number, to->messages + 1 };
	filed->ticket = place.ticket;
	filed->sequence = place.sequence;
	bytes = g_bytes_get_data(raw, &size);
	/* The event that created the ticket tells the place, so that the record
	 * stays the sum of its events. */
	to->messages = place.sequence;
	vouch(plan, filed, bytes, size);
	return td_filed_put(bench->txn, filed, bytes, size, error) &&
	    td_id_bind(
	        bench->txn, filed->message_id, filed->digest, &place, error) &&
	    leave_old_place(bench->txn, &move->from, &place, error);
}

static gboolean
move_messages(Bench *bench, TdPlan *plan, GError **error)
{
	for (guint i = 0; i < plan->moves->len; i++) {
		const TdMove *move = g_ptr_array_index(plan->moves, i);

		for (guint j = 0; j < plan->events->len; j++) {
			TdEvent *event = g_ptr_array_index(plan->events, j);

			if (event->kind == TD_EVENT_CREATED &&
			    event->ticket == move->to)
				event->message = 1;
		}
		if (!move_message(bench, plan, move, error))
			return FALSE;
	}
	return TRUE;
}

/* Whether somebody gets a letter of @kind because he wrote. */
static gboolean
is_answer(TdLetterKind kind)
{
	return kind == TD_LETTER_TRANSCRIPT || kind == TD_LETTER_CONFIRM;
}

static gboolean
is_acknowledgement(TdLetterKind kind)
{
	return kind == TD_LETTER_ACKNOWLEDGEMENT ||
	    kind == TD_LETTER_OUT_OF_HOURS || kind == TD_LETTER_FOLLOW_UP ||
	    kind == TD_LETTER_CLOSED || kind == TD_LETTER_MISSING;
}

/* Counts what somebody gets for his mail. */
static gboolean
count_answer(TdTxn *txn, const TdLetter *letter, gint64 now, GError **error)
{
	gboolean answer = is_answer(letter->kind);
	const TdAddress *to;

	if ((!answer && !is_acknowledgement(letter->kind)) ||
	    letter->to == NULL || letter->to->len == 0)
		return TRUE;
	to = g_ptr_array_index(letter->to, 0);
	if (answer && !td_cap_raise(txn, to->address, now, error))
		return FALSE;
	if (letter->person != 0)
		return TRUE;
	return (!answer || td_cap_raise(txn, NULL, now, error)) &&
	    td_cap_raise_automatic(txn, to->address, now, error);
}

/* Writes the letters, when all else is done: their links are made for the state
 * of the ticket as it is then. */
static gboolean
write_letters(const TdDesk *desk, Bench *bench, const TdPlan *plan,
    TdOutcome *outcome, GError **error)
{
	for (guint i = 0; i < plan->letters->len; i++) {
		TdLetter *letter = g_ptr_array_index(plan->letters, i);
		TdEvent *event = g_ptr_array_index(plan->letter_events, i);
		TdTicket *ticket = take(bench, letter->ticket, error);
		guint64 outbox;

		if (ticket == NULL)
			return FALSE;
		letter->event = event;
		if (letter->kind == TD_LETTER_CONFIRM && letter->hold == 0)
			letter->hold = newest_hold(plan);
		if (!td_letter_write(desk->letters, bench->txn, letter, ticket,
		        plan->now, &outbox, error) ||
		    !td_event_append(bench->txn, ticket, event, error))
			return FALSE;
		if (!count_answer(bench->txn, letter, plan->now, error))
			return FALSE;
		if (outcome->outbox == 0)
			outcome->outbox = outbox;
	}
	return TRUE;
}

/* Whether @plan files and does nothing else. */
static gboolean
is_silent(const TdPlan *plan)
{
	return plan->letters->len == 0 && plan->people->len == 0 &&
	    plan->holds->len == 0 && plan->suppressions->len == 0 &&
	    plan->lifts->len == 0 && plan->memos->len == 0 &&
	    plan->objects->len == 0 && plan->drops->len == 0 &&
	    plan->moves->len == 0 && !plan->acknowledge && !plan->expire;
}

gboolean
td_desk_apply(const TdDesk *desk, TdTxn *txn, TdPlan *plan,
    const TdMessage *message, const TdEnvelope *envelope, const char *raw,
    gsize size, TdOutcome *outcome, GError **error)
{
	g_auto(Bench) bench = { .txn = txn };
	TdOutcome result = { 0 };
	TdPlace place = { 0, 0 };

	g_return_val_if_fail(!plan->silent || is_silent(plan), FALSE);

	bench.tickets = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_ticket_free);
	if (!td_plan_settle(plan, txn, bench.tickets, error))
		return FALSE;
	if (plan->file &&
	    !file_mail(desk, &bench, plan, message, envelope, raw, size, &place,
	        error))
		return FALSE;
	if (!plan->file)
		point_events(plan, &place);
	if (!move_messages(&bench, plan, error) ||
	    !append_events(&bench, plan, error) ||
	    !td_plan_put(plan, txn, envelope, &place, error) ||
	    !write_letters(desk, &bench, plan, &result, error) ||
	    !put_all(&bench, error))
		return FALSE;

	result.ticket = plan->ticket;
	result.filed = place;
	*outcome = result;
	return TRUE;
}
