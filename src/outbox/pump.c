/* pump.c - see outbox/pump.h
 *
 * The writer reports all fates of a session in one job, and the thread waits
 * for that, so no row is read again before its report is on disk.  Rows whose
 * report failed stay in .unreported, and are left out of what is sent, until it
 * succeeds. */

#include "config.h"

#include <string.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>
#include <ticketd/log.h>

#include "outbox/batch.h"
#include "outbox/pump.h"
#include "outbox/session.h"

#define IDLE_WAIT 60   /* seconds at most without a look at the store */
#define TROUBLE_WAIT 5 /* seconds after the store or the writer failed */
/* Sessions begin at least so far apart, unless there is a full batch: what
 * comes meanwhile shares a connection, and a commit of the writer. */
#define GATHER_WAIT (50 * G_TIME_SPAN_MILLISECOND)
#define DOWN_FIRST 5 /* seconds until a dead server is tried again */
#define DOWN_LAST 300
/* Seconds that a clock may be set back by without more ado. */
#define CLOCK_PLAY 10
#define WARN_EVERY 60  /* seconds between two warnings */
#define WARN_AGAIN 600 /* ... of the same text */

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

static gboolean
is_halting(TdPump *pump)
{
	return g_atomic_int_get(&pump->halt) != TD_HALT_NO;
}

static gint64
seconds_from_now(gint64 seconds)
{
	return g_get_monotonic_time() + seconds * G_TIME_SPAN_SECOND;
}

/* ---- trouble ---- */

/* Tells the log, but not the same thing over and over.  @server: it is about
 * that, not about the store. */
static void
warn(TdPump *pump, gboolean server, const char *text)
{
	gint64 passed = g_get_monotonic_time() - pump->warned_at;
	gint64 wait = g_strcmp0(pump->warned, text) == 0 ? WARN_AGAIN
	                                                 : WARN_EVERY;

	if (pump->warned != NULL && passed < wait * G_TIME_SPAN_SECOND)
		return;
	if (server)
		td_log(TD_LOG_WARNING, "smtp-trouble", "server",
		    pump->relay->address, "error", text, NULL);
	else
		td_log(TD_LOG_WARNING, "outbox-trouble", "error", text, NULL);
	g_free(pump->warned);
	pump->warned = g_strdup(text);
	pump->warned_at = g_get_monotonic_time();
}

/* The server did nothing for us: leave it alone for a while, longer each time,
 * unless a flush came too early. */
static void
note_down(TdPump *pump, const char *error)
{
	if (pump->down_delay == 0)
		pump->down_delay = DOWN_FIRST;
	else if (g_get_monotonic_time() >= pump->down_until)
		pump->down_delay = MIN(pump->down_delay * 2, DOWN_LAST);
	pump->down_until = seconds_from_now(pump->down_delay);
	warn(pump, TRUE, error);
}

static void
note_up(TdPump *pump)
{
	if (pump->down_delay == 0)
		return;
	td_log(TD_LOG_NOTICE, "smtp-reached", "server", pump->relay->address,
	    NULL);
	pump->down_delay = 0;
	pump->down_until = 0;
	g_clear_pointer(&pump->warned, g_free);
}

/* ---- store and writer ---- */

static gboolean
enter_store(TdPump *pump)
{
	gboolean may;

	g_mutex_lock(&pump->lock);
	may = !pump->abandoned;
	pump->in_store = may;
	g_mutex_unlock(&pump->lock);
	return may;
}

static void
leave_store(TdPump *pump)
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

/* Reports @mails; those reported are removed from it.  A writer that has no
 * room on the disk, say, has none for the next mails either. */
static void
report(TdPump *pump, GPtrArray *mails)
{
	g_autoptr(GError) problem = NULL;

	if (!enter_store(pump))
		return;
	td_batch_report(
	    pump->writer, pump->report, pump->data, mails, &problem);
	leave_store(pump);

	pump->stuck = g_error_matches(problem, TD_ERROR, TD_ERROR_AGAIN);
	if (problem != NULL) {
		pump->report_after = seconds_from_now(TROUBLE_WAIT);
		warn(pump, FALSE, problem->message);
	}
}

/* The next mails of @range; NULL if the store failed. */
static GPtrArray *
read_mails(TdPump *pump, TdBatchRange *range, GError **error)
{
	GPtrArray *mails = NULL;

	range->without = pump->unreported;
	if (!enter_store(pump)) {
		td_fail(error, TD_ERROR_AGAIN, "the outbox has ended");
		return NULL;
	}
	td_batch_read(pump->store, range, &mails, error);
	leave_store(pump);
	return mails;
}

/* ---- sending ---- */

/* Runs a session; where TLS is a may and did not work, one more without. */
static void
run_session(TdPump *pump, GPtrArray *mails, TdSessionEnd *end)
{
	TdRelay *relay = pump->relay;

	td_session_send(relay, mails, TRUE, &pump->halt, end);
	if (relay->starttls != TD_STARTTLS_MAY || !end->no_tls ||
	    is_halting(pump))
		return;
	warn(pump, TRUE, end->error);
	td_session_end_clear(end);
	td_session_send(relay, mails, FALSE, &pump->halt, end);
}

