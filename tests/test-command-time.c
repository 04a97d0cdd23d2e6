/* test-command-time.c - times as people write them */

#include "config.h"

#include "command-fixture.h"

/* Central Europe: it is Sunday, 11:00. */
#define ZONE "CET-1CEST,M3.5.0,M10.5.0/3"

static const CommandRow times[] = {
	{ "pending +2h", "pending @2026-11-22T12:00:00Z" },
	{ "pending 2h", "pending @2026-11-22T12:00:00Z" },
	{ "pending 2 h", "pending @2026-11-22T12:00:00Z" },
	{ "pending 2 hours", "pending @2026-11-22T12:00:00Z" },
	{ "pending in 2 hours", "pending @2026-11-22T12:00:00Z" },
	{ "pending an hour", "pending @2026-11-22T11:00:00Z" },
	{ "pending +90m", "pending @2026-11-22T11:30:00Z" },
	{ "pending 90 min", "pending @2026-11-22T11:30:00Z" },
	{ "pending 3d", "pending @2026-11-25T10:00:00Z" },
	{ "pending 3 days", "pending @2026-11-25T10:00:00Z" },
	{ "pending 1w", "pending @2026-11-29T10:00:00Z" },
	{ "pending 2 weeks", "pending @2026-12-06T10:00:00Z" },
	{ "pending 1d 4h", "pending @2026-11-23T14:00:00Z" },
	{ "pending +1d +4h", "pending @2026-11-23T14:00:00Z" },
	{ "pending 1d4h", "pending @2026-11-23T14:00:00Z" },
	{ "pending +2ч", "pending @2026-11-22T12:00:00Z" },
	{ "pending 2 часа", "pending @2026-11-22T12:00:00Z" },
	{ "pending через 2 часа", "pending @2026-11-22T12:00:00Z" },
	{ "pending 90м", "pending @2026-11-22T11:30:00Z" },
	{ "pending 1н", "pending @2026-11-29T10:00:00Z" },
	{ "pending неделю", "pending @2026-11-29T10:00:00Z" },
	{ "pending через неделю", "pending @2026-11-29T10:00:00Z" },
	{ "pending 3 дня", "pending @2026-11-25T10:00:00Z" },
	{ "pending 14:00", "pending @2026-11-22T13:00:00Z" },
	{ "pending at 14:00", "pending @2026-11-22T13:00:00Z" },
	{ "pending 9:00", "pending @2026-11-23T08:00:00Z" },
	{ "pending 9:00:30", "pending @2026-11-23T08:00:00Z" },
	{ "pending 5pm", "pending @2026-11-22T16:00:00Z" },
	{ "pending 5 pm", "pending @2026-11-22T16:00:00Z" },
	{ "pending 12am", "pending @2026-11-22T23:00:00Z" },
	{ "pending 12:30pm", "pending @2026-11-22T11:30:00Z" },
	{ "pending noon", "pending @2026-11-22T11:00:00Z" },
	{ "pending today 18:00", "pending @2026-11-22T17:00:00Z" },
	{ "pending today", "pending @2026-11-22T08:00:00Z" },
	{ "pending сегодня в 18:00", "pending @2026-11-22T17:00:00Z" },
	{ "pending tomorrow", "pending @2026-11-23T08:00:00Z" },
	{ "pending Tomorrow 9:30", "pending @2026-11-23T08:30:00Z" },
	{ "pending tomorrow morning", "pending @2026-11-23T08:00:00Z" },
	{ "pending tomorrow at 5pm", "pending @2026-11-23T16:00:00Z" },
	{ "pending завтра", "pending @2026-11-23T08:00:00Z" },
	{ "pending завтра в 9:30", "pending @2026-11-23T08:30:00Z" },
	{ "pending завтра утром", "pending @2026-11-23T08:00:00Z" },
	{ "pending послезавтра", "pending @2026-11-24T08:00:00Z" },
	{ "pending sun", "pending @2026-11-29T08:00:00Z" },
	{ "pending sun 9:00", "pending @2026-11-29T08:00:00Z" },
	{ "pending sun 23:00", "pending @2026-11-22T22:00:00Z" },
	{ "pending mon", "pending @2026-11-23T08:00:00Z" },
	{ "pending fri 10:00", "pending @2026-11-27T09:00:00Z" },
	{ "pending 10:00 fri", "pending @2026-11-27T09:00:00Z" },
	{ "pending Friday at 10:00", "pending @2026-11-27T09:00:00Z" },
	{ "pending until friday", "pending @2026-11-27T08:00:00Z" },
	{ "pending пт 10:00", "pending @2026-11-27T09:00:00Z" },
	{ "pending до пятницы", "pending @2026-11-27T08:00:00Z" },
	{ "pending в пт в 10:00", "pending @2026-11-27T09:00:00Z" },
	{ "pending 2026-12-01", "pending @2026-12-01T08:00:00Z" },
	{ "pending 2026-12-01 14:00", "pending @2026-12-01T13:00:00Z" },
	{ "pending 2026-12-01T14:00", "pending @2026-12-01T13:00:00Z" },
	{ "pending 2026-12-01T14:00:00", "pending @2026-12-01T13:00:00Z" },
	{ "pending 2026-12-01T14:00:00Z", "pending @2026-12-01T14:00:00Z" },
	{ "pending 2026-12-01T14:00:00+03:00",
	    "pending @2026-12-01T11:00:00Z" },
	{ "pending 2026-12-01 14:00:59", "pending @2026-12-01T13:00:00Z" },
	{ "pending 01.12.2026", "pending @2026-12-01T08:00:00Z" },
	{ "pending 1.12.26", "pending @2026-12-01T08:00:00Z" },
	{ "pending 1.12", "pending @2026-12-01T08:00:00Z" },
	{ "pending 1.12.", "pending @2026-12-01T08:00:00Z" },
	{ "pending 1.1", "pending @2027-01-01T08:00:00Z" },
	{ "pending 01.12.2026 14:00", "pending @2026-12-01T13:00:00Z" },
	{ "pending 1 dec", "pending @2026-12-01T08:00:00Z" },
	{ "pending dec 1", "pending @2026-12-01T08:00:00Z" },
	{ "pending 1 Dec 2026", "pending @2026-12-01T08:00:00Z" },
	{ "pending Dec 1 2026 14:00", "pending @2026-12-01T13:00:00Z" },
	{ "pending 1 декабря", "pending @2026-12-01T08:00:00Z" },
	{ "pending 1 декабря в 14:00", "pending @2026-12-01T13:00:00Z" },
	{ "pending 29 feb", "pending @2028-02-29T08:00:00Z" },
	{ "pending 29.02", "pending @2028-02-29T08:00:00Z" },
	{ "pending 29.02.2027", "?argument 1 (отложить ВРЕМЯ)" },
	{ "pending 31.04.2027", "?argument 1 (отложить ВРЕМЯ)" },
	{ "pending 0.1.2027", "?argument 1 (отложить ВРЕМЯ)" },
	{ "pending 1.13.2027", "?argument 1 (отложить ВРЕМЯ)" },
	{ "pending 2026-13-01", "?argument 1 (отложить ВРЕМЯ)" },
	{ "pending 2026-12-32", "?argument 1 (отложить ВРЕМЯ)" },
	{ "pending 26-12-01", "?argument 1 (отложить ВРЕМЯ)" },
	{ "pending 12/01/2026", "?argument 1 (отложить ВРЕМЯ)" },
	{ "pending 24:00", "?argument 1 (отложить ВРЕМЯ)" },
	{ "pending 14:60", "?argument 1 (отложить ВРЕМЯ)" },
	{ "pending 14", "?argument 1 (отложить ВРЕМЯ)" },
	{ "pending 14h30", "?argument 1 (отложить ВРЕМЯ)" },
	{ "pending 2x", "?argument 1 (отложить ВРЕМЯ)" },
	{ "pending +", "/ pending +" },
	{ "pending +h", "/ pending +h" },
	{ "pending ++2h", "?argument 1 (отложить ВРЕМЯ)" },
	{ "pending 99999w", "?argument 1 (отложить ВРЕМЯ)" },
	{ "pending 99999d", "pending @2300-09-06T09:00:00Z" },
	{ "pending 100000d", "?argument 1 (отложить ВРЕМЯ)" },
	{ "pending 9999-01-01", "?argument 1 (отложить ВРЕМЯ)" },
	{ "pending 2026-01-01", "pending @2026-01-01T08:00:00Z" },
	{ "pending soon", "/ pending soon" },
	{ "pending fri fri", "?argument 1 (отложить ВРЕМЯ)" },
	{ "pending fri tomorrow", "?argument 1 (отложить ВРЕМЯ)" },
	{ "pending 10:00 11:00", "?argument 1 (отложить ВРЕМЯ)" },
	{ "pending until", "/ pending until" },
	{ "pending -2h", "?argument 1 (отложить ВРЕМЯ)" },
	{ "pending 29.02.2027 10:00", "?argument 1 (отложить ВРЕМЯ)" },
	{ "pending 2026-12-01 2026-12-02", "?argument 1 (отложить ВРЕМЯ)" },
	{ "pending tomorrow tomorrow", "?argument 1 (отложить ВРЕМЯ)" },
};

