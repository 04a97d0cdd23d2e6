/* bounce.c - mails that a mail system wrote about a mail of ours */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "desk/desk-private.h"

static gboolean
subject_has(const TdMessage *message, const char *const *phrases)
{
	g_autofree char *subject = td_text_fold(message->subject);

	for (; *phrases != NULL; phrases++)
		if (strstr(subject, *phrases) != NULL)
			return TRUE;
	return FALSE;
}

gboolean
td_desk_reads_as_bounce(const TdMessage *message)
{
	static const char *const phrases[] = { "undeliver", "not delivered",
		"delivery status notification", "delivery failure",
		"delivery has failed", "delivery problem", "mail delivery",
		"returned mail", "returned to sender", "failure notice",
		"could not be delivered", "message not sent", "delayed mail",
		"warning: message", "mail system error", "unzustellbar",
		"nicht zugestellt", "non remis", "не доставлено",
		"не может быть доставлено", "недоставленное", "ошибка доставки",
		"возврат письма", NULL };
	const char *from = td_message_from(message);
	g_autofree char *local = NULL;

	if (message->report != NULL ||
	    td_message_header(message, "X-Failed-Recipients", 0) != NULL)
		return TRUE;
	if (subject_has(message, phrases))
		return TRUE;
	local = *from == '\0' ? NULL : td_address_local(from);
	return local != NULL && strcmp(local, "mailer-daemon") == 0;
}
