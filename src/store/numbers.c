/* numbers.c - numbers of tickets that stand for none, and are not missing
 *
 * When tickets come with numbers of their own, or a store goes on behind
 * numbers that it does not know of, some are left out.  Rows of the table meta
 * tell which: "store/skipped/LAST" (16 hexadecimal digits) -> FIRST. */

#include "config.h"

#include <stdio.h>
#include <string.h>

#include <ticketd/error.h>

#include "store/store-private.h"

#define PREFIX "store/skipped/"
#define KEY_SIZE (sizeof(PREFIX) - 1 + 16)

static void
make_key(char key[KEY_SIZE + 1], guint64 last)
{
	g_snprintf(
	    key, KEY_SIZE + 1, PREFIX "%016" G_GINT64_MODIFIER "x", last);
}

/* Reads the row that @cursor stands on. */
static gboolean
read_run(const TdCursor *cursor, guint64 *first, guint64 *last, GError **error)
{
	g_autofree char *digits = g_strndup(
	    (const char *)cursor->key.data + strlen(PREFIX), 16);

	if (cursor->value.size != TD_KEY_NUMBER ||
	    !g_ascii_string_to_unsigned(digits, 16, 0, G_MAXUINT64, last, NULL))
		return td_row_damaged(
		    error, TD_TABLE_META, cursor->key.data, cursor->key.size);
	*first = td_key_read(cursor->value.data);
	return TRUE;
}

gboolean
td_skipped_next(TdTxn *txn, guint64 from, gboolean *any, guint64 *first,
    guint64 *last, GError **error)
{
	g_auto(TdCursor) cursor = { 0 };
	char key[KEY_SIZE + 1];
	gboolean found;

	make_key(key, from);
	if (!td_cursor_open(txn, TD_TABLE_META, TRUE, &cursor, error) ||
	    !td_cursor_seek(&cursor, key, KEY_SIZE, &found, error))
		return FALSE;
	*any = found && cursor.key.size == KEY_SIZE &&
	    memcmp(cursor.key.data, PREFIX, strlen(PREFIX)) == 0;
	return !*any || read_run(&cursor, first, last, error);
}

gboolean
td_ticket_skipped(TdTxn *txn, guint64 number, gboolean *skipped, GError **error)
{
	guint64 first = 0, last = 0;
	gboolean any;

	if (!td_skipped_next(txn, number, &any, &first, &last, error))
		return FALSE;
	*skipped = any && first <= number;
	return TRUE;
}

static gboolean
put_run(TdTxn *txn, guint64 first, guint64 last, GError **error)
{
	char key[KEY_SIZE + 1];

	if (first > last)
		return TRUE;
	make_key(key, last);
	return td_meta_put_number(txn, key, first, error);
}

/* A number is taken out of the run that it is in. */
static gboolean
split_run(
    TdTxn *txn, guint64 number, guint64 first, guint64 last, GError **error)
{
	char key[KEY_SIZE + 1];

	make_key(key, last);
	if (number == last &&
	    !td_row_delete(txn, TD_TABLE_META, key, KEY_SIZE, error))
		return FALSE;
	return put_run(txn, first, number - 1, error) &&
	    put_run(txn, number + 1, last, error);
}

static void
set_last(TdTxn *txn, guint64 last)
{
	txn->counters[TD_COUNTER_TICKET].value = last;
	txn->counters[TD_COUNTER_TICKET].changed = TRUE;
}

gboolean
td_ticket_skip(TdTxn *txn, guint64 until, GError **error)
{
	guint64 first, last;

	g_return_val_if_fail(txn->writes, FALSE);

	if (!td_ticket_range(txn, &first, &last, error))
		return FALSE;
	if (until <= last)
		return TRUE;
	set_last(txn, until);
	return put_run(txn, last + 1, until, error);
}

/* Below the first number: that is the first one now. */
static gboolean
claim_below(TdTxn *txn, guint64 number, guint64 first, GError **error)
{
	return td_meta_put_number(txn, TD_META_FIRST, number, error) &&
	    put_run(txn, number + 1, first - 1, error);
}

gboolean
td_ticket_claim(TdTxn *txn, guint64 number, gboolean *claimed, GError **error)
{
	guint64 first, last, from = 0, to = 0;
	gboolean any;

	g_return_val_if_fail(txn->writes && number > 0, FALSE);

	if (!td_ticket_range(txn, &first, &last, error))
		return FALSE;
	*claimed = TRUE;
	if (number > last) {
		set_last(txn, number);
		return put_run(txn, last + 1, number - 1, error);
	}
	if (number < first)
		return claim_below(txn, number, first, error);
	if (!td_skipped_next(txn, number, &any, &from, &to, error))
		return FALSE;
	*claimed = any && from <= number;
	return !*claimed || split_run(txn, number, from, to, error);
}
