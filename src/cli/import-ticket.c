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
	TdSource source;
	gboolean changed;   /* something is not told as it was */
	GHashTable *erased; /* of guint64 *: events that something was erased
	                     * from, and that keep their place in the chain */
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
	td_source_clear(&sender->source);
	g_clear_pointer(&sender->erased, g_hash_table_unref);
	g_clear_pointer(&sender->piece_events, json_array_unref);
	g_clear_pointer(&sender->piece_messages, json_array_unref);
	g_clear_pointer(&sender->piece_bytes, g_byte_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sender, sender_clear)

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
	else if (exported->chain != NULL && !exported->swapped &&
	    !sender->changed)
		json_object_set_string_member(words, "chain", exported->chain);
	json_object_set_array_member(
	    words, "events", json_array_ref(sender->piece_events));
	json_object_set_array_member(
	    words, "messages", json_array_ref(sender->piece_messages));
	json_object_set_boolean_member(words, "more", more);
	json_object_set_boolean_member(
	    words, "erased", g_hash_table_size(sender->erased) > 0);
	answer = td_client_ask(
	    sender->import->client, words, bytes, NULL, error);
	if (answer == NULL) {
		g_prefix_error(error, "%s: ", sender->source.name);
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
	g_auto(GStrv) parts = g_strsplit(place == NULL ? "" : place, "/", 2);
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
clean_links(Sender *sender, JsonObject *detail, const char *kind)
{
	for (gsize i = 0; i < G_N_ELEMENTS(links); i++) {
		const char *key = links[i].key;

		if ((links[i].kind == NULL ||
		        g_str_equal(links[i].kind, kind)) &&
		    td_json_is_number(detail, key) &&
		    td_get_number(detail, key) != 0 &&
		    !is_kept(sender, (guint64)td_get_number(detail, key)))
			rename_member(sender, detail, key);
	}
	if (!is_kept_place(sender, td_get_text(detail, "raw")))
		rename_member(sender, detail, "raw");
}

/* Of the marks that an event has for others, from which something was erased,
 * those stay that tell of one which keeps its place; the others are here what
 * they are.  Each is a sequence, in 8 bytes, and a hash of 32. */
static void
clean_marks(Sender *sender, JsonObject *detail)
{
	const gsize mark = 40;
	JsonObject *marks = td_get_object(detail, "marks");
	g_autoptr(GByteArray) left = g_byte_array_new();
	g_autofree guchar *bytes = NULL;
	g_autofree char *text = NULL;
	gsize size = 0;

	if (marks == NULL)
		return;
	bytes = g_base64_decode(td_get_text(marks, "bytes"), &size);
	for (gsize at = 0; size - at >= mark; at += mark) {
		guint64 sequence;

		memcpy(&sequence, bytes + at, sizeof(sequence));
		sequence = GUINT64_FROM_BE(sequence);
		if (g_hash_table_contains(sender->erased, &sequence))
			g_byte_array_append(left, bytes + at, (guint)mark);
	}
	if (left->len == size)
		return;
	rename_member(sender, detail, "marks");
	if (left->len == 0)
		return;
	marks = json_object_new();
	text = g_base64_encode(left->data, left->len);
	json_object_set_string_member(marks, "bytes", text);
	json_object_set_object_member(detail, "marks", marks);
}

/* An event from which something was erased keeps its place in the chain if it
 * comes here as it is, under its own number: what a machine of the other byte
 * order hashed is not what the desk will have. */
static void
take_hash(Sender *sender, JsonObject *event, gboolean same)
{
	guint64 sequence = (guint64)td_get_number(event, "sequence");

	if (!json_object_has_member(event, "hash"))
		return;
	if (same && !sender->exported->renumber && !sender->exported->swapped)
		g_hash_table_add(
		    sender->erased, g_memdup2(&sequence, sizeof(sequence)));
	else
		json_object_remove_member(event, "hash");
}

static void
clean_event(Sender *sender, JsonObject *event)
{
	JsonObject *detail = td_get_object(event, "detail");
	gboolean before = sender->changed;

	if (detail == NULL)
		return;
	sender->changed = FALSE;
	clean_links(sender, detail, td_get_text(event, "kind"));
	clean_marks(sender, detail);
	take_hash(sender, event, !sender->changed);
	sender->changed = sender->changed || before;
}

/* ---- messages ---- */

/* As JSON; a place that is another one here means nothing. */
static char *
write_message(const Sender *sender, JsonObject *message)
{
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);

	if (!is_kept_place(sender, td_get_text(message, "moved_to")))
		json_object_set_null_member(message, "moved_to");
	json_node_set_object(node, message);
	return td_json_write(node, FALSE);
}

