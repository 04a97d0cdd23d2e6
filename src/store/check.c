/* check.c - does the store hold what it should?
 *
 * A ticket's record must be the sum of its events, whose chain must hold; each
 * message that an event speaks of must be there; people and held mail must be
 * readable, and so must suppressed addresses and what monitoring systems watch;
 * the indexes must lead to the record.  A wrong record can be written anew, a
 * wrong index is made anew when its file is gone. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "store/store-private.h"

/* Of one call: what a writer can wait for. */
#define MOST_NUMBERS MIN(25u, TD_READ_MAX)

/* Of one ticket that are told. */
#define MOST_MISSING 100u

/* Behind all numbers: from here on it is the position of a suppression, behind
 * these that of an object, behind these where it is among the Message-IDs. */
#define SUPPRESSED (G_GUINT64_CONSTANT(1) << 62)
#define OBJECTS (SUPPRESSED + (G_GUINT64_CONSTANT(1) << 61))
#define IDS (OBJECTS + TD_IDS_END)

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

/* @name is that of the row. */
static void
tell_missing(Check *check, TdTable index, const char *name)
{
	tell(check,
	    "%s is missing from %s; without the file db/%s.db that is made "
	    "anew at the next start",
	    name, td_table_name(index), td_table_name(index));
}

static gboolean
check_index(Check *check, TdTable index, const char *name, const DBT *key,
    const DBT *value, GError **error)
{
	gboolean leads;

	if (!td_index_leads(check->txn, index, key, value, &leads, error))
		return FALSE;
	if (!leads)
		tell_missing(check, index, name);
	return TRUE;
}

