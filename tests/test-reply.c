/* test-reply.c - what the writer added, and what he quoted */

#include "config.h"

#include <string.h>

#include <ticketd/message.h>

typedef struct {
	const char *text;
	const char *reply;
	const char *quoted;
} Row;

static void
check_rows(const Row *rows, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		gsize size = strlen(rows[i].text) + 1;
		g_autofree char *copy = g_memdup2(rows[i].text, size);
		g_autofree char *reply = NULL;
		g_autofree char *quoted = NULL;

		td_message_split_reply(copy, &reply, &quoted);
		g_assert_cmpstr(reply, ==, rows[i].reply);
		g_assert_cmpstr(quoted, ==, rows[i].quoted);
	}
}

static void
test_text_without_quotes_is_all_reply(void)
{
	static const Row rows[] = {
		{ "", "", "" },
		{ "\n\n", "", "" },
		{ "Hello\n\n\nthere", "Hello\n\n\nthere\n", "" },
		{ "\n Hello\n", " Hello\n", "" },
		{ "Sent: yesterday\n", "Sent: yesterday\n", "" },
		{ "Bob wrote:\nno date, no quote\n",
		    "Bob wrote:\nno date, no quote\n", "" },
		{ "From: the top\nTo: the bottom\n",
		    "From: the top\nTo: the bottom\n", "" },
		{ "See my list:\n- a\n- b\n", "See my list:\n- a\n- b\n", "" },
	};

	check_rows(rows, G_N_ELEMENTS(rows));
}

/* Each attribution stands between an answer and a quote. */
static void
test_attributions_go_with_their_quote(void)
{
	static const char *const rows[] = {
		"On Mon, Nov 2, 2026 at 10:00 AM Anna <a@example.org> wrote:",
		"On 02/11/2026 10:00, Anna wrote:",
		"On Mon, Nov 2, 2026 at 10:00 AM Anna Petrova\n"
		"<anna@example.org> wrote:",
		"On Mon, 2 Nov 2026 10:00:00 +0100\nAnna Petrova "
		"<anna@example.org>\nwrote:",
		"Anna <a@example.org> wrote:",
		"2 ноября 2026 г., 10:00 пользователь Анна <a@example.org> "
		"написал:",
		"02.11.2026 10:00, Анна пишет:",
		"Понедельник, 2 ноября 2026, 10:00 +03:00 от Анна "
		"<a@example.org>:",
		"пн, 2 нояб. 2026 г. в 10:00, Анна Петрова\n"
		"<anna1234@example.org>:",
		"02.11.2026 10:00, Анна написал(а):",
		"Am 02.11.2026 um 10:00 schrieb Anna:",
		"Am Montag, 2. November 2026 schrieb Anna <a@example.org>:",
		"Le lun. 2 nov. 2026 à 10:00, Anna <a@example.org> a écrit :",
		"Le 02/11/2026 à 10:00, Anna a écrit\u00a0:",
		"El lun, 2 nov 2026 a las 10:00, Anna escribió:",
		"Il giorno lun 2 nov 2026 alle ore 10:00 Anna ha scritto:",
		"Op ma 2 nov. 2026 om 10:00 schreef Anna <a@example.org>:",
		"W dniu 02.11.2026 o 10:00, Anna pisze:",
		"W dniu 2.11.2026 użytkownik Anna napisał:",
		"Em seg., 2 de nov. de 2026 às 10:00, Anna escreveu:",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = g_strdup_printf(
		    "Yes.\n\n%s\n> Can you\n> come?\n", rows[i]);
		g_autofree char *want = g_strdup_printf(
		    "%s\n> Can you\n> come?\n", rows[i]);
		Row row = { text, "Yes.\n", want };

		check_rows(&row, 1);
	}
}

static void
test_attribution_without_marks_quotes_the_rest(void)
{
	static const Row rows[] = {
		{ "Yes.\n\nOn Mon, 2 Nov 2026 at 10:00, Anna <a@example.org> "
		  "wrote:\n\nCan you come?\n\nAnna\n",
		    "Yes.\n",
		    "On Mon, 2 Nov 2026 at 10:00, Anna <a@example.org> wrote:\n"
		    "\nCan you come?\n\nAnna\n" },
	};

	check_rows(rows, G_N_ELEMENTS(rows));
}

