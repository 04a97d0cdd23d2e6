/* fuzz-record.c - any bytes as rows of the store
 *
 * What records.h reads out of the input is put into a store in memory, as it
 * is: indexes are asked for its keys.  Then all of it is read in every way that
 * there is.  A damaged record is an error or left out; what can be read can be
 * written, and is the same when it is read again. */

#include "config.h"

#include <string.h>

#include <ticketd/log.h>
#include <ticketd/sha256.h>

#include "fuzz.h"
#include "records.h"

#define RAW "From: a@example.net\nSubject: Printer\n\nIt burns.\n"

static TdStore *store;

/* ---- rows in ---- */

static gsize
append_fitting_event(
    GByteArray *row, const FuzzRecord *record, GHashTable *chains)
{
	const guint8 *key = g_bytes_get_data(record->key, NULL);
	guint8 hashes[TD_EVENT_PAYLOAD];
	gsize size;
	const void *payload = g_bytes_get_data(record->value, &size);
	guint64 number = td_key_read(key);
	guint8 *chain = g_hash_table_lookup(chains, &number);

	if (chain == NULL) {
		chain = g_malloc0(TD_HASH_SIZE);
		g_hash_table_insert(
		    chains, g_memdup2(&number, sizeof(number)), chain);
	}
	td_sha256(payload, size, hashes);
	td_event_chain(chain, number, td_key_read(key + TD_KEY_NUMBER), hashes);
	memcpy(hashes + TD_HASH_SIZE, chain, TD_HASH_SIZE);
	g_byte_array_append(row, hashes, sizeof(hashes));
	return size;
}

static void
append_fitting_message(GByteArray *row, const FuzzRecord *record)
{
	guint32 size = GUINT32_TO_BE((guint32)g_bytes_get_size(record->value));
	guint8 raw_size[TD_KEY_NUMBER];
	guint8 packed[256];
	gsize packed_size = ZSTD_compress(
	    packed, sizeof(packed), RAW, strlen(RAW), 1);

	g_assert_false(ZSTD_isError(packed_size));
	td_key_number(raw_size, strlen(RAW));
	g_byte_array_append(row, (const guint8 *)&size, sizeof(size));
	g_byte_array_append(row, raw_size, sizeof(raw_size));
	g_byte_array_append(row, g_bytes_get_data(record->value, NULL),
	    (guint)g_bytes_get_size(record->value));
	g_byte_array_append(row, packed, (guint)packed_size);
}

/* The row of @record as it is kept; the caller's. */
static GByteArray *
make_row(const FuzzRecord *record, GHashTable *chains)
{
	GByteArray *row = g_byte_array_new();
	gboolean fits = (record->flags & FUZZ_RECORD_FITS) != 0 &&
	    g_bytes_get_size(record->key) == TD_KEY_PLACE;

	if (fits && record->table == TD_TABLE_MESSAGES) {
		append_fitting_message(row, record);
		return row;
	}
	if (fits && record->table == TD_TABLE_EVENTS)
		append_fitting_event(row, record, chains);
	g_byte_array_append(row, g_bytes_get_data(record->value, NULL),
	    (guint)g_bytes_get_size(record->value));
	return row;
}

static void
put_records(TdTxn *txn, const GPtrArray *records)
{
	g_autoptr(GHashTable) chains = g_hash_table_new_full(
	    g_int64_hash, g_int64_equal, g_free, g_free);
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < records->len; i++) {
		const FuzzRecord *record = g_ptr_array_index(records, i);
		g_autoptr(GByteArray) row = make_row(record, chains);
		gsize size;
		const void *key = g_bytes_get_data(record->key, &size);

		/* An empty key is none of ours, and refused. */
		fuzz_records_done(td_row_put(txn, record->table, key, size,
		                      row->data, row->len, &error),
		    &error);
	}
}

/* ---- looking for damage ---- */

static void
take_finding(const char *finding, gpointer data)
{
	guint *count = data;

	fuzz_check_text(finding);
	++*count;
}

static void
take_verified(guint64 ticket G_GNUC_UNUSED, guint64 sequence G_GNUC_UNUSED,
    const char *finding, gpointer data)
{
	take_finding(finding, data);
}

/* As often as there are rows: each call goes on behind the last. */
static void
check_store(TdTxn *txn, gboolean rebuild)
{
	g_autoptr(GError) error = NULL;
	guint64 number = 0;
	guint64 wrong = 0;
	guint findings = 0;
	guint calls = 0;
	gboolean done;

	do {
		guint64 before = number;

		done = td_store_check(txn, rebuild, &number, &wrong,
		    take_finding, &findings, &error);
		fuzz_records_done(done, &error);
		g_assert_true(!done || number == 0 || number > before);
		g_assert_cmpuint(++calls, <, 4 * FUZZ_RECORDS);
	} while (done && number != 0);
	/* A call that fails in the midst told some that it does not count. */
	if (done)
		g_assert_cmpuint(wrong, ==, findings);
}

static void
verify_store(void)
{
	g_autoptr(GError) error = NULL;
	guint findings = 0;
	guint calls = 0;
	TdVerify verify = { .until = G_MAXUINT64,
		.finding = take_verified,
		.data = &findings };
	gboolean done;

	do {
		done = td_store_verify(store, &verify, &error);
		fuzz_records_done(done, &error);
		g_assert_cmpuint(++calls, <, 4 * FUZZ_RECORDS);
	} while (done && verify.number != 0);
	g_assert_cmpuint(verify.wrong, ==, findings);
}

/* ---- the entry ---- */

/* Nothing stays from one input to the next. */
static void
empty_store(void)
{
	g_autoptr(GError) error = NULL;

	for (guint table = 0; store != NULL && table < TD_INDEX_QUEUE;
	     table++) {
		DB *db = store->tables[table];
		u_int32_t count;

		if (db->truncate(db, NULL, &count, 0) != 0)
			g_clear_pointer(&store, td_store_close);
	}
	td_log_open("fuzz", TD_LOG_CRITICAL);
	if (store == NULL)
		store = td_store_open_memory(&error);
	else
		td_store_begin_empty(store, 1, &error);
	g_assert_no_error(error);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	g_autoptr(GPtrArray) records = fuzz_records_read(data, size);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = NULL;

	empty_store();
	txn = td_txn_begin(store, &error);
	g_assert_no_error(error);
	put_records(txn, records);
	g_clear_pointer(&txn, td_txn_free);
	verify_store();
	txn = td_txn_begin(store, &error);
	g_assert_no_error(error);
	check_store(txn, FALSE);
	fuzz_records_get(txn, records);
	fuzz_records_list(txn);
	check_store(txn, TRUE);
	return 0;
}
