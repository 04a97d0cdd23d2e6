/* upgrade.c - a store of an older ticketd becomes one of this
 *
 * Schema 1 knew no deadlines: where a record now has the next one it had the
 * date that was agreed upon, and it did not count what is counted now.  All of
 * that is in the events, so each record is folded anew.
 *
 * The indexes of tickets are removed first: Berkeley DB finds the keys of a row
 * that changes by asking today's functions about it, and would leave those of
 * former functions behind.  The schema is written last. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>

#include "store/store-private.h"

/* Of one transaction. */
#define MOST_TICKETS 200u

static const TdTable walked[] = { TD_TABLE_TICKETS, TD_TABLE_EVENTS };

static void tell(TdUpgrade *upgrade, guint64 number, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

static void
tell(TdUpgrade *upgrade, guint64 number, const char *format, ...)
{
	g_autofree char *why = NULL;
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	why = g_strdup_vprintf(format, args);
	va_end(args);
	text = g_strdup_printf("ticket %" G_GUINT64_FORMAT ": %s", number, why);
	upgrade->damaged++;
	if (upgrade->finding != NULL)
		upgrade->finding(text, upgrade->data);
}

/* Passes failures on, but those of damage. */
static gboolean
pass_on(GError *problem, GError **error)
{
	if (problem == NULL ||
	    g_error_matches(problem, TD_ERROR, TD_ERROR_BROKEN))
		return TRUE;
	g_propagate_error(error, g_error_copy(problem));
	return FALSE;
}

/* Without a clock that runs there is no deadline: then what stands in its place
 * is what schema 1 had there. */
static void
take_agreed(TdTicket *record)
{
	for (guint i = 0; i < TD_CLOCKS; i++)
		if (record->clocks[i].state != TD_CLOCK_NONE)
			return;
	if (record->deadline != 0)
		record->due = record->deadline;
	record->deadline = 0;
}

/* Whether the events lead to where the record was. */
static gboolean
is_sum(const TdTicket *record, const TdTicket *sum)
{
	return record->events == sum->events &&
	    memcmp(record->chain, sum->chain, sizeof(sum->chain)) == 0;
}

/* What is damaged shall be found in the store as it was. */
static gboolean
keep_record(TdTxn *txn, TdTicket *record, GError **error)
{
	if (record == NULL)
		return TRUE;
	take_agreed(record);
	return td_ticket_put(txn, record, error);
}

static gboolean
upgrade_ticket(TdTxn *txn, TdUpgrade *upgrade, guint64 number, GError **error)
{
	g_autoptr(GError) unread = NULL;
	g_autoptr(GError) problem = NULL;
	g_autoptr(TdTicket) record = NULL;
	g_autoptr(TdTicket) sum = NULL;

	if ((!td_ticket_get(txn, number, &record, &unread) &&
	        !pass_on(unread, error)) ||
	    (!td_ticket_rebuild(txn, number, &sum, &problem) &&
	        !pass_on(problem, error)))
		return FALSE;
	if (sum != NULL && (record == NULL || is_sum(record, sum))) {
		upgrade->tickets++;
		return td_ticket_put(txn, sum, error);
	}
	/* A desk that did nothing yet. */
	if (record != NULL && number == TD_TICKET_DESK && record->events == 0 &&
	    sum == NULL && problem == NULL) {
		upgrade->tickets++;
		return td_ticket_put(txn, record, error);
	}
	tell(upgrade, number, "its record stays as it was: %s",
	    problem != NULL      ? problem->message
	        : unread != NULL ? unread->message
	                         : "it is not the sum of its events");
	return keep_record(txn, record, error);
}

/* Some tickets from *@number on, which moves on; *@more is FALSE at the end. */
static gboolean
upgrade_some(TdStore *store, TdUpgrade *upgrade, guint64 *number,
    gboolean *more, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_begin(store, error);
	guint64 first;
	guint64 last;
	guint64 next = 0;
	guint done;

	if (txn == NULL || !td_ticket_range(txn, &first, &last, error))
		return FALSE;
	for (done = 0; *more && done < MOST_TICKETS; done++) {
		if (!td_numbers_next(txn, walked, G_N_ELEMENTS(walked), *number,
		        more, &next, error))
			return FALSE;
		if (!*more)
			break;
		if (!upgrade_ticket(txn, upgrade, next, error))
			return FALSE;
		*number = next + 1;
		*more = next < G_MAXUINT64;
	}
	if (!td_txn_commit(txn, error) ||
	    !td_store_checkpoint(store, FALSE, error))
		return FALSE;
	if (upgrade->progress != NULL)
		upgrade->progress(MIN(next, last), last, upgrade->data);
	return TRUE;
}

static gboolean
upgrade_tickets(TdStore *store, TdUpgrade *upgrade, GError **error)
{
	guint64 number = 0;
	gboolean more = TRUE;

	while (more)
		if (!upgrade_some(store, upgrade, &number, &more, error))
			return FALSE;
	return TRUE;
}

static gboolean
write_schema(TdStore *store, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_begin(store, error);

	return txn != NULL &&
	    td_meta_put_number(txn, TD_META_SCHEMA, TD_STORE_SCHEMA, error) &&
	    td_txn_commit(txn, error) && td_store_flush(store, error);
}

/* Opens all tables, which makes the indexes. */
static gboolean
make_indexes(TdStore *store, GError **error)
{
	td_tables_close(store);
	return td_tables_open_meta(store, FALSE, error) &&
	    td_tables_open(store, FALSE, error) &&
	    td_store_checkpoint(store, TRUE, error);
}

gboolean
td_store_upgrade(const char *home, guint64 cache_size, guint wait_ms,
    TdUpgrade *upgrade, GError **error)
{
	g_autoptr(TdStore) store = td_store_open_as(
	    home, cache_size, wait_ms, TD_OPEN_META, error);

	upgrade->schema = 0;
	upgrade->tickets = 0;
	upgrade->damaged = 0;
	if (store == NULL ||
	    !td_store_get_schema(store, &upgrade->schema, error))
		return FALSE;
	if (upgrade->schema == TD_STORE_SCHEMA)
		return TRUE;
	return td_tables_remove_indexes(store, error) &&
	    td_tables_open_bare(store, error) &&
	    upgrade_tickets(store, upgrade, error) &&
	    write_schema(store, error) && make_indexes(store, error);
}
