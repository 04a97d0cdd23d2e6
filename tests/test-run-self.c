/* test-run-self.c - commands that are answered, and those about the speaker */

#include "config.h"

#include <string.h>

#include "run-fixture.h"

/* ---- answers ---- */

static void
test_status_tells_agents_all(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "tag +fire\ndue 2023-12-01 10:00");
	run_do(run, "olga", "status");
	g_assert_true(run->answered);
	g_assert_false(run->changed);
	run_assert_done(run,
	    "#1 Printer on fire\n"
	    "Status: new\n"
	    "Queue: support\n"
	    "Owner: -\n"
	    "Priority: 3\n"
	    "Due: 2023-12-01 10:00\n"
	    "Customer: anna@example.net\n"
	    "Copies: boris@example.org\n"
	    "Tags: fire\n"
	    "Opened: 2023-11-14 22:13\n"
	    "Last change: 2023-11-14 22:16");
}

static void
test_status_tells_customers_what_is_theirs(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "anna@example.net", "status");
	g_assert_null(strstr(run_result(run, 0), "Queue"));
	g_assert_null(strstr(run_result(run, 0), "boris"));
	g_assert_true(g_str_has_prefix(
	    run_result(run, 0), "#1 Printer on fire\nStatus: new\n"));
}

static void
test_status_in_russian(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run->language = "ru";
	run_do(run, "anna@example.net", "статус");
	g_assert_true(g_str_has_prefix(run_result(run, 0),
	    "№ 1 Printer on fire\nСтатус: новая\nОткрыта: "));
}

static void
test_history_has_the_newest_events(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "priority 1");
	run_do(run, "olga", "priority 2");
	run_do(run, "olga", "history 2");
	run_assert_done(run,
	    "2023-11-14 22:16  olga: Priority: 1\n"
	    "2023-11-14 22:17  olga: Priority: 2");
	g_assert_true(run->answered);
	run_do(run, "olga", "history");
	g_assert_nonnull(
	    strstr(run_result(run, 0), ": the ticket was opened\n"));
}

static void
test_history_tells_times(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "pending 2023-12-01 10:00");
	run_do(run, "olga", "history 1");
	run_assert_done(run,
	    "2023-11-14 22:16  olga: Status: pending. "
	    "Until: 2023-12-01 10:00");
}

static void
test_history_tells_no_deliveries(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	const char *text;

	run_reply(run, "olga", "Have you tried water?");
	fixture_event(&run->fixture, run->number, TD_EVENT_SENT, "answer",
	    "250 2.0.0 Ok");
	run_mail(run, run->number, "Anna <anna@example.net>");
	run->language = "ru";
	run_do(run, "olga", "история");
	text = run_result(run, 0);
	g_assert_nonnull(strstr(text, "olga: ответ "));
	g_assert_nonnull(strstr(text, "получатели: anna@example.net"));
	g_assert_nonnull(strstr(text, "anna@example.net: сообщение "));
	g_assert_null(strstr(text, "250"));
	g_assert_null(strstr(text, "olga@example.com"));
}

static void
test_help_is_for_who_asks(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "help");
	g_assert_true(run->answered);
	g_assert_nonnull(strstr(run_result(run, 0), "merge"));
	run->ticket = TD_TICKET_DESK;
	run_do(run, "anna@example.net", "help");
	g_assert_false(run->refused);
	g_assert_null(strstr(run_result(run, 0), "merge"));
}

/* ---- list ---- */

static void
test_lists_of_agents(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "list");
	run_assert_done(run, "Nothing to list.");
	run_do(run, "olga", "take\ndue 2023-11-15 10:00");
	run_do(run, "olga", "list mine");
	run_assert_done(run, "#1      3 new        olga     Printer on fire");
	run_do(run, "olga", "list new");
	run_assert_done(run,
	    "#2      3 new        -        Another matter\n"
	    "#1      3 new        olga     Printer on fire");
	run_do(run, "olga", "list overdue");
	run_assert_done(run, "Nothing to list.");
	run_wait(run, RUN_DAY);
	run_do(run, "olga", "list overdue");
	g_assert_true(g_str_has_prefix(run_result(run, 0), "#1 "));
	g_assert_true(run->answered);
}

