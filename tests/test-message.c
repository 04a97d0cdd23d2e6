/* test-message.c - what the header of a mail says, and its identity */

#include "config.h"

#include <string.h>

#include "message-fixture.h"

static void
test_every_field_is_read(void)
{
	g_autoptr(TdMessage) message = parse_text(
	    "Return-Path: <anna@example.org>\n"
	    "From: Anna <Anna@Example.org>\n"
	    "Sender: Boris <boris@example.org>\n"
	    "Reply-To: team@example.org\n"
	    "To: support@example.com, Carla <carla@example.net>\n"
	    "Cc: friends: dora@example.net, emil@example.net;\n"
	    "Subject: A printer\n"
	    "Date: Mon, 2 Nov 2026 10:00:00 +0100\n"
	    "Message-ID: <one@example.org>\n"
	    "\n"
	    "It burns.\n");

	g_assert_cmpstr(address_at(message->from, 0)->name, ==, "Anna");
	g_assert_cmpstr(
	    address_at(message->from, 0)->address, ==, "Anna@Example.org");
	g_assert_cmpstr(td_message_from(message), ==, "anna@example.org");
	g_assert_cmpstr(
	    address_at(message->sender, 0)->address, ==, "boris@example.org");
	g_assert_cmpstr(
	    address_at(message->reply_to, 0)->address, ==, "team@example.org");
	g_assert_cmpuint(message->to->len, ==, 2);
	g_assert_cmpstr(address_at(message->to, 0)->name, ==, "");
	g_assert_cmpuint(message->cc->len, ==, 2);
	g_assert_cmpstr(
	    address_at(message->cc, 1)->address, ==, "emil@example.net");
	g_assert_cmpstr(message->subject, ==, "A printer");
	g_assert_cmpint(message->date, ==, 1793610000);
	g_assert_cmpstr(message->message_id, ==, "one@example.org");
	g_assert_true(message->has_message_id);
	g_assert_cmpstr(message->text, ==, "It burns.\n");
	g_assert_cmpstr(message->content_type, ==, "text/plain");
	g_assert_cmpuint(g_strv_length(message->problems), ==, 0);
}

static void
test_fields_are_kept_in_order_with_both_forms(void)
{
	g_autoptr(TdMessage) message = parse_text("X-One: =?utf-8?Q?=C3=A9?= \n"
	                                          "X-Two:\r\n"
	                                          " folded\t\r\n"
	                                          "\t value\r\n"
	                                          "x-one: again\n"
	                                          "this is no field\n"
	                                          "X-Three : x\n"
	                                          "\n");
	const TdHeader *first = g_ptr_array_index(message->headers, 0);

	g_assert_cmpuint(message->headers->len, ==, 4);
	g_assert_cmpstr(first->name, ==, "X-One");
	g_assert_cmpstr(first->value, ==, "\xc3\xa9");
	g_assert_cmpstr(first->raw, ==, "=?utf-8?Q?=C3=A9?=");
	g_assert_cmpstr(
	    td_message_header(message, "x-two", 0), ==, "folded value");
	g_assert_cmpstr(td_message_header(message, "X-One", 1), ==, "again");
	g_assert_cmpstr(td_message_header(message, "X-Three", 0), ==, "x");
	g_assert_null(td_message_header(message, "X-One", 2));
}

