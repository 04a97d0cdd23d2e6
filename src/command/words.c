/* words.c - the table of commands, and finding words in it */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "command/words.h"

#define AGENT TD_RULE_AGENT
#define BOTH (TD_RULE_AGENT | TD_RULE_CUSTOMER)
#define CUSTOMER TD_RULE_CUSTOMER
#define CHANGES TD_RULE_CHANGES
#define FIRM TD_RULE_FIRM
#define NOT_YET TD_RULE_NOT_YET

/* Going on runs what was held, so that it changes as much as that. */
static const TdRule rules[TD_VERBS] = {
	[TD_VERB_NONE] = { "", TD_SHAPE_NONE, 0 },
	[TD_VERB_REPLY] = { "reply", TD_SHAPE_TEXT, AGENT | CHANGES },
	[TD_VERB_NOTE] = { "note", TD_SHAPE_TEXT, AGENT | CHANGES },
	[TD_VERB_ASSIGN] = { "assign", TD_SHAPE_WHO, AGENT | CHANGES | FIRM },
	[TD_VERB_TAKE] = { "take", TD_SHAPE_NONE, AGENT | CHANGES },
	[TD_VERB_DROP] = { "drop", TD_SHAPE_NONE, AGENT | CHANGES },
	[TD_VERB_QUEUE] = { "queue", TD_SHAPE_NAME, AGENT | CHANGES },
	[TD_VERB_WATCH] = { "watch", TD_SHAPE_NONE, AGENT | CHANGES },
	[TD_VERB_UNWATCH] = { "unwatch", TD_SHAPE_NONE, AGENT | CHANGES },
	[TD_VERB_CC] = { "cc", TD_SHAPE_COPIES, AGENT | CHANGES },
	[TD_VERB_REQUESTER] = { "requester", TD_SHAPE_ADDRESS,
	    AGENT | CHANGES },
	[TD_VERB_PRIORITY] = { "priority", TD_SHAPE_LEVEL, AGENT | CHANGES },
	[TD_VERB_URGENCY] = { "urgency", TD_SHAPE_RANK,
	    AGENT | CHANGES | FIRM },
	[TD_VERB_IMPACT] = { "impact", TD_SHAPE_RANK, AGENT | CHANGES },
	[TD_VERB_TYPE] = { "type", TD_SHAPE_TYPE, AGENT | CHANGES },
	[TD_VERB_SERVICE] = { "service", TD_SHAPE_VALUE, AGENT | CHANGES },
	[TD_VERB_EQUIPMENT] = { "equipment", TD_SHAPE_VALUE, AGENT | CHANGES },
	[TD_VERB_FIELD] = { "field", TD_SHAPE_FIELD, AGENT | CHANGES },
	[TD_VERB_DUE] = { "due", TD_SHAPE_TIME, AGENT | CHANGES },
	[TD_VERB_TAG] = { "tag", TD_SHAPE_TAGS, AGENT | CHANGES | FIRM },
	[TD_VERB_TITLE] = { "title", TD_SHAPE_TITLE, AGENT | CHANGES },
	[TD_VERB_TIME] = { "time", TD_SHAPE_MINUTES, AGENT | CHANGES },
	[TD_VERB_CLOSE] = { "close", TD_SHAPE_TEXT, BOTH | CHANGES },
	[TD_VERB_RESOLVE] = { "resolve", TD_SHAPE_TEXT, BOTH | CHANGES },
	[TD_VERB_REOPEN] = { "reopen", TD_SHAPE_NONE, BOTH | CHANGES },
	[TD_VERB_PENDING] = { "pending", TD_SHAPE_TIME,
	    AGENT | CHANGES | FIRM },
	[TD_VERB_SPAM] = { "spam", TD_SHAPE_NONE, AGENT | CHANGES },
	[TD_VERB_MERGE] = { "merge", TD_SHAPE_TICKET, AGENT | CHANGES | FIRM },
	[TD_VERB_SPLIT] = { "split", TD_SHAPE_COUNT, AGENT | CHANGES | FIRM },
	[TD_VERB_LINK] = { "link", TD_SHAPE_LINK, AGENT | CHANGES },
	[TD_VERB_DUPLICATE] = { "duplicate", TD_SHAPE_TICKET,
	    AGENT | CHANGES | FIRM },
	[TD_VERB_FORWARD] = { "forward", TD_SHAPE_ADDRESS, AGENT | CHANGES },
	[TD_VERB_REMIND] = { "remind", TD_SHAPE_REMIND,
	    AGENT | CHANGES | FIRM },
	[TD_VERB_CANNED] = { "canned", TD_SHAPE_NAME, AGENT | CHANGES | FIRM },
	[TD_VERB_STATUS] = { "status", TD_SHAPE_NONE, BOTH },
	[TD_VERB_HISTORY] = { "history", TD_SHAPE_COUNT, AGENT },
	[TD_VERB_LIST] = { "list", TD_SHAPE_LIST, BOTH },
	[TD_VERB_SEARCH] = { "search", TD_SHAPE_TITLE, AGENT | NOT_YET },
	[TD_VERB_REPORT] = { "report", TD_SHAPE_REPORT, AGENT | NOT_YET },
	[TD_VERB_HELP] = { "help", TD_SHAPE_NONE, BOTH },
	[TD_VERB_ACK] = { "ack", TD_SHAPE_NONE, AGENT | CHANGES },
	[TD_VERB_AWAY] = { "away", TD_SHAPE_AWAY, AGENT | CHANGES | FIRM },
	[TD_VERB_ADD_ADDRESS] = { "add-address", TD_SHAPE_ADDRESS,
	    AGENT | CHANGES },
	[TD_VERB_ECHO] = { "echo", TD_SHAPE_SWITCH, AGENT | CHANGES | FIRM },
	[TD_VERB_UNDO] = { "undo", TD_SHAPE_NONE, AGENT | CHANGES },
	[TD_VERB_GO] = { "go", TD_SHAPE_NONE, AGENT | CHANGES },
	[TD_VERB_STOP] = { "stop", TD_SHAPE_NONE, BOTH },
	[TD_VERB_RATE] = { "rate", TD_SHAPE_SCORE, CUSTOMER | CHANGES },
	[TD_VERB_UNSUBSCRIBE] = { "unsubscribe", TD_SHAPE_NONE,
	    CUSTOMER | CHANGES },
	[TD_VERB_LANG] = { "lang", TD_SHAPE_LANGUAGE, CUSTOMER | CHANGES },
};

