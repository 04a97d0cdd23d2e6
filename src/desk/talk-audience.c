/* talk-audience.c - which agents are told, each once and in his language */

#include "config.h"

#include <string.h>

#include "desk/talk-private.h"

void
td_audience_clear(TdAudience *audience)
{
	g_clear_pointer(&audience->have, g_hash_table_unref);
	g_clear_pointer(&audience->ticket, td_ticket_free);
	g_clear_pointer(&audience->agents, g_ptr_array_unref);
	g_clear_pointer(&audience->teams, g_ptr_array_unref);
}

gboolean
td_audience_open(TdAudience *audience, TdDraft *draft, const TdWho *who,
    const TdMessage *message, guint64 number, GError **error)
{
	const TdTicket *ticket = td_draft_need(draft, number, error);

	if (ticket == NULL)
		return FALSE;
	*audience = (TdAudience){
		.draft = draft,
		.who = who,
		.have = td_talk_addressees(message),
		.ticket = td_ticket_copy(ticket),
		.agents = g_ptr_array_new(),
		.teams = g_ptr_array_new(),
	};
	audience->queue = td_talk_queue(draft, audience->ticket);
	return TRUE;
}

/* Whether @agent wrote what the others are told of.  A From that is known to
 * be false keeps nothing from the one it names. */
static gboolean
is_author(const TdAudience *audience, const TdPerson *agent)
{
	const TdWho *who = audience->who;

	if (who == NULL || who->proof == TD_PROOF_FALSE)
		return FALSE;
	return (who->person != NULL && who->person->id == agent->id) ||
	    td_person_has_address(agent, who->address);
}

static gboolean
has_muted(const TdAudience *audience, const TdPerson *agent)
{
	const char *const *muted = (const char *const *)audience->ticket->muted;

	for (guint i = 0; agent->addresses[i] != NULL; i++)
		if (g_strv_contains(muted, agent->addresses[i]))
			return TRUE;
	return FALSE;
}

static gboolean
has_mail(const TdAudience *audience, const TdPerson *agent)
{
	for (guint i = 0; agent->addresses[i] != NULL; i++)
		if (g_hash_table_contains(audience->have, agent->addresses[i]))
			return TRUE;
	return FALSE;
}

static void
add(TdAudience *audience, const TdPerson *agent)
{
	if (agent->addresses[0] == NULL || is_author(audience, agent) ||
	    has_mail(audience, agent) ||
	    (!audience->insist && has_muted(audience, agent)) ||
	    g_ptr_array_find(audience->agents, agent, NULL))
		return;
	g_ptr_array_add(audience->agents, (gpointer)agent);
}

static gboolean
is_away(const TdAudience *audience, const TdPerson *agent)
{
	return agent->away > audience->draft->now;
}

gboolean
td_audience_name(TdAudience *audience, const char *name, GError **error)
{
	g_autoptr(GPtrArray) seen = g_ptr_array_new();
	const TdPerson *agent;

	/* A deputy may be away too, and have one. */
	while (*name != '\0') {
		if (!td_draft_agent(audience->draft, name, &agent, error))
			return FALSE;
		if (agent == NULL || g_ptr_array_find(seen, agent, NULL))
			break;
		g_ptr_array_add(seen, (gpointer)agent);
		add(audience, agent);
		if (!is_away(audience, agent))
			break;
		name = agent->deputy;
	}
	return TRUE;
}

gboolean
td_audience_present(TdAudience *audience, const char *name, GError **error)
{
	g_autoptr(GPtrArray) seen = g_ptr_array_new();
	const TdPerson *agent;

	while (*name != '\0') {
		if (!td_draft_agent(audience->draft, name, &agent, error))
			return FALSE;
		if (agent == NULL || g_ptr_array_find(seen, agent, NULL))
			break;
		if (!is_away(audience, agent)) {
			add(audience, agent);
			break;
		}
		g_ptr_array_add(seen, (gpointer)agent);
		name = agent->deputy;
	}
	return TRUE;
}

gboolean
td_audience_leads(TdAudience *audience, const char *name, GError **error)
{
	GPtrArray *agents;

	if (!td_draft_agents(audience->draft, &agents, error))
		return FALSE;
	for (guint i = 0; i < agents->len; i++) {
		const TdPerson *agent = g_ptr_array_index(agents, i);

		if (agent->role == TD_ROLE_LEAD &&
		    td_person_has_queue(agent, name) &&
		    !td_audience_present(audience, agent->name, error))
			return FALSE;
	}
	return TRUE;
}

/* Agents of queue @name who are there; *@present is whether there are any. */
static gboolean
add_present(
    TdAudience *audience, const char *name, gboolean *present, GError **error)
{
	GPtrArray *agents;

	*present = FALSE;
	if (!td_draft_agents(audience->draft, &agents, error))
		return FALSE;
	for (guint i = 0; i < agents->len; i++) {
		const TdPerson *agent = g_ptr_array_index(agents, i);

		if (!td_person_has_queue(agent, name) ||
		    is_away(audience, agent))
			continue;
		*present = TRUE;
		add(audience, agent);
	}
	return TRUE;
}

