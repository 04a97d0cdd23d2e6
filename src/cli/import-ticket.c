/* import-ticket.c - a ticket that ticket export wrote, sent piece by piece
 *
 * What it tells of tickets that are others here than there (or are not here at
 * all) is kept under another name, for people to read: "into" becomes
 * "into_there", and means nothing to the desk. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/server.h>
#include <ticketd/text.h>

#include "cli/transfer.h"

/* What is sent at once: a job of the writer. */
#define PIECE_EVENTS 400u
#define PIECE_TEXT ((gsize)256 * 1024)
#define PIECE_BYTES ((gsize)1024 * 1024)

static JsonNode *
parse(const char *text)
{
	return g_utf8_validate(text, -1, NULL) ? json_from_string(text, NULL)
	                                       : NULL;
}

static gboolean
read_number(const char *text, guint64 *number)
{
	return g_ascii_string_to_unsigned(
	    text, 10, 0, G_MAXINT64, number, NULL);
}

/* ---- its pieces ---- */

typedef struct {
	TdImport *import;
	const TdExported *exported;
	GHashTable *kept;
	char *name;       /* of the file, printable */
	TdPieces *events; /* two readers of one file */
	TdPieces *messages;
	TdMbox *mbox;
	gboolean changed; /* something is not told as it was */
	/* a message that was read and not yet sent */
	char *waiting;
	guint64 waiting_sequence;
	GBytes *waiting_raw;
	gboolean messages_over;
	/* the piece */
	JsonArray *piece_events;
	JsonArray *piece_messages;
	GByteArray *piece_bytes;
	gsize piece_text;
	guint64 filed; /* messages up to this one are in it or before */
	guint64 added;
	guint64 number; /* that it has here */
} Sender;

static void
begin_piece(Sender *sender)
{
	g_clear_pointer(&sender->piece_events, json_array_unref);
	g_clear_pointer(&sender->piece_messages, json_array_unref);
	g_clear_pointer(&sender->piece_bytes, g_byte_array_unref);
	sender->piece_events = json_array_new();
	sender->piece_messages = json_array_new();
	sender->piece_bytes = g_byte_array_new();
	sender->piece_text = 0;
}

