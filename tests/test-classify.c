/* test-classify.c - person or machine, and whether it may be answered */

#include "config.h"

#include <string.h>

#include "classify-fixture.h"

static const Want wants[] = {
	{ "plain", PERSON, TO, TD_CLASS_HUMAN, FALSE, NULL },
	{ "List-Unsubscribe alone", PERSON, TO "List-Unsubscribe: <x>\n",
	    TD_CLASS_HUMAN, FALSE, NULL },
	{ "Auto-Submitted: no", PERSON, TO "Auto-Submitted: No (really)\n",
	    TD_CLASS_HUMAN, FALSE, NULL },
	{ "Precedence: first-class", PERSON, TO "Precedence: first-class\n",
	    TD_CLASS_HUMAN, FALSE, NULL },
	{ "Suppress: DR", PERSON, TO "X-Auto-Response-Suppress: DR, RN\n",
	    TD_CLASS_HUMAN, FALSE, NULL },

	{ "null sender", "", TO, TD_CLASS_AUTO_REPLY, TRUE, "rule 1" },
	{ "null sender, bounce", "", TO "Subject: Undeliverable: x\n",
	    TD_CLASS_BOUNCE, TRUE, "rule 1" },
	{ "null sender, Russian bounce", "",
	    TO "Subject: =?utf-8?B?0J3QtSDQtNC+0YHRgtCw0LLQu9C10L3Qvg==?=\n",
	    TD_CLASS_BOUNCE, TRUE, "rule 1" },
	{ "auto-replied", PERSON, TO "Auto-Submitted: auto-replied\n",
	    TD_CLASS_AUTO_REPLY, TRUE, "rule 2" },
	{ "auto-replied with parameter", PERSON,
	    TO "Auto-Submitted: (x) AUTO-REPLIED; owner-email=\"a@b\"\n",
	    TD_CLASS_AUTO_REPLY, TRUE, "rule 2" },
	{ "auto-generated", PERSON, TO "Auto-Submitted: auto-generated\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 2" },
	{ "second Auto-Submitted", PERSON,
	    TO "Auto-Submitted: no\nAuto-Submitted: auto-notified\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 2" },
	{ "comment in a comment", PERSON,
	    TO "Auto-Submitted: (a (b\\)) no) auto-generated (c)\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 2" },
	{ "Auto-Submitted: nothing", PERSON, TO "Auto-Submitted: (x)\n",
	    TD_CLASS_HUMAN, FALSE, NULL },
	{ "Auto-Submitted: no, with parameter", PERSON,
	    TO "Auto-Submitted: no; x=y\n", TD_CLASS_HUMAN, FALSE, NULL },
	{ "Auto-Submitted in small letters", PERSON,
	    TO "AUTO-SUBMITTED:auto-notified\n", TD_CLASS_NOTIFICATION, TRUE,
	    "rule 2" },
	{ "DSN", "",
	    TO "Content-Type: multipart/report; "
	       "report-type=delivery-status; boundary=b\n",
	    TD_CLASS_BOUNCE, TRUE, "rule 3" },
	{ "MDN", "",
	    TO "Content-Type: multipart/report; "
	       "report-type=disposition-notification; boundary=b\n",
	    TD_CLASS_RECEIPT, TRUE, "rule 3" },
	{ "ARF", PERSON,
	    TO "Content-Type: multipart/report; "
	       "report-type=feedback-report; boundary=b\n",
	    TD_CLASS_REPORT, TRUE, "rule 3" },
	{ "TLS report", PERSON,
	    TO "Content-Type: multipart/report; report-type=\"tlsrpt\"; "
	       "boundary=b\n",
	    TD_CLASS_REPORT, TRUE, "rule 3" },
	{ "TLS report by its field", PERSON,
	    TO "TLS-Report-Domain: example.com\n", TD_CLASS_REPORT, TRUE,
	    "rule 3" },
	{ "a boundary called dmarc", PERSON,
	    TO "Content-Type: multipart/report; "
	       "report-type=delivery-status; boundary=dmarc\n",
	    TD_CLASS_BOUNCE, TRUE, "rule 3" },
	{ "a report of no type", PERSON,
	    TO "Content-Type: Multipart/Report; boundary=b\n", TD_CLASS_BOUNCE,
	    TRUE, "rule 3" },
	{ "X-Failed-Recipients", PERSON, TO "X-Failed-Recipients: x@y\n",
	    TD_CLASS_BOUNCE, TRUE, "rule 3" },
	{ "List-Id", PERSON, TO "List-Id: <x.example.org>\n", TD_CLASS_LIST,
	    TRUE, "rule 4" },
	{ "List-Post", PERSON, TO "List-Post: <mailto:x@example.org>\n",
	    TD_CLASS_LIST, TRUE, "rule 4" },
	{ "List-Help", PERSON, TO "List-Help: <mailto:x@example.org>\n",
	    TD_CLASS_LIST, TRUE, "rule 4" },
	{ "List-Owner", PERSON, TO "List-Owner: <mailto:x@example.org>\n",
	    TD_CLASS_LIST, TRUE, "rule 4" },
	{ "List-Archive", PERSON, TO "list-archive: <https://example.org>\n",
	    TD_CLASS_LIST, TRUE, "rule 4" },
	{ "Mailing-List", PERSON, TO "Mailing-List: list x@example.org\n",
	    TD_CLASS_LIST, TRUE, "rule 4" },
	{ "X-Mailman-Version", PERSON, TO "X-Mailman-Version: 2.1\n",
	    TD_CLASS_LIST, TRUE, "rule 4" },
	{ "X-BeenThere", PERSON, TO "X-BeenThere: x@example.org\n",
	    TD_CLASS_LIST, TRUE, "rule 4" },
	{ "Precedence: bulk", PERSON, TO "Precedence: bulk\n", TD_CLASS_LIST,
	    TRUE, "rule 5" },
	{ "X-Precedence: auto_reply", PERSON, TO "X-Precedence: auto_reply\n",
	    TD_CLASS_AUTO_REPLY, TRUE, "rule 5" },
	{ "Precedence: junk", PERSON, TO "Precedence: Junk (x)\n",
	    TD_CLASS_LIST, TRUE, "rule 5" },
	{ "Precedence: list", PERSON, TO "precedence: list\n", TD_CLASS_LIST,
	    TRUE, "rule 5" },
	{ "Precedence: urgent", PERSON, TO "Precedence: special-delivery\n",
	    TD_CLASS_HUMAN, FALSE, NULL },
	{ "X-Autoreply", PERSON, TO "X-Autoreply: yes\n", TD_CLASS_AUTO_REPLY,
	    TRUE, "rule 6" },
	{ "X-Autorespond", PERSON, TO "X-Autorespond: x\n", TD_CLASS_AUTO_REPLY,
	    TRUE, "rule 6" },
	{ "X-Autoresponse", PERSON, TO "X-Autoresponse: x\n",
	    TD_CLASS_AUTO_REPLY, TRUE, "rule 6" },
	{ "X-AutoReply-From", PERSON, TO "X-AutoReply-From: x@example.org\n",
	    TD_CLASS_AUTO_REPLY, TRUE, "rule 6" },
	{ "X-Mail-Autoreply", PERSON, TO "X-Mail-Autoreply: x\n",
	    TD_CLASS_AUTO_REPLY, TRUE, "rule 6" },
	{ "X-Vacation", PERSON, TO "X-Vacation: yes\n", TD_CLASS_AUTO_REPLY,
	    TRUE, "rule 6" },
	{ "X-Auto-Responder", PERSON, TO "X-Auto-Responder: v2\n",
	    TD_CLASS_AUTO_REPLY, TRUE, "rule 6" },
	{ "X-Autogenerated", PERSON, TO "X-Autogenerated: Mirror\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 6" },
	{ "X-Autogenerated", PERSON, TO "X-Autogenerated: Reply\n",
	    TD_CLASS_AUTO_REPLY, TRUE, "rule 6" },
	{ "X-FC-Machinegenerated", PERSON, TO "X-FC-Machinegenerated: true\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 6" },
	{ "X-Loop", PERSON, TO "X-Loop: x@example.org\n", TD_CLASS_NOTIFICATION,
	    TRUE, "rule 6" },
	{ "X-No-Loop", PERSON, TO "X-No-Loop: x\n", TD_CLASS_NOTIFICATION, TRUE,
	    "rule 6" },
	{ "X-RT-Loop-Prevention", PERSON, TO "X-RT-Loop-Prevention: x\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 6" },
	{ "X-ServiceNow-Generated", PERSON, TO "X-ServiceNow-Generated: true\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 6" },
	{ "X-JIRA-FingerPrint", PERSON, TO "X-JIRA-FingerPrint: x\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 6" },
	{ "X-Amazon-Mail-Relay-Type", PERSON,
	    TO "X-Amazon-Mail-Relay-Type: Notification\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 6" },
	{ "X-MS-Exchange-Generated-Message-Source", PERSON,
	    TO "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 6" },
	{ "X-Auto-Response-Suppress", PERSON,
	    TO "X-Auto-Response-Suppress: All\n", TD_CLASS_NOTIFICATION, TRUE,
	    "rule 6" },
	{ "X-Auto-Response-Suppress", PERSON,
	    TO "X-Auto-Response-Suppress: DR;AutoReply\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 6" },
	{ "another kind of relay", PERSON,
	    TO "X-Amazon-Mail-Relay-Type: other\n", TD_CLASS_HUMAN, FALSE,
	    NULL },
	{ "no autoreply", PERSON, TO "X-Auto-Responder: no\n", TD_CLASS_HUMAN,
	    FALSE, NULL },
	{ "X-OTRS-Loop", PERSON, TO "X-OTRS-Loop: x@example.org\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 6" },
	{ "Suppress: OOF", PERSON, TO "X-Auto-Response-Suppress: RN, oof\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 6" },
	{ "Exchange inbox rule", PERSON,
	    TO "X-MS-Exchange-Inbox-Rules-Loop: boss@example.net\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 6" },
	{ "mailer-daemon's other mail", PERSON,
	    "From: MAILER-DAEMON@example.net\nTo: support@example.com\n"
	    "Subject: Returned mail\n",
	    TD_CLASS_BOUNCE, TRUE, "rule 7" },
	{ "empty From", PERSON,
	    "From: MAILER-DAEMON <>\nTo: support@example.com\n"
	    "Subject: Mail delivery failed\n",
	    TD_CLASS_BOUNCE, TRUE, "rule 7" },
	{ "mailer-daemon in the envelope", "MAILER-DAEMON@example.net",
	    TO "Subject: Undelivered mail\n", TD_CLASS_BOUNCE, TRUE, "rule 7" },
	{ "a bounce by a list", "news-bounces@example.net",
	    "From: MAILER-DAEMON@example.net (Mail Delivery System)\n"
	    "To: support@example.com\nList-Id: <news.example.net>\n"
	    "Precedence: bulk\nSubject: Undelivered Mail\n",
	    TD_CLASS_BOUNCE, TRUE, "rule 7" },
	{ "a daemon's news", PERSON,
	    "From: MAILER-DAEMON@example.net\nTo: support@example.com\n"
	    "Subject: Good day\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 7" },
	{ "a person about bounces", PERSON,
	    TO "Subject: Undelivered mail to your desk\n", TD_CLASS_HUMAN,
	    FALSE, NULL },
	{ "a postmaster about bounces", PERSON,
	    "From: Postmaster <postmaster@example.net>\n"
	    "To: support@example.com\n"
	    "Subject: Mail delivery problems with you\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 7" },
	{ "postmaster", PERSON,
	    "From: postmaster@example.net\nTo: support@example.com\n"
	    "Subject: Good day\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 7" },
	{ "no-reply", PERSON,
	    "From: No-Reply@example.net\nTo: support@example.com\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 7" },
	{ "abuse", PERSON, "From: abuse@example.net\nTo: support@example.com\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 7" },
	{ "root", PERSON, "From: root@example.net\nTo: support@example.com\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 7" },
	{ "daemon", PERSON,
	    "From: daemon@example.net\nTo: support@example.com\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 7" },
	{ "listserv", PERSON,
	    "From: listserv@example.net\nTo: support@example.com\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 7" },
	{ "majordomo", PERSON,
	    "From: majordomo@example.net\nTo: support@example.com\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 7" },
	{ "owner-news", PERSON,
	    "From: owner-news@example.net\nTo: support@example.com\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 7" },
	{ "news-request", PERSON,
	    "From: news-request@example.net\nTo: support@example.com\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 7" },
	{ "news-owner", PERSON,
	    "From: news-owner@example.net\nTo: support@example.com\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 7" },
	{ "news-bounces", PERSON,
	    "From: news-bounces@example.net\nTo: support@example.com\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 7" },
	{ "bounces+a=b", PERSON,
	    "From: bounces+a=b@example.net\nTo: support@example.com\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 7" },
	{ "noreply", PERSON,
	    "From: noreply@example.net\nTo: support@example.com\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 7" },
	{ "no_reply-1", PERSON,
	    "From: no_reply-1@example.net\nTo: support@example.com\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 7" },
	{ "do-not-reply", PERSON,
	    "From: do-not-reply@example.net\nTo: support@example.com\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 7" },
	{ "donotreply", PERSON,
	    "From: donotreply@example.net\nTo: support@example.com\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 7" },
	{ "notifications", PERSON,
	    "From: notifications@example.net\nTo: support@example.com\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 7" },
	{ "MAILER-DAEMON", PERSON,
	    "From: MAILER-DAEMON@example.net\nTo: support@example.com\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 7" },
	{ "a name with reply in it", PERSON,
	    "From: norbert.replyson@example.net\nTo: support@example.com\n",
	    TD_CLASS_HUMAN, FALSE, NULL },
	{ "second Precedence", PERSON,
	    TO "Precedence: normal\nPrecedence: bulk\n", TD_CLASS_LIST, TRUE,
	    "rule 5" },
	{ "second Suppress", PERSON,
	    TO "X-Auto-Response-Suppress: DR\nX-Auto-Response-Suppress: All\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 6" },
	{ "Suppress with tab", PERSON,
	    TO "X-Auto-Response-Suppress: DR,\tOOF\n", TD_CLASS_NOTIFICATION,
	    TRUE, "rule 6" },
	{ "list's envelope", "news-bounces@lists.example.org", TO,
	    TD_CLASS_HUMAN, TRUE, "rule 7" },
	{ "bare envelope", "MAILER-DAEMON", TO, TD_CLASS_HUMAN, TRUE,
	    "rule 7" },
	{ "report before list", PERSON,
	    TO "List-Id: <x.example.org>\nContent-Type: multipart/report; "
	       "report-type=feedback-report; boundary=b\n",
	    TD_CLASS_REPORT, TRUE, "rule 3" },
	{ "auto-replied before list", PERSON,
	    TO "List-Id: <x.example.org>\nAuto-Submitted: auto-replied\n",
	    TD_CLASS_AUTO_REPLY, TRUE, "rule 2" },
	{ "list before local part", PERSON,
	    "From: no-reply@example.net\nTo: support@example.com\n"
	    "List-Id: <x.example.org>\n",
	    TD_CLASS_LIST, TRUE, "rule 4" },
	{ "alias, told by our server", PERSON,
	    "X-Original-To: info@example.org\nReceived: x\n"
	    "From: anna@example.net\nTo: info@example.org\n",
	    TD_CLASS_HUMAN, FALSE, NULL },
	{ "alias, told by another's server", PERSON,
	    "Received: x\nX-Original-To: info@example.org\n"
	    "From: anna@example.net\nTo: info@example.org\n",
	    TD_CLASS_HUMAN, TRUE, "rule 9" },
	{ "blind copy", PERSON, "From: anna@example.net\nTo: x@example.org\n",
	    TD_CLASS_HUMAN, TRUE, "rule 9" },
	{ "Cc", PERSON,
	    "From: anna@example.net\nTo: x@example.org\n"
	    "Cc: Help <HELP@Example.com>\n",
	    TD_CLASS_HUMAN, FALSE, NULL },
	{ "Resent-To", PERSON,
	    "Resent-To: <support@example.com>\nFrom: anna@example.net\n"
	    "To: x@example.org\n",
	    TD_CLASS_HUMAN, FALSE, NULL },
	{ "Resent-Cc, and not the first", PERSON,
	    "Resent-To: <x@example.org>\nResent-Cc: Y <y@example.org>\n"
	    "Resent-Cc: Help <help@example.com>\nFrom: anna@example.net\n"
	    "To: x@example.org\n",
	    TD_CLASS_HUMAN, FALSE, NULL },
	{ "an extension", PERSON,
	    "From: anna@example.net\nTo: support+any@example.com\n",
	    TD_CLASS_HUMAN, FALSE, NULL },
	{ "nobody in To", PERSON,
	    "From: anna@example.net\nTo: undisclosed-recipients:;\n",
	    TD_CLASS_HUMAN, TRUE, "rule 9" },
	{ "own address as From", PERSON,
	    "From: support@example.com\nTo: support@example.com\n",
	    TD_CLASS_HUMAN, TRUE, "address of this desk" },
	{ "no From", PERSON, "To: support@example.com\n", TD_CLASS_HUMAN, TRUE,
	    "no address" },
};

