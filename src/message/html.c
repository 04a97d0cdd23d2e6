/* html.c - see message/html.h
 *
 * The text is written as the tags go by; no tree is built, and the work grows
 * no faster than the mail: libxml2's parser takes a second for a MiB of long
 * tags or deep nesting, which anybody can send. */

#include "config.h"

#include <string.h>

#include "message/html-entity.h"
#include "message/html-lines.h"
#include "message/html-open.h"
#include "message/html-table.h"
#include "message/html-token.h"
#include "message/html.h"
#include "message/limits.h"
#include "message/problems.h"

#define URL_MAX 2048
#define ALT_MAX 100
#define NUMBER_MAX 9999

typedef struct {
	TdHtmlLines lines;
	TdHtmlStack stack;
	GArray *tables; /* of TdHtmlTable; NULL: there are none */
	guint next_table;
	TdHtmlTable table; /* the innermost open one */
	gboolean was_data; /* so was that of the element that ends */
	guint hidden;      /* open elements that are */
	gboolean show;     /* those too */
	gboolean hid;      /* there was text in them */
	gboolean cut;      /* there are too many elements */
	char *url;         /* of the open link */
	gsize text_at;     /* where its text begins */
	char *last_url;    /* the last one shown */
	GString *scratch;
} State;

void
td_html_init(void)
{
	td_html_entities_init();
}

static void
write_text(State *state, const char *text, gsize size)
{
	if (state->hidden > 0) {
		state->hid = TRUE;
		return;
	}
	if (memchr(text, '&', size) == NULL) {
		td_html_lines_text(&state->lines, text, size);
		return;
	}
	g_string_truncate(state->scratch, 0);
	td_html_unescape(state->scratch, text, size, FALSE);
	td_html_lines_text(
	    &state->lines, state->scratch->str, state->scratch->len);
}

static gboolean
is_web_address(const char *url)
{
	static const char *const schemes[] = { "http://", "https://", "ftp://",
		"mailto:", "tel:" };

	for (gsize i = 0; i < G_N_ELEMENTS(schemes); i++)
		if (g_ascii_strncasecmp(url, schemes[i], strlen(schemes[i])) ==
		    0)
			return TRUE;
	return FALSE;
}

static void
open_link(State *state, const TdHtmlTag *tag)
{
	const TdHtmlAttribute *href = td_html_attribute(tag, "href");

	g_clear_pointer(&state->url, g_free);
	if (href == NULL || href->value_size > URL_MAX)
		return;
	state->url = g_strstrip(td_html_value(tag, "href"));
	if (!is_web_address(state->url)) {
		g_clear_pointer(&state->url, g_free);
		return;
	}
	for (char *at = state->url; *at != '\0'; at++)
		if ((guchar)*at <= ' ' || strchr("<>\x7f", *at) != NULL)
			*at = '_';
	state->text_at = state->lines.out->len;
}

/* What may stand around an address in the text of its link, in bytes. */
#define LINK_WORDS 32u

/* Whether the reader of @text knows @url already. */
static gboolean
shows_url(const char *text, const char *url)
{
	const char *bare = strchr(url, ':') + 1;
	gboolean web = g_str_has_prefix(bare, "//");
	gsize size;

	bare += web ? 2 : 0;
	if (web && g_ascii_strncasecmp(bare, "www.", 4) == 0)
		bare += 4;
	size = web ? strlen(bare) : strcspn(bare, "?");
	while (size > 0 && bare[size - 1] == '/')
		size--;
	/* A text that says much more is no address, and the search is not
	 * cheap. */
	if (strlen(text) > size + LINK_WORDS)
		return FALSE;
	for (gsize left = strlen(text); left >= size; left--, text++)
		if (g_ascii_strncasecmp(text, bare, size) == 0)
			return TRUE;
	return FALSE;
}