static void
test_times_are_read_in_the_zone(void)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(ZONE);
	TdCommandContext context = russian_agent();

	context.zone = zone;
	check_rows(times, G_N_ELEMENTS(times), &context);
}

static void
test_days_are_as_long_as_the_zone_makes_them(void)
{
	static const CommandRow rows[] = {
		/* The clock goes back on the 25th of October. */
		{ "pending 1d", "pending @2026-10-25T11:00:00Z" },
		{ "pending 24h", "pending @2026-10-25T10:00:00Z" },
		{ "pending tomorrow 12:00", "pending @2026-10-25T11:00:00Z" },
		/* There is no such time that day. */
		{ "pending 28.3.2027 2:30", "pending @2027-03-28T01:00:00Z" },
		{ "due +2h", "due @2026-10-24T12:00:00Z" },
	};
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(ZONE);
	TdCommandContext context = english_agent();

	context.zone = zone;
	context.now = G_GINT64_CONSTANT(1792836000); /* 2026-10-24 10:00 */
	check_rows(rows, G_N_ELEMENTS(rows), &context);
}

static void
test_what_is_due_may_be_late_and_ends_in_the_evening(void)
{
	static const CommandRow rows[] = {
		{ "due 2026-01-01", "due @2026-01-01T18:00:00Z" },
		{ "due fri", "due @2026-11-27T18:00:00Z" },
		{ "due fri 9:00", "due @2026-11-27T09:00:00Z" },
		{ "due today", "due @2026-11-22T18:00:00Z" },
		{ "due none", "due" },
		{ "#pending 2026-01-01", "pending @2026-01-01T09:00:00Z" },
		{ "#remind 2026-01-01: x",
		    "remind @2026-01-01T09:00:00Z \"x\"" },
	};
	TdCommandContext context = english_agent();

	check_rows(rows, G_N_ELEMENTS(rows), &context);
}

static void
test_no_clock_is_too_odd(void)
{
	static const gint64 clocks[] = { 0, -1, G_MININT64, G_MAXINT64,
		G_GINT64_CONSTANT(253402300799),
		G_GINT64_CONSTANT(-62135596800) };

	for (gsize i = 0; i < G_N_ELEMENTS(clocks); i++) {
		for (gsize j = 0; j < G_N_ELEMENTS(times); j++) {
			TdCommandContext context = russian_agent();
			g_autofree char *printed = NULL;

			context.now = clocks[i];
			printed = print_parsed(times[j].text, &context);
			g_assert_nonnull(printed);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/command/time/zone", test_times_are_read_in_the_zone);
	g_test_add_func("/command/time/summer",
	    test_days_are_as_long_as_the_zone_makes_them);
	g_test_add_func("/command/time/due",
	    test_what_is_due_may_be_late_and_ends_in_the_evening);
	g_test_add_func("/command/time/clock", test_no_clock_is_too_odd);
	return g_test_run();
}
