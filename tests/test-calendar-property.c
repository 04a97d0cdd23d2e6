/* test-calendar-property.c - business time, against a model that looks at each
 * second
 *
 * Calendars are made up from fixed seeds. */

#include "config.h"

#include <glib.h>

#include <ticketd/calendar.h>

#define DAY 86400
#define WINDOW (5 * DAY)

/* A calendar, and whether it is open in each second of a window. */
typedef struct {
	TdCalendar calendar;
	gint64 start;
	guint8 *open; /* of WINDOW */
	GRand *random;
} World;

/* Days round which the windows lie: changes of the clock, leap days, ends of
 * years, nothing at all. */
static const struct {
	const char *zone;
	const char *day;
} places[] = {
	{ "Europe/Berlin", "2026-03-29T00:00:00Z" },
	{ "Europe/Berlin", "2026-10-25T00:00:00Z" },
	{ "Europe/Berlin", "2024-02-29T00:00:00Z" },
	{ "Europe/Berlin", "2025-12-31T00:00:00Z" },
	{ "America/New_York", "2026-03-08T00:00:00Z" },
	{ "America/New_York", "2026-11-01T00:00:00Z" },
	{ "America/New_York", "2027-06-15T00:00:00Z" },
	{ "Australia/Lord_Howe", "2026-04-04T00:00:00Z" },
	{ "Australia/Lord_Howe", "2026-10-03T00:00:00Z" },
	{ "Australia/Lord_Howe", "2028-02-29T00:00:00Z" },
	{ "Asia/Kolkata", "2028-02-29T00:00:00Z" },
	{ "Asia/Kolkata", "2026-07-01T00:00:00Z" },
	{ "UTC", "2028-02-29T00:00:00Z" },
	{ "UTC", "2026-12-31T00:00:00Z" },
};

static const guint32 seeds[] = { 1, 2, 3, 5 };

static gint64
moment(const char *text)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(text, NULL);

	g_assert_nonnull(date);
	return g_date_time_to_unix(date);
}

/* A number from 0 until before @end. */
static gint64
pick(World *world, gint64 end)
{
	return g_rand_int_range(world->random, 0, (gint32)end);
}

/* ---- making up ---- */

/* Up to three spans on most days; now and then all of the day. */
static GArray *
make_hours(World *world)
{
	GArray *hours = g_array_new(FALSE, FALSE, sizeof(TdSpan));

	for (guint day = 0; day < 7; day++) {
		guint minute = day * 1440, end = minute + 1440;

		if (pick(world, 6) == 0) {
			TdSpan whole = { minute, end };

			g_array_append_val(hours, whole);
			continue;
		}
		for (gint64 left = pick(world, 4); left > 0; left--) {
			TdSpan span;

			span.start = minute + (guint)pick(world, 400);
			span.end = span.start + 1 + (guint)pick(world, 500);
			if (span.end > end)
				break;
			g_array_append_val(hours, span);
			minute = span.end;
		}
	}
	return hours;
}

/* Stretches in and round the window, to the second. */
static GArray *
make_stretches(World *world, gint64 most)
{
	GArray *stretches = g_array_new(FALSE, FALSE, sizeof(TdStretch));
	gint64 at = world->start - DAY;

	for (gint64 left = pick(world, most); left > 0; left--) {
		TdStretch stretch;

		stretch.start = at + 1 + pick(world, 2 * DAY);
		stretch.end = stretch.start + 1 + pick(world, DAY);
		g_array_append_val(stretches, stretch);
		at = stretch.end;
	}
	return stretches;
}

/* ---- the model ---- */

static gboolean
is_within(const GArray *stretches, gint64 now)
{
	for (guint i = 0; i < stretches->len; i++) {
		const TdStretch *stretch = &g_array_index(
		    stretches, TdStretch, i);

		if (now >= stretch->start && now < stretch->end)
			return TRUE;
	}
	return FALSE;
}

/* What the clock on the wall says about a minute. */
static gboolean
is_in_hours(const TdCalendar *calendar, gint64 now)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(now);
	g_autoptr(GDateTime)
	    wall = g_date_time_to_timezone(utc, calendar->zone);
	guint minute = (guint)(g_date_time_get_day_of_week(wall) - 1) * 1440 +
	    (guint)g_date_time_get_hour(wall) * 60 +
	    (guint)g_date_time_get_minute(wall);

	for (guint i = 0; i < calendar->hours->len; i++) {
		const TdSpan *span = &g_array_index(calendar->hours, TdSpan, i);

		if (minute >= span->start && minute < span->end)
			return TRUE;
	}
	return FALSE;
}

static void
fill_model(World *world)
{
	const TdCalendar *calendar = &world->calendar;
	gboolean hours = FALSE;

	for (gint64 i = 0; i < WINDOW; i++) {
		gint64 now = world->start + i;

		if (i % 60 == 0)
			hours = is_in_hours(calendar, now);
		world->open[i] = is_within(calendar->openings, now) ||
		    (hours && !is_within(calendar->holidays, now));
	}
}

static gint64
model_between(const World *world, gint64 from, gint64 to)
{
	gint64 count = 0;

	for (gint64 i = from; i < to; i++)
		count += world->open[i];
	return count;
}

/* -1 if the window has not so many. */
static gint64
model_add(const World *world, gint64 from, gint64 seconds)
{
	gint64 i = from;

	while (seconds > 0 && i < WINDOW)
		seconds -= world->open[i++];
	return seconds == 0 ? i : -1;
}

