/* txn-private.h - an open store, its tables and its transactions */

#ifndef STORE_TXN_PRIVATE_H
#define STORE_TXN_PRIVATE_H

#include <db.h>
#include <zstd.h>

#include <ticketd/backup.h>
#include <ticketd/erase.h>
#include <ticketd/object.h>
#include <ticketd/people.h>
#include <ticketd/store.h>
#include <ticketd/suppress.h>

G_BEGIN_DECLS

typedef enum {
	TD_TABLE_META,
	TD_TABLE_TICKETS,
	TD_TABLE_EVENTS,
	TD_TABLE_MESSAGES,
	TD_TABLE_IDS,
	TD_TABLE_OUTBOX,
	TD_TABLE_PEOPLE,
	TD_TABLE_HOLDS,
	TD_TABLE_SUPPRESSED,
	TD_TABLE_OBJECTS,
	TD_INDEX_QUEUE, /* the first index */
	TD_INDEX_REQUESTER,
	TD_INDEX_OWNER,
	TD_INDEX_DUE,
	TD_INDEX_WORD,
	TD_INDEX_TIMER,
	TD_INDEX_ACTIVE,
	TD_INDEX_TIME,
	TD_INDEX_ADDRESS,
	TD_INDEX_AGENT,
	TD_INDEX_HOLD_FROM,
	TD_INDEX_HOLD_EXPIRY,
	TD_INDEX_SUPPRESSED_EXPIRY,
	TD_INDEX_OBJECT_TICKET,
	TD_INDEX_OBJECT_REFERENCE,
	TD_INDEX_OBJECT_EXPIRY,
	TD_TABLES
} TdTable;

typedef enum {
	TD_COUNTER_TICKET,
	TD_COUNTER_OUTBOX,
	TD_COUNTER_PERSON,
	TD_COUNTER_HOLD,
	TD_COUNTER_ERASED,
	TD_COUNTERS
} TdCounter;

/* ---- gate.c: many readers or one writer ----
 *
 * A waiting writer goes before readers that come later; when it leaves, all
 * readers that waited go before the next writer.  So neither starves, and a
 * thread that is inside must not enter again. */

typedef struct {
	GMutex mutex;
	GCond cond;
	guint readers; /* inside */
	gboolean writing;
	guint readers_waiting;
	guint writers_waiting;
	guint admitted; /* readers that go before the next writer */
} TdGate;

void td_gate_init(TdGate *gate);
void td_gate_clear(TdGate *gate);
void td_gate_enter(TdGate *gate, gboolean exclusive);
void td_gate_leave(TdGate *gate, gboolean exclusive);

/* ---- the store and its transactions ---- */

struct TdStore {
	char *home;         /* absolute; NULL in memory */
	int lock;           /* descriptor that holds the lock, or -1 */
	guint64 cache_size; /* bytes */
	DB_ENV *env;
	DB *tables[TD_TABLES];
	DB *plain_tickets; /* without the indexes, or NULL; tables.c */
	TdGate gate;
	ZSTD_CCtx *packer; /* of the write transaction */

	/* checkpoint.c; mutex guards what follows */
	GThread *checkpointer;
	GMutex mutex;
	GCond cond;
	gboolean stopping;
	gboolean dirty;       /* something was logged since the last one */
	gboolean checkpoint;  /* there is much log */
	u_int32_t log_file;   /* whose directory entry is on disk */
	gint64 space_checked; /* monotonic, microseconds; space.c */
	guint64 bytes_free;   /* then */
	guint64 files_free;   /* that could be made then */
	gint64 noise_since;   /* monotonic, microseconds */
	guint noise;          /* lines since then */
	gboolean log_short;   /* pages are newer than the end of the log */
	TdLostFunc lost;      /* whom to tell, once; lost.c */
	gpointer lost_data;
	int panicked; /* atomic */

	/* backup.c, logs.c */
	GMutex checkpointing;  /* held while a checkpoint is written; before
	                        * the gate */
	GMutex log_mutex;      /* of all below */
	GCond log_cond;        /* .backup has changed */
	TdBackup *backup;      /* in the making: no log is removed; or NULL */
	guint32 log_kept;      /* the first log file that an addition to a
	                        * backup needs, 0: none */
	gint64 log_kept_since; /* seconds UTC */
};

struct TdTxn {
	TdStore *store; /* borrowed */
	DB_TXN *db_txn; /* NULL: read turn, in memory, or spent */
	gboolean writes;
	gboolean spent; /* the gate was left */
	struct {
		gboolean known;
		gboolean changed; /* to be written at the commit */
		guint64 value;
	} counters[TD_COUNTERS];
};

G_END_DECLS

#endif
