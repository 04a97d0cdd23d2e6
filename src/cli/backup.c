/* backup.c - ticket backup: a copy of the store, written by whoever asks for it
 *
 * Whoever has the store open hands the copy out in pieces: the daemon, or a
 * process of our own. */

#include "config.h"

#include <stdio.h>
#include <sysexits.h>

#include <ticketd/backup.h>
#include <ticketd/error.h>
#include <ticketd/text.h>

#include "cli/cli.h"

typedef struct {
	const TdCli *cli;
	TdClient *client;
	TdBackupFolder *folder;
	const char *path;     /* of the folder */
	TdManifest *manifest; /* the folder's */
	gint64 id;            /* of the backup in the making */
	guint64 bytes;        /* fetched */
	gboolean addition;
} Backup;

/* ---- beginning ---- */

static JsonObject *
ask_begin(Backup *backup, const TdLogEnd *since, GError **error)
{
	JsonObject *words = td_client_words("backup-begin");
	JsonObject *begun;

	if (since != NULL) {
		g_autofree char *tail = td_text_hex(
		    since->tail, sizeof(since->tail));

		json_object_set_int_member(words, "log", since->end.file);
		json_object_set_int_member(
		    words, "offset", (gint64)since->end.offset);
		json_object_set_string_member(words, "tail", tail);
	}
	begun = td_client_ask(backup->client, words, NULL, NULL, error);
	if (begun != NULL)
		backup->id = td_get_number(begun, "id");
	return begun;
}

static void
replace(char **text, const char *value)
{
	g_free(*text);
	*text = g_strdup(value);
}

static TdManifest *
new_manifest(JsonObject *begun)
{
	TdManifest *manifest = td_manifest_new();

	replace(&manifest->version, td_get_text(begun, "version"));
	replace(&manifest->desk, td_get_text(begun, "desk"));
	replace(&manifest->domain, td_get_text(begun, "domain"));
	manifest->schema = (guint64)td_get_number(begun, "schema");
	manifest->byte_order = (guint)td_get_number(begun, "byte_order");
	manifest->begun = td_get_number(begun, "time");
	manifest->until = manifest->begun;
	manifest->last_ticket = (guint64)td_get_number(begun, "last_ticket");
	return manifest;
}

/* Backups of two desks do not go into one directory: the newest one would be
 * the other's. */
static gboolean
check_desk(const char *path, JsonObject *begun, GError **error)
{
	g_autofree char *newest = td_backup_newest(path);
	g_autoptr(TdManifest) manifest = NULL;

	if (newest != NULL)
		manifest = td_manifest_read(newest, NULL);
	if (manifest == NULL ||
	    (g_str_equal(manifest->desk, td_get_text(begun, "desk")) &&
	        g_str_equal(manifest->domain, td_get_text(begun, "domain"))))
		return TRUE;
	return td_fail(error, TD_ERROR_REFUSED,
	    "%s has backups of another desk, %s of %s", path, manifest->desk,
	    manifest->domain);
}

/* Names of backups are times, and the newest is the last of them. */
static void
warn_of_clock(const char *path, JsonObject *begun)
{
	g_autofree char *newest = td_backup_newest(path);
	g_autoptr(TdManifest) manifest = NULL;
	g_autofree char *time = NULL;
	g_autofree char *safe = NULL;

	if (newest != NULL)
		manifest = td_manifest_read(newest, NULL);
	if (manifest == NULL || manifest->begun <= td_get_number(begun, "time"))
		return;
	time = td_text_rfc3339(manifest->begun);
	safe = td_text_printable(newest, 0);
	fprintf(stderr,
	    "ticket: note: %s is of %s, which is later than now: the clock was "
	    "wrong, or is; the backup to come has a name behind it, for it is "
	    "the newest\n",
	    safe, time);
}

static gboolean
begin_full(Backup *backup, gint64 *size, GError **error)
{
	g_autoptr(JsonObject) begun = ask_begin(backup, NULL, error);

	if (begun == NULL || !check_desk(backup->path, begun, error))
		return FALSE;
	warn_of_clock(backup->path, begun);
	backup->manifest = new_manifest(begun);
	*size = td_get_number(begun, "size");
	return td_backup_folder_begin(backup->folder, backup->manifest, error);
}

