/* test-store-full.c - a full disk loses nothing, and is over when it is
 *
 * On a small tmpfs of its own, which only root may make. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ticketd/writer.h>

#include "store/store-private.h"
#include "store-fixture.h"

#define MIB ((guint64)1024 * 1024)
#define DISK "size=64m"
#define MAIL_SIZE (512 * 1024)

/* Mounts made here are seen by no other process. */
static gboolean
may_mount(void)
{
	return geteuid() == 0 && unshare(CLONE_NEWNS) == 0 &&
	    mount("none", "/", "", MS_REC | MS_PRIVATE, NULL) == 0;
}

static void
mount_desk(Desk *desk, gconstpointer unused)
{
	g_autoptr(GError) error = NULL;

	make_home(desk, unused);
	g_assert_no_errno(mount("none", desk->top, "tmpfs", 0, DISK));
	td_store_create(desk->home, 1, &error);
	g_assert_no_error(error);
	open_store(desk);
}

static void
unmount_desk(Desk *desk, gconstpointer unused)
{
	close_store(desk);
	g_assert_no_errno(umount2(desk->top, MNT_DETACH));
	remove_desk(desk, unused);
}

static guint64
space(const Desk *desk)
{
	struct statvfs stat;

	g_assert_no_errno(statvfs(desk->top, &stat));
	return (guint64)stat.f_bavail * stat.f_frsize;
}

static void
mount_large(Desk *desk, gconstpointer unused)
{
	mount_desk(desk, unused);
	g_assert_no_errno(
	    mount("none", desk->top, "tmpfs", MS_REMOUNT, "size=160m"));
}

/* Takes all but @left bytes of the disk; the store may write meanwhile. */
static void
fill_disk(const Desk *desk, guint64 left)
{
	g_autofree char *file = g_build_filename(desk->top, "filler", NULL);
	int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	off_t size = 0;
	guint tries;

	g_assert_no_errno(fd);
	for (tries = 0; space(desk) > left && tries < 1000; tries++) {
		guint64 more = space(desk) - left;

		if (posix_fallocate(fd, size, more) == 0)
			size += more;
	}
	g_assert_cmpuint(space(desk), <=, left);
	g_assert_no_errno(close(fd));
}

static void
empty_disk(const Desk *desk)
{
	g_autofree char *file = g_build_filename(desk->top, "filler", NULL);

	g_assert_no_errno(g_remove(file));
}

/* Files a mail that does not compress. */
static gboolean
file_mail(TdTxn *txn, gpointer unused G_GNUC_UNUSED, GError **error)
{
	g_autoptr(TdTicket) ticket = td_ticket_new(0);
	g_autoptr(TdFiled) filed = td_filed_new();
	g_autoptr(TdEvent) event = NULL;
	g_autofree guint32 *raw = g_malloc(MAIL_SIZE);
	guint i;

	for (i = 0; i < MAIL_SIZE / sizeof(*raw); i++)
		raw[i] = g_random_int();
	if (!td_ticket_allot(txn, &ticket->number, error))
		return FALSE;
	filed->ticket = ticket->number;
	filed->sequence = 1;
	event = td_event_new(TD_EVENT_CREATED, ticket->number, NOW, "desk");
	td_event_set(event, "queue", "support");
	event->message = 1;
	return td_filed_put(txn, filed, (const char *)raw, MAIL_SIZE, error) &&
	    td_event_append(txn, ticket, event, error) &&
	    td_ticket_put(txn, ticket, error);
}

static void
assert_tickets(Desk *desk, guint64 want)
{
	g_autoptr(TdTxn) txn = td_txn_read(desk->store);
	g_autoptr(GError) error = NULL;
	guint64 first;
	guint64 last = 0;
	guint64 number;

	g_assert_true(td_ticket_range(txn, &first, &last, &error));
	g_assert_cmpuint(last, ==, want);
	for (number = 1; number <= last; number++) {
		g_autoptr(TdFiled) filed = NULL;
		g_autoptr(GBytes) raw = NULL;

		g_assert_true(
		    td_filed_get(txn, number, 1, &filed, &raw, &error));
		g_assert_nonnull(raw);
	}
	g_assert_null(get_ticket(txn, last + 1));
}

