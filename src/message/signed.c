/* signed.c - see message/signed.h
 *
 * What is verified are bytes of the same tree of parts that the text is read
 * from, so there is no second opinion about where a part ends. */

#include "config.h"

#include <string.h>

#include <ticketd/sha256.h>

#include "message/signed.h"

static const struct {
	const char *protocol;
	TdSignedBy by;
} protocols[] = {
	{ "application/pgp-signature", TD_SIGNED_OPENPGP },
	{ "application/pkcs7-signature", TD_SIGNED_SMIME },
	{ "application/x-pkcs7-signature", TD_SIGNED_SMIME },
};

/* A part more than the two would be shown as if it were signed. */
static gboolean
find_detached(const TdPart *root, TdSigned *found)
{
	const TdPart *signature;

	if (!td_part_is(root, "multipart/signed") || root->children == NULL ||
	    root->children->len != 2)
		return FALSE;
	signature = g_ptr_array_index(root->children, 1);
	if (signature->children != NULL)
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(protocols); i++) {
		if (!td_part_is(signature, protocols[i].protocol))
			continue;
		found->by = protocols[i].by;
		found->text = g_ptr_array_index(root->children, 0);
		found->signature = signature;
		found->opaque = FALSE;
		return TRUE;
	}
	return FALSE;
}

gboolean
td_signed_find(const TdMime *mime, TdSigned *found)
{
	if (mime->opaque == NULL)
		return find_detached(mime->root, found);
	found->by = TD_SIGNED_SMIME;
	found->text = g_ptr_array_index(mime->root->children, 0);
	found->signature = mime->root;
	found->opaque = TRUE;
	return TRUE;
}

/* Where the line at @at ends, without its line end; *@next is behind that. */
static const char *
end_of_line(const char *at, const char *end, const char **next)
{
	const char *stop = memchr(at, '\n', (gsize)(end - at));

	*next = stop == NULL ? end : stop + 1;
	if (stop == NULL)
		return end;
	return stop > at && stop[-1] == '\r' ? stop - 1 : stop;
}

GByteArray *
td_signed_bytes(const TdSigned *found)
{
	const char *at = found->text->raw, *end = at + found->text->raw_size;
	GByteArray *out = g_byte_array_sized_new(
	    (guint)(found->text->raw_size + found->text->raw_size / 16 + 16));

	while (at < end) {
		const char *next, *stop = end_of_line(at, end, &next);

		g_byte_array_append(
		    out, (const guint8 *)at, (guint)(stop - at));
		if (stop < end)
			g_byte_array_append(out, (const guint8 *)"\r\n", 2);
		at = next;
	}
	return out;
}

char *
td_signed_digest(const TdSigned *found)
{
	g_autoptr(TdSha256) checksum = td_sha256_new();
	const char *at = found->text->raw, *end = at + found->text->raw_size;

	while (at < end) {
		const char *next, *stop = end_of_line(at, end, &next);

		while (stop > at && strchr(" \t\r", stop[-1]) != NULL &&
		    stop[-1] != '\0')
			stop--;
		td_sha256_update(checksum, at, (gsize)(stop - at));
		td_sha256_update(checksum, "\n", 1);
		at = next;
	}
	return td_sha256_finish_hex(checksum);
}
