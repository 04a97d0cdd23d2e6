/* sentence.c - see command/sentence.h */

#include "config.h"

#include <string.h>

#include "command/guess.h"
#include "command/sentence.h"

#define LINE_SIZE_MAX 500
#define PARTS_MAX 60

typedef enum {
	FITS_NOT, /* it is text */
	FITS,
	FITS_BADLY, /* a mistake */
} Fit;

/* What was read of a line so far. */
typedef struct {
	const TdReader *reader;
	const TdLine *line;
	TdSentenceMode mode;
	TdSentence *sentence;
	gsize last_from, text_from; /* of the last command; 0: no free text */
	GString *mended;            /* the line as it should be */
	gboolean unmended;          /* part of it nobody knows how */
	gboolean mistaken;
} Work;

static gboolean
is_strict(const Work *work)
{
	return work->mode == TD_SENTENCE_STRICT;
}

/* The first mistake of a line counts. */
static Fit
mistake(Work *work, TdMistakeKind kind, TdVerb verb)
{
	if (!work->mistaken) {
		work->sentence->mistake = kind;
		work->sentence->verb = verb;
	}
	work->mistaken = TRUE;
	return FITS_BADLY;
}

static void
mend_with(Work *work, const char *part)
{
	if (part == NULL) {
		work->unmended = TRUE;
		return;
	}
	if (work->mended->len > 0)
		g_string_append(work->mended, "; ");
	g_string_append(work->mended, part);
}

static void
keep_part(Work *work, gsize from, gsize to)
{
	g_autofree char *part = td_line_text(work->line, from, to);

	mend_with(work, part);
}

/* ---- one command ---- */

/* Whether @head can only be a command.  What follows the text of another may
 * be more of that. */
static gboolean
is_sure(const Work *work, const TdHead *head)
{
	return head->sign || (is_strict(work) && work->text_from == 0);
}

static Fit
unknown_word(Work *work, const TdHead *head)
{
	gboolean sure = is_sure(work, head);
	g_autofree char *suggest = NULL;

	if (work->reader->customer && !sure)
		return FITS_NOT;
	suggest = td_guess_command(work->reader, work->line, head, sure);
	if (suggest == NULL &&
	    (!sure || (work->reader->customer && !is_strict(work))))
		return FITS_NOT;
	mend_with(work, suggest);
	return mistake(
	    work, sure ? TD_MISTAKE_UNKNOWN : TD_MISTAKE_DOUBT, TD_VERB_NONE);
}

/* Whether "fri" or the like is among the arguments. */
static gboolean
names_time(const Work *work, const TdHead *head)
{
	g_auto(GStrv) words = td_arguments_words(
	    work->line, head->arguments, head->to, FALSE);

	for (guint i = 0; words[i] != NULL; i++) {
		g_autofree char *key = td_word_key(words[i]);

		if (td_languages_value(&work->reader->languages,
		        TD_VALUE_AHEAD | TD_VALUE_WEEKDAY, key) != NULL)
			return TRUE;
	}
	return FALSE;
}

static guint
count_words(const Work *work, const TdHead *head)
{
	g_auto(GStrv) words = td_arguments_words(
	    work->line, head->arguments, head->to, FALSE);

	return g_strv_length(words);
}

/* Whether the arguments, which do not fit, look as if they were to: a short
 * word with a digit in it where a number, a time or a choice belongs. */
