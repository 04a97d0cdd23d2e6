/* params.c - see message/params.h */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "message/charset.h"
#include "message/params.h"
#include "message/words.h"

/* No honest part has as many. */
#define PARAMETERS_MAX 100

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

	raw->section = -1;
	if (star != NULL) {
		*star++ = '\0';
		if (g_ascii_isdigit(*star))
			raw->section = atoi(star);
		raw->extended = *star == '\0' || strchr(star, '*') != NULL;
	}
	raw->name = g_steal_pointer(&name);
}

/* Reads a quoted string whose first quote is at @at. */
static const char *
read_quoted(const char *at, Raw *raw)
{
	GString *out = g_string_new(NULL);

	for (at++; *at != '\0' && *at != '"'; at++) {
		if (*at == '\\' && at[1] != '\0')
			at++;
		g_string_append_c(out, *at);
	}
	raw->text = g_string_free(out, FALSE);
	raw->quoted = TRUE;
	return *at == '"' ? at + 1 : at;
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
read_parameter(const char *at, GArray *raws)
{
	const char *name = at;
	Raw raw = { NULL, NULL, FALSE, FALSE, -1 };
	gsize size;

	while (is_name(*at))
		at++;
	size = (gsize)(at - name);
	at = skip_blanks(at);
	if (size == 0 || *at != '=')
		return at + strcspn(at, ";");
	take_name(&raw, name, size);
	at = skip_blanks(at + 1);
	at = *at == '"' ? read_quoted(at, &raw) : read_bare(at, &raw);
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

/* The text of a parameter in extended or continued form, from @first on. */
static char *
put_together(const GArray *raws, const Raw *first)
{
	g_autoptr(GString) bytes = g_string_new(NULL);
	g_autofree char *charset = NULL;
	const char *guess;
	const Raw *raw = first;

	for (int section = first->section; raw != NULL; raw = section < 0
	         ? NULL
	         : find_raw(raws, first->name, ++section)) {
		const char *text = raw->text;

		if (raw == first && raw->extended)
			text = read_charset(text, &charset);
		if (raw->extended)
			append_unescaped(bytes, text);
		else
			g_string_append(bytes, text);
	}
	if (charset == NULL && !first->extended) {
		g_autofree char *utf8 = td_words_utf8(bytes->str, NULL);

		return td_words_decode(utf8);
	}
	return td_charset_decode(bytes->str, bytes->len, charset, &guess);
}

static char *
plain_text(const Raw *raw)
{
	gboolean is_file = strcmp(raw->name, "name") == 0 ||
	    strcmp(raw->name, "filename") == 0;

	/* A comment may follow a bare word, but files are called so too. */
	if (!raw->quoted && !is_file)
		return g_strndup(raw->text, strcspn(raw->text, " \t("));
	return td_words_decode(raw->text);
}

/* Settles each name once: the forms of RFC 2231 go before the plain one. */
static void
settle(TdParams *params, const GArray *raws)
{
	for (guint i = 0; i < raws->len; i++) {
		const Raw *raw = &g_array_index(raws, Raw, i);
		const Raw *best = NULL;

		if (td_params_get(params, raw->name) != NULL)
			continue;
		for (guint j = i; j < raws->len && best == NULL; j++) {
			const Raw *other = &g_array_index(raws, Raw, j);

			if (strcmp(other->name, raw->name) == 0 &&
			    ((other->extended && other->section < 0) ||
			        other->section == 0))
				best = other;
		}
		if (best == NULL && raw->section >= 0)
			continue;
		g_ptr_array_add(params->names, g_strdup(raw->name));
		g_ptr_array_add(params->texts,
		    best != NULL ? put_together(raws, best) : plain_text(raw));
	}
}

TdParams *
td_params_parse(const char *line)
{
	g_autoptr(GArray) raws = g_array_new(FALSE, FALSE, sizeof(Raw));
	TdParams *params = g_new(TdParams, 1);
	const char *at = skip_between(line);
	gsize size = strcspn(at, "; \t(");

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
