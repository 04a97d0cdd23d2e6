/* test-forward.c - mails that pass on another one */

#include "config.h"

#include <string.h>

#include "message-fixture.h"

/* A mail with this Subject and text. */
static TdMessage *
mail(const char *subject, const char *text)
{
	g_autofree char *raw = g_strdup_printf(
	    "From: Carl <carl@example.com>\nTo: support@example.com\n"
	    "Subject: %s\nMIME-Version: 1.0\n"
	    "Content-Type: text/plain; charset=utf-8\n"
	    "Content-Transfer-Encoding: 8bit\n\n%s",
	    subject, text);

	return parse_text(raw);
}

#define BLOCK                                                                  \
	"---------- Forwarded message ---------\n"                             \
	"From: Anna Petrova <anna@example.org>\n"                              \
	"Date: Mon, Nov 2, 2026 at 10:00 AM\nSubject: Printer\n"               \
	"To: <carl@example.com>\n\n\nIt burns.\n"

static void
check(const TdMessage *message, const char *name, const char *address,
    const char *subject, gint64 date)
{
	const TdForward *forward = message->forward;

	g_assert_nonnull(forward);
	g_assert_cmpstr(forward->from->name, ==, name);
	g_assert_cmpstr(forward->from->address, ==, address);
	g_assert_cmpstr(forward->subject, ==, subject);
	g_assert_cmpint(forward->date, ==, date);
}

static void
test_forward_is_read_with_its_note(void)
{
	g_autoptr(TdMessage) message = mail(
	    "Fwd: Printer", "Please see to it.\n\nCarl\n\n" BLOCK);

	/* Without a zone UTC is meant. */
	check(
	    message, "Anna Petrova", "anna@example.org", "Printer", 1793613600);
	g_assert_cmpstr(
	    message->forward->note, ==, "Please see to it.\n\nCarl\n");
	g_assert_cmpstr(message->forward->text, ==, "It burns.\n");
	g_assert_cmpstr(message->forward->message_id, ==, "");
	g_assert_cmpuint(message->forward->part, ==, 0);
	g_assert_cmpstr(message->reply_text, ==, "Please see to it.\n\nCarl\n");
}

static void
test_prefixes_say_what_is_passed_on(void)
{
	static const char *const yes[] = { "Fwd: x", "FWD: x", "Fw: x", "FW: x",
		"fwd : x", "Fwd[2]: x", "WG: x", "TR: x", "TR : x", "RV: x",
		"ENC: x", "I: x", "Doorst: x", "PD: x", "VB: x", "VS: x",
		"VL: x", "\u0130LT: x", "Пересл: x", "ПЕР: x", "Переслано: x",
		"Пересылка: x", "HA: x", "转发: x", "转发：x", "轉寄: x",
		"転送: x", "전달: x", "[EXTERNAL] Fwd: x",
		"[support #42] FW: x", "[a][b] (c) Fwd: x", "[Fwd: x]",
		"Fwd: Re: x", "x (fwd)" };

	for (gsize i = 0; i < G_N_ELEMENTS(yes); i++) {
		g_autoptr(TdMessage) message = mail(yes[i],
		    "From: Anna <anna@example.org>\n"
		    "Sent: Monday, 2 November 2026 10:00\n"
		    "To: Carl\nSubject: x\n\nIt burns.\n");

		if (g_str_has_prefix(yes[i], "HA")) {
			g_assert_null(message->forward);
			continue;
		}
		if (message->forward == NULL)
			g_test_message("%s", yes[i]);
		g_assert_nonnull(message->forward);
	}
}

static void
test_answers_forward_nothing(void)
{
	static const char *const subjects[] = { "Re: Printer", "Printer",
		"Re: Fwd: Printer", "AW: WG: Printer", "Отв: Пересл: Принтер",
		"[support #42] Re: Fwd: Printer" };
	static const char *const texts[] = {
		"Yes.\n\nFrom: Anna <anna@example.org>\nSent: Monday, 2 "
		"November 2026 10:00\nTo: Carl\nSubject: Fwd: Printer\n\n"
		"See below.\n\n" BLOCK,
		"Yes.\n\nOn 2 Nov 2026 10:00, Anna wrote:\n> "
		"---------- Forwarded message ---------\n> From: Bob "
		"<bob@example.org>\n> Date: Mon, Nov 2, 2026\n> Subject: x\n"
		"> To: Anna\n> \n> text\n",
		"Yes.\n\n-----Original Message-----\n"
		"From: Anna <anna@example.org>\nSent: Monday, 2 November 2026 "
		"10:00\nTo: Carl\nSubject: Printer\n\nIt burns.\n",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(subjects); i++)
		for (gsize j = 0; j < G_N_ELEMENTS(texts); j++) {
			g_autoptr(TdMessage)
			    message = mail(subjects[i], texts[j]);

			g_assert_null(message->forward);
		}
}

