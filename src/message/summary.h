/* summary.h - what stands below the text about parts that are not text */

#ifndef TICKETD_MESSAGE_SUMMARY_H
#define TICKETD_MESSAGE_SUMMARY_H

#include <glib.h>

#include "message/mime.h"

/* Appends to @text what its reader should know of invitations and attached
 * mails without opening them.  Reports have none, for they are read by
 * programs. */
void td_summary_append(const TdMime *mime, GString *text);

/* Starts a block of a summary: the line of eight U+2500 with @title. */
void td_summary_begin(GString *text, const char *title);

/* "LABEL: VALUE", on one line and not too long; nothing if @value (UTF-8, may
 * be NULL) is blank. */
void td_summary_line(GString *text, const char *label, const char *value);

/* Appends the first lines of @body: @lines of them, and @max bytes. */
void td_summary_lines(GString *text, const char *body, guint lines, gsize max);

#endif
