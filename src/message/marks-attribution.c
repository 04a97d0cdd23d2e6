/* marks-attribution.c - lines that say who wrote what is quoted below */

#include "config.h"

#include <string.h>

#include "message/marks.h"

/* Words that may stand behind the verb, names and dates apart. */
#define TAIL_MAX 6
/* Words of an attribution without a date and an address. */
#define SHORT_MAX 5
/* The same with a date alone. */
#define PLAIN_MAX 16
/* Words in front of the date. */
#define LEAD_MAX 3
/* Words of a piece of a date that are in no table. */
#define STRANGE_MAX 2
/* Bytes of a line with the first half of an attribution. */
#define LEAD_LINE_MAX 120
/* A bracket that ends an address is this near to the end of the line. */
#define NEAR_END 40

/* "wrote", as td_mark_fold() leaves it. */
static const char *const verbs[] = { "wrote", "writes", "has written",
	"написал", "написала", "написали", "написало", "написав", "написали(а)",
	"писал", "писала", "писали", "писав", "пишет", "пише", "напісаў",
	"напісала", "сообщил", "сообщила", "сообщает", "schrieb", "schrieben",
	"schreibt", "hat geschrieben", "geschrieben", "a écrit", "à écrit",
	"ont écrit", "écrivait", "écrit", "escribió", "escribio", "escribiste",
	"ha escrito", "ha scritto", "scrive", "scrisse", "schreef",
	"heeft geschreven", "het volgende geschreven", "pisze", "napisał",
	"napisała", "napisał(a)", "escreveu", "escreveram", "skrev", "skreiv",
	"skriver", "kirjoitti", "kirjoittaa", "napsal", "napsala", "napsal/a",
	"píše", "napísal", "napísala", "írta", "ezt írta", "írt", "a scris",
	"scrie", "yazdı", "şunları yazdı", "şunu yazdı", "yazmış", "έγραψε",
	"έγραψαν", "написа", "написао", "написала је", "napisao", "napisala",
	"napisao/la", "napisal", "je napisao", "je napisal", "je napisala",
	"va escriure", "ha escrit", "escribiu", "idatzi du", "kirjutas",
	"rakstīja", "rašė", "parašė", "skrifaði", "đã viết", "viết", "menulis",
	"tulis", "เขียน", "写道", "寫道", "写到", "写了", "のメール",
	"のメッセージ", "さんは書きました", "書きました", "書いた", "님이 작성",
	"작성", "님의 말", "썼습니다", "כתב", "כתבה", "כתב/ה", "מאת", "كتب",
	"كتبت", "نوشت", "ने लिखा", "გაგზავნა", "գրեց", "жазды", "yozdi" };

/* Words that stand in front of its date. */
static const char *const leads[] = { "on", "at", "am", "le", "el", "il",
	"giorno", "in", "data", "op", "w", "dniu", "dnia", "em", "no", "dia",
	"den", "d.", "dne", "dňa", "в", "во", "вы", "писали", "письме", "от",
	"у", "на", "pe", "în", "la", "a", "las", "στις", "vào", "lúc", "ngày",
	"pada", "tanggal", "kell", "kl", "za", "kuupäeval", "ב", "בתאריך",
	"ביום", "יום", "في", "در", "在", "于", "you", "wrote", "du",
	"schriebst", "um", "uhr", "г", "р", "года", "time" };

/* Who speaks of himself writes no attribution. */
static const char *const selves[] = { "i", "we", "я", "мы", "ми", "ich", "wir",
	"j'ai", "nous", "yo", "io", "ja", "eu", "jag", "jeg", "ik" };

typedef struct {
	char text[TD_MARK_ROOM]; /* folded, without the colon at its end */
	gsize size;
	gboolean colon;
	gboolean addressed;
	gboolean closed; /* an address in brackets ends it */
	TdMarkWhen when;
	gboolean early;   /* it begins with its date */
	const char *verb; /* in text; NULL: it has none */
	gsize verb_size;
	guint words; /* in all */
} Reading;

gboolean
td_mark_ends_attribution(const char *line, gsize size)
{
	const char *end = line + size;

	while (end > line && strchr(" \t*_", end[-1]) != NULL)
		end--;
	while (end - line > 1 && memcmp(end - 2, "\302\240", 2) == 0)
		end -= 2;
	if (end > line && end[-1] == ':')
		return TRUE;
	if (end - line > 2 && memcmp(end - 3, "\357\274\232", 3) == 0)
		return TRUE;
	for (const char *at = end; at > line && end - at < NEAR_END; at--)
		if (at[-1] == '>')
			return TRUE;
	return FALSE;
}

