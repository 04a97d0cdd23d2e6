/* tables.c - the files of the store, and which one indexes which
 *
 * td_tables_open() may be called again after td_tables_close() on the same
 * environment. */

#include "config.h"

#include <errno.h>
#include <string.h>

#include <ticketd/error.h>

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

int
td_table_open(TdStore *store, TdTable table, DB_TXN *txn, u_int32_t create)
{
	return open_handle(store, table, txn, create, &store->tables[table]);
}

int
td_table_associate(TdStore *store, TdTable index, DB_TXN *txn, u_int32_t flags)
{
	DB *primary = store->tables[specs[index].primary];

	return primary->associate(
	    primary, txn, store->tables[index], td_index_func(index), flags);
}

gboolean
td_table_fail(GError **error, int rc, TdTable table)
{
	/* Indexes are made. */
	if (rc == ENOENT && table < TD_INDEX_QUEUE)
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
	int rc = td_table_open(
	    store, TD_TABLE_META, NULL, create ? DB_CREATE : 0);

	return rc == 0 || td_table_fail(error, rc, TD_TABLE_META);
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
		int rc = td_table_open(
		    store, table, NULL, table >= count ? DB_CREATE : 0);

		if (rc != 0)
			return td_table_fail(error, rc, table);
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
open_index(TdStore *store, TdTable index, GError **error)
{
	gboolean in_memory = store->home == NULL;
	int rc = td_table_open(store, index, NULL, in_memory ? DB_CREATE : 0);

	if (rc == ENOENT)
		return td_index_make(store, index, error);
	if (rc == 0)
		rc = td_table_associate(store, index, NULL, 0);
	return rc == 0 || td_table_fail(error, rc, index);
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
	return rc == 0 || td_table_fail(error, rc, TD_TABLE_TICKETS);
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
		if (!open_index(store, table, error))
			return FALSE;
	}
	if (!open_plain(store, error))
		return FALSE;
	/* The tables are on disk before it is said that they are. */
	return create || count >= TD_INDEX_QUEUE || record_tables(store, error);
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
