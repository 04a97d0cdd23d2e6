/* guess.c - see command/guess.h */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "command/guess.h"

/* Longer words are no misspelt ones of ours. */
#define LETTERS_MAX 24
/* Of more words a sentence is made. */
#define WORDS_MAX 6

typedef struct {
	const TdReader *reader;
	const TdLine *line;
	const TdHead *head;
	gboolean sure;
	char *best; /* all of the command, mended */
	guint distance;
} Search;

/* A word as it was written, and one of the table beside it. */
typedef struct {
	const gunichar *a, *b; /* written; the table's */
	guint a_length, b_length;
	guint distance;
	gboolean shuffled; /* the same letters in another order */
	gboolean ending;   /* only the last one or two letters differ */
} Pair;

/* ---- how near two words are ---- */

/* Insertions, deletions, substitutions and swaps of neighbours (Damerau; the
 * optimal string alignment). */
static guint
distance_of(const Pair *pair)
{
	guint rows[3][LETTERS_MAX + 1];
	guint *before = rows[0], *above = rows[1], *here = rows[2];

	for (guint j = 0; j <= pair->b_length; j++)
		above[j] = j;
	for (guint i = 1; i <= pair->a_length; i++) {
		guint *spare = before;

		here[0] = i;
		for (guint j = 1; j <= pair->b_length; j++) {
			gboolean same = pair->a[i - 1] == pair->b[j - 1];
			guint least = MIN(above[j], here[j - 1]) + 1;

			least = MIN(least, above[j - 1] + !same);
			if (i > 1 && j > 1 &&
			    pair->a[i - 1] == pair->b[j - 2] &&
			    pair->a[i - 2] == pair->b[j - 1])
				least = MIN(least, before[j - 2] + 1);
			here[j] = least;
		}
		before = above;
		above = here;
		here = spare;
	}
	return above[pair->b_length];
}

static gboolean
is_shuffled(const Pair *pair)
{
	if (pair->a_length != pair->b_length)
		return FALSE;
	for (guint i = 0; i < pair->a_length; i++) {
		guint in_a = 0, in_b = 0;

		for (guint j = 0; j < pair->a_length; j++) {
			in_a += pair->a[j] == pair->a[i];
			in_b += pair->b[j] == pair->a[i];
		}
		if (in_a != in_b)
			return FALSE;
	}
	return TRUE;
}

static gboolean
is_ending(const Pair *pair)
{
	guint same = 0;

	while (same < pair->a_length && same < pair->b_length &&
	    pair->a[same] == pair->b[same])
		same++;
	return pair->a_length <= same + 2 && pair->b_length <= same + 2;
}

/* One mistake is enough for a short word, two for a longer one; of three
 * letters only the order may be wrong.  The first letter is right, or changed
 * places with the second. */
static gboolean
is_near(Pair *pair)
{
	guint a = pair->a_length, b = pair->b_length;
	guint most = b <= 4 ? 1 : 2;

	if (a < 2 || b < 3 || a > LETTERS_MAX || b > LETTERS_MAX ||
	    a > b + most || b > a + most)
		return FALSE;
	if (pair->a[0] != pair->b[0] &&
	    (pair->a[0] != pair->b[1] || pair->a[1] != pair->b[0]))
		return FALSE;
	pair->distance = distance_of(pair);
	if (pair->distance == 0 || pair->distance > most)
		return FALSE;
	pair->shuffled = is_shuffled(pair);
	pair->ending = !pair->shuffled && is_ending(pair);
	return b > 3 || pair->shuffled;
}

/* ---- commands ---- */

/* Whether anything that looks like a word would do as its argument. */
static gboolean
takes_anything(TdVerb verb)
{
	TdShape shape = td_rule(verb)->shape;

	return shape == TD_SHAPE_WHO || shape == TD_SHAPE_NAME ||
	    shape == TD_SHAPE_TYPE || shape == TD_SHAPE_TAGS;
}

/* Whether a line with such a word is rather a command than a sentence. */
static gboolean
is_plausible(const Search *search, const Pair *pair, TdVerb verb)
{
	const TdHead *head = search->head;
	TdShape shape = td_rule(verb)->shape;
	gboolean slight = pair->distance == 1 || pair->shuffled;

	if (search->sure)
		return TRUE;
	if (head->separator != '\0') {
		if (shape != TD_SHAPE_TEXT && shape != TD_SHAPE_TITLE &&
		    shape != TD_SHAPE_VALUE)
			return TRUE;
		/* "Notes: ..." may be what was to stay inside. */
		if (pair->ending && pair->a_length >= pair->b_length)
			return verb == TD_VERB_NOTE;
		return slight || pair->b_length >= 6;
	}
	if (head->arguments >= head->to)
		return slight || !pair->ending;
	if (!takes_anything(verb))
		return TRUE;
	return !(pair->ending && pair->a_length >= pair->b_length) &&
	    (slight || pair->b_length >= 6);
}

