/* create.c - making a store
 *
 * The lock file is made under another name, which is changed when everything
 * is on disk: a store whose making was cut short is none, and is made again.
 * Meanwhile none is restored in its place. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ticketd/error.h>

#include "store/store-private.h"

#define NEW_LOCK "lock.new"

static gboolean
fail(GError **error, const char *doing, const char *path)
{
	int errnum = errno;
	TdError code = TD_ERROR_AGAIN;

	if (errnum == EACCES || errnum == EPERM || errnum == EROFS)
		code = TD_ERROR_DENIED;
	else if (errnum == ENOENT || errnum == ENOTDIR)
		code = TD_ERROR_CONFIG;
	return td_fail(
	    error, code, "%s %s: %s", doing, path, g_strerror(errnum));
}

static gboolean
make_directory(const char *home, const char *name, GError **error)
{
	g_autofree char *path = g_build_filename(home, name, NULL);

	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return fail(error, "make", path);
	return TRUE;
}

static gboolean
refuse_existing(const char *home, GError **error)
{
	g_autofree char *lock = g_build_filename(home, "lock", NULL);

	if (access(lock, F_OK) == 0)
		return td_fail(error, TD_ERROR_REFUSED,
		    "there is a store in %s already", home);
	if (errno != ENOENT)
		return fail(error, "look for", lock);
	return TRUE;
}

static gboolean
refuse_foreign(const char *home, GError **error)
{
	struct stat stat_home;

	if (stat(home, &stat_home) != 0)
		return fail(error, "look at", home);
	if (stat_home.st_uid != geteuid())
		return td_fail(error, TD_ERROR_DENIED, "%s belongs to user %u",
		    home, (guint)stat_home.st_uid);
	if (chmod(home, 0700) != 0)
		return fail(error, "change the mode of", home);
	return TRUE;
}

static gboolean
sync_path(const char *path, GError **error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	gboolean ok;

	if (fd < 0)
		return fail(error, "open", path);
	ok = fsync(fd) == 0;
	if (!ok)
		fail(error, "flush", path);
	close(fd);
	return ok;
}

static gboolean
sync_directory(const char *home, const char *name, GError **error)
{
	g_autofree char *path = g_build_filename(home, name, NULL);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	gboolean ok;

	if (fd < 0)
		return fail(error, "open", path);
	ok = td_tree_flush(fd) || fail(error, "flush", path);
	close(fd);
	return ok;
}

static gboolean
store_native(TdTxn *txn, guint64 first_number, GError **error)
{
	g_autoptr(TdTicket) desk = td_ticket_new(TD_TICKET_DESK);
	guint64 counter;

	if (!td_meta_put_number(txn, TD_META_SCHEMA, TD_STORE_SCHEMA, error) ||
	    !td_meta_put_number(txn, TD_META_BYTE_ORDER, G_BYTE_ORDER, error) ||
	    !td_meta_put_number(txn, TD_META_FIRST, first_number, error) ||
	    !td_meta_put_number(txn, TD_META_TABLES, TD_INDEX_QUEUE, error))
		return FALSE;
	if (!td_counter_get(txn, TD_COUNTER_TICKET, &counter, error))
		return FALSE;
	txn->counters[TD_COUNTER_TICKET].value = first_number - 1;
	txn->counters[TD_COUNTER_TICKET].changed = TRUE;
	return td_ticket_put(txn, desk, error);
}

/* Files without a lock file are what a cut short td_store_create() left, or a
 * store that somebody took the lock file from: that one is not overwritten. */
static gboolean
refuse_used(TdTxn *txn, GError **error)
{
	g_autoptr(TdTicket) desk = NULL;
	guint64 first;
	guint64 last;

	if (!td_ticket_range(txn, &first, &last, error) ||
	    !td_ticket_get(txn, TD_TICKET_DESK, &desk, error))
		return FALSE;
	if (desk != NULL && (desk->events > 0 || last + 1 != first))
		return td_fail(error, TD_ERROR_REFUSED,
		    "there are tickets in %s, but no file \"lock\"; make an "
		    "empty one if this is your store",
		    txn->store->home);
	return TRUE;
}

