/* test-distribute-hours.c - who gets a new ticket while people are away */

#include "config.h"

#include "distribute-fixture.h"

/* ---- absence ---- */

static void
test_who_is_away_until_now_is_here(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	hire(fixture, "anna,boris");
	away(fixture, "anna", fixture->now + 1);
	assert_owners(fixture, "boris");
	/* A minute later. */
	away(fixture, "anna", fixture->now);
	assert_owners(fixture, "anna");
	away(fixture, "boris", fixture->now - 1);
	assert_owners(fixture, "boris");
}

static void
test_a_deputy_has_his_place(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	hire(fixture, "anna,boris,carl");
	away(fixture, "anna", fixture->now + DAY);
	deputy(fixture, "anna", "carl");
	assert_owners(fixture, "carl boris carl carl boris");
}

static void
test_a_deputy_may_be_of_another_queue(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	hire(fixture, "anna,zoe");
	change_agent(fixture, "zoe", set_queues, (gpointer) "sales");
	away(fixture, "anna", fixture->now + DAY);
	deputy(fixture, "anna", "zoe");
	assert_owners(fixture, "zoe zoe");
}

static void
test_a_deputy_who_is_away_has_one_too(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	hire(fixture, "anna,boris,zoe");
	change_agent(fixture, "boris", set_queues, (gpointer) "sales");
	change_agent(fixture, "zoe", set_queues, (gpointer) "sales");
	away(fixture, "anna", fixture->now + DAY);
	away(fixture, "boris", fixture->now + DAY);
	deputy(fixture, "anna", "boris");
	deputy(fixture, "boris", "zoe");
	assert_owners(fixture, "zoe");
	change_agent(fixture, "zoe", set_removed, NULL);
	assert_owners(fixture, "-");
}

static void
test_deputies_in_a_circle_are_nobody(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number;

	hire(fixture, "anna,boris");
	away(fixture, "anna", START + DAY);
	away(fixture, "boris", START + 2 * HOUR);
	deputy(fixture, "anna", "boris");
	deputy(fixture, "boris", "anna");
	number = fixture_open_ticket(fixture);
	g_assert_cmpint(assign_time(fixture, number), ==, START + 2 * HOUR);
	assert_owners(fixture, "-");
}

static void
test_alone_and_away_the_ticket_waits(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number;
	g_autofree char *owner = NULL;

	hire(fixture, "anna");
	away(fixture, "anna", START + DAY);
	number = fixture_open_ticket(fixture);
	g_assert_cmpint(assign_time(fixture, number), ==, START + DAY);
	fixture->now = START + DAY;
	distribute(fixture, number, 0, NULL);
	owner = owner_of(fixture, number);
	g_assert_cmpstr(owner, ==, "anna");
	g_assert_cmpint(assign_time(fixture, number), ==, 0);
}

static void
test_a_deputy_counts_until_the_other_is_back(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number;

	hire(fixture, "anna,zoe");
	change_agent(fixture, "zoe", set_queues, (gpointer) "sales");
	away(fixture, "anna", START + HOUR);
	away(fixture, "zoe", START + 2 * HOUR);
	deputy(fixture, "anna", "zoe");
	number = fixture_open_ticket(fixture);
	g_assert_cmpint(assign_time(fixture, number), ==, START + HOUR);
	away(fixture, "zoe", START + HOUR / 2);
	distribute(fixture, number, 0, NULL);
	g_assert_cmpint(assign_time(fixture, number), ==, START + HOUR / 2);
}

/* ---- working hours ---- */

static void
test_it_opens_at_the_second(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	gint64 open = MIDNIGHT + 9 * HOUR;
	guint64 number;

	hire(fixture, "anna");
	fixture->now = open - 1;
	number = fixture_open_ticket(fixture);
	g_assert_cmpint(assign_time(fixture, number), ==, open);
	fixture->now = open;
	assert_owners(fixture, "anna");
	fixture->now = MIDNIGHT + 17 * HOUR - 1;
	assert_owners(fixture, "anna");
	fixture->now = MIDNIGHT + 17 * HOUR;
	number = fixture_open_ticket(fixture);
	g_assert_cmpint(assign_time(fixture, number), ==, open + DAY);
}

