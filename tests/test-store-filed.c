/* test-store-filed.c - messages, their ids, and the rows of the outbox */

#include "config.h"

#include "store/store-private.h"
#include "store-fixture.h"

/* ---- messages ---- */

static TdFiled *
full_filed(guint64 number, guint64 sequence)
{
	TdFiled *filed = td_filed_new();

	filed->ticket = number;
	filed->sequence = sequence;
	filed->outgoing = TRUE;
	filed->marked = TRUE;
	replace_text(&filed->class_name, "human");
	replace_text(&filed->class_reason, "rule 9");
	replace_text(&filed->rule, "new");
	replace_text(&filed->evidence, "from");
	replace_text(&filed->message_id, "1@example.com");
	replace_text(&filed->digest, "00ff");
	replace_text(&filed->from, "\"A\" <a@example.com>");
	replace_text(&filed->from_name, "A");
	replace_text(&filed->to, "support@example.com");
	replace_text(&filed->subject, "Grüße");
	filed->date = NOW - 60;
	filed->received = NOW;
	replace_text(&filed->sender, "a@example.com");
	replace_text(&filed->recipient, "support@example.com");
	replace_text(&filed->original_recipient, "help@example.com");
	replace_text(&filed->queue_id, "4XYZ");
	replace_text(&filed->moved_to, "42/3");
	return filed;
}

static void
put_filed(TdTxn *txn, const TdFiled *filed, const char *raw, gsize size)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(td_filed_put(txn, filed, raw, size, &error));
	g_assert_no_error(error);
}

static TdFiled *
get_filed(TdTxn *txn, guint64 number, guint64 sequence, GBytes **raw)
{
	g_autoptr(GError) error = NULL;
	TdFiled *filed = NULL;

	g_assert_true(td_filed_get(txn, number, sequence, &filed, raw, &error));
	g_assert_no_error(error);
	return filed;
}

static void
assert_same(const TdFiled *a, const TdFiled *b)
{
	g_assert_cmpuint(a->ticket, ==, b->ticket);
	g_assert_cmpuint(a->sequence, ==, b->sequence);
	g_assert_cmpint(a->outgoing, ==, b->outgoing);
	g_assert_cmpint(a->internal, ==, b->internal);
	g_assert_cmpint(a->marked, ==, b->marked);
	g_assert_cmpstr(a->class_name, ==, b->class_name);
	g_assert_cmpstr(a->class_reason, ==, b->class_reason);
	g_assert_cmpstr(a->rule, ==, b->rule);
	g_assert_cmpstr(a->evidence, ==, b->evidence);
	g_assert_cmpstr(a->message_id, ==, b->message_id);
	g_assert_cmpstr(a->digest, ==, b->digest);
	g_assert_cmpstr(a->from, ==, b->from);
	g_assert_cmpstr(a->from_name, ==, b->from_name);
	g_assert_cmpstr(a->to, ==, b->to);
	g_assert_cmpstr(a->subject, ==, b->subject);
	g_assert_cmpint(a->date, ==, b->date);
	g_assert_cmpint(a->received, ==, b->received);
	g_assert_cmpstr(a->sender, ==, b->sender);
	g_assert_cmpstr(a->recipient, ==, b->recipient);
	g_assert_cmpstr(a->original_recipient, ==, b->original_recipient);
	g_assert_cmpstr(a->queue_id, ==, b->queue_id);
	g_assert_cmpstr(a->moved_to, ==, b->moved_to);
}

static void
test_raw_of_any_size(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const gsize sizes[] = { 0, 1, 2000, 40000, 3000000 };
	g_autoptr(TdTxn) txn = begin(desk);
	guint i;

	for (i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autofree char *raw = g_malloc(sizes[i] + 1);
		g_autoptr(TdFiled) filed = full_filed(1, i + 1);
		g_autoptr(TdFiled) read = NULL;
		g_autoptr(TdFiled) head = NULL;
		g_autoptr(GBytes) bytes = NULL;
		gsize j;

		/* Half noise, half text, with NULs. */
		for (j = 0; j < sizes[i]; j++)
			raw[j] = j % 2 == 0 ? g_test_rand_int() : 'x';
		put_filed(txn, filed, raw, sizes[i]);
		read = get_filed(txn, 1, i + 1, &bytes);
		assert_same(read, filed);
		g_assert_cmpuint(read->size, ==, sizes[i]);
		g_assert_cmpmem(g_bytes_get_data(bytes, NULL),
		    g_bytes_get_size(bytes), raw, sizes[i]);
		head = get_filed(txn, 1, i + 1, NULL);
		assert_same(head, filed);
		g_assert_cmpuint(head->size, ==, sizes[i]);
	}
}

