/* clock.h - the only place that asks what time it is
 *
 * Everything else takes the time as an argument, so tests own the clock. */

#ifndef TICKETD_CLOCK_H
#define TICKETD_CLOCK_H

#include <glib.h>

G_BEGIN_DECLS

/* Now, in seconds UTC. */
gint64 td_clock_now(void);

G_END_DECLS

#endif
