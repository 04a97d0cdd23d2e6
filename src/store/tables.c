/* tables.c - the files of the store, and which one indexes which
 *
 * td_tables_open() may be called again after td_tables_close() on the same
 * environment. */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <ticketd/error.h>
#include <ticketd/log.h>

#include "store/store-private.h"

/* With small pages a message of a kilobyte takes a page of its own. */
#define MESSAGE_PAGE_SIZE (32u * 1024)

typedef struct {
	const char *name;
	u_int32_t page_size;
	u_int32_t flags;
	TdTable primary; /* of an index; itself for a table */
} Spec;

static const Spec specs[TD_TABLES] = {
	[TD_TABLE_META] = { "meta", TD_PAGE_SIZE, 0, TD_TABLE_META },
	[TD_TABLE_TICKETS] = { "tickets", TD_PAGE_SIZE, 0, TD_TABLE_TICKETS },
	[TD_TABLE_EVENTS] = { "events", TD_PAGE_SIZE, 0, TD_TABLE_EVENTS },
	[TD_TABLE_MESSAGES] = { "messages", MESSAGE_PAGE_SIZE, 0,
	    TD_TABLE_MESSAGES },
	[TD_TABLE_IDS] = { "ids", TD_PAGE_SIZE, 0, TD_TABLE_IDS },
	[TD_TABLE_OUTBOX] = { "outbox", TD_PAGE_SIZE, 0, TD_TABLE_OUTBOX },
	[TD_TABLE_PEOPLE] = { "people", TD_PAGE_SIZE, 0, TD_TABLE_PEOPLE },
	[TD_TABLE_HOLDS] = { "holds", TD_PAGE_SIZE, 0, TD_TABLE_HOLDS },
	/* Numbered, so that they can be counted without reading them. */
	[TD_TABLE_SUPPRESSED] = { "suppressed", TD_PAGE_SIZE, DB_RECNUM,
	    TD_TABLE_SUPPRESSED },
	/* Numbered, so that they can be checked a few at a time. */
	[TD_TABLE_OBJECTS] = { "objects", TD_PAGE_SIZE, DB_RECNUM,
	    TD_TABLE_OBJECTS },
	/* Numbered, so that tickets can be counted without reading them. */
	[TD_INDEX_QUEUE] = { "tickets-by-queue", TD_PAGE_SIZE, DB_RECNUM,
	    TD_TABLE_TICKETS },
	[TD_INDEX_REQUESTER] = { "tickets-by-requester", TD_PAGE_SIZE, 0,
	    TD_TABLE_TICKETS },
	[TD_INDEX_OWNER] = { "tickets-by-owner", TD_PAGE_SIZE, 0,
	    TD_TABLE_TICKETS },
	[TD_INDEX_DUE] = { "tickets-by-deadline", TD_PAGE_SIZE, 0,
	    TD_TABLE_TICKETS },
	[TD_INDEX_WORD] = { "tickets-by-word", TD_PAGE_SIZE, 0,
	    TD_TABLE_TICKETS },
	[TD_INDEX_TIMER] = { "tickets-by-timer", TD_PAGE_SIZE, 0,
	    TD_TABLE_TICKETS },
	/* Numbered, for the same reason. */
	[TD_INDEX_ACTIVE] = { "tickets-active", TD_PAGE_SIZE, DB_RECNUM,
	    TD_TABLE_TICKETS },
	[TD_INDEX_TIME] = { "events-by-time", TD_PAGE_SIZE, 0,
	    TD_TABLE_EVENTS },
	[TD_INDEX_ADDRESS] = { "people-by-address", TD_PAGE_SIZE, 0,
	    TD_TABLE_PEOPLE },
	[TD_INDEX_AGENT] = { "agents-by-name", TD_PAGE_SIZE, 0,
	    TD_TABLE_PEOPLE },
	[TD_INDEX_HOLD_FROM] = { "holds-by-from", TD_PAGE_SIZE, 0,
	    TD_TABLE_HOLDS },
	[TD_INDEX_HOLD_EXPIRY] = { "holds-by-expiry", TD_PAGE_SIZE, 0,
	    TD_TABLE_HOLDS },
	[TD_INDEX_SUPPRESSED_EXPIRY] = { "suppressed-by-expiry", TD_PAGE_SIZE,
	    0, TD_TABLE_SUPPRESSED },
	[TD_INDEX_OBJECT_TICKET] = { "objects-by-ticket", TD_PAGE_SIZE, 0,
	    TD_TABLE_OBJECTS },
	[TD_INDEX_OBJECT_REFERENCE] = { "objects-by-reference", TD_PAGE_SIZE, 0,
	    TD_TABLE_OBJECTS },
	[TD_INDEX_OBJECT_EXPIRY] = { "objects-by-expiry", TD_PAGE_SIZE, 0,
	    TD_TABLE_OBJECTS },
};

