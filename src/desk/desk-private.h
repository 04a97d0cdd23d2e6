/* desk-private.h - what the files of this room share */

#ifndef TICKETD_DESK_PRIVATE_H
#define TICKETD_DESK_PRIVATE_H

#include <ticketd/desk.h>
#include <ticketd/letter.h>
#include <ticketd/token.h>

/* An address that mail may come to, taken apart for matching. */
typedef struct {
	const TdQueue *queue; /* borrowed from the configuration */
	char *address;        /* folded */
	char *local;
	char *domain;
	char *prefix; /* of an address with an extension, before ... */
	char *suffix; /* ... and behind it */
} TdDoor;

/* What is banned, ready for matching. */
typedef struct TdBans TdBans;

struct TdDesk {
	gatomicrefcount refs;
	const TdConf *conf; /* borrowed */
	TdKeys *keys;
	GPtrArray *doors; /* of TdDoor */
	TdLetters *letters;
	TdBans *bans;
};

/* The day of the last digests, "2026-11-22", in the store's meta. */
#define TD_META_DIGEST "digest-day"

/* ---- recipient.c ---- */

void td_doors_build(TdDesk *desk);
void td_door_free(TdDoor *door);

/* The door that @address (folded) comes in by, NULL if it is none of ours.
 * *@extension, which may be NULL, is the caller's: what stands behind the
 * delimiter, NULL if nothing does. */
const TdDoor *td_desk_door(
    const TdDesk *desk, const char *address, char **extension);

/* The extension of @address (folded or not, may be NULL), if it is one of ours
 * that td_token_read_extension() takes; written on success alone. */
gboolean td_desk_extension(
    const TdDesk *desk, const char *address, TdExtension *extension);

/* Whether folded @address is the desk's own: a queue's, with or without an
 * extension, or one of own-aliases. */
gboolean td_desk_is_own(const TdDesk *desk, const char *address);

/* ---- names.c ---- */

/* Whether mail of @class is an event and nothing more: it never opens a
 * ticket, changes no status and is answered by nobody. */
gboolean td_class_is_event(TdClass class);

/* Whether @class tells of a mail of ours (RFC 3464, 8098, 5965). */
gboolean td_class_is_report(TdClass class);

/* ---- classify-sender.c ---- */

/* Whether no person writes from @address (folded or not): machine-senders. */
gboolean td_desk_is_machine(const TdDesk *desk, const char *address);

/* ---- bans.c ---- */

/* Reads the bans of the store; td_bans_free() it. */
TdBans *td_bans_read(TdTxn *txn, GError **error);
void td_bans_free(TdBans *bans);

/* The ban that folded @address falls under ("@example.org", as in
 * TdSuppression.what); NULL: none.  Borrowed. */
const char *td_desk_banned(const TdDesk *desk, const char *address);

/* ---- speaker.c ---- */

/* Whose words a mail is: From, or the Reply-To of a form sender; borrowed from
 * @message, its texts "" when nobody can be told. */
const TdAddress *td_desk_speaker(const TdDesk *desk, const TdMessage *message);

/* Whether @filed came from a customer and is still where it was filed. */
gboolean td_desk_is_customers(const TdFiled *filed);

/* What an answer to @message refers to (RFC 5322 3.6.4): its newest references
 * and its own id; the caller's. */
GStrv td_desk_references(const TdMessage *message);

/* What the recipient was before an alias, by the field that our own mail server
 * put on top: above the first Received.  NULL when there is none; borrowed. */
const char *td_desk_original_to(const TdMessage *message);

/* ---- who.c ---- */

/* Whether @person is an agent who works in the queue of @ticket, owns or
 * watches it; or a lead. */
gboolean td_agent_works_on(const TdPerson *person, const TdTicket *ticket);

/* ---- answer-cap.c ---- */

/* Transcripts and questions that went to folded @address (NULL: to all who are
 * nobody in people) within the hour; and one more. */
gboolean td_cap_count(
    TdTxn *txn, const char *address, gint64 now, guint *count, GError **error);
gboolean td_cap_raise(
    TdTxn *txn, const char *address, gint64 now, GError **error);

/* All that folded @address got by itself within the day, and its domain within
 * the hour; and one more of these. */
gboolean td_cap_count_day(
    TdTxn *txn, const char *address, gint64 now, guint *count, GError **error);
gboolean td_cap_count_domain(
    TdTxn *txn, const char *address, gint64 now, guint *count, GError **error);
gboolean td_cap_raise_automatic(
    TdTxn *txn, const char *address, gint64 now, GError **error);

/* ---- thread.c ---- */

/* Where a mail belongs, before the state of the ticket is looked at. */
typedef struct {
	TdRule rule;
	guint64 ticket; /* TD_TICKET_NEW, TD_TICKET_DESK or a number, merged
	                 * ones followed to their target */
	char *reason;
	const char *evidence;  /* "address", "message-id" or "from" */
	guint64 mentions;      /* a ticket that it speaks of but does not belong
	                        * to, or 0 */
	gboolean addressed;    /* rule address: by the extension below */
	TdExtension extension; /* of an action link not checked yet: who.h */
	gboolean other_content; /* its Message-ID is known with other bytes */
	TdPlace first;          /* rule duplicate: where it is already */
	gboolean first_marked;  /* it was filed there as a stranger's */
	gboolean stronger;      /* filed before, but this recipient is stronger:
	                         * moves from .first to .ticket ... */
	guint64 there;          /* ... from this ticket, merges followed */
} TdThread;

void td_thread_clear(TdThread *thread);

gboolean td_desk_thread(const TdDesk *desk, TdTxn *txn,
    const TdMessage *message, const TdEnvelope *envelope, TdClass class,
    gint64 now, TdThread *thread, GError **error);

/* ---- subject.c ---- */

/* The number in a tag at the start of @subject, behind reply prefixes and tags
 * of gateways, 0 if there is none.  A tag further on is somebody's quote. */
guint64 td_desk_subject_tag(const TdDesk *desk, const char *subject);

/* @subject without reply prefixes and our own tag at its start; borrowed. */
const char *td_desk_bare_subject(const TdDesk *desk, const char *subject);

#endif
