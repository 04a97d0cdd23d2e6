/* test-store-suppress.c - addresses that get no automatic mail, and bans */

#include "config.h"

#include "store/store-private.h"
#include "store-fixture.h"

static void
put(TdTxn *txn, const TdSuppression *suppression)
{
	g_autoptr(GError) error = NULL;

	td_suppression_put(txn, suppression, &error);
	g_assert_no_error(error);
}

/* Writes one of NOW that ends at @expires. */
static void
put_simple(TdTxn *txn, TdSuppressedKind kind, const char *what, gint64 expires)
{
	g_autoptr(TdSuppression) suppression = td_suppression_new(kind, what);

	suppression->created = NOW;
	suppression->updated = NOW;
	suppression->expires = expires;
	put(txn, suppression);
}

static TdSuppression *
get(TdTxn *txn, TdSuppressedKind kind, const char *what)
{
	g_autoptr(GError) error = NULL;
	TdSuppression *suppression = NULL;

	td_suppression_get(txn, kind, what, &suppression, &error);
	g_assert_no_error(error);
	return suppression;
}

/* "kind what" of a page, each with a '|' behind it; the caller's. */
static char *
list(TdTxn *txn, int kind, TdSuppressedKind after_kind, const char *after,
    guint limit)
{
	g_autoptr(GPtrArray) page = NULL;
	g_autoptr(GError) error = NULL;
	GString *text = g_string_new(NULL);
	guint i;

	td_suppression_list(txn, kind, after_kind, after, limit, &page, &error);
	g_assert_no_error(error);
	for (i = 0; i < page->len; i++) {
		const TdSuppression *each = page->pdata[i];

		g_string_append_printf(text, "%s %s|",
		    td_suppressed_kind_name(each->kind), each->what);
	}
	return g_string_free(text, FALSE);
}

static void
assert_list(TdTxn *txn, int kind, TdSuppressedKind after_kind,
    const char *after, guint limit, const char *want)
{
	g_autofree char *got = list(txn, kind, after_kind, after, limit);

	g_assert_cmpstr(got, ==, want);
}

static void
assert_counts(TdTxn *txn, guint bounced, guint muted, guint banned)
{
	const guint want[] = { bounced, muted, banned };
	guint i;

	for (i = 0; i <= TD_SUPPRESSED_LAST; i++) {
		guint64 count = 99;

		g_assert_true(td_suppression_count(txn, i, &count, NULL));
		g_assert_cmpuint(count, ==, want[i]);
	}
}

static void
fill(Desk *desk, gconstpointer unused)
{
	g_autoptr(TdTxn) txn = NULL;

	make_desk(desk, unused);
	txn = begin(desk);
	put_simple(txn, TD_SUPPRESSED_BANNED, "/spam/", 0);
	put_simple(txn, TD_SUPPRESSED_MUTED, "b@example.com", NOW + 60);
	put_simple(txn, TD_SUPPRESSED_BOUNCED, "b@example.com", NOW + 100);
	put_simple(txn, TD_SUPPRESSED_BOUNCED, "a@example.com", NOW + 50);
	put_simple(txn, TD_SUPPRESSED_BANNED, "@example.org", NOW + 50);
	put_simple(txn, TD_SUPPRESSED_BOUNCED, "a@example.co", 0);
	commit(txn);
}

static void
test_reads_what_was_put(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdSuppression)
	    suppression = td_suppression_new(TD_SUPPRESSED_BOUNCED, "a@x");
	g_autoptr(TdSuppression) read = NULL;
	g_autoptr(TdTxn) txn = begin(desk);

	g_assert_cmpuint(suppression->count, ==, 1);
	replace_text(&suppression->why, "5.1.1 no such user");
	replace_text(&suppression->by, "desk");
	suppression->evidence = (TdPlace){ 0, 17 };
	suppression->created = NOW;
	suppression->updated = NOW + 1;
	suppression->expires = NOW + 2;
	suppression->count = 3;
	put(txn, suppression);
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	txn = td_txn_read(desk->store);
	read = get(txn, TD_SUPPRESSED_BOUNCED, "a@x");
	g_assert_cmpint(read->kind, ==, TD_SUPPRESSED_BOUNCED);
	g_assert_cmpstr(read->what, ==, "a@x");
	g_assert_cmpstr(read->why, ==, "5.1.1 no such user");
	g_assert_cmpstr(read->by, ==, "desk");
	g_assert_cmpuint(read->evidence.ticket, ==, 0);
	g_assert_cmpuint(read->evidence.sequence, ==, 17);
	g_assert_cmpint(read->created, ==, NOW);
	g_assert_cmpint(read->updated, ==, NOW + 1);
	g_assert_cmpint(read->expires, ==, NOW + 2);
	g_assert_cmpuint(read->count, ==, 3);
	g_assert_null(get(txn, TD_SUPPRESSED_MUTED, "a@x"));
	g_assert_null(get(txn, TD_SUPPRESSED_BOUNCED, "a@"));
	g_assert_null(get(txn, TD_SUPPRESSED_BOUNCED, "a@xy"));
}

