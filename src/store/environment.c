/* environment.c - opening and closing the store
 *
 *   HOME/lock   held while the store is open
 *   HOME/db/    the tables
 *   HOME/log/   the log
 *
 * The environment is private to this process and recovery always runs: it costs
 * 20 ms, and no mark of a clean shutdown can be trusted. */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ticketd/error.h>
#include <ticketd/log.h>

#include "store/store-private.h"

#define MIB (1024u * 1024u)
#define CACHE_SIZE (32u * MIB)
#define CACHE_WITH_QUARTER 500000000u
#define LOG_BUFFER_SIZE MIB
#define NOISE_SECONDS 60
#define NOISE_LINES 10u

TdStore *
td_store_new(const char *home, guint64 cache_size)
{
	TdStore *store = g_new0(TdStore, 1);

	td_value_keep_types();
	td_lost_watch_disk();
	store->home = home != NULL ? g_canonicalize_filename(home, NULL) : NULL;
	store->cache_size = cache_size > 0 ? cache_size : CACHE_SIZE;
	store->lock = -1;
	store->packer = ZSTD_createCCtx();
	td_gate_init(&store->gate);
	g_mutex_init(&store->mutex);
	g_cond_init(&store->cond);
	g_mutex_init(&store->checkpointing);
	g_mutex_init(&store->log_mutex);
	g_cond_init(&store->log_cond);
	return store;
}

/* A full disk can make tens of thousands of lines: a few tell as much. */
static void
tell(const DB_ENV *env, const char *prefix G_GNUC_UNUSED, const char *message)
{
	TdStore *store = env->app_private;
	g_autofree char *dropped = NULL;
	gint64 now = g_get_monotonic_time();
	gboolean quiet;

	td_lost_note(message);
	g_mutex_lock(&store->mutex);
	if (strstr(message, "past end of log") != NULL)
		store->log_short = TRUE;
	if (store->noise_since == 0 ||
	    now - store->noise_since >= NOISE_SECONDS * G_TIME_SPAN_SECOND) {
		if (store->noise > NOISE_LINES)
			dropped = g_strdup_printf(
			    "%u", store->noise - NOISE_LINES);
		store->noise_since = now;
		store->noise = 0;
	}
	quiet = store->noise++ >= NOISE_LINES;
	g_mutex_unlock(&store->mutex);
	if (!quiet)
		td_log(TD_LOG_WARNING, "store", "error", message, "dropped",
		    dropped, NULL);
}

/* To a cache below 500 MB the library adds a quarter, which is part of what the
 * caller allows here. */
static int
set_cache(const TdStore *store)
{
	guint64 size = store->cache_size;

	if (size < CACHE_WITH_QUARTER)
		size -= size / 5;
	return store->env->set_cachesize(
	    store->env, size >> 30, size & ((1u << 30) - 1), 1);
}

static int
configure(TdStore *store)
{
	DB_ENV *env = store->env;
	int rc;

	rc = set_cache(store);
	if (rc == 0)
		rc = env->set_data_dir(env, "db");
	if (rc == 0)
		rc = env->set_lg_dir(env, "log");
	if (rc == 0)
		rc = env->set_lg_bsize(env, LOG_BUFFER_SIZE);
	if (rc == 0)
		rc = env->set_lg_max(env, TD_LOG_FILE_SIZE);
	if (rc == 0)
		rc = env->set_lk_detect(env, DB_LOCK_DEFAULT);
	return rc;
}

static int
open_environment(TdStore *store, TdOpen how)
{
	u_int32_t flags = DB_CREATE | DB_INIT_MPOOL | DB_PRIVATE | DB_THREAD;
	int rc = db_env_create(&store->env, 0);

	if (rc != 0)
		return rc;
	store->env->app_private = store;
	store->env->set_errcall(store->env, tell);
	rc = td_lost_watch_panic(store->env);
	if (rc != 0)
		return rc;
	if (store->home == NULL) {
		rc = set_cache(store);
	} else {
		flags |= DB_INIT_TXN | DB_INIT_LOCK | DB_INIT_LOG;
		flags |= how == TD_OPEN_RECOVER ? DB_RECOVER_FATAL : DB_RECOVER;
		rc = configure(store);
	}
	if (rc != 0)
		return rc;
	return store->env->open(store->env, store->home, flags, 0600);
}

static gboolean
fail_open(GError **error, int rc)
{
	if (rc == EACCES || rc == EPERM || rc == EROFS)
		return td_fail(error, TD_ERROR_DENIED, "open the store: %s",
		    g_strerror(rc));
	return td_store_fail(error, rc, "open the store");
}

/* Berkeley DB calls that an invalid argument, as if it could be tried again. */
static gboolean
check_log(TdStore *store, GError **error)
{
	if (!store->log_short &&
	    (store->home == NULL || (error != NULL && *error != NULL) ||
	        !td_log_is_short(store)))
		return TRUE;
	g_clear_error(error);
	return td_fail(error, TD_ERROR_BROKEN,
	    "the log in %s/log ends before what is in the tables: part of it "
	    "was removed or damaged; " TD_STORE_DAMAGED,
	    store->home);
}

