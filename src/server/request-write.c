/* request-write.c - the verbs that file mail: new and reprocess */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/clock.h>
#include <ticketd/error.h>

#include "server/request.h"
#include "server/verify.h"

/* ---- new ---- */

gboolean
td_request_fail_no_queue(const TdConf *conf, const char *name, GError **error)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; i < conf->queues->len; i++) {
		const TdQueue *queue = g_ptr_array_index(conf->queues, i);

		g_string_append_printf(
		    names, "%s%s", i == 0 ? "" : ", ", queue->name);
	}
	return td_fail(error, TD_ERROR_REFUSED,
	    "there is no queue \"%s\"; the queues are: %s", name, names->str);
}

/* The mail that @requester might have sent. */
static GBytes *
compose(const TdCall *call, const TdConf *conf, const TdQueue *queue,
    const char *requester)
{
	TdAddress to[] = { { NULL, queue->address }, { NULL, NULL } };
	g_autofree char *uuid = g_uuid_string_random();
	g_autofree char *id = g_strdup_printf("new.%s@%s", uuid, conf->domain);
	g_autofree char *text = NULL;
	const char *bytes = "";
	gsize size = 0;
	TdCompose mail = {
		.from_name = td_call_text(call, "name"),
		.from = requester,
		.to = to,
		.subject = td_call_text(call, "subject"),
		.message_id = id,
		.date = td_clock_now(),
	};

	if (call->bytes != NULL)
		bytes = g_bytes_get_data(call->bytes, &size);
	text = g_utf8_make_valid(size == 0 ? "" : bytes, (gssize)size);
	mail.text = text;
	return td_message_compose(&mail);
}

/* Files @raw like any mail to @queue. */
static gboolean
take(const TdCall *call, const TdQueue *queue, const char *requester,
    GBytes *raw, GError **error)
{
	g_autoptr(TdIntake) intake = td_intake_new();
	const TdIntakeRecipient *recipient;
	JsonObject *result;

	intake->sender = g_strdup(requester);
	intake->actor = g_strdup(call->actor);
	intake->quiet = td_call_flag(call, "quiet");
	intake->raw = g_bytes_ref(raw);
	intake->received = td_clock_now();
	intake->started = g_get_monotonic_time();
	td_intake_add_recipient(intake, queue->address, NULL);
	td_service_take_wait(call->service, intake);

	recipient = g_ptr_array_index(intake->recipients, 0);
	if (recipient->error != NULL) {
		if (error != NULL)
			*error = g_error_copy(recipient->error);
		return FALSE;
	}
	result = json_object_new();
	td_json_set_number(result, "number", recipient->outcome.ticket);
	td_json_set_number(
	    result, "sequence", recipient->outcome.filed.sequence);
	json_object_set_boolean_member(
	    result, "acknowledged", recipient->outcome.outbox != 0);
	td_call_answer(call, result);
	return TRUE;
}

gboolean
td_request_new(const TdCall *call, GError **error)
{
	g_autoptr(TdDesk) desk = td_service_desk(call->service);
	const TdConf *conf = td_desk_conf(desk);
	const char *name = td_call_text(call, "queue");
	const TdQueue *queue = td_conf_queue(conf, name);
	g_autofree char *requester = NULL;
	g_autoptr(GBytes) raw = NULL;

	if (queue == NULL)
		return td_request_fail_no_queue(conf, name, error);
	requester = td_address_fold(td_call_text(call, "requester"));
	if (requester == NULL)
		return td_fail(error, TD_ERROR_USAGE,
		    "\"%s\" is not a mail address",
		    td_call_text(call, "requester"));

	raw = compose(call, conf, queue, requester);
	if (g_bytes_get_size(raw) > conf->max_message_size)
		return td_fail(error, TD_ERROR_TOO_LARGE,
		    "the text is longer than max-message-size allows");
	return take(call, queue, requester, raw, error);
}

/* ---- reprocess ---- */

typedef struct {
	TdDesk *desk; /* borrowed, as is all but the outcome */
	const TdMessage *message;
	const TdEnvelope *envelope;
	const TdPlace *place; /* where it is */
	GBytes *raw;
	gint64 now;
	gboolean opened; /* the ticket it is on */
	TdOutcome outcome;
	TdRule rule;
} Reprocess;

