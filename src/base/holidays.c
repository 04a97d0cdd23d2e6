/* holidays.c - the events of iCalendar files as stretches of time (RFC 5545) */

#include "config.h"

#include <ticketd/calendar.h>
#include <ticketd/error.h>

#include "base/ical-private.h"

/* 2000-01-01 and 2100-01-01, anywhere. */
#define FIRST_TIME (G_GINT64_CONSTANT(946684800) - TD_DAY)
#define LAST_TIME (G_GINT64_CONSTANT(4102444800) + TD_DAY)

typedef struct {
	TdIcalFile *file;
	GArray *stretches;
	GHashTable *replaced; /* UID -> GPtrArray of TdIcalEvent */
	GError **error;
} Expansion;

/* An event that comes again. */
typedef struct {
	Expansion *expansion;
	const TdIcalEvent *event;
	GHashTable *moments; /* at which it does not, gint64 UTC */
	GHashTable *days;    /* on which it does not, as gint64 of the wall */
} Series;

/* ---- one stretch ---- */

static void
add_stretch(Expansion *expansion, gint64 start, gint64 end)
{
	const TdStretch stretch = { start, end };

	if (end > start && end > FIRST_TIME && start < LAST_TIME)
		g_array_append_val(expansion->stretches, stretch);
}

/* How many days the period @of has, which begins with a date. */
static gboolean
count_days(Expansion *expansion, const TdIcalPeriod *of, gint64 *days)
{
	guint line = of->end.line != 0 ? of->end.line : of->length.line;

	*days = 1;
	if (of->end.line != 0 && of->end.is_date)
		*days = (of->end.wall - of->start.wall) / TD_DAY;
	else if (of->length.line != 0 && of->length.seconds == 0)
		*days = of->length.days;
	else if (line != 0)
		return td_ical_fail(expansion->file, line, expansion->error,
		    "a time; expected whole days, as DTSTART is a date");
	if (*days < 0)
		return td_ical_fail(expansion->file, line, expansion->error,
		    "the event ends before it begins; expected it behind");
	/* Some programs write the first day again. */
	*days = MAX(*days, 1);
	return TRUE;
}

static gboolean
utc(Expansion *expansion, const TdIcalTime *time, gint64 *moment)
{
	return td_ical_utc(expansion->file, time, moment, expansion->error);
}

/* The end of a period that begins with a time, at @start.  DTEND means how long
 * it lasts, DURATION has days by the calendar: RFC 5545 3.8.5.3. */
static gboolean
find_end(Expansion *expansion, const TdIcalPeriod *of, const TdIcalTime *at,
    gint64 start, gint64 *end)
{
	TdIcalTime later = *at;
	gint64 first, last;

	if (of->end.line == 0) {
		later.wall += of->length.days * TD_DAY;
		if (!utc(expansion, &later, end))
			return FALSE;
		*end += of->length.seconds;
		return TRUE;
	}
	if (of->end.is_date)
		return td_ical_fail(expansion->file, of->end.line,
		    expansion->error,
		    "a date; expected a time, as DTSTART is one");
	if (!utc(expansion, &of->start, &first) ||
	    !utc(expansion, &of->end, &last))
		return FALSE;
	if (last < first)
		return td_ical_fail(expansion->file, of->end.line,
		    expansion->error,
		    "the event ends before it begins; expected it behind");
	*end = start + last - first;
	return TRUE;
}

/* Adds one that is like the period @of, but begins at @at. */
static gboolean
add_like(Expansion *expansion, const TdIcalPeriod *of, const TdIcalTime *at)
{
	TdIcalTime end_day = *at;
	gint64 start, end = 0, days;

	if (!utc(expansion, at, &start))
		return FALSE;
	if (!at->is_date) {
		if (!find_end(expansion, of, at, start, &end))
			return FALSE;
		add_stretch(expansion, start, end);
		return TRUE;
	}
	if (!count_days(expansion, of, &days))
		return FALSE;
	end_day.wall += days * TD_DAY;
	if (!utc(expansion, &end_day, &end))
		return FALSE;
	add_stretch(expansion, start, end);
	return TRUE;
}

/* ---- an event that comes again ---- */

static void
note(GHashTable *set, gint64 number)
{
	g_hash_table_add(set, g_memdup2(&number, sizeof number));
}

