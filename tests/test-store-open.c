/* test-store-open.c - making a store, opening it, and who may */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/store-private.h"
#include "store-fixture.h"

static char *
path_in(const Desk *desk, const char *name)
{
	return g_build_filename(desk->home, name, NULL);
}

/* The error with which the store does not open. */
static GError *
fail_to_open(Desk *desk, guint wait_ms)
{
	GError *error = NULL;
	TdStore *store = td_store_open(desk->home, CACHE_SIZE, wait_ms, &error);

	g_assert_null(store);
	g_assert_nonnull(error);
	return error;
}

static void
set_meta(Desk *desk, const char *key, guint64 value)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = begin(desk);

	g_assert_true(td_meta_put_number(txn, key, value, &error));
	g_assert_no_error(error);
	commit(txn);
}

static guint64
last_number(Desk *desk)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_read(desk->store);
	guint64 first = 0;
	guint64 last = 0;

	g_assert_true(td_ticket_range(txn, &first, &last, &error));
	g_assert_no_error(error);
	return last;
}

static void
test_new_store(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *lock = path_in(desk, "lock");
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdTxn) txn = NULL;
	struct stat status;

	g_assert_no_errno(stat(desk->home, &status));
	g_assert_cmpuint(status.st_mode & 07777, ==, 0700);
	g_assert_no_errno(stat(lock, &status));
	g_assert_cmpuint(status.st_mode & 07777, ==, 0600);
	g_assert_cmpuint(last_number(desk), ==, 0);
	txn = td_txn_read(desk->store);
	ticket = get_ticket(txn, TD_TICKET_DESK);
	g_assert_nonnull(ticket);
	g_assert_cmpstr(ticket->queue, ==, "");
}

static void
test_first_number(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = NULL;
	g_autoptr(TdTicket) ticket = NULL;
	guint64 first = 0;
	guint64 last = 0;

	g_assert_true(td_store_create(desk->home, 1000, &error));
	g_assert_no_error(error);
	open_store(desk);
	txn = begin(desk);
	ticket = new_ticket(txn, "support", "a@example.com", "first");
	g_assert_cmpuint(ticket->number, ==, 1000);
	g_assert_true(td_ticket_range(txn, &first, &last, &error));
	g_assert_cmpuint(first, ==, 1000);
	g_assert_cmpuint(last, ==, 1000);
	commit(txn);
}

