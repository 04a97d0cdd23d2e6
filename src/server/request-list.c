/* request-list.c - the verbs list and log: long lists in pages */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/error.h>
#include <ticketd/text.h>

#include "server/request.h"

/* ---- list ---- */

static gboolean
read_status(const TdCall *call, int *status, GError **error)
{
	const char *name = td_call_text(call, "status");
	g_autoptr(GString) names = NULL;
	TdStatus known;

	*status = -1;
	if (name == NULL)
		return TRUE;
	if (td_status_from_name(name, &known)) {
		*status = (int)known;
		return TRUE;
	}

	names = g_string_new(td_status_name(TD_STATUS_NEW));
	for (int i = TD_STATUS_NEW + 1; i <= TD_STATUS_LAST; i++)
		g_string_append_printf(
		    names, ", %s", td_status_name((TdStatus)i));
	return td_fail(error, TD_ERROR_USAGE,
	    "there is no status \"%s\"; it is one of %s", name, names->str);
}

static gboolean
read_address(const TdCall *call, char **address, GError **error)
{
	const char *given = td_call_text(call, "requester");

	if (given == NULL)
		return TRUE;
	*address = td_address_fold(given);
	if (*address == NULL)
		return td_fail(error, TD_ERROR_USAGE,
		    "\"%s\" is not a mail address", given);
	return TRUE;
}

static gboolean
read_cursor(const TdCall *call, guint64 *cursor, GError **error)
{
	const char *next = td_call_text(call, "next");

	*cursor = 0;
	if (next != NULL &&
	    !g_ascii_string_to_unsigned(next, 10, 1, G_MAXINT64, cursor, NULL))
		return td_fail(error, TD_ERROR_USAGE, "bad value of \"next\"");
	return TRUE;
}

static void
set_cursor(JsonObject *result, guint64 cursor)
{
	g_autofree char *next = g_strdup_printf("%" G_GUINT64_FORMAT, cursor);

	if (cursor != 0)
		json_object_set_string_member(result, "next", next);
}

static gboolean
find_tickets(const TdCall *call, const TdTicketQuery *query,
    GPtrArray **tickets, guint64 *next, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));

	return td_ticket_list(txn, query, tickets, next, error);
}

/* The agent's name where the text is one or an address of his; else the text:
 * the name of somebody who was removed. */
static gboolean
read_owner(const TdCall *call, char **owner, GError **error)
{
	const char *given = td_call_text(call, "owner");
	g_autofree char *wanted = NULL;
	g_autofree char *name = NULL;
	g_autoptr(TdTxn) txn = NULL;
	g_autoptr(TdPerson) agent = NULL;

	if (given == NULL)
		return TRUE;
	txn = td_txn_read(td_service_store(call->service));
	if (!td_person_find_agent(txn, given, &agent, NULL, error))
		return FALSE;
	wanted = td_text_fold(given);
	name = td_text_fold(agent == NULL ? "" : agent->name);
	if (agent != NULL &&
	    (g_str_equal(wanted, name) || strchr(given, '@') != NULL))
		*owner = g_strdup(agent->name);
	else
		*owner = g_strdup(given);
	return TRUE;
}

gboolean
td_request_list(const TdCall *call, GError **error)
{
	TdTicketQuery query = {
		.queue = td_call_text(call, "queue"),
		.words = td_call_text(call, "words"),
		.active = td_call_flag(call, "active"),
		.spam = td_call_flag(call, "spam"),
		.limit = td_call_limit(call),
	};
	g_autoptr(GPtrArray) tickets = NULL;
	g_autofree char *requester = NULL;
	g_autofree char *owner = NULL;
	JsonArray *array;
	JsonObject *result;
	guint64 next = 0;

	if (!read_status(call, &query.status, error) ||
	    !read_address(call, &requester, error) ||
	    !read_owner(call, &owner, error) ||
	    !read_cursor(call, &query.before, error))
		return FALSE;
	query.requester = requester;
	query.owner = owner;
	if (!find_tickets(call, &query, &tickets, &next, error))
		return FALSE;

	array = json_array_sized_new(tickets->len);
	for (guint i = 0; i < tickets->len; i++)
		json_array_add_object_element(
		    array, td_json_ticket(g_ptr_array_index(tickets, i)));
	result = json_object_new();
	json_object_set_array_member(result, "tickets", array);
	set_cursor(result, next);
	td_call_answer(call, result);
	return TRUE;
}

/* ---- log ---- */

/* What the page of one ticket's events begins after: the cursor, or so that
 * the newest ones alone are shown. */
static guint64
first_after(const TdCall *call, guint64 cursor, guint64 events)
{
	guint64 newest = td_call_number(call, "newest", 0);

	if (cursor != 0 || newest == 0 || newest > events)
		return cursor;
	return events - newest;
}

static gboolean
read_ticket_log(const TdCall *call, guint64 number, guint64 cursor,
    GPtrArray **events, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));
	g_autoptr(TdTicket) ticket = NULL;
	guint64 after;

	if (!td_ticket_get(txn, number, &ticket, error))
		return FALSE;
	if (ticket == NULL && number != TD_TICKET_DESK) {
		td_fail(error, TD_ERROR_REFUSED,
		    "there is no ticket %" G_GUINT64_FORMAT, number);
		return FALSE;
	}

	after = first_after(call, cursor, ticket == NULL ? 0 : ticket->events);
	return td_event_list(
	    txn, number, after, td_call_limit(call), events, error);
}

static gboolean
log_ticket(const TdCall *call, GError **error)
{
	g_autoptr(GPtrArray) events = NULL;
	JsonObject *result;
	guint64 cursor;

	if (!read_cursor(call, &cursor, error) ||
	    !read_ticket_log(call, td_call_number(call, "number", 0), cursor,
	        &events, error))
		return FALSE;

	result = json_object_new();
	json_object_set_array_member(result, "events", td_json_events(events));
	if (events->len == td_call_limit(call)) {
		const TdEvent *last = g_ptr_array_index(
		    events, events->len - 1);

		set_cursor(result, last->sequence);
	}
	td_call_answer(call, result);
	return TRUE;
}

static gboolean
log_newest(const TdCall *call, GError **error)
{
	const char *next = td_call_text(call, "next");
	g_autoptr(GBytes) cursor = NULL;
	g_autoptr(GPtrArray) events = NULL;
	g_autoptr(TdTxn) txn = NULL;
	JsonObject *result;

	if (next != NULL) {
		gsize size = 0;
		guchar *bytes = g_base64_decode(next, &size);

		cursor = g_bytes_new_take(bytes, size);
	}
	txn = td_txn_read(td_service_store(call->service));
	if (!td_event_list_newest(
	        txn, td_call_limit(call), &cursor, &events, error))
		return FALSE;
	g_clear_pointer(&txn, td_txn_free);

	result = json_object_new();
	json_object_set_array_member(result, "events", td_json_events(events));
	if (cursor != NULL) {
		gsize size = 0;
		const guchar *bytes = g_bytes_get_data(cursor, &size);
		g_autofree char *text = g_base64_encode(bytes, size);

		json_object_set_string_member(result, "next", text);
	}
	td_call_answer(call, result);
	return TRUE;
}

gboolean
td_request_log(const TdCall *call, GError **error)
{
	if (json_object_has_member(call->words, "number"))
		return log_ticket(call, error);
	return log_newest(call, error);
}