static gboolean
looks_meant(const Work *work, const TdHead *head)
{
	const TdRule *rule = td_rule(head->verb);
	g_autofree char *rest = g_strndup(
	    work->line->plain + head->arguments, head->to - head->arguments);
	guint words = count_words(work, head);

	if (head->separator == '=' ||
	    (head->separator == ':' && (rule->flags & TD_RULE_FIRM) != 0))
		return TRUE;
	if (words == 0)
		return head->separator == '\0' &&
		    (rule->flags & TD_RULE_NOT_YET) == 0;
	switch ((guint)rule->shape) {
	case TD_SHAPE_COPIES:
	case TD_SHAPE_ADDRESS:
		return words <= 3 && strchr(rest, '@') != NULL;
	case TD_SHAPE_LEVEL:
	case TD_SHAPE_RANK:
	case TD_SHAPE_MINUTES:
	case TD_SHAPE_TICKET:
	case TD_SHAPE_COUNT:
	case TD_SHAPE_LIST:
		return words == 1 && strpbrk(rest, "#0123456789") != NULL;
	case TD_SHAPE_SWITCH:
		return words == 1;
	case TD_SHAPE_LINK:
		return words == 2 && strpbrk(rest, "#0123456789") != NULL;
	case TD_SHAPE_TIME:
	case TD_SHAPE_REMIND:
	case TD_SHAPE_AWAY:
		return words <= 3 &&
		    (strpbrk(rest, "0123456789") != NULL ||
		        names_time(work, head));
	default:
		return FALSE;
	}
}

static Fit
bad_arguments(Work *work, const TdHead *head)
{
	gboolean customer = work->reader->customer;
	gboolean meant = is_sure(work, head) || (head->aim != 0 && !customer) ||
	    (!customer && looks_meant(work, head));
	g_autofree char *suggest = NULL;

	if (customer && !meant)
		return FITS_NOT;
	suggest = td_guess_arguments(work->reader, work->line, head, meant);
	if (!meant && suggest == NULL)
		return FITS_NOT;
	if ((td_rule(head->verb)->flags & TD_RULE_NOT_YET) != 0) {
		mend_with(work, NULL);
		return mistake(work, TD_MISTAKE_NOT_YET, head->verb);
	}
	mend_with(work, suggest);
	return mistake(work, TD_MISTAKE_ARGUMENT, head->verb);
}

/* A word that is not for this reader. */
static Fit
not_theirs(Work *work, const TdHead *head)
{
	g_autoptr(TdCommand) command = NULL;
	gsize text_from;

	if (!is_sure(work, head)) {
		if (work->reader->customer)
			return FITS_NOT;
		command = td_head_command(
		    work->reader, work->line, head, &text_from);
		if (command == NULL)
			return FITS_NOT;
	}
	mend_with(work, NULL);
	if (work->reader->customer)
		return mistake(work, TD_MISTAKE_CUSTOMER, head->verb);
	return mistake(work, TD_MISTAKE_UNKNOWN, TD_VERB_NONE);
}

static Fit
read_command(Work *work, const TdHead *head)
{
	g_autoptr(TdCommand) command = NULL;
	gsize text_from;

	if (head->verb == TD_VERB_NONE)
		return unknown_word(work, head);
	if (!td_reader_may(work->reader, head->verb))
		return not_theirs(work, head);
	command = td_head_command(work->reader, work->line, head, &text_from);
	if (command == NULL)
		return bad_arguments(work, head);
	if ((td_rule(head->verb)->flags & TD_RULE_NOT_YET) != 0) {
		mend_with(work, NULL);
		return mistake(work, TD_MISTAKE_NOT_YET, head->verb);
	}
	g_ptr_array_add(work->sentence->commands, g_steal_pointer(&command));
	work->last_from = head->from;
	work->text_from = text_from;
	keep_part(work, head->from, head->to);
	return FITS;
}

/* ---- a line of them ---- */

/* "close: done; thanks": the text goes on. */
static void
extend_text(Work *work, gsize to)
{
	GPtrArray *commands = work->sentence->commands;
	TdCommand *command = g_ptr_array_index(commands, commands->len - 1);

	g_free(command->text);
	g_free(command->line);
	command->text = td_line_text(work->line, work->text_from, to);
	command->line = td_line_shown(work->line, work->last_from, to);
}

/* Reads the part of the line from @from to @to; FALSE: all of it is text. */
static gboolean
read_part(Work *work, gsize from, gsize to)
{
	TdSentence *sentence = work->sentence;
	gboolean first = sentence->commands->len == 0 && !work->mistaken;
	TdHead head;
	Fit fit;

	td_head_read(work->reader, work->line, from, to, &head);
	if (head.from == head.to)
		return TRUE;
	if (first) {
		sentence->sign = head.sign;
		sentence->aimed = head.aim != 0;
	}
	fit = read_command(work, &head);
	if (fit != FITS_NOT)
		return TRUE;
	if (work->text_from > 0) {
		extend_text(work, to);
		keep_part(work, from, to);
		return TRUE;
	}
	if (first || work->reader->customer)
		return FALSE;
	/* "take; and please ...": better to ask. */
	mend_with(work, NULL);
	mistake(work, TD_MISTAKE_DOUBT, TD_VERB_NONE);
	return TRUE;
}

