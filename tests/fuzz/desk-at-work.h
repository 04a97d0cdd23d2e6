/* desk-at-work.h - a desk in memory that has agents, tickets and all the rest,
 * for entries that put something to it */

#ifndef TICKETD_TESTS_DESK_AT_WORK_H
#define TICKETD_TESTS_DESK_AT_WORK_H

#include <ticketd/server.h>

/* When it was left, seconds UTC. */
#define FUZZ_NOW G_GINT64_CONSTANT(1795341600)

/* As it was made, whatever was done to it since; the first call makes it.
 * Borrowed. */
TdService *fuzz_desk(void);

/* Files @raw, as the program does; FALSE if it is none of the desk's.  The
 * entry fails if something else does. */
gboolean fuzz_desk_file(TdService *service, const char *sender,
    const char *recipient, const char *raw, gsize size, gint64 now,
    TdOutcome *outcome);

/* Does what the clock brings. */
void fuzz_desk_tick(TdService *service, gint64 now);

/* The entry fails unless each record is the sum of its events, and all else is
 * as it should be. */
void fuzz_desk_check(TdService *service);

/* Addresses of the desk's that its letters name, which prove or open something,
 * and Message-IDs of these letters; each ends with NULL.  Borrowed. */
char *const *fuzz_desk_addresses(void);
char *const *fuzz_desk_ids(void);

#endif
