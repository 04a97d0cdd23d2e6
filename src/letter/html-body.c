/* html-body.c - a letter as HTML, made from its text
 *
 * For those who read HTML alone, and for links that can be tapped.  It names no
 * colours, so that it is readable on a dark screen too, and fetches nothing. */

#include "config.h"

#include <string.h>

#include "letter/letter-private.h"

/* A line of at least so many U+2500 parts the letter from what stands below. */
#define RULE_MIN 8
#define RULE_CHARACTER "\xe2\x94\x80"

#define QUOTES_MAX 10

#define QUOTE_STYLE "margin:0 0 0 .5em;padding-left:.7em;border-left:2px solid"
#define TAP_STYLE                                                              \
	"display:inline-block;margin:0 .4em .6em 0;padding:.5em .9em;"         \
	"border:1px solid;border-radius:.4em;text-decoration:none"

typedef struct {
	GString *out;
	guint quotes;       /* open blockquotes */
	gboolean paragraph; /* is open */
} Page;

static void
end_paragraph(Page *page)
{
	if (page->paragraph)
		g_string_append(page->out, "</p>\n");
	page->paragraph = FALSE;
}

static void
set_quotes(Page *page, guint quotes)
{
	if (page->quotes != quotes)
		end_paragraph(page);
	for (; page->quotes < quotes; page->quotes++)
		g_string_append(
		    page->out, "<blockquote style=\"" QUOTE_STYLE "\">\n");
	for (; page->quotes > quotes; page->quotes--)
		g_string_append(page->out, "</blockquote>\n");
}

static gboolean
is_rule(const char *line, gsize size)
{
	gsize one = strlen(RULE_CHARACTER);

	for (gsize i = 0; i + one <= size; i += one)
		if (memcmp(line + i, RULE_CHARACTER, one) != 0)
			return FALSE;
	return size % one == 0 && size / one >= RULE_MIN;
}

/* Appends @text, where blanks that HTML would swallow are hard ones. */
static void
append_escaped(GString *out, const char *text, gsize size)
{
	gboolean blank = TRUE;

	for (gsize i = 0; i < size; i++) {
		switch (text[i]) {
		case '<':
			g_string_append(out, "&lt;");
			break;
		case '>':
			g_string_append(out, "&gt;");
			break;
		case '&':
			g_string_append(out, "&amp;");
			break;
		case '"':
			g_string_append(out, "&quot;");
			break;
		case '\t':
			g_string_append(out, "&nbsp;&nbsp;&nbsp; ");
			break;
		case ' ':
			g_string_append(out, blank ? "&nbsp;" : " ");
			break;
		default:
			g_string_append_c(out, text[i]);
		}
		blank = text[i] == ' ' || text[i] == '\t';
	}
}

/* How long the web address at @text is, 0 if there is none. */
static gsize
url_size(const char *text, gsize size)
{
	static const char *const starts[] = { "https://", "http://" };

	for (guint i = 0; i < G_N_ELEMENTS(starts); i++) {
		gsize start = strlen(starts[i]);
		gsize end = start;

		if (size <= start ||
		    g_ascii_strncasecmp(text, starts[i], start) != 0)
			continue;
		while (end < size && (guchar)text[end] > ' ' &&
		    strchr("<>\"", text[end]) == NULL)
			end++;
		while (end > start && strchr(".,;:!?)'*]", text[end - 1]))
			end--;
		return end == start ? 0 : end;
	}
	return 0;
}

/* Appends @text; web addresses in it can be followed. */
static void
append_text(GString *out, const char *text, gsize size)
{
	gsize from = 0;

	for (gsize i = 0; i < size; i++) {
		gsize length;

		if ((text[i] | 0x20) != 'h' ||
		    (i > 0 && g_ascii_isalnum(text[i - 1])))
			continue;
		length = url_size(text + i, size - i);
		if (length == 0)
			continue;
		append_escaped(out, text + from, i - from);
		g_string_append(out, "<a href=\"");
		append_escaped(out, text + i, length);
		g_string_append(out, "\">");
		append_escaped(out, text + i, length);
		g_string_append(out, "</a>");
		from = i + length;
		i = from - 1;
	}
	append_escaped(out, text + from, size - from);
}

/* One line of prose or text. */
static void
append_line(Page *page, const char *line, gsize size)
{
	guint quotes = 0;

	while (size > 0 && *line == '>' && quotes < QUOTES_MAX) {
		quotes++;
		line++;
		size--;
		if (size > 0 && *line == ' ' && (size == 1 || line[1] != ' ')) {
			line++;
			size--;
		}
	}
	set_quotes(page, quotes);
	if (strspn(line, " \t") >= size) {
		end_paragraph(page);
		return;
	}
	g_string_append(page->out, page->paragraph ? "<br>\n" : "<p>");
	page->paragraph = TRUE;
	append_text(page->out, line, size);
	if (is_rule(line, size))
		end_paragraph(page);
}

static void
append_lines(Page *page, const char *text)
{
	while (*text != '\0') {
		gsize size = strcspn(text, "\n");

		append_line(page, text, size);
		text += size + (text[size] == '\n');
	}
	end_paragraph(page);
	set_quotes(page, 0);
}

static void
append_taps(Page *page, const GPtrArray *taps)
{
	g_string_append(page->out, "<p>");
	for (guint i = 0; i < taps->len; i++) {
		const TdTap *tap = g_ptr_array_index(taps, i);

		g_string_append(
		    page->out, "<a style=\"" TAP_STYLE "\" href=\"");
		append_escaped(page->out, tap->url, strlen(tap->url));
		g_string_append(page->out, "\">");
		append_escaped(page->out, tap->label, strlen(tap->label));
		g_string_append(page->out, "</a>\n");
	}
	g_string_append(page->out, "</p>\n");
}

char *
td_html_body(const char *language, const char *title, const GPtrArray *parts,
    const GPtrArray *taps)
{
	Page page = { .out = g_string_sized_new(4096) };

	g_string_append(page.out, "<!DOCTYPE html>\n<html lang=\"");
	append_escaped(page.out, language, strlen(language));
	g_string_append(page.out,
	    "\">\n<head>\n<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n"
	    "<meta name=\"supported-color-schemes\" content=\"light dark\">\n"
	    "<title>");
	append_escaped(page.out, title, strlen(title));
	g_string_append(page.out, "</title>\n</head>\n<body>\n");
	for (guint i = 0; i < parts->len; i++) {
		const TdPart *part = g_ptr_array_index(parts, i);

		if (part->kind == TD_PART_LINKS)
			append_taps(&page, taps);
		else
			append_lines(&page, part->text);
	}
	g_string_append(page.out, "</body>\n</html>\n");
	return g_string_free(page.out, FALSE);
}
