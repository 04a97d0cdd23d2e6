/* enclosed.h - files packed into a part: by TNEF or in lines of uuencode */

#ifndef TICKETD_MESSAGE_ENCLOSED_H
#define TICKETD_MESSAGE_ENCLOSED_H

#include <glib.h>

typedef struct {
	char *name; /* as it came, UTF-8; may be "" */
	char *type; /* media type, lower case */
	char *id;   /* Content-ID without brackets; may be NULL */
	GBytes *bytes;
	gboolean is_text; /* the text of what it was packed in, in UTF-8 */
} TdEnclosed;

/* @name and @type are copied, @bytes is taken over.  The caller owns the
 * result. */
TdEnclosed *td_enclosed_new(const char *name, const char *type, GBytes *bytes);
void td_enclosed_free(gpointer enclosed);

#endif
