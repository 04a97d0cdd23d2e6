/* io.h - all of some bytes to a descriptor
 *
 * Both go on where a signal interrupted them, and are for descriptors that
 * block.  FALSE: some of the bytes may be out; errno says why. */

#ifndef TICKETD_IO_H
#define TICKETD_IO_H

#include <glib.h>

G_BEGIN_DECLS

gboolean td_write_all(int fd, const void *bytes, gsize size);

/* To a socket; a peer that is gone is EPIPE, no signal. */
gboolean td_send_all(int fd, const void *bytes, gsize size);

G_END_DECLS

#endif
