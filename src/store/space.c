/* space.c - room on the disk: bytes, and files that may still be made
 *
 * Berkeley DB gives up when it cannot make the next file of the log, and some
 * of its calls wait for seconds first.  So nothing is begun with little left:
 * what is begun can then be written, or undone. */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>

#include <ticketd/error.h>

#include "store/store-private.h"

#define MIB (1024u * 1024u)
/* Less than this is kept for recovery, which must be able to write. */
#define RESERVE_MIB 16u
#define RESERVE_FILES 16u
/* With less, an error that may go away is the disk's. */
#define LOW_MIB 32u
#define LOW_FILES 32u

/* MiB that must be free, as the last td_space_need() of this process found that
 * failed; 0 once one did not. */
static gint needed_mib;

/* A file system that cannot be asked will tell at the next write. */
static void
ask(const char *path, guint64 *bytes, guint64 *files)
{
	struct statvfs status;

	*bytes = *files = G_MAXUINT64;
	if (statvfs(path, &status) != 0)
		return;
	*bytes = (guint64)status.f_bavail * status.f_frsize;
	/* 0 of 0: files are made as long as there is room. */
	if (status.f_files > 0)
		*files = status.f_favail;
}

guint64
td_store_space(TdStore *store)
{
	guint64 bytes = G_MAXUINT64;
	guint64 files;

	if (store->home != NULL)
		ask(store->home, &bytes, &files);
	return bytes;
}

guint64
td_store_files(TdStore *store)
{
	guint64 bytes;
	guint64 files = G_MAXUINT64;

	if (store->home != NULL)
		ask(store->home, &bytes, &files);
	return files;
}

gboolean
td_store_is_full(const char *home)
{
	guint64 bytes;
	guint64 files;

	ask(home, &bytes, &files);
	return bytes / MIB <
	    MAX(LOW_MIB, (guint)g_atomic_int_get(&needed_mib)) ||
	    files < LOW_FILES;
}

/* What there is little of: "3 MiB free in HOME"; the caller's. */
static char *
say(const char *home, guint64 bytes, guint64 files)
{
	if (files >= RESERVE_FILES)
		return g_strdup_printf(
		    "%" G_GUINT64_FORMAT " MiB free in %s", bytes / MIB, home);
	if (bytes / MIB >= RESERVE_MIB)
		return g_strdup_printf(
		    "room for %u more files in %s", (guint)files, home);
	return g_strdup_printf("%" G_GUINT64_FORMAT
	                       " MiB free, and room for %u more files, in %s",
	    bytes / MIB, (guint)files, home);
}

static gboolean
is_spent(guint64 bytes, guint64 files)
{
	return bytes / MIB < RESERVE_MIB || files < RESERVE_FILES;
}

gboolean
td_space_has(TdStore *store, guint64 wanted)
{
	guint64 bytes;
	guint64 files;

	ask(store->home, &bytes, &files);
	return !is_spent(bytes, files) && bytes - RESERVE_MIB * MIB >= wanted;
}

static gboolean
fail_spent(const char *home, guint64 bytes, guint64 files, GError **error)
{
	g_autofree char *left = say(home, bytes, files);

	return td_fail(error, TD_ERROR_AGAIN, "disk nearly full: %s", left);
}

gboolean
td_space_need(TdStore *store, guint64 wanted, GError **error)
{
	guint64 need = wanted / MIB + RESERVE_MIB + 1;
	guint64 bytes;
	guint64 files;

	g_atomic_int_set(&needed_mib, 0);
	if (td_space_has(store, wanted))
		return TRUE;
	g_atomic_int_set(&needed_mib, (gint)MIN(need, G_MAXINT));
	ask(store->home, &bytes, &files);
	if (files < RESERVE_FILES)
		return fail_spent(store->home, bytes, files, error);
	return td_fail(error, TD_ERROR_AGAIN,
	    "%" G_GUINT64_FORMAT " MiB must be free on the disk: "
	    "%" G_GUINT64_FORMAT " MiB free in %s",
	    need, bytes / MIB, store->home);
}

gboolean
td_space_check(TdStore *store, GError **error)
{
	gint64 now = g_get_monotonic_time();
	guint64 bytes;
	guint64 files;

	if (store->home == NULL)
		return TRUE;
	g_mutex_lock(&store->mutex);
	/* A full disk is looked at each time: it may have room again. */
	if (is_spent(store->bytes_free, store->files_free) ||
	    now - store->space_checked >= G_TIME_SPAN_SECOND) {
		store->space_checked = now;
		ask(store->home, &store->bytes_free, &store->files_free);
	}
	bytes = store->bytes_free;
	files = store->files_free;
	g_mutex_unlock(&store->mutex);
	return !is_spent(bytes, files) ||
	    fail_spent(store->home, bytes, files, error);
}

void
td_space_blame(TdStore *store, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autofree char *left = NULL;
	guint64 bytes;
	guint64 files;

	if (error == NULL || store->home == NULL ||
	    !g_error_matches(*error, TD_ERROR, TD_ERROR_BROKEN))
		return;
	ask(store->home, &bytes, &files);
	if (!is_spent(bytes, files) &&
	    strstr((*error)->message, g_strerror(ENOSPC)) == NULL)
		return;
	left = say(store->home, bytes, files);
	problem = g_steal_pointer(error);
	td_fail(error, TD_ERROR_AGAIN,
	    "the store cannot be opened on a full disk: %s (%s)", left,
	    problem->message);
}
