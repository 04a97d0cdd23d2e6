/* people.c - the table of people: id -> record
 *
 * Two indexes: people-by-address, where each address is one person's alone, and
 * agents-by-name.  Names are folded when the record is written; a newer GLib
 * may fold otherwise.  Public keys and certificates are single values. */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/error.h>
#include <ticketd/text.h>

#include "store/store-private.h"

#define SHOWN_MAX 80u
#define KEY_PREFIX "store/key/"

static TdPerson *
decode_row(guint64 id, const void *data, gsize size, GError **error)
{
	g_autoptr(TdPerson) person = td_person_decode(data, size);
	guint8 key[TD_KEY_NUMBER];

	if (person == NULL || person->id != id) {
		td_key_number(key, id);
		td_row_damaged(error, TD_TABLE_PEOPLE, key, sizeof(key));
		return NULL;
	}
	return g_steal_pointer(&person);
}

gboolean
td_person_row_check(guint64 id, const DBT *value, GError **error)
{
	g_autoptr(TdPerson)
	    person = decode_row(id, value->data, value->size, error);

	return person != NULL;
}

/* ---- finding ---- */

gboolean
td_person_get(TdTxn *txn, guint64 id, TdPerson **person, GError **error)
{
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_NUMBER];
	TdPerson *found = NULL;

	td_key_number(key, id);
	if (!td_row_get(txn, TD_TABLE_PEOPLE, key, sizeof(key), 0, &row, error))
		return FALSE;
	if (row.data != NULL) {
		found = decode_row(id, row.data, row.size, error);
		if (found == NULL)
			return FALSE;
	}
	*person = found;
	return TRUE;
}

/* By a key of @index, which leads to the record. */
static gboolean
look_up(TdTxn *txn, TdTable index, const char *text, TdPerson **person,
    GError **error)
{
	g_auto(TdRow) row = { 0 };
	TdPerson *found = NULL;

	if (!td_row_get(txn, index, text, strlen(text), 0, &row, error))
		return FALSE;
	if (row.data != NULL) {
		found = td_person_decode(row.data, row.size);
		if (found == NULL) {
			g_autofree char *name = td_text_printable(
			    text, SHOWN_MAX);

			return td_fail(error, TD_ERROR_BROKEN,
			    "damaged record of %s in table %s", name,
			    td_table_name(TD_TABLE_PEOPLE));
		}
	}
	*person = found;
	return TRUE;
}

gboolean
td_person_by_address(
    TdTxn *txn, const char *folded, TdPerson **person, GError **error)
{
	return look_up(txn, TD_INDEX_ADDRESS, folded, person, error);
}

gboolean
td_person_agents(TdTxn *txn, GPtrArray **people, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_person_free);
	g_auto(TdCursor) cursor = { 0 };
	gboolean found;

	if (!td_cursor_open(txn, TD_INDEX_AGENT, TRUE, &cursor, error) ||
	    !td_cursor_seek(&cursor, NULL, 0, &found, error))
		return FALSE;
	while (found) {
		TdPerson *person = td_person_decode(
		    cursor.value.data, cursor.value.size);

		if (person != NULL)
			g_ptr_array_add(list, person);
		if (!td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	}
	*people = g_steal_pointer(&list);
	return TRUE;
}

gboolean
td_person_customers(
    TdTxn *txn, guint64 after, guint limit, GPtrArray **people, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_person_free);
	g_auto(TdCursor) cursor = { 0 };
	guint8 key[TD_KEY_NUMBER];
	gboolean found = FALSE;

	if (!td_cursor_open(txn, TD_TABLE_PEOPLE, TRUE, &cursor, error))
		return FALSE;
	td_key_number(key, after + 1);
	if (after < G_MAXUINT64 &&
	    !td_cursor_seek(&cursor, key, sizeof(key), &found, error))
		return FALSE;
	while (found && list->len < MIN(limit, TD_READ_MAX)) {
		g_autoptr(TdPerson) person = td_person_decode(
		    cursor.value.data, cursor.value.size);

		if (person != NULL && !person->removed &&
		    person->role == TD_ROLE_CUSTOMER)
			g_ptr_array_add(list, g_steal_pointer(&person));
		if (!td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	}
	*people = g_steal_pointer(&list);
	return TRUE;
}

/* Whether a word of @name, folded, begins as folded @start does. */
static gboolean
begins_word(const char *name, const char *start)
{
	g_autofree char *folded = td_text_fold(name);
	gboolean in_word = FALSE;
	const char *at;

	for (at = folded; *at != '\0'; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);

		if (!in_word && g_str_has_prefix(at, start))
			return TRUE;
		in_word = g_unichar_isalnum(c) || g_unichar_ismark(c);
	}
	return FALSE;
}

/* The only agent with a word that begins with @folded. */
static gboolean
find_by_word(TdTxn *txn, const char *folded, TdPerson **person,
    gboolean *several, GError **error)
{
	g_autoptr(GPtrArray) agents = NULL;
	TdPerson *match = NULL;
	guint count = 0;
	guint i;

	if (!td_person_agents(txn, &agents, error))
		return FALSE;
	for (i = 0; i < agents->len; i++) {
		TdPerson *each = agents->pdata[i];

		if (!begins_word(each->name, folded) &&
		    !begins_word(each->full_name, folded))
			continue;
		match = each;
		count++;
	}
	*person = count == 1 ? td_person_copy(match) : NULL;
	*several = count > 1;
	return TRUE;
}

