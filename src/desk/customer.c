/* customer.c - mail of customers, strangers and machines */

#include "config.h"

#include <string.h>

#include <ticketd/command.h>
#include <ticketd/text.h>

#include "desk/policy.h"

#define DAY (24 * 60 * 60)

gboolean
td_plan_customer_proven(const TdDecision *decision)
{
	TdProof proof = decision->who.proof;

	if (proof >= TD_PROOF_CONFIRMED)
		return TRUE;
	return decision->desk->conf->customer_evidence == TD_EVIDENCE_ANSWER &&
	    proof >= TD_PROOF_ANSWER;
}

gboolean
td_plan_customer_credible(const TdDecision *decision)
{
	/* Not under a From that is known to be false, nor without proof where
	 * the desk wants more than an answer. */
	if (decision->who.proof == TD_PROOF_FALSE)
		return FALSE;
	return decision->desk->conf->customer_evidence != TD_EVIDENCE_DMARC ||
	    td_plan_customer_proven(decision);
}

/* ---- a ticket that is over ---- */

/* When @ticket was closed last; machines' mail since then does not count. */
static gboolean
find_closing(TdDecision *decision, const TdTicket *ticket, gint64 *closed,
    GError **error)
{
	guint64 after = 0;

	*closed = ticket->created;
	while (after < ticket->events) {
		g_autoptr(GPtrArray) events = NULL;

		if (!td_event_list(decision->txn, ticket->number, after,
		        TD_READ_MAX, &events, error))
			return FALSE;
		if (events->len == 0)
			break;
		for (guint i = 0; i < events->len; i++) {
			const TdEvent *event = g_ptr_array_index(events, i);

			after = event->sequence;
			if (event->kind == TD_EVENT_STATUS &&
			    strcmp(td_event_get(event, "to"), "closed") == 0)
				*closed = event->time;
		}
	}
	return TRUE;
}

gboolean
td_plan_is_over(TdDecision *decision, const TdTicket *ticket, gboolean *over,
    GError **error)
{
	gint64 closed;

	*over = FALSE;
	/* A stranger cannot reopen anything, and nobody would see his mail
	 * there. */
	if (decision->plan->marked) {
		*over = ticket->status == TD_STATUS_CLOSED ||
		    ticket->status == TD_STATUS_RESOLVED;
		return TRUE;
	}
	if (ticket->status != TD_STATUS_CLOSED)
		return TRUE;
	switch (decision->queue->closed) {
	case TD_CLOSED_NEW:
		*over = TRUE;
		return TRUE;
	case TD_CLOSED_REOPEN:
		if (!find_closing(decision, ticket, &closed, error))
			return FALSE;
		*over = decision->plan->now - closed >
		    (gint64)decision->desk->conf->reopen_days * DAY;
		return TRUE;
	case TD_CLOSED_ANSWER:
		break;
	}
	return TRUE;
}

/* ---- new tickets ---- */

/* Whether agents are told of the mail.  What a scanner takes for spam may be an
 * answer that they wait for, if it comes in the name of somebody on the ticket;
 * of who is banned they want to hear nothing. */
static gboolean
concerns_agents(const TdDecision *decision)
{
	const TdPlan *plan = decision->plan;

	if (plan->class.class == TD_CLASS_SPAM)
		return decision->ticket != NULL &&
		    td_ticket_has_participant(
		        decision->ticket, decision->from) &&
		    td_desk_banned(decision->desk, decision->from) == NULL;
	return plan->class.class == TD_CLASS_HUMAN ||
	    plan->class.class == TD_CLASS_NOTIFICATION ||
	    plan->class.class == TD_CLASS_LIST;
}

static TdSaid
make_said(const TdDecision *decision, const char *text)
{
	return (TdSaid){
		.text = g_strdup(text),
		.message = decision->message,
		.raw = decision->envelope->raw,
	};
}

/* What the customer himself added to the mail that opens his ticket; the
 * caller's. */
static char *
find_new_text(const TdDecision *decision)
{
	const TdMessage *message = decision->message;
	char *reply;
	g_autofree char *quoted = NULL;

	if (strcmp(decision->customer, decision->from) == 0)
		return g_strdup(message->reply_text);
	td_message_split_reply(message->forward->text, &reply, &quoted);
	return reply;
}

/* The fields that its type wants to know. */
static gboolean
take_fields(TdDecision *decision, GError **error)
{
	g_autofree char *text = find_new_text(decision);
	guint64 number = decision->plan->ticket;

	return td_fields_take(decision, number, text, NULL, error) &&
	    td_fields_missing(decision, number, error);
}

