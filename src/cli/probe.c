/* probe.c - asks an SMTP server what it would take, and sends nothing
 *
 * No TLS and no AUTH: the server in question is the one that hands us mail,
 * next door.  Lines and answers are bounded, for a server may say anything. */

#include "config.h"

#include <string.h>

#include <gio/gio.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "cli/check.h"
#include "cli/cli.h"

/* RFC 5321, 4.5.3.1.5 allows 512; servers say more. */
#define MAX_LINE 2048u
#define MAX_LINES 100u
#define SMTP_PORT 25

struct TdProbe {
	GSocketConnection *connection;
	GInputStream *in;
	GOutputStream *out;
	char buffer[MAX_LINE];
	gsize start; /* what is in the buffer and was not read */
	gsize end;
	gboolean has_size;
	guint64 size;
	gboolean wants_tls;
};

/* ---- lines ---- */

/* The next line without its end; the caller owns it. */
static char *
read_line(TdProbe *probe, GError **error)
{
	for (;;) {
		char *from = probe->buffer + probe->start;
		gsize length = probe->end - probe->start;
		char *lf = memchr(from, '\n', length);
		gssize got;

		if (lf != NULL) {
			char *line = g_strndup(from, (gsize)(lf - from));

			probe->start += (gsize)(lf - from) + 1;
			return g_strchomp(line);
		}
		memmove(probe->buffer, from, length);
		probe->start = 0;
		probe->end = length;
		if (length == sizeof(probe->buffer)) {
			td_fail(error, TD_ERROR_AGAIN,
			    "the server's line is too long");
			return NULL;
		}
		got = g_input_stream_read(probe->in, probe->buffer + length,
		    sizeof(probe->buffer) - length, NULL, error);
		if (got == 0)
			td_fail(error, TD_ERROR_AGAIN,
			    "the server closed the connection");
		if (got <= 0)
			return NULL;
		probe->end += (gsize)got;
	}
}

/* Whether @line is part of an answer; *@last when it is the last line. */
static gboolean
parse_line(const char *line, guint *code, gboolean *last)
{
	if (strlen(line) < 3 || !g_ascii_isdigit(line[0]) ||
	    !g_ascii_isdigit(line[1]) || !g_ascii_isdigit(line[2]) ||
	    (line[3] != '\0' && line[3] != ' ' && line[3] != '-'))
		return FALSE;
	*code = (guint)(100 * (line[0] - '0') + 10 * (line[1] - '0') +
	    (line[2] - '0'));
	*last = line[3] != '-';
	return TRUE;
}

/* What EHLO offers that counts here. */
static void
note_extension(TdProbe *probe, const char *line)
{
	const char *word = strlen(line) > 4 ? line + 4 : "";

	if (g_ascii_strcasecmp(word, "SIZE") == 0) {
		probe->has_size = TRUE;
	} else if (g_ascii_strncasecmp(word, "SIZE ", 5) == 0) {
		probe->has_size = g_ascii_string_to_unsigned(
		    word + 5, 10, 0, G_MAXINT64, &probe->size, NULL);
	} else if (g_ascii_strcasecmp(word, "STARTTLS") == 0) {
		probe->wants_tls = TRUE;
	}
}

/* Reads an answer; *@text, which may be NULL, is its last line, printable. */
static gboolean
read_answer(TdProbe *probe, guint *code, char **text, GError **error)
{
	for (guint i = 0; i < MAX_LINES; i++) {
		g_autofree char *line = read_line(probe, error);
		gboolean last = FALSE;

		if (line == NULL)
			return FALSE;
		if (!parse_line(line, code, &last))
			return td_fail(error, TD_ERROR_AGAIN,
			    "what the server says is not SMTP");
		if (*code == 250)
			note_extension(probe, line);
		if (!last)
			continue;
		if (text != NULL)
			*text = td_text_printable(line, 300);
		return TRUE;
	}
	return td_fail(error, TD_ERROR_AGAIN, "the server's answer has no end");
}

