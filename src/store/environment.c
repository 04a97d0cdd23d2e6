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
#define LOG_BUFFER_SIZE MIB
/* Opening scans the last log file. */
#define LOG_FILE_SIZE (16u * MIB)
#define NOISE_SECONDS 60
#define NOISE_LINES 10u
/* When less is free, a failed recovery is the disk's fault. */
#define FULL (16u * MIB)

TdStore *
td_store_new(const char *home, guint64 cache_size)
{
	TdStore *store = g_new0(TdStore, 1);

	td_value_keep_types();
	store->home = home != NULL ? g_canonicalize_filename(home, NULL) : NULL;
	store->cache_size = cache_size > 0 ? cache_size : CACHE_SIZE;
	store->lock = -1;
	store->packer = ZSTD_createCCtx();
	td_gate_init(&store->gate);
	g_mutex_init(&store->mutex);
	g_cond_init(&store->cond);
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

	g_mutex_lock(&store->mutex);
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

static int
configure(TdStore *store)
{
	DB_ENV *env = store->env;
	int rc;

	rc = env->set_cachesize(env, store->cache_size >> 30,
	    store->cache_size & ((1u << 30) - 1), 1);
	if (rc == 0)
		rc = env->set_data_dir(env, "db");
	if (rc == 0)
		rc = env->set_lg_dir(env, "log");
	if (rc == 0)
		rc = env->set_lg_bsize(env, LOG_BUFFER_SIZE);
	if (rc == 0)
		rc = env->set_lg_max(env, LOG_FILE_SIZE);
	if (rc == 0)
		rc = env->set_lk_detect(env, DB_LOCK_DEFAULT);
	if (rc == 0)
		rc = env->log_set_config(env, DB_LOG_AUTO_REMOVE, 1);
	return rc;
}

static int
open_environment(TdStore *store)
{
	u_int32_t flags = DB_CREATE | DB_INIT_MPOOL | DB_PRIVATE | DB_THREAD;
	int rc = db_env_create(&store->env, 0);

	if (rc != 0)
		return rc;
	store->env->app_private = store;
	store->env->set_errcall(store->env, tell);
	if (store->home == NULL) {
		rc = store->env->set_cachesize(
		    store->env, 0, store->cache_size, 1);
	} else {
		flags |= DB_INIT_TXN | DB_INIT_LOCK | DB_INIT_LOG | DB_RECOVER;
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

/* Recovery that finds the disk full panics; it recovers everything once there
 * is space, so that is not a broken store. */
static void
blame_the_disk(TdStore *store, GError **error)
{
	guint64 space = td_store_space(store);

	if (error == NULL || space >= FULL ||
	    !g_error_matches(*error, TD_ERROR, TD_ERROR_BROKEN))
		return;
	g_clear_error(error);
	td_fail(error, TD_ERROR_AGAIN,
	    "the store cannot be opened on a full disk: %u MiB free in %s",
	    (guint)(space / MIB), store->home);
}

gboolean
td_store_open_files(TdStore *store, TdOpen how, GError **error)
{
	g_autoptr(GError) problem = NULL;
	gboolean create = how == TD_OPEN_CREATE;
	int rc = open_environment(store);

	if (rc != 0)
		fail_open(&problem, rc);
	else if (td_tables_open_meta(store, create, &problem) &&
	    (how == TD_OPEN_META ||
	        ((create || td_store_check_schema(store, &problem)) &&
	            td_tables_open(store, create, &problem))))
		return TRUE;
	blame_the_disk(store, &problem);
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
	TdStore *store = td_store_open_as(
	    home, cache_size, wait_ms, TD_OPEN_ALL, error);

	if (store != NULL)
		td_checkpoint_start(store);
	return store;
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
	g_free(store->home);
	g_free(store);
}
