/* test-calendar.c - business hours */

#include "config.h"

#include <glib.h>

#include <ticketd/calendar.h>

typedef struct {
	TdCalendar calendar;
} Fixture;

static void
open_calendar(Fixture *fixture, const char *zone, const char *const *hours)
{
	fixture->calendar.hours = g_array_new(FALSE, FALSE, sizeof(TdSpan));
	fixture->calendar.zone = g_time_zone_new_identifier(zone);
	g_assert_nonnull(fixture->calendar.zone);
	for (; *hours != NULL; hours++)
		g_assert_true(
		    td_calendar_read_hours(*hours, fixture->calendar.hours));
}

static void
close_calendar(Fixture *fixture)
{
	g_array_unref(fixture->calendar.hours);
	g_time_zone_unref(fixture->calendar.zone);
}

static gint64
moment(const char *text)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(text, NULL);

	g_assert_nonnull(date);
	return g_date_time_to_unix(date);
}

static void
test_read(void)
{
	static const struct {
		const char *text;
		guint spans; /* 0: will not do */
	} rows[] = {
		{ "Mon-Fri 09:00-18:00", 5 },
		{ "Mon-Fri 09:00-13:00,14:00-18:00", 10 },
		{ "Mon-Fri 09:00-13:00, 14:00-18:00", 10 },
		{ "saturday 10:00-14:00", 1 },
		{ "Mon-Sun 00:00-24:00", 7 },
		{ "Fri-Mon 10:00-12:00", 4 },
		{ "", 0 },
		{ "Mon", 0 },
		{ "Mon ", 0 },
		{ "Mon 9:00-18:00", 0 },
		{ "Mon 18:00-09:00", 0 },
		{ "Mon 09:00-24:30", 0 },
		{ "Mon 09:60-10:00", 0 },
		{ "Mon 09:00-10:00 x", 0 },
		{ "Mo-Fr 09:00-18:00", 0 },
		{ "Mon 09:00-12:00,11:00-13:00", 0 },
		{ "Mon-Feb 09:00-12:00", 0 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GArray)
		    hours = g_array_new(FALSE, FALSE, sizeof(TdSpan));

		g_assert_cmpint(td_calendar_read_hours(rows[i].text, hours), ==,
		    rows[i].spans > 0);
		g_assert_cmpuint(hours->len, ==, rows[i].spans);
	}
}

static void
test_open(void)
{
	static const char *const hours[] = { "Mon-Fri 09:00-13:00,14:00-18:00",
		"Sat 10:00-14:00", NULL };
	static const struct {
		const char *now;
		gboolean open;
		const char *next;
	} rows[] = {
		/* Moscow is three hours ahead of UTC. */
		{ "2026-11-20T05:59:59Z", FALSE, "2026-11-20T06:00:00Z" },
		{ "2026-11-20T06:00:00Z", TRUE, "2026-11-20T06:00:00Z" },
		{ "2026-11-20T09:59:59Z", TRUE, "2026-11-20T09:59:59Z" },
		{ "2026-11-20T10:00:00Z", FALSE, "2026-11-20T11:00:00Z" },
		{ "2026-11-20T15:00:00Z", FALSE, "2026-11-21T07:00:00Z" },
		{ "2026-11-21T11:00:00Z", FALSE, "2026-11-23T06:00:00Z" },
		{ "2026-12-31T23:30:00Z", FALSE, "2027-01-01T06:00:00Z" },
	};
	Fixture fixture = { 0 };

	open_calendar(&fixture, "Europe/Moscow", hours);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		gint64 now = moment(rows[i].now);

		g_assert_cmpint(td_calendar_is_open(&fixture.calendar, now), ==,
		    rows[i].open);
		g_assert_cmpint(td_calendar_next_open(&fixture.calendar, now),
		    ==, moment(rows[i].next));
	}
	close_calendar(&fixture);
}

