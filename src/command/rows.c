/* rows.c - see command/rows.h */

#include "config.h"

#include <string.h>

#include "command/line.h"
#include "command/rows.h"

#define STOP_SIZE_MAX 64

GArray *
td_rows_read(const char *text)
{
	GArray *rows = g_array_new(FALSE, FALSE, sizeof(TdRow));

	while (*text != '\0') {
		TdRow row = { .at = text, .size = strcspn(text, "\n") };

		g_array_append_val(rows, row);
		text += row.size;
		text += *text == '\n';
	}
	return rows;
}

const TdRow *
td_row_at(const GArray *rows, guint index)
{
	return &g_array_index(rows, TdRow, index);
}

gboolean
td_row_is_blank(const GArray *rows, guint index)
{
	const TdRow *row = td_row_at(rows, index);
	const char *end = row->at + row->size;

	for (const char *at = row->at; at < end; at = g_utf8_next_char(at)) {
		g_auto(TdLine) one = { 0 };
		gsize size = (gsize)(g_utf8_next_char(at) - at);

		if (*at == ' ' || *at == '\t' || *at == '\r')
			continue;
		if (g_ascii_isgraph(*at))
			return FALSE;
		td_line_read(&one, at, size);
		if (one.size > 0)
			return FALSE;
	}
	return TRUE;
}

gboolean
td_row_may_stop(const GArray *rows, guint index)
{
	const TdRow *row = td_row_at(rows, index);
	gsize blanks = strspn(row->at, " \t");

	return blanks < row->size && row->size <= STOP_SIZE_MAX &&
	    (strchr("#!", row->at[blanks]) != NULL ||
	        (row->at[blanks] & 0x80) != 0);
}

char *
td_rows_text(const GArray *rows, guint from, guint to)
{
	const char *start, *end;

	while (from < to && td_row_is_blank(rows, from))
		from++;
	while (to > from && td_row_is_blank(rows, to - 1))
		to--;
	if (from == to)
		return g_strdup("");
	start = td_row_at(rows, from)->at;
	end = td_row_at(rows, to - 1)->at + td_row_at(rows, to - 1)->size;
	end += *end == '\n';
	return g_strndup(start, (gsize)(end - start));
}
