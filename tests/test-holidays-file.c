/* test-holidays-file.c - iCalendar files that will not do, or too well; and
 * those of ticketd.conf */

#include "config.h"

#include <ticketd/conf.h>

#include "holidays-fixture.h"

static gint64
moment(const char *text)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(text, NULL);

	g_assert_nonnull(date);
	return g_date_time_to_unix(date);
}

/* ---- what will not do ---- */

static void
test_mistakes(void)
{
	static const struct {
		const char *text;
		const char *error; /* what follows on the name of the file */
	} rows[] = {
		{ "", ":1: no iCalendar file*" },
		{ "hello\n", ":1: no iCalendar file*" },
		{ "\n\nBEGIN:VCARD\nEND:VCARD\n", ":3: no iCalendar file*" },
		{ HEAD, ":1: BEGIN without END*" },
		{ HEAD "BEGIN:VEVENT\nDTSTART:20260101\n" TAIL,
		    ":5: END:VCALENDAR; expected the end of what was*" },
		{ HEAD EVENT("UID:x\r\n") TAIL,
		    ":3: an event without DTSTART*" },
		{ HEAD EVENT("DTSTART:tomorrow\r\n") TAIL,
		    ":4: \"DTSTART:tomorrow\"; expected a value*" },
		{ HEAD EVENT("DTSTART:20260230\r\n") TAIL,
		    ":4: \"DTSTART:20260230\"; expected a date that there is" },
		{ HEAD EVENT("DTSTART:20260101T250000Z\r\n") TAIL,
		    ":4: *expected a date that there is" },
		{ HEAD EVENT("DTSTART:20260101\r\nDTSTART:20260102\r\n") TAIL,
		    ":5: *expected it once in an event" },
		{ HEAD EVENT("DTSTART:20260102\r\nDTEND:20260101\r\n") TAIL,
		    ":5: the event ends before it begins*" },
		{ HEAD EVENT("DTSTART:20260102T100000\r\n"
		             "DTEND:20260102T095959\r\n") TAIL,
		    ":5: the event ends before it begins*" },
		{ HEAD EVENT("DTSTART:20260102\r\nDURATION:PT1H\r\n") TAIL,
		    ":5: a time; expected whole days*" },
		{ HEAD EVENT("DTSTART:20260102T100000\r\n"
		             "DTEND;VALUE=DATE:20260103\r\n") TAIL,
		    ":5: a date; expected a time*" },
		{ HEAD EVENT("DTSTART:20260102\r\nDURATION:-P1D\r\n") TAIL,
		    ":5: *expected a duration above zero*" },
		{ HEAD EVENT("DTSTART:20260102\r\nDURATION:P99999D\r\n") TAIL,
		    ":5: *expected a duration*200 years*" },
		{ HEAD EVENT("DTSTART;TZID=Mars:20260102T100000\r\n") TAIL,
		    ":4: no time zone \"Mars\"; expected one*" },
		{ HEAD EVENT("DTSTART;TZID=../../etc/passwd:"
		             "20260102T100000\r\n") TAIL,
		    ":4: no time zone \"../../etc/passwd\"; expected one*" },
		{ HEAD EVENT("DTSTART:20260102\r\nRRULE:FREQ=NEVER\r\n") TAIL,
		    ":5: \"RRULE:FREQ=NEVER\"; expected a value*" },
		{ HEAD EVENT("DTSTART:20260102\r\nRRULE:FREQ=HOURLY\r\n") TAIL,
		    ":5: *expected a FREQ of DAILY, WEEKLY*" },
		{ HEAD EVENT("DTSTART:20260102\r\n"
		             "RRULE:RSCALE=CHINESE;FREQ=YEARLY\r\n") TAIL,
		    ":5: *expected a rule without RSCALE" },
		{ HEAD EVENT("DTSTART:20260102\r\n"
		             "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\n")
		        TAIL,
		    ":5: a rule that never comes true*" },
		{ HEAD EVENT("DTSTART:20260102\r\n"
		             "RDATE;VALUE=DATE:20260103,x\r\n") TAIL,
		    ":5: *RDATE*expected a value*" },
		{ HEAD EVENT("DTSTART:20260102\r\n"
		             "RECURRENCE-ID;RANGE=THISANDFUTURE:20260102\r\n")
		        TAIL,
		    ":5: *expected an event of its own*" },
		{ HEAD "BEGIN:VTIMEZONE\nTZID:x\nEND:VTIMEZONE\n" TAIL,
		    ":3: a time zone that tells no time*" },
		{ HEAD
		    "BEGIN:VTIMEZONE\nBEGIN:STANDARD\n"
		    "RRULE:FREQ=SECONDLY\nEND:STANDARD\nEND:VTIMEZONE\n" TAIL,
		    ":5: *expected a FREQ*" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		GArray *stretches = (GArray *)&rows;
		g_autoptr(GError) error = NULL;

		g_test_message("%s", rows[i].text);
		g_assert_false(
		    read_text(rows[i].text, -1, "UTC", &stretches, &error));
		g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
		g_test_message("%s", error->message);
		g_assert_true(
		    g_pattern_match_simple(rows[i].error, error->message));
		g_assert_true(stretches == (GArray *)&rows);
	}
}

static void
test_no_file(void)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
	static const struct {
		const char *path;
		const char *error;
	} rows[] = {
		{ "/nonexistent.ics",
		    "/nonexistent.ics: No such file or directory" },
		{ "/dev/zero", "/dev/zero: cannot be read; expected a file*" },
		{ "/", "/: *" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		char *files[] = { (char *)rows[i].path, NULL };
		GArray *stretches = NULL;
		g_autoptr(GError) error = NULL;

		g_assert_false(
		    td_calendar_read_events(files, zone, &stretches, &error));
		g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
		g_assert_true(
		    g_pattern_match_simple(rows[i].error, error->message));
		g_assert_null(stretches);
	}
}

static void
test_nul(void)
{
	static const char text[] = HEAD "\0" TAIL;
	g_autoptr(GError) error = NULL;
	GArray *stretches = NULL;

	g_assert_false(
	    read_text(text, sizeof text - 1, "UTC", &stretches, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
	g_assert_true(
	    g_pattern_match_simple(": holds a NUL byte*", error->message));
}

/* What a file can make of us is bounded: @head, @count times @each and @tail
 * are too much, as is found at @line. */
static void
assert_too_much(const char *head, const char *each, guint count,
    const char *tail, const char *line)
{
	GString *text = g_string_new(HEAD);
	g_autofree char *want = g_strconcat(
	    line, ": too much to work out: more than 100000 steps*", NULL);
	g_autoptr(GError) error = NULL;
	GArray *stretches = NULL;

	g_string_append(text, head);
	for (guint i = 0; i < count; i++)
		g_string_append(text, each);
	g_string_append(text, tail);
	g_string_append(text, TAIL);
	g_assert_false(read_text(text->str, -1, "UTC", &stretches, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
	g_test_message("%s", error->message);
	g_assert_true(g_pattern_match_simple(want, error->message));
	g_string_free(text, TRUE);
}

static void
test_rules_too_much(void)
{
	static const char begin[] = "BEGIN:VEVENT\r\nDTSTART:20000103\r\n";
	static const char end[] = "END:VEVENT\r\n";

	assert_too_much("", EVENT("DTSTART:20000101\r\nRRULE:FREQ=DAILY\r\n"),
	    100, "", ":13");
	assert_too_much(begin,
	    "EXRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU\r\n", 20, end, ":7");
	/* What a rule passes over counts as well. */
	assert_too_much(begin, "EXRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29\r\n",
	    20, end, ":7");
	assert_too_much(begin,
	    "EXRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=-1\r\n",
	    200, end, ":*");
}

static void
test_zone_too_much(void)
{
	static const char begin[] = "BEGIN:VTIMEZONE\r\nTZID:X\r\n";
	static const char end[] = "END:VTIMEZONE\r\n";
	static const char daily[] =
	    "BEGIN:STANDARD\r\nDTSTART:20010103T030000\r\n"
	    "RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU\r\n"
	    "TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n";

	assert_too_much(begin, daily, 350, end, ":3");
}

/* Each series of a UID looks at all that replace one of its. */
static void
test_replaced_too_much(void)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < 500; i++)
		g_string_append(text,
		    EVENT("UID:a\r\nRECURRENCE-ID:20260101\r\n"
		          "DTSTART:20260101\r\n"));
	assert_too_much(
	    text->str, EVENT("UID:a\r\nDTSTART:20260101\r\n"), 500, "", ":*");
	g_string_free(text, TRUE);
}

static void
test_files_too_much(void)
{
	static const char text[] = HEAD EVENT(
	    "DTSTART:20000101\r\nRRULE:FREQ=DAILY\r\n") TAIL;
	g_autofree char *path = NULL, *want = NULL;
	int file = g_file_open_tmp("ticketd-test-XXXXXX", &path, NULL);
	g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
	char *files[] = { path, path, path, NULL };
	g_autoptr(GArray) all = NULL;
	GArray *none = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(file, >=, 0);
	g_close(file, NULL);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	g_assert_false(td_calendar_read_events(files, zone, &none, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
	want = g_strconcat(path, ":5: too much to work out*", NULL);
	g_assert_true(g_pattern_match_simple(want, error->message));
	files[2] = NULL;
	g_clear_error(&error);
	g_assert_true(td_calendar_read_events(files, zone, &all, &error));
	g_assert_no_error(error);
	g_unlink(path);
}

static void
test_values_too_much(void)
{
	assert_too_much("BEGIN:VEVENT\r\nDTSTART:20000101T000000Z\r\n"
	                "RDATE;VALUE=PERIOD:20260101T000000Z/PT1S",
	    ",20260101T000000Z/PT1S", 100000, "\r\nEND:VEVENT\r\n", ":5");
}

/* ---- in ticketd.conf ---- */

static TdConf *
load_conf(const char *holidays, char **path, GError **error)
{
	g_autofree char *text = g_strdup_printf(
	    "[desk]\nname = support\ndomain = example.com\n"
	    "timezone = Europe/Berlin\ncalendar = office\n"
	    "[queue support]\naddress = support@example.com\n"
	    "[calendar office]\nhours = Mon-Fri 09:00-17:00\n"
	    "holidays = %s\n",
	    holidays);
	int file = g_file_open_tmp("ticketd-test-XXXXXX", path, NULL);
	TdConf *conf;

	g_assert_cmpint(file, >=, 0);
	g_close(file, NULL);
	g_assert_true(g_file_set_contents(*path, text, -1, NULL));
	conf = td_conf_load(*path, error);
	g_unlink(*path);
	return conf;
}

static void
test_conf(void)
{
	g_autofree char *holidays = g_test_build_filename(
	    G_TEST_DIST, "data", "calendar", "office.ics", NULL);
	g_autoptr(GError) error = NULL;
	g_autofree char *path = NULL;
	g_autoptr(TdConf) conf = load_conf(holidays, &path, &error);
	const TdCalendar *calendar;
	gint64 eve = moment("2026-12-24T10:00:00Z");

	g_assert_no_error(error);
	calendar = td_conf_calendar(conf, NULL);
	g_assert_true(td_calendar_is_open(calendar, eve));
	g_assert_false(td_calendar_is_open(calendar, eve + 86400));
	g_assert_cmpint(td_calendar_next_open(calendar, eve + 86400), ==,
	    moment("2026-12-28T08:00:00Z"));
	g_assert_cmpint(td_calendar_add(calendar, eve, 7 * 3600), ==,
	    moment("2026-12-28T09:00:00Z"));
}

static void
test_conf_mistake(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = NULL, *want = NULL;
	g_autoptr(TdConf) conf = load_conf("/nonexistent.ics", &path, &error);

	g_assert_null(conf);
	g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
	want = g_strdup_printf("%s:10: /nonexistent.ics: No such file*", path);
	g_assert_true(g_pattern_match_simple(want, error->message));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/holidays-file/a mistake has its line", test_mistakes);
	g_test_add_func("/holidays-file/what is no file is told", test_no_file);
	g_test_add_func("/holidays-file/what is no text is told", test_nul);
	g_test_add_func(
	    "/holidays-file/rules may not take for ever", test_rules_too_much);
	g_test_add_func("/holidays-file/clocks may not change for ever",
	    test_zone_too_much);
	g_test_add_func("/holidays-file/what is replaced may not take for ever",
	    test_replaced_too_much);
	g_test_add_func("/holidays-file/all files have one limit together",
	    test_files_too_much);
	g_test_add_func(
	    "/holidays-file/there is a most of values", test_values_too_much);
	g_test_add_func(
	    "/holidays-file/a calendar in ticketd.conf honours them",
	    test_conf);
	g_test_add_func("/holidays-file/a mistake is told with the line of "
	                "ticketd.conf too",
	    test_conf_mistake);
	return g_test_run();
}
