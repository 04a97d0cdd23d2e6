/* writer.h - the one thread that changes the store, many jobs a commit, and one
 * that puts commits on disk */

#ifndef TICKETD_WRITER_H
#define TICKETD_WRITER_H

#include <ticketd/store.h>

G_BEGIN_DECLS

typedef struct TdWriter TdWriter;

/* One job.  Called on the writer thread inside the batch's transaction, and
 * sees what the jobs before it did.  FALSE undoes the whole batch, whose jobs
 * are then tried one by one: a job may run twice, and must begin afresh. */
typedef gboolean (*TdWriteFunc)(TdTxn *txn, gpointer data, GError **error);

/* Called once the job's work is on disk (@error NULL) or undone, one after the
 * other in the order of the jobs, while others may run.  On a thread of the
 * writer's, which may push another job but wait for none.  @error is borrowed.
 */
typedef void (*TdWrittenFunc)(gpointer data, const GError *error);

/* @store is borrowed and must outlive the result, which the caller owns. */
TdWriter *td_writer_new(TdStore *store);

/* Does what waits and is pushed by those who get their answer, then ends. */
void td_writer_free(TdWriter *writer);

/* Queues a job; @done may be NULL.  Any thread.  Jobs run in the order in which
 * they were pushed, up to 64 in one commit. */
void td_writer_push(
    TdWriter *writer, TdWriteFunc work, TdWrittenFunc done, gpointer data);

/* Runs a job and waits until it is on disk.  Not on a thread of the writer's.
 */
gboolean td_writer_run(
    TdWriter *writer, TdWriteFunc work, gpointer data, GError **error);

/* Jobs done, and commits made for them, since the start. */
void td_writer_count(TdWriter *writer, guint64 *jobs, guint64 *commits);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdWriter, td_writer_free)

G_END_DECLS

#endif
