/* replay.c - tickets of another desk, as their events tell them
 *
 * The record is the sum of its events, so events that are written once more
 * make the same ticket.  Addresses that the other desk signed mean nothing
 * here: its Message-IDs are remembered as anybody's, which tie mail together
 * and prove nothing. */

#include "config.h"

#include <string.h>

#include <ticketd/erase.h>
#include <ticketd/error.h>
#include <ticketd/text.h>

#include "desk/plan.h"
#include "desk/replay.h"

typedef struct {
	const TdDesk *desk;
	TdTxn *txn;
	const TdReplay *replay;
	TdTicket *ticket; /* owned */
	GPtrArray *there; /* of TdEvent: a page of those that are there */
	gboolean resumed; /* some of it was there */
	guint message;    /* index of the next one to be filed */
	guint64 added;
} Player;

static void
player_clear(Player *player)
{
	td_ticket_free(player->ticket);
	g_clear_pointer(&player->there, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Player, player_clear)

/* ---- the number ---- */

/* A number of our own, the first time. */
static gboolean
take_new(Player *player, guint64 *number, GError **error)
{
	const char *identity = player->replay->identity;

	return td_replay_read_memo(player->txn, identity, number, error) &&
	    (*number != 0 ||
	        (td_ticket_allot(player->txn, number, error) &&
	            td_replay_write_memo(
	                player->txn, identity, *number, error)));
}

static gboolean
take_own(Player *player, guint64 number, GError **error)
{
	gboolean far, claimed = FALSE;

	if (number == TD_TICKET_DESK)
		return TRUE;
	if (!td_replay_is_too_far(player->txn, number, &far, error) ||
	    (!far && !td_ticket_claim(player->txn, number, &claimed, error)))
		return FALSE;
	return claimed ||
	    td_fail(error, TD_ERROR_REFUSED,
	        far ? "number %" G_GUINT64_FORMAT
	              " is too far above the last one of this desk"
	            : "number %" G_GUINT64_FORMAT
	              " was given to another ticket meanwhile; import it once "
	              "more, and it gets a new one",
	        number);
}

/* Its record as it is so far. */
static gboolean
begin(Player *player, GError **error)
{
	const TdReplay *replay = player->replay;
	guint64 number = replay->number;

	if (replay->identity != NULL && !take_new(player, &number, error))
		return FALSE;
	if (!td_ticket_get(player->txn, number, &player->ticket, error))
		return FALSE;
	player->resumed = player->ticket != NULL;
	if (player->resumed)
		return TRUE;
	if (replay->identity == NULL && !take_own(player, number, error))
		return FALSE;
	player->ticket = td_ticket_new(number);
	return TRUE;
}

/* ---- events ---- */

static gboolean
refuse(GError **error, guint64 sequence, const char *why)
{
	return td_fail(error, TD_ERROR_REFUSED,
	    "event %" G_GUINT64_FORMAT " %s", sequence, why);
}

/* The event of that sequence, which is there; borrowed. */
static gboolean
find_there(
    Player *player, guint64 sequence, const TdEvent **event, GError **error)
{
	const TdEvent *first = player->there == NULL || player->there->len == 0
	    ? NULL
	    : g_ptr_array_index(player->there, 0);

	if (first == NULL || sequence < first->sequence ||
	    sequence - first->sequence >= player->there->len) {
		g_clear_pointer(&player->there, g_ptr_array_unref);
		if (!td_event_list(player->txn, player->ticket->number,
		        sequence - 1, TD_READ_MAX, &player->there, error))
			return FALSE;
		first = player->there->len == 0
		    ? NULL
		    : g_ptr_array_index(player->there, 0);
	}
	*event = NULL;
	if (first != NULL && sequence - first->sequence < player->there->len)
		*event = g_ptr_array_index(
		    player->there, sequence - first->sequence);
	return TRUE;
}

static gboolean
compare_event(Player *player, const TdEvent *event, GError **error)
{
	const TdEvent *there;

	if (!find_there(player, event->sequence, &there, error))
		return FALSE;
	return (there != NULL && td_replay_same_event(there, event)) ||
	    refuse(error, event->sequence,
	        "is another one here: that is another ticket, or one that went "
	        "on differently");
}

/* "42/3" as it is called here. */
static void
renumber_source(const TdReplay *replay, TdEvent *event)
{
	g_autofree char *own = g_strdup_printf(
	    "%" G_GUINT64_FORMAT "/", replay->number);
	const char *raw = td_event_get(event, "raw");
	g_autofree char *here = NULL;

	if (!g_str_has_prefix(raw, own))
		return;
	here = g_strdup_printf(
	    "%" G_GUINT64_FORMAT "/%s", event->ticket, raw + strlen(own));
	td_event_set(event, "raw", here);
}

/* ---- messages ---- */

/* What the event told of the message must be true of it; under another number
 * it is told anew. */
static gboolean
vouch(Player *player, const TdFiled *filed, GBytes *raw, TdEvent *event,
    GError **error)
{
	g_autoptr(TdEvent)
	    want = td_event_new(TD_EVENT_NOTE, event->ticket, event->time, "");
	gsize size;
	const char *bytes = g_bytes_get_data(raw, &size);
	gboolean same;

	if (*td_event_get(event, "sha256") == '\0')
		return TRUE;
	td_filed_vouch(filed, bytes, size, want);
	same = strcmp(td_event_get(want, "sha256"),
	           td_event_get(event, "sha256")) == 0;
	if (player->replay->identity != NULL && same) {
		td_filed_vouch(filed, bytes, size, event);
		return TRUE;
	}
	same = same &&
	    strcmp(td_event_get(want, "noted"), td_event_get(event, "noted")) ==
	        0;
	return same ||
	    td_fail(error, TD_ERROR_REFUSED,
	        "message %" G_GUINT64_FORMAT " is not what event "
	        "%" G_GUINT64_FORMAT " says was filed: it was changed",
	        filed->sequence, event->sequence);
}

static gboolean
remember_ids(Player *player, const TdFiled *filed, const TdMessage *message,
    GError **error)
{
	const TdPlace place = { filed->ticket, filed->sequence };
	const TdPlan plan = {
		.rule = strcmp(filed->rule, td_rule_name(TD_RULE_NEW)) == 0 ||
		        filed->outgoing
		    ? TD_RULE_NEW
		    : TD_RULE_REFERENCES,
		.marked = filed->marked,
		.internal = filed->internal && !filed->outgoing,
		.evidence = filed->evidence,
	};
	gboolean found = FALSE;
	TdPlace at;

	/* One that was erased is found by nothing. */
	if (*filed->message_id == '\0')
		return TRUE;
	/* A mail that went to another ticket is found there. */
	if (*filed->moved_to != '\0' &&
	    !td_id_find(player->txn, message->message_id, message->digest,
	        &found, &at, error))
		return FALSE;
	return found ||
	    td_plan_remember_ids(
	        player->desk, player->txn, &plan, message, &place, error);
}

static gboolean
file_message(Player *player, const TdReplayMessage *message, GError **error)
{
	gsize size;
	const char *bytes = g_bytes_get_data(message->raw, &size);

	return td_filed_put(player->txn, message->filed, bytes, size, error) &&
	    remember_ids(player, message->filed, message->message, error);
}

/* Files those up to the one that @event speaks of. */
static gboolean
file_until(Player *player, TdEvent *event, GError **error)
{
	const GPtrArray *messages = player->replay->messages;

	while (player->message < messages->len) {
		const TdReplayMessage *next = g_ptr_array_index(
		    messages, player->message);
		TdFiled *filed = next->filed;

		if (filed->sequence > event->message)
			break;
		filed->ticket = player->ticket->number;
		if (filed->sequence > player->ticket->messages &&
		    !file_message(player, next, error))
			return FALSE;
		player->ticket->messages = MAX(
		    player->ticket->messages, filed->sequence);
		player->message++;
		if (filed->sequence == event->message &&
		    !vouch(player, filed, next->raw, event, error))
			return FALSE;
	}
	return player->ticket->messages >= event->message ||
	    td_fail(error, TD_ERROR_REFUSED,
	        "event %" G_GUINT64_FORMAT " speaks of message "
	        "%" G_GUINT64_FORMAT ", which is missing",
	        event->sequence, event->message);
}

/* @hash is that of the payload which the other desk had; NULL: of this one. */
static gboolean
append(Player *player, TdEvent *event, GBytes *hash, GError **error)
{
	if (hash == NULL || player->replay->identity != NULL)
		return td_event_append(
		    player->txn, player->ticket, event, error);
	return td_event_append_replaced(player->txn, player->ticket, event,
	    g_bytes_get_data(hash, NULL), error);
}

static gboolean
play_event(Player *player, TdEvent *event, GBytes *hash, GError **error)
{
	event->ticket = player->ticket->number;
	if (player->replay->identity != NULL)
		renumber_source(player->replay, event);
	if (!file_until(player, event, error))
		return FALSE;
	if (event->sequence <= player->ticket->events)
		return compare_event(player, event, error);
	if (event->sequence != player->ticket->events + 1)
		return refuse(error, player->ticket->events + 1, "is missing");
	player->added++;
	return append(player, event, hash, error);
}

/* A ticket that has another number than it had says so. */
static gboolean
tell_number(Player *player, GError **error)
{
	const TdReplay *replay = player->replay;
	g_autoptr(TdEvent) event = NULL;

	if (replay->identity == NULL || replay->more || player->added == 0)
		return TRUE;
	event = td_event_new(
	    TD_EVENT_NOTE, player->ticket->number, replay->now, replay->actor);
	g_free(event->evidence);
	event->evidence = g_strdup("control");
	td_event_set_number(event, "imported_from", replay->number);
	return td_event_append(player->txn, player->ticket, event, error);
}

/* The same events make the same chain. */
static gboolean
check_chain(const Player *player, GError **error)
{
	const TdReplay *replay = player->replay;
	const TdTicket *ticket = player->ticket;
	g_autofree char *chain = NULL;

	/* Where it went on, each event was compared. */
	if (replay->more || replay->chain == NULL || replay->identity != NULL ||
	    player->added == 0)
		return TRUE;
	chain = td_text_hex(ticket->chain, sizeof(ticket->chain));
	return strcmp(chain, replay->chain) == 0 ||
	    td_fail(error, TD_ERROR_REFUSED,
	        "the events do not make the chain that the file tells of: it "
	        "was changed");
}

/* What stands where something was erased is what an event tells. */
static gboolean
check_erased(const Player *player, GError **error)
{
	const TdReplay *replay = player->replay;
	guint64 odd = 0;

	if (replay->more || !replay->erased || replay->identity != NULL)
		return TRUE;
	return td_erased_check(
	           player->txn, player->ticket->number, &odd, error) &&
	    (odd == 0 ||
	        refuse(error, odd,
	            "is not what is said to be left of what was erased: it was "
	            "changed"));
}

static gboolean
play_events(Player *player, GError **error)
{
	const TdReplay *replay = player->replay;

	for (guint i = 0; i < replay->events->len; i++)
		if (!play_event(player, g_ptr_array_index(replay->events, i),
		        replay->hashes == NULL
		            ? NULL
		            : g_ptr_array_index(replay->hashes, i),
		        error))
			return FALSE;
	return TRUE;
}

/* A file that has no more of a beginning ends it too: its clocks run as its
 * events say. */
static gboolean
end_cut(const Player *player, gboolean *ended, GError **error)
{
	TdTicket *ticket = player->ticket;
	guint64 events = 0;

	*ended = FALSE;
	if (player->replay->more || !player->resumed)
		return TRUE;
	if (!td_cut_get(player->txn, ticket->number, &events, error))
		return FALSE;
	if (events == 0)
		return TRUE;
	*ended = TRUE;
	td_ticket_set_timer(ticket);
	return td_cut_set(player->txn, ticket->number, 0, error);
}

/* Nothing may happen to it before it is what it was. */
static gboolean
save(const Player *player, GError **error)
{
	TdTicket *ticket = player->ticket;
	gboolean more = player->replay->more;
	gboolean ended;

	if (!end_cut(player, &ended, error))
		return FALSE;
	if (player->added == 0 && !ended)
		return TRUE;
	if (more)
		ticket->timer = 0;
	if (!td_ticket_put(player->txn, ticket, error))
		return FALSE;
	return !more ||
	    td_cut_set(player->txn, ticket->number, ticket->events, error);
}

gboolean
td_desk_replay(const TdDesk *desk, TdTxn *txn, const TdReplay *replay,
    TdReplayed *replayed, GError **error)
{
	g_auto(Player) player = { .desk = desk, .txn = txn, .replay = replay };

	if (!begin(&player, error))
		return FALSE;
	if (!play_events(&player, error))
		return FALSE;
	if (player.message < replay->messages->len)
		return td_fail(error, TD_ERROR_REFUSED,
		    "no event speaks of a message behind the "
		    "%" G_GUINT64_FORMAT,
		    player.ticket->messages);
	if (!check_chain(&player, error) || !check_erased(&player, error) ||
	    !tell_number(&player, error))
		return FALSE;
	if (!save(&player, error))
		return FALSE;
	*replayed = (TdReplayed){ player.ticket->number, player.ticket->events,
		player.added };
	return TRUE;
}
