/* forward.h - mails that pass on another one */

#ifndef TICKETD_MESSAGE_FORWARD_H
#define TICKETD_MESSAGE_FORWARD_H

#include <ticketd/message.h>

#include "message/mime.h"

/* What @message, whose header and text are read, forwards: its Subject has a
 * prefix that says so (Fwd, WG, TR, Пересл ...) and it has either a block of
 * header fields in its text or an attached message; or it has such a block
 * under a line that says so, with nothing of the writer's below it, or nothing
 * but an attached message.  An answer (Re:) with an old mail attached is no
 * forward.  NULL: it forwards nothing.  The caller owns the result. */
TdForward *td_forward_read(const TdMessage *message, const TdMime *mime);
void td_forward_free(TdForward *forward);

#endif