static void
test_subjects_are_decoded(void)
{
	static const struct {
		const char *raw;
		const char *want;
	} rows[] = {
		{ "plain", "plain" },
		{ "folded\n over\n\ttwo", "folded over two" },
		{ "=?utf-8?B?0J/RgNC40LLQtdGC?=", "Привет" },
		{ "=?koi8-r?Q?=F0=D2=C9=D7=C5=D4?=", "Привет" },
		{ "a =?utf-8?Q?=C3=A9?= b", "a \xc3\xa9 b" },
		{ "=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab" },
		{ "=?utf-8?Q?a?=\n =?utf-8?Q?b_c?=", "ab c" },
		/* Split inside a character, as some mailers do. */
		{ "=?utf-8?Q?caf=C3?= =?utf-8?Q?=A9?=", "caf\xc3\xa9" },
		{ "=?utf-8?B?Y2Fmww==?= =?UTF-8?B?qQ==?=", "caf\xc3\xa9" },
		{ "=?utf-8?B?Y2Fm?= =?utf-8?Q?=C3=A9?=", "caf\xc3\xa9" },
		{ "=?utf-8*en?Q?lang?=", "lang" },
		{ "=?utf-8?Q?sp ace?=", "sp ace" },
		{ "=?utf-8?Q?line=0D=0ABcc:_x?=", "line  Bcc: x" },
		{ "=?utf-8?Q?unfinished", "unfinished" },
		{ "=?utf-8?X?what?=", "=?utf-8?X?what?=" },
		{ "=??Q?what?=", "=??Q?what?=" },
		{ "raw \xc3\xa9", "raw \xc3\xa9" },
		{ "raw \xe9t\xe9", "raw \xc3\xa9t\xc3\xa9" },
		{ "=?utf-8?Q?wrong_=E9t=E9?=", "wrong \xc3\xa9t\xc3\xa9" },
		{ "=?x-nobody?Q?caf=C3=A9?=", "caf\xc3\xa9" },
		{ "=?iso-8859-1?Q?raw_\xf6_in_word?=", "raw \xc3\xb6 in word" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *raw = g_strdup_printf(
		    "Subject: %s\n\nx\n", rows[i].raw);
		g_autoptr(TdMessage) message = parse_text(raw);

		g_assert_cmpstr(message->subject, ==, rows[i].want);
	}
}

static void
test_odd_addresses_never_fail(void)
{
	static const struct {
		const char *raw;
		const char *name;
		const char *folded;
	} rows[] = {
		{ "\"Last, First\" <a@example.org>", "Last, First",
		    "a@example.org" },
		{ "a@example.org (Anna)", "Anna", "a@example.org" },
		{ "=?utf-8?B?0JDQvdC90LA=?= <a@example.org>", "Анна",
		    "a@example.org" },
		{ "\"=?utf-8?B?0JDQvdC90LA=?=\" <a@example.org>", "Анна",
		    "a@example.org" },
		{ "Anna <a@example.org", "Anna", "a@example.org" },
		{ "\"b@example.net\" <a@example.org>", "b@example.net",
		    "a@example.org" },
		{ "\xc0\xed\xed\xe0 <a@example.org>", "Анна", "a@example.org" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *raw = g_strdup_printf(
		    "From: %s\n\nx\n", rows[i].raw);
		g_autoptr(TdMessage) message = parse_text(raw);

		g_assert_cmpstr(
		    address_at(message->from, 0)->name, ==, rows[i].name);
		g_assert_cmpstr(td_message_from(message), ==, rows[i].folded);
	}
}

static void
test_no_usable_sender_is_empty(void)
{
	static const char *const rows[] = { "", "From:\n", "From: <>\n",
		"From: ,,,\n", "From: undisclosed-recipients:;\n",
		"From: @\n" };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *raw = g_strconcat(rows[i], "\nx\n", NULL);
		g_autoptr(TdMessage) message = parse_text(raw);

		g_assert_cmpstr(td_message_from(message), ==, "");
	}
}

static void
test_of_two_senders_the_topmost_counts(void)
{
	g_autoptr(TdMessage) message = parse_text(
	    "From: a@example.org\nFrom: b@example.net\n\nx\n");

	g_assert_cmpuint(message->from->len, ==, 1);
	g_assert_cmpstr(td_message_from(message), ==, "a@example.org");
	g_assert_true(has_problem(message, "several From"));
}

static void
test_message_ids_are_taken_or_made(void)
{
	static const struct {
		const char *raw;
		const char *want; /* NULL: one is made */
	} rows[] = {
		{ "<a@example.org>", "a@example.org" },
		{ "a@example.org", "a@example.org" },
		{ "<a@example.org> (comment)", "a@example.org" },
		{ "\n <a@example.org>", "a@example.org" },
		{ "<no-at-sign>", "no-at-sign" },
		{ "<\xc3\xa9@example.org>", "\xc3\xa9@example.org" },
		{ "<a@example.org>\nMessage-ID: <b@example.org>",
		    "a@example.org" },
		{ "", NULL },
		{ "<>", NULL },
		{ "<a b@example.org>", NULL },
		{ "<a\x01@example.org>", NULL },
		{ "<\xff@example.org>", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *raw = g_strdup_printf(
		    "Message-ID: %s\n\nx\n", rows[i].raw);
		g_autoptr(TdMessage) message = parse_text(raw);
		g_autofree char *made = g_strconcat(
		    "sha256:", message->digest, NULL);

		g_assert_cmpstr(message->message_id, ==,
		    rows[i].want == NULL ? made : rows[i].want);
		g_assert_cmpint(
		    message->has_message_id, ==, rows[i].want != NULL);
	}
}

static void
test_longest_message_id_is_taken(void)
{
	for (int more = 0; more < 2; more++) {
		g_autofree char *id = g_strnfill(
		    (gsize)(TD_MESSAGE_ID_MAX + more), 'x');
		g_autofree char *raw = g_strdup_printf(
		    "Message-ID: <%s>\n\nx\n", id);
		g_autoptr(TdMessage) message = parse_text(raw);

		g_assert_cmpint(message->has_message_id, ==, more == 0);
	}
}

static void
test_references_are_gathered_oldest_first(void)
{
	static const struct {
		const char *raw;
		const char *want;
	} rows[] = {
		{ "References: <a@x> <b@x>\nIn-Reply-To: <b@x>", "a@x b@x" },
		{ "References: <a@x>\nIn-Reply-To: <b@x>", "a@x b@x" },
		{ "In-Reply-To: <b@x>", "b@x" },
		{ "In-Reply-To: b@x", "b@x" },
		{ "In-Reply-To: Your message of Monday <b@x>", "b@x" },
		{ "In-Reply-To: Your message by anna@example.org", "" },
		{ "In-Reply-To: <b@x> (anna@example.org)", "b@x" },
		{ "References: a@x b@x,c@x", "a@x b@x,c@x" },
		{ "References: <a@x>,<b@x>, <c@x>", "a@x b@x c@x" },
		{ "References: <a@x><b@x>", "a@x b@x" },
		{ "References: <a@x <b@x>", "a@x b@x" },
		{ "References: <a@x\n b@x>", "a@x b@x" },
		{ "References: <long-\n id@x>", "long-id@x" },
		{ "References: <a@x> garbage <b@x>", "a@x b@x" },
		{ "References: <a@x> <a@x>", "a@x" },
		{ "References: <> < > <", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *raw = g_strconcat(rows[i].raw, "\n\nx", NULL);
		g_autoptr(TdMessage) message = parse_text(raw);
		g_autofree char *got = g_strjoinv(" ", message->references);

		g_assert_cmpstr(got, ==, rows[i].want);
	}
}

static void
test_newest_references_are_kept(void)
{
	g_autoptr(GString) raw = g_string_new("References:");
	g_autoptr(TdMessage) message = NULL;

	for (int i = 0; i < 1000; i++)
		g_string_append_printf(raw, "\n <%d@example.org>", i);
	g_string_append(raw, "\n\nx\n");
	message = parse_text(raw->str);

	g_assert_cmpuint(g_strv_length(message->references), ==, 200);
	g_assert_cmpstr(message->references[0], ==, "800@example.org");
	g_assert_cmpstr(message->references[199], ==, "999@example.org");
	g_assert_true(has_problem(message, "references"));
}

static void
test_dates_that_make_no_sense_are_none(void)
{
	static const struct {
		const char *raw;
		gint64 want;
	} rows[] = {
		{ "2 Nov 2026 10:00:00 GMT", 1793613600 },
		{ "Mon, 02 Nov 26 10:00 +0000 (UTC)", 1793613600 },
		{ "yesterday", 0 },
		{ "", 0 },
		{ "Mon, 2 Nov 1926 10:00:00 +0000", 0 },
		{ "Mon, 2 Nov 9926 10:00:00 +0000", 0 },
		{ "99 Foo 99999999999 99:99:99 +9999", 0 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *raw = g_strdup_printf(
		    "Date: %s\n\nx\n", rows[i].raw);
		g_autoptr(TdMessage) message = parse_text(raw);

		g_assert_cmpint(message->date, ==, rows[i].want);
	}
}

static void
test_bytes_without_a_header_are_text(void)
{
	g_autoptr(TdMessage) message = parse_text("Hello there\nno header\n");

	g_assert_cmpstr(message->text, ==, "Hello there\nno header\n");
	g_assert_cmpuint(message->headers->len, ==, 0);
	g_assert_false(message->has_message_id);
}

static void
test_nothing_is_a_mail_too(void)
{
	static const char *const rows[] = { "", "\n", "\r\n", "\r", "From ",
		"From x\n", ":", " \n", "\n\n\n" };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(TdMessage) message = parse_text(rows[i]);

		g_assert_cmpstr(message->subject, ==, "");
		g_assert_cmpuint(strlen(message->digest), ==, 64);
	}
}

static void
test_header_has_limits(void)
{
	g_autoptr(GString) raw = g_string_new(NULL);
	g_autoptr(TdMessage) message = NULL;

	for (int i = 0; i < 1500; i++)
		g_string_append(raw, "X: y\n");
	g_string_append(raw, "\ntext\n");
	message = parse_text(raw->str);

	g_assert_cmpuint(message->headers->len, ==, 1000);
	g_assert_cmpstr(message->text, ==, "text\n");
	g_assert_true(has_problem(message, "header fields"));
}

static void
test_unreadable_mail_has_an_identity(void)
{
	static const char raw[] = "Subject: x\n\nkills the parser\n";
	g_autoptr(TdMessage) message = td_message_unreadable(
	    raw, strlen(raw), "unreadable message");
	g_autofree char *want = g_compute_checksum_for_string(
	    G_CHECKSUM_SHA256, raw, -1);

	g_assert_true(message->unreadable);
	g_assert_cmpstr(message->subject, ==, "unreadable message");
	g_assert_cmpstr(message->digest, ==, want);
	g_assert_true(g_str_has_suffix(message->message_id, want));
	g_assert_false(message->has_message_id);
	g_assert_cmpstr(td_message_from(message), ==, "");
	g_assert_cmpuint(message->headers->len, ==, 0);
	g_assert_cmpstr(message->text, ==, "");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func("/message/fields", test_every_field_is_read);
	g_test_add_func(
	    "/message/headers", test_fields_are_kept_in_order_with_both_forms);
	g_test_add_func("/message/subject", test_subjects_are_decoded);
	g_test_add_func("/message/addresses", test_odd_addresses_never_fail);
	g_test_add_func("/message/no-sender", test_no_usable_sender_is_empty);
	g_test_add_func(
	    "/message/two-senders", test_of_two_senders_the_topmost_counts);
	g_test_add_func("/message/id", test_message_ids_are_taken_or_made);
	g_test_add_func("/message/long-id", test_longest_message_id_is_taken);
	g_test_add_func(
	    "/message/references", test_references_are_gathered_oldest_first);
	g_test_add_func(
	    "/message/many-references", test_newest_references_are_kept);
	g_test_add_func(
	    "/message/date", test_dates_that_make_no_sense_are_none);
	g_test_add_func(
	    "/message/no-header", test_bytes_without_a_header_are_text);
	g_test_add_func("/message/nothing", test_nothing_is_a_mail_too);
	g_test_add_func("/message/limits", test_header_has_limits);
	g_test_add_func(
	    "/message/unreadable", test_unreadable_mail_has_an_identity);

	return g_test_run();
}
