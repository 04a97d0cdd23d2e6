/* erase.c - somebody is forgotten: who it is, and doing it */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/error.h>

#include "desk/erase.h"

void
td_erased_free(TdErased *erased)
{
	if (erased == NULL)
		return;

	g_strfreev(erased->addresses);
	g_strfreev(erased->names);
	g_free(erased->alias);
	g_free(erased);
}

void
td_erase_plan_free(TdErasePlan *plan)
{
	if (plan == NULL)
		return;

	g_clear_pointer(&plan->events, g_ptr_array_unref);
	g_clear_pointer(&plan->messages, g_ptr_array_unref);
	g_clear_pointer(&plan->emptied, g_array_unref);
	g_clear_pointer(&plan->named, g_array_unref);
	g_free(plan);
}

gboolean
td_erase_plan_is_empty(const TdErasePlan *plan)
{
	return plan->events->len == 0 && plan->messages->len == 0;
}

/* ---- who ---- */

static gboolean
check_address(
    const TdDesk *desk, const char *address, const char *folded, GError **error)
{
	if (folded == NULL)
		return td_fail(error, TD_ERROR_USAGE,
		    "\"%s\" is not a mail address; it should be like "
		    "anna@example.com",
		    address);
	if (td_desk_recipient(desk, folded, NULL) ||
	    td_desk_is_own(desk, folded))
		return td_fail(error, TD_ERROR_REFUSED,
		    "%s is an address of this desk", folded);
	return TRUE;
}

/* What people know of him. */
static gboolean
take_person(TdTxn *txn, const char *folded, TdErased *erased, GError **error)
{
	g_autoptr(TdPerson) person = NULL;
	const char *alone[] = { folded, NULL };

	if (!td_person_by_address(txn, folded, &person, error))
		return FALSE;
	if (person != NULL && td_person_is_agent(person))
		return td_fail(error, TD_ERROR_REFUSED,
		    "%s is an address of agent %s; first: ticket agent remove "
		    "%s",
		    folded, person->name, person->name);
	erased->addresses = g_strdupv(
	    person != NULL ? person->addresses : (GStrv)alone);
	erased->names = g_new0(char *, 1);
	if (person != NULL) {
		erased->person = person->id;
		td_erase_add_name(erased, person->name);
		td_erase_add_name(erased, person->full_name);
	}
	return TRUE;
}

static gboolean
take_ban(TdTxn *txn, TdErased *erased, GError **error)
{
	for (guint i = 0; erased->addresses[i] != NULL; i++) {
		g_autoptr(TdSuppression) ban = NULL;

		if (!td_suppression_get(txn, TD_SUPPRESSED_BANNED,
		        erased->addresses[i], &ban, error))
			return FALSE;
		erased->banned = erased->banned || ban != NULL;
	}
	return TRUE;
}

gboolean
td_desk_erase_who(const TdDesk *desk, TdTxn *txn, const char *address,
    gboolean whole, TdErased **result, GError **error)
{
	g_autoptr(TdErased) erased = g_new0(TdErased, 1);
	g_autofree char *folded = td_address_fold(address);
	guint64 before, number;

	erased->whole = whole;
	if (!check_address(desk, address, folded, error) ||
	    !take_person(txn, folded, erased, error) ||
	    !take_ban(txn, erased, error) ||
	    !td_erased_begun(txn, erased->addresses, &before, error) ||
	    !td_erased_number(txn, erased->addresses, &number, error))
		return FALSE;
	erased->begun = before != 0;
	erased->alias = g_strdup_printf("erased-%" G_GUINT64_FORMAT, number);
	*result = g_steal_pointer(&erased);
	return TRUE;
}

/* ---- one ticket ---- */

static gboolean
is_emptied(const TdErasePlan *plan, guint64 sequence)
{
	for (guint i = 0; i < plan->emptied->len; i++)
		if (g_array_index(plan->emptied, guint64, i) == sequence)
			return TRUE;
	return FALSE;
}