static void
test_reserve_kept(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	TdTxn *txn;

	fill_disk(desk, 10 * MIB);
	/* The space is looked at once a second. */
	g_usleep(1100 * 1000);
	txn = td_txn_begin(desk->store, &error);
	g_assert_null(txn);
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
	g_assert_nonnull(strstr(error->message, "disk nearly full: "));
	/* Reading goes on. */
	assert_tickets(desk, 0);
	empty_disk(desk);
	txn = begin(desk);
	commit(txn);
	td_txn_free(txn);
}

/* The disk fills up inside a transaction, past the reserve. */
static void
test_full_inside(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdWriter) writer = td_writer_new(desk->store);
	guint64 filed = 0;
	guint round;

	for (round = 0; round < 3; round++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(TdTxn) txn = NULL;
		guint tries = 0;

		g_assert_true(td_writer_run(writer, file_mail, NULL, &error));
		filed++;
		txn = begin(desk);
		fill_disk(desk, 64 * 1024);
		while (file_mail(txn, NULL, &error))
			g_assert_cmpuint(tries++, <, 200);
		g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
		g_clear_pointer(&txn, td_txn_free);
		g_clear_error(&error);

		g_assert_false(td_writer_run(writer, file_mail, NULL, &error));
		g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
		g_clear_error(&error);

		empty_disk(desk);
		g_assert_true(td_writer_run(writer, file_mail, NULL, &error));
		g_assert_no_error(error);
		filed++;
		assert_tickets(desk, filed);
	}
	g_clear_pointer(&writer, td_writer_free);
	close_store(desk);
	open_store(desk);
	assert_tickets(desk, filed);
}

/* One small ticket.  Its changes wait in the buffer of the log, so it is the
 * commit that fails, or a page that had to make room for another. */
static gboolean
commit_small(Desk *desk, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_begin(desk->store, error);
	g_autoptr(TdTicket) ticket = td_ticket_new(0);
	g_autoptr(TdEvent) event = NULL;

	if (txn == NULL || !td_ticket_allot(txn, &ticket->number, error))
		return FALSE;
	event = td_event_new(TD_EVENT_CREATED, ticket->number, NOW, "desk");
	td_event_set(event, "queue", "support");
	return td_event_append(txn, ticket, event, error) &&
	    td_ticket_put(txn, ticket, error) && td_txn_commit(txn, error) &&
	    td_store_flush(desk->store, error);
}

static guint64
last_number(Desk *desk)
{
	g_autoptr(TdTxn) txn = td_txn_read(desk->store);
	guint64 first;
	guint64 last = 0;

	g_assert_true(td_ticket_range(txn, &first, &last, NULL));
	return last;
}

static guint
log_offset(Desk *desk)
{
	DB_ENV *env = desk->store->env;
	DB_LOG_STAT *stat;
	guint offset;

	g_assert_cmpint(env->log_stat(env, &stat, 0), ==, 0);
	offset = stat->st_cur_offset;
	free(stat);
	return offset;
}

/* Up to where the next log file begins, which finds no room. */
static void
fill_log(Desk *desk)
{
	while (log_offset(desk) < 15 * MIB) {
		g_autoptr(TdTxn) txn = begin(desk);

		g_assert_true(file_mail(txn, NULL, NULL));
		commit(txn);
	}
	while (log_offset(desk) < 16 * MIB - 50 * 1024)
		g_assert_true(commit_small(desk, NULL));
}

static void
test_full_at_commit(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	guint64 kept;

	fill_log(desk);
	/* So that the reserve does not come before the disk does. */
	desk->store->space_checked = G_MAXINT64 / 2;
	fill_disk(desk, 0);
	kept = last_number(desk);
	while (commit_small(desk, &error))
		g_assert_cmpuint(kept++, <, 100000);
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
	g_assert_cmpuint(last_number(desk), ==, kept);
	empty_disk(desk);
	g_clear_error(&error);
	g_assert_true(commit_small(desk, &error));
	g_assert_no_error(error);
	close_store(desk);
	open_store(desk);
	g_assert_cmpuint(last_number(desk), ==, kept + 1);
}

