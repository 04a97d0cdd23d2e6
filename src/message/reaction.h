/* reaction.h - mails that are but a thumbs-up */

#ifndef TICKETD_MESSAGE_REACTION_H
#define TICKETD_MESSAGE_REACTION_H

#include <ticketd/message.h>

#include "message/mime.h"

/* The emoji of a reaction: of a part with Content-Disposition: reaction (RFC
 * 9078), or of the text that large providers send for one; "" if @message,
 * whose header and text are read, is none.  The caller owns the result. */
char *td_reaction_read(const TdMessage *message, const TdMime *mime);

#endif
