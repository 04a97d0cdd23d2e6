/* bench-large.c - what the clock costs a desk with many tickets
 *
 * bench-large build CONF TICKETS OPEN SOON
 *	fills the new store of CONF; prints seconds and the MiB that it took
 * bench-large idle CONF
 *	prints the CPU microseconds of a tick with nothing due: the first, the
 *	median of 1000, the 99th of 100
 * bench-large due CONF
 *	prints how many tickets were due, the seconds until they were handled,
 *	CPU seconds, rounds, events, letters
 *
 * All goes through the writer, as it does in ticketd; LARGE_SOON after the
 * build is the time of `due`, whatever the clock says. */

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <ticketd/clock.h>
#include <ticketd/desk.h>
#include <ticketd/writer.h>

#include "large-store.h"

#define BUILD_CACHE ((guint64)512 << 20)
#define IDLE_TICKS 1000u
/* As in src/server/tick.c. */
#define TICKETS_MAX 50u
#define META_NOW "bench-large"

typedef struct {
	TdConf *conf;
	TdStore *store;
	TdDesk *desk;
	TdWriter *writer;
	gint64 now; /* when the store was built */
	/* of the last round: */
	guint events;
	guint letters;
	gint64 time;
} Bench;

/* Ends the program if something failed. */
static void
need(gboolean done, const GError *error)
{
	if (done)
		return;
	fprintf(stderr, "bench-large: %s\n",
	    error == NULL ? "failed" : error->message);
	exit(1);
}

static double
cpu_seconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double
seconds_since(gint64 start)
{
	return (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
}

/* ---- the store ---- */

static void
open_store(Bench *bench, const char *path, guint64 cache_size)
{
	g_autoptr(GError) error = NULL;

	bench->conf = td_conf_load(path, &error);
	need(bench->conf != NULL, error);
	bench->store = td_store_open(bench->conf->store,
	    cache_size != 0 ? cache_size : bench->conf->cache_size, 0, &error);
	need(bench->store != NULL, error);
}

static void
open_desk(Bench *bench, const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) now = NULL;
	g_autoptr(TdTxn) txn = NULL;

	open_store(bench, path, 0);
	txn = td_txn_begin(bench->store, &error);
	need(txn != NULL, error);
	bench->desk = td_desk_new(bench->conf, txn, &error);
	need(bench->desk != NULL, error);
	need(td_meta_get(txn, META_NOW, &now, &error), error);
	need(now != NULL && g_bytes_get_size(now) == sizeof(bench->now), NULL);
	memcpy(&bench->now, g_bytes_get_data(now, NULL), sizeof(bench->now));
	need(td_txn_commit(txn, &error), error);
	bench->writer = td_writer_new(bench->store);
}

static void
close_bench(Bench *bench)
{
	td_writer_free(bench->writer);
	td_desk_unref(bench->desk);
	td_store_close(bench->store);
	td_conf_free(bench->conf);
}

static void
note_now(Bench *bench)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) now = g_bytes_new(&bench->now, sizeof(bench->now));
	g_autoptr(TdTxn) txn = td_txn_begin(bench->store, &error);

	need(txn != NULL, error);
	need(td_meta_put(txn, META_NOW, now, &error), error);
	need(td_txn_commit(txn, &error), error);
}

static void
build(const char *path, char **numbers)
{
	Bench bench = { .now = td_clock_now() };
	g_autoptr(GError) error = NULL;
	gint64 start = g_get_monotonic_time();
	LargeShape shape;
	struct rusage usage;

	shape = (LargeShape){
		.tickets = g_ascii_strtoull(numbers[0], NULL, 10),
		.open = g_ascii_strtoull(numbers[1], NULL, 10),
		.soon = g_ascii_strtoull(numbers[2], NULL, 10),
		.now = bench.now,
	};
	need(shape.open <= shape.tickets && shape.soon <= shape.open, NULL);
	open_store(&bench, path, BUILD_CACHE);
	note_now(&bench);
	need(large_build(bench.store, &shape, &error), error);
	close_bench(&bench);
	getrusage(RUSAGE_SELF, &usage);
	printf("%.1f %ld\n", seconds_since(start), usage.ru_maxrss / 1024);
}

/* ---- ticks ---- */

/* TdWriteFunc: one round as that of src/server/tick.c. */
static gboolean
do_round(TdTxn *txn, gpointer data, GError **error)
{
	Bench *bench = data;
	g_autoptr(TdPlan) plan = NULL;
	TdOutcome outcome = { 0 };

	if (!td_desk_tick(
	        bench->desk, txn, bench->time, TICKETS_MAX, &plan, error))
		return FALSE;
	bench->events = plan->events->len;
	bench->letters = plan->letters->len;
	return td_desk_apply(
	    bench->desk, txn, plan, NULL, NULL, NULL, 0, &outcome, error);
}

static void
run_round(Bench *bench)
{
	g_autoptr(GError) error = NULL;

	need(td_writer_run(bench->writer, do_round, bench, &error), error);
}

static int
compare_seconds(gconstpointer a, gconstpointer b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static void
measure_idle(const char *path)
{
	Bench bench = { 0 };
	double seconds[IDLE_TICKS], first;

	open_desk(&bench, path);
	bench.time = bench.now;
	for (guint i = 0; i < IDLE_TICKS; i++) {
		double before = cpu_seconds();

		run_round(&bench);
		seconds[i] = cpu_seconds() - before;
		need(bench.events == 0 && bench.letters == 0, NULL);
	}
	first = seconds[0];
	qsort(seconds, IDLE_TICKS, sizeof(*seconds), compare_seconds);
	printf("%.0f %.0f %.0f\n", 1e6 * first, 1e6 * seconds[IDLE_TICKS / 2],
	    1e6 * seconds[IDLE_TICKS * 99 / 100]);
	close_bench(&bench);
}

static guint
count_due(Bench *bench)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) numbers = NULL;
	g_autoptr(TdTxn) txn = td_txn_read(bench->store);

	need(td_ticket_timers(txn, bench->time, G_MAXINT32, &numbers, &error),
	    error);
	return numbers->len;
}

static void
measure_due(const char *path)
{
	Bench bench = { 0 };
	guint due, rounds = 0, events = 0, letters = 0;
	double cpu, seconds;
	gint64 start;

	open_desk(&bench, path);
	bench.time = bench.now + LARGE_SOON;
	due = count_due(&bench);
	start = g_get_monotonic_time();
	cpu = cpu_seconds();
	do {
		run_round(&bench);
		rounds++;
		events += bench.events;
		letters += bench.letters;
	} while (bench.events > 0 || bench.letters > 0);
	seconds = seconds_since(start);
	cpu = cpu_seconds() - cpu;
	need(count_due(&bench) == 0, NULL);
	printf("%u %.3f %.3f %u %u %u\n", due, seconds, cpu, rounds, events,
	    letters);
	close_bench(&bench);
}

int
main(int argc, char **argv)
{
	td_message_init();
	if (argc == 6 && strcmp(argv[1], "build") == 0)
		build(argv[2], argv + 3);
	else if (argc == 3 && strcmp(argv[1], "idle") == 0)
		measure_idle(argv[2]);
	else if (argc == 3 && strcmp(argv[1], "due") == 0)
		measure_due(argv[2]);
	else {
		fputs("usage: bench-large build CONF TICKETS OPEN SOON\n"
		      "       bench-large idle|due CONF\n",
		    stderr);
		return 64;
	}
	return 0;
}
