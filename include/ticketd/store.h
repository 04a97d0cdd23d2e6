/* store.h - tickets, their events and messages, kept in Berkeley DB
 *
 * One process has a store open at a time.  All calls take a transaction: a
 * write transaction (one at a time, begun by the writer thread alone, see
 * writer.h) or a read turn, which takes the gate shared and holds no lock of
 * Berkeley DB between calls.  What a write transaction did is on disk once
 * td_store_flush() came back after td_txn_commit(), and gone if the TdTxn is
 * dropped before the commit.
 *
 * Every function that takes a GError fails with TD_ERROR_AGAIN (disk full,
 * deadlock) or TD_ERROR_BROKEN (a damaged record or environment).  Further
 * codes are named at the function.  To find nothing is not a failure: the call
 * is TRUE and the out is NULL or 0.  Outs are written on success alone.
 */

#ifndef TICKETD_STORE_H
#define TICKETD_STORE_H

#include <glib.h>

G_BEGIN_DECLS

#define TD_STORE_SCHEMA 1u

/* Most rows that a read turn should take before it lets go of the gate. */
#define TD_READ_MAX 200u

/* Number 0 is the desk's own record; tickets start at 1.  In a plan, the
 * number that will be allotted. */
#define TD_TICKET_DESK ((guint64)0)
#define TD_TICKET_NEW G_MAXUINT64
/* Further tickets of one plan are TD_TICKET_NEW - 1, - 2 ... */
#define TD_TICKETS_NEW_MAX 100
#define TD_TICKET_IS_NEW(number) ((number) > TD_TICKET_NEW - TD_TICKETS_NEW_MAX)

typedef struct TdStore TdStore;
typedef struct TdTxn TdTxn;

/* ---- the store ---- */

/* Makes the directory @home (mode 0700) with a lock file, db/ and log/, and an
 * empty store in it whose first ticket will be @first_number.  Fails with
 * TD_ERROR_REFUSED if there is one already. */
gboolean td_store_create(
    const char *home, guint64 first_number, GError **error);

/* Opens the store in @home: takes the lock, waiting up to @wait_ms for its
 * holder to go, then runs recovery.  @cache_size in bytes.  The caller owns the
 * result.  Fails with TD_ERROR_NO_STORE (tells of "ticket init"),
 * TD_ERROR_AGAIN (lock held, names the holder's pid where it can; disk full),
 * TD_ERROR_DENIED (not the owner), TD_ERROR_CONFIG (made by a newer ticketd,
 * or on a machine of the other byte order), TD_ERROR_BROKEN. */
TdStore *td_store_open(
    const char *home, guint64 cache_size, guint wait_ms, GError **error);

/* An empty store in memory, for deciding where there is none. */
TdStore *td_store_open_memory(GError **error);

/* Every transaction must be gone before this.  Writes a checkpoint. */
void td_store_close(TdStore *store);

/* Makes all committed transactions durable. */
gboolean td_store_flush(TdStore *store, GError **error);

/* Writes a checkpoint and removes logs no longer needed, if @force or there
 * are 16 MiB of log since the last one. */
gboolean td_store_checkpoint(TdStore *store, gboolean force, GError **error);

/* Free bytes on the file system of the store; G_MAXUINT64 in memory. */
guint64 td_store_space(TdStore *store);

/* ---- transactions ---- */

/* @store is borrowed and must outlive the result, which the caller owns.
 * td_txn_begin() waits for the gate; nobody else reads or writes until the
 * TdTxn is committed or freed.  A waiting writer goes before later readers, so
 * a thread that holds a TdTxn must not take another one.  td_txn_begin() fails
 * with TD_ERROR_AGAIN too when less than 16 MiB of the disk are free. */
TdTxn *td_txn_begin(TdStore *store, GError **error);
TdTxn *td_txn_read(TdStore *store);

/* Commits without waiting for the disk and opens the gate.  @txn is spent
 * whatever the outcome, and still the caller's to free. */
gboolean td_txn_commit(TdTxn *txn, GError **error);

/* Frees @txn, undoing its work unless it was committed; NULL is fine. */
void td_txn_free(TdTxn *txn);

/* ---- tickets ---- */

