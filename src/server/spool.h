/* spool.h - the bytes of one mail while they come in
 *
 * In memory while they are few and the budget of all sessions allows it, else
 * in a temporary file without a name. */

#ifndef TICKETD_SPOOL_H
#define TICKETD_SPOOL_H

#include <glib.h>

G_BEGIN_DECLS

/* A mail above this goes to a file, whatever the budget says. */
#define TD_SPOOL_MEMORY_MAX ((gsize)256 * 1024)

/* What all spools of one server share.  Counted by reference, for the bytes of
 * a mail may outlive the server. */
typedef struct TdSpoolRoom TdSpoolRoom;

/* @budget in bytes; @directory is made (mode 0700) when a file is needed. */
TdSpoolRoom *td_spool_room_new(guint64 budget, const char *directory);
TdSpoolRoom *td_spool_room_ref(TdSpoolRoom *room);
void td_spool_room_unref(TdSpoolRoom *room);
/* Bytes held in memory now. */
gsize td_spool_room_used(TdSpoolRoom *room);

typedef struct TdSpool TdSpool;

/* Empty.  Free functions take NULL. */
TdSpool *td_spool_new(TdSpoolRoom *room);
void td_spool_free(TdSpool *spool);

/* FALSE: no room on the disk either, of which some is left for the store; errno
 * says why. */
gboolean td_spool_append(TdSpool *spool, const char *bytes, gsize size);

/* Throws away what is there. */
void td_spool_clear(TdSpool *spool);

/* All bytes; the spool is empty afterwards.  NULL: they cannot be mapped. */
GBytes *td_spool_take(TdSpool *spool);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdSpool, td_spool_free)

G_END_DECLS

#endif
