/* talk-changed.c - an owner hears what others did to his ticket */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/policy.h"
#include "desk/talk-private.h"

#define VALUE_MAX 200
/* Of what a customer says with his rating. */
#define OPINION_MAX 1000

/* The value of @event in words of @language, NULL if it is of no interest; the
 * caller's. */
static char *
show_value(const TdDraft *draft, const char *language, const TdEvent *event)
{
	const char *to = td_event_get(event, "to");
	guint64 number = td_event_get_number(event, "to");
	TdStatus status;

	switch ((int)event->kind) {
	case TD_EVENT_STATUS:
		/* Who answers is told of anyway. */
		return td_status_from_name(to, &status) &&
		        status != TD_STATUS_WAITING
		    ? td_talk_status(draft, language, status)
		    : NULL;
	case TD_EVENT_PRIORITY:
		return number == 0
		    ? NULL
		    : g_strdup_printf("%" G_GUINT64_FORMAT, number);
	case TD_EVENT_DUE:
		return number == 0 ? g_strdup("-")
		                   : td_talk_time(draft->desk, (gint64)number);
	case TD_EVENT_TAG:
		return *td_event_get(event, "add") != '\0'
		    ? g_strconcat("+", td_event_get(event, "add"), NULL)
		    : g_strconcat("-", td_event_get(event, "remove"), NULL);
	case TD_EVENT_MERGED:
		number = td_event_get_number(event, "into");
		return number == 0
		    ? NULL
		    : g_strdup_printf("#%" G_GUINT64_FORMAT, number);
	case TD_EVENT_RATED:
		number = td_event_get_number(event, "score");
		return number == 0
		    ? NULL
		    : g_strdup_printf("%" G_GUINT64_FORMAT "%s%s", number,
		          *td_event_get(event, "text") == '\0' ? "" : " - ",
		          td_event_get(event, "text"));
	default:
		return g_strdup(*to == '\0' ? "-" : to);
	}
}

static const char *
find_key(TdEventKind kind)
{
	static const struct {
		TdEventKind kind;
		const char *key;
	} keys[] = {
		{ TD_EVENT_STATUS, "changed-status" },
		{ TD_EVENT_OWNER, "changed-owner" },
		{ TD_EVENT_QUEUE, "changed-queue" },
		{ TD_EVENT_PRIORITY, "changed-priority" },
		{ TD_EVENT_TYPE, "changed-type" },
		{ TD_EVENT_TAG, "changed-tag" },
		{ TD_EVENT_TITLE, "changed-title" },
		{ TD_EVENT_REQUESTER, "changed-requester" },
		{ TD_EVENT_MERGED, "changed-merged" },
		{ TD_EVENT_DUE, "changed-due" },
		{ TD_EVENT_RATED, "changed-rated" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
		if (keys[i].kind == kind)
			return keys[i].key;
	return NULL;
}

/* "Service: mail", of an event that sets a field; NULL if it does not. */
static char *
tell_field(const TdDraft *draft, const char *language, const TdEvent *event)
{
	const char *name = td_event_get(event, "field");
	g_autofree char *label = NULL;
	g_autofree char *shown = NULL;

	if (*name == '\0')
		return NULL;
	label = td_field_label(draft->desk, language, name);
	shown = td_text_printable(td_event_get(event, "value"), VALUE_MAX);
	return td_talk_say(draft, language, "changed-field", "field", label,
	    "to", *shown == '\0' ? "-" : shown, NULL);
}

char *
td_talk_change(const TdDraft *draft, const char *language, const TdEvent *event)
{
	guint64 parent = td_event_get_number(event, "parent");
	g_autofree char *number = g_strdup_printf("%" G_GUINT64_FORMAT, parent);
	const char *key = parent != 0 && event->kind == TD_EVENT_STATUS
	    ? "changed-with-parent"
	    : find_key(event->kind);
	g_autofree char *value = NULL;
	g_autofree char *shown = NULL;

	/* Nor is a clock, which follows from the rest. */
	if (key == NULL || *td_event_get(event, "clock") != '\0')
		return NULL;
	/* That fields were asked for says nothing new of the ticket. */
	if (event->kind == TD_EVENT_TYPE &&
	    (*td_event_get(event, "field") != '\0' ||
	        td_event_get_number(event, "asked") != 0))
		return tell_field(draft, language, event);
	value = show_value(draft, language, event);
	if (value == NULL)
		return NULL;
	shown = td_text_printable(
	    value, event->kind == TD_EVENT_RATED ? OPINION_MAX : VALUE_MAX);
	return td_talk_say(
	    draft, language, key, "to", shown, "parent", number, NULL);
}

/* A line for each change of ticket @number; the caller's. */
static char *
list_changes(const TdDraft *draft, guint64 number, const char *language)
{
	const GPtrArray *events = draft->plan->events;
	g_autoptr(GString) lines = g_string_new(NULL);

	for (guint i = 0; i < events->len; i++) {
		const TdEvent *event = g_ptr_array_index(events, i);
		g_autofree char *line = NULL;

		if (event->ticket != number)
			continue;
		line = td_talk_change(draft, language, event);
		if (line != NULL)
			g_string_append_printf(
			    lines, "%s%s", lines->len == 0 ? "" : "\n", line);
	}
	return g_string_free(g_steal_pointer(&lines), FALSE);
}

/* The letter that @agent gets about the ticket anyway, or NULL. */
static TdLetter *
find_letter(const TdDraft *draft, guint64 number, const TdPerson *agent)
{
	const GPtrArray *letters = draft->plan->letters;

	for (guint i = 0; i < letters->len; i++) {
		TdLetter *letter = g_ptr_array_index(letters, i);

		if (letter->ticket == number && letter->person == agent->id &&
		    (letter->kind == TD_LETTER_NOTE ||
		        letter->kind == TD_LETTER_CHANGED ||
		        letter->kind == TD_LETTER_REPLIED ||
		        letter->kind == TD_LETTER_MESSAGE))
			return letter;
	}
	return NULL;
}

gboolean
td_talk_changed(
    TdDraft *draft, const TdWho *who, guint64 number, GError **error)
{
	g_auto(TdAudience) audience = { 0 };
	g_autoptr(TdTicket) before = NULL;

	if (TD_TICKET_IS_NEW(number) || number == TD_TICKET_DESK)
		return TRUE;
	if (!td_ticket_get(draft->txn, number, &before, error) ||
	    !td_audience_open(&audience, draft, who, NULL, number, error))
		return FALSE;
	/* Whose it was: a new owner is told that it is his. */
	if (before == NULL ||
	    !td_audience_name(&audience, before->owner, error))
		return before == NULL;

	for (guint i = 0; i < audience.agents->len; i++) {
		const TdPerson *agent = g_ptr_array_index(audience.agents, i);
		const char *language = td_talk_language(
		    draft, agent->language, audience.queue);
		g_autofree char *text = list_changes(draft, number, language);
		TdLetter *letter = find_letter(draft, number, agent);

		if (*text == '\0')
			continue;
		if (letter == NULL) {
			td_audience_tell_one(&audience,
			    &(TdNews){
			        .kind = TD_LETTER_CHANGED,
			        .author = who->name,
			        .author_address = who->address,
			        .text = text,
			    },
			    agent);
		} else if (letter->kind == TD_LETTER_CHANGED) {
			td_talk_set(&letter->text, text);
		} else {
			g_autofree char *whole = g_strconcat(
			    letter->text, "\n\n", text, NULL);

			td_talk_set(&letter->text, whole);
		}
	}
	return TRUE;
}
