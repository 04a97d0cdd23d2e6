/* handover.h - results from other threads to the main loop, many at a wake-up
 */

#ifndef TICKETD_HANDOVER_H
#define TICKETD_HANDOVER_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct TdHandover TdHandover;

/* On the main thread. */
typedef void (*TdHandoverFunc)(gpointer item, gpointer data);

/* @take gets each item on the default main context.  The caller owns the
 * result. */
TdHandover *td_handover_new(TdHandoverFunc take, gpointer data);

/* Waits until all that is expected came, and gives it to take(). */
void td_handover_free(TdHandover *handover);

/* One more item will be pushed.  Main thread. */
void td_handover_expect(TdHandover *handover);
/* Gives @item to the main thread.  Any thread. */
void td_handover_push(TdHandover *handover, gpointer item);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdHandover, td_handover_free)

G_END_DECLS

#endif
