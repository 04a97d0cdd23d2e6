/* charset.h - bytes of any charset as UTF-8 */

#ifndef TICKETD_MESSAGE_CHARSET_H
#define TICKETD_MESSAGE_CHARSET_H

#include <glib.h>

/* The @size bytes at @bytes as valid UTF-8 without NUL, read in the charset
 * @declared (NULL or "": none was).  Where that is missing, unknown or does not
 * fit, the charset is guessed and *@guess set to its name (static); else
 * *@guess becomes "".  What cannot be read becomes U+FFFD.  The caller owns the
 * result. */
char *td_charset_decode(
    const char *bytes, gsize size, const char *declared, const char **guess);

/* Which charset the bytes are most likely in: "utf-8", "iso-2022-jp",
 * "windows-1251", "koi8-r" or "iso-8859-1".  Static. */
const char *td_charset_guess(const char *bytes, gsize size);

/* Whether one of the bytes is not ASCII. */
gboolean td_charset_has_high(const char *bytes, gsize size);

#endif
