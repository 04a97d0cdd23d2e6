/* request-people-import.c - the verb customer-import: many customers in one
 * transaction
 *
 * Its bytes are an array of JSON: objects whose members are texts, "address"
 * and those of customer-set; "addresses" is an array of texts.  A row that is
 * wrong is left out whole, with its reason; the others are done. */

#include "config.h"

#include <string.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>

#include "server/control-frame.h"
#include "server/request-people.h"

/* So that mail does not wait for long. */
#define ROWS_MAX 200u
/* Ids of those whom a dry run only thinks of. */
#define FIRST_IMAGINED (G_MAXUINT64 - ROWS_MAX)

typedef struct {
	const TdCall *call;
	TdPeopleRules rules;
	JsonArray *rows; /* borrowed */
	gboolean dry_run;
	gint64 now;
	GHashTable *imagined; /* folded address -> TdPerson: of a dry run */
	/* filled in: */
	guint added, changed, unchanged;
	JsonArray *refused;
} Import;

typedef enum {
	ROW_ADDED,
	ROW_CHANGED,
	ROW_UNCHANGED,
} RowResult;

/* ---- one row ---- */

static gboolean
find(const Import *import, TdTxn *txn, const char *address, TdPerson **person,
    GError **error)
{
	const TdPerson *known = import->imagined == NULL
	    ? NULL
	    : g_hash_table_lookup(import->imagined, address);

	if (known == NULL)
		return td_person_by_address(txn, address, person, error);
	*person = td_person_copy(known);
	return TRUE;
}

/* In a dry run nothing is written that would tell. */
static gboolean
check_addresses(
    const Import *import, TdTxn *txn, const TdPerson *customer, GError **error)
{
	for (gsize i = 0; customer->addresses[i] != NULL; i++) {
		g_autoptr(TdPerson) other = NULL;

		if (!find(import, txn, customer->addresses[i], &other, error))
			return FALSE;
		if (other != NULL && other->id != customer->id)
			return td_fail(error, TD_ERROR_REFUSED,
			    "%s is an address of %s", customer->addresses[i],
			    td_people_called(other));
	}
	return TRUE;
}

static gboolean
imagine(Import *import, TdPerson *customer)
{
	if (customer->id == 0)
		customer->id = FIRST_IMAGINED + import->added;
	for (gsize i = 0; customer->addresses[i] != NULL; i++)
		g_hash_table_replace(import->imagined,
		    g_strdup(customer->addresses[i]), td_person_copy(customer));
	return TRUE;
}

static gboolean
put(Import *import, TdTxn *txn, TdPerson *customer, GError **error)
{
	customer->updated = import->now;
	if (!check_addresses(import, txn, customer, error))
		return FALSE;
	return import->dry_run ? imagine(import, customer)
	                       : td_person_put(txn, customer, error);
}

static const char *
address_of(JsonObject *row)
{
	JsonNode *node = json_object_get_member(row, "address");

	if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
	    json_node_get_value_type(node) != G_TYPE_STRING)
		return "";
	return json_node_get_string(node);
}

static gboolean
take_row(Import *import, TdTxn *txn, JsonObject *row, RowResult *result,
    GError **error)
{
	g_autofree char *address = td_people_address(
	    &import->rules, address_of(row), error);
	g_autoptr(TdPerson) customer = NULL;
	g_autoptr(GString) what = g_string_new(NULL);
	gboolean added;

	if (address == NULL || !find(import, txn, address, &customer, error))
		return FALSE;
	if (customer != NULL && td_person_is_agent(customer))
		return td_fail(error, TD_ERROR_REFUSED,
		    "%s is an address of agent %s", address, customer->name);
	added = customer == NULL;
	if (added) {
		customer = td_person_new();
		customer->created = import->now;
		td_people_add_address(customer, address, what);
	}
	if (!td_people_take_fields(
	        &import->rules, row, customer, what, error) ||
	    !td_people_add_addresses(
	        &import->rules, row, "addresses", customer, what, error))
		return FALSE;
	if (what->len > 0 && !put(import, txn, customer, error))
		return FALSE;
	*result = added     ? ROW_ADDED
	    : what->len > 0 ? ROW_CHANGED
	                    : ROW_UNCHANGED;
	return TRUE;
}

/* ---- all rows ---- */

static void
refuse(Import *import, guint row, const GError *error)
{
	JsonObject *object = json_object_new();

	json_object_set_int_member(object, "row", row);
	json_object_set_string_member(object, "text", error->message);
	json_array_add_object_element(import->refused, object);
}

/* FALSE: not the row is at fault, but the store. */
static gboolean
do_row(Import *import, TdTxn *txn, guint i, GError **error)
{
	g_autoptr(GError) failed = NULL;
	RowResult result = ROW_UNCHANGED;

	if (take_row(import, txn,
	        json_array_get_object_element(import->rows, i), &result,
	        &failed)) {
		import->added += result == ROW_ADDED;
		import->changed += result == ROW_CHANGED;
		import->unchanged += result == ROW_UNCHANGED;
		return TRUE;
	}
	if (!g_error_matches(failed, TD_ERROR, TD_ERROR_REFUSED) &&
	    !g_error_matches(failed, TD_ERROR, TD_ERROR_USAGE)) {
		g_propagate_error(error, g_steal_pointer(&failed));
		return FALSE;
	}
	refuse(import, i, failed);
	return TRUE;
}

