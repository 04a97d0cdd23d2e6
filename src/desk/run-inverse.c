/* run-inverse.c - for each kind of event, what takes it back
 *
 * The record stays the sum of its events: nothing is deleted, but the opposite
 * is done, as long as the ticket still is as the event left it. */

#include "config.h"

#include <string.h>

#include "desk/run-verbs.h"

/* An event of the same kind that marks the other as undone. */
static TdEvent *
add(const TdTakeBack *back, TdEventKind kind)
{
	TdEvent *event = td_draft_add(back->draft, kind, back->event->ticket);

	td_event_set_number(event, "undone", back->event->sequence);
	return event;
}

static gboolean
has_key(const TdEvent *event, const char *key)
{
	g_autoptr(GVariant)
	    value = g_variant_lookup_value(td_event_detail(event), key, NULL);

	return value != NULL;
}

static gboolean
contains(GStrv list, const char *value)
{
	return g_strv_contains((const char *const *)list, value);
}

/* ---- fields ---- */

static gboolean
text_back(const TdTakeBack *back, const char *now)
{
	const char *to = td_event_get(back->event, "to");
	TdEvent *event;

	if (strcmp(now, to) != 0)
		return FALSE;
	event = add(back, back->event->kind);
	td_event_set(event, "from", to);
	td_event_set(event, "to", td_event_get(back->event, "from"));
	return TRUE;
}

static gboolean
field_back(const TdTakeBack *back)
{
	const char *name = td_event_get(back->event, "field");
	const char *value = td_event_get(back->event, "value");
	TdEvent *event;

	if (strcmp(td_ticket_field(back->ticket, name), value) != 0)
		return FALSE;
	event = add(back, TD_EVENT_TYPE);
	td_event_set(event, "field", name);
	td_event_set(event, "field_from", value);
	td_event_set(event, "value", td_event_get(back->event, "field_from"));
	return TRUE;
}

/* The type itself, or one of the fields. */
static gboolean
type_back(const TdTakeBack *back)
{
	if (*td_event_get(back->event, "field") != '\0')
		return field_back(back);
	return text_back(back, back->ticket->type);
}

static gboolean
status_back(const TdTakeBack *back)
{
	guint64 until = td_event_get_number(back->event, "from_until");
	const char *from = td_event_get(back->event, "from");
	TdStatus status;
	TdEvent *event;

	if (!td_status_from_name(from, &status) ||
	    strcmp(td_status_name(back->ticket->status),
	        td_event_get(back->event, "to")) != 0)
		return FALSE;
	event = add(back, TD_EVENT_STATUS);
	td_event_set(event, "from", td_status_name(back->ticket->status));
	td_event_set(event, "to", from);
	if (until != 0)
		td_event_set_number(event, "until", until);
	return TRUE;
}

/* Each of the three grades that one event may set. */
static gboolean
grade_back(const TdTakeBack *back)
{
	const TdTicket *ticket = back->ticket;
	const struct {
		const char *key;
		const char *before;
		guint8 now;
	} grades[] = {
		{ "to", "from", ticket->priority },
		{ "urgency", "urgency_from", ticket->urgency },
		{ "impact", "impact_from", ticket->impact },
	};
	TdEvent *event;

	for (guint i = 0; i < G_N_ELEMENTS(grades); i++)
		if (has_key(back->event, grades[i].key) &&
		    td_event_get_number(back->event, grades[i].key) !=
		        grades[i].now)
			return FALSE;
	event = add(back, TD_EVENT_PRIORITY);
	for (guint i = 0; i < G_N_ELEMENTS(grades); i++) {
		if (!has_key(back->event, grades[i].key))
			continue;
		td_event_set_number(event, grades[i].key,
		    td_event_get_number(back->event, grades[i].before));
		td_event_set_number(event, grades[i].before, grades[i].now);
	}
	return TRUE;
}

static gboolean
due_back(const TdTakeBack *back)
{
	guint64 to = td_event_get_number(back->event, "to");
	TdEvent *event;

	if ((guint64)back->ticket->due != to)
		return FALSE;
	event = add(back, TD_EVENT_DUE);
	td_event_set_number(event, "from", to);
	td_event_set_number(
	    event, "to", td_event_get_number(back->event, "from"));
	return TRUE;
}

static gboolean
tag_back(const TdTakeBack *back)
{
	const char *added = td_event_get(back->event, "add");
	const char *removed = td_event_get(back->event, "remove");
	gboolean there = contains(back->ticket->tags, added);
	gboolean gone = !contains(back->ticket->tags, removed);
	TdEvent *event;

	if ((*added != '\0' && !there) || (*removed != '\0' && !gone))
		return FALSE;
	event = add(back, TD_EVENT_TAG);
	if (*added != '\0')
		td_event_set(event, "remove", added);
	if (*removed != '\0')
		td_event_set(event, "add", removed);
	return TRUE;
}

