/* session.c - see outbox/session.h
 *
 * What libesmtp 1.1 does that one would not expect:
 * - When AUTH is refused it goes on without.  So a refusal of a recipient
 *   counts for nothing in a session that should be authenticated and is not.
 * - With PIPELINING it crashes when a connection breaks, or a reply makes no
 *   sense, while more than one reply is outstanding.  With CHUNKING it sends a
 *   mail as several BDAT and keeps the answer to the last one, which after a
 *   temporary error is a permanent one (551 at Postfix).  With
 *   ENHANCEDSTATUSCODES it gives up on servers that do not repeat the code in
 *   each line of a reply.  See on_traffic().
 * - After STARTTLS it takes what came before TLS for answers to what it says
 *   then.  So nothing is sent in a session with .tampered.
 * - A write that times out loses the bytes and is followed by the next ones.
 *   give_text() notices that time went by and breaks the session off.
 * - It encodes ENVID and ORCPT in 256 bytes without looking. */

#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <openssl/err.h>

#include "outbox/session-private.h"

#define CHUNK_SIZE 16384u
#define XTEXT_MAX 250u

static void
sending_free(gpointer data)
{
	Sending *sending = data;

	g_free(sending->recipients);
	g_free(sending);
}

void
td_session_end_clear(TdSessionEnd *end)
{
	g_free(end->error);
	g_free(end->warning);
	memset(end, 0, sizeof(*end));
}

/* ---- callbacks ---- */

/* Hands out the text in pieces that end with a line.  To set errno makes
 * libesmtp drop the connection, so the server throws away what it has; all
 * other ways leave errno alone. */
static const char *
give_text(void **unused G_GNUC_UNUSED, int *length, void *data)
{
	Sending *sending = data;
	gint64 now = g_get_monotonic_time();
	gint64 limit = (gint64)sending->session->relay->timeout_ms * 1000;
	gint halt = g_atomic_int_get(sending->session->halt);
	const char *text, *last;
	gsize size, piece;

	if (length == NULL) {
		sending->given = 0;
		sending->given_at = now;
		return NULL;
	}
	*length = 0;
	if (halt == TD_HALT_NOW || sending->session->talk.tampered ||
	    (halt == TD_HALT_SOON && sending->given == 0)) {
		errno = ECANCELED;
		return NULL;
	}
	if (now - sending->given_at >= limit) {
		errno = ETIMEDOUT;
		return NULL;
	}
	sending->given_at = now;
	sending->session->talk.heard = now;

	text = g_bytes_get_data(sending->mail->text, &size);
	piece = MIN(size - sending->given, CHUNK_SIZE);
	if (piece == 0)
		return NULL;
	last = memrchr(text + sending->given, '\n', piece);
	if (last != NULL)
		piece = last + 1 - (text + sending->given);
	text += sending->given;
	sending->given += piece;
	*length = (int)piece;
	return text;
}

/* libesmtp reads a reply in these bytes, its own buffer, after this callback:
 * so what is changed here is what it finds.  Its interface has no other way to
 * switch an extension off. */
static void
on_traffic(const char *bytes, int size, int writing, void *data)
{
	Session *session = data;

	if (size <= 0)
		return;
	if (writing == SMTP_CB_WRITING) {
		td_talk_sent(&session->talk, bytes, size);
	} else if (writing == SMTP_CB_READING) {
		td_talk_hide(&session->talk, (char *)bytes, size);
		td_talk_received(&session->talk, bytes, size);
	}
}

static void
set_fault(Session *session, const char *fault)
{
	g_free(session->fault);
	session->fault = g_strdup(fault);
}

/* With TD_STARTTLS_MUST the certificate was checked by OpenSSL already, against
 * the configured name (relay.c), so libesmtp's own comparison, which takes the
 * canonical name from the DNS, does not count.  With TD_STARTTLS_MAY anything
 * goes. */
static void
on_event(smtp_session_t unused G_GNUC_UNUSED, int event, void *data, ...)
{
	Session *session = data;
	gboolean may = session->relay->starttls == TD_STARTTLS_MAY;
	va_list more;

	va_start(more, data);
	switch (event) {
	case SMTP_EV_CONNECT:
		session->connected = TRUE;
		break;
	case SMTP_EV_STARTTLS_OK:
		session->tls_on = TRUE;
		break;
	case SMTP_EV_EXTNA_STARTTLS:
		set_fault(session, "the server does not offer STARTTLS");
		break;
	case SMTP_EV_UNUSABLE_CLIENT_CERTIFICATE:
		set_fault(session,
		    "libesmtp cannot look for a client certificate in "
		    "$HOME/.config/libesmtp");
		break;
	case SMTP_EV_INVALID_PEER_CERTIFICATE:
		set_fault(
		    session, X509_verify_cert_error_string(va_arg(more, long)));
		*va_arg(more, int *) = may;
		break;
	case SMTP_EV_WEAK_CIPHER:
		set_fault(session, "weak cipher");
		va_arg(more, int);
		*va_arg(more, int *) = may;
		break;
	case SMTP_EV_NO_PEER_CERTIFICATE:
		set_fault(session, "no certificate");
		*va_arg(more, int *) = may;
		break;
	case SMTP_EV_WRONG_PEER_CERTIFICATE:
		*va_arg(more, int *) = TRUE;
		break;
	default:
		break;
	}
	va_end(more);
}

/* Gives user and password to a mechanism that wants just these, over TLS or to
 * this machine. */
