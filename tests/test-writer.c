/* test-writer.c - many jobs a commit, each with its own outcome */

#include "config.h"

#include <ticketd/writer.h>

#include "store-fixture.h"

typedef struct {
	Desk desk;
	TdWriter *writer;
	GMutex mutex; /* guards what follows */
	GCond cond;
	gboolean held; /* the first job waits */
	gboolean ran;  /* the job that a slow answer waits for */
	gboolean slow_done;
	guint done;
	GString *log; /* of jobs done: their number, or what failed */
} Setup;

typedef struct {
	Setup *setup;
	guint number;
	gboolean fails;
	guint ran;      /* times */
	TdWriter *then; /* pushes one more job when done */
} Work;

static void
start(Setup *setup, gconstpointer unused)
{
	make_desk(&setup->desk, unused);
	g_mutex_init(&setup->mutex);
	g_cond_init(&setup->cond);
	setup->log = g_string_new(NULL);
	setup->writer = td_writer_new(setup->desk.store);
}

static void
stop(Setup *setup, gconstpointer unused)
{
	td_writer_free(setup->writer);
	g_mutex_clear(&setup->mutex);
	g_cond_clear(&setup->cond);
	g_string_free(setup->log, TRUE);
	remove_desk(&setup->desk, unused);
}

static gboolean
open_ticket(TdTxn *txn, gpointer data, GError **error)
{
	Work *work = data;
	g_autofree char *subject = g_strdup_printf("job %u", work->number);

	work->ran++;
	td_ticket_free(new_ticket(txn, "support", "a@example.com", subject));
	if (work->fails)
		return td_fail(error, TD_ERROR_REFUSED, "no %u", work->number);
	return TRUE;
}

static void
note_done(gpointer data, const GError *error)
{
	Work *work = data;
	Setup *setup = work->setup;

	if (work->then != NULL)
		td_writer_push(
		    g_steal_pointer(&work->then), open_ticket, note_done, work);
	g_mutex_lock(&setup->mutex);
	setup->done++;
	if (error != NULL)
		g_string_append_printf(setup->log, "%s ", error->message);
	else
		g_string_append_printf(setup->log, "%u ", work->number);
	g_cond_signal(&setup->cond);
	g_mutex_unlock(&setup->mutex);
}

static void
wait_for(Setup *setup, guint count)
{
	g_mutex_lock(&setup->mutex);
	while (setup->done < count)
		g_cond_wait(&setup->cond, &setup->mutex);
	g_mutex_unlock(&setup->mutex);
}

/* Keeps the writer busy until release(), so that jobs gather. */
static gboolean
wait_for_release(
    TdTxn *txn G_GNUC_UNUSED, gpointer data, GError **error G_GNUC_UNUSED)
{
	Setup *setup = data;

	g_mutex_lock(&setup->mutex);
	while (setup->held)
		g_cond_wait(&setup->cond, &setup->mutex);
	g_mutex_unlock(&setup->mutex);
	return TRUE;
}

static void
hold(Setup *setup)
{
	setup->held = TRUE;
	td_writer_push(setup->writer, wait_for_release, NULL, setup);
}

static void
release(Setup *setup)
{
	g_mutex_lock(&setup->mutex);
	setup->held = FALSE;
	g_cond_broadcast(&setup->cond);
	g_mutex_unlock(&setup->mutex);
}

static guint64
last_number(Setup *setup)
{
	g_autoptr(TdTxn) txn = td_txn_read(setup->desk.store);
	guint64 first;
	guint64 last = 0;

	g_assert_true(td_ticket_range(txn, &first, &last, NULL));
	return last;
}

static void
test_one_commit(Setup *setup, gconstpointer unused G_GNUC_UNUSED)
{
	Work works[64];
	guint64 jobs;
	guint64 commits;
	guint i;

	hold(setup);
	for (i = 0; i < G_N_ELEMENTS(works); i++) {
		works[i] = (Work){ .setup = setup, .number = i };
		td_writer_push(
		    setup->writer, open_ticket, note_done, &works[i]);
	}
	release(setup);
	wait_for(setup, G_N_ELEMENTS(works));
	td_writer_count(setup->writer, &jobs, &commits);
	/* 65 jobs: with the one that was held, or that one alone. */
	g_assert_cmpuint(jobs, ==, 65);
	g_assert_cmpuint(commits, ==, 2);
	g_assert_cmpuint(last_number(setup), ==, 64);
	for (i = 0; i < G_N_ELEMENTS(works); i++)
		g_assert_cmpuint(works[i].ran, ==, 1);
}

static void
test_failure_is_ones_own(Setup *setup, gconstpointer unused G_GNUC_UNUSED)
{
	Work works[5];
	g_autoptr(TdTxn) txn = NULL;
	g_autoptr(TdTicket) third = NULL;
	guint i;

	hold(setup);
	for (i = 0; i < G_N_ELEMENTS(works); i++) {
		works[i] = (Work){
			.setup = setup, .number = i, .fails = i == 1 || i == 3
		};
		td_writer_push(
		    setup->writer, open_ticket, note_done, &works[i]);
	}
	release(setup);
	wait_for(setup, G_N_ELEMENTS(works));
	g_assert_cmpstr(setup->log->str, ==, "0 no 1 2 no 3 4 ");
	/* The numbers of those that failed went to the others. */
	g_assert_cmpuint(last_number(setup), ==, 3);
	txn = td_txn_read(setup->desk.store);
	third = get_ticket(txn, 3);
	g_assert_cmpstr(third->subject, ==, "job 4");
}

