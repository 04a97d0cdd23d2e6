/* logs.c - which log files there are, and how long they are kept
 *
 * Berkeley DB says which ones recovery can do without, after each checkpoint;
 * these are removed here and not by itself, for a backup in the making needs
 * them, and the next addition to a backup needs what was logged since the last
 * one.  A store whose backups nobody adds to must not fill its disk: what is
 * kept for an addition has its bounds. */

#include "config.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>

#include "store/store-private.h"

#define LOG_PREFIX "log."
#define SECONDS_A_DAY 86400
/* With less free on the disk nothing is kept that recovery can do without. */
#define LOG_SPACE (G_GUINT64_CONSTANT(1024) * 1024 * 1024)

/* TD_META_LOG_KEPT: the first file that is kept, and since when. */
#define KEPT_SIZE (2 * TD_KEY_NUMBER)

char *
td_log_name(guint32 file)
{
	return g_strdup_printf("log/" LOG_PREFIX "%010u", file);
}

gboolean
td_log_read_name(const char *name, guint32 *file)
{
	const char *base = strrchr(name, '/');
	guint64 number;

	base = base != NULL ? base + 1 : name;
	if (!g_str_has_prefix(base, LOG_PREFIX) ||
	    !g_ascii_string_to_unsigned(
	        base + strlen(LOG_PREFIX), 10, 1, G_MAXUINT32, &number, NULL))
		return FALSE;
	*file = (guint32)number;
	return TRUE;
}

/* Numbers of log files as @which, a flag of log_archive(), asks for them. */
static gboolean
list_logs(TdStore *store, u_int32_t which, GArray *files, GError **error)
{
	char **names = NULL;
	int rc = store->env->log_archive(store->env, &names, which);

	if (rc != 0)
		return td_store_fail(error, rc, "list the log files");
	for (char **name = names; name != NULL && *name != NULL; name++) {
		guint32 file;

		if (td_log_read_name(*name, &file))
			g_array_append_val(files, file);
	}
	free(names);
	return TRUE;
}

gboolean
td_logs_needed(TdStore *store, guint32 *first, GError **error)
{
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(guint32));
	g_autoptr(GArray) spare = g_array_new(FALSE, FALSE, sizeof(guint32));
	guint32 behind = 0;
	guint32 least = 0;

	if (!list_logs(store, DB_ARCH_LOG, all, error) ||
	    !list_logs(store, 0, spare, error))
		return FALSE;
	for (guint i = 0; i < spare->len; i++)
		behind = MAX(behind, g_array_index(spare, guint32, i));
	for (guint i = 0; i < all->len; i++) {
		guint32 file = g_array_index(all, guint32, i);

		if (file > behind && (least == 0 || file < least))
			least = file;
	}
	if (least == 0)
		return td_fail(error, TD_ERROR_BROKEN,
		    "there is no log in the store %s", store->home);
	*first = least;
	return TRUE;
}

gboolean
td_log_end(TdStore *store, TdLogPlace *end, GError **error)
{
	DB_LOG_STAT *stat = NULL;
	int rc = store->env->log_stat(store->env, &stat, 0);

	if (rc != 0)
		return td_store_fail(error, rc, "ask for the end of the log");
	/* What is written meanwhile does not count. */
	end->file = stat->st_cur_file;
	end->offset = stat->st_cur_offset;
	free(stat);
	return td_store_flush(store, error);
}

/* The digest of the last bytes before @end. */
static gboolean
digest_tail(int fd, const TdLogPlace *end, guint8 digest[TD_SHA256_SIZE])
{
	guint8 bytes[TD_LOG_TAIL];
	gsize size = MIN(end->offset, sizeof(bytes));
	off_t at = (off_t)(end->offset - size);

	if (pread(fd, bytes, size, at) != (ssize_t)size)
		return FALSE;
	td_sha256(bytes, size, digest);
	return TRUE;
}

gboolean
td_log_tail(
    const char *directory, const TdLogPlace *end, guint8 digest[TD_SHA256_SIZE])
{
	g_autofree char *name = td_log_name(end->file);
	g_autofree char *path = g_build_filename(directory, name, NULL);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	gboolean ok;

	if (fd < 0)
		return FALSE;
	ok = digest_tail(fd, end, digest);
	close(fd);
	return ok;
}

/* Reads where in the log the last change of the first page with rows of the
 * table meta is: each commit changes it.  FALSE if it is not on the disk yet.
 */
