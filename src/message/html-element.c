/* html-element.c - see message/html-element.h */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "message/html-element.h"
#include "message/html-entity.h"

#define NAME_MAX_SIZE 16
/* Of a style, a class or an id no more is looked at. */
#define VALUE_MAX 2000

static const struct {
	const char *name;
	TdHtmlKind kind;
} elements[] = {
	{ "a", TD_HTML_LINK },
	{ "address", TD_HTML_BREAKS },
	{ "area", TD_HTML_VOID },
	{ "article", TD_HTML_PARAGRAPH },
	{ "aside", TD_HTML_PARAGRAPH },
	{ "base", TD_HTML_VOID },
	{ "basefont", TD_HTML_VOID },
	{ "bgsound", TD_HTML_VOID },
	{ "blockquote", TD_HTML_QUOTE },
	{ "body", TD_HTML_FRAME },
	{ "br", TD_HTML_NEWLINE },
	{ "caption", TD_HTML_ROWS },
	{ "center", TD_HTML_BREAKS },
	{ "col", TD_HTML_VOID },
	{ "dd", TD_HTML_TERM },
	{ "details", TD_HTML_BREAKS },
	{ "dialog", TD_HTML_BREAKS },
	{ "dir", TD_HTML_LIST },
	{ "div", TD_HTML_BREAKS },
	{ "dl", TD_HTML_LIST },
	{ "dt", TD_HTML_TERM },
	{ "embed", TD_HTML_VOID },
	{ "fieldset", TD_HTML_BREAKS },
	{ "figcaption", TD_HTML_BREAKS },
	{ "figure", TD_HTML_PARAGRAPH },
	{ "footer", TD_HTML_PARAGRAPH },
	{ "form", TD_HTML_BREAKS },
	{ "frame", TD_HTML_VOID },
	{ "h1", TD_HTML_HEADING },
	{ "h2", TD_HTML_HEADING },
	{ "h3", TD_HTML_HEADING },
	{ "h4", TD_HTML_HEADING },
	{ "h5", TD_HTML_HEADING },
	{ "h6", TD_HTML_HEADING },
	{ "head", TD_HTML_FRAME },
	{ "header", TD_HTML_PARAGRAPH },
	{ "hgroup", TD_HTML_BREAKS },
	{ "hr", TD_HTML_RULE },
	{ "html", TD_HTML_FRAME },
	{ "iframe", TD_HTML_RAW },
	{ "img", TD_HTML_IMAGE },
	{ "input", TD_HTML_VOID },
	{ "legend", TD_HTML_BREAKS },
	{ "li", TD_HTML_ITEM },
	{ "link", TD_HTML_VOID },
	{ "listing", TD_HTML_PRE },
	{ "main", TD_HTML_BREAKS },
	{ "menu", TD_HTML_LIST },
	{ "menuitem", TD_HTML_BREAKS },
	{ "meta", TD_HTML_VOID },
	{ "nav", TD_HTML_PARAGRAPH },
	{ "noembed", TD_HTML_RAW },
	{ "noframes", TD_HTML_RAW },
	{ "ol", TD_HTML_LIST },
	{ "optgroup", TD_HTML_BREAKS },
	{ "option", TD_HTML_OPTION },
	{ "p", TD_HTML_P },
	{ "param", TD_HTML_VOID },
	{ "pre", TD_HTML_PRE },
	{ "script", TD_HTML_RAW },
	{ "search", TD_HTML_BREAKS },
	{ "section", TD_HTML_PARAGRAPH },
	{ "source", TD_HTML_VOID },
	{ "style", TD_HTML_RAW },
	{ "summary", TD_HTML_BREAKS },
	{ "table", TD_HTML_TABLE },
	{ "tbody", TD_HTML_ROWS },
	{ "td", TD_HTML_CELL },
	{ "template", TD_HTML_RAW },
	{ "tfoot", TD_HTML_ROWS },
	{ "th", TD_HTML_CELL },
	{ "thead", TD_HTML_ROWS },
	{ "title", TD_HTML_RAW },
	{ "tr", TD_HTML_ROW },
	{ "track", TD_HTML_VOID },
	{ "ul", TD_HTML_LIST },
	{ "wbr", TD_HTML_VOID },
	{ "xml", TD_HTML_RAW },
};

/* Words of class, id or name that mail programs put on what they quote. */
static const struct {
	const char *word;
	TdHtmlAge age;
} words[] = {
	/* Outlook, its web and mobile forms. */
	{ "OutlookMessageHeader", TD_HTML_OLD_FROM_HERE },
	{ "divRplyFwdMsg", TD_HTML_OLD_FROM_HERE },
	{ "appendonsend", TD_HTML_OLD_FROM_HERE },
	{ "ms-outlook-mobile-body-separator-line", TD_HTML_OLD_FROM_HERE },
	{ "ms-outlook-mobile-reference-message", TD_HTML_OLD },
	{ "mail-editor-reference-message-container", TD_HTML_OLD },
	/* Gmail, Thunderbird, Yahoo, Proton, Zoho, Spark, Roundcube, mail.ru.
	 */
	{ "gmail_quote", TD_HTML_OLD },
	{ "gmail_attr", TD_HTML_OLD },
	{ "moz-cite-prefix", TD_HTML_OLD },
	{ "moz-forward-container", TD_HTML_OLD },
	{ "yahoo_quoted", TD_HTML_OLD },
	{ "protonmail_quote", TD_HTML_OLD },
	{ "zmail_extra", TD_HTML_OLD },
	{ "messageReplySection", TD_HTML_OLD },
	{ "reply-intro", TD_HTML_OLD },
	{ "mail-quote-collapse", TD_HTML_OLD },
};

