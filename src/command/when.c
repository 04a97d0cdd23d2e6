/* when.c - see command/when.h */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "command/when.h"

/* Numbers of more digits are no times. */
#define DIGITS_MAX 5
#define LAST_YEAR 9998
#define WORK_DAY (8 * 60 * 60)

typedef enum {
	REPEATS_NOT,
	REPEATS_DAILY,
	REPEATS_WEEKLY,
	REPEATS_YEARLY,
} Repeats;

/* What was read of it so far. */
typedef struct {
	const TdWhen *when;
	GDateTime *today; /* now, in the zone */
	int year, month, day;
	gboolean has_day;
	Repeats repeats; /* of the day */
	int hour, minute;
	gboolean has_time;
} Moment;

/* ---- pieces ---- */

/* Up to @max digits at *@at, which is moved behind them. */
static gboolean
read_digits(const char **at, gsize max, int *number)
{
	gsize size = strspn(*at, "0123456789");

	if (size == 0 || size > max)
		return FALSE;
	*number = (int)strtol(*at, NULL, 10);
	*at += size;
	return TRUE;
}

static gboolean
read_number(const char *word, gsize max, int *number)
{
	return read_digits(&word, max, number) && *word == '\0';
}

static const TdValue *
value_of(const TdLanguages *languages, guint kinds, const char *word)
{
	return td_languages_value(languages, kinds, word);
}

static gboolean
set_time(Moment *moment, int hour, int minute)
{
	if (moment->has_time || hour > 23 || minute > 59)
		return FALSE;
	moment->hour = hour;
	moment->minute = minute;
	moment->has_time = TRUE;
	return TRUE;
}

static gboolean
set_day(Moment *moment, int year, int month, int day, Repeats repeats)
{
	if (moment->has_day || year < 1 || year > LAST_YEAR || month < 1 ||
	    month > 12 || day < 1 || day > 31)
		return FALSE;
	/* The 29th of February is in the next leap year. */
	if (repeats == REPEATS_YEARLY) {
		if (day > g_date_get_days_in_month((GDateMonth)month, 2000))
			return FALSE;
	} else if (!g_date_valid_dmy(
	               (GDateDay)day, (GDateMonth)month, (GDateYear)year)) {
		return FALSE;
	}
	moment->year = year;
	moment->month = month;
	moment->day = day;
	moment->repeats = repeats;
	moment->has_day = TRUE;
	return TRUE;
}

static gboolean
set_days_ahead(Moment *moment, int days, Repeats repeats)
{
	g_autoptr(GDateTime) date = g_date_time_add_days(moment->today, days);

	return date != NULL &&
	    set_day(moment, g_date_time_get_year(date),
	        g_date_time_get_month(date), g_date_time_get_day_of_month(date),
	        repeats);
}

/* "14:00", "14:00:30", "2:30pm", "5pm". */
static gboolean
read_clock(Moment *moment, const char *word)
{
	const TdValue *half;
	int hour, minute = 0, second;
	gboolean colon;

	if (!read_digits(&word, 2, &hour))
		return FALSE;
	colon = *word == ':';
	if (colon) {
		word++;
		if (strspn(word, "0123456789") != 2 ||
		    !read_digits(&word, 2, &minute))
			return FALSE;
		if (*word == ':') {
			word++;
			if (!read_digits(&word, 2, &second) || second > 59)
				return FALSE;
		}
	}
	if (*word == '\0')
		return colon && set_time(moment, hour, minute);
	half = value_of(moment->when->languages, TD_VALUE_HALF, word);
	if (half == NULL || hour < 1 || hour > 12)
		return FALSE;
	return set_time(moment, hour % 12 + (int)half->number, minute);
}

/* "2026-12-01". */
static gboolean
read_iso_day(Moment *moment, const char *word)
{
	int year, month, day;

	if (strspn(word, "0123456789") != 4 || !read_digits(&word, 4, &year) ||
	    *word++ != '-' || !read_digits(&word, 2, &month) ||
	    *word++ != '-' || !read_digits(&word, 2, &day) || *word != '\0')
		return FALSE;
	return set_day(moment, year, month, day, REPEATS_NOT);
}

/* "01.12.2026", "1.12.26", "1.12". */
static gboolean
read_dotted_day(Moment *moment, const char *word)
{
	int year = g_date_time_get_year(moment->today), month, day;
	Repeats repeats = REPEATS_YEARLY;

	if (!read_digits(&word, 2, &day) || *word++ != '.' ||
	    !read_digits(&word, 2, &month))
		return FALSE;
	if (*word == '.' && word[1] != '\0') {
		gsize digits = strspn(++word, "0123456789");

		if ((digits != 2 && digits != 4) ||
		    !read_digits(&word, 4, &year))
			return FALSE;
		if (digits == 2)
			year += 2000;
		repeats = REPEATS_NOT;
	} else if (*word == '.') {
		word++;
	}
	return *word == '\0' && set_day(moment, year, month, day, repeats);
}

