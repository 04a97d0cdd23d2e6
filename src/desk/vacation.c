/* vacation.c - an agent's own automatic reply says that he is away
 *
 * Outsiders must not be able to switch agents off, so it counts only where it
 * came to an address that is his alone, or names a mail that went to him alone
 * and came to a bounce address of ours. */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "desk/search.h"
#include "desk/talk-private.h"
#include "desk/undelivered.h"

#define DAY (24 * 60 * 60)

/* References of a mail that are looked up, the nearest first. */
#define REFERENCES_MAX 10u

/* How far the clock of who wrote may be off. */
#define CLOCK_MAX (3 * DAY)

/* ---- whose it is ---- */

/* Whether @filed went to @person alone, and stays inside. */
static gboolean
is_to(const TdFiled *filed, const TdPerson *person)
{
	g_autofree char *to = td_address_fold(filed->to);

	return filed->outgoing && filed->internal && to != NULL &&
	    td_person_has_address(person, to);
}

/* Whether @id is that of such a mail. */
static gboolean
is_id_of_his(const TdDecision *decision, const TdPerson *person, const char *id,
    gboolean *his, GError **error)
{
	g_autoptr(TdFiled) filed = NULL;
	TdPlace place;

	*his = FALSE;
	if (td_token_read_message_id(decision->desk->keys, id, &place) !=
	        TD_TOKEN_GOOD ||
	    place.sequence == 0)
		return TRUE;
	if (!td_filed_get(decision->txn, place.ticket, place.sequence, &filed,
	        NULL, error))
		return FALSE;
	*his = filed != NULL && is_to(filed, person);
	return TRUE;
}

/* Whether the mail answers one of those. */
static gboolean
answers_his(const TdDecision *decision, const TdPerson *person, gboolean *his,
    GError **error)
{
	GStrv ids = decision->message->references;
	guint count = g_strv_length(ids);

	*his = FALSE;
	for (guint i = 0; i < MIN(count, REFERENCES_MAX) && !*his; i++)
		if (!is_id_of_his(
		        decision, person, ids[count - 1 - i], his, error))
			return FALSE;
	return TRUE;
}

/* Whether it is surely a program of agent @person's that answers. */
static gboolean
is_his(const TdDecision *decision, const TdPerson *person, gboolean *his,
    GError **error)
{
	TdExtension extension;

	*his = FALSE;
	if (decision->who.proof == TD_PROOF_FALSE ||
	    !td_search_extension(decision->desk, decision->message,
	        decision->envelope,
	        1u << TD_TOKEN_PERSONAL | 1u << TD_TOKEN_BOUNCE, &extension) ||
	    extension.state != TD_TOKEN_GOOD)
		return TRUE;
	if (extension.kind == TD_TOKEN_PERSONAL) {
		*his = extension.person == person->id;
		return TRUE;
	}
	/* Customers know bounce addresses too. */
	if (decision->who.proof >= TD_PROOF_DMARC) {
		*his = TRUE;
		return TRUE;
	}
	return answers_his(decision, person, his, error);
}

/* ---- until when ---- */

/* *@guessed: the mail does not say. */
static gint64
find_until(const TdDecision *decision, gboolean *guessed)
{
	const TdMessage *message = decision->message;
	gint64 now = decision->plan->now;
	g_autoptr(GTimeZone) zone = td_conf_zone(decision->desk->conf);
	gint64 written = message->date;
	gint64 until;

	if (ABS(written - now) > CLOCK_MAX)
		written = now;
	until = td_vacation_until(
	    *message->reply_text != '\0' ? message->reply_text : message->text,
	    written, zone);
	*guessed = until <= now;
	return *guessed ? td_desk_midnight(decision->desk, now, 1) : until;
}

/* ---- the team ---- */

static void
append_line(GString *text, const TdDraft *draft, const char *language,
    const char *key, const TdPerson *person)
{
	g_autofree char *line = td_talk_say(draft, language, key, "name",
	    td_agent_shown_name(person), "deputy", person->deputy, NULL);

	g_string_append_printf(text, "\n\n%s", line);
}

