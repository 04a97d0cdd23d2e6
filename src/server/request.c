/* request.c - see ticketd/server.h: a request finds its verb, its words checked
 */

#include "config.h"

#include <ticketd/error.h>
#include <ticketd/server.h>

#include "server/request.h"

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

GStrv
td_call_texts(const TdCall *call, const char *name)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	JsonArray *given;

	if (!json_object_has_member(call->words, name))
		return g_strv_builder_end(builder);

	given = json_object_get_array_member(call->words, name);
	for (guint i = 0; i < json_array_get_length(given); i++)
		g_strv_builder_add(
		    builder, json_array_get_string_element(given, i));
	return g_strv_builder_end(builder);
}

gboolean
td_call_has(const TdCall *call, const char *name)
{
	return json_object_has_member(call->words, name);
}

guint
td_call_limit(const TdCall *call)
{
	guint64 limit = td_call_number(call, "limit", TD_READ_MAX);

	return (guint)CLAMP(limit, 1, TD_READ_MAX);
}

gboolean
td_call_cursor(const TdCall *call, guint64 *cursor, GError **error)
{
	const char *next = td_call_text(call, "next");

	*cursor = 0;
	if (next != NULL &&
	    !g_ascii_string_to_unsigned(next, 10, 1, G_MAXINT64, cursor, NULL))
		return td_fail(error, TD_ERROR_USAGE, "bad value of \"next\"");
	return TRUE;
}

void
td_call_set_cursor(JsonObject *result, guint64 cursor)
{
	g_autofree char *next = g_strdup_printf("%" G_GUINT64_FORMAT, cursor);

	if (cursor != 0)
		json_object_set_string_member(result, "next", next);
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
is_text(JsonNode *node)
{
	return JSON_NODE_HOLDS_VALUE(node) &&
	    json_node_get_value_type(node) == G_TYPE_STRING;
}

static gboolean
is_array_of(JsonNode *node, gboolean (*is_one)(JsonNode *node))
{
	JsonArray *array;

	if (!JSON_NODE_HOLDS_ARRAY(node))
		return FALSE;

	array = json_node_get_array(node);
	for (guint i = 0; i < json_array_get_length(array); i++) {
		if (!is_one(json_array_get_element(array, i)))
			return FALSE;
	}
	return TRUE;
}

static gboolean
has_type(JsonNode *node, TdArgumentType type)
{
	switch (type) {
	case TD_ARGUMENT_TEXT:
		return is_text(node);
	case TD_ARGUMENT_NUMBER:
		return is_number(node);
	case TD_ARGUMENT_FLAG:
		return JSON_NODE_HOLDS_VALUE(node) &&
		    json_node_get_value_type(node) == G_TYPE_BOOLEAN;
	case TD_ARGUMENT_NUMBERS:
		return is_array_of(node, is_number);
	case TD_ARGUMENT_TEXTS:
		return is_array_of(node, is_text);
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
	case TD_ARGUMENT_TEXTS:
		return "an array of texts";
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
	const TdVerbEntry *verb;
	TdCall call = { service, request->words, request->bytes, actor,
		answer };

	if (name == NULL)
		return td_fail(
		    error, TD_ERROR_USAGE, "the request has no verb");

	verb = td_verb_find(name);
	if (verb == NULL)
		return td_fail(
		    error, TD_ERROR_USAGE, "unknown verb \"%s\"", name);
	return check_words(request->words, verb->arguments, error) &&
	    check_required(request->words, verb->arguments, error) &&
	    verb->run(&call, error);
}
