/* test-escalation.c - one after the other is told, until somebody says ack */

#include "config.h"

#include <string.h>

#include "clocks-fixture.h"

#define SLA "[sla a]\nfirst-response = 1h\nwarn = 0\nescalation = up\n"
#define STEPS(steps) "[escalation up]\nsteps = " steps "\n"

#define CHAIN "|" SLA STEPS("owner;leads 30m;queue 1h;boss@example.org 2h")

static const char chain[] = CHAIN;

/* At the breach. */
static void
begin(Clocks *clocks)
{
	clocks_do(clocks, "olga", "take");
	clocks_assert_tick(clocks, AT(1, 0), "escalation:olga@example.com");
}

static void
assert_over(Clocks *clocks)
{
	clocks_assert_tick(clocks, AT(40, 0), "");
	clocks_assert(clocks, TD_CLOCK_ESCALATION, "met 0m");
}

/* ---- step by step ---- */

static void
test_steps(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *to = NULL;
	g_autofree char *why = NULL;

	clocks_do(clocks, "olga", "take");
	clocks_assert_tick(clocks, AT(1, 0) - CLOCKS_MINUTE, "");
	begin(clocks);
	/* It begins, and its first step. */
	g_assert_cmpuint(
	    clocks_count(clocks, TD_EVENT_ESCALATED, TD_CLOCK_ESCALATION), ==,
	    2);
	to = clocks_value(
	    clocks, TD_EVENT_ESCALATED, TD_CLOCK_ESCALATION, "to");
	g_assert_cmpstr(to, ==, "olga");
	clocks_assert_tick(clocks, AT(1, 30) - 1, "");
	clocks_assert_tick(clocks, AT(1, 30), "escalation:rita@example.com");
	clocks_assert_tick(clocks, AT(2, 30) - 1, "");
	clocks_assert_tick(clocks, AT(2, 30),
	    "escalation:ivan@example.com escalation:olga@example.com "
	    "escalation:rita@example.com");
	clocks_assert_tick(clocks, AT(4, 30) - 1, "");
	clocks_assert_tick(clocks, AT(4, 30), "escalation:boss@example.org");
	assert_over(clocks);
	why = clocks_value(
	    clocks, TD_EVENT_ESCALATED, TD_CLOCK_ESCALATION, "why");
	g_assert_cmpstr(why, ==, "end");
}

static void
test_first_later(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_do(clocks, "olga", "take");
	clocks_assert_tick(clocks, AT(1, 0), "");
	clocks_assert_tick(clocks, AT(1, 15) - 1, "");
	clocks_assert_tick(clocks, AT(1, 15), "escalation:rita@example.com");
	assert_over(clocks);
}

/* Each has the time that he was promised, whenever the desk came to it. */
static void
test_after_stop(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_do(clocks, "olga", "take");
	clocks_assert_tick(clocks, AT(9, 0), "escalation:olga@example.com");
	clocks_assert_tick(clocks, AT(9, 30) - 1, "");
	clocks_assert_tick(clocks, AT(9, 30), "escalation:rita@example.com");
}

static void
test_hours(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_do(clocks, "olga", "close");
	clocks_at(clocks, AT(6, 50));
	clocks_open_ticket(clocks);
	clocks_assert_tick(clocks, AT(7, 50),
	    "escalation:ivan@example.com escalation:olga@example.com "
	    "escalation:rita@example.com");
	clocks_assert(clocks, TD_CLOCK_ESCALATION, "running 21 09:20");
	clocks_assert_tick(clocks, AT(24, 20) - 1, "");
	clocks_assert_tick(clocks, AT(24, 20), "escalation:rita@example.com");
}

/* ---- nobody there ---- */

static void
test_unowned(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GPtrArray) events = NULL;
	gboolean told = FALSE;

	clocks_assert_tick(clocks, AT(1, 0), "escalation:rita@example.com");
	events = fixture_events(&clocks->fixture, clocks->number);
	for (guint i = 0; i < events->len; i++)
		told = told ||
		    strcmp(td_event_get(g_ptr_array_index(events, i), "why"),
		        "nobody there") == 0;
	g_assert_true(told);
	clocks_assert(clocks, TD_CLOCK_ESCALATION, "running 11:00");
}

