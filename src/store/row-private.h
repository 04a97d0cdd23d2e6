/* row-private.h - rows and keys of tables and indexes, and the table meta */

#ifndef STORE_ROW_PRIVATE_H
#define STORE_ROW_PRIVATE_H

#include "store/txn-private.h"

G_BEGIN_DECLS

/* ---- row.c ---- */

/* What to do about it. */
#define TD_STORE_DAMAGED                                                       \
	"the store is damaged: run ticket check, or restore a backup by "      \
	"ticket restore"
/* Sets *@error from Berkeley DB's return code.  Always FALSE. */
gboolean td_store_fail(GError **error, int rc, const char *doing);
/* Sets *@error to TD_ERROR_BROKEN, naming table and key.  Always FALSE. */
gboolean td_row_damaged(
    GError **error, TdTable table, const void *key, gsize size);

typedef struct {
	guint8 *data; /* owned; NULL: there is no such row */
	gsize size;
} TdRow;

void td_row_clear(TdRow *row);

/* @most: only that many bytes from the start are read (0: all). */
gboolean td_row_get(TdTxn *txn, TdTable table, const void *key, gsize key_size,
    gsize most, TdRow *row, GError **error);
gboolean td_row_put(TdTxn *txn, TdTable table, const void *key, gsize key_size,
    const void *value, gsize size, GError **error);
/* Whether a ticket has the same keys in all indexes by both rows; indexes.c. */
gboolean td_index_stays(const TdRow *before, const TdRow *after);
/* As td_row_put() for a ticket whose keys in all indexes stay: these are not
 * written. */
gboolean td_row_put_plain(TdTxn *txn, const void *key, gsize key_size,
    const void *value, gsize size, GError **error);
/* As td_row_put(), but a row that is there stays; *@added may be NULL. */
gboolean td_row_add(TdTxn *txn, TdTable table, const void *key, gsize key_size,
    const void *value, gsize size, gboolean *added, GError **error);
/* A row that is not there is fine. */
gboolean td_row_delete(
    TdTxn *txn, TdTable table, const void *key, gsize key_size, GError **error);

typedef struct {
	DBC *dbc;
	TdTable table;
	DBT key;   /* of the row it stands on */
	DBT value; /* empty unless values were asked for */
} TdCursor;

gboolean td_cursor_open(TdTxn *txn, TdTable table, gboolean values,
    TdCursor *cursor, GError **error);
void td_cursor_close(TdCursor *cursor);
/* To the first row whose key is @key or behind. */
gboolean td_cursor_seek(TdCursor *cursor, const void *key, gsize size,
    gboolean *found, GError **error);
/* To the last row whose key is before @key. */
gboolean td_cursor_seek_before(TdCursor *cursor, const void *key, gsize size,
    gboolean *found, GError **error);
/* DB_NEXT or DB_PREV. */
gboolean td_cursor_step(
    TdCursor *cursor, u_int32_t way, gboolean *found, GError **error);
/* Position among all rows from 1, of TD_INDEX_QUEUE and TD_TABLE_SUPPRESSED
 * alone; @cursor must stand on a row. */
gboolean td_cursor_position(
    TdCursor *cursor, guint64 *position, GError **error);
/* To the row at @position, of TD_TABLE_SUPPRESSED and TD_TABLE_OBJECTS alone.
 */
gboolean td_cursor_seek_position(
    TdCursor *cursor, guint64 position, gboolean *found, GError **error);

/* Keys: numbers, big-endian. */
#define TD_KEY_NUMBER 8
#define TD_KEY_PLACE 16
void td_key_number(guint8 *key, guint64 number);
void td_key_place(guint8 *key, guint64 number, guint64 sequence);
/* Times may be before 1970: the sign bit is turned. */
void td_key_time(guint8 *key, gint64 time);
guint64 td_key_read(const void *key);
gint64 td_key_read_time(const void *key);

/* Adds the keys of rows whose time in @index, which has a time in front of
 * their key, is before @before, up to @limit of them, to @keys (of GBytes). */
gboolean td_row_expired(TdTxn *txn, TdTable index, gint64 before, guint limit,
    GPtrArray *keys, GError **error);

/* ---- indexes.c: keys of the secondary tables ---- */

typedef int (*TdIndexFunc)(DB *, const DBT *, const DBT *, DBT *);

