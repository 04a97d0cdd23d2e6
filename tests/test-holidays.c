/* test-holidays.c - events of iCalendar files as stretches of time */

#include "config.h"

#include "holidays-fixture.h"

/* ---- events ---- */

typedef struct {
	const char *zone;
	const char *event; /* what is in it */
	const char *want;  /* of 2026, UTC */
} Row;

static void
check_rows(const Row *rows, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		g_autofree char *text = g_strconcat(HEAD "BEGIN:VEVENT\n",
		    rows[i].event, "\nEND:VEVENT\n" TAIL, NULL);
		g_autoptr(GArray) stretches = NULL;
		g_autoptr(GError) error = NULL;
		g_autofree char *found = NULL;

		g_test_message("%s", rows[i].event);
		read_text(text, -1, rows[i].zone, &stretches, &error);
		g_assert_no_error(error);
		found = show(stretches, 2026);
		g_assert_cmpstr(found, ==, rows[i].want);
	}
}

static void
test_dates(void)
{
	static const Row rows[] = {
		{ "UTC", "DTSTART;VALUE=DATE:20261225",
		    "2026-12-25T00:00/2026-12-26T00:00" },
		{ "UTC", "DTSTART:20261225",
		    "2026-12-25T00:00/2026-12-26T00:00" },
		{ "UTC",
		    "DTSTART;VALUE=DATE:20261225\n"
		    "DTEND;VALUE=DATE:20261228",
		    "2026-12-25T00:00/2026-12-28T00:00" },
		{ "UTC", "DTSTART;VALUE=DATE:20261225\nDURATION:P1W",
		    "2026-12-25T00:00/2027-01-01T00:00" },
		/* A mistake that some programs make. */
		{ "UTC",
		    "DTSTART;VALUE=DATE:20261225\n"
		    "DTEND;VALUE=DATE:20261225",
		    "2026-12-25T00:00/2026-12-26T00:00" },
		{ "Asia/Kolkata", "DTSTART;VALUE=DATE:20261225",
		    "2026-12-24T18:30/2026-12-25T18:30" },
		/* 23 hours, and 25. */
		{ "Europe/Berlin", "DTSTART;VALUE=DATE:20260329",
		    "2026-03-28T23:00/2026-03-29T22:00" },
		{ "Europe/Berlin", "DTSTART;VALUE=DATE:20261025",
		    "2026-10-24T22:00/2026-10-25T23:00" },
		/* In Cairo there is no 00:00 that day. */
		{ "Africa/Cairo", "DTSTART;VALUE=DATE:20260424",
		    "2026-04-23T22:00/2026-04-24T21:00" },
		{ "UTC", "DTSTART;VALUE=DATE:20261225\nSTATUS:CANCELLED", "" },
		{ "UTC", "DTSTART;VALUE=DATE:20261225\nSTATUS:TENTATIVE",
		    "2026-12-25T00:00/2026-12-26T00:00" },
		{ "UTC", "DTSTART;VALUE=DATE:20261225\nTRANSP:TRANSPARENT",
		    "2026-12-25T00:00/2026-12-26T00:00" },
	};

	check_rows(rows, G_N_ELEMENTS(rows));
}

static void
test_times(void)
{
	static const Row rows[] = {
		{ "Europe/Berlin",
		    "DTSTART:20261218T140000Z\nDTEND:20261218T153000Z",
		    "2026-12-18T14:00/2026-12-18T15:30" },
		/* Floating: of the calendar. */
		{ "Europe/Berlin",
		    "DTSTART:20261218T140000\nDTEND:20261218T153000",
		    "2026-12-18T13:00/2026-12-18T14:30" },
		{ "UTC",
		    "DTSTART;TZID=Europe/Berlin:20261218T140000\n"
		    "DTEND;TZID=America/New_York:20261218T093000",
		    "2026-12-18T13:00/2026-12-18T14:30" },
		{ "UTC",
		    "DTSTART;TZID=/Europe/Berlin:20261218T140000\n"
		    "DURATION:PT1H",
		    "2026-12-18T13:00/2026-12-18T14:00" },
		{ "UTC", "DTSTART:20261218T140000Z\nDURATION:PT1H30M",
		    "2026-12-18T14:00/2026-12-18T15:30" },
		/* Days by the calendar, hours by the clock that ticks. */
		{ "Europe/Berlin", "DTSTART:20260328T120000\nDURATION:P1D",
		    "2026-03-28T11:00/2026-03-29T10:00" },
		{ "Europe/Berlin", "DTSTART:20260328T120000\nDURATION:PT24H",
		    "2026-03-28T11:00/2026-03-29T11:00" },
		/* Skipped: as if the clock had not been changed yet. */
		{ "Europe/Berlin", "DTSTART:20260329T023000\nDURATION:PT1H",
		    "2026-03-29T01:30/2026-03-29T02:30" },
		/* Twice: the first time. */
		{ "Europe/Berlin", "DTSTART:20261025T023000\nDURATION:PT1H",
		    "2026-10-25T00:30/2026-10-25T01:30" },
		{ "UTC", "DTSTART:20261218T140000Z", "" },
		{ "UTC", "DTSTART:20261231T235960Z\nDURATION:PT1M",
		    "2026-12-31T23:59/2027-01-01T00:00" },
	};

	check_rows(rows, G_N_ELEMENTS(rows));
}

