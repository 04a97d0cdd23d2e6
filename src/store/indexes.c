/* indexes.c - keys of the secondary tables
 *
 *   tickets-by-queue      queue NUL mark status priority number
 *   tickets-by-requester  requester NUL number
 *   tickets-by-owner      owner NUL number
 *   tickets-by-deadline   deadline number, of active ones
 *   tickets-by-word       word NUL number, for each word of the subject
 *   tickets-by-timer      timer number
 *   tickets-active        owner NUL queue NUL number, of active ones
 *   events-by-time        time number sequence
 *   people-by-address     address, for each address of a person
 *   agents-by-name        name, folded
 *   holds-by-from         ticket from NUL id
 *   holds-by-expiry       expiry id
 *   suppressed-by-expiry  expiry, key of the row
 *   objects-by-ticket     ticket, one byte: a problem?, key of the row
 *   objects-by-reference  monitor NUL reference NUL, key of the row
 *   objects-by-expiry     when last spoken of, key of the row; of well ones
 *
 * Numbers and times are 8 bytes, big-endian; mark, status and priority one
 * byte.  Berkeley DB calls these functions at each put, and twice when a row
 * changes: once for the row that was.  They must give the same keys for the
 * same row for ever, so words are folded when the row is written (a newer GLib
 * may fold otherwise).  A row that is damaged is in no index. */

#include "config.h"

#include <string.h>

#include "store/store-private.h"

static int
give(DBT *result, guint8 *key, gsize size)
{
	result->data = key;
	result->size = size;
	result->flags = DB_DBT_APPMALLOC;
	return 0;
}

static gboolean
peek(const DBT *key, const DBT *value, TdTicketHead *head)
{
	return key->size == TD_KEY_NUMBER &&
	    td_ticket_peek(value->data, value->size, head) &&
	    head->fixed.number == td_key_read(key->data) &&
	    head->fixed.number != TD_TICKET_DESK;
}

/* @text NUL @middle number. */
static int
give_text(DBT *result, const char *text, gsize length, const guint8 *middle,
    gsize middle_size, guint64 number)
{
	gsize size = length + 1 + middle_size + TD_KEY_NUMBER;
	guint8 *key = g_malloc(size);

	memcpy(key, text, length);
	key[length] = 0;
	if (middle_size > 0)
		memcpy(key + length + 1, middle, middle_size);
	td_key_number(key + length + 1 + middle_size, number);
	return give(result, key, size);
}

static int
give_time(DBT *result, gint64 time, guint64 number)
{
	guint8 *key = g_malloc(TD_KEY_PLACE);

	td_key_time(key, time);
	td_key_number(key + 8, number);
	return give(result, key, TD_KEY_PLACE);
}

static int
by_queue(DB *db G_GNUC_UNUSED, const DBT *key, const DBT *value, DBT *result)
{
	TdTicketHead head;
	guint8 middle[3];

	/* A purged ticket is of no queue, and in no list. */
	if (!peek(key, value, &head) || *head.queue == '\0')
		return DB_DONOTINDEX;
	middle[0] = (head.fixed.spam != 0 ? TD_MARK_SPAM : 0) |
	    (head.fixed.merged_into != 0 ? TD_MARK_MERGED : 0);
	middle[1] = head.fixed.status;
	middle[2] = head.fixed.priority;
	return give_text(result, head.queue, strlen(head.queue), middle,
	    sizeof(middle), head.fixed.number);
}

static int
by_requester(
    DB *db G_GNUC_UNUSED, const DBT *key, const DBT *value, DBT *result)
{
	TdTicketHead head;

	if (!peek(key, value, &head) || *head.requester == '\0')
		return DB_DONOTINDEX;
	return give_text(result, head.requester, strlen(head.requester), NULL,
	    0, head.fixed.number);
}

static int
by_owner(DB *db G_GNUC_UNUSED, const DBT *key, const DBT *value, DBT *result)
{
	TdTicketHead head;

	if (!peek(key, value, &head) || *head.owner == '\0')
		return DB_DONOTINDEX;
	return give_text(
	    result, head.owner, strlen(head.owner), NULL, 0, head.fixed.number);
}

static int
by_due(DB *db G_GNUC_UNUSED, const DBT *key, const DBT *value, DBT *result)
{
	TdTicketHead head;

	if (!peek(key, value, &head) || head.fixed.due == 0 ||
	    !td_ticket_head_is_active(&head))
		return DB_DONOTINDEX;
	return give_time(result, head.fixed.due, head.fixed.number);
}

