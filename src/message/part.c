/* part.c - what one part says and holds, see message/mime.h */

#include "config.h"

#include <string.h>

#include "message/mime.h"

#define CHUNK_SIZE 32768

gboolean
td_part_is(const TdPart *part, const char *type)
{
	return strcmp(part->type, type) == 0;
}

const char *
td_part_parameter(const TdPart *part, const char *name)
{
	return td_params_get(part->content_type, name);
}

const char *
td_part_name(const TdPart *part)
{
	const char *name = NULL;

	if (part->disposition != NULL)
		name = td_params_get(part->disposition, "filename");
	if (name == NULL)
		name = td_part_parameter(part, "name");
	return name == NULL || *name == '\0' ? NULL : name;
}

/* Whether the encoding changes the bytes at all. */
static gboolean
is_encoded(const TdPart *part)
{
	return part->encoding == GMIME_CONTENT_ENCODING_BASE64 ||
	    part->encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE ||
	    part->encoding == GMIME_CONTENT_ENCODING_UUENCODE;
}

/* What the filter has kept back.  Not done with the last piece, for then GMime
 * would not look for the beginning of uuencoded data. */
static void
finish(GMimeFilter *filter, TdPartSink sink, gpointer data)
{
	char none[1] = "", *bytes;
	gsize done, room;

	g_mime_filter_complete(filter, none, 0, 0, &bytes, &done, &room);
	if (done > 0)
		sink(bytes, done, data);
}

void
td_part_decode(const TdPart *part, TdPartSink sink, gpointer data)
{
	g_autoptr(GMimeFilter) filter = NULL;

	if (!is_encoded(part)) {
		sink(part->content, part->size, data);
		return;
	}
	filter = g_mime_filter_basic_new(part->encoding, FALSE);
	for (gsize at = 0; at < part->size; at += CHUNK_SIZE) {
		gsize size = MIN(CHUNK_SIZE, part->size - at), done, room;
		char *bytes;

		/* The filter only reads what it is given. */
		g_mime_filter_filter(filter, (char *)part->content + at, size,
		    0, &bytes, &done, &room);
		if (done > 0 && !sink(bytes, done, data))
			return;
	}
	finish(filter, sink, data);
}

typedef struct {
	GByteArray *bytes;
	gsize max;
	gboolean cut;
} Reading;

static gboolean
gather(const char *bytes, gsize size, gpointer data)
{
	Reading *reading = data;
	gsize room = reading->max - reading->bytes->len;

	g_byte_array_append(
	    reading->bytes, (const guint8 *)bytes, (guint)MIN(size, room));
	reading->cut = size > room;
	return !reading->cut;
}

GByteArray *
td_part_read(const TdPart *part, gsize max, gboolean *cut)
{
	Reading reading = { .max = max };

	reading.bytes = g_byte_array_sized_new((guint)MIN(max, part->size) + 1);
	td_part_decode(part, gather, &reading);
	if (cut != NULL)
		*cut = reading.cut;
	return reading.bytes;
}
