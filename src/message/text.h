/* text.h - the text of a mail out of its parts */

#ifndef TICKETD_MESSAGE_TEXT_H
#define TICKETD_MESSAGE_TEXT_H

#include <glib.h>

#include "message/mime.h"

/* The text of @mime, LF line ends, at most as many bytes as td_limits() allows;
 * *@guess as td_charset_decode() tells it.  Below it stand summaries of what
 * its reader would have to open: invitations, and attached mails, each below a
 * line that begins with eight U+2500.  The caller owns the result. */
char *td_text_read(const TdMime *mime, GPtrArray *problems, const char **guess);

/* What one part says, which may be NULL for @guess; the same way. */
char *td_text_of_part(const TdPart *part, const char **guess);

/* The charset that the mail declares for its text, to try on header fields
 * that declare none; NULL when there is none.  Borrowed from @mime. */
const char *td_text_charset(const TdMime *mime);

#endif
