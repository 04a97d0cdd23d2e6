/* tnef.c - see message/tnef.h
 *
 * libytnef takes the stream apart, but sees only what td_tnef_clean() has found
 * to be sound; texts are decoded here. */

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ytnef.h>

#include "message/charset.h"
#include "message/codepage.h"
#include "message/enclosed.h"
#include "message/limits.h"
#include "message/media.h"
#include "message/rtf.h"
#include "message/tnef-rtf.h"
#include "message/tnef-stream.h"
#include "message/tnef.h"

#define ATTACHMENTS_MAX 200
/* In front of what an attached object is. */
#define KIND_SIZE 16

typedef struct {
	GPtrArray *found; /* of TdEnclosed */
	gsize left;       /* bytes that may still be added */
	gboolean whole;
	guint page; /* number of the code page of its strings */
} Opener;

static gboolean open_stream(
    Opener *opener, const guint8 *bytes, gsize size, const char *inside);

/* The value of a property, put together; NULL when there is none. */
static GByteArray *
find(const MAPIProps *properties, guint type, guint number)
{
	GByteArray *found = NULL;

	for (guint i = 0; i < properties->count; i++) {
		const MAPIProperty *each = &properties->properties[i];

		if (each->id != ((guint32)number << 16 | type) ||
		    each->custom != 0 || each->data == NULL ||
		    each->data->data == NULL || each->data->size <= 0)
			continue;
		if (found == NULL)
			found = g_byte_array_new();
		g_byte_array_append(
		    found, each->data->data, (guint)each->data->size);
	}
	return found;
}

/* Bytes in the code page @page as UTF-8, up to the first NUL. */
static char *
decode(const guint8 *bytes, gsize size, guint page)
{
	const guint8 *end = memchr(bytes, '\0', size);
	const char *guess;

	return td_charset_decode((const char *)bytes,
	    end == NULL ? size : (gsize)(end - bytes), td_codepage_name(page),
	    &guess);
}

/* A property that is a string; NULL when there is none.  The caller owns it. */
static char *
find_string(const Opener *opener, const MAPIProps *properties, guint number)
{
	g_autoptr(GByteArray) value = find(properties, TD_TNEF_BINARY, number);
	g_autoptr(GByteArray) other = NULL;

	if (value != NULL &&
	    g_utf8_validate((const char *)value->data, value->len, NULL))
		return g_strndup((const char *)value->data, value->len);
	if (value != NULL)
		return decode(value->data, value->len, opener->page);
	other = find(properties, TD_TNEF_STRING, number);
	if (other == NULL)
		return NULL;
	return decode(other->data, other->len, opener->page);
}

/* Adds what was found unless it is too much. */
static void
add(Opener *opener, const char *name, const char *type, GBytes *bytes,
    gboolean is_text)
{
	TdEnclosed *enclosed = td_enclosed_new(name, type, bytes);

	enclosed->is_text = is_text;
	if (g_bytes_get_size(bytes) > opener->left ||
	    opener->found->len >= ATTACHMENTS_MAX) {
		opener->whole = FALSE;
		td_enclosed_free(enclosed);
		return;
	}
	opener->left -= g_bytes_get_size(bytes);
	g_ptr_array_add(opener->found, enclosed);
}

static gboolean
is_blank(const char *text)
{
	return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

/* The text of RTF; it may be HTML that was packed into it. */
static char *
read_rtf(Opener *opener, MAPIProps *properties, gboolean *html)
{
	g_autoptr(GByteArray)
	    value = find(properties, TD_TNEF_BINARY, TD_TNEF_RTF);
	gsize max = td_limits()->text;
	g_autoptr(GByteArray) rtf = NULL;

	if (value == NULL)
		return NULL;
	rtf = td_tnef_unpack_rtf(value->data, value->len, max * 4);
	if (rtf == NULL) {
		opener->whole = FALSE;
		return NULL;
	}
	if (rtf->len == 0)
		return NULL;
	return td_rtf_read((const char *)rtf->data, rtf->len, max, html);
}

/* The text of the whole: the plain one if there is one. */
static char *
read_text(Opener *opener, TNEFStruct *tnef, gboolean *html)
{
	MAPIProps *properties = &tnef->MapiProperties;
	g_autoptr(GByteArray) page = NULL;
	g_autofree char *text = NULL;

	*html = FALSE;
	text = find_string(opener, properties, TD_TNEF_BODY);
	if (!is_blank(text))
		return g_steal_pointer(&text);
	g_clear_pointer(&text, g_free);
	if (tnef->body.data != NULL && tnef->body.size > 0)
		text = decode(
		    tnef->body.data, (gsize)tnef->body.size, opener->page);
	if (!is_blank(text))
		return g_steal_pointer(&text);
	page = find(properties, TD_TNEF_NUMBER, TD_TNEF_CODEPAGE);
	if (page != NULL && page->len >= 4)
		opener->page = page->data[0] | (guint)page->data[1] << 8;
	g_clear_pointer(&text, g_free);
	text = find_string(opener, properties, TD_TNEF_HTML);
	*html = !is_blank(text);
	if (*html)
		return g_steal_pointer(&text);
	return read_rtf(opener, properties, html);
}

/* @inside: the name of the attached mail it is the text of, or NULL. */
static void
add_text(Opener *opener, TNEFStruct *tnef, const char *inside)
{
	gboolean html = FALSE;
	g_autofree char *text = read_text(opener, tnef, &html);
	g_autofree char *name = NULL;

	if (is_blank(text))
		return;
	name = inside == NULL
	    ? g_strdup("")
	    : g_strconcat(inside, html ? ".html" : ".txt", NULL);
	add(opener, name, html ? "text/html" : "text/plain",
	    g_bytes_new(text, strlen(text)), inside == NULL);
}

static char *
name_of(const Opener *opener, Attachment *attachment)
{
	static const guint numbers[] = { TD_TNEF_LONG_FILENAME,
		TD_TNEF_FILENAME, TD_TNEF_DISPLAY_NAME };

	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
		g_autofree char *name = find_string(
		    opener, &attachment->MAPI, numbers[i]);

		if (!is_blank(name))
			return g_steal_pointer(&name);
	}
	if (attachment->Title.data != NULL && attachment->Title.size > 0)
		return decode(attachment->Title.data,
		    (gsize)attachment->Title.size, opener->page);
	return g_strdup("");
}

