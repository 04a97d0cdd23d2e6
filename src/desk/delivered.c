/* delivered.c - what became of a mail that went out */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "desk/undelivered.h"

#define ANSWER_MAX 300

/* Whether @word is an enhanced status code (RFC 3463 2): "5.1.10". */
static gboolean
is_status(const char *word)
{
	guint dots = 0;

	if (word[0] == '\0' || strchr("245", word[0]) == NULL || word[1] != '.')
		return FALSE;
	for (const char *at = word; *at != '\0'; at++) {
		if (*at == '.' && g_ascii_isdigit(at[1]))
			dots++;
		else if (!g_ascii_isdigit(*at))
			return FALSE;
	}
	return dots == 2 && strlen(word) <= strlen("5.123.123");
}

/* The enhanced status code in the answer of a server, else one that says as
 * much as the fate itself. */
static char *
read_status(const char *answer)
{
	g_auto(GStrv) words = g_strsplit(answer, " ", 3);

	for (guint i = 0; words[i] != NULL && i < 2; i++)
		if (is_status(words[i]))
			return g_strdup(words[i]);
	return g_strdup("5.0.0");
}

/* What the mail of @row is, and that we were told to our face. */
static TdTrace
trace_row(const TdOutboxRow *row)
{
	return (TdTrace){
		.by = TD_TRACE_SMTP,
		.is_signed = TRUE,
		.place = { row->ticket, row->sequence },
	};
}

static void
add_sent(TdDraft *draft, const TdOutboxRow *row, const char *recipient,
    const char *answer)
{
	TdEvent *event = td_draft_add(draft, TD_EVENT_SENT, row->ticket);
	g_autofree char *text = td_text_printable(answer, ANSWER_MAX);

	event->message = row->sequence;
	td_event_set(event, "to", recipient);
	td_event_set(event, "answer", text);
}

static void
add_failure(GPtrArray **failures, const char *recipient, const char *answer)
{
	g_autofree char *text = td_text_printable(answer, ANSWER_MAX);
	g_autofree char *status = read_status(text);

	if (*failures == NULL)
		*failures = g_ptr_array_new_with_free_func(
		    (GDestroyNotify)td_failure_free);
	g_ptr_array_add(
	    *failures, td_failure_new(recipient, "failed", status, text));
}

/* Events for what is settled, and what follows from it.  Of mail that went out,
 * which is nearly all, nothing does, and nothing is read. */
static gboolean
plan_fates(TdDraft *draft, const TdDelivery *delivery, GError **error)
{
	const TdOutboxRow *row = delivery->row;
	const TdTrace trace = trace_row(row);
	g_autoptr(GPtrArray) failures = NULL;

	for (guint i = 0; row->recipients[i] != NULL; i++) {
		const char *answer = delivery->answers[i];

		if (delivery->fates[i] == TD_FATE_SENT)
			add_sent(draft, row, row->recipients[i], answer);
		else if (delivery->fates[i] == TD_FATE_FAILED)
			add_failure(&failures, row->recipients[i], answer);
	}
	return failures == NULL ||
	    td_plan_undelivered(draft, &trace, row->ticket, row->kind,
	        row->recipients, failures, error);
}

