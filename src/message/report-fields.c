/* report-fields.c - values of the fields of a report, see message/report.h */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>

#include "message/report.h"

/* Where the type in front of @value ends: behind the semicolon.  @value itself
 * when there is no type: an atom (RFC 3464, section 2.1.2). */
static const char *
behind_type(const char *value)
{
	const char *at = value;

	while (g_ascii_isalnum(*at) || *at == '-' || *at == '_')
		at++;
	while (*at == ' ' || *at == '\t')
		at++;
	return *at == ';' ? at + 1 : value;
}

char *
td_report_typed(const GArray *fields, const char *name)
{
	g_autofree char *value = td_fields_value(fields, name);

	return g_strstrip(g_strdup(behind_type(value)));
}

char *
td_report_xtext(const char *text)
{
	g_autofree char *bytes = g_malloc(strlen(text) + 1);
	char *to = bytes;

	for (; *text != '\0'; text++) {
		*to = *text;
		if (*text == '+' && g_ascii_isxdigit(text[1]) &&
		    g_ascii_isxdigit(text[2])) {
			*to = (char)(g_ascii_xdigit_value(text[1]) * 16 +
			    g_ascii_xdigit_value(text[2]));
			text += 2;
		}
		to += *to != '\0';
	}
	*to = '\0';
	return g_utf8_make_valid(bytes, -1);
}

/* One "\x{416}" of utf-8-addr-xtext (RFC 6533, section 3) at @at; the end of
 * it, or NULL if it is none. */
static const char *
read_embedded(const char *at, gunichar *c)
{
	guint digits = 0;

	*c = 0;
	if (!g_str_has_prefix(at, "\\x{"))
		return NULL;
	for (at += 3; g_ascii_isxdigit(*at) && digits < 6; at++, digits++)
		*c = *c * 16 + (gunichar)g_ascii_xdigit_value(*at);
	if (digits < 2 || *at != '}' || *c < ' ' || !g_unichar_validate(*c))
		return NULL;
	return at + 1;
}

static char *
decode_embedded(const char *text)
{
	GString *out = g_string_new(NULL);

	while (*text != '\0') {
		gunichar c;
		const char *end = read_embedded(text, &c);

		if (end == NULL) {
			g_string_append_c(out, *text++);
			continue;
		}
		g_string_append_unichar(out, c);
		text = end;
	}
	return g_string_free(out, FALSE);
}

static gboolean
is_address(const char *text)
{
	g_autofree char *folded = td_address_fold(text);

	return folded != NULL;
}

/* What stands in brackets, else the first word; in both cases only if that is
 * an address.  Else all of @text, less brackets around it. */
static char *
cut_address(const char *text)
{
	gsize size = strlen(text);
	const char *open = strchr(text, '<');
	const char *close = open == NULL ? NULL : strchr(open, '>');
	g_autofree char *inside = NULL;
	g_autofree char *word = NULL;

	if (close != NULL) {
		inside = g_strndup(open + 1, (gsize)(close - open) - 1);
		if (is_address(inside))
			return g_steal_pointer(&inside);
	}
	word = g_strndup(text, strcspn(text, " \t(,;"));
	if (is_address(word))
		return g_steal_pointer(&word);
	if (size > 1 && text[0] == '<' && text[size - 1] == '>')
		return g_strstrip(g_strndup(text + 1, size - 2));
	return g_strdup(text);
}

char *
td_report_address(const GArray *fields, const char *name)
{
	g_autofree char *value = td_report_typed(fields, name);
	g_autofree char *plain = cut_address(value);
	g_autofree char *decoded = NULL;

	if (strstr(plain, "\\x{") != NULL) {
		g_autofree char *embedded = decode_embedded(plain);

		return cut_address(embedded);
	}
	/* Many have xtext where the plain address belongs, but "+20" is part
	 * of quite a few addresses: decode only what is none yet. */
	if (is_address(plain) || strchr(plain, '+') == NULL)
		return g_steal_pointer(&plain);
	decoded = td_report_xtext(plain);
	return g_strdup(is_address(decoded) ? decoded : plain);
}

char *
td_report_action(const GArray *fields)
{
	static const struct {
		const char *start;
		const char *action;
	} actions[] = {
		{ "fail", "failed" },
		{ "expire", "failed" },
		{ "delay", "delayed" },
		{ "deliver", "delivered" },
		{ "relay", "relayed" },
		{ "expand", "expanded" },
	};
	g_autofree char *value = td_fields_value(fields, "Action");
	g_autofree char *word = NULL;

	value[strcspn(value, " \t;,(/")] = '\0';
	word = g_ascii_strdown(value, -1);
	for (gsize i = 0; i < G_N_ELEMENTS(actions); i++)
		if (g_str_has_prefix(word, actions[i].start))
			return g_strdup(actions[i].action);
	return g_steal_pointer(&word);
}

char *
td_report_status(const GArray *fields)
{
	g_autofree char *value = td_fields_value(fields, "Status");
	const char *at = value + 1;

	if (*value == '\0' || strchr("245", *value) == NULL)
		return g_strdup("");
	for (guint i = 0; i < 2; i++) {
		gsize digits;

		if (*at++ != '.')
			return g_strdup("");
		digits = strspn(at, "0123456789");
		if (digits < 1 || digits > 3)
			return g_strdup("");
		at += digits;
	}
	return g_strndup(value, (gsize)(at - value));
}
