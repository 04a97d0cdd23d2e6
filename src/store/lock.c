/* lock.c - one owner of a store at a time
 *
 * An open file description lock (F_OFD_SETLK): unlike a POSIX record lock it
 * does not vanish when something else in this process opens and closes the
 * file, and the kernel drops it when the process dies. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ticketd/error.h>

#include "store/store-private.h"

#define POLL_MS 20u

/* One that was killed before it gave its lock to the owner of the store left it
 * behind. */
static gboolean
fail_left_over(GError **error, const char *path)
{
	struct stat status;

	if (lstat(path, &status) != 0 || status.st_uid == geteuid())
		return FALSE;
	td_fail(error, TD_ERROR_DENIED,
	    "%s belongs to user %u: a ticket restore or ticket init of his is "
	    "at work, or was killed; if none is, remove that file",
	    path, (guint)status.st_uid);
	return TRUE;
}

static gboolean
fail(GError **error, const char *home, const char *name, int errnum)
{
	g_autofree char *path = g_build_filename(home, name, NULL);
	TdError code = TD_ERROR_AGAIN;

	if (errnum == EACCES && strcmp(name, TD_RESTORING_LOCK) == 0 &&
	    fail_left_over(error, path))
		return FALSE;
	if (errnum == EACCES || errnum == EPERM || errnum == EROFS)
		code = TD_ERROR_DENIED;
	else if (errnum == ENOENT)
		code = TD_ERROR_NO_STORE;
	return td_fail(error, code, "%s: %s", path, g_strerror(errnum));
}

static gboolean
try_lock(int fd)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int rc;

	do {
		rc = fcntl(fd, F_OFD_SETLK, &whole);
	} while (rc != 0 && errno == EINTR);
	return rc == 0;
}

/* For the message of whoever finds the lock taken.  A disk too full for it
 * is no reason to stop. */
static void
write_pid(int fd)
{
	g_autofree char *pid = g_strdup_printf("%ld\n", (long)getpid());

	if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, strlen(pid), 0) < 0)
		errno = 0;
}

static gboolean
fail_taken(GError **error, const char *home, int fd)
{
	char text[24] = "";
	ssize_t size = pread(fd, text, sizeof(text) - 1, 0);
	long pid = size > 0 ? strtol(text, NULL, 10) : 0;

	if (pid <= 0)
		return td_fail(
		    error, TD_ERROR_AGAIN, "the store in %s is in use", home);
	return td_fail(error, TD_ERROR_AGAIN,
	    "the store in %s is in use by process %ld", home, pid);
}

/* Root must not be led elsewhere by the owner of the store. */
static int
open_lock(const char *path, gboolean create)
{
	return open(path,
	    O_RDWR | O_CLOEXEC | O_NOFOLLOW | (create ? O_CREAT : 0), 0600);
}

/* Whether @path still is what was opened. */
static gboolean
is_at(int fd, const char *path)
{
	struct stat opened;
	struct stat there;

	return fstat(fd, &opened) == 0 && stat(path, &there) == 0 &&
	    opened.st_dev == there.st_dev && opened.st_ino == there.st_ino;
}

int
td_lock_take(const char *home, const char *name, gboolean create, guint wait_ms,
    GError **error)
{
	g_autofree char *path = g_build_filename(home, name, NULL);
	guint waited_ms = 0;
	int fd = open_lock(path, create);

	if (fd < 0) {
		fail(error, home, name, errno);
		return -1;
	}
	while (!try_lock(fd)) {
		int errnum = errno;

		if (errnum != EAGAIN && errnum != EACCES)
			fail(error, home, name, errnum);
		else if (waited_ms >= wait_ms)
			fail_taken(error, home, fd);
		else {
			g_usleep(POLL_MS * 1000);
			waited_ms += POLL_MS;
			continue;
		}
		close(fd);
		return -1;
	}
	/* A store that was put in the place of another has another file. */
	if (!is_at(fd, path)) {
		close(fd);
		return td_lock_take(home, name, create, wait_ms, error);
	}
	write_pid(fd);
	return fd;
}
