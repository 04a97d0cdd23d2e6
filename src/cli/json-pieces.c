/* json-pieces.c - a large file of JSON, member by member
 *
 * Only where a value ends is found out here, by its brackets and quotes; what
 * it is, whoever takes it finds out. */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <ticketd/error.h>
#include <ticketd/server.h>
#include <ticketd/text.h>

#include "cli/transfer.h"

/* One value: a message with all of its text. */
#define VALUE_MAX ((gsize)256 * 1024 * 1024)
#define DEPTH_MAX 60u

struct TdPieces {
	FILE *stream;
	char *path;
	guint64 offset;
	char *member;
	GString *text;
	gint64 index; /* of the next element; -1: not in an array */
	gboolean begun;
};

TdPieces *
td_pieces_open(const char *path, GError **error)
{
	g_autoptr(TdPieces) pieces = g_new0(TdPieces, 1);
	struct stat status;

	pieces->path = td_text_printable(path, 0);
	pieces->text = g_string_new(NULL);
	pieces->index = -1;
	pieces->stream = fopen(path, "re");
	if (pieces->stream == NULL ||
	    fstat(fileno(pieces->stream), &status) != 0) {
		td_fail(error, TD_ERROR_REFUSED, "%s: cannot be read: %s",
		    pieces->path, g_strerror(errno));
		return NULL;
	}
	if (!S_ISREG(status.st_mode)) {
		td_fail(
		    error, TD_ERROR_REFUSED, "%s: it is no file", pieces->path);
		return NULL;
	}
	return g_steal_pointer(&pieces);
}

void
td_pieces_free(TdPieces *pieces)
{
	if (pieces == NULL)
		return;
	if (pieces->stream != NULL)
		fclose(pieces->stream);
	g_free(pieces->path);
	g_free(pieces->member);
	if (pieces->text != NULL)
		g_string_free(pieces->text, TRUE);
	g_free(pieces);
}

static gboolean
fail(const TdPieces *pieces, const char *want, GError **error)
{
	return td_fail(error, TD_ERROR_REFUSED,
	    "%s: byte %" G_GUINT64_FORMAT ": it is no good JSON: %s",
	    pieces->path, pieces->offset, want);
}

static int
get(TdPieces *pieces)
{
	int c = getc_unlocked(pieces->stream);

	if (c != EOF)
		pieces->offset++;
	return c;
}

static void
put_back(TdPieces *pieces, int c)
{
	if (c == EOF)
		return;
	ungetc(c, pieces->stream);
	pieces->offset--;
}

/* The next one that is no white space. */
static int
get_mark(TdPieces *pieces)
{
	int c;

	do
		c = get(pieces);
	while (c == ' ' || c == '\t' || c == '\n' || c == '\r');
	return c;
}

/* The rest of a text, behind its first quote, which stands in .text. */
static gboolean
read_string(TdPieces *pieces, GError **error)
{
	int c;

	while ((c = get(pieces)) != EOF && pieces->text->len < VALUE_MAX) {
		if (c == '\0')
			return fail(pieces, "a byte is zero", error);
		g_string_append_c(pieces->text, (char)c);
		if (c == '"')
			return TRUE;
		if (c == '\\' && (c = get(pieces)) != EOF && c != '\0')
			g_string_append_c(pieces->text, (char)c);
	}
	return fail(pieces, "a text does not end", error);
}

/* A number or a word. */
static gboolean
read_word(TdPieces *pieces, int c, GError **error)
{
	while (g_ascii_isalnum(c) || c == '-' || c == '+' || c == '.') {
		g_string_append_c(pieces->text, (char)c);
		if (pieces->text->len >= VALUE_MAX)
			return fail(pieces, "a word does not end", error);
		c = get(pieces);
	}
	put_back(pieces, c);
	return pieces->text->len > 0 ||
	    fail(pieces, "a value is wanted", error);
}

