/* html-open.h - which elements of HTML are open
 *
 * Ends that are left out, too many or in the wrong order are put right as
 * browsers do it, for who reads the text must see what its writer saw. */

#ifndef TICKETD_MESSAGE_HTML_OPEN_H
#define TICKETD_MESSAGE_HTML_OPEN_H

#include <glib.h>

#include "message/html-element.h"
#include "message/html-table.h"

/* An open element, and what is put back at its end. */
typedef struct {
	guint32 id;
	TdHtmlKind kind;
	guint quotes;   /* marks it adds */
	gboolean leads; /* those go when a blockquote begins in it */
	TdHtmlLook look;
	gboolean flat;     /* a cell of data */
	int number;        /* of the next item of a list; -1: it has none */
	guint indent;      /* of what is around it */
	TdHtmlTable table; /* around it */
} TdHtmlOpen;

typedef void (*TdHtmlClose)(const TdHtmlOpen *element, gpointer data);

typedef struct {
	GArray *open;      /* of TdHtmlOpen, the outermost first */
	guint counts[256]; /* of open elements by the low byte of their id */
	guint kinds[TD_HTML_KINDS];
	guint beyond;      /* open elements that are too deep to be kept */
	gboolean too_deep; /* there were some */
	guint64 work;      /* steps of all searches */
	TdHtmlClose close;
	gpointer data;
} TdHtmlStack;

void td_html_stack_init(TdHtmlStack *stack, TdHtmlClose close, gpointer data);
void td_html_stack_clear(TdHtmlStack *stack);

/* The innermost element; NULL when none is open. */
TdHtmlOpen *td_html_stack_top(const TdHtmlStack *stack);

/* The innermost of this kind in the innermost table; NULL when there is
 * none. */
TdHtmlOpen *td_html_stack_find(TdHtmlStack *stack, TdHtmlKind kind);

/* Ends what cannot go on when an element of @kind begins. */
void td_html_stack_imply(TdHtmlStack *stack, TdHtmlKind kind);

/* FALSE: it is too deep, nothing is known of it. */
gboolean td_html_stack_push(TdHtmlStack *stack, const TdHtmlOpen *element);

/* An end tag: ends the element it is of, and those in it.  FALSE: none is
 * open. */
gboolean td_html_stack_end(TdHtmlStack *stack, TdHtmlKind kind, guint32 id);

/* Ends all. */
void td_html_stack_end_all(TdHtmlStack *stack);

#endif
