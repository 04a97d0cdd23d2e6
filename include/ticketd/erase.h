/* erase.h - taking out of the store what shall be known no more
 *
 * Part of the store: what store.h says of transactions and errors holds here
 * too.  What is taken out leaves a chain of events that still verifies: the
 * row of an event keeps the hash that its payload had, and a later event of
 * the ticket tells which payloads were replaced, and by what. */

#ifndef TICKETD_ERASE_H
#define TICKETD_ERASE_H

#include <ticketd/people.h>
#include <ticketd/store.h>

G_BEGIN_DECLS

/* ---- events ---- */

/* What was done to the events of one ticket, to be told of by the event that
 * td_erasure_tell() fills in. */
typedef struct TdErasure TdErasure;

TdErasure *td_erasure_new(guint64 ticket);
void td_erasure_free(TdErasure *erasure);
/* How many events were replaced. */
guint td_erasure_count(const TdErasure *erasure);

/* Writes @event, whose .ticket and .sequence tell which it is, in place of what
 * happened there; its time must be the same.  Its place in the chain stays. */
gboolean td_erasure_replace(
    TdErasure *erasure, TdTxn *txn, const TdEvent *event, GError **error);

/* Tells @event, which is to be appended in the same transaction, what was
 * replaced.  Without it td_store_verify() finds each of them changed. */
void td_erasure_tell(const TdErasure *erasure, TdEvent *event);

/* The record of ticket @number is the sum of its events again, as they are now;
 * to be called before that event is appended to *@ticket, the caller's. */
gboolean td_erasure_rebuild(
    const TdErasure *erasure, TdTxn *txn, TdTicket **ticket, GError **error);

/* Of a ticket that moves to another store: an event that was replaced keeps its
 * place in the chain, by the TD_SHA256_SIZE bytes @hash that its payload had.
 * *@replaced tells whether @event, which td_event_list() gave, is one. */
gboolean td_event_replaced(TdTxn *txn, const TdEvent *event, guint8 *hash,
    gboolean *replaced, GError **error);

/* As td_event_append(), of such an event. */
gboolean td_event_append_replaced(TdTxn *txn, TdTicket *ticket, TdEvent *event,
    const guint8 *hash, GError **error);

/* Looks whether the events of ticket @number tell of all that were replaced,
 * and of no others: *@odd is the sequence of the first that they do not tell
 * of rightly, 0 if there is none.  TD_ERROR_BROKEN: the chain does not hold. */
gboolean td_erased_check(
    TdTxn *txn, guint64 number, guint64 *odd, GError **error);

/* Events that are in no store, as a file tells them: what they make of the
 * chain of a ticket that is or was called @number.  With @swapped their
 * payloads were hashed on a machine of the other byte order. */
typedef struct TdHistory TdHistory;

TdHistory *td_history_new(guint64 number, gboolean swapped);
void td_history_free(TdHistory *history);
/* The next one; @hash is NULL, or that of the payload which was replaced. */
void td_history_add(
    TdHistory *history, const TdEvent *event, const guint8 *hash);
/* The chain so far, TD_SHA256_SIZE bytes, borrowed. */
const guint8 *td_history_chain(const TdHistory *history);
/* What td_erased_check() says; 0: all is told. */
guint64 td_history_odd(const TdHistory *history);

/* ---- whole tickets ---- */

/* Throws away all events and messages of @ticket, which is spent: what is left
 * of it is one event by @actor, that tells the hashes of those that were there,
 * and a record with .purged, .created, .merged_into and the status closed.  Of
 * ids and held mail see below.  The ticket must have events. */
gboolean td_ticket_purge(TdTxn *txn, const TdTicket *ticket, gint64 now,
    const char *actor, GError **error);

/* Whether ticket @number was purged; FALSE if there is none. */
gboolean td_ticket_is_purged(
    TdTxn *txn, guint64 number, gboolean *purged, GError **error);

/* Says when @ticket, which was purged, was.  Always FALSE, TD_ERROR_REFUSED. */
gboolean td_ticket_fail_purged(const TdTicket *ticket, GError **error);

