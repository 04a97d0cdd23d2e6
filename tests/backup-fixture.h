/* backup-fixture.h - a store with mail in it, backups of it, and what is
 * restored
 */

#ifndef TESTS_BACKUP_FIXTURE_H
#define TESTS_BACKUP_FIXTURE_H

#include <ticketd/backup.h>

#include "store-fixture.h"

#define PATIENCE_SECONDS 60

typedef struct {
	Desk desk;
	char *folder; /* of backups */
	char *other;  /* home of what is restored */
} Backups;

void backups_set_up(Backups *backups, gconstpointer unused);

void backups_tear_down(Backups *backups, gconstpointer unused);

/* Files @count mails of @size bytes, each with a ticket, an id and a mail to
 * send; the number of the last ticket. */
guint64 file_some(TdStore *store, guint count, guint size);

/* Mail that is filed as fast as it can be, with checkpoints between. */
typedef struct {
	TdStore *store;
	GThread *thread;
	gint stop;
	guint64 number; /* the last that is on disk: atomic would do, but it is
	                 * read under the lock */
	GMutex lock;
} Storm;

void begin_storm(Storm *storm, TdStore *store);

/* The last ticket that is on disk. */
guint64 storm_number(Storm *storm);

void end_storm(Storm *storm);

/* A backup as of @now, @pause_us after each piece; where it is, the caller's.
 */
char *make_backup(Backups *backups, gint64 now, gulong pause_us);

/* Adds log to the newest backup; FALSE if that is refused. */
gboolean add_log(Backups *backups, gint64 now, GError **error);

/* To .other. */
gboolean restore_backup(Backups *backups, const char *path, gboolean replace,
    TdRestored *restored, GError **error);

/* All tickets up to @number are in the store in @home, with all they have, and
 * nothing is wrong with it. */
void assert_tickets(const char *home, guint64 number);

/* The backup at @path has all tickets up to @number, and each page is whole. */
void restore_and_look(Backups *backups, const char *path, guint64 number);

#endif
