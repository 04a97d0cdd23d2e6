/* table.c - rows of texts: columns on a terminal, TABs in a pipe */

#include "config.h"

#include <stdio.h>
#include <string.h>

#include <ticketd/text.h>

#include "cli/cli.h"

/* Rows that set the widths of the columns. */
#define LOOK_AHEAD 200u
/* Columns of a terminal that one field may take, the last one excepted. */
#define FIELD_MAX 40u
#define GAP "  "

struct TdTable {
	const char *const *headings;
	gboolean terminal;
	gboolean colour;
	GPtrArray *rows; /* of GStrv, not printed yet */
	gsize *widths;   /* NULL: not known yet */
};

TdTable *
td_table_new(const char *const *headings, gboolean colour)
{
	TdTable *table = g_new0(TdTable, 1);

	table->headings = headings;
	table->terminal = td_output_terminal();
	table->colour = colour && table->terminal;
	table->rows = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)g_strfreev);
	return table;
}

static void
measure(TdTable *table)
{
	gsize columns = g_strv_length((char **)table->headings);

	table->widths = g_new0(gsize, columns);
	for (gsize c = 0; c < columns; c++)
		table->widths[c] = strlen(table->headings[c]);
	for (guint i = 0; i < table->rows->len; i++) {
		GStrv row = g_ptr_array_index(table->rows, i);

		for (gsize c = 0; c < columns; c++)
			table->widths[c] = MIN(FIELD_MAX,
			    MAX(table->widths[c], td_text_columns(row[c])));
	}
}

/* The last field is as long as it is, but no longer than the line. */
static void
print_columns(const TdTable *table, const char *const *row, const char *paint)
{
	gsize left = td_output_width();

	fputs(paint, stdout);
	for (gsize c = 0; row[c] != NULL; c++) {
		gsize width = row[c + 1] != NULL
		    ? table->widths[c]
		    : MIN(td_text_columns(row[c]), MAX(left, 10));
		g_autofree char *field = td_text_pad(row[c], width);

		fputs(field, stdout);
		left -= MIN(left, width + strlen(GAP));
		if (row[c + 1] != NULL)
			fputs(GAP, stdout);
	}
	fputs(*paint == '\0' ? "\n" : "\033[0m\n", stdout);
}

static void
print_rows(TdTable *table)
{
	if (table->terminal && table->widths == NULL && table->rows->len > 0) {
		measure(table);
		print_columns(
		    table, table->headings, table->colour ? "\033[1m" : "");
	}
	for (guint i = 0; i < table->rows->len; i++) {
		const char *const *row = g_ptr_array_index(table->rows, i);

		if (table->terminal)
			print_columns(table, row, "");
		else
			td_output_fields(row);
	}
	g_ptr_array_set_size(table->rows, 0);
}

void
td_table_add(TdTable *table, const char *const *fields)
{
	gsize columns = g_strv_length((char **)fields);
	GStrv row = g_new0(char *, columns + 1);

	for (gsize c = 0; c < columns; c++)
		row[c] = td_text_printable(fields[c], 0);
	g_ptr_array_add(table->rows, row);
	if (table->rows->len >= LOOK_AHEAD)
		print_rows(table);
}

void
td_table_free(TdTable *table)
{
	if (table == NULL)
		return;
	print_rows(table);
	g_ptr_array_unref(table->rows);
	g_free(table->widths);
	g_free(table);
}
