/* params.c - see message/params.h */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "message/charset.h"
#include "message/params.h"
#include "message/words.h"

/* No honest part has as many. */
#define PARAMETERS_MAX 100
#define SECTION_DIGITS 4

/* A parameter as it is written. */
typedef struct {
	char *name; /* lower case, without what follows a '*' */
	char *text; /* unquoted */
	gboolean quoted;
	gboolean extended; /* has charset and %-escapes (RFC 2231, 4) */
	int section;       /* of a continued one (RFC 2231, 3); else -1 */
} Raw;

struct TdParams {
	char *value;
	GPtrArray *names; /* each with its text at the same place */
	GPtrArray *texts;
};

static void
clear_raw(gpointer data)
{
	Raw *raw = data;

	g_free(raw->name);
	g_free(raw->text);
}

static const char *
skip_blanks(const char *at)
{
	while (*at == ' ' || *at == '\t')
		at++;
	return at;
}

static gboolean
is_name(char c)
{
	return g_ascii_isalnum(c) || (c != '\0' && strchr("-_.*", c) != NULL);
}

/* Whether a name and '=' stand at @at: somebody forgot a semicolon. */
static gboolean
begins_parameter(const char *at)
{
	const char *start = at;

	while (is_name(*at))
		at++;
	return at > start && *at == '=';
}

/* "name*1*" into its pieces. */
static void
take_name(Raw *raw, const char *at, gsize size)
{
	g_autofree char *name = g_ascii_strdown(at, (gssize)size);
	char *star = strchr(name, '*');
	gsize digits;

	raw->section = -1;
	if (star != NULL) {
		*star++ = '\0';
		digits = strspn(star, "0123456789");
		if (digits > 0 && digits <= SECTION_DIGITS)
			raw->section = (int)g_ascii_strtoll(star, NULL, 10);
		raw->extended = *star == '\0' || strchr(star, '*') != NULL;
	}
	raw->name = g_steal_pointer(&name);
}

/* Whether the quote at @at ends a string: quotes inside one should have been
 * escaped, but are not always. */
static gboolean
ends_string(const char *at)
{
	at = skip_blanks(at + 1);
	return *at == '\0' || *at == ';' || *at == '(' || *at == ',' ||
	    begins_parameter(at);
}

/* Ends the string earlier, where @out had @size bytes. */
static const char *
take_back(const char *at, GString *out, gsize size)
{
	g_string_truncate(out, size);
	return at;
}

/* Reads into @out what is quoted from @at on and returns where it ends; NULL if
 * nothing ends it.  If it does not end well it ends at a quote inside or, where
 * its own was forgotten, at the next parameter.  A backslash is one of a
 * Windows path unless it stands before what has to be escaped. */
static const char *
scan_quoted(const char *at, GString *out)
{
	const char *inner = NULL, *next = NULL;
	gsize inner_size = 0, next_size = 0;

	for (; *at != '\0'; at++) {
		if (*at == '"' && ends_string(at))
			return at + 1;
		if (*at == '"' && next != NULL && at[-1] == '=')
			return take_back(next, out, next_size);
		if (*at == '"') {
			inner = at + 1;
			inner_size = out->len;
		}
		if (*at == ';' && begins_parameter(skip_blanks(at + 1))) {
			if (inner != NULL)
				return take_back(inner, out, inner_size);
			next = at;
			next_size = out->len;
		}
		if (*at == '\\' && (at[1] == '"' || at[1] == '\\'))
			at++;
		g_string_append_c(out, *at);
	}
	return NULL;
}

/* Reads a quoted string whose first quote is at @at; NULL if nothing ends
 * it. */
static const char *
read_quoted(const char *at, Raw *raw)
{
	g_autoptr(GString) out = g_string_new(NULL);

	at = scan_quoted(at + 1, out);
	if (at == NULL)
		return NULL;
	raw->text = g_string_free(g_steal_pointer(&out), FALSE);
	raw->quoted = TRUE;
	return at;
}