/* To the backup @newest, whose manifest is @former, taken over. */
static gboolean
begin_addition_to(Backup *backup, const char *newest, TdManifest *former,
    gint64 *size, GError **error)
{
	g_autoptr(TdManifest) manifest = former;
	g_autoptr(JsonObject) begun = NULL;
	TdLogEnd since;

	if (!td_manifest_log_end(manifest, newest, &since, error))
		return FALSE;
	begun = ask_begin(backup, &since, error);
	if (begun == NULL || !check_desk(newest, begun, error))
		return FALSE;
	backup->addition = TRUE;
	*size = td_get_number(begun, "size");
	manifest->until = td_get_number(begun, "time");
	manifest->additions++;
	manifest->last_ticket = (guint64)td_get_number(begun, "last_ticket");
	backup->manifest = g_steal_pointer(&manifest);
	return td_backup_folder_begin_addition(
	    backup->folder, newest, backup->manifest, error);
}

/* TD_ERROR_REFUSED: only a full backup will do; says why. */
static gboolean
begin_addition(Backup *backup, gint64 *size, GError **error)
{
	g_autofree char *newest = td_backup_newest(backup->path);
	TdManifest *manifest;

	if (newest == NULL)
		return td_fail(error, TD_ERROR_REFUSED,
		    "there is no backup in %s to add to", backup->path);
	manifest = td_manifest_read(newest, error);
	return manifest != NULL &&
	    begin_addition_to(backup, newest, manifest, size, error);
}

/* ---- fetching ---- */

static gboolean
fetch_piece(Backup *backup, gboolean *over, GError **error)
{
	JsonObject *words = td_client_words("backup-next");
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(JsonObject) piece = NULL;
	const char *file;

	json_object_set_int_member(words, "id", backup->id);
	piece = td_client_ask(backup->client, words, NULL, &bytes, error);
	if (piece == NULL)
		return FALSE;
	*over = td_get_flag(piece, "over");
	if (*over) {
		if (!backup->addition)
			backup->manifest->first_log = (guint32)td_get_number(
			    piece, "first_log");
		backup->manifest->end.file = (guint32)td_get_number(
		    piece, "last_log");
		backup->manifest->end.offset = (guint64)td_get_number(
		    piece, "offset");
		return TRUE;
	}
	file = td_get_text(piece, "file");
	if (*file == '\0')
		return TRUE;
	if (bytes != NULL)
		backup->bytes += g_bytes_get_size(bytes);
	return td_backup_folder_write(backup->folder, file,
	    (guint64)td_get_number(piece, "offset"), bytes, error);
}

static gboolean
fetch(Backup *backup, gint64 size, GError **error)
{
	g_autoptr(TdProgress) progress = td_progress_new("backing up, bytes");
	gboolean over = FALSE;

	while (!over) {
		if (!fetch_piece(backup, &over, error))
			return FALSE;
		td_progress_set(
		    progress, backup->bytes, MAX((guint64)size, backup->bytes));
	}
	return TRUE;
}

/* backup-end: from now on the store keeps the log for an addition. */
static gboolean
end(Backup *backup, const char *verb, GError **error)
{
	JsonObject *words = td_client_words(verb);
	g_autoptr(JsonObject) ended = NULL;

	json_object_set_int_member(words, "id", backup->id);
	ended = td_client_ask(backup->client, words, NULL, NULL, error);
	return ended != NULL;
}

/* ---- what it says ---- */

static void
print_json(const Backup *backup, const char *path, guint removed)
{
	g_autoptr(JsonObject) object = json_object_new();
	const TdManifest *manifest = backup->manifest;
	g_autofree char *begun = td_text_rfc3339(manifest->begun);
	g_autofree char *until = td_text_rfc3339(manifest->until);
	g_autofree char *utf8 = td_text_utf8(path, -1);

	json_object_set_string_member(object, "backup", utf8);
	json_object_set_string_member(
	    object, "kind", backup->addition ? "addition" : "full");
	json_object_set_int_member(object, "bytes", (gint64)backup->bytes);
	json_object_set_int_member(object, "files", manifest->files->len);
	json_object_set_int_member(
	    object, "last_ticket", (gint64)manifest->last_ticket);
	json_object_set_int_member(object, "first_log", manifest->first_log);
	json_object_set_int_member(object, "last_log", manifest->end.file);
	json_object_set_string_member(object, "begun", begun);
	json_object_set_string_member(object, "until", until);
	json_object_set_int_member(object, "removed", removed);
	td_output_json_object(object);
}