static void
test_lists_by_state(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "take");
	run_do(run, "olga", "list unowned");
	run_assert_done(run, "#2      3 new        -        Another matter");
	run_do(run, "olga", "list waiting");
	run_assert_done(run, "Nothing to list.");
	run_do(run, "olga", "list breached");
	run_assert_done(run, "Nothing to list.");
}

static void
test_a_list_has_the_agents_queues_alone(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run->ticket = TD_TICKET_DESK;
	run_do(run, "petr", "list new");
	g_assert_true(g_str_has_prefix(run_result(run, 0), "#3 "));
	run_do(run, "olga", "list queue sales");
	run_assert_refused(
	    run, "There is no queue “sales”. Try one of: support.");
	run_do(run, "rita", "list queue sales");
	g_assert_true(g_str_has_prefix(run_result(run, 0), "#3 "));
}

static void
test_a_customers_list_has_his_own(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run->ticket = TD_TICKET_DESK;
	run_do(run, "anna@example.net", "list");
	run_assert_done(run,
	    "#3      new        Another matter\n"
	    "#2      new        Another matter\n"
	    "#1      new        Printer on fire");
	run_do(run, "boris@example.org", "list");
	run_assert_done(run, "Nothing to list.");
}

/* ---- reminders ---- */

static void
test_reminders_come_and_go(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdTicket) later = NULL;

	run_do(run, "olga", "remind 2023-12-01 10:00: ring him");
	run_assert_done(run, "You will be reminded at 2023-12-01 10:00.");
	ticket = run_ticket(run, run->number);
	g_assert_cmpint(ticket->timer, ==, 1701424800);
	g_assert_cmpstr(
	    td_event_get(
	        run_event(run, run->number, TD_EVENT_REMINDER), "text"),
	    ==, "ring him");
	run_do(run, "olga", "ack");
	run_assert_done(run,
	    "Nothing of this ticket waits for your word: no "
	    "reminder, no escalation.");
	run_wait(run, 30 * RUN_DAY);
	run_do(run, "ivan", "ack");
	g_assert_cmpuint(run->events, ==, 0);
	run_do(run, "olga", "ack");
	run_assert_done(run, "Reminders done with: 1.");
	later = run_ticket(run, run->number);
	g_assert_cmpuint(later->reminders->len, ==, 0);
}

static void
test_reminders_may_be_cleared(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "remind 3d: x");
	run_do(run, "olga", "remind -");
	run_assert_done(run, "Your reminders of this ticket are gone.");
	run_do(run, "olga", "remind -");
	run_assert_done(run, "You had no reminder of this ticket.");
}

/* ---- the agent ---- */

static void
test_away_and_back(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdPerson) person = NULL;
	g_autoptr(TdPerson) back = NULL;

	run->ticket = TD_TICKET_DESK;
	run_do(run, "olga", "away 2023-12-01 ivan");
	run_assert_done(
	    run, "You are away until 2023-12-01 09:00; your deputy is ivan.");
	g_assert_true(run->changed);
	person = run_person(run, "olga@example.com");
	g_assert_cmpint(person->away, ==, 1701421200);
	g_assert_cmpstr(person->deputy, ==, "ivan");
	run_do(run, "olga", "away -");
	run_assert_done(run, "You are back.");
	back = run_person(run, "olga@example.com");
	g_assert_cmpint(back->away, ==, 0);
	g_assert_cmpstr(back->deputy, ==, "");
	run_do(run, "olga", "away -");
	run_assert_done(run, "You were not away.");
	g_assert_false(run->changed);
}

static void
test_a_deputy_is_another_agent(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "away 3d olga");
	g_assert_true(run->refused);
	run_do(run, "olga", "away 3d nobody-here");
	g_assert_true(run->refused);
	g_assert_false(run->changed);
}

static void
test_echo_is_switched(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdPerson) person = NULL;

	run_do(run, "olga", "echo on");
	run_assert_done(run,
	    "From now on you get a transcript of your commands each time.");
	person = run_person(run, "olga@example.com");
	g_assert_true(person->echo);
	run_do(run, "olga", "echo on");
	g_assert_false(run->changed);
	run_do(run, "olga", "echo off");
	g_assert_true(run->changed);
}

static void
test_two_changes_of_one_record_are_both_kept(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdPerson) person = NULL;

	run_do(run, "olga", "echo on\naway 3d");
	g_assert_false(run->refused);
	person = run_person(run, "olga@example.com");
	g_assert_true(person->echo);
	g_assert_cmpint(person->away, >, 0);
}