gboolean
td_store_begin_empty(TdStore *store, guint64 first_number, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_begin(store, error);

	return txn != NULL && refuse_used(txn, error) &&
	    store_native(txn, MAX(first_number, 1), error) &&
	    td_txn_commit(txn, error) && td_store_flush(store, error);
}

/* With the new lock held. */
static gboolean
fill(const char *home, guint64 first_number, GError **error)
{
	g_autoptr(TdStore) store = td_store_new(home, 0);

	return make_directory(home, "db", error) &&
	    make_directory(home, "log", error) &&
	    td_store_open_files(store, TD_OPEN_CREATE, error) &&
	    td_store_begin_empty(store, first_number, error) &&
	    td_store_checkpoint(store, TRUE, error);
}

static gboolean
finish(const char *home, GError **error)
{
	g_autofree char *parent = g_path_get_dirname(home);
	g_autofree char *from = g_build_filename(home, NEW_LOCK, NULL);
	g_autofree char *to = g_build_filename(home, "lock", NULL);

	if (!sync_directory(home, "db", error) ||
	    !sync_directory(home, "log", error) || !sync_path(from, error))
		return FALSE;
	if (rename(from, to) != 0)
		return fail(error, "rename", from);
	return sync_path(home, error) && sync_path(parent, error);
}

/* With the lock held that whoever restores a store has too. */
static gboolean
create(const char *home, guint64 first_number, GError **error)
{
	int lock = td_lock_take(home, NEW_LOCK, TRUE, 0, error);
	gboolean ok;

	if (lock < 0)
		return FALSE;
	/* Again: somebody may have finished one in the meantime. */
	ok = refuse_existing(home, error) && fill(home, first_number, error) &&
	    finish(home, error);
	close(lock);
	return ok;
}

gboolean
td_store_create(const char *home, guint64 first_number, GError **error)
{
	g_autofree char *path = g_canonicalize_filename(home, NULL);
	g_autofree char *restoring = g_build_filename(
	    path, TD_RESTORING_LOCK, NULL);
	gboolean ok;
	int lock;

	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return fail(error, "make", path);
	if (!refuse_existing(path, error) || !refuse_foreign(path, error))
		return FALSE;
	lock = td_lock_take(path, TD_RESTORING_LOCK, TRUE, 0, error);
	if (lock < 0)
		return FALSE;
	ok = create(path, first_number, error);
	unlink(restoring);
	close(lock);
	return ok;
}

gboolean
td_store_get_schema(TdStore *store, guint64 *schema, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(store);
	guint64 order;

	if (!td_meta_get_number(txn, TD_META_SCHEMA, schema, error) ||
	    !td_meta_get_number(txn, TD_META_BYTE_ORDER, &order, error))
		return FALSE;
	if (*schema > TD_STORE_SCHEMA)
		return td_fail(error, TD_ERROR_CONFIG,
		    "written by a newer ticketd (schema %" G_GUINT64_FORMAT
		    ", this one knows %u)",
		    *schema, TD_STORE_SCHEMA);
	if (*schema == 0)
		return td_fail(error, TD_ERROR_BROKEN,
		    "the store in %s does not tell its schema", store->home);
	if (order != G_BYTE_ORDER)
		return td_fail(error, TD_ERROR_CONFIG,
		    "the store in %s was made on a machine of the other "
		    "byte order",
		    store->home);
	return TRUE;
}

gboolean
td_store_check_schema(TdStore *store, GError **error)
{
	guint64 schema;

	if (!td_store_get_schema(store, &schema, error))
		return FALSE;
	return schema == TD_STORE_SCHEMA ||
	    td_fail(error, TD_ERROR_CONFIG,
	        "the store in %s was made by an older ticketd (schema "
	        "%" G_GUINT64_FORMAT ", this one wants %u); make a backup, "
	        "then run: ticket check --upgrade",
	        store->home, schema, TD_STORE_SCHEMA);
}
