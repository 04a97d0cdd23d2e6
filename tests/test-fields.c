/* test-fields.c - a ticket that lacks fields of its type, and who is asked */

#include "config.h"

#include <string.h>

#include "desk-fixture.h"

#define ANNA "anna@example.net"
#define OLGA "olga@example.com"
#define SUPPORT "support@example.com"

/* Rules give mail its type, by a word of its subject. */
#define RULES                                                                      \
	"[type incident]\nrequired = service;equipment\n"                          \
	"[type move]\nrequired = office;phone\n"                                   \
	"[type ask]\nrequired = language\n"                                        \
	"[field service]\nvalues = mail;Network;Телефония\n"              \
	"labels = en: Service;ru: Услуга;ru: Что не работает\n" \
	"[field office]\nlabels = en: Room;ru: Кабинет\n"                   \
	"[field phone]\n[field language]\nlabels = en: Language\n"                 \
	"[rule broken]\nsubject = broken;сломан\ntype = incident\n"          \
	"[rule move]\nsubject = move\ntype = move\n"                               \
	"[rule ask]\nsubject = ask\ntype = ask\n"                                  \
	"[rule mailbox]\nsubject = mailbox\nfields = service: mail\n"

static const char desk[] = "timezone = UTC\n|" RULES;
static const char never[] = "timezone = UTC\n|acknowledge = never\n" RULES;
static const char always[] = "timezone = UTC\n|acknowledge = always\n" RULES;
static const char closed[] = "timezone = UTC\ncalendar = none\n|" RULES
                             "[calendar none]\nhours = Mon 00:00-00:01\n";

/* A mail of Anna's that opens a ticket; @fields are further header lines. */
static Filing
open_with(
    Fixture *fixture, const char *subject, const char *fields, const char *text)
{
	static guint count;
	g_autofree char *raw = g_strdup_printf(
	    "%sFrom: Anna <" ANNA ">\nTo: " SUPPORT "\nSubject: %s\n"
	    "Message-ID: <open-%u@example.net>\n"
	    "Content-Type: text/plain; charset=utf-8\n\n%s",
	    fields, subject, ++count, text);

	return fixture_file(fixture, ANNA, SUPPORT, raw);
}

static guint64
open_ticket(Fixture *fixture, const char *subject, const char *text)
{
	return open_with(fixture, subject, "", text).outcome.ticket;
}

/* A mail of @from to the thread address. */
static Filing
answer_as(Fixture *fixture, guint64 number, const char *from, const char *text)
{
	static guint count;
	g_autofree char *to = td_desk_thread_address(
	    fixture->desk, td_conf_queue(fixture->conf, "support"), number);
	g_autofree char *raw = g_strdup_printf(
	    "From: %s\nTo: %s\nSubject: Re: it\n"
	    "Message-ID: <answer-%u@example.net>\n"
	    "In-Reply-To: <question@example.com>\n"
	    "Content-Type: text/plain; charset=utf-8\n\n%s",
	    from, to, ++count, text);

	fixture->now += 3600;
	return fixture_file(fixture, from, to, raw);
}

static Filing
answer(Fixture *fixture, guint64 number, const char *text)
{
	return answer_as(fixture, number, ANNA, text);
}

static void
assert_ticket(
    Fixture *fixture, guint64 number, TdStatus status, guint asked, guint sent)
{
	g_autoptr(TdTicket) ticket = fixture_ticket(fixture, number);

	g_assert_cmpstr(
	    td_status_name(ticket->status), ==, td_status_name(status));
	g_assert_cmpuint(ticket->asked, ==, asked);
	g_assert_cmpuint(fixture_count(fixture, number, "missing"), ==, sent);
}

static void
assert_field(
    Fixture *fixture, guint64 number, const char *name, const char *want)
{
	g_autoptr(TdTicket) ticket = fixture_ticket(fixture, number);

	g_assert_cmpstr(td_ticket_field(ticket, name), ==, want);
}

static void
assert_letter(Fixture *fixture, guint64 number, const char *kind,
    const char *to, const char *want)
{
	g_autoptr(TdMessage) letter = fixture_letter(fixture, number, kind, to);

	g_assert_nonnull(letter);
	g_test_message("%s", letter->text);
	g_assert_nonnull(strstr(letter->text, want));
}

/* ---- asking ---- */

static void
test_a_customer_is_asked_for_what_is_missing(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = open_ticket(fixture, "It is broken", "Please help.\n");

	assert_ticket(fixture, number, TD_STATUS_WAITING, 1, 1);
	g_assert_cmpuint(
	    fixture_count(fixture, number, "acknowledgement"), ==, 0);
	assert_letter(fixture, number, "missing", ANNA,
	    "\n\nService: (mail, Network, Телефония)\nEquipment:\n\n");
}

