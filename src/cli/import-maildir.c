/* import-maildir.c - a mailbox that is a directory (Maildir)
 *
 * Links are not followed: who may write into a mailbox shall not have us read
 * other files. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/transfer.h"

typedef struct {
	char *name;   /* "cur/1234.M1.host:2,S" */
	guint64 time; /* that its name begins with; 0 */
	guint64 size;
} Entry;

static void
entry_free(Entry *entry)
{
	g_free(entry->name);
	g_free(entry);
}

static gint
compare(gconstpointer a, gconstpointer b)
{
	const Entry *one = *(const Entry *const *)a;
	const Entry *two = *(const Entry *const *)b;
	const char *first = strchr(one->name, '/');
	const char *second = strchr(two->name, '/');

	if (one->time != two->time)
		return one->time < two->time ? -1 : 1;
	return strcmp(first == NULL ? one->name : first,
	    second == NULL ? two->name : second);
}

static int
open_folder(const char *path, const char *name)
{
	g_autofree char *whole = name == NULL
	    ? g_strdup(path)
	    : g_build_filename(path, name, NULL);

	return open(whole,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC |
	        (name == NULL ? 0 : O_NOFOLLOW));
}

static gboolean
has_folder(const char *path, const char *name)
{
	int fd = open_folder(path, name);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

gboolean
td_maildir_is(const char *path)
{
	return has_folder(path, "cur") && has_folder(path, "new");
}

static void
add_entries(const char *path, const char *folder, GPtrArray *entries)
{
	g_autofree char *whole = g_build_filename(path, folder, NULL);
	g_autoptr(GDir) directory = g_dir_open(whole, 0, NULL);
	const char *name;

	while (
	    directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *file = g_build_filename(whole, name, NULL);
		struct stat status;
		Entry *entry;

		if (*name == '.' || lstat(file, &status) != 0 ||
		    !S_ISREG(status.st_mode))
			continue;
		entry = g_new0(Entry, 1);
		entry->name = g_build_filename(folder, name, NULL);
		entry->time = g_ascii_strtoull(name, NULL, 10);
		entry->size = (guint64)status.st_size;
		g_ptr_array_add(entries, entry);
	}
}

/* In order of delivery, as far as names tell; of Entry, the caller's. */
static GPtrArray *
list_mails(const char *path)
{
	GPtrArray *entries = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)entry_free);

	add_entries(path, "cur", entries);
	add_entries(path, "new", entries);
	g_ptr_array_sort(entries, compare);
	return entries;
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Folders inside it (Maildir++: ".Sent"), of char *, the caller's. */
static GPtrArray *
list_folders(const char *path)
{
	GPtrArray *folders = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name;

	while (
	    directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *folder = g_build_filename(path, name, NULL);

		if (*name == '.' && has_folder(path, name) &&
		    td_maildir_is(folder))
			g_ptr_array_add(folders, g_steal_pointer(&folder));
	}
	g_ptr_array_sort(folders, compare_names);
	return folders;
}

guint64
td_maildir_size(const char *path, gboolean subfolders)
{
	g_autoptr(GPtrArray) entries = list_mails(path);
	g_autoptr(GPtrArray) folders = subfolders ? list_folders(path) : NULL;
	guint64 size = 0;

	for (guint i = 0; i < entries->len; i++)
		size += ((Entry *)g_ptr_array_index(entries, i))->size;
	for (guint i = 0; folders != NULL && i < folders->len; i++)
		size += td_maildir_size(g_ptr_array_index(folders, i), FALSE);
	return size;
}

/* ---- reading ---- */

/* At most @most bytes; NULL with errno. */
static GBytes *
read_file(const char *path, guint64 most, gint64 *changed)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	guint8 buffer[64 * 1024];
	struct stat status;
	ssize_t got = -1;
	int errnum;

	if (fd < 0)
		return NULL;
	errno = EINVAL;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
		*changed = (gint64)status.st_mtime;
		while ((got = read(fd, buffer, sizeof(buffer))) > 0) {
			g_byte_array_append(bytes, buffer, (guint)got);
			errno = EFBIG;
			if (bytes->len > most) {
				got = -1;
				break;
			}
		}
	}
	errnum = errno;
	close(fd);
	errno = errnum;
	return got < 0 ? NULL
	               : g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}

static gboolean
take_mail(TdImport *import, TdMailBatch *batch, const char *path,
    const Entry *entry, GError **error)
{
	guint64 most = td_client_conf(import->client)->max_message_size;
	g_autofree char *file = g_build_filename(path, entry->name, NULL);
	gint64 changed = 0;
	GBytes *raw = read_file(file, most, &changed);

	if (raw != NULL && g_bytes_get_size(raw) > 0)
		return td_mail_batch_add(batch, raw,
		    entry->time != 0 ? (gint64)entry->time : changed,
		    g_steal_pointer(&file), entry->size, error);
	td_import_progress(import, entry->size);
	if (raw != NULL)
		td_import_refuse(import, file, "it is empty");
	else if (errno == EFBIG)
		td_import_refuse(import, file,
		    "it has %" G_GUINT64_FORMAT
		    " bytes, more than max-message-size (%" G_GUINT64_FORMAT
		    ")",
		    entry->size, most);
	else if (errno == ENOENT)
		td_import_refuse(import, file,
		    "it is gone: somebody uses this mailbox; try again");
	else
		td_import_refuse(
		    import, file, "cannot be read: %s", g_strerror(errno));
	g_clear_pointer(&raw, g_bytes_unref);
	return TRUE;
}

gboolean
td_import_maildir(TdImport *import, TdMailBatch *batch, const char *path,
    gboolean subfolders, GError **error)
{
	g_autoptr(GPtrArray) entries = list_mails(path);
	g_autoptr(GPtrArray) folders = subfolders ? list_folders(path) : NULL;

	for (guint i = 0; i < entries->len && !td_interrupted(); i++)
		if (!take_mail(import, batch, path,
		        g_ptr_array_index(entries, i), error))
			return FALSE;
	for (guint i = 0; folders != NULL && i < folders->len; i++)
		if (!td_import_maildir(import, batch,
		        g_ptr_array_index(folders, i), FALSE, error))
			return FALSE;
	return TRUE;
}
