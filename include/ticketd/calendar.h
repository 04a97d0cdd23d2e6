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

/* A stretch of time, seconds UTC: from .start until before .end. */
typedef struct {
	gint64 start;
	gint64 end;
} TdStretch;

/* Opening hours: local time of .zone. */
typedef struct {
	char *name;
	char *timezone; /* TZ name, or NULL: the desk's */
	GArray *hours;  /* of TdSpan in order, without overlap; may be empty */
	GStrv holiday_files; /* of iCalendar: closed while an event lasts */
	GStrv opening_files; /* likewise: open then, whatever else says */
	GTimeZone *zone;
	GArray *holidays; /* of TdStretch in order, without overlap; or NULL */
	GArray *openings; /* likewise */
} TdCalendar;

/* Events of files are looked at between these years. */
#define TD_CALENDAR_FIRST_YEAR 2000
#define TD_CALENDAR_LAST_YEAR 2099

/* A calendar is open in each second of its openings, and in those in which the
 * clock on the wall shows a time within its hours, unless they are of its
 * holidays: an hour that the clock shows twice counts twice, one that it skips
 * does not count.  NULL is a calendar that is always open.  All times are
 * seconds UTC.  The calendar is only read, so that any thread may ask. */

gboolean td_calendar_is_open(const TdCalendar *calendar, gint64 now);

/* The first moment at or after @now at which it is open; 0 if there is none
 * before the end of the last year. */
gint64 td_calendar_next_open(const TdCalendar *calendar, gint64 now);

/* The moment at which @seconds of open time have passed since @from: the very
 * end of the last one, so that 0 is @from, and open time that ends at a close
 * is that close.  0 if there is not so much before the end of the last year.
 * Takes some microseconds for each half-year and each holiday on the way. */
gint64 td_calendar_add(const TdCalendar *calendar, gint64 from, gint64 seconds);

/* How many seconds of open time there are from @from until before @to; 0 if @to
 * is not after @from. */
gint64 td_calendar_between(const TdCalendar *calendar, gint64 from, gint64 to);

/* Reads the events of the iCalendar files @files (RFC 5545; recurring ones too)
 * into stretches in @zone, which floating times and dates are meant in;
 * *@stretches, the caller's, is in order and without overlap.  FALSE with
 * TD_ERROR_CONFIG names the file, its line, what is wrong and what was
 * expected.  The files may be anybody's: what all of them together can cost is
 * bounded, to some tenths of a second. */
gboolean td_calendar_read_events(
    GStrv files, GTimeZone *zone, GArray **stretches, GError **error);

/* Reads "Mon-Fri 09:00-13:00,14:00-18:00" or "Sat 10:00-14:00" and adds its
 * spans to @hours (of TdSpan); FALSE, and nothing added, if it will not do. */
gboolean td_calendar_read_hours(const char *text, GArray *hours);

G_END_DECLS

#endif
