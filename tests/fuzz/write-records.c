/* write-records.c - what fuzz-record begins with: rows of a desk at work
 *
 * write-records FOLDER
 *
 * A desk in memory gets mail, agents, commands and the like; what it then has
 * in its tables is written to FOLDER in the form of records.h: a file for each
 * row, and one for each ticket with all that belongs to it. */

#include "config.h"

#include <stdio.h>
#include <string.h>

#include <ticketd/object.h>
#include <ticketd/people.h>
#include <ticketd/suppress.h>

#include "desk-fixture.h"
#include "records.h"

static const char *const mails[] = {
	"From: Anna <anna@example.net>\nTo: support@example.com\n"
	"Cc: Boris <boris@example.org>\nSubject: Printer on fire\n"
	"Message-ID: <1@example.net>\nReferences: <0@example.net>\n\n"
	"It burns.\n",
	"From: Anna <anna@example.net>\nTo: support@example.com\n"
	"Subject: Re: [support #1] Printer on fire\n"
	"Message-ID: <2@example.net>\nIn-Reply-To: <1@example.net>\n\n"
	"Still.\n",
	"From: \320\236\320\273\321\217 <olya@example.net>\n"
	"To: sales@example.com\nSubject: \320\246\320\265\320\275\320\260\n"
	"Message-ID: <3@example.net>\nContent-Type: text/plain; "
	"charset=utf-8\n\n\320\241\320\272\320\276\320\273\321\214\320\272"
	"\320\276?\n",
	"From: MAILER-DAEMON@example.net\nTo: support@example.com\n"
	"Subject: Undelivered\nMessage-ID: <4@example.net>\n\nNo.\n",
};

static const char *const orders[] = { "take", "priority 1", "tag fire hot",
	"note seen", "due 2026-12-01", "pending 2026-11-30", "type incident",
	"watch ivan", "cc carl@example.org", "remind 2026-11-29 look",
	"time 30m", "link related #2", "close" };

/* ---- a desk at work ---- */

static TdTxn *
begin(Fixture *fixture)
{
	g_autoptr(GError) error = NULL;
	TdTxn *txn = td_txn_begin(fixture->store, &error);

	g_assert_no_error(error);
	return txn;
}

