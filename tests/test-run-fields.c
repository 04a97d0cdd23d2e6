/* test-run-fields.c - commands that set a field of a ticket */

#include "config.h"

#include <string.h>

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

/* Types, fields and a matrix of which every cell tells where it stands. */
static const char rules[] =
    "priority-matrix = 1 1 1 1 2;2 2 2 2 3;3 3 3 3 3;3 3 4 4 4;5 5 5 5 4\n|"
    "[type incident]\nrequired = service;room\n[type Outage]\n"
    "[field service]\nvalues = mail;Network;Телефония\n"
    "[field room]\nlabels = en: Room;en: Room number;ru: Кабинет\n";

static void
assert_grades(Run *run, guint urgency, guint impact, guint priority)
{
	g_autoptr(TdTicket) ticket = run_ticket(run, run->number);

	g_assert_cmpuint(ticket->urgency, ==, urgency);
	g_assert_cmpuint(ticket->impact, ==, impact);
	g_assert_cmpuint(ticket->priority, ==, priority);
}

static void
test_priority_follows_urgency_and_impact(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "urgency 2");
	run_assert_done(run, "urgency: 2 (The priority is 2 now.)");
	g_assert_cmpuint(run->events, ==, 1);
	assert_grades(run, 2, 0, 2);
	run_do(run, "olga", "impact 5");
	run_assert_done(run, "impact: 5 (The priority is 3 now.)");
	assert_grades(run, 2, 5, 3);
	run_do(run, "olga", "urgency 5\nimpact 1\nurgency 4");
	assert_grades(run, 4, 1, 3);
	run_do(run, "olga", "urgency 1");
	assert_grades(run, 1, 1, 1);
}

static void
test_a_grade_that_changes_no_priority_says_so(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "urgency 3");
	run_assert_done(run, "urgency: 3");
	assert_grades(run, 3, 0, 3);
}

static void
test_a_priority_by_hand_stays_until_the_next_grade(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "urgency 1");
	run_do(run, "olga", "priority 5");
	assert_grades(run, 1, 0, 5);
	run_do(run, "olga", "urgency 1");
	assert_grades(run, 1, 0, 5);
	run_do(run, "olga", "impact 3");
	assert_grades(run, 1, 3, 1);
}

static void
test_a_priority_in_the_same_mail_counts(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "priority 4\nurgency 1");
	assert_grades(run, 1, 0, 4);
	run_do(run, "olga", "impact 1\npriority 5");
	assert_grades(run, 1, 1, 5);
	/* Even if it is what it was. */
	run_do(run, "olga", "priority 5\nimpact 2");
	assert_grades(run, 1, 2, 5);
	/* But not one of another ticket. */
	run->ticket = run->number;
	run_do(run, "olga", "#2 priority 4\nimpact 3");
	assert_grades(run, 1, 3, 1);
}

static void
test_clearing_both_leaves_the_priority(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "urgency 1\nimpact 5");
	assert_grades(run, 1, 5, 2);
	run_do(run, "olga", "impact -");
	run_assert_done(run, "impact: cleared. (The priority is 1 now.)");
	run_do(run, "olga", "urgency -");
	run_assert_done(run, "urgency: cleared.");
	assert_grades(run, 0, 0, 1);
}

static void
test_a_priority_that_followed_is_undone(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "urgency 1");
	assert_grades(run, 1, 0, 1);
	run_do(run, "olga", "undo");
	g_assert_false(run->refused);
	assert_grades(run, 0, 0, 3);
}

/* ---- types ---- */

static void
test_any_type_will_do_where_none_is_configured(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "type printer");
	run_assert_done(run, "type: printer");
}

static void
test_a_type_that_is_neither_built_in_nor_configured_is_refused(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "type printer");
	run_assert_refused(run,
	    "There is no type “printer”. Try one of: incident, request, "
	    "problem, change, question, task, complaint, bug, Outage.");
	run_do(run, "olga", "type request");
	run_assert_done(run, "type: request");
	run_do(run, "olga", "type outage");
	run_assert_done(run, "type: Outage");
	run_do(run, "olga", "type -");
	run_assert_done(run, "type: cleared.");
}

static void
test_a_type_says_what_is_missing(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "type incident");
	run_assert_done(run, "type: incident (Not known yet: Service, Room.)");
	/* The customer is not bothered. */
	g_assert_cmpstr(run->letters, ==, "");
	run_do(run, "olga", "service: mail\nfield room: 12\ntype -");
	run_do(run, "olga", "type incident");
	run_assert_done(run, "type: incident");
}

/* ---- fields ---- */

static void
assert_field(Run *run, const char *name, const char *want)
{
	g_autoptr(TdTicket) ticket = run_ticket(run, run->number);

	g_assert_cmpstr(td_ticket_field(ticket, name), ==, want);
}

static void
test_fields_are_set_and_cleared(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "equipment: PC-17");
	run_assert_done(run, "Equipment: PC-17");
	assert_field(run, "equipment", "PC-17");
	run_do(run, "olga", "equipment: PC-17");
	run_assert_done(run, "Equipment: PC-17 already; nothing changed.");
	g_assert_cmpuint(run->events, ==, 0);
	run_do(run, "olga", "equipment: -");
	run_assert_done(run, "Equipment: cleared.");
	assert_field(run, "equipment", "");
	run_do(run, "olga", "equipment: -");
	run_assert_done(run, "Equipment: there was nothing to clear.");
}

