/* test-charset.c - text in charsets that are declared, wrong or missing */

#include "config.h"

#include <string.h>

#include "message-fixture.h"

#include "message/charset.h"

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

/* A mail with @size bytes of text that is called @label. */
static TdMessage *
parse_bytes(const char *label, const char *bytes, gsize size)
{
	g_autoptr(GString) raw = g_string_new(NULL);
	g_autofree char *copy = NULL;

	g_string_append_printf(raw, "Content-Type: text/plain%s%s\n\n",
	    *label == '\0' ? "" : ";", label);
	g_string_append_len(raw, bytes, (gssize)size);
	copy = g_memdup2(raw->str, raw->len);
	return td_message_parse(copy, raw->len);
}

static void
assert_text(const char *label, const char *charset, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *bytes = NULL;
	g_autoptr(TdMessage) message = NULL;
	gsize size;

	bytes = g_convert(text, -1, charset, "UTF-8", NULL, &size, &error);
	g_assert_no_error(error);
	message = parse_bytes(label, bytes, size);
	g_assert_cmpstr(message->text, ==, text);
	g_assert_cmpstr(message->charset_guess, ==, "");
}

static void
test_names_are_understood_however_they_are_spelt(void)
{
	static const struct {
		const char *label;
		const char *charset;
		const char *text;
	} rows[] = {
		{ "charset=utf8", "UTF-8", "счёт" },
		{ "charset=UTF_8", "UTF-8", "счёт" },
		{ "charset=utf8mb4", "UTF-8", "счёт" },
		{ "charset=\"utf-8;format=flowed\"", "UTF-8", "счёт" },
		{ "charset=unicode-1-1-utf-8", "UTF-8", "счёт" },
		{ "charset=\"charset=utf-8\"", "UTF-8", "счёт" },
		{ "charset=charset=utf-8", "UTF-8", "счёт" },
		{ "charset='utf-8'", "UTF-8", "счёт" },
		{ "charset = utf-8", "UTF-8", "счёт" },
		{ "charset: utf-8", "UTF-8", "счёт" },
		{ "charset=windows1251", "CP1251", "счёт" },
		{ "charset=cp-1251", "CP1251", "счёт" },
		{ "charset=cp1251", "CP1251", "счёт" },
		{ "charset=win-1251", "CP1251", "счёт" },
		{ "charset=x-cp1251", "CP1251", "счёт" },
		{ "charset=ansi-1251", "CP1251", "счёт" },
		{ "charset=koi8_r", "KOI8-R", "счёт" },
		{ "charset=koi8r", "KOI8-R", "счёт" },
		{ "charset=KOI8", "KOI8-R", "счёт" },
		{ "charset=koi8-ru", "KOI8-U", "їжак" },
		{ "charset=ibm866", "CP866", "счёт" },
		{ "charset=dos-866", "CP866", "счёт" },
		{ "charset=x-mac-cyrillic", "MAC-CYRILLIC", "Счёт" },
		{ "charset=iso_8859-5", "ISO-8859-5", "счёт" },
		{ "charset=iso-8859_1", "CP1252", "10 € für „ihn“" },
		{ "charset=ISO8859-1", "CP1252", "10 € für „ihn“" },
		{ "charset=iso88591", "CP1252", "10 € für „ihn“" },
		{ "charset=iso-8859-15", "ISO-8859-15", "10 € für" },
		{ "charset=latin-9", "ISO-8859-15", "10 € für" },
		{ "charset=iso-8859-8-i", "ISO-8859-8", "שלום" },
		{ "charset=iso-8859-11", "TIS-620", "สวัสดี" },
		{ "charset=ks_c_5601-1987", "CP949", "프린터" },
		{ "charset=x-gbk", "GBK", "打印機" },
		{ "charset=gb_2312-80", "GBK", "打印機" },
		{ "charset=x-sjis", "CP932", "プリンタ①" },
		{ "charset=windows-31j", "CP932", "プリンタ①" },
		{ "charset=x-euc-jp", "EUC-JP", "プリンタ" },
		{ "charset=x-big5", "BIG5", "印表機" },
		{ "charset=tis-620", "TIS-620", "สวัสดี" },
		{ "charset=utf-7", "UTF-7", "Grüße" },
		{ "charset=unicode-2-0-utf-7", "UTF-7", "Grüße" },
		{ "charset=iso-2022-kr", "ISO-2022-KR", "프린터" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_text(rows[i].label, rows[i].charset, rows[i].text);
}

static void
test_names_that_say_nothing_are_no_label(void)
{
	static const char *const labels[] = { "", "charset=x-unknown",
		"charset=unknown-8bit", "charset=x-user-defined",
		"charset=default_charset", "charset=none",
		"charset=", "charset=\"\"", "charset=_charset",
		"charset=us-ascii", "charset=no-such-thing",
		"charset=utf-8//IGNORE" };

	for (gsize i = 0; i < G_N_ELEMENTS(labels); i++) {
		g_autoptr(TdMessage) message = parse_bytes(
		    labels[i], "caf\xc3\xa9 cr\xc3\xa8me\n", 13);

		g_assert_cmpstr(message->text, ==, "café crème\n");
	}
}

static void
test_wide_characters_are_read(void)
{
	static const char text[] = "Привет, Anna!\n";
	static const struct {
		const char *label;
		const char *charset;
		const char *mark;
		gsize mark_size;
	} rows[] = {
		{ "charset=utf-16", "UTF-16LE", "\xff\xfe", 2 },
		{ "charset=utf-16", "UTF-16BE", "\xfe\xff", 2 },
		{ "charset=utf-16", "UTF-16LE", "", 0 },
		{ "charset=utf-16", "UTF-16BE", "", 0 },
		{ "charset=utf-16le", "UTF-16LE", "", 0 },
		{ "charset=utf-16le", "UTF-16LE", "\xff\xfe", 2 },
		{ "charset=utf-16be", "UTF-16LE", "\xff\xfe", 2 },
		{ "charset=unicode", "UTF-16LE", "\xff\xfe", 2 },
		{ "charset=utf-32", "UTF-32LE", "\xff\xfe\0\0", 4 },
		{ "charset=utf-32", "UTF-32BE", "", 0 },
		{ "charset=utf-8", "UTF-8", "\xef\xbb\xbf", 3 },
		{ "charset=koi8-r", "UTF-8", "\xef\xbb\xbf", 3 },
		{ "", "UTF-16LE", "\xff\xfe", 2 },
		{ "", "UTF-16BE", "\xfe\xff", 2 },
		{ "", "UTF-16LE", "", 0 },
		{ "charset=us-ascii", "UTF-16BE", "", 0 },
		{ "", "UTF-32LE", "", 0 },
		{ "", "UTF-8", "\xef\xbb\xbf", 3 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GString) bytes = g_string_new(NULL);
		g_autofree char *wide = NULL;
		g_autoptr(TdMessage) message = NULL;
		gsize size;

		wide = g_convert(
		    text, -1, rows[i].charset, "UTF-8", NULL, &size, NULL);
		g_string_append_len(
		    bytes, rows[i].mark, (gssize)rows[i].mark_size);
		g_string_append_len(bytes, wide, (gssize)size);
		message = parse_bytes(rows[i].label, bytes->str, bytes->len);
		g_assert_cmpstr(message->text, ==, text);
	}
}

static void
test_japanese_mail_is_read_as_it_is_written(void)
{
	static const struct {
		const char *label;
		const char *bytes;
		const char *text;
	} rows[] = {
		{ "iso-2022-jp", "\033$B%F%9%H\033(B ok", "テスト ok" },
		/* Kana of half width, and a row of NEC's. */
		{ "iso-2022-jp", "\033(IC=D\033(B ok", "ﾃｽﾄ ok" },
		{ "iso-2022-jp", "\033$B-!%F%9%H\033(B", "①テスト" },
		{ "iso-2022-jp-2", "\033$A4r\033(B \033$B%F%9%H\033(B",
		    "打 テスト" },
		{ "iso-2022-jp", "\033$(D0!\033(B", "丂" },
		/* The way back forgotten before the line's end. */
		{ "iso-2022-jp", "\033$B%F%9%H\nok", "テスト\nok" },
		/* The ESC bytes lost: all, or some. */
		{ "iso-2022-jp", "$B%F%9%H(B ok", "テスト ok" },
		{ "iso-2022-jp", "\033$B%F%9%H(B ok", "テスト ok" },
		{ "iso-2022-jp", "a $B%F%9%H\033(B ok", "a テスト ok" },
		/* No lost ESC. */
		{ "iso-2022-jp", "costs $B200", "costs $B200" },
		{ "", "\033$B%F%9%H\033(B ok", "テスト ok" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *label = g_strdup_printf(
		    "charset=%s", rows[i].label);
		g_autoptr(TdMessage) message = parse_bytes(
		    label, rows[i].bytes, strlen(rows[i].bytes));

		g_assert_cmpstr(message->text, ==, rows[i].text);
	}
}

static void
test_hz_is_read_declared_or_not(void)
{
	static const char *const labels[] = { "charset=hz-gb-2312",
		"charset=hz", "" };
	static const char bytes[] = "This is ~{4rS!;z~} ~~ ~\nand more";

	for (gsize i = 0; i < G_N_ELEMENTS(labels); i++) {
		g_autoptr(TdMessage)
		    message = parse_bytes(labels[i], bytes, strlen(bytes));

		g_assert_cmpstr(message->text, ==, "This is 打印机 ~ and more");
	}
}

static void
test_braces_are_no_chinese(void)
{
	static const char bytes[] = "sed ~{foo~} and ~{code();~}\n";
	g_autoptr(TdMessage) message = parse_bytes("", bytes, strlen(bytes));

	g_assert_cmpstr(message->text, ==, bytes);
}

/* iconv keeps such a letter back, for an accent might follow. */
static void
test_last_letter_is_not_lost(void)
{
	assert_text("charset=windows-1255", "CP1255", "סיירה לאון");
	assert_text("charset=windows-1258", "CP1258", "nha");
	assert_text("charset=big5", "BIG5", "印表機");
}

static void
test_controls_of_iso_8859_are_signs_of_windows(void)
{
	g_autoptr(TdMessage) message = parse_bytes(
	    "charset=iso-8859-5", "\xbf\xe0\xd8\xd2\xd5\xe2 \x96 ok", 11);

	g_assert_cmpstr(message->text, ==, "Привет – ok");
}

static void
test_cut_character_at_the_end_does_not_spoil_the_rest(void)
{
	static const struct {
		const char *label;
		const char *bytes;
		const char *text;
	} rows[] = {
		{ "charset=utf-8", "привет \xd0", "привет \xef\xbf\xbd" },
		{ "charset=gb18030", "\xb4\xf2\xd3\xa1\xbb", "打印" },
		{ "charset=shift_jis", "\x83\x65\x83", "テ" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(TdMessage) message = parse_bytes(
		    rows[i].label, rows[i].bytes, strlen(rows[i].bytes));

		g_assert_cmpstr(message->text, ==, rows[i].text);
		g_assert_cmpstr(message->charset_guess, ==, "");
	}
}

/* Each wants a file of iconv's; what is beyond reason is guessed. */
static void
test_mail_that_names_hundreds_of_charsets_is_read(void)
{
	g_autoptr(GString) raw = g_string_new("Subject:");
	g_autoptr(TdMessage) message = NULL;

	for (int i = 0; i < 3000; i++)
		g_string_append_printf(raw, " =?cp%d?Q?=E9t?=", i);
	g_string_append(raw, "\n\nx\n");
	message = parse_text(raw->str);

	g_assert_true(g_utf8_validate(message->subject, -1, NULL));
	g_assert_cmpuint(strlen(message->subject), >=, 3000);
}

/* The label is wrong, but what would be right is not to be had any more. */
static void
test_word_is_read_as_called_where_converters_have_run_out(void)
{
	g_autoptr(GString) raw = g_string_new("Subject:");
	g_autoptr(TdMessage) message = NULL;

	for (int i = 0; i < 63; i++)
		g_string_append_printf(raw, " =?x-nobody-%d?Q?a?=", i);
	g_string_append(raw,
	    " =?koi8-r?Q?=CD=E5_=EF=E5=F7=E0=F2=E0=E5=F2_"
	    "=EF=F0=E8=ED=F2=E5=F0?=\n\nx\n");
	message = parse_text(raw->str);

	g_assert_true(
	    g_str_has_suffix(message->subject, "мЕ ОЕВЮРЮЕР ОПХМРЕП"));
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

/* They are looked up in a sorted table. */
static void
test_every_other_name_is_found(void)
{
	static const char *const rows[][2] = {
		{ "",
		    "ansix341968 ansix341986 ascii asciiextended charset cp367 "
		    "default defaultcharset ibm367 iso646us none unknown "
		    "unknown8bit usascii userdefined" },
		{ "big5-hkscs", "big5 big5eten big5hkscs cp950 windows950" },
		{ "cp1125", "cp866u" },
		{ "cp866", "dos866 ibm866" },
		{ "cp874", "cp874 tis620 windows874" },
		{ "cp932", "cp932 mskanji shiftjis sjis windows31j" },
		{ "cp949",
		    "cp949 euckr korean ksc5601 ksc56011987 ksc56011989 "
		    "windows949" },
		{ "euc-jp-ms", "eucjp eucjpms eucjpwin" },
		{ "gb18030",
		    "cngb cp936 csgb2312 euccn gb18030 gb2312 gb231280 gbk "
		    "windows936" },
		{ "hz", "hz hzgb2312" },
		{ "iso-2022-jp", "jis" },
		{ "iso-8859-15", "latin9" },
		{ "iso-8859-2", "latin2" },
		{ "koi8-r", "cp878 koi koi8 koi8r" },
		{ "koi8-u", "koi8ru koi8u" },
		{ "mac-cyrillic", "maccyrillic" },
		{ "macintosh", "macintosh macroman" },
		{ "utf-16", "iso10646ucs2 ucs2 unicode unicodefeff utf16" },
		{ "utf-16be", "ucs2be unicodefffe utf16be" },
		{ "utf-16le", "ucs2le utf16le" },
		{ "utf-32", "iso10646ucs4 ucs4 utf32" },
		{ "utf-32be", "utf32be" },
		{ "utf-32le", "utf32le" },
		{ "utf-7", "cp65000 unicode11utf7 unicode20utf7 utf7" },
		{ "utf-8", "cp65001 unicode11utf8 unicode20utf8" },
		{ "windows-1252", "cp819 ibm819 latin1" },
		{ "windows-1254", "latin5" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(GStrv) names = g_strsplit(rows[i][1], " ", -1);

		for (char **name = names; *name != NULL; name++) {
			g_autofree char *found = td_charset_name(*name);

			g_assert_cmpstr(found, ==, rows[i][0]);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func("/charset/russian", test_russian_comes_out_right);
	g_test_add_func("/charset/others", test_other_charsets_are_read);
	g_test_add_func(
	    "/charset/names", test_names_are_understood_however_they_are_spelt);
	g_test_add_func("/charset/table", test_every_other_name_is_found);
	g_test_add_func(
	    "/charset/no-names", test_names_that_say_nothing_are_no_label);
	g_test_add_func("/charset/wide", test_wide_characters_are_read);
	g_test_add_func(
	    "/charset/japanese", test_japanese_mail_is_read_as_it_is_written);
	g_test_add_func("/charset/hz", test_hz_is_read_declared_or_not);
	g_test_add_func("/charset/braces", test_braces_are_no_chinese);
	g_test_add_func("/charset/last", test_last_letter_is_not_lost);
	g_test_add_func("/charset/controls",
	    test_controls_of_iso_8859_are_signs_of_windows);
	g_test_add_func("/charset/cut",
	    test_cut_character_at_the_end_does_not_spoil_the_rest);
	g_test_add_func("/charset/hundreds",
	    test_mail_that_names_hundreds_of_charsets_is_read);
	g_test_add_func("/charset/run-out",
	    test_word_is_read_as_called_where_converters_have_run_out);
	g_test_add_func("/charset/nul", test_no_nul_comes_out);
	g_test_add_func(
	    "/charset/bad-bytes", test_bad_bytes_become_replacement_characters);
	g_test_add_func(
	    "/charset/slash", test_names_of_charsets_cannot_instruct_iconv);

	return g_test_run();
}