static void
test_a_russian_is_asked_in_russian(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = open_ticket(fixture,
	    "=?utf-8?B?0J/RgNC40L3RgtC10YAg0YHQu9C+0LzQsNC9?=",
	    "Здравствуйте! Принтер сломан, помогите, пожалуйста.\n");

	assert_ticket(fixture, number, TD_STATUS_WAITING, 1, 1);
	assert_letter(fixture, number, "missing", ANNA,
	    "\n\nУслуга: (mail, Network, Телефония)\nОборудование:\n\n");
}

static void
test_agents_read_what_is_missing(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number;

	fixture_agent(fixture, "olga", OLGA);
	number = open_ticket(fixture, "It is broken", "Equipment: PC-17\n");
	assert_letter(fixture, number, "new-ticket", OLGA,
	    "\nThe customer was asked to tell: Service. Until");
	assert_letter(
	    fixture, number, "new-ticket", OLGA, "\nEquipment: PC-17\n");
}

static void
test_a_ticket_without_a_type_lacks_nothing(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = open_ticket(fixture, "Hello", "Service: mail\n");

	assert_ticket(fixture, number, TD_STATUS_NEW, 0, 0);
	assert_field(fixture, number, "service", "");
	g_assert_cmpuint(
	    fixture_count(fixture, number, "acknowledgement"), ==, 1);
}

static void
test_what_the_first_mail_tells_is_not_asked_for(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 both = open_ticket(fixture, "It is broken",
	    "Service: network\nEquipment: PC-17\n\nPlease help.\n");
	guint64 one = open_ticket(
	    fixture, "It is broken", "Hi,\n\n equipment = PC-18\n");

	assert_ticket(fixture, both, TD_STATUS_NEW, 0, 0);
	assert_field(fixture, both, "service", "Network");
	assert_field(fixture, both, "equipment", "PC-17");
	assert_ticket(fixture, one, TD_STATUS_WAITING, 1, 1);
	assert_field(fixture, one, "equipment", "PC-18");
	assert_letter(fixture, one, "missing", ANNA,
	    "\n\nService: (mail, Network, Телефония)\n\n");
}

static void
test_what_a_rule_sets_is_not_asked_for(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = open_ticket(
	    fixture, "My mailbox is broken", "Equipment: PC-17\n");

	assert_ticket(fixture, number, TD_STATUS_NEW, 0, 0);
	assert_field(fixture, number, "service", "mail");
}

static void
test_what_people_know_is_not_asked_for(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdPerson) person = td_person_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(fixture->store, &error);
	char *addresses[] = { (char *)ANNA, NULL };
	guint64 number, other;

	g_strfreev(person->addresses);
	person->addresses = g_strdupv(addresses);
	g_free(person->equipment);
	person->equipment = g_strdup("PC-9");
	g_free(person->office);
	person->office = g_strdup("12");
	td_person_put(txn, person, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_clear_pointer(&txn, td_txn_free);

	number = open_ticket(fixture, "It is broken", "Service: mail\n");
	assert_ticket(fixture, number, TD_STATUS_NEW, 0, 0);
	assert_field(fixture, number, "equipment", "PC-9");
	assert_field(fixture, number, "office", "");
	/* What is written now is newer. */
	other = open_ticket(fixture, "I move", "Room: 13\n");
	assert_field(fixture, other, "office", "13");
	assert_letter(fixture, other, "missing", ANNA, "\n\nphone:\n\n");
}

/* ---- where nobody is asked ---- */

static void
test_a_list_is_not_asked(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing;

	fixture_agent(fixture, "olga", OLGA);
	filing = open_with(fixture, "It is broken",
	    "List-Id: <users.example.net>\n", "Please help.\n");

	g_assert_cmpstr(filing.silence, !=, "");
	assert_ticket(fixture, filing.outcome.ticket, TD_STATUS_NEW, 0, 0);
	assert_letter(fixture, filing.outcome.ticket, "new-ticket", OLGA,
	    "\nNot known yet: Service, Equipment.\n");
}

static void
test_a_silent_queue_does_not_ask(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = open_ticket(fixture, "It is broken", "Help.\n");

	assert_ticket(fixture, number, TD_STATUS_NEW, 0, 0);
	/* But it listens. */
	answer(fixture, number, "Service: mail\n");
	assert_ticket(fixture, number, TD_STATUS_NEW, 0, 0);
	assert_field(fixture, number, "service", "mail");
}

