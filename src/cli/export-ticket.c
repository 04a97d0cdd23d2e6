/* export-ticket.c - a ticket as two files: a mailbox, and JSON line by line
 *
 * It is fetched from the desk in small pieces, which are written as they
 * come. */

#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ticketd/error.h>
#include <ticketd/server.h>

#include "cli/transfer.h"

/* ---- JSON, line by line ---- */

static void
write_node(FILE *stream, JsonNode *node)
{
	g_autofree char *text = td_json_write(node, FALSE);

	fputs(text, stream);
}

static void
write_name(FILE *stream, const char *name)
{
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_VALUE);

	json_node_set_string(node, name);
	write_node(stream, node);
	fputs(": ", stream);
}

void
td_export_write_elements(FILE *stream, JsonArray *array, gboolean *any)
{
	for (guint i = 0; array != NULL && i < json_array_get_length(array);
	     i++) {
		fputs(*any ? ",\n    " : "\n    ", stream);
		write_node(stream, json_array_get_element(array, i));
		*any = TRUE;
	}
}

/* How the file of this state of the ticket begins. */
static char *
make_head(guint64 number, JsonObject *state)
{
	return g_strdup_printf("{\n  \"" TD_EXPORT_MEMBER "\": %d,\n"
	                       "  \"number\": %" G_GUINT64_FORMAT ",\n"
	                       "  \"revision\": %" G_GINT64_FORMAT ",\n"
	                       "  \"chain\": \"%s\",\n"
	                       "  \"byte_order\": \"%s\"",
	    TD_EXPORT_VERSION, number, td_get_number(state, "events"),
	    td_get_text(state, "chain"),
	    G_BYTE_ORDER == G_LITTLE_ENDIAN ? "little" : "big");
}

static void
write_ticket(FILE *stream, JsonObject *ticket)
{
	JsonObjectIter iter;
	const char *name;
	JsonNode *node;

	json_object_iter_init_ordered(&iter, ticket);
	while (json_object_iter_next_ordered(&iter, &name, &node)) {
		/* It stands in the head. */
		if (g_str_equal(name, "number"))
			continue;
		fputs(",\n  ", stream);
		write_name(stream, name);
		write_node(stream, node);
	}
}

/* ---- the pieces ---- */

/* The next piece, from *@after on; *@more says whether there are others. */
static JsonObject *
fetch(const TdExport *export, const char *verb, guint64 number, guint64 until,
    guint64 *after, gboolean *more, GBytes **bytes, GError **error)
{
	JsonObject *words = td_client_words(verb);
	JsonObject *piece;

	json_object_set_int_member(words, "number", (gint64)number);
	json_object_set_int_member(words, "until", (gint64)until);
	json_object_set_int_member(words, "after", (gint64)*after);
	piece = td_client_ask(export->client, words, NULL, bytes, error);
	if (piece == NULL)
		return NULL;
	*more = json_object_has_member(piece, "next");
	*after = (guint64)td_get_number(piece, "next");
	return piece;
}

static gboolean
write_events(const TdExport *export, guint64 number, guint64 until,
    FILE *stream, GError **error)
{
	guint64 after = 0;
	gboolean more = TRUE, any = FALSE;

	fputs(",\n  \"events\": [", stream);
	while (more) {
		g_autoptr(JsonObject) piece = fetch(export, "export-events",
		    number, until, &after, &more, NULL, error);

		if (piece == NULL)
			return FALSE;
		td_export_write_elements(
		    stream, td_get_array(piece, "events"), &any);
	}
	fputs(any ? "\n  ]" : "]", stream);
	return TRUE;
}

static gint64
read_time(const char *text)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(text, NULL);

	return date == NULL ? 0 : g_date_time_to_unix(date);
}

/* The mails of a piece, one behind the other in @bytes. */
static gboolean
write_mails(JsonArray *messages, GBytes *bytes, FILE *mbox, GError **error)
{
	gsize all = 0, at = 0;
	const char *data = bytes == NULL ? "" : g_bytes_get_data(bytes, &all);

	for (guint i = 0;
	     messages != NULL && i < json_array_get_length(messages); i++) {
		JsonObject *message = json_array_get_object_element(
		    messages, i);
		gsize size = (gsize)td_get_number(message, "size");

		if (size > all - at)
			return td_fail(error, TD_ERROR_AGAIN,
			    "the daemon gave an answer that cannot be read");
		td_mbox_write(mbox, td_get_text(message, "sender"),
		    read_time(td_get_text(message, "received")), data + at,
		    size);
		at += size;
	}
	return TRUE;
}

