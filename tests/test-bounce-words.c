/* test-bounce-words.c - what bounces say, and what is none */

#include "config.h"

#include <string.h>

#include "notice-fixture.h"

static const Row languages[] = {
	{ "Russian",
	    "From: Почтовая система <postmaster@example.org>\n"
	    "To: support@example.com\nSubject: Недоставленное сообщение\n" UTF8
	    "\nНе удалось доставить письмо следующим получателям:\n\n"
	    "  anna@example.org\n  Ящик получателя переполнен.\n\n"
	    "--- Копия исходного письма ---\n" RETURNED,
	    "anna@example.org failed 5.2.2" },
	{ "Russian, of a list of which nothing is known",
	    "From: mailer-daemon@example.org\nTo: support@example.com\n"
	    "Subject: Ваше сообщение не доставлено\n" UTF8
	    "\nЭто письмо создано автоматически, отвечать на него не нужно."
	    "\n\nВаше сообщение не может быть доставлено одному или "
	    "нескольким получателям:\n\n  anna@example.org\n"
	    "    550 нет такого пользователя\n",
	    "anna@example.org failed 5.1.1" },
	{ "Ukrainian",
	    "From: postmaster@example.org\nTo: support@example.com\n"
	    "Subject: Помилка доставки\n" UTF8
	    "\nНе вдалося доставити лист до anna@example.org: користувача "
	    "не знайдено.\n",
	    "anna@example.org failed 5.1.1" },
	{ "German",
	    "From: Mailer-Daemon@example.org\nTo: support@example.com\n"
	    "Subject: Unzustellbar: Drucker\n" UTF8
	    "\nIhre Nachricht konnte an die folgenden Empfänger nicht "
	    "zugestellt werden:\n\nanna@example.org\n"
	    "Das Postfach des Empfängers ist voll.\n",
	    "anna@example.org failed 5.2.2" },
	{ "French",
	    "From: Administrateur système <postmaster@example.org>\n"
	    "To: support@example.com\nSubject: Non remis : imprimante\n" UTF8
	    "\nVotre message n’a pas pu être remis aux destinataires "
	    "suivants :\n\n anna@example.org\n Utilisateur inconnu\n",
	    "anna@example.org failed 5.1.1" },
	{ "Spanish",
	    "From: postmaster@example.org\nTo: support@example.com\n"
	    "Subject: No se puede entregar: impresora\n" UTF8
	    "\nNo se pudo entregar el mensaje a los siguientes "
	    "destinatarios:\n\nanna@example.org\n"
	    "El buzón está lleno.\n",
	    "anna@example.org failed 5.2.2" },
	{ "Italian",
	    "From: postmaster@example.org\nTo: support@example.com\n"
	    "Subject: Mancata consegna: stampante\n" UTF8
	    "\nImpossibile consegnare il messaggio ai seguenti "
	    "destinatari:\n\n- anna@example.org: utente sconosciuto\n",
	    "anna@example.org failed 5.1.1" },
	{ "Portuguese",
	    "From: postmaster@example.org\nTo: support@example.com\n"
	    "Subject: Falha na entrega\n" UTF8
	    "\nNão foi possível entregar a mensagem para:\n"
	    "anna@example.org\nCaixa de correio cheia\n",
	    "anna@example.org failed 5.2.2" },
	{ "Polish",
	    "From: postmaster@example.org\nTo: support@example.com\n"
	    "Subject: Wiadomość niedostarczona\n" UTF8
	    "\nNie udało się dostarczyć wiadomości do następujących "
	    "odbiorców:\n\n<anna@example.org>\nNieznany użytkownik\n",
	    "anna@example.org failed 5.1.1" },
	{ "Dutch",
	    "From: Systeembeheerder <postmaster@example.org>\n"
	    "To: support@example.com\nSubject: Onbestelbaar: printer\n" UTF8
	    "\nUw bericht kan niet worden bezorgd bij de volgende "
	    "geadresseerde:\n\n  anna@example.org\n  Postvak is vol\n",
	    "anna@example.org failed 5.2.2" },
	{ "Japanese, without blanks around the address",
	    "From: postmaster@example.org\nTo: support@example.com\n"
	    "Subject: 配信不能のお知らせ\n" UTF8
	    "\n宛先anna@example.orgへ配信できませんでした。\n"
	    "宛先不明です。\n",
	    "anna@example.org failed 5.1.1" },
	{ "Chinese",
	    "From: 邮件系统 <postmaster@example.org>\n"
	    "To: support@example.com\nSubject: 系统退信\n" UTF8
	    "\n您的邮件无法投递到以下收件人：\n\nanna@example.org\n"
	    "邮箱已满\n",
	    "anna@example.org failed 5.2.2" },
	{ "an address that is not ASCII",
	    DAEMON "Subject: Undeliverable\n" UTF8
	           "\nThe following address failed:\n\n"
	           "<почта@пример.рф>: 550 5.1.1 unknown\n",
	    "почта@пример.рф failed 5.1.1" },
};

