/* export.c - ticket export: tickets as files that anybody can read
 *
 * A ticket becomes a mailbox, which any mail program opens, and a JSON text
 * that tells all the rest.  They are fetched from the desk in small pieces and
 * written as they come. */

#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>
#include <ticketd/server.h>
#include <ticketd/store.h>

#include "cli/transfer.h"

static void
export_clear(TdExport *export)
{
	g_clear_pointer(&export->client, td_client_free);
	g_clear_pointer(&export->batch, td_export_batch_free);
	g_clear_pointer(&export->progress, td_progress_free);
	if (export->directory >= 0)
		close(export->directory);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdExport, export_clear)

/* ---- which ones ---- */

static const char *const texts[][2] = { { "queue", "queue" },
	{ "status", "status" }, { "requester", "requester" },
	{ "owner", "owner" }, { "subject", "words" } };
static const char *const flags[] = { "active", "spam" };

static gboolean
has_filter(const TdCli *cli)
{
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		if (td_cli_text(cli, texts[i][0]) != NULL)
			return TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(flags); i++)
		if (td_cli_flag(cli, flags[i]))
			return TRUE;
	return FALSE;
}

static gboolean
export_named(TdExport *export, GError **error)
{
	const GPtrArray *words = export->cli->words;

	for (guint i = 0; i < words->len && !td_interrupted(); i++) {
		guint64 numbers[3] = { 0 };

		if (!td_cli_handle(
		        g_ptr_array_index(words, i), 1, 1, numbers, error) ||
		    !td_export_ticket(export, numbers[0], TRUE, NULL, error))
			return FALSE;
		td_progress_set(export->progress, i + 1, words->len);
	}
	return TRUE;
}

static JsonObject *
list_words(const TdCli *cli, const char *next)
{
	JsonObject *words = td_client_words("list");

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		td_client_copy_text(cli, texts[i][0], words, texts[i][1]);
	for (gsize i = 0; i < G_N_ELEMENTS(flags); i++)
		if (td_cli_flag(cli, flags[i]))
			json_object_set_boolean_member(words, flags[i], TRUE);
	json_object_set_int_member(words, "limit", TD_READ_MAX);
	if (next != NULL)
		json_object_set_string_member(words, "next", next);
	return words;
}

static gboolean
export_page(
    TdExport *export, JsonObject *page, guint64 *highest, GError **error)
{
	JsonArray *tickets = td_get_array(page, "tickets");

	for (guint i = 0;
	     i < td_get_length(page, "tickets") && !td_interrupted(); i++) {
		guint64 number = (guint64)td_get_number(
		    json_array_get_object_element(tickets, i), "number");

		if (!td_export_ticket(export, number, FALSE, NULL, error))
			return FALSE;
		*highest = MAX(*highest, number);
		td_progress_set(
		    export->progress, *highest - number + 1, *highest);
	}
	return TRUE;
}

/* Newest first, as they are listed. */
static gboolean
export_listed(TdExport *export, GError **error)
{
	g_autofree char *next = NULL;
	guint64 highest = 0;

	do {
		g_autoptr(JsonObject) page = td_client_ask(export->client,
		    list_words(export->cli, next), NULL, NULL, error);

		if (page == NULL || !export_page(export, page, &highest, error))
			return FALSE;
		g_free(next);
		next = g_strdup(json_object_get_string_member_with_default(
		    page, "next", NULL));
	} while (next != NULL && !td_interrupted());
	return TRUE;
}

/* Spam and merged ones too, and the desk's own record. */
static gboolean
export_all(TdExport *export, GError **error)
{
	guint64 last = 0;

	for (guint64 number = 0; number <= last && !td_interrupted();
	     number++) {
		if (!td_export_ticket(export, number, FALSE, &last, error))
			return FALSE;
		td_progress_set(export->progress, number, last);
	}
	return TRUE;
}

/* ---- people ---- */

