/* check-private.h - what the files share that look for damage */

#ifndef STORE_CHECK_PRIVATE_H
#define STORE_CHECK_PRIVATE_H

#include "store/row-private.h"

G_BEGIN_DECLS

/* ---- strays.c: what nothing of the store's leads to ---- */

/* The first number from @from on that @tables have.  Rows whose key is shorter
 * than a number are passed over. */
gboolean td_numbers_next(TdTxn *txn, const TdTable *tables, guint count,
    guint64 from, gboolean *any, guint64 *next, GError **error);
/* Tells of those rows that stand behind all rows of numbers below @from and
 * before those of @until. */
gboolean td_rows_tell_short(TdTxn *txn, const TdTable *tables, guint count,
    guint64 from, guint64 until, TdCheckFunc finding, gpointer data,
    GError **error);

typedef enum {
	TD_STRAY_NONE,
	TD_STRAY_EXTRA, /* the row that it leads to does not give this key */
	TD_STRAY_LOST   /* it leads to a row that is not there */
} TdStray;

/* As td_cursor_step() for a cursor with values of an index; @primary, to be
 * freed by the caller, is the key of the row.  From a key that is lost the
 * cursor does not go on by itself. */
gboolean td_index_step(TdCursor *cursor, u_int32_t way, DBT *primary,
    gboolean *found, TdStray *stray, GError **error);

/* One call for each stray key of @index. */
typedef void (*TdStrayFunc)(
    TdTable index, TdStray stray, const DBT *primary, gpointer data);

/* Looks at up to TD_READ_MAX keys of @index behind @last (empty: from the
 * first), which is moved on. */
gboolean td_index_tell_strays(TdTxn *txn, TdTable index, GByteArray *last,
    gboolean *more, TdStrayFunc finding, gpointer data, GError **error);

/* ---- ids.c ---- */

/* Places among the Message-IDs are below this. */
#define TD_IDS_END (G_GUINT64_CONSTANT(1) << 60)

/* Reads up to TD_READ_MAX rows from a place on, which is what *@at has below
 * TD_IDS_END; it is moved to where to go on, and 0 at the end.  Each damaged
 * row is a finding and adds to *@wrong. */
gboolean td_ids_check(TdTxn *txn, guint64 *at, TdCheckFunc finding,
    gpointer data, guint64 *wrong, GError **error);

/* ---- outbox-rows.c ---- */

/* Each damaged row is a finding and adds to *@wrong. */
gboolean td_outbox_check(TdTxn *txn, TdCheckFunc finding, gpointer data,
    guint64 *wrong, GError **error);

/* ---- difference.c ---- */

/* Names of what differs in @a and @b, which are not equal: "priority, queue";
 * the caller's. */
char *td_ticket_difference(const TdTicket *a, const TdTicket *b);

/* ---- verify-read.c ---- */

typedef struct {
	guint64 sequence;
	gboolean indexed;
	gboolean odd; /* its key is no event's */
	TdRow row;
} TdChainLink;

void td_chain_link_free(TdChainLink *link);
/* Adds rows among the events of ticket @number that come behind the key @last
 * (empty: from the first) to @links, so many that a turn is short; @last is
 * moved on.  None: there are no more. */
gboolean td_chain_read(TdTxn *txn, guint64 number, GByteArray *last,
    GPtrArray *links, GError **error);

/* ---- verify-ticket.c ---- */

/* Tells of a finding of @verify; @sequence 0: of the ticket as a whole. */
void td_verify_tell(TdVerify *verify, guint64 ticket, guint64 sequence,
    const char *format, ...) G_GNUC_PRINTF(4, 5);
/* Follows the events of ticket @number and looks at all that belongs to it;
 * @seals are those of this ticket. */
gboolean td_verify_ticket(TdStore *store, TdVerify *verify, guint64 number,
    const TdSeal *seals, guint count, GError **error);

G_END_DECLS

#endif
