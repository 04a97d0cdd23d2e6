/* request-export.c - the verbs export, export-messages, export-events and
 * export-people: all that is known of a ticket, piece by piece
 *
 * A ticket goes on while it is read: the pieces are those up to the event and
 * message that "export" told of, so they fit each other. */

#include "config.h"

#include <ticketd/erase.h>
#include <ticketd/error.h>
#include <ticketd/sha256.h>
#include <ticketd/text.h>

#include "server/request-people.h"

/* What one piece brings, and the bytes of mail after which it ends. */
#define PIECE_MESSAGES 50u
#define PIECE_BYTES (1024u * 1024)

/* ---- a ticket ---- */

static gboolean
read_ticket(const TdCall *call, guint64 number, TdTicket **ticket,
    guint64 *last, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));
	guint64 first;

	return td_ticket_range(txn, &first, last, error) &&
	    td_ticket_get(txn, number, ticket, error);
}

gboolean
td_request_export(const TdCall *call, GError **error)
{
	g_autoptr(TdTicket) ticket = NULL;
	g_autofree char *chain = NULL;
	JsonObject *result;
	guint64 last = 0;

	if (!read_ticket(
	        call, td_call_number(call, "number", 0), &ticket, &last, error))
		return FALSE;
	result = json_object_new();
	td_json_set_number(result, "last", last);
	if (ticket != NULL && ticket->purged != 0) {
		g_autoptr(GError) gone = NULL;

		td_ticket_fail_purged(ticket, &gone);
		json_object_set_string_member(result, "gone", gone->message);
	} else if (ticket != NULL) {
		chain = td_text_hex(ticket->chain, sizeof(ticket->chain));
		json_object_set_object_member(
		    result, "ticket", td_json_ticket(ticket));
		td_json_set_number(result, "events", ticket->events);
		td_json_set_number(result, "messages", ticket->messages);
		json_object_set_string_member(result, "chain", chain);
	}
	td_call_answer(call, result);
	return TRUE;
}

/* ---- its messages ---- */

typedef struct {
	GPtrArray *filed; /* of TdFiled */
	GPtrArray *raw;   /* of GBytes, the same order */
	guint64 after;    /* go on behind this */
	guint64 until;
} Piece;

static void
piece_clear(Piece *piece)
{
	g_clear_pointer(&piece->filed, g_ptr_array_unref);
	g_clear_pointer(&piece->raw, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Piece, piece_clear)

static gboolean
read_piece(const TdCall *call, Piece *piece, GError **error)
{
	guint64 number = td_call_number(call, "number", 0);
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));
	gsize bytes = 0;

	while (piece->after < piece->until && bytes < PIECE_BYTES &&
	    piece->filed->len < PIECE_MESSAGES) {
		g_autoptr(TdFiled) filed = NULL;
		g_autoptr(GBytes) raw = NULL;

		if (!td_filed_get(
		        txn, number, piece->after + 1, &filed, &raw, error))
			return FALSE;
		piece->after++;
		if (filed == NULL)
			continue;
		bytes += g_bytes_get_size(raw);
		g_ptr_array_add(piece->filed, g_steal_pointer(&filed));
		g_ptr_array_add(piece->raw, g_steal_pointer(&raw));
	}
	return TRUE;
}

/* As show has it, and what it takes to file the message once more. */
static JsonObject *
message_json(const TdCall *call, const TdFiled *filed, GBytes *raw)
{
	g_autoptr(TdMessage) message = td_request_parse(call, filed, raw);
	JsonObject *object = td_json_filed(filed, message);

	json_object_set_string_member(object, "digest", filed->digest);
	td_json_set_time(object, "stated", filed->date);
	return object;
}

gboolean
td_request_export_messages(const TdCall *call, GError **error)
{
	g_auto(Piece) piece = {
		.filed = g_ptr_array_new_with_free_func(
		    (GDestroyNotify)td_filed_free),
		.raw = g_ptr_array_new_with_free_func(
		    (GDestroyNotify)g_bytes_unref),
		.after = td_call_number(call, "after", 0),
		.until = td_call_number(call, "until", 0),
	};
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	JsonArray *array;
	JsonObject *result;

	if (!read_piece(call, &piece, error))
		return FALSE;
	array = json_array_sized_new(piece.filed->len);
	for (guint i = 0; i < piece.filed->len; i++) {
		GBytes *raw = g_ptr_array_index(piece.raw, i);

		json_array_add_object_element(array,
		    message_json(call, g_ptr_array_index(piece.filed, i), raw));
		g_byte_array_append(bytes, g_bytes_get_data(raw, NULL),
		    (guint)g_bytes_get_size(raw));
	}
	result = json_object_new();
	json_object_set_array_member(result, "messages", array);
	if (piece.after < piece.until)
		td_json_set_number(result, "next", piece.after);
	td_call_answer(call, result);
	call->answer->bytes = g_byte_array_free_to_bytes(
	    g_steal_pointer(&bytes));
	return TRUE;
}

/* ---- its events ---- */

/* What JSON has no value for is an object with one member that tells it. */
static void
set_object(
    JsonObject *detail, const char *name, const char *type, const char *text)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, type, text);
	json_object_set_object_member(detail, name, object);
}

static void
set_number(JsonObject *detail, const char *name, guint64 value)
{
	g_autofree char *digits = g_strdup_printf("%" G_GUINT64_FORMAT, value);

	if (value <= G_MAXINT64)
		json_object_set_int_member(detail, name, (gint64)value);
	else
		set_object(detail, name, "number", digits);
}

