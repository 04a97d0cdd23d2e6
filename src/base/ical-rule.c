/* ical-rule.c - how much a rule of recurrence asks for, see ical-private.h */

#include "config.h"

#include "base/ical-private.h"

static gint64
count_values(const short *values, gint64 size)
{
	gint64 count = 0;

	while (count < size && values[count] != ICAL_RECURRENCE_ARRAY_MAX)
		count++;
	return count;
}

gint64
td_ical_daily(const struct icalrecurrencetype *rule)
{
	return MAX(count_values(rule->by_hour, ICAL_BY_HOUR_SIZE), 1) *
	    MAX(count_values(rule->by_minute, ICAL_BY_MINUTE_SIZE), 1) *
	    MAX(count_values(rule->by_second, ICAL_BY_SECOND_SIZE), 1);
}

/* Days that the rule may have to look at. */
static gint64
count_days(const struct icalrecurrencetype *rule, gint64 start)
{
	gint64 last = TD_CALENDAR_LAST_YEAR + 1;
	gint64 year = 1970 + start / (365 * TD_DAY);

	if (!icaltime_is_null_time(rule->until))
		last = MIN(last, (gint64)rule->until.year + 1);
	return (CLAMP(last - year, 0, 3000) + 1) * 366;
}

gint64
td_ical_yearly(const struct icalrecurrencetype *rule)
{
	gint64 months = count_values(rule->by_month, ICAL_BY_MONTH_SIZE);
	gint64 days = count_values(rule->by_month_day, ICAL_BY_MONTHDAY_SIZE);
	gint64 weekdays = count_values(rule->by_day, ICAL_BY_DAY_SIZE);
	gint64 of_year = count_values(rule->by_year_day, ICAL_BY_YEARDAY_SIZE);
	gint64 weeks = count_values(rule->by_week_no, ICAL_BY_WEEKNO_SIZE);
	gint64 most = 366;

	if (months > 0)
		most = MIN(most, months * 31);
	if (days > 0)
		most = MIN(most, days * (months > 0 ? months : 12));
	/* "-1SU" is one of a month, "SU" may be five. */
	if (weekdays > 0)
		most = MIN(most, weekdays * 5 * (months > 0 ? months : 11));
	if (of_year > 0)
		most = MIN(most, of_year);
	if (weeks > 0)
		most = MIN(most, weeks * 7);
	if (weekdays + days + of_year + weeks == 0)
		most = MAX(months, 1);
	return most * td_ical_daily(rule);
}

/* How many days of the week the rule names. */
static gint64
count_weekdays(const struct icalrecurrencetype *rule)
{
	gint64 size = count_values(rule->by_day, ICAL_BY_DAY_SIZE);
	guint named = 0;

	for (gint64 i = 0; i < size; i++)
		named |= 1u
		    << icalrecurrencetype_day_day_of_week(rule->by_day[i]);
	return __builtin_popcount(named);
}

/* The days that a daily rule passes over, of @days. */
static gint64
count_passed(const struct icalrecurrencetype *rule, gint64 days)
{
	gint64 weekdays = count_weekdays(rule);

	if (count_values(rule->by_month, ICAL_BY_MONTH_SIZE) > 0 ||
	    count_values(rule->by_month_day, ICAL_BY_MONTHDAY_SIZE) > 0 ||
	    count_values(rule->by_set_pos, ICAL_BY_SETPOS_SIZE) > 0 ||
	    (weekdays > 0 && rule->interval > 1))
		return days;
	if (rule->count > 0)
		days = MIN(days, (gint64)rule->count * 7);
	return weekdays == 0 ? 0 : days * (7 - weekdays) / 7;
}

gint64
td_ical_weigh(const struct icalrecurrencetype *rule, gint64 start)
{
	gint64 days = count_days(rule, start) / MAX(rule->interval, 1);
	gint64 daily = td_ical_daily(rule);
	gboolean chosen = count_values(rule->by_set_pos, ICAL_BY_SETPOS_SIZE) >
	    0;

	if (rule->freq == ICAL_DAILY_RECURRENCE)
		return count_passed(rule, days) * daily;
	if (rule->freq == ICAL_WEEKLY_RECURRENCE)
		return !chosen &&
		        count_values(rule->by_month, ICAL_BY_MONTH_SIZE) == 0
		    ? 0
		    : days / 7 * MAX(count_weekdays(rule), 1) * daily;
	/* These first find the days of a month or year, many at once. */
	if (rule->freq == ICAL_MONTHLY_RECURRENCE)
		return days / 30 * (2 + daily + (chosen ? 2 * daily : 0));
	return days / 366 *
	    (1 + daily + (chosen ? 5 + td_ical_yearly(rule) / 4 : 0));
}
