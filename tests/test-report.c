/* test-report.c - delivery reports, receipts and complaints */

#include "config.h"

#include <string.h>

#include "message-fixture.h"

static const TdDsnRecipient *
recipient_at(const TdMessage *message, guint index)
{
	g_assert_nonnull(message->report);
	g_assert_cmpuint(index, <, message->report->recipients->len);
	return g_ptr_array_index(message->report->recipients, index);
}

static void
test_delivery_report_is_read(void)
{
	g_autoptr(TdMessage) message = parse_file("dsn.eml");
	const TdDsnRecipient *first = recipient_at(message, 0);
	const TdDsnRecipient *second = recipient_at(message, 1);

	g_assert_cmpstr(message->report_type, ==, "delivery-status");
	g_assert_cmpstr(message->report->envid, ==, "42+token=x");
	g_assert_cmpstr(
	    message->report->returned_message_id, ==, "42.1.token@example.com");
	g_assert_cmpuint(message->report->recipients->len, ==, 2);
	g_assert_cmpstr(first->address, ==, "Anna@example.org");
	g_assert_cmpstr(first->action, ==, "failed");
	g_assert_cmpstr(first->status, ==, "5.1.1");
	g_assert_cmpstr(first->diagnostic, ==,
	    "550 5.1.1 <Anna@example.org>: Recipient address rejected: User "
	    "unknown");
	g_assert_cmpstr(second->address, ==, "boris@example.net");
	g_assert_cmpstr(second->action, ==, "delayed");
	g_assert_cmpstr(second->status, ==, "4.4.1");
	g_assert_cmpstr(message->text, ==, "I could not deliver your mail.");
	g_assert_cmpuint(message->attachments->len, ==, 2);
}

static void
test_bare_delivery_status_is_a_report(void)
{
	g_autoptr(TdMessage) message = parse_file("bare-dsn.eml");

	g_assert_cmpstr(recipient_at(message, 0)->address, ==, "c@example.net");
	g_assert_cmpstr(message->report->envid, ==, "");
	g_assert_cmpstr(message->report->returned_message_id, ==, "");
	g_assert_cmpstr(message->report_type, ==, "");
}

static void
test_receipt_names_the_mail_it_is_about(void)
{
	g_autoptr(TdMessage) message = parse_file("mdn.eml");

	g_assert_cmpstr(message->report_type, ==, "disposition-notification");
	g_assert_cmpstr(
	    message->report->returned_message_id, ==, "42.2.token@example.com");
	g_assert_cmpstr(
	    recipient_at(message, 0)->address, ==, "anna@example.org");
	g_assert_cmpstr(recipient_at(message, 0)->action, ==, "displayed");
}

static void
test_complaint_names_the_mail_it_is_about(void)
{
	g_autoptr(TdMessage) message = parse_file("arf.eml");

	g_assert_cmpstr(message->report_type, ==, "feedback-report");
	g_assert_cmpstr(
	    message->report->returned_message_id, ==, "42.3.token@example.com");
	g_assert_cmpstr(
	    recipient_at(message, 0)->address, ==, "anna@example.net");
	g_assert_cmpstr(recipient_at(message, 0)->action, ==, "abuse");
}

static void
test_a_status_that_makes_no_sense_is_none(void)
{
	static const struct {
		const char *raw;
		const char *want;
	} rows[] = {
		{ "5.1.1", "5.1.1" },
		{ "4.0.0 (delayed)", "4.0.0" },
		{ "5.123.456", "5.123.456" },
		{ "", "" },
		{ "550", "" },
		{ "9.9.9", "" },
		{ "unknown", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *raw = g_strdup_printf(
		    "Content-Type: message/delivery-status\n\n"
		    "Final-Recipient: x;a@example.org\nStatus: %s\n",
		    rows[i].raw);
		g_autoptr(TdMessage) message = parse_text(raw);

		g_assert_cmpstr(
		    recipient_at(message, 0)->status, ==, rows[i].want);
	}
}

static void
test_a_mail_of_a_person_is_no_report(void)
{
	g_autoptr(TdMessage) message = parse_file("attached-message.eml");

	g_assert_null(message->report);
	g_assert_cmpstr(message->report_type, ==, "");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func("/report/delivery", test_delivery_report_is_read);
	g_test_add_func("/report/bare", test_bare_delivery_status_is_a_report);
	g_test_add_func(
	    "/report/receipt", test_receipt_names_the_mail_it_is_about);
	g_test_add_func(
	    "/report/complaint", test_complaint_names_the_mail_it_is_about);
	g_test_add_func(
	    "/report/status", test_a_status_that_makes_no_sense_is_none);
	g_test_add_func("/report/person", test_a_mail_of_a_person_is_no_report);

	return g_test_run();
}
