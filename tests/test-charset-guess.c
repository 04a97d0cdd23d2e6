/* test-charset-guess.c - bytes that do not say, or not rightly, what they are
 */

#include "config.h"

#include <string.h>

#include "message-fixture.h"

#include "message/limits.h"

/* @text in @charset, as a subject and nothing else.  The caller owns it. */
static char *
read_subject(const char *text, const char *charset)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *line = g_strdup_printf("Subject: %s\n\nx\n", text);
	g_autofree char *raw = g_convert(
	    line, -1, charset, "UTF-8", NULL, NULL, &error);
	g_autoptr(TdMessage) message = NULL;

	g_assert_no_error(error);
	message = parse_text(raw);
	return g_strdup(message->subject);
}

static void
assert_guessed(const char *text, const char *charset)
{
	g_autofree char *subject = read_subject(text, charset);

	if (strcmp(subject, text) != 0)
		g_test_message("%s: %s became %s", charset, text, subject);
	g_assert_cmpstr(subject, ==, text);
}

static void
test_short_russian_is_guessed_in_five_charsets(void)
{
	static const char *const words[] = { "тест", "Привет", "Срочно",
		"Вопрос", "Счёт", "Заказ", "Заявка на ремонт", "Re: вопрос",
		"не работает принтер HP", "Файл", "Отчет за март",
		"Жалоба на обслуживание", "Подскажите пожалуйста",
		"ответ на ваше письмо", "Проблема с входом", "Доступ к почте",
		"Акт сверки", "Где мой заказ?", "Fwd: договор", "Спасибо!",
		"ошибка 404", "Нет интернета", "Цена вопроса", "Юлия",
		"Щукин Эдуард", "сайт недоступен", "Прошу перезвонить",
		"Приглашение на встречу", "Отпуск", "Не открывается файл" };
	static const char *const charsets[] = { "windows-1251", "koi8-r",
		"cp866", "iso-8859-5", "koi8-u" };

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		for (gsize j = 0; j < G_N_ELEMENTS(charsets); j++) {
			g_autofree char *upper = g_utf8_strup(words[i], -1);
			g_autofree char *lower = g_utf8_strdown(words[i], -1);

			assert_guessed(words[i], charsets[j]);
			assert_guessed(upper, charsets[j]);
			assert_guessed(lower, charsets[j]);
		}
}

static void
test_short_ukrainian_is_guessed_in_its_charsets(void)
{
	static const char *const words[] = { "Привіт", "Доброго дня", "Рахунок",
		"Не працює принтер", "їхній інженер", "Терміново!",
		"Повернення коштів", "Заявка на підключення", "Немає доступу",
		"Питання щодо оплати", "Дякую за відповідь", "Україна" };
	static const char *const charsets[] = { "windows-1251", "koi8-u",
		"cp1125", "iso-8859-5" };

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		for (gsize j = 0; j < G_N_ELEMENTS(charsets); j++) {
			g_autofree char *upper = g_utf8_strup(words[i], -1);

			assert_guessed(words[i], charsets[j]);
			assert_guessed(upper, charsets[j]);
		}
}

static void
test_western_words_are_no_russian(void)
{
	static const char *const words[] = { "Grüße", "Störung im Büro",
		"L'été à la française", "¿Qué pasó?", "caffè", "Ça va",
		"Fehler: Öffnungszeiten", "não funciona", "smörgåsbord", "5 °C",
		"Preis: 10 €", "„so“ – und so", "Übung", "à bientôt", "Coração",
		"Je suis là", "«voilà»" };

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		assert_guessed(words[i], "windows-1252");
}

