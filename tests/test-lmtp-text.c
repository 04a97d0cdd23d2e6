/* test-lmtp-text.c - what an LMTP session makes of the text of a mail */

#include "config.h"

#include <ticketd/error.h>

#include "lmtp-fixture.h"

/* ---- DATA ---- */

static void
test_data_is_unstuffed_and_kept_as_it_came(
    Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *wire, *want;
	} table[] = {
		{ "a\r\n.\r\n", "a\r\n" },
		{ "a\r\n\r\n\r\n.\r\n", "a\r\n\r\n\r\n" },
		{ "..a\r\n..\r\n.b\r\n.\r\n", ".a\r\n.\r\nb\r\n" },
		{ "a\n.\nb\n.\r\nc\r\n.\r\n", "a\n.\nb\n.\r\nc\r\n" },
		{ "a\r.\r\nb\r\r\n.\r\n", "a\r.\r\nb\r\r\n" },
		{ "a\r\n.\rb\r\n.\r\n", "a\r\n\rb\r\n" },
		{ "a\r\n.\r\r\n.\r\n", "a\r\n\r\r\n" },
		{ "a\r\n.\nb\r\n.\r\n", "a\r\n\nb\r\n" },
		{ ".\rx\r\n.\r\n", "\rx\r\n" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
		for (gsize step = 1; step <= strlen(table[i].wire); step++) {
			gsize size = strlen(table[i].wire);

			open_mail(talk);
			say(talk, "DATA\r\n");
			hear_codes(talk, "354 end w");
			for (gsize at = 0; at < size; at += step) {
				gsize part = MIN(step, size - at);

				g_assert_cmpuint(
				    feed(talk, table[i].wire + at, part), ==,
				    part);
			}
			g_assert_cmpstr(
			    talk->messages->str + 1, ==, table[i].want);
			answer(talk);
			hear(talk, "250 2.0.0 ticket=42\r\n");
			g_string_truncate(talk->messages, 0);
		}
	}
}

static void
test_each_recipient_gets_an_answer(
    Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	static const TdError errors[] = { TD_ERROR_AGAIN, TD_ERROR_TOO_LARGE,
		TD_ERROR_NOT_OURS, TD_ERROR_BROKEN };

	open_mail(talk);
	for (gsize i = 0; i < G_N_ELEMENTS(errors); i++)
		say(talk, "RCPT TO:<support@x>\r\n");
	say(talk, "DATA\r\nx\r\n.\r\n");
	g_string_truncate(talk->replies, 0);
	for (gsize i = 0; i < G_N_ELEMENTS(errors); i++) {
		TdIntakeRecipient *recipient = g_ptr_array_index(
		    talk->intake->recipients, i + 1);

		td_fail(&recipient->error, errors[i], "why");
	}
	td_lmtp_session_answer(
	    talk->session, talk->intake, TRUE, talk->replies);
	hear_codes(talk, "250 2.0.0,452 4.3.1,552 5.3.4,550 5.1.1,451 4.3.0");
}

static void
test_input_waits_while_a_message_is_filed(
    Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	const char *both = "x\r\n.\r\nNOOP\r\n";

	open_mail(talk);
	say(talk, "DATA\r\n");
	g_string_truncate(talk->replies, 0);
	g_assert_cmpuint(feed(talk, both, strlen(both)), ==, 6);
	hear(talk, "");
	g_assert_cmpuint(feed(talk, both + 6, 6), ==, 0);
	answer(talk);
	say(talk, both + 6);
	hear(talk, "250 2.0.0 ticket=42\r\n250 2.0.0 ok\r\n");
}

static void
test_too_large_is_swallowed_and_told_to_each(
    Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *half = g_strnfill(MAX_SIZE / 2 + 1, 'x');

	open_mail(talk);
	say(talk, "RCPT TO:<support@x>\r\nDATA\r\n");
	say(talk, half);
	say(talk, half);
	g_assert_cmpuint(talk->discarded, ==, 1);
	g_string_truncate(talk->replies, 0);
	say(talk, "\r\n.\r\nNOOP\r\n");
	hear_codes(talk, "552 5.3.4,552 5.3.4,250 2.0.0");
	g_assert_null(talk->intake);
}

static void
test_full_disk_is_told_to_each(Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	talk->room = 10;
	open_mail(talk);
	say(talk, "DATA\r\nmore than ten bytes\r\n.\r\n");
	hear_codes(talk, "354 end w,452 4.3.1");
}

static void
test_empty_message_is_put_off(Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	open_mail(talk);
	say(talk, "DATA\r\n.\r\n");
	hear_codes(talk, "354 end w,451 4.3.0");
	g_assert_false(td_lmtp_session_busy(talk->session));
}

static void
test_data_without_recipients_is_refused(
    Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	say(talk, "LHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<nobody@x>\r\n");
	g_string_truncate(talk->replies, 0);
	say(talk, "DATA\r\n");
	hear_codes(talk, "503 5.5.1");
}

/* ---- BDAT ---- */