/* What was written, with @word for bytes @from to @to. */
static char *
with_word(const TdLine *line, const TdHead *head, gsize from, gsize to,
    const char *word)
{
	g_autofree char *front = g_strndup(line->raw + line->origin[head->from],
	    line->origin[from] - line->origin[head->from]);
	g_autofree char *rest = g_strndup(line->raw + line->origin[to],
	    line->origin[head->to] - line->origin[to]);
	g_autofree char *all = g_strconcat(front, word, rest, NULL);

	return g_strstrip(g_steal_pointer(&all));
}

/* Whether all of @text is one command for @reader; its verb. */
static TdVerb
fits(const TdReader *reader, const char *text)
{
	g_auto(TdLine) line = { 0 };
	g_autoptr(TdCommand) command = NULL;
	gsize text_from;
	TdHead head;

	td_line_read(&line, text, strlen(text));
	td_head_read(reader, &line, 0, line.size, &head);
	if (head.verb == TD_VERB_NONE || !td_reader_may(reader, head.verb) ||
	    (td_rule(head.verb)->flags & TD_RULE_NOT_YET) != 0)
		return TD_VERB_NONE;
	command = td_head_command(reader, &line, &head, &text_from);
	return command == NULL ? TD_VERB_NONE : head.verb;
}

/* Tries @word of the table for what stands up to @end of the line. */
static void
try_word(Search *search, const TdWord *word, const gunichar *letters,
    glong length, gsize end)
{
	Pair pair = {
		.a = letters,
		.a_length = (guint)length,
		.b = word->letters,
		.b_length = word->length,
	};
	g_autofree char *mended = NULL;
	TdVerb verb;

	if (word->verb == TD_VERB_NONE || !is_near(&pair) ||
	    pair.distance >= search->distance)
		return;
	mended = with_word(
	    search->line, search->head, search->head->word, end, word->word);
	verb = fits(search->reader, mended);
	if (verb == TD_VERB_NONE || !is_plausible(search, &pair, verb))
		return;
	g_free(search->best);
	search->best = g_steal_pointer(&mended);
	search->distance = pair.distance;
}

/* Tries all words for the bytes of the line up to @end. */
static void
try_words(Search *search, gsize end)
{
	const TdHead *head = search->head;
	const TdLanguages *languages = &search->reader->languages;
	g_autofree char *written = g_strndup(
	    search->line->plain + head->word, end - head->word);
	g_autofree char *key = td_word_key(written);
	g_autofree gunichar *letters = NULL;
	glong length;

	if (strlen(key) > 4 * LETTERS_MAX ||
	    (!search->sure && td_languages_everyday(languages, key)))
		return;
	letters = g_utf8_to_ucs4_fast(key, -1, &length);
	for (guint i = 0; i < languages->count; i++) {
		const GPtrArray *words = td_language_words(languages->list[i]);

		for (guint j = 0; j < words->len; j++)
			try_word(search, g_ptr_array_index(words, j), letters,
			    length, end);
	}
}

/* How many words stand in @line from @at on. */
static guint
count_words(const TdLine *line, gsize at, gsize to)
{
	guint count = at < to;

	for (; at + 1 < to; at++)
		count += line->plain[at] == ' ' && line->plain[at + 1] != ' ';
	return count;
}

char *
td_guess_command(const TdReader *reader, const TdLine *line, const TdHead *head,
    gboolean sure)
{
	Search search = {
		.reader = reader,
		.line = line,
		.head = head,
		.sure = sure,
		.distance = G_MAXUINT,
	};
	TdHead two = *head;

	if (head->word_end <= head->word ||
	    (head->separator == '\0' &&
	        count_words(line, head->word, head->to) > WORDS_MAX))
		return NULL;
	try_words(&search, head->word_end);
	/* "add adress" */
	if (head->separator == '\0' && head->arguments < head->to) {
		gsize end = head->arguments;

		while (
		    end < head->to && strchr(" :=", line->plain[end]) == NULL)
			end++;
		two.arguments = end;
		search.head = &two;
		try_words(&search, end);
	}
	return search.best;
}

