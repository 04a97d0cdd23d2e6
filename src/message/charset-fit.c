/* charset-fit.c - how well bytes read in a charset of the desk's list */

#include "config.h"

#include <string.h>

#include "message/charset.h"
#include "message/limits.h"

/* What a character is to the words of a text. */
typedef enum {
	ODD,    /* not usual in texts */
	SIGN,   /* usual beside words, never in one */
	NUMBER, /* the sign for it, which touches no word at all */
	JOINT,  /* usual in words too: an apostrophe, a dash; blanks, digits */
	LATIN,
	OTHER,     /* a letter of another alphabet */
	IDEOGRAPH, /* goes with all of them */
} Kind;

/* What a text is like. */
typedef struct {
	guint faults;
	guint letters; /* beyond ASCII */
	guint ascii;   /* letters of ASCII */
	guint joined;  /* of another alphabet, behind such a one */
	guint other;   /* of another alphabet */
} Look;

/* What is tried behind the desk's list, those with more usual letters first. */
static const char *const others[] = { "windows-1252", "windows-1250",
	"iso-8859-2", "windows-1254", "windows-1257", "windows-1253",
	"windows-1255", "windows-1256", "tis-620" };

static Kind
kind_of(gunichar c)
{
	static const gunichar signs[] = { 0xa1, 0xa3, 0xa7, 0xa9, 0xab, 0xae,
		0xb0, 0xb4, 0xbb, 0xbf, 0x20ac, 0x2122 };

	if (c == 0x2116)
		return NUMBER;
	for (gsize i = 0; i < G_N_ELEMENTS(signs); i++)
		if (c == signs[i])
			return SIGN;
	if (g_unichar_iswide(c))
		return IDEOGRAPH;
	if (g_unichar_isalpha(c))
		return c < 0x80 ||
		        g_unichar_get_script(c) == G_UNICODE_SCRIPT_LATIN
		    ? LATIN
		    : OTHER;
	if (c < 0x80 || c == 0xa0 || c == 0xad || c == 0xb7 ||
	    (c >= 0x2010 && c <= 0x2044) || g_unichar_ismark(c) ||
	    (c >= 0xff61 && c <= 0xff9f))
		return JOINT;
	return ODD;
}

static gboolean
is_letter(Kind kind)
{
	return kind == LATIN || kind == OTHER;
}

/* Counts what makes no sense where @kind stands behind @before. */
static guint
faults_of(Kind first, Kind before, Kind kind)
{
	if (kind == ODD)
		return 3;
	if (is_letter(kind) && is_letter(before) && kind != before)
		return 2;
	if ((kind == NUMBER && is_letter(before)) ||
	    (before == NUMBER && is_letter(kind)))
		return 1;
	return before == SIGN && is_letter(kind) && is_letter(first);
}

static Look
look_at(const char *text)
{
	Look look = { 0 };
	Kind first = JOINT, before = JOINT;

	for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);
		Kind kind = kind_of(c);

		look.faults += faults_of(first, before, kind);
		look.ascii += kind == LATIN && c < 0x80;
		look.letters += c >= 0x80 && kind >= LATIN;
		look.other += kind == OTHER;
		look.joined += kind == OTHER && before == OTHER;
		first = before;
		before = kind;
	}
	/* Letters of another alphabet make words. */
	if (look.other > 0 && look.joined == 0 && look.ascii > 3)
		look.faults++;
	return look;
}

/* FALSE if the charset does not have all the bytes. */
static gboolean
look_in(const char *bytes, gsize size, const char *charset, Look *look)
{
	g_autofree char *name = td_charset_name(charset);
	g_autofree char *text = NULL;
	gsize bad;

	text = td_charset_convert(bytes, size, name, &bad);
	if (text == NULL || bad * 50 > size)
		return FALSE;
	*look = look_at(text);
	look->faults += 3 * (guint)bad;
	return TRUE;
}

gboolean
td_charset_fits(const char *bytes, gsize size, const char *charset)
{
	Look look;

	return look_in(bytes, size, charset, &look) && look.faults * 30 <= size;
}

gboolean
td_charset_has_all(const char *bytes, gsize size, const char *charset)
{
	Look look;

	return look_in(bytes, size, charset, &look);
}

/* The best of some names so far. */
typedef struct {
	const char *letters; /* without fault, and with letters */
	const char *signs;   /* without fault, but signs alone */
	const char *least;   /* with the fewest faults */
	guint fewest;
} Best;

static void
try_charset(const char *bytes, gsize size, const char *name, Best *best)
{
	Look look;

	if (best->letters != NULL || !look_in(bytes, size, name, &look))
		return;
	if (look.faults == 0 && look.letters > 0)
		best->letters = name;
	else if (look.faults == 0 && best->signs == NULL)
		best->signs = name;
	if (look.faults < best->fewest) {
		best->fewest = look.faults;
		best->least = name;
	}
}

const char *
td_charset_of_list(
    const char *bytes, gsize size, gboolean further, gboolean *fits)
{
	const char *const *list = td_limits()->charsets;
	Best best = { .least = others[0], .fewest = G_MAXUINT };

	/* Signs that all of Windows' charsets have need not be searched for in
	 * others. */
	try_charset(bytes, size, others[0], &best);
	best.letters = NULL;
	for (guint i = 0; list != NULL && list[i] != NULL; i++)
		try_charset(bytes, size, list[i], &best);
	if (best.letters == NULL)
		best.letters = best.signs;
	for (guint i = 0; further && i < G_N_ELEMENTS(others); i++)
		try_charset(bytes, size, others[i], &best);
	*fits = best.letters != NULL;
	return *fits ? best.letters : best.least;
}
