/* import-people.c - agents and customers that ticket export wrote, sent some at
 * a time */

#include "config.h"

#include <ticketd/error.h>
#include <ticketd/server.h>

#include "cli/transfer.h"

/* What is sent at once: people, bytes of their texts in the words of a request,
 * which are less than 1 MiB, and at most so many bytes of keys. */
#define PEOPLE 100u
#define PEOPLE_TEXT ((gsize)256 * 1024)
#define PEOPLE_BYTES ((gsize)1024 * 1024)
/* Of one of them. */
#define PERSON_TEXT ((gsize)640 * 1024)

typedef struct {
	TdImport *import;
	const char *path;
	guint64 count;      /* that were read */
	JsonArray *texts;   /* of those in the batch */
	JsonArray *numbers; /* their places in the file, from 1 */
	JsonArray *sizes;   /* of the keys of each */
	GByteArray *bytes;  /* all keys */
	gsize text;
} People;

static void
people_clear(People *people)
{
	g_clear_pointer(&people->texts, json_array_unref);
	g_clear_pointer(&people->numbers, json_array_unref);
	g_clear_pointer(&people->sizes, json_array_unref);
	g_clear_pointer(&people->bytes, g_byte_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(People, people_clear)

static void
begin_batch(People *people)
{
	people_clear(people);
	people->texts = json_array_new();
	people->numbers = json_array_new();
	people->sizes = json_array_new();
	people->bytes = g_byte_array_new();
	people->text = 0;
}

static void
refuse(const People *people, guint64 number, const char *who, const char *why)
{
	gboolean named = who != NULL && *who != '\0';
	g_autofree char *place = g_strdup_printf(
	    "%s: number %" G_GUINT64_FORMAT "%s%s%s", people->path, number,
	    named ? " (" : "", named ? who : "", named ? ")" : "");

	td_import_refuse(people->import, place, "%s", why);
}

static void
take_answer(People *people, JsonObject *answer)
{
	TdImport *import = people->import;
	JsonArray *refused = td_get_array(answer, "refused");

	import->people += (guint64)(td_get_number(answer, "agents") +
	    td_get_number(answer, "customers"));
	import->known += (guint64)td_get_number(answer, "known");
	for (guint i = 0; i < td_get_length(answer, "refused"); i++) {
		JsonObject *one = json_array_get_object_element(refused, i);
		gint64 index = td_get_number(one, "index");

		if (index >= 0 &&
		    index < (gint64)json_array_get_length(people->numbers))
			refuse(people,
			    (guint64)json_array_get_int_element(
			        people->numbers, (guint)index),
			    NULL, td_get_text(one, "text"));
	}
}

static gboolean
send_batch(People *people, GError **error)
{
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(JsonObject) answer = NULL;
	JsonObject *words;

	if (json_array_get_length(people->texts) == 0)
		return TRUE;
	words = td_client_words("import-people");
	json_object_set_array_member(
	    words, "people", json_array_ref(people->texts));
	json_object_set_array_member(
	    words, "sizes", json_array_ref(people->sizes));
	json_object_set_boolean_member(
	    words, "dry_run", people->import->dry_run);
	bytes = g_bytes_new(people->bytes->data, people->bytes->len);
	answer = td_client_ask(
	    people->import->client, words, bytes, NULL, error);
	if (answer == NULL)
		return FALSE;
	take_answer(people, answer);
	begin_batch(people);
	return TRUE;
}

/* NULL if it is none; borrowed. */
static const char *
read_text(JsonNode *node)
{
	return node != NULL && JSON_NODE_HOLDS_VALUE(node)
	    ? json_node_get_string(node)
	    : NULL;
}

/* Appends the keys, in the order in which they are named, to @bytes: in
 * "key_data" their sizes stand for them.  What is no key the desk refuses. */
static void
take_keys(JsonObject *person, GByteArray *bytes)
{
	JsonObject *data = td_get_object(person, "key_data");
	JsonArray *keys = td_get_array(person, "keys");

	for (guint i = 0; data != NULL && i < td_get_length(person, "keys");
	     i++) {
		JsonNode *node = json_array_get_element(keys, i);
		const char *name = read_text(node);
		const char *base64 = name == NULL
		    ? NULL
		    : read_text(json_object_get_member(data, name));
		g_autofree guchar *key = NULL;
		gsize size = 0;

		if (base64 == NULL)
			continue;
		key = g_base64_decode(base64, &size);
		g_byte_array_append(bytes, key, (guint)size);
		json_object_set_int_member(data, name, (gint64)size);
	}
}

static gboolean
add_person(People *people, const char *text, GByteArray *keys, GError **error)
{
	gsize size = td_json_size(text);

	if ((json_array_get_length(people->texts) == PEOPLE ||
	        people->text + size > PEOPLE_TEXT ||
	        people->bytes->len + keys->len >
	            td_import_bytes(people->import, PEOPLE_BYTES)) &&
	    !send_batch(people, error))
		return FALSE;
	json_array_add_string_element(people->texts, text);
	json_array_add_int_element(people->numbers, (gint64)people->count);
	json_array_add_int_element(people->sizes, keys->len);
	g_byte_array_append(people->bytes, keys->data, keys->len);
	people->text += size;
	return TRUE;
}

static gboolean
take_person(People *people, const char *json, GError **error)
{
	gsize most = td_client_conf(people->import->client)->max_message_size;
	g_autoptr(GByteArray) keys = g_byte_array_new();
	g_autoptr(JsonNode) node = NULL;
	g_autofree char *text = NULL;
	const char *why = NULL, *who = NULL;

	people->count++;
	if (g_utf8_validate(json, -1, NULL))
		node = json_from_string(json, NULL);
	if (node == NULL || !JSON_NODE_HOLDS_OBJECT(node)) {
		why = "each of \"people\" must be an object";
	} else {
		who = read_text(
		    json_object_get_member(json_node_get_object(node), "name"));
		take_keys(json_node_get_object(node), keys);
		text = td_json_write(node, FALSE);
		if (td_json_size(text) > PERSON_TEXT)
			why = "all that is told of somebody may be at most 640 "
			      "KiB, but for keys";
		else if (keys->len > most)
			why = "the keys are larger than max-message-size";
	}
	if (why != NULL) {
		refuse(people, people->count, who, why);
		return TRUE;
	}
	return add_person(people, text, keys, error);
}

gboolean
td_import_people(TdImport *import, const char *path, GError **error)
{
	g_autoptr(TdPieces) pieces = td_pieces_open(path, error);
	g_auto(People) people = { .import = import, .path = path };
	const char *member = "", *text;
	gint64 index;

	if (pieces == NULL)
		return FALSE;
	begin_batch(&people);
	while (!td_interrupted()) {
		if (!td_pieces_next(pieces, &member, &index, &text, error))
			return FALSE;
		if (member == NULL)
			break;
		if (g_str_equal(member, "people") &&
		    !take_person(&people, text, error))
			return FALSE;
	}
	return send_batch(&people, error);
}