static void
test_again(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdSuppression)
	    again = td_suppression_new(TD_SUPPRESSED_MUTED, "b@example.com");
	g_autoptr(TdSuppression) read = NULL;
	g_autoptr(TdTxn) txn = begin(desk);
	guint count = 99;

	again->created = NOW + 500;
	again->updated = NOW + 500;
	again->expires = NOW + 600;
	again->count = 2;
	put(txn, again);
	read = get(txn, TD_SUPPRESSED_MUTED, "b@example.com");
	g_assert_cmpint(read->created, ==, NOW);
	g_assert_cmpint(read->updated, ==, NOW + 500);
	g_assert_cmpuint(read->count, ==, 3);
	assert_counts(txn, 3, 1, 2);
	g_assert_true(td_suppression_expire(txn, NOW + 90, 10, &count, NULL));
	g_assert_cmpuint(count, ==, 2);
	assert_counts(txn, 2, 1, 1);
}

static void
test_list(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = td_txn_read(desk->store);

	assert_list(txn, -1, 0, NULL, 9,
	    "bounced a@example.co|bounced a@example.com|"
	    "bounced b@example.com|muted b@example.com|"
	    "banned /spam/|banned @example.org|");
	assert_list(
	    txn, -1, TD_SUPPRESSED_BANNED, NULL, 1, "bounced a@example.co|");
	assert_list(txn, -1, TD_SUPPRESSED_BOUNCED, "a@example.com", 2,
	    "bounced b@example.com|muted b@example.com|");
	assert_list(txn, -1, TD_SUPPRESSED_BANNED, "@example.org", 9, "");
	assert_list(txn, TD_SUPPRESSED_BOUNCED, 0, NULL, 2,
	    "bounced a@example.co|bounced a@example.com|");
	assert_list(txn, TD_SUPPRESSED_BOUNCED, 0, "a@example.com", 9,
	    "bounced b@example.com|");
	assert_list(txn, TD_SUPPRESSED_BOUNCED, 0, "a@example.coa", 1,
	    "bounced a@example.com|");
	assert_list(txn, TD_SUPPRESSED_MUTED, 0, "b@example.com", 9, "");
	assert_list(
	    txn, TD_SUPPRESSED_BANNED, 0, "/spam/", 9, "banned @example.org|");
	assert_counts(txn, 3, 1, 2);
}

static void
test_empty(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	gboolean found = TRUE;
	guint count = 99;

	assert_list(txn, -1, 0, NULL, 9, "");
	assert_list(txn, TD_SUPPRESSED_MUTED, 0, "a@x", 9, "");
	assert_counts(txn, 0, 0, 0);
	g_assert_true(td_suppression_delete(
	    txn, TD_SUPPRESSED_MUTED, "a@x", &found, NULL));
	g_assert_false(found);
	g_assert_true(td_suppression_expire(txn, NOW, 10, &count, NULL));
	g_assert_cmpuint(count, ==, 0);
}

static void
test_delete(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	gboolean found = FALSE;

	g_assert_true(td_suppression_delete(
	    txn, TD_SUPPRESSED_BOUNCED, "b@example.com", &found, NULL));
	g_assert_true(found);
	g_assert_true(td_suppression_delete(
	    txn, TD_SUPPRESSED_BOUNCED, "b@example.com", &found, NULL));
	g_assert_false(found);
	assert_list(txn, -1, 0, NULL, 9,
	    "bounced a@example.co|bounced a@example.com|muted b@example.com|"
	    "banned /spam/|banned @example.org|");
}

static void
test_expire(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	guint count = 99;

	g_assert_true(td_suppression_expire(txn, NOW + 50, 10, &count, NULL));
	g_assert_cmpuint(count, ==, 0);
	g_assert_true(td_suppression_expire(txn, NOW + 61, 2, &count, NULL));
	g_assert_cmpuint(count, ==, 2);
	g_assert_true(td_suppression_expire(txn, NOW + 61, 2, &count, NULL));
	g_assert_cmpuint(count, ==, 1);
	assert_list(txn, -1, 0, NULL, 9,
	    "bounced a@example.co|bounced b@example.com|banned /spam/|");
	g_assert_true(td_suppression_expire(txn, G_MAXINT64, 9, &count, NULL));
	g_assert_cmpuint(count, ==, 1);
	assert_counts(txn, 1, 0, 1);
}

