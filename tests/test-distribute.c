/* test-distribute.c - who gets a new ticket */

#include "config.h"

#include <string.h>

#include "distribute-fixture.h"

/* ---- nobody ---- */

static void
test_who_answers_first_is_the_default(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	hire(fixture, "anna,boris");
	assert_owners(fixture, "- -");
}

static void
test_without_agents_nobody_gets_it(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autofree char *owner = owner_of(fixture, number);

	g_assert_cmpstr(owner, ==, "");
	g_assert_cmpint(assign_time(fixture, number), ==, 0);
}

static void
test_what_is_over_is_left(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 closed = fixture_open_ticket(fixture);
	guint64 owned = fixture_open_ticket(fixture);
	g_autofree char *one = NULL;
	g_autofree char *other = NULL;

	hire(fixture, "anna,boris");
	fixture_event(fixture, closed, TD_EVENT_STATUS, "to", "closed");
	fixture_event(fixture, owned, TD_EVENT_OWNER, "to", "boris");
	g_assert_cmpstr(distribute(fixture, closed, owned, NULL), ==, "");
	one = owner_of(fixture, closed);
	other = owner_of(fixture, owned);
	g_assert_cmpstr(one, ==, "");
	g_assert_cmpstr(other, ==, "boris");
}

static void
test_spam_goes_to_nobody(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing;
	g_autofree char *owner = NULL;

	hire(fixture, "anna");
	filing = fixture_file(fixture, "x@example.net", "support@example.com",
	    "From: X <x@example.net>\nTo: support@example.com\n"
	    "Subject: Win\nX-Spam-Flag: YES\nMessage-ID: <s@example.net>\n\n"
	    "Win.\n");
	g_assert_cmpint(filing.class, ==, TD_CLASS_SPAM);
	owner = owner_of(fixture, filing.outcome.ticket);
	g_assert_cmpstr(owner, ==, "");
}

/* ---- round robin ---- */

static void
test_each_has_his_turn(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	hire(fixture, "carl,anna,boris");
	assert_owners(fixture, "anna boris carl anna boris carl anna");
}

static void
test_agents_come_and_go(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	hire(fixture, "anna,boris,dora");
	assert_owners(fixture, "anna boris");
	hire(fixture, "carl");
	assert_owners(fixture, "carl");
	/* Who had the last turn is gone. */
	change_agent(fixture, "carl", set_removed, NULL);
	assert_owners(fixture, "dora anna boris dora");
	change_agent(fixture, "dora", set_queues, (gpointer) "sales");
	assert_owners(fixture, "anna boris anna");
}

static void
test_queues_have_rounds_of_their_own(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number;
	g_autofree char *owner = NULL;

	hire(fixture, "anna,boris");
	change_agent(fixture, "anna", set_queues, (gpointer) "support,sales");
	change_agent(fixture, "boris", set_queues, (gpointer) "support,sales");
	assert_owners(fixture, "anna");
	number = fixture_file(fixture, "c@example.net", "sales@example.com",
	    "From: C <c@example.net>\nTo: sales@example.com\nSubject: Buy\n"
	    "Message-ID: <b@example.net>\n\nBuy.\n")
	             .outcome.ticket;
	owner = owner_of(fixture, number);
	/* That queue leaves it to who answers first. */
	g_assert_cmpstr(owner, ==, "");
	assert_owners(fixture, "boris");
}

static void
test_one_plan_takes_turns_too(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 first = fixture_open_ticket(fixture);
	guint64 second = fixture_open_ticket(fixture);

	hire(fixture, "anna,boris,carl");
	g_assert_cmpstr(distribute(fixture, first, second, NULL), ==,
	    "assigned:anna@example.com assigned:boris@example.com");
	assert_owners(fixture, "carl");
}

