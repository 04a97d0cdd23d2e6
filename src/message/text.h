/* text.h - the text of a mail out of its parts */

#ifndef TICKETD_MESSAGE_TEXT_H
#define TICKETD_MESSAGE_TEXT_H

#include <glib.h>

#include "message/mime.h"

/* The text of @mime, LF line ends, at most TD_LIMIT_TEXT bytes; *@guess as
 * td_charset_decode() tells it.  The caller owns the result. */
char *td_text_read(const TdMime *mime, GPtrArray *problems, const char **guess);

/* The charset that the mail declares for its text, to try on header fields
 * that declare none; NULL when there is none.  Borrowed from @mime. */
const char *td_text_charset(const TdMime *mime);

#endif
