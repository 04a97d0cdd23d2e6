/* sentence.h - one line, which may be several commands with ';' between */

#ifndef TICKETD_COMMAND_SENTENCE_H
#define TICKETD_COMMAND_SENTENCE_H

#include "command/arguments.h"

/* Who reads, and when.  All is borrowed. */
typedef struct {
	TdLanguages languages;
	gboolean customer;
	gint64 now;
	GTimeZone *zone;
} TdReader;

typedef enum {
	TD_SENTENCE_TEXT,
	TD_SENTENCE_COMMANDS,
	TD_SENTENCE_MISTAKE,
} TdSentenceKind;

typedef struct {
	TdSentenceKind kind;
	GPtrArray *commands; /* of TdCommand */
	gboolean sign;       /* '#' or '!' stands in front */
	gboolean aimed;      /* "#123" does */
	gboolean alone; /* an everyday word: a command if nothing follows */
	TdMistakeKind mistake;
	TdVerb verb;   /* that the mistake is about, or TD_VERB_NONE */
	char *suggest; /* "" if nothing comes to mind */
} TdSentence;

typedef enum {
	TD_SENTENCE_MAIL,
	TD_SENTENCE_STRICT, /* it is no text */
} TdSentenceMode;

/* Reads all of @line.  td_sentence_clear() the result. */
void td_sentence_read(const TdReader *reader, const TdLine *line,
    TdSentenceMode mode, TdSentence *sentence);
void td_sentence_clear(TdSentence *sentence);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdSentence, td_sentence_clear)

/* ---- parts of it ---- */

/* The beginning of one command: bytes of the line's plain form. */
typedef struct {
	gsize from, to; /* all of it, without blanks around */
	guint64 aim;    /* "#123", or 0 */
	gboolean sign;
	gsize word;     /* where the verb begins */
	gsize word_end; /* behind it; behind the first word if it is none */
	TdVerb verb;    /* or TD_VERB_NONE */
	char separator; /* ':', '=' or '\0' */
	gsize arguments;
} TdHead;

void td_head_read(const TdReader *reader, const TdLine *line, gsize from,
    gsize to, TdHead *head);

/* The command that @head begins, or NULL if it does not fit. */
TdCommand *td_head_command(const TdReader *reader, const TdLine *line,
    const TdHead *head, gsize *text_from);

/* Whether this reader may say @verb. */
gboolean td_reader_may(const TdReader *reader, TdVerb verb);

#endif