/* More headers than the first read takes. */
static void
test_long_headers(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *to = g_strnfill(100000, 'a');
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdFiled) filed = full_filed(1, 1);
	g_autoptr(TdFiled) head = NULL;

	replace_text(&filed->to, to);
	put_filed(txn, filed, "raw", 3);
	head = get_filed(txn, 1, 1, NULL);
	assert_same(head, filed);
}

static void
test_absent_message(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) turn = td_txn_read(desk->store);
	GBytes *bytes = NULL;

	g_assert_null(get_filed(turn, 1, 1, NULL));
	g_assert_null(get_filed(turn, 1, 1, &bytes));
	g_assert_null(bytes);
}

static void
test_update_keeps_raw(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdFiled) filed = full_filed(1, 1);
	g_autoptr(TdFiled) read = NULL;
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GError) error = NULL;

	put_filed(txn, filed, "raw bytes", 9);
	replace_text(&filed->moved_to, "1000000/77");
	g_assert_true(td_filed_update(txn, filed, &error));
	g_assert_no_error(error);
	read = get_filed(txn, 1, 1, &bytes);
	assert_same(read, filed);
	g_assert_cmpmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
	    "raw bytes", 9);
	filed->sequence = 2;
	g_assert_false(td_filed_update(txn, filed, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_BROKEN);
}

static void
get_row(TdTxn *txn, guint8 *key, TdRow *row)
{
	td_key_place(key, 1, 1);
	g_assert_true(td_row_get(
	    txn, TD_TABLE_MESSAGES, key, TD_KEY_PLACE, 0, row, NULL));
}

static void
assert_damaged(TdTxn *txn)
{
	g_autoptr(GError) error = NULL;
	TdFiled *filed = NULL;
	GBytes *bytes = NULL;

	g_assert_false(td_filed_get(txn, 1, 1, &filed, &bytes, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_BROKEN);
	g_assert_cmpstr(
	    error->message, ==, "damaged record 1/1 in table messages");
	g_assert_null(filed);
	g_assert_null(bytes);
}

static void
test_cut_message_is_error(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdFiled) filed = full_filed(1, 1);
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_PLACE];
	gsize size;

	put_filed(txn, filed, "raw bytes", 9);
	get_row(txn, key, &row);
	for (size = 0; size < row.size; size++) {
		g_assert_true(td_row_put(txn, TD_TABLE_MESSAGES, key,
		    sizeof(key), row.data, size, NULL));
		assert_damaged(txn);
	}
}

/* Sizes that lie must not be believed before they cost memory. */
static void
test_lying_sizes(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdFiled) filed = full_filed(1, 1);
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_PLACE];
	guint i;

	put_filed(txn, filed, "raw bytes", 9);
	get_row(txn, key, &row);
	for (i = 0; i < 12; i++) {
		guint8 kept = row.data[i];

		row.data[i] ^= 0x80;
		g_assert_true(td_row_put(txn, TD_TABLE_MESSAGES, key,
		    sizeof(key), row.data, row.size, NULL));
		assert_damaged(txn);
		row.data[i] = kept;
	}
}

/* ---- ids ---- */

#define DIGEST_A                                                               \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DIGEST_B                                                               \
	"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static void
bind(TdTxn *txn, const char *id, const char *digest, guint64 ticket,
    guint64 sequence)
{
	TdPlace place = { ticket, sequence };

	g_assert_true(td_id_bind(txn, id, digest, &place, NULL));
}

/* "ticket/sequence", or "-". */
static char *
look_up(TdTxn *txn, const char *id, const char *digest)
{
	TdPlace place = { 0 };
	gboolean found = FALSE;

	g_assert_true(td_id_find(txn, id, digest, &found, &place, NULL));
	if (!found)
		return g_strdup("-");
	return g_strdup_printf(
	    "%u/%u", (guint)place.ticket, (guint)place.sequence);
}

static void
assert_found(TdTxn *txn, const char *id, const char *digest, const char *want)
{
	g_autofree char *got = look_up(txn, id, digest);

	g_assert_cmpstr(got, ==, want);
}

