/* lmtp.c - the talk with the daemon: LMTP (RFC 2033) with CHUNKING (RFC 3030)
 *
 * The daemon is our own, so everything up to the first answer is sent at once
 * and blindly: a small mail takes one round trip.  Replies are read while we
 * send, or both sides could end up waiting for room in the other's buffer. */

#include "config.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "deliver/deliver.h"

#define CONNECT_SECONDS 10

/* Replies to the greeting, LHLO and MAIL stand before those to RCPT. */
enum {
	REPLY_GREETING,
	REPLY_LHLO,
	REPLY_MAIL,
	REPLY_RCPT
};

typedef struct {
	int fd;
	unsigned recipients;
	unsigned accepted;     /* recipients the daemon takes */
	unsigned long chunks;  /* BDAT sent but the last */
	unsigned long replies; /* read so far */
	bool last;             /* the last BDAT is sent */
	bool over;             /* the verdict is final */
	TdVerdict *verdict;
	size_t unsent; /* bytes in commands */
	size_t unread; /* bytes in answers */
	char commands[2 * TD_COMMAND_MAX];
	char answers[4096];
} Session;

int
td_lmtp_connect(const char *directory, bool *absent, TdVerdict *verdict)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	struct timeval bound = { .tv_sec = CONNECT_SECONDS };
	int size = snprintf(
	    name.sun_path, sizeof name.sun_path, "%s/lmtp", directory);
	int fd, error;

	*absent = false;
	if (size < 0 || (size_t)size >= sizeof name.sun_path) {
		td_verdict_defer(verdict, "4.3.5", "run is too long", 0);
		return -1;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	/* For connect alone, where it makes the kernel wait for a place. */
	if (fd >= 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof bound) ==
	        0 &&
	    connect(fd, (struct sockaddr *)&name, sizeof name) == 0)
		return fd;
	error = errno;
	if (fd >= 0)
		close(fd);
	if (error == ENOENT || error == ECONNREFUSED)
		*absent = true;
	else
		td_verdict_defer(
		    verdict, "4.3.2", "cannot reach ticketd", error);
	return -1;
}

/* ---- replies ---- */

/* The code at the start of a line without its line end, -1 if none is. */
static int
line_code(const char *line, size_t size)
{
	int code = 0;

	if (size < 3 || (size > 3 && line[3] != ' ' && line[3] != '-'))
		return -1;
	for (int i = 0; i < 3; i++) {
		if (line[i] < '0' || line[i] > '9')
			return -1;
		code = 10 * code + line[i] - '0';
	}
	return code >= 100 && code <= 599 ? code : -1;
}

long
td_reply_parse(const char *data, size_t size, TdReply *reply)
{
	const char *line = data, *end;
	int first = 0;

	while ((end = memchr(line, '\n', size - (size_t)(line - data)))) {
		size_t length = (size_t)(end - line);
		int code;

		if (length > 0 && line[length - 1] == '\r')
			length--;
		code = line_code(line, length);
		if (code < 0 || (first != 0 && code != first))
			return -1;
		first = code;
		if (length == 3 || line[3] == ' ') {
			reply->code = code;
			reply->text = line + (length > 3 ? 4 : 3);
			reply->size = length > 3 ? length - 4 : 0;
			return end + 1 - data;
		}
		line = end + 1;
	}
	return 0;
}

static void
finish(Session *session, const char *code, const char *text, int number)
{
	if (session->verdict->status != TD_EXIT_DEFER)
		td_verdict_defer(session->verdict, code, text, number);
	session->over = true;
}

/* How many replies there will be: one for each recipient that was taken to the
 * last BDAT (RFC 2033 4.3), one to every other command. */
static unsigned long
replies_due(const Session *session)
{
	unsigned long due = REPLY_RCPT + session->recipients;

	if (session->replies < due)
		return due;
	return due + session->chunks + (session->last ? session->accepted : 0);
}

/* Whether the daemon answered for every recipient it took. */
static bool
is_answered(const Session *session)
{
	return session->last && session->accepted > 0 &&
	    session->replies == replies_due(session);
}

static void
take_reply(Session *session, const TdReply *reply)
{
	unsigned long due = replies_due(session);
	unsigned long place = session->replies++;
	unsigned long data = REPLY_RCPT + session->recipients;
	bool good = reply->code / 100 == 2;

	/* Before MAIL, or unasked, it is not about the mail whatever it is. */
	if (place >= due || (place < REPLY_MAIL && !good))
		td_verdict_defer_reply(
		    session->verdict, reply->code, reply->text, reply->size);
	else
		td_verdict_add_reply(
		    session->verdict, reply->code, reply->text, reply->size);

	if (reply->code == 421 || place >= due) {
		session->over = true;
	} else if (place >= REPLY_RCPT && place < data) {
		session->accepted += good;
		if (place + 1 == data && session->accepted == 0)
			session->over = true;
	} else if (place < data + session->chunks && !good) {
		session->over = true;
	}
	if (is_answered(session))
		session->over = true;
}

static void
take_replies(Session *session)
{
	size_t used = 0;

	while (!session->over && used < session->unread) {
		TdReply reply;
		long size = td_reply_parse(
		    session->answers + used, session->unread - used, &reply);

		if (size == 0)
			break;
		if (size < 0) {
			finish(session, "4.5.0", "ticketd makes no sense", 0);
			return;
		}
		take_reply(session, &reply);
		used += (size_t)size;
	}
	session->unread -= used;
	memmove(session->answers, session->answers + used, session->unread);
	if (!session->over && session->unread == sizeof session->answers)
		finish(session, "4.5.0", "ticketd says too much", 0);
}