/* Of schema 1: had other keys than TD_INDEX_DUE. */
#define FORMER_INDEX "tickets-by-due"

const char *
td_table_name(TdTable table)
{
	return specs[table].name;
}

const char *
td_table_find_index(const char *text)
{
	TdTable table;

	for (table = TD_INDEX_QUEUE; table < TD_TABLES; table++) {
		g_autofree char *file = g_strconcat(
		    specs[table].name, ".db", NULL);

		if (strstr(text, file) != NULL ||
		    strcmp(text, specs[table].name) == 0)
			return specs[table].name;
	}
	return NULL;
}

TdTable
td_table_primary(TdTable table)
{
	return specs[table].primary;
}

/* @txn NULL: a transaction of its own. */
static int
open_handle(
    TdStore *store, TdTable table, DB_TXN *txn, u_int32_t create, DB **handle)
{
	const Spec *spec = &specs[table];
	gboolean in_memory = store->home == NULL;
	g_autofree char *file = in_memory
	    ? NULL
	    : g_strconcat(spec->name, ".db", NULL);
	u_int32_t flags = DB_THREAD | create;
	DB *db;
	int rc;

	rc = db_create(&db, store->env, 0);
	if (rc != 0)
		return rc;
	rc = db->set_pagesize(db, spec->page_size);
	if (rc == 0)
		rc = db->set_flags(
		    db, spec->flags | (in_memory ? 0 : DB_CHKSUM));
	if (!in_memory && txn == NULL)
		flags |= DB_AUTO_COMMIT;
	if (rc == 0)
		rc = db->open(db, txn, file, NULL, DB_BTREE, flags, 0600);
	if (rc != 0) {
		db->close(db, 0);
		return rc;
	}
	*handle = db;
	return 0;
}

static int
open_file(TdStore *store, TdTable table, DB_TXN *txn, u_int32_t create)
{
	return open_handle(store, table, txn, create, &store->tables[table]);
}

static int
associate(TdStore *store, TdTable index, DB_TXN *txn, u_int32_t flags)
{
	DB *primary = store->tables[specs[index].primary];

	return primary->associate(
	    primary, txn, store->tables[index], td_index_func(index), flags);
}

static char *
name_renewal(TdTable index)
{
	return g_strconcat(TD_META_RENEW, specs[index].name, NULL);
}

/* It is not to be made anew any more. */
static int
end_renewal(TdStore *store, TdTable index, DB_TXN *txn)
{
	DB *meta = store->tables[TD_TABLE_META];
	g_autofree char *renewal = name_renewal(index);
	DBT key = { .data = renewal, .size = (u_int32_t)strlen(renewal) };
	int rc = meta->del(meta, txn, &key, 0);

	return rc == DB_NOTFOUND ? 0 : rc;
}

/* Makes and fills an index in one transaction, so that a crash cannot leave a
 * file that lacks rows. */
