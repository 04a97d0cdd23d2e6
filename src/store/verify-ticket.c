/* verify-ticket.c - follows the chain of one ticket
 *
 * Rows are copied in short read turns and looked at when the gate is open
 * again.  Events are only ever added, so what was read stays true; the record
 * is read in the turn that finds no further event.  Behind an event that does
 * not fit, the chain is followed from what that row says, so that each change
 * is told once. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/sha256.h>

#include "store/store-private.h"

/* Of one ticket: what is wrong all over need not be told of each event. */
#define MOST_FINDINGS 100u

typedef struct {
	TdStore *store;
	TdVerify *verify;
	guint64 number;
	const TdSeal *seals; /* those that are left */
	guint seals_count;
	TdTicket *sum; /* of the events that could be read */
	gboolean torn; /* .sum is not that of all events */
	guint8 chain[TD_HASH_SIZE];
	guint64 sequence; /* of the newest event */
	GByteArray *last; /* key that was read last; empty: none was */
	guint64 present;  /* messages up to this one were looked for */
	guint64 vouched;  /* messages whose bytes were compared */
	guint64 findings;
} Follower;

static void
follower_clear(Follower *follower)
{
	td_ticket_free(follower->sum);
	g_byte_array_unref(follower->last);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Follower, follower_clear)

static void tell(Follower *follower, guint64 sequence, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

static void
tell(Follower *follower, guint64 sequence, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	if (++follower->findings > MOST_FINDINGS) {
		follower->verify->wrong++;
		return;
	}
	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	td_verify_tell(
	    follower->verify, follower->number, sequence, "%s", text);
}

/* ---- messages ---- */

static void
tell_missing(Follower *follower, guint64 first, guint64 last)
{
	if (first == last)
		tell(follower, 0, "lacks message %" G_GUINT64_FORMAT, first);
	else
		tell(follower, 0,
		    "lacks messages %" G_GUINT64_FORMAT
		    " to %" G_GUINT64_FORMAT,
		    first, last);
}

/* Whether the bytes that @event filed are what they were. */
static gboolean
compare_message(Follower *follower, const TdEvent *event, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(follower->store);
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_PLACE];
	const char *wrong;

	td_key_place(key, follower->number, event->message);
	if (!td_row_get(
	        txn, TD_TABLE_MESSAGES, key, sizeof(key), 0, &row, error))
		return FALSE;
	g_clear_pointer(&txn, td_txn_free);
	follower->vouched++;
	/* One that is missing is told when all are looked for. */
	if (row.data == NULL)
		return TRUE;
	wrong = td_filed_differs(event, key, &row);
	if (wrong != NULL)
		tell(follower, event->sequence,
		    "filed message %" G_GUINT64_FORMAT ", which %s",
		    event->message, wrong);
	return TRUE;
}

/* "N/SEQ", a message of another ticket; FALSE if @text is none. */
static gboolean
read_place(const char *text, TdPlace *place)
{
	g_auto(GStrv) parts = g_strsplit(text, "/", 3);

	return g_strv_length(parts) == 2 &&
	    g_ascii_string_to_unsigned(
	        parts[0], 10, 0, G_MAXINT64, &place->ticket, NULL) &&
	    g_ascii_string_to_unsigned(
	        parts[1], 10, 1, G_MAXINT64, &place->sequence, NULL);
}

/* Whether the mail that an event came from is there, where that is another
 * ticket's. */
static gboolean
find_source(Follower *follower, const TdEvent *event, GError **error)
{
	const char *raw = td_event_get(event, "raw");
	g_autoptr(TdTxn) txn = NULL;
	gboolean there;
	TdPlace place;

	if (!read_place(raw, &place))
		return TRUE;
	txn = td_txn_read(follower->store);
	if (!td_filed_there(txn, place.ticket, place.sequence, &there, error))
		return FALSE;
	if (!there)
		tell(follower, event->sequence,
		    "came from message %s, which is missing", raw);
	return TRUE;
}

/* Looks for the messages up to the newest that events speak of, for one turn.
 */