static int
by_timer(DB *db G_GNUC_UNUSED, const DBT *key, const DBT *value, DBT *result)
{
	TdTicketHead head;

	if (!peek(key, value, &head) || head.fixed.timer == 0)
		return DB_DONOTINDEX;
	return give_time(result, head.fixed.timer, head.fixed.number);
}

/* Nobody's tickets too: theirs is the owner "". */
static int
by_activity(DB *db G_GNUC_UNUSED, const DBT *key, const DBT *value, DBT *result)
{
	TdTicketHead head;
	gsize size;

	if (!peek(key, value, &head) || !td_ticket_head_is_active(&head))
		return DB_DONOTINDEX;
	size = strlen(head.queue) + 1;
	return give_text(result, head.owner, strlen(head.owner),
	    (const guint8 *)head.queue, size, head.fixed.number);
}

static int
by_word(DB *db G_GNUC_UNUSED, const DBT *key, const DBT *value, DBT *result)
{
	TdTicketHead head;
	const char *word;
	DBT *keys;
	guint count = 0;

	if (!peek(key, value, &head) || *head.words == '\0')
		return DB_DONOTINDEX;
	keys = g_new0(DBT, TD_WORDS);
	word = head.words;
	while (*word != '\0' && count < TD_WORDS) {
		gsize length = strcspn(word, " ");

		give_text(
		    &keys[count++], word, length, NULL, 0, head.fixed.number);
		word += length;
		word += *word == ' ';
	}
	result->data = keys;
	result->size = count;
	result->flags = DB_DBT_MULTIPLE | DB_DBT_APPMALLOC;
	return 0;
}

/* Of all that the functions above look at. */
gboolean
td_index_stays(const TdRow *before, const TdRow *after)
{
	TdTicketHead was, is;

	return td_ticket_peek(before->data, before->size, &was) &&
	    td_ticket_peek(after->data, after->size, &is) &&
	    was.fixed.number == is.fixed.number &&
	    was.fixed.status == is.fixed.status &&
	    was.fixed.priority == is.fixed.priority &&
	    was.fixed.spam == is.fixed.spam &&
	    was.fixed.merged_into == is.fixed.merged_into &&
	    was.fixed.due == is.fixed.due &&
	    was.fixed.timer == is.fixed.timer &&
	    strcmp(was.queue, is.queue) == 0 &&
	    strcmp(was.owner, is.owner) == 0 &&
	    strcmp(was.requester, is.requester) == 0 &&
	    strcmp(was.words, is.words) == 0;
}

static int
by_time(DB *db G_GNUC_UNUSED, const DBT *key, const DBT *value, DBT *result)
{
	const guint8 *payload = value->data;
	gint64 when;
	guint8 *time;

	if (key->size != TD_KEY_PLACE ||
	    value->size < TD_EVENT_PAYLOAD + sizeof(when))
		return DB_DONOTINDEX;
	/* The time is the first member of the payload. */
	memcpy(&when, payload + TD_EVENT_PAYLOAD, sizeof(when));
	time = g_malloc(8 + TD_KEY_PLACE);
	td_key_time(time, when);
	memcpy(time + 8, key->data, TD_KEY_PLACE);
	return give(result, time, 8 + TD_KEY_PLACE);
}

/* A record in normal form whose first number is its key, else NULL.  These
 * change seldom, so they are decoded. */
static GVariant *
read_record(const char *type, const DBT *key, const DBT *value)
{
	g_autoptr(GVariant) record = NULL;
	guint64 number;

	if (key->size != TD_KEY_NUMBER || value->size < sizeof(number))
		return NULL;
	memcpy(&number, value->data, sizeof(number));
	if (number == td_key_read(key->data))
		record = td_value_read(type, value->data, value->size);
	return g_steal_pointer(&record);
}

static int
by_address(DB *db G_GNUC_UNUSED, const DBT *key, const DBT *value, DBT *result)
{
	g_autoptr(GVariant) record = read_record(TD_TYPE_PERSON, key, value);
	g_autoptr(GVariant) list = NULL;
	DBT *keys;
	gsize count;
	gsize i;

	if (record == NULL)
		return DB_DONOTINDEX;
	list = g_variant_get_child_value(record, TD_PERSON_ADDRESSES);
	count = g_variant_n_children(list);
	if (count == 0)
		return DB_DONOTINDEX;
	keys = g_new0(DBT, count);
	for (i = 0; i < count; i++) {
		char *address = NULL;

		g_variant_get_child(list, i, "s", &address);
		give(&keys[i], (guint8 *)address, strlen(address));
	}
	result->data = keys;
	result->size = count;
	result->flags = DB_DBT_MULTIPLE | DB_DBT_APPMALLOC;
	return 0;
}