/* Runs @what in a process that ends without closing anything. */
static void
run_and_die(Desk *desk, void (*what)(Desk *desk))
{
	pid_t child;
	int status;

	close_store(desk);
	child = fork();
	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		what(desk);
		raise(SIGKILL);
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	/* Not by an assertion. */
	g_assert_true(WIFSIGNALED(status));
	g_assert_cmpint(WTERMSIG(status), ==, SIGKILL);
}

/* Recovery will have pages to write. */
static void
file_ten(Desk *desk)
{
	g_autoptr(TdTxn) txn = NULL;
	guint i;

	open_store(desk);
	txn = begin(desk);
	for (i = 0; i < 10; i++)
		g_assert_true(file_mail(txn, NULL, NULL));
	commit(txn);
	g_assert_true(td_store_flush(desk->store, NULL));
}

/* Berkeley DB leaks a little when recovery fails: another reason to do it in a
 * process that dies. */
static void
fail_to_open(Desk *desk)
{
	guint i;

	for (i = 0; i < 3; i++) {
		g_autoptr(GError) error = NULL;
		TdStore *store = td_store_open(
		    desk->home, CACHE_SIZE, 0, &error);

		g_assert_null(store);
		g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
	}
}

static void
test_open_when_full(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	run_and_die(desk, file_ten);
	fill_disk(desk, 0);
	run_and_die(desk, fail_to_open);
	empty_disk(desk);
	open_store(desk);
	assert_tickets(desk, 10);
}

/* ---- indexes that are made anew ---- */

#define INDEX TD_INDEX_WORD
#define PRINTED "tickets-by-word"

/* So many that the log of their index takes more than one file. */
static void
file_words(Desk *desk)
{
	g_autoptr(TdTxn) txn = begin(desk);

	for (guint i = 0; i < 4000; i++) {
		g_autoptr(GString) subject = g_string_new(NULL);

		for (guint j = 0; j < 16; j++)
			g_string_append_printf(
			    subject, "w%08x ", g_random_int());
		td_ticket_free(new_ticket(
		    txn, "support", "anna@example.com", subject->str));
	}
	commit(txn);
}

static void
file_due_words(Desk *desk)
{
	g_autoptr(TdTxn) txn = NULL;

	file_words(desk);
	txn = begin(desk);
	g_assert_true(td_index_renew(txn, TD_INDEX_REQUESTER, NULL));
	g_assert_true(td_index_renew(txn, INDEX, NULL));
	commit(txn);
}

/* Opening it fills up the last file of the log; no index is made anew. */
static void
settle(Desk *desk)
{
	close_store(desk);
	desk->store = td_store_open_as(
	    desk->home, CACHE_SIZE, 0, TD_OPEN_ALL, NULL);
	g_assert_true(td_store_checkpoint(desk->store, TRUE, NULL));
	close_store(desk);
}

static gboolean
is_due(Desk *desk, const char *name)
{
	g_autoptr(TdTxn) txn = td_txn_read(desk->store);
	g_autofree char *key = g_strconcat(TD_META_RENEW, name, NULL);
	guint64 due = 0;

	g_assert_true(td_meta_get_number(txn, key, &due, NULL));
	return due != 0;
}

static struct stat
look_at(Desk *desk, const char *name)
{
	g_autofree char *file = g_strconcat(name, ".db", NULL);
	g_autofree char *path = g_build_filename(desk->home, "db", file, NULL);
	struct stat status;

	g_assert_no_errno(stat(path, &status));
	return status;
}

/* As many words as there are. */
static guint
count_words(Desk *desk)
{
	g_autoptr(TdTxn) txn = td_txn_read(desk->store);
	g_auto(TdCursor) cursor = { 0 };
	gboolean found;
	guint count = 0;

	g_assert_true(td_cursor_open(txn, INDEX, FALSE, &cursor, NULL));
	g_assert_true(td_cursor_seek(&cursor, NULL, 0, &found, NULL));
	for (; found; count++)
		g_assert_true(td_cursor_step(&cursor, DB_NEXT, &found, NULL));
	return count;
}

