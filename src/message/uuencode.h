/* uuencode.h - files in lines of uuencode between those of a text */

#ifndef TICKETD_MESSAGE_UUENCODE_H
#define TICKETD_MESSAGE_UUENCODE_H

#include <glib.h>

/* Takes the files out of the @size bytes at @text (of any charset that has
 * ASCII in it): appends them to @files (of TdEnclosed), at most @max bytes of
 * them in all, and puts "[attachment: NAME]" in their place.  What does not
 * end, or is broken, stays text.  Returns the rest, which the caller owns; NULL
 * if there is no file in it. */
GByteArray *td_uuencode_cut(
    const char *text, gsize size, gsize max, GPtrArray *files);

#endif
