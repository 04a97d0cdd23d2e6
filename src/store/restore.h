/* restore.h - a store in the making, for restore*.c */

#ifndef STORE_RESTORE_H
#define STORE_RESTORE_H

#include "store/store-private.h"

G_BEGIN_DECLS

struct TdRestore {
	char *home;
	char *folder; /* of the store in the making */
	int home_fd;
	int lock;   /* of the store that is there, -1: there is none */
	int making; /* lock of the folder, -1: it is not ours */
	gint64 uid; /* who gets it, -1: nobody */
	gint64 gid;
	gint64 begun; /* of the backup, seconds UTC */
	gint64 until;
};

/* ---- restore-read.c ---- */

typedef struct {
	const TdManifest *manifest;
	const char *directory; /* of the backup */
	TdRestoreProgress progress;
	gpointer data;
	const char *doing;
	guint64 done; /* bytes, of all files */
	guint64 total;
} TdRestoreCopy;

/* What errno tells of @path.  Always FALSE. */
gboolean td_restore_fail(GError **error, const char *doing, const char *path);
/* Whether this program can make a store of the backup, and no log is missing
 * from its list; counts .total. */
gboolean td_restore_check(TdRestoreCopy *copy, GError **error);
/* Compares a file with what the manifest says of it, and writes it to @to, -1:
 * nowhere. */
gboolean td_restore_read(
    TdRestoreCopy *copy, const TdBackupFile *file, int to, GError **error);

G_END_DECLS

#endif
