/* uuencode.c - see message/uuencode.h
 *
 * POSIX.1-2008, uuencode: "begin MODE NAME", lines that begin with their
 * length, an empty one, "end". */

#include "config.h"

#include <string.h>

#include "message/attachments.h"
#include "message/enclosed.h"
#include "message/media.h"
#include "message/uuencode.h"

#define FILES_MAX 100
#define NAME_MAX_SIZE 1000

typedef struct {
	const char *at; /* the next line */
	const char *end;
} Lines;

/* The next line without its end; FALSE when there is none. */
static gboolean
next_line(Lines *lines, const char **line, gsize *size)
{
	const char *stop;

	if (lines->at >= lines->end)
		return FALSE;
	stop = memchr(lines->at, '\n', (gsize)(lines->end - lines->at));
	*line = lines->at;
	*size = (gsize)((stop == NULL ? lines->end : stop) - lines->at);
	lines->at = stop == NULL ? lines->end : stop + 1;
	if (*size > 0 && (*line)[*size - 1] == '\r')
		(*size)--;
	return TRUE;
}

/* The name in "begin 644 NAME"; NULL if the line is none. */
static char *
read_begin(const char *line, gsize size)
{
	gsize at = strlen("begin "), digits = 0;
	g_autofree char *bytes = NULL;

	if (size > NAME_MAX_SIZE || size < at ||
	    memcmp(line, "begin ", at) != 0)
		return NULL;
	while (at + digits < size && line[at + digits] >= '0' &&
	    line[at + digits] <= '7')
		digits++;
	at += digits;
	if (digits < 3 || digits > 4 || at >= size || line[at] != ' ')
		return NULL;
	bytes = g_strndup(line + at + 1, size - at - 1);
	return g_strstrip(g_utf8_make_valid(bytes, -1));
}

static guint
value_of(char c)
{
	return ((guint)(guchar)c - ' ') & 077;
}

/* Decodes a line that holds 1 to 45 bytes, or up to 63 as some write it; FALSE
 * if it is none. */
static gboolean
read_data(const char *line, gsize size, GByteArray *bytes)
{
	guint8 out[66];
	guint count, want, made = 0;

	if (size == 0 || line[0] < ' ' || line[0] > '`')
		return FALSE;
	count = value_of(line[0]);
	want = (count + 2) / 3 * 4;
	/* Blanks at the end get lost on the way; a checksum may follow. */
	if (size - 1 > want + 2)
		return FALSE;
	for (guint i = 0; i < want; i += 4) {
		guint group = 0;

		for (guint k = 1; k <= 4; k++) {
			char c = i + k < size ? line[i + k] : ' ';

			if (c < ' ' || c > '`')
				return FALSE;
			group = group << 6 | value_of(c);
		}
		out[made++] = (guint8)(group >> 16);
		out[made++] = (guint8)(group >> 8);
		out[made++] = (guint8)group;
	}
	g_byte_array_append(bytes, out, count);
	return TRUE;
}

/* The line above "end": no bytes follow. */
static gboolean
is_last(const char *line, gsize size)
{
	while (size > 0 && (line[size - 1] == ' ' || line[size - 1] == '`'))
		size--;
	return size == 0;
}

/* Reads the lines behind "begin" up to "end"; FALSE if they are no such file.
 * Then @lines is where it was.  "begin" is no line of data, so that no line is
 * read twice. */
static gboolean
read_file(Lines *lines, GByteArray *bytes, gsize max)
{
	Lines rest = *lines;
	gboolean closed = FALSE;
	const char *line;
	gsize size;

	while (next_line(&rest, &line, &size)) {
		if (size == 3 && memcmp(line, "end", 3) == 0) {
			*lines = rest;
			return bytes->len > 0;
		}
		if (is_last(line, size))
			closed = TRUE;
		else if (closed || !read_data(line, size, bytes) ||
		    bytes->len > max)
			return FALSE;
	}
	return FALSE;
}

static void
add_file(GPtrArray *files, const char *name, GByteArray *bytes, GByteArray *out)
{
	g_autofree char *safe = td_attachment_safe_name(name);
	g_autofree char *line = NULL;

	line = *safe == '\0' ? g_strdup("[attachment]\n")
	                     : g_strdup_printf("[attachment: %s]\n", safe);
	g_ptr_array_add(files,
	    td_enclosed_new(safe, td_media_type(safe),
	        g_bytes_new(bytes->data, bytes->len)));
	g_byte_array_append(out, (const guint8 *)line, (guint)strlen(line));
}

GByteArray *
td_uuencode_cut(const char *text, gsize size, gsize max, GPtrArray *files)
{
	Lines lines = { text, text + size };
	g_autoptr(GByteArray) out = NULL;
	guint before = files->len;
	const char *line, *start;
	gsize length;

	if (memmem(text, size, "begin ", 6) == NULL)
		return NULL;
	out = g_byte_array_sized_new((guint)MIN(size, G_MAXINT32));
	for (start = lines.at; next_line(&lines, &line, &length);
	     start = lines.at) {
		g_autofree char *name = read_begin(line, length);
		g_autoptr(GByteArray) bytes = NULL;

		if (name != NULL && files->len - before < FILES_MAX) {
			bytes = g_byte_array_new();
			if (read_file(&lines, bytes, max)) {
				max -= bytes->len;
				add_file(files, name, bytes, out);
				continue;
			}
		}
		g_byte_array_append(
		    out, (const guint8 *)start, (guint)(lines.at - start));
	}
	return files->len == before ? NULL : g_steal_pointer(&out);
}
