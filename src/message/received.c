/* received.c - when a mail came, by what mail servers wrote on top of it */

#include "config.h"

#include <string.h>

#include <ticketd/message.h>

#include "message/date.h"

/* The topmost field is of the server that was last, and so the only one that
 * its sender had no hand in (RFC 5321, 4.4: the date stands behind the last
 * semicolon). */
gint64
td_message_delivered(const TdMessage *message)
{
	const char *field = td_message_header(message, "Received", 0);
	const char *date = field == NULL ? NULL : strrchr(field, ';');

	return date == NULL ? 0 : td_date_read(date + 1);
}
