/* words-decode.c - encoded words read (RFC 2047), and what programs make of
 * them
 *
 * Words come with blanks inside, folded, without padding, without an end, and
 * cut inside a character or a quantum of base64.  Neighbours of one charset are
 * put together before anything is converted; where that can be done in two ways
 * the one that can be read better is taken. */

#include "config.h"

#include <string.h>

#include "message/charset.h"
#include "message/word.h"
#include "message/words.h"

/* Neighbours that are not converted yet. */
typedef struct {
	GString *out;
	char *charset;     /* of td_charset_name(); NULL: no word is open */
	GArray *words;     /* of TdWord */
	const char *start; /* of the first, and behind the last */
	const char *end;
} Pending;

/* How neighbours may be put together. */
typedef enum {
	CARRY = 1,  /* base64 goes on in the next word */
	SQUASH = 2, /* blanks inside come from folds */
} Way;

static gboolean
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

typedef struct {
	GByteArray *bytes;
	int state; /* of base64 that goes on in the next word */
	guint save;
} Joint;

/* What is left of a quantum that lacks its end, whether padding stood for that
 * or not. */
static void
end_quantum(Joint *joint)
{
	static const char padding[] = "===";
	guint8 rest[4];
	gsize size;

	for (guint i = 0; i < 3 && joint->state != 0; i++) {
		size = g_base64_decode_step(
		    padding, 1, rest, &joint->state, &joint->save);
		g_byte_array_append(joint->bytes, rest, (guint)size);
	}
	joint->state = 0;
	joint->save = 0;
}

static void
join_base64(Joint *joint, const TdWord *word)
{
	guint old = joint->bytes->len;
	const char *padding = memchr(word->text, '=', word->text_size);
	gsize size = padding == NULL ? word->text_size
	                             : (gsize)(padding - word->text);

	g_byte_array_set_size(joint->bytes, old + (guint)size / 4 * 3 + 6);
	size = g_base64_decode_step(word->text, size, joint->bytes->data + old,
	    &joint->state, &joint->save);
	g_byte_array_set_size(joint->bytes, old + (guint)size);
	if (padding != NULL)
		end_quantum(joint);
}

static void
join_quoted(Joint *joint, const TdWord *word, Way way)
{
	const char *at = word->text, *end = at + word->text_size;

	end_quantum(joint);
	for (; at < end; at++) {
		guint8 c = (guint8)*at;

		if (is_blank(*at) && (way & SQUASH) != 0)
			continue;
		/* A line end of quoted-printable, which has no place here. */
		if (c == '=' && (end - at == 1 || is_blank(at[1]))) {
			while (end - at > 1 && is_blank(at[1]))
				at++;
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
		g_byte_array_append(joint->bytes, &c, 1);
	}
}

/* The text of the neighbours put together in this @way; *@faults is how badly
 * that went. */
static char *
join(const Pending *pending, Way way, gsize *faults, gboolean *guessed)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	Joint joint = { .bytes = bytes };
	const char *charset = pending->charset == NULL ? "" : pending->charset;
	const char *guess = "";
	char *text;

	for (guint i = 0; i < pending->words->len; i++) {
		const TdWord *word = &g_array_index(pending->words, TdWord, i);

		if ((way & CARRY) == 0)
			end_quantum(&joint);
		if (word->base64)
			join_base64(&joint, word);
		else
			join_quoted(&joint, word, way);
	}
	end_quantum(&joint);
	text = td_charset_decode_counted(
	    (const char *)bytes->data, bytes->len, charset, &guess, faults);
	*guessed = *guess != '\0' && *charset != '\0';
	if (*guessed)
		*faults += bytes->len;
	return text;
}

/* Which ways are worth trying besides the first; *@first is that: base64 goes
 * on from word to word if whole quanta come out so. */
static Way
find_ways(const Pending *pending, Way *first)
{
	gsize open = 0;
	Way ways = 0;

	*first = CARRY;
	for (guint i = 0; i < pending->words->len; i++) {
		const TdWord *word = &g_array_index(pending->words, TdWord, i);
		const char *text = word->text;

		if (!word->base64) {
			if (memchr(text, ' ', word->text_size) != NULL ||
			    memchr(text, '\t', word->text_size) != NULL)
				ways |= SQUASH;
			continue;
		}
		if (open % 4 != 0)
			ways |= CARRY;
		open += word->text_size;
		if (memchr(text, '=', word->text_size) != NULL) {
			*first = open % 4 == 0 ? *first : 0;
			open = 0;
		}
	}
	if (open % 4 != 0)
		*first = 0;
	return ways;
}

