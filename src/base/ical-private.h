/* ical-private.h - the parts that events of iCalendar files are read by
 *
 * RFC 5545.  ical-file.c finds the lines and what they stand in, ical-value.c
 * reads one line by libical, ical-rule.c weighs rules, ical-zone.c knows what
 * time it is where, and holidays.c makes stretches of time of it all.  Files
 * may come from anywhere: what does not matter for when an event is, is not
 * looked at, and the steps that reading and following rules take are counted,
 * td_ical_spend().
 *
 * What fails, fails with TD_ERROR_CONFIG that begins with file and line. */

#ifndef BASE_ICAL_PRIVATE_H
#define BASE_ICAL_PRIVATE_H

#include <libical/ical.h>

#include <ticketd/calendar.h>

G_BEGIN_DECLS

#define TD_DAY ((gint64)86400)

/* A time as it is written. */
typedef struct {
	guint line;       /* 0: there is none */
	gint64 wall;      /* what the clock on the wall shows, as if it were UTC
	                   */
	gboolean is_date; /* 00:00 of it */
	gboolean is_utc;
	const char *tzid; /* or NULL: floating, if it is not UTC */
} TdIcalTime;

/* Days by the calendar, then seconds. */
typedef struct {
	guint line; /* 0: there is none */
	gint64 days;
	gint64 seconds;
} TdIcalLength;

/* Of an event, or one that RDATE adds; neither .end nor .length: see RFC 5545
 * 3.6.1. */
typedef struct {
	TdIcalTime start;
	TdIcalTime end;
	TdIcalLength length;
} TdIcalPeriod;

typedef struct {
	guint line;
	struct icalrecurrencetype rule;
} TdIcalRule;

typedef struct {
	guint line;
	const char *uid; /* or NULL */
	gboolean cancelled;
	TdIcalPeriod period;
	TdIcalTime replaces; /* RECURRENCE-ID */
	GArray *rules;       /* of TdIcalRule */
	GArray *exrules;     /* of TdIcalRule; of RFC 2445 */
	GArray *additions;   /* of TdIcalPeriod */
	GArray *exceptions;  /* of TdIcalTime */
} TdIcalEvent;

typedef struct {
	const char *path;
	GPtrArray *events;     /* of TdIcalEvent */
	GHashTable *zones;     /* TZID -> icaltimezone of a VTIMEZONE */
	GHashTable *known;     /* TZID -> GTimeZone of the system */
	GTimeZone *zone;       /* borrowed */
	GStringChunk *strings; /* that the events point into */
	guint *work;           /* borrowed: steps taken, see td_ical_spend() */
} TdIcalFile;

/* ---- ical-file.c ---- */

/* @path, @zone, which floating times are meant in, and @work, the steps that
 * this file and others took, are borrowed. */
TdIcalFile *td_ical_file_read(
    const char *path, GTimeZone *zone, guint *work, GError **error);
void td_ical_file_free(TdIcalFile *file);

/* Sets *@error to "FILE:LINE: " and the text; FALSE. */
gboolean td_ical_fail(const TdIcalFile *file, guint line, GError **error,
    const char *format, ...) G_GNUC_PRINTF(4, 5);

/* Most steps of all files together; each takes some microseconds: a value that
 * is read, a time that a rule names or has to pass over, a change of a clock,
 * an event put in another's place. */
#define TD_ICAL_WORK_MAX 100000u

/* Takes so many @steps for what stands at @line; fails when they become too
 * many. */
gboolean td_ical_spend(
    TdIcalFile *file, guint line, gint64 steps, GError **error);

/* ---- ical-value.c ---- */

TdIcalEvent *td_ical_event_new(guint line);
void td_ical_event_free(TdIcalEvent *event);

/* Takes the unfolded @text of a property, if it matters. */
gboolean td_ical_event_take(TdIcalFile *file, TdIcalEvent *event, guint line,
    const char *text, GError **error);

/* Whether @text is a property that a VTIMEZONE is made of; such a one is
 * checked. */
gboolean td_ical_zone_takes(TdIcalFile *file, guint line, const char *text,
    gboolean *taken, GError **error);

/* ---- ical-rule.c ---- */

/* How many times @rule names on one day. */
gint64 td_ical_daily(const struct icalrecurrencetype *rule);

/* How many steps it takes to follow @rule from @start, besides the times that
 * it names, which are not known before. */
gint64 td_ical_weigh(const struct icalrecurrencetype *rule, gint64 start);

/* How many times @rule, a yearly one, names in a year at most. */
gint64 td_ical_yearly(const struct icalrecurrencetype *rule);

/* ---- ical-zone.c ---- */

/* Notes the VTIMEZONE that @text is. */
gboolean td_ical_zone_add(
    TdIcalFile *file, guint line, const char *text, GError **error);

/* The moment of @time.  What a change of the clock skips is counted on from
 * before it; of what comes twice it is the first. */
gboolean td_ical_utc(
    TdIcalFile *file, const TdIcalTime *time, gint64 *utc, GError **error);

/* What the clock of @time's zone shows at @utc; @time is known to have a
 * moment. */
gint64 td_ical_wall(TdIcalFile *file, const TdIcalTime *time, gint64 utc);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdIcalFile, td_ical_file_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdIcalEvent, td_ical_event_free)

G_END_DECLS

#endif
