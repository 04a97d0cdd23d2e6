/* objects.c - the table of what monitoring systems watch
 *
 * A key is monitor, NUL, host, NUL, service; the last two are folded when a row
 * is looked for and written, and stand in the row as they were written.  Rows
 * are numbered, for `ticket check`. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/object.h>
#include <ticketd/text.h>

#include "store/store-private.h"

/* Tickets that were merged one into the other. */
#define MERGES_MAX 100

TdObject *
td_object_new(void)
{
	TdObject *object = g_new0(TdObject, 1);

	object->monitor = g_strdup("");
	object->host = g_strdup("");
	object->service = g_strdup("");
	object->reference = g_strdup("");
	object->state = g_strdup("");
	object->changes = g_array_new(FALSE, FALSE, sizeof(gint64));
	return object;
}

void
td_object_free(TdObject *object)
{
	if (object == NULL)
		return;
	g_free(object->monitor);
	g_free(object->host);
	g_free(object->service);
	g_free(object->reference);
	g_free(object->state);
	g_clear_pointer(&object->changes, g_array_unref);
	g_free(object);
}

TdObject *
td_object_copy(const TdObject *object)
{
	TdObject *copy = g_new(TdObject, 1);

	*copy = *object;
	copy->monitor = g_strdup(object->monitor);
	copy->host = g_strdup(object->host);
	copy->service = g_strdup(object->service);
	copy->reference = g_strdup(object->reference);
	copy->state = g_strdup(object->state);
	copy->changes = g_array_copy(object->changes);
	return copy;
}

/* ---- keys ---- */

/* The three with a NUL between them. */
static guint8 *
make_key(
    const char *monitor, const char *host, const char *service, gsize *size)
{
	g_autofree char *host_folded = td_text_fold(host);
	g_autofree char *service_folded = td_text_fold(service);
	g_autoptr(GByteArray) key = g_byte_array_new();

	g_byte_array_append(
	    key, (const guint8 *)monitor, (guint)strlen(monitor) + 1);
	g_byte_array_append(
	    key, (guint8 *)host_folded, (guint)strlen(host_folded) + 1);
	g_byte_array_append(
	    key, (guint8 *)service_folded, (guint)strlen(service_folded));
	return g_byte_array_steal(key, size);
}

gboolean
td_object_same(const TdObject *a, const TdObject *b)
{
	gsize a_size, b_size;
	g_autofree guint8 *a_key = make_key(
	    a->monitor, a->host, a->service, &a_size);
	g_autofree guint8 *b_key = make_key(
	    b->monitor, b->host, b->service, &b_size);

	return a_size == b_size && memcmp(a_key, b_key, a_size) == 0;
}

guint8 *
td_object_reference_prefix(
    const char *monitor, const char *reference, gsize *size)
{
	g_autoptr(GByteArray) prefix = g_byte_array_new();

	g_byte_array_append(
	    prefix, (const guint8 *)monitor, (guint)strlen(monitor) + 1);
	g_byte_array_append(
	    prefix, (const guint8 *)reference, (guint)strlen(reference) + 1);
	return g_byte_array_steal(prefix, size);
}

guint8 *
td_object_ticket_prefix(guint64 ticket, gboolean problem, gsize *size)
{
	guint8 *prefix = g_malloc(TD_KEY_NUMBER + 1);

	td_key_number(prefix, ticket);
	prefix[TD_KEY_NUMBER] = problem ? 1 : 0;
	*size = TD_KEY_NUMBER + 1;
	return prefix;
}

/* ---- rows ---- */

static void
encode(const TdObject *object, TdRow *row)
{
	const GArray *changes = object->changes;
	guint count = MIN(changes->len, TD_OBJECT_CHANGES);
	const gint64 *newest = count == 0
	    ? NULL
	    : &g_array_index(changes, gint64, changes->len - count);
	GVariant *members[] = {
		g_variant_new(TD_TYPE_OBJECT_FIXED, object->ticket,
		    object->home, object->repeats, object->since,
		    object->updated, (guint8)(object->problem ? 1 : 0),
		    (guint8)(object->flapping ? 1 : 0),
		    (guint8)(object->taken ? 1 : 0), (guint8)object->grade),
		td_value_text(object->monitor),
		td_value_text(object->host),
		td_value_text(object->service),
		td_value_text(object->reference),
		td_value_text(object->state),
		g_variant_new_fixed_array(
		    G_VARIANT_TYPE_INT64, newest, count, sizeof(gint64)),
		td_value_tail(),
	};

	td_value_write(
	    g_variant_new_tuple(members, G_N_ELEMENTS(members)), 0, row);
}

static void
take_changes(TdObject *object, GVariant *list)
{
	gsize count;
	const gint64 *times = g_variant_get_fixed_array(
	    list, &count, sizeof(gint64));

	object->changes = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_array_append_vals(object->changes, times, (guint)count);
}

