/* batch.c - see outbox/batch.h */

#include "config.h"

#include "outbox/batch.h"

/* No row waits longer: not to be tried again, nor for an agent to take back
 * what he wrote. */
#define LONGEST_WAIT (30 * 60 * 60)

/* ---- reading ---- */

static gboolean
is_in(const GPtrArray *mails, guint64 id)
{
	for (guint i = 0; mails != NULL && i < mails->len; i++) {
		const TdMail *mail = g_ptr_array_index(mails, i);

		if (mail->row->id == id)
			return TRUE;
	}
	return FALSE;
}

static gboolean
is_wanted(const TdBatchRange *range, const TdOutboxRow *row)
{
	if (range->only != NULL &&
	    !g_hash_table_contains(range->only, &row->id))
		return FALSE;
	return !is_in(range->without, row->id);
}

static gboolean
read_rows(TdStore *store, gint64 due, guint64 id, gint64 until, guint limit,
    GPtrArray **rows, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(store);

	return td_outbox_rows(txn, due, id, until, limit, rows, error);
}

/* What a mail without a text comes to. */
static void
settle_unreadable(TdMail *mail, const GError *problem)
{
	g_autofree char *answer = NULL;

	if (problem == NULL) {
		td_mail_judge_rest(mail, TD_FATE_FAILED,
		    "5.3.0 the text of the mail is not in the store");
	} else {
		answer = g_strdup_printf("4.3.0 %s", problem->message);
		td_mail_judge_rest(mail, TD_FATE_DEFERRED, answer);
	}
	mail->tried = TRUE;
}

/* Reads the text of @mail, unless it has more than @room bytes: then FALSE. */
static gboolean
read_text(TdStore *store, TdMail *mail, guint64 room, gsize *size)
{
	const TdOutboxRow *row = mail->row;
	g_autoptr(TdTxn) txn = td_txn_read(store);
	g_autoptr(GBytes) raw = NULL;
	g_autoptr(GError) problem = NULL;
	guint64 found = 0;

	if (!td_filed_raw(txn, row->ticket, row->sequence, room, &found, &raw,
	        &problem)) {
		settle_unreadable(mail, problem);
		return TRUE;
	}
	if (raw == NULL && found > room)
		return FALSE;
	/* It was erased since the row was read. */
	if (raw == NULL || g_bytes_get_size(raw) == 0) {
		settle_unreadable(mail, NULL);
		return TRUE;
	}
	td_mail_set_text(mail, raw);
	*size = g_bytes_get_size(mail->text);
	return TRUE;
}

/* Takes @rows over into @mails until these are full; TRUE if they are. */
static gboolean
take_rows(TdStore *store, const TdBatchRange *range, GPtrArray *rows,
    GPtrArray *mails, gsize *held)
{
	for (guint i = 0; i < rows->len; i++) {
		const TdOutboxRow *row = g_ptr_array_index(rows, i);
		g_autoptr(TdMail) mail = NULL;
		guint64 room = mails->len == 0 ? G_MAXUINT64
		                               : TD_BATCH_BYTES - *held;
		gsize size = 0;

		if (!is_wanted(range, row))
			continue;
		mail = td_mail_new(
		    g_steal_pointer(&g_ptr_array_index(rows, i)));
		if (!td_mail_is_settled(mail) &&
		    !read_text(store, mail, room, &size))
			return TRUE;
		g_ptr_array_add(mails, g_steal_pointer(&mail));
		*held += size;
		if (mails->len == TD_BATCH_MAILS || *held >= TD_BATCH_BYTES)
			return TRUE;
	}
	return FALSE;
}

gboolean
td_batch_read(TdStore *store, const TdBatchRange *range, GPtrArray **mails,
    GError **error)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_mail_free);
	gint64 due = range->after_due;
	guint64 id = range->after_id;
	gsize held = 0;
	guint count;

	do {
		g_autoptr(GPtrArray) rows = NULL;
		const TdOutboxRow *last;

		if (!read_rows(store, due, id, range->until, TD_BATCH_MAILS,
		        &rows, error))
			return FALSE;
		count = rows->len;
		if (count == 0)
			break;
		last = g_ptr_array_index(rows, count - 1);
		due = last->due;
		id = last->id;
		if (take_rows(store, range, rows, found, &held))
			break;
	} while (count == TD_BATCH_MAILS);

	/* What a commit shows is on disk a moment later; nobody shall hear of a
	 * ticket that a power cut takes away. */
	if (found->len > 0 && !td_store_flush(store, error))
		return FALSE;
	*mails = g_steal_pointer(&found);
	return TRUE;
}

