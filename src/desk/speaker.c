/* speaker.c - whose words a mail is, and to whom it was sent at first */

#include "config.h"

#include <ticketd/address.h>

#include "desk/desk-private.h"

/* How many of the writer's own references a mail of ours repeats. */
#define REFERENCES_KEPT 10

const TdAddress *
td_desk_speaker(const TdDesk *desk, const TdMessage *message)
{
	static char nothing[] = "";
	static const TdAddress nobody = { nothing, nothing };
	const char *from = td_message_from(message);

	if (*from != '\0' && message->reply_to->len > 0 &&
	    g_strv_contains(
	        (const char *const *)desk->conf->form_senders, from))
		return g_ptr_array_index(message->reply_to, 0);
	for (guint i = 0; i < message->from->len; i++) {
		const TdAddress *address = g_ptr_array_index(message->from, i);

		if (td_address_same(address->address, from))
			return address;
	}
	return &nobody;
}

const char *
td_desk_original_to(const TdMessage *message)
{
	for (guint i = 0; i < message->headers->len; i++) {
		const TdHeader *header = g_ptr_array_index(message->headers, i);

		if (g_ascii_strcasecmp(header->name, "X-Original-To") == 0)
			return header->raw;
		if (g_ascii_strcasecmp(header->name, "Received") == 0)
			break;
	}
	return NULL;
}

gboolean
td_desk_is_customers(const TdFiled *filed)
{
	return !filed->outgoing && !filed->internal && *filed->moved_to == '\0';
}

GStrv
td_desk_references(const TdMessage *message)
{
	g_autoptr(GStrvBuilder) ids = g_strv_builder_new();
	guint count = g_strv_length(message->references);

	for (guint i = count - MIN(count, REFERENCES_KEPT); i < count; i++)
		g_strv_builder_add(ids, message->references[i]);
	if (message->has_message_id)
		g_strv_builder_add(ids, message->message_id);
	return g_strv_builder_end(ids);
}
