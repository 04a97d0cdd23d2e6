/* agent.c - mail of agents: commands, replies, notes
 *
 * What an agent says goes out in the desk's name, so it wants proof.  The mail
 * itself stays inside, whatever it becomes: it holds commands, quotes and
 * addresses that are his alone. */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/command.h>
#include <ticketd/text.h>

#include "desk/plan.h"

/* Bytes of commands and addresses that a question may hold, and of the text
 * below them. */
#define ASKED_MAX 2000
#define TEXT_MAX ((gsize)800)

/* Files the mail where it belongs: with the ticket if it says something, else
 * under number 0. */
static void
file_mail(TdDecision *decision, gboolean says_something)
{
	TdPlan *plan = decision->plan;

	plan->internal = TRUE;
	plan->silence = g_strdup(*plan->class.silence != '\0'
	        ? plan->class.silence
	        : "an agent's mail");
	if (!says_something)
		plan->file_under = TD_TICKET_DESK;
	td_plan_message(decision, plan->file_under);
}

gboolean
td_plan_bad_link(TdDecision *decision, GError **error)
{
	const TdWho *who = &decision->who;
	const TdSaid said = { .message = decision->message };

	file_mail(decision, FALSE);
	td_plan_refuse(decision, TD_TICKET_DESK,
	    "a link that is spent, expired or somebody else's");
	if (!who->agent || who->proof == TD_PROOF_FALSE)
		return TRUE;
	return td_talk_transcript(&decision->draft, who, decision->plan->ticket,
	    &said, NULL, "bad-link", error);
}

/* The mail goes no further, and its writer is told why. */
static gboolean
refuse(TdDecision *decision, const TdSaid *said, const char *why,
    const char *heading, GError **error)
{
	td_plan_refuse(decision, decision->plan->ticket, why);
	decision->plan->refused = TRUE;
	return td_talk_transcript(&decision->draft, &decision->who,
	    decision->plan->ticket, said, NULL, heading, error);
}

/* The addresses that the mail would put on the ticket. */
static void
append_copies(GString *asked, const TdDecision *decision)
{
	const GPtrArray *fields[] = { decision->message->to,
		decision->message->cc };

	for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
		for (guint j = 0; j < fields[i]->len; j++) {
			const TdAddress *to = g_ptr_array_index(fields[i], j);
			g_autofree char *folded = td_address_fold(to->address);

			if (folded != NULL &&
			    !td_desk_is_own(decision->desk, folded))
				g_string_append_printf(
				    asked, "Cc: %s\n", folded);
		}
}

/* All that would be done if it was confirmed, in full, and the beginning of
 * what would be said; NULL if that is too much to be read. */
static char *
describe(const TdDecision *decision, const TdCommands *commands)
{
	g_autoptr(GString) asked = g_string_new(NULL);
	g_autofree char *text = td_text_block(commands->text);

	for (guint i = 0; i < commands->commands->len; i++) {
		const TdCommand *command = g_ptr_array_index(
		    commands->commands, i);

		g_string_append_printf(asked, "%s\n", command->line);
	}
	for (guint i = 0; i < commands->mistakes->len; i++) {
		const TdMistake *mistake = g_ptr_array_index(
		    commands->mistakes, i);

		g_string_append_printf(asked, "%s\n", mistake->line);
	}
	append_copies(asked, decision);
	if (asked->len > ASKED_MAX)
		return NULL;
	if (!td_text_is_blank(text)) {
		gsize size = MIN(strlen(text), TEXT_MAX);
		g_autofree char *start = td_text_utf8(text, (gssize)size);

		if (asked->len > 0)
			g_string_append_c(asked, '\n');
		g_string_append(asked, start);
		if (size < strlen(text))
			g_string_append(asked, " [...]");
	}
	return g_string_free(g_steal_pointer(&asked), FALSE);
}

/* Not proven: a one-time link could do that, where the desk believes one. */
static gboolean
ask_for_proof(TdDecision *decision, const TdSaid *said,
    const TdCommands *commands, GError **error)
{
	g_autofree char *asked = NULL;

	if (!td_who_may_confirm(decision))
		return refuse(decision, said,
		    "an agent's mail without a "
		    "signature",
		    "unsigned", error);
	td_plan_refuse(decision, decision->plan->ticket,
	    decision->thread.addressed &&
	            decision->thread.extension.kind == TD_TOKEN_PERSONAL
	        ? "another's personal address: waits for a confirmation"
	        : "From alone: waits for a confirmation");
	asked = describe(decision, commands);
	if (asked == NULL)
		return TRUE;
	return td_talk_confirm(&decision->draft, &decision->who,
	    decision->plan->ticket, said, "confirm", asked, error);
}