static gboolean
read_page_place(TdStore *store, TdLogPlace *place)
{
	g_autofree char *path = g_build_filename(
	    store->home, "db", "meta.db", NULL);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	DB_LSN lsn;
	gboolean ok;

	if (fd < 0)
		return FALSE;
	ok = pread(fd, &lsn, sizeof(lsn), TD_PAGE_SIZE) == sizeof(lsn);
	close(fd);
	if (ok)
		*place = (TdLogPlace){ lsn.file, lsn.offset };
	return ok;
}

gboolean
td_log_is_short(TdStore *store)
{
	TdLogPlace page;
	TdLogPlace end;

	return read_page_place(store, &page) && td_log_end(store, &end, NULL) &&
	    (page.file > end.file ||
	        (page.file == end.file && page.offset > end.offset));
}

/* ---- removing ---- */

static guint64
file_size(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 ? (guint64)status.st_size : 0;
}

static char *
log_path(TdStore *store, guint32 file)
{
	g_autofree char *name = td_log_name(file);

	return g_build_filename(store->home, name, NULL);
}

/* Whether what an addition needs of @spare, files that recovery does not need,
 * is within bounds. */
static gboolean
is_worth_keeping(TdStore *store, const GArray *spare, gint64 now)
{
	guint64 bytes = 0;

	if (store->log_kept == 0)
		return FALSE;
	for (guint i = 0; i < spare->len; i++) {
		guint32 file = g_array_index(spare, guint32, i);
		g_autofree char *path = log_path(store, file);

		if (file >= store->log_kept)
			bytes += file_size(path);
	}
	return bytes <= TD_LOG_KEPT &&
	    now - store->log_kept_since <= TD_LOG_DAYS * SECONDS_A_DAY &&
	    td_store_space(store) >= LOG_SPACE;
}

void
td_logs_trim(TdStore *store)
{
	g_autoptr(GArray) spare = g_array_new(FALSE, FALSE, sizeof(guint32));

	g_mutex_lock(&store->log_mutex);
	if (store->backup != NULL || !list_logs(store, 0, spare, NULL)) {
		g_mutex_unlock(&store->log_mutex);
		return;
	}
	if (!is_worth_keeping(store, spare, td_clock_now()))
		store->log_kept = 0;
	for (guint i = 0; i < spare->len; i++) {
		guint32 file = g_array_index(spare, guint32, i);
		g_autofree char *path = log_path(store, file);

		/* One that stays is removed the next time. */
		if (store->log_kept == 0 || file < store->log_kept)
			unlink(path);
	}
	g_mutex_unlock(&store->log_mutex);
}

void
td_logs_let_go(TdStore *store)
{
	g_mutex_lock(&store->log_mutex);
	store->log_kept = 0;
	g_mutex_unlock(&store->log_mutex);
	td_logs_trim(store);
}

/* ---- keeping ---- */

gboolean
td_backup_keep_log(
    TdTxn *txn, const TdLogPlace *end, gint64 now, GError **error)
{
	TdStore *store = txn->store;
	guint8 kept[KEPT_SIZE];

	td_key_number(kept, end->file);
	td_key_time(kept + TD_KEY_NUMBER, now);
	if (!td_row_put(txn, TD_TABLE_META, TD_META_LOG_KEPT,
	        strlen(TD_META_LOG_KEPT), kept, sizeof(kept), error))
		return FALSE;
	g_mutex_lock(&store->log_mutex);
	store->log_kept = end->file;
	store->log_kept_since = now;
	g_mutex_unlock(&store->log_mutex);
	return TRUE;
}

gboolean
td_logs_forget(TdTxn *txn, GError **error)
{
	return td_row_delete(txn, TD_TABLE_META, TD_META_LOG_KEPT,
	    strlen(TD_META_LOG_KEPT), error);
}

gboolean
td_logs_start(TdStore *store, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(store);
	g_auto(TdRow) row = { 0 };
	g_autofree char *path = NULL;
	guint64 file;

	if (!td_row_get(txn, TD_TABLE_META, TD_META_LOG_KEPT,
	        strlen(TD_META_LOG_KEPT), 0, &row, error))
		return FALSE;
	if (row.data == NULL || row.size != KEPT_SIZE)
		return TRUE;
	file = td_key_read(row.data);
	if (file == 0 || file > G_MAXUINT32)
		return TRUE;
	/* Given up before: what came behind it is of no use. */
	path = log_path(store, (guint32)file);
	if (access(path, F_OK) != 0)
		return TRUE;
	store->log_kept = (guint32)file;
	store->log_kept_since = td_key_read_time(row.data + TD_KEY_NUMBER);
	return TRUE;
}
