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
	FILE *stream;    /* NULL once it is closed */
	gboolean closed; /* and has not its name yet */
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

static gboolean
fail(const TdExportFile *file)
{
	td_cli_fail_path("write", file->name, EX_CANTCREAT);
	return FALSE;
}

TdExportFile *
td_export_file_new(int directory, const char *name)
{
	g_autoptr(TdExportFile) file = g_new0(TdExportFile, 1);
	int fd;

	file->directory = directory;
	file->name = g_strdup(name);
	file->temporary = g_strconcat(".", name, ".part", NULL);
	/* What somebody left who was killed. */
	unlinkat(directory, file->temporary, 0);
	fd = openat(directory, file->temporary,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd >= 0)
		file->stream = fdopen(fd, "w");
	if (file->stream == NULL) {
		fail(file);
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	return g_steal_pointer(&file);
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
td_export_batch_add(TdExportBatch *batch, TdExportFile *file)
{
	FILE *stream = g_steal_pointer(&file->stream);
	gboolean well = fflush(stream) == 0 && ferror(stream) == 0;

	file->closed = TRUE;
	if (fclose(stream) != 0 || !well) {
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
