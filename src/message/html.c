/* html.c - see message/html.h
 *
 * libxml2's push parser calls us for each element; no tree is built.  Some of
 * its loops take the square of what a tag or the nesting holds, so the parse
 * is stopped where no honest mail gets to. */

#include "config.h"

#include <string.h>

#include <libxml/HTMLparser.h>

#include "message/html-element.h"
#include "message/html.h"
#include "message/limits.h"
#include "message/problems.h"

#define CHUNK_SIZE 4096
#define NESTING_MAX 400 /* open elements */
#define TAG_MAX 8192    /* bytes of one tag */
#define QUOTE_MAX 10    /* marks "> " a line */
#define URL_MAX 2048

/* An open element that is quoted. */
typedef struct {
	const xmlChar *name; /* of the parser's dictionary */
	guint quotes;        /* marks it adds */
	gboolean leads;      /* until a blockquote begins in it */
} Open;

typedef struct {
	GString *out;
	htmlParserCtxtPtr parser;
	guint breaks;   /* line ends wanted before the next word */
	gboolean blank; /* a blank is wanted before the next word */
	gboolean cell;  /* a mark between cells is */
	guint skipped;  /* open elements of these kinds */
	guint pre;
	GArray *open; /* of Open: elements that are */
	guint quotes;
	guint quoted;  /* quotes around the last word written */
	char *url;     /* of the open link */
	gsize text_at; /* where its text begins in out */
	gsize item_at; /* behind the mark of the last list item */
	gboolean stopped;
	gboolean cut;
} State;

void
td_html_init(void)
{
	xmlInitParser();
}

static void
want_breaks(State *state, guint breaks)
{
	state->breaks = MAX(state->breaks, breaks);
	state->blank = FALSE;
	state->cell = FALSE;
}

/* Writes what is due before a word. */
static void
write_gap(State *state)
{
	GString *out = state->out;

	if (out->len == 0 || state->breaks > 0) {
		guint breaks = out->len == 0 ? 0 : state->breaks;

		for (guint i = 0; i < breaks; i++) {
			g_string_append_c(out, '\n');
			if (i + 1 < breaks &&
			    MIN(state->quotes, state->quoted) > 0)
				g_string_append_c(out, '>');
		}
		for (guint i = 0; i < MIN(state->quotes, QUOTE_MAX); i++)
			g_string_append(out, "> ");
	} else if (state->cell) {
		g_string_append(out, " | ");
	} else if (state->blank && out->str[out->len - 1] != ' ') {
		g_string_append_c(out, ' ');
	}
	state->breaks = 0;
	state->blank = FALSE;
	state->cell = FALSE;
	state->quoted = state->quotes;
}

static gboolean
is_full(State *state)
{
	if (state->out->len < TD_LIMIT_TEXT)
		return FALSE;
	state->cut = TRUE;
	return TRUE;
}

static void
write_word(State *state, const char *word, gsize size)
{
	if (size == 0 || is_full(state))
		return;
	write_gap(state);
	g_string_append_len(state->out, word, (gssize)size);
}

/* Bytes at @at that show nothing: soft hyphen, zero width blanks and joiners
 * that newsletters pad their first line with. */
static gsize
invisible(const char *at, gsize size)
{
	static const char *const marks[] = { "\302\255", "\315\217",
		"\342\200\213", "\342\200\214", "\357\273\277" };

	for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
		gsize length = strlen(marks[i]);

		if (length <= size && memcmp(at, marks[i], length) == 0)
			return length;
	}
	return 0;
}

/* Bytes of white space at @at, the hard blank too. */
static gsize
white_space(const char *at, gsize size)
{
	if (strchr(" \t\n\r\f", *at) != NULL)
		return 1;
	if (size > 1 && memcmp(at, "\302\240", 2) == 0)
		return 2;
	return 0;
}

static void
write_running(State *state, const char *text, gsize size)
{
	gsize start = 0, at = 0;

	while (at < size) {
		gsize blank = white_space(text + at, size - at);
		gsize nothing = invisible(text + at, size - at);

		if (blank + nothing == 0) {
			at++;
			continue;
		}
		write_word(state, text + start, at - start);
		if (blank > 0)
			state->blank = TRUE;
		at += blank + nothing;
		start = at;
	}
	write_word(state, text + start, at - start);
}

static void
write_pre(State *state, const char *text, gsize size)
{
	while (size > 0) {
		const char *newline = memchr(text, '\n', size);
		gsize line = newline == NULL ? size : (gsize)(newline - text);

		write_word(state, text, line);
		text += line;
		size -= line;
		if (size > 0) {
			state->breaks = MIN(state->breaks + 1, 3);
			text++;
			size--;
		}
	}
}

