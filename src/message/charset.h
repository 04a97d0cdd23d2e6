/* charset.h - bytes of any charset as UTF-8 */

#ifndef TICKETD_MESSAGE_CHARSET_H
#define TICKETD_MESSAGE_CHARSET_H

#include <glib.h>

/* The @size bytes at @bytes as valid UTF-8 without NUL, read in the charset
 * @declared (NULL or "": none was).  Where that is missing, unknown, does not
 * fit or is clearly another one, the charset is guessed and *@guess set to its
 * name (static); else *@guess becomes "".  What cannot be read becomes U+FFFD.
 * A byte order mark in front is left out.  The caller owns the result.
 *
 * UTF-8 that was taken for another charset and encoded once more stays as it
 * is: the same letters may be what somebody wrote, about just that. */
char *td_charset_decode(
    const char *bytes, gsize size, const char *declared, const char **guess);

/* The same; *@bad is how many places could not be read, 0 if all could. */
char *td_charset_decode_counted(const char *bytes, gsize size,
    const char *declared, const char **guess, gsize *bad);

/* The bytes read in @name (of td_charset_name()), whether that is likely or
 * not.  NULL if nobody knows it.  The caller owns the result. */
char *td_charset_convert(
    const char *bytes, gsize size, const char *name, gsize *bad);

/* A copy of ASCII or UTF-8 bytes; NUL and a byte order mark are left out, bad
 * bytes become U+FFFD. */
char *td_charset_copy(const char *bytes, gsize size);

/* Which charset the bytes are most likely in; "utf-8" for ASCII too.  Static,
 * or one of td_limits()->charsets. */
const char *td_charset_guess(const char *bytes, gsize size);

/* From now on this thread may search as long again for charsets: for a mail of
 * its own.  When a mail has used that up, guesses are coarser. */
void td_charset_begin(void);

/* Whether one of the bytes is not ASCII. */
gboolean td_charset_has_high(const char *bytes, gsize size);

/* How many bytes are not part of UTF-8, and how many characters are beyond
 * ASCII, those among them; one cut off by the end is not counted.  NUL is no
 * mistake here. */
void td_charset_count_utf8(
    const char *bytes, gsize size, gsize *bad, gsize *high);

/* Whether nearly all characters beyond ASCII are such of UTF-8, or one is
 * U+FFFD, which somebody's program has put for what it could not read. */
gboolean td_charset_is_mostly_utf8(const char *bytes, gsize size);

/* Whether there are signs of a charset that needs no byte beyond ASCII: those
 * of ISO 2022, with their escapes, or HZ. */
gboolean td_charset_has_shifts(const char *bytes, gsize size);

/* For td_charset_begin(). */
void td_charset_begin_convert(void);

/* ---- names (charset-names.c) ---- */

/* The charset meant by the name @declared as mails have it, misspelt or not:
 * "utf-8", "windows-1251", what iconv calls it; "" if it says nothing (NULL,
 * "unknown-8bit", "us-ascii").  iconv may not know it.  The caller owns it. */
char *td_charset_name(const char *declared);

/* Whether bytes below 0x80 are ASCII in it whatever stands around them. */
gboolean td_charset_is_plain(const char *name);

/* How many bytes make a unit: 2 for UTF-16, 4 for UTF-32, else 1. */
gsize td_charset_unit(const char *name);

/* ---- how well bytes read in them (charset-fit.c) ---- */

/* Whether @charset has all the bytes, and makes words and usual signs of
 * them, but for a slip in a long text. */
gboolean td_charset_fits(const char *bytes, gsize size, const char *charset);

/* Whether it has all of them but a slip here and there. */
gboolean td_charset_has_all(const char *bytes, gsize size, const char *charset);

/* The first charset of the desk's list, and if @further is set of those in
 * common use besides, that fits and has letters for the bytes; *@fits is then
 * TRUE.  If there is none, the one that fits best. */
const char *td_charset_of_list(
    const char *bytes, gsize size, gboolean further, gboolean *fits);

/* ---- Cyrillic ones (charset-cyrillic.c) ---- */

typedef struct {
	const char *name; /* static; NULL if none was tried */
	gint64 score;     /* the more, the more like words */
	gint64 letters;   /* of Cyrillic that it finds */
	gint64 joined;    /* of these, behind another */
	gint64 high;      /* bytes beyond ASCII */
} TdCyrillic;

/* The charset in which the bytes read most like Russian, Ukrainian or
 * Bulgarian. */
TdCyrillic td_cyrillic_best(const char *bytes, gsize size);

/* How they read in the charset @name; .name is NULL if that has no Cyrillic
 * letters. */
TdCyrillic td_cyrillic_in(const char *bytes, gsize size, const char *name);

/* Whether the bytes must be, or may well be, words of such a language; a
 * handful of letters can tell. */
gboolean td_cyrillic_is_sure(const TdCyrillic *found);
gboolean td_cyrillic_is_likely(const TdCyrillic *found);

/* ---- East Asian ones (charset-asian.c) ---- */

/* The charset of two bytes a character in which the bytes read as common
 * characters of Chinese, Japanese or Korean; NULL if there is none.  Static. */
const char *td_asian_guess(const char *bytes, gsize size);

/* Rewrites ISO-2022-JP for iconv's EUC-JP-MS, which has all the rows that mail
 * programs use but no escapes.  Lost ESC bytes and escapes at the ends of lines
 * are made good, and *@lost tells that there were such.  The caller owns the
 * result. */
GByteArray *td_asian_from_jis(const char *bytes, gsize size, gboolean *lost);

/* Rewrites HZ (RFC 1843) for iconv's GB18030, in the same way. */
GByteArray *td_asian_from_hz(const char *bytes, gsize size);

/* The character that windows-1252 has for @byte, 0x80 to 0x9f; U+FFFD where it
 * has none. */
gunichar td_charset_windows(guint8 byte);

#endif
