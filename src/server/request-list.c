/* request-list.c - the verb list: tickets in pages */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/clock.h>
#include <ticketd/error.h>
#include <ticketd/text.h>

#include "server/request-agent.h"

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
	*address = td_address_is_erased(given) ? g_strdup(given)
	                                       : td_address_fold(given);
	if (*address == NULL)
		return td_fail(error, TD_ERROR_USAGE,
		    "\"%s\" is not a mail address", given);
	return TRUE;
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
find_owner(const TdCall *call, const char *given, char **owner, GError **error)
{
	g_autofree char *wanted = NULL;
	g_autofree char *name = NULL;
	g_autoptr(TdTxn) txn = NULL;
	g_autoptr(TdPerson) agent = NULL;

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

/* Whose tickets: an agent's, mine, or nobody's. */
static gboolean
read_owner(const TdCall *call, char **owner, GError **error)
{
	const char *given = td_call_text(call, "owner");
	gboolean mine = td_call_flag(call, "mine");
	gboolean unowned = td_call_flag(call, "unowned");

	if ((given != NULL) + mine + unowned > 1)
		return td_fail(error, TD_ERROR_USAGE,
		    "\"owner\", \"mine\" and \"unowned\" exclude each other");
	if (given != NULL)
		return find_owner(call, given, owner, error);
	if (unowned)
		*owner = g_strdup("");
	return !mine || td_request_me(call, TRUE, owner, error);
}

/* "waiting" is the status, for short. */
static gboolean
read_waiting(const TdCall *call, int *status, GError **error)
{
	if (!td_call_flag(call, "waiting"))
		return TRUE;
	if (*status >= 0 && *status != TD_STATUS_WAITING)
		return td_fail(error, TD_ERROR_USAGE,
		    "\"waiting\" is another status than \"%s\"",
		    td_call_text(call, "status"));
	*status = TD_STATUS_WAITING;
	return TRUE;
}

/* No ticket was found in queue @name, which may be mistyped. */
static gboolean
check_queue(const TdCall *call, const char *name, GError **error)
{
	g_autoptr(TdDesk) desk = td_service_desk(call->service);
	const TdConf *conf = td_desk_conf(desk);
	g_autoptr(TdTxn) txn = NULL;
	g_auto(GStrv) stored = NULL;

	if (td_conf_queue(conf, name) != NULL)
		return TRUE;
	txn = td_txn_read(td_service_store(call->service));
	if (!td_ticket_queues(txn, &stored, error))
		return FALSE;
	return g_strv_contains((const char *const *)stored, name) ||
	    td_request_fail_no_queue(conf, name, error);
}

/* No ticket of @name was found: he may be mistyped, unless he was removed and
 * has tickets still. */
static gboolean
check_owner(const TdCall *call, const char *name, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));
	const TdTicketQuery query = {
		.status = -1,
		.owner = name,
		.limit = 1,
	};
	g_autoptr(GPtrArray) tickets = NULL;
	g_autoptr(TdPerson) agent = NULL;
	guint64 next = 0;

	if (!td_ticket_list(txn, &query, &tickets, &next, error))
		return FALSE;
	return tickets->len > 0 || next != 0 ||
	    td_agent_need(txn, name, &agent, error);
}

static gboolean
check_names(const TdCall *call, const TdTicketQuery *query, GError **error)
{
	if (query->queue != NULL && !check_queue(call, query->queue, error))
		return FALSE;
	return td_call_text(call, "owner") == NULL ||
	    check_owner(call, query->owner, error);
}

gboolean
td_request_list(const TdCall *call, GError **error)
{
	TdTicketQuery query = {
		.queue = td_call_text(call, "queue"),
		.words = td_call_text(call, "words"),
		.active = td_call_flag(call, "active"),
		.spam = td_call_flag(call, "spam"),
		.breached = td_call_flag(call, "breached"),
		.overdue = td_call_flag(call, "overdue") ? td_clock_now() : 0,
		.limit = td_call_limit(call),
	};
	g_autoptr(GPtrArray) tickets = NULL;
	g_autofree char *requester = NULL;
	g_autofree char *owner = NULL;
	JsonArray *array;
	JsonObject *result;
	guint64 next = 0;

	if (!read_status(call, &query.status, error) ||
	    !read_waiting(call, &query.status, error) ||
	    !read_address(call, &requester, error) ||
	    !read_owner(call, &owner, error) ||
	    !td_call_cursor(call, &query.before, error))
		return FALSE;
	query.requester = requester;
	query.owner = owner;
	if (!find_tickets(call, &query, &tickets, &next, error))
		return FALSE;
	if (tickets->len == 0 && next == 0 && !check_names(call, &query, error))
		return FALSE;

	array = json_array_sized_new(tickets->len);
	for (guint i = 0; i < tickets->len; i++)
		json_array_add_object_element(
		    array, td_json_ticket(g_ptr_array_index(tickets, i)));
	result = json_object_new();
	json_object_set_array_member(result, "tickets", array);
	td_call_set_cursor(result, next);
	td_call_answer(call, result);
	return TRUE;
}