static void
test_away(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_do(clocks, "olga", "take");
	clocks_agent(
	    clocks, "olga", TD_ROLE_AGENT, CLOCKS_START + CLOCKS_DAY, "");
	clocks_assert_tick(clocks, AT(1, 0), "escalation:rita@example.com");
}

static void
test_deputy(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_do(clocks, "olga", "take");
	clocks_agent(
	    clocks, "olga", TD_ROLE_AGENT, CLOCKS_START + CLOCKS_DAY, "ivan");
	clocks_assert_tick(clocks, AT(1, 0), "escalation:ivan@example.com");
	clocks_assert_tick(clocks, AT(1, 30), "escalation:rita@example.com");
}

static void
test_nobody_at_all(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_agent(clocks, "rita", TD_ROLE_AGENT, 0, "");
	clocks_assert_tick(clocks, AT(1, 0), "");
	assert_over(clocks);
}

/* ---- who ends it ---- */

static void
test_ack(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *who = NULL;

	begin(clocks);
	clocks_at(clocks, AT(1, 30) - 1);
	clocks_do(clocks, "ivan", "ack");
	who = clocks_value(
	    clocks, TD_EVENT_ESCALATED, TD_CLOCK_ESCALATION, "ack");
	g_assert_cmpstr(who, ==, "ivan");
	assert_over(clocks);
}

static void
test_ack_by_tool(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	begin(clocks);
	clocks_do(clocks, NULL, "ack");
	assert_over(clocks);
}

/* It is over, but who was told last may still say that he saw it; once. */
static void
test_ack_at_the_end(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	guint events;

	clocks_do(clocks, "olga", "take");
	clocks_assert_tick(clocks, AT(1, 0), "escalation:olga@example.com");
	clocks_assert(clocks, TD_CLOCK_ESCALATION, "met 0m");
	clocks_do(clocks, "olga", "ack");
	events = clocks_count(clocks, TD_EVENT_ESCALATED, TD_CLOCK_ESCALATION);
	clocks_do(clocks, "olga", "ack");
	g_assert_cmpuint(
	    clocks_count(clocks, TD_EVENT_ESCALATED, TD_CLOCK_ESCALATION), ==,
	    events);
}

static void
mail(Clocks *clocks, const char *from, const char *to, const char *text)
{
	static guint count;
	g_autofree char *raw = g_strdup_printf(
	    "From: %s\nTo: %s\nSubject: Re: [support #%" G_GUINT64_FORMAT
	    "] Printer on fire\nMessage-ID: <ack-%u@example.com>\n"
	    "In-Reply-To: <older@example.net>\n\n%s\n",
	    from, to, clocks->number, ++count, text);

	fixture_file(&clocks->fixture, from, to, raw);
}

static void
test_ack_by_mail(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *to = NULL;

	begin(clocks);
	to = fixture_reply_address(
	    &clocks->fixture, clocks->number, "escalation", "olga@example.com");
	mail(clocks, "olga@example.com", to, "ack");
	assert_over(clocks);
}

static void
test_ack_by_link(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) first = NULL;
	g_autofree char *link = NULL;

	begin(clocks);
	first = fixture_letter(
	    &clocks->fixture, clocks->number, "escalation", "olga@example.com");
	/* What comes between leaves the link as it is. */
	clocks_assert_tick(clocks, AT(1, 30), "escalation:rita@example.com");
	link = fixture_link(first, "body=ack");
	g_assert_nonnull(link);
	mail(clocks, "olga@example.com", link, "ack");
	assert_over(clocks);
}

/* What goes to an address proves nothing. */
static void
test_address(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) letter = NULL;
	g_autofree char *to = NULL;

	clocks_do(clocks, "olga", "take");
	clocks_assert_tick(clocks, AT(1, 0), "escalation:boss@example.org");
	letter = fixture_letter(
	    &clocks->fixture, clocks->number, "escalation", "boss@example.org");
	g_assert_null(strstr(letter->text, "mailto:"));
	g_assert_null(strstr(letter->text, "reply with one word"));
	for (guint i = 0; i < letter->reply_to->len; i++) {
		const TdAddress *reply = g_ptr_array_index(letter->reply_to, i);

		g_assert_null(strstr(reply->address, "-p"));
	}
	to = td_desk_thread_address(clocks->fixture.desk,
	    td_conf_queue(clocks->fixture.conf, "support"), clocks->number);
	mail(clocks, "boss@example.org", to, "ack");
	clocks_assert(clocks, TD_CLOCK_ESCALATION, "running 11:00");
	clocks_assert_tick(clocks, AT(2, 0), "escalation:rita@example.com");
}