/* Reads what the daemon said; where there is nothing, does nothing. */
static void
read_answers(Session *session)
{
	ssize_t size;

	do
		size = recv(session->fd, session->answers + session->unread,
		    sizeof session->answers - session->unread, MSG_DONTWAIT);
	while (size < 0 && errno == EINTR);
	if (size > 0) {
		session->unread += (size_t)size;
		take_replies(session);
	} else if (size == 0) {
		finish(session, "4.4.2", "ticketd closed the connection", 0);
	} else if (errno != EAGAIN) {
		finish(session, "4.4.2", "lost ticketd", errno);
	}
}

/* Waits until the daemon said something, or @events is there as well. */
static void
await(Session *session, short events)
{
	struct pollfd ready = { .fd = session->fd,
		.events = (short)(events | POLLIN) };
	int count;

	do
		count = poll(&ready, 1, TD_ANSWER_MS);
	while (count < 0 && errno == EINTR);
	if (count == 0)
		finish(session, "4.4.2", "no answer for five minutes", 0);
	else if (count < 0)
		finish(session, "4.3.0", "cannot wait", errno);
	else if (ready.revents & (POLLIN | POLLHUP | POLLERR))
		read_answers(session);
}

/* ---- commands ---- */

/* Leaves out the first @size bytes. */
static void
advance(struct iovec *parts, size_t count, size_t size)
{
	for (size_t i = 0; i < count; i++) {
		size_t taken = size < parts[i].iov_len ? size
		                                       : parts[i].iov_len;

		parts[i].iov_base = (char *)parts[i].iov_base + taken;
		parts[i].iov_len -= taken;
		size -= taken;
	}
}

/* Sends the commands, then @size bytes of @data, then @tail. */
static void
transmit(Session *session, char *data, size_t size, const char *tail)
{
	struct iovec parts[] = {
		{ session->commands, session->unsent },
		{ data, size },
		{ (void *)tail, strlen(tail) },
	};
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 3 };
	size_t left = session->unsent + size + strlen(tail);

	while (left > 0 && !session->over) {
		ssize_t sent = sendmsg(
		    session->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent >= 0) {
			left -= (size_t)sent;
			advance(parts, 3, (size_t)sent);
		} else if (errno == EAGAIN) {
			await(session, POLLOUT);
		} else if (errno != EINTR) {
			/* Its last words may say why it went. */
			await(session, 0);
			if (!session->over)
				finish(session, "4.4.2", "lost ticketd", 0);
		}
	}
	session->unsent = 0;
}

/* Makes room for another command. */
static char *
reserve(Session *session)
{
	if (session->unsent + TD_COMMAND_MAX > sizeof session->commands)
		transmit(session, NULL, 0, "");
	return session->commands + session->unsent;
}

static void
send_envelope(Session *session, const TdDeliverEnvelope *envelope)
{
	static const char hello[] = "LHLO ticket-deliver\r\n";

	memcpy(session->commands, hello, strlen(hello));
	session->unsent = strlen(hello);
	session->unsent += td_envelope_mail(envelope, reserve(session));
	for (unsigned i = 0; i < envelope->count && !session->over; i++)
		session->unsent += td_envelope_rcpt(
		    envelope, i, reserve(session));
}

/* Sends what @input holds, and at its end, if @whole, that this was all. */
static void
send_chunk(Session *session, TdInput *input)
{
	char *line = reserve(session);

	if (input->size > 0) {
		session->unsent += (size_t)snprintf(
		    line, TD_COMMAND_MAX, "BDAT %zu\r\n", input->size);
		session->chunks++;
	}
	session->last = input->ended;
	transmit(session, input->data, input->size,
	    session->last ? "BDAT 0 LAST\r\n" : "");
}

/* Says goodbye; that we hang up would do as well. */
static void
send_quit(Session *session)
{
	static const char quit[] = "QUIT\r\n";

	if (send(session->fd, quit, strlen(quit), MSG_NOSIGNAL | MSG_DONTWAIT) <
	    0)
		return;
}

/* Sends the message chunk by chunk; false where it is not to be filed. */
static bool
send_message(Session *session, TdInput *input)
{
	while (!session->over) {
		if (input->ended && !td_input_whole(input, session->verdict))
			return false;
		send_chunk(session, input);
		if (session->last)
			return true;
		read_answers(session);
		if (!session->over && !td_input_fill(input, session->verdict))
			return false;
	}
	return true;
}

void
td_lmtp_deliver(int fd, const TdDeliverEnvelope *envelope, TdInput *input,
    TdVerdict *verdict)
{
	static Session session;

	memset(&session, 0, offsetof(Session, commands));
	session.fd = fd;
	session.recipients = envelope->count;
	session.verdict = verdict;
	*verdict = (TdVerdict){ .status = TD_EXIT_DELIVERED };

	send_envelope(&session, envelope);
	if (!send_message(&session, input))
		return;
	while (!session.over)
		await(&session, 0);
	if (is_answered(&session))
		send_quit(&session);
	else if (verdict->status == TD_EXIT_DELIVERED)
		finish(&session, "4.3.0", "ticketd did not answer", 0);
}
