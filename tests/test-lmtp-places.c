/* test-lmtp-places.c - how many connections there may be, and whose */

#include "config.h"

#include <sys/socket.h>
#include <unistd.h>

#include "server/lmtp-places.h"

static void
test_a_peer_has_its_share_and_no_more(void)
{
	g_autoptr(TdLmtpPlaces) places = td_lmtp_places_new(3, 2);

	g_assert_true(td_lmtp_places_take(places, "a"));
	g_assert_false(td_lmtp_places_has_share(places, "a"));
	g_assert_true(td_lmtp_places_take(places, "a"));
	g_assert_true(td_lmtp_places_has_share(places, "a"));
	g_assert_false(td_lmtp_places_take(places, "a"));

	g_assert_true(td_lmtp_places_take(places, "b"));
	g_assert_false(td_lmtp_places_take(places, "b"));
	g_assert_false(td_lmtp_places_has_share(places, "b"));
}

static void
test_what_is_given_back_is_anybodys(void)
{
	g_autoptr(TdLmtpPlaces) places = td_lmtp_places_new(2, 2);

	g_assert_true(td_lmtp_places_take(places, "a"));
	g_assert_true(td_lmtp_places_take(places, "a"));
	td_lmtp_places_leave(places, "a");
	g_assert_true(td_lmtp_places_take(places, "b"));
	g_assert_false(td_lmtp_places_take(places, "a"));
	td_lmtp_places_leave(places, "a");
	g_assert_true(td_lmtp_places_take(places, "a"));
}

static void
test_peer_of_a_unix_socket_is_its_user(void)
{
	g_autofree char *want = g_strdup_printf("uid %u", (guint)getuid());
	g_autofree char *peer = NULL;
	int ends[2];

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
	peer = td_lmtp_peer(ends[0]);
	g_assert_cmpstr(peer, ==, want);
	close(ends[0]);
	close(ends[1]);
}

static void
test_who_cannot_be_told_has_a_name_too(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	g_autofree char *peer = td_lmtp_peer(fd);

	g_assert_cmpstr(peer, ==, "unknown");
	close(fd);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/places/share", test_a_peer_has_its_share_and_no_more);
	g_test_add_func("/places/back", test_what_is_given_back_is_anybodys);
	g_test_add_func("/places/unix", test_peer_of_a_unix_socket_is_its_user);
	g_test_add_func(
	    "/places/unknown", test_who_cannot_be_told_has_a_name_too);
	return g_test_run();
}