static gboolean
time_back(const TdTakeBack *back)
{
	guint64 minutes = td_event_get_number(back->event, "minutes");
	guint64 less = td_event_get_number(back->event, "less");

	if (less != 0) {
		td_event_set_number(add(back, TD_EVENT_TIME), "minutes", less);
		return TRUE;
	}
	if (minutes > back->ticket->minutes)
		return FALSE;
	td_event_set_number(add(back, TD_EVENT_TIME), "less", minutes);
	return TRUE;
}

static gboolean
rating_back(const TdTakeBack *back)
{
	guint64 score = td_event_get_number(back->event, "score");
	TdEvent *event;

	if (back->ticket->rating != score)
		return FALSE;
	event = add(back, TD_EVENT_RATED);
	td_event_set_number(event, "from", score);
	td_event_set_number(
	    event, "score", td_event_get_number(back->event, "from"));
	return TRUE;
}

static gboolean
spam_back(const TdTakeBack *back)
{
	guint64 spam = td_event_get_number(back->event, "spam");
	TdEvent *event;

	if ((back->ticket->spam ? 1 : 0) != spam)
		return FALSE;
	event = add(back, TD_EVENT_SUPPRESSED);
	td_event_set_number(event, "from", spam);
	td_event_set_number(event, "spam", spam == 0 ? 1 : 0);
	return TRUE;
}

/* ---- people ---- */

static gboolean
requester_back(const TdTakeBack *back)
{
	const char *to = td_event_get(back->event, "to");
	g_autofree char *name = g_strdup(back->ticket->requester_name);
	TdEvent *event;

	if (strcmp(back->ticket->requester, to) != 0)
		return FALSE;
	event = add(back, TD_EVENT_REQUESTER);
	td_event_set(event, "from", to);
	td_event_set(event, "from_name", name);
	td_event_set(event, "to", td_event_get(back->event, "from"));
	td_event_set(event, "name", td_event_get(back->event, "from_name"));
	if (td_event_get_number(back->event, "was_participant") == 0)
		return TRUE;
	event = add(back, TD_EVENT_PARTICIPANT);
	td_event_set(event, "add", to);
	td_event_set(event, "name", name);
	return TRUE;
}

/* The keys of an event "participant", each with its opposite. */
static const struct {
	const char *key;
	const char *opposite;
} sides[] = {
	{ "add", "remove" },
	{ "remove", "add" },
	{ "watcher", "unwatch" },
	{ "unwatch", "watcher" },
	{ "mute", "unmute" },
	{ "unmute", "mute" },
};

/* Whether the ticket is as @key with @value left it. */
static gboolean
is_side(const TdTicket *ticket, guint side, const char *value)
{
	switch (side) {
	case 0:
	case 1:
		return (strcmp(ticket->requester, value) != 0 &&
		           td_ticket_has_participant(ticket, value)) ==
		    (side == 0);
	case 2:
	case 3:
		return contains(ticket->watchers, value) == (side == 2);
	default:
		return contains(ticket->muted, value) == (side == 4);
	}
}

static gboolean
participant_back(const TdTakeBack *back)
{
	TdEvent *event;

	for (guint i = 0; i < G_N_ELEMENTS(sides); i++) {
		const char *value = td_event_get(back->event, sides[i].key);

		if (*value != '\0' && !is_side(back->ticket, i, value))
			return FALSE;
	}
	event = add(back, TD_EVENT_PARTICIPANT);
	for (guint i = 0; i < G_N_ELEMENTS(sides); i++) {
		const char *value = td_event_get(back->event, sides[i].key);

		if (*value != '\0')
			td_event_set(event, sides[i].opposite, value);
	}
	td_event_set(event, "name", td_event_get(back->event, "name"));
	return TRUE;
}

/* ---- reminders ---- */

static gboolean
is_reminder(const TdReminder *reminder, const TdEvent *event)
{
	return (guint64)reminder->time == td_event_get_number(event, "at") &&
	    strcmp(reminder->agent, td_event_get(event, "agent")) == 0 &&
	    strcmp(reminder->text, td_event_get(event, "text")) == 0;
}

/* "done" takes away all up to a time: the others are set again. */
static gboolean
reminder_back(const TdTakeBack *back)
{
	g_autoptr(TdTicket) before = td_ticket_copy(back->ticket);
	const char *agent = td_event_get(back->event, "agent");
	guint64 at = td_event_get_number(back->event, "at");
	gboolean found = FALSE;
	TdEvent *event;

	for (guint i = 0; i < before->reminders->len; i++)
		found = found ||
		    is_reminder(
		        g_ptr_array_index(before->reminders, i), back->event);
	if (!found)
		return FALSE;
	event = add(back, TD_EVENT_REMINDER);
	td_event_set(event, "done", agent);
	td_event_set_number(event, "at", at);
	found = FALSE;
	for (guint i = 0; i < before->reminders->len; i++) {
		const TdReminder *each = g_ptr_array_index(
		    before->reminders, i);

		if (!found && is_reminder(each, back->event)) {
			found = TRUE;
			continue;
		}
		if (strcmp(each->agent, agent) != 0 || (guint64)each->time > at)
			continue;
		event = add(back, TD_EVENT_REMINDER);
		td_event_set(event, "agent", agent);
		td_event_set_number(event, "at", (guint64)each->time);
		td_event_set(event, "text", each->text);
	}
	return TRUE;
}

