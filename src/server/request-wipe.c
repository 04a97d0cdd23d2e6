/* request-wipe.c - the verb wipe: what was thrown away is overwritten, some
 * pages at a time */

#include "config.h"

#include <ticketd/error.h>
#include <ticketd/privacy.h>

#include "server/request.h"

static JsonObject *
wipe_json(const TdWipe *wipe)
{
	JsonObject *result = json_object_new();

	json_object_set_int_member(result, "file", wipe->file);
	json_object_set_int_member(result, "page", wipe->page);
	td_json_set_number(result, "due", wipe->due);
	json_object_set_int_member(result, "indexes", wipe->indexes);
	td_json_set_number(result, "done", wipe->done);
	td_json_set_number(result, "total", wipe->total);
	json_object_set_boolean_member(result, "able", wipe->able != 0);
	return result;
}

/* TdWriteFunc */
static gboolean
begin_wipe(TdTxn *txn, gpointer data, GError **error)
{
	return td_wipe_begin(txn, data, error);
}

/* TdWriteFunc */
static gboolean
end_wipe(TdTxn *txn, gpointer data, GError **error)
{
	const TdWipe *wipe = data;

	return td_wipe_done(txn, wipe->due, error);
}

/* What could not be wiped, for a backup is being made, is due the next time. */
static gboolean
finish_wipe(
    const TdCall *call, TdWipe *wipe, JsonObject *result, GError **error)
{
	TdStore *store = td_service_store(call->service);
	g_auto(GStrv) replaced = NULL;
	guint logs;

	if (!td_store_forget_log(store, &logs, error) ||
	    (wipe->able && logs == 0 &&
	        !td_writer_run(
	            td_service_writer(call->service), end_wipe, wipe, error)) ||
	    !td_store_replaced(store, &replaced, error))
		return FALSE;
	json_object_set_int_member(result, "logs", logs);
	json_object_set_array_member(
	    result, "replaced", td_json_texts(replaced));
	return TRUE;
}

/* Where to go on; nothing is asked of the store for it. */
static gboolean
read_wipe(const TdCall *call, TdWipe *wipe, GError **error)
{
	guint64 file = td_call_number(call, "file", 0);
	guint64 page = td_call_number(call, "page", 0);

	if (file > G_MAXUINT || page > G_MAXUINT32)
		return td_fail(error, TD_ERROR_USAGE,
		    "no file of the store is so large, and there are not so "
		    "many");
	*wipe = (TdWipe){
		.file = (guint)file,
		.page = (guint32)page,
		.due = td_call_number(call, "due", 0),
		.indexes = (guint)td_call_number(call, "indexes", 0),
	};
	return TRUE;
}

gboolean
td_request_unwiped(const TdCall *call, JsonObject *result, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));
	guint64 due;

	if (!td_wipe_due(txn, &due, error))
		return FALSE;
	json_object_set_boolean_member(result, "unwiped", due != 0);
	return TRUE;
}

gboolean
td_request_wipe(const TdCall *call, GError **error)
{
	g_autoptr(JsonObject) result = NULL;
	TdWipe wipe;
	gboolean over;

	if (!read_wipe(call, &wipe, error) ||
	    (wipe.file == 0 && wipe.page == 0 &&
	        !td_writer_run(td_service_writer(call->service), begin_wipe,
	            &wipe, error)) ||
	    !td_store_wipe(td_service_store(call->service), &wipe, error))
		return FALSE;
	over = wipe.file == 0 && wipe.page == 0;
	result = wipe_json(&wipe);
	json_object_set_boolean_member(result, "over", over);
	if (over && !finish_wipe(call, &wipe, result, error))
		return FALSE;
	td_call_answer(call, g_steal_pointer(&result));
	return TRUE;
}
