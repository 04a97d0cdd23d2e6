/* test-run.c - the rules that all commands of a mail share */

#include "config.h"

#include <string.h>

#include "run-fixture.h"

/* ---- all or nothing ---- */

static void
test_one_refusal_undoes_all(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "olga", "priority 1\nqueue nowhere\nclose: Done.");
	g_assert_true(run->refused);
	g_assert_cmpstr(run_result(run, 0), ==,
	    "Not done, because another line was refused.");
	g_assert_cmpstr(run_result(run, 1), ==,
	    "! There is no queue “nowhere”. Try one of: support, "
	    "sales.");
	g_assert_cmpstr(run_result(run, 2), ==, run_result(run, 0));
	g_assert_cmpuint(run->events, ==, 0);
	g_assert_cmpstr(run->letters, ==, "");
	g_assert_cmpstr(run->text, ==, "");
	g_assert_cmpint(run->use, ==, TD_TEXT_DEFAULT);
	ticket = run_ticket(run, run->number);
	g_assert_cmpuint(ticket->priority, ==, 3);
	g_assert_cmpint(ticket->status, ==, TD_STATUS_NEW);
}

static void
test_all_refusals_are_told_at_once(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "queue nowhere\nassign nobody-here\npriority 1");
	g_assert_true(g_str_has_prefix(run_result(run, 0), "! "));
	g_assert_cmpstr(run_result(run, 1), ==,
	    "! There is no agent “nobody-here”. In this queue: ivan, olga, "
	    "rita.");
	g_assert_false(g_str_has_prefix(run_result(run, 2), "! "));
}

static void
test_letters_of_a_refused_mail_are_dropped(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "assign ivan\nsplit 1");
	g_assert_true(run->refused);
	g_assert_cmpstr(run->letters, ==, "");
}

static void
test_no_commands_change_nothing(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "");
	g_assert_false(run->refused);
	g_assert_false(run->changed);
	g_assert_false(run->answered);
	g_assert_cmpuint(run->results->len, ==, 0);
}

/* ---- order ---- */

static void
test_status_comes_last(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GPtrArray) events = NULL;
	const TdEvent *last;
	const TdEvent *before;

	run_do(run, "olga", "close\nstatus\nassign me\npriority 2");
	g_assert_false(run->refused);
	events = fixture_events(&run->fixture, run->number);
	last = g_ptr_array_index(events, events->len - 1);
	before = g_ptr_array_index(events, events->len - 2);
	g_assert_cmpint(last->kind, ==, TD_EVENT_STATUS);
	g_assert_cmpint(before->kind, ==, TD_EVENT_OWNER);
	/* Results stand as the lines were written. */
	g_assert_cmpstr(run_result(run, 0), ==, "Closed.");
	g_assert_cmpstr(run_result(run, 3), ==, "priority: 2");
	/* And answers tell how things are when all is done. */
	g_assert_nonnull(strstr(run_result(run, 1), "Status: closed\n"));
	g_assert_nonnull(strstr(run_result(run, 1), "Owner: olga\n"));
	g_assert_true(run->answered);
}

static void
test_events_tell_who_and_why(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	const TdEvent *event;

	run_do(run, "olga", "priority 2");
	event = run_event(run, run->number, TD_EVENT_PRIORITY);
	g_assert_cmpstr(event->actor, ==, "agent:olga");
	g_assert_cmpstr(event->evidence, ==, "address");
}

/* ---- aims ---- */

static void
test_a_line_may_aim_at_another_ticket(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *line = g_strdup_printf(
	    "#%" G_GUINT64_FORMAT " priority 1\npriority 2", run->other);
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdTicket) other = NULL;

	run_do(run, "olga", line);
	g_assert_false(run->refused);
	ticket = run_ticket(run, run->number);
	other = run_ticket(run, run->other);
	g_assert_cmpuint(ticket->priority, ==, 2);
	g_assert_cmpuint(other->priority, ==, 1);
}

static void
test_an_aim_follows_merges(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *merge = g_strdup_printf(
	    "merge %" G_GUINT64_FORMAT, run->other);
	g_autofree char *line = g_strdup_printf(
	    "#%" G_GUINT64_FORMAT " priority 1", run->number);
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdTicket) other = NULL;

	run_do(run, "olga", merge);
	run_do(run, "olga", line);
	g_assert_false(run->refused);
	ticket = run_ticket(run, run->number);
	other = run_ticket(run, run->other);
	g_assert_cmpuint(ticket->priority, ==, 3);
	g_assert_cmpuint(other->priority, ==, 1);
}

static void
test_a_ticket_that_is_none_is_refused(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "#777 close");
	run_assert_refused(run, "There is no ticket #777 here.");
}

static void
test_a_digests_answer_wants_an_aim(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run->ticket = TD_TICKET_DESK;
	run_do(run, "olga", "priority 1");
	run_assert_refused(run, "Which ticket? Try: #12 priority 1");
}

static void
test_a_digest_is_answered_with_aims(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *lines = g_strdup_printf(
	    "#%" G_GUINT64_FORMAT " close; #%" G_GUINT64_FORMAT " take",
	    run->number, run->other);
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdTicket) other = NULL;

	run->ticket = TD_TICKET_DESK;
	run_do(run, "olga", lines);
	g_assert_false(run->refused);
	ticket = run_ticket(run, run->number);
	other = run_ticket(run, run->other);
	g_assert_cmpint(ticket->status, ==, TD_STATUS_CLOSED);
	g_assert_cmpstr(other->owner, ==, "olga");
}