/* Berlin, 2026-03-29: 02:00 becomes 03:00; 2026-10-25: 03:00 becomes 02:00. */
static void
test_change_of_clock(void)
{
	static const char *const hours[] = { "Sun 02:30-04:00", NULL };
	Fixture fixture = { 0 };

	open_calendar(&fixture, "Europe/Berlin", hours);
	g_assert_cmpint(td_calendar_next_open(
	                    &fixture.calendar, moment("2026-03-28T12:00:00Z")),
	    ==, moment("2026-03-29T01:00:00Z"));
	g_assert_cmpint(td_calendar_next_open(
	                    &fixture.calendar, moment("2026-10-24T12:00:00Z")),
	    ==, moment("2026-10-25T00:30:00Z"));
	close_calendar(&fixture);
}

static void
test_never(void)
{
	static const char *const none[] = { NULL };
	Fixture fixture = { 0 };

	open_calendar(&fixture, "UTC", none);
	g_assert_false(td_calendar_is_open(&fixture.calendar, 0));
	g_assert_cmpint(td_calendar_next_open(&fixture.calendar, 0), ==, 0);
	close_calendar(&fixture);
}

/* ---- holidays and openings ---- */

static void
add_stretch(GArray **stretches, const char *start, const char *end)
{
	const TdStretch stretch = { moment(start), moment(end) };

	if (*stretches == NULL)
		*stretches = g_array_new(FALSE, FALSE, sizeof(TdStretch));
	g_array_append_val(*stretches, stretch);
}

/* Moscow, all of Christmas closed but for an hour of stocktaking at 12:30, and
 * open on the Sunday after it from 10:00 to 11:00. */
static void
open_december(Fixture *fixture)
{
	static const char *const hours[] = { "Mon-Fri 09:00-13:00,14:00-18:00",
		NULL };

	open_calendar(fixture, "Europe/Moscow", hours);
	add_stretch(&fixture->calendar.holidays, "2026-12-23T21:00:00Z",
	    "2026-12-25T21:00:00Z");
	add_stretch(&fixture->calendar.openings, "2026-12-24T09:30:00Z",
	    "2026-12-24T10:30:00Z");
	add_stretch(&fixture->calendar.openings, "2026-12-27T07:00:00Z",
	    "2026-12-27T08:00:00Z");
}

static void
close_december(Fixture *fixture)
{
	g_array_unref(fixture->calendar.holidays);
	g_array_unref(fixture->calendar.openings);
	close_calendar(fixture);
}

static void
test_holidays(void)
{
	static const struct {
		const char *now;
		gboolean open;
		const char *next;
	} rows[] = {
		{ "2026-12-23T14:59:59Z", TRUE, "2026-12-23T14:59:59Z" },
		{ "2026-12-23T15:00:00Z", FALSE, "2026-12-24T09:30:00Z" },
		{ "2026-12-24T06:00:00Z", FALSE, "2026-12-24T09:30:00Z" },
		{ "2026-12-24T09:29:59Z", FALSE, "2026-12-24T09:30:00Z" },
		{ "2026-12-24T09:30:00Z", TRUE, "2026-12-24T09:30:00Z" },
		/* Over the break at noon too. */
		{ "2026-12-24T10:29:59Z", TRUE, "2026-12-24T10:29:59Z" },
		{ "2026-12-24T10:30:00Z", FALSE, "2026-12-27T07:00:00Z" },
		{ "2026-12-25T12:00:00Z", FALSE, "2026-12-27T07:00:00Z" },
		{ "2026-12-27T08:00:00Z", FALSE, "2026-12-28T06:00:00Z" },
	};
	Fixture fixture = { 0 };

	open_december(&fixture);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		gint64 now = moment(rows[i].now);

		g_assert_cmpint(td_calendar_is_open(&fixture.calendar, now), ==,
		    rows[i].open);
		g_assert_cmpint(td_calendar_next_open(&fixture.calendar, now),
		    ==, moment(rows[i].next));
	}
	close_december(&fixture);
}

/* ---- business time ---- */