static void
test_rules(void)
{
	static const Row rows[] = {
		{ "UTC", "DTSTART;VALUE=DATE:20001225\nRRULE:FREQ=YEARLY",
		    "2026-12-25T00:00/2026-12-26T00:00" },
		{ "UTC", "DTSTART;VALUE=DATE:19001225\nRRULE:FREQ=YEARLY",
		    "2026-12-25T00:00/2026-12-26T00:00" },
		{ "UTC",
		    "DTSTART;VALUE=DATE:20000117\n"
		    "RRULE:FREQ=YEARLY;BYMONTH=1;BYDAY=3MO",
		    "2026-01-19T00:00/2026-01-20T00:00" },
		{ "UTC",
		    "DTSTART;VALUE=DATE:20260227\n"
		    "RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=3",
		    "2026-02-27T00:00/2026-02-28T00:00 "
		    "2026-03-27T00:00/2026-03-28T00:00 "
		    "2026-04-24T00:00/2026-04-25T00:00" },
		{ "UTC",
		    "DTSTART;VALUE=DATE:20251231\n"
		    "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20260228",
		    "2026-01-31T00:00/2026-02-01T00:00 "
		    "2026-02-28T00:00/2026-03-01T00:00" },
		/* Two days that touch become one stretch. */
		{ "UTC",
		    "DTSTART;VALUE=DATE:20260105\n"
		    "RRULE:FREQ=DAILY;COUNT=3",
		    "2026-01-05T00:00/2026-01-08T00:00" },
		{ "UTC",
		    "DTSTART;VALUE=DATE:20260105\n"
		    "RRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20260106",
		    "2026-01-05T00:00/2026-01-06T00:00 "
		    "2026-01-07T00:00/2026-01-08T00:00" },
		/* The clock on the wall stays: an hour earlier in summer. */
		{ "Europe/Berlin",
		    "DTSTART:20260323T120000\nDTEND:20260323T130000\n"
		    "RRULE:FREQ=WEEKLY;COUNT=2",
		    "2026-03-23T11:00/2026-03-23T12:00 "
		    "2026-03-30T10:00/2026-03-30T11:00" },
		/* The last is at 12:00 there, 10:00 UTC: in, and out. */
		{ "Europe/Berlin",
		    "DTSTART:20260323T120000\nDURATION:PT1H\n"
		    "RRULE:FREQ=WEEKLY;UNTIL=20260330T100000Z",
		    "2026-03-23T11:00/2026-03-23T12:00 "
		    "2026-03-30T10:00/2026-03-30T11:00" },
		{ "Europe/Berlin",
		    "DTSTART:20260323T120000\nDURATION:PT1H\n"
		    "RRULE:FREQ=WEEKLY;UNTIL=20260330T095959Z",
		    "2026-03-23T11:00/2026-03-23T12:00" },
		{ "Europe/Berlin",
		    "DTSTART:20260323T120000\nDURATION:PT1H\n"
		    "RRULE:FREQ=WEEKLY;UNTIL=20260330",
		    "2026-03-23T11:00/2026-03-23T12:00 "
		    "2026-03-30T10:00/2026-03-30T11:00" },
		{ "UTC",
		    "DTSTART:20260105T090000Z\nDURATION:PT1H\n"
		    "RRULE:FREQ=DAILY;BYHOUR=9,15;COUNT=3",
		    "2026-01-05T09:00/2026-01-05T10:00 "
		    "2026-01-05T15:00/2026-01-05T16:00 "
		    "2026-01-06T09:00/2026-01-06T10:00" },
		/* DTSTART counts although the rule does not say it. */
		{ "UTC",
		    "DTSTART;VALUE=DATE:20260102\n"
		    "RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1;UNTIL=20261231",
		    "2026-01-02T00:00/2026-01-03T00:00 "
		    "2026-03-01T00:00/2026-03-02T00:00" },
		{ "UTC",
		    "DTSTART;VALUE=DATE:20260105\n"
		    "RRULE:FREQ=WEEKLY;COUNT=3\n"
		    "EXRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2",
		    "2026-01-12T00:00/2026-01-13T00:00" },
		{ "UTC",
		    "DTSTART;VALUE=DATE:20270101\n"
		    "RRULE:FREQ=YEARLY;UNTIL=20200101",
		    "" },
	};

	check_rows(rows, G_N_ELEMENTS(rows));
}

