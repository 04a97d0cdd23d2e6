/* test-store-backup.c - a copy of a store that is written to */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "backup-fixture.h"

/* ---- calls that are watched: these take the place of the C library's ---- */

static guint flushes;
static gboolean keep_files;

int
fdatasync(int fd)
{
	flushes++;
	return (int)syscall(SYS_fdatasync, fd);
}

int
unlinkat(int at, const char *name, int flags)
{
	if (!keep_files)
		return (int)syscall(SYS_unlinkat, at, name, flags);
	errno = EIO;
	return -1;
}

static void
test_quiet(Backups *backups, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *path = NULL;

	file_some(backups->desk.store, 50, 500);
	path = make_backup(backups, NOW, 0);
	restore_and_look(backups, path, 50);
}

static void
test_storm(Backups *backups, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *path = NULL;
	guint64 before;
	Storm storm;

	file_some(backups->desk.store, 200, 3000);
	begin_storm(&storm, backups->desk.store);
	while (storm_number(&storm) < 300)
		g_usleep(1000);
	before = storm_number(&storm);
	path = make_backup(backups, NOW, 2000);
	g_assert_cmpuint(storm_number(&storm), >, before);
	end_storm(&storm);
	restore_and_look(backups, path, before);
}

static void
test_addition(Backups *backups, gconstpointer unused G_GNUC_UNUSED)
{
	TdStore *store = backups->desk.store;
	g_autofree char *path = NULL;
	g_autoptr(GError) error = NULL;
	guint64 last = 0;

	file_some(store, 20, 500);
	path = make_backup(backups, NOW, 0);
	for (guint round = 1; round <= 3; round++) {
		/* So much that files are begun and would be removed. */
		last = file_some(store, 7, 1000000);
		g_assert_true(td_store_checkpoint(store, TRUE, &error));
		last = file_some(store, 10, 500);
		add_log(backups, NOW + round, &error);
		g_assert_no_error(error);
		file_some(store, 1, 500);
		g_assert_true(td_store_checkpoint(store, TRUE, &error));
	}
	restore_and_look(backups, path, last);
}

static void
test_addition_cut_short(Backups *backups, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *path = NULL;
	g_autofree char *log = NULL;
	g_autoptr(TdManifest) manifest = NULL;
	g_autoptr(GError) error = NULL;
	guint64 last;
	FILE *file;

	file_some(backups->desk.store, 20, 500);
	path = make_backup(backups, NOW, 0);
	manifest = td_manifest_read(path, &error);
	g_assert_no_error(error);
	log = g_strdup_printf("%s/log/log.%010u", path, manifest->end.file);
	file = fopen(log, "ae");
	g_assert_nonnull(file);
	fputs("half of what was to be added", file);
	fclose(file);
	last = file_some(backups->desk.store, 20, 500);
	add_log(backups, NOW + 1, &error);
	g_assert_no_error(error);
	restore_and_look(backups, path, last);
}

