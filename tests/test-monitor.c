/* test-monitor.c - problems, repeats and recoveries that a monitoring system
 * tells by mail */

#include "config.h"

#include "monitor-fixture.h"

#define SHOWN(words) (strstr(letter->text, words) != NULL)

/* ---- a problem ---- */

static void
test_opens_ticket(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing = monitor_says(fixture, WEB_CRITICAL);
	g_autoptr(TdTicket) ticket = fixture_ticket(fixture, 1);
	g_autoptr(TdObject) object = monitor_object(fixture, "web01", "HTTP");
	g_autoptr(TdEvent)
	    created = monitor_event(fixture, 1, TD_EVENT_CREATED);

	g_assert_cmpuint(filing.outcome.ticket, ==, 1);
	g_assert_cmpint(filing.rule, ==, TD_RULE_NEW);
	g_assert_cmpint(filing.class, ==, TD_CLASS_NOTIFICATION);
	g_assert_cmpstr(ticket->subject, ==, "web01/HTTP is CRITICAL");
	g_assert_cmpstr(ticket->queue, ==, "support");
	g_assert_cmpstr(ticket->requester, ==, "");
	g_assert_cmpuint(ticket->priority, ==, 2);
	g_assert_cmpstr(td_ticket_field(ticket, "service"), ==, "HTTP");
	g_assert_cmpstr(created->actor, ==, "machine:" NAGIOS);
	g_assert_cmpstr(td_event_get(created, "monitor"), ==, "nagios");
	g_assert_cmpstr(td_event_get(created, "host"), ==, "web01");
	g_assert_cmpstr(td_event_get(created, "service"), ==, "HTTP");
	g_assert_true(object->problem);
	g_assert_cmpuint(object->ticket, ==, 1);
	g_assert_cmpuint(object->home, ==, 1);
}

static void
test_told_as_new(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing = monitor_says(fixture, DB_DOWN);
	g_autoptr(TdMessage)
	    letter = fixture_letter(fixture, 1, "new-ticket", OLGA);

	g_assert_nonnull(letter);
	g_assert_nonnull(strstr(letter->subject, "db1 is DOWN"));
	g_assert_true(SHOWN("As measured."));
	g_assert_cmpuint(fixture_count(fixture, 1, NULL), ==, 2);
	g_assert_false(filing.acknowledge);
	g_assert_cmpstr(filing.silence, ==, "a monitoring system");
}

static void
test_keys(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	monitor_says(fixture, WEB_CRITICAL);
	ticket = fixture_ticket(fixture, 1);
	g_assert_cmpstr(ticket->queue, ==, "sales");
	g_assert_cmpstr(ticket->type, ==, "incident");
	g_assert_cmpuint(ticket->priority, ==, 4);
	g_assert_cmpstr(td_ticket_field(ticket, "service"), ==, "");
}

/* ---- repeats ---- */

static void
test_repeats(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdObject) object = NULL;
	g_autoptr(TdEvent) event = NULL;
	Filing filing;

	monitor_says(fixture, WEB_CRITICAL);
	monitor_says(fixture, WEB_CRITICAL);
	filing = monitor_says(fixture, "[PROBLEM] http on WEB01 is CRITICAL!");
	g_assert_cmpuint(filing.outcome.ticket, ==, 1);
	g_assert_cmpuint(filing.outcome.filed.ticket, ==, 1);
	g_assert_cmpint(filing.rule, ==, TD_RULE_REPORT);
	g_assert_cmpuint(filing.letters, ==, 0);
	g_assert_cmpuint(monitor_tickets(fixture), ==, 1);
	object = monitor_object(fixture, "web01", "HTTP");
	g_assert_cmpuint(object->repeats, ==, 2);
	g_assert_cmpuint(object->changes->len, ==, 1);
	event = monitor_event(fixture, 1, TD_EVENT_MESSAGE);
	g_assert_cmpuint(td_event_get_number(event, "repeat"), ==, 2);
}

