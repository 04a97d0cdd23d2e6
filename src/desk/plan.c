/* plan.c - see desk/plan.h */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "desk/plan.h"

/* A mail to half the world does not make half the world participants. */
#define PARTICIPANTS_MAX 100

#define NAME_MAX_SHOWN 100

void
td_decision_clear(TdDecision *decision)
{
	g_clear_pointer(&decision->from, g_free);
	g_clear_pointer(&decision->customer, g_free);
	g_clear_pointer(&decision->customer_name, g_free);
	g_clear_pointer(&decision->language, g_free);
	g_clear_pointer(&decision->ticket, td_ticket_free);
	td_who_clear(&decision->who);
	td_routing_clear(&decision->routing);
	g_clear_pointer(&decision->missing, g_free);
	td_draft_clear(&decision->draft);
	g_clear_pointer(&decision->plan, td_plan_free);
	td_thread_clear(&decision->thread);
}

void
td_plan_created(TdDecision *decision)
{
	TdPlan *plan = decision->plan;
	g_autofree char *subject = NULL;
	TdEvent *event;

	subject = td_text_printable(
	    td_desk_bare_subject(decision->desk, decision->title),
	    TD_SUBJECT_MAX);
	event = td_draft_add(&decision->draft, TD_EVENT_CREATED, plan->ticket);
	td_event_set(event, "queue", decision->queue->name);
	td_event_set(event, "requester", decision->customer);
	td_event_set(event, "requester_name", decision->customer_name);
	td_event_set(event, "subject", subject);
	if (decision->language != NULL)
		td_event_set(event, "language", decision->language);
	if (strcmp(decision->customer, decision->from) != 0)
		td_event_set(event, "forwarded_by", decision->from);
	if (decision->routing.rules != NULL)
		td_event_set(event, "rules", decision->routing.rules->str);
	if (plan->class.class == TD_CLASS_SPAM) {
		event = td_draft_add(
		    &decision->draft, TD_EVENT_SUPPRESSED, plan->ticket);
		td_event_set_number(event, "spam", 1);
		td_event_set(event, "why", plan->class.reason);
	}
}

static TdEventKind
mail_event_kind(TdClass class)
{
	switch (class) {
	case TD_CLASS_AUTO_REPLY:
		return TD_EVENT_AUTO_REPLY;
	case TD_CLASS_BOUNCE:
	case TD_CLASS_RECEIPT:
	case TD_CLASS_REPORT:
		return TD_EVENT_REPORT;
	case TD_CLASS_HUMAN:
	case TD_CLASS_NOTIFICATION:
	case TD_CLASS_LIST:
	case TD_CLASS_OWN:
	case TD_CLASS_SPAM:
		break;
	}
	return TD_EVENT_MESSAGE;
}

void
td_plan_message(TdDecision *decision, guint64 ticket)
{
	TdPlan *plan = decision->plan;
	const TdMessage *message = decision->message;
	TdEvent *event;

	event = td_draft_add(
	    &decision->draft, mail_event_kind(plan->class.class), ticket);
	td_event_set(event, "class", td_class_name(plan->class.class));
	td_event_set(event, "rule", td_rule_name(plan->rule));
	td_event_set(event, "from", decision->from);
	td_event_set(event, "message_id", message->message_id);
	if (ticket != plan->ticket)
		td_event_set_number(event, "ticket", plan->ticket);
	if (plan->marked)
		td_event_set_number(event, "marked", 1);
	if (decision->thread.other_content)
		td_event_set(event, "note",
		    "its Message-ID is known with other content");
	if (message->problems[0] != NULL) {
		g_autofree char *problems = g_strjoinv("; ", message->problems);

		td_event_set(event, "problems", problems);
	}
}

static gboolean
add_participant(TdDecision *decision, const TdAddress *address,
    GHashTable *known, GError **error)
{
	g_autofree char *folded = td_address_fold(address->address);
	g_autofree char *name = NULL;
	gboolean agent;
	TdEvent *event;

	if (folded == NULL || g_hash_table_size(known) >= PARTICIPANTS_MAX ||
	    g_hash_table_contains(known, folded) ||
	    td_desk_is_own(decision->desk, folded))
		return TRUE;
	/* Who is an agent is no customer here. */
	if (!td_draft_is_agent(&decision->draft, folded, &agent, error))
		return FALSE;
	if (!agent) {
		name = td_text_printable(address->name, NAME_MAX_SHOWN);
		event = td_draft_add(&decision->draft, TD_EVENT_PARTICIPANT,
		    decision->plan->ticket);
		td_event_set(event, "add", folded);
		td_event_set(event, "name", name);
	}
	g_hash_table_add(known, g_steal_pointer(&folded));
	return TRUE;
}

