/* test-store-check.c - what td_store_check() finds, and what it mends */

#include "config.h"

#include "store/store-private.h"
#include "store-fixture.h"

static void
collect(const char *finding, gpointer data)
{
	g_string_append_printf(data, "%s\n", finding);
}

/* All findings of a whole check, one a line. */
static char *
check(Desk *desk, gboolean rebuild)
{
	GString *findings = g_string_new(NULL);
	guint64 number = 0;
	guint64 wrong = 0;

	do {
		g_autoptr(GError) error = NULL;
		g_autoptr(TdTxn) txn = rebuild ? begin(desk)
		                               : td_txn_read(desk->store);

		g_assert_true(td_store_check(
		    txn, rebuild, &number, &wrong, collect, findings, &error));
		g_assert_no_error(error);
		if (rebuild)
			commit(txn);
	} while (number != 0);
	g_assert_cmpint(wrong > 0, ==, findings->len > 0);
	return g_string_free(findings, FALSE);
}

static void
assert_check(Desk *desk, gboolean rebuild, const char *want)
{
	g_autofree char *got = check(desk, rebuild);

	g_assert_cmpstr(got, ==, want);
}

static void
file_message(TdTxn *txn, TdTicket *ticket)
{
	g_autoptr(TdFiled) filed = td_filed_new();
	g_autoptr(TdEvent)
	    event = td_event_new(TD_EVENT_MESSAGE, ticket->number, NOW, "desk");
	g_autoptr(GError) error = NULL;

	filed->ticket = ticket->number;
	filed->sequence = ticket->messages + 1;
	event->message = filed->sequence;
	td_filed_put(txn, filed, "raw", 3, &error);
	g_assert_no_error(error);
	append(txn, ticket, event);
	put_ticket(txn, ticket);
}

static void
fill_desk(Desk *desk, gconstpointer unused)
{
	g_autoptr(TdTxn) txn = NULL;
	guint i;

	make_desk(desk, unused);
	txn = begin(desk);
	for (i = 0; i < TD_READ_MAX + 20; i++) {
		g_autoptr(TdTicket) ticket = new_ticket(
		    txn, "support", "a@example.com", "Printer burns");

		file_message(txn, ticket);
		file_message(txn, ticket);
	}
	commit(txn);
}

static void
test_well(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	assert_check(desk, FALSE, "");
	assert_check(desk, TRUE, "");
}

static void
test_wrong_record_mended(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket) ticket = get_ticket(txn, 210);
	g_autoptr(TdTicket) read = NULL;
	const char
	    *want = "ticket 210: the record is not the sum of its events\n";

	replace_text(&ticket->queue, "elsewhere");
	put_ticket(txn, ticket);
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	assert_check(desk, FALSE, want);
	assert_check(desk, FALSE, want);
	assert_check(desk, TRUE, want);
	assert_check(desk, FALSE, "");
	txn = td_txn_read(desk->store);
	read = get_ticket(txn, 210);
	g_assert_cmpstr(read->queue, ==, "support");
}

static void
damage(
    Desk *desk, TdTable table, const guint8 *key, gsize size, const char *value)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(GError) error = NULL;

	if (value == NULL)
		td_row_delete(txn, table, key, size, &error);
	else
		td_row_put(txn, table, key, size, value, strlen(value), &error);
	g_assert_no_error(error);
	commit(txn);
}

static void
test_damaged_record_mended(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	const char
	    *want = "ticket 7: damaged record 7 in table tickets\n"
	            "ticket 7: the record is not the sum of its events\n";
	guint8 key[TD_KEY_NUMBER];

	td_key_number(key, 7);
	damage(desk, TD_TABLE_TICKETS, key, sizeof(key), "rubbish");
	assert_check(desk, TRUE, want);
	assert_check(desk, FALSE, "");
}