static const TdLanguage *const languages_known[TD_LANGUAGES] = {
	&td_language_en,
	&td_language_ru,
};

/* What is looked up in one language, by folded words. */
typedef struct {
	GHashTable *verbs;  /* -> TdVerb */
	GHashTable *values; /* -> GPtrArray of TdValue: one word of several */
	GHashTable *alone;
	GHashTable *everyday;
	GPtrArray *words; /* of TdWord */
} Index;

const TdRule *
td_rule(TdVerb verb)
{
	return &rules[verb < TD_VERBS ? verb : TD_VERB_NONE];
}

char *
td_word_key(const char *text)
{
	char *folded = td_text_fold(text);

	for (char *at = folded; *at != '\0'; at++) {
		if (*at == '-')
			*at = ' ';
	}
	return folded;
}

static void
add_word(Index *index, const char *word, TdVerb verb, TdValueKind value)
{
	TdWord *entry = g_new0(TdWord, 1);
	g_autofree char *key = td_word_key(word);
	glong length;

	entry->word = g_intern_string(word);
	entry->letters = g_utf8_to_ucs4_fast(key, -1, &length);
	entry->length = (guint)length;
	entry->verb = verb;
	entry->value = value;
	g_ptr_array_add(index->words, entry);
}

static void
add_value(Index *index, const TdValue *value)
{
	g_auto(GStrv) words = g_strsplit(value->words, ", ", -1);

	for (guint i = 0; words[i] != NULL; i++) {
		char *key = td_word_key(words[i]);
		GPtrArray *list = g_hash_table_lookup(index->values, key);

		if (list == NULL) {
			list = g_ptr_array_new();
			g_hash_table_insert(index->values, g_strdup(key), list);
		}
		g_ptr_array_add(list, (gpointer)value);
		add_word(index, words[i], TD_VERB_NONE, value->kind);
		g_free(key);
	}
}

static void
add_verb(Index *index, TdVerb verb, const char *list)
{
	g_auto(GStrv) words = g_strsplit(list, ", ", -1);

	for (guint i = 0; words[i] != NULL; i++) {
		g_hash_table_insert(index->verbs, td_word_key(words[i]),
		    GUINT_TO_POINTER(verb));
		add_word(index, words[i], verb, 0);
	}
}

