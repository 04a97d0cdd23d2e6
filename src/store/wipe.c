/* wipe.c - what was deleted is overwritten, and old log goes
 *
 * Berkeley DB deletes by forgetting: the bytes stay in the free part of a page,
 * in a page of the free list, or behind the end of an overflow chain until
 * something else is put there, and each change of a record's size leaves pieces
 * of its neighbours too.  So all pages are looked at, and what their heads call
 * free is made zero.  Nobody reads those bytes, recovery neither: it goes by
 * the LSN of a page, which stays.  A page whose head makes no sense is left
 * alone.
 *
 * Inner pages of a tree keep the beginnings of keys, to find the way, for
 * longer than the keys themselves, and cut so that nobody could look for them.
 * So the indexes whose keys tell of people, or of what they wrote, are made
 * anew at the next start whatever is in them, and the table of suppressed
 * addresses, the one other tree of that kind, is written anew at once.
 *
 * 5.3.28 loses the flag by which its get() would mark a page as changed, so the
 * function behind it is called, which the library has but does not declare.
 * That, and what the head of a page is, is known of this one release: with any
 * other one, or a table of another form, nothing is wiped, and that is said. */

#include "config.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include <ticketd/error.h>

#include "store/store-private.h"

/* Of one call. */
#define MOST_PAGES 512u
/* Of one turn, in which nobody else reads or writes. */
#define TURN_PAGES 64u

/* The release whose pages are known. */
#define KNOWN_MAJOR 5
#define KNOWN_MINOR 3
#define KNOWN_PATCH 28

/* So much of a page stands before its items: the head, and the checksum that
 * all our files have. */
#define PAGE_HEAD 32u

/* Kinds of pages. */
enum {
	PAGE_FREE = 0,
	PAGE_INNER = 3,
	PAGE_LEAF = 5,
	PAGE_OVERFLOW = 7,
};

/* How each page begins. */
typedef struct {
	guint8 lsn[8];
	guint32 number;
	guint32 previous;
	guint32 next;
	guint16 entries;
	guint16 offset; /* of the lowest item; of an overflow page its size */
	guint8 level;
	guint8 kind;
} Head;

typedef int (*DirtyFunc)(
    DB_MPOOLFILE *, void *, void *, DB_TXN *, DB_CACHE_PRIORITY, u_int32_t);

/* Whether we were compiled for the release that is known, and run with it. */
static gboolean
is_known(void)
{
	int major = 0, minor = 0, patch = 0;

	db_version(&major, &minor, &patch);
	return DB_VERSION_MAJOR == KNOWN_MAJOR &&
	    DB_VERSION_MINOR == KNOWN_MINOR &&
	    DB_VERSION_PATCH == KNOWN_PATCH && major == KNOWN_MAJOR &&
	    minor == KNOWN_MINOR && patch == KNOWN_PATCH;
}

/* NULL if this library is not known, or has none. */
static DirtyFunc
find_dirty(void)
{
	DirtyFunc found = NULL;
	void *symbol = is_known() ? dlsym(RTLD_DEFAULT, "__memp_dirty") : NULL;

	/* ISO C has no cast from an object to a function. */
	memcpy(&found, &symbol, sizeof(found));
	return found;
}

/* Whether the pages of @table are as they are made here: of a tree, with a
 * checksum and without encryption, in the byte order of this machine.  Else the
 * head is another one. */
static gboolean
has_known_pages(const TdStore *store, TdTable table)
{
	DB *db = store->tables[table];
	DBTYPE type;
	u_int32_t flags;
	int swapped;

	return db->get_type(db, &type) == 0 && type == DB_BTREE &&
	    db->get_flags(db, &flags) == 0 && (flags & DB_CHKSUM) != 0 &&
	    (flags & DB_ENCRYPT) == 0 &&
	    db->get_byteswapped(db, &swapped) == 0 && !swapped;
}

static gboolean
is_able(const TdStore *store)
{
	for (TdTable table = 0; table < TD_TABLES; table++)
		if (!has_known_pages(store, table))
			return FALSE;
	return TRUE;
}

/* ---- a page ---- */

static void
read_head(const guint8 *page, Head *head)
{
	memcpy(head->lsn, page, 8);
	memcpy(&head->number, page + 8, 4);
	memcpy(&head->previous, page + 12, 4);
	memcpy(&head->next, page + 16, 4);
	memcpy(&head->entries, page + 20, 2);
	memcpy(&head->offset, page + 22, 2);
	head->level = page[24];
	head->kind = page[25];
}

/* Whether each of the offsets behind the head is one of an item. */
static gboolean
has_items(const guint8 *page, gsize size, const Head *head)
{
	for (guint i = 0; i < head->entries; i++) {
		guint16 offset;

		memcpy(&offset, page + PAGE_HEAD + 2 * i, 2);
		if (offset < head->offset || offset >= size)
			return FALSE;
	}
	return TRUE;
}