static void
close_link(State *state)
{
	TdHtmlLines *lines = &state->lines;
	g_autofree char *url = g_steal_pointer(&state->url);
	guint breaks = lines->breaks;

	if (url == NULL || lines->out->len <= state->text_at)
		return;
	/* Only a text about as short as the address can be the address. */
	if (lines->out->len - state->text_at < 2 * URL_MAX &&
	    shows_url(lines->out->str + state->text_at, url))
		return;
	/* A picture and the words below it lead to the same place. */
	if (state->last_url != NULL && strcmp(state->last_url, url) == 0)
		return;
	lines->breaks = 0;
	lines->blank = TRUE;
	td_html_lines_word(lines, "<", 1);
	if (td_html_lines_are_full(lines))
		return;
	g_string_append(lines->out, url);
	g_string_append_c(lines->out, '>');
	lines->breaks = breaks;
	g_free(state->last_url);
	state->last_url = g_steal_pointer(&url);
}

/* Whether @text is signs only, as an emoji is. */
static gboolean
is_signs(const char *text)
{
	for (; *text != '\0'; text = g_utf8_next_char(text))
		if (g_unichar_isalnum(g_utf8_get_char(text)) ||
		    (guchar)*text < 0x80)
			return FALSE;
	return TRUE;
}

/* An image is known by the words that stand for it. */
static void
write_image(State *state, const TdHtmlTag *tag)
{
	g_autofree char *alt = td_html_value(tag, "alt");
	g_autofree char *words = NULL;

	if (alt == NULL || td_html_is_pixel(tag) || td_html_look(tag).hidden)
		return;
	g_strdelimit(alt, "\r\n\t", ' ');
	g_strstrip(alt);
	if (*alt == '\0')
		return;
	if (is_signs(alt)) {
		td_html_lines_word(&state->lines, alt, strlen(alt));
		return;
	}
	if (strlen(alt) > ALT_MAX) {
		char *end = alt + ALT_MAX;

		while (((guchar)*end & 0xc0) == 0x80)
			end--;
		*end = '\0';
	}
	words = g_strdup_printf("[image: %s]", alt);
	td_html_lines_word(&state->lines, words, strlen(words));
}

static void
write_void(State *state, const TdHtmlToken *token)
{
	if (state->hidden > 0)
		return;
	if (token->element == TD_HTML_NEWLINE)
		td_html_lines_newline(&state->lines);
	if (token->element == TD_HTML_IMAGE)
		write_image(state, &token->tag);
	if (token->element == TD_HTML_RULE) {
		td_html_lines_break(&state->lines, 1);
		td_html_lines_word(&state->lines, "---", 3);
		td_html_lines_break(&state->lines, 1);
	}
}

static void
open_list(State *state, const TdHtmlToken *token, TdHtmlOpen *element)
{
	gboolean nested = td_html_stack_find(&state->stack, TD_HTML_ITEM) !=
	    NULL;
	g_autofree char *start = NULL;

	td_html_lines_break(&state->lines, nested ? 1 : 2);
	if (token->id != td_html_id("ol"))
		return;
	start = td_html_value(&token->tag, "start");
	element->number = start == NULL
	    ? 1
	    : (int)CLAMP(g_ascii_strtoll(start, NULL, 10), 0, NUMBER_MAX);
}

static void
open_item(State *state)
{
	TdHtmlOpen *list = td_html_stack_find(&state->stack, TD_HTML_LIST);
	TdHtmlLines *lines = &state->lines;

	*lines->marker = '\0';
	td_html_lines_break(lines, 1);
	lines->marker_indent = lines->indent;
	if (list != NULL && list->number >= 0) {
		g_snprintf(
		    lines->marker, sizeof(lines->marker), "%d. ", list->number);
		list->number = MIN(list->number + 1, NUMBER_MAX);
	} else {
		g_strlcpy(lines->marker, "- ", sizeof(lines->marker));
	}
	lines->indent += (guint)strlen(lines->marker);
}

static void
open_table(State *state)
{
	TdHtmlTable none = { FALSE, FALSE };

	td_html_lines_break(&state->lines, 1);
	state->table = none;
	if (state->tables != NULL && state->next_table < state->tables->len)
		state->table = g_array_index(
		    state->tables, TdHtmlTable, state->next_table);
	state->next_table++;
	td_html_lines_break(&state->lines, state->table.data ? 2 : 1);
}

