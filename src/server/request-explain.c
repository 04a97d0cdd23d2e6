/* request-explain.c - the verb explain: how a mail would be taken, and why
 *
 * The way of every mail up to the plan; nothing is applied. */

#include "config.h"

#include <ticketd/address.h>
#include <ticketd/clock.h>
#include <ticketd/error.h>

#include "server/request.h"

/* ---- the envelope, where none was given ---- */

/* The first of @addresses that is a queue's; borrowed, or NULL. */
static const char *
first_of_ours(const TdDesk *desk, const GPtrArray *addresses)
{
	for (guint i = 0; i < addresses->len; i++) {
		const TdAddress *a = g_ptr_array_index(addresses, i);

		if (td_desk_recipient(desk, a->address, NULL))
			return a->address;
	}
	return NULL;
}

static char *
guess_recipient(const TdDesk *desk, const TdMessage *message)
{
	const char *original = td_message_header(message, "X-Original-To", 0);
	g_autofree char *folded = NULL;
	const TdQueue *queue;
	const char *found;

	folded = original == NULL ? NULL : td_address_fold(original);
	if (folded != NULL && td_desk_recipient(desk, folded, NULL))
		return g_steal_pointer(&folded);

	found = first_of_ours(desk, message->to);
	if (found == NULL)
		found = first_of_ours(desk, message->cc);
	if (found == NULL) {
		queue = g_ptr_array_index(td_desk_conf(desk)->queues, 0);
		found = queue->address;
	}
	return g_strdup(found);
}

static char *
guess_sender(const TdMessage *message)
{
	const char *path = td_message_header(message, "Return-Path", 0);
	g_autofree char *trimmed = NULL;
	char *sender;

	if (path == NULL)
		return g_strdup(td_message_from(message));

	trimmed = g_strstrip(g_strdup(path));
	if (g_str_equal(trimmed, "<>") || *trimmed == '\0')
		return g_strdup("");
	sender = td_address_fold(trimmed);
	return sender != NULL ? sender : g_strdup(td_message_from(message));
}

/* ---- what was seen, as JSON ---- */

static JsonObject *
from_json(const TdMessage *message)
{
	JsonObject *object = json_object_new();
	const TdAddress *from = NULL;

	if (message->from->len > 0)
		from = g_ptr_array_index(message->from, 0);
	json_object_set_string_member(
	    object, "name", from == NULL ? "" : from->name);
	json_object_set_string_member(
	    object, "address", from == NULL ? "" : from->address);
	return object;
}

static void
set_result(JsonObject *object, const char *method, const char *result)
{
	gboolean absent = result == NULL || *result == '\0';

	json_object_set_string_member(object, method, absent ? "none" : result);
}

static JsonObject *
auth_json(const TdPlan *plan)
{
	JsonObject *object = json_object_new();
	const TdAuth *auth = plan->auth;

	set_result(object, "spf", auth == NULL ? NULL : auth->spf);
	set_result(object, "dkim", auth == NULL ? NULL : auth->dkim);
	set_result(object, "dmarc", auth == NULL ? NULL : auth->dmarc);
	set_result(object, "signature", NULL);
	json_object_set_string_member(object, "address", plan->evidence);
	return object;
}

static JsonObject *
dsn_json(const TdReport *report)
{
	JsonObject *object = json_object_new();
	JsonArray *recipients = json_array_new();

	for (guint i = 0; report != NULL && i < report->recipients->len; i++) {
		const TdDsnRecipient *r = g_ptr_array_index(
		    report->recipients, i);
		JsonObject *one = json_object_new();

		json_object_set_string_member(one, "address", r->address);
		json_object_set_string_member(one, "action", r->action);
		json_object_set_string_member(one, "status", r->status);
		json_object_set_string_member(one, "diagnostic", r->diagnostic);
		json_array_add_object_element(recipients, one);
	}
	json_object_set_array_member(object, "recipients", recipients);
	td_json_set_text(
	    object, "envid", report == NULL ? NULL : report->envid);
	td_json_set_text(object, "returned_message_id",
	    report == NULL ? NULL : report->returned_message_id);
	return object;
}

