/* ticket.c - the ticket as a value */

#include "config.h"

#include <string.h>

#include "store/store-private.h"

static const char *const status_names[TD_STATUS_LAST + 1] = {
	[TD_STATUS_NEW] = "new",
	[TD_STATUS_OPEN] = "open",
	[TD_STATUS_PENDING] = "pending",
	[TD_STATUS_WAITING] = "waiting",
	[TD_STATUS_RESOLVED] = "resolved",
	[TD_STATUS_CLOSED] = "closed",
};

const char *
td_status_name(TdStatus status)
{
	g_return_val_if_fail(status <= TD_STATUS_LAST, NULL);

	return status_names[status];
}

gboolean
td_status_from_name(const char *name, TdStatus *status)
{
	guint i;

	for (i = 0; i <= TD_STATUS_LAST; i++)
		if (strcmp(status_names[i], name) == 0) {
			*status = i;
			return TRUE;
		}
	return FALSE;
}

static void
free_participant(gpointer data)
{
	TdParticipant *participant = data;

	g_free(participant->address);
	g_free(participant->name);
	g_free(participant);
}

TdTicket *
td_ticket_new(guint64 number)
{
	TdTicket *ticket = g_new0(TdTicket, 1);

	ticket->number = number;
	ticket->status = TD_STATUS_NEW;
	ticket->priority = 3;
	ticket->queue = g_strdup("");
	ticket->owner = g_strdup("");
	ticket->requester = g_strdup("");
	ticket->requester_name = g_strdup("");
	ticket->subject = g_strdup("");
	ticket->language = g_strdup("");
	ticket->type = g_strdup("");
	ticket->participants = g_ptr_array_new_with_free_func(free_participant);
	ticket->watching_queues = g_new0(char *, 1);
	ticket->tags = g_new0(char *, 1);
	return ticket;
}

void
td_ticket_free(TdTicket *ticket)
{
	if (ticket == NULL)
		return;

	g_free(ticket->queue);
	g_free(ticket->owner);
	g_free(ticket->requester);
	g_free(ticket->requester_name);
	g_free(ticket->subject);
	g_free(ticket->language);
	g_free(ticket->type);
	g_ptr_array_unref(ticket->participants);
	g_strfreev(ticket->watching_queues);
	g_strfreev(ticket->tags);
	g_free(ticket);
}

static gpointer
copy_participant(gconstpointer from, gpointer unused G_GNUC_UNUSED)
{
	const TdParticipant *participant = from;
	TdParticipant *copy = g_new0(TdParticipant, 1);

	copy->address = g_strdup(participant->address);
	copy->name = g_strdup(participant->name);
	return copy;
}

TdTicket *
td_ticket_copy(const TdTicket *ticket)
{
	TdTicket *copy = g_memdup2(ticket, sizeof(*ticket));

	copy->queue = g_strdup(ticket->queue);
	copy->owner = g_strdup(ticket->owner);
	copy->requester = g_strdup(ticket->requester);
	copy->requester_name = g_strdup(ticket->requester_name);
	copy->subject = g_strdup(ticket->subject);
	copy->language = g_strdup(ticket->language);
	copy->type = g_strdup(ticket->type);
	copy->participants = g_ptr_array_copy(
	    ticket->participants, copy_participant, NULL);
	copy->watching_queues = g_strdupv(ticket->watching_queues);
	copy->tags = g_strdupv(ticket->tags);
	return copy;
}

static gboolean
same_participants(const GPtrArray *a, const GPtrArray *b)
{
	guint i;

	if (a->len != b->len)
		return FALSE;
	for (i = 0; i < a->len; i++) {
		const TdParticipant *one = a->pdata[i];
		const TdParticipant *other = b->pdata[i];

		if (strcmp(one->address, other->address) != 0 ||
		    strcmp(one->name, other->name) != 0)
			return FALSE;
	}
	return TRUE;
}

static gboolean
same_texts(const TdTicket *a, const TdTicket *b)
{
	return strcmp(a->queue, b->queue) == 0 &&
	    strcmp(a->owner, b->owner) == 0 &&
	    strcmp(a->requester, b->requester) == 0 &&
	    strcmp(a->requester_name, b->requester_name) == 0 &&
	    strcmp(a->subject, b->subject) == 0 &&
	    strcmp(a->language, b->language) == 0 &&
	    strcmp(a->type, b->type) == 0 &&
	    g_strv_equal((const char *const *)a->watching_queues,
	        (const char *const *)b->watching_queues) &&
	    g_strv_equal(
	        (const char *const *)a->tags, (const char *const *)b->tags);
}

gboolean
td_ticket_equal(const TdTicket *a, const TdTicket *b)
{
	return a->number == b->number && a->status == b->status &&
	    !a->spam == !b->spam && a->priority == b->priority &&
	    a->created == b->created && a->updated == b->updated &&
	    a->due == b->due && a->events == b->events &&
	    a->messages == b->messages && a->merged_into == b->merged_into &&
	    memcmp(a->chain, b->chain, sizeof(a->chain)) == 0 &&
	    same_texts(a, b) &&
	    same_participants(a->participants, b->participants);
}

gboolean
td_ticket_has_participant(const TdTicket *ticket, const char *address)
{
	guint i;

	if (*address == '\0')
		return FALSE;
	if (strcmp(ticket->requester, address) == 0)
		return TRUE;
	for (i = 0; i < ticket->participants->len; i++) {
		const TdParticipant *each = ticket->participants->pdata[i];

		if (strcmp(each->address, address) == 0)
			return TRUE;
	}
	return FALSE;
}
