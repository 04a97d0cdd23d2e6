/* body.h - a text as the body of a mail of our own */

#ifndef TICKETD_MESSAGE_BODY_H
#define TICKETD_MESSAGE_BODY_H

#include <glib.h>

/* Appends the Content-* fields, the empty line and @text (UTF-8, LF; NULL is
 * "") in the transfer encoding that suits it: 7bit, else quoted-printable or
 * base64, whichever is shorter. */
void td_body_append(GString *out, const char *text);

#endif
