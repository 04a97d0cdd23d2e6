/* restore.c - ticket restore: a store made of a backup
 *
 * Root copies, for the backup may be where nobody else can read; then it
 * becomes the owner of the store for good, who does the rest. */

#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <ticketd/backup.h>
#include <ticketd/clock.h>
#include <ticketd/desk.h>
#include <ticketd/error.h>
#include <ticketd/server.h>
#include <ticketd/text.h>

#include "cli/cli.h"

typedef struct {
	const TdCli *cli;
	TdConf *conf;
	char *path; /* of the backup */
	TdManifest *manifest;
	TdRestored restored;
	guint findings;
	TdProgress *progress;
	const char *doing; /* what .progress shows */
} Restore;

/* More findings than these are counted, not told. */
#define MAX_FINDINGS 20u

static void
restore_clear(Restore *restore)
{
	td_progress_free(restore->progress);
	td_manifest_free(restore->manifest);
	td_conf_free(restore->conf);
	g_free(restore->restored.replaced);
	g_free(restore->path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Restore, restore_clear)

/* TdRestoreProgress */
static void
show(const char *doing, guint64 done, guint64 total, gpointer data)
{
	Restore *restore = data;

	if (restore->doing == NULL || !g_str_equal(restore->doing, doing)) {
		g_clear_pointer(&restore->progress, td_progress_free);
		restore->progress = td_progress_new(doing);
		restore->doing = doing;
	}
	td_progress_set(restore->progress, done, total);
}

/* ---- before anything is changed ---- */

static gboolean
find_backup(Restore *restore, const char *path, GError **error)
{
	restore->path = td_backup_newest(path);
	if (restore->path == NULL)
		return td_fail(error, TD_ERROR_REFUSED,
		    "there is no backup in %s; give the directory that was "
		    "given to ticket backup, or one of those in it",
		    path);
	restore->manifest = td_manifest_read(restore->path, error);
	return restore->manifest != NULL;
}

/* It may be what is wanted: desks are renamed. */
static void
warn_of_desk(const Restore *restore)
{
	const TdManifest *manifest = restore->manifest;
	g_autofree char *desk = NULL;
	g_autofree char *domain = NULL;

	if (g_str_equal(manifest->desk, restore->conf->name) &&
	    g_str_equal(manifest->domain, restore->conf->domain))
		return;
	desk = td_text_printable(manifest->desk, 80);
	domain = td_text_printable(manifest->domain, 80);
	fprintf(stderr,
	    "ticket: note: this is a backup of the desk %s of %s, and the "
	    "configuration is that of %s of %s\n",
	    desk, domain, restore->conf->name, restore->conf->domain);
}

static gboolean
refuse_daemon(const TdConf *conf, GError **error)
{
	g_autoptr(TdControl) control = NULL;

	if (!td_control_connect(conf, &control, error))
		return FALSE;
	return control == NULL ||
	    td_fail(error, TD_ERROR_REFUSED,
	        "ticketd is running; stop it first (mail waits in the mail "
	        "server meanwhile)");
}

static gboolean
read_skip(Restore *restore, GError **error)
{
	if (!td_cli_number(
	        restore->cli, "skip", 0, &restore->restored.skip, error))
		return FALSE;
	return restore->restored.skip > 0 ||
	    !td_cli_flag(restore->cli, "skip") ||
	    td_fail(error, TD_ERROR_USAGE,
	        "--skip 0: numbers that were given out since the backup would "
	        "be given out again");
}

/* ---- the owner ---- */

/* Whose the store is, or is to be; *@uid is -1 if that is who runs this. */
static gboolean
find_owner(Restore *restore, gint64 *uid, gint64 *gid, GError **error)
{
	const char *store = restore->conf->store;
	g_autoptr(TdUser) owner = NULL;
	struct stat status;

	if (stat(store, &status) != 0 &&
	    !td_init_directory(restore->cli, restore->conf, &owner, error))
		return FALSE;
	if (stat(store, &status) != 0)
		return td_fail(
		    error, TD_ERROR_DENIED, "%s: %s", store, g_strerror(errno));
	*uid = *gid = -1;
	if (status.st_uid == geteuid())
		return TRUE;
	if (geteuid() != 0)
		return td_fail(error, TD_ERROR_DENIED,
		    "the store %s belongs to another user; try as that user or "
		    "as root",
		    store);
	*uid = status.st_uid;
	*gid = status.st_gid;
	return TRUE;
}

/* ---- the store ---- */

static gboolean
raise_key(TdTxn *txn, guint64 first_number, gpointer data, GError **error)
{
	Restore *restore = data;

	return td_desk_raise_key(
	    txn, first_number, &restore->restored.key_version, error);
}

static void
take_finding(const char *finding, gpointer data)
{
	Restore *restore = data;
	g_autofree char *safe = td_text_printable(finding, 0);

	if (restore->findings++ < MAX_FINDINGS)
		fprintf(stderr, "ticket: %s\n", safe);
}

static gboolean
make_store(Restore *restore, GError **error)
{
	const char *store = restore->conf->store;
	g_autofree char *actor = td_user_actor();
	g_autoptr(TdRestore) making = NULL;
	gint64 uid;
	gint64 gid;

	if (!find_owner(restore, &uid, &gid, error))
		return FALSE;
	making = td_restore_new(restore->manifest, restore->path, store,
	    td_cli_flag(restore->cli, "replace"), uid, gid, show, restore,
	    error);
	if (making == NULL || !td_client_become_owner(store, error))
		return FALSE;
	restore->restored.now = td_clock_now();
	restore->restored.actor = actor;
	restore->restored.change = raise_key;
	restore->restored.data = restore;
	restore->restored.finding = take_finding;
	restore->restored.finding_data = restore;
	if (!td_restore_finish(making, restore->conf->cache_size,
	        &restore->restored, show, restore, error) ||
	    !td_restore_publish(making, &restore->restored, error))
		return FALSE;
	restore->restored.actor = NULL;
	return TRUE;
}

/* ---- what it says ---- */

static void
print_json(const Restore *restore, gboolean done)
{
	const TdRestored *restored = &restore->restored;
	g_autoptr(JsonObject) object = json_object_new();
	g_autofree char *begun = td_text_rfc3339(restore->manifest->begun);
	g_autofree char *until = td_text_rfc3339(restore->manifest->until);
	g_autofree char *path = td_text_utf8(restore->path, -1);

	json_object_set_string_member(object, "backup", path);
	json_object_set_string_member(object, "begun", begun);
	json_object_set_string_member(object, "until", until);
	json_object_set_int_member(
	    object, "files", restore->manifest->files->len);
	json_object_set_boolean_member(object, "restored", done);
	if (done) {
		json_object_set_int_member(
		    object, "last_ticket", (gint64)restored->tickets);
		json_object_set_int_member(
		    object, "skipped_from", (gint64)restored->skipped_from);
		json_object_set_int_member(
		    object, "skipped_to", (gint64)restored->skipped_to);
		json_object_set_int_member(
		    object, "key_version", restored->key_version);
		json_object_set_int_member(
		    object, "held", (gint64)restored->held);
		json_object_set_int_member(
		    object, "wrong", (gint64)restored->wrong);
		if (restored->replaced != NULL)
			json_object_set_string_member(
			    object, "replaced", restored->replaced);
		else
			json_object_set_null_member(object, "replaced");
	}
	td_output_json_object(object);
}

static void
print_whole(const Restore *restore)
{
	g_autofree char *safe = td_text_printable(restore->path, 0);
	g_autofree char *until = td_text_rfc3339(restore->manifest->until);

	printf("%s is whole: %u files, tickets up to %" G_GUINT64_FORMAT
	       ", as of %s\n",
	    safe, restore->manifest->files->len, restore->manifest->last_ticket,
	    until);
}

static void
print_restored(const Restore *restore)
{
	const TdRestored *restored = &restore->restored;
	g_autofree char *safe = td_text_printable(restore->path, 0);
	g_autofree char *until = td_text_rfc3339(restore->manifest->until);

	printf("restored %s from %s, as of %s\n", restore->conf->store, safe,
	    until);
	printf("tickets: up to %" G_GUINT64_FORMAT
	       "; the next one is %" G_GUINT64_FORMAT "\n",
	    restored->tickets, restored->skipped_to + 1);
	printf(
	    "addresses: signed by key %u from now on\n", restored->key_version);
	if (restored->held > 0)
		printf("outbox: %" G_GUINT64_FORMAT
		       " mails are held, for they may have been sent since; "
		       "see ticket outbox list, then\n"
		       "        ticket outbox retry --held, or ticket outbox "
		       "drop ID\n",
		    restored->held);
	if (restored->replaced != NULL)
		printf(
		    "the store that was there is in %s\n", restored->replaced);
	if (restored->wrong > 0)
		printf("check: %" G_GUINT64_FORMAT
		       " findings; try: ticket check --rebuild\n",
		    restored->wrong);
	else
		printf("check: all records are the sum of their events\n");
}

/* ---- the command ---- */

static gboolean
run(Restore *restore, GError **error)
{
	gboolean dry_run = td_cli_flag(restore->cli, "dry-run");
	gboolean done;

	restore->conf = td_conf_load(restore->cli->conf_path, error);
	if (restore->conf == NULL || !read_skip(restore, error) ||
	    !find_backup(restore, td_cli_word(restore->cli, 0), error))
		return FALSE;
	warn_of_desk(restore);
	if (dry_run)
		done = td_restore_verify(
		    restore->manifest, restore->path, show, restore, error);
	else
		done = refuse_daemon(restore->conf, error) &&
		    make_store(restore, error);
	g_clear_pointer(&restore->progress, td_progress_free);
	if (!done)
		return FALSE;
	if (td_cli_format(restore->cli, "json"))
		print_json(restore, !dry_run);
	else if (dry_run)
		print_whole(restore);
	else
		print_restored(restore);
	return TRUE;
}

int
td_cli_restore(const TdCli *cli)
{
	g_auto(Restore) restore = { .cli = cli };
	g_autoptr(GError) error = NULL;

	if (!run(&restore, &error)) {
		g_clear_pointer(&restore.progress, td_progress_free);
		return td_cli_fail(error);
	}
	return restore.restored.wrong > 0 ? 1 : EX_OK;
}
