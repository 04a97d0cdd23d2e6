/* delivered.c - what became of a mail that went out */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "desk/desk-private.h"

#define ANSWER_MAX 300

/* Whether the row is there as it was read: it may have been dropped. */
static gboolean
row_is_there(
    TdTxn *txn, const TdOutboxRow *row, gboolean *there, GError **error)
{
	g_autoptr(GPtrArray) rows = NULL;
	const TdOutboxRow *found;

	if (!td_outbox_rows(
	        txn, row->due, row->id - 1, row->due, 1, &rows, error))
		return FALSE;
	found = rows->len == 0 ? NULL : g_ptr_array_index(rows, 0);
	*there = found != NULL && found->id == row->id;
	return TRUE;
}

/* The enhanced status code in the answer of a server (RFC 3463), else one
 * that says as much as the fate itself. */
static char *
read_status(const char *answer)
{
	g_auto(GStrv) words = g_strsplit(answer, " ", 3);

	for (guint i = 0; words[i] != NULL && i < 2; i++)
		if (strchr("245", words[i][0]) != NULL && words[i][0] != '\0' &&
		    words[i][1] == '.')
			return g_strdup(words[i]);
	return g_strdup("5.0.0");
}

static void
add_event(GPtrArray *events, const TdOutboxRow *row, TdEventKind kind,
    const char *actor, const char *recipient, const char *answer, gint64 now)
{
	TdEvent *event = td_event_new(kind, row->ticket, now, actor);
	g_autofree char *text = td_text_printable(answer, ANSWER_MAX);

	event->message = row->sequence;
	td_event_set(event, "to", recipient);
	if (kind == TD_EVENT_NOT_DELIVERED) {
		g_autofree char *status = read_status(text);

		td_event_set(event, "status", status);
		td_event_set(event, "diagnostic", text);
	} else {
		td_event_set(event, "answer", text);
	}
	g_ptr_array_add(events, event);
}

static gboolean
write_events(TdTxn *txn, guint64 number, GPtrArray *events, GError **error)
{
	g_autoptr(TdTicket) ticket = NULL;

	if (events->len == 0)
		return TRUE;
	if (!td_ticket_get(txn, number, &ticket, error))
		return FALSE;
	if (ticket == NULL)
		return td_fail(error, TD_ERROR_BROKEN,
		    "the record of ticket %" G_GUINT64_FORMAT " is missing",
		    number);
	for (guint i = 0; i < events->len; i++)
		if (!td_event_append(
		        txn, ticket, g_ptr_array_index(events, i), error))
			return FALSE;
	return td_ticket_put(txn, ticket, error);
}

/* The row for those recipients that are to be tried again, NULL if none is. */
static TdOutboxRow *
make_rest(const TdDelivery *delivery)
{
	const TdOutboxRow *row = delivery->row;
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	const char *answer = NULL;
	TdOutboxRow *rest;

	for (guint i = 0; row->recipients[i] != NULL; i++) {
		if (delivery->fates[i] != TD_FATE_DEFERRED)
			continue;
		g_strv_builder_add(builder, row->recipients[i]);
		answer = delivery->answers[i];
	}
	if (answer == NULL)
		return NULL;

	rest = td_outbox_row_new();
	rest->due = delivery->next_due;
	rest->id = row->id;
	rest->ticket = row->ticket;
	rest->sequence = row->sequence;
	rest->created = row->created;
	rest->attempts = row->attempts + 1;
	g_free(rest->kind);
	rest->kind = g_strdup(row->kind);
	g_free(rest->mail_from);
	rest->mail_from = g_strdup(row->mail_from);
	g_strfreev(rest->recipients);
	rest->recipients = g_strv_builder_end(builder);
	g_free(rest->envid);
	rest->envid = g_strdup(row->envid);
	g_free(rest->notify);
	rest->notify = g_strdup(row->notify);
	g_free(rest->answer);
	rest->answer = td_text_printable(answer, ANSWER_MAX);
	return rest;
}

gboolean
td_desk_delivered(const TdDesk *desk G_GNUC_UNUSED, TdTxn *txn,
    const TdDelivery *delivery, gint64 now, GError **error)
{
	const TdOutboxRow *row = delivery->row;
	g_autoptr(GPtrArray) events = NULL;
	g_autoptr(TdOutboxRow) rest = NULL;
	gboolean there;

	if (!row_is_there(txn, row, &there, error))
		return FALSE;
	if (!there)
		return TRUE;

	events = g_ptr_array_new_with_free_func((GDestroyNotify)td_event_free);
	for (guint i = 0; row->recipients[i] != NULL; i++)
		if (delivery->fates[i] != TD_FATE_DEFERRED)
			add_event(events, row,
			    delivery->fates[i] == TD_FATE_SENT
			        ? TD_EVENT_SENT
			        : TD_EVENT_NOT_DELIVERED,
			    "desk", row->recipients[i], delivery->answers[i],
			    now);
	if (!write_events(txn, row->ticket, events, error))
		return FALSE;

	rest = make_rest(delivery);
	if (!td_outbox_row_delete(txn, row, error))
		return FALSE;
	return rest == NULL || td_outbox_row_put(txn, rest, error);
}

gboolean
td_desk_drop(const TdDesk *desk G_GNUC_UNUSED, TdTxn *txn,
    const TdOutboxRow *row, const char *actor, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) events = NULL;
	gboolean there;

	if (!row_is_there(txn, row, &there, error))
		return FALSE;
	if (!there)
		return td_fail(error, TD_ERROR_REFUSED,
		    "mail %" G_GUINT64_FORMAT " is not in the outbox any more",
		    row->id);

	events = g_ptr_array_new_with_free_func((GDestroyNotify)td_event_free);
	for (guint i = 0; row->recipients[i] != NULL; i++)
		add_event(events, row, TD_EVENT_NOT_DELIVERED, actor,
		    row->recipients[i], "5.7.0 dropped by the administrator",
		    now);
	if (!write_events(txn, row->ticket, events, error))
		return FALSE;
	return td_outbox_row_delete(txn, row, error);
}
