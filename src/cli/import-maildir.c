/* import-maildir.c - a mailbox that is a directory (Maildir)
 *
 * Links are not followed: who may write into a mailbox shall not have us read
 * other files.  So its folders are opened once, and all else is done by their
 * descriptors: whatever their names stand for meanwhile, it is these. */

#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/transfer.h"

typedef struct {
	guint place;  /* of places */
	char *name;   /* "1234.M1.host:2,S" */
	guint64 time; /* that it begins with; 0 */
	guint64 size;
} Entry;

/* The places in a Maildir where mail is. */
static const char *const places[] = { "cur", "new" };

typedef struct {
	int fds[G_N_ELEMENTS(places)]; /* -1: it is not there */
	GPtrArray *entries;            /* of Entry, in order of delivery */
} Maildir;

static void
entry_free(Entry *entry)
{
	g_free(entry->name);
	g_free(entry);
}

static void
maildir_clear(Maildir *maildir)
{
	for (guint i = 0; i < G_N_ELEMENTS(places); i++)
		if (maildir->fds[i] >= 0)
			close(maildir->fds[i]);
	g_clear_pointer(&maildir->entries, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Maildir, maildir_clear)

static gint
compare(gconstpointer a, gconstpointer b)
{
	const Entry *one = *(const Entry *const *)a;
	const Entry *two = *(const Entry *const *)b;

	if (one->time != two->time)
		return one->time < two->time ? -1 : 1;
	return strcmp(one->name, two->name);
}

/* The mailbox that the command line names may be a link. */
static int
open_mailbox(int directory, const char *name)
{
	return openat(directory, name,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC |
	        (directory == AT_FDCWD ? 0 : O_NOFOLLOW));
}

static int
open_folder(int mailbox, const char *name)
{
	return openat(
	    mailbox, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

static gboolean
is_mailbox(int mailbox)
{
	gboolean all = mailbox >= 0;

	for (guint i = 0; all && i < G_N_ELEMENTS(places); i++) {
		int fd = open_folder(mailbox, places[i]);

		all = fd >= 0;
		if (all)
			close(fd);
	}
	return all;
}

gboolean
td_maildir_is(const char *path)
{
	int fd = open_mailbox(AT_FDCWD, path);
	gboolean is = is_mailbox(fd);

	if (fd >= 0)
		close(fd);
	return is;
}

/* The folder once more, to be read; NULL if it cannot be. */
static DIR *
list(int fd)
{
	int own = fd < 0 ? -1 : open_folder(fd, ".");
	DIR *directory = own < 0 ? NULL : fdopendir(own);

	if (directory == NULL && own >= 0)
		close(own);
	return directory;
}

static void
add_entries(Maildir *maildir, guint place)
{
	DIR *directory = list(maildir->fds[place]);
	const struct dirent *next;

	while (directory != NULL && (next = readdir(directory)) != NULL) {
		struct stat status;
		Entry *entry;

		if (*next->d_name == '.' ||
		    fstatat(maildir->fds[place], next->d_name, &status,
		        AT_SYMLINK_NOFOLLOW) != 0 ||
		    !S_ISREG(status.st_mode))
			continue;
		entry = g_new0(Entry, 1);
		entry->place = place;
		entry->name = g_strdup(next->d_name);
		entry->time = g_ascii_strtoull(next->d_name, NULL, 10);
		entry->size = (guint64)status.st_size;
		g_ptr_array_add(maildir->entries, entry);
	}
	if (directory != NULL)
		closedir(directory);
}

/* In order of delivery, as far as names tell. */
static void
open_maildir(Maildir *maildir, int mailbox)
{
	maildir->entries = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)entry_free);
	for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
		maildir->fds[i] = open_folder(mailbox, places[i]);
		add_entries(maildir, i);
	}
	g_ptr_array_sort(maildir->entries, compare);
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names of the folders inside it (Maildir++: ".Sent"), of char *, the
 * caller's. */
static GPtrArray *
list_folders(int mailbox)
{
	GPtrArray *folders = g_ptr_array_new_with_free_func(g_free);
	DIR *directory = list(mailbox);
	const struct dirent *next;

	while (directory != NULL && (next = readdir(directory)) != NULL) {
		int fd;

		if (*next->d_name != '.' || g_str_equal(next->d_name, ".") ||
		    g_str_equal(next->d_name, ".."))
			continue;
		fd = open_mailbox(mailbox, next->d_name);
		if (is_mailbox(fd))
			g_ptr_array_add(folders, g_strdup(next->d_name));
		if (fd >= 0)
			close(fd);
	}
	if (directory != NULL)
		closedir(directory);
	g_ptr_array_sort(folders, compare_names);
	return folders;
}

static guint64
size_of(int mailbox, gboolean subfolders)
{
	g_autoptr(GPtrArray) folders = subfolders ? list_folders(mailbox)
	                                          : NULL;
	g_auto(Maildir) maildir = { 0 };
	guint64 size = 0;

	open_maildir(&maildir, mailbox);
	for (guint i = 0; i < maildir.entries->len; i++)
		size += ((Entry *)g_ptr_array_index(maildir.entries, i))->size;
	for (guint i = 0; folders != NULL && i < folders->len; i++) {
		int fd = open_mailbox(mailbox, g_ptr_array_index(folders, i));

		if (fd >= 0) {
			size += size_of(fd, FALSE);
			close(fd);
		}
	}
	return size;
}

guint64
td_maildir_size(const char *path, gboolean subfolders)
{
	int mailbox = open_mailbox(AT_FDCWD, path);
	guint64 size = 0;

	if (mailbox >= 0) {
		size = size_of(mailbox, subfolders);
		close(mailbox);
	}
	return size;
}

/* ---- reading ---- */

/* At most @most bytes; NULL with errno. */
static GBytes *
read_file(int folder, const char *name, guint64 most, gint64 *changed)
{
	int fd = openat(
	    folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
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
take_mail(TdImport *import, TdMailBatch *batch, const char *path, int folder,
    const Entry *entry, GError **error)
{
	guint64 most = td_client_conf(import->client)->max_message_size;
	g_autofree char *file = g_build_filename(
	    path, places[entry->place], entry->name, NULL);
	gint64 changed = 0;
	GBytes *raw = read_file(folder, entry->name, most, &changed);

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

/* @path is what it is called. */
static gboolean
import_mails(TdImport *import, TdMailBatch *batch, int mailbox,
    const char *path, GError **error)
{
	g_auto(Maildir) maildir = { 0 };

	open_maildir(&maildir, mailbox);
	for (guint i = 0; i < maildir.entries->len && !td_interrupted(); i++) {
		const Entry *entry = g_ptr_array_index(maildir.entries, i);

		if (!take_mail(import, batch, path, maildir.fds[entry->place],
		        entry, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
import_folders(TdImport *import, TdMailBatch *batch, int mailbox,
    const char *path, GError **error)
{
	g_autoptr(GPtrArray) folders = list_folders(mailbox);
	gboolean well = TRUE;

	for (guint i = 0; well && i < folders->len; i++) {
		const char *name = g_ptr_array_index(folders, i);
		g_autofree char *whole = g_build_filename(path, name, NULL);
		int fd = open_mailbox(mailbox, name);

		if (fd < 0) {
			td_import_refuse(import, whole, "cannot be read: %s",
			    g_strerror(errno));
			continue;
		}
		well = import_mails(import, batch, fd, whole, error);
		close(fd);
	}
	return well;
}

gboolean
td_import_maildir(TdImport *import, TdMailBatch *batch, const char *path,
    gboolean subfolders, GError **error)
{
	int mailbox = open_mailbox(AT_FDCWD, path);
	gboolean well;

	if (mailbox < 0) {
		td_import_refuse(
		    import, path, "cannot be read: %s", g_strerror(errno));
		return TRUE;
	}
	well = import_mails(import, batch, mailbox, path, error) &&
	    (!subfolders ||
	        import_folders(import, batch, mailbox, path, error));
	close(mailbox);
	return well;
}
