/* words.h - encoded words of header fields (RFC 2047), both ways */

#ifndef TICKETD_MESSAGE_WORDS_H
#define TICKETD_MESSAGE_WORDS_H

#include <glib.h>

/* @bytes of a header field as UTF-8, encoded words not decoded: where they are
 * 8-bit the charset @declared (of the mail's text; may be NULL) is tried, then
 * guessed. */
char *td_words_utf8(const char *bytes, const char *declared);

/* @text (UTF-8, unfolded) with its encoded words decoded.  Neighbours of one
 * charset are joined first, for some mailers split inside a character.  Control
 * characters become blanks. */
char *td_words_decode(const char *text);

/* @text (UTF-8) with each encoded word replaced by a mark that no reader of
 * address lists minds; the words are appended to @hidden (of char *). */
char *td_words_hide(const char *text, GPtrArray *hidden);

/* The reverse of it. */
char *td_words_show(const char *text, const GPtrArray *hidden);

/* Appends @text (UTF-8) to @out, as encoded words where it is not plain ASCII
 * or could be taken for one, folded to lines of 76 characters; @column is how
 * much of the first line is used.  Returns the column behind it. */
gsize td_words_encode(GString *out, const char *text, gsize column);

/* Whether td_words_encode() would leave @text as it is but for folds. */
gboolean td_words_are_plain(const char *text);

#endif
