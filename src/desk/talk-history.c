/* talk-history.c - what customers said last on a ticket */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>

#include "desk/talk-private.h"

/* How far back a customer's message is looked for. */
#define LOOK_BACK 200

/* Of a mail that is larger no more is read: its beginning has the ids and,
 * nearly always, the text. */
#define READ_SIZE (256 * 1024)

/* Whether @filed may be answered to customers: they wrote or saw it. */
static gboolean
is_public(const TdFiled *filed)
{
	return td_desk_is_customers(filed) && !filed->marked;
}

/* The sequence of the newest message by a customer, 0 if there is none. */
static gboolean
find_newest(
    TdDraft *draft, const TdTicket *ticket, guint64 *sequence, GError **error)
{
	guint64 last = ticket->messages - MIN(ticket->messages, LOOK_BACK);

	*sequence = 0;
	for (guint64 i = ticket->messages; i > last; i--) {
		g_autoptr(TdFiled) filed = NULL;
		g_autofree char *from = NULL;
		gboolean by_agent;

		if (!td_filed_get(
		        draft->txn, ticket->number, i, &filed, NULL, error))
			return FALSE;
		if (filed == NULL || !is_public(filed))
			continue;
		from = td_address_fold(filed->from);
		if (from == NULL)
			continue;
		/* An agent may be a customer, too, of this ticket. */
		by_agent = FALSE;
		if (strcmp(from, ticket->requester) != 0 &&
		    !td_draft_is_agent(draft, from, &by_agent, error))
			return FALSE;
		if (!by_agent) {
			*sequence = i;
			return TRUE;
		}
	}
	return TRUE;
}

gboolean
td_talk_newest(TdDraft *draft, const TdTicket *ticket, TdMessage **message,
    TdFiled **filed, GError **error)
{
	g_autoptr(TdFiled) found = NULL;
	g_autoptr(GBytes) raw = NULL;
	guint64 sequence = 0;
	gsize size;
	const char *bytes;

	if (!TD_TICKET_IS_NEW(ticket->number) &&
	    !find_newest(draft, ticket, &sequence, error))
		return FALSE;
	if (sequence != 0 &&
	    !td_filed_get(
	        draft->txn, ticket->number, sequence, &found, &raw, error))
		return FALSE;

	*message = NULL;
	if (found != NULL) {
		bytes = g_bytes_get_data(raw, &size);
		*message = td_message_parse(bytes, MIN(size, READ_SIZE));
	}
	if (filed != NULL)
		*filed = g_steal_pointer(&found);
	return TRUE;
}
