/* verdict.c - what the answers of a session mean for its mails */

#include "config.h"

#include <string.h>

#include <openssl/err.h>

#include "outbox/session-private.h"

/* ---- judging ---- */

static gboolean
is_positive(int code)
{
	return code >= 200 && code < 300;
}

/* The code of a reply; 0 if there was none, or none that was complete. */
static int
code_of(const smtp_status_t *status)
{
	return status->text == NULL ? 0 : status->code;
}

/* Length of "5.1.1 " at the beginning of @line, 0 if it is not there. */
static gsize
enhanced_length(const char *line)
{
	gsize length = strspn(line, "0123456789.");

	return length >= 5 && line[1] == '.' && line[length] == ' ' ? length + 1
	                                                            : 0;
}

/* "550 5.1.1 no such user": an enhanced code that is said again in each line
 * is told once. */
static char *
show_status(const smtp_status_t *status)
{
	const char *text = status->text == NULL ? "" : status->text;
	g_auto(GStrv) lines = g_strsplit(text, "\n", 0);
	gsize length = lines[0] == NULL ? 0 : enhanced_length(lines[0]);
	GString *shown = g_string_new(NULL);

	g_string_printf(shown, "%d", status->code);
	for (guint i = 0; lines[i] != NULL; i++) {
		gboolean again = i > 0 && length > 0 &&
		    strncmp(lines[i], lines[0], length) == 0;

		if (*g_strchomp(lines[i]) == '\0')
			continue;
		g_string_append_printf(
		    shown, " %s", lines[i] + (again ? length : 0));
	}
	return g_string_free(shown, FALSE);
}

/* The fate that a refusal means.  What we are not allowed to do before AUTH
 * (530, RFC 4954 section 6; or anything, if AUTH failed) is our fault, not the
 * recipient's. */
static TdFate
judge_code(const Session *session, int code)
{
	gboolean outsider = session->relay->user != NULL &&
	    !session->talk.authenticated;

	if (is_positive(code))
		return TD_FATE_SENT;
	if (code < 500 || code > 599 || code == 530 || outsider)
		return TD_FATE_DEFERRED;
	return TD_FATE_FAILED;
}

/* Whether @code is a last word. */
static gboolean
is_final(int code)
{
	return code >= 200 && (code < 300 || code >= 400);
}

/* What the server said last about a recipient. */
static const smtp_status_t *
last_status(const Sending *sending, guint i)
{
	const smtp_status_t *own = smtp_recipient_status(
	    sending->recipients[i]);

	return is_positive(code_of(own))
	    ? smtp_message_transfer_status(sending->message)
	    : own;
}

static gboolean
is_answered(const Sending *sending)
{
	for (guint i = 0; i < sending->mail->count; i++) {
		if (sending->recipients[i] != NULL &&
		    !is_final(code_of(last_status(sending, i))))
			return FALSE;
	}
	return TRUE;
}

/* One recipient of a mail whose MAIL was accepted. */
static void
judge_recipient(Session *session, Sending *sending, guint i, const char *error)
{
	const smtp_status_t *last = last_status(sending, i);
	g_autofree char *answer = show_status(last);

	if (!is_final(code_of(last)))
		td_mail_judge(sending->mail, i, TD_FATE_DEFERRED, error);
	else
		td_mail_judge(sending->mail, i,
		    judge_code(session, code_of(last)), answer);
}

static void
judge_recipients(Session *session, Sending *sending, TdSessionEnd *end)
{
	gboolean answered = is_answered(sending);

	/* Let go of half way, for the program ends: that was no try. */
	if (!answered && g_atomic_int_get(session->halt) != TD_HALT_NO)
		return;

	sending->mail->tried = TRUE;
	end->useful = end->useful || answered;
	for (guint i = 0; i < sending->mail->count; i++) {
		if (sending->recipients[i] != NULL)
			judge_recipient(session, sending, i, end->error);
	}
}

static void
judge_mail(Session *session, Sending *sending, TdSessionEnd *end)
{
	TdMail *mail = sending->mail;
	const smtp_status_t *from = smtp_reverse_path_status(sending->message);
	g_autofree char *answer = show_status(from);

	if (code_of(from) == 0)
		return;
	end->reached = TRUE;
	if (is_positive(code_of(from))) {
		judge_recipients(session, sending, end);
		return;
	}

	td_mail_judge_rest(mail, TD_FATE_DEFERRED, answer);
	mail->tried = TRUE;
	end->useful = end->useful || code_of(from) != 421;
	if (code_of(from) >= 500 && end->warning == NULL)
		end->warning = g_strdup_printf(
		    "MAIL FROM:<%s> refused: %s", mail->row->mail_from, answer);
}

/* ---- what ended a session ---- */

static char *
describe_silence(const Session *session)
{
	const TdTalk *talk = &session->talk;
	gint64 silence = g_get_monotonic_time() - talk->heard;
	const char *stage = *talk->command == '\0' ? "CONNECT" : talk->command;

	if (silence >= (gint64)session->relay->timeout_ms * 1000)
		return g_strdup_printf("4.4.2 no answer after %s within %u s",
		    stage, session->relay->timeout_ms / 1000);
	return g_strdup_printf("4.4.2 connection lost after %s", stage);
}

static char *
describe_tls(const Session *session)
{
	const char *fault = session->relay->tls_fault;

	if (fault == NULL)
		fault = session->fault;
	if (fault == NULL)
		fault = ERR_reason_error_string(ERR_peek_last_error());
	return g_strdup_printf("4.7.5 TLS: %s",
	    fault == NULL ? "no handshake with the server" : fault);
}

/* Why there is no answer where one is missing. */
static char *
describe_end(const Session *session)
{
	const TdTalk *talk = &session->talk;
	char buffer[128];

	if (!session->connected) {
		const char *why = smtp_strerror(
		    smtp_errno(), buffer, sizeof(buffer));

		return g_strdup_printf("4.4.1 %s: %s", session->relay->address,
		    why == NULL ? "not reached" : why);
	}
	if (talk->tampered)
		return g_strdup("4.7.5 TLS: somebody answers in the server's "
		                "place");
	if (session->fault != NULL && !session->tls_on)
		return describe_tls(session);
	if (talk->refusal != NULL)
		return g_strdup(talk->refusal);
	if (talk->tls_asked && !session->tls_on)
		return describe_tls(session);
	return describe_silence(session);
}

/* Explains all other refusals, so it goes before them. */
static void
warn_of_auth(const Session *session, TdSessionEnd *end)
{
	const TdTalk *talk = &session->talk;

	if (session->relay->user == NULL || talk->authenticated ||
	    !end->reached)
		return;
	g_free(end->warning);
	end->warning = g_strdup_printf("not authenticated: %s",
	    talk->auth_refusal == NULL
	        ? "the server offers no AUTH that can be used"
	        : talk->auth_refusal);
}

void
td_session_judge(Session *session, TdSessionEnd *end)
{
	end->error = describe_end(session);
	end->no_tls = session->talk.tls_asked && !session->tls_on;
	for (guint i = 0; i < session->sendings->len && !session->talk.tampered;
	     i++)
		judge_mail(
		    session, g_ptr_array_index(session->sendings, i), end);
	warn_of_auth(session, end);
}
