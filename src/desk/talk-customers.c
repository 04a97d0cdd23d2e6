/* talk-customers.c - what customers are told by agents
 *
 * One mail goes to all of them, with true To and Cc, and its Reply-To proves
 * the ticket alone. */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "desk/talk-private.h"

/* Attachments that go along; more are named in the text. */
#define ATTACHMENTS 100

/* A mail to half the world does not make half the world participants. */
#define PARTICIPANTS_MAX 100
#define NAME_SHOWN 100

/* One reply on its way. */
typedef struct {
	TdDraft *draft;
	const TdWho *who;
	const TdSaid *said;
	guint64 number;
	GHashTable *have; /* owned; who got the agent's own mail */
	TdTicket *ticket; /* owned; as it is with the new participants */
	char *text;
	TdParcel parcel;
} Reply;

static void
reply_clear(Reply *reply)
{
	g_clear_pointer(&reply->have, g_hash_table_unref);
	g_clear_pointer(&reply->ticket, td_ticket_free);
	g_clear_pointer(&reply->text, g_free);
	td_parcel_clear(&reply->parcel);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reply, reply_clear)

gboolean
td_talk_customer_language(
    TdDraft *draft, const TdTicket *ticket, char **language, GError **error)
{
	const TdQueue *queue = td_talk_queue(draft, ticket);
	const GPtrArray *changed = draft->plan->people;
	const char *wanted = ticket->language;
	g_autoptr(TdPerson) person = NULL;

	if (*ticket->requester != '\0' &&
	    !td_person_by_address(
	        draft->txn, ticket->requester, &person, error))
		return FALSE;
	if (person != NULL && *person->language != '\0')
		wanted = person->language;
	for (guint i = 0; i < changed->len; i++) {
		const TdPerson *each = g_ptr_array_index(changed, i);

		if (td_person_has_address(each, ticket->requester) &&
		    *each->language != '\0')
			wanted = each->language;
	}
	*language = g_strdup(td_talk_language(draft, wanted, queue));
	return TRUE;
}

/* ---- the reply ---- */

/* An address of the agent who speaks. */
static gboolean
is_own(const TdWho *who, const char *address)
{
	return strcmp(who->address, address) == 0 ||
	    (who->person != NULL &&
	        td_person_has_address(who->person, address));
}

/* A team's address is no customer's. */
static gboolean
is_team(const TdConf *conf, const char *address)
{
	for (guint i = 0; i < conf->queues->len; i++) {
		const TdQueue *queue = g_ptr_array_index(conf->queues, i);

		if (g_strv_contains(
		        (const char *const *)queue->notify, address))
			return TRUE;
	}
	return FALSE;
}

/* Who stands in @field of the agent's mail is on the ticket from now on. */
static gboolean
add_participants(Reply *reply, const GPtrArray *field, GError **error)
{
	TdDraft *draft = reply->draft;

	for (guint i = 0; i < field->len; i++) {
		const TdAddress *each = g_ptr_array_index(field, i);
		g_autofree char *address = td_address_fold(each->address);
		g_autofree char *name = NULL;
		const TdTicket *ticket;
		gboolean agents;
		TdEvent *event;

		if (address == NULL || is_own(reply->who, address) ||
		    td_desk_is_own(draft->desk, address) ||
		    is_team(draft->desk->conf, address))
			continue;
		ticket = td_draft_need(draft, reply->number, error);
		if (ticket == NULL ||
		    !td_draft_is_agent(draft, address, &agents, error))
			return FALSE;
		if (agents || td_ticket_has_participant(ticket, address) ||
		    ticket->participants->len >= PARTICIPANTS_MAX)
			continue;
		name = td_text_printable(each->name, NAME_SHOWN);
		event = td_draft_add(
		    draft, TD_EVENT_PARTICIPANT, reply->number);
		td_event_set(event, "add", address);
		td_event_set(event, "name", name);
	}
	return TRUE;
}

static gboolean
is_reader(const Reply *reply, const char *address)
{
	const char *const *muted = (const char *const *)reply->ticket->muted;

	return *address != '\0' && !td_address_is_erased(address) &&
	    !g_strv_contains(muted, address) &&
	    !td_desk_is_own(reply->draft->desk, address) &&
	    !is_own(reply->who, address);
}

/* The first stands in To, the others in Cc; the mail goes to those who have not
 * got the agent's own. */
