/* store-private.h - what the files of the store share
 *
 * One btree a file, keys big-endian, so that the order of keys is the order of
 * numbers.  The layout of each value stands in the file that writes it. */

#ifndef STORE_STORE_PRIVATE_H
#define STORE_STORE_PRIVATE_H

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
	gint64 space_checked; /* monotonic, microseconds */
	guint64 space;        /* bytes free then */
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

/* ---- lost.c ---- */

/* Before the first environment is made. */
void td_lost_watch_flushes(void);
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
/* Fails with TD_ERROR_AGAIN when the disk is nearly full. */
gboolean td_store_check_space(TdStore *store, GError **error);

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
/* Reads what td_backup_keep_log() wrote; and takes it away. */
gboolean td_logs_start(TdStore *store, GError **error);
gboolean td_logs_forget(TdTxn *txn, GError **error);

/* ---- tree.c ---- */

/* Opens a directory, no link; -1: errno says why. */
int td_tree_open(int at, const char *name);
/* Removes a directory with all that is in it.  What cannot be removed shows
 * when its name is wanted. */
void td_tree_remove(int at, const char *name);

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
/* Removes the files of the indexes of tickets, those of former names too, while
 * they are closed: they are made anew when the tables are opened. */
gboolean td_tables_remove_indexes(TdStore *store, GError **error);
/* @index is made anew when the tables are opened next. */
gboolean td_index_renew(TdTxn *txn, TdTable index, GError **error);
void td_tables_close(TdStore *store);

/* ---- indexes.c: keys of the secondary tables ---- */

typedef int (*TdIndexFunc)(DB *, const DBT *, const DBT *, DBT *);

/* NULL for a primary table. */
TdIndexFunc td_index_func(TdTable table);
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

/* ---- value.c: values as GVariants ---- */

#define TD_TYPE_TICKET_FIXED "(txxxttttttttxxtyyyyyyy)"
#define TD_TYPE_TICKET                                                         \
	"(" TD_TYPE_TICKET_FIXED "ssssssssa(ss)asasasasa(st)a(xss)a{sv})"
#define TD_TYPE_PAYLOAD "(xyssta{sv})"
#define TD_TYPE_FILED_FIXED "(ttxxyyy)"
#define TD_TYPE_FILED "(" TD_TYPE_FILED_FIXED "sssssssssssssssa{sv})"
#define TD_TYPE_OUTBOX "(ttxusssssasa{sv})"
#define TD_TYPE_PERSON_FIXED "(txxxyyy)"
#define TD_TYPE_PERSON "(" TD_TYPE_PERSON_FIXED "sssssssssasasasa{sv})"
#define TD_TYPE_HOLD_FIXED "(tttttxx)"
#define TD_TYPE_HOLD "(" TD_TYPE_HOLD_FIXED "sssa{sv})"
#define TD_TYPE_SUPPRESSED_FIXED "(xxxttty)"
#define TD_TYPE_SUPPRESSED "(" TD_TYPE_SUPPRESSED_FIXED "sssa{sv})"
#define TD_TYPE_OBJECT_FIXED "(tttxxyyyy)"
#define TD_TYPE_OBJECT "(" TD_TYPE_OBJECT_FIXED "sssssaxa{sv})"

/* Once a process: makes all that follows cheaper. */
void td_value_keep_types(void);

/* @text as a GVariant of type s, made valid UTF-8; NULL is "".  Floating, or
 * borrowed from a shared one: to be given to a container or
 * g_variant_ref_sink().
 */
GVariant *td_value_text(const char *text);
/* The empty array of @type, which is *@kept_one, made when that is NULL. */
GVariant *td_value_none(GVariant **kept_one, const char *type);
/* A text for each element; NULL is the empty list. */
GVariant *td_value_texts(char *const *texts);
/* An empty a{sv}: room for later fields.  Likewise. */
GVariant *td_value_tail(void);
/* @size bytes at @data as a value of @type in normal form, NULL otherwise;
 * the caller owns the result, which holds a copy. */