static void
test_chunks_make_one_message(Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	const char
	    *talk_text = "BDAT 5\r\n\r\n.\r\nBDAT 4\r\nNOOPBDAT 3 LAST\r\n"
	                 "abc";

	for (gsize step = 1; step <= strlen(talk_text); step++) {
		open_mail(talk);
		for (gsize at = 0; at < strlen(talk_text); at += step)
			feed(talk, talk_text + at,
			    MIN(step, strlen(talk_text) - at));
		hear_codes(talk, "250 2.0.0,250 2.0.0");
		g_assert_cmpstr(talk->messages->str, ==, "|\r\n.\r\nNOOPabc");
		answer(talk);
		hear(talk, "250 2.0.0 ticket=42\r\n");
		g_string_truncate(talk->messages, 0);
	}
}

static void
test_last_chunk_may_be_empty(Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	open_mail(talk);
	say(talk, "BDAT 3\r\nabcBDAT 0 last\r\n");
	hear_codes(talk, "250 2.0.0");
	g_assert_cmpstr(talk->messages->str, ==, "|abc");
	answer(talk);
}

static void
test_empty_chunked_message_is_put_off(
    Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	open_mail(talk);
	say(talk, "BDAT 0 LAST\r\n");
	hear_codes(talk, "451 4.3.0");
}

static void
test_chunks_out_of_sequence_are_swallowed(
    Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	say(talk, "LHLO c\r\n");
	g_string_truncate(talk->replies, 0);
	say(talk, "BDAT 6\r\nQUIT\r\nMAIL FROM:<>\r\nBDAT 6 LAST\r\nQUIT\r\n");
	hear_codes(talk, "503 5.5.1,250 2.1.0,503 5.5.1");
	g_assert_false(td_lmtp_session_over(talk->session));
}

static void
test_too_large_chunks_are_swallowed(
    Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *large = g_strnfill(MAX_SIZE + 1, 'x');
	g_autofree char *chunk = g_strdup_printf(
	    "BDAT %u\r\n%s", MAX_SIZE + 1, large);

	open_mail(talk);
	say(talk, chunk);
	hear_codes(talk, "552 5.3.4");
	say(talk, "BDAT 4\r\nNOOPBDAT 4 LAST\r\nNOOP");
	hear_codes(talk, "552 5.3.4,552 5.3.4");
	say(talk, "MAIL FROM:<>\r\n");
	hear_codes(talk, "250 2.1.0");
}

static void
test_data_and_chunks_do_not_mix(Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	open_mail(talk);
	say(talk, "BDAT 1\r\nxDATA\r\nRCPT TO:<support@x>\r\nRSET\r\n");
	hear_codes(talk, "250 2.0.0,503 5.5.1,503 5.5.1,250 2.0.0");
	g_assert_cmpuint(talk->discarded, ==, 1);
}

static void
test_chunk_without_a_size_ends_the_session(
    Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const lines[] = { "BDAT\r\n", "BDAT x\r\n",
		"BDAT -1\r\n", "BDAT 99999999999999999999\r\n",
		"BDAT 5 FIRST\r\n", "BDAT 5LAST\r\n" };

	for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
		end(talk, NULL);
		memset(talk, 0, sizeof(*talk));
		begin(talk, NULL);
		open_mail(talk);
		say(talk, lines[i]);
		hear_codes(talk, "501 5.5.4,421 4.7.0");
		g_assert_true(td_lmtp_session_over(talk->session));
	}
}

/* ---- noise ---- */

/* Whatever comes, the session takes it and nothing is read beyond its end. */
static void
test_noise_harms_nothing(Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const pieces[] = { "LHLO x\r\n", "MAIL FROM:<>\r\n",
		"MAIL FROM:<", "RCPT TO:<support@x>\r\n", "DATA\r\n",
		"BDAT 7\r\n", "BDAT 3 LAST\r\n", "\r\n.\r\n", ".\r", "\n", "x",
		"RSET\r\n", "ORCPT=utf-8;\\x{", "+", "\xff\x01" };
	g_autoptr(GRand) random = g_rand_new_with_seed(1);

	for (guint i = 0; i < 20000; i++) {
		const char *piece =
		    pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))];

		if (td_lmtp_session_over(talk->session)) {
			end(talk, NULL);
			memset(talk, 0, sizeof(*talk));
			begin(talk, NULL);
		}
		feed(talk, piece, strlen(piece));
		if (td_lmtp_session_busy(talk->session))
			answer(talk);
		g_string_truncate(talk->messages, 0);
		g_string_truncate(talk->replies, 0);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("data", test_data_is_unstuffed_and_kept_as_it_came);
	ADD("answers", test_each_recipient_gets_an_answer);
	ADD("busy", test_input_waits_while_a_message_is_filed);
	ADD("too-large", test_too_large_is_swallowed_and_told_to_each);
	ADD("full", test_full_disk_is_told_to_each);
	ADD("empty", test_empty_message_is_put_off);
	ADD("no-recipients", test_data_without_recipients_is_refused);
	ADD("chunks", test_chunks_make_one_message);
	ADD("last-chunk", test_last_chunk_may_be_empty);
	ADD("empty-chunks", test_empty_chunked_message_is_put_off);
	ADD("chunks-sequence", test_chunks_out_of_sequence_are_swallowed);
	ADD("chunks-too-large", test_too_large_chunks_are_swallowed);
	ADD("mixed", test_data_and_chunks_do_not_mix);
	ADD("chunk-syntax", test_chunk_without_a_size_ends_the_session);
	ADD("noise", test_noise_harms_nothing);
	return g_test_run();
}
