/* date.h - dates of header fields */

#ifndef TICKETD_MESSAGE_DATE_H
#define TICKETD_MESSAGE_DATE_H

#include <glib.h>

/* The value of a Date field (RFC 5322, 3.3) in seconds UTC; 0 if @line (may be
 * NULL) is none, or is a mistake or a joke: before 1970, or from 2100 on. */
gint64 td_date_read(const char *line);

#endif