gboolean
td_plan_new_ticket(TdDecision *decision, GError **error)
{
	TdPlan *plan = decision->plan;
	/* All of it: what it quotes may be what it is about. */
	g_auto(TdSaid) said = make_said(decision, decision->message->text);
	gboolean asked;

	td_draft_new_ticket(&decision->draft);
	if (!td_route(decision, error))
		return FALSE;
	td_plan_created(decision);
	td_plan_message(decision, plan->ticket);
	if (!td_route_apply(decision, error) || !take_fields(decision, error))
		return FALSE;
	/* Whom an agent copied when he passed a mail on is not the customer's
	 * company. */
	if (plan->class.class == TD_CLASS_HUMAN &&
	    strcmp(decision->customer, decision->from) == 0 &&
	    !td_plan_participants(decision, NULL, error))
		return FALSE;
	if (decision->thread.mentions != 0)
		td_plan_link(decision, plan->ticket, "related",
		    decision->thread.mentions);
	td_plan_watch(decision, NULL);
	if (!td_distribute(&decision->draft, plan->ticket, error) ||
	    !td_plan_answer(decision, error) ||
	    !td_fields_asked(decision, &asked, error))
		return FALSE;
	if (!concerns_agents(decision))
		return TRUE;
	if (plan->class.class == TD_CLASS_HUMAN &&
	    !td_plan_find_same(decision, &said.same, error))
		return FALSE;
	return td_talk_new(&decision->draft, &decision->who, plan->ticket,
	           &said, error) &&
	    td_fields_tell(decision, error);
}

/* ---- what goes on with a ticket ---- */

/* Somebody who is not on the ticket: filed, and agents may look. */
static gboolean
plan_stranger(TdDecision *decision, const TdSaid *said, GError **error)
{
	td_plan_message(decision, decision->plan->ticket);
	if (!td_plan_answer(decision, error))
		return FALSE;
	if (!concerns_agents(decision))
		return TRUE;
	return td_talk_message(&decision->draft, &decision->who,
	    decision->plan->ticket, said, TRUE, error);
}

/* Whether the mail wakes the ticket up: not if its queue only answers mail to
 * closed ones, nor if it only says thanks for what is done. */
static gboolean
reopens(const TdDecision *decision, const TdSaid *said)
{
	const TdTicket *ticket = decision->ticket;

	if (ticket->status == TD_STATUS_CLOSED &&
	    decision->queue->closed == TD_CLOSED_ANSWER)
		return FALSE;
	if (decision->plan->class.class == TD_CLASS_SPAM)
		return FALSE;
	return (ticket->status != TD_STATUS_CLOSED &&
	           ticket->status != TD_STATUS_RESOLVED) ||
	    !td_command_is_thanks(said->text);
}

/* Takes the fields that the mail tells, and answers it: by asking for those
 * that the ticket still waits for, if there are any.  *@asked says so. */
static gboolean
answer(TdDecision *decision, gboolean decided, gboolean *asked, GError **error)
{
	if (!td_fields_take(decision, decision->plan->ticket,
	        decision->message->reply_text, NULL, error))
		return FALSE;
	if (!decided && !td_fields_ask_again(decision, error))
		return FALSE;
	return td_plan_answer(decision, error) &&
	    td_fields_asked(decision, asked, error);
}

/* The ticket goes on, and those who work on what it is a part of hear it. */
static gboolean
reopen(TdDecision *decision, GError **error)
{
	TdStatus before = decision->ticket->status;
	guint64 number = decision->plan->ticket;
	const TdTicket *ticket;

	td_plan_reopen(decision, before);
	ticket = td_draft_need(&decision->draft, number, error);
	if (ticket == NULL)
		return FALSE;
	return before < TD_STATUS_RESOLVED ||
	    ticket->status >= TD_STATUS_RESOLVED ||
	    td_family_reopened(&decision->draft, &decision->who, number, error);
}

/* A mail for people.  @decided: a command in it has set the status. */
static gboolean
plan_message(
    TdDecision *decision, const TdSaid *said, gboolean decided, GError **error)
{
	TdPlan *plan = decision->plan;
	const TdTicket *ticket = decision->ticket;
	gboolean closed = ticket->status == TD_STATUS_CLOSED &&
	    decision->queue->closed == TD_CLOSED_ANSWER;
	gboolean asked;

	td_plan_message(decision, plan->ticket);
	if (plan->class.class == TD_CLASS_HUMAN &&
	    td_plan_customer_proven(decision) &&
	    !td_plan_participants(decision, ticket, error))
		return FALSE;
	td_plan_watch(decision, ticket);
	if (!answer(decision, decided, &asked, error))
		return FALSE;
	if (!decided && !asked && reopens(decision, said) &&
	    !reopen(decision, error))
		return FALSE;
	if (closed || !concerns_agents(decision))
		return TRUE;
	return td_talk_message(&decision->draft, &decision->who, plan->ticket,
	           said, FALSE, error) &&
	    td_fields_tell(decision, error);
}