static int
build_index(TdStore *store, TdTable index)
{
	DB_TXN *txn = NULL;
	int rc = store->env->txn_begin(store->env, NULL, &txn, 0);

	if (rc != 0)
		return rc;
	rc = open_file(store, index, txn, DB_CREATE);
	if (rc == 0)
		rc = associate(store, index, txn, DB_CREATE);
	if (rc == 0)
		rc = end_renewal(store, index, txn);
	if (rc != 0) {
		/* The handle belongs to the transaction until that ends. */
		DB *db = g_steal_pointer(&store->tables[index]);

		if (db != NULL)
			db->close(db, DB_NOSYNC);
		txn->abort(txn);
		return rc;
	}
	return txn->commit(txn, 0);
}

static int
open_index(TdStore *store, TdTable index)
{
	int rc;

	if (store->home == NULL) {
		rc = open_file(store, index, NULL, DB_CREATE);
		return rc != 0 ? rc : associate(store, index, NULL, 0);
	}
	rc = open_file(store, index, NULL, 0);
	/* Not again and again while the disk is full. */
	if (rc == ENOENT)
		return td_space_has(store, 0) ? build_index(store, index)
		                              : ENOSPC;
	return rc != 0 ? rc : associate(store, index, NULL, 0);
}

static gboolean
fail(GError **error, int rc, TdTable table)
{
	if (rc == ENOENT)
		return td_fail(error, TD_ERROR_BROKEN,
		    "table %s is missing from the store; " TD_STORE_DAMAGED,
		    specs[table].name);
	td_store_fail(error, rc, specs[table].name);
	g_prefix_error(error, "%s", "open table ");
	return FALSE;
}

gboolean
td_tables_open_meta(TdStore *store, gboolean create, GError **error)
{
	int rc = open_file(store, TD_TABLE_META, NULL, create ? DB_CREATE : 0);

	return rc == 0 || fail(error, rc, TD_TABLE_META);
}

/* How many tables must be there. */
static gboolean
count_tables(TdStore *store, guint64 *count, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(store);

	if (!td_meta_get_number(txn, TD_META_TABLES, count, error))
		return FALSE;
	if (*count == 0)
		*count = TD_TABLES_ONCE;
	return TRUE;
}

static gboolean
record_tables(TdStore *store, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_begin(store, error);

	return txn != NULL &&
	    td_meta_put_number(txn, TD_META_TABLES, TD_INDEX_QUEUE, error) &&
	    td_txn_commit(txn, error) && td_store_flush(store, error);
}

/* Those that are tables; from @count on they are made if need be. */
static gboolean
open_primaries(TdStore *store, guint64 count, GError **error)
{
	TdTable table;

	for (table = TD_TABLE_META + 1; table < TD_INDEX_QUEUE; table++) {
		int rc = open_file(
		    store, table, NULL, table >= count ? DB_CREATE : 0);

		if (rc != 0)
			return fail(error, rc, table);
	}
	return TRUE;
}

gboolean
td_tables_open_bare(TdStore *store, GError **error)
{
	guint64 count;

	return count_tables(store, &count, error) &&
	    open_primaries(store, count, error);
}

static gboolean
remove_file(TdStore *store, const char *name, GError **error)
{
	g_autofree char *file = g_strconcat(name, ".db", NULL);
	int rc = store->env->dbremove(
	    store->env, NULL, file, NULL, DB_AUTO_COMMIT);

	if (rc == 0 || rc == ENOENT)
		return TRUE;
	td_store_fail(error, rc, name);
	g_prefix_error(error, "%s", "remove index ");
	return FALSE;
}

gboolean
td_tables_remove_indexes(TdStore *store, GError **error)
{
	TdTable table;

	for (table = TD_INDEX_QUEUE; table < TD_TABLES; table++)
		if (specs[table].primary == TD_TABLE_TICKETS &&
		    !remove_file(store, specs[table].name, error))
			return FALSE;
	return remove_file(store, FORMER_INDEX, error);
}

gboolean
td_index_renew(TdTxn *txn, TdTable index, GError **error)
{
	g_autofree char *key = name_renewal(index);

	return td_meta_put_number(txn, key, 1, error);
}