static void
test_every_rule_gives_its_class_and_its_silence(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	check_wants(fixture, wants, G_N_ELEMENTS(wants));
}

static void
test_unknown_sender_is_not_the_null_sender(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	const TdEnvelope envelope = { .recipient = "support@example.com" };
	const char *raw = TO "\nText.\n";
	g_autoptr(TdMessage) message = td_message_parse(raw, strlen(raw));
	g_auto(TdClassified) got = { 0 };

	td_desk_classify(fixture->desk, message, &envelope, &got);
	g_assert_cmpint(got.class, ==, TD_CLASS_HUMAN);
	g_assert_cmpstr(got.silence, ==, "");
}

static void
test_own_mail_is_known_by_its_signature(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autoptr(TdMessage) answer = fixture_answer(fixture, number);
	g_autofree char *raw = NULL;
	g_autofree char *forged = NULL;
	Filing filing;

	raw = g_strdup_printf("From: anna@example.net\n"
	                      "To: support@example.com\n"
	                      "Message-ID: <rewritten@relay>\n"
	                      "X-Ticketd-Loop: %s\n\nText.\n",
	    answer->message_id);
	filing = fixture_file(
	    fixture, "anna@example.net", "support@example.com", raw);
	g_assert_cmpint(filing.class, ==, TD_CLASS_OWN);
	g_assert_cmpuint(filing.outcome.ticket, ==, 0);
	g_assert_false(filing.acknowledge);

	forged = g_strdup(
	    "From: anna@example.net\n"
	    "To: support@example.com\n"
	    "X-Ticketd-Loop: 1.2.maaaaaaaaaaaaaaaaa@x\n\nText.\n");
	filing = fixture_file(
	    fixture, "anna@example.net", "support@example.com", forged);
	g_assert_cmpint(filing.class, ==, TD_CLASS_HUMAN);
}