/* ---- words in a row ---- */

/* "1 dec", "dec 1", "1 dec 2026" at words[*@at]; moves *@at to the last. */
static gboolean
read_month(Moment *moment, char *const *words, guint count, guint *at)
{
	int year = g_date_time_get_year(moment->today), day;
	Repeats repeats = REPEATS_YEARLY;
	const TdValue *month;
	guint next = *at + 2;

	if (*at + 1 >= count)
		return FALSE;
	month = value_of(
	    moment->when->languages, TD_VALUE_MONTH, words[*at + 1]);
	if (month != NULL) {
		if (!read_number(words[*at], 2, &day))
			return FALSE;
	} else {
		month = value_of(
		    moment->when->languages, TD_VALUE_MONTH, words[*at]);
		if (month == NULL || !read_number(words[*at + 1], 2, &day))
			return FALSE;
	}
	if (next < count && strlen(words[next]) == 4 &&
	    read_number(words[next], 4, &year)) {
		repeats = REPEATS_NOT;
		next++;
	}
	*at = next - 1;
	return set_day(moment, year, (int)month->number, day, repeats);
}

/* "5 pm" at words[*@at]. */
static gboolean
read_half(Moment *moment, char *const *words, guint count, guint *at)
{
	g_autofree char *joined = NULL;

	if (*at + 1 >= count ||
	    value_of(moment->when->languages, TD_VALUE_HALF, words[*at + 1]) ==
	        NULL)
		return FALSE;
	joined = g_strconcat(words[*at], words[*at + 1], NULL);
	*at += 1;
	return read_clock(moment, joined);
}

static gboolean
read_name(Moment *moment, const char *word)
{
	const TdValue *value = value_of(moment->when->languages,
	    TD_VALUE_AHEAD | TD_VALUE_WEEKDAY | TD_VALUE_HOUR, word);
	int today = g_date_time_get_day_of_week(moment->today);

	if (value == NULL)
		return FALSE;
	if (value->kind == TD_VALUE_HOUR)
		return set_time(moment, (int)value->number, 0);
	if (value->kind == TD_VALUE_AHEAD)
		return set_days_ahead(moment, (int)value->number, REPEATS_NOT);
	return set_days_ahead(
	    moment, ((int)value->number - today + 7) % 7, REPEATS_WEEKLY);
}

static gboolean
read_moment(Moment *moment, char *const *words, guint count)
{
	for (guint i = 0; i < count; i++) {
		if (value_of(moment->when->languages, TD_VALUE_NOISE,
		        words[i]) != NULL)
			continue;
		if (!read_iso_day(moment, words[i]) &&
		    !read_dotted_day(moment, words[i]) &&
		    !read_clock(moment, words[i]) &&
		    !read_name(moment, words[i]) &&
		    !read_month(moment, words, count, &i) &&
		    !read_half(moment, words, count, &i))
			return FALSE;
	}
	return moment->has_day || moment->has_time;
}

/* ---- what it comes to ---- */

/* The moment @steps repetitions on. */
static GDateTime *
repetition(const Moment *moment, int steps)
{
	int year = moment->year, days = 0;
	g_autoptr(GDateTime) date = NULL;

	if (moment->repeats == REPEATS_YEARLY)
		year += steps;
	else if (moment->repeats == REPEATS_WEEKLY)
		days = 7 * steps;
	else if (moment->repeats == REPEATS_DAILY)
		days = steps;
	if (!g_date_valid_dmy((GDateDay)moment->day, (GDateMonth)moment->month,
	        (GDateYear)year))
		return NULL;
	date = g_date_time_new(moment->when->zone, year, moment->month,
	    moment->day, moment->hour, moment->minute, 0);
	return date == NULL ? NULL : g_date_time_add_days(date, days);
}

/* What repeats is the next such to come. */
static gboolean
settle(Moment *moment, gint64 *time)
{
	int last = moment->repeats == REPEATS_NOT ? 0
	    : moment->repeats == REPEATS_YEARLY   ? 8
	                                          : 1;

	for (int i = 0; i <= last; i++) {
		g_autoptr(GDateTime) date = repetition(moment, i);

		if (date == NULL)
			continue;
		*time = g_date_time_to_unix(date);
		if (moment->repeats == REPEATS_NOT || *time > moment->when->now)
			return TRUE;
	}
	return FALSE;
}

