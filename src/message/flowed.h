/* flowed.h - format=flowed (RFC 3676) as lines without their soft ends */

#ifndef TICKETD_MESSAGE_FLOWED_H
#define TICKETD_MESSAGE_FLOWED_H

#include <glib.h>

/* @text (LF line ends) with paragraphs on one line each.  Quotes keep their
 * depth.  @delsp: the blank before a soft line end is not part of the text. The
 * caller owns the result. */
char *td_flowed_join(const char *text, gboolean delsp);

#endif
