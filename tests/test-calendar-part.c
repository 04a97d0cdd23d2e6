/* test-calendar-part.c - invitations in a few lines */

#include "config.h"

#include <string.h>

#include "message-fixture.h"
#include "message/calendar-part.h"
#include "message/calendar-time.h"

#define LINE "────────"

/* @lines, each "|" a line end, of an event in a calendar. */
static char *
event(const char *method, const char *lines)
{
	g_autofree char *all = g_strdup_printf(
	    "BEGIN:VCALENDAR|METHOD:%s|BEGIN:VTIMEZONE|TZID:X|BEGIN:STANDARD|"
	    "DTSTART:16010101T000000|RRULE:FREQ=YEARLY|END:STANDARD|"
	    "END:VTIMEZONE|BEGIN:VEVENT|%s|BEGIN:VALARM|DESCRIPTION:ring|"
	    "END:VALARM|END:VEVENT|END:VCALENDAR|",
	    method, lines);
	g_auto(GStrv) split = g_strsplit(all, "|", -1);

	return g_strjoinv("\r\n", split);
}

static void
test_events_are_told(void)
{
	static const struct {
		const char *method;
		const char *lines;
		const char *want;
	} rows[] = {
		{ "REQUEST",
		    "SUMMARY:Weekly\\, as al| ways|LOCATION:Room 1\\;2|"
		    "DTSTART;TZID=Europe/Berlin:20260303T100000|"
		    "DTEND;TZID=\"Europe/Berlin\":20260303T113000|"
		    "ORGANIZER;CN=\"Anna: B; C\":mailto:anna@example.org|"
		    "ATTENDEE;CN=Bob;PARTSTAT=NEEDS-ACTION:mailto:b@example.org"
		    "|ATTENDEE:MAILTO:c@example.org|DESCRIPTION:one\\n\\ntwo",
		    LINE " Invitation\nWhat: Weekly, as always\n"
		         "When: Tue 3 Mar 2026, 10:00-11:30 (Europe/Berlin)\n"
		         "Where: Room 1;2\n"
		         "Organiser: Anna: B; C <anna@example.org>\n"
		         "Attendees: Bob, c@example.org\n\none\n\ntwo\n" },
		{ "REPLY",
		    "SUMMARY:x|ATTENDEE;CN=Bob;PARTSTAT=DECLINED:mailto:"
		    "b@example.org|COMMENT:ill",
		    LINE " Answer to an invitation\nWhat: x\n"
		         "Answer: Bob <b@example.org>: declined\n"
		         "Comment: ill\n" },
		{ "CANCEL", "SUMMARY:x|DTSTART;VALUE=DATE:20260228",
		    LINE " Cancelled\nWhat: x\n"
		         "When: Sat 28 Feb 2026, all day\n" },
		{ "PUBLISH", "SUMMARY:x|STATUS:CANCELLED",
		    LINE " Cancelled\nWhat: x\n" },
		{ "PUBLISH", "summary;language=en:x",
		    LINE " Calendar\nWhat: x\n" },
		{ "REQUEST",
		    "ATTENDEE:a|ATTENDEE:b|ATTENDEE:c|ATTENDEE:d|ATTENDEE:e|"
		    "ATTENDEE:f|ATTENDEE:g",
		    LINE " Invitation\nAttendees: a, b, c, d, e and 2 more\n" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *calendar = event(
		    rows[i].method, rows[i].lines);
		g_autofree char *got = td_calendar_summary(
		    calendar, NULL, TRUE);

		g_assert_cmpstr(got, ==, rows[i].want);
	}
}

static void
test_spans_are_put_in_words(void)
{
	static const struct {
		const char *start;
		const char *zone;
		const char *end;
		const char *end_zone;
		const char *duration;
		const char *want;
	} rows[] = {
		{ "20260303T090000Z", NULL, "20260303T100000Z", NULL, NULL,
		    "Tue 3 Mar 2026, 09:00-10:00 (UTC)" },
		{ "20260303T230000", NULL, "20260304T010000", NULL, NULL,
		    "Tue 3 Mar 2026, 23:00 - Wed 4 Mar 2026, 01:00" },
		{ "20260303T090000", "A", "20260303T100000", "B", NULL,
		    "Tue 3 Mar 2026, 09:00 (A) - 10:00 (B)" },
		{ "20260303", NULL, "20260306", NULL, NULL,
		    "Tue 3 Mar 2026 - Thu 5 Mar 2026, all day" },
		{ "20260303", NULL, "20260304", NULL, NULL,
		    "Tue 3 Mar 2026, all day" },
		{ "20260303T090000", NULL, "", NULL, "PT1H30M",
		    "Tue 3 Mar 2026, 09:00 (1 h 30 min)" },
		{ "20260303T090000", NULL, "", NULL, "P1W",
		    "Tue 3 Mar 2026, 09:00 (1 weeks)" },
		{ "20260303T090000", NULL, "", NULL, "nonsense",
		    "Tue 3 Mar 2026, 09:00" },
		{ "20260230", NULL, "", NULL, NULL, NULL },
		{ "20260303T250000", NULL, "", NULL, NULL, NULL },
		{ "2026", NULL, "", NULL, NULL, NULL },
		{ "", NULL, "", NULL, NULL, NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		TdCalendarTime start = { .known = FALSE };
		TdCalendarTime end = { .known = FALSE };
		g_autofree char *got = NULL;

		td_calendar_time_read(&start, rows[i].start, rows[i].zone);
		td_calendar_time_read(&end, rows[i].end, rows[i].end_zone);
		got = td_calendar_span(&start, &end, rows[i].duration);
		g_assert_cmpstr(got, ==, rows[i].want);
		td_calendar_time_clear(&start);
		td_calendar_time_clear(&end);
	}
}

static void
test_rules_are_put_in_words(void)
{
	static const char *const rows[][2] = {
		{ "FREQ=DAILY", "every day" },
		{ "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;WKST=MO",
		    "every 2 weeks on Mon, Fri" },
		{ "FREQ=MONTHLY;BYDAY=2TU;COUNT=5",
		    "every month on the second Tue, 5 times" },
		{ "FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Fri" },
		{ "freq=yearly;until=20300101T000000Z",
		    "every year until Tue 1 Jan 2030" },
		{ "FREQ=MONTHLY;BYMONTHDAY=3,4,5",
		    "FREQ=MONTHLY;BYMONTHDAY=3,4,5" },
		{ "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=XX" },
		{ "FREQ=WEEKLY;FREQ=DAILY", "every day" },
		{ "", "" },
	};
	g_autofree char *none = td_calendar_rule(NULL);

	g_assert_null(none);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = td_calendar_rule(rows[i][0]);

		g_assert_cmpstr(got, ==, rows[i][1]);
	}
}

static void
test_what_is_no_calendar_has_no_summary(void)
{
	static const char *const rows[] = { "", "x", ":", ";:", "BEGIN:VEVENT",
		"BEGIN:VCALENDAR\r\nEND:VCALENDAR",
		"END:VCALENDAR\nEND:VEVENT\nSUMMARY:x", " \n \n" };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = td_calendar_summary(
		    rows[i], "REQUEST", TRUE);

		g_assert_null(got);
	}
}

