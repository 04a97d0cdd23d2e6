/* mime.c - a mail cut into its parts, see message/mime.h */

#include "config.h"

#include <string.h>

#include "message/cms.h"
#include "message/fields.h"
#include "message/limits.h"
#include "message/mime.h"
#include "message/problems.h"
#include "message/words.h"

/* RFC 2046 allows 70, some mailers write more. */
#define BOUNDARY_MAX 998
/* Each multipart searches its own content, so what is nested is searched again
 * and again: no more in all than this, or so many times the mail. */
#define SEARCH_MIN (16 * 1024 * 1024)
#define SEARCH_TIMES 20

typedef struct {
	TdMime *mime;
	GPtrArray *problems;
	guint parts; /* made so far, multiparts too */
	gsize left;  /* bytes that may still be searched for delimiters */
} Cutter;

/* A boundary as delimiter lines bear it, with the line end in front. */
typedef struct {
	char line[BOUNDARY_MAX + 4]; /* "\n--boundary" */
	gsize size;
} Boundary;

/* Where a delimiter line (RFC 2046, section 5.1.1) was found. */
typedef struct {
	const char *start; /* of the line end in front, part of it */
	const char *end;   /* behind the line */
	gboolean closing;
} Delimiter;

static TdPart *cut_part(Cutter *cutter, const char *raw, gsize size,
    const char *standard, guint depth);

static void
free_part(gpointer data)
{
	TdPart *part = data;

	g_free(part->type);
	td_params_free(part->content_type);
	td_params_free(part->disposition);
	g_free(part->id);
	if (part->children != NULL)
		g_ptr_array_unref(part->children);
	g_free(part);
}

void
td_mime_free(TdMime *mime)
{
	if (mime == NULL)
		return;

	free_part(mime->root);
	g_ptr_array_unref(mime->leaves);
	if (mime->opaque != NULL)
		g_byte_array_unref(mime->opaque);
	g_free(mime);
}

/* The last field called @name as UTF-8 on one line; NULL when there is none.
 * Of several the last counts, as with GMime. */
static char *
last_value(const GArray *fields, const char *name)
{
	gsize size = strlen(name);

	for (guint i = fields->len; i > 0; i--) {
		const TdField *field = &g_array_index(fields, TdField, i - 1);
		g_autofree char *line = NULL;

		if (field->name_size != size ||
		    g_ascii_strncasecmp(field->name, name, size) != 0)
			continue;
		line = td_field_unfold(field);
		return td_words_utf8(line, NULL);
	}
	return NULL;
}

/* @standard is the type of a part that names none.  What makes no sense is
 * plain text (RFC 2045, section 5.2), unless it bears a file's name. */
static void
read_type(TdPart *part, const GArray *fields, const char *standard)
{
	g_autofree char *line = last_value(fields, "Content-Type");
	const char *value, *slash;

	part->content_type = td_params_parse(
	    line == NULL || *line == '\0' ? standard : line);
	value = td_params_value(part->content_type);
	slash = strchr(value, '/');
	if (slash == NULL || slash == value || slash[1] == '\0')
		value = td_part_name(part) == NULL ? "text/plain"
		                                   : "application/octet-stream";
	part->type = g_strdup(value);
}

static void
read_fields(TdPart *part, const GArray *fields, const char *standard)
{
	g_autofree char *disposition = NULL;
	g_autofree char *encoding = NULL;
	g_autofree char *id = NULL;

	disposition = last_value(fields, "Content-Disposition");
	if (disposition != NULL)
		part->disposition = td_params_parse(disposition);
	read_type(part, fields, standard);
	encoding = last_value(fields, "Content-Transfer-Encoding");
	if (encoding != NULL) {
		encoding[strcspn(encoding, " \t;(")] = '\0';
		part->encoding = g_mime_content_encoding_from_string(encoding);
	}
	id = last_value(fields, "Content-ID");
	if (id != NULL)
		part->id = g_mime_utils_decode_message_id(id);
}

