/* test-store-objects.c - what monitoring systems watch, as it is kept */

#include "config.h"

#include "store/store-private.h"
#include "store-fixture.h"

#define DAY (24 * 60 * 60)

static TdObject *
make_object(const char *host, const char *service, guint64 ticket)
{
	TdObject *object = td_object_new();

	replace_text(&object->monitor, "nagios");
	replace_text(&object->host, host);
	replace_text(&object->service, service);
	replace_text(&object->state, "CRITICAL");
	object->ticket = ticket;
	object->home = ticket;
	object->problem = TRUE;
	object->since = NOW;
	object->updated = NOW;
	return object;
}

static void
put(TdTxn *txn, const TdObject *object)
{
	g_autoptr(GError) error = NULL;

	td_object_put(txn, object, &error);
	g_assert_no_error(error);
}

/* Writes one; @problem FALSE: it is well since @updated. */
static void
put_simple(TdTxn *txn, const char *host, guint64 ticket, gboolean problem,
    gint64 updated)
{
	g_autoptr(TdObject) object = make_object(host, "", ticket);

	object->problem = problem;
	object->updated = updated;
	put(txn, object);
}

static TdObject *
get(TdTxn *txn, const char *host, const char *service)
{
	g_autoptr(GError) error = NULL;
	TdObject *object = NULL;

	td_object_get(txn, "nagios", host, service, &object, &error);
	g_assert_no_error(error);
	return object;
}

static void
assert_ticket(TdTxn *txn, const char *host, guint64 want)
{
	g_autoptr(TdObject) object = get(txn, host, "");

	g_assert_nonnull(object);
	g_assert_cmpuint(object->ticket, ==, want);
}

/* Hosts that are a problem of @ticket, each with a blank behind it. */
static void
assert_problems(TdTxn *txn, guint64 ticket, const char *want)
{
	g_autoptr(GPtrArray) objects = NULL;
	g_autoptr(GString) got = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	td_object_problems(txn, ticket, TD_READ_MAX, &objects, &error);
	g_assert_no_error(error);
	for (guint i = 0; i < objects->len; i++)
		g_string_append_printf(
		    got, "%s ", ((TdObject *)objects->pdata[i])->host);
	g_assert_cmpstr(got->str, ==, want);
}

static void
test_reads_what_was_put(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdObject) object = make_object("web01", "HTTP", 42);
	g_autoptr(TdObject) read = NULL;
	g_autoptr(TdTxn) txn = begin(desk);
	const gint64 times[] = { NOW - 60, NOW };

	replace_text(&object->reference, "4711");
	object->home = 7;
	object->flapping = TRUE;
	object->taken = TRUE;
	object->grade = 2;
	object->repeats = 3;
	object->since = NOW + 1;
	object->updated = NOW + 2;
	g_array_append_vals(object->changes, times, G_N_ELEMENTS(times));
	put(txn, object);
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	txn = td_txn_read(desk->store);
	read = get(txn, "web01", "HTTP");
	g_assert_cmpstr(read->monitor, ==, "nagios");
	g_assert_cmpstr(read->host, ==, "web01");
	g_assert_cmpstr(read->service, ==, "HTTP");
	g_assert_cmpstr(read->reference, ==, "4711");
	g_assert_cmpstr(read->state, ==, "CRITICAL");
	g_assert_cmpuint(read->ticket, ==, 42);
	g_assert_cmpuint(read->home, ==, 7);
	g_assert_true(read->problem && read->flapping && read->taken);
	g_assert_cmpuint(read->grade, ==, 2);
	g_assert_cmpuint(read->repeats, ==, 3);
	g_assert_cmpint(read->since, ==, NOW + 1);
	g_assert_cmpint(read->updated, ==, NOW + 2);
	g_assert_cmpuint(read->changes->len, ==, 2);
	g_assert_cmpint(g_array_index(read->changes, gint64, 1), ==, NOW);
}