static void
test_bounces_speak_many_languages(void)
{
	assert_rows(languages, G_N_ELEMENTS(languages));
}

static const Row others[] = {
	{ "a person asks about one",
	    PERSON "Subject: Mail delivery failed\n\n"
	           "Hello,\n\nwhen I write to you I get this:\n\n"
	           "The following address(es) failed:\n\n"
	           "  anna@example.com\n    550 User unknown\n\n"
	           "What am I to do?\n",
	    NULL },
	{ "a person asks in Russian",
	    PERSON "Subject: Письмо не доставлено\n" UTF8
	           "\nЗдравствуйте! Мне пришло такое письмо:\n\n"
	           "<anna@example.com>: 550 нет такого пользователя\n",
	    NULL },
	{ "a person forwards one",
	    PERSON "Subject: Fwd: Undelivered Mail Returned to Sender\n\n"
	           "This is the mail system at host mx.example.net.\n\n"
	           "<anna@example.org>: 550 5.1.1 User unknown\n",
	    NULL },
	{ "a person answers one",
	    PERSON "Subject: Re: Undeliverable: Printer\n\n"
	           "anna@example.org could not be delivered to\n",
	    NULL },
	{ "a person's parcel",
	    PERSON "Subject: Delivery failed\n\nMy order was to be brought on "
	           "Monday.\n",
	    NULL },
	{ "a person's parcel, in Russian",
	    PERSON "Subject: Заказ не доставлен\n" UTF8
	           "\nЗаказ 550 не доставлен, пишите на ivan@example.net\n",
	    NULL },
	{ "an automatic answer",
	    "Return-Path: <>\n" PERSON "Subject: Automatic reply: Printer\n\n"
	    "I am out of the office until Monday. Your message to "
	    "ivan@example.net was not delivered to anybody else.\n",
	    NULL },
	{ "a challenge",
	    "Return-Path: <>\n" PERSON
	    "Subject: Your message to ivan@example.net\n\n"
	    "Your message to ivan@example.net has not been delivered yet. "
	    "Click the link below to show that you are human.\n",
	    NULL },
	{ "a mail system has other news",
	    DAEMON "Subject: Daily statistics\n\n120 mails, all is well.\n",
	    NULL },
	{ "a mail system has other news, of somebody",
	    DAEMON "Subject: Statistics for anna@example.org\n\n"
	           "anna@example.org: 120 mails\n",
	    NULL },
	{ "a postmaster is a person",
	    "From: Anna <postmaster@example.org>\nTo: support@example.com\n"
	    "Subject: Re: your server\n\nHello, your mails to us were "
	    "rejected: 550 unknown user boris@example.org. Regards, Anna\n",
	    NULL },
	{ "a list that is about mail",
	    PERSON "List-Id: <mail.example.org>\n"
	           "Subject: [users] Undelivered mail and postfix\n\n"
	           "How do I configure the text of bounces? It says\n"
	           "could not be delivered to <anna@example.org>\n",
	    NULL },
};

static void
test_words_of_others_are_no_bounce(void)
{
	assert_rows(others, G_N_ELEMENTS(others));
}

