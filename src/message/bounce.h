/* bounce.h - bounces that are no reports: what their words tell */

#ifndef TICKETD_MESSAGE_BOUNCE_H
#define TICKETD_MESSAGE_BOUNCE_H

#include <ticketd/message.h>

#include "message/mime.h"

/* What @message, whose header and text are read and whose .report is NULL,
 * tells as a bounce: .formal FALSE.  NULL if it does not read as one.  The
 * caller owns the result. */
TdReport *td_bounce_read(const TdMessage *message, const TdMime *mime);

/* Fills what a formal report of a bounce leaves open (a recipient without a
 * status, say) from the words of the mail. */
void td_bounce_complete(
    TdReport *report, const TdMessage *message, const TdMime *mime);

#endif