static GHashTable *
read_set(const char *list)
{
	GHashTable *set = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, NULL);
	g_auto(GStrv) words = g_strsplit(list, ", ", -1);

	for (guint i = 0; words[i] != NULL; i++)
		g_hash_table_add(set, td_word_key(words[i]));
	return set;
}

static Index *
make_index(const TdLanguage *language)
{
	Index *index = g_new0(Index, 1);

	index->verbs = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, NULL);
	index->values = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, NULL);
	index->words = g_ptr_array_new();
	for (guint i = TD_VERB_NONE + 1; i < TD_VERBS; i++) {
		if (language->verbs[i].words != NULL)
			add_verb(index, (TdVerb)i, language->verbs[i].words);
	}
	for (gsize i = 0; i < language->values_count; i++)
		add_value(index, &language->values[i]);
	index->alone = read_set(language->alone);
	index->everyday = read_set(language->everyday);
	return index;
}

/* Made once and kept until the program ends. */
static const Index *
index_of(const TdLanguage *language)
{
	static gsize made;
	static Index *indexes[TD_LANGUAGES];

	if (g_once_init_enter(&made)) {
		for (guint i = 0; i < TD_LANGUAGES; i++)
			indexes[i] = make_index(languages_known[i]);
		g_once_init_leave(&made, 1);
	}
	for (guint i = 0; i < TD_LANGUAGES; i++) {
		if (languages_known[i] == language)
			return indexes[i];
	}
	g_assert_not_reached();
}

const GPtrArray *
td_language_words(const TdLanguage *language)
{
	return index_of(language)->words;
}

const TdLanguage *
td_language_find(const char *code)
{
	gsize size;

	if (code == NULL)
		return NULL;
	size = strcspn(code, "-_.");
	for (guint i = 0; i < TD_LANGUAGES; i++) {
		const TdLanguage *language = languages_known[i];

		if (strlen(language->code) == size &&
		    g_ascii_strncasecmp(code, language->code, size) == 0)
			return language;
	}
	return NULL;
}

static void
add_language(TdLanguages *languages, const TdLanguage *language)
{
	if (language == NULL)
		return;
	for (guint i = 0; i < languages->count; i++) {
		if (languages->list[i] == language)
			return;
	}
	languages->list[languages->count++] = language;
}

void
td_languages_init(TdLanguages *languages, const char *const *codes)
{
	languages->count = 0;
	for (guint i = 0; codes != NULL && codes[i] != NULL; i++)
		add_language(languages, td_language_find(codes[i]));
	add_language(languages, &td_language_en);
}

TdVerb
td_languages_verb(const TdLanguages *languages, const char *word)
{
	for (guint i = 0; i < languages->count; i++) {
		const Index *index = index_of(languages->list[i]);
		gpointer verb = g_hash_table_lookup(index->verbs, word);

		if (verb != NULL)
			return (TdVerb)GPOINTER_TO_UINT(verb);
	}
	return TD_VERB_NONE;
}

const TdValue *
td_languages_value(const TdLanguages *languages, guint kinds, const char *word)
{
	for (guint i = 0; i < languages->count; i++) {
		const Index *index = index_of(languages->list[i]);
		const GPtrArray *list = g_hash_table_lookup(
		    index->values, word);

		for (guint j = 0; list != NULL && j < list->len; j++) {
			const TdValue *value = g_ptr_array_index(list, j);

			if ((value->kind & kinds) != 0)
				return value;
		}
	}
	return NULL;
}

gboolean
td_languages_alone(const TdLanguages *languages, const char *word)
{
	for (guint i = 0; i < languages->count; i++) {
		if (g_hash_table_contains(
		        index_of(languages->list[i])->alone, word))
			return TRUE;
	}
	return FALSE;
}

gboolean
td_languages_everyday(const TdLanguages *languages, const char *word)
{
	for (guint i = 0; i < languages->count; i++) {
		if (g_hash_table_contains(
		        index_of(languages->list[i])->everyday, word))
			return TRUE;
	}
	return FALSE;
}

const char *
td_verb_name(TdVerb verb)
{
	return td_rule(verb)->name;
}

gboolean
td_verb_changes(TdVerb verb)
{
	return (td_rule(verb)->flags & TD_RULE_CHANGES) != 0;
}

const char *
td_command_words(TdVerb verb, const char *language)
{
	const TdLanguage *known = td_language_find(language);

	if (known == NULL || verb <= TD_VERB_NONE || verb >= TD_VERBS ||
	    (rules[verb].flags & TD_RULE_NOT_YET) != 0)
		return NULL;
	return known->verbs[verb].words;
}
