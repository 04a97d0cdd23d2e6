/* lmtp-commands.c - the commands of an LMTP session, one function each */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "server/lmtp-private.h"
#include "server/lmtp-syntax.h"

#define SYNTAX "501 5.5.4 syntax error in parameters"
#define UNKNOWN_PARAMETER "555 5.5.4 unknown parameter"
/* A mail server returns the mail on a 5xx, and what it holds may be an address
 * that is beyond us, not wrong. */
#define UNREADABLE "451 4.1.3 cannot read the address"

static void
do_lhlo(TdLmtpSession *session, const char *rest, GString *replies)
{
	if (*rest == '\0') {
		td_lmtp_reject(session, replies, SYNTAX);
		return;
	}
	td_lmtp_reset(session);
	session->greeted = TRUE;
	g_string_append_printf(replies,
	    "250-%s\r\n"
	    "250-PIPELINING\r\n"
	    "250-SIZE %" G_GUINT64_FORMAT "\r\n"
	    "250-8BITMIME\r\n"
	    "250-SMTPUTF8\r\n"
	    "250-CHUNKING\r\n"
	    "250 ENHANCEDSTATUSCODES\r\n",
	    session->host, session->max_size);
}

/* RFC 2033 4.1: neither may be answered as in SMTP. */
static void
do_helo(
    TdLmtpSession *session, const char *rest G_GNUC_UNUSED, GString *replies)
{
	td_lmtp_reject(session, replies, "500 5.5.1 this is LMTP, say LHLO");
}

/* ---- MAIL ---- */

static const char *
take_size(TdLmtpSession *session, const char *value)
{
	guint64 size;

	if (value == NULL ||
	    !g_ascii_string_to_unsigned(value, 10, 0, G_MAXUINT64, &size, NULL))
		return SYNTAX;
	return size > session->max_size ? TD_LMTP_TOO_LARGE : NULL;
}

static const char *
take_body(const char *value)
{
	if (value == NULL)
		return SYNTAX;
	if (g_ascii_strcasecmp(value, "7BIT") == 0 ||
	    g_ascii_strcasecmp(value, "8BITMIME") == 0)
		return NULL;
	if (g_ascii_strcasecmp(value, "BINARYMIME") == 0)
		return UNKNOWN_PARAMETER;
	return SYNTAX;
}

static const char *
take_envid(TdIntake *intake, const char *value)
{
	char *decoded = value == NULL ? NULL : td_lmtp_xtext(value);

	if (decoded == NULL)
		return SYNTAX;
	g_free(intake->queue_id);
	intake->queue_id = decoded;
	return NULL;
}

/* NULL, or the reply that refuses the command. */
static const char *
take_mail_parameter(
    TdLmtpSession *session, TdIntake *intake, const TdLmtpParameter *parameter)
{
	const char *name = parameter->name;

	if (g_str_equal(name, "SIZE"))
		return take_size(session, parameter->value);
	if (g_str_equal(name, "BODY"))
		return take_body(parameter->value);
	if (g_str_equal(name, "SMTPUTF8"))
		return parameter->value == NULL ? NULL : SYNTAX;
	if (g_str_equal(name, "ENVID"))
		return take_envid(intake, parameter->value);
	return UNKNOWN_PARAMETER;
}

static const char *
read_mail_parameters(TdLmtpSession *session, const char *rest, TdIntake *intake)
{
	g_auto(TdLmtpParameter) parameter = { NULL, NULL };
	const char *refusal = NULL;

	do {
		if (!td_lmtp_parameter(&rest, &parameter))
			return SYNTAX;
		if (parameter.name != NULL)
			refusal = take_mail_parameter(
			    session, intake, &parameter);
	} while (parameter.name != NULL && refusal == NULL);
	return refusal;
}

/* The sender cannot be read, so nobody is answered; the size still counts. */
static const char *
read_mail_of_nobody(TdLmtpSession *session, const char *rest, TdIntake *intake)
{
	const char *bracket = strrchr(rest, '>');
	g_auto(GStrv) words = g_strsplit_set(
	    bracket == NULL ? "" : bracket + 1, " \t", -1);

	g_free(intake->sender);
	intake->sender = g_strdup("");
	for (gsize i = 0; words[i] != NULL; i++) {
		const char *refusal = read_mail_parameters(
		    session, words[i], intake);

		if (g_strcmp0(refusal, TD_LMTP_TOO_LARGE) == 0)
			return refusal;
	}
	return NULL;
}

/* Whether @rest begins with "@word:", so that what follows is meant to be an
 * address. */
