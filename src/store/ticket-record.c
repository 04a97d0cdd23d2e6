/* ticket-record.c - a ticket as the value of a row
 *
 * A GVariant: a tuple of fixed size, then the strings that indexes need, then
 * the rest.  Strings of a tuple lie one behind the other, each with its NUL, so
 * index functions read the head without decoding. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "store/store-private.h"

G_STATIC_ASSERT(sizeof(TdTicketFixed) == 128);

/* Steps over one string. */
static const char *
next_text(const char **at, const char *end)
{
	const char *text = *at;
	const char *nul = memchr(text, '\0', end - text);

	if (nul == NULL)
		return NULL;
	*at = nul + 1;
	return text;
}

gboolean
td_ticket_peek(const void *data, gsize size, TdTicketHead *head)
{
	const char *at = data;
	const char *end;

	/* Of an empty record there is nothing at all. */
	if (size < sizeof(head->fixed))
		return FALSE;
	end = at + size;
	memcpy(&head->fixed, data, sizeof(head->fixed));
	at += sizeof(head->fixed);
	head->queue = next_text(&at, end);
	if (head->queue != NULL)
		head->owner = next_text(&at, end);
	if (head->queue == NULL || head->owner == NULL)
		return FALSE;
	head->requester = next_text(&at, end);
	if (head->requester == NULL)
		return FALSE;
	head->subject = next_text(&at, end);
	if (head->subject == NULL)
		return FALSE;
	head->words = next_text(&at, end);
	return head->words != NULL;
}

gboolean
td_ticket_head_is_active(const TdTicketHead *head)
{
	return head->fixed.status < TD_STATUS_RESOLVED &&
	    head->fixed.merged_into == 0 && head->fixed.spam == 0;
}

static GVariant *
encode_fixed(const TdTicket *ticket)
{
	TdTicketFixed fixed = {
		.number = ticket->number,
		.created = ticket->created,
		.updated = ticket->updated,
		/* What lists and indexes go by; what was agreed is in the
		 * tail. */
		.due = ticket->deadline,
		.events = ticket->events,
		.messages = ticket->messages,
		.merged_into = ticket->merged_into,
		.state = ticket->state,
		.until = ticket->until,
		.timer = ticket->timer,
		.minutes = ticket->minutes,
		.status = ticket->status,
		.priority = ticket->priority,
		.spam = ticket->spam != 0,
		.urgency = ticket->urgency,
		.impact = ticket->impact,
		.rating = ticket->rating,
		.breached = ticket->breached != 0,
	};
	g_autoptr(GBytes) bytes = NULL;

	memcpy(fixed.chain, ticket->chain, sizeof(fixed.chain));
	bytes = g_bytes_new(&fixed, sizeof(fixed));
	return g_variant_new_from_bytes(
	    G_VARIANT_TYPE(TD_TYPE_TICKET_FIXED), bytes, TRUE);
}

static GVariant *
encode_participants(const GPtrArray *participants)
{
	GVariantBuilder list;
	guint i;

	g_variant_builder_init(&list, G_VARIANT_TYPE("a(ss)"));
	for (i = 0; i < participants->len; i++) {
		const TdParticipant *each = participants->pdata[i];
		GVariant *pair[] = { td_value_text(each->address),
			td_value_text(each->name) };

		g_variant_builder_add_value(
		    &list, g_variant_new_tuple(pair, G_N_ELEMENTS(pair)));
	}
	return g_variant_builder_end(&list);
}

static GVariant *
encode_links(const GPtrArray *links)
{
	static GVariant *none;
	GVariantBuilder list;
	guint i;

	if (links->len == 0)
		return td_value_none(&none, "a(st)");
	g_variant_builder_init(&list, G_VARIANT_TYPE("a(st)"));
	for (i = 0; i < links->len; i++) {
		const TdLink *each = links->pdata[i];
		GVariant *pair[] = { td_value_text(each->type),
			g_variant_new_uint64(each->number) };

		g_variant_builder_add_value(
		    &list, g_variant_new_tuple(pair, G_N_ELEMENTS(pair)));
	}
	return g_variant_builder_end(&list);
}

static GVariant *
encode_reminders(const GPtrArray *reminders)
{
	static GVariant *none;
	GVariantBuilder list;
	guint i;

	if (reminders->len == 0)
		return td_value_none(&none, "a(xss)");
	g_variant_builder_init(&list, G_VARIANT_TYPE("a(xss)"));
	for (i = 0; i < reminders->len; i++) {
		const TdReminder *each = reminders->pdata[i];
		GVariant *members[] = { g_variant_new_int64(each->time),
			td_value_text(each->agent), td_value_text(each->text) };

		g_variant_builder_add_value(
		    &list, g_variant_new_tuple(members, G_N_ELEMENTS(members)));
	}
	return g_variant_builder_end(&list);
}