/* Whether @key begins with the monitor's name. */
static gboolean
is_monitors(const DBT *key, const char *monitor)
{
	gsize size = strlen(monitor) + 1;

	return key->size > size && memcmp(key->data, monitor, size) == 0;
}

TdObject *
td_object_decode(const DBT *key, const DBT *value)
{
	g_autoptr(GVariant)
	    record = td_value_read(TD_TYPE_OBJECT, value->data, value->size);
	g_autoptr(GVariant) changes = NULL;
	g_autoptr(TdObject) object = NULL;
	guint8 problem, flapping, taken, grade;

	if (record == NULL)
		return NULL;
	object = g_new0(TdObject, 1);
	g_variant_get(record, "(" TD_TYPE_OBJECT_FIXED "sssss@ax@a{sv})",
	    &object->ticket, &object->home, &object->repeats, &object->since,
	    &object->updated, &problem, &flapping, &taken, &grade,
	    &object->monitor, &object->host, &object->service,
	    &object->reference, &object->state, &changes, NULL);
	object->problem = problem != 0;
	object->flapping = flapping != 0;
	object->taken = taken != 0;
	object->grade = grade;
	take_changes(object, changes);
	if (!is_monitors(key, object->monitor))
		return NULL;
	return g_steal_pointer(&object);
}

char *
td_object_row_name(const DBT *key)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const char *bytes = key->data;

	for (gsize i = 0; i < key->size; i++)
		g_string_append_c(text, bytes[i] == '\0' ? '/' : bytes[i]);
	return td_text_printable(text->str, 120);
}

/* The object under @key; *@object is NULL if there is none. */
static gboolean
get(TdTxn *txn, const void *key, gsize size, TdObject **object, GError **error)
{
	const DBT at = { .data = (void *)key, .size = (u_int32_t)size };
	g_auto(TdRow) row = { 0 };
	TdObject *found = NULL;
	DBT value = { 0 };

	if (!td_row_get(txn, TD_TABLE_OBJECTS, key, size, 0, &row, error))
		return FALSE;
	if (row.data != NULL) {
		value.data = row.data;
		value.size = (u_int32_t)row.size;
		found = td_object_decode(&at, &value);
		if (found == NULL)
			return td_row_damaged(
			    error, TD_TABLE_OBJECTS, key, size);
	}
	*object = found;
	return TRUE;
}

gboolean
td_object_get(TdTxn *txn, const char *monitor, const char *host,
    const char *service, TdObject **object, GError **error)
{
	gsize size;
	g_autofree guint8 *key = make_key(monitor, host, service, &size);

	return get(txn, key, size, object, error);
}

gboolean
td_object_put(TdTxn *txn, const TdObject *object, GError **error)
{
	gsize size;
	g_autofree guint8 *key = make_key(
	    object->monitor, object->host, object->service, &size);
	g_auto(TdRow) row = { 0 };

	encode(object, &row);
	return td_row_put(
	    txn, TD_TABLE_OBJECTS, key, size, row.data, row.size, error);
}

/* ---- by index ---- */

/* Keys of up to @limit rows whose key in @index begins with the @size bytes of
 * @prefix, of GBytes.  The cursor must be gone before rows are read or changed.
 */
static gboolean
list_keys(TdTxn *txn, TdTable index, const guint8 *prefix, gsize size,
    guint limit, GPtrArray *keys, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	gboolean found;

	if (!td_cursor_open(txn, index, FALSE, &cursor, error) ||
	    !td_cursor_seek(&cursor, prefix, size, &found, error))
		return FALSE;
	while (found && keys->len < limit && cursor.key.size > size &&
	    memcmp(cursor.key.data, prefix, size) == 0) {
		g_ptr_array_add(keys,
		    g_bytes_new((const guint8 *)cursor.key.data + size,
		        cursor.key.size - size));
		if (!td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	}
	return TRUE;
}

/* The objects under @keys, without damaged ones. */
static gboolean
read_all(TdTxn *txn, const GPtrArray *keys, GPtrArray **objects, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_object_free);

	for (guint i = 0; i < keys->len; i++) {
		g_autoptr(GError) problem = NULL;
		TdObject *object = NULL;
		gsize size;
		const void *key = g_bytes_get_data(keys->pdata[i], &size);

		if (!get(txn, key, size, &object, &problem) &&
		    !g_error_matches(problem, TD_ERROR, TD_ERROR_BROKEN)) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return FALSE;
		}
		if (object != NULL)
			g_ptr_array_add(list, object);
	}
	*objects = g_steal_pointer(&list);
	return TRUE;
}

static GPtrArray *
new_keys(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
}

