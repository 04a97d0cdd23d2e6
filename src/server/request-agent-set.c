/* request-agent-set.c - the verbs agent-add and agent-set */

#include "config.h"

#include <string.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>
#include <ticketd/text.h>

#include "server/request-agent.h"

/* ---- words ---- */

static gboolean
take_role(const TdCall *call, TdPerson *agent, GString *what, GError **error)
{
	const char *name = td_call_text(call, "role");
	TdRole role;

	if (name == NULL)
		return TRUE;
	if (!td_role_from_name(name, &role) || role == TD_ROLE_CUSTOMER)
		return td_fail(error, TD_ERROR_USAGE,
		    "there is no role \"%s\"; it is agent or lead", name);
	if (agent->role != role)
		td_people_note(what, "role");
	agent->role = role;
	return TRUE;
}

/* The list that is given takes the place of the one before. */
static gboolean
take_queues(const TdCall *call, const TdConf *conf, TdPerson *agent,
    GString *what, GError **error)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_auto(GStrv) given = td_call_texts(call, "queues");
	g_auto(GStrv) queues = NULL;

	if (!td_call_has(call, "queues"))
		return TRUE;
	for (gsize i = 0; given[i] != NULL; i++) {
		const TdQueue *queue = td_conf_queue(conf, given[i]);

		if (g_strv_contains(
		        (const char *const *)given + i + 1, given[i]) ||
		    (queue == NULL && g_str_equal(given[i], "all")))
			continue;
		if (queue == NULL)
			return td_request_fail_no_queue(conf, given[i], error);
		g_strv_builder_add(builder, queue->name);
	}
	queues = g_strv_builder_end(builder);
	if (g_strv_equal((const char *const *)queues,
	        (const char *const *)agent->queues))
		return TRUE;
	td_people_note(what, "queues");
	g_strfreev(agent->queues);
	agent->queues = g_steal_pointer(&queues);
	return TRUE;
}

/* One tag of those that an agent knows, as td_text_fold() leaves it: it is to
 * equal a ticket's whatever the case.  The caller's. */
static char *
read_skill(const char *text, GError **error)
{
	g_autofree char *line = td_people_text("skill", text, error);
	g_autofree char *skill = NULL;

	if (line == NULL)
		return NULL;
	skill = td_text_fold(line);
	if (*skill != '\0' && strlen(skill) <= TD_AGENT_SKILL_MAX &&
	    strpbrk(skill, " ,;") == NULL)
		return g_steal_pointer(&skill);
	td_fail(error, TD_ERROR_USAGE,
	    "\"%s\" cannot be a skill: a tag of at most %u bytes without "
	    "blanks, as in: printer,network",
	    line, TD_AGENT_SKILL_MAX);
	return NULL;
}

/* "printer,network"; the list takes the place of the one before. */
static gboolean
take_skills(const TdCall *call, TdPerson *agent, GString *what, GError **error)
{
	const char *text = td_call_text(call, "skills");
	g_autoptr(GPtrArray) skills = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) given = NULL;

	if (text == NULL)
		return TRUE;
	given = g_strsplit(g_str_equal(text, "none") ? "" : text, ",", -1);
	for (gsize i = 0; given[i] != NULL; i++) {
		g_autofree char *skill = read_skill(given[i], error);

		if (skill == NULL)
			return FALSE;
		if (skills->len == TD_AGENT_SKILLS_MAX)
			return td_fail(error, TD_ERROR_USAGE,
			    "more than %u skills", TD_AGENT_SKILLS_MAX);
		if (!g_ptr_array_find_with_equal_func(
		        skills, skill, g_str_equal, NULL))
			g_ptr_array_add(skills, g_steal_pointer(&skill));
	}
	g_ptr_array_add(skills, NULL);
	if (g_strv_equal((const char *const *)skills->pdata,
	        (const char *const *)agent->skills))
		return TRUE;
	td_people_note(what, "skills");
	g_strfreev(agent->skills);
	agent->skills = g_strdupv((GStrv)skills->pdata);
	return TRUE;
}