static void
test_add(void)
{
	static const struct {
		const char *from;
		gint64 seconds;
		const char *end;
	} rows[] = {
		{ "2026-12-23T13:00:00Z", 0, "2026-12-23T13:00:00Z" },
		{ "2026-12-26T13:00:00Z", 0, "2026-12-26T13:00:00Z" },
		{ "2026-12-23T13:00:00Z", 1, "2026-12-23T13:00:01Z" },
		/* Until it closes, not until it opens again. */
		{ "2026-12-23T14:00:00Z", 3599, "2026-12-23T14:59:59Z" },
		{ "2026-12-23T14:00:00Z", 3600, "2026-12-23T15:00:00Z" },
		{ "2026-12-23T14:00:00Z", 3601, "2026-12-24T09:30:01Z" },
		{ "2026-12-23T14:00:00Z", 7200, "2026-12-24T10:30:00Z" },
		{ "2026-12-23T14:00:00Z", 7201, "2026-12-27T07:00:01Z" },
		{ "2026-12-23T14:00:00Z", 10800, "2026-12-27T08:00:00Z" },
		{ "2026-12-23T14:00:00Z", 10801, "2026-12-28T06:00:01Z" },
		/* Over noon. */
		{ "2026-12-21T09:00:00Z", 3600, "2026-12-21T10:00:00Z" },
		{ "2026-12-21T09:00:00Z", 3601, "2026-12-21T11:00:01Z" },
		{ "2026-12-21T10:30:00Z", 1, "2026-12-21T11:00:01Z" },
	};
	Fixture fixture = { 0 };

	open_december(&fixture);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		gint64 from = moment(rows[i].from), end = moment(rows[i].end);

		g_assert_cmpint(
		    td_calendar_add(&fixture.calendar, from, rows[i].seconds),
		    ==, end);
		g_assert_cmpint(
		    td_calendar_between(&fixture.calendar, from, end), ==,
		    rows[i].seconds);
	}
	close_december(&fixture);
}

static void
test_between(void)
{
	Fixture fixture = { 0 };
	gint64 noon = moment("2026-12-21T09:30:00Z");

	open_december(&fixture);
	g_assert_cmpint(
	    td_calendar_between(&fixture.calendar, noon, noon), ==, 0);
	g_assert_cmpint(
	    td_calendar_between(&fixture.calendar, noon, noon - 1), ==, 0);
	g_assert_cmpint(td_calendar_between(&fixture.calendar, noon,
	                    moment("2026-12-21T10:59:59Z")),
	    ==, 1800);
	/* Three days, the stocktaking, Sunday, and four days. */
	g_assert_cmpint(
	    td_calendar_between(&fixture.calendar,
	        moment("2026-12-20T21:00:00Z"), moment("2026-12-31T21:00:00Z")),
	    ==, (3 * 8 + 1 + 1 + 4 * 8) * 3600);
	close_december(&fixture);
}

/* Berlin: the night of 2026-03-29 lacks an hour, that of 2026-10-25 has two. */
static void
test_time_at_a_change(void)
{
	static const char *const hours[] = { "Mon-Sun 00:00-24:00", NULL };
	static const char *const night[] = { "Sun 02:00-03:00", NULL };
	gint64 spring = moment("2026-03-28T23:00:00Z");
	gint64 autumn = moment("2026-10-24T22:00:00Z");
	Fixture fixture = { 0 };

	open_calendar(&fixture, "Europe/Berlin", hours);
	g_assert_cmpint(td_calendar_add(&fixture.calendar, spring, 23 * 3600),
	    ==, moment("2026-03-29T22:00:00Z"));
	g_assert_cmpint(td_calendar_between(&fixture.calendar, autumn,
	                    moment("2026-10-25T23:00:00Z")),
	    ==, 25 * 3600);
	close_calendar(&fixture);

	open_calendar(&fixture, "Europe/Berlin", night);
	g_assert_cmpint(
	    td_calendar_between(&fixture.calendar, spring, spring + 86400), ==,
	    0);
	g_assert_cmpint(
	    td_calendar_between(&fixture.calendar, autumn, autumn + 86400), ==,
	    2 * 3600);
	g_assert_cmpint(td_calendar_add(&fixture.calendar, autumn, 2 * 3600),
	    ==, moment("2026-10-25T02:00:00Z"));
	close_calendar(&fixture);
}

