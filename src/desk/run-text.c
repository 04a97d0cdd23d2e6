/* run-text.c - commands about what is said, and to whom */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/run-verbs.h"
#include "desk/talk-private.h"

gboolean
td_step_is_own(const TdStep *step)
{
	return step->command->ticket == 0 || step->number == step->run->ticket;
}

/* Puts @text in front of that of the mail. */
static void
prepend(TdSaid *said, const char *text)
{
	g_autofree char *below = said->text;

	said->text = td_text_is_blank(below)
	    ? g_strdup(text)
	    : g_strconcat(text, "\n\n", below, NULL);
}

/* ---- reply, note ---- */

/* A mail has one text, which goes one way. */
static gboolean
use_text(const TdStep *step, TdTextUse use, const char *key)
{
	TdRun *run = step->run;
	const char *text = step->command->text;

	if (run->use != TD_TEXT_DEFAULT && run->use != use)
		return td_step_refuse(step, "no-both", NULL);
	run->use = use;
	if (!td_text_is_blank(text))
		prepend(run->said, text);
	return td_step_done(step, key, NULL);
}

gboolean
td_run_reply(const TdStep *step, GError **error G_GNUC_UNUSED)
{
	return use_text(step, TD_TEXT_REPLY, "did-reply");
}

gboolean
td_run_note(const TdStep *step, GError **error G_GNUC_UNUSED)
{
	return use_text(step, TD_TEXT_NOTE, "did-note");
}

/* ---- the text of close ---- */

/* @text goes with another ticket than the mail, or another way. */
static gboolean
send_apart(const TdStep *step, const char *text, GError **error)
{
	const TdRun *run = step->run;
	g_auto(TdSaid) said = { .text = g_strdup(text) };
	g_autofree char *held = NULL;

	if (!run->who->agent && !run->who->control)
		return td_talk_message(
		    run->draft, run->who, step->number, &said, FALSE, error);
	return td_talk_reply(
	    run->draft, run->who, step->number, &said, FALSE, &held, error);
}

gboolean
td_step_speak(const TdStep *step, GError **error)
{
	TdRun *run = step->run;
	const char *text = step->command->text;
	gboolean alone = td_text_is_blank(run->said->text);

	if (td_text_is_blank(text))
		return TRUE;
	if (!td_step_is_own(step) || run->use == TD_TEXT_NOTE)
		return send_apart(step, text, error);
	prepend(run->said, text);
	/* It is for the customer, wherever the mail came in. */
	if (alone)
		run->use = TD_TEXT_REPLY;
	return TRUE;
}

/* ---- forward ---- */

/* Whether message @sequence of the ticket came from a customer and is his. */
static gboolean
is_customers(
    const TdStep *step, guint64 sequence, gboolean *result, GError **error)
{
	g_autoptr(TdFiled) filed = NULL;

	*result = FALSE;
	if (sequence == 0)
		return TRUE;
	if (!td_filed_get(step->run->draft->txn, step->number, sequence, &filed,
	        NULL, error))
		return FALSE;
	*result = filed != NULL && td_desk_is_customers(filed);
	return TRUE;
}

/* The message that the mail answers, else the customer's newest; 0 if there is
 * none. */
static gboolean
pick_message(const TdStep *step, guint64 *sequence, GError **error)
{
	guint64 answered = td_step_is_own(step) ? step->run->answers : 0;
	g_autoptr(TdMessage) message = NULL;
	g_autoptr(TdFiled) filed = NULL;
	gboolean good;

	if (!is_customers(step, answered, &good, error))
		return FALSE;
	*sequence = answered;
	if (good)
		return TRUE;
	if (!td_talk_newest(
	        step->run->draft, step->ticket, &message, &filed, error))
		return FALSE;
	*sequence = filed == NULL ? 0 : filed->sequence;
	return TRUE;
}