static void
sender_clear(Sender *sender)
{
	g_free(sender->name);
	td_pieces_free(sender->events);
	td_pieces_free(sender->messages);
	td_mbox_free(sender->mbox);
	g_free(sender->waiting);
	g_clear_pointer(&sender->waiting_raw, g_bytes_unref);
	g_clear_pointer(&sender->piece_events, json_array_unref);
	g_clear_pointer(&sender->piece_messages, json_array_unref);
	g_clear_pointer(&sender->piece_bytes, g_byte_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sender, sender_clear)

static gboolean
fail(const Sender *sender, const char *why, GError **error)
{
	return td_fail(error, TD_ERROR_REFUSED, "%s: %s", sender->name, why);
}

static gboolean
send_piece(Sender *sender, gboolean more, GError **error)
{
	const TdExported *exported = sender->exported;
	JsonObject *words = td_client_words("import-ticket");
	g_autoptr(GBytes) bytes = g_bytes_new(
	    sender->piece_bytes->data, sender->piece_bytes->len);
	g_autoptr(JsonObject) answer = NULL;

	json_object_set_int_member(words, "number", (gint64)exported->number);
	if (exported->renumber)
		json_object_set_string_member(
		    words, "identity", exported->identity);
	else if (exported->chain != NULL && !sender->changed)
		json_object_set_string_member(words, "chain", exported->chain);
	json_object_set_array_member(
	    words, "events", json_array_ref(sender->piece_events));
	json_object_set_array_member(
	    words, "messages", json_array_ref(sender->piece_messages));
	json_object_set_boolean_member(words, "more", more);
	answer = td_client_ask(
	    sender->import->client, words, bytes, NULL, error);
	if (answer == NULL) {
		g_prefix_error(error, "%s: ", sender->name);
		return FALSE;
	}
	sender->added += (guint64)td_get_number(answer, "added");
	sender->number = (guint64)td_get_number(answer, "number");
	begin_piece(sender);
	return TRUE;
}

/* ---- what is told of other tickets ---- */

static gboolean
is_kept(const Sender *sender, guint64 number)
{
	return number == sender->exported->number ||
	    g_hash_table_contains(sender->kept, &number);
}

/* "42/3" */
static gboolean
is_kept_place(const Sender *sender, const char *place)
{
	g_auto(GStrv) parts = g_strsplit(place, "/", 2);
	guint64 number;

	return parts[0] == NULL || parts[1] == NULL ||
	    !read_number(parts[0], &number) || is_kept(sender, number);
}

static void
rename_member(Sender *sender, JsonObject *detail, const char *name)
{
	g_autofree char *there = g_strconcat(name, "_there", NULL);

	json_object_set_member(
	    detail, there, json_object_dup_member(detail, name));
	json_object_remove_member(detail, name);
	sender->changed = TRUE;
}

static gboolean
is_number(JsonNode *node)
{
	return node != NULL && JSON_NODE_HOLDS_VALUE(node) &&
	    json_node_get_value_type(node) == G_TYPE_INT64;
}

/* Keys of details that are numbers of tickets, in events of a kind. */
static const struct {
	const char *kind; /* NULL: of any */
	const char *key;
} links[] = {
	{ "linked", "to" },
	{ "merged", "into" },
	{ "merged", "from" },
	{ "split", "to" },
	{ "split", "from" },
	{ NULL, "ticket" },
	{ NULL, "parent" },
};

static void
clean_event(Sender *sender, JsonObject *event)
{
	JsonObject *detail = td_get_object(event, "detail");
	const char *kind = td_get_text(event, "kind");

	if (detail == NULL)
		return;
	for (gsize i = 0; i < G_N_ELEMENTS(links); i++) {
		JsonNode *node = json_object_get_member(detail, links[i].key);

		if ((links[i].kind == NULL ||
		        g_str_equal(links[i].kind, kind)) &&
		    is_number(node) && json_node_get_int(node) != 0 &&
		    !is_kept(sender, (guint64)json_node_get_int(node)))
			rename_member(sender, detail, links[i].key);
	}
	if (!is_kept_place(sender, td_get_text(detail, "raw")))
		rename_member(sender, detail, "raw");
	/* Events that somebody was erased from: here they are what they are. */
	if (json_object_has_member(detail, "marks"))
		rename_member(sender, detail, "marks");
}

/* ---- messages ---- */

/* The bytes of the next mail of the mailbox: the first @size of it are the
 * message's. */
static gboolean
read_raw(Sender *sender, guint64 size, GBytes **raw, GError **error)
{
	g_auto(TdMboxMail) mail = { 0 };
	gboolean found;

	if (!td_mbox_next(sender->mbox, &mail, &found, error))
		return FALSE;
	if (!found || mail.raw == NULL || g_bytes_get_size(mail.raw) < size)
		return fail(sender,
		    found && mail.raw == NULL
		        ? "a message is larger than max-message-size"
		        : "the mailbox beside it has not all of its messages",
		    error);
	*raw = g_bytes_new_from_bytes(mail.raw, 0, size);
	return TRUE;
}

/* Only what the desk wants: it reads the mail itself. */
static char *
shorten(const Sender *sender, JsonObject *message)
{
	static const char *const large[] = { "text", "reply_text",
		"attachments" };
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);

	for (gsize i = 0; i < G_N_ELEMENTS(large); i++)
		if (json_object_has_member(message, large[i]))
			json_object_remove_member(message, large[i]);
	if (!is_kept_place(sender, td_get_text(message, "moved_to")))
		json_object_set_null_member(message, "moved_to");
	json_node_set_object(node, message);
	return td_json_write(node, FALSE);
}

/* To the next message of the file. */
static gboolean
read_message(Sender *sender, GError **error)
{
	const char *member = "", *text;
	g_autoptr(JsonNode) node = NULL;
	JsonObject *message;
	gint64 index, size;

	do
		if (!td_pieces_next(
		        sender->messages, &member, &index, &text, error))
			return FALSE;
	while (member != NULL && !g_str_equal(member, "messages"));
	sender->messages_over = member == NULL;
	if (member == NULL)
		return TRUE;
	node = parse(text);
	if (node == NULL || !JSON_NODE_HOLDS_OBJECT(node))
		return fail(
		    sender, "each of \"messages\" must be an object", error);
	message = json_node_get_object(node);
	if (!is_number(json_object_get_member(message, "size")) ||
	    !is_number(json_object_get_member(message, "sequence")))
		return fail(sender,
		    "a message has no good \"size\" or \"sequence\"", error);
	size = td_get_number(message, "size");
	sender->waiting_sequence = (guint64)td_get_number(message, "sequence");
	sender->waiting = shorten(sender, message);
	return read_raw(
	    sender, (guint64)MAX(size, 0), &sender->waiting_raw, error);
}

