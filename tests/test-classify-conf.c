/* test-classify-conf.c - classes that depend on what the desk was told */

#include "config.h"

#include <string.h>

#include "classify-fixture.h"

#define FAILS "Authentication-Results: mx.example.com; dmarc=fail "

static void
test_spam_is_what_others_say_is_spam(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const Want rows[] = {
		{ "X-Spam-Flag", PERSON, TO "X-Spam-Flag: YES\n", TD_CLASS_SPAM,
		    TRUE, "rule 10: X-Spam-Flag: YES" },
		{ "X-Spam-Flag: NO", PERSON, TO "X-Spam-Flag: NO\n",
		    TD_CLASS_HUMAN, FALSE, NULL },
		{ "second field", PERSON,
		    TO "X-Spam-Status: No\nX-Spam-Status: Yes, score=9\n",
		    TD_CLASS_SPAM, TRUE, "X-Spam-Status: Yes, score=9" },
		{ "no prefix of it", PERSON, TO "X-Spam-Status: No, but yes\n",
		    TD_CLASS_HUMAN, FALSE, NULL },
		{ "Rspamd", PERSON, TO "X-Rspamd-Action: Add Header\n",
		    TD_CLASS_SPAM, TRUE, "rule 10" },
		{ "Rspamd does nothing", PERSON,
		    TO "X-Rspamd-Action: no action\n", TD_CLASS_HUMAN, FALSE,
		    NULL },
		{ "spam to many", PERSON,
		    TO "X-Spam-Flag: YES\nPrecedence: bulk\n", TD_CLASS_SPAM,
		    TRUE, "rule 10" },
		{ "spam by a program", "no-reply@example.net",
		    "From: no-reply@example.net\nTo: support@example.com\n"
		    "X-Spam-Flag: YES\n",
		    TD_CLASS_SPAM, TRUE, "rule 10" },
		{ "a bounce of spam", "",
		    TO "X-Spam-Flag: YES\nContent-Type: multipart/report; "
		       "report-type=delivery-status; boundary=b\n",
		    TD_CLASS_BOUNCE, TRUE, "rule 3" },
		{ "an auto-reply to spam", PERSON,
		    TO "X-Spam-Flag: YES\nAuto-Submitted: auto-replied\n",
		    TD_CLASS_AUTO_REPLY, TRUE, "rule 2" },
		{ "DMARC under reject", PERSON,
		    FAILS "(p=reject dis=none)\n" TO, TD_CLASS_SPAM, TRUE,
		    "rule 10: DMARC fails under p=reject" },
		{ "DMARC under quarantine", PERSON,
		    FAILS "policy.dmarc=quarantine\n" TO, TD_CLASS_SPAM, TRUE,
		    "rule 10" },
		{ "DMARC under none", PERSON, FAILS "(p=none)\n" TO,
		    TD_CLASS_HUMAN, FALSE, NULL },
		{ "DMARC by a stranger", PERSON,
		    "Authentication-Results: mx.evil.example; dmarc=fail "
		    "(p=reject)\n" TO,
		    TD_CLASS_HUMAN, FALSE, NULL },
	};

	check_wants(fixture, rows, G_N_ELEMENTS(rows));
}

static void
test_spam_marks_are_those_of_the_configuration(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const Want rows[] = {
		{ "not ours", PERSON, TO "X-Spam-Flag: YES\n", TD_CLASS_HUMAN,
		    FALSE, NULL },
		{ "within", PERSON, TO "X-Verdict: this is SPAM, surely\n",
		    TD_CLASS_SPAM, TRUE, "rule 10" },
		{ "one character", PERSON, TO "x-level: 7\n", TD_CLASS_SPAM,
		    TRUE, "rule 10" },
		{ "two characters", PERSON, TO "x-level: 77\n", TD_CLASS_HUMAN,
		    FALSE, NULL },
	};

	check_wants(fixture, rows, G_N_ELEMENTS(rows));
}