/* The media type it is said to have, or that of files of its name. */
static char *
type_of(const Opener *opener, Attachment *attachment, const char *name)
{
	g_autofree char *type = find_string(
	    opener, &attachment->MAPI, TD_TNEF_MEDIA_TYPE);

	if (type != NULL && strchr(type, '/') != NULL && strlen(type) < 100 &&
	    strspn(type,
	        "abcdefghijklmnopqrstuvwxyz"
	        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/.+-") == strlen(type))
		return g_ascii_strdown(type, -1);
	return g_strdup(td_media_type(name));
}

/* An object in another program's form, or a mail. */
static void
add_object(
    Opener *opener, const GByteArray *object, const char *name, gboolean opened)
{
	const guint8 *bytes = object->data + KIND_SIZE;
	gsize size = object->len - KIND_SIZE;
	g_autofree char *full = NULL;

	if (!td_tnef_is(bytes, size)) {
		add(opener, name, td_media_type(name), g_bytes_new(bytes, size),
		    FALSE);
		return;
	}
	if (opened && open_stream(opener, bytes, size, name))
		return;
	full = g_strconcat(name, ".tnef", NULL);
	add(opener, full, "application/vnd.ms-tnef", g_bytes_new(bytes, size),
	    FALSE);
}

/* What the library has read, without a copy of it. */
static GBytes *
steal_data(Attachment *attachment)
{
	guint8 *data = attachment->FileData.data;
	gsize size = (gsize)attachment->FileData.size;

	attachment->FileData.data = NULL;
	attachment->FileData.size = 0;
	return g_bytes_new_with_free_func(data, size, free, data);
}

/* The bytes of a file; NULL if it has none. */
static GBytes *
data_of(Attachment *attachment)
{
	GByteArray *value;

	if (attachment->FileData.data != NULL && attachment->FileData.size > 0)
		return steal_data(attachment);
	value = find(&attachment->MAPI, TD_TNEF_BINARY, TD_TNEF_DATA);
	return value == NULL ? NULL : g_byte_array_free_to_bytes(value);
}

/* @top: it is none in an attached mail. */
static void
add_attachment(Opener *opener, Attachment *attachment, gboolean top)
{
	g_autofree char *name = name_of(opener, attachment);
	g_autofree char *type = type_of(opener, attachment, name);
	g_autoptr(GByteArray) object = NULL;
	GBytes *bytes;
	guint before = opener->found->len;

	object = find(&attachment->MAPI, TD_TNEF_OBJECT, TD_TNEF_DATA);
	if (object != NULL && object->len > KIND_SIZE) {
		add_object(
		    opener, object, *name == '\0' ? "message" : name, top);
		return;
	}
	bytes = data_of(attachment);
	if (bytes == NULL)
		return;
	add(opener, name, type, bytes, FALSE);
	if (opener->found->len > before) {
		TdEnclosed *last = g_ptr_array_index(
		    opener->found, opener->found->len - 1);

		last->id = find_string(
		    opener, &attachment->MAPI, TD_TNEF_CONTENT_ID);
	}
}

static void
read_page(Opener *opener, const TNEFStruct *tnef)
{
	const variableLength *page = &tnef->CodePage;

	if (page->data != NULL && page->size >= 4)
		opener->page = page->data[0] | (guint)page->data[1] << 8;
}

/* @inside: the name of the attached mail that the stream is, or NULL. */
static gboolean
open_stream(Opener *opener, const guint8 *bytes, gsize size, const char *inside)
{
	g_autoptr(GByteArray) clean = NULL;
	gboolean whole = FALSE;
	TNEFStruct tnef;
	guint page = opener->page;

	clean = td_tnef_clean(bytes, size, ATTACHMENTS_MAX, &whole);
	if (!whole)
		opener->whole = FALSE;
	if (clean == NULL)
		return FALSE;
	memset(&tnef, 0, sizeof(tnef));
	TNEFInitialize(&tnef);
	if (TNEFParseMemory(clean->data, (long)clean->len, &tnef) < 0)
		opener->whole = FALSE;
	read_page(opener, &tnef);
	add_text(opener, &tnef, inside);
	read_page(opener, &tnef);
	for (Attachment *each = tnef.starting_attach.next; each != NULL;
	     each = each->next)
		add_attachment(opener, each, inside == NULL);
	TNEFFree(&tnef);
	opener->page = page;
	return TRUE;
}

gboolean
td_tnef_open(const guint8 *bytes, gsize size, gsize max, GPtrArray *found)
{
	Opener opener = {
		.found = found, .left = max, .whole = TRUE, .page = 1252
	};

	if (!td_tnef_is(bytes, size) ||
	    !open_stream(&opener, bytes, size, NULL))
		return FALSE;
	return opener.whole;
}