static void
test_names(void)
{
	TdSuppressedKind kind = TD_SUPPRESSED_BOUNCED;

	g_assert_true(td_suppressed_kind_from_name("banned", &kind));
	g_assert_cmpint(kind, ==, TD_SUPPRESSED_BANNED);
	g_assert_false(td_suppressed_kind_from_name("Muted", &kind));
	g_assert_cmpint(kind, ==, TD_SUPPRESSED_BANNED);
	g_assert_cmpstr(
	    td_suppressed_kind_name(TD_SUPPRESSED_MUTED), ==, "muted");
}

/* ---- damage ---- */

static void
collect(const char *finding, gpointer data)
{
	g_string_append_printf(data, "%s\n", finding);
}

static void
assert_check(Desk *desk, const char *want)
{
	g_autoptr(GString) findings = g_string_new(NULL);
	guint64 number = 0;
	guint64 wrong = 0;

	do {
		g_autoptr(GError) error = NULL;
		g_autoptr(TdTxn) txn = td_txn_read(desk->store);

		td_store_check(
		    txn, FALSE, &number, &wrong, collect, findings, &error);
		g_assert_no_error(error);
	} while (number != 0);
	g_assert_cmpstr(findings->str, ==, want);
}

/* Puts rubbish under the @size bytes of @key: kind and text. */
static void
damage(Desk *desk, const char *key, gsize size)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(GError) error = NULL;

	td_row_put(txn, TD_TABLE_SUPPRESSED, key, size, "rubbish", 7, &error);
	g_assert_no_error(error);
	commit(txn);
}

static void
test_damaged(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char key[] = "\1b@example.com";
	g_autoptr(TdSuppression) none = NULL;
	g_autoptr(TdTxn) txn = NULL;
	g_autoptr(GError) error = NULL;
	gboolean found = FALSE;

	assert_check(desk, "");
	damage(desk, key, sizeof(key) - 1);
	assert_check(
	    desk, "muted b@example.com: damaged record in table suppressed\n");
	txn = begin(desk);
	g_assert_false(td_suppression_get(
	    txn, TD_SUPPRESSED_MUTED, "b@example.com", &none, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_BROKEN);
	g_assert_cmpstr(error->message, ==,
	    "damaged record of muted b@example.com in table suppressed");
	g_assert_null(none);
	assert_list(txn, -1, 0, NULL, 9,
	    "bounced a@example.co|bounced a@example.com|"
	    "bounced b@example.com|banned /spam/|banned @example.org|");
	g_assert_true(td_suppression_delete(
	    txn, TD_SUPPRESSED_MUTED, "b@example.com", &found, NULL));
	g_assert_true(found);
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	assert_check(desk, "");
}

static void
test_damaged_replaced(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char key[] = "\0a@example.com";
	g_autoptr(TdSuppression) read = NULL;
	g_autoptr(TdTxn) txn = NULL;

	damage(desk, key, sizeof(key) - 1);
	txn = begin(desk);
	put_simple(txn, TD_SUPPRESSED_BOUNCED, "a@example.com", NOW);
	read = get(txn, TD_SUPPRESSED_BOUNCED, "a@example.com");
	g_assert_cmpuint(read->count, ==, 1);
}

/* A record that stands under another's key is not believed. */
static void
test_misplaced(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_auto(TdRow) row = { 0 };

	g_assert_true(td_row_get(
	    txn, TD_TABLE_SUPPRESSED, "\0a@example.co", 13, 0, &row, NULL));
	g_assert_nonnull(row.data);
	g_assert_true(td_row_put(txn, TD_TABLE_SUPPRESSED, "\2a@example.co", 13,
	    row.data, row.size, NULL));
	g_assert_true(td_row_put(txn, TD_TABLE_SUPPRESSED, "\7\033[2J", 5,
	    row.data, row.size, NULL));
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	assert_check(desk,
	    "banned a@example.co: damaged record in table suppressed\n"
	    "something suppressed: damaged record in table suppressed\n");
}

static void
test_many_checked(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char key[] = "\1user450@example.com";
	g_autoptr(TdTxn) txn = begin(desk);
	guint i;

	for (i = 0; i < 2 * TD_READ_MAX + 100; i++) {
		g_autofree char *what = g_strdup_printf(
		    "user%03u@example.com", i);

		put_simple(txn, TD_SUPPRESSED_MUTED, what, NOW);
	}
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	assert_check(desk, "");
	damage(desk, key, sizeof(key) - 1);
	assert_check(desk,
	    "muted user450@example.com: damaged record in table suppressed\n");
}

/* ---- stores that were made before ---- */

static void
remove_table(Desk *desk, const char *name)
{
	g_autofree char *path = g_build_filename(desk->home, "db", name, NULL);

	g_assert_cmpint(g_remove(path), ==, 0);
}

/* Makes of the store what an earlier ticketd would have made. */
static void
make_old(Desk *desk)
{
	g_autoptr(TdTxn) txn = begin(desk);

	g_assert_true(td_row_delete(
	    txn, TD_TABLE_META, TD_META_TABLES, strlen(TD_META_TABLES), NULL));
	td_ticket_free(new_ticket(txn, "support", "a@x", "Printer"));
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	close_store(desk);
	remove_table(desk, "suppressed.db");
	remove_table(desk, "suppressed-by-expiry.db");
}

static void
test_old_store(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdTxn) txn = NULL;

	make_old(desk);
	open_store(desk);
	txn = begin(desk);
	ticket = get_ticket(txn, 1);
	g_assert_nonnull(ticket);
	put_simple(txn, TD_SUPPRESSED_MUTED, "a@x", NOW);
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	close_store(desk);
	open_store(desk);
	assert_check(desk, "");
	txn = td_txn_read(desk->store);
	assert_counts(txn, 0, 1, 0);
}

