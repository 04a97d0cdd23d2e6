/* charset-names.c - the charsets that mails name, under the names of iconv */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "message/charset.h"

/* Longest name of a charset worth asking iconv for. */
#define NAME_MAX_SIZE 40

/* Names less all but letters and digits, where another name or another set is
 * what the writer's program meant: the browsers' choice (WHATWG Encoding), and
 * no names at all.  Numbers of families (8859, 125x) are read below. */
static const struct {
	const char *squeezed;
	const char *name;
} aliases[] = {
	{ "ansix341968", "" },
	{ "ansix341986", "" },
	{ "ascii", "" },
	{ "asciiextended", "" },
	{ "big5", "big5-hkscs" },
	{ "big5eten", "big5-hkscs" },
	{ "big5hkscs", "big5-hkscs" },
	{ "charset", "" },
	{ "cngb", "gb18030" },
	{ "cp367", "" },
	{ "cp65000", "utf-7" },
	{ "cp65001", "utf-8" },
	{ "cp819", "windows-1252" },
	{ "cp866u", "cp1125" },
	{ "cp874", "cp874" },
	{ "cp878", "koi8-r" },
	{ "cp932", "cp932" },
	{ "cp936", "gb18030" },
	{ "cp949", "cp949" },
	{ "cp950", "big5-hkscs" },
	{ "csgb2312", "gb18030" },
	{ "default", "" },
	{ "defaultcharset", "" },
	{ "dos866", "cp866" },
	{ "euccn", "gb18030" },
	{ "eucjp", "euc-jp-ms" },
	{ "eucjpms", "euc-jp-ms" },
	{ "eucjpwin", "euc-jp-ms" },
	{ "euckr", "cp949" },
	{ "gb18030", "gb18030" },
	{ "gb2312", "gb18030" },
	{ "gb231280", "gb18030" },
	{ "gbk", "gb18030" },
	{ "hz", "hz" },
	{ "hzgb2312", "hz" },
	{ "ibm367", "" },
	{ "ibm819", "windows-1252" },
	{ "ibm866", "cp866" },
	{ "iso10646ucs2", "utf-16" },
	{ "iso10646ucs4", "utf-32" },
	{ "iso646us", "" },
	{ "jis", "iso-2022-jp" },
	{ "koi", "koi8-r" },
	{ "koi8", "koi8-r" },
	{ "koi8r", "koi8-r" },
	{ "koi8ru", "koi8-u" },
	{ "koi8u", "koi8-u" },
	{ "korean", "cp949" },
	{ "ksc5601", "cp949" },
	{ "ksc56011987", "cp949" },
	{ "ksc56011989", "cp949" },
	{ "latin1", "windows-1252" },
	{ "latin2", "iso-8859-2" },
	{ "latin5", "windows-1254" },
	{ "latin9", "iso-8859-15" },
	{ "maccyrillic", "mac-cyrillic" },
	{ "macintosh", "macintosh" },
	{ "macroman", "macintosh" },
	{ "mskanji", "cp932" },
	{ "none", "" },
	{ "shiftjis", "cp932" },
	{ "sjis", "cp932" },
	{ "tis620", "cp874" },
	{ "ucs2", "utf-16" },
	{ "ucs2be", "utf-16be" },
	{ "ucs2le", "utf-16le" },
	{ "ucs4", "utf-32" },
	{ "unicode", "utf-16" },
	{ "unicode11utf7", "utf-7" },
	{ "unicode11utf8", "utf-8" },
	{ "unicode20utf7", "utf-7" },
	{ "unicode20utf8", "utf-8" },
	{ "unicodefeff", "utf-16" },
	{ "unicodefffe", "utf-16be" },
	{ "unknown", "" },
	{ "unknown8bit", "" },
	{ "usascii", "" },
	{ "userdefined", "" },
	{ "utf16", "utf-16" },
	{ "utf16be", "utf-16be" },
	{ "utf16le", "utf-16le" },
	{ "utf32", "utf-32" },
	{ "utf32be", "utf-32be" },
	{ "utf32le", "utf-32le" },
	{ "utf7", "utf-7" },
	{ "windows31j", "cp932" },
	{ "windows874", "cp874" },
	{ "windows936", "gb18030" },
	{ "windows949", "cp949" },
	{ "windows950", "big5-hkscs" },
};

