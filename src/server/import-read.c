/* import-read.c - see server/request-import.h */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/error.h>
#include <ticketd/sha256.h>
#include <ticketd/text.h>

#include "server/control-frame.h"
#include "server/request-import.h"

/* Keys of an event's detail, elements of a list. */
#define MEMBERS_MAX 1000u
/* A name, an address, the subject: what a record is made of. */
#define TEXT_MAX ((gsize)1024 * 1024)
#define SHOWN_MAX 60

/* An object being read.  What is wrong first is kept; what is read afterwards
 * counts for nothing. */
typedef struct {
	JsonObject *object;
	const char *what; /* "event", for the error */
	gint64 sequence;  /* of it; 0: it has none */
	GError *error;
} Reader;

static void
reader_clear(Reader *reader)
{
	g_clear_error(&reader->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reader, reader_clear)

static void
fail(Reader *reader, const char *name, const char *want)
{
	g_autofree char *shown = td_text_printable(name, SHOWN_MAX);
	char number[32] = "";

	if (reader->error != NULL)
		return;
	if (reader->sequence != 0)
		g_snprintf(number, sizeof(number), " %" G_GINT64_FORMAT,
		    reader->sequence);
	td_fail(&reader->error, TD_ERROR_REFUSED,
	    "%s%s: member \"%s\" must be %s", reader->what, number, shown,
	    want);
}

/* TRUE if nothing was wrong; else *@error is that. */
static gboolean
finish(Reader *reader, GError **error)
{
	if (reader->error == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&reader->error));
	return FALSE;
}

JsonObject *
td_import_object(const char *text, GError **error)
{
	gsize size = strlen(text);
	g_autoptr(JsonNode) node = NULL;

	if (g_utf8_validate(text, (gssize)size, NULL) &&
	    !td_frame_is_too_deep(text, size))
		node = json_from_string(text, NULL);
	if (node != NULL && JSON_NODE_HOLDS_OBJECT(node))
		return json_node_dup_object(node);
	td_fail(error, TD_ERROR_REFUSED, "it must be an object of JSON");
	return NULL;
}

/* ---- values ---- */

static gboolean
holds(JsonNode *node, GType type)
{
	return JSON_NODE_HOLDS_VALUE(node) &&
	    json_node_get_value_type(node) == type;
}

static gboolean
is_null(JsonNode *node)
{
	return node == NULL || JSON_NODE_HOLDS_NULL(node);
}

/* An escaped half of a character makes bad UTF-8, and U+0000 cuts a text. */
static gboolean
is_good_text(JsonNode *node)
{
	const char *text;

	if (!holds(node, G_TYPE_STRING))
		return FALSE;
	text = json_node_get_string(node);
	return strlen(text) <= TEXT_MAX && g_utf8_validate(text, -1, NULL);
}

/* "" where it is null or absent; the caller's. */
static char *
take_text(Reader *reader, const char *name)
{
	JsonNode *node = json_object_get_member(reader->object, name);

	if (is_null(node))
		return g_strdup("");
	if (!is_good_text(node)) {
		fail(reader, name, "a text of at most 1 MiB, or null");
		return g_strdup("");
	}
	return g_strdup(json_node_get_string(node));
}

static void
replace_text(Reader *reader, const char *name, char **field)
{
	g_free(*field);
	*field = take_text(reader, name);
}

static guint64
take_number(Reader *reader, const char *name, gint64 least)
{
	JsonNode *node = json_object_get_member(reader->object, name);

	if (is_null(node) && least == 0)
		return 0;
	if (node == NULL || !holds(node, G_TYPE_INT64) ||
	    json_node_get_int(node) < least) {
		fail(reader, name,
		    least == 0 ? "a number, 0 or more" : "a number, 1 or more");
		return 0;
	}
	return (guint64)json_node_get_int(node);
}

static gboolean
take_flag(Reader *reader, const char *name)
{
	JsonNode *node = json_object_get_member(reader->object, name);

	if (is_null(node))
		return FALSE;
	if (!holds(node, G_TYPE_BOOLEAN)) {
		fail(reader, name, "true or false");
		return FALSE;
	}
	return json_node_get_boolean(node);
}

static gint64
take_time(Reader *reader, const char *name, gboolean required)
{
	JsonNode *node = json_object_get_member(reader->object, name);
	g_autoptr(GDateTime) date = NULL;

	if (is_null(node) && !required)
		return 0;
	if (node != NULL && is_good_text(node))
		date = g_date_time_new_from_iso8601(
		    json_node_get_string(node), NULL);
	if (date == NULL) {
		fail(reader, name, "a time, as 2026-11-22T10:00:00Z");
		return 0;
	}
	return g_date_time_to_unix(date);
}

/* The text must be one of two; TRUE if it is @yes. */
static gboolean
take_choice(Reader *reader, const char *name, const char *yes, const char *no)
{
	g_autofree char *text = take_text(reader, name);
	g_autofree char *want = NULL;

	if (g_str_equal(text, yes) || g_str_equal(text, no))
		return g_str_equal(text, yes);
	want = g_strdup_printf("\"%s\" or \"%s\"", yes, no);
	fail(reader, name, want);
	return FALSE;
}

