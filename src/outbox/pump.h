/* pump.h - moves mail from the store to the relay, and fates back
 *
 * All but td_pump_abandon() belongs to the one thread that pumps. */

#ifndef OUTBOX_PUMP_H
#define OUTBOX_PUMP_H

#include <ticketd/outbox.h>

#include "outbox/relay.h"

G_BEGIN_DECLS

typedef struct {
	TdRelay *relay;   /* owned */
	TdStore *store;   /* borrowed */
	TdWriter *writer; /* borrowed */
	TdOutboxReport report;
	gpointer data;
	gint64 give_up; /* seconds */
	gint halt;      /* TdHalt, atomic; any thread may raise it */

	GMutex lock; /* for these two */
	GCond left;
	gboolean in_store; /* the thread uses store or writer */
	gboolean abandoned;

	GPtrArray *unreported; /* of TdMail: sent, but the writer failed */
	gint64 report_after;   /* monotonic microseconds, as all below */
	gboolean stuck;        /* no use in sending before a report succeeds */
	guint down_delay; /* seconds; 0: the server is up, as far as known */
	gint64 down_until;
	gint64 clock;         /* the wall's, seconds, less the monotonic one */
	gboolean strays;      /* there may be rows of a clock that went ahead */
	gboolean turned_back; /* the clock was, since those were looked for */
	char *warned;
	gint64 warned_at;
} TdPump;

typedef struct {
	gint64 until;  /* monotonic microseconds; 0: there is more to do now */
	gboolean wake; /* news in the outbox end the wait */
} TdPumpRest;

/* Takes @relay; borrows the rest. */
void td_pump_init(TdPump *pump, TdRelay *relay, TdStore *store,
    TdWriter *writer, TdOutboxReport report, gpointer data, gint64 give_up);
void td_pump_clear(TdPump *pump);

/* Sends one batch of what is due, unless the server is down, and says how long
 * to rest. */
void td_pump_turn(TdPump *pump, TdPumpRest *rest);

/* Tries each row that is due (@all: each row) once, now, whatever is known of
 * the server; ends early when that does not answer.  Fails as
 * td_outbox_rows(), and with TD_ERROR_AGAIN when it was halted or earlier
 * reports cannot be made. */
gboolean td_pump_flush(TdPump *pump, gboolean all, GError **error);

/* When this returns the thread is not in store or writer and will never be
 * again.  Any other thread. */
void td_pump_abandon(TdPump *pump);

G_END_DECLS

#endif
