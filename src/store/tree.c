/* tree.c - folders that are removed with all that is in them */

#include "config.h"

#include <dirent.h>
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

/* What cannot be removed shows when its name is wanted. */
static void
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
	unlinkat(at, name, AT_REMOVEDIR);
}

void
td_tree_remove(int at, const char *name)
{
	remove_below(at, name, DEPTH);
}