static void
print_backup(const Backup *backup, const char *path, guint removed)
{
	g_autofree char *safe = td_text_printable(path, 0);
	g_autofree char *size = g_format_size_full(
	    backup->bytes, G_FORMAT_SIZE_IEC_UNITS);

	if (td_cli_format(backup->cli, "json")) {
		print_json(backup, path, removed);
		return;
	}
	if (backup->addition)
		printf("added %s of log to %s, tickets up to %" G_GUINT64_FORMAT
		       "\n",
		    size, safe, backup->manifest->last_ticket);
	else
		printf(
		    "wrote %s, %u files, %s, tickets up to %" G_GUINT64_FORMAT
		    "\n",
		    safe, backup->manifest->files->len, size,
		    backup->manifest->last_ticket);
	if (removed > 0)
		printf("removed %u older backup%s\n", removed,
		    removed == 1 ? "" : "s");
}

/* ---- the command ---- */

static gboolean
make_full(Backup *backup, GError **error)
{
	gint64 size = 0;

	return begin_full(backup, &size, error) && fetch(backup, size, error);
}

static gboolean
make_addition(Backup *backup, GError **error)
{
	gint64 size = 0;

	return begin_addition(backup, &size, error) &&
	    fetch(backup, size, error);
}

/* Nothing of what was begun counts. */
static gboolean
begin_anew(Backup *backup, GError **error)
{
	if (backup->id != 0 && !end(backup, "backup-cancel", error))
		return FALSE;
	g_clear_pointer(&backup->folder, td_backup_folder_free);
	backup->id = 0;
	backup->bytes = 0;
	backup->addition = FALSE;
	backup->folder = td_backup_folder_open(backup->path, error);
	return backup->folder != NULL;
}

/* Where nothing can be added a full backup is made. */
static gboolean
make(Backup *backup, GError **error)
{
	g_autoptr(GError) problem = NULL;

	if (!td_cli_flag(backup->cli, "incremental"))
		return make_full(backup, error);
	if (make_addition(backup, &problem))
		return TRUE;
	if (!g_error_matches(problem, TD_ERROR, TD_ERROR_REFUSED)) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return FALSE;
	}
	fprintf(stderr, "ticket: %s; making a full backup\n", problem->message);
	return begin_anew(backup, error) && make_full(backup, error);
}

static gboolean
run(Backup *backup, GError **error)
{
	g_autofree char *written = NULL;
	guint64 keep = 0;
	guint removed = 0;

	if (!td_cli_number(backup->cli, "keep", 0, &keep, error))
		return FALSE;
	if (keep > G_MAXUINT || (keep == 0 && td_cli_flag(backup->cli, "keep")))
		return td_fail(error, TD_ERROR_USAGE,
		    "--keep: at least 1 backup must be kept");
	backup->client = td_client_open(
	    backup->cli->conf_path, TD_CLIENT_APART, error);
	if (backup->client == NULL)
		return FALSE;
	backup->folder = td_backup_folder_open(backup->path, error);
	if (backup->folder == NULL || !make(backup, error) ||
	    !td_backup_folder_finish(backup->folder, &written, error) ||
	    !end(backup, "backup-end", error))
		return FALSE;
	if (keep > 0 &&
	    !td_backup_folder_prune(
	        backup->folder, (guint)keep, &removed, error))
		return FALSE;
	print_backup(backup, written, removed);
	return TRUE;
}

int
td_cli_backup(const TdCli *cli)
{
	Backup backup = { .cli = cli, .path = td_cli_word(cli, 0) };
	g_autoptr(GError) error = NULL;
	gboolean done = run(&backup, &error);

	td_backup_folder_free(backup.folder);
	td_client_free(backup.client);
	return done ? EX_OK : td_cli_fail(error);
}