static void
open_cell(State *state, TdHtmlOpen *element)
{
	TdHtmlLines *lines = &state->lines;
	const GString *out = lines->out;

	if (!state->table.data) {
		td_html_lines_break(lines, 1);
		return;
	}
	element->flat = TRUE;
	if (lines->breaks == 0 && out->len > 0) {
		lines->blank = FALSE;
		lines->cell = " | ";
		if (state->table.pairs)
			lines->cell = out->str[out->len - 1] == ':' ? " "
			                                            : ": ";
	}
}

/* What the beginning of an element does to the lines. */
static void
open_element(State *state, const TdHtmlToken *token, TdHtmlOpen *element)
{
	TdHtmlKind kind = token->element;
	TdHtmlLines *lines = &state->lines;

	if (kind == TD_HTML_BREAKS || kind == TD_HTML_ROW ||
	    kind == TD_HTML_ROWS || kind == TD_HTML_TERM ||
	    (kind == TD_HTML_P && element->look.close))
		td_html_lines_break(lines, 1);
	else if (kind == TD_HTML_PARAGRAPH || kind == TD_HTML_HEADING ||
	    kind == TD_HTML_P || kind == TD_HTML_QUOTE || kind == TD_HTML_PRE)
		td_html_lines_break(lines, 2);
	else if (kind == TD_HTML_OPTION)
		lines->blank = TRUE;
	if (kind == TD_HTML_PRE)
		element->look.preformatted = TRUE;
	if (kind == TD_HTML_LIST)
		open_list(state, token, element);
	if (kind == TD_HTML_ITEM)
		open_item(state);
	if (kind == TD_HTML_TABLE)
		open_table(state);
	if (kind == TD_HTML_CELL)
		open_cell(state, element);
	if (kind == TD_HTML_LINK)
		open_link(state, &token->tag);
}

/* Notes whether what is in the element was quoted: commands are read from the
 * text, and nothing that others wrote may be taken for one. */
static void
open_quote(State *state, const TdHtmlToken *token, TdHtmlOpen *element)
{
	TdHtmlAge age = td_html_age(&token->tag);
	TdHtmlOpen *parent = td_html_stack_top(&state->stack);

	if (token->element == TD_HTML_QUOTE) {
		if (parent != NULL && parent->leads) {
			state->lines.quotes -= parent->quotes;
			parent->quotes = 0;
		}
		element->quotes = 1;
	} else if (age != TD_HTML_WRITTEN && state->lines.quotes == 0) {
		td_html_lines_break(&state->lines, 1);
		element->leads = age == TD_HTML_OLD;
		element->quotes = element->leads ? 1 : 0;
		state->lines.quotes += element->leads ? 0 : 1;
	}
}

static void
on_start(State *state, const TdHtmlToken *token)
{
	TdHtmlOpen element = { .id = token->id,
		.kind = token->element,
		.number = -1,
		.indent = state->lines.indent,
		.table = state->table };

	td_html_stack_imply(&state->stack, token->element);
	element.indent = state->lines.indent;
	element.table = state->table;
	open_quote(state, token, &element);
	if (td_html_kind_is_void(token->element)) {
		write_void(state, token);
		return;
	}
	if (token->element == TD_HTML_FRAME)
		return;
	element.look = td_html_look(&token->tag);
	element.look.hidden = element.look.hidden && !state->show;
	if (state->hidden == 0 && !element.look.hidden)
		open_element(state, token, &element);
	else if (token->element == TD_HTML_TABLE)
		state->next_table++;
	if (!td_html_stack_push(&state->stack, &element))
		return;
	state->lines.quotes += element.quotes;
	state->hidden += element.look.hidden;
	state->lines.pre += element.look.preformatted;
	state->lines.flat += element.flat;
}

/* Line ends that are wanted behind an element. */
static guint
breaks_behind(State *state, const TdHtmlOpen *element)
{
	static const guint8 breaks[TD_HTML_KINDS] = {
		[TD_HTML_PARAGRAPH] = 2,
		[TD_HTML_HEADING] = 2,
		[TD_HTML_P] = 2,
		[TD_HTML_QUOTE] = 2,
		[TD_HTML_PRE] = 2,
		[TD_HTML_LIST] = 2,
		[TD_HTML_TABLE] = 1,
		[TD_HTML_BREAKS] = 1,
		[TD_HTML_ITEM] = 1,
		[TD_HTML_TERM] = 1,
		[TD_HTML_ROWS] = 1,
		[TD_HTML_ROW] = 1,
		[TD_HTML_CELL] = 1,
	};

	if (element->flat)
		return 0;
	if ((element->kind == TD_HTML_P && element->look.close) ||
	    (element->kind == TD_HTML_LIST &&
	        td_html_stack_find(&state->stack, TD_HTML_ITEM) != NULL))
		return 1;
	if (element->kind == TD_HTML_TABLE && state->was_data)
		return 2;
	return breaks[element->kind];
}

