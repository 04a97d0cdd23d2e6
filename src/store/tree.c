/* tree.c - folders that are flushed, or removed, with all that is in them */

#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "store/store-private.h"

/* None of ours is as deep. */
#define DEPTH 4

int
td_tree_open(int at, const char *name)
{
	return openat(
	    at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* ---- flushing ---- */

static gboolean
flush_file(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	gboolean ok = fd >= 0 && fsync(fd) == 0;
	int errnum = errno;

	if (fd >= 0)
		close(fd);
	errno = errnum;
	return ok;
}

gboolean
td_tree_flush(int fd)
{
	int again = td_tree_open(fd, ".");
	DIR *directory = again < 0 ? NULL : fdopendir(again);
	const struct dirent *entry;
	gboolean ok = directory != NULL;
	int errnum;

	if (directory == NULL && again >= 0)
		close(again);
	while (ok && (entry = readdir(directory)) != NULL)
		if (!g_str_equal(entry->d_name, ".") &&
		    !g_str_equal(entry->d_name, ".."))
			ok = flush_file(fd, entry->d_name);
	errnum = errno;
	if (directory != NULL)
		closedir(directory);
	errno = errnum;
	return ok && fsync(fd) == 0;
}

/* ---- removing ---- */

/* FALSE: it is still there. */
static gboolean
remove_below(int at, const char *name, guint depth)
{
	int fd = depth == 0 ? -1 : td_tree_open(at, name);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (directory == NULL && fd >= 0)
		close(fd);
	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		if (g_str_equal(entry->d_name, ".") ||
		    g_str_equal(entry->d_name, ".."))
			continue;
		if (unlinkat(fd, entry->d_name, 0) != 0)
			remove_below(fd, entry->d_name, depth - 1);
	}
	if (directory != NULL)
		closedir(directory);
	return unlinkat(at, name, AT_REMOVEDIR) == 0 || errno == ENOENT;
}

gboolean
td_tree_remove(int at, const char *name)
{
	return remove_below(at, name, DEPTH);
}