static void
address_reader(const Reply *reply, TdLetter *letter, GPtrArray *recipients,
    const char *name, const char *address)
{
	if (!is_reader(reply, address))
		return;
	if (letter->to == NULL || letter->to->len == 0)
		td_letter_to(letter, name, address);
	else
		td_letter_cc(letter, name, address);
	if (!g_hash_table_contains(reply->have, address))
		g_ptr_array_add(recipients, g_strdup(address));
}

static void
address_letter(const Reply *reply, TdLetter *letter)
{
	const TdTicket *ticket = reply->ticket;
	g_autoptr(GPtrArray) recipients = g_ptr_array_new();

	address_reader(reply, letter, recipients, ticket->requester_name,
	    ticket->requester);
	for (guint i = 0; i < ticket->participants->len; i++) {
		const TdParticipant *each = g_ptr_array_index(
		    ticket->participants, i);

		address_reader(
		    reply, letter, recipients, each->name, each->address);
	}
	g_ptr_array_add(recipients, NULL);
	letter->recipients = (GStrv)g_ptr_array_free(
	    g_steal_pointer(&recipients), FALSE);
}

/* What an agent is called to customers; NULL is the queue. */
static const char *
shown_name(const TdWho *who)
{
	if (!who->agent)
		return NULL;
	return who->person != NULL ? td_agent_shown_name(who->person)
	                           : who->name;
}

static gint64
hold_until(const TdDraft *draft)
{
	guint hold = draft->desk->conf->reply_hold;

	return hold == 0 ? 0 : draft->now + hold;
}

/* What is answered stands below the answer. */
static void
quote(TdLetter *letter, const TdMessage *message, const TdFiled *filed)
{
	letter->quote = td_talk_new_text(message);
	letter->quote_author = td_talk_author(filed);
	letter->quote_date = filed->received;
}

static gboolean
make_letter(const Reply *reply, TdLetter **result, GError **error)
{
	TdDraft *draft = reply->draft;
	const TdQueue *queue = td_talk_queue(draft, reply->ticket);
	g_autoptr(TdLetter) letter = NULL;
	g_autoptr(TdMessage) newest = NULL;
	g_autoptr(TdFiled) filed = NULL;
	g_autofree char *language = NULL;
	g_autofree char *excuse = NULL;

	if (!td_talk_customer_language(
	        draft, reply->ticket, &language, error) ||
	    !td_talk_newest(draft, reply->ticket, &newest, &filed, error))
		return FALSE;
	letter = td_talk_letter(
	    draft, TD_LETTER_REPLY, reply->ticket, language);
	letter->from_name = g_strdup(shown_name(reply->who));
	letter->author = g_strdup(
	    letter->from_name != NULL ? letter->from_name : queue->from_name);
	excuse = reply->parcel.left->len == 0
	    ? NULL
	    : td_parcel_excuse(&reply->parcel, draft, language);
	letter->text = excuse == NULL
	    ? g_strdup(reply->text)
	    : g_strconcat(reply->text, "\n\n", excuse, NULL);
	if (newest != NULL && queue->quote)
		quote(letter, newest, filed);
	if (reply->parcel.attachments->len > 0)
		letter->attachments = g_ptr_array_ref(
		    reply->parcel.attachments);
	letter->due = hold_until(draft);
	td_talk_answer(letter, newest);
	address_letter(reply, letter);
	*result = g_steal_pointer(&letter);
	return TRUE;
}

/* Whether the plan says who owns the ticket, be it nobody. */
static gboolean
names_owner(const TdPlan *plan, guint64 number)
{
	for (guint i = 0; i < plan->events->len; i++) {
		const TdEvent *event = g_ptr_array_index(plan->events, i);

		if (event->kind == TD_EVENT_OWNER && event->ticket == number)
			return TRUE;
	}
	return FALSE;
}

/* Whether the answer makes the ticket his who gave it. */
static gboolean
takes_ticket(const Reply *reply)
{
	const TdTicket *ticket = reply->ticket;
	const TdWho *who = reply->who;

	return *ticket->owner == '\0' && who->agent && who->person != NULL &&
	    td_talk_queue(reply->draft, ticket)->distribute !=
	    TD_DISTRIBUTE_NONE &&
	    !names_owner(reply->draft->plan, ticket->number);
}

