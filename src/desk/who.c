/* who.c - see desk/who.h */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "desk/plan.h"

/* A signature counts for so long after it was made: a signed text says nothing
 * of the ticket that it was meant for, and may be sent again by others. */
#define SIGNATURE_AGE (24 * 60 * 60)
/* And may come from a clock that is so much ahead of ours. */
#define SIGNATURE_AHEAD (10 * 60)

#define NAME_SHOWN 100

void
td_who_clear(TdWho *who)
{
	g_clear_pointer(&who->person, td_person_free);
	g_clear_pointer(&who->address, g_free);
	g_clear_pointer(&who->name, g_free);
	g_clear_pointer(&who->actor, g_free);
}

const char *
td_proof_name(TdProof proof)
{
	static const char *const names[] = {
		[TD_PROOF_FALSE] = "false",
		[TD_PROOF_NONE] = "from",
		[TD_PROOF_ANSWER] = "answer",
		[TD_PROOF_ADDRESS] = "address",
		[TD_PROOF_CONFIRMED] = "confirmed",
		[TD_PROOF_DMARC] = "dmarc",
		[TD_PROOF_SIGNATURE] = "signature",
		[TD_PROOF_CONTROL] = "control",
	};

	return names[proof];
}

const char *
td_agent_shown_name(const TdPerson *agent)
{
	return *agent->full_name != '\0' ? agent->full_name : agent->name;
}

gboolean
td_who_may_act(const TdWho *who, const TdTicket *ticket)
{
	const TdPerson *person = who->person;

	if (who->control)
		return TRUE;
	return who->agent && person != NULL &&
	    td_agent_works_on(person, ticket);
}

gboolean
td_agent_works_on(const TdPerson *person, const TdTicket *ticket)
{
	return td_person_is_agent(person) &&
	    (person->role == TD_ROLE_LEAD ||
	        td_person_has_queue(person, ticket->queue) ||
	        strcmp(ticket->owner, person->name) == 0 ||
	        g_strv_contains(
	            (const char *const *)ticket->watchers, person->name));
}

/* Whether the mail is signed by a key of @person, lately, and was not seen
 * before. */
static gboolean
is_signed(const TdDecision *decision, const TdPerson *person, gboolean *good,
    GError **error)
{
	const TdEnvelope *envelope = decision->envelope;
	gint64 now = decision->plan->now;
	g_autofree char *id = NULL;
	gboolean found;
	TdPlace place;

	*good = FALSE;
	if (envelope->signature == NULL || person == NULL ||
	    envelope->signature_digest == NULL ||
	    !g_strv_contains(
	        (const char *const *)person->keys, envelope->signature) ||
	    envelope->signature_time < now - SIGNATURE_AGE ||
	    envelope->signature_time > now + SIGNATURE_AHEAD)
		return TRUE;
	id = td_signed_id(envelope->signature_digest);
	if (!td_id_find(decision->txn, id, NULL, &found, &place, error))
		return FALSE;
	*good = !found || decision->envelope->again != NULL;
	return TRUE;
}

char *
td_signed_id(const char *digest)
{
	return g_strconcat("signed:", digest, NULL);
}

/* Whether the address that the mail came to is good, and @person's, who From
 * says it is. */
static gboolean
is_own_address(const TdDecision *decision, const TdPerson *person,
    gboolean *own, GError **error)
{
	const TdExtension *extension = &decision->thread.extension;
	const TdKeys *keys = decision->desk->keys;
	g_autoptr(TdTicket) ticket = NULL;

	*own = FALSE;
	if (!decision->thread.addressed || person == NULL)
		return TRUE;
	if (extension->kind == TD_TOKEN_PERSONAL)
		*own = extension->state == TD_TOKEN_GOOD &&
		    extension->person == person->id;
	if (extension->kind != TD_TOKEN_ACTION)
		return TRUE;
	/* It names the ticket it was made for, which may be merged since: that
	 * is a change, and spends the link. */
	if (!td_ticket_get(decision->txn, extension->ticket, &ticket, error))
		return FALSE;
	*own = ticket != NULL && ticket->merged_into == 0 &&
	    extension->expires >= decision->plan->now &&
	    td_token_check_action(keys, extension, person->id, ticket->state) ==
	        TD_TOKEN_GOOD;
	return TRUE;
}

/* How sure it is that @person, whom From names, wrote the mail, whose address
 * is his @own. */
static gboolean
find_proof(const TdDecision *decision, const TdPerson *person, gboolean own,
    TdProof *proof, GError **error)
{
	const TdAuth *auth = decision->plan->auth;
	gboolean good;

	*proof = TD_PROOF_NONE;
	if (decision->envelope->actor != NULL) {
		*proof = TD_PROOF_CONTROL;
		return TRUE;
	}
	if (strcmp(auth->dmarc, "fail") == 0) {
		*proof = TD_PROOF_FALSE;
		return TRUE;
	}
	/* What is known of a web form's From says nothing of its Reply-To. */
	if (!td_address_same(
	        decision->from, td_message_from(decision->message)))
		return TRUE;
	if (!is_signed(decision, person, &good, error))
		return FALSE;
	if (good)
		*proof = TD_PROOF_SIGNATURE;
	else if (strcmp(auth->dmarc, "pass") == 0 ||
	    strcmp(auth->dkim, "pass") == 0)
		*proof = TD_PROOF_DMARC;
	else if (own)
		*proof = TD_PROOF_ADDRESS;
	else if (strcmp(decision->thread.evidence, "from") != 0)
		*proof = TD_PROOF_ANSWER;
	return TRUE;
}