static void
test_worse(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdMessage) letter = NULL;
	Filing filing;

	monitor_says(fixture, WEB_WARNING);
	filing = monitor_says(fixture, WEB_CRITICAL);
	g_assert_cmpuint(filing.letters, ==, 2);
	ticket = fixture_ticket(fixture, 1);
	g_assert_cmpuint(ticket->priority, ==, 2);
	letter = fixture_letter(fixture, 1, "message", OLGA);
	g_assert_true(SHOWN("It got worse."));
	/* Up and down is no news. */
	g_assert_cmpuint(monitor_says(fixture, WEB_WARNING).letters, ==, 0);
	g_assert_cmpuint(monitor_says(fixture, WEB_CRITICAL).letters, ==, 0);
}

static void
test_worse_fixed(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	monitor_says(fixture, WEB_WARNING);
	g_assert_cmpuint(monitor_says(fixture, WEB_CRITICAL).letters, ==, 2);
	ticket = fixture_ticket(fixture, 1);
	g_assert_cmpuint(ticket->priority, ==, 5);
}

static void
test_closed_since(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing;

	monitor_says(fixture, WEB_CRITICAL);
	monitor_order(fixture, 1, "olga", "close");
	filing = monitor_says(fixture, WEB_CRITICAL);
	g_assert_cmpuint(filing.outcome.ticket, ==, 2);
	monitor_assert_link(fixture, 2, 1);
	monitor_assert_link(fixture, 1, 2);
	g_assert_cmpuint(
	    monitor_says(fixture, WEB_CRITICAL).outcome.ticket, ==, 2);
}

static void
test_merged_since(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdObject) object = NULL;

	monitor_says(fixture, WEB_CRITICAL);
	monitor_says(fixture, DB_DOWN);
	monitor_order(fixture, 1, "olga", "merge 2");
	object = monitor_object(fixture, "web01", "HTTP");
	g_assert_cmpuint(object->ticket, ==, 2);
	g_assert_cmpuint(
	    monitor_says(fixture, WEB_CRITICAL).outcome.ticket, ==, 2);
	/* Both must be well. */
	monitor_says(fixture, DB_UP);
	monitor_assert_status(fixture, 2, "new");
	monitor_says(fixture, WEB_OK);
	monitor_assert_status(fixture, 2, "resolved");
}

/* It was not solved: whoever said so hears it. */
static void
test_resolved_by_hand(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) letter = NULL;
	Filing filing;

	monitor_says(fixture, WEB_CRITICAL);
	monitor_order(fixture, 1, "olga", "take\nresolve");
	filing = monitor_says(fixture, WEB_CRITICAL);
	g_assert_cmpuint(filing.outcome.ticket, ==, 1);
	g_assert_cmpuint(filing.letters, ==, 1);
	monitor_assert_status(fixture, 1, "open");
	letter = fixture_letter(fixture, 1, "message", OLGA);
	g_assert_true(SHOWN("The problem is back."));
}

/* ---- recovery ---- */

static void
test_resolves(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdEvent) status = NULL;
	g_autoptr(TdMessage) letter = NULL;
	g_autoptr(TdObject) object = NULL;
	gint64 now;

	monitor_says(fixture, WEB_CRITICAL);
	monitor_order(fixture, 1, "olga", "take");
	now = fixture->now;
	g_assert_cmpuint(monitor_says(fixture, WEB_OK).letters, ==, 1);
	ticket = fixture_ticket(fixture, 1);
	g_assert_cmpint(ticket->status, ==, TD_STATUS_RESOLVED);
	g_assert_cmpint(ticket->until, ==, now + 7 * DAY);
	status = monitor_event(fixture, 1, TD_EVENT_STATUS);
	g_assert_cmpstr(td_event_get(status, "why"), ==, "recovered");
	letter = fixture_letter(fixture, 1, "message", OLGA);
	g_assert_true(SHOWN("all is well again"));
	object = monitor_object(fixture, "web01", "HTTP");
	g_assert_false(object->problem);
	g_assert_cmpint(object->since, ==, now);
}

static void
test_closes(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	monitor_says(fixture, WEB_CRITICAL);
	monitor_order(fixture, 1, "olga", "take\npending");
	monitor_says(fixture, WEB_OK);
	monitor_assert_status(fixture, 1, "closed");
}

