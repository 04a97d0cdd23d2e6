/* fuzz-html.c - any text as HTML */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "fuzz.h"
#include "message/html.h"
#include "message/limits.h"

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	g_autofree char *html = NULL;
	g_autofree char *text = NULL;
	g_autoptr(GPtrArray) problems = NULL;

	fuzz_init();
	html = g_strdelimit(
	    td_text_utf8((const char *)data, (gssize)size), "\r", '\n');
	problems = g_ptr_array_new_with_free_func(g_free);
	text = td_html_to_text(html, strlen(html), problems);
	fuzz_check_text(text);
	g_assert_null(strchr(text, '\r'));
	g_assert_cmpuint(problems->len, <=, TD_LIMIT_PROBLEMS);
	fuzz_check_reply(text);
	return 0;
}
