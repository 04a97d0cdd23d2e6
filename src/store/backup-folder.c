/* backup-folder.c - see ticketd/backup.h: backups as files, for whoever wants
 * them, who need not be the owner of the store
 *
 * A backup is written under another name, and gets its own when all of it is on
 * disk.  Log is added in place: until the manifest is replaced, what is added
 * does not count. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ticketd/error.h>
#include <ticketd/io.h>

#include "store/backup-folder.h"

#define BLOCK (256u * 1024)

gboolean
td_folder_fail(GError **error, const char *doing, const char *path)
{
	int errnum = errno;
	TdError code = TD_ERROR_AGAIN;

	if (errnum == EACCES || errnum == EPERM || errnum == EROFS)
		code = TD_ERROR_DENIED;
	else if (errnum == ENOENT || errnum == ENOTDIR)
		code = TD_ERROR_REFUSED;
	return td_fail(
	    error, code, "cannot %s %s: %s", doing, path, g_strerror(errnum));
}

/* ---- beginning ---- */

/* As td_folder_fail(), of @name in the folder of the backups. */
static gboolean
fail_inside(const TdBackupFolder *folder, const char *doing, const char *name,
    GError **error)
{
	int errnum = errno;
	g_autofree char *path = g_build_filename(folder->path, name, NULL);

	errno = errnum;
	return td_folder_fail(error, doing, path);
}

static gboolean
make_directory(int at, const char *name, GError **error)
{
	return mkdirat(at, name, 0700) == 0 ||
	    td_folder_fail(error, "make", name);
}

gboolean
td_backup_folder_begin(
    TdBackupFolder *folder, TdManifest *manifest, GError **error)
{
	g_clear_pointer(&folder->manifest, td_manifest_free);
	folder->manifest = manifest;
	/* The lock says that nobody writes it any more. */
	td_tree_remove(folder->fd, TD_FOLDER_PARTIAL);
	folder->partial = TRUE;
	if (mkdirat(folder->fd, TD_FOLDER_PARTIAL, 0700) != 0)
		return fail_inside(folder, "make", TD_FOLDER_PARTIAL, error);
	folder->backup = td_tree_open(folder->fd, TD_FOLDER_PARTIAL);
	if (folder->backup < 0)
		return fail_inside(folder, "open", TD_FOLDER_PARTIAL, error);
	return make_directory(folder->backup, "db", error) &&
	    make_directory(folder->backup, "log", error);
}

gboolean
td_backup_folder_begin_addition(TdBackupFolder *folder, const char *backup,
    TdManifest *manifest, GError **error)
{
	g_clear_pointer(&folder->manifest, td_manifest_free);
	folder->manifest = manifest;
	folder->addition = TRUE;
	folder->name = g_path_get_basename(backup);
	folder->backup = td_tree_open(folder->fd, folder->name);
	return folder->backup >= 0 || td_folder_fail(error, "open", backup);
}

/* ---- files ---- */

/* Ends the file in hand: its size and digest go into the manifest. */
static gboolean
end_file(TdBackupFolder *folder, GError **error)
{
	g_autofree char *name = NULL;
	gboolean ok;

	if (folder->file == NULL)
		return TRUE;
	name = g_strdup(folder->file->name);
	g_free(folder->file->sha256);
	folder->file->sha256 = td_sha256_finish_hex(folder->sha256);
	folder->file = NULL;
	g_clear_pointer(&folder->sha256, td_sha256_free);
	ok = fsync(folder->fd_file) == 0;
	if (!ok)
		td_folder_fail(error, "flush", name);
	if (close(folder->fd_file) != 0 && ok)
		ok = td_folder_fail(error, "write", name);
	folder->fd_file = -1;
	folder->unflushed = 0;
	return ok;
}

static gboolean
fail_damaged(GError **error, const TdBackupFile *file)
{
	return td_fail(error, TD_ERROR_REFUSED,
	    "%s of the backup that is to be added to is damaged", file->name);
}

/* What is there already is read once more: it counts for the digest, and must
 * be what it was. */
static gboolean
read_again(TdBackupFolder *folder, TdBackupFile *file, GError **error)
{
	g_autoptr(TdSha256) former = td_sha256_new();
	g_autofree guint8 *bytes = g_malloc(BLOCK);
	g_autofree char *digest = NULL;
	guint64 left = file->size;

	while (left > 0) {
		ssize_t size = read(folder->fd_file, bytes, MIN(left, BLOCK));

		if (size < 0 && errno == EINTR)
			continue;
		if (size <= 0)
			return fail_damaged(error, file);
		td_sha256_update(former, bytes, (gsize)size);
		td_sha256_update(folder->sha256, bytes, (gsize)size);
		left -= (guint64)size;
	}
	digest = td_sha256_finish_hex(former);
	if (!g_str_equal(digest, file->sha256))
		return fail_damaged(error, file);
	/* What a former addition did not finish. */
	return ftruncate(folder->fd_file, (off_t)file->size) == 0 ||
	    td_folder_fail(error, "cut", file->name);
}