static void
test_notes(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing;

	monitor_says(fixture, WEB_CRITICAL);
	monitor_order(fixture, 1, "olga", "take");
	filing = monitor_says(fixture, WEB_OK);
	g_assert_cmpuint(filing.outcome.filed.ticket, ==, 1);
	g_assert_cmpuint(filing.letters, ==, 1);
	monitor_assert_status(fixture, 1, "open");
	/* The next problem is on the same ticket, and told. */
	filing = monitor_says(fixture, WEB_CRITICAL);
	g_assert_cmpuint(filing.outcome.ticket, ==, 1);
	g_assert_cmpuint(filing.letters, ==, 1);
}

static void
test_orphan(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing = monitor_says(fixture, WEB_OK);
	g_autoptr(TdEvent)
	    event = monitor_event(fixture, TD_TICKET_DESK, TD_EVENT_MESSAGE);

	g_assert_cmpuint(filing.outcome.ticket, ==, TD_TICKET_DESK);
	g_assert_cmpuint(filing.outcome.filed.ticket, ==, TD_TICKET_DESK);
	g_assert_cmpuint(filing.letters, ==, 0);
	g_assert_cmpuint(monitor_tickets(fixture), ==, 0);
	g_assert_null(monitor_object(fixture, "web01", "HTTP"));
	g_assert_cmpstr(td_event_get(event, "what"), ==, "recovery");
}

static void
test_well_already(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdObject) object = NULL;

	monitor_says(fixture, WEB_CRITICAL);
	monitor_says(fixture, WEB_OK);
	g_assert_cmpuint(monitor_says(fixture, WEB_OK).outcome.filed.ticket, ==,
	    TD_TICKET_DESK);
	object = monitor_object(fixture, "web01", "HTTP");
	g_assert_cmpuint(object->changes->len, ==, 2);
}

static void
test_closed_by_hand(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing;

	monitor_says(fixture, WEB_CRITICAL);
	monitor_order(fixture, 1, "olga", "close");
	filing = monitor_says(fixture, WEB_OK);
	g_assert_cmpuint(filing.outcome.filed.ticket, ==, 1);
	g_assert_cmpuint(filing.letters, ==, 0);
	monitor_assert_status(fixture, 1, "closed");
}

static void
test_noted(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char acknowledged[] =
	    "** ACKNOWLEDGEMENT Service Alert: web01/HTTP is CRITICAL **";
	Filing filing = monitor_says(fixture, acknowledged);

	g_assert_cmpuint(filing.outcome.filed.ticket, ==, TD_TICKET_DESK);
	monitor_says(fixture, WEB_CRITICAL);
	filing = monitor_says(fixture, acknowledged);
	g_assert_cmpuint(filing.outcome.filed.ticket, ==, 1);
	g_assert_cmpuint(filing.letters, ==, 0);
	monitor_assert_status(fixture, 1, "new");
}

/* ---- again after a recovery: reopen-days is 2 here ---- */

/* A problem so many seconds after the recovery; its ticket. */
static guint64
problem_after(Fixture *fixture, gint64 seconds)
{
	gint64 start;

	monitor_says(fixture, WEB_CRITICAL);
	start = fixture->now;
	monitor_says(fixture, WEB_OK);
	monitor_assert_status(fixture, 1, "resolved");
	return monitor_says_at(fixture, start, seconds, WEB_CRITICAL)
	    .outcome.ticket;
}

static void
test_reopens(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdEvent) status = NULL;

	g_assert_cmpuint(problem_after(fixture, 2 * DAY), ==, 1);
	monitor_assert_status(fixture, 1, "open");
	status = monitor_event(fixture, 1, TD_EVENT_STATUS);
	g_assert_cmpstr(td_event_get(status, "why"), ==, "problem");
	g_assert_cmpuint(fixture_count(fixture, 1, "message"), ==, 4);
}

static void
test_reopens_before(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_assert_cmpuint(problem_after(fixture, 2 * DAY - 1), ==, 1);
	monitor_assert_status(fixture, 1, "open");
}

static void
test_reopens_not(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_assert_cmpuint(problem_after(fixture, 2 * DAY + 1), ==, 2);
	monitor_assert_status(fixture, 1, "resolved");
	monitor_assert_link(fixture, 2, 1);
}