/* What its end does. */
static void
on_close(const TdHtmlOpen *element, gpointer data)
{
	State *state = data;
	TdHtmlLines *lines = &state->lines;
	TdHtmlKind kind = element->kind;

	lines->flat -= element->flat;
	lines->pre -= element->look.preformatted;
	lines->indent = element->indent;
	state->was_data = state->table.data;
	state->table = element->table;
	if (kind == TD_HTML_LINK && state->hidden == 0)
		close_link(state);
	if (kind == TD_HTML_ITEM)
		*lines->marker = '\0';
	if (state->hidden == 0)
		td_html_lines_break(lines, breaks_behind(state, element));
	if (element->quotes > 0)
		td_html_lines_break(lines, 1);
	lines->quotes -= element->quotes;
	state->hidden -= element->look.hidden;
}

static void
on_end(State *state, const TdHtmlToken *token)
{
	if (token->element == TD_HTML_FRAME)
		return;
	if (td_html_stack_end(&state->stack, token->element, token->id))
		return;
	/* Browsers take these two for their beginnings. */
	if (state->hidden > 0)
		return;
	if (token->element == TD_HTML_NEWLINE)
		td_html_lines_newline(&state->lines);
	if (token->element == TD_HTML_P)
		td_html_lines_break(&state->lines, 2);
}

static void
read_tokens(State *state, const char *html, gsize size)
{
	TdHtmlReader reader;
	TdHtmlToken token;

	td_html_reader_init(&reader, html, size);
	while (!td_html_lines_are_full(&state->lines) &&
	    td_html_reader_next(&reader, &token)) {
		if (token.kind == TD_HTML_TEXT)
			write_text(state, token.text, token.size);
		else if (token.kind == TD_HTML_START)
			on_start(state, &token);
		else
			on_end(state, &token);
	}
	state->cut = reader.tokens > TD_HTML_TOKENS;
	td_html_stack_end_all(&state->stack);
}

/* The text, its hidden pieces too if @show is set; *@hid (may be NULL) becomes
 * TRUE if there are some. */
static GString *
convert(const char *html, gsize size, GArray *tables, gboolean show,
    gboolean *hid, GPtrArray *problems)
{
	State state = { .tables = tables, .show = show };

	state.scratch = g_string_new(NULL);
	state.lines.out = g_string_sized_new(size / 8 + 64);
	state.lines.max = td_limits()->text;
	td_html_stack_init(&state.stack, on_close, &state);
	read_tokens(&state, html, size);
	td_html_stack_clear(&state.stack);
	g_string_free(state.scratch, TRUE);
	g_free(state.url);
	g_free(state.last_url);

	if (state.stack.too_deep)
		td_problem_add(problems,
		    "The HTML is nested too deep: how it is laid out is "
		    "lost.");
	if (state.cut)
		td_problem_add(problems,
		    "The HTML has too many elements: the rest is left out.");
	if (td_html_lines_are_full(&state.lines))
		td_problem_add(problems,
		    "The text was cut at %" G_GSIZE_FORMAT " bytes.",
		    td_limits()->text);
	*hid = state.hid;
	return state.lines.out;
}

char *
td_html_to_text(const char *html, gsize size, GPtrArray *problems)
{
	g_autoptr(GArray) tables = td_html_tables(html, size);
	gboolean hid = FALSE;
	GString *out = convert(html, size, tables, FALSE, &hid, problems);

	/* A mail that hides all it says is shown all the same. */
	if (out->len == 0 && hid) {
		g_string_free(out, TRUE);
		out = convert(html, size, tables, TRUE, &hid, problems);
	}
	if (out->len > 0)
		g_string_append_c(out, '\n');
	return g_string_free(out, FALSE);
}