typedef enum {
	TD_STATUS_NEW,
	TD_STATUS_OPEN,
	TD_STATUS_PENDING,
	TD_STATUS_WAITING,
	TD_STATUS_RESOLVED,
	TD_STATUS_CLOSED,
	TD_STATUS_LAST = TD_STATUS_CLOSED,
} TdStatus;

const char *td_status_name(TdStatus status);
gboolean td_status_from_name(const char *name, TdStatus *status);

typedef struct {
	char *address; /* folded */
	char *name;
} TdParticipant;

/* The other end of a link: "parent" means that .number is the parent. */
typedef struct {
	char *type; /* parent, child, related, duplicate, blocks, blocked-by */
	guint64 number;
} TdLink;

typedef struct {
	gint64 time; /* when it is due, seconds UTC */
	char *agent; /* whose it is: name in people */
	char *text;
} TdReminder;

/* The sum of a ticket's events.  Strings are never NULL. */
typedef struct {
	guint64 number;
	TdStatus status;
	gboolean spam;
	guint8 priority; /* 1 (urgent) to 5, 3 default */
	char *queue;
	char *owner;     /* "" for none */
	char *requester; /* folded address, "" for none */
	char *requester_name;
	char *subject;
	char *language; /* of the requester, "" if unknown */
	char *type;     /* "" for none */
	gint64 created;
	gint64 updated;
	gint64 due;          /* 0 for none */
	guint64 events;      /* sequence of the newest event; the revision */
	guint64 messages;    /* sequence of the newest message */
	guint64 merged_into; /* 0 unless merged */
	GPtrArray *participants; /* of TdParticipant, without the requester */
	GStrv watching_queues;   /* names; may be empty */
	GStrv tags;
	guint64 state; /* sequence of the newest event that changed a field: not
	                * raised by mail that comes or goes */
	GStrv watchers;   /* agents, by name in people */
	GStrv muted;      /* folded addresses that want no more mail of it */
	GPtrArray *links; /* of TdLink */
	GPtrArray *reminders; /* of TdReminder, soonest first */
	gint64 until;   /* when the status ends by itself: pending wakes up,
	                 * resolved is closed; 0: it does not */
	gint64 timer;   /* soonest of until and reminders; 0 for none: the next
	                 * moment at which the desk must look at it */
	guint8 urgency; /* 1 (high) to 5, 0 for none */
	guint8 impact;
	guint8 rating;    /* 1 to 5, 0 for none */
	guint64 minutes;  /* of work, summed up */
	guint8 chain[32]; /* SHA-256 of the chain of events so far */
} TdTicket;

/* An empty ticket (status new, priority 3); free functions take NULL. */
TdTicket *td_ticket_new(guint64 number);
void td_ticket_free(TdTicket *ticket);
TdTicket *td_ticket_copy(const TdTicket *ticket);
gboolean td_ticket_equal(const TdTicket *a, const TdTicket *b);
/* Whether folded @address is the requester or a participant. */
gboolean td_ticket_has_participant(const TdTicket *ticket, const char *address);

/* Takes the next number.  Numbers of undone transactions are handed out
 * again, so there are no gaps. */
gboolean td_ticket_allot(TdTxn *txn, guint64 *number, GError **error);

/* The highest number allotted so far, and the first. */
gboolean td_ticket_range(
    TdTxn *txn, guint64 *first, guint64 *last, GError **error);

/* *@ticket is the caller's, NULL if there is none of that number. */
gboolean td_ticket_get(
    TdTxn *txn, guint64 number, TdTicket **ticket, GError **error);

/* Follows merged_into to the end: *@number is changed to the number that
 * stands for it now. */
gboolean td_ticket_resolve(TdTxn *txn, guint64 *number, GError **error);

/* Writes the record (and with it all indexes). */
gboolean td_ticket_put(TdTxn *txn, const TdTicket *ticket, GError **error);

typedef struct {
	const char *queue;     /* NULL: any */
	int status;            /* TdStatus, -1: any */
	gboolean active;       /* leave out closed ones and merged ones */
	const char *requester; /* folded, or NULL */
	const char *owner;     /* or NULL */
	const char *words;     /* each must begin a word of the subject; NULL */
	gboolean spam;         /* TRUE: only those marked; FALSE: only others */
	guint64 before;        /* cursor: numbers below this alone; 0: all */
	guint limit;           /* at most TD_READ_MAX in one call */
} TdTicketQuery;

