/* pump.c - see outbox/pump.h: what is sent, and when; pump-send.c does it
 *
 * The writer reports all fates of a session in one job, and the thread waits
 * for that, so no row is read again before its report is on disk.  Rows whose
 * report failed stay in .unreported, and are left out of what is sent, until it
 * succeeds. */

#include "config.h"

#include <string.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>

#include "outbox/batch.h"
#include "outbox/pump-private.h"
#include "outbox/session.h"

#define IDLE_WAIT 60 /* seconds at most without a look at the store */
/* Sessions begin at least so far apart, unless there is a full batch: what
 * comes meanwhile shares a connection, and a commit of the writer. */
#define GATHER_WAIT (50 * G_TIME_SPAN_MILLISECOND)
/* Seconds that a clock may be set back by without more ado. */
#define CLOCK_PLAY 10

static gint64
wall_clock(void)
{
	return td_clock_now() - g_get_monotonic_time() / G_TIME_SPAN_SECOND;
}

void
td_pump_init(TdPump *pump, TdRelay *relay, TdStore *store, TdWriter *writer,
    TdOutboxReport report, gpointer data, gint64 give_up)
{
	memset(pump, 0, sizeof(*pump));
	g_mutex_init(&pump->lock);
	g_cond_init(&pump->left);
	pump->relay = relay;
	pump->store = store;
	pump->writer = writer;
	pump->report = report;
	pump->data = data;
	pump->give_up = give_up;
	pump->clock = wall_clock();
	pump->strays = TRUE;
	pump->unreported = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_mail_free);
}

void
td_pump_clear(TdPump *pump)
{
	g_ptr_array_unref(pump->unreported);
	td_relay_free(pump->relay);
	g_free(pump->warned);
	g_cond_clear(&pump->left);
	g_mutex_clear(&pump->lock);
}

/* ---- store ---- */

gboolean
td_pump_enter_store(TdPump *pump)
{
	gboolean may;

	g_mutex_lock(&pump->lock);
	may = !pump->abandoned;
	pump->in_store = may;
	g_mutex_unlock(&pump->lock);
	return may;
}

void
td_pump_leave_store(TdPump *pump)
{
	g_mutex_lock(&pump->lock);
	pump->in_store = FALSE;
	g_cond_broadcast(&pump->left);
	g_mutex_unlock(&pump->lock);
}

void
td_pump_abandon(TdPump *pump)
{
	g_atomic_int_set(&pump->halt, TD_HALT_NOW);
	g_mutex_lock(&pump->lock);
	while (pump->in_store)
		g_cond_wait(&pump->left, &pump->lock);
	pump->abandoned = TRUE;
	g_mutex_unlock(&pump->lock);
}

/* The next mails of @range; NULL if the store failed. */
static GPtrArray *
read_mails(TdPump *pump, TdBatchRange *range, GError **error)
{
	GPtrArray *mails = NULL;

	range->without = pump->unreported;
	if (!td_pump_enter_store(pump)) {
		td_fail(error, TD_ERROR_AGAIN, "the outbox has ended");
		return NULL;
	}
	td_batch_read(pump->store, range, &mails, error);
	td_pump_leave_store(pump);
	return mails;
}

/* ---- rows by their ids ---- */

static void
forget_ids(GHashTable *ids, const GPtrArray *mails)
{
	for (guint i = 0; i < mails->len; i++) {
		const TdMail *mail = g_ptr_array_index(mails, i);

		g_hash_table_remove(ids, &mail->row->id);
	}
}

static void
remember_ids(GHashTable *ids, const GPtrArray *mails)
{
	for (guint i = 0; i < mails->len; i++) {
		const TdMail *mail = g_ptr_array_index(mails, i);

		td_batch_add_id(ids, mail->row->id);
	}
}

/* Tries the next of the rows named by @ids.  FALSE when there is no more to do:
 * all tried, or the server is down; or with @error. */
static gboolean
flush_some(TdPump *pump, GHashTable *ids, TdBatchRange *range, GError **error)
{
	g_autoptr(GPtrArray) mails = read_mails(pump, range, error);
	const TdMail *mail;

	if (mails == NULL || mails->len == 0)
		return FALSE;
	mail = g_ptr_array_index(mails, mails->len - 1);
	range->after_due = mail->row->due;
	range->after_id = mail->row->id;

	forget_ids(ids, mails);
	if (!td_pump_send(pump, mails))
		return FALSE;
	remember_ids(ids, mails);
	if (mails->len > 0) {
		/* The connection broke off: go on with the first not tried. */
		mail = g_ptr_array_index(mails, 0);
		range->after_due = mail->row->due;
		range->after_id = mail->row->id - 1;
	}
	return g_hash_table_size(ids) > 0;
}

