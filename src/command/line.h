/* line.h - a line as phones and editors write it, made plain
 *
 * Keywords are looked for in the plain form; free text is taken from the line
 * as it was written. */

#ifndef TICKETD_COMMAND_LINE_H
#define TICKETD_COMMAND_LINE_H

#include <glib.h>

typedef struct {
	const char *raw; /* borrowed; not terminated */
	char *plain;     /* quotes, dashes, blanks and full-width forms as in
	                  * ASCII, nothing that cannot be seen, no blanks
	                  * around */
	gsize size;      /* of .plain */
	guint *origin; /* where each byte of .plain, and its end, is in .raw */
} TdLine;

void td_line_read(TdLine *line, const char *raw, gsize size);
void td_line_clear(TdLine *line);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdLine, td_line_clear)

/* Bytes @from to @to of .plain as they were written, without blanks around and
 * control characters; the caller's. */
char *td_line_text(const TdLine *line, gsize from, gsize to);

/* The same in one line of at most 200 printable characters. */
char *td_line_shown(const TdLine *line, gsize from, gsize to);

/* @line with each letter as the key it is on gives it in the other keyboard
 * layout, English or Russian; NULL if it is not all in one of them.  The
 * caller's. */
char *td_line_other_layout(const TdLine *line);

/* Whether @line matches one of the case-insensitive globs @patterns; ends with
 * NULL, may be NULL. */
gboolean td_line_matches(const TdLine *line, const char *const *patterns);

#endif
