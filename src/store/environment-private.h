/* environment-private.h - the files that an open store is made of: locks, log,
 * checkpoints, tables, and what to do when they are lost */

#ifndef STORE_ENVIRONMENT_PRIVATE_H
#define STORE_ENVIRONMENT_PRIVATE_H

#include "store/txn-private.h"

G_BEGIN_DECLS

/* ---- lost.c ---- */

/* Before the first environment is made. */
void td_lost_watch_disk(void);
/* Of @env, whose app_private is the store.  Berkeley DB's return code. */
int td_lost_watch_panic(DB_ENV *env);
/* Flushes a file or directory of the store.  FALSE: the store is lost. */
gboolean td_lost_flush_file(int fd);
/* Fails with TD_ERROR_AGAIN if the store is lost. */
gboolean td_lost_check(TdStore *store, GError **error);
/* Remembers what Berkeley DB said, if it names a file. */
void td_lost_note(const char *message);
/* Sets *@error to TD_ERROR_BROKEN, which tells what Berkeley DB said last of a
 * file, and what to do.  Always FALSE. */
gboolean td_lost_fail(GError **error, int rc, const char *doing);
/* Calls whom td_store_on_lost() named, once. */
void td_lost_tell(TdStore *store);

/* ---- lock.c ---- */

/* Opens and locks the file @name of @home, waiting up to @wait_ms; with @create
 * it is made.  The result is a descriptor to close, -1 with @error set. */
int td_lock_take(const char *home, const char *name, gboolean create,
    guint wait_ms, GError **error);

/* ---- environment.c ---- */

/* Each file of the log has that size from the start; opening scans the last. */
#define TD_LOG_FILE_SIZE (16u * 1024 * 1024)

typedef enum {
	TD_OPEN_ALL,    /* environment and tables, of this schema */
	TD_OPEN_CREATE, /* makes what is missing */
	TD_OPEN_META,   /* the environment and the table meta, of any schema */
	TD_OPEN_RECOVER /* the same, after recovery from the first log file on,
	                 * which a copy wants */
} TdOpen;

TdStore *td_store_new(const char *home, guint64 cache_size);
gboolean td_store_open_files(TdStore *store, TdOpen how, GError **error);
/* As td_store_open(), but nobody writes checkpoints by itself. */
TdStore *td_store_open_as(const char *home, guint64 cache_size, guint wait_ms,
    TdOpen how, GError **error);

/* ---- create.c ---- */

/* The schema of @store, which is not above ours; fails at another byte order.
 */
gboolean td_store_get_schema(TdStore *store, guint64 *schema, GError **error);
/* Whether @store is of a schema and byte order that this program reads. */
gboolean td_store_check_schema(TdStore *store, GError **error);
/* What a new store holds: schema, byte order, first number, ticket 0. */
gboolean td_store_begin_empty(
    TdStore *store, guint64 first_number, GError **error);

/* ---- checkpoint.c ---- */

void td_checkpoint_start(TdStore *store);
void td_checkpoint_stop(TdStore *store);

/* ---- space.c ---- */

/* Fails with TD_ERROR_AGAIN when the disk is nearly full: with less than 16 MiB
 * free, or room for less than 16 files. */
gboolean td_space_check(TdStore *store, GError **error);
/* Whether @wanted bytes may be written without that. */
gboolean td_space_has(TdStore *store, guint64 wanted);
/* Fails with TD_ERROR_AGAIN if they may not; says how many must be free, and
 * td_store_is_full() goes by that until it is called again. */
gboolean td_space_need(TdStore *store, guint64 wanted, GError **error);
/* Recovery that finds the disk full panics; it recovers everything once there
 * is space, so that TD_ERROR_BROKEN of a full disk becomes TD_ERROR_AGAIN. Full
 * is one as above, or one of which the error says so; what it said stays in the
 * text, for it may be damage all the same. */
void td_space_blame(TdStore *store, GError **error);

/* ---- logs.c ---- */

/* "log/log.0000000001"; the caller's. */
char *td_log_name(guint32 file);
/* Reads such a name, with a directory or without. */
gboolean td_log_read_name(const char *name, guint32 *file);
/* Whether the log of a store that was just opened ends before what is in its
 * tables. */
