/* reindex.c - indexes that are made of what they are an index of
 *
 * One that has no file is made when the tables are opened: those of a new
 * store, those that an upgrade removed, and one whose making anew was
 * interrupted.  It is made in one transaction, so that a crash cannot leave a
 * file that lacks rows; and not begun without the room for all of it, for
 * recovery needs room too. */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <ticketd/error.h>
#include <ticketd/log.h>

#include "store/store-private.h"

/* Of schema 1: had other keys than TD_INDEX_DUE. */
#define FORMER_INDEX "tickets-by-due"

/* ---- room ---- */

/* What a row takes beside its bytes: in the file, whose pages may be half full;
 * and in the log, which has each part of it with a head of its own, and it all
 * once and a half more in pages as they were before a split.  A key that is
 * longer than a quarter of a page has pages of its own. */
#define ROW_IN_FILE 14u
#define ROW_IN_LOG 260u
#define LOG_FACTOR 3u
#define LONG_KEY (TD_PAGE_SIZE / 4)

typedef struct {
	guint64 file; /* bytes */
	guint64 log;
} Room;

static void
add_keys(TdTable index, const DBT *primary, const DBT *value, Room *room)
{
	DBT keys = { 0 };
	const DBT *each;
	guint count;

	if (td_index_func(index)(NULL, primary, value, &keys) == DB_DONOTINDEX)
		return;
	each = td_index_keys(&keys, &count);
	for (guint i = 0; i < count; i++) {
		guint64 size = (guint64)each[i].size + primary->size;

		if (each[i].size > LONG_KEY)
			size += TD_PAGE_SIZE;
		room->file += 2 * (size + ROW_IN_FILE);
		room->log += LOG_FACTOR * size + ROW_IN_LOG;
	}
	td_index_clear(&keys);
}

static gboolean
add_rows(TdStore *store, TdTable index, Room *room, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(store);
	g_auto(TdCursor) cursor = { 0 };
	gboolean found;

	if (!td_cursor_open(
	        txn, td_table_primary(index), TRUE, &cursor, error) ||
	    !td_cursor_seek(&cursor, NULL, 0, &found, error))
		return FALSE;
	while (found) {
		add_keys(index, &cursor.key, &cursor.value, room);
		if (!td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	}
	return TRUE;
}

/* How many bytes of the disk it takes to make @index; the log cannot be trimmed
 * before all is there, and its last file is filled up at the next start. */
static gboolean
find_room(TdStore *store, TdTable index, guint64 *bytes, GError **error)
{
	Room room = { 0 };

	if (!add_rows(store, index, &room, error))
		return FALSE;
	*bytes = room.log == 0 ? 0 : room.file + room.log + TD_LOG_FILE_SIZE;
	return TRUE;
}

/* ---- making ---- */

static char *
name_renewal(TdTable index)
{
	return g_strconcat(TD_META_RENEW, td_table_name(index), NULL);
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

static int
fill(TdStore *store, TdTable index)
{
	DB_TXN *txn = NULL;
	int rc = store->env->txn_begin(store->env, NULL, &txn, 0);

	if (rc != 0)
		return rc;
	rc = td_table_open(store, index, txn, DB_CREATE);
	if (rc == 0)
		rc = td_table_associate(store, index, txn, DB_CREATE);
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

/* @room: bytes, as was reckoned. */
static gboolean
make(TdStore *store, TdTable index, guint64 room, GError **error)
{
	int rc = fill(store, index);

	if (rc == 0)
		return TRUE;
	td_table_fail(error, rc, index);
	g_prefix_error(error,
	    "make index %s, which takes %" G_GUINT64_FORMAT " MiB: ",
	    td_table_name(index), room >> 20);
	return FALSE;
}

gboolean
td_index_make(TdStore *store, TdTable index, GError **error)
{
	guint64 room;

	/* An empty one takes nothing that counts. */
	if (!find_room(store, index, &room, error))
		return FALSE;
	/* The log of a making that was interrupted need not lie beside that of
	 * this one. */
	if (room > 0 &&
	    (!td_logs_start(store, error) ||
	        !td_store_checkpoint(store, TRUE, error)))
		return FALSE;
	/* Without the index there is no store, without an addition there is
	 * still a whole backup. */
	if (!td_space_has(store, room))
		td_logs_let_go(store);
	if (td_space_need(store, room, error))
		return make(store, index, room, error);
	g_prefix_error(error, "make index %s: ", td_table_name(index));
	return FALSE;
}

/* ---- removing ---- */

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
		if (td_table_primary(table) == TD_TABLE_TICKETS &&
		    !remove_file(store, td_table_name(table), error))
			return FALSE;
	return remove_file(store, FORMER_INDEX, error);
}

/* ---- making anew ---- */

gboolean
td_index_renew(TdTxn *txn, TdTable index, GError **error)
{
	g_autofree char *key = name_renewal(index);

	return td_meta_put_number(txn, key, 1, error);
}

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

/* Not in one transaction: a file that is made in the one that removed its
 * namesake has no checksums. */
static gboolean
renew(TdStore *store, TdTable index, guint64 room, GError **error)
{
	DB *old = g_steal_pointer(&store->tables[index]);
	int rc = old->close(old, 0);

	if (rc != 0) {
		td_store_fail(error, rc, td_table_name(index));
		g_prefix_error(error, "%s", "close index ");
		return FALSE;
	}
	return remove_file(store, td_table_name(index), error) &&
	    make(store, index, room, error) && td_store_flush(store, error) &&
	    /* Its log is not to be there beside that of the next one. */
	    td_store_checkpoint(store, TRUE, error);
}

/* Not less than what it took before, which is quickly known. */
static gboolean
may_have_room(TdStore *store, TdTable index)
{
	g_autofree char *file = g_strconcat(td_table_name(index), ".db", NULL);
	g_autofree char *path = g_build_filename(store->home, "db", file, NULL);
	struct stat status;

	return stat(path, &status) != 0 ||
	    td_space_has(store, (guint64)status.st_size);
}

static gboolean
renew_one(TdStore *store, TdTable index, GError **error)
{
	guint64 room = G_MAXUINT64;

	if (may_have_room(store, index) &&
	    !find_room(store, index, &room, error))
		return FALSE;
	if (td_space_has(store, room))
		return renew(store, index, room, error);
	td_log(TD_LOG_WARNING, "store", "index", td_table_name(index), "error",
	    "no room on the disk to make it anew: the old one stays until the "
	    "next start",
	    NULL);
	return TRUE;
}

gboolean
td_tables_renew(TdStore *store, GError **error)
{
	TdTable index;

	for (index = TD_INDEX_QUEUE; index < TD_TABLES; index++) {
		gboolean due;

		if (!is_renewal_due(store, index, &due, error) ||
		    (due && store->home != NULL &&
		        !renew_one(store, index, error)))
			return FALSE;
	}
	return TRUE;
}