/* Who answers first takes the ticket, and it waits for the customer. */
static void
change_ticket(const Reply *reply)
{
	const TdTicket *ticket = reply->ticket;
	const TdWho *who = reply->who;
	TdEvent *event;

	if (takes_ticket(reply)) {
		event = td_draft_add(
		    reply->draft, TD_EVENT_OWNER, ticket->number);
		td_event_set(event, "to", who->person->name);
	}
	if (ticket->status == TD_STATUS_NEW ||
	    ticket->status == TD_STATUS_OPEN) {
		event = td_draft_add(
		    reply->draft, TD_EVENT_STATUS, ticket->number);
		td_event_set(event, "from", td_status_name(ticket->status));
		td_event_set(event, "to", td_status_name(TD_STATUS_WAITING));
	}
}

static gboolean
send_reply(Reply *reply, GError **error)
{
	TdDraft *draft = reply->draft;
	const TdWho *who = reply->who;
	const TdMessage *message = reply->said->message;
	g_autoptr(TdLetter) letter = NULL;
	const TdTicket *ticket;

	if (message != NULL &&
	    (!add_participants(reply, message->to, error) ||
	        !add_participants(reply, message->cc, error)))
		return FALSE;
	ticket = td_draft_need(draft, reply->number, error);
	if (ticket == NULL)
		return FALSE;
	reply->ticket = td_ticket_copy(ticket);
	if (!make_letter(reply, &letter, error))
		return FALSE;
	if (letter->to == NULL || letter->to->len == 0) {
		g_autofree char *text = td_talk_say(
		    draft, who->language, "notice-nobody", NULL);

		return td_talk_remark(
		    draft, who, reply->number, reply->said, text, error);
	}
	td_draft_letter(draft, g_steal_pointer(&letter));
	change_ticket(reply);
	return td_talk_replied(
	    draft, who, reply->number, reply->said, hold_until(draft), error);
}

gboolean
td_talk_reply(TdDraft *draft, const TdWho *who, guint64 number,
    const TdSaid *said, gboolean drop_leaks, char **held, GError **error)
{
	g_auto(Reply) reply = {
		.draft = draft,
		.who = who,
		.said = said,
		.number = number,
	};
	g_autofree char *leak = NULL;

	reply.have = td_talk_addressees(said->message);
	reply.text = td_talk_trim(said->text, 0);
	td_parcel_pack(
	    &reply.parcel, said->message, said->raw, G_MAXUINT64, ATTACHMENTS);
	if (reply.parcel.leaks->len > 0 && !drop_leaks)
		leak = g_strdup(g_ptr_array_index(reply.parcel.leaks, 0));
	else if ((*reply.text != '\0' || reply.parcel.attachments->len > 0) &&
	    !send_reply(&reply, error))
		return FALSE;
	*held = g_steal_pointer(&leak);
	return TRUE;
}

/* ---- the end of a ticket ---- */

/* Whether the requester wants to hear of it, and is one who can. */
static gboolean
wants_end(const TdDraft *draft, const TdWho *who, const TdTicket *ticket,
    const TdFiled *newest)
{
	const char *const *muted = (const char *const *)ticket->muted;
	const char *silence = draft->plan->class.silence;

	if (ticket->spam || ticket->merged_into != 0 ||
	    *ticket->requester == '\0' ||
	    td_address_is_erased(ticket->requester) ||
	    g_strv_contains(muted, ticket->requester) ||
	    td_desk_is_own(draft->desk, ticket->requester))
		return FALSE;
	/* No program gets an answer of ours, at the end as at the beginning. */
	if (newest != NULL && *newest->class_name != '\0' &&
	    strcmp(newest->class_name, td_class_name(TD_CLASS_HUMAN)) != 0)
		return FALSE;
	if (strcmp(who->address, ticket->requester) != 0)
		return TRUE;
	/* Who ended it himself: an agent knows; a customer gets the links for
	 * a rating, unless his mail must not be answered. */
	return !who->agent && (silence == NULL || *silence == '\0');
}

/* The reply of this plan to @requester, if there is one: it can tell of the end
 * itself. */
static TdLetter *
find_reply(const TdDraft *draft, guint64 number, const char *requester)
{
	const GPtrArray *letters = draft->plan->letters;

	for (guint i = 0; i < letters->len; i++) {
		TdLetter *letter = g_ptr_array_index(letters, i);

		if (letter->kind == TD_LETTER_REPLY &&
		    letter->ticket == number && letter->recipients != NULL &&
		    g_strv_contains(
		        (const char *const *)letter->recipients, requester))
			return letter;
	}
	return NULL;
}

