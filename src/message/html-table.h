/* html-table.h - which tables of HTML hold data, and which only lay it out
 *
 * Mail is laid out in tables, so that " | " between all cells would make it
 * unreadable; what they hold is known only at their end. */

#ifndef TICKETD_MESSAGE_HTML_TABLE_H
#define TICKETD_MESSAGE_HTML_TABLE_H

#include <glib.h>

typedef struct {
	gboolean data;  /* a row of it is a line */
	gboolean pairs; /* of a label and a value */
} TdHtmlTable;

/* The tables (of TdHtmlTable) in the order of their start tags.  The caller
 * owns the result. */
GArray *td_html_tables(const char *html, gsize size);

#endif
