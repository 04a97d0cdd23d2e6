/* service-private.h - the open desk, for service.c and intake.c */

#ifndef TICKETD_SERVICE_PRIVATE_H
#define TICKETD_SERVICE_PRIVATE_H

#include <ticketd/server.h>

#include "server/poison.h"

G_BEGIN_DECLS

typedef struct TdParsers TdParsers;

/* The pool that parses mail for td_service_take(); made at the first one. */
TdParsers *td_service_parsers(TdService *service);
/* The directory for files that need not last (it may have to be made), NULL
 * for a store in memory; borrowed. */
const char *td_service_scratch(TdService *service);
/* What is noted against mails that kill the process; NULL: nothing. */
TdPoison *td_service_poison(TdService *service);

/* ---- intake.c ---- */

TdParsers *td_parsers_new(void);
/* Waits until all that was pushed is with the writer. */
void td_parsers_free(TdParsers *parsers);

G_END_DECLS

#endif
