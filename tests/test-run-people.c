/* test-run-people.c - commands about who is on a ticket, and where it is */

#include "config.h"

#include <string.h>

#include "run-fixture.h"

/* ---- owner ---- */

static void
test_take_and_drop(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdTicket) later = NULL;

	run_do(run, "olga", "take");
	run_assert_done(run, "The ticket is yours now.");
	ticket = run_ticket(run, run->number);
	g_assert_cmpstr(ticket->owner, ==, "olga");
	run_do(run, "olga", "take");
	run_assert_done(run, "The ticket is yours already.");
	g_assert_cmpuint(run->events, ==, 0);
	run_do(run, "olga", "drop");
	run_assert_done(run, "Nobody owns the ticket now; olga did.");
	later = run_ticket(run, run->number);
	g_assert_cmpstr(later->owner, ==, "");
	run_do(run, "olga", "drop");
	run_assert_done(run, "Nobody owned the ticket.");
}

static void
test_assign_tells_the_new_owner(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "olga", "assign ivan");
	run_assert_done(run, "ivan owns the ticket now.");
	g_assert_nonnull(strstr(run->letters, "assigned:ivan@example.com"));
	ticket = run_ticket(run, run->number);
	g_assert_cmpstr(ticket->owner, ==, "ivan");
	run_do(run, "olga", "assign ivan");
	run_assert_done(run, "ivan owns the ticket already.");
	run_do(run, "olga", "assign me");
	run_assert_done(run, "The ticket is yours now. It was ivan's.");
	run_do(run, "olga", "assign -");
	run_assert_done(run, "Nobody owns the ticket now; olga did.");
}

static void
test_assign_by_address(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "assign ivan@example.com");
	run_assert_done(run, "ivan owns the ticket now.");
}

static void
test_who_is_away_gets_it_with_a_hint(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_agent(run, "ivan", run->fixture.now + 3 * RUN_DAY, "rita");
	run_do(run, "olga", "assign ivan");
	g_assert_false(run->refused);
	g_assert_true(g_str_has_prefix(run_result(run, 0),
	    "ivan owns the ticket now. ivan is away until 2023-11-17 "));
	g_assert_true(
	    g_str_has_suffix(run_result(run, 0), "; the deputy is rita."));
}

/* ---- queue ---- */

static void
test_a_queue_is_told(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "queue Sales");
	run_assert_done(run, "The ticket is in the queue “sales” now.");
	g_assert_nonnull(strstr(run->letters, "petr@example.com"));
	g_assert_cmpstr(
	    td_event_get(run_event(run, run->number, TD_EVENT_QUEUE), "from"),
	    ==, "support");
}

static void
test_the_same_queue_is_no_event(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "queue support");
	run_assert_done(run, "The ticket is in the queue “support” already.");
	g_assert_cmpuint(run->events, ==, 0);
}

static void
test_an_owner_of_the_old_queue_goes(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "olga", "take");
	run_do(run, "olga", "queue sales");
	run_assert_done(
	    run, "The ticket is in the queue “sales” now. It was olga's.");
	g_assert_nonnull(strstr(run->letters, "petr@example.com"));
	ticket = run_ticket(run, run->number);
	g_assert_cmpstr(ticket->owner, ==, "");
}

static void
test_an_owner_of_the_new_queue_stays(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "olga", "assign petr\nqueue sales");
	g_assert_false(run->refused);
	ticket = run_ticket(run, run->number);
	g_assert_cmpstr(ticket->owner, ==, "petr");
}

/* A queue that distributes: support; ivan is the first of its round. */

static void
test_a_queue_gives_it_to_somebody(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run->ticket = run->foreign;
	run_do(run, "petr", "queue support");
	run_assert_done(
	    run, "The ticket is in the queue “support” now. It goes to ivan.");
	/* Nobody else hears of it. */
	g_assert_cmpstr(run->letters, ==, "assigned:ivan@example.com");
	ticket = run_ticket(run, run->foreign);
	g_assert_cmpstr(ticket->owner, ==, "ivan");
}

static void
test_who_is_named_gets_it(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdTicket) next = NULL;

	/* Whatever the order of the lines, and no turn is spent. */
	run->ticket = run->foreign;
	run_do(run, "petr", "queue support\nassign olga");
	run_assert_done(run, "The ticket is in the queue “support” now.");
	g_assert_cmpstr(run->letters, ==, "assigned:olga@example.com");
	ticket = run_ticket(run, run->foreign);
	g_assert_cmpstr(ticket->owner, ==, "olga");
	next = run_ticket(run, fixture_open_ticket(&run->fixture));
	g_assert_cmpstr(next->owner, ==, "ivan");
}

