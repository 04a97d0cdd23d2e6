/* test-clocks.c - which rule holds, what ends a clock, what was agreed,
 * letters */

#include "config.h"

#include <string.h>

#include "clocks-fixture.h"

/* Times are those of a clock that never rests. */
#define PLAIN                                                                  \
	"|[sla plain]\nfirst-response = 1h\nnext-update = 2h\n"                \
	"solution = 10h\nwarn = 75\n"

/* Tickets that anything happens to. */
#define WALKS 4

static const char plain[] = PLAIN;

/* All at once. */
static const char walk[] =
    "reply-hold = 20m\nreopen-days = 3650\n|calendar = office\nrelease = 3h\n"
    "distribute = round-robin\nworking-hours = true\n" CLOCKS_OFFICE
    "[sla urgent]\npriorities = 1\nfirst-response = 20m\nnext-update = 1h\n"
    "solution = 4h\ncalendar = always\nescalation = up\n"
    "escalate-at = warning\n"
    "[sla incident]\ntypes = incident\nqueues = support\nnext-update = 2h\n"
    "solution = 3d\nescalation = up\n"
    "[sla rest]\nqueues = support\nfirst-response = 1h\nnext-update = 2h\n"
    "solution = 10h\nescalation = up\n"
    "[escalation up]\nsteps = owner;leads 30m;boss@example.org 2h\n";

/* ---- which rule ---- */

static const char rules[] =
    "|[sla urgent]\npriorities = 1;2\nfirst-response = 10m\n"
    "solution = 1h\nwarn = 0\n"
    "[sla sales]\nqueues = sales\nsolution = 2h\nwarn = 0\n"
    "[sla request]\ntypes = Request\nsolution = 5d\nwarn = 0\n"
    "[sla rest]\nsolution = 1d\nwarn = 0\n";

static void
test_first_that_fits(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "none");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "running 21 09:00");
	clocks_do(clocks, "olga", "type request");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "running 25 09:00");
	clocks_do(clocks, "rita", "queue sales");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "running 11:00");
	clocks_do(clocks, "rita", "priority 2");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "running 09:10");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "running 10:00");
	clocks_do(clocks, "rita", "priority 3; type -");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "none");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "running 11:00");
}

/* What was spent counts under another rule. */
static void
test_time_spent(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_at(clocks, AT(0, 40));
	clocks_do(clocks, "olga", "take; priority 1");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "running 10:00");
	/* The first answer is due since half an hour: now. */
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "running 09:40");
	clocks_tick(clocks);
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "running 09:40 breached");
	clocks_at(clocks, AT(0, 50));
	clocks_reply(clocks, "olga");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "stopped 10m");
	clocks_do(clocks, "olga", "priority 3");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "stopped 1390m");
	clocks_do(clocks, "olga", "priority 1");
	clocks_at(clocks, AT(5, 0));
	clocks_write(clocks);
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "running 14:10");
}

static void
test_broken_stays(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_do(clocks, "olga", "take; priority 1");
	clocks_at(clocks, AT(1, 0));
	clocks_tick(clocks);
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "running 10:00 breached");
	clocks_do(clocks, "olga", "priority 3");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "running 10:00 breached");
	clocks_assert_tick(clocks, AT(1, 1), "");
}

static void
test_no_rule(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	guint events;
	g_autoptr(TdTicket) ticket = clocks_ticket(clocks);

	for (guint i = 0; i < TD_CLOCKS; i++)
		clocks_assert(clocks, i, "none");
	events = clocks_count(clocks, TD_EVENT_DUE, TD_CLOCK_RESPONSE) +
	    clocks_count(clocks, TD_EVENT_DUE, TD_CLOCK_SOLUTION);
	g_assert_cmpuint(events, ==, 0);
	g_assert_cmpint(ticket->timer, ==, 0);
}