/* ---- rights ---- */

static void
test_another_queue_is_refused(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *line = g_strdup_printf(
	    "#%" G_GUINT64_FORMAT " priority 1", run->foreign);
	g_autofree char *want = g_strdup_printf(
	    "Ticket #%" G_GUINT64_FORMAT
	    " is in the queue “sales”, which is not yours.",
	    run->foreign);

	run_do(run, "olga", line);
	run_assert_refused(run, want);
	run_do(run, "petr", line);
	run_assert_done(run, "priority: 1");
}

static void
test_a_lead_works_everywhere(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *line = g_strdup_printf(
	    "#%" G_GUINT64_FORMAT " priority 1", run->foreign);

	run_do(run, "rita", line);
	run_assert_done(run, "priority: 1");
}

static void
test_rights_are_those_before_the_mail(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	/* Once it is moved it is not olga's any more: the rest is done still.
	 */
	run_do(run, "olga", "queue sales\npending 3d");
	g_assert_false(run->refused);
	ticket = run_ticket(run, run->number);
	g_assert_cmpstr(ticket->queue, ==, "sales");
	g_assert_cmpint(ticket->status, ==, TD_STATUS_PENDING);
	run_do(run, "olga", "priority 1");
	g_assert_true(run->refused);
}

static void
test_a_tool_may_do_all(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *line = g_strdup_printf(
	    "assign petr; #%" G_GUINT64_FORMAT " close", run->foreign);

	run_do(run, "tool", line);
	g_assert_false(run->refused);
	run_do(run, "tool", "take");
	g_assert_true(run->refused);
}

/* ---- customers ---- */

static void
test_customers_have_no_agents_verbs(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	const TdVerb theirs[] = { TD_VERB_STATUS, TD_VERB_CLOSE, TD_VERB_REOPEN,
		TD_VERB_RATE, TD_VERB_LIST, TD_VERB_UNSUBSCRIBE, TD_VERB_LANG,
		TD_VERB_HELP, TD_VERB_STOP, TD_VERB_GO };

	for (guint verb = TD_VERB_NONE; verb < TD_VERBS; verb++) {
		gboolean allowed = FALSE;

		for (guint i = 0; i < G_N_ELEMENTS(theirs); i++)
			allowed = allowed || theirs[i] == verb;
		if (allowed)
			continue;
		run_verb(run, "anna@example.net", verb);
		if (!run->refused)
			g_test_message("%s", td_verb_name(verb));
		g_assert_true(run->refused);
		g_assert_cmpuint(run->events, ==, 0);
		g_assert_cmpstr(run->letters, ==, "");
	}
}

static void
test_customers_see_their_tickets_alone(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *line = g_strdup_printf(
	    "#%" G_GUINT64_FORMAT " close", run->other);
	g_autofree char *want = g_strdup_printf(
	    "There is no ticket #%" G_GUINT64_FORMAT " here.", run->other);

	run_do(run, "boris@example.org", line);
	run_assert_refused(run, want);
	run_do(run, "anna@example.net", line);
	run_assert_done(run, "Closed.");
	run_do(run, "boris@example.org", "close");
	run_assert_done(run, "Closed.");
}

static void
test_agents_have_no_customers_verbs(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_verb(run, "olga", TD_VERB_RATE);
	run_assert_refused(run, "“rate” is for customers.");
	run_verb(run, "olga", TD_VERB_UNSUBSCRIBE);
	g_assert_true(run->refused);
}

static void
test_what_is_not_there_yet_is_refused(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_verb(run, "olga", TD_VERB_SEARCH);
	g_assert_cmpstr(
	    run_result(run, 0), ==, "! “search” is not available yet.");
}

#define TEST(path, function)                                                   \
	g_test_add(path, Run, NULL, run_open, function, run_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	TEST("/run/one-refusal-undoes-all", test_one_refusal_undoes_all);
	TEST("/run/all-refusals", test_all_refusals_are_told_at_once);
	TEST(
	    "/run/letters-dropped", test_letters_of_a_refused_mail_are_dropped);
	TEST("/run/no-commands", test_no_commands_change_nothing);
	TEST("/run/status-last", test_status_comes_last);
	TEST("/run/events", test_events_tell_who_and_why);
	TEST("/run/aim", test_a_line_may_aim_at_another_ticket);
	TEST("/run/aim-merged", test_an_aim_follows_merges);
	TEST("/run/aim-nowhere", test_a_ticket_that_is_none_is_refused);
	TEST("/run/digest-no-aim", test_a_digests_answer_wants_an_aim);
	TEST("/run/digest-aims", test_a_digest_is_answered_with_aims);
	TEST("/run/another-queue", test_another_queue_is_refused);
	TEST("/run/lead", test_a_lead_works_everywhere);
	TEST("/run/rights-before", test_rights_are_those_before_the_mail);
	TEST("/run/tool", test_a_tool_may_do_all);
	TEST("/run/customers-verbs", test_customers_have_no_agents_verbs);
	TEST("/run/customers-tickets", test_customers_see_their_tickets_alone);
	TEST("/run/agents-verbs", test_agents_have_no_customers_verbs);
	TEST("/run/not-yet", test_what_is_not_there_yet_is_refused);
	return g_test_run();
}
