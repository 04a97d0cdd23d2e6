/* test-classify-away.c - automatic replies that bear no mark */

#include "config.h"

#include <string.h>

#include "desk-fixture.h"

#define FROM "From: Anna <anna@example.net>\n"
#define TO "To: support@example.com\nContent-Type: text/plain; charset=utf-8\n"
#define ANSWERS "In-Reply-To: <x@example.com>\n"
#define AWAY                                                                   \
	"I am out of the office until Monday. If it is urgent, please "        \
	"contact my colleague.\n"

typedef struct {
	const char *subject;
	const char *fields; /* further ones */
	const char *text;
} Row;

/* All are mails by Anna's address, with an envelope that says so. */
static void
check_rows(Fixture *fixture, const Row *rows, gsize count, TdClass want)
{
	const TdEnvelope envelope = { .sender = "anna@example.net",
		.recipient = "support@example.com" };

	for (gsize i = 0; i < count; i++) {
		g_autofree char *raw = g_strconcat(
		    FROM TO "Subject: ", rows[i].subject, "\n", rows[i].fields,
		    "\n", rows[i].text, NULL);
		g_autoptr(TdMessage)
		    message = td_message_parse(raw, strlen(raw));
		g_auto(TdClassified) got = { 0 };

		td_desk_classify(fixture->desk, message, &envelope, &got);
		g_test_message("%s: %s", rows[i].subject, got.reason);
		g_assert_cmpstr(
		    td_class_name(got.class), ==, td_class_name(want));
		g_assert_cmpint(
		    *got.silence != '\0', ==, want != TD_CLASS_HUMAN);
	}
}

static void
test_the_prefix_of_a_program_is_enough(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const Row rows[] = {
		{ "Automatic reply: Printer", "", "Hi.\n" },
		{ "AUTOMATIC REPLY: [support #42] Printer", "", "Hi.\n" },
		{ "[EXTERNAL] Automatic reply: Printer", "", "Hi.\n" },
		{ "Auto reply: Re: [support #42] Is it on?", "", "Hi.\n" },
		{ "Out of Office AutoReply: Printer", "", "Hi.\n" },
		{ "Out of Office: Re: Printer", "", "Hi.\n" },
		{ "Automatische Antwort: Drucker", "", "Hallo\n" },
		{ "Abwesenheitsnotiz: Drucker", "", "Hallo\n" },
		{ "Réponse automatique : Imprimante", "", "Bonjour\n" },
		{ "Réponse automatique\u00a0: Imprimante", "", "Bonjour\n" },
		{ "Respuesta automática: Impresora", "", "Hola\n" },
		{ "Risposta automatica: Stampante", "", "Ciao\n" },
		{ "Resposta automática: Impressora", "", "Oi\n" },
		{ "Automatisch antwoord: Printer", "", "Hoi\n" },
		{ "Automatiskt svar: Skrivare", "", "Hej\n" },
		{ "Automaattinen vastaus: Tulostin", "", "Hei\n" },
		{ "Odpowiedź automatyczna: Drukarka", "", "Witam\n" },
		{ "Automatyczna odpowiedź: Drukarka", "", "Witam\n" },
		{ "Automatická odpověď: Tiskárna", "", "Dobrý den\n" },
		{ "Automatikus válasz: Nyomtató", "", "Üdv\n" },
		{ "Otomatik Yanıt: Yazıcı", "", "Merhaba\n" },
		{ "Автоответ: Принтер", "", "Привет\n" },
		{ "Автоматический ответ: Принтер", "", "Привет\n" },
		{ "АВТООТВЕТ: Re: Принтер", "", "Привет\n" },
		{ "Автоматична відповідь: Принтер", "", "Вітаю\n" },
		{ "自动答复: 打印机", "", "您好\n" },
		{ "自動応答：プリンター", "", "こんにちは\n" },
	};

	check_rows(fixture, rows, G_N_ELEMENTS(rows), TD_CLASS_AUTO_REPLY);
}