static gboolean
has_path(const char *rest, const char *word)
{
	gsize size = strlen(word);

	return g_ascii_strncasecmp(rest, word, size) == 0 && rest[size] == ':';
}

/* An address with a bracket of its own ends too early, and the rest of it looks
 * like wrong parameters. */
static gboolean
ended_early(const char *refusal, const char *parameters)
{
	return (g_strcmp0(refusal, SYNTAX) == 0 ||
	           g_strcmp0(refusal, UNKNOWN_PARAMETER) == 0) &&
	    strchr(parameters, '>') != NULL;
}

static const char *
read_mail(TdLmtpSession *session, const char *rest, TdIntake *intake)
{
	const char *at = rest;
	const char *refusal;

	if (!has_path(rest, "FROM"))
		return SYNTAX;
	if (!td_lmtp_path(&at, "FROM", &intake->sender))
		return read_mail_of_nobody(session, rest, intake);
	refusal = read_mail_parameters(session, at, intake);
	if (ended_early(refusal, at))
		return read_mail_of_nobody(session, rest, intake);
	return refusal;
}

static void
do_mail(TdLmtpSession *session, const char *rest, GString *replies)
{
	g_autoptr(TdIntake) intake = NULL;
	const char *refusal;

	if (!session->greeted || session->intake != NULL) {
		td_lmtp_reject(session, replies,
		    session->greeted ? "503 5.5.1 one mail at a time"
		                     : "503 5.5.1 say LHLO first");
		return;
	}

	intake = td_intake_new();
	refusal = read_mail(session, rest, intake);
	if (refusal != NULL) {
		td_lmtp_reject(session, replies, refusal);
		return;
	}
	session->intake = g_steal_pointer(&intake);
	td_lmtp_reply(replies, "250 2.1.0 ok");
}

/* ---- RCPT ---- */

static const char *
read_recipient_parameters(const char *rest, char **original)
{
	g_auto(TdLmtpParameter) parameter = { NULL, NULL };

	for (;;) {
		if (!td_lmtp_parameter(&rest, &parameter))
			return SYNTAX;
		if (parameter.name == NULL)
			return NULL;
		if (!g_str_equal(parameter.name, "ORCPT"))
			return UNKNOWN_PARAMETER;
		g_clear_pointer(original, g_free);
		if (parameter.value == NULL ||
		    !td_lmtp_orcpt(parameter.value, original))
			return SYNTAX;
	}
}

static const char *
read_recipient(const char *rest, char **recipient, char **original)
{
	const char *refusal;

	if (!has_path(rest, "TO"))
		return SYNTAX;
	if (!td_lmtp_path(&rest, "TO", recipient) || **recipient == '\0')
		return UNREADABLE;
	refusal = read_recipient_parameters(rest, original);
	return ended_early(refusal, rest) ? UNREADABLE : refusal;
}

static gsize
envelope_size(const char *recipient, const char *original)
{
	return strlen(recipient) + (original == NULL ? 0 : strlen(original));
}

/* Whether there may be one recipient more; the first one may. */
static gboolean
has_room_for(
    TdLmtpSession *session, const char *recipient, const char *original)
{
	return ++session->tried <= TD_LMTP_RECIPIENTS_MAX &&
	    (session->intake->recipients->len == 0 ||
	        session->envelope + envelope_size(recipient, original) <=
	            TD_LMTP_ENVELOPE_MAX);
}

static void
do_rcpt(TdLmtpSession *session, const char *rest, GString *replies)
{
	g_autofree char *recipient = NULL;
	g_autofree char *original = NULL;
	const char *refusal;

	if (session->intake == NULL || session->chunked) {
		td_lmtp_reject(session, replies, "503 5.5.1 say MAIL first");
		return;
	}
	refusal = read_recipient(rest, &recipient, &original);
	if (g_strcmp0(refusal, UNREADABLE) == 0) {
		td_lmtp_reply(replies, refusal);
		return;
	}
	if (refusal != NULL) {
		td_lmtp_reject(session, replies, refusal);
		return;
	}
	if (!has_room_for(session, recipient, original)) {
		td_lmtp_reply(replies, "452 4.5.3 too many recipients");
		return;
	}
	/* A wrong recipient is no mistake of the mail server's. */
	if (!session->ops->recipient(recipient, session->data)) {
		td_lmtp_reply(replies, "550 5.1.1 no such recipient here");
		return;
	}
	session->envelope += envelope_size(recipient, original);
	td_intake_add_recipient(session->intake, recipient, original);
	td_lmtp_reply(replies, "250 2.1.5 ok");
}

