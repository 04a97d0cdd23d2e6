/* desk.h - what a help desk does with a message
 *
 * A mail goes one way: td_desk_classify() and td_desk_decide() look and make a
 * TdPlan, td_desk_apply() does what the plan says.  Deciding writes nothing.
 *
 * Functions that take a TdTxn fail as store.h says. */

#ifndef TICKETD_DESK_H
#define TICKETD_DESK_H

#include <ticketd/command.h>
#include <ticketd/conf.h>
#include <ticketd/letter.h>
#include <ticketd/message.h>
#include <ticketd/object.h>
#include <ticketd/people.h>
#include <ticketd/store.h>
#include <ticketd/suppress.h>

G_BEGIN_DECLS

/* The rules of one desk: configuration, keys and templates.  Immutable, so it
 * may be used in any thread; counted by reference. */
typedef struct TdDesk TdDesk;

/* Reads the keys from the store (making the first one when there is none,
 * which needs a write transaction) and the templates of @conf, which is
 * borrowed and must outlive the desk.  TD_ERROR_CONFIG names a bad template and
 * its line. */
TdDesk *td_desk_new(const TdConf *conf, TdTxn *txn, GError **error);
TdDesk *td_desk_ref(TdDesk *desk);
void td_desk_unref(TdDesk *desk);
const TdConf *td_desk_conf(const TdDesk *desk);
/* Templates and canned answers; borrowed. */
const TdLetters *td_desk_letters(const TdDesk *desk);

/* Makes what [message] of @conf says hold for td_message_parse().  Before a
 * second thread runs. */
void td_desk_limit_mail(const TdConf *conf);

/* Adds a key: older ones then count for threading only.  Write transaction; a
 * new TdDesk sees it. */
gboolean td_desk_rotate_key(TdTxn *txn, guint *version, GError **error);
/* The same after a restore: tickets from @number on are none that older keys
 * signed anything for. */
gboolean td_desk_raise_key(
    TdTxn *txn, guint64 number, guint *version, GError **error);

/* Most regular expressions that can be banned. */
#define TD_BANS_REGEX_MAX 1000u

/* What a ban of @text ("Anna@Example.org", "example.org" or "@example.org",
 * "/REGEX/") is kept as, see TdSuppression.what; the caller's.  NULL with
 * TD_ERROR_USAGE says what is wrong. */
char *td_ban_read(const char *text, GError **error);

/* Whether @what may be banned: TD_ERROR_REFUSED names the address that the desk
 * needs and that would fall under it, and unless @force the public domain.  A
 * new TdDesk sees what is written then. */
gboolean td_ban_check(const TdDesk *desk, TdTxn *txn, const char *what,
    gboolean force, GError **error);

/* When the first of the bans in @desk ends, after which it is to be made anew;
 * 0: never. */
gint64 td_desk_fresh_until(const TdDesk *desk);

/* What the mail server tells of a message.  Strings are borrowed. */
typedef struct {
	const char *sender;             /* "" the null sender; NULL not known */
	const char *recipient;          /* required */
	const char *original_recipient; /* or NULL */
	const char *queue_id;           /* or NULL */
	const char *actor;     /* "control:root" when a tool made the mail, or
	                        * NULL: the mail's From */
	gboolean quiet;        /* no acknowledgement whatever the rules say */
	GBytes *raw;           /* the bytes of the mail; NULL: its attachments
	                        * go nowhere */
	GBytes *packed;        /* of td_filed_pack(), or NULL: it is done when
	                        * the mail is filed */
	const char *signature; /* "openpgp:..." of the key that signed all of
	                        * it, as td_message_verify() found; or NULL */
	const char *signature_digest; /* what it found as well */
	gint64 signature_time;
	const TdPlace *again; /* reprocess: the mail is filed here already, and
	                       * is not its own duplicate; or NULL */
	const TdStatus *import; /* an old mail, that came before there was this
	                         * desk: the plan is silent, and a ticket that
	                         * it opens has this status; or NULL */
} TdEnvelope;

/* Whether @recipient has the form of an address that we sign, but not our
 * signature: somebody tries what others are let in by. */
