/* verify-ticket.c - follows the chain of one ticket
 *
 * Rows are copied in short read turns and looked at when the gate is open
 * again.  Events are only ever added, so what was read stays true; the record
 * is read in the turn that finds no further event.  A ticket that is purged
 * meanwhile, or in which somebody is erased, is followed anew: so findings are
 * told at the end.  Behind an event that does not fit, the chain is followed
 * from what that row says, so that each change is told once. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/sha256.h>

#include "store/verify.h"

/* Of one ticket: what is wrong all over need not be told of each event. */
#define MOST_FINDINGS 100u
/* Of one ticket to which somebody writes without a pause. */
#define MOST_TRIES 100u

typedef struct {
	guint64 sequence;
	char *text;
} Finding;

static void
free_finding(gpointer data)
{
	Finding *finding = data;

	g_free(finding->text);
	g_free(finding);
}

static void
follower_init(
    TdFollower *follower, TdStore *store, TdVerify *verify, guint64 number)
{
	*follower = (TdFollower){ .store = store,
		.verify = verify,
		.number = number,
		.sum = td_ticket_new(number),
		.marks = td_marks_new(),
		.last = g_byte_array_new(),
		.told = g_ptr_array_new_with_free_func(free_finding) };
}

static void
follower_clear(TdFollower *follower)
{
	g_ptr_array_unref(follower->told);
	td_ticket_free(follower->sum);
	td_marks_free(follower->marks);
	g_byte_array_unref(follower->last);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdFollower, follower_clear)

void
td_follower_tell(
    TdFollower *follower, guint64 sequence, const char *format, ...)
{
	Finding *finding;
	va_list args;

	if (++follower->findings > MOST_FINDINGS)
		return;
	finding = g_new0(Finding, 1);
	finding->sequence = sequence;
	va_start(args, format);
	finding->text = g_strdup_vprintf(format, args);
	va_end(args);
	g_ptr_array_add(follower->told, finding);
}

/* ---- the chain ---- */

static void
check_seals(TdFollower *follower)
{
	while (follower->seals_count > 0 &&
	    follower->seals->sequence <= follower->sequence) {
		const TdSeal *seal = follower->seals++;

		follower->seals_count--;
		if (seal->sequence == follower->sequence &&
		    memcmp(seal->chain, follower->chain, TD_HASH_SIZE) == 0)
			continue;
		td_follower_tell(follower, seal->sequence,
		    "is not what was sealed: this event, or one before it, was "
		    "changed since");
	}
}

static TdEvent *
decode(const TdFollower *follower, const TdChainLink *link)
{
	guint8 key[TD_KEY_PLACE];

	td_key_place(key, follower->number, link->sequence);
	return td_event_decode(key, link->row.data, link->row.size, NULL);
}

/* A ticket that was purged begins with an event that has the hashes of those
 * before it. */
static void
follow_purge(TdFollower *follower, const TdEvent *event)
{
	const guint8 *hashes;
	gsize count;

	if (!td_event_is_purge(event, &hashes, &count) ||
	    count != event->sequence - 1)
		return;
	for (gsize i = follower->sequence; i < count; i++) {
		follower->sequence++;
		td_event_chain(follower->chain, follower->number,
		    follower->sequence, hashes + i * TD_HASH_SIZE);
		check_seals(follower);
	}
}

/* Whether @link, which is behind the newest event, is the next one. */
static void
check_chain(TdFollower *follower, const TdChainLink *link, const TdEvent *event)
{
	guint64 expected = follower->sequence + 1;
	const guint8 *data = link->row.data;
	guint8 hash[TD_HASH_SIZE];

	if (link->sequence == expected + 1)
		td_follower_tell(follower, expected, "is missing");
	else if (link->sequence > expected)
		td_follower_tell(follower, expected,
		    "is missing, and so are all up to %" G_GUINT64_FORMAT,
		    link->sequence - 1);
	td_sha256(
	    data + TD_EVENT_PAYLOAD, link->row.size - TD_EVENT_PAYLOAD, hash);
	/* Whether it may have been changed a later event tells; no event can
	 * make it what cannot be read. */
	if (memcmp(hash, data, TD_HASH_SIZE) != 0 && event != NULL)
		td_marks_found(follower->marks, link->sequence, hash);
	else if (memcmp(hash, data, TD_HASH_SIZE) != 0)
		td_follower_tell(follower, link->sequence,
		    "was changed: it does not match its hash");
	td_event_chain(follower->chain, follower->number, link->sequence, data);
	if (link->sequence != expected) {
		follower->torn = TRUE;
	} else if (memcmp(follower->chain, data + TD_HASH_SIZE, TD_HASH_SIZE) !=
	    0) {
		td_follower_tell(
		    follower, link->sequence, "does not fit the chain");
		follower->torn = TRUE;
	}
	memcpy(follower->chain, data + TD_HASH_SIZE, TD_HASH_SIZE);
}

