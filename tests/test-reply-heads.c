/* test-reply-heads.c - what programs write above what they quote */

#include "config.h"

#include <string.h>

#include <ticketd/message.h>

/* Whether @quoted is all that is cut from "Yes." and itself. */
static void
check_cut(const char *head, const char *quote)
{
	g_autofree char *text = g_strdup_printf(
	    "Yes.\n\n%s\n%s\n", head, quote);
	g_autofree char *copy = g_memdup2(text, strlen(text) + 1);
	g_autofree char *reply = NULL;
	g_autofree char *quoted = NULL;

	td_message_split_reply(copy, &reply, &quoted);
	if (strcmp(reply, "Yes.\n") != 0)
		g_test_message("kept of: %s", text);
	g_assert_cmpstr(reply, ==, "Yes.\n");
	g_assert_nonnull(strstr(quoted, "Can you"));
}

/* Of many programs and languages, each on one line. */
static const char *const attributions[] = {
	/* Gmail */
	"On Mon, Nov 2, 2026 at 10:00 AM Anna Petrova <anna@example.org> "
	"wrote:",
	"On Mon, 2 Nov 2026 at 10:00, Anna <anna@example.org> wrote:",
	"пн, 2 нояб. 2026 г. в 10:00, Анна Петрова <anna@example.org>:",
	"пн, 2 лист. 2026 р. о 10:00 Анна <anna@example.org> пише:",
	"Am Mo., 2. Nov. 2026 um 10:00 Uhr schrieb Anna <anna@example.org>:",
	"Anna Petrova <anna@example.org> schrieb am Mo., 2. Nov. 2026, 10:00:",
	"Le lun. 2 nov. 2026 à 10:00, Anna <anna@example.org> a écrit :",
	"El lun, 2 nov 2026 a las 10:00, Anna (<anna@example.org>) escribió:",
	"Il giorno lun 2 nov 2026 alle ore 10:00 Anna <anna@example.org> ha "
	"scritto:",
	"Op ma 2 nov 2026 om 10:00 schreef Anna <anna@example.org>:",
	"pon., 2 lis 2026 o 10:00 Anna <anna@example.org> napisał(a):",
	"Em seg., 2 de nov. de 2026 às 10:00, Anna <anna@example.org> "
	"escreveu:",
	"Den mån 2 nov. 2026 kl 10:00 skrev Anna <anna@example.org>:",
	"man. 2. nov. 2026 kl. 10:00 skrev Anna <anna@example.org>:",
	"ma 2. marrask. 2026 klo 10.00 Anna (anna@example.org) kirjoitti:",
	"po 2. 11. 2026 v 10:00 odesílatel Anna <anna@example.org> napsal:",
	"po 2. 11. 2026 o 10:00 Anna <anna@example.org> napísal(a):",
	"Anna <anna@example.org> ezt írta (időpont: 2026. nov. 2., H, 10:00):",
	"În lun., 2 nov. 2026 la 10:00, Anna <anna@example.org> a scris:",
	"Anna <anna@example.org>, 2 Kas 2026 Pzt, 10:00 tarihinde şunu yazdı:",
	"Στις Δευ, 2 Νοε 2026 στις 10:00 π.μ., ο χρήστης Anna "
	"<anna@example.org> έγραψε:",
	"На пн, 2.11.2026 г. в 10:00 ч. Anna <anna@example.org> написа:",
	"\u202bבתאריך יום ב׳, 2 בנוב׳ 2026 ב-10:00 מאת \u202aAnna\u202c\u200f "
	"<\u202aanna@example.org\u202c\u200f>:\u202c",
	"Anna <anna@example.org> 于2026年11月2日周一 10:00写道：",
	"Anna <anna@example.org> 於 2026年11月2日 週一 上午10:00寫道：",
	"2026年11月2日(月) 10:00 Anna <anna@example.org>:",
	"2026년 11월 2일 (월) 오전 10:00, Anna <anna@example.org>님이 작성:",
	"Vào Th 2, 2 thg 11, 2026 vào lúc 10:00 Anna <anna@example.org> đã "
	"viết:",
	"Pada tanggal Sen, 2 Nov 2026 pukul 10.00 Anna <anna@example.org> "
	"menulis:",
	"Kuupäev E, 2. november 2026 kell 10:00 kirjutas Anna "
	"<anna@example.org>:",
	/* Apple's */
	"On 2 Nov 2026, at 10:00, Anna Petrova <anna@example.org> wrote:",
	"On Nov 2, 2026, at 10:00\u202fAM, Anna <anna@example.org> wrote:",
	"2 нояб. 2026 г., в 10:00, Анна <anna@example.org> написал(а):",
	"2 ноября 2026 г., в 10:00, Anna <anna@example.org> написала:",
	"Am 02.11.2026 um 10:00 schrieb Anna <anna@example.org>:",
	"Le 2 nov. 2026 à 10:00, Anna <anna@example.org> a écrit\u00a0:",
	"El 2 nov 2026, a las 10:00, Anna <anna@example.org> escribió:",
	"Il giorno 02 nov 2026, alle ore 10:00, Anna <anna@example.org> ha "
	"scritto:",
	"Op 2 nov. 2026, om 10:00 heeft Anna <anna@example.org> het volgende "
	"geschreven:",
	"Wiadomość napisana przez Anna <anna@example.org> w dniu 02.11.2026, o "
	"godz. 10:00:",
	"Em 2 de nov. de 2026, à(s) 10:00, Anna <anna@example.org> escreveu:",
	"2026/11/02 10:00、Anna <anna@example.org>のメール:",
	"在 2026年11月2日，上午10:00，Anna <anna@example.org> 写道：",
	/* Thunderbird and its kin */
	"On 02/11/2026 10:00, Anna wrote:",
	"02.11.2026 10:00, Анна Петрова пишет:",
	"02.11.2026 10:00, Анна Петрова написал(а):",
	"Am 02.11.26 um 10:00 schrieb Anna Petrova:",
	"Le 02/11/2026 à 10:00, Anna Petrova a écrit :",
	"W dniu 02.11.2026 o 10:00, Anna Petrova pisze:",
	"On 2026-11-02 10:00, Anna wrote:",
	"Анна Петрова писал(а) 2026-11-02 10:00:",
	/* mail.ru, Yandex, Rambler, The Bat!, KMail, Evolution, Opera */
	"Понедельник, 2 ноября 2026, 10:00 +03:00 от Анна "
	"<anna@example.org>:",
	"Понедельник, 2 ноября 2026г., 10:00 +03:00 от "
	"anna@example.org <anna@example.org>:",
	"02.11.2026, 10:00, \"Анна Петрова\" <anna@example.org>:",
	"10:00, 2 ноября 2026 г., Анна <anna@example.org>:",
	"12.05.2024, 10:31, Иван Петров <a@b.example> пишет:",
	"Вы писали 2 ноября 2026 г., 10:00:25:",
	"В письме от понедельник, 2 ноября 2026 г. 10:00:00 MSK пользователь "
	"Анна написал:",
	"В Пн, 02/11/2026 в 10:00 +0300, Анна пишет:",
	"Анна <anna@example.org> писал(а) в своём письме Mon, 02 Nov 2026 "
	"10:00:00 +0300:",
	"Sent: Monday, 2 November 2026, 10:00 Anna <anna@example.org> wrote:",
	/* Spark, Proton, Tutanota, others */
	"On 2 Nov 2026, 10:00 +0300, Anna <anna@example.org>, wrote:",
	"2 нояб. 2026 г., 10:00 +0300, Анна <anna@example.org>, писал:",
	"On Monday, November 2nd, 2026 at 10:00 AM, Anna <anna@example.org> "
	"wrote:",
	"--- On Mon, 11/2/26, Anna <anna@example.org> wrote:",
	"On Mon, 2 Nov 2026 10:00:00 +0300, Anna via support <s@example.com> "
	"wrote:",
	"* Anna Petrova <anna@example.org> [2026-11-02 10:00]:",
	"*On Mon, 2 Nov 2026 at 10:00, Anna <anna@example.org> wrote:*",
	"- On 2026-11-02 10:00, Anna Petrova wrote:",
};

