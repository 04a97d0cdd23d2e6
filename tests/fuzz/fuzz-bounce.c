/* fuzz-bounce.c - any text as what a mail server says of a mail
 *
 * The first byte chooses the form of the bounce; the rest stands in it. */

#include "config.h"

#include "fuzz.h"

#define HEADER                                                                 \
	"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\n"                \
	"To: support@example.org\nSubject: Undelivered Mail Returned to "      \
	"Sender\nMessage-ID: <1@mx.example.net>\nMIME-Version: 1.0\n"
#define REPORT(type)                                                           \
	HEADER "Content-Type: multipart/report; report-type=" type             \
	       "; boundary=b\n\n--b\n\nIt failed.\n--b\n"
#define RETURNED                                                               \
	"\n--b\nContent-Type: text/rfc822-headers\n\nFrom: "                   \
	"support@example.org\nMessage-ID: <2@example.org>\n\n--b--\n"

/* What stands before the input, and behind it. */
static const struct {
	const char *before;
	const char *behind;
} forms[] = {
	{ HEADER "\n", "" },
	{ HEADER "X-Failed-Recipients: ", "\n\nIt failed.\n" },
	{ REPORT("delivery-status") "Content-Type: message/delivery-status\n\n"
	                            "Reporting-MTA: dns; mx.example.net\n\n",
	    RETURNED },
	{ REPORT("delivery-status") "Content-Type: message/delivery-status\n\n"
	                            "Final-Recipient: rfc822; b@example.net\n"
	                            "Action: failed\nStatus: 5.1.1\n\n--b\n"
	                            "Content-Type: message/rfc822\n\n",
	    "\n--b--\n" },
	{ REPORT("disposition-notification") "Content-Type: "
	                                     "message/"
	                                     "disposition-notification\n\n",
	    RETURNED },
	{ REPORT("feedback-report") "Content-Type: message/feedback-report\n\n",
	    RETURNED },
	{ HEADER "Content-Type: message/delivery-status\n\n", "" },
	{ HEADER "Content-Type: text/html; charset=utf-8\n\n<p>It failed:<p>",
	    "\n\n--- Below this line is a copy of the message.\n\nFrom: "
	    "support@example.org\nMessage-ID: <2@example.org>\n" },
};

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	g_autoptr(GString) mail = NULL;
	gsize form;

	if (size == 0)
		return 0;
	form = data[0] % G_N_ELEMENTS(forms);
	mail = g_string_new(forms[form].before);
	g_string_append_len(mail, (const char *)data + 1, (gssize)(size - 1));
	g_string_append(mail, forms[form].behind);
	fuzz_check_mail(mail->str, mail->len);
	return 0;
}
