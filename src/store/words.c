/* words.c - the words of a subject, as they are kept and looked for */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "store/store-private.h"

/* Marks belong to the letter before them: many scripts write vowels so. */
static gboolean
in_word(gunichar c)
{
	return g_unichar_isalnum(c) || g_unichar_ismark(c);
}

/* Bytes of the first @length bytes of @word that are whole characters and not
 * more than TD_WORD_SIZE. */
static gsize
cut(const char *word, gsize length)
{
	if (length <= TD_WORD_SIZE)
		return length;
	return g_utf8_find_prev_char(word, word + TD_WORD_SIZE + 1) - word;
}

/* Whether @words, blank between, has the one of @length bytes at @word. */
static gboolean
has_word(const GString *words, const char *word, gsize length)
{
	const char *at = words->str;

	while (*at != '\0') {
		gsize size = strcspn(at, " ");

		if (size == length && memcmp(at, word, length) == 0)
			return TRUE;
		at += size;
		at += *at == ' ';
	}
	return FALSE;
}

char *
td_ticket_words(const char *text)
{
	g_autofree char *folded = td_text_fold(text);
	GString *words = g_string_new(NULL);
	const char *at = folded;
	guint count = 0;

	while (*at != '\0' && count < TD_WORDS) {
		const char *start = at;
		gsize length;

		while (*at != '\0' && in_word(g_utf8_get_char(at)))
			at = g_utf8_next_char(at);
		length = cut(start, at - start);
		if (length > 0 && !has_word(words, start, length)) {
			if (words->len > 0)
				g_string_append_c(words, ' ');
			g_string_append_len(words, start, length);
			count++;
		}
		if (*at != '\0' && !in_word(g_utf8_get_char(at)))
			at = g_utf8_next_char(at);
	}
	return g_string_free(words, FALSE);
}