GVariant *td_value_read(const char *type, const void *data, gsize size);
/* The bytes of floating @value, which is spent. */
void td_value_write(GVariant *value, gsize room, TdRow *row);

/* ---- ticket-record.c ---- */

/* The fixed-size tuple at the start of a ticket's record; the strings that
 * indexes need follow it, each with its NUL. */
typedef struct {
	guint64 number;
	gint64 created;
	gint64 updated;
	gint64 due;
	guint64 events;
	guint64 messages;
	guint64 merged_into;
	guint8 chain[32];
	guint64 state;
	gint64 until;
	gint64 timer;
	guint64 minutes;
	guint8 status;
	guint8 priority;
	guint8 spam;
	guint8 urgency;
	guint8 impact;
	guint8 rating;
	guint8 breached;
	guint8 zero[1];
} TdTicketFixed;

/* Borrowed from the record. */
typedef struct {
	TdTicketFixed fixed;
	const char *queue;
	const char *owner;
	const char *requester;
	const char *subject;
	const char *words; /* of the subject, folded, one blank between */
} TdTicketHead;

/* As td_ticket_is_active(). */
gboolean td_ticket_head_is_active(const TdTicketHead *head);
/* Reads the head alone.  FALSE if the record is damaged. */
gboolean td_ticket_peek(const void *data, gsize size, TdTicketHead *head);
void td_ticket_encode(const TdTicket *ticket, TdRow *row);
/* NULL with TD_ERROR_BROKEN if the record is damaged. */
TdTicket *td_ticket_decode(guint64 number, const TdRow *row, GError **error);
/* The words of @text as they are kept and looked for: folded, cut, at most
 * TD_WORDS of them, each once; one blank between. */
char *td_ticket_words(const char *text);
#define TD_WORDS 16
#define TD_WORD_SIZE 24

/* ---- ticket-clock.c ---- */

/* What @event tells of a clock of @ticket. */
void td_clock_fold(TdTicket *ticket, const TdEvent *event);

/* ---- ticket-tail.c ---- */

/* The last member of the record, floating or shared: see td_value_text(). */
GVariant *td_ticket_tail(const TdTicket *ticket);
/* Takes what @tail says into @ticket, which is new.  FALSE if that makes no
 * sense: the record is damaged.  Keys that nobody knows are left alone. */
gboolean td_ticket_tail_read(TdTicket *ticket, GVariant *tail);

/* ---- person-record.c ---- */

/* Members of TD_TYPE_PERSON that indexes need: an agent's name, folded ("" for
 * all others), and the addresses, none of one who was removed. */
#define TD_PERSON_FOLDED 1
#define TD_PERSON_ADDRESSES 10
void td_person_encode(const TdPerson *person, guint64 id, const char *folded,
    GStrv addresses, TdRow *row);
/* NULL if the record is damaged. */
TdPerson *td_person_decode(const void *data, gsize size);

/* ---- people.c ---- */

/* FALSE with TD_ERROR_BROKEN if @value is not the record of @id. */
gboolean td_person_row_check(guint64 id, const DBT *value, GError **error);

/* ---- holds.c ---- */

/* What keys of TD_INDEX_HOLD_FROM begin with: ticket, @from, NUL. */
guint8 *td_hold_prefix(guint64 ticket, const char *from, gsize *size);
gboolean td_hold_row_check(guint64 id, const DBT *value, GError **error);

/* ---- suppressions.c ---- */

/* What to call a row of TD_TABLE_SUPPRESSED, printable; the caller's. */
char *td_suppression_row_name(const DBT *key);
/* FALSE if the row is damaged. */
gboolean td_suppression_row_read(
    const DBT *key, const DBT *value, gint64 *expires);

/* ---- objects.c ---- */