static void
test_other_alphabets_are_guessed(void)
{
	static const struct {
		const char *charset;
		const char *text;
	} rows[] = {
		{ "gb18030", "打印机坏了" },
		{ "gb18030", "请帮忙，打印机坏了，谢谢" },
		{ "big5", "印表機壞了，請幫忙" },
		{ "shift_jis", "プリンターが動きません" },
		{ "shift_jis", "お世話になっております" },
		{ "euc-jp", "プリンターが動きません" },
		{ "euc-jp", "ご確認をお願いします" },
		{ "euc-kr", "프린터가 작동하지 않습니다" },
		{ "windows-1253", "Καλημέρα, ο εκτυπωτής δεν λειτουργεί" },
		{ "windows-1255", "שלום, המדפסת שלנו לא עובדת מאתמול" },
		{ "windows-1256", "الطابعة لا تعمل من فضلك ساعدني" },
		{ "tis-620", "เครื่องพิมพ์ไม่ทำงานค่ะ ช่วยด้วย" },
		{ "iso-8859-2", "Żółć gęślą jaźń, proszę o pomoc w sprawie" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_guessed(rows[i].text, rows[i].charset);
}

/* A mail with the text in one charset, called another. */
static TdMessage *
parse_labelled(const char *label, const char *charset, const char *text)
{
	g_autofree char *bytes = NULL;
	g_autoptr(GString) raw = g_string_new(NULL);
	gsize size;

	bytes = g_convert(text, -1, charset, "UTF-8", NULL, &size, NULL);
	g_assert_nonnull(bytes);
	g_string_append_printf(
	    raw, "Content-Type: text/plain; charset=%s\n\n", label);
	g_string_append_len(raw, bytes, (gssize)size);
	return td_message_parse(raw->str, raw->len);
}

static void
test_wrong_labels_are_not_believed(void)
{
	static const char russian[] = "Добрый день!\nНе работает почта.\n";
	static const struct {
		const char *label;
		const char *charset;
		const char *text;
		const char *guess;
	} rows[] = {
		{ "utf-8", "windows-1251", russian, "windows-1251" },
		{ "utf-8", "koi8-r", russian, "koi8-r" },
		{ "us-ascii", "cp866", russian, "cp866" },
		{ "iso-8859-1", "windows-1251", russian, "windows-1251" },
		{ "windows-1252", "koi8-r", russian, "koi8-r" },
		{ "iso-8859-15", "iso-8859-5", russian, "iso-8859-5" },
		{ "koi8-r", "windows-1251", russian, "windows-1251" },
		{ "windows-1251", "koi8-r", russian, "koi8-r" },
		{ "windows-1251", "utf-8", russian, "utf-8" },
		{ "iso-8859-1", "utf-8", "Schöne Grüße\n", "utf-8" },
		{ "iso-8859-1", "utf-8", "un café\n", "utf-8" },
		{ "utf-8", "windows-1252", "Schöne Grüße\n", "iso-8859-1" },
		{ "utf-8", "windows-1252", "Ja, schön", "iso-8859-1" },
		{ "gb2312", "utf-8", russian, "utf-8" },
		{ "utf-16", "us-ascii", "plain text\n", "" },
		/* These are right. */
		{ "koi8-r", "koi8-r", russian, "" },
		{ "koi8-r", "koi8-u", "Їхній інженер приїхав.\n", "" },
		{ "cp866", "cp1125", "Їхній інженер приїхав.\n", "" },
		{ "iso-8859-1", "windows-1252", "„Gruß“ – 10 €\n", "" },
		{ "iso-8859-5", "iso-8859-5", "ПРИВЕТ\n", "" },
		{ "windows-1251", "windows-1251", "я\n", "" },
		{ "windows-1253", "windows-1253", "Καλημέρα σας\n", "" },
		{ "windows-1255", "windows-1255", "סנט הלנה\n", "" },
		{ "iso-8859-2", "iso-8859-2", "Žluťoučký kůň\n", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(TdMessage) message = parse_labelled(
		    rows[i].label, rows[i].charset, rows[i].text);

		g_assert_cmpstr(message->text, ==, rows[i].text);
		g_assert_cmpstr(message->charset_guess, ==, rows[i].guess);
	}
}

/* Guessing there would damage what was written about it. */
static void
test_text_encoded_twice_stays_as_it_is(void)
{
	static const char twice[] = "Ð¿Ñ€Ð¸Ð²ÐµÑ‚ und GrÃ¼ÃŸe\n";
	g_autoptr(TdMessage) message = parse_labelled("utf-8", "UTF-8", twice);

	g_assert_cmpstr(message->text, ==, twice);
	g_assert_cmpstr(message->charset_guess, ==, "");
}

static void
test_desk_has_its_own_list(void)
{
	static const char *const polish[] = { "windows-1250", "iso-8859-1",
		NULL };
	TdMessageLimits limits = *td_limits();
	TdMessageLimits ours = limits;

	ours.charsets = polish;
	td_message_set_limits(&ours);
	assert_guessed("Prośba", "windows-1250");
	assert_guessed("Řehoř", "windows-1250");
	/* But Russian is no Polish. */
	assert_guessed("Срочный вопрос", "windows-1251");

	limits.charsets = (const char *const[]){ "windows-1251", "koi8-r",
		"cp866", "iso-8859-1", NULL };
	td_message_set_limits(&limits);
	assert_guessed("été", "windows-1252");
}

static void
test_text_tells_the_charset_of_the_header(void)
{
	static const char *const labels[] = { "koi8-r", "utf-8", "x-none" };

	for (gsize i = 0; i < G_N_ELEMENTS(labels); i++) {
		g_autofree char *utf8 = g_strdup_printf(
		    "Subject: ЭВМ\nFrom: Цой <a@example.org>\n"
		    "Content-Type: text/plain; charset=%s\n\n"
		    "Здравствуйте, не включается компьютер.\n",
		    labels[i]);
		g_autofree char *raw = g_convert(
		    utf8, -1, "koi8-r", "UTF-8", NULL, NULL, NULL);
		g_autoptr(TdMessage) message = parse_text(raw);

		g_assert_cmpstr(message->subject, ==, "ЭВМ");
		g_assert_cmpstr(address_at(message->from, 0)->name, ==, "Цой");
	}
}

static void
test_fields_of_one_mail_tell_more_than_each(void)
{
	g_autofree char *raw = g_convert(
	    "Subject: ЦЮ\nFrom: Екатерина Смирнова <a@example.org>\n\nx\n", -1,
	    "koi8-r", "UTF-8", NULL, NULL, NULL);
	g_autoptr(TdMessage) message = parse_text(raw);

	g_assert_cmpstr(message->subject, ==, "ЦЮ");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func("/charset-guess/russian",
	    test_short_russian_is_guessed_in_five_charsets);
	g_test_add_func("/charset-guess/ukrainian",
	    test_short_ukrainian_is_guessed_in_its_charsets);
	g_test_add_func(
	    "/charset-guess/western", test_western_words_are_no_russian);
	g_test_add_func(
	    "/charset-guess/others", test_other_alphabets_are_guessed);
	g_test_add_func(
	    "/charset-guess/labels", test_wrong_labels_are_not_believed);
	g_test_add_func(
	    "/charset-guess/twice", test_text_encoded_twice_stays_as_it_is);
	g_test_add_func("/charset-guess/list", test_desk_has_its_own_list);
	g_test_add_func(
	    "/charset-guess/header", test_text_tells_the_charset_of_the_header);
	g_test_add_func("/charset-guess/fields",
	    test_fields_of_one_mail_tell_more_than_each);

	return g_test_run();
}
