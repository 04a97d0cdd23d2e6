/* execute.c - what a mail, or a command line, asks for is done: all or nothing
 *
 * The order is that of people: read all, do all, then speak.  Whatever goes
 * wrong before the end is undone, the mail is held, and its writer gets a
 * transcript that he can answer. */

#include "config.h"

#include <string.h>

#include <ticketd/command.h>
#include <ticketd/text.h>

#include "desk/plan.h"
#include "desk/run-verbs.h"

/* How long held mail waits. */
#define HOLD_TIME (7 * 24 * 60 * 60)

#define HOUR (60 * 60)

/* Replies of one agent on one ticket within an hour. */
#define REPLIES_MAX 20

/* The languages whose words the speaker may use, his own first. */
static void
find_languages(const TdDecision *decision, const char *languages[5])
{
	const TdWho *who = &decision->who;
	const char *all[] = { who->language,
		who->person == NULL ? NULL : who->person->language,
		decision->desk->conf->language,
		decision->queue == NULL ? NULL : decision->queue->language };
	guint count = 0;

	for (guint i = 0; i < G_N_ELEMENTS(all); i++)
		if (all[i] != NULL && *all[i] != '\0')
			languages[count++] = all[i];
	languages[count] = NULL;
}

/* What stands below some quote is for people, and not read for commands. */
static void
append_below(TdCommands *commands, const char *below)
{
	g_autofree char *above = commands->text;

	if (td_text_is_blank(below) || td_commands_have(commands, TD_VERB_STOP))
		commands->text = g_steal_pointer(&above);
	else if (td_text_is_blank(above))
		commands->text = g_strdup(below);
	else
		commands->text = g_strconcat(
		    g_strchomp(above), "\n\n", below, NULL);
}

TdCommands *
td_block_parse(TdDecision *decision, const TdBlock *block, gboolean customer)
{
	const TdConf *conf = decision->desk->conf;
	g_autoptr(GTimeZone) zone = td_conf_zone(conf);
	g_autofree char *above = NULL;
	g_autofree char *below = NULL;
	TdCommands *commands;
	const char *languages[5];

	find_languages(decision, languages);
	if (block->source != NULL)
		td_message_split_written(
		    block->source->text, block->quotes, &above, &below);
	else
		above = g_strdup(block->said->text);
	commands = td_command_parse(above,
	    &(TdCommandContext){
	        .customer = customer,
	        .languages = languages,
	        .ignore_lines = (const char *const *)conf->ignore_lines,
	        .now = decision->plan->now,
	        .zone = zone,
	        .verb = block->verb,
	        .strict = block->strict,
	        .mended = block->mended,
	    });
	append_below(commands, below);
	return commands;
}

gboolean
td_commands_change(const TdCommands *commands)
{
	for (guint i = 0; i < commands->commands->len; i++) {
		const TdCommand *command = g_ptr_array_index(
		    commands->commands, i);

		if (td_verb_changes(command->verb))
			return TRUE;
	}
	return FALSE;
}

gboolean
td_commands_have(const TdCommands *commands, TdVerb verb)
{
	for (guint i = 0; i < commands->commands->len; i++) {
		const TdCommand *command = g_ptr_array_index(
		    commands->commands, i);

		if (command->verb == verb)
			return TRUE;
	}
	return FALSE;
}

/* ---- holding ---- */

/* What was held already stays so.  But an agent's mail that a link confirmed is
 * surely his from now on: if it waits again, it does so for his word alone. */
static gboolean
stays_held(const TdDecision *decision, const TdHold *hold, const char *kind)
{
	return hold != NULL &&
	    (!decision->who.agent || strcmp(hold->kind, kind) == 0);
}

static void
hold(TdDecision *decision, const TdBlock *block, const char *kind)
{
	const TdWho *who = &decision->who;
	GPtrArray *holds = decision->plan->holds;
	TdHold *held;

	/* A tool has its text at hand. */
	if (stays_held(decision, block->hold, kind) ||
	    decision->message == NULL)
		return;
	held = td_hold_new();
	held->ticket = block->ticket;
	g_free(held->from);
	held->from = g_strdup(who->address);
	g_free(held->kind);
	held->kind = g_strdup(kind);
	held->person = who->person == NULL ? 0 : who->person->id;
	held->created = decision->plan->now;
	held->expires = decision->plan->now + HOLD_TIME;
	g_ptr_array_add(holds, held);
	if (block->hold == NULL)
		return;
	held->mail = block->hold->mail;
	held = td_hold_new();
	held->id = block->hold->id;
	g_ptr_array_add(holds, held);
}

