/* request-admin.c - the verbs about the desk itself: secret-rotate, check */

#include "config.h"

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
