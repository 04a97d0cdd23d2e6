/* backup-copy.c - tables and log, block by block, while they are used
 *
 * Berkeley DB copies a table block by block and keeps its page writers off the
 * block that is being read, so that no page is torn.  Two gaps are closed here.
 *
 * A page writer that looked just before the copy of a table began does not know
 * of it.  So that begins, up to its first block, while nobody is in the gate
 * and no checkpoint is written: then there is no page writer.
 *
 * Pages may be added to a table while it is copied, and a block that was cut
 * short by the end of the file is followed by one from a wrong place.  Pages
 * behind the first short block are newer than the checkpoint that the copy
 * began with, so they are in the log, and do not count. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ticketd/error.h>

#include "store/backup-private.h"

/* Page writers are kept off so much at a time. */
#define BLOCK (128u * 1024)

/* ---- tables ---- */

static void
stop_others(TdBackup *backup)
{
	g_mutex_lock(&backup->store->checkpointing);
	td_gate_enter(&backup->store->gate, TRUE);
	backup->alone = TRUE;
}

static void
let_others(TdBackup *backup)
{
	if (!backup->alone)
		return;
	backup->alone = FALSE;
	td_gate_leave(&backup->store->gate, TRUE);
	g_mutex_unlock(&backup->store->checkpointing);
}

static int
begin_table(DB_ENV *env, const char *file G_GNUC_UNUSED,
    const char *target G_GNUC_UNUSED, void **handle)
{
	TdStore *store = env->app_private;

	*handle = store->backup;
	stop_others(store->backup);
	return 0;
}

static int
take_block(DB_ENV *env G_GNUC_UNUSED, u_int32_t gigabytes, u_int32_t offset,
    u_int32_t size, u_int8_t *bytes, void *handle)
{
	TdBackup *backup = handle;
	guint64 at = ((guint64)gigabytes << 30) + offset;

	let_others(backup);
	if (backup->cut)
		return 0;
	backup->cut = size < BLOCK;
	return td_backup_push(backup, backup->file, at, bytes, size)
	    ? 0
	    : ECANCELED;
}

static int
end_table(DB_ENV *env G_GNUC_UNUSED, const char *file G_GNUC_UNUSED,
    void *handle G_GNUC_UNUSED)
{
	return 0;
}

static gboolean
copy_table(TdBackup *backup, TdTable table, GError **error)
{
	DB_ENV *env = backup->store->env;
	g_autofree char *base = g_strconcat(td_table_name(table), ".db", NULL);
	g_autofree char *file = g_strconcat("db/", base, NULL);
	int rc;

	backup->file = file;
	backup->cut = FALSE;
	/* A table that nothing was written to yet is an empty file. */
	if (!td_backup_push(backup, file, 0, NULL, 0))
		return td_backup_fail_cancelled(error);
	rc = env->dbbackup(env, base, "", 0);
	let_others(backup);
	backup->file = NULL;
	if (rc == ECANCELED)
		return td_backup_fail_cancelled(error);
	return rc == 0 || td_store_fail(error, rc, file);
}

static gboolean
copy_tables(TdBackup *backup, GError **error)
{
	DB_ENV *env = backup->store->env;
	TdTable table;
	int rc;

	rc = env->set_backup_callbacks(env, begin_table, take_block, end_table);
	if (rc == 0)
		rc = env->set_backup_config(env, DB_BACKUP_SIZE, BLOCK);
	if (rc != 0)
		return td_store_fail(error, rc, "prepare a backup");
	for (table = 0; table < TD_TABLES; table++)
		if (!copy_table(backup, table, error))
			return FALSE;
	return TRUE;
}

/* ---- log ---- */

static gboolean
fail_file(GError **error, const char *name)
{
	return td_fail(error, TD_ERROR_AGAIN, "read %s of the store: %s", name,
	    g_strerror(errno));
}

/* Up to @end, 0: all of it. */
static gboolean
copy_bytes(TdBackup *backup, int fd, const char *name, guint64 offset,
    guint64 end, GError **error)
{
	g_autofree guint8 *bytes = g_malloc(BLOCK);

	for (;;) {
		gsize most = end == 0 ? BLOCK : MIN(BLOCK, end - offset);
		ssize_t size = most == 0
		    ? 0
		    : pread(fd, bytes, most, (off_t)offset);

		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return fail_file(error, name);
		if (size == 0)
			break;
		if (!td_backup_push(backup, name, offset, bytes, (gsize)size))
			return td_backup_fail_cancelled(error);
		offset += (guint64)size;
	}
	if (end != 0 && offset < end)
		return td_fail(error, TD_ERROR_BROKEN,
		    "%s of the store is shorter than it was", name);
	return TRUE;
}

static gboolean
copy_log(
    TdBackup *backup, guint32 file, guint64 offset, guint64 end, GError **error)
{
	g_autofree char *name = td_log_name(file);
	g_autofree char *path = g_build_filename(
	    backup->store->home, name, NULL);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	gboolean ok;

	if (fd < 0)
		return fail_file(error, name);
	ok = copy_bytes(backup, fd, name, offset, end, error);
	close(fd);
	return ok;
}

gboolean
td_backup_copy_logs(TdBackup *backup, GError **error)
{
	guint32 file;

	if (!td_log_end(backup->store, &backup->end, error))
		return FALSE;
	for (file = backup->first_log; file < backup->end.file; file++)
		if (!copy_log(backup, file,
		        file == backup->since.file ? backup->since.offset : 0,
		        0, error))
			return FALSE;
	return backup->end.offset == 0 ||
	    copy_log(backup, file,
	        file == backup->since.file ? backup->since.offset : 0,
	        backup->end.offset, error);
}

gboolean
td_backup_copy_all(TdBackup *backup, GError **error)
{
	/* The copy of the tables needs the log from here on, and with a
	 * checkpoint that is little. */
	return td_store_checkpoint(backup->store, TRUE, error) &&
	    td_logs_needed(backup->store, &backup->first_log, error) &&
	    copy_tables(backup, error) && td_backup_copy_logs(backup, error);
}