static gboolean
take_event(TdFollower *follower, const TdChainLink *link, const TdEvent *event,
    GError **error)
{
	const guint8 *hashes;
	gsize count;

	if (event == NULL) {
		td_follower_tell(follower, link->sequence, "cannot be read");
		follower->torn = TRUE;
		return TRUE;
	}
	/* When those before it were read they were there. */
	if (td_event_is_purge(event, &hashes, &count))
		follower->again = follower->events > 1;
	td_marks_told(follower->marks, event);
	td_ticket_fold(follower->sum, event);
	if (!td_follower_find_source(follower, event, error))
		return FALSE;
	return event->message == 0 || *td_event_get(event, "sha256") == '\0' ||
	    td_follower_compare_message(follower, event, error);
}

static gboolean
take_link(TdFollower *follower, const TdChainLink *link, GError **error)
{
	g_autoptr(TdEvent) event = NULL;

	if (link->odd) {
		td_follower_tell(
		    follower, 0, "has a row among its events that is none");
		return TRUE;
	}
	follower->events++;
	/* It counts for nothing, so that it hides no other change. */
	if (link->sequence <= follower->sequence) {
		td_follower_tell(follower, link->sequence,
		    "has an event with the number %" G_GUINT64_FORMAT
		    ", which none can have",
		    link->sequence);
		return TRUE;
	}
	if (link->row.size <= TD_EVENT_PAYLOAD) {
		td_follower_tell(follower, link->sequence, "cannot be read");
		follower->torn = TRUE;
		follower->sequence = link->sequence;
		return TRUE;
	}
	event = decode(follower, link);
	if (event != NULL && link->sequence != follower->sequence + 1)
		follow_purge(follower, event);
	check_chain(follower, link, event);
	follower->sequence = link->sequence;
	check_seals(follower);
	if (!link->indexed)
		td_follower_tell(follower, link->sequence, "is missing from %s",
		    td_table_name(TD_INDEX_TIME));
	return take_event(follower, link, event, error);
}

/* ---- what was replaced ---- */

/* Whether the payload of event @sequence is still what it was when it was read:
 * one with the hash @was, or NULL, that of its row. */
static gboolean
is_as_read(TdFollower *follower, TdTxn *txn, guint64 sequence,
    const guint8 *was, gboolean *same, GError **error)
{
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_PLACE];
	guint8 hash[TD_HASH_SIZE];

	td_key_place(key, follower->number, sequence);
	if (!td_row_get(txn, TD_TABLE_EVENTS, key, sizeof(key), 0, &row, error))
		return FALSE;
	*same = row.data == NULL || row.size <= TD_EVENT_PAYLOAD;
	if (!*same) {
		td_sha256(row.data + TD_EVENT_PAYLOAD,
		    row.size - TD_EVENT_PAYLOAD, hash);
		*same = memcmp(hash, was != NULL ? was : row.data,
		            TD_HASH_SIZE) == 0;
	}
	return TRUE;
}

/* Tells @what of those of @sequences that are as they were read. */
static gboolean
tell_marks(TdFollower *follower, TdTxn *txn, const GArray *sequences,
    const char *what, GError **error)
{
	for (guint i = 0; i < sequences->len; i++) {
		guint64 sequence = g_array_index(sequences, guint64, i);
		gboolean same;

		if (!is_as_read(follower, txn, sequence,
		        td_marks_hash(follower->marks, sequence), &same, error))
			return FALSE;
		if (same)
			td_follower_tell(follower, sequence, "%s", what);
		else
			follower->again = TRUE;
	}
	return TRUE;
}

/* When all events were read. */
static gboolean
compare_marks(TdFollower *follower, TdTxn *txn, GError **error)
{
	g_autoptr(GArray) changed = td_marks_changed(follower->marks);
	g_autoptr(GArray) restored = td_marks_restored(follower->marks);

	return tell_marks(follower, txn, changed,
	           "was changed: it does not match its hash", error) &&
	    tell_marks(follower, txn, restored,
	        "was erased, and is there again", error);
}

/* ---- the record ---- */

