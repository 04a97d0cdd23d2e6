/* test-store-holds.c - mail that waits for a word of its writer */

#include "config.h"

#include "store/store-private.h"
#include "store-fixture.h"

static TdHold *
get_hold(TdTxn *txn, guint64 id)
{
	g_autoptr(GError) error = NULL;
	TdHold *hold = NULL;

	td_hold_get(txn, id, &hold, &error);
	g_assert_no_error(error);
	return hold;
}

/* @id 0: there is none. */
static void
assert_newest(TdTxn *txn, guint64 ticket, const char *from, guint64 id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdHold) hold = NULL;

	td_hold_newest(txn, ticket, from, 0, &hold, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(hold != NULL ? hold->id : 0, ==, id);
}

/* Ids up to 9 that are there. */
static char *
list_ids(TdTxn *txn)
{
	GString *text = g_string_new(NULL);
	guint64 id;

	for (id = 1; id < 10; id++) {
		g_autoptr(TdHold) hold = get_hold(txn, id);

		if (hold != NULL)
			g_string_append_printf(text, "%u ", (guint)id);
	}
	return g_string_free(text, FALSE);
}

static void
assert_ids(TdTxn *txn, const char *want)
{
	g_autofree char *got = list_ids(txn);

	g_assert_cmpstr(got, ==, want);
}

static TdHold *
full_hold(void)
{
	TdHold *hold = td_hold_new();

	hold->ticket = 42;
	replace_text(&hold->from, "a@example.com");
	replace_text(&hold->kind, "add-address");
	hold->mail.ticket = 40;
	hold->mail.sequence = 3;
	replace_text(&hold->text, "b@example.com");
	hold->person = 7;
	hold->created = NOW;
	hold->expires = NOW + 3600;
	return hold;
}

static void
test_reads_what_was_put(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdHold) hold = full_hold();
	g_autoptr(TdHold) read = NULL;

	g_assert_true(td_hold_put(txn, hold, NULL));
	g_assert_cmpuint(hold->id, ==, 1);
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	txn = td_txn_read(desk->store);
	read = get_hold(txn, 1);
	g_assert_cmpuint(read->id, ==, 1);
	g_assert_cmpuint(read->ticket, ==, 42);
	g_assert_cmpstr(read->from, ==, "a@example.com");
	g_assert_cmpstr(read->kind, ==, "add-address");
	g_assert_cmpuint(read->mail.ticket, ==, 40);
	g_assert_cmpuint(read->mail.sequence, ==, 3);
	g_assert_cmpstr(read->text, ==, "b@example.com");
	g_assert_cmpuint(read->person, ==, 7);
	g_assert_cmpint(read->created, ==, NOW);
	g_assert_cmpint(read->expires, ==, NOW + 3600);
	g_assert_null(get_hold(txn, 2));
}

static void
test_changed(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdHold) hold = new_hold(txn, 42, "a@x", NOW);
	guint count = 0;

	hold->ticket = 43;
	hold->expires = NOW + 9;
	g_assert_true(td_hold_put(txn, hold, NULL));
	g_assert_cmpuint(hold->id, ==, 1);
	assert_newest(txn, 42, "a@x", 0);
	assert_newest(txn, 43, "a@x", 1);
	g_assert_true(td_hold_expire(txn, NOW + 9, 10, &count, NULL));
	g_assert_cmpuint(count, ==, 0);
}

static void
test_newest(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);

	td_hold_free(new_hold(txn, 42, "a@x", NOW));
	td_hold_free(new_hold(txn, 42, "a@x", NOW - 50));
	td_hold_free(new_hold(txn, 42, "a@xy", NOW));
	td_hold_free(new_hold(txn, 43, "a@x", NOW));
	td_hold_free(new_hold(txn, 0, "a@x", NOW));
	assert_newest(txn, 42, "a@x", 2);
	assert_newest(txn, 42, "a@xy", 3);
	assert_newest(txn, 43, "a@x", 4);
	assert_newest(txn, 0, "a@x", 5);
	assert_newest(txn, 42, "a@", 0);
	assert_newest(txn, 42, "b@x", 0);
	assert_newest(txn, 44, "a@x", 0);
	assert_newest(txn, 41, "a@x", 0);
}

