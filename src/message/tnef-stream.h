/* tnef-stream.h - what of a TNEF stream libytnef may see
 *
 * The library trusts lengths that it reads, and where it does not it prints to
 * the standard output and gives up: at a subject of 101 bytes, for one. */

#ifndef TICKETD_MESSAGE_TNEF_STREAM_H
#define TICKETD_MESSAGE_TNEF_STREAM_H

#include <glib.h>

/* Numbers of MAPI properties ([MS-OXPROPS]). */
#define TD_TNEF_BODY 0x1000
#define TD_TNEF_RTF 0x1009
#define TD_TNEF_HTML 0x1013
#define TD_TNEF_DISPLAY_NAME 0x3001
#define TD_TNEF_DATA 0x3701
#define TD_TNEF_FILENAME 0x3704
#define TD_TNEF_LONG_FILENAME 0x3707
#define TD_TNEF_MEDIA_TYPE 0x370e
#define TD_TNEF_CONTENT_ID 0x3712
#define TD_TNEF_CODEPAGE 0x3fde

/* Their types, as they are in the result of td_tnef_clean(). */
#define TD_TNEF_NUMBER 0x0003
#define TD_TNEF_OBJECT 0x000d /* 16 bytes of its kind in front */
#define TD_TNEF_STRING 0x001e /* in the code page of the whole */
#define TD_TNEF_BINARY 0x0102 /* or a string, then in UTF-8 */

/* Whether the bytes begin as TNEF does. */
gboolean td_tnef_is(const guint8 *bytes, gsize size);

/* Longer values come as several properties of the same number, in order. */
#define TD_TNEF_PIECE 0x40000

/* A stream with the attributes and properties above of the one in @bytes, all
 * of them whole, none of them twice, and at most @attachments of those.
 * *@whole: nothing of these was broken or too much.  The caller owns the
 * result; NULL if nothing is left. */
GByteArray *td_tnef_clean(
    const guint8 *bytes, gsize size, guint attachments, gboolean *whole);

#endif
