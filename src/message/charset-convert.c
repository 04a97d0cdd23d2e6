/* charset-convert.c - bytes of a charset to UTF-8, by iconv and around it */

#include "config.h"

#include <errno.h>
#include <string.h>

#include "message/charset.h"

#define REPLACEMENT "\357\277\275"
#define BYTE_ORDER_MARK "\357\273\277"

/* iconv loads a file for each charset and forgets it soon, so some converters
 * are kept; and a mail that names hundreds gets but so many. */
#define CONVERTERS_MAX 16
#define OPENS_MAX 64

typedef struct {
	char *name;
	GIConv converter; /* -1: iconv does not know the name */
} Kept;

/* What a thread keeps. */
typedef struct {
	Kept kept[CONVERTERS_MAX];
	guint next; /* the one that goes next */
	guint opens;
} Converters;

static void
clear_kept(Kept *kept)
{
	if (kept->name != NULL && kept->converter != (GIConv)-1)
		g_iconv_close(kept->converter);
	g_clear_pointer(&kept->name, g_free);
}

static void
free_converters(gpointer data)
{
	Converters *converters = data;

	for (guint i = 0; i < CONVERTERS_MAX; i++)
		clear_kept(&converters->kept[i]);
	g_free(converters);
}

static Converters *
get_converters(void)
{
	static GPrivate private = G_PRIVATE_INIT(free_converters);
	Converters *converters = g_private_get(&private);

	if (converters == NULL) {
		converters = g_new0(Converters, 1);
		g_private_set(&private, converters);
	}
	return converters;
}

void
td_charset_begin_convert(void)
{
	get_converters()->opens = 0;
}

/* The converter for @name, ready to begin; -1 if there is none.  Borrowed. */
static GIConv
get_converter(const char *name)
{
	Converters *converters = get_converters();
	Kept *kept;

	for (guint i = 0; i < CONVERTERS_MAX; i++) {
		kept = &converters->kept[i];
		if (kept->name != NULL && strcmp(kept->name, name) == 0)
			return kept->converter;
	}
	if (converters->opens >= OPENS_MAX)
		return (GIConv)-1;
	converters->opens++;
	kept = &converters->kept[converters->next];
	converters->next = (converters->next + 1) % CONVERTERS_MAX;
	clear_kept(kept);
	kept->name = g_strdup(name);
	kept->converter = g_iconv_open("UTF-8", name);
	return kept->converter;
}

/* Room for more, and the pointers iconv moves put into it. */
static void
make_room(GString *out, gsize used, char **to, gsize *left)
{
	g_string_set_size(out, used + MAX(256, used));
	*to = out->str + used;
	*left = out->len - used;
}

static void
drop_nuls(GString *out)
{
	char *end = out->str;

	if (memchr(out->str, '\0', out->len) == NULL)
		return;
	for (gsize i = 0; i < out->len; i++)
		if (out->str[i] != '\0')
			*end++ = out->str[i];
	g_string_truncate(out, (gsize)(end - out->str));
}

/* The next control character beyond ASCII from @at on; NULL: none. */
static const char *
find_control(const char *at, const char *end)
{
	while ((at = memchr(at, 0xc2, (gsize)(end - at))) != NULL) {
		if (end - at > 1 && (guchar)at[1] < 0xa0)
			return at;
		at++;
	}
	return NULL;
}

gunichar
td_charset_windows(guint8 byte)
{
	static const gunichar meant[32] = { 0x20ac, 0xfffd, 0x201a, 0x0192,
		0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039,
		0x0152, 0xfffd, 0x017d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c,
		0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
		0x0153, 0xfffd, 0x017e, 0x0178 };

	return meant[byte & 31];
}

/* Controls beyond ASCII are none: they are quotes and dashes of Windows in what
 * is called ISO 8859. */
static void
replace_controls(GString *out)
{
	const char *end = out->str + out->len;
	const char *at = out->str, *control = find_control(at, end);
	g_autoptr(GString) new = NULL;

	if (control == NULL)
		return;
	new = g_string_sized_new(out->len + 64);
	for (; control != NULL; control = find_control(at, end)) {
		g_string_append_len(new, at, control - at);
		g_string_append_unichar(
		    new, td_charset_windows((guint8)control[1]));
		at = control + 2;
	}
	g_string_append_len(new, at, end - at);
	g_string_truncate(out, 0);
	g_string_append_len(out, new->str, (gssize) new->len);
}

/* What was gathered in @out as valid UTF-8 without NUL; takes @out. */
static char *
finish(GString *out)
{
	char *valid;

	drop_nuls(out);
	if (g_str_has_prefix(out->str, BYTE_ORDER_MARK))
		g_string_erase(out, 0, strlen(BYTE_ORDER_MARK));
	if (g_utf8_validate_len(out->str, out->len, NULL))
		return g_string_free(out, FALSE);

	valid = g_utf8_make_valid(out->str, (gssize)out->len);
	g_string_free(out, TRUE);
	return valid;
}

char *
td_charset_copy(const char *bytes, gsize size)
{
	if (g_utf8_validate_len(bytes, size, NULL) &&
	    (size < 3 || memcmp(bytes, BYTE_ORDER_MARK, 3) != 0))
		return g_strndup(bytes, size);
	return finish(g_string_new_len(bytes, (gssize)size));
}

/* Where iconv writes to, and what it has left to read. */
typedef struct {
	GString *out;
	char *to;
	gsize room;
	char *from;
	gsize left;
} Work;