static void
test_deleted(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);

	td_hold_free(new_hold(txn, 42, "a@x", NOW));
	td_hold_free(new_hold(txn, 42, "a@x", NOW));
	g_assert_true(td_hold_delete(txn, 2, NULL));
	assert_newest(txn, 42, "a@x", 1);
	g_assert_true(td_hold_delete(txn, 2, NULL));
	g_assert_true(td_hold_delete(txn, 1, NULL));
	assert_newest(txn, 42, "a@x", 0);
	/* An id is given once. */
	td_hold_free(new_hold(txn, 42, "a@x", NOW));
	assert_ids(txn, "3 ");
}

static void
test_expired(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	guint count = 9;

	td_hold_free(new_hold(txn, 1, "a@x", NOW + 4));
	td_hold_free(new_hold(txn, 1, "a@x", NOW + 3));
	td_hold_free(new_hold(txn, 1, "a@x", NOW + 2));
	td_hold_free(new_hold(txn, 1, "a@x", NOW + 1));
	td_hold_free(new_hold(txn, 1, "a@x", NOW + 3));
	g_assert_true(td_hold_expire(txn, NOW + 1, 10, &count, NULL));
	g_assert_cmpuint(count, ==, 0);
	g_assert_true(td_hold_expire(txn, NOW + 4, 2, &count, NULL));
	g_assert_cmpuint(count, ==, 2);
	assert_ids(txn, "1 2 5 ");
	g_assert_true(td_hold_expire(txn, NOW + 4, 10, &count, NULL));
	g_assert_cmpuint(count, ==, 2);
	assert_ids(txn, "1 ");
	assert_newest(txn, 1, "a@x", 1);
}

static void
test_undone(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	guint count;

	td_hold_free(new_hold(txn, 1, "a@x", NOW));
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	txn = begin(desk);
	g_assert_true(td_hold_expire(txn, NOW + 1, 10, &count, NULL));
	td_hold_free(new_hold(txn, 1, "b@x", NOW));
	g_clear_pointer(&txn, td_txn_free);
	txn = begin(desk);
	assert_ids(txn, "1 ");
	assert_newest(txn, 1, "a@x", 1);
	assert_newest(txn, 1, "b@x", 0);
}

static void
test_damaged_is_error(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdHold) hold = full_hold();
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_NUMBER];
	gsize size;

	g_assert_true(td_hold_put(txn, hold, NULL));
	td_key_number(key, 1);
	g_assert_true(
	    td_row_get(txn, TD_TABLE_HOLDS, key, sizeof(key), 0, &row, NULL));
	for (size = 0; size < row.size; size++) {
		g_autoptr(GError) error = NULL;
		TdHold *read = NULL;

		g_assert_true(td_row_put(txn, TD_TABLE_HOLDS, key, sizeof(key),
		    row.data, size, NULL));
		g_assert_false(td_hold_get(txn, 1, &read, &error));
		g_assert_error(error, TD_ERROR, TD_ERROR_BROKEN);
		g_assert_cmpstr(
		    error->message, ==, "damaged record 1 in table holds");
		g_assert_null(read);
	}
	assert_newest(txn, 42, "a@example.com", 0);
	g_assert_true(td_hold_delete(txn, 1, NULL));
	g_assert_null(get_hold(txn, 1));
}

#define MADE(name, function)                                                   \
	g_test_add("/store/holds/" name, Desk, NULL, make_desk, function,      \
	    remove_desk)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	MADE("a hold is read as it was put", test_reads_what_was_put);
	MADE("a changed hold is found where it is now", test_changed);
	MADE("the newest of a ticket and address is found", test_newest);
	MADE("a deleted hold is gone", test_deleted);
	MADE("expired holds are deleted in turns", test_expired);
	MADE("what is not committed is undone", test_undone);
	MADE("a cut record is an error that names it", test_damaged_is_error);
	return g_test_run();
}