static void
test_a_new_address_gets_a_link(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = NULL;
	g_autoptr(TdHold) hold = NULL;
	g_autoptr(GError) error = NULL;

	run_do(run, "olga", "add-address olga@home.example");
	g_assert_false(run->refused);
	g_assert_cmpstr(run->letters, ==, "confirm:olga@home.example");
	txn = td_txn_read(run->fixture.store);
	td_hold_newest(txn, run->number, "olga@home.example", 0, &hold, &error);
	g_assert_no_error(error);
	g_assert_nonnull(hold);
	g_assert_cmpstr(hold->kind, ==, "add-address");
	g_assert_cmpstr(hold->text, ==, "olga@home.example");
}

static void
test_an_address_has_one_owner(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "add-address ivan@example.com");
	run_assert_refused(run, "ivan@example.com belongs to somebody else.");
	run_do(run, "olga", "add-address help@example.com");
	g_assert_true(run->refused);
	run_do(run, "olga", "add-address olga@example.com");
	run_assert_done(run, "olga@example.com is yours already.");
	run_do(run, "olga",
	    "add-address a@home.example\nadd-address b@home.example");
	g_assert_true(run->refused);
	g_assert_cmpstr(run->letters, ==, "");
}

/* ---- language ---- */

static void
test_a_customers_language_is_kept(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdPerson) person = NULL;

	run_do(run, "anna@example.net", "lang ru");
	run_assert_done(run, "We will write to you in: ru");
	person = run_person(run, "anna@example.net");
	g_assert_cmpstr(person->language, ==, "ru");
	g_assert_cmpint(person->role, ==, TD_ROLE_CUSTOMER);
	run_do(run, "anna@example.net", "lang ru");
	g_assert_false(run->changed);
	run_do(run, "anna@example.net", "lang en\nlang ru\nlang en");
	g_assert_false(run->refused);
}

static void
test_a_new_customer_may_change_his_mind(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdPerson) person = NULL;

	run_do(run, "anna@example.net", "lang ru\nlang en");
	g_assert_false(run->refused);
	person = run_person(run, "anna@example.net");
	g_assert_cmpstr(person->language, ==, "en");
}

static void
test_an_unknown_language_is_refused(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "anna@example.net", "lang xx");
	run_assert_refused(
	    run, "The desk does not write in “xx”. Try one of: en, ru");
}

/* ---- housekeeping ---- */

static void
test_go_waits_for_nothing(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_verb(run, "olga", TD_VERB_GO);
	run_assert_refused(run, "No mail of yours waits.");
	run_verb(run, "olga", TD_VERB_STOP);
	g_assert_false(run->refused);
}

#define TEST(path, function)                                                   \
	g_test_add(path, Run, NULL, run_open, function, run_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	TEST("/run/status", test_status_tells_agents_all);
	TEST("/run/status-customers",
	    test_status_tells_customers_what_is_theirs);
	TEST("/run/status-russian", test_status_in_russian);
	TEST("/run/history", test_history_has_the_newest_events);
	TEST("/run/history-times", test_history_tells_times);
	TEST("/run/history-deliveries", test_history_tells_no_deliveries);
	TEST("/run/help", test_help_is_for_who_asks);
	TEST("/run/list", test_lists_of_agents);
	TEST("/run/list-state", test_lists_by_state);
	TEST("/run/list-queues", test_a_list_has_the_agents_queues_alone);
	TEST("/run/list-customers", test_a_customers_list_has_his_own);
	TEST("/run/remind", test_reminders_come_and_go);
	TEST("/run/remind-clear", test_reminders_may_be_cleared);
	TEST("/run/away", test_away_and_back);
	TEST("/run/away-deputy", test_a_deputy_is_another_agent);
	TEST("/run/echo", test_echo_is_switched);
	TEST("/run/record", test_two_changes_of_one_record_are_both_kept);
	TEST("/run/add-address", test_a_new_address_gets_a_link);
	TEST("/run/add-address-owner", test_an_address_has_one_owner);
	TEST("/run/lang", test_a_customers_language_is_kept);
	TEST("/run/lang-new", test_a_new_customer_may_change_his_mind);
	TEST("/run/lang-unknown", test_an_unknown_language_is_refused);
	TEST("/run/go", test_go_waits_for_nothing);
	return g_test_run();
}