/* All indexes of @table for the row of @number. */
static gboolean
check_row_indexes(Check *check, TdTable table, const char *what, guint64 number,
    GError **error)
{
	g_autofree char *name = g_strdup_printf(
	    "%s %" G_GUINT64_FORMAT, what, number);
	TdTable index = 0;

	do {
		if (!td_index_missing(check->txn, table, number, &index, error))
			return FALSE;
		if (index < TD_TABLES)
			tell_missing(check, index, name);
	} while (index++ < TD_TABLES);
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

static void
tell_stray(Check *check, TdTable index, TdStray stray, const DBT *primary)
{
	g_autofree char *name = NULL;

	if (stray == TD_STRAY_LOST) {
		tell(check, "%s leads to a row that is not there",
		    td_table_name(index));
		return;
	}
	name = primary->size == TD_KEY_NUMBER
	    ? g_strdup_printf("%" G_GUINT64_FORMAT, td_key_read(primary->data))
	    : td_text_hex(primary->data, MIN(primary->size, 64));
	tell(check,
	    "%s leads to row %s by a key that is not its own; without the file "
	    "db/%s.db that is made anew at the next start",
	    td_table_name(index), name, td_table_name(index));
}

/* From one end of @index: whether its keys are those of rows.  All of them are
 * looked at by td_store_verify(). */
static gboolean
check_end(
    Check *check, TdTable index, u_int32_t end, u_int32_t way, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	DBT primary = { .flags = DB_DBT_REALLOC };
	TdStray stray = TD_STRAY_NONE;
	gboolean found = TRUE;
	gboolean ok;
	guint looked;

	ok = td_cursor_open(check->txn, index, TRUE, &cursor, error);
	for (looked = 0;
	     ok && found && stray != TD_STRAY_LOST && looked < TD_READ_MAX;
	     looked++) {
		ok = td_index_step(&cursor, looked == 0 ? end : way, &primary,
		    &found, &stray, error);
		if (ok && found && stray != TD_STRAY_NONE)
			tell_stray(check, index, stray, &primary);
	}
	g_free(primary.data);
	return ok;
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

/* An event that makes no sense may speak of any number. */
static gboolean
check_messages(Check *check, const TdTicket *sum, GError **error)
{
	guint64 sequence;
	guint missing = 0;

	for (sequence = 1; sequence <= sum->messages && missing < MOST_MISSING;
	     sequence++) {
		gboolean there;

		if (!td_filed_there(
		        check->txn, sum->number, sequence, &there, error))
			return FALSE;
		if (there)
			continue;
		tell(check,
		    "ticket %" G_GUINT64_FORMAT ": message %" G_GUINT64_FORMAT
		    " is missing%s",
		    sum->number, sequence,
		    ++missing == MOST_MISSING ? ", and maybe more" : "");
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
	g_autofree char *cut = NULL;
	GError *problem = NULL;

	if (!td_ticket_get(check->txn, number, &record, &problem) &&
	    !tell_damage(
	        check, "ticket", number, g_steal_pointer(&problem), error))
		return FALSE;
	if (!td_ticket_rebuild(check->txn, number, &sum, &problem))
		return tell_damage(check, "ticket", number, problem, error);
	if (!td_cut_check(check->txn, check->rebuild, record, sum, &cut, error))
		return FALSE;
	if (cut != NULL)
		tell(check, "%s", cut);
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

/* Whether @tables have @number. */
static gboolean
is_in(TdTxn *txn, const TdTable *tables, guint count, guint64 number,
    gboolean *in, GError **error)
{
	gboolean any;
	guint64 next;

	if (!td_numbers_next(txn, tables, count, number, &any, &next, error))
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

static void
take_short(const char *finding, gpointer data)
{
	tell(data, "%s", finding);
}

/* From *@number on; *@number is SUPPRESSED when all were looked at. */
static gboolean
check_numbers(Check *check, guint64 *number, GError **error)
{
	guint looked;

	for (looked = 0; *number < SUPPRESSED && looked < MOST_NUMBERS;
	     looked++) {
		gboolean any;
		guint64 next;

		if (!td_numbers_next(check->txn, walked, G_N_ELEMENTS(walked),
		        *number, &any, &next, error) ||
		    !td_rows_tell_short(check->txn, walked,
		        G_N_ELEMENTS(walked), *number, any ? next : G_MAXUINT64,
		        take_short, check, error) ||
		    (any && !check_number(check, next, error)))
			return FALSE;
		*number = any && next < SUPPRESSED ? next + 1 : SUPPRESSED;
	}
	return TRUE;
}

/* ---- suppressions and objects, by their position ---- */

typedef struct {
	TdTable table;
	guint64 from; /* what stands for position 1 */
	guint64 next; /* where to go on behind its end */
	char *(*name)(const DBT *key);
	gboolean (*is_well)(const DBT *key, const DBT *value);
} List;

static gboolean
is_suppression(const DBT *key, const DBT *value)
{
	gint64 expires;

	return td_suppression_row_read(key, value, &expires);
}

static gboolean
is_object(const DBT *key, const DBT *value)
{
	g_autoptr(TdObject) object = td_object_decode(key, value);

	return object != NULL;
}

static const List lists[] = {
	{ TD_TABLE_SUPPRESSED, SUPPRESSED, OBJECTS, td_suppression_row_name,
	    is_suppression },
	{ TD_TABLE_OBJECTS, OBJECTS, IDS, td_object_row_name, is_object },
};

static gboolean
check_listed(
    Check *check, const List *list, const TdCursor *cursor, GError **error)
{
	g_autofree char *name = list->name(&cursor->key);
	TdTable index;

	if (!list->is_well(&cursor->key, &cursor->value)) {
		tell(check, "%s: damaged record in table %s", name,
		    td_table_name(list->table));
		return TRUE;
	}
	for (index = TD_INDEX_QUEUE; index < TD_TABLES; index++)
		if (td_table_primary(index) == list->table &&
		    !check_index(check, index, name, &cursor->key,
		        &cursor->value, error))
			return FALSE;
	return TRUE;
}

/* From *@at on, which is list->from or above. */
static gboolean
check_list(Check *check, const List *list, guint64 *at, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	gboolean found;
	guint looked;

	if (!td_cursor_open(check->txn, list->table, TRUE, &cursor, error) ||
	    !td_cursor_seek_position(
	        &cursor, *at - list->from + 1, &found, error))
		return FALSE;
	for (looked = 0; found && looked < TD_READ_MAX; looked++)
		if (!check_listed(check, list, &cursor, error) ||
		    !td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	*at = found ? *at + looked : list->next;
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
	if (at >= SUPPRESSED && at < IDS &&
	    !check_list(&check, &lists[at >= OBJECTS ? 1 : 0], &at, error))
		return FALSE;
	if (at >= IDS &&
	    !td_ids_check(txn, &at, finding, data, &check.wrong, error))
		return FALSE;
	*number = at;
	*wrong += check.wrong;
	return TRUE;
}
