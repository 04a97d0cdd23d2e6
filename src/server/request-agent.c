/* request-agent.c - the verbs agent-list, -show and -remove, and what all verbs
 * about agents share */

#include "config.h"

#include <string.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>
#include <ticketd/text.h>

#include "server/request-agent.h"

/* ---- names ---- */

/* Not one that means something in a command, or that no command could name. */
gboolean
td_agent_check_name(const char *name, GError **error)
{
	static const char *const taken[] = { "me", "none", "all", "я", "-", "!",
		NULL };
	g_autofree char *line = td_text_printable(name, 0);
	g_autofree char *folded = td_text_fold(name);

	g_strstrip(line);
	if (!g_str_equal(line, name) || *name == '\0' ||
	    strlen(name) > TD_AGENT_NAME_MAX || *name == '-' ||
	    strpbrk(name, "@;:=,<>\"#!/+()[]\\") != NULL)
		return td_fail(error, TD_ERROR_USAGE,
		    "\"%s\" cannot be the name of an agent: letters, digits, "
		    "blanks, '.', '-' and '_', at most %u bytes, as in: olga",
		    line, TD_AGENT_NAME_MAX);
	if (g_strv_contains(taken, folded))
		return td_fail(error, TD_ERROR_REFUSED,
		    "\"%s\" means something else in commands; take another "
		    "name",
		    name);
	return TRUE;
}

static gboolean
fail_no_agent(
    TdTxn *txn, const char *name, const TdPerson *like, GError **error)
{
	g_autoptr(GString) names = g_string_new(NULL);
	g_autoptr(GPtrArray) agents = NULL;
	g_autofree char *shown = td_text_printable(name, 80);

	if (like != NULL)
		return td_fail(error, TD_ERROR_REFUSED,
		    "there is no agent \"%s\"; did you mean %s?", shown,
		    like->name);
	if (!td_person_agents(txn, &agents, error))
		return FALSE;
	for (guint i = 0; i < agents->len; i++) {
		const TdPerson *agent = g_ptr_array_index(agents, i);

		g_string_append_printf(names, "%s%s",
		    i == 0 ? "; the agents are: " : ", ", agent->name);
	}
	return td_fail(error, TD_ERROR_REFUSED, "there is no agent \"%s\"%s",
	    shown, agents->len == 0 ? "; try: ticket agent add" : names->str);
}

gboolean
td_agent_need(TdTxn *txn, const char *name, TdPerson **agent, GError **error)
{
	g_autoptr(TdPerson) found = NULL;
	g_autofree char *plain = g_strstrip(g_strdup(name));
	g_autofree char *folded = td_text_fold(plain);
	g_autofree char *known = NULL;

	if (!td_person_find_agent(txn, name, &found, NULL, error))
		return FALSE;
	if (found == NULL) {
		fail_no_agent(txn, name, NULL, error);
		return FALSE;
	}
	/* By the start of a name it may be anybody, next week. */
	known = td_text_fold(found->name);
	if (!g_str_equal(folded, known) && strchr(name, '@') == NULL) {
		fail_no_agent(txn, name, found, error);
		return FALSE;
	}
	*agent = g_steal_pointer(&found);
	return TRUE;
}

/* ---- jobs ---- */

gboolean
td_agent_run(
    const TdCall *call, TdWriteFunc work, TdAgentJob *job, GError **error)
{
	g_autoptr(TdDesk) desk = td_service_desk(call->service);
	g_autoptr(TdLetters) letters = NULL;

	letters = td_letters_new(td_desk_conf(desk), NULL, error);
	if (letters == NULL)
		return FALSE;
	job->call = call;
	job->rules.desk = desk;
	job->rules.letters = letters;
	if (td_writer_run(td_service_writer(call->service), work, job, error))
		return TRUE;
	g_clear_pointer(&job->agent, td_person_free);
	return FALSE;
}

/* ---- list and show ---- */

