/* batch.h - mails from the store, and their fates back into it */

#ifndef OUTBOX_BATCH_H
#define OUTBOX_BATCH_H

#include <ticketd/outbox.h>

#include "outbox/mail.h"

G_BEGIN_DECLS

/* Most mails in one session, and bytes of text in memory; one mail may be
 * larger. */
#define TD_BATCH_MAILS 50u
#define TD_BATCH_BYTES (8u * 1024 * 1024)

/* Where to read, and what to leave out. */
typedef struct {
	gint64 after_due; /* as td_outbox_rows() */
	guint64 after_id;
	gint64 until;
	GHashTable *only;         /* ids (guint64 *) to take, or NULL: all */
	const GPtrArray *without; /* of TdMail: these rows not; may be NULL */
} TdBatchRange;

/* The next mails of @range, with their texts; *@mails (of TdMail) is the
 * caller's and empty when there are none.  A mail whose text is missing or
 * damaged comes settled.  The gate is let go between any two texts.  Fails as
 * td_outbox_rows(). */
gboolean td_batch_read(TdStore *store, const TdBatchRange *range,
    GPtrArray **mails, GError **error);

/* When the first row of the outbox that is not in @without is due, G_MAXINT64
 * if there is none. */
gboolean td_batch_next_due(
    TdStore *store, const GPtrArray *without, gint64 *due, GError **error);

/* The ids (guint64 *) of all rows due by @until; the caller's. */
gboolean td_batch_ids(
    TdStore *store, gint64 until, GHashTable **ids, GError **error);

/* The ids of rows that the right clock would not have put off to where they
 * stand: written under one that went ahead of @now.  @turned_back: the clock
 * was just then turned back, so that all that had been put off are among them.
 */
gboolean td_batch_stray_ids(TdStore *store, gint64 now, gboolean turned_back,
    GHashTable **ids, GError **error);

/* Adds one more to such a set. */
void td_batch_add_id(GHashTable *ids, guint64 id);

/* Reports @mails in one job of the writer; should that fail, in one job each.
 * Those reported are removed from @mails (which must have a free function);
 * FALSE if any is left. */
gboolean td_batch_report(TdWriter *writer, TdOutboxReport report, gpointer data,
    GPtrArray *mails, GError **error);

G_END_DECLS

#endif
