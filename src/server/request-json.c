/* request-json.c - records as JSON: the shapes that `ticket` prints */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "server/request.h"

char *
td_json_write(JsonNode *node, gboolean pretty)
{
	g_autofree char *text = json_to_string(node, pretty);
	GString *whole;

	if (strchr(text, 0x1f) == NULL)
		return g_steal_pointer(&text);
	whole = g_string_new(text);
	g_string_replace(whole, "\x1f", "\\u001f", 0);
	return g_string_free(whole, FALSE);
}

void
td_json_set_text(JsonObject *object, const char *name, const char *text)
{
	if (text == NULL || *text == '\0')
		json_object_set_null_member(object, name);
	else
		json_object_set_string_member(object, name, text);
}

void
td_json_set_time(JsonObject *object, const char *name, gint64 time)
{
	g_autofree char *text = td_text_rfc3339(time);

	td_json_set_text(object, name, time == 0 ? NULL : text);
}

void
td_json_set_number(JsonObject *object, const char *name, guint64 number)
{
	if (number > G_MAXINT64)
		json_object_set_null_member(object, name);
	else
		json_object_set_int_member(object, name, (gint64)number);
}

JsonArray *
td_json_texts(char **texts)
{
	JsonArray *array = json_array_new();

	for (gsize i = 0; texts != NULL && texts[i] != NULL; i++)
		json_array_add_string_element(array, texts[i]);
	return array;
}

/* ---- tickets ---- */

static JsonArray *
participants_json(const GPtrArray *participants)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; participants != NULL && i < participants->len; i++) {
		const TdParticipant *p = g_ptr_array_index(participants, i);
		JsonObject *object = json_object_new();

		json_object_set_string_member(object, "address", p->address);
		json_object_set_string_member(object, "name", p->name);
		json_array_add_object_element(array, object);
	}
	return array;
}

static JsonArray *
links_json(const GPtrArray *links)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; links != NULL && i < links->len; i++) {
		const TdLink *link = g_ptr_array_index(links, i);
		JsonObject *object = json_object_new();

		json_object_set_string_member(object, "type", link->type);
		td_json_set_number(object, "number", link->number);
		json_array_add_object_element(array, object);
	}
	return array;
}

static JsonArray *
reminders_json(const GPtrArray *reminders)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; reminders != NULL && i < reminders->len; i++) {
		const TdReminder *reminder = g_ptr_array_index(reminders, i);
		JsonObject *object = json_object_new();

		td_json_set_time(object, "time", reminder->time);
		json_object_set_string_member(object, "agent", reminder->agent);
		json_object_set_string_member(object, "text", reminder->text);
		json_array_add_object_element(array, object);
	}
	return array;
}

/* A small number, or null where it is 0. */
static void
set_level(JsonObject *object, const char *name, guint64 level)
{
	if (level == 0)
		json_object_set_null_member(object, name);
	else
		td_json_set_number(object, name, level);
}

static JsonObject *
deadline_json(TdClockKind kind, const TdClock *clock)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "clock", td_clock_name(kind));
	json_object_set_string_member(
	    object, "state", td_clock_state_name(clock->state));
	td_json_set_time(object, "due", clock->due);
	if (clock->state == TD_CLOCK_RUNNING)
		json_object_set_null_member(object, "left");
	else
		json_object_set_int_member(object, "left", clock->left);
	json_object_set_int_member(object, "total", clock->total);
	json_object_set_boolean_member(object, "warned", clock->warned != 0);
	json_object_set_boolean_member(
	    object, "breached", clock->breached != 0);
	td_json_set_text(object, "sla", clock->rule);
	td_json_set_text(object, "calendar", clock->calendar);
	return object;
}

static JsonArray *
deadlines_json(const TdTicket *ticket)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; i < TD_CLOCKS; i++) {
		const TdClock *clock = &ticket->clocks[i];

		if (TD_CLOCK_IS_DEADLINE(i) && clock->state != TD_CLOCK_NONE)
			json_array_add_object_element(
			    array, deadline_json((TdClockKind)i, clock));
	}
	return array;
}

static JsonObject *
fields_json(const GPtrArray *fields)
{
	JsonObject *object = json_object_new();

	for (guint i = 0; i < fields->len; i++) {
		const TdField *field = g_ptr_array_index(fields, i);

		json_object_set_string_member(
		    object, field->name, field->value);
	}
	return object;
}

