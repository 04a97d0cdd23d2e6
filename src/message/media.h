/* media.h - media types and the endings of file names that go with them */

#ifndef TICKETD_MESSAGE_MEDIA_H
#define TICKETD_MESSAGE_MEDIA_H

#include <glib.h>

/* The type that a file of this name most likely has;
 * "application/octet-stream" if its ending says nothing.  Static. */
const char *td_media_type(const char *name);

/* The ending that a file of this type (lower case) should have, with its dot;
 * "" if none is known.  Static. */
const char *td_media_ending(const char *type);

/* Whether @name (may be NULL) ends with @ending (".ics"), case ignored. */
gboolean td_media_ends_with(const char *name, const char *ending);

#endif
