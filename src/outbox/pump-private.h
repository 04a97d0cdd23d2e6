/* pump-private.h - what pump.c and pump-send.c share */

#ifndef OUTBOX_PUMP_PRIVATE_H
#define OUTBOX_PUMP_PRIVATE_H

#include "outbox/pump.h"

G_BEGIN_DECLS

#define TD_PUMP_TROUBLE 5 /* seconds after the store or the writer failed */

gboolean td_pump_is_halting(TdPump *pump);

/* As g_get_monotonic_time() will be then. */
gint64 td_pump_seconds_from_now(gint64 seconds);

/* Tells the log, but not the same thing over and over.  @server: it is about
 * that, not about the store. */
void td_pump_warn(TdPump *pump, gboolean server, const char *text);

/* Store and writer are used only after a td_pump_enter_store() that is TRUE
 * and before the td_pump_leave_store() that belongs to it: td_pump_abandon()
 * waits for that. */
gboolean td_pump_enter_store(TdPump *pump);
void td_pump_leave_store(TdPump *pump);

/* Reports @mails; those reported are removed from it.  A writer that has no
 * room on the disk, say, has none for the next mails either. */
void td_pump_report(TdPump *pump, GPtrArray *mails);

/* Sends @mails and has their fates reported; what is left in @mails was not
 * tried.  FALSE if it makes no sense to go on at once. */
gboolean td_pump_send(TdPump *pump, GPtrArray *mails);

G_END_DECLS

#endif