gboolean
td_plan_participants(
    TdDecision *decision, const TdTicket *ticket, GError **error)
{
	const GPtrArray *fields[] = { decision->message->to,
		decision->message->cc };
	g_autoptr(GHashTable) known = NULL;

	known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_hash_table_add(known, g_strdup(decision->from));
	if (ticket == NULL)
		g_hash_table_add(known, g_strdup(decision->customer));
	if (ticket != NULL)
		g_hash_table_add(known, g_strdup(ticket->requester));
	for (guint i = 0; ticket != NULL && i < ticket->participants->len;
	     i++) {
		const TdParticipant *participant = g_ptr_array_index(
		    ticket->participants, i);

		g_hash_table_add(known, g_strdup(participant->address));
	}
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
		for (guint j = 0; j < fields[i]->len; j++)
			if (!add_participant(decision,
			        g_ptr_array_index(fields[i], j), known, error))
				return FALSE;
	return TRUE;
}

void
td_plan_watch(TdDecision *decision, const TdTicket *ticket)
{
	const char *door = decision->door->name;
	const TdQueue *home = decision->routing.home;
	TdEvent *event;

	if (strcmp(ticket == NULL ? decision->queue->name : ticket->queue,
	        door) == 0)
		return;
	/* A rule that sends it elsewhere takes it from the queue it was for. */
	if (ticket == NULL && home != NULL && strcmp(home->name, door) == 0)
		return;
	if (ticket != NULL &&
	    g_strv_contains((const char *const *)ticket->watching_queues, door))
		return;
	event = td_draft_add(
	    &decision->draft, TD_EVENT_PARTICIPANT, decision->plan->ticket);
	td_event_set(event, "watch", door);
}

void
td_plan_link(TdDecision *decision, guint64 from, const char *type, guint64 to)
{
	TdEvent *event = td_draft_add(&decision->draft, TD_EVENT_LINKED, from);

	td_event_set(event, "type", type);
	td_event_set_number(event, "to", to);
}

void
td_plan_reopen(TdDecision *decision, TdStatus status)
{
	TdEvent *event;

	if (status == TD_STATUS_NEW || status == TD_STATUS_OPEN)
		return;
	event = td_draft_add(
	    &decision->draft, TD_EVENT_STATUS, decision->plan->ticket);
	td_event_set(event, "from", td_status_name(status));
	td_event_set(event, "to", td_status_name(TD_STATUS_OPEN));
}

void
td_plan_refuse(TdDecision *decision, guint64 ticket, const char *why)
{
	TdEvent *event = td_draft_add(
	    &decision->draft, TD_EVENT_REFUSED, ticket);

	td_event_set(event, "from", decision->from);
	td_event_set(event, "why", why);
	if (ticket != decision->plan->ticket)
		td_event_set_number(event, "ticket", decision->plan->ticket);
}

/* Where an answer goes: the customer's address, or the form of it that bounce
 * address tag validation made for the envelope ("prvs=tag=anna@..."), which is
 * the only one that some servers let pass.  NULL if it may not get any. */
static char *
find_answer_address(const TdDecision *decision)
{
	const char *sender = decision->envelope->sender;
	g_autofree char *folded = NULL;

	if (*decision->customer == '\0' ||
	    td_desk_is_own(decision->desk, decision->customer))
		return NULL;
	folded = sender == NULL ? NULL : td_address_fold(sender);
	if (folded != NULL && g_str_has_prefix(folded, "prvs=")) {
		const char *behind = strchr(folded + strlen("prvs="), '=');

		if (behind != NULL &&
		    strcmp(behind + 1, decision->customer) == 0)
			return g_steal_pointer(&folded);
	}
	return g_strdup(decision->customer);
}

/* The same for who wrote a mail that an agent passed on: what we know of the
 * agent's mail says nothing of him.  Under a forged From anybody could have us
 * write to anybody. */
static const char *
forwarded_silence(const TdDecision *decision)
{
	const char *customer = decision->customer;

	if (decision->who.proof < TD_PROOF_ADDRESS)
		return "forwarded under a From that nothing proves";
	if (td_desk_is_machine(decision->desk, customer))
		return "forwarded, and by a machine";
	if (td_desk_banned(decision->desk, customer) != NULL)
		return "forwarded, and by who is banned";
	return NULL;
}

