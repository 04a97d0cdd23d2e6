/* quote.h - the lines of a text, and which of them are quoted
 *
 * Each line belongs to the writer or is old: quoted, or put there by a program.
 * In doubt it is the writer's.  All of this takes time in proportion to the
 * text. */

#ifndef TICKETD_MESSAGE_QUOTE_H
#define TICKETD_MESSAGE_QUOTE_H

#include <glib.h>

#include "message/marks.h"

typedef struct {
	const char *text; /* borrowed from the whole, without line end */
	guint32 size;
	guint8 blank;  /* these four are booleans; there may be a million */
	guint8 marked; /* begins with ">", or another mark in use */
	guint8 fenced; /* of a piece of program text between "```" lines */
	guint8 old;    /* not of the writer */
	gint8 field;   /* TdMarkField; -1: not looked at yet */
} TdQuoteLine;

/* The lines of @text (of TdQuoteLine); those with a mark are old, no others
 * yet.  The caller unrefs it. */
GArray *td_quote_read(const char *text);

static inline TdQuoteLine *
td_quote_line(const GArray *lines, guint index)
{
	return &g_array_index(lines, TdQuoteLine, index);
}

/* The first line from @index on that is not blank; lines->len when there is
 * none. */
guint td_quote_next(const GArray *lines, guint index);

/* Makes the lines from @from up to @to old. */
void td_quote_mark_old(const GArray *lines, guint from, guint to);

/* A header of a quoted mail as programs show it. */
typedef struct {
	guint size;                  /* lines it takes */
	guint field[TD_MARK_FIELDS]; /* index of the line; G_MAXUINT: none */
} TdQuoteBlock;

/* Where a block may be, and so how much it has to show. */
typedef enum {
	TD_QUOTE_ON_TOP,    /* nothing was written above it */
	TD_QUOTE_BELOW,     /* something was */
	TD_QUOTE_ANNOUNCED, /* a separator or a rule stands above it */
} TdQuotePlace;

/* Whether such a block begins with line @index. */
gboolean td_quote_block(
    const GArray *lines, guint index, TdQuotePlace place, TdQuoteBlock *block);

/* Where what leads to the block at @from begins: a rule above, or words between
 * dashes; @from when there is nothing. */
guint td_quote_rule(const GArray *lines, guint from);

/* What separator line @index is; *@size is how many lines it takes. */
TdMarkSeparator td_quote_separator(
    const GArray *lines, guint index, guint *size);

/* How often attributions were looked for: a text that has thousands of lines
 * that might be one is none of a mail program. */
typedef struct {
	guint tries;
	gboolean exhausted; /* no more are looked for */
} TdQuoteSearch;

/* Where the attribution begins that ends with line @last; G_MAXUINT when there
 * is none.  @quote_follows: a weak one will do. */
guint td_quote_attribution(const GArray *lines, guint last,
    gboolean quote_follows, TdQuoteSearch *search);

/* Makes old all that is quoted, with what stands around it. */
void td_quote_mark(const GArray *lines);

/* Makes old the signatures, lines of telephones and footers of lists, once
 * td_quote_mark() is done. */
void td_signature_mark(const GArray *lines);

/* The first line that might be the beginning of something quoted, though not
 * sure enough to be old; lines->len when there is none before @end. */
guint td_quote_doubt(const GArray *lines, guint end);

#endif