static void
test_attributions_of_many_programs_stand_above_marks(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(attributions); i++) {
		check_cut(attributions[i], "> Can you\n> come?");
		check_cut(attributions[i], "\n> Can you\n> come?");
		check_cut(attributions[i], "\u00a0\n>\n> Can you\n> come?");
		check_cut(attributions[i], "| Can you\n| come?");
	}
}

/* Lines broken at blanks where they get longer than @width. */
static char *
wrap(const char *text, gsize width)
{
	GString *out = g_string_new(text);
	gsize start = 0, blank = 0;

	for (gsize i = 0; i < out->len; i++) {
		if (out->str[i] == ' ')
			blank = i;
		if (i - start < width || blank <= start)
			continue;
		out->str[blank] = '\n';
		start = blank + 1;
		blank = start;
	}
	return g_string_free(out, FALSE);
}

static void
test_wrapped_attributions_are_cut(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(attributions); i++) {
		g_autofree char *wide = wrap(attributions[i], 72);
		g_autofree char *half = wrap(attributions[i], 45);

		check_cut(wide, "> Can you\n> come?");
		check_cut(half, "\n> Can you\n> come?");
	}
}

static void
test_attributions_with_address_and_date_quote_the_rest(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(attributions); i++) {
		if (strstr(attributions[i], "[2026") != NULL ||
		    strstr(attributions[i], "Wiadomość") != NULL)
			continue;
		check_cut(attributions[i], "\nCan you come?\n\nAnna");
	}
}