/* Whether the message that waits makes the piece too large. */
static gboolean
is_full(const Sender *sender, gsize more)
{
	return sender->piece_bytes->len + more > PIECE_BYTES ||
	    sender->piece_text > PIECE_TEXT;
}

/* Adds the messages up to @sequence, which an event speaks of that is not in
 * the piece yet. */
static gboolean
add_messages(Sender *sender, guint64 sequence, GError **error)
{
	while (sender->filed < sequence) {
		gsize size;

		if (sender->waiting == NULL && !read_message(sender, error))
			return FALSE;
		if (sender->messages_over)
			return fail(sender,
			    "its events speak of messages that are missing",
			    error);
		if (sender->waiting_sequence > sequence)
			return TRUE;
		size = g_bytes_get_size(sender->waiting_raw);
		if (is_full(sender, size) &&
		    json_array_get_length(sender->piece_events) > 0 &&
		    !send_piece(sender, TRUE, error))
			return FALSE;
		g_byte_array_append(sender->piece_bytes,
		    g_bytes_get_data(sender->waiting_raw, NULL), (guint)size);
		json_array_add_string_element(
		    sender->piece_messages, sender->waiting);
		sender->piece_text += strlen(sender->waiting);
		sender->filed = sender->waiting_sequence;
		g_clear_pointer(&sender->waiting, g_free);
		g_clear_pointer(&sender->waiting_raw, g_bytes_unref);
	}
	return TRUE;
}

/* ---- events ---- */

static gboolean
add_event(Sender *sender, const char *text, GError **error)
{
	g_autoptr(JsonNode) node = parse(text);
	g_autofree char *clean = NULL;
	JsonObject *event;
	gint64 message;

	if (node == NULL || !JSON_NODE_HOLDS_OBJECT(node))
		return fail(
		    sender, "each of \"events\" must be an object", error);
	event = json_node_get_object(node);
	clean_event(sender, event);
	message = is_number(json_object_get_member(event, "message"))
	    ? td_get_number(event, "message")
	    : 0;
	clean = td_json_write(node, FALSE);
	if ((json_array_get_length(sender->piece_events) >= PIECE_EVENTS ||
	        is_full(sender, 0)) &&
	    json_array_get_length(sender->piece_events) > 0 &&
	    !send_piece(sender, TRUE, error))
		return FALSE;
	if (!add_messages(sender, (guint64)MAX(message, 0), error))
		return FALSE;
	json_array_add_string_element(sender->piece_events, clean);
	sender->piece_text += strlen(clean);
	return TRUE;
}

static gboolean
send_all(Sender *sender, GError **error)
{
	const char *member = "", *text;
	gint64 index;

	while (!td_interrupted()) {
		if (!td_pieces_next(
		        sender->events, &member, &index, &text, error))
			return FALSE;
		if (member == NULL)
			break;
		if (g_str_equal(member, "events") &&
		    !add_event(sender, text, error))
			return FALSE;
	}
	/* What was sent is a good beginning. */
	if (member != NULL)
		return TRUE;
	if (sender->waiting == NULL && !read_message(sender, error))
		return FALSE;
	if (!sender->messages_over)
		return fail(
		    sender, "no event speaks of its last messages", error);
	return send_piece(sender, FALSE, error);
}

static gboolean
open_files(Sender *sender, GError **error)
{
	const char *path = sender->exported->path;
	gsize most = td_client_conf(sender->import->client)->max_message_size;
	g_autofree char *stem = g_strndup(
	    path, strlen(path) - (g_str_has_suffix(path, ".json") ? 5 : 0));
	g_autofree char *mbox = g_strconcat(stem, ".mbox", NULL);

	sender->events = td_pieces_open(path, error);
	sender->messages = sender->events == NULL ? NULL
	                                          : td_pieces_open(path, error);
	/* What was added at the end of a mail is not counted. */
	sender->mbox = sender->messages == NULL
	    ? NULL
	    : td_mbox_open(mbox, most + 2, TRUE, error);
	return sender->mbox != NULL;
}

static void
count(Sender *sender)
{
	TdImport *import = sender->import;

	if (sender->added == 0) {
		import->there++;
		return;
	}
	import->tickets++;
	import->renumbered += sender->exported->renumber;
}

gboolean
td_import_ticket(TdImport *import, const TdExported *exported, GHashTable *kept,
    GError **error)
{
	g_auto(Sender) sender = { .import = import,
		.exported = exported,
		.kept = kept,
		.name = td_text_printable(exported->path, 0) };

	begin_piece(&sender);
	if (!open_files(&sender, error) || !send_all(&sender, error))
		return FALSE;
	count(&sender);
	return TRUE;
}
