/* cms.c - see message/cms.h */

#include "config.h"

#include <string.h>

#include "message/cms.h"

/* Strings of strings deeper than this are nobody's. */
#define DEPTH_MAX 8

/* Identifier octets (X.690, section 8.1.2). */
#define INTEGER 0x02
#define OCTETS 0x04
#define OID 0x06
#define SEQUENCE 0x30
#define SET 0x31
#define PIECES 0x24 /* an octet string in pieces */
#define TAGGED 0xa0 /* [0], with an element in it */

typedef struct {
	const guint8 *at;
	const guint8 *end;
} Reader;

/* One element: its tag and where its content is.  Without a length the content
 * runs up to an end mark, somewhere before .content.end. */
typedef struct {
	guint8 tag;
	gboolean endless;
	Reader content;
} Element;

static gboolean
read_length(Reader *reader, gsize *length, gboolean *endless)
{
	guint8 first;
	guint bytes;

	if (reader->at == reader->end)
		return FALSE;
	first = *reader->at++;
	*endless = first == 0x80;
	*length = first & 0x80 ? 0 : first;
	bytes = first & 0x80 ? first & 0x7f : 0;
	if (bytes > 4 || (gsize)(reader->end - reader->at) < bytes)
		return FALSE;
	for (; bytes > 0; bytes--)
		*length = *length << 8 | *reader->at++;
	return TRUE;
}

/* Takes the head of the next element off @reader, which then stands before its
 * content. */
static gboolean
read_head(Reader *reader, Element *element)
{
	gsize length;

	if (reader->at == reader->end)
		return FALSE;
	element->tag = *reader->at++;
	if ((element->tag & 0x1f) == 0x1f ||
	    !read_length(reader, &length, &element->endless))
		return FALSE;
	if (element->endless && (element->tag & 0x20) == 0)
		return FALSE;
	if (length > (gsize)(reader->end - reader->at))
		return FALSE;
	element->content.at = reader->at;
	element->content.end = element->endless ? reader->end
	                                        : reader->at + length;
	return TRUE;
}

/* Goes into the next element, which must have this tag. */
static gboolean
enter(Reader *reader, guint8 tag)
{
	Element element;

	if (!read_head(reader, &element) || element.tag != tag)
		return FALSE;
	*reader = element.content;
	return TRUE;
}

/* Passes the next element, which must have this tag and a length. */
static gboolean
pass(Reader *reader, guint8 tag)
{
	Element element;

	if (!read_head(reader, &element) || element.tag != tag)
		return FALSE;
	/* RFC 5652 has nothing in these that is longer than a few names of
	 * algorithms; only the pieces of the text come without a length. */
	if (element.endless)
		return FALSE;
	reader->at = element.content.end;
	return TRUE;
}

static gboolean
pass_oid(Reader *reader, const guint8 *oid, gsize size)
{
	Element element;

	if (!read_head(reader, &element) || element.tag != OID ||
	    (gsize)(element.content.end - element.content.at) != size ||
	    memcmp(element.content.at, oid, size) != 0)
		return FALSE;
	reader->at = element.content.end;
	return TRUE;
}

static gboolean
is_end_mark(const Reader *reader)
{
	return reader->end - reader->at >= 2 && reader->at[0] == 0 &&
	    reader->at[1] == 0;
}

/* Appends an octet string, whole or in pieces, to @out. */
static gboolean
gather(Reader *reader, GByteArray *out, guint depth)
{
	Element element;
	Reader *inside = &element.content;

	if (depth > DEPTH_MAX || !read_head(reader, &element))
		return FALSE;
	if (element.tag == OCTETS) {
		g_byte_array_append(
		    out, inside->at, (guint)(inside->end - inside->at));
		reader->at = inside->end;
		return TRUE;
	}
	if (element.tag != PIECES)
		return FALSE;
	while (
	    element.endless ? !is_end_mark(inside) : inside->at < inside->end)
		if (!gather(inside, out, depth + 1))
			return FALSE;
	reader->at = inside->at + (element.endless ? 2 : 0);
	return TRUE;
}

TdCms
td_cms_read(const guint8 *data, gsize size, GByteArray **content)
{
	/* 1.2.840.113549.1.7.2 and .1 */
	static const guint8 signed_data[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7,
		0x0d, 0x01, 0x07, 0x02 };
	static const guint8 any_data[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d,
		0x01, 0x07, 0x01 };
	Reader reader = { data, data + size };
	g_autoptr(GByteArray) out = NULL;

	if (size == 0 || !enter(&reader, SEQUENCE) ||
	    !pass_oid(&reader, signed_data, sizeof(signed_data)) ||
	    !enter(&reader, TAGGED) || !enter(&reader, SEQUENCE) ||
	    !pass(&reader, INTEGER) || !pass(&reader, SET) ||
	    !enter(&reader, SEQUENCE) ||
	    !pass_oid(&reader, any_data, sizeof(any_data)))
		return TD_CMS_NONE;
	if (reader.at == reader.end || is_end_mark(&reader))
		return TD_CMS_DETACHED;
	out = g_byte_array_sized_new(256);
	if (!enter(&reader, TAGGED) || !gather(&reader, out, 0))
		return TD_CMS_NONE;
	if (content != NULL)
		*content = g_steal_pointer(&out);
	return TD_CMS_OPAQUE;
}

gboolean
td_cms_is_certificate(const guint8 *data, gsize size)
{
	Reader reader = { data, data + size };
	Element element;

	if (size == 0 || !read_head(&reader, &element) ||
	    element.tag != SEQUENCE || element.endless ||
	    element.content.end != data + size)
		return FALSE;
	/* The first version has no number. */
	return enter(&reader, SEQUENCE) && read_head(&reader, &element) &&
	    (element.tag == TAGGED || element.tag == INTEGER);
}
