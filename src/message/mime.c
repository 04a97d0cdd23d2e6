/* mime.c - a mail cut into its parts, see message/mime.h */

#include "config.h"

#include <string.h>

#include "message/charset.h"
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
	guint parts;   /* made so far, multiparts too */
	gsize left;    /* bytes that may still be searched for delimiters */
	char *charset; /* the first that a part names; may be NULL */
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

/* The last field called @name on one line, bytes; NULL when there is none.  Of
 * several the last counts, as with GMime. */
static char *
last_value(const GArray *fields, const char *name)
{
	gsize size = strlen(name);

	for (guint i = fields->len; i > 0; i--) {
		const TdField *field = &g_array_index(fields, TdField, i - 1);

		if (field->name_size == size &&
		    g_ascii_strncasecmp(field->name, name, size) == 0)
			return td_field_unfold(field);
	}
	return NULL;
}

/* The charset that a Content-Type names, whatever its other bytes are. */
static char *
named_charset(const char *line)
{
	g_autofree char *ascii = g_strdup(line);
	g_autoptr(TdParams) params = NULL;

	for (char *at = ascii; *at != '\0'; at++)
		if ((guchar)*at >= 0x80)
			*at = '?';
	params = td_params_parse(ascii);
	return g_strdup(td_params_get(params, "charset"));
}

/* Reads a field with parameters.  Bytes beyond ASCII in it are in the charset
 * of the part, or of the first that has one. */
static TdParams *
read_params(const Cutter *cutter, const char *line, const char *charset)
{
	g_autofree char *utf8 = td_words_utf8(
	    line, charset != NULL ? charset : cutter->charset);

	return td_params_parse(utf8);
}

/* @standard is the type of a part that names none.  What makes no sense is
 * plain text (RFC 2045, section 5.2), unless it bears a file's name. */
static void
read_type(Cutter *cutter, TdPart *part, const char *line, const char *charset)
{
	const char *value, *slash;

	part->content_type = read_params(cutter, line, charset);
	value = td_params_value(part->content_type);
	slash = strchr(value, '/');
	if (slash == NULL || slash == value || slash[1] == '\0')
		value = td_part_name(part) == NULL ? "text/plain"
		                                   : "application/octet-stream";
	part->type = g_strdup(value);
}

/* What two fields say of the part: its media type, its names. */
static void
read_description(
    Cutter *cutter, TdPart *part, const GArray *fields, const char *standard)
{
	g_autofree char *disposition = NULL;
	g_autofree char *line = last_value(fields, "Content-Type");
	g_autofree char *charset = NULL;

	if (line == NULL || *line == '\0') {
		g_free(line);
		line = g_strdup(standard);
	}
	disposition = last_value(fields, "Content-Disposition");
	if (td_charset_has_high(line, strlen(line)) ||
	    (disposition != NULL &&
	        td_charset_has_high(disposition, strlen(disposition))))
		charset = named_charset(line);
	if (disposition != NULL)
		part->disposition = read_params(cutter, disposition, charset);
	read_type(cutter, part, line, charset);
	if (cutter->charset == NULL)
		cutter->charset = g_strdup(td_part_parameter(part, "charset"));
}

static void
read_fields(
    Cutter *cutter, TdPart *part, const GArray *fields, const char *standard)
{
	g_autofree char *encoding = NULL;
	g_autofree char *id = NULL;

	read_description(cutter, part, fields, standard);
	encoding = last_value(fields, "Content-Transfer-Encoding");
	if (encoding != NULL) {
		encoding[strcspn(encoding, " \t;(")] = '\0';
		part->encoding = g_mime_content_encoding_from_string(encoding);
	}
	id = last_value(fields, "Content-ID");
	if (id != NULL) {
		g_autofree char *utf8 = td_words_utf8(id, NULL);

		part->id = g_mime_utils_decode_message_id(utf8);
	}
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

/* Whether there may be one part more. */
static gboolean
may_have_more(Cutter *cutter)
{
	if (cutter->parts < td_limits()->parts)
		return TRUE;
	td_problem_add(cutter->problems,
	    "The mail has more than %u parts: the rest is left out.",
	    td_limits()->parts);
	return FALSE;
}

/* Whether a multipart inside @depth others may be cut. */
static gboolean
may_be_cut(Cutter *cutter, guint depth)
{
	if (depth >= td_limits()->depth) {
		td_problem_add(cutter->problems,
		    "Multiparts are nested more than %u deep: the inner ones "
		    "are left as they are.",
		    td_limits()->depth);
		return FALSE;
	}
	if (cutter->left == 0) {
		td_problem_add(cutter->problems,
		    "Multiparts are nested in too much text: the inner ones "
		    "are left as they are.");
		return FALSE;
	}
	return may_have_more(cutter);
}

/* Whether a multipart goes on behind its end, which was that of one inside it
 * with the same boundary: another part follows then. */
static gboolean
goes_on(Cutter *cutter, const TdPart *part, const Boundary *boundary,
    Delimiter *here)
{
	const char *end = part->content + part->size;
	gboolean is_inner = FALSE;
	Delimiter next;

	for (guint i = 0; i < part->children->len && !is_inner; i++) {
		const TdPart *child = g_ptr_array_index(part->children, i);
		const char *word = td_part_parameter(child, "boundary");

		is_inner = word != NULL &&
		    strcmp(word, boundary->line + 3) == 0;
	}
	if (!is_inner || !next_delimiter(here->end, end, boundary, &next) ||
	    next.closing)
		return FALSE;
	td_problem_add(cutter->problems,
	    "Two multiparts have the same boundary: what follows the first "
	    "end was read too.");
	*here = next;
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
	g_autofree Boundary *boundary = g_new(Boundary, 1);
	Delimiter here, next;

	cutter->left -= MIN(cutter->left, part->size);
	if (!first_delimiter(cutter, part, boundary, &here))
		return FALSE;
	part->children = g_ptr_array_new_with_free_func(free_part);
	while (here.end < end) {
		gboolean more;

		if (here.closing && !goes_on(cutter, part, boundary, &here))
			break;
		more = next_delimiter(here.end, end, boundary, &next);
		if (!may_have_more(cutter))
			break;
		g_ptr_array_add(part->children,
		    cut_part(cutter, here.end,
		        (gsize)((more ? next.start : end) - here.end), standard,
		        depth + 1));
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

/* A multipart that goes beyond a limit stays in one piece, as an attachment. */
static void
cut_multipart(Cutter *cutter, TdPart *part, guint depth)
{
	if (!may_be_cut(cutter, depth)) {
		part->encoding = GMIME_CONTENT_ENCODING_DEFAULT;
		return;
	}
	if (cut_children(cutter, part, depth))
		return;
	if (part->size > 2)
		td_problem_add(cutter->problems,
		    "A multipart holds no part: it is shown as it came.");
	g_free(part->type);
	part->type = g_strdup("text/plain");
	part->encoding = GMIME_CONTENT_ENCODING_DEFAULT;
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
	read_fields(cutter, part, fields, standard);

	if (g_str_has_prefix(part->type, "multipart/"))
		cut_multipart(cutter, part, depth);
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
	g_free(cutter.charset);
	td_leaves_find(mime);
	return mime;
}
