/* test-agent-refused.c - what mail of agents, forgers and machines may not do
 */

#include "config.h"

#include <string.h>

#include "office-fixture.h"

#define TRUSTED "authserv-id = mx.example.com\n"

static void
test_from_alone(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing;
	g_autoptr(TdMessage) asked = NULL;
	g_autofree char *link = NULL;

	filing = office_mail(office, OLGA, "support@example.com", "",
	    "close\n\nThis is the end.\n");
	asked = office_letter(office, "confirm", OLGA);
	g_assert_cmpstr(filing.evidence, ==, "from");
	g_assert_cmpuint(office_count(office, "reply"), ==, 0);
	g_assert_cmpuint(office_refusals(office, office->ticket), ==, 1);
	office_assert_status(office, TD_STATUS_NEW);

	link = fixture_link(asked, "-c");
	g_assert_nonnull(link);
	/* Of somebody else it proves nothing. */
	office_mail(office, IVAN, link, "", "go\n");
	office_assert_status(office, TD_STATUS_NEW);
	office_mail(office, OLGA, link, "", "go\n");
	office_assert_status(office, TD_STATUS_CLOSED);
	g_assert_cmpuint(office_count(office, "reply"), ==, 1);

	/* Once. */
	office_mail(office, OLGA, link, "", "go\nagain");
	g_assert_cmpuint(office_count(office, "reply"), ==, 1);
	g_assert_cmpuint(office_refusals(office, TD_TICKET_DESK), ==, 2);
}

static void
test_late_confirmation(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) asked = NULL;
	g_autofree char *link = NULL;

	office_mail(office, OLGA, "support@example.com", "", "close\n");
	asked = office_letter(office, "confirm", OLGA);
	link = fixture_link(asked, "-c");
	office->fixture.now += 2 * 60 * 60;
	office_mail(office, OLGA, link, "", "");
	office_assert_status(office, TD_STATUS_NEW);
	g_assert_cmpuint(office_refusals(office, TD_TICKET_DESK), ==, 1);
}

static void
test_thread_address(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *thread = fixture_reply_address(&office->fixture,
	    office->ticket, "acknowledgement", "anna@example.net");

	/* Customers know it: it proves the ticket, not the person. */
	office_mail(office, OLGA, thread, "", "close\n");
	office_assert_status(office, TD_STATUS_NEW);
	g_assert_cmpuint(office_count(office, "confirm"), ==, 1);
}

static void
test_another_person(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	office_mail(office, IVAN, office->address, "", "close\n");
	office_assert_status(office, TD_STATUS_NEW);
	g_assert_cmpuint(office_refusals(office, office->ticket), ==, 1);
	g_assert_cmpuint(office_count(office, "confirm"), ==, 1);
}

static void
test_foreign_from(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing = office_mail(
	    office, "eve@example.org", office->address, "", "close\n");

	g_assert_true(filing.marked);
	office_assert_status(office, TD_STATUS_NEW);
	g_assert_cmpuint(office_count(office, "confirm"), ==, 0);
}

static void
test_another_ticket(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 first = office->ticket;
	g_autofree char *wrong = NULL;
	const char *mac = strstr(office->address, "-p");

	/* The same token with another number. */
	office->ticket = fixture_open_ticket(&office->fixture);
	wrong = g_strdup_printf(
	    "support+%" G_GUINT64_FORMAT "%s", office->ticket, mac);
	office_mail(office, OLGA, wrong, "", "close\n");
	office_assert_status(office, TD_STATUS_NEW);
	office->ticket = first;
	office_assert_status(office, TD_STATUS_NEW);
}

