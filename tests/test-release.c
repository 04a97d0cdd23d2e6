/* test-release.c - an owner who does not answer loses the ticket */

#include "config.h"

#include <string.h>

#include "clocks-fixture.h"

static const char release[] = "|release = 1h\n";

static void
assert_owner(Clocks *clocks, const char *want)
{
	g_autoptr(TdTicket) ticket = clocks_ticket(clocks);

	g_assert_cmpstr(ticket->owner, ==, want);
}

static void
test_edge(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GPtrArray) events = NULL;
	const TdEvent *owner = NULL;

	clocks_assert(clocks, TD_CLOCK_RELEASE, "none");
	clocks_at(clocks, AT(0, 5));
	clocks_do(clocks, "olga", "take");
	clocks_assert(clocks, TD_CLOCK_RELEASE, "running 10:05");
	clocks_assert_tick(clocks, AT(1, 4), "");
	clocks_assert_tick(clocks, AT(1, 5) - 1, "");
	assert_owner(clocks, "olga");
	clocks_assert_tick(clocks, AT(1, 5),
	    "deadline:ivan@example.com deadline:olga@example.com "
	    "deadline:rita@example.com");
	assert_owner(clocks, "");
	clocks_assert(clocks, TD_CLOCK_RELEASE, "none");
	clocks_assert_tick(clocks, AT(3, 0), "");
	events = fixture_events(&clocks->fixture, clocks->number);
	for (guint i = 0; i < events->len; i++) {
		const TdEvent *event = g_ptr_array_index(events, i);

		if (event->kind == TD_EVENT_OWNER)
			owner = event;
	}
	g_assert_cmpstr(td_event_get(owner, "from"), ==, "olga");
	g_assert_cmpstr(td_event_get(owner, "why"), ==, "no answer");
	g_assert_cmpstr(owner->actor, ==, "desk");
}

static void
test_answered(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_do(clocks, "olga", "take");
	clocks_at(clocks, AT(0, 59));
	clocks_reply(clocks, "olga");
	clocks_assert(clocks, TD_CLOCK_RELEASE, "none");
	clocks_assert_tick(clocks, AT(1, 0), "");
	assert_owner(clocks, "olga");
}

static void
test_customer_wrote(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_do(clocks, "olga", "take");
	clocks_at(clocks, AT(0, 40));
	clocks_write(clocks);
	clocks_assert(clocks, TD_CLOCK_RELEASE, "running 10:40");
	clocks_reply(clocks, "olga");
	clocks_at(clocks, AT(5, 0));
	clocks_write(clocks);
	clocks_assert(clocks, TD_CLOCK_RELEASE, "running 15:00");
	clocks_assert_tick(clocks, AT(6, 0) - 1, "");
	clocks_assert_tick(clocks, AT(6, 0),
	    "deadline:ivan@example.com deadline:olga@example.com "
	    "deadline:rita@example.com");
}

static void
test_note(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_do(clocks, "olga", "take");
	clocks_at(clocks, AT(0, 30));
	clocks_do(clocks, "olga", "note: soon");
	clocks_assert(clocks, TD_CLOCK_RELEASE, "running 10:00");
}

static void
test_new_owner(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_do(clocks, "olga", "take");
	clocks_at(clocks, AT(0, 30));
	clocks_do(clocks, "rita", "assign ivan");
	clocks_assert(clocks, TD_CLOCK_RELEASE, "running 10:30");
	clocks_do(clocks, "ivan", "drop");
	clocks_assert(clocks, TD_CLOCK_RELEASE, "none");
}

static void
test_put_off(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_do(clocks, "olga", "take; pending 2023-11-20 12:00");
	clocks_assert(clocks, TD_CLOCK_RELEASE, "none");
	clocks_assert_tick(clocks, AT(3, 0), "awake:olga@example.com");
	clocks_assert(clocks, TD_CLOCK_RELEASE, "running 13:00");
}

