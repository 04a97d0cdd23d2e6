/* test-store-crash.c - nothing that was acknowledged is lost by kill -9 */

#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ticketd/writer.h>

#include "store-fixture.h"

#define ROUNDS 8
#define JOBS_WAITING 100
/* A child that has done nothing by then never will. */
#define PATIENCE_SECONDS 60

/* ---- the child, which will be killed ---- */

typedef struct {
	TdWriter *writer;
	int pipe;       /* each number on disk is written to it */
	guint64 number; /* of the ticket, by the job */
} Job;

static gboolean
file_mail(TdTxn *txn, gpointer data, GError **error)
{
	static const char raw[] = "Subject: x\r\n\r\nHello.\r\n";
	Job *job = data;
	g_autoptr(TdTicket) ticket = new_ticket(
	    txn, "support", "a@example.com", "Printer burns");
	g_autoptr(TdFiled) filed = td_filed_new();
	g_autoptr(TdOutboxRow) row = td_outbox_row_new();
	g_autoptr(TdEvent)
	    event = td_event_new(TD_EVENT_MESSAGE, ticket->number, NOW, "desk");
	g_autofree char *id = g_strdup_printf("%u@x", (guint)ticket->number);
	TdPlace place = { ticket->number, 1 };

	filed->ticket = ticket->number;
	filed->sequence = 1;
	row->ticket = ticket->number;
	row->due = NOW + ticket->number;
	event->message = 1;
	job->number = ticket->number;
	return td_filed_put(txn, filed, raw, strlen(raw), error) &&
	    td_event_append(txn, ticket, event, error) &&
	    td_ticket_put(txn, ticket, error) &&
	    td_id_bind(txn, id, "", &place, error) &&
	    td_outbox_row_put(txn, row, error);
}

static void
acknowledge(gpointer data, const GError *error)
{
	Job *job = data;

	g_assert_no_error(error);
	g_assert_cmpint(write(job->pipe, &job->number, sizeof(job->number)), ==,
	    sizeof(job->number));
	td_writer_push(job->writer, file_mail, acknowledge, job);
}

/* Files mail until it is killed. */
static void
live(const char *home, int pipe)
{
	TdStore *store;
	TdWriter *writer;
	Job *jobs = g_new0(Job, JOBS_WAITING);
	guint i;

	/* Also when the parent did not live to do it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(2 * PATIENCE_SECONDS);
	store = td_store_open(home, CACHE_SIZE, 1000, NULL);
	g_assert_nonnull(store);
	writer = td_writer_new(store);
	for (i = 0; i < JOBS_WAITING; i++) {
		jobs[i].writer = writer;
		jobs[i].pipe = pipe;
		td_writer_push(writer, file_mail, acknowledge, &jobs[i]);
	}
	for (;;) {
		if (i++ % 3 == 0)
			td_store_checkpoint(store, TRUE, NULL);
		g_usleep(10 * 1000);
	}
}

/* ---- the parent ---- */

/* Reads what was acknowledged: the highest number of it. */
static guint64
read_acknowledged(int pipe, guint64 highest)
{
	guint64 number;
	ssize_t size;

	while ((size = read(pipe, &number, sizeof(number))) > 0) {
		g_assert_cmpint(size, ==, sizeof(number));
		highest = MAX(highest, number);
	}
	return highest;
}

static void
wait_for_work(int pipe)
{
	struct pollfd fd = { .fd = pipe, .events = POLLIN };

	g_assert_cmpint(poll(&fd, 1, PATIENCE_SECONDS * 1000), ==, 1);
}

/* Starts a child, lets it live for a while, and kills it: while it works, or at
 * any time, recovery included. */
static guint64
live_and_die(const char *home, gboolean works, guint64 highest)
{
	gulong life = g_test_rand_int_range(0, 250) * 1000;
	int pipes[2];
	int status;
	pid_t child;

	g_assert_cmpint(pipe(pipes), ==, 0);
	child = fork();
	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		close(pipes[0]);
		live(home, pipes[1]);
	}
	close(pipes[1]);
	if (works)
		wait_for_work(pipes[0]);
	g_usleep(life);
	g_assert_cmpint(kill(child, SIGKILL), ==, 0);
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	/* Not before: an assertion of its own did not hold. */
	g_assert_true(WIFSIGNALED(status));
	g_assert_cmpint(WTERMSIG(status), ==, SIGKILL);
	highest = read_acknowledged(pipes[0], highest);
	close(pipes[0]);
	return highest;
}

static void
assert_whole(TdTxn *txn, guint64 number)
{
	g_autoptr(TdTicket) ticket = get_ticket(txn, number);
	g_autoptr(TdFiled) filed = NULL;
	g_autofree char *id = g_strdup_printf("%u@x", (guint)number);
	g_autoptr(TdOutboxRow) row = NULL;
	gboolean found = FALSE;
	TdPlace place;

	g_assert_nonnull(ticket);
	g_assert_cmpuint(ticket->events, ==, 2);
	g_assert_true(td_filed_get(txn, number, 1, &filed, NULL, NULL));
	g_assert_nonnull(filed);
	g_assert_true(td_id_find(txn, id, "", &found, &place, NULL));
	g_assert_true(found);
	g_assert_cmpuint(place.ticket, ==, number);
}

static void
tell(const char *finding, gpointer unused G_GNUC_UNUSED)
{
	g_test_message("%s", finding);
}

/* Every number from 1 to the last is a whole ticket with its outbox row. */
static void
assert_store(Desk *desk, guint64 acknowledged)
{
	guint64 first = 0;
	guint64 last = 0;
	guint64 at = 0;
	guint64 wrong = 0;
	guint64 number;
	g_autoptr(TdTxn) txn = td_txn_read(desk->store);
	g_autoptr(GError) error = NULL;

	g_assert_true(td_ticket_range(txn, &first, &last, &error));
	g_assert_cmpuint(last, >=, acknowledged);
	for (number = 1; number <= last; number++)
		assert_whole(txn, number);
	g_assert_null(get_ticket(txn, last + 1));
	do {
		g_assert_true(td_store_check(
		    txn, FALSE, &at, &wrong, tell, NULL, &error));
	} while (at != 0);
	g_assert_cmpuint(wrong, ==, 0);
}

static guint64
count_rows(Desk *desk)
{
	g_autoptr(TdTxn) txn = td_txn_read(desk->store);
	gint64 due = 0;
	guint64 id = 0;
	guint64 count = 0;

	for (;;) {
		g_autoptr(GPtrArray) rows = NULL;
		const TdOutboxRow *last;

		g_assert_true(
		    td_outbox_rows(txn, due, id, G_MAXINT64, 200, &rows, NULL));
		if (rows->len == 0)
			return count;
		last = rows->pdata[rows->len - 1];
		due = last->due;
		id = last->id;
		count += rows->len;
	}
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

static void
test_killed(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 highest = 0;
	guint round;

	close_store(desk);
	for (round = 0; round < ROUNDS; round++) {
		highest = live_and_die(desk->home, round % 3 != 0, highest);
		open_store(desk);
		g_test_message("round %u: %u acknowledged, %u there", round,
		    (guint)highest, (guint)last_number(desk));
		assert_store(desk, highest);
		g_assert_cmpuint(count_rows(desk), ==, last_number(desk));
		close_store(desk);
	}
	open_store(desk);
	g_assert_cmpuint(highest, >, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/store/crash/what was acknowledged survives kill -9", Desk,
	    NULL, make_desk, test_killed, remove_desk);
	return g_test_run();
}