static gboolean
open_tables(TdStore *store, TdOpen how, GError **error)
{
	gboolean create = how == TD_OPEN_CREATE;

	if (!td_tables_open_meta(store, create, error))
		return FALSE;
	if (how == TD_OPEN_META || how == TD_OPEN_RECOVER)
		return TRUE;
	return (create || td_store_check_schema(store, error)) &&
	    td_tables_open(store, create, error);
}

/* The path of a file in @home/@name that this user cannot work with; NULL if
 * there is none; the caller's. */
static char *
find_stranger(const char *home, const char *name, guint *owner)
{
	g_autofree char *folder = g_build_filename(home, name, NULL);
	g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
	const char *file;

	while (
	    directory != NULL && (file = g_dir_read_name(directory)) != NULL) {
		g_autofree char *path = g_build_filename(folder, file, NULL);
		struct stat status;

		if (access(path, R_OK | W_OK) == 0 || stat(path, &status) != 0)
			continue;
		*owner = (guint)status.st_uid;
		return g_steal_pointer(&path);
	}
	return NULL;
}

/* What root once did by hand in the store, say, looks like damage to Berkeley
 * DB. */
static void
blame_a_stranger(TdStore *store, GError **error)
{
	g_autofree char *path = NULL;
	guint owner = 0;

	if (store->home == NULL || error == NULL || *error == NULL)
		return;
	path = find_stranger(store->home, "db", &owner);
	if (path == NULL)
		path = find_stranger(store->home, "log", &owner);
	if (path == NULL)
		return;
	g_clear_error(error);
	td_fail(error, TD_ERROR_DENIED,
	    "%s belongs to user %u and cannot be written here: all files of "
	    "the store must belong to user %u, with mode 0600",
	    path, owner, (guint)geteuid());
}

gboolean
td_store_open_files(TdStore *store, TdOpen how, GError **error)
{
	g_autoptr(GError) problem = NULL;
	int rc = open_environment(store, how);
	gboolean ok;

	if (rc != 0)
		ok = fail_open(&problem, rc);
	else
		ok = open_tables(store, how, &problem);
	if (check_log(store, &problem) && ok)
		return TRUE;
	td_space_blame(store, &problem);
	blame_a_stranger(store, &problem);
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}

/* Whether @home is a store of ours to open. */
static gboolean
check_home(const char *home, GError **error)
{
	g_autofree char *lock = g_build_filename(home, "lock", NULL);
	struct stat stat_home;
	struct stat stat_lock;

	if (stat(home, &stat_home) != 0 || stat(lock, &stat_lock) != 0) {
		if (errno == EACCES || errno == EPERM)
			return td_fail(error, TD_ERROR_DENIED, "%s: %s", home,
			    g_strerror(errno));
		return td_fail(error, TD_ERROR_NO_STORE,
		    "no store in %s; make one with: ticket init", home);
	}
	/* Files made by another user would lock the owner out. */
	if (stat_home.st_uid != geteuid())
		return td_fail(error, TD_ERROR_DENIED,
		    "the store in %s belongs to user %u", home,
		    (guint)stat_home.st_uid);
	return TRUE;
}

TdStore *
td_store_open_as(const char *home, guint64 cache_size, guint wait_ms,
    TdOpen how, GError **error)
{
	g_autoptr(TdStore) store = NULL;

	if (!check_home(home, error))
		return NULL;
	store = td_store_new(home, cache_size);
	store->lock = td_lock_take(home, "lock", FALSE, wait_ms, error);
	if (store->lock < 0 || !td_store_open_files(store, how, error))
		return NULL;
	return g_steal_pointer(&store);
}

TdStore *
td_store_open(
    const char *home, guint64 cache_size, guint wait_ms, GError **error)
{
	g_autoptr(TdStore) store = td_store_open_as(
	    home, cache_size, wait_ms, TD_OPEN_ALL, error);

	if (store == NULL || !td_logs_start(store, error) ||
	    !td_tables_renew(store, error))
		return NULL;
	td_checkpoint_start(store);
	return g_steal_pointer(&store);
}

TdStore *
td_store_open_memory(GError **error)
{
	g_autoptr(TdStore) store = td_store_new(NULL, CACHE_SIZE / 2);

	if (!td_store_open_files(store, TD_OPEN_CREATE, error) ||
	    !td_store_begin_empty(store, 1, error))
		return NULL;
	return g_steal_pointer(&store);
}

void
td_store_close(TdStore *store)
{
	if (store == NULL)
		return;

	td_checkpoint_stop(store);
	td_tables_close(store);
	if (store->env != NULL)
		store->env->close(store->env, 0);
	if (store->lock >= 0)
		close(store->lock);
	ZSTD_freeCCtx(store->packer);
	td_gate_clear(&store->gate);
	g_mutex_clear(&store->mutex);
	g_cond_clear(&store->cond);
	g_mutex_clear(&store->checkpointing);
	g_mutex_clear(&store->log_mutex);
	g_cond_clear(&store->log_cond);
	g_free(store->home);
	g_free(store);
}