static void
replace_unit(Work *work, gsize unit)
{
	gsize skipped = MIN(unit, work->left);

	memcpy(work->to, REPLACEMENT, strlen(REPLACEMENT));
	work->to += strlen(REPLACEMENT);
	work->room -= strlen(REPLACEMENT);
	work->from += skipped;
	work->left -= skipped;
}

/* Reads by @converter; *@bad counts what could not be. */
static void
work_off(Work *work, GIConv converter, gsize unit, gsize *bad)
{
	gboolean ended = FALSE;

	while (TRUE) {
		/* At the end iconv gives what it has kept back: a letter that
		 * an accent might have followed. */
		gsize done = g_iconv(converter, ended ? NULL : &work->from,
		    &work->left, &work->to, &work->room);

		if (done != (gsize)-1 || errno == EINVAL) {
			if (ended)
				return;
			ended = TRUE;
		} else if (errno == E2BIG || work->room < strlen(REPLACEMENT)) {
			make_room(work->out, (gsize)(work->to - work->out->str),
			    &work->to, &work->room);
		} else if (ended) {
			return;
		} else {
			replace_unit(work, unit);
			(*bad)++;
		}
	}
}

static char *
convert(const char *bytes, gsize size, const char *name, gsize *bad)
{
	GIConv converter = get_converter(name);
	Work work = { .from = (char *)bytes, .left = size };

	*bad = 0;
	if (converter == (GIConv)-1)
		return NULL;

	work.out = g_string_sized_new(size + size / 2 + 16);
	make_room(work.out, 0, &work.to, &work.room);
	work_off(&work, converter, td_charset_unit(name), bad);
	g_string_truncate(work.out, (gsize)(work.to - work.out->str));

	/* An unfinished character at the end is no mistake of the writer: the
	 * text may have been cut.  But a lone byte is, that begins what never
	 * comes. */
	if (work.left > 0 &&
	    !td_charset_has_high(work.out->str, work.out->len) &&
	    td_charset_has_high(work.from, work.left)) {
		g_string_append(work.out, REPLACEMENT);
		(*bad)++;
	}
	replace_controls(work.out);
	return finish(work.out);
}

/* Keeps of @text and @other the one that could be read better. */
static void
keep_better(char **text, gsize *bad, char *other, gsize other_bad)
{
	if (other != NULL && (*text == NULL || other_bad < *bad)) {
		g_free(*text);
		*text = other;
		*bad = other_bad;
	} else {
		g_free(other);
	}
}

/* Mail programs write more than the label ISO-2022-JP allows (kana of half
 * width, rows of vendors, other sets), and gateways lose bytes. */
static char *
convert_japanese(const char *bytes, gsize size, gsize *bad)
{
	static const char *const names[] = { "iso-2022-jp", "iso-2022-jp-2",
		"iso-2022-jp-3" };
	g_autoptr(GByteArray) rewritten = NULL;
	gboolean lost;
	char *text = NULL, *other;
	gsize other_bad;

	*bad = G_MAXSIZE;
	for (gsize i = 0; i < G_N_ELEMENTS(names) && *bad > 0; i++) {
		other = convert(bytes, size, names[i], &other_bad);
		/* Escapes that iconv does not know it leaves in the text. */
		if (other != NULL && strchr(other, '\033') != NULL)
			other_bad++;
		keep_better(&text, bad, other, other_bad);
	}
	rewritten = td_asian_from_jis(bytes, size, &lost);
	if (*bad == 0 && !lost)
		return text;
	other = convert((const char *)rewritten->data, rewritten->len,
	    "euc-jp-ms", &other_bad);
	if (lost && other_bad == *bad)
		(*bad)++;
	keep_better(&text, bad, other, other_bad);
	return text;
}

/* The byte order by the mark in front, whatever the name says; iconv would tell
 * too, but only in the first text that a converter gets.  Without a mark it is
 * big-endian by the letter (RFC 2781, 4.3); most of what comes so is
 * little-endian and shows it by its blanks. */
static const char *
find_order(const char *bytes, gsize size, const char *name)
{
	gboolean is_16 = g_str_has_prefix(name, "utf-16");
	const char *guess;

	if (size >= 2 && memcmp(bytes, "\377\376", 2) == 0)
		return is_16 ? "utf-16le" : "utf-32le";
	if (size >= 2 && memcmp(bytes, "\376\377", 2) == 0)
		return is_16 ? "utf-16be" : "utf-32be";
	if (size >= 4 && memcmp(bytes, "\0\0\376\377", 4) == 0)
		return "utf-32be";
	if (strcmp(name, "utf-16") != 0 && strcmp(name, "utf-32") != 0)
		return name;
	guess = td_charset_guess(bytes, size);
	if (g_str_has_prefix(guess, name) && strcmp(guess, name) != 0)
		return guess;
	return is_16 ? "utf-16be" : "utf-32be";
}

char *
td_charset_convert(const char *bytes, gsize size, const char *name, gsize *bad)
{
	char *text, *other;
	gsize other_bad = 0;

	if (strcmp(name, "hz") == 0) {
		g_autoptr(GByteArray) plain = td_asian_from_hz(bytes, size);

		return convert(
		    (const char *)plain->data, plain->len, "gb18030", bad);
	}
	if (strcmp(name, "iso-2022-jp") == 0)
		return convert_japanese(bytes, size, bad);
	if (td_charset_unit(name) > 1)
		return convert(bytes, size, find_order(bytes, size, name), bad);

	text = convert(bytes, size, name, bad);
	if (*bad > 0 && strcmp(name, "big5-hkscs") == 0) {
		other = convert(bytes, size, "cp950", &other_bad);
		keep_better(&text, bad, other, other_bad);
	}
	return text;
}
