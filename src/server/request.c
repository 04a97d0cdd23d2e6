/* request.c - see ticketd/server.h: which verbs there are and what they take */

#include "config.h"

#include <ticketd/error.h>
#include <ticketd/server.h>

#include "server/request.h"

static const TdArgument no_arguments[] = { { NULL, 0, FALSE } };

static const TdArgument list_arguments[] = {
	{ "queue", TD_ARGUMENT_TEXT, FALSE },
	{ "status", TD_ARGUMENT_TEXT, FALSE },
	{ "requester", TD_ARGUMENT_TEXT, FALSE },
	{ "owner", TD_ARGUMENT_TEXT, FALSE },
	{ "words", TD_ARGUMENT_TEXT, FALSE },
	{ "active", TD_ARGUMENT_FLAG, FALSE },
	{ "spam", TD_ARGUMENT_FLAG, FALSE },
	{ "limit", TD_ARGUMENT_NUMBER, FALSE },
	{ "next", TD_ARGUMENT_TEXT, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument log_arguments[] = {
	{ "number", TD_ARGUMENT_NUMBER, FALSE },
	{ "newest", TD_ARGUMENT_NUMBER, FALSE },
	{ "limit", TD_ARGUMENT_NUMBER, FALSE },
	{ "next", TD_ARGUMENT_TEXT, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument show_arguments[] = {
	{ "number", TD_ARGUMENT_NUMBER, TRUE },
	{ "next", TD_ARGUMENT_TEXT, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument place_arguments[] = {
	{ "number", TD_ARGUMENT_NUMBER, TRUE },
	{ "sequence", TD_ARGUMENT_NUMBER, TRUE },
	{ NULL, 0, FALSE },
};

static const TdArgument attachment_arguments[] = {
	{ "number", TD_ARGUMENT_NUMBER, TRUE },
	{ "sequence", TD_ARGUMENT_NUMBER, TRUE },
	{ "part", TD_ARGUMENT_NUMBER, TRUE },
	{ NULL, 0, FALSE },
};

static const TdArgument new_arguments[] = {
	{ "queue", TD_ARGUMENT_TEXT, TRUE },
	{ "requester", TD_ARGUMENT_TEXT, TRUE },
	{ "name", TD_ARGUMENT_TEXT, FALSE },
	{ "subject", TD_ARGUMENT_TEXT, TRUE },
	{ "quiet", TD_ARGUMENT_FLAG, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument explain_arguments[] = {
	{ "sender", TD_ARGUMENT_TEXT, FALSE },
	{ "recipient", TD_ARGUMENT_TEXT, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument outbox_list_arguments[] = {
	{ "limit", TD_ARGUMENT_NUMBER, FALSE },
	{ "next", TD_ARGUMENT_TEXT, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument outbox_retry_arguments[] = {
	{ "id", TD_ARGUMENT_NUMBER, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument outbox_drop_arguments[] = {
	{ "ids", TD_ARGUMENT_NUMBERS, TRUE },
	{ NULL, 0, FALSE },
};

static const TdArgument outbox_flush_arguments[] = {
	{ "all", TD_ARGUMENT_FLAG, FALSE },
	{ "wait", TD_ARGUMENT_FLAG, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument check_arguments[] = {
	{ "number", TD_ARGUMENT_NUMBER, FALSE },
	{ "rebuild", TD_ARGUMENT_FLAG, FALSE },
	{ NULL, 0, FALSE },
};

static gboolean
request_ping(const TdCall *call, GError **error G_GNUC_UNUSED)
{
	JsonObject *result = json_object_new();

	json_object_set_string_member(result, "version", PACKAGE_VERSION);
	td_call_answer(call, result);
	return TRUE;
}

static const struct {
	const char *name;
	TdVerbFunc run;
	const TdArgument *arguments;
} verbs[] = {
	{ "ping", request_ping, no_arguments },
	{ "list", td_request_list, list_arguments },
	{ "show", td_request_show, show_arguments },
	{ "raw", td_request_raw, place_arguments },
	{ "attachment", td_request_attachment, attachment_arguments },
	{ "new", td_request_new, new_arguments },
	{ "log", td_request_log, log_arguments },
	{ "explain", td_request_explain, explain_arguments },
	{ "reprocess", td_request_reprocess, place_arguments },
	{ "outbox-list", td_request_outbox_list, outbox_list_arguments },
	{ "outbox-retry", td_request_outbox_retry, outbox_retry_arguments },
	{ "outbox-drop", td_request_outbox_drop, outbox_drop_arguments },
	{ "outbox-flush", td_request_outbox_flush, outbox_flush_arguments },
	{ "secret-rotate", td_request_secret_rotate, no_arguments },
	{ "stat", td_request_stat, no_arguments },
	{ "check", td_request_check, check_arguments },
};

/* ---- words of a request ---- */

const char *
td_call_text(const TdCall *call, const char *name)
{
	return json_object_get_string_member_with_default(
	    call->words, name, NULL);
}

guint64
td_call_number(const TdCall *call, const char *name, guint64 otherwise)
{
	if (!json_object_has_member(call->words, name))
		return otherwise;
	return (guint64)json_object_get_int_member(call->words, name);
}

gboolean
td_call_flag(const TdCall *call, const char *name)
{
	return json_object_get_boolean_member_with_default(
	    call->words, name, FALSE);
}

GArray *
td_call_numbers(const TdCall *call, const char *name)
{
	GArray *numbers = g_array_new(FALSE, FALSE, sizeof(guint64));
	JsonArray *given;

	if (!json_object_has_member(call->words, name))
		return numbers;

	given = json_object_get_array_member(call->words, name);
	for (guint i = 0; i < json_array_get_length(given); i++) {
		guint64 number = (guint64)json_array_get_int_element(given, i);

		g_array_append_val(numbers, number);
	}
	return numbers;
}

guint
td_call_limit(const TdCall *call)
{
	guint64 limit = td_call_number(call, "limit", TD_READ_MAX);

	return (guint)CLAMP(limit, 1, TD_READ_MAX);
}

void
td_call_answer(const TdCall *call, JsonObject *result)
{
	call->answer->result = json_node_new(JSON_NODE_OBJECT);
	json_node_take_object(call->answer->result, result);
}

/* ---- checking them ---- */

static gboolean
is_number(JsonNode *node)
{
	return JSON_NODE_HOLDS_VALUE(node) &&
	    json_node_get_value_type(node) == G_TYPE_INT64 &&
	    json_node_get_int(node) >= 0;
}

static gboolean
is_numbers(JsonNode *node)
{
	JsonArray *array;

	if (!JSON_NODE_HOLDS_ARRAY(node))
		return FALSE;

	array = json_node_get_array(node);
	for (guint i = 0; i < json_array_get_length(array); i++) {
		if (!is_number(json_array_get_element(array, i)))
			return FALSE;
	}
	return TRUE;
}

static gboolean
has_type(JsonNode *node, TdArgumentType type)
{
	gboolean value = JSON_NODE_HOLDS_VALUE(node);

	switch (type) {
	case TD_ARGUMENT_TEXT:
		return value && json_node_get_value_type(node) == G_TYPE_STRING;
	case TD_ARGUMENT_NUMBER:
		return is_number(node);
	case TD_ARGUMENT_FLAG:
		return value &&
		    json_node_get_value_type(node) == G_TYPE_BOOLEAN;
	case TD_ARGUMENT_NUMBERS:
		return is_numbers(node);
	}
	return FALSE;
}

static const char *
type_name(TdArgumentType type)
{
	switch (type) {
	case TD_ARGUMENT_TEXT:
		return "a text";
	case TD_ARGUMENT_NUMBER:
		return "a number";
	case TD_ARGUMENT_FLAG:
		return "true or false";
	case TD_ARGUMENT_NUMBERS:
		return "an array of numbers";
	}
	return "";
}

static const TdArgument *
find_argument(const TdArgument *arguments, const char *name)
{
	for (const TdArgument *a = arguments; a->name != NULL; a++) {
		if (g_str_equal(a->name, name))
			return a;
	}
	return NULL;
}

/* Each word that was given is known and of its type.  "verb" and "bytes" are
 * the protocol's own. */
static gboolean
check_words(JsonObject *words, const TdArgument *arguments, GError **error)
{
	JsonObjectIter iter;
	const char *name;
	JsonNode *node;

	json_object_iter_init(&iter, words);
	while (json_object_iter_next(&iter, &name, &node)) {
		const TdArgument *argument = find_argument(arguments, name);

		if (g_str_equal(name, "verb") || g_str_equal(name, "bytes"))
			continue;
		if (argument == NULL)
			return td_fail(error, TD_ERROR_USAGE,
			    "unknown argument \"%s\"", name);
		if (!has_type(node, argument->type))
			return td_fail(error, TD_ERROR_USAGE,
			    "argument \"%s\" must be %s", name,
			    type_name(argument->type));
	}
	return TRUE;
}

static gboolean
check_required(JsonObject *words, const TdArgument *arguments, GError **error)
{
	for (const TdArgument *a = arguments; a->name != NULL; a++) {
		if (a->required && !json_object_has_member(words, a->name))
			return td_fail(error, TD_ERROR_USAGE,
			    "argument \"%s\" is missing", a->name);
	}
	return TRUE;
}

/* ---- the door ---- */

/* NULL unless the request names its verb by a text. */
static const char *
verb_of(JsonObject *words)
{
	JsonNode *node;

	if (words == NULL)
		return NULL;
	node = json_object_get_member(words, "verb");
	if (node == NULL || !has_type(node, TD_ARGUMENT_TEXT))
		return NULL;
	return json_node_get_string(node);
}

gboolean
td_request_run(TdService *service, const TdRequest *request, const char *actor,
    TdAnswer *answer, GError **error)
{
	const char *name = verb_of(request->words);
	TdCall call = { service, request->words, request->bytes, actor,
		answer };

	if (name == NULL)
		return td_fail(
		    error, TD_ERROR_USAGE, "the request has no verb");

	for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++) {
		if (!g_str_equal(verbs[i].name, name))
			continue;
		if (!check_words(request->words, verbs[i].arguments, error) ||
		    !check_required(request->words, verbs[i].arguments, error))
			return FALSE;
		return verbs[i].run(&call, error);
	}
	return td_fail(error, TD_ERROR_USAGE, "unknown verb \"%s\"", name);
}

void
td_request_clear(TdRequest *request)
{
	g_clear_pointer(&request->words, json_object_unref);
	g_clear_pointer(&request->bytes, g_bytes_unref);
}

void
td_answer_clear(TdAnswer *answer)
{
	g_clear_pointer(&answer->result, json_node_unref);
	g_clear_pointer(&answer->bytes, g_bytes_unref);
}