/* Whether so many bytes of mail and of text more make the piece too large. */
static gboolean
is_full(const Sender *sender, gsize bytes, gsize text)
{
	return sender->piece_bytes->len + bytes >
	    td_import_bytes(sender->import, PIECE_BYTES) ||
	    sender->piece_text + text > PIECE_TEXT;
}

static gboolean
make_room(Sender *sender, gsize bytes, gsize text, GError **error)
{
	return json_array_get_length(sender->piece_events) == 0 ||
	    !is_full(sender, bytes, text) || send_piece(sender, TRUE, error);
}

/* Adds the messages up to @sequence, which an event speaks of that is not in
 * the piece yet. */
static gboolean
add_messages(Sender *sender, guint64 sequence, GError **error)
{
	TdSource *source = &sender->source;

	while (sender->filed < sequence) {
		g_autofree char *text = NULL;
		gsize size;

		if (!td_source_message(source, error))
			return FALSE;
		if (source->message == NULL || source->sequence > sequence)
			return TRUE;
		text = write_message(sender, source->message);
		size = g_bytes_get_size(source->raw);
		if (!make_room(sender, size, td_json_size(text), error))
			return FALSE;
		g_byte_array_append(sender->piece_bytes,
		    g_bytes_get_data(source->raw, NULL), (guint)size);
		json_array_add_string_element(sender->piece_messages, text);
		sender->piece_text += td_json_size(text);
		sender->filed = source->sequence;
		td_source_taken(source);
	}
	return TRUE;
}

/* ---- events ---- */

static gboolean
add_event(Sender *sender, JsonObject *event, GError **error)
{
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
	g_autofree char *clean = NULL;
	gint64 message = td_json_is_number(event, "message")
	    ? td_get_number(event, "message")
	    : 0;

	clean_event(sender, event);
	json_node_set_object(node, event);
	clean = td_json_write(node, FALSE);
	if (json_array_get_length(sender->piece_events) >= PIECE_EVENTS &&
	    !send_piece(sender, TRUE, error))
		return FALSE;
	if (!make_room(sender, 0, td_json_size(clean), error) ||
	    !add_messages(sender, (guint64)MAX(message, 0), error))
		return FALSE;
	json_array_add_string_element(sender->piece_events, clean);
	sender->piece_text += td_json_size(clean);
	return TRUE;
}

static gboolean
send_all(Sender *sender, GError **error)
{
	while (!td_interrupted()) {
		g_autoptr(JsonObject) event = NULL;

		if (!td_source_event(&sender->source, &event, error))
			return FALSE;
		if (event == NULL)
			return send_piece(sender, FALSE, error);
		if (!add_event(sender, event, error))
			return FALSE;
	}
	/* What was sent is a good beginning. */
	return TRUE;
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
		.erased = g_hash_table_new_full(
		    g_int64_hash, g_int64_equal, g_free, NULL) };

	begin_piece(&sender);
	if (!td_source_open(&sender.source, exported->path,
	        td_client_conf(import->client)->max_message_size, error) ||
	    !send_all(&sender, error))
		return FALSE;
	count(&sender);
	return TRUE;
}
