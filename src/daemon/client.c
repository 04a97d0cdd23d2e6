/* client.c - the asking side of LMTP, for one mail, blocking */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <ticketd/error.h>
#include <ticketd/io.h>

#include "daemon/daemon.h"

/* For each answer, and for room to write. */
#define WAIT_S 300
/* Longest answer line (RFC 5321 4.5.3.1.5). */
#define REPLY_MAX ((gsize)4096)

typedef struct {
	int fd;
	char buffer[REPLY_MAX];
	gsize used;
} Client;

static int
connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const struct timeval wait = { .tv_sec = WAIT_S };
	int fd;

	if (strlen(path) >= sizeof(address.sun_path))
		return -1;
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* ---- what is said ---- */

static void
append_xtext(GString *text, const char *value)
{
	for (; *value != '\0'; value++) {
		if (*value > ' ' && *value < 0x7f && *value != '+' &&
		    *value != '=')
			g_string_append_c(text, *value);
		else
			g_string_append_printf(
			    text, "+%02X", (guint)(guchar)*value);
	}
}

/* All commands and the mail: the daemon is our own and takes them blindly.
 * Addresses are in UTF-8 without control characters. */
static GString *
make_talk(const TdIntake *intake)
{
	gsize size;
	const char *raw = g_bytes_get_data(intake->raw, &size);
	GString *talk = g_string_new("LHLO localhost\r\n");

	/* Not known is not the null sender, which is a machine's. */
	g_string_append_printf(talk, "MAIL FROM:<%s> SMTPUTF8",
	    intake->sender == NULL ? "unknown@localhost" : intake->sender);
	if (intake->queue_id != NULL) {
		g_string_append(talk, " ENVID=");
		append_xtext(talk, intake->queue_id);
	}
	g_string_append(talk, "\r\n");
	for (guint i = 0; i < intake->recipients->len; i++) {
		const TdIntakeRecipient *to = g_ptr_array_index(
		    intake->recipients, i);

		g_string_append_printf(talk, "RCPT TO:<%s>", to->recipient);
		if (to->original_recipient != NULL) {
			g_string_append(talk, " ORCPT=rfc822;");
			append_xtext(talk, to->original_recipient);
		}
		g_string_append(talk, "\r\n");
	}
	g_string_append_printf(talk, "BDAT %zu LAST\r\n", size);
	g_string_append_len(talk, raw, (gssize)size);
	return talk;
}

/* ---- what is answered ---- */

/* The next line is moved to the front of the buffer; its size, 0 at the end. */
static gsize
read_line(Client *client, gsize skip)
{
	char *end;

	client->used -= skip;
	memmove(client->buffer, client->buffer + skip, client->used);
	while ((end = memchr(client->buffer, '\n', client->used)) == NULL) {
		ssize_t got;

		if (client->used == sizeof(client->buffer))
			return 0;
		got = recv(client->fd, client->buffer + client->used,
		    sizeof(client->buffer) - client->used, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return 0;
		client->used += (gsize)got;
	}
	return (gsize)(end + 1 - client->buffer);
}

/* The code of the next reply, its last line; 0 if there is none. */
static int
read_reply(Client *client)
{
	const char *line = client->buffer;
	gsize size = 0;
	int code;

	do {
		size = read_line(client, size);
		if (size < 4 || !g_ascii_isdigit(line[0]) ||
		    !g_ascii_isdigit(line[1]) || !g_ascii_isdigit(line[2]))
			return 0;
	} while (line[3] == '-');

	code = g_ascii_digit_value(line[0]) * 100 +
	    g_ascii_digit_value(line[1]) * 10 + g_ascii_digit_value(line[2]);
	client->used -= size;
	memmove(client->buffer, client->buffer + size, client->used);
	return code;
}

static void
take_code(TdIntakeRecipient *recipient, int code)
{
	TdError error = TD_ERROR_AGAIN;

	g_clear_error(&recipient->error);
	if (code / 100 == 2)
		return;
	if (code == 550)
		error = TD_ERROR_NOT_OURS;
	else if (code == 552)
		error = TD_ERROR_TOO_LARGE;
	td_fail(&recipient->error, error, "ticketd answered %d", code);
}

/* First one answer to each RCPT, then, for each that was taken, one to the
 * mail (RFC 2033 4.2). */
static void
take_answers(Client *client, const TdIntake *intake)
{
	for (int round = 0; round < 2; round++) {
		for (guint i = 0; i < intake->recipients->len; i++) {
			TdIntakeRecipient *recipient = g_ptr_array_index(
			    intake->recipients, i);

			if (round == 0 || recipient->error == NULL)
				take_code(recipient, read_reply(client));
		}
	}
}

gboolean
td_client_deliver(const char *path, TdIntake *intake, GError **error)
{
	g_autoptr(GString) talk = NULL;
	Client client = { .fd = connect_to(path) };
	int greeting, hello, mail;

	if (client.fd < 0)
		return td_fail(error, TD_ERROR_AGAIN, "ticketd does not run");

	talk = make_talk(intake);
	/* What went wrong shows in the answers, or their absence. */
	td_send_all(client.fd, talk->str, talk->len);
	greeting = read_reply(&client);
	hello = read_reply(&client);
	mail = read_reply(&client);
	if (greeting == 220 && hello == 250 && mail == 250)
		take_answers(&client, intake);
	close(client.fd);
	return (greeting == 220 && hello == 250 && mail == 250) ||
	    td_fail(error, TD_ERROR_AGAIN, "ticketd does not take mail now");
}