gboolean
td_object_find(TdTxn *txn, const char *monitor, const char *reference,
    TdObject **object, GError **error)
{
	g_autoptr(GPtrArray) keys = new_keys();
	g_autoptr(GPtrArray) objects = NULL;
	gsize size;
	g_autofree guint8 *prefix = td_object_reference_prefix(
	    monitor, reference, &size);

	if (!list_keys(
	        txn, TD_INDEX_OBJECT_REFERENCE, prefix, size, 1, keys, error) ||
	    !read_all(txn, keys, &objects, error))
		return FALSE;
	*object = objects->len == 0 ? NULL
	                            : g_ptr_array_steal_index(objects, 0);
	return TRUE;
}

static gboolean
list_of_ticket(TdTxn *txn, guint64 ticket, gboolean problem, guint limit,
    GPtrArray **objects, GError **error)
{
	g_autoptr(GPtrArray) keys = new_keys();
	gsize size;
	g_autofree guint8 *prefix = td_object_ticket_prefix(
	    ticket, problem, &size);

	return list_keys(txn, TD_INDEX_OBJECT_TICKET, prefix, size, limit, keys,
	           error) &&
	    read_all(txn, keys, objects, error);
}

gboolean
td_object_problems(TdTxn *txn, guint64 ticket, guint limit, GPtrArray **objects,
    GError **error)
{
	return list_of_ticket(
	    txn, ticket, TRUE, MIN(limit, TD_READ_MAX), objects, error);
}

gboolean
td_object_take(TdTxn *txn, guint64 ticket, GError **error)
{
	g_autoptr(GPtrArray) objects = NULL;

	if (!list_of_ticket(txn, ticket, TRUE, G_MAXUINT, &objects, error))
		return FALSE;
	for (guint i = 0; i < objects->len; i++) {
		TdObject *object = objects->pdata[i];

		if (object->taken)
			continue;
		object->taken = TRUE;
		if (!td_object_put(txn, object, error))
			return FALSE;
	}
	return TRUE;
}

/* ---- merges ---- */

/* Whether ticket @home is @ticket, or was merged into it. */
static gboolean
leads_to(
    TdTxn *txn, guint64 home, guint64 ticket, gboolean *leads, GError **error)
{
	guint64 number = home;

	for (guint i = 0; i < MERGES_MAX && number != ticket && number != 0;
	     i++) {
		g_autoptr(TdTicket) each = NULL;

		if (!td_ticket_get(txn, number, &each, error))
			return FALSE;
		number = each == NULL ? 0 : each->merged_into;
	}
	*leads = number == ticket;
	return TRUE;
}

/* Those of ticket @from, or only those at home at @home (0: any), belong to
 * @to. */
static gboolean
move(TdTxn *txn, guint64 from, guint64 to, guint64 home, gboolean problem,
    GError **error)
{
	g_autoptr(GPtrArray) objects = NULL;

	if (!list_of_ticket(txn, from, problem, G_MAXUINT, &objects, error))
		return FALSE;
	for (guint i = 0; i < objects->len; i++) {
		TdObject *object = objects->pdata[i];
		gboolean moves = TRUE;

		if (home != 0 &&
		    !leads_to(txn, object->home, home, &moves, error))
			return FALSE;
		object->ticket = to;
		if (moves && !td_object_put(txn, object, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
td_object_merge(TdTxn *txn, guint64 from, guint64 to, GError **error)
{
	return move(txn, from, to, 0, TRUE, error) &&
	    move(txn, from, to, 0, FALSE, error);
}

gboolean
td_object_unmerge(TdTxn *txn, guint64 from, guint64 to, GError **error)
{
	return move(txn, to, from, from, TRUE, error) &&
	    move(txn, to, from, from, FALSE, error);
}

/* ---- the end ---- */

gboolean
td_object_forget(TdTxn *txn, guint64 number, GError **error)
{
	for (guint i = 0; i < 2; i++) {
		g_autoptr(GPtrArray) objects = NULL;

		if (!list_of_ticket(
		        txn, number, i == 0, G_MAXUINT, &objects, error))
			return FALSE;
		for (guint j = 0; j < objects->len; j++) {
			TdObject *object = objects->pdata[j];

			object->ticket = object->home = 0;
			if (!td_object_put(txn, object, error))
				return FALSE;
		}
	}
	return TRUE;
}

gboolean
td_object_expire(
    TdTxn *txn, gint64 before, guint limit, guint *count, GError **error)
{
	g_autoptr(GPtrArray) keys = new_keys();

	if (!td_row_expired(
	        txn, TD_INDEX_OBJECT_EXPIRY, before, limit, keys, error))
		return FALSE;
	for (guint i = 0; i < keys->len; i++) {
		gsize size;
		const void *key = g_bytes_get_data(keys->pdata[i], &size);

		if (!td_row_delete(txn, TD_TABLE_OBJECTS, key, size, error))
			return FALSE;
	}
	*count = keys->len;
	return TRUE;
}