/* What to call a row of TD_TABLE_OBJECTS, printable; the caller's. */
char *td_object_row_name(const DBT *key);
/* NULL if the row is damaged. */
TdObject *td_object_decode(const DBT *key, const DBT *value);
/* What keys of TD_INDEX_OBJECT_TICKET and TD_INDEX_OBJECT_REFERENCE begin
 * with; the caller's. */
guint8 *td_object_ticket_prefix(guint64 ticket, gboolean problem, gsize *size);
guint8 *td_object_reference_prefix(
    const char *monitor, const char *reference, gsize *size);

/* ---- event.c ---- */

/* NULL if there is no such key of type s; borrowed from @event. */
const char *td_event_find(const TdEvent *event, const char *key);

/* ---- events.c ---- */

/* An event's row: hash of the payload, chain so far, payload. */
#define TD_HASH_SIZE 32
#define TD_EVENT_PAYLOAD (2 * TD_HASH_SIZE)

/* The payload behind room for the two hashes. */
void td_event_encode(const TdEvent *event, TdRow *row);
/* The event in a row; NULL with TD_ERROR_BROKEN if it is damaged. */
TdEvent *td_event_decode(
    const guint8 *key, const guint8 *data, gsize size, GError **error);
/* @chain, of TD_HASH_SIZE, moves on by one event. */
void td_event_chain(guint8 *chain, guint64 number, guint64 sequence,
    const guint8 *payload_hash);

/* ---- erased.c: events whose payload was replaced ---- */

/* What the event that tells of them has for each: its sequence, and the hash of
 * what stands there now. */
#define TD_ERASED_MARKS "marks"

/* Of one ticket. */
typedef struct TdMarks TdMarks;

TdMarks *td_marks_new(void);
void td_marks_free(TdMarks *marks);
/* The payload of event @sequence has @hash, and not that of its row. */
void td_marks_found(TdMarks *marks, guint64 sequence, const guint8 *hash);
/* That hash, borrowed; NULL if it has that of its row. */
const guint8 *td_marks_hash(const TdMarks *marks, guint64 sequence);
/* Takes in what @event tells, which is behind all that it tells of. */
void td_marks_told(TdMarks *marks, const TdEvent *event);
/* The same of the event that is to come. */
void td_marks_foretold(TdMarks *marks, const TdErasure *erasure);
/* Sequences of events that were changed though no event tells so, or to
 * something else than it tells; and of those that are again what they were
 * before they were replaced.  In order, of guint64, the caller's. */
GArray *td_marks_changed(const TdMarks *marks);
GArray *td_marks_restored(const TdMarks *marks);

/* As td_ticket_rebuild(), as if the event that tells of @erasure (NULL: none)
 * were there. */
gboolean td_ticket_rebuild_with(TdTxn *txn, guint64 number,
    const TdErasure *erasure, TdTicket **ticket, GError **error);

/* ---- purge.c: what is left of a ticket that was purged ---- */

#define TD_PURGED_HASHES "hashes"

/* Whether @event is that: *@hashes, borrowed, are those of the payloads of the
 * *@count events before it. */
gboolean td_event_is_purge(
    const TdEvent *event, const guint8 **hashes, gsize *count);
/* FALSE if it is not. */
gboolean td_purged_fold(TdTicket *ticket, const TdEvent *event);

/* ---- filed.c ---- */

/* pack.c.  Packs into @room bytes at @data, of which ZSTD_compressBound() are
 * enough.  TD_ERROR_AGAIN: no memory. */
gboolean td_pack(ZSTD_CCtx *packer, const char *raw, gsize size, guint8 *data,
    gsize room, gsize *packed, GError **error);
/* The @size bytes that were packed, and a NUL behind them: the caller's; NULL
 * if they are damaged. */
GBytes *td_unpack(const guint8 *packed, gsize packed_size, guint64 size);

/* Whether the message is there, without reading it. */
gboolean td_filed_there(TdTxn *txn, guint64 number, guint64 sequence,
    gboolean *there, GError **error);
/* What is wrong with the message in @row, compared with what td_filed_vouch()
 * told @event of it; NULL if nothing is.  Static text. */