static int
by_agent(DB *db G_GNUC_UNUSED, const DBT *key, const DBT *value, DBT *result)
{
	g_autoptr(GVariant) record = read_record(TD_TYPE_PERSON, key, value);
	g_autofree char *name = NULL;
	gsize size;

	if (record == NULL)
		return DB_DONOTINDEX;
	g_variant_get_child(record, TD_PERSON_FOLDED, "s", &name);
	if (*name == '\0')
		return DB_DONOTINDEX;
	size = strlen(name);
	return give(result, (guint8 *)g_steal_pointer(&name), size);
}

static int
by_hold_from(
    DB *db G_GNUC_UNUSED, const DBT *key, const DBT *value, DBT *result)
{
	g_autoptr(GVariant) record = read_record(TD_TYPE_HOLD, key, value);
	g_autofree guint8 *start = NULL;
	g_autofree char *from = NULL;
	guint64 ticket;
	gsize size;

	if (record == NULL)
		return DB_DONOTINDEX;
	g_variant_get(record, "(" TD_TYPE_HOLD_FIXED "s&s&s@a{sv})", NULL,
	    &ticket, NULL, NULL, NULL, NULL, NULL, &from, NULL, NULL, NULL);
	start = td_hold_prefix(ticket, from, &size);
	/* Its last byte is the NUL that give_text() writes. */
	return give_text(
	    result, (char *)start, size - 1, NULL, 0, td_key_read(key->data));
}

static int
by_hold_expiry(
    DB *db G_GNUC_UNUSED, const DBT *key, const DBT *value, DBT *result)
{
	g_autoptr(GVariant) record = read_record(TD_TYPE_HOLD, key, value);
	gint64 expires;

	if (record == NULL)
		return DB_DONOTINDEX;
	g_variant_get(record, "(" TD_TYPE_HOLD_FIXED "&s&s&s@a{sv})", NULL,
	    NULL, NULL, NULL, NULL, NULL, &expires, NULL, NULL, NULL, NULL);
	return give_time(result, expires, td_key_read(key->data));
}

static int
by_suppressed_expiry(
    DB *db G_GNUC_UNUSED, const DBT *key, const DBT *value, DBT *result)
{
	gint64 expires;
	guint8 *time;

	if (!td_suppression_row_read(key, value, &expires) || expires == 0)
		return DB_DONOTINDEX;
	time = g_malloc(TD_KEY_NUMBER + key->size);
	td_key_time(time, expires);
	memcpy(time + TD_KEY_NUMBER, key->data, key->size);
	return give(result, time, TD_KEY_NUMBER + key->size);
}

/* @prefix, which is taken over, and the key of the row. */
static int
give_behind(DBT *result, guint8 *prefix, gsize size, const DBT *key)
{
	guint8 *whole = g_realloc(prefix, size + key->size);

	memcpy(whole + size, key->data, key->size);
	return give(result, whole, size + key->size);
}

static int
by_object_ticket(
    DB *db G_GNUC_UNUSED, const DBT *key, const DBT *value, DBT *result)
{
	g_autoptr(TdObject) object = td_object_decode(key, value);
	gsize size;
	guint8 *prefix;

	if (object == NULL || object->ticket == TD_TICKET_DESK)
		return DB_DONOTINDEX;
	prefix = td_object_ticket_prefix(
	    object->ticket, object->problem, &size);
	return give_behind(result, prefix, size, key);
}

static int
by_object_reference(
    DB *db G_GNUC_UNUSED, const DBT *key, const DBT *value, DBT *result)
{
	g_autoptr(TdObject) object = td_object_decode(key, value);
	gsize size;
	guint8 *prefix;

	if (object == NULL || *object->reference == '\0')
		return DB_DONOTINDEX;
	prefix = td_object_reference_prefix(
	    object->monitor, object->reference, &size);
	return give_behind(result, prefix, size, key);
}

static int
by_object_expiry(
    DB *db G_GNUC_UNUSED, const DBT *key, const DBT *value, DBT *result)
{
	g_autoptr(TdObject) object = td_object_decode(key, value);
	guint8 *time;

	if (object == NULL || object->problem)
		return DB_DONOTINDEX;
	time = g_malloc(TD_KEY_NUMBER);
	td_key_time(time, object->updated);
	return give_behind(result, time, TD_KEY_NUMBER, key);
}

