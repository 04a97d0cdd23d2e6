/* test-routing.c - what rules of the configuration do to new tickets */

#include "config.h"

#include <string.h>

#include "routing-fixture.h"

static void
test_a_rule_sets_all_that_it_says(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(GPtrArray) events = NULL;
	const TdEvent *event;

	fixture_agent(fixture, "olga", "olga@example.com");
	fixture_agent(fixture, "boris", "boris@example.com");
	ticket = file(fixture, "Subject: Printer\n", "Text.");
	g_assert_cmpstr(ticket->queue, ==, "sales");
	g_assert_cmpuint(ticket->priority, ==, 1);
	g_assert_cmpuint(ticket->urgency, ==, 1);
	g_assert_cmpuint(ticket->impact, ==, 2);
	g_assert_cmpstr(ticket->type, ==, "incident");
	g_assert_cmpstr(ticket->tags[0], ==, "vip");
	g_assert_cmpstr(ticket->tags[1], ==, "great-bank");
	g_assert_null(ticket->tags[2]);
	g_assert_cmpstr(ticket->owner, ==, "olga");
	g_assert_cmpstr(td_ticket_field(ticket, "service"), ==, "mail");
	g_assert_cmpstr(td_ticket_field(ticket, "room"), ==, "Cellar");
	g_assert_cmpstr(ticket->watchers[0], ==, "boris");
	g_assert_cmpstr(ticket->watching_queues[0], ==, "support");

	events = fixture_events(fixture, ticket->number);
	event = find_event(events, TD_EVENT_CREATED, "rules");
	g_assert_cmpstr(td_event_get(event, "rules"), ==, "rule all");
	g_assert_cmpstr(td_event_get(event, "queue"), ==, "sales");
	event = find_event(events, TD_EVENT_PRIORITY, "to");
	g_assert_cmpstr(td_event_get(event, "rule"), ==, "rule all");
	g_assert_cmpstr(event->actor, ==, "desk");
	g_assert_cmpstr(event->evidence, ==, "");
	g_assert_cmpuint(td_event_get_number(event, "from"), ==, 3);
	event = find_event(events, TD_EVENT_MESSAGE, "from");
	g_assert_cmpstr(event->actor, ==, "customer:anna@bank.example");
	/* Who owns it is told, and nobody else but who watches. */
	g_assert_cmpuint(fixture_count(fixture, ticket->number, NULL), ==, 3);
}

static void
test_what_rules_do_is_explained(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	fixture_agent(fixture, "olga", "olga@example.com");
	fixture_agent(fixture, "boris", "boris@example.com");
	assert_told(fixture, "Subject: my printer\n", "Text.",
	    "rule all[always](queue sales, priority 1, urgency 1, impact 2, "
	    "type incident, tag vip, tag great-bank, field service: mail, "
	    "field room: Cellar, owner olga, watched by boris, watched by "
	    "support)");
}

static void
test_later_rules_override_and_add(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = file(fixture, "Subject: b\n", "Text.");

	g_assert_cmpstr(ticket->queue, ==, "sales");
	/* The second says nothing of it. */
	g_assert_cmpstr(ticket->type, ==, "first");
	g_assert_cmpuint(ticket->priority, ==, 2);
	g_assert_cmpuint(g_strv_length(ticket->tags), ==, 2);
	g_assert_cmpstr(ticket->tags[0], ==, "one");
	g_assert_cmpstr(ticket->tags[1], ==, "two");
	g_assert_cmpstr(td_ticket_field(ticket, "service"), ==, "two");
	assert_told(fixture, "Subject: b\n", "Text.",
	    "rule one[always](queue support, priority 5, type first, tag one, "
	    "field service: one) rule two[subject has \"b\"](queue sales, "
	    "priority 2, tag one, tag two, field service: two)");
}

static void
test_a_rule_that_says_stop_is_the_last(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	assert_told(fixture, "Subject: a\n", "Text.",
	    "rule one[subject has \"a\"](priority 1, stop)");
	assert_told(
	    fixture, "Subject: b\n", "Text.", "rule two[always](tag x)");
}