static void
on_characters(void *data, const xmlChar *text, int size)
{
	State *state = data;

	if (state->skipped > 0 || size <= 0)
		return;
	if (state->pre > 0)
		write_pre(state, (const char *)text, (gsize)size);
	else
		write_running(state, (const char *)text, (gsize)size);
}

/* Scripts and styles come this way; nobody reads them. */
static void
on_cdata(void *data G_GNUC_UNUSED, const xmlChar *text G_GNUC_UNUSED,
    int size G_GNUC_UNUSED)
{
}

static void
open_link(State *state, const xmlChar **attributes)
{
	const char *url = td_html_attribute(attributes, "href");

	g_clear_pointer(&state->url, g_free);
	if (url == NULL || strlen(url) > URL_MAX)
		return;
	if (g_ascii_strncasecmp(url, "http://", 7) != 0 &&
	    g_ascii_strncasecmp(url, "https://", 8) != 0 &&
	    g_ascii_strncasecmp(url, "ftp://", 6) != 0 &&
	    g_ascii_strncasecmp(url, "mailto:", 7) != 0)
		return;
	state->url = g_strstrip(g_strdup(url));
	for (char *at = state->url; *at != '\0'; at++)
		if ((guchar)*at <= ' ' || strchr("<>\x7f", *at) != NULL)
			*at = '_';
	state->text_at = state->out->len;
}

/* What may stand around an address in the text of its link, in bytes. */
#define LINK_WORDS 32u

/* Whether the reader of @text knows @url already. */
static gboolean
shows_url(const char *text, const char *url)
{
	const char *bare = strstr(url, "://");
	gsize size;

	if (g_ascii_strncasecmp(url, "mailto:", 7) == 0)
		bare = url + 7;
	else
		bare = bare == NULL ? url : bare + 3;
	size = strcspn(bare, "?");
	if (g_ascii_strncasecmp(url, "mailto:", 7) != 0)
		size = strlen(bare);
	while (size > 0 && bare[size - 1] == '/')
		size--;
	/* A text that says much more is no address, and the search is not
	 * cheap. */
	if (strlen(text) > size + LINK_WORDS)
		return FALSE;
	for (; *text != '\0'; text++)
		if (g_ascii_strncasecmp(text, bare, size) == 0)
			return TRUE;
	return FALSE;
}

static void
close_link(State *state)
{
	g_autofree char *url = g_steal_pointer(&state->url);

	if (url == NULL || state->out->len == state->text_at)
		return;
	/* Only a text about as short as the address can be the address. */
	if (state->out->len - state->text_at < 2 * URL_MAX &&
	    shows_url(state->out->str + state->text_at, url))
		return;
	state->blank = TRUE;
	write_word(state, "<", 1);
	g_string_append(state->out, url);
	g_string_append_c(state->out, '>');
}

static void
open_cell(State *state)
{
	if (state->breaks == 0 && state->out->len > 0)
		state->cell = TRUE;
}

static void
open_element(State *state, TdHtmlKind kind, const xmlChar **attributes)
{
	/* The first paragraph of an item stands beside its mark. */
	gboolean beside = state->item_at > 0 &&
	    state->item_at == state->out->len;

	if (kind == TD_HTML_BREAKS && !beside)
		want_breaks(state, 1);
	if ((kind == TD_HTML_PARAGRAPH && !beside) || kind == TD_HTML_QUOTE ||
	    kind == TD_HTML_PRE)
		want_breaks(state, 2);
	if (kind == TD_HTML_PRE)
		state->pre++;
	if (kind == TD_HTML_CELL)
		open_cell(state);
	if (kind == TD_HTML_LINK)
		open_link(state, attributes);
	if (kind == TD_HTML_NEWLINE) {
		state->breaks = MIN(state->breaks + 1, 3);
		state->blank = FALSE;
	}
	if (kind == TD_HTML_RULE) {
		want_breaks(state, 1);
		write_word(state, "________________________________", 32);
		want_breaks(state, 1);
	}
	if (kind == TD_HTML_ITEM) {
		want_breaks(state, 1);
		write_word(state, "- ", 2);
		state->item_at = state->out->len;
	}
}

/* Notes that @name is open, and whether what is in it was quoted: commands are
 * read from the text, and nothing that others wrote may be taken for one. */
