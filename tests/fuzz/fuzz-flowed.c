/* fuzz-flowed.c - any text as format=flowed
 *
 * The first byte says whether DelSp is set. */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "fuzz.h"
#include "message/flowed.h"

/* A soft line end is taken out, or not: nothing is written that was not
 * there but marks of quotes and the blank that keeps a line from being one. */
static void
check_joined(const char *text, gboolean delsp)
{
	g_autofree char *joined = td_flowed_join(text, delsp);

	fuzz_check_text(joined);
	g_assert_cmpuint(strlen(joined), <=, 2 * strlen(text) + 2);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	g_autofree char *text = NULL;
	gboolean delsp;

	if (size == 0)
		return 0;
	delsp = (data[0] & 1) != 0;
	data++;
	size--;
	text = td_text_utf8((const char *)data, (gssize)size);
	check_joined(text, delsp);
	fuzz_check_body(delsp ? "Content-Type: text/plain; charset=utf-8; "
	                        "format=flowed; delsp=yes\n"
	                      : "Content-Type: text/plain; charset=utf-8; "
	                        "format=flowed\n",
	    data, size);
	return 0;
}
