/* word.c - encoded words found (RFC 2047), and hidden from who minds them */

#include "config.h"

#include <string.h>

#include "message/charset.h"
#include "message/word.h"
#include "message/words.h"

/* Longest name of a charset with its language (RFC 2231) we look for. */
#define CHARSET_MAX 64

/* A character for private use, U+F8FF: mails mean nothing by it. */
#define MARK "\357\243\277"

/* Reads "=?charset?B?" at @at. */
static gboolean
read_head(const char *at, TdWord *word)
{
	const char *mark = memchr(at + 2, '?', strnlen(at + 2, CHARSET_MAX));

	if (mark == NULL || mark == at + 2 || mark[1] == '\0' || mark[2] != '?')
		return FALSE;
	if (strchr("BbQq", mark[1]) == NULL)
		return FALSE;
	word->charset = at + 2;
	word->charset_size = (gsize)(mark - at - 2);
	word->base64 = mark[1] == 'B' || mark[1] == 'b';
	word->text = mark + 3;
	return TRUE;
}

/* The first head of a word from @at on, before @end; @end if there is none. */
static const char *
next_head(const char *at, const char *end)
{
	TdWord word;

	while ((at = memmem(at, (gsize)(end - at), "=?", 2)) != NULL) {
		if (read_head(at, &word))
			return at;
		at += 2;
	}
	return end;
}

static gboolean
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Whether the "?=" at @closing is a question mark that should have been
 * encoded, and an escape behind it, for the word goes on. */
static gboolean
is_inside(const char *closing)
{
	const char *at = closing + 2;

	if (!g_ascii_isxdigit(at[0]) || !g_ascii_isxdigit(at[1]))
		return FALSE;
	while (*at != '\0' && !is_blank(*at)) {
		if (at[0] == '?' && at[1] == '=')
			return TRUE;
		at++;
	}
	return FALSE;
}

/* Ends a word that nothing closes before @limit: at the next blank. */
static gboolean
end_open(TdWord *word, const char *limit)
{
	const char *at = word->text, *behind;

	while (at < limit && !is_blank(*at) && *at != '"' &&
	    (!word->base64 || g_ascii_isalnum(*at) ||
	        strchr("+/=", *at) != NULL))
		at++;
	word->end = at;
	if (at < limit && word->base64 && *at == '?')
		word->end++;
	else if (at > word->text && at[-1] == '?')
		at--;
	else if (at < limit && !is_blank(*at) && *at != '"')
		return FALSE;
	word->text_size = (gsize)(at - word->text);

	/* "? =" is an end that was folded. */
	behind = word->end;
	while (is_blank(*behind))
		behind++;
	if (word->end[-1] == '?' && behind > word->end && *behind == '=' &&
	    (behind[1] == '\0' || is_blank(behind[1])))
		word->end = behind + 1;
	return word->text_size > (word->base64 ? 1 : 0);
}

gboolean
td_word_read(const char *at, const char **closing, TdWord *word)
{
	const char *head, *limit;

	if (!read_head(at, word))
		return FALSE;
	if (*closing != NULL && *closing < word->text)
		*closing = strstr(word->text, "?=");
	while (*closing != NULL && !word->base64 && is_inside(*closing))
		*closing = strstr(*closing + 2, "?=");

	limit = *closing != NULL ? *closing : word->text + strlen(word->text);
	head = next_head(word->text, limit);
	word->closed = *closing != NULL && head == limit;
	if (!word->closed)
		return end_open(word, head);
	word->text_size = (gsize)(*closing - word->text);
	word->end = *closing + 2;
	return TRUE;
}

char *
td_word_charset(const TdWord *word)
{
	g_autofree char *charset = g_strndup(word->charset, word->charset_size);

	return td_charset_name(charset);
}

/* ---- bytes as they came ---- */

/* The charset of the first word in a field, if that can help with bytes of it
 * beyond ASCII. */
static char *
word_charset(const char *bytes)
{
	const char *at = next_head(bytes, bytes + strlen(bytes));
	g_autofree char *name = NULL;
	TdWord word;

	if (*at == '\0' || !read_head(at, &word))
		return NULL;
	name = td_word_charset(&word);
	if (*name == '\0' || strcmp(name, "utf-8") == 0)
		return NULL;
	return g_steal_pointer(&name);
}

char *
td_words_utf8(const char *bytes, const char *declared)
{
	gsize size = strlen(bytes);
	g_autofree char *charset = NULL;
	const char *guess;

	if (g_utf8_validate(bytes, (gssize)size, NULL)) {
		if (strchr(bytes, '\033') == NULL ||
		    !td_charset_has_shifts(bytes, size))
			return g_strndup(bytes, size);
		charset = td_charset_name(declared);
		if (td_charset_is_plain(charset))
			declared = NULL;
	} else {
		charset = word_charset(bytes);
		declared = charset != NULL ? charset : declared;
	}
	return td_charset_decode(bytes, size, declared, &guess);
}

/* ---- hiding them ---- */

/* Appends @size bytes without the sign that marks are made of. */
static void
append_unmarked(GString *out, const char *text, gsize size)
{
	const char *end = text + size;

	while (text < end) {
		const char *mark = g_strstr_len(
		    text, (gssize)(end - text), MARK);

		if (mark == NULL)
			mark = end;
		g_string_append_len(out, text, (gssize)(mark - text));
		text = mark < end ? mark + strlen(MARK) : end;
	}
}

char *
td_words_hide(const char *text, GPtrArray *hidden)
{
	GString *out = g_string_sized_new(strlen(text));
	const char *at = text, *plain = text, *closing = text;
	TdWord word;

	/* A word without an end might have taken an address along. */
	while ((at = strstr(at, "=?")) != NULL) {
		if (!td_word_read(at, &closing, &word) || !word.closed) {
			at += 2;
			continue;
		}
		append_unmarked(out, plain, (gsize)(at - plain));
		g_string_append_printf(out, MARK "%u" MARK, hidden->len);
		g_ptr_array_add(hidden, g_strndup(at, (gsize)(word.end - at)));
		at = plain = word.end;
	}
	append_unmarked(out, plain, strlen(plain));
	return g_string_free(out, FALSE);
}

char *
td_words_show(const char *text, const GPtrArray *hidden)
{
	GString *out = g_string_sized_new(strlen(text));
	const char *mark;

	while ((mark = strstr(text, MARK)) != NULL) {
		char *end;
		guint64 index = g_ascii_strtoull(mark + strlen(MARK), &end, 10);

		g_string_append_len(out, text, mark - text);
		text = end;
		if (!g_str_has_prefix(end, MARK) || index >= hidden->len)
			continue;
		g_string_append(out, g_ptr_array_index(hidden, index));
		text += strlen(MARK);
	}
	g_string_append(out, text);
	return g_string_free(out, FALSE);
}
