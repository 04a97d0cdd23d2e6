/* test-wipe-version.c - with another Berkeley DB than the one whose pages are
 * known nothing is overwritten, and nothing damaged */

#include "config.h"

#include "erase-fixture.h"

/* In place of the library's: a release that nobody has looked at. */
char *db_version(int *major, int *minor, int *patch);

char *
db_version(int *major, int *minor, int *patch)
{
	static char text[] = "Berkeley DB 5.3.29";

	*major = 5;
	*minor = 3;
	*patch = 29;
	return text;
}

static void
count_finding(const char *finding, gpointer data)
{
	guint *count = data;

	g_test_message("%s", finding);
	++*count;
}

static void
test_another_release(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	TdWipe wipe = { .due = 1, .able = TRUE };
	g_autoptr(TdTxn) txn = NULL;
	guint64 number = 0, wrong = 0;
	guint count = 0;

	g_assert_true(td_store_wipe(desk->store, &wipe, NULL));
	g_assert_false(wipe.able);
	g_assert_cmpuint(wipe.file, ==, 0);
	g_assert_cmpuint(wipe.done, ==, 0);
	txn = td_txn_read(desk->store);
	g_assert_true(td_store_check(
	    txn, FALSE, &number, &wrong, count_finding, &count, NULL));
	g_assert_cmpuint(count, ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/store/wipe/another release is left alone", Desk, NULL,
	    fill_disk, test_another_release, remove_desk);
	return g_test_run();
}
