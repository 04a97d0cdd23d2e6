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

/* A status lasts until the time that comes with it, if any does. */
static void
take_status(TdTicket *ticket, const TdEvent *event, const char *key)
{
	if (td_status_from_name(td_event_get(event, key), &ticket->status))
		ticket->until = td_event_get_number(event, "until");
}

/* Counts how often what was done had to be done again. */
static void
fold_status(TdTicket *ticket, const TdEvent *event)
{
	TdStatus before = ticket->status;

	take_status(ticket, event, "to");
	/* What was taken back never was: only if the ticket was open again did
	 * anybody count. */
	if (td_event_get_number(event, "undone") != 0) {
		if (before >= TD_STATUS_RESOLVED)
			return;
		if (ticket->status == TD_STATUS_CLOSED && ticket->reopened > 0)
			ticket->reopened--;
		else if (ticket->status == TD_STATUS_RESOLVED &&
		    ticket->returned > 0)
			ticket->returned--;
		return;
	}
	if (ticket->status >= TD_STATUS_RESOLVED)
		return;
	if (before == TD_STATUS_CLOSED)
		ticket->reopened++;
	else if (before == TD_STATUS_RESOLVED)
		ticket->returned++;
}

/* Takes a number from @least to 5. */
static void
take_grade(guint8 *grade, const TdEvent *event, const char *key, guint64 least)
{
	guint64 to;

	if (td_event_find_number(event, key, &to) && to >= least && to <= 5)
		*grade = to;
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
	take_grade(&ticket->priority, event, "to", 1);
	take_grade(&ticket->urgency, event, "urgency", 0);
	take_grade(&ticket->impact, event, "impact", 0);
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
	add_to_list(&ticket->watchers, td_event_get(event, "watcher"));
	remove_from_list(ticket->watchers, td_event_get(event, "unwatch"));
	add_to_list(&ticket->muted, td_event_get(event, "mute"));
	remove_from_list(ticket->muted, td_event_get(event, "unmute"));
}

static void
fold_merged(TdTicket *ticket, const TdEvent *event)
{
	guint64 into;

	if (!td_event_find_number(event, "into", &into))
		return;
	if (into == 0 && ticket->merged_into != 0) {
		take_status(ticket, event, "status");
	} else if (into != 0) {
		ticket->status = TD_STATUS_CLOSED;
		ticket->until = td_event_get_number(event, "until");
	}
	ticket->merged_into = into;
}

static void
fold_suppressed(TdTicket *ticket, const TdEvent *event)
{
	guint64 spam;

	if (td_event_find_number(event, "spam", &spam))
		ticket->spam = spam != 0;
}

static TdLink *
find_link(const TdTicket *ticket, const char *type, guint64 number)
{
	guint i;

	for (i = 0; i < ticket->links->len; i++) {
		TdLink *each = ticket->links->pdata[i];

		if (each->number == number && strcmp(each->type, type) == 0)
			return each;
	}
	return NULL;
}

static void
fold_linked(TdTicket *ticket, const TdEvent *event)
{
	const char *type = td_event_get(event, "type");
	guint64 number = td_event_get_number(event, "to");
	TdLink *found = find_link(ticket, type, number);

	/* "moved" tells where a message went. */
	if (*type == '\0' || strcmp(type, "moved") == 0 || number == 0)
		return;
	if (td_event_get_number(event, "remove") == 1) {
		if (found != NULL)
			g_ptr_array_remove(ticket->links, found);
	} else if (found == NULL) {
		found = g_new0(TdLink, 1);
		found->type = g_strdup(type);
		found->number = number;
		g_ptr_array_add(ticket->links, found);
	}
}

static void
fold_time(TdTicket *ticket, const TdEvent *event)
{
	guint64 more = td_event_get_number(event, "minutes");
	guint64 less = td_event_get_number(event, "less");

	ticket->minutes += MIN(more, G_MAXUINT64 - ticket->minutes);
	ticket->minutes -= MIN(less, ticket->minutes);
}

/* Behind those of the same time. */
static void
add_reminder(TdTicket *ticket, const char *agent, gint64 time, const char *text)
{
	TdReminder *reminder = g_new0(TdReminder, 1);
	guint i = ticket->reminders->len;

	reminder->agent = g_strdup(agent);
	reminder->time = time;
	reminder->text = g_strdup(text);
	while (i > 0 &&
	    ((TdReminder *)ticket->reminders->pdata[i - 1])->time > time)
		i--;
	g_ptr_array_insert(ticket->reminders, i, reminder);
}

static void
remove_reminders(TdTicket *ticket, const char *agent, gint64 until)
{
	guint i = 0;

	while (i < ticket->reminders->len) {
		const TdReminder *each = ticket->reminders->pdata[i];

		if (each->time <= until && strcmp(each->agent, agent) == 0)
			g_ptr_array_remove_index(ticket->reminders, i);
		else
			i++;
	}
}

static void
fold_reminder(TdTicket *ticket, const TdEvent *event)
{
	const char *agent = td_event_get(event, "agent");
	gint64 at = td_event_get_number(event, "at");

	/* 0 is no time. */
	if (at == 0)
		return;
	remove_reminders(ticket, td_event_get(event, "done"), at);
	if (*agent != '\0')
		add_reminder(ticket, agent, at, td_event_get(event, "text"));
}

