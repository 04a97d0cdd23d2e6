/* lmtp-syntax.c - see server/lmtp-syntax.h */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "server/lmtp-syntax.h"

static const char *
skip_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

/* The end of the path that begins at @text, at its '>'; NULL when there is none
 * or a control character (even behind a backslash) or bare blank comes first.
 */
static const char *
find_bracket(const char *text)
{
	gboolean quoted = FALSE, escaped = FALSE;

	for (; *text != '\0'; text++) {
		if ((guchar)*text < 0x20 || *text == 0x7f)
			return NULL;
		if (escaped)
			escaped = FALSE;
		else if (quoted && *text == '\\')
			escaped = TRUE;
		else if (*text == '"')
			quoted = !quoted;
		else if (!quoted && *text == '>')
			return text;
		else if (!quoted && (*text == ' ' || *text == '<'))
			return NULL;
	}
	return NULL;
}

/* The address behind a source route (RFC 5321 4.1.1.3, appendix C: to be
 * accepted and ignored), or @text. */
static const char *
skip_route(const char *text, const char *end)
{
	const char *colon;

	if (*text != '@')
		return text;
	colon = memchr(text, ':', end - text);
	return colon == NULL ? text : colon + 1;
}

gboolean
td_lmtp_path(const char **text, const char *word, char **path)
{
	const char *at = skip_blanks(*text);
	gsize size = strlen(word);
	const char *end;

	if (g_ascii_strncasecmp(at, word, size) != 0 || at[size] != ':')
		return FALSE;
	at = skip_blanks(at + size + 1);
	if (*at++ != '<')
		return FALSE;

	end = find_bracket(at);
	if (end == NULL || (end[1] != '\0' && strchr(" \t", end[1]) == NULL))
		return FALSE;

	at = skip_route(at, end);
	*path = td_text_utf8(at, end - at);
	*text = end + 1;
	return TRUE;
}

void
td_lmtp_parameter_clear(TdLmtpParameter *parameter)
{
	g_clear_pointer(&parameter->name, g_free);
	g_clear_pointer(&parameter->value, g_free);
}

gboolean
td_lmtp_parameter(const char **text, TdLmtpParameter *parameter)
{
	const char *at = skip_blanks(*text);
	gsize size = strcspn(at, " \t");
	gsize name = strspn(at,
	    "-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

	td_lmtp_parameter_clear(parameter);
	*text = at + size;
	if (size == 0)
		return TRUE;
	if (name == 0 || (at[name] != '=' && name != size))
		return FALSE;

	parameter->name = g_ascii_strup(at, name);
	if (name != size)
		parameter->value = td_text_utf8(
		    at + name + 1, (gssize)(size - name - 1));
	return TRUE;
}

/* The byte that "HH" at @text stands for (RFC 3461 4 wants upper case), or
 * -1. */
static int
read_hex_pair(const char *text)
{
	int high = g_ascii_isxdigit(text[0]) && !g_ascii_islower(text[0])
	    ? g_ascii_xdigit_value(text[0])
	    : -1;

	if (high < 0 || !g_ascii_isxdigit(text[1]) || g_ascii_islower(text[1]))
		return -1;
	return high * 16 + g_ascii_xdigit_value(text[1]);
}

char *
td_lmtp_xtext(const char *text)
{
	g_autoptr(GString) decoded = g_string_new(NULL);

	for (; *text != '\0'; text++) {
		int byte = (guchar)*text;

		if (byte <= 0x20 || byte == 0x7f || byte == '=')
			return NULL;
		if (byte == '+') {
			byte = read_hex_pair(text + 1);
			if (byte <= 0)
				return NULL;
			text += 2;
		}
		g_string_append_c(decoded, (char)byte);
	}
	return td_text_utf8(decoded->str, (gssize)decoded->len);
}

/* Reads "\x{HEXPOINT}" (RFC 6533 3, EmbeddedUnicodeChar) at *@text, which moves
 * to its '}'.  FALSE: it is none. */
static gboolean
read_embedded(const char **text, gunichar *point)
{
	char *end = NULL;
	guint64 value;

	if (!g_str_has_prefix(*text, "\\x{") || !g_ascii_isxdigit((*text)[3]))
		return FALSE;
	value = g_ascii_strtoull(*text + 3, &end, 16);
	if (*end != '}' || value == 0 || value > 0x10ffff ||
	    !g_unichar_validate((gunichar)value))
		return FALSE;

	*point = (gunichar)value;
	*text = end;
	return TRUE;
}

/* Either form of RFC 6533 3.  A '+' cannot stand in them, but programs that
 * wrap them in xtext do write "+HH". */
static char *
decode_utf8_address(const char *text)
{
	g_autoptr(GString) decoded = g_string_new(NULL);
	gunichar point;

	for (; *text != '\0'; text++) {
		int byte = *text == '+' ? read_hex_pair(text + 1) : -1;

		if (*text == '\\') {
			if (!read_embedded(&text, &point))
				return NULL;
			g_string_append_unichar(decoded, point);
		} else if (byte > 0) {
			g_string_append_c(decoded, (char)byte);
			text += 2;
		} else {
			g_string_append_c(decoded, *text);
		}
	}
	return td_text_utf8(decoded->str, (gssize)decoded->len);
}

gboolean
td_lmtp_orcpt(const char *value, char **address)
{
	const char *semicolon = strchr(value, ';');
	g_autofree char *type = NULL;
	char *decoded = NULL;

	if (semicolon == NULL || semicolon == value)
		return FALSE;

	type = g_ascii_strdown(value, semicolon - value);
	if (g_str_equal(type, "rfc822"))
		decoded = td_lmtp_xtext(semicolon + 1);
	else if (g_str_equal(type, "utf-8"))
		decoded = decode_utf8_address(semicolon + 1);
	else {
		*address = NULL;
		return TRUE;
	}
	if (decoded == NULL)
		return FALSE;

	*address = decoded;
	return TRUE;
}
