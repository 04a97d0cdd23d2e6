/* control-frame.c - see server/control-frame.h */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "server/control-frame.h"

/* json-glib follows each bracket by a call of a function. */
#define DEPTH_MAX 64u

static const char *const codes[] = {
	[TD_ERROR_AGAIN] = "again",
	[TD_ERROR_TOO_LARGE] = "too_large",
	[TD_ERROR_NOT_OURS] = "not_ours",
	[TD_ERROR_DENIED] = "denied",
	[TD_ERROR_CONFIG] = "config",
	[TD_ERROR_BROKEN] = "broken",
	[TD_ERROR_NO_STORE] = "no_store",
	[TD_ERROR_USAGE] = "usage",
	[TD_ERROR_REFUSED] = "refused",
};

const char *
td_frame_code(const GError *error)
{
	if (error->domain != TD_ERROR || error->code < 0 ||
	    (gsize)error->code >= G_N_ELEMENTS(codes))
		return "internal";
	return codes[error->code];
}

gboolean
td_frame_fail(GError **error, const char *code, const char *text)
{
	for (gsize i = 0; i < G_N_ELEMENTS(codes); i++)
		if (g_str_equal(code, codes[i]))
			return td_fail(error, (TdError)i, "%s", text);
	return td_fail(error, TD_ERROR_AGAIN, "%s", text);
}

/* ---- writing ---- */

static void
copy_member(JsonObject *object G_GNUC_UNUSED, const char *name, JsonNode *node,
    gpointer data)
{
	json_object_set_member(data, name, json_node_copy(node));
}

GString *
td_frame_write(JsonObject *head, GBytes *bytes)
{
	g_autoptr(JsonObject) whole = json_object_new();
	g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
	g_autofree char *line = NULL;
	GString *frame;

	json_object_foreach_member(head, copy_member, whole);
	if (bytes != NULL)
		json_object_set_int_member(
		    whole, "bytes", (gint64)g_bytes_get_size(bytes));
	json_node_set_object(root, whole);
	line = td_json_write(root, FALSE);

	frame = g_string_new(line);
	g_string_append_c(frame, '\n');
	if (bytes != NULL)
		g_string_append_len(frame, g_bytes_get_data(bytes, NULL),
		    (gssize)g_bytes_get_size(bytes));
	return frame;
}

GString *
td_frame_answer(const TdAnswer *answer)
{
	g_autoptr(JsonObject) head = json_object_new();

	json_object_set_boolean_member(head, "ok", TRUE);
	if (answer->result != NULL)
		json_object_set_member(
		    head, "result", json_node_copy(answer->result));
	else
		json_object_set_null_member(head, "result");
	return td_frame_write(head, answer->bytes);
}

GString *
td_frame_error(const GError *error)
{
	g_autoptr(JsonObject) head = json_object_new();
	g_autofree char *text = td_text_utf8(error->message, -1);

	json_object_set_boolean_member(head, "ok", FALSE);
	json_object_set_string_member(head, "code", td_frame_code(error));
	json_object_set_string_member(head, "error", text);
	return td_frame_write(head, NULL);
}

/* ---- reading ---- */

gboolean
td_frame_is_too_deep(const char *line, gsize length)
{
	gboolean quoted = FALSE;
	guint depth = 0;

	for (gsize i = 0; i < length && depth <= DEPTH_MAX; i++) {
		if (quoted && line[i] == '\\')
			i++;
		else if (line[i] == '"')
			quoted = !quoted;
		else if (!quoted && (line[i] == '[' || line[i] == '{'))
			depth++;
		else if (!quoted && depth > 0 &&
		    (line[i] == ']' || line[i] == '}'))
			depth--;
	}
	return depth > DEPTH_MAX;
}

/* The number that "\uHHHH" at @text stands for; -1: it is none. */
static int
read_escape(const char *text, gsize length)
{
	int value = 0;

	if (length < 6 || text[0] != '\\' || text[1] != 'u')
		return -1;
	for (guint i = 2; i < 6; i++) {
		if (!g_ascii_isxdigit(text[i]))
			return -1;
		value = value * 16 + g_ascii_xdigit_value(text[i]);
	}
	return value;
}

/* Whether a "\" is followed by what may not follow it, a "\u" lacks digits, or
 * stands for half of a surrogate pair alone (RFC 8259, 7 and 8.2): json-glib
 * takes them, and octal numbers, and makes bytes of them that are no UTF-8. */
static gboolean
has_bad_escape(const char *line, gsize length)
{
	for (gsize i = 0; i + 1 < length; i++) {
		int value;

		if (line[i] != '\\')
			continue;
		value = read_escape(line + i, length - i);
		i++;
		if (line[i] != 'u' && strchr("\"\\/bfnrt", line[i]) == NULL)
			return TRUE;
		if (line[i] != 'u')
			continue;
		if (value < 0 || (value >= 0xdc00 && value <= 0xdfff))
			return TRUE;
		if (value < 0xd800 || value > 0xdbff)
			continue;
		value = read_escape(line + i + 5, length - i - 5);
		if (value < 0xdc00 || value > 0xdfff)
			return TRUE;
		i += 10;
	}
	return FALSE;
}

static gboolean
take_size(JsonObject *head, gint64 *size)
{
	JsonNode *node = json_object_get_member(head, "bytes");
	gint64 value;

	*size = -1;
	if (node == NULL)
		return TRUE;
	if (!JSON_NODE_HOLDS_VALUE(node) ||
	    json_node_get_value_type(node) != G_TYPE_INT64)
		return FALSE;
	value = json_node_get_int(node);
	if (value < 0)
		return FALSE;
	*size = value;
	json_object_remove_member(head, "bytes");
	return TRUE;
}

gboolean
td_frame_read(const char *line, gsize length, JsonObject **head, gint64 *size,
    GError **error)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	JsonNode *root;

	if (!g_utf8_validate(line, (gssize)length, NULL) ||
	    td_frame_is_too_deep(line, length) ||
	    has_bad_escape(line, length) ||
	    !json_parser_load_from_data(parser, line, (gssize)length, NULL))
		return td_fail(
		    error, TD_ERROR_USAGE, "the line is no JSON object");

	root = json_parser_get_root(parser);
	if (root == NULL || !JSON_NODE_HOLDS_OBJECT(root))
		return td_fail(
		    error, TD_ERROR_USAGE, "the line is no JSON object");
	if (!take_size(json_node_get_object(root), size))
		return td_fail(
		    error, TD_ERROR_USAGE, "\"bytes\" is no count of bytes");
	*head = json_node_dup_object(root);
	return TRUE;
}

/* ---- what goes over it ---- */

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