static void
rotate(Fixture *fixture)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(fixture->store, &error);
	guint version;

	g_assert_no_error(error);
	td_desk_rotate_key(txn, &version, &error);
	g_assert_no_error(error);
	td_desk_unref(fixture->desk);
	fixture->desk = td_desk_new(fixture->conf, txn, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

static void
test_old_key(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	rotate(&office->fixture);
	office_olga(office, "close\n");
	office_assert_status(office, TD_STATUS_NEW);
	g_assert_cmpuint(office_count(office, "confirm"), ==, 1);
}

#define RESULTS(dmarc)                                                         \
	"Authentication-Results: mx.example.com; dmarc=" dmarc                 \
	" header.from=example.com\n"

static void
test_dmarc_fail(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	office_mail(office, OLGA, office->address, RESULTS("fail"), "close\n");
	office_assert_status(office, TD_STATUS_NEW);
	g_assert_cmpuint(office_count(office, "confirm"), ==, 0);
	g_assert_cmpuint(office_refusals(office, office->ticket), ==, 1);
}

static void
test_dmarc_pass(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	office_mail(
	    office, OLGA, "support@example.com", RESULTS("pass"), "close\n");
	office_assert_status(office, TD_STATUS_CLOSED);
}

static void
test_forged_results(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	/* The sender's own field lies below ours. */
	office_mail(office, OLGA, "support@example.com",
	    "Authentication-Results: mx.example.com; dmarc=fail "
	    "header.from=example.com\n"
	    "Received: from evil by mx.example.com; Sun, 22 Nov 2026 "
	    "10:00:00 +0000\n" RESULTS("pass"),
	    "close\n");
	office_assert_status(office, TD_STATUS_NEW);
}

static void
test_foreign_results(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	office_mail(office, OLGA, "support@example.com",
	    "Authentication-Results: mx.example.net; dmarc=pass "
	    "header.from=example.com\n",
	    "close\n");
	office_assert_status(office, TD_STATUS_NEW);
}

static void
test_want_signature(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	office_olga(office, "close\n");
	office_assert_status(office, TD_STATUS_NEW);
	g_assert_cmpuint(office_count(office, "confirm"), ==, 0);
	g_assert_cmpuint(office_count(office, "transcript"), ==, 1);
}

/* Gives Olga a key. */
static void
add_key(Office *office, const char *key)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(office->fixture.store, &error);
	g_autoptr(TdPerson) person = NULL;
	char *keys[] = { (char *)key, NULL };

	td_person_by_address(txn, OLGA, &person, &error);
	g_assert_no_error(error);
	g_strfreev(person->keys);
	person->keys = g_strdupv(keys);
	td_person_put(txn, person, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

static Filing
write_signed(Office *office, const char *key, const char *id, const char *text)
{
	g_autofree char *raw = g_strdup_printf(
	    "From: <%s>\nTo: <support@example.com>\n"
	    "Subject: Re: [support #%" G_GUINT64_FORMAT
	    "] x\nMessage-ID: <%s@agents.example>\n\n%s",
	    OLGA, office->ticket, id, text);
	const TdEnvelope envelope = { .sender = OLGA,
		.recipient = "support@example.com",
		.signature = key,
		.signature_digest = "0123456789abcdef",
		.signature_time = office->fixture.now };

	return fixture_file_as(&office->fixture, &envelope, raw);
}

static void
test_signature(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing;

	add_key(office, "openpgp:ABCD");
	filing = write_signed(office, "openpgp:ABCE", "other", "take\n");
	g_assert_cmpstr(filing.evidence, ==, "from");
	filing = write_signed(office, "openpgp:ABCD", "good", "take\n");
	g_assert_cmpstr(filing.evidence, ==, "signature");
	office_assert_owner(office, "olga");

	/* The same signed text in another mail is somebody else's doing. */
	filing = write_signed(office, "openpgp:ABCD", "replay", "take\n");
	g_assert_cmpstr(filing.evidence, ==, "from");
}

static void
test_other_queue(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	office_olga(office, "queue sales\n");
	office_olga(office, "close\n");
	office_assert_status(office, TD_STATUS_NEW);
	g_assert_cmpuint(office_count(office, "transcript"), ==, 1);
}

/* ---- links ---- */

static char *
find_link(Office *office, const char *verb)
{
	g_autoptr(TdMessage)
	    notification = office_letter(office, "new-ticket", OLGA);
	g_autofree char *dotted = g_strdup_printf(".%s.", verb);
	char *link = fixture_link(notification, dotted);

	g_assert_nonnull(link);
	return link;
}

static void
test_link(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *link = find_link(office, "priority-1");
	g_autofree char *close = find_link(office, "close");
	g_autoptr(TdTicket) now = NULL;

	office_mail(office, OLGA, link, "", "close\nthe body is ignored\n");
	now = office_ticket(office);
	g_assert_cmpuint(now->priority, ==, 1);
	g_assert_cmpuint(office_count(office, "reply"), ==, 0);
	office_assert_status(office, TD_STATUS_NEW);

	/* The ticket is not as it was: all links of that mail are spent. */
	office_mail(office, OLGA, close, "", "");
	office_assert_status(office, TD_STATUS_NEW);
	g_assert_cmpuint(office_refusals(office, TD_TICKET_DESK), ==, 1);
	g_assert_cmpuint(office_count(office, "transcript"), ==, 1);
}

static void
test_expired_link(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *link = find_link(office, "close");

	office->fixture.now += 8 * 24 * 60 * 60;
	office_mail(office, OLGA, link, "", "");
	office_assert_status(office, TD_STATUS_NEW);
	g_assert_cmpuint(office_refusals(office, TD_TICKET_DESK), ==, 1);
}

static void
test_anothers_link(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *link = find_link(office, "close");

	office_mail(office, IVAN, link, "", "");
	office_mail(office, "anna@example.net", link, "", "");
	office_assert_status(office, TD_STATUS_NEW);
	g_assert_cmpuint(office_refusals(office, TD_TICKET_DESK), ==, 2);
}

static void
test_verb_in_address(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	const char *at = strchr(office->address, '@');
	g_autofree char *address = g_strdup_printf(
	    "%.*s.close%s", (int)(at - office->address), office->address, at);

	office_mail(office, OLGA, address, "", "All done.\n");
	office_assert_status(office, TD_STATUS_CLOSED);
	g_assert_cmpuint(office_count(office, "reply"), ==, 1);
}

/* ---- machines and forgers ---- */

/* Somebody writes as Olga; the desk asks her. */
static char *
forge(Office *office, const char *text)
{
	office_mail(office, OLGA, "support@example.com", "", text);
	return office_confirmation(office);
}

static void
test_absence_confirms_nothing(
    Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *link = forge(office, "close\n\nForged.\n");

	office_mail(office, OLGA, link, "Auto-Submitted: auto-generated\n",
	    "go\n\nI am out of the office.\n");
	office_mail(office, OLGA, link, "Auto-Submitted: auto-replied\n",
	    "go\n\nI am out of the office.\n");
	office_assert_status(office, TD_STATUS_NEW);
	office_mail(office, OLGA, link, "", "I never wrote that!\n");
	office_assert_status(office, TD_STATUS_NEW);
	g_assert_cmpuint(office_count(office, "reply"), ==, 0);
}

static void
test_go_is_for_ones_own(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) reply = NULL;

	office_olga(office, "clsoe\n\nMine.\n");
	office_mail(office, OLGA, "support@example.com", "", "Forged.\n");
	office_olga(office, "go\n");
	reply = office_letter(office, "reply", "anna@example.net");
	g_assert_nonnull(strstr(reply->text, "Mine."));
	g_assert_null(strstr(reply->text, "Forged."));
	office_olga(office, "go\n");
	g_assert_cmpuint(office_count(office, "reply"), ==, 1);
}

static void
test_machines_of_agents(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const fields[] = {
		"Auto-Submitted: auto-generated\n",
		"Auto-Submitted: auto-replied\n",
		"List-Id: <all.example.com>\n",
		"X-Auto-Response-Suppress: All\n",
	};

	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		office_mail(office, OLGA, office->address, fields[i],
		    "close\n\nI am out of the office.\n");
		office_mail(office, OLGA, "support@example.com", fields[i],
		    "close\n\nI am out of the office.\n");
	}
	office_assert_status(office, TD_STATUS_NEW);
	g_assert_cmpuint(office_count(office, "reply"), ==, 0);
	g_assert_cmpuint(office_count(office, "confirm"), ==, 0);
	g_assert_cmpuint(office_count(office, "transcript"), ==, 0);
}