static void
test_who_goes_away_in_the_same_mail_gets_nothing(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "ivan", "away 3d\nqueue sales");
	run_do(run, "rita", "away 3d\nqueue support");
	ticket = run_ticket(run, run->number);
	g_assert_cmpstr(ticket->owner, ==, "olga");
}

static void
test_a_closed_ticket_moves_quietly(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run->ticket = run->foreign;
	run_do(run, "petr", "queue support\nclose");
	g_assert_cmpstr(run->letters, ==, "");
	ticket = run_ticket(run, run->foreign);
	g_assert_cmpstr(ticket->owner, ==, "");
}

static void
test_an_answer_takes_the_ticket(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run_reply(run, "olga", "We look at it.");
	ticket = run_ticket(run, run->number);
	g_assert_cmpstr(ticket->owner, ==, "olga");
}

static void
test_an_answer_does_not_take_the_ticket(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdTicket) taken = NULL;

	run_reply(run, "olga", "We look at it.");
	ticket = run_ticket(run, run->number);
	g_assert_cmpstr(ticket->owner, ==, "");
	g_assert_cmpint(ticket->status, ==, TD_STATUS_WAITING);
	run_do(run, "olga", "take");
	taken = run_ticket(run, run->number);
	g_assert_cmpstr(taken->owner, ==, "olga");
}

/* ---- leads ---- */

static void
test_a_lead_acts_in_every_queue(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(run->fixture.store, &error);
	g_autoptr(TdPerson) rita = NULL;
	g_autoptr(TdTicket) ticket = NULL;

	/* Though she works in one that gets no tickets. */
	td_person_find_agent(txn, "rita", &rita, NULL, &error);
	g_assert_no_error(error);
	g_strfreev(rita->queues);
	rita->queues = g_strsplit("nowhere", ",", -1);
	td_person_put(txn, rita, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
	g_clear_pointer(&txn, td_txn_free);

	run->ticket = run->foreign;
	run_do(run, "olga", "take");
	g_assert_true(run->refused);
	run_do(run, "rita", "assign petr");
	g_assert_false(run->refused);
	run_agent(run, "petr", run->fixture.now + RUN_DAY, NULL);
	run_do(run, "rita", "assign olga\n#1 assign petr\n#1 priority 1");
	g_assert_false(run->refused);
	run_do(run, "rita", "list queue sales");
	g_assert_false(run->refused);
	ticket = run_ticket(run, run->foreign);
	g_assert_cmpstr(ticket->owner, ==, "olga");
	/* She gets none by distribution. */
	g_clear_pointer(&ticket, td_ticket_free);
	fixture_open_ticket(&run->fixture);
	fixture_open_ticket(&run->fixture);
	ticket = run_ticket(run, fixture_open_ticket(&run->fixture));
	g_assert_cmpstr(ticket->owner, ==, "ivan");
}

/* ---- watching ---- */

static void
test_watch_and_unwatch(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "olga", "watch");
	run_assert_done(run, "You watch the ticket now.");
	ticket = run_ticket(run, run->number);
	g_assert_true(
	    g_strv_contains((const char *const *)ticket->watchers, "olga"));
	run_do(run, "olga", "watch");
	run_assert_done(run, "You watch the ticket already.");
	run_do(run, "olga", "unwatch");
	run_assert_done(run, "You no longer watch the ticket.");
	run_do(run, "olga", "unwatch");
	run_assert_done(run, "You did not watch the ticket.");
}

/* ---- customers ---- */

static void
test_copies_come_and_go(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "cc +carl@example.org");
	run_assert_done(
	    run, "Copies go to: boris@example.org, carl@example.org");
	run_do(run, "olga", "cc +carl@example.org");
	run_assert_done(run,
	    "Copies go to: boris@example.org, carl@example.org (as before).");
	run_do(run, "olga", "cc -boris@example.org");
	run_assert_done(run, "Copies go to: carl@example.org");
	run_do(run, "olga", "cc =dora@example.org");
	run_assert_done(run, "Copies go to: dora@example.org");
	run_do(run, "olga", "cc -");
	run_assert_done(run, "Copies go to nobody now.");
}

static void
test_our_own_address_gets_no_copy(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "cc +help@example.com");
	run_assert_refused(run,
	    "help@example.com is an address of this desk: mail to it would "
	    "come back here.");
}