/* An agent's address is as good as his name. */
static void
test_address_of_agent(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *to = NULL;

	clocks_assert_tick(clocks, AT(1, 0), "escalation:ivan@example.com");
	to = fixture_reply_address(
	    &clocks->fixture, clocks->number, "escalation", "ivan@example.com");
	mail(clocks, "ivan@example.com", to, "ack");
	clocks_assert(clocks, TD_CLOCK_ESCALATION, "met 0m");
}

/* Who is called to help must be able to. */
static void
test_agent_of_others(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	g_autofree char *to = NULL;

	clocks_assert_tick(clocks, AT(1, 0), "escalation:petr@example.com");
	ticket = clocks_ticket(clocks);
	g_assert_true(
	    g_strv_contains((const char *const *)ticket->watchers, "petr"));
	to = fixture_reply_address(
	    &clocks->fixture, clocks->number, "escalation", "petr@example.com");
	mail(clocks, "petr@example.com", to, "ack");
	clocks_assert(clocks, TD_CLOCK_ESCALATION, "met 0m");
}

/* ---- what ends it by itself ---- */

static void
test_answered(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	begin(clocks);
	clocks_at(clocks, AT(1, 10));
	clocks_reply(clocks, "ivan");
	assert_over(clocks);
}

static void
test_closed(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	begin(clocks);
	clocks_do(clocks, "olga", "close");
	assert_over(clocks);
}

static void
test_put_off(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	begin(clocks);
	clocks_do(clocks, "olga", "pending 2023-11-20 12:00");
	clocks_assert(clocks, TD_CLOCK_ESCALATION, "met 0m");
	clocks_assert_tick(clocks, AT(3, 0), "awake:olga@example.com");
	clocks_assert_tick(clocks, AT(40, 0), "");
}

/* An answer is no solution: it goes on when the customer has written. */
static void
test_waiting(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	begin(clocks);
	clocks_at(clocks, AT(1, 10));
	clocks_reply(clocks, "olga");
	clocks_assert(clocks, TD_CLOCK_ESCALATION, "stopped 20m");
	clocks_assert_tick(clocks, AT(20, 0), "");
	clocks_write(clocks);
	clocks_assert_tick(clocks, AT(20, 20) - 1, "");
	clocks_assert_tick(clocks, AT(20, 20), "escalation:rita@example.com");
}

/* ---- warnings, and other deadlines ---- */

static void
test_at_warning(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_do(clocks, "olga", "take");
	clocks_assert_tick(clocks, AT(0, 30) - 1, "");
	clocks_assert_tick(clocks, AT(0, 30), "escalation:olga@example.com");
	/* While it is under way the breach is told beside it. */
	clocks_assert_tick(clocks, AT(1, 0),
	    "deadline:olga@example.com deadline:rita@example.com");
	clocks_assert_tick(clocks, AT(1, 30), "escalation:rita@example.com");
}

static void
test_second_deadline(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	begin(clocks);
	clocks_assert_tick(clocks, AT(2, 0),
	    "deadline:olga@example.com deadline:rita@example.com");
	clocks_assert_tick(clocks, AT(3, 0), "escalation:rita@example.com");
	g_assert_cmpuint(
	    fixture_count(&clocks->fixture, clocks->number, "escalation"), ==,
	    2);
}

/* What was acknowledged was that one. */
static void
test_next_breach(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	begin(clocks);
	clocks_do(clocks, "olga", "ack");
	clocks_assert_tick(clocks, AT(2, 0), "escalation:olga@example.com");
}

/* ---- the letters ---- */

static void
test_letter(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) letter = NULL;

	begin(clocks);
	letter = fixture_letter(
	    &clocks->fixture, clocks->number, "escalation", "olga@example.com");
	g_assert_nonnull(strstr(letter->text,
	    "OVERDUE: the first answer to the customer was due by 2023-11-20 "
	    "10:00.\n"
	    "Escalation “up”, step 1 of 4.\n"
	    "If nobody acknowledges this, it goes on at 2023-11-20 10:30: the "
	    "leads of the queue.\n"));
	g_assert_nonnull(strstr(letter->text, "reply with one word: ack"));
	g_assert_nonnull(strstr(letter->text, "> It burns."));
}