static void
test_no_needless_events(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_at(clocks, AT(0, 5));
	clocks_write(clocks);
	clocks_do(clocks, "olga", "note: hm");
	clocks_do(clocks, "olga", "take; tag +printer; title: Fire");
	g_assert_cmpuint(
	    clocks_count(clocks, TD_EVENT_DUE, TD_CLOCK_RESPONSE), ==, 1);
	g_assert_cmpuint(
	    clocks_count(clocks, TD_EVENT_DUE, TD_CLOCK_SOLUTION), ==, 1);
}

/* ---- the end ---- */

static void
test_solved_and_back(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_at(clocks, AT(1, 0) - 1);
	clocks_reply(clocks, "olga");
	clocks_at(clocks, AT(2, 0));
	clocks_write(clocks);
	clocks_at(clocks, AT(3, 0));
	clocks_do(clocks, "olga", "resolve");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "met 0m");
	clocks_assert(clocks, TD_CLOCK_UPDATE, "met 60m");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "met 480m");
	clocks_assert_tick(clocks, AT(20, 0), "");
	clocks_write(clocks);
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "met 0m");
	clocks_assert(clocks, TD_CLOCK_UPDATE, "running 21 07:00");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "running 21 13:00");
}

static void
test_customer_closes(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *to = td_desk_thread_address(clocks->fixture.desk,
	    td_conf_queue(clocks->fixture.conf, "support"), clocks->number);
	g_autofree char *raw = g_strdup_printf(
	    "From: Anna <anna@example.net>\nTo: %s\nSubject: Re: Printer\n"
	    "Message-ID: <solved@example.net>\n"
	    "In-Reply-To: <older@example.net>\n\nclose\n",
	    to);
	g_autoptr(TdTicket) ticket = NULL;

	clocks_at(clocks, AT(0, 30));
	fixture_file(&clocks->fixture, "anna@example.net", to, raw);
	ticket = clocks_ticket(clocks);
	g_assert_cmpint(ticket->status, >=, TD_STATUS_RESOLVED);
	g_assert_false(ticket->breached);
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "met 30m");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "met 570m");
}

/* Opened anew with no time left, it is news again. */
static void
test_reopened_overdue(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	clocks_do(clocks, "olga", "take");
	clocks_at(clocks, AT(11, 0));
	clocks_tick(clocks);
	clocks_do(clocks, "olga", "close");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "met 0m breached");
	clocks_at(clocks, AT(30, 0));
	clocks_do(clocks, "olga", "reopen");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "met 0m");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "running 21 15:00");
	ticket = clocks_ticket(clocks);
	g_assert_false(ticket->breached);
	clocks_assert_tick(clocks, AT(30, 0) + 1,
	    "deadline:olga@example.com deadline:rita@example.com");
}

static void
test_split(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *split = NULL;

	clocks_at(clocks, AT(0, 20));
	split = g_strdup_printf(
	    "split %" G_GUINT64_FORMAT, clocks_write(clocks));
	clocks_at(clocks, AT(0, 30));
	clocks_do(clocks, "olga", split);
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "running 10:00");
	clocks->number++;
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "running 10:30");
}

/* ---- what was agreed ---- */

static void
test_agreed(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_at(clocks, AT(1, 0));
	clocks_reply(clocks, "olga");
	clocks_do(clocks, "olga", "due 2023-11-20 20:00");
	clocks_assert(clocks, TD_CLOCK_AGREED, "running 20:00");
	/* It stands aside. */
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "stopped 540m");
	/* 75 percent of ten hours; that the customer is waited for does not
	 * matter. */
	clocks_assert_tick(clocks, AT(8, 30) - 1, "");
	clocks_assert_tick(clocks, AT(8, 30), "deadline:olga@example.com");
	clocks_assert_tick(clocks, AT(11, 0) - 1, "");
	clocks_assert_tick(clocks, AT(11, 0),
	    "deadline:olga@example.com deadline:rita@example.com");
	clocks_do(clocks, "olga", "due -");
	clocks_assert(clocks, TD_CLOCK_AGREED, "met 0m warned breached");
	clocks_write(clocks);
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "running 21 05:00");
}

