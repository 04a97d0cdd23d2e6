/* test-store-verify.c - whatever is changed below the store's functions is
 * found */

#include "config.h"

#include "tamper-fixture.h"

static void
make_memory(Desk *desk, gconstpointer unused)
{
	make_home(desk, unused);
	desk->store = td_store_open_memory(NULL);
}

static void
fill(Desk *desk)
{
	g_autoptr(TdTxn) txn = begin(desk);

	for (guint i = 0; i < TICKETS; i++)
		fill_ticket(txn);
	commit(txn);
}

static void
fill_memory(Desk *desk, gconstpointer unused)
{
	make_memory(desk, unused);
	fill(desk);
}

static void
fill_desk(Desk *desk, gconstpointer unused)
{
	make_desk(desk, unused);
	fill(desk);
}

/* ---- verifying ---- */

static void
take_finding(
    guint64 ticket, guint64 sequence, const char *finding, gpointer data)
{
	GString *findings = data;

	g_string_append_printf(
	    findings, "%s%u", findings->len > 0 ? "\n" : "", (guint)ticket);
	if (sequence > 0)
		g_string_append_printf(findings, "/%u", (guint)sequence);
	g_string_append_printf(findings, " %s", finding);
}

/* All findings, one a line. */
static char *
verify_with(Desk *desk, TdVerify *verify)
{
	g_autoptr(GString) findings = g_string_new(NULL);
	guint calls = 0;

	verify->finding = take_finding;
	verify->data = findings;
	do {
		g_autoptr(GError) error = NULL;

		td_store_verify(desk->store, verify, &error);
		g_assert_no_error(error);
		g_assert_cmpuint(++calls, <, 100);
	} while (verify->number != 0);
	return g_string_free(g_steal_pointer(&findings), FALSE);
}

static char *
verify_all(Desk *desk)
{
	TdVerify verify = { .until = G_MAXUINT64 };

	return verify_with(desk, &verify);
}

static GArray *
seal(Desk *desk)
{
	GArray *heads = g_array_new(FALSE, FALSE, sizeof(TdSeal));
	TdVerify verify = { .until = G_MAXUINT64, .heads = heads };

	g_free(verify_with(desk, &verify));
	return heads;
}

static char *
verify_against(Desk *desk, const GArray *seals)
{
	TdVerify verify = { .until = G_MAXUINT64,
		.seals = (const TdSeal *)seals->data,
		.seals_count = seals->len };

	return verify_with(desk, &verify);
}

/* ---- each kind of tampering ---- */

static void
test_tamper(Desk *desk, gconstpointer data)
{
	const Tamper *tamper = data;
	g_autofree char *before = verify_all(desk);
	g_autoptr(GArray) seals = seal(desk);
	g_autoptr(TdTxn) txn = NULL;
	g_autofree char *found = NULL;
	g_autofree char *against = NULL;

	g_assert_cmpstr(before, ==, "");
	txn = begin(desk);
	tamper->tamper(txn);
	commit(txn);
	found = verify_all(desk);
	g_assert_cmpstr(found, ==, tamper->want);
	against = verify_against(desk, seals);
	g_assert_cmpstr(against, ==,
	    tamper->sealed == NULL ? tamper->want : tamper->sealed);
}

/* ---- what else ---- */

static void
test_counts(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	TdVerify verify = { .until = G_MAXUINT64 };
	g_autofree char *found = verify_with(desk, &verify);

	g_assert_cmpstr(found, ==, "");
	g_assert_cmpuint(verify.wrong, ==, 0);
	/* The desk's own record is one. */
	g_assert_cmpuint(verify.tickets, ==, TICKETS + 1);
	g_assert_cmpuint(verify.events, ==, TICKETS - 1 + BUSY_EVENTS);
	g_assert_cmpuint(verify.messages, ==, TICKETS + 1);
	g_assert_cmpuint(verify.unvouched, ==, 0);
}

