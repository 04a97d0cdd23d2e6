/* test-thread-again.c - mails that come twice, late, or in another order */

#include "config.h"

#include <string.h>

#include "desk-fixture.h"

#define ANNA "anna@example.net"
#define SUPPORT "support@example.com"
#define DAY (24 * 60 * 60)

static char *
thread_address(Fixture *fixture, guint64 number)
{
	return td_desk_thread_address(
	    fixture->desk, td_conf_queue(fixture->conf, "support"), number);
}

static void
assert_on(Filing filing, TdRule rule, guint64 ticket)
{
	g_assert_cmpstr(td_rule_name(filing.rule), ==, td_rule_name(rule));
	g_assert_cmpuint(filing.outcome.ticket, ==, ticket);
}

static void
test_machine_mail_at_a_signed_address_is_filed_once(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char mail[] = "From: anna@example.net\n"
	                           "To: support@example.com\n"
	                           "Auto-Submitted: auto-replied\n"
	                           "In-Reply-To: <x@y>\n"
	                           "Message-ID: <away@example.net>\n\nAway.\n";
	guint64 number = fixture_open_ticket(fixture);
	g_autofree char *address = thread_address(fixture, number);
	g_autoptr(TdTicket) desk = NULL;

	assert_on(fixture_file(fixture, ANNA, address, mail), TD_RULE_ADDRESS,
	    number);
	for (int i = 0; i < 3; i++)
		g_assert_cmpint(fixture_file(fixture, ANNA, address, mail).rule,
		    ==, TD_RULE_DUPLICATE);
	desk = fixture_ticket(fixture, TD_TICKET_DESK);
	g_assert_cmpuint(desk->messages, ==, 1);
}

static void
test_mail_to_two_signed_addresses_stays_where_the_first_put_it(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char mail[] = "From: anna@example.net\n"
	                           "To: support@example.com\n"
	                           "In-Reply-To: <x@y>\n"
	                           "Message-ID: <two@example.net>\n\nHi.\n";
	guint64 a = fixture_open_ticket(fixture);
	guint64 b = fixture_open_ticket(fixture);
	g_autofree char *first = thread_address(fixture, a);
	g_autofree char *second = thread_address(fixture, b);

	assert_on(fixture_file(fixture, ANNA, first, mail), TD_RULE_ADDRESS, a);
	assert_on(
	    fixture_file(fixture, ANNA, second, mail), TD_RULE_DUPLICATE, a);
	assert_on(
	    fixture_file(fixture, ANNA, first, mail), TD_RULE_DUPLICATE, a);
}

static void
test_late_mail_to_a_closed_ticket_opens_one_new_one(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char mail[] = "From: anna@example.net\n"
	                           "To: support@example.com\n"
	                           "In-Reply-To: <x@y>\n"
	                           "Message-ID: <late@example.net>\n\nHi.\n";
	guint64 number = fixture_open_ticket(fixture);
	g_autofree char *address = thread_address(fixture, number);

	fixture_event(fixture, number, TD_EVENT_STATUS, "to", "closed");
	fixture->now += 20 * DAY;
	assert_on(fixture_file(fixture, ANNA, SUPPORT, mail), TD_RULE_NEW,
	    number + 1);
	for (int i = 0; i < 3; i++)
		assert_on(fixture_file(fixture, ANNA, address, mail),
		    TD_RULE_DUPLICATE, number + 1);
	assert_on(fixture_file(fixture, ANNA, SUPPORT, mail), TD_RULE_DUPLICATE,
	    number + 1);
}

static void
test_machines_do_not_keep_a_closed_ticket_young(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autofree char *address = thread_address(fixture, number);

	fixture_event(fixture, number, TD_EVENT_STATUS, "to", "closed");
	fixture->now += 13 * DAY;
	fixture_file(fixture, ANNA, address,
	    "From: anna@example.net\nTo: support@example.com\n"
	    "Auto-Submitted: auto-replied\nIn-Reply-To: <x@y>\n\nAway.\n");
	fixture->now += 13 * DAY;
	assert_on(fixture_file(fixture, ANNA, address,
	              "From: anna@example.net\nTo: support@example.com\n"
	              "In-Reply-To: <x@y>\n\nHi.\n"),
	    TD_RULE_NEW, number + 1);
}

