/* thanks.c - whether a text only says thanks
 *
 * All of it must be made of words of thanks, of what people say along with
 * them, and of names where names stand; one word too many and somebody should
 * read it.  So a "but", a "not" or a question need no list. */

#include "config.h"

#include <string.h>

#include <ticketd/command.h>
#include <ticketd/text.h>

#include "command/thanks.h"

#define SIZE_MAX_BYTES 400
#define WORDS_MAX 12
#define PHRASE_MAX 6
#define NAMES_MAX 3

typedef struct {
	char *word;       /* folded; owned */
	gboolean capital; /* as it was written, but not all in capitals */
	gboolean clause;  /* a comma stands before it */
	gboolean begins;  /* a sentence or a line */
	gboolean line;    /* a line */
} Said;

static void
said_clear(gpointer data)
{
	g_free(((Said *)data)->word);
}

/* Where words are looked up; made once, kept until the program ends. */
static GHashTable *
phrases_of(TdPhrase kind)
{
	static gsize made;
	static GHashTable *sets[TD_PHRASES];

	if (g_once_init_enter(&made)) {
		for (guint i = 0; i < TD_PHRASES; i++)
			sets[i] = g_hash_table_new_full(
			    g_str_hash, g_str_equal, g_free, NULL);
		for (const TdPhrases *p = td_phrases; p->words != NULL; p++) {
			g_auto(GStrv) words = g_strsplit(p->words, ", ", -1);

			for (guint i = 0; words[i] != NULL; i++)
				g_hash_table_add(
				    sets[p->kind], td_text_fold(words[i]));
		}
		g_once_init_leave(&made, 1);
	}
	return sets[kind];
}

/* ---- words ---- */

static gboolean
is_apostrophe(gunichar c)
{
	return c == '\'' || c == 0x2019 || c == 0x2018 || c == 0x02bc ||
	    c == 0x0060 || c == 0x00b4;
}

static gboolean
is_letter(gunichar c)
{
	return g_unichar_isalnum(c) || g_unichar_ismark(c);
}

/* The letter of ":D" or ":-p". */
static gboolean
is_smiley(const char *text, const char *at)
{
	const char *next = g_utf8_next_char(at);
	const char *before = at;

	if (is_letter(g_utf8_get_char(next)))
		return FALSE;
	if (before > text && before[-1] == '-')
		before--;
	return before > text && strchr(":;=", before[-1]) != NULL;
}

/* Reads one word at @at into @said; returns what is behind it. */
static const char *
read_word(const char *at, Said *said)
{
	g_autoptr(GString) word = g_string_new(NULL);
	gunichar first = g_utf8_get_char(at);
	gboolean small = FALSE;

	for (; *at != '\0'; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);

		if (is_apostrophe(c))
			c = '\'';
		else if (!is_letter(c))
			break;
		small = small || g_unichar_islower(c);
		g_string_append_unichar(word, c);
	}
	said->capital = small &&
	    (g_unichar_isupper(first) || g_unichar_istitle(first));
	said->word = td_text_fold(word->str);
	return at;
}

/* NULL: a question, or too much. */
static GArray *
read_words(const char *text)
{
	g_autoptr(GArray) words = g_array_new(FALSE, FALSE, sizeof(Said));
	Said said = { .begins = TRUE, .line = TRUE };
	const char *at = text;

	g_array_set_clear_func(words, said_clear);
	while (*at != '\0') {
		gunichar c = g_utf8_get_char(at);

		if (c == '?' || c == 0x00bf || c == 0xff1f || c == 0x061f)
			return NULL;
		if (is_letter(c) && !is_smiley(text, at)) {
			at = read_word(at, &said);
			g_array_append_val(words, said);
			said = (Said){ .word = NULL };
			if (words->len > WORDS_MAX)
				return NULL;
			continue;
		}
		said.line = said.line || c == '\n';
		said.begins = said.begins || said.line || c == '.' || c == '!';
		said.clause = said.clause || c == ',' || c == 0x060c;
		at = g_utf8_next_char(at);
	}
	return g_steal_pointer(&words);
}

static const Said *
said_at(const GArray *words, guint index)
{
	return &g_array_index(words, Said, index);
}

/* ---- phrases ---- */

/* How many words from @index on are one phrase of @kind: as many as can be; 0
 * if none. */
static guint
phrase_at(const GArray *words, guint index, TdPhrase kind)
{
	g_autoptr(GString) joined = g_string_new(NULL);
	guint longest = 0;

	for (guint i = 0; i < PHRASE_MAX && index + i < words->len; i++) {
		if (i > 0)
			g_string_append_c(joined, ' ');
		g_string_append(joined, said_at(words, index + i)->word);
		if (g_hash_table_contains(phrases_of(kind), joined->str))
			longest = i + 1;
	}
	return longest;
}

/* Whether something new begins at @index, or nothing. */
static gboolean
ends_at(const GArray *words, guint index)
{
	return index >= words->len || said_at(words, index)->begins ||
	    said_at(words, index)->clause;
}

/* How many words from @index on are a name: where a line, a sentence or a
 * clause ends ("Thanks, Anna!", "Hi Anna, thanks"), or a line of its own below.
 */
static guint
name_at(const GArray *words, guint index, gboolean thanked)
{
	guint count = 0;

	while (index + count < words->len && count < NAMES_MAX &&
	    (count == 0 || !ends_at(words, index + count))) {
		const Said *said = said_at(words, index + count);

		if (!said->capital ||
		    phrase_at(words, index + count, TD_PHRASE_TROUBLE) > 0)
			return 0;
		count++;
	}
	if (!ends_at(words, index + count))
		return 0;
	if (said_at(words, index)->line)
		return thanked ? count : 0;
	return said_at(words, index)->begins ? 0 : count;
}

gboolean
td_command_is_thanks(const char *text)
{
	g_autoptr(GArray) words = NULL;
	gboolean thanked = FALSE;
	guint index = 0;

	if (strlen(text) > SIZE_MAX_BYTES || !g_utf8_validate(text, -1, NULL))
		return FALSE;
	words = read_words(text);
	while (words != NULL && index < words->len) {
		guint thanks = phrase_at(words, index, TD_PHRASE_THANKS);
		guint along = phrase_at(words, index, TD_PHRASE_ALONG);

		if (thanks > 0 && thanks >= along)
			thanked = TRUE;
		else
			thanks = along;
		if (thanks == 0)
			thanks = name_at(words, index, thanked);
		if (thanks == 0)
			return FALSE;
		index += thanks;
	}
	return thanked;
}