static void
test_old_index_stays(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	struct stat before, after;
	guint words;

	file_due_words(desk);
	words = count_words(desk);
	settle(desk);
	before = look_at(desk, PRINTED);
	g_assert_cmpint(before.st_size, >, MIB);
	fill_disk(desk, 40 * MIB);
	open_store(desk);
	g_assert_true(is_due(desk, PRINTED));
	/* For a smaller one there is room. */
	g_assert_false(is_due(desk, "tickets-by-requester"));
	after = look_at(desk, PRINTED);
	g_assert_cmpuint(after.st_ino, ==, before.st_ino);
	g_assert_cmpuint(count_words(desk), ==, words);
	close_store(desk);
	empty_disk(desk);
	open_store(desk);
	g_assert_false(is_due(desk, PRINTED));
	after = look_at(desk, PRINTED);
	g_assert_cmpuint(after.st_ino, !=, before.st_ino);
	g_assert_cmpuint(count_words(desk), ==, words);
	g_assert_true(commit_small(desk, NULL));
}

/* What is kept for recovery is not eaten by the log of it. */
static void
test_log_counts(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	file_due_words(desk);
	settle(desk);
	fill_disk(desk, 48 * MIB);
	open_store(desk);
	g_assert_true(is_due(desk, PRINTED));
	close_store(desk);
	empty_disk(desk);
	fill_disk(desk, 60 * MIB);
	open_store(desk);
	g_assert_false(is_due(desk, PRINTED));
	g_assert_cmpuint(space(desk), >=, 16 * MIB);
}

static void
fill_and_die(Desk *desk)
{
	open_store(desk);
	fill_log(desk);
	file_due_words(desk);
	g_assert_true(td_store_flush(desk->store, NULL));
}

/* Before anything else is written. */
static void
test_log_is_trimmed(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *first = g_build_filename(
	    desk->home, "log/log.0000000001", NULL);

	run_and_die(desk, fill_and_die);
	g_assert_true(g_file_test(first, G_FILE_TEST_EXISTS));
	open_store(desk);
	g_assert_false(is_due(desk, PRINTED));
	g_assert_false(g_file_test(first, G_FILE_TEST_EXISTS));
}

static void
remove_index(Desk *desk, const char *name)
{
	g_autofree char *file = g_strconcat(name, ".db", NULL);
	g_autofree char *path = g_build_filename(desk->home, "db", file, NULL);

	g_assert_no_errno(g_unlink(path));
}

/* Fails to open the store: how many MiB must be free for it. */
static guint64
read_need(Desk *desk)
{
	g_autoptr(GError) error = NULL;
	TdStore *store = td_store_open(desk->home, CACHE_SIZE, 0, &error);
	const char *end = " MiB must be free";
	const char *at;

	g_assert_null(store);
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
	g_test_message("%s", error->message);
	at = strstr(error->message, end);
	g_assert_nonnull(at);
	while (g_ascii_isdigit(at[-1]))
		at--;
	return g_ascii_strtoull(at, NULL, 10);
}

static void
make_missing(Desk *desk)
{
	open_store(desk);
	g_assert_true(td_store_flush(desk->store, NULL));
}

/* It needs some room that is not there, does not take it, and when it has it
 * keeps to it. */
static void
test_missing_index(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 need;
	guint words;

	file_words(desk);
	words = count_words(desk);
	settle(desk);
	remove_index(desk, PRINTED);
	fill_disk(desk, 40 * MIB);
	need = read_need(desk);
	g_assert_cmpuint(need, >, 40);
	g_assert_cmpuint(need, <, 60);
	for (guint i = 0; i < 3; i++)
		g_assert_cmpuint(read_need(desk), ==, need);
	g_assert_cmpuint(space(desk), ==, 40 * MIB);
	empty_disk(desk);
	fill_disk(desk, need * MIB);
	/* Its log is not trimmed before it is seen. */
	run_and_die(desk, make_missing);
	g_assert_cmpuint(space(desk), >=, 16 * MIB);
	open_store(desk);
	g_assert_cmpuint(count_words(desk), ==, words);
	g_assert_true(commit_small(desk, NULL));
}