static gboolean
take_calendar(const TdCall *call, const TdConf *conf, TdPerson *agent,
    GString *what, GError **error)
{
	const char *name = td_call_text(call, "calendar");
	g_autoptr(GString) known = g_string_new(TD_CALENDAR_ALWAYS);

	if (name == NULL)
		return TRUE;
	if (*name == '\0' || g_str_equal(name, "none")) {
		td_people_set(&agent->calendar, "", "calendar", what);
		return TRUE;
	}
	for (guint i = 0; i < conf->calendars->len; i++) {
		const TdCalendar *calendar = g_ptr_array_index(
		    conf->calendars, i);

		g_string_append_printf(known, ", %s", calendar->name);
	}
	if (!g_str_equal(name, TD_CALENDAR_ALWAYS) &&
	    td_conf_calendar_named(conf, name) == NULL) {
		g_autofree char *shown = td_text_printable(name, 80);

		return td_fail(error, TD_ERROR_REFUSED,
		    "there is no calendar \"%s\"; there are: %s", shown,
		    known->str);
	}
	td_people_set(&agent->calendar, name, "calendar", what);
	return TRUE;
}

static gboolean
take_full_name(
    const TdCall *call, TdPerson *agent, GString *what, GError **error)
{
	const char *text = td_call_text(call, "full_name");
	g_autofree char *name = NULL;

	if (text == NULL)
		return TRUE;
	name = td_people_text("full name", text, error);
	if (name == NULL)
		return FALSE;
	td_people_set(&agent->full_name, name, "full name", what);
	return TRUE;
}

/* By the grammar of mail: the command is read as an agent would write it. */
static gboolean
read_away(const TdConf *conf, const char *text, gint64 now, gint64 *until,
    GError **error)
{
	g_autoptr(GTimeZone) zone = td_conf_zone(conf);
	g_autofree char *line = g_strconcat("away ", text, NULL);
	const char *languages[] = { conf->language, NULL };
	g_autoptr(TdCommands) read = td_command_parse(line,
	    &(TdCommandContext){ .languages = languages,
	        .now = now,
	        .zone = zone,
	        .strict = TRUE });
	const TdCommand *command;

	if (read->mistakes->len > 0 || read->commands->len != 1)
		return td_fail(error, TD_ERROR_USAGE,
		    "\"%s\" is no time: try 2026-12-31, \"fri 18:00\", 3d or "
		    "none",
		    text);
	command = g_ptr_array_index(read->commands, 0);
	if (command->verb != TD_VERB_AWAY || *command->word != '\0')
		return td_fail(error, TD_ERROR_USAGE,
		    "\"%s\" is more than a time; a deputy is given by "
		    "--deputy",
		    text);
	*until = command->time;
	return TRUE;
}

static gboolean
take_absence(const TdCall *call, TdTxn *txn, const TdConf *conf,
    TdPerson *agent, GString *what, GError **error)
{
	const char *away = td_call_text(call, "away");
	const char *deputy = td_call_text(call, "deputy");
	gint64 until = agent->away;
	g_autoptr(TdPerson) other = NULL;

	if (away != NULL &&
	    !read_away(conf, away, td_clock_now(), &until, error))
		return FALSE;
	if (until != agent->away)
		td_people_note(what, "away");
	agent->away = until;
	if (deputy == NULL)
		return TRUE;
	if (*deputy == '\0' || g_str_equal(deputy, "none")) {
		td_people_set(&agent->deputy, "", "deputy", what);
		return TRUE;
	}
	if (!td_agent_need(txn, deputy, &other, error))
		return FALSE;
	if (other->id == agent->id)
		return td_fail(error, TD_ERROR_REFUSED,
		    "%s cannot be the deputy of %s", other->name, agent->name);
	td_people_set(&agent->deputy, other->name, "deputy", what);
	return TRUE;
}

