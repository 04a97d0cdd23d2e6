/* backup-list.c - a directory of backups: which there are, and which go */

#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "store/backup-folder.h"

#define REMOVED ".removed-"
#define TIME_LENGTH strlen("2026-11-22T101500Z")
/* Of the number behind the time. */
#define DIGITS_MAX 9u

/* ---- names ---- */

/* "2026-11-22T101500Z", and "-2" behind it. */
static gboolean
is_backup_name(const char *name)
{
	static const char form[] = "dddd-dd-ddTddddddZ";
	gsize digits;

	for (gsize i = 0; form[i] != '\0'; i++, name++)
		if (form[i] == 'd' ? !g_ascii_isdigit(*name) : *name != form[i])
			return FALSE;
	if (*name == '\0')
		return TRUE;
	digits = strspn(name + 1, "0123456789");
	return *name == '-' && digits >= 1 && digits <= DIGITS_MAX &&
	    name[1 + digits] == '\0';
}

/* What may be beside them. */
static gboolean
is_harmless(const char *name)
{
	return g_str_equal(name, ".") || g_str_equal(name, "..") ||
	    g_str_equal(name, TD_FOLDER_PARTIAL) ||
	    g_str_has_prefix(name, REMOVED) || g_str_equal(name, "lost+found");
}

/* Of the same second, "-10" comes behind "-9". */
static int
compare_names(gconstpointer a, gconstpointer b)
{
	const char *first = *(const char *const *)a;
	const char *second = *(const char *const *)b;
	gsize first_length = strlen(first);
	gsize second_length = strlen(second);
	int seconds = strncmp(first, second, TIME_LENGTH);

	if (seconds != 0)
		return seconds;
	if (first_length != second_length)
		return first_length < second_length ? -1 : 1;
	return strcmp(first, second);
}

/* Names of backups, the oldest first; *@other, which may be NULL, is a name
 * that is none. */
static GPtrArray *
list_names(const char *path, char **other)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	DIR *directory = opendir(path);
	const struct dirent *entry;

	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		if (is_backup_name(entry->d_name))
			g_ptr_array_add(names, g_strdup(entry->d_name));
		else if (!is_harmless(entry->d_name) && other != NULL &&
		    *other == NULL)
			*other = g_strdup(entry->d_name);
	}
	if (directory != NULL)
		closedir(directory);
	g_ptr_array_sort(names, compare_names);
	return names;
}

/* The newest one is the last by name, whatever the clock did. */
char *
td_folder_name(const TdBackupFolder *folder, gint64 begun)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(begun);
	g_autofree char *time = g_date_time_format(date, TD_FOLDER_TIME);
	g_autoptr(GPtrArray) names = list_names(folder->path, NULL);
	const char *last;
	guint64 number = 1;

	if (names->len == 0)
		return g_steal_pointer(&time);
	last = g_ptr_array_index(names, names->len - 1);
	if (compare_names(&time, &last) > 0)
		return g_steal_pointer(&time);
	if (last[TIME_LENGTH] != '\0')
		number = g_ascii_strtoull(last + TIME_LENGTH + 1, NULL, 10);
	return g_strdup_printf(
	    "%.*s-%" G_GUINT64_FORMAT, (int)TIME_LENGTH, last, number + 1);
}

char *
td_backup_newest(const char *path)
{
	g_autofree char *manifest = g_build_filename(
	    path, TD_MANIFEST_NAME, NULL);
	g_autoptr(GPtrArray) names = NULL;

	if (g_file_test(manifest, G_FILE_TEST_EXISTS))
		return g_strdup(path);
	names = list_names(path, NULL);
	if (names->len == 0)
		return NULL;
	return g_build_filename(
	    path, g_ptr_array_index(names, names->len - 1), NULL);
}

/* ---- opening ---- */

static gboolean
check_content(const char *path, GError **error)
{
	g_autofree char *other = NULL;
	g_autofree char *safe = NULL;
	g_autoptr(GPtrArray) names = list_names(path, &other);

	if (other == NULL)
		return TRUE;
	safe = td_text_printable(other, 80);
	return td_fail(error, TD_ERROR_REFUSED,
	    "there is something else than backups in %s: %s; name a directory "
	    "that is empty, or not there",
	    path, safe);
}

/* What could not be removed whole, or was not when somebody was killed. */
static void
remove_leftovers(TdBackupFolder *folder)
{
	DIR *directory = opendir(folder->path);
	const struct dirent *entry;

	while (directory != NULL && (entry = readdir(directory)) != NULL)
		if (g_str_has_prefix(entry->d_name, REMOVED) &&
		    is_backup_name(entry->d_name + strlen(REMOVED)))
			td_tree_remove(folder->fd, entry->d_name);
	if (directory != NULL)
		closedir(directory);
}

TdBackupFolder *
td_backup_folder_open(const char *path, GError **error)
{
	g_autoptr(TdBackupFolder) folder = g_new0(TdBackupFolder, 1);

	folder->fd = folder->backup = folder->fd_file = -1;
	folder->path = g_canonicalize_filename(path, NULL);
	if (mkdir(folder->path, 0700) != 0 && errno != EEXIST) {
		td_folder_fail(error, "make", folder->path);
		return NULL;
	}
	folder->fd = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder->fd < 0) {
		td_folder_fail(error, "open", folder->path);
		return NULL;
	}
	if (flock(folder->fd, LOCK_EX | LOCK_NB) != 0) {
		td_fail(error, TD_ERROR_AGAIN,
		    "another backup is being written to %s", folder->path);
		return NULL;
	}
	if (!check_content(folder->path, error))
		return NULL;
	remove_leftovers(folder);
	return g_steal_pointer(&folder);
}

/* ---- removing ---- */

/* Under another name first: what is half removed is no backup. */
static gboolean
remove_backup(TdBackupFolder *folder, const char *name, GError **error)
{
	g_autofree char *removed = g_strconcat(REMOVED, name, NULL);

	td_tree_remove(folder->fd, removed);
	if (renameat(folder->fd, name, folder->fd, removed) != 0)
		return td_folder_fail(error, "remove", name);
	return td_tree_remove(folder->fd, removed) ||
	    td_folder_fail(error, "remove", removed);
}

gboolean
td_backup_folder_prune(
    TdBackupFolder *folder, guint keep, guint *removed, GError **error)
{
	g_autoptr(GPtrArray) names = list_names(folder->path, NULL);
	guint count = 0;

	for (; names->len - count > keep; count++)
		if (!remove_backup(
		        folder, g_ptr_array_index(names, count), error))
			return FALSE;
	*removed = count;
	return TRUE;
}
