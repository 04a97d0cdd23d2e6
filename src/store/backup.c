/* backup.c - see ticketd/backup.h: a backup in the making, from its beginning
 * to its end; what is copied comes from backup-copy.c */

#include "config.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ticketd/error.h>

#include "store/backup-private.h"

/* So many wait to be fetched. */
#define MOST_PIECES 8u
/* Microseconds that a backup which was given up may take to end. */
#define TURN_WAIT (30 * G_TIME_SPAN_SECOND)

void
td_backup_piece_clear(TdBackupPiece *piece)
{
	g_clear_pointer(&piece->file, g_free);
	g_clear_pointer(&piece->bytes, g_bytes_unref);
}

static void
free_piece(gpointer data)
{
	td_backup_piece_clear(data);
	g_free(data);
}

/* ---- the queue ---- */

gboolean
td_backup_push(TdBackup *backup, const char *file, guint64 offset,
    const void *bytes, gsize size)
{
	TdBackupPiece *piece;
	gboolean cancelled;

	g_mutex_lock(&backup->mutex);
	while (!backup->cancelled && backup->pieces.length >= MOST_PIECES)
		g_cond_wait(&backup->cond, &backup->mutex);
	cancelled = backup->cancelled;
	if (!cancelled) {
		piece = g_new0(TdBackupPiece, 1);
		piece->file = g_strdup(file);
		piece->offset = offset;
		piece->bytes = g_bytes_new(bytes, size);
		g_queue_push_tail(&backup->pieces, piece);
		g_cond_broadcast(&backup->cond);
	}
	g_mutex_unlock(&backup->mutex);
	return !cancelled;
}

gboolean
td_backup_fail_cancelled(GError **error)
{
	return td_fail(error, TD_ERROR_AGAIN, "the backup was given up");
}

gboolean
td_backup_next(TdBackup *backup, guint wait_ms, TdBackupPiece *piece,
    gboolean *over, GError **error)
{
	gint64 until = g_get_monotonic_time() +
	    wait_ms * G_TIME_SPAN_MILLISECOND;
	g_autofree TdBackupPiece *next = NULL;
	gboolean ended;
	gboolean ok = TRUE;

	g_mutex_lock(&backup->mutex);
	while (!backup->cancelled && !backup->ended &&
	    g_queue_is_empty(&backup->pieces))
		if (!g_cond_wait_until(&backup->cond, &backup->mutex, until))
			break;
	if (!backup->cancelled && backup->error == NULL)
		next = g_queue_pop_head(&backup->pieces);
	ended = backup->ended && next == NULL;
	if (backup->error != NULL) {
		ok = FALSE;
		g_propagate_error(error, g_error_copy(backup->error));
	} else if (backup->cancelled) {
		ok = td_backup_fail_cancelled(error);
	}
	g_cond_broadcast(&backup->cond);
	g_mutex_unlock(&backup->mutex);
	if (!ok)
		return FALSE;
	*over = ended;
	*piece = (TdBackupPiece){ NULL, 0, NULL };
	if (next != NULL)
		*piece = *next;
	return TRUE;
}

/* ---- the thread ---- */

/* Log may be removed again, and another backup begin. */
static void
release(TdBackup *backup)
{
	TdStore *store = backup->store;

	g_mutex_lock(&store->log_mutex);
	if (store->backup == backup)
		store->backup = NULL;
	g_cond_broadcast(&store->log_cond);
	g_mutex_unlock(&store->log_mutex);
}

static gpointer
run(gpointer data)
{
	TdBackup *backup = data;
	GError *error = NULL;
	gboolean cancelled;

	if (backup->full)
		td_backup_copy_all(backup, &error);
	else
		td_backup_copy_logs(backup, &error);
	g_mutex_lock(&backup->mutex);
	backup->ended = TRUE;
	backup->error = error;
	cancelled = backup->cancelled;
	g_cond_broadcast(&backup->cond);
	g_mutex_unlock(&backup->mutex);
	if (cancelled)
		release(backup);
	return NULL;
}

void
td_backup_cancel(TdBackup *backup)
{
	gboolean ended;

	g_mutex_lock(&backup->mutex);
	backup->cancelled = TRUE;
	g_queue_clear_full(&backup->pieces, free_piece);
	ended = backup->ended;
	g_cond_broadcast(&backup->cond);
	g_mutex_unlock(&backup->mutex);
	if (ended)
		release(backup);
}

gboolean
td_backup_is_cancelled(TdBackup *backup)
{
	gboolean cancelled;

	g_mutex_lock(&backup->mutex);
	cancelled = backup->cancelled;
	g_mutex_unlock(&backup->mutex);
	return cancelled;
}

TdBackup *
td_backup_ref(TdBackup *backup)
{
	return g_atomic_rc_box_acquire(backup);
}

