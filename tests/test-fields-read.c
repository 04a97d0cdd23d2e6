/* test-fields-read.c - fields of tickets as people write them */

#include "config.h"

#include <string.h>

#include "desk-fixture.h"

#define ANNA "anna@example.net"
#define SUPPORT "support@example.com"

/* Each ticket is an incident. */
static const char rules[] =
    "timezone = UTC\n|"
    "[type incident]\nrequired = service;equipment\n"
    "[field service]\nvalues = mail;Network;Телефония\n"
    "labels = en: Service;ru: Услуга;ru: Что не работает\n"
    "[rule all]\nrecipient = *\ntype = incident\n";

static guint64
open_ticket(Fixture *fixture, const char *text)
{
	static guint count;
	g_autofree char *raw = g_strdup_printf(
	    "From: Anna <" ANNA ">\nTo: " SUPPORT "\nSubject: It is broken\n"
	    "Message-ID: <open-%u@example.net>\n"
	    "Content-Type: text/plain; charset=utf-8\n\n%s",
	    ++count, text);

	fixture->now += 86400;
	return fixture_file(fixture, ANNA, SUPPORT, raw).outcome.ticket;
}

static void
assert_field(
    Fixture *fixture, guint64 number, const char *name, const char *want)
{
	g_autoptr(TdTicket) ticket = fixture_ticket(fixture, number);

	g_assert_cmpstr(td_ticket_field(ticket, name), ==, want);
}

static void
test_lines_are_read_as_people_write_them(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *line;
		const char *name;
		const char *want;
	} rows[] = {
		{ "Equipment: PC-17", "equipment", "PC-17" },
		{ "EQUIPMENT:PC-17", "equipment", "PC-17" },
		{ "Equipment = PC-17", "equipment", "PC-17" },
		{ "  Equipment :  PC  17  ", "equipment", "PC 17" },
		{ "- Equipment: PC-17", "equipment", "PC-17" },
		{ "• Equipment: PC-17", "equipment", "PC-17" },
		{ "*Equipment:* PC-17", "equipment", "PC-17" },
		{ "*Equipment: PC-17*", "equipment", "PC-17" },
		{ "Оборудование: ПК-17", "equipment", "ПК-17" },
		{ "техника: ПК-17", "equipment", "ПК-17" },
		{ "Equipment: PC-17: left", "equipment", "PC-17: left" },
		{ "Equipment: a\033[31mb", "equipment", "a?[31mb" },
		{ "Equipment: close", "equipment", "close" },
		{ "Equipment:\nEquipment: PC-1", "equipment", "PC-1" },
		{ "Equipment: PC-1\nEquipment: PC-2", "equipment", "PC-1" },
		{ "Equipment:", "equipment", "" },
		{ "Equipment: ____", "equipment", "" },
		{ "Equipment: ...", "equipment", "" },
		{ "Equipment PC-17", "equipment", "" },
		{ "My equipment: PC-17", "equipment", "" },
		{ "> Equipment: PC-17", "equipment", "" },
		{ "Service: MAIL", "service", "mail" },
		{ "Service: mail.", "service", "mail" },
		{ "Service: (mail)", "service", "mail" },
		{ "Service: (mail, Network, Телефония) mail", "service",
		    "mail" },
		{ "Service: (mail, Network, Телефония)", "service", "" },
		{ "Service: mails", "service", "" },
		{ "Услуга: телефония", "service", "Телефония" },
		{ "Что  не работает: network", "service", "Network" },
		{ "Service: x\nService: mail", "service", "mail" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = g_strdup_printf(
		    "Hello,\n%s\nRegards\n", rows[i].line);
		guint64 number = open_ticket(fixture, text);

		g_test_message("%s", rows[i].line);
		assert_field(fixture, number, rows[i].name, rows[i].want);
	}
}

static void
test_quotes_and_history_tell_nothing(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = open_ticket(fixture,
	    "I do not know.\n\n"
	    "On Tue, 14 Nov 2023 at 22:13, Example Support wrote:\n"
	    "> Service: mail\n> Equipment: PC-17\n");
	guint64 other = open_ticket(fixture,
	    "I do not know.\n\n-----Original Message-----\n"
	    "From: Example Support <support@example.com>\n"
	    "Sent: Tuesday, November 14, 2023 10:13 PM\n"
	    "To: Anna\nSubject: It is broken\n\n"
	    "Service: mail\nEquipment: PC-17\n");

	assert_field(fixture, other, "service", "");
	assert_field(fixture, other, "equipment", "");
	assert_field(fixture, number, "service", "");
	assert_field(fixture, number, "equipment", "");
}

static void
test_a_value_is_cut(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *many = g_strnfill(100000, 'x');
	g_autofree char *text = g_strdup_printf(
	    "Equipment: %s\nService: mail\n", many);
	guint64 number = open_ticket(fixture, text);
	g_autoptr(TdTicket) ticket = fixture_ticket(fixture, number);

	g_assert_cmpuint(strlen(td_ticket_field(ticket, "equipment")), <=, 203);
	g_assert_cmpuint(strlen(td_ticket_field(ticket, "equipment")), >, 100);
	assert_field(fixture, number, "service", "mail");
}

#define TEST(path, function)                                                   \
	g_test_add("/fields/read/" path, Fixture, rules, fixture_open,         \
	    function, fixture_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	TEST("lines", test_lines_are_read_as_people_write_them);
	TEST("quotes", test_quotes_and_history_tell_nothing);
	TEST("cut", test_a_value_is_cut);
	return g_test_run();
}