static void
test_stranger_on_a_closed_ticket_gets_one_of_his_own(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autofree char *address = thread_address(fixture, number);
	Filing filing;

	fixture_event(fixture, number, TD_EVENT_STATUS, "to", "closed");
	filing = fixture_file(fixture, "zoe@example.org", address,
	    "From: zoe@example.org\nTo: support@example.com\n"
	    "In-Reply-To: <x@y>\n\nIt burns again.\n");
	assert_on(filing, TD_RULE_NEW, number + 1);
	g_assert_false(filing.marked);
	g_assert_true(filing.acknowledge);
}

static void
test_desk_may_ask_for_a_new_ticket_after_closing(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autofree char *address = thread_address(fixture, number);

	fixture_event(fixture, number, TD_EVENT_STATUS, "to", "closed");
	assert_on(fixture_file(fixture, ANNA, address,
	              "From: anna@example.net\nTo: support@example.com\n"
	              "In-Reply-To: <x@y>\n\nHi.\n"),
	    TD_RULE_NEW, number + 1);
}

static void
test_desk_may_file_and_tell_how_to_write_anew(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autofree char *address = thread_address(fixture, number);
	g_autoptr(TdMessage) answer = NULL;
	g_autoptr(TdTicket) ticket = NULL;
	Filing filing;

	fixture_event(fixture, number, TD_EVENT_STATUS, "to", "closed");
	filing = fixture_file(fixture, ANNA, address,
	    "From: anna@example.net\nTo: support@example.com\n"
	    "In-Reply-To: <x@y>\n\nHi.\n");
	assert_on(filing, TD_RULE_ADDRESS, number);
	g_assert_true(filing.acknowledge);
	answer = fixture_answer(fixture, number);
	g_assert_nonnull(strstr(answer->text, "is closed"));
	g_assert_nonnull(strstr(answer->text, SUPPORT));
	ticket = fixture_ticket(fixture, number);
	g_assert_cmpint(ticket->status, ==, TD_STATUS_CLOSED);
}

/* What is the same whichever copy comes first. */
static void
test_order_of_the_copies_does_not_count(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const orders[][2] = {
		{ SUPPORT, "sales@example.com" },
		{ "sales@example.com", SUPPORT },
	};

	for (guint i = 0; i < G_N_ELEMENTS(orders); i++) {
		g_autofree char *mail = g_strdup_printf(
		    "From: anna@example.net\nTo: support@example.com\n"
		    "Cc: sales@example.com\n"
		    "Message-ID: <order-%u@example.net>\n\nHi.\n",
		    i);
		g_autoptr(TdTicket) ticket = NULL;
		Filing first;

		first = fixture_file(fixture, ANNA, orders[i][0], mail);
		assert_on(first, TD_RULE_NEW, i + 1);
		assert_on(fixture_file(fixture, ANNA, orders[i][1], mail),
		    TD_RULE_DUPLICATE, i + 1);
		ticket = fixture_ticket(fixture, i + 1);
		g_assert_cmpstr(ticket->queue, ==, "support");
		g_assert_cmpuint(g_strv_length(ticket->watching_queues), ==, 1);
		g_assert_cmpstr(ticket->watching_queues[0], ==, "sales");
	}
}

/* The stranger's first copy opened a ticket that is in work meanwhile. */
static void
test_ticket_in_work_is_not_merged_by_a_second_copy(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char mail[] = "From: anna@example.net\n"
	                           "To: support@example.com\n"
	                           "In-Reply-To: <x@y>\n"
	                           "Message-ID: <work@example.net>\n\nHi.\n";
	guint64 number = fixture_open_ticket(fixture);
	g_autofree char *address = thread_address(fixture, number);
	g_autoptr(TdTicket) ticket = NULL;

	fixture_file(fixture, ANNA, SUPPORT, mail);
	fixture_event(fixture, number + 1, TD_EVENT_OWNER, "to", "ivan");
	assert_on(fixture_file(fixture, ANNA, address, mail), TD_RULE_ADDRESS,
	    number);
	ticket = fixture_ticket(fixture, number + 1);
	g_assert_cmpuint(ticket->merged_into, ==, 0);
	g_assert_cmpint(ticket->status, ==, TD_STATUS_NEW);
}

