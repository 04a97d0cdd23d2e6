/* tnef.h - what Outlook packs into winmail.dat */

#ifndef TICKETD_MESSAGE_TNEF_H
#define TICKETD_MESSAGE_TNEF_H

#include <glib.h>

/* Opens the TNEF stream in @bytes: its text, if it has one, and its attachments
 * are appended to @found (of TdEnclosed), at most @max bytes of them in all.
 * Mails attached in it are opened too, those in them are attachments. FALSE:
 * not all of it could be opened. */
gboolean td_tnef_open(
    const guint8 *bytes, gsize size, gsize max, GPtrArray *found);

#endif