static void
test_out_of_hours_is_asked_as_well(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = open_ticket(fixture, "It is broken", "Help.\n");

	assert_ticket(fixture, number, TD_STATUS_WAITING, 1, 1);
	g_assert_cmpuint(fixture_count(fixture, number, "out-of-hours"), ==, 0);
}

static void
test_an_agents_forward_asks_nobody(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char mail[] =
	    "From: olga <" OLGA ">\nTo: " SUPPORT "\n"
	    "Subject: Fwd: It is broken\nMessage-ID: <fwd@example.com>\n\n"
	    "Service: mail\n\n"
	    "---------- Forwarded message ---------\n"
	    "From: Anna <" ANNA ">\n"
	    "Date: Tue, 14 Nov 2023 10:00:00 +0000\n"
	    "Subject: It is broken\nTo: <" OLGA ">\n\n"
	    "Please help.\nEquipment: PC-17\n";
	guint64 number;

	fixture_agent(fixture, "olga", OLGA);
	number = fixture_file(fixture, OLGA, SUPPORT, mail).outcome.ticket;
	assert_ticket(fixture, number, TD_STATUS_NEW, 0, 0);
	/* The customer's words alone. */
	assert_field(fixture, number, "equipment", "PC-17");
	assert_field(fixture, number, "service", "");
}

static void
test_a_type_that_an_agent_sets_asks_nobody(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = open_ticket(fixture, "Hello", "Hi.\n");

	fixture_event(fixture, number, TD_EVENT_TYPE, "to", "incident");
	answer(fixture, number, "Equipment: PC-17\nWhat now?\n");
	assert_ticket(fixture, number, TD_STATUS_NEW, 0, 0);
	assert_field(fixture, number, "equipment", "PC-17");
}

/* ---- answers ---- */

static void
test_an_answer_that_tells_all_lets_the_ticket_go_on(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number;

	fixture_agent(fixture, "olga", OLGA);
	number = open_ticket(fixture, "It is broken", "Help.\n");
	answer(fixture, number, "Service: Mail.\nEquipment: PC-17\n");
	assert_ticket(fixture, number, TD_STATUS_OPEN, 1, 1);
	assert_field(fixture, number, "service", "mail");
	assert_field(fixture, number, "equipment", "PC-17");
	/* They are part of what was said. */
	assert_letter(fixture, number, "message", OLGA,
	    "\nService: Mail.\nEquipment: PC-17\n");
}

static void
test_what_is_still_missing_is_asked_for_once_more(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = open_ticket(fixture, "It is broken", "Help.\n");
	Filing filing = answer(fixture, number, "Equipment: PC-17\n");

	g_assert_true(filing.acknowledge);
	assert_ticket(fixture, number, TD_STATUS_WAITING, 2, 2);
	assert_letter(fixture, number, "missing", ANNA,
	    "\n\nService: (mail, Network, Телефония)\n\n");
	answer(fixture, number, "service: mail\n");
	assert_ticket(fixture, number, TD_STATUS_OPEN, 2, 2);
	assert_field(fixture, number, "service", "mail");
}

static void
test_nobody_is_asked_a_third_time(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number;
	Filing filing;

	fixture_agent(fixture, "olga", OLGA);
	number = open_ticket(fixture, "It is broken", "Help.\n");
	answer(fixture, number, "What do you mean?\n");
	assert_ticket(fixture, number, TD_STATUS_WAITING, 2, 2);
	filing = answer(fixture, number, "I do not know.\n");
	assert_ticket(fixture, number, TD_STATUS_OPEN, 2, 2);
	g_assert_false(filing.acknowledge);
	assert_letter(fixture, number, "message", OLGA,
	    "\nNot known yet: Service, Equipment.\n");
}

static void
test_a_second_question_stands_for_an_acknowledgement(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = open_ticket(fixture, "It is broken", "Help.\n");

	answer(fixture, number, "Equipment: PC-17\n");
	g_assert_cmpuint(fixture_count(fixture, number, "follow-up"), ==, 0);
	answer(fixture, number, "Service: mail\n");
	g_assert_cmpuint(fixture_count(fixture, number, "follow-up"), ==, 1);
	assert_ticket(fixture, number, TD_STATUS_OPEN, 2, 2);
}

static void
test_a_value_that_may_not_be_is_asked_for_again(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = open_ticket(
	    fixture, "It is broken", "Service: coffee\nEquipment: PC-17\n");

	assert_ticket(fixture, number, TD_STATUS_WAITING, 1, 1);
	assert_field(fixture, number, "service", "");
	answer(fixture, number, "Service: tea\n");
	assert_ticket(fixture, number, TD_STATUS_WAITING, 2, 2);
	assert_field(fixture, number, "service", "");
}

