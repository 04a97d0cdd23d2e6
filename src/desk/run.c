/* run.c - runs the commands of one mail: all or none
 *
 * Which ticket a line is aimed at, and whether the speaker may do it, is found
 * before anything runs: no line gains or loses rights by the one before it. */

#include "config.h"

#include <ticketd/error.h>

#include "desk/run-verbs.h"

/* More merges in a row than that go in a circle. */
#define MERGES_MAX 1000

/* The order in which the lines of a mail are done. */
typedef enum {
	PHASE_UNDO,
	PHASE_FIELDS,
	PHASE_PEOPLE,
	PHASE_TEXT,
	PHASE_LINKS,
	PHASE_STATUS,
	PHASE_ANSWERS,
	PHASES,
} Phase;

typedef enum {
	FOR_AGENTS = 1 << 0,
	FOR_CUSTOMERS = 1 << 1,
	ON_TICKET = 1 << 2,
	BY_NAME = 1 << 3, /* wants somebody in people, not a mere tool */
	ANSWERS = 1 << 4,
	TEXT = 1 << 5, /* of the mail: on its own ticket alone */
} Needs;

typedef struct {
	TdRunFunc run; /* NULL: not available */
	Phase phase;
	guint needs;
} Verb;

#define AGENT_ON_TICKET (FOR_AGENTS | ON_TICKET)
#define ALL (FOR_AGENTS | FOR_CUSTOMERS)