static void
test_hours(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_at(clocks, AT(7, 45));
	clocks_do(clocks, "olga", "take");
	clocks_assert(clocks, TD_CLOCK_RELEASE, "running 21 09:45");
	clocks_assert_tick(clocks, AT(24, 45) - 1, "");
	clocks_assert_tick(clocks, AT(24, 45),
	    "deadline:ivan@example.com deadline:olga@example.com "
	    "deadline:rita@example.com");
}

/* Another gets it, and a time of his own; who lost it is told. */
static void
test_given_on(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) letter = NULL;
	g_autoptr(TdTicket) before = clocks_ticket(clocks);
	g_autoptr(TdTicket) after = NULL;
	g_autofree char *told = g_strdup_printf(
	    "deadline:%s@example.com", before->owner);
	g_autofree char *address = g_strdup_printf(
	    "%s@example.com", before->owner);

	g_assert_cmpstr(before->owner, !=, "");
	clocks_at(clocks, AT(1, 0));
	clocks_tick(clocks);
	after = clocks_ticket(clocks);
	g_assert_cmpstr(after->owner, !=, "");
	g_assert_cmpstr(after->owner, !=, before->owner);
	g_assert_nonnull(strstr(clocks->told->str, told));
	g_assert_nonnull(strstr(clocks->told->str, "assigned:"));
	clocks_assert(clocks, TD_CLOCK_RELEASE, "running 11:00");
	letter = fixture_letter(
	    &clocks->fixture, clocks->number, "deadline", address);
	told = (g_free(told),
	    g_strdup_printf("It belongs to %s now.", after->owner));
	g_assert_nonnull(strstr(letter->text, told));
}

#define AWAY (CLOCKS_START + 30 * CLOCKS_DAY)

/* Olga is alone. */
static void
test_alone(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_agent(clocks, "ivan", TD_ROLE_AGENT, AWAY, "");
	clocks_agent(clocks, "rita", TD_ROLE_AGENT, AWAY, "");
	clocks_do(clocks, "olga", "take");
	clocks_at(clocks, AT(1, 0));
	clocks_tick(clocks);
	g_assert_cmpstr(clocks->told->str, ==, "deadline:olga@example.com");
	assert_owner(clocks, "");
	clocks_assert(clocks, TD_CLOCK_RELEASE, "none");
	clocks_assert_tick(clocks, AT(3, 0), "");
	/* The first who is back, and did not have it, gets it. */
	clocks_assert(clocks, TD_CLOCK_ASSIGN, "running 20 09:00");
	clocks_at(clocks, AT(30 * 24, 0));
	clocks_tick(clocks);
	{
		g_autoptr(TdTicket) ticket = clocks_ticket(clocks);

		g_assert_cmpstr(ticket->owner, !=, "");
		g_assert_cmpstr(ticket->owner, !=, "olga");
	}
}

/* Three agents, none of whom answers. */
static void
test_once_round(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GHashTable)
	    had = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < 3; i++) {
		g_autoptr(TdTicket) ticket = clocks_ticket(clocks);

		g_assert_cmpstr(ticket->owner, !=, "");
		g_assert_true(g_hash_table_add(had, g_strdup(ticket->owner)));
		clocks_at(clocks, AT(i + 1, 0));
		clocks_tick(clocks);
	}
	assert_owner(clocks, "");
	clocks_assert(clocks, TD_CLOCK_ASSIGN, "none");
	clocks_assert_tick(clocks, AT(24, 0), "");

	/* Whoever takes it himself has his time; then it is nobody's again. */
	clocks_do(clocks, "olga", "take");
	clocks_assert_tick(clocks, AT(25, 0),
	    "deadline:ivan@example.com deadline:olga@example.com "
	    "deadline:rita@example.com");
	assert_owner(clocks, "");

	/* The customer's word begins a new round. */
	clocks_do(clocks, "olga", "take");
	clocks_write(clocks);
	clocks_at(clocks, AT(26, 0));
	clocks_tick(clocks);
	{
		g_autoptr(TdTicket) ticket = clocks_ticket(clocks);

		g_assert_cmpstr(ticket->owner, !=, "");
		g_assert_cmpstr(ticket->owner, !=, "olga");
	}
}

