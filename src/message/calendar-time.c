/* calendar-time.c - see message/calendar-time.h */

#include "config.h"

#include <string.h>

#include "message/calendar-time.h"

static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat",
	"Sun" };
static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
	"Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

/* @count digits at @at as a number; -1 if they are none. */
static int
digits(const char *at, int count)
{
	int number = 0;

	for (int i = 0; i < count; i++) {
		if (!g_ascii_isdigit(at[i]))
			return -1;
		number = number * 10 + (at[i] - '0');
	}
	return number;
}

void
td_calendar_time_read(TdCalendarTime *time, const char *value, const char *zone)
{
	TdCalendarTime read = { .known = TRUE };

	if (strlen(value) < 8)
		return;
	read.year = digits(value, 4);
	read.month = digits(value + 4, 2);
	read.day = digits(value + 6, 2);
	read.date = value[8] != 'T';
	if (read.year < 1 || read.month < 1 || read.day < 1 ||
	    !g_date_valid_dmy((GDateDay)read.day, (GDateMonth)read.month,
	        (GDateYear)read.year))
		return;
	if (!read.date) {
		if (strlen(value) < 13)
			return;
		read.hour = digits(value + 9, 2);
		read.minute = digits(value + 11, 2);
		if (read.hour < 0 || read.hour > 23 || read.minute < 0 ||
		    read.minute > 59)
			return;
		if (g_str_has_suffix(value, "Z"))
			zone = "UTC";
		read.zone = g_strdup(zone);
	}
	td_calendar_time_clear(time);
	*time = read;
}

void
td_calendar_time_clear(TdCalendarTime *time)
{
	g_free(time->zone);
	memset(time, 0, sizeof(*time));
}

static void
append_date(GString *text, const TdCalendarTime *time)
{
	GDate date;

	g_date_clear(&date, 1);
	g_date_set_dmy(&date, (GDateDay)time->day, (GDateMonth)time->month,
	    (GDateYear)time->year);
	g_string_append_printf(text, "%s %d %s %d",
	    days[g_date_get_weekday(&date) - 1], time->day,
	    months[time->month - 1], time->year);
}

/* The day before @time, for the end of a day of no hours is the next one. */
static TdCalendarTime
day_before(const TdCalendarTime *time)
{
	TdCalendarTime before = *time;
	GDate date;

	g_date_clear(&date, 1);
	g_date_set_dmy(&date, (GDateDay)time->day, (GDateMonth)time->month,
	    (GDateYear)time->year);
	if (g_date_get_julian(&date) > 1)
		g_date_subtract_days(&date, 1);
	before.year = g_date_get_year(&date);
	before.month = (int)g_date_get_month(&date);
	before.day = g_date_get_day(&date);
	return before;
}

static gboolean
same_day(const TdCalendarTime *one, const TdCalendarTime *other)
{
	return one->year == other->year && one->month == other->month &&
	    one->day == other->day;
}

static gboolean
is_before(const TdCalendarTime *one, const TdCalendarTime *other)
{
	if (one->year != other->year)
		return one->year < other->year;
	if (one->month != other->month)
		return one->month < other->month;
	return one->day < other->day;
}

static void
append_days(
    GString *text, const TdCalendarTime *start, const TdCalendarTime *end)
{
	TdCalendarTime last;

	append_date(text, start);
	if (end->known) {
		last = day_before(end);
		if (is_before(start, &last)) {
			g_string_append(text, " - ");
			append_date(text, &last);
		}
	}
	g_string_append(text, ", all day");
}

/* "PT1H30M" as " (1 h 30 min)"; nothing if it is no such thing. */
static void
append_duration(GString *text, const char *duration)
{
	static const struct {
		char letter;
		const char *word;
	} units[] = { { 'W', "weeks" }, { 'D', "days" }, { 'H', "h" },
		{ 'M', "min" } };
	g_autoptr(GString) words = g_string_new(NULL);

	if (duration == NULL || (*duration != 'P' && *duration != '+'))
		return;
	while (*duration != '\0') {
		gint64 number = g_ascii_strtoll(duration, NULL, 10);
		gsize size = strspn(duration, "0123456789");

		for (gsize i = 0; size > 0 && i < G_N_ELEMENTS(units); i++)
			if (duration[size] == units[i].letter && number > 0)
				g_string_append_printf(words, "%s%d %s",
				    words->len > 0 ? " " : "",
				    (int)MIN(number, 100000), units[i].word);
		duration += size;
		duration += size == 0 || *duration != '\0';
	}
	if (words->len > 0 && words->len < 60)
		g_string_append_printf(text, " (%s)", words->str);
}