static World *
make_world(guint place, guint32 seed)
{
	World *world = g_new0(World, 1);

	world->random = g_rand_new_with_seed(seed * 100 + place);
	world->start = moment(places[place].day) - WINDOW / 2;
	world->open = g_new(guint8, WINDOW);
	world->calendar = (TdCalendar){
		.zone = g_time_zone_new_identifier(places[place].zone),
		.hours = make_hours(world),
		.holidays = make_stretches(world, 4),
		.openings = make_stretches(world, 3),
	};
	g_assert_nonnull(world->calendar.zone);
	fill_model(world);
	return world;
}

static void
free_world(World *world)
{
	g_array_unref(world->calendar.hours);
	g_array_unref(world->calendar.holidays);
	g_array_unref(world->calendar.openings);
	g_time_zone_unref(world->calendar.zone);
	g_rand_free(world->random);
	g_free(world->open);
	g_free(world);
}

/* ---- what holds ---- */

static void
compare_between(World *world)
{
	for (guint i = 0; i < 20; i++) {
		gint64 from = pick(world, WINDOW), to = pick(world, WINDOW);

		g_assert_cmpint(td_calendar_between(&world->calendar,
		                    world->start + from, world->start + to),
		    ==, model_between(world, from, to));
	}
}

static void
compare_add(World *world)
{
	for (guint i = 0; i < 20; i++) {
		gint64 from = pick(world, WINDOW), seconds = pick(world, DAY);
		gint64 want = model_add(world, from, seconds);
		gint64 end = td_calendar_add(
		    &world->calendar, world->start + from, seconds);

		if (want >= 0)
			g_assert_cmpint(end, ==, world->start + want);
		else if (end != 0)
			g_assert_cmpint(end, >, world->start + WINDOW);
	}
}

static void
compare_open(World *world)
{
	for (guint i = 0; i < 20; i++) {
		gint64 from = pick(world, WINDOW);
		gint64 next = model_add(world, from, 1);

		g_assert_cmpint(
		    td_calendar_is_open(&world->calendar, world->start + from),
		    ==, world->open[from]);
		if (next > 0)
			g_assert_cmpint(td_calendar_next_open(&world->calendar,
			                    world->start + from),
			    ==, world->start + next - 1);
	}
}

/* Each second at which the model opens or closes, and those beside it. */
static void
compare_edges(World *world)
{
	for (gint64 i = 1; i < WINDOW - 1; i++) {
		if (world->open[i] == world->open[i - 1])
			continue;
		for (gint64 at = i - 1; at <= i + 1; at++)
			g_assert_cmpint(td_calendar_is_open(&world->calendar,
			                    world->start + at),
			    ==, world->open[at]);
	}
}

/* Over years, where no model goes. */
static void
check_laws(World *world)
{
	const TdCalendar *calendar = &world->calendar;

	for (guint i = 0; i < 10; i++) {
		gint64 from = world->start + pick(world, WINDOW);
		gint64 middle = from + pick(world, 400 * DAY);
		gint64 to = middle + pick(world, 4000 * DAY);
		gint64 seconds = pick(world, 100 * DAY);
		gint64 end = td_calendar_add(calendar, from, seconds);

		g_assert_cmpint(td_calendar_between(calendar, from, middle) +
		        td_calendar_between(calendar, middle, to),
		    ==, td_calendar_between(calendar, from, to));
		g_assert_cmpint(td_calendar_add(calendar, from, 0), ==, from);
		if (end == 0)
			continue;
		g_assert_cmpint(
		    td_calendar_between(calendar, from, end), ==, seconds);
		g_assert_cmpint(
		    td_calendar_add(calendar, from, seconds + 1), >, end);
		g_assert_cmpint(
		    td_calendar_add(calendar, middle, seconds), >=, end);
		if (seconds > 0)
			g_assert_true(td_calendar_is_open(calendar, end - 1));
	}
}

static void
for_each_world(void (*look)(World *world))
{
	for (guint place = 0; place < G_N_ELEMENTS(places); place++) {
		for (guint i = 0; i < G_N_ELEMENTS(seeds); i++) {
			World *world = make_world(place, seeds[i]);

			look(world);
			free_world(world);
		}
	}
}

static void
compare_all(World *world)
{
	compare_between(world);
	compare_add(world);
	compare_open(world);
	compare_edges(world);
	check_laws(world);
}

static void
test_model(void)
{
	for_each_world(compare_all);
}

/* All of the week, written out or not there at all, is all of the time. */
static void
test_always(void)
{
	g_autoptr(GArray) hours = g_array_new(FALSE, FALSE, sizeof(TdSpan));

	g_assert_true(td_calendar_read_hours("Mon-Sun 00:00-24:00", hours));
	for (guint place = 0; place < G_N_ELEMENTS(places); place++) {
		g_autoptr(GTimeZone)
		    zone = g_time_zone_new_identifier(places[place].zone);
		const TdCalendar written = { .hours = hours, .zone = zone };
		const TdCalendar *both[] = { &written, NULL };
		g_autoptr(GRand) random = g_rand_new_with_seed(place);

		for (guint i = 0; i < 100; i++) {
			gint64 from = moment(places[place].day) +
			    g_rand_int_range(random, -DAY, DAY);
			gint64 length = g_rand_int_range(random, 0, 900 * DAY);

			g_assert_cmpint(
			    td_calendar_add(both[i % 2], from, length), ==,
			    from + length);
			g_assert_cmpint(td_calendar_between(
			                    both[i % 2], from, from + length),
			    ==, length);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/calendar-property/business time is what a look at "
	                "each second says",
	    test_model);
	g_test_add_func("/calendar-property/a calendar that never closes is "
	                "the clock",
	    test_always);
	return g_test_run();
}
