/* conf-take.c - single values of ticketd.conf: is it one, and what is kept */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>

#include "base/conf-private.h"

#define NAME_MAX_LETTERS 32

/* Characters that may part an extension: atext (RFC 5322 3.2.3) that is no
 * letter, digit or part of a pattern. */
#define DELIMITERS "+-=_~!#$%&'*/?^`|"

char *
td_conf_take_name(const char *text)
{
	gsize letters = 0;

	for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);

		if (!g_unichar_isalnum(c) && c != '-' && c != '_' &&
		    (letters == 0 || !g_unichar_ismark(c)))
			return NULL;
		letters++;
	}
	if (letters == 0 || letters > NAME_MAX_LETTERS)
		return NULL;
	return g_strdup(text);
}

/* Letters, digits and hyphens between single dots. */
static gboolean
is_host_name(const char *name)
{
	char before = '.';

	for (const char *at = name; *at != '\0'; before = *at++) {
		if (!g_ascii_isalnum(*at) && *at != '-' && *at != '.')
			return FALSE;
		if (before == '.' && !g_ascii_isalnum(*at))
			return FALSE;
	}
	return before != '.' && before != '-';
}

char *
td_conf_take_domain(const char *text)
{
	g_autofree char *address = g_strconcat("x@", text, NULL);
	g_autofree char *folded = td_address_fold(address);

	if (folded == NULL || strchr(text, '@') != NULL ||
	    !is_host_name(td_address_domain(folded)))
		return NULL;
	return g_strdup(td_address_domain(folded));
}

char *
td_conf_take_language(const char *text)
{
	gsize length = strlen(text);

	if (length != 2 && length != 3)
		return NULL;
	for (const char *at = text; *at != '\0'; at++)
		if (!g_ascii_isalpha(*at))
			return NULL;
	return g_ascii_strdown(text, -1);
}

char *
td_conf_take_path(const char *text)
{
	/* Nobody means a path that goes on with what looks like a comment. */
	if (*text != '/' || strstr(text, " #") != NULL)
		return NULL;
	return g_strdup(text);
}

char *
td_conf_take_templates(const char *text)
{
	if (*text != '/' || !g_file_test(text, G_FILE_TEST_IS_DIR))
		return NULL;
	return g_strdup(text);
}

char *
td_conf_take_timezone(const char *text)
{
	g_autoptr(GTimeZone) zone = NULL;

	/* GLib would read any file that is named. */
	if (*text == '\0' || *text == '/' || *text == ':' ||
	    strstr(text, "..") != NULL)
		return NULL;
	zone = g_time_zone_new_identifier(text);
	return zone == NULL ? NULL : g_strdup(text);
}

char *
td_conf_take_word(const char *text)
{
	for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
		if (g_unichar_isspace(g_utf8_get_char(at)))
			return NULL;
	return *text == '\0' ? NULL : g_strdup(text);
}

char *
td_conf_take_text(const char *text)
{
	return *text == '\0' ? NULL : g_strdup(text);
}

char *
td_conf_take_delimiter(const char *text)
{
	if (*text == '\0' || strspn(text, DELIMITERS) != strlen(text))
		return NULL;
	return g_strdup(text);
}

/* Takes the one @mark out of @pattern; FALSE if there is none or more. */
static gboolean
fill_mark(GString *pattern, const char *mark, const char *value)
{
	return g_string_replace(pattern, mark, value, 0) == 1;
}

char *
td_conf_take_reply_address(const char *text)
{
	const char *at = strchr(text, '@');
	const char *extension = strstr(text, "{extension}");
	const char *domain = strstr(text, "{domain}");
	g_autoptr(GString) sample = g_string_new(text);
	g_autofree char *folded = NULL;

	if (!fill_mark(sample, "{local}", "l") ||
	    !fill_mark(sample, "{extension}", "1-t") ||
	    !fill_mark(sample, "{domain}", "example.com") ||
	    strpbrk(sample->str, "{}\"") != NULL)
		return NULL;
	folded = td_address_fold(sample->str);
	if (folded == NULL || at == NULL || extension > at || domain < at ||
	    strstr(text, "{local}") > at)
		return NULL;
	return g_ascii_strdown(text, -1);
}

static gboolean
is_port(const char *text)
{
	guint64 port;

	return g_ascii_string_to_unsigned(text, 10, 1, 65535, &port, NULL);
}