/* What a monitor writes has no requester: nobody waits for an answer. */
static void
test_nobody_to_answer(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	fixture_event(
	    &clocks->fixture, clocks->number, TD_EVENT_REQUESTER, "to", "");
	clocks_do(clocks, "olga", "take");
	clocks_assert(clocks, TD_CLOCK_RELEASE, "none");
	clocks_assert_tick(clocks, AT(3, 0), "");
	assert_owner(clocks, "olga");
}

/* Whoever distributes sets a clock for when somebody is at work. */
static void
test_assign_later(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	/* Half past five in the evening. */
	clocks_at(clocks, AT(8, 30));
	clocks_open_ticket(clocks);
	assert_owner(clocks, "");
	clocks_assert(clocks, TD_CLOCK_ASSIGN, "running 21 09:00");
	clocks_at(clocks, AT(24, 0) - 1);
	clocks_tick(clocks);
	assert_owner(clocks, "");
	clocks_at(clocks, AT(24, 0));
	clocks_tick(clocks);
	clocks_assert(clocks, TD_CLOCK_ASSIGN, "none");
	{
		g_autoptr(TdTicket) ticket = clocks_ticket(clocks);

		g_assert_cmpstr(ticket->owner, !=, "");
	}
}

static void
test_taken_before(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_at(clocks, AT(8, 30));
	clocks_open_ticket(clocks);
	clocks_do(clocks, "olga", "take");
	clocks_assert(clocks, TD_CLOCK_ASSIGN, "none");
	clocks_assert_tick(clocks, AT(24, 0), "");
	assert_owner(clocks, "olga");
}

static void
test_letters(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) former = NULL;
	g_autoptr(TdMessage) queue = NULL;

	clocks_do(clocks, "olga", "take");
	clocks_at(clocks, AT(1, 0));
	clocks_tick(clocks);
	former = fixture_letter(
	    &clocks->fixture, clocks->number, "deadline", "olga@example.com");
	g_assert_nonnull(strstr(former->text,
	    "olga has not answered the customer by 2023-11-20 10:00, and so "
	    "does not own this ticket any more.\nNobody owns it now.\n"));
	queue = fixture_letter(
	    &clocks->fixture, clocks->number, "deadline", "ivan@example.com");
	g_assert_nonnull(
	    strstr(queue->text, "Nobody owns this ticket now: who takes it?"));
}

#define ADD(name, extra, test)                                                 \
	g_test_add(                                                            \
	    "/release/" name, Clocks, extra, clocks_open, test, clocks_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	ADD("an owner who does not answer loses it to the second", release,
	    test_edge);
	ADD("an answer keeps it", release, test_answered);
	ADD("the time counts from the customer's last word", release,
	    test_customer_wrote);
	ADD("a note is no answer", release, test_note);
	ADD("another owner has a time of his own", release, test_new_owner);
	ADD("what is put off is kept", release, test_put_off);
	ADD("the time is that of the queue's hours",
	    "|release = 1h\ncalendar = office\n" CLOCKS_OFFICE, test_hours);
	ADD("another gets it", "|release = 1h\ndistribute = round-robin\n",
	    test_given_on);
	ADD("one who is alone does not get it back",
	    "|release = 1h\ndistribute = round-robin\n", test_alone);
	ADD("each loses it once until the customer writes",
	    "|release = 1h\ndistribute = round-robin\n", test_once_round);
	ADD("where nobody is to be answered it is kept", release,
	    test_nobody_to_answer);
	ADD("who distributes waits for somebody at work",
	    "|distribute = round-robin\nworking-hours = true\n"
	    "calendar = office\n" CLOCKS_OFFICE,
	    test_assign_later);
	ADD("what is taken before is not given",
	    "|distribute = round-robin\nworking-hours = true\n"
	    "calendar = office\n" CLOCKS_OFFICE,
	    test_taken_before);
	ADD("he and the queue are told", release, test_letters);
	return g_test_run();
}
