/* talk-answers.c - what is told to who wrote: results, mistakes, questions */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "desk/talk-private.h"

#define HOUR (60 * 60)

/* Such letters in an hour.  From is but a claim, and whoever is named there
 * gets them: to one address that is nobody's in people, to all of these
 * together, to a person whom nothing but From names, to one who answered a mail
 * of ours, and to one who is known for sure (whose program may answer ours). */
#define ANSWERS_TO_STRANGER 5
#define ANSWERS_TO_STRANGERS 50
#define ANSWERS_TO_CLAIM 10
#define ANSWERS_TO_ANSWER 20
#define ANSWERS_TO_PERSON 60

/* Shown of a text that is asked about. */
#define ASKED_MAX 4000

static guint
find_limit(const TdWho *who)
{
	if (who->person == NULL)
		return ANSWERS_TO_STRANGER;
	if (who->proof <= TD_PROOF_NONE)
		return ANSWERS_TO_CLAIM;
	return who->proof == TD_PROOF_ANSWER ? ANSWERS_TO_ANSWER
	                                     : ANSWERS_TO_PERSON;
}

/* Whether the speaker may get one more letter: he has an address, which is not
 * ours, there were not too many, and nothing speaks against answering his mail
 * at all (RFC 3834). */
static gboolean
may_answer(TdDraft *draft, const TdWho *who, gboolean *may, GError **error)
{
	const char *silence = draft->plan->class.silence;
	guint one;
	guint all = 0;

	*may = FALSE;
	if (who->control || *who->address == '\0' ||
	    (silence != NULL && *silence != '\0') ||
	    td_desk_is_own(draft->desk, who->address))
		return TRUE;
	if (!td_cap_count(draft->txn, who->address, draft->now, &one, error) ||
	    (who->person == NULL &&
	        !td_cap_count(draft->txn, NULL, draft->now, &all, error)))
		return FALSE;
	*may = one < find_limit(who) && all < ANSWERS_TO_STRANGERS;
	return TRUE;
}

/* The ticket that an answer to @who is filed on: who is neither an agent nor on
 * ticket @number learns nothing of it. */
static gboolean
find_ticket(TdDraft *draft, const TdWho *who, guint64 number, TdTicket **result,
    GError **error)
{
	const TdTicket *ticket;

	if (!td_draft_ticket(draft, number, &ticket, error))
		return FALSE;
	if (ticket != NULL && number != TD_TICKET_DESK &&
	    (who->agent || td_ticket_has_participant(ticket, who->address)))
		*result = td_ticket_copy(ticket);
	else
		*result = td_ticket_new(TD_TICKET_DESK);
	return TRUE;
}

/* A letter of @kind to the speaker about his own mail. */
static TdLetter *
make_letter(const TdDraft *draft, const TdWho *who, TdLetterKind kind,
    const TdTicket *ticket, const TdSaid *said)
{
	const TdMessage *message = said == NULL ? NULL : said->message;
	TdLetter *letter = td_talk_letter(draft, kind, ticket, who->language);

	if (*ticket->queue == '\0' && draft->plan->queue != NULL)
		td_talk_set(&letter->queue, draft->plan->queue);
	if (message != NULL) {
		g_autofree char *subject = td_text_printable(
		    td_desk_bare_subject(draft->desk, message->subject), 200);

		td_talk_set(&letter->subject, subject);
	}
	letter->person = who->agent && who->person != NULL ? who->person->id
	                                                   : 0;
	letter->automatic = TRUE;
	td_talk_answer(letter, message);
	return letter;
}

gboolean
td_talk_remark(TdDraft *draft, const TdWho *who, guint64 number,
    const TdSaid *said, const char *text, GError **error)
{
	g_autoptr(TdTicket) ticket = NULL;
	gboolean may;
	TdLetter *letter;

	if (!find_ticket(draft, who, number, &ticket, error) ||
	    !may_answer(draft, who, &may, error))
		return FALSE;
	if (!may)
		return TRUE;
	letter = make_letter(draft, who, TD_LETTER_TRANSCRIPT, ticket, said);
	letter->text = g_strdup(text);
	td_letter_to(letter, who->name, who->address);
	td_draft_letter(draft, letter);
	return TRUE;
}

