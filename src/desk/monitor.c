/* monitor.c - mail of systems that watch others: whose it is, and the word to
 * them that somebody works on it */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "desk/monitor.h"
#include "desk/policy.h"
#include "desk/talk-private.h"

#define NAME_SHOWN 100

/* ---- whose mail it is ---- */

/* Some send by the null sender, so that nothing bounces.  What answers a mail
 * is none of theirs. */
static gboolean
is_null_sender(const TdDecision *decision)
{
	const TdMessage *message = decision->message;
	const char *sender = decision->envelope->sender;
	const char *mark = td_message_header(message, "Auto-Submitted", 0);

	return sender != NULL && *sender == '\0' &&
	    g_strv_length(message->references) == 0 &&
	    (mark == NULL ||
	        g_ascii_strncasecmp(
	            mark, "auto-replied", strlen("auto-replied")) != 0);
}

static gboolean
is_class(const TdDecision *decision)
{
	switch (decision->plan->class.class) {
	case TD_CLASS_HUMAN:
	case TD_CLASS_NOTIFICATION:
	case TD_CLASS_LIST:
		return TRUE;
	case TD_CLASS_AUTO_REPLY:
		return is_null_sender(decision);
	case TD_CLASS_BOUNCE:
	case TD_CLASS_RECEIPT:
	case TD_CLASS_REPORT:
	case TD_CLASS_OWN:
	case TD_CLASS_SPAM:
		break;
	}
	return FALSE;
}

/* Whether it may be a machine's first word: no answer, no forward, nothing that
 * an agent or a tool wrote. */
static gboolean
may_be_monitors(const TdDecision *decision)
{
	const char *subject = decision->message->subject;

	return decision->desk->conf->monitors->len > 0 &&
	    !decision->message->unreadable && is_class(decision) &&
	    !decision->who.agent && decision->envelope->actor == NULL &&
	    !td_plan_is_forward(decision) &&
	    td_desk_bare_subject(decision->desk, subject) ==
	    subject + strspn(subject, " \t");
}

/* Whether the sender is @monitor's. */
static gboolean
is_sender(const TdDecision *decision, const TdMonitor *monitor)
{
	const char *sender = decision->envelope->sender;
	TdProof proof = decision->who.proof;
	g_autofree char *folded = NULL;

	if (proof == TD_PROOF_FALSE)
		return FALSE;
	if (*decision->from != '\0' &&
	    td_pattern_match(monitor->sender, decision->from, NULL, NULL))
		return !monitor->dmarc || proof >= TD_PROOF_DMARC;
	/* Nothing proves an envelope. */
	if (monitor->dmarc || sender == NULL || *sender == '\0')
		return FALSE;
	folded = td_address_fold(sender);
	return folded != NULL &&
	    td_pattern_match(monitor->sender, folded, NULL, NULL);
}

/* ---- the mail ---- */

/* Whatever class the mail had, and wherever it seemed to belong: now it is a
 * machine's, which nobody answers. */
static void
take_over(TdDecision *decision, const TdMonitor *monitor)
{
	TdPlan *plan = decision->plan;

	plan->class.class = TD_CLASS_NOTIFICATION;
	g_free(plan->class.reason);
	plan->class.reason = g_strdup_printf("monitor %s", monitor->name);
	g_free(plan->class.silence);
	plan->class.silence = g_strdup("a monitoring system");
	g_free(plan->silence);
	plan->silence = g_strdup(plan->class.silence);
	plan->marked = FALSE;
	plan->internal = FALSE;
	decision->is_event = FALSE;
	g_clear_pointer(&decision->ticket, td_ticket_free);
	g_free(decision->who.actor);
	decision->who.actor = td_who_actor(decision, &decision->who);
	decision->draft.actor = decision->who.actor;
}

static void
fire_unread(TdDecision *decision, const TdMonitor *monitor)
{
	td_plan_fired(decision->plan,
	    g_strconcat("monitor ", monitor->name, NULL),
	    g_strdup("the sender is its own"),
	    g_strdup("reads as no problem or recovery: an ordinary mail"));
}

gboolean
td_plan_monitor(TdDecision *decision, gboolean *done, GError **error)
{
	const GPtrArray *monitors = decision->desk->conf->monitors;
	const TdMessage *message = decision->message;

	*done = FALSE;
	if (!may_be_monitors(decision))
		return TRUE;
	for (guint i = 0; i < monitors->len; i++) {
		const TdMonitor *monitor = monitors->pdata[i];
		g_autoptr(GPtrArray) signals = NULL;

		if (!is_sender(decision, monitor))
			continue;
		signals = td_monitor_read(
		    monitor, message->subject, message->text);
		if (signals->len == 0) {
			fire_unread(decision, monitor);
			continue;
		}
		*done = TRUE;
		take_over(decision, monitor);
		return td_monitor_follow(decision, monitor, signals, error);
	}
	return TRUE;
}