/* A ticket that was only asked for its fields is as empty as another. */
static void
test_ticket_that_was_asked_for_fields_is_merged_by_a_second_copy(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char mail[] = "From: anna@example.net\n"
	                           "To: support@example.com\n"
	                           "Subject: broken\n"
	                           "In-Reply-To: <x@y>\n"
	                           "Message-ID: <asked@example.net>\n\nHi.\n";
	guint64 number = fixture_open_ticket(fixture);
	g_autofree char *address = thread_address(fixture, number);
	g_autoptr(TdTicket) before = NULL;
	g_autoptr(TdTicket) after = NULL;

	assert_on(fixture_file(fixture, ANNA, SUPPORT, mail), TD_RULE_NEW,
	    number + 1);
	before = fixture_ticket(fixture, number + 1);
	g_assert_cmpint(before->status, ==, TD_STATUS_WAITING);
	g_assert_cmpuint(before->asked, ==, 1);
	assert_on(fixture_file(fixture, ANNA, address, mail), TD_RULE_ADDRESS,
	    number);
	after = fixture_ticket(fixture, number + 1);
	g_assert_cmpuint(after->merged_into, ==, number);
}

static void
test_constant_message_id_joins_for_days_not_for_ever(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing first;

	first = fixture_file(fixture, ANNA, SUPPORT,
	    "From: anna@example.net\nTo: support@example.com\n"
	    "Message-ID: <same@example.net>\n\nPage one.\n");
	fixture->now += 6 * DAY;
	assert_on(fixture_file(fixture, ANNA, SUPPORT,
	              "From: anna@example.net\nTo: support@example.com\n"
	              "Message-ID: <same@example.net>\n\nPage two.\n"),
	    TD_RULE_NEW, first.outcome.ticket + 1);
}

static void
test_mail_of_a_tool_is_always_a_new_ticket(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	const TdEnvelope envelope = { .sender = ANNA,
		.recipient = SUPPORT,
		.actor = "control:root",
		.quiet = TRUE };
	Filing filing;

	fixture_open_ticket(fixture);
	filing = fixture_file_as(fixture, &envelope,
	    "From: anna@example.net\nTo: support@example.com\n"
	    "Subject: [support #1] other\n\nBy phone.\n");
	assert_on(filing, TD_RULE_NEW, 2);
	g_assert_false(filing.acknowledge);
	g_assert_cmpstr(filing.evidence, ==, "control");
}

static void
test_known_false_from_is_marked(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autoptr(TdTicket) ticket = NULL;
	Filing filing;

	fixture_event(fixture, number, TD_EVENT_STATUS, "to", "waiting");
	filing = fixture_file(fixture, ANNA, SUPPORT,
	    "Authentication-Results: mx.example.com; dmarc=fail\n"
	    "From: anna@example.net\nTo: support@example.com\n"
	    "Subject: [support #1] x\n\nSend me the keys.\n");
	assert_on(filing, TD_RULE_TAG, number);
	g_assert_true(filing.marked);
	ticket = fixture_ticket(fixture, number);
	g_assert_cmpint(ticket->status, ==, TD_STATUS_WAITING);
}