static const Verb verbs[TD_VERBS] = {
	[TD_VERB_REPLY] = { td_run_reply, PHASE_TEXT, AGENT_ON_TICKET | TEXT },
	[TD_VERB_NOTE] = { td_run_note, PHASE_TEXT, AGENT_ON_TICKET | TEXT },
	[TD_VERB_ASSIGN] = { td_run_assign, PHASE_PEOPLE, AGENT_ON_TICKET },
	[TD_VERB_TAKE] = { td_run_take, PHASE_PEOPLE,
	    AGENT_ON_TICKET | BY_NAME },
	[TD_VERB_DROP] = { td_run_drop, PHASE_PEOPLE, AGENT_ON_TICKET },
	[TD_VERB_QUEUE] = { td_run_queue, PHASE_PEOPLE, AGENT_ON_TICKET },
	[TD_VERB_WATCH] = { td_run_watch, PHASE_PEOPLE,
	    AGENT_ON_TICKET | BY_NAME },
	[TD_VERB_UNWATCH] = { td_run_unwatch, PHASE_PEOPLE,
	    AGENT_ON_TICKET | BY_NAME },
	[TD_VERB_CC] = { td_run_cc, PHASE_PEOPLE, AGENT_ON_TICKET },
	[TD_VERB_REQUESTER] = { td_run_requester, PHASE_PEOPLE,
	    AGENT_ON_TICKET },
	[TD_VERB_PRIORITY] = { td_run_priority, PHASE_FIELDS, AGENT_ON_TICKET },
	[TD_VERB_URGENCY] = { td_run_urgency, PHASE_FIELDS, AGENT_ON_TICKET },
	[TD_VERB_IMPACT] = { td_run_impact, PHASE_FIELDS, AGENT_ON_TICKET },
	[TD_VERB_TYPE] = { td_run_type, PHASE_FIELDS, AGENT_ON_TICKET },
	[TD_VERB_SERVICE] = { td_run_service, PHASE_FIELDS, AGENT_ON_TICKET },
	[TD_VERB_EQUIPMENT] = { td_run_equipment, PHASE_FIELDS,
	    AGENT_ON_TICKET },
	[TD_VERB_FIELD] = { td_run_field, PHASE_FIELDS, AGENT_ON_TICKET },
	[TD_VERB_DUE] = { td_run_due, PHASE_FIELDS, AGENT_ON_TICKET },
	[TD_VERB_TAG] = { td_run_tag, PHASE_FIELDS, AGENT_ON_TICKET },
	[TD_VERB_TITLE] = { td_run_title, PHASE_FIELDS, AGENT_ON_TICKET },
	[TD_VERB_TIME] = { td_run_minutes, PHASE_FIELDS, AGENT_ON_TICKET },
	[TD_VERB_CLOSE] = { td_run_close, PHASE_STATUS, ALL | ON_TICKET },
	[TD_VERB_RESOLVE] = { td_run_resolve, PHASE_STATUS, AGENT_ON_TICKET },
	[TD_VERB_REOPEN] = { td_run_reopen, PHASE_STATUS, ALL | ON_TICKET },
	[TD_VERB_PENDING] = { td_run_pending, PHASE_STATUS, AGENT_ON_TICKET },
	[TD_VERB_SPAM] = { td_run_spam, PHASE_STATUS, AGENT_ON_TICKET },
	[TD_VERB_MERGE] = { td_run_merge, PHASE_LINKS, AGENT_ON_TICKET },
	[TD_VERB_SPLIT] = { td_run_split, PHASE_LINKS, AGENT_ON_TICKET },
	[TD_VERB_LINK] = { td_run_link, PHASE_LINKS, AGENT_ON_TICKET },
	/* It ends the ticket, so it comes with the states. */
	[TD_VERB_DUPLICATE] = { td_run_duplicate, PHASE_STATUS,
	    AGENT_ON_TICKET },
	/* Behind reply and note: else the text goes with it. */
	[TD_VERB_FORWARD] = { td_run_forward, PHASE_LINKS, AGENT_ON_TICKET },
	[TD_VERB_REMIND] = { td_run_remind, PHASE_FIELDS,
	    AGENT_ON_TICKET | BY_NAME },
	/* It tells how things are when all is done. */
	[TD_VERB_CANNED] = { td_run_canned, PHASE_ANSWERS, AGENT_ON_TICKET },
	[TD_VERB_STATUS] = { td_run_status, PHASE_ANSWERS,
	    ALL | ON_TICKET | ANSWERS },
	[TD_VERB_HISTORY] = { td_run_history, PHASE_ANSWERS,
	    AGENT_ON_TICKET | ANSWERS },
	[TD_VERB_LIST] = { td_run_list, PHASE_ANSWERS, ALL | ANSWERS },
	[TD_VERB_HELP] = { td_run_help, PHASE_ANSWERS, ALL | ANSWERS },
	[TD_VERB_ACK] = { td_run_ack, PHASE_FIELDS, AGENT_ON_TICKET },
	[TD_VERB_AWAY] = { td_run_away, PHASE_FIELDS, FOR_AGENTS | BY_NAME },
	[TD_VERB_ADD_ADDRESS] = { td_run_add_address, PHASE_FIELDS,
	    FOR_AGENTS | BY_NAME },
	[TD_VERB_ECHO] = { td_run_echo, PHASE_FIELDS, FOR_AGENTS | BY_NAME },
	[TD_VERB_UNDO] = { td_run_undo, PHASE_UNDO, AGENT_ON_TICKET },
	[TD_VERB_GO] = { td_run_go, PHASE_FIELDS, ALL },
	[TD_VERB_STOP] = { td_run_stop, PHASE_FIELDS, ALL },
	[TD_VERB_RATE] = { td_run_rate, PHASE_STATUS,
	    FOR_CUSTOMERS | ON_TICKET },
	[TD_VERB_UNSUBSCRIBE] = { td_run_unsubscribe, PHASE_PEOPLE,
	    FOR_CUSTOMERS | ON_TICKET },
	[TD_VERB_LANG] = { td_run_lang, PHASE_FIELDS, ALL },
};

/* ---- tickets ---- */

gboolean
td_run_find_ticket(
    TdDraft *draft, guint64 *number, const TdTicket **ticket, GError **error)
{
	guint64 at = *number;

	*ticket = NULL;
	if (at == TD_TICKET_DESK)
		return TRUE;
	for (guint i = 0; i < MERGES_MAX; i++) {
		if (!td_draft_ticket(draft, at, ticket, error))
			return FALSE;
		if (*ticket == NULL || (*ticket)->merged_into == 0) {
			/* Of one that was purged there is but the number. */
			if (*ticket != NULL && (*ticket)->purged != 0)
				*ticket = NULL;
			*number = at;
			return TRUE;
		}
		at = (*ticket)->merged_into;
	}
	return td_fail(error, TD_ERROR_BROKEN,
	    "ticket %" G_GUINT64_FORMAT " is merged in a circle", *number);
}