/* ---- DATA, BDAT ---- */

static gboolean
has_recipients(const TdLmtpSession *session)
{
	return session->intake != NULL && session->intake->recipients->len > 0;
}

static void
do_data(TdLmtpSession *session, const char *rest, GString *replies)
{
	if (*rest != '\0') {
		td_lmtp_reject(session, replies, SYNTAX);
	} else if (session->chunked) {
		td_lmtp_reject(
		    session, replies, "503 5.5.1 not in the midst of BDAT");
	} else if (!has_recipients(session)) {
		td_lmtp_reject(session, replies,
		    "503 5.5.1 no valid recipients for the message");
	} else {
		session->state = TD_LMTP_TEXT;
		session->text = TD_LMTP_LINE_START;
		td_lmtp_reply(replies, "354 end with a dot on its own line");
	}
}

/* "1234" or "1234 LAST" (RFC 3030 2). */
static gboolean
read_chunk(const char *rest, guint64 *size, gboolean *last)
{
	gsize digits = strspn(rest, "0123456789");
	g_autofree char *number = g_strndup(rest, digits);
	const char *word = rest + digits + strspn(rest + digits, " \t");

	if (!g_ascii_string_to_unsigned(number, 10, 0, G_MAXINT64, size, NULL))
		return FALSE;
	*last = word > rest + digits && g_ascii_strcasecmp(word, "LAST") == 0;
	return *last || *word == '\0';
}

static void
do_bdat(TdLmtpSession *session, const char *rest, GString *replies)
{
	/* Without the size nobody knows where the next command begins, and
	 * text of a mail must not be taken for commands. */
	if (!read_chunk(rest, &session->chunk_left, &session->chunk_last)) {
		td_lmtp_reply(replies, SYNTAX);
		td_lmtp_session_close(
		    session, "421 4.7.0 lost track of the chunks", replies);
		return;
	}

	session->chunk_refused = !has_recipients(session);
	session->chunked = !session->chunk_refused;
	session->state = TD_LMTP_CHUNK;
	if (session->chunk_left == 0)
		td_lmtp_end_chunk(session, replies);
}

/* ---- the rest ---- */

static void
do_rset(
    TdLmtpSession *session, const char *rest G_GNUC_UNUSED, GString *replies)
{
	td_lmtp_reset(session);
	td_lmtp_reply(replies, "250 2.0.0 ok");
}

static void
do_noop(TdLmtpSession *session G_GNUC_UNUSED, const char *rest G_GNUC_UNUSED,
    GString *replies)
{
	td_lmtp_reply(replies, "250 2.0.0 ok");
}

static void
do_vrfy(TdLmtpSession *session G_GNUC_UNUSED, const char *rest G_GNUC_UNUSED,
    GString *replies)
{
	td_lmtp_reply(replies, "252 2.1.5 try and see");
}

static void
do_help(TdLmtpSession *session G_GNUC_UNUSED, const char *rest G_GNUC_UNUSED,
    GString *replies)
{
	td_lmtp_reply(replies,
	    "214 2.0.0 LHLO MAIL RCPT DATA BDAT RSET NOOP VRFY HELP QUIT");
}

static void
do_quit(
    TdLmtpSession *session, const char *rest G_GNUC_UNUSED, GString *replies)
{
	td_lmtp_session_close(session, "221 2.0.0 bye", replies);
}

void
td_lmtp_command(TdLmtpSession *session, GString *replies)
{
	static const struct {
		const char *verb;
		void (*run)(
		    TdLmtpSession *session, const char *rest, GString *replies);
	} commands[] = {
		{ "LHLO", do_lhlo },
		{ "MAIL", do_mail },
		{ "RCPT", do_rcpt },
		{ "DATA", do_data },
		{ "BDAT", do_bdat },
		{ "RSET", do_rset },
		{ "NOOP", do_noop },
		{ "VRFY", do_vrfy },
		{ "QUIT", do_quit },
		{ "HELP", do_help },
		{ "HELO", do_helo },
		{ "EHLO", do_helo },
	};
	const char *line = session->line->str;
	gsize verb = strcspn(line, " \t");

	if (strlen(line) == session->line->len) {
		g_strchomp(session->line->str);
		for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
			if (verb != 4 ||
			    g_ascii_strncasecmp(line, commands[i].verb, 4) != 0)
				continue;
			commands[i].run(session,
			    line + verb + strspn(line + verb, " \t"), replies);
			return;
		}
	}
	td_lmtp_reject(session, replies, "500 5.5.2 unknown command");
}