/* Begins of names of charsets that have ASCII below 0x80. */
static const char *const plain[] = { "utf-8", "windows-", "iso-8859-", "koi8-",
	"gb18030", "cp8", "cp9", "cp1125", "big5-", "euc-", "mac" };

static int
compare(const void *key, const void *row)
{
	return strcmp(key, *(const char *const *)row);
}

/* The name less quotes, blanks and what some programs put around it. */
static char *
take_core(const char *declared)
{
	static const char surround[] = " \t\"'<>=;,\\";
	const char *at = declared + strspn(declared, surround);

	while (g_ascii_strncasecmp(at, "charset=", 8) == 0) {
		at += 8;
		at += strspn(at, surround);
	}
	return g_ascii_strdown(at, (gssize)strcspn(at, " \t\"'<>=;,*\\"));
}

static char *
squeeze(const char *core)
{
	char *squeezed = g_malloc(strlen(core) + 1);
	char *to = squeezed;

	if (g_str_has_prefix(core, "x-"))
		core += 2;
	for (; *core != '\0'; core++)
		if (g_ascii_isalnum(*core))
			*to++ = *core;
	*to = '\0';
	return squeezed;
}

/* The set of ISO 8859 whose number stands at @digits.  Some are read as the
 * sets of Windows that have all of them and more. */
static char *
latin_name(const char *digits)
{
	int number = *digits - '0';

	if (number == 1 && g_ascii_isdigit(digits[1]) && digits[1] <= '6')
		number = 10 + digits[1] - '0';
	if (number == 1)
		return g_strdup("windows-1252");
	if (number == 9)
		return g_strdup("windows-1254");
	if (number == 11)
		return g_strdup("cp874");
	return g_strdup_printf("iso-8859-%d", number);
}

/* A name told by the number of its family, however it is written. */
static char *
family_name(const char *squeezed)
{
	const char *at = strstr(squeezed, "8859");

	if (at != NULL && at[4] >= '1' && at[4] <= '9')
		return latin_name(at + 4);
	at = strstr(squeezed, "125");
	if (at != NULL && at[3] >= '0' && at[3] <= '8' &&
	    !g_ascii_isdigit(at[4]) &&
	    (at == squeezed || !g_ascii_isdigit(at[-1])))
		return g_strdup_printf("windows-125%c", at[3]);
	if (strncmp(squeezed, "utf8", 4) == 0)
		return g_strdup("utf-8");
	if (strncmp(squeezed, "iso2022jp", 9) == 0)
		return g_strdup("iso-2022-jp");
	if (strcmp(squeezed, "866") == 0)
		return g_strdup("cp866");
	return NULL;
}

char *
td_charset_name(const char *declared)
{
	g_autofree char *core = NULL;
	g_autofree char *squeezed = NULL;
	char *name;
	const char *const *found;

	if (declared == NULL || strlen(declared) > 2 * NAME_MAX_SIZE)
		return g_strdup("");
	if (g_ascii_strcasecmp(declared, "utf-8") == 0)
		return g_strdup("utf-8");
	core = take_core(declared);
	if (strlen(core) > NAME_MAX_SIZE)
		return g_strdup("");
	squeezed = squeeze(core);
	found = bsearch(squeezed, aliases, G_N_ELEMENTS(aliases),
	    sizeof(aliases[0]), compare);
	if (found != NULL)
		return g_strdup(found[1]);
	name = family_name(squeezed);
	if (name != NULL)
		return name;

	/* A slash would be an instruction to iconv ("//TRANSLIT"). */
	if (core[strspn(core, "abcdefghijklmnopqrstuvwxyz0123456789-_.:+()")] !=
	    '\0')
		return g_strdup("");
	return g_steal_pointer(&core);
}

gboolean
td_charset_is_plain(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(plain); i++)
		if (g_str_has_prefix(name, plain[i]))
			return TRUE;
	return FALSE;
}

gsize
td_charset_unit(const char *name)
{
	if (g_str_has_prefix(name, "utf-16"))
		return 2;
	return g_str_has_prefix(name, "utf-32") ? 4 : 1;
}