/* The server was not reached.  When that is news it goes into the rows of all
 * @mails; later each try costs the store one row, and those that have become
 * too old.  All are due again with the server, not later: to wait for it is not
 * their fault. */
static void
put_off(TdPump *pump, GPtrArray *mails, const char *error, gboolean news)
{
	gint64 now = td_clock_now();
	gboolean first = TRUE;

	for (guint i = 0; i < mails->len; i++) {
		TdMail *mail = g_ptr_array_index(mails, i);

		if (mail->tried)
			continue;
		if (!news && !first &&
		    !td_mail_is_expired(mail, now, pump->give_up))
			continue;
		first = FALSE;
		td_mail_judge_rest(mail, TD_FATE_DEFERRED, error);
		mail->next_due = now + pump->down_delay;
		mail->tried = TRUE;
	}
}

static gboolean
needs_session(GPtrArray *mails)
{
	for (guint i = 0; i < mails->len; i++) {
		if (!td_mail_is_settled(g_ptr_array_index(mails, i)))
			return TRUE;
	}
	return FALSE;
}

/* FALSE if the server does not do anything for us. */
static gboolean
use_server(TdPump *pump, GPtrArray *mails)
{
	TdSessionEnd end;
	gboolean news = pump->down_delay == 0;
	gboolean useful;

	run_session(pump, mails, &end);
	useful = end.useful;
	if (useful) {
		note_up(pump);
	} else if (!is_halting(pump)) {
		note_down(pump, end.error);
		if (!end.reached)
			put_off(pump, mails, end.error, news);
	}
	if (end.warning != NULL)
		warn(pump, TRUE, end.warning);
	td_session_end_clear(&end);
	return useful;
}

/* Takes what has something to report out of @mails. */
static GPtrArray *
take_tried(TdPump *pump, GPtrArray *mails)
{
	GPtrArray *tried = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_mail_free);
	gint64 now = td_clock_now();

	for (guint i = 0; i < mails->len;) {
		TdMail *mail = g_ptr_array_index(mails, i);

		if (!mail->tried) {
			i++;
			continue;
		}
		td_mail_close(mail, now, pump->give_up, g_random_int());
		g_clear_pointer(&mail->text, g_bytes_unref);
		g_ptr_array_add(tried, g_ptr_array_steal_index(mails, i));
	}
	return tried;
}

/* Sends @mails and has their fates reported; what is left in @mails was not
 * tried.  FALSE if it makes no sense to go on at once. */
static gboolean
send_mails(TdPump *pump, GPtrArray *mails)
{
	gboolean alive = !needs_session(mails) || use_server(pump, mails);
	g_autoptr(GPtrArray) tried = take_tried(pump, mails);

	if (tried->len > 0)
		report(pump, tried);
	while (tried->len > 0)
		g_ptr_array_add(
		    pump->unreported, g_ptr_array_steal_index(tried, 0));
	return alive && !pump->stuck;
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
	if (!send_mails(pump, mails))
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

	while (problem == NULL && !is_halting(pump) &&
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

	if (!enter_store(pump))
		return;
	td_batch_stray_ids(
	    pump->store, td_clock_now(), pump->turned_back, &ids, &problem);
	leave_store(pump);
	if (problem == NULL)
		flush_ids(pump, ids, TD_OUTBOX_HELD - 1, &problem);
	if (problem != NULL) {
		warn(pump, FALSE, problem->message);
	} else if (g_hash_table_size(ids) == 0 && pump->down_delay == 0) {
		pump->strays = FALSE;
		pump->turned_back = FALSE;
	}
}

/* ---- one turn ---- */

static void
rest_for(TdPumpRest *rest, gint64 seconds, gboolean wake)
{
	rest->until = seconds_from_now(seconds);
	rest->wake = wake;
}

/* Nothing is due: how long until something is? */
static void
rest_until_due(TdPump *pump, TdPumpRest *rest)
{
	gint64 due = 0;
	gboolean known = FALSE;

	if (enter_store(pump)) {
		known = td_batch_next_due(
		    pump->store, pump->unreported, &due, NULL);
		leave_store(pump);
	}
	if (!known)
		rest_for(rest, TROUBLE_WAIT, FALSE);
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
		report(pump, pump->unreported);
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
		warn(pump, FALSE, problem->message);
		rest_for(rest, TROUBLE_WAIT, FALSE);
	} else if (mails->len == 0) {
		rest_until_due(pump, rest);
	} else {
		if (mails->len < TD_BATCH_MAILS)
			rest->until = now + GATHER_WAIT;
		send_mails(pump, mails);
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
		report(pump, pump->unreported);
	if (pump->stuck)
		return td_fail(error, TD_ERROR_AGAIN,
		    "the store does not take what became of mails sent before");
	if (!enter_store(pump))
		return td_fail(error, TD_ERROR_AGAIN, "the outbox has ended");
	td_batch_ids(pump->store, until, &ids, &problem);
	leave_store(pump);

	if (problem == NULL)
		flush_ids(pump, ids, until, &problem);
	if (problem != NULL) {
		g_propagate_error(error, problem);
		return FALSE;
	}
	if (is_halting(pump))
		return td_fail(error, TD_ERROR_AGAIN, "the outbox is ending");
	return TRUE;
}
