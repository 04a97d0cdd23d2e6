/* request-key.c - the verbs agent-key-add and agent-key-remove: keys that an
 * agent signs mail with */

#include "config.h"

#include <string.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>

#include "server/request-agent.h"
#include "server/verify.h"

#define KEY_SIZE_MAX ((gsize)256 * 1024)
#define KEYS_MAX 20u

static void
set_keys(TdPerson *agent, const char *add, const char *leave_out)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

	for (gsize i = 0; agent->keys[i] != NULL; i++) {
		if (g_strcmp0(agent->keys[i], leave_out) != 0)
			g_strv_builder_add(builder, agent->keys[i]);
	}
	if (add != NULL)
		g_strv_builder_add(builder, add);
	g_strfreev(agent->keys);
	agent->keys = g_strv_builder_end(builder);
}

/* A signature must name one person. */
static gboolean
check_holders(
    TdTxn *txn, const TdPerson *agent, const char *key, GError **error)
{
	g_autoptr(GPtrArray) agents = NULL;

	if (!td_person_agents(txn, &agents, error))
		return FALSE;
	for (guint i = 0; i < agents->len; i++) {
		const TdPerson *other = g_ptr_array_index(agents, i);

		if (other->id != agent->id &&
		    g_strv_contains((const char *const *)other->keys, key))
			return td_fail(error, TD_ERROR_REFUSED,
			    "%s is a key of %s", key, other->name);
	}
	if (g_strv_length(agent->keys) >= KEYS_MAX)
		return td_fail(error, TD_ERROR_REFUSED,
		    "%s has %u keys; remove one first", agent->name, KEYS_MAX);
	return TRUE;
}

static gboolean
write_keys(TdAgentJob *job, TdTxn *txn, TdPerson *agent, const char *what,
    GError **error)
{
	agent->updated = td_clock_now();
	if (!td_person_put(txn, agent, error) ||
	    !td_people_record(txn, job->call->actor, agent->name, what,
	        agent->updated, error))
		return FALSE;
	job->agent = td_person_copy(agent);
	return TRUE;
}

/* TdWriteFunc; may run twice, as the next one. */
static gboolean
add_key(TdTxn *txn, gpointer data, GError **error)
{
	TdAgentJob *job = data;
	g_autofree char *what = g_strdup_printf("key %s added", job->key);
	g_autoptr(TdPerson) agent = NULL;

	g_clear_pointer(&job->agent, td_person_free);
	if (!td_agent_need(txn, td_call_text(job->call, "name"), &agent, error))
		return FALSE;
	/* Given again it may be good for longer. */
	set_keys(agent, NULL, job->key);
	if (!check_holders(txn, agent, job->key, error) ||
	    !td_person_key_put(txn, job->key, job->call->bytes, error))
		return FALSE;
	set_keys(agent, job->key, NULL);
	return write_keys(job, txn, agent, what, error);
}

/* Whether @key is @wanted (upper case), or (@end) ends so. */
static gboolean
is_key(const char *key, const char *wanted, gboolean end)
{
	g_autofree char *upper = g_ascii_strup(key, -1);

	return end ? strlen(wanted) >= 16 && g_str_has_suffix(upper, wanted)
	           : g_str_equal(upper, wanted);
}

/* "openpgp:ABC..." or the fingerprint alone, or its end: at least 16 digits. */
static const char *
find_key(const TdPerson *agent, const char *given)
{
	g_autofree char *wanted = g_ascii_strup(given, -1);
	const char *found = NULL;

	for (gsize i = 0; agent->keys[i] != NULL; i++) {
		const char *key = agent->keys[i];

		if (is_key(key, wanted, FALSE))
			return key;
		if (!is_key(key, wanted, TRUE))
			continue;
		if (found != NULL)
			return NULL;
		found = key;
	}
	return found;
}

static gboolean
remove_key(TdTxn *txn, gpointer data, GError **error)
{
	TdAgentJob *job = data;
	const char *given = td_call_text(job->call, "key");
	g_autoptr(TdPerson) agent = NULL;
	g_autofree char *what = NULL;
	g_autofree char *key = NULL;

	g_clear_pointer(&job->agent, td_person_free);
	if (!td_agent_need(txn, td_call_text(job->call, "name"), &agent, error))
		return FALSE;
	key = g_strdup(find_key(agent, given));
	if (key == NULL) {
		g_autofree char *all = g_strjoinv(", ", agent->keys);

		return td_fail(error, TD_ERROR_REFUSED,
		    "%s has no key %s; %s%s", agent->name, given,
		    *all == '\0' ? "there is none" : "the keys are: ", all);
	}
	what = g_strdup_printf("key %s removed", key);
	set_keys(agent, NULL, key);
	return td_person_key_put(txn, key, NULL, error) &&
	    write_keys(job, txn, agent, what, error);
}

/* ---- the verbs ---- */

static JsonObject *
answer_json(const TdPerson *agent, const char *key, const char *user)
{
	JsonObject *result = json_object_new();

	json_object_set_string_member(result, "name", agent->name);
	if (key != NULL)
		json_object_set_string_member(result, "key", key);
	if (user != NULL)
		json_object_set_string_member(result, "user", user);
	json_object_set_array_member(
	    result, "keys", td_json_texts(agent->keys));
	return result;
}

/* Known before the file is read, which takes a while. */
static gboolean
check_agent(const TdCall *call, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));
	g_autoptr(TdPerson) agent = NULL;

	return td_agent_need(txn, td_call_text(call, "name"), &agent, error);
}

gboolean
td_request_agent_key_add(const TdCall *call, GError **error)
{
	gsize size = call->bytes == NULL ? 0 : g_bytes_get_size(call->bytes);
	g_autofree char *key = NULL;
	g_autofree char *user = NULL;
	g_autoptr(TdPerson) agent = NULL;
	TdAgentJob job = { .agent = NULL };

	if (size == 0)
		return td_fail(error, TD_ERROR_USAGE, "there is no key in it");
	if (size > KEY_SIZE_MAX)
		return td_fail(error, TD_ERROR_USAGE,
		    "%" G_GSIZE_FORMAT " bytes are too many for one key; try: "
		    "gpg --export --armor ADDRESS",
		    size);
	if (!check_agent(call, error) ||
	    !td_verify_read_key(call->service, call->bytes, &key, &user, error))
		return FALSE;
	job.key = key;
	if (!td_agent_run(call, add_key, &job, error))
		return FALSE;
	agent = job.agent;
	td_call_answer(call, answer_json(agent, key, user));
	return TRUE;
}

gboolean
td_request_agent_key_remove(const TdCall *call, GError **error)
{
	g_autoptr(TdPerson) agent = NULL;
	TdAgentJob job = { .agent = NULL };

	if (!td_agent_run(call, remove_key, &job, error))
		return FALSE;
	agent = job.agent;
	td_call_answer(call, answer_json(agent, NULL, NULL));
	return TRUE;
}