static TdLetter *
make_letter(const TdDraft *draft, const TdPerson *person, gboolean guessed,
    const TdQueue *queue, const char *language)
{
	g_autofree char *time = td_talk_time(draft->desk, person->away);
	g_autofree char *headline = td_talk_say(draft, language, "absent",
	    "name", td_agent_shown_name(person), "time", time, NULL);
	g_autoptr(GString) text = g_string_new(headline);
	TdLetter *letter = td_letter_new(TD_LETTER_NOTICE, TD_TICKET_DESK);

	append_line(text, draft, language,
	    guessed ? "absent-guess" : "absent-what", person);
	if (*person->deputy != '\0')
		append_line(text, draft, language, "absent-deputy", person);
	append_line(text, draft, language, "absent-team", person);
	append_line(text, draft, language, "absent-back", person);
	td_talk_set(&letter->queue, queue->name);
	td_talk_set(&letter->language, language);
	letter->subject = g_steal_pointer(&headline);
	letter->text = g_string_free(g_steal_pointer(&text), FALSE);
	return letter;
}

/* Those who get the mail of the queues that he works in. */
static gboolean
find_team(TdAudience *audience, TdDecision *decision, const TdPerson *person,
    GError **error)
{
	const GPtrArray *queues = decision->desk->conf->queues;

	if (!td_audience_open(audience, &decision->draft, &decision->who, NULL,
	        TD_TICKET_DESK, error))
		return FALSE;
	for (guint i = 0; i < queues->len; i++) {
		const TdQueue *queue = g_ptr_array_index(queues, i);

		if (td_person_has_queue(person, queue->name) &&
		    !td_audience_queue(audience, queue->name, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
tell_team(TdDecision *decision, const TdPerson *person, gboolean guessed,
    GError **error)
{
	TdDraft *draft = &decision->draft;
	g_auto(TdAudience) audience = { 0 };

	if (!find_team(&audience, decision, person, error))
		return FALSE;
	for (guint i = 0; i < audience.agents->len; i++) {
		const TdPerson *agent = g_ptr_array_index(audience.agents, i);
		TdLetter *letter = make_letter(draft, person, guessed,
		    decision->queue,
		    td_talk_language(draft, agent->language, decision->queue));

		letter->person = agent->id;
		td_letter_to(
		    letter, td_agent_shown_name(agent), agent->addresses[0]);
		td_draft_letter(draft, letter);
	}
	for (guint i = 0; i < audience.teams->len; i++) {
		const TdQueue *queue = g_ptr_array_index(audience.teams, i);
		TdLetter *letter = make_letter(
		    draft, person, guessed, queue, queue->language);

		letter->team = TRUE;
		for (guint j = 0; queue->notify[j] != NULL; j++)
			td_letter_to(letter, NULL, queue->notify[j]);
		td_draft_letter(draft, letter);
	}
	return TRUE;
}

gboolean
td_plan_vacation(TdDecision *decision, GError **error)
{
	const TdPerson *before = decision->who.person;
	TdDraft *draft = &decision->draft;
	gboolean guessed = FALSE;
	gboolean his;
	TdPerson *person;
	TdEvent *event;
	gint64 until;

	if (before == NULL || !td_person_is_agent(before))
		return TRUE;
	if (!is_his(decision, before, &his, error))
		return FALSE;
	until = his ? find_until(decision, &guessed) : 0;
	/* Who is away already stays so, as he or his program said. */
	if (!his || (before->away > draft->now && guessed) ||
	    until <= before->away)
		return TRUE;

	person = td_draft_change_person(draft, before);
	person->away = until;
	event = td_draft_add(draft, TD_EVENT_NOTE, TD_TICKET_DESK);
	td_event_set(event, "person", person->name);
	td_event_set(event, "what", "away");
	td_event_set_number(event, "until", (guint64)until);
	if (before->away > draft->now)
		return TRUE;
	return tell_team(decision, person, guessed, error);
}