/* The name in lower case in @folded, cut at its size. */
static gsize
fold_name(const char *name, gsize size, char folded[NAME_MAX_SIZE])
{
	gsize i;

	for (i = 0; i < size && i + 1 < NAME_MAX_SIZE; i++)
		folded[i] = g_ascii_tolower(name[i]);
	folded[i] = '\0';
	return i;
}

guint32
td_html_id(const char *name)
{
	guint32 id = 2166136261u;

	for (; *name != '\0'; name++)
		id = (id ^ (guchar)*name) * 16777619u;
	return id == 0 ? 1 : id;
}

TdHtmlKind
td_html_kind(const TdHtmlTag *tag, guint32 *id)
{
	gsize low = 0, high = G_N_ELEMENTS(elements);
	char name[NAME_MAX_SIZE];

	fold_name(tag->name, tag->size, name);
	if (id != NULL)
		*id = td_html_id(name);
	while (low < high) {
		gsize middle = (low + high) / 2;
		int order = strcmp(name, elements[middle].name);

		if (order == 0)
			return elements[middle].kind;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return TD_HTML_INLINE;
}

gboolean
td_html_kind_is_void(TdHtmlKind kind)
{
	return kind == TD_HTML_VOID || kind == TD_HTML_IMAGE ||
	    kind == TD_HTML_NEWLINE || kind == TD_HTML_RULE;
}

const TdHtmlAttribute *
td_html_attribute(const TdHtmlTag *tag, const char *name)
{
	gsize size = strlen(name);

	for (guint i = 0; i < tag->count; i++) {
		const TdHtmlAttribute *attribute = &tag->attributes[i];

		if (attribute->name_size == size &&
		    g_ascii_strncasecmp(attribute->name, name, size) == 0)
			return attribute;
	}
	return NULL;
}

char *
td_html_value(const TdHtmlTag *tag, const char *name)
{
	const TdHtmlAttribute *found = td_html_attribute(tag, name);
	GString *value;

	if (found == NULL)
		return NULL;
	value = g_string_sized_new(found->value_size);
	td_html_unescape(value, found->value, found->value_size, TRUE);
	return g_string_free(value, FALSE);
}

static TdHtmlAge
age_of_word(const char *word, gsize size)
{
	/* Each program that quotes the quote puts a letter in front. */
	while (size > 2 && word[0] == 'x' && word[1] == '_') {
		word += 2;
		size -= 2;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
		gsize length = strlen(words[i].word);

		/* A number may follow: "yahoo_quoted_12". */
		if (size >= length &&
		    g_ascii_strncasecmp(word, words[i].word, length) == 0 &&
		    (size == length || word[length] == '_'))
			return words[i].age;
	}
	return TD_HTML_WRITTEN;
}

static TdHtmlAge
age_of_words(const TdHtmlAttribute *list)
{
	gsize size = list == NULL ? 0 : MIN(list->value_size, VALUE_MAX);
	TdHtmlAge age = TD_HTML_WRITTEN;
	gsize start = 0;

	for (gsize at = 0; at <= size; at++) {
		if (at < size && strchr(" \t\r\n\f", list->value[at]) == NULL)
			continue;
		if (at > start)
			age = MAX(
			    age, age_of_word(list->value + start, at - start));
		start = at + 1;
	}
	return age;
}

/* A declaration of a style: "border-top" and "solid #e1e1e1 1.0pt". */
typedef struct {
	char name[NAME_MAX_SIZE * 2];
	char value[NAME_MAX_SIZE * 4];
} Declaration;

/* Copies what is between @at and @end in lower case and without blanks around;
 * what does not fit is cut. */
static void
copy_word(char *word, gsize max, const char *at, const char *end)
{
	gsize size = 0;

	for (; at < end && size + 1 < max; at++) {
		gboolean blank = strchr(" \t\r\n\f", *at) != NULL;

		if (!blank)
			word[size++] = g_ascii_tolower(*at);
		else if (size > 0 && word[size - 1] != ' ' && *at == ' ')
			word[size++] = ' ';
	}
	while (size > 0 && word[size - 1] == ' ')
		size--;
	word[size] = '\0';
}

/* The next declaration at *@at; FALSE when there is none. */
static gboolean
next_declaration(const char **at, const char *end, Declaration *found)
{
	while (*at < end) {
		const char *start = *at;
		const char *stop = memchr(start, ';', (gsize)(end - start));
		const char *colon;

		stop = stop == NULL ? end : stop;
		*at = stop == end ? end : stop + 1;
		colon = memchr(start, ':', (gsize)(stop - start));
		if (colon == NULL)
			continue;
		copy_word(found->name, sizeof(found->name), start, colon);
		copy_word(found->value, sizeof(found->value), colon + 1, stop);
		return TRUE;
	}
	return FALSE;
}

/* The line that Outlook of all years draws above the header of the mail it
 * quotes is told by its colour alone. */
static gboolean
is_outlook_line(const TdHtmlTag *tag)
{
	const TdHtmlAttribute *style = td_html_attribute(tag, "style");
	Declaration found;
	const char *at;

	if (style == NULL)
		return FALSE;
	at = style->value;
	while (next_declaration(
	    &at, style->value + MIN(style->value_size, VALUE_MAX), &found))
		if (strcmp(found.name, "border-top") == 0 &&
		    (g_str_has_prefix(found.value, "solid #e1e1e1") ||
		        g_str_has_prefix(found.value, "solid #b5c4df")))
			return TRUE;
	return FALSE;
}

TdHtmlAge
td_html_age(const TdHtmlTag *tag)
{
	static const char *const names[] = { "class", "id", "name" };
	TdHtmlAge age = TD_HTML_WRITTEN;

	if (tag->count == 0)
		return age;
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		age = MAX(age, age_of_words(td_html_attribute(tag, names[i])));
	if (is_outlook_line(tag))
		age = TD_HTML_OLD_FROM_HERE;
	return age;
}

/* What one or two declarations together hide; one alone has other uses. */
typedef struct {
	gboolean small; /* letters of no size */
	gboolean low;   /* lines of no height */
	gboolean clipped;
} Hiding;

/* "0", "0px", "1px", "0.0pt !important" ... */
static gboolean
is_tiny(const char *value)
{
	return g_ascii_isdigit(*value) && g_ascii_strtod(value, NULL) <= 1 &&
	    strchr(value, '%') == NULL && strstr(value, "em") == NULL;
}

static gboolean
is_nothing(const char *value)
{
	return g_ascii_isdigit(*value) && g_ascii_strtod(value, NULL) <= 0;
}

static void
read_declaration(const Declaration *found, TdHtmlLook *look, Hiding *hiding)
{
	const char *name = found->name, *value = found->value;

	if (strcmp(name, "display") == 0)
		look->hidden = look->hidden || g_str_has_prefix(value, "none");
	else if (strcmp(name, "visibility") == 0)
		look->hidden = look->hidden ||
		    g_str_has_prefix(value, "hidden");
	else if (strcmp(name, "opacity") == 0)
		look->hidden = look->hidden || is_nothing(value);
	else if (strcmp(name, "font-size") == 0)
		hiding->small = is_tiny(value);
	else if (strcmp(name, "max-height") == 0 ||
	    strcmp(name, "height") == 0 || strcmp(name, "max-width") == 0)
		hiding->low = hiding->low || is_nothing(value);
	else if (strcmp(name, "line-height") == 0)
		hiding->low = hiding->low || is_nothing(value) ||
		    g_str_has_prefix(value, "1px");
	else if (strcmp(name, "overflow") == 0)
		hiding->clipped = g_str_has_prefix(value, "hidden");
	else if (strcmp(name, "white-space") == 0)
		look->preformatted = g_str_has_prefix(value, "pre");
	else if (strcmp(name, "margin") == 0 ||
	    strcmp(name, "margin-bottom") == 0)
		look->close = is_nothing(value);
}

TdHtmlLook
td_html_look(const TdHtmlTag *tag)
{
	const TdHtmlAttribute *style, *class;
	TdHtmlLook look = { FALSE, FALSE, FALSE };
	Hiding hiding = { FALSE, FALSE, FALSE };
	Declaration found;
	const char *at;

	if (tag->count == 0)
		return look;
	look.hidden = td_html_attribute(tag, "hidden") != NULL;
	class = td_html_attribute(tag, "class");
	/* Word's paragraphs are lines. */
	look.close = class != NULL && class->value_size >= 9 &&
	    g_ascii_strncasecmp(class->value, "MsoNormal", 9) == 0;
	style = td_html_attribute(tag, "style");
	if (style == NULL)
		return look;
	at = style->value;
	while (next_declaration(
	    &at, style->value + MIN(style->value_size, VALUE_MAX), &found))
		read_declaration(&found, &look, &hiding);
	look.hidden = look.hidden || (hiding.low && hiding.clipped) ||
	    (hiding.low && hiding.small);
	return look;
}

/* A width or height of one or none. */
static gboolean
is_dot(const TdHtmlAttribute *length)
{
	return length != NULL && length->value_size > 0 &&
	    g_ascii_isdigit(*length->value) && *length->value <= '1' &&
	    (length->value_size == 1 ||
	        !(g_ascii_isdigit(length->value[1]) ||
	            length->value[1] == '%'));
}

gboolean
td_html_is_pixel(const TdHtmlTag *tag)
{
	return is_dot(td_html_attribute(tag, "width")) ||
	    is_dot(td_html_attribute(tag, "height"));
}
