/* lmtp-session.h - the server's side of one LMTP connection, without any I/O
 *
 * RFC 2033 on RFC 5321, with PIPELINING (2920), SIZE (1870), 8BITMIME (6152),
 * SMTPUTF8 (6531), CHUNKING (3030) and ENHANCEDSTATUSCODES (2034).  Bytes go
 * in, replies come out, and callbacks tell what is to be done.  Where it bends
 * the rules:
 * - A command may end with a bare LF.  The text behind DATA may not: only
 *   CRLF.CRLF ends it, and line ends are kept as they came.
 * - A non-ASCII address is taken without the SMTPUTF8 parameter too.
 * - ENVID= on MAIL (the queue id) and ORCPT= on RCPT are taken though DSN is
 *   not offered. */

#ifndef TICKETD_LMTP_SESSION_H
#define TICKETD_LMTP_SESSION_H

#include <ticketd/server.h>

G_BEGIN_DECLS

#define TD_LMTP_LINE_MAX 4096u
#define TD_LMTP_RECIPIENTS_MAX 1000u /* refused ones too */
#define TD_LMTP_ENVELOPE_MAX ((gsize)128 * 1024)
#define TD_LMTP_ERRORS_MAX 20u
#define TD_LMTP_COMMANDS_MAX 10000u /* until a message is filed */

typedef struct TdLmtpSession TdLmtpSession;

/* Called from td_lmtp_session_feed() alone. */
typedef struct {
	/* Whether mail to @recipient is for us. */
	gboolean (*recipient)(const char *recipient, gpointer data);
	/* The next bytes of the message.  FALSE: there is no room for them. */
	gboolean (*text)(const char *bytes, gsize size, gpointer data);
	/* The bytes so far are not wanted any more. */
	void (*discard)(gpointer data);
	/* The message is whole.  @intake (sender, queue id, recipients) is
	 * taken over; td_lmtp_session_answer() must follow, later.  FALSE: it
	 * cannot be had from where text() put it; @intake is freed. */
	gboolean (*complete)(TdIntake *intake, gpointer data);
} TdLmtpOps;

/* @ops is borrowed for ever; @host is the name to greet with.  The caller owns
 * the result. */
TdLmtpSession *td_lmtp_session_new(const TdLmtpOps *ops, gpointer data,
    const char *host, guint64 max_message_size);
void td_lmtp_session_free(TdLmtpSession *session);

/* What the server says first. */
void td_lmtp_session_greet(TdLmtpSession *session, GString *replies);

/* Reads @bytes and appends replies.  Says how many bytes were used: all of
 * them, or fewer when a message is being filed (feed the rest once it is
 * answered) or the session is over. */
gsize td_lmtp_session_feed(
    TdLmtpSession *session, const char *bytes, gsize size, GString *replies);

/* Answers each recipient of the message that complete() gave away.  @full: an
 * error that may go away has to do with the disk. */
void td_lmtp_session_answer(TdLmtpSession *session, const TdIntake *intake,
    gboolean full, GString *replies);

/* Ends the session with @reply ("421 4.4.2 ..."). */
void td_lmtp_session_close(
    TdLmtpSession *session, const char *reply, GString *replies);

/* How far the client has come: commands, but for chunks after the first ... */
guint td_lmtp_session_steps(const TdLmtpSession *session);
/* ... and bytes of the message since the last of them that are wanted. */
guint64 td_lmtp_session_received(const TdLmtpSession *session);

/* Whether a message is being filed. */
gboolean td_lmtp_session_busy(const TdLmtpSession *session);
/* Whether the session is over: send the replies and hang up. */
gboolean td_lmtp_session_over(const TdLmtpSession *session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdLmtpSession, td_lmtp_session_free)

G_END_DECLS

#endif