/* Tickets that match, newest first.  Reads by an index and looks at no more
 * than TD_READ_MAX rows that do not match: *@next is where to go on (as
 * .before), 0 when there are no more.  Damaged records are left out.
 * *@tickets is of TdTicket, owned by the caller. */
gboolean td_ticket_list(TdTxn *txn, const TdTicketQuery *query,
    GPtrArray **tickets, guint64 *next, GError **error);

/* How many tickets of @queue (NULL: all) have each status, spam left out,
 * merged ones too; counted over an index. */
gboolean td_ticket_count(TdTxn *txn, const char *queue,
    guint64 counts[TD_STATUS_LAST + 1], GError **error);

/* How many of @queue (NULL: all) are marked as spam, whatever their status;
 * merged ones left out. */
gboolean td_ticket_count_spam(
    TdTxn *txn, const char *queue, guint64 *count, GError **error);

/* Numbers of tickets whose timer is not 0 and not after @until, soonest first,
 * at most @limit; *@numbers is of guint64, the caller's.  Reads an index. */
gboolean td_ticket_timers(
    TdTxn *txn, gint64 until, guint limit, GArray **numbers, GError **error);

/* Names of the queues that have tickets. */
gboolean td_ticket_queues(TdTxn *txn, GStrv *queues, GError **error);

/* ---- events ---- */

typedef enum {
	TD_EVENT_CREATED,
	TD_EVENT_MESSAGE,
	TD_EVENT_ACKNOWLEDGED,
	TD_EVENT_SENT,
	TD_EVENT_NOT_DELIVERED,
	TD_EVENT_STATUS,
	TD_EVENT_OWNER,
	TD_EVENT_QUEUE,
	TD_EVENT_PRIORITY,
	TD_EVENT_TYPE,
	TD_EVENT_TAG,
	TD_EVENT_TITLE,
	TD_EVENT_PARTICIPANT,
	TD_EVENT_REQUESTER,
	TD_EVENT_NOTE,
	TD_EVENT_MERGED,
	TD_EVENT_SPLIT,
	TD_EVENT_LINKED,
	TD_EVENT_RATED,
	TD_EVENT_TIME,
	TD_EVENT_DUE,
	TD_EVENT_REMINDER,
	TD_EVENT_ESCALATED,
	TD_EVENT_SUPPRESSED,
	TD_EVENT_REFUSED,
	TD_EVENT_REPORT,
	TD_EVENT_AUTO_REPLY,
	TD_EVENT_LAST = TD_EVENT_AUTO_REPLY,
} TdEventKind;

const char *td_event_kind_name(TdEventKind kind); /* "not-delivered" */
gboolean td_event_kind_from_name(const char *name, TdEventKind *kind);

typedef struct {
	guint64 ticket; /* which ticket it belongs to; TD_TICKET_NEW in plans */
	guint64 sequence; /* from 1; set by td_event_append() */
	gint64 time;
	TdEventKind kind;
	char *actor;     /* "desk", "customer:a@b", "control:root" */
	char *evidence;  /* why we believe the actor; "" */
	guint64 message; /* SEQ of the message it came from, 0 for none */
	GVariant
	    *detail; /* a{sv}; s, t and as alone.  Set by td_event_set_*() */
} TdEvent;

/* The caller owns the result. */
TdEvent *td_event_new(
    TdEventKind kind, guint64 ticket, gint64 time, const char *actor);
void td_event_free(TdEvent *event);
/* Adds a key to detail; invalid UTF-8 and NULL are made valid. */
void td_event_set(TdEvent *event, const char *key, const char *value);
void td_event_set_number(TdEvent *event, const char *key, guint64 value);
/* "" or 0 when there is no such key of that type; borrowed from @event. */
const char *td_event_get(const TdEvent *event, const char *key);
guint64 td_event_get_number(const TdEvent *event, const char *key);
/* FALSE, and *@value untouched, if there is no such key of type t. */
gboolean td_event_find_number(
    const TdEvent *event, const char *key, guint64 *value);

