/* calendar-time.h - times and rules of calendars (RFC 5545) in words */

#ifndef TICKETD_MESSAGE_CALENDAR_TIME_H
#define TICKETD_MESSAGE_CALENDAR_TIME_H

#include <glib.h>

typedef struct {
	gboolean known;
	gboolean date; /* it has no time of day */
	int year, month, day, hour, minute;
	char *zone; /* as the calendar names it, "UTC", or NULL: wherever the
	             * reader is */
} TdCalendarTime;

/* Reads a DATE or DATE-TIME; @zone (may be NULL) is its TZID.  What is neither
 * leaves *@time as it is. */
void td_calendar_time_read(
    TdCalendarTime *time, const char *value, const char *zone);
void td_calendar_time_clear(TdCalendarTime *time);

/* "Tue 3 Mar 2026, 10:00-11:30 (Europe/Berlin)"; NULL if @start is not known.
 * @duration (may be NULL) counts if @end is not.  The caller owns it. */
char *td_calendar_span(const TdCalendarTime *start, const TdCalendarTime *end,
    const char *duration);

/* An RRULE: "every 2 weeks on Mon, Fri until 30 Jun 2026"; as it came if words
 * would be too many; NULL if @rule is.  The caller owns it. */
char *td_calendar_rule(const char *rule);

#endif
