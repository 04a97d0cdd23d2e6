/* tnef-rtf.h - the packed form that RTF has in TNEF */

#ifndef TICKETD_MESSAGE_TNEF_RTF_H
#define TICKETD_MESSAGE_TNEF_RTF_H

#include <glib.h>

/* The RTF in @bytes ([MS-OXRTFCP]), at most @max bytes of it; NULL if they are
 * no such thing or broken.  The caller owns the result.  libytnef can do it
 * too, but reads beyond the end of what is cut short. */
GByteArray *td_tnef_unpack_rtf(const guint8 *bytes, gsize size, gsize max);

#endif
