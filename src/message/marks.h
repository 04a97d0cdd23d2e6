/* marks.h - lines that mail programs write around what they quote */

#ifndef TICKETD_MESSAGE_MARKS_H
#define TICKETD_MESSAGE_MARKS_H

#include <glib.h>

/* All take lines of at least 0 bytes without line end and look only at the
 * first few hundred. */

/* "-----Original Message-----" and the like in many languages. */
gboolean td_mark_is_separator(const char *line, gsize size);

/* The line that our own mails have above what was said before and above their
 * footer: it begins with eight "─" (U+2500) or more. */
gboolean td_mark_is_history(const char *line, gsize size);

/* A rule: only dashes, underscores or the like, at least three. */
gboolean td_mark_is_rule(const char *line, gsize size);

typedef enum {
	TD_MARK_NONE,
	TD_MARK_FROM,
	TD_MARK_DATE,
	TD_MARK_TO,
	TD_MARK_SUBJECT,
	TD_MARK_OTHER, /* Cc, Reply-To */
} TdMarkField;

/* Which field of a quoted mail's header the line shows ("От: ..."). */
TdMarkField td_mark_field(const char *line, gsize size);

typedef enum {
	TD_MARK_NO_ATTRIBUTION,
	TD_MARK_WEAK,   /* only if a quote follows */
	TD_MARK_STRONG, /* "On DATE, NAME wrote:" */
} TdMarkAttribution;

/* Whether @line, maybe joined from two or three, says who wrote what
 * follows. */
TdMarkAttribution td_mark_attribution(const char *line, gsize size);

/* Whether it has a link that writes a mail, as the footers of our own have. */
gboolean td_mark_is_mail_link(const char *line, gsize size);

/* "Sent from my telephone", as telephones add it. */
gboolean td_mark_is_device(const char *line, gsize size);

#endif