static void
set_bytes(JsonObject *detail, const char *name, GVariant *value)
{
	gsize size;
	const guchar *bytes = g_variant_get_fixed_array(value, &size, 1);
	g_autofree char *text = g_base64_encode(bytes, size);

	set_object(detail, name, "bytes", text);
}

/* All of them, in their order, of which the hashes are. */
static JsonObject *
detail_json(const TdEvent *event)
{
	JsonObject *detail = json_object_new();
	GVariantIter iter;
	const char *name;
	GVariant *value;

	g_variant_iter_init(&iter, td_event_detail(event));
	while (g_variant_iter_loop(&iter, "{&sv}", &name, &value)) {
		if (g_variant_is_of_type(value, G_VARIANT_TYPE_STRING))
			json_object_set_string_member(
			    detail, name, g_variant_get_string(value, NULL));
		else if (g_variant_is_of_type(value, G_VARIANT_TYPE_UINT64))
			set_number(detail, name, g_variant_get_uint64(value));
		else if (g_variant_is_of_type(value, G_VARIANT_TYPE_BYTESTRING))
			set_bytes(detail, name, value);
	}
	return detail;
}

/* What was replaced keeps its place in the chain by the hash it had. */
static gboolean
set_hash(TdTxn *txn, const TdEvent *event, JsonObject *object, GError **error)
{
	guint8 hash[TD_SHA256_SIZE];
	g_autofree char *hex = NULL;
	gboolean replaced;

	if (!td_event_replaced(txn, event, hash, &replaced, error))
		return FALSE;
	if (replaced) {
		hex = td_text_hex(hash, sizeof(hash));
		json_object_set_string_member(object, "hash", hex);
	}
	return TRUE;
}

static gboolean
add_event(TdTxn *txn, const TdEvent *event, JsonArray *array, GError **error)
{
	JsonObject *object = td_json_event(event);

	json_object_set_object_member(object, "detail", detail_json(event));
	json_array_add_object_element(array, object);
	return set_hash(txn, event, object, error);
}

gboolean
td_request_export_events(const TdCall *call, GError **error)
{
	guint64 number = td_call_number(call, "number", 0);
	guint64 after = td_call_number(call, "after", 0);
	guint64 until = td_call_number(call, "until", 0);
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));
	g_autoptr(GPtrArray) events = NULL;
	g_autoptr(JsonArray) array = json_array_new();
	JsonObject *result;

	if (!td_event_list(txn, number, after, TD_READ_MAX, &events, error))
		return FALSE;
	for (guint i = 0; i < events->len; i++) {
		const TdEvent *event = g_ptr_array_index(events, i);

		after = event->sequence;
		if (after <= until && !add_event(txn, event, array, error))
			return FALSE;
	}
	g_clear_pointer(&txn, td_txn_free);
	result = json_object_new();
	json_object_set_array_member(result, "events", g_steal_pointer(&array));
	if (events->len == TD_READ_MAX && after < until)
		td_json_set_number(result, "next", after);
	td_call_answer(call, result);
	return TRUE;
}

/* ---- people ---- */

/* "openpgp:..." -> the key, in base64. */
static gboolean
set_keys(TdTxn *txn, const TdPerson *person, JsonObject *object, GError **error)
{
	JsonObject *keys = json_object_new();

	json_object_set_object_member(object, "key_data", keys);
	for (guint i = 0; person->keys[i] != NULL; i++) {
		g_autoptr(GBytes) bytes = NULL;
		g_autofree char *text = NULL;
		gsize size;
		const guchar *data;

		if (!td_person_key_get(txn, person->keys[i], &bytes, error))
			return FALSE;
		if (bytes == NULL)
			continue;
		data = g_bytes_get_data(bytes, &size);
		text = g_base64_encode(data, size);
		json_object_set_string_member(keys, person->keys[i], text);
	}
	return TRUE;
}

static gboolean
add_people(
    TdTxn *txn, const GPtrArray *people, JsonArray *array, GError **error)
{
	for (guint i = 0; i < people->len; i++) {
		const TdPerson *person = g_ptr_array_index(people, i);
		JsonObject *object = td_json_person(person);

		/* Counts for nothing elsewhere. */
		json_object_remove_member(object, "id");
		json_array_add_object_element(array, object);
		if (td_person_is_agent(person) &&
		    !set_keys(txn, person, object, error))
			return FALSE;
	}
	return TRUE;
}

/* Agents, then a page of customers. */
gboolean
td_request_export_people(const TdCall *call, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));
	g_autoptr(JsonArray) array = json_array_new();
	g_autoptr(GPtrArray) agents = NULL;
	g_autoptr(GPtrArray) customers = NULL;
	guint64 after = td_call_number(call, "after", 0);
	JsonObject *result;

	if (after == 0 &&
	    (!td_person_agents(txn, &agents, error) ||
	        !add_people(txn, agents, array, error)))
		return FALSE;
	if (!td_person_customers(txn, after, TD_READ_MAX, &customers, error) ||
	    !add_people(txn, customers, array, error))
		return FALSE;
	g_clear_pointer(&txn, td_txn_free);
	result = json_object_new();
	json_object_set_array_member(result, "people", g_steal_pointer(&array));
	if (customers->len == TD_READ_MAX) {
		const TdPerson *last = g_ptr_array_index(
		    customers, customers->len - 1);

		td_json_set_number(result, "next", last->id);
	}
	td_call_answer(call, result);
	return TRUE;
}
