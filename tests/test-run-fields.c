/* test-run-fields.c - commands that set a field of a ticket */

#include "config.h"

#include "run-fixture.h"

static void
test_priority_is_set(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "olga", "priority 1");
	run_assert_done(run, "priority: 1");
	g_assert_true(run->changed);
	ticket = run_ticket(run, run->number);
	g_assert_cmpuint(ticket->priority, ==, 1);
	g_assert_cmpuint(
	    td_event_get_number(
	        run_event(run, run->number, TD_EVENT_PRIORITY), "from"),
	    ==, 3);
}

static void
test_the_same_priority_is_no_event(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "priority 3");
	run_assert_done(run, "priority: 3 already; nothing changed.");
	g_assert_false(run->changed);
	g_assert_cmpuint(run->events, ==, 0);
}

static void
test_urgency_and_impact_are_apart(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "olga", "urgency 2\nimpact 4\nurgency 5");
	g_assert_false(run->refused);
	ticket = run_ticket(run, run->number);
	g_assert_cmpuint(ticket->urgency, ==, 5);
	g_assert_cmpuint(ticket->impact, ==, 4);
	g_assert_cmpuint(ticket->priority, ==, 3);
}

static void
test_impact_is_cleared(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "olga", "impact 4");
	run_do(run, "olga", "impact -");
	run_assert_done(run, "impact: cleared.");
	ticket = run_ticket(run, run->number);
	g_assert_cmpuint(ticket->impact, ==, 0);
	run_do(run, "olga", "impact -");
	run_assert_done(run, "impact: there was nothing to clear.");
}

static void
test_a_grade_out_of_range_is_refused(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	/* A parser that let it pass would not be the last to look. */
	run_verb(run, "olga", TD_VERB_TITLE);
	run_assert_refused(run, "Takes a text: title: Printer is out of toner");
	ticket = run_ticket(run, run->number);
	g_assert_cmpstr(ticket->subject, ==, "Printer on fire");
}

static void
test_due_is_set_and_cleared(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdTicket) later = NULL;

	run_do(run, "olga", "due 2023-12-01 10:00");
	run_assert_done(run, "due: 2023-12-01 10:00");
	ticket = run_ticket(run, run->number);
	g_assert_cmpint(ticket->due, ==, 1701424800);
	run_do(run, "olga", "due 2023-12-01 10:00");
	run_assert_done(run, "due: 2023-12-01 10:00 already; nothing changed.");
	run_do(run, "olga", "due -");
	run_assert_done(run, "due: cleared.");
	later = run_ticket(run, run->number);
	g_assert_cmpint(later->due, ==, 0);
}

static void
test_title_and_type_are_set(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "olga", "title: Toner\ntype incident");
	run_assert_done(run, "title: Toner");
	g_assert_cmpstr(run_result(run, 1), ==, "type: incident");
	ticket = run_ticket(run, run->number);
	g_assert_cmpstr(ticket->subject, ==, "Toner");
	g_assert_cmpstr(ticket->type, ==, "incident");
	g_assert_cmpstr(
	    td_event_get(run_event(run, run->number, TD_EVENT_TITLE), "from"),
	    ==, "Printer on fire");
}

static void
test_tags_come_and_go(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "olga", "tag +printer +fire");
	run_assert_done(run, "tag: printer, fire");
	run_do(run, "olga", "tag -fire +floor2");
	run_assert_done(run, "tag: printer, floor2");
	run_do(run, "olga", "tag +printer");
	run_assert_done(run, "tag: printer, floor2 already; nothing changed.");
	run_do(run, "olga", "tag =vip");
	run_assert_done(run, "tag: vip");
	ticket = run_ticket(run, run->number);
	g_assert_cmpuint(g_strv_length(ticket->tags), ==, 1);
	run_do(run, "olga", "tag -");
	run_assert_done(run, "tag: cleared.");
}

static void
test_a_tag_twice_in_a_line_is_one(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "tag +a +a");
	run_assert_done(run, "tag: a");
	g_assert_cmpuint(run->events, ==, 1);
}

static void
test_minutes_are_summed_up(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "time 30");
	run_do(run, "olga", "time 15");
	run_assert_done(run, "15 min noted, 45 min in all.");
}

static void
test_russian_agents_read_russian(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run->language = "ru";
	run_do(run, "olga", "приоритет 2");
	run_assert_done(run, "приоритет: 2");
	run_do(run, "olga", "приоритет 2");
	run_assert_done(run, "приоритет: уже 2; ничего не изменилось.");
}

#define TEST(path, function)                                                   \
	g_test_add(path, Run, NULL, run_open, function, run_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	TEST("/run/fields/priority", test_priority_is_set);
	TEST("/run/fields/same", test_the_same_priority_is_no_event);
	TEST("/run/fields/grades", test_urgency_and_impact_are_apart);
	TEST("/run/fields/clear", test_impact_is_cleared);
	TEST("/run/fields/range", test_a_grade_out_of_range_is_refused);
	TEST("/run/fields/due", test_due_is_set_and_cleared);
	TEST("/run/fields/texts", test_title_and_type_are_set);
	TEST("/run/fields/tags", test_tags_come_and_go);
	TEST("/run/fields/tag-twice", test_a_tag_twice_in_a_line_is_one);
	TEST("/run/fields/minutes", test_minutes_are_summed_up);
	TEST("/run/fields/russian", test_russian_agents_read_russian);
	return g_test_run();
}
