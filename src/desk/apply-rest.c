/* apply-rest.c - does what a plan says beside its mails and events */

#include "config.h"

#include <string.h>

#include "desk/plan.h"

#define DAY ((gint64)(24 * 60 * 60))

/* How long a thing is remembered that is well and of which no mail tells. */
#define OBJECT_DAYS 90

static gboolean
put_people(TdTxn *txn, const TdPlan *plan, GError **error)
{
	for (guint i = 0; i < plan->people->len; i++)
		if (!td_person_put(
		        txn, g_ptr_array_index(plan->people, i), error))
			return FALSE;
	return TRUE;
}

/* Holds of the plan: @place is where its mail is. */
static gboolean
put_holds(TdTxn *txn, const TdPlan *plan, const TdPlace *place, GError **error)
{
	for (guint i = 0; i < plan->holds->len; i++) {
		TdHold *hold = g_ptr_array_index(plan->holds, i);

		if (hold->id != 0) {
			if (!td_hold_delete(txn, hold->id, error))
				return FALSE;
			continue;
		}
		if (hold->mail.sequence == 0 &&
		    strcmp(hold->kind, "add-address") != 0)
			hold->mail = *place;
		if (!td_hold_put(txn, hold, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
drop_rows(TdTxn *txn, const TdPlan *plan, GError **error)
{
	for (guint i = 0; i < plan->drops->len; i++) {
		const guint64 *id = g_ptr_array_index(plan->drops, i);
		g_autoptr(TdOutboxRow) row = NULL;

		if (!td_outbox_row_find(txn, *id, &row, error))
			return FALSE;
		if (row != NULL && !td_outbox_row_delete(txn, row, error))
			return FALSE;
	}
	return TRUE;
}

/* A ticket was merged, or no longer is: what belongs to it follows. */
static gboolean
follow_merge(TdTxn *txn, const TdEvent *event, GError **error)
{
	guint64 into;

	if (event->kind != TD_EVENT_MERGED ||
	    !td_event_find_number(event, "into", &into))
		return TRUE;
	return into != 0 ? td_object_merge(txn, event->ticket, into, error)
	                 : td_object_unmerge(txn, event->ticket,
	                       td_event_get_number(event, "from"), error);
}

/* The monitors that get a letter heard that their problems were taken: once for
 * each ticket, however many are told. */
static gboolean
take_objects(TdTxn *txn, const TdPlan *plan, GError **error)
{
	g_autoptr(GHashTable)
	    done = g_hash_table_new(g_int64_hash, g_int64_equal);

	for (guint i = 0; i < plan->letters->len; i++) {
		TdLetter *letter = g_ptr_array_index(plan->letters, i);

		if (letter->kind == TD_LETTER_MONITOR &&
		    g_hash_table_add(done, &letter->ticket) &&
		    !td_object_take(txn, letter->ticket, error))
			return FALSE;
	}
	return TRUE;
}

/* What monitoring systems watch: what a mail told of it, who heard that a
 * problem was taken, and whose it is now. */
static gboolean
put_objects(TdTxn *txn, const TdPlan *plan, GError **error)
{
	for (guint i = 0; i < plan->objects->len; i++) {
		TdObject *object = g_ptr_array_index(plan->objects, i);

		/* A mail opens one ticket at most. */
		if (TD_TICKET_IS_NEW(object->ticket))
			object->ticket = object->home = plan->ticket;
		if (!td_object_put(txn, object, error))
			return FALSE;
	}
	if (!take_objects(txn, plan, error))
		return FALSE;
	for (guint i = 0; i < plan->events->len; i++)
		if (!follow_merge(
		        txn, g_ptr_array_index(plan->events, i), error))
			return FALSE;
	return TRUE;
}

static gboolean
put_memos(TdTxn *txn, const TdPlan *plan, GError **error)
{
	for (guint i = 0; i < plan->memos->len; i++) {
		const TdMemo *memo = g_ptr_array_index(plan->memos, i);

		if (!td_meta_put(txn, memo->key, memo->value, error))
			return FALSE;
	}
	return TRUE;
}

/* What only the desk itself remembers. */
static gboolean
put_rest(TdTxn *txn, const TdPlan *plan, GError **error)
{
	guint count;

	if (plan->digest_day != NULL) {
		g_autoptr(GBytes) day = g_bytes_new(
		    plan->digest_day, strlen(plan->digest_day));

		if (!td_meta_put(txn, TD_META_DIGEST, day, error))
			return FALSE;
	}
	if (!put_objects(txn, plan, error) || !put_memos(txn, plan, error))
		return FALSE;
	return !plan->expire ||
	    (td_hold_expire(txn, plan->now, TD_READ_MAX, &count, error) &&
	        td_suppression_expire(
	            txn, plan->now, TD_READ_MAX, &count, error) &&
	        td_object_expire(txn, plan->now - OBJECT_DAYS * DAY,
	            TD_READ_MAX, &count, error));
}

/* What changes in the list of those who get no automatic mail; the mail of the
 * plan is at @place. */
static gboolean
put_suppressions(
    TdTxn *txn, const TdPlan *plan, const TdPlace *place, GError **error)
{
	gboolean found;

	for (guint i = 0; i < plan->suppressions->len; i++) {
		TdSuppression *each = g_ptr_array_index(plan->suppressions, i);

		if (each->evidence.sequence == 0)
			each->evidence = *place;
		if (!td_suppression_put(txn, each, error))
			return FALSE;
	}
	for (guint i = 0; i < plan->lifts->len; i++)
		if (!td_suppression_delete(txn, TD_SUPPRESSED_BOUNCED,
		        g_ptr_array_index(plan->lifts, i), &found, error))
			return FALSE;
	return TRUE;
}

/* A signed text proves once. */
static gboolean
spend_signature(TdTxn *txn, const TdPlan *plan, const TdEnvelope *envelope,
    const TdPlace *place, GError **error)
{
	g_autofree char *id = NULL;

	if (envelope == NULL || envelope->signature_digest == NULL ||
	    place->sequence == 0 || strcmp(plan->evidence, "signature") != 0)
		return TRUE;
	id = td_signed_id(envelope->signature_digest);
	return td_id_bind(txn, id, envelope->signature_digest, place, error);
}

gboolean
td_plan_put(const TdPlan *plan, TdTxn *txn, const TdEnvelope *envelope,
    const TdPlace *place, GError **error)
{
	return put_people(txn, plan, error) &&
	    put_holds(txn, plan, place, error) && drop_rows(txn, plan, error) &&
	    put_rest(txn, plan, error) &&
	    put_suppressions(txn, plan, place, error) &&
	    spend_signature(txn, plan, envelope, place, error);
}
