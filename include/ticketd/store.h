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

#include <ticketd/ticket.h>

G_BEGIN_DECLS

/* 1: records without deadlines. */
#define TD_STORE_SCHEMA 2u

/* Most rows that a read turn should take before it lets go of the gate. */
#define TD_READ_MAX 200u

typedef struct TdStore TdStore;
typedef struct TdTxn TdTxn;

/* ---- the store ---- */

/* Makes the directory @home (mode 0700) with a lock file, db/ and log/, and an
 * empty store in it whose first ticket will be @first_number.  Fails with
 * TD_ERROR_REFUSED if there is one already, with TD_ERROR_AGAIN while one is
 * restored there. */
gboolean td_store_create(
    const char *home, guint64 first_number, GError **error);

/* Opens the store in @home: takes the lock, waiting up to @wait_ms for its
 * holder to go, then runs recovery.  @cache_size in bytes.  The caller owns the
 * result.  Fails with TD_ERROR_NO_STORE (tells of "ticket init"),
 * TD_ERROR_AGAIN (lock held, names the holder's pid where it can; disk full),
 * TD_ERROR_DENIED (not the owner), TD_ERROR_CONFIG (made by a newer ticketd, or
 * by an older one: tells of "ticket check --upgrade"; or on a machine of the
 * other byte order), TD_ERROR_BROKEN. */
TdStore *td_store_open(
    const char *home, guint64 cache_size, guint wait_ms, GError **error);

/* An empty store in memory, for deciding where there is none. */
TdStore *td_store_open_memory(GError **error);

/* Every transaction must be gone before this.  Writes a checkpoint. */
void td_store_close(TdStore *store);

/* Whether it is unknown what the disk holds of @store: a flush failed, after
 * which the kernel may have dropped what was to be written, or Berkeley DB gave
 * up.  From then on nothing is written, flushed or checkpointed any more: each
 * try fails with TD_ERROR_AGAIN.  The process must end, and the next one that
 * opens the store finds by recovery what is there. */
gboolean td_store_is_lost(TdStore *store);

/* Calls @func once when that comes about, on any thread, maybe inside of
 * another call of the store's; at once if it did before. */
typedef void (*TdLostFunc)(gpointer data);
void td_store_on_lost(TdStore *store, TdLostFunc func, gpointer data);

/* Makes all committed transactions durable. */
gboolean td_store_flush(TdStore *store, GError **error);

/* Writes a checkpoint and removes logs no longer needed, if @force or there
 * are 16 MiB of log since the last one. */
gboolean td_store_checkpoint(TdStore *store, gboolean force, GError **error);

/* Free bytes on the file system of the store, and files that may still be made
 * there; G_MAXUINT64 in memory, and of files where there is no bound. */
guint64 td_store_space(TdStore *store);
guint64 td_store_files(TdStore *store);

/* Whether the file system of the folder @home, with an open store or without,
 * has less than 32 MiB left, or room for less than 32 files, or less than the
 * last opening by this process needed: an error that may go away is then the
 * disk's. */
gboolean td_store_is_full(const char *home);

/* ---- transactions ---- */

/* @store is borrowed and must outlive the result, which the caller owns.
 * td_txn_begin() waits for the gate; nobody else reads or writes until the
 * TdTxn is committed or freed.  A waiting writer goes before later readers, so
 * a thread that holds a TdTxn must not take another one.  td_txn_begin() fails
 * with TD_ERROR_AGAIN too when less than 16 MiB of the disk are free, or it has
 * room for less than 16 files. */
TdTxn *td_txn_begin(TdStore *store, GError **error);
TdTxn *td_txn_read(TdStore *store);

/* Commits without waiting for the disk and opens the gate.  @txn is spent
 * whatever the outcome, and still the caller's to free. */
gboolean td_txn_commit(TdTxn *txn, GError **error);

/* Frees @txn, undoing its work unless it was committed; NULL is fine. */
void td_txn_free(TdTxn *txn);

/* ---- tickets ---- */

/* Takes the next number.  Numbers of undone transactions are handed out
 * again, so there are no gaps. */
gboolean td_ticket_allot(TdTxn *txn, guint64 *number, GError **error);

