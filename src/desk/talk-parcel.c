/* talk-parcel.c - attachments that go along with letters
 *
 * Whoever has an agent's personal address can speak in that agent's name, so
 * nothing leaves in which one is found. */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/talk-private.h"

/* Messages inside of messages that are looked through. */
#define DEPTH 4

/* Attachments of an attached message that are looked through. */
#define INNER 50

/* Longest list of names in a text. */
#define NAMES_MAX 1000

void
td_parcel_clear(TdParcel *parcel)
{
	g_clear_pointer(&parcel->attachments, g_ptr_array_unref);
	g_clear_pointer(&parcel->left, g_ptr_array_unref);
	g_clear_pointer(&parcel->leaks, g_ptr_array_unref);
}

static gboolean leaks(const char *type, GBytes *bytes, guint depth);

static gboolean
is_readable(const char *type)
{
	return !g_str_has_prefix(type, "image/") &&
	    !g_str_has_prefix(type, "audio/") &&
	    !g_str_has_prefix(type, "video/");
}

/* The same for an attached message, whose parts may be encoded.  What lies too
 * deep or is too much to be looked through is taken for a leak. */
static gboolean
message_leaks(const char *bytes, gsize size, guint depth)
{
	g_autoptr(TdMessage) message = NULL;
	g_autoptr(TdUnpacked) unpacked = NULL;
	guint count = 0;

	if (depth == 0)
		return TRUE;
	message = td_message_parse(bytes, size);
	if (td_token_leaks(message->text, strlen(message->text)))
		return TRUE;
	unpacked = td_unpacked_new(bytes, size);
	for (guint i = 0; i < message->attachments->len; i++) {
		const TdAttachment *each = g_ptr_array_index(
		    message->attachments, i);
		g_autoptr(GBytes) inner = NULL;

		if (!is_readable(each->type))
			continue;
		if (++count > INNER)
			return TRUE;
		inner = td_unpacked_attachment(unpacked, each->part);
		if (inner != NULL && leaks(each->type, inner, depth - 1))
			return TRUE;
	}
	return FALSE;
}

static gboolean
leaks(const char *type, GBytes *bytes, guint depth)
{
	gsize size;
	const char *data = g_bytes_get_data(bytes, &size);

	if (size == 0)
		return FALSE;
	return td_token_leaks(data, size) ||
	    (g_str_has_prefix(type, "message/") &&
	        message_leaks(data, size, depth));
}

gboolean
td_parcel_leaks(const char *type, GBytes *bytes)
{
	return leaks(type, bytes, DEPTH);
}

static gboolean
is_signature(const char *type)
{
	return strcmp(type, "application/pgp-signature") == 0 ||
	    strcmp(type, "application/pkcs7-signature") == 0 ||
	    strcmp(type, "application/x-pkcs7-signature") == 0;
}

static void
pack_one(TdParcel *parcel, const TdAttachment *attachment,
    const TdUnpacked *unpacked)
{
	g_autofree char *name = td_text_printable(attachment->name, 100);
	g_autoptr(GBytes)
	    bytes = td_unpacked_attachment(unpacked, attachment->part);

	if (bytes == NULL)
		return;
	if (td_parcel_leaks(attachment->type, bytes))
		g_ptr_array_add(parcel->leaks, g_steal_pointer(&name));
	else
		g_ptr_array_add(parcel->attachments,
		    td_compose_attachment_new(
		        attachment->name, attachment->type, bytes));
}

static TdUnpacked *
unpack(GBytes *raw)
{
	gsize size;
	const char *data = g_bytes_get_data(raw, &size);

	return td_unpacked_new(data, size);
}

void
td_parcel_pack(TdParcel *parcel, const TdMessage *message, GBytes *raw,
    guint64 limit, guint count)
{
	g_autoptr(TdUnpacked) unpacked = NULL;
	guint64 room = limit;

	parcel->attachments = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_compose_attachment_free);
	parcel->left = g_ptr_array_new_with_free_func(g_free);
	parcel->leaks = g_ptr_array_new_with_free_func(g_free);
	if (message == NULL)
		return;

	for (guint i = 0; i < message->attachments->len; i++) {
		const TdAttachment *attachment = g_ptr_array_index(
		    message->attachments, i);

		if (is_signature(attachment->type))
			continue;
		if (raw == NULL || attachment->size > room ||
		    parcel->attachments->len + parcel->leaks->len >= count) {
			g_ptr_array_add(parcel->left,
			    td_text_printable(attachment->name, 100));
			continue;
		}
		room -= attachment->size;
		if (unpacked == NULL)
			unpacked = unpack(raw);
		pack_one(parcel, attachment, unpacked);
	}
}

char *
td_parcel_excuse(
    const TdParcel *parcel, const TdDraft *draft, const char *language)
{
	g_autoptr(GString) names = g_string_new(NULL);
	g_autofree char *list = NULL;
	const GPtrArray *those[] = { parcel->left, parcel->leaks };

	for (guint i = 0; i < G_N_ELEMENTS(those); i++)
		for (guint j = 0; those[i] != NULL && j < those[i]->len; j++)
			g_string_append_printf(names, "%s%s",
			    names->len == 0 ? "" : ", ",
			    (const char *)g_ptr_array_index(those[i], j));
	if (names->len == 0)
		return NULL;
	list = td_text_printable(names->str, NAMES_MAX);
	return td_talk_say(
	    draft, language, "notice-not-attached", "names", list, NULL);
}
