/* text.c - see message/text.h */

#include "config.h"

#include <string.h>

#include "message/attachments.h"
#include "message/charset.h"
#include "message/enriched.h"
#include "message/flowed.h"
#include "message/html.h"
#include "message/limits.h"
#include "message/packed.h"
#include "message/problems.h"
#include "message/summary.h"
#include "message/text.h"

/* Where a meta element is looked for. */
#define META_SIZE 2048
/* HTML may be so many times larger than the text in it: pictures are written
 * into it. */
#define HTML_TIMES 8

/* CR LF and a lone CR become LF, in place. */
static void
normalize_line_ends(char *text)
{
	char *to = strchr(text, '\r');

	if (to == NULL)
		return;
	for (const char *at = to; *at != '\0'; at++) {
		if (*at != '\r')
			*to++ = *at;
		else if (at[1] != '\n')
			*to++ = '\n';
	}
	*to = '\0';
}

static void
tell_cut(GPtrArray *problems)
{
	td_problem_add(problems,
	    "The text was cut at %" G_GSIZE_FORMAT " bytes.",
	    td_limits()->text);
}

/* Cuts @text at a whole character if it is longer than allowed. */
static void
limit(char *text, gsize max, GPtrArray *problems)
{
	char *end;

	if (strlen(text) <= max)
		return;
	end = text + max;
	while (end > text && ((guchar)*end & 0xc0) == 0x80)
		end--;
	*end = '\0';
	tell_cut(problems);
}

static gboolean
parameter_is(const TdPart *part, const char *name, const char *value)
{
	const char *found = td_part_parameter(part, name);

	return found != NULL && g_ascii_strcasecmp(found, value) == 0;
}

/* The charset that the HTML itself declares in a meta element of its first
 * bytes; NULL when it does not.  The caller owns it. */
static char *
html_charset(const char *html, gsize size)
{
	g_autofree char *head = g_strndup(html, MIN(size, META_SIZE));
	g_autofree char *lower = g_ascii_strdown(head, -1);
	const char *at = strstr(lower, "<meta");

	at = at == NULL ? NULL : strstr(at, "charset=");
	if (at == NULL)
		return NULL;
	at += strlen("charset=");
	at += strspn(at, "\"' ");
	return g_strndup(at, strcspn(at, "\"' ;/>\r\n"));
}

static char *
read_html(const TdPart *part, const GByteArray *bytes, GPtrArray *problems,
    const char **guess)
{
	const char *html = (const char *)bytes->data;
	g_autofree char *inner = NULL;
	g_autofree char *utf8 = NULL;
	const char *declared = td_part_parameter(part, "charset");

	if (declared == NULL)
		declared = inner = html_charset(html, bytes->len);
	utf8 = td_charset_decode(html, bytes->len, declared, guess);
	normalize_line_ends(utf8);
	return td_html_to_text(utf8, strlen(utf8), problems);
}

/* At most @max bytes of text. */
static char *
read_part(
    const TdPart *part, gsize max, GPtrArray *problems, const char **guess)
{
	gboolean html = td_part_is(part, "text/html");
	g_autoptr(GByteArray) bytes = NULL;
	g_autofree char *text = NULL;
	gboolean cut;

	bytes = td_part_read(part, html ? max * HTML_TIMES : max, &cut);
	if (cut)
		tell_cut(problems);
	*guess = "";
	if (bytes->len == 0)
		return g_strdup("");
	if (html)
		return read_html(part, bytes, problems, guess);

	text = td_charset_decode((const char *)bytes->data, bytes->len,
	    td_part_parameter(part, "charset"), guess);
	normalize_line_ends(text);
	if (td_part_is(part, "text/enriched") ||
	    td_part_is(part, "text/richtext"))
		return td_enriched_to_text(
		    text, td_part_is(part, "text/richtext"));
	if (parameter_is(part, "format", "flowed"))
		return td_flowed_join(text, parameter_is(part, "delsp", "yes"));
	return g_steal_pointer(&text);
}

char *
td_text_of_part(const TdPart *part, const char **guess)
{
	const char *ignored;

	return read_part(
	    part, td_limits()->text, NULL, guess == NULL ? &ignored : guess);
}

static gboolean
is_blank(const char *text)
{
	return text[strspn(text, " \t\n")] == '\0';
}

/* Adds @text behind what is there, with a blank line between. */
static void
append_text(GString *out, const char *text)
{
	if (is_blank(text))
		return;
	if (out->len > 0) {
		while (out->len > 0 && out->str[out->len - 1] == '\n')
			g_string_truncate(out, out->len - 1);
		g_string_append(out, "\n\n");
	}
	g_string_append(out, text);
}

/* A mail that is but pictures is known by their names. */
static void
append_images(GString *out, const TdMime *mime)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; i < mime->leaves->len; i++) {
		const TdPart *leaf = g_ptr_array_index(mime->leaves, i);
		g_autofree char *name = NULL;

		if (leaf->id == NULL || leaf->role != TD_PART_ATTACHMENT ||
		    !g_str_has_prefix(leaf->type, "image/"))
			continue;
		name = td_attachments_name(mime, leaf);
		g_string_append_printf(names, "[image: %s]\n", name);
	}
	append_text(out, names->str);
}

static gboolean
has_html(const TdMime *mime)
{
	for (guint i = 0; i < mime->leaves->len; i++) {
		const TdPart *leaf = g_ptr_array_index(mime->leaves, i);

		if (leaf->role == TD_PART_TEXT && td_part_is(leaf, "text/html"))
			return TRUE;
	}
	return FALSE;
}

/* Tells what of the attachments will be missing. */
static void
tell_attachments(const TdMime *mime, GPtrArray *problems)
{
	for (guint i = 0; i < mime->leaves->len; i++) {
		const TdPart *leaf = g_ptr_array_index(mime->leaves, i);

		if (leaf->role != TD_PART_ATTACHMENT)
			continue;
		if (td_packed_is_broken(leaf))
			td_problem_add(problems,
			    "What is packed in an attachment (TNEF) could not "
			    "all be read.");
	}
}

/* The texts of all parts that are text, one below the other. */
static void
append_parts(
    GString *out, const TdMime *mime, GPtrArray *problems, const char **guess)
{
	gsize max = td_limits()->text;

	for (guint i = 0; i < mime->leaves->len && out->len < max; i++) {
		const TdPart *leaf = g_ptr_array_index(mime->leaves, i);
		g_autofree char *text = NULL;
		const char *of_part = "";

		if (leaf->role != TD_PART_TEXT)
			continue;
		text = read_part(leaf, max - out->len, problems, &of_part);
		append_text(out, text);
		if (**guess == '\0')
			*guess = of_part;
	}
}

char *
td_text_read(const TdMime *mime, GPtrArray *problems, const char **guess)
{
	GString *out = g_string_new(NULL);

	*guess = "";
	append_parts(out, mime, problems, guess);
	if (is_blank(out->str) && has_html(mime))
		append_images(out, mime);
	td_summary_append(mime, out);
	tell_attachments(mime, problems);
	limit(out->str, td_limits()->text, problems);
	if (**guess != '\0')
		td_problem_add(problems,
		    "The charset of the text is missing or wrong: read as %s.",
		    *guess);
	return g_string_free(out, FALSE);
}

const char *
td_text_charset(const TdMime *mime)
{
	for (guint i = 0; i < mime->leaves->len; i++) {
		const TdPart *leaf = g_ptr_array_index(mime->leaves, i);

		if (leaf->role == TD_PART_TEXT)
			return td_part_parameter(leaf, "charset");
	}
	return NULL;
}