/* ---- ties ---- */

static gboolean
link_back(const TdTakeBack *back)
{
	const char *type = td_event_get(back->event, "type");
	guint64 to = td_event_get_number(back->event, "to");
	gboolean removed = td_event_get_number(back->event, "remove") == 1;
	const GPtrArray *links = back->ticket->links;
	gboolean there = FALSE;
	TdEvent *event;

	for (guint i = 0; i < links->len; i++) {
		const TdLink *link = g_ptr_array_index(links, i);

		there = there ||
		    (link->number == to && strcmp(link->type, type) == 0);
	}
	if (there == removed)
		return FALSE;
	event = add(back, TD_EVENT_LINKED);
	td_event_set(event, "type", type);
	td_event_set_number(event, "to", to);
	if (!removed)
		td_event_set_number(event, "remove", 1);
	return TRUE;
}

static gboolean
merge_back(const TdTakeBack *back)
{
	guint64 into = td_event_get_number(back->event, "into");
	guint64 until = td_event_get_number(back->event, "was_until");
	const char *was = td_event_get(back->event, "was");
	TdEvent *event;

	/* At the target there is nothing but the mark. */
	if (into == 0) {
		td_event_set_number(add(back, TD_EVENT_MERGED), "from",
		    td_event_get_number(back->event, "from"));
		return TRUE;
	}
	if (back->ticket->merged_into != into)
		return FALSE;
	event = add(back, TD_EVENT_MERGED);
	td_event_set_number(event, "into", 0);
	td_event_set_number(event, "from", into);
	td_event_set(event, "status", was);
	if (until == 0)
		return TRUE;
	event = add(back, TD_EVENT_STATUS);
	td_event_set(event, "from", was);
	td_event_set(event, "to", was);
	td_event_set_number(event, "until", until);
	return TRUE;
}

/* ---- all ---- */

gboolean
td_run_has_inverse(const TdEvent *event)
{
	switch ((int)event->kind) {
	case TD_EVENT_STATUS:
	case TD_EVENT_OWNER:
	case TD_EVENT_QUEUE:
	case TD_EVENT_TYPE:
	case TD_EVENT_TITLE:
	case TD_EVENT_PRIORITY:
	case TD_EVENT_TAG:
	case TD_EVENT_TIME:
	case TD_EVENT_RATED:
	case TD_EVENT_REQUESTER:
	case TD_EVENT_MERGED:
		return TRUE;
	/* Clocks follow from the rest. */
	case TD_EVENT_DUE:
		return !has_key(event, "clock");
	case TD_EVENT_SUPPRESSED:
		return has_key(event, "spam");
	case TD_EVENT_PARTICIPANT:
		return *td_event_get(event, "watch") == '\0';
	case TD_EVENT_LINKED:
		return strcmp(td_event_get(event, "type"), "moved") != 0;
	case TD_EVENT_REMINDER:
		return *td_event_get(event, "agent") != '\0';
	default:
		return FALSE;
	}
}

gboolean
td_run_take_back(const TdTakeBack *back)
{
	switch ((int)back->event->kind) {
	case TD_EVENT_STATUS:
		return status_back(back);
	case TD_EVENT_OWNER:
		return text_back(back, back->ticket->owner);
	case TD_EVENT_QUEUE:
		return text_back(back, back->ticket->queue);
	case TD_EVENT_TYPE:
		return type_back(back);
	case TD_EVENT_TITLE:
		return text_back(back, back->ticket->subject);
	case TD_EVENT_PRIORITY:
		return grade_back(back);
	case TD_EVENT_DUE:
		return due_back(back);
	case TD_EVENT_TAG:
		return tag_back(back);
	case TD_EVENT_TIME:
		return time_back(back);
	case TD_EVENT_RATED:
		return rating_back(back);
	case TD_EVENT_SUPPRESSED:
		return spam_back(back);
	case TD_EVENT_REQUESTER:
		return requester_back(back);
	case TD_EVENT_PARTICIPANT:
		return participant_back(back);
	case TD_EVENT_REMINDER:
		return reminder_back(back);
	case TD_EVENT_LINKED:
		return link_back(back);
	default:
		return merge_back(back);
	}
}