gboolean
td_batch_next_due(
    TdStore *store, const GPtrArray *without, gint64 *due, GError **error)
{
	g_autoptr(GPtrArray) rows = NULL;

	if (!read_rows(store, 0, 0, G_MAXINT64,
	        MIN(without->len + 1, TD_READ_MAX), &rows, error))
		return FALSE;
	*due = G_MAXINT64;
	for (guint i = 0; i < rows->len; i++) {
		const TdOutboxRow *row = g_ptr_array_index(rows, i);

		if (!is_in(without, row->id))
			*due = MIN(*due, row->due);
	}
	return TRUE;
}

void
td_batch_add_id(GHashTable *ids, guint64 id)
{
	g_hash_table_add(ids, g_memdup2(&id, sizeof(id)));
}

/* Which rows are wanted; @data is the caller's. */
typedef gboolean (*RowTest)(const TdOutboxRow *row, gconstpointer data);

/* The ids of rows that @test (NULL: all) is TRUE for. */
static gboolean
find_ids(TdStore *store, gint64 after, gint64 until, RowTest test,
    gconstpointer data, GHashTable **ids, GError **error)
{
	g_autoptr(GHashTable) found = g_hash_table_new_full(
	    g_int64_hash, g_int64_equal, g_free, NULL);
	gint64 due = after;
	guint64 id = 0;
	guint count;

	do {
		g_autoptr(GPtrArray) rows = NULL;

		if (!read_rows(
		        store, due, id, until, TD_READ_MAX, &rows, error))
			return FALSE;
		count = rows->len;
		for (guint i = 0; i < count; i++) {
			const TdOutboxRow *row = g_ptr_array_index(rows, i);

			if (test == NULL || test(row, data))
				td_batch_add_id(found, row->id);
			due = row->due;
			id = row->id;
		}
	} while (count == TD_READ_MAX);

	*ids = g_steal_pointer(&found);
	return TRUE;
}

gboolean
td_batch_ids(TdStore *store, gint64 until, GHashTable **ids, GError **error)
{
	return find_ids(store, 0, until, NULL, NULL, ids, error);
}

typedef struct {
	gint64 now;
	gboolean turned_back;
} Moment;

static gboolean
is_stray(const TdOutboxRow *row, gconstpointer data)
{
	const Moment *moment = data;

	return row->created > moment->now ||
	    row->due > moment->now + LONGEST_WAIT ||
	    (moment->turned_back && row->attempts > 0);
}

gboolean
td_batch_stray_ids(TdStore *store, gint64 now, gboolean turned_back,
    GHashTable **ids, GError **error)
{
	const Moment moment = { now, turned_back };

	return find_ids(
	    store, now + 1, TD_OUTBOX_HELD - 1, is_stray, &moment, ids, error);
}

/* ---- reporting ---- */

typedef struct {
	TdOutboxReport report;
	gpointer data;
	TdMail *const *mails;
	guint count;
} Job;

static gboolean
report_all(TdTxn *txn, gpointer data, GError **error)
{
	const Job *job = data;

	for (guint i = 0; i < job->count; i++) {
		const TdMail *mail = job->mails[i];
		const TdDelivery delivery = {
			.row = mail->row,
			.fates = mail->fates,
			.answers = (const char *const *)mail->answers,
			.next_due = mail->next_due,
		};

		if (!job->report(txn, &delivery, job->data, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
td_batch_report(TdWriter *writer, TdOutboxReport report, gpointer data,
    GPtrArray *mails, GError **error)
{
	Job job = { report, data, (TdMail *const *)mails->pdata, mails->len };
	g_autoptr(GError) problem = NULL;

	if (mails->len == 0)
		return TRUE;
	if (td_writer_run(writer, report_all, &job, &problem)) {
		g_ptr_array_set_size(mails, 0);
		return TRUE;
	}

	/* One bad row must not hold up the others. */
	for (guint i = 0; job.count > 1 && i < mails->len;) {
		Job single = { report, data, (TdMail *const *)&mails->pdata[i],
			1 };

		if (td_writer_run(writer, report_all, &single, NULL))
			g_ptr_array_remove_index(mails, i);
		else
			i++;
	}
	if (mails->len == 0)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}
