/* request-import.h - what the verbs that bring things back share */

#ifndef TICKETD_SERVER_REQUEST_IMPORT_H
#define TICKETD_SERVER_REQUEST_IMPORT_H

#include "server/request.h"

/* ---- import-read.c: JSON that ticket export wrote, or somebody else ----
 *
 * Whatever it is, it is checked: TD_ERROR_REFUSED names the member and says
 * what it should be.  The caller owns the results. */

/* An object in @text. */
JsonObject *td_import_object(const char *text, GError **error);

/* An event of ticket event->ticket.  *@hash (or NULL), the caller's, is that
 * of the payload which stood there before it was replaced; NULL: it was not. */
TdEvent *td_import_event(const char *text, GBytes **hash, GError **error);

/* What is noted of a message of ticket @number; .size tells how many bytes it
 * has. */
TdFiled *td_import_filed(const char *text, guint64 number, GError **error);

/* Somebody, without an id. */
TdPerson *td_import_person(const char *text, GError **error);

#endif