static void
test_nothing_hides(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *link = NULL;
	g_autoptr(TdMessage) asked = NULL;

	office_mail(office, OLGA, "support@example.com",
	    "Cc: mallory@example.org\n",
	    "Hello Anna,\n\n1\n2\n3\n4\n5\n6\n7\n8\n\n"
	    "#cc +eve@example.org\n");
	link = office_confirmation(office);
	asked = office_letter(office, "confirm", OLGA);
	g_assert_nonnull(strstr(asked->text, "#cc +eve@example.org"));
	g_assert_nonnull(strstr(asked->text, "mallory@example.org"));
}

static void
test_second_ticket(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	static const char raw[] = "Authentication-Results: mx.example.com; "
	                          "dmarc=pass header.from=example.com\n"
	                          "From: <" OLGA ">\n"
	                          "To: support@example.com\n"
	                          "Subject: Re: [support #1] Printer\n"
	                          "Message-ID: <once@agents.example>\n\n"
	                          "close\n\nThe fire is out.\n";
	guint64 first = office->ticket;
	g_autofree char *thread = NULL;

	g_assert_cmpuint(first, ==, 1);
	office->ticket = fixture_open_ticket(&office->fixture);
	thread = fixture_reply_address(&office->fixture, office->ticket,
	    "acknowledgement", "anna@example.net");
	fixture_file(&office->fixture, OLGA, "support@example.com", raw);
	fixture_file(&office->fixture, OLGA, thread, raw);
	office_assert_status(office, TD_STATUS_NEW);
	g_assert_cmpuint(office_count(office, "reply"), ==, 0);
	office->ticket = first;
	office_assert_status(office, TD_STATUS_CLOSED);
	g_assert_cmpuint(office_count(office, "reply"), ==, 1);
}