static void
test_additions(void)
{
	static const Row rows[] = {
		{ "UTC",
		    "DTSTART;VALUE=DATE:20260403\n"
		    "RDATE;VALUE=DATE:20260406,20260501\nRDATE:20260514",
		    "2026-04-03T00:00/2026-04-04T00:00 "
		    "2026-04-06T00:00/2026-04-07T00:00 "
		    "2026-05-01T00:00/2026-05-02T00:00 "
		    "2026-05-14T00:00/2026-05-15T00:00" },
		{ "Europe/Berlin",
		    "DTSTART:20260105T120000\nDURATION:PT1H\n"
		    "RDATE;TZID=Asia/Kolkata:20260106T120000\n"
		    "RDATE:20260107T120000Z",
		    "2026-01-05T11:00/2026-01-05T12:00 "
		    "2026-01-06T06:30/2026-01-06T07:30 "
		    "2026-01-07T12:00/2026-01-07T13:00" },
		{ "UTC",
		    "DTSTART:20260105T120000Z\nDURATION:PT1H\n"
		    "RDATE;VALUE=PERIOD:20260106T100000Z/PT3H,"
		    "20260107T100000Z/20260107T110000Z",
		    "2026-01-05T12:00/2026-01-05T13:00 "
		    "2026-01-06T10:00/2026-01-06T13:00 "
		    "2026-01-07T10:00/2026-01-07T11:00" },
		/* A time where days are meant. */
		{ "Europe/Berlin",
		    "DTSTART;VALUE=DATE:20260601\n"
		    "RDATE:20260602T223000Z",
		    "2026-05-31T22:00/2026-06-01T22:00 "
		    "2026-06-02T22:00/2026-06-03T22:00" },
	};

	check_rows(rows, G_N_ELEMENTS(rows));
}

static void
test_exceptions(void)
{
	static const Row rows[] = {
		{ "Europe/Berlin",
		    "DTSTART:20260105T120000\nDURATION:PT1H\n"
		    "RRULE:FREQ=DAILY;COUNT=2\nEXDATE:20260105T110000Z",
		    "2026-01-06T11:00/2026-01-06T12:00" },
		{ "Europe/Berlin",
		    "DTSTART:20260105T120000\nDURATION:PT1H\n"
		    "RRULE:FREQ=DAILY;COUNT=2\n"
		    "EXDATE;TZID=America/New_York:20260105T060000",
		    "2026-01-06T11:00/2026-01-06T12:00" },
		/* Nothing is there at that time. */
		{ "Europe/Berlin",
		    "DTSTART:20260105T120000\nDURATION:PT1H\n"
		    "RRULE:FREQ=DAILY;COUNT=1\nEXDATE:20260105T120000Z",
		    "2026-01-05T11:00/2026-01-05T12:00" },
		/* A date where a time is meant, and the other way round. */
		{ "Europe/Berlin",
		    "DTSTART:20260105T120000\nDURATION:PT1H\n"
		    "RRULE:FREQ=DAILY;COUNT=2\nEXDATE;VALUE=DATE:20260105",
		    "2026-01-06T11:00/2026-01-06T12:00" },
		{ "Europe/Berlin",
		    "DTSTART;VALUE=DATE:20260105\n"
		    "RRULE:FREQ=DAILY;COUNT=2\nEXDATE:20260104T230000Z",
		    "2026-01-05T23:00/2026-01-06T23:00" },
	};

	check_rows(rows, G_N_ELEMENTS(rows));
}

/* ---- several events ---- */