static void
test_missing_record_mended(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	guint8 key[TD_KEY_NUMBER];

	td_key_number(key, 220);
	damage(desk, TD_TABLE_TICKETS, key, sizeof(key), NULL);
	assert_check(desk, TRUE,
	    "ticket 220: the record is not the sum of its events\n");
	assert_check(desk, FALSE, "");
}

static void
test_missing_message_told(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	guint8 key[TD_KEY_PLACE];

	td_key_place(key, 3, 2);
	damage(desk, TD_TABLE_MESSAGES, key, sizeof(key), NULL);
	assert_check(desk, FALSE, "ticket 3: message 2 is missing\n");
}

static void
test_very_many_missing_messages_told(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket) ticket = get_ticket(txn, 3);
	g_autoptr(TdEvent) event = td_event_new(TD_EVENT_NOTE, 3, NOW, "desk");
	g_autofree char *told = NULL;
	g_auto(GStrv) lines = NULL;

	event->message = G_MAXUINT64;
	append(txn, ticket, event);
	put_ticket(txn, ticket);
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);

	told = check(desk, FALSE);
	lines = g_strsplit(told, "\n", -1);
	g_assert_cmpuint(g_strv_length(lines), ==, 101);
	g_assert_cmpstr(lines[0], ==, "ticket 3: message 3 is missing");
	g_assert_cmpstr(
	    lines[99], ==, "ticket 3: message 102 is missing, and maybe more");
}

static void
test_missing_event_told(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	guint8 key[TD_KEY_PLACE];

	td_key_place(key, 3, 2);
	damage(desk, TD_TABLE_EVENTS, key, sizeof(key), NULL);
	assert_check(desk, TRUE, "ticket 3: event 3/2 is missing\n");
}

static void
test_lagging_counter_told(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);

	g_assert_true(td_meta_put_number(txn, "store/last-ticket", 219, NULL));
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	assert_check(desk, FALSE,
	    "ticket 220 is above the last number handed out, 219\n");
}

/* ---- people and held mail ---- */

static void
fill_people(Desk *desk, gconstpointer unused)
{
	g_autoptr(TdTxn) txn = NULL;
	guint i;

	make_desk(desk, unused);
	txn = begin(desk);
	for (i = 1; i <= 60; i++) {
		g_autofree char *address = g_strdup_printf("p%u@x", i);

		td_person_free(new_person(txn,
		    i % 2 == 0 ? TD_ROLE_AGENT : TD_ROLE_CUSTOMER, address,
		    address));
		td_hold_free(new_hold(txn, i, address, NOW));
	}
	commit(txn);
}

static void
test_damaged_people_told(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	guint8 key[TD_KEY_NUMBER];

	td_key_number(key, 52);
	damage(desk, TD_TABLE_PEOPLE, key, sizeof(key), "rubbish");
	damage(desk, TD_TABLE_HOLDS, key, sizeof(key), "rubbish");
	assert_check(desk, TRUE,
	    "person 52: damaged record 52 in table people\n"
	    "hold 52: damaged record 52 in table holds\n");
}

static void
test_lagging_people_told(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);

	g_assert_true(td_meta_put_number(txn, "store/last-person", 59, NULL));
	g_assert_true(td_meta_put_number(txn, "store/last-hold", 59, NULL));
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	assert_check(desk, FALSE,
	    "person 60 is above the last number handed out, 59\n"
	    "hold 60 is above the last number handed out, 59\n");
}

/* ---- indexes ---- */

/* A row put past Berkeley DB's bookkeeping, as damage would. */
static void
write_file(Desk *desk, TdTable index, const void *key, gsize key_size,
    const void *value, gsize size)
{
	g_autofree char *file = g_strdup_printf(
	    "%s/db/%s.db", desk->home, td_table_name(index));
	DBT k = { .data = (void *)key, .size = key_size };
	DBT v = { .data = (void *)value, .size = size };
	DB *db;

	g_assert_cmpint(db_create(&db, NULL, 0), ==, 0);
	g_assert_cmpint(
	    db->open(db, NULL, file, NULL, DB_BTREE, 0, 0600), ==, 0);
	if (value != NULL)
		g_assert_cmpint(db->put(db, NULL, &k, &v, 0), ==, 0);
	else
		g_assert_cmpint(db->del(db, NULL, &k, 0), ==, 0);
	g_assert_cmpint(db->close(db, 0), ==, 0);
}