static void
test_calendar_that_is_cut_off_is_told(void)
{
	g_autofree char *whole = event(
	    "REQUEST", "SUMMARY:x|DTSTART;TZID=\"A:20260303T100000");

	for (gsize i = 0; i < strlen(whole); i++) {
		g_autofree char *part = g_strndup(whole, i);
		g_autofree char *got = td_calendar_summary(part, NULL, TRUE);

		if (strstr(part, "SUMMARY:x") != NULL)
			g_assert_nonnull(strstr(got, "What: x"));
	}
}

static void
test_many_events_are_counted(void)
{
	g_autoptr(GString) calendar = g_string_new("BEGIN:VCALENDAR\n");
	g_autofree char *got = NULL;

	for (int i = 0; i < 10; i++)
		g_string_append(
		    calendar, "BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\n");
	got = td_calendar_summary(calendar->str, NULL, FALSE);
	g_assert_nonnull(strstr(got, "Events not shown: 7"));
}

/* An invitation as most programs send it: three forms of it. */
static TdMessage *
invitation(const char *plain)
{
	g_autofree char *calendar = event(
	    "REQUEST", "SUMMARY:Meeting|DESCRIPTION:close");
	g_autofree char *raw = g_strdup_printf(
	    "Content-Type: multipart/mixed; boundary=m\n\n--m\n"
	    "Content-Type: multipart/alternative; boundary=a\n\n"
	    "--a\n\n%s\n--a\n"
	    "Content-Type: text/calendar; method=REQUEST\n\n%s\n--a--\n"
	    "--m\nContent-Type: application/ics; name=invite.ics\n\n%s\n"
	    "--m--\n",
	    plain, calendar, calendar);

	return parse_text(raw);
}

static void
test_invitation_is_told_once_below_the_text(void)
{
	g_autoptr(TdMessage) with = invitation("come please");
	g_autoptr(TdMessage) without = invitation("");

	g_assert_cmpstr(with->text, ==,
	    "come please\n\n" LINE " Invitation\nWhat: Meeting\n");
	g_assert_cmpstr(with->reply_text, ==, "come please\n");
	g_assert_cmpuint(with->attachments->len, ==, 2);
	g_assert_cmpstr(attachment_at(with, 0)->name, ==, "part-1.ics");
	g_assert_cmpstr(
	    without->text, ==, LINE " Invitation\nWhat: Meeting\n\nclose\n");
}

static void
test_lines_may_be_folded_within_a_character(void)
{
	static const char *const folds[] = { "\r\n ", "\n\t" };

	for (gsize i = 0; i < G_N_ELEMENTS(folds); i++) {
		g_autofree char *raw = g_strdup_printf(
		    "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\n"
		    "BEGIN:VEVENT\nSUMMARY:Caf\303%s\251\nEND:VEVENT\n"
		    "END:VCALENDAR\n",
		    folds[i]);
		g_autoptr(TdMessage) message = parse_text(raw);

		g_assert_nonnull(strstr(message->text, "What: Café\n"));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func("/calendar/events", test_events_are_told);
	g_test_add_func("/calendar/spans", test_spans_are_put_in_words);
	g_test_add_func("/calendar/rules", test_rules_are_put_in_words);
	g_test_add_func(
	    "/calendar/none", test_what_is_no_calendar_has_no_summary);
	g_test_add_func("/calendar/cut", test_calendar_that_is_cut_off_is_told);
	g_test_add_func("/calendar/many", test_many_events_are_counted);
	g_test_add_func(
	    "/calendar/mail", test_invitation_is_told_once_below_the_text);
	g_test_add_func(
	    "/calendar/folded", test_lines_may_be_folded_within_a_character);

	return g_test_run();
}