static void
check_text(const char *text, const char *zone, const char *want)
{
	g_autoptr(GArray) stretches = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *found = NULL;

	read_text(text, -1, zone, &stretches, &error);
	g_assert_no_error(error);
	found = show(stretches, 2026);
	g_assert_cmpstr(found, ==, want);
}

#define SERIES                                                                 \
	EVENT("UID:a\r\nDTSTART;VALUE=DATE:20260105\r\n"                       \
	      "RRULE:FREQ=WEEKLY;COUNT=2\r\n")

static void
test_replaced(void)
{
	check_text(HEAD SERIES EVENT("UID:a\r\n"
	                             "RECURRENCE-ID;VALUE=DATE:20260112\r\n"
	                             "DTSTART;VALUE=DATE:20260114\r\n") TAIL,
	    "UTC",
	    "2026-01-05T00:00/2026-01-06T00:00 "
	    "2026-01-14T00:00/2026-01-15T00:00");
	/* The order does not matter, and other events are left alone. */
	check_text(HEAD EVENT("UID:a\r\nSTATUS:CANCELLED\r\n"
	                      "RECURRENCE-ID;VALUE=DATE:20260112\r\n"
	                      "DTSTART;VALUE=DATE:20260112\r\n")
	               EVENT("UID:b\r\nRECURRENCE-ID;VALUE=DATE:20260105\r\n"
	                     "DTSTART;VALUE=DATE:20260105\r\n") SERIES TAIL,
	    "UTC", "2026-01-05T00:00/2026-01-06T00:00");
}

static void
test_joined(void)
{
	check_text(
	    HEAD EVENT("DTSTART:20260105T120000Z\r\nDURATION:PT3H\r\n")
	        EVENT("DTSTART:20260105T100000Z\r\nDURATION:PT9H\r\n")
	            EVENT("DTSTART:20260105T190000Z\r\nDURATION:PT1H\r\n")
	                EVENT("DTSTART:20260105T200001Z\r\n"
	                      "DURATION:PT1H\r\n") TAIL,
	    "UTC",
	    "2026-01-05T10:00/2026-01-05T20:00 "
	    "2026-01-05T20:00/2026-01-05T21:00");
}

static void
test_what_does_not_matter(void)
{
	check_text("\xef\xbb\xbf" HEAD
	           "begin:vevent\r\ndtstart;value=date:2026\r\n\t0105\r\n"
	           "ATTACH;VALUE=BINARY;ENCODING=BASE64:!!!\r\n"
	           "X-NONSENSE\r\nDTSTAMP:never\r\nend:vevent\r\n"
	           "BEGIN:VTODO\r\nDTSTART:20260303\r\nEND:VTODO\r\n" TAIL
	           "\r\n" HEAD EVENT("DTSTART;VALUE=DATE:20260707\r\n") TAIL,
	    "UTC",
	    "2026-01-05T00:00/2026-01-06T00:00 "
	    "2026-07-07T00:00/2026-07-08T00:00");
}

static void
test_zone_of_the_file(void)
{
	/* Their own summer, and a name that no system has. */
	check_text(HEAD
	    "BEGIN:VTIMEZONE\r\nTZID:Moon\r\n"
	    "BEGIN:STANDARD\r\nDTSTART:20251001T000000\r\n"
	    "RRULE:FREQ=YEARLY\r\n"
	    "TZOFFSETFROM:+0500\r\nTZOFFSETTO:+0300\r\nEND:STANDARD\r\n"
	    "BEGIN:DAYLIGHT\r\nDTSTART:20250401T000000\r\n"
	    "RRULE:FREQ=YEARLY\r\n"
	    "TZOFFSETFROM:+0300\r\nTZOFFSETTO:+0500\r\nEND:DAYLIGHT\r\n"
	    "END:VTIMEZONE\r\n" EVENT("DTSTART;TZID=Moon:20260110T120000\r\n"
	                              "DURATION:PT1H\r\n"
	                              "RRULE:FREQ=MONTHLY;INTERVAL=6;"
	                              "UNTIL=20260710T070000Z\r\n") TAIL,
	    "Europe/Berlin",
	    "2026-01-10T09:00/2026-01-10T10:00 "
	    "2026-07-10T07:00/2026-07-10T08:00");
}

