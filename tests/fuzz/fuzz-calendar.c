/* fuzz-calendar.c - any bytes as an invitation (iCalendar) */

#include "config.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	fuzz_check_body(
	    "Content-Type: text/calendar; charset=utf-8; method=REQUEST\n",
	    data, size);
	return 0;
}
