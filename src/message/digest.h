/* digest.h - what makes two copies of a mail the same */

#ifndef TICKETD_MESSAGE_DIGEST_H
#define TICKETD_MESSAGE_DIGEST_H

#include <glib.h>

/* Behind a leading mbox "From " line; 0 when there is none. */
gsize td_digest_start(const char *raw, gsize size);

/* Hex SHA-256 of the mail in LF form with a line end at its end, without a
 * leading mbox line and, unless @with_trace, without the trace fields on top.
 * The caller owns it. */
char *td_digest(const char *raw, gsize size, gboolean with_trace);

#endif
