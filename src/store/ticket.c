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

static void
free_link(gpointer data)
{
	TdLink *link = data;

	g_free(link->type);
	g_free(link);
}

static void
free_field(gpointer data)
{
	TdField *field = data;

	g_free(field->name);
	g_free(field->value);
	g_free(field);
}

static void
free_reminder(gpointer data)
{
	TdReminder *reminder = data;

	g_free(reminder->agent);
	g_free(reminder->text);
	g_free(reminder);
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
	ticket->watchers = g_new0(char *, 1);
	ticket->muted = g_new0(char *, 1);
	ticket->links = g_ptr_array_new_with_free_func(free_link);
	ticket->reminders = g_ptr_array_new_with_free_func(free_reminder);
	ticket->fields = g_ptr_array_new_with_free_func(free_field);
	for (guint i = 0; i < TD_CLOCKS; i++)
		td_clock_copy(&ticket->clocks[i], &(TdClock){ 0 });
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
	g_strfreev(ticket->watchers);
	g_strfreev(ticket->muted);
	g_ptr_array_unref(ticket->links);
	g_ptr_array_unref(ticket->reminders);
	g_ptr_array_unref(ticket->fields);
	for (guint i = 0; i < TD_CLOCKS; i++)
		td_clock_clear(&ticket->clocks[i]);
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

static gpointer
copy_link(gconstpointer from, gpointer unused G_GNUC_UNUSED)
{
	const TdLink *link = from;
	TdLink *copy = g_new0(TdLink, 1);

	copy->type = g_strdup(link->type);
	copy->number = link->number;
	return copy;
}

static gpointer
copy_reminder(gconstpointer from, gpointer unused G_GNUC_UNUSED)
{
	const TdReminder *reminder = from;
	TdReminder *copy = g_new0(TdReminder, 1);

	copy->time = reminder->time;
	copy->agent = g_strdup(reminder->agent);
	copy->text = g_strdup(reminder->text);
	return copy;
}

static gpointer
copy_field(gconstpointer from, gpointer unused G_GNUC_UNUSED)
{
	const TdField *field = from;
	TdField *copy = g_new0(TdField, 1);

	copy->name = g_strdup(field->name);
	copy->value = g_strdup(field->value);
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
	copy->watchers = g_strdupv(ticket->watchers);
	copy->muted = g_strdupv(ticket->muted);
	copy->links = g_ptr_array_copy(ticket->links, copy_link, NULL);
	copy->reminders = g_ptr_array_copy(
	    ticket->reminders, copy_reminder, NULL);
	copy->fields = g_ptr_array_copy(ticket->fields, copy_field, NULL);
	for (guint i = 0; i < TD_CLOCKS; i++)
		td_clock_copy(&copy->clocks[i], &ticket->clocks[i]);
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
same_links(const GPtrArray *a, const GPtrArray *b)
{
	guint i;

	if (a->len != b->len)
		return FALSE;
	for (i = 0; i < a->len; i++) {
		const TdLink *one = a->pdata[i];
		const TdLink *other = b->pdata[i];

		if (one->number != other->number ||
		    strcmp(one->type, other->type) != 0)
			return FALSE;
	}
	return TRUE;
}

static gboolean
same_reminders(const GPtrArray *a, const GPtrArray *b)
{
	guint i;

	if (a->len != b->len)
		return FALSE;
	for (i = 0; i < a->len; i++) {
		const TdReminder *one = a->pdata[i];
		const TdReminder *other = b->pdata[i];

		if (one->time != other->time ||
		    strcmp(one->agent, other->agent) != 0 ||
		    strcmp(one->text, other->text) != 0)
			return FALSE;
	}
	return TRUE;
}

static gboolean
same_list(GStrv a, GStrv b)
{
	return g_strv_equal((const char *const *)a, (const char *const *)b);
}

static gboolean
same_fields(const GPtrArray *a, const GPtrArray *b)
{
	if (a->len != b->len)
		return FALSE;
	for (guint i = 0; i < a->len; i++) {
		const TdField *one = a->pdata[i];
		const TdField *other = b->pdata[i];

		if (strcmp(one->name, other->name) != 0 ||
		    strcmp(one->value, other->value) != 0)
			return FALSE;
	}
	return TRUE;
}

static gboolean
same_clocks(const TdTicket *a, const TdTicket *b)
{
	for (guint i = 0; i < TD_CLOCKS; i++)
		if (!td_clock_equal(&a->clocks[i], &b->clocks[i]))
			return FALSE;
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
	    same_list(a->watching_queues, b->watching_queues) &&
	    same_list(a->tags, b->tags) &&
	    same_list(a->watchers, b->watchers) &&
	    same_list(a->muted, b->muted);
}

static gboolean
same_numbers(const TdTicket *a, const TdTicket *b)
{
	return a->number == b->number && a->status == b->status &&
	    !a->spam == !b->spam && a->priority == b->priority &&
	    a->created == b->created && a->updated == b->updated &&
	    a->due == b->due && a->events == b->events &&
	    a->messages == b->messages && a->merged_into == b->merged_into &&
	    a->state == b->state && a->until == b->until &&
	    a->timer == b->timer && a->urgency == b->urgency &&
	    a->impact == b->impact && a->rating == b->rating &&
	    a->minutes == b->minutes && a->deadline == b->deadline &&
	    !a->breached == !b->breached && a->answered == b->answered &&
	    a->reopened == b->reopened && a->returned == b->returned &&
	    a->asked == b->asked && a->purged == b->purged;
}

gboolean
td_ticket_equal(const TdTicket *a, const TdTicket *b)
{
	return same_numbers(a, b) &&
	    memcmp(a->chain, b->chain, sizeof(a->chain)) == 0 &&
	    same_texts(a, b) &&
	    same_participants(a->participants, b->participants) &&
	    same_links(a->links, b->links) &&
	    same_reminders(a->reminders, b->reminders) &&
	    same_fields(a->fields, b->fields) && same_clocks(a, b);
}

const char *
td_ticket_field(const TdTicket *ticket, const char *name)
{
	for (guint i = 0; i < ticket->fields->len; i++) {
		const TdField *field = ticket->fields->pdata[i];

		if (strcmp(field->name, name) == 0)
			return field->value;
	}
	return "";
}

gboolean
td_ticket_is_active(const TdTicket *ticket)
{
	return ticket->status < TD_STATUS_RESOLVED &&
	    ticket->merged_into == 0 && !ticket->spam;
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