static void
test_announced_mails_are_quotes(void)
{
	static const char *const rows[] = {
		"-----Original Message-----\nFrom: Anna\nSent: Monday\n\ntext",
		"-----Исходное сообщение-----\nтекст",
		"-------- Пересылаемое сообщение --------\nтекст",
		"---------- Forwarded message ---------\nFrom: Anna\n\ntext",
		"-----Ursprüngliche Nachricht-----\nText",
		"Begin forwarded message:\n\nFrom: Anna\n\ntext",
		"---- On Mon, 02 Nov 2026 10:00:00 +0100 Anna wrote ----\ntext",
		"From: Anna <a@example.org>\nSent: Monday, 2 November 2026\n"
		"To: Support\nSubject: Printer\n\ntext",
		"________________________________\nFrom: Anna\nDate: Monday\n"
		"To: Support\nSubject: Printer\n\ntext",
		"*From:* Anna\n*Sent:* Monday\n*To:* Support\n*Subject:* x\n\n"
		"text",
		"От: Анна\nОтправлено: 2 ноября 2026 г. 10:00\nКому: Support\n"
		"Тема: принтер\n\nтекст",
		"Von: Anna\nGesendet: Montag\nAn: Support\nBetreff: x\n\nText",
		"De : Anna\nEnvoyé : lundi\nÀ : Support\nObjet : x\n\ntexte",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = g_strdup_printf(
		    "Yes.\n\n%s\n", rows[i]);
		g_autofree char *want = g_strdup_printf("%s\n", rows[i]);
		Row row = { text, "Yes.\n", want };

		check_rows(&row, 1);
	}
}

static void
test_answers_between_quotes_stay(void)
{
	static const Row rows[] = {
		{ "On 2 Nov 2026 10:00, Anna wrote:\n> One?\n\nFirst.\n\n"
		  "> Two?\n\nSecond.\n",
		    "First.\n\nSecond.\n",
		    "On 2 Nov 2026 10:00, Anna wrote:\n> One?\n\n> Two?\n" },
		{ "> One?\nFirst.\n> Two?\n", "First.\n", "> One?\n> Two?\n" },
		{ "> all above\nBelow.\n", "Below.\n", "> all above\n" },
		{ "Top.\n-----Original Message-----\n> One?\nInside.\n> Two?\n",
		    "Top.\nInside.\n",
		    "-----Original Message-----\n> One?\n> Two?\n" },
		{ "Top.\nFrom: Anna\nSent: Monday\nTo: us\nSubject: x\n\n"
		  "> One?\nInside.\n",
		    "Top.\n\nInside.\n",
		    "From: Anna\nSent: Monday\nTo: us\nSubject: x\n\n"
		    "> One?\n" },
	};

	check_rows(rows, G_N_ELEMENTS(rows));
}

static void
test_signatures_are_cut(void)
{
	static const Row rows[] = {
		{ "Yes.\n-- \nAnna\n", "Yes.\n", "-- \nAnna\n" },
		{ "Yes.\n--\nAnna\n", "Yes.\n", "--\nAnna\n" },
		{ "Yes.\n-- \nAnna\n\nOn 2 Nov 2026 10:00, Bob wrote:\n> x\n",
		    "Yes.\n",
		    "-- \nAnna\n\nOn 2 Nov 2026 10:00, Bob wrote:\n> x\n" },
		{ "Yes.\n\nSent from my iPhone\n", "Yes.\n",
		    "Sent from my iPhone\n" },
		{ "Да.\n\nОтправлено с iPhone\n> вопрос\n", "Да.\n",
		    "Отправлено с iPhone\n> вопрос\n" },
		{ "Sent from my desk, where I sit.\n",
		    "Sent from my desk, where I sit.\n", "" },
		{ "a -- b\n--c\n", "a -- b\n--c\n", "" },
	};

	check_rows(rows, G_N_ELEMENTS(rows));
}

static void
test_mail_that_is_all_quote_has_no_reply(void)
{
	static const Row rows[] = {
		{ "> one\n> two\n", "", "> one\n> two\n" },
		{ "On 2 Nov 2026 10:00, Anna wrote:\n> one\n", "",
		    "On 2 Nov 2026 10:00, Anna wrote:\n> one\n" },
		{ "-----Original Message-----\ntext\n", "",
		    "-----Original Message-----\ntext\n" },
	};

	check_rows(rows, G_N_ELEMENTS(rows));
}

