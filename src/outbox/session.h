/* session.h - one connection to the relay, which takes many mails */

#ifndef OUTBOX_SESSION_H
#define OUTBOX_SESSION_H

#include "outbox/mail.h"
#include "outbox/relay.h"

G_BEGIN_DECLS

/* Read by a running session, set by any thread. */
typedef enum {
	TD_HALT_NO,
	TD_HALT_SOON, /* begin no further mail */
	TD_HALT_NOW,  /* break off the one in hand: nobody wants to know */
} TdHalt;

typedef struct {
	gboolean reached; /* the server answered a MAIL command */
	gboolean useful;  /* and answered all about at least one mail */
	gboolean no_tls;  /* the server offered STARTTLS but it did not work */
	char *error;      /* why it ended before all was answered, or NULL */
	char *warning;    /* what the configuration should see to, or NULL */
} TdSessionEnd;

/* Sends each of @mails (of TdMail) that has a text and is not settled yet, and
 * judges its recipients by what the server answered.  Mails that the server
 * answered nothing about are left as they are, .tried FALSE.  Without @tls
 * STARTTLS is not used whatever @relay says.  Blocks. */
void td_session_send(TdRelay *relay, GPtrArray *mails, gboolean tls,
    const gint *halt, TdSessionEnd *end);
void td_session_end_clear(TdSessionEnd *end);

G_END_DECLS

#endif