/* "2026-12-01t14:00:00z", as programs write. */
static gboolean
read_rfc3339(const TdWhen *when, const char *word, gint64 *time)
{
	g_autofree char *upper = NULL;
	g_autoptr(GDateTime) date = NULL;

	if (strlen(word) < 16 || word[10] != 't')
		return FALSE;
	upper = g_ascii_strup(word, -1);
	date = g_date_time_new_from_iso8601(upper, when->zone);
	if (date == NULL && strlen(upper) == 16) {
		g_autofree char *full = g_strconcat(upper, ":00", NULL);

		date = g_date_time_new_from_iso8601(full, when->zone);
	}
	if (date == NULL || g_date_time_get_year(date) > LAST_YEAR)
		return FALSE;
	*time = g_date_time_to_unix(date);
	return TRUE;
}

/* One "2h" of "1d2h" at *@at; a unit may be a word of its own: words[1], then
 * *@took is 2. */
static gboolean
read_amount(const TdLanguages *languages, const char **at, const char *after,
    guint *took, int *days, gint64 *seconds)
{
	g_autofree char *unit = NULL;
	const TdValue *value;
	int number = 1;
	gsize size;

	*took = 1;
	if (!g_ascii_isdigit(**at)) {
		/* "a week" */
		if (g_utf8_strlen(*at, -1) < 3)
			return FALSE;
	} else if (!read_digits(at, DIGITS_MAX, &number)) {
		return FALSE;
	}
	if (**at == '\0' && after != NULL) {
		*took = 2;
		*at = after;
	}
	size = strcspn(*at, "0123456789");
	unit = g_strndup(*at, size);
	*at += size;
	value = value_of(languages, TD_VALUE_SECONDS | TD_VALUE_DAYS, unit);
	if (value == NULL)
		return FALSE;
	if (value->kind == TD_VALUE_DAYS)
		*days += number * (int)value->number;
	else
		*seconds += (gint64)number * value->number;
	return *days < 1000 * 366 && *seconds < (gint64)1000 * 366 * 86400;
}

/* A sum of such amounts, "+" before it or each of them. */
static gboolean
read_amounts(const TdLanguages *languages, char *const *words, guint count,
    int *days, gint64 *seconds)
{
	gboolean any = FALSE;

	for (guint i = 0; i < count;) {
		const char *at = words[i];
		guint took = 1;

		if (value_of(languages, TD_VALUE_NOISE, at) != NULL ||
		    strcmp(at, "a") == 0 || strcmp(at, "an") == 0) {
			i++;
			continue;
		}
		at += *at == '+';
		do {
			if (!read_amount(languages, &at,
			        i + 1 < count ? words[i + 1] : NULL, &took,
			        days, seconds))
				return FALSE;
		} while (*at != '\0' && took == 1);
		if (*at != '\0')
			return FALSE;
		any = TRUE;
		i += took;
	}
	return any;
}

gboolean
td_when_read(const TdWhen *when, char *const *words, guint count, gint64 *time)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(when->now);
	g_autoptr(GDateTime) today = NULL;
	g_autoptr(GDateTime) then = NULL;
	Moment moment = { .when = when, .hour = when->hour };
	gint64 seconds = 0, found;
	int days = 0;

	if (utc == NULL || count == 0)
		return FALSE;
	if (count == 1 && read_rfc3339(when, words[0], time))
		return TRUE;
	today = g_date_time_to_timezone(utc, when->zone);
	if (today == NULL)
		return FALSE;
	if (read_amounts(when->languages, words, count, &days, &seconds)) {
		then = g_date_time_add_days(today, days);
		if (then == NULL)
			return FALSE;
		*time = g_date_time_to_unix(then) + seconds;
		return TRUE;
	}
	moment.today = today;
	if (!read_moment(&moment, words, count))
		return FALSE;
	if (!moment.has_day && !set_days_ahead(&moment, 0, REPEATS_DAILY))
		return FALSE;
	if (!settle(&moment, &found))
		return FALSE;
	*time = found;
	return TRUE;
}

gboolean
td_when_minutes(const TdLanguages *languages, char *const *words, guint count,
    guint64 *minutes)
{
	gint64 seconds = 0;
	int days = 0, number;

	if (count == 1 && read_number(words[0], DIGITS_MAX, &number)) {
		*minutes = (guint64)number;
		return TRUE;
	}
	if (!read_amounts(languages, words, count, &days, &seconds))
		return FALSE;
	*minutes = (guint64)(seconds + (gint64)days * WORK_DAY) / 60;
	return TRUE;
}