/* A list of texts; NULL if it is none; the caller's. */
static GStrv
read_texts(JsonNode *node)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	JsonArray *array;

	if (!JSON_NODE_HOLDS_ARRAY(node))
		return NULL;
	array = json_node_get_array(node);
	if (json_array_get_length(array) > MEMBERS_MAX)
		return NULL;
	for (guint i = 0; i < json_array_get_length(array); i++) {
		JsonNode *one = json_array_get_element(array, i);

		if (!is_good_text(one))
			return NULL;
		g_strv_builder_add(builder, json_node_get_string(one));
	}
	return g_strv_builder_end(builder);
}

static void
take_texts(Reader *reader, const char *name, GStrv *field)
{
	JsonNode *node = json_object_get_member(reader->object, name);
	GStrv texts = is_null(node) ? g_new0(char *, 1) : read_texts(node);

	if (texts == NULL) {
		fail(reader, name, "a list of texts");
		return;
	}
	g_strfreev(*field);
	*field = texts;
}

/* ---- events ---- */

/* The text of {"@type":"text"}; NULL if it is something else. */
static const char *
read_object(JsonNode *node, const char *type)
{
	JsonObject *object;
	JsonNode *text;

	if (!JSON_NODE_HOLDS_OBJECT(node))
		return NULL;
	object = json_node_get_object(node);
	text = json_object_get_member(object, type);
	return json_object_get_size(object) == 1 && text != NULL &&
	        is_good_text(text)
	    ? json_node_get_string(text)
	    : NULL;
}

/* A detail has the types that details have: text, number, bytes. */
static gboolean
read_detail(TdEvent *event, const char *name, JsonNode *node)
{
	const char *digits = read_object(node, "number");
	const char *base64 = read_object(node, "bytes");
	guint64 number;

	if (is_good_text(node)) {
		td_event_set(event, name, json_node_get_string(node));
	} else if (holds(node, G_TYPE_INT64) && json_node_get_int(node) >= 0) {
		td_event_set_number(
		    event, name, (guint64)json_node_get_int(node));
	} else if (digits != NULL &&
	    g_ascii_string_to_unsigned(
	        digits, 10, 0, G_MAXUINT64, &number, NULL)) {
		td_event_set_number(event, name, number);
	} else if (base64 != NULL) {
		gsize size = 0;
		g_autofree guchar *bytes = g_base64_decode(base64, &size);

		td_event_set_bytes(event, name, bytes, size);
	} else {
		return FALSE;
	}
	return TRUE;
}

/* In their order, of which the hashes speak. */
static void
take_detail(Reader *reader, TdEvent *event)
{
	JsonNode *node = json_object_get_member(reader->object, "detail");
	JsonObjectIter iter;
	const char *name;
	JsonNode *value;

	if (node == NULL || !JSON_NODE_HOLDS_OBJECT(node) ||
	    json_object_get_size(json_node_get_object(node)) > MEMBERS_MAX) {
		fail(reader, "detail", "an object");
		return;
	}
	json_object_iter_init_ordered(&iter, json_node_get_object(node));
	while (json_object_iter_next_ordered(&iter, &name, &value))
		if (!g_utf8_validate(name, -1, NULL) || strlen(name) > TEXT_MAX)
			fail(reader, "detail", "an object with good names");
		else if (!read_detail(event, name, value))
			fail(reader, name, "a text or a number, in \"detail\"");
}

/* NULL where it is absent; the caller's. */
static GBytes *
take_hash(Reader *reader)
{
	g_autofree char *hex = take_text(reader, "hash");
	guint8 hash[TD_SHA256_SIZE];

	if (*hex == '\0')
		return NULL;
	if (!td_request_read_digest(hex, hash)) {
		fail(reader, "hash", "64 hexadecimal digits");
		return NULL;
	}
	return g_bytes_new(hash, sizeof(hash));
}

TdEvent *
td_import_event(const char *text, GBytes **hash, GError **error)
{
	g_autoptr(JsonObject) object = td_import_object(text, error);
	g_auto(Reader) reader = { object, "event", 0, NULL };
	g_autoptr(TdEvent) event = NULL;
	g_autofree char *kind = NULL;
	g_autoptr(GBytes) was = NULL;

	if (object == NULL) {
		g_prefix_error(error, "event: ");
		return NULL;
	}
	event = td_event_new(TD_EVENT_NOTE, 0, 0, "");
	event->sequence = take_number(&reader, "sequence", 1);
	reader.sequence = (gint64)event->sequence;
	event->ticket = take_number(&reader, "ticket", 0);
	event->time = take_time(&reader, "time", TRUE);
	event->message = take_number(&reader, "message", 0);
	kind = take_text(&reader, "kind");
	if (!td_event_kind_from_name(kind, &event->kind))
		fail(&reader, "kind", "a kind of event");
	replace_text(&reader, "actor", &event->actor);
	replace_text(&reader, "evidence", &event->evidence);
	take_detail(&reader, event);
	was = take_hash(&reader);
	if (!finish(&reader, error))
		return NULL;
	if (hash != NULL)
		*hash = g_steal_pointer(&was);
	return g_steal_pointer(&event);
}

