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
	GArray *sizes; /* of guint64: bytes of the keys of each */
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

static gint64
read_size(JsonObject *sizes, const char *key)
{
	JsonNode *node = sizes == NULL ? NULL
	                               : json_object_get_member(sizes, key);

	return node != NULL && JSON_NODE_HOLDS_VALUE(node) &&
	        json_node_get_value_type(node) == G_TYPE_INT64
	    ? json_node_get_int(node)
	    : 0;
}

/* The keys of @person, in their order, of GBytes, the caller's: they are cut
 * out of @bytes (or NULL), and "key_data" in @text tells the size of each. */
static GPtrArray *
cut_keys(
    const char *text, const TdPerson *person, GBytes *bytes, GError **error)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)g_bytes_unref);
	g_autoptr(JsonObject) object = td_import_object(text, NULL);
	JsonNode *data = json_object_get_member(object, "key_data");
	JsonObject *sizes = data != NULL && JSON_NODE_HOLDS_OBJECT(data)
	    ? json_node_get_object(data)
	    : NULL;
	gint64 left = bytes == NULL ? 0 : (gint64)g_bytes_get_size(bytes);
	gsize at = 0;

	for (gsize i = 0; person->keys[i] != NULL; i++) {
		gint64 size = read_size(sizes, person->keys[i]);

		if (size <= 0 || size > left) {
			td_fail(error, TD_ERROR_REFUSED,
			    "person: member \"key_data\" must be an object "
			    "with each of \"keys\", in base64");
			return NULL;
		}
		g_ptr_array_add(
		    keys, g_bytes_new_from_bytes(bytes, at, (gsize)size));
		at += (gsize)size;
		left -= size;
	}
	return g_steal_pointer(&keys);
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
take_person(
    Import *import, TdTxn *txn, const char *text, GBytes *bytes, GError **error)
{
	g_autoptr(TdPerson) person = td_import_person(text, error);
	g_autoptr(GPtrArray)
	    keys = person == NULL ? NULL : cut_keys(text, person, bytes, error);
	gboolean known;

	if (keys == NULL || !check_person(import, person, error) ||
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
do_person(Import *import, TdTxn *txn, guint i, GBytes *keys, GError **error)
{
	g_autoptr(GError) failed = NULL;
	JsonObject *object;

	if (take_person(import, txn, import->texts[i], keys, &failed))
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
	gsize at = 0;

	import->agents = import->customers = import->known = 0;
	g_clear_pointer(&import->refused, json_array_unref);
	import->refused = json_array_new();
	for (guint i = 0; import->texts[i] != NULL; i++) {
		gsize size = g_array_index(import->sizes, guint64, i);
		g_autoptr(GBytes) keys = size == 0
		    ? NULL
		    : g_bytes_new_from_bytes(import->call->bytes, at, size);

		at += size;
		if (!do_person(import, txn, i, keys, error))
			return FALSE;
	}
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

/* One for each, which are all bytes. */
static gboolean
check_sizes(
    const TdCall *call, guint people, const GArray *sizes, GError **error)
{
	guint64 left = call->bytes == NULL ? 0 : g_bytes_get_size(call->bytes);
	guint i;

	for (i = 0; i < sizes->len; i++) {
		if (g_array_index(sizes, guint64, i) > left)
			break;
		left -= g_array_index(sizes, guint64, i);
	}
	return (people <= PEOPLE_MAX && people == sizes->len &&
	           i == sizes->len && left == 0) ||
	    td_fail(error, TD_ERROR_USAGE,
	        "\"people\" must be at most %u, and \"sizes\" tell the bytes "
	        "of the keys of each",
	        PEOPLE_MAX);
}

gboolean
td_request_import_people(const TdCall *call, GError **error)
{
	g_autoptr(TdDesk) desk = td_service_desk(call->service);
	g_auto(GStrv) texts = td_call_texts(call, "people");
	g_autoptr(GArray) sizes = td_call_numbers(call, "sizes");
	g_autoptr(JsonArray) refused = NULL;
	Import import = { .call = call,
		.rules = { .desk = desk },
		.texts = texts,
		.sizes = sizes,
		.dry_run = td_call_flag(call, "dry_run") };
	JsonObject *result;
	gboolean done;

	if (!check_sizes(call, g_strv_length(texts), sizes, error))
		return FALSE;
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