/* Whether the line at @at is a delimiter; blanks may follow it. */
static gboolean
read_delimiter(
    const char *at, const char *end, const Boundary *boundary, Delimiter *found)
{
	gsize size = boundary->size - 1;

	if ((gsize)(end - at) < size ||
	    memcmp(at, boundary->line + 1, size) != 0)
		return FALSE;
	found->start = at;
	at += size;
	found->closing = end - at >= 2 && at[0] == '-' && at[1] == '-';
	if (found->closing)
		at += 2;
	while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
		at++;
	if (at < end && *at != '\n')
		return FALSE;
	found->end = at < end ? at + 1 : end;
	return TRUE;
}

/* The next delimiter from @start on, where a line begins. */
static gboolean
next_delimiter(const char *start, const char *end, const Boundary *boundary,
    Delimiter *found)
{
	const char *at = start;

	if (read_delimiter(at, end, boundary, found))
		return TRUE;
	while (at < end) {
		at = memmem(
		    at, (gsize)(end - at), boundary->line, boundary->size);
		if (at == NULL)
			return FALSE;
		if (read_delimiter(at + 1, end, boundary, found)) {
			/* The line end in front belongs to it. */
			found->start = at;
			if (at > start && at[-1] == '\r')
				found->start--;
			return TRUE;
		}
		at++;
	}
	return FALSE;
}

static gboolean
set_boundary(Boundary *boundary, const char *word, gsize size)
{
	if (size == 0 || size > BOUNDARY_MAX)
		return FALSE;
	g_snprintf(boundary->line, sizeof(boundary->line), "\n--%.*s",
	    (int)size, word);
	boundary->size = strlen(boundary->line);
	return TRUE;
}

static gboolean
read_boundary(const TdPart *part, Boundary *boundary)
{
	const char *word = td_part_parameter(part, "boundary");

	return word != NULL && set_boundary(boundary, word, strlen(word));
}

/* The boundary that the content has where the one declared is missing or
 * wrong: that of the first line with dashes that a Content field follows. */
static gboolean
guess_boundary(const TdPart *part, Boundary *boundary)
{
	static const char field[] = "Content-";
	const char *at = part->content, *end = at + part->size;

	while (at != NULL && at < end) {
		const char *stop = memchr(at, '\n', (gsize)(end - at));
		gsize size;

		if (stop == NULL)
			return FALSE;
		size = (gsize)(stop - at);
		while (size > 0 && strchr("\r\t ", at[size - 1]) != NULL)
			size--;
		if (size > 2 && at[0] == '-' && at[1] == '-' &&
		    (gsize)(end - stop) > sizeof(field) &&
		    g_ascii_strncasecmp(stop + 1, field, sizeof(field) - 1) ==
		        0)
			return set_boundary(boundary, at + 2, size - 2);
		at = memmem(stop, (gsize)(end - stop), "\n--", 3);
		at = at == NULL ? NULL : at + 1;
	}
	return FALSE;
}

/* Finds the first delimiter in the content of a multipart. */
static gboolean
first_delimiter(
    Cutter *cutter, const TdPart *part, Boundary *boundary, Delimiter *found)
{
	const char *end = part->content + part->size;

	if (read_boundary(part, boundary) &&
	    next_delimiter(part->content, end, boundary, found))
		return TRUE;
	if (!guess_boundary(part, boundary) ||
	    !next_delimiter(part->content, end, boundary, found))
		return FALSE;
	td_problem_add(cutter->problems,
	    "The boundary of a multipart is missing or wrong: another was "
	    "found.");
	return TRUE;
}

static gboolean
may_have_more(Cutter *cutter, guint depth)
{
	if (depth >= TD_LIMIT_DEPTH || cutter->left == 0) {
		td_problem_add(cutter->problems,
		    "Parts are nested too deep: the inner ones are left out.");
		return FALSE;
	}
	if (cutter->parts >= TD_LIMIT_PARTS) {
		td_problem_add(cutter->problems,
		    "More than %d parts: the rest is left out.",
		    TD_LIMIT_PARTS);
		return FALSE;
	}
	return TRUE;
}