static void
test_only_the_receiver_of_our_mail_is_proven_by_its_id(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autoptr(TdMessage) answer = fixture_answer(fixture, number);
	g_autofree char *mail = NULL;
	g_autofree char *root = NULL;
	g_autoptr(TdTicket) before = fixture_ticket(fixture, number);
	g_autoptr(TdTicket) after = NULL;
	Filing filing;

	mail = g_strdup_printf("From: boris@example.org\n"
	                       "To: support@example.com\n"
	                       "Cc: eve@example.org\n"
	                       "In-Reply-To: <%s>\n\nHi.\n",
	    answer->message_id);
	filing = fixture_file(fixture, "boris@example.org", SUPPORT, mail);
	assert_on(filing, TD_RULE_REFERENCES, number);
	g_assert_cmpstr(filing.evidence, ==, "from");

	root = g_strdup_printf("From: anna@example.net\n"
	                       "To: support@example.com\n"
	                       "Cc: eve@example.org\n"
	                       "In-Reply-To: <%s>\n\nHi.\n",
	    answer->references[0]);
	filing = fixture_file(fixture, ANNA, SUPPORT, root);
	assert_on(filing, TD_RULE_REFERENCES, number);
	g_assert_cmpstr(filing.evidence, ==, "from");
	after = fixture_ticket(fixture, number);
	g_assert_cmpuint(
	    after->participants->len, ==, before->participants->len);
}

static void
test_proven_customer_brings_new_people_in(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autofree char *address = thread_address(fixture, number);
	g_autoptr(TdTicket) ticket = NULL;

	fixture_file(fixture, ANNA, address,
	    "From: anna@example.net\nTo: support@example.com\n"
	    "Cc: Clara <clara@example.net>\nIn-Reply-To: <x@y>\n\nHi.\n");
	ticket = fixture_ticket(fixture, number);
	g_assert_true(td_ticket_has_participant(ticket, "clara@example.net"));
}

static void
test_mail_to_half_the_world_brings_a_hundred_people_in(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GString) mail = g_string_new("From: anna@example.net\n"
	                                       "To: support@example.com");
	g_autoptr(TdTicket) ticket = NULL;
	Filing filing;

	for (guint i = 0; i < 1000; i++)
		g_string_append_printf(mail, ",\n p%u@example.org", i);
	g_string_append(mail, "\n\nHi.\n");
	filing = fixture_file(fixture, ANNA, SUPPORT, mail->str);
	ticket = fixture_ticket(fixture, filing.outcome.ticket);
	g_assert_cmpuint(ticket->participants->len, <=, 100);
	g_assert_cmpuint(ticket->participants->len, >=, 90);
}

#define ADD(path, extra, test)                                                 \
	g_test_add("/thread-again/" path, Fixture, extra, fixture_open, test,  \
	    fixture_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	ADD("machine", NULL,
	    test_machine_mail_at_a_signed_address_is_filed_once);
	ADD("two-addresses", NULL,
	    test_mail_to_two_signed_addresses_stays_where_the_first_put_it);
	ADD("late", NULL, test_late_mail_to_a_closed_ticket_opens_one_new_one);
	ADD("late/machine", NULL,
	    test_machines_do_not_keep_a_closed_ticket_young);
	ADD("closed/stranger", NULL,
	    test_stranger_on_a_closed_ticket_gets_one_of_his_own);
	ADD("closed/new", "|closed = new\n",
	    test_desk_may_ask_for_a_new_ticket_after_closing);
	ADD("closed/answer", "|closed = answer\n",
	    test_desk_may_file_and_tell_how_to_write_anew);
	ADD("order", NULL, test_order_of_the_copies_does_not_count);
	ADD("in-work", NULL,
	    test_ticket_in_work_is_not_merged_by_a_second_copy);
	ADD("asked",
	    "|[type incident]\nrequired = equipment\n[field equipment]\n"
	    "[rule broken]\nsubject = broken\ntype = incident\n",
	    test_ticket_that_was_asked_for_fields_is_merged_by_a_second_copy);
	ADD("constant-id", NULL,
	    test_constant_message_id_joins_for_days_not_for_ever);
	ADD("tool", NULL, test_mail_of_a_tool_is_always_a_new_ticket);
	ADD("false-from", "authserv-id = mx.example.com\n",
	    test_known_false_from_is_marked);
	ADD("receiver", NULL,
	    test_only_the_receiver_of_our_mail_is_proven_by_its_id);
	ADD("new-people", NULL, test_proven_customer_brings_new_people_in);
	ADD("hundred", NULL,
	    test_mail_to_half_the_world_brings_a_hundred_people_in);

	return g_test_run();
}