/* NULL for a primary table. */
TdIndexFunc td_index_func(TdTable table);
/* The *@count keys that a TdIndexFunc gave, still its. */
const DBT *td_index_keys(const DBT *keys, guint *count);
/* Frees what a TdIndexFunc gave. */
void td_index_clear(DBT *keys);
/* Whether all keys that @index should have for the row of @key and @value lead
 * to it. */
gboolean td_index_leads(TdTxn *txn, TdTable index, const DBT *key,
    const DBT *value, gboolean *leads, GError **error);
/* The first index of @table from *@index on (0: the first) that does not lead
 * to the row of @number: TD_TABLES if all do, or there is no such row. */
gboolean td_index_missing(
    TdTxn *txn, TdTable table, guint64 number, TdTable *index, GError **error);

/* Bytes of an index key of queues behind the queue's NUL: mark, status,
 * priority, number. */
#define TD_MARK_SPAM 1
#define TD_MARK_MERGED 2

/* ---- ranges.c: runs of index keys that end with a ticket's number ---- */

typedef struct {
	guint8 *prefix; /* owned */
	gsize size;
	guint64 number; /* the highest below the bound, 0: none is left */
} TdRange;

void td_range_free(TdRange *range);
/* Finds the highest number below @below (0: any) in @range. */
gboolean td_range_seek(
    TdCursor *cursor, TdRange *range, guint64 below, GError **error);
TdRange *td_range_new(const void *prefix, gsize size);

/* Called for each run of an index.  @prefix is the key up to the number: of
 * TD_INDEX_QUEUE queue, NUL, mark, status, priority; of TD_INDEX_ACTIVE owner,
 * NUL, queue, NUL. */
typedef gboolean (*TdRunFunc)(TdCursor *cursor, const guint8 *prefix,
    gsize size, gpointer data, GError **error);
/* All runs of @index that begin with @start, skipping from one to the next. */
gboolean td_runs(TdTxn *txn, TdTable index, const void *start, gsize start_size,
    TdRunFunc run, gpointer data, GError **error);
/* All runs of @queue (NULL: of all queues), skipping from one to the next. */
gboolean td_runs_of_queue(TdTxn *txn, const char *queue, TdRunFunc run,
    gpointer data, GError **error);
/* Owner, NUL, and, unless @queue is NULL, queue, NUL; the caller's. */
guint8 *td_active_prefix(const char *owner, const char *queue, gsize *size);

/* @key changed to the smallest key behind all that begin with it; FALSE if
 * there is none. */
gboolean td_key_after(guint8 *key, gsize *size);

/* ---- meta.c ---- */

/* The next of a counter, written at the commit. */
gboolean td_counter_next(
    TdTxn *txn, TdCounter counter, guint64 *value, GError **error);
gboolean td_counter_get(
    TdTxn *txn, TdCounter counter, guint64 *value, GError **error);
gboolean td_counters_save(TdTxn *txn, GError **error);
gboolean td_meta_get_number(
    TdTxn *txn, const char *key, guint64 *value, GError **error);
gboolean td_meta_put_number(
    TdTxn *txn, const char *key, guint64 value, GError **error);

/* ---- numbers.c ---- */

/* The first run of numbers left out that ends at @from or behind. */
gboolean td_skipped_next(TdTxn *txn, guint64 from, gboolean *any,
    guint64 *first, guint64 *last, GError **error);

/* Keys of meta that are the store's own. */
#define TD_META_SCHEMA "store/schema"
#define TD_META_BYTE_ORDER "store/byte-order"
#define TD_META_FIRST "store/first-ticket"
/* How many tables, meta too, the store was given: those that came with a later
 * ticketd are made when it is opened, and none is made twice.  Absent: the
 * first TD_TABLES_ONCE. */
#define TD_META_TABLES "store/tables"
#define TD_TABLES_ONCE TD_TABLE_SUPPRESSED
/* See td_wipe_due(). */
#define TD_META_WIPE "store/wipe"
/* In front of the name of an index that is to be made anew. */
#define TD_META_RENEW "store/renew/"
/* The first log file that the next addition to a backup needs, and since when
 * it is kept. */
#define TD_META_LOG_KEPT "store/log-kept"

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdRow, td_row_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdCursor, td_cursor_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdRange, td_range_free)

G_END_DECLS

#endif
