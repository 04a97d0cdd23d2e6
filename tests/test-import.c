/* test-import.c - old mail is filed, and nothing else happens */

#include "config.h"

#include <string.h>

#include "desk-fixture.h"

#include "desk/plan.h"

static const TdStatus closed = TD_STATUS_CLOSED;
static const TdStatus open = TD_STATUS_OPEN;

/* Files an old mail of @status. */
static Filing
import_as(Fixture *fixture, const TdStatus *status, const char *raw)
{
	const TdEnvelope envelope = {
		.sender = "anna@example.com",
		.recipient = "support@example.com",
		.import = status,
	};

	return fixture_file_as(fixture, &envelope, raw);
}

static Filing
import(
    Fixture *fixture, const char *from, const char *headers, const char *text)
{
	g_autofree char *raw = g_strdup_printf(
	    "From: %s\nTo: support@example.com\n%s\n%s", from, headers, text);

	return import_as(fixture, &closed, raw);
}

/* Whether the events of @number are those and no others. */
static void
assert_events(Fixture *fixture, guint64 number, const char *want)
{
	g_autoptr(GPtrArray) events = fixture_events(fixture, number);
	g_autoptr(GString) got = g_string_new(NULL);

	for (guint i = 0; i < events->len; i++) {
		const TdEvent *event = g_ptr_array_index(events, i);

		g_string_append_printf(got, "%s%s", i == 0 ? "" : " ",
		    td_event_kind_name(event->kind));
	}
	g_assert_cmpstr(got->str, ==, want);
}

static void
test_opens_a_closed_ticket(Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	Filing filing = import(fixture, "Anna <anna@example.net>",
	    "Subject: Old\nMessage-ID: <1@x>\nCc: bob@example.net\n", "Hi\n");
	g_autoptr(TdTicket) ticket = NULL;

	g_assert_cmpint(filing.rule, ==, TD_RULE_NEW);
	g_assert_cmpuint(filing.letters, ==, 0);
	g_assert_false(filing.acknowledge);
	ticket = fixture_ticket(fixture, filing.outcome.ticket);
	g_assert_cmpint(ticket->status, ==, TD_STATUS_CLOSED);
	g_assert_cmpstr(ticket->requester, ==, "anna@example.net");
	g_assert_cmpint(ticket->timer, ==, 0);
	assert_events(fixture, ticket->number, "created message participant");
}

static void
test_opens_an_open_ticket_if_asked(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	Filing filing = import_as(fixture, &open,
	    "From: anna@example.net\nTo: support@example.com\n"
	    "Subject: x\nMessage-ID: <1@x>\n\ny\n");
	g_autoptr(TdTicket)
	    ticket = fixture_ticket(fixture, filing.outcome.ticket);

	g_assert_cmpint(ticket->status, ==, TD_STATUS_OPEN);
	/* No clock of the desk runs. */
	for (guint i = 0; i < TD_CLOCKS; i++)
		g_assert_cmpint(ticket->clocks[i].state, ==, TD_CLOCK_NONE);
	g_assert_cmpint(ticket->timer, ==, 0);
}

static void
test_agents_hear_nothing(Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	guint64 number;

	fixture_agent(fixture, "olga", "olga@example.com");
	number = import(fixture, "anna@example.net",
	    "Subject: x\nMessage-ID: <1@x>\n", "y\n")
	             .outcome.ticket;
	import(fixture, "anna@example.net",
	    "Subject: Re: x\nMessage-ID: <2@x>\nReferences: <1@x>\n", "z\n");
	g_assert_cmpuint(fixture_count(fixture, number, NULL), ==, 0);
	assert_events(fixture, number, "created message message");
}

static void
test_commands_are_not_run(Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	guint64 number;
	Filing filing;

	fixture_agent(fixture, "olga", "olga@example.com");
	number = import(fixture, "anna@example.net",
	    "Subject: x\nMessage-ID: <1@x>\n", "y\n")
	             .outcome.ticket;
	filing = import(fixture, "Olga <olga@example.com>",
	    "Subject: Re: x\nMessage-ID: <2@x>\nReferences: <1@x>\n",
	    "priority 1\nassign olga\nclose\n\nDone.\n");
	g_assert_cmpuint(filing.outcome.ticket, ==, number);
	g_assert_cmpuint(filing.letters, ==, 0);
	g_assert_false(filing.refused);
	g_assert_false(filing.marked);
	ticket = fixture_ticket(fixture, number);
	g_assert_cmpint(ticket->priority, ==, 3);
	g_assert_cmpstr(ticket->owner, ==, "");
	assert_events(fixture, number, "created message message");
}