/* By name, so that the same fields make the same record. */
static void
set_field(TdTicket *ticket, const char *name, const char *value)
{
	TdField *field = NULL;
	guint i = 0;
	int order = 1;

	for (; i < ticket->fields->len && order > 0; i += order > 0) {
		field = ticket->fields->pdata[i];
		order = strcmp(name, field->name);
	}
	if (order == 0)
		g_ptr_array_remove_index(ticket->fields, i);
	if (*value == '\0')
		return;
	field = g_new0(TdField, 1);
	field->name = g_strdup(name);
	field->value = g_strdup(value);
	g_ptr_array_insert(ticket->fields, i, field);
}

static void
fold_type(TdTicket *ticket, const TdEvent *event)
{
	const char *field = td_event_get(event, "field");

	take_text(&ticket->type, event, "to");
	if (*field != '\0')
		set_field(ticket, field, td_event_get(event, "value"));
	if (td_event_get_number(event, "asked") != 0)
		ticket->asked++;
}

static void
fold_message(TdTicket *ticket, const TdEvent *event)
{
	if (ticket->answered == 0 &&
	    strcmp(td_event_get(event, "letter"), "reply") == 0)
		ticket->answered = event->time;
}

/* An answer that was held, and taken back by its writer, never was. */
static void
fold_not_delivered(TdTicket *ticket, const TdEvent *event)
{
	guint64 time;

	if (td_event_find_number(event, "unanswered", &time) &&
	    (guint64)ticket->answered == time)
		ticket->answered = 0;
}

/* ---- clocks ---- */

static void
take_sooner(gint64 *time, gint64 other)
{
	if (other != 0 && (*time == 0 || other < *time))
		*time = other;
}

/* Reminders stand in order: the first is the soonest. */
void
td_ticket_set_timer(TdTicket *ticket)
{
	const TdReminder *first = ticket->reminders->len > 0
	    ? ticket->reminders->pdata[0]
	    : NULL;

	ticket->timer = ticket->until;
	if (first != NULL)
		take_sooner(&ticket->timer, first->time);
	for (guint i = 0; i < TD_CLOCKS; i++)
		take_sooner(&ticket->timer, ticket->clocks[i].next);
}

/* Whether events of @kind raise .state. */
static gboolean
changes_state(const TdEvent *event)
{
	const guint32 kinds = 1u << TD_EVENT_CREATED | 1u << TD_EVENT_STATUS |
	    1u << TD_EVENT_OWNER | 1u << TD_EVENT_QUEUE |
	    1u << TD_EVENT_PRIORITY | 1u << TD_EVENT_TYPE | 1u << TD_EVENT_TAG |
	    1u << TD_EVENT_TITLE | 1u << TD_EVENT_REQUESTER |
	    1u << TD_EVENT_DUE | 1u << TD_EVENT_MERGED | 1u << TD_EVENT_SPLIT;
	guint64 spam;

	/* That a clock runs or stops says nothing new of the ticket. */
	if (event->kind == TD_EVENT_DUE &&
	    *td_event_get(event, "clock") != '\0')
		return FALSE;
	G_STATIC_ASSERT(TD_EVENT_LAST < 32);
	/* Of an answer that was held back the ticket is no other. */
	if (event->kind == TD_EVENT_SUPPRESSED)
		return td_event_find_number(event, "spam", &spam);
	return (kinds >> event->kind & 1) != 0;
}

static void
fold_kind(TdTicket *ticket, const TdEvent *event)
{
	switch (event->kind) {
	case TD_EVENT_CREATED:
		fold_created(ticket, event);
		break;
	case TD_EVENT_STATUS:
		fold_status(ticket, event);
		break;
	case TD_EVENT_OWNER:
		take_text(&ticket->owner, event, "to");
		break;
	case TD_EVENT_QUEUE:
		take_text(&ticket->queue, event, "to");
		break;
	case TD_EVENT_TYPE:
		fold_type(ticket, event);
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
		td_clock_fold(ticket, event);
		break;
	case TD_EVENT_ESCALATED:
		td_clock_fold(ticket, event);
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
	case TD_EVENT_LINKED:
		fold_linked(ticket, event);
		break;
	case TD_EVENT_RATED:
		take_grade(&ticket->rating, event, "score", 0);
		break;
	case TD_EVENT_TIME:
		fold_time(ticket, event);
		break;
	case TD_EVENT_REMINDER:
		fold_reminder(ticket, event);
		break;
	case TD_EVENT_MESSAGE:
		fold_message(ticket, event);
		break;
	case TD_EVENT_NOT_DELIVERED:
		fold_not_delivered(ticket, event);
		break;
	case TD_EVENT_ACKNOWLEDGED:
	case TD_EVENT_SENT:
	case TD_EVENT_NOTE:
	case TD_EVENT_SPLIT:
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
	td_ticket_set_timer(ticket);
	if (changes_state(event) || td_purged_fold(ticket, event))
		ticket->state = event->sequence;
	ticket->messages = MAX(ticket->messages, event->message);
	ticket->events = event->sequence;
	ticket->updated = event->time;
}
