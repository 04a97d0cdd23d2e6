/* conf-value.h - how the value of one key is read: conf-value.c by the shape of
 * its field, conf-things.c what is more than a word or a number */

#ifndef BASE_CONF_VALUE_H
#define BASE_CONF_VALUE_H

#include "base/conf-private.h"

/* One key being read. */
typedef struct {
	TdConfFile *file;
	const TdConfKey *key;
	const struct TdConfShape *kind;
	const char *group;
	gpointer base;
} TdConfReading;

/* Notes that @text, the value or an item of it, will not do; @problem tells
 * more, or is NULL. */
void td_conf_reading_complain(
    const TdConfReading *reading, const char *text, const char *problem);

/* The value with its escapes undone, the caller's; NULL after a complaint. */
char *td_conf_reading_string(const TdConfReading *reading);

/* The same for a list: its items, blanks round them cut, none of them empty;
 * none at all after a complaint. */
GStrv td_conf_reading_items(const TdConfReading *reading);

/* ---- conf-things.c: each sets the field, as td_conf_value_read() does ---- */

void td_conf_read_hours(const TdConfReading *reading);
void td_conf_read_pattern(const TdConfReading *reading);
void td_conf_read_headers(const TdConfReading *reading);
void td_conf_read_steps(const TdConfReading *reading);
void td_conf_read_numbers(const TdConfReading *reading);
void td_conf_read_matrix(const TdConfReading *reading);
void td_conf_read_regex(const TdConfReading *reading);
void td_conf_read_regexes(const TdConfReading *reading);

#endif
