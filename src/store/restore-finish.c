/* restore-finish.c - a copy becomes a store of its own
 *
 * It is not the store that it was made of: what happened to that one later is
 * lost here, but not in the world.  Numbers that were given out since must not
 * be given out again, and mail that was sent since must not be sent again. */

#include "config.h"

#include <string.h>
#include <unistd.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "store/restore.h"

/* Rows of one transaction. */
#define MOST_ROWS TD_READ_MAX
#define LAST_TICKET "store/last-ticket"
#define SKIP_LEAST 1000u
/* Numbers stay ones that people can read. */
#define SKIP_MOST (G_GUINT64_CONSTANT(1) << 50)

static void
tell(TdRestoreProgress progress, const char *doing, guint64 done, guint64 total,
    gpointer data)
{
	if (progress != NULL)
		progress(doing, done, total, data);
}

/* ---- recovery ---- */

/* From the first log file on, of whatever schema; then to this one. */
static gboolean
recover(TdRestore *restore, guint64 cache_size, GError **error)
{
	TdUpgrade upgrade = { .progress = NULL };
	TdStore *store = td_store_open_as(
	    restore->folder, cache_size, 0, TD_OPEN_RECOVER, error);
	gboolean ok;

	if (store == NULL) {
		g_prefix_error(error, "recover the backup: ");
		return FALSE;
	}
	ok = td_store_checkpoint(store, TRUE, error);
	td_store_close(store);
	return ok &&
	    td_store_upgrade(restore->folder, cache_size, 0, &upgrade, error);
}

/* ---- numbers ---- */

static void
keep_silent(const DB_ENV *env G_GNUC_UNUSED, const char *prefix G_GNUC_UNUSED,
    const char *message G_GNUC_UNUSED)
{
}

/* The last number of the store in @home, from its table meta as that is on the
 * disk, without its environment, so that nothing of it is changed; 0: there is
 * none that can be read. */
static guint64
peek_last(const char *home)
{
	g_autofree char *path = g_build_filename(home, "db", "meta.db", NULL);
	guint8 wire[TD_KEY_NUMBER];
	DBT k = { .data = (void *)LAST_TICKET, .size = strlen(LAST_TICKET) };
	DBT v = { .data = wire, .ulen = sizeof(wire), .flags = DB_DBT_USERMEM };
	guint64 number = 0;
	DB *db;

	if (db_create(&db, NULL, 0) != 0)
		return 0;
	db->set_errcall(db, keep_silent);
	if (db->open(db, NULL, path, NULL, DB_BTREE, DB_RDONLY, 0) == 0 &&
	    db->get(db, NULL, &k, &v, 0) == 0 && v.size == sizeof(wire))
		number = td_key_read(wire);
	db->close(db, 0);
	return number <= SKIP_MOST ? number : 0;
}

/* The highest number of the store that is replaced, and of those that were
 * before: cut short while one was moved aside, nothing else knows it. */
static guint64
known_number(const TdRestore *restore)
{
	g_autoptr(GDir) directory = g_dir_open(restore->home, 0, NULL);
	guint64 known = peek_last(restore->home);
	const char *name;

	while (
	    directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *aside = NULL;

		if (!g_str_has_prefix(name, TD_REPLACED))
			continue;
		aside = g_build_filename(restore->home, name, NULL);
		known = MAX(known, peek_last(aside));
	}
	return known;
}

/* Whatever has a number of its own, for numbers stand in addresses. */
static gboolean
skip_counters(TdTxn *txn, guint64 count, GError **error)
{
	static const TdCounter counters[] = { TD_COUNTER_OUTBOX,
		TD_COUNTER_PERSON, TD_COUNTER_HOLD };

	for (guint i = 0; i < G_N_ELEMENTS(counters); i++) {
		guint64 value;

		if (!td_counter_get(txn, counters[i], &value, error))
			return FALSE;
		txn->counters[counters[i]].value = value + count;
		txn->counters[counters[i]].changed = TRUE;
	}
	return TRUE;
}

/* The first ticket from @number on, and when it was opened; 0: there is none.
 */
static gboolean
next_opened(TdTxn *txn, guint64 number, guint64 *next, gint64 *created)
{
	static const TdTable tickets[] = { TD_TABLE_TICKETS };
	g_autoptr(TdTicket) ticket = NULL;
	gboolean any = FALSE;

	*next = 0;
	if (!td_numbers_next(
	        txn, tickets, G_N_ELEMENTS(tickets), number, &any, next, NULL))
		return FALSE;
	if (!any)
		*next = 0;
	if (*next == 0)
		return TRUE;
	if (!td_ticket_get(txn, *next, &ticket, NULL) || ticket == NULL)
		return FALSE;
	*created = ticket->created;
	return TRUE;
}

/* How many tickets were opened from @time on.  What cannot be read does not
 * count: it is a guess. */
static guint64
count_since(TdTxn *txn, gint64 time, guint64 last)
{
	guint64 low = 1;
	guint64 high = last + 1;

	while (low < high) {
		guint64 middle = low + (high - low) / 2;
		guint64 next;
		gint64 created = 0;

		if (!next_opened(txn, middle, &next, &created))
			return 0;
		if (next == 0 || next >= high || created >= time)
			high = middle;
		else
			low = next + 1;
	}
	return last + 1 - low;
}

/* As many as were surely not opened since the backup: twice as many as in the
 * same time before. */
