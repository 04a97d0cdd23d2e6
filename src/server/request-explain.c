/* request-explain.c - the verb explain: how a mail would be taken, and why
 *
 * The way of every mail up to the plan; nothing is applied. */

#include "config.h"

#include <ticketd/address.h>
#include <ticketd/clock.h>
#include <ticketd/error.h>

#include "server/request.h"
#include "server/verify.h"

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

	/* Of a mail that does not even say so nobody knows it: that is not the
	 * null sender. */
	if (path == NULL)
		return *td_message_from(message) == '\0'
		    ? NULL
		    : g_strdup(td_message_from(message));

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
auth_json(const TdPlan *plan, const TdEnvelope *envelope)
{
	JsonObject *object = json_object_new();
	const TdAuth *auth = plan->auth;

	set_result(object, "spf", auth == NULL ? NULL : auth->spf);
	set_result(object, "dkim", auth == NULL ? NULL : auth->dkim);
	set_result(object, "dmarc", auth == NULL ? NULL : auth->dmarc);
	set_result(object, "signature", envelope->signature);
	json_object_set_string_member(object, "address", plan->evidence);
	return object;
}

/* What a person's mail quotes of a bounce is no report. */
static const TdReport *
find_report(const TdMessage *message, const TdPlan *plan)
{
	TdClass class = plan->class.class;

	if (message->report == NULL || message->report->formal ||
	    class == TD_CLASS_BOUNCE)
		return message->report;
	return NULL;
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
	json_object_set_boolean_member(
	    object, "formal", report != NULL && report->formal);
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

/* Null where nothing is forwarded. */
static void
set_forward(JsonObject *object, const TdForward *forward)
{
	JsonObject *one;
	JsonObject *from;

	if (forward == NULL) {
		json_object_set_null_member(object, "forward");
		return;
	}
	one = json_object_new();
	from = json_object_new();
	json_object_set_string_member(from, "name", forward->from->name);
	json_object_set_string_member(from, "address", forward->from->address);
	json_object_set_object_member(one, "from", from);
	json_object_set_string_member(one, "subject", forward->subject);
	td_json_set_text(one, "message_id", forward->message_id);
	td_json_set_time(one, "date", forward->date);
	json_object_set_string_member(one, "note", forward->note);
	json_object_set_object_member(object, "forward", one);
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
	set_forward(object, message->forward);
	td_json_set_text(object, "reaction", message->reaction);
	json_object_set_array_member(
	    object, "problems", td_json_texts(message->problems));
}

static JsonArray *
commands_json(const GPtrArray *results)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; i < results->len; i++) {
		const TdResult *result = g_ptr_array_index(results, i);
		JsonObject *object = json_object_new();

		json_object_set_string_member(object, "line", result->line);
		json_object_set_string_member(object, "result", result->text);
		json_object_set_boolean_member(
		    object, "refused", result->refused);
		json_array_add_object_element(array, object);
	}
	return array;
}

/* Rules of the configuration, and what trusted senders and monitors said. */
static JsonArray *
rules_json(const GPtrArray *rules)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; i < rules->len; i++) {
		const TdFired *fired = g_ptr_array_index(rules, i);
		JsonObject *object = json_object_new();

		json_object_set_string_member(object, "name", fired->name);
		json_object_set_string_member(object, "why", fired->why);
		json_object_set_string_member(object, "what", fired->what);
		json_array_add_object_element(array, object);
	}
	return array;
}

/* A letter as the event that it will be, with its kind and who gets it. */
static JsonObject *
letter_json(const TdLetter *letter, const TdEvent *event)
{
	JsonObject *object = td_json_event(event);
	JsonObject *detail = json_object_get_object_member(object, "detail");
	JsonArray *to = json_array_new();

	json_object_set_string_member(
	    detail, "letter", td_letter_kind_name(letter->kind));
	td_json_set_text(detail, "language", letter->language);
	for (guint i = 0; i < letter->to->len; i++) {
		const TdAddress *address = g_ptr_array_index(letter->to, i);

		json_array_add_string_element(to, address->address);
	}
	for (guint i = 0; letter->cc != NULL && i < letter->cc->len; i++) {
		const TdAddress *address = g_ptr_array_index(letter->cc, i);

		json_array_add_string_element(to, address->address);
	}
	json_object_set_array_member(detail, "to", to);
	return object;
}

static JsonArray *
plan_json(const TdPlan *plan)
{
	JsonArray *array = td_json_events(plan->events);

	for (guint i = 0; i < plan->letters->len; i++)
		json_array_add_object_element(array,
		    letter_json(g_ptr_array_index(plan->letters, i),
		        g_ptr_array_index(plan->letter_events, i)));
	return array;
}

/* What waits for a word of its writer: "mistake", "confirm" ... */
static JsonArray *
held_json(const TdPlan *plan)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; i < plan->holds->len; i++) {
		const TdHold *hold = g_ptr_array_index(plan->holds, i);

		if (hold->id == 0)
			json_array_add_string_element(array, hold->kind);
	}
	return array;
}

static void
set_commands(JsonObject *object, const TdPlan *plan)
{
	json_object_set_array_member(
	    object, "commands", commands_json(plan->results));
	json_object_set_boolean_member(object, "refused", plan->refused);
	json_object_set_array_member(object, "held", held_json(plan));
	td_json_set_text(object, "speaker", plan->speaker);
	json_object_set_string_member(
	    object, "visibility", plan->internal ? "internal" : "public");
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
	json_object_set_object_member(
	    object, "auth", auth_json(plan, envelope));
	json_object_set_object_member(
	    object, "dsn", dsn_json(find_report(message, plan)));
	json_object_set_object_member(object, "thread", thread_json(plan));
	json_object_set_array_member(object, "rules", rules_json(plan->rules));
	set_commands(object, plan);
	json_object_set_array_member(object, "plan", plan_json(plan));
	if (envelope->sender == NULL)
		json_object_set_null_member(object, "sender");
	else
		json_object_set_string_member(
		    object, "sender", envelope->sender);
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
	g_auto(TdSignature) signature = { 0 };
	TdEnvelope envelope = { 0 };

	if (!check_bytes(call, td_desk_conf(desk), error))
		return FALSE;
	message = td_request_read(call, call->bytes, error);
	if (message == NULL)
		return FALSE;
	if (sender == NULL)
		sender = guess_sender(message);
	if (recipient == NULL)
		recipient = guess_recipient(desk, message);
	envelope.sender = sender;
	envelope.recipient = recipient;
	envelope.raw = call->bytes;
	td_verify_message(
	    call->service, desk, message, call->bytes, &signature);
	envelope.signature = signature.key;
	envelope.signature_digest = signature.digest;
	envelope.signature_time = signature.time;
	if (!decide(call, desk, message, &envelope, &plan, error))
		return FALSE;

	td_call_answer(call, explanation_json(message, &envelope, plan));
	return TRUE;
}