gboolean
td_plan_answers_inside(const TdDecision *decision, const TdMessage *message,
    gboolean *inside, GError **error)
{
	GStrv ids = message->references;

	*inside = FALSE;
	for (guint i = g_strv_length(ids); i > 0; i--) {
		g_autoptr(TdFiled) filed = NULL;
		TdLetterKind kind;
		TdPlace place;

		if (td_token_read_message_id(decision->desk->keys, ids[i - 1],
		        &place) == TD_TOKEN_BAD ||
		    place.sequence == 0)
			continue;
		if (!td_filed_get(decision->txn, place.ticket, place.sequence,
		        &filed, NULL, error))
			return FALSE;
		*inside = filed != NULL &&
		    td_letter_kind_from_name(filed->rule, &kind) &&
		    td_letter_kind_is_internal(kind);
		return TRUE;
	}
	return TRUE;
}

const char *
td_plan_verb(const TdExtension *extension, gboolean *inside)
{
	if (*extension->verb == '\0')
		return NULL;
	if (extension->kind == TD_TOKEN_PERSONAL &&
	    strcmp(extension->verb, "note") == 0) {
		*inside = TRUE;
		return NULL;
	}
	return extension->verb;
}

char *
td_plan_agent_text(const TdMessage *message, gboolean inside)
{
	/* What was for agents alone is not quoted to customers. */
	return inside ? g_strdup(message->reply_text)
	              : td_message_inline_reply(message->text);
}

/* A mail whose writer is known for sure. */
static gboolean
obey(TdDecision *decision, TdBlock *block, const TdCommands *commands,
    GError **error)
{
	gboolean done;

	if (decision->ticket != NULL &&
	    !td_who_may_act(&decision->who, decision->ticket))
		return refuse(decision, block->said, "an agent of other queues",
		    "no-rights", error);
	if (decision->thread.other_content)
		return td_block_give_back(
		    decision, block, commands, "mistake", "twice", error);
	if (td_commands_have(commands, TD_VERB_GO))
		return td_plan_go(decision, block, commands, error);
	return td_block_execute(decision, block, commands, &done, error);
}

/* What the mail asks for.  Of a link the address alone is read. */
static gboolean
read_block(TdDecision *decision, TdSaid *said, TdBlock *block, GError **error)
{
	const TdMessage *message = decision->message;
	const TdExtension *extension = &decision->thread.extension;
	gboolean addressed = decision->thread.addressed &&
	    (extension->kind == TD_TOKEN_PERSONAL ||
	        extension->kind == TD_TOKEN_ACTION);

	said->message = message;
	block->said = said;
	block->ticket = decision->plan->ticket;
	block->answers = message;
	if (!td_plan_answers_inside(decision, message, &block->internal, error))
		return FALSE;
	if (addressed)
		block->verb = td_plan_verb(extension, &block->internal);
	if (addressed && extension->kind == TD_TOKEN_ACTION) {
		said->text = g_strdup("");
		return TRUE;
	}
	block->source = message;
	block->quotes = !block->internal;
	said->text = td_plan_agent_text(message, block->internal);
	said->raw = decision->envelope->raw;
	return TRUE;
}

/* Somebody else may have written it: those who work on the ticket are told, as
 * of a stranger's mail. */
static gboolean
warn_of_forgery(TdDecision *decision, const TdSaid *said, GError **error)
{
	TdWho *who = &decision->who;

	decision->plan->marked = TRUE;
	td_plan_refuse(decision, decision->plan->ticket,
	    "an agent's From that is false (DMARC)");
	if (decision->plan->ticket == TD_TICKET_DESK)
		return TRUE;
	who->agent = FALSE;
	g_clear_pointer(&who->person, td_person_free);
	return td_talk_message(
	    &decision->draft, who, decision->plan->ticket, said, TRUE, error);
}

/* A program of his (out of office, a list) does nothing: its mail is kept, and
 * what a person writes is read. */
gboolean
td_plan_agent(TdDecision *decision, GError **error)
{
	g_auto(TdSaid) said = { NULL };
	TdBlock block = { NULL };
	g_autoptr(TdCommands) commands = NULL;
	gboolean speaks;

	if (!read_block(decision, &said, &block, error))
		return FALSE;
	commands = td_block_parse(decision, &block, FALSE);
	speaks = commands->mistakes->len > 0 ||
	    !td_text_is_blank(commands->text) ||
	    (said.raw != NULL && commands->commands->len == 0 &&
	        decision->message->attachments->len > 0);
	file_mail(decision, speaks);
	if (decision->plan->class.class != TD_CLASS_HUMAN)
		return TRUE;
	if (decision->who.proof == TD_PROOF_FALSE)
		return warn_of_forgery(decision, &said, error);
	if (!td_who_is_proven(decision) &&
	    (speaks || td_commands_change(commands) ||
	        commands->commands->len == 0))
		return ask_for_proof(decision, &said, commands, error);
	return obey(decision, &block, commands, error);
}