char *
td_conf_take_listener(const char *text)
{
	const char *colon = strrchr(text, ':');
	g_autofree char *host = NULL;
	gsize length;

	if (colon == NULL || !is_port(colon + 1))
		return NULL;
	length = (gsize)(colon - text);
	if (text[0] == '[' && length > 2 && text[length - 1] == ']') {
		host = g_strndup(text + 1, length - 2);
		if (!g_hostname_is_ip_address(host))
			return NULL;
	} else {
		host = g_strndup(text, length);
		if (length == 0 || !is_host_name(host))
			return NULL;
	}
	return g_strdup(text);
}

/* libesmtp cuts at the first colon, so no IPv6 address can be given to it. */
char *
td_conf_take_server(const char *text)
{
	return *text == '[' ? NULL : td_conf_take_listener(text);
}

/* An address, or a List-Id (RFC 2919) with or without its brackets. */
char *
td_conf_take_list(const char *text)
{
	g_autofree char *bare = NULL;
	gsize length = strlen(text);

	if (strchr(text, '@') != NULL)
		return td_address_fold(text);
	if (length >= 2 && text[0] == '<' && text[length - 1] == '>')
		bare = g_strndup(text + 1, length - 2);
	else
		bare = g_strdup(text);
	if (*bare == '\0' || strpbrk(bare, "<> \t,;") != NULL)
		return NULL;
	return g_utf8_strdown(bare, -1);
}

gboolean
td_conf_take_count(const char *text, guint64 *number)
{
	return g_ascii_string_to_unsigned(
	    text, 10, 0, G_MAXUINT64, number, NULL);
}

gboolean
td_conf_take_octal(const char *text, guint64 *number)
{
	return g_ascii_string_to_unsigned(
	    text, 8, 0, G_MAXUINT64, number, NULL);
}

gboolean
td_conf_take_clock(const char *text, guint64 *number)
{
	if (strcmp(text, "none") == 0) {
		*number = TD_DIGEST_NONE;
		return TRUE;
	}
	if (strlen(text) != 5 || !g_ascii_isdigit(text[0]) ||
	    !g_ascii_isdigit(text[1]) || text[2] != ':' ||
	    !g_ascii_isdigit(text[3]) || !g_ascii_isdigit(text[4]) ||
	    strncmp(text, "23", 2) > 0 || text[3] > '5')
		return FALSE;
	*number = (guint)(text[0] - '0') * 600u + (guint)(text[1] - '0') * 60u +
	    (guint)(text[3] - '0') * 10u + (guint)(text[4] - '0');
	return TRUE;
}

/* A number that may have one of the letters @units (lower case) behind it,
 * each of which stands for its factor. */
static gboolean
take_scaled(const char *text, const char *units, const guint64 *factors,
    guint64 *number)
{
	gsize length = strlen(text);
	g_autofree char *digits = NULL;
	const char *unit = NULL;
	guint64 factor = 1, count;

	if (length > 0 && !g_ascii_isdigit(text[length - 1])) {
		unit = strchr(units, g_ascii_tolower(text[length - 1]));
		if (unit == NULL)
			return FALSE;
		factor = factors[unit - units];
		length--;
	}
	digits = g_strndup(text, length);
	return td_conf_take_count(digits, &count) &&
	    g_uint64_checked_mul(number, count, factor);
}

gboolean
td_conf_take_size(const char *text, guint64 *bytes)
{
	static const guint64 factors[] = { 1024, 1024 * 1024,
		1024 * 1024 * 1024 };

	return take_scaled(text, "kmg", factors, bytes);
}

gboolean
td_conf_take_duration(const char *text, guint64 *seconds)
{
	static const guint64 factors[] = { 1, 60, 3600, 86400 };

	return take_scaled(text, "smhd", factors, seconds);
}

/* RFC 5322, section 3.6.8: printable ASCII but the colon. */
char *
td_conf_take_mark(const char *text)
{
	const char *colon = strchr(text, ':');

	if (colon == NULL || colon == text)
		return NULL;
	for (const char *at = text; at < colon; at++)
		if (!g_ascii_isgraph(*at))
			return NULL;
	colon++;
	colon += strspn(colon, " ");
	if (*colon == '\0')
		return NULL;
	return g_strdup(text);
}

char *
td_conf_take_charset(const char *text)
{
	static const char sample[] = "Az09";
	g_autofree char *utf8 = NULL;

	/* A slash would be an instruction to iconv ("//TRANSLIT"). */
	if (*text == '\0' || strlen(text) > 40 || strchr(text, '/') != NULL)
		return NULL;
	/* UTF-16 and EBCDIC have no place in a list for texts with ASCII. */
	utf8 = g_convert(sample, -1, "UTF-8", text, NULL, NULL, NULL);
	if (g_strcmp0(utf8, sample) != 0)
		return NULL;
	return g_ascii_strdown(text, -1);
}
