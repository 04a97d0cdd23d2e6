/* charset.c - see message/charset.h */

#include "config.h"

#include <errno.h>
#include <string.h>

#include "message/charset.h"

/* Longest name of a charset worth asking iconv for. */
#define NAME_MAX_SIZE 40

/* Names as mails have them, where another set is what the writer's program
 * used: the browsers' choice (WHATWG Encoding), and no names at all. */
static const struct {
	const char *declared;
	const char *used;
} aliases[] = {
	{ "iso-8859-1", "windows-1252" },
	{ "iso8859-1", "windows-1252" },
	{ "iso_8859-1", "windows-1252" },
	{ "latin1", "windows-1252" },
	{ "latin-1", "windows-1252" },
	{ "iso-8859-8-i", "iso-8859-8" },
	{ "iso-8859-8-e", "iso-8859-8" },
	{ "ks_c_5601-1987", "cp949" },
	{ "ks_c_5601", "cp949" },
	{ "euc-kr", "cp949" },
	{ "korean", "cp949" },
	{ "gb2312", "gb18030" },
	{ "gb_2312-80", "gb18030" },
	{ "gbk", "gb18030" },
	{ "shift_jis", "cp932" },
	{ "shift-jis", "cp932" },
	{ "sjis", "cp932" },
	{ "x-sjis", "cp932" },
	{ "big5", "big5-hkscs" },
	{ "koi8r", "koi8-r" },
	{ "koi", "koi8-r" },
	{ "x-cp1251", "windows-1251" },
	{ "unicode-1-1-utf-7", "utf-7" },
	{ "unknown-8bit", "" },
	{ "x-unknown", "" },
	{ "unknown", "" },
	{ "default", "" },
	{ "default_charset", "" },
	{ "x-user-defined", "" },
	{ "us-ascii", "" },
	{ "ascii", "" },
	{ "ansi_x3.4-1968", "" },
};

gboolean
td_charset_has_high(const char *bytes, gsize size)
{
	for (gsize i = 0; i < size; i++)
		if ((guchar)bytes[i] >= 0x80)
			return TRUE;
	return FALSE;
}

/* The name for iconv; "" where @declared says nothing, NULL for UTF-8. */
static const char *
iconv_name(const char *declared)
{
	if (declared == NULL || strlen(declared) > NAME_MAX_SIZE)
		return "";
	if (g_ascii_strcasecmp(declared, "utf-8") == 0 ||
	    g_ascii_strcasecmp(declared, "utf8") == 0)
		return NULL;

	/* A slash would be an instruction to iconv ("//TRANSLIT"). */
	for (const char *at = declared; *at != '\0'; at++)
		if (!g_ascii_isalnum(*at) && strchr("-_.:+()", *at) == NULL)
			return "";

	for (gsize i = 0; i < G_N_ELEMENTS(aliases); i++)
		if (g_ascii_strcasecmp(declared, aliases[i].declared) == 0)
			return aliases[i].used;
	return declared;
}

/* Room for more, and the pointers iconv moves put into it. */
static void
make_room(GString *out, gsize used, char **to, gsize *left)
{
	g_string_set_size(out, used + MAX(256, used));
	*to = out->str + used;
	*left = out->len - used;
}

/* What was gathered in @out as valid UTF-8 without NUL; takes @out. */
static char *
finish(GString *out)
{
	char *valid;

	if (memchr(out->str, '\0', out->len) != NULL) {
		char *end = out->str;

		for (gsize i = 0; i < out->len; i++)
			if (out->str[i] != '\0')
				*end++ = out->str[i];
		g_string_truncate(out, (gsize)(end - out->str));
	}
	if (g_utf8_validate_len(out->str, out->len, NULL))
		return g_string_free(out, FALSE);

	valid = g_utf8_make_valid(out->str, (gssize)out->len);
	g_string_free(out, TRUE);
	return valid;
}

/* A name of a charset as iconv has it, where somebody spelt it his own way: by
 * the number in it, else with the usual mark.  GMime could tell more, but it
 * keeps each name it was ever asked for.  The caller owns the result. */
static char *
usual_spelling(const char *charset)
{
	const char *number = strstr(charset, "125");
	char *name;

	if (number != NULL && g_ascii_isdigit(number[3]))
		return g_strdup_printf("windows-125%c", number[3]);
	number = strstr(charset, "8859");
	if (number != NULL) {
		number += 4;
		number += strcspn(number, "0123456789");
		return g_strdup_printf("iso-8859-%.2s", number);
	}
	name = g_strdelimit(g_strdup(charset), "_", '-');
	if (g_ascii_strncasecmp(name, "cp-", 3) == 0)
		memmove(name + 2, name + 3, strlen(name + 3) + 1);
	return name;
}

