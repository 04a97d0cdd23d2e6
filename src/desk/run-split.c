/* run-split.c - a message becomes a ticket of its own */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "desk/policy.h"
#include "desk/run-verbs.h"
#include "desk/talk-private.h"

#define NAME_SHOWN 100
/* Tickets that one mail makes. */
#define SPLITS_MAX 20

/* A message on its way out of a ticket. */
typedef struct {
	const TdStep *step;
	TdTicket *ticket; /* owned; where it is now */
	TdFiled *filed;
	char *address; /* of its sender, folded */
	char *name;
	char *subject;
	guint64 to; /* the new ticket */
} Split;

static void
clear_split(Split *split)
{
	g_clear_pointer(&split->ticket, td_ticket_free);
	g_clear_pointer(&split->filed, td_filed_free);
	g_clear_pointer(&split->address, g_free);
	g_clear_pointer(&split->name, g_free);
	g_clear_pointer(&split->subject, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Split, clear_split)

/* Refuses a message that is no customer's, or is all that the ticket is about.
 */
static gboolean
read_message(Split *split, GError **error)
{
	const TdStep *step = split->step;
	guint64 sequence = step->command->number;
	g_autofree char *shown = NULL;
	const TdFiled *filed;

	if (sequence == 0 && td_step_is_own(step))
		sequence = step->run->answers;
	if (sequence == 0)
		return td_step_refuse(step, "no-split-which", NULL);
	shown = td_run_number(sequence);
	if (!td_filed_get(step->run->draft->txn, step->number, sequence,
	        &split->filed, NULL, error))
		return FALSE;
	filed = split->filed;
	if (filed == NULL || filed->outgoing || filed->internal ||
	    *filed->moved_to != '\0')
		return td_step_refuse(
		    step, "no-split-message", "message", shown, NULL);
	if (sequence == 1)
		return td_step_refuse(step, "no-split-first", NULL);
	split->address = td_address_fold(filed->from);
	if (split->address == NULL ||
	    td_desk_is_own(step->run->draft->desk, split->address))
		return td_step_refuse(
		    step, "no-split-sender", "message", shown, NULL);
	return TRUE;
}

/* Whether the message goes to a ticket of its own by a line above. */
static gboolean
is_moved(const Split *split)
{
	const GPtrArray *moves = split->step->run->draft->plan->moves;

	for (guint i = 0; i < moves->len; i++) {
		const TdMove *move = g_ptr_array_index(moves, i);

		if (move->from.ticket == split->filed->ticket &&
		    move->from.sequence == split->filed->sequence)
			return TRUE;
	}
	return FALSE;
}

static void
name_ticket(Split *split)
{
	const TdDesk *desk = split->step->run->draft->desk;

	split->name = td_text_printable(split->filed->from_name, NAME_SHOWN);
	split->subject = td_text_printable(
	    td_desk_bare_subject(desk, split->filed->subject), TD_SUBJECT_MAX);
	if (*split->subject == '\0') {
		g_free(split->subject);
		split->subject = g_strdup(split->ticket->subject);
	}
}

/* The events of both tickets. */
static void
add_events(const Split *split)
{
	TdDraft *draft = split->step->run->draft;
	guint64 from = split->ticket->number;
	guint64 sequence = split->filed->sequence;
	TdEvent *event;

	event = td_draft_add(draft, TD_EVENT_CREATED, split->to);
	td_event_set(event, "queue", split->ticket->queue);
	td_event_set(event, "requester", split->address);
	td_event_set(event, "requester_name", split->name);
	td_event_set(event, "subject", split->subject);
	if (strcmp(split->address, split->ticket->requester) == 0)
		td_event_set(event, "language", split->ticket->language);
	event = td_draft_add(draft, TD_EVENT_SPLIT, split->to);
	td_event_set_number(event, "from", from);
	td_event_set_number(event, "message", sequence);
	event = td_draft_add(draft, TD_EVENT_SPLIT, from);
	td_event_set_number(event, "to", split->to);
	td_event_set_number(event, "message", sequence);
}

static void
add_move(const Split *split)
{
	TdMove *move = g_new0(TdMove, 1);

	move->from = (TdPlace){ split->ticket->number, split->filed->sequence };
	move->to = split->to;
	g_ptr_array_add(split->step->run->draft->plan->moves, move);
}

/* The language that the sender is written to. */
static gboolean
find_language(const Split *split, char **language, GError **error)
{
	TdDraft *draft = split->step->run->draft;
	const TdQueue *queue = td_talk_queue(draft, split->ticket);
	g_autoptr(TdPerson) person = NULL;
	const char *wanted = queue->language;

	if (!td_person_by_address(draft->txn, split->address, &person, error))
		return FALSE;
	if (person != NULL && *person->language != '\0')
		wanted = person->language;
	else if (strcmp(split->address, split->ticket->requester) == 0 &&
	    *split->ticket->language != '\0')
		wanted = split->ticket->language;
	*language = g_strdup(wanted);
	return TRUE;
}

/* The sender learns the new number, so that he answers there: if a person
 * wrote, who wants mail of the desk. */
static gboolean
acknowledge(const Split *split, GError **error)
{
	TdDraft *draft = split->step->run->draft;
	const TdFiled *filed = split->filed;
	const char *const *muted = (const char *const *)split->ticket->muted;
	const TdTicket *ticket;
	g_autofree char *language = NULL;
	TdLetter *letter;

	if (strcmp(filed->class_name, td_class_name(TD_CLASS_HUMAN)) != 0 ||
	    filed->marked || g_strv_contains(muted, split->address) ||
	    td_talk_queue(draft, split->ticket)->acknowledge ==
	        TD_ACKNOWLEDGE_NEVER)
		return TRUE;
	ticket = td_draft_need(draft, split->to, error);
	if (ticket == NULL || !find_language(split, &language, error))
		return FALSE;
	letter = td_talk_letter(
	    draft, TD_LETTER_ACKNOWLEDGEMENT, ticket, language);
	letter->author = g_strdup(
	    *split->name != '\0' ? split->name : split->address);
	letter->automatic = TRUE;
	if (!g_str_has_prefix(filed->message_id, "sha256:")) {
		const char *ids[] = { filed->message_id, NULL };

		letter->in_reply_to = g_strdup(filed->message_id);
		letter->references = g_strdupv((GStrv)ids);
	}
	td_letter_to(letter, split->name, split->address);
	td_draft_letter(draft, letter);
	return TRUE;
}

/* The desk may have given the new ticket to somebody: he reads the message that
 * it is about, which is nowhere on it yet. */
static gboolean
tell_owner(const Split *split, GError **error)
{
	const TdStep *step = split->step;
	g_auto(TdAudience) audience = { 0 };
	g_autoptr(TdMessage) message = NULL;
	g_autoptr(TdFiled) filed = NULL;
	g_autoptr(GBytes) raw = NULL;
	g_autofree char *text = NULL;
	const char *bytes;
	gsize size;

	if (!td_audience_open(
	        &audience, step->run->draft, NULL, NULL, split->to, error))
		return FALSE;
	if (*audience.ticket->owner == '\0')
		return TRUE;
	if (!td_filed_get(step->run->draft->txn, step->number,
	        split->filed->sequence, &filed, &raw, error) ||
	    !td_audience_name(&audience, audience.ticket->owner, error))
		return FALSE;
	bytes = g_bytes_get_data(raw, &size);
	message = td_message_parse(bytes, size);
	text = td_talk_new_text(message);
	td_audience_tell(&audience,
	    &(TdNews){
	        .kind = TD_LETTER_ASSIGNED,
	        .author = split->name,
	        .author_address = split->address,
	        .text = text,
	        .written = split->filed->received,
	        .warning = "notice-distributed",
	    });
	return td_step_more(
	    step, "more-given", "name", audience.ticket->owner, NULL);
}

gboolean
td_run_split(const TdStep *step, GError **error)
{
	g_auto(Split) split = { .step = step };
	g_autofree char *shown = NULL;
	gboolean acknowledged;
	guint letters;

	if (!read_message(&split, error))
		return FALSE;
	if (*step->refused)
		return TRUE;
	g_assert(split.filed != NULL);
	shown = td_run_number(split.filed->sequence);
	if (step->run->draft->plan->moves->len >= SPLITS_MAX)
		return td_step_refuse(step, "no-split-more", NULL);
	if (is_moved(&split))
		return td_step_refuse(
		    step, "no-split-message", "message", shown, NULL);
	split.ticket = td_ticket_copy(step->ticket);
	name_ticket(&split);
	split.to = td_draft_new_ticket(step->run->draft);
	add_events(&split);
	add_move(&split);
	letters = step->run->draft->plan->letters->len;
	if (!acknowledge(&split, error))
		return FALSE;
	acknowledged = step->run->draft->plan->letters->len > letters;
	td_step_done(step, acknowledged ? "did-split" : "did-split-quietly",
	    "message", shown, NULL);
	return td_distribute(step->run->draft, split.to, error) &&
	    tell_owner(&split, error);
}