static void
commit(TdTxn *txn)
{
	g_autoptr(GError) error = NULL;

	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

/* A line that is refused leaves its mark too. */
static void
order(Fixture *fixture, const char *commands)
{
	const TdOrder order = { .number = 1,
		.commands = commands,
		.actor = "control:root",
		.as = "olga",
		.now = fixture->now };
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = begin(fixture);
	g_autoptr(TdPlan) plan = NULL;
	TdOutcome outcome;

	td_desk_order(fixture->desk, txn, &order, &plan, &error);
	g_assert_no_error(error);
	td_desk_apply(
	    fixture->desk, txn, plan, NULL, NULL, NULL, 0, &outcome, &error);
	g_assert_no_error(error);
	commit(txn);
	fixture->now += 60;
}

static void
add_people(Fixture *fixture)
{
	g_autoptr(TdPerson) anna = td_person_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = NULL;
	char *addresses[] = { (char *)"anna@example.net",
		(char *)"a@example.org", NULL };

	fixture_agent(fixture, "olga", "olga@example.com");
	fixture_agent(fixture, "ivan", "ivan@example.com");
	g_strfreev(anna->addresses);
	anna->addresses = g_strdupv(addresses);
	g_free(anna->name);
	anna->name = g_strdup("Anna");
	txn = begin(fixture);
	td_person_put(txn, anna, &error);
	g_assert_no_error(error);
	commit(txn);
}

static void
add_rest(Fixture *fixture)
{
	g_autoptr(TdHold) hold = td_hold_new();
	g_autoptr(TdObject) object = td_object_new();
	g_autoptr(TdSuppression) suppression = td_suppression_new(
	    TD_SUPPRESSED_BANNED, "@example.org");
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = begin(fixture);

	hold->ticket = 1;
	hold->expires = fixture->now;
	g_free(hold->from);
	hold->from = g_strdup("olga@example.com");
	td_hold_put(txn, hold, &error);
	g_assert_no_error(error);
	object->ticket = object->home = 1;
	object->problem = TRUE;
	g_free(object->monitor);
	object->monitor = g_strdup("nagios");
	g_free(object->host);
	object->host = g_strdup("web01");
	g_free(object->reference);
	object->reference = g_strdup("4711");
	g_array_append_val(object->changes, fixture->now);
	td_object_put(txn, object, &error);
	g_assert_no_error(error);
	suppression->expires = fixture->now;
	td_suppression_put(txn, suppression, &error);
	g_assert_no_error(error);
	commit(txn);
}

static void
work(Fixture *fixture)
{
	add_people(fixture);
	for (guint i = 0; i < G_N_ELEMENTS(mails); i++)
		fixture_file(fixture, i == 3 ? "" : "anna@example.net",
		    i == 2 ? "sales@example.com" : "support@example.com",
		    mails[i]);
	for (guint i = 0; i < G_N_ELEMENTS(orders); i++)
		order(fixture, orders[i]);
	add_rest(fixture);
}

/* ---- what it has in its tables ---- */

static void
write_file(const char *folder, const char *name, const GPtrArray *records)
{
	g_autoptr(GByteArray) bytes = fuzz_records_write(records);
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autoptr(GError) error = NULL;

	g_file_set_contents(
	    path, (const char *)bytes->data, (gssize)bytes->len, &error);
	g_assert_no_error(error);
}

/* Without what is made to fit. */
static FuzzRecord *
take_row(const TdCursor *cursor)
{
	FuzzRecord *record = g_new0(FuzzRecord, 1);
	gsize offset = fuzz_record_offset(cursor->table);
	gsize size = cursor->value.size;
	const guint8 *value = cursor->value.data;
	guint32 wire;

	g_assert_cmpuint(size, >=, offset);
	if (cursor->table == TD_TABLE_MESSAGES) {
		memcpy(&wire, value, sizeof(wire));
		size = offset + GUINT32_FROM_BE(wire);
	}
	record->table = cursor->table;
	record->flags = offset > 0 ? FUZZ_RECORD_FITS : 0;
	record->key = g_bytes_new(cursor->key.data, cursor->key.size);
	record->value = g_bytes_new(value + offset, size - offset);
	return record;
}

/* As it is kept, in a file of its own. */
static void
write_row(const TdCursor *cursor, const char *folder, guint count)
{
	g_autoptr(GPtrArray) alone = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)fuzz_record_free);
	g_autofree char *name = g_strdup_printf(
	    "%s-%u", td_table_name(cursor->table), count);
	FuzzRecord *record = g_new0(FuzzRecord, 1);

	record->table = cursor->table;
	record->key = g_bytes_new(cursor->key.data, cursor->key.size);
	record->value = g_bytes_new(cursor->value.data, cursor->value.size);
	g_ptr_array_add(alone, record);
	write_file(folder, name, alone);
}

/* Adds rows to @whole, those of one ticket. */
static void
write_table(TdTxn *txn, TdTable table, const char *folder, GPtrArray *whole)
{
	g_autoptr(GError) error = NULL;
	g_auto(TdCursor) cursor = { 0 };
	gboolean found = FALSE;
	guint count = 0;

	if (td_cursor_open(txn, table, TRUE, &cursor, &error))
		td_cursor_seek(&cursor, NULL, 0, &found, &error);
	g_assert_no_error(error);
	while (found) {
		write_row(&cursor, folder, ++count);
		if (cursor.key.size < TD_KEY_NUMBER ||
		    td_key_read(cursor.key.data) == 1)
			g_ptr_array_add(whole, take_row(&cursor));
		td_cursor_step(&cursor, DB_NEXT, &found, &error);
		g_assert_no_error(error);
	}
}

/* Each run of rows that an input has room for. */
static void
write_runs(const char *folder, const GPtrArray *whole)
{
	for (guint i = 0; i < whole->len; i += FUZZ_RECORDS / 2) {
		g_autoptr(GPtrArray) run = g_ptr_array_new();
		g_autofree char *name = g_strdup_printf("run-%u", i);

		for (guint k = i; k < MIN(i + FUZZ_RECORDS, whole->len); k++)
			g_ptr_array_add(run, g_ptr_array_index(whole, k));
		write_file(folder, name, run);
	}
}

int
main(int argc, char **argv)
{
	g_autoptr(GPtrArray) whole = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)fuzz_record_free);
	Fixture fixture = { 0 };
	TdTxn *txn;

	if (argc != 2) {
		fputs("usage: write-records FOLDER\n", stderr);
		return 64;
	}
	td_message_init();
	fixture_open(&fixture, NULL);
	work(&fixture);
	txn = td_txn_read(fixture.store);
	for (guint table = 0; table < TD_INDEX_QUEUE; table++)
		write_table(txn, (TdTable)table, argv[1], whole);
	td_txn_free(txn);
	write_runs(argv[1], whole);
	fixture_close(&fixture, NULL);
	return 0;
}
