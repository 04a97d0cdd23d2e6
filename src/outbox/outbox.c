/* outbox.c - see ticketd/outbox.h
 *
 * A session may hang in libesmtp for as long as its timeouts allow (and in
 * connect(2) or the resolver for longer), and there is no way to wake it.  So
 * the end does not wait for it: a TdOutbox is counted, the thread has a
 * reference of its own, and one that was abandoned in a session touches nothing
 * borrowed any more. */

#include "config.h"

#include <ticketd/error.h>

#include "outbox/pump.h"
#include "outbox/session.h"

#define END_WAIT 5 /* seconds that td_outbox_free() waits */

struct TdOutbox {
	TdPump pump; /* the thread's */
	GThread *thread;

	/* Under .lock. */
	GMutex lock;
	GCond changed;
	gboolean woken;
	gboolean ended;
	guint64 flush_asked; /* how many so far */
	guint64 flush_begun;
	guint64 flush_done;
	gboolean flush_all;  /* for those asked that have not begun */
	GError *flush_error; /* of the last one, or NULL */
};

static void
clear_outbox(gpointer data)
{
	TdOutbox *outbox = data;

	td_pump_clear(&outbox->pump);
	g_clear_error(&outbox->flush_error);
	g_cond_clear(&outbox->changed);
	g_mutex_clear(&outbox->lock);
}

static void
drop_outbox(TdOutbox *outbox)
{
	g_atomic_rc_box_release_full(outbox, clear_outbox);
}

/* ---- the thread ---- */

static gboolean
is_halting(TdOutbox *outbox)
{
	return g_atomic_int_get(&outbox->pump.halt) != TD_HALT_NO;
}

/* Whether somebody asked for a flush; then its sequence and kind. */
static gboolean
begin_flush(TdOutbox *outbox, guint64 *number, gboolean *all)
{
	gboolean asked;

	g_mutex_lock(&outbox->lock);
	outbox->woken = FALSE;
	asked = outbox->flush_asked > outbox->flush_begun;
	if (asked) {
		*number = outbox->flush_begun = outbox->flush_asked;
		*all = outbox->flush_all;
		outbox->flush_all = FALSE;
	}
	g_mutex_unlock(&outbox->lock);
	return asked;
}

static void
end_flush(TdOutbox *outbox, guint64 number, GError *error)
{
	g_mutex_lock(&outbox->lock);
	outbox->flush_done = number;
	g_clear_error(&outbox->flush_error);
	outbox->flush_error = error;
	g_cond_broadcast(&outbox->changed);
	g_mutex_unlock(&outbox->lock);
}

static void
rest(TdOutbox *outbox, const TdPumpRest *rest)
{
	g_mutex_lock(&outbox->lock);
	while (!is_halting(outbox) &&
	    outbox->flush_asked == outbox->flush_begun &&
	    !(rest->wake && outbox->woken)) {
		if (!g_cond_wait_until(
		        &outbox->changed, &outbox->lock, rest->until))
			break;
	}
	g_mutex_unlock(&outbox->lock);
}

static gpointer
run(gpointer data)
{
	TdOutbox *outbox = data;
	guint64 number = 0;
	gboolean all = FALSE;

	while (!is_halting(outbox)) {
		TdPumpRest pause;

		if (begin_flush(outbox, &number, &all)) {
			GError *error = NULL;

			td_pump_flush(&outbox->pump, all, &error);
			end_flush(outbox, number, error);
			continue;
		}
		td_pump_turn(&outbox->pump, &pause);
		if (pause.until != 0)
			rest(outbox, &pause);
	}

	g_mutex_lock(&outbox->lock);
	outbox->ended = TRUE;
	g_cond_broadcast(&outbox->changed);
	g_mutex_unlock(&outbox->lock);
	drop_outbox(outbox);
	return NULL;
}

/* ---- public ---- */

TdOutbox *
td_outbox_new(const TdConf *conf, TdStore *store, TdWriter *writer,
    TdOutboxReport report, gpointer data, GError **error)
{
	TdRelay *relay = td_relay_new(conf, error);
	TdOutbox *outbox;

	if (relay == NULL)
		return NULL;

	outbox = g_atomic_rc_box_new0(TdOutbox);
	td_pump_init(&outbox->pump, relay, store, writer, report, data,
	    conf->smtp_give_up);
	g_mutex_init(&outbox->lock);
	g_cond_init(&outbox->changed);
	outbox->thread = g_thread_new(
	    "outbox", run, g_atomic_rc_box_acquire(outbox));
	return outbox;
}

void
td_outbox_free(TdOutbox *outbox)
{
	gint64 until = g_get_monotonic_time() + END_WAIT * G_TIME_SPAN_SECOND;
	gboolean ended;

	if (outbox == NULL)
		return;

	g_mutex_lock(&outbox->lock);
	g_atomic_int_set(&outbox->pump.halt, TD_HALT_SOON);
	g_cond_broadcast(&outbox->changed);
	while (!outbox->ended &&
	    g_cond_wait_until(&outbox->changed, &outbox->lock, until))
		;
	ended = outbox->ended;
	g_mutex_unlock(&outbox->lock);

	if (ended) {
		g_thread_join(outbox->thread);
	} else {
		td_pump_abandon(&outbox->pump);
		g_thread_unref(outbox->thread);
	}
	drop_outbox(outbox);
}

void
td_outbox_wake(TdOutbox *outbox)
{
	g_mutex_lock(&outbox->lock);
	outbox->woken = TRUE;
	g_cond_broadcast(&outbox->changed);
	g_mutex_unlock(&outbox->lock);
}

gboolean
td_outbox_flush(TdOutbox *outbox, gboolean all, gboolean wait, GError **error)
{
	gboolean done = TRUE;
	guint64 number;

	g_atomic_rc_box_acquire(outbox);
	g_mutex_lock(&outbox->lock);
	number = ++outbox->flush_asked;
	outbox->flush_all = outbox->flush_all || all;
	g_cond_broadcast(&outbox->changed);
	while (wait && outbox->flush_done < number && !is_halting(outbox))
		g_cond_wait(&outbox->changed, &outbox->lock);
	if (wait && outbox->flush_done < number)
		done = td_fail(error, TD_ERROR_AGAIN, "the outbox is ending");
	else if (wait && outbox->flush_error != NULL) {
		done = FALSE;
		g_propagate_error(error, g_error_copy(outbox->flush_error));
	}
	g_mutex_unlock(&outbox->lock);
	drop_outbox(outbox);
	return done;
}
