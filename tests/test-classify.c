/* test-classify.c - person or machine, and whether it may be answered */

#include "config.h"

#include <string.h>

#include "desk-fixture.h"

typedef struct {
	const char *what;
	const char *sender; /* of the envelope */
	const char *headers;
	TdClass class;
	gboolean silent;
	const char *because; /* in reason or silence; NULL: any */
} Want;

#define PERSON "anna@example.net"
#define TO "From: Anna <anna@example.net>\nTo: support@example.com\n"

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
	{ "X-Failed-Recipients", PERSON, TO "X-Failed-Recipients: x@y\n",
	    TD_CLASS_BOUNCE, TRUE, "rule 3" },
	{ "List-Id", PERSON, TO "List-Id: <x.example.org>\n", TD_CLASS_LIST,
	    TRUE, "rule 4" },
	{ "X-BeenThere", PERSON, TO "X-BeenThere: x@example.org\n",
	    TD_CLASS_LIST, TRUE, "rule 4" },
	{ "Precedence: bulk", PERSON, TO "Precedence: bulk\n", TD_CLASS_LIST,
	    TRUE, "rule 5" },
	{ "X-Precedence: auto_reply", PERSON, TO "X-Precedence: auto_reply\n",
	    TD_CLASS_AUTO_REPLY, TRUE, "rule 5" },
	{ "X-Autoreply", PERSON, TO "X-Autoreply: yes\n", TD_CLASS_AUTO_REPLY,
	    TRUE, "rule 6" },
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
	{ "postmaster", PERSON,
	    "From: postmaster@example.net\nTo: support@example.com\n"
	    "Subject: Good day\n",
	    TD_CLASS_NOTIFICATION, TRUE, "rule 7" },
	{ "no-reply", PERSON,
	    "From: No-Reply@example.net\nTo: support@example.com\n",
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
	for (guint i = 0; i < G_N_ELEMENTS(wants); i++) {
		const Want *want = &wants[i];
		const TdEnvelope envelope = { .sender = want->sender,
			.recipient = "support@example.com" };
		g_autofree char *raw = g_strconcat(
		    want->headers, "\nText.\n", NULL);
		g_autoptr(TdMessage)
		    message = td_message_parse(raw, strlen(raw));
		g_auto(TdClassified) got = { 0 };

		g_test_message("%s", want->what);
		td_desk_classify(fixture->desk, message, &envelope, &got);
		g_assert_cmpstr(
		    td_class_name(got.class), ==, td_class_name(want->class));
		g_assert_cmpint(*got.silence != '\0', ==, want->silent);
		if (want->because != NULL)
			g_assert_true(
			    strstr(got.reason, want->because) != NULL ||
			    strstr(got.silence, want->because) != NULL);
	}
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
