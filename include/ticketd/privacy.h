/* privacy.h - what a desk forgets: old tickets, and people
 *
 * Part of the desk: what desk.h and store.h say holds here too.  Both go one
 * way: a td_..._look() makes a plan in short read turns of its own (the
 * caller's thread must have no TdTxn), which td_desk_purge() or
 * td_desk_erase() does in one write transaction.  Between the two no other
 * plan of this header may be done. */

#ifndef TICKETD_PRIVACY_H
#define TICKETD_PRIVACY_H

#include <ticketd/desk.h>
#include <ticketd/erase.h>

G_BEGIN_DECLS

/* Numbers of the tickets that mail waits for to be sent, a set of guint64 *;
 * the caller's. */
gboolean td_desk_waiting(TdStore *store, GHashTable **tickets, GError **error);

/* What was changed on ticket @number below the store's functions: the first
 * finding of td_store_verify(), "event 42/3 was changed ...", the caller's,
 * NULL if there is none.  To erase or purge that would hide it. */
gboolean td_desk_find_change(
    TdStore *store, guint64 number, char **finding, GError **error);

/* ---- tickets ---- */

/* What is to happen to one ticket. */
typedef struct {
	guint64 number;
	guint64 events; /* that it has: with another it is not the same */
	guint64 messages;
	gint64 updated;   /* when something happened to it last */
	char *why;        /* it must stay: "mail of it waits to be sent"; or
	                   * NULL */
	gboolean damaged; /* .why tells what was changed, or cannot be read */
	GPtrArray *ids;   /* of char *: Message-ID, content digest or "", ... */
} TdPurge;

void td_purge_free(TdPurge *purge);

/* Whether ticket @number can be thrown away: it is @status (closed or resolved)
 * and nothing happened to it since @before; if it is merged, so is what it was
 * merged into.  One that was changed must stay.  *@purge is the caller's, NULL
 * if it is none of these, or was purged.  @waiting is td_desk_waiting()'s. */
gboolean td_desk_purge_look(TdStore *store, guint64 number, TdStatus status,
    gint64 before, GHashTable *waiting, TdPurge **purge, GError **error);

/* Throws it away, unless something happened to it since: then *@done is FALSE.
 */
gboolean td_desk_purge(TdTxn *txn, const TdPurge *purge, gint64 now,
    const char *actor, gboolean *done, GError **error);

/* Leaves on the desk's own record that the tickets with these @count @numbers,
 * in order, were purged. */
gboolean td_desk_purge_tell(TdTxn *txn, const guint64 *numbers, guint count,
    gint64 now, const char *actor, GError **error);

/* ---- people ---- */

/* Somebody who is to be erased. */
typedef struct {
	GStrv addresses; /* folded */
	GStrv names;     /* by which texts name him: of two words or more */
	char *alias;     /* what stands for him: "erased-7"; "erased-0" as long
	                  * as nothing was written */
	gboolean begun;  /* an erasure of his was not finished */
	guint64 person;  /* in people, or 0 */
	gboolean banned; /* which stays */
	gboolean whole;  /* of tickets that he asked for, all messages, whoever
	                  * wrote them */
} TdErased;

void td_erased_free(TdErased *erased);

/* Who @address is.  With a write transaction .alias is his from then on.  Fails
 * with TD_ERROR_USAGE if it is no address, and with TD_ERROR_REFUSED if it is
 * the desk's own or an agent's, and says what to do. */
gboolean td_desk_erase_who(const TdDesk *desk, TdTxn *txn, const char *address,
    gboolean whole, TdErased **erased, GError **error);

/* What is to happen on one ticket. */
typedef struct {
	guint64 number;
	gboolean his;        /* he asked for it */
	gboolean waiting;    /* mail of it waits to be sent */
	GPtrArray *events;   /* of TdEvent: as they will be */
	GPtrArray *messages; /* of TdFiled: likewise */
	GArray *emptied; /* of guint64: sequences of those that lose their text
	                  */
	GArray *named;   /* of guint64: of those that will still name him */
} TdErasePlan;

void td_erase_plan_free(TdErasePlan *plan);
/* Whether there is something to do on the ticket. */
gboolean td_erase_plan_is_empty(const TdErasePlan *plan);

/* *@plan is the caller's, NULL if the ticket was purged or there is none.
 * Damaged events and messages are left alone.  @waiting is td_desk_waiting()'s.
 */
gboolean td_desk_erase_look(TdStore *store, const TdErased *erased,
    guint64 number, GHashTable *waiting, TdErasePlan **plan, GError **error);

/* Does it.  Whether the ticket was changed is the caller's to ask.  *@dropped
 * is added to: waiting mail that will not be sent. */
gboolean td_desk_erase(TdTxn *txn, const TdErased *erased,
    const TdErasePlan *plan, gint64 now, const char *actor, guint *dropped,
    GError **error);

/* What was done, for the desk's own record; .dropped and .holds are added
 * to by td_desk_erase_rest(). */
typedef struct {
	guint64 tickets;
	guint64 events;
	guint64 messages;
	guint dropped;
	guint holds;
} TdEraseCount;

/* When all tickets are done: what else is known of him (people, held and
 * waiting mail, suppressions but bans), and an event on the desk's own record
 * that does not name him. */
gboolean td_desk_erase_rest(TdTxn *txn, const TdErased *erased,
    TdEraseCount *count, gint64 now, const char *actor, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdPurge, td_purge_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdErased, td_erased_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdErasePlan, td_erase_plan_free)

G_END_DECLS

#endif
