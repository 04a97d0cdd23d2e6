/* reading.h - how much mail is read at once
 *
 * A mail that was read takes a few times its size until it is on disk.  Who
 * reads asks for room first, and waits while others have it. */

#ifndef TICKETD_SERVER_READING_H
#define TICKETD_SERVER_READING_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct TdReading TdReading;

/* @room in bytes.  The caller owns the result. */
TdReading *td_reading_new(gsize room);
void td_reading_free(TdReading *reading);

/* Waits until there is room for a mail of @size; one alone finds it whatever
 * its size.  Any thread on which nobody waits who has room. */
void td_reading_begin(TdReading *reading, gsize size);
/* It is filed, or given up.  Any thread. */
void td_reading_end(TdReading *reading, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdReading, td_reading_free)

G_END_DECLS

#endif