static gboolean
command(
    TdProbe *probe, const char *line, guint *code, char **text, GError **error)
{
	g_autofree char *whole = g_strconcat(line, "\r\n", NULL);

	return g_output_stream_write_all(
	           probe->out, whole, strlen(whole), NULL, NULL, error) &&
	    read_answer(probe, code, text, error);
}

/* ---- the talk ---- */

static gboolean
greet(TdProbe *probe, const char *name, GError **error)
{
	g_autofree char *ehlo = g_strconcat("EHLO ", name, NULL);
	g_autofree char *banner = NULL;
	g_autofree char *answer = NULL;
	guint code = 0;

	if (!read_answer(probe, &code, &banner, error))
		return FALSE;
	if (code != 220)
		return td_fail(error, TD_ERROR_AGAIN, "%s", banner);
	if (!command(probe, ehlo, &code, &answer, error))
		return FALSE;
	if (code != 250)
		return td_fail(error, TD_ERROR_AGAIN, "%s", answer);
	return TRUE;
}

static gboolean
connect_to(TdProbe *probe, const char *server, guint timeout, GError **error)
{
	g_autoptr(GSocketClient) client = g_socket_client_new();
	GIOStream *stream;

	/* The mail server is to be asked itself, not through a proxy. */
	g_socket_client_set_enable_proxy(client, FALSE);
	g_socket_client_set_timeout(client, timeout);
	probe->connection = g_socket_client_connect_to_host(
	    client, server, SMTP_PORT, NULL, error);
	if (probe->connection == NULL)
		return FALSE;

	g_socket_set_timeout(
	    g_socket_connection_get_socket(probe->connection), timeout);
	stream = G_IO_STREAM(probe->connection);
	probe->in = g_io_stream_get_input_stream(stream);
	probe->out = g_io_stream_get_output_stream(stream);
	return TRUE;
}

TdProbe *
td_probe_open(
    const char *server, const char *name, guint timeout, GError **error)
{
	g_autoptr(TdProbe) probe = g_new0(TdProbe, 1);
	g_autoptr(GError) problem = NULL;

	if (!connect_to(probe, server, timeout, &problem) ||
	    !greet(probe, name, &problem)) {
		td_fail(error, TD_ERROR_AGAIN, "%s", problem->message);
		return NULL;
	}
	return g_steal_pointer(&probe);
}

void
td_probe_close(TdProbe *probe)
{
	if (probe == NULL)
		return;
	if (probe->connection != NULL) {
		static const char quit[] = "QUIT\r\n";

		/* Manners; nothing hangs on it. */
		g_output_stream_write_all(
		    probe->out, quit, strlen(quit), NULL, NULL, NULL);
		g_object_unref(probe->connection);
	}
	g_free(probe);
}

gboolean
td_probe_size(const TdProbe *probe, guint64 *size)
{
	*size = probe->size;
	return probe->has_size;
}

gboolean
td_probe_wants_tls(const TdProbe *probe)
{
	return probe->wants_tls;
}

static gboolean
probe_recipient(TdProbe *probe, const char *address, guint *code, char **answer,
    GError **error)
{
	g_autofree char *rcpt = g_strdup_printf("RCPT TO:<%s>", address);
	g_autofree char *text = NULL;
	guint reset;

	if (!command(probe, "MAIL FROM:<>", code, &text, error))
		return FALSE;
	if (*code == 250) {
		g_clear_pointer(&text, g_free);
		if (!command(probe, rcpt, code, &text, error))
			return FALSE;
	}
	if (!command(probe, "RSET", &reset, NULL, error))
		return FALSE;
	*answer = g_steal_pointer(&text);
	return TRUE;
}

gboolean
td_probe_recipient(TdProbe *probe, const char *address, guint *code,
    char **answer, GError **error)
{
	g_autoptr(GError) problem = NULL;

	if (probe_recipient(probe, address, code, answer, &problem))
		return TRUE;
	return td_fail(error, TD_ERROR_AGAIN, "%s", problem->message);
}
