/* talk-private.h - what the files of the conversation share */

#ifndef TICKETD_DESK_TALK_PRIVATE_H
#define TICKETD_DESK_TALK_PRIVATE_H

#include "desk/talk.h"

/* Longest text that a letter takes over, in bytes: the whole is stored. */
#define TD_TALK_TEXT_MAX 65536

/* ---- talk-said.c: what goes into letters ---- */

/* @text without white space at its ends, cut to @max bytes (0: whole); the
 * caller's. */
char *td_talk_trim(const char *text, gsize max);

/* What @said says to an agent: its text, or, where that is empty, all of the
 * mail; the caller's, "" for nothing. */
char *td_talk_text(const TdSaid *said);

/* What is new in @message, else all of it, cut; the caller's. */
char *td_talk_new_text(const TdMessage *message);

/* Who stands in To and Cc of @message, which may be NULL: a set of folded
 * addresses, the caller's. */
GHashTable *td_talk_addressees(const TdMessage *message);

/* Who wrote the message @filed: name, else address; the caller's. */
char *td_talk_author(const TdFiled *filed);

/* Makes @letter an answer to @message: In-Reply-To and References. */
void td_talk_answer(TdLetter *letter, const TdMessage *message);

/* The queue whose rules hold for @ticket: one that is gone from the
 * configuration is stood for by the first. */
const TdQueue *td_talk_queue(const TdDraft *draft, const TdTicket *ticket);

/* @language if the desk speaks it, else that of @queue; borrowed. */
const char *td_talk_language(
    const TdDraft *draft, const char *language, const TdQueue *queue);

/* Gives a string of a letter another value. */
void td_talk_set(char **field, const char *value);

/* A letter of @kind on @ticket, in @language, with subject and queue. */
TdLetter *td_talk_letter(const TdDraft *draft, TdLetterKind kind,
    const TdTicket *ticket, const char *language);

/* A phrase for @language; the pairs follow as in td_letters_say(). */
#define td_talk_say(draft, ...)                                                \
	td_letters_say((draft)->desk->letters, __VA_ARGS__)

/* ---- talk-history.c: what was said before ---- */

/* The newest message on @ticket that a customer wrote; marked ones and those
 * that moved away do not count.  *@message is the caller's, NULL if there is
 * none; *@filed, which may be NULL, likewise. */
gboolean td_talk_newest(TdDraft *draft, const TdTicket *ticket,
    TdMessage **message, TdFiled **filed, GError **error);

/* ---- talk-parcel.c: attachments on their way ---- */

typedef struct {
	GPtrArray *attachments; /* of TdComposeAttachment; NULL if none */
	GPtrArray *left;  /* of char *, printable: too large or too many */
	GPtrArray *leaks; /* of char *: a secret address is in them */
} TdParcel;

/* Attachments of the mail @message, whose bytes are @raw (NULL: none can be
 * had), up to @limit bytes and @count of them.  Detached signatures say nothing
 * without the mail, and stay behind untold. */
void td_parcel_pack(TdParcel *parcel, const TdMessage *message, GBytes *raw,
    guint64 limit, guint count);
void td_parcel_clear(TdParcel *parcel);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdParcel, td_parcel_clear)

/* Whether @bytes of @type hold a secret address of ours, attached messages
 * looked through. */
gboolean td_parcel_leaks(const char *type, GBytes *bytes);

/* "not sent along: a.pdf, b.zip" in @language; NULL if nothing was left. */
char *td_parcel_excuse(
    const TdParcel *parcel, const TdDraft *draft, const char *language);

/* ---- talk-audience.c: agents who are told, each once ---- */

typedef struct {
	TdDraft *draft;
	const TdWho *who;     /* who did it, or NULL: the clock */
	GHashTable *have;     /* folded addresses: they have it already */
	gboolean insist;      /* those who muted the ticket are told too */
	TdTicket *ticket;     /* as the plan leaves it; owned */
	const TdQueue *queue; /* the ticket's */
	GPtrArray *agents;    /* of TdPerson, borrowed from the draft */
	GPtrArray *teams;     /* of TdQueue, borrowed: their teams */
} TdAudience;

