/* test-deliver-mail.c - envelope, message and verdict of ticket-deliver */

#include "config.h"

#include <string.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "deliver/deliver.h"

/* A descriptor to read @size bytes of @text from. */
static int
text_to_read(const char *text, gsize size)
{
	g_autofree char *path = NULL;
	g_autoptr(GError) error = NULL;
	int fd = g_file_open_tmp("ticketd-test-XXXXXX", &path, &error);

	g_assert_no_error(error);
	g_unlink(path);
	g_assert_cmpint(write(fd, text, size), ==, size);
	g_assert_cmpint(lseek(fd, 0, SEEK_SET), ==, 0);
	return fd;
}

/* ---- the verdict ---- */

static void
test_an_answer_is_shown_without_paths_and_control_characters(void)
{
	static const char text[] =
	    "4.3.0 no \033[31m room in /var/lib/ticketd t\303\266day";
	TdVerdict verdict = { .status = TD_EXIT_DELIVERED };

	td_verdict_add_reply(&verdict, 451, text, strlen(text));
	g_assert_cmpint(verdict.status, ==, TD_EXIT_DEFER);
	g_assert_cmpstr(verdict.line, ==,
	    "4.3.0 ticket-deliver: ticketd answered 451 4.3.0 no room in");
}

static void
test_a_long_answer_is_cut(void)
{
	g_autofree char *word = g_strnfill(300, 'x');
	g_autofree char *text = g_strconcat("short ", word, NULL);
	TdVerdict verdict = { .status = TD_EXIT_DELIVERED };

	td_verdict_add_reply(&verdict, 451, text, strlen(text));
	g_assert_true(g_str_has_suffix(verdict.line, "451 short"));
}

/* ---- the envelope ---- */

static void
test_addresses_that_would_break_the_line_do_not_fit(void)
{
	static const struct {
		const char *address;
		gboolean fits;
	} table[] = {
		{ "", TRUE },
		{ "a@example.org", TRUE },
		{ "a+42-t1abc@example.org", TRUE },
		{ "\"a b\"@example.org", TRUE },
		{ "\"a>\\\"<b\"@example.org", TRUE },
		{ "\303\244@example.org", TRUE },
		{ "a b@example.org", FALSE },
		{ "a>@example.org", FALSE },
		{ "<a@example.org>", FALSE },
		{ "a@example.org\r\nRCPT TO:<b@example.org>", FALSE },
		{ "\"a\nb\"@example.org", FALSE },
		{ "\"a\\\nb\"@example.org", FALSE },
		{ "\"a\\\rb\"@example.org", FALSE },
		{ "\"a\\\\\"@example.org", TRUE },
		{ "\"a\\", FALSE },
		{ "\"a@example.org", FALSE },
		{ "a\177@example.org", FALSE },
	};
	g_autofree char *overlong = g_strnfill(TD_ADDRESS_MAX + 1, 'x');

	for (gsize i = 0; i < G_N_ELEMENTS(table); i++)
		g_assert_cmpint(
		    td_envelope_fits(table[i].address), ==, table[i].fits);
	g_assert_false(td_envelope_fits(overlong));
	overlong[TD_ADDRESS_MAX] = '\0';
	g_assert_true(td_envelope_fits(overlong));
}