/* Why no answer goes out though nothing speaks against the writer; NULL if one
 * does. */
static const char *
configured_silence(const TdDecision *decision)
{
	const TdPlan *plan = decision->plan;

	if (decision->envelope->quiet)
		return "asked to be quiet";
	if (plan->moved_from.sequence != 0 &&
	    plan->moved_from.ticket != TD_TICKET_DESK)
		return "was answered when it was filed first";
	if (decision->queue->acknowledge == TD_ACKNOWLEDGE_NEVER)
		return "acknowledge = never";
	if (decision->routing.silent)
		return "a rule says so";
	if (strcmp(decision->customer, decision->from) != 0)
		return forwarded_silence(decision);
	if (plan->ticket == TD_TICKET_NEW)
		return NULL;
	if (plan->marked)
		return "the writer is not on the ticket";
	if (decision->missing != NULL)
		return NULL;
	if (decision->ticket != NULL &&
	    decision->ticket->status == TD_STATUS_CLOSED &&
	    decision->queue->closed == TD_CLOSED_ANSWER)
		return NULL;
	if (decision->queue->acknowledge != TD_ACKNOWLEDGE_ALWAYS)
		return "a follow-up, and acknowledge is not always";
	return NULL;
}

/* When the queue opens again, 0 if it is open, always or never. */
static gint64
find_opening(const TdDecision *decision)
{
	gint64 now = decision->plan->now;
	const TdCalendar *calendar;

	calendar = td_conf_calendar(decision->desk->conf, decision->queue);
	if (calendar == NULL || td_calendar_is_open(calendar, now))
		return 0;
	return td_calendar_next_open(calendar, now);
}

/* Which text, by what happened to the ticket; *@until is what it tells. */
static TdLetterKind
pick_kind(const TdDecision *decision, gint64 *until)
{
	*until = 0;
	if (decision->missing != NULL)
		return TD_LETTER_MISSING;
	if (decision->plan->ticket == TD_TICKET_NEW) {
		*until = find_opening(decision);
		return *until == 0 ? TD_LETTER_ACKNOWLEDGEMENT
		                   : TD_LETTER_OUT_OF_HOURS;
	}
	if (decision->ticket != NULL &&
	    decision->ticket->status == TD_STATUS_CLOSED &&
	    decision->queue->closed == TD_CLOSED_ANSWER)
		return TD_LETTER_CLOSED;
	return TD_LETTER_FOLLOW_UP;
}

static void
add_letter(TdDecision *decision)
{
	const TdMessage *message = decision->message;
	const TdPlan *plan = decision->plan;
	const char *name = decision->customer_name;
	gboolean his = strcmp(decision->customer, decision->from) == 0;
	gint64 until;
	TdLetterKind kind = pick_kind(decision, &until);
	TdLetter *letter = td_letter_new(kind, plan->ticket);

	letter->until = until;
	letter->text = g_strdup(decision->missing);
	/* Another text would not ask. */
	if (kind != TD_LETTER_MISSING)
		letter->template = g_strdup(decision->routing.template);
	letter->queue = g_strdup(decision->queue->name);
	letter->language = g_strdup(decision->who.language);
	letter->author = g_strdup(*name != '\0' ? name : plan->answer_to);
	letter->automatic = TRUE;
	/* Who was forwarded answers his own mail, not the agent's. */
	if (his)
		letter->references = td_desk_references(message);
	if (his && message->has_message_id)
		letter->in_reply_to = g_strdup(message->message_id);
	if (!his && *message->forward->message_id != '\0')
		letter->in_reply_to = g_strdup(message->forward->message_id);
	td_letter_to(letter, name, plan->answer_to);
	td_draft_letter(&decision->draft, letter);
}

gboolean
td_plan_answer(TdDecision *decision, GError **error)
{
	TdPlan *plan = decision->plan;
	const char *why = plan->class.silence;
	g_autofree char *limit = NULL;

	if (*why == '\0')
		why = configured_silence(decision);
	if (why == NULL) {
		plan->answer_to = find_answer_address(decision);
		if (plan->answer_to == NULL)
			why = "nobody to answer to";
		else if (!td_plan_limit(decision, &limit, error))
			return FALSE;
		else
			why = limit;
	}
	plan->silence = g_strdup(why == NULL ? "" : why);
	if (why != NULL)
		return TRUE;

	plan->acknowledge = TRUE;
	plan->follow_up = plan->ticket != TD_TICKET_NEW;
	add_letter(decision);
	return TRUE;
}
