/* fields.h - fields of tickets: what they are called, and their values */

#ifndef TICKETD_DESK_FIELDS_H
#define TICKETD_DESK_FIELDS_H

#include "desk/draft.h"

/* Longest value, in characters. */
#define TD_FIELD_VALUE_MAX 200

/* ---- fields.c ---- */

/* All fields there are: service, equipment and each [field NAME] once; of char
 * *, borrowed from @conf.  The array is the caller's. */
GPtrArray *td_field_names(const TdConf *conf);
/* The fields that the type of @ticket requires and that it lacks; likewise. */
GPtrArray *td_ticket_lacks(const TdConf *conf, const TdTicket *ticket);
/* Labels of fields @names in @language with ", " between; the caller's. */
char *td_field_list(
    const TdDesk *desk, const char *language, const GPtrArray *names);
/* type: field @name of @ticket becomes @value, "" for none. */
void td_field_set(TdDraft *draft, const TdTicket *ticket, const char *name,
    const char *value);

/* ---- fields-read.c ---- */

/* What people may call the fields @names (borrowed, and must outlive the
 * result): folded text -> name.  The caller's. */
GHashTable *td_field_words(const TdDesk *desk, const GPtrArray *names);
/* @text as a key of such a table; the caller's. */
char *td_field_key(const char *text);
/* What @text stands for as a value of field @name: one of its values as the
 * configuration spells it, or the text made printable and cut.  NULL if there
 * is nothing, or nothing that the field may be; the caller's. */
char *td_field_value(const TdConf *conf, const char *name, const char *text);
/* The field of @words that @line ("Equipment: PC-17", @size bytes) tells, NULL
 * if none; borrowed.  *@value is the caller's: the text behind the label, which
 * may be empty. */
const char *td_field_read_line(
    GHashTable *words, const char *line, gsize size, char **value);

#endif
