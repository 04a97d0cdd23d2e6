/* request-admin.c - the verbs about the desk itself: secret-rotate, stat,
 * check */

#include "config.h"

#include <ticketd/clock.h>
#include <ticketd/error.h>

#include "server/request.h"

/* ---- secret-rotate ---- */

static gboolean
rotate(TdTxn *txn, gpointer data, GError **error)
{
	return td_desk_rotate_key(txn, data, error);
}

gboolean
td_request_secret_rotate(const TdCall *call, GError **error)
{
	JsonObject *result;
	guint version = 0;

	if (!td_writer_run(
	        td_service_writer(call->service), rotate, &version, error) ||
	    !td_service_renew_desk(call->service, error))
		return FALSE;

	result = json_object_new();
	json_object_set_int_member(result, "version", version);
	td_call_answer(call, result);
	return TRUE;
}

/* ---- stat ---- */

/* Adds @name unless it is there. */
static void
add_name(GPtrArray *names, const char *name)
{
	if (!g_ptr_array_find_with_equal_func(
	        names, name, (GEqualFunc)g_str_equal, NULL))
		g_ptr_array_add(names, g_strdup(name));
}

/* The queues of the configuration, then those that have tickets still. */
static gboolean
queue_names(const TdCall *call, GPtrArray *names, GError **error)
{
	g_autoptr(TdDesk) desk = td_service_desk(call->service);
	const TdConf *conf = td_desk_conf(desk);
	g_autoptr(TdTxn) txn = NULL;
	g_auto(GStrv) stored = NULL;

	for (guint i = 0; i < conf->queues->len; i++) {
		const TdQueue *queue = g_ptr_array_index(conf->queues, i);

		add_name(names, queue->name);
	}
	txn = td_txn_read(td_service_store(call->service));
	if (!td_ticket_queues(txn, &stored, error))
		return FALSE;
	for (gsize i = 0; stored[i] != NULL; i++)
		add_name(names, stored[i]);
	return TRUE;
}

static gboolean
stat_queue(
    const TdCall *call, const char *name, JsonArray *queues, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));
	guint64 counts[TD_STATUS_LAST + 1] = { 0 };
	guint64 spam = 0;
	JsonObject *queue;

	if (!td_ticket_count(txn, name, counts, error) ||
	    !td_ticket_count_spam(txn, name, &spam, error))
		return FALSE;
	g_clear_pointer(&txn, td_txn_free);

	queue = json_object_new();
	json_object_set_string_member(queue, "queue", name);
	for (int i = 0; i <= TD_STATUS_LAST; i++)
		td_json_set_number(
		    queue, td_status_name((TdStatus)i), counts[i]);
	td_json_set_number(queue, "spam", spam);
	json_array_add_object_element(queues, queue);
	return TRUE;
}

static gboolean
stat_queues(const TdCall *call, JsonObject *result, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(JsonArray) queues = json_array_new();

	if (!queue_names(call, names, error))
		return FALSE;
	for (guint i = 0; i < names->len; i++) {
		if (!stat_queue(
		        call, g_ptr_array_index(names, i), queues, error))
			return FALSE;
	}
	json_object_set_array_member(
	    result, "queues", g_steal_pointer(&queues));
	return TRUE;
}

/* What waits, counted in turns. */
typedef struct {
	guint64 waiting;
	guint64 due;
	gint64 oldest; /* due time of the first row, 0 for none */
	gint64 last_due;
	guint64 last_id;
} Waiting;

static gboolean
count_rows(const TdCall *call, Waiting *waiting, gint64 now, guint *count,
    GError **error)
{
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));

	if (!td_outbox_rows(txn, waiting->last_due, waiting->last_id,
	        G_MAXINT64, TD_READ_MAX, &rows, error))
		return FALSE;
	g_clear_pointer(&txn, td_txn_free);

	for (guint i = 0; i < rows->len; i++) {
		const TdOutboxRow *row = g_ptr_array_index(rows, i);

		if (waiting->waiting++ == 0)
			waiting->oldest = row->due;
		if (row->due <= now)
			waiting->due++;
		waiting->last_due = row->due;
		waiting->last_id = row->id;
	}
	*count = rows->len;
	return TRUE;
}