static GIConv
open_converter(const char *charset)
{
	GIConv converter = g_iconv_open("UTF-8", charset);
	g_autofree char *name = NULL;

	if (converter != (GIConv)-1)
		return converter;
	name = usual_spelling(charset);
	return g_iconv_open("UTF-8", name);
}

/* Reads in @charset; *@bad counts what could not be.  NULL when iconv does not
 * know the charset. */
static char *
convert(const char *bytes, gsize size, const char *charset, gsize *bad)
{
	GIConv converter = open_converter(charset);
	GString *out;
	char *from = (char *)bytes, *to = NULL;
	gsize left = size, room = 0;

	*bad = 0;
	if (converter == (GIConv)-1)
		return NULL;

	out = g_string_sized_new(size + size / 2 + 16);
	make_room(out, 0, &to, &room);
	while (left > 0) {
		/* An unfinished character at the end (EINVAL) is no mistake
		 * of the writer: the text may have been cut. */
		if (g_iconv(converter, &from, &left, &to, &room) != (gsize)-1 ||
		    errno == EINVAL)
			break;
		if (errno == E2BIG || room < 4) {
			make_room(out, (gsize)(to - out->str), &to, &room);
			continue;
		}
		memcpy(to, "\357\277\275", 3);
		to += 3;
		room -= 3;
		from++;
		left--;
		(*bad)++;
	}
	g_iconv_close(converter);
	g_string_truncate(out, (gsize)(to - out->str));
	return finish(out);
}

/* A copy of ASCII or UTF-8 bytes; NUL is dropped, bad ones become U+FFFD. */
static char *
copy_utf8(const char *bytes, gsize size)
{
	if (g_utf8_validate_len(bytes, size, NULL))
		return g_strndup(bytes, size);
	return finish(g_string_new_len(bytes, (gssize)size));
}

/* How many bytes are not part of UTF-8, and how many are beyond ASCII; a
 * character cut off by the end is not counted.  NUL is no mistake here. */
static void
count_utf8(const char *bytes, gsize size, gsize *bad, gsize *high)
{
	const char *end = bytes + size;

	*bad = 0;
	*high = 0;
	while (bytes < end) {
		gunichar c;

		if ((guchar)*bytes < 0x80) {
			bytes++;
			continue;
		}
		c = g_utf8_get_char_validated(bytes, end - bytes);
		if (c == (gunichar)-2)
			break;
		(*high)++;
		if (c == (gunichar)-1) {
			(*bad)++;
			bytes++;
		} else {
			bytes = g_utf8_next_char(bytes);
		}
	}
}

/* Whether so few characters of @text, read from @size bytes, are U+FFFD that
 * its charset need not be doubted. */
static gboolean
few_slips(const char *text, gsize size, gsize high)
{
	gsize slips = 0;

	for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
		slips += g_utf8_get_char(at) == 0xfffd;
	return slips * 20 <= (high > 0 ? high : size);
}

static char *
decode_guessed(const char *bytes, gsize size, const char **guess)
{
	const char *name = td_charset_guess(bytes, size);
	const char *known = iconv_name(name);
	char *text;
	gsize bad;

	/* Only ASCII is left to be called so here, and that is no guess. */
	if (known == NULL)
		return copy_utf8(bytes, size);

	*guess = name;
	text = convert(bytes, size, known, &bad);
	return text == NULL ? copy_utf8(bytes, size) : text;
}

char *
td_charset_decode(
    const char *bytes, gsize size, const char *declared, const char **guess)
{
	const char *name = iconv_name(declared);
	g_autofree char *text = NULL;
	gsize bad = 0, high = 0;

	*guess = "";
	if (name != NULL && *name != '\0') {
		text = convert(bytes, size, name, &bad);
		if (text != NULL && bad == 0)
			return g_steal_pointer(&text);
	}

	count_utf8(bytes, size, &bad, &high);
	if (high == 0 && text == NULL && memchr(bytes, '\033', size) == NULL)
		return copy_utf8(bytes, size);
	if (bad == 0 && high > 0) {
		if (name != NULL)
			*guess = "utf-8";
		return copy_utf8(bytes, size);
	}

	/* A few slips in a long text do not prove its label wrong. */
	if (name == NULL && bad * 10 <= high)
		return copy_utf8(bytes, size);
	if (text != NULL && few_slips(text, size, high))
		return g_steal_pointer(&text);
	return decode_guessed(bytes, size, guess);
}
