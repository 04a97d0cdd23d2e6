/* here.h - where the desk is when no daemon runs
 *
 * ticket-desk, which links all of the desk, has it in itself: here.c.  ticket,
 * which is to start within some milliseconds, links what asks and prints alone,
 * and becomes ticket-desk: leave.c. */

#ifndef TICKETD_CLI_HERE_H
#define TICKETD_CLI_HERE_H

#include <ticketd/server.h>

#include "cli/cli.h"

/* Before a command reads or prints anything: ticket becomes ticket-desk, with
 * the same arguments, if no daemon answers.  FALSE, with the exit status, if it
 * cannot, which was said. */
gboolean td_here_begin(const TdCli *cli, int *status);

typedef struct TdHere TdHere;

/* Opens the store as td_client_open() says, where no daemon answered.  *@here
 * is the caller's, and has the store; or *@control is a daemon's that came in
 * between; both: a child has it, which td_here_free() waits for when *@control
 * is free.  @actor is borrowed until then. */
gboolean td_here_open(const char *conf_path, TdClientFlags flags,
    const char *actor, TdHere **here, TdControl **control, GError **error);
/* td_request_run() of a desk that no child has. */
gboolean td_here_run(TdHere *here, const TdRequest *request, const char *actor,
    TdAnswer *answer, GError **error);
void td_here_free(TdHere *here);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdHere, td_here_free)

#endif
