/* flowed.c - see message/flowed.h */

#include "config.h"

#include <string.h>

#include "message/flowed.h"

/* A quote deeper than this is not joined, for its marks are repeated. */
#define DEPTH_MAX 20

typedef struct {
	const char *text; /* less quote marks and the stuffed blank */
	gsize size;
	gsize depth;
	gboolean soft; /* goes on in the next line */
} Line;

static Line
read_line(const char *at, gsize size)
{
	Line line = { .depth = 0 };

	while (line.depth < size && at[line.depth] == '>')
		line.depth++;
	line.text = at + line.depth;
	line.size = size - line.depth;
	if (line.size > 0 && *line.text == ' ') {
		line.text++;
		line.size--;
	}
	/* The mark of a signature ends in a blank too (RFC 3676, 4.3). */
	line.soft = line.size > 0 && line.text[line.size - 1] == ' ' &&
	    !(line.size == 3 && memcmp(line.text, "-- ", 3) == 0);
	return line;
}

static void
start_line(GString *out, const Line *line)
{
	for (gsize i = 0; i < line->depth; i++)
		g_string_append_c(out, '>');
	if (line->depth > 0)
		g_string_append_c(out, ' ');
}

char *
td_flowed_join(const char *text, gboolean delsp)
{
	GString *out = g_string_sized_new(strlen(text) + 16);
	Line before = { .soft = FALSE };

	while (*text != '\0') {
		gsize size = strcspn(text, "\n");
		Line line = read_line(text, size);
		gboolean joins = before.soft && line.depth == before.depth &&
		    line.depth <= DEPTH_MAX &&
		    !(line.size == 3 && memcmp(line.text, "-- ", 3) == 0);

		if (before.soft && !joins)
			g_string_append_c(out, '\n');
		if (!joins)
			start_line(out, &line);
		g_string_append_len(out, line.text,
		    (gssize)(line.size - (line.soft && delsp ? 1 : 0)));
		text += size;
		if (*text == '\n')
			text++;
		else
			line.soft = FALSE;
		if (!line.soft && (text[-1] == '\n'))
			g_string_append_c(out, '\n');
		before = line;
	}
	return g_string_free(out, FALSE);
}
