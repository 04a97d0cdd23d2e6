/* html-element.h - what the elements of HTML mean to a reader of plain text */

#ifndef TICKETD_MESSAGE_HTML_ELEMENT_H
#define TICKETD_MESSAGE_HTML_ELEMENT_H

#include <glib.h>

typedef enum {
	TD_HTML_INLINE,
	TD_HTML_BREAKS,    /* begins and ends a line */
	TD_HTML_PARAGRAPH, /* the same, with a blank line between */
	TD_HTML_ITEM,
	TD_HTML_CELL,
	TD_HTML_QUOTE,
	TD_HTML_PRE,
	TD_HTML_LINK,
	TD_HTML_NEWLINE,
	TD_HTML_RULE,
	TD_HTML_SKIPPED, /* with all that is in it */
} TdHtmlKind;

/* @name in lower case. */
TdHtmlKind td_html_kind(const char *name);

/* The value of an attribute in a list as libxml2 has it: name, value, ...,
 * NULL.  Borrowed; NULL when there is none. */
const char *td_html_attribute(
    const unsigned char **attributes, const char *name);

typedef enum {
	TD_HTML_WRITTEN,
	/* Around what a mail program quotes, with or without a blockquote: what
	 * stands in it is old up to the end of a blockquote right in it; below
	 * that people write their answers. */
	TD_HTML_OLD,
	/* On top of a quoted mail that nothing stands around: all the rest is
	 * old. */
	TD_HTML_OLD_FROM_HERE,
} TdHtmlAge;

/* What mail programs say by class, id and style about who wrote the text. */
TdHtmlAge td_html_age(const unsigned char **attributes);

#endif
