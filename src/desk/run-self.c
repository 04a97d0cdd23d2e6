/* run-self.c - commands about the speaker rather than the ticket */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/policy.h"
#include "desk/run-verbs.h"

#define TEXT_KEPT 200
#define NAME_SHOWN 100

/* What the plan makes of the speaker's record, which is then changed. */
static TdPerson *
change_self(const TdStep *step)
{
	return td_draft_change_person(step->run->draft, step->run->who->person);
}

/* ---- reminders ---- */

static guint
count_reminders(const TdTicket *ticket, const char *agent, gint64 until)
{
	guint count = 0;

	for (guint i = 0; i < ticket->reminders->len; i++) {
		const TdReminder *each = g_ptr_array_index(
		    ticket->reminders, i);

		if (each->time <= until && strcmp(each->agent, agent) == 0)
			count++;
	}
	return count;
}

/* Takes away the speaker's reminders up to @until; how many they were. */
static guint
clear_reminders(const TdStep *step, gint64 until)
{
	const char *name = step->run->who->person->name;
	guint count = count_reminders(step->ticket, name, until);
	TdEvent *event;

	if (count == 0)
		return 0;
	event = td_step_add(step, TD_EVENT_REMINDER);
	td_event_set(event, "done", name);
	td_event_set_number(event, "at", (guint64)until);
	return count;
}

gboolean
td_run_remind(const TdStep *step, GError **error G_GNUC_UNUSED)
{
	gint64 at = step->command->time;
	g_autofree char *time = td_run_time(step, at);
	g_autofree char *text = td_text_printable(
	    step->command->text, TEXT_KEPT);
	TdEvent *event;

	if (at == 0)
		return td_step_done(step,
		    clear_reminders(step, G_MAXINT64) == 0 ? "same-no-reminder"
		                                           : "did-no-reminder",
		    NULL);
	if (at <= step->run->draft->now)
		return td_step_refuse(step, "no-past", "time", time, NULL);
	event = td_step_add(step, TD_EVENT_REMINDER);
	td_event_set(event, "agent", step->run->who->person->name);
	td_event_set_number(event, "at", (guint64)at);
	td_event_set(event, "text", text);
	return td_step_done(step, "did-remind", "time", time, NULL);
}

/* A tool, which has no reminders, may end an escalation too. */
gboolean
td_run_ack(const TdStep *step, GError **error)
{
	const TdRun *run = step->run;
	guint count = 0;
	g_autofree char *shown = NULL;
	gboolean escalated;

	if (run->who->person != NULL)
		count = clear_reminders(step, run->draft->now);
	if (!td_clocks_acknowledge(
	        run->draft, run->who, step->number, &escalated, error))
		return FALSE;
	shown = td_run_number(count);
	if (count == 0)
		return td_step_done(
		    step, escalated ? "did-ack-escalation" : "same-ack", NULL);
	td_step_done(step, "did-ack", "count", shown, NULL);
	return !escalated || td_step_more(step, "did-ack-escalation", NULL);
}

/* ---- absence ---- */

/* The deputy that the command names, "" if it names none; *@name stays NULL if
 * the step is refused. */
static gboolean
find_deputy(const TdStep *step, char **name, GError **error)
{
	const char *word = step->command->word;
	g_autoptr(TdPerson) deputy = NULL;
	gboolean several = FALSE;

	*name = NULL;
	if (*word == '\0') {
		*name = g_strdup("");
		return TRUE;
	}
	if (!td_person_find_agent(
	        step->run->draft->txn, word, &deputy, &several, error))
		return FALSE;
	if (deputy == NULL)
		return td_step_refuse(step,
		    several ? "no-one-deputy" : "no-such-deputy", "name", word,
		    NULL);
	if (deputy->id == step->run->who->person->id)
		return td_step_refuse(step, "no-self-deputy", NULL);
	*name = g_strdup(deputy->name);
	return TRUE;
}

static gboolean
come_back(const TdStep *step)
{
	const TdPerson *before = step->run->who->person;
	TdPerson *person;

	if (before->away == 0 && *before->deputy == '\0')
		return td_step_done(step, "same-here", NULL);
	person = change_self(step);
	person->away = 0;
	g_free(person->deputy);
	person->deputy = g_strdup("");
	return td_step_done(step, "did-back", NULL);
}

gboolean
td_run_away(const TdStep *step, GError **error)
{
	gint64 until = step->command->time;
	g_autofree char *time = td_run_time(step, until);
	g_autofree char *deputy = NULL;
	TdPerson *person;

	if (until == 0)
		return come_back(step);
	if (until <= step->run->draft->now)
		return td_step_refuse(step, "no-past", "time", time, NULL);
	if (!find_deputy(step, &deputy, error))
		return FALSE;
	if (deputy == NULL)
		return TRUE;
	person = change_self(step);
	person->away = until;
	g_free(person->deputy);
	person->deputy = g_strdup(deputy);
	if (*deputy == '\0')
		return td_step_done(step, "did-away", "time", time, NULL);
	return td_step_done(
	    step, "did-away-deputy", "time", time, "deputy", deputy, NULL);
}

/* ---- habits ---- */

