/* fuzz-auth.c - any text as Authentication-Results
 *
 * The first line of the input is the From field; each of the others is a field
 * of our mail server's, or of another where it begins with a blank. */

#include "config.h"

#include "fuzz.h"

#define LINE 4096
#define FIELDS 50

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	g_autoptr(GString) mail = g_string_new(NULL);
	g_autoptr(TdMessage) message = NULL;
	g_autoptr(TdAuth) ours = NULL;
	g_autoptr(TdAuth) none = NULL;
	g_autofree char *from = NULL;

	fuzz_init();
	from = fuzz_take_line(&data, &size, LINE);
	for (guint i = 0; size > 0 && i < FIELDS; i++) {
		g_autofree char *line = fuzz_take_line(&data, &size, LINE);

		g_string_append_printf(mail, "Authentication-Results:%s %s\n",
		    *line == ' ' ? "" : " mx.example.org;", line);
	}
	g_string_append_printf(mail, "From: %s\n\ntext\n", from);
	message = td_message_parse(mail->str, mail->len);
	ours = td_message_auth(message, "mx.example.org");
	fuzz_check_text(ours->spf);
	fuzz_check_text(ours->dkim);
	fuzz_check_text(ours->dmarc);
	none = td_message_auth(message, NULL);
	g_assert_cmpstr(none->dkim, ==, "");
	g_assert_cmpstr(none->dmarc, ==, "");
	g_assert_cmpstr(none->spf, ==, "");
	return 0;
}