static gboolean
take_words(const TdAgentJob *job, TdTxn *txn, TdPerson *agent, GString *what,
    GError **error)
{
	const TdCall *call = job->call;
	const TdConf *conf = td_desk_conf(job->rules.desk);

	if (td_call_has(call, "echo")) {
		if (agent->echo != td_call_flag(call, "echo"))
			td_people_note(what, "echo");
		agent->echo = td_call_flag(call, "echo");
	}
	return td_people_add_addresses(
	           &job->rules, call->words, "addresses", agent, what, error) &&
	    td_people_remove_addresses(
	        call->words, "remove_addresses", agent, what, error) &&
	    td_people_take_fields(
	        &job->rules, call->words, agent, what, error) &&
	    take_role(call, agent, what, error) &&
	    take_queues(call, conf, agent, what, error) &&
	    take_skills(call, agent, what, error) &&
	    take_calendar(call, conf, agent, what, error) &&
	    take_full_name(call, agent, what, error) &&
	    take_absence(call, txn, conf, agent, what, error);
}

/* ---- add and set ---- */

/* Whoever is a customer already is made an agent by hand: his tickets stay
 * those of a customer. */
static gboolean
check_customers(TdTxn *txn, const TdPerson *agent, GError **error)
{
	for (gsize i = 0; agent->addresses[i] != NULL; i++) {
		g_autoptr(TdPerson) other = NULL;

		if (!td_person_by_address(
		        txn, agent->addresses[i], &other, error))
			return FALSE;
		if (other != NULL && !td_person_is_agent(other))
			return td_fail(error, TD_ERROR_REFUSED,
			    "%s is an address of a customer; try: ticket "
			    "customer remove %s",
			    agent->addresses[i], other->addresses[0]);
	}
	return TRUE;
}

static gboolean
write_agent(TdAgentJob *job, TdTxn *txn, TdPerson *agent, const char *what,
    GError **error)
{
	agent->updated = td_clock_now();
	if (!check_customers(txn, agent, error) ||
	    !td_person_put(txn, agent, error) ||
	    !td_people_record(txn, job->call->actor, agent->name, what,
	        agent->updated, error))
		return FALSE;
	job->agent = td_person_copy(agent);
	return TRUE;
}

/* TdWriteFunc; may run twice, as all below. */
static gboolean
add_agent(TdTxn *txn, gpointer data, GError **error)
{
	TdAgentJob *job = data;
	g_autoptr(TdPerson) agent = td_person_new();
	g_autoptr(GString) what = g_string_new(NULL);

	g_clear_pointer(&job->agent, td_person_free);
	agent->role = TD_ROLE_AGENT;
	agent->created = td_clock_now();
	g_free(agent->name);
	agent->name = g_strdup(td_call_text(job->call, "name"));
	if (!td_agent_check_name(agent->name, error) ||
	    !take_words(job, txn, agent, what, error))
		return FALSE;
	if (agent->addresses[0] == NULL)
		return td_fail(error, TD_ERROR_USAGE,
		    "an agent needs an address; try: ticket agent add %s "
		    "ADDRESS",
		    agent->name);
	return write_agent(job, txn, agent, "added", error);
}

static gboolean
set_agent(TdTxn *txn, gpointer data, GError **error)
{
	TdAgentJob *job = data;
	g_autoptr(TdPerson) agent = NULL;
	g_autoptr(GString) what = g_string_new(NULL);

	g_clear_pointer(&job->agent, td_person_free);
	if (!td_agent_need(
	        txn, td_call_text(job->call, "name"), &agent, error) ||
	    !take_words(job, txn, agent, what, error))
		return FALSE;
	if (what->len == 0) {
		job->agent = g_steal_pointer(&agent);
		return TRUE;
	}
	return write_agent(job, txn, agent, what->str, error);
}

static gboolean
run_and_answer(const TdCall *call, TdWriteFunc work, GError **error)
{
	TdAgentJob job = { .agent = NULL };

	if (!td_agent_run(call, work, &job, error))
		return FALSE;
	td_call_answer(call, td_json_person(job.agent));
	td_person_free(job.agent);
	return TRUE;
}

gboolean
td_request_agent_add(const TdCall *call, GError **error)
{
	return run_and_answer(call, add_agent, error);
}

gboolean
td_request_agent_set(const TdCall *call, GError **error)
{
	return run_and_answer(call, set_agent, error);
}