static gboolean
in_list(const char *const *list, gsize count, const char *word, gsize size)
{
	for (gsize i = 0; i < count; i++)
		if (strlen(list[i]) == size && memcmp(list[i], word, size) == 0)
			return TRUE;
	return FALSE;
}

/* Bytes of the word at @at: up to a blank. */
static gsize
word_size(const char *at)
{
	return strcspn(at, " ");
}

static guint
count_words(const char *at, const char *end)
{
	guint count = 0;

	while (at < end && *at != '\0') {
		gsize size = word_size(at);

		count += size > 0;
		at += size + (at[size] == ' ');
	}
	return count;
}

/* Whether nothing but words that lead to a date stands before it. */
static gboolean
begins_with_date(const Reading *reading)
{
	const char *at = reading->text;
	const char *end = reading->text + reading->when.from;
	guint count = 0;

	if (!reading->when.dated)
		return FALSE;
	while (at < end) {
		gsize size = strcspn(at, " ,.\"'(-~>");

		size = MIN(size, (gsize)(end - at));
		if (size > 0 &&
		    (++count > LEAD_MAX ||
		        !in_list(leads, G_N_ELEMENTS(leads), at, size)))
			return FALSE;
		at += MAX(size, 1);
	}
	return TRUE;
}

/* A letter of a writing that has blanks between its words. */
static gboolean
is_letter(gunichar c)
{
	return g_unichar_isalpha(c) && c < 0x2e80;
}

/* Whether @verb at @at is a word of its own. */
static gboolean
is_whole(const char *text, const char *at, const char *verb)
{
	const char *end = at + strlen(verb);

	if (g_utf8_get_char(verb) >= 0x2e80)
		return TRUE;
	if (at > text && is_letter(g_utf8_get_char(g_utf8_prev_char(at))))
		return FALSE;
	return !is_letter(g_utf8_get_char(end));
}

/* The last verb of the text. */
static void
find_verb(Reading *reading)
{
	for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++) {
		const char *at = reading->text;

		for (guint tries = 0; tries < 4; tries++) {
			at = strstr(at, verbs[i]);
			if (at == NULL)
				break;
			if (is_whole(reading->text, at, verbs[i]) &&
			    (reading->verb == NULL || at > reading->verb)) {
				reading->verb = at;
				reading->verb_size = strlen(verbs[i]);
			}
			at += strlen(verbs[i]);
		}
	}
}

/* Whether the word is a number, the name of a day or month, or leads to a
 * date. */
static gboolean
is_of_date(const char *at, gsize size)
{
	TdMarkWhen when;
	char word[64];

	if (size >= sizeof(word))
		return FALSE;
	if (in_list(leads, G_N_ELEMENTS(leads), at, size))
		return TRUE;
	memcpy(word, at, size);
	word[size] = '\0';
	td_mark_when(word, &when);
	return when.to > 0;
}

/* Words behind the verb that belong to no date and are no address. */
static guint
tail_words(const Reading *reading)
{
	const char *at = reading->verb + reading->verb_size;
	guint count = 0;

	/* "(а)" */
	if (*at == '(' && strcspn(at, ")") <= 6)
		at += strcspn(at, ")");

	while (*at != '\0') {
		gsize size = strcspn(at, " ,()");

		count += size > 0 && *at != '<' &&
		    memchr(at, '@', size) == NULL && !is_of_date(at, size);
		at += size;
		at += *at != '\0';
	}
	return count;
}

/* "I wrote:" */
static gboolean
speaks_of_self(const Reading *reading)
{
	const char *end = reading->verb, *at;

	while (end > reading->text && end[-1] == ' ')
		end--;
	for (at = end; at > reading->text && at[-1] != ' '; at--)
		;
	return in_list(selves, G_N_ELEMENTS(selves), at, (gsize)(end - at));
}

static gboolean
read_line(Reading *reading, const char *line, gsize size)
{
	memset(reading, 0, sizeof(*reading));
	reading->size = size < 8 ? 0 : td_mark_fold(line, size, reading->text);
	if (reading->size < 6)
		return FALSE;
	while (reading->size > 0 &&
	    strchr(": _", reading->text[reading->size - 1]) != NULL) {
		reading->colon = reading->colon ||
		    reading->text[reading->size - 1] == ':';
		reading->text[--reading->size] = '\0';
	}
	reading->addressed = strchr(reading->text, '@') != NULL;
	reading->closed = reading->addressed && reading->size > 0 &&
	    strchr(">])", reading->text[reading->size - 1]) != NULL;
	td_mark_when(reading->text, &reading->when);
	reading->early = begins_with_date(reading);
	reading->words = count_words(
	    reading->text, reading->text + reading->size);
	find_verb(reading);
	return reading->size > 0;
}

