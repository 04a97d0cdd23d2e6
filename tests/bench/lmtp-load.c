/* lmtp-load.c - delivers many mails by LMTP, or by SMTP
 *
 * lmtp-load -r RUN -n MAILS -c CONNECTIONS [-R RATE] [-a AGENT -t RECIPIENT]
 *           SOCKET
 *
 * SOCKET is a path, where LMTP is spoken, or HOST:PORT with HOST an IPv4
 * address, where SMTP is.  With -a and -t each mail is not a customer's but
 * AGENT's, to that address, and holds three commands.
 *
 * Each connection delivers one mail after another as Postfix does over a cached
 * connection: envelope and text in one go, then it waits for the answer.  All
 * mails are different, and differ from those of another RUN.
 *
 * With -R mails are offered at RATE a second, whatever becomes of those before:
 * each has its time, and is late from then on, also when it had to wait for a
 * connection to be free.  So a server that falls behind cannot hide it.
 *
 * Prints figures alone, in one line:
 *
 *	SECONDS MAILS/S MEDIAN-MS P99-MS REFUSED
 *
 * from the first connection to the last answer, and how long a mail took. */

#define _GNU_SOURCE

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "bench.h"

typedef struct {
	int fd;
	int idle;      /* waits for a mail whose time has come */
	int due;       /* replies that the current mail still gets */
	int refusal;   /* it got one that is not 2xx */
	double start;  /* of the current mail, 0 before the first */
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
	long rate;    /* 0: as fast as it goes */
	double start; /* of all */
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

static int
open_unix(const char *path)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(name.sun_path, sizeof name.sun_path, "%s", path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&name, sizeof name) < 0)
		die("connect");
	return fd;
}

static int
open_tcp(const char *path)
{
	struct sockaddr_in name = { .sin_family = AF_INET };
	const char *colon = strrchr(path, ':');
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char host[64];

	snprintf(host, sizeof host, "%.*s", (int)(colon - path), path);
	name.sin_port = htons((uint16_t)read_number(colon + 1, 1));
	if (inet_pton(AF_INET, host, &name.sin_addr) != 1 || fd < 0 ||
	    connect(fd, (struct sockaddr *)&name, sizeof name) < 0)
		die("connect");
	return fd;
}

static void
open_connection(Connection *connection, const char *path)
{
	if (strchr(path, '/') != NULL) {
		connection->fd = open_unix(path);
		send_all(connection->fd, "LHLO load.example\r\n", 19);
	} else {
		connection->fd = open_tcp(path);
		send_all(connection->fd, "EHLO load.example\r\n", 19);
	}
	connection->due = 2;
}

/* When mail @number is to be sent. */
static double
time_of(const Load *load, long number)
{
	return load->start + (double)number / (double)load->rate;
}

static void
begin_mail(Load *load, Connection *connection)
{
	char text[512 + MAIL_ROOM], mail[MAIL_ROOM], sender[128];
	int size, mail_size = MAIL_SIZE;

	connection->start = load->rate == 0 ? now_seconds()
	                                    : time_of(load, load->begun);
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
	send_all(connection->fd, text, (size_t)(size + mail_size));
}

/* Sends the next mail, waits for its time, or says goodbye. */
static void
go_on(Load *load, Connection *connection)
{
	connection->idle = 0;
	if (load->begun == load->mails) {
		send_all(connection->fd, "QUIT\r\n", 6);
		close(connection->fd);
		connection->fd = -1;
	} else if (load->rate > 0 &&
	    time_of(load, load->begun) > now_seconds()) {
		connection->idle = 1;
	} else {
		begin_mail(load, connection);
	}
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
	go_on(load, connection);
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

/* Until the next mail is due; a minute if it is an answer that is awaited. */
static struct timespec
time_to_wait(const Load *load)
{
	struct timespec wait = { 60, 0 };
	double left;

	if (load->rate > 0 && load->begun < load->mails) {
		left = time_of(load, load->begun) - now_seconds();
		left = left < 0 ? 0 : left;
		wait.tv_sec = (time_t)left;
		wait.tv_nsec = (long)(1e9 * (left - (double)wait.tv_sec));
	}
	return wait;
}

/* Those that wait may have something to do now. */
static void
feed(Load *load, Connection *connections)
{
	for (long i = 0; i < load->connections; i++)
		if (connections[i].idle)
			go_on(load, &connections[i]);
}

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
		struct timespec wait = time_to_wait(load);

		for (long i = 0; i < load->connections; i++)
			ready[i] = (struct pollfd){ connections[i].fd, POLLIN,
				0 };
		if (ppoll(ready, (nfds_t)load->connections, &wait, NULL) <= 0 &&
		    wait.tv_sec == 60)
			die("no answer for a minute");
		for (long i = 0; i < load->connections; i++)
			if (ready[i].revents != 0)
				read_replies(load, &connections[i]);
		feed(load, connections);
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
	    "[-R rate] [-a agent -t recipient] socket\n");
	return 1;
}

int
main(int argc, char **argv)
{
	Load load = { .run = "load",
		.recipient = "support@example.org",
		.mails = 1000,
		.connections = 1 };
	int option;

	while ((option = getopt(argc, argv, "r:n:c:R:a:t:")) != -1) {
		if (option == 'r')
			load.run = optarg;
		else if (option == 'n')
			load.mails = read_number(optarg, 1);
		else if (option == 'c')
			load.connections = read_number(optarg, 1);
		else if (option == 'R')
			load.rate = read_number(optarg, 1);
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

	load.start = now_seconds();
	run_load(&load);
	print_figures(&load, now_seconds() - load.start);
	free(load.seconds);
	return load.refused > 0;
}
