/* checkpoint.c - durability: flushes and checkpoints
 *
 * A thread of the store writes a checkpoint when there are 16 MiB of log, and
 * a minute after the first change since the last one, so that opening after a
 * crash takes a fraction of a second.  An idle store wakes nobody. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <ticketd/error.h>

#include "store/store-private.h"

#define LOG_MIB 16u
#define INTERVAL_SECONDS 60

/* A new log file is safe only when the directory says that it is there. */
static gboolean
sync_log_directory(TdStore *store, u_int32_t file)
{
	g_autofree char *path = NULL;
	gboolean synced;
	int fd;

	if (file == store->log_file)
		return TRUE;
	path = g_build_filename(store->home, "log", NULL);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return FALSE;
	synced = td_lost_flush_file(fd);
	if (synced)
		store->log_file = file;
	close(fd);
	return synced;
}

/* Looks at the log after a flush: wakes the checkpointer when it grew. */
static gboolean
look_at_log(TdStore *store)
{
	DB_LOG_STAT *stat = NULL;
	gboolean synced;

	if (store->env->log_stat(store->env, &stat, 0) != 0)
		return FALSE;
	g_mutex_lock(&store->mutex);
	synced = sync_log_directory(store, stat->st_cur_file);
	if (!store->dirty || stat->st_wc_mbytes >= LOG_MIB) {
		store->dirty = TRUE;
		store->checkpoint = stat->st_wc_mbytes >= LOG_MIB;
		g_cond_signal(&store->cond);
	}
	g_mutex_unlock(&store->mutex);
	g_free(stat);
	return synced;
}

gboolean
td_store_flush(TdStore *store, GError **error)
{
	int rc;

	if (store->home == NULL)
		return TRUE;
	if (!td_lost_check(store, error))
		return FALSE;
	rc = store->env->log_flush(store->env, NULL);
	if (rc == 0 && look_at_log(store))
		return TRUE;
	/* Whoever is to know of it shall know it now. */
	return td_lost_check(store, error) &&
	    td_store_fail(error, rc != 0 ? rc : EIO, "flush the log");
}

gboolean
td_store_checkpoint(TdStore *store, gboolean force, GError **error)
{
	int rc;

	if (store->home == NULL)
		return TRUE;
	if (!td_lost_check(store, error))
		return FALSE;
	g_mutex_lock(&store->checkpointing);
	/* Without kilobytes it is written if anything was logged at all. */
	rc = store->env->txn_checkpoint(
	    store->env, force ? 0 : LOG_MIB * 1024, 0, 0);
	g_mutex_unlock(&store->checkpointing);
	if (rc != 0)
		return td_lost_check(store, error) &&
		    td_store_fail(error, rc, "checkpoint");
	td_logs_trim(store);
	return TRUE;
}

/* With the mutex held: waits until a checkpoint is due.  FALSE to stop. */
static gboolean
wait_until_due(TdStore *store)
{
	gint64 due;

	while (!store->stopping && !store->dirty)
		g_cond_wait(&store->cond, &store->mutex);
	due = g_get_monotonic_time() + INTERVAL_SECONDS * G_TIME_SPAN_SECOND;
	while (!store->stopping && !store->checkpoint)
		if (!g_cond_wait_until(&store->cond, &store->mutex, due))
			break;
	return !store->stopping;
}

static gpointer
run(gpointer data)
{
	TdStore *store = data;

	g_mutex_lock(&store->mutex);
	while (wait_until_due(store)) {
		store->dirty = FALSE;
		store->checkpoint = FALSE;
		g_mutex_unlock(&store->mutex);
		/* Berkeley DB told of a failure by its error call; the next
		 * flush asks again. */
		td_store_checkpoint(store, TRUE, NULL);
		g_mutex_lock(&store->mutex);
	}
	g_mutex_unlock(&store->mutex);
	return NULL;
}

void
td_checkpoint_start(TdStore *store)
{
	store->checkpointer = g_thread_new("checkpoint", run, store);
}

void
td_checkpoint_stop(TdStore *store)
{
	if (store->checkpointer == NULL)
		return;
	g_mutex_lock(&store->mutex);
	store->stopping = TRUE;
	g_cond_signal(&store->cond);
	g_mutex_unlock(&store->mutex);
	g_thread_join(g_steal_pointer(&store->checkpointer));
	td_store_checkpoint(store, TRUE, NULL);
}