/* Whether whoever reads the team's mail answers it. */
static gboolean
answers_for_team(const TdDecision *decision)
{
	const TdExtension *extension = &decision->thread.extension;

	return decision->thread.addressed &&
	    extension->kind == TD_TOKEN_PERSONAL && extension->person == 0 &&
	    extension->state == TD_TOKEN_GOOD;
}

/* Whether @person speaks as an agent, and not as a customer of the desk. */
static gboolean
speaks_as_agent(const TdDecision *decision, const TdPerson *person)
{
	const TdTicket *ticket = decision->ticket;
	TdTokenKind kind = decision->thread.extension.kind;

	if (person == NULL || !td_person_is_agent(person) ||
	    decision->is_event || decision->envelope->actor != NULL)
		return FALSE;
	if (decision->thread.addressed &&
	    (kind == TD_TOKEN_PERSONAL || kind == TD_TOKEN_ACTION ||
	        kind == TD_TOKEN_CONFIRM))
		return TRUE;
	return ticket != NULL &&
	    !td_ticket_has_participant(ticket, decision->from) &&
	    td_agent_works_on(person, ticket);
}

char *
td_who_actor(const TdDecision *decision, const TdWho *who)
{
	if (decision->envelope->actor != NULL)
		return g_strdup(decision->envelope->actor);
	if (who->agent && who->proof >= TD_PROOF_ADDRESS)
		return g_strconcat("agent:", who->person->name, NULL);
	return g_strconcat(decision->plan->class.class == TD_CLASS_HUMAN
	        ? "customer:"
	        : "machine:",
	    decision->from, NULL);
}

static char *
make_name(const TdDecision *decision, const TdWho *who)
{
	g_autofree char *name = NULL;

	if (who->agent && who->person != NULL)
		return g_strdup(td_agent_shown_name(who->person));
	name = td_text_printable(decision->speaker->name, NAME_SHOWN);
	if (*name != '\0')
		return g_steal_pointer(&name);
	if (*who->address != '\0')
		return g_strdup(who->address);
	return g_strdup("?");
}

gboolean
td_who_find(const TdDecision *decision, TdWho *result, GError **error)
{
	g_auto(TdWho) who = { 0 };

	if (*decision->from != '\0' &&
	    !td_person_by_address(
	        decision->txn, decision->from, &who.person, error))
		return FALSE;
	if (!is_own_address(decision, who.person, &who.own, error) ||
	    !find_proof(decision, who.person, who.own, &who.proof, error))
		return FALSE;
	who.address = g_strdup(decision->from);
	who.agent = speaks_as_agent(decision, who.person);
	if (who.agent && who.proof < TD_PROOF_ADDRESS &&
	    who.proof != TD_PROOF_FALSE && answers_for_team(decision) &&
	    strcmp(decision->queue->team_evidence, "address") == 0)
		who.proof = TD_PROOF_ADDRESS;
	who.name = make_name(decision, &who);
	who.actor = td_who_actor(decision, &who);
	who.language = who.person != NULL && *who.person->language != '\0'
	    ? who.person->language
	    : decision->queue->language;

	*result = who;
	memset(&who, 0, sizeof(who));
	return TRUE;
}

/* The least proof that @policy asks for. */
static TdProof
least_proof(const char *policy)
{
	if (strcmp(policy, "signature") == 0)
		return TD_PROOF_SIGNATURE;
	if (strcmp(policy, "dmarc") == 0)
		return TD_PROOF_DMARC;
	return TD_PROOF_ADDRESS;
}

gboolean
td_who_is_proven(const TdDecision *decision)
{
	const char *policy = answers_for_team(decision)
	    ? decision->queue->team_evidence
	    : decision->desk->conf->agent_evidence;
	TdProof least = least_proof(policy);

	if (decision->who.proof == TD_PROOF_CONFIRMED)
		return least != TD_PROOF_SIGNATURE;
	return decision->who.proof >= least;
}

gboolean
td_who_may_confirm(const TdDecision *decision)
{
	const char *policy = answers_for_team(decision)
	    ? decision->queue->team_evidence
	    : decision->desk->conf->agent_evidence;

	return decision->who.proof != TD_PROOF_FALSE &&
	    least_proof(policy) != TD_PROOF_SIGNATURE;
}

gboolean
td_desk_signature_keys(const TdDesk *desk G_GNUC_UNUSED, TdTxn *txn,
    const char *from, GPtrArray **keys, GError **error)
{
	g_autoptr(TdPerson) person = NULL;
	g_autoptr(GPtrArray) found = NULL;

	*keys = NULL;
	if (!td_person_by_address(txn, from, &person, error))
		return FALSE;
	if (person == NULL || !td_person_is_agent(person) ||
	    person->keys[0] == NULL)
		return TRUE;
	found = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	for (guint i = 0; person->keys[i] != NULL; i++) {
		GBytes *bytes;

		if (!td_person_key_get(txn, person->keys[i], &bytes, error))
			return FALSE;
		if (bytes != NULL)
			g_ptr_array_add(found, bytes);
	}
	if (found->len > 0)
		*keys = g_steal_pointer(&found);
	return TRUE;
}
