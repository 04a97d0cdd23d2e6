/* import-verify.c - whether the files of a ticket are what they were when
 * ticket export wrote them, before anything of them is sent
 *
 * What the desk has of a ticket stays: so it gets nothing of one that it would
 * refuse at the end. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/server.h>

#include "cli/transfer.h"

/* A request has less than 1 MiB of words. */
#define WORDS_MOST ((gsize)640 * 1024)

typedef struct {
	TdSource source;
	TdImportCheck *check;
} Verifier;

static void
verifier_clear(Verifier *verifier)
{
	td_source_clear(&verifier->source);
	g_clear_pointer(&verifier->check, td_import_check_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Verifier, verifier_clear)

/* Names the file. */
static gboolean
judge(const Verifier *verifier, gboolean good, GError **error)
{
	if (!good)
		g_prefix_error(error, "%s: ", verifier->source.name);
	return good;
}

static gboolean
write_object(
    const Verifier *verifier, JsonObject *object, char **text, GError **error)
{
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);

	json_node_set_object(node, object);
	*text = td_json_write(node, FALSE);
	return td_json_size(*text) <= WORDS_MOST ||
	    td_source_fail(&verifier->source,
	        "an event, or what is told of a message, is larger than 640 "
	        "KiB, which no desk takes",
	        error);
}

static gboolean
verify_messages(Verifier *verifier, guint64 until, GError **error)
{
	TdSource *source = &verifier->source;

	while (td_source_message(source, error)) {
		g_autofree char *text = NULL;

		if (source->message == NULL || source->sequence > until)
			return TRUE;
		if (!write_object(verifier, source->message, &text, error) ||
		    !judge(verifier,
		        td_import_check_message(
		            verifier->check, text, source->raw, error),
		        error))
			return FALSE;
		td_source_taken(source);
	}
	return FALSE;
}

static gboolean
verify_event(Verifier *verifier, JsonObject *event, GError **error)
{
	g_autofree char *text = NULL;
	gint64 message = td_json_is_number(event, "message")
	    ? td_get_number(event, "message")
	    : 0;

	return write_object(verifier, event, &text, error) &&
	    verify_messages(verifier, (guint64)MAX(message, 0), error) &&
	    judge(verifier, td_import_check_event(verifier->check, text, error),
	        error);
}

static gboolean
verify_end(Verifier *verifier, const TdExported *exported, GError **error)
{
	TdSource *source = &verifier->source;

	if (!td_source_message(source, error))
		return FALSE;
	if (source->message != NULL)
		return td_source_fail(
		    source, "no event speaks of its last messages", error);
	return judge(verifier,
	    td_import_check_end(verifier->check, exported->chain, error),
	    error);
}

gboolean
td_import_verify(
    const TdImport *import, const TdExported *exported, GError **error)
{
	g_auto(Verifier)
	    verifier = { .check = td_import_check_new(
		             exported->number, exported->swapped) };

	if (exported->version < TD_EXPORT_HASHED)
		td_import_check_old(verifier.check);
	if (!td_source_open(&verifier.source, exported->path,
	        td_client_conf(import->client)->max_message_size, error))
		return FALSE;
	while (!td_interrupted()) {
		g_autoptr(JsonObject) event = NULL;

		if (!td_source_event(&verifier.source, &event, error))
			return FALSE;
		if (event == NULL)
			return verify_end(&verifier, exported, error);
		if (!verify_event(&verifier, event, error))
			return FALSE;
	}
	return TRUE;
}