static void
test_agreed_alone(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	clocks_do(clocks, "olga", "take; due 2023-11-20 19:00");
	ticket = clocks_ticket(clocks);
	g_assert_cmpint(ticket->deadline, ==, CLOCKS_START + AT(10, 0));
	clocks_assert_tick(clocks, AT(8, 0) - 1, "");
	clocks_assert_tick(clocks, AT(8, 0), "deadline:olga@example.com");
	clocks_do(clocks, "olga", "due -");
	clocks_assert(clocks, TD_CLOCK_AGREED, "none");
	clocks_assert_tick(clocks, AT(10, 0), "");
}

static void
test_agreed_undone(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_do(clocks, "olga", "due 2023-11-20 19:00");
	clocks_at(clocks, AT(0, 10));
	clocks_do(clocks, "olga", "due 2023-11-22 19:00");
	clocks_assert(clocks, TD_CLOCK_AGREED, "running 22 19:00");
	clocks_at(clocks, AT(0, 20));
	clocks_do(clocks, "olga", "undo");
	clocks_assert(clocks, TD_CLOCK_AGREED, "running 19:00");
	clocks_do(clocks, "olga", "undo");
	clocks_assert(clocks, TD_CLOCK_AGREED, "none");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "running 19:20");
}

static void
test_agreed_past(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_do(clocks, "olga", "take; due 2023-11-19 19:00");
	clocks_assert(clocks, TD_CLOCK_AGREED, "running 19 19:00");
	clocks_tick(clocks);
	g_assert_cmpstr(clocks->told->str, ==,
	    "deadline:olga@example.com deadline:rita@example.com");
	clocks_assert(clocks, TD_CLOCK_AGREED, "running 19 19:00 breached");
}

/* ---- whatever happens ---- */

static void
assert_sound(Clocks *clocks)
{
	g_autoptr(TdTicket) ticket = clocks_ticket(clocks);
	gboolean ended = ticket->status >= TD_STATUS_RESOLVED;
	gboolean ours = ticket->status <= TD_STATUS_OPEN;
	gboolean released;

	for (guint i = 0; i < TD_CLOCKS; i++) {
		const TdClock *clock = &ticket->clocks[i];

		if (ticket->spam || ticket->merged_into != 0)
			g_assert_cmpint(clock->state, !=, TD_CLOCK_RUNNING);
		if (clock->state != TD_CLOCK_RUNNING) {
			g_assert_cmpint(clock->due, ==, 0);
			g_assert_cmpint(clock->next, ==, 0);
			continue;
		}
		g_assert_false(ended);
		g_assert_cmpint(clock->due, !=, 0);
		if (clock->next == 0)
			g_assert_true(clock->breached);
		if (i <= TD_CLOCK_SOLUTION)
			g_assert_true(ours);
	}
	released = ticket->clocks[TD_CLOCK_RELEASE].state == TD_CLOCK_RUNNING;
	if (!ticket->spam && strcmp(ticket->queue, "support") == 0)
		g_assert_true(released == (ours && *ticket->owner != '\0'));
}

/* What has nothing to do with clocks changes none. */
static void
assert_settled(Clocks *clocks)
{
	g_autoptr(TdTicket) before = clocks_ticket(clocks);
	g_autoptr(TdTicket) after = NULL;

	clocks_do(clocks, NULL, "time 5");
	after = clocks_ticket(clocks);
	g_assert_cmpuint(after->events, ==, before->events + 1);
}

static void
take_step(Clocks *clocks, GRand *rand)
{
	static const char *const agents[] = { "olga", "ivan", "rita", NULL };
	static const char *const commands[] = { "take", "drop", "assign ivan",
		"priority 1", "priority 3", "priority 5", "type incident",
		"type -", "queue sales", "queue support", "pending",
		"pending 2h", "pending 3d", "resolve", "close", "reopen",
		"spam", "undo", "undo", "ack", "due 3h", "due 2d", "due -",
		"note: hm" };
	const char
	    *agent = agents[g_rand_int_range(rand, 0, G_N_ELEMENTS(agents))];

	switch (g_rand_int_range(rand, 0, 8)) {
	case 0:
		clocks_write(clocks);
		break;
	case 1:
		clocks_reply(clocks, "rita");
		break;
	case 2:
	case 3:
		clocks->fixture.now += g_rand_int_range(
		    rand, 1, g_rand_boolean(rand) ? CLOCKS_DAY : CLOCKS_HOUR);
		break;
	case 4:
		clocks_tick(clocks);
		break;
	default:
		clocks_try(clocks, agent,
		    commands[g_rand_int_range(
		        rand, 0, G_N_ELEMENTS(commands))]);
	}
}

