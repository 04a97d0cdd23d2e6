/* test-thread.c - which ticket a mail ends up on */

#include "config.h"

#include <string.h>

#include "desk-fixture.h"

#define ANNA "anna@example.net"
#define SUPPORT "support@example.com"

/* Files a mail made of @headers (a format) from @from to @recipient. */
static Filing G_GNUC_PRINTF(4, 5) file(Fixture *fixture, const char *from,
    const char *recipient, const char *format, ...)
{
	static guint count;
	g_autofree char *headers = NULL;
	g_autofree char *raw = NULL;
	va_list args;

	va_start(args, format);
	headers = g_strdup_vprintf(format, args);
	va_end(args);
	raw = g_strdup_printf("From: %s\nTo: support@example.com\n"
	                      "Message-ID: <thread-%u@example.net>\n%s"
	                      "\nText.\n",
	    from, ++count, headers);
	return fixture_file(fixture, from, recipient, raw);
}

static void
assert_on(Filing filing, TdRule rule, guint64 ticket, gboolean marked)
{
	g_assert_cmpstr(td_rule_name(filing.rule), ==, td_rule_name(rule));
	g_assert_cmpuint(filing.outcome.ticket, ==, ticket);
	g_assert_cmpint(filing.marked, ==, marked);
}

/* Whether @number has an event of @kind whose detail @key is @value. */
static gboolean
has_event(Fixture *fixture, guint64 number, TdEventKind kind, const char *key,
    guint64 value)
{
	g_autoptr(GPtrArray) events = fixture_events(fixture, number);

	for (guint i = 0; i < events->len; i++) {
		const TdEvent *event = g_ptr_array_index(events, i);

		if (event->kind == kind &&
		    td_event_get_number(event, key) == value)
			return TRUE;
	}
	return FALSE;
}

static void
test_reply_to_signed_address_joins_whatever_the_subject(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autofree char *address = NULL;
	Filing filing;

	address = td_desk_thread_address(
	    fixture->desk, td_conf_queue(fixture->conf, "support"), number);
	filing = file(fixture, ANNA, address,
	    "Subject: edited\nIn-Reply-To: <rewritten@relay>\n");
	assert_on(filing, TD_RULE_ADDRESS, number, FALSE);
	g_assert_cmpstr(filing.evidence, ==, "address");
}

static void
test_signed_address_in_capitals_is_the_same(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autofree char *address = NULL;
	g_autofree char *capitals = NULL;

	address = td_desk_thread_address(
	    fixture->desk, td_conf_queue(fixture->conf, "support"), number);
	capitals = g_ascii_strup(address, -1);
	assert_on(file(fixture, ANNA, capitals, "In-Reply-To: <x@y>\n"),
	    TD_RULE_ADDRESS, number, FALSE);
}

static void
test_new_mail_to_a_learnt_signed_address_is_a_linked_ticket(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autofree char *address = NULL;
	Filing filing;

	address = td_desk_thread_address(
	    fixture->desk, td_conf_queue(fixture->conf, "support"), number);
	filing = file(fixture, ANNA, address, "Subject: other matter\n");
	assert_on(filing, TD_RULE_NEW, number + 1, FALSE);
	g_assert_true(
	    has_event(fixture, number + 1, TD_EVENT_LINKED, "to", number));
}

static void
test_forged_token_falls_back_to_the_queue(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autofree char *address = NULL;

	address = g_strdup_printf("support+%" G_GUINT64_FORMAT
	                          "-taaaaaaaaaaaaaaaaa@example.com",
	    number);
	assert_on(file(fixture, ANNA, address, "In-Reply-To: <x@y>\n"),
	    TD_RULE_NEW, number + 1, FALSE);
	assert_on(file(fixture, ANNA, "support+holiday@example.com", "%s", ""),
	    TD_RULE_NEW, number + 2, FALSE);
}

static void
test_stranger_at_the_signed_address_is_marked(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autofree char *address = NULL;
	g_autoptr(TdTicket) before = NULL;
	g_autoptr(TdTicket) after = NULL;

	before = fixture_ticket(fixture, number);
	address = td_desk_thread_address(
	    fixture->desk, td_conf_queue(fixture->conf, "support"), number);
	assert_on(file(fixture, "mallory@example.org", address,
	              "Cc: eve@example.org\nIn-Reply-To: <x@y>\n"),
	    TD_RULE_ADDRESS, number, TRUE);
	after = fixture_ticket(fixture, number);
	g_assert_cmpuint(
	    after->participants->len, ==, before->participants->len);
	g_assert_cmpint(after->status, ==, before->status);
}

