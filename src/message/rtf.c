/* rtf.c - see message/rtf.h */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "message/charset.h"
#include "message/codepage.h"
#include "message/rtf.h"

#define DEPTH_MAX 200
#define FONTS_MAX 256
#define WORD_MAX 32
#define FALLBACK_MAX 16 /* characters that stand in for a Unicode one */

/* What ends with a group. */
typedef struct {
	gboolean skipped; /* nothing in it is shown */
	gboolean tag;     /* it is a piece of HTML */
	gboolean fonts;   /* the table of fonts */
	gboolean quiet;   /* between "\htmlrtf" and "\htmlrtf0" */
	guint fallback;   /* characters behind "\u" that stand in for it */
	guint font;
} Group;

typedef struct {
	const char *at;
	const char *end;
	GString *out;
	gsize max;
	GByteArray *bytes; /* in the charset of the font, not yet decoded */
	guint bytes_page;
	Group groups[DEPTH_MAX];
	guint depth;
	guint beyond; /* groups deeper than that */
	guint page;   /* of the whole text */
	guint pages[FONTS_MAX];
	gboolean from_html;
	gboolean from_text;
	guint first_font;
	gboolean optional; /* "\*" stands in front of the next word */
	guint standing_in; /* characters to be left out */
	gunichar high;     /* first half of a surrogate pair */
} State;

static Group *
group_of(State *state)
{
	return &state->groups[state->depth];
}

static gboolean
is_shown(State *state)
{
	const Group *group = group_of(state);

	return state->beyond == 0 && !group->skipped && !group->fonts &&
	    (!group->quiet || group->tag) && state->out->len < state->max;
}

/* Decodes the bytes that were gathered. */
static void
flush(State *state)
{
	g_autofree char *text = NULL;
	const char *guess;

	if (state->bytes->len == 0)
		return;
	if (!td_charset_has_high(
	        (const char *)state->bytes->data, state->bytes->len)) {
		g_string_append_len(state->out,
		    (const char *)state->bytes->data, state->bytes->len);
		g_byte_array_set_size(state->bytes, 0);
		return;
	}
	text = td_charset_decode((const char *)state->bytes->data,
	    state->bytes->len, td_codepage_name(state->bytes_page), &guess);
	g_string_append(state->out, text);
	g_byte_array_set_size(state->bytes, 0);
}

static void
put(State *state, const char *text)
{
	if (!is_shown(state))
		return;
	flush(state);
	g_string_append(state->out, text);
}

static void
put_byte(State *state, guchar byte)
{
	guint font = group_of(state)->font;
	guint page = state->pages[font % FONTS_MAX];

	if (state->standing_in > 0) {
		state->standing_in--;
		return;
	}
	if (!is_shown(state) || byte == '\0')
		return;
	page = page == 0 ? state->page : page;
	if (page != state->bytes_page)
		flush(state);
	state->bytes_page = page;
	g_byte_array_append(state->bytes, &byte, 1);
}

static void
put_character(State *state, int number)
{
	gunichar c = (gunichar)(number < 0 ? number + 0x10000 : number);

	state->standing_in = group_of(state)->fallback;
	if (!is_shown(state))
		return;
	flush(state);
	if (c >= 0xd800 && c < 0xdc00) {
		state->high = c;
		return;
	}
	if (c >= 0xdc00 && c < 0xe000 && state->high != 0)
		c = 0x10000 + ((state->high - 0xd800) << 10) + (c - 0xdc00);
	state->high = 0;
	if (c >= ' ' && g_unichar_validate(c))
		g_string_append_unichar(state->out, c);
}

/* Words that stand for characters. */
static gboolean
put_word(State *state, const char *word)
{
	static const char *const words[][2] = { { "par", "\n" },
		{ "line", "\n" }, { "row", "\n" }, { "sect", "\n" },
		{ "page", "\n" }, { "cell", " | " }, { "tab", "\t" },
		{ "lquote", "‘" }, { "rquote", "’" }, { "ldblquote", "“" },
		{ "rdblquote", "”" }, { "emdash", "—" }, { "endash", "–" },
		{ "bullet", "•" }, { "emspace", " " }, { "enspace", " " } };

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		if (strcmp(word, words[i][0]) == 0) {
			put(state, words[i][1]);
			return TRUE;
		}
	return FALSE;
}

/* Groups that hold no text. */
static gboolean
is_destination(const char *word)
{
	static const char *const words[] = { "colortbl", "stylesheet", "info",
		"pict", "header", "headerl", "headerr", "headerf", "footer",
		"footerl", "footerr", "footerf", "object", "themedata",
		"listtable", "listoverridetable", "rsidtbl", "generator",
		"fldinst", "datafield", "xmlnstbl", "footnote", "annotation",
		"bkmkstart", "bkmkend", "latentstyles", "filetbl" };

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		if (strcmp(word, words[i]) == 0)
			return TRUE;
	return FALSE;
}

static void
set_font(State *state, int number)
{
	group_of(state)->font = (guint)CLAMP(number, 0, FONTS_MAX - 1);
}