void td_audience_clear(TdAudience *audience);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdAudience, td_audience_clear)

/* Those to be told of what happens to ticket @number: nobody yet.  Who stands
 * in To or Cc of @message (or NULL) has it. */
gboolean td_audience_open(TdAudience *audience, TdDraft *draft,
    const TdWho *who, const TdMessage *message, guint64 number, GError **error);

/* Agent @name, and while he is away his deputy. */
gboolean td_audience_name(
    TdAudience *audience, const char *name, GError **error);
/* The team of queue @name, else its agents who are there, else the deputies of
 * those who are not. */
gboolean td_audience_queue(
    TdAudience *audience, const char *name, GError **error);
/* Agent @name, or while he is away the first of his deputies who is there;
 * nobody if none is. */
gboolean td_audience_present(
    TdAudience *audience, const char *name, GError **error);
/* The leads of queue @name, each as td_audience_present(). */
gboolean td_audience_leads(
    TdAudience *audience, const char *name, GError **error);
/* The owner; without one the queue. */
gboolean td_audience_responsible(TdAudience *audience, GError **error);
gboolean td_audience_watchers(TdAudience *audience, GError **error);

/* Writes a text in @language, the caller's. */
typedef char *(*TdNewsWriter)(
    const TdAudience *audience, const char *language, gconstpointer data);

/* What they are told.  Strings may be NULL. */
typedef struct {
	TdLetterKind kind;
	const char *author;
	const char *author_address;
	const char *text;
	TdNewsWriter write; /* makes the text instead, with .data; or NULL */
	gconstpointer data;
	const char *quote; /* stands below, by .quote_author, .written */
	const char *quote_author;
	gint64 written;      /* when, if that was before */
	guint64 same;        /* see TdSaid; the word ticket of .warning */
	const char *warning; /* a phrase's key; words name and address (of
	                      * .who), queue and ticket */
	const TdMessage *answers;
	const TdParcel *parcel;
	gint64 due;
} TdNews;

/* A letter to each.  Nobody gets a second one of that kind on that ticket, but
 * reminders, and letters about deadlines that say something else. */
void td_audience_tell(TdAudience *audience, const TdNews *news);
void td_audience_tell_one(
    TdAudience *audience, const TdNews *news, const TdPerson *agent);

/* ---- talk-agents.c ---- */

/* Another agent than @who answered the customer: owner and watchers but @who
 * are told, not before @due (0: now). */
gboolean td_talk_replied(TdDraft *draft, const TdWho *who, guint64 number,
    const TdSaid *said, gint64 due, GError **error);

/* ---- talk-customers.c ---- */

/* The language that the requester of @ticket is written to in, as the plan
 * leaves him; the caller's. */
gboolean td_talk_customer_language(
    TdDraft *draft, const TdTicket *ticket, char **language, GError **error);

/* ---- talk-changed.c ---- */

/* "Owner: ivan": what @event changed of a ticket, NULL if that is of no
 * interest; the caller's. */
char *td_talk_change(
    const TdDraft *draft, const char *language, const TdEvent *event);

/* ---- talk-answers.c ---- */

/* To the speaker, if he has an address: @text. */
gboolean td_talk_remark(TdDraft *draft, const TdWho *who, guint64 number,
    const TdSaid *said, const char *text, GError **error);

/* ---- digest.c ---- */

/* @time by the desk's clock on the wall, and as "2026-11-22 10:00"; the
 * caller's. */
GDateTime *td_desk_local_time(const TdDesk *desk, gint64 time);

/* The midnight that ends the day of @now, local time, and @days days more. */
gint64 td_desk_midnight(const TdDesk *desk, gint64 now, gint days);
char *td_talk_time(const TdDesk *desk, gint64 time);

/* @status in words; the caller's. */
char *td_talk_status(
    const TdDraft *draft, const char *language, TdStatus status);

#endif
