/* request-order.c - the verb order: commands for a ticket, with or without a
 * text, by the grammar of mail */

#include "config.h"

#include <string.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>
#include <ticketd/text.h>

#include "server/request.h"

typedef struct {
	TdDesk *desk; /* borrowed */
	TdOrder order;
	TdPlan *plan;
	TdOutcome outcome;
} Order;

/* TdWriteFunc; may run twice. */
static gboolean
do_order(TdTxn *txn, gpointer data, GError **error)
{
	Order *job = data;

	g_clear_pointer(&job->plan, td_plan_free);
	memset(&job->outcome, 0, sizeof(job->outcome));
	if (!td_desk_order(job->desk, txn, &job->order, &job->plan, error))
		return FALSE;
	if (job->plan == NULL)
		return td_fail(error, TD_ERROR_BROKEN,
		    "nothing was decided on these commands");
	return job->plan->refused ||
	    td_desk_apply(job->desk, txn, job->plan, NULL, NULL, NULL, 0,
	        &job->outcome, error);
}

static JsonArray *
results_json(const GPtrArray *results)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; i < results->len; i++) {
		const TdResult *result = g_ptr_array_index(results, i);
		JsonObject *object = json_object_new();

		json_object_set_string_member(object, "line", result->line);
		json_object_set_boolean_member(
		    object, "refused", result->refused);
		json_object_set_string_member(object, "text", result->text);
		json_array_add_object_element(array, object);
	}
	return array;
}

static char *
take_text(const TdCall *call)
{
	gsize size = 0;
	const char *bytes = NULL;

	if (call->bytes != NULL)
		bytes = g_bytes_get_data(call->bytes, &size);
	return size == 0 ? NULL : td_text_utf8(bytes, (gssize)size);
}

gboolean
td_request_order(const TdCall *call, GError **error)
{
	g_autoptr(TdDesk) desk = td_service_desk(call->service);
	g_autofree char *text = take_text(call);
	Order job = { .desk = desk,
		.order = { .number = td_call_number(call, "number", 0),
		    .commands = td_call_text(call, "commands"),
		    .text = text,
		    .actor = call->actor,
		    .as = td_call_text(call, "as"),
		    .now = td_clock_now() } };
	g_autoptr(TdPlan) plan = NULL;
	JsonObject *result;
	gboolean done;

	if (td_text_is_blank(job.order.commands) && td_text_is_blank(text))
		return td_fail(error, TD_ERROR_USAGE,
		    "there is no command; try: ticket do 42 'priority 1'");
	done = td_writer_run(
	    td_service_writer(call->service), do_order, &job, error);
	plan = job.plan;
	if (!done)
		return FALSE;
	if (job.outcome.outbox != 0)
		td_service_wake_outbox(call->service);

	result = json_object_new();
	td_json_set_number(result, "number", job.order.number);
	json_object_set_boolean_member(result, "refused", plan->refused);
	json_object_set_array_member(
	    result, "results", results_json(plan->results));
	td_call_answer(call, result);
	return TRUE;
}
