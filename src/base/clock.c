/* clock.c - see ticketd/clock.h */

#include "config.h"

#include <ticketd/clock.h>

gint64
td_clock_now(void)
{
	return g_get_real_time() / G_USEC_PER_SEC;
}