gboolean
td_run_forward(const TdStep *step, GError **error)
{
	TdDraft *draft = step->run->draft;
	const char *address = step->command->word;
	g_autofree char *text = NULL;
	g_autofree char *shown = NULL;
	guint64 sequence;

	if (*address == '\0')
		return td_step_refuse(step, "no-address", NULL);
	if (td_desk_is_own(draft->desk, address))
		return td_step_refuse(
		    step, "no-own-address", "address", address, NULL);
	if (!pick_message(step, &sequence, error))
		return FALSE;
	if (sequence == 0)
		return td_step_refuse(step, "no-message", NULL);
	/* What is written to him is not for the customer. */
	if (td_step_is_own(step) && step->run->use == TD_TEXT_DEFAULT) {
		text = step->run->said->text;
		step->run->said->text = g_strdup("");
	}
	if (!td_talk_forward(draft, step->run->who, step->number, sequence,
	        address, text, error))
		return FALSE;
	shown = td_run_number(sequence);
	return td_step_done(
	    step, "did-forward", "message", shown, "address", address, NULL);
}

/* ---- canned ---- */

/* Names that a refusal lists. */
#define NAMES_MAX 30

static gboolean
refuse_name(const TdStep *step)
{
	const TdLetters *letters = step->run->draft->desk->letters;
	const char *queue = step->ticket->queue;
	const char *name = step->command->word;
	const char *nearest = td_letters_canned_nearest(letters, queue, name);
	g_autoptr(GPtrArray) all = td_letters_canned_list(letters, queue, NULL);
	g_autoptr(GString) names = g_string_new(NULL);

	if (nearest != NULL)
		return td_step_refuse(step, "no-canned-guess", "name", name,
		    "guess", nearest, NULL);
	for (guint i = 0; i < MIN(all->len, NAMES_MAX); i++)
		g_string_append_printf(names, "%s%s", i == 0 ? "" : ", ",
		    ((const TdCanned *)g_ptr_array_index(all, i))->name);
	if (all->len > NAMES_MAX)
		g_string_append(names, " ...");
	return td_step_refuse(step,
	    all->len == 0 ? "no-canned-none" : "no-canned", "name", name,
	    "names", names->str, NULL);
}

/* The answer that the step names, for the customer of its ticket, borrowed;
 * NULL, and the step refused, if there is none.  *@language, which may be NULL,
 * is his, and the caller's. */
static gboolean
find_canned(const TdStep *step, const TdCanned **canned, char **language,
    GError **error)
{
	TdDraft *draft = step->run->draft;
	g_autofree char *wanted = NULL;

	if (!td_talk_customer_language(draft, step->ticket, &wanted, error))
		return FALSE;
	*canned = td_letters_canned(draft->desk->letters, step->ticket->queue,
	    wanted, step->command->word);
	if (*canned == NULL)
		refuse_name(step);
	if (language != NULL)
		*language = g_steal_pointer(&wanted);
	return TRUE;
}

gboolean
td_canned_commands(const TdStep *step, TdCommands **commands, GError **error)
{
	TdDraft *draft = step->run->draft;
	g_autoptr(TdCommands) read = NULL;
	const TdCanned *canned;

	*commands = NULL;
	if (!find_canned(step, &canned, NULL, error))
		return FALSE;
	if (canned == NULL)
		return TRUE;
	read = td_letters_canned_commands(
	    draft->desk->letters, canned, draft->now);
	if (read->mistakes->len > 0) {
		const TdMistake *mistake = g_ptr_array_index(read->mistakes, 0);

		return td_step_refuse(step, "no-canned-commands", "name",
		    canned->name, "line", mistake->line, NULL);
	}
	for (guint i = 0; i < read->commands->len; i++) {
		TdCommand *command = g_ptr_array_index(read->commands, i);

		command->ticket = step->command->ticket;
	}
	*commands = g_steal_pointer(&read);
	return TRUE;
}

/* What customers call who speaks; NULL: the queue. */
static const char *
speakers_name(const TdWho *who)
{
	return who->agent && who->person != NULL
	    ? td_agent_shown_name(who->person)
	    : NULL;
}

