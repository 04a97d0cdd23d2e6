/* words.c - see message/words.h */

#include "config.h"

#include <string.h>

#include "message/charset.h"
#include "message/words.h"

/* Longest name of a charset with its language (RFC 2231) we look for. */
#define CHARSET_MAX 64
/* Longest line a fold leaves (RFC 2047, section 2). */
#define LINE_MAX_SIZE 76
/* "=?UTF-8?B??=", and how much fits between within 75 characters. */
#define WORD_OVERHEAD 12
#define WORD_ROOM 60

/* A character for private use, U+F8FF: mails mean nothing by it. */
#define MARK "\357\243\277"

/* One encoded word, borrowed from the text. */
typedef struct {
	const char *charset;
	gsize charset_size;
	gboolean base64;
	const char *text;
	gsize text_size;
	const char *end; /* behind "?=" */
} Word;

/* Bytes of neighbours that are not converted yet. */
typedef struct {
	GString *out;
	GByteArray *bytes;
	char charset[CHARSET_MAX + 1];
	int state; /* of base64 that goes on in the next word */
	guint save;
} Pending;

char *
td_words_utf8(const char *bytes, const char *declared)
{
	const char *guess;
	gsize size = strlen(bytes);

	if (g_utf8_validate(bytes, (gssize)size, NULL))
		return g_strndup(bytes, size);
	return td_charset_decode(bytes, size, declared, &guess);
}

/* Reads the word whose "=?" is at @at.  *@closing remembers where the next "?="
 * is, so that a text full of beginnings without ends costs no more. */
static gboolean
read_word(const char *at, const char **closing, Word *word)
{
	const char *mark = memchr(at + 2, '?', strnlen(at + 2, CHARSET_MAX));
	const char *lang;

	if (mark == NULL || mark == at + 2 || mark[1] == '\0' || mark[2] != '?')
		return FALSE;
	if (strchr("BbQq", mark[1]) == NULL)
		return FALSE;
	word->charset = at + 2;
	word->charset_size = (gsize)(mark - at - 2);
	lang = memchr(at + 2, '*', word->charset_size);
	if (lang != NULL)
		word->charset_size = (gsize)(lang - at - 2);
	word->base64 = mark[1] == 'B' || mark[1] == 'b';
	word->text = mark + 3;

	if (*closing != NULL && *closing < word->text)
		*closing = strstr(word->text, "?=");
	if (*closing == NULL)
		return FALSE;
	word->text_size = (gsize)(*closing - word->text);
	word->end = *closing + 2;
	return TRUE;
}

static void
flush(Pending *pending)
{
	g_autofree char *text = NULL;
	const char *guess;

	if (pending->bytes->len > 0)
		text = td_charset_decode((const char *)pending->bytes->data,
		    pending->bytes->len, pending->charset, &guess);
	if (text != NULL)
		g_string_append(pending->out, text);
	g_byte_array_set_size(pending->bytes, 0);
	pending->state = 0;
	pending->save = 0;
}

static void
decode_base64(Pending *pending, const Word *word)
{
	guint old = pending->bytes->len;
	gsize size;

	g_byte_array_set_size(
	    pending->bytes, old + (guint)word->text_size / 4 * 3 + 6);
	size = g_base64_decode_step(word->text, word->text_size,
	    pending->bytes->data + old, &pending->state, &pending->save);
	g_byte_array_set_size(pending->bytes, old + (guint)size);
	if (memchr(word->text, '=', word->text_size) != NULL) {
		pending->state = 0;
		pending->save = 0;
	}
}

static void
decode_quoted(Pending *pending, const Word *word)
{
	const char *at = word->text, *end = at + word->text_size;

	pending->state = 0;
	pending->save = 0;
	for (; at < end; at++) {
		guint8 c = (guint8)*at;

		/* Bare 8-bit text in a word: it is UTF-8 by now, whatever the
		 * word says of the rest. */
		if (c >= 0x80) {
			flush(pending);
			g_string_append_c(pending->out, (char)c);
			continue;
		}
		if (c == '_')
			c = ' ';
		if (c == '=' && end - at > 2 && g_ascii_isxdigit(at[1]) &&
		    g_ascii_isxdigit(at[2])) {
			c = (guint8)(g_ascii_xdigit_value(at[1]) * 16 +
			    g_ascii_xdigit_value(at[2]));
			at += 2;
		}
		g_byte_array_append(pending->bytes, &c, 1);
	}
}

static void
add_word(Pending *pending, const Word *word)
{
	if (strlen(pending->charset) != word->charset_size ||
	    g_ascii_strncasecmp(
	        pending->charset, word->charset, word->charset_size) != 0) {
		flush(pending);
		memcpy(pending->charset, word->charset, word->charset_size);
		pending->charset[word->charset_size] = '\0';
	}
	if (word->base64)
		decode_base64(pending, word);
	else
		decode_quoted(pending, word);
}

/* Control characters as blanks; U+2028 and U+2029 break lines too. */
static void
blank_controls(GString *text)
{
	for (gsize i = 0; i < text->len; i++) {
		guchar c = (guchar)text->str[i];

		if (c < ' ' || c == 0x7f)
			text->str[i] = ' ';
		if (c == 0xe2 && (guchar)text->str[i + 1] == 0x80 &&
		    ((guchar)text->str[i + 2] & 0xfe) == 0xa8)
			memcpy(text->str + i, "   ", 3);
	}
}