/* The next step of the escalation, null where none is to come. */
static void
set_escalation(JsonObject *object, const TdTicket *ticket)
{
	const TdClock *clock = &ticket->clocks[TD_CLOCK_ESCALATION];
	JsonObject *escalation;

	if (clock->state != TD_CLOCK_RUNNING) {
		json_object_set_null_member(object, "escalation");
		return;
	}
	escalation = json_object_new();
	td_json_set_text(escalation, "chain", clock->rule);
	json_object_set_int_member(escalation, "step", clock->step + 1);
	td_json_set_time(escalation, "due", clock->due);
	json_object_set_object_member(object, "escalation", escalation);
}

/* What rules and deadlines made of it. */
static void
set_rules(JsonObject *object, const TdTicket *ticket)
{
	json_object_set_object_member(
	    object, "fields", fields_json(ticket->fields));
	td_json_set_time(object, "deadline", ticket->deadline);
	json_object_set_boolean_member(
	    object, "breached", ticket->breached != 0);
	json_object_set_array_member(
	    object, "deadlines", deadlines_json(ticket));
	set_escalation(object, ticket);
	td_json_set_time(
	    object, "release", ticket->clocks[TD_CLOCK_RELEASE].due);
	td_json_set_time(object, "answered", ticket->answered);
	json_object_set_int_member(object, "reopened", ticket->reopened);
	json_object_set_int_member(object, "returned", ticket->returned);
}

/* What agents made of it. */
static void
set_work(JsonObject *object, const TdTicket *ticket)
{
	json_object_set_array_member(
	    object, "watchers", td_json_texts(ticket->watchers));
	json_object_set_array_member(
	    object, "muted", td_json_texts(ticket->muted));
	json_object_set_array_member(
	    object, "links", links_json(ticket->links));
	json_object_set_array_member(
	    object, "reminders", reminders_json(ticket->reminders));
	td_json_set_time(object, "until", ticket->until);
	set_level(object, "urgency", ticket->urgency);
	set_level(object, "impact", ticket->impact);
	set_level(object, "rating", ticket->rating);
	td_json_set_number(object, "minutes", ticket->minutes);
}

JsonObject *
td_json_ticket(const TdTicket *ticket)
{
	JsonObject *object = json_object_new();

	td_json_set_number(object, "number", ticket->number);
	json_object_set_string_member(
	    object, "status", td_status_name(ticket->status));
	td_json_set_text(object, "queue", ticket->queue);
	json_object_set_int_member(object, "priority", ticket->priority);
	td_json_set_text(object, "owner", ticket->owner);
	td_json_set_text(object, "requester", ticket->requester);
	json_object_set_string_member(
	    object, "requester_name", ticket->requester_name);
	json_object_set_string_member(object, "subject", ticket->subject);
	td_json_set_time(object, "created", ticket->created);
	td_json_set_time(object, "updated", ticket->updated);
	td_json_set_time(object, "due", ticket->due);
	td_json_set_text(object, "type", ticket->type);
	td_json_set_text(object, "language", ticket->language);
	json_object_set_boolean_member(object, "spam", ticket->spam);
	json_object_set_array_member(
	    object, "tags", td_json_texts(ticket->tags));
	json_object_set_array_member(
	    object, "participants", participants_json(ticket->participants));
	json_object_set_array_member(
	    object, "watching_queues", td_json_texts(ticket->watching_queues));
	set_work(object, ticket);
	set_rules(object, ticket);
	if (ticket->merged_into != 0)
		td_json_set_number(object, "merged_into", ticket->merged_into);
	return object;
}

/* ---- events ---- */

static void
set_detail(JsonObject *object, const char *name, GVariant *value)
{
	if (g_variant_is_of_type(value, G_VARIANT_TYPE_STRING)) {
		json_object_set_string_member(
		    object, name, g_variant_get_string(value, NULL));
	} else if (g_variant_is_of_type(value, G_VARIANT_TYPE_UINT64)) {
		td_json_set_number(object, name, g_variant_get_uint64(value));
	} else if (g_variant_is_of_type(value, G_VARIANT_TYPE_STRING_ARRAY)) {
		g_auto(GStrv) texts = g_variant_dup_strv(value, NULL);

		json_object_set_array_member(
		    object, name, td_json_texts(texts));
	}
}

static JsonObject *
detail_json(GVariant *detail)
{
	JsonObject *object = json_object_new();
	GVariantIter iter;
	const char *name;
	GVariant *value;

	if (detail == NULL)
		return object;
	g_variant_iter_init(&iter, detail);
	while (g_variant_iter_loop(&iter, "{&sv}", &name, &value))
		set_detail(object, name, value);
	return object;
}

/* The message that the event came from, of whatever ticket, or "control".  What
 * the desk sent has the mail that was the reason in "raw". */
