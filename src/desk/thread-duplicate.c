/* thread-duplicate.c - mail that is here already, or seems to be */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>

#include "desk/search.h"

static gboolean
same_place(const TdPlace *a, const TdPlace *b)
{
	return a->ticket == b->ticket && a->sequence == b->sequence;
}

/* The mail is at @place already.  If it comes to the signed address of another
 * ticket now, that is where it belongs; but what a machine says stays where it
 * is, and so does a mail that a signed address brought there. */
static gboolean
rule_duplicate(
    TdSearch *search, const TdPlace *place, gboolean *done, GError **error)
{
	TdThread *thread = search->out;
	g_autoptr(TdFiled) filed = NULL;
	guint64 there = place->ticket;
	gboolean exists;

	if (!td_search_resolve(search, &there, &exists, error) ||
	    !td_filed_get(search->txn, place->ticket, place->sequence, &filed,
	        NULL, error))
		return FALSE;
	thread->first = *place;
	thread->first_marked = filed != NULL && filed->marked;
	/* An agent's mail was done when it came first. */
	if (place->ticket != TD_TICKET_DESK && filed != NULL &&
	    !filed->internal &&
	    strcmp(filed->rule, td_rule_name(TD_RULE_ADDRESS)) != 0 &&
	    !td_search_address(search, done, error))
		return FALSE;
	if (*done && thread->ticket != there) {
		thread->stronger = TRUE;
		thread->there = there;
		return TRUE;
	}

	*done = TRUE;
	td_search_answer(search, TD_RULE_DUPLICATE, there, "from",
	    "these bytes are message %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT
	    " already",
	    place->ticket, place->sequence);
	return TRUE;
}

/* Whether @filed came so lately that it can be a first, cut off try of the mail
 * that comes now: mail systems try for five days. */
static gboolean
is_recent(const TdSearch *search, const TdFiled *filed)
{
	return search->now - filed->received <= 5 * 24 * 60 * 60;
}

/* The same Message-ID came before with other content: a truncated first copy,
 * or a cheat.  It joins that ticket only if the same person wrote it. */
gboolean
td_search_other_content(TdSearch *search, gboolean *done, GError **error)
{
	const TdMessage *message = search->message;
	g_autoptr(TdFiled) filed = NULL;
	TdPlace place;
	gboolean found;
	guint64 ticket;
	gboolean exists;

	if (!message->has_message_id)
		return TRUE;
	if (!td_id_find(
	        search->txn, message->message_id, NULL, &found, &place, error))
		return FALSE;
	if (!found ||
	    (search->envelope->again != NULL &&
	        same_place(&place, search->envelope->again)))
		return TRUE;
	search->out->other_content = TRUE;
	if (*done)
		return TRUE;

	ticket = place.ticket;
	if (!td_filed_get(search->txn, place.ticket, place.sequence, &filed,
	        NULL, error) ||
	    !td_search_resolve(search, &ticket, &exists, error))
		return FALSE;
	if (filed == NULL || !exists || !is_recent(search, filed) ||
	    !td_address_same(filed->from, search->from))
		return TRUE;
	*done = TRUE;
	td_search_answer(search, TD_RULE_REFERENCES, ticket, "from",
	    "its own Message-ID is that of message %" G_GUINT64_FORMAT
	    "/%" G_GUINT64_FORMAT ", with other content",
	    place.ticket, place.sequence);
	return TRUE;
}

gboolean
td_search_duplicate(TdSearch *search, gboolean *done, GError **error)
{
	const TdMessage *message = search->message;
	const TdPlace *again = search->envelope->again;
	TdPlace place;
	gboolean found;

	if (!td_id_find(search->txn, message->message_id, message->digest,
	        &found, &place, error))
		return FALSE;
	if (!found || (again != NULL && same_place(&place, again)))
		return TRUE;
	return rule_duplicate(search, &place, done, error);
}
