/* fields.h - the header fields of a mail, of a part, of a report's block */

#ifndef TICKETD_MESSAGE_FIELDS_H
#define TICKETD_MESSAGE_FIELDS_H

#include <glib.h>

/* A field as it stands in the mail; both borrowed from its bytes. */
typedef struct {
	const char *name;
	gsize name_size;
	const char *value; /* behind the colon, folds in it, no final line
	                    * end */
	gsize value_size;
} TdField;

/* Reads fields from @block up to the empty line or its end and appends them to
 * @fields (of TdField) as long as it has fewer than @max; lines that are no
 * field are passed over, as GMime does.  Returns where the empty line ends;
 * *@cut (may be NULL) becomes TRUE if there were more than @max. */
gsize td_fields_scan(
    const char *block, gsize size, guint max, GArray *fields, gboolean *cut);

/* Where the first field of @block begins; @size when there is none before the
 * first empty line. */
gsize td_fields_start(const char *block, gsize size);

/* The topmost field called @name, case ignored; NULL when there is none. */
const TdField *td_fields_find(const GArray *fields, const char *name);

/* The value on one line: each fold one blank, NUL and lone line ends blanks,
 * white space around it trimmed, at most TD_LIMIT_VALUE bytes of it.  Bytes,
 * not UTF-8 yet; the caller owns them. */
char *td_field_unfold(const TdField *field);

/* The topmost field called @name as UTF-8 on one line, as it stands and with
 * its words decoded (RFC 2047); "" when there is none.  The caller owns it. */
char *td_fields_line(const GArray *fields, const char *name);
char *td_fields_value(const GArray *fields, const char *name);

#endif
