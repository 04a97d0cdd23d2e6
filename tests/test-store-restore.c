/* test-store-restore.c - a store made of a backup */

#include "config.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "backup-fixture.h"

/* ---- calls that are watched: these take the place of the C library's ---- */

/* Path of a directory -> how many names were in it when it was flushed last;
 * NULL: nobody watches. */
static GHashTable *flushed;
/* The next folder that is made is changed for another one at once. */
static gboolean change_folder;

static guint
count_names(const char *path)
{
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	guint count = 0;

	while (directory != NULL && g_dir_read_name(directory) != NULL)
		count++;
	return count;
}

int
fsync(int fd)
{
	g_autofree char *link = g_strdup_printf("/proc/self/fd/%d", fd);
	g_autofree char *path = NULL;

	if (flushed != NULL && g_file_test(link, G_FILE_TEST_IS_DIR)) {
		path = g_file_read_link(link, NULL);
		g_hash_table_insert(flushed, g_steal_pointer(&path),
		    GUINT_TO_POINTER(count_names(link)));
	}
	return (int)syscall(SYS_fsync, fd);
}

int
mkdirat(int at, const char *name, mode_t mode)
{
	int rc = (int)syscall(SYS_mkdirat, at, name, mode);

	if (rc != 0 || !change_folder)
		return rc;
	change_folder = FALSE;
	g_assert_cmpint(renameat(at, name, at, "hidden"), ==, 0);
	g_assert_cmpint(syscall(SYS_mkdirat, at, name, 0755), ==, 0);
	return fchmodat(at, name, 0755, 0);
}

/* ---- damage ---- */

typedef void (*Damage)(const char *path);

static void
cut_file(const char *path)
{
	struct stat status;

	g_assert_cmpint(stat(path, &status), ==, 0);
	g_assert_cmpint(truncate(path, status.st_size - 1), ==, 0);
}

static void
flip_bit(const char *path)
{
	g_autofree char *text = NULL;
	gsize size;

	g_assert_true(g_file_get_contents(path, &text, &size, NULL));
	text[size / 2] ^= 4;
	g_assert_true(g_file_set_contents(path, text, (gssize)size, NULL));
}

static void
unlink_file(const char *path)
{
	g_assert_cmpint(unlink(path), ==, 0);
}

