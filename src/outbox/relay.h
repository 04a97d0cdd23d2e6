/* relay.h - the SMTP server that takes our mail, as [smtp] describes it */

#ifndef OUTBOX_RELAY_H
#define OUTBOX_RELAY_H

#include <openssl/ssl.h>

#include <ticketd/conf.h>

G_BEGIN_DECLS

/* Nothing in it is borrowed, so that a session which hangs can outlive the
 * configuration. */
typedef struct {
	char *address; /* "host:port" */
	char *host;
	char *own_name; /* what we call ourselves in EHLO */
	gboolean loopback;
	TdStarttls starttls;
	SSL_CTX *tls;    /* NULL with TD_STARTTLS_NONE */
	char *tls_fault; /* why the last certificate was refused, or NULL; the
	                  * thread that runs sessions has it for itself */
	char *user;      /* or NULL: no AUTH */
	char *password;  /* NULL with @user */
	guint timeout_ms;
} TdRelay;

/* The caller owns the result.  Fails with TD_ERROR_CONFIG: a server that
 * libesmtp cannot reach, a password file that cannot be read or that others can
 * read too, a password that would go out in clear text, TLS that cannot be set
 * up, a libesmtp without its PLAIN and LOGIN plugins. */
TdRelay *td_relay_new(const TdConf *conf, GError **error);
void td_relay_free(TdRelay *relay);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdRelay, td_relay_free)

G_END_DECLS

#endif
