/* letter.h - the mails that the desk writes
 *
 * A TdLetter says who is told what; td_letter_write() makes the mail of it by
 * the template of its kind, files it on its ticket as message TdFiled
 * (outgoing) and puts its row into the outbox.  Nothing is decided here. */

#ifndef TICKETD_LETTER_H
#define TICKETD_LETTER_H

#include <ticketd/command.h>
#include <ticketd/conf.h>
#include <ticketd/message.h>
#include <ticketd/store.h>
#include <ticketd/token.h>

G_BEGIN_DECLS

/* Configuration, keys, templates and phrases.  Immutable: any thread. */
typedef struct TdLetters TdLetters;

/* @conf and @keys are borrowed and must outlive the result, which the caller
 * owns.  TD_ERROR_CONFIG names bad templates and their lines.  What is wrong
 * but stops nobody, and canned answers that are, is logged as a notice. */
TdLetters *td_letters_new(
    const TdConf *conf, const TdKeys *keys, GError **error);
void td_letters_free(TdLetters *letters);

/* A phrase by its key, in @language, else in English, with {word}s replaced by
 * the pairs that follow (word, value, word, value, NULL); the caller's.  A key
 * that does not exist is our own mistake: g_critical(), and the key. */
char *td_letters_say(const TdLetters *letters, const char *language,
    const char *key, ...) G_GNUC_NULL_TERMINATED;
/* Whether there are phrases or templates for all queues in @language itself. */
gboolean td_letters_speak(const TdLetters *letters, const char *language);

/* All languages there are, "en, ru"; the caller's. */
char *td_letters_languages(const TdLetters *letters);

/* @queue's address with an extension of token.h, which is taken over. */
char *td_letters_address(
    const TdLetters *letters, const TdQueue *queue, char *extension);

typedef enum {
	/* the desk, to a customer */
	TD_LETTER_ACKNOWLEDGEMENT,
	TD_LETTER_OUT_OF_HOURS, /* the same; open again at .until */
	TD_LETTER_FOLLOW_UP,    /* "your message was added" */
	TD_LETTER_CLOSED,       /* "it is closed, nobody will look" */
	TD_LETTER_MISSING,      /* the same, and asks for fields: .text */
	TD_LETTER_RESOLVED, /* solved; asks for a rating; closed by .until */
	TD_LETTER_FINISHED, /* closed at once; asks for a rating */
	/* an agent, to customers */
	TD_LETTER_REPLY,
	TD_LETTER_FORWARD, /* a message, to somebody else */
	/* the desk, to one agent or a team */
	TD_LETTER_NEW_TICKET, /* .text: the customer's */
	TD_LETTER_MESSAGE,    /* a customer's message came */
	TD_LETTER_STRANGER,   /* so did one of somebody not on the ticket */
	TD_LETTER_REPLIED,    /* another agent answered the customer */
	TD_LETTER_NOTE,       /* another agent's note: answers stay inside */
	TD_LETTER_ASSIGNED,   /* it is yours now */
	TD_LETTER_CHANGED,    /* .text: what was done to a ticket of yours */
	TD_LETTER_REMINDER,   /* .text: what of */
	TD_LETTER_AWAKE,      /* pending is over */
	TD_LETTER_DEADLINE,   /* it comes near, or is broken: .text */
	TD_LETTER_ESCALATION, /* the same, and somebody must say "ack": .text.
	                       * To who is neither .person nor .team both go
	                       * without any address that proves something */
	TD_LETTER_DIGEST,     /* .text: the lists */
	/* the desk, to who wrote */
	TD_LETTER_TRANSCRIPT,  /* .text: "> line" and result; mistakes too */
	TD_LETTER_CONFIRM,     /* .text: what was asked; .hold */
	TD_LETTER_UNDELIVERED, /* .text: to whom a reply did not get, and why */
	/* the desk, to its administrator */
	TD_LETTER_NOTICE, /* .text: what happened */
	/* the desk, to a monitoring system: proves and offers nothing */
	TD_LETTER_MONITOR, /* .text: what somebody took */
	TD_LETTER_KINDS,
} TdLetterKind;

/* "acknowledgement", "note" ...: the template's name, outbox row's kind, and
 * TdFiled.rule of the mail. */
const char *td_letter_kind_name(TdLetterKind kind);
gboolean td_letter_kind_from_name(const char *name, TdLetterKind *kind);
/* Whether an answer to such a mail stays inside. */
gboolean td_letter_kind_is_internal(TdLetterKind kind);
/* Whether customers get it: public in TdFiled, thread address as Reply-To. */
gboolean td_letter_kind_is_public(TdLetterKind kind);

