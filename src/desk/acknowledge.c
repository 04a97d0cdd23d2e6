/* acknowledge.c - the numbered answer to a customer's mail */

#include "config.h"

#include <string.h>

#include <ticketd/message.h>
#include <ticketd/text.h>

#include "desk/desk-private.h"

/* How many of the customer's own references our mail repeats. */
#define REFERENCES_KEPT 10

/* Which text, by what happened to the ticket. */
static const char *
pick_template(const TdDesk *desk, const TdPlan *plan, const TdTicket *ticket)
{
	const TdQueue *queue = td_conf_queue(desk->conf, plan->queue);

	if (!plan->follow_up)
		return "acknowledgement";
	if (ticket->status == TD_STATUS_CLOSED &&
	    queue->closed == TD_CLOSED_ANSWER)
		return "closed";
	return "follow-up";
}

/* Root of the ticket, the customer's references, the mail we answer: the root
 * is the same in each mail of the ticket, so that mail programs show one
 * conversation, and the rest is RFC 5322 3.6.4. */
static GPtrArray *
make_references(const TdDesk *desk, const TdMessage *message, guint64 number)
{
	GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
	guint count = g_strv_length(message->references);
	char *root;

	root = td_token_message_id(desk->keys, desk->conf->domain, number, 0);
	g_ptr_array_add(ids, root);
	for (guint i = count - MIN(count, REFERENCES_KEPT); i < count; i++)
		if (strcmp(message->references[i], root) != 0)
			g_ptr_array_add(ids, g_strdup(message->references[i]));
	if (message->has_message_id)
		g_ptr_array_add(ids, g_strdup(message->message_id));
	g_ptr_array_add(ids, NULL);
	return ids;
}

/* What the writer calls himself, safe for a header; the caller's. */
static char *
find_name(const TdDesk *desk, const TdMessage *message)
{
	return td_text_printable(td_desk_speaker(desk, message)->name, 100);
}

static void
fill_template(const TdDesk *desk, const TdPlan *plan, const TdMessage *message,
    const TdTicket *ticket, char **subject, char **text)
{
	g_autofree char *name = find_name(desk, message);
	const TdQueue *queue = td_conf_queue(desk->conf, plan->queue);
	g_autofree char *number = NULL;
	g_autofree char *tag = NULL;
	TdTemplateValues values;

	number = g_strdup_printf("%" G_GUINT64_FORMAT, ticket->number);
	tag = g_strdup_printf("[%s #%s]", desk->conf->name, number);
	values = (TdTemplateValues){
		.number = number,
		.tag = tag,
		.subject = ticket->subject,
		.requester = *name != '\0' ? name : plan->answer_to,
		.queue = queue->from_name,
		.desk = desk->conf->name,
		.address = queue->address,
	};
	td_template_fill(desk->templates, pick_template(desk, plan, ticket),
	    queue->language, &values, subject, text);
}

/* The mail as it goes out, as message @sequence of @ticket. */
static GBytes *
compose(const TdDesk *desk, const TdPlan *plan, const TdMessage *message,
    const TdTicket *ticket, guint64 sequence, TdFiled *filed)
{
	const TdQueue *queue = td_conf_queue(desk->conf, plan->queue);
	g_autoptr(GPtrArray) references = NULL;
	g_autofree char *reply_to = NULL;
	g_autofree char *text = NULL;
	g_autofree char *name = find_name(desk, message);
	const TdAddress to[] = { { name, plan->answer_to }, { NULL, NULL } };
	const char *headers[] = { "Auto-Submitted", "auto-replied",
		"Precedence", "bulk", "X-Auto-Response-Suppress",
		"OOF, AutoReply, DR, RN", "X-Ticketd-Loop", NULL, NULL };

	fill_template(desk, plan, message, ticket, &filed->subject, &text);
	filed->message_id = td_token_message_id(
	    desk->keys, desk->conf->domain, ticket->number, sequence);
	headers[7] = filed->message_id;
	reply_to = td_desk_thread_address(desk, queue, ticket->number);
	references = make_references(desk, message, ticket->number);

	return td_message_compose(&(TdCompose){
	    .from_name = queue->from_name,
	    .from = queue->address,
	    .to = to,
	    .reply_to = reply_to,
	    .subject = filed->subject,
	    .message_id = filed->message_id,
	    .in_reply_to = message->has_message_id ? message->message_id : NULL,
	    .references = (const char *const *)references->pdata,
	    .date = plan->now,
	    .headers = headers,
	    .text = text,
	});
}

static void
replace(char **field, const char *value)
{
	g_free(*field);
	*field = g_strdup(value);
}

/* The row that makes the outbox send message @sequence of @ticket. */
static TdOutboxRow *
make_row(const TdDesk *desk, const TdPlan *plan, const TdTicket *ticket,
    guint64 sequence)
{
	const TdQueue *queue = td_conf_queue(desk->conf, plan->queue);
	TdOutboxRow *row = td_outbox_row_new();

	row->due = plan->now;
	row->created = plan->now;
	row->ticket = ticket->number;
	row->sequence = sequence;
	replace(&row->kind, "acknowledgement");
	g_strfreev(row->recipients);
	row->recipients = g_strdupv((char *[]){ plan->answer_to, NULL });
	replace(&row->notify, "NEVER");
	if (desk->conf->ack_return_path) {
		g_autofree char *token = NULL;
		g_autofree char *extension = NULL;

		token = td_token_make(
		    desk->keys, TD_TOKEN_BOUNCE, ticket->number, 0);
		extension = g_strdup_printf(
		    "%" G_GUINT64_FORMAT "-b%s", ticket->number, token);
		g_free(row->mail_from);
		row->mail_from = td_desk_extended(desk, queue, extension);
		g_free(row->envid);
		row->envid = td_token_envid(
		    desk->keys, ticket->number, sequence);
		replace(&row->notify, "FAILURE,DELAY");
	}
	return row;
}

gboolean
td_desk_acknowledge(const TdDesk *desk, TdTxn *txn, const TdPlan *plan,
    const TdMessage *message, const TdTicket *ticket, TdEvent *event,
    guint64 *outbox, GError **error)
{
	const TdQueue *queue = td_conf_queue(desk->conf, plan->queue);
	guint64 sequence = ticket->messages + 1;
	g_autoptr(TdFiled) filed = td_filed_new();
	g_autoptr(TdOutboxRow) row = NULL;
	g_autoptr(GBytes) mail = NULL;
	gsize size;

	g_clear_pointer(&filed->subject, g_free);
	g_clear_pointer(&filed->message_id, g_free);
	mail = compose(desk, plan, message, ticket, sequence, filed);
	filed->ticket = ticket->number;
	filed->sequence = sequence;
	filed->outgoing = TRUE;
	replace(&filed->rule, "acknowledgement");
	replace(&filed->from, queue->address);
	replace(&filed->from_name, queue->from_name);
	replace(&filed->to, plan->answer_to);
	filed->date = plan->now;
	filed->received = plan->now;
	filed->size = g_bytes_get_size(mail);
	if (!td_filed_put(txn, filed, g_bytes_get_data(mail, &size),
	        g_bytes_get_size(mail), error))
		return FALSE;

	row = make_row(desk, plan, ticket, sequence);
	if (!td_outbox_row_put(txn, row, error))
		return FALSE;

	event->message = sequence;
	td_event_set(event, "message_id", filed->message_id);
	*outbox = row->id;
	return TRUE;
}
