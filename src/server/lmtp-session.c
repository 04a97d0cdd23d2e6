/* lmtp-session.c - see server/lmtp-session.h; the commands are in
 * lmtp-commands.c */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>

#include "server/lmtp-private.h"

TdLmtpSession *
td_lmtp_session_new(const TdLmtpOps *ops, gpointer data, const char *host,
    guint64 max_message_size)
{
	TdLmtpSession *session = g_new0(TdLmtpSession, 1);

	session->ops = ops;
	session->data = data;
	session->host = g_strdup(host);
	session->max_size = max_message_size;
	session->line = g_string_new(NULL);
	return session;
}

void
td_lmtp_session_free(TdLmtpSession *session)
{
	if (session == NULL)
		return;

	td_intake_free(session->intake);
	g_string_free(session->line, TRUE);
	g_free(session->host);
	g_free(session);
}

gboolean
td_lmtp_session_busy(const TdLmtpSession *session)
{
	return session->state == TD_LMTP_FILING;
}

guint
td_lmtp_session_steps(const TdLmtpSession *session)
{
	return session->steps;
}

guint64
td_lmtp_session_received(const TdLmtpSession *session)
{
	return session->received;
}

gboolean
td_lmtp_session_over(const TdLmtpSession *session)
{
	return session->state == TD_LMTP_OVER;
}

void
td_lmtp_reply(GString *replies, const char *reply)
{
	g_string_append(replies, reply);
	g_string_append(replies, "\r\n");
}

void
td_lmtp_reject(TdLmtpSession *session, GString *replies, const char *reply)
{
	td_lmtp_reply(replies, reply);
	if (++session->errors >= TD_LMTP_ERRORS_MAX)
		td_lmtp_session_close(
		    session, "421 4.7.0 too many errors", replies);
}

void
td_lmtp_session_greet(TdLmtpSession *session, GString *replies)
{
	g_string_append_printf(
	    replies, "220 %s LMTP ticketd\r\n", session->host);
}

void
td_lmtp_session_close(
    TdLmtpSession *session, const char *reply, GString *replies)
{
	if (session->state == TD_LMTP_OVER)
		return;
	td_lmtp_reset(session);
	td_lmtp_reply(replies, reply);
	session->state = TD_LMTP_OVER;
}

void
td_lmtp_reset(TdLmtpSession *session)
{
	if (session->received > 0 && session->failure == NULL)
		session->ops->discard(session->data);

	g_clear_pointer(&session->intake, td_intake_free);
	session->chunked = FALSE;
	session->received = 0;
	session->failure = NULL;
	session->tried = 0;
	session->envelope = 0;
}

/* ---- the text ---- */

/* Whatever goes wrong is answered at the end, for the client goes on sending
 * until then. */
static void
take_text(TdLmtpSession *session, const char *bytes, gsize size)
{
	const char *failure = NULL;

	if (size == 0 || session->failure != NULL)
		return;

	session->received += size;
	if (session->received > session->max_size)
		failure = TD_LMTP_TOO_LARGE;
	else if (!session->ops->text(bytes, size, session->data))
		failure = "452 4.3.1 no room for the message";

	if (failure != NULL) {
		session->ops->discard(session->data);
		session->failure = failure;
	}
}

static void
answer_all(
    TdLmtpSession *session, guint count, const char *reply, GString *replies)
{
	for (guint i = 0; i < count; i++)
		td_lmtp_reply(replies, reply);
	td_lmtp_reset(session);
	session->state = TD_LMTP_COMMAND;
}

/* The last byte is in: gives the message away, or says to each recipient why
 * not (RFC 2033 4.2). */
static void
end_message(TdLmtpSession *session, GString *replies)
{
	guint count = session->intake->recipients->len;

	if (session->failure != NULL) {
		answer_all(session, count, session->failure, replies);
	} else if (session->received == 0) {
		answer_all(session, count, "451 4.3.0 empty message", replies);
	} else {
		/* What was received is complete()'s now. */
		session->received = 0;
		session->state = TD_LMTP_FILING;
		if (!session->ops->complete(
		        g_steal_pointer(&session->intake), session->data))
			answer_all(session, count,
			    "452 4.3.1 no room for the message", replies);
	}
}

/* Passes on all that is surely text, up to the first CRLF and dot.  Line ends
 * count as text, for the last one belongs to the message too. */
static gsize
scan_middle(TdLmtpSession *session, const char *bytes, gsize size)
{
	const char *stop = memmem(bytes, size, "\r\n.", 3);

	if (stop != NULL) {
		take_text(session, bytes, stop + 2 - bytes);
		session->text = TD_LMTP_DOT;
		return stop + 3 - bytes;
	}

	take_text(session, bytes, size);
	if (bytes[size - 1] == '\r')
		session->text = TD_LMTP_CR;
	else if (size >= 2 && memcmp(bytes + size - 2, "\r\n", 2) == 0)
		session->text = TD_LMTP_LINE_START;
	return size;
}

/* One byte behind a CR that is passed on already. */
static gsize
step_cr(TdLmtpSession *session, char byte)
{
	session->text = byte == '\n' ? TD_LMTP_LINE_START : TD_LMTP_MIDDLE;
	if (byte != '\n')
		return 0;
	take_text(session, "\n", 1);
	return 1;
}