static void
test_answer_to_our_mail_joins_by_its_signed_id(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autoptr(TdMessage) answer = fixture_answer(fixture, number);
	Filing filing;

	filing = file(fixture, ANNA, SUPPORT,
	    "Subject: edited\nIn-Reply-To: <%s>\n", answer->message_id);
	assert_on(filing, TD_RULE_REFERENCES, number, FALSE);
	g_assert_cmpstr(filing.evidence, ==, "message-id");
}

static void
test_colleague_answers_the_original_mail(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdFiled) filed = NULL;
	g_autoptr(TdTxn) txn = NULL;
	guint64 number = fixture_open_ticket(fixture);
	g_autofree char *id = NULL;
	Filing filing;

	txn = td_txn_read(fixture->store);
	td_filed_get(txn, number, 1, &filed, NULL, NULL);
	id = g_strdup(filed->message_id);
	td_txn_free(g_steal_pointer(&txn));

	filing = file(fixture, "boris@example.org", SUPPORT,
	    "Subject: Re: Printer on fire\nReferences: <%s>\n", id);
	assert_on(filing, TD_RULE_REFERENCES, number, FALSE);
	g_assert_cmpstr(filing.evidence, ==, "from");
}

static void
test_id_only_seen_in_references_is_enough(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing first;

	first = file(fixture, ANNA, SUPPORT,
	    "Subject: Re: internal talk\nReferences: <a@in.example.net> "
	    "<b@in.example.net>\n");
	g_assert_cmpint(first.rule, ==, TD_RULE_NEW);
	assert_on(
	    file(fixture, ANNA, SUPPORT, "References: <b@in.example.net>\n"),
	    TD_RULE_REFERENCES, first.outcome.ticket, FALSE);
}

static void
test_nearest_ancestor_wins(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 first = fixture_open_ticket(fixture);
	guint64 second = fixture_open_ticket(fixture);
	g_autoptr(TdMessage) a = fixture_answer(fixture, first);
	g_autoptr(TdMessage) b = fixture_answer(fixture, second);

	assert_on(file(fixture, ANNA, SUPPORT,
	              "References: <%s> <%s> <unknown@example.net>\n",
	              a->message_id, b->message_id),
	    TD_RULE_REFERENCES, second, FALSE);
	assert_on(file(fixture, ANNA, SUPPORT, "References: <%s> <%s>\n",
	              b->message_id, a->message_id),
	    TD_RULE_REFERENCES, first, FALSE);
}

static void
test_stranger_with_a_stolen_id_is_filed_but_marked(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autoptr(TdMessage) answer = fixture_answer(fixture, number);

	assert_on(file(fixture, "mallory@example.org", SUPPORT,
	              "In-Reply-To: <%s>\n", answer->message_id),
	    TD_RULE_REFERENCES, number, TRUE);
}

static void
test_tag_counts_for_people_on_the_ticket(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const subjects[] = { "[support #%d] x",
		"Re: [support #%d] x", "RE[2]: Aw: [Support#%d] x",
		"[EXTERNAL] Re: [support #%d]", "Отв: [support # %d ] x",
		"Ha: [support #%d] x", "[SPAM?] ***SPAM*** [support #%d]" };
	guint64 number = fixture_open_ticket(fixture);

	for (guint i = 0; i < G_N_ELEMENTS(subjects); i++) {
		g_autoptr(GString) subject = g_string_new(subjects[i]);
		g_autofree char *digits = g_strdup_printf(
		    "%" G_GUINT64_FORMAT, number);

		g_string_replace(subject, "%d", digits, 1);
		g_test_message("%s", subject->str);
		assert_on(
		    file(fixture, ANNA, SUPPORT, "Subject: %s\n", subject->str),
		    TD_RULE_TAG, number, FALSE);
	}
}

static void
test_tag_inside_another_systems_subject_is_none(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const subjects[] = {
		"[OTRS #77] Re: [support #%d] x",
		"Your request \"[support #%d] x\" was seen",
		"[sales #%d] x",
		"[support #%dx] x",
		"[support #99999] x",
		"[support #18446744073709551999] x",
	};
	guint64 number = fixture_open_ticket(fixture);

	for (guint i = 0; i < G_N_ELEMENTS(subjects); i++) {
		g_autoptr(GString) subject = g_string_new(subjects[i]);
		g_autofree char *digits = g_strdup_printf(
		    "%" G_GUINT64_FORMAT, number);

		g_string_replace(subject, "%d", digits, 1);
		g_test_message("%s", subject->str);
		assert_on(
		    file(fixture, ANNA, SUPPORT, "Subject: %s\n", subject->str),
		    TD_RULE_NEW, number + 1 + i, FALSE);
	}
}

