/* history.c - events that are in no store: do they make the chain that is told
 * of them? */

#include "config.h"

#include <string.h>

#include <ticketd/erase.h>
#include <ticketd/sha256.h>

#include "store/store-private.h"

struct TdHistory {
	guint64 number;
	gboolean swapped;
	TdMarks *marks;
	guint8 chain[TD_HASH_SIZE];
};

TdHistory *
td_history_new(guint64 number, gboolean swapped)
{
	TdHistory *history = g_new0(TdHistory, 1);

	history->number = number;
	history->swapped = swapped;
	history->marks = td_marks_new();
	return history;
}

void
td_history_free(TdHistory *history)
{
	if (history == NULL)
		return;

	td_marks_free(history->marks);
	g_free(history);
}

/* The hash of the payload as the machine of the history writes it. */
static void
hash_payload(const TdHistory *history, const TdEvent *event, guint8 *hash)
{
	g_auto(TdRow) row = { 0 };
	const guint8 *payload;
	gsize size;
	g_autoptr(GVariant) value = NULL;
	g_autoptr(GVariant) swapped = NULL;

	td_event_encode(event, &row);
	payload = row.data + TD_EVENT_PAYLOAD;
	size = row.size - TD_EVENT_PAYLOAD;
	if (history->swapped) {
		value = td_value_read(TD_TYPE_PAYLOAD, payload, size);
		swapped = g_variant_byteswap(value);
		payload = g_variant_get_data(swapped);
		size = g_variant_get_size(swapped);
	}
	td_sha256(payload, size, hash);
}

void
td_history_add(TdHistory *history, const TdEvent *event, const guint8 *hash)
{
	guint8 now[TD_HASH_SIZE];

	hash_payload(history, event, now);
	if (hash != NULL && memcmp(hash, now, sizeof(now)) != 0)
		td_marks_found(history->marks, event->sequence, now);
	td_marks_told(history->marks, event);
	td_event_chain(history->chain, history->number, event->sequence,
	    hash == NULL ? now : hash);
}

const guint8 *
td_history_chain(const TdHistory *history)
{
	return history->chain;
}

guint64
td_history_odd(const TdHistory *history)
{
	g_autoptr(GArray) changed = td_marks_changed(history->marks);
	g_autoptr(GArray) restored = td_marks_restored(history->marks);

	if (changed->len > 0)
		return g_array_index(changed, guint64, 0);
	return restored->len > 0 ? g_array_index(restored, guint64, 0) : 0;
}