static void
test_the_event_tells_why(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number;
	g_autoptr(GPtrArray) events = NULL;
	guint count = 0;

	hire(fixture, "anna");
	number = fixture_open_ticket(fixture);
	events = fixture_events(fixture, number);
	for (guint i = 0; i < events->len; i++) {
		const TdEvent *event = g_ptr_array_index(events, i);

		if (event->kind != TD_EVENT_OWNER)
			continue;
		count++;
		g_assert_cmpstr(event->actor, ==, "desk");
		g_assert_cmpstr(event->evidence, ==, "");
		g_assert_cmpstr(td_event_get(event, "to"), ==, "anna");
		g_assert_cmpstr(td_event_get(event, "why"), ==, "round-robin");
	}
	g_assert_cmpuint(count, ==, 1);
}

/* ---- letters ---- */

static void
test_the_owner_alone_is_told_once(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number;
	g_autoptr(TdMessage) letter = NULL;

	hire(fixture, "anna,boris");
	number = fixture_open_ticket(fixture);
	g_assert_cmpuint(fixture_count(fixture, number, "new-ticket"), ==, 1);
	g_assert_cmpuint(fixture_count(fixture, number, "assigned"), ==, 0);
	letter = fixture_letter(
	    fixture, number, "new-ticket", "anna@example.com");
	g_assert_nonnull(letter);
	g_assert_nonnull(strstr(letter->text, "Owner: anna"));
}

static void
test_a_given_ticket_says_who_gave_it(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autoptr(TdMessage) letter = NULL;

	hire(fixture, "anna");
	distribute(fixture, number, 0, NULL);
	letter = fixture_letter(
	    fixture, number, "assigned", "anna@example.com");
	g_assert_nonnull(letter);
	g_assert_nonnull(strstr(letter->text, "The desk gave this ticket"));
	g_assert_nonnull(strstr(letter->text, "It burns."));
}

/* ---- load ---- */

static void
test_the_least_loaded_gets_it(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 first = fixture_open_ticket(fixture);
	guint64 second = fixture_open_ticket(fixture);

	hire(fixture, "anna,boris,carl");
	fixture_event(fixture, first, TD_EVENT_OWNER, "to", "anna");
	fixture_event(fixture, second, TD_EVENT_OWNER, "to", "carl");
	assert_owners(fixture, "boris carl anna boris");
	/* What is closed is no load. */
	fixture_event(fixture, first, TD_EVENT_STATUS, "to", "closed");
	assert_owners(fixture, "anna boris");
}

static void
test_load_counts_what_the_plan_gives(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 first = fixture_open_ticket(fixture);
	guint64 second = fixture_open_ticket(fixture);
	guint64 third = fixture_open_ticket(fixture);

	hire(fixture, "anna,boris");
	fixture_event(fixture, third, TD_EVENT_OWNER, "to", "anna");
	g_assert_cmpstr(distribute(fixture, first, second, NULL), ==,
	    "assigned:boris@example.com assigned:anna@example.com");
}

/* ---- skills ---- */

static void
test_who_knows_most_gets_it(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		TdEventKind kind;
		const char *key;
		const char *value;
		const char *owner;
	} steps[] = {
		/* Nobody knows anything of it. */
		{ TD_EVENT_TAG, "add", "coffee", "anna" },
		{ TD_EVENT_TAG, "add", "Printer", "boris" },
		{ TD_EVENT_TAG, "add", "network", "carl" },
		{ TD_EVENT_TYPE, "to", "incident", "boris" },
	};
	guint64 number = fixture_open_ticket(fixture);

	hire(fixture, "anna,boris,carl");
	change_agent(
	    fixture, "boris", set_skills, (gpointer) "incident,printer");
	change_agent(fixture, "carl", set_skills, (gpointer) "network,printer");
	for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
		g_autofree char *owner = NULL;

		fixture_event(fixture, number, steps[i].kind, steps[i].key,
		    steps[i].value);
		distribute(fixture, number, 0, NULL);
		owner = owner_of(fixture, number);
		g_assert_cmpstr(owner, ==, steps[i].owner);
		fixture_event(fixture, number, TD_EVENT_OWNER, "to", "");
	}
}

