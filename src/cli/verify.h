/* verify.h - ticket log --verify, and the file of --seal */

#ifndef TICKETD_CLI_VERIFY_H
#define TICKETD_CLI_VERIFY_H

#include "cli/cli.h"

/* ---- verify.c ---- */

/* ticket log --verify, --seal and --against; the exit status. */
int td_cli_verify(const TdCli *cli);

/* ---- seal.c: the file of ticket log --seal ---- */

/* How its first and its last line begin. */
#define TD_SEAL_HEAD "ticketd-seal 1 "
#define TD_SEAL_END "sha256 "

typedef struct TdSealFile TdSealFile;

/* To be called before the store is opened.  The exit status, with what is wrong
 * said; *@seal is the caller's, not set if @path, borrowed, is NULL. */
int td_seal_new(const char *path, TdSealFile **seal);
void td_seal_write(TdSealFile *seal, const char *line);
/* Once, at the end: the file is whole, and gets its name unless there is one of
 * that name.  The exit status, with what is wrong said. */
int td_seal_publish(TdSealFile *seal);
/* What was not published is gone. */
void td_seal_free(TdSealFile *seal);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdSealFile, td_seal_free)

#endif
