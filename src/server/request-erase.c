/* request-erase.c - the verbs erase-look, erase and erase-end: somebody is
 * forgotten
 *
 * Who asks looks at all tickets first, page by page, then has those done on
 * which there is something, then ends.  Each ticket is one transaction, and can
 * be done again: so whatever is cut short is finished by the same requests. */

#include "config.h"

#include <string.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>
#include <ticketd/privacy.h>

#include "server/request.h"

/* After that a page ends. */
#define PAGE_TIME (200 * G_TIME_SPAN_MILLISECOND)

/* One job of the writer. */
typedef struct {
	const TdCall *call;
	TdDesk *desk;
	TdErased *erased;
	gint64 now;
	TdErasePlan *plan;
	guint dropped;
	TdEraseCount count;
	JsonArray *failed; /* tickets that are damaged */
} Job;

static void
clear_job(Job *job)
{
	g_clear_pointer(&job->desk, td_desk_unref);
	td_erased_free(job->erased);
	td_erase_plan_free(job->plan);
	g_clear_pointer(&job->failed, json_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Job, clear_job)

static void
begin(const TdCall *call, Job *job)
{
	job->call = call;
	job->desk = td_service_desk(call->service);
	job->now = td_clock_now();
	job->failed = json_array_new();
}

/* One that is damaged keeps nobody else from being done. */
static gboolean
take_damage(Job *job, guint64 number, GError *problem, GError **error)
{
	JsonObject *object;

	if (!g_error_matches(problem, TD_ERROR, TD_ERROR_BROKEN)) {
		g_propagate_error(error, problem);
		return FALSE;
	}
	object = json_object_new();
	td_json_set_number(object, "number", number);
	json_object_set_string_member(object, "why", problem->message);
	json_array_add_object_element(job->failed, object);
	g_error_free(problem);
	return TRUE;
}

static gboolean
find_who(Job *job, TdTxn *txn, GError **error)
{
	g_clear_pointer(&job->erased, td_erased_free);
	return td_desk_erase_who(job->desk, txn,
	    td_call_text(job->call, "address"),
	    td_call_flag(job->call, "whole"), &job->erased, error);
}

/* TdWriteFunc */
static gboolean
name_him(TdTxn *txn, gpointer data, GError **error)
{
	return find_who(data, txn, error);
}

static gboolean
run(Job *job, TdWriteFunc work, GError **error)
{
	return td_writer_run(
	    td_service_writer(job->call->service), work, job, error);
}

/* ---- looking ---- */

static JsonObject *
plan_json(const TdErasePlan *plan)
{
	JsonObject *object = json_object_new();

	td_json_set_number(object, "number", plan->number);
	json_object_set_boolean_member(object, "his", plan->his != 0);
	td_json_set_number(object, "events", plan->events->len);
	td_json_set_number(object, "messages", plan->emptied->len);
	return object;
}

static void
add_named(const TdErasePlan *plan, JsonArray *named)
{
	for (guint i = 0; i < plan->named->len; i++) {
		g_autofree char *place = g_strdup_printf("%" G_GUINT64_FORMAT
		                                         "/%" G_GUINT64_FORMAT,
		    plan->number, g_array_index(plan->named, guint64, i));

		json_array_add_string_element(named, place);
	}
}

/* Of the first page alone. */
static void
set_who(JsonObject *result, const TdErased *erased)
{
	json_object_set_array_member(
	    result, "addresses", td_json_texts(erased->addresses));
	json_object_set_boolean_member(result, "begun", erased->begun != 0);
	json_object_set_boolean_member(result, "known", erased->person != 0);
	json_object_set_boolean_member(result, "banned", erased->banned != 0);
}

static gboolean
list_numbers(
    Job *job, guint64 from, GArray **numbers, guint64 *last, GError **error)
{
	g_autoptr(TdTxn)
	    txn = td_txn_read(td_service_store(job->call->service));
	guint64 first;

	return find_who(job, txn, error) &&
	    td_ticket_range(txn, &first, last, error) &&
	    td_ticket_numbers(txn, from, TD_READ_MAX, numbers, error);
}

/* Those of @numbers for which there is time; *@next is where to go on, 0 at the
 * end. */
static gboolean
look_at_all(Job *job, const GArray *numbers, JsonArray *tickets,
    JsonArray *named, guint64 *next, GError **error)
{
	TdStore *store = td_service_store(job->call->service);
	g_autoptr(GHashTable)
	    waiting = g_hash_table_new(g_int64_hash, g_int64_equal);
	gint64 end = g_get_monotonic_time() + PAGE_TIME;

	*next = 0;
	for (guint i = 0; i < numbers->len; i++) {
		guint64 number = g_array_index(numbers, guint64, i);
		g_autoptr(TdErasePlan) plan = NULL;
		GError *problem = NULL;

		if (i > 0 && g_get_monotonic_time() > end) {
			*next = number;
			return TRUE;
		}
		if (!td_desk_erase_look(
		        store, job->erased, number, waiting, &plan, &problem) &&
		    !take_damage(job, number, problem, error))
			return FALSE;
		if (plan == NULL)
			continue;
		if (!td_erase_plan_is_empty(plan))
			json_array_add_object_element(tickets, plan_json(plan));
		add_named(plan, named);
	}
	if (numbers->len == TD_READ_MAX)
		*next = 1 + g_array_index(numbers, guint64, numbers->len - 1);
	return TRUE;
}

gboolean
td_request_erase_look(const TdCall *call, GError **error)
{
	g_auto(Job) job = { 0 };
	g_autoptr(JsonArray) tickets = json_array_new();
	g_autoptr(JsonArray) named = json_array_new();
	g_autoptr(GArray) numbers = NULL;
	guint64 from, next, last = 0;
	JsonObject *result;

	begin(call, &job);
	if (!td_call_cursor(call, &from, error) ||
	    !list_numbers(&job, from, &numbers, &last, error) ||
	    !look_at_all(&job, numbers, tickets, named, &next, error))
		return FALSE;
	result = json_object_new();
	if (!td_request_unwiped(call, result, error)) {
		json_object_unref(result);
		return FALSE;
	}
	if (from == 0)
		set_who(result, job.erased);
	json_object_set_array_member(
	    result, "tickets", g_steal_pointer(&tickets));
	json_object_set_array_member(result, "named", g_steal_pointer(&named));
	json_object_set_array_member(
	    result, "failed", g_steal_pointer(&job.failed));
	td_json_set_number(result, "last", last);
	td_call_set_cursor(result, next);
	td_call_answer(call, result);
	return TRUE;
}

/* ---- doing ---- */

/* TdWriteFunc */
static gboolean
erase_ticket(TdTxn *txn, gpointer data, GError **error)
{
	Job *job = data;

	job->dropped = 0;
	return td_desk_erase(txn, job->erased, job->plan, job->now,
	    job->call->actor, &job->dropped, error);
}

/* What was changed shall be found, not covered. */
static gboolean
refuse_changed(Job *job, guint64 number, GError **error)
{
	g_autofree char *finding = NULL;

	if (!td_desk_find_change(
	        td_service_store(job->call->service), number, &finding, error))
		return FALSE;
	return finding == NULL ||
	    td_fail(error, TD_ERROR_BROKEN, "%s", finding);
}

static gboolean
do_ticket(Job *job, guint64 number, GHashTable *waiting, GError **error)
{
	g_clear_pointer(&job->plan, td_erase_plan_free);
	if (!td_desk_erase_look(td_service_store(job->call->service),
	        job->erased, number, waiting, &job->plan, error))
		return FALSE;
	if (job->plan == NULL || td_erase_plan_is_empty(job->plan))
		return TRUE;
	if (!refuse_changed(job, number, error) ||
	    !run(job, erase_ticket, error))
		return FALSE;
	job->count.tickets += number != TD_TICKET_DESK;
	job->count.events += job->plan->events->len;
	job->count.messages += job->plan->emptied->len;
	job->count.dropped += job->dropped;
	return TRUE;
}

static gboolean
do_tickets(Job *job, const GArray *numbers, GError **error)
{
	g_autoptr(GHashTable) waiting = NULL;

	if (!td_desk_waiting(
	        td_service_store(job->call->service), &waiting, error))
		return FALSE;
	for (guint i = 0; i < numbers->len; i++) {
		guint64 number = g_array_index(numbers, guint64, i);
		GError *problem = NULL;

		if (!do_ticket(job, number, waiting, &problem) &&
		    !take_damage(job, number, problem, error))
			return FALSE;
	}
	return TRUE;
}

static JsonObject *
count_json(const Job *job)
{
	const TdEraseCount *count = &job->count;
	JsonObject *result = json_object_new();

	json_object_set_string_member(result, "person", job->erased->alias);
	td_json_set_number(result, "tickets", count->tickets);
	td_json_set_number(result, "events", count->events);
	td_json_set_number(result, "messages", count->messages);
	json_object_set_int_member(result, "dropped", count->dropped);
	json_object_set_int_member(result, "holds", count->holds);
	json_object_set_array_member(
	    result, "failed", json_array_ref(job->failed));
	return result;
}

gboolean
td_request_erase(const TdCall *call, GError **error)
{
	g_autoptr(GArray) numbers = td_call_numbers(call, "numbers");
	g_auto(Job) job = { 0 };
	gboolean done;

	if (numbers->len > TD_READ_MAX)
		return td_fail(error, TD_ERROR_USAGE,
		    "at most %u tickets in one request", TD_READ_MAX);
	begin(call, &job);
	if (!run(&job, name_him, error))
		return FALSE;
	td_request_forget_begin();
	done = do_tickets(&job, numbers, error);
	td_request_forget_end();
	if (!done)
		return FALSE;
	td_call_answer(call, count_json(&job));
	return TRUE;
}

/* ---- the end ---- */

/* TdWriteFunc */
static gboolean
erase_rest(TdTxn *txn, gpointer data, GError **error)
{
	Job *job = data;
	const TdCall *call = job->call;

	job->count = (TdEraseCount){
		.tickets = td_call_number(call, "tickets", 0),
		.events = td_call_number(call, "events", 0),
		.messages = td_call_number(call, "messages", 0),
		.dropped = (guint)td_call_number(call, "dropped", 0),
	};
	return find_who(job, txn, error) &&
	    td_desk_erase_rest(
	        txn, job->erased, &job->count, job->now, call->actor, error);
}

gboolean
td_request_erase_end(const TdCall *call, GError **error)
{
	g_auto(Job) job = { 0 };

	begin(call, &job);
	if (!run(&job, erase_rest, error))
		return FALSE;
	td_call_answer(call, count_json(&job));
	return TRUE;
}
