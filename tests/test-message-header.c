/* test-message-header.c - encoded words, parameters and addresses as programs
 * write them, and how much of a header is read */

#include "config.h"

#include <string.h>

#include "message-fixture.h"

#include "message/limits.h"

static char *
read_subject(const char *line)
{
	g_autofree char *raw = g_strdup_printf("Subject: %s\n\nx\n", line);
	g_autoptr(TdMessage) message = parse_text(raw);

	return g_strdup(message->subject);
}

static void
test_odd_words_are_decoded(void)
{
	static const struct {
		const char *raw;
		const char *want;
	} rows[] = {
		/* Cut inside a character: of UTF-8, of two bytes, in base64. */
		{ "=?utf-8?Q?=D0=BF=D1?= =?utf-8?Q?=80=D0=B8?=", "при" },
		{ "=?utf8?Q?=D0=BF=D1?= =?UTF-8?Q?=80=D0=B8?=", "при" },
		{ "=?gb2312?B?tPI=?= =?gb2312?B?06G7+g==?=", "打印机" },
		{ "=?gb2312?B?tPLT?= =?gb2312?B?obv6?=", "打印机" },
		/* Inside a quantum of base64. */
		{ "=?utf-8?B?0L/R?= =?utf-8?B?gNC4?=", "при" },
		{ "=?utf-8?B?0L/Rg?= =?utf-8?B?NC4?=", "при" },
		{ "=?utf-8?B?0L?= =?utf-8?B?/RgNC4?=", "при" },
		/* Without padding, alone and with neighbours. */
		{ "=?utf-8?B?0L/RgA?=", "пр" },
		{ "=?utf-8?B?0L/RgA?= =?utf-8?B?0Lg?=", "при" },
		{ "=?utf-8?B?0L/RgA=?= =?utf-8?B?0Lg=?=", "при" },
		/* Blanks and folds inside. */
		{ "=?utf-8?Q?two words?=", "two words" },
		{ "=?utf-8?Q?=D0=BF=D1\n =80?=", "пр" },
		{ "=?utf-8?Q?=D0=BF=\n =D1=80?=", "пр" },
		{ "=?utf-8?B?0L/R\n gNC4?=", "при" },
		{ "=?utf-8?Q?=D0=BF_=D1=80?\n =", "п р" },
		/* Without an end, or with another word in front of it. */
		{ "=?utf-8?Q?=D0=BF=D1=80", "пр" },
		{ "=?utf-8?Q?=D0=BF=D1=80=", "пр" },
		{ "=?utf-8?Q?=D0=BF=D1=80?", "пр" },
		{ "=?utf-8?Q?=D0=BF=D1=80 and more", "пр and more" },
		{ "=?utf-8?B?0L/RgA", "пр" },
		{ "=?utf-8?B?0L/RgA?", "пр" },
		{ "=?utf-8?Q?=D0=BF =?utf-8?Q?=D1=80?=", "пр" },
		{ "=?utf-8?B?0L8 =?utf-8?B?0YA=?= x", "пр x" },
		/* Question marks that should have been encoded. */
		{ "=?utf-8?Q?what?"
		  "?=",
		    "what?" },
		{ "=?utf-8?Q?what?=20ever=D0=BF?=", "what? everп" },
		{ "=?utf-8?Q?what?= =20", "what =20" },
		/* No blanks between, or text. */
		{ "=?utf-8?Q?=D0=BF?==?utf-8?Q?=D1=80?=", "пр" },
		{ "a=?utf-8?Q?=D0=BF?=b", "aпb" },
		{ "(=?utf-8?Q?=D0=BF?=)", "(п)" },
		{ "\"=?utf-8?Q?=D0=BF?=\"", "\"п\"" },
		/* Bytes beyond ASCII inside. */
		{ "=?utf-8?Q?п=D1=80?=", "пр" },
		{ "=?koi8-r?Q?п=D2?=", "пр" },
		{ "=?koi8-r?Q?\xd0\xd2\xc9?=", "при" },
		{ "=?utf-8?B?п0YA=?=", "р" },
		/* Neighbours of different charsets. */
		{ "=?utf-8?Q?=D0=BF?= =?koi8-r?Q?=D2?=", "пр" },
		{ "=?iso-2022-jp?B?GyRCJUYbKEI=?= "
		  "=?ISO-2022-JP?B?GyRCJTkbKEI=?=",
		    "テス" },
		/* Wrong and unknown charsets. */
		{ "=?utf-8?Q?=CF=F0=E8=E2=E5=F2?=", "Привет" },
		{ "=?iso-8859-1?Q?=CF=F0=E8=E2=E5=F2?=", "Привет" },
		{ "=?us-ascii?Q?=F0=D2=C9=D7=C5=D4?=", "Привет" },
		{ "=?unknown-8bit?Q?=D0=BF=D1=80?=", "пр" },
		{ "=?windows-1252?Q?=D0=BF=D1=80?=", "пр" },
		{ "=?NONE?B?VEVTVA=?=", "TEST" },
		/* What is no text in any charset stays. */
		{ "=?utf-8?B?gYGBAAECAwSBjYE=?=",
		    "=?utf-8?B?gYGBAAECAwSBjYE=?=" },
		{ "=?utf-8?Q?", "=?utf-8?Q?" },
		{ "=?utf-8?B?x!y", "=?utf-8?B?x!y" },
		{ "is =?utf-8?Q? what you mean",
		    "is =?utf-8?Q? what you mean" },
		{ "=?utf-8", "=?utf-8" },
		/* Bytes of ISO-2022-JP as they are. */
		{ "\033$B%F%9%H\033(B ok", "テスト ok" },
		{ "x\033[1mbold", "x [1mbold" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *subject = read_subject(rows[i].raw);

		g_assert_cmpstr(subject, ==, rows[i].want);
	}
}

static void
assert_attachment(const char *disposition, const char *name)
{
	g_autofree char *raw = g_strdup_printf(
	    "Content-Type: multipart/mixed; boundary=b\n\n"
	    "--b\nContent-Type: text/plain; charset=koi8-r\n\ntext\n"
	    "--b\nContent-Type: application/pdf\n"
	    "Content-Disposition: %s\n\nx\n--b--\n",
	    disposition);
	g_autoptr(TdMessage) message = parse_text(raw);

	g_assert_cmpstr(attachment_at(message, 0)->name, ==, name);
}

static void
test_names_of_files_are_decoded(void)
{
	static const struct {
		const char *raw;
		const char *name;
	} rows[] = {
		{ "attachment; filename*=utf-8''%D1%81%D1%87.pdf", "сч.pdf" },
		{ "attachment; filename*=UTF-8'ru'%D1%81%D1%87.pdf", "сч.pdf" },
		{ "attachment; filename*=koi8-r''%D3%DE.pdf", "сч.pdf" },
		{ "attachment; filename*=%D1%81%D1%87.pdf", "сч.pdf" },
		{ "attachment; filename*=\"utf-8''%D1%81%D1%87.pdf\"",
		    "сч.pdf" },
		{ "attachment; filename*=iso-8859-1''%D1%81%D1%87.pdf",
		    "сч.pdf" },
		/* In pieces, in any order, cut anywhere, mixed. */
		{ "attachment; filename*0*=utf-8''%D1%81%D1;\n"
		  " filename*1*=%87; filename*2=.pdf",
		    "сч.pdf" },
		{ "attachment; filename*1*=%D1%87.pdf;\n"
		  " filename*0*=utf-8''%D1%81",
		    "сч.pdf" },
		{ "attachment; filename*1=a; filename*2=.pdf", "a.pdf" },
		{ "attachment; filename*0=\"a b\"; filename*1=\"c.pdf\"",
		    "a bc.pdf" },
		{ "attachment; filename=\"s.pdf\"; "
		  "filename*=utf-8''%D1%81.pdf",
		    "с.pdf" },
		/* Encoded words, whole or in pieces. */
		{ "attachment; filename=\"=?utf-8?B?0YHRhy5wZGY=?=\"",
		    "сч.pdf" },
		{ "attachment; filename==?utf-8?B?0YHRhy5wZGY=?=", "сч.pdf" },
		{ "attachment; filename=\"=?utf-8?Q?=D1=81=D1?=\n"
		  " =?utf-8?Q?=87.pdf?=\"",
		    "сч.pdf" },
		{ "attachment; filename*0=\"=?utf-8?B?0YHR\";\n"
		  " filename*1=\"hy5wZGY=?=\"",
		    "сч.pdf" },
		{ "attachment; filename*==?utf-8?B?0YHRhy5wZGY=?=", "сч.pdf" },
		/* As in URLs. */
		{ "attachment; filename=\"%D1%81%D1%87.pdf\"", "сч.pdf" },
		{ "attachment; filename=\"100%25.pdf\"", "100%25.pdf" },
		/* Bytes as they are: the charset of the text is near. */
		{ "attachment; filename=\"\xd3\xde.pdf\"", "сч.pdf" },
		{ "attachment; filename=\"сч.pdf\"", "сч.pdf" },
		{ "attachment; filename*=koi8-r''сч.pdf", "сч.pdf" },
		/* Quotes forgotten, or too many. */
		{ "attachment; filename=my file.pdf", "my file.pdf" },
		{ "attachment; filename=\"a.pdf; size=3", "a.pdf" },
		{ "attachment; filename=\"a.pdf; x=\"y\"", "a.pdf" },
		{ "attachment; filename=\"a \"b\" c.pdf\"; size=3",
		    "a \"b\" c.pdf" },
		{ "attachment; filename=\"a.pdf\"x; size=\"3\"", "a.pdf" },
		{ "attachment; filename=\"a; b.pdf\"", "a; b.pdf" },
		{ "attachment; filename=\"C:\\Docs\\a.pdf\"", "a.pdf" },
		{ "attachment; filename=\"a\\\"b.pdf\"", "a\"b.pdf" },
		{ "attachment filename=a.pdf", "a.pdf" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_attachment(rows[i].raw, rows[i].name);
}

static void
test_the_last_of_two_types_counts(void)
{
	g_autoptr(TdMessage) message = parse_text(
	    "Content-Type: text/html; charset=koi8-r\n"
	    "Content-Type: text/plain; charset=utf-8\n\n<b>привет</b>\n");

	g_assert_cmpstr(message->text, ==, "<b>привет</b>\n");
}

static void
test_addresses_may_be_of_any_letters(void)
{
	static const struct {
		const char *raw;
		const char *name;
		const char *folded;
	} rows[] = {
		{ "Анна <анна@пример.рф>", "Анна",
		    "анна@xn--e1afmkfd.xn--p1ai" },
		{ "ИВАН@ПРИМЕР.РФ", "", "иван@xn--e1afmkfd.xn--p1ai" },
		{ "Jörg <jörg@köln.example>", "Jörg",
		    "jörg@xn--kln-sna.example" },
		{ "=?utf-8?B?0JDQvdC90LA=?= <анна@example.org>", "Анна",
		    "анна@example.org" },
		{ "\"анна п\"@пример.рф", "",
		    "\"анна п\"@xn--e1afmkfd.xn--p1ai" },
		{ "用户@例子.广告", "", "用户@xn--fsqu00a.xn--4rr70v" },
		{ "a@example.org (Анна)", "Анна", "a@example.org" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *raw = g_strdup_printf(
		    "From: %s\n\nx\n", rows[i].raw);
		g_autoptr(TdMessage) message = parse_text(raw);

		g_assert_cmpstr(
		    address_at(message->from, 0)->name, ==, rows[i].name);
		g_assert_cmpstr(td_message_from(message), ==, rows[i].folded);
	}
}

static void
test_broken_words_do_not_swallow_addresses(void)
{
	g_autoptr(TdMessage)
	    message = parse_text("To: =?utf-8?Q?Anna <a@example.org>,\n"
	                         " =?utf-8?Q?Boris?= <b@example.org>,\n"
	                         " \"=?utf-8?Q?Carla\" <c@example.org>\n\nx\n");

	g_assert_cmpuint(message->to->len, ==, 3);
	g_assert_cmpstr(address_at(message->to, 0)->name, ==, "Anna");
	g_assert_cmpstr(
	    address_at(message->to, 0)->address, ==, "a@example.org");
	g_assert_cmpstr(address_at(message->to, 1)->name, ==, "Boris");
	g_assert_cmpstr(address_at(message->to, 2)->name, ==, "Carla");
}

static void
test_endless_lists_of_addresses_are_cut(void)
{
	static const char *const units[] = { "a@example.org,", "a:", "(", "<",
		"=?utf-8?Q?a?= " };

	for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
		g_autoptr(GString) raw = g_string_new("To: ");
		g_autoptr(TdMessage) message = NULL;

		while (raw->len < 65000)
			g_string_append(raw, units[i]);
		g_string_append(raw, "\n\nx\n");
		message = parse_text(raw->str);
		g_assert_cmpuint(message->to->len, <=, 1000);
		g_assert_cmpint(has_problem(message, "addresses in To"), ==,
		    message->to->len == 1000);
	}
}

static void
set_limits(guint depth, guint parts, gsize header)
{
	TdMessageLimits limits = *td_limits();
	g_auto(GStrv) charsets = g_strdupv((GStrv)limits.charsets);

	limits.depth = depth;
	limits.parts = parts;
	limits.header = header;
	limits.charsets = (const char *const *)charsets;
	td_message_set_limits(&limits);
}

static void
test_long_header_is_cut_and_told(void)
{
	g_autoptr(GString) raw = g_string_new("Subject: printer\n");
	g_autoptr(TdMessage) message = NULL;

	for (int i = 0; i < 40; i++) {
		g_string_append(raw, "X-Long: ");
		for (int j = 0; j < 4000; j++)
			g_string_append(raw, "long text ");
		g_string_append(raw, "\n");
	}
	g_string_append(raw, "\ntext\n");
	message = parse_text(raw->str);
	g_assert_cmpstr(message->subject, ==, "printer");
	g_assert_cmpstr(message->text, ==, "text\n");
	g_assert_true(has_problem(message,
	    "The header was cut at 1048576 bytes: the fields behind are left "
	    "out."));

	g_clear_pointer(&message, td_message_free);
	set_limits(100, 1000, 2048);
	message = parse_text(raw->str);
	set_limits(100, 1000, 1024 * 1024);
	g_assert_cmpuint(message->headers->len, ==, 1);
	g_assert_true(has_problem(message, "cut at 2048 bytes"));
}

static void
test_one_long_field_is_cut_and_told(void)
{
	g_autoptr(GString) raw = g_string_new("Subject: ");
	g_autoptr(TdMessage) message = NULL;

	while (raw->len < 1024 * 1024)
		g_string_append(raw, "слово ");
	g_string_append(raw, "\nFrom: a@example.org\n\ntext\n");
	message = parse_text(raw->str);

	g_assert_cmpint(g_utf8_strlen(message->subject, -1), ==, 2000);
	g_assert_true(
	    has_problem(message, "The subject was cut at 2000 characters."));
	g_assert_cmpstr(td_message_from(message), ==, "a@example.org");
	g_assert_true(
	    has_problem(message, "A header field was cut at 65536 bytes."));
}

static void
test_hundred_thousand_fields_are_cut_and_told(void)
{
	g_autoptr(GString) raw = g_string_new("From: a@example.org\n");
	g_autoptr(TdMessage) message = NULL;

	for (int i = 0; i < 100000; i++)
		g_string_append(raw, "X: y\n");
	g_string_append(raw, "\ntext\n");
	message = parse_text(raw->str);

	g_assert_cmpuint(message->headers->len, ==, 1000);
	g_assert_cmpstr(message->text, ==, "text\n");
	g_assert_true(has_problem(message, "More than 1000 header fields"));
}

/* A multipart so many times inside another one. */
static char *
nest(int depth)
{
	GString *raw = g_string_new("Subject: printer\n");

	for (int i = 0; i < depth; i++)
		g_string_append_printf(raw,
		    "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i,
		    i);
	g_string_append(raw, "Content-Type: text/plain\n\ntext\n");
	return g_string_free(raw, FALSE);
}

static void
test_deep_parts_are_kept_in_one_piece(void)
{
	g_autofree char *shallow = nest(100);
	g_autofree char *deep = nest(1000);
	g_autoptr(TdMessage) message = parse_text(shallow);

	g_assert_cmpstr(message->text, ==, "text\n");
	g_assert_cmpuint(g_strv_length(message->problems), ==, 0);

	g_clear_pointer(&message, td_message_free);
	message = parse_text(deep);
	g_assert_cmpstr(message->subject, ==, "printer");
	g_assert_cmpuint(message->attachments->len, ==, 1);
	g_assert_true(has_problem(message,
	    "Multiparts are nested more than 100 deep: the inner ones are left "
	    "as they are."));

	g_clear_pointer(&message, td_message_free);
	g_free(deep);
	deep = nest(400);
	set_limits(400, 10000, 1024 * 1024);
	message = parse_text(deep);
	set_limits(100, 1000, 1024 * 1024);
	g_assert_cmpstr(message->text, ==, "text\n");
}

static void
test_parts_beyond_the_limit_are_told(void)
{
	g_autoptr(GString)
	    raw = g_string_new("Content-Type: multipart/mixed; boundary=b\n\n");
	g_autoptr(TdMessage) message = NULL;

	for (int i = 0; i < 100; i++)
		g_string_append(raw, "--b\nContent-Type: image/png\n\nx\n");
	g_string_append(raw, "--b--\n");
	set_limits(100, 50, 1024 * 1024);
	message = parse_text(raw->str);
	set_limits(100, 1000, 1024 * 1024);

	g_assert_cmpuint(message->attachments->len, ==, 49);
	g_assert_true(has_problem(
	    message, "The mail has more than 50 parts: the rest is left out."));
}

static void
test_two_multiparts_may_have_one_boundary(void)
{
	g_autoptr(TdMessage) message = parse_text(
	    "Content-Type: multipart/mixed; boundary=b\n\n"
	    "--b\nContent-Type: multipart/alternative; boundary=b\n\n"
	    "--b\nContent-Type: text/plain\n\ntext\n"
	    "--b--\n\n"
	    "--b\nContent-Type: image/png; name=a.png\n\nx\n"
	    "--b--\n");

	g_assert_cmpstr(message->text, ==, "text");
	g_assert_cmpuint(message->attachments->len, ==, 1);
	g_assert_cmpstr(attachment_at(message, 0)->name, ==, "a.png");
	g_assert_true(has_problem(message, "the same boundary"));
}

static void
test_line_ends_of_all_kinds_are_survived(void)
{
	static const char raw[] = "Subject: a\rX-Evil: b\r\nFrom: c@example.org"
	                          "\r\n\r\none\rtwo\r\nthree\nfour\0five\r\r\n";
	g_autofree char *copy = g_memdup2(raw, sizeof(raw) - 1);
	g_autoptr(TdMessage) message = td_message_parse(copy, sizeof(raw) - 1);

	/* A lone CR ends no line of a header: who sent on the mail may have
	 * seen it otherwise. */
	g_assert_cmpstr(message->subject, ==, "a X-Evil: b");
	g_assert_null(td_message_header(message, "X-Evil", 0));
	g_assert_cmpstr(message->text, ==, "one\ntwo\nthree\nfourfive\n\n");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func("/header/words", test_odd_words_are_decoded);
	g_test_add_func("/header/files", test_names_of_files_are_decoded);
	g_test_add_func("/header/types", test_the_last_of_two_types_counts);
	g_test_add_func(
	    "/header/addresses", test_addresses_may_be_of_any_letters);
	g_test_add_func(
	    "/header/swallow", test_broken_words_do_not_swallow_addresses);
	g_test_add_func(
	    "/header/endless", test_endless_lists_of_addresses_are_cut);
	g_test_add_func("/header/long", test_long_header_is_cut_and_told);
	g_test_add_func(
	    "/header/long-field", test_one_long_field_is_cut_and_told);
	g_test_add_func("/header/many-fields",
	    test_hundred_thousand_fields_are_cut_and_told);
	g_test_add_func("/header/deep", test_deep_parts_are_kept_in_one_piece);
	g_test_add_func("/header/parts", test_parts_beyond_the_limit_are_told);
	g_test_add_func(
	    "/header/boundary", test_two_multiparts_may_have_one_boundary);
	g_test_add_func(
	    "/header/line-ends", test_line_ends_of_all_kinds_are_survived);

	return g_test_run();
}
