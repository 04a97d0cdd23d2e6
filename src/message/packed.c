/* packed.c - see message/packed.h */

#include "config.h"

#include <string.h>

#include "message/attachments.h"
#include "message/enclosed.h"
#include "message/limits.h"
#include "message/packed.h"
#include "message/tnef.h"
#include "message/uuencode.h"

/* A part that did not come as one, and the bytes it borrows from. */
typedef struct {
	TdPart part;
	GBytes *bytes; /* NULL: those of the mail */
} Made;

static void
free_made(gpointer data)
{
	Made *made = data;

	g_free(made->part.type);
	td_params_free(made->part.content_type);
	td_params_free(made->part.disposition);
	g_free(made->part.id);
	if (made->part.children != NULL)
		g_ptr_array_unref(made->part.children);
	if (made->bytes != NULL)
		g_bytes_unref(made->bytes);
	g_free(made);
}

/* "; NAME="VALUE"", unless @value is NULL or empty. */
static void
append_parameter(GString *line, const char *name, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	g_string_append_printf(line, "; %s=\"", name);
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			g_string_append_c(line, '\\');
		g_string_append_c(line, *value);
	}
	g_string_append_c(line, '"');
}

/* @bytes may be NULL: the part gets its content later. */
static Made *
new_made(const char *type, GBytes *bytes)
{
	Made *made = g_new0(Made, 1);
	gsize size;

	made->part.type = g_strdup(type);
	made->part.encoding = GMIME_CONTENT_ENCODING_BINARY;
	if (bytes == NULL)
		return made;
	made->bytes = g_bytes_ref(bytes);
	made->part.content = g_bytes_get_data(bytes, &size);
	made->part.size = size;
	made->part.raw = made->part.content;
	made->part.raw_size = size;
	return made;
}

static Made *
make_attachment(const TdEnclosed *enclosed)
{
	Made *made = new_made(enclosed->type, enclosed->bytes);
	g_autofree char *name = td_attachment_safe_name(enclosed->name);
	g_autoptr(GString) line = g_string_new("attachment");

	append_parameter(line, "filename", name);
	made->part.disposition = td_params_parse(line->str);
	made->part.content_type = td_params_parse(enclosed->type);
	made->part.id = g_strdup(enclosed->id);
	made->part.role = TD_PART_ATTACHMENT;
	return made;
}

static Made *
make_text(const TdEnclosed *enclosed)
{
	Made *made = new_made(enclosed->type, enclosed->bytes);
	g_autofree char *line = g_strconcat(
	    enclosed->type, "; charset=utf-8", NULL);

	made->part.content_type = td_params_parse(line);
	made->part.role = TD_PART_SHADOW;
	return made;
}

/* A part like @part, with its bytes or others. */
static Made *
make_copy(const TdPart *part, GBytes *bytes)
{
	static const char *const names[] = { "charset", "format", "delsp" };
	Made *made = new_made(part->type, bytes);
	g_autoptr(GString) line = g_string_new(part->type);

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		append_parameter(
		    line, names[i], td_part_parameter(part, names[i]));
	append_parameter(line, "name", td_part_name(part));
	made->part.content_type = td_params_parse(line->str);
	made->part.role = part->role;
	if (bytes != NULL)
		return made;
	made->part.content = part->content;
	made->part.size = part->size;
	made->part.raw = part->raw;
	made->part.raw_size = part->raw_size;
	made->part.encoding = part->encoding;
	return made;
}

/* Puts the children that @part has now in its place among the leaves. */
static void
replace_leaf(TdMime *mime, guint index, const TdPart *part)
{
	g_ptr_array_remove_index(mime->leaves, index);
	for (guint i = 0; i < part->children->len; i++)
		g_ptr_array_insert(mime->leaves, (gint)(index + i),
		    g_ptr_array_index(part->children, i));
}

gboolean
td_packed_is_tnef(const TdPart *part)
{
	const char *name = td_part_name(part);

	if (td_part_is(part, "application/ms-tnef") ||
	    td_part_is(part, "application/vnd.ms-tnef"))
		return TRUE;
	return name != NULL &&
	    (g_ascii_strcasecmp(name, "winmail.dat") == 0 ||
	        g_ascii_strcasecmp(name, "win.dat") == 0);
}

