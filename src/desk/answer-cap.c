/* answer-cap.c - how many answers an address got within the hour
 *
 * Whoever is named in From gets a transcript or a question, whatever the
 * ticket, so it is counted for the whole desk.  There is a fixed number of
 * counters, by a hash of the address: two that share one share its limit, and
 * nothing has to be cleaned up. */

#include "config.h"

#include <string.h>

#include "desk/desk-private.h"

#define COUNTERS 4096
#define HOUR (60 * 60)

typedef struct {
	gint64 since; /* when the first of them went out, big-endian */
	guint32 count;
	guint32 zero;
} Counter;

static char *
name_counter(const char *address)
{
	if (address == NULL)
		return g_strdup("answers/all");
	return g_strdup_printf("answers/%03x", g_str_hash(address) % COUNTERS);
}

gboolean
td_cap_count(
    TdTxn *txn, const char *address, gint64 now, guint *count, GError **error)
{
	g_autofree char *name = name_counter(address);
	g_autoptr(GBytes) bytes = NULL;
	Counter counter;

	*count = 0;
	if (!td_meta_get(txn, name, &bytes, error))
		return FALSE;
	if (bytes == NULL || g_bytes_get_size(bytes) != sizeof(counter))
		return TRUE;
	memcpy(&counter, g_bytes_get_data(bytes, NULL), sizeof(counter));
	if (GINT64_FROM_BE(counter.since) > now - HOUR)
		*count = GUINT32_FROM_BE(counter.count);
	return TRUE;
}

gboolean
td_cap_raise(TdTxn *txn, const char *address, gint64 now, GError **error)
{
	g_autofree char *name = name_counter(address);
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GBytes) changed = NULL;
	Counter counter = { .since = GINT64_TO_BE(now) };
	guint count;

	if (!td_cap_count(txn, address, now, &count, error) ||
	    !td_meta_get(txn, name, &bytes, error))
		return FALSE;
	if (count > 0)
		memcpy(
		    &counter, g_bytes_get_data(bytes, NULL), sizeof(counter));
	counter.count = GUINT32_TO_BE(count + 1);
	changed = g_bytes_new(&counter, sizeof(counter));
	return td_meta_put(txn, name, changed, error);
}