static gboolean
add_deputies(TdAudience *audience, const char *name, GError **error)
{
	GPtrArray *agents;

	if (!td_draft_agents(audience->draft, &agents, error))
		return FALSE;
	for (guint i = 0; i < agents->len; i++) {
		const TdPerson *agent = g_ptr_array_index(agents, i);

		if (td_person_has_queue(agent, name) &&
		    !td_audience_name(audience, agent->deputy, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
td_audience_queue(TdAudience *audience, const char *name, GError **error)
{
	const TdQueue *queue = td_conf_queue(audience->draft->desk->conf, name);
	gboolean present;

	if (queue == NULL)
		return TRUE;
	if (queue->notify[0] != NULL) {
		if (!g_ptr_array_find(audience->teams, queue, NULL))
			g_ptr_array_add(audience->teams, (gpointer)queue);
		return TRUE;
	}
	if (!add_present(audience, name, &present, error))
		return FALSE;
	return present || add_deputies(audience, name, error);
}

gboolean
td_audience_responsible(TdAudience *audience, GError **error)
{
	const TdTicket *ticket = audience->ticket;
	const TdPerson *owner = NULL;

	if (*ticket->owner != '\0' &&
	    !td_draft_agent(audience->draft, ticket->owner, &owner, error))
		return FALSE;
	if (owner != NULL)
		return td_audience_name(audience, owner->name, error);
	return td_audience_queue(audience, audience->queue->name, error);
}

gboolean
td_audience_watchers(TdAudience *audience, GError **error)
{
	const TdTicket *ticket = audience->ticket;

	for (guint i = 0; ticket->watchers[i] != NULL; i++) {
		const TdPerson *agent;

		if (!td_draft_agent(
		        audience->draft, ticket->watchers[i], &agent, error))
			return FALSE;
		if (agent != NULL)
			add(audience, agent);
	}
	return TRUE;
}

/* ---- letters ---- */

/* The letter that the plan has already for @person about the ticket, or
 * NULL. */
static TdLetter *
find_letter(const TdAudience *audience, TdLetterKind kind, guint64 person)
{
	const GPtrArray *letters = audience->draft->plan->letters;

	for (guint i = 0; i < letters->len; i++) {
		TdLetter *letter = g_ptr_array_index(letters, i);

		if (letter->kind == kind && letter->person == person &&
		    letter->ticket == audience->ticket->number)
			return letter;
	}
	return NULL;
}

static char *
make_text(const TdAudience *audience, const TdNews *news, const char *language)
{
	const TdDraft *draft = audience->draft;
	g_autofree char *excuse = NULL;
	g_autofree char *text = NULL;

	if (news->write != NULL)
		return news->write(audience, language, news->data);
	if (news->text == NULL)
		return NULL;
	text = *news->text != '\0'
	    ? g_strdup(news->text)
	    : td_talk_say(draft, language, "notice-no-text", NULL);
	if (news->parcel != NULL)
		excuse = td_parcel_excuse(news->parcel, draft, language);
	if (excuse == NULL)
		return g_steal_pointer(&text);
	return g_strconcat(text, "\n\n", excuse, NULL);
}

static TdLetter *
make_letter(
    const TdAudience *audience, const TdNews *news, const char *language)
{
	const TdDraft *draft = audience->draft;
	const TdWho *who = audience->who;
	TdLetter *letter = td_talk_letter(
	    draft, news->kind, audience->ticket, language);

	letter->author = g_strdup(news->author);
	letter->author_address = g_strdup(news->author_address);
	letter->text = make_text(audience, news, language);
	letter->quote = g_strdup(news->quote);
	letter->quote_author = g_strdup(news->quote_author);
	letter->quote_date = news->written;
	if (news->warning != NULL) {
		g_autofree char *same = g_strdup_printf(
		    "%" G_GUINT64_FORMAT, news->same);

		letter->warning = td_talk_say(draft, language, news->warning,
		    "ticket", same, "name", who == NULL ? "" : who->name,
		    "address", who == NULL ? "" : who->address, "queue",
		    audience->queue->name, NULL);
	}
	if (news->parcel != NULL && news->parcel->attachments->len > 0)
		letter->attachments = g_ptr_array_ref(
		    news->parcel->attachments);
	letter->due = news->due;
	td_talk_answer(letter, news->answers);
	return letter;
}

/* "It is yours" and what is told beside it are one letter, @letter, to
 * @agent.  With a note it becomes the note's, for an answer to that stays
 * inside; what the customer said stands below. */
static void
join(TdAudience *audience, const TdNews *news, TdLetter *letter,
    const char *language)
{
	if (news->kind == TD_LETTER_NOTE) {
		letter->kind = TD_LETTER_NOTE;
		td_event_set(letter->event, "letter",
		    td_letter_kind_name(TD_LETTER_NOTE));
		letter->quote = g_steal_pointer(&letter->text);
		letter->quote_author = g_steal_pointer(&letter->author);
		if (news->parcel != NULL && news->parcel->attachments->len > 0)
			letter->attachments = g_ptr_array_ref(
			    news->parcel->attachments);
		td_talk_answer(letter, news->answers);
	}
	letter->text = make_text(audience, news, language);
	td_talk_set(&letter->author, news->author);
	td_talk_set(&letter->author_address, news->author_address);
}

/* Whether @news are told in a letter that says "it is yours". */
static gboolean
is_joined(const TdNews *news, const TdLetter *letter)
{
	return letter != NULL &&
	    (news->kind == TD_LETTER_NOTE ||
	        (news->kind == TD_LETTER_NEW_TICKET && letter->text == NULL));
}

/* Whether the plan has such a letter for @person already.  Each reminder is of
 * something else, and so are deadlines. */
static gboolean
is_told_agent(const TdAudience *audience, const TdNews *news, guint64 person,
    const char *language)
{
	const GPtrArray *letters = audience->draft->plan->letters;
	g_autofree char *text = NULL;

	if (news->kind == TD_LETTER_REMINDER)
		return FALSE;
	if (news->kind != TD_LETTER_DEADLINE)
		return find_letter(audience, news->kind, person) != NULL;
	text = make_text(audience, news, language);
	for (guint i = 0; i < letters->len; i++) {
		const TdLetter *letter = g_ptr_array_index(letters, i);

		if (letter->kind == news->kind && letter->person == person &&
		    letter->ticket == audience->ticket->number &&
		    g_strcmp0(letter->text, text) == 0)
			return TRUE;
	}
	return FALSE;
}

void
td_audience_tell_one(
    TdAudience *audience, const TdNews *news, const TdPerson *agent)
{
	const char *language = td_talk_language(
	    audience->draft, agent->language, audience->queue);
	TdLetter *letter;

	if (is_told_agent(audience, news, agent->id, language))
		return;
	/* "It is yours" comes before what it is. */
	letter = find_letter(audience, TD_LETTER_ASSIGNED, agent->id);
	if (is_joined(news, letter)) {
		join(audience, news, letter, language);
		return;
	}
	if (news->kind == TD_LETTER_ASSIGNED &&
	    find_letter(audience, TD_LETTER_NEW_TICKET, agent->id) != NULL)
		return;

	letter = make_letter(audience, news, language);
	letter->person = agent->id;
	td_talk_set(&letter->reader, agent->name);
	td_letter_to(letter, td_agent_shown_name(agent), agent->addresses[0]);
	td_draft_letter(audience->draft, letter);
}

/* Whether a team letter of that kind goes to @address already. */
static gboolean
is_told(const TdAudience *audience, TdLetterKind kind, const char *address)
{
	const GPtrArray *letters = audience->draft->plan->letters;

	for (guint i = 0; i < letters->len; i++) {
		const TdLetter *letter = g_ptr_array_index(letters, i);

		if (letter->kind != kind || !letter->team ||
		    letter->ticket != audience->ticket->number)
			continue;
		for (guint j = 0; j < letter->to->len; j++) {
			const TdAddress *to = g_ptr_array_index(letter->to, j);

			if (strcmp(to->address, address) == 0)
				return TRUE;
		}
	}
	return FALSE;
}

/* One letter to all addresses of the team that have not got the mail. */
static void
tell_team(TdAudience *audience, const TdNews *news, const TdQueue *queue)
{
	const TdWho *who = audience->who;
	const char *const *muted = (const char *const *)audience->ticket->muted;
	TdLetter *letter;

	letter = make_letter(audience, news, queue->language);
	letter->team = TRUE;
	for (guint i = 0; queue->notify[i] != NULL; i++) {
		const char *address = queue->notify[i];

		if (g_hash_table_contains(audience->have, address) ||
		    g_strv_contains(muted, address) ||
		    (news->kind != TD_LETTER_DEADLINE &&
		        is_told(audience, news->kind, address)) ||
		    (who != NULL && who->proof != TD_PROOF_FALSE &&
		        strcmp(who->address, address) == 0))
			continue;
		td_letter_to(letter, NULL, address);
	}
	td_draft_letter(audience->draft, letter);
}

void
td_audience_tell(TdAudience *audience, const TdNews *news)
{
	for (guint i = 0; i < audience->agents->len; i++)
		td_audience_tell_one(
		    audience, news, g_ptr_array_index(audience->agents, i));
	for (guint i = 0; i < audience->teams->len; i++)
		tell_team(
		    audience, news, g_ptr_array_index(audience->teams, i));
}
