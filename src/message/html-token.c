/* html-token.c - see message/html-token.h */

#include "config.h"

#include <string.h>

#include "message/html-token.h"

void
td_html_reader_init(TdHtmlReader *reader, const char *html, gsize size)
{
	memset(reader, 0, sizeof(*reader));
	reader->at = html;
	reader->end = html + size;
}

static gboolean
is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

/* Behind the value that begins at @at; NULL if its quote does not end. */
static const char *
read_value(const char *at, const char *end, TdHtmlAttribute *attribute)
{
	const char *stop;

	if (at < end && (*at == '"' || *at == '\'')) {
		stop = memchr(at + 1, *at, (gsize)(end - at) - 1);
		if (stop == NULL)
			return NULL;
		attribute->value = at + 1;
		attribute->value_size = (gsize)(stop - at) - 1;
		return stop + 1;
	}
	for (stop = at; stop < end && !is_blank(*stop) && *stop != '>'; stop++)
		;
	attribute->value = at;
	attribute->value_size = (gsize)(stop - at);
	return stop;
}

/* Behind the attribute that begins at @at. */
static const char *
read_attribute(const char *at, const char *end, TdHtmlTag *tag)
{
	TdHtmlAttribute attribute = { .name = at, .value = "" };

	/* An equals sign in front is part of the name. */
	do
		at++;
	while (at < end && !is_blank(*at) && *at != '/' && *at != '>' &&
	    *at != '=');
	attribute.name_size = (gsize)(at - attribute.name);
	while (at < end && is_blank(*at))
		at++;
	if (at < end && *at == '=') {
		at++;
		while (at < end && is_blank(*at))
			at++;
		at = read_value(at, end, &attribute);
	}
	if (tag->count < TD_HTML_ATTRIBUTES)
		tag->attributes[tag->count++] = attribute;
	return at;
}

/* Reads the tag whose name begins at @at.  Returns where it has ended; NULL if
 * it does not before @end. */
static const char *
read_tag(const char *at, const char *end, TdHtmlTag *tag)
{
	tag->name = at;
	tag->count = 0;
	while (at < end && !is_blank(*at) && *at != '/' && *at != '>')
		at++;
	tag->size = (gsize)(at - tag->name);
	while (at != NULL && at < end) {
		if (*at == '>')
			return at + 1;
		if (is_blank(*at) || *at == '/')
			at++;
		else
			at = read_attribute(at, end, tag);
	}
	return NULL;
}

/* The same, where tags end with the next ">". */
static const char *
read_loose(TdHtmlReader *reader, const char *at, TdHtmlTag *tag)
{
	const char *stop = NULL;

	if (!reader->no_ends)
		stop = memchr(at, '>', (gsize)(reader->end - at));
	if (stop == NULL) {
		reader->no_ends = TRUE;
		return NULL;
	}
	/* A quote that is open there ends there too. */
	if (read_tag(at, stop + 1, tag) == NULL)
		tag->count = MIN(tag->count, TD_HTML_ATTRIBUTES);
	return stop + 1;
}

/* Behind the comment or declaration that begins at @at; NULL if it is none. */
static const char *
skip_comment(TdHtmlReader *reader, const char *at)
{
	gsize left = (gsize)(reader->end - at);
	const char *stop;

	if (left >= 4 && memcmp(at, "<!--", 4) == 0) {
		/* "<!-->" is one already. */
		stop = memmem(at + 2, left - 2, "-->", 3);
		return stop == NULL ? reader->end : stop + 3;
	}
	if (reader->no_ends)
		return NULL;
	stop = memchr(at, '>', left);
	if (stop == NULL)
		reader->no_ends = TRUE;
	return stop == NULL ? NULL : stop + 1;
}

/* Passes over the content of the element that @tag begins, and its end. */
static void
skip_raw(TdHtmlReader *reader, const TdHtmlToken *token)
{
	const TdHtmlTag *tag = &token->tag;
	const char *at = reader->at;
	gboolean script = g_ascii_strncasecmp(tag->name, "s", 1) == 0;
	gboolean seen;
	gsize i = 0;

	while (i < TD_HTML_RAWS && reader->no_raws[i] != 0 &&
	    reader->no_raws[i] != token->id)
		i++;
	seen = i < TD_HTML_RAWS && reader->no_raws[i] == token->id;
	while (!seen) {
		at = memmem(at, (gsize)(reader->end - at), "</", 2);
		if (at == NULL)
			break;
		at += 2;
		if ((gsize)(reader->end - at) > tag->size &&
		    g_ascii_strncasecmp(at, tag->name, tag->size) == 0 &&
		    !g_ascii_isalnum(at[tag->size])) {
			at = memchr(at, '>', (gsize)(reader->end - at));
			reader->at = at == NULL ? reader->end : at + 1;
			return;
		}
	}
	/* To look for the end again and again would be dear. */
	if (!seen && i < TD_HTML_RAWS)
		reader->no_raws[i] = token->id;
	/* Without an end all the rest is script; but a title is not. */
	if (script)
		reader->at = reader->end;
}

/* Reads the tag at reader->at, which has a letter behind "<" or "</"; FALSE if
 * it is none. */
static gboolean
take_tag(TdHtmlReader *reader, TdHtmlToken *token)
{
	const char *at = reader->at + 1, *stop = NULL;

	token->kind = *at == '/' ? TD_HTML_END : TD_HTML_START;
	at += *at == '/';
	if (!reader->loose) {
		stop = read_tag(at, reader->end, &token->tag);
		/* To look for the end again and again would be dear. */
		reader->loose = stop == NULL;
	}
	if (stop == NULL)
		stop = read_loose(reader, at, &token->tag);
	if (stop == NULL)
		return FALSE;
	reader->at = stop;
	token->element = td_html_kind(&token->tag, &token->id);
	return TRUE;
}

/* The text from reader->at on, whose first character is no markup. */
static gboolean
take_text(TdHtmlReader *reader, TdHtmlToken *token)
{
	const char *stop;

	stop = memchr(
	    reader->at + 1, '<', (gsize)(reader->end - reader->at) - 1);
	if (stop == NULL)
		stop = reader->end;
	token->kind = TD_HTML_TEXT;
	token->text = reader->at;
	token->size = (gsize)(stop - reader->at);
	reader->at = stop;
	return TRUE;
}

gboolean
td_html_reader_next(TdHtmlReader *reader, TdHtmlToken *token)
{
	while (reader->at < reader->end && reader->tokens++ < TD_HTML_TOKENS) {
		const char *at = reader->at;
		gsize left = (gsize)(reader->end - at);
		const char *stop = NULL;

		if (*at != '<' || left < 2)
			return take_text(reader, token);
		if (at[1] == '!' || at[1] == '?' ||
		    (at[1] == '/' && left > 2 && !g_ascii_isalpha(at[2])))
			stop = skip_comment(reader, at);
		if (stop != NULL) {
			reader->at = stop;
			continue;
		}
		if (!(g_ascii_isalpha(at[1]) ||
		        (at[1] == '/' && left > 2 && g_ascii_isalpha(at[2]))) ||
		    !take_tag(reader, token))
			return take_text(reader, token);
		if (token->element != TD_HTML_RAW)
			return TRUE;
		if (token->kind == TD_HTML_START)
			skip_raw(reader, token);
	}
	return FALSE;
}