static guint64
guess_skip(TdTxn *txn, const TdRestore *restore, gint64 now, guint64 last)
{
	gint64 since = MAX(now - restore->until, 0);
	guint64 count = count_since(txn, restore->until - since, last);

	return MAX(2 * count, SKIP_LEAST);
}

static gboolean
skip_numbers(
    TdTxn *txn, const TdRestore *restore, TdRestored *restored, GError **error)
{
	guint64 first;
	guint64 last;
	guint64 skip;
	guint64 to;

	if (!td_ticket_range(txn, &first, &last, error))
		return FALSE;
	restored->tickets = last;
	skip = restored->skip > 0
	    ? restored->skip
	    : guess_skip(txn, restore, restored->now, last);
	to = MAX(last, known_number(restore));
	if (to > SKIP_MOST || skip > SKIP_MOST)
		return td_fail(error, TD_ERROR_USAGE,
		    "so many numbers cannot be left out");
	to += skip;
	restored->skipped_from = to > last ? last + 1 : 0;
	restored->skipped_to = to > last ? to : 0;
	return td_ticket_skip(txn, to, error) &&
	    skip_counters(txn, to - last, error);
}

/* ---- mail ---- */

static gboolean
hold_row(TdTxn *txn, TdOutboxRow *row, const char *why, GError **error)
{
	if (!td_outbox_row_delete(txn, row, error))
		return FALSE;
	row->due = TD_OUTBOX_HELD;
	g_free(row->answer);
	row->answer = g_strdup(why);
	return td_outbox_row_put(txn, row, error);
}

static gboolean
hold_some(TdStore *store, const char *why, guint *count, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_begin(store, error);
	g_autoptr(GPtrArray) rows = NULL;

	if (txn == NULL ||
	    !td_outbox_rows(
	        txn, 0, 0, TD_OUTBOX_HELD - 1, MOST_ROWS, &rows, error))
		return FALSE;
	for (guint i = 0; i < rows->len; i++)
		if (!hold_row(txn, g_ptr_array_index(rows, i), why, error))
			return FALSE;
	*count = rows->len;
	return td_txn_commit(txn, error);
}

/* A batch at a time: until the store is in place nobody sees it. */
static gboolean
hold_mail(
    TdRestore *restore, TdStore *store, TdRestored *restored, GError **error)
{
	g_autofree char *until = td_text_rfc3339(restore->until);
	g_autofree char *why = g_strdup_printf(
	    "held: restored from a backup of %s, may have been sent since",
	    until);
	guint count;

	restored->held = 0;
	do {
		if (!hold_some(store, why, &count, error))
			return FALSE;
		restored->held += count;
	} while (count > 0);
	return TRUE;
}

/* ---- the transaction ---- */

static gboolean
write_event(TdTxn *txn, const TdRestore *restore, const TdRestored *restored,
    GError **error)
{
	g_autoptr(TdTicket) desk = NULL;
	g_autoptr(TdEvent) event = td_event_new(
	    TD_EVENT_REPORT, TD_TICKET_DESK, restored->now, restored->actor);
	g_autofree char *until = td_text_rfc3339(restore->until);

	td_event_set(event, "restored", until);
	td_event_set_number(event, "skipped_from", restored->skipped_from);
	td_event_set_number(event, "skipped_to", restored->skipped_to);
	td_event_set_number(event, "key_version", restored->key_version);
	td_event_set_number(event, "held", restored->held);
	if (!td_ticket_get(txn, TD_TICKET_DESK, &desk, error))
		return FALSE;
	if (desk == NULL)
		desk = td_ticket_new(TD_TICKET_DESK);
	return td_event_append(txn, desk, event, error) &&
	    td_ticket_put(txn, desk, error);
}

static gboolean
change(TdRestore *restore, TdStore *store, TdRestored *restored, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_begin(store, error);

	return txn != NULL && td_logs_forget(txn, error) &&
	    skip_numbers(txn, restore, restored, error) &&
	    (restored->change == NULL ||
	        restored->change(txn,
	            MAX(restored->tickets, restored->skipped_to) + 1,
	            restored->data, error)) &&
	    write_event(txn, restore, restored, error) &&
	    td_txn_commit(txn, error) && td_store_flush(store, error);
}

/* ---- the check ---- */

static gboolean
check_some(
    TdStore *store, TdRestored *restored, guint64 *number, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(store);

	return td_store_check(txn, FALSE, number, &restored->wrong,
	    restored->finding, restored->finding_data, error);
}

static gboolean
check_all(TdStore *store, TdRestored *restored, TdRestoreProgress progress,
    gpointer data, GError **error)
{
	guint64 number = 0;

	restored->wrong = 0;
	do {
		if (!check_some(store, restored, &number, error))
			return FALSE;
		tell(progress, "checking",
		    number == 0 ? restored->tickets : number, restored->tickets,
		    data);
	} while (number != 0);
	return TRUE;
}

gboolean
td_restore_finish(TdRestore *restore, guint64 cache_size, TdRestored *restored,
    TdRestoreProgress progress, gpointer data, GError **error)
{
	g_autoptr(TdStore) store = NULL;

	tell(progress, "recovering", 0, 1, data);
	if (!recover(restore, cache_size, error))
		return FALSE;
	store = td_store_open_as(
	    restore->folder, cache_size, 0, TD_OPEN_ALL, error);
	return store != NULL && hold_mail(restore, store, restored, error) &&
	    change(restore, store, restored, error) &&
	    check_all(store, restored, progress, data, error) &&
	    td_store_checkpoint(store, TRUE, error);
}