gboolean td_desk_is_guess(const TdDesk *desk, const char *recipient);

/* Whether mail to @recipient (with or without extension) is for a queue of
 * ours; *@queue, which may be NULL, is borrowed from the configuration. */
gboolean td_desk_recipient(
    const TdDesk *desk, const char *recipient, const TdQueue **queue);

typedef enum {
	TD_CLASS_HUMAN,
	TD_CLASS_AUTO_REPLY,
	TD_CLASS_NOTIFICATION,
	TD_CLASS_LIST,
	TD_CLASS_BOUNCE,
	TD_CLASS_RECEIPT,
	TD_CLASS_REPORT,
	TD_CLASS_OWN,
	TD_CLASS_SPAM,
} TdClass;

const char *td_class_name(TdClass class); /* "auto-reply" */

typedef struct {
	TdClass class;
	char *reason;  /* "rule 2: Auto-Submitted: auto-replied" */
	char *silence; /* why no automatic answer may go out, or "" */
} TdClassified;

/* The reason of a mail that was filed without being read; no rule gives it. */
#define TD_REASON_UNREADABLE "unreadable"

void td_classified_clear(TdClassified *classified);

/* Which kind of sender wrote @message.  Pure.  *@classified is the caller's to
 * clear. */
void td_desk_classify(const TdDesk *desk, const TdMessage *message,
    const TdEnvelope *envelope, TdClassified *classified);

typedef enum {
	TD_RULE_DUPLICATE,
	TD_RULE_ADDRESS,
	TD_RULE_REPORT,
	TD_RULE_REFERENCES,
	TD_RULE_TAG,
	TD_RULE_NEW,
} TdRule;

const char *td_rule_name(TdRule rule);

/* What became of one command: for the transcript. */
typedef struct {
	char *line; /* as written, printable */
	gboolean refused;
	char *text; /* "closed", or why not; in the reader's language; LF */
} TdResult;

/* A rule of the configuration that fired, for people to read. */
typedef struct {
	char *name; /* "rule vip", "monitor nagios", "X-Ticketd-Priority" */
	char *why;  /* what matched: "subject has \"printer\"" */
	char *what; /* what it did: "queue network, priority 2, stop" */
} TdFired;

/* A message that goes to another ticket: split. */
typedef struct {
	TdPlace from;
	guint64 to;
} TdMove;

/* What the desk remembers of a sender, or the like: a value of the store's
 * meta. */
typedef struct {
	char *key;
	GBytes *value;
} TdMemo;

/* What is to happen for one mail and one recipient, one command line, or one
 * moment of the clock. */
typedef struct {
	TdClassified class;
	TdAuth *auth;
	TdRule rule;
	char *rule_reason; /* "In-Reply-To <...> is message 42/1" */
	guint64 ticket;    /* TD_TICKET_NEW, TD_TICKET_DESK, or a number */
	char *queue;       /* name */
	GPtrArray *rules;  /* of TdFired: [rule NAME]s of a new ticket, and what
	                    * trusted senders and monitors said */
	gboolean marked;   /* from somebody who is not on the ticket */
	char *evidence;  /* about the sender: "address", "message-id", "dmarc",
	                  * "from", "control" */
	gboolean silent; /* an old mail: it is filed, its ticket opened, and
	                  * nothing else.  There are no letters, people, holds,
	                  * suppressions, memos or objects in the plan, and no
	                  * clock was looked at */
	gboolean file;   /* whether the message is stored */
	guint64 file_under; /* where: the ticket, or number 0 for what a machine
	                     * says of a ticket (whose event tells the place) */
	gboolean acknowledge;
	gboolean follow_up; /* the shorter acknowledgement */
	char *answer_to;    /* whom it goes to, folded */
	char *silence;      /* why nothing goes out, or "" */
	GPtrArray *events;  /* of TdEvent, in order, the acknowledged one last;
	                     * ticket TD_TICKET_NEW stands for the new number */
	TdPlace moved_from; /* sequence 0: it was not filed before */
	gint64 now;
	gboolean internal;  /* the message is for agents' eyes alone */
	char *speaker;      /* name of the agent who speaks, or "" */
	GPtrArray *results; /* of TdResult: commands of the mail */
	gboolean refused;   /* one was, so none was done */
	GPtrArray *letters; /* of TdLetter, to be written in order, after the
	                     * events; that of each is in .letter_events */
	GPtrArray *letter_events; /* of TdEvent: "message", "acknowledged" */
	GPtrArray *moves;         /* of TdMove */
	GPtrArray *people;        /* of TdPerson, to be written */
	GPtrArray *holds; /* of TdHold: id 0 to be written, else deleted; that
	                   * with mail.sequence 0 and a kind other than
	                   * "add-address" holds the mail of this plan */
	char *source;     /* of the events, where it is no mail: a command
	                   * line; or NULL */
	char *digest_day; /* "2026-11-22": the digests of that day are among
	                   * the letters; or NULL */
	gboolean expire;  /* old holds and suppressions are to be deleted */
	GPtrArray *suppressions; /* of TdSuppression, to be written; one without
	                          * evidence comes from the mail of this plan */
	GPtrArray *lifts;        /* of char *: addresses, "bounced" no more */
	GPtrArray *memos;        /* of TdMemo, to be written */
	GPtrArray *objects;      /* of TdObject, to be written */
	GPtrArray *drops; /* of guint64 *: outbox rows to be dropped: undo */
} TdPlan;

