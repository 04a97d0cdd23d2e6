/* tick.c - what the clock brings: timers of tickets, digests, the end of holds,
 * suppressions and bans */

#include "config.h"

#include <ticketd/clock.h>
#include <ticketd/error.h>
#include <ticketd/log.h>

#include "server/service-private.h"

/* Tickets in one job, so that mail does not wait for long. */
#define TICKETS_MAX 50u
/* Jobs one after another; what is due still waits for the next tick. */
#define ROUNDS_MAX 1000u

struct TdTicker {
	TdService *service;
	gatomicrefcount refs;
	int stopped; /* atomic */
	int busy;    /* atomic: jobs are with the writer */
	/* of the jobs, which come one after another: */
	TdDesk *desk;
	guint rounds;
	guint64 events, letters;
	/* Sets of guint64 *: damaged tickets, which the others go before, and
	 * those of them that were logged by the tick before: */
	GHashTable *damaged, *known;
	gboolean alone; /* a ticket a job: one of them is damaged */
	gboolean again; /* a last try of the damaged ones */
	/* of the last one: */
	guint64 number; /* the ticket, if there was one alone; 0 */
	guint round_events, round_letters;
	gboolean queued;
};

static GHashTable *
new_set(void)
{
	return g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
}

static void
unref_ticker(TdTicker *ticker)
{
	if (!g_atomic_ref_count_dec(&ticker->refs))
		return;
	g_hash_table_unref(ticker->damaged);
	g_hash_table_unref(ticker->known);
	g_free(ticker);
}

static gboolean
decide(TdTicker *ticker, TdTxn *txn, TdPlan **plan, GError **error)
{
	gint64 now = td_clock_now();

	ticker->number = 0;
	return ticker->alone
	    ? td_desk_tick_one(ticker->desk, txn, now, ticker->damaged,
	          &ticker->number, plan, error)
	    : td_desk_tick_but(ticker->desk, txn, now, TICKETS_MAX,
	          ticker->damaged, plan, error);
}

/* TdWriteFunc; may run twice. */
static gboolean
do_round(TdTxn *txn, gpointer data, GError **error)
{
	TdTicker *ticker = data;
	g_autoptr(TdPlan) plan = NULL;
	TdOutcome outcome = { 0 };

	ticker->queued = FALSE;
	ticker->round_events = 0;
	ticker->round_letters = 0;
	if (!decide(ticker, txn, &plan, error))
		return FALSE;
	ticker->round_events = plan->events->len;
	ticker->round_letters = plan->letters->len;
	if (!td_desk_apply(
	        ticker->desk, txn, plan, NULL, NULL, NULL, 0, &outcome, error))
		return FALSE;
	ticker->queued = outcome.outbox != 0;
	return TRUE;
}

static void
log_tick(const TdTicker *ticker)
{
	char events[24], letters[24];

	if (ticker->events == 0 && ticker->letters == 0)
		return;
	g_snprintf(
	    events, sizeof(events), "%" G_GUINT64_FORMAT, ticker->events);
	g_snprintf(
	    letters, sizeof(letters), "%" G_GUINT64_FORMAT, ticker->letters);
	td_log(TD_LOG_INFO, "tick", "events", events, "letters", letters, NULL);
}

static void round_done(gpointer data, const GError *error);

/* A job, or the end. */
static void
go_on(TdTicker *ticker, gboolean more)
{
	if (more && ++ticker->rounds < ROUNDS_MAX &&
	    !g_atomic_int_get(&ticker->stopped)) {
		td_writer_push(td_service_writer(ticker->service), do_round,
		    round_done, ticker);
		return;
	}
	log_tick(ticker);
	g_clear_pointer(&ticker->desk, td_desk_unref);
	g_atomic_int_set(&ticker->busy, 0);
	unref_ticker(ticker);
}

/* The ticket of the last job has its turn behind the others from now on. */
static void
leave_out(TdTicker *ticker)
{
	g_hash_table_add(ticker->damaged,
	    g_memdup2(&ticker->number, sizeof(ticker->number)));
}

static void
log_damaged(TdTicker *ticker, const GError *error)
{
	char number[24];

	if (!g_hash_table_add(ticker->known,
	        g_memdup2(&ticker->number, sizeof(ticker->number))))
		return;
	g_snprintf(
	    number, sizeof(number), "%" G_GUINT64_FORMAT, ticker->number);
	td_log(TD_LOG_WARNING, "tick", "ticket", number, "error",
	    error->message, NULL);
}

/* The last job failed; whether there is another way. */
static gboolean
find_damaged(TdTicker *ticker, const GError *error)
{
	if (!g_error_matches(error, TD_ERROR, TD_ERROR_BROKEN))
		return FALSE;
	if (!ticker->alone) {
		ticker->alone = TRUE;
		return TRUE;
	}
	if (ticker->number == 0)
		return FALSE;
	leave_out(ticker);
	log_damaged(ticker, error);
	ticker->alone = ticker->again;
	return TRUE;
}

/* Nothing is due any more but for damaged tickets: each is tried once, for
 * somebody may have repaired it.  Whether there are any. */
static gboolean
try_again(TdTicker *ticker)
{
	if (ticker->again || g_hash_table_size(ticker->damaged) == 0)
		return FALSE;
	g_hash_table_unref(ticker->known);
	ticker->known = g_steal_pointer(&ticker->damaged);
	ticker->damaged = new_set();
	ticker->again = TRUE;
	ticker->alone = TRUE;
	return TRUE;
}

/* TdWrittenFunc. */
static void
round_done(gpointer data, const GError *error)
{
	TdTicker *ticker = data;
	gboolean more;

	if (error != NULL) {
		more = find_damaged(ticker, error);
		if (!more)
			td_log_error("tick", error);
		go_on(ticker, more);
		return;
	}
	ticker->events += ticker->round_events;
	ticker->letters += ticker->round_letters;
	if (ticker->queued)
		td_service_wake_outbox(ticker->service);
	more = ticker->round_events > 0 || ticker->round_letters > 0;
	if (ticker->number != 0 && !more)
		leave_out(ticker);
	more = more || ticker->number != 0;
	go_on(ticker, more || try_again(ticker));
}

TdTicker *
td_ticker_new(TdService *service)
{
	TdTicker *ticker = g_new0(TdTicker, 1);

	ticker->service = service;
	ticker->damaged = new_set();
	ticker->known = new_set();
	g_atomic_ref_count_init(&ticker->refs);
	return ticker;
}

/* Bans that ended were deleted by the round before. */
static void
renew_desk(TdTicker *ticker)
{
	g_autoptr(TdDesk) desk = td_service_desk(ticker->service);
	gint64 until = td_desk_fresh_until(desk);
	g_autoptr(GError) error = NULL;

	if (until != 0 && until < td_clock_now() &&
	    !td_service_renew_desk(ticker->service, &error))
		td_log_error("tick", error);
}

void
td_ticker_run(TdTicker *ticker)
{
	if (!g_atomic_int_compare_and_exchange(&ticker->busy, 0, 1))
		return;
	renew_desk(ticker);
	g_atomic_ref_count_inc(&ticker->refs);
	ticker->desk = td_service_desk(ticker->service);
	ticker->rounds = 0;
	ticker->events = 0;
	ticker->letters = 0;
	ticker->alone = FALSE;
	ticker->again = FALSE;
	td_writer_push(
	    td_service_writer(ticker->service), do_round, round_done, ticker);
}

void
td_ticker_free(TdTicker *ticker)
{
	if (ticker == NULL)
		return;
	g_atomic_int_set(&ticker->stopped, 1);
	unref_ticker(ticker);
}