static void
test_returned_message_id_stands_below_a_line(void)
{
	static const char *const marks[] = {
		"--- Below this line is a copy of the message.\n\n",
		"----- Original message -----\n\n",
		"   ----- Message header follows -----\n\n",
		"Original message follows.\n\n",
		"A copy of the original message below this line:\n\n",
		"--- Ниже этой линии копия исходного письма.\n\n",
		"Ursprüngliche Nachricht:\n\n",
		"\n",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
		g_autofree char *raw = g_strconcat(DAEMON
		    "Subject: failure notice\n" UTF8
		    "\n<boris@example.org>:\nUser unknown\n\n",
		    marks[i], RETURNED, NULL);
		g_autoptr(TdMessage) message = parse_text(raw);
		g_autofree char *got = tell(message);

		g_test_message("%s", marks[i]);
		g_assert_cmpstr(got, ==, "boris@example.org failed 5.1.1");
		g_assert_cmpstr(message->report->returned_message_id, ==,
		    "42.1.token@example.com");
	}
}

static void
test_returned_message_may_be_quoted_or_attached(void)
{
	g_autoptr(TdMessage) quoted = parse_text(
	    DAEMON "Subject: Mail Delivery Warning\n\nDelivery of email to "
	           "this address\n\n\"anna@example.org\"\n\nhas been "
	           "postponed due to a full mailbox.\n\n> Received: from x\n"
	           "> Message-ID: <42.1.token@example.com>\n> To: x@y.org\n");
	g_autoptr(TdMessage) attached = parse_file("bounce-attached.eml");
	g_autofree char *got = tell(quoted);

	g_assert_cmpstr(got, ==, "anna@example.org delayed 4.2.2");
	g_assert_cmpstr(
	    quoted->report->returned_message_id, ==, "42.1.token@example.com");
	g_assert_cmpstr(attached->report->returned_message_id, ==,
	    "42.1.token@example.com");
}

static void
test_answer_fields_name_the_mail_when_nothing_else_does(void)
{
	g_autoptr(TdMessage) message = parse_text(
	    DAEMON "Subject: Undeliverable\nIn-Reply-To: <1@example.com>\n"
	           "References: <0@example.com> <1@example.com>\n\n"
	           "<anna@example.org>: user unknown\n");

	g_assert_cmpstr(
	    message->report->returned_message_id, ==, "1@example.com");
}

static void
test_a_report_inside_another_mail_is_read(void)
{
	g_autoptr(TdMessage) message = parse_file("bounce-wrapped.eml");
	g_autofree char *got = tell(message);

	g_assert_cmpstr(got, ==, "anna@example.org failed 5.1.1");
	g_assert_false(message->report->formal);
	g_assert_cmpstr(
	    message->report->returned_message_id, ==, "42.1.token@example.com");
}

static void
test_notifications_in_json_are_read(void)
{
	static const char bounce[] =
	    "From: Notices <no-reply@cloud.example.org>\n"
	    "X-Amz-Sns-Message-Id: 1\nSubject: Notification\n\n"
	    "{\"notificationType\":\"Bounce\",\"bounce\":{"
	    "\"bouncedRecipients\":[{\"emailAddress\":\"anna@example.org\","
	    "\"action\":\"failed\",\"status\":\"5.1.1\",\n"
	    "\"diagnosticCode\":\"smtp; 550 5.1.1 <\\\"anna\\\"> unknown\"}]},"
	    "\"mail\":{\"messageId\":\"0001\"}}\n";
	static const char delivered[] =
	    "From: no-reply@cloud.example.org\nX-Amz-Sns-Message-Id: 1\n\n"
	    "{\"notificationType\":\"Delivery\",\"delivery\":{"
	    "\"recipients\":[\"anna@example.org\"],"
	    "\"smtpResponse\":\"250 2.6.0 taken\"}}\n";
	static const char person[] = PERSON
	    "Subject: my data\n\n{\"notificationType\":\"Bounce\"}\n";
	g_autoptr(TdMessage) failed = parse_text(bounce);
	g_autoptr(TdMessage) good = parse_text(delivered);
	g_autoptr(TdMessage) other = parse_text(person);
	g_autofree char *first = tell(failed);
	g_autofree char *second = tell(good);

	g_assert_cmpstr(first, ==, "anna@example.org failed 5.1.1");
	g_assert_cmpstr(second, ==, "anna@example.org delivered 2.6.0");
	g_assert_null(other->report);
}

