/* template.h - texts of outgoing mail: templates and phrases, by language
 *
 * A template is a UTF-8 file LANGUAGE/NAME.txt, or for one queue
 * QUEUE/LANGUAGE/NAME.txt: a line "Subject: ...", an empty line, the text.
 * {word} stands for a value, {{ for a brace.  Lines that begin with '#' before
 * the Subject are comments.  A line that is one word alone is left out, with
 * the empty line behind it, when the word stands for nothing.  NAME is that of
 * a kind of letter, or one that a rule of the configuration names.
 *
 * LANGUAGE/phrases.txt, results.txt and refusals.txt hold phrases, a line each:
 * "key: text", where the text may have {word}s and "\n" for a line break;
 * empty lines and those that begin with '#' are skipped.  English has all keys,
 * and its words are those that the phrase may have in other languages.
 *
 * Values are put in once and never read again, so a mail cannot smuggle a word
 * in. */

#ifndef TICKETD_LETTER_TEMPLATE_H
#define TICKETD_LETTER_TEMPLATE_H

#include <ticketd/letter.h>

typedef struct TdTemplates TdTemplates;
typedef struct TdTemplate TdTemplate;

/* Reads all templates and phrases: the built-in ones, over them those of
 * @directory (NULL: none).  @conf, which may be NULL, tells the queues, the
 * fields, and the names that rules use.  What is wrong is added to @mistakes
 * (of TdTextMistake, or NULL) and left out.  NULL if one of these stops:
 * TD_ERROR_CONFIG has a line for each that does, with the file, the line and
 * what was expected.  *@files, which may be NULL, is how many there were. */
TdTemplates *td_templates_load(const TdConf *conf, const char *directory,
    GPtrArray *mistakes, guint *files, GError **error);
void td_templates_free(TdTemplates *templates);

/* @language, or what it is a variant of ("ru" for "ru-RU"), if it has texts,
 * else "en"; borrowed. */
const char *td_templates_language(
    const TdTemplates *templates, const char *language);

/* Whether there are texts in just @language. */
gboolean td_templates_have(const TdTemplates *templates, const char *language);

/* All languages there are, "en, ru"; the caller's. */
char *td_templates_list(const TdTemplates *templates);

/* Values for the words of a template; NULL counts as "". */
typedef struct {
	const char *number;    /* {number}: 42; "" for the desk's own mails */
	const char *tag;       /* {tag}: [support #42], or "" */
	const char *subject;   /* {subject}: of the ticket */
	const char *ticket;    /* {ticket}: #42 "subject" */
	const char *requester; /* {requester}: who reads; name, else address */
	const char *hello;     /* {hello}: the greeting, by name if known */
	const char *queue;     /* {queue}: what the queue calls itself */
	const char
	    *name_of_queue;  /* {name_of_queue}: what "queue NAME" takes */
	const char *desk;    /* {desk}: name of the desk */
	const char *address; /* {address}: of the queue */
	const char *author;  /* {author}: who wrote; name, else address */
	const char *author_address; /* {address_of_author} */
	const char *writer;         /* {writer}: name <address> */
	const char *sender;         /* {sender}: as in From, less "via" */
	const char *signature;      /* {signature}: sender and queue */
	const char *status;         /* {status}: of the ticket, in words */
	const char *priority;       /* {priority}: the same */
	const char *type;           /* {type}: of the ticket, or "" */
	const char *service;        /* {service}: field of the ticket, or "" */
	const char *equipment;      /* {equipment}: the same */
	const char *owner;          /* {owner}: name, or "nobody" */
	const char *until;          /* {until}: date and time, or "" */
	const char *due;            /* {due}: what was agreed, or "" */
	const GPtrArray *fields;    /* {field:NAME}; of TdField, or NULL */
	/* Each of these usually stands on a line of its own. */
	const char *warning; /* {warning}: a banner above the text */
	const char *wrote;   /* {wrote}: who wrote the text, if there is one */
	const char *closing; /* {closing}: when a solved ticket is closed */
	const char *more;    /* {more}: how to go on after the end */
	const char *ask;     /* {ask}: for a rating, or "" */
	const char *text;    /* {text}: what was written */
	const char *links;   /* {links}: label and link, a line each */
	const char *quote;   /* {quote}: history, quoted, and whose it is */
} TdTemplateValues;

typedef enum {
	TD_PART_PROSE, /* of the template, with values in it */
	TD_PART_TEXT,  /* {text} on a line of its own */
	TD_PART_LINKS, /* {links} */
	TD_PART_QUOTE, /* {quote} */
} TdPartKind;

/* A stretch of a filled template: whole lines. */
typedef struct {
	TdPartKind kind;
	char *text;
} TdPart;

/* The template @name that is used for @queue (or NULL): the first that there is
 * in @language, in what that is a variant of, in @other and in English, where
 * one of the queue goes before one for all.  Either may be NULL.  NULL if there
 * is none, which cannot be for a kind of letter; borrowed. */
const TdTemplate *td_template_find(const TdTemplates *templates,
    const char *name, const char *queue, const char *language,
    const char *other);

/* The language that it is in; borrowed. */
const char *td_template_language(const TdTemplate *template);

/* Whether it has {text}. */
gboolean td_template_tells(const TdTemplate *template);

/* Fills it.  *@subject (one line) and *@parts (of TdPart) are the caller's. */
void td_template_fill(const TdTemplate *template,
    const TdTemplateValues *values, char **subject, GPtrArray **parts);

/* The lines of a text without a Subject, filled; of TdPart, the caller's. */
GPtrArray *td_template_fill_lines(GStrv lines, const TdTemplateValues *values);

/* The text of @parts, with one line end at its end; the caller's. */
char *td_parts_join(const GPtrArray *parts);

/* The first {word} of @lines that stands for nothing though it is not alone on
 * its line; NULL if there is none; the caller's. */
char *td_template_hole(GStrv lines, const TdTemplateValues *values);

/* The file that td_template_find() would take, of phrases too; NULL if there is
 * none; borrowed. */
const TdTemplateFile *td_templates_file(const TdTemplates *templates,
    const char *name, const char *queue, const char *language,
    const char *other);

/* All files, of TdTemplateFile, by name; borrowed. */
const GPtrArray *td_templates_files(const TdTemplates *templates);

/* The phrase @key in @language, else in English, with words replaced by @pairs
 * (word, value, ..., NULL); the caller's.  NULL if there is none. */
char *td_phrase_fill(const TdTemplates *templates, const char *language,
    const char *key, const char *const *pairs);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdTemplates, td_templates_free)

/* ---- builtin-templates.c, made from conf/templates by the build ---- */

typedef struct {
	const char *language;
	const char *name;
	const char *text;
} TdBuiltinTemplate;

extern const TdBuiltinTemplate td_builtin_templates[]; /* ends with NULLs */

#endif
