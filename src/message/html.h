/* html.h - HTML of a mail as plain text */

#ifndef TICKETD_MESSAGE_HTML_H
#define TICKETD_MESSAGE_HTML_H

#include <glib.h>

/* Once, before threads. */
void td_html_init(void);

/* What a reader of the HTML (UTF-8, LF) sees, with LF line ends: paragraphs,
 * lists
 * ("- "), cells of tables (" | "), quotes ("> ") and the addresses of links
 * that do not show them (" <url>").  The caller owns the result. */
char *td_html_to_text(const char *html, gsize size, GPtrArray *problems);

#endif