static void
test_prefix_alone_forwards_nothing(void)
{
	static const char *const texts[] = {
		"",
		"Hello\n",
		"Yes.\n\nOn 2 Nov 2026 10:00, Anna <a@example.org> wrote:\n"
		"> It burns.\n",
		"From: Berlin\n",
		"> quote\n\nanswer\n",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(TdMessage) message = mail("Fwd: x", texts[i]);

		g_assert_null(message->forward);
	}
}

static void
test_line_that_says_so_is_enough(void)
{
	static const struct {
		const char *text;
		gboolean want;
	} rows[] = {
		{ BLOCK, TRUE },
		{ "Please see.\n\n" BLOCK, TRUE },
		{ "> ---------- Forwarded message ---------\n"
		  "> From: Anna <anna@example.org>\n> Date: Mon, Nov 2, 2026\n"
		  "> Subject: x\n> To: Carl\n>\n> It burns.\n",
		    TRUE },
		{ "> ---------- Forwarded message ---------\n"
		  "> From: Anna <anna@example.org>\n> Date: Mon, Nov 2, 2026\n"
		  "> Subject: x\n> To: Carl\n>\n> It burns.\n\n"
		  "Sent from my iPhone\n",
		    TRUE },
		/* What it says is not of the mail below. */
		{ "---------- Forwarded message ---------\n\nIs lost.\n\n"
		  "-----Original Message-----\n"
		  "From: Anna <anna@example.org>\nSent: Monday, 2 November "
		  "2026 10:00\nTo: Carl\nSubject: x\n\nIt burns.\n",
		    FALSE },
		/* He wrote below it. */
		{ "> ---------- Forwarded message ---------\n"
		  "> From: Anna <anna@example.org>\n> Date: Mon, Nov 2, 2026\n"
		  "> Subject: x\n> To: Carl\n>\n> It burns.\n\nIs it so?\n",
		    FALSE },
		{ "-------- Пересылаемое сообщение --------\n"
		  "От кого: Анна <anna@example.org>\nКому: carl@example.com\n"
		  "Дата: Понедельник, 2 ноября 2026, 10:00 +03:00\n"
		  "Тема: Принтер\n\nГорит.\n"
		  "-------- Конец пересылаемого сообщения --------\n\n"
		  "Это правда?\n",
		    FALSE },
		{ "From: Anna <anna@example.org>\nSent: Monday, 2 November "
		  "2026 10:00\nTo: Carl\nSubject: x\n\nIt burns.\n",
		    FALSE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(TdMessage) message = mail("Printer", rows[i].text);

		g_assert_cmpint(message->forward != NULL, ==, rows[i].want);
	}
}

typedef struct {
	const char *text;
	const char *name;
	const char *address;
	const char *subject;
	gint64 date;
} Row;

#define AT_TEN 1793613600 /* 2 November 2026, 10:00 UTC */
#define AT_SEVEN (AT_TEN - 3 * 3600)
#define AT_NINE (AT_TEN - 3600)

/* Of many programs and languages. */
static const Row programs[] = {
	/* Outlook */
	{ "From: Anna Petrova <anna@example.org> \n"
	  "Sent: Monday, November 2, 2026 10:00 AM\nTo: Carl\n"
	  "Subject: Printer",
	    "Anna Petrova", "anna@example.org", "Printer", AT_TEN },
	{ "________________________________\nFrom: Petrova, Anna\n"
	  "Sent: Monday, November 2, 2026 10:00:00 PM\nTo: Carl\n"
	  "Subject: Printer",
	    "Petrova, Anna", "", "Printer", AT_TEN + 12 * 3600 },
	{ "*From:* Anna [mailto:anna@example.org]\n*Sent:* Monday, November "
	  "2, 2026 10:00 AM\n*To:* Carl\n*Subject:* A long\n title",
	    "Anna", "anna@example.org", "A long title", AT_TEN },
	{ "От: Анна Петрова <anna@example.org>\n"
	  "Отправлено: понедельник, 2 ноября 2026 г. 10:00\n"
	  "Кому: Карл <carl@example.com>\nТема: Принтер",
	    "Анна Петрова", "anna@example.org", "Принтер", AT_TEN },
	{ "Von: Anna <anna@example.org>\nGesendet: Montag, 2. November 2026 "
	  "10:00\nAn: Carl\nBetreff: Drucker",
	    "Anna", "anna@example.org", "Drucker", AT_TEN },
	{ "De : Anna <anna@example.org>\nEnvoyé : lundi 2 novembre 2026 "
	  "10:00\nÀ : Carl\nObjet : Imprimante",
	    "Anna", "anna@example.org", "Imprimante", AT_TEN },
	{ "发件人: Anna <anna@example.org>\n发送时间: 2026年11月2日 10:00\n"
	  "收件人: Carl\n主题: 打印机",
	    "Anna", "anna@example.org", "打印机", AT_TEN },
	{ "From: Anna<mailto:anna@example.org>\nSent: 02 November 2026 10:00\n"
	  "To: Carl<mailto:carl@example.com>\nSubject: x",
	    "Anna", "anna@example.org", "x", AT_TEN },
	{ "From: Desk [mailto:desk@example.net] On Behalf Of Anna "
	  "<anna@example.org>\nSent: 02 November 2026 10:00\nTo: Carl\n"
	  "Subject: x",
	    "Anna", "anna@example.org", "x", AT_TEN },
	/* Gmail */
	{ "---------- Forwarded message ---------\n"
	  "От: Анна Петрова <anna@example.org>\n"
	  "Date: пн, 2 нояб. 2026 г. в 10:00\nSubject: Принтер\n"
	  "To: <carl@example.com>",
	    "Анна Петрова", "anna@example.org", "Принтер", AT_TEN },
	/* Apple */
	{ "Begin forwarded message:\n\nFrom: Anna <anna@example.org>\n"
	  "Subject: Printer\nDate: 2 November 2026 at 10:00:00 CET\n"
	  "To: carl@example.com\nReply-To: anna@example.net",
	    "Anna", "anna@example.org", "Printer", AT_NINE },
	{ "Начало переадресованного сообщения:\n\n"
	  "От: Анна <anna@example.org>\nТема: Принтер\n"
	  "Дата: 2 ноября 2026 г. в 10:00:00 GMT+3\nКому: carl@example.com",
	    "Анна", "anna@example.org", "Принтер", AT_SEVEN },
	{ "> From: Anna <anna@example.org>\n> Date: 2 November 2026 at "
	  "10:00:00 GMT+1\n> To: carl@example.com\n> Subject: Printer\n> ",
	    "Anna", "anna@example.org", "Printer", AT_NINE },
	{ "> Начало переадресованного сообщения:\n> \n"
	  "> От: Анна <anna@example.org>\n> Дата: 2 ноября 2026 г. в "
	  "10:00:00 GMT+3\n> Кому: carl@example.com\n> Тема: Принтер\n> ",
	    "Анна", "anna@example.org", "Принтер", AT_SEVEN },
	/* Thunderbird */
	{ "-------- Forwarded Message --------\nSubject: \tPrinter\n"
	  "Date: \tMon, 2 Nov 2026 10:00:00 +0100\n"
	  "From: \tAnna <anna@example.org>\nTo: \tcarl@example.com",
	    "Anna", "anna@example.org", "Printer", AT_NINE },
	{ "-------- Перенаправленное сообщение --------\nТема: Принтер\n"
	  "Дата: Mon, 2 Nov 2026 10:00:00 +0300\n"
	  "От: Анна <anna@example.org>\nКому: carl@example.com",
	    "Анна", "anna@example.org", "Принтер", AT_SEVEN },
	{ "-------- Forwarded Message --------\nSubject: | Printer\n"
	  "Date: | Mon, 2 Nov 2026 10:00:00 +0100\n"
	  "From: | Anna <anna@example.org>\nTo: | carl@example.com",
	    "Anna", "anna@example.org", "Printer", AT_NINE },
	/* Yandex, mail.ru */
	{ "-------- Пересылаемое сообщение --------\n"
	  "02.11.2026, 10:00, \"Анна Петрова\" <anna@example.org>:\n",
	    "Анна Петрова", "anna@example.org", "", AT_TEN },
	{ "-------- Пересылаемое сообщение --------\n"
	  "От кого: Анна <anna@example.org>\nКому: Карл <carl@example.com>\n"
	  "Дата: Понедельник, 2 ноября 2026, 10:00 +03:00\n"
	  "Тема: Принтер",
	    "Анна", "anna@example.org", "Принтер", AT_SEVEN },
	{ "-------- Пересылаемое сообщение --------\n"
	  "Понедельник, 2 ноября 2026, 10:00 +03:00 от Анна "
	  "<anna@example.org>:\n",
	    "Анна", "anna@example.org", "", AT_SEVEN },
	/* Zimbra, eM Client, others */
	{ "----- Пересланное сообщение -----\nОт: \"Анна\" "
	  "<anna@example.org>\nКому: \"Карл\" <carl@example.com>\n"
	  "Отправленные: Понедельник, 2 Ноябрь 2026 г 10:00:00\n"
	  "Тема: Принтер",
	    "Анна", "anna@example.org", "Принтер", AT_TEN },
	{ "------ Forwarded Message ------\nFrom \"Anna\" "
	  "<anna@example.org>\nTo carl@example.com\n"
	  "Date 2026-11-02 10:00:00\nSubject Printer",
	    "Anna", "anna@example.org", "Printer", AT_TEN },
	{ "----- Forwarded message from Anna <anna@example.org> -----\n\n"
	  "Date: Mon, 2 Nov 2026 10:00:00 +0100\n"
	  "From: Anna <anna@example.org>\nTo: carl@example.com\n"
	  "Subject: Printer\nMessage-ID: <one@example.org>",
	    "Anna", "anna@example.org", "Printer", AT_NINE },
	{ "---- Xyzzy ----\nFrom: anna@example.org (Anna)\n"
	  "Date: 2/11/2026 10:00\nTo: carl@example.com\nSubject: x",
	    "Anna", "anna@example.org", "x", 0 },
};

static void
test_forwards_of_many_programs_are_read(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(programs); i++) {
		const Row *row = &programs[i];
		gboolean marked = *row->text == '>';
		g_autofree char *text = g_strdup_printf(
		    "See this.\n\n%s\n%s\n%sIt burns.\n", row->text,
		    marked ? ">" : "", marked ? "> " : "");
		g_autoptr(TdMessage) message = mail("FW: x", text);

		if (message->forward == NULL)
			g_test_message("%s", text);
		check(
		    message, row->name, row->address, row->subject, row->date);
		g_assert_cmpstr(message->forward->note, ==, "See this.\n");
		g_assert_cmpstr(message->forward->text, ==, "It burns.\n");
	}
}