/* Where it comes out at the clock of the series. */
static gint64
wall_in(Series *series, const TdIcalTime *time, gint64 moment)
{
	if (time->is_date)
		return time->wall;
	return td_ical_wall(
	    series->expansion->file, &series->event->period.start, moment);
}

static gint64
day_of(gint64 wall)
{
	return wall / TD_DAY - (wall % TD_DAY < 0);
}

/* It does not come at @time, or on that day: many programs write the one where
 * they mean the other. */
static gboolean
except(Series *series, const TdIcalTime *time)
{
	gint64 moment;

	if (!utc(series->expansion, time, &moment))
		return FALSE;
	if (time->is_date || series->event->period.start.is_date)
		note(series->days, day_of(wall_in(series, time, moment)));
	else
		note(series->moments, moment);
	return TRUE;
}

/* Adds the one that begins at @at, of the kind of DTSTART, unless it is
 * excepted. */
static gboolean
add_occurrence(Series *series, const TdIcalTime *at)
{
	gint64 moment, day = day_of(at->wall);

	if (!utc(series->expansion, at, &moment))
		return FALSE;
	if (g_hash_table_contains(series->days, &day) ||
	    g_hash_table_contains(series->moments, &moment))
		return TRUE;
	return add_like(series->expansion, &series->event->period, at);
}

/* What bounds the rule, at the clock of the series. */
static gint64
find_until(Series *series, const struct icaltimetype *until)
{
	const TdIcalTime *start = &series->event->period.start;
	gint64 wall;

	if (icaltime_is_null_time(*until))
		return LAST_TIME;
	wall = icaltime_as_timet(*until);
	if (until->is_date && !start->is_date)
		wall += TD_DAY - 1;
	else if (!start->is_date && icaltime_is_utc(*until))
		wall = td_ical_wall(series->expansion->file, start, wall);
	return MIN(wall, LAST_TIME);
}

static struct icaltimetype
wall_time(gint64 wall, gboolean is_date)
{
	return icaltime_from_timet_with_zone((time_t)wall, is_date, NULL);
}

static gboolean
spend(Series *series, guint line, gint64 steps)
{
	return td_ical_spend(
	    series->expansion->file, line, steps, series->expansion->error);
}

/* Calls @take with each time of @rule. */
static gboolean
follow(Series *series, const TdIcalRule *rule,
    gboolean (*take)(Series *series, const TdIcalTime *time))
{
	TdIcalTime time = series->event->period.start;
	struct icalrecurrencetype recurs = rule->rule;
	struct icaltimetype at;
	icalrecur_iterator *iterator;
	gboolean done = TRUE;
	gint64 until = find_until(series, &recurs.until);

	if (until < time.wall)
		return TRUE;
	if (!spend(series, rule->line, td_ical_weigh(&recurs, time.wall)))
		return FALSE;
	recurs.until = wall_time(until, time.is_date);
	iterator = icalrecur_iterator_new(
	    recurs, wall_time(time.wall, time.is_date));
	if (iterator == NULL)
		return td_ical_fail(series->expansion->file, rule->line,
		    series->expansion->error,
		    "a rule that never comes true; expected one that does");
	at = icalrecur_iterator_next(iterator);
	while (done && !icaltime_is_null_time(at)) {
		time.wall = icaltime_as_timet(at);
		done = spend(series, rule->line, 1) && take(series, &time);
		at = icalrecur_iterator_next(iterator);
	}
	icalrecur_iterator_free(iterator);
	return done;
}

static gboolean
follow_all(Series *series, const GArray *rules,
    gboolean (*take)(Series *series, const TdIcalTime *time))
{
	for (guint i = 0; i < rules->len; i++)
		if (!follow(series, &g_array_index(rules, TdIcalRule, i), take))
			return FALSE;
	return TRUE;
}

static gboolean
add_addition(Series *series, const TdIcalPeriod *addition)
{
	const TdIcalTime *start = &addition->start;
	TdIcalTime own = *start;
	gint64 moment;

	if (addition->end.line != 0 || addition->length.line != 0)
		return add_like(series->expansion, addition, start);
	if (series->event->period.start.is_date && !start->is_date) {
		if (!utc(series->expansion, start, &moment))
			return FALSE;
		own = series->event->period.start;
		own.wall = day_of(wall_in(series, start, moment)) * TD_DAY;
	}
	return add_occurrence(series, &own);
}