static void
test_run_waits(Setup *setup, gconstpointer unused G_GNUC_UNUSED)
{
	Work good = { .setup = setup, .number = 1 };
	Work bad = { .setup = setup, .number = 2, .fails = TRUE };
	g_autoptr(GError) error = NULL;

	g_assert_true(td_writer_run(setup->writer, open_ticket, &good, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(last_number(setup), ==, 1);
	g_assert_false(td_writer_run(setup->writer, open_ticket, &bad, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
	g_assert_cmpuint(last_number(setup), ==, 1);
	g_assert_cmpuint(bad.ran, ==, 1);
}

static gboolean
fail_silently(TdTxn *txn G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED,
    GError **error G_GNUC_UNUSED)
{
	return FALSE;
}

static void
test_silent_failure(Setup *setup, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(
	    td_writer_run(setup->writer, fail_silently, NULL, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
}

static void
test_free_finishes(Setup *setup, gconstpointer unused G_GNUC_UNUSED)
{
	Work works[100];
	guint i;

	for (i = 0; i < G_N_ELEMENTS(works); i++) {
		works[i] = (Work){ .setup = setup, .number = i };
		td_writer_push(
		    setup->writer, open_ticket, note_done, &works[i]);
	}
	/* The last one pushes another when it is done. */
	works[99].then = setup->writer;
	td_writer_free(g_steal_pointer(&setup->writer));
	g_assert_cmpuint(setup->done, ==, 101);
	g_assert_cmpuint(last_number(setup), ==, 101);
}

static gboolean
note_ran(TdTxn *txn G_GNUC_UNUSED, gpointer data, GError **error G_GNUC_UNUSED)
{
	Setup *setup = data;

	g_mutex_lock(&setup->mutex);
	setup->ran = TRUE;
	g_cond_broadcast(&setup->cond);
	g_mutex_unlock(&setup->mutex);
	return TRUE;
}

/* Ends once the work of another job was done. */
static void
answer_slowly(gpointer data, const GError *error G_GNUC_UNUSED)
{
	Setup *setup = data;
	gint64 until = g_get_monotonic_time() + 20 * G_TIME_SPAN_SECOND;

	td_writer_push(setup->writer, note_ran, NULL, setup);
	g_mutex_lock(&setup->mutex);
	while (!setup->ran &&
	    g_cond_wait_until(&setup->cond, &setup->mutex, until))
		continue;
	setup->slow_done = setup->ran;
	g_cond_broadcast(&setup->cond);
	g_mutex_unlock(&setup->mutex);
}

static void
test_slow_answer(Setup *setup, gconstpointer unused G_GNUC_UNUSED)
{
	Work works[2];

	hold(setup);
	td_writer_push(setup->writer, wait_for_release, answer_slowly, setup);
	for (guint i = 0; i < G_N_ELEMENTS(works); i++) {
		works[i] = (Work){ .setup = setup, .number = i };
		td_writer_push(
		    setup->writer, open_ticket, note_done, &works[i]);
	}
	release(setup);
	wait_for(setup, G_N_ELEMENTS(works));
	g_assert_true(setup->slow_done);
	/* Still in their order, one after the other. */
	g_assert_cmpstr(setup->log->str, ==, "0 1 ");
}

static gpointer
run_some(gpointer data)
{
	Setup *setup = data;
	guint i;

	for (i = 0; i < 50; i++) {
		Work work = { .setup = setup, .number = i };

		g_assert_true(
		    td_writer_run(setup->writer, open_ticket, &work, NULL));
	}
	return NULL;
}

static gpointer
read_some(gpointer data)
{
	Setup *setup = data;
	TdTicketQuery query = { .status = -1, .active = TRUE, .limit = 50 };
	guint i;

	for (i = 0; i < 50; i++) {
		g_autoptr(TdTxn) txn = td_txn_read(setup->desk.store);
		g_autoptr(GPtrArray) tickets = NULL;
		g_autoptr(GError) error = NULL;
		guint64 next;

		g_assert_true(
		    td_ticket_list(txn, &query, &tickets, &next, &error));
		g_assert_no_error(error);
	}
	return NULL;
}

static void
test_many_threads(Setup *setup, gconstpointer unused G_GNUC_UNUSED)
{
	GThread *threads[8];
	guint i;

	for (i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new(
		    "test", i % 2 == 0 ? run_some : read_some, setup);
	for (i = 0; i < G_N_ELEMENTS(threads); i++)
		g_thread_join(threads[i]);
	g_assert_cmpuint(last_number(setup), ==, 200);
}

#define STARTED(name, function)                                                \
	g_test_add("/writer/" name, Setup, NULL, start, function, stop)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	STARTED("jobs that wait share a commit", test_one_commit);
	STARTED("a failure is one's own", test_failure_is_ones_own);
	STARTED("running waits for the disk", test_run_waits);
	STARTED("a failure without a reason gets one", test_silent_failure);
	STARTED("a slow answer holds up no work", test_slow_answer);
	STARTED("freeing does what waits", test_free_finishes);
	STARTED("many threads write and read", test_many_threads);
	return g_test_run();
}