static void
test_transparent_list_is_a_person_mail(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing;

	filing = fixture_file(fixture, PERSON, "support@example.com",
	    "From: Anna <anna@example.net>\nTo: team@lists.example.com\n"
	    "List-Id: Team <team.example.com>\nPrecedence: list\n\nHi.\n");
	g_assert_cmpint(filing.class, ==, TD_CLASS_HUMAN);
	g_assert_true(filing.acknowledge);
	filing = fixture_file(fixture, PERSON, "support@example.com",
	    TO "List-Id: Other <other.example.com>\n\nHi.\n");
	g_assert_cmpint(filing.class, ==, TD_CLASS_LIST);
}

static void
test_web_form_speaks_for_its_reply_to(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	Filing filing;

	filing = fixture_file(fixture, "www@example.com", "support@example.com",
	    "From: Form <noreply@example.com>\nTo: support@example.com\n"
	    "Reply-To: Clara <clara@example.net>\nSubject: x\n\nHi.\n");
	g_assert_true(filing.acknowledge);
	ticket = fixture_ticket(fixture, filing.outcome.ticket);
	g_assert_cmpstr(ticket->requester, ==, "clara@example.net");
	g_assert_cmpstr(ticket->requester_name, ==, "Clara");
}

static void
test_undeclared_reply_to_is_not_honoured(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	Filing filing;

	filing = fixture_file(fixture, PERSON, "support@example.com",
	    TO "Reply-To: thief@example.org\nSubject: x\n\nHi.\n");
	ticket = fixture_ticket(fixture, filing.outcome.ticket);
	g_assert_cmpstr(ticket->requester, ==, "anna@example.net");
}