static void
test_names_folded(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdObject) first = make_object("Web01", "Диск Ёмкость", 1);
	g_autoptr(TdObject) second = make_object("WEB01", "диск емкость", 2);
	g_autoptr(TdObject) read = NULL;
	g_autoptr(TdTxn) txn = begin(desk);

	put(txn, first);
	put(txn, second);
	read = get(txn, "web01", "ДИСК ЁМКОСТЬ");
	g_assert_nonnull(read);
	g_assert_cmpuint(read->ticket, ==, 2);
	g_assert_cmpstr(read->host, ==, "WEB01");
	g_assert_true(td_object_same(first, second));
	assert_problems(txn, 1, "");
}

/* Where one name ends and the next begins counts. */
static void
test_names_apart(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdObject) object = make_object("web", "01", 1);
	g_autoptr(TdObject) other = make_object("web01", "", 1);
	g_autoptr(TdTxn) txn = begin(desk);
	TdObject *found = object;

	put(txn, object);
	g_assert_null(get(txn, "web01", ""));
	g_assert_null(get(txn, "web", ""));
	g_assert_true(td_object_get(txn, "nagio", "sweb", "01", &found, NULL));
	g_assert_null(found);
	g_assert_false(td_object_same(object, other));
}

static void
test_changes_bounded(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdObject) object = make_object("web01", "", 1);
	g_autoptr(TdObject) read = NULL;
	g_autoptr(TdTxn) txn = begin(desk);

	for (gint64 i = 0; i < TD_OBJECT_CHANGES + 10; i++)
		g_array_append_val(object->changes, i);
	put(txn, object);
	read = get(txn, "web01", "");
	g_assert_cmpuint(read->changes->len, ==, TD_OBJECT_CHANGES);
	g_assert_cmpint(g_array_index(read->changes, gint64, 0), ==, 10);
}

static void
test_reference(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdObject) object = make_object("srv1", "CPU 97%", 1);
	g_autoptr(TdObject) found = NULL;
	g_autoptr(TdTxn) txn = begin(desk);
	TdObject *none = object;

	replace_text(&object->reference, "4711");
	put(txn, object);
	g_assert_true(td_object_find(txn, "nagios", "4711", &found, NULL));
	g_assert_cmpstr(found->host, ==, "srv1");
	g_assert_true(td_object_find(txn, "nagios", "471", &none, NULL));
	g_assert_null(none);
	none = object;
	g_assert_true(td_object_find(txn, "zabbix", "4711", &none, NULL));
	g_assert_null(none);
	/* The next problem is called otherwise. */
	replace_text(&object->reference, "4712");
	put(txn, object);
	g_assert_true(td_object_find(txn, "nagios", "4711", &none, NULL));
	g_assert_null(none);
}

static void
test_problems(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GPtrArray) objects = NULL;
	g_autoptr(TdTxn) txn = begin(desk);

	put_simple(txn, "a", 1, TRUE, NOW);
	put_simple(txn, "b", 2, TRUE, NOW);
	put_simple(txn, "c", 1, FALSE, NOW);
	put_simple(txn, "d", 1, TRUE, NOW);
	put_simple(txn, "e", TD_TICKET_DESK, TRUE, NOW);
	assert_problems(txn, 1, "a d ");
	assert_problems(txn, 2, "b ");
	assert_problems(txn, 3, "");
	assert_problems(txn, TD_TICKET_DESK, "");
	put_simple(txn, "a", 1, FALSE, NOW);
	assert_problems(txn, 1, "d ");
	put_simple(txn, "a", 1, TRUE, NOW);
	g_assert_true(td_object_problems(txn, 1, 1, &objects, NULL));
	g_assert_cmpuint(objects->len, ==, 1);
}

