/* test-reply-stay.c - lines that are the writer's, whatever they look like, and
 * above which of them commands are obeyed */

#include "config.h"

#include <string.h>

#include <ticketd/message.h>

static void
check(const char *text, const char *want)
{
	g_autofree char *copy = g_memdup2(text, strlen(text) + 1);
	g_autofree char *reply = NULL;
	g_autofree char *quoted = NULL;

	td_message_split_reply(copy, &reply, &quoted);
	g_assert_cmpstr(reply, ==, want);
}

static void
test_texts_without_a_quote_stay_whole(void)
{
	static const char *const rows[] = {
		/* Sentences that end with a colon. */
		"On 12.05.2024 I wrote to you:\n\nthe printer burns.\n",
		"12.05.2024 я писал вам:\n\nпринтер горит.\n",
		"On the 2nd floor Anna wrote:\n\nout of order\n",
		"Here is what the server said on 12.05.2024 10:31:\n\n"
		"Error 500\n",
		"Вот что пишет сервер 12.05.2024 в 10:31:\n\nОшибка 500\n",
		"Yesterday anna@example.org wrote to me that nothing works, "
		"and here is the log of 02.11.2026:\n\nError\n",
		"My address is <anna@example.org>\n\nWrite to me.\n",
		"Please write to anna@example.org:\nsupport is there.\n",
		"На встрече 2 ноября решили:\n\n1. Купить принтер.\n",
		/* Forms and memos. */
		"From: Berlin\nTo: Moscow\nDate: 12 May\n\nPlease book.\n",
		"Name: Anna\nE-mail: anna@example.org\nDate of purchase: "
		"12.05.2024 10:00\nOrder: 123\n\nIt burns.\n",
		"Имя: Анна\nПочта: anna@example.org\nДата: 12.05.2024 10:00\n"
		"Заказ: 123\n\nГорит.\n",
		"From: Anna\nTo: All\nSubject: Holidays\n\nPlease note.\n",
		"От: Анны\nКому: всем\nДата: 12 мая\nТема: отпуск\n\n"
		"Прошу отпуск.\n",
		"От: Москвы\nДо: Берлина\n\nПрошу билет.\n",
		"-----------------------\nИмя: Анна\nПочта: anna@example.org\n"
		"Дата: 12.05.2024 10:00\nТекст: Горит.\n",
		"From: Anna <anna@example.org>\nSubject: Question\n\n"
		"Message:\nIt burns.\n",
		"I need to parse mails that come from: john@example.com and "
		"from: jane@example.com\n",
		/* Rules, headings and tables. */
		"Name  Count\n-----------\na     1\n",
		"--- log ---\nstarted\n--- end ---\n",
		"*** Important ***\nIt burns.\n",
		"| a | b |\n|---|---|\n| 1 | 2 |\n",
		"| alone\nbelow\n",
		"-- original message is lost\nwhat now\n",
		"2024-05-12 10:31:00 ERROR: foo\n"
		"2024-05-12 10:31:01 Anna <anna@example.org> wrote:\n"
		"2024-05-12 10:31:02 done\nWhat is it?\n",
		"$ diff a b\n1c1\n< a\n---\n> b\n3a4,5\n> c\n> d\n"
		"What now?\n",
		"C> dir\nPS> Get-Date\n",
		/* mbox marks. */
		">From the beginning it burned.\nNow too.\n",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *below = g_strconcat("Hi.\n\n", rows[i], NULL);

		check(rows[i], rows[i]);
		/* But below something, such a block is taken for a mail's. */
		if (!g_str_has_prefix(rows[i], "From: Anna") &&
		    !g_str_has_prefix(rows[i], "От: Анны"))
			check(below, below);
	}
}

