/* server-fixture.h - a server with sockets of its own, and clients for it */

#ifndef TICKETD_TESTS_SERVER_FIXTURE_H
#define TICKETD_TESTS_SERVER_FIXTURE_H

#include <ticketd/server.h>

typedef struct {
	char *directory;
	char *conf_path;
	TdService *service; /* opened with the store */
	TdServer *server;   /* NULL until server_start() */
	guint port;         /* of LMTP over TCP, 0 for none */
} Desk;

/* For g_test_add(): a store and a service.  @extra, a text or NULL: further
 * lines of the configuration, which begin in [desk]; "%d" in it becomes a free
 * TCP port. */
void server_open(Desk *desk, gconstpointer extra);
void server_close(Desk *desk, gconstpointer extra);

/* The test fails if that fails. */
void server_start(Desk *desk);

/* The file's path below the desk's directory; the caller's. */
char *server_path(const Desk *desk, const char *name);

/* Runs @work in a thread while the main loop turns, until it returns. */
void server_turn(GThreadFunc work, gpointer data);

/* ---- inside of such a thread: a client that blocks ---- */

/* A connection to the socket @name, or by TCP where it is NULL. */
int client_connect(const Desk *desk, const char *name);
/* The test fails if not all can be sent. */
void client_send(int fd, const char *bytes, gsize size);
/* What came until @until was part of it, or to the end where it is NULL; the
 * caller's. */
char *client_read(int fd, const char *until);

/* ---- from the main thread ---- */

/* All of it: connects, sends, reads to the end. */
char *server_talk(const Desk *desk, const char *name, const char *text);

/* How many tickets there are. */
guint64 server_tickets(const Desk *desk);

#endif