static void
test_existing_refused(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(td_store_create(desk->home, 1, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
	close_store(desk);
	g_clear_error(&error);
	g_assert_false(td_store_create(desk->home, 1, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
	open_store(desk);
}

/* What a power cut during the making leaves. */
static void
test_unfinished_finished(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *lock = path_in(desk, "lock");
	g_autofree char *new_lock = path_in(desk, "lock.new");

	close_store(desk);
	g_assert_no_errno(g_rename(lock, new_lock));
	error = fail_to_open(desk, 0);
	g_assert_error(error, TD_ERROR, TD_ERROR_NO_STORE);
	g_clear_error(&error);
	g_assert_true(td_store_create(desk->home, 7, &error));
	g_assert_no_error(error);
	open_store(desk);
	g_assert_cmpuint(last_number(desk), ==, 6);
}

static void
test_used_kept(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *lock = path_in(desk, "lock");
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket)
	    ticket = new_ticket(txn, "support", "a@example.com", "kept");

	commit(txn);
	close_store(desk);
	g_assert_no_errno(g_remove(lock));
	g_assert_false(td_store_create(desk->home, 1, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
	g_assert_true(g_file_set_contents(lock, "", 0, NULL));
	open_store(desk);
	g_assert_cmpuint(last_number(desk), ==, 1);
}

static void
test_no_store(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = fail_to_open(desk, 0);

	g_assert_error(error, TD_ERROR, TD_ERROR_NO_STORE);
	g_assert_nonnull(strstr(error->message, "ticket init"));
	g_clear_error(&error);
	/* A directory without a store is none either. */
	g_assert_no_errno(g_mkdir(desk->home, 0700));
	error = fail_to_open(desk, 0);
	g_assert_error(error, TD_ERROR, TD_ERROR_NO_STORE);
}

static void
test_other_user_denied(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;

	if (geteuid() != 0) {
		g_test_skip("only root can give a directory away");
		return;
	}
	close_store(desk);
	g_assert_no_errno(chown(desk->home, 12345, 12345));
	error = fail_to_open(desk, 0);
	g_assert_error(error, TD_ERROR, TD_ERROR_DENIED);
	g_assert_no_errno(chown(desk->home, 0, 0));
	open_store(desk);
}

/* The error tells which file it is, and what to do. */
static void
test_left_over_lock_told(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *lock = g_build_filename(
	    desk->home, "restoring.lock", NULL);
	g_autoptr(GError) error = NULL;

	if (geteuid() != 0) {
		g_test_skip("only root can give a directory away");
		return;
	}
	g_assert_no_errno(g_mkdir(desk->home, 0700));
	g_assert_no_errno(chmod(desk->top, 0711));
	g_assert_no_errno(chown(desk->home, 12345, 12345));
	g_assert_true(g_file_set_contents_full(
	    lock, "1\n", 2, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
	g_assert_no_errno(seteuid(12345));
	td_store_create(desk->home, 1, &error);
	g_assert_no_errno(seteuid(0));
	g_assert_error(error, TD_ERROR, TD_ERROR_DENIED);
	g_assert_nonnull(strstr(error->message, lock));
	g_assert_nonnull(strstr(error->message, "belongs to user 0"));
	g_assert_nonnull(strstr(error->message, "remove that file"));
}

static void
test_second_owner_waits(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *pid = g_strdup_printf("process %ld", (long)getpid());
	g_autoptr(GError) error = NULL;
	gint64 start = g_get_monotonic_time();
	gint64 took_ms;

	error = fail_to_open(desk, 200);
	took_ms = (g_get_monotonic_time() - start) / 1000;
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
	g_assert_nonnull(strstr(error->message, pid));
	g_assert_cmpint(took_ms, >=, 200);
}

/* A POSIX lock would be gone after this. */
static void
test_lock_survives_close(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *lock = path_in(desk, "lock");
	g_autoptr(GError) error = NULL;
	int fd = open(lock, O_RDWR | O_CLOEXEC);

	g_assert_no_errno(fd);
	g_assert_no_errno(close(fd));
	error = fail_to_open(desk, 0);
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
}

static gpointer
close_soon(gpointer data)
{
	g_usleep(150 * 1000);
	close_store(data);
	return NULL;
}

static void
test_waits_for_holder(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	GThread *holder = g_thread_new("holder", close_soon, desk);
	TdStore *store = td_store_open(desk->home, CACHE_SIZE, 10000, &error);

	g_assert_no_error(error);
	g_assert_nonnull(store);
	g_thread_join(holder);
	desk->store = store;
}

static void
test_newer_refused(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;

	set_meta(desk, TD_META_SCHEMA, TD_STORE_SCHEMA + 1);
	close_store(desk);
	error = fail_to_open(desk, 0);
	g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
	g_assert_cmpstr(error->message, ==,
	    "written by a newer ticketd (schema 3, this one knows 2)");
}

static void
test_byte_order_refused(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;

	set_meta(desk, TD_META_BYTE_ORDER,
	    G_BYTE_ORDER == G_BIG_ENDIAN ? G_LITTLE_ENDIAN : G_BIG_ENDIAN);
	close_store(desk);
	error = fail_to_open(desk, 0);
	g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
}

static void
test_missing_table_broken(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *file = path_in(desk, "db/events.db");
	g_autoptr(GError) error = NULL;

	close_store(desk);
	g_assert_no_errno(g_remove(file));
	error = fail_to_open(desk, 0);
	g_assert_error(error, TD_ERROR, TD_ERROR_BROKEN);
	g_assert_false(g_file_test(file, G_FILE_TEST_EXISTS));
}

static void
test_missing_index_made(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *file = path_in(desk, "db/tickets-by-word.db");
	TdTicketQuery query = { .status = -1, .words = "printer", .limit = 9 };
	g_autoptr(GPtrArray) tickets = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket) ticket = new_ticket(
	    txn, "support", "a@example.com", "the Printer burns");
	g_autoptr(TdTxn) turn = NULL;
	guint64 next = 1;

	commit(txn);
	close_store(desk);
	g_assert_no_errno(g_remove(file));
	open_store(desk);
	turn = td_txn_read(desk->store);
	g_assert_true(td_ticket_list(turn, &query, &tickets, &next, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(tickets->len, ==, 1);
	g_assert_cmpuint(next, ==, 0);
}

static void
test_opens_again(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	guint i;

	for (i = 1; i <= 3; i++) {
		g_autoptr(TdTxn) txn = begin(desk);
		g_autoptr(TdTicket) ticket = new_ticket(
		    txn, "support", "a@example.com", "again");

		g_assert_cmpuint(ticket->number, ==, i);
		commit(txn);
		close_store(desk);
		open_store(desk);
	}
	g_assert_cmpuint(last_number(desk), ==, 3);
}

/* Turns bytes in the middle of each page of @file but the first. */
static void
damage_pages(const char *file)
{
	g_autofree char *data = NULL;
	gsize size;
	gsize at;

	g_assert_true(g_file_get_contents(file, &data, &size, NULL));
	for (at = 8192 + 4096; at < size; at += 8192)
		data[at] ^= 0x55;
	g_assert_true(g_file_set_contents(file, data, size, NULL));
}

static void
fail_to_rebuild(Desk *desk)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) turn = NULL;
	TdTicket *sum = NULL;

	open_store(desk);
	turn = td_txn_read(desk->store);
	g_assert_false(td_ticket_rebuild(turn, 1, &sum, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_BROKEN);
	g_assert_null(sum);
	g_clear_pointer(&turn, td_txn_free);
	/* Closing what is broken must neither hang nor crash. */
	close_store(desk);
}

static void
test_damaged_page_told(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *file = path_in(desk, "db/events.db");
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket)
	    ticket = new_ticket(txn, "support", "a@example.com", "x");
	pid_t child;
	int status;

	commit(txn);
	close_store(desk);
	damage_pages(file);
	/* In a process that ends by a kill: Berkeley DB leaks what it panics
	 * about, and a checker would look for that at the end. */
	child = fork();
	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		fail_to_rebuild(desk);
		raise(SIGKILL);
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	/* Not by an assertion. */
	g_assert_true(WIFSIGNALED(status));
	g_assert_cmpint(WTERMSIG(status), ==, SIGKILL);
}

/* In a process of its own, whose standard error is looked at. */
static void
test_noise_is_bounded(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	guint i;

	if (g_test_subprocess()) {
		for (i = 0; i < 1000; i++)
			desk->store->env->errx(desk->store->env, "noise %u", i);
		return;
	}
	g_test_trap_subprocess(NULL, 0, 0);
	g_test_trap_assert_passed();
	g_test_trap_assert_stderr("*noise 0*noise 9*");
	g_test_trap_assert_stderr_unmatched("*noise 10*");
}

static void
test_space_told(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_assert_cmpuint(td_store_space(desk->store), >, 0);
	g_assert_cmpuint(td_store_space(desk->store), <, G_MAXUINT64);
}

#define MADE(name, function)                                                   \
	g_test_add(                                                            \
	    "/store/open/" name, Desk, NULL, make_desk, function, remove_desk)
#define BARE(name, function)                                                   \
	g_test_add(                                                            \
	    "/store/open/" name, Desk, NULL, make_home, function, remove_desk)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	MADE("a new store is private and has number 0", test_new_store);
	BARE("numbers begin at the first number", test_first_number);
	MADE("an existing store is not made again", test_existing_refused);
	MADE("an unfinished store is finished", test_unfinished_finished);
	MADE("a store without its lock is kept", test_used_kept);
	BARE("no store is told with the remedy", test_no_store);
	MADE("another user is denied", test_other_user_denied);
	BARE("a lock that root left is told", test_left_over_lock_told);
	MADE("a second owner gives up in time", test_second_owner_waits);
	MADE("closing the lock file keeps the lock", test_lock_survives_close);
	MADE("a second owner waits for the first", test_waits_for_holder);
	MADE("a newer schema is refused", test_newer_refused);
	MADE("the other byte order is refused", test_byte_order_refused);
	MADE("a missing table is not made up", test_missing_table_broken);
	MADE("a missing index is made anew", test_missing_index_made);
	MADE("a store opens again and goes on", test_opens_again);
	MADE("a damaged page is told", test_damaged_page_told);
	MADE("errors in numbers make a few lines", test_noise_is_bounded);
	MADE("free space is told", test_space_told);
	return g_test_run();
}