static void
test_commands_say_who_sent_it_to_whom(void)
{
	static const struct {
		const char *sender;
		const char *recipient;
		const char *original;
		const char *queue_id;
		const char *want;
	} table[] = {
		{ "", "s@example.org", NULL, NULL,
		    "MAIL FROM:<> BODY=8BITMIME\r\n"
		    "RCPT TO:<s@example.org>\r\n" },
		{ "c@example.net", "s@example.org", "help+x=y@example.org",
		    "4Rc+=1",
		    "MAIL FROM:<c@example.net> BODY=8BITMIME"
		    " ENVID=4Rc+2B+3D1\r\n"
		    "RCPT TO:<s@example.org>"
		    " ORCPT=rfc822;help+2Bx+3Dy@example.org\r\n" },
		{ "c@example.net", "s@example.org", "\"a b\"@example.org", NULL,
		    "MAIL FROM:<c@example.net> BODY=8BITMIME\r\n"
		    "RCPT TO:<s@example.org>"
		    " ORCPT=rfc822;\"a+20b\"@example.org\r\n" },
		{ "\303\244@example.net", "s@example.org", NULL, NULL,
		    "MAIL FROM:<\303\244@example.net> BODY=8BITMIME SMTPUTF8"
		    "\r\nRCPT TO:<s@example.org>\r\n" },
		{ "", "s@example.org", "\303\244+b=\\c@example.org", NULL,
		    "MAIL FROM:<> BODY=8BITMIME SMTPUTF8\r\n"
		    "RCPT TO:<s@example.org> ORCPT=utf-8;"
		    "\303\244\\x{2B}b\\x{3D}\\x{5C}c@example.org\r\n" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
		char *recipient = (char *)table[i].recipient;
		TdDeliverEnvelope envelope = {
			.sender = table[i].sender,
			.original_recipient = table[i].original,
			.queue_id = table[i].queue_id,
			.recipients = &recipient,
			.count = 1,
		};
		char line[2 * TD_COMMAND_MAX];
		gsize size = td_envelope_mail(&envelope, line);

		size += td_envelope_rcpt(&envelope, 0, line + size);
		line[size] = '\0';
		g_assert_cmpstr(line, ==, table[i].want);
	}
}

static void
test_the_longest_commands_have_room(void)
{
	g_autofree char *longest = g_strnfill(TD_ADDRESS_MAX, '=');
	TdDeliverEnvelope envelope = {
		.sender = longest,
		.original_recipient = longest,
		.queue_id = longest,
		.recipients = &longest,
		.count = 1,
	};
	g_autofree char *line = g_malloc(TD_COMMAND_MAX);

	g_assert_cmpuint(td_envelope_mail(&envelope, line), <, TD_COMMAND_MAX);
	g_assert_cmpuint(
	    td_envelope_rcpt(&envelope, 0, line), <, TD_COMMAND_MAX);
	longest[0] = '\303';
	g_assert_cmpuint(
	    td_envelope_rcpt(&envelope, 0, line), <, TD_COMMAND_MAX);
}

static void
test_a_sender_that_is_not_given_is_the_return_path(void)
{
	static const struct {
		const char *mail;
		const char *want;
	} table[] = {
		{ "Return-Path: <a@b>\nFrom: c@d\n\n", "a@b" },
		{ "Received: x\r\n\ty\r\nRETURN-PATH:\t<a@b> (x)\r\n\r\n",
		    "a@b" },
		{ "Return-Path: <>\n\n", "" },
		{ "Return-Path: <a@b>\nReturn-Path: <c@d>\n\n", "a@b" },
		{ "Return-Path: <a b>\nReturn-Path: <c@d>\n\n", "c@d" },
		{ "Return-Path: <\"a b\"@c>", "\"a b\"@c" },
		{ "Return-Path: <a@b", "unknown@localhost" },
		{ "Return-Path: a@b>\n", "unknown@localhost" },
		{ "Return-Path:", "unknown@localhost" },
		{ "From: c@d\n\nReturn-Path: <a@b>\n", "unknown@localhost" },
		{ "From: c@d\r\n\r\nReturn-Path: <a@b>\r\n",
		    "unknown@localhost" },
		{ "\nReturn-Path: <a@b>\n", "unknown@localhost" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
		gsize size = strlen(table[i].mail);
		g_autofree char *copy = g_memdup2(table[i].mail, size);
		char sender[TD_ADDRESS_MAX + 1];

		td_envelope_find_sender(copy, size, sender);
		g_assert_cmpstr(sender, ==, table[i].want);
	}
}

static void
test_a_return_path_that_is_too_long_is_none(void)
{
	g_autofree char *longest = g_strnfill(TD_ADDRESS_MAX, 'x');
	g_autofree char *good = g_strdup_printf("Return-Path: <%s>", longest);
	g_autofree char *bad = g_strdup_printf("Return-Path: <%sx>", longest);
	char sender[TD_ADDRESS_MAX + 1];

	td_envelope_find_sender(good, strlen(good), sender);
	g_assert_cmpstr(sender, ==, longest);
	td_envelope_find_sender(bad, strlen(bad), sender);
	g_assert_cmpstr(sender, ==, "unknown@localhost");
}

/* ---- the input ---- */

/* All that td_input_fill() keeps of @text; the caller owns it. */
static char *
kept(const char *text)
{
	g_autoptr(GString) all = g_string_new(NULL);
	g_autofree TdInput *input = g_new0(TdInput, 1);
	TdVerdict verdict;

	input->fd = text_to_read(text, strlen(text));
	do {
		g_assert_true(td_input_fill(input, &verdict));
		g_assert_true(input->size == TD_CHUNK || input->ended);
		g_string_append_len(all, input->data, (gssize)input->size);
	} while (!input->ended);
	close(input->fd);
	g_assert_cmpint(input->any, ==, all->len > 0);
	if (all->len > 0)
		g_assert_cmpint(input->last, ==, all->str[all->len - 1]);
	return g_string_free(g_steal_pointer(&all), FALSE);
}

static void
test_the_mbox_line_is_cut_and_nothing_else(void)
{
	static const struct {
		const char *text;
		const char *want;
	} table[] = {
		{ "", "" },
		{ "From", "From" },
		{ "From ", "" },
		{ "From a@b Sat Jan  3 2026\nA: b\n", "A: b\n" },
		{ "From a@b Sat Jan  3 2026\r\nA: b\r\n", "A: b\r\n" },
		{ "From \nFrom \n", "From \n" },
		{ "From: a@b\n", "From: a@b\n" },
		{ "From : a@b\n", "From : a@b\n" },
		{ "From \t : a@b\n", "From \t : a@b\n" },
		{ "from a@b\n", "from a@b\n" },
		{ ">From a@b\n", ">From a@b\n" },
		{ "A: b\n\nFrom c\n", "A: b\n\nFrom c\n" },
		{ "A: b\r\n\nc\r.\r\n.\n..", "A: b\r\n\nc\r.\r\n.\n.." },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
		g_autofree char *got = kept(table[i].text);

		g_assert_cmpstr(got, ==, table[i].want);
	}
}

static void
test_input_of_any_size_comes_in_full_chunks(void)
{
	static const gsize sizes[] = { TD_CHUNK - 1, TD_CHUNK, TD_CHUNK + 1,
		3 * TD_CHUNK + 7 };

	for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autofree char *text = g_strnfill(sizes[i], 'x');
		g_autofree char *line = g_strconcat("From ", text, "\n", NULL);
		g_autofree char *both = g_strconcat(line, text, NULL);
		g_autofree char *plain = kept(text);
		g_autofree char *cut = kept(both);

		g_assert_cmpstr(plain, ==, text);
		g_assert_cmpstr(cut, ==, text);
	}
}

static void
test_input_that_was_cut_off_is_not_whole(void)
{
	TdVerdict verdict = { .status = TD_EXIT_DELIVERED };
	g_autofree TdInput *input = g_new0(TdInput, 1);

	input->parent = getppid();
	g_assert_false(td_input_whole(input, &verdict));
	g_assert_cmpint(verdict.status, ==, TD_EXIT_DEFER);

	input->any = true;
	input->last = 'x';
	g_assert_true(td_input_whole(input, &verdict));
	input->ends_in_line = true;
	g_assert_false(td_input_whole(input, &verdict));
	input->last = '\n';
	g_assert_true(td_input_whole(input, &verdict));
	input->parent = getpid();
	g_assert_false(td_input_whole(input, &verdict));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/deliver/reply/shown",
	    test_an_answer_is_shown_without_paths_and_control_characters);
	g_test_add_func("/deliver/reply/long", test_a_long_answer_is_cut);
	g_test_add_func("/deliver/envelope/fits",
	    test_addresses_that_would_break_the_line_do_not_fit);
	g_test_add_func("/deliver/envelope/commands",
	    test_commands_say_who_sent_it_to_whom);
	g_test_add_func(
	    "/deliver/envelope/longest", test_the_longest_commands_have_room);
	g_test_add_func("/deliver/envelope/return-path",
	    test_a_sender_that_is_not_given_is_the_return_path);
	g_test_add_func("/deliver/envelope/long-return-path",
	    test_a_return_path_that_is_too_long_is_none);
	g_test_add_func(
	    "/deliver/input/mbox", test_the_mbox_line_is_cut_and_nothing_else);
	g_test_add_func("/deliver/input/chunks",
	    test_input_of_any_size_comes_in_full_chunks);
	g_test_add_func(
	    "/deliver/input/whole", test_input_that_was_cut_off_is_not_whole);

	return g_test_run();
}
