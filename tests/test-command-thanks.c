/* test-command-thanks.c - what only says thanks, and what says more */

#include "config.h"

#include "command-fixture.h"

static const char *const thanks[] = {
	"Thank you very much!",
	"Thanks",
	"Thanks!",
	"thx",
	"Thanks :)",
	"Thanks :D",
	"Many thanks, Anna!",
	"Thank you, Olga Petrova.",
	"Thanks for your help",
	"Thanks a lot for your quick reply!",
	"Great, thanks!",
	"Thanks, it works now.",
	"Perfect, thank you so much. Have a nice day!",
	"Thanks!\n\nBest regards,\nAnna Petrova",
	"Hi Olga, thanks!",
	"Ok thanks",
	"Thank you 👍",
	"Спасибо!",
	"Спасибо большое, всё работает!",
	"Большое спасибо, Ольга!",
	"Спасибо за оперативную помощь",
	"Благодарю",
	"Добрый день! Спасибо, всё получилось.",
	"Спасибо.\n\nС уважением,\nАнна",
	"спс",
	"Danke, hat geklappt",
	"Danke, hat geklappt!",
	"Vielen Dank für Ihre Hilfe!\nMit freundlichen Grüßen\nAnna Schmidt",
	"Dankeschön",
	"Merci beaucoup !",
	"Merci, ça marche.",
	"Merci pour votre aide, bonne journée",
	"¡Muchas gracias!",
	"Gracias, ya funciona",
	"Grazie mille, funziona!",
	"Dziękuję bardzo, działa",
	"Дякую, все працює!",
	"Bedankt, het werkt weer!",
	"Dank u wel",
	"Obrigado pela ajuda!",
	"Muito obrigada",
	"Teşekkürler",
	"Çok teşekkür ederim, çalışıyor",
	"Děkuji moc",
	"Tack så mycket!",
	"It's working now, thanks!",
	"It’s fixed. Thanks",
	"THANK YOU",
	"Thanks Olga",
	"Hi Anna, thanks!",
	"Thanks Anna, it works",
	"Спасибо, Анна, всё работает",
	"Danke Herr Schmidt",
};

static const char *const other[] = {
	"thanks, but it still fails",
	"спасибо, но не работает",
	"Thanks?",
	"Thank you. Does it work?",
	"Thanks, not yet",
	"No thanks",
	"No, thanks",
	"Нет, спасибо",
	"Thanks. Failed",
	"Thanks, Failed",
	"Danke, Fehler",
	"Danke, aber es geht nicht",
	"Danke, geht nicht",
	"Merci, mais non",
	"Gracias, pero no",
	"Grazie, ma no",
	"Спасибо, но",
	"Спасибо, сломалось",
	"Спасибо. Принтер не печатает",
	"Заранее спасибо",
	"Thanks in advance",
	"Thanks for nothing",
	"It works",
	"Ok",
	"Hello",
	"Great",
	"",
	"👍",
	"thanks broken",
	"Thanks, call me at 555",
	"Thanks, see attached file",
	"Please help, thanks",
	"Thank you for calling",
	"спасибо, а когда?",
	"Thanks, now the other one",
	"Thanks thanks thanks thanks thanks thanks thanks thanks thanks thanks "
	"thanks thanks thanks",
	"Anna",
	"Thanks\nPrinter Still Broken Today",
	"close",
	"THANKS, CRASHES",
	"Thanks, Printer, off",
	"\xff\xfe thanks",
};

static void
test_thanks_are_known_in_many_languages(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(thanks); i++) {
		g_test_message("%s", thanks[i]);
		g_assert_true(td_command_is_thanks(thanks[i]));
	}
}

static void
test_what_says_more_is_no_thanks(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(other); i++) {
		g_test_message("%s", other[i]);
		g_assert_false(td_command_is_thanks(other[i]));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func(
	    "/command/thanks/yes", test_thanks_are_known_in_many_languages);
	g_test_add_func("/command/thanks/no", test_what_says_more_is_no_thanks);
	return g_test_run();
}