static void
ban(Fixture *fixture, const char *what)
{
	g_autoptr(TdSuppression)
	    suppression = td_suppression_new(TD_SUPPRESSED_BANNED, what);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(fixture->store, &error);

	g_assert_no_error(error);
	td_suppression_put(txn, suppression, &error);
	g_assert_no_error(error);
	td_desk_unref(fixture->desk);
	fixture->desk = td_desk_new(fixture->conf, txn, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

static void
test_banned_senders_write_spam(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const Want rows[] = {
		{ "address", PERSON, TO, TD_CLASS_SPAM, TRUE,
		    "rule 10: banned: anna@example.net" },
		{ "domain, in the envelope", "x@mail.evil.example",
		    "From: boris@example.net\nTo: support@example.com\n",
		    TD_CLASS_SPAM, TRUE, "rule 10: banned: @evil.example" },
		{ "a list", "x@mail.evil.example",
		    TO "List-Id: <x.example.org>\n", TD_CLASS_SPAM, TRUE,
		    "rule 10" },
		{ "somebody else", "boris@example.net",
		    "From: boris@example.net\nTo: support@example.com\n",
		    TD_CLASS_HUMAN, FALSE, NULL },
	};

	ban(fixture, PERSON);
	ban(fixture, "@evil.example");
	check_wants(fixture, rows, G_N_ELEMENTS(rows));
}

static void
test_lists_with_our_address_are_no_lists(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const Want rows[] = {
		{ "by its List-Id", "team-bounces@lists.example.com",
		    TO "List-Id: Team <team.lists.example.com>\n"
		       "List-Post: <mailto:team@lists.example.com>\n"
		       "Precedence: list\nX-Loop: team@lists.example.com\n",
		    TD_CLASS_HUMAN, FALSE, NULL },
		{ "by its address", PERSON,
		    "From: anna@example.net\nTo: Team@Lists.Example.com\n"
		    "Precedence: bulk\n",
		    TD_CLASS_HUMAN, FALSE, NULL },
		{ "through another list", PERSON,
		    TO "List-Id: <team.lists.example.com>\n"
		       "List-Id: <news.example.org>\n",
		    TD_CLASS_LIST, TRUE, "rule 4" },
		{ "another list with its address", PERSON,
		    "From: anna@example.net\nTo: team@lists.example.com\n"
		    "List-Id: <news.example.org>\n",
		    TD_CLASS_LIST, TRUE, "rule 4" },
		{ "an auto-reply to it", PERSON,
		    TO "List-Id: <team.lists.example.com>\n"
		       "Precedence: auto_reply\n",
		    TD_CLASS_AUTO_REPLY, TRUE, "rule 5" },
		{ "the list as the writer", PERSON,
		    "From: Anna via Team <team@lists.example.com>\n"
		    "To: support@example.com\n"
		    "List-Id: <team.lists.example.com>\n",
		    TD_CLASS_HUMAN, TRUE, NULL },
	};

	check_wants(fixture, rows, G_N_ELEMENTS(rows));
}

static void
test_our_own_forwarders_may_pass_mail_on(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const Want rows[] = {
		{ "ours", PERSON,
		    "From: anna@example.net\nTo: info@example.com\n"
		    "X-MS-Exchange-Inbox-Rules-Loop: Info@Example.com\n"
		    "X-MS-Exchange-Generated-Message-Source: "
		    "Mailbox Rules Agent\n",
		    TD_CLASS_HUMAN, FALSE, NULL },
		{ "somebody else's", PERSON,
		    TO "X-MS-Exchange-Inbox-Rules-Loop: x@example.org\n",
		    TD_CLASS_NOTIFICATION, TRUE, "rule 6" },
		{ "somebody else's too", PERSON,
		    TO "X-MS-Exchange-Inbox-Rules-Loop: info@example.com\n"
		       "X-MS-Exchange-Inbox-Rules-Loop: x@example.org\n",
		    TD_CLASS_NOTIFICATION, TRUE, "rule 6" },
		{ "one that begins like ours", PERSON,
		    TO "X-MS-Exchange-Inbox-Rules-Loop: "
		       "info@example.com.evil.example\n",
		    TD_CLASS_NOTIFICATION, TRUE, "rule 6" },
		{ "an auto-reply by it", PERSON,
		    TO "X-MS-Exchange-Inbox-Rules-Loop: info@example.com\n"
		       "Auto-Submitted: auto-replied\n",
		    TD_CLASS_AUTO_REPLY, TRUE, "rule 2" },
	};

	check_wants(fixture, rows, G_N_ELEMENTS(rows));
}

static void
test_a_form_sender_has_the_envelope_of_a_program(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const Want rows[] = {
		{ "root's envelope", "root@web.example.com",
		    "From: support@example.com\nTo: support@example.com\n"
		    "Reply-To: Clara <clara@example.net>\n",
		    TD_CLASS_HUMAN, FALSE, NULL },
		{ "no customer", "root@web.example.com",
		    "From: support@example.com\nTo: support@example.com\n",
		    TD_CLASS_HUMAN, TRUE, NULL },
		{ "ourselves as the customer", PERSON,
		    "From: support@example.com\nTo: support@example.com\n"
		    "Reply-To: help@example.com\n",
		    TD_CLASS_HUMAN, TRUE, NULL },
		{ "a machine as the customer", PERSON,
		    "From: support@example.com\nTo: support@example.com\n"
		    "Reply-To: no-reply@example.net\n",
		    TD_CLASS_NOTIFICATION, TRUE, "rule 7" },
	};

	check_wants(fixture, rows, G_N_ELEMENTS(rows));
}

#define ADD(path, extra, test)                                                 \
	g_test_add(path, Fixture, extra, fixture_open, test, fixture_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	ADD("/classify/spam", "authserv-id = mx.example.com\n",
	    test_spam_is_what_others_say_is_spam);
	ADD("/classify/spam-marks",
	    "spam-marks = X-Verdict: *spam*;X-Level: ?\n",
	    test_spam_marks_are_those_of_the_configuration);
	ADD("/classify/banned", NULL, test_banned_senders_write_spam);
	ADD("/classify/transparent-lists",
	    "transparent-lists = team@lists.example.com\n",
	    test_lists_with_our_address_are_no_lists);
	ADD("/classify/forwarders", "forwarders = info@example.com\n",
	    test_our_own_forwarders_may_pass_mail_on);
	ADD("/classify/form-envelope", "form-senders = support@example.com\n",
	    test_a_form_sender_has_the_envelope_of_a_program);

	return g_test_run();
}
