/* pump-send.c - the pump's sessions, and the reports of what became of mails */

#include "config.h"

#include <string.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>
#include <ticketd/log.h>

#include "outbox/batch.h"
#include "outbox/pump-private.h"
#include "outbox/session.h"

#define DOWN_FIRST 5 /* seconds until a dead server is tried again */
#define DOWN_LAST 300
#define WARN_EVERY 60  /* seconds between two warnings */
#define WARN_AGAIN 600 /* ... of the same text */

gboolean
td_pump_is_halting(TdPump *pump)
{
	return g_atomic_int_get(&pump->halt) != TD_HALT_NO;
}

gint64
td_pump_seconds_from_now(gint64 seconds)
{
	return g_get_monotonic_time() + seconds * G_TIME_SPAN_SECOND;
}

/* ---- trouble ---- */

void
td_pump_warn(TdPump *pump, gboolean server, const char *text)
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
	pump->down_until = td_pump_seconds_from_now(pump->down_delay);
	td_pump_warn(pump, TRUE, error);
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

/* ---- reports ---- */

void
td_pump_report(TdPump *pump, GPtrArray *mails)
{
	g_autoptr(GError) problem = NULL;

	if (!td_pump_enter_store(pump))
		return;
	td_batch_report(
	    pump->writer, pump->report, pump->data, mails, &problem);
	td_pump_leave_store(pump);

	pump->stuck = g_error_matches(problem, TD_ERROR, TD_ERROR_AGAIN);
	if (problem != NULL) {
		pump->report_after = td_pump_seconds_from_now(TD_PUMP_TROUBLE);
		td_pump_warn(pump, FALSE, problem->message);
	}
}

/* ---- sending ---- */

/* Runs a session; where TLS is a may and did not work, one more without. */
static void
run_session(TdPump *pump, GPtrArray *mails, TdSessionEnd *end)
{
	TdRelay *relay = pump->relay;

	td_session_send(relay, mails, TRUE, &pump->halt, end);
	if (relay->starttls != TD_STARTTLS_MAY || !end->no_tls ||
	    td_pump_is_halting(pump))
		return;
	td_pump_warn(pump, TRUE, end->error);
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
	} else if (!td_pump_is_halting(pump)) {
		note_down(pump, end.error);
		if (!end.reached)
			put_off(pump, mails, end.error, news);
	}
	if (end.warning != NULL)
		td_pump_warn(pump, TRUE, end.warning);
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

gboolean
td_pump_send(TdPump *pump, GPtrArray *mails)
{
	gboolean alive = !needs_session(mails) || use_server(pump, mails);
	g_autoptr(GPtrArray) tried = take_tried(pump, mails);

	if (tried->len > 0)
		td_pump_report(pump, tried);
	while (tried->len > 0)
		g_ptr_array_add(
		    pump->unreported, g_ptr_array_steal_index(tried, 0));
	return alive && !pump->stuck;
}