/* Does what @plan says, if that is anything. */
static gboolean
apply(const TdDesk *desk, TdTxn *txn, TdPlan *plan, GError **error)
{
	TdOutcome outcome;

	if (plan->events->len == 0)
		return TRUE;
	return td_desk_apply(
	    desk, txn, plan, NULL, NULL, NULL, 0, &outcome, error);
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

/* What is done when it is known which recipients count. */
static gboolean
settle(const TdDesk *desk, TdTxn *txn, const TdDelivery *delivery, gint64 now,
    GError **error)
{
	g_autoptr(TdOutboxRow) rest = NULL;
	g_autoptr(TdPlan) plan = td_plan_new(now);
	g_auto(TdDraft) draft = { 0 };

	td_draft_init(&draft, desk, txn, plan, now);
	if (!plan_fates(&draft, delivery, error) ||
	    !apply(desk, txn, plan, error))
		return FALSE;

	rest = make_rest(delivery);
	if (!td_outbox_row_delete(txn, delivery->row, error))
		return FALSE;
	return rest == NULL || td_outbox_row_put(txn, rest, error);
}

/* The row as it is now, wherever it was moved to while the mail was on its way;
 * *@now NULL if it was dropped, or cannot be read where it was (*@there). */
static gboolean
read_row(TdTxn *txn, const TdOutboxRow *row, gboolean *there, TdOutboxRow **now,
    GError **error)
{
	g_autoptr(GPtrArray) rows = NULL;

	if (!td_outbox_row_there(txn, row, there, error))
		return FALSE;
	if (!*there)
		return td_outbox_row_find(txn, row->id, now, error);
	if (!td_outbox_rows(
	        txn, row->due, row->id - 1, row->due, 1, &rows, error))
		return FALSE;
	*now = NULL;
	if (rows->len == 1 &&
	    ((const TdOutboxRow *)g_ptr_array_index(rows, 0))->id == row->id)
		*now = g_ptr_array_steal_index(rows, 0);
	return TRUE;
}

/* Of the recipients of @now alone: who was taken out of the row while the mail
 * was on its way is somebody of whom nothing may be noted any more. */
static gboolean
settle_left(const TdDesk *desk, TdTxn *txn, const TdDelivery *delivery,
    const TdOutboxRow *row, gint64 now, GError **error)
{
	guint count = g_strv_length(row->recipients);
	g_autofree TdFate *fates = g_new0(TdFate, count);
	g_autofree const char **answers = g_new0(const char *, count);
	TdDelivery left = *delivery;

	left.row = row;
	left.fates = fates;
	left.answers = answers;
	for (guint i = 0; i < count; i++) {
		GStrv all = delivery->row->recipients;
		guint at = 0;

		while (
		    all[at] != NULL && strcmp(all[at], row->recipients[i]) != 0)
			at++;
		fates[i] = all[at] != NULL ? delivery->fates[at]
		                           : TD_FATE_DEFERRED;
		answers[i] = all[at] != NULL ? delivery->answers[at] : "";
	}
	return settle(desk, txn, &left, now, error);
}

gboolean
td_desk_delivered(const TdDesk *desk, TdTxn *txn, const TdDelivery *delivery,
    gint64 now, GError **error)
{
	g_autoptr(TdOutboxRow) row = NULL;
	gboolean there;

	if (!read_row(txn, delivery->row, &there, &row, error))
		return FALSE;
	if (row != NULL)
		return settle_left(desk, txn, delivery, row, now, error);
	/* A row that was damaged meanwhile must not go out again and again. */
	return !there || settle(desk, txn, delivery, now, error);
}

gboolean
td_desk_drop(const TdDesk *desk, TdTxn *txn, const TdOutboxRow *row,
    const char *actor, gint64 now, GError **error)
{
	const TdTrace trace = trace_row(row);
	g_autoptr(GPtrArray) failures = NULL;
	g_autoptr(TdPlan) plan = NULL;
	g_auto(TdDraft) draft = { 0 };
	gboolean there;

	if (!td_outbox_row_there(txn, row, &there, error))
		return FALSE;
	if (!there)
		return td_fail(error, TD_ERROR_REFUSED,
		    "mail %" G_GUINT64_FORMAT " is not in the outbox any more",
		    row->id);

	for (guint i = 0; row->recipients[i] != NULL; i++)
		add_failure(&failures, row->recipients[i], "5.7.0 " TD_DROPPED);
	plan = td_plan_new(now);
	td_draft_init(&draft, desk, txn, plan, now);
	draft.actor = actor;
	if (failures != NULL &&
	    !td_plan_undelivered(&draft, &trace, row->ticket, row->kind,
	        row->recipients, failures, error))
		return FALSE;
	return apply(desk, txn, plan, error) &&
	    td_outbox_row_delete(txn, row, error);
}
