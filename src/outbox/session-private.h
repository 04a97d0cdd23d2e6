/* session-private.h - what session.c and verdict.c share */

#ifndef OUTBOX_SESSION_PRIVATE_H
#define OUTBOX_SESSION_PRIVATE_H

#include <stddef.h>

#include <openssl/ssl.h>

#include <auth-client.h>
#include <libesmtp.h>

#include "outbox/session.h"
#include "outbox/talk.h"

G_BEGIN_DECLS

typedef struct Session Session;

/* A mail in a session. */
typedef struct {
	Session *session; /* borrowed */
	TdMail *mail;     /* borrowed */
	smtp_message_t message;
	smtp_recipient_t *recipients; /* as row->recipients; NULL: judged */
	gsize given;                  /* bytes of the text */
	gint64 given_at;              /* monotonic microseconds */
} Sending;

struct Session {
	TdRelay *relay; /* borrowed */
	const gint *halt;
	smtp_session_t smtp;
	auth_context_t auth;
	GPtrArray *sendings; /* of Sending */
	TdTalk talk;
	gboolean connected;
	gboolean tls_on;
	char *fault; /* of TLS, from events */
};

/* Fills in @end, and judges each mail by what the server answered. */
void td_session_judge(Session *session, TdSessionEnd *end);

G_END_DECLS

#endif