/* Whether the customer who speaks is on @ticket. */
static gboolean
is_customers(const TdWho *who, const TdTicket *ticket)
{
	if (td_ticket_has_participant(ticket, who->address))
		return TRUE;
	if (who->person == NULL)
		return FALSE;
	for (guint i = 0; who->person->addresses[i] != NULL; i++)
		if (td_ticket_has_participant(
		        ticket, who->person->addresses[i]))
			return TRUE;
	return FALSE;
}

static gboolean
speaks_as_agent(const TdWho *who)
{
	return who->agent || who->control;
}

/* Refuses what the speaker may not do to @ticket, which may be NULL: customers
 * do not hear whether there is such a one. */
static gboolean
check_rights(const TdStep *step, guint64 wanted, const TdTicket *ticket)
{
	const TdWho *who = step->run->who;
	g_autofree char *number = td_run_number(wanted);

	if (speaks_as_agent(who) && ticket != NULL &&
	    !td_who_may_act(who, ticket))
		return td_step_refuse(step, "no-rights-there", "number", number,
		    "queue", ticket->queue, NULL);
	if (ticket == NULL ||
	    (!speaks_as_agent(who) && !is_customers(who, ticket)))
		return td_step_refuse(
		    step, "no-ticket", "number", number, NULL);
	return TRUE;
}

gboolean
td_step_other(const TdStep *step, guint64 *number, const TdTicket **ticket,
    GError **error)
{
	guint64 wanted = step->command->number;
	const TdTicket *found = NULL;

	*number = wanted;
	*ticket = NULL;
	if (!TD_TICKET_IS_NEW(wanted) &&
	    !td_run_find_ticket(step->run->draft, number, &found, error))
		return FALSE;
	check_rights(step, wanted, found);
	if (*step->refused)
		return TRUE;
	if (*number == step->number) {
		g_autofree char *shown = td_run_number(wanted);

		return td_step_refuse(step, "no-self", "number", shown, NULL);
	}
	*ticket = found;
	return TRUE;
}

/* ---- one line ---- */

/* A command on its way. */
typedef struct {
	const TdCommand *command;
	const Verb *verb;
	guint64 number; /* of the ticket it works on; 0: of none */
	char *text;
	gboolean refused;
	TdCommands *canned; /* lines that stand behind it; or NULL */
} Job;

static void
free_job(Job *job)
{
	g_free(job->text);
	td_commands_free(job->canned);
	g_free(job);
}

static TdStep
make_step(TdRun *run, Job *job)
{
	return (TdStep){
		.run = run,
		.command = job->command,
		.number = job->number,
		.result = &job->text,
		.refused = &job->refused,
	};
}

/* Whether there is such a verb for who speaks. */
static gboolean
check_verb(const TdStep *step, const Verb *verb)
{
	const TdWho *who = step->run->who;
	g_autofree char *name = td_step_verb(step);
	guint kind = speaks_as_agent(who) ? FOR_AGENTS : FOR_CUSTOMERS;

	if (verb->run == NULL)
		return td_step_refuse(
		    step, "no-verb-yet", "command", name, NULL);
	if ((verb->needs & kind) == 0)
		return td_step_refuse(step,
		    kind == FOR_AGENTS ? "no-verb-of-customers"
		                       : "no-verb-of-agents",
		    "command", name, NULL);
	if ((verb->needs & BY_NAME) != 0 && who->person == NULL)
		return td_step_refuse(step, "no-name", NULL);
	return TRUE;
}