static void
test_html_forward_is_read(void)
{
	g_autoptr(TdMessage) message = parse_text(
	    "From: carl@example.com\nSubject: Fwd: Printer\nMIME-Version: "
	    "1.0\nContent-Type: text/html; charset=utf-8\n\n"
	    "<div>See this.<br><br><div class=\"gmail_quote\"><div>"
	    "---------- Forwarded message ---------<br>From: <b>Anna "
	    "Petrova</b> <span>&lt;<a href=\"mailto:anna@example.org\">"
	    "anna@example.org</a>&gt;</span><br>Date: Mon, Nov 2, 2026 at "
	    "10:00 AM<br>Subject: Printer<br>To:  &lt;<a "
	    "href=\"mailto:carl@example.com\">carl@example.com</a>&gt;<br>"
	    "</div><br><br><div>It burns.</div></div></div>");

	check(message, "Anna Petrova", "anna@example.org", "Printer", AT_TEN);
	g_assert_cmpstr(message->forward->note, ==, "See this.\n");
	g_assert_nonnull(strstr(message->forward->text, "It burns."));
}

/* A mail with another one attached. */
static TdMessage *
attached(const char *subject, const char *text, const char *type)
{
	g_autofree char *raw = g_strdup_printf(
	    "From: carl@example.com\nSubject: %s\nMIME-Version: 1.0\n"
	    "Content-Type: %s; boundary=b\n\n--b\n\n%s\n"
	    "--b\nContent-Type: image/png\n\nx\n"
	    "--b\nContent-Type: message/rfc822\n\n"
	    "From: =?utf-8?B?0JDQvdC90LA=?= <anna@example.org>\n"
	    "Date: Mon, 2 Nov 2026 10:00:00 +0000\n"
	    "Message-ID: <one@example.org>\n"
	    "Subject: =?utf-8?B?0J/RgNC40L3RgtC10YA=?=\n\nIt burns.\n"
	    "--b--\n",
	    subject, type, text);

	return parse_text(raw);
}

