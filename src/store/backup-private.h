/* backup-private.h - a backup in the making, for backup.c and backup-copy.c */

#ifndef STORE_BACKUP_PRIVATE_H
#define STORE_BACKUP_PRIVATE_H

#include "store/store-private.h"

G_BEGIN_DECLS

struct TdBackup {
	TdStore *store;  /* borrowed */
	GThread *thread; /* NULL: it could not begin */
	gboolean full;
	TdLogPlace since;
	guint64 size;
	guint32 first_log; /* these two are the thread's until .ended */
	TdLogPlace end;

	/* of the table that is being copied */
	const char *file; /* borrowed */
	gboolean alone;   /* in the gate, with the checkpoint lock */
	gboolean cut;     /* a block was short */

	GMutex mutex; /* of all below */
	GCond cond;
	GQueue pieces; /* of TdBackupPiece */
	gboolean cancelled;
	gboolean ended;
	GError *error;
};

/* Waits for room.  FALSE when nobody wants any more. */
gboolean td_backup_push(TdBackup *backup, const char *file, guint64 offset,
    const void *bytes, gsize size);
/* Always FALSE. */
gboolean td_backup_fail_cancelled(GError **error);

/* On the thread of the backup: all of the store; what was logged behind
 * .since. */
gboolean td_backup_copy_all(TdBackup *backup, GError **error);
gboolean td_backup_copy_logs(TdBackup *backup, GError **error);

G_END_DECLS

#endif