static void
test_equal_skills_go_by_load(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	guint64 other = fixture_open_ticket(fixture);
	g_autofree char *owner = NULL;

	hire(fixture, "anna,boris,carl");
	change_agent(fixture, "anna", set_skills, (gpointer) "printer");
	change_agent(fixture, "boris", set_skills, (gpointer) "printer");
	fixture_event(fixture, other, TD_EVENT_OWNER, "to", "anna");
	fixture_event(fixture, number, TD_EVENT_TAG, "add", "printer");
	distribute(fixture, number, 0, NULL);
	owner = owner_of(fixture, number);
	g_assert_cmpstr(owner, ==, "boris");
}

/* ---- release ---- */

static void
test_who_lost_it_does_not_get_it_back(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autofree char *alone = NULL;
	g_autofree char *owner = NULL;

	hire(fixture, "boris");
	fixture_event(fixture, number, TD_EVENT_OWNER, "to", "boris");
	distribute(fixture, number, 0, "boris");
	alone = owner_of(fixture, number);
	g_assert_cmpstr(alone, ==, "boris");
	hire(fixture, "anna");
	/* It would be anna's turn, and then boris's. */
	distribute(fixture, number, 0, "anna");
	owner = owner_of(fixture, number);
	g_assert_cmpstr(owner, ==, "boris");
}

static void
test_what_the_desk_gave_is_merged_by_a_second_copy(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char mail[] = "From: anna@example.net\n"
	                           "To: support@example.com\n"
	                           "In-Reply-To: <x@y>\n"
	                           "Message-ID: <again@example.net>\n\nHi.\n";
	guint64 number = fixture_open_ticket(fixture);
	g_autofree char *address = td_desk_thread_address(
	    fixture->desk, td_conf_queue(fixture->conf, "support"), number);
	g_autoptr(TdTicket) ticket = NULL;
	g_autofree char *owner = NULL;

	hire(fixture, "boris");
	fixture_file(fixture, "anna@example.net", "support@example.com", mail);
	owner = owner_of(fixture, number + 1);
	g_assert_cmpstr(owner, ==, "boris");
	fixture_file(fixture, "anna@example.net", address, mail);
	ticket = fixture_ticket(fixture, number + 1);
	g_assert_cmpuint(ticket->merged_into, ==, number);
}

#define TEST(path, extra, function)                                            \
	g_test_add(path, Fixture, extra, fixture_open, function, fixture_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	TEST("/distribute/first", UTC, test_who_answers_first_is_the_default);
	TEST(
	    "/distribute/no-agents", ROUND, test_without_agents_nobody_gets_it);
	TEST("/distribute/over", ROUND, test_what_is_over_is_left);
	TEST("/distribute/spam", ROUND, test_spam_goes_to_nobody);
	TEST("/distribute/round", ROUND, test_each_has_his_turn);
	TEST("/distribute/come-and-go", ROUND, test_agents_come_and_go);
	TEST("/distribute/queues", ROUND, test_queues_have_rounds_of_their_own);
	TEST("/distribute/plan", ROUND, test_one_plan_takes_turns_too);
	TEST("/distribute/why", ROUND, test_the_event_tells_why);
	TEST("/distribute/told", ROUND, test_the_owner_alone_is_told_once);
	TEST("/distribute/given", ROUND, test_a_given_ticket_says_who_gave_it);
	TEST("/distribute/load", LOAD, test_the_least_loaded_gets_it);
	TEST("/distribute/load-plan", LOAD,
	    test_load_counts_what_the_plan_gives);
	TEST("/distribute/skill", SKILL, test_who_knows_most_gets_it);
	TEST("/distribute/skill-load", SKILL, test_equal_skills_go_by_load);
	TEST("/distribute/release", ROUND,
	    test_who_lost_it_does_not_get_it_back);
	TEST("/distribute/second-copy", ROUND,
	    test_what_the_desk_gave_is_merged_by_a_second_copy);
	return g_test_run();
}
