/* notice-fixture.h - bounces in words, and what is read out of them */

#ifndef TICKETD_TESTS_NOTICE_FIXTURE_H
#define TICKETD_TESTS_NOTICE_FIXTURE_H

#include "message-fixture.h"

#define DAEMON                                                                 \
	"From: Mail Delivery System <MAILER-DAEMON@mx.example.net>\n"          \
	"To: support@example.com\n"
#define OFFICE                                                                 \
	"From: Postmaster <postmaster@mx.example.net>\n"                       \
	"To: support@example.com\n"
#define PERSON                                                                 \
	"From: Ivan <ivan@example.net>\nTo: Support <support@example.com>\n"
#define RETURNED                                                               \
	"Received: from example.com by mx.example.net; Mon, 5 Jan 2026\n"      \
	"Message-ID: <42.1.token@example.com>\n"                               \
	"From: Support <support@example.com>\nTo: anna@example.org\n"          \
	"Subject: [#42] Printer\n\nHello Anna\n"
#define UTF8 "Content-Type: text/plain; charset=utf-8\n"

typedef struct {
	const char *what;
	const char *raw;
	const char *want; /* "address action status", joined by "; " */
} Row;

/* All that is told of the recipients; NULL when it is no report.  The caller
 * owns it. */
static char *
tell(const TdMessage *message)
{
	GString *out;

	if (message->report == NULL)
		return NULL;
	out = g_string_new(NULL);
	for (guint i = 0; i < message->report->recipients->len; i++) {
		const TdDsnRecipient *one = g_ptr_array_index(
		    message->report->recipients, i);

		g_string_append_printf(out, "%s%s %s %s", i == 0 ? "" : "; ",
		    one->address, one->action, one->status);
	}
	return g_string_free(out, FALSE);
}

static void
assert_rows(const Row *rows, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		g_autoptr(TdMessage) message = parse_text(rows[i].raw);
		g_autofree char *got = tell(message);

		g_test_message("%s", rows[i].what);
		g_assert_cmpstr(got, ==, rows[i].want);
		if (got != NULL) {
			g_assert_false(message->report->formal);
			g_assert_cmpint(
			    message->report->kind, ==, TD_REPORT_DELIVERY);
		}
	}
}

#endif