/* What a letter about the end of @ticket says and asks. */
static void
tell_end(const TdDraft *draft, const TdTicket *ticket, TdLetter *letter)
{
	letter->until = ticket->status == TD_STATUS_RESOLVED ? ticket->until
	                                                     : 0;
	letter->rate = td_talk_queue(draft, ticket)->rate &&
	    ticket->rating == 0;
}

gboolean
td_talk_finished(
    TdDraft *draft, const TdWho *who, guint64 number, GError **error)
{
	const TdTicket *current = td_draft_need(draft, number, error);
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdMessage) newest = NULL;
	g_autoptr(TdFiled) filed = NULL;
	g_autofree char *language = NULL;
	TdLetter *letter;

	if (current == NULL)
		return FALSE;
	ticket = td_ticket_copy(current);
	if (ticket->status != TD_STATUS_RESOLVED &&
	    ticket->status != TD_STATUS_CLOSED)
		return TRUE;
	if (!td_talk_newest(draft, ticket, &newest, &filed, error) ||
	    !td_talk_customer_language(draft, ticket, &language, error))
		return FALSE;
	if (!wants_end(draft, who, ticket, filed))
		return TRUE;

	letter = find_reply(draft, number, ticket->requester);
	if (letter != NULL) {
		tell_end(draft, ticket, letter);
		return TRUE;
	}
	letter = td_talk_letter(draft,
	    ticket->status == TD_STATUS_RESOLVED ? TD_LETTER_RESOLVED
	                                         : TD_LETTER_FINISHED,
	    ticket, language);
	tell_end(draft, ticket, letter);
	letter->automatic = strcmp(who->address, ticket->requester) == 0;
	if (who->agent || who->control)
		letter->due = hold_until(draft);
	td_talk_answer(letter, newest);
	td_letter_to(letter, ticket->requester_name, ticket->requester);
	td_draft_letter(draft, letter);
	return TRUE;
}

/* ---- to somebody else ---- */

static TdLetter *
make_forward(const TdDraft *draft, const TdWho *who, const TdTicket *ticket,
    const TdFiled *filed, GBytes *raw)
{
	const TdQueue *queue = td_talk_queue(draft, ticket);
	gsize size;
	const char *bytes = g_bytes_get_data(raw, &size);
	g_autoptr(TdMessage) message = td_message_parse(bytes, size);
	g_auto(TdParcel) parcel = { 0 };
	g_autofree char *excuse = NULL;
	g_autofree char *text = td_talk_trim(message->text, 0);
	TdLetter *letter;

	td_parcel_pack(&parcel, message, raw, G_MAXUINT64, ATTACHMENTS);
	excuse = td_parcel_excuse(&parcel, draft, queue->language);
	letter = td_talk_letter(
	    draft, TD_LETTER_FORWARD, ticket, queue->language);
	letter->from_name = g_strdup(shown_name(who));
	letter->author = td_talk_author(filed);
	letter->author_address = td_text_printable(filed->from, NAME_SHOWN);
	letter->text = excuse == NULL ? g_strdup(text)
	                              : g_strconcat(text, "\n\n", excuse, NULL);
	if (parcel.attachments->len > 0)
		letter->attachments = g_ptr_array_ref(parcel.attachments);
	letter->due = hold_until(draft);
	return letter;
}

gboolean
td_talk_forward(TdDraft *draft, const TdWho *who, guint64 number,
    guint64 sequence, const char *address, const char *text, GError **error)
{
	const TdTicket *ticket = td_draft_need(draft, number, error);
	g_autofree char *folded = td_address_fold(address);
	g_autoptr(TdFiled) filed = NULL;
	g_autoptr(GBytes) raw = NULL;
	TdLetter *letter;

	if (ticket == NULL ||
	    !td_filed_get(draft->txn, number, sequence, &filed, &raw, error))
		return FALSE;
	if (filed == NULL || folded == NULL ||
	    td_desk_is_own(draft->desk, folded))
		return TRUE;

	letter = make_forward(draft, who, ticket, filed, raw);
	letter->warning = text == NULL ? NULL : td_talk_trim(text, 0);
	td_letter_to(letter, NULL, folded);
	td_draft_letter(draft, letter);
	return TRUE;
}
