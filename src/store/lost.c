/* lost.c - when it is not known any more what the disk holds
 *
 * A flush that fails is told once: the kernel drops what it could not write,
 * and says of the next flush that all is well.  So after one that failed none
 * succeeds in this process, which keeps Berkeley DB from removing logs by a
 * checkpoint that is none; and nothing is written, for it writes pages when it
 * is closed, whether or not their log is on the disk.  A page that is newer
 * than the log cannot be recovered.  Whoever opens the store next must read
 * what the disk holds, not what the kernel remembers of it, so that memory is
 * given up here.
 *
 * The other way to lose it is a panic of Berkeley DB: each of its calls fails
 * from then on. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <ticketd/error.h>

#include "store/store-private.h"

/* How many flushes failed in this process.  Atomic. */
static int failed_flushes;

/* What Berkeley DB said last of a file; of this process. */
static GMutex trouble_lock;
static char trouble[256];

/* What Berkeley DB calls to flush a file: 0 or an errno. */
static int
flush_file(int fd)
{
	int problem;

	if (g_atomic_int_get(&failed_flushes) > 0)
		return EIO;
	do {
		problem = fdatasync(fd) == 0 ? 0 : errno;
	} while (problem == EINTR);
	/* Of a file system that has nothing to flush. */
	if (problem == EINVAL)
		return 0;
	if (problem != 0) {
		g_atomic_int_inc(&failed_flushes);
		posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	}
	return problem;
}

/* What it calls to write, at a place or where the file stands. */
static ssize_t
write_at(int fd, const void *bytes, size_t size, off_t offset)
{
	if (g_atomic_int_get(&failed_flushes) == 0)
		return pwrite(fd, bytes, size, offset);
	errno = EIO;
	return -1;
}

static ssize_t
write_on(int fd, const void *bytes, size_t size)
{
	if (g_atomic_int_get(&failed_flushes) == 0)
		return write(fd, bytes, size);
	errno = EIO;
	return -1;
}

void
td_lost_watch_disk(void)
{
	db_env_set_func_fsync(flush_file);
	db_env_set_func_pwrite(write_at);
	db_env_set_func_write(write_on);
}

gboolean
td_lost_flush_file(int fd)
{
	return flush_file(fd) == 0;
}

/* DB_EVENT_PANIC and others. */
static void
hear(DB_ENV *env, u_int32_t event, void *info G_GNUC_UNUSED)
{
	TdStore *store = env->app_private;

	if (event != DB_EVENT_PANIC)
		return;
	g_atomic_int_set(&store->panicked, 1);
	td_lost_tell(store);
}

int
td_lost_watch_panic(DB_ENV *env)
{
	return env->set_event_notify(env, hear);
}

gboolean
td_store_is_lost(TdStore *store)
{
	return store->home != NULL &&
	    (g_atomic_int_get(&store->panicked) ||
	        g_atomic_int_get(&failed_flushes) > 0);
}

gboolean
td_lost_check(TdStore *store, GError **error)
{
	if (!td_store_is_lost(store))
		return TRUE;
	td_lost_tell(store);
	return td_fail(error, TD_ERROR_AGAIN,
	    "the disk or the store failed: %s must be opened anew",
	    store->home);
}

void
td_lost_tell(TdStore *store)
{
	TdLostFunc func;

	g_mutex_lock(&store->mutex);
	func = g_steal_pointer(&store->lost);
	g_mutex_unlock(&store->mutex);
	if (func != NULL)
		func(store->lost_data);
}

void
td_store_on_lost(TdStore *store, TdLostFunc func, gpointer data)
{
	g_mutex_lock(&store->mutex);
	store->lost = func;
	store->lost_data = data;
	g_mutex_unlock(&store->mutex);
	if (td_store_is_lost(store))
		td_lost_tell(store);
}

void
td_lost_note(const char *message)
{
	if ((strstr(message, ".db") == NULL &&
	        strstr(message, "/log/") == NULL) ||
	    strstr(message, "Open file handle") != NULL)
		return;
	g_mutex_lock(&trouble_lock);
	g_strlcpy(trouble, message, sizeof(trouble));
	g_mutex_unlock(&trouble_lock);
}

/* The code alone says to "run database recovery", which is what just failed. */
gboolean
td_lost_fail(GError **error, int rc, const char *doing)
{
	g_autofree char *said = NULL;
	const char *index;

	g_mutex_lock(&trouble_lock);
	said = g_strdup(*trouble != '\0' ? trouble : db_strerror(rc));
	g_mutex_unlock(&trouble_lock);
	index = td_table_find_index(said);
	if (index == NULL && rc == EINVAL)
		index = td_table_find_index(doing);
	if (index == NULL)
		return td_fail(error, TD_ERROR_BROKEN,
		    "%s: %s; " TD_STORE_DAMAGED, doing, said);
	return td_fail(error, TD_ERROR_BROKEN,
	    "%s: %s; an index is damaged: stop ticketd, remove %s.db from the "
	    "folder db of the store, and start it: the index is made anew",
	    doing, said, index);
}