static void
test_lost_table(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	TdStore *store;

	make_old(desk);
	open_store(desk);
	close_store(desk);
	remove_table(desk, "suppressed.db");
	store = td_store_open(desk->home, CACHE_SIZE, 0, &error);
	g_assert_null(store);
	g_assert_error(error, TD_ERROR, TD_ERROR_BROKEN);
	g_assert_true(g_str_has_prefix(
	    error->message, "table suppressed is missing from the store;"));
}

static void
test_lost_index(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = NULL;
	guint count = 0;

	close_store(desk);
	remove_table(desk, "suppressed-by-expiry.db");
	open_store(desk);
	assert_check(desk, "");
	txn = begin(desk);
	g_assert_true(td_suppression_expire(txn, G_MAXINT64, 9, &count, NULL));
	g_assert_cmpuint(count, ==, 4);
}

/* ---- what is marked as spam is counted apart ---- */

static void
mark_spam(TdTxn *txn, guint64 number)
{
	g_autoptr(TdTicket) ticket = get_ticket(txn, number);
	g_autoptr(TdEvent)
	    event = td_event_new(TD_EVENT_SUPPRESSED, number, NOW, "desk");

	td_event_set_number(event, "spam", 1);
	append(txn, ticket, event);
	put_ticket(txn, ticket);
}

static void
test_spam_counted(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *queue;
		guint64 count;
	} cases[] = { { "support", 2 }, { "sales", 1 }, { "x", 0 },
		{ NULL, 3 } };
	guint64 counts[TD_STATUS_LAST + 1] = { 0 };
	g_autoptr(TdTxn) txn = begin(desk);
	guint64 number;
	guint i;

	for (number = 1; number <= 5; number++)
		td_ticket_free(new_ticket(
		    txn, number < 4 ? "support" : "sales", "a@x", "Prize"));
	mark_spam(txn, 1);
	mark_spam(txn, 3);
	mark_spam(txn, 4);
	for (i = 0; i < G_N_ELEMENTS(cases); i++) {
		guint64 count = 99;

		g_assert_true(
		    td_ticket_count_spam(txn, cases[i].queue, &count, NULL));
		g_assert_cmpuint(count, ==, cases[i].count);
	}
	g_assert_true(td_ticket_count(txn, NULL, counts, NULL));
	g_assert_cmpuint(counts[TD_STATUS_NEW], ==, 2);
}

#define TEST(name, make, test)                                                 \
	g_test_add("/store/suppress/" name, Desk, NULL, make, test, remove_desk)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	TEST("what was put is read", make_desk, test_reads_what_was_put);
	TEST("what comes again is counted and keeps its first time", fill,
	    test_again);
	TEST("lists go by kind and text, page by page", fill, test_list);
	TEST("an empty table has nothing", make_desk, test_empty);
	TEST("what is deleted is gone, once", fill, test_delete);
	TEST("what expired is deleted, the rest stays", fill, test_expire);
	g_test_add_func("/store/suppress/kinds have names", test_names);
	TEST("a damaged one is told, left out, and can be deleted", fill,
	    test_damaged);
	TEST("a damaged one is replaced", fill, test_damaged_replaced);
	TEST("one under another's key is damaged", fill, test_misplaced);
	TEST("a check looks at all of many", make_desk, test_many_checked);
	TEST("an older store gets the table when it is opened", make_desk,
	    test_old_store);
	TEST("a table that was lost is not made anew", make_desk,
	    test_lost_table);
	TEST("a lost index is made anew", fill, test_lost_index);
	TEST("spam is counted apart", make_desk, test_spam_counted);
	return g_test_run();
}