/* A mail of commands alone adds no message: its bytes are kept under number
 * 0. */
static void
plan_commands_only(TdDecision *decision)
{
	decision->plan->file_under = TD_TICKET_DESK;
	td_plan_message(decision, TD_TICKET_DESK);
	decision->plan->silence = g_strdup(
	    *decision->plan->class.silence != '\0'
	        ? decision->plan->class.silence
	        : "a mail of commands alone");
}

static char *
join_lines(const TdCommands *commands)
{
	g_autoptr(GString) lines = g_string_new(NULL);

	for (guint i = 0; i < commands->commands->len; i++) {
		const TdCommand *command = g_ptr_array_index(
		    commands->commands, i);

		g_string_append_printf(lines, "%s\n", command->line);
	}
	return g_string_free(g_steal_pointer(&lines), FALSE);
}

/* Mistaken, or without proof: nothing is done, the writer is asked. */
static gboolean
ask_back(TdDecision *decision, const TdBlock *block, const TdCommands *commands,
    gboolean mistaken, GError **error)
{
	g_autofree char *lines = NULL;

	decision->plan->refused = TRUE;
	if (mistaken)
		return td_talk_transcript(&decision->draft, &decision->who,
		    block->ticket, block->said, commands, "mistaken", error);
	td_plan_refuse(
	    decision, block->ticket, "commands wait for a confirmation");
	lines = join_lines(commands);
	return td_talk_confirm(&decision->draft, &decision->who, block->ticket,
	    block->said, "confirm", lines, error);
}

/* Whether one of the mistakes is an agents' word. */
static gboolean
has_agents_word(const TdCommands *commands)
{
	for (guint i = 0; i < commands->mistakes->len; i++) {
		const TdMistake *mistake = g_ptr_array_index(
		    commands->mistakes, i);

		if (mistake->kind == TD_MISTAKE_CUSTOMER)
			return TRUE;
	}
	return FALSE;
}

/* Commands of a customer on his own ticket, who has then only the text left to
 * say.  *@decided: the status is set by one. */
static gboolean
run_commands(TdDecision *decision, const TdBlock *block,
    const TdCommands *commands, gboolean *decided, GError **error)
{
	gboolean mistaken = commands->mistakes->len > 0;
	gboolean done;

	*decided = FALSE;
	if (has_agents_word(commands))
		td_plan_refuse(decision, decision->plan->ticket,
		    "a word for agents alone, by a customer");
	if (mistaken ||
	    (td_commands_change(commands) &&
	        !td_plan_customer_proven(decision))) {
		g_free(block->said->text);
		block->said->text = g_strdup(commands->text);
		return ask_back(decision, block, commands, mistaken, error);
	}
	if (!td_block_execute(decision, block, commands, &done, error))
		return FALSE;
	*decided = done &&
	    (td_commands_have(commands, TD_VERB_CLOSE) ||
	        td_commands_have(commands, TD_VERB_REOPEN));
	return TRUE;
}

gboolean
td_plan_follow_up(TdDecision *decision, GError **error)
{
	TdPlan *plan = decision->plan;
	g_auto(TdSaid)
	    said = make_said(decision, decision->message->reply_text);
	const TdBlock block = {
		.said = &said,
		.source = decision->message,
		.ticket = plan->ticket,
	};
	g_autoptr(TdCommands) commands = NULL;
	gboolean decided;

	if (plan->marked)
		return plan_stranger(decision, &said, error);
	if (plan->class.class != TD_CLASS_HUMAN)
		return plan_message(decision, &said, FALSE, error);

	commands = td_block_parse(decision, &block, TRUE);
	if ((commands->commands->len == 0 && commands->mistakes->len == 0) ||
	    td_fields_are_told(decision, commands))
		return plan_message(decision, &said, FALSE, error);
	if (!run_commands(decision, &block, commands, &decided, error))
		return FALSE;
	if (td_text_is_blank(said.text)) {
		plan_commands_only(decision);
		return TRUE;
	}
	return plan_message(decision, &said, decided, error);
}