static gboolean
write_people(TdExport *export, FILE *stream, guint64 *people, GError **error)
{
	guint64 after = 0;
	gboolean more = TRUE, any = FALSE;

	fprintf(stream, "{\n  \"" TD_PEOPLE_MEMBER "\": %d,\n  \"people\": [",
	    TD_EXPORT_VERSION);
	while (more) {
		JsonObject *words = td_client_words("export-people");
		g_autoptr(JsonObject) page = NULL;

		json_object_set_int_member(words, "after", (gint64)after);
		page = td_client_ask(export->client, words, NULL, NULL, error);
		if (page == NULL)
			return FALSE;
		more = json_object_has_member(page, "next");
		after = (guint64)td_get_number(page, "next");
		td_export_write_elements(
		    stream, td_get_array(page, "people"), &any);
		*people += td_get_length(page, "people");
	}
	fputs(any ? "\n  ]\n}\n" : "]\n}\n", stream);
	return TRUE;
}

static gboolean
export_people(TdExport *export, GError **error)
{
	g_autoptr(TdExportFile)
	    file = td_export_file_new(export->directory, TD_PEOPLE_NAME);
	guint64 people = 0;

	return file != NULL &&
	    write_people(export, td_export_file_stream(file), &people, error) &&
	    td_export_batch_add(
	        export->batch, g_steal_pointer(&file), &export->people, people);
}

/* ---- the command ---- */

static void
print_counts(const TdExport *export)
{
	g_autoptr(JsonObject) whole = NULL;

	if (td_cli_format(export->cli, "text")) {
		printf("tickets %" G_GUINT64_FORMAT
		       ", unchanged %" G_GUINT64_FORMAT
		       ", people %" G_GUINT64_FORMAT "\n",
		    export->exported, export->unchanged, export->people);
		return;
	}
	whole = json_object_new();
	json_object_set_int_member(whole, "tickets", (gint64) export->exported);
	json_object_set_int_member(
	    whole, "unchanged", (gint64) export->unchanged);
	json_object_set_int_member(whole, "people", (gint64) export->people);
	json_object_set_boolean_member(whole, "stopped", td_interrupted());
	td_output_json_object(whole);
}

static gboolean
export_what(TdExport *export, GError **error)
{
	const TdCli *cli = export->cli;

	if (cli->words->len > 0)
		return export_named(export, error);
	if (has_filter(cli))
		return export_listed(export, error);
	return export_all(export, error) &&
	    (td_interrupted() || export->since != 0 ||
	        export_people(export, error));
}

/* What was written before a failure stays, and is told. */
static int
run(TdExport *export)
{
	g_autoptr(GError) error = NULL;
	gboolean done;

	export->progress = td_progress_new("exporting");
	done = export_what(export, &error);
	/* What is whole stays, whatever came behind. */
	done = td_export_batch_flush(export->batch) && done;
	g_clear_pointer(&export->progress, td_progress_free);
	if (done && fsync(export->directory) != 0)
		return td_cli_fail_path("write", "the directory", EX_IOERR);
	print_counts(export);
	if (!done)
		return error == NULL ? EX_CANTCREAT : td_cli_fail(error);
	return td_interrupted() ? td_interrupt_fail() : EX_OK;
}

int
td_cli_export(const TdCli *cli)
{
	const char *path = td_cli_text(cli, "output");
	g_auto(TdExport) export = { .cli = cli,
		.directory = -1,
		.update = td_cli_flag(cli, "update") };
	g_autoptr(GError) error = NULL;
	int status = EX_OK;

	if (cli->words->len > 0 && has_filter(cli)) {
		td_fail(&error, TD_ERROR_USAGE,
		    "numbers and options that choose tickets exclude each "
		    "other");
		return td_cli_fail(error);
	}
	if (!td_cli_moment(
	        cli, "since", FALSE, td_clock_now(), &export.since, &error))
		return td_cli_fail(error);
	td_interrupt_watch();
	export.directory = td_export_directory(
	    path == NULL ? "." : path, &status);
	if (export.directory < 0)
		return status;
	export.batch = td_export_batch_new(export.directory);
	export.client = td_client_open(cli->conf_path, TD_CLIENT_APART, &error);
	if (export.client == NULL)
		return td_cli_fail(error);
	return run(&export);
}
