/* restore.c - copying a backup to where it becomes a store, and putting that in
 * place
 *
 *   HOME/restoring/        the store in the making: db/, log/, lock
 *   HOME/restoring.lock    held meanwhile
 *   HOME/replaced-TIME/    what was in its place
 *
 * It is made below HOME, for the owner of a store may write nowhere else, and
 * HOME may be a file system of its own.  What makes a store of a directory is
 * the file "lock", which goes first and comes last. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "store/restore.h"

#define FOLDER "restoring"
#define FOLDER_LOCK "restoring.lock"

/* ---- folders ---- */

static gboolean
give(const TdRestore *restore, int fd)
{
	if (restore->uid < 0)
		return TRUE;
	return fchown(fd, (uid_t)restore->uid, (gid_t)restore->gid) == 0;
}

/* A new folder, that nobody else can get into yet. */
static int
make_directory(int at, const char *name, GError **error)
{
	int fd;

	if (mkdirat(at, name, 0700) != 0) {
		td_restore_fail(error, "make", name);
		return -1;
	}
	fd = td_tree_open(at, name);
	if (fd < 0)
		td_restore_fail(error, "open", name);
	return fd;
}

/* ---- copying ---- */

/* @at is the folder of the store in the making. */
static gboolean
copy_file(TdRestore *restore, TdRestoreCopy *copy, const TdBackupFile *file,
    int at, GError **error)
{
	int to = openat(at, file->name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	gboolean ok;

	if (to < 0)
		return td_restore_fail(error, "make", file->name);
	ok = td_restore_read(copy, file, to, error);
	if (ok && (fsync(to) != 0 || !give(restore, to)))
		ok = td_restore_fail(error, "finish", file->name);
	close(to);
	return ok;
}

static gboolean
copy_files(TdRestore *restore, TdRestoreCopy *copy, int at, GError **error)
{
	const GPtrArray *files = copy->manifest->files;

	for (guint i = 0; i < files->len; i++)
		if (!copy_file(
		        restore, copy, g_ptr_array_index(files, i), at, error))
			return FALSE;
	return TRUE;
}

/* Makes the folder @name with nothing in it, to be given away. */
static gboolean
make_and_give(TdRestore *restore, int at, const char *name, GError **error)
{
	int fd = make_directory(at, name, error);
	gboolean ok = fd >= 0;

	if (ok && (fsync(fd) != 0 || !give(restore, fd)))
		ok = td_restore_fail(error, "give away", name);
	if (fd >= 0)
		close(fd);
	return ok;
}

static gboolean
make_lock(TdRestore *restore, int at, GError **error)
{
	int fd = openat(at, "lock",
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	gboolean ok;

	if (fd < 0)
		return td_restore_fail(error, "make", "lock");
	ok = (fsync(fd) == 0 && give(restore, fd)) ||
	    td_restore_fail(error, "finish", "lock");
	close(fd);
	return ok;
}

static gboolean
fill(TdRestore *restore, TdRestoreCopy *copy, int at, GError **error)
{

	if (!make_and_give(restore, at, "db", error) ||
	    !make_and_give(restore, at, "log", error) ||
	    !copy_files(restore, copy, at, error) ||
	    !make_lock(restore, at, error))
		return FALSE;
	/* Only now somebody else can get into it. */
	return (fsync(at) == 0 && give(restore, at)) ||
	    td_restore_fail(error, "finish", restore->folder);
}

/* ---- beginning ---- */

static gboolean
lock_home(TdRestore *restore, gboolean replace, GError **error)
{
	g_autofree char *lock = g_build_filename(restore->home, "lock", NULL);

	restore->making = td_lock_take(
	    restore->home, FOLDER_LOCK, TRUE, 0, error);
	if (restore->making < 0)
		return FALSE;
	if (!give(restore, restore->making))
		return td_restore_fail(error, "give away", FOLDER_LOCK);
	if (access(lock, F_OK) != 0)
		return errno == ENOENT ||
		    td_restore_fail(error, "look for", lock);
	if (!replace)
		return td_fail(error, TD_ERROR_REFUSED,
		    "there is a store in %s already; with --replace it is "
		    "moved aside",
		    restore->home);
	restore->lock = td_lock_take(restore->home, "lock", FALSE, 0, error);
	if (restore->lock < 0)
		g_prefix_error(error, "stop ticketd first: ");
	return restore->lock >= 0;
}

TdRestore *
td_restore_new(const TdManifest *manifest, const char *directory,
    const char *home, gboolean replace, gint64 uid, gint64 gid,
    TdRestoreProgress progress, gpointer data, GError **error)
{
	g_autoptr(TdRestore) restore = g_new0(TdRestore, 1);
	TdRestoreCopy copy = { manifest, directory, progress, data, "copying",
		0, 0 };
	gboolean ok;
	int at;

	restore->lock = restore->making = -1;
	restore->uid = uid;
	restore->gid = gid;
	restore->home = g_canonicalize_filename(home, NULL);
	restore->folder = g_build_filename(restore->home, FOLDER, NULL);
	restore->begun = manifest->begun;
	restore->until = manifest->until;
	restore->home_fd = open(
	    restore->home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (restore->home_fd < 0) {
		td_restore_fail(error, "open", restore->home);
		return NULL;
	}
	if (!td_restore_check(&copy, error) ||
	    !lock_home(restore, replace, error))
		return NULL;
	restore->locked = TRUE;
	td_tree_remove(restore->home_fd, FOLDER);
	at = make_directory(restore->home_fd, FOLDER, error);
	if (at < 0)
		return NULL;
	ok = fill(restore, &copy, at, error);
	close(at);
	return ok ? g_steal_pointer(&restore) : NULL;
}

void
td_restore_free(TdRestore *restore)
{
	if (restore == NULL)
		return;
	if (restore->locked) {
		td_tree_remove(restore->home_fd, FOLDER);
		unlinkat(restore->home_fd, FOLDER_LOCK, 0);
	}
	if (restore->lock >= 0)
		close(restore->lock);
	if (restore->making >= 0)
		close(restore->making);
	if (restore->home_fd >= 0)
		close(restore->home_fd);
	g_free(restore->home);
	g_free(restore->folder);
	g_free(restore);
}

/* ---- publishing ---- */

static gboolean
is_there(int at, const char *name)
{
	struct stat status;

	return fstatat(at, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

static gboolean
move(int from, const char *name, int to, GError **error)
{
	return renameat(from, name, to, name) == 0 ||
	    td_restore_fail(error, "move", name);
}

static gboolean
move_if_there(int from, const char *name, int to, GError **error)
{
	return !is_there(from, name) || move(from, name, to, error);
}

static gboolean
sync_moves(TdRestore *restore, int at, GError **error)
{
	return (fsync(at) == 0 && fsync(restore->home_fd) == 0) ||
	    td_restore_fail(error, "flush", restore->home);
}

/* A folder for what was there, by a name that is free. */
static int
make_aside(TdRestore *restore, gint64 now, char **path, GError **error)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(now);
	g_autofree char *time = g_date_time_format(date, "%Y-%m-%dT%H%M%SZ");
	guint count;

	for (count = 1; count < 100; count++) {
		g_autofree char *name = count == 1
		    ? g_strconcat("replaced-", time, NULL)
		    : g_strdup_printf("replaced-%s-%u", time, count);
		int fd;

		if (is_there(restore->home_fd, name))
			continue;
		fd = make_directory(restore->home_fd, name, error);
		if (fd >= 0)
			*path = g_build_filename(restore->home, name, NULL);
		return fd;
	}
	td_fail(error, TD_ERROR_AGAIN, "there are too many replaced stores");
	return -1;
}

/* The lock first: from then on there is no store. */
static gboolean
move_aside(TdRestore *restore, int aside, GError **error)
{
	int home = restore->home_fd;

	return move_if_there(home, "lock", aside, error) &&
	    sync_moves(restore, aside, error) &&
	    move_if_there(home, "db", aside, error) &&
	    move_if_there(home, "log", aside, error) &&
	    sync_moves(restore, aside, error);
}

/* The lock last. */
static gboolean
move_in(TdRestore *restore, GError **error)
{
	int home = restore->home_fd;
	int from = td_tree_open(home, FOLDER);
	gboolean ok;

	if (from < 0)
		return td_restore_fail(error, "open", restore->folder);
	ok = move(from, "db", home, error) && move(from, "log", home, error) &&
	    sync_moves(restore, from, error) &&
	    move(from, "lock", home, error) && sync_moves(restore, from, error);
	close(from);
	return ok;
}

gboolean
td_restore_publish(TdRestore *restore, TdRestored *restored, GError **error)
{
	int home = restore->home_fd;
	gboolean ok;
	int aside;

	if (!is_there(home, "lock") && !is_there(home, "db") &&
	    !is_there(home, "log"))
		return move_in(restore, error);
	aside = make_aside(restore, restored->now, &restored->replaced, error);
	if (aside < 0)
		return FALSE;
	ok = move_aside(restore, aside, error);
	close(aside);
	return ok && move_in(restore, error);
}
