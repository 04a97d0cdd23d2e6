/* show-head.c - ticket show: what is known of a ticket, in lines */

#include "config.h"

#include <string.h>

#include "cli/cli.h"

static void
print_line(const TdCli *cli, const char *name, const char *value)
{
	td_output_line(cli->colour, name, value);
}

/* The texts of an array in one line. */
static void
print_texts(const TdCli *cli, JsonObject *ticket, const char *name)
{
	g_autofree char *joined = td_output_joined(ticket, name);

	print_line(cli, name, joined);
}

/* Unless it is 0. */
static void
print_number(const TdCli *cli, JsonObject *ticket, const char *name)
{
	gint64 number = td_get_number(ticket, name);
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, number);

	print_line(cli, name, number == 0 ? "" : text);
}

static void
print_time(const TdCli *cli, const char *name, const char *time)
{
	g_autofree char *local = td_output_time(time);

	print_line(cli, name, local);
}

static void
print_participants(const TdCli *cli, JsonObject *ticket)
{
	JsonArray *array = td_get_array(ticket, "participants");
	guint length = td_get_length(ticket, "participants");

	for (guint i = 0; i < length; i++) {
		JsonObject *one = json_array_get_object_element(array, i);
		g_autofree char *text = td_output_mailbox(
		    td_get_text(one, "name"), td_get_text(one, "address"));

		print_line(cli, i == 0 ? "participants" : "", text);
	}
}

static void
print_links(const TdCli *cli, JsonObject *ticket)
{
	JsonArray *array = td_get_array(ticket, "links");

	for (guint i = 0; i < td_get_length(ticket, "links"); i++) {
		JsonObject *link = json_array_get_object_element(array, i);
		g_autofree char *text = g_strdup_printf("%s %" G_GINT64_FORMAT,
		    td_get_text(link, "type"), td_get_number(link, "number"));

		print_line(cli, i == 0 ? "links" : "", text);
	}
}

static void
print_reminders(const TdCli *cli, JsonObject *ticket)
{
	JsonArray *array = td_get_array(ticket, "reminders");

	for (guint i = 0; i < td_get_length(ticket, "reminders"); i++) {
		JsonObject *one = json_array_get_object_element(array, i);
		g_autofree char *time = td_output_time(
		    td_get_text(one, "time"));
		g_autofree char *text = g_strdup_printf("%s  %s  %s", time,
		    td_get_text(one, "agent"), td_get_text(one, "text"));

		print_line(cli, i == 0 ? "reminders" : "", text);
	}
}

/* "3 h 20 min" of @seconds, of a calendar; the caller's. */
static char *
span_text(gint64 seconds)
{
	gint64 minutes = seconds / 60;

	if (seconds < 60)
		return g_strdup_printf("%" G_GINT64_FORMAT " s", seconds);
	if (minutes < 60)
		return g_strdup_printf("%" G_GINT64_FORMAT " min", minutes);
	if (minutes % 60 == 0)
		return g_strdup_printf("%" G_GINT64_FORMAT " h", minutes / 60);
	return g_strdup_printf("%" G_GINT64_FORMAT " h %" G_GINT64_FORMAT
	                       " min",
	    minutes / 60, minutes % 60);
}

/* How a deadline stands: "2026-11-22 10:00", "stopped, 2 h left", "met". */
static char *
state_text(JsonObject *deadline)
{
	const char *state = td_get_text(deadline, "state");
	g_autofree char *left = span_text(td_get_number(deadline, "left"));

	if (g_str_equal(state, "running"))
		return td_output_time(td_get_text(deadline, "due"));
	if (g_str_equal(state, "stopped"))
		return g_strdup_printf("stopped, %s left", left);
	return g_strdup(state);
}

/* Of what was promised: " (4 h, gold)"; the caller's. */
static char *
promise_text(JsonObject *deadline)
{
	const char *sla = td_get_text(deadline, "sla");
	gint64 total = td_get_number(deadline, "total");
	g_autofree char *span = span_text(total);

	if (total == 0)
		return g_strdup("");
	return g_strdup_printf(
	    " (%s%s%s)", span, *sla == '\0' ? "" : ", ", sla);
}

static void
print_deadlines(const TdCli *cli, JsonObject *ticket)
{
	JsonArray *array = td_get_array(ticket, "deadlines");

	for (guint i = 0; i < td_get_length(ticket, "deadlines"); i++) {
		JsonObject *one = json_array_get_object_element(array, i);
		const char *mark = td_get_flag(one, "warned") ? ", warned" : "";
		g_autofree char *state = state_text(one);
		g_autofree char *promise = promise_text(one);
		g_autofree char *text = g_strdup_printf("%s: %s%s%s",
		    td_get_text(one, "clock"), state,
		    td_get_flag(one, "breached") ? ", BREACHED" : mark,
		    promise);

		print_line(cli, i == 0 ? "deadlines" : "", text);
	}
}

