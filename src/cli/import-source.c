/* import-source.c - the two files of a ticket that ticket export wrote: its
 * events and its messages, in order */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/server.h>
#include <ticketd/text.h>

#include "cli/transfer.h"

gboolean
td_source_open(
    TdSource *source, const char *path, gsize largest, GError **error)
{
	g_autofree char *stem = g_strndup(
	    path, strlen(path) - (g_str_has_suffix(path, ".json") ? 5 : 0));
	g_autofree char *mbox = g_strconcat(stem, ".mbox", NULL);

	source->name = td_text_printable(path, 0);
	source->events = td_pieces_open(path, error);
	source->messages = source->events == NULL ? NULL
	                                          : td_pieces_open(path, error);
	/* What was added at the end of a mail is not counted. */
	source->mbox = source->messages == NULL
	    ? NULL
	    : td_mbox_open(mbox, largest + 2, TRUE, error);
	return source->mbox != NULL;
}

void
td_source_taken(TdSource *source)
{
	g_clear_pointer(&source->message, json_object_unref);
	g_clear_pointer(&source->raw, g_bytes_unref);
}

void
td_source_clear(TdSource *source)
{
	td_source_taken(source);
	g_clear_pointer(&source->events, td_pieces_free);
	g_clear_pointer(&source->messages, td_pieces_free);
	g_clear_pointer(&source->mbox, td_mbox_free);
	g_clear_pointer(&source->name, g_free);
}

gboolean
td_source_fail(const TdSource *source, const char *why, GError **error)
{
	return td_fail(error, TD_ERROR_REFUSED, "%s: %s", source->name, why);
}

/* The next element of the member @name that is an array of objects; *@object is
 * the caller's, NULL at the end. */
static gboolean
read_element(const TdSource *source, TdPieces *pieces, const char *name,
    JsonObject **object, GError **error)
{
	const char *member = "", *text = NULL;
	g_autoptr(JsonNode) node = NULL;
	gint64 index;

	do
		if (!td_pieces_next(pieces, &member, &index, &text, error))
			return FALSE;
	while (member != NULL && !g_str_equal(member, name));
	*object = NULL;
	if (member == NULL)
		return TRUE;
	if (g_utf8_validate(text, -1, NULL))
		node = json_from_string(text, NULL);
	if (node == NULL || !JSON_NODE_HOLDS_OBJECT(node))
		return td_fail(error, TD_ERROR_REFUSED,
		    "%s: each of \"%s\" must be an object", source->name, name);
	*object = json_node_dup_object(node);
	return TRUE;
}

gboolean
td_source_event(TdSource *source, JsonObject **event, GError **error)
{
	return read_element(source, source->events, "events", event, error);
}

/* The bytes of the next mail of the mailbox: the first @size of it are the
 * message's. */
static gboolean
read_raw(TdSource *source, guint64 size, GError **error)
{
	g_auto(TdMboxMail) mail = { 0 };
	gboolean found;

	if (!td_mbox_next(source->mbox, &mail, &found, error))
		return FALSE;
	if (!found || mail.raw == NULL || g_bytes_get_size(mail.raw) < size)
		return td_source_fail(source,
		    found && mail.raw == NULL
		        ? "a message is larger than max-message-size"
		        : "the mailbox beside it has not all of its messages",
		    error);
	source->raw = g_bytes_new_from_bytes(mail.raw, 0, size);
	return TRUE;
}

gboolean
td_json_is_number(JsonObject *object, const char *name)
{
	JsonNode *node = json_object_get_member(object, name);

	return node != NULL && JSON_NODE_HOLDS_VALUE(node) &&
	    json_node_get_value_type(node) == G_TYPE_INT64;
}

gsize
td_json_size(const char *text)
{
	gsize size = 0;

	for (; *text != '\0'; text++)
		if ((guchar)*text < ' ')
			size += strlen("\\u0000");
		else
			size += *text == '"' || *text == '\\' ? 2 : 1;
	return size;
}

gboolean
td_source_message(TdSource *source, GError **error)
{
	/* The desk reads the mail itself. */
	static const char *const large[] = { "text", "reply_text",
		"attachments" };
	JsonObject *message;

	if (source->message != NULL || source->over)
		return TRUE;
	if (!read_element(
	        source, source->messages, "messages", &source->message, error))
		return FALSE;
	message = source->message;
	source->over = message == NULL;
	if (source->over)
		return TRUE;
	if (!td_json_is_number(message, "size") ||
	    !td_json_is_number(message, "sequence"))
		return td_source_fail(source,
		    "a message has no good \"size\" or \"sequence\"", error);
	for (gsize i = 0; i < G_N_ELEMENTS(large); i++)
		if (json_object_has_member(message, large[i]))
			json_object_remove_member(message, large[i]);
	source->sequence = (guint64)td_get_number(message, "sequence");
	return read_raw(
	    source, (guint64)MAX(td_get_number(message, "size"), 0), error);
}