/* Finds the ticket that the line is aimed at. */
static gboolean
take_aim(TdRun *run, Job *job, GError **error)
{
	TdStep step = make_step(run, job);
	guint64 wanted = job->command->ticket;
	guint64 number = wanted != 0 ? wanted : run->ticket;
	const TdTicket *ticket = NULL;

	check_verb(&step, job->verb);
	if (job->refused || (job->verb->needs & ON_TICKET) == 0)
		return TRUE;
	if (number == TD_TICKET_DESK)
		return td_step_refuse(
		    &step, "no-aim", "line", job->command->line, NULL);
	if (!(wanted != 0 && TD_TICKET_IS_NEW(wanted)) &&
	    !td_run_find_ticket(run->draft, &number, &ticket, error))
		return FALSE;
	check_rights(&step, wanted != 0 ? wanted : run->ticket, ticket);
	if (job->refused)
		return TRUE;
	job->number = number;
	step.number = number;
	if ((job->verb->needs & TEXT) != 0 && !td_step_is_own(&step)) {
		g_autofree char *shown = td_run_number(wanted);

		return td_step_refuse(
		    &step, "no-text-there", "number", shown, NULL);
	}
	return TRUE;
}

/* What is left to do on a ticket that a line above merged into another. */
static gboolean
refuse_merged(const TdStep *step)
{
	g_autofree char *number = td_run_number(step->number);
	g_autofree char *into = td_run_number(step->ticket->merged_into);

	if (step->command->verb == TD_VERB_CLOSE)
		return td_step_done(
		    step, "same-merged", "number", number, "into", into, NULL);
	return td_step_refuse(step, "no-merged", "number", number, "into", into,
	    "line", step->command->line, NULL);
}

static gboolean
run_job(TdRun *run, Job *job, GError **error)
{
	TdStep step = make_step(run, job);

	if (job->number != 0) {
		step.ticket = td_draft_need(run->draft, job->number, error);
		if (step.ticket == NULL)
			return FALSE;
		if (step.ticket->merged_into != 0 &&
		    job->verb->phase != PHASE_ANSWERS)
			return refuse_merged(&step);
	}
	if ((job->verb->needs & ANSWERS) != 0)
		run->answered = TRUE;
	return job->verb->run(&step, error);
}

/* ---- all of them ---- */

static void
add_result(TdRun *run, const Job *job, gboolean refused)
{
	TdResult *result = g_new0(TdResult, 1);
	TdStep step = { .run = run };

	result->line = g_strdup(job->command->line);
	result->refused = job->refused;
	result->text = refused && !job->refused
	    ? td_step_say(&step, "not-done", NULL)
	    : g_strdup(job->text == NULL ? "" : job->text);
	g_ptr_array_add(run->draft->plan->results, result);
}

static gboolean
any_refused(const GPtrArray *jobs)
{
	for (guint i = 0; i < jobs->len; i++)
		if (((const Job *)g_ptr_array_index(jobs, i))->refused)
			return TRUE;
	return FALSE;
}

/* Runs what was not refused yet, for all mistakes to be told at once. */
static gboolean
run_jobs(TdRun *run, const GPtrArray *jobs, GError **error)
{
	for (guint phase = 0; phase < PHASES; phase++)
		for (guint i = 0; i < jobs->len; i++) {
			Job *job = g_ptr_array_index(jobs, i);

			if (job->refused || job->verb->phase != phase)
				continue;
			if (!run_job(run, job, error))
				return FALSE;
		}
	return TRUE;
}

/* Tickets that lines moved to other queues are made known there, now that it is
 * clear whose they are. */
static gboolean
finish_moves(TdRun *run, const GPtrArray *jobs, GError **error)
{
	for (guint i = 0; i < jobs->len; i++) {
		Job *job = g_ptr_array_index(jobs, i);
		TdStep step = make_step(run, job);

		if (job->command->verb != TD_VERB_QUEUE)
			continue;
		step.ticket = td_draft_need(run->draft, job->number, error);
		if (step.ticket == NULL || !td_run_arrive(&step, error))
			return FALSE;
	}
	return TRUE;
}

