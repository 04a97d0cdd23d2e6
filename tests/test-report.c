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

/* A delivery report with one recipient, of whom @fields tell. */
static TdMessage *
parse_recipient(const char *fields)
{
	g_autofree char *raw = g_strconcat(
	    "Content-Type: message/delivery-status\n\n",
	    "Reporting-MTA: dns; mx.example.net\n\n", fields, "\n", NULL);

	return parse_text(raw);
}

static void
test_addresses_are_read_in_all_their_forms(void)
{
	static const struct {
		const char *fields;
		const char *want;
	} rows[] = {
		{ "Final-Recipient: rfc822; anna@example.org",
		    "anna@example.org" },
		{ "Final-Recipient: RFC822;<anna@example.org>",
		    "anna@example.org" },
		{ "Final-Recipient: anna@example.org", "anna@example.org" },
		{ "Final-Recipient: rfc822; Anna <anna@example.org>",
		    "anna@example.org" },
		{ "Final-Recipient: rfc822; anna@example.org (Anna)",
		    "anna@example.org" },
		{ "Final-Recipient: rfc822;\n anna@example.org",
		    "anna@example.org" },
		{ "Final-Recipient: rfc822; anna+20@example.org",
		    "anna+20@example.org" },
		{ "Final-Recipient: rfc822; anna+40example.org",
		    "anna@example.org" },
		{ "Final-Recipient: rfc822; anna+2Btag+40example.org",
		    "anna+tag@example.org" },
		{ "Final-Recipient: utf-8; \\x{430}\\x{43D}\\x{43D}\\x{430}@"
		  "example.org",
		    "анна@example.org" },
		{ "Final-Recipient: utf-8; анна@пример.рф", "анна@пример.рф" },
		{ "Final-Recipient: utf-8; \\x{110000}a@example.org",
		    "\\x{110000}a@example.org" },
		{ "Final-Recipient: x400; /G=Anna/S=X/C=DE/",
		    "/G=Anna/S=X/C=DE/" },
		{ "Final-Recipient: local; anna", "anna" },
		{ "Original-Recipient: rfc822; anna@example.org",
		    "anna@example.org" },
		{ "Final-Recipient: rfc822; anna@example.org\n"
		  "Original-Recipient: rfc822; office@example.org",
		    "anna@example.org" },
		{ "Final-Recipient: local; anna\n"
		  "Original-Recipient: rfc822; anna@example.org",
		    "anna@example.org" },
		{ "Final-Recipient: rfc822; anna@mailstore\n"
		  "Original-Recipient: rfc822; anna@example.org",
		    "anna@example.org" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(TdMessage) message = parse_recipient(rows[i].fields);

		g_assert_cmpstr(
		    recipient_at(message, 0)->address, ==, rows[i].want);
		g_assert_cmpuint(message->report->recipients->len, ==, 1);
	}
}

static void
test_what_is_missing_comes_from_what_is_there(void)
{
	static const struct {
		const char *fields;
		const char *action;
		const char *status;
	} rows[] = {
		{ "Action: failed\nStatus: 5.1.1", "failed", "5.1.1" },
		{ "Action: Failed (for good)\nStatus: 5.1.1", "failed",
		    "5.1.1" },
		{ "Status: 4.2.2", "delayed", "4.2.2" },
		{ "Status: 2.0.0", "delivered", "2.0.0" },
		{ "Action: failed", "failed", "5.0.0" },
		{ "Action: delayed", "delayed", "4.0.0" },
		{ "Action: relayed", "relayed", "2.0.0" },
		{ "Action: failed\nDiagnostic-Code: smtp; 550 5.7.1 no",
		    "failed", "5.7.1" },
		{ "Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 552 "
		  "5.2.2 mailbox full",
		    "failed", "5.2.2" },
		{ "Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 552 "
		  "mailbox full",
		    "failed", "5.0.0" },
		{ "Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 452 "
		  "4.2.2 mailbox full",
		    "failed", "5.0.0" },
		{ "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 552 "
		  "mailbox full",
		    "failed", "5.1.1" },
		{ "Action: failed\nDiagnostic-Code: smtp; user unknown",
		    "failed", "5.1.1" },
		{ "Action: delayed\nDiagnostic-Code: smtp; mailbox full",
		    "delayed", "4.2.2" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *fields = g_strconcat(
		    "Final-Recipient: rfc822; a@example.org\n", rows[i].fields,
		    NULL);
		g_autoptr(TdMessage) message = parse_recipient(fields);
		const TdDsnRecipient *one = recipient_at(message, 0);

		g_assert_cmpstr(one->action, ==, rows[i].action);
		g_assert_cmpstr(one->status, ==, rows[i].status);
	}
}

static void
test_diagnostic_loses_its_type_alone(void)
{
	static const struct {
		const char *value;
		const char *want;
	} rows[] = {
		{ "smtp; 550 no; never", "550 no; never" },
		{ "X-Postfix; no route", "no route" },
		{ "550 no; never", "550 no; never" },
		{ "smtp;\n 550 no\n there", "550 no there" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *fields = g_strconcat(
		    "Final-Recipient: rfc822; a@example.org\nAction: failed\n"
		    "Diagnostic-Code: ",
		    rows[i].value, NULL);
		g_autoptr(TdMessage) message = parse_recipient(fields);

		g_assert_cmpstr(
		    recipient_at(message, 0)->diagnostic, ==, rows[i].want);
	}
}

static void
test_blocks_need_not_be_where_they_belong(void)
{
	static const char *const raws[] = {
		/* No empty line between recipients. */
		"Final-Recipient: rfc822; a@example.org\nAction: failed\n"
		"Status: 5.1.1\nFinal-Recipient: rfc822; b@example.org\n"
		"Action: delayed\nStatus: 4.4.1",
		/* Empty lines between the fields of one. */
		"Final-Recipient: rfc822; a@example.org\n\nAction: failed\n"
		"Status: 5.1.1\n\nFinal-Recipient: rfc822; b@example.org\n\n"
		"Action: delayed\nStatus: 4.4.1",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(raws); i++) {
		g_autoptr(TdMessage) message = parse_recipient(raws[i]);

		g_assert_cmpuint(message->report->recipients->len, ==, 2);
		g_assert_cmpstr(
		    recipient_at(message, 0)->address, ==, "a@example.org");
		g_assert_cmpstr(recipient_at(message, 0)->status, ==, "5.1.1");
		g_assert_cmpstr(
		    recipient_at(message, 1)->address, ==, "b@example.org");
		g_assert_cmpstr(recipient_at(message, 1)->status, ==, "4.4.1");
	}
}

#define STATUS                                                                 \
	"--b\nContent-Type: message/delivery-status\n\n"                       \
	"Reporting-MTA: dns; mx.example.net\n\n"                               \
	"Final-Recipient: rfc822; a@example.org\nAction: failed\n"             \
	"Status: 5.1.1\n\n"
#define HEADER                                                                 \
	"--b\nContent-Type: text/rfc822-headers\n\n"                           \
	"Message-ID: <1@example.com>\n\n"
#define SYSTEM "From: MAILER-DAEMON@example.net\nTo: support@example.com\n"

static void
test_delivery_report_is_found_wherever_it_stands(void)
{
	static const char *const raws[] = {
		/* By the book. */
		SYSTEM "Content-Type: multipart/report; report-type=delivery-"
		       "status; boundary=b\n\n--b\n\nSorry\n" STATUS HEADER
		       "--b--\n",
		/* Out of order. */
		SYSTEM "Content-Type: multipart/report; report-type=delivery-"
		       "status; boundary=b\n\n" HEADER STATUS
		       "--b\n\nSorry\n--b--\n",
		/* Which report it is has been left out, or is wrong. */
		SYSTEM "Content-Type: multipart/report; boundary=b\n\n"
		       "--b\n\nSorry\n" STATUS HEADER "--b--\n",
		SYSTEM "Content-Type: multipart/report; report-type=x; "
		       "boundary=b\n\n--b\n\nSorry\n" STATUS HEADER "--b--\n",
		/* No multipart/report at all. */
		SYSTEM "Content-Type: multipart/mixed; boundary=b\n\n"
		       "--b\n\nSorry\n" STATUS HEADER "--b--\n",
		/* A footer was put around it. */
		SYSTEM "Content-Type: multipart/mixed; boundary=c\n\n--c\n"
		       "Content-Type: multipart/report; boundary=b\n\n"
		       "--b\n\nSorry\n" STATUS HEADER
		       "--b--\n--c\n\nWe looked for viruses.\n--c--\n",
		/* A gateway called it a text. */
		SYSTEM "Content-Type: multipart/report; report-type=delivery-"
		       "status; boundary=b\n\n--b\n\nSorry\n"
		       "--b\nContent-Type: text/plain\n\n"
		       "Reporting-MTA: dns; mx.example.net\n\n"
		       "Final-Recipient: rfc822; a@example.org\n"
		       "Action: failed\nStatus: 5.1.1\n\n" HEADER "--b--\n",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(raws); i++) {
		g_autoptr(TdMessage) message = parse_text(raws[i]);
		const TdDsnRecipient *one = recipient_at(message, 0);

		g_test_message("%u", (guint)i);
		g_assert_true(message->report->formal);
		g_assert_cmpint(message->report->kind, ==, TD_REPORT_DELIVERY);
		g_assert_cmpuint(message->report->recipients->len, ==, 1);
		g_assert_cmpstr(one->address, ==, "a@example.org");
		g_assert_cmpstr(one->status, ==, "5.1.1");
		g_assert_cmpstr(
		    message->report->returned_message_id, ==, "1@example.com");
	}
}

static void
test_report_of_smtputf8_is_read(void)
{
	g_autoptr(TdMessage) message = parse_text(
	    SYSTEM "Content-Type: multipart/report; report-type=delivery-"
	           "status; boundary=b\n\n--b\n\nSorry\n"
	           "--b\nContent-Type: message/global-delivery-status\n\n"
	           "Original-Envelope-Id: 1+2B2\n\n"
	           "Final-Recipient: utf-8; анна@example.org\n"
	           "Action: failed\nStatus: 5.1.1\n\n"
	           "--b\nContent-Type: message/global-headers\n\n"
	           "Message-ID: <1@example.com>\nSubject: Привет\n\n--b--\n");

	g_assert_cmpstr(
	    recipient_at(message, 0)->address, ==, "анна@example.org");
	g_assert_cmpstr(message->report->envid, ==, "1+2");
	g_assert_cmpstr(
	    message->report->returned_message_id, ==, "1@example.com");
}

static void
test_a_report_that_a_person_passes_on_is_none(void)
{
	static const char *const subjects[] = { "Fwd: Undelivered Mail",
		"Re: Undelivered Mail", "Re[2]: Undelivered Mail",
		"WG: Unzustellbar", "Пересл: Не доставлено" };

	for (gsize i = 0; i < G_N_ELEMENTS(subjects); i++) {
		g_autofree char *raw = g_strdup_printf(
		    "From: Ivan <ivan@example.net>\nTo: support@example.com\n"
		    "Subject: %s\nContent-Type: multipart/mixed; "
		    "boundary=b\n\n--b\n\nWhat is this?\n" STATUS "--b--\n",
		    subjects[i]);
		g_autoptr(TdMessage) message = parse_text(raw);

		g_assert_null(message->report);
	}
}

static void
test_reports_tell_what_they_are(void)
{
	static const struct {
		const char *raw;
		TdReportKind kind;
	} rows[] = {
		{ "Content-Type: multipart/report; report-type=disposition-"
		  "notification; boundary=b\n\n--b\n\nSeen\n--b--\n",
		    TD_REPORT_DISPOSITION },
		{ "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSeen\n"
		  "--b\nContent-Type: message/disposition-notification\n\n"
		  "Disposition: manual-action/MDN-sent-manually; displayed\n\n"
		  "--b--\n",
		    TD_REPORT_DISPOSITION },
		{ "Content-Type: multipart/report; report-type=feedback-"
		  "report; boundary=b\n\n--b\n\nSpam\n--b--\n",
		    TD_REPORT_FEEDBACK },
		{ "Content-Type: multipart/report; report-type=delivery-"
		  "status; boundary=b\n\n--b\n\nSpam\n"
		  "--b\nContent-Type: message/feedback-report\n\n"
		  "Feedback-Type: abuse\n\n--b--\n",
		    TD_REPORT_FEEDBACK },
		{ "Content-Type: multipart/report; report-type=dmarc; "
		  "boundary=b\n\n--b\n\nNumbers\n--b--\n",
		    TD_REPORT_FEEDBACK },
		{ "Content-Type: multipart/report; report-type=\"tlsrpt\"; "
		  "boundary=b\n\n--b\n\nNumbers\n--b--\n",
		    TD_REPORT_FEEDBACK },
		{ "Subject: Report Domain: example.com Submitter: example.org "
		  "Report-ID: 1\nContent-Type: application/zip\n\nPK\n",
		    TD_REPORT_FEEDBACK },
		{ "Subject: Report domain: example.com Submitter: x\n"
		  "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHi\n"
		  "--b\nContent-Type: application/gzip\n\nx\n--b--\n",
		    TD_REPORT_FEEDBACK },
		{ "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n"
		  "--b\n\nHi\n--b\nContent-Type: application/tlsrpt+gzip\n\n"
		  "x\n--b--\n",
		    TD_REPORT_FEEDBACK },
		{ "Subject: complaint about message from 192.0.2.1\n"
		  "Content-Type: multipart/mixed; boundary=b\n\n"
		  "--b\nContent-Type: message/rfc822\n\n"
		  "X-HmXmrOriginalRecipient: a@example.org\n"
		  "Message-ID: <1@example.com>\n\nHi\n--b--\n",
		    TD_REPORT_FEEDBACK },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(TdMessage) message = parse_text(rows[i].raw);

		g_test_message("%u", (guint)i);
		g_assert_nonnull(message->report);
		g_assert_cmpint(message->report->kind, ==, rows[i].kind);
		g_assert_true(message->report->formal);
	}
}

static void
test_an_archive_alone_is_no_report(void)
{
	static const char *const subjects[] = { "Report",
		"Re: Report Domain: example.com Submitter: example.org" };

	for (gsize i = 0; i < G_N_ELEMENTS(subjects); i++) {
		g_autofree char *raw = g_strdup_printf(
		    "From: Ivan <ivan@example.net>\nSubject: %s\n"
		    "Content-Type: application/zip\n\nPK\n",
		    subjects[i]);
		g_autoptr(TdMessage) message = parse_text(raw);

		g_assert_null(message->report);
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
	g_test_add_func(
	    "/report/addresses", test_addresses_are_read_in_all_their_forms);
	g_test_add_func(
	    "/report/missing", test_what_is_missing_comes_from_what_is_there);
	g_test_add_func(
	    "/report/diagnostic", test_diagnostic_loses_its_type_alone);
	g_test_add_func(
	    "/report/blocks", test_blocks_need_not_be_where_they_belong);
	g_test_add_func(
	    "/report/place", test_delivery_report_is_found_wherever_it_stands);
	g_test_add_func("/report/utf8", test_report_of_smtputf8_is_read);
	g_test_add_func(
	    "/report/passed-on", test_a_report_that_a_person_passes_on_is_none);
	g_test_add_func("/report/kinds", test_reports_tell_what_they_are);
	g_test_add_func("/report/archive", test_an_archive_alone_is_no_report);
	g_test_add_func("/report/person", test_a_mail_of_a_person_is_no_report);

	return g_test_run();
}