static void
test_counts_findings(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	TdVerify verify = { .until = G_MAXUINT64 };
	g_autoptr(TdTxn) txn = begin(desk);

	swap_events(txn);
	commit(txn);
	g_free(verify_with(desk, &verify));
	g_assert_cmpuint(verify.wrong, ==, 4);
}

static void
test_unvouched(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket) ticket = get_ticket(txn, 2);
	g_autoptr(TdFiled) filed = make_filed(2, 2);
	g_autoptr(TdEvent) event = td_event_new(
	    TD_EVENT_MESSAGE, 2, NOW, "customer:a@example.com");
	TdVerify verify = { .until = G_MAXUINT64 };
	g_autofree char *found = NULL;

	g_assert_true(td_filed_put(txn, filed, "old", 3, NULL));
	event->message = 2;
	append(txn, ticket, event);
	put_ticket(txn, ticket);
	commit(txn);
	found = verify_with(desk, &verify);
	g_assert_cmpstr(found, ==, "");
	g_assert_cmpuint(verify.unvouched, ==, 1);
}

/* One ticket alone, and nothing of the others. */
static void
test_one(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	TdVerify well = { .number = 1, .until = 2 };
	TdVerify ill = { .number = BUSY, .until = BUSY };
	g_autoptr(TdTxn) txn = begin(desk);
	g_autofree char *of_well = NULL;
	g_autofree char *of_ill = NULL;

	change_record(txn);
	delete_ticket_end(txn);
	commit(txn);
	of_well = verify_with(desk, &well);
	g_assert_cmpstr(of_well, ==, "");
	g_assert_cmpuint(well.tickets, ==, 2);
	of_ill = verify_with(desk, &ill);
	g_assert_cmpstr(of_ill, ==,
	    "3 has a record that is not the sum of its events: priority, "
	    "owner");
	g_assert_cmpuint(ill.tickets, ==, 1);
}

static void
test_empty(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *found = verify_all(desk);
	g_autoptr(GArray) seals = seal(desk);
	g_autofree char *against = verify_against(desk, seals);

	g_assert_cmpstr(found, ==, "");
	g_assert_cmpuint(seals->len, ==, 1);
	g_assert_cmpstr(against, ==, "");
}

/* Events, messages and tickets of more than one turn and one call. */
static void
test_many(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket) ticket = new_ticket(txn, "a", "a@example.com", "x");
	TdVerify verify = { .until = G_MAXUINT64 };
	g_autofree char *found = NULL;

	for (guint i = 0; i < 2 * TD_READ_MAX + 7; i++)
		file_message(txn, ticket, TD_EVENT_MESSAGE, "x");
	for (guint i = 0; i < TD_READ_MAX + 7; i++)
		td_ticket_free(new_ticket(txn, "a", "a@example.com", "x"));
	delete_row(txn, TD_TABLE_MESSAGES, 1, 401);
	delete_row(txn, TD_TABLE_MESSAGES, 1, 402);
	delete_row(txn, TD_TABLE_MESSAGES, 1, 407);
	commit(txn);
	found = verify_with(desk, &verify);
	g_assert_cmpstr(
	    found, ==, "1 lacks messages 401 to 402\n1 lacks message 407");
	g_assert_cmpuint(verify.tickets, ==, TD_READ_MAX + 7 + 2);
	g_assert_cmpuint(verify.events, ==, 3 * TD_READ_MAX + 7 + 7 + 1);
}

/* A ticket that is wrong all over does not fill the memory. */
static void
test_findings_are_bounded(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket) ticket = new_ticket(txn, "a", "a@example.com", "x");
	g_autofree char *found = NULL;

	for (guint64 i = 2; i <= 300; i++) {
		g_auto(TdRow) row = { 0 };

		change_ticket(txn, ticket, TD_EVENT_NOTE, "text", "x");
		get_row(txn, TD_TABLE_EVENTS, 1, i, &row);
		row.data[row.size - 1] ^= 1;
		put_row(txn, TD_TABLE_EVENTS, 1, i, &row);
	}
	commit(txn);
	found = verify_all(desk);
	g_assert_true(g_str_has_suffix(found, " findings more"));
	g_assert_cmpuint(strlen(found), <, 10000);
}