/* What an event does to the ticket it belongs to: the one place where the
 * record is the sum of its events.  Pure.  Keys that count:
 *   created      queue requester requester_name subject language [status]
 *   any kind     .message raises messages
 *   status       to (name of a status), until (number, seconds UTC: when it
 *                ends by itself; absent: never)
 *   owner, queue, type, title, requester (and name)     to
 *   priority     to, urgency, impact (numbers; each alone or together)
 *   due          to (number, seconds UTC)
 *   tag          add, remove
 *   participant  add (address) with name; remove (address);
 *                watch (a queue's name); watcher, unwatch (an agent's name);
 *                mute, unmute (address)
 *   merged       into (number): closes it; into 0 takes that back, with status
 *   suppressed   spam (number 0 or 1)
 *   linked       type and to (number) adds a link; with remove (number) 1 it
 *                takes it away.  Type "moved" is none.
 *   rated        score (number 1 to 5; 0 takes it back)
 *   time         minutes (number) are added; less (number) are taken away
 *   reminder     agent, at (number, seconds UTC), text add one; done (agent)
 *                and at (number) take away those of the agent up to that time
 * All others leave the record as it is but for events, updated and chain.
 * state is raised by created, status, owner, queue, priority, type, tag, title,
 * requester, due, merged and split, and by suppressed with the key spam. */
void td_ticket_fold(TdTicket *ticket, const TdEvent *event);

/* Gives @event the next sequence of @ticket, writes it with its hashes and
 * folds it into @ticket, which the caller must td_ticket_put() before the
 * commit.  @event->ticket must be @ticket->number. */
gboolean td_event_append(
    TdTxn *txn, TdTicket *ticket, TdEvent *event, GError **error);

/* Up to @limit (<= TD_READ_MAX) events of a ticket with sequence > @after, in
 * order; *@events is of TdEvent, the caller's.  Damaged ones are left out. */
gboolean td_event_list(TdTxn *txn, guint64 number, guint64 after, guint limit,
    GPtrArray **events, GError **error);

/* The newest events of all tickets, newest first, without damaged ones.
 * *@cursor is NULL at first and holds where to go on afterwards, NULL at the
 * end; the caller's. */
gboolean td_event_list_newest(TdTxn *txn, guint limit, GBytes **cursor,
    GPtrArray **events, GError **error);

/* Folds all events of @number from the first, following the hash chain.
 * *@ticket is the caller's, NULL if there are no events.  Fails with
 * TD_ERROR_BROKEN that names the event which does not fit. */
gboolean td_ticket_rebuild(
    TdTxn *txn, guint64 number, TdTicket **ticket, GError **error);

/* ---- messages ---- */

/* Headers of note of a filed message; strings never NULL. */
typedef struct {
	guint64 ticket;
	guint64 sequence; /* from 1 */
	gboolean outgoing;
	gboolean internal;
	gboolean marked;  /* from a stranger: see threading */
	char *class_name; /* "human" ...; "" for outgoing */
	char *class_reason;
	char *rule;     /* threading rule; kind of mail for outgoing */
	char *evidence; /* about the sender: "address", "message-id", "from" */
	char *message_id;
	char *digest; /* hex */
	char *from;   /* as written */
	char *from_name;
	char *to; /* "a@b, c@d" */
	char *subject;
	gint64 date;
	gint64 received; /* or written */
	char *sender;    /* envelope; "" null */
	char *recipient;
	char *original_recipient;
	char *queue_id;
	char *moved_to; /* "42/3" when it was filed anew, or "" */
	guint64 size;   /* of the raw bytes */
} TdFiled;

TdFiled *td_filed_new(void);
void td_filed_free(TdFiled *filed);

/* Writes the message as (filed->ticket, filed->sequence). */
gboolean td_filed_put(TdTxn *txn, const TdFiled *filed, const char *raw,
    gsize size, GError **error);
/* *@filed is the caller's, NULL if there is none.  @raw may be NULL when the
 * bytes are not wanted. */
gboolean td_filed_get(TdTxn *txn, guint64 number, guint64 sequence,
    TdFiled **filed, GBytes **raw, GError **error);
/* Changes the headers of note of a message that is there, e.g. moved_to. */
gboolean td_filed_update(TdTxn *txn, const TdFiled *filed, GError **error);

/* ---- ids: which message bears, or speaks of, a Message-ID ---- */

typedef struct {
	guint64 ticket;
	guint64 sequence;
} TdPlace;

