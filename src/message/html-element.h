/* html-element.h - what the elements of HTML mean to a reader of plain text */

#ifndef TICKETD_MESSAGE_HTML_ELEMENT_H
#define TICKETD_MESSAGE_HTML_ELEMENT_H

#include <glib.h>

/* Attributes of a tag that are looked at; further ones are passed over. */
#define TD_HTML_ATTRIBUTES 24

typedef struct {
	const char *name; /* borrowed, as written */
	gsize name_size;
	const char *value; /* character references not replaced */
	gsize value_size;
} TdHtmlAttribute;

typedef struct {
	const char *name; /* borrowed, as written */
	gsize size;
	TdHtmlAttribute attributes[TD_HTML_ATTRIBUTES];
	guint count;
} TdHtmlTag;

typedef enum {
	TD_HTML_INLINE,
	TD_HTML_BREAKS,    /* begins and ends a line */
	TD_HTML_PARAGRAPH, /* the same, with a blank line between */
	TD_HTML_HEADING,
	TD_HTML_P,
	TD_HTML_LIST,
	TD_HTML_ITEM,
	TD_HTML_TERM, /* dt, dd */
	TD_HTML_TABLE,
	TD_HTML_ROWS, /* thead, tbody, tfoot, caption */
	TD_HTML_ROW,
	TD_HTML_CELL,
	TD_HTML_QUOTE,
	TD_HTML_PRE,
	TD_HTML_LINK,
	TD_HTML_IMAGE,
	TD_HTML_NEWLINE,
	TD_HTML_RULE,
	TD_HTML_OPTION,
	TD_HTML_RAW,   /* its content is no HTML, and not shown */
	TD_HTML_VOID,  /* has neither content nor end, shows nothing */
	TD_HTML_FRAME, /* html, body, head: their ends mean nothing */
	TD_HTML_KINDS, /* how many there are */
} TdHtmlKind;

/* What kind of element a tag is of; *@id (may be NULL) is the same for tags of
 * the same name, whatever their case, and not 0. */
TdHtmlKind td_html_kind(const TdHtmlTag *tag, guint32 *id);

/* The @id of a name in lower case. */
guint32 td_html_id(const char *name);

/* Whether elements of this kind have no content. */
gboolean td_html_kind_is_void(TdHtmlKind kind);

/* The attribute @name (lower case); NULL when there is none.  Borrowed. */
const TdHtmlAttribute *td_html_attribute(
    const TdHtmlTag *tag, const char *name);

/* Its value with character references replaced; NULL when there is none.  The
 * caller owns it. */
char *td_html_value(const TdHtmlTag *tag, const char *name);

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
TdHtmlAge td_html_age(const TdHtmlTag *tag);

/* What a style does to the look of an element. */
typedef struct {
	gboolean hidden;       /* nobody sees it */
	gboolean preformatted; /* blanks and line ends stay */
	gboolean close;        /* a paragraph without a gap around it */
} TdHtmlLook;

TdHtmlLook td_html_look(const TdHtmlTag *tag);

/* An image of one pixel or less, there to tell who reads the mail. */
gboolean td_html_is_pixel(const TdHtmlTag *tag);

#endif