/* ---- the rest ---- */

/* At 90 days it is still known, a second later no more. */
static void
test_forgotten(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdObject) object = NULL;
	gint64 well;

	monitor_says(fixture, WEB_CRITICAL);
	monitor_says(fixture, DB_DOWN);
	well = fixture->now;
	monitor_says(fixture, WEB_OK);
	fixture_tick(fixture, well + 90 * DAY - fixture->now);
	object = monitor_object(fixture, "web01", "HTTP");
	g_assert_nonnull(object);
	fixture_tick(fixture, 1);
	g_assert_null(monitor_object(fixture, "web01", "HTTP"));
	g_clear_pointer(&object, td_object_free);
	object = monitor_object(fixture, "db1", "");
	g_assert_nonnull(object);
}

/* There is nobody to answer to, and that is said. */
static void
test_nobody(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *address = NULL;
	g_autofree char *raw = NULL;

	monitor_says(fixture, WEB_CRITICAL);
	address = fixture_reply_address(fixture, 1, "new-ticket", OLGA);
	raw = g_strdup_printf("From: <" OLGA ">\nTo: <%s>\n"
	                      "Subject: Re: [support #1] web01\n"
	                      "Message-ID: <1@agents.example>\n\n"
	                      "Who restarted it?\n",
	    address);
	fixture_file(fixture, OLGA, address, raw);
	g_assert_cmpuint(fixture_count(fixture, 1, "reply"), ==, 0);
	g_assert_cmpuint(fixture_count(fixture, 1, "transcript"), ==, 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	MONITOR_TEST("a problem opens a ticket that is nobody's", NULL,
	    test_opens_ticket);
	MONITOR_TEST("agents hear of it, the monitor gets no answer", NULL,
	    test_told_as_new);
	MONITOR_TEST("queue, type, priority and fields are as configured",
	    MONITOR("queue = sales\ntype = incident\npriority = 4\n"
	            "[field service]\nvalues = mail; web\n"),
	    test_keys);
	MONITOR_TEST("repeats are counted on the ticket and not told", NULL,
	    test_repeats);
	MONITOR_TEST("what gets worse is told once", NULL, test_worse);
	MONITOR_TEST("a fixed priority stays", MONITOR("priority = 5\n"),
	    test_worse_fixed);
	MONITOR_TEST("after the ticket was closed there is a new one, linked",
	    NULL, test_closed_since);
	MONITOR_TEST(
	    "after a merge it goes on at the target", NULL, test_merged_since);
	MONITOR_TEST("what was called solved and is not is opened again", NULL,
	    test_resolved_by_hand);
	MONITOR_TEST("a recovery resolves the ticket and its owner hears it",
	    NULL, test_resolves);
	MONITOR_TEST("or closes it, whoever works on it",
	    MONITOR("on-recovery = close\n"), test_closes);
	MONITOR_TEST(
	    "or leaves it open", MONITOR("on-recovery = note\n"), test_notes);
	MONITOR_TEST(
	    "a recovery of nothing is kept under number 0", NULL, test_orphan);
	MONITOR_TEST(
	    "and so is that of what was well", NULL, test_well_already);
	MONITOR_TEST(
	    "one that comes late changes nothing", NULL, test_closed_by_hand);
	MONITOR_TEST("what is noted is kept and not told", NULL, test_noted);
	MONITOR_TEST("a problem within reopen-days opens its ticket again",
	    "timezone = UTC\nreopen-days = 2\n" NAGIOS_ONLY, test_reopens);
	MONITOR_TEST("a second before they are over, too",
	    "timezone = UTC\nreopen-days = 2\n" NAGIOS_ONLY,
	    test_reopens_before);
	MONITOR_TEST("a second after, it has a ticket of its own",
	    "timezone = UTC\nreopen-days = 2\n" NAGIOS_ONLY, test_reopens_not);
	MONITOR_TEST(
	    "what is well for 90 days is forgotten", NULL, test_forgotten);
	MONITOR_TEST("a reply has nobody to go to", NULL, test_nobody);
	return g_test_run();
}