/* What of the page is free, *@from and *@to; FALSE if that cannot be told. */
static gboolean
find_free(
    const guint8 *page, gsize size, guint32 number, gsize *from, gsize *to)
{
	Head head;

	read_head(page, &head);
	if (head.number != number)
		return FALSE;
	*to = size;
	switch (head.kind) {
	case PAGE_FREE:
		*from = PAGE_HEAD;
		return TRUE;
	case PAGE_OVERFLOW:
		*from = PAGE_HEAD + head.offset;
		return *from <= size;
	case PAGE_INNER:
	case PAGE_LEAF:
		*from = PAGE_HEAD + 2u * head.entries;
		*to = head.offset;
		return *from <= *to && *to <= size &&
		    has_items(page, size, &head);
	default:
		return FALSE;
	}
}

static gboolean
is_zero(const guint8 *bytes, gsize size)
{
	return size == 0 ||
	    (bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0);
}

/* ---- a turn ---- */

typedef struct {
	TdStore *store;
	DirtyFunc dirty;
} Wiper;

static int
wipe_page(Wiper *wiper, DB_MPOOLFILE *pool, gsize size, db_pgno_t number)
{
	void *page;
	gsize from, to;
	int rc = pool->get(pool, &number, NULL, 0, &page);

	/* A page that was allotted in vain was never written. */
	if (rc != 0)
		return rc == DB_PAGE_NOTFOUND ? 0 : rc;
	if (find_free(page, size, number, &from, &to) &&
	    !is_zero((guint8 *)page + from, to - from)) {
		rc = wiper->dirty(
		    pool, &page, NULL, NULL, DB_PRIORITY_UNCHANGED, 0);
		if (rc == 0)
			memset((guint8 *)page + from, 0, to - from);
	}
	pool->put(pool, page, DB_PRIORITY_UNCHANGED, 0);
	return rc;
}

/* Some pages from *@number on, which is 0 when there are no more.  Nobody else
 * reads or writes meanwhile. */
static gboolean
take_turn(Wiper *wiper, TdTable table, guint32 *number, GError **error)
{
	DB *db = wiper->store->tables[table];
	DB_MPOOLFILE *pool = db->get_mpf(db);
	db_pgno_t last = 0;
	u_int32_t size = 0;
	const guint32 end = *number + MIN(TURN_PAGES, G_MAXUINT32 - *number);
	int rc;

	td_gate_enter(&wiper->store->gate, TRUE);
	rc = db->get_pagesize(db, &size);
	if (rc == 0)
		rc = pool->get_last_pgno(pool, &last);
	for (; rc == 0 && *number <= last && *number < end; (*number)++)
		rc = wipe_page(wiper, pool, size, *number);
	td_gate_leave(&wiper->store->gate, TRUE);
	if (rc != 0)
		return td_store_fail(error, rc, td_table_name(table));
	if (*number > last)
		*number = 0;
	return TRUE;
}

/* ---- keys that inner pages keep ---- */

typedef struct {
	GBytes *key;
	GBytes *value;
} Pair;

static void
free_pair(gpointer data)
{
	Pair *pair = data;

	g_bytes_unref(pair->key);
	g_bytes_unref(pair->value);
	g_free(pair);
}

