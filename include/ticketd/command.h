/* command.h - command mail: what an agent or a customer asks in few words
 *
 * Pure: text in, commands out; who may do what is not decided here.  The
 * grammar is in ticket-commands(7).  Nothing here fails with a GError. */

#ifndef TICKETD_COMMAND_H
#define TICKETD_COMMAND_H

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
	TD_VERB_NONE,
	/* text */
	TD_VERB_REPLY,
	TD_VERB_NOTE,
	/* people and place */
	TD_VERB_ASSIGN,
	TD_VERB_TAKE,
	TD_VERB_DROP,
	TD_VERB_QUEUE,
	TD_VERB_WATCH,
	TD_VERB_UNWATCH,
	TD_VERB_CC,
	TD_VERB_REQUESTER,
	/* fields */
	TD_VERB_PRIORITY,
	TD_VERB_URGENCY,
	TD_VERB_IMPACT,
	TD_VERB_TYPE,
	TD_VERB_SERVICE, /* .text: value, "" clears */
	TD_VERB_EQUIPMENT,
	TD_VERB_FIELD, /* the same; .word: name or label, blanks in it */
	TD_VERB_DUE,
	TD_VERB_TAG,
	TD_VERB_TITLE,
	TD_VERB_TIME,
	/* status */
	TD_VERB_CLOSE,
	TD_VERB_RESOLVE,
	TD_VERB_REOPEN,
	TD_VERB_PENDING,
	TD_VERB_SPAM,
	/* more */
	TD_VERB_MERGE,
	TD_VERB_SPLIT,
	TD_VERB_LINK,
	TD_VERB_DUPLICATE,
	TD_VERB_FORWARD,
	TD_VERB_REMIND,
	TD_VERB_CANNED, /* .word: name */
	/* answers by mail */
	TD_VERB_STATUS,
	TD_VERB_HISTORY,
	TD_VERB_LIST,
	TD_VERB_SEARCH, /* not available yet */
	TD_VERB_REPORT, /* not available yet */
	TD_VERB_HELP,
	/* housekeeping */
	TD_VERB_ACK,
	TD_VERB_AWAY,
	TD_VERB_ADD_ADDRESS,
	TD_VERB_ECHO,
	TD_VERB_UNDO,
	TD_VERB_GO,
	TD_VERB_STOP,
	/* customers only */
	TD_VERB_RATE,
	TD_VERB_UNSUBSCRIBE,
	TD_VERB_LANG,
	TD_VERBS,
} TdVerb;

/* One command.  Strings and lists are never NULL. */
typedef struct {
	TdVerb verb;
	guint64 ticket; /* "#123 close": 123; 0: the mail's own */
	char *line;     /* as written, printable, at most 200 characters */
	char *word;     /* its first argument as written: NAME, WHO ("me" for me
	                 * and '!', "" for '-' and none), ADDR (folded), TYPE
	                 * (English; "" for '-': of link, take away the link to
	                 * .number), XX, "on", "off", DEPUTY of away, "mine",
	                 * "new", "overdue", "queue" (its name is in .text) or ""
	                 * of list; "none" of cc and tag: '-', clear them all */
	GStrv add;      /* +x, and x without a sign of cc and tag (folded
	                 * addresses; tags in lower case) */
	GStrv remove;   /* -y */
	GStrv set;      /* =z: these and no others */
	guint64 number; /* priority, urgency, impact, minutes, score, how many,
	                 * another ticket, message of split (0: the one that is
	                 * answered) */
	gint64 time; /* due, pending, remind, away: seconds UTC; 0: cleared */
	char *text;  /* behind ':' or '=' */
} TdCommand;

typedef enum {
	TD_MISTAKE_UNKNOWN,  /* "#colour": no such command */
	TD_MISTAKE_DOUBT,    /* "clsoe" at the top: a misspelt command? */
	TD_MISTAKE_ARGUMENT, /* "priority 9": what would be right is in .want */
	TD_MISTAKE_NOT_YET,  /* "search: x" */
	TD_MISTAKE_CUSTOMER, /* "#assign me" by a customer */
	TD_MISTAKE_TOO_MANY, /* more than five: the rest was not read */
} TdMistakeKind;

typedef struct {
	TdMistakeKind kind;
	guint number; /* of the line in the text, from 1; 0: the address's verb,
	               * or a line of .mended that stands for none */
	char *line;   /* as written, printable, at most 200 characters */
	char *suggest; /* the whole line as it may have been meant, or "" */
	char *want;    /* what the command takes ("priority 1-5|urgent|..."), in
	                * the reader's language, or "" */
} TdMistake;

typedef struct {
	GPtrArray *commands; /* of TdCommand, as written */
	GPtrArray *mistakes; /* of TdMistake; if there is one, nothing is run */
	char *text; /* what is for people: without the block, without what
	             * stands below "stop"; "" if there is nothing */
} TdCommands;

/* Whose words, and when.  All is borrowed. */
typedef struct {
	gboolean customer; /* their words alone; agents' words are then text,
	                    * unless '#' or '!' stands in front */
	const char *const *languages;    /* besides "en"; the reader's first */
	const char *const *ignore_lines; /* gateways' banners: case-insensitive
	                                  * globs of whole lines */
	gint64 now;                      /* for +2h, fri 10:00 */
	GTimeZone *zone;                 /* NULL: UTC */
	const char *verb; /* of an address: "close", "priority-1"; or NULL: read
	                   * in front of the text */
	gboolean strict;  /* command line: each line must be a command, and '\n'
	                   * and ';' part them; unknown ones are mistakes */
	const char
	    *mended; /* lines that stand for those with a mistake, in
	              * order, more than those are read behind the rest; ""
	              * takes lines in doubt (and all others with a mistake
	              * but without a sign) for text; NULL: no such thing */
} TdCommandContext;

/* Reads the block at the top of @text (new text only: quotes cut; LF) and a
 * trailing one.  "stop" is among the commands.  Of agents "unsubscribe" is
 * unwatch, of customers "solved" is close.  The caller owns the result. */
TdCommands *td_command_parse(const char *text, const TdCommandContext *context);
void td_commands_free(TdCommands *commands);

/* English name, "add-address"; borrowed for ever. */
const char *td_verb_name(TdVerb verb);

/* Whether @verb changes something (status, help ... do not), so that the
 * evidence about who asks counts. */
gboolean td_verb_changes(TdVerb verb);

/* The table of commands for people, in @language (else English): one line a
 * command, with its words, what it takes and what it does, wrapped at 72
 * columns; the caller's. */
char *td_command_help(const char *language, gboolean customer);

/* For the manual page's test: all words of @verb in @language, separated by
 * ", ", the first is the one that is shown; NULL if it has none or is not
 * available yet.  Borrowed for ever. */
const char *td_command_words(TdVerb verb, const char *language);

/* Whether a short text only says thanks, in one of several languages: at most
 * a dozen words, no question, no "but". */
gboolean td_command_is_thanks(const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdCommands, td_commands_free)

G_END_DECLS

#endif