/* A key put past the store's functions, leading to the row @to. */
static void
add_index_key(Desk *desk, TdTable index, const char *text, const guint8 *to,
    gsize to_size)
{
	g_autofree char *file = g_strdup_printf(
	    "%s/db/%s.db", desk->home, td_table_name(index));
	DBT key = { .data = (void *)text, .size = strlen(text) };
	DBT value = { .data = (void *)to, .size = to_size };
	DB *db;

	close_store(desk);
	g_assert_cmpint(db_create(&db, NULL, 0), ==, 0);
	g_assert_cmpint(
	    db->open(db, NULL, file, NULL, DB_BTREE, 0, 0600), ==, 0);
	g_assert_cmpint(db->put(db, NULL, &key, &value, 0), ==, 0);
	g_assert_cmpint(db->close(db, 0), ==, 0);
	open_store(desk);
}

/* Behind a key that leads nowhere the others are looked at. */
static void
test_extra_keys(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	guint8 place[TD_KEY_PLACE];
	g_autofree char *found = NULL;

	td_key_place(place, 99, 2);
	add_index_key(desk, TD_INDEX_OWNER, "eve", place, TD_KEY_NUMBER);
	td_key_place(place, BUSY, 2);
	add_index_key(desk, TD_INDEX_OWNER, "mallory", place, TD_KEY_NUMBER);
	add_index_key(desk, TD_INDEX_TIME, "noon", place, TD_KEY_PLACE);
	found = verify_all(desk);
	g_assert_cmpstr(found, ==,
	    "0 has a key in tickets-by-owner that leads to a row that is not "
	    "there\n"
	    "3 has a key in tickets-by-owner that is not its own\n"
	    "3/2 has a key in events-by-time that is not its own");
}

typedef struct {
	Desk *desk;
	gint done; /* atomic */
} Busy;

static gpointer
keep_writing(gpointer data)
{
	Busy *busy = data;

	for (guint i = 0; i < 150; i++) {
		g_autoptr(TdTxn) txn = begin(busy->desk);
		g_autoptr(TdTicket) ticket = get_ticket(txn, BUSY);

		set_priority(txn, ticket, 1 + i % 5);
		file_message(txn, ticket, TD_EVENT_MESSAGE, "more\n");
		fill_ticket(txn);
		commit(txn);
	}
	g_atomic_int_set(&busy->done, 1);
	return NULL;
}

static void
test_while_written(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GArray) seals = seal(desk);
	Busy busy = { desk, 0 };
	GThread *writer = g_thread_new("writer", keep_writing, &busy);

	do {
		g_autofree char *found = verify_against(desk, seals);

		g_assert_cmpstr(found, ==, "");
	} while (!g_atomic_int_get(&busy.done));
	g_thread_join(writer);
}

#define FILLED(name, function)                                                 \
	g_test_add("/store/verify/" name, Desk, NULL, fill_memory, function,   \
	    remove_desk)
#define MADE(name, function)                                                   \
	g_test_add("/store/verify/" name, Desk, NULL, make_memory, function,   \
	    remove_desk)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < tampers_count; i++) {
		g_autofree char *path = g_strconcat(
		    "/store/verify/", tampers[i].name, NULL);

		g_test_add(path, Desk, &tampers[i], fill_memory, test_tamper,
		    remove_desk);
	}
	FILLED("what was looked at is counted", test_counts);
	FILLED("findings are counted", test_counts_findings);
	FILLED(
	    "messages that no event vouches for are counted", test_unvouched);
	FILLED("some tickets alone", test_one);
	MADE("an empty store is well", test_empty);
	MADE("many turns find the same", test_many);
	MADE("findings of one ticket are bounded", test_findings_are_bounded);
	g_test_add("/store/verify/keys of indexes that no row gives", Desk,
	    NULL, fill_desk, test_extra_keys, remove_desk);
	g_test_add("/store/verify/what is written meanwhile is no finding",
	    Desk, NULL, fill_desk, test_while_written, remove_desk);
	return g_test_run();
}