static void
test_stranger_with_the_number_opens_a_linked_ticket(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	Filing filing;

	filing = file(fixture, "mallory@example.org", SUPPORT,
	    "Subject: Re: [support #%" G_GUINT64_FORMAT "] x\n", number);
	assert_on(filing, TD_RULE_NEW, number + 1, FALSE);
	g_assert_true(filing.acknowledge);
	g_assert_true(
	    has_event(fixture, number + 1, TD_EVENT_LINKED, "to", number));
}

static void
test_same_company_may_use_the_tag_but_is_marked(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);

	assert_on(file(fixture, "zoe@example.net", SUPPORT,
	              "Subject: [support #%" G_GUINT64_FORMAT "] x\n", number),
	    TD_RULE_TAG, number, TRUE);
}

static void
test_public_domain_is_no_company(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing first;

	first = file(fixture, "anna@gmail.com", SUPPORT, "Subject: x\n");
	assert_on(file(fixture, "mallory@gmail.com", SUPPORT,
	              "Subject: [support #%" G_GUINT64_FORMAT "] x\n",
	              first.outcome.ticket),
	    TD_RULE_NEW, first.outcome.ticket + 1, FALSE);
}

static void
test_older_tag_pattern_finds_the_ticket(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);

	assert_on(
	    file(fixture, ANNA, SUPPORT,
	        "Subject: Re: printer Ticket#0%" G_GUINT64_FORMAT "\n", number),
	    TD_RULE_TAG, number, FALSE);
}

static void
test_redelivery_changes_nothing(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char mail[] = "From: anna@example.net\n"
	                           "To: support@example.com\n"
	                           "Message-ID: <once@example.net>\n\nHi.\n";
	g_autofree char *again = NULL;
	g_autoptr(TdTicket) before = NULL;
	g_autoptr(TdTicket) after = NULL;
	Filing first;

	first = fixture_file(fixture, ANNA, SUPPORT, mail);
	before = fixture_ticket(fixture, first.outcome.ticket);
	again = g_strconcat("Return-Path: <anna@example.net>\n"
	                    "Delivered-To: support@example.com\n"
	                    "Received: from x by y; date\n\tfolded\n",
	    mail, NULL);
	assert_on(fixture_file(fixture, ANNA, SUPPORT, again),
	    TD_RULE_DUPLICATE, first.outcome.ticket, FALSE);
	after = fixture_ticket(fixture, first.outcome.ticket);
	g_assert_true(td_ticket_equal(before, after));
}

static void
test_same_bytes_without_id_are_two_mails_if_the_trace_differs(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char mail[] = "From: anna@example.net\n"
	                           "To: support@example.com\n\nHi.\n";
	g_autofree char *later = NULL;
	Filing first;

	first = fixture_file(fixture, ANNA, SUPPORT, mail);
	assert_on(fixture_file(fixture, ANNA, SUPPORT, mail), TD_RULE_DUPLICATE,
	    first.outcome.ticket, FALSE);
	later = g_strconcat("Received: from x by y; later\n", mail, NULL);
	assert_on(fixture_file(fixture, ANNA, SUPPORT, later), TD_RULE_NEW,
	    first.outcome.ticket + 1, FALSE);
}

static void
test_whole_copy_joins_the_truncated_one(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char head[] = "From: anna@example.net\n"
	                           "To: support@example.com\n"
	                           "Message-ID: <cut@example.net>\n\nHalf";
	g_autofree char *whole = g_strconcat(head, " and more.\n", NULL);
	g_autofree char *cheat = g_strdup(
	    "From: mallory@example.org\nTo: support@example.com\n"
	    "Message-ID: <cut@example.net>\n\nOther.\n");
	Filing first;

	first = fixture_file(fixture, ANNA, SUPPORT, head);
	assert_on(fixture_file(fixture, ANNA, SUPPORT, whole),
	    TD_RULE_REFERENCES, first.outcome.ticket, FALSE);
	assert_on(fixture_file(fixture, "mallory@example.org", SUPPORT, cheat),
	    TD_RULE_NEW, first.outcome.ticket + 1, FALSE);
}