TdIndexFunc
td_index_func(TdTable table)
{
	static const TdIndexFunc funcs[TD_TABLES] = {
		[TD_INDEX_QUEUE] = by_queue,
		[TD_INDEX_REQUESTER] = by_requester,
		[TD_INDEX_OWNER] = by_owner,
		[TD_INDEX_DUE] = by_due,
		[TD_INDEX_WORD] = by_word,
		[TD_INDEX_TIMER] = by_timer,
		[TD_INDEX_ACTIVE] = by_activity,
		[TD_INDEX_TIME] = by_time,
		[TD_INDEX_ADDRESS] = by_address,
		[TD_INDEX_AGENT] = by_agent,
		[TD_INDEX_HOLD_FROM] = by_hold_from,
		[TD_INDEX_HOLD_EXPIRY] = by_hold_expiry,
		[TD_INDEX_SUPPRESSED_EXPIRY] = by_suppressed_expiry,
		[TD_INDEX_OBJECT_TICKET] = by_object_ticket,
		[TD_INDEX_OBJECT_REFERENCE] = by_object_reference,
		[TD_INDEX_OBJECT_EXPIRY] = by_object_expiry,
	};

	return funcs[table];
}

const DBT *
td_index_keys(const DBT *keys, guint *count)
{
	gboolean multiple = (keys->flags & DB_DBT_MULTIPLE) != 0;

	*count = multiple ? keys->size : 1;
	return multiple ? keys->data : keys;
}

void
td_index_clear(DBT *keys)
{
	DBT *each = keys->data;
	guint i;

	if ((keys->flags & DB_DBT_MULTIPLE) != 0)
		for (i = 0; i < keys->size; i++)
			g_free(each[i].data);
	g_free(keys->data);
	memset(keys, 0, sizeof(*keys));
}

/* Whether @key of @index leads to the row of @primary. */
static gboolean
leads_to(TdTxn *txn, TdTable index, const DBT *key, const DBT *primary,
    gboolean *leads, GError **error)
{
	DB *db = txn->store->tables[index];
	DBT k = { .data = key->data, .size = key->size };
	DBT to = { .flags = DB_DBT_MALLOC };
	DBT value = { .flags = DB_DBT_USERMEM | DB_DBT_PARTIAL };
	g_autofree void *place = NULL;
	int rc = db->pget(db, txn->db_txn, &k, &to, &value, 0);

	if (rc != 0 && rc != DB_NOTFOUND && rc != DB_SECONDARY_BAD)
		return td_store_fail(error, rc, td_table_name(index));
	place = to.data;
	*leads = rc == 0 && to.size == primary->size &&
	    memcmp(to.data, primary->data, to.size) == 0;
	return TRUE;
}

gboolean
td_index_leads(TdTxn *txn, TdTable index, const DBT *key, const DBT *value,
    gboolean *leads, GError **error)
{
	DBT keys = { 0 };
	const DBT *each;
	gboolean all = TRUE;
	gboolean ok = TRUE;
	guint count;
	guint i;

	if (td_index_func(index)(NULL, key, value, &keys) == DB_DONOTINDEX) {
		*leads = TRUE;
		return TRUE;
	}
	each = td_index_keys(&keys, &count);
	for (i = 0; ok && all && i < count; i++)
		ok = leads_to(txn, index, &each[i], key, &all, error);
	td_index_clear(&keys);
	if (ok)
		*leads = all;
	return ok;
}

gboolean
td_index_missing(
    TdTxn *txn, TdTable table, guint64 number, TdTable *index, GError **error)
{
	g_auto(TdRow) row = { 0 };
	guint8 wire[TD_KEY_NUMBER];
	DBT key = { .data = wire, .size = sizeof(wire) };
	DBT value = { 0 };
	gboolean leads = TRUE;
	TdTable at;

	td_key_number(wire, number);
	if (!td_row_get(txn, table, wire, sizeof(wire), 0, &row, error))
		return FALSE;
	value.data = row.data;
	value.size = row.size;
	for (at = MAX(*index, TD_INDEX_QUEUE); at < TD_TABLES; at++) {
		if (row.data != NULL && td_table_primary(at) == table &&
		    !td_index_leads(txn, at, &key, &value, &leads, error))
			return FALSE;
		if (!leads)
			break;
	}
	*index = at;
	return TRUE;
}