static void
clear_backup(gpointer data)
{
	TdBackup *backup = data;

	td_backup_cancel(backup);
	if (backup->thread != NULL)
		g_thread_join(backup->thread);
	release(backup);
	g_queue_clear_full(&backup->pieces, free_piece);
	g_clear_error(&backup->error);
	g_cond_clear(&backup->cond);
	g_mutex_clear(&backup->mutex);
}

void
td_backup_unref(TdBackup *backup)
{
	if (backup != NULL)
		g_atomic_rc_box_release_full(backup, clear_backup);
}

/* ---- beginning ---- */

/* Waits for one that was cancelled; with the lock of logs held. */
static gboolean
take_turn(TdStore *store, TdBackup *backup, GError **error)
{
	gint64 until = g_get_monotonic_time() + TURN_WAIT;

	while (store->backup != NULL) {
		if (!td_backup_is_cancelled(store->backup) ||
		    !g_cond_wait_until(
		        &store->log_cond, &store->log_mutex, until))
			return td_fail(error, TD_ERROR_AGAIN,
			    "another backup is being made; try again when it "
			    "is done");
	}
	store->backup = backup;
	return TRUE;
}

static gboolean
fail_gone(GError **error, guint32 file)
{
	g_autofree char *name = td_log_name(file);

	return td_fail(error, TD_ERROR_REFUSED,
	    "%s is not kept any more, or is of another store, so that nothing "
	    "can be added to the backup",
	    name);
}

/* Whether the log goes on where @since ends. */
static gboolean
check_since(TdStore *store, const TdLogEnd *since, GError **error)
{
	guint8 tail[TD_SHA256_SIZE];
	TdLogPlace end;
	guint32 file;

	if (!td_log_end(store, &end, error))
		return FALSE;
	for (file = since->end.file; file <= end.file; file++) {
		g_autofree char *name = td_log_name(file);
		g_autofree char *path = g_build_filename(
		    store->home, name, NULL);

		if (access(path, R_OK) != 0)
			return fail_gone(error, file);
	}
	if (since->end.file > end.file ||
	    (since->end.file == end.file && since->end.offset > end.offset) ||
	    !td_log_tail(store->home, &since->end, tail) ||
	    memcmp(tail, since->tail, sizeof(tail)) != 0)
		return fail_gone(error, since->end.file);
	return TRUE;
}

static guint64
directory_size(TdStore *store, const char *name, guint32 from_log)
{
	g_autofree char *path = g_build_filename(store->home, name, NULL);
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	guint64 bytes = 0;
	const char *base;

	while (
	    directory != NULL && (base = g_dir_read_name(directory)) != NULL) {
		g_autofree char *file = g_build_filename(path, base, NULL);
		struct stat status;
		guint32 number;

		if (td_log_read_name(base, &number) && number < from_log)
			continue;
		if (stat(file, &status) == 0)
			bytes += (guint64)status.st_size;
	}
	return bytes;
}

static gboolean
begin(TdBackup *backup, const TdLogEnd *since, GError **error)
{
	TdStore *store = backup->store;
	guint32 first = 0;

	if (since == NULL) {
		if (!td_logs_needed(store, &first, error))
			return FALSE;
		backup->size = directory_size(store, "db", 0) +
		    directory_size(store, "log", first);
	} else {
		if (!check_since(store, since, error))
			return FALSE;
		backup->since = since->end;
		backup->first_log = since->end.file;
		backup->size = directory_size(store, "log", since->end.file) -
		    since->end.offset;
	}
	backup->thread = g_thread_new("backup", run, backup);
	return TRUE;
}

TdBackup *
td_backup_new(TdStore *store, const TdLogEnd *since, GError **error)
{
	g_autoptr(TdBackup) backup = NULL;
	gboolean ours;

	if (store->home == NULL) {
		td_fail(error, TD_ERROR_REFUSED,
		    "there is no store to make a backup of");
		return NULL;
	}
	backup = g_atomic_rc_box_new0(TdBackup);
	backup->store = store;
	backup->full = since == NULL;
	g_mutex_init(&backup->mutex);
	g_cond_init(&backup->cond);
	g_mutex_lock(&store->log_mutex);
	ours = take_turn(store, backup, error);
	g_mutex_unlock(&store->log_mutex);
	if (!ours || !begin(backup, since, error))
		return NULL;
	return g_steal_pointer(&backup);
}

guint64
td_backup_size(const TdBackup *backup)
{
	return backup->size;
}

void
td_backup_log(TdBackup *backup, guint32 *first_log, TdLogPlace *end)
{
	g_mutex_lock(&backup->mutex);
	*first_log = backup->ended ? backup->first_log : 0;
	*end = backup->ended ? backup->end : (TdLogPlace){ 0, 0 };
	g_mutex_unlock(&backup->mutex);
}
