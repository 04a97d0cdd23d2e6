/* text.h - text made safe to show, to compare and to put into an address
 *
 * Nothing here fails.  All texts given and returned are NUL-terminated; what is
 * returned is valid UTF-8 and owned by the caller.  NULL is taken as "". */

#ifndef TICKETD_TEXT_H
#define TICKETD_TEXT_H

#include <glib.h>

G_BEGIN_DECLS

/* @text (any bytes) as one line that is safe in a log, a header or a terminal:
 * invalid UTF-8, control, format (bidirectional overrides, zero width) and
 * line-breaking characters become '?', runs of white space one blank; cut to
 * @max characters with "..." at the end where that was needed (0: no limit). */
char *td_text_printable(const char *text, gsize max);

/* The same for a text of many lines: '\n' and '\t' stay, CR LF becomes LF. */
char *td_text_block(const char *text);

/* @size bytes (-1: up to the NUL) as valid UTF-8; each bad byte and each NUL
 * becomes U+FFFD. */
char *td_text_utf8(const char *bytes, gssize size);

/* Whether there is nothing but white space in @text. */
gboolean td_text_is_blank(const char *text);

/* For comparing words that people typed: NFKC, case folded, "ё" as "е", no more
 * than 30 combining marks on a letter. */
char *td_text_fold(const char *text);

/* Columns that @text takes on a terminal: wide characters count two, combining
 * ones none. */
gsize td_text_columns(const char *text);

/* @text cut or padded with blanks to exactly @columns (cut marked by a final
 * U+2026 when there is room). */
char *td_text_pad(const char *text, gsize columns);

/* Seconds UTC as RFC 3339, "2026-11-22T10:00:00Z". */
char *td_text_rfc3339(gint64 time);

/* The bytes in RFC 4648 base32, lower case, without padding: the alphabet
 * survives the case folding of mail addresses. */
char *td_text_base32(const guint8 *bytes, gsize size);

/* Lower-case hexadecimal. */
char *td_text_hex(const guint8 *bytes, gsize size);

/* Whether two secrets are the same text.  Takes a time that depends on their
 * lengths alone. */
gboolean td_text_same_secret(const char *a, const char *b);

G_END_DECLS

#endif
