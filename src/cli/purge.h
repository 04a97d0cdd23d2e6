/* purge.h - what ticket purge and ticket erase share */

#ifndef TICKETD_CLI_PURGE_H
#define TICKETD_CLI_PURGE_H

#include "cli/cli.h"

/* Whether the user said --yes or --dry-run, or can be asked.  TD_ERROR_USAGE.
 */
gboolean td_cli_may_ask(const TdCli *cli, GError **error);
/* Asks, unless the user said --yes; *@sure is the answer.  While somebody reads
 * @question there is no connection, and no lock of the store, so *@client is
 * another one afterwards.  Fails, with *@client NULL, if that cannot be had. */
gboolean td_cli_ask(const TdCli *cli, const char *question, TdClient **client,
    gboolean *sure, GError **error);
/* Overwrites what is left of deleted records on the disk; the answer is the
 * caller's. */
JsonObject *td_cli_wipe(TdClient *client, GError **error);
/* Says what could not be, or was not touched. */
void td_cli_wiped(JsonObject *wiped);
/* The same as members of @result; nothing if @wiped is NULL. */
void td_cli_wiped_json(JsonObject *wiped, JsonObject *result);

#endif