/* Notes when it does not come. */
static gboolean
find_exceptions(Series *series)
{
	const TdIcalEvent *event = series->event;
	GPtrArray *replaced = event->uid == NULL
	    ? NULL
	    : g_hash_table_lookup(series->expansion->replaced, event->uid);

	for (guint i = 0; i < event->exceptions->len; i++)
		if (!except(series,
		        &g_array_index(event->exceptions, TdIcalTime, i)))
			return FALSE;
	for (guint i = 0; replaced != NULL && i < replaced->len; i++) {
		const TdIcalEvent *other = g_ptr_array_index(replaced, i);

		if (!spend(series, event->line, 1) ||
		    !except(series, &other->replaces))
			return FALSE;
	}
	return follow_all(series, event->exrules, except);
}

static gboolean
expand_series(Series *series)
{
	const TdIcalEvent *event = series->event;

	if (!find_exceptions(series) ||
	    !add_occurrence(series, &event->period.start) ||
	    !follow_all(series, event->rules, add_occurrence))
		return FALSE;
	for (guint i = 0; i < event->additions->len; i++)
		if (!add_addition(series,
		        &g_array_index(event->additions, TdIcalPeriod, i)))
			return FALSE;
	return TRUE;
}

/* ---- files ---- */

static gboolean
expand_event(Expansion *expansion, const TdIcalEvent *event)
{
	Series series = { expansion, event, NULL, NULL };
	gboolean done;

	if (event->cancelled)
		return TRUE;
	if (event->replaces.line != 0)
		return add_like(
		    expansion, &event->period, &event->period.start);
	series.moments = g_hash_table_new_full(
	    g_int64_hash, g_int64_equal, g_free, NULL);
	series.days = g_hash_table_new_full(
	    g_int64_hash, g_int64_equal, g_free, NULL);
	done = expand_series(&series);
	g_hash_table_unref(series.moments);
	g_hash_table_unref(series.days);
	return done;
}

static void
find_replaced(Expansion *expansion)
{
	GPtrArray *events = expansion->file->events;

	for (guint i = 0; i < events->len; i++) {
		TdIcalEvent *event = g_ptr_array_index(events, i);
		GPtrArray *others;

		if (event->replaces.line == 0 || event->uid == NULL)
			continue;
		others = g_hash_table_lookup(expansion->replaced, event->uid);
		if (others == NULL) {
			others = g_ptr_array_new();
			g_hash_table_insert(
			    expansion->replaced, (char *)event->uid, others);
		}
		g_ptr_array_add(others, event);
	}
}

static gboolean
expand_file(const char *path, GTimeZone *zone, guint *work, GArray *stretches,
    GError **error)
{
	g_autoptr(TdIcalFile) file = td_ical_file_read(path, zone, work, error);
	g_autoptr(GHashTable) replaced = g_hash_table_new_full(
	    g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
	Expansion expansion = { file, stretches, replaced, error };

	if (file == NULL)
		return FALSE;
	find_replaced(&expansion);
	for (guint i = 0; i < file->events->len; i++)
		if (!expand_event(
		        &expansion, g_ptr_array_index(file->events, i)))
			return FALSE;
	return TRUE;
}

static int
compare_starts(gconstpointer a, gconstpointer b)
{
	const TdStretch *left = a, *right = b;

	return (left->start > right->start) - (left->start < right->start);
}

/* Makes one of those that overlap or follow on each other. */
static void
join(GArray *stretches)
{
	guint last = 0;

	g_array_sort(stretches, compare_starts);
	for (guint i = 1; i < stretches->len; i++) {
		TdStretch *before = &g_array_index(stretches, TdStretch, last);
		const TdStretch *next = &g_array_index(stretches, TdStretch, i);

		if (next->start <= before->end)
			before->end = MAX(before->end, next->end);
		else
			g_array_index(stretches, TdStretch, ++last) = *next;
	}
	if (stretches->len > 0)
		g_array_set_size(stretches, last + 1);
}

gboolean
td_calendar_read_events(
    GStrv files, GTimeZone *zone, GArray **stretches, GError **error)
{
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(TdStretch));
	guint work = 0;

	/* It would abort, and tell standard error of it. */
	icalerror_set_errors_are_fatal(0);
	for (gsize i = 0; files != NULL && files[i] != NULL; i++)
		if (!expand_file(files[i], zone, &work, all, error))
			return FALSE;
	join(all);
	*stretches = g_steal_pointer(&all);
	return TRUE;
}