static void
test_words_of_persons_need_more(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const Row rows[] = {
		{ "Out of office", ANSWERS,
		    AWAY "This is an automatic reply.\n" },
		{ "Out of office", ANSWERS, "Back on Monday.\n" },
		{ "Out of office: Printer", ANSWERS,
		    AWAY "Thank you for your message.\n" },
		{ "Urlaub", ANSWERS, "Bis Montag nicht im Büro.\n" },
		{ "Автоответ", ANSWERS,
		    "Ваше письмо получено. Я в отпуске, вернусь 5 мая.\n" },
		{ "В отпуске", ANSWERS, "Я в отпуске до 5 мая.\n" },
		{ "Automatic reply", ANSWERS, "Got it.\n" },
		{ "Automatic reply: is it on?", ANSWERS, "Got it.\n" },
		{ "Automatic reply: is it on?", "", AWAY },
		{ "Out of office", "Precedence: bulk\n", "Hi.\n" },
		{ "Vacation", "X-Loop: anna@example.net\n", "Hi.\n" },
		{ "Automatic reply: Printer",
		    "Auto-Submitted: auto-generated\n"
		    "X-Auto-Response-Suppress: All\n",
		    "Hi.\n" },
	};

	check_rows(fixture, rows, G_N_ELEMENTS(rows), TD_CLASS_AUTO_REPLY);
}

static void
test_persons_are_not_taken_for_programs(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const Row rows[] = {
		{ "Re: Automatic reply: Printer", ANSWERS, "Are you back?\n" },
		{ "Re: Автоответ: Принтер", ANSWERS, "Вы вернулись?\n" },
		{ "AW: Automatische Antwort: Drucker", ANSWERS, "Hallo\n" },
		{ "Fwd: Out of office", "", AWAY },
		{ "Out of office hours support?", "",
		    "Do you answer out of office hours?\n" },
		{ "Out of office hours support", "",
		    "Do you answer out of office hours?\n" },
		{ "Out of office next week", "",
		    "I am out of office next week, please wait.\n" },
		{ "Automatic reply: how do I turn it off?", "",
		    "The program sends one each night.\n" },
		{ "Automatic reply does not work", "", "Please help.\n" },
		{ "Vacationers want rooms", "", AWAY },
		{ "Отпуск: кто оформляет?", "", "Здравствуйте\n" },
		{ "Отпуск в мае", "", "Прошу отпуск с 5 мая.\n" },
		{ "Автоответчик не работает", "", "Помогите.\n" },
		/* What it is about is no proof of who wrote it. */
		{ "Автоответчик", "", "Не могу включить автоответчик\n" },
		{ "Автоответчик не работает", "",
		    "Я в отпуске, автоответ не уходит\n" },
		{ "Auto-reply not working", "",
		    "My auto-reply is not sent, please fix until Friday, it "
		    "is urgent\n" },
		{ "Urlaub", "", "Wie viele Tage habe ich noch?\n" },
		{ "Absence", ANSWERS, "No.\n\n> I am away.\n" },
		{ "Printer", "", AWAY },
		{ "Your whitelist", "",
		    "Please add us: http://example.org is not on it.\n" },
	};

	check_rows(fixture, rows, G_N_ELEMENTS(rows), TD_CLASS_HUMAN);
}

static void
test_servers_that_want_a_proof_are_programs(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const Row rows[] = {
		{ "Re: Printer", "",
		    "This mailbox takes mail from persons alone.  Please\n"
		    "visit http://example.net/x to be put on the allowed\n"
		    "list; until then delivery of your mail waits.\n" },
		{ "Confirm your mail", ANSWERS,
		    "Your message is being held. Confirm that you are a\n"
		    "person: https://example.net/y\n" },
	};

	check_rows(fixture, rows, G_N_ELEMENTS(rows), TD_CLASS_AUTO_REPLY);
}

static void
test_a_vacation_with_the_null_sender_is_no_bounce(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	const TdEnvelope envelope = { .sender = "",
		.recipient = "support@example.com" };
	const char *raw = FROM TO "Subject: Automatic reply: Delivery failure\n"
	                          "\nI am away.\n";
	g_autoptr(TdMessage) message = td_message_parse(raw, strlen(raw));
	g_auto(TdClassified) got = { 0 };

	td_desk_classify(fixture->desk, message, &envelope, &got);
	g_assert_cmpstr(td_class_name(got.class), ==, "auto-reply");
}

#define ADD(path, test)                                                        \
	g_test_add(path, Fixture, NULL, fixture_open, test, fixture_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	ADD("/away/prefix", test_the_prefix_of_a_program_is_enough);
	ADD("/away/more", test_words_of_persons_need_more);
	ADD("/away/persons", test_persons_are_not_taken_for_programs);
	ADD("/away/proof", test_servers_that_want_a_proof_are_programs);
	ADD("/away/null-sender",
	    test_a_vacation_with_the_null_sender_is_no_bounce);

	return g_test_run();
}
