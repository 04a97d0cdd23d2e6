/* test-server-sockets.c - how a server begins to listen, and ends */

#include "config.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <ticketd/error.h>

#include "server-fixture.h"

static void
test_sockets_have_their_modes(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *lmtp = server_path(desk, "run/lmtp");
	g_autofree char *control = server_path(desk, "run/control");
	struct stat status;

	server_start(desk);
	g_assert_cmpint(stat(lmtp, &status), ==, 0);
	g_assert_cmpint(status.st_mode, ==, S_IFSOCK | 0620);
	g_assert_cmpint(stat(control, &status), ==, 0);
	g_assert_cmpint(status.st_mode, ==, S_IFSOCK | 0600);
}

/* A socket at run/lmtp on which somebody listens, or nobody any more. */
static int
leave_socket(const Desk *desk, gboolean listening)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	g_autofree char *run = server_path(desk, "run");
	g_autofree char *path = server_path(desk, "run/lmtp");
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	g_assert_cmpint(g_mkdir(run, 0755), ==, 0);
	strcpy(address.sun_path, path);
	g_assert_cmpint(
	    bind(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
	if (listening)
		g_assert_cmpint(listen(fd, 1), ==, 0);
	return fd;
}

static void
test_stale_socket_is_replaced(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *answer = NULL;

	close(leave_socket(desk, FALSE));
	server_start(desk);
	answer = server_talk(desk, "run/lmtp", "QUIT\r\n");
	g_assert_true(g_str_has_prefix(answer, "220 "));
}

static void
test_live_socket_is_an_error(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *path = server_path(desk, "run/lmtp");
	g_autoptr(GError) error = NULL;
	int fd = leave_socket(desk, TRUE);

	g_assert_null(td_server_new(desk->service, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
	g_assert_nonnull(strstr(error->message, "another ticketd listens on"));
	g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
	close(fd);
}

static void
test_address_that_is_none_is_an_error(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(td_server_new(desk->service, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
}

/* ---- stop ---- */

static void
note_done(gpointer data)
{
	*(gboolean *)data = TRUE;
}

typedef struct {
	Desk *desk;
	int fd;
} Waiting;

static gpointer
read_farewell(gpointer data)
{
	Waiting *waiting = data;
	g_autofree char *answer = client_read(waiting->fd, NULL);

	g_assert_nonnull(strstr(answer, "421 4.3.2 "));
	close(waiting->fd);
	return NULL;
}

static gpointer
connect_and_read_greeting(gpointer data)
{
	Waiting *waiting = data;
	g_autofree char *greeting = NULL;

	waiting->fd = client_connect(waiting->desk, "run/lmtp");
	greeting = client_read(waiting->fd, "\r\n");
	return NULL;
}

static void
test_stop_says_farewell(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *path = server_path(desk, "run/lmtp");
	Waiting waiting = { desk, -1 };
	gboolean done = FALSE;

	server_start(desk);
	server_turn(connect_and_read_greeting, &waiting);
	td_server_stop(desk->server, 30000, note_done, &done);
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
	server_turn(read_farewell, &waiting);
	while (!done)
		g_main_context_iteration(NULL, TRUE);
}

static void
test_stop_without_connections_is_at_once(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	gboolean done = FALSE;

	server_start(desk);
	td_server_stop(desk->server, 30000, note_done, &done);
	g_assert_true(done);
}

#define ADD(path, extra, test)                                                 \
	g_test_add(                                                            \
	    "/sockets/" path, Desk, extra, server_open, test, server_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	ADD("modes", "[lmtp]\nmode = 0620\n", test_sockets_have_their_modes);
	ADD("stale", NULL, test_stale_socket_is_replaced);
	ADD("live", NULL, test_live_socket_is_an_error);
	ADD("wrong-address", "[lmtp]\nlisten = 192.0.2.1:24\n",
	    test_address_that_is_none_is_an_error);
	ADD("farewell", NULL, test_stop_says_farewell);
	ADD("stop", NULL, test_stop_without_connections_is_at_once);
	return g_test_run();
}