void td_plan_free(TdPlan *plan);

/* Decides.  @txn may be a read turn.  *@plan is the caller's.  Fails with
 * TD_ERROR_NOT_OURS too. */
gboolean td_desk_decide(const TdDesk *desk, TdTxn *txn,
    const TdMessage *message, const TdEnvelope *envelope, gint64 now,
    TdPlan **plan, GError **error);

/* Decides what a line of commands from a tool does on ticket @number: the same
 * grammar and rules as in mail, every line a command; @text (or NULL) is what
 * they go with: a reply or a note.  @actor is as in TdEnvelope; @as (or NULL)
 * is the agent in whose name it happens.  Nothing is done, and plan->refused
 * set, if one command is refused or mistaken.  TD_ERROR_REFUSED: no such ticket
 * or agent. */
typedef struct {
	guint64 number;
	const char *commands;
	const char *text;
	const char *actor;
	const char *as;
	gint64 now;
} TdOrder;
gboolean td_desk_order(const TdDesk *desk, TdTxn *txn, const TdOrder *order,
    TdPlan **plan, GError **error);

/* Decides what the clock brings: up to @limit tickets whose timer is due (wakes
 * pending ones, closes resolved ones, sends reminders), the digest of the day,
 * holds that expired.  An empty plan (no events, no letters) means that nothing
 * was due. */
gboolean td_desk_tick(const TdDesk *desk, TdTxn *txn, gint64 now, guint limit,
    TdPlan **plan, GError **error);
/* Damage that shows only when the plan is applied, by TD_ERROR_BROKEN, undoes
 * all of it: td_desk_tick_one() then finds the ticket that it comes from, and
 * td_desk_tick_but() leaves that one out. */
/* The same, but for the tickets of @leave, a set of guint64 *. */
gboolean td_desk_tick_but(const TdDesk *desk, TdTxn *txn, gint64 now,
    guint limit, GHashTable *leave, TdPlan **plan, GError **error);
/* The first one alone that is due and not of @leave; a damaged one fails with
 * TD_ERROR_BROKEN.  *@number is it, even then.  If there is none, *@number is 0
 * and the plan is of all the rest, such as the digest. */
gboolean td_desk_tick_one(const TdDesk *desk, TdTxn *txn, gint64 now,
    GHashTable *leave, guint64 *number, TdPlan **plan, GError **error);

/* The keys of the agent that folded @from belongs to, for td_message_verify();
 * *@keys is of GBytes, the caller's, NULL if there are none. */
gboolean td_desk_signature_keys(const TdDesk *desk, TdTxn *txn,
    const char *from, GPtrArray **keys, GError **error);

/* What became of it: for the answer to the mail server and the log. */
typedef struct {
	guint64 ticket; /* 0: the desk's own record */
	TdPlace filed;  /* where the message is now; sequence 0: not stored */
	guint64 outbox; /* id of the first row that was put into the outbox */
} TdOutcome;