static gsize
owner_key(guint8 *key, const char *text, guint64 number)
{
	gsize size = strlen(text) + 1;

	memcpy(key, text, size);
	td_key_number(key + size, number);
	return size + TD_KEY_NUMBER;
}

static void
remake_index(Desk *desk, TdTable index)
{
	g_autofree char *file = g_strdup_printf(
	    "%s/db/%s.db", desk->home, td_table_name(index));

	close_store(desk);
	g_assert_cmpint(g_remove(file), ==, 0);
	open_store(desk);
}

static void
test_stray_entry_told(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	guint8 key[64];
	guint8 number[TD_KEY_NUMBER];
	gsize size = owner_key(key, "eve@example.com", 5000);

	td_key_number(number, 5000);
	close_store(desk);
	write_file(desk, TD_INDEX_OWNER, key, size, number, sizeof(number));
	open_store(desk);
	assert_check(desk, FALSE,
	    "tickets-by-owner leads to a row that is not there\n"
	    "tickets-by-owner leads to a row that is not there\n");
	remake_index(desk, TD_INDEX_OWNER);
	assert_check(desk, FALSE, "");
}

static void
test_missing_entry_told(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	guint8 key[64];
	gsize size = owner_key(key, "a@example.com", 12);

	close_store(desk);
	write_file(desk, TD_INDEX_REQUESTER, key, size, NULL, 0);
	open_store(desk);
	assert_check(desk, FALSE,
	    "ticket 12 is missing from tickets-by-requester; without the "
	    "file db/tickets-by-requester.db that is made anew at the next "
	    "start\n");
	remake_index(desk, TD_INDEX_REQUESTER);
	assert_check(desk, FALSE, "");
}

/* The row is there, and has another owner. */
static void
test_extra_entry_told(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	guint8 key[32];
	guint8 number[TD_KEY_NUMBER];

	td_key_number(number, 7);
	close_store(desk);
	write_file(desk, TD_INDEX_WORD, key, owner_key(key, "\1", 7), number,
	    sizeof(number));
	open_store(desk);
	assert_check(desk, FALSE,
	    "tickets-by-word leads to row 7 by a key that is not its own; "
	    "without the file db/tickets-by-word.db that is made anew at the "
	    "next start\n");
	remake_index(desk, TD_INDEX_WORD);
	assert_check(desk, FALSE, "");
}

/* Ticket 7 is done, and the index says that it is not. */
static void
test_extra_entry_not_counted(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GHashTable) late = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket) ticket = get_ticket(txn, 7);
	g_autoptr(GBytes) cursor = NULL;
	static const char text[] = "\0support";
	guint8 key[sizeof(text) + TD_KEY_NUMBER];
	const TdLate *got;

	change_ticket(txn, ticket, TD_EVENT_STATUS, "to", "resolved");
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	memcpy(key, text, sizeof(text));
	td_key_number(key + sizeof(text), 7);
	close_store(desk);
	write_file(desk, TD_INDEX_ACTIVE, key, sizeof(key), key + sizeof(text),
	    TD_KEY_NUMBER);
	open_store(desk);
	txn = td_txn_read(desk->store);
	do
		g_assert_true(
		    td_ticket_count_late(txn, NOW, &cursor, late, NULL));
	while (cursor != NULL);
	got = g_hash_table_lookup(late, "support");
	g_assert_cmpuint(got->unowned, ==, TD_READ_MAX + 20 - 1);
}

