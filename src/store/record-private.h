/* record-private.h - what the rows say: records of tickets, people, mail held
 * back, addresses, objects, events and messages */

#ifndef STORE_RECORD_PRIVATE_H
#define STORE_RECORD_PRIVATE_H

#include "store/row-private.h"

G_BEGIN_DECLS

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

/* ---- cut.c: tickets of which only the beginning was imported ---- */

/* If @record (or NULL) is of one: *@finding, the caller's, says so, and @sum
 * (or NULL) of its events becomes what the record should be.  With @rebuild
 * what is there is all from now on, and @record is written accordingly. */
gboolean td_cut_check(TdTxn *txn, gboolean rebuild, TdTicket *record,
    TdTicket *sum, char **finding, GError **error);

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

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdMarks, td_marks_free)

G_END_DECLS

#endif
