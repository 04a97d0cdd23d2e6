/* test-outbox-batch.c - which rows are read to be sent, and when */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "outbox/batch.h"
#include "store/store-private.h"
#include "outbox-fixture.h"

#define HOUR ((gint64)60 * 60)
#define DAY (24 * HOUR)
#define NOW G_GINT64_CONSTANT(1795305600)

/* Whether all that was logged is on disk. */
static gboolean
is_flushed(TdStore *store)
{
	DB_LOG_STAT *stat = NULL;
	gboolean flushed;

	g_assert_cmpint(store->env->log_stat(store->env, &stat, 0), ==, 0);
	flushed = stat->st_disk_file == stat->st_cur_file &&
	    stat->st_disk_offset == stat->st_cur_offset;
	free(stat);
	return flushed;
}

static void
commit_row(Outbox *outbox, TdOutboxRow *row)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(outbox->store, &error);

	g_assert_no_error(error);
	g_assert_true(td_outbox_row_put(txn, row, &error));
	g_assert_true(td_txn_commit(txn, &error));
	td_outbox_row_free(row);
}

/* A commit shows before it is on disk. */
static void
test_nothing_is_read_that_a_power_cut_takes_away(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	TdBatchRange range = { .until = G_MAXINT64 };
	g_autoptr(GPtrArray) mails = NULL;
	g_autoptr(GError) error = NULL;

	commit_row(outbox, row_new("anna@example.net"));
	g_assert_false(is_flushed(outbox->store));
	g_assert_true(td_batch_read(outbox->store, &range, &mails, &error));
	g_assert_cmpuint(mails->len, ==, 1);
	g_assert_true(is_flushed(outbox->store));
}

static void
test_rows_of_a_clock_that_went_ahead_are_found(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		gint64 created;
		gint64 due;
		guint attempts;
		gboolean stray;
		gboolean turned_back;
	} rows[] = {
		{ NOW, NOW, 0, FALSE, FALSE },
		{ NOW - HOUR, NOW + 4 * HOUR, 9, FALSE, TRUE },
		{ NOW - HOUR, NOW + 23 * HOUR, 0, FALSE, FALSE },
		{ NOW + 60, NOW + 60, 0, TRUE, TRUE },
		{ NOW + 30 * DAY, NOW + 31 * DAY, 3, TRUE, TRUE },
		{ NOW - HOUR, NOW + 2 * DAY, 1, TRUE, TRUE },
		{ NOW, TD_OUTBOX_HELD, 1, FALSE, FALSE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		TdOutboxRow *row = row_new("anna@example.net");

		row->created = rows[i].created;
		row->due = rows[i].due;
		row->attempts = rows[i].attempts;
		commit_row(outbox, row);
	}
	for (gsize turned = 0; turned < 2; turned++) {
		g_autoptr(GHashTable) ids = NULL;
		g_autoptr(GError) error = NULL;

		td_batch_stray_ids(
		    outbox->store, NOW, turned == 1, &ids, &error);
		g_assert_no_error(error);
		for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
			guint64 id = i + 1;

			g_assert_cmpint(g_hash_table_contains(ids, &id), ==,
			    turned == 1 ? rows[i].turned_back : rows[i].stray);
		}
	}
}

#define ADD(path, test)                                                        \
	g_test_add("/outbox-batch/" path, Outbox, NULL, outbox_open, test,     \
	    outbox_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	ADD("on-disk", test_nothing_is_read_that_a_power_cut_takes_away);
	ADD("stray", test_rows_of_a_clock_that_went_ahead_are_found);

	return g_test_run();
}