/* Whether there are characters in it that no text has: it is not one. */
static gboolean
is_garbage(const char *text)
{
	for (; *text != '\0'; text = g_utf8_next_char(text)) {
		gunichar c = g_utf8_get_char(text);

		if (g_unichar_iscntrl(c) &&
		    (c >= 0x80 || strchr("\t\n\r\033", (int)c) == NULL))
			return TRUE;
	}
	return FALSE;
}

/* Appends what the neighbours say.  What makes no text in any charset stays as
 * it was written: that can be read at least by those who know such words. */
static void
flush(Pending *pending)
{
	g_autofree char *best = NULL;
	gsize fewest = 0, faults;
	gboolean guessed = FALSE;
	Way first, ways;

	if (pending->words->len == 0)
		return;
	ways = find_ways(pending, &first);
	best = join(pending, first, &fewest, &guessed);
	for (Way change = CARRY; change <= (CARRY | SQUASH) && fewest > 0;
	     change++) {
		g_autofree char *other = NULL;
		gboolean other_guessed;

		if ((change & ways) != change)
			continue;
		other = join(pending, first ^ change, &faults, &other_guessed);
		if (faults >= fewest)
			continue;
		g_free(best);
		best = g_steal_pointer(&other);
		fewest = faults;
		guessed = other_guessed;
	}
	if (guessed && is_garbage(best))
		g_string_append_len(pending->out, pending->start,
		    pending->end - pending->start);
	else
		g_string_append(pending->out, best);
	g_array_set_size(pending->words, 0);
}

/* Adds a word, but for bytes beyond ASCII in it: those are UTF-8 by now,
 * whatever the word says of the rest. */
static void
add_word(Pending *pending, const TdWord *word)
{
	TdWord piece = *word;
	const char *end = word->text + word->text_size;

	while (!word->base64 && strcmp(pending->charset, "utf-8") != 0) {
		const char *at = piece.text, *high;

		while (at < end && (guchar)*at < 0x80)
			at++;
		if (at == end)
			break;
		for (high = at; at < end && (guchar)*at >= 0x80; at++)
			;
		piece.text_size = (gsize)(high - piece.text);
		g_array_append_val(pending->words, piece);
		pending->end = high;
		flush(pending);
		g_string_append_len(pending->out, high, at - high);
		pending->start = at;
		piece.text = at;
	}
	piece.text_size = (gsize)(end - piece.text);
	g_array_append_val(pending->words, piece);
	pending->end = word->end;
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

/* The text with at least one beginning of a word in it. */
static GString *
decode(const char *text)
{
	g_autoptr(GArray) words = g_array_new(FALSE, FALSE, sizeof(TdWord));
	const char *at = text, *plain = text, *closing = text;
	Pending pending = { .words = words };
	TdWord word;

	pending.out = g_string_sized_new(strlen(text));
	while ((at = strstr(at, "=?")) != NULL) {
		g_autofree char *charset = NULL;
		gboolean apart;

		if (!td_word_read(at, &closing, &word)) {
			at += 2;
			continue;
		}
		/* Blanks between two words are not part of the text. */
		charset = td_word_charset(&word);
		apart = pending.charset == NULL ||
		    strspn(plain, " \t") < (gsize)(at - plain);
		if (apart || strcmp(pending.charset, charset) != 0) {
			flush(&pending);
			pending.start = at;
			g_free(pending.charset);
			pending.charset = g_steal_pointer(&charset);
		}
		if (apart)
			g_string_append_len(pending.out, plain, at - plain);
		add_word(&pending, &word);
		at = plain = word.end;
	}
	flush(&pending);
	g_free(pending.charset);
	return g_string_append(pending.out, plain);
}

char *
td_words_decode(const char *text)
{
	GString *out = strstr(text, "=?") != NULL ? decode(text)
	                                          : g_string_new(text);

	blank_controls(out);
	return g_string_free(out, FALSE);
}
