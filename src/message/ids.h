/* ids.h - Message-IDs: one's own and those of ancestors */

#ifndef TICKETD_MESSAGE_IDS_H
#define TICKETD_MESSAGE_IDS_H

#include <glib.h>

#include "message/fields.h"

/* Whether @id can be a key: no white space, no control character, valid UTF-8,
 * 1 to TD_MESSAGE_ID_MAX bytes. */
gboolean td_id_is_usable(const char *id, gsize size);

/* The id in a Message-ID field, without brackets; NULL when there is none that
 * can be used.  The caller owns it. */
char *td_id_read(const TdField *field);

/* The ids of References and those In-Reply-To adds, oldest first; the newest
 * TD_LIMIT_REFERENCES of them.  *@cut becomes TRUE if there were more. */
GStrv td_ids_read_references(const GArray *fields, gboolean *cut);

#endif
