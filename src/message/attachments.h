/* attachments.h - the parts of a mail that are not its text */

#ifndef TICKETD_MESSAGE_ATTACHMENTS_H
#define TICKETD_MESSAGE_ATTACHMENTS_H

#include <glib.h>

#include "message/mime.h"

/* An empty list of TdAttachment that owns what is in it. */
GPtrArray *td_attachments_new(void);

/* Appends the attachments of @mime, numbered from 1.  Of each no more than
 * td_limits()->decoded bytes count.  One without a name is called "part-3.pdf",
 * by its number and type. */
void td_attachments_read(const TdMime *mime, GPtrArray *attachments);

/* The name that td_attachments_read() gives to @part, which is one of them. The
 * caller owns it. */
char *td_attachments_name(const TdMime *mime, const TdPart *part);

/* The part that is attachment @number; NULL when there is none. */
const TdPart *td_attachments_find(const TdMime *mime, guint number);

/* @name (UTF-8) as a file name that can do no harm: without directories,
 * leading dots, control characters and those that turn the direction of
 * writing, at most TD_LIMIT_NAME bytes; may be "".  The caller owns it. */
char *td_attachment_safe_name(const char *name);

#endif