const char *td_filed_differs(
    const TdEvent *event, const guint8 *key, const TdRow *row);

/* ---- strays.c: what nothing of the store's leads to ---- */

/* The first number from @from on that @tables have.  Rows whose key is shorter
 * than a number are passed over. */
gboolean td_numbers_next(TdTxn *txn, const TdTable *tables, guint count,
    guint64 from, gboolean *any, guint64 *next, GError **error);
/* Tells of those rows that stand behind all rows of numbers below @from and
 * before those of @until. */
gboolean td_rows_tell_short(TdTxn *txn, const TdTable *tables, guint count,
    guint64 from, guint64 until, TdCheckFunc finding, gpointer data,
    GError **error);

typedef enum {
	TD_STRAY_NONE,
	TD_STRAY_EXTRA, /* the row that it leads to does not give this key */
	TD_STRAY_LOST   /* it leads to a row that is not there */
} TdStray;

/* As td_cursor_step() for a cursor with values of an index; @primary, to be
 * freed by the caller, is the key of the row.  From a key that is lost the
 * cursor does not go on by itself. */
gboolean td_index_step(TdCursor *cursor, u_int32_t way, DBT *primary,
    gboolean *found, TdStray *stray, GError **error);

/* One call for each stray key of @index. */
typedef void (*TdStrayFunc)(
    TdTable index, TdStray stray, const DBT *primary, gpointer data);

/* Looks at up to TD_READ_MAX keys of @index behind @last (empty: from the
 * first), which is moved on. */
gboolean td_index_tell_strays(TdTxn *txn, TdTable index, GByteArray *last,
    gboolean *more, TdStrayFunc finding, gpointer data, GError **error);

/* ---- difference.c ---- */

/* Names of what differs in @a and @b, which are not equal: "priority, queue";
 * the caller's. */
char *td_ticket_difference(const TdTicket *a, const TdTicket *b);

/* ---- verify-read.c ---- */

typedef struct {
	guint64 sequence;
	gboolean indexed;
	gboolean odd; /* its key is no event's */
	TdRow row;
} TdChainLink;

void td_chain_link_free(TdChainLink *link);
/* Adds rows among the events of ticket @number that come behind the key @last
 * (empty: from the first) to @links, so many that a turn is short; @last is
 * moved on.  None: there are no more. */
gboolean td_chain_read(TdTxn *txn, guint64 number, GByteArray *last,
    GPtrArray *links, GError **error);

/* ---- verify-ticket.c ---- */

/* Tells of a finding of @verify; @sequence 0: of the ticket as a whole. */
void td_verify_tell(TdVerify *verify, guint64 ticket, guint64 sequence,
    const char *format, ...) G_GNUC_PRINTF(4, 5);
/* Follows the events of ticket @number and looks at all that belongs to it;
 * @seals are those of this ticket. */
gboolean td_verify_ticket(TdStore *store, TdVerify *verify, guint64 number,
    const TdSeal *seals, guint count, GError **error);

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

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdRow, td_row_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdCursor, td_cursor_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdRange, td_range_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdMarks, td_marks_free)

G_END_DECLS

/* ---- ids.c ---- */

/* Places among the Message-IDs are below this. */
#define TD_IDS_END (G_GUINT64_CONSTANT(1) << 60)

/* Reads up to TD_READ_MAX rows from a place on, which is what *@at has below
 * TD_IDS_END; it is moved to where to go on, and 0 at the end.  Each damaged
 * row is a finding and adds to *@wrong. */
gboolean td_ids_check(TdTxn *txn, guint64 *at, TdCheckFunc finding,
    gpointer data, guint64 *wrong, GError **error);

/* ---- outbox-rows.c ---- */

/* Each damaged row is a finding and adds to *@wrong. */
gboolean td_outbox_check(TdTxn *txn, TdCheckFunc finding, gpointer data,
    guint64 *wrong, GError **error);

#endif
