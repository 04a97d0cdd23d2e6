/* test-reply-ends.c - signatures, lines of telephones, footers of lists */

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

/* As telephones and programs write them, in many languages. */
static const char *const devices[] = {
	"Sent from my iPhone",
	"Sent from my iPad",
	"Sent from my Samsung Galaxy smartphone.",
	"Sent from my Wiko RIDGE 4G",
	"Sent from my Verizon Wireless BlackBerry",
	"Sent from Yahoo Mail on Android",
	"Sent from Yahoo Mail on Android<https://example.com/x>",
	"Sent from Mail for Windows",
	"Sent from Outlook for iOS<https://example.com/x>",
	"Sent from Proton Mail for Android",
	"Sent with Proton Mail secure email.",
	"Sent via the Samsung Galaxy S21, an AT&T 5G smartphone",
	"[Sent from my mobile phone]",
	"Get Outlook for iOS<https://aka.ms/o0ukef>",
	"Get Outlook for Android <https://aka.ms/x>",
	"Yahoo Mail: Search, Organize, Conquer",
	"Отправлено с iPhone",
	"Отправлено с моего iPhone",
	"Отправлено с iPad",
	"Отправлено со смартфона Samsung Galaxy.",
	"Отправлено с устройства Huawei",
	"Отправлено с мобильного телефона",
	"Отправлено с мобильного устройства",
	"Отправлено с Xiaomi Redmi Note 9",
	"Отправлено из мобильной Почты Mail.ru",
	"Отправлено из Почты Mail.ru для Android",
	"Отправлено из мобильного приложения Яндекс Почты",
	"Отправлено из Mail.ru для Android",
	"Отправлено из Почты для Windows 10",
	"Отправлено из Почты для Windows",
	"Отправлено через Яндекс Почту",
	"Получить Outlook для Android<https://aka.ms/x>",
	"Скачать Outlook для iOS<https://aka.ms/x>",
	"Надіслано з iPhone",
	"Надіслано з пошти для Windows",
	"Von meinem iPhone gesendet",
	"Von meinem Samsung Galaxy Smartphone gesendet.",
	"Gesendet von Mail für Windows",
	"Gesendet von Outlook für Android<https://aka.ms/x>",
	"Gesendet mit der GMX iPhone App",
	"Diese Nachricht wurde von meinem Android-Mobiltelefon gesendet",
	"Envoyé de mon iPhone",
	"Envoyé depuis mon smartphone Samsung Galaxy.",
	"Envoyé à partir de Outlook pour iOS<https://aka.ms/x>",
	"Obtenir Outlook pour iOS<https://aka.ms/x>",
	"Enviado desde mi iPhone",
	"Enviado do meu iPhone",
	"Enviado desde mi Xiaomi Redmi",
	"Inviato da iPhone",
	"Inviato dal mio Galaxy",
	"Verstuurd vanaf mijn iPhone",
	"Verzonden vanaf mijn Galaxy",
	"Wysłano z iPhone'a",
	"Wysłane z telefonu Samsung",
	"Skickat från min iPhone",
	"Sendt fra min iPhone",
	"Lähetetty iPhonesta",
	"Odesláno z iPhonu",
	"Odoslané z iPhonu",
	"Trimis de pe iPhone-ul meu",
	"Az iPhone-omról küldve",
	"iPhone'umdan gönderildi",
	"Στάλθηκε από το iPhone μου",
	"Изпратено от моя iPhone",
	"iPhoneから送信",
	"发自我的 iPhone",
	"나의 iPhone에서 보냄",
	"Dikirim dari iPhone saya",
	"Gửi từ iPhone của tôi",
	"נשלח מה-iPhone שלי",
	"Virus-free. www.avast.com",
	"Без вирусов. www.avast.ru",
};

static void
test_lines_of_telephones_are_cut(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(devices); i++) {
		g_autofree char *end = g_strdup_printf(
		    "Да.\n\n%s\n", devices[i]);
		g_autofree char *above = g_strdup_printf(
		    "Да.\n%s\n\n> вопрос\n", devices[i]);
		g_autofree char *alone = g_strdup_printf(
		    "Да.\n\n*%s*\n\nИ ещё.\n", devices[i]);

		check(end, "Да.\n");
		check(above, "Да.\n");
		check(alone, "Да.\n\nИ ещё.\n");
	}
}

