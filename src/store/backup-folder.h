/* backup-folder.h - a directory of backups, for backup-folder.c and
 * backup-list.c */

#ifndef STORE_BACKUP_FOLDER_H
#define STORE_BACKUP_FOLDER_H

#include "store/store-private.h"

G_BEGIN_DECLS

#define TD_FOLDER_PARTIAL ".partial"
/* g_date_time_format() */
#define TD_FOLDER_TIME "%Y-%m-%dT%H%M%SZ"
/* So much is written before it is flushed: whoever sends the pieces must not
 * wait for the next request until all of a large table is. */
#define TD_FOLDER_FLUSH ((gsize)16 * 1024 * 1024)

struct TdBackupFolder {
	char *path;
	int fd;            /* locked */
	gboolean partial;  /* there is one in the making */
	gboolean addition; /* or one that is added to */
	char *name;        /* of the backup in hand, once it has one */
	int backup;        /* it, -1: none */
	TdManifest *manifest;
	TdBackupFile *file; /* of the manifest: the one that is written */
	int fd_file;
	gsize unflushed;  /* bytes of it, about */
	TdSha256 *sha256; /* of what is in it */
};

/* What errno tells of @path.  Always FALSE. */
gboolean td_folder_fail(GError **error, const char *doing, const char *path);

/* A name for a backup of @begun, behind all that are there; the caller's. */
char *td_folder_name(const TdBackupFolder *folder, gint64 begun);

G_END_DECLS

#endif