static void
test_dates_of_the_zone(void)
{
	check_text(HEAD
	    "BEGIN:VTIMEZONE\r\nTZID:Mars\r\n"
	    "BEGIN:STANDARD\r\nDTSTART:20200101T000000\r\n"
	    "TZOFFSETFROM:+0000\r\nTZOFFSETTO:+0000\r\nEND:STANDARD\r\n"
	    "BEGIN:STANDARD\r\nDTSTART:20250301T000000\r\n"
	    "RDATE:20260301T000000,20270301T000000\r\n"
	    "TZOFFSETFROM:+0000\r\nTZOFFSETTO:-0130\r\nEND:STANDARD\r\n"
	    "BEGIN:STANDARD\r\nDTSTART:20250901T000000\r\n"
	    "TZOFFSETFROM:-0130\r\nTZOFFSETTO:+0000\r\nEND:STANDARD\r\n"
	    "END:VTIMEZONE\r\n" EVENT(
	        "DTSTART;TZID=Mars:20260228T120000\r\n"
	        "DURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=2\r\n") TAIL,
	    "Europe/Berlin",
	    "2026-02-28T12:00/2026-02-28T13:00 "
	    "2026-03-01T13:30/2026-03-01T14:30");
}

/* ---- files as they are ---- */

static GArray *
read_data(const char *name, const char *zone_name)
{
	g_autofree char *path = g_test_build_filename(
	    G_TEST_DIST, "data", "calendar", name, NULL);
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(zone_name);
	char *files[] = { path, NULL };
	g_autoptr(GError) error = NULL;
	GArray *stretches = NULL;

	td_calendar_read_events(files, zone, &stretches, &error);
	g_assert_no_error(error);
	return stretches;
}

static void
test_office(void)
{
	g_autoptr(GArray) stretches = read_data("office.ics", "Europe/Berlin");
	g_autofree char *found = show(stretches, 2026), *later = NULL;

	g_assert_cmpstr(found, ==,
	    "2026-04-02T22:00/2026-04-03T22:00 "
	    "2026-04-05T22:00/2026-04-06T22:00 "
	    "2026-11-25T23:00/2026-11-26T23:00 "
	    "2026-12-18T13:00/2026-12-18T17:00 "
	    "2026-12-24T23:00/2026-12-26T23:00 "
	    "2026-12-31T23:00/2027-01-01T23:00");
	later = show(stretches, 2099);
	g_assert_cmpstr(later, ==,
	    "2099-11-25T23:00/2099-11-26T23:00 "
	    "2099-12-24T23:00/2099-12-26T23:00 "
	    "2099-12-31T23:00/2100-01-01T23:00");
}

static void
test_stocktaking(void)
{
	g_autoptr(GArray) stretches = read_data("stocktaking.ics", "UTC");
	g_autofree char *found = show(stretches, 2026);

	g_assert_cmpuint(stretches->len, ==, 11);
	g_assert_cmpstr(found, ==,
	    "2026-01-31T09:00/2026-01-31T13:00 "
	    "2026-02-28T09:00/2026-02-28T13:00 "
	    "2026-03-28T09:00/2026-03-28T13:00 "
	    "2026-04-25T08:00/2026-04-25T12:00 "
	    "2026-06-27T08:00/2026-06-27T12:00 "
	    "2026-07-25T08:00/2026-07-25T12:00 "
	    "2026-08-29T08:00/2026-08-29T12:00 "
	    "2026-09-26T08:00/2026-09-26T12:00 "
	    "2026-10-31T09:00/2026-10-31T13:00 "
	    "2026-11-28T09:00/2026-11-28T13:00 "
	    "2026-12-19T08:00/2026-12-19T12:00");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/holidays/dates last whole days of the calendar's "
	                "zone",
	    test_dates);
	g_test_add_func("/holidays/times are of their zone", test_times);
	g_test_add_func(
	    "/holidays/rules come again by the clock on the wall", test_rules);
	g_test_add_func(
	    "/holidays/dates and periods can be added", test_additions);
	g_test_add_func("/holidays/dates can be left out", test_exceptions);
	g_test_add_func("/holidays/one of a series can be moved or cancelled",
	    test_replaced);
	g_test_add_func(
	    "/holidays/what overlaps or touches is one", test_joined);
	g_test_add_func("/holidays/nothing else in the file matters",
	    test_what_does_not_matter);
	g_test_add_func(
	    "/holidays/the file can describe its zone", test_zone_of_the_file);
	g_test_add_func("/holidays/the file can tell each change of its clock",
	    test_dates_of_the_zone);
	g_test_add_func("/holidays/a year of an office", test_office);
	g_test_add_func("/holidays/a series with exceptions and a zone of its "
	                "own",
	    test_stocktaking);
	return g_test_run();
}
