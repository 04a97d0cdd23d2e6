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