static void
test_urgency_and_impact_give_the_priority(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) alone = file(fixture, "Subject: one\n", "Text.");
	g_autoptr(TdTicket) both = file(fixture, "Subject: one two\n", "T.");
	g_autoptr(TdTicket)
	    given = file(fixture, "Subject: one two three\n", "T.");

	g_assert_cmpuint(alone->urgency, ==, 1);
	g_assert_cmpuint(alone->impact, ==, 0);
	g_assert_cmpuint(alone->priority, ==, 2);
	g_assert_cmpuint(both->impact, ==, 1);
	g_assert_cmpuint(both->priority, ==, 1);
	/* What was given counts, though an earlier rule gave it. */
	g_assert_cmpuint(given->urgency, ==, 1);
	g_assert_cmpuint(given->priority, ==, 5);
}

static void
test_what_was_caught_is_filled_in(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = file(
	    fixture, "Subject: [SALES] Ticket for room cellar\n", "Text.");

	g_assert_cmpstr(ticket->queue, ==, "sales");
	g_assert_cmpstr(ticket->tags[0], ==, "sales");
	g_assert_cmpstr(td_ticket_field(ticket, "room"), ==, "Cellar");
	/* What there is not changes nothing, and is told. */
	assert_told(fixture, "Subject: [\xe2\x80\xaemoon] x\n", "Text.",
	    "rule one[subject has \"[?moon] x\"](no queue \"?moon\", "
	    "tag ?moon, field room cannot be \"x\")");
}

static void
test_owners_must_be_there(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	assert_told(fixture, "Subject: a\n", "Text.",
	    "rule one[always](no agent \"olga\", no agent \"olga\")");
	fixture_agent(fixture, "Olga", "olga@example.com");
	assert_told(fixture, "Subject: a\n", "Text.",
	    "rule one[always](owner Olga, watched by Olga)");
	change_person(fixture, "olga@example.com", fixture->now + 1, "");
	assert_told(fixture, "Subject: a\n", "Text.",
	    "rule one[always](not to Olga, who is away, watched by Olga)");
	change_person(fixture, "olga@example.com", fixture->now, "");
	assert_told(fixture, "Subject: a\n", "Text.",
	    "rule one[always](owner Olga, watched by Olga)");
}

static void
test_a_rule_may_keep_the_desk_silent(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdPlan) silent = plan(
	    fixture, "support@example.com", "Subject: silent\n", "Text.");
	g_autoptr(TdPlan) made = plan(
	    fixture, "support@example.com", "Subject: other\n", "Text.");

	g_assert_false(silent->acknowledge);
	g_assert_cmpstr(silent->silence, ==, "a rule says so");
	g_assert_true(made->acknowledge);
	g_assert_cmpstr(
	    ((TdLetter *)g_ptr_array_index(made->letters, 0))->template, ==,
	    "vip");
}

static void
test_the_queue_that_a_rule_takes_it_from_does_not_watch(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) moved = file(fixture, "Subject: a\n", "Text.");
	g_autofree char *raw = mail("Cc: sales@example.com\n"
	                            "Subject: stays\n",
	    "Text.");
	Filing filing = fixture_file(
	    fixture, "anna@bank.example", "sales@example.com", raw);
	g_autoptr(TdTicket)
	    stays = fixture_ticket(fixture, filing.outcome.ticket);

	g_assert_cmpstr(moved->queue, ==, "sales");
	g_assert_null(moved->watching_queues[0]);
	g_assert_cmpstr(stays->queue, ==, "support");
	g_assert_cmpstr(stays->watching_queues[0], ==, "sales");
}

