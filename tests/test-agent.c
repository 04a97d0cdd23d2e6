/* test-agent.c - what mail of agents and commands of customers do */

#include "config.h"

#include <string.h>

#include "office-fixture.h"

/* ---- what an agent's mail does ---- */

static void
test_reply(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing = office_olga(office, "Have you tried water?\n");
	g_autoptr(TdMessage)
	    reply = office_letter(office, "reply", "anna@example.net");

	g_assert_false(filing.refused);
	g_assert_cmpint(filing.rule, ==, TD_RULE_ADDRESS);
	g_assert_cmpstr(filing.evidence, ==, "address");
	g_assert_nonnull(strstr(reply->text, "Have you tried water?"));
	g_assert_null(td_message_header(reply, "Auto-Submitted", 0));
	office_assert_status(office, TD_STATUS_WAITING);
	office_assert_owner(office, "olga");
}

static void
test_commands(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) now = NULL;
	g_autoptr(TdMessage) reply = NULL;

	office_olga(office, "take\npriority 1\n\nWe are on our way.\n");
	now = office_ticket(office);
	reply = office_letter(office, "reply", "anna@example.net");
	g_assert_cmpuint(now->priority, ==, 1);
	g_assert_cmpstr(now->owner, ==, "olga");
	g_assert_nonnull(strstr(reply->text, "on our way"));
	g_assert_null(strstr(reply->text, "priority"));
}

static void
test_russian(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	office_mail(office, OLGA, office->address,
	    "Content-Type: text/plain; charset=utf-8\n",
	    "Взять\nприоритет 2\nзакрыть\n");
	office_assert_owner(office, "olga");
	office_assert_status(office, TD_STATUS_CLOSED);
}

static void
test_commands_only(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing = office_olga(office, "take\n");

	g_assert_cmpuint(filing.outcome.filed.ticket, ==, TD_TICKET_DESK);
	g_assert_cmpuint(filing.outcome.ticket, ==, office->ticket);
	g_assert_cmpuint(office_count(office, "reply"), ==, 0);
	office_assert_owner(office, "olga");
}

static void
test_note(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *address = NULL;

	office_olga(office, "assign ivan\n");
	office_olga(office, "note\n\nHe calls each week.\n");
	g_assert_cmpuint(office_count(office, "reply"), ==, 0);
	address = fixture_reply_address(
	    &office->fixture, office->ticket, "note", IVAN);

	/* An answer to what is inside stays inside. */
	{
		g_autoptr(TdMessage) note = office_letter(office, "note", IVAN);
		g_autofree char *fields = g_strdup_printf(
		    "In-Reply-To: <%s>\n", note->message_id);

		office_mail(office, IVAN, address, fields, "I know.\n");
	}
	g_assert_cmpuint(office_count(office, "reply"), ==, 0);
	office_mail(office, IVAN, address, "", "reply\n\nHello.\n");
	g_assert_cmpuint(office_count(office, "reply"), ==, 1);
}

static void
test_misspelt(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing = office_olga(office, "clsoe\n\nIt is out.\n");
	g_autoptr(TdMessage)
	    transcript = office_letter(office, "transcript", OLGA);

	g_assert_true(filing.refused);
	g_assert_nonnull(strstr(transcript->text, "> clsoe"));
	g_assert_nonnull(strstr(transcript->text, "close"));
	g_assert_cmpuint(office_count(office, "reply"), ==, 0);
	office_assert_status(office, TD_STATUS_NEW);

	office_olga(office, "go\nclose\n");
	g_assert_cmpuint(office_count(office, "reply"), ==, 1);
	office_assert_status(office, TD_STATUS_CLOSED);

	/* It is done, and is not done again. */
	office_olga(office, "go\nclose\n");
	g_assert_cmpuint(office_count(office, "reply"), ==, 1);
}

static void
test_go_alone(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) reply = NULL;

	office_olga(office, "clsoe\n\nIt is out.\n");
	office_olga(office, "go\n");
	reply = office_letter(office, "reply", "anna@example.net");
	g_assert_nonnull(strstr(reply->text, "clsoe"));
	office_assert_status(office, TD_STATUS_WAITING);
}

static void
test_go_after_a_link(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *link = NULL;
	g_autoptr(TdMessage) transcript = NULL;

	office_mail(
	    office, OLGA, "support@example.com", "", "clsoe\n\nIt is out.\n");
	link = office_confirmation(office);
	office_mail(office, OLGA, link, "", "go\n");
	transcript = office_letter(office, "transcript", OLGA);
	g_assert_nonnull(strstr(transcript->text, "> clsoe"));
	g_assert_cmpuint(office_count(office, "reply"), ==, 0);
	office_assert_status(office, TD_STATUS_NEW);

	office_olga(office, "go\nclose\n");
	g_assert_cmpuint(office_count(office, "reply"), ==, 1);
	office_assert_status(office, TD_STATUS_CLOSED);

	/* The link is spent, and so is the mail. */
	office_mail(office, OLGA, link, "", "go\n");
	office_olga(office, "go\nclose\n");
	g_assert_cmpuint(office_count(office, "reply"), ==, 1);
}

static void
test_all_or_nothing(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing = office_olga(
	    office, "priority 1\nassign nobody-there\n\nDone.\n");
	g_autoptr(TdTicket) now = office_ticket(office);

	g_assert_true(filing.refused);
	g_assert_cmpuint(now->priority, ==, 3);
	g_assert_cmpuint(office_count(office, "reply"), ==, 0);
	g_assert_cmpuint(office_count(office, "transcript"), ==, 1);
}

