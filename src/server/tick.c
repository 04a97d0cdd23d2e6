/* tick.c - what the clock brings: timers of tickets, digests, the end of holds,
 * suppressions and bans */

#include "config.h"

#include <ticketd/clock.h>
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
	/* of the last one: */
	guint round_events, round_letters;
	gboolean queued;
};

static void
unref_ticker(TdTicker *ticker)
{
	if (g_atomic_ref_count_dec(&ticker->refs))
		g_free(ticker);
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
	if (!td_desk_tick(
	        ticker->desk, txn, td_clock_now(), TICKETS_MAX, &plan, error))
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

/* TdWrittenFunc. */
static void
round_done(gpointer data, const GError *error)
{
	TdTicker *ticker = data;

	if (error != NULL) {
		td_log_error("tick", error);
		go_on(ticker, FALSE);
		return;
	}
	ticker->events += ticker->round_events;
	ticker->letters += ticker->round_letters;
	if (ticker->queued)
		td_service_wake_outbox(ticker->service);
	go_on(ticker, ticker->round_events > 0 || ticker->round_letters > 0);
}

TdTicker *
td_ticker_new(TdService *service)
{
	TdTicker *ticker = g_new0(TdTicker, 1);

	ticker->service = service;
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
