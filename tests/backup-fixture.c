/* backup-fixture.c - see backup-fixture.h */

#include "config.h"

#include <db.h>

#include "backup-fixture.h"

void
backups_set_up(Backups *backups, gconstpointer unused G_GNUC_UNUSED)
{
	make_desk(&backups->desk, NULL);
	backups->folder = g_build_filename(backups->desk.top, "backups", NULL);
	backups->other = g_build_filename(backups->desk.top, "other", NULL);
	g_assert_cmpint(g_mkdir(backups->other, 0700), ==, 0);
}

void
backups_tear_down(Backups *backups, gconstpointer unused G_GNUC_UNUSED)
{
	g_free(backups->folder);
	g_free(backups->other);
	remove_desk(&backups->desk, NULL);
}

/* ---- mail that comes in ---- */

typedef struct {
	guint64 number; /* of the ticket, by the job */
	guint size;
} Mail;

/* A ticket with a message, an id and a mail to send. */
static gboolean
file_mail(TdTxn *txn, gpointer data, GError **error)
{
	Mail *mail = data;
	g_autoptr(TdTicket) ticket = new_ticket(
	    txn, "support", "anna@example.net", "Printer burns");
	g_autoptr(TdFiled) filed = td_filed_new();
	g_autoptr(TdOutboxRow) row = td_outbox_row_new();
	g_autoptr(TdEvent)
	    event = td_event_new(TD_EVENT_MESSAGE, ticket->number, NOW, "desk");
	g_autofree char *id = g_strdup_printf("%u@x", (guint)ticket->number);
	guint words = mail->size / sizeof(guint32);
	g_autofree guint32 *raw = g_new(guint32, words);
	TdPlace place = { ticket->number, 1 };

	/* Nothing that could be packed. */
	for (guint i = 0; i < words; i++)
		raw[i] = g_random_int();
	filed->ticket = ticket->number;
	filed->sequence = 1;
	row->ticket = ticket->number;
	row->sequence = 1;
	row->due = NOW + (gint64)ticket->number;
	event->message = 1;
	mail->number = ticket->number;
	return td_filed_put(txn, filed, (const char *)raw,
	           words * sizeof(guint32), error) &&
	    td_event_append(txn, ticket, event, error) &&
	    td_ticket_put(txn, ticket, error) &&
	    td_id_bind(txn, id, "", &place, error) &&
	    td_outbox_row_put(txn, row, error);
}

guint64
file_some(TdStore *store, guint count, guint size)
{
	Mail mail = { 0, size };

	for (guint i = 0; i < count; i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(TdTxn) txn = td_txn_begin(store, &error);

		g_assert_no_error(error);
		g_assert_true(file_mail(txn, &mail, &error));
		commit(txn);
	}
	g_assert_true(td_store_flush(store, NULL));
	return mail.number;
}

static gpointer
run_storm(gpointer data)
{
	Storm *storm = data;

	for (guint i = 0; g_atomic_int_get(&storm->stop) == 0; i++) {
		guint64 number = file_some(storm->store, 4, 3000);

		g_mutex_lock(&storm->lock);
		storm->number = number;
		g_mutex_unlock(&storm->lock);
		if (i % 8 == 0)
			td_store_checkpoint(storm->store, TRUE, NULL);
	}
	return NULL;
}

void
begin_storm(Storm *storm, TdStore *store)
{
	*storm = (Storm){ .store = store };
	g_mutex_init(&storm->lock);
	storm->thread = g_thread_new("storm", run_storm, storm);
}

guint64
storm_number(Storm *storm)
{
	guint64 number;

	g_mutex_lock(&storm->lock);
	number = storm->number;
	g_mutex_unlock(&storm->lock);
	return number;
}

void
end_storm(Storm *storm)
{
	g_atomic_int_set(&storm->stop, 1);
	g_thread_join(storm->thread);
	g_mutex_clear(&storm->lock);
}

/* ---- making backups ---- */

static TdManifest *
new_manifest(TdStore *store, gint64 now)
{
	TdManifest *manifest = td_manifest_new();
	g_autoptr(TdTxn) txn = td_txn_read(store);
	guint64 first;

	manifest->schema = TD_STORE_SCHEMA;
	manifest->byte_order = G_BYTE_ORDER;
	manifest->begun = manifest->until = now;
	g_assert_true(
	    td_ticket_range(txn, &first, &manifest->last_ticket, NULL));
	return manifest;
}

/* Fetches all pieces; @pause_us after each. */
static void
fetch(TdBackup *backup, TdBackupFolder *folder, gulong pause_us)
{
	g_autoptr(GError) error = NULL;
	gboolean over = FALSE;

	while (!over) {
		g_auto(TdBackupPiece) piece = { 0 };

		td_backup_next(
		    backup, PATIENCE_SECONDS * 1000, &piece, &over, &error);
		g_assert_no_error(error);
		if (piece.file == NULL)
			continue;
		td_backup_folder_write(
		    folder, piece.file, piece.offset, piece.bytes, &error);
		g_assert_no_error(error);
		if (pause_us > 0)
			g_usleep(pause_us);
	}
}