/* Whatever the language. */
static void
test_form_of_an_attribution_is_enough(void)
{
	static const char *const rows[] = {
		"2026-11-02 10:00 xyzzy Anna <anna@example.org> plugh:",
		"2026. 11. 02. 10:00 keltezéssel, \"Anna\" xyzzy:",
		"Anna <anna@example.org>:",
		"2012/4/2 Anna Petrova <anna@example.org>",
		"2 Nov 2026, 10:00 by anna@example.org:",
		"2 нояб. 2026 г., 10:00 от anna@example.org:",
		"At 10:00 02.11.2026 +0300, you xyzzied:",
		"Anna wrote:",
		"Anna Petrova writes:",
		"Анна писала:",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		check_cut(rows[i], "> Can you\n> come?");
}

static void
test_broken_addresses_do_not_hide_attributions(void)
{
	static const char *const rows[] = {
		"tir. 2. nov. 2026 kl. 10:00 skrev Anna <anna@example.org\n>:",
		"On Mon, Nov 2, 2026, 10:00 Anna via support <\n"
		"support+42-p1abc.7@example.com>\nwrote:",
		"On 2 Nov 2026, at 10:00, Anna <anna@example.org<\n"
		"mailto:anna@example.org>> wrote:",
		"On Mon, Nov 2, 2026 at 10:00 AM Anna <anna@example.org\n"
		"<mailto:anna@example.org>> wrote:",
		"On Nov 2, 2026,\nat 10:00,\nAnna <anna@example.org> wrote:",
		"On Mon, Nov 2, Anna Petrova\n<anna@example.org>\nwrote:",
		"On Mon, 2 Nov 2026 10:00:00 +0100 Anna <anna@example.org> "
		"wrote",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		check_cut(rows[i], "> Can you\n> come?");
}

/* What announces a quote without marks. */
static const char *const separators[] = {
	"-----Original Message-----",
	"----- Original Message -----",
	"-------- Original message --------",
	"-----original message-----",
	"------- Original Message -------",
	"-----Исходное сообщение-----",
	"-------- Исходное сообщение --------",
	"---- Исходное письмо ----",
	"-------- Пересылаемое сообщение --------",
	"-------- Перенаправленное сообщение --------",
	"-------- Пересланное сообщение --------",
	"Начало переадресованного сообщения:",
	"-------- Вихідне повідомлення --------",
	"-----Ursprüngliche Nachricht-----",
	"-------- Weitergeleitete Nachricht --------",
	"Anfang der weitergeleiteten Nachricht:",
	"-----Message d'origine-----",
	"-------- Message d\u2019origine --------",
	"-------- Message transféré --------",
	"Début du message réexpédié :",
	"-----Mensaje original-----",
	"-----Messaggio originale-----",
	"-----Oorspronkelijk bericht-----",
	"-----Wiadomość oryginalna-----",
	"-----Mensagem original-----",
	"-----Ursprungligt meddelande-----",
	"-----Oprindelig meddelelse-----",
	"-----Alkuperäinen viesti-----",
	"-----Původní zpráva-----",
	"-----Eredeti üzenet-----",
	"-----Mesaj original-----",
	"-----Orijinal Mesaj-----",
	"-----Αρχικό μήνυμα-----",
	"------------------ 原始邮件 ------------------",
	"-----原始邮件-----",
	"---------- Forwarded message ---------",
	"---------- Forwarded message ----------",
	"Begin forwarded message:",
	"*-----Original Message-----*",
	"\u2014\u2014\u2014 Original Message \u2014\u2014\u2014",
	"---- On Mon, 02 Nov 2026 10:00:00 +0300 Anna <a@example.org> wrote "
	"----",
	"---- On Mon, 02 Nov 2026 10:00:00 +0300 Anna Petrova\n"
	"<anna@example.org> wrote ----",
	"-------- Original message --------From: Anna <anna@example.org> "
	"Date: 02/11/2026 10:00 (GMT+03:00) To: bob@example.org Subject: x",
	"-------- Исходное сообщение --------От: Анна <anna@example.org> "
	"Дата: 02.11.26 10:00 (GMT+03:00) Кому: bob@example.org Тема: x",
	"---- Вкл Пн, 02 нояб. 2026 10:00:00 +0300 Анна <a@example.org> "
	"написал(а) ----",
};

static void
test_separators_of_many_programs_are_cut(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(separators); i++) {
		check_cut(separators[i], "Can you come?");
		check_cut(separators[i], "\n> Can you come?");
		check_cut(separators[i],
		    "From: Anna <anna@example.org>\n\nCan you come?");
	}
}

static const char *const blocks[] = {
	"From: Anna <anna@example.org>\nSent: Monday, 2 November 2026 10:00\n"
	"To: Support <s@example.com>\nSubject: Printer",
	"*From:* Anna <anna@example.org>\n*Sent:* Monday, 2 November 2026\n"
	"*To:* Support\n*Subject:* Printer",
	"From:\tAnna\nTo:\tSupport\nDate:\t02.11.2026 10:00\nSubject:\tx",
	"From: Anna<mailto:anna@example.org>\nSent: \u200e02/\u200e11/"
	"\u200e2026 10:00\nTo: Support<mailto:s@example.com>\nSubject: x",
	"Subject: x\nDate: Mon, 2 Nov 2026 10:00:00 +0100\n"
	"From: Anna <anna@example.org>\nTo: Support <s@example.com>",
	"From: Anna [mailto:anna@example.org] \nSent: Monday, November 02, "
	"2026 10:00 AM\nTo: 'Support'\nCc: Bob\nSubject: x\n"
	"Importance: High",
	"От: Анна Петрова <anna@example.org>\nОтправлено: понедельник, 2 "
	"ноября 2026 г. 10:00\nКому: Поддержка\nТема: Принтер",
	"От: Анна\nДата: понедельник, 2 ноября 2026 г., 10:00\nКому: Боб\n"
	"Тема: Принтер",
	"От кого: Анна <anna@example.org>\nКому: Боб <bob@example.org>\n"
	"Дата: Понедельник, 2 ноября 2026, 10:00 +03:00\nТема: Принтер",
	"От: \"Анна\" <anna@example.org>\nКому: \"Боб\" <bob@example.org>\n"
	"Отправленные: Понедельник, 2 Ноябрь 2026 г 10:00:00\nТема: x",
	"Тема: Принтер\nДата: Mon, 2 Nov 2026 10:00:00 +0300\n"
	"От: Анна <anna@example.org>\nКому: bob@example.org",
	"Від: Анна <anna@example.org>\nНадіслано: 2 листопада 2026 р. 10:00\n"
	"Кому: Боб\nТема: Принтер",
	"Von: Anna <anna@example.org>\nGesendet: Montag, 2. November 2026 "
	"10:00\nAn: Support\nBetreff: Drucker",
	"De : Anna <anna@example.org>\nEnvoyé : lundi 2 novembre 2026 10:00\n"
	"À : Support\nObjet : Imprimante",
	"De\u00a0: Anna <anna@example.org>\nEnvoyé le\u00a0: lundi 2 novembre "
	"2026 10:00\nÀ\u00a0: Support\nObjet\u00a0: Imprimante",
	"De: Anna <anna@example.org>\nEnviado el: lunes, 2 de noviembre de "
	"2026 10:00\nPara: Soporte\nAsunto: Impresora",
	"Da: Anna <anna@example.org>\nInviato: lunedì 2 novembre 2026 10:00\n"
	"A: Supporto\nOggetto: Stampante",
	"Van: Anna <anna@example.org>\nVerzonden: maandag 2 november 2026 "
	"10:00\nAan: Support\nOnderwerp: Printer",
	"Od: Anna <anna@example.org>\nWysłano: poniedziałek, 2 listopada 2026 "
	"10:00\nDo: Support\nTemat: Drukarka",
	"De: Anna <anna@example.org>\nEnviada em: segunda-feira, 2 de novembro "
	"de 2026 10:00\nPara: Suporte\nAssunto: Impressora",
	"Från: Anna <anna@example.org>\nSkickat: den 2 november 2026 10:00\n"
	"Till: Support\nÄmne: Skrivare",
	"Fra: Anna <anna@example.org>\nSendt: 2. november 2026 10:00\n"
	"Til: Support\nEmne: Printer",
	"Lähettäjä: Anna <anna@example.org>\nLähetetty: 2. marraskuuta 2026 "
	"10:00\nVastaanottaja: Tuki\nAihe: Tulostin",
	"Od: Anna <anna@example.org>\nOdesláno: pondělí 2. listopadu 2026 "
	"10:00\nKomu: Podpora\nPředmět: Tiskárna",
	"Feladó: Anna <anna@example.org>\nElküldve: 2026. november 2. 10:00\n"
	"Címzett: Support\nTárgy: Nyomtató",
	"De la: Anna <anna@example.org>\nTrimis: luni, 2 noiembrie 2026 "
	"10:00\nCătre: Suport\nSubiect: Imprimantă",
	"Kimden: Anna <anna@example.org>\nGönderildi: 2 Kasım 2026 Pazartesi "
	"10:00\nKime: Destek\nKonu: Yazıcı",
	"Από: Anna <anna@example.org>\nΣτάλθηκε: Δευτέρα, 2 Νοεμβρίου 2026 "
	"10:00\nΠρος: Υποστήριξη\nΘέμα: Εκτυπωτής",
	"发件人: Anna <anna@example.org>\n发送时间: 2026年11月2日 10:00\n"
	"收件人: Support\n主题: 打印机",
	"发件人：Anna <anna@example.org>\n日期：2026年11月2日 10:00\n"
	"收件人：Support\n主题：打印机",
	"差出人: Anna <anna@example.org>\n送信日時: 2026年11月2日 10:00\n"
	"宛先: Support\n件名: プリンター",
	"보낸 사람: Anna <anna@example.org>\n보낸 날짜: 2026년 11월 2일 월요일 "
	"오전 10:00\n받는 사람: Support\n제목: 프린터",
	"מאת: Anna <anna@example.org>\nנשלח: יום שני 02 נובמבר 2026 10:00\n"
	"אל: Support\nנושא: מדפסת",
	"From: Anna\n <anna@example.org>\nSent: Monday, 2 November 2026\n"
	"To: Support;\n Bob; Carl\nSubject: A long\n title",
};

static void
test_header_blocks_of_many_languages_are_cut(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(blocks); i++) {
		g_autofree char *rule = g_strdup_printf(
		    "________________________________\n%s", blocks[i]);
		g_autofree char *line = g_strdup_printf(
		    "-----Xyzzy Plugh-----\n%s", blocks[i]);

		check_cut(blocks[i], "\nCan you come?");
		check_cut(rule, "\nCan you come?");
		check_cut(line, "\nCan you come?");
		check_cut(blocks[i], "\n> Can you come?");
	}
}