static void
test_a_dmarc_report_is_known_by_its_parts(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char parts[] =
	    "From: dmarc@example.net\nTo: support@example.com\n"
	    "Subject: %sReport Domain: example.com Submitter: example.net "
	    "Report-ID: 1\n"
	    "Content-Type: application/gzip; "
	    "name=\"example.net!example.com!1700000000!1700086399.xml.gz\"\n"
	    "Content-Transfer-Encoding: base64\n\nH4sI\n";
	static const struct {
		const char *prefix;
		TdClass class;
	} rows[] = { { "", TD_CLASS_REPORT }, { "Fwd: ", TD_CLASS_HUMAN },
		{ "Re: ", TD_CLASS_HUMAN } };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(GStrv) split = g_strsplit(parts, "%s", 2);
		g_autofree char *raw = g_strjoinv(rows[i].prefix, split);
		g_auto(TdClassified) got = classify(fixture, PERSON, raw);

		g_assert_cmpstr(
		    td_class_name(got.class), ==, td_class_name(rows[i].class));
	}
}

static void
test_a_reaction_is_a_silent_person(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_auto(TdClassified) got = classify(fixture, PERSON,
	    TO "MIME-Version: 1.0\nIn-Reply-To: <x@y>\n"
	       "Content-Type: text/plain; charset=utf-8\n"
	       "Content-Disposition: reaction\n\n\xf0\x9f\x91\x8d\n");

	g_assert_cmpint(got.class, ==, TD_CLASS_HUMAN);
	g_assert_cmpstr(got.reason, ==, "a reaction (RFC 9078)");
	g_assert_cmpstr(got.silence, ==, "a reaction (RFC 9078)");
}