static int
on_interact(
    auth_client_request_t request, char **result, int fields, void *data)
{
	Session *session = data;
	TdRelay *relay = session->relay;

	if (session->talk.tampered || (!session->tls_on && !relay->loopback))
		return FALSE;
	for (int i = 0; i < fields; i++) {
		if (request[i].flags & AUTH_USER)
			result[i] = relay->user;
		else if (request[i].flags & AUTH_PASS)
			result[i] = relay->password;
		else
			return FALSE;
	}
	return TRUE;
}

/* ---- setting up ---- */

static gboolean
fits_xtext(const char *text)
{
	gsize size = 0;

	for (; *text != '\0'; text++)
		size += *text > ' ' && *text <= '~' &&
		        strchr("+=", *text) == NULL
		    ? 1
		    : 3;
	return size <= XTEXT_MAX;
}

/* "FAILURE,DELAY" as libesmtp wants it. */
static enum notify_flags
parse_notify(const char *notify)
{
	int flags = Notify_NOTSET;

	if (strcmp(notify, "NEVER") == 0)
		return Notify_NEVER;
	if (strstr(notify, "SUCCESS") != NULL)
		flags |= Notify_SUCCESS;
	if (strstr(notify, "FAILURE") != NULL)
		flags |= Notify_FAILURE;
	if (strstr(notify, "DELAY") != NULL)
		flags |= Notify_DELAY;
	return (enum notify_flags)flags;
}

static void
add_recipient(Sending *sending, guint i)
{
	const TdOutboxRow *row = sending->mail->row;
	const char *address = row->recipients[i];
	smtp_recipient_t recipient;

	if (td_mail_is_judged(sending->mail, i))
		return;
	recipient = smtp_add_recipient(sending->message, address);
	smtp_dsn_set_notify(recipient, parse_notify(row->notify));
	if (fits_xtext(address))
		smtp_dsn_set_orcpt(recipient, "rfc822", address);
	sending->recipients[i] = recipient;
}

static void
add_mail(Session *session, TdMail *mail)
{
	const TdOutboxRow *row = mail->row;
	Sending *sending = g_new0(Sending, 1);
	gboolean null_path = *row->mail_from == '\0';

	sending->session = session;
	sending->mail = mail;
	sending->message = smtp_add_message(session->smtp);
	sending->recipients = g_new0(smtp_recipient_t, mail->count + 1);
	g_ptr_array_add(session->sendings, sending);

	smtp_set_reverse_path(
	    sending->message, null_path ? NULL : row->mail_from);
	smtp_set_messagecb(sending->message, give_text, sending);
	if (!null_path)
		smtp_dsn_set_ret(sending->message, Ret_HDRS);
	if (*row->envid != '\0' && fits_xtext(row->envid))
		smtp_dsn_set_envid(sending->message, row->envid);
	for (guint i = 0; i < mail->count; i++)
		add_recipient(sending, i);
}

static void
set_security(Session *session, gboolean tls)
{
	TdRelay *relay = session->relay;

	g_clear_pointer(&relay->tls_fault, g_free);
	if (tls && relay->tls != NULL) {
		smtp_starttls_set_ctx(session->smtp, relay->tls);
		smtp_starttls_enable(session->smtp,
		    relay->starttls == TD_STARTTLS_MUST ? Starttls_REQUIRED
		                                        : Starttls_ENABLED);
	}
	if (relay->user != NULL) {
		session->auth = auth_create_context();
		auth_set_mechanism_flags(session->auth, AUTH_PLUGIN_PLAIN, 0);
		auth_set_interact_cb(session->auth, on_interact, session);
		smtp_auth_set_context(session->smtp, session->auth);
	}
}

static void
set_timeouts(Session *session)
{
	static const int stages[] = { Timeout_GREETING, Timeout_ENVELOPE,
		Timeout_DATA, Timeout_TRANSFER, Timeout_DATA2 };

	for (gsize i = 0; i < G_N_ELEMENTS(stages); i++)
		smtp_set_timeout(session->smtp,
		    stages[i] | Timeout_OVERRIDE_RFC2822_MINIMUM,
		    (long)session->relay->timeout_ms);
}

static void
open_session(Session *session, GPtrArray *mails, gboolean tls)
{
	session->smtp = smtp_create_session();
	session->sendings = g_ptr_array_new_with_free_func(sending_free);
	td_talk_init(&session->talk);

	smtp_set_server(session->smtp, session->relay->address);
	smtp_set_hostname(session->smtp, session->relay->own_name);
	smtp_set_eventcb(session->smtp, on_event, session);
	smtp_set_monitorcb(session->smtp, on_traffic, session, 0);
	set_timeouts(session);
	set_security(session, tls);
	for (guint i = 0; i < mails->len; i++) {
		TdMail *mail = g_ptr_array_index(mails, i);

		if (mail->text != NULL && !td_mail_is_settled(mail))
			add_mail(session, mail);
	}
}

static void
close_session(Session *session)
{
	smtp_destroy_session(session->smtp);
	if (session->auth != NULL)
		auth_destroy_context(session->auth);
	g_ptr_array_unref(session->sendings);
	td_talk_clear(&session->talk);
	g_free(session->fault);
}

void
td_session_send(TdRelay *relay, GPtrArray *mails, gboolean tls,
    const gint *halt, TdSessionEnd *end)
{
	Session session = { .relay = relay, .halt = halt };

	memset(end, 0, sizeof(*end));
	open_session(&session, mails, tls);
	ERR_clear_error();
	if (session.sendings->len > 0)
		smtp_start_session(session.smtp);
	td_session_judge(&session, end);
	ERR_clear_error();
	close_session(&session);
}