/* However long after: the old desk knew what belonged together. */
static void
test_a_thread_stays_one_ticket(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	guint64 number = import(fixture, "anna@example.net",
	    "Subject: x\nMessage-ID: <1@x>\n", "y\n")
	                     .outcome.ticket;
	g_autoptr(TdTicket) ticket = NULL;
	Filing filing;

	fixture->now += 365 * 24 * 60 * 60;
	filing = import(fixture, "anna@example.net",
	    "Subject: Re: x\nMessage-ID: <2@x>\nReferences: <1@x>\n", "z\n");
	g_assert_cmpuint(filing.outcome.ticket, ==, number);
	ticket = fixture_ticket(fixture, number);
	g_assert_cmpint(ticket->status, ==, TD_STATUS_CLOSED);
	g_assert_cmpuint(ticket->messages, ==, 2);
}

static void
test_who_is_not_on_the_ticket_is_marked(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	Filing filing;

	import(fixture, "anna@example.net", "Subject: x\nMessage-ID: <1@x>\n",
	    "y\n");
	filing = import(fixture, "eve@evil.example",
	    "Subject: Re: x\nMessage-ID: <2@x>\nReferences: <1@x>\n", "z\n");
	g_assert_true(filing.marked);
}

static void
test_numbers_in_subjects_do_not_count(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autofree char *headers = g_strdup_printf(
	    "Subject: [support #%" G_GUINT64_FORMAT "] x\nMessage-ID: <9@x>\n",
	    number);
	Filing filing = import(fixture, "anna@example.net", headers, "y\n");

	g_assert_cmpint(filing.rule, ==, TD_RULE_NEW);
	g_assert_cmpuint(filing.outcome.ticket, !=, number);
}

static void
test_a_ticket_at_work_is_not_changed(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) before = NULL;
	g_autoptr(TdTicket) after = NULL;
	guint64 number;
	guint letters;

	Filing filing = fixture_file(fixture, "anna@example.net",
	    "support@example.com",
	    "From: anna@example.net\nTo: support@example.com\nSubject: x\n"
	    "Message-ID: <1@x>\n\ny\n");

	number = filing.outcome.ticket;
	fixture_event(fixture, number, TD_EVENT_STATUS, "to", "resolved");
	before = fixture_ticket(fixture, number);
	letters = fixture_count(fixture, number, NULL);
	import(fixture, "anna@example.net",
	    "Subject: Re: x\nMessage-ID: <2@x>\nReferences: <1@x>\n", "z\n");
	after = fixture_ticket(fixture, number);
	g_assert_cmpint(after->status, ==, before->status);
	g_assert_cmpuint(after->messages, ==, before->messages + 1);
	g_assert_cmpuint(after->state, ==, before->state);
	g_assert_cmpuint(fixture_count(fixture, number, NULL), ==, letters);
}

static void
test_the_same_mail_is_filed_once(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	Filing first = import(fixture, "anna@example.net",
	    "Subject: x\nMessage-ID: <1@x>\n", "y\n");
	Filing second = import(fixture, "anna@example.net",
	    "Subject: x\nMessage-ID: <1@x>\n", "y\n");
	g_autoptr(TdTicket)
	    ticket = fixture_ticket(fixture, first.outcome.ticket);

	g_assert_cmpint(second.rule, ==, TD_RULE_DUPLICATE);
	g_assert_cmpuint(second.outcome.ticket, ==, first.outcome.ticket);
	g_assert_cmpuint(second.outcome.filed.sequence, ==, 0);
	g_assert_cmpuint(ticket->messages, ==, 1);
	g_assert_cmpuint(ticket->events, ==, 2);
}

