/* backup.h - copies of a store that runs, and stores made of such copies
 *
 * A backup is a directory: MANIFEST, the tables in db/ as they were copied, one
 * page after the other, while they changed, and in log/ all log files from the
 * checkpoint before the first page on.  Recovery brings each page to where the
 * log ends.  What is added later is log alone: more bytes of the last file, and
 * further files.  A log file may be longer than the manifest says, when adding
 * to it was cut short: what is too much does not count.
 *
 * Whoever has the store open (one process) makes the copy and hands it out in
 * pieces; whoever wants it (that may be another process, and user) writes the
 * files.  Errors as in store.h, and those that are named.
 */

#ifndef TICKETD_BACKUP_H
#define TICKETD_BACKUP_H

#include <ticketd/sha256.h>
#include <ticketd/store.h>

G_BEGIN_DECLS

/* ---- backup.c: the copy of an open store, piece by piece ---- */

/* A place in the log: behind the first .offset bytes of file number .file. */
typedef struct {
	guint32 file;
	guint64 offset;
} TdLogPlace;

/* Where a backup ends that more log is to be added to.  .tail is the digest of
 * its last bytes, which tells whether this is the log that it came from: those
 * of the last file, at most TD_LOG_TAIL. */
typedef struct {
	TdLogPlace end;
	guint8 tail[TD_SHA256_SIZE];
} TdLogEnd;

#define TD_LOG_TAIL 4096u

typedef struct TdBackup TdBackup;

/* Bytes of a file. */
typedef struct {
	char *file; /* "db/tickets.db"; NULL: none were ready in time */
	guint64 offset;
	GBytes *bytes;
} TdBackupPiece;

void td_backup_piece_clear(TdBackupPiece *piece);

/* Begins to copy @store, in a thread of its own that stops when a few pieces
 * wait to be fetched: all of it, or with @since what was logged behind that.
 * No log file is removed meanwhile.  Fails with TD_ERROR_AGAIN if there is a
 * backup in the making, TD_ERROR_REFUSED if log that @since wants is not there
 * any more.  @store must outlive the result, which is counted. */
TdBackup *td_backup_new(TdStore *store, const TdLogEnd *since, GError **error);
TdBackup *td_backup_ref(TdBackup *backup);
/* The last one cancels, and waits for the thread. */
void td_backup_unref(TdBackup *backup);

/* Nothing more is copied; comes back at once.  Any thread. */
void td_backup_cancel(TdBackup *backup);

/* About so many bytes will be copied. */
guint64 td_backup_size(const TdBackup *backup);

/* The next piece: files one after the other, each from its start (or where it
 * is to go on) to its end.  Waits up to @wait_ms.  *@over is TRUE when there
 * are no more.  @piece is the caller's to clear.  Any one thread at a time. */
gboolean td_backup_next(TdBackup *backup, guint wait_ms, TdBackupPiece *piece,
    gboolean *over, GError **error);

/* When all is over: which log files are needed to recover what was copied, and
 * where they end.  Before, 0. */
void td_backup_log(TdBackup *backup, guint32 *first_log, TdLogPlace *end);

/* From now on log behind @end is kept for the next addition, for as long as
 * TD_LOG_DAYS days and TD_LOG_KEPT bytes, and while the disk has room.  In the
 * transaction the store is told of it for its next start. */
#define TD_LOG_DAYS 8
#define TD_LOG_KEPT (G_GUINT64_CONSTANT(512) * 1024 * 1024)
gboolean td_backup_keep_log(
    TdTxn *txn, const TdLogPlace *end, gint64 now, GError **error);

/* ---- manifest.c: what a backup consists of ---- */

#define TD_MANIFEST_NAME "manifest.json"

typedef struct {
	char *name;   /* "db/tickets.db", "log/log.0000000001" */
	guint64 size; /* bytes that count */
	char *sha256; /* of these, hexadecimal */
} TdBackupFile;

typedef struct {
	char *version; /* of ticketd */
	guint64 schema;
	guint byte_order; /* as G_BYTE_ORDER */
	char *desk;       /* its name */
	char *domain;
	gint64 begun; /* seconds UTC */
	gint64 until; /* when the last log was begun to be copied: all that was
	               * on disk then is in it */
	guint additions;     /* times that log was added */
	guint64 last_ticket; /* just before .until: it and all before are in it,
	                      * and later ones may be */
	guint32 first_log;
	TdLogPlace end;
	GPtrArray *files; /* of TdBackupFile, as they were written */
} TdManifest;

TdManifest *td_manifest_new(void);
void td_manifest_free(TdManifest *manifest);

/* The file of that name, or NULL; borrowed. */
TdBackupFile *td_manifest_find(const TdManifest *manifest, const char *name);
/* Adds one; the result is borrowed. */
TdBackupFile *td_manifest_add(TdManifest *manifest, const char *name);

/* The whole text of the file, with a digest of its own; the caller's. */
char *td_manifest_write(const TdManifest *manifest);

/* Reads the manifest of the backup in @directory.  TD_ERROR_REFUSED: there is
 * none, so that it is no backup, or not a whole one; it is damaged; or made by
 * a newer ticketd. */
TdManifest *td_manifest_read(const char *directory, GError **error);

/* Where @manifest's log ends, with the digest of what is in @directory.
 * TD_ERROR_REFUSED: it is damaged; names the file. */
gboolean td_manifest_log_end(const TdManifest *manifest, const char *directory,
    TdLogEnd *end, GError **error);

/* ---- backup-folder.c: backups in a directory ----
 *
 *   DIR/2026-11-22T101500Z/   a backup, by the time it was begun; or if the
 *                             newest one has a later name, that with "-2"
 *                             (and so on) behind it: the last is the newest
 *   DIR/.partial/             one in the making
 *   DIR/.removed-TIME/        one that is removed
 */

