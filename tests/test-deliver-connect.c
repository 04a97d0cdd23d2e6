/* test-deliver-connect.c - how ticket-deliver finds the daemon */

#include "config.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "deliver/deliver.h"

typedef struct {
	char *folder;
	char *path;
	int fd;
} Place;

static void
open_place(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;

	place->folder = g_dir_make_tmp("ticketd-test-XXXXXX", &error);
	g_assert_no_error(error);
	place->path = g_build_filename(place->folder, "lmtp", NULL);
	place->fd = -1;
}

static void
close_place(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
	if (place->fd >= 0)
		close(place->fd);
	g_unlink(place->path);
	g_rmdir(place->folder);
	g_free(place->path);
	g_free(place->folder);
}

static void
bind_place(Place *place)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };

	g_strlcpy(name.sun_path, place->path, sizeof name.sun_path);
	place->fd = socket(AF_UNIX, SOCK_STREAM, 0);
	g_assert_cmpint(
	    bind(place->fd, (struct sockaddr *)&name, sizeof name), ==, 0);
}

static void
test_no_socket_is_an_absent_daemon(
    Place *place, gconstpointer unused G_GNUC_UNUSED)
{
	TdVerdict verdict;
	bool absent = false;

	g_assert_cmpint(
	    td_lmtp_connect(place->folder, &absent, &verdict), <, 0);
	g_assert_true(absent);

	/* One that was left behind by a daemon that died. */
	bind_place(place);
	absent = false;
	g_assert_cmpint(
	    td_lmtp_connect(place->folder, &absent, &verdict), <, 0);
	g_assert_true(absent);
}

static void
test_a_wrong_place_is_no_absent_daemon(
    Place *place, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *overlong = g_strnfill(200, 'x');
	TdVerdict verdict = { .status = TD_EXIT_DELIVERED };
	bool absent = true;

	g_assert_cmpint(td_lmtp_connect(overlong, &absent, &verdict), <, 0);
	g_assert_false(absent);
	g_assert_cmpint(verdict.status, ==, TD_EXIT_DEFER);

	g_assert_true(g_file_set_contents(place->path, "", 0, NULL));
	verdict.status = TD_EXIT_DELIVERED;
	g_assert_cmpint(td_lmtp_connect(place->path, &absent, &verdict), <, 0);
	g_assert_false(absent);
	g_assert_cmpint(verdict.status, ==, TD_EXIT_DEFER);
}

static gpointer
accept_soon(gpointer data)
{
	Place *place = data;

	g_usleep(200 * 1000);
	close(accept(place->fd, NULL, NULL));
	return NULL;
}

static void
test_a_full_queue_is_waited_for(
    Place *place, gconstpointer unused G_GNUC_UNUSED)
{
	TdVerdict verdict;
	bool absent;
	GThread *thread;
	int first, second;

	bind_place(place);
	g_assert_cmpint(listen(place->fd, 0), ==, 0);
	first = td_lmtp_connect(place->folder, &absent, &verdict);
	g_assert_cmpint(first, >=, 0);
	thread = g_thread_new("accept", accept_soon, place);
	second = td_lmtp_connect(place->folder, &absent, &verdict);
	g_assert_cmpint(second, >=, 0);
	g_thread_join(thread);
	close(first);
	close(second);
}

#define PLACE(path, test)                                                      \
	g_test_add(path, Place, NULL, open_place, test, close_place)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	PLACE("/deliver/connect/absent", test_no_socket_is_an_absent_daemon);
	PLACE("/deliver/connect/wrong", test_a_wrong_place_is_no_absent_daemon);
	PLACE("/deliver/connect/full", test_a_full_queue_is_waited_for);

	return g_test_run();
}
