/* test-vacation.c - an agent's own automatic reply marks him away */

#include "config.h"

#include <string.h>

#include "bounce-fixture.h"

#include "desk/undelivered.h"

/* Monday, 2024-05-06 10:00 UTC. */
#define WRITTEN ((gint64)1714989600)

/* ---- dates ---- */

/* The start of that day. */
static char *
tell_day(gint64 time)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);

	return time == 0 ? g_strdup("-")
	                 : g_date_time_format(date, "%Y-%m-%d %H:%M");
}

static void
test_dates_are_read(void)
{
	static const struct {
		const char *text;
		const char *want; /* here again from then on */
	} cases[] = {
		{ "I am out of the office until 12 May.", "2024-05-13" },
		{ "I am away till May 12th, 2024.", "2024-05-13" },
		{ "out of office through the 12th of May", "2024-05-13" },
		{ "I will be back on Monday, 13.05.2024.", "2024-05-13" },
		{ "I'll be back in the office on Monday, May 13.",
		    "2024-05-13" },
		{ "I return on 2024-05-13.", "2024-05-13" },
		{ "Until 2024-05-12 I do not read mail.", "2024-05-13" },
		{ "Away from 1 May to 12 May", "2024-05-13" },
		{ "Vacation: 1-12 May", "2024-05-13" },
		{ "I am on leave 29 April \xe2\x80\x93 12 May 2024.",
		    "2024-05-13" },
		{ "On holiday 5/3/2024 - 5/12/2024, sorry", "2024-05-13" },
		{ "I will be back Monday", "2024-05-13" },
		{ "I am away until Friday", "2024-05-11" },
		{ "I will be back tomorrow.", "2024-05-07" },
		{ "I am out of office from 1 May and will return 13 May.",
		    "2024-05-13" },
		{ "Back again from 13 May", "2024-05-13" },
		{ "I am out today. My number is 12.05.77. Back on 8 May!",
		    "2024-05-08" },
		{ "I am away until\n12 May.", "2024-05-13" },
		{ "Parental leave until 1 March 2025", "2025-03-02" },
		{ "I'm away until the end of it.\n\nBack: 8.5.", "2024-05-08" },

		{ "Я в отпуске до 12 мая.", "2024-05-13" },
		{ "Я в отпуске с 1 по 12 мая.", "2024-05-13" },
		{ "Отсутствую с 01.05.2024 по 12.05.2024.", "2024-05-13" },
		{ "Буду отсутствовать до 12.05.24", "2024-05-13" },
		{ "Вернусь в понедельник, 13 мая.", "2024-05-13" },
		{ "Возвращаюсь 13 мая 2024 г.", "2024-05-13" },
		{ "Снова на связи с 13 мая", "2024-05-13" },
		{ "С 13 мая снова на работе", "2024-05-13" },
		{ "Выйду на работу 13-го мая", "2024-05-13" },
		{ "В отпуске 1–12 мая", "2024-05-13" },
		{ "Вернусь завтра", "2024-05-07" },
		{ "Буду на месте в среду", "2024-05-08" },

		{ "Ich bin bis 12.05. nicht im Büro.", "2024-05-13" },
		{ "Ich bin vom 1. bis 12. Mai im Urlaub.", "2024-05-13" },
		{ "Ab dem 13. Mai bin ich wieder da.", "2024-05-13" },
		{ "Ich bin am 13.5. wieder erreichbar.", "2024-05-13" },
		{ "Ich bin ab 13.05.2024 wieder im Büro.", "2024-05-13" },
		{ "Zurück am Montag, dem 13. Mai 2024", "2024-05-13" },

		/* Nothing of use. */
		{ "I am away.", "-" },
		{ "", "-" },
		{ "Call me: 12.05.2024", "-" },
		{ "I was away until 3 May.", "-" },
		{ "I am away until 12 May 2026.", "-" },
		{ "Away until 12 May 2023", "-" },
		{ "Away until 31 February", "-" },
		{ "Away until 99.99.9999", "-" },
		{ "until 2024-00-00 or 0/0/0", "-" },
		{ "until", "-" },
		{ "I am away from 20 May.", "-" },
		{ "back 1.2.3.4.5.6.7.8", "-" },
	};
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		/* Of exact size, for the sanitizer. */
		g_autofree char *copy = g_strdup(cases[i].text);
		gint64 until = td_vacation_until(copy, WRITTEN, utc);
		g_autofree char *got = tell_day(until);
		g_autofree char *want = strcmp(cases[i].want, "-") == 0
		    ? g_strdup("-")
		    : g_strconcat(cases[i].want, " 00:00", NULL);

		g_test_message("%s", cases[i].text);
		g_assert_cmpstr(got, ==, want);
	}
}

static void
test_the_clock_on_the_wall_counts(void)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_offset(3 * 60 * 60);
	gint64 until = td_vacation_until("away until 12 May", WRITTEN, zone);

	g_assert_cmpint(until, ==, WRITTEN + 6 * 86400 + 11 * 3600);
}

static void
test_long_texts_cost_little(void)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();

	for (guint i = 0; i < 100000; i++)
		g_string_append(text, "until 12 - ");
	g_assert_cmpint(td_vacation_until(text->str, WRITTEN, utc), ==, 0);
}