static gboolean
do_rows(Import *import, TdTxn *txn, GError **error)
{
	import->added = 0;
	import->changed = 0;
	import->unchanged = 0;
	g_clear_pointer(&import->refused, json_array_unref);
	import->refused = json_array_new();
	for (guint i = 0; i < json_array_get_length(import->rows); i++) {
		if (!do_row(import, txn, i, error))
			return FALSE;
	}
	return TRUE;
}

/* TdWriteFunc; may run twice.  One event tells of all rows. */
static gboolean
write_rows(TdTxn *txn, gpointer data, GError **error)
{
	Import *import = data;
	g_autofree char *what = NULL;

	if (!do_rows(import, txn, error))
		return FALSE;
	if (import->added + import->changed == 0)
		return TRUE;
	what = g_strdup_printf(
	    "import: %u added, %u changed", import->added, import->changed);
	return td_people_record(
	    txn, import->call->actor, "customers", what, import->now, error);
}

static gboolean
think_rows(Import *import, GError **error)
{
	g_autoptr(TdTxn)
	    txn = td_txn_read(td_service_store(import->call->service));

	import->imagined = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, (GDestroyNotify)td_person_free);
	return do_rows(import, txn, error);
}

/* ---- the verb ---- */

static gboolean
is_texts(JsonNode *node)
{
	JsonArray *array;

	if (!JSON_NODE_HOLDS_ARRAY(node))
		return FALSE;
	array = json_node_get_array(node);
	for (guint i = 0; i < json_array_get_length(array); i++) {
		JsonNode *one = json_array_get_element(array, i);

		if (!JSON_NODE_HOLDS_VALUE(one) ||
		    json_node_get_value_type(one) != G_TYPE_STRING)
			return FALSE;
	}
	return TRUE;
}

static gboolean
is_row(JsonNode *node)
{
	JsonNode *addresses;

	if (!JSON_NODE_HOLDS_OBJECT(node))
		return FALSE;
	addresses = json_object_get_member(
	    json_node_get_object(node), "addresses");
	return addresses == NULL || is_texts(addresses);
}

/* The array in @call's bytes; NULL: there is none.  The caller owns it. */
static JsonNode *
parse_rows(const TdCall *call, GError **error)
{
	gsize size = 0;
	const char *bytes = call->bytes == NULL
	    ? NULL
	    : g_bytes_get_data(call->bytes, &size);
	g_autofree char *text = g_strndup(bytes == NULL ? "" : bytes, size);
	g_autoptr(JsonNode) node = td_frame_is_too_deep(text, strlen(text))
	    ? NULL
	    : json_from_string(text, NULL);
	gboolean good = node != NULL && JSON_NODE_HOLDS_ARRAY(node) &&
	    json_array_get_length(json_node_get_array(node)) <= ROWS_MAX;

	for (guint i = 0;
	     good && i < json_array_get_length(json_node_get_array(node)); i++)
		good = is_row(
		    json_array_get_element(json_node_get_array(node), i));
	if (good)
		return g_steal_pointer(&node);
	td_fail(error, TD_ERROR_USAGE,
	    "customer-import wants an array of at most %u rows", ROWS_MAX);
	return NULL;
}

static void
answer(const TdCall *call, Import *import)
{
	JsonObject *result = json_object_new();

	json_object_set_int_member(result, "added", import->added);
	json_object_set_int_member(result, "changed", import->changed);
	json_object_set_int_member(result, "unchanged", import->unchanged);
	json_object_set_array_member(
	    result, "refused", json_array_ref(import->refused));
	td_call_answer(call, result);
}

gboolean
td_request_customer_import(const TdCall *call, GError **error)
{
	g_autoptr(TdDesk) desk = td_service_desk(call->service);
	g_autoptr(TdLetters) letters = NULL;
	g_autoptr(JsonNode) rows = parse_rows(call, error);
	g_autoptr(JsonArray) refused = NULL;
	g_autoptr(GHashTable) imagined = NULL;
	Import import = { .call = call,
		.rules = { .desk = desk, .keep_empty = TRUE },
		.dry_run = td_call_flag(call, "dry_run"),
		.now = td_clock_now() };
	gboolean done;

	if (rows == NULL)
		return FALSE;
	letters = td_letters_new(td_desk_conf(desk), NULL, error);
	if (letters == NULL)
		return FALSE;
	import.rules.letters = letters;
	import.rows = json_node_get_array(rows);
	done = import.dry_run ? think_rows(&import, error)
	                      : td_writer_run(td_service_writer(call->service),
	                            write_rows, &import, error);
	refused = import.refused;
	imagined = import.imagined;
	if (done)
		answer(call, &import);
	return done;
}