static gboolean
replace_events(
    TdTxn *txn, TdErasure *erasure, const TdErasePlan *plan, GError **error)
{
	for (guint i = 0; i < plan->events->len; i++)
		if (!td_erasure_replace(erasure, txn,
		        g_ptr_array_index(plan->events, i), error))
			return FALSE;
	return TRUE;
}

static gboolean
replace_message(TdTxn *txn, TdFiled *filed, gboolean emptied, GError **error)
{
	g_autoptr(TdFiled) now = NULL;

	if (!td_filed_get(
	        txn, filed->ticket, filed->sequence, &now, NULL, error))
		return FALSE;
	/* It may have been moved since it was looked at. */
	if (now != NULL) {
		g_free(filed->moved_to);
		filed->moved_to = g_steal_pointer(&now->moved_to);
	}
	return emptied ? td_filed_put(txn, filed, "", 0, error)
	               : td_filed_update(txn, filed, error);
}

static gboolean
replace_messages(TdTxn *txn, const TdErasePlan *plan, GError **error)
{
	for (guint i = 0; i < plan->messages->len; i++) {
		TdFiled *filed = g_ptr_array_index(plan->messages, i);

		if (!replace_message(
		        txn, filed, is_emptied(plan, filed->sequence), error))
			return FALSE;
	}
	return TRUE;
}

/* What td_each_row() does with a waiting mail: deletes it, or changes it. */
typedef gboolean (*RowFunc)(
    TdTxn *txn, TdOutboxRow *row, gpointer data, GError **error);

static gboolean
each_row(TdTxn *txn, RowFunc take, gpointer data, GError **error)
{
	gint64 due = 0;
	guint64 id = 0;
	guint count;

	do {
		g_autoptr(GPtrArray) rows = NULL;

		if (!td_outbox_rows(
		        txn, due, id, G_MAXINT64, TD_READ_MAX, &rows, error))
			return FALSE;
		count = rows->len;
		for (guint i = 0; i < count; i++) {
			TdOutboxRow *row = g_ptr_array_index(rows, i);

			due = row->due;
			id = row->id;
			if (!take(txn, row, data, error))
				return FALSE;
		}
	} while (count == TD_READ_MAX);
	return TRUE;
}

typedef struct {
	const TdErased *erased;
	const TdErasePlan *plan;
	guint dropped;
} Rows;

/* RowFunc: one whose text is gone cannot be sent. */
static gboolean
drop_emptied(TdTxn *txn, TdOutboxRow *row, gpointer data, GError **error)
{
	Rows *rows = data;

	if (row->ticket != rows->plan->number ||
	    !is_emptied(rows->plan, row->sequence))
		return TRUE;
	rows->dropped++;
	return td_outbox_row_delete(txn, row, error);
}

/* The ticket as its events are now; the desk's own record knows nobody. */
static gboolean
sum_up(TdTxn *txn, const TdErasure *erasure, guint64 number, TdTicket **ticket,
    GError **error)
{
	if (number != TD_TICKET_DESK)
		return td_erasure_rebuild(erasure, txn, ticket, error);
	if (!td_ticket_get(txn, number, ticket, error))
		return FALSE;
	if (*ticket == NULL)
		*ticket = td_ticket_new(number);
	return TRUE;
}

/* All of @ticket but what people wrote, and who they are; the caller's. */
static TdTicket *
strip(const TdTicket *ticket)
{
	TdTicket *left = td_ticket_copy(ticket);
	char **texts[] = { &left->requester, &left->requester_name,
		&left->subject };

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_free(*texts[i]);
		*texts[i] = g_strdup("");
	}
	g_ptr_array_set_size(left->participants, 0);
	g_ptr_array_set_size(left->fields, 0);
	g_strfreev(left->muted);
	left->muted = g_new0(char *, 1);
	for (guint i = 0; i < left->reminders->len; i++) {
		TdReminder *each = g_ptr_array_index(left->reminders, i);

		g_free(each->text);
		each->text = g_strdup("");
	}
	return left;
}