/* Tries the rows named by @ids that are due by @until, each once; what is left
 * in @ids was not, which the server being down ends early. */
static void
flush_ids(TdPump *pump, GHashTable *ids, gint64 until, GError **error)
{
	TdBatchRange range = { .until = until, .only = ids };
	GError *problem = NULL;

	while (problem == NULL && !td_pump_is_halting(pump) &&
	    flush_some(pump, ids, &range, &problem))
		;
	if (problem != NULL)
		g_propagate_error(error, problem);
}

static void
send_strays(TdPump *pump)
{
	g_autoptr(GHashTable) ids = NULL;
	g_autoptr(GError) problem = NULL;

	if (!td_pump_enter_store(pump))
		return;
	td_batch_stray_ids(
	    pump->store, td_clock_now(), pump->turned_back, &ids, &problem);
	td_pump_leave_store(pump);
	if (problem == NULL)
		flush_ids(pump, ids, TD_OUTBOX_HELD - 1, &problem);
	if (problem != NULL) {
		td_pump_warn(pump, FALSE, problem->message);
	} else if (g_hash_table_size(ids) == 0 && pump->down_delay == 0) {
		pump->strays = FALSE;
		pump->turned_back = FALSE;
	}
}

/* ---- one turn ---- */

static void
rest_for(TdPumpRest *rest, gint64 seconds, gboolean wake)
{
	rest->until = td_pump_seconds_from_now(seconds);
	rest->wake = wake;
}

/* Nothing is due: how long until something is? */
static void
rest_until_due(TdPump *pump, TdPumpRest *rest)
{
	gint64 due = 0;
	gboolean known = FALSE;

	if (td_pump_enter_store(pump)) {
		known = td_batch_next_due(
		    pump->store, pump->unreported, &due, NULL);
		td_pump_leave_store(pump);
	}
	if (!known)
		rest_for(rest, TD_PUMP_TROUBLE, FALSE);
	else if (due <= td_clock_now())
		rest->until = 0;
	else
		rest_for(rest, MIN(due - td_clock_now(), IDLE_WAIT), TRUE);
	if (pump->unreported->len > 0)
		rest->until = MIN(rest->until, pump->report_after);
}

/* What was written under a clock that went ahead would wait until that time
 * comes. */
static void
look_at_clock(TdPump *pump)
{
	gint64 clock = wall_clock();

	if (clock < pump->clock - CLOCK_PLAY) {
		pump->strays = TRUE;
		pump->turned_back = TRUE;
	}
	pump->clock = clock;
}

void
td_pump_turn(TdPump *pump, TdPumpRest *rest)
{
	TdBatchRange range = { .until = td_clock_now() };
	g_autoptr(GPtrArray) mails = NULL;
	g_autoptr(GError) problem = NULL;
	gint64 now = g_get_monotonic_time();

	memset(rest, 0, sizeof(*rest));
	if (pump->unreported->len > 0 && now >= pump->report_after)
		td_pump_report(pump, pump->unreported);
	if (pump->stuck) {
		rest->until = pump->report_after;
		return;
	}
	if (now < pump->down_until) {
		rest->until = pump->down_until;
		return;
	}

	look_at_clock(pump);
	if (pump->strays)
		send_strays(pump);
	mails = read_mails(pump, &range, &problem);
	if (mails == NULL) {
		td_pump_warn(pump, FALSE, problem->message);
		rest_for(rest, TD_PUMP_TROUBLE, FALSE);
	} else if (mails->len == 0) {
		rest_until_due(pump, rest);
	} else {
		if (mails->len < TD_BATCH_MAILS)
			rest->until = now + GATHER_WAIT;
		td_pump_send(pump, mails);
	}
}

/* ---- flush ---- */

gboolean
td_pump_flush(TdPump *pump, gboolean all, GError **error)
{
	/* Not even then what an administrator is to decide about. */
	gint64 until = all ? TD_OUTBOX_HELD - 1 : td_clock_now();
	g_autoptr(GHashTable) ids = NULL;
	GError *problem = NULL;

	if (pump->unreported->len > 0)
		td_pump_report(pump, pump->unreported);
	if (pump->stuck)
		return td_fail(error, TD_ERROR_AGAIN,
		    "the store does not take what became of mails sent before");
	if (!td_pump_enter_store(pump))
		return td_fail(error, TD_ERROR_AGAIN, "the outbox has ended");
	td_batch_ids(pump->store, until, &ids, &problem);
	td_pump_leave_store(pump);

	if (problem == NULL)
		flush_ids(pump, ids, until, &problem);
	if (problem != NULL) {
		g_propagate_error(error, problem);
		return FALSE;
	}
	if (td_pump_is_halting(pump))
		return td_fail(error, TD_ERROR_AGAIN, "the outbox is ending");
	return TRUE;
}
