/* codepage.c - see message/codepage.h */

#include "config.h"

#include "message/codepage.h"

static const struct {
	guint number;
	const char *name;
} pages[] = {
	{ 437, "cp437" },
	{ 850, "cp850" },
	{ 852, "cp852" },
	{ 855, "cp855" },
	{ 857, "cp857" },
	{ 862, "cp862" },
	{ 866, "cp866" },
	{ 874, "windows-874" },
	{ 932, "cp932" },
	{ 936, "gb18030" },
	{ 949, "cp949" },
	{ 950, "big5" },
	{ 1200, "utf-16le" },
	{ 1201, "utf-16be" },
	{ 1250, "windows-1250" },
	{ 1251, "windows-1251" },
	{ 1252, "windows-1252" },
	{ 1253, "windows-1253" },
	{ 1254, "windows-1254" },
	{ 1255, "windows-1255" },
	{ 1256, "windows-1256" },
	{ 1257, "windows-1257" },
	{ 1258, "windows-1258" },
	{ 10000, "macintosh" },
	{ 20127, "us-ascii" },
	{ 20866, "koi8-r" },
	{ 20932, "euc-jp" },
	{ 21866, "koi8-u" },
	{ 28591, "iso-8859-1" },
	{ 28592, "iso-8859-2" },
	{ 28593, "iso-8859-3" },
	{ 28594, "iso-8859-4" },
	{ 28595, "iso-8859-5" },
	{ 28596, "iso-8859-6" },
	{ 28597, "iso-8859-7" },
	{ 28598, "iso-8859-8" },
	{ 28599, "iso-8859-9" },
	{ 28603, "iso-8859-13" },
	{ 28605, "iso-8859-15" },
	{ 50220, "iso-2022-jp" },
	{ 50221, "iso-2022-jp" },
	{ 50222, "iso-2022-jp" },
	{ 50225, "iso-2022-kr" },
	{ 51932, "euc-jp" },
	{ 51936, "gb18030" },
	{ 51949, "euc-kr" },
	{ 52936, "hz-gb-2312" },
	{ 54936, "gb18030" },
	{ 65000, "utf-7" },
	{ 65001, "utf-8" },
};

static const struct {
	guint charset;
	guint number;
} fonts[] = {
	{ 77, 10000 },
	{ 128, 932 },
	{ 129, 949 },
	{ 134, 936 },
	{ 136, 950 },
	{ 161, 1253 },
	{ 162, 1254 },
	{ 163, 1258 },
	{ 177, 1255 },
	{ 178, 1256 },
	{ 186, 1257 },
	{ 204, 1251 },
	{ 222, 874 },
	{ 238, 1250 },
	{ 254, 437 },
	{ 255, 850 },
};

const char *
td_codepage_name(guint number)
{
	for (gsize i = 0; i < G_N_ELEMENTS(pages); i++)
		if (pages[i].number == number)
			return pages[i].name;
	return NULL;
}

guint
td_codepage_of_font(guint charset)
{
	for (gsize i = 0; i < G_N_ELEMENTS(fonts); i++)
		if (fonts[i].charset == charset)
			return fonts[i].number;
	return 0;
}