static void
compare_record(TdFollower *follower, const TdTicket *record)
{
	g_autofree char *names = NULL;

	if (record == NULL) {
		td_follower_tell(follower, 0, "has no record");
		return;
	}
	if (follower->sequence == 0 && follower->number != TD_TICKET_DESK) {
		td_follower_tell(follower, 0, "has no events");
		return;
	}
	if (record->events > follower->sequence)
		td_follower_tell(follower, record->events,
		    "is missing: the record was written after it");
	else if (record->events < follower->sequence)
		td_follower_tell(follower, follower->sequence,
		    "is one too many: the record knows of %" G_GUINT64_FORMAT,
		    record->events);
	else if (memcmp(record->chain, follower->chain, TD_HASH_SIZE) != 0)
		td_follower_tell(follower, 0,
		    "has a record with another end of the chain than its "
		    "last event");
	else if (!follower->torn && !td_ticket_equal(record, follower->sum)) {
		names = td_ticket_difference(record, follower->sum);
		td_follower_tell(follower, 0,
		    "has a record that is not the sum of its events: %s",
		    names);
	}
}

static gboolean
check_row_indexes(TdFollower *follower, TdTxn *txn, GError **error)
{
	TdTable index = 0;

	do {
		if (!td_index_missing(
		        txn, TD_TABLE_TICKETS, follower->number, &index, error))
			return FALSE;
		if (index < TD_TABLES)
			td_follower_tell(follower, 0, "is missing from %s",
			    td_table_name(index));
	} while (index++ < TD_TABLES);
	return TRUE;
}

/* In the turn that found no further event. */
static gboolean
look_at_record(TdFollower *follower, TdTxn *txn, GError **error)
{
	g_autoptr(TdTicket) record = NULL;
	g_autofree char *cut = NULL;
	GError *problem = NULL;

	memcpy(follower->sum->chain, follower->chain, TD_HASH_SIZE);
	if (!compare_marks(follower, txn, error))
		return FALSE;
	if (td_ticket_get(txn, follower->number, &record, &problem)) {
		if (!td_cut_check(
		        txn, FALSE, record, follower->sum, &cut, error))
			return FALSE;
		compare_record(follower, record);
	} else if (g_error_matches(problem, TD_ERROR, TD_ERROR_BROKEN)) {
		td_follower_tell(
		    follower, 0, "cannot be read: %s", problem->message);
		g_error_free(problem);
	} else {
		g_propagate_error(error, problem);
		return FALSE;
	}
	return td_follower_look_behind_messages(follower, txn, error) &&
	    check_row_indexes(follower, txn, error);
}

/* ---- all of it ---- */

/* One turn; *@done at the end of all. */
static gboolean
take_turn(TdFollower *follower, gboolean *done, GError **error)
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
		if (!td_follower_look_for_messages(follower, &more, error))
			return FALSE;
	return TRUE;
}

/* All that was found, and the end of the chain. */
static void
sum_up(TdFollower *follower)
{
	TdVerify *verify = follower->verify;
	guint64 messages = follower->sum->messages;
	TdSeal head = { follower->number, follower->sequence, { 0 } };

	for (guint i = 0; i < follower->told->len; i++) {
		const Finding *finding = follower->told->pdata[i];

		td_verify_tell(verify, follower->number, finding->sequence,
		    "%s", finding->text);
	}
	if (follower->findings > MOST_FINDINGS) {
		td_verify_tell(verify, follower->number, 0,
		    "has %" G_GUINT64_FORMAT " findings more",
		    follower->findings - MOST_FINDINGS);
		verify->wrong += follower->findings - MOST_FINDINGS;
	}
	verify->tickets++;
	verify->events += follower->events;
	verify->messages += messages;
	verify->unvouched += messages - MIN(messages, follower->vouched);
	memcpy(head.chain, follower->chain, TD_HASH_SIZE);
	if (verify->heads != NULL)
		g_array_append_val(verify->heads, head);
}

static gboolean
follow(TdFollower *follower, GError **error)
{
	gboolean done = FALSE;

	/* What was sealed before the first event. */
	check_seals(follower);
	while (!done)
		if (!take_turn(follower, &done, error))
			return FALSE;
	for (guint i = 0; i < follower->seals_count; i++)
		td_follower_tell(follower, follower->seals[i].sequence,
		    "was sealed, and is missing with all behind event "
		    "%" G_GUINT64_FORMAT,
		    follower->sequence);
	return TRUE;
}

gboolean
td_verify_ticket(TdStore *store, TdVerify *verify, guint64 number,
    const TdSeal *seals, guint count, GError **error)
{
	guint8 end[TD_HASH_SIZE] = { 0 };

	/* Each change adds an event: where a try ends as the one before it
	 * did, nobody wrote beside it, and what it found is so. */
	for (guint tries = 1;; tries++) {
		g_auto(TdFollower) follower = { 0 };

		follower_init(&follower, store, verify, number);
		follower.seals = seals;
		follower.seals_count = count;
		if (!follow(&follower, error))
			return FALSE;
		if (!follower.again || tries == MOST_TRIES ||
		    memcmp(end, follower.chain, sizeof(end)) == 0) {
			sum_up(&follower);
			return TRUE;
		}
		memcpy(end, follower.chain, sizeof(end));
	}
}
