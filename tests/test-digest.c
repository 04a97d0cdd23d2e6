/* test-digest.c - which copies of a mail are the same mail */

#include "config.h"

#include <string.h>

#include "message-fixture.h"

#define BODY "Message-ID: <a@example.org>\nSubject: x\n\ntext\n"

static char *
digest_of(const char *raw)
{
	g_autoptr(TdMessage) message = parse_text(raw);

	return g_strdup(message->digest);
}

static void
test_copies_by_other_ways_are_the_same(void)
{
	static const char *const rows[] = {
		BODY,
		"From anna@example.org Mon Nov  2 10:00:00 2026\n" BODY,
		"Return-Path: <a@example.org>\n" BODY,
		"Return-Path: <a@example.org>\nX-Original-To: x@example.com\n"
		"Delivered-To: x@example.com\n"
		"Received: from a by b;\n\tMon, 2 Nov 2026\n"
		"received: from c by d\n" BODY,
		"Received : with a blank\n" BODY,
		"Message-ID: <a@example.org>\r\nSubject: x\r\n\r\ntext\r\n",
		"Message-ID: <a@example.org>\nSubject: x\n\ntext",
		"Message-ID: <a@example.org>\r\nSubject: x\n\r\ntext\n",
	};
	g_autofree char *want = g_compute_checksum_for_string(
	    G_CHECKSUM_SHA256, BODY, -1);

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = digest_of(rows[i]);

		g_assert_cmpstr(got, ==, want);
	}
}

static void
test_other_content_differs(void)
{
	static const char *const rows[] = {
		"Message-ID: <a@example.org>\nReceived: x\nSubject: x\n\n"
		"text\n",
		"X-Seen: 1\nReceived: x\n" BODY,
		"Received-SPF: pass\n" BODY,
		"Message-ID: <a@example.org>\nSubject: x\n\nte\rxt\n",
		"Message-ID: <a@example.org>\nSubject: x\n\ntext\n\n",
		"Message-ID: <a@example.org>\nSubject: x\n\ntext\r\r\n",
		"Message-ID: <a@example.org>\nSubject: x\n\ntex",
	};
	g_autofree char *base = digest_of(BODY);

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = digest_of(rows[i]);

		g_assert_cmpstr(got, !=, base);
	}
}

static void
test_without_an_id_all_bytes_count(void)
{
	g_autofree char *plain = digest_of("Subject: x\n\ntext\n");
	g_autofree char *crlf = digest_of("Subject: x\r\n\r\ntext\r\n");
	g_autofree char *traced = digest_of(
	    "Received: a\nSubject: x\n\ntext\n");
	g_autofree char *unusable = digest_of(
	    "Received: a\nMessage-ID: <a b>\n\ntext\n");
	g_autofree char *want = g_compute_checksum_for_string(
	    G_CHECKSUM_SHA256, "Received: a\nMessage-ID: <a b>\n\ntext\n", -1);

	g_assert_cmpstr(plain, ==, crlf);
	g_assert_cmpstr(plain, !=, traced);
	g_assert_cmpstr(unusable, ==, want);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func("/digest/same", test_copies_by_other_ways_are_the_same);
	g_test_add_func("/digest/other", test_other_content_differs);
	g_test_add_func("/digest/no-id", test_without_an_id_all_bytes_count);

	return g_test_run();
}
