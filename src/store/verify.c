/* verify.c - was anything changed? all tickets, one after the other
 *
 * What is found is evidence of a change below the store's own functions; a
 * store that was written anew with all its hashes is found by seals alone. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>

#include "store/store-private.h"

/* Of one call: a client waits for it. */
#define MOST_TICKETS 200u
#define MOST_EVENTS 2000u
/* Read turns of indexes, after which no further index is begun. */
#define MOST_TURNS 50u

/* Behind all numbers that were handed out: from here on it is an index. */
#define INDEXES (G_GUINT64_CONSTANT(1) << 62)

/* All that a ticket has bears its number. */
static const TdTable walked[] = { TD_TABLE_TICKETS, TD_TABLE_EVENTS,
	TD_TABLE_MESSAGES };

typedef struct {
	TdStore *store;
	TdVerify *verify;
	guint64 at; /* looked at are those below */
	guint seal; /* the first of those that are left */
	guint64 first;
	guint64 last;
} Walk;

void
td_verify_tell(
    TdVerify *verify, guint64 ticket, guint64 sequence, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	verify->wrong++;
	if (verify->finding != NULL)
		verify->finding(ticket, sequence, text, verify->data);
}

/* Rows that belong to no ticket are told as the desk's. */
static void
take_short(const char *finding, gpointer data)
{
	td_verify_tell(data, TD_TICKET_DESK, 0,
	    "has a row that is of no ticket: %s", finding);
}

/* The next number that anything bears, and which there should be. */
static gboolean
find_next(Walk *walk, gboolean *any, guint64 *next, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(walk->store);

	return td_ticket_range(txn, &walk->first, &walk->last, error) &&
	    td_numbers_next(txn, walked, G_N_ELEMENTS(walked), walk->at, any,
	        next, error) &&
	    td_rows_tell_short(txn, walked, G_N_ELEMENTS(walked), walk->at,
	        *any ? MIN(*next, walk->verify->until) : walk->verify->until,
	        take_short, walk->verify, error);
}

static void
tell_missing(Walk *walk, guint64 from, guint64 to)
{
	if (from < to)
		td_verify_tell(walk->verify, from, 0,
		    "is missing, and so are all up to %" G_GUINT64_FORMAT
		    ": these numbers were handed out",
		    to);
	else if (from == to)
		td_verify_tell(walk->verify, from, 0,
		    "is missing: the number was handed out");
}

/* Nothing bears a number from walk->at up to @end: those that were handed out
 * are missing. */
static gboolean
tell_gap(Walk *walk, guint64 end, GError **error)
{
	guint64 from = MAX(MAX(walk->at, walk->first), 1);
	guint64 to = MIN(end, walk->last);
	gboolean any = TRUE;

	while (from <= to && any) {
		g_autoptr(TdTxn) txn = td_txn_read(walk->store);
		guint64 first = 0, last = 0;

		if (!td_skipped_next(txn, from, &any, &first, &last, error))
			return FALSE;
		if (!any || first > to)
			break;
		if (first > from)
			tell_missing(walk, from, first - 1);
		from = last + 1;
	}
	if (from <= to)
		tell_missing(walk, from, to);
	return TRUE;
}

/* How many of the seals that are left are of tickets below @number. */
static guint
count_seals(const Walk *walk, guint64 number)
{
	const TdVerify *verify = walk->verify;
	guint i = walk->seal;

	while (i < verify->seals_count && verify->seals[i].ticket < number)
		i++;
	return i - walk->seal;
}

/* Seals of tickets from walk->at up to @end, of which there is nothing. */
static void
tell_lost(Walk *walk, guint64 end)
{
	const TdVerify *verify = walk->verify;

	while (walk->seal < verify->seals_count &&
	    verify->seals[walk->seal].ticket <= end) {
		const TdSeal *seal = &verify->seals[walk->seal++];

		/* The desk's record is as empty as it was. */
		if (seal->sequence > 0)
			td_verify_tell(walk->verify, seal->ticket,
			    seal->sequence,
			    "was sealed, and nothing of the ticket is there");
	}
}

static void
check_number(Walk *walk, guint64 number)
{
	if (number > walk->last)
		td_verify_tell(walk->verify, number, 0,
		    "has a number above the last one that was handed out, "
		    "%" G_GUINT64_FORMAT,
		    walk->last);
	else if (number != TD_TICKET_DESK && number < walk->first)
		td_verify_tell(walk->verify, number, 0,
		    "has a number below the first one, %" G_GUINT64_FORMAT,
		    walk->first);
}

