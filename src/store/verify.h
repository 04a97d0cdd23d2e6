/* verify.h - following one ticket: verify-ticket.c and verify-messages.c */

#ifndef STORE_VERIFY_H
#define STORE_VERIFY_H

#include "store/store-private.h"

typedef struct {
	TdStore *store;
	TdVerify *verify;
	guint64 number;
	const TdSeal *seals; /* those that are left */
	guint seals_count;
	TdTicket *sum; /* of the events that could be read */
	TdMarks *marks;
	gboolean torn; /* .sum is not that of all events */
	guint8 chain[TD_HASH_SIZE];
	guint64 sequence; /* of the newest event */
	GByteArray *last; /* key that was read last; empty: none was */
	guint64 present;  /* messages up to this one were looked for */
	guint64 vouched;  /* messages whose bytes were compared */
	guint64 events;
	guint64 findings;
	GPtrArray *told; /* the first of them */
	gboolean again;  /* the ticket was changed below what was read */
} TdFollower;

/* A finding; @sequence 0: of the ticket as a whole. */
void td_follower_tell(TdFollower *follower, guint64 sequence,
    const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Whether the bytes that @event filed are what they were. */
gboolean td_follower_compare_message(
    TdFollower *follower, const TdEvent *event, GError **error);
/* Whether the mail that an event came from is there, where that is another
 * ticket's. */
gboolean td_follower_find_source(
    TdFollower *follower, const TdEvent *event, GError **error);
/* Looks for the messages up to the newest that events speak of, for one turn.
 */
gboolean td_follower_look_for_messages(
    TdFollower *follower, gboolean *more, GError **error);
/* Whether there is a message that no event speaks of. */
gboolean td_follower_look_behind_messages(
    TdFollower *follower, TdTxn *txn, GError **error);

#endif
