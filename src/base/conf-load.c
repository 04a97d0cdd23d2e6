/* conf-load.c - the configuration with all that it names
 *
 * By itself, so that a program that asks the daemon alone need not link what
 * reads iCalendar files, which takes longer to start than to answer. */

#include "config.h"

#include <ticketd/calendar.h>

#include "base/conf-private.h"

TdConf *
td_conf_load(const char *path, GError **error)
{
	return td_conf_load_by(path, td_calendar_read_events, error);
}
