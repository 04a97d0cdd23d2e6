/* records.h - rows of the store as an input of bytes, for fuzz-record
 *
 * An input is up to FUZZ_RECORDS rows, one behind the other: table, flags and
 * size of the key (a byte each), size of the value (two bytes, the low one
 * first), key, value.  What is cut short at the end is left out. */

#ifndef TICKETD_TESTS_RECORDS_H
#define TICKETD_TESTS_RECORDS_H

#include "store/store-private.h"

#define FUZZ_RECORDS 12u
#define FUZZ_RECORD_HEAD 5u

/* The value of an event is its payload, that of a message the headers of note:
 * hashes, sizes and bytes are made to fit, so that what is behind them is
 * reached. */
#define FUZZ_RECORD_FITS 1

typedef struct {
	TdTable table; /* a primary one */
	guint8 flags;
	GBytes *key;
	GBytes *value;
} FuzzRecord;

void fuzz_record_free(FuzzRecord *record);

/* All rows of an input, of FuzzRecord; the caller's. */
GPtrArray *fuzz_records_read(const guint8 *data, gsize size);

/* The other way round; the caller's. */
GByteArray *fuzz_records_write(const GPtrArray *records);

/* The type of the values of @table, NULL where they are plain bytes. */
const char *fuzz_record_type(TdTable table);

/* Where the GVariant begins in such a row as it is kept. */
gsize fuzz_record_offset(TdTable table);

/* ---- read-records.c ---- */

/* A call that failed says why, as store.h promises; the error is cleared. */
void fuzz_records_done(gboolean done, GError **error);

/* Reads what stands under the keys of @records, and writes it again. */
void fuzz_records_get(TdTxn *txn, const GPtrArray *records);

/* Reads by all the lists and indexes that there are, and empties some. */
void fuzz_records_list(TdTxn *txn);

#endif
