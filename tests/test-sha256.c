/* test-sha256.c - digests */

#include "config.h"

#include <string.h>

#include <ticketd/sha256.h>
#include <ticketd/text.h>

static void
test_digest_is_that_of_glib(void)
{
	g_autofree guint8 *data = g_malloc(1000);

	for (gsize i = 0; i < 1000; i++)
		data[i] = (guint8)(i * 7);
	for (gsize size = 0; size <= 1000; size += 37) {
		g_autofree char *want = g_compute_checksum_for_data(
		    G_CHECKSUM_SHA256, data, size);
		g_autoptr(TdSha256) sha256 = td_sha256_new();
		guint8 digest[TD_SHA256_SIZE];
		g_autofree char *whole = NULL;
		g_autofree char *parts = NULL;

		td_sha256(data, size, digest);
		whole = td_text_hex(digest, sizeof(digest));
		g_assert_cmpstr(whole, ==, want);

		td_sha256_update(sha256, data, size / 3);
		td_sha256_update(sha256, data + size / 3, size - size / 3);
		parts = td_sha256_finish_hex(sha256);
		g_assert_cmpstr(parts, ==, want);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sha256/glib", test_digest_is_that_of_glib);
	return g_test_run();
}