#define RULE                                                                   \
	"\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500"                     \
	"\u2500\u2500\u2500\u2500"

/* Below the first piece of text; on top it is how somebody likes to begin. */
static void
test_line_of_our_mails_begins_the_quote(void)
{
	static const Row rows[] = {
		{ "close\n\n" RULE "\nAnna wrote:\nclose the window\n",
		    "close\n", RULE "\nAnna wrote:\nclose the window\n" },
		{ "Yes.\n  " RULE " before \nold\n", "Yes.\n",
		    "  " RULE " before \nold\n" },
		{ "> q\n> " RULE "\n> old\nBelow.\n", "Below.\n",
		    "> q\n> " RULE "\n> old\n" },
		{ RULE "\nMy title\n", RULE "\nMy title\n", "" },
		{ "a\n\u2500\u2500\u2500\nb\n", "a\n\u2500\u2500\u2500\nb\n",
		    "" },
	};

	check_rows(rows, G_N_ELEMENTS(rows));
}

static void
test_our_footer_is_cut_even_without_marks(void)
{
	g_autoptr(GString) text = g_string_new("Yes.\n");
	g_autoptr(GString) more = g_string_new(NULL);
	g_autofree char *reply = NULL;
	g_autofree char *quoted = NULL;
	g_autofree char *want = NULL;

	for (int i = 0; i < 40; i++)
		g_string_append_printf(more, "line %d\n", i);
	g_string_append(text,
	    "-- \nClose: <mailto:a@example.com?body=close>\n\n"
	    "Take: <mailto:a@example.com?body=take>\n");
	g_string_append(text, more->str);
	want = g_strconcat("Yes.\n\n", more->str, NULL);
	td_message_split_reply(text->str, &reply, &quoted);
	g_assert_cmpstr(reply, ==, want);
	g_assert_nonnull(strstr(quoted, "body=take"));
	g_assert_null(strstr(quoted, "line 0"));
}

/* What telephones and programs put under an answer to our notification. */
static const char *const telephones[] = {
	"\n\nSent from my iPhone\n\n> On 2 Nov 2026, at 10:00, Anna "
	"via "
	"support <support+42-p1abc.7@example.com> wrote:\n> \n> "
	"\uFEFFtake\n",
	"\n\nОтправлено с iPhone\n\n> 2 нояб. 2026 г., в 10:00, Анна "
	"<s@example.com> написал(а):\n> \n> take\n",
	"\n\nOn Mon, Nov 2, 2026, 10:00 Anna who has a long name via "
	"support\n(Example desk) <\n"
	"support+42-p1abcdefghijklmnop.7@example.com>\nwrote:\n\n> "
	"take\n",
	"\n\nпн, 2 нояб. 2026 г. в 10:00, Анна via support <\n"
	"support+42-p1abc.7@example.com>:\n\n> take\n",
	"\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n"
	"________________________________\n"
	"From: Anna via support <support+42-p1abc.7@example.com>\n"
	"Sent: Monday, November 2, 2026 10:00:00 AM\n"
	"To: Bob <bob@example.com>\nSubject: [support #42] Printer\n\n"
	"take\n",
	"\n\nПолучить Outlook для Android<https://aka.ms/x>\n"
	"________________________________\nОт: Анна <s@example.com>\n"
	"Отправлено: понедельник, 2 ноября 2026 г. 10:00:00\n"
	"Кому: Боб <bob@example.com>\nТема: [support #42] Принтер\n\n"
	"take\n",
	"\n\n\n02.11.2026, 10:00, \"Анна via support\" "
	"<s@example.com>:\n\ntake\n\n-- \nОтправлено из мобильного "
	"приложения Яндекс Почты\n",
	"\n\n--\nОтправлено из Mail.ru для Android\n"
	"понедельник, 2 ноября 2026 г., 10:00 +03:00 от Анна "
	"s@example.com <s@example.com>:\n\ntake\n",
	"\n\nSent from my Samsung Galaxy smartphone.\n\n"
	"-------- Original message --------\nFrom: Anna "
	"<s@example.com>\n"
	"Date: 02/11/2026 10:00 (GMT+03:00)\nTo: bob@example.com\n"
	"Subject: Printer\n\ntake\n",
	"\n\n-------- Исходное сообщение --------\nОт: Анна\n"
	"Дата: 02.11.2026 10:00\nКому: bob@example.com\nТема: x\n\n"
	"take\n",
	"\n\nSent from my iPhone\n\n" RULE "\ntake\n",
};