/* One letter.  Strings are owned and may be NULL for "". */
typedef struct {
	TdLetterKind kind;
	guint64 ticket; /* on which it is filed; TD_TICKET_NEW in plans */
	char *queue;    /* name; whose address it comes from */
	char *language;
	char *template; /* name, instead of that of the kind; or NULL.  The
	                 * kind's is used if it is in no language that would
	                 * do, or does not tell .text where there is one */
	guint64 person; /* an agent alone reads it: personal Reply-To, action
	                 * links; 0: customers, or a team (.team) */
	char *reader;   /* that agent's name: what is his is not offered him */
	gboolean
	    team; /* a team address reads it: personal address of person 0 */
	gboolean automatic; /* Auto-Submitted: auto-replied rather than
	                     * auto-generated: it answers a mail */
	GPtrArray *to; /* of TdAddress (name, folded address): the To field */
	GPtrArray *cc; /* the same: the Cc field; may be empty */
	GStrv recipients; /* folded: who gets it; NULL: all of to and cc */
	char *from_name;  /* NULL: the queue's; "via" is the template's */
	char *author;     /* {author}: who wrote .text; name, else address */
	char *author_address; /* {address_of_author} */
	char *subject;        /* of the ticket, without tag */
	char *text;           /* what was written; plain, LF */
	char *quote;          /* history below, plain, LF, without '>' */
	char *quote_author;   /* who wrote it; name, else address */
	gint64 quote_date;    /* when; 0: nobody knows */
	char *warning;        /* a banner above the text: "not on the ticket" */
	GPtrArray *attachments; /* of TdComposeAttachment; may be NULL */
	char *in_reply_to;
	GStrv references; /* besides the root, oldest first; may be NULL */
	guint64 hold;     /* CONFIRM */
	gint64 until;     /* CONFIRM: valid so long; OUT_OF_HOURS: open then;
	                   * RESOLVED and such     a REPLY: closed then */
	gint64 due;       /* not before; 0: now */
	gboolean rate;    /* RESOLVED, FINISHED, and a REPLY that comes with
	                   * the end: with links for a rating */
	TdEvent *event; /* borrowed, or NULL: is told message and message_id */
} TdLetter;

TdLetter *td_letter_new(TdLetterKind kind, guint64 ticket);
void td_letter_free(TdLetter *letter);
/* Adds to To or Cc; @name may be NULL. */
void td_letter_to(TdLetter *letter, const char *name, const char *address);
void td_letter_cc(TdLetter *letter, const char *name, const char *address);

/* Writes @letter as message @ticket->messages + 1 of @ticket, which is as it
 * will be when all is done (links are made for ticket->state), and its outbox
 * row, whose id goes to *@outbox.  letter->event gets .message and message_id;
 * the caller appends it.  Write transaction.  All of text, quote and subject is
 * searched for secret addresses of ours, which are replaced by the queue's. */
gboolean td_letter_write(const TdLetters *letters, TdTxn *txn,
    const TdLetter *letter, const TdTicket *ticket, gint64 now, guint64 *outbox,
    GError **error);

/* ---- texts that an administrator wrote ---- */

/* What is wrong with one. */
typedef struct {
	char *file;
	guint line; /* from 1; 0: the whole of it */
	char *what;
	gboolean stops; /* td_letters_new() fails */
	guint more;     /* not 0: it is the last of very many, and stands for so
	                 * many; .file is "" */
} TdTextMistake;

void td_text_mistake_free(TdTextMistake *mistake);
/* "FILE:LINE: what is wrong", printable; the caller's. */
char *td_text_mistake_say(const TdTextMistake *mistake);

/* What is wrong with the templates and phrases in @directory (NULL: there are
 * the built-in ones alone), and what the rules of @conf say of them; of
 * TdTextMistake, maybe none; the caller's.  *@files is how many were read. */
GPtrArray *td_letters_check(
    const TdConf *conf, const char *directory, guint *files);
/* The same for canned answers. */
GPtrArray *td_letters_check_canned(
    const TdConf *conf, const char *directory, guint *files);

/* A template, or a file of phrases. */
typedef struct {
	char *name;
	char *queue; /* NULL: for all */
	char *language;
	char *path; /* NULL: built in */
	char *text; /* as it was written */
} TdTemplateFile;

/* All there are, of TdTemplateFile, by name, queue and language; borrowed.  One
 * of the directory stands in the place of the built-in one. */
const GPtrArray *td_letters_templates(const TdLetters *letters);
/* The one that letters of @queue (NULL: of any) to a reader of @language are
 * made by, or NULL; borrowed. */
const TdTemplateFile *td_letters_template(const TdLetters *letters,
    const char *name, const char *queue, const char *language);

/* ---- canned answers ---- */

typedef struct {
	char *name;
	char *queue; /* NULL: for all */
	char *language;
	char *path;
	char *commands; /* lines of them, or "" */
	char *text;     /* with {word}s, or "" */
} TdCanned;

/* The answer that @name (whatever the case of its letters) stands for in
 * @queue: that in @language, else in the language of the queue, of the desk, in
 * English, in any; of two in one language that of the queue.  NULL if there is
 * none; borrowed. */
const TdCanned *td_letters_canned(const TdLetters *letters, const char *queue,
    const char *language, const char *name);

/* Those that td_letters_canned() finds, each name once, by name; @queue NULL:
 * all that there are.  Of const TdCanned, borrowed; the array is the caller's.
 */
GPtrArray *td_letters_canned_list(
    const TdLetters *letters, const char *queue, const char *language);

/* The name in @queue that is most like @name, NULL if none is near; borrowed.
 */
const char *td_letters_canned_nearest(
    const TdLetters *letters, const char *queue, const char *name);

/* The commands of @canned, read as an agent's at @now: a mistake can be but one
 * of the time.  The caller's. */
TdCommands *td_letters_canned_commands(
    const TdLetters *letters, const TdCanned *canned, gint64 now);

/* The text of @canned for the customer of @ticket.  @author is what the agent
 * is called to customers (NULL: the queue), @owner what that of the ticket is
 * (NULL: by name).  The caller's; NULL, with the word in *@hole (the caller's),
 * if a {word} in the midst of a line stands for nothing on this ticket. */
char *td_letters_canned_fill(const TdLetters *letters, const TdCanned *canned,
    const TdTicket *ticket, const char *author, const char *owner, gint64 now,
    char **hole);

/* The mail alone, for samples and tests; *@filed gets subject and message_id.
 * The caller owns the result. */
GBytes *td_letter_compose(const TdLetters *letters, const TdLetter *letter,
    const TdTicket *ticket, guint64 sequence, gint64 now, TdFiled *filed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdLetters, td_letters_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdLetter, td_letter_free)

G_END_DECLS

#endif