/* ---- the transcript ---- */

static const char *
mistake_key(TdMistakeKind kind)
{
	static const char *const keys[] = {
		[TD_MISTAKE_UNKNOWN] = "mistake-unknown",
		[TD_MISTAKE_DOUBT] = "mistake-doubt",
		[TD_MISTAKE_ARGUMENT] = "mistake-argument",
		[TD_MISTAKE_NOT_YET] = "mistake-not-yet",
		[TD_MISTAKE_CUSTOMER] = "mistake-customer",
		[TD_MISTAKE_TOO_MANY] = "mistake-too-many",
	};

	return keys[kind];
}

/* What @who calls the command that lets a mail go on. */
static char *
go_word(const TdWho *who)
{
	const char *words = td_command_words(TD_VERB_GO, who->language);

	if (words == NULL)
		words = td_verb_name(TD_VERB_GO);
	return g_strndup(words, strcspn(words, ","));
}

static void
append_phrase(GString *text, const TdDraft *draft, const TdWho *who,
    const char *key, const char *word, const char *value)
{
	g_autofree char *phrase = td_talk_say(
	    draft, who->language, key, word, value, NULL);

	g_string_append_printf(text, "%s\n", phrase);
}

static void
append_mistake(GString *text, const TdDraft *draft, const TdWho *who,
    const TdMistake *mistake)
{
	if (*mistake->line != '\0')
		g_string_append_printf(text, "> %s\n", mistake->line);
	append_phrase(text, draft, who, mistake_key(mistake->kind), "line",
	    mistake->line);
	if (*mistake->suggest != '\0')
		append_phrase(text, draft, who, "mistake-suggest", "line",
		    mistake->suggest);
	if (*mistake->want != '\0')
		append_phrase(
		    text, draft, who, "mistake-want", "want", mistake->want);
	g_string_append_c(text, '\n');
}

/* Whether it can be written otherwise, so that it works. */
static gboolean
is_mendable(const TdMistake *mistake)
{
	return mistake->kind != TD_MISTAKE_TOO_MANY &&
	    mistake->kind != TD_MISTAKE_CUSTOMER;
}

static gboolean
any_is_mendable(const GPtrArray *mistakes)
{
	for (guint i = 0; i < mistakes->len; i++) {
		if (is_mendable(g_ptr_array_index(mistakes, i)))
			return TRUE;
	}
	return FALSE;
}

/* How to mend it: what is to be answered, as it is to be written.  Nothing of
 * a customer's waits, for his mail is filed. */
static void
append_repair(GString *text, const TdDraft *draft, const TdWho *who,
    const GPtrArray *mistakes)
{
	g_autofree char *go = go_word(who);
	gboolean doubt = FALSE;

	append_phrase(text, draft, who,
	    who->agent ? "mistake-repair" : "mistake-again", "word", go);
	g_string_append_c(text, '\n');
	if (who->agent)
		g_string_append_printf(text, "    %s\n", go);
	for (guint i = 0; i < mistakes->len; i++) {
		const TdMistake *mistake = g_ptr_array_index(mistakes, i);

		doubt = doubt || mistake->kind == TD_MISTAKE_DOUBT;
		if (!is_mendable(mistake))
			continue;
		/* How the others are to be is for their writer to say. */
		g_string_append_printf(text, "    %s\n",
		    *mistake->suggest != '\0' ? mistake->suggest : "...");
	}
	g_string_append_c(text, '\n');
	if (doubt && who->agent)
		append_phrase(text, draft, who, "mistake-is-text", "word", go);
}