void
td_ticket_encode(const TdTicket *ticket, TdRow *row)
{
	g_autofree char *words = td_ticket_words(ticket->subject);
	GVariant *members[] = {
		encode_fixed(ticket),
		td_value_text(ticket->queue),
		td_value_text(ticket->owner),
		td_value_text(ticket->requester),
		td_value_text(ticket->subject),
		td_value_text(words),
		td_value_text(ticket->requester_name),
		td_value_text(ticket->language),
		td_value_text(ticket->type),
		encode_participants(ticket->participants),
		td_value_texts(ticket->watching_queues),
		td_value_texts(ticket->tags),
		td_value_texts(ticket->watchers),
		td_value_texts(ticket->muted),
		encode_links(ticket->links),
		encode_reminders(ticket->reminders),
		td_ticket_tail(ticket),
	};

	td_value_write(
	    g_variant_new_tuple(members, G_N_ELEMENTS(members)), 0, row);
}

static void
decode_participants(GPtrArray *participants, GVariant *list)
{
	GVariantIter iter;
	char *address;
	char *name;

	g_variant_iter_init(&iter, list);
	while (g_variant_iter_next(&iter, "(ss)", &address, &name)) {
		TdParticipant *each = g_new0(TdParticipant, 1);

		each->address = address;
		each->name = name;
		g_ptr_array_add(participants, each);
	}
}

static void
decode_links(GPtrArray *links, GVariant *list)
{
	GVariantIter iter;
	char *type;
	guint64 number;

	g_variant_iter_init(&iter, list);
	while (g_variant_iter_next(&iter, "(st)", &type, &number)) {
		TdLink *each = g_new0(TdLink, 1);

		each->type = type;
		each->number = number;
		g_ptr_array_add(links, each);
	}
}

static void
decode_reminders(GPtrArray *reminders, GVariant *list)
{
	GVariantIter iter;
	char *agent;
	char *text;
	gint64 time;

	g_variant_iter_init(&iter, list);
	while (g_variant_iter_next(&iter, "(xss)", &time, &agent, &text)) {
		TdReminder *each = g_new0(TdReminder, 1);

		each->time = time;
		each->agent = agent;
		each->text = text;
		g_ptr_array_add(reminders, each);
	}
}

static void
decode_fixed(TdTicket *ticket, const TdTicketFixed *fixed)
{
	ticket->status = fixed->status;
	ticket->priority = fixed->priority;
	ticket->spam = fixed->spam;
	ticket->created = fixed->created;
	ticket->updated = fixed->updated;
	ticket->deadline = fixed->due;
	ticket->breached = fixed->breached != 0;
	ticket->events = fixed->events;
	ticket->messages = fixed->messages;
	ticket->merged_into = fixed->merged_into;
	ticket->state = fixed->state;
	ticket->until = fixed->until;
	ticket->timer = fixed->timer;
	ticket->minutes = fixed->minutes;
	ticket->urgency = fixed->urgency;
	ticket->impact = fixed->impact;
	ticket->rating = fixed->rating;
	memcpy(ticket->chain, fixed->chain, sizeof(ticket->chain));
}

static void
set_text(char **text, const char *value)
{
	g_free(*text);
	*text = g_strdup(value);
}

static void
set_child(GVariant *value, gsize child, char **text)
{
	g_autoptr(GVariant) string = g_variant_get_child_value(value, child);

	set_text(text, g_variant_get_string(string, NULL));
}

static void
set_list(GVariant *value, gsize child, GStrv *list)
{
	g_autoptr(GVariant) texts = g_variant_get_child_value(value, child);

	g_strfreev(*list);
	*list = g_variant_dup_strv(texts, NULL);
}

/* NULL if its tail is damaged. */
static TdTicket *
decode(guint64 number, GVariant *value, const TdTicketHead *head)
{
	TdTicket *ticket = td_ticket_new(number);
	g_autoptr(GVariant) participants = g_variant_get_child_value(value, 9);
	g_autoptr(GVariant) links = g_variant_get_child_value(value, 14);
	g_autoptr(GVariant) reminders = g_variant_get_child_value(value, 15);
	g_autoptr(GVariant) tail = g_variant_get_child_value(value, 16);

	decode_fixed(ticket, &head->fixed);
	set_text(&ticket->queue, head->queue);
	set_text(&ticket->owner, head->owner);
	set_text(&ticket->requester, head->requester);
	set_text(&ticket->subject, head->subject);
	set_child(value, 6, &ticket->requester_name);
	set_child(value, 7, &ticket->language);
	set_child(value, 8, &ticket->type);
	decode_participants(ticket->participants, participants);
	set_list(value, 10, &ticket->watching_queues);
	set_list(value, 11, &ticket->tags);
	set_list(value, 12, &ticket->watchers);
	set_list(value, 13, &ticket->muted);
	decode_links(ticket->links, links);
	decode_reminders(ticket->reminders, reminders);
	if (!td_ticket_tail_read(ticket, tail))
		g_clear_pointer(&ticket, td_ticket_free);
	return ticket;
}

TdTicket *
td_ticket_decode(guint64 number, const TdRow *row, GError **error)
{
	g_autoptr(GVariant)
	    value = td_value_read(TD_TYPE_TICKET, row->data, row->size);
	TdTicketHead head;
	TdTicket *ticket = NULL;
	guint8 key[TD_KEY_NUMBER];

	if (value != NULL && td_ticket_peek(row->data, row->size, &head) &&
	    head.fixed.number == number && head.fixed.status <= TD_STATUS_LAST)
		ticket = decode(number, value, &head);
	if (ticket == NULL) {
		td_key_number(key, number);
		td_row_damaged(error, TD_TABLE_TICKETS, key, sizeof(key));
	}
	return ticket;
}