/* Words that say how the text is to be read. */
static gboolean
obey_reading(State *state, const char *word, int number)
{
	if (strcmp(word, "ansicpg") == 0)
		state->page = (guint)CLAMP(number, 0, 65535);
	else if (strcmp(word, "f") == 0)
		set_font(state, number);
	else if (strcmp(word, "fcharset") == 0 && group_of(state)->fonts)
		state->pages[group_of(state)->font] = td_codepage_of_font(
		    (guint)CLAMP(number, 0, 255));
	else if (strcmp(word, "cpg") == 0 && group_of(state)->fonts)
		state->pages[group_of(state)->font] = (guint)CLAMP(
		    number, 0, 65535);
	else if (strcmp(word, "uc") == 0)
		group_of(state)->fallback = (guint)CLAMP(
		    number, 0, FALLBACK_MAX);
	else if (strcmp(word, "plain") == 0)
		group_of(state)->font = state->first_font;
	else if (strcmp(word, "deff") == 0)
		state->first_font = group_of(state)->font = (guint)CLAMP(
		    number, 0, FONTS_MAX - 1);
	else if (strcmp(word, "fromhtml") == 0)
		state->from_html = TRUE;
	else if (strcmp(word, "fromtext") == 0)
		state->from_text = TRUE;
	else if (strcmp(word, "htmlrtf") == 0)
		group_of(state)->quiet = state->from_html && number != 0;
	else
		return FALSE;
	return TRUE;
}

/* The mark behind the last cell of a row goes. */
static void
end_row(State *state)
{
	flush(state);
	if (g_str_has_suffix(state->out->str, " | "))
		g_string_truncate(state->out, state->out->len - 3);
}

static void
obey(State *state, const char *word, int number)
{
	Group *group = group_of(state);
	gboolean optional = state->optional;

	state->optional = FALSE;
	if (strcmp(word, "u") == 0) {
		put_character(state, number);
		return;
	}
	if (strcmp(word, "bin") == 0) {
		state->at += CLAMP(number, 0, state->end - state->at);
		return;
	}
	if (state->beyond > 0)
		return;
	if (optional && strcmp(word, "htmltag") == 0)
		group->tag = TRUE;
	else if (strcmp(word, "fonttbl") == 0)
		group->fonts = TRUE;
	else if (optional || is_destination(word))
		group->skipped = TRUE;
	else if (!obey_reading(state, word, number)) {
		if (strcmp(word, "row") == 0)
			end_row(state);
		put_word(state, word);
	}
}

/* What a backslash begins; state->at is behind it. */
static void
read_control(State *state)
{
	char word[WORD_MAX + 1];
	gsize size = 0;
	char *stop;
	int number = 1;
	char digits[12];

	while (state->at < state->end && size < WORD_MAX &&
	    g_ascii_isalpha(*state->at))
		word[size++] = *state->at++;
	word[size] = '\0';
	size = 0;
	while (state->at < state->end && size < sizeof(digits) - 1 &&
	    (g_ascii_isdigit(*state->at) || (size == 0 && *state->at == '-')))
		digits[size++] = *state->at++;
	digits[size] = '\0';
	if (size > 0)
		number = (int)CLAMP(
		    g_ascii_strtoll(digits, &stop, 10), G_MININT32, G_MAXINT32);
	if (state->at < state->end && *state->at == ' ')
		state->at++;
	obey(state, word, number);
}

static void
read_hex(State *state)
{
	int high, low;

	if (state->end - state->at < 2)
		return;
	high = g_ascii_xdigit_value(state->at[0]);
	low = g_ascii_xdigit_value(state->at[1]);
	if (high < 0 || low < 0)
		return;
	state->at += 2;
	put_byte(state, (guchar)(high * 16 + low));
}

static void
read_backslash(State *state)
{
	char c;

	if (state->at >= state->end)
		return;
	c = *state->at;
	if (g_ascii_isalpha(c)) {
		read_control(state);
		return;
	}
	state->at++;
	if (c == '\'')
		read_hex(state);
	else if (c == '*')
		state->optional = TRUE;
	else if (c == '~')
		put(state, "\302\240");
	else if (c == '_')
		put(state, "-");
	else if (c == '\n' || c == '\r')
		put(state, "\n");
	else if (c == '\\' || c == '{' || c == '}')
		put_byte(state, (guchar)c);
}

static void
open_group(State *state)
{
	state->optional = FALSE;
	if (state->depth + 1 >= DEPTH_MAX) {
		state->beyond++;
		return;
	}
	state->groups[state->depth + 1] = state->groups[state->depth];
	state->depth++;
}

static void
close_group(State *state)
{
	flush(state);
	if (state->beyond > 0)
		state->beyond--;
	else if (state->depth > 0)
		state->depth--;
}

static void
read_all(State *state)
{
	while (state->at < state->end && state->out->len < state->max) {
		char c = *state->at++;

		if (c == '\\')
			read_backslash(state);
		else if (c == '{')
			open_group(state);
		else if (c == '}')
			close_group(state);
		else if (c != '\r' && c != '\n' && c != '\0')
			put_byte(state, (guchar)c);
	}
	flush(state);
}

char *
td_rtf_read(const char *rtf, gsize size, gsize max, gboolean *html)
{
	State *state = g_new0(State, 1);
	char *text;

	state->at = rtf;
	state->end = rtf + size;
	state->max = max;
	state->out = g_string_new(NULL);
	state->bytes = g_byte_array_new();
	state->page = 1252;
	state->groups[0].fallback = 1;
	read_all(state);
	*html = state->from_html && !state->from_text;
	text = g_string_free(state->out, FALSE);
	g_byte_array_unref(state->bytes);
	g_free(state);
	return text;
}
