/* check.h - what the parts of ticket check share */

#ifndef TICKETD_CLI_CHECK_H
#define TICKETD_CLI_CHECK_H

#include "cli/cli.h"

/* ---- check-*.c: findings ---- */

typedef enum {
	TD_LEVEL_OK,
	TD_LEVEL_WARNING,
	TD_LEVEL_CRITICAL,
} TdLevel;

typedef struct {
	TdLevel level;
	char *what;
	char *detail;
} TdFinding;

/* Adds one to @findings, which is of TdFinding. */
void td_finding_add(GPtrArray *findings, TdLevel level, const char *what,
    const char *format, ...) G_GNUC_PRINTF(4, 5);

/* Whether there are the groups that may use the control socket. */
void td_check_groups(const TdConf *conf, GPtrArray *findings);
/* Sockets of a daemon that runs: there, of their mode, open to the mail
 * server. */
void td_check_sockets(const TdConf *conf, GPtrArray *findings);
/* Asks the SMTP server about each queue. */
void td_check_mail(const TdConf *conf, GPtrArray *findings);
/* Where Postfix is on this machine: whether its transports lead to a socket of
 * ours. */
void td_check_postfix(const TdConf *conf, GPtrArray *findings);

/* ---- probe.c: what the mail server says, without sending anything ---- */

typedef struct TdProbe TdProbe;

/* Connects to "host:port" and greets; each answer is waited for @timeout
 * seconds.  TD_ERROR_AGAIN: not reached, or refused.  The caller owns the
 * result. */
TdProbe *td_probe_open(
    const char *server, const char *name, guint timeout, GError **error);
void td_probe_close(TdProbe *probe);

/* The value of SIZE: bytes, 0 for no limit; FALSE when it is not offered. */
gboolean td_probe_size(const TdProbe *probe, guint64 *size);
gboolean td_probe_wants_tls(const TdProbe *probe);

/* MAIL FROM:<>, RCPT TO:<@address>, RSET.  *@code and *@answer (printable, the
 * caller's) are the answer to RCPT, or to MAIL where that was refused.
 * TD_ERROR_AGAIN: the connection is gone. */
gboolean td_probe_recipient(TdProbe *probe, const char *address, guint *code,
    char **answer, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdProbe, td_probe_close)

#endif