/* The highest number allotted so far, and the first. */
gboolean td_ticket_range(
    TdTxn *txn, guint64 *first, guint64 *last, GError **error);

/* Makes the next number one above @until.  Those that are so left out, and
 * those below, stand for no ticket and are not missing. */
gboolean td_ticket_skip(TdTxn *txn, guint64 until, GError **error);
/* Takes @number, which is not 0: *@claimed is FALSE, and nothing happened, if
 * it was taken before.  Numbers between the last one and this are left out. */
gboolean td_ticket_claim(
    TdTxn *txn, guint64 number, gboolean *claimed, GError **error);
/* Whether @number was left out. */
gboolean td_ticket_skipped(
    TdTxn *txn, guint64 number, gboolean *skipped, GError **error);

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
	const char *owner;     /* "": nobody's, of active ones; or NULL */
	const char *words;     /* each must begin a word of the subject; NULL */
	gboolean spam;         /* TRUE: only those marked; FALSE: only others */
	gboolean breached;     /* only active ones that broke a deadline */
	gint64
	    overdue; /* only those whose .deadline is not after this; 0: any */
	guint64 before; /* cursor: numbers below this alone; 0: all */
	guint limit;    /* at most TD_READ_MAX in one call */
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

/* How many active tickets (new, open, pending or waiting; no spam, none merged)
 * @owner has, "" for nobody, in @queue (NULL: all); counted over an index. */
gboolean td_ticket_count_active(TdTxn *txn, const char *owner,
    const char *queue, guint64 *count, GError **error);

/* What active tickets of one queue are besides. */
typedef struct {
	guint64 overdue; /* their .deadline is not after the time given */
	guint64 breached;
	guint64 unowned;
} TdLate;

/* Adds up the active tickets in @late, of queue -> TdLate, both to be freed by
 * g_free(); looks at TD_READ_MAX of them in one call.  *@cursor is as in
 * td_event_list_newest(). */
gboolean td_ticket_count_late(
    TdTxn *txn, gint64 now, GBytes **cursor, GHashTable *late, GError **error);

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
 * *@cursor is NULL at first, or td_event_cursor()'s, and holds where to go on
 * afterwards, NULL at the end; the caller's. */
gboolean td_event_list_newest(TdTxn *txn, guint limit, GBytes **cursor,
    GPtrArray **events, GError **error);

/* Where td_event_list_newest() begins with the newest event before @until,
 * seconds UTC; the caller's. */
GBytes *td_event_cursor(gint64 until);

/* The time of the event with the earliest one, 0 if there are no events. */
gboolean td_event_oldest(TdTxn *txn, gint64 *time, GError **error);

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
/* The same in two steps, the first of them without a store, on any thread.
 * td_filed_pack()'s is the caller's, and NULL when there is no memory; @size is
 * that of the raw bytes. */
GBytes *td_filed_pack(const char *raw, gsize size);
gboolean td_filed_put_packed(TdTxn *txn, const TdFiled *filed, GBytes *packed,
    gsize size, GError **error);
/* *@filed is the caller's, NULL if there is none.  @raw may be NULL when the
 * bytes are not wanted. */
gboolean td_filed_get(TdTxn *txn, guint64 number, guint64 sequence,
    TdFiled **filed, GBytes **raw, GError **error);
/* The raw bytes alone: *@raw is the caller's, NULL if there are none, or more
 * than @most; *@size says how many there are. */
gboolean td_filed_raw(TdTxn *txn, guint64 number, guint64 sequence,
    guint64 most, guint64 *size, GBytes **raw, GError **error);
/* Changes the headers of note of a message that is there, e.g. moved_to. */
gboolean td_filed_update(TdTxn *txn, const TdFiled *filed, GError **error);

/* Tells @event, by which @filed comes to its ticket, what was filed, so that
 * td_store_verify() sees it when that changes: "sha256" of the raw bytes, and
 * "noted" of the headers of note but moved_to (32 digits of its SHA-256). */
void td_filed_vouch(
    const TdFiled *filed, const char *raw, gsize size, TdEvent *event);

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

/* As .due: it waits until an administrator says what is to become of it.
 * 9999-12-31. */