/* Mistakes as results: for `ticket do` and `ticket explain`. */
static void
add_mistakes(TdPlan *plan, const TdCommands *commands)
{
	for (guint i = 0; i < commands->mistakes->len; i++) {
		const TdMistake *mistake = g_ptr_array_index(
		    commands->mistakes, i);
		TdResult *result = g_new0(TdResult, 1);
		g_autoptr(GString) text = g_string_new(NULL);

		if (mistake->kind == TD_MISTAKE_TOO_MANY)
			g_string_append(text, "too many mistakes");
		else if (mistake->kind == TD_MISTAKE_NOT_YET)
			g_string_append(text, "not available yet");
		else
			g_string_append(text, "not understood");
		if (*mistake->want != '\0')
			g_string_append_printf(
			    text, "; expected: %s", mistake->want);
		if (*mistake->suggest != '\0')
			g_string_append_printf(
			    text, "; did you mean \"%s\"?", mistake->suggest);
		result->line = g_strdup(mistake->line);
		result->refused = TRUE;
		result->text = g_string_free(g_steal_pointer(&text), FALSE);
		g_ptr_array_add(plan->results, result);
	}
}

/* To a tool nobody writes: why nothing was done is a result. */
static void
add_reason(TdDecision *decision, const char *heading)
{
	TdResult *result;

	if (strcmp(heading, "mistaken") == 0 || strcmp(heading, "refused") == 0)
		return;
	result = g_new0(TdResult, 1);
	result->line = g_strdup("");
	result->refused = TRUE;
	result->text = td_letters_say(decision->desk->letters,
	    decision->who.language, heading, "word", "go", NULL);
	g_ptr_array_add(decision->plan->results, result);
}

gboolean
td_block_give_back(TdDecision *decision, const TdBlock *block,
    const TdCommands *commands, const char *kind, const char *heading,
    GError **error)
{
	TdEvent *event;

	decision->plan->refused = TRUE;
	hold(decision, block, kind);
	event = td_draft_add(&decision->draft, TD_EVENT_REFUSED, block->ticket);
	td_event_set(event, "why", heading);
	if (decision->message == NULL) {
		add_reason(decision, heading);
		add_mistakes(decision->plan, commands);
		return TRUE;
	}
	if (!td_talk_transcript(&decision->draft, &decision->who, block->ticket,
	        block->said, commands, heading, error))
		return FALSE;
	add_mistakes(decision->plan, commands);
	return TRUE;
}

/* ---- which message is answered ---- */

/* Whether a customer's message is at @place, and of @ticket. */
static gboolean
is_customers(TdDecision *decision, const TdPlace *place, guint64 ticket,
    gboolean *result, GError **error)
{
	g_autoptr(TdFiled) filed = NULL;

	*result = FALSE;
	if (place->ticket != ticket)
		return TRUE;
	if (!td_filed_get(decision->txn, place->ticket, place->sequence, &filed,
	        NULL, error))
		return FALSE;
	*result = filed != NULL && td_desk_is_customers(filed);
	return TRUE;
}

/* The message of the ticket that the mail answers: the nearest of its
 * references which is a customer's; our notification of it refers to it. */
static gboolean
find_answered(TdDecision *decision, const TdBlock *block, guint64 *sequence,
    GError **error)
{
	GStrv ids = block->answers == NULL ? NULL : block->answers->references;
	guint count = ids == NULL ? 0 : g_strv_length(ids);

	*sequence = 0;
	for (guint i = count; i > 0 && *sequence == 0; i--) {
		TdPlace place;
		gboolean found;

		if (!td_id_find(
		        decision->txn, ids[i - 1], NULL, &found, &place, error))
			return FALSE;
		if (found &&
		    !is_customers(
		        decision, &place, block->ticket, &found, error))
			return FALSE;
		if (found)
			*sequence = place.sequence;
	}
	return TRUE;
}

/* ---- text ---- */

static gboolean
is_note(const TdRun *run, const TdBlock *block)
{
	if (run->use != TD_TEXT_DEFAULT)
		return run->use == TD_TEXT_NOTE;
	return block->internal;
}

/* Whether there is anything to be sent on.  Attachments go alone, but beside
 * commands they are the logo below a signature. */
static gboolean
says_something(const TdBlock *block, const TdCommands *commands)
{
	const TdMessage *message = block->said->message;

	if (block->ticket == TD_TICKET_DESK)
		return FALSE;
	return !td_text_is_blank(block->said->text) ||
	    (commands->commands->len == 0 && message != NULL &&
	        message->attachments->len > 0);
}

/* Whether the agent has sent so many replies on the ticket within the hour that
 * it looks like two machines who answer each other through us. */
static gboolean
is_too_much(
    TdDecision *decision, guint64 number, gboolean *much, GError **error)
{
	const TdDraft *draft = &decision->draft;
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(GPtrArray) events = NULL;
	guint count = 0;

	*much = FALSE;
	if (decision->who.control)
		return TRUE;
	if (!td_ticket_get(draft->txn, number, &ticket, error))
		return FALSE;
	if (ticket == NULL)
		return TRUE;
	if (!td_event_list(draft->txn, number,
	        ticket->events - MIN(ticket->events, TD_READ_MAX), TD_READ_MAX,
	        &events, error))
		return FALSE;
	for (guint i = 0; i < events->len; i++) {
		const TdEvent *event = g_ptr_array_index(events, i);

		count += event->kind == TD_EVENT_MESSAGE &&
		    event->time > draft->now - HOUR &&
		    strcmp(event->actor, draft->actor) == 0 &&
		    strcmp(td_event_get(event, "letter"),
		        td_letter_kind_name(TD_LETTER_REPLY)) == 0;
	}
	*much = count >= REPLIES_MAX;
	return TRUE;
}