static void
open_quote(State *state, const xmlChar *name, TdHtmlKind kind,
    const xmlChar **attributes)
{
	TdHtmlAge age = td_html_age(attributes);
	Open element = { name, 0, FALSE };

	if (kind == TD_HTML_QUOTE) {
		if (state->open->len > 0) {
			Open *parent = &g_array_index(
			    state->open, Open, state->open->len - 1);

			state->quotes -= parent->leads ? parent->quotes : 0;
			parent->quotes = parent->leads ? 0 : parent->quotes;
		}
		element.quotes = 1;
	} else if (age != TD_HTML_WRITTEN && state->quotes == 0) {
		want_breaks(state, 1);
		element.leads = age == TD_HTML_OLD;
		element.quotes = element.leads ? 1 : 0;
		state->quotes += element.leads ? 0 : 1;
	}
	state->quotes += element.quotes;
	g_array_append_val(state->open, element);
}

static void
close_quote(State *state, const xmlChar *name)
{
	guint last = state->open->len;
	const Open *element;

	/* Each end has its beginning, for libxml2 sees to it; were it not so,
	 * more would be quoted, never less. */
	if (last == 0)
		return;
	element = &g_array_index(state->open, Open, last - 1);
	if (strcmp((const char *)element->name, (const char *)name) != 0)
		return;
	if (element->quotes > 0)
		want_breaks(state, 1);
	state->quotes -= element->quotes;
	g_array_set_size(state->open, last - 1);
}

static void
on_start(void *data, const xmlChar *name, const xmlChar **attributes)
{
	State *state = data;
	TdHtmlKind kind = td_html_kind((const char *)name);

	if (state->parser->nameNr > NESTING_MAX && !state->stopped) {
		state->stopped = TRUE;
		xmlStopParser(state->parser);
		return;
	}
	open_quote(state, name, kind, attributes);
	if (kind == TD_HTML_SKIPPED)
		state->skipped++;
	if (state->skipped == 0)
		open_element(state, kind, attributes);
}

static void
close_element(State *state, TdHtmlKind kind)
{
	if (kind == TD_HTML_BREAKS || kind == TD_HTML_ITEM)
		want_breaks(state, 1);
	if (kind == TD_HTML_PARAGRAPH || kind == TD_HTML_QUOTE ||
	    kind == TD_HTML_PRE)
		want_breaks(state, 2);
	if (kind == TD_HTML_PRE && state->pre > 0)
		state->pre--;
	if (kind == TD_HTML_LINK)
		close_link(state);
}

static void
on_end(void *data, const xmlChar *name)
{
	State *state = data;
	TdHtmlKind kind = td_html_kind((const char *)name);

	if (kind == TD_HTML_SKIPPED && state->skipped > 0)
		state->skipped--;
	else if (state->skipped == 0)
		close_element(state, kind);
	close_quote(state, name);
}

/* Whether the parser waits for the end of a tag that is too long. */
static gboolean
tag_is_too_long(htmlParserCtxtPtr parser)
{
	const xmlChar *at = parser->input->cur;
	gsize left = (gsize)(parser->input->end - at);

	return left > TAG_MAX && at[0] == '<' && at[1] != '!' && at[1] != '?';
}

static void
parse(State *state, const char *html, gsize size)
{
	static const char body[] = "<body>";
	htmlParserCtxtPtr parser = state->parser;

	/* An end tag in front of all else would be the end of the text. */
	htmlParseChunk(parser, body, sizeof(body) - 1, 0);
	while (size > 0 && !state->stopped && !is_full(state)) {
		gsize chunk = MIN(size, CHUNK_SIZE);

		htmlParseChunk(parser, html, (int)chunk, 0);
		html += chunk;
		size -= chunk;
		if (tag_is_too_long(parser))
			state->stopped = TRUE;
	}
	if (!state->stopped)
		htmlParseChunk(parser, NULL, 0, 1);
}

char *
td_html_to_text(const char *html, gsize size, GPtrArray *problems)
{
	xmlSAXHandler handler = {
		.startElement = on_start,
		.endElement = on_end,
		.characters = on_characters,
		.ignorableWhitespace = on_characters,
		.cdataBlock = on_cdata,
	};
	State state = { .out = g_string_sized_new(size / 4),
		.open = g_array_new(FALSE, FALSE, sizeof(Open)) };

	state.parser = htmlCreatePushParserCtxt(
	    &handler, &state, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
	if (state.parser == NULL) {
		g_array_unref(state.open);
		return g_string_free(state.out, FALSE);
	}
	htmlCtxtUseOptions(state.parser,
	    HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
	        HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
	parse(&state, html, size);
	htmlFreeParserCtxt(state.parser);
	g_array_unref(state.open);
	g_free(state.url);

	if (state.stopped)
		td_problem_add(problems,
		    "The HTML is nested too deep or has an endless tag: the "
		    "rest is left out.");
	if (state.cut)
		td_problem_add(
		    problems, "The text was cut at %d bytes.", TD_LIMIT_TEXT);
	if (state.out->len > 0)
		g_string_append_c(state.out, '\n');
	return g_string_free(state.out, FALSE);
}