/* ---- messages ---- */

/* "42/3", or "". */
static void
take_place(Reader *reader, const char *name, char **field)
{
	g_auto(GStrv) parts = NULL;
	guint64 number;

	replace_text(reader, name, field);
	parts = g_strsplit(*field, "/", 3);
	if (**field != '\0' &&
	    (g_strv_length(parts) != 2 ||
	        !g_ascii_string_to_unsigned(
	            parts[0], 10, 0, G_MAXINT64, &number, NULL) ||
	        !g_ascii_string_to_unsigned(
	            parts[1], 10, 1, G_MAXINT64, &number, NULL)))
		fail(reader, name, "a message, as 42/3, or null");
}

static void
take_envelope(Reader *reader, TdFiled *filed)
{
	replace_text(reader, "sender", &filed->sender);
	replace_text(reader, "recipient", &filed->recipient);
	replace_text(reader, "original_recipient", &filed->original_recipient);
	replace_text(reader, "queue_id", &filed->queue_id);
	take_place(reader, "moved_to", &filed->moved_to);
	filed->size = take_number(reader, "size", 0);
}

TdFiled *
td_import_filed(const char *text, guint64 number, GError **error)
{
	g_autoptr(JsonObject) object = td_import_object(text, error);
	g_auto(Reader) reader = { object, "message", 0, NULL };
	g_autoptr(TdFiled) filed = NULL;

	if (object == NULL) {
		g_prefix_error(error, "message: ");
		return NULL;
	}
	filed = td_filed_new();
	filed->ticket = number;
	filed->sequence = take_number(&reader, "sequence", 1);
	reader.sequence = (gint64)filed->sequence;
	filed->outgoing = take_choice(&reader, "direction", "out", "in");
	filed->internal = take_choice(
	    &reader, "visibility", "internal", "public");
	filed->marked = take_flag(&reader, "marked");
	replace_text(&reader, "class", &filed->class_name);
	replace_text(&reader, "class_reason", &filed->class_reason);
	replace_text(&reader, "rule", &filed->rule);
	replace_text(&reader, "evidence", &filed->evidence);
	replace_text(&reader, "message_id", &filed->message_id);
	replace_text(&reader, "digest", &filed->digest);
	replace_text(&reader, "from", &filed->from);
	replace_text(&reader, "from_name", &filed->from_name);
	replace_text(&reader, "to", &filed->to);
	replace_text(&reader, "subject", &filed->subject);
	filed->date = take_time(&reader, "stated", FALSE);
	filed->received = take_time(&reader, "received", FALSE);
	take_envelope(&reader, filed);
	return finish(&reader, error) ? g_steal_pointer(&filed) : NULL;
}

/* ---- people ---- */

static void
take_addresses(Reader *reader, TdPerson *person)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_auto(GStrv) given = g_new0(char *, 1);

	take_texts(reader, "addresses", &given);
	for (gsize i = 0; given[i] != NULL; i++) {
		g_autofree char *folded = td_address_fold(given[i]);

		if (folded == NULL)
			fail(reader, "addresses", "a list of mail addresses");
		else
			g_strv_builder_add(builder, folded);
	}
	g_strfreev(person->addresses);
	person->addresses = g_strv_builder_end(builder);
}

static void
take_person(Reader *reader, TdPerson *person)
{
	replace_text(reader, "name", &person->name);
	replace_text(reader, "full_name", &person->full_name);
	replace_text(reader, "language", &person->language);
	replace_text(reader, "company", &person->company);
	replace_text(reader, "office", &person->office);
	replace_text(reader, "phone", &person->phone);
	replace_text(reader, "equipment", &person->equipment);
	replace_text(reader, "deputy", &person->deputy);
	replace_text(reader, "calendar", &person->calendar);
	take_addresses(reader, person);
	take_texts(reader, "queues", &person->queues);
	take_texts(reader, "skills", &person->skills);
	take_texts(reader, "keys", &person->keys);
	person->echo = take_flag(reader, "echo");
	person->away = take_time(reader, "away", FALSE);
	person->created = take_time(reader, "created", FALSE);
	person->updated = take_time(reader, "updated", FALSE);
}

TdPerson *
td_import_person(const char *text, GError **error)
{
	g_autoptr(JsonObject) object = td_import_object(text, error);
	g_auto(Reader) reader = { object, "person", 0, NULL };
	g_autoptr(TdPerson) person = NULL;
	g_autofree char *role = NULL;

	if (object == NULL) {
		g_prefix_error(error, "person: ");
		return NULL;
	}
	person = td_person_new();
	role = take_text(&reader, "role");
	if (!td_role_from_name(role, &person->role))
		fail(&reader, "role", "\"customer\", \"agent\" or \"lead\"");
	take_person(&reader, person);
	return finish(&reader, error) ? g_steal_pointer(&person) : NULL;
}