/* Whether the message at @place is one that can be decided again. */
static gboolean
check_again(const TdPlace *place, const TdFiled *filed, GError **error)
{
	if (filed->outgoing)
		return td_fail(error, TD_ERROR_REFUSED,
		    "%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT
		    " is a mail of our own; only mail that came in can be "
		    "decided again",
		    place->ticket, place->sequence);
	if (filed->internal)
		return td_fail(error, TD_ERROR_REFUSED,
		    "%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT
		    " is an agent's mail, and what it asked for was done; to "
		    "do it again, use: ticket do",
		    place->ticket, place->sequence);
	if (*filed->moved_to != '\0')
		return td_fail(error, TD_ERROR_REFUSED,
		    "%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT
		    " was moved to %s; try: ticket reprocess %s",
		    place->ticket, place->sequence, filed->moved_to,
		    filed->moved_to);
	return TRUE;
}

static gboolean
decide_again(TdTxn *txn, gpointer data, GError **error)
{
	Reprocess *job = data;
	g_autoptr(TdPlan) plan = NULL;
	gsize size = 0;
	const char *bytes = g_bytes_get_data(job->raw, &size);
	g_autoptr(TdFiled) filed = NULL;
	TdOutcome outcome = { 0 };

	/* Once more, for somebody may have moved it since it was read. */
	if (!td_filed_get(txn, job->place->ticket, job->place->sequence, &filed,
	        NULL, error) ||
	    !check_again(job->place, filed, error))
		return FALSE;
	if (!td_desk_decide(job->desk, txn, job->message, job->envelope,
	        job->now, &plan, error))
		return FALSE;
	job->rule = plan->rule;
	if (job->opened && plan->ticket == TD_TICKET_NEW) {
		/* It opens a ticket, and has opened this one. */
		job->outcome.ticket = job->place->ticket;
		job->outcome.filed = *job->place;
		return TRUE;
	}
	if (!td_desk_apply(job->desk, txn, plan, job->message, job->envelope,
	        bytes, size, &outcome, error))
		return FALSE;
	job->outcome = outcome;
	return TRUE;
}

static void
answer_reprocess(const TdCall *call, const TdPlace *place, const Reprocess *job)
{
	JsonObject *result = json_object_new();
	const TdPlace *now = job->outcome.filed.sequence != 0
	    ? &job->outcome.filed
	    : place;
	gboolean moved = now->ticket != place->ticket ||
	    now->sequence != place->sequence;

	td_json_set_number(result, "number", now->ticket);
	td_json_set_number(result, "sequence", now->sequence);
	json_object_set_string_member(result, "rule", td_rule_name(job->rule));
	json_object_set_boolean_member(result, "moved", moved);
	td_call_answer(call, result);
}

/* As it was when the mail came. */
static void
set_envelope(const TdCall *call, const TdFiled *filed, TdEnvelope *envelope)
{
	/* Who asks for this vouches for no mail but those a tool made. */
	if (g_str_equal(filed->evidence, "control"))
		envelope->actor = call->actor;
	envelope->sender = filed->sender;
	envelope->recipient = filed->recipient;
	if (*filed->original_recipient != '\0')
		envelope->original_recipient = filed->original_recipient;
	if (*filed->queue_id != '\0')
		envelope->queue_id = filed->queue_id;
}

gboolean
td_request_reprocess(const TdCall *call, GError **error)
{
	g_autoptr(TdDesk) desk = td_service_desk(call->service);
	TdPlace place = { td_call_number(call, "number", 0),
		td_call_number(call, "sequence", 1) };
	TdEnvelope envelope = { .again = &place };
	Reprocess job = { .desk = desk,
		.envelope = &envelope,
		.place = &place,
		.now = td_clock_now() };
	g_autoptr(TdFiled) filed = NULL;
	g_autoptr(TdMessage) message = NULL;
	g_autoptr(GBytes) raw = NULL;
	g_auto(TdSignature) signature = { 0 };

	if (!td_request_filed(
	        call, &place.ticket, place.sequence, &filed, &raw, error) ||
	    !check_again(&place, filed, error))
		return FALSE;
	/* Asked for by name, it is read again even if it was unreadable. */
	message = td_request_read(call, raw, error);
	if (message == NULL)
		return FALSE;
	set_envelope(call, filed, &envelope);
	td_verify_message(call->service, desk, message, raw, &signature);
	envelope.raw = raw;
	envelope.signature = signature.key;
	envelope.signature_digest = signature.digest;
	envelope.signature_time = signature.time;
	job.message = message;
	job.raw = raw;
	job.opened = place.ticket != TD_TICKET_DESK &&
	    g_str_equal(filed->rule, td_rule_name(TD_RULE_NEW));
	if (!td_writer_run(
	        td_service_writer(call->service), decide_again, &job, error))
		return FALSE;

	td_service_wake_outbox(call->service);
	answer_reprocess(call, &place, &job);
	return TRUE;
}
