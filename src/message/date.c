/* date.c - see message/date.h */

#include "config.h"

#include "message/date.h"
#include "message/gmime-auto.h"

/* 2100-01-01. */
#define DATE_MAX G_GINT64_CONSTANT(4102444800)

gint64
td_date_read(const char *line)
{
	g_autoptr(GDateTime) date = NULL;
	gint64 seconds;

	if (line == NULL || *line == '\0')
		return 0;
	date = g_mime_utils_header_decode_date(line);
	if (date == NULL)
		return 0;
	seconds = g_date_time_to_unix(date);
	return seconds > 0 && seconds < DATE_MAX ? seconds : 0;
}
