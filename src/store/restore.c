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

/* ---- folders ---- */

static gboolean
give(const TdRestore *restore, int fd)
{
	if (restore->uid < 0)
		return TRUE;
	return fchown(fd, (uid_t)restore->uid, (gid_t)restore->gid) == 0;
}

/* Whoever owns the folder above may have put something in its place. */
static gboolean
check_new(int fd, const char *name, GError **error)
{
	struct stat status;

	if (fstat(fd, &status) != 0)
		return td_restore_fail(error, "look at", name);
	return (status.st_uid == geteuid() && (status.st_mode & 077) == 0) ||
	    td_fail(error, TD_ERROR_DENIED,
	        "the folder %s was changed for another one while it was made",
	        name);
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
	else if (!check_new(fd, name, error)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* ---- copying ---- */

/* Both are of the store in the making. */
typedef struct {
	int db;
	int log;
} Folders;

static gboolean
copy_file(TdRestore *restore, TdRestoreCopy *copy, const TdBackupFile *file,
    const Folders *folders, GError **error)
{
	int at = g_str_has_prefix(file->name, "db/") ? folders->db
	                                             : folders->log;
	int to = openat(at, strchr(file->name, '/') + 1,
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
copy_files(TdRestore *restore, TdRestoreCopy *copy, const Folders *folders,
    GError **error)
{
	const GPtrArray *files = copy->manifest->files;

	for (guint i = 0; i < files->len; i++)
		if (!copy_file(restore, copy, g_ptr_array_index(files, i),
		        folders, error))
			return FALSE;
	return TRUE;
}

/* The files in it are flushed already. */
static gboolean
finish_folder(TdRestore *restore, int fd, const char *name, GError **error)
{
	return (fsync(fd) == 0 && give(restore, fd)) ||
	    td_restore_fail(error, "finish", name);
}

static gboolean
copy_all(TdRestore *restore, TdRestoreCopy *copy, int at, GError **error)
{
	Folders folders = { .db = make_directory(at, "db", error), .log = -1 };
	gboolean ok;

	if (folders.db < 0)
		return FALSE;
	folders.log = make_directory(at, "log", error);
	ok = folders.log >= 0 && copy_files(restore, copy, &folders, error) &&
	    finish_folder(restore, folders.db, "db", error) &&
	    finish_folder(restore, folders.log, "log", error);
	close(folders.db);
	if (folders.log >= 0)
		close(folders.log);
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
	if (!copy_all(restore, copy, at, error) ||
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
	    restore->home, TD_RESTORING_LOCK, TRUE, 0, error);
	if (restore->making < 0)
		return FALSE;
	if (!give(restore, restore->making))
		return td_restore_fail(error, "give away", TD_RESTORING_LOCK);
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
	if (restore->making >= 0) {
		td_tree_remove(restore->home_fd, FOLDER);
		unlinkat(restore->home_fd, TD_RESTORING_LOCK, 0);
		close(restore->making);
	}
	if (restore->lock >= 0)
		close(restore->lock);
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
		    ? g_strconcat(TD_REPLACED, time, NULL)
		    : g_strdup_printf(TD_REPLACED "%s-%u", time, count);
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

/* Recovery made files, and removed some. */
static gboolean
flush_folder(int at, const char *name, GError **error)
{
	int fd = td_tree_open(at, name);
	gboolean ok = fd >= 0 && td_tree_flush(fd);

	if (!ok)
		td_restore_fail(error, "flush", name);
	if (fd >= 0)
		close(fd);
	return ok;
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
	ok = flush_folder(from, "db", error) &&
	    flush_folder(from, "log", error) && move(from, "db", home, error) &&
	    move(from, "log", home, error) &&
	    sync_moves(restore, from, error) &&
	    move(from, "lock", home, error) && sync_moves(restore, from, error);
	close(from);
	return ok;
}

/* A store whose lock we do not have may be open. */
static gboolean
check_lock(const TdRestore *restore, GError **error)
{
	struct stat there;
	struct stat held;

	if (fstatat(restore->home_fd, "lock", &there, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ||
		    td_restore_fail(error, "look for", "lock");
	return (restore->lock >= 0 && fstat(restore->lock, &held) == 0 &&
	           held.st_dev == there.st_dev &&
	           held.st_ino == there.st_ino) ||
	    td_fail(error, TD_ERROR_REFUSED,
	        "a store was made in %s meanwhile, and stays; begin anew",
	        restore->home);
}

gboolean
td_restore_publish(TdRestore *restore, TdRestored *restored, GError **error)
{
	int home = restore->home_fd;
	gboolean ok;
	int aside;

	if (!check_lock(restore, error))
		return FALSE;
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