static gboolean
write_messages(const TdExport *export, guint64 number, guint64 until,
    FILE *stream, FILE *mbox, GError **error)
{
	guint64 after = 0;
	gboolean more = until > 0, any = FALSE;

	fputs(",\n  \"messages\": [", stream);
	while (more) {
		g_autoptr(GBytes) bytes = NULL;
		g_autoptr(JsonObject) piece = fetch(export, "export-messages",
		    number, until, &after, &more, &bytes, error);

		if (piece == NULL ||
		    !write_mails(
		        td_get_array(piece, "messages"), bytes, mbox, error))
			return FALSE;
		td_export_write_elements(
		    stream, td_get_array(piece, "messages"), &any);
	}
	fputs(any ? "\n  ]" : "]", stream);
	return TRUE;
}

/* ---- one ticket ---- */

/* Whether the files of the ticket are there, and nothing happened since. */
static gboolean
is_right(const TdExport *export, const char *json, const char *mbox,
    const char *head)
{
	gsize length = strlen(head);
	g_autofree char *found = g_malloc0(length);
	struct stat status;
	FILE *stream;
	gboolean same;
	int fd;

	if (!export->update ||
	    fstatat(export->directory, mbox, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return FALSE;
	fd = openat(export->directory, json, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	stream = fd < 0 ? NULL : fdopen(fd, "r");
	if (stream == NULL)
		return FALSE;
	same = fread(found, 1, length, stream) == length &&
	    memcmp(found, head, length) == 0;
	fclose(stream);
	return same;
}

/* FALSE without an error: what is wrong was said. */
static gboolean
write_files(TdExport *export, guint64 number, JsonObject *state,
    const char *head, const char *json_name, const char *mbox_name,
    GError **error)
{
	g_autoptr(TdExportFile)
	    mbox = td_export_file_new(export->directory, mbox_name);
	g_autoptr(TdExportFile) json = mbox == NULL
	    ? NULL
	    : td_export_file_new(export->directory, json_name);
	FILE *stream;

	if (json == NULL)
		return FALSE;
	stream = td_export_file_stream(json);
	fputs(head, stream);
	write_ticket(stream, td_get_object(state, "ticket"));
	if (!write_events(export, number,
	        (guint64)td_get_number(state, "events"), stream, error) ||
	    !write_messages(export, number,
	        (guint64)td_get_number(state, "messages"), stream,
	        td_export_file_stream(mbox), error))
		return FALSE;
	fputs("\n}\n", stream);
	/* The JSON last: where it is, all is. */
	return td_export_batch_add(
	           export->batch, g_steal_pointer(&mbox), NULL, 0) &&
	    td_export_batch_add(
	        export->batch, g_steal_pointer(&json), &export->exported, 1);
}

static gboolean
export_state(
    TdExport *export, guint64 number, JsonObject *state, GError **error)
{
	JsonObject *ticket = td_get_object(state, "ticket");
	g_autofree char *json = g_strdup_printf(
	    "%" G_GUINT64_FORMAT ".json", number);
	g_autofree char *mbox = g_strdup_printf(
	    "%" G_GUINT64_FORMAT ".mbox", number);
	g_autofree char *head = make_head(number, state);

	if (read_time(td_get_text(ticket, "updated")) < export->since)
		return TRUE;
	if (is_right(export, json, mbox, head)) {
		export->unchanged++;
		return TRUE;
	}
	return write_files(export, number, state, head, json, mbox, error);
}

gboolean
td_export_ticket(TdExport *export, guint64 number, gboolean must, guint64 *last,
    GError **error)
{
	JsonObject *words = td_client_words("export");
	g_autoptr(JsonObject) state = NULL;

	json_object_set_int_member(words, "number", (gint64)number);
	state = td_client_ask(export->client, words, NULL, NULL, error);
	if (state == NULL)
		return FALSE;
	if (last != NULL)
		*last = (guint64)td_get_number(state, "last");
	if (td_get_object(state, "ticket") != NULL)
		return export_state(export, number, state, error);
	if (must && json_object_has_member(state, "gone"))
		return td_fail(
		    error, TD_ERROR_REFUSED, "%s", td_get_text(state, "gone"));
	return !must ||
	    td_fail(error, TD_ERROR_REFUSED,
	        "there is no ticket %" G_GUINT64_FORMAT, number);
}