gboolean
td_request_agent_list(const TdCall *call, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));
	g_autoptr(GPtrArray) agents = NULL;
	JsonArray *array;
	JsonObject *result;

	if (!td_person_agents(txn, &agents, error))
		return FALSE;
	g_clear_pointer(&txn, td_txn_free);

	array = json_array_sized_new(agents->len);
	for (guint i = 0; i < agents->len; i++)
		json_array_add_object_element(
		    array, td_json_person(g_ptr_array_index(agents, i)));
	result = json_object_new();
	json_object_set_array_member(result, "agents", array);
	td_call_answer(call, result);
	return TRUE;
}

gboolean
td_request_agent_show(const TdCall *call, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));
	g_autoptr(TdPerson) agent = NULL;

	if (!td_agent_need(txn, td_call_text(call, "name"), &agent, error))
		return FALSE;
	g_clear_pointer(&txn, td_txn_free);
	td_call_answer(call, td_json_person(agent));
	return TRUE;
}

/* ---- remove ---- */

/* Nobody's deputy any more. */
static gboolean
forget_deputy(TdTxn *txn, const char *name, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) agents = NULL;

	if (!td_person_agents(txn, &agents, error))
		return FALSE;
	for (guint i = 0; i < agents->len; i++) {
		TdPerson *other = g_ptr_array_index(agents, i);

		if (!g_str_equal(other->deputy, name))
			continue;
		g_free(other->deputy);
		other->deputy = g_strdup("");
		other->updated = now;
		if (!td_person_put(txn, other, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
remove_keys(TdTxn *txn, TdPerson *agent, GError **error)
{
	for (gsize i = 0; agent->keys[i] != NULL; i++) {
		if (!td_person_key_put(txn, agent->keys[i], NULL, error))
			return FALSE;
	}
	g_strfreev(agent->keys);
	agent->keys = g_new0(char *, 1);
	return TRUE;
}

static gboolean
remove_agent(TdTxn *txn, gpointer data, GError **error)
{
	TdAgentJob *job = data;
	g_autoptr(TdPerson) agent = NULL;
	gint64 now = td_clock_now();

	g_clear_pointer(&job->agent, td_person_free);
	if (!td_agent_need(
	        txn, td_call_text(job->call, "name"), &agent, error) ||
	    !remove_keys(txn, agent, error))
		return FALSE;
	agent->removed = TRUE;
	agent->updated = now;
	g_strfreev(agent->addresses);
	agent->addresses = g_new0(char *, 1);
	if (!td_person_put(txn, agent, error) ||
	    !forget_deputy(txn, agent->name, now, error) ||
	    !td_people_record(
	        txn, job->call->actor, agent->name, "removed", now, error))
		return FALSE;
	job->agent = g_steal_pointer(&agent);
	return TRUE;
}

/* Tickets that are the agent's still, counted up to TD_READ_MAX. */
static gboolean
count_owned(const TdCall *call, const char *name, guint *count, GError **error)
{
	TdTicketQuery query = { .owner = name,
		.status = -1,
		.active = TRUE,
		.limit = TD_READ_MAX };
	guint64 next = 0;

	*count = 0;
	do {
		g_autoptr(TdTxn) txn = NULL;
		g_autoptr(GPtrArray) tickets = NULL;

		query.before = next;
		txn = td_txn_read(td_service_store(call->service));
		if (!td_ticket_list(txn, &query, &tickets, &next, error))
			return FALSE;
		*count += tickets->len;
	} while (next != 0 && *count < TD_READ_MAX);
	return TRUE;
}

gboolean
td_request_agent_remove(const TdCall *call, GError **error)
{
	TdAgentJob job = { .agent = NULL };
	g_autoptr(TdPerson) agent = NULL;
	JsonObject *result;
	guint owned = 0;

	if (!td_agent_run(call, remove_agent, &job, error))
		return FALSE;
	agent = job.agent;
	if (!count_owned(call, agent->name, &owned, error))
		return FALSE;
	result = json_object_new();
	json_object_set_string_member(result, "name", agent->name);
	json_object_set_int_member(result, "owned", owned);
	td_call_answer(call, result);
	return TRUE;
}