/* Marks ticket @number as merged, as the desk does. */
static void
merge(TdTxn *txn, guint64 number, guint64 into)
{
	g_autoptr(TdTicket) ticket = get_ticket(txn, number);
	g_autoptr(TdEvent)
	    event = td_event_new(TD_EVENT_MERGED, number, NOW, "desk");

	td_event_set_number(event, "into", into);
	append(txn, ticket, event);
	put_ticket(txn, ticket);
	g_assert_true(td_object_merge(txn, number, into, NULL));
}

static void
test_merge(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);

	for (guint i = 1; i <= 3; i++)
		td_ticket_free(new_ticket(txn, "support", "", "Printer"));
	put_simple(txn, "a", 1, TRUE, NOW);
	put_simple(txn, "b", 2, FALSE, NOW);
	put_simple(txn, "c", 3, TRUE, NOW);
	merge(txn, 1, 2);
	assert_ticket(txn, "a", 2);
	merge(txn, 2, 3);
	assert_ticket(txn, "a", 3);
	assert_ticket(txn, "b", 3);
	assert_problems(txn, 3, "a c ");
	/* 2 goes its own way again, with what was merged into it before. */
	g_assert_true(td_object_unmerge(txn, 2, 3, NULL));
	assert_ticket(txn, "a", 2);
	assert_ticket(txn, "b", 2);
	assert_ticket(txn, "c", 3);
	g_assert_true(td_object_unmerge(txn, 1, 2, NULL));
	assert_ticket(txn, "a", 1);
	assert_ticket(txn, "b", 2);
}

