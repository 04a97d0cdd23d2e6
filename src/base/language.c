/* language.c - see ticketd/language.h
 *
 * By script first; among languages of one script by words that every text of
 * some lines has, and that the others have not. */

#include "config.h"

#include <string.h>

#include <ticketd/language.h>

/* A sample tells enough. */
#define SAMPLE_CHARS 4000
/* Letters of a script that no Latin text has by accident. */
#define SCRIPT_MIN 4
/* Longest word that is looked up, in bytes. */
#define WORD_MAX_SIZE 24
#define WORDS_MIN 2

typedef enum {
	LATIN,
	CYRILLIC,
	GREEK,
	HEBREW,
	ARABIC,
	HAN,
	KANA,
	HANGUL,
	THAI,
	SCRIPTS,
} Script;

/* Small words that come often, folded. */
static const struct {
	const char *language;
	const char *words;
} tongues[] = {
	{ "en",
	    "the and you is for not with this that have are my we it to of "
	    "please hello can be from your but" },
	{ "de",
	    "der die das und ist nicht ich sie wir mit ein eine für auf bitte "
	    "den dem zu von hallo kann werden habe" },
	{ "fr",
	    "le les et est vous je nous pas une pour dans avec que sur bonjour "
	    "merci votre mon ne des du" },
	{ "es",
	    "el los y es no una por con que para mi hola gracias en su como "
	    "pero las del usted" },
	{ "it",
	    "il che non di per una con sono della grazie gli ho mi buongiorno "
	    "è nel alla questo" },
	{ "pt",
	    "o os não uma para com que do da em obrigado obrigada você olá meu "
	    "minha está por são" },
	{ "nl",
	    "de het een en niet van ik wij voor met dat op zijn graag mijn kan "
	    "hallo aan bij" },
	{ "pl",
	    "nie się na jest że do w i z proszę dziękuję dzień dobry mam jak "
	    "czy przez dla" },
	{ "cs",
	    "je se na že není prosím děkuji dobrý den jsem pro s v který jak "
	    "ale aby" },
	{ "sv",
	    "och att det är inte jag på för med en ett har som hej tack vi "
	    "kan till" },
	{ "da",
	    "og at det er ikke jeg på for med en et har som hej tak vi kan "
	    "til af" },
	{ "fi",
	    "ja on ei että se minun en ole hei kiitos mutta voi tämä olen "
	    "kun" },
	{ "tr",
	    "ve bir bu için ile değil merhaba lütfen teşekkürler ben çok nasıl "
	    "ama var olarak" },
};

typedef struct {
	guint letters[SCRIPTS];
	guint ukrainian;  /* letters that Russian has not */
	guint belarusian; /* likewise */
	guint russian;    /* letters that Ukrainian has not */
	guint hits[G_N_ELEMENTS(tongues)];
} Counts;

/* word -> languages that have it, a bit each. */
static gpointer
make_index(gpointer unused G_GNUC_UNUSED)
{
	GHashTable *index = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < G_N_ELEMENTS(tongues); i++) {
		g_auto(GStrv) words = g_strsplit(tongues[i].words, " ", -1);

		for (guint j = 0; words[j] != NULL; j++) {
			guint bits = GPOINTER_TO_UINT(
			    g_hash_table_lookup(index, words[j]));

			g_hash_table_insert(index, g_strdup(words[j]),
			    GUINT_TO_POINTER(bits | 1u << i));
		}
	}
	return index;
}

static GHashTable *
get_index(void)
{
	static GOnce index = G_ONCE_INIT;

	return g_once(&index, make_index, NULL);
}

static void
count_word(Counts *counts, const char *word)
{
	guint bits = GPOINTER_TO_UINT(g_hash_table_lookup(get_index(), word));

	for (guint i = 0; i < G_N_ELEMENTS(tongues) && bits >> i != 0; i++)
		counts->hits[i] += bits >> i & 1;
}

