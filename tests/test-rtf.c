/* test-rtf.c - the text that Outlook packs as Rich Text Format */

#include "config.h"

#include <string.h>

#include "message-fixture.h"
#include "message/rtf.h"
#include "message/tnef-rtf.h"

static void
test_rtf_is_unpacked(void)
{
	/* [MS-OXRTFCP], section 3.2. */
	static const guint8 packed[] = { 0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c,
		0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0x00, 0x0a,
		0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32,
		0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09, 0x00, 0x20, 0x62,
		0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0 };
	static const char want[] = "{\\rtf1\\ansi\\ansicpg1252\\pard "
	                           "hello world}\r\n";
	g_autoptr(GByteArray)
	    rtf = td_tnef_unpack_rtf(packed, sizeof(packed), 100);
	g_autoptr(GByteArray)
	    some = td_tnef_unpack_rtf(packed, sizeof(packed), 10);

	g_assert_cmpmem(rtf->data, rtf->len, want, sizeof(want) - 1);
	g_assert_cmpmem(some->data, some->len, want, 10);
}

static void
test_broken_rtf_is_bounded(void)
{
	guint8 packed[64];

	memset(packed, 0xff, sizeof(packed));
	memcpy(packed + 8, "LZFu", 4);
	for (gsize size = 0; size <= sizeof(packed); size++) {
		g_autofree guint8 *copy = g_memdup2(packed, size);
		g_autoptr(GByteArray) rtf = td_tnef_unpack_rtf(copy, size, 100);

		g_assert_true(rtf == NULL || rtf->len <= 100);
	}
}

static void
test_rtf_is_read(void)
{
	static const struct {
		const char *rtf;
		const char *want;
		gboolean html;
	} rows[] = {
		{ "{\\rtf1\\ansi a\\par b\\line c}", "a\nb\nc", FALSE },
		{ "{\\rtf1\\ansi\\ansicpg1251 \\'cf\\'f0\\'e8}", "При", FALSE },
		{ "{\\rtf1{\\fonttbl{\\f0\\fcharset204 Arial;}{\\f1 X;}}\\f0 "
		  "\\'cf{\\f1 \\'e9}}",
		    "Пé", FALSE },
		{ "{\\rtf1 \\u1055?\\u-10179?\\u-8701?}", "П\360\237\230\203",
		    FALSE },
		{ "{\\rtf1{\\uc2 \\u1055\\'cf\\'cfx}}", "Пx", FALSE },
		{ "{\\rtf1{\\*\\generator no;}{\\colortbl;\\red0;}yes}", "yes",
		    FALSE },
		{ "{\\rtf1 a\\cell b\\cell\\row c}", "a | b\nc", FALSE },
		{ "{\\rtf1 \\{x\\}\\~\\\\}", "{x}\302\240\\", FALSE },
		{ "{\\rtf1\\ansi\\fromhtml1{\\*\\htmltag64 <p>}\\htmlrtf \\par"
		  "\\htmlrtf0 text{\\*\\htmltag72 </p>}}",
		    "<p>text</p>", TRUE },
		{ "{\\rtf1\\fromtext a\\par}", "a\n", FALSE },
		{ "{\\rtf1 \\bin3 }}}x}", "x", FALSE },
		{ "{\\rtf1 a\\'00b}", "ab", FALSE },
		{ "{{{\\rtf1 open", "open", FALSE },
		{ "}}}} \\", " ", FALSE },
		{ "\\'", "", FALSE },
		{ "\\u", "", FALSE },
		{ "", "", FALSE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		gsize size = strlen(rows[i].rtf);
		g_autofree char *copy = g_memdup2(rows[i].rtf, size);
		gboolean html = FALSE;
		g_autofree char *got = td_rtf_read(
		    copy == NULL ? "" : copy, size, 1000, &html);

		g_assert_cmpstr(got, ==, rows[i].want);
		g_assert_cmpint(html, ==, rows[i].html);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func("/rtf/unpacked", test_rtf_is_unpacked);
	g_test_add_func("/rtf/bounded", test_broken_rtf_is_bounded);
	g_test_add_func("/rtf/read", test_rtf_is_read);

	return g_test_run();
}