static void
test_ids_bound(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);

	bind(txn, "1@x", DIGEST_A, 9, 1);
	bind(txn, "1@x", DIGEST_B, 3, 2);
	bind(txn, "1@x", "not hexadecimal", 3, 1);
	bind(txn, "2@x", DIGEST_A, 1, 1);
	assert_found(txn, "1@x", DIGEST_A, "9/1");
	assert_found(txn, "1@x", DIGEST_B, "3/2");
	assert_found(txn, "1@x", "not hexadecimal", "3/1");
	assert_found(txn, "1@x", "something else", "-");
	assert_found(txn, "1@x", NULL, "3/1");
	assert_found(txn, "3@x", NULL, "-");
	bind(txn, "1@x", DIGEST_A, 10, 5);
	assert_found(txn, "1@x", DIGEST_A, "10/5");
}

static void
test_ids_seen(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	TdPlace first = { 4, 1 };
	TdPlace second = { 2, 1 };
	TdPlace place = { 0 };
	gboolean found = TRUE;

	g_assert_true(td_id_find_seen(txn, "1@x", &found, &place, NULL));
	g_assert_false(found);
	g_assert_true(td_id_seen(txn, "1@x", &first, NULL));
	g_assert_true(td_id_seen(txn, "1@x", &second, NULL));
	g_assert_true(td_id_find_seen(txn, "1@x", &found, &place, NULL));
	g_assert_true(found);
	g_assert_cmpuint(place.ticket, ==, 4);
	/* Seen is not filed, nor the other way round. */
	assert_found(txn, "1@x", NULL, "-");
	bind(txn, "2@x", DIGEST_A, 1, 1);
	g_assert_true(td_id_find_seen(txn, "2@x", &found, &place, NULL));
	g_assert_false(found);
}

/* ---- outbox ---- */

static TdOutboxRow *
put_row(TdTxn *txn, gint64 due, const char *recipients)
{
	g_autoptr(GError) error = NULL;
	TdOutboxRow *row = td_outbox_row_new();

	row->due = due;
	row->ticket = 7;
	row->sequence = 2;
	row->created = NOW;
	row->attempts = 3;
	replace_text(&row->kind, "acknowledgement");
	replace_text(&row->mail_from, "b@example.com");
	replace_text(&row->envid, "envid");
	replace_text(&row->notify, "NEVER");
	replace_text(&row->answer, "451 later");
	g_strfreev(row->recipients);
	row->recipients = g_strsplit(recipients, ",", 0);
	g_assert_true(td_outbox_row_put(txn, row, &error));
	g_assert_no_error(error);
	return row;
}

static char *
list_rows(
    TdTxn *txn, gint64 after_due, guint64 after_id, gint64 until, guint limit)
{
	g_autoptr(GPtrArray) rows = NULL;
	GString *text = g_string_new(NULL);
	guint i;

	g_assert_true(td_outbox_rows(
	    txn, after_due, after_id, until, limit, &rows, NULL));
	for (i = 0; i < rows->len; i++) {
		const TdOutboxRow *row = rows->pdata[i];

		g_string_append_printf(
		    text, "%d:%u ", (int)row->due, (guint)row->id);
	}
	return g_string_free(text, FALSE);
}

static void
assert_rows(TdTxn *txn, gint64 after_due, guint64 after_id, gint64 until,
    guint limit, const char *want)
{
	g_autofree char *got = list_rows(
	    txn, after_due, after_id, until, limit);

	g_assert_cmpstr(got, ==, want);
}

static void
test_rows_in_order(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const gint64 dues[] = { 300, 100, -5, 200, 100 };
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdOutboxRow) gone = td_outbox_row_new();
	guint i;

	for (i = 0; i < G_N_ELEMENTS(dues); i++)
		td_outbox_row_free(put_row(txn, dues[i], "a@x"));
	assert_rows(txn, 0, 0, G_MAXINT64, 10, "-5:3 100:2 100:5 200:4 300:1 ");
	assert_rows(txn, 0, 0, 200, 10, "-5:3 100:2 100:5 200:4 ");
	assert_rows(txn, 0, 0, 99, 10, "-5:3 ");
	assert_rows(txn, 0, 0, G_MAXINT64, 2, "-5:3 100:2 ");
	assert_rows(txn, 100, 2, G_MAXINT64, 10, "100:5 200:4 300:1 ");
	assert_rows(txn, 300, 1, G_MAXINT64, 10, "");
	gone->due = 100;
	gone->id = 5;
	g_assert_true(td_outbox_row_delete(txn, gone, NULL));
	g_assert_true(td_outbox_row_delete(txn, gone, NULL));
	assert_rows(txn, 0, 0, G_MAXINT64, 10, "-5:3 100:2 200:4 300:1 ");
}