static void
test_program_text_between_fences_stays(void)
{
	static const char *const rows[] = {
		"See:\n```\n> npm start\n> node x\n```\nIt stops.\n",
		"```\n-- \ndrop table x;\nOn 2 Nov 2026 10:00, Anna wrote:\n"
		"> x\n```\nIt stops.\n",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		check(rows[i], rows[i]);
	/* Not across what stands above a quote. */
	check("```\nx\n-----Original Message-----\n```\n> q\n", "```\nx\n");
}

static void
test_answers_stay_wherever_they_stand(void)
{
	static const char *const rows[][2] = {
		{ "On 2 Nov 2026 10:00, Anna wrote:\n> One?\nYes\n> Two?\nno\n"
		  "> Three?\n\nmaybe\n",
		    "Yes\nno\n\nmaybe\n" },
		{ "12.05.2024, 10:31, Анна пишет:\n> Один?\n\nДа.\n\n> Два?\n"
		  "\nНет.\n\nС уважением,\nБоб\n",
		    "Да.\n\nНет.\n\nС уважением,\nБоб\n" },
		{ "-----Original Message-----\nFrom: Anna <a@example.org>\n"
		  "Sent: Monday\nTo: us\nSubject: x\n\n> One?\nYes.\n",
		    "Yes.\n" },
		{ "------- Original Message -------\nOn Monday, November 2nd, "
		  "2026 at 10:00 AM, Anna <a@example.org> wrote:\n\n> One?\n"
		  "\nYes.\n",
		    "Yes.\n" },
		{ "Вы писали 2 ноября 2026 г., 10:00:\n\nАП> Один?\n\nДа.\n\n"
		  "АП> Два?\n\nНет.\n",
		    "Да.\n\nНет.\n" },
		{ "On 2 Nov 2026 10:00, Anna wrote:\n| One?\n\nYes.\n\n"
		  "| Two?\n\nNo.\n",
		    "Yes.\n\nNo.\n" },
		{ "On 2 Nov 2026 10:00, Anna wrote:\n\n    One?\n    Two?\n"
		  "    Three?\n\nYes to all.\n",
		    "Yes to all.\n" },
		/* Words of an answer that only look cut off. */
		{ "> Shall we bring the red one or the blue one,\nblue one\n"
		  "> or both?\n",
		    "blue one\n" },
		{ "> The printer on the second floor has not been working "
		  "since "
		  "Monday morning.\nsame here\n>\n> Bye\n",
		    "same here\n" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		check(rows[i][0], rows[i][1]);
}

static void
test_pieces_of_broken_quotes_go_with_them(void)
{
	check("Yes.\n\n> The printer on the second floor of the old building "
	      "has not been working\nsince monday\n>\n> Bye\n",
	    "Yes.\n");
	check("Да.\n\n> Принтер на втором этаже старого здания не работает с "
	      "самого понедельника и\nвсё ещё\n> не печатает\n",
	    "Да.\n");
}

static void
test_sentence_above_an_attribution_stays(void)
{
	static const char *const rows[] = {
		"I was away on Monday.\nOn 2 Nov 2026 10:00, Anna wrote:\n> "
		"q\n",
		"Thank you, Anna.\nAnna <anna@example.org> wrote:\n> q\n",
		"Приеду 3 ноября.\n02.11.2026, 10:00, Анна пишет:\n> q\n",
		"Приеду 3 ноября\n02.11.2026, 10:00, Анна пишет:\n> q\n",
		"We met on 3 May 2024.\nAnna wrote:\n> q\n",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *first = g_strndup(
		    rows[i], strcspn(rows[i], "\n") + 1);

		check(rows[i], first);
	}
}

/* What might be quoted is shown as the writer's, but not obeyed. */
static void
test_commands_end_where_a_quote_may_begin(void)
{
	static const char *const doubtful[] = {
		"Anna wrote:",
		"2 Nov 2026 10:00 xyzzy Anna <anna@example.org> said this:",
		"From: Anna\nTo: us\nDate: Monday",
		"--",
		"\u2014",
		"__",
		"________________",
		"| quote",
		"АП> quote",
		">From here",
		"Sent from my iPhone\ntext",
		"--- xyzzy ---",
		"\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500 title",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(doubtful); i++) {
		g_autofree char *text = g_strdup_printf(
		    "close\n\n%s\ntake\n", doubtful[i]);
		g_autofree char *above = NULL;
		g_autofree char *below = NULL;

		td_message_split_written(text, FALSE, &above, &below);
		g_assert_cmpstr(above, ==, "close\n");
	}
}

static void
test_commands_and_text_stand_above(void)
{
	static const char *const rows[] = {
		"cc: anna@example.org\nsubject: x\nto: bob\n\nHello.\n",
		"due 12.05.2024 10:00\n\nHello:\nfirst\n",
		"note:\nName  Count\n-----------\na     1\n",
		"priority 1\nanna@example.org:\nhello\n",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *above = NULL;
		g_autofree char *below = NULL;

		td_message_split_written(rows[i], FALSE, &above, &below);
		g_assert_cmpstr(above, ==, rows[i]);
		g_assert_cmpstr(below, ==, "");
	}
}

static void
test_commands_end_where_nobody_looked(void)
{
	g_autoptr(GString) text = g_string_new("close\n");
	g_autofree char *above = NULL;
	g_autofree char *below = NULL;

	for (guint i = 0; i < 5000; i++)
		g_string_append(text, "text\n");
	g_string_append(text, "Anna wrote:\ntake\n");
	td_message_split_written(text->str, FALSE, &above, &below);

	g_assert_true(g_str_has_prefix(above, "close\ntext\n"));
	g_assert_null(strstr(above, "take"));
	g_assert_nonnull(strstr(below, "take"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func(
	    "/reply-stay/texts", test_texts_without_a_quote_stay_whole);
	g_test_add_func(
	    "/reply-stay/fences", test_program_text_between_fences_stays);
	g_test_add_func(
	    "/reply-stay/answers", test_answers_stay_wherever_they_stand);
	g_test_add_func(
	    "/reply-stay/pieces", test_pieces_of_broken_quotes_go_with_them);
	g_test_add_func(
	    "/reply-stay/above", test_sentence_above_an_attribution_stays);
	g_test_add_func(
	    "/reply-stay/doubt", test_commands_end_where_a_quote_may_begin);
	g_test_add_func(
	    "/reply-stay/commands", test_commands_and_text_stand_above);
	g_test_add_func(
	    "/reply-stay/long", test_commands_end_where_nobody_looked);

	return g_test_run();
}
