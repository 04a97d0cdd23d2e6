/* replay-look.c - which ticket of ours is one of another desk */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/sha256.h>
#include <ticketd/text.h>

#include "desk/plan.h"
#include "desk/replay.h"

/* Nobody writes tickets so far apart; a slip shall not use numbers up. */
#define GAP_MAX 10000000u

#define MEMO "imported/"

/* ---- what both know ---- */

static char *
memo_key(const char *identity)
{
	guint8 digest[TD_SHA256_SIZE];
	g_autofree char *hex = NULL;

	td_sha256(identity, strlen(identity), digest);
	hex = td_text_hex(digest, TD_SHA256_SIZE / 2);
	return g_strconcat(MEMO, hex, NULL);
}

/* The number that @identity got; 0 for none. */
gboolean
td_replay_read_memo(
    TdTxn *txn, const char *identity, guint64 *number, GError **error)
{
	g_autofree char *key = memo_key(identity);
	g_autoptr(GBytes) value = NULL;
	guint64 wire;

	*number = 0;
	if (!td_meta_get(txn, key, &value, error))
		return FALSE;
	if (value == NULL)
		return TRUE;
	if (g_bytes_get_size(value) != sizeof(wire))
		return td_fail(error, TD_ERROR_BROKEN,
		    "damaged value of \"%s\" in table meta", key);
	memcpy(&wire, g_bytes_get_data(value, NULL), sizeof(wire));
	*number = GUINT64_FROM_BE(wire);
	return TRUE;
}

gboolean
td_replay_write_memo(
    TdTxn *txn, const char *identity, guint64 number, GError **error)
{
	g_autofree char *key = memo_key(identity);
	guint64 wire = GUINT64_TO_BE(number);
	g_autoptr(GBytes) value = g_bytes_new(&wire, sizeof(wire));

	return td_meta_put(txn, key, value, error);
}

gboolean
td_replay_is_too_far(TdTxn *txn, guint64 number, gboolean *far, GError **error)
{
	guint64 first, last;

	if (!td_ticket_range(txn, &first, &last, error))
		return FALSE;
	*far = number > last && number - last > GAP_MAX;
	return TRUE;
}

gboolean
td_replay_same_event(const TdEvent *a, const TdEvent *b)
{
	return a->time == b->time && a->kind == b->kind &&
	    a->message == b->message && strcmp(a->actor, b->actor) == 0 &&
	    strcmp(a->evidence, b->evidence) == 0 &&
	    g_variant_equal(td_event_detail(a), td_event_detail(b));
}

/* ---- looking ---- */

static gboolean
is_first(TdTxn *txn, guint64 number, const TdEvent *first, gboolean *same,
    GError **error)
{
	g_autoptr(GPtrArray) events = NULL;

	if (!td_event_list(txn, number, 0, 1, &events, error))
		return FALSE;
	*same = events->len == 1 &&
	    td_replay_same_event(g_ptr_array_index(events, 0), first);
	return TRUE;
}

static gboolean
is_free(TdTxn *txn, guint64 number, gboolean *free, GError **error)
{
	guint64 lowest, highest;
	gboolean far, skipped;

	if (!td_ticket_range(txn, &lowest, &highest, error) ||
	    !td_ticket_skipped(txn, number, &skipped, error) ||
	    !td_replay_is_too_far(txn, number, &far, error))
		return FALSE;
	*free = !far && (number < lowest || number > highest || skipped);
	return TRUE;
}

gboolean
td_desk_replay_look(TdTxn *txn, const TdEvent *first, const char *identity,
    TdReplayState *state, guint64 *number, guint64 *events, GError **error)
{
	g_autoptr(TdTicket) ticket = NULL;
	gboolean same = FALSE, free = FALSE;
	guint64 as;

	*number = *events = 0;
	if (!td_ticket_get(txn, first->ticket, &ticket, error) ||
	    !td_replay_read_memo(txn, identity, &as, error) ||
	    (ticket != NULL &&
	        !is_first(txn, first->ticket, first, &same, error)) ||
	    !is_free(txn, first->ticket, &free, error))
		return FALSE;
	/* The desk's own record is always there, be it empty. */
	if (first->ticket == TD_TICKET_DESK)
		free = ticket == NULL || ticket->events == 0;
	*state = same ? TD_REPLAY_SAME
	    : free    ? TD_REPLAY_FREE
	              : TD_REPLAY_TAKEN;
	if (*state == TD_REPLAY_TAKEN && as != 0) {
		*state = TD_REPLAY_AS;
		g_clear_pointer(&ticket, td_ticket_free);
		if (!td_ticket_get(txn, as, &ticket, error))
			return FALSE;
	}
	if (same || *state == TD_REPLAY_AS) {
		*number = same ? first->ticket : as;
		*events = ticket == NULL ? 0 : ticket->events;
	}
	return TRUE;
}