static char *
finish(TdStore *store, TdBackup *backup, TdBackupFolder *folder,
    TdManifest *manifest)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = NULL;
	char *path = NULL;

	td_backup_log(backup, &manifest->first_log, &manifest->end);
	td_backup_folder_finish(folder, &path, &error);
	g_assert_no_error(error);
	txn = td_txn_begin(store, &error);
	g_assert_no_error(error);
	g_assert_true(td_backup_keep_log(txn, &manifest->end, NOW, &error));
	commit(txn);
	return path;
}

char *
make_backup(Backups *backups, gint64 now, gulong pause_us)
{
	TdStore *store = backups->desk.store;
	g_autoptr(GError) error = NULL;
	g_autoptr(TdBackupFolder)
	    folder = td_backup_folder_open(backups->folder, &error);
	g_autoptr(TdBackup) backup = NULL;
	TdManifest *manifest = new_manifest(store, now);

	g_assert_no_error(error);
	backup = td_backup_new(store, NULL, &error);
	g_assert_no_error(error);
	td_backup_folder_begin(folder, manifest, &error);
	g_assert_no_error(error);
	fetch(backup, folder, pause_us);
	return finish(store, backup, folder, manifest);
}

gboolean
add_log(Backups *backups, gint64 now, GError **error)
{
	TdStore *store = backups->desk.store;
	g_autofree char *path = td_backup_newest(backups->folder);
	g_autoptr(TdBackupFolder)
	    folder = td_backup_folder_open(backups->folder, error);
	TdManifest *manifest = td_manifest_read(path, error);
	g_autoptr(TdBackup) backup = NULL;
	g_autofree char *added = NULL;
	guint32 first = manifest->first_log;
	TdLogEnd end;

	g_assert_nonnull(folder);
	g_assert_true(
	    td_backup_folder_begin_addition(folder, path, manifest, error));
	g_assert_true(td_manifest_log_end(manifest, path, &end, error));
	backup = td_backup_new(store, &end, error);
	if (backup == NULL)
		return FALSE;
	fetch(backup, folder, 0);
	manifest->until = now;
	manifest->additions++;
	added = finish(store, backup, folder, manifest);
	g_assert_cmpstr(added, ==, path);
	manifest->first_log = first;
	return TRUE;
}

/* ---- restoring ---- */

static void
tell(const char *finding, gpointer unused G_GNUC_UNUSED)
{
	g_test_message("%s", finding);
}

gboolean
restore_backup(Backups *backups, const char *path, gboolean replace,
    TdRestored *restored, GError **error)
{
	g_autoptr(TdManifest) manifest = td_manifest_read(path, error);
	g_autoptr(TdRestore) restore = NULL;

	if (manifest == NULL)
		return FALSE;
	restore = td_restore_new(
	    manifest, path, backups->other, replace, -1, -1, NULL, NULL, error);
	restored->finding = tell;
	restored->now = NOW + 60;
	restored->actor = "control:test";
	return restore != NULL &&
	    td_restore_finish(
	        restore, CACHE_SIZE, restored, NULL, NULL, error) &&
	    td_restore_publish(restore, restored, error);
}

/* Whether each page of each table is whole, and the tables themselves. */
static void
assert_pages(const char *home)
{
	g_autofree char *path = g_build_filename(home, "db", NULL);
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name;
	guint count = 0;

	while ((name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *file = g_build_filename(path, name, NULL);
		DB *db;

		g_assert_cmpint(db_create(&db, NULL, 0), ==, 0);
		g_assert_cmpint(db->verify(db, file, NULL, NULL, 0), ==, 0);
		count++;
	}
	g_assert_cmpuint(count, >, 20);
}

void
assert_tickets(const char *home, guint64 number)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdStore) store = td_store_open(home, CACHE_SIZE, 0, &error);
	g_autoptr(TdTxn) txn = NULL;
	TdVerify verify = { .until = G_MAXUINT64 };
	guint64 at;

	g_assert_no_error(error);
	txn = td_txn_read(store);
	for (at = 1; at <= number; at++) {
		g_autoptr(TdTicket) ticket = get_ticket(txn, at);
		g_autoptr(TdFiled) filed = NULL;
		g_autoptr(GBytes) raw = NULL;

		g_assert_nonnull(ticket);
		g_assert_cmpuint(ticket->events, ==, 2);
		g_assert_true(td_filed_get(txn, at, 1, &filed, &raw, NULL));
		g_assert_nonnull(filed);
	}
	g_clear_pointer(&txn, td_txn_free);
	do
		g_assert_true(td_store_verify(store, &verify, &error));
	while (verify.number != 0);
	g_assert_cmpuint(verify.wrong, ==, 0);
}

void
restore_and_look(Backups *backups, const char *path, guint64 number)
{
	TdRestored restored = { .skip = 100 };
	g_autoptr(GError) error = NULL;

	restore_backup(backups, path, FALSE, &restored, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(restored.wrong, ==, 0);
	g_assert_cmpuint(restored.tickets, >=, number);
	g_assert_cmpuint(restored.held, ==, restored.tickets);
	assert_tickets(backups->other, number);
	assert_pages(backups->other);
	g_free(restored.replaced);
}