static gboolean
look_for_messages(Follower *follower, gboolean *more, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(follower->store);
	g_auto(TdCursor) cursor = { 0 };
	guint8 start[TD_KEY_PLACE];
	guint64 last = follower->sum->messages;
	gboolean found;
	guint looked;

	td_key_place(start, follower->number, follower->present + 1);
	if (!td_cursor_open(txn, TD_TABLE_MESSAGES, FALSE, &cursor, error) ||
	    !td_cursor_seek(&cursor, start, sizeof(start), &found, error))
		return FALSE;
	for (looked = 0;
	     found && looked < TD_READ_MAX && cursor.key.size == TD_KEY_PLACE &&
	     td_key_read(cursor.key.data) == follower->number;
	     looked++) {
		const guint8 *key = cursor.key.data;
		guint64 sequence = td_key_read(key + TD_KEY_NUMBER);

		if (sequence > last)
			break;
		if (sequence > follower->present + 1)
			tell_missing(
			    follower, follower->present + 1, sequence - 1);
		follower->present = sequence;
		if (!td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	}
	*more = looked == TD_READ_MAX && follower->present < last;
	if (!*more && follower->present < last) {
		tell_missing(follower, follower->present + 1, last);
		follower->present = last;
	}
	return TRUE;
}

/* Whether there is a message that no event speaks of. */
static gboolean
look_behind_messages(Follower *follower, TdTxn *txn, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	guint8 start[TD_KEY_PLACE];
	const guint8 *key;
	gboolean found;

	td_key_place(start, follower->number, follower->sum->messages + 1);
	if (!td_cursor_open(txn, TD_TABLE_MESSAGES, FALSE, &cursor, error) ||
	    !td_cursor_seek(&cursor, start, sizeof(start), &found, error))
		return FALSE;
	key = cursor.key.data;
	if (found && cursor.key.size >= TD_KEY_NUMBER &&
	    td_key_read(key) == follower->number)
		tell(follower, 0,
		    "has a message that no event speaks of: "
		    "%" G_GUINT64_FORMAT,
		    cursor.key.size < TD_KEY_PLACE
		        ? 0
		        : td_key_read(key + TD_KEY_NUMBER));
	return TRUE;
}

/* ---- the chain ---- */

static void
check_seals(Follower *follower)
{
	while (follower->seals_count > 0 &&
	    follower->seals->sequence <= follower->sequence) {
		const TdSeal *seal = follower->seals++;

		follower->seals_count--;
		if (seal->sequence == follower->sequence &&
		    memcmp(seal->chain, follower->chain, TD_HASH_SIZE) == 0)
			continue;
		tell(follower, seal->sequence,
		    "is not what was sealed: this event, or one before it, was "
		    "changed since");
	}
}

/* Whether @link, which is behind the newest event, is the next one. */
static void
check_chain(Follower *follower, const TdChainLink *link)
{
	guint64 expected = follower->sequence + 1;
	const guint8 *data = link->row.data;
	guint8 hash[TD_HASH_SIZE];

	if (link->sequence == expected + 1)
		tell(follower, expected, "is missing");
	else if (link->sequence > expected)
		tell(follower, expected,
		    "is missing, and so are all up to %" G_GUINT64_FORMAT,
		    link->sequence - 1);
	td_sha256(
	    data + TD_EVENT_PAYLOAD, link->row.size - TD_EVENT_PAYLOAD, hash);
	if (memcmp(hash, data, TD_HASH_SIZE) != 0)
		tell(follower, link->sequence,
		    "was changed: it does not match its hash");
	td_event_chain(follower->chain, follower->number, link->sequence, data);
	if (link->sequence != expected) {
		follower->torn = TRUE;
	} else if (memcmp(follower->chain, data + TD_HASH_SIZE, TD_HASH_SIZE) !=
	    0) {
		tell(follower, link->sequence, "does not fit the chain");
		follower->torn = TRUE;
	}
	memcpy(follower->chain, data + TD_HASH_SIZE, TD_HASH_SIZE);
}

static gboolean
take_event(Follower *follower, const TdChainLink *link, GError **error)
{
	g_autoptr(TdEvent) event = NULL;
	guint8 key[TD_KEY_PLACE];

	td_key_place(key, follower->number, link->sequence);
	event = td_event_decode(key, link->row.data, link->row.size, NULL);
	if (event == NULL) {
		tell(follower, link->sequence, "cannot be read");
		follower->torn = TRUE;
		return TRUE;
	}
	td_ticket_fold(follower->sum, event);
	if (!find_source(follower, event, error))
		return FALSE;
	return event->message == 0 || *td_event_get(event, "sha256") == '\0' ||
	    compare_message(follower, event, error);
}

static gboolean
take_link(Follower *follower, const TdChainLink *link, GError **error)
{
	if (link->odd) {
		tell(follower, 0, "has a row among its events that is none");
		return TRUE;
	}
	follower->verify->events++;
	/* It counts for nothing, so that it hides no other change. */
	if (link->sequence <= follower->sequence) {
		tell(follower, link->sequence,
		    "has an event with the number %" G_GUINT64_FORMAT
		    ", which none can have",
		    link->sequence);
		return TRUE;
	}
	if (link->row.size <= TD_EVENT_PAYLOAD) {
		tell(follower, link->sequence, "cannot be read");
		follower->torn = TRUE;
		follower->sequence = link->sequence;
		return TRUE;
	}
	check_chain(follower, link);
	follower->sequence = link->sequence;
	check_seals(follower);
	if (!link->indexed)
		tell(follower, link->sequence, "is missing from %s",
		    td_table_name(TD_INDEX_TIME));
	return take_event(follower, link, error);
}

/* ---- the record ---- */

static void
compare_record(Follower *follower, const TdTicket *record)
{
	g_autofree char *names = NULL;

	if (record == NULL) {
		tell(follower, 0, "has no record");
		return;
	}
	if (follower->sequence == 0 && follower->number != TD_TICKET_DESK) {
		tell(follower, 0, "has no events");
		return;
	}
	if (record->events > follower->sequence)
		tell(follower, record->events,
		    "is missing: the record was written after it");
	else if (record->events < follower->sequence)
		tell(follower, follower->sequence,
		    "is one too many: the record knows of %" G_GUINT64_FORMAT,
		    record->events);
	else if (memcmp(record->chain, follower->chain, TD_HASH_SIZE) != 0)
		tell(follower, 0,
		    "has a record with another end of the chain than its "
		    "last event");
	else if (!follower->torn && !td_ticket_equal(record, follower->sum)) {
		names = td_ticket_difference(record, follower->sum);
		tell(follower, 0,
		    "has a record that is not the sum of its events: %s",
		    names);
	}
}

static gboolean
check_row_indexes(Follower *follower, TdTxn *txn, GError **error)
{
	TdTable index = 0;

	do {
		if (!td_index_missing(
		        txn, TD_TABLE_TICKETS, follower->number, &index, error))
			return FALSE;
		if (index < TD_TABLES)
			tell(follower, 0, "is missing from %s",
			    td_table_name(index));
	} while (index++ < TD_TABLES);
	return TRUE;
}

/* In the turn that found no further event. */
static gboolean
look_at_record(Follower *follower, TdTxn *txn, GError **error)
{
	g_autoptr(TdTicket) record = NULL;
	GError *problem = NULL;

	memcpy(follower->sum->chain, follower->chain, TD_HASH_SIZE);
	if (td_ticket_get(txn, follower->number, &record, &problem)) {
		compare_record(follower, record);
	} else if (g_error_matches(problem, TD_ERROR, TD_ERROR_BROKEN)) {
		tell(follower, 0, "cannot be read: %s", problem->message);
		g_error_free(problem);
	} else {
		g_propagate_error(error, problem);
		return FALSE;
	}
	return look_behind_messages(follower, txn, error) &&
	    check_row_indexes(follower, txn, error);
}

/* ---- all of it ---- */

/* One turn; *@done at the end of all. */
static gboolean
take_turn(Follower *follower, gboolean *done, GError **error)
{
	g_autoptr(GPtrArray) links = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_chain_link_free);
	g_autoptr(TdTxn) txn = td_txn_read(follower->store);
	gboolean more = TRUE;

	if (!td_chain_read(txn, follower->number, follower->last, links, error))
		return FALSE;
	if (links->len == 0) {
		*done = follower->present >= follower->sum->messages;
		if (*done)
			return look_at_record(follower, txn, error);
	}
	g_clear_pointer(&txn, td_txn_free);
	for (guint i = 0; i < links->len; i++)
		if (!take_link(follower, links->pdata[i], error))
			return FALSE;
	while (links->len == 0 && more)
		if (!look_for_messages(follower, &more, error))
			return FALSE;
	return TRUE;
}