/* Owners hear what was done to tickets that the mail does not belong to. */
static gboolean
tell_owners(TdRun *run, const GPtrArray *jobs, GError **error)
{
	g_autoptr(GHashTable)
	    told = g_hash_table_new(g_int64_hash, g_int64_equal);

	for (guint i = 0; i < jobs->len; i++) {
		Job *job = g_ptr_array_index(jobs, i);

		if (job->number == 0 || job->number == run->ticket ||
		    !g_hash_table_add(told, &job->number))
			continue;
		if (!td_talk_changed(run->draft, run->who, job->number, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean aim_jobs(
    TdRun *run, const TdCommands *commands, GPtrArray *jobs, GError **error);

/* The lines that come with a canned answer stand behind its name. */
static gboolean
aim_canned(TdRun *run, Job *job, GPtrArray *jobs, GError **error)
{
	TdStep step = make_step(run, job);

	if (job->command->verb != TD_VERB_CANNED || job->refused)
		return TRUE;
	step.ticket = td_draft_need(run->draft, job->number, error);
	if (step.ticket == NULL ||
	    !td_canned_commands(&step, &job->canned, error))
		return FALSE;
	return job->canned == NULL || aim_jobs(run, job->canned, jobs, error);
}

static gboolean
aim_jobs(
    TdRun *run, const TdCommands *commands, GPtrArray *jobs, GError **error)
{
	for (guint i = 0; i < commands->commands->len; i++) {
		Job *job = g_new0(Job, 1);

		g_ptr_array_add(jobs, job);
		job->command = g_ptr_array_index(commands->commands, i);
		job->verb = &verbs[job->command->verb < TD_VERBS
		        ? job->command->verb
		        : TD_VERB_NONE];
		if (!take_aim(run, job, error) ||
		    !aim_canned(run, job, jobs, error))
			return FALSE;
	}
	return TRUE;
}

/* The commands of @jobs, borrowed from them. */
static TdCommands
list_commands(const GPtrArray *jobs, GPtrArray *list)
{
	for (guint i = 0; i < jobs->len; i++) {
		const Job *job = g_ptr_array_index(jobs, i);

		g_ptr_array_add(list, (gpointer)job->command);
	}
	return (TdCommands){ .commands = list };
}

/* Does what the jobs are; each of them can look at the others meanwhile. */
static gboolean
do_jobs(TdRun *run, const GPtrArray *jobs, gboolean *refused, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	g_autofree TdCommands *all = g_new(TdCommands, 1);
	gboolean good;

	*all = list_commands(jobs, list);
	run->commands = all;
	good = run_jobs(run, jobs, error);
	*refused = good && any_refused(jobs);
	if (good && !*refused)
		good = finish_moves(run, jobs, error) &&
		    tell_owners(run, jobs, error);
	run->commands = NULL;
	return good;
}

static gboolean
is_changed(const TdDraftMark *before, const TdDraftMark *after)
{
	return before->events != after->events ||
	    before->letters != after->letters ||
	    before->moves != after->moves || before->people != after->people ||
	    before->holds != after->holds || before->drops != after->drops;
}

gboolean
td_run_commands(
    TdRun *run, const TdCommands *commands, gboolean *refused, GError **error)
{
	g_autoptr(GPtrArray)
	    jobs = g_ptr_array_new_with_free_func((GDestroyNotify)free_job);
	TdDraftMark mark = td_draft_mark(run->draft);
	TdDraftMark after;
	g_autofree char *text = g_strdup(run->said->text);
	const TdRun before = *run;

	if (!aim_jobs(run, commands, jobs, error) ||
	    !do_jobs(run, jobs, refused, error))
		return FALSE;
	if (*refused) {
		td_draft_undo(run->draft, &mark);
		run->draft->plan->refused = TRUE;
		*run = before;
		g_free(run->said->text);
		run->said->text = g_steal_pointer(&text);
	} else {
		after = td_draft_mark(run->draft);
		run->changed = run->changed || is_changed(&mark, &after);
	}
	for (guint i = 0; i < jobs->len; i++)
		add_result(run, g_ptr_array_index(jobs, i), *refused);
	return TRUE;
}