char *
td_words_decode(const char *text)
{
	g_autoptr(GByteArray) bytes = NULL;
	const char *at = text, *plain = text, *closing = text;
	Pending pending = { .charset = "" };
	Word word;

	pending.out = g_string_sized_new(strlen(text));
	bytes = pending.bytes = g_byte_array_new();
	while ((at = strstr(at, "=?")) != NULL) {
		if (!read_word(at, &closing, &word)) {
			at += 2;
			continue;
		}
		/* Blanks between two words are not part of the text. */
		if (*pending.charset == '\0' ||
		    strspn(plain, " \t") < (gsize)(at - plain)) {
			flush(&pending);
			*pending.charset = '\0';
			g_string_append_len(pending.out, plain, at - plain);
		}
		add_word(&pending, &word);
		at = plain = word.end;
	}
	flush(&pending);
	g_string_append(pending.out, plain);
	blank_controls(pending.out);
	return g_string_free(pending.out, FALSE);
}

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
	Word word;

	while ((at = strstr(at, "=?")) != NULL) {
		if (!read_word(at, &closing, &word)) {
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

gboolean
td_words_are_plain(const char *text)
{
	gsize run = 0;

	for (const char *at = text; *at != '\0'; at++) {
		if ((guchar)*at >= 0x7f || (*at < ' ' && *at != '\t'))
			return FALSE;
		if (*at == '=' && at[1] == '?')
			return FALSE;
		/* What cannot be folded must not make an endless line. */
		run = *at == ' ' ? 0 : run + 1;
		if (run > 900)
			return FALSE;
	}
	return TRUE;
}

/* Starts a new line unless @size more characters fit into this one. */
static gsize
fold(GString *out, gsize column, gsize size)
{
	if (column + size <= LINE_MAX_SIZE || column <= 1)
		return column;
	g_string_append(out, "\r\n ");
	return 1;
}

static gsize
append_plain(GString *out, const char *text, gsize column)
{
	while (*text != '\0') {
		gsize blanks = strspn(text, " ");
		gsize word = strcspn(text + blanks, " ");

		/* The fold stands before a blank that is there anyway; a line
		 * of nothing but blanks would be obsolete syntax. */
		if (blanks > 0 && word > 0 && column > 1 &&
		    column + blanks + word > LINE_MAX_SIZE) {
			g_string_append(out, "\r\n");
			column = 0;
		}
		g_string_append_len(out, text, (gssize)(blanks + word));
		column += blanks + word;
		text += blanks + word;
	}
	return column;
}

/* Whether a byte stands for itself in Q within any field (RFC 2047, 5). */
static gboolean
is_literal(guchar c)
{
	return g_ascii_isalnum(c) || strchr("!*+-/", c) != NULL;
}

static gsize
quoted_size(const char *text, gsize size)
{
	gsize sum = 0;

	for (gsize i = 0; i < size; i++)
		sum += text[i] == ' ' || is_literal((guchar)text[i]) ? 1 : 3;
	return sum;
}

static void
append_quoted(GString *out, const char *text, gsize size)
{
	static const char digits[] = "0123456789ABCDEF";

	for (gsize i = 0; i < size; i++) {
		guchar c = (guchar)text[i];

		if (c == ' ') {
			g_string_append_c(out, '_');
		} else if (is_literal(c)) {
			g_string_append_c(out, (char)c);
		} else {
			g_string_append_c(out, '=');
			g_string_append_c(out, digits[c >> 4]);
			g_string_append_c(out, digits[c & 15]);
		}
	}
}

static void
append_base64(GString *out, const char *text, gsize size)
{
	char encoded[(WORD_ROOM / 4 + 2) * 4];
	int state = 0, save = 0;
	gsize done;

	done = g_base64_encode_step(
	    (const guchar *)text, size, FALSE, encoded, &state, &save);
	done += g_base64_encode_close(FALSE, encoded + done, &state, &save);
	g_string_append_len(out, encoded, (gssize)done);
}

/* How many bytes of @text go into one word: whole characters only. */
static gsize
word_size(const char *text, gboolean quoted, gsize room)
{
	gsize size = 0, cost = 0;

	while (text[size] != '\0') {
		gsize more = (gsize)(g_utf8_next_char(text + size) - text) -
		    size;

		cost = quoted ? cost + quoted_size(text + size, more)
		              : (size + more + 2) / 3 * 4;
		if (size > 0 && cost > room)
			break;
		size += more;
	}
	return size;
}

gsize
td_words_encode(GString *out, const char *text, gsize column)
{
	gsize size = strlen(text);
	gboolean quoted = quoted_size(text, size) <= (size + 2) / 3 * 4;

	if (td_words_are_plain(text))
		return append_plain(out, text, column);

	while (*text != '\0') {
		gsize start, part, room = WORD_ROOM;

		column = fold(out, column, WORD_OVERHEAD + 16);
		if (column + WORD_OVERHEAD + room > LINE_MAX_SIZE)
			room = LINE_MAX_SIZE - WORD_OVERHEAD - column;
		part = word_size(text, quoted, room);
		start = out->len;
		g_string_append(out, quoted ? "=?UTF-8?Q?" : "=?UTF-8?B?");
		if (quoted)
			append_quoted(out, text, part);
		else
			append_base64(out, text, part);
		g_string_append(out, "?=");
		text += part;
		column += out->len - start;
		if (*text != '\0') {
			g_string_append(out, "\r\n ");
			column = 1;
		}
	}
	return column;
}