/* ---- arguments ---- */

static guint
value_kinds(TdShape shape)
{
	switch ((guint)shape) {
	case TD_SHAPE_LEVEL:
	case TD_SHAPE_RANK:
		return TD_VALUE_LEVEL;
	case TD_SHAPE_LINK:
		return TD_VALUE_LINK;
	case TD_SHAPE_LIST:
		return TD_VALUE_LIST;
	case TD_SHAPE_SWITCH:
		return TD_VALUE_SWITCH;
	case TD_SHAPE_LANGUAGE:
		return TD_VALUE_LANGUAGE;
	case TD_SHAPE_TIME:
	case TD_SHAPE_REMIND:
	case TD_SHAPE_AWAY:
		return TD_VALUE_SECONDS | TD_VALUE_DAYS | TD_VALUE_AHEAD |
		    TD_VALUE_WEEKDAY | TD_VALUE_MONTH | TD_VALUE_HOUR;
	default:
		return 0;
	}
}

/* The same with bytes @from to @to of the line, a word, mended; else NULL. */
static char *
mend_value(const TdReader *reader, const TdLine *line, const TdHead *head,
    gsize from, gsize to)
{
	guint kinds = value_kinds(td_rule(head->verb)->shape);
	g_autofree char *written = g_strndup(line->plain + from, to - from);
	g_autofree char *key = td_word_key(written);
	g_autofree gunichar *letters = NULL;
	glong length;

	letters = g_utf8_to_ucs4_fast(key, -1, &length);
	for (guint i = 0; i < reader->languages.count; i++) {
		const GPtrArray *words = td_language_words(
		    reader->languages.list[i]);

		for (guint j = 0; j < words->len; j++) {
			const TdWord *word = g_ptr_array_index(words, j);
			g_autofree char *mended = NULL;
			Pair pair = {
				.a = letters,
				.a_length = (guint)MIN(length, 100),
				.b = word->letters,
				.b_length = word->length,
			};

			if ((word->value & kinds) == 0 || !is_near(&pair))
				continue;
			mended = with_word(line, head, from, to, word->word);
			if (fits(reader, mended) != TD_VERB_NONE)
				return g_steal_pointer(&mended);
		}
	}
	return NULL;
}

/* "take it, please": the same without what is too much behind it; NULL if that
 * does not help, or the command only answers: "help me, please" is text. */
static char *
cut_fillers(const TdReader *reader, const TdLine *line, const TdHead *head)
{
	gsize end = head->to;

	if (head->separator != '\0' || !td_verb_changes(head->verb))
		return NULL;
	for (;;) {
		gsize to = end, from;
		g_autofree char *word = NULL;
		g_autofree char *key = NULL;
		g_autofree char *mended = NULL;

		while (to > head->arguments &&
		    strchr(" ,.!", line->plain[to - 1]) != NULL)
			to--;
		from = to;
		while (from > head->arguments && line->plain[from - 1] != ' ')
			from--;
		word = g_strndup(line->plain + from, to - from);
		key = td_word_key(word);
		if (from == to ||
		    td_languages_value(
		        &reader->languages, TD_VALUE_FILLER, key) == NULL)
			return NULL;
		mended = td_line_text(line, head->from, from);
		if (fits(reader, mended) != TD_VERB_NONE)
			return g_steal_pointer(&mended);
		end = from;
	}
}

char *
td_guess_arguments(const TdReader *reader, const TdLine *line,
    const TdHead *head, gboolean sure)
{
	gsize at = head->arguments;
	char *mended = cut_fillers(reader, line, head);

	if (mended != NULL)
		return mended;

	if (sure && td_rule(head->verb)->shape == TD_SHAPE_TEXT &&
	    head->separator == '\0')
		return with_word(
		    line, head, head->word_end, head->word_end, ":");
	if (value_kinds(td_rule(head->verb)->shape) == 0 ||
	    count_words(line, at, head->to) > WORDS_MAX)
		return NULL;
	while (at < head->to && mended == NULL) {
		gsize end = at;

		while (end < head->to && line->plain[end] != ' ' &&
		    line->plain[end] != ':')
			end++;
		mended = mend_value(reader, line, head, at, end);
		at = end + 1;
	}
	return mended;
}

/* ---- keyboard ---- */

char *
td_guess_layout(const TdReader *reader, const TdLine *line)
{
	g_autofree char *other = td_line_other_layout(line);

	if (other == NULL || fits(reader, other) == TD_VERB_NONE)
		return NULL;
	return g_steal_pointer(&other);
}
