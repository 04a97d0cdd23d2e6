/* test-charset.c - text in charsets that are declared, wrong or missing */

#include "config.h"

#include <string.h>

#include "message-fixture.h"

#define RUSSIAN                                                                                                         \
	"Здравствуйте!\n\nПринтер на третьем этаже не печатает, горит " \
	"красная лампочка.\nПодскажите, пожалуйста, что делать?\n\n"        \
	"С уважением,\nАнна Петрова\n"

static void
test_russian_comes_out_right(void)
{
	static const struct {
		const char *file;
		const char *guess;
	} rows[] = {
		{ "koi8-r-declared.eml", "" },
		{ "koi8-r-undeclared.eml", "koi8-r" },
		{ "windows-1251-undeclared.eml", "windows-1251" },
		{ "utf-8-undeclared.eml", "utf-8" },
		{ "windows-1251-called-utf-8.eml", "windows-1251" },
		{ "unknown-charset.eml", "koi8-r" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(TdMessage) message = parse_file(rows[i].file);

		g_assert_cmpstr(message->text, ==, RUSSIAN);
		g_assert_cmpstr(message->charset_guess, ==, rows[i].guess);
		g_assert_cmpint(has_problem(message, "charset"), ==,
		    *rows[i].guess != '\0');
		g_assert_cmpstr(message->subject, ==, "Не печатает принтер");
		g_assert_cmpstr(
		    address_at(message->from, 0)->name, ==, "Анна Петрова");
	}
}

static void
test_other_charsets_are_read(void)
{
	static const struct {
		const char *file;
		const char *subject;
		const char *text;
		const char *guess;
	} rows[] = {
		{ "iso-2022-jp.eml", "プリンター", "プリンターが動きません。\n",
		    "" },
		{ "iso-2022-jp-undeclared.eml", "printer",
		    "プリンターが動きません。\n", "iso-2022-jp" },
		{ "gb18030.eml", "打印机", "打印机坏了，请帮忙。\n", "" },
		{ "utf-7.eml", "Grüße", "Schöne Grüße\n", "" },
		{ "iso-8859-1-undeclared.eml", "Grüße aus Köln",
		    "Schöne Grüße, die Öffnungszeiten fehlen.\n"
		    "Über den Preis sprechen wir später.\n",
		    "iso-8859-1" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(TdMessage) message = parse_file(rows[i].file);

		g_assert_cmpstr(message->subject, ==, rows[i].subject);
		g_assert_cmpstr(message->text, ==, rows[i].text);
		g_assert_cmpstr(message->charset_guess, ==, rows[i].guess);
	}
}

static void
test_short_russian_subjects_are_guessed(void)
{
	static const char *const words[] = { "тест", "Привет", "СРОЧНО",
		"Заявка на ремонт", "Re: вопрос", "не работает принтер HP" };
	static const char *const charsets[] = { "koi8-r", "windows-1251" };

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		for (gsize j = 0; j < G_N_ELEMENTS(charsets); j++) {
			g_autofree char *line = g_strdup_printf(
			    "Subject: %s\n\nx\n", words[i]);
			g_autofree char *raw = g_convert(
			    line, -1, charsets[j], "utf-8", NULL, NULL, NULL);
			g_autoptr(TdMessage) message = parse_text(raw);

			g_assert_cmpstr(message->subject, ==, words[i]);
		}
}

static void
test_no_nul_comes_out(void)
{
	g_autoptr(TdMessage) message = parse_file("nul-bytes.eml");

	g_assert_cmpstr(message->subject, ==, "no thing");
	g_assert_cmpstr(message->text, ==, "onetwo\n");
}

static void
test_bad_bytes_become_replacement_characters(void)
{
	g_autoptr(GString)
	    raw = g_string_new("Content-Type: text/plain; charset=utf-8\n\n");
	g_autoptr(TdMessage) message = NULL;

	for (int i = 0; i < 50; i++)
		g_string_append(raw, "привет ");
	g_string_append(raw, "\xff.\n");
	message = parse_text(raw->str);

	g_assert_true(g_utf8_validate(message->text, -1, NULL));
	g_assert_true(g_str_has_suffix(message->text, "\xef\xbf\xbd.\n"));
	g_assert_cmpstr(message->charset_guess, ==, "");
}

static void
test_names_of_charsets_cannot_instruct_iconv(void)
{
	g_autoptr(TdMessage) message = parse_text(
	    "Content-Type: text/plain; charset=\"koi8-r//TRANSLIT\"\n\n"
	    "caf\xc3\xa9\n");

	g_assert_cmpstr(message->text, ==, "caf\xc3\xa9\n");
	g_assert_cmpstr(message->charset_guess, ==, "utf-8");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func("/charset/russian", test_russian_comes_out_right);
	g_test_add_func("/charset/others", test_other_charsets_are_read);
	g_test_add_func(
	    "/charset/subjects", test_short_russian_subjects_are_guessed);
	g_test_add_func("/charset/nul", test_no_nul_comes_out);
	g_test_add_func(
	    "/charset/bad-bytes", test_bad_bytes_become_replacement_characters);
	g_test_add_func(
	    "/charset/slash", test_names_of_charsets_cannot_instruct_iconv);

	return g_test_run();
}
