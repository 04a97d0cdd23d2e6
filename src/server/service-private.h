/* service-private.h - the open desk, for service.c and intake.c */

#ifndef TICKETD_SERVICE_PRIVATE_H
#define TICKETD_SERVICE_PRIVATE_H

#include <ticketd/backup.h>
#include <ticketd/server.h>

#include "server/poison.h"
#include "server/reading.h"

G_BEGIN_DECLS

typedef struct TdParsers TdParsers;

/* The pool that parses mail for td_service_take(); made at the first one. */
TdParsers *td_service_parsers(TdService *service);
/* Does what td_service_set_parser_start() asked for. */
void td_service_start_parser(TdService *service);
/* How much mail is read at once. */
TdReading *td_service_reading(TdService *service);
/* The directory for files that need not last (it may have to be made), NULL
 * for a store in memory; borrowed. */
const char *td_service_scratch(TdService *service);
/* What is noted against mails that kill the process; NULL: nothing. */
TdPoison *td_service_poison(TdService *service);

/* The backup in the making: @backup is taken over, the one before it let go.
 * The result, never 0, is what to ask for it by. */
guint64 td_service_set_backup(TdService *service, TdBackup *backup);
/* NULL if it is not that of @id; a reference that the caller owns. */
TdBackup *td_service_backup(TdService *service, guint64 id);
/* Whoever fetched it is gone.  Comes back at once. */
void td_service_cancel_backup(TdService *service, guint64 id);

/* ---- intake-log.c ---- */

/* Keeps what the line tells of @plan. */
void td_intake_note(TdIntakeRecipient *recipient, const TdPlan *plan);

/* What became of each recipient; @message is NULL if it was not read. */
void td_intake_log(const TdIntake *intake, const TdMessage *message);

/* ---- intake.c ---- */

TdParsers *td_parsers_new(void);
/* Waits until all that was pushed is with the writer. */
void td_parsers_free(TdParsers *parsers);

G_END_DECLS

#endif
