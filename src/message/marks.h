/* marks.h - lines that mail programs write around what they quote */

#ifndef TICKETD_MESSAGE_MARKS_H
#define TICKETD_MESSAGE_MARKS_H

#include <glib.h>

/* All take lines of at least 0 bytes without line end and look only at those
 * that are not longer than a program makes them. */

/* Longer lines, in bytes, are nothing that a program wrote around a quote. */
#define TD_MARK_LINE_MAX 700
/* Room for such a line folded. */
#define TD_MARK_ROOM 1100

/* Writes the line for comparing to @out (room for TD_MARK_ROOM bytes): lower
 * case, one blank for each run of white space of any kind, none at the ends,
 * without asterisks (bold) and characters that nobody sees, wide colons and
 * curly apostrophes made plain.  Returns its bytes; 0 when nothing is left, or
 * it is too long. */
gsize td_mark_fold(const char *line, gsize size, char *out);

typedef enum {
	TD_MARK_NO_SEPARATOR,
	TD_MARK_ORIGINAL,    /* "-----Original Message-----" */
	TD_MARK_FORWARD,     /* "-------- Forwarded Message --------" */
	TD_MARK_FORWARD_END, /* "-------- End of forwarded message --------" */
	TD_MARK_DASHED,      /* other words between dashes: a separator only if
	                      * header fields follow */
} TdMarkSeparator;

/* What the line announces, in many languages. */
TdMarkSeparator td_mark_separator(const char *line, gsize size);

/* Whether it is "---- On DATE, NAME <ADDRESS> wrote ----". */
gboolean td_mark_is_dashed_attribution(const char *line, gsize size);

/* The line that our own mails have above what was said before and above their
 * footer: it begins with eight "─" (U+2500) or more. */
gboolean td_mark_is_history(const char *line, gsize size);

/* A rule: only dashes, underscores or the like, at least three. */
gboolean td_mark_is_rule(const char *line, gsize size);

/* Bytes of white space of any kind that the line begins with. */
gsize td_mark_blanks(const char *line, gsize size);

/* Bytes of a mark other than ">" that some programs put before each quoted
 * line: "| ", or the writer's initials with ">" ("АП> ", "JD>> "); 0 when it
 * has none.  A row of a table is no quote. */
gsize td_mark_prefix(const char *line, gsize size);

typedef enum {
	TD_MARK_NONE,
	TD_MARK_FROM,
	TD_MARK_DATE,
	TD_MARK_TO,
	TD_MARK_SUBJECT,
	TD_MARK_ID,    /* Message-ID */
	TD_MARK_OTHER, /* Cc, Reply-To */
	TD_MARK_FIELDS
} TdMarkField;

/* Which field of a quoted mail's header the line shows ("От: ..."). */
TdMarkField td_mark_field(const char *line, gsize size);

/* The same for a line without a colon, as one program writes them under its
 * separator ("От "Анна" <a@example.org>"). */
TdMarkField td_mark_bare_field(
    const char *line, gsize size, const char **value, gsize *value_size);

/* What stands behind "KEY:", without white space around it; FALSE if there is
 * no colon among the first bytes. */
gboolean td_mark_value(
    const char *line, gsize size, const char **value, gsize *value_size);

/* What a text tells of a date, outside of addresses. */
typedef struct {
	gboolean dated; /* it has one, or as many digits */
	gboolean timed; /* and "10:31" */
	gsize from;     /* where its first word begins */
	gsize to;       /* behind its last */
} TdMarkWhen;

/* Looks for a date in a folded line. */
void td_mark_when(const char *folded, TdMarkWhen *when);

/* The date that a program wrote for readers, or one of RFC 5322, in seconds
 * UTC: names of months in many languages; without a zone UTC is meant.  0: it
 * cannot be read, or could be two ("02/11/2026"). */
gint64 td_mark_date(const char *text, gsize size);

typedef enum {
	TD_MARK_NO_ATTRIBUTION,
	TD_MARK_WEAK,   /* only if a quote follows */
	TD_MARK_STRONG, /* "DATE, NAME <ADDRESS> wrote:" */
	TD_MARK_WHOLE,  /* the same, and it begins with its date */
} TdMarkAttribution;

/* Whether @line, maybe joined from two to four, says who wrote what
 * follows. */
TdMarkAttribution td_mark_attribution(const char *line, gsize size);

/* Whether the line, above what is an attribution by itself, is the beginning of
 * it: nothing but (a piece of) a date, if @date is wanted, or a name with its
 * address, if @address is. */
gboolean td_mark_begins_attribution(
    const char *line, gsize size, gboolean date, gboolean address);

/* Whether the line can be the last of an attribution: cheap to ask. */
gboolean td_mark_ends_attribution(const char *line, gsize size);

/* Whether it has a link that writes a mail, as the footers of our own have. */
gboolean td_mark_is_mail_link(const char *line, gsize size);

/* "Sent from my telephone", as telephones add it. */
gboolean td_mark_is_device(const char *line, gsize size);

#endif