static void
test_attached_mail_is_read(void)
{
	g_autoptr(TdMessage)
	    message = attached("Fwd: x", "See this.", "multipart/mixed");

	check(message, "Анна", "anna@example.org", "Принтер", AT_TEN);
	g_assert_cmpstr(message->forward->message_id, ==, "one@example.org");
	g_assert_cmpuint(message->forward->part, ==, 2);
	g_assert_cmpstr(message->forward->note, ==, "See this.\n");
	g_assert_true(g_str_has_prefix(message->forward->text, "It burns."));
}

static void
test_attached_mails_that_are_no_forwards(void)
{
	static const char *const rows[][3] = {
		{ "Re: x", "See this.", "multipart/mixed" },
		{ "AW: x", "", "multipart/mixed" },
		{ "x", "See this.", "multipart/mixed" },
		{ "Fwd: x", "See this.", "multipart/digest" },
		{ "Fwd: x", "", "multipart/report" },
		{ "Fwd: x", "",
		    "multipart/report; report-type=delivery-status" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(TdMessage)
		    message = attached(rows[i][0], rows[i][1], rows[i][2]);

		g_assert_null(message->forward);
	}
}

static void
test_nothing_but_an_attached_mail_is_a_forward(void)
{
	static const char *const rows[][2] = {
		{ "Printer", "anna@example.org" },
		{ "", "anna@example.org" },
		{ "Re: Printer", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *raw = g_strdup_printf(
		    "From: carl@example.com\nSubject: %s\nMIME-Version: 1.0\n"
		    "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n"
		    "-- \nCarl\n--b\nContent-Type: message/rfc822\n"
		    "Content-Transfer-Encoding: base64\n\n"
		    "RnJvbTogYW5uYUBleGFtcGxlLm9yZwpTdWJqZWN0OiB4CgpJdCBidXJu"
		    "cy4K\n--b--\n",
		    rows[i][0]);
		g_autoptr(TdMessage) message = parse_text(raw);

		if (rows[i][1] == NULL)
			g_assert_null(message->forward);
		else
			check(message, "", rows[i][1], "x", 0);
	}
}

static void
test_our_own_history_is_no_forward(void)
{
	g_autoptr(TdMessage) message = mail("Fwd: x",
	    "Hello.\n\n\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500 "
	    "Attached mail\nFrom: Anna <anna@example.org>\nDate: Mon, 2 Nov "
	    "2026 10:00:00 +0100\nTo: Carl\nSubject: x\n\ntext\n");

	g_assert_null(message->forward);
}

static void
test_hostile_blocks_are_read_safely(void)
{
	static const char *const pieces[] = { "From: ", "From: <",
		"From: @\nTo: @\nDate: 9999\nSubject: x\n", "> From: a@b\n",
		"---------- Forwarded message ---------\n",
		"---------- Forwarded message ---------\nFrom a@b\n",
		"From: a@b\nDate: 99.99.9999 99:99\nSubject:\nTo: x\n",
		"[Fwd: ", "> ", ">>>>" };

	for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		g_autoptr(TdMessage) message = NULL;

		while (text->len < 200 * 1000)
			g_string_append(text, pieces[i]);
		message = mail("Fwd: x", text->str);
		if (message->forward != NULL)
			g_assert_true(g_utf8_validate(
			    message->forward->from->name, -1, NULL));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func("/forward/note", test_forward_is_read_with_its_note);
	g_test_add_func(
	    "/forward/prefixes", test_prefixes_say_what_is_passed_on);
	g_test_add_func("/forward/answers", test_answers_forward_nothing);
	g_test_add_func(
	    "/forward/prefix-alone", test_prefix_alone_forwards_nothing);
	g_test_add_func("/forward/line", test_line_that_says_so_is_enough);
	g_test_add_func(
	    "/forward/programs", test_forwards_of_many_programs_are_read);
	g_test_add_func("/forward/html", test_html_forward_is_read);
	g_test_add_func("/forward/attached", test_attached_mail_is_read);
	g_test_add_func("/forward/attached-other",
	    test_attached_mails_that_are_no_forwards);
	g_test_add_func("/forward/attached-alone",
	    test_nothing_but_an_attached_mail_is_a_forward);
	g_test_add_func("/forward/history", test_our_own_history_is_no_forward);
	g_test_add_func(
	    "/forward/hostile", test_hostile_blocks_are_read_safely);

	return g_test_run();
}