static void
test_copy_to_a_second_queue_makes_it_watch(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char mail[] = "From: anna@example.net\n"
	                           "To: support@example.com\n"
	                           "Cc: sales@example.com\n"
	                           "Message-ID: <both@example.net>\n\nHi.\n";
	g_autoptr(TdTicket) ticket = NULL;
	Filing first;
	Filing second;

	first = fixture_file(fixture, ANNA, SUPPORT, mail);
	second = fixture_file(fixture, ANNA, "sales@example.com", mail);
	assert_on(second, TD_RULE_DUPLICATE, first.outcome.ticket, FALSE);
	g_assert_false(second.acknowledge);
	ticket = fixture_ticket(fixture, first.outcome.ticket);
	g_assert_cmpstr(ticket->queue, ==, "support");
	g_assert_cmpuint(g_strv_length(ticket->watching_queues), ==, 1);
	g_assert_cmpstr(ticket->watching_queues[0], ==, "sales");
	g_assert_cmpuint(ticket->participants->len, ==, 0);
}

/* Reply-all to the queue and to the signed address at once, the queue's copy
 * first. */
static void
test_copy_to_the_signed_address_moves_the_mail_there(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autofree char *address = NULL;
	g_autofree char *mail = NULL;
	g_autoptr(TdTicket) burnt = NULL;
	Filing weak;
	Filing strong;

	address = td_desk_thread_address(
	    fixture->desk, td_conf_queue(fixture->conf, "support"), number);
	mail = g_strdup("From: anna@example.net\nTo: support@example.com\n"
	                "Message-ID: <all@example.net>\n"
	                "In-Reply-To: <unknown@relay>\nSubject: x\n\nHi.\n");
	weak = fixture_file(fixture, ANNA, SUPPORT, mail);
	assert_on(weak, TD_RULE_NEW, number + 1, FALSE);
	strong = fixture_file(fixture, ANNA, address, mail);
	assert_on(strong, TD_RULE_ADDRESS, number, FALSE);
	g_assert_false(strong.acknowledge);
	burnt = fixture_ticket(fixture, number + 1);
	g_assert_cmpuint(burnt->merged_into, ==, number);

	/* Either copy again, and an answer to the burnt number. */
	assert_on(fixture_file(fixture, ANNA, address, mail), TD_RULE_DUPLICATE,
	    number, FALSE);
	assert_on(fixture_file(fixture, ANNA, SUPPORT, mail), TD_RULE_DUPLICATE,
	    number, FALSE);
	assert_on(
	    file(fixture, ANNA, SUPPORT,
	        "Subject: [support #%" G_GUINT64_FORMAT "] x\n", number + 1),
	    TD_RULE_TAG, number, FALSE);
}

