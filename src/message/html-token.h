/* html-token.h - HTML cut into text and tags
 *
 * As browsers do it (the tokenization of the HTML standard), but for a tag that
 * never ends: that is the text it looks like.  One pass, whatever comes, and no
 * more than TD_HTML_TOKENS steps. */

#ifndef TICKETD_MESSAGE_HTML_TOKEN_H
#define TICKETD_MESSAGE_HTML_TOKEN_H

#include <glib.h>

#include "message/html-element.h"

/* An honest mail of 1 MiB has a tenth of it. */
#define TD_HTML_TOKENS 250000
/* More names than raw elements have. */
#define TD_HTML_RAWS 16

typedef enum {
	TD_HTML_TEXT,  /* character references not replaced */
	TD_HTML_START, /* of an element */
	TD_HTML_END,
} TdHtmlTokenKind;

typedef struct {
	TdHtmlTokenKind kind;
	const char *text; /* of TD_HTML_TEXT; borrowed, not empty */
	gsize size;
	TdHtmlTag tag; /* of the others */
	TdHtmlKind element;
	guint32 id; /* as td_html_kind() has it */
} TdHtmlToken;

/* Where reading stands; the members are html-token.c's. */
typedef struct {
	const char *at;
	const char *end;
	guint tokens;     /* read so far */
	gboolean loose;   /* a tag ends with the next ">", quoted or not */
	gboolean no_ends; /* of tags to come */
	/* Names of raw elements that have no end to come, by id. */
	guint32 no_raws[TD_HTML_RAWS];
} TdHtmlReader;

void td_html_reader_init(TdHtmlReader *reader, const char *html, gsize size);

/* The next text or tag; FALSE at the end.  Comments and declarations are
 * passed over, and so are scripts and styles with their tags. */
gboolean td_html_reader_next(TdHtmlReader *reader, TdHtmlToken *token);

#endif
