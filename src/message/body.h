/* body.h - bodies of mails of our own in their transfer encodings */

#ifndef TICKETD_MESSAGE_BODY_H
#define TICKETD_MESSAGE_BODY_H

#include <glib.h>

/* Appends the Content-* fields, the empty line and @text (UTF-8, LF; NULL is
 * "") of the media type @type in the transfer encoding that suits it: 7bit,
 * else quoted-printable or base64, whichever is shorter.  Neither of those can
 * have @boundary in it, so 7bit is not for a text that has; NULL: none. */
void td_body_append(
    GString *out, const char *type, const char *text, const char *boundary);

/* Appends the bytes as lines of base64. */
void td_body_append_base64(GString *out, const guint8 *bytes, gsize size);

#endif