char *
td_calendar_span(const TdCalendarTime *start, const TdCalendarTime *end,
    const char *duration)
{
	GString *text;

	if (!start->known)
		return NULL;
	text = g_string_new(NULL);
	if (start->date) {
		append_days(text, start, end);
		return g_string_free(text, FALSE);
	}
	append_date(text, start);
	g_string_append_printf(text, ", %02d:%02d", start->hour, start->minute);
	if (end->known && !end->date) {
		gboolean other_zone = g_strcmp0(start->zone, end->zone) != 0;

		if (other_zone && start->zone != NULL)
			g_string_append_printf(text, " (%s)", start->zone);
		g_string_append(
		    text, other_zone || !same_day(start, end) ? " - " : "-");
		if (!same_day(start, end)) {
			append_date(text, end);
			g_string_append(text, ", ");
		}
		g_string_append_printf(
		    text, "%02d:%02d", end->hour, end->minute);
		if (end->zone != NULL)
			g_string_append_printf(text, " (%s)", end->zone);
		return g_string_free(text, FALSE);
	}
	if (start->zone != NULL)
		g_string_append_printf(text, " (%s)", start->zone);
	append_duration(text, duration);
	return g_string_free(text, FALSE);
}

/* ---- rules ---- */

typedef struct {
	char *frequency;
	int interval;
	int count;
	char *until;
	char *days;
	gboolean strange; /* it says more than that */
} Rule;

static void
set(char **text, const char *value)
{
	g_free(*text);
	*text = g_strdup(value);
}

static void
read_rule(Rule *rule, GStrv parts)
{
	for (; *parts != NULL; parts++) {
		const char *value = strchr(*parts, '=');

		if (value == NULL)
			continue;
		value++;
		if (g_str_has_prefix(*parts, "FREQ="))
			set(&rule->frequency, value);
		else if (g_str_has_prefix(*parts, "INTERVAL="))
			rule->interval = (int)g_ascii_strtoll(value, NULL, 10);
		else if (g_str_has_prefix(*parts, "COUNT="))
			rule->count = (int)g_ascii_strtoll(value, NULL, 10);
		else if (g_str_has_prefix(*parts, "UNTIL="))
			set(&rule->until, value);
		else if (g_str_has_prefix(*parts, "BYDAY="))
			set(&rule->days, value);
		else if (!g_str_has_prefix(*parts, "WKST="))
			rule->strange = TRUE;
	}
}

/* "day", "week" ...; NULL for what no meeting does. */
static const char *
unit_of(const char *frequency)
{
	static const char *const units[][2] = { { "DAILY", "day" },
		{ "WEEKLY", "week" }, { "MONTHLY", "month" },
		{ "YEARLY", "year" }, { "HOURLY", "hour" } };

	for (gsize i = 0; frequency != NULL && i < G_N_ELEMENTS(units); i++)
		if (strcmp(frequency, units[i][0]) == 0)
			return units[i][1];
	return NULL;
}

/* "MO,WE" as " on Mon, Wed", "1MO" as " on the first Mon". */
static gboolean
append_weekdays(GString *text, const char *list)
{
	static const char letters[] = "MOTUWETHFRSASU";
	static const char *const ordinals[] = { "first", "second", "third",
		"fourth", "fifth" };
	g_auto(GStrv) names = g_strsplit(list, ",", 8);

	for (guint i = 0; names[i] != NULL; i++) {
		char *end;
		gint64 nth = g_ascii_strtoll(names[i], &end, 10);
		const char *found = strlen(end) == 2 ? letters : NULL;

		while (found != NULL && *found != '\0' &&
		    strncmp(found, end, 2) != 0)
			found += 2;
		if (found == NULL || *found == '\0' || nth < -1 || nth > 5)
			return FALSE;
		g_string_append(text, i == 0 ? " on " : ", ");
		if (nth != 0)
			g_string_append_printf(text, "the %s ",
			    nth < 0 ? "last" : ordinals[nth - 1]);
		g_string_append(text, days[(found - letters) / 2]);
	}
	return TRUE;
}

static void
clear_rule(Rule *rule)
{
	g_free(rule->frequency);
	g_free(rule->until);
	g_free(rule->days);
}

/* FALSE: words would be too many. */
static gboolean
put_in_words(const Rule *rule, GString *text)
{
	const char *unit = unit_of(rule->frequency);
	TdCalendarTime until = { .known = FALSE };

	if (unit == NULL || rule->strange || rule->interval < 1)
		return FALSE;
	if (rule->interval == 1)
		g_string_append_printf(text, "every %s", unit);
	else
		g_string_append_printf(
		    text, "every %d %ss", rule->interval, unit);
	if (rule->days != NULL && !append_weekdays(text, rule->days))
		return FALSE;
	if (rule->count > 0)
		g_string_append_printf(text, ", %d times", rule->count);
	if (rule->until != NULL) {
		td_calendar_time_read(&until, rule->until, NULL);
		if (!until.known)
			return FALSE;
		g_string_append(text, " until ");
		append_date(text, &until);
		td_calendar_time_clear(&until);
	}
	return TRUE;
}

char *
td_calendar_rule(const char *rule)
{
	Rule read = { .interval = 1 };
	g_autofree char *upper = NULL;
	g_auto(GStrv) parts = NULL;
	GString *text;

	if (rule == NULL)
		return NULL;
	upper = g_ascii_strup(rule, -1);
	parts = g_strsplit(upper, ";", 12);
	text = g_string_new(NULL);
	read_rule(&read, parts);
	if (!put_in_words(&read, text))
		g_string_assign(text, rule);
	clear_rule(&read);
	return g_string_free(text, FALSE);
}