static void
test_a_field_is_known_by_name_and_labels(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "field room: 1");
	run_assert_done(run, "Room: 1");
	run_do(run, "olga", "field ROOM NUMBER: 2");
	assert_field(run, "room", "2");
	run->language = "ru";
	run_do(run, "olga", "поле кабинет: 3");
	run_assert_done(run, "Кабинет: 3");
	run_do(run, "olga", "поле оборудование: ПК-17");
	run_assert_done(run, "Оборудование: ПК-17");
	assert_field(run, "room", "3");
	assert_field(run, "equipment", "ПК-17");
}

static void
test_a_field_that_is_not_there_is_refused(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "field colour: red");
	run_assert_refused(run,
	    "There is no field “colour”. Try one of: Equipment, Service, "
	    "Room.");
}

static void
test_values_are_kept_as_they_are_configured(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "service: NETWORK");
	run_assert_done(run, "Service: Network");
	assert_field(run, "service", "Network");
	run_do(run, "olga", "service: телефония");
	assert_field(run, "service", "Телефония");
	run_do(run, "olga", "service: net");
	run_assert_refused(run,
	    "Service: “net” cannot be chosen. Try one of: mail, Network, "
	    "Телефония.");
	assert_field(run, "service", "Телефония");
}

static void
test_a_value_is_cut_and_printable(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *many = g_strnfill(300, 'x');
	g_autofree char *line = g_strconcat("field room: ", many, NULL);
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "olga", line);
	g_assert_false(run->refused);
	ticket = run_ticket(run, run->number);
	g_assert_cmpuint(
	    g_utf8_strlen(td_ticket_field(ticket, "room"), -1), <=, 203);
	run_do(run, "olga", "field room: a\342\200\256b");
	assert_field(run, "room", "a?b");
}

static void
test_a_field_is_undone(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "field room: 1");
	run_do(run, "olga", "field room: 2");
	run_do(run, "olga", "undo");
	run_assert_done(run, "Taken back: a field.");
	assert_field(run, "room", "1");
	run_do(run, "olga", "undo");
	assert_field(run, "room", "");
}

static void
test_the_card_and_the_history_tell_fields(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "field room: 12\ntype incident");
	run_do(run, "ivan", "status");
	g_assert_nonnull(
	    strstr(run_result(run, 0), "Type: incident\nRoom: 12\n"));
	run_do(run, "ivan", "history");
	g_assert_nonnull(strstr(run_result(run, 0), "olga: Room: 12\n"));
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
#define RULES(path, function)                                                  \
	g_test_add(path, Run, rules, run_open, function, run_close)

static void
add_matter(void)
{
	RULES("/run/fields/matrix", test_priority_follows_urgency_and_impact);
	RULES("/run/fields/matrix-same",
	    test_a_grade_that_changes_no_priority_says_so);
	RULES("/run/fields/matrix-hand",
	    test_a_priority_by_hand_stays_until_the_next_grade);
	RULES(
	    "/run/fields/matrix-mail", test_a_priority_in_the_same_mail_counts);
	RULES(
	    "/run/fields/matrix-clear", test_clearing_both_leaves_the_priority);
	RULES(
	    "/run/fields/matrix-undo", test_a_priority_that_followed_is_undone);
	TEST("/run/fields/type/any",
	    test_any_type_will_do_where_none_is_configured);
	RULES("/run/fields/type/unknown",
	    test_a_type_that_is_neither_built_in_nor_configured_is_refused);
	RULES("/run/fields/type/lacking", test_a_type_says_what_is_missing);
	RULES("/run/fields/field/set", test_fields_are_set_and_cleared);
	RULES("/run/fields/field/names",
	    test_a_field_is_known_by_name_and_labels);
	RULES("/run/fields/field/unknown",
	    test_a_field_that_is_not_there_is_refused);
	RULES("/run/fields/field/values",
	    test_values_are_kept_as_they_are_configured);
	RULES("/run/fields/field/cut", test_a_value_is_cut_and_printable);
	RULES("/run/fields/field/undo", test_a_field_is_undone);
	RULES("/run/fields/field/told",
	    test_the_card_and_the_history_tell_fields);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	TEST("/run/fields/priority", test_priority_is_set);
	TEST("/run/fields/same", test_the_same_priority_is_no_event);
	TEST("/run/fields/clear", test_impact_is_cleared);
	TEST("/run/fields/range", test_a_grade_out_of_range_is_refused);
	TEST("/run/fields/due", test_due_is_set_and_cleared);
	TEST("/run/fields/texts", test_title_and_type_are_set);
	TEST("/run/fields/tags", test_tags_come_and_go);
	TEST("/run/fields/tag-twice", test_a_tag_twice_in_a_line_is_one);
	TEST("/run/fields/minutes", test_minutes_are_summed_up);
	TEST("/run/fields/russian", test_russian_agents_read_russian);
	add_matter();
	return g_test_run();
}