static gboolean
begin_file(TdBackupFolder *folder, const char *name, GError **error)
{
	TdBackupFile *file = td_manifest_find(folder->manifest, name);
	int flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC;
	gboolean again = file != NULL;

	if (!again) {
		file = td_manifest_add(folder->manifest, name);
		flags |= O_CREAT | O_TRUNC;
	}
	folder->fd_file = openat(folder->backup, name, flags, 0600);
	if (folder->fd_file < 0)
		return td_folder_fail(error, "open", name);
	folder->file = file;
	folder->sha256 = td_sha256_new();
	return !again || read_again(folder, file, error);
}

static gboolean
note_unflushed(TdBackupFolder *folder, gsize size, GError **error)
{
	folder->unflushed += size;
	if (folder->unflushed < TD_FOLDER_FLUSH)
		return TRUE;
	folder->unflushed = 0;
	return fdatasync(folder->fd_file) == 0 ||
	    td_folder_fail(error, "flush", folder->file->name);
}

gboolean
td_backup_folder_write(TdBackupFolder *folder, const char *file, guint64 offset,
    GBytes *bytes, GError **error)
{
	gsize size = 0;
	const guint8 *data = bytes != NULL ? g_bytes_get_data(bytes, &size)
	                                   : NULL;

	if (!td_manifest_is_name(file))
		return td_fail(error, TD_ERROR_BROKEN,
		    "the daemon sent a file of a name that no backup has");
	if ((folder->file == NULL || !g_str_equal(folder->file->name, file)) &&
	    (!end_file(folder, error) || !begin_file(folder, file, error)))
		return FALSE;
	if (folder->file->size != offset)
		return td_fail(error, TD_ERROR_BROKEN,
		    "the daemon sent pieces of %s that do not fit", file);
	if (size > 0 && !td_write_all(folder->fd_file, data, size))
		return td_folder_fail(error, "write", file);
	if (size > 0)
		td_sha256_update(folder->sha256, data, size);
	folder->file->size += size;
	return note_unflushed(folder, size, error);
}

/* ---- the end ---- */

static gboolean
sync_directory(TdBackupFolder *folder, const char *name, GError **error)
{
	int fd = td_tree_open(folder->backup, name);
	gboolean ok = fd >= 0 && fsync(fd) == 0;

	if (!ok)
		td_folder_fail(error, "flush", name);
	if (fd >= 0)
		close(fd);
	return ok;
}

static gboolean
write_manifest(TdBackupFolder *folder, GError **error)
{
	static const char temporary[] = TD_MANIFEST_NAME ".new";
	g_autofree char *text = td_manifest_write(folder->manifest);
	int fd = openat(folder->backup, temporary,
	    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	gboolean ok;

	if (fd < 0)
		return td_folder_fail(error, "make", temporary);
	ok = td_write_all(fd, (const guint8 *)text, strlen(text)) &&
	    fsync(fd) == 0;
	if (!ok)
		td_folder_fail(error, "write", temporary);
	close(fd);
	if (!ok)
		return FALSE;
	if (renameat(folder->backup, temporary, folder->backup,
	        TD_MANIFEST_NAME) != 0)
		return td_folder_fail(error, "rename", temporary);
	return sync_directory(folder, ".", error);
}

static gboolean
publish(TdBackupFolder *folder, GError **error)
{
	folder->name = td_folder_name(folder, folder->manifest->begun);
	if (renameat(folder->fd, TD_FOLDER_PARTIAL, folder->fd, folder->name) !=
	    0)
		return fail_inside(folder, "rename", TD_FOLDER_PARTIAL, error);
	folder->partial = FALSE;
	return fsync(folder->fd) == 0 ||
	    td_folder_fail(error, "flush", folder->path);
}

gboolean
td_backup_folder_finish(TdBackupFolder *folder, char **path, GError **error)
{
	if (!end_file(folder, error) || !sync_directory(folder, "db", error) ||
	    !sync_directory(folder, "log", error) ||
	    !write_manifest(folder, error))
		return FALSE;
	if (!folder->addition && !publish(folder, error))
		return FALSE;
	*path = g_build_filename(folder->path, folder->name, NULL);
	return TRUE;
}

void
td_backup_folder_free(TdBackupFolder *folder)
{
	if (folder == NULL)
		return;
	if (folder->fd_file >= 0)
		close(folder->fd_file);
	if (folder->backup >= 0)
		close(folder->backup);
	if (folder->partial)
		td_tree_remove(folder->fd, TD_FOLDER_PARTIAL);
	if (folder->fd >= 0)
		close(folder->fd);
	td_sha256_free(folder->sha256);
	td_manifest_free(folder->manifest);
	g_free(folder->path);
	g_free(folder->name);
	g_free(folder);
}
