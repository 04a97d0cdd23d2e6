/* list.c - tickets that match, newest first
 *
 * An index gives ranges, each in order of number; they are merged by the
 * highest number, and what the index does not tell is looked up in the head of
 * each record. */

#include "config.h"

#include <string.h>

#include "store/store-private.h"

/* A beginning of a word that more words than this share is no help: then all
 * tickets are looked at. */
#define MOST_WORDS 256u
/* When more than these are overdue, all that are active are looked at: the
 * writer waits for each call. */
#define MOST_DUE 1000u

typedef struct {
	const TdTicketQuery *query;
	char *words; /* of the query, folded */
	TdTable table;
	GPtrArray *ranges; /* of TdRange */
	GArray *numbers;   /* of guint64, lowest first: instead; or NULL */
} Search;

static void
search_clear(Search *search)
{
	g_free(search->words);
	g_ptr_array_unref(search->ranges);
	g_clear_pointer(&search->numbers, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Search, search_clear)

/* ---- what matches ---- */

static gboolean
has_word(const char *words, const char *start, gsize length)
{
	while (*words != '\0') {
		if (strncmp(words, start, length) == 0)
			return TRUE;
		words += strcspn(words, " ");
		words += *words == ' ';
	}
	return FALSE;
}

static gboolean
has_words(const char *words, const char *wanted)
{
	while (*wanted != '\0') {
		gsize length = strcspn(wanted, " ");

		if (!has_word(words, wanted, length))
			return FALSE;
		wanted += length;
		wanted += *wanted == ' ';
	}
	return TRUE;
}

static gboolean
is_active(const TdTicketFixed *fixed)
{
	return fixed->status != TD_STATUS_CLOSED && fixed->merged_into == 0;
}

static gboolean
same_or_any(const char *wanted, const char *text)
{
	return wanted == NULL || strcmp(wanted, text) == 0;
}

static gboolean
is_overdue(const TdTicketQuery *query, const TdTicketHead *head)
{
	return head->fixed.due != 0 && head->fixed.due <= query->overdue &&
	    td_ticket_head_is_active(head);
}

static gboolean
matches(const Search *search, const TdTicketHead *head)
{
	const TdTicketQuery *query = search->query;

	/* One that was purged has no queue. */
	return *head->queue != '\0' &&
	    (head->fixed.spam != 0) == (query->spam != 0) &&
	    (query->status < 0 || head->fixed.status == query->status) &&
	    (!query->active || is_active(&head->fixed)) &&
	    same_or_any(query->queue, head->queue) &&
	    same_or_any(query->requester, head->requester) &&
	    same_or_any(query->owner, head->owner) &&
	    (query->owner == NULL || *query->owner != '\0' ||
	        td_ticket_head_is_active(head)) &&
	    (!query->breached ||
	        (head->fixed.breached != 0 &&
	            td_ticket_head_is_active(head))) &&
	    (query->overdue == 0 || is_overdue(query, head)) &&
	    has_words(head->words, search->words);
}

/* ---- which index ---- */

static void
use_text(Search *search, TdTable index, const char *text)
{
	search->table = index;
	/* With its NUL. */
	g_ptr_array_add(search->ranges, td_range_new(text, strlen(text) + 1));
}

/* The longest word of the query: the fewest tickets have it. */
static const char *
longest_word(const char *words, gsize *length)
{
	const char *longest = words;

	*length = 0;
	while (*words != '\0') {
		gsize size = strcspn(words, " ");

		if (size > *length) {
			longest = words;
			*length = size;
		}
		words += size;
		words += *words == ' ';
	}
	return longest;
}

/* A range for each word that begins as @start does.  No ranges if there are too
 * many. */
static gboolean
use_words(TdTxn *txn, Search *search, const char *start, gsize length,
    gboolean *few, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	gboolean found;

	if (!td_cursor_open(txn, TD_INDEX_WORD, FALSE, &cursor, error) ||
	    !td_cursor_seek(&cursor, start, length, &found, error))
		return FALSE;
	search->table = TD_INDEX_WORD;
	while (found && search->ranges->len <= MOST_WORDS &&
	    cursor.key.size > length &&
	    memcmp(cursor.key.data, start, length) == 0) {
		gsize size = strnlen(cursor.key.data, cursor.key.size) + 1;
		g_autofree guint8 *prefix = NULL;

		if (size + TD_KEY_NUMBER != cursor.key.size)
			return td_row_damaged(error, TD_INDEX_WORD,
			    cursor.key.data, cursor.key.size);
		prefix = g_memdup2(cursor.key.data, size);
		g_ptr_array_add(search->ranges, td_range_new(prefix, size));
		td_key_after(prefix, &size);
		if (!td_cursor_seek(&cursor, prefix, size, &found, error))
			return FALSE;
	}
	*few = search->ranges->len <= MOST_WORDS;
	if (!*few)
		g_ptr_array_set_size(search->ranges, 0);
	return TRUE;
}

/* Takes a run of the index of queues that may hold matches. */
static gboolean
take_run(TdCursor *cursor G_GNUC_UNUSED, const guint8 *prefix, gsize size,
    gpointer data, GError **error G_GNUC_UNUSED)
{
	Search *search = data;
	const TdTicketQuery *query = search->query;
	guint8 mark = prefix[size - 3];
	guint8 status = prefix[size - 2];

	if (((mark & TD_MARK_SPAM) != 0) != (query->spam != 0))
		return TRUE;
	if (query->status >= 0 && status != query->status)
		return TRUE;
	if (query->active &&
	    (status == TD_STATUS_CLOSED || (mark & TD_MARK_MERGED) != 0))
		return TRUE;
	g_ptr_array_add(search->ranges, td_range_new(prefix, size));
	return TRUE;
}

/* Takes a run of the index of active tickets. */
static gboolean
take_active(TdCursor *cursor G_GNUC_UNUSED, const guint8 *prefix, gsize size,
    gpointer data, GError **error G_GNUC_UNUSED)
{
	Search *search = data;

	g_ptr_array_add(search->ranges, td_range_new(prefix, size));
	return TRUE;
}

/* Nobody's tickets, or all that are active. */
static gboolean
use_active(TdTxn *txn, Search *search, const char *owner, GError **error)
{
	const char *queue = search->query->queue;
	g_autofree guint8 *prefix = NULL;
	gsize size = 0;

	search->table = TD_INDEX_ACTIVE;
	if (owner != NULL)
		prefix = td_active_prefix(owner, queue, &size);
	return td_runs(
	    txn, TD_INDEX_ACTIVE, prefix, size, take_active, search, error);
}

static gint
compare_numbers(gconstpointer a, gconstpointer b)
{
	guint64 one = *(const guint64 *)a;
	guint64 other = *(const guint64 *)b;

	return one < other ? -1 : one > other;
}

/* The index of deadlines is in order of time: what is overdue is read whole,
 * and put in order.  *@few is FALSE if that is too much. */
static gboolean
read_due(TdTxn *txn, Search *search, gboolean *few, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	guint8 last[TD_KEY_NUMBER];
	gboolean found;
	guint looked;

	search->table = TD_INDEX_DUE;
	search->numbers = g_array_new(FALSE, FALSE, sizeof(guint64));
	td_key_time(last, search->query->overdue);
	if (!td_cursor_open(txn, TD_INDEX_DUE, FALSE, &cursor, error) ||
	    !td_cursor_seek(&cursor, NULL, 0, &found, error))
		return FALSE;
	for (looked = 0;
	     found && looked <= MOST_DUE && cursor.key.size == TD_KEY_PLACE &&
	     memcmp(cursor.key.data, last, sizeof(last)) <= 0;
	     looked++) {
		const guint8 *key = cursor.key.data;
		guint64 number = td_key_read(key + TD_KEY_NUMBER);

		if (search->query->before == 0 ||
		    number < search->query->before)
			g_array_append_val(search->numbers, number);
		if (!td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	}
	g_array_sort(search->numbers, compare_numbers);
	*few = looked <= MOST_DUE;
	return TRUE;
}

static gboolean
use_due(TdTxn *txn, Search *search, GError **error)
{
	const char *owner = search->query->owner;
	gboolean few;

	if (!read_due(txn, search, &few, error))
		return FALSE;
	if (few)
		return TRUE;
	g_clear_pointer(&search->numbers, g_array_unref);
	return use_active(txn, search, owner, error);
}

static gboolean
choose(TdTxn *txn, Search *search, GError **error)
{
	const TdTicketQuery *query = search->query;
	const char *word;
	gsize length;
	gboolean few = FALSE;

	if (query->requester != NULL) {
		use_text(search, TD_INDEX_REQUESTER, query->requester);
		return TRUE;
	}
	if (query->overdue != 0)
		return use_due(txn, search, error);
	if (query->owner != NULL && *query->owner != '\0') {
		use_text(search, TD_INDEX_OWNER, query->owner);
		return TRUE;
	}
	if (query->owner != NULL || query->breached)
		return use_active(txn, search, query->owner, error);
	word = longest_word(search->words, &length);
	if (length > 0) {
		if (!use_words(txn, search, word, length, &few, error))
			return FALSE;
		if (few)
			return TRUE;
	}
	if (query->queue != NULL || query->status >= 0 || query->active ||
	    query->spam) {
		search->table = TD_INDEX_QUEUE;
		return td_runs_of_queue(
		    txn, query->queue, take_run, search, error);
	}
	search->table = TD_TABLE_TICKETS;
	g_ptr_array_add(search->ranges, td_range_new("", 0));
	return TRUE;
}

/* ---- merging ---- */

static guint64
highest(const Search *search)
{
	const GArray *numbers = search->numbers;
	guint64 number = 0;
	guint i;

	if (numbers != NULL)
		return numbers->len == 0
		    ? 0
		    : g_array_index(numbers, guint64, numbers->len - 1);
	for (i = 0; i < search->ranges->len; i++) {
		const TdRange *range = search->ranges->pdata[i];

		number = MAX(number, range->number);
	}
	return number;
}

/* Numbers that are equal to the last one go with it. */
static void
drop_last(GArray *numbers, guint64 number)
{
	guint left = numbers->len;

	while (left > 0 && g_array_index(numbers, guint64, left - 1) == number)
		left--;
	g_array_set_size(numbers, left);
}

/* Moves the ranges that stand on @number on; 0 is before the first. */
static gboolean
pass(Search *search, TdCursor *cursor, guint64 number, guint64 below,
    GError **error)
{
	guint i;

	if (search->numbers != NULL && number != 0)
		drop_last(search->numbers, number);
	for (i = 0; i < search->ranges->len; i++) {
		TdRange *range = search->ranges->pdata[i];

		if (range->number == number &&
		    !td_range_seek(cursor, range, below, error))
			return FALSE;
	}
	return TRUE;
}

/* Adds the ticket to @tickets if it matches.  A damaged record shall not keep
 * the others from being listed; td_store_check() tells of it. */
static gboolean
look_at(TdTxn *txn, const Search *search, guint64 number, GPtrArray *tickets,
    guint *misses, GError **error)
{
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_NUMBER];
	TdTicketHead head;
	TdTicket *ticket = NULL;

	td_key_number(key, number);
	if (!td_row_get(
	        txn, TD_TABLE_TICKETS, key, sizeof(key), 0, &row, error))
		return FALSE;
	if (row.data == NULL)
		return td_row_damaged(error, search->table, key, sizeof(key));
	if (td_ticket_peek(row.data, row.size, &head) && matches(search, &head))
		ticket = td_ticket_decode(number, &row, NULL);
	if (ticket != NULL)
		g_ptr_array_add(tickets, ticket);
	else
		(*misses)++;
	return TRUE;
}

gboolean
td_ticket_list(TdTxn *txn, const TdTicketQuery *query, GPtrArray **tickets,
    guint64 *next, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_ticket_free);
	g_auto(Search) search = { .query = query,
		.words = td_ticket_words(query->words),
		.ranges = g_ptr_array_new_with_free_func(
		    (GDestroyNotify)td_range_free) };
	g_auto(TdCursor) cursor = { 0 };
	guint most = CLAMP(query->limit, 1, TD_READ_MAX);
	guint64 number;
	guint64 last = 0;
	guint misses = 0;

	if (!choose(txn, &search, error) ||
	    !td_cursor_open(txn, search.table, FALSE, &cursor, error) ||
	    !pass(&search, &cursor, 0, query->before, error))
		return FALSE;
	while ((number = highest(&search)) > 0) {
		if (list->len == most || misses == TD_READ_MAX)
			break;
		if (!look_at(txn, &search, number, list, &misses, error) ||
		    !pass(&search, &cursor, number, number, error))
			return FALSE;
		last = number;
	}
	*tickets = g_steal_pointer(&list);
	*next = number > 0 ? last : 0;
	return TRUE;
}