/* Records that the message of that id and content digest (hex) is at @place,
 * replacing what was there. */
gboolean td_id_bind(TdTxn *txn, const char *message_id, const char *digest,
    const TdPlace *place, GError **error);
/* Records that the message at @place spoke of @message_id in its References,
 * unless some message did before. */
gboolean td_id_seen(
    TdTxn *txn, const char *message_id, const TdPlace *place, GError **error);
/* Where the message of that id and digest is (@digest NULL: any digest, the
 * first filed).  *@found says whether there is one. */
gboolean td_id_find(TdTxn *txn, const char *message_id, const char *digest,
    gboolean *found, TdPlace *place, GError **error);
gboolean td_id_find_seen(TdTxn *txn, const char *message_id, gboolean *found,
    TdPlace *place, GError **error);

/* ---- outbox ---- */

typedef struct {
	gint64 due;     /* seconds UTC: not before; part of the key */
	guint64 id;     /* unique for ever; set by td_outbox_row_put() when 0 */
	guint64 ticket; /* where the text is: message (ticket, sequence) */
	guint64 sequence;
	char *kind;      /* "acknowledgement" ... */
	char *mail_from; /* "" null return path */
	GStrv recipients;
	char *envid;  /* signed, "" for none */
	char *notify; /* "NEVER", "FAILURE,DELAY" */
	gint64 created;
	guint attempts;
	char *answer; /* the last one of the server; "" */
} TdOutboxRow;

/* One recipient's fate at the SMTP server. */
typedef enum {
	TD_FATE_SENT,
	TD_FATE_DEFERRED,
	TD_FATE_FAILED
} TdFate;

/* What one try made of a row: one fate and one answer of the server ("550 5.1.1
 * no such user", or why it was not reached) for each of row->recipients. */
typedef struct {
	const TdOutboxRow *row; /* borrowed: as it was read */
	const TdFate *fates;
	const char *const *answers;
	gint64 next_due; /* seconds UTC, for those deferred */
} TdDelivery;

TdOutboxRow *td_outbox_row_new(void);
void td_outbox_row_free(TdOutboxRow *row);

gboolean td_outbox_row_put(TdTxn *txn, TdOutboxRow *row, GError **error);
/* Deletes the row of (@row->due, @row->id); one that is gone is fine. */
gboolean td_outbox_row_delete(
    TdTxn *txn, const TdOutboxRow *row, GError **error);
/* Rows in order of due time from (*@due, *@id) exclusive (0, 0 at first), at
 * most @limit and due by @until (G_MAXINT64: all); the caller's. */
gboolean td_outbox_rows(TdTxn *txn, gint64 after_due, guint64 after_id,
    gint64 until, guint limit, GPtrArray **rows, GError **error);
/* *@row is the caller's, NULL if there is none of that id; reads the whole
 * table in the worst case.  Of a damaged row only due and id are known, which
 * is enough to delete it; td_outbox_rows() leaves it out. */
gboolean td_outbox_row_find(
    TdTxn *txn, guint64 id, TdOutboxRow **row, GError **error);

/* ---- meta ---- */

/* *@value is the caller's, NULL if there is none. */
gboolean td_meta_get(
    TdTxn *txn, const char *key, GBytes **value, GError **error);
gboolean td_meta_put(
    TdTxn *txn, const char *key, GBytes *value, GError **error);

/* ---- checking ---- */

/* One finding per call. */
typedef void (*TdCheckFunc)(const char *finding, gpointer data);

/* Looks at up to TD_READ_MAX tickets from *@number on: each record equals the
 * sum of its events, each message and event is there, the indexes agree; people
 * and holds of the same numbers can be read and their indexes agree; behind all
 * numbers, suppressions likewise.  With @rebuild, which needs a write
 * transaction, wrong records are written anew.  *@number is where to go on, 0
 * at the end; *@wrong is added to. */
gboolean td_store_check(TdTxn *txn, gboolean rebuild, guint64 *number,
    guint64 *wrong, TdCheckFunc finding, gpointer data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdStore, td_store_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdTxn, td_txn_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdTicket, td_ticket_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdEvent, td_event_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdFiled, td_filed_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdOutboxRow, td_outbox_row_free)

G_END_DECLS

#endif
