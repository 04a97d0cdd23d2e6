/* export-file.c - files of an export: whole under their name, or not there */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <ticketd/text.h>

#include "cli/transfer.h"

/* So many files get their names at once. */
#define BATCH 200u

struct TdExportFile {
	int directory; /* borrowed */
	char *name;
	char *temporary;
	int fd;
	int errnum;      /* of the first write that failed, or 0 */
	FILE *stream;    /* NULL once it is closed */
	gboolean closed; /* and has not its name yet */
	guint64 *count;  /* borrowed, or NULL: goes up by .many when it has */
	guint64 many;
};

int
td_export_directory(const char *path, int *status)
{
	int fd;

	if (mkdir(path, 0700) != 0 && errno != EEXIST) {
		*status = td_cli_fail_path("make", path, EX_CANTCREAT);
		return -1;
	}
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		*status = td_cli_fail_path("open", path, EX_CANTCREAT);
		return -1;
	}
	/* Two of us would take each other's files for their own. */
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		g_autofree char *safe = td_text_printable(path, 0);

		fprintf(stderr, "ticket: another ticket export writes to %s\n",
		    safe);
		close(fd);
		*status = EX_TEMPFAIL;
		return -1;
	}
	return fd;
}

/* ---- a stream that knows why it failed ----
 *
 * That of the C library only knows that it did, when errno has long been that
 * of something else. */

static ssize_t
write_stream(void *cookie, const char *bytes, size_t size)
{
	TdExportFile *file = cookie;
	size_t done = 0;

	while (done < size && file->errnum == 0) {
		ssize_t got = write(file->fd, bytes + done, size - done);

		if (got >= 0)
			done += (size_t)got;
		else if (errno != EINTR)
			file->errnum = errno;
	}
	return (ssize_t)done;
}

static int
close_stream(void *cookie)
{
	TdExportFile *file = cookie;
	int result = close(file->fd);

	if (result != 0 && file->errnum == 0)
		file->errnum = errno;
	file->fd = -1;
	return result;
}

/* ---- files ---- */

static gboolean
fail(const TdExportFile *file)
{
	td_cli_fail_path("write", file->name, EX_CANTCREAT);
	return FALSE;
}

static TdExportFile *
give_up(TdExportFile *file)
{
	fail(file);
	if (file->fd >= 0) {
		close(file->fd);
		unlinkat(file->directory, file->temporary, 0);
	}
	td_export_file_free(file);
	return NULL;
}

TdExportFile *
td_export_file_new(int directory, const char *name)
{
	static const cookie_io_functions_t functions = { .write = write_stream,
		.close = close_stream };
	TdExportFile *file = g_new0(TdExportFile, 1);
	FILE *stream;

	file->directory = directory;
	file->name = g_strdup(name);
	file->temporary = g_strconcat(".", name, ".part", NULL);
	/* What somebody left who was killed. */
	unlinkat(directory, file->temporary, 0);
	file->fd = openat(directory, file->temporary,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file->fd < 0)
		return give_up(file);
	stream = fopencookie(file, "w", functions);
	if (stream == NULL)
		return give_up(file);
	file->stream = stream;
	return file;
}

FILE *
td_export_file_stream(TdExportFile *file)
{
	return file->stream;
}

void
td_export_file_free(TdExportFile *file)
{
	if (file == NULL)
		return;
	if (file->stream != NULL)
		fclose(file->stream);
	if (file->stream != NULL || file->closed)
		unlinkat(file->directory, file->temporary, 0);
	g_free(file->name);
	g_free(file->temporary);
	g_free(file);
}

/* ---- giving them their names ---- */

struct TdExportBatch {
	int directory;    /* borrowed */
	GPtrArray *files; /* of TdExportFile, closed */
};

TdExportBatch *
td_export_batch_new(int directory)
{
	TdExportBatch *batch = g_new(TdExportBatch, 1);

	batch->directory = directory;
	batch->files = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_export_file_free);
	return batch;
}

void
td_export_batch_free(TdExportBatch *batch)
{
	if (batch == NULL)
		return;
	g_ptr_array_unref(batch->files);
	g_free(batch);
}

gboolean
td_export_batch_add(
    TdExportBatch *batch, TdExportFile *file, guint64 *count, guint64 many)
{
	FILE *stream = g_steal_pointer(&file->stream);
	gboolean well = fclose(stream) == 0 && file->errnum == 0;

	file->closed = TRUE;
	file->count = count;
	file->many = many;
	if (!well) {
		errno = file->errnum;
		fail(file);
		td_export_file_free(file);
		return FALSE;
	}
	g_ptr_array_add(batch->files, file);
	return batch->files->len < BATCH || td_export_batch_flush(batch);
}

static gboolean
publish(const TdExportBatch *batch, TdExportFile *file)
{
	if (renameat(batch->directory, file->temporary, batch->directory,
	        file->name) != 0)
		return fail(file);
	file->closed = FALSE;
	if (file->count != NULL)
		*file->count += file->many;
	return TRUE;
}

/* To flush the whole file system once costs less than each of many files. */
gboolean
td_export_batch_flush(TdExportBatch *batch)
{
	if (batch->files->len > 0 && syncfs(batch->directory) != 0)
		return fail(g_ptr_array_index(batch->files, 0));
	for (guint i = 0; i < batch->files->len; i++)
		if (!publish(batch, g_ptr_array_index(batch->files, i)))
			return FALSE;
	g_ptr_array_set_size(batch->files, 0);
	return TRUE;
}
