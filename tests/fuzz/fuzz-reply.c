/* fuzz-reply.c - any text as a reply with quotes */

#include "config.h"

#include <ticketd/language.h>
#include <ticketd/text.h>

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	g_autofree char *text = td_text_utf8((const char *)data, (gssize)size);

	g_strdelimit(text, "\r", ' ');
	fuzz_check_reply(text);
	td_language_guess(text);
	return 0;
}