/* The same for the owner; without one who speaks will be it. */
static gboolean
owners_name(const TdStep *step, const char **name, GError **error)
{
	TdDraft *draft = step->run->draft;
	const char *owner = step->ticket->owner;
	const TdPerson *agent = NULL;

	*name = NULL;
	if (*owner == '\0' &&
	    td_talk_queue(draft, step->ticket)->distribute !=
	        TD_DISTRIBUTE_NONE)
		*name = speakers_name(step->run->who);
	if (*owner == '\0')
		return TRUE;
	if (!td_draft_agent(draft, owner, &agent, error))
		return FALSE;
	if (agent != NULL)
		*name = td_agent_shown_name(agent);
	return TRUE;
}

/* Puts @text in front of that of the mail, behind what other canned answers
 * put there. */
static void
insert_canned(TdRun *run, const char *text)
{
	g_autofree char *whole = run->said->text;
	g_autofree char *above = g_strndup(whole, run->canned);
	const char *below = whole + run->canned;
	const char *gap = run->canned == 0 ? "" : "\n\n";

	below += strspn(below, "\n");
	run->canned += strlen(gap) + strlen(text);
	run->said->text = td_text_is_blank(below)
	    ? g_strconcat(above, gap, text, NULL)
	    : g_strconcat(above, gap, text, "\n\n", below, NULL);
	if (run->use == TD_TEXT_DEFAULT)
		run->use = TD_TEXT_REPLY;
}

/* The mail about the end of the ticket that the step has no text of the mail
 * for, if there is one in the plan, is taken back: the answer tells of it. */
static gboolean
take_end_back(const TdStep *step)
{
	TdPlan *plan = step->run->draft->plan;

	for (guint i = 0; i < plan->letters->len; i++) {
		const TdLetter *letter = g_ptr_array_index(plan->letters, i);

		if (letter->ticket != step->number ||
		    (letter->kind != TD_LETTER_RESOLVED &&
		        letter->kind != TD_LETTER_FINISHED))
			continue;
		g_ptr_array_remove_index(plan->letters, i);
		g_ptr_array_remove_index(plan->letter_events, i);
		return TRUE;
	}
	return FALSE;
}

/* To the customer of another ticket. */
static gboolean
send_canned(const TdStep *step, const char *text, GError **error)
{
	gboolean ended = take_end_back(step);

	if (!send_apart(step, text, error))
		return FALSE;
	return !ended ||
	    td_talk_finished(
	        step->run->draft, step->run->who, step->number, error);
}

/* Says where the text went, and in which language if not in the customer's. */
static gboolean
tell_canned(const TdStep *step, const TdCanned *canned, const char *language)
{
	gboolean inside = td_step_is_own(step) &&
	    step->run->use == TD_TEXT_NOTE;

	td_step_done(step,
	    *canned->text == '\0' ? "did-canned-commands"
	        : inside          ? "did-canned-note"
	                          : "did-canned",
	    "name", canned->name, NULL);
	if (*canned->text == '\0' ||
	    strncmp(canned->language, language, strcspn(language, "-_")) == 0)
		return TRUE;
	return td_step_more(step, "more-canned-language", "language",
	    canned->language, "wanted", language, NULL);
}

gboolean
td_run_canned(const TdStep *step, GError **error)
{
	TdRun *run = step->run;
	g_autofree char *language = NULL;
	g_autofree char *text = NULL;
	g_autofree char *hole = NULL;
	const TdCanned *canned;
	const char *owner;

	if (!find_canned(step, &canned, &language, error) ||
	    !owners_name(step, &owner, error))
		return FALSE;
	if (canned == NULL)
		return TRUE;
	text = td_letters_canned_fill(run->draft->desk->letters, canned,
	    step->ticket, speakers_name(run->who), owner, run->draft->now,
	    &hole);
	if (text == NULL)
		return td_step_refuse(step, "no-canned-word", "name",
		    canned->name, "word", hole, NULL);
	if (*text != '\0' && td_step_is_own(step))
		insert_canned(run, text);
	else if (*text != '\0' && !send_canned(step, text, error))
		return FALSE;
	return tell_canned(step, canned, language);
}
