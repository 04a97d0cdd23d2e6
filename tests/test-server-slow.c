/* test-server-slow.c - clients that hold a place and do nothing with it */

#include "config.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ticketd/message.h>

#include "server-fixture.h"

#define ENVELOPE                                                               \
	"LHLO slow.example\r\nMAIL FROM:<slow@example.net>\r\n"                \
	"RCPT TO:<support@example.com>\r\nDATA\r\n"

static int
greeted(const Desk *desk)
{
	int fd = client_connect(desk, "run/lmtp");
	g_autofree char *greeting = client_read(fd, "\r\n");

	g_assert_true(g_str_has_prefix(greeting, "220 "));
	return fd;
}

static int
connected_with_text(const Desk *desk)
{
	int fd = greeted(desk);
	g_autofree char *answer = NULL;

	client_send(fd, ENVELOPE, strlen(ENVELOPE));
	answer = client_read(fd, "\r\n354 ");
	return fd;
}

static void
assert_ends_with(int fd, const char *reply)
{
	g_autofree char *answer = client_read(fd, NULL);

	g_test_message("%s", answer);
	g_assert_nonnull(strstr(answer, reply));
	close(fd);
}

static gboolean
dribble(int fd)
{
	return send(fd, "x", 1, MSG_NOSIGNAL) == 1;
}

/* A byte now and then, of a command and of a text. */
static gpointer
send_slowly(gpointer data)
{
	int command = greeted(data);
	int text = connected_with_text(data);
	gboolean either = TRUE;

	while (either) {
		either = dribble(command);
		either = dribble(text) || either;
		g_usleep(50000);
	}
	close(command);
	close(text);
	return NULL;
}

static void
test_a_byte_now_and_then_is_no_progress(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(desk);
	server_turn(send_slowly, desk);
	g_assert_cmpuint(server_tickets(desk), ==, 0);
}

static gpointer
come_late(gpointer data)
{
	int silent = greeted(data);
	int newer, newest;

	g_usleep(600000);
	newer = greeted(data);
	g_usleep(600000);
	newest = greeted(data);
	assert_ends_with(silent, "421 4.3.2 ");
	client_send(newer, "QUIT\r\n", 6);
	assert_ends_with(newer, "221 2.0.0 ");
	client_send(newest, "QUIT\r\n", 6);
	assert_ends_with(newest, "221 2.0.0 ");
	return NULL;
}

static void
test_the_longest_silent_gives_way_to_a_new_one(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(desk);
	server_turn(come_late, desk);
}

static gpointer
come_thrice(gpointer data)
{
	int first = greeted(data);
	int second = greeted(data);
	int third = client_connect(data, "run/lmtp");

	assert_ends_with(third, "421 4.3.2 too many connections\r\n");
	close(second);
	client_send(first, "QUIT\r\n", 6);
	assert_ends_with(first, "221 2.0.0 ");
	close(greeted(data));
	return NULL;
}

static void
test_a_peer_has_no_more_than_its_share(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(desk);
	server_turn(come_thrice, desk);
}

#define ADD(path, extra, test)                                                 \
	g_test_add("/server/slow/" path, Desk, extra, server_open, test,       \
	    server_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	ADD("dribble", "[lmtp]\ntimeout = 1\n",
	    test_a_byte_now_and_then_is_no_progress);
	ADD("silent", "[lmtp]\nconnections = 2\n",
	    test_the_longest_silent_gives_way_to_a_new_one);
	ADD("share", "[lmtp]\nconnections-per-peer = 2\n",
	    test_a_peer_has_no_more_than_its_share);
	return g_test_run();
}