static void
set_source(JsonObject *object, const TdEvent *event)
{
	const char *raw = td_event_get(event, "raw");
	g_autofree char *place = g_strdup_printf("%" G_GUINT64_FORMAT
	                                         "/%" G_GUINT64_FORMAT,
	    event->ticket, event->message);

	if (g_str_has_prefix(raw, "order/"))
		raw = "control";
	td_json_set_text(object, "source",
	    *raw != '\0' || event->message == 0 ? raw : place);
}

JsonObject *
td_json_event(const TdEvent *event)
{
	JsonObject *object = json_object_new();

	td_json_set_number(object, "ticket", event->ticket);
	td_json_set_number(object, "sequence", event->sequence);
	td_json_set_time(object, "time", event->time);
	json_object_set_string_member(object, "actor", event->actor);
	json_object_set_string_member(
	    object, "kind", td_event_kind_name(event->kind));
	json_object_set_object_member(
	    object, "detail", detail_json(td_event_detail(event)));
	td_json_set_text(object, "evidence", event->evidence);
	if (event->message != 0)
		td_json_set_number(object, "message", event->message);
	else
		json_object_set_null_member(object, "message");
	set_source(object, event);
	return object;
}

JsonArray *
td_json_events(const GPtrArray *events)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; i < events->len; i++)
		json_array_add_object_element(
		    array, td_json_event(g_ptr_array_index(events, i)));
	return array;
}

/* ---- messages ---- */

JsonArray *
td_json_attachments(const GPtrArray *attachments, const TdFiled *filed)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; i < attachments->len; i++) {
		const TdAttachment *a = g_ptr_array_index(attachments, i);
		JsonObject *object = json_object_new();

		json_object_set_string_member(object, "name", a->name);
		json_object_set_string_member(object, "type", a->type);
		td_json_set_number(object, "size", a->size);
		json_object_set_string_member(object, "sha256", a->sha256);
		json_object_set_int_member(object, "part", a->part);
		if (filed != NULL) {
			g_autofree char *handle = g_strdup_printf(
			    "%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT "/%u",
			    filed->ticket, filed->sequence, a->part);

			json_object_set_string_member(object, "handle", handle);
		}
		json_array_add_object_element(array, object);
	}
	return array;
}

static void
set_envelope(JsonObject *object, const TdFiled *filed)
{
	json_object_set_string_member(object, "sender", filed->sender);
	td_json_set_text(object, "recipient", filed->recipient);
	td_json_set_text(
	    object, "original_recipient", filed->original_recipient);
	td_json_set_text(object, "queue_id", filed->queue_id);
	td_json_set_number(object, "size", filed->size);
	td_json_set_text(object, "moved_to", filed->moved_to);
}

JsonObject *
td_json_filed(const TdFiled *filed, const TdMessage *message)
{
	JsonObject *object = json_object_new();

	td_json_set_number(object, "sequence", filed->sequence);
	json_object_set_string_member(object, "from", filed->from);
	json_object_set_string_member(object, "from_name", filed->from_name);
	json_object_set_string_member(object, "to", filed->to);
	json_object_set_string_member(object, "subject", filed->subject);
	td_json_set_time(
	    object, "date", filed->date != 0 ? filed->date : filed->received);
	td_json_set_time(object, "received", filed->received);
	json_object_set_string_member(object, "message_id", filed->message_id);
	json_object_set_string_member(
	    object, "direction", filed->outgoing ? "out" : "in");
	json_object_set_string_member(
	    object, "visibility", filed->internal ? "internal" : "public");
	json_object_set_string_member(object, "rule", filed->rule);
	td_json_set_text(object, "class", filed->class_name);
	td_json_set_text(object, "class_reason", filed->class_reason);
	td_json_set_text(object, "evidence", filed->evidence);
	json_object_set_boolean_member(object, "marked", filed->marked);
	set_envelope(object, filed);
	json_object_set_string_member(object, "text", message->text);
	json_object_set_string_member(
	    object, "reply_text", message->reply_text);
	json_object_set_array_member(object, "attachments",
	    td_json_attachments(message->attachments, filed));
	return object;
}

/* ---- outbox ---- */

JsonObject *
td_json_outbox_row(const TdOutboxRow *row)
{
	JsonObject *object = json_object_new();

	td_json_set_number(object, "id", row->id);
	td_json_set_number(object, "ticket", row->ticket);
	td_json_set_number(object, "sequence", row->sequence);
	json_object_set_string_member(object, "kind", row->kind);
	json_object_set_string_member(object, "mail_from", row->mail_from);
	json_object_set_array_member(
	    object, "recipients", td_json_texts(row->recipients));
	td_json_set_time(object, "due", row->due);
	td_json_set_time(object, "created", row->created);
	json_object_set_int_member(object, "attempts", row->attempts);
	td_json_set_text(object, "answer", row->answer);
	return object;
}
