/* calendar.c - see ticketd/calendar.h
 *
 * Time is walked in pieces that are open or closed as a whole, or follow the
 * hours at one offset from UTC; within such a piece open seconds are counted by
 * arithmetic, however long it is. */

#include "config.h"

#include <string.h>

#include <ticketd/calendar.h>

#define DAY 1440u /* minutes */
#define WEEK ((gint64)7 * 86400)
/* How far to look for a change of the clock, at first and at most. */
#define STRIDE WEEK
#define STRIDE_MAX (32 * WEEK)
/* 1970-01-05, in seconds: weeks begin then. */
#define FIRST_MONDAY ((gint64)4 * 86400)
/* TD_CALENDAR_LAST_YEAR ends, and the years that GLib knows. */
#define END_OF_TIME G_GINT64_CONSTANT(4102444800)
#define LEAST_TIME G_GINT64_CONSTANT(-62135596800)
#define MOST_TIME G_GINT64_CONSTANT(253402300799)

typedef struct {
	const TdCalendar *calendar;
	gint64 now;
	gint64 limit;
	guint holiday; /* the first stretch that ends after .now */
	guint opening;
	gint64 stride;
} Walk;

typedef enum {
	OPEN,
	CLOSED,
	HOURS
} PieceKind;

typedef struct {
	gint64 start;
	gint64 end;
	PieceKind kind;
	gint64 local; /* HOURS: the start as seconds since a Monday 00:00 */
} Piece;

/* ---- the hours of a week ---- */

static gint64
span_length(const TdSpan *span)
{
	return (gint64)(span->end - span->start) * 60;
}

/* Rounds down, below zero too. */
static gint64
divide(gint64 number, gint64 by)
{
	return number / by - (number % by < 0);
}

/* Open seconds from the first Monday until @local. */
static gint64
count_until(const GArray *hours, gint64 local)
{
	gint64 week = divide(local, WEEK), rest = local - week * WEEK;
	gint64 all = 0, passed = 0;

	for (guint i = 0; i < hours->len; i++) {
		const TdSpan *span = &g_array_index(hours, TdSpan, i);
		gint64 start = (gint64)span->start * 60;

		all += span_length(span);
		passed += CLAMP(rest - start, 0, span_length(span));
	}
	return week * all + passed;
}

/* The local time at which the @count-th of them ends. */
static gint64
find_end(const GArray *hours, gint64 count)
{
	gint64 all = count_until(hours, WEEK);
	gint64 week = divide(count - 1, all), rest = count - week * all;
	guint i = 0;

	for (;; i++) {
		const TdSpan *span = &g_array_index(hours, TdSpan, i);

		if (rest <= span_length(span))
			return week * WEEK + (gint64)span->start * 60 + rest;
		rest -= span_length(span);
	}
}

/* ---- pieces ---- */

/* The place of the first stretch that ends after @now. */
static guint
find_stretch(const GArray *stretches, gint64 now)
{
	guint low = 0, high = stretches == NULL ? 0 : stretches->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (g_array_index(stretches, TdStretch, middle).end <= now)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static Walk
start_walk(const TdCalendar *calendar, gint64 from, gint64 limit)
{
	return (Walk){ calendar, MAX(from, LEAST_TIME), limit,
		find_stretch(calendar->holidays, from),
		find_stretch(calendar->openings, from), STRIDE };
}

/* Whether a stretch lasts now; *@end is lowered to its end, else to the start
 * of the next.  *@index is moved on over what has ended. */
static gboolean
is_within(const GArray *stretches, guint *index, gint64 now, gint64 *end)
{
	const TdStretch *stretch;

	while (stretches != NULL && *index < stretches->len) {
		stretch = &g_array_index(stretches, TdStretch, *index);
		if (stretch->end > now) {
			*end = MIN(*end,
			    stretch->start > now ? stretch->start
			                         : stretch->end);
			return stretch->start <= now;
		}
		++*index;
	}
	return FALSE;
}

/* The end of the time from @start until @end at most in which the clock is not
 * changed. */
static gint64
find_change(GTimeZone *zone, gint64 start, gint64 end)
{
	gint interval = g_time_zone_find_interval(
	    zone, G_TIME_TYPE_UNIVERSAL, start);
	gint64 same = start, other = end - 1;

	if (g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, other) ==
	    interval)
		return end;
	while (other - same > 1) {
		gint64 middle = same + (other - same) / 2;

		if (g_time_zone_find_interval(
		        zone, G_TIME_TYPE_UNIVERSAL, middle) == interval)
			same = middle;
		else
			other = middle;
	}
	return other;
}

