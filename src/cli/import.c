/* import.c - ticket import: old mail, and tickets of another desk */

#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "cli/transfer.h"

/* The PATHs of the command line, by what they are. */
typedef struct {
	GPtrArray *mboxes;   /* of char *, borrowed */
	GPtrArray *maildirs; /* of char *, borrowed */
	GPtrArray *exports;  /* of char * */
	gboolean subfolders;
} Paths;

static void
paths_clear(Paths *paths)
{
	g_clear_pointer(&paths->mboxes, g_ptr_array_unref);
	g_clear_pointer(&paths->maildirs, g_ptr_array_unref);
	g_clear_pointer(&paths->exports, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Paths, paths_clear)

static void
import_clear(TdImport *import)
{
	g_clear_pointer(&import->client, td_client_free);
	g_clear_pointer(&import->progress, td_progress_free);
	g_clear_pointer(&import->mistakes, json_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdImport, import_clear)

void
td_import_refuse(TdImport *import, const char *place, const char *format, ...)
{
	JsonObject *mistake = json_object_new();
	g_autofree char *text = NULL;
	g_autofree char *safe_place = td_text_printable(place, 0);
	g_autofree char *safe_text = NULL;
	gboolean shown = import->progress != NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	safe_text = td_text_printable(text, 0);
	if (place == NULL)
		json_object_set_null_member(mistake, "place");
	else
		json_object_set_string_member(mistake, "place", safe_place);
	json_object_set_string_member(mistake, "text", safe_text);
	json_array_add_object_element(import->mistakes, mistake);
	g_clear_pointer(&import->progress, td_progress_free);
	fprintf(stderr, "ticket: %s%s%s\n", safe_place,
	    place == NULL ? "" : ": ", safe_text);
	if (shown)
		import->progress = td_progress_new("importing");
}

gsize
td_import_bytes(const TdImport *import, gsize most)
{
	return MIN(most, td_client_conf(import->client)->max_message_size);
}

void
td_import_progress(TdImport *import, guint64 bytes)
{
	import->read += bytes;
	td_progress_set(import->progress, import->read, import->all);
}

/* ---- what there is ---- */

static guint64
size_of(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 ? (guint64)status.st_size : 0;
}

static void
take_directory(TdImport *import, Paths *paths, char *path)
{
	g_autoptr(GPtrArray) files = NULL;

	if (td_maildir_is(path)) {
		g_ptr_array_add(paths->maildirs, path);
		return;
	}
	files = td_export_list(path);
	if (files->len == 0)
		td_import_refuse(import, path,
		    "it is a directory, but no Maildir (cur and new) and has "
		    "no files of ticket export (42.json)");
	g_ptr_array_extend_and_steal(paths->exports, g_steal_pointer(&files));
}

static void
take_path(TdImport *import, Paths *paths, char *path)
{
	struct stat status;

	if (stat(path, &status) != 0)
		td_import_refuse(
		    import, path, "cannot be read: %s", g_strerror(errno));
	else if (S_ISDIR(status.st_mode))
		take_directory(import, paths, path);
	else if (td_export_is_file(path))
		g_ptr_array_add(paths->exports, g_strdup(path));
	else
		g_ptr_array_add(paths->mboxes, path);
}

static void
measure(TdImport *import, const Paths *paths)
{
	for (guint i = 0; i < paths->mboxes->len; i++)
		import->all += size_of(g_ptr_array_index(paths->mboxes, i));
	for (guint i = 0; i < paths->exports->len; i++)
		import->all += size_of(g_ptr_array_index(paths->exports, i));
	for (guint i = 0; i < paths->maildirs->len; i++)
		import->all += td_maildir_size(
		    g_ptr_array_index(paths->maildirs, i), paths->subfolders);
	import->mails = paths->mboxes->len + paths->maildirs->len > 0;
	import->exports = paths->exports->len > 0;
}

/* In the order of the command line, each kind by itself. */
static gboolean
import_all(TdImport *import, const Paths *paths, GError **error)
{
	g_autoptr(TdMailBatch) batch = td_mail_batch_new(import);

	if (paths->exports->len > 0 &&
	    !td_import_exports(import, paths->exports, error))
		return FALSE;
	for (guint i = 0; i < paths->maildirs->len && !td_interrupted(); i++)
		if (!td_import_maildir(import, batch,
		        g_ptr_array_index(paths->maildirs, i),
		        paths->subfolders, error))
			return FALSE;
	for (guint i = 0; i < paths->mboxes->len && !td_interrupted(); i++)
		if (!td_import_mbox(import, batch,
		        g_ptr_array_index(paths->mboxes, i), error))
			return FALSE;
	return td_mail_batch_end(batch, error);
}

/* ---- what became of it ---- */

static void
print_text(const TdImport *import)
{
	const char *between = "";

	if (import->mails) {
		printf(
		    "filed %" G_GUINT64_FORMAT ", new tickets ", import->filed);
		/* A dry run files nothing that others could belong to. */
		if (import->dry_run)
			printf("?");
		else
			printf("%" G_GUINT64_FORMAT, import->opened);
		printf(", duplicates %" G_GUINT64_FORMAT, import->duplicates);
		between = ", ";
	}
	if (import->exports) {
		printf("%stickets %" G_GUINT64_FORMAT " (%" G_GUINT64_FORMAT
		       " under new numbers)"
		       ", there already %" G_GUINT64_FORMAT
		       ", people %" G_GUINT64_FORMAT
		       ", known already %" G_GUINT64_FORMAT,
		    between, import->tickets, import->renumbered, import->there,
		    import->people, import->known);
		between = ", ";
	}
	printf("%srefused %u%s\n", between,
	    json_array_get_length(import->mistakes),
	    import->dry_run ? " (a dry run)" : "");
}

static void
print_json(const TdImport *import)
{
	const struct {
		const char *name;
		guint64 value;
	} counts[] = {
		{ "filed", import->filed },
		{ "opened", import->opened },
		{ "duplicates", import->duplicates },
		{ "tickets", import->tickets },
		{ "renumbered", import->renumbered },
		{ "there", import->there },
		{ "people", import->people },
		{ "known", import->known },
		{ "refused", json_array_get_length(import->mistakes) },
	};
	g_autoptr(JsonObject) whole = json_object_new();

	for (gsize i = 0; i < G_N_ELEMENTS(counts); i++)
		json_object_set_int_member(
		    whole, counts[i].name, (gint64)counts[i].value);
	json_object_set_boolean_member(whole, "dry_run", import->dry_run);
	json_object_set_boolean_member(whole, "stopped", td_interrupted());
	json_object_set_array_member(
	    whole, "mistakes", json_array_ref(import->mistakes));
	td_output_json_object(whole);
}

static void
print_counts(const TdImport *import)
{
	if (!td_cli_format(import->cli, "text"))
		print_json(import);
	else if (!td_cli_flag(import->cli, "quiet"))
		print_text(import);
}

/* What was done before a failure stays done, and is told. */
static int
run(TdImport *import, const Paths *paths)
{
	g_autoptr(GError) error = NULL;
	gboolean done;

	measure(import, paths);
	import->progress = td_progress_new("importing");
	done = import_all(import, paths, &error);
	g_clear_pointer(&import->progress, td_progress_free);
	print_counts(import);
	if (!done)
		return td_cli_fail(error);
	if (td_interrupted())
		return td_interrupt_fail();
	return json_array_get_length(import->mistakes) == 0 ? EX_OK : 1;
}

int
td_cli_import(const TdCli *cli)
{
	g_auto(TdImport) import = { .cli = cli,
		.dry_run = td_cli_flag(cli, "dry-run"),
		.mistakes = json_array_new() };
	g_auto(Paths) paths = { .mboxes = g_ptr_array_new(),
		.maildirs = g_ptr_array_new(),
		.exports = g_ptr_array_new_with_free_func(g_free),
		.subfolders = td_cli_flag(cli, "subfolders") };
	g_autoptr(GError) error = NULL;

	td_interrupt_watch();
	for (guint i = 0; i < cli->words->len; i++)
		take_path(&import, &paths, g_ptr_array_index(cli->words, i));
	import.client = td_client_open(cli->conf_path, TD_CLIENT_APART, &error);
	if (import.client == NULL)
		return td_cli_fail(error);
	return run(&import, &paths);
}
