/* lmtp-load.c - delivers many mails to an LMTP server on a Unix socket
 *
 * lmtp-load -r RUN -n MAILS -c CONNECTIONS [-a AGENT -t RECIPIENT] SOCKET
 *
 * With -a and -t each mail is not a customer's but AGENT's, to that address,
 *and holds three commands.
 *
 * Each connection delivers one mail after another as Postfix does over a cached
 * connection: envelope and text in one go, then it waits for the answer.  All
 * mails are different, and differ from those of another RUN.  Prints figures
 * alone, in one line:
 *
 *	SECONDS MAILS/S MEDIAN-MS P99-MS REFUSED
 *
 * from the first connection to the last answer, and how long a mail took. */

#define _GNU_SOURCE

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "bench.h"

typedef struct {
	int fd;
	int due;       /* replies that the current mail still gets */
	int refusal;   /* it got one that is not 2xx */
	double start;  /* of the current mail */
	size_t unread; /* bytes in line */
	char line[1024];
} Connection;

typedef struct {
	const char *run;
	const char *path;
	const char *agent; /* or NULL: customers */
	const char *recipient;
	long mails;
	long connections;
	long begun;
	long done;
	long refused;
	double *seconds; /* what each mail took */
} Load;

/* ---- one connection ---- */

static void
send_all(int fd, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);

		if (sent < 0 && errno != EINTR)
			die("send");
		if (sent > 0) {
			data += sent;
			size -= (size_t)sent;
		}
	}
}

static void
open_connection(Connection *connection, const char *path)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };

	snprintf(name.sun_path, sizeof name.sun_path, "%s", path);
	connection->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connection->fd < 0 ||
	    connect(connection->fd, (struct sockaddr *)&name, sizeof name) < 0)
		die("connect");
	send_all(connection->fd, "LHLO load.example\r\n", 19);
	connection->due = 2;
}

/* Sends the next mail, or says goodbye. */
static void
begin_mail(Load *load, Connection *connection)
{
	char text[512 + MAIL_ROOM], mail[MAIL_ROOM], sender[128];
	int size, mail_size = MAIL_SIZE;

	if (load->begun == load->mails) {
		send_all(connection->fd, "QUIT\r\n", 6);
		close(connection->fd);
		connection->fd = -1;
		return;
	}
	if (load->agent != NULL) {
		snprintf(sender, sizeof sender, "%s", load->agent);
		mail_size = write_commands(
		    mail, load->agent, load->recipient, load->run, load->begun);
	} else {
		snprintf(sender, sizeof sender, "customer-%s-%ld@example.net",
		    load->run, load->begun);
		write_mail(mail, load->recipient, load->run, load->begun);
	}
	size = snprintf(text, 512,
	    "MAIL FROM:<%s> BODY=8BITMIME\r\n"
	    "RCPT TO:<%s>\r\n"
	    "BDAT %d LAST\r\n",
	    sender, load->recipient, mail_size);
	memcpy(text + size, mail, (size_t)mail_size);
	load->begun++;
	connection->due = 3;
	connection->refusal = 0;
	connection->start = now_seconds();
	send_all(connection->fd, text, (size_t)(size + mail_size));
}

static void
end_mail(Load *load, Connection *connection)
{
	load->seconds[load->done++] = now_seconds() - connection->start;
	load->refused += connection->refusal;
}

/* One line of a reply. */
static void
take_line(Load *load, Connection *connection, const char *line)
{
	if (strlen(line) > 3 && line[3] == '-')
		return;
	if (line[0] != '2')
		connection->refusal = 1;
	if (--connection->due > 0)
		return;
	if (connection->start > 0)
		end_mail(load, connection);
	begin_mail(load, connection);
}

static void
read_replies(Load *load, Connection *connection)
{
	ssize_t size = recv(connection->fd,
	    connection->line + connection->unread,
	    sizeof connection->line - 1 - connection->unread, 0);
	char *line = connection->line, *end;

	if (size <= 0)
		die("the server hung up");
	connection->unread += (size_t)size;
	connection->line[connection->unread] = '\0';
	while ((end = strchr(line, '\n')) != NULL && connection->fd >= 0) {
		*end = '\0';
		take_line(load, connection, line);
		line = end + 1;
	}
	connection->unread = strlen(line);
	memmove(connection->line, line, connection->unread + 1);
}

/* ---- all of them ---- */

static void
run_load(Load *load)
{
	Connection *connections = calloc(
	    (size_t)load->connections, sizeof *connections);
	struct pollfd *ready = calloc((size_t)load->connections, sizeof *ready);

	if (connections == NULL || ready == NULL)
		die("memory");
	for (long i = 0; i < load->connections; i++)
		open_connection(&connections[i], load->path);
	while (load->done < load->mails) {
		for (long i = 0; i < load->connections; i++)
			ready[i] = (struct pollfd){ connections[i].fd, POLLIN,
				0 };
		if (poll(ready, (nfds_t)load->connections, 60000) <= 0)
			die("no answer for a minute");
		for (long i = 0; i < load->connections; i++)
			if (ready[i].revents != 0)
				read_replies(load, &connections[i]);
	}
	free(connections);
	free(ready);
}

static int
compare_seconds(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static void
print_figures(Load *load, double seconds)
{
	size_t count = (size_t)load->done;

	qsort(load->seconds, count, sizeof *load->seconds, compare_seconds);
	printf("%.3f %.0f %.2f %.2f %ld\n", seconds,
	    (double)load->done / seconds, 1000 * load->seconds[count / 2],
	    1000 * load->seconds[count * 99 / 100], load->refused);
}

static int
usage(void)
{
	fprintf(stderr,
	    "usage: lmtp-load [-r run] [-n mails] [-c connections] "
	    "[-a agent -t recipient] socket\n");
	return 1;
}

int
main(int argc, char **argv)
{
	Load load = { .run = "load",
		.recipient = "support@example.org",
		.mails = 1000,
		.connections = 1 };
	double start;
	int option;

	while ((option = getopt(argc, argv, "r:n:c:a:t:")) != -1) {
		if (option == 'r')
			load.run = optarg;
		else if (option == 'n')
			load.mails = read_number(optarg, 1);
		else if (option == 'c')
			load.connections = read_number(optarg, 1);
		else if (option == 'a')
			load.agent = optarg;
		else if (option == 't')
			load.recipient = optarg;
		else
			return usage();
	}
	if (argc - optind != 1)
		return usage();
	load.path = argv[optind];
	load.seconds = calloc((size_t)load.mails, sizeof *load.seconds);
	if (load.seconds == NULL)
		die("memory");

	start = now_seconds();
	run_load(&load);
	print_figures(&load, now_seconds() - start);
	free(load.seconds);
	return load.refused > 0;
}