gboolean td_log_is_short(TdStore *store);
/* The first log file that recovery needs. */
gboolean td_logs_needed(TdStore *store, guint32 *first, GError **error);
/* Where the log ends; all before is on disk. */
gboolean td_log_end(TdStore *store, TdLogPlace *end, GError **error);
/* The digest of the last bytes before @end, see TdLogEnd; FALSE if they are not
 * in @directory. */
gboolean td_log_tail(const char *directory, const TdLogPlace *end,
    guint8 digest[TD_SHA256_SIZE]);
/* Removes log files that neither recovery nor a backup needs. */
void td_logs_trim(TdStore *store);
/* Keeps nothing for the next addition to a backup, which must be a whole one
 * then; trims the log. */
void td_logs_let_go(TdStore *store);
/* Reads what td_backup_keep_log() wrote; and takes it away. */
gboolean td_logs_start(TdStore *store, GError **error);
gboolean td_logs_forget(TdTxn *txn, GError **error);

/* ---- tree.c ---- */

/* Opens a directory, no link; -1: errno says why. */
int td_tree_open(int at, const char *name);
/* Flushes the directory @fd and the files in it, which are files all; FALSE:
 * errno says why. */
gboolean td_tree_flush(int fd);
/* Removes a directory with all that is in it.  FALSE: something of it is still
 * there; errno says why. */
gboolean td_tree_remove(int at, const char *name);

/* ---- restore.c ---- */

/* In the home of a store: held while one is put there, new or restored, and
 * gone afterwards. */
#define TD_RESTORING_LOCK "restoring.lock"
/* A folder there that holds a store which was replaced begins so. */
#define TD_REPLACED "replaced-"

/* ---- manifest.c ---- */

/* Whether a backup may have such a file: they are in two folders, and nowhere
 * else. */
gboolean td_manifest_is_name(const char *name);

/* ---- backup.c ---- */

gboolean td_backup_is_cancelled(TdBackup *backup);

/* ---- tables.c ---- */

/* Of all tables but one. */
#define TD_PAGE_SIZE (8 * 1024)

/* The index whose file @text names, or which @text is; NULL if it is none. */
const char *td_table_find_index(const char *text);
const char *td_table_name(TdTable table);
/* What an index is of; a table itself. */
TdTable td_table_primary(TdTable table);
gboolean td_tables_open_meta(TdStore *store, gboolean create, GError **error);
gboolean td_tables_open(TdStore *store, gboolean create, GError **error);
/* All but the indexes, which then do not follow what is written. */
gboolean td_tables_open_bare(TdStore *store, GError **error);
void td_tables_close(TdStore *store);
/* For reindex.c; both return what Berkeley DB does.  @txn NULL: a transaction
 * of its own. */
int td_table_open(TdStore *store, TdTable table, DB_TXN *txn, u_int32_t create);
int td_table_associate(
    TdStore *store, TdTable index, DB_TXN *txn, u_int32_t flags);
/* Says what @rc means for @table; always FALSE. */
gboolean td_table_fail(GError **error, int rc, TdTable table);

/* ---- reindex.c ---- */

/* Removes the files of the indexes of tickets, those of former names too, while
 * they are closed: they are made anew when the tables are opened. */
gboolean td_tables_remove_indexes(TdStore *store, GError **error);
/* Makes the file of an index, which has none, of what it is an index of: all or
 * nothing.  Fails with TD_ERROR_AGAIN if the disk lacks the room for it. */
gboolean td_index_make(TdStore *store, TdTable index, GError **error);
/* @index is made anew when the store is opened next. */
gboolean td_index_renew(TdTxn *txn, TdTable index, GError **error);
/* Makes those indexes anew, each with a checkpoint behind it.  One that the
 * disk has no room for stays, and is tried again when the store is opened next;
 * a line of the log says so.  After td_logs_start(), for it trims the log; no
 * other thread may have the store yet. */
gboolean td_tables_renew(TdStore *store, GError **error);

G_END_DECLS

#endif
