/* letter-private.h - what the makers of letters share */

#ifndef TICKETD_LETTER_LETTER_PRIVATE_H
#define TICKETD_LETTER_LETTER_PRIVATE_H

#include <ticketd/letter.h>

#include "letter/template-private.h"

typedef struct TdCannedSet TdCannedSet;

struct TdLetters {
	const TdConf *conf; /* borrowed */
	const TdKeys *keys; /* borrowed */
	TdTemplates *templates;
	TdCannedSet *canned;
	GTimeZone *zone;
};

/* What holds for all letters of a kind. */
typedef enum {
	TD_MANNER_PUBLIC = 1 << 0,  /* customers get it */
	TD_MANNER_INSIDE = 1 << 1,  /* answers to it stay inside */
	TD_MANNER_PLAIN = 1 << 2,   /* an acknowledgement: text alone, null
	                             * return path, all marks of an answer */
	TD_MANNER_PERSON = 1 << 3,  /* a person's mail: no Auto-Submitted */
	TD_MANNER_VIA = 1 << 4,     /* From says "NAME via QUEUE" */
	TD_MANNER_ACTIONS = 1 << 5, /* links for agents: take, close ... */
	TD_MANNER_TICKET = 1 << 6,  /* without an author it is the requester's
	                             */
	TD_MANNER_BARE = 1 << 7,    /* to nobody in particular it has no
	                             * address that proves anything */
} TdManner;

TdManner td_letter_manner(TdLetterKind kind);

/* One letter in the making.  All is borrowed. */
typedef struct {
	const TdLetters *letters;
	const TdLetter *letter;
	const TdTicket *ticket;
	const TdQueue *queue;
	const TdTemplate *template;
	const char *language; /* its own, or one that has texts */
	gint64 now;
} TdDraftLetter;

/* ---- values.c ---- */

/* The words of a letter; strings are owned by .owned. */
typedef struct {
	TdTemplateValues values;
	GPtrArray *owned;
	GPtrArray *fields; /* of TdField; owned too */
	char *from_name;   /* for the From field; owned too */
} TdLetterWords;

void td_letter_words_init(
    TdLetterWords *words, const TdDraftLetter *draft, const GPtrArray *taps);
void td_letter_words_clear(TdLetterWords *words);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdLetterWords, td_letter_words_clear)

/* The same for a canned answer: what it says of the ticket, whose owner is
 * called @owner (NULL: by name). */
void td_letter_words_canned(
    TdLetterWords *words, const TdDraftLetter *draft, const char *owner);

/* A phrase without pairs; the caller's. */
char *td_letters_phrase(
    const TdLetters *letters, const char *language, const char *key);

/* "[support #42]", "" for number 0; the caller's. */
char *td_letter_tag(const TdDraftLetter *draft);

/* The ticket's subject, safe on one line and without secrets; the caller's. */
char *td_letter_subject(const TdDraftLetter *draft);

/* ---- canned.c ---- */

/* Those in @directory (NULL: none); never NULL.  What is wrong is added to
 * @mistakes and left out. */
TdCannedSet *td_canned_load(const TdConf *conf, const char *directory,
    GPtrArray *mistakes, guint *files);
void td_canned_free(TdCannedSet *set);

/* Reads the lines of a canned answer into commands and text; FALSE, and a
 * mistake, if that cannot be.  @canned has its language. */
gboolean td_canned_parse(
    TdCanned *canned, GStrv lines, const TdConf *conf, TdOrigin *origin);

/* ---- taps.c ---- */

/* A link that is a mail ready to be sent. */
typedef struct {
	char *label;
	char *url; /* "mailto:..." */
} TdTap;

/* The links of a letter, of TdTap; may be empty. */
GPtrArray *td_letter_taps(const TdDraftLetter *draft);

/* The confirmation address of a TD_LETTER_CONFIRM; the caller's. */
char *td_letter_confirm_address(const TdDraftLetter *draft);

/* ---- html-body.c ---- */

/* The parts of a filled template as a whole HTML document; the caller's. */
char *td_html_body(const char *language, const char *title,
    const GPtrArray *parts, const GPtrArray *taps);

#endif
