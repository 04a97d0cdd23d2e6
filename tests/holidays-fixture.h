/* holidays-fixture.h - iCalendar files for a test, and what is read of them */

#ifndef TESTS_HOLIDAYS_FIXTURE_H
#define TESTS_HOLIDAYS_FIXTURE_H

#include <stdlib.h>
#include <string.h>

#include <glib/gstdio.h>

#include <ticketd/calendar.h>
#include <ticketd/error.h>
#include <ticketd/text.h>

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
#define TAIL "END:VCALENDAR\r\n"
#define EVENT(text) "BEGIN:VEVENT\r\n" text "END:VEVENT\r\n"

/* Reads @text as a file; the file's name is taken out of an error. */
static inline gboolean
read_text(const char *text, gssize size, const char *zone_name,
    GArray **stretches, GError **error)
{
	g_autofree char *path = NULL;
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(zone_name);
	int file = g_file_open_tmp("ticketd-test-XXXXXX", &path, NULL);
	char *files[] = { path, NULL };
	gboolean done;

	g_assert_nonnull(zone);
	g_assert_cmpint(file, >=, 0);
	g_close(file, NULL);
	g_assert_true(g_file_set_contents(path, text, size, NULL));
	done = td_calendar_read_events(files, zone, stretches, error);
	g_unlink(path);
	if (!done && error != NULL) {
		g_assert_true(g_str_has_prefix((*error)->message, path));
		memmove((*error)->message, (*error)->message + strlen(path),
		    strlen((*error)->message + strlen(path)) + 1);
	}
	return done;
}

/* "2026-12-25T00:00/2026-12-26T00:00": those that begin in @year, a blank
 * between them; with seconds where there are some. */
static inline char *
show(const GArray *stretches, int year)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < stretches->len; i++) {
		const TdStretch *stretch = &g_array_index(
		    stretches, TdStretch, i);
		g_autofree char *start = td_text_rfc3339(stretch->start);
		g_autofree char *end = td_text_rfc3339(stretch->end);

		if (atoi(start) != year)
			continue;
		start[16] = end[16] = '\0';
		g_string_append_printf(
		    text, "%s%s/%s", text->len == 0 ? "" : " ", start, end);
	}
	return g_string_free(text, FALSE);
}

#endif
