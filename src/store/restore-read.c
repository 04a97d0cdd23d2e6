/* restore-read.c - the files of a backup, compared with its manifest */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <ticketd/error.h>
#include <ticketd/io.h>

#include "store/restore.h"

#define BLOCK (256u * 1024)

gboolean
td_restore_fail(GError **error, const char *doing, const char *path)
{
	int errnum = errno;
	TdError code = TD_ERROR_AGAIN;

	if (errnum == EACCES || errnum == EPERM || errnum == EROFS)
		code = TD_ERROR_DENIED;
	return td_fail(
	    error, code, "%s %s: %s", doing, path, g_strerror(errnum));
}

static void
count_total(TdRestoreCopy *copy)
{
	for (guint i = 0; i < copy->manifest->files->len; i++) {
		const TdBackupFile *file = g_ptr_array_index(
		    copy->manifest->files, i);

		copy->total += file->size;
	}
}

static gboolean
fail_file(GError **error, const TdRestoreCopy *copy, const TdBackupFile *file,
    const char *why)
{
	return td_fail(error, TD_ERROR_REFUSED,
	    "%s/%s %s: this backup cannot be used; take an older one",
	    copy->directory, file->name, why);
}

/* @to -1: only looks. */
static gboolean
copy_bytes(TdRestoreCopy *copy, const TdBackupFile *file, int from, int to,
    GError **error)
{
	g_autoptr(TdSha256) sha256 = td_sha256_new();
	g_autofree guint8 *bytes = g_malloc(BLOCK);
	g_autofree char *digest = NULL;
	guint64 left = file->size;

	while (left > 0) {
		ssize_t size = read(from, bytes, MIN(left, BLOCK));

		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return fail_file(error, copy, file, g_strerror(errno));
		if (size == 0)
			return fail_file(error, copy, file, "is cut short");
		td_sha256_update(sha256, bytes, (gsize)size);
		if (to >= 0 && !td_write_all(to, bytes, (gsize)size))
			return td_restore_fail(error, "write", file->name);
		left -= (guint64)size;
		copy->done += (guint64)size;
		if (copy->progress != NULL)
			copy->progress(
			    copy->doing, copy->done, copy->total, copy->data);
	}
	digest = td_sha256_finish_hex(sha256);
	return g_str_equal(digest, file->sha256) ||
	    fail_file(error, copy, file, "is damaged");
}

gboolean
td_restore_read(
    TdRestoreCopy *copy, const TdBackupFile *file, int to, GError **error)
{
	g_autofree char *path = g_build_filename(
	    copy->directory, file->name, NULL);
	int from = open(path, O_RDONLY | O_CLOEXEC);
	gboolean ok;

	if (from < 0 && errno == ENOENT)
		return fail_file(error, copy, file, "is missing");
	if (from < 0)
		return td_restore_fail(error, "open", path);
	ok = copy_bytes(copy, file, from, to, error);
	close(from);
	return ok;
}

/* Recovery would find nothing to do, and miss nothing, where a log file is
 * missing from the list. */
static gboolean
check_logs(const TdRestoreCopy *copy, GError **error)
{
	const TdManifest *manifest = copy->manifest;

	for (guint32 file = manifest->first_log; file <= manifest->end.file;
	     file++) {
		g_autofree char *name = td_log_name(file);

		if (td_manifest_find(manifest, name) == NULL)
			return td_fail(error, TD_ERROR_REFUSED,
			    "%s has no %s: this backup cannot be used; take an "
			    "older one",
			    copy->directory, name);
	}
	return TRUE;
}

static gboolean
check_form(const TdManifest *manifest, const char *directory, GError **error)
{
	if (manifest->schema > TD_STORE_SCHEMA)
		return td_fail(error, TD_ERROR_REFUSED,
		    "the backup in %s was made by a newer ticketd (%s)",
		    directory, manifest->version);
	if (manifest->byte_order != G_BYTE_ORDER)
		return td_fail(error, TD_ERROR_REFUSED,
		    "the backup in %s was made on a machine of the other byte "
		    "order",
		    directory);
	return TRUE;
}

gboolean
td_restore_check(TdRestoreCopy *copy, GError **error)
{
	count_total(copy);
	return check_form(copy->manifest, copy->directory, error) &&
	    check_logs(copy, error);
}

gboolean
td_restore_verify(const TdManifest *manifest, const char *directory,
    TdRestoreProgress progress, gpointer data, GError **error)
{
	TdRestoreCopy copy = { manifest, directory, progress, data, "reading",
		0, 0 };

	if (!td_restore_check(&copy, error))
		return FALSE;
	for (guint i = 0; i < manifest->files->len; i++)
		if (!td_restore_read(&copy,
		        g_ptr_array_index(manifest->files, i), -1, error))
			return FALSE;
	return TRUE;
}
