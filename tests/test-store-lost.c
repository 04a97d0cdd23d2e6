/* test-store-lost.c - a store whose disk or Berkeley DB failed takes nothing
 * more
 *
 * A flush that failed counts for the whole process, so each test is a process
 * of its own. */

#include "config.h"

#include <errno.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ticketd/writer.h>

#include "store/store-private.h"
#include "store-fixture.h"

/* How many flushes from now on fail. */
static int failing;

/* In the place of the C library's. */
int fdatasync(int fd);

int
fdatasync(int fd)
{
	if (g_atomic_int_get(&failing) > 0) {
		g_atomic_int_add(&failing, -1);
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

static gboolean
file_one(TdTxn *txn, gpointer unused G_GNUC_UNUSED, GError **error)
{
	g_autoptr(TdTicket) ticket = td_ticket_new(0);
	g_autoptr(TdEvent) event = NULL;

	if (!td_ticket_allot(txn, &ticket->number, error))
		return FALSE;
	event = td_event_new(TD_EVENT_CREATED, ticket->number, NOW, "desk");
	td_event_set(event, "queue", "support");
	return td_event_append(txn, ticket, event, error) &&
	    td_ticket_put(txn, ticket, error);
}

static void
count(gpointer data)
{
	++*(guint *)data;
}

static void
assert_closed(Desk *desk)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(td_store_is_lost(desk->store));
	g_assert_null(td_txn_begin(desk->store, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
	g_assert_nonnull(strstr(error->message, "must be opened anew"));
	g_clear_error(&error);
	g_assert_false(td_store_flush(desk->store, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
	g_clear_error(&error);
	g_assert_false(td_store_checkpoint(desk->store, TRUE, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
}

/* The kernel tells of lost pages once: a second flush would say that all is
 * well. */
static void
fail_flush(Desk *desk)
{
	g_autoptr(TdWriter) writer = td_writer_new(desk->store);
	g_autoptr(GError) error = NULL;
	guint told = 0;

	td_store_on_lost(desk->store, count, &told);
	g_assert_true(td_writer_run(writer, file_one, NULL, &error));
	g_atomic_int_set(&failing, 1);
	g_assert_false(td_writer_run(writer, file_one, NULL, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
	g_assert_cmpuint(told, ==, 1);
	g_clear_error(&error);

	g_assert_false(td_writer_run(writer, file_one, NULL, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
	assert_closed(desk);
	g_assert_cmpuint(told, ==, 1);
	g_clear_pointer(&writer, td_writer_free);
	close_store(desk);
}

static void
fail_checkpoint(Desk *desk)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = begin(desk);
	guint told = 0;

	td_store_on_lost(desk->store, count, &told);
	g_assert_true(file_one(txn, NULL, &error));
	commit(txn);
	g_assert_true(td_store_flush(desk->store, &error));
	g_atomic_int_set(&failing, 1);
	g_assert_false(td_store_checkpoint(desk->store, TRUE, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
	g_assert_cmpuint(told, ==, 1);
	assert_closed(desk);
	close_store(desk);
}

static void
panic(Desk *desk)
{
	guint told = 0;

	td_store_on_lost(desk->store, count, &told);
	g_assert_cmpint(desk->store->env->set_flags(
	                    desk->store->env, DB_PANIC_ENVIRONMENT, 1),
	    ==, 0);
	g_assert_cmpuint(told, ==, 1);
	assert_closed(desk);
	/* Whoever comes late is told, too. */
	td_store_on_lost(desk->store, count, &told);
	g_assert_cmpuint(told, ==, 2);
	close_store(desk);
}

/* What the next process finds: a store, and what was flushed before. */
static void
assert_recovered(Desk *desk, guint64 least)
{
	g_autoptr(TdTxn) txn = NULL;
	guint64 first;
	guint64 last = 0;

	open_store(desk);
	txn = td_txn_read(desk->store);
	g_assert_true(td_ticket_range(txn, &first, &last, NULL));
	g_assert_cmpuint(last, >=, least);
	g_clear_pointer(&txn, td_txn_free);
	txn = begin(desk);
	g_assert_true(file_one(txn, NULL, NULL));
	commit(txn);
	g_assert_true(td_store_flush(desk->store, NULL));
}

static void
run_and_recover(Desk *desk, void (*what)(Desk *desk), guint64 least)
{
	pid_t child;
	int status;

	close_store(desk);
	child = fork();
	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		open_store(desk);
		what(desk);
		_exit(0);
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_cmpint(status, ==, 0);
	assert_recovered(desk, least);
}

static void
test_flush(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	run_and_recover(desk, fail_flush, 1);
}

static void
test_checkpoint(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	run_and_recover(desk, fail_checkpoint, 1);
}

static void
test_panic(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	run_and_recover(desk, panic, 0);
}

#define ADD(name, function)                                                    \
	g_test_add(                                                            \
	    "/store/lost/" name, Desk, NULL, make_desk, function, remove_desk)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("after a flush that failed nothing is taken", test_flush);
	ADD("nor after one of a checkpoint", test_checkpoint);
	ADD("nor when Berkeley DB gave up", test_panic);
	return g_test_run();
}