/* More than one turn of them, and one id that has more than a turn alone. */
static void
test_damaged_id_told(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const guint8 last[33] = { 's', 255, 255 };
	const TdPlace place = { .ticket = 7, .sequence = 1 };
	g_autoptr(TdTxn) txn = begin(desk);
	guint i;

	for (i = 0; i < 3 * TD_READ_MAX; i++) {
		g_autofree char *id = g_strdup_printf(
		    "%u@example.net", i % 2 == 0 ? 0 : i);
		g_autofree char *digest = g_strdup_printf("%064x", i);

		g_assert_true(td_id_bind(txn, id, digest, &place, NULL));
	}
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	assert_check(desk, FALSE, "");
	damage(desk, TD_TABLE_IDS, last, sizeof(last), "x");
	assert_check(desk, FALSE, "damaged record in table ids\n");
}

/* Before the first number, between two and behind the last. */
static void
test_short_keys_told(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const guint8 first[3] = { 0, 0, 0 };
	static const guint8 middle[7] = { 0, 0, 0, 0, 0, 0, 1 };
	static const guint8 last[1] = { 255 };

	damage(desk, TD_TABLE_EVENTS, first, sizeof(first), "x");
	damage(desk, TD_TABLE_TICKETS, middle, sizeof(middle), "x");
	damage(desk, TD_TABLE_MESSAGES, last, sizeof(last), "x");
	assert_check(desk, FALSE,
	    "damaged record 000000 in table events\n"
	    "damaged record 00000000000001 in table tickets\n"
	    "damaged record ff in table messages\n");
}

static void
test_missing_person_told(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	close_store(desk);
	write_file(desk, TD_INDEX_ADDRESS, "p7@x", 4, NULL, 0);
	write_file(desk, TD_INDEX_AGENT, "p8@x", 4, NULL, 0);
	open_store(desk);
	assert_check(desk, FALSE,
	    "person 7 is missing from people-by-address; without the file "
	    "db/people-by-address.db that is made anew at the next start\n"
	    "person 8 is missing from agents-by-name; without the file "
	    "db/agents-by-name.db that is made anew at the next start\n");
	remake_index(desk, TD_INDEX_ADDRESS);
	remake_index(desk, TD_INDEX_AGENT);
	assert_check(desk, FALSE, "");
}

#define PEOPLE(name, function)                                                 \
	g_test_add("/store/check/" name, Desk, NULL, fill_people, function,    \
	    remove_desk)
#define FILLED(name, function)                                                 \
	g_test_add("/store/check/" name, Desk, NULL, fill_desk, function,      \
	    remove_desk)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	FILLED("a good store has no findings", test_well);
	FILLED("a wrong record is told and mended", test_wrong_record_mended);
	FILLED(
	    "a damaged record is told and mended", test_damaged_record_mended);
	FILLED(
	    "a missing record is told and mended", test_missing_record_mended);
	FILLED("a missing message is told", test_missing_message_told);
	FILLED("of very many missing messages some are told",
	    test_very_many_missing_messages_told);
	FILLED("a missing event is told", test_missing_event_told);
	FILLED("a counter that lags is told", test_lagging_counter_told);
	PEOPLE("good people have no findings", test_well);
	PEOPLE("a damaged person or hold is told", test_damaged_people_told);
	PEOPLE(
	    "a counter of people that lags is told", test_lagging_people_told);
	PEOPLE(
	    "a person missing from an index is told", test_missing_person_told);
	FILLED("a stray entry of an index is told", test_stray_entry_told);
	FILLED("a key of an index that its row does not give is told",
	    test_extra_entry_told);
	FILLED("a key too many makes no active ticket",
	    test_extra_entry_not_counted);
	FILLED("rows whose key is no number are told", test_short_keys_told);
	FILLED("a missing entry of an index is told", test_missing_entry_told);
	FILLED("a damaged Message-ID is told", test_damaged_id_told);
	return g_test_run();
}