/* Berkeley DB writes all indexes that a handle knows of whenever a row of it
 * changes, those too whose keys stay.  This one knows none; in memory there can
 * be only one. */
static gboolean
open_plain(TdStore *store, GError **error)
{
	int rc;

	if (store->home == NULL)
		return TRUE;
	rc = open_handle(
	    store, TD_TABLE_TICKETS, NULL, 0, &store->plain_tickets);
	return rc == 0 || fail(error, rc, TD_TABLE_TICKETS);
}

gboolean
td_tables_open(TdStore *store, gboolean create, GError **error)
{
	TdTable table;
	guint64 count = 0;

	if ((!create && !count_tables(store, &count, error)) ||
	    !open_primaries(store, count, error))
		return FALSE;
	for (table = TD_INDEX_QUEUE; table < TD_TABLES; table++) {
		int rc = open_index(store, table);

		if (rc != 0)
			return fail(error, rc, table);
	}
	if (!open_plain(store, error))
		return FALSE;
	/* The tables are on disk before it is said that they are. */
	return create || count >= TD_INDEX_QUEUE || record_tables(store, error);
}

/* ---- indexes that are made anew ---- */

/* The log of one that is made anew is four times its file and some more, for
 * each row of it is logged by itself, with a head; it cannot be trimmed before
 * all is there.  And the new file may be larger than the old one. */
#define RENEWAL_FACTOR 6u

static gboolean
is_renewal_due(TdStore *store, TdTable index, gboolean *due, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(store);
	g_autofree char *key = name_renewal(index);
	guint64 wanted = 0;

	if (!td_meta_get_number(txn, key, &wanted, error))
		return FALSE;
	*due = wanted != 0;
	return TRUE;
}

static gboolean
has_room(TdStore *store, TdTable index)
{
	g_autofree char *file = g_strconcat(specs[index].name, ".db", NULL);
	g_autofree char *path = g_build_filename(store->home, "db", file, NULL);
	struct stat status;

	return stat(path, &status) == 0 &&
	    td_space_has(store, RENEWAL_FACTOR * (guint64)status.st_size);
}

/* Not in one transaction: a file that is made in the one that removed its
 * namesake has no checksums. */
static gboolean
renew(TdStore *store, TdTable index, GError **error)
{
	DB *old = g_steal_pointer(&store->tables[index]);
	int rc = old->close(old, 0);

	if (rc != 0) {
		td_store_fail(error, rc, specs[index].name);
		g_prefix_error(error, "%s", "close index ");
		return FALSE;
	}
	if (!remove_file(store, specs[index].name, error))
		return FALSE;
	rc = build_index(store, index);
	return rc == 0 || fail(error, rc, index);
}

gboolean
td_tables_renew(TdStore *store, GError **error)
{
	TdTable index;

	for (index = TD_INDEX_QUEUE; index < TD_TABLES; index++) {
		gboolean due;

		if (!is_renewal_due(store, index, &due, error))
			return FALSE;
		if (!due || store->home == NULL)
			continue;
		if (!has_room(store, index)) {
			td_log(TD_LOG_WARNING, "store", "index",
			    specs[index].name, "error",
			    "no room on the disk to make it anew: the old one "
			    "stays until the next start",
			    NULL);
			continue;
		}
		/* Its log is not to be there beside that of the next one. */
		if (!renew(store, index, error) ||
		    !td_store_flush(store, error) ||
		    !td_store_checkpoint(store, TRUE, error))
			return FALSE;
	}
	return TRUE;
}

void
td_tables_close(TdStore *store)
{
	u_int32_t how = td_store_is_lost(store) ? DB_NOSYNC : 0;
	DB *plain = g_steal_pointer(&store->plain_tickets);
	guint i;

	if (plain != NULL)
		plain->close(plain, how);

	/* Indexes stand last, and must go before what they index. */
	for (i = TD_TABLES; i > 0; i--) {
		DB *db = g_steal_pointer(&store->tables[i - 1]);

		if (db != NULL)
			db->close(db, how);
	}
}