typedef struct TdBackupFolder TdBackupFolder;

/* Opens @path, which is made (mode 0700) if it is not there, and locks it; what
 * was not removed whole is removed.
 * Fails with TD_ERROR_REFUSED if something else than backups is in it, with
 * TD_ERROR_AGAIN if it is locked or the disk is full, and with TD_ERROR_DENIED.
 * The caller owns the result. */
TdBackupFolder *td_backup_folder_open(const char *path, GError **error);
/* What was begun and not finished is gone, or does not count. */
void td_backup_folder_free(TdBackupFolder *folder);

/* Where the newest backup in the directory @path is, or @path if that is one
 * itself; NULL if there is none; the caller's.  One in the making is none. */
char *td_backup_newest(const char *path);

/* Begins a backup as of @begun, seconds UTC; or adds log to that at @backup,
 * which td_backup_newest() gave.  @manifest is taken over: it gets the
 * files. */
gboolean td_backup_folder_begin(
    TdBackupFolder *folder, TdManifest *manifest, GError **error);
gboolean td_backup_folder_begin_addition(TdBackupFolder *folder,
    const char *backup, TdManifest *manifest, GError **error);

/* Writes a piece, each file's in their order.  Fails with TD_ERROR_AGAIN (disk
 * full), TD_ERROR_REFUSED (the file that is to be added to is damaged; names
 * it). */
gboolean td_backup_folder_write(TdBackupFolder *folder, const char *file,
    guint64 offset, GBytes *bytes, GError **error);

/* All was written: flushes it and gives it its name.  *@path is where it is,
 * the caller's. */
gboolean td_backup_folder_finish(
    TdBackupFolder *folder, char **path, GError **error);

/* Removes all but the newest @keep backups; *@removed says how many.  Fails
 * with TD_ERROR_AGAIN or TD_ERROR_DENIED if something of one cannot be. */
gboolean td_backup_folder_prune(
    TdBackupFolder *folder, guint keep, guint *removed, GError **error);

/* ---- restore.c: a store made of a backup ---- */

/* Called now and then; either may be NULL where they are asked for. */
typedef void (*TdRestoreProgress)(
    const char *doing, guint64 done, guint64 total, gpointer data);

/* Reads all files of the backup in @directory and compares them with
 * @manifest.  TD_ERROR_REFUSED: one is damaged, cut short or missing; names
 * it. */
gboolean td_restore_verify(const TdManifest *manifest, const char *directory,
    TdRestoreProgress progress, gpointer data, GError **error);

/* A store in the making, and the lock on what is in its place. */
typedef struct TdRestore TdRestore;

/* Copies the backup in @directory into a new folder in @home, which must be
 * there, and compares each file as td_restore_verify() does.  The folder and
 * all in it are given to @uid and @gid (-1: nobody else).  Until
 * td_restore_publish() whatever store there is in @home stays, locked, and what
 * was copied is gone when the result is freed.  Fails with TD_ERROR_REFUSED
 * too if there is a store already, unless @replace; with TD_ERROR_AGAIN if that
 * is in use.  Until the result is freed td_store_create() makes none there. The
 * caller owns the result. */
TdRestore *td_restore_new(const TdManifest *manifest, const char *directory,
    const char *home, gboolean replace, gint64 uid, gint64 gid,
    TdRestoreProgress progress, gpointer data, GError **error);

/* What else is to be done in the transaction that makes the copy a store of
 * its own: all tickets to come have numbers from @first_number on. */
typedef gboolean (*TdRestoreFunc)(
    TdTxn *txn, guint64 first_number, gpointer data, GError **error);

typedef struct {
	guint64 skip;         /* in: so many numbers are left out; 0: twice as
	                       * many as were used in as much time as passed since
	                       * the backup, at least 1000 */
	gint64 now;           /* in: seconds UTC */
	const char *actor;    /* in: "control:root" */
	TdRestoreFunc change; /* in: or NULL */
	gpointer data;
	TdCheckFunc finding; /* in: of the check; or NULL */
	gpointer finding_data;
	guint key_version;    /* set by .change, for the event */
	guint64 skipped_from; /* out: the numbers that were left out */
	guint64 skipped_to;
	guint64 held;    /* out: mails that wait for the administrator */
	guint64 tickets; /* out: the last number in use before */
	guint64 wrong;   /* out: what td_store_check() counted */
	char *replaced;  /* out: where the store that was there is now, or
	                  * NULL; the caller's */
} TdRestored;

/* As the owner of @home: recovers the copy, then in one transaction leaves out
 * numbers (those of the store that is there too, and of those that were
 * replaced before), calls .change and writes an event "report" of the desk's
 * own record; mail that waits to go out is held (TD_OUTBOX_HELD), for it may
 * have been sent since the backup.  Then checks it. */
gboolean td_restore_finish(TdRestore *restore, guint64 cache_size,
    TdRestored *restored, TdRestoreProgress progress, gpointer data,
    GError **error);

/* The copy takes its place, what was there is moved into a folder of @home
 * beside it.  Only then there is a store again: cut short there is none, and
 * restoring may be begun anew.  Fails with TD_ERROR_REFUSED if somebody put a
 * store there meanwhile, which stays. */
gboolean td_restore_publish(
    TdRestore *restore, TdRestored *restored, GError **error);

void td_restore_free(TdRestore *restore);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdBackup, td_backup_unref)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdBackupPiece, td_backup_piece_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdManifest, td_manifest_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdBackupFolder, td_backup_folder_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdRestore, td_restore_free)

G_END_DECLS

#endif
