/* talk-agents.c - what agents are told
 *
 * Each gets a letter of his own, for its Reply-To proves who answers. */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/talk-private.h"

/* Attachments that one notification carries. */
#define ATTACHMENTS 20

#define NAME_SHOWN 100

/* Longest text of a note that its event keeps. */
#define NOTE_MAX 4000

/* A mail whose From is known to be false is told with a warning. */
static const char *
pick_warning(const TdWho *who, const char *otherwise)
{
	return who->proof == TD_PROOF_FALSE ? "notice-false" : otherwise;
}

static void
tell(TdAudience *audience, TdLetterKind kind, const TdSaid *said,
    const char *warning, gint64 due)
{
	const TdWho *who = audience->who;
	g_autofree char *text = td_talk_text(said);
	g_auto(TdParcel) parcel = { 0 };

	if (audience->agents->len == 0 && audience->teams->len == 0)
		return;
	td_parcel_pack(&parcel, said->message, said->raw,
	    audience->draft->desk->conf->attach_limit, ATTACHMENTS);
	td_audience_tell(audience,
	    &(TdNews){
	        .kind = kind,
	        .author = who->name,
	        .author_address = who->address,
	        .text = text,
	        .warning = warning,
	        .same = said->same,
	        .answers = said->message,
	        .parcel = &parcel,
	        .due = due,
	    });
}

gboolean
td_talk_new(TdDraft *draft, const TdWho *who, guint64 number,
    const TdSaid *said, GError **error)
{
	g_auto(TdAudience) audience = { 0 };
	const TdTicket *ticket;

	if (!td_audience_open(
	        &audience, draft, who, said->message, number, error))
		return FALSE;
	ticket = audience.ticket;
	if (!td_audience_responsible(&audience, error) ||
	    !td_audience_watchers(&audience, error))
		return FALSE;
	if (*ticket->owner == '\0')
		for (guint i = 0; ticket->watching_queues[i] != NULL; i++)
			if (!td_audience_queue(
			        &audience, ticket->watching_queues[i], error))
				return FALSE;

	tell(&audience, TD_LETTER_NEW_TICKET, said,
	    pick_warning(who, said->same == 0 ? NULL : "notice-same"), 0);
	return TRUE;
}

gboolean
td_talk_message(TdDraft *draft, const TdWho *who, guint64 number,
    const TdSaid *said, gboolean marked, GError **error)
{
	g_auto(TdAudience) audience = { 0 };
	const char *warning = NULL;

	if (!td_audience_open(
	        &audience, draft, who, said->message, number, error) ||
	    !td_audience_responsible(&audience, error) ||
	    !td_audience_watchers(&audience, error))
		return FALSE;

	if (marked)
		warning = "notice-stranger";
	else if (draft->plan->class.class == TD_CLASS_SPAM)
		warning = "notice-spam";
	tell(&audience, marked ? TD_LETTER_STRANGER : TD_LETTER_MESSAGE, said,
	    pick_warning(who, warning), 0);
	return TRUE;
}

/* The note's event.  It keeps the text where no message of the ticket does. */
static void
add_note(TdDraft *draft, guint64 number, const TdSaid *said, const char *text)
{
	TdEvent *event = td_draft_add(draft, TD_EVENT_NOTE, number);

	if (said->sequence != 0)
		event->message = said->sequence;
	else if (said->message == NULL || draft->plan->ticket != number) {
		g_autofree char *kept = g_strndup(text, NOTE_MAX);

		td_event_set(event, "text", kept);
	}
}

gboolean
td_talk_note(TdDraft *draft, const TdWho *who, guint64 number,
    const TdSaid *said, GError **error)
{
	g_auto(TdAudience) audience = { 0 };
	g_autofree char *text = td_talk_trim(said->text, TD_TALK_TEXT_MAX);

	if (*text == '\0')
		return TRUE;
	add_note(draft, number, said, text);
	if (!td_audience_open(
	        &audience, draft, who, said->message, number, error) ||
	    !td_audience_name(&audience, audience.ticket->owner, error) ||
	    !td_audience_watchers(&audience, error))
		return FALSE;
	tell(&audience, TD_LETTER_NOTE, said, NULL, 0);
	return TRUE;
}

gboolean
td_talk_replied(TdDraft *draft, const TdWho *who, guint64 number,
    const TdSaid *said, gint64 due, GError **error)
{
	g_auto(TdAudience) audience = { 0 };

	if (!td_audience_open(
	        &audience, draft, who, said->message, number, error) ||
	    !td_audience_name(&audience, audience.ticket->owner, error) ||
	    !td_audience_watchers(&audience, error))
		return FALSE;
	tell(&audience, TD_LETTER_REPLIED, said, NULL, due);
	return TRUE;
}

/* What the customer said last goes with news that say nothing themselves. */
static gboolean
tell_newest(TdAudience *audience, TdLetterKind kind, const char *warning,
    GError **error)
{
	g_autoptr(TdMessage) message = NULL;
	g_autoptr(TdFiled) filed = NULL;
	g_autofree char *author = NULL;
	g_autofree char *address = NULL;
	g_autofree char *text = NULL;

	if (!td_talk_newest(
	        audience->draft, audience->ticket, &message, &filed, error))
		return FALSE;
	if (message != NULL) {
		author = td_talk_author(filed);
		address = td_text_printable(filed->from, NAME_SHOWN);
		text = td_talk_new_text(message);
	}
	td_audience_tell(audience,
	    &(TdNews){
	        .kind = kind,
	        .author = author,
	        .author_address = address,
	        .text = text,
	        .written = filed == NULL ? 0 : filed->received,
	        .warning = warning,
	    });
	return TRUE;
}

gboolean
td_talk_assigned(
    TdDraft *draft, const TdWho *who, guint64 number, GError **error)
{
	g_auto(TdAudience) audience = { 0 };

	if (!td_audience_open(&audience, draft, who, NULL, number, error))
		return FALSE;
	audience.insist = TRUE;
	return td_audience_name(&audience, audience.ticket->owner, error) &&
	    tell_newest(&audience, TD_LETTER_ASSIGNED,
	        who == NULL ? "notice-distributed" : "notice-assigned", error);
}

gboolean
td_talk_moved(TdDraft *draft, const TdWho *who, guint64 number, GError **error)
{
	g_auto(TdAudience) audience = { 0 };

	if (!td_audience_open(&audience, draft, who, NULL, number, error))
		return FALSE;
	if (*audience.ticket->owner != '\0')
		return TRUE;
	return td_audience_queue(&audience, audience.ticket->queue, error) &&
	    tell_newest(&audience, TD_LETTER_NEW_TICKET, "notice-moved", error);
}

gboolean
td_talk_clock(TdDraft *draft, TdLetterKind kind, guint64 number,
    const char *name, const char *text, GError **error)
{
	g_auto(TdAudience) audience = { 0 };

	if (!td_audience_open(&audience, draft, NULL, NULL, number, error))
		return FALSE;
	if (kind == TD_LETTER_AWAKE)
		return td_audience_responsible(&audience, error) &&
		    td_audience_watchers(&audience, error) &&
		    tell_newest(&audience, kind, NULL, error);

	audience.insist = TRUE;
	if (!td_audience_name(&audience, name, error))
		return FALSE;
	td_audience_tell(&audience,
	    &(TdNews){
	        .kind = kind,
	        .text = text == NULL || *text == '\0' ? NULL : text,
	    });
	return TRUE;
}