/* With a verb.  One far from the end is that of a sentence. */
static TdMarkAttribution
judge_verb(const Reading *reading)
{
	gboolean at_end = reading->verb[reading->verb_size] == '\0' ||
	    reading->verb[reading->verb_size] == '(';
	guint tail = tail_words(reading);

	if (speaks_of_self(reading))
		return reading->early && reading->when.timed
		    ? TD_MARK_WEAK
		    : TD_MARK_NO_ATTRIBUTION;
	if (!reading->colon && !at_end)
		return reading->closed && reading->early
		    ? TD_MARK_WEAK
		    : TD_MARK_NO_ATTRIBUTION;
	if (tail > TAIL_MAX)
		return TD_MARK_NO_ATTRIBUTION;
	if (reading->when.dated && reading->early &&
	    (reading->addressed || reading->words <= PLAIN_MAX))
		return reading->colon || reading->addressed ? TD_MARK_WHOLE
		                                            : TD_MARK_WEAK;
	if (!reading->colon)
		return TD_MARK_NO_ATTRIBUTION;
	if (reading->when.dated && reading->addressed)
		return TD_MARK_STRONG;
	/* "Anna schrieb am 2. November um 10:00:" */
	if (reading->when.timed && tail == 0 && reading->words <= PLAIN_MAX &&
	    reading->text + reading->when.from >= reading->verb)
		return TD_MARK_STRONG;
	if (reading->when.dated || reading->addressed)
		return tail <= 2 || reading->addressed ? TD_MARK_WEAK
		                                       : TD_MARK_NO_ATTRIBUTION;
	return reading->words <= SHORT_MAX && at_end ? TD_MARK_WEAK
	                                             : TD_MARK_NO_ATTRIBUTION;
}

/* Whatever the language. */
static TdMarkAttribution
judge_form(const Reading *reading)
{
	gboolean dated = reading->when.dated;

	/* "30.09.2017, 18:30, "NAME" <a@example.org>:" needs no verb. */
	if (dated && reading->closed && reading->colon && reading->early)
		return TD_MARK_WHOLE;
	if (dated && reading->closed && reading->colon &&
	    count_words(reading->text, reading->text + reading->when.from) <=
	        LEAD_MAX - 1)
		return TD_MARK_STRONG;
	/* "2012/4/2 NAME <a@example.org>" */
	if (dated && reading->closed && reading->early)
		return TD_MARK_WEAK;
	if (!reading->colon)
		return TD_MARK_NO_ATTRIBUTION;
	if (dated && reading->addressed)
		return TD_MARK_WEAK;
	if (reading->when.timed && reading->early &&
	    reading->words <= PLAIN_MAX)
		return TD_MARK_WEAK;
	if (reading->closed && reading->words <= SHORT_MAX + 1)
		return TD_MARK_WEAK;
	return TD_MARK_NO_ATTRIBUTION;
}

/* Words that are no part of a date. */
static guint
strange_words(const Reading *reading)
{
	const char *at = reading->text;
	guint count = 0;

	while (*at != '\0') {
		gsize size = strcspn(at, " ,.\"'()-");

		count += size > 0 && !is_of_date(at, size);
		at += size;
		at += *at != '\0';
	}
	return count;
}

gboolean
td_mark_begins_attribution(
    const char *line, gsize size, gboolean date, gboolean address)
{
	Reading reading;
	guint strange;

	if (size > LEAD_LINE_MAX || !read_line(&reading, line, size))
		return FALSE;
	if (address && reading.addressed && reading.words <= SHORT_MAX * 2 &&
	    strchr(reading.text, '<') != NULL)
		return TRUE;
	if (reading.addressed || reading.when.to == 0)
		return FALSE;
	strange = strange_words(&reading);
	return date ? strange <= STRANGE_MAX : strange == 0;
}

TdMarkAttribution
td_mark_attribution(const char *line, gsize size)
{
	Reading reading;
	TdMarkAttribution form;

	if (!read_line(&reading, line, size))
		return TD_MARK_NO_ATTRIBUTION;
	form = judge_form(&reading);
	if (reading.verb == NULL)
		return form;
	return MAX(form, judge_verb(&reading));
}