static gsize
step_dot_cr(TdLmtpSession *session, char byte, GString *replies)
{
	if (byte == '\n') {
		end_message(session, replies);
		return 1;
	}
	/* A stuffed dot, and a CR that ends no line. */
	session->text = TD_LMTP_CR;
	take_text(session, "\r", 1);
	return 0;
}

static gsize
feed_text(
    TdLmtpSession *session, const char *bytes, gsize size, GString *replies)
{
	switch (session->text) {
	case TD_LMTP_LINE_START:
		session->text = *bytes == '.' ? TD_LMTP_DOT : TD_LMTP_MIDDLE;
		return *bytes == '.' ? 1 : 0;
	case TD_LMTP_DOT:
		session->text = *bytes == '\r' ? TD_LMTP_DOT_CR
		                               : TD_LMTP_MIDDLE;
		return *bytes == '\r' ? 1 : 0;
	case TD_LMTP_CR:
		return step_cr(session, *bytes);
	case TD_LMTP_DOT_CR:
		return step_dot_cr(session, *bytes, replies);
	case TD_LMTP_MIDDLE:
		break;
	}
	return scan_middle(session, bytes, size);
}

void
td_lmtp_end_chunk(TdLmtpSession *session, GString *replies)
{
	session->state = TD_LMTP_COMMAND;
	if (session->chunk_refused)
		td_lmtp_reject(session, replies,
		    "503 5.5.1 no valid recipients for the message");
	else if (session->chunk_last)
		end_message(session, replies);
	else
		td_lmtp_reply(replies,
		    session->failure != NULL ? session->failure
		                             : "250 2.0.0 chunk received");
}

static gsize
feed_chunk(
    TdLmtpSession *session, const char *bytes, gsize size, GString *replies)
{
	gsize part = MIN(session->chunk_left, size);

	if (!session->chunk_refused)
		take_text(session, bytes, part);
	session->chunk_left -= part;
	if (session->chunk_left == 0)
		td_lmtp_end_chunk(session, replies);
	return part;
}

/* ---- commands ---- */

static void
end_line(TdLmtpSession *session, GString *replies)
{
	GString *line = session->line;

	if (line->len > 0 && line->str[line->len - 1] == '\r')
		g_string_truncate(line, line->len - 1);
	session->steps += !session->chunked;
	if (++session->commands > TD_LMTP_COMMANDS_MAX)
		td_lmtp_session_close(session,
		    "421 4.7.0 too many commands for one message", replies);
	else
		td_lmtp_command(session, replies);
	g_string_truncate(line, 0);
}

static gsize
feed_command(
    TdLmtpSession *session, const char *bytes, gsize size, GString *replies)
{
	const char *end = memchr(bytes, '\n', size);
	gsize part = end == NULL ? size : (gsize)(end - bytes);

	if (session->line->len + part >= TD_LMTP_LINE_MAX) {
		g_string_truncate(session->line, 0);
		session->state = TD_LMTP_SKIP;
		return part;
	}

	g_string_append_len(session->line, bytes, (gssize)part);
	if (end == NULL)
		return size;
	end_line(session, replies);
	return part + 1;
}

static gsize
feed_skip(
    TdLmtpSession *session, const char *bytes, gsize size, GString *replies)
{
	const char *end = memchr(bytes, '\n', size);

	if (end == NULL)
		return size;
	session->state = TD_LMTP_COMMAND;
	td_lmtp_reject(session, replies, "500 5.5.6 line too long");
	return end + 1 - bytes;
}

gsize
td_lmtp_session_feed(
    TdLmtpSession *session, const char *bytes, gsize size, GString *replies)
{
	static gsize (*const feeds[])(
	    TdLmtpSession *, const char *, gsize, GString *) = {
		[TD_LMTP_COMMAND] = feed_command,
		[TD_LMTP_SKIP] = feed_skip,
		[TD_LMTP_TEXT] = feed_text,
		[TD_LMTP_CHUNK] = feed_chunk,
	};
	gsize used = 0;

	while (used < size && session->state < TD_LMTP_FILING)
		used += feeds[session->state](
		    session, bytes + used, size - used, replies);
	return used;
}

/* ---- answers ---- */

static const char *
failure_reply(const GError *error, gboolean full)
{
	if (g_error_matches(error, TD_ERROR, TD_ERROR_TOO_LARGE))
		return TD_LMTP_TOO_LARGE;
	if (g_error_matches(error, TD_ERROR, TD_ERROR_NOT_OURS))
		return "550 5.1.1 no such recipient here";
	if (full && g_error_matches(error, TD_ERROR, TD_ERROR_AGAIN))
		return "452 4.3.1 no room for the message";
	return "451 4.3.0 cannot file the message now, try again later";
}

void
td_lmtp_session_answer(TdLmtpSession *session, const TdIntake *intake,
    gboolean full, GString *replies)
{
	if (session->state != TD_LMTP_FILING)
		return;

	for (guint i = 0; i < intake->recipients->len; i++) {
		const TdIntakeRecipient *recipient = g_ptr_array_index(
		    intake->recipients, i);

		if (recipient->error != NULL)
			td_lmtp_reply(
			    replies, failure_reply(recipient->error, full));
		else
			g_string_append_printf(replies,
			    "250 2.0.0 ticket=%" G_GUINT64_FORMAT "\r\n",
			    recipient->outcome.ticket);
	}
	session->errors = 0;
	session->commands = 0;
	td_lmtp_reset(session);
	session->state = TD_LMTP_COMMAND;
}