/* Cuts the content of a multipart at its delimiters.  FALSE if it has none. */
static gboolean
cut_children(Cutter *cutter, TdPart *part, guint depth)
{
	const char *end = part->content + part->size;
	const char *standard = td_part_is(part, "multipart/digest")
	    ? "message/rfc822"
	    : "text/plain";
	Boundary boundary;
	Delimiter here, next;

	cutter->left -= MIN(cutter->left, part->size);
	if (!first_delimiter(cutter, part, &boundary, &here))
		return FALSE;
	part->children = g_ptr_array_new_with_free_func(free_part);
	while (!here.closing && here.end < end) {
		gboolean more = next_delimiter(here.end, end, &boundary, &next);
		const char *stop = more ? next.start : end;

		if (!may_have_more(cutter, depth))
			break;
		g_ptr_array_add(part->children,
		    cut_part(cutter, here.end, (gsize)(stop - here.end),
		        standard, depth + 1));
		if (!more)
			break;
		here = next;
	}
	return TRUE;
}

static gboolean
begins_blank(const char *raw, gsize size)
{
	return (size > 0 && raw[0] == '\n') ||
	    (size > 1 && raw[0] == '\r' && raw[1] == '\n');
}

/* Reads the part in the @size bytes at @raw; @standard is its type if it names
 * none. */
static TdPart *
cut_part(Cutter *cutter, const char *raw, gsize size, const char *standard,
    guint depth)
{
	g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(TdField));
	TdPart *part = g_new0(TdPart, 1);
	gsize body = 0;

	/* Without a field all is content, but for the line that says so. */
	cutter->parts++;
	if (td_fields_start(raw, size) < size || begins_blank(raw, size))
		body = td_fields_scan(
		    raw, size, TD_LIMIT_HEADERS, fields, NULL);
	part->raw = raw;
	part->raw_size = size;
	part->content = raw + body;
	part->size = size - body;
	read_fields(part, fields, standard);

	if (g_str_has_prefix(part->type, "multipart/") &&
	    !cut_children(cutter, part, depth)) {
		if (part->size > 2)
			td_problem_add(cutter->problems,
			    "A multipart holds no part: it is shown as it "
			    "came.");
		g_free(part->type);
		part->type = g_strdup("text/plain");
		part->encoding = GMIME_CONTENT_ENCODING_DEFAULT;
	}
	if (part->children == NULL)
		g_ptr_array_add(cutter->mime->leaves, part);
	return part;
}

/* Puts what the mail has signed below its root, if it is an S/MIME mail in one
 * piece; those are base64 of what no eye can read. */
static void
open_opaque(Cutter *cutter)
{
	TdMime *mime = cutter->mime;
	TdPart *root = mime->root;
	const char *type = td_part_parameter(root, "smime-type");
	g_autoptr(GByteArray) cms = NULL;
	g_autoptr(GByteArray) content = NULL;

	if ((!td_part_is(root, "application/pkcs7-mime") &&
	        !td_part_is(root, "application/x-pkcs7-mime")) ||
	    (type != NULL && g_ascii_strcasecmp(type, "signed-data") != 0))
		return;
	cms = td_part_read(root, G_MAXINT32, NULL);
	if (td_cms_read(cms->data, cms->len, &content) != TD_CMS_OPAQUE) {
		if (type != NULL)
			td_problem_add(cutter->problems,
			    "The signed text cannot be read: it is attached "
			    "as it came.");
		return;
	}
	mime->opaque = g_steal_pointer(&content);
	g_ptr_array_set_size(mime->leaves, 0);
	root->children = g_ptr_array_new_with_free_func(free_part);
	g_ptr_array_add(root->children,
	    cut_part(cutter, (const char *)mime->opaque->data,
	        mime->opaque->len, "text/plain", 1));
}

TdMime *
td_mime_parse(const char *raw, gsize size, GPtrArray *problems)
{
	TdMime *mime = g_new0(TdMime, 1);
	Cutter cutter = { .mime = mime,
		.problems = problems,
		.left = MAX(SEARCH_MIN, size * SEARCH_TIMES) };

	mime->leaves = g_ptr_array_new();
	mime->root = cut_part(&cutter, raw, size, "text/plain", 0);
	if (mime->root->children == NULL)
		open_opaque(&cutter);
	td_leaves_find(mime);
	return mime;
}