/* What was replaced cannot be brought back: so it must be the same ticket, with
 * the same owner, in the same queue, and as far as it was. */
static gboolean
check_same(
    const TdTicket *now, const TdTicket *was, guint64 number, GError **error)
{
	g_autoptr(TdTicket) left_of_it = was == NULL ? NULL : strip(was);
	g_autoptr(TdTicket) left = strip(now);

	return (left_of_it != NULL && td_ticket_equal(left, left_of_it)) ||
	    td_fail(error, TD_ERROR_BROKEN,
	        "without him the events of ticket %" G_GUINT64_FORMAT
	        " would make another one of it; ticket check tells whether it "
	        "is damaged",
	        number);
}

/* The ticket without him, which is what it was; *@still when its clocks stand
 * still until the rest of it is imported. */
static gboolean
make_anew(TdTxn *txn, const TdErasure *erasure, guint64 number,
    TdTicket **ticket, gboolean *still, GError **error)
{
	g_autoptr(TdTicket) was = NULL;
	guint64 cut = 0;

	*still = FALSE;
	if (!sum_up(txn, erasure, number, ticket, error))
		return FALSE;
	if (number == TD_TICKET_DESK)
		return TRUE;
	if (*ticket == NULL)
		return td_fail(error, TD_ERROR_BROKEN,
		    "ticket %" G_GUINT64_FORMAT " has no events", number);
	if (!td_ticket_get(txn, number, &was, error) ||
	    !td_cut_get(txn, number, &cut, error))
		return FALSE;
	*still = cut != 0 && was != NULL && was->timer == 0;
	if (*still)
		(*ticket)->timer = 0;
	return check_same(*ticket, was, number, error);
}

static gboolean
tell(TdTxn *txn, const TdErased *erased, const TdErasePlan *plan,
    const TdErasure *erasure, gint64 now, const char *actor, GError **error)
{
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdEvent) event = NULL;
	gboolean still;

	if (!make_anew(txn, erasure, plan->number, &ticket, &still, error))
		return FALSE;
	event = td_event_new(TD_EVENT_NOTE, plan->number, now, actor);
	td_event_set(event, "what", "erased");
	td_event_set(event, "person", erased->alias);
	td_event_set_number(event, "events", plan->events->len);
	td_event_set_number(event, "messages", plan->emptied->len);
	td_erasure_tell(erasure, event);
	if (!td_event_append(txn, ticket, event, error))
		return FALSE;
	if (still)
		ticket->timer = 0;
	return td_ticket_put(txn, ticket, error);
}

gboolean
td_desk_erase(TdTxn *txn, const TdErased *erased, const TdErasePlan *plan,
    gint64 now, const char *actor, guint *dropped, GError **error)
{
	g_autoptr(TdErasure) erasure = td_erasure_new(plan->number);
	Rows rows = { .erased = erased, .plan = plan };

	if (!replace_events(txn, erasure, plan, error) ||
	    !replace_messages(txn, plan, error) ||
	    (plan->waiting && !each_row(txn, drop_emptied, &rows, error)) ||
	    !tell(txn, erased, plan, erasure, now, actor, error))
		return FALSE;
	*dropped += rows.dropped;
	return TRUE;
}

/* ---- the rest ---- */

/* RowFunc: he gets nothing more, all others do. */
static gboolean
drop_his(TdTxn *txn, TdOutboxRow *row, gpointer data, GError **error)
{
	Rows *rows = data;
	g_autoptr(GStrvBuilder) others = g_strv_builder_new();
	guint count = g_strv_length(row->recipients);

	for (guint i = 0; i < count; i++)
		if (!td_erase_is_him(rows->erased, row->recipients[i]))
			g_strv_builder_add(others, row->recipients[i]);
	g_strfreev(row->recipients);
	row->recipients = g_strv_builder_end(others);
	if (g_strv_length(row->recipients) == count)
		return TRUE;
	rows->dropped++;
	return *row->recipients == NULL ? td_outbox_row_delete(txn, row, error)
	                                : td_outbox_row_put(txn, row, error);
}

