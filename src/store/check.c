/* check.c - does the store hold what it should?
 *
 * A ticket's record must be the sum of its events, whose chain must hold; each
 * message that an event speaks of must be there; people and held mail must be
 * readable, and so must suppressed addresses; the indexes must lead to the
 * record.  A wrong record can be written anew, a wrong index is made anew when
 * its file is gone. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>

#include "store/store-private.h"

/* Of one call: what a writer can wait for. */
#define MOST_NUMBERS MIN(25u, TD_READ_MAX)

/* Behind all numbers: from here on it is the position of a suppression. */
#define SUPPRESSED (G_GUINT64_CONSTANT(1) << 62)

typedef struct {
	TdTxn *txn;
	gboolean rebuild;
	guint64 wrong;
	TdCheckFunc finding;
	gpointer data;
} Check;

static void tell(Check *check, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
tell(Check *check, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	check->wrong++;
	if (check->finding != NULL)
		check->finding(text, check->data);
}

/* A damaged record is a finding; other failures end the check. */
static gboolean
tell_damage(Check *check, const char *what, guint64 number, GError *problem,
    GError **error)
{
	if (!g_error_matches(problem, TD_ERROR, TD_ERROR_BROKEN)) {
		g_propagate_error(error, problem);
		return FALSE;
	}
	tell(check, "%s %" G_GUINT64_FORMAT ": %s", what, number,
	    problem->message);
	g_error_free(problem);
	return TRUE;
}

/* ---- indexes ---- */

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

/* @name is that of the row, for the finding. */
static gboolean
check_index(Check *check, TdTable index, const char *name, const DBT *key,
    const DBT *value, GError **error)
{
	DBT keys = { 0 };
	const DBT *each = &keys;
	gboolean leads = TRUE;
	gboolean ok = TRUE;
	guint count = 1;
	guint i;

	if (td_index_func(index)(NULL, key, value, &keys) == DB_DONOTINDEX)
		return TRUE;
	if ((keys.flags & DB_DBT_MULTIPLE) != 0) {
		each = keys.data;
		count = keys.size;
	}
	for (i = 0; ok && leads && i < count; i++)
		ok = leads_to(check->txn, index, &each[i], key, &leads, error);
	td_index_clear(&keys);
	if (ok && !leads)
		tell(check,
		    "%s is missing from %s; without the file db/%s.db that "
		    "is made anew at the next start",
		    name, td_table_name(index), td_table_name(index));
	return ok;
}

/* All indexes of @table for the row of @number. */
static gboolean
check_row_indexes(Check *check, TdTable table, const char *what, guint64 number,
    GError **error)
{
	g_autofree char *name = g_strdup_printf(
	    "%s %" G_GUINT64_FORMAT, what, number);
	g_auto(TdRow) row = { 0 };
	guint8 wire[TD_KEY_NUMBER];
	DBT key = { .data = wire, .size = sizeof(wire) };
	DBT value = { 0 };
	TdTable index;

	td_key_number(wire, number);
	if (!td_row_get(check->txn, table, wire, sizeof(wire), 0, &row, error))
		return FALSE;
	value.data = row.data;
	value.size = row.size;
	for (index = TD_INDEX_QUEUE; row.data != NULL && index < TD_TABLES;
	     index++)
		if (td_table_primary(index) == table &&
		    !check_index(check, index, name, &key, &value, error))
			return FALSE;
	return TRUE;
}

static gboolean
check_event_index(Check *check, guint64 number, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	guint8 start[TD_KEY_PLACE];
	gboolean found;

	td_key_place(start, number, 0);
	if (!td_cursor_open(
	        check->txn, TD_TABLE_EVENTS, TRUE, &cursor, error) ||
	    !td_cursor_seek(&cursor, start, sizeof(start), &found, error))
		return FALSE;
	while (found && cursor.key.size == TD_KEY_PLACE &&
	    td_key_read(cursor.key.data) == number) {
		const guint8 *place = cursor.key.data;
		g_autofree char *name = g_strdup_printf(
		    "event %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT, number,
		    td_key_read(place + TD_KEY_NUMBER));

		if (!check_index(check, TD_INDEX_TIME, name, &cursor.key,
		        &cursor.value, error) ||
		    !td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	}
	return TRUE;
}

/* From one end of @index: an entry that leads nowhere fails to be read. */
static gboolean
check_end(
    Check *check, TdTable index, u_int32_t end, u_int32_t way, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	GError *problem = NULL;
	gboolean found;
	guint looked;

	if (!td_cursor_open(check->txn, index, FALSE, &cursor, error))
		return FALSE;
	for (looked = 0; looked < TD_READ_MAX; looked++) {
		if (!td_cursor_step(
		        &cursor, looked == 0 ? end : way, &found, &problem))
			break;
		if (!found)
			return TRUE;
	}
	if (problem == NULL)
		return TRUE;
	if (!g_error_matches(problem, TD_ERROR, TD_ERROR_BROKEN)) {
		g_propagate_error(error, problem);
		return FALSE;
	}
	tell(
	    check, "%s leads to a row that is not there", td_table_name(index));
	g_error_free(problem);
	return TRUE;
}

static gboolean
check_ends(Check *check, GError **error)
{
	TdTable index;

	for (index = TD_INDEX_QUEUE; index < TD_TABLES; index++)
		if (!check_end(check, index, DB_FIRST, DB_NEXT, error) ||
		    !check_end(check, index, DB_LAST, DB_PREV, error))
			return FALSE;
	return TRUE;
}

/* ---- tickets ---- */

static gboolean
check_messages(Check *check, const TdTicket *sum, GError **error)
{
	guint64 sequence;

	for (sequence = 1; sequence <= sum->messages; sequence++) {
		gboolean there;

		if (!td_filed_there(
		        check->txn, sum->number, sequence, &there, error))
			return FALSE;
		if (there)
			continue;
		tell(check,
		    "ticket %" G_GUINT64_FORMAT ": message %" G_GUINT64_FORMAT
		    " is missing",
		    sum->number, sequence);
	}
	return TRUE;
}

/* @sum NULL: there are no events, which is well for a desk without any. */
static gboolean
compare(Check *check, guint64 number, const TdTicket *record,
    const TdTicket *sum, GError **error)
{
	g_autoptr(TdTicket) empty = td_ticket_new(number);

	if (sum == NULL && number == TD_TICKET_DESK)
		sum = empty;
	if (sum == NULL) {
		tell(check, "ticket %" G_GUINT64_FORMAT " has no events",
		    number);
		return TRUE;
	}
	if (record == NULL || !td_ticket_equal(record, sum)) {
		tell(check,
		    "ticket %" G_GUINT64_FORMAT
		    ": the record is not the sum of its events",
		    number);
		if (check->rebuild && !td_ticket_put(check->txn, sum, error))
			return FALSE;
	}
	return check_messages(check, sum, error);
}

static gboolean
check_ticket(Check *check, guint64 number, GError **error)
{
	g_autoptr(TdTicket) record = NULL;
	g_autoptr(TdTicket) sum = NULL;
	GError *problem = NULL;

	if (!td_ticket_get(check->txn, number, &record, &problem) &&
	    !tell_damage(
	        check, "ticket", number, g_steal_pointer(&problem), error))
		return FALSE;
	if (!td_ticket_rebuild(check->txn, number, &sum, &problem))
		return tell_damage(check, "ticket", number, problem, error);
	return compare(check, number, record, sum, error) &&
	    check_row_indexes(
	        check, TD_TABLE_TICKETS, "ticket", number, error) &&
	    check_event_index(check, number, error);
}

/* A counter that lags would hand out a number twice. */
static gboolean
check_counter(Check *check, TdCounter counter, const char *what, guint64 number,
    GError **error)
{
	guint64 last;

	if (!td_counter_get(check->txn, counter, &last, error))
		return FALSE;
	if (number <= last)
		return TRUE;
	tell(check,
	    "%s %" G_GUINT64_FORMAT
	    " is above the last number handed out, %" G_GUINT64_FORMAT,
	    what, number, last);
	return TRUE;
}

/* ---- people and held mail: tables of single records ---- */

typedef struct {
	TdTable table;
	TdCounter counter;
	const char *what;
	gboolean (*check)(guint64 id, const DBT *value, GError **error);
} Single;

static const Single singles[] = {
	{ TD_TABLE_PEOPLE, TD_COUNTER_PERSON, "person", td_person_row_check },
	{ TD_TABLE_HOLDS, TD_COUNTER_HOLD, "hold", td_hold_row_check },
};

static gboolean
check_single(Check *check, const Single *single, guint64 id, GError **error)
{
	g_auto(TdRow) row = { 0 };
	GError *problem = NULL;
	guint8 key[TD_KEY_NUMBER];
	DBT value = { 0 };

	td_key_number(key, id);
	if (!td_row_get(
	        check->txn, single->table, key, sizeof(key), 0, &row, error))
		return FALSE;
	value.data = row.data;
	value.size = row.size;
	/* A key that only begins with the number is none. */
	if (row.data == NULL)
		td_row_damaged(&problem, single->table, key, sizeof(key));
	if (row.data == NULL || !single->check(id, &value, &problem))
		return tell_damage(check, single->what, id, problem, error);
	return check_counter(check, single->counter, single->what, id, error) &&
	    check_row_indexes(check, single->table, single->what, id, error);
}

/* ---- the walk: all tables side by side, by number ---- */

static const TdTable walked[] = { TD_TABLE_TICKETS, TD_TABLE_EVENTS,
	TD_TABLE_MESSAGES, TD_TABLE_PEOPLE, TD_TABLE_HOLDS };
/* Those of tickets stand first. */
#define OF_TICKETS 3u

/* Lowers *@next to the first number from @from on that @table has. */
static gboolean
lower_next(TdTxn *txn, TdTable table, guint64 from, gboolean *any,
    guint64 *next, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	guint8 key[TD_KEY_NUMBER];
	gboolean found;
	guint64 number;

	td_key_number(key, from);
	if (!td_cursor_open(txn, table, FALSE, &cursor, error) ||
	    !td_cursor_seek(&cursor, key, sizeof(key), &found, error))
		return FALSE;
	if (!found)
		return TRUE;
	if (cursor.key.size < TD_KEY_NUMBER)
		return td_row_damaged(
		    error, table, cursor.key.data, cursor.key.size);
	number = td_key_read(cursor.key.data);
	*next = *any ? MIN(*next, number) : number;
	*any = TRUE;
	return TRUE;
}

/* The first number from @from on that @tables have. */
static gboolean
find_next(TdTxn *txn, const TdTable *tables, guint count, guint64 from,
    gboolean *any, guint64 *next, GError **error)
{
	guint i;

	*any = FALSE;
	for (i = 0; i < count; i++)
		if (!lower_next(txn, tables[i], from, any, next, error))
			return FALSE;
	return TRUE;
}

/* Whether @tables have @number. */
static gboolean
is_in(TdTxn *txn, const TdTable *tables, guint count, guint64 number,
    gboolean *in, GError **error)
{
	gboolean any;
	guint64 next;

	if (!find_next(txn, tables, count, number, &any, &next, error))
		return FALSE;
	*in = any && next == number;
	return TRUE;
}

/* Looks at all that bears @number. */
static gboolean
check_number(Check *check, guint64 number, GError **error)
{
	gboolean in;
	guint i;

	if (!is_in(check->txn, walked, OF_TICKETS, number, &in, error))
		return FALSE;
	if (in &&
	    (!check_counter(
	         check, TD_COUNTER_TICKET, "ticket", number, error) ||
	        !check_ticket(check, number, error)))
		return FALSE;
	for (i = 0; i < G_N_ELEMENTS(singles); i++) {
		if (!is_in(
		        check->txn, &singles[i].table, 1, number, &in, error))
			return FALSE;
		if (in && !check_single(check, &singles[i], number, error))
			return FALSE;
	}
	return TRUE;
}

/* From *@number on; *@number is SUPPRESSED when all were looked at. */
static gboolean
check_numbers(Check *check, guint64 *number, GError **error)
{
	guint64 at = *number;
	gboolean any;
	guint looked;

	if (!find_next(
	        check->txn, walked, G_N_ELEMENTS(walked), at, &any, &at, error))
		return FALSE;
	for (looked = 0; any && looked < MOST_NUMBERS; looked++) {
		if (!check_number(check, at, error) ||
		    !find_next(check->txn, walked, G_N_ELEMENTS(walked), at + 1,
		        &any, &at, error))
			return FALSE;
	}
	*number = any ? MIN(at, SUPPRESSED) : SUPPRESSED;
	return TRUE;
}

/* ---- suppressions, by their position ---- */

static gboolean
check_suppression(Check *check, const TdCursor *cursor, GError **error)
{
	g_autofree char *name = td_suppression_row_name(&cursor->key);
	gint64 expires;

	if (!td_suppression_row_read(&cursor->key, &cursor->value, &expires)) {
		tell(check, "%s: damaged record in table %s", name,
		    td_table_name(TD_TABLE_SUPPRESSED));
		return TRUE;
	}
	return check_index(check, TD_INDEX_SUPPRESSED_EXPIRY, name,
	    &cursor->key, &cursor->value, error);
}

/* From *@at on, which is above SUPPRESSED or that; 0 when all were looked at.
 */
static gboolean
check_suppressions(Check *check, guint64 *at, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	gboolean found;
	guint looked;

	if (!td_cursor_open(
	        check->txn, TD_TABLE_SUPPRESSED, TRUE, &cursor, error) ||
	    !td_cursor_seek_position(
	        &cursor, *at - SUPPRESSED + 1, &found, error))
		return FALSE;
	for (looked = 0; found && looked < TD_READ_MAX; looked++)
		if (!check_suppression(check, &cursor, error) ||
		    !td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	*at = found ? *at + looked : 0;
	return TRUE;
}

gboolean
td_store_check(TdTxn *txn, gboolean rebuild, guint64 *number, guint64 *wrong,
    TdCheckFunc finding, gpointer data, GError **error)
{
	Check check = {
		.txn = txn, .rebuild = rebuild, .finding = finding, .data = data
	};
	guint64 at = *number;

	g_return_val_if_fail(!rebuild || txn->writes, FALSE);

	if (at == 0 &&
	    (!check_ends(&check, error) ||
	        !td_outbox_check(txn, finding, data, &check.wrong, error)))
		return FALSE;
	if (at < SUPPRESSED && !check_numbers(&check, &at, error))
		return FALSE;
	if (at >= SUPPRESSED && !check_suppressions(&check, &at, error))
		return FALSE;
	*number = at;
	*wrong += check.wrong;
	return TRUE;
}
