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

/* Whether an agent has the address that @filed came from. */
static gboolean
is_by_agent(
    TdDraft *draft, const char *folded, gboolean *result, GError **error)
{
	GPtrArray *agents;

	*result = FALSE;
	if (!td_draft_agents(draft, &agents, error))
		return FALSE;
	for (guint i = 0; i < agents->len && !*result; i++)
		*result = td_person_has_address(
		    g_ptr_array_index(agents, i), folded);
	return TRUE;
}

/* Whether @filed may be answered to customers: they wrote or saw it. */
static gboolean
is_public(const TdFiled *filed)
{
	return !filed->outgoing && !filed->internal && !filed->marked &&
	    *filed->moved_to == '\0';
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
		    !is_by_agent(draft, from, &by_agent, error))
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