/* ---- what it does ---- */

static Filing
absence(Office *office, const char *to, const char *fields, const char *text)
{
	g_autofree char *raw = g_strdup_printf(
	    "%sFrom: Olga <" OLGA ">\nTo: <%s>\nSubject: Out of office\n"
	    "Message-ID: <absent-%u@example.com>\n"
	    "Content-Type: text/plain; charset=utf-8\n"
	    "Auto-Submitted: auto-replied\n\n%s\n",
	    fields, to, ++office->count, text);

	return fixture_file(&office->fixture, "", to, raw);
}

static TdPerson *
olga(Office *office)
{
	g_autoptr(TdTxn) txn = td_txn_read(office->fixture.store);
	g_autoptr(GError) error = NULL;
	TdPerson *person;

	td_person_by_address(txn, OLGA, &person, &error);
	g_assert_no_error(error);
	return person;
}

static void
assert_away(Office *office, const char *until)
{
	g_autoptr(TdPerson) person = olga(office);
	g_autofree char *got = tell_day(person->away);

	g_assert_cmpstr(got, ==, until);
}

static guint
count_notices(Office *office)
{
	return fixture_count(&office->fixture, TD_TICKET_DESK, "notice");
}

static void
begin(Office *office)
{
	office->fixture.now = WRITTEN;
}

static void
test_personal_address(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) letter = NULL;
	g_autoptr(TdEvent) event = NULL;
	Filing filing;

	begin(office);
	filing = absence(
	    office, office->address, "", "I am away until 12 May.");
	g_assert_cmpint(filing.class, ==, TD_CLASS_AUTO_REPLY);
	assert_away(office, "2024-05-13 00:00");
	letter = fixture_letter(
	    &office->fixture, TD_TICKET_DESK, "notice", IVAN);
	g_assert_nonnull(letter);
	g_assert_nonnull(strstr(letter->subject, "olga is away until"));
	g_assert_nonnull(strstr(letter->text, "2024-05-13"));
	g_assert_cmpuint(letter->reply_to->len, ==, 1);
	g_assert_cmpuint(count_notices(office), ==, 1);
	event = bounce_event(office, TD_TICKET_DESK, TD_EVENT_NOTE);
	g_assert_nonnull(event);
	g_assert_cmpstr(td_event_get(event, "what"), ==, "away");
}

static void
test_once(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	begin(office);
	absence(office, office->address, "", "I am away until 12 May.");
	absence(office, office->address, "", "I am away until 14 May.");
	assert_away(office, "2024-05-15 00:00");
	absence(office, office->address, "", "I am away.");
	absence(office, office->address, "", "I am away until 8 May.");
	assert_away(office, "2024-05-15 00:00");
	g_assert_cmpuint(count_notices(office), ==, 1);
}

static void
test_no_date(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) letter = NULL;

	begin(office);
	absence(office, office->address, "", "I am away.");
	assert_away(office, "2024-05-08 00:00");
	letter = fixture_letter(
	    &office->fixture, TD_TICKET_DESK, "notice", IVAN);
	g_assert_nonnull(strstr(letter->text, "no date that can be read"));
}

static void
test_bounce_address(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_row(office, "new-ticket", OLGA);
	g_autofree char *id = bounce_message_id(office, row);
	g_autofree char *fields = g_strdup_printf("In-Reply-To: <%s>\n", id);

	begin(office);
	absence(office, row->mail_from, "", "I am away until 12 May.");
	assert_away(office, "-");
	absence(office, row->mail_from, fields, "I am away until 12 May.");
	assert_away(office, "2024-05-13 00:00");
}

static void
test_outsiders(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) answer = NULL;
	g_autofree char *fields = NULL;
	g_autofree char *ivans = fixture_reply_address(
	    &office->fixture, office->ticket, "new-ticket", IVAN);

	begin(office);
	answer = office_letter(office, "acknowledgement", ANNA);
	fields = g_strdup_printf("In-Reply-To: <%s>\n", answer->message_id);
	absence(office, "support@example.com", fields, "Away until 12 May.");
	absence(office, ivans, "", "I am away until 12 May.");
	absence(office, office->address,
	    "Authentication-Results: mx.example.com; dmarc=fail "
	    "header.from=example.com\n",
	    "I am away until 12 May.");
	assert_away(office, "-");
	g_assert_cmpuint(count_notices(office), ==, 0);
}

#define ADD(path, extra, test) office_add("vacation/" path, extra, test)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func("/vacation/dates are read", test_dates_are_read);
	g_test_add_func("/vacation/the clock on the wall counts",
	    test_the_clock_on_the_wall_counts);
	g_test_add_func(
	    "/vacation/long texts cost little", test_long_texts_cost_little);
	ADD("his own address marks him away", "timezone = UTC\n",
	    test_personal_address);
	ADD("his team is told once", "timezone = UTC\n", test_once);
	ADD("without a date it lasts until the end of tomorrow",
	    "timezone = UTC\n", test_no_date);
	ADD("a bounce address wants a mail to him", "timezone = UTC\n",
	    test_bounce_address);
	ADD("outsiders switch nobody off",
	    "timezone = UTC\nauthserv-id = mx.example.com\n", test_outsiders);

	return g_test_run();
}
