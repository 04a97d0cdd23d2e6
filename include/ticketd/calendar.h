/* calendar.h - business hours */

#ifndef TICKETD_CALENDAR_H
#define TICKETD_CALENDAR_H

#include <glib.h>

G_BEGIN_DECLS

/* A span of the week in minutes, Monday 00:00 being 0: from .start until before
 * .end, within one day (.end 1440 * (day + 1) is midnight). */
typedef struct {
	guint start;
	guint end;
} TdSpan;

/* Opening hours: local time of .zone. */
typedef struct {
	char *name;
	char *timezone; /* TZ name, or NULL: the desk's */
	GArray *hours;  /* of TdSpan in order, without overlap; may be empty */
	GTimeZone *zone;
} TdCalendar;

/* Whether it is open at @now (seconds UTC). */
gboolean td_calendar_is_open(const TdCalendar *calendar, gint64 now);

/* The first moment at or after @now at which it is open; 0 if it never is. */
gint64 td_calendar_next_open(const TdCalendar *calendar, gint64 now);

/* Reads "Mon-Fri 09:00-13:00,14:00-18:00" or "Sat 10:00-14:00" and adds its
 * spans to @hours (of TdSpan); FALSE, and nothing added, if it will not do. */
gboolean td_calendar_read_hours(const char *text, GArray *hours);

G_END_DECLS

#endif