/* Sends the text on.  *@why (a phrase's key) if that must not be. */
static gboolean
speak(TdDecision *decision, const TdBlock *block, const TdRun *run,
    const char **why, GError **error)
{
	TdDraft *draft = &decision->draft;
	guint before = draft->plan->letters->len;
	guint64 number = block->ticket;
	const TdTicket *ticket;
	g_autofree char *held = NULL;
	gboolean much;

	/* A command may have merged it. */
	if (!td_run_find_ticket(draft, &number, &ticket, error))
		return FALSE;
	if (ticket != NULL && !is_note(run, block) && !block->released) {
		if (!is_too_much(decision, number, &much, error))
			return FALSE;
		if (much) {
			*why = "too-much";
			return TRUE;
		}
	}
	if (is_note(run, block))
		return td_talk_note(
		    draft, &decision->who, number, block->said, error);
	if (!td_talk_reply(draft, &decision->who, number, block->said,
	        block->drop_leaks, &held, error))
		return FALSE;
	if (held != NULL)
		*why = "leak";
	else if (decision->who.control && draft->plan->letters->len == before)
		*why = "notice-nobody";
	return TRUE;
}

/* Whether the end of the ticket is told by a mail of its own. */
static gboolean
tell_end(TdDecision *decision, const TdBlock *block, const TdRun *run,
    const TdTicket *before, GError **error)
{
	const TdTicket *ticket;
	TdStatus was = before == NULL ? TD_STATUS_CLOSED : before->status;

	if (run->silent || block->ticket == TD_TICKET_DESK)
		return TRUE;
	ticket = td_draft_need(&decision->draft, block->ticket, error);
	if (ticket == NULL)
		return FALSE;
	if (ticket->merged_into != 0 || was == ticket->status ||
	    (ticket->status != TD_STATUS_RESOLVED &&
	        ticket->status != TD_STATUS_CLOSED) ||
	    (was == TD_STATUS_RESOLVED && ticket->status == TD_STATUS_CLOSED))
		return TRUE;
	return td_talk_finished(
	    &decision->draft, &decision->who, block->ticket, error);
}

/* ---- all of it ---- */

/* Runs and speaks; FALSE in *@done leaves things to be undone. */
static gboolean
attempt(TdDecision *decision, const TdBlock *block, const TdCommands *commands,
    TdRun *run, const char **why, GError **error)
{
	g_autoptr(TdTicket) before = NULL;
	gboolean refused;

	*why = NULL;
	if (block->ticket != TD_TICKET_DESK &&
	    !td_ticket_get(decision->txn, block->ticket, &before, error))
		return FALSE;
	if (!td_run_commands(run, commands, &refused, error))
		return FALSE;
	if (refused) {
		*why = "refused";
		return TRUE;
	}
	if ((decision->who.agent || decision->who.control) &&
	    says_something(block, commands)) {
		if (!speak(decision, block, run, why, error))
			return FALSE;
		if (*why != NULL)
			return TRUE;
	}
	return tell_end(decision, block, run, before, error);
}

/* Whether the speaker hears what was done. */
static gboolean
wants_transcript(const TdDecision *decision, const TdRun *run)
{
	const TdPerson *person = decision->who.person;

	return run->answered || (decision->who.agent && person->echo);
}

gboolean
td_block_execute(TdDecision *decision, const TdBlock *block,
    const TdCommands *commands, gboolean *done, GError **error)
{
	TdDraft *draft = &decision->draft;
	TdDraftMark mark = td_draft_mark(draft);
	TdRun run = {
		.draft = draft,
		.who = &decision->who,
		.ticket = block->ticket,
		.said = block->said,
	};
	const char *why;

	*done = FALSE;
	if (commands->mistakes->len > 0)
		return td_block_give_back(
		    decision, block, commands, "mistake", "mistaken", error);
	if (!find_answered(decision, block, &run.answers, error))
		return FALSE;
	g_free(block->said->text);
	block->said->text = g_strdup(commands->text);
	if (!attempt(decision, block, commands, &run, &why, error))
		return FALSE;
	if (why != NULL) {
		td_draft_undo(draft, &mark);
		return td_block_give_back(decision, block, commands,
		    strcmp(why, "leak") == 0 ? "leak" : "mistake", why, error);
	}
	*done = TRUE;
	if (block->ticket != TD_TICKET_DESK &&
	    !td_talk_changed(draft, &decision->who, block->ticket, error))
		return FALSE;
	if (decision->message == NULL || !wants_transcript(decision, &run))
		return TRUE;
	return td_talk_transcript(draft, &decision->who, block->ticket,
	    block->said, NULL, NULL, error);
}