static void
test_diagnostic_is_one_printable_line(void)
{
	g_autoptr(TdMessage) message = parse_text(
	    DAEMON "Subject: failure notice\n\n<anna@example.org>:\n"
	           "host said: 550-5.7.1 \033[31mwe do not\n"
	           "550 5.7.1   like\tyou\n\nThe mail system\n");
	const TdDsnRecipient *one = g_ptr_array_index(
	    message->report->recipients, 0);

	g_assert_cmpstr(one->diagnostic, ==,
	    "host said: 550-5.7.1 ?[31mwe do not 550 5.7.1 like you");
}

static void
test_reasons_become_numbers(void)
{
	static const struct {
		const char *words;
		const char *want;
	} rows[] = {
		{ "550 5.1.10 no", "5.1.10" },
		{ "(#4.4.1)", "4.4.1" },
		{ "550-5.7.26 no", "5.7.26" },
		{ "552 mailbox full", "5.2.2" },
		{ "452 mailbox full", "4.2.2" },
		{ "552 message size exceeds limit", "5.3.4" },
		{ "552 no", "5.2.2" },
		{ "551 no", "5.1.6" },
		{ "550 no", "5.0.0" },
		{ "450 no", "4.0.0" },
		{ "554 blocked, see [5.1.1.7]", "5.7.1" },
		{ "550 user unknown (version 5.1.1a)", "5.1.1" },
		{ "Host not found", "5.1.2" },
		{ "Connection timed out", "4.4.1" },
		{ "message has been in the queue too long", "4.4.7" },
		{ "mail loop detected", "5.4.6" },
		{ "we do not relay", "5.7.1" },
		{ "account has been disabled", "5.2.1" },
		{ "message contains a virus", "5.7.0" },
		{ "because we say so", "5.0.0" },
		{ "call 925-423-5635", "5.0.0" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *raw = g_strdup_printf(DAEMON
		    "Subject: failure notice\n\n"
		    "<anna@example.org>: %s\n",
		    rows[i].words);
		g_autofree char *want = g_strdup_printf(
		    "anna@example.org failed %s", rows[i].want);
		g_autoptr(TdMessage) message = parse_text(raw);
		g_autofree char *got = tell(message);

		g_test_message("%s", rows[i].words);
		g_assert_cmpstr(got, ==, want);
	}
}

static void
test_recipients_are_limited(void)
{
	g_autoptr(GString)
	    raw = g_string_new(DAEMON "Subject: failure notice\n\n");
	g_autoptr(TdMessage) message = NULL;

	for (guint i = 0; i < 1000; i++)
		g_string_append_printf(raw, "<a%u@example.org>: 550 no\n", i);
	message = parse_text(raw->str);
	g_assert_cmpuint(message->report->recipients->len, ==, 200);
}

static void
test_words_fill_what_a_formal_report_leaves_open(void)
{
	g_autoptr(TdMessage) message = parse_text(
	    DAEMON "Subject: Delivery Status Notification\n"
	           "Content-Type: multipart/report; "
	           "report-type=delivery-status; boundary=b\n\n"
	           "--b\n\nDelivery to the following recipients failed:\n\n"
	           "  anna@example.org\n  Mailbox full\n\n"
	           "--b\nContent-Type: message/delivery-status\n\n"
	           "Reporting-MTA: dns; mx.example.net\n\n"
	           "--b--\n");
	g_autofree char *got = tell(message);

	g_assert_true(message->report->formal);
	g_assert_cmpstr(got, ==, "anna@example.org failed 5.2.2");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func("/bounce/languages", test_bounces_speak_many_languages);
	g_test_add_func("/bounce/others", test_words_of_others_are_no_bounce);
	g_test_add_func(
	    "/bounce/returned", test_returned_message_id_stands_below_a_line);
	g_test_add_func("/bounce/attached",
	    test_returned_message_may_be_quoted_or_attached);
	g_test_add_func("/bounce/answer",
	    test_answer_fields_name_the_mail_when_nothing_else_does);
	g_test_add_func(
	    "/bounce/wrapped", test_a_report_inside_another_mail_is_read);
	g_test_add_func("/bounce/json", test_notifications_in_json_are_read);
	g_test_add_func(
	    "/bounce/diagnostic", test_diagnostic_is_one_printable_line);
	g_test_add_func("/bounce/reasons", test_reasons_become_numbers);
	g_test_add_func("/bounce/limit", test_recipients_are_limited);
	g_test_add_func("/bounce/complete",
	    test_words_fill_what_a_formal_report_leaves_open);

	return g_test_run();
}