/* Does what @plan says, in the write transaction @txn.  @raw are the bytes that
 * @message was parsed from; @message and @envelope are NULL, and @raw too, for
 * plans of td_desk_order() and td_desk_tick().  Spends @plan's events. */
gboolean td_desk_apply(const TdDesk *desk, TdTxn *txn, TdPlan *plan,
    const TdMessage *message, const TdEnvelope *envelope, const char *raw,
    gsize size, TdOutcome *outcome, GError **error);

/* ---- tickets of another desk ---- */

/* A message as it was filed there; all is borrowed.  .message is what the bytes
 * say; .filed gets the number that the ticket has here. */
typedef struct {
	TdFiled *filed;
	GBytes *raw;
	const TdMessage *message;
} TdReplayMessage;

/* A piece of the history of one ticket, from its first event on or from where
 * the last piece ended. */
typedef struct {
	guint64 number;       /* there */
	const char *identity; /* a text that no other ticket has: it is to get
	                       * a new number, or has it already; NULL: it
	                       * keeps its own */
	const GPtrArray *messages; /* of TdReplayMessage, in order */
	const GPtrArray *events;   /* of TdEvent, in order */
	/* Of GBytes, as many: the hash of the payload that an event had there
	 * before something was erased from it, NULL for what was not; under
	 * another number they mean nothing.  NULL: there are none. */
	const GPtrArray *hashes;
	gboolean erased; /* this piece or one before has such events */
	gboolean more;   /* this is not all: until all is there no clock runs */
	/* What all events made of the chain there, in hexadecimal, to be
	 * compared with what they make of it here; NULL: not known, or some of
	 * them were changed. */
	const char *chain;
	gint64 now;
	const char *actor; /* of the note that tells of a new number */
} TdReplay;

typedef struct {
	guint64 number; /* here */
	guint64 events; /* how many it has now */
	guint64 added;  /* so many of them came with this piece */
} TdReplayed;

/* Brings it back, in a write transaction: events as they were, with their own
 * times, the messages that they speak of, and what leads mail to these.  Nobody
 * is told.  What is there already is compared and left as it is.  A new number
 * is taken once for each .identity.  TD_ERROR_REFUSED: the number is another
 * ticket's; an event or message is missing, or is not what the others say. */
gboolean td_desk_replay(const TdDesk *desk, TdTxn *txn, const TdReplay *replay,
    TdReplayed *replayed, GError **error);

/* What a ticket with that number and first event is here. */
typedef enum {
	TD_REPLAY_FREE,  /* not there, and its number is free */
	TD_REPLAY_SAME,  /* there, under its number */
	TD_REPLAY_AS,    /* there, under the number that .identity got */
	TD_REPLAY_TAKEN, /* its number is another ticket's */
} TdReplayState;

/* Looks; *@number and *@events are what td_desk_replay() says, 0 if it is not
 * there. */
gboolean td_desk_replay_look(TdTxn *txn, const TdEvent *first,
    const char *identity, TdReplayState *state, guint64 *number,
    guint64 *events, GError **error);

/* Writes what became of an outgoing mail: events, and the row deleted or put
 * off.  A row that was moved meanwhile (made due at once) is found by its id;
 * one that is gone (dropped meanwhile) changes nothing. */
gboolean td_desk_delivered(const TdDesk *desk, TdTxn *txn,
    const TdDelivery *delivery, gint64 now, GError **error);

/* An administrator drops a row: deletes it and leaves a not-delivered event. */
gboolean td_desk_drop(const TdDesk *desk, TdTxn *txn, const TdOutboxRow *row,
    const char *actor, gint64 now, GError **error);

/* ---- for tests and tools ---- */

/* The thread address of a ticket in @queue; the caller owns the result. */
char *td_desk_thread_address(
    const TdDesk *desk, const TdQueue *queue, guint64 number);

/* All templates of @conf parsed; TD_ERROR_CONFIG names file and line. */
gboolean td_desk_check_templates(const TdConf *conf, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdDesk, td_desk_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdPlan, td_plan_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdClassified, td_classified_clear)

G_END_DECLS

#endif
