/* request-outbox.c - the verbs about mail that waits to go out */

#include "config.h"

#include <ticketd/clock.h>
#include <ticketd/error.h>

#include "server/request.h"

static gboolean
fail_no_row(guint64 id, GError **error)
{
	return td_fail(error, TD_ERROR_REFUSED,
	    "there is no mail %" G_GUINT64_FORMAT " in the outbox", id);
}

/* ---- list ---- */

/* "DUE.ID" of the last row that was shown. */
static gboolean
parse_cursor(const TdCall *call, gint64 *due, guint64 *id, GError **error)
{
	const char *next = td_call_text(call, "next");
	g_auto(GStrv) parts = NULL;

	if (next == NULL)
		return TRUE;
	parts = g_strsplit(next, ".", 2);
	if (g_strv_length(parts) != 2 ||
	    !g_ascii_string_to_signed(
	        parts[0], 10, G_MININT64, G_MAXINT64, due, NULL) ||
	    !g_ascii_string_to_unsigned(parts[1], 10, 0, G_MAXUINT64, id, NULL))
		return td_fail(error, TD_ERROR_USAGE, "bad value of \"next\"");
	return TRUE;
}

static gboolean
read_rows(const TdCall *call, gint64 due, guint64 id, GPtrArray **rows,
    GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));

	return td_outbox_rows(
	    txn, due, id, G_MAXINT64, td_call_limit(call), rows, error);
}

gboolean
td_request_outbox_list(const TdCall *call, GError **error)
{
	g_autoptr(GPtrArray) rows = NULL;
	JsonArray *array;
	JsonObject *result;
	gint64 due = 0;
	guint64 id = 0;

	if (!parse_cursor(call, &due, &id, error) ||
	    !read_rows(call, due, id, &rows, error))
		return FALSE;

	array = json_array_sized_new(rows->len);
	for (guint i = 0; i < rows->len; i++)
		json_array_add_object_element(
		    array, td_json_outbox_row(g_ptr_array_index(rows, i)));
	result = json_object_new();
	json_object_set_array_member(result, "rows", array);
	if (rows->len == td_call_limit(call)) {
		const TdOutboxRow *last = g_ptr_array_index(
		    rows, rows->len - 1);
		g_autofree char *next = g_strdup_printf("%" G_GINT64_FORMAT
		                                        ".%" G_GUINT64_FORMAT,
		    last->due, last->id);

		json_object_set_string_member(result, "next", next);
	}
	td_call_answer(call, result);
	return TRUE;
}

/* ---- retry: what was put off is due now ---- */

typedef struct {
	guint64 id; /* 0: all */
	gint64 now;
	gboolean held; /* of all: those that were held after a restore */
	guint count;   /* rows made due in this job */
} Retry;

static gboolean
make_due(TdTxn *txn, TdOutboxRow *row, gint64 now, GError **error)
{
	if (!td_outbox_row_delete(txn, row, error))
		return FALSE;
	/* It has not been tried for as long as it was held. */
	if (row->due == TD_OUTBOX_HELD)
		row->created = now;
	row->due = now;
	return td_outbox_row_put(txn, row, error);
}

static gboolean
retry_one(TdTxn *txn, gpointer data, GError **error)
{
	Retry *job = data;
	g_autoptr(TdOutboxRow) row = NULL;

	if (!td_outbox_row_find(txn, job->id, &row, error))
		return FALSE;
	if (row == NULL)
		return fail_no_row(job->id, error);

	/* One that is due may be in the hands of the outbox. */
	job->count = 1;
	return row->due <= job->now || make_due(txn, row, job->now, error);
}

static gboolean
retry_some(TdTxn *txn, gpointer data, GError **error)
{
	Retry *job = data;
	g_autoptr(GPtrArray) rows = NULL;

	gint64 after = job->held ? TD_OUTBOX_HELD - 1 : job->now;
	gint64 until = job->held ? TD_OUTBOX_HELD : TD_OUTBOX_HELD - 1;

	if (!td_outbox_rows(
	        txn, after, G_MAXUINT64, until, TD_READ_MAX, &rows, error))
		return FALSE;
	for (guint i = 0; i < rows->len; i++) {
		if (!make_due(txn, g_ptr_array_index(rows, i), job->now, error))
			return FALSE;
	}
	job->count = rows->len;
	return TRUE;
}

gboolean
td_request_outbox_retry(const TdCall *call, GError **error)
{
	Retry job = { td_call_number(call, "id", 0), td_clock_now(),
		td_call_flag(call, "held"), 0 };
	TdWriter *writer = td_service_writer(call->service);
	JsonObject *result;
	gint64 count = 0;

	if (job.id != 0) {
		if (!td_writer_run(writer, retry_one, &job, error))
			return FALSE;
		count = job.count;
	} else {
		do {
			if (!td_writer_run(writer, retry_some, &job, error))
				return FALSE;
			count += job.count;
		} while (job.count > 0);
	}
	td_service_wake_outbox(call->service);

	result = json_object_new();
	json_object_set_int_member(result, "due", count);
	td_call_answer(call, result);
	return TRUE;
}

/* ---- drop ---- */

typedef struct {
	const TdDesk *desk;
	const char *actor;
	const GArray *ids;
	gint64 now;
} Drop;

static gboolean
drop_all(TdTxn *txn, gpointer data, GError **error)
{
	const Drop *job = data;

	for (guint i = 0; i < job->ids->len; i++) {
		guint64 id = g_array_index(job->ids, guint64, i);
		g_autoptr(TdOutboxRow) row = NULL;

		if (!td_outbox_row_find(txn, id, &row, error))
			return FALSE;
		if (row == NULL)
			return fail_no_row(id, error);
		if (!td_desk_drop(
		        job->desk, txn, row, job->actor, job->now, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
td_request_outbox_drop(const TdCall *call, GError **error)
{
	g_autoptr(TdDesk) desk = td_service_desk(call->service);
	g_autoptr(GArray) ids = td_call_numbers(call, "ids");
	Drop job = { desk, call->actor, ids, td_clock_now() };
	JsonObject *result;

	if (!td_writer_run(
	        td_service_writer(call->service), drop_all, &job, error))
		return FALSE;

	result = json_object_new();
	json_object_set_int_member(result, "dropped", ids->len);
	td_call_answer(call, result);
	return TRUE;
}

/* ---- flush ---- */

gboolean
td_request_outbox_flush(const TdCall *call, GError **error)
{
	gboolean wait = td_call_flag(call, "wait");
	JsonObject *result;

	if (!td_service_flush_outbox(
	        call->service, td_call_flag(call, "all"), wait, error))
		return FALSE;

	result = json_object_new();
	json_object_set_boolean_member(result, "waited", wait);
	td_call_answer(call, result);
	return TRUE;
}