static void
test_agents_have_hours_of_their_own(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number;

	hire(fixture, "anna,boris");
	change_agent(fixture, "boris", set_calendar, (gpointer) "early");
	fixture->now = MIDNIGHT + 5 * HOUR;
	number = fixture_open_ticket(fixture);
	g_assert_cmpint(assign_time(fixture, number), ==, MIDNIGHT + 6 * HOUR);
	fixture->now = MIDNIGHT + 6 * HOUR;
	assert_owners(fixture, "boris boris");
	fixture->now = MIDNIGHT + 9 * HOUR;
	assert_owners(fixture, "anna boris anna");
	fixture->now = MIDNIGHT + 14 * HOUR;
	assert_owners(fixture, "anna anna");
	/* A calendar that is gone is none. */
	change_agent(fixture, "boris", set_calendar, (gpointer) "gone");
	assert_owners(fixture, "boris");
	fixture->now = MIDNIGHT + 20 * HOUR;
	change_agent(fixture, "boris", set_calendar, (gpointer) "always");
	assert_owners(fixture, "boris boris");
}

static void
test_who_returns_outside_of_hours_waits(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number;

	hire(fixture, "anna");
	fixture->now = MIDNIGHT + 10 * HOUR;
	away(fixture, "anna", MIDNIGHT + 18 * HOUR);
	number = fixture_open_ticket(fixture);
	g_assert_cmpint(
	    assign_time(fixture, number), ==, MIDNIGHT + DAY + 9 * HOUR);
}

static void
test_who_took_it_meanwhile_keeps_it(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number;
	g_autofree char *owner = NULL;

	hire(fixture, "anna,boris");
	number = fixture_open_ticket(fixture);
	g_assert_cmpint(
	    assign_time(fixture, number), ==, MIDNIGHT + DAY + 9 * HOUR);
	fixture_event(fixture, number, TD_EVENT_OWNER, "to", "boris");
	distribute(fixture, number, 0, NULL);
	owner = owner_of(fixture, number);
	g_assert_cmpstr(owner, ==, "boris");
	g_assert_cmpint(assign_time(fixture, number), ==, 0);
}

static void
test_the_clock_gives_it_away(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	gint64 open = MIDNIGHT + DAY + 9 * HOUR;
	guint64 number;
	g_autofree char *before = NULL;
	g_autofree char *owner = NULL;

	hire(fixture, "anna");
	number = fixture_open_ticket(fixture);
	fixture_tick(fixture, open - 1 - fixture->now);
	before = owner_of(fixture, number);
	g_assert_cmpstr(before, ==, "");
	fixture_tick(fixture, 1);
	owner = owner_of(fixture, number);
	g_assert_cmpstr(owner, ==, "anna");
	g_assert_cmpint(assign_time(fixture, number), ==, 0);
	g_assert_cmpuint(fixture_count(fixture, number, "assigned"), ==, 1);
	fixture_tick(fixture, 1);
	g_assert_cmpuint(fixture_count(fixture, number, "assigned"), ==, 1);
}

#define TEST(path, extra, function)                                            \
	g_test_add(path, Fixture, extra, fixture_open, function, fixture_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	TEST("/distribute/away", ROUND, test_who_is_away_until_now_is_here);
	TEST("/distribute/deputy", ROUND, test_a_deputy_has_his_place);
	TEST("/distribute/deputy-queue", ROUND,
	    test_a_deputy_may_be_of_another_queue);
	TEST("/distribute/deputy-away", ROUND,
	    test_a_deputy_who_is_away_has_one_too);
	TEST("/distribute/deputy-circle", ROUND,
	    test_deputies_in_a_circle_are_nobody);
	TEST("/distribute/alone", ROUND, test_alone_and_away_the_ticket_waits);
	TEST("/distribute/deputy-until", ROUND,
	    test_a_deputy_counts_until_the_other_is_back);
	TEST("/distribute/hours", ROUND HOURS, test_it_opens_at_the_second);
	TEST("/distribute/own-hours", ROUND HOURS,
	    test_agents_have_hours_of_their_own);
	TEST("/distribute/return", ROUND HOURS,
	    test_who_returns_outside_of_hours_waits);
	TEST("/distribute/taken", ROUND HOURS,
	    test_who_took_it_meanwhile_keeps_it);
	TEST("/distribute/clock", ROUND HOURS, test_the_clock_gives_it_away);
	return g_test_run();
}