/* What it takes does not add up with each time. */
static void
test_killed(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	guint words;

	file_due_words(desk);
	words = count_words(desk);
	settle(desk);
	fill_disk(desk, 60 * MIB);
	for (guint i = 1; i <= 8; i++) {
		pid_t child = fork();

		g_assert_cmpint(child, >=, 0);
		if (child == 0) {
			open_store(desk);
			pause();
		}
		g_usleep(i * 25000);
		g_assert_no_errno(kill(child, SIGKILL));
		g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
	}
	open_store(desk);
	g_assert_false(is_due(desk, PRINTED));
	g_assert_cmpuint(count_words(desk), ==, words);
}

/* ---- what is said ---- */

static void
test_reason(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		guint64 bytes;
		guint files;
		const char *want;
	} rows[] = {
		{ 3 * MIB, 20, ": 2 MiB free in " },
		{ 30 * MIB, 4, ": room for 4 more files in " },
		{ 3 * MIB, 4, ": 2 MiB free, and room for 4 more files, in " },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *options = NULL;
		g_autoptr(GError) error = NULL;
		struct statvfs stat;

		fill_disk(desk, rows[i].bytes - MIB / 2);
		g_assert_no_errno(statvfs(desk->top, &stat));
		options = g_strdup_printf(DISK ",nr_inodes=%u",
		    (guint)(stat.f_files - stat.f_ffree) + rows[i].files);
		g_assert_no_errno(
		    mount("none", desk->top, "tmpfs", MS_REMOUNT, options));
		desk->store->space_checked = 0;
		g_assert_null(td_txn_begin(desk->store, &error));
		g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
		g_test_message("%s", error->message);
		g_assert_nonnull(strstr(error->message, rows[i].want));
		empty_disk(desk);
	}
}

static void
test_blame(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		guint64 left;
		const char *said;
		TdError want;
	} rows[] = {
		{ 40 * MIB, "damaged", TD_ERROR_BROKEN },
		{ 24 * MIB, "damaged", TD_ERROR_BROKEN },
		{ 24 * MIB, "write: No space left on device", TD_ERROR_AGAIN },
		{ 10 * MIB, "damaged", TD_ERROR_AGAIN },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = g_error_new_literal(
		    TD_ERROR, TD_ERROR_BROKEN, rows[i].said);

		fill_disk(desk, rows[i].left);
		td_space_blame(desk->store, &error);
		g_assert_error(error, TD_ERROR, (gint)rows[i].want);
		g_assert_nonnull(strstr(error->message, rows[i].said));
		empty_disk(desk);
	}
}

#define LARGE(name, function)                                                  \
	g_test_add("/store/full/" name, Desk, NULL, mount_large, function,     \
	    unmount_desk)
#define MOUNTED(name, function)                                                \
	g_test_add("/store/full/" name, Desk, NULL, mount_desk, function,      \
	    unmount_desk)

static void
skip(void)
{
	g_test_skip("only root can mount a small disk");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	if (!may_mount()) {
		g_test_add_func("/store/full/a full disk is survived", skip);
		return g_test_run();
	}
	MOUNTED("the last of the disk is not taken", test_reserve_kept);
	MOUNTED("a disk that fills up is survived", test_full_inside);
	MOUNTED("a commit on a full disk is undone", test_full_at_commit);
	MOUNTED("opening on a full disk harms nothing", test_open_when_full);
	LARGE("an index that lacks room to be made anew stays",
	    test_old_index_stays);
	LARGE(
	    "the log of one that is made anew is trimmed", test_log_is_trimmed);
	LARGE("the log of an index is paid for as well", test_log_counts);
	LARGE("one that is missing is made where there is room",
	    test_missing_index);
	LARGE("killed while it is made anew harms nothing", test_killed);
	MOUNTED("what there is little of is told", test_reason);
	MOUNTED("damage does not hide behind a full disk", test_blame);
	return g_test_run();
}
