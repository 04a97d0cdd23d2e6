/* calendar.c - see ticketd/calendar.h */

#include "config.h"

#include <string.h>

#include <ticketd/calendar.h>

#define DAY 1440u /* minutes */
/* How much a change of the clock may shift an opening, in minutes: back, where
 * an hour comes twice and GLib takes the second, or on. */
#define SHIFT_BACK 60
#define SHIFT_MAX 180

static gboolean
is_in(const TdCalendar *calendar, guint minute)
{
	for (guint i = 0; i < calendar->hours->len; i++) {
		const TdSpan *span = &g_array_index(calendar->hours, TdSpan, i);

		if (minute >= span->start && minute < span->end)
			return TRUE;
	}
	return FALSE;
}

/* The minute of the week at @moment. */
static guint
minute_of_week(GDateTime *moment)
{
	return ((guint)g_date_time_get_day_of_week(moment) - 1) * DAY +
	    (guint)g_date_time_get_hour(moment) * 60 +
	    (guint)g_date_time_get_minute(moment);
}

static GDateTime *
local_time(const TdCalendar *calendar, gint64 now)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(now);

	return utc == NULL ? NULL
	                   : g_date_time_to_timezone(utc, calendar->zone);
}

gboolean
td_calendar_is_open(const TdCalendar *calendar, gint64 now)
{
	g_autoptr(GDateTime) moment = local_time(calendar, now);

	return moment != NULL && is_in(calendar, minute_of_week(moment));
}

/* When @span begins on the day of @day, if that is not before @now; else 0. An
 * hour that the clock skips is none: it opens when the skipped time ends. */
static gint64
find_start(
    const TdCalendar *calendar, GDateTime *day, const TdSpan *span, gint64 now)
{
	guint minute = span->start % DAY;
	g_autoptr(GDateTime) start = NULL;
	gint64 moment;

	start = g_date_time_new(calendar->zone, g_date_time_get_year(day),
	    g_date_time_get_month(day), g_date_time_get_day_of_month(day),
	    (gint)minute / 60, (gint)minute % 60, 0);
	if (start == NULL)
		return 0;
	moment = g_date_time_to_unix(start) - (gint64)SHIFT_BACK * 60;
	for (guint i = 0; i < SHIFT_BACK + SHIFT_MAX; i++, moment += 60)
		if (moment >= now && td_calendar_is_open(calendar, moment))
			return moment;
	return 0;
}

gint64
td_calendar_next_open(const TdCalendar *calendar, gint64 now)
{
	g_autoptr(GDateTime) today = local_time(calendar, now);

	if (today == NULL || calendar->hours->len == 0)
		return 0;
	if (td_calendar_is_open(calendar, now))
		return now;
	for (gint days = 0; days <= 8; days++) {
		g_autoptr(GDateTime) day = g_date_time_add_days(today, days);
		guint weekday = (guint)g_date_time_get_day_of_week(day) - 1;

		for (guint i = 0; i < calendar->hours->len; i++) {
			const TdSpan *span = &g_array_index(
			    calendar->hours, TdSpan, i);
			gint64 start = 0;

			if (span->start / DAY == weekday)
				start = find_start(calendar, day, span, now);
			if (start != 0)
				return start;
		}
	}
	return 0;
}

/* ---- reading ---- */

/* The day that the word at *@at names (0: Monday), moving *@at behind it; -1 if
 * it names none. */
static int
read_day(const char **at)
{
	static const char *const days[] = { "monday", "tuesday", "wednesday",
		"thursday", "friday", "saturday", "sunday" };
	gsize size = 0;

	while (g_ascii_isalpha((*at)[size]))
		size++;
	for (int i = 0; i < 7; i++) {
		if ((size == 3 || size == strlen(days[i])) &&
		    g_ascii_strncasecmp(*at, days[i], size) == 0) {
			*at += size;
			return i;
		}
	}
	return -1;
}

/* "09:00" at *@at in minutes; G_MAXUINT if it is none. */
static guint
read_clock(const char **at)
{
	const char *digits = *at;
	guint hour, minute;

	if (!g_ascii_isdigit(digits[0]) || !g_ascii_isdigit(digits[1]) ||
	    digits[2] != ':' || !g_ascii_isdigit(digits[3]) ||
	    !g_ascii_isdigit(digits[4]))
		return G_MAXUINT;
	hour = (guint)(digits[0] - '0') * 10 + (guint)(digits[1] - '0');
	minute = (guint)(digits[3] - '0') * 10 + (guint)(digits[4] - '0');
	if (minute > 59 || hour * 60 + minute > DAY)
		return G_MAXUINT;
	*at += 5;
	return hour * 60 + minute;
}

/* Puts the span where it belongs; FALSE if it overlaps another. */
static gboolean
insert(GArray *hours, TdSpan span)
{
	guint i = 0;

	while (
	    i < hours->len && g_array_index(hours, TdSpan, i).end <= span.start)
		i++;
	if (i < hours->len && g_array_index(hours, TdSpan, i).start < span.end)
		return FALSE;
	g_array_insert_val(hours, i, span);
	return TRUE;
}

/* Reads the times behind the days @first to @last. */
static gboolean
read_times(const char *at, int first, int last, GArray *hours)
{
	do {
		guint start, end;

		at += strspn(at, ", ");
		start = read_clock(&at);
		if (start == G_MAXUINT || *at++ != '-')
			return FALSE;
		end = read_clock(&at);
		if (end == G_MAXUINT || end <= start)
			return FALSE;
		for (int i = 0; i <= (last - first + 7) % 7; i++) {
			guint day = (guint)(first + i) % 7 * DAY;

			if (!insert(hours, (TdSpan){ day + start, day + end }))
				return FALSE;
		}
	} while (*at == ',');
	return *at == '\0';
}

gboolean
td_calendar_read_hours(const char *text, GArray *hours)
{
	g_autoptr(GArray) all = g_array_copy(hours);
	const char *at = text;
	int first, last;

	first = last = read_day(&at);
	if (*at == '-') {
		at++;
		last = read_day(&at);
	}
	if (first < 0 || last < 0 || *at != ' ')
		return FALSE;
	at += strspn(at, " ");
	if (!read_times(at, first, last, all))
		return FALSE;
	g_array_set_size(hours, 0);
	g_array_append_vals(hours, all->data, all->len);
	return TRUE;
}