/* Reads up to the semicolon, or to where the next parameter begins without
 * one. */
static const char *
read_bare(const char *at, Raw *raw)
{
	const char *start = at;

	while (*at != '\0' && *at != ';') {
		if (*at == ' ' && begins_parameter(skip_blanks(at)))
			break;
		at++;
	}
	raw->text = g_strndup(start, (gsize)(at - start));
	g_strchomp(raw->text);
	return at;
}

static const char *
read_value(const char *at, Raw *raw)
{
	const char *end = *at == '"' ? read_quoted(at, raw) : NULL;

	if (end != NULL)
		return end;
	return read_bare(*at == '"' ? at + 1 : at, raw);
}

static const char *
read_parameter(const char *at, GArray *raws)
{
	const char *name = at;
	Raw raw = { NULL, NULL, FALSE, FALSE, -1 };
	gsize size;

	while (is_name(*at))
		at++;
	size = (gsize)(at - name);
	at = skip_blanks(at);
	if (size == 0 || (*at != '=' && *at != ':'))
		return at + strcspn(at, ";");
	take_name(&raw, name, size);
	at = skip_blanks(at + 1);
	at = read_value(at, &raw);
	g_array_append_val(raws, raw);
	return at;
}

/* Passes over what stands between parameters, comments too. */
static const char *
skip_between(const char *at)
{
	gsize depth = 0;

	for (; *at != '\0'; at++) {
		if (*at == '(')
			depth++;
		else if (*at == ')' && depth > 0)
			depth--;
		else if (depth == 0 && strchr("; \t)", *at) == NULL)
			break;
	}
	return at;
}

/* Behind the charset and language of an extended value ("utf-8'en'text");
 * *@charset is the caller's, NULL if it says none. */
static const char *
read_charset(const char *text, char **charset)
{
	const char *first = strchr(text, '\'');
	const char *second = first == NULL ? NULL : strchr(first + 1, '\'');

	if (second == NULL)
		return text;
	if (first > text)
		*charset = g_strndup(text, (gsize)(first - text));
	return second + 1;
}

static void
append_unescaped(GString *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '%' && g_ascii_isxdigit(text[1]) &&
		    g_ascii_isxdigit(text[2])) {
			g_string_append_c(out,
			    (char)(g_ascii_xdigit_value(text[1]) * 16 +
			        g_ascii_xdigit_value(text[2])));
			text += 2;
		} else {
			g_string_append_c(out, *text);
		}
	}
}

static const Raw *
find_raw(const GArray *raws, const char *name, int section)
{
	for (guint i = 0; i < raws->len; i++) {
		const Raw *raw = &g_array_index(raws, Raw, i);

		if (raw->section == section && strcmp(raw->name, name) == 0)
			return raw;
	}
	return NULL;
}

/* The bytes of a parameter in extended or continued form, from @first on;
 * *@charset is the caller's, NULL if it says none. */
static GString *
gather(const GArray *raws, const Raw *first, char **charset)
{
	GString *bytes = g_string_new(NULL);
	const Raw *raw = first;

	for (int section = first->section; raw != NULL; raw = section < 0
	         ? NULL
	         : find_raw(raws, first->name, ++section)) {
		const char *text = raw->text;

		if (raw == first && raw->extended)
			text = read_charset(text, charset);
		/* Not escaped, so it is UTF-8 by now, whatever it says. */
		if (td_charset_has_high(text, strlen(text)))
			g_clear_pointer(charset, g_free);
		if (raw->extended)
			append_unescaped(bytes, text);
		else
			g_string_append(bytes, text);
	}
	return bytes;
}

static char *
put_together(const GArray *raws, const Raw *first)
{
	g_autofree char *charset = NULL;
	g_autoptr(GString) bytes = gather(raws, first, &charset);
	const char *guess;

	if (charset == NULL &&
	    (!first->extended || strstr(bytes->str, "=?") != NULL)) {
		g_autofree char *utf8 = td_words_utf8(bytes->str, NULL);

		return td_words_decode(utf8);
	}
	return td_charset_decode(bytes->str, bytes->len, charset, &guess);
}