static void
assert_refused(Backups *backups, const char *file, Damage damage)
{
	g_autofree char *path = make_backup(backups, NOW, 0);
	g_autofree char *damaged = g_build_filename(path, file, NULL);
	g_autofree char *folder = g_build_filename(
	    backups->other, "restoring", NULL);
	TdRestored restored = { .skip = 1 };
	g_autoptr(GError) error = NULL;

	damage(damaged);
	g_assert_false(restore_backup(backups, path, FALSE, &restored, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
	g_assert_nonnull(strstr(error->message, file));
	g_assert_false(g_file_test(folder, G_FILE_TEST_EXISTS));
	remove_tree(path);
}

static void
test_damaged(Backups *backups, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const files[] = { TD_MANIFEST_NAME, "db/messages.db",
		"db/tickets-by-word.db", "log/log.0000000001" };
	static const Damage damages[] = { cut_file, flip_bit, unlink_file };

	file_some(backups->desk.store, 20, 500);
	for (guint i = 0; i < G_N_ELEMENTS(files); i++)
		for (guint j = 0; j < G_N_ELEMENTS(damages); j++)
			assert_refused(backups, files[i], damages[j]);
}

/* Of a store that is open no more. */
static void
test_log_cut(Backups *backups, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *log = g_build_filename(
	    backups->desk.home, "log", "log.0000000001", NULL);
	g_autoptr(GError) error = NULL;

	file_some(backups->desk.store, 20, 500);
	close_store(&backups->desk);
	g_assert_cmpint(truncate(log, 20000), ==, 0);
	g_assert_null(td_store_open(backups->desk.home, CACHE_SIZE, 0, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_BROKEN);
	g_assert_nonnull(strstr(error->message, "ticket restore"));
}

/* ---- what a restored store is ---- */

static gboolean
note_first(TdTxn *txn, guint64 first_number, gpointer data, GError **error)
{
	guint64 *first = data;

	*first = first_number;
	return td_ticket_skip(txn, 0, error);
}

static TdEvent *
newest_event(TdStore *store)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_read(store);
	g_autoptr(GPtrArray) events = NULL;
	g_autoptr(GBytes) cursor = NULL;

	g_assert_true(td_event_list_newest(txn, 1, &cursor, &events, &error));
	g_assert_cmpuint(events->len, ==, 1);
	return g_ptr_array_steal_index(events, 0);
}

static void
test_numbers(Backups *backups, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *path = NULL;
	guint64 first = 0;
	TdRestored restored = { .skip = 500, .change = note_first };
	g_autoptr(TdEvent) event = NULL;
	g_autoptr(GError) error = NULL;

	restored.data = &first;
	file_some(backups->desk.store, 7, 500);
	path = make_backup(backups, NOW, 0);
	restore_backup(backups, path, FALSE, &restored, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(restored.skipped_from, ==, 8);
	g_assert_cmpuint(restored.skipped_to, ==, 507);
	g_assert_cmpuint(first, ==, 508);
	assert_tickets(backups->other, 7);

	close_store(&backups->desk);
	g_free(backups->desk.home);
	backups->desk.home = g_strdup(backups->other);
	open_store(&backups->desk);
	event = newest_event(backups->desk.store);
	g_assert_cmpuint(event->ticket, ==, TD_TICKET_DESK);
	g_assert_cmpint(event->kind, ==, TD_EVENT_REPORT);
	g_assert_cmpuint(td_event_get_number(event, "skipped_to"), ==, 507);
	g_assert_cmpuint(td_event_get_number(event, "held"), ==, 7);
	g_assert_cmpuint(file_some(backups->desk.store, 1, 500), ==, 508);
}

static void
test_held(Backups *backups, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *path = NULL;
	TdRestored restored = { .skip = 1 };
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(TdTxn) txn = NULL;
	const TdOutboxRow *row;

	file_some(backups->desk.store, 3, 500);
	path = make_backup(backups, NOW, 0);
	restore_backup(backups, path, FALSE, &restored, &error);
	g_assert_no_error(error);
	close_store(&backups->desk);
	g_free(backups->desk.home);
	backups->desk.home = g_strdup(backups->other);
	open_store(&backups->desk);
	txn = td_txn_read(backups->desk.store);
	g_assert_true(
	    td_outbox_rows(txn, 0, 0, TD_OUTBOX_HELD - 1, 10, &rows, &error));
	g_assert_cmpuint(rows->len, ==, 0);
	g_clear_pointer(&rows, g_ptr_array_unref);
	g_assert_true(
	    td_outbox_rows(txn, 0, 0, TD_OUTBOX_HELD, 10, &rows, &error));
	g_assert_cmpuint(rows->len, ==, 3);
	row = g_ptr_array_index(rows, 0);
	g_assert_nonnull(strstr(row->answer, "2026-11-22"));
}

static void
test_replaced(Backups *backups, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *path = NULL;
	TdRestored restored = { .skip = 10 };
	g_autoptr(GError) error = NULL;

	file_some(backups->desk.store, 20, 500);
	path = make_backup(backups, NOW, 0);
	file_some(backups->desk.store, 30, 500);
	g_free(backups->other);
	backups->other = g_strdup(backups->desk.home);
	g_assert_false(restore_backup(backups, path, FALSE, &restored, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
	g_clear_error(&error);
	g_assert_false(restore_backup(backups, path, TRUE, &restored, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
	g_clear_error(&error);

	close_store(&backups->desk);
	restore_backup(backups, path, TRUE, &restored, &error);
	g_assert_no_error(error);
	/* The numbers of the store that was replaced are known. */
	g_assert_cmpuint(restored.tickets, ==, 20);
	g_assert_cmpuint(restored.skipped_to, ==, 60);
	assert_tickets(backups->other, 20);
	assert_tickets(restored.replaced, 50);
	g_free(restored.replaced);
}

/* Moves the file or folder @name of .other to @to. */
static void
move(Backups *backups, const char *name, const char *to)
{
	g_autofree char *from = g_build_filename(backups->other, name, NULL);
	g_autofree char *whole = g_build_filename(
	    backups->other, to, name, NULL);

	g_assert_cmpint(g_rename(from, whole), ==, 0);
}

/* A restore that died when it had moved @moved of the store aside, whose last
 * number is 50; the first that is free after the next one. */
static void
assert_known(
    Backups *backups, const char *path, const char *const *moved, guint count)
{
	g_autofree char *aside = g_build_filename(
	    backups->other, "replaced-2026-11-22T000000Z", NULL);
	TdRestored restored = { .skip = 10 };
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(g_mkdir(aside, 0700), ==, 0);
	for (guint i = 0; i < count; i++)
		move(backups, moved[i], "replaced-2026-11-22T000000Z");
	restore_backup(backups, path, TRUE, &restored, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(restored.tickets, ==, 20);
	g_assert_cmpuint(restored.skipped_to, ==, 60);
	g_free(restored.replaced);
}

static void
test_numbers_when_cut_short(
    Backups *backups, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const moved[] = { "lock", "db", "log" };

	for (guint count = 1; count <= G_N_ELEMENTS(moved); count++) {
		g_autofree char *path = NULL;

		file_some(backups->desk.store, 20, 500);
		path = make_backup(backups, NOW, 0);
		file_some(backups->desk.store, 30, 500);
		close_store(&backups->desk);
		g_free(backups->other);
		backups->other = g_strdup(backups->desk.home);
		assert_known(backups, path, moved, count);
		remove_tree(backups->desk.home);
		td_store_create(backups->desk.home, 1, NULL);
		open_store(&backups->desk);
	}
}

/* ---- somebody else is there ---- */

static TdRestore *
begin_restore(Backups *backups, const char *path, GError **error)
{
	g_autoptr(TdManifest) manifest = td_manifest_read(path, error);

	g_assert_nonnull(manifest);
	return td_restore_new(
	    manifest, path, backups->other, FALSE, -1, -1, NULL, NULL, error);
}

static void
test_no_store_is_made(Backups *backups, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *path = NULL;
	g_autofree char *left = g_build_filename(
	    backups->other, "restoring.lock", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdRestore) restore = NULL;

	file_some(backups->desk.store, 3, 500);
	path = make_backup(backups, NOW, 0);
	restore = begin_restore(backups, path, &error);
	g_assert_no_error(error);
	g_assert_false(td_store_create(backups->other, 1, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
	g_clear_error(&error);
	g_clear_pointer(&restore, td_restore_free);
	g_assert_true(td_store_create(backups->other, 1, &error));
	g_assert_no_error(error);
	g_assert_false(g_file_test(left, G_FILE_TEST_EXISTS));
}

static void
test_store_that_came_stays(Backups *backups, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *path = NULL;
	g_autofree char *lock = g_build_filename(backups->other, "lock", NULL);
	TdRestored restored = { .skip = 1, .now = NOW, .actor = "test" };
	g_autoptr(GError) error = NULL;
	g_autoptr(TdRestore) restore = NULL;

	file_some(backups->desk.store, 3, 500);
	path = make_backup(backups, NOW, 0);
	restore = begin_restore(backups, path, &error);
	g_assert_no_error(error);
	g_assert_true(td_restore_finish(
	    restore, CACHE_SIZE, &restored, NULL, NULL, &error));
	/* Whoever opens a store finds it by this file. */
	g_assert_true(g_file_set_contents(lock, "", 0, NULL));
	g_assert_false(td_restore_publish(restore, &restored, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
	g_assert_null(restored.replaced);
	g_clear_pointer(&restore, td_restore_free);
	g_assert_true(g_file_test(lock, G_FILE_TEST_EXISTS));
	g_assert_cmpuint(count_names(backups->other), ==, 1);
}

static void
test_folder_of_another(Backups *backups, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *path = NULL;
	g_autofree char *planted = g_build_filename(
	    backups->other, "restoring", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdRestore) restore = NULL;

	file_some(backups->desk.store, 3, 500);
	path = make_backup(backups, NOW, 0);
	change_folder = TRUE;
	restore = begin_restore(backups, path, &error);
	g_assert_null(restore);
	g_assert_error(error, TD_ERROR, TD_ERROR_DENIED);
	g_assert_cmpuint(count_names(planted), ==, 0);
}

/* ---- what the disk has ---- */

static void
assert_flushed(Backups *backups, const char *name)
{
	g_autofree char *was = g_build_filename(
	    backups->other, "restoring", name, NULL);
	g_autofree char *is = g_build_filename(backups->other, name, NULL);
	gpointer count = NULL;

	g_assert_true(g_hash_table_lookup_extended(flushed, was, NULL, &count));
	g_assert_cmpuint(GPOINTER_TO_UINT(count), ==, count_names(is));
	g_assert_cmpuint(count_names(is), >, 0);
}

static void
test_flushed(Backups *backups, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *path = NULL;
	TdRestored restored = { .skip = 1 };
	g_autoptr(GError) error = NULL;

	file_some(backups->desk.store, 20, 500);
	path = make_backup(backups, NOW, 0);
	flushed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	restore_backup(backups, path, FALSE, &restored, &error);
	g_assert_no_error(error);
	assert_flushed(backups, "db");
	assert_flushed(backups, "log");
	g_clear_pointer(&flushed, g_hash_table_unref);
}

static void
test_cut_short(Backups *backups, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *path = NULL;
	g_autofree char *left = g_build_filename(
	    backups->other, "restoring", NULL);
	g_autofree char *file = g_build_filename(left, "half", NULL);
	g_autofree char *db = g_build_filename(backups->other, "db", NULL);
	g_autoptr(GError) error = NULL;

	file_some(backups->desk.store, 20, 500);
	path = make_backup(backups, NOW, 0);
	/* A restore that died copying, and one that died moving. */
	g_assert_cmpint(g_mkdir(left, 0700), ==, 0);
	g_assert_true(g_file_set_contents(file, "half", -1, NULL));
	g_assert_cmpint(g_mkdir(db, 0700), ==, 0);
	g_assert_null(td_store_open(backups->other, CACHE_SIZE, 0, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_NO_STORE);
	restore_and_look(backups, path, 20);
	g_assert_false(g_file_test(left, G_FILE_TEST_EXISTS));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, function)                                                    \
	g_test_add("/store/restore/" name, Backups, NULL, backups_set_up,      \
	    function, backups_tear_down)
	ADD("a damaged file is refused by name", test_damaged);
	ADD("a log that was cut short is told, and what to do", test_log_cut);
	ADD("numbers are left out, and the desk's record says so",
	    test_numbers);
	ADD("mail that may have been sent is held", test_held);
	ADD("a store that is there is moved aside", test_replaced);
	ADD("a restore that was cut short can be begun anew", test_cut_short);
	ADD("numbers of a store that was half moved aside are known",
	    test_numbers_when_cut_short);
	ADD("no store is made where one is restored", test_no_store_is_made);
	ADD("a store that came meanwhile stays", test_store_that_came_stays);
	ADD("nothing is written into a folder that another one planted",
	    test_folder_of_another);
	ADD("files are found in their folders after a power cut", test_flushed);
	return g_test_run();
}