static gboolean
look_at(Walk *walk, guint64 number, GError **error)
{
	guint seals;
	const TdSeal *first;

	check_number(walk, number);
	seals = number == G_MAXUINT64 ? 0 : count_seals(walk, number + 1);
	first = walk->verify->seals == NULL ? NULL
	                                    : &walk->verify->seals[walk->seal];
	walk->seal += seals;
	return td_verify_ticket(
	    walk->store, walk->verify, number, first, seals, error);
}

/* Nothing up to the end that was asked for bears a number any more. */
static gboolean
end_walk(Walk *walk, GError **error)
{
	if (!tell_gap(walk, walk->verify->until, error))
		return FALSE;
	tell_lost(walk, walk->verify->until);
	walk->at = 0;
	return TRUE;
}

/* One ticket; *@over at the end. */
static gboolean
walk_on(Walk *walk, gboolean *over, GError **error)
{
	guint64 until = walk->verify->until;
	gboolean any;
	guint64 next = 0;

	if (!find_next(walk, &any, &next, error))
		return FALSE;
	if (!any || next > until) {
		*over = TRUE;
		return end_walk(walk, error);
	}
	if (next > walk->at) {
		if (!tell_gap(walk, next - 1, error))
			return FALSE;
		tell_lost(walk, next - 1);
	}
	if (!look_at(walk, next, error))
		return FALSE;
	*over = next >= until;
	walk->at = *over ? 0 : next + 1;
	return TRUE;
}

/* ---- indexes ---- */

/* Of tickets and events: where the key leads to. */
static void
take_stray(TdTable index, TdStray stray, const DBT *primary, gpointer data)
{
	const guint8 *key = primary->data;
	TdTable of = td_table_primary(index);
	guint64 ticket = TD_TICKET_DESK;
	guint64 sequence = 0;

	if (stray == TD_STRAY_LOST) {
		td_verify_tell(data, TD_TICKET_DESK, 0,
		    "has a key in %s that leads to a row that is not there",
		    td_table_name(index));
		return;
	}
	if ((of == TD_TABLE_TICKETS || of == TD_TABLE_EVENTS) &&
	    primary->size >= TD_KEY_NUMBER)
		ticket = td_key_read(key);
	if (of == TD_TABLE_EVENTS && primary->size >= TD_KEY_PLACE)
		sequence = td_key_read(key + TD_KEY_NUMBER);
	td_verify_tell(data, ticket, sequence,
	    "has a key in %s that is not its own", td_table_name(index));
}

/* In short read turns. */
static gboolean
look_at_index(Walk *walk, TdTable index, guint *turns, GError **error)
{
	g_autoptr(GByteArray) last = g_byte_array_new();
	gboolean more = TRUE;

	for (; more; (*turns)++) {
		g_autoptr(TdTxn) txn = td_txn_read(walk->store);

		if (!td_index_tell_strays(txn, index, last, &more, take_stray,
		        walk->verify, error))
			return FALSE;
	}
	return TRUE;
}

/* From the index that walk->at stands for. */
static gboolean
look_at_indexes(Walk *walk, GError **error)
{
	TdTable index = TD_INDEX_QUEUE + (TdTable)(walk->at - INDEXES);
	guint turns = 0;

	for (; index < TD_TABLES && turns < MOST_TURNS; index++)
		if (!look_at_index(walk, index, &turns, error))
			return FALSE;
	walk->at = index < TD_TABLES ? INDEXES + (index - TD_INDEX_QUEUE) : 0;
	return TRUE;
}

gboolean
td_store_verify(TdStore *store, TdVerify *verify, GError **error)
{
	Walk walk = { .store = store, .verify = verify, .at = verify->number };
	guint64 tickets = verify->tickets;
	guint64 events = verify->events;
	gboolean over = FALSE;

	walk.seal = count_seals(&walk, walk.at);
	over = walk.at >= INDEXES;
	/* Rows of numbers that stand for indexes are looked at in one go. */
	while (!over &&
	    (walk.at >= INDEXES ||
	        (verify->tickets - tickets < MOST_TICKETS &&
	            verify->events - events < MOST_EVENTS)))
		if (!walk_on(&walk, &over, error))
			return FALSE;
	/* Indexes are of all tickets together. */
	if (over && verify->until != G_MAXUINT64) {
		walk.at = 0;
	} else if (over) {
		walk.at = MAX(walk.at, INDEXES);
		if (!look_at_indexes(&walk, error))
			return FALSE;
	}
	verify->number = walk.at;
	return TRUE;
}