static gint64
local_seconds(const TdCalendar *calendar, gint64 now)
{
	gint interval = g_time_zone_find_interval(
	    calendar->zone, G_TIME_TYPE_UNIVERSAL, now);

	return now + g_time_zone_get_offset(calendar->zone, interval) -
	    FIRST_MONDAY;
}

/* Takes the next piece; FALSE at the limit. */
static gboolean
walk_on(Walk *walk, Piece *piece)
{
	const TdCalendar *calendar = walk->calendar;
	gint64 now = walk->now, end = walk->limit;

	if (now >= end)
		return FALSE;
	*piece = (Piece){ .start = now };
	if (is_within(calendar->openings, &walk->opening, now, &end)) {
		piece->kind = OPEN;
	} else if (is_within(calendar->holidays, &walk->holiday, now, &end) ||
	    calendar->hours->len == 0) {
		piece->kind = CLOSED;
	} else {
		piece->kind = HOURS;
		piece->local = local_seconds(calendar, now);
		end = find_change(
		    calendar->zone, now, MIN(end, now + walk->stride));
		walk->stride = MIN(2 * walk->stride, STRIDE_MAX);
	}
	walk->now = piece->end = end;
	return TRUE;
}

static gint64
count_open(const TdCalendar *calendar, const Piece *piece)
{
	gint64 length = piece->end - piece->start;

	if (piece->kind != HOURS)
		return piece->kind == OPEN ? length : 0;
	return count_until(calendar->hours, piece->local + length) -
	    count_until(calendar->hours, piece->local);
}

/* When the @seconds-th open second of the piece ends. */
static gint64
end_in(const TdCalendar *calendar, const Piece *piece, gint64 seconds)
{
	gint64 before;

	if (piece->kind == OPEN)
		return piece->start + seconds;
	before = count_until(calendar->hours, piece->local);
	return piece->start - piece->local +
	    find_end(calendar->hours, before + seconds);
}

/* ---- questions ---- */

gint64
td_calendar_add(const TdCalendar *calendar, gint64 from, gint64 seconds)
{
	Walk walk;
	Piece piece;

	if (seconds <= 0)
		return from;
	if (calendar == NULL)
		return seconds > END_OF_TIME - MAX(from, LEAST_TIME)
		    ? 0
		    : from + seconds;
	walk = start_walk(calendar, from, END_OF_TIME);
	while (walk_on(&walk, &piece)) {
		gint64 open = count_open(calendar, &piece);

		if (open >= seconds)
			return end_in(calendar, &piece, seconds);
		seconds -= open;
	}
	return 0;
}

gint64
td_calendar_between(const TdCalendar *calendar, gint64 from, gint64 to)
{
	gint64 open = 0;
	Walk walk;
	Piece piece;

	if (to <= from)
		return 0;
	if (calendar == NULL)
		return MIN(to, MOST_TIME) - MAX(from, LEAST_TIME);
	walk = start_walk(calendar, from, MIN(to, MOST_TIME));
	while (walk_on(&walk, &piece))
		open += count_open(calendar, &piece);
	return open;
}

gboolean
td_calendar_is_open(const TdCalendar *calendar, gint64 now)
{
	return td_calendar_between(calendar, now, now + 1) > 0;
}

gint64
td_calendar_next_open(const TdCalendar *calendar, gint64 now)
{
	gint64 end = td_calendar_add(calendar, now, 1);

	return end == 0 ? 0 : end - 1;
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
