/* enriched.h - text/enriched (RFC 1896) and text/richtext (RFC 1341) as text */

#ifndef TICKETD_MESSAGE_ENRICHED_H
#define TICKETD_MESSAGE_ENRICHED_H

#include <glib.h>

/* @text (UTF-8, LF) without its commands; @richtext: it is of the older kind.
 * Excerpts get marks of quotes.  The caller owns the result. */
char *td_enriched_to_text(const char *text, gboolean richtext);

#endif