/* What begins with the bracket that stands in .text. */
static gboolean
read_brackets(TdPieces *pieces, GError **error)
{
	guint depth = 1;

	while (depth > 0) {
		int c = get(pieces);

		if (c == EOF || c == '\0' || pieces->text->len >= VALUE_MAX)
			return fail(pieces, "a bracket is not closed", error);
		g_string_append_c(pieces->text, (char)c);
		if (c == '"' && !read_string(pieces, error))
			return FALSE;
		if (c == '{' || c == '[')
			depth++;
		if (c == '}' || c == ']')
			depth--;
		if (depth > DEPTH_MAX)
			return fail(pieces, "too many brackets", error);
	}
	return TRUE;
}

static gboolean
read_value(TdPieces *pieces, int c, GError **error)
{
	g_string_truncate(pieces->text, 0);
	if (c != '"' && c != '{' && c != '[')
		return read_word(pieces, c, error);
	g_string_append_c(pieces->text, (char)c);
	return c == '"' ? read_string(pieces, error)
	                : read_brackets(pieces, error);
}

/* Behind a value: whether there is one more before @close. */
static gboolean
read_comma(TdPieces *pieces, int close, gboolean *more, GError **error)
{
	int c = get_mark(pieces);

	*more = c == ',';
	return c == ',' || c == close ||
	    fail(pieces, "a comma, or the end, is wanted", error);
}

static gboolean
read_name(TdPieces *pieces, GError **error)
{
	g_autoptr(JsonNode) node = NULL;

	if (!read_value(pieces, get_mark(pieces), error))
		return FALSE;
	if (g_utf8_validate(pieces->text->str, -1, NULL))
		node = json_from_string(pieces->text->str, NULL);
	if (node == NULL || json_node_get_value_type(node) != G_TYPE_STRING ||
	    get_mark(pieces) != ':')
		return fail(pieces, "the name of a member is wanted", error);
	g_free(pieces->member);
	pieces->member = json_node_dup_string(node);
	return TRUE;
}

/* Behind the value that was read last, to the next member.  *@more is FALSE at
 * the end of the file. */
static gboolean
go_on(TdPieces *pieces, gboolean *more, GError **error)
{
	int c;

	if (pieces->begun && !read_comma(pieces, '}', more, error))
		return FALSE;
	if (!pieces->begun) {
		if (get_mark(pieces) != '{')
			return fail(pieces, "it must begin with {", error);
		pieces->begun = TRUE;
		c = get_mark(pieces);
		*more = c != '}';
		if (*more)
			put_back(pieces, c);
	}
	if (!*more && get_mark(pieces) != EOF)
		return fail(pieces, "something stands behind the end", error);
	return !*more || read_name(pieces, error);
}

/* In an array: the next element.  *@more is FALSE at its end. */
static gboolean
next_element(TdPieces *pieces, gboolean *more, GError **error)
{
	int c = 0;

	*more = TRUE;
	if (pieces->index > 0 && !read_comma(pieces, ']', more, error))
		return FALSE;
	if (*more)
		c = get_mark(pieces);
	if (pieces->index == 0 && c == ']')
		*more = FALSE;
	if (!*more) {
		pieces->index = -1;
		return TRUE;
	}
	pieces->index++;
	return read_value(pieces, c, error);
}

gboolean
td_pieces_next(TdPieces *pieces, const char **member, gint64 *index,
    const char **text, GError **error)
{
	gboolean more;
	int c;

	*member = NULL;
	for (;;) {
		if (pieces->index >= 0) {
			if (!next_element(pieces, &more, error))
				return FALSE;
			if (more)
				break;
		}
		if (!go_on(pieces, &more, error))
			return FALSE;
		if (!more)
			return TRUE;
		c = get_mark(pieces);
		if (c == '[') {
			pieces->index = 0;
			continue;
		}
		if (!read_value(pieces, c, error))
			return FALSE;
		break;
	}
	*member = pieces->member;
	*index = pieces->index < 0 ? -1 : pieces->index - 1;
	*text = pieces->text->str;
	return TRUE;
}