static void
test_commands_of_telephones_stand_alone(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(telephones); i++) {
		g_autofree char *text = g_strconcat(
		    "close", telephones[i], NULL);
		g_autofree char *reply = NULL;
		g_autofree char *quoted = NULL;

		td_message_split_reply(text, &reply, &quoted);
		g_assert_cmpstr(reply, ==, "close\n");
		g_assert_nonnull(strstr(quoted, "take"));
	}
}

static void
test_sentences_about_sending_stay(void)
{
	static const Row rows[] = {
		{ "Sent from my desk.\n", "Sent from my desk.\n", "" },
		{ "Отправлено с вечера, получено утром.\n",
		    "Отправлено с вечера, получено утром.\n", "" },
		{ "Sent from my iPhone\nis what it says.\n",
		    "Sent from my iPhone\nis what it says.\n", "" },
		{ "Top.\nSent from my iPhone\n\n> q\n\nBelow.\n",
		    "Top.\n\nBelow.\n", "Sent from my iPhone\n\n> q\n" },
	};

	check_rows(rows, G_N_ELEMENTS(rows));
}

static void
test_answered_quotes_are_passed_on(void)
{
	static const char *const rows[][2] = {
		{ "", "" },
		{ "Hello\n", "Hello\n" },
		{ "Top.\n\n> all\n", "Top.\n" },
		{ "On 2 Nov 2026 10:00, Anna wrote:\n> all\n\nBelow.\n",
		    "Below.\n" },
		{ "On 2 Nov 2026 10:00, Anna wrote:\n> One?\n\nFirst.\n\n"
		  "> Two?\n> Really?\n\nSecond.\n\n> Bye\n-- \nBob\n",
		    "> One?\n\nFirst.\n\n> Two?\n> Really?\n\nSecond.\n" },
		{ "Hi.\n\n> One?\nFirst.\n> Two?\nSecond.\n> Three?\n",
		    "Hi.\n\n> One?\nFirst.\n> Two?\nSecond.\n" },
		{ "> On Mon, 2 Nov 2026, Anna <support+42-p1x.7@example.com>\n"
		  "> wrote:\n> One?\nFirst.\n> Two?\n> " RULE
		  "\n> history\nSecond.\n",
		    "> One?\nFirst.\n> Two?\nSecond.\n" },
		{ "First.\n-----Original Message-----\n> One?\nSecond.\n",
		    "First.\n> One?\nSecond.\n" },
		{ "Top.\nFrom: Anna\nSent: x\nTo: us\nSubject: x\n\nold\n"
		  "> older\nold\n",
		    "Top.\n" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = td_message_inline_reply(rows[i][0]);

		g_assert_cmpstr(got, ==, rows[i][1]);
	}
}

static void
test_what_stands_above_quotes_is_known(void)
{
	static const char *const rows[][3] = {
		{ "", "", "" },
		{ "close\n", "close\n", "" },
		{ "close\n> q\n", "close\n", "" },
		{ "close\n-- \nBob\n", "close\n", "" },
		{ "> q\nclose\n", "", "close\n" },
		{ "take\n\n> a long line that a bad program broke before its "
		  "last word\n"
		  "close\n> q\n",
		    "take\n", "close\n" },
		{ "On 2 Nov 2026 10:00, Anna wrote:\n> q\n", "", "" },
		{ "Hi.\n\n> One?\nFirst.\n> Two?\nSecond.\n", "Hi.\n",
		    "> One?\nFirst.\n> Two?\nSecond.\n" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *above = NULL;
		g_autofree char *below = NULL;
		gboolean quotes = strchr(rows[i][2], '>') != NULL;

		td_message_split_written(rows[i][0], quotes, &above, &below);
		g_assert_cmpstr(above, ==, rows[i][1]);
		g_assert_cmpstr(below, ==, rows[i][2]);
	}
}

/* Lines with something in them. */
static gsize
count_written(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	gsize count = 0;

	for (char **line = lines; *line != NULL; line++)
		count += *g_strchug(*line) != '\0';
	return count;
}

static void
check_whole(const char *text)
{
	g_autofree char *reply = NULL;
	g_autofree char *quoted = NULL;

	td_message_split_reply(text, &reply, &quoted);
	g_assert_cmpuint(count_written(text), ==,
	    count_written(reply) + count_written(quoted));
}

/* The inline form has all of the reply and nothing that is not in the text. */
static void
check_inline(const char *text)
{
	g_autofree char *reply = NULL;
	g_autofree char *quoted = NULL;
	g_autofree char *between = td_message_inline_reply(text);

	td_message_split_reply(text, &reply, &quoted);
	g_assert_cmpuint(count_written(between), >=, count_written(reply));
	g_assert_cmpuint(count_written(between), <=, count_written(text));
}

static void
test_a_megabyte_of_anything_is_split_whole(void)
{
	static const char *const pieces[] = { ">", ">\n", "> > > > >\n", "On ",
		"On\n", "On 2026 a@b\n", "On 2026 a@b wrote:\n",
		"On 2026 a@b wrote:\n> q\n", "wrote:\n", "a:\n", "From: x\n",
		"From: x\nTo: y\n", "From: x\nTo: y\nSubject: z\n> q\n",
		"-----Original Message-----\n> q\n", "-- \n", "--\n", "-", "_",
		"\n", " \n", "x\n\n\n\n", "____________________________\n" };

	for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
		g_autoptr(GString) text = g_string_new(NULL);

		while (text->len < 1000 * 1000)
			g_string_append(text, pieces[i]);
		check_whole(text->str);
	}
}

/* Lines of all kinds in any order: a small generator of our own, so that each
 * run is the same. */
static void
test_no_line_is_ever_lost(void)
{
	static const char *const lines[] = { "text", "> quote", "",
		"On 2 Nov 2026 10:00, Anna wrote:", "-- ", "--", "From: Anna",
		"Sent: Monday", "To: Bob", "Subject: x",
		"wrote:", "-----Original Message-----",
		"________________________________"
		"____",
		"Sent from my iPhone", RULE, "Close: <mailto:a@example.org>" };
	guint32 state = 1;

	for (int round = 0; round < 3000; round++) {
		g_autoptr(GString) text = g_string_new(NULL);

		for (int i = 0; i < 14; i++) {
			state = state * 1664525u + 1013904223u;
			g_string_append(
			    text, lines[(state >> 16) % G_N_ELEMENTS(lines)]);
			g_string_append_c(text, '\n');
		}
		check_whole(text->str);
		check_inline(text->str);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func("/reply/plain", test_text_without_quotes_is_all_reply);
	g_test_add_func(
	    "/reply/attributions", test_attributions_go_with_their_quote);
	g_test_add_func(
	    "/reply/unmarked", test_attribution_without_marks_quotes_the_rest);
	g_test_add_func("/reply/announced", test_announced_mails_are_quotes);
	g_test_add_func("/reply/between", test_answers_between_quotes_stay);
	g_test_add_func("/reply/signatures", test_signatures_are_cut);
	g_test_add_func(
	    "/reply/all-quote", test_mail_that_is_all_quote_has_no_reply);
	g_test_add_func(
	    "/reply/our-line", test_line_of_our_mails_begins_the_quote);
	g_test_add_func(
	    "/reply/our-footer", test_our_footer_is_cut_even_without_marks);
	g_test_add_func(
	    "/reply/telephones", test_commands_of_telephones_stand_alone);
	g_test_add_func("/reply/sent", test_sentences_about_sending_stay);
	g_test_add_func("/reply/inline", test_answered_quotes_are_passed_on);
	g_test_add_func("/reply/top", test_what_stands_above_quotes_is_known);
	g_test_add_func(
	    "/reply/megabyte", test_a_megabyte_of_anything_is_split_whole);
	g_test_add_func("/reply/lossless", test_no_line_is_ever_lost);

	return g_test_run();
}