static void
test_a_mail_that_comes_again_changes_nothing(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *raw = mail("Subject: a\n", "Text.");
	Filing first = fixture_file(
	    fixture, "anna@bank.example", "support@example.com", raw);
	g_autoptr(TdTicket)
	    before = fixture_ticket(fixture, first.outcome.ticket);
	Filing again = fixture_file(
	    fixture, "anna@bank.example", "support@example.com", raw);
	g_autoptr(TdTicket)
	    after = fixture_ticket(fixture, first.outcome.ticket);

	g_assert_cmpstr(before->queue, ==, "sales");
	g_assert_cmpint(again.rule, ==, TD_RULE_DUPLICATE);
	g_assert_true(td_ticket_equal(before, after));
}

static void
test_answers_to_a_ticket_are_not_for_rules(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autoptr(TdTicket) before = fixture_ticket(fixture, number);
	g_autoptr(TdTicket) after = NULL;
	g_autoptr(TdMessage) answer = fixture_answer(fixture, number);
	g_autofree char *raw = g_strdup_printf("From: anna@example.net\n"
	                                       "To: support@example.com\n"
	                                       "Subject: Re: more\n"
	                                       "In-Reply-To: <%s>\n"
	                                       "Message-ID: <m@example.net>\n\n"
	                                       "More.\n",
	    answer->message_id);

	g_assert_cmpstr(before->tags[0], ==, "burning");
	fixture_file(fixture, "anna@example.net", "support@example.com", raw);
	after = fixture_ticket(fixture, number);
	g_assert_cmpuint(after->messages, >, before->messages);
	g_assert_null(after->tags[1]);
}

#define ALL                                                                    \
	"[field room]\nvalues = Hall;Cellar\n[rule all]\nqueue = sales\n"      \
	"priority = 1\nurgency = 1\nimpact = 2\ntype = Incident\n"             \
	"tags = VIP;Great Bank\nowner = olga\n"                                \
	"fields = service: mail;room: cellar\nwatch = boris;support\n"         \
	"[type incident]\n"

int
main(int argc, char **argv)
{
	td_message_init();
	g_test_init(&argc, &argv, NULL);

	T("all", test_a_rule_sets_all_that_it_says, ALL);
	T("explained", test_what_rules_do_is_explained, ALL);
	T("order", test_later_rules_override_and_add,
	    "[rule one]\nqueue = support\npriority = 5\ntype = first\n"
	    "tags = one\nfields = service: one\n"
	    "[rule two]\nsubject = b\nqueue = sales\npriority = 2\n"
	    "tags = one;two\nfields = service: two\n");
	T("stop", test_a_rule_that_says_stop_is_the_last,
	    "[rule one]\nsubject = a\npriority = 1\nstop = true\n"
	    "[rule two]\ntags = x\n");
	T("priority", test_urgency_and_impact_give_the_priority,
	    "[rule three]\nsubject = three\npriority = 5\n"
	    "[rule one]\nsubject = one\nurgency = 1\n"
	    "[rule two]\nsubject = two\nimpact = 1\n");
	T("captures", test_what_was_caught_is_filled_in,
	    "[field room]\nvalues = Cellar\n"
	    "[rule one]\nsubject = /\\\\[(?<q>.*?)\\\\].*?(\\\\w*)$/\n"
	    "queue = {q}\ntags = {1}\nfields = room: {2}\n");
	T("owner", test_owners_must_be_there,
	    "[rule one]\nowner = olga\nwatch = olga\n");
	T("silent", test_a_rule_may_keep_the_desk_silent,
	    "[rule one]\nsubject = silent\nacknowledge = false\n"
	    "[rule two]\ntemplate = vip\n");
	T("watch", test_the_queue_that_a_rule_takes_it_from_does_not_watch,
	    "[rule one]\nsubject = a\nqueue = sales\n"
	    "[rule two]\nsubject = stays\nqueue = support\n");
	T("again", test_a_mail_that_comes_again_changes_nothing,
	    "[rule one]\nsubject = a\nqueue = sales\n");
	T("answers", test_answers_to_a_ticket_are_not_for_rules,
	    "[rule one]\nsubject = fire\ntags = burning\n"
	    "[rule two]\nsubject = more\ntags = more\n");

	return g_test_run();
}
