/* verify-read.c - the rows of a chain, for verify-ticket.c */

#include "config.h"

#include <string.h>

#include "store/store-private.h"

/* Of one turn: bytes of rows after which no further one is read. */
#define MOST_BYTES (1024u * 1024)

void
td_chain_link_free(TdChainLink *link)
{
	td_row_clear(&link->row);
	g_free(link);
}

static gboolean
add_link(TdTxn *txn, const TdCursor *cursor, GPtrArray *links, GError **error)
{
	const guint8 *key = cursor->key.data;
	TdChainLink *link = g_new0(TdChainLink, 1);

	g_ptr_array_add(links, link);
	if (cursor->key.size != TD_KEY_PLACE) {
		link->odd = TRUE;
		return TRUE;
	}
	link->sequence = td_key_read(key + TD_KEY_NUMBER);
	link->row.data = g_memdup2(cursor->value.data, cursor->value.size);
	link->row.size = cursor->value.size;
	return td_index_leads(txn, TD_INDEX_TIME, &cursor->key, &cursor->value,
	    &link->indexed, error);
}

/* Behind the row that was read last, whatever its key: one byte more is the key
 * that comes next. */
static gboolean
seek_on(TdCursor *cursor, guint64 number, const GByteArray *last,
    gboolean *found, GError **error)
{
	guint8 start[TD_KEY_NUMBER];
	g_autofree guint8 *behind = NULL;
	gsize size = last->len;

	td_key_number(start, number);
	if (size == 0)
		return td_cursor_seek(
		    cursor, start, sizeof(start), found, error);
	behind = g_malloc0(size + 1);
	memcpy(behind, last->data, size);
	return td_cursor_seek(cursor, behind, size + 1, found, error);
}

gboolean
td_chain_read(TdTxn *txn, guint64 number, GByteArray *last, GPtrArray *links,
    GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	gsize bytes = 0;
	gboolean found;

	if (!td_cursor_open(txn, TD_TABLE_EVENTS, TRUE, &cursor, error) ||
	    !seek_on(&cursor, number, last, &found, error))
		return FALSE;
	while (found && cursor.key.size >= TD_KEY_NUMBER &&
	    td_key_read(cursor.key.data) == number &&
	    links->len < TD_READ_MAX && bytes < MOST_BYTES) {
		bytes += cursor.value.size;
		g_byte_array_set_size(last, 0);
		g_byte_array_append(last, cursor.key.data, cursor.key.size);
		if (!add_link(txn, &cursor, links, error) ||
		    !td_cursor_step(&cursor, DB_NEXT, &found, error))
			return FALSE;
	}
	return TRUE;
}