/* Mail of his that waits for his word, and requests about his address. */
static gboolean
drop_holds(TdTxn *txn, const TdErased *erased, guint *dropped, GError **error)
{
	guint64 after = 0;

	do {
		g_autoptr(GPtrArray) holds = NULL;

		if (!td_hold_list(
		        txn, after, TD_READ_MAX, &holds, &after, error))
			return FALSE;
		for (guint i = 0; i < holds->len; i++) {
			const TdHold *hold = g_ptr_array_index(holds, i);

			if (!td_erase_is_him(erased, hold->from) &&
			    !td_erase_is_in(
			        erased, hold->text, strlen(hold->text)))
				continue;
			++*dropped;
			if (!td_hold_delete(txn, hold->id, error))
				return FALSE;
		}
	} while (after != 0);
	return TRUE;
}

/* The desk learns again to which addresses nothing can be sent. */
static gboolean
drop_suppressions(TdTxn *txn, const TdErased *erased, GError **error)
{
	gboolean found;

	for (guint i = 0; erased->addresses[i] != NULL; i++)
		if (!td_suppression_delete(txn, TD_SUPPRESSED_BOUNCED,
		        erased->addresses[i], &found, error) ||
		    !td_suppression_delete(txn, TD_SUPPRESSED_MUTED,
		        erased->addresses[i], &found, error))
			return FALSE;
	return TRUE;
}

static gboolean
forget_person(TdTxn *txn, const TdErased *erased, gint64 now, GError **error)
{
	g_autoptr(TdPerson) known = NULL;
	g_autoptr(TdPerson) left = td_person_new();

	if (erased->person == 0)
		return TRUE;
	if (!td_person_get(txn, erased->person, &known, error))
		return FALSE;
	if (known == NULL)
		return TRUE;
	left->id = known->id;
	left->removed = TRUE;
	left->created = known->created;
	left->updated = now;
	g_free(left->name);
	left->name = g_strdup(erased->alias);
	return td_person_put(txn, left, error);
}

static gboolean
tell_desk(TdTxn *txn, const TdErased *erased, const TdEraseCount *count,
    gint64 now, const char *actor, GError **error)
{
	g_autoptr(TdTicket) record = NULL;
	g_autoptr(TdEvent) event = NULL;

	if (!td_ticket_get(txn, TD_TICKET_DESK, &record, error))
		return FALSE;
	if (record == NULL)
		record = td_ticket_new(TD_TICKET_DESK);
	event = td_event_new(TD_EVENT_NOTE, TD_TICKET_DESK, now, actor);
	td_event_set(event, "what", "person erased");
	td_event_set(event, "person", erased->alias);
	td_event_set_number(event, "tickets", count->tickets);
	td_event_set_number(event, "events", count->events);
	td_event_set_number(event, "messages", count->messages);
	td_event_set_number(event, "dropped", count->dropped);
	return td_event_append(txn, record, event, error) &&
	    td_ticket_put(txn, record, error);
}

gboolean
td_desk_erase_rest(TdTxn *txn, const TdErased *erased, TdEraseCount *count,
    gint64 now, const char *actor, GError **error)
{
	Rows rows = { .erased = erased };
	TdEraseCount total = *count;

	if (!each_row(txn, drop_his, &rows, error) ||
	    !drop_holds(txn, erased, &total.holds, error) ||
	    !drop_suppressions(txn, erased, error) ||
	    !td_meta_forget(txn, erased->addresses, error) ||
	    !forget_person(txn, erased, now, error) ||
	    !td_wipe_want(txn, error))
		return FALSE;
	total.dropped += rows.dropped;
	if (!tell_desk(txn, erased, &total, now, actor, error) ||
	    !td_erased_done(txn, erased->addresses, error))
		return FALSE;
	*count = total;
	return TRUE;
}
