/* fold.c - what an event does to its ticket
 *
 * The one place where the record is the sum of its events.  An event that makes
 * no sense (a status nobody knows) changes nothing: it stays on record. */

#include "config.h"

#include <string.h>

#include "store/store-private.h"

static void
take_text(char **text, const TdEvent *event, const char *key)
{
	const char *to = td_event_find(event, key);

	if (to == NULL)
		return;
	g_free(*text);
	*text = g_strdup(to);
}

static void
take_status(TdTicket *ticket, const TdEvent *event, const char *key)
{
	td_status_from_name(td_event_get(event, key), &ticket->status);
}

static void
add_to_list(GStrv *list, const char *value)
{
	guint count;

	if (*value == '\0' ||
	    g_strv_contains((const char *const *)*list, value))
		return;
	count = g_strv_length(*list);
	*list = g_renew(char *, *list, count + 2);
	(*list)[count] = g_strdup(value);
	(*list)[count + 1] = NULL;
}

static void
remove_from_list(GStrv list, const char *value)
{
	char **to = list;
	char **from;

	for (from = list; *from != NULL; from++) {
		if (strcmp(*from, value) == 0)
			g_free(*from);
		else
			*to++ = *from;
	}
	*to = NULL;
}

static TdParticipant *
find_participant(TdTicket *ticket, const char *address)
{
	guint i;

	for (i = 0; i < ticket->participants->len; i++) {
		TdParticipant *each = ticket->participants->pdata[i];

		if (strcmp(each->address, address) == 0)
			return each;
	}
	return NULL;
}

static void
remove_participant(TdTicket *ticket, const char *address)
{
	TdParticipant *found = find_participant(ticket, address);

	if (found != NULL)
		g_ptr_array_remove(ticket->participants, found);
}

static void
add_participant(TdTicket *ticket, const char *address, const char *name)
{
	TdParticipant *found;

	if (*address == '\0' || strcmp(address, ticket->requester) == 0)
		return;
	found = find_participant(ticket, address);
	if (found == NULL) {
		found = g_new0(TdParticipant, 1);
		found->address = g_strdup(address);
		found->name = g_strdup(name);
		g_ptr_array_add(ticket->participants, found);
	} else if (*name != '\0') {
		g_free(found->name);
		found->name = g_strdup(name);
	}
}

static void
fold_created(TdTicket *ticket, const TdEvent *event)
{
	ticket->created = event->time;
	take_text(&ticket->queue, event, "queue");
	take_text(&ticket->requester, event, "requester");
	take_text(&ticket->requester_name, event, "requester_name");
	take_text(&ticket->subject, event, "subject");
	take_text(&ticket->language, event, "language");
	take_status(ticket, event, "status");
}

static void
fold_requester(TdTicket *ticket, const TdEvent *event)
{
	if (td_event_find(event, "to") == NULL)
		return;
	take_text(&ticket->requester, event, "to");
	g_free(ticket->requester_name);
	ticket->requester_name = g_strdup(td_event_get(event, "name"));
	remove_participant(ticket, ticket->requester);
}

static void
fold_priority(TdTicket *ticket, const TdEvent *event)
{
	guint64 to = td_event_get_number(event, "to");

	if (to >= 1 && to <= 5)
		ticket->priority = to;
}

static void
fold_due(TdTicket *ticket, const TdEvent *event)
{
	guint64 to;

	if (td_event_find_number(event, "to", &to))
		ticket->due = to;
}

static void
fold_tag(TdTicket *ticket, const TdEvent *event)
{
	add_to_list(&ticket->tags, td_event_get(event, "add"));
	remove_from_list(ticket->tags, td_event_get(event, "remove"));
}

static void
fold_participant(TdTicket *ticket, const TdEvent *event)
{
	add_participant(
	    ticket, td_event_get(event, "add"), td_event_get(event, "name"));
	remove_participant(ticket, td_event_get(event, "remove"));
	add_to_list(&ticket->watching_queues, td_event_get(event, "watch"));
}

static void
fold_merged(TdTicket *ticket, const TdEvent *event)
{
	guint64 into = td_event_get_number(event, "into");

	if (into == 0)
		return;
	ticket->merged_into = into;
	ticket->status = TD_STATUS_CLOSED;
}

static void
fold_suppressed(TdTicket *ticket, const TdEvent *event)
{
	guint64 spam;

	if (td_event_find_number(event, "spam", &spam))
		ticket->spam = spam != 0;
}

static void
fold_kind(TdTicket *ticket, const TdEvent *event)
{
	switch (event->kind) {
	case TD_EVENT_CREATED:
		fold_created(ticket, event);
		break;
	case TD_EVENT_STATUS:
		take_status(ticket, event, "to");
		break;
	case TD_EVENT_OWNER:
		take_text(&ticket->owner, event, "to");
		break;
	case TD_EVENT_QUEUE:
		take_text(&ticket->queue, event, "to");
		break;
	case TD_EVENT_TYPE:
		take_text(&ticket->type, event, "to");
		break;
	case TD_EVENT_TITLE:
		take_text(&ticket->subject, event, "to");
		break;
	case TD_EVENT_REQUESTER:
		fold_requester(ticket, event);
		break;
	case TD_EVENT_PRIORITY:
		fold_priority(ticket, event);
		break;
	case TD_EVENT_DUE:
		fold_due(ticket, event);
		break;
	case TD_EVENT_TAG:
		fold_tag(ticket, event);
		break;
	case TD_EVENT_PARTICIPANT:
		fold_participant(ticket, event);
		break;
	case TD_EVENT_MERGED:
		fold_merged(ticket, event);
		break;
	case TD_EVENT_SUPPRESSED:
		fold_suppressed(ticket, event);
		break;
	case TD_EVENT_MESSAGE:
	case TD_EVENT_ACKNOWLEDGED:
	case TD_EVENT_SENT:
	case TD_EVENT_NOT_DELIVERED:
	case TD_EVENT_NOTE:
	case TD_EVENT_SPLIT:
	case TD_EVENT_LINKED:
	case TD_EVENT_RATED:
	case TD_EVENT_TIME:
	case TD_EVENT_REMINDER:
	case TD_EVENT_ESCALATED:
	case TD_EVENT_REFUSED:
	case TD_EVENT_REPORT:
	case TD_EVENT_AUTO_REPLY:
		break;
	}
}

void
td_ticket_fold(TdTicket *ticket, const TdEvent *event)
{
	fold_kind(ticket, event);
	ticket->messages = MAX(ticket->messages, event->message);
	ticket->events = event->sequence;
	ticket->updated = event->time;
}