#define TD_OUTBOX_HELD G_GINT64_CONSTANT(253402214400)

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
/* Whether there is a row of (@row->due, @row->id). */
gboolean td_outbox_row_there(
    TdTxn *txn, const TdOutboxRow *row, gboolean *there, GError **error);
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

/* ---- tickets that are brought back piece by piece ---- */

/* Of ticket @number only the first @events are there, and its clocks stand
 * still; 0: all of it is. */
gboolean td_cut_set(TdTxn *txn, guint64 number, guint64 events, GError **error);
gboolean td_cut_get(
    TdTxn *txn, guint64 number, guint64 *events, GError **error);

/* ---- checking ---- */

/* One finding per call. */
typedef void (*TdCheckFunc)(const char *finding, gpointer data);

/* Looks at up to TD_READ_MAX tickets from *@number on: each record equals the
 * sum of its events, each message and event is there, the indexes agree; people
 * and holds of the same numbers can be read and their indexes agree; behind all
 * numbers, suppressions and objects likewise.  With @rebuild, which needs a
 * write transaction, wrong records are written anew.  *@number is where to go
 * on, 0 at the end; *@wrong is added to. */
gboolean td_store_check(TdTxn *txn, gboolean rebuild, guint64 *number,
    guint64 *wrong, TdCheckFunc finding, gpointer data, GError **error);

/* Where the chain of a ticket was: what event @sequence made of it. */
typedef struct {
	guint64 ticket;
	guint64 sequence;
	guint8 chain[32];
} TdSeal;

/* One finding per call, of event @sequence of @ticket; 0: of the ticket as a
 * whole. */
typedef void (*TdVerifyFunc)(
    guint64 ticket, guint64 sequence, const char *finding, gpointer data);

typedef struct {
	guint64 number; /* where to begin; then where to go on, 0 at the end */
	guint64 until;  /* the last number to look at; G_MAXUINT64: all */
	const TdSeal *seals; /* what must still be so, in order of ticket and
	                      * sequence; those below .number are passed over */
	guint seals_count;
	GArray *heads; /* of TdSeal: gets the newest one of each ticket; or
	                * NULL */
	TdVerifyFunc finding;
	gpointer data;
	/* added to: */
	guint64 wrong; /* findings */
	guint64 tickets;
	guint64 events;
	guint64 messages;
	guint64 unvouched; /* of these messages: no event tells what they were;
	                    * filed by an older ticketd */
} TdVerify;

/* Follows the chain of some hundred tickets from .number on and looks whether
 * anything was changed: no number, event or message is missing or too many,
 * each event has its hash and its place in the chain, each message is what was
 * filed, the record is the sum of its events, the indexes lead to both, and
 * what was sealed is there still; behind the last ticket of all, whether each
 * key of an index is one that its row gives.  Takes short read turns of its
 * own: the caller's thread must have no TdTxn.  What is written meanwhile is no
 * finding.
 */
gboolean td_store_verify(TdStore *store, TdVerify *verify, GError **error);

/* ---- stores of an older ticketd ---- */

typedef struct {
	/* Called now and then, with the number of the last ticket done and that
	 * of the last one there is.  May be NULL, as .finding. */
	void (*progress)(guint64 done, guint64 last, gpointer data);
	TdCheckFunc finding;
	gpointer data;
	/* out: */
	guint64 schema;  /* what it was; TD_STORE_SCHEMA: nothing was to do */
	guint64 tickets; /* written anew, the desk's own record too */
	guint64 damaged; /* findings: tickets that are not the sum of their
	                  * events, whose record stays what it was */
} TdUpgrade;

/* Makes the store in @home one of TD_STORE_SCHEMA: opens it alone as
 * td_store_open() does, and fails as that.  Each ticket's record is written
 * anew from its events, and the indexes of tickets from the records.  Cut short
 * or run twice it does no harm: until all is done the store is an old one. */
gboolean td_store_upgrade(const char *home, guint64 cache_size, guint wait_ms,
    TdUpgrade *upgrade, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdStore, td_store_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdTxn, td_txn_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdFiled, td_filed_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdOutboxRow, td_outbox_row_free)

G_END_DECLS

#endif