static Script
script_of(gunichar c)
{
	static const struct {
		GUnicodeScript unicode;
		Script script;
	} scripts[] = {
		{ G_UNICODE_SCRIPT_LATIN, LATIN },
		{ G_UNICODE_SCRIPT_CYRILLIC, CYRILLIC },
		{ G_UNICODE_SCRIPT_GREEK, GREEK },
		{ G_UNICODE_SCRIPT_HEBREW, HEBREW },
		{ G_UNICODE_SCRIPT_ARABIC, ARABIC },
		{ G_UNICODE_SCRIPT_HAN, HAN },
		{ G_UNICODE_SCRIPT_HIRAGANA, KANA },
		{ G_UNICODE_SCRIPT_KATAKANA, KANA },
		{ G_UNICODE_SCRIPT_HANGUL, HANGUL },
		{ G_UNICODE_SCRIPT_THAI, THAI },
	};
	GUnicodeScript unicode = g_unichar_get_script(c);

	for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++)
		if (scripts[i].unicode == unicode)
			return scripts[i].script;
	return SCRIPTS;
}

/* @c is lower case. */
static void
count_letter(Counts *counts, gunichar c)
{
	Script script = script_of(c);

	if (script < SCRIPTS)
		counts->letters[script]++;
	if (script != CYRILLIC)
		return;
	counts->ukrainian += c == 0x454 || c == 0x457 || c == 0x491;
	counts->belarusian += c == 0x45e;
	counts->russian += c == 0x44b || c == 0x44d || c == 0x451;
	/* i with a dot is of both neighbours. */
	if (c == 0x456) {
		counts->ukrainian++;
		counts->belarusian++;
	}
}

static void
count(Counts *counts, const char *text)
{
	char word[WORD_MAX_SIZE + 8];
	gsize size = 0;
	guint seen = 0;

	for (; *text != '\0' && seen < SAMPLE_CHARS;
	     text = g_utf8_next_char(text), seen++) {
		gunichar c = g_utf8_get_char(text);

		if (c < 0x80 && g_ascii_isalpha(c)) {
			counts->letters[LATIN]++;
			if (size <= WORD_MAX_SIZE)
				word[size++] = g_ascii_tolower((char)c);
			continue;
		}
		if (c >= 0x80 && g_unichar_isalpha(c)) {
			c = g_unichar_tolower(c);
			count_letter(counts, c);
			if (size <= WORD_MAX_SIZE)
				size += (gsize)g_unichar_to_utf8(
				    c, word + size);
			continue;
		}
		word[size] = '\0';
		if (size > 0 && size <= WORD_MAX_SIZE)
			count_word(counts, word);
		size = 0;
	}
	word[size] = '\0';
	if (size > 0 && size <= WORD_MAX_SIZE)
		count_word(counts, word);
}

static const char *
guess_cyrillic(const Counts *counts)
{
	if (counts->belarusian > counts->ukrainian)
		return "be";
	/* Belarusian writes both; only Ukrainian writes these without. */
	if (counts->ukrainian > counts->russian)
		return "uk";
	return "ru";
}

static const char *
guess_latin(const Counts *counts)
{
	guint best = 0, second = 0;
	const char *language = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(tongues); i++) {
		if (counts->hits[i] > best) {
			second = best;
			best = counts->hits[i];
			language = tongues[i].language;
		} else if (counts->hits[i] > second) {
			second = counts->hits[i];
		}
	}
	return best >= WORDS_MIN && best > second ? language : NULL;
}

const char *
td_language_guess(const char *text)
{
	static const char *const alone[SCRIPTS] = { [GREEK] = "el",
		[HEBREW] = "he",
		[ARABIC] = "ar",
		[HAN] = "zh",
		[HANGUL] = "ko",
		[THAI] = "th" };
	Counts counts = { .ukrainian = 0 };
	guint *letters = counts.letters;
	Script most = LATIN;

	count(&counts, text);
	/* Names, links and commands are of Latin letters in all languages. */
	for (Script i = CYRILLIC; i < SCRIPTS; i++)
		if (letters[i] >= SCRIPT_MIN &&
		    letters[i] * 4 > letters[LATIN] &&
		    (most == LATIN || letters[i] > letters[most]))
			most = i;
	if ((most == HAN || most == KANA) && letters[KANA] * 8 > letters[HAN])
		return "ja";
	if (most == CYRILLIC)
		return guess_cyrillic(&counts);
	return most == LATIN ? guess_latin(&counts) : alone[most];
}
