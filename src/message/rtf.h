/* rtf.h - the text of Rich Text Format, as Outlook packs it into TNEF */

#ifndef TICKETD_MESSAGE_RTF_H
#define TICKETD_MESSAGE_RTF_H

#include <glib.h>

/* What a reader of @rtf sees, at most @max bytes, as UTF-8 with LF line ends.
 * If it was made of HTML (MS-OXRTFEX) the result is that HTML, and *@html
 * becomes TRUE.  The caller owns the result. */
char *td_rtf_read(const char *rtf, gsize size, gsize max, gboolean *html);

#endif
