/* compose-parts.h - the body of a mail of our own: texts and attachments */

#ifndef TICKETD_MESSAGE_COMPOSE_PARTS_H
#define TICKETD_MESSAGE_COMPOSE_PARTS_H

#include <ticketd/message.h>

/* Appends the Content-* fields of the mail, the empty line and the body to the
 * header in @out. */
void td_compose_parts_append(GString *out, const TdCompose *compose);

#endif