/* ---- somebody took it ---- */

/* What @owner is called; the caller's. */
static gboolean
name_owner(TdDraft *draft, const char *owner, char **name, GError **error)
{
	const TdPerson *agent;

	if (!td_draft_agent(draft, owner, &agent, error))
		return FALSE;
	*name = td_text_printable(
	    agent == NULL ? owner : td_agent_shown_name(agent), NAME_SHOWN);
	return TRUE;
}

/* Lines for a program, the same in each language: all of one thing. */
static void
add_lines(GString *text, const TdDraft *draft, guint64 number,
    const TdObject *object, const char *name)
{
	if (text->len > 0)
		g_string_append(text, "\n\n");
	g_string_append_printf(text, "Host: %s\n", object->host);
	if (*object->service != '\0')
		g_string_append_printf(text, "Service: %s\n", object->service);
	if (*object->state != '\0')
		g_string_append_printf(text, "State: %s\n", object->state);
	if (*object->reference != '\0')
		g_string_append_printf(
		    text, "Problem: %s\n", object->reference);
	g_string_append_printf(text,
	    "Ticket: [%s #%" G_GUINT64_FORMAT "]\nTaken-by: %s\n"
	    "Action: acknowledge",
	    draft->desk->conf->name, number, name);
}

/* One letter to @monitor about those of @objects that it has not heard of. */
static void
answer(TdDraft *draft, const TdMonitor *monitor, const TdTicket *ticket,
    const GPtrArray *objects, const char *name)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *thing = NULL;
	g_autofree char *shown = NULL;
	TdLetter *letter;
	guint count = 0;

	for (guint i = 0; i < objects->len; i++) {
		const TdObject *object = objects->pdata[i];

		if (object->taken ||
		    strcmp(object->monitor, monitor->name) != 0)
			continue;
		if (count == 0)
			thing = td_monitor_name(object->host, object->service);
		if (count++ < TD_SIGNALS_MAX)
			add_lines(text, draft, ticket->number, object, name);
	}
	if (count == 0)
		return;
	shown = count == 1 ? g_strdup(thing)
	                   : g_strdup_printf("%s (+%u)", thing, count - 1);
	if (count > TD_SIGNALS_MAX)
		g_string_append_printf(
		    text, "\n\nMore: %u", count - TD_SIGNALS_MAX);
	letter = td_talk_letter(
	    draft, TD_LETTER_MONITOR, ticket, draft->desk->conf->language);
	g_free(letter->subject);
	letter->subject = td_talk_say(
	    draft, letter->language, "monitor-subject", "thing", shown, NULL);
	letter->text = g_string_free(g_steal_pointer(&text), FALSE);
	td_letter_to(letter, NULL, monitor->answer);
	td_draft_letter(draft, letter);
}

/* Whether the plan tells it already. */
static gboolean
is_told(const TdPlan *plan, guint64 number)
{
	for (guint i = 0; i < plan->letters->len; i++) {
		const TdLetter *letter = plan->letters->pdata[i];

		if (letter->kind == TD_LETTER_MONITOR &&
		    letter->ticket == number)
			return TRUE;
	}
	return FALSE;
}

gboolean
td_monitor_taken(TdDraft *draft, const TdWho *who G_GNUC_UNUSED, guint64 number,
    GError **error)
{
	const GPtrArray *monitors = draft->desk->conf->monitors;
	const TdTicket *current;
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(GPtrArray) objects = NULL;
	g_autofree char *name = NULL;

	if (monitors->len == 0 || TD_TICKET_IS_NEW(number) ||
	    is_told(draft->plan, number))
		return TRUE;
	if (!td_object_problems(
	        draft->txn, number, TD_READ_MAX, &objects, error))
		return FALSE;
	current = objects->len == 0 ? NULL
	                            : td_draft_need(draft, number, error);
	if (current == NULL)
		return objects->len == 0;
	ticket = td_ticket_copy(current);
	if (!name_owner(draft, ticket->owner, &name, error))
		return FALSE;
	/* That they heard is written when the letters are. */
	for (guint i = 0; i < monitors->len; i++) {
		const TdMonitor *monitor = monitors->pdata[i];

		if (monitor->answer != NULL &&
		    !td_desk_is_own(draft->desk, monitor->answer))
			answer(draft, monitor, ticket, objects, name);
	}
	return TRUE;
}