static void
test_sentences_about_telephones_stay(void)
{
	static const char *const rows[] = {
		"Sent from my desk.\n",
		"Sent from my desk, is much easier than my mobile phone.\n",
		"Sent from my home\n",
		"Sent by courier today\n",
		"Отправлено с курьером\n",
		"Отправлено из Москвы 12 мая\n",
		"Отправлено с телефона, поэтому коротко\n",
		"Отправлено из офиса?\n",
		"The notification was sent from my iPhone app to all users.\n",
		"I sent it from my iPhone\n",
		"Я отправил с телефона фотографию\n",
		"Gesendet von uns am 2. November\n",
		"Outlook does not start\n",
		"Hello.\n\nOutlook for Windows does not start\n",
		"Outlook for Windows crashes\n",
		"Hello.\n\nFrom my iPhone it does not work.\n",
		"Guten Tag.\n\nMit der mobilen App geht es nicht.\n",
		"iPhone\n",
		"Sent from my iPhone\nis what it says.\n",
		"В письме строка:\nОтправлено с iPhone\nоткуда она?\n",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		check(rows[i], rows[i]);
}

static void
test_signatures_end_a_text(void)
{
	static const char *const rows[][2] = {
		{ "Yes.\n-- \nAnna\n\nExample Ltd\n+7 495 000-00-00\n",
		    "Yes.\n" },
		{ "Yes.\n--\u00a0\nAnna\n", "Yes.\n" },
		{ "Yes.\n--\nAnna\nhttps://example.org\n", "Yes.\n" },
		{ "Yes.\n--  \nAnna\n", "Yes.\n" },
		{ "Yes.\n-- \nAnna\n-- \nA list\n", "Yes.\n" },
		{ "> q\n\n-- \nAnna\n", "" },
		{ "-- \nAnna\n", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		check(rows[i][0], rows[i][1]);
}

static void
test_what_only_looks_like_a_signature_stays(void)
{
	static const char *const rows[] = {
		"С уважением,\nАнна\n",
		"Regards,\n\nAnna\nCEO\n",
		"\u2014\nАнна\n",
		"Part one\n----\nPart two\n",
		"Part one\n________________________________\nPart two\n",
		"Part one\n________________________________\n"
		"See https://example.org/page\n",
		"One\n--\n\nTwo.\n\nThree.\n\nFour.\n\nFive.\n\nSix.\n",
		"One\n--\nAnd when will you come?\n",
		"because of:\n-- first point\n-- second point\n",
		"git commit -- file\n",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		check(rows[i], rows[i]);
}

static void
test_writer_goes_on_below_a_signature(void)
{
	static const char *const rows[][2] = {
		{ "Yes.\n-- \nAnna\n\nP.S. And bring paper.\nTwo packs.\n",
		    "Yes.\n\nP.S. And bring paper.\nTwo packs.\n" },
		{ "Да.\n-- \nАнна\n\nЗ.Ы. И бумагу.\n",
		    "Да.\n\nЗ.Ы. И бумагу.\n" },
		{ "-- \nAnna\nExample Ltd\n\nThe printer burns.\n",
		    "The printer burns.\n" },
		{ "Yes.\n-- \nAnna\n\n> q\n\nBelow.\n", "Yes.\n\nBelow.\n" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		check(rows[i][0], rows[i][1]);
}

static void
test_footers_of_lists_are_cut(void)
{
	static const char *const rows[] = {
		"_______________________________________________\n"
		"users mailing list\nusers@lists.example.org\n"
		"https://lists.example.org/mailman/listinfo/users\n",
		"__\nusers mailing list\nusers@lists.example.org\n",
		"--\nTo unsubscribe from this list: send the line "
		"\"unsubscribe users\"\nin the body of a message to "
		"majordomo@example.org\n",
		"-- \nYou received this message because you are subscribed to "
		"the group.\nTo unsubscribe send an email to "
		"users+unsubscribe@example.org.\n",
		"_______________________\nРассылка для сотрудников\n"
		"Отписаться: https://example.org/lists/users\n",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *below = g_strconcat("Yes.\n\n", rows[i], NULL);
		g_autofree char *quote = g_strconcat(
		    "Yes.\n\n> q\n\n", rows[i], NULL);

		check(below, "Yes.\n");
		check(quote, "Yes.\n");
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func(
	    "/reply-ends/telephones", test_lines_of_telephones_are_cut);
	g_test_add_func(
	    "/reply-ends/sentences", test_sentences_about_telephones_stay);
	g_test_add_func("/reply-ends/signatures", test_signatures_end_a_text);
	g_test_add_func("/reply-ends/no-signatures",
	    test_what_only_looks_like_a_signature_stays);
	g_test_add_func(
	    "/reply-ends/below", test_writer_goes_on_below_a_signature);
	g_test_add_func("/reply-ends/lists", test_footers_of_lists_are_cut);

	return g_test_run();
}