static void
test_walk(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	for (guint seed = 1; seed <= WALKS; seed++) {
		g_autoptr(GRand) rand = g_rand_new_with_seed(seed);

		clocks_at(clocks, (gint64)seed % 100 * 11 * CLOCKS_DAY);
		clocks_open_ticket(clocks);
		for (guint i = 0; i < 40; i++) {
			take_step(clocks, rand);
			assert_sound(clocks);
			assert_settled(clocks);
		}
	}
}

/* ---- the letters ---- */

static void
test_letter(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) near = NULL;
	g_autoptr(TdMessage) broken = NULL;

	clocks_do(clocks, "olga", "take");
	clocks_at(clocks, AT(0, 45));
	clocks_tick(clocks);
	near = fixture_letter(
	    &clocks->fixture, clocks->number, "deadline", "olga@example.com");
	g_assert_nonnull(strstr(near->text,
	    "The customer has no answer yet: the first one is due by "
	    "2023-11-20 10:00.\nBy the rule: sla plain.\n"
	    "If it is missed, the leads of the queue hear of it, too.\n"));
	g_assert_nonnull(strstr(near->text, "> It burns."));
	clocks_at(clocks, AT(1, 0));
	clocks_tick(clocks);
	broken = fixture_letter(
	    &clocks->fixture, clocks->number, "deadline", "rita@example.com");
	g_assert_nonnull(strstr(broken->text,
	    "OVERDUE: the first answer to the customer was due by 2023-11-20 "
	    "10:00.\n"));
	g_assert_null(strstr(broken->text, "If it is missed"));
}

static void
test_zone(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) letter = NULL;

	clocks_at(clocks, AT(0, 45));
	clocks_tick(clocks);
	letter = fixture_letter(
	    &clocks->fixture, clocks->number, "deadline", "olga@example.com");
	g_assert_nonnull(strstr(letter->text,
	    "\320\277\320\265\321\200\320\262"
	    "\321\213\320\271 \320\276\321\202\320\262\320\265\321\202"));
	g_assert_nonnull(strstr(letter->text, "2023-11-20 13:00"));
}

#define ADD(name, extra, test)                                                 \
	g_test_add(                                                            \
	    "/clocks/" name, Clocks, extra, clocks_open, test, clocks_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	ADD("the first rule that fits holds", rules, test_first_that_fits);
	ADD("time spent counts under another rule", rules, test_time_spent);
	ADD("what is broken stays so", rules, test_broken_stays);
	ADD("without rules there is nothing", NULL, test_no_rule);
	ADD("what changes nothing adds no event", plain,
	    test_no_needless_events);
	ADD("a solved ticket that comes back goes on", plain,
	    test_solved_and_back);
	ADD("a customer who closes meets all", plain, test_customer_closes);
	ADD("opened again when overdue it is told again", plain,
	    test_reopened_overdue);
	ADD("a split ticket has clocks of its own", plain, test_split);
	ADD("what was agreed goes before the solution", plain, test_agreed);
	ADD("what was agreed needs no rule", NULL, test_agreed_alone);
	ADD("undo takes back what was agreed", plain, test_agreed_undone);
	ADD("a date of the past is overdue at once", NULL, test_agreed_past);
	ADD("whatever happens the clocks are sound", walk, test_walk);
	ADD("the letters tell which, when and by what", plain, test_letter);
	ADD("they do so in the reader's language and zone",
	    "language = ru\ntimezone = Europe/Moscow\n" PLAIN, test_zone);
	return g_test_run();
}