gboolean
td_person_find_agent(TdTxn *txn, const char *text, TdPerson **person,
    gboolean *several, GError **error)
{
	g_autofree char *plain = g_strstrip(g_strdup(text));
	g_autofree char *folded = td_text_fold(plain);
	g_autofree char *address = td_address_fold(plain);
	g_autoptr(TdPerson) found = NULL;
	gboolean many = FALSE;

	/* Without a text every word would begin so. */
	if (*folded != '\0') {
		if (!look_up(txn, TD_INDEX_AGENT, folded, &found, error))
			return FALSE;
		if (found == NULL && address != NULL &&
		    !td_person_by_address(txn, address, &found, error))
			return FALSE;
		if (found != NULL && !td_person_is_agent(found))
			g_clear_pointer(&found, td_person_free);
		if (found == NULL &&
		    !find_by_word(txn, folded, &found, &many, error))
			return FALSE;
	}
	*person = g_steal_pointer(&found);
	if (several != NULL)
		*several = many;
	return TRUE;
}

/* ---- writing ---- */

/* Each once; none of who was removed.  The caller owns the result. */
static GStrv
own_addresses(const TdPerson *person)
{
	g_autoptr(GPtrArray) own = g_ptr_array_new();
	guint i;
	guint j;

	for (i = 0; !person->removed && person->addresses[i] != NULL; i++) {
		for (j = 0; j < own->len; j++)
			if (strcmp(own->pdata[j], person->addresses[i]) == 0)
				break;
		if (j == own->len && *person->addresses[i] != '\0')
			g_ptr_array_add(own, g_strdup(person->addresses[i]));
	}
	g_ptr_array_add(own, NULL);
	return (GStrv)g_ptr_array_steal(own, NULL);
}

/* What to call @person in an error. */
static char *
describe(const TdPerson *person)
{
	const char *name = person->name;

	if (*name == '\0' && person->addresses[0] != NULL)
		name = person->addresses[0];
	if (*name == '\0')
		return g_strdup_printf("person %" G_GUINT64_FORMAT, person->id);
	return td_text_printable(name, SHOWN_MAX);
}

/* Fails if @key of @index is another's. */
static gboolean
refuse_taken(TdTxn *txn, TdTable index, const char *key, const TdPerson *person,
    GError **error)
{
	g_autoptr(TdPerson) holder = NULL;
	g_autofree char *whose = NULL;
	g_autofree char *who = NULL;
	g_autofree char *what = NULL;

	if (!look_up(txn, index, key, &holder, error))
		return FALSE;
	if (holder == NULL || holder->id == person->id)
		return TRUE;
	whose = describe(holder);
	who = describe(person);
	if (index == TD_INDEX_AGENT)
		return td_fail(error, TD_ERROR_REFUSED,
		    "the name %s is too like that of agent %s", who, whose);
	what = td_text_printable(key, 0);
	return td_fail(error, TD_ERROR_REFUSED,
	    "%s cannot have the address %s, which is one of %s", who, what,
	    whose);
}

/* An id that was never given out would be given out once more. */
static gboolean
refuse_unknown(TdTxn *txn, const TdPerson *person, GError **error)
{
	guint64 last;

	if (!td_counter_get(txn, TD_COUNTER_PERSON, &last, error))
		return FALSE;
	if (person->id > last)
		return td_fail(error, TD_ERROR_BROKEN,
		    "there is no person %" G_GUINT64_FORMAT, person->id);
	return TRUE;
}

/* All that can be wrong with @person. */
static gboolean
check(TdTxn *txn, const TdPerson *person, const char *folded, GStrv addresses,
    GError **error)
{
	guint i;

	if (!refuse_unknown(txn, person, error))
		return FALSE;
	if (td_person_is_agent(person) && *folded == '\0')
		return td_fail(
		    error, TD_ERROR_REFUSED, "an agent needs a name");
	if (*folded != '\0' &&
	    !refuse_taken(txn, TD_INDEX_AGENT, folded, person, error))
		return FALSE;
	for (i = 0; addresses[i] != NULL; i++)
		if (!refuse_taken(
		        txn, TD_INDEX_ADDRESS, addresses[i], person, error))
			return FALSE;
	return TRUE;
}

gboolean
td_person_put(TdTxn *txn, TdPerson *person, GError **error)
{
	g_autofree char *folded = td_person_is_agent(person)
	    ? td_text_fold(person->name)
	    : g_strdup("");
	g_auto(GStrv) addresses = own_addresses(person);
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_NUMBER];
	guint64 id = person->id;

	if (!check(txn, person, folded, addresses, error))
		return FALSE;
	if (id == 0 && !td_counter_next(txn, TD_COUNTER_PERSON, &id, error))
		return FALSE;
	td_person_encode(person, id, folded, addresses, &row);
	td_key_number(key, id);
	if (!td_row_put(txn, TD_TABLE_PEOPLE, key, sizeof(key), row.data,
	        row.size, error))
		return FALSE;
	person->id = id;
	return TRUE;
}

/* ---- keys ---- */

gboolean
td_person_key_put(TdTxn *txn, const char *key, GBytes *bytes, GError **error)
{
	g_autofree char *name = g_strconcat(KEY_PREFIX, key, NULL);

	if (bytes == NULL)
		return td_row_delete(
		    txn, TD_TABLE_META, name, strlen(name), error);
	return td_meta_put(txn, name, bytes, error);
}

gboolean
td_person_key_get(TdTxn *txn, const char *key, GBytes **bytes, GError **error)
{
	g_autofree char *name = g_strconcat(KEY_PREFIX, key, NULL);

	return td_meta_get(txn, name, bytes, error);
}
