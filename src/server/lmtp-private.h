/* lmtp-private.h - what lmtp-session.c and lmtp-commands.c share */

#ifndef TICKETD_LMTP_PRIVATE_H
#define TICKETD_LMTP_PRIVATE_H

#include "server/lmtp-session.h"

G_BEGIN_DECLS

/* What the next byte belongs to. */
typedef enum {
	TD_LMTP_COMMAND,
	TD_LMTP_SKIP,   /* the rest of a line that is too long */
	TD_LMTP_TEXT,   /* behind DATA */
	TD_LMTP_CHUNK,  /* behind BDAT */
	TD_LMTP_FILING, /* complete() was called */
	TD_LMTP_OVER,
} TdLmtpState;

/* Where the text behind DATA stands. */
typedef enum {
	TD_LMTP_LINE_START, /* behind CRLF, or at the beginning */
	TD_LMTP_MIDDLE,
	TD_LMTP_CR,     /* behind CR */
	TD_LMTP_DOT,    /* behind CRLF and a dot, which is not yet passed on */
	TD_LMTP_DOT_CR, /* the same and a CR */
} TdLmtpTextState;

struct TdLmtpSession {
	const TdLmtpOps *ops;
	gpointer data;
	char *host;
	guint64 max_size;
	TdLmtpState state;
	gboolean greeted; /* LHLO was given */
	guint errors;
	guint steps;
	guint commands; /* since a message was filed */
	GString *line;  /* the command so far */

	TdIntake *intake;    /* the transaction, NULL outside of one */
	gboolean chunked;    /* BDAT was given */
	guint64 received;    /* bytes of the message so far */
	const char *failure; /* reply for all recipients, or NULL */
	guint tried;         /* recipients, refused ones too */
	gsize envelope;      /* bytes of those that were taken */

	TdLmtpTextState text;
	guint64 chunk_left;
	gboolean chunk_last;
	gboolean chunk_refused; /* out of sequence: swallowed */
};

#define TD_LMTP_TOO_LARGE "552 5.3.4 message is larger than we take"

/* Reads the command in session->line, which holds no line end. */
void td_lmtp_command(TdLmtpSession *session, GString *replies);

/* ---- lmtp-session.c, for the commands ---- */

void td_lmtp_reply(GString *replies, const char *reply);
/* The same for a mistake of the client, of which it may make so many. */
void td_lmtp_reject(
    TdLmtpSession *session, GString *replies, const char *reply);
/* Ends the transaction, if there is one. */
void td_lmtp_reset(TdLmtpSession *session);
/* Does what follows the last byte of a chunk. */
void td_lmtp_end_chunk(TdLmtpSession *session, GString *replies);

G_END_DECLS

#endif
