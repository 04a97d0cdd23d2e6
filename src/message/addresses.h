/* addresses.h - address lists of header fields */

#ifndef TICKETD_MESSAGE_ADDRESSES_H
#define TICKETD_MESSAGE_ADDRESSES_H

#include <glib.h>

/* Once, before threads. */
void td_addresses_init(void);

/* Appends the mailboxes in @line (UTF-8, unfolded, encoded words as they are)
 * to @addresses (of TdAddress), those inside groups too, at most
 * TD_LIMIT_ADDRESSES in all.  FALSE if some were left out. */
gboolean td_addresses_read(const char *line, GPtrArray *addresses);

/* An empty list to append to; it owns what is in it. */
GPtrArray *td_addresses_new(void);

#endif