static void
test_many_fields_cost_little(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GString) raw = g_string_new(TO);

	for (guint i = 0; i < 990; i++)
		g_string_append_printf(raw, "%s: %0900u\n",
		    i % 2 == 0 ? "X-Spam-Status" : "Precedence", i);
	g_string_append(raw, "\nText.\n");
	for (guint i = 0; i < 10; i++) {
		g_auto(TdClassified) got = classify(fixture, PERSON, raw->str);

		g_assert_cmpint(got.class, ==, TD_CLASS_HUMAN);
	}
}

#define ADD(path, extra, test)                                                 \
	g_test_add(path, Fixture, extra, fixture_open, test, fixture_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	ADD("/classify/rules", NULL,
	    test_every_rule_gives_its_class_and_its_silence);
	ADD("/classify/unknown-sender", NULL,
	    test_unknown_sender_is_not_the_null_sender);
	ADD("/classify/dmarc-report", NULL,
	    test_a_dmarc_report_is_known_by_its_parts);
	ADD("/classify/reaction", NULL, test_a_reaction_is_a_silent_person);
	ADD("/classify/many-fields", NULL, test_many_fields_cost_little);
	ADD("/classify/own", NULL, test_own_mail_is_known_by_its_signature);
	ADD("/classify/transparent-list",
	    "transparent-lists = team.example.com\n",
	    test_transparent_list_is_a_person_mail);
	ADD("/classify/form", "form-senders = noreply@example.com\n",
	    test_web_form_speaks_for_its_reply_to);
	ADD("/classify/reply-to", NULL,
	    test_undeclared_reply_to_is_not_honoured);

	return g_test_run();
}
