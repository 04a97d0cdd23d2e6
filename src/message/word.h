/* word.h - one encoded word (RFC 2047) in the text of a field */

#ifndef TICKETD_MESSAGE_WORD_H
#define TICKETD_MESSAGE_WORD_H

#include <glib.h>

/* Borrowed from the text. */
typedef struct {
	const char *charset; /* with the language of RFC 2231 */
	gsize charset_size;
	gboolean base64;
	const char *text;
	gsize text_size;
	gboolean closed; /* by "?=" */
	const char *end; /* behind it */
} TdWord;

/* Reads the word whose "=?" is at @at.  *@closing remembers where the next "?="
 * is, so that a text full of beginnings without ends costs no more; it is the
 * text itself at first. */
gboolean td_word_read(const char *at, const char **closing, TdWord *word);

/* The charset as td_charset_name() has it.  The caller owns it. */
char *td_word_charset(const TdWord *word);

#endif
