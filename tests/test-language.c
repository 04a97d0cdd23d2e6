/* test-language.c - which language a text is in */

#include "config.h"

#include <glib.h>

#include <ticketd/language.h>

static void
test_guess(void)
{
	static const struct {
		const char *text;
		const char *language;
	} rows[] = {
		{ "Hello, the printer is broken, can you help?", "en" },
		{ "Printer broken", NULL },
		{ "", NULL },
		{ "42", NULL },
		{ "Здравствуйте, не печатает принтер.", "ru" },
		{ "Принтер HP LaserJet 1020", "ru" },
		{ "Добрий день, принтер не друкує, її немає.", "uk" },
		{ "Добры дзень, прынтар не друкуе, ён зламаўся", "be" },
		{ "Not working after update: ошибка при запуске программы",
		    "ru" },
		{ "Guten Tag, der Drucker ist kaputt und ich kann nicht "
		  "drucken",
		    "de" },
		{ "Bonjour, je ne peux pas imprimer avec mon ordinateur",
		    "fr" },
		{ "Hola, no puedo imprimir con mi ordenador, gracias", "es" },
		{ "Dzień dobry, drukarka nie działa, proszę o pomoc", "pl" },
		{ "印刷できません。助けてください", "ja" },
		{ "打印机不能工作了", "zh" },
		{ "프린터가 작동하지 않습니다", "ko" },
		{ "Ο εκτυπωτής δεν λειτουργεί", "el" },
		{ "המדפסת לא עובדת", "he" },
		/* One word of another script is a name. */
		{ "The system says that it is Жуков, please have a look at "
		  "this for me, it is urgent",
		    "en" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpstr(
		    td_language_guess(rows[i].text), ==, rows[i].language);
}

/* A text of any length and content is looked at, and not for long. */
static void
test_long(void)
{
	g_autofree char *word = g_strnfill(200000, 'a');

	g_assert_null(td_language_guess(word));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/language/script and common words tell", test_guess);
	g_test_add_func("/language/an endless word tells nothing", test_long);
	return g_test_run();
}