static char *
make_transcript(const TdDraft *draft, const TdWho *who,
    const TdCommands *commands, const char *heading)
{
	const GPtrArray *results = draft->plan->results;
	const GPtrArray *mistakes = commands == NULL ? NULL
	                                             : commands->mistakes;
	gboolean mendable = mistakes != NULL && any_is_mendable(mistakes);
	g_autoptr(GString) text = g_string_new(NULL);

	/* Nothing of a customer's waits for a second try; and what is not for
	 * him was understood. */
	if (!who->agent &&
	    (g_strcmp0(heading, "refused") == 0 ||
	        (g_strcmp0(heading, "mistaken") == 0 && !mendable)))
		heading = "refused-customer";
	if (heading != NULL) {
		g_autofree char *go = go_word(who);

		append_phrase(text, draft, who, heading, "word", go);
		g_string_append_c(text, '\n');
	}
	for (guint i = 0; i < results->len; i++) {
		const TdResult *result = g_ptr_array_index(results, i);

		g_string_append_printf(
		    text, "> %s\n%s\n\n", result->line, result->text);
	}
	if (mistakes != NULL && mistakes->len > 0) {
		for (guint i = 0; i < mistakes->len; i++)
			append_mistake(
			    text, draft, who, g_ptr_array_index(mistakes, i));
	}
	if (mendable)
		append_repair(text, draft, who, mistakes);
	return g_strchomp(g_string_free(g_steal_pointer(&text), FALSE));
}

gboolean
td_talk_transcript(TdDraft *draft, const TdWho *who, guint64 number,
    const TdSaid *said, const TdCommands *commands, const char *heading,
    GError **error)
{
	g_autofree char *text = make_transcript(draft, who, commands, heading);

	if (*text == '\0')
		return TRUE;
	return td_talk_remark(draft, who, number, said, text, error);
}

/* ---- the question ---- */

static TdHold *
add_hold(TdDraft *draft, const TdWho *who, guint64 number, const char *kind,
    const char *from)
{
	TdHold *hold = td_hold_new();

	hold->ticket = number;
	hold->person = who->person == NULL ? 0 : who->person->id;
	hold->created = draft->now;
	hold->expires = draft->now + HOUR;
	td_talk_set(&hold->kind, kind);
	td_talk_set(&hold->from, from);
	g_ptr_array_add(draft->plan->holds, hold);
	return hold;
}

/* @asked with "> " in front of each line. */
static char *
quote_asked(const char *asked)
{
	g_autofree char *block = td_text_block(asked);
	g_autofree char *cut = td_talk_trim(block, ASKED_MAX);
	g_autoptr(GString) text = g_string_new("> ");

	g_string_append(text, cut);
	g_string_replace(text, "\n", "\n> ", 0);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

gboolean
td_talk_confirm(TdDraft *draft, const TdWho *who, guint64 number,
    const TdSaid *said, const char *kind, const char *asked, GError **error)
{
	gboolean address = strcmp(kind, "add-address") == 0;
	g_autofree char *to = td_address_fold(address ? asked : who->address);
	const TdTicket *ticket;
	gboolean may;
	TdHold *hold;
	TdLetter *letter;

	if (!td_draft_ticket(draft, number, &ticket, error) ||
	    !may_answer(draft, who, &may, error))
		return FALSE;
	if (to == NULL || td_desk_is_own(draft->desk, to) ||
	    (!may && !(address && who->control)))
		return TRUE;

	hold = add_hold(draft, who, number, kind, to);
	if (address)
		td_talk_set(&hold->text, to);
	letter = ticket == NULL
	    ? td_letter_new(TD_LETTER_CONFIRM, number)
	    : make_letter(draft, who, TD_LETTER_CONFIRM, ticket, said);
	letter->person = hold->person;
	letter->until = hold->expires;
	letter->text = address
	    ? td_talk_say(draft, who->language, "confirm-address", "name",
	          who->name, "address", to, NULL)
	    : quote_asked(asked);
	td_letter_to(letter, who->name, to);
	td_draft_letter(draft, letter);
	return TRUE;
}
