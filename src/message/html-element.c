/* html-element.c - see message/html-element.h */

#include "config.h"

#include <string.h>

#include "message/html-element.h"

static const struct {
	const char *name;
	TdHtmlKind kind;
} elements[] = {
	{ "a", TD_HTML_LINK },
	{ "address", TD_HTML_BREAKS },
	{ "article", TD_HTML_PARAGRAPH },
	{ "aside", TD_HTML_PARAGRAPH },
	{ "blockquote", TD_HTML_QUOTE },
	{ "body", TD_HTML_BREAKS },
	{ "br", TD_HTML_NEWLINE },
	{ "caption", TD_HTML_BREAKS },
	{ "center", TD_HTML_BREAKS },
	{ "dd", TD_HTML_BREAKS },
	{ "div", TD_HTML_BREAKS },
	{ "dl", TD_HTML_PARAGRAPH },
	{ "dt", TD_HTML_BREAKS },
	{ "fieldset", TD_HTML_BREAKS },
	{ "figure", TD_HTML_PARAGRAPH },
	{ "footer", TD_HTML_PARAGRAPH },
	{ "form", TD_HTML_BREAKS },
	{ "h1", TD_HTML_PARAGRAPH },
	{ "h2", TD_HTML_PARAGRAPH },
	{ "h3", TD_HTML_PARAGRAPH },
	{ "h4", TD_HTML_PARAGRAPH },
	{ "h5", TD_HTML_PARAGRAPH },
	{ "h6", TD_HTML_PARAGRAPH },
	{ "head", TD_HTML_SKIPPED },
	{ "header", TD_HTML_PARAGRAPH },
	{ "hr", TD_HTML_RULE },
	{ "li", TD_HTML_ITEM },
	{ "main", TD_HTML_BREAKS },
	{ "nav", TD_HTML_PARAGRAPH },
	{ "ol", TD_HTML_PARAGRAPH },
	{ "p", TD_HTML_PARAGRAPH },
	{ "pre", TD_HTML_PRE },
	{ "script", TD_HTML_SKIPPED },
	{ "section", TD_HTML_PARAGRAPH },
	{ "style", TD_HTML_SKIPPED },
	{ "table", TD_HTML_PARAGRAPH },
	{ "td", TD_HTML_CELL },
	{ "template", TD_HTML_SKIPPED },
	{ "th", TD_HTML_CELL },
	{ "title", TD_HTML_SKIPPED },
	{ "tr", TD_HTML_BREAKS },
	{ "ul", TD_HTML_PARAGRAPH },
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

TdHtmlKind
td_html_kind(const char *name)
{
	gsize low = 0, high = G_N_ELEMENTS(elements);

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

const char *
td_html_attribute(const unsigned char **attributes, const char *name)
{
	for (int i = 0; attributes != NULL && attributes[i] != NULL; i += 2)
		if (strcmp((const char *)attributes[i], name) == 0)
			return (const char *)attributes[i + 1];
	return NULL;
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
age_of_words(const char *list)
{
	TdHtmlAge age = TD_HTML_WRITTEN;

	while (list != NULL && *list != '\0') {
		gsize size = strcspn(list, " \t\r\n\f");

		if (size > 0)
			age = MAX(age, age_of_word(list, size));
		list += size;
		list += strspn(list, " \t\r\n\f");
	}
	return age;
}

/* The line that Outlook of all years draws above the header of the mail it
 * quotes is told by its colour alone. */
static gboolean
is_outlook_line(const char *style)
{
	static const char *const lines[] = { "border-top:solid #e1e1e1",
		"border-top:solid #b5c4df" };
	char folded[200];
	gsize size = 0;

	for (; style != NULL && *style != '\0'; style++) {
		if (*style == '\r' || *style == '\n')
			continue;
		if (*style == ' ' && size > 0 && folded[size - 1] == ':')
			continue;
		if (size + 1 == sizeof(folded))
			break;
		folded[size++] = g_ascii_tolower(*style);
	}
	folded[size] = '\0';
	for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
		if (strstr(folded, lines[i]) != NULL)
			return TRUE;
	return FALSE;
}

TdHtmlAge
td_html_age(const unsigned char **attributes)
{
	static const char *const names[] = { "class", "id", "name" };
	TdHtmlAge age = TD_HTML_WRITTEN;

	if (attributes == NULL)
		return age;
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		age = MAX(
		    age, age_of_words(td_html_attribute(attributes, names[i])));
	if (is_outlook_line(td_html_attribute(attributes, "style")))
		age = TD_HTML_OLD_FROM_HERE;
	return age;
}