/* Up to @limit numbers from @from on that the table of tickets has, the desk's
 * own record too; *@numbers is of guint64, the caller's. */
gboolean td_ticket_numbers(
    TdTxn *txn, guint64 from, guint limit, GArray **numbers, GError **error);

/* ---- what else there is ---- */

/* Forgets @message_id where it leads to ticket @number: the message with
 * @digest (hex; NULL: none), and that a message spoke of it. */
gboolean td_id_forget(TdTxn *txn, const char *message_id, const char *digest,
    guint64 number, GError **error);

/* Held mail with id > @after in order, up to @limit (<= TD_READ_MAX), damaged
 * ones left out; *@holds is of TdHold, the caller's.  *@next is where to go on,
 * 0 at the end. */
gboolean td_hold_list(TdTxn *txn, guint64 after, guint limit, GPtrArray **holds,
    guint64 *next, GError **error);

/* What monitoring systems watch belongs to ticket @number no more. */
gboolean td_object_forget(TdTxn *txn, guint64 number, GError **error);

/* Deletes those values of other rooms whose key or value has one of @texts in
 * it, ASCII letters of either case being the same. */
gboolean td_meta_forget(TdTxn *txn, char *const *texts, GError **error);

/* Whether one of @texts stands in the @size @bytes, likewise. */
gboolean td_bytes_have(const void *bytes, gsize size, char *const *texts);

/* ---- people who are being erased ---- */

/* The number that stands for the person with one of these folded @addresses, 0
 * if nobody began to erase him. */
gboolean td_erased_begun(
    TdTxn *txn, char *const *addresses, guint64 *number, GError **error);
/* The same, but in a write transaction a new number rather than 0: it stands
 * for him until td_erased_done(). */
gboolean td_erased_number(
    TdTxn *txn, char *const *addresses, guint64 *number, GError **error);
/* All is done: nothing is known of @addresses any more. */
gboolean td_erased_done(TdTxn *txn, char *const *addresses, GError **error);

/* ---- the disk ----
 *
 * Berkeley DB leaves what was deleted in pages that are free, or in parts of
 * pages that are, until something else is written there. */

/* How often something was replaced or purged since all was wiped last; 0:
 * never.
 */
gboolean td_wipe_due(TdTxn *txn, guint64 *due, GError **error);
/* Once more: what was deleted shall be overwritten. */
gboolean td_wipe_want(TdTxn *txn, GError **error);
/* All that was @due is wiped. */
gboolean td_wipe_done(TdTxn *txn, guint64 due, GError **error);

/* Where td_store_wipe() is. */
typedef struct {
	guint file; /* with .page: where to go on; both 0 at the end */
	guint32 page;
	guint64 due;   /* what was due when it began; 0: nothing */
	guint indexes; /* are made anew at the next start: until then beginnings
	                * of addresses and words may be in them */
	/* out: */
	guint64 done; /* pages */
	guint64 total;
	gboolean able; /* FALSE: this Berkeley DB cannot be made to */
} TdWipe;

/* Sets *@wipe to the begin, and, if anything is due, has all that is made anew
 * whose pages keep more than their rows.  The suppressed addresses are read
 * into memory for that. */
gboolean td_wipe_begin(TdTxn *txn, TdWipe *wipe, GError **error);

/* Overwrites what is free in some hundred pages.  Takes turns of its own: the
 * caller's thread must have no TdTxn.  TD_ERROR_USAGE: there is no such
 * .file. */
gboolean td_store_wipe(TdStore *store, TdWipe *wipe, GError **error);

/* Paths of folders in which a former store is, or one in the making, since a
 * backup was restored; *@folders is the caller's.  Nothing of this header
 * touches them. */
gboolean td_store_replaced(TdStore *store, GStrv *folders, GError **error);

/* Begins a new log file, writes a checkpoint and removes those before it, even
 * where the next addition to a backup would need them.  *@left is how many of
 * them must stay nonetheless: a backup is being made. */
gboolean td_store_forget_log(TdStore *store, guint *left, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdErasure, td_erasure_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdHistory, td_history_free)

G_END_DECLS

#endif