static gboolean
read_pairs(TdTxn *txn, TdTable table, GPtrArray *pairs, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	gboolean found;

	if (!td_cursor_open(txn, table, TRUE, &cursor, error) ||
	    !td_cursor_seek(&cursor, NULL, 0, &found, error))
		return FALSE;
	while (found) {
		Pair *pair = g_new0(Pair, 1);

		pair->key = g_bytes_new(cursor.key.data, cursor.key.size);
		pair->value = g_bytes_new(cursor.value.data, cursor.value.size);
		g_ptr_array_add(pairs, pair);
		if (!td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	}
	return TRUE;
}

/* Empties @table and writes all its rows again. */
static gboolean
write_anew(TdTxn *txn, TdTable table, GError **error)
{
	g_autoptr(GPtrArray) pairs = g_ptr_array_new_with_free_func(free_pair);
	DB *db = txn->store->tables[table];
	u_int32_t count;
	int rc;

	if (!read_pairs(txn, table, pairs, error))
		return FALSE;
	rc = db->truncate(db, txn->db_txn, &count, 0);
	if (rc != 0)
		return td_store_fail(error, rc, td_table_name(table));
	for (guint i = 0; i < pairs->len; i++) {
		const Pair *pair = pairs->pdata[i];
		gsize key_size, size;
		const void *key = g_bytes_get_data(pair->key, &key_size);
		const void *value = g_bytes_get_data(pair->value, &size);

		if (!td_row_put(txn, table, key, key_size, value, size, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
td_wipe_begin(TdTxn *txn, TdWipe *wipe, GError **error)
{
	static const TdTable indexes[] = { TD_INDEX_REQUESTER, TD_INDEX_WORD,
		TD_INDEX_ADDRESS, TD_INDEX_HOLD_FROM };

	*wipe = (TdWipe){ 0 };
	if (!td_wipe_due(txn, &wipe->due, error))
		return FALSE;
	if (wipe->due == 0 || txn->store->home == NULL)
		return TRUE;
	for (guint i = 0; i < G_N_ELEMENTS(indexes); i++)
		if (!td_index_renew(txn, indexes[i], error))
			return FALSE;
	wipe->indexes = G_N_ELEMENTS(indexes);
	return write_anew(txn, TD_TABLE_SUPPRESSED, error);
}

/* ---- all files ---- */

static guint64
count_pages(TdStore *store, TdTable from, TdTable to)
{
	guint64 count = 0;

	for (; from < to; from++) {
		DB_MPOOLFILE *pool = store->tables[from]->get_mpf(
		    store->tables[from]);
		db_pgno_t last;

		if (pool->get_last_pgno(pool, &last) == 0)
			count += (guint64)last + 1;
	}
	return count;
}

gboolean
td_store_wipe(TdStore *store, TdWipe *wipe, GError **error)
{
	Wiper wiper = { .store = store, .dirty = find_dirty() };
	guint pages = 0;

	if (wipe->file >= TD_TABLES)
		return td_fail(error, TD_ERROR_USAGE,
		    "the store has no file %u: it has %u", wipe->file,
		    (guint)TD_TABLES);
	wipe->able = wiper.dirty != NULL &&
	    (store->home == NULL || is_able(store));
	if (store->home == NULL || !wipe->able) {
		wipe->file = 0;
		wipe->page = 0;
		return TRUE;
	}
	do {
		guint32 before = wipe->page;

		if (!take_turn(&wiper, (TdTable)wipe->file, &wipe->page, error))
			return FALSE;
		wipe->done = before;
		pages += TURN_PAGES;
		if (wipe->page == 0)
			wipe->file = (wipe->file + 1) % TD_TABLES;
	} while (pages < MOST_PAGES && (wipe->file != 0 || wipe->page != 0));
	wipe->total = count_pages(store, 0, TD_TABLES);
	wipe->done = wipe->page + count_pages(store, 0, (TdTable)wipe->file);
	if (wipe->file == 0 && wipe->page == 0)
		wipe->done = wipe->total;
	return TRUE;
}

/* ---- folders that td_restore left ---- */

gboolean
td_store_replaced(TdStore *store, GStrv *folders, GError **error)
{
	g_autoptr(GStrvBuilder) found = g_strv_builder_new();
	g_autoptr(GDir) directory = NULL;
	const char *name;

	if (store->home != NULL) {
		directory = g_dir_open(store->home, 0, NULL);
		if (directory == NULL)
			return td_fail(error, TD_ERROR_AGAIN,
			    "cannot list the folder %s", store->home);
	}
	while (directory != NULL && (name = g_dir_read_name(directory)) != NULL)
		if (g_str_has_prefix(name, "replaced-") ||
		    strcmp(name, "restoring") == 0) {
			g_autofree char *path = g_build_filename(
			    store->home, name, NULL);

			g_strv_builder_add(found, path);
		}
	*folders = g_strv_builder_end(found);
	return TRUE;
}

/* ---- the log ---- */

/* More lines than fill a log file. */
#define MOST_LINES 40000u

static gboolean
log_file(TdStore *store, u_int32_t *file, GError **error)
{
	DB_LOG_STAT *stat = NULL;
	int rc = store->env->log_stat(store->env, &stat, 0);

	if (rc != 0)
		return td_store_fail(error, rc, "ask for the end of the log");
	*file = stat->st_cur_file;
	free(stat);
	return TRUE;
}

/* There is no other way to begin a new file than to fill this one. */
static gboolean
fill_log(TdStore *store, GError **error)
{
	char line[1000];
	u_int32_t before, now;

	memset(line, '-', sizeof(line));
	line[sizeof(line) - 1] = '\0';
	if (!log_file(store, &before, error))
		return FALSE;
	now = before;
	for (guint i = 0; i < MOST_LINES && now == before; i++) {
		int rc = store->env->log_printf(store->env, NULL, "%s", line);

		if (rc != 0)
			return td_store_fail(error, rc, "write to the log");
		if (i % 64 == 0 && !log_file(store, &now, error))
			return FALSE;
	}
	return TRUE;
}

/* How many log files stand before @now. */
static guint
count_logs(TdStore *store, u_int32_t now)
{
	g_autofree char *path = g_build_filename(store->home, "log", NULL);
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name;
	guint count = 0;
	guint32 file;

	while (directory != NULL && (name = g_dir_read_name(directory)) != NULL)
		count += td_log_read_name(name, &file) && file < now;
	return count;
}

gboolean
td_store_forget_log(TdStore *store, guint *left, GError **error)
{
	u_int32_t now;

	*left = 0;
	if (store->home == NULL)
		return TRUE;
	if (!td_space_check(store, error) || !fill_log(store, error))
		return FALSE;
	g_mutex_lock(&store->log_mutex);
	store->log_kept = 0;
	g_mutex_unlock(&store->log_mutex);
	/* The second one can do without what was there before the first.
	 * NOLINTNEXTLINE(misc-redundant-expression) */
	if (!td_store_checkpoint(store, TRUE, error) ||
	    !td_store_checkpoint(store, TRUE, error) ||
	    !log_file(store, &now, error))
		return FALSE;
	*left = count_logs(store, now);
	return TRUE;
}
