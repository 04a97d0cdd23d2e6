/* held.c - mail that waited for a word of its writer: `go`, or a one-time link
 */

#include "config.h"

#include <string.h>

#include <ticketd/command.h>
#include <ticketd/text.h>

#include "desk/plan.h"

/* Holds of one person about one ticket that are looked through. */
#define HOLDS_MAX 100

/* A held mail, read again. */
typedef struct {
	TdHold *hold;
	TdFiled *filed;
	GBytes *raw;
	TdMessage *message;
	TdExtension extension; /* of the address it came to, all empty if it had
	                        * none: .kind is only good if there is a verb */
} Held;

static void
clear_held(Held *held)
{
	g_clear_pointer(&held->hold, td_hold_free);
	g_clear_pointer(&held->filed, td_filed_free);
	g_clear_pointer(&held->raw, g_bytes_unref);
	g_clear_pointer(&held->message, td_message_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Held, clear_held)

/* Reads the mail of held->hold.  Its ->message stays NULL if it is gone. */
static gboolean
read_held(const TdDecision *decision, Held *held, GError **error)
{
	const TdPlace *place = &held->hold->mail;
	const char *bytes;
	gsize size;

	if (place->sequence == 0)
		return TRUE;
	if (!td_filed_get(decision->txn, place->ticket, place->sequence,
	        &held->filed, &held->raw, error))
		return FALSE;
	if (held->filed == NULL ||
	    strcmp(held->filed->class_reason, TD_REASON_UNREADABLE) == 0)
		return TRUE;
	bytes = g_bytes_get_data(held->raw, &size);
	held->message = td_message_parse(bytes, size);
	td_desk_extension(
	    decision->desk, held->filed->recipient, &held->extension);
	return TRUE;
}

/* The hold is over, whatever comes of it now. */
static void
spend(TdDecision *decision, const TdHold *hold)
{
	TdHold *spent = td_hold_new();

	spent->id = hold->id;
	g_ptr_array_add(decision->plan->holds, spent);
}

static gboolean
tell(TdDecision *decision, guint64 ticket, const TdSaid *said,
    const char *heading, GError **error)
{
	return td_talk_transcript(&decision->draft, &decision->who, ticket,
	    said, NULL, heading, error);
}

/* Does what the held mail asks for, as if it came now; the hold is over if that
 * works. */
static gboolean
run_held(TdDecision *decision, Held *held, const char *mended, gboolean leaks,
    gboolean customer, GError **error)
{
	g_auto(TdSaid) said = {
		.message = held->message,
		.raw = held->raw,
	};
	guint64 number = held->hold->ticket;
	TdBlock block = {
		.said = &said,
		.released = mended != NULL,
		.mended = mended,
		.drop_leaks = leaks,
		.answers = held->message,
		.hold = held->hold,
	};
	g_autoptr(TdCommands) commands = NULL;
	gboolean inside = FALSE;
	gboolean done;

	if (held->hold->mail.ticket == held->hold->ticket)
		said.sequence = held->hold->mail.sequence;
	/* The ticket may be merged by now. */
	if ((number != TD_TICKET_DESK &&
	        !td_ticket_resolve(decision->txn, &number, error)) ||
	    (!customer &&
	        !td_plan_answers_inside(
	            decision, held->message, &inside, error)))
		return FALSE;
	block.ticket = number;
	block.verb = td_plan_verb(&held->extension, &inside);
	block.internal = inside;
	block.source = held->message;
	block.quotes = !customer && !block.internal;
	said.text = customer
	    ? g_strdup(held->message->reply_text)
	    : td_plan_agent_text(held->message, block.internal);
	commands = td_block_parse(decision, &block, customer);
	if (!td_block_execute(decision, &block, commands, &done, error))
		return FALSE;
	if (done)
		spend(decision, held->hold);
	return TRUE;
}

/* ---- go ---- */

/* The lines that stand behind `go`, up to an empty one: those that are to take
 * the place of the mistaken ones. */
static char *
find_mended(const TdCommands *commands, const char *text)
{
	const char *at = text;
	const char *end;

	for (guint i = 0; i < commands->commands->len; i++) {
		const TdCommand *command = g_ptr_array_index(
		    commands->commands, i);
		const char *line = command->verb == TD_VERB_GO
		    ? strstr(text, command->line)
		    : NULL;

		if (line != NULL) {
			at = line + strlen(command->line);
			break;
		}
	}
	at += strspn(at, " \t\r\n;.");
	end = strstr(at, "\n\n");
	return end == NULL ? g_strdup(at)
	                   : g_strndup(at, (gsize)(end - at) + 1);
}

/* The newest mail that waits for a word of the speaker about @number, and is
 * surely his: what waits for a proof that it is does not count. */
static gboolean
find_hold(
    const TdDecision *decision, guint64 number, TdHold **result, GError **error)
{
	guint64 before = 0;

	*result = NULL;
	for (guint i = 0; i < HOLDS_MAX; i++) {
		g_autoptr(TdHold) hold = NULL;

		if (!td_hold_newest(decision->txn, number,
		        decision->who.address, before, &hold, error))
			return FALSE;
		if (hold == NULL)
			return TRUE;
		before = hold->id;
		if (hold->expires < decision->plan->now ||
		    (strcmp(hold->kind, "mistake") != 0 &&
		        strcmp(hold->kind, "leak") != 0))
			continue;
		*result = g_steal_pointer(&hold);
		return TRUE;
	}
	return TRUE;
}

gboolean
td_plan_go(TdDecision *decision, const TdBlock *block,
    const TdCommands *commands, GError **error)
{
	guint64 asked = decision->thread.addressed
	    ? decision->thread.extension.ticket
	    : block->ticket;
	g_auto(Held) held = { NULL };
	g_autofree char *mended = NULL;

	/* It may have been merged since. */
	if (!find_hold(decision, block->ticket, &held.hold, error) ||
	    (held.hold == NULL && asked != block->ticket &&
	        !find_hold(decision, asked, &held.hold, error)))
		return FALSE;
	if (held.hold == NULL)
		return tell(decision, block->ticket, block->said,
		    "nothing-waits", error);
	if (!read_held(decision, &held, error))
		return FALSE;
	if (held.message == NULL)
		return tell(decision, block->ticket, block->said,
		    "nothing-waits", error);

	mended = find_mended(commands, block->said->text);
	return run_held(decision, &held, mended,
	    strcmp(held.hold->kind, "leak") == 0, FALSE, error);
}

/* ---- one-time links ---- */

/* Whether the link is good, of this hold, and used by whom it was sent to. */
static gboolean
is_good(const TdDecision *decision, const TdHold *hold)
{
	const TdExtension *extension = &decision->thread.extension;

	return hold != NULL && extension->state == TD_TOKEN_GOOD &&
	    hold->ticket == extension->ticket &&
	    hold->person == extension->person &&
	    hold->expires >= decision->plan->now &&
	    strcmp(hold->from, decision->from) == 0 &&
	    decision->who.proof != TD_PROOF_FALSE;
}

/* Whether somebody says so: no program that answers by itself, and not whoever
 * answers that he never wrote that. */
static gboolean
says_go(TdDecision *decision)
{
	const TdBlock block = { .source = decision->message };
	g_autoptr(TdCommands) commands = NULL;

	if (decision->plan->class.class != TD_CLASS_HUMAN)
		return FALSE;
	commands = td_block_parse(decision, &block, FALSE);
	return td_commands_have(commands, TD_VERB_GO);
}

/* Whoever follows a link that is spent or too late believes that his mail went
 * out, so he is told; somebody unknown is not. */
static gboolean
tell_bad_link(TdDecision *decision, const TdHold *hold, const TdSaid *said,
    GError **error)
{
	const TdWho *who = &decision->who;

	td_plan_refuse(decision, TD_TICKET_DESK,
	    "a confirmation that is spent, expired or somebody else's");
	if (who->proof == TD_PROOF_FALSE ||
	    (!who->agent &&
	        (hold == NULL || strcmp(hold->from, decision->from) != 0)))
		return TRUE;
	return tell(decision, decision->plan->ticket, said, "bad-link", error);
}

/* Who confirms is who wrote. */
static void
believe(TdDecision *decision, const TdHold *hold)
{
	TdWho *who = &decision->who;

	who->proof = TD_PROOF_CONFIRMED;
	who->agent = hold->person != 0 && who->person != NULL &&
	    who->person->id == hold->person && td_person_is_agent(who->person);
	g_free(who->actor);
	who->actor = td_who_actor(decision, who);
	decision->draft.actor = who->actor;
	g_free(decision->plan->evidence);
	decision->plan->evidence = g_strdup(td_proof_name(who->proof));
	decision->draft.evidence = decision->plan->evidence;
}

/* The address that the link was sent to becomes one of the agent's. */
static gboolean
add_address(TdDecision *decision, const TdHold *hold, const TdSaid *said,
    GError **error)
{
	TdDraft *draft = &decision->draft;
	g_autoptr(TdPerson) person = NULL;
	g_autoptr(TdPerson) other = NULL;
	TdPerson *changed;
	TdEvent *event;
	guint count;

	spend(decision, hold);
	if (!td_person_get(decision->txn, hold->person, &person, error) ||
	    !td_person_by_address(decision->txn, hold->text, &other, error))
		return FALSE;
	if (person == NULL || person->removed || other != NULL)
		return tell(decision, TD_TICKET_DESK, said, "bad-link", error);

	changed = td_draft_change_person(draft, person);
	count = g_strv_length(changed->addresses);
	changed->addresses = g_renew(char *, changed->addresses, count + 2);
	changed->addresses[count] = g_strdup(hold->text);
	changed->addresses[count + 1] = NULL;
	event = td_draft_add(draft, TD_EVENT_NOTE, TD_TICKET_DESK);
	td_event_set(event, "person", person->name);
	td_event_set(event, "what", "address added");
	td_event_set(event, "address", hold->text);
	return tell(decision, TD_TICKET_DESK, said, "address-added", error);
}

static gboolean
run_confirmed(
    TdDecision *decision, Held *held, const TdSaid *said, GError **error)
{
	guint64 number = held->hold->ticket;
	gboolean customer;

	believe(decision, held->hold);
	if (strcmp(held->hold->kind, "add-address") == 0)
		return add_address(decision, held->hold, said, error);
	if (!read_held(decision, held, error))
		return FALSE;
	customer = !decision->who.agent;
	if (held->message == NULL ||
	    (decision->ticket != NULL && !customer &&
	        !td_who_may_act(&decision->who, decision->ticket))) {
		spend(decision, held->hold);
		return tell(decision, number, said, "no-rights", error);
	}
	return run_held(decision, held, NULL, FALSE, customer, error);
}

gboolean
td_plan_confirmed(TdDecision *decision, GError **error)
{
	TdPlan *plan = decision->plan;
	const TdSaid said = { .message = decision->message };
	g_auto(Held) held = { NULL };

	plan->internal = TRUE;
	plan->file_under = TD_TICKET_DESK;
	plan->silence = g_strdup("a confirmation");
	td_plan_message(decision, TD_TICKET_DESK);
	if (!td_hold_get(decision->txn, decision->thread.extension.hold,
	        &held.hold, error))
		return FALSE;
	if (!says_go(decision)) {
		td_plan_refuse(decision, TD_TICKET_DESK,
		    "an answer to a confirmation that does not say go");
		return TRUE;
	}
	if (!is_good(decision, held.hold))
		return tell_bad_link(decision, held.hold, &said, error);
	return run_confirmed(decision, &held, &said, error);
}
