/* attachments.c - see message/attachments.h */

#include "config.h"

#include <string.h>

#include <ticketd/message.h>
#include <ticketd/sha256.h>

#include "message/attachments.h"
#include "message/fields.h"
#include "message/limits.h"
#include "message/media.h"

static void
free_attachment(gpointer data)
{
	TdAttachment *attachment = data;

	g_free(attachment->name);
	g_free(attachment->type);
	g_free(attachment->sha256);
	g_free(attachment);
}

GPtrArray *
td_attachments_new(void)
{
	return g_ptr_array_new_with_free_func(free_attachment);
}

char *
td_attachment_safe_name(const char *name)
{
	GString *out = g_string_new(NULL);
	const char *at = name;

	for (const char *c = name; *c != '\0'; c++)
		if (*c == '/' || *c == '\\')
			at = c + 1;
	for (; *at != '\0'; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);
		GUnicodeType type = g_unichar_type(c);

		if (type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT ||
		    type == G_UNICODE_LINE_SEPARATOR ||
		    type == G_UNICODE_PARAGRAPH_SEPARATOR)
			continue;
		if (out->len == 0 && (c == '.' || g_unichar_isspace(c)))
			continue;
		if (out->len + (gsize)g_unichar_to_utf8(c, NULL) >
		    TD_LIMIT_NAME)
			break;
		g_string_append_unichar(out, c);
	}
	g_strchomp(out->str);
	return g_string_free(out, FALSE);
}

/* An attached mail is called by its subject. */
static char *
subject_name(const TdPart *part)
{
	g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(TdField));
	g_autoptr(GByteArray) head = NULL;
	g_autofree char *subject = NULL;

	head = td_part_read(part, TD_LIMIT_HEAD, NULL);
	td_fields_scan((const char *)head->data, head->len, TD_LIMIT_HEADERS,
	    fields, NULL);
	subject = td_fields_value(fields, "Subject");
	if (*subject == '\0')
		return NULL;

	/* Room for the ending, and nothing that reads as a directory. */
	g_strdelimit(subject, "/\\", '_');
	if (strlen(subject) > TD_LIMIT_NAME - 4) {
		char *end = subject + TD_LIMIT_NAME - 4;

		while (end > subject && ((guchar)*end & 0xc0) == 0x80)
			end--;
		*end = '\0';
	}
	return g_strconcat(subject, ".eml", NULL);
}

/* The names that a sender gave; an attached mail has its Subject. */
static char *
name_of(const TdPart *part, guint number)
{
	g_autofree char *found = g_strdup(td_part_name(part));
	g_autofree char *name = NULL;

	if (found == NULL && td_part_is(part, "message/rfc822"))
		found = subject_name(part);
	if (found != NULL)
		name = td_attachment_safe_name(found);
	if (name == NULL || *name == '\0')
		return g_strdup_printf(
		    "part-%u%s", number, td_media_ending(part->type));
	return g_steal_pointer(&name);
}

char *
td_attachments_name(const TdMime *mime, const TdPart *part)
{
	guint number = 1;

	for (guint i = 0; i < mime->leaves->len; i++) {
		const TdPart *other = g_ptr_array_index(mime->leaves, i);

		if (other == part)
			break;
		number += other->role == TD_PART_ATTACHMENT;
	}
	return name_of(part, number);
}

typedef struct {
	TdSha256 *checksum; /* NULL: nobody wants it */
	gsize size;
} Sum;

static gboolean
add_up(const char *bytes, gsize size, gpointer data)
{
	Sum *sum = data;

	if (sum->checksum != NULL)
		td_sha256_update(sum->checksum, bytes, size);
	sum->size += size;
	return TRUE;
}

void
td_attachments_read(const TdMime *mime, GPtrArray *attachments)
{
	for (guint i = 0; i < mime->leaves->len; i++) {
		const TdPart *part = g_ptr_array_index(mime->leaves, i);
		g_autoptr(TdSha256) checksum = NULL;
		TdAttachment *attachment;
		Sum sum = { NULL, 0 };

		if (part->role != TD_PART_ATTACHMENT)
			continue;
		checksum = sum.checksum = td_sha256_new();
		td_part_decode(part, add_up, &sum);

		attachment = g_new(TdAttachment, 1);
		attachment->part = attachments->len + 1;
		attachment->type = g_strdup(part->type);
		attachment->name = name_of(part, attachment->part);
		attachment->size = sum.size;
		attachment->sha256 = td_sha256_finish_hex(checksum);
		g_ptr_array_add(attachments, attachment);
	}
}

const TdPart *
td_attachments_find(const TdMime *mime, guint number)
{
	guint at = 0;

	for (guint i = 0; i < mime->leaves->len; i++) {
		const TdPart *part = g_ptr_array_index(mime->leaves, i);

		if (part->role == TD_PART_ATTACHMENT && ++at == number)
			return part;
	}
	return NULL;
}