static JsonObject *
thread_json(const TdPlan *plan)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "rule", td_rule_name(plan->rule));
	td_json_set_number(object, "ticket", plan->ticket);
	json_object_set_string_member(object, "reason", plan->rule_reason);
	return object;
}

static void
set_message(JsonObject *object, const TdMessage *message)
{
	json_object_set_string_member(
	    object, "message_id", message->message_id);
	json_object_set_object_member(object, "from", from_json(message));
	json_object_set_string_member(object, "subject", message->subject);
	td_json_set_time(object, "date", message->date);
	json_object_set_array_member(
	    object, "references", td_json_texts(message->references));
	json_object_set_string_member(
	    object, "reply_text", message->reply_text);
	json_object_set_string_member(
	    object, "quoted_text", message->quoted_text);
	json_object_set_array_member(object, "attachments",
	    td_json_attachments(message->attachments, NULL));
	json_object_set_string_member(
	    object, "charset_guess", message->charset_guess);
	json_object_set_array_member(
	    object, "problems", td_json_texts(message->problems));
}

static void
set_answer(JsonObject *object, const TdPlan *plan)
{
	json_object_set_boolean_member(
	    object, "acknowledge", plan->acknowledge);
	td_json_set_text(
	    object, "answer_to", plan->acknowledge ? plan->answer_to : NULL);
	td_json_set_text(object, "silence", plan->silence);
}

static JsonObject *
explanation_json(
    const TdMessage *message, const TdEnvelope *envelope, const TdPlan *plan)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(
	    object, "class", td_class_name(plan->class.class));
	json_object_set_string_member(
	    object, "class_reason", plan->class.reason);
	set_message(object, message);
	json_object_set_object_member(object, "auth", auth_json(plan));
	json_object_set_object_member(object, "dsn", dsn_json(message->report));
	json_object_set_object_member(object, "thread", thread_json(plan));
	json_object_set_array_member(object, "commands", json_array_new());
	json_object_set_array_member(
	    object, "plan", td_json_events(plan->events));
	json_object_set_string_member(object, "sender", envelope->sender);
	json_object_set_string_member(object, "recipient", envelope->recipient);
	td_json_set_text(object, "queue", plan->queue);
	json_object_set_boolean_member(object, "marked", plan->marked);
	set_answer(object, plan);
	return object;
}

/* ---- the verb ---- */

static gboolean
check_bytes(const TdCall *call, const TdConf *conf, GError **error)
{
	gsize size = call->bytes == NULL ? 0 : g_bytes_get_size(call->bytes);

	if (size == 0)
		return td_fail(
		    error, TD_ERROR_USAGE, "there is no mail to explain");
	if (size > conf->max_message_size)
		return td_fail(error, TD_ERROR_TOO_LARGE,
		    "the mail has %" G_GSIZE_FORMAT
		    " bytes, more than max-message-size (%" G_GUINT64_FORMAT
		    "): it would be refused",
		    size, conf->max_message_size);
	return TRUE;
}

static gboolean
decide(const TdCall *call, const TdDesk *desk, const TdMessage *message,
    const TdEnvelope *envelope, TdPlan **plan, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));

	return td_desk_decide(
	    desk, txn, message, envelope, td_clock_now(), plan, error);
}

gboolean
td_request_explain(const TdCall *call, GError **error)
{
	g_autoptr(TdDesk) desk = td_service_desk(call->service);
	g_autofree char *sender = g_strdup(td_call_text(call, "sender"));
	g_autofree char *recipient = g_strdup(td_call_text(call, "recipient"));
	g_autoptr(TdMessage) message = NULL;
	g_autoptr(TdPlan) plan = NULL;
	TdEnvelope envelope = { 0 };

	if (!check_bytes(call, td_desk_conf(desk), error))
		return FALSE;
	message = td_request_parse(call, NULL, call->bytes);
	if (sender == NULL)
		sender = guess_sender(message);
	if (recipient == NULL)
		recipient = guess_recipient(desk, message);
	envelope.sender = sender;
	envelope.recipient = recipient;
	if (!decide(call, desk, message, &envelope, &plan, error))
		return FALSE;

	td_call_answer(call, explanation_json(message, &envelope, plan));
	return TRUE;
}
