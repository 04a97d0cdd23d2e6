/* classify-fixture.h - mails and the classes they are to get */

#ifndef TICKETD_TESTS_CLASSIFY_FIXTURE_H
#define TICKETD_TESTS_CLASSIFY_FIXTURE_H

#include "desk-fixture.h"

typedef struct {
	const char *what;
	const char *sender; /* of the envelope */
	const char *headers;
	TdClass class;
	gboolean silent;
	const char *because; /* in reason or silence; NULL: any */
} Want;

#define PERSON "anna@example.net"
#define TO "From: Anna <anna@example.net>\nTo: support@example.com\n"

static TdClassified
classify(Fixture *fixture, const char *sender, const char *raw)
{
	const TdEnvelope envelope = { .sender = sender,
		.recipient = "support@example.com" };
	g_autoptr(TdMessage) message = td_message_parse(raw, strlen(raw));
	TdClassified got = { 0 };

	td_desk_classify(fixture->desk, message, &envelope, &got);
	return got;
}

static void
check_wants(Fixture *fixture, const Want *rows, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		const Want *want = &rows[i];
		g_autofree char *raw = g_strconcat(
		    want->headers, "\nText.\n", NULL);
		g_auto(TdClassified) got = classify(fixture, want->sender, raw);

		g_test_message("%s: %s", want->what, got.reason);
		g_assert_cmpstr(
		    td_class_name(got.class), ==, td_class_name(want->class));
		g_assert_cmpint(*got.silence != '\0', ==, want->silent);
		g_assert_true(want->because == NULL ||
		    strstr(got.reason, want->because) != NULL ||
		    strstr(got.silence, want->because) != NULL);
	}
}

#endif
