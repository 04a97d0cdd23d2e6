/* html-entity.h - characters that HTML names or numbers */

#ifndef TICKETD_MESSAGE_HTML_ENTITY_H
#define TICKETD_MESSAGE_HTML_ENTITY_H

#include <glib.h>

/* Once, in the main thread. */
void td_html_entities_init(void);

/* Appends @text (UTF-8) to @out with its character references replaced.
 * @attribute: it is the value of one, where "&copy=" is no reference.  What is
 * none stays as it is; no NUL and no control character comes out of one. */
void td_html_unescape(
    GString *out, const char *text, gsize size, gboolean attribute);

#endif
