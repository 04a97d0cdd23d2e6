/* replay.h - what playing and looking for tickets of another desk share */

#ifndef TICKETD_DESK_REPLAY_H
#define TICKETD_DESK_REPLAY_H

#include <ticketd/desk.h>

G_BEGIN_DECLS

/* The number that the ticket @identity of another desk got here; 0 for none. */
gboolean td_replay_read_memo(
    TdTxn *txn, const char *identity, guint64 *number, GError **error);
gboolean td_replay_write_memo(
    TdTxn *txn, const char *identity, guint64 number, GError **error);

/* Whether @number is so far above the last one that it must be a slip. */
gboolean td_replay_is_too_far(
    TdTxn *txn, guint64 number, gboolean *far, GError **error);

/* Whether both tell of the same, whatever their tickets and sequences are. */
gboolean td_replay_same_event(const TdEvent *a, const TdEvent *b);

G_END_DECLS

#endif
