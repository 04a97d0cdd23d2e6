/* answer-cap.c - how many answers an address got lately
 *
 * Whoever is named in From gets answers that nobody wrote, whatever the ticket,
 * so they are counted for the whole desk.  There is a fixed number of counters
 * of each kind, by a hash of what is counted: two that share one share its
 * limit, and nothing has to be cleaned up.  A counter begins with the first
 * answer and ends when its time is over; so at worst twice the limit goes out
 * within any such time. */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>

#include "desk/desk-private.h"

#define COUNTERS 4096
#define HOUR (60 * 60)
#define DAY (24 * HOUR)

typedef struct {
	gint64 since; /* when the first of them went out, big-endian */
	guint32 count;
	guint32 zero;
} Counter;

/* How many at @name since @now less @period. */
static gboolean
read_counter(TdTxn *txn, const char *name, gint64 now, gint64 period,
    Counter *counter, guint *count, GError **error)
{
	g_autoptr(GBytes) bytes = NULL;
	gint64 since;

	*counter = (Counter){ .since = GINT64_TO_BE(now) };
	*count = 0;
	if (!td_meta_get(txn, name, &bytes, error))
		return FALSE;
	if (bytes == NULL || g_bytes_get_size(bytes) != sizeof(*counter))
		return TRUE;
	memcpy(counter, g_bytes_get_data(bytes, NULL), sizeof(*counter));
	since = GINT64_FROM_BE(counter->since);
	/* One of a time to come is of a clock that was turned back: what went
	 * out has gone out, so that begins now.  Further away than it lasts it
	 * would never end. */
	if (since > now - period && since <= now + period) {
		*count = GUINT32_FROM_BE(counter->count);
		counter->since = GINT64_TO_BE(MIN(since, now));
	} else
		*counter = (Counter){ .since = GINT64_TO_BE(now) };
	return TRUE;
}

static gboolean
get_count(TdTxn *txn, const char *name, gint64 now, gint64 period,
    guint *result, GError **error)
{
	Counter counter;

	return read_counter(txn, name, now, period, &counter, result, error);
}

static gboolean
add_one(TdTxn *txn, const char *name, gint64 now, gint64 period, GError **error)
{
	g_autoptr(GBytes) changed = NULL;
	Counter counter;
	guint before;

	if (!read_counter(txn, name, now, period, &counter, &before, error))
		return FALSE;
	counter.count = GUINT32_TO_BE(before + 1);
	changed = g_bytes_new(&counter, sizeof(counter));
	return td_meta_put(txn, name, changed, error);
}

static char *
name_counter(const char *kind, const char *what)
{
	return g_strdup_printf("%s/%03x", kind, g_str_hash(what) % COUNTERS);
}

static char *
name_answers(const char *address)
{
	return address == NULL ? g_strdup("answers/all")
	                       : name_counter("answers", address);
}

/* One mailbox has many addresses: "anna+any@example.net", and the forms that
 * tag validation gives it ("prvs=tag=anna@example.net"). */
static char *
name_day(const char *address)
{
	g_autofree char *local = NULL;
	g_autofree char *mailbox = NULL;
	const char *bare = address;

	if (g_str_has_prefix(bare, "prvs=") && strchr(bare + 5, '=') != NULL)
		bare = strchr(bare + 5, '=') + 1;
	local = td_address_local(bare);
	if (*local != '+')
		local[strcspn(local, "+")] = '\0';
	mailbox = g_strconcat(local, "@", td_address_domain(bare), NULL);
	return name_counter("answers-day", mailbox);
}

static char *
name_domain(const char *address)
{
	return name_counter("answers-domain", td_address_domain(address));
}

gboolean
td_cap_count(
    TdTxn *txn, const char *address, gint64 now, guint *result, GError **error)
{
	g_autofree char *name = name_answers(address);

	return get_count(txn, name, now, HOUR, result, error);
}

gboolean
td_cap_raise(TdTxn *txn, const char *address, gint64 now, GError **error)
{
	g_autofree char *name = name_answers(address);

	return add_one(txn, name, now, HOUR, error);
}

gboolean
td_cap_count_day(
    TdTxn *txn, const char *address, gint64 now, guint *result, GError **error)
{
	g_autofree char *name = name_day(address);

	return get_count(txn, name, now, DAY, result, error);
}

gboolean
td_cap_count_domain(
    TdTxn *txn, const char *address, gint64 now, guint *result, GError **error)
{
	g_autofree char *name = name_domain(address);

	return get_count(txn, name, now, HOUR, result, error);
}

gboolean
td_cap_raise_automatic(
    TdTxn *txn, const char *address, gint64 now, GError **error)
{
	g_autofree char *day = NULL;
	g_autofree char *domain = NULL;

	if (strchr(address, '@') == NULL)
		return TRUE;
	day = name_day(address);
	domain = name_domain(address);
	return add_one(txn, day, now, DAY, error) &&
	    add_one(txn, domain, now, HOUR, error);
}
