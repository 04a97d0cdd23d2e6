/* request-import-people.c - the verb import-people: agents and customers that
 * another desk exported
 *
 * Somebody of whom an address is known here is left as he or she is. */

#include "config.h"

#include <ticketd/clock.h>
#include <ticketd/error.h>

#include "server/request-agent.h"
#include "server/request-import.h"

#define PEOPLE_MAX 200u

typedef struct {
	const TdCall *call;
	TdPeopleRules rules;
	GStrv texts;
	gboolean dry_run;
	guint agents, customers, known;
	JsonArray *refused;
} Import;

static gboolean
check_person(const Import *import, const TdPerson *person, GError **error)
{
	if (person->addresses[0] == NULL)
		return td_fail(error, TD_ERROR_REFUSED,
		    "person: member \"addresses\" must not be empty");
	for (gsize i = 0; person->addresses[i] != NULL; i++) {
		g_autofree char *address = td_people_address(
		    &import->rules, person->addresses[i], error);

		if (address == NULL)
			return FALSE;
	}
	return person->role == TD_ROLE_CUSTOMER ||
	    td_agent_check_name(person->name, error);
}

static gboolean
is_known(TdTxn *txn, const TdPerson *person, gboolean *known, GError **error)
{
	*known = FALSE;
	for (gsize i = 0; person->addresses[i] != NULL && !*known; i++) {
		g_autoptr(TdPerson) other = NULL;

		if (!td_person_by_address(
		        txn, person->addresses[i], &other, error))
			return FALSE;
		*known = other != NULL;
	}
	return TRUE;
}

static gboolean
put_keys(
    TdTxn *txn, const TdPerson *person, const GPtrArray *keys, GError **error)
{
	for (guint i = 0; i < keys->len; i++)
		if (!td_person_key_put(txn, person->keys[i],
		        g_ptr_array_index(keys, i), error))
			return FALSE;
	return TRUE;
}

static gboolean
take_person(Import *import, TdTxn *txn, const char *text, GError **error)
{
	g_autoptr(GPtrArray) keys = NULL;
	g_autoptr(TdPerson) person = td_import_person(text, &keys, error);
	gboolean known;

	if (person == NULL || !check_person(import, person, error) ||
	    !is_known(txn, person, &known, error))
		return FALSE;
	if (!known && !import->dry_run &&
	    (!td_person_put(txn, person, error) ||
	        !put_keys(txn, person, keys, error)))
		return FALSE;
	import->known += known;
	import->agents += !known && person->role != TD_ROLE_CUSTOMER;
	import->customers += !known && person->role == TD_ROLE_CUSTOMER;
	return TRUE;
}

/* FALSE: not the person is at fault, but the store. */
static gboolean
do_person(Import *import, TdTxn *txn, guint i, GError **error)
{
	g_autoptr(GError) failed = NULL;
	JsonObject *object;

	if (take_person(import, txn, import->texts[i], &failed))
		return TRUE;
	if (!g_error_matches(failed, TD_ERROR, TD_ERROR_REFUSED) &&
	    !g_error_matches(failed, TD_ERROR, TD_ERROR_USAGE)) {
		g_propagate_error(error, g_steal_pointer(&failed));
		return FALSE;
	}
	object = json_object_new();
	json_object_set_int_member(object, "index", i);
	json_object_set_string_member(object, "text", failed->message);
	json_array_add_object_element(import->refused, object);
	return TRUE;
}

/* TdWriteFunc; may run twice.  One event tells of all. */
static gboolean
do_people(TdTxn *txn, gpointer data, GError **error)
{
	Import *import = data;
	g_autofree char *what = NULL;

	import->agents = import->customers = import->known = 0;
	g_clear_pointer(&import->refused, json_array_unref);
	import->refused = json_array_new();
	for (guint i = 0; import->texts[i] != NULL; i++)
		if (!do_person(import, txn, i, error))
			return FALSE;
	if (import->dry_run || import->agents + import->customers == 0)
		return TRUE;
	what = g_strdup_printf("import: %u agents, %u customers added",
	    import->agents, import->customers);
	return td_people_record(
	    txn, import->call->actor, "people", what, td_clock_now(), error);
}

static gboolean
run(Import *import, GError **error)
{
	g_autoptr(TdTxn) txn = NULL;

	if (!import->dry_run)
		return td_writer_run(td_service_writer(import->call->service),
		    do_people, import, error);
	txn = td_txn_read(td_service_store(import->call->service));
	return do_people(txn, import, error);
}

gboolean
td_request_import_people(const TdCall *call, GError **error)
{
	g_autoptr(TdDesk) desk = td_service_desk(call->service);
	g_auto(GStrv) texts = td_call_texts(call, "people");
	g_autoptr(JsonArray) refused = NULL;
	Import import = { .call = call,
		.rules = { .desk = desk },
		.texts = texts,
		.dry_run = td_call_flag(call, "dry_run") };
	JsonObject *result;
	gboolean done;

	if (g_strv_length(texts) > PEOPLE_MAX)
		return td_fail(error, TD_ERROR_USAGE,
		    "import-people wants at most %u people", PEOPLE_MAX);
	done = run(&import, error);
	refused = import.refused;
	if (!done)
		return FALSE;
	result = json_object_new();
	json_object_set_int_member(result, "agents", import.agents);
	json_object_set_int_member(result, "customers", import.customers);
	json_object_set_int_member(result, "known", import.known);
	json_object_set_array_member(
	    result, "refused", g_steal_pointer(&refused));
	td_call_answer(call, result);
	return TRUE;
}