static void
test_digest(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *address = NULL;

	fixture_tick(&office->fixture, 24 * 60 * 60);
	address = fixture_reply_address(
	    &office->fixture, TD_TICKET_DESK, "digest", OLGA);
	office_mail(office, OLGA, address, "", "close\n");
	office_assert_status(office, TD_STATUS_NEW);
	office_mail(office, OLGA, address, "", "#1 priority 1; #1 close\n");
	office_assert_status(office, TD_STATUS_CLOSED);
}

static void
test_forward(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) forward = NULL;

	office_olga(
	    office, "forward max@vendor.example\n\nPlease look, Max.\n");
	forward = office_letter(office, "forward", "max@vendor.example");
	g_assert_nonnull(strstr(forward->text, "Please look, Max."));
	g_assert_nonnull(strstr(forward->text, "It burns."));
	g_assert_cmpuint(office_count(office, "reply"), ==, 0);
}

/* ---- customers ---- */

static void
test_quoted_command(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	office_anna(office, "Please read:\n\n> close\n> #close\n");
	office_assert_status(office, TD_STATUS_NEW);
	office_olga(office,
	    "take\n\n> so long that it was broken, and now\n"
	    "#close\n");
	office_assert_status(office, TD_STATUS_WAITING);
	office_olga(office, "> so long that it was broken, and now\nclose\n");
	office_assert_status(office, TD_STATUS_WAITING);
	office_olga(office, "> close\n> #close\n\nNot yet.\n");
	office_assert_status(office, TD_STATUS_WAITING);
}

static void
test_agents_words(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	office_anna(office, "#assign olga\n\nDo it.\n");
	office_assert_owner(office, "");
	g_assert_cmpuint(office_refusals(office, office->ticket), ==, 1);
	office_anna(office, "assign olga\n");
	office_assert_owner(office, "");
}

static void
test_customer_closes(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 messages;

	{
		g_autoptr(TdTicket) before = office_ticket(office);

		messages = before->messages;
	}
	office_anna(office, "solved\n");
	office_assert_status(office, TD_STATUS_CLOSED);
	{
		g_autoptr(TdTicket) after = office_ticket(office);

		/* No message of hers; at most letters of ours. */
		g_assert_cmpuint(after->messages - messages, <=, 2);
	}
	office_anna(office, "rate 5: quick\n");
	{
		g_autoptr(TdTicket) after = office_ticket(office);

		g_assert_cmpuint(after->rating, ==, 5);
	}
	office_assert_status(office, TD_STATUS_CLOSED);
	office_anna(office, "#rate 9\n");
	g_assert_cmpuint(office_count(office, "transcript"), ==, 1);
	office_assert_status(office, TD_STATUS_CLOSED);
	office_anna(office, "Thank you very much!\n");
	office_assert_status(office, TD_STATUS_CLOSED);
	office_anna(office, "It burns again.\n");
	office_assert_status(office, TD_STATUS_OPEN);
}

static void
test_closing_words(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) told = NULL;

	office_anna(office, "solved: I changed the fuse.\n");
	office_assert_status(office, TD_STATUS_CLOSED);
	told = office_letter(office, "message", OLGA);
	g_assert_nonnull(strstr(told->text, "I changed the fuse."));
}

static void
test_rating_told(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *opinion = g_strnfill(300, 'x');
	g_autofree char *line = g_strdup_printf("rate 2: %s\n", opinion);
	g_autoptr(TdMessage) told = NULL;

	office_olga(office, "take; close: It is out.\n");
	office_anna(office, line);
	told = office_letter(office, "changed", OLGA);
	g_assert_nonnull(strstr(told->text, "Rating: 2 - "));
	g_assert_nonnull(strstr(told->text, opinion));
}

static void
test_resolved_closes(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	office_olga(office, "resolve\n\nThe fire is out.\n");
	office_assert_status(office, TD_STATUS_RESOLVED);
	fixture_tick(&office->fixture, 6 * 24 * 60 * 60);
	office_assert_status(office, TD_STATUS_RESOLVED);
	fixture_tick(&office->fixture, 2 * 24 * 60 * 60);
	office_assert_status(office, TD_STATUS_CLOSED);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	office_add("a reply goes to the customer", NULL, test_reply);
	office_add("commands are run and cut", NULL, test_commands);
	office_add("commands in Russian", "language = ru\n", test_russian);
	office_add("commands alone add no message", NULL, test_commands_only);
	office_add("notes stay inside, and answers to them", NULL, test_note);
	office_add("a misspelt command holds the mail, go mends it", NULL,
	    test_misspelt);
	office_add("go alone takes the line for text", NULL, test_go_alone);
	office_add(
	    "go mends what a link confirmed", NULL, test_go_after_a_link);
	office_add("one refusal undoes all", NULL, test_all_or_nothing);
	office_add("nothing quoted is executed", NULL, test_quoted_command);
	office_add(
	    "a customer who uses agents' words", NULL, test_agents_words);
	office_add("a customer closes, rates, thanks, comes back", NULL,
	    test_customer_closes);
	office_add(
	    "resolved is closed after a week", NULL, test_resolved_closes);
	office_add("what a customer says at the end is told", NULL,
	    test_closing_words);
	office_add(
	    "the owner reads what a customer thinks", NULL, test_rating_told);
	office_add("the words above a forward are not for the customer", NULL,
	    test_forward);
	office_add("a digest is answered with numbers",
	    "timezone = UTC\ndigest = 00:00\n", test_digest);
	return g_test_run();
}