static void
sum_up(Follower *follower)
{
	TdVerify *verify = follower->verify;
	guint64 messages = follower->sum->messages;
	TdSeal head = { follower->number, follower->sequence, { 0 } };

	if (follower->findings > MOST_FINDINGS)
		td_verify_tell(verify, follower->number, 0,
		    "has %" G_GUINT64_FORMAT " findings more",
		    follower->findings - MOST_FINDINGS);
	verify->tickets++;
	verify->messages += messages;
	verify->unvouched += messages - MIN(messages, follower->vouched);
	memcpy(head.chain, follower->chain, TD_HASH_SIZE);
	if (verify->heads != NULL)
		g_array_append_val(verify->heads, head);
}

gboolean
td_verify_ticket(TdStore *store, TdVerify *verify, guint64 number,
    const TdSeal *seals, guint count, GError **error)
{
	g_auto(Follower) follower = { .store = store,
		.verify = verify,
		.number = number,
		.seals = seals,
		.seals_count = count,
		.sum = td_ticket_new(number),
		.last = g_byte_array_new() };
	gboolean done = FALSE;

	/* What was sealed before the first event. */
	check_seals(&follower);
	while (!done)
		if (!take_turn(&follower, &done, error))
			return FALSE;
	for (guint i = 0; i < follower.seals_count; i++)
		tell(&follower, follower.seals[i].sequence,
		    "was sealed, and is missing with all behind event "
		    "%" G_GUINT64_FORMAT,
		    follower.sequence);
	sum_up(&follower);
	return TRUE;
}