/* What a mailbox sent is filed as what it is: the desk's own word. */
static void
test_an_answer_is_of_whom_it_went_to(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	static const char *const writers[] = { "support@example.com",
		"Olga <olga@example.com>" };

	fixture_agent(fixture, "olga", "olga@example.com");
	for (guint i = 0; i < G_N_ELEMENTS(writers); i++) {
		g_autofree char *raw = g_strdup_printf(
		    "From: %s\nTo: Olga <olga@example.com>,\n"
		    " Carl <carl@example.net>, dora@example.net\n"
		    "Subject: Re: x\nMessage-ID: <%u@x>\n\ny\n",
		    writers[i], i);
		Filing filing = import_as(fixture, &closed, raw);
		g_autoptr(TdTicket)
		    ticket = fixture_ticket(fixture, filing.outcome.ticket);

		g_assert_cmpstr(ticket->requester, ==, "carl@example.net");
		g_assert_cmpstr(ticket->requester_name, ==, "Carl");
		g_assert_cmpuint(ticket->participants->len, ==, 1);
		assert_events(
		    fixture, ticket->number, "created message participant");
	}
}

static void
test_machines_open_nothing_and_have_no_consequence(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	guint64 number = import(fixture, "anna@example.net",
	    "Subject: x\nMessage-ID: <1@x>\n", "y\n")
	                     .outcome.ticket;
	Filing filing = import(fixture, "anna@example.net",
	    "Subject: Away until 2099-01-01\nMessage-ID: <2@x>\n"
	    "Auto-Submitted: auto-replied\nReferences: <1@x>\n",
	    "z\n");
	g_autoptr(TdTicket) ticket = NULL;

	g_assert_cmpuint(filing.outcome.filed.ticket, ==, TD_TICKET_DESK);
	g_assert_cmpuint(filing.letters, ==, 0);
	ticket = fixture_ticket(fixture, number);
	g_assert_cmpint(ticket->status, ==, TD_STATUS_CLOSED);
	assert_events(fixture, number, "created message auto-reply");
	assert_events(fixture, TD_TICKET_DESK, "auto-reply");
}

static void
test_spam_is_spam(Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	Filing filing = import(fixture, "eve@evil.example",
	    "Subject: Win\nMessage-ID: <1@x>\nX-Spam-Flag: YES\n", "y\n");
	g_autoptr(TdTicket)
	    ticket = fixture_ticket(fixture, filing.outcome.ticket);

	g_assert_true(ticket->spam);
}

static void
test_time_brings_nothing(Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	guint64 number = import(fixture, "anna@example.net",
	    "Subject: x\nMessage-ID: <1@x>\n", "y\n")
	                     .outcome.ticket;

	fixture_tick(fixture, 100 * 24 * 60 * 60);
	g_assert_cmpuint(fixture_count(fixture, number, NULL), ==, 0);
	assert_events(fixture, number, "created message");
}

#define ADD(name, extra, function)                                             \
	g_test_add("/import/" name, Fixture, extra, fixture_open, function,    \
	    fixture_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	ADD("opens a closed ticket", NULL, test_opens_a_closed_ticket);
	ADD("opens an open ticket if asked",
	    "|[sla plain]\nfirst-response = 1h\n",
	    test_opens_an_open_ticket_if_asked);
	ADD("agents hear nothing", NULL, test_agents_hear_nothing);
	ADD("commands are not run", NULL, test_commands_are_not_run);
	ADD("a thread stays one ticket", NULL, test_a_thread_stays_one_ticket);
	ADD("who is not on the ticket is marked", NULL,
	    test_who_is_not_on_the_ticket_is_marked);
	ADD("numbers in subjects do not count", NULL,
	    test_numbers_in_subjects_do_not_count);
	ADD("a ticket at work is not changed", NULL,
	    test_a_ticket_at_work_is_not_changed);
	ADD("the same mail is filed once", NULL,
	    test_the_same_mail_is_filed_once);
	ADD("an answer is of whom it went to", NULL,
	    test_an_answer_is_of_whom_it_went_to);
	ADD("machines open nothing and have no consequence", NULL,
	    test_machines_open_nothing_and_have_no_consequence);
	ADD("spam is spam", NULL, test_spam_is_spam);
	ADD("time brings nothing", NULL, test_time_brings_nothing);
	return g_test_run();
}