static void
test_log_gone(Backups *backups, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *path = NULL;
	g_autoptr(GError) error = NULL;

	file_some(backups->desk.store, 20, 500);
	path = make_backup(backups, NOW, 0);
	/* Another store of the same name. */
	close_store(&backups->desk);
	remove_tree(backups->desk.home);
	g_assert_true(td_store_create(backups->desk.home, 1, &error));
	open_store(&backups->desk);
	file_some(backups->desk.store, 100, 5000);
	g_assert_false(add_log(backups, NOW + 1, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
	g_assert_nonnull(strstr(error->message, "nothing can be added"));
	/* The backup is what it was. */
	restore_and_look(backups, path, 20);
}

static guint
count_logs(Backups *backups)
{
	g_autofree char *path = g_build_filename(
	    backups->desk.home, "log", NULL);
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	guint count = 0;

	while (g_dir_read_name(directory) != NULL)
		count++;
	return count;
}

/* Begins as many log files as @files and writes checkpoints. */
static void
fill_logs(Backups *backups, guint files)
{
	for (guint i = 0; i < files; i++) {
		file_some(backups->desk.store, 17, 1000000);
		g_assert_true(
		    td_store_checkpoint(backups->desk.store, TRUE, NULL));
	}
}

static void
test_client_gone(Backups *backups, gconstpointer unused G_GNUC_UNUSED)
{
	TdStore *store = backups->desk.store;
	g_autoptr(GError) error = NULL;
	g_autoptr(TdBackup) lost = NULL;
	g_auto(TdBackupPiece) piece = { 0 };
	g_autofree char *path = NULL;
	gboolean over;

	fill_logs(backups, 1);
	g_assert_cmpuint(count_logs(backups), ==, 1);
	lost = td_backup_new(store, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(td_backup_next(
	    lost, PATIENCE_SECONDS * 1000, &piece, &over, &error));
	/* While there is one there is no other, and all log is kept. */
	g_assert_null(td_backup_new(store, NULL, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
	g_clear_error(&error);
	fill_logs(backups, 1);
	g_assert_cmpuint(count_logs(backups), >=, 2);

	td_backup_cancel(lost);
	td_backup_piece_clear(&piece);
	g_assert_false(td_backup_next(lost, 0, &piece, &over, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
	g_clear_error(&error);
	path = make_backup(backups, NOW, 0);
	restore_and_look(backups, path, 34);
	fill_logs(backups, 1);
	g_assert_cmpuint(count_logs(backups), <=, 2);
}

/* ---- the folder ---- */

static void
test_folder(Backups *backups, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdBackupFolder) folder = NULL;
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;
	g_autofree char *third = NULL;
	g_autofree char *newest = NULL;
	g_autofree char *log = NULL;
	struct stat status;
	guint removed = 0;

	file_some(backups->desk.store, 3, 500);
	first = make_backup(backups, NOW, 0);
	second = make_backup(backups, NOW, 0);
	third = make_backup(backups, NOW + 60, 0);
	g_assert_true(g_str_has_suffix(first, "/2026-11-22T000000Z"));
	g_assert_true(g_str_has_suffix(second, "/2026-11-22T000000Z-2"));
	newest = td_backup_newest(backups->folder);
	g_assert_cmpstr(newest, ==, third);
	g_assert_cmpint(stat(first, &status), ==, 0);
	g_assert_cmpint(status.st_mode & 07777, ==, 0700);
	log = g_build_filename(third, "log", "log.0000000001", NULL);
	g_assert_cmpint(stat(log, &status), ==, 0);
	g_assert_cmpint(status.st_mode & 07777, ==, 0600);

	folder = td_backup_folder_open(backups->folder, &error);
	g_assert_no_error(error);
	g_assert_null(td_backup_folder_open(backups->folder, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
	g_clear_error(&error);
	g_assert_true(td_backup_folder_prune(folder, 1, &removed, &error));
	g_assert_cmpuint(removed, ==, 2);
	g_assert_false(g_file_test(second, G_FILE_TEST_EXISTS));
	g_assert_true(g_file_test(third, G_FILE_TEST_EXISTS));
}

/* A table of so many bytes in blocks of a MiB; how often it was flushed before
 * its end. */
static guint
count_flushes(Backups *backups, guint mib)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdBackupFolder)
	    folder = td_backup_folder_open(backups->folder, &error);
	g_autofree guint8 *block = g_malloc0(1024 * 1024);
	g_autoptr(GBytes) bytes = g_bytes_new(block, 1024 * 1024);

	g_assert_no_error(error);
	td_backup_folder_begin(folder, td_manifest_new(), &error);
	g_assert_no_error(error);
	flushes = 0;
	for (guint i = 0; i < mib; i++)
		g_assert_true(td_backup_folder_write(folder, "db/messages.db",
		    (guint64)i * 1024 * 1024, bytes, &error));
	return flushes;
}

static void
test_flushed_meanwhile(Backups *backups, gconstpointer unused G_GNUC_UNUSED)
{
	g_assert_cmpuint(count_flushes(backups, 4), ==, 0);
	g_assert_cmpuint(count_flushes(backups, 40), ==, 2);
}

static void
test_clock_was_ahead(Backups *backups, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const wanted[] = { "/2026-11-22T000000Z-2",
		"/2026-11-22T000000Z-3", "/2026-11-22T010000Z" };
	static const gint64 moments[] = { NOW - 3600, NOW - 3500, NOW + 3600 };
	g_autofree char *ahead = NULL;

	file_some(backups->desk.store, 3, 500);
	ahead = make_backup(backups, NOW, 0);
	for (guint i = 0; i < G_N_ELEMENTS(wanted); i++) {
		g_autofree char *path = make_backup(backups, moments[i], 0);
		g_autofree char *newest = td_backup_newest(backups->folder);
		g_autoptr(TdBackupFolder) folder = NULL;
		guint removed = 0;

		g_assert_true(g_str_has_suffix(path, wanted[i]));
		g_assert_cmpstr(newest, ==, path);
		folder = td_backup_folder_open(backups->folder, NULL);
		g_assert_true(
		    td_backup_folder_prune(folder, 1, &removed, NULL));
		g_assert_cmpuint(removed, ==, 1);
		g_assert_true(g_file_test(path, G_FILE_TEST_IS_DIR));
	}
}

static void
test_removed_whole(Backups *backups, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdBackupFolder) folder = NULL;
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;
	g_autofree char *left = g_build_filename(
	    backups->folder, ".removed-2026-11-22T000000Z", NULL);
	guint removed = 7;

	file_some(backups->desk.store, 3, 500);
	first = make_backup(backups, NOW, 0);
	second = make_backup(backups, NOW + 1, 0);
	folder = td_backup_folder_open(backups->folder, &error);
	keep_files = TRUE;
	g_assert_false(td_backup_folder_prune(folder, 1, &removed, &error));
	keep_files = FALSE;
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
	g_clear_error(&error);
	g_assert_cmpuint(removed, ==, 7);
	g_assert_true(g_file_test(left, G_FILE_TEST_IS_DIR));

	td_backup_folder_free(g_steal_pointer(&folder));
	folder = td_backup_folder_open(backups->folder, &error);
	g_assert_no_error(error);
	g_assert_false(g_file_test(left, G_FILE_TEST_EXISTS));
	g_assert_true(g_file_test(second, G_FILE_TEST_IS_DIR));
}

static void
test_foreign(Backups *backups, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(td_backup_folder_open(backups->desk.home, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, function)                                                    \
	g_test_add("/store/backup/" name, Backups, NULL, backups_set_up,       \
	    function, backups_tear_down)
	ADD("a quiet store comes back whole", test_quiet);
	ADD("what was acknowledged before comes back while mail pours in",
	    test_storm);
	ADD("log that is added rolls forward", test_addition);
	ADD("an addition that was cut short does not count",
	    test_addition_cut_short);
	ADD("log of another store is not added", test_log_gone);
	ADD("a backup that nobody fetches is given up", test_client_gone);
	ADD("a folder keeps backups by their time", test_folder);
	ADD("a large table is flushed while it is written",
	    test_flushed_meanwhile);
	ADD("the last written is the newest, whatever the clock did",
	    test_clock_was_ahead);
	ADD("what cannot be removed whole is removed next time",
	    test_removed_whole);
	ADD("a folder that holds something else is refused", test_foreign);
	return g_test_run();
}