/* A name that somebody's program has escaped as for a URL; NULL if it is not
 * UTF-8 so, or says nothing beyond ASCII. */
static char *
read_escaped(const char *text)
{
	g_autoptr(GString) bytes = NULL;

	if (strchr(text, '%') == NULL ||
	    td_charset_has_high(text, strlen(text)))
		return NULL;
	bytes = g_string_new(NULL);
	append_unescaped(bytes, text);
	if (!td_charset_has_high(bytes->str, bytes->len) ||
	    !g_utf8_validate_len(bytes->str, bytes->len, NULL))
		return NULL;
	return g_string_free(g_steal_pointer(&bytes), FALSE);
}

static char *
plain_text(const Raw *raw)
{
	gboolean is_file = strcmp(raw->name, "name") == 0 ||
	    strcmp(raw->name, "filename") == 0;
	char *escaped = is_file ? read_escaped(raw->text) : NULL;

	if (escaped != NULL)
		return escaped;
	/* A comment may follow a bare word, but files are called so too. */
	if (!raw->quoted && !is_file)
		return g_strndup(raw->text, strcspn(raw->text, " \t("));
	return td_words_decode(raw->text);
}

/* Where the parameter @name begins in a form of RFC 2231: the whole, else the
 * first piece, which some count from 1; NULL: it has none. */
static const Raw *
find_first(const GArray *raws, const char *name)
{
	const Raw *first = NULL;

	for (guint i = 0; i < raws->len; i++) {
		const Raw *raw = &g_array_index(raws, Raw, i);

		if (strcmp(raw->name, name) != 0)
			continue;
		if (raw->extended && raw->section < 0)
			return raw;
		if (raw->section >= 0 &&
		    (first == NULL || raw->section < first->section))
			first = raw;
	}
	return first;
}

/* Settles each name once: the forms of RFC 2231 go before the plain one. */
static void
settle(TdParams *params, const GArray *raws)
{
	for (guint i = 0; i < raws->len; i++) {
		const Raw *raw = &g_array_index(raws, Raw, i);
		const Raw *first;

		if (td_params_get(params, raw->name) != NULL)
			continue;
		first = find_first(raws, raw->name);
		g_ptr_array_add(params->names, g_strdup(raw->name));
		g_ptr_array_add(params->texts,
		    first != NULL ? put_together(raws, first)
		                  : plain_text(raw));
	}
}

TdParams *
td_params_parse(const char *line)
{
	g_autoptr(GArray) raws = g_array_new(FALSE, FALSE, sizeof(Raw));
	TdParams *params = g_new(TdParams, 1);
	const char *at = skip_between(line);
	gsize size = strcspn(at, "; \t(");

	/* No value, only parameters: "charset=utf-8". */
	if (begins_parameter(at))
		size = 0;
	g_array_set_clear_func(raws, clear_raw);
	params->value = g_ascii_strdown(at, (gssize)size);
	params->names = g_ptr_array_new_with_free_func(g_free);
	params->texts = g_ptr_array_new_with_free_func(g_free);
	for (at = skip_between(at + size);
	     *at != '\0' && raws->len < PARAMETERS_MAX; at = skip_between(at))
		at = read_parameter(at, raws);
	settle(params, raws);
	return params;
}

void
td_params_free(TdParams *params)
{
	if (params == NULL)
		return;

	g_free(params->value);
	g_ptr_array_unref(params->names);
	g_ptr_array_unref(params->texts);
	g_free(params);
}

const char *
td_params_value(const TdParams *params)
{
	return params->value;
}

const char *
td_params_get(const TdParams *params, const char *name)
{
	for (guint i = 0; i < params->names->len; i++)
		if (strcmp(g_ptr_array_index(params->names, i), name) == 0)
			return g_ptr_array_index(params->texts, i);
	return NULL;
}