/* At the time itself it stays. */
static void
test_expire(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	guint count = 99;

	put_simple(txn, "a", 1, FALSE, NOW - 90 * DAY - 1);
	put_simple(txn, "b", 1, FALSE, NOW - 90 * DAY);
	put_simple(txn, "c", 1, FALSE, NOW - 90 * DAY + 1);
	put_simple(txn, "d", 1, TRUE, NOW - 900 * DAY);
	g_assert_true(td_object_expire(txn, NOW - 90 * DAY, 10, &count, NULL));
	g_assert_cmpuint(count, ==, 1);
	g_assert_null(get(txn, "a", ""));
	assert_ticket(txn, "b", 1);
	g_assert_true(td_object_expire(txn, G_MAXINT64, 1, &count, NULL));
	g_assert_cmpuint(count, ==, 1);
	g_assert_true(td_object_expire(txn, G_MAXINT64, 9, &count, NULL));
	g_assert_cmpuint(count, ==, 1);
	assert_ticket(txn, "d", 1);
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

/* Three objects; "b" has rubbish for a record. */
static void
damage(Desk *desk)
{
	static const char key[] = "nagios\0b\0";
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(GError) error = NULL;

	put_simple(txn, "a", 1, TRUE, NOW);
	put_simple(txn, "b", 1, TRUE, NOW);
	put_simple(txn, "c", 1, FALSE, NOW);
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	assert_check(desk, "");
	txn = begin(desk);
	td_row_put(
	    txn, TD_TABLE_OBJECTS, key, sizeof(key) - 1, "rubbish", 7, &error);
	g_assert_no_error(error);
	commit(txn);
}

static void
test_damaged(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = NULL;
	g_autoptr(GError) error = NULL;
	TdObject *none = NULL;

	damage(desk);
	assert_check(desk, "nagios/b/: damaged record in table objects\n");
	txn = begin(desk);
	g_assert_false(td_object_get(txn, "nagios", "b", "", &none, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_BROKEN);
	g_assert_null(none);
	assert_problems(txn, 1, "a ");
	put_simple(txn, "b", 1, TRUE, NOW);
	assert_problems(txn, 1, "a b ");
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	assert_check(desk, "");
}

/* A record that stands under another monitor's key is not believed. */
static void
test_misplaced(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char key[] = "nagios\0a\0", other[] = "zabbix\0a\0";
	g_autoptr(TdTxn) txn = begin(desk);
	g_auto(TdRow) row = { 0 };

	put_simple(txn, "a", 1, TRUE, NOW);
	g_assert_true(td_row_get(
	    txn, TD_TABLE_OBJECTS, key, sizeof(key) - 1, 0, &row, NULL));
	g_assert_true(td_row_put(txn, TD_TABLE_OBJECTS, other,
	    sizeof(other) - 1, row.data, row.size, NULL));
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	assert_check(desk, "zabbix/a/: damaged record in table objects\n");
}

static void
test_many_checked(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(GError) error = NULL;
	static const char key[] = "nagios\0host450\0";

	for (guint i = 0; i < 2 * TD_READ_MAX + 100; i++) {
		g_autofree char *host = g_strdup_printf("host%03u", i);

		put_simple(txn, host, 1, i % 2 == 0, NOW);
	}
	td_row_put(txn, TD_TABLE_OBJECTS, key, sizeof(key) - 1, "x", 1, &error);
	g_assert_no_error(error);
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	assert_check(
	    desk, "nagios/host450/: damaged record in table objects\n");
}

/* ---- stores that were made before ---- */

static void
remove_table(Desk *desk, const char *name)
{
	g_autofree char *path = g_build_filename(desk->home, "db", name, NULL);

	g_assert_cmpint(g_remove(path), ==, 0);
}

/* Makes of the store what a ticketd without this table would have made. */
static void
make_old(Desk *desk)
{
	static const char *const files[] = { "objects.db",
		"objects-by-ticket.db", "objects-by-reference.db",
		"objects-by-expiry.db" };
	g_autoptr(TdTxn) txn = begin(desk);

	g_assert_true(td_meta_put_number(
	    txn, TD_META_TABLES, TD_TABLE_SUPPRESSED + 1, NULL));
	td_ticket_free(new_ticket(txn, "support", "a@x", "Printer"));
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	close_store(desk);
	for (guint i = 0; i < G_N_ELEMENTS(files); i++)
		remove_table(desk, files[i]);
}

static void
test_old_store(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = NULL;

	make_old(desk);
	open_store(desk);
	txn = begin(desk);
	put_simple(txn, "a", 1, TRUE, NOW);
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	close_store(desk);
	open_store(desk);
	assert_check(desk, "");
	txn = td_txn_read(desk->store);
	assert_problems(txn, 1, "a ");
}

static void
test_lost_table(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	TdStore *store;

	make_old(desk);
	open_store(desk);
	close_store(desk);
	remove_table(desk, "objects.db");
	store = td_store_open(desk->home, CACHE_SIZE, 0, &error);
	g_assert_null(store);
	g_assert_error(error, TD_ERROR, TD_ERROR_BROKEN);
	g_assert_true(g_str_has_prefix(
	    error->message, "table objects is missing from the store;"));
}

static void
test_lost_index(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);

	put_simple(txn, "a", 1, TRUE, NOW);
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	close_store(desk);
	remove_table(desk, "objects-by-ticket.db");
	open_store(desk);
	assert_check(desk, "");
	txn = td_txn_read(desk->store);
	assert_problems(txn, 1, "a ");
}

#define TEST(name, test)                                                       \
	g_test_add(                                                            \
	    "/store/objects/" name, Desk, NULL, make_desk, test, remove_desk)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	TEST("what was put is read", test_reads_what_was_put);
	TEST("names are the same however they are typed", test_names_folded);
	TEST("names do not run into each other", test_names_apart);
	TEST("the newest changes alone are kept", test_changes_bounded);
	TEST("one is found by what the monitor calls its problem",
	    test_reference);
	TEST("the problems of a ticket are found", test_problems);
	TEST("what was merged goes along, and back", test_merge);
	TEST("what is well and silent expires, problems never", test_expire);
	TEST("a damaged one is told, left out, and replaced", test_damaged);
	TEST("one under another's key is damaged", test_misplaced);
	TEST("a check looks at all of many", test_many_checked);
	TEST("an older store gets the table when it is opened", test_old_store);
	TEST("a table that was lost is not made anew", test_lost_table);
	TEST("a lost index is made anew", test_lost_index);
	return g_test_run();
}
