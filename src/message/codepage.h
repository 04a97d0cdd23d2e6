/* codepage.h - the charsets that Windows knows by number */

#ifndef TICKETD_MESSAGE_CODEPAGE_H
#define TICKETD_MESSAGE_CODEPAGE_H

#include <glib.h>

/* The name of the charset with that number; NULL for none or an unknown one.
 * Static. */
const char *td_codepage_name(guint number);

/* The number of the charset that a font of RTF has ("\fcharset"); 0: that of
 * the whole text. */
guint td_codepage_of_font(guint charset);

#endif
