/* html-lines.h - running text laid out in lines, as HTML is read */

#ifndef TICKETD_MESSAGE_HTML_LINES_H
#define TICKETD_MESSAGE_HTML_LINES_H

#include <glib.h>

#define TD_HTML_MARKER 16 /* bytes of the mark of an item, with its NUL */

typedef struct {
	GString *out;
	gsize max;        /* bytes written at most */
	guint breaks;     /* line ends wanted before the next word */
	gboolean blank;   /* a blank is wanted before the next word */
	gboolean hard;    /* a hard blank stood behind the last word */
	const char *cell; /* or this mark between cells; static */
	char marker[TD_HTML_MARKER]; /* or that of an item: "- "; may be "" */
	guint marker_indent;
	guint indent; /* blanks in front of lines */
	guint quotes; /* marks "> " in front of lines */
	guint quoted; /* those around the last word written */
	guint pre;    /* above 0: blanks and line ends stay */
	guint flat;   /* above 0: line ends are blanks */
} TdHtmlLines;

/* The next word begins a line; with 2 it has a blank one above it. */
void td_html_lines_break(TdHtmlLines *lines, guint breaks);

/* A line ends here, and maybe one more: what "<br>" means. */
void td_html_lines_newline(TdHtmlLines *lines);

/* Text (UTF-8), with its white space as the state has it. */
void td_html_lines_text(TdHtmlLines *lines, const char *text, gsize size);

/* A word as it is. */
void td_html_lines_word(TdHtmlLines *lines, const char *word, gsize size);

gboolean td_html_lines_are_full(const TdHtmlLines *lines);

#endif
