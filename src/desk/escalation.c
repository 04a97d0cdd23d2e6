/* escalation.c - one after the other is told, until somebody says "ack"
 *
 * The state of it is the ticket's clock "escalation": .step is the one that
 * comes next.  Behind the last step it is met, with .step still set, so that
 * "ack" has an answer. */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/clocks.h"

/* A step that is done. */
typedef struct {
	TdDraft *draft;
	guint64 number;
	const TdEscalation *escalation;
	const TdEscalationStep *step;
	guint index;
	TdAudience audience;
	const TdCalendar *calendar;
	char *address; /* of nobody in people, or NULL */
	GString *told; /* who is told */
} Step;

static void
clear_step(Step *step)
{
	td_audience_clear(&step->audience);
	g_clear_pointer(&step->address, g_free);
	if (step->told != NULL)
		g_string_free(step->told, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Step, clear_step)

/* ---- who is told ---- */

/* The agent called @name, however it is written; NULL if there is none. */
static gboolean
find_agent(
    TdDraft *draft, const char *name, const TdPerson **agent, GError **error)
{
	g_autofree char *wanted = td_text_fold(name);
	GPtrArray *agents;

	*agent = NULL;
	if (!td_draft_agents(draft, &agents, error))
		return FALSE;
	for (guint i = 0; i < agents->len && *agent == NULL; i++) {
		const TdPerson *each = g_ptr_array_index(agents, i);
		g_autofree char *folded = td_text_fold(each->name);

		if (strcmp(folded, wanted) == 0)
			*agent = each;
	}
	return TRUE;
}

/* The address of an agent is his; one of the desk would come back. */
static gboolean
find_address(Step *step, GError **error)
{
	TdDraft *draft = step->draft;
	GPtrArray *agents;

	if (td_desk_is_own(draft->desk, step->step->who))
		return TRUE;
	if (!td_draft_agents(draft, &agents, error))
		return FALSE;
	for (guint i = 0; i < agents->len; i++) {
		const TdPerson *each = g_ptr_array_index(agents, i);

		if (td_person_has_address(each, step->step->who))
			return td_audience_present(
			    &step->audience, each->name, error);
	}
	step->address = g_strdup(step->step->who);
	return TRUE;
}

static gboolean
find_audience(Step *step, GError **error)
{
	TdAudience *audience = &step->audience;
	const TdPerson *agent;

	audience->insist = TRUE;
	switch (step->step->kind) {
	case TD_STEP_OWNER:
		return td_audience_present(
		    audience, audience->ticket->owner, error);
	case TD_STEP_LEADS:
		return td_audience_leads(
		    audience, audience->ticket->queue, error);
	case TD_STEP_QUEUE:
		return td_audience_queue(
		    audience, audience->queue->name, error);
	case TD_STEP_AGENT:
		if (!find_agent(step->draft, step->step->who, &agent, error))
			return FALSE;
		return agent == NULL ||
		    td_audience_present(audience, agent->name, error);
	case TD_STEP_ADDRESS:
		return find_address(step, error);
	}
	return TRUE;
}

static void
add_name(Step *step, const char *name)
{
	g_string_append_printf(
	    step->told, "%s%s", step->told->len == 0 ? "" : ", ", name);
}

static void
list_told(Step *step)
{
	const TdAudience *audience = &step->audience;

	for (guint i = 0; i < audience->agents->len; i++) {
		const TdPerson *agent = g_ptr_array_index(audience->agents, i);

		add_name(step, agent->name);
	}
	for (guint i = 0; i < audience->teams->len; i++) {
		const TdQueue *queue = g_ptr_array_index(audience->teams, i);
		g_autofree char *team = g_strjoinv(", ", queue->notify);

		add_name(step, team);
	}
	if (step->address != NULL)
		add_name(step, step->address);
}

/* Who is called to a ticket of others must be able to work on it. */
static void
let_in(const Step *step)
{
	const TdAudience *audience = &step->audience;

	for (guint i = 0; i < audience->agents->len; i++) {
		const TdPerson *agent = g_ptr_array_index(audience->agents, i);

		if (!td_agent_works_on(agent, audience->ticket))
			td_event_set(td_draft_add(step->draft,
			                 TD_EVENT_PARTICIPANT, step->number),
			    "watcher", agent->name);
	}
}

/* ---- what they are told ---- */

/* Who comes next; those who are told at the same time do not count. */
static char *
say_next(const Step *step, const char *language)
{
	const GPtrArray *steps = step->escalation->steps;
	const TdDraft *draft = step->draft;

	for (guint i = step->index + 1; i < steps->len; i++) {
		const TdEscalationStep *next = g_ptr_array_index(steps, i);
		g_autofree char *time = NULL;
		g_autofree char *who = NULL;

		if (next->after == 0)
			continue;
		time = td_talk_time(draft->desk,
		    td_calendar_add(step->calendar, draft->now, next->after));
		who = td_clocks_say_step(draft, language, next);
		return td_talk_say(draft, language, "escalation-next", "time",
		    time, "who", who, NULL);
	}
	return td_talk_say(draft, language, "escalation-last", NULL);
}

static char *
say_place(const Step *step, const char *language)
{
	g_autofree char *number = g_strdup_printf("%u", step->index + 1);
	g_autofree char *count = g_strdup_printf(
	    "%u", step->escalation->steps->len);

	return td_talk_say(step->draft, language, "escalation-step", "step",
	    number, "steps", count, "chain", step->escalation->name, NULL);
}

/* TdNewsWriter. */
static char *
write_step(const TdAudience *audience, const char *language, gconstpointer data)
{
	const Step *step = data;
	const TdDraft *draft = step->draft;
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < TD_CLOCKS; i++)
		if (td_clock_is_pressing(
		        draft->desk->conf, audience->ticket, i, draft->now))
			td_clocks_add_line(text,
			    td_clocks_say_deadline(
			        draft, language, audience->ticket, i));
	td_clocks_add_line(text, say_place(step, language));
	td_clocks_add_line(text, say_next(step, language));
	g_string_append_c(text, '\n');
	td_clocks_add_line(text,
	    td_talk_say(draft, language,
	        step->address == NULL ? "escalation-answer"
	                              : "escalation-outside",
	        NULL));
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static gboolean
tell(Step *step, GError **error)
{
	if (step->address != NULL)
		return td_clocks_tell_address(&step->audience,
		    TD_LETTER_ESCALATION, step->address, write_step, step,
		    error);
	return td_clocks_tell(
	    &step->audience, TD_LETTER_ESCALATION, write_step, step, error);
}

/* ---- one step after the other ---- */

static void
end(TdDraft *draft, guint64 number, TdClock *clock, const char *why)
{
	clock->state = TD_CLOCK_MET;
	clock->due = 0;
	clock->next = 0;
	td_event_set(td_clocks_add(draft, TD_EVENT_ESCALATED, number,
	                 TD_CLOCK_ESCALATION, clock),
	    "why", why);
}

/* Sets @clock to the step that comes next: at once if nobody was told. */
static void
set_next(const Step *step, TdClock *clock)
{
	const TdDraft *draft = step->draft;
	const GPtrArray *steps = step->escalation->steps;
	const TdEscalationStep *next;
	gint64 after;

	clock->step = step->index + 1;
	clock->due = 0;
	clock->next = 0;
	if (clock->step >= steps->len)
		return;
	next = g_ptr_array_index(steps, clock->step);
	after = step->told->len == 0 ? 0 : next->after;
	clock->total = next->after;
	clock->due = after == 0
	    ? draft->now
	    : td_calendar_add(step->calendar, draft->now, after);
	clock->next = clock->due;
}

static gboolean
do_step(TdDraft *draft, guint64 number, const TdEscalation *escalation,
    TdClock *clock, GError **error)
{
	g_auto(Step) step = {
		.draft = draft,
		.number = number,
		.escalation = escalation,
		.step = g_ptr_array_index(escalation->steps, clock->step),
		.index = clock->step,
		.calendar = td_conf_calendar_named(
		    draft->desk->conf, clock->calendar),
		.told = g_string_new(NULL),
	};
	TdEvent *event;

	if (!td_audience_open(
	        &step.audience, draft, NULL, NULL, number, error) ||
	    !find_audience(&step, error))
		return FALSE;
	list_told(&step);
	let_in(&step);
	set_next(&step, clock);
	event = td_clocks_add(
	    draft, TD_EVENT_ESCALATED, number, TD_CLOCK_ESCALATION, clock);
	if (step.told->len == 0)
		td_event_set(event, "why", "nobody there");
	else
		td_event_set(event, "to", step.told->str);
	return step.told->len == 0 || tell(&step, error);
}

gboolean
td_escalation_look(TdDraft *draft, guint64 number, GError **error)
{
	const TdTicket *ticket = td_draft_need(draft, number, error);
	const TdEscalation *escalation;
	TdClock clock;
	gboolean done = TRUE;

	if (ticket == NULL)
		return FALSE;
	td_clock_copy(&clock, &ticket->clocks[TD_CLOCK_ESCALATION]);
	escalation = td_conf_escalation(draft->desk->conf, clock.rule);
	while (done && escalation != NULL &&
	    clock.step < escalation->steps->len && clock.next != 0 &&
	    clock.next <= draft->now)
		done = do_step(draft, number, escalation, &clock, error);
	if (done && (clock.next == 0 || clock.next <= draft->now))
		end(draft, number, &clock, "end");
	td_clock_clear(&clock);
	return done;
}

gboolean
td_escalation_start(TdDraft *draft, guint64 number, const TdClock *deadline,
    const char *name, GError **error)
{
	const TdConf *conf = draft->desk->conf;
	const TdEscalation *escalation = td_conf_escalation(conf, name);
	const TdEscalationStep *first = g_ptr_array_index(escalation->steps, 0);
	TdClock clock = { 0 };
	const TdTerms terms = {
		.total = first->after,
		.rule = name,
		.calendar = deadline->calendar,
	};

	td_clock_copy(&clock, &(TdClock){ 0 });
	td_clock_run(conf, &clock, &terms, terms.total, FALSE, draft->now);
	td_event_set(td_clocks_add(draft, TD_EVENT_ESCALATED, number,
	                 TD_CLOCK_ESCALATION, &clock),
	    "why", "begin");
	td_clock_clear(&clock);
	return first->after > 0 || td_escalation_look(draft, number, error);
}

/* ---- what ends it ---- */

gboolean
td_escalation_runs(const TdTicket *ticket)
{
	TdClockState state = ticket->clocks[TD_CLOCK_ESCALATION].state;

	return state == TD_CLOCK_RUNNING || state == TD_CLOCK_STOPPED;
}

static gboolean
is_pressing(const TdDraft *draft, const TdTicket *ticket)
{
	for (guint i = 0; i < TD_CLOCKS; i++)
		if (td_clock_is_pressing(
		        draft->desk->conf, ticket, i, draft->now))
			return TRUE;
	return FALSE;
}

void
td_escalation_follow(
    const TdDraft *draft, const TdTicket *ticket, TdClock *clock)
{
	const TdConf *conf = draft->desk->conf;
	g_autofree char *rule = g_strdup(clock->rule);
	g_autofree char *calendar = g_strdup(clock->calendar);
	const TdTerms terms = {
		.total = clock->total,
		.rule = rule,
		.calendar = calendar,
	};
	gboolean waits = ticket->status == TD_STATUS_WAITING ||
	    ticket->status == TD_STATUS_PENDING;

	if (clock->state == TD_CLOCK_NONE)
		return;
	if (ticket->merged_into != 0 || ticket->spam) {
		td_clock_halt(conf, clock, draft->now);
	} else if (!is_pressing(draft, ticket) ||
	    (ticket->status == TD_STATUS_PENDING && ticket->until != 0)) {
		clock->state = TD_CLOCK_MET;
		clock->step = 0;
		clock->due = 0;
		clock->next = 0;
		clock->left = 0;
	} else if (waits && clock->state == TD_CLOCK_RUNNING) {
		td_clock_stop(
		    clock, &terms, td_clock_rest(conf, clock, draft->now));
	} else if (!waits && clock->state == TD_CLOCK_STOPPED) {
		td_clock_run(
		    conf, clock, &terms, clock->left, FALSE, draft->now);
	}
}

gboolean
td_clocks_acknowledge(TdDraft *draft, const TdWho *who, guint64 number,
    gboolean *done, GError **error)
{
	const TdTicket *ticket = td_draft_need(draft, number, error);
	TdEvent *event;
	TdClock clock;

	if (ticket == NULL)
		return FALSE;
	*done = td_escalation_runs(ticket) ||
	    ticket->clocks[TD_CLOCK_ESCALATION].step > 0;
	if (!*done)
		return TRUE;
	td_clock_copy(&clock, &ticket->clocks[TD_CLOCK_ESCALATION]);
	clock.state = TD_CLOCK_MET;
	clock.step = 0;
	clock.due = 0;
	clock.next = 0;
	clock.left = 0;
	event = td_draft_add(draft, TD_EVENT_ESCALATED, number);
	td_event_set_clock(event, TD_CLOCK_ESCALATION, &clock);
	td_event_set(event, "ack", who->name);
	td_clock_clear(&clock);
	return TRUE;
}