/* Whether @part was opened; *@text becomes its text if there was none yet. */
static gboolean
open_tnef(TdPart *part, gsize *left, TdPart **text)
{
	g_autoptr(GPtrArray) found = NULL;
	g_autoptr(GByteArray) bytes = td_part_read(part, *left, NULL);
	gboolean whole;

	found = g_ptr_array_new_with_free_func(td_enclosed_free);
	whole = td_tnef_open(bytes->data, bytes->len, *left, found);
	if (found->len == 0)
		return FALSE;
	*left -= MIN(*left, bytes->len);
	part->children = g_ptr_array_new_with_free_func(free_made);
	for (guint i = 0; i < found->len; i++) {
		const TdEnclosed *enclosed = g_ptr_array_index(found, i);
		Made *made = enclosed->is_text ? make_text(enclosed)
		                               : make_attachment(enclosed);

		if (enclosed->is_text && *text == NULL)
			*text = &made->part;
		g_ptr_array_add(part->children, made);
	}
	if (!whole) {
		Made *copy = make_copy(part, NULL);

		copy->part.role = TD_PART_ATTACHMENT;
		g_ptr_array_add(part->children, copy);
	}
	return TRUE;
}

TdPart *
td_packed_open_tnef(TdMime *mime, gsize *left)
{
	TdPart *text = NULL;

	for (guint i = 0; i < mime->leaves->len; i++) {
		TdPart *part = g_ptr_array_index(mime->leaves, i);

		if (!td_packed_is_tnef(part) || !open_tnef(part, left, &text))
			continue;
		replace_leaf(mime, i, part);
		i += part->children->len - 1;
	}
	return text;
}

gboolean
td_packed_is_broken(const TdPart *part)
{
	gsize max = td_limits()->decoded;
	g_autoptr(GPtrArray) found = NULL;
	g_autoptr(GByteArray) bytes = NULL;

	if (!td_packed_is_tnef(part))
		return FALSE;
	bytes = td_part_read(part, max, NULL);
	found = g_ptr_array_new_with_free_func(td_enclosed_free);
	return !td_tnef_open(bytes->data, bytes->len, max, found);
}

/* Whether the part may have uuencoded lines: a look at its encoded bytes. */
static gboolean
may_have_files(const TdPart *part)
{
	if (part->size == 0)
		return FALSE;
	if (part->encoding == GMIME_CONTENT_ENCODING_BASE64)
		return TRUE;
	return memmem(part->content, part->size, "begin", 5) != NULL &&
	    memmem(part->content, part->size, "\nend", 4) != NULL;
}

/* Whether there were files in @part.  A text that is more than may be read
 * stays as it is. */
static gboolean
open_text(TdPart *part, gsize *left)
{
	gboolean cut;
	g_autoptr(GPtrArray) found = NULL;
	g_autoptr(GByteArray) bytes = td_part_read(part, *left, &cut);
	g_autoptr(GBytes) rest_bytes = NULL;
	GByteArray *rest;

	if (cut)
		return FALSE;
	found = g_ptr_array_new_with_free_func(td_enclosed_free);
	rest = td_uuencode_cut(
	    (const char *)bytes->data, bytes->len, *left, found);
	if (rest == NULL)
		return FALSE;
	*left -= MIN(*left, bytes->len);
	rest_bytes = g_byte_array_free_to_bytes(rest);
	part->children = g_ptr_array_new_with_free_func(free_made);
	g_ptr_array_add(part->children, make_copy(part, rest_bytes));
	for (guint i = 0; i < found->len; i++)
		g_ptr_array_add(part->children,
		    make_attachment(g_ptr_array_index(found, i)));
	return TRUE;
}

void
td_packed_open_texts(TdMime *mime, gsize *left)
{
	for (guint i = 0; i < mime->leaves->len; i++) {
		TdPart *part = g_ptr_array_index(mime->leaves, i);

		if (part->role != TD_PART_TEXT ||
		    !td_part_is(part, "text/plain") || !may_have_files(part) ||
		    !open_text(part, left))
			continue;
		replace_leaf(mime, i, part);
		i += part->children->len - 1;
	}
}