/* No table has these words: a separator, an address and a date do it. */
static void
test_form_of_an_announced_block_is_enough(void)
{
	static const char *const rows[] = {
		"----- Xyzzy -----\nPlugh: Anna <anna@example.org>\n"
		"Quux: 2 Nov 2026 10:00\nFoo: bob@example.org\nBar: x",
		"________________________________\n"
		"Plugh: Anna <anna@example.org>\nQuux: 02.11.2026 10:00\n"
		"Foo: Bob\nBar: x",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		check_cut(rows[i], "\nCan you come?");
}

static void
test_other_marks_of_quotes_are_known(void)
{
	static const char *const rows[] = {
		"Вы писали 2 ноября 2026 г., 10:00:\n\nАП> Can you\nАП> come?",
		"On 2 Nov 2026 10:00, Anna wrote:\n AP> Can you\n AP>> come?",
		"On 2 Nov 2026 10:00, Anna wrote:\n| Can you\n| come?\n|",
		"-----Original Message-----\n| Can you\n| come?",
		"On 2 Nov 2026 10:00, Anna wrote:\n\u200b> Can you\n> come?",
		">>> Anna <anna@example.org> 02.11.26 10.00 >>>\nCan you?",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		check_cut(rows[i], "");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func("/reply-heads/attributions",
	    test_attributions_of_many_programs_stand_above_marks);
	g_test_add_func(
	    "/reply-heads/wrapped", test_wrapped_attributions_are_cut);
	g_test_add_func("/reply-heads/rest",
	    test_attributions_with_address_and_date_quote_the_rest);
	g_test_add_func(
	    "/reply-heads/form", test_form_of_an_attribution_is_enough);
	g_test_add_func("/reply-heads/broken",
	    test_broken_addresses_do_not_hide_attributions);
	g_test_add_func("/reply-heads/separators",
	    test_separators_of_many_programs_are_cut);
	g_test_add_func("/reply-heads/blocks",
	    test_header_blocks_of_many_languages_are_cut);
	g_test_add_func(
	    "/reply-heads/unknown", test_form_of_an_announced_block_is_enough);
	g_test_add_func(
	    "/reply-heads/marks", test_other_marks_of_quotes_are_known);

	return g_test_run();
}