static void
test_an_agent_in_cc_watches(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "olga", "cc +petr@example.com");
	run_assert_done(run, "Copies go to: boris@example.org, petr");
	ticket = run_ticket(run, run->number);
	g_assert_false(td_ticket_has_participant(ticket, "petr@example.com"));
	g_assert_true(
	    g_strv_contains((const char *const *)ticket->watchers, "petr"));
	run_do(run, "olga", "cc -petr@example.com");
	run_assert_done(run, "Copies go to: boris@example.org");
}

static void
test_the_requester_cannot_be_cut(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "cc -anna@example.net");
	run_assert_refused(run,
	    "anna@example.net is the customer of this ticket. To name another "
	    "one: requester name@example.com");
}

static void
test_a_new_requester_keeps_the_old_one(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "olga", "requester boris@example.org");
	run_assert_done(run,
	    "The customer is boris@example.org now; anna@example.net gets "
	    "copies.");
	ticket = run_ticket(run, run->number);
	g_assert_cmpstr(ticket->requester, ==, "boris@example.org");
	g_assert_cmpstr(ticket->requester_name, ==, "Boris");
	g_assert_cmpuint(ticket->participants->len, ==, 1);
	g_assert_true(td_ticket_has_participant(ticket, "anna@example.net"));
	run_do(run, "olga", "requester boris@example.org");
	run_assert_done(run, "The customer is boris@example.org already.");
	run_do(run, "olga", "requester sales@example.com");
	g_assert_true(run->refused);
}

static void
test_unsubscribing_mutes(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "boris@example.org", "unsubscribe");
	g_assert_false(run->refused);
	ticket = run_ticket(run, run->number);
	g_assert_true(g_strv_contains(
	    (const char *const *)ticket->muted, "boris@example.org"));
	run_do(run, "boris@example.org", "unsubscribe");
	g_assert_cmpuint(run->events, ==, 0);
}

static void
test_who_unsubscribed_is_named(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "boris@example.org", "unsubscribe");
	run_do(run, "olga", "cc +boris@example.org");
	run_assert_done(run,
	    "Copies go to: boris@example.org (as before). boris@example.org "
	    "wants no mail of this ticket.");
}

#define ROUND(path, function)                                                  \
	g_test_add(path, Run, "|distribute = round-robin\n", run_open,         \
	    function, run_close)
#define TEST(path, function)                                                   \
	g_test_add(path, Run, NULL, run_open, function, run_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	TEST("/run/people/take", test_take_and_drop);
	TEST("/run/people/assign", test_assign_tells_the_new_owner);
	TEST("/run/people/assign-address", test_assign_by_address);
	TEST("/run/people/assign-away", test_who_is_away_gets_it_with_a_hint);
	TEST("/run/people/queue", test_a_queue_is_told);
	TEST("/run/people/same-queue", test_the_same_queue_is_no_event);
	TEST("/run/people/queue-owner", test_an_owner_of_the_old_queue_goes);
	TEST("/run/people/queue-assign", test_an_owner_of_the_new_queue_stays);
	ROUND("/run/people/queue-round", test_a_queue_gives_it_to_somebody);
	ROUND("/run/people/queue-named", test_who_is_named_gets_it);
	ROUND("/run/people/queue-away",
	    test_who_goes_away_in_the_same_mail_gets_nothing);
	ROUND("/run/people/queue-closed", test_a_closed_ticket_moves_quietly);
	ROUND("/run/people/answer", test_an_answer_takes_the_ticket);
	g_test_add("/run/people/answer-none", Run, "|distribute = none\n",
	    run_open, test_an_answer_does_not_take_the_ticket, run_close);
	ROUND("/run/people/lead", test_a_lead_acts_in_every_queue);
	TEST("/run/people/watch", test_watch_and_unwatch);
	TEST("/run/people/cc", test_copies_come_and_go);
	TEST("/run/people/cc-own", test_our_own_address_gets_no_copy);
	TEST("/run/people/cc-agent", test_an_agent_in_cc_watches);
	TEST("/run/people/cc-requester", test_the_requester_cannot_be_cut);
	TEST("/run/people/requester", test_a_new_requester_keeps_the_old_one);
	TEST("/run/people/unsubscribe", test_unsubscribing_mutes);
	TEST("/run/people/cc-muted", test_who_unsubscribed_is_named);
	return g_test_run();
}
