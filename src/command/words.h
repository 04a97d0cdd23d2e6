/* words.h - the table of commands, and the words of each language for them
 *
 * A language is one file words-XX.c with one TdLanguage, listed in words.c.
 * Lists of words are separated by ", " and hold no capitals. */

#ifndef TICKETD_COMMAND_WORDS_H
#define TICKETD_COMMAND_WORDS_H

#include <ticketd/command.h>

/* What stands behind the word of a command. */
typedef enum {
	TD_SHAPE_NONE,
	TD_SHAPE_TEXT,    /* nothing, or ": TEXT" */
	TD_SHAPE_TITLE,   /* ": TEXT" */
	TD_SHAPE_VALUE,   /* the same, and - clears */
	TD_SHAPE_FIELD,   /* NAME: TEXT, and - clears */
	TD_SHAPE_WHO,     /* an agent, me, none */
	TD_SHAPE_NAME,    /* one word */
	TD_SHAPE_COPIES,  /* [+-=]ADDR ... */
	TD_SHAPE_ADDRESS, /* ADDR */
	TD_SHAPE_LEVEL,   /* 1-5, or a word */
	TD_SHAPE_RANK,    /* the same, and - clears */
	TD_SHAPE_TYPE,
	TD_SHAPE_TIME,
	TD_SHAPE_TAGS,    /* [+-=]x ... */
	TD_SHAPE_MINUTES, /* 15, 2h */
	TD_SHAPE_TICKET,  /* 15, #15 */
	TD_SHAPE_COUNT,   /* nothing, or a number */
	TD_SHAPE_LINK,    /* TYPE N */
	TD_SHAPE_REMIND,  /* TIME[: TEXT] */
	TD_SHAPE_LIST,
	TD_SHAPE_REPORT,
	TD_SHAPE_AWAY, /* TIME [NAME] */
	TD_SHAPE_SWITCH,
	TD_SHAPE_SCORE, /* 1-5[: TEXT] */
	TD_SHAPE_LANGUAGE,
} TdShape;

typedef enum {
	TD_RULE_CUSTOMER = 1 << 0, /* customers may say it */
	TD_RULE_AGENT = 1 << 1,
	TD_RULE_CHANGES = 1 << 2,
	TD_RULE_NOT_YET = 1 << 3,
	/* Nobody begins a sentence to a customer with this word and a colon:
	 * what does not fit is a mistake. */
	TD_RULE_FIRM = 1 << 4,
} TdRuleFlags;

typedef struct {
	const char *name;
	TdShape shape;
	TdRuleFlags flags;
} TdRule;

/* Words that stand for an argument, or within one. */
typedef enum {
	TD_VALUE_ME = 1 << 0,
	TD_VALUE_NONE = 1 << 1,
	TD_VALUE_LEVEL = 1 << 2, /* .number */
	TD_VALUE_TYPE = 1 << 3,  /* .name */
	TD_VALUE_LINK = 1 << 4,  /* .name */
	TD_VALUE_LIST = 1 << 5,  /* .name */
	TD_VALUE_REPORT = 1 << 6,
	TD_VALUE_SWITCH = 1 << 7,   /* .name */
	TD_VALUE_LANGUAGE = 1 << 8, /* .name */
	TD_VALUE_DEPUTY = 1 << 9,
	TD_VALUE_NOISE = 1 << 10,   /* "until": means nothing */
	TD_VALUE_SECONDS = 1 << 11, /* "h": .number of them */
	TD_VALUE_DAYS = 1 << 12,    /* "w": .number of them */
	TD_VALUE_AHEAD = 1 << 13,   /* "tomorrow": .number of days */
	TD_VALUE_WEEKDAY = 1 << 14, /* .number from 1, Monday */
	TD_VALUE_MONTH = 1 << 15,   /* .number from 1 */
	TD_VALUE_HOUR = 1 << 16,    /* "noon": .number */
	TD_VALUE_HALF = 1 << 17,    /* "pm": .number of hours to add */
	TD_VALUE_FILLER = 1 << 18,  /* "please": too much, and harmless */
} TdValueKind;

typedef struct {
	TdValueKind kind;
	const char *words;
	guint number;
	const char *name;
} TdValue;

typedef struct {
	const char *words; /* the first is the one that is shown */
	const char *takes; /* behind it: " 1-5|WORD" or "[: TEXT]" */
	const char *help;
	const char *customers; /* the help for them; NULL: the same */
} TdVerbText;

typedef struct {
	const char *code;
	const TdVerbText *verbs; /* TD_VERBS of them */
	const TdValue *values;
	gsize values_count;
	/* How customers say close, too. */
	const char *solved;
	/* Everyday words: commands only when the mail says nothing else. */
	const char *alone;
	/* Words that look like a misspelt command, and are none. */
	const char *everyday;
} TdLanguage;

extern const TdLanguage td_language_en;
extern const TdLanguage td_language_ru;

enum {
	TD_LANGUAGES = 2
};

/* The languages that one text may be in, the reader's first; English is always
 * among them. */
typedef struct {
	const TdLanguage *list[TD_LANGUAGES];
	guint count;
} TdLanguages;

const TdRule *td_rule(TdVerb verb);

/* "ru", or "ru-RU"; NULL if we do not know it. */
const TdLanguage *td_language_find(const char *code);
void td_languages_init(TdLanguages *languages, const char *const *codes);

/* What the folded @word means, its words separated by one blank each;
 * TD_VERB_NONE or NULL if nothing.  @kinds: any of them. */
TdVerb td_languages_verb(const TdLanguages *languages, const char *word);
const TdValue *td_languages_value(
    const TdLanguages *languages, guint kinds, const char *word);
gboolean td_languages_alone(const TdLanguages *languages, const char *word);
gboolean td_languages_everyday(const TdLanguages *languages, const char *word);

/* A word of the table, for looking for what was misspelt. */
typedef struct {
	const char *word; /* as in the table */
	gunichar *letters;
	guint length;
	TdVerb verb;   /* or TD_VERB_NONE: */
	guint32 value; /* its kind */
} TdWord;

/* All words of @language, of TdWord; borrowed for ever. */
const GPtrArray *td_language_words(const TdLanguage *language);

/* @text folded for td_languages_verb(): also '-' as a blank; the caller's. */
char *td_word_key(const char *text);

#endif