static void
test_rotated_key_threads_but_proves_nothing(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = NULL;
	g_autofree char *address = NULL;
	guint version;
	Filing filing;

	address = td_desk_thread_address(
	    fixture->desk, td_conf_queue(fixture->conf, "support"), number);
	txn = td_txn_begin(fixture->store, &error);
	td_desk_rotate_key(txn, &version, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(version, ==, 2);
	td_desk_unref(fixture->desk);
	fixture->desk = td_desk_new(fixture->conf, txn, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
	td_txn_free(g_steal_pointer(&txn));

	filing = file(fixture, ANNA, address, "In-Reply-To: <x@y>\n");
	assert_on(filing, TD_RULE_ADDRESS, number, FALSE);
	g_assert_cmpstr(filing.evidence, ==, "from");
}

static void
test_closed_ticket_reopens_within_the_days(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autoptr(TdMessage) answer = fixture_answer(fixture, number);
	g_autoptr(TdTicket) open = NULL;

	fixture_event(fixture, number, TD_EVENT_STATUS, "to", "closed");
	assert_on(file(fixture, ANNA, SUPPORT, "In-Reply-To: <%s>\n",
	              answer->message_id),
	    TD_RULE_REFERENCES, number, FALSE);
	open = fixture_ticket(fixture, number);
	g_assert_cmpint(open->status, ==, TD_STATUS_OPEN);

	fixture_event(fixture, number, TD_EVENT_STATUS, "to", "closed");
	fixture->now += 15 * 24 * 60 * 60;
	assert_on(file(fixture, ANNA, SUPPORT, "In-Reply-To: <%s>\n",
	              answer->message_id),
	    TD_RULE_NEW, number + 1, FALSE);
}

static void
test_machine_answer_is_an_event_that_changes_nothing(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autoptr(TdMessage) answer = fixture_answer(fixture, number);
	g_autoptr(TdTicket) before = NULL;
	g_autoptr(TdTicket) after = NULL;
	g_autoptr(GPtrArray) events = NULL;
	const TdEvent *last;
	Filing filing;

	fixture_event(fixture, number, TD_EVENT_STATUS, "to", "closed");
	before = fixture_ticket(fixture, number);
	filing = file(fixture, ANNA, SUPPORT,
	    "Auto-Submitted: auto-replied\nIn-Reply-To: <%s>\n",
	    answer->message_id);
	g_assert_cmpuint(filing.outcome.ticket, ==, number);
	g_assert_false(filing.acknowledge);
	after = fixture_ticket(fixture, number);
	g_assert_cmpint(after->status, ==, TD_STATUS_CLOSED);
	g_assert_cmpuint(after->messages, ==, before->messages);
	events = fixture_events(fixture, number);
	last = g_ptr_array_index(events, events->len - 1);
	g_assert_cmpint(last->kind, ==, TD_EVENT_AUTO_REPLY);
	g_assert_cmpstr(td_event_get(last, "raw"), ==, "0/1");
}

static void
test_report_finds_its_ticket_by_what_we_signed(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autoptr(TdMessage) answer = fixture_answer(fixture, number);
	g_autofree char *raw = NULL;
	Filing filing;

	raw = g_strdup_printf(
	    "From: MAILER-DAEMON@mx.example.net\nTo: support@example.com\n"
	    "Subject: Undelivered\nMIME-Version: 1.0\n"
	    "Content-Type: multipart/report; report-type=delivery-status;"
	    " boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n"
	    "Reporting-MTA: dns; mx.example.net\n\n"
	    "Final-Recipient: rfc822; anna@example.net\nAction: failed\n"
	    "Status: 5.1.1\n\n--b\nContent-Type: text/rfc822-headers\n\n"
	    "Message-ID: <%s>\n\n--b--\n",
	    answer->message_id);
	filing = fixture_file(fixture, "", SUPPORT, raw);
	assert_on(filing, TD_RULE_REPORT, number, FALSE);
	g_assert_cmpint(filing.class, ==, TD_CLASS_BOUNCE);

	filing = fixture_file(fixture, "", SUPPORT,
	    "From: MAILER-DAEMON@mx.example.net\nTo: support@example.com\n"
	    "Subject: Undelivered mail\n\nYour mail to x failed.\n");
	assert_on(filing, TD_RULE_REPORT, 0, FALSE);
}

#define ADD(path, extra, test)                                                 \
	g_test_add("/thread/" path, Fixture, extra, fixture_open, test,        \
	    fixture_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	ADD("address", NULL,
	    test_reply_to_signed_address_joins_whatever_the_subject);
	ADD("address/capitals", NULL,
	    test_signed_address_in_capitals_is_the_same);
	ADD("address/learnt", NULL,
	    test_new_mail_to_a_learnt_signed_address_is_a_linked_ticket);
	ADD("address/forged", NULL, test_forged_token_falls_back_to_the_queue);
	ADD("address/stranger", NULL,
	    test_stranger_at_the_signed_address_is_marked);
	ADD("address/rotated", NULL,
	    test_rotated_key_threads_but_proves_nothing);
	ADD("references/own", NULL,
	    test_answer_to_our_mail_joins_by_its_signed_id);
	ADD("references/colleague", NULL,
	    test_colleague_answers_the_original_mail);
	ADD("references/seen", NULL, test_id_only_seen_in_references_is_enough);
	ADD("references/nearest", NULL, test_nearest_ancestor_wins);
	ADD("references/stranger", NULL,
	    test_stranger_with_a_stolen_id_is_filed_but_marked);
	ADD("tag", NULL, test_tag_counts_for_people_on_the_ticket);
	ADD("tag/quoted", NULL,
	    test_tag_inside_another_systems_subject_is_none);
	ADD("tag/stranger", NULL,
	    test_stranger_with_the_number_opens_a_linked_ticket);
	ADD("tag/company", NULL,
	    test_same_company_may_use_the_tag_but_is_marked);
	ADD("tag/public", NULL, test_public_domain_is_no_company);
	ADD("tag/pattern", "tag-patterns = Ticket#0*([0-9]+)\n",
	    test_older_tag_pattern_finds_the_ticket);
	ADD("duplicate", NULL, test_redelivery_changes_nothing);
	ADD("duplicate/no-id", NULL,
	    test_same_bytes_without_id_are_two_mails_if_the_trace_differs);
	ADD("duplicate/truncated", NULL,
	    test_whole_copy_joins_the_truncated_one);
	ADD("duplicate/two-queues", NULL,
	    test_copy_to_a_second_queue_makes_it_watch);
	ADD("duplicate/stronger", NULL,
	    test_copy_to_the_signed_address_moves_the_mail_there);
	ADD("closed", NULL, test_closed_ticket_reopens_within_the_days);
	ADD("machine", NULL,
	    test_machine_answer_is_an_event_that_changes_nothing);
	ADD("report", NULL, test_report_finds_its_ticket_by_what_we_signed);

	return g_test_run();
}