static void
test_rows_found(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdOutboxRow) other = put_row(txn, 5, "c@x");
	g_autoptr(TdOutboxRow) row = put_row(txn, NOW, "a@x,b@x");
	g_autoptr(TdOutboxRow) read = NULL;
	TdOutboxRow *none = NULL;

	g_assert_true(td_outbox_row_find(txn, row->id, &read, NULL));
	g_assert_cmpint(read->due, ==, NOW);
	g_assert_cmpuint(read->id, ==, row->id);
	g_assert_cmpuint(read->ticket, ==, 7);
	g_assert_cmpuint(read->sequence, ==, 2);
	g_assert_cmpint(read->created, ==, NOW);
	g_assert_cmpuint(read->attempts, ==, 3);
	g_assert_cmpstr(read->kind, ==, "acknowledgement");
	g_assert_cmpstr(read->mail_from, ==, "b@example.com");
	g_assert_cmpstr(read->envid, ==, "envid");
	g_assert_cmpstr(read->notify, ==, "NEVER");
	g_assert_cmpstr(read->answer, ==, "451 later");
	g_assert_true(g_strv_equal((const char *const *)read->recipients,
	    (const char *const *)row->recipients));
	g_assert_true(td_outbox_row_find(txn, 99, &none, NULL));
	g_assert_null(none);
}

/* An id is never used again, so a row put off is known by it. */
static void
test_row_ids_unique(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdOutboxRow) row = put_row(txn, 5, "a@x");
	g_autoptr(TdOutboxRow) second = NULL;

	g_assert_true(td_outbox_row_delete(txn, row, NULL));
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	close_store(desk);
	open_store(desk);
	txn = begin(desk);
	second = put_row(txn, 5, "a@x");
	g_assert_cmpuint(second->id, ==, row->id + 1);
	row->due = 500;
	g_assert_true(td_outbox_row_put(txn, row, NULL));
	assert_rows(txn, 0, 0, G_MAXINT64, 10, "5:2 500:1 ");
}

/* Of message 1/@sequence: @want, NULL for none, and how many there are. */
static void
assert_raw(
    TdTxn *txn, guint64 sequence, guint64 most, const char *want, guint64 count)
{
	g_autoptr(GBytes) raw = NULL;
	guint64 size = 99;

	g_assert_true(td_filed_raw(txn, 1, sequence, most, &size, &raw, NULL));
	g_assert_cmpuint(size, ==, count);
	g_assert_true((raw == NULL) == (want == NULL));
	if (raw != NULL)
		g_assert_cmpstr(g_bytes_get_data(raw, NULL), ==, want);
}

static void
test_raw_alone(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdFiled) filed = full_filed(1, 1);

	put_filed(txn, filed, "bytes", 5);
	assert_raw(txn, 1, 5, "bytes", 5);
	assert_raw(txn, 1, 4, NULL, 5);
	assert_raw(txn, 2, G_MAXUINT64, NULL, 0);
}

static void
test_packed_ahead(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char text[] = "The same bytes, the same bytes, and more.";
	g_autoptr(GBytes) packed = td_filed_pack(text, strlen(text));
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdFiled) filed = full_filed(1, 1);
	g_autoptr(TdFiled) read = NULL;
	g_autoptr(GBytes) raw = NULL;

	g_assert_true(
	    td_filed_put_packed(txn, filed, packed, strlen(text), NULL));
	read = get_filed(txn, 1, 1, &raw);
	assert_same(read, filed);
	g_assert_cmpstr(g_bytes_get_data(raw, NULL), ==, text);
}

#define MADE(name, function)                                                   \
	g_test_add("/store/filed/" name, Desk, NULL, make_desk, function,      \
	    remove_desk)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	MADE("raw bytes of any size are kept", test_raw_of_any_size);
	MADE("long headers are read whole", test_long_headers);
	MADE("a message that is not there is none", test_absent_message);
	MADE("an update keeps the raw bytes", test_update_keeps_raw);
	MADE("a cut message is an error", test_cut_message_is_error);
	MADE("sizes that lie are an error", test_lying_sizes);
	MADE("raw bytes are read alone, if they are not too many",
	    test_raw_alone);
	MADE("what was packed ahead is filed whole", test_packed_ahead);
	MADE("ids lead to their message", test_ids_bound);
	MADE("ids that were only seen stand apart", test_ids_seen);
	MADE("outbox rows come in order of time", test_rows_in_order);
	MADE("outbox rows are found by id", test_rows_found);
	MADE("outbox ids are never used again", test_row_ids_unique);
	return g_test_run();
}
