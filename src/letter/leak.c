/* leak.c - secret addresses of ours in texts that go out
 *
 * Texts are looked at as bytes, in which a character may be written in other
 * ways: "%2B" (an URL, also in an URL: "%252B"), "=2B" (quoted-printable),
 * "&#43;" (HTML); and quoted-printable folds words by "=\n".  Everything here
 * is linear: what is looked at from one '-' on ends before the next. */

#include "config.h"

#include <string.h>

#include "letter/token-private.h"

typedef struct {
	const char *text;
	gsize size;
} Bytes;

/* The '-' in the middle of a secret and the end of its token. */
typedef struct {
	gsize dash;
	gsize end;
} Secret;

/* The two hexadecimal digits at @at as a character, -1 if they are none. */
static int
read_hex(const Bytes *bytes, gsize at)
{
	int high, low;

	if (at + 2 > bytes->size)
		return -1;
	high = g_ascii_xdigit_value(bytes->text[at]);
	low = g_ascii_xdigit_value(bytes->text[at + 1]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* Reads "&#45;" or "&#x2d;" at *@at; -1 if there is none. */
static int
read_entity(const Bytes *bytes, gsize *at)
{
	gsize i = *at + 2;
	gboolean hex = i < bytes->size && (bytes->text[i] | 0x20) == 'x';
	int value = 0;
	guint digits = 0;

	if (i >= bytes->size || bytes->text[*at + 1] != '#')
		return -1;
	for (i += hex; i < bytes->size && digits < 8; i++, digits++) {
		int digit = hex ? g_ascii_xdigit_value(bytes->text[i])
		                : g_ascii_digit_value(bytes->text[i]);

		if (digit < 0)
			break;
		value = MIN(value * (hex ? 16 : 10) + digit, 0xff);
	}
	if (digits == 0 || i >= bytes->size || bytes->text[i] != ';')
		return -1;
	*at = i + 1;
	return value;
}

/* Behind the soft line break of quoted-printable at @at; @at if there is none.
 */
static gsize
skip_fold(const Bytes *bytes, gsize at)
{
	gsize next = at + 1;

	if (next >= bytes->size || bytes->text[at] != '=')
		return at;
	if (bytes->text[next] == '\r' && next + 1 < bytes->size)
		next++;
	return bytes->text[next] == '\n' ? next + 1 : at;
}

/* The character at *@at, however it is written, and moves behind it; -1 at the
 * end. */
static int
next_character(const Bytes *bytes, gsize *at)
{
	gsize i = *at;
	int value = -1;

	for (gsize next; (next = skip_fold(bytes, i)) != i;)
		i = next;
	if (i >= bytes->size)
		return -1;
	*at = i + 1;
	switch (bytes->text[i]) {
	case '%':
		while (i + 2 < bytes->size && bytes->text[i + 1] == '2' &&
		    bytes->text[i + 2] == '5')
			i += 2;
		value = read_hex(bytes, i + 1);
		break;
	case '=':
		value = read_hex(bytes, i + 1);
		break;
	case '&':
		value = read_entity(bytes, &i);
		if (value >= 0)
			*at = i;
		return value >= 0 ? value : '&';
	default:
		break;
	}
	if (value < 0)
		return (guchar)bytes->text[*at - 1];
	*at = i + 3;
	return value;
}

static gboolean
is_base32(int c)
{
	return c > 0 && c < 0x80 &&
	    strchr(TD_TOKEN_ALPHABET, g_ascii_tolower((char)c)) != NULL;
}

static gboolean
is_word(int c)
{
	return c > 0 && c < 0x80 && g_ascii_isalnum((char)c);
}

/* Passes soft line breaks backwards. */
static gsize
skip_folds_back(const Bytes *bytes, gsize from, gsize at)
{
	while (at >= from + 2 && bytes->text[at - 1] == '\n') {
		gsize before = at - 2;

		if (bytes->text[before] == '\r' && before > from)
			before--;
		if (bytes->text[before] != '=')
			break;
		at = before;
	}
	return at;
}

/* The character that ends before *@at and begins not before @from, however it
 * is written, and moves to its start; -1 where there is none. */
static int
previous_character(const Bytes *bytes, gsize from, gsize *at)
{
	gsize end = skip_folds_back(bytes, from, *at);

	if (end == from)
		return -1;
	for (gsize length = 3; length <= 8 && length <= end - from; length++) {
		gsize start = end - length;
		gsize behind = start;
		int c;

		if (strchr("%=&", bytes->text[start]) == NULL)
			continue;
		c = next_character(bytes, &behind);
		/* Nobody encodes letters: "to=42-" is no "toB-". */
		if (behind != end || (bytes->text[start] == '=' && is_word(c)))
			continue;
		*at = start;
		return c;
	}
	*at = end - 1;
	return (guchar)bytes->text[end - 1];
}

static gboolean
digit_before(const Bytes *bytes, gsize at)
{
	int c = previous_character(bytes, 0, &at);

	return c > 0 && c < 0x80 && g_ascii_isdigit((char)c);
}

/* Whether a '-' may begin here.  A soft line break before it is passed byte by
 * byte, so that many of them do not make this slow. */
static gboolean
may_be_dash(const Bytes *bytes, gsize at)
{
	switch (bytes->text[at]) {
	case '-':
	case '%':
	case '&':
		return TRUE;
	case '=':
		return skip_fold(bytes, at) == at;
	default:
		return FALSE;
	}
}

/* Finds the first secret from *@at on, and moves *@at behind it. */
static gboolean
find_secret(const Bytes *bytes, gsize *at, Secret *secret)
{
	while (*at < bytes->size) {
		gsize dash = *at;
		gsize next;
		guint length = 0;
		int c;

		*at = dash + 1;
		if (!may_be_dash(bytes, dash))
			continue;
		next = dash;
		if (next_character(bytes, &next) != '-' ||
		    !digit_before(bytes, dash))
			continue;
		c = next_character(bytes, &next);
		if (c < 0 || c >= 0x80 || strchr("pacPAC", c) == NULL)
			continue;
		secret->end = next;
		while (is_base32(c = next_character(bytes, &next))) {
			secret->end = next;
			length++;
		}
		/* A word of other length is a word. */
		if (length != TD_TOKEN_LENGTH || is_word(c))
			continue;
		secret->dash = dash;
		*at = secret->end;
		return TRUE;
	}
	return FALSE;
}

gboolean
td_token_leaks(const char *text, gsize size)
{
	const Bytes bytes = { text, size };
	Secret secret;
	gsize at = 0;

	return find_secret(&bytes, &at, &secret);
}

/* What may stand in a local part that we make (RFC 5322 3.2.3, less what parts
 * the words of an URL). */
static gboolean
is_local(int c)
{
	return is_word(c) ||
	    (c > 0 && c < 0x80 && strchr("._+-~!#$'*^`{|}", c) != NULL);
}

/* Where the address whose secret has its '-' at @dash begins, not before
 * @from. */
static gsize
find_start(const Bytes *bytes, gsize from, gsize dash)
{
	gsize start = dash;
	gsize at = dash;

	while (is_local(previous_character(bytes, from, &at)))
		start = at;
	return start;
}

/* Where the address goes on to: the rest of the local part, '@', domain. */
static gsize
find_end(const Bytes *bytes, gsize end)
{
	gsize at = end, kept = end;
	int c;

	while (is_local(c = next_character(bytes, &at)))
		if (c != '.')
			kept = at;
	if (c != '@')
		return kept;
	kept = at;
	while (is_word(c = next_character(bytes, &at)) || c == '-' || c == '.')
		if (c != '.')
			kept = at;
	return kept;
}

char *
td_token_redact(const char *text, const char *address)
{
	const Bytes bytes = { text == NULL ? "" : text,
		text == NULL ? 0 : strlen(text) };
	GString *out = g_string_sized_new(bytes.size + 1);
	gsize from = 0, at = 0;
	Secret secret;

	while (find_secret(&bytes, &at, &secret)) {
		gsize start = find_start(&bytes, from, secret.dash);

		g_string_append_len(
		    out, bytes.text + from, (gssize)(start - from));
		g_string_append(out, address);
		from = at = find_end(&bytes, secret.end);
	}
	g_string_append(out, bytes.text + from);
	return g_string_free(out, FALSE);
}