static const char *
step_text(const TdEscalationStep *step)
{
	switch (step->kind) {
	case TD_STEP_OWNER:
		return "the owner";
	case TD_STEP_LEADS:
		return "the leads of the queue";
	case TD_STEP_QUEUE:
		return "the whole queue";
	case TD_STEP_AGENT:
	case TD_STEP_ADDRESS:
		return step->who;
	}
	return "";
}

/* The next step, and who will be told then. */
static void
print_escalation(const TdCli *cli, const TdConf *conf, JsonObject *ticket)
{
	JsonObject *next = td_get_object(ticket, "escalation");
	const TdEscalation *chain;
	const char *who = "";
	g_autofree char *time = NULL;
	g_autofree char *text = NULL;
	guint step;

	if (next == NULL)
		return;
	step = (guint)td_get_number(next, "step");
	chain = td_conf_escalation(conf, td_get_text(next, "chain"));
	if (chain != NULL && step > 0 && step <= chain->steps->len)
		who = step_text(g_ptr_array_index(chain->steps, step - 1));
	time = td_output_time(td_get_text(next, "due"));
	text = g_strdup_printf("%s: step %u of %s%s%s", time, step,
	    td_get_text(next, "chain"), *who == '\0' ? "" : ": ", who);
	print_line(cli, "escalation", text);
}

static void
print_fields(const TdCli *cli, JsonObject *ticket)
{
	JsonObject *fields = td_get_object(ticket, "fields");
	gboolean first = TRUE;
	JsonObjectIter iter;
	const char *name;
	JsonNode *value;

	if (fields == NULL)
		return;
	json_object_iter_init_ordered(&iter, fields);
	while (json_object_iter_next_ordered(&iter, &name, &value)) {
		g_autofree char *text = g_strdup_printf(
		    "%s: %s", name, json_node_get_string(value));

		print_line(cli, first ? "fields" : "", text);
		first = FALSE;
	}
}

/* What rules and deadlines made of it. */
static void
print_rules(const TdCli *cli, const TdConf *conf, JsonObject *ticket)
{
	print_deadlines(cli, ticket);
	print_escalation(cli, conf, ticket);
	print_time(cli, "released at", td_get_text(ticket, "release"));
	print_time(cli, "answered", td_get_text(ticket, "answered"));
	print_number(cli, ticket, "reopened");
	print_number(cli, ticket, "returned");
}

/* What agents made of it. */
static void
print_work(const TdCli *cli, JsonObject *ticket)
{
	const char *status = td_get_text(ticket, "status");

	print_line(cli, "owner", td_get_text(ticket, "owner"));
	print_texts(cli, ticket, "watchers");
	print_texts(cli, ticket, "muted");
	print_links(cli, ticket);
	print_reminders(cli, ticket);
	print_number(cli, ticket, "rating");
	print_number(cli, ticket, "minutes");
	print_time(cli, "created", td_get_text(ticket, "created"));
	print_time(cli, "updated", td_get_text(ticket, "updated"));
	print_time(cli, "due", td_get_text(ticket, "due"));
	print_time(cli,
	    g_str_equal(status, "resolved") ? "closes" : "pending until",
	    td_get_text(ticket, "until"));
}

void
td_show_head(const TdCli *cli, const TdConf *conf, JsonObject *ticket)
{
	g_autofree char *requester = td_output_mailbox(
	    td_get_text(ticket, "requester_name"),
	    td_get_text(ticket, "requester"));
	g_autofree char *number = g_strdup_printf(
	    "%" G_GINT64_FORMAT, td_get_number(ticket, "number"));
	g_autofree char *priority = g_strdup_printf(
	    "%" G_GINT64_FORMAT, td_get_number(ticket, "priority"));
	g_autofree char *from = g_strdup_printf(
	    "%" G_GINT64_FORMAT, td_get_number(ticket, "merged_from"));

	print_line(cli, "ticket", number);
	if (json_object_has_member(ticket, "merged_from"))
		print_line(cli, "merged from", from);
	if (td_get_number(ticket, "number") == 0) {
		print_line(cli, "", "the desk's own record");
		return;
	}
	print_line(cli, "subject", td_get_text(ticket, "subject"));
	print_line(cli, "status", td_get_text(ticket, "status"));
	print_line(cli, "spam", td_get_flag(ticket, "spam") ? "yes" : "");
	print_line(cli, "queue", td_get_text(ticket, "queue"));
	print_line(cli, "priority", priority);
	print_number(cli, ticket, "urgency");
	print_number(cli, ticket, "impact");
	print_line(cli, "type", td_get_text(ticket, "type"));
	print_fields(cli, ticket);
	print_texts(cli, ticket, "tags");
	print_line(cli, "requester", requester);
	print_participants(cli, ticket);
	print_work(cli, ticket);
	print_rules(cli, conf, ticket);
}
