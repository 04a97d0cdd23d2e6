/* daemon.h - the parts of the program ticketd */

#ifndef TICKETD_DAEMON_H
#define TICKETD_DAEMON_H

#include <sys/types.h>

#include <ticketd/conf.h>
#include <ticketd/server.h>

G_BEGIN_DECLS

/* Each runs to the end and returns the exit status. */

/* run.c: the daemon proper. */
int td_daemon_run(const char *conf_path, gboolean debug);
/* deliver.c: `ticketd --deliver`; @argv without that word. */
int td_daemon_deliver(int argc, char **argv);
/* parse.c: `ticketd --parse`, the child that tries out a suspect mail, for so
 * many @seconds of a processor.  EX_OSERR: nothing was read.  @parent as
 * below. */
int td_daemon_parse(pid_t parent, guint seconds, TdSandboxUse sandbox);
/* verify.c: `ticketd --verify [--read-key]`, the child that checks signatures
 * and reads keys.  @parent as below. */
int td_daemon_verify(pid_t parent, gboolean read_key, TdSandboxUse sandbox);

/* ---- child.c ---- */

/* For the process that @parent started (0: whoever it was): it is killed when
 * the thread that did is gone, and after so many @seconds; with @leader all of
 * its process group is.  FALSE: the parent is gone already, or it cannot be
 * so.  Before anything is taken from the process. */
gboolean td_child_begin(pid_t parent, guint seconds, gboolean leader);

/* ---- owner.c ---- */

/* Root becomes the owner of the store directory, and all capabilities are given
 * up.  TD_ERROR_DENIED: we are neither.  No such directory is not a failure:
 * opening it will be one.  Logs a warning where root is the owner. */
gboolean td_owner_become(const TdConf *conf, GError **error);

/* ---- notify.c: sd_notify(3) ---- */

/* Tells the service manager, if there is one: "READY=1". */
void td_notify(const char *state);
/* How often it wants to hear "WATCHDOG=1", in ms; 0: not at all. */
guint td_notify_watchdog_ms(void);

/* ---- client.c: LMTP as a client, blocking ---- */

/* Hands @intake to a daemon that listens on @path: sets each recipient's error
 * from its answers.  FALSE with TD_ERROR_AGAIN: there was no talk. */
gboolean td_client_deliver(const char *path, TdIntake *intake, GError **error);

G_END_DECLS

#endif
