/* calendar-part.h - calendar parts (RFC 5545, RFC 5546) in a few lines */

#ifndef TICKETD_MESSAGE_CALENDAR_PART_H
#define TICKETD_MESSAGE_CALENDAR_PART_H

#include <glib.h>

/* What @calendar (UTF-8, the content of a text/calendar) is about: its kind,
 * and what, when, where, who.  @method (may be NULL): that of the part's
 * Content-Type, for a calendar that has none.  @whole: its description too.  A
 * summary as td_summary_begin() starts them, with LF line ends; NULL if there
 * is no event in it.  The caller owns the result. */
char *td_calendar_summary(
    const char *calendar, const char *method, gboolean whole);

#endif