static void
test_other_content(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing;

	office_olga(office, "Have you tried water?\n");
	office->count--;
	filing = office_olga(
	    office, "Have you tried water?\n\nScanned by a gateway.\n");
	g_assert_true(filing.refused);
	g_assert_cmpuint(office_count(office, "reply"), ==, 1);
	g_assert_cmpuint(office_count(office, "transcript"), ==, 1);
}

static void
test_lost_references(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *address = NULL;

	office_olga(office, "assign ivan\n");
	office_olga(office, "note\n\nDoes he lie?\n");
	address = fixture_reply_address(
	    &office->fixture, office->ticket, "note", IVAN);
	office_mail(office, IVAN, address, "", "Yes, he does.\n");
	g_assert_cmpuint(office_count(office, "reply"), ==, 0);
	office_mail(office, IVAN, address, "", "reply\n\nHello Anna.\n");
	g_assert_cmpuint(office_count(office, "reply"), ==, 1);
}

static void
test_late_customer(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) asked = NULL;
	g_autofree char *link = NULL;
	Filing filing;

	office_mail(
	    office, "anna@example.net", "support@example.com", "", "solved\n");
	asked = office_letter(office, "confirm", "anna@example.net");
	link = fixture_link(asked, "-c");
	office_olga(office, "close\n");
	filing = office_mail(office, "anna@example.net", link, "", "go\n");
	g_assert_cmpuint(filing.outcome.ticket, ==, office->ticket);
}

static void
test_go_after_merge(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 first = office->ticket;

	office_olga(office, "clsoe\n\nIt is out.\n");
	office->ticket = fixture_open_ticket(&office->fixture);
	g_assert_cmpuint(office->ticket, ==, 2);
	office->ticket = first;
	office_olga(office, "merge 2\n");
	office_olga(office, "go\nclose\n");
	office->ticket = 2;
	office_assert_status(office, TD_STATUS_CLOSED);
	g_assert_cmpuint(office_count(office, "reply"), ==, 1);
}

static void
test_too_much(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	for (guint i = 0; i < 25; i++)
		office_olga(office, "I am not here.\n");
	g_assert_cmpuint(office_count(office, "reply"), ==, 20);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	office_add("From alone asks for a confirmation", NULL, test_from_alone);
	office_add(
	    "a confirmation is good for an hour", NULL, test_late_confirmation);
	office_add(
	    "the thread address proves no person", NULL, test_thread_address);
	office_add(
	    "another agent's personal address", NULL, test_another_person);
	office_add(
	    "a personal address with somebody's From", NULL, test_foreign_from);
	office_add(
	    "another ticket's personal address", NULL, test_another_ticket);
	office_add("a key that was rotated away", NULL, test_old_key);
	office_add("a From that DMARC denies", TRUSTED, test_dmarc_fail);
	office_add("a From that DMARC proves", TRUSTED, test_dmarc_pass);
	office_add(
	    "results that the sender forged", TRUSTED, test_forged_results);
	office_add("results of another server", TRUSTED, test_foreign_results);
	office_add("a desk that wants signatures",
	    "agent-evidence = signature\n", test_want_signature);
	office_add("a signature counts once", NULL, test_signature);
	office_add("a ticket of another queue", NULL, test_other_queue);
	office_add("a link is the verb of its address, once", NULL, test_link);
	office_add("a link that has expired", NULL, test_expired_link);
	office_add("a link of another person", NULL, test_anothers_link);
	office_add("a verb in the address", NULL, test_verb_in_address);
	office_add("no program confirms, and no denial does", NULL,
	    test_absence_confirms_nothing);
	office_add("go is for what is one's own for sure", NULL,
	    test_go_is_for_ones_own);
	office_add("programs of agents do and say nothing", NULL,
	    test_machines_of_agents);
	office_add("a question shows all that would be done", NULL,
	    test_nothing_hides);
	office_add("the same bytes do nothing on another ticket", TRUSTED,
	    test_second_ticket);
	office_add("the same Message-ID with other bytes is asked about", NULL,
	    test_other_content);
	office_add("an answer to a note stays inside without References", NULL,
	    test_lost_references);
	office_add("a link that comes after the end", "|closed = new\n",
	    test_late_customer);
	office_add(
	    "go finds what was held before a merge", NULL, test_go_after_merge);
	office_add("two machines do not talk through us for long", NULL,
	    test_too_much);
	return g_test_run();
}
