/* rows.h - the lines of a text, where they stand in it */

#ifndef TICKETD_COMMAND_ROWS_H
#define TICKETD_COMMAND_ROWS_H

#include <glib.h>

typedef struct {
	const char *at; /* borrowed from the text */
	gsize size;     /* without the line end */
} TdRow;

/* All lines of @text, of TdRow; the caller's. */
GArray *td_rows_read(const char *text);

const TdRow *td_row_at(const GArray *rows, guint index);

/* Whether nothing can be seen in it. */
gboolean td_row_is_blank(const GArray *rows, guint index);

/* Whether it is short, and begins as a command with a sign may: a quick look,
 * for it is taken at all lines. */
gboolean td_row_may_stop(const GArray *rows, guint index);

/* Rows @from to @to without blank ones around, with their line ends; the
 * caller's. */
char *td_rows_text(const GArray *rows, guint from, guint to);

#endif