static gboolean
stat_outbox(const TdCall *call, JsonObject *result, GError **error)
{
	gint64 now = td_clock_now();
	Waiting waiting = { 0 };
	JsonObject *outbox;
	guint count = 0;

	do {
		if (!count_rows(call, &waiting, now, &count, error))
			return FALSE;
	} while (count == TD_READ_MAX);

	outbox = json_object_new();
	td_json_set_number(outbox, "waiting", waiting.waiting);
	td_json_set_number(outbox, "due", waiting.due);
	td_json_set_time(
	    outbox, "oldest_due", waiting.due > 0 ? waiting.oldest : 0);
	json_object_set_int_member(outbox, "overdue_seconds",
	    waiting.due > 0 ? now - waiting.oldest : 0);
	json_object_set_object_member(result, "outbox", outbox);
	return TRUE;
}

static gboolean
stat_suppressed(const TdCall *call, JsonObject *result, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));
	g_autoptr(JsonObject) suppressed = json_object_new();

	for (int i = 0; i <= TD_SUPPRESSED_LAST; i++) {
		TdSuppressedKind kind = (TdSuppressedKind)i;
		guint64 count = 0;

		if (!td_suppression_count(txn, kind, &count, error))
			return FALSE;
		td_json_set_number(
		    suppressed, td_suppressed_kind_name(kind), count);
	}
	json_object_set_object_member(
	    result, "suppressed", g_steal_pointer(&suppressed));
	return TRUE;
}

static gboolean
stat_range(const TdCall *call, JsonObject *result, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));
	guint64 first = 0, last = 0;

	if (!td_ticket_range(txn, &first, &last, error))
		return FALSE;
	td_json_set_number(result, "first", first);
	td_json_set_number(result, "last", last);
	return TRUE;
}

gboolean
td_request_stat(const TdCall *call, GError **error)
{
	g_autoptr(JsonObject) result = json_object_new();
	JsonObject *writer;
	guint64 jobs = 0, commits = 0;

	json_object_set_string_member(result, "version", PACKAGE_VERSION);
	json_object_set_int_member(result, "schema", TD_STORE_SCHEMA);
	if (!stat_range(call, result, error) ||
	    !stat_queues(call, result, error) ||
	    !stat_outbox(call, result, error) ||
	    !stat_suppressed(call, result, error))
		return FALSE;

	td_json_set_number(result, "disk_free",
	    td_store_space(td_service_store(call->service)));
	td_writer_count(td_service_writer(call->service), &jobs, &commits);
	writer = json_object_new();
	td_json_set_number(writer, "jobs", jobs);
	td_json_set_number(writer, "commits", commits);
	json_object_set_object_member(result, "writer", writer);
	td_call_answer(call, g_steal_pointer(&result));
	return TRUE;
}

/* ---- check: one page of the store ---- */

typedef struct {
	guint64 from;
	gboolean rebuild;
	guint64 next;
	guint64 wrong;
	guint64 last;
	GPtrArray *findings; /* of char * */
} Check;

static void
add_finding(const char *finding, gpointer data)
{
	GPtrArray *findings = data;

	g_ptr_array_add(findings, g_strdup(finding));
}

/* May run twice, so it begins afresh. */
static gboolean
check_page(TdTxn *txn, gpointer data, GError **error)
{
	Check *check = data;
	guint64 first = 0;

	g_ptr_array_set_size(check->findings, 0);
	check->next = check->from;
	check->wrong = 0;
	return td_store_check(txn, check->rebuild, &check->next, &check->wrong,
	           add_finding, check->findings, error) &&
	    td_ticket_range(txn, &first, &check->last, error);
}

static gboolean
run_check(const TdCall *call, Check *check, GError **error)
{
	g_autoptr(TdTxn) txn = NULL;

	if (check->rebuild)
		return td_writer_run(
		    td_service_writer(call->service), check_page, check, error);
	txn = td_txn_read(td_service_store(call->service));
	return check_page(txn, check, error);
}

gboolean
td_request_check(const TdCall *call, GError **error)
{
	g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
	Check check = {
		.from = td_call_number(call, "number", 0),
		.rebuild = td_call_flag(call, "rebuild"),
		.findings = findings,
	};
	JsonArray *array;
	JsonObject *result;

	if (!run_check(call, &check, error))
		return FALSE;

	array = json_array_sized_new(findings->len);
	for (guint i = 0; i < findings->len; i++)
		json_array_add_string_element(
		    array, g_ptr_array_index(findings, i));
	result = json_object_new();
	json_object_set_array_member(result, "findings", array);
	td_json_set_number(result, "wrong", check.wrong);
	td_json_set_number(result, "last", check.last);
	if (check.next != 0)
		td_json_set_number(result, "next", check.next);
	td_call_answer(call, result);
	return TRUE;
}
