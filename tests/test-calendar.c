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
	return g_test_run();
}