static gboolean
has_stopped(const TdSentence *sentence)
{
	const TdCommand *last;

	if (sentence->commands->len == 0)
		return FALSE;
	last = g_ptr_array_index(
	    sentence->commands, sentence->commands->len - 1);
	return last->verb == TD_VERB_STOP;
}

static gboolean
read_parts(Work *work)
{
	const TdLine *line = work->line;
	gsize from = 0;
	guint count = 0;

	while (from < line->size && !has_stopped(work->sentence)) {
		const char *end = memchr(
		    line->plain + from, ';', line->size - from);
		gsize to = end == NULL ? line->size
		                       : (gsize)(end - line->plain);

		if (++count > PARTS_MAX || !read_part(work, from, to))
			return FALSE;
		from = to + 1;
	}
	return work->sentence->commands->len > 0 || work->mistaken;
}

/* Longer ones are text.  But what is meant to stay inside does not get out
 * because it is long, and a tool may say as much as it likes. */
static gboolean
is_too_long(const Work *work)
{
	TdHead head;
	TdShape shape;

	if (work->line->origin[work->line->size] <= LINE_SIZE_MAX)
		return FALSE;
	td_head_read(work->reader, work->line, 0, work->line->size, &head);
	if (head.separator == '\0' || work->reader->customer)
		return TRUE;
	shape = td_rule(head.verb)->shape;
	return head.verb != TD_VERB_NOTE &&
	    !(is_strict(work) && shape == TD_SHAPE_TEXT);
}

/* An everyday word, and nothing else. */
static gboolean
is_alone(const Work *work)
{
	const TdSentence *sentence = work->sentence;
	g_autofree char *key = NULL;

	if (sentence->commands->len != 1 || sentence->sign || sentence->aimed)
		return FALSE;
	key = td_word_key(work->line->plain);
	key[strcspn(key, ".")] = '\0';
	return td_languages_alone(&work->reader->languages, key);
}

static void
settle(Work *work, gboolean read)
{
	TdSentence *sentence = work->sentence;
	g_autofree char *layout = NULL;

	if (read && !work->mistaken) {
		sentence->kind = TD_SENTENCE_COMMANDS;
		sentence->alone = is_alone(work);
		return;
	}
	g_ptr_array_set_size(sentence->commands, 0);
	if (!work->reader->customer && (!read || work->unmended))
		layout = td_guess_layout(work->reader, work->line);
	if (!read && !is_strict(work) && layout == NULL)
		return;
	sentence->kind = TD_SENTENCE_MISTAKE;
	if (!read)
		sentence->mistake = is_strict(work) ? TD_MISTAKE_UNKNOWN
		                                    : TD_MISTAKE_DOUBT;
	g_free(sentence->suggest);
	sentence->suggest = layout != NULL ? g_steal_pointer(&layout)
	    : work->unmended || !read
	    ? g_strdup("")
	    : g_strndup(work->mended->str, work->mended->len);
}

void
td_sentence_read(const TdReader *reader, const TdLine *line,
    TdSentenceMode mode, TdSentence *sentence)
{
	Work work = {
		.reader = reader,
		.line = line,
		.mode = mode,
		.sentence = sentence,
	};

	*sentence = (TdSentence){ .kind = TD_SENTENCE_TEXT };
	sentence->commands = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_command_free);
	sentence->suggest = g_strdup("");
	work.mended = g_string_new(NULL);
	settle(&work, !is_too_long(&work) && read_parts(&work));
	g_string_free(work.mended, TRUE);
}

void
td_sentence_clear(TdSentence *sentence)
{
	g_clear_pointer(&sentence->commands, g_ptr_array_unref);
	g_clear_pointer(&sentence->suggest, g_free);
}