static void
test_warning_tells_chain(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) letter = NULL;

	clocks_do(clocks, "olga", "take");
	clocks_assert_tick(clocks, AT(0, 30), "deadline:olga@example.com");
	letter = fixture_letter(
	    &clocks->fixture, clocks->number, "deadline", "olga@example.com");
	g_assert_nonnull(strstr(letter->text,
	    "If it is missed, the escalation “up” begins. First: the leads of "
	    "the queue, 2023-11-20 10:15.\n"));
}

static void
test_history(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) transcript = NULL;
	g_autofree char *to = NULL;

	begin(clocks);
	clocks_do(clocks, "ivan", "ack");
	to = fixture_reply_address(
	    &clocks->fixture, clocks->number, "escalation", "olga@example.com");
	mail(clocks, "olga@example.com", to, "history\nstatus");
	transcript = fixture_letter(
	    &clocks->fixture, clocks->number, "transcript", "olga@example.com");
	g_assert_nonnull(
	    strstr(transcript->text, "a deadline was missed: first answer"));
	g_assert_nonnull(strstr(transcript->text, "escalated to olga"));
	g_assert_nonnull(
	    strstr(transcript->text, "ivan: the escalation was acknowledged"));
	g_assert_nonnull(strstr(
	    transcript->text, "First answer by: 2023-11-20 10:00 – OVERDUE"));
}

#define ADD(name, extra, test)                                                 \
	g_test_add("/escalation/" name, Clocks, extra, clocks_open, test,      \
	    clocks_close)

static void
add_tests(void)
{
	ADD("each step comes to the second", chain, test_steps);
	ADD("the first step may come later", "|" SLA STEPS("leads 15m"),
	    test_first_later);
	ADD("after a stop each step has its time", chain, test_after_stop);
	ADD("steps go by business hours",
	    "|calendar = office\n" CLOCKS_OFFICE SLA STEPS("queue;leads 30m"),
	    test_hours);
	ADD("without an owner the next are told at once", chain, test_unowned);
	ADD("an owner who is away is nobody", chain, test_away);
	ADD("the deputy stands in", chain, test_deputy);
	ADD("with nobody at all it ends", "|" SLA STEPS("owner;leads 1h"),
	    test_nobody_at_all);
	ADD("ack ends it", chain, test_ack);
	ADD("a tool's ack ends it", chain, test_ack_by_tool);
	ADD("ack counts behind the last step", "|" SLA STEPS("owner"),
	    test_ack_at_the_end);
	ADD("a mail with ack ends it", chain, test_ack_by_mail);
	ADD("a tap ends it", chain, test_ack_by_link);
	ADD("an address has no rights",
	    "|" SLA STEPS("boss@example.org;leads 1h"), test_address);
	ADD("an agent's address is his", "|" SLA STEPS("ivan@example.com"),
	    test_address_of_agent);
	ADD("an agent of other queues is let in", "|" SLA STEPS("Petr"),
	    test_agent_of_others);
	ADD("an answer ends it", chain, test_answered);
	ADD("closing ends it", chain, test_closed);
	ADD("putting off ends it", chain, test_put_off);
	ADD("it waits while the customer is waited for",
	    "|[sla a]\nsolution = 1h\nwarn = 0\nescalation = up\n" STEPS(
	        "owner;leads 30m"),
	    test_waiting);
	ADD("it may begin at the warning",
	    "|[sla a]\nfirst-response = 1h\nwarn = 50\nescalation = up\n"
	    "escalate-at = warning\n" STEPS("owner;leads 1h"),
	    test_at_warning);
	ADD("a second deadline is told beside it",
	    "|[sla a]\nfirst-response = 1h\nsolution = 2h\nwarn = 0\n"
	    "escalation = up\n" STEPS("owner;leads 2h"),
	    test_second_deadline);
	ADD("the next breach begins anew",
	    "|[sla a]\nfirst-response = 1h\nsolution = 2h\nwarn = 0\n"
	    "escalation = up\n" STEPS("owner;leads 2h"),
	    test_next_breach);
	ADD("the letter tells what, which and who is next", chain, test_letter);
	ADD("the warning tells of it",
	    "|[sla a]\nfirst-response = 1h\nwarn = 50\nescalation = up\n" STEPS(
	        "leads 15m"),
	    test_warning_tells_chain);
	ADD("history and status tell of it", chain, test_history);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	add_tests();
	return g_test_run();
}