gboolean
td_run_echo(const TdStep *step, GError **error G_GNUC_UNUSED)
{
	const char *word = step->command->word;
	gboolean on = strcmp(word, "on") == 0;

	if (!on && strcmp(word, "off") != 0)
		return td_step_refuse(step, "no-echo", NULL);
	if (!step->run->who->person->echo == !on)
		return td_step_done(
		    step, on ? "same-echo-on" : "same-echo-off", NULL);
	change_self(step)->echo = on;
	return td_step_done(step, on ? "did-echo-on" : "did-echo-off", NULL);
}

/* A record for a customer whom the desk did not know by name so far; that of
 * the plan if a line above made one. */
static TdPerson *
make_customer(const TdStep *step)
{
	const TdWho *who = step->run->who;
	TdDraft *draft = step->run->draft;
	const char *addresses[] = { who->address, NULL };
	g_autoptr(TdPerson) person = NULL;

	for (guint i = 0; i < draft->plan->people->len; i++) {
		TdPerson *each = g_ptr_array_index(draft->plan->people, i);

		if (td_person_has_address(each, who->address))
			return each;
	}
	person = td_person_new();
	person->role = TD_ROLE_CUSTOMER;
	g_free(person->name);
	person->name = strcmp(who->name, who->address) == 0
	    ? g_strdup("")
	    : td_text_printable(who->name, NAME_SHOWN);
	g_strfreev(person->addresses);
	person->addresses = g_strdupv((GStrv)addresses);
	person->created = draft->now;
	return td_draft_change_person(draft, person);
}

gboolean
td_run_lang(const TdStep *step, GError **error G_GNUC_UNUSED)
{
	const TdWho *who = step->run->who;
	const TdLetters *letters = step->run->draft->desk->letters;
	g_autofree char *language = g_ascii_strdown(step->command->word, -1);
	TdPerson *person;

	if (!td_letters_speak(letters, language)) {
		g_autofree char *list = td_letters_languages(letters);

		return td_step_refuse(step, "no-language", "language", language,
		    "list", list, NULL);
	}
	if (who->person == NULL && *who->address == '\0')
		return td_step_refuse(step, "no-name", NULL);
	if (who->person != NULL && strcmp(who->person->language, language) == 0)
		return td_step_done(
		    step, "same-language", "language", language, NULL);
	person = who->person != NULL ? change_self(step) : make_customer(step);
	g_free(person->language);
	person->language = g_strdup(language);
	return td_step_done(step, "did-language", "language", language, NULL);
}

/* ---- mail ---- */

static gboolean
asks_already(const TdPlan *plan)
{
	for (guint i = 0; i < plan->holds->len; i++) {
		const TdHold *hold = g_ptr_array_index(plan->holds, i);

		if (hold->id == 0 && strcmp(hold->kind, "add-address") == 0)
			return TRUE;
	}
	return FALSE;
}

/* The address by which the speaker is on the ticket. */
static const char *
find_address(const TdStep *step)
{
	const TdWho *who = step->run->who;

	if (who->person == NULL ||
	    td_ticket_has_participant(step->ticket, who->address))
		return who->address;
	for (guint i = 0; who->person->addresses[i] != NULL; i++)
		if (td_ticket_has_participant(
		        step->ticket, who->person->addresses[i]))
			return who->person->addresses[i];
	return who->address;
}

gboolean
td_run_unsubscribe(const TdStep *step, GError **error G_GNUC_UNUSED)
{
	const char *const *muted = (const char *const *)step->ticket->muted;
	const char *address = find_address(step);
	g_autofree char *number = td_run_number(step->number);

	if (g_strv_contains(muted, address))
		return td_step_done(step, "same-mute", "number", number, NULL);
	td_event_set(td_step_add(step, TD_EVENT_PARTICIPANT), "mute", address);
	return td_step_done(step, "did-mute", "number", number, NULL);
}

/* What is written to an agent's address, and from it, is his: so who asks for
 * one more must show that he reads it, by answering a mail that goes there. */
gboolean
td_run_add_address(const TdStep *step, GError **error)
{
	TdRun *run = step->run;
	TdDraft *draft = run->draft;
	const char *address = step->command->word;
	g_autoptr(TdPerson) other = NULL;
	guint holds = draft->plan->holds->len;

	if (*address == '\0')
		return td_step_refuse(step, "no-address", NULL);
	if (td_desk_is_own(draft->desk, address))
		return td_step_refuse(
		    step, "no-own-address", "address", address, NULL);
	/* The link of a plan is for its one hold. */
	if (asks_already(draft->plan))
		return td_step_refuse(step, "no-two-addresses", NULL);
	if (!td_person_by_address(draft->txn, address, &other, error))
		return FALSE;
	if (other != NULL && other->id == run->who->person->id)
		return td_step_done(
		    step, "same-address", "address", address, NULL);
	if (other != NULL)
		return td_step_refuse(
		    step, "no-free-address", "address", address, NULL);
	if (!td_talk_confirm(draft, run->who, run->ticket, run->said,
	        "add-address", address, error))
		return FALSE;
	if (draft->plan->holds->len == holds)
		return td_step_refuse(step, "no-link-now", NULL);
	return td_step_done(step, "did-add-address", "address", address, NULL);
}

gboolean
td_run_go(const TdStep *step, GError **error G_GNUC_UNUSED)
{
	return td_step_refuse(step, "no-go", NULL);
}

gboolean
td_run_stop(const TdStep *step, GError **error G_GNUC_UNUSED)
{
	return td_step_done(step, "did-stop", NULL);
}