static void
test_who_an_agent_answered_is_not_asked_again(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = open_ticket(fixture, "It is broken", "Help.\n");

	fixture_event(fixture, number, TD_EVENT_MESSAGE, "letter", "reply");
	answer(fixture, number, "Thanks, it works.\n");
	assert_ticket(fixture, number, TD_STATUS_OPEN, 1, 1);
}

static void
test_a_stranger_tells_nothing(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = open_ticket(fixture, "It is broken", "Help.\n");
	Filing filing = answer_as(
	    fixture, number, "mallory@example.org", "Equipment: PC-17\n");

	g_assert_true(filing.marked);
	assert_ticket(fixture, number, TD_STATUS_WAITING, 1, 1);
	assert_field(fixture, number, "equipment", "");
}

static void
test_who_closes_his_ticket_is_not_asked_again(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = open_ticket(fixture, "It is broken", "Help.\n");

	answer(fixture, number, "solved\n\nIt was the cable.\n");
	assert_ticket(fixture, number, TD_STATUS_CLOSED, 1, 1);
}

static void
test_a_field_is_no_command(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = open_ticket(fixture, "I ask", "Hello.\n");
	g_autoptr(TdTicket) ticket = NULL;

	answer(fixture, number, "Language: ru\n");
	assert_ticket(fixture, number, TD_STATUS_OPEN, 1, 1);
	assert_field(fixture, number, "language", "ru");
	/* As "language: ru" it would have been one. */
	ticket = fixture_ticket(fixture, number);
	g_assert_cmpstr(ticket->language, !=, "ru");
}

/* ---- what is on record ---- */

static void
test_the_desk_asks_in_its_own_name(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = open_ticket(
	    fixture, "It is broken", "Service: mail\n");
	g_autoptr(GPtrArray) events = fixture_events(fixture, number);
	guint own = 0;

	for (guint i = 0; i < events->len; i++) {
		const TdEvent *event = g_ptr_array_index(events, i);

		if (strcmp(td_event_get(event, "why"), "fields are missing") !=
		    0)
			continue;
		g_assert_cmpstr(event->actor, ==, "desk");
		own++;
	}
	g_assert_cmpuint(own, ==, 2);
}

#define TEST(path, extra, function)                                            \
	g_test_add("/fields/" path, Fixture, extra, fixture_open, function,    \
	    fixture_close)

static void
add_questions(void)
{
	TEST("ask", desk, test_a_customer_is_asked_for_what_is_missing);
	TEST("ask/russian", desk, test_a_russian_is_asked_in_russian);
	TEST("ask/agents", desk, test_agents_read_what_is_missing);
	TEST("ask/no-type", desk, test_a_ticket_without_a_type_lacks_nothing);
	TEST("ask/told", desk, test_what_the_first_mail_tells_is_not_asked_for);
	TEST("ask/rule", desk, test_what_a_rule_sets_is_not_asked_for);
	TEST("ask/people", desk, test_what_people_know_is_not_asked_for);
	TEST("ask/desk", desk, test_the_desk_asks_in_its_own_name);
	TEST("silent/list", desk, test_a_list_is_not_asked);
	TEST("silent/queue", never, test_a_silent_queue_does_not_ask);
	TEST("silent/hours", closed, test_out_of_hours_is_asked_as_well);
	TEST("silent/forward", desk, test_an_agents_forward_asks_nobody);
	TEST("silent/agent", desk, test_a_type_that_an_agent_sets_asks_nobody);
}

static void
add_answers(void)
{
	TEST("answer/all", desk,
	    test_an_answer_that_tells_all_lets_the_ticket_go_on);
	TEST("answer/some", desk,
	    test_what_is_still_missing_is_asked_for_once_more);
	TEST("answer/third", desk, test_nobody_is_asked_a_third_time);
	TEST("answer/always", always,
	    test_a_second_question_stands_for_an_acknowledgement);
	TEST("answer/value", desk,
	    test_a_value_that_may_not_be_is_asked_for_again);
	TEST("answer/agent", desk,
	    test_who_an_agent_answered_is_not_asked_again);
	TEST("answer/stranger", desk, test_a_stranger_tells_nothing);
	TEST("answer/closed", desk,
	    test_who_closes_his_ticket_is_not_asked_again);
	TEST("answer/command", desk, test_a_field_is_no_command);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	add_questions();
	add_answers();
	return g_test_run();
}