/* 29 February 2028 is a Tuesday; the year after has none. */
static void
test_leap_day(void)
{
	static const char *const hours[] = { "Tue-Wed 10:00-12:00", NULL };
	Fixture fixture = { 0 };

	open_calendar(&fixture, "UTC", hours);
	g_assert_cmpint(td_calendar_add(&fixture.calendar,
	                    moment("2028-02-28T12:00:00Z"), 7200),
	    ==, moment("2028-02-29T12:00:00Z"));
	g_assert_cmpint(td_calendar_add(&fixture.calendar,
	                    moment("2028-02-29T12:00:00Z"), 7200),
	    ==, moment("2028-03-01T12:00:00Z"));
	g_assert_cmpint(
	    td_calendar_between(&fixture.calendar,
	        moment("2029-02-28T00:00:00Z"), moment("2029-03-01T00:00:00Z")),
	    ==, 7200);
	close_calendar(&fixture);
}

static void
test_ends(void)
{
	static const char *const hours[] = { "Mon 09:00-10:00", NULL };
	gint64 end = moment("2100-01-01T00:00:00Z");
	Fixture fixture = { 0 };

	g_assert_cmpint(td_calendar_add(NULL, end - 5, 5), ==, end);
	g_assert_cmpint(td_calendar_add(NULL, end - 5, 6), ==, 0);
	g_assert_cmpint(td_calendar_add(NULL, 1000, G_MAXINT64), ==, 0);
	g_assert_cmpint(td_calendar_between(NULL, 1000, 4600), ==, 3600);
	open_calendar(&fixture, "UTC", hours);
	g_assert_cmpint(
	    td_calendar_add(&fixture.calendar, end - 86400, 1), ==, 0);
	g_assert_cmpint(
	    td_calendar_add(&fixture.calendar, 1000, G_MAXINT64), ==, 0);
	/* The Mondays of 9999 years, the first day being one. */
	g_assert_cmpint(
	    td_calendar_between(&fixture.calendar, G_MININT64, G_MAXINT64), ==,
	    (gint64)521723 * 3600);
	close_calendar(&fixture);
}

/* Closed for all its hours; open by an opening alone. */
static void
test_never_or_once(void)
{
	static const char *const none[] = { NULL };
	static const char *const hours[] = { "Mon-Sun 09:00-10:00", NULL };
	Fixture fixture = { 0 };
	gint64 now = moment("2026-01-01T00:00:00Z");

	open_calendar(&fixture, "Europe/Berlin", hours);
	add_stretch(&fixture.calendar.holidays, "2000-01-01T00:00:00Z",
	    "2100-01-01T00:00:00Z");
	g_assert_cmpint(td_calendar_add(&fixture.calendar, now, 1), ==, 0);
	g_assert_cmpint(td_calendar_next_open(&fixture.calendar, now), ==, 0);
	g_array_unref(fixture.calendar.holidays);
	close_calendar(&fixture);

	fixture.calendar.holidays = NULL;
	open_calendar(&fixture, "Europe/Berlin", none);
	add_stretch(&fixture.calendar.openings, "2026-05-01T08:00:00Z",
	    "2026-05-01T09:00:00Z");
	g_assert_cmpint(td_calendar_next_open(&fixture.calendar, now), ==,
	    moment("2026-05-01T08:00:00Z"));
	g_assert_cmpint(td_calendar_add(&fixture.calendar, now, 3600), ==,
	    moment("2026-05-01T09:00:00Z"));
	g_assert_cmpint(td_calendar_add(&fixture.calendar, now, 3601), ==, 0);
	g_array_unref(fixture.calendar.openings);
	close_calendar(&fixture);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/calendar/hours are read, or nothing", test_read);
	g_test_add_func("/calendar/opens and closes by local time", test_open);
	g_test_add_func("/calendar/what a change of the clock skips is open "
	                "when it ends",
	    test_change_of_clock);
	g_test_add_func("/calendar/no hours are never open", test_never);
	g_test_add_func("/calendar/holidays close, and openings open whatever "
	                "else says",
	    test_holidays);
	g_test_add_func(
	    "/calendar/time added ends with its last second", test_add);
	g_test_add_func(
	    "/calendar/time between is what was open", test_between);
	g_test_add_func("/calendar/a change of the clock takes an hour, or "
	                "gives one",
	    test_time_at_a_change);
	g_test_add_func("/calendar/a leap day is a day", test_leap_day);
	g_test_add_func("/calendar/time has an end", test_ends);
	g_test_add_func(
	    "/calendar/what never opens again is told", test_never_or_once);
	return g_test_run();
}
