/* request-show.c - the verbs show, raw and attachment: what is filed */

#include "config.h"

#include <ticketd/erase.h>
#include <ticketd/error.h>

#include "server/request.h"
#include "server/service-private.h"

/* Messages that one page of show brings, and the bytes after which no further
 * one is read. */
#define PAGE_MESSAGES 20u
#define PAGE_BYTES (4u * 1024 * 1024)

/* The subject that poison.c gives. */

/* What is read in one turn. */
typedef struct {
	TdTicket *ticket;
	GPtrArray *filed;  /* of TdFiled */
	GPtrArray *raw;    /* of GBytes, the same order */
	GPtrArray *events; /* of TdEvent */
	guint64 asked;     /* the number that was given */
	guint64 message;   /* go on behind these */
	guint64 event;
	gboolean more;
} Page;

static void
page_clear(Page *page)
{
	td_ticket_free(page->ticket);
	g_clear_pointer(&page->filed, g_ptr_array_unref);
	g_clear_pointer(&page->raw, g_ptr_array_unref);
	g_clear_pointer(&page->events, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Page, page_clear)

/* ---- one message ---- */

static gboolean
fail_no_message(TdTxn *txn, guint64 number, guint64 sequence, GError **error)
{
	g_autoptr(TdTicket) ticket = NULL;

	if (!td_ticket_get(txn, number, &ticket, error))
		return FALSE;
	if (ticket == NULL)
		return td_fail(error, TD_ERROR_REFUSED,
		    "there is no ticket %" G_GUINT64_FORMAT, number);
	if (ticket->purged != 0)
		return td_ticket_fail_purged(ticket, error);
	return td_fail(error, TD_ERROR_REFUSED,
	    "there is no message %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT
	    "; the last one of that ticket is %" G_GUINT64_FORMAT,
	    number, sequence, ticket->messages);
}

gboolean
td_request_filed(const TdCall *call, guint64 *number, guint64 sequence,
    TdFiled **filed, GBytes **raw, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));
	g_autoptr(TdFiled) found = NULL;
	guint64 target = *number;

	if (!td_filed_get(txn, target, sequence, &found, raw, error))
		return FALSE;
	if (found == NULL) {
		if (!td_ticket_resolve(txn, &target, error))
			return FALSE;
		if (target != *number &&
		    !td_filed_get(txn, target, sequence, &found, raw, error))
			return FALSE;
	}
	if (found == NULL)
		return fail_no_message(txn, *number, sequence, error);

	*number = target;
	*filed = g_steal_pointer(&found);
	return TRUE;
}

/* A mail that killed the process that read it is not read again. */
static gboolean
is_unreadable(const TdFiled *filed)
{
	return filed != NULL &&
	    g_str_equal(filed->class_reason, TD_REASON_UNREADABLE);
}

TdMessage *
td_request_parse(const TdCall *call, const TdFiled *filed, GBytes *raw)
{
	TdPoison *poison = td_service_poison(call->service);
	TdMessage *message;
	guint note = 0;

	if (is_unreadable(filed)) {
		gsize size = 0;
		const char *bytes = g_bytes_get_data(raw, &size);

		return td_message_unreadable(bytes, size, filed->subject);
	}
	message = td_poison_parse(poison, raw, &note);
	td_poison_done(poison, note);
	return message;
}

TdMessage *
td_request_read(const TdCall *call, GBytes *raw, GError **error)
{
	TdPoison *poison = td_service_poison(call->service);
	guint note = 0;
	TdMessage *message = td_poison_take(poison, raw, &note, error);

	td_poison_done(poison, note);
	return message;
}

static JsonObject *
place_json(guint64 number, guint64 sequence)
{
	JsonObject *result = json_object_new();

	td_json_set_number(result, "number", number);
	td_json_set_number(result, "sequence", sequence);
	return result;
}

gboolean
td_request_raw(const TdCall *call, GError **error)
{
	guint64 number = td_call_number(call, "number", 0);
	guint64 sequence = td_call_number(call, "sequence", 1);
	g_autoptr(TdFiled) filed = NULL;
	g_autoptr(GBytes) raw = NULL;

	if (!td_request_filed(call, &number, sequence, &filed, &raw, error))
		return FALSE;

	td_call_answer(call, place_json(number, sequence));
	call->answer->bytes = g_steal_pointer(&raw);
	return TRUE;
}

static const TdAttachment *
find_attachment(const TdMessage *message, guint64 part)
{
	for (guint i = 0; i < message->attachments->len; i++) {
		const TdAttachment *a = g_ptr_array_index(
		    message->attachments, i);

		if (a->part == part)
			return a;
	}
	return NULL;
}

gboolean
td_request_attachment(const TdCall *call, GError **error)
{
	guint64 number = td_call_number(call, "number", 0);
	guint64 sequence = td_call_number(call, "sequence", 1);
	guint64 part = td_call_number(call, "part", 1);
	g_autoptr(TdFiled) filed = NULL;
	g_autoptr(TdMessage) message = NULL;
	g_autoptr(GBytes) raw = NULL;
	const TdAttachment *attachment;
	JsonObject *result;
	GBytes *content;
	const char *bytes;
	gsize size = 0;

	if (!td_request_filed(call, &number, sequence, &filed, &raw, error))
		return FALSE;

	bytes = g_bytes_get_data(raw, &size);
	message = td_request_parse(call, filed, raw);
	attachment = find_attachment(message, part);
	content = attachment == NULL
	    ? NULL
	    : td_message_attachment(bytes, size, attachment->part);
	if (content == NULL)
		return td_fail(error, TD_ERROR_REFUSED,
		    "message %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT
		    " has no attachment %" G_GUINT64_FORMAT
		    "; it has %u attachments",
		    number, sequence, part, message->attachments->len);

	result = place_json(number, sequence);
	json_object_set_string_member(result, "name", attachment->name);
	json_object_set_string_member(result, "type", attachment->type);
	json_object_set_string_member(result, "sha256", attachment->sha256);
	td_call_answer(call, result);
	call->answer->bytes = content;
	return TRUE;
}

/* ---- a ticket with all that belongs to it ---- */

/* "MESSAGE.EVENT": the last of each that was shown. */
static gboolean
parse_cursor(const TdCall *call, Page *page, GError **error)
{
	const char *next = td_call_text(call, "next");
	g_auto(GStrv) parts = NULL;

	if (next == NULL)
		return TRUE;
	parts = g_strsplit(next, ".", 2);
	if (g_strv_length(parts) != 2 ||
	    !g_ascii_string_to_unsigned(
	        parts[0], 10, 0, G_MAXINT64, &page->message, NULL) ||
	    !g_ascii_string_to_unsigned(
	        parts[1], 10, 0, G_MAXINT64, &page->event, NULL))
		return td_fail(error, TD_ERROR_USAGE, "bad value of \"next\"");
	return TRUE;
}

static gboolean
read_messages(TdTxn *txn, Page *page, GError **error)
{
	gsize bytes = 0;

	for (guint i = 0; page->message < page->ticket->messages; i++) {
		g_autoptr(TdFiled) filed = NULL;
		g_autoptr(GBytes) raw = NULL;

		if (i == PAGE_MESSAGES || bytes > PAGE_BYTES) {
			page->more = TRUE;
			return TRUE;
		}
		if (!td_filed_get(txn, page->ticket->number, page->message + 1,
		        &filed, &raw, error))
			return FALSE;
		page->message++;
		if (filed == NULL)
			continue;
		bytes += g_bytes_get_size(raw);
		g_ptr_array_add(page->filed, g_steal_pointer(&filed));
		g_ptr_array_add(page->raw, g_steal_pointer(&raw));
	}
	return TRUE;
}

static gboolean
read_events(TdTxn *txn, Page *page, GError **error)
{
	if (!td_event_list(txn, page->ticket->number, page->event, TD_READ_MAX,
	        &page->events, error))
		return FALSE;
	if (page->events->len > 0) {
		const TdEvent *last = g_ptr_array_index(
		    page->events, page->events->len - 1);

		page->event = last->sequence;
	}
	if (page->events->len == TD_READ_MAX)
		page->more = TRUE;
	return TRUE;
}

static gboolean
read_page(const TdCall *call, Page *page, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));
	guint64 number = page->asked;

	if (!td_ticket_resolve(txn, &number, error) ||
	    !td_ticket_get(txn, number, &page->ticket, error))
		return FALSE;
	if (page->ticket == NULL && number == TD_TICKET_DESK)
		page->ticket = td_ticket_new(TD_TICKET_DESK);
	if (page->ticket != NULL && page->ticket->purged != 0)
		return td_ticket_fail_purged(page->ticket, error);
	if (page->ticket == NULL)
		return td_fail(error, TD_ERROR_REFUSED,
		    "there is no ticket %" G_GUINT64_FORMAT, page->asked);
	return read_messages(txn, page, error) && read_events(txn, page, error);
}

static JsonArray *
messages_json(const TdCall *call, const Page *page)
{
	JsonArray *array = json_array_sized_new(page->filed->len);

	for (guint i = 0; i < page->filed->len; i++) {
		const TdFiled *filed = g_ptr_array_index(page->filed, i);
		g_autoptr(TdMessage) message = td_request_parse(
		    call, filed, g_ptr_array_index(page->raw, i));

		json_array_add_object_element(
		    array, td_json_filed(filed, message));
	}
	return array;
}

gboolean
td_request_show(const TdCall *call, GError **error)
{
	g_auto(Page) page = {
		.filed = g_ptr_array_new_with_free_func(
		    (GDestroyNotify)td_filed_free),
		.raw = g_ptr_array_new_with_free_func(
		    (GDestroyNotify)g_bytes_unref),
		.asked = td_call_number(call, "number", 0),
	};
	JsonObject *result;

	if (!parse_cursor(call, &page, error) || !read_page(call, &page, error))
		return FALSE;

	result = td_json_ticket(page.ticket);
	if (page.ticket->number != page.asked)
		td_json_set_number(result, "merged_from", page.asked);
	json_object_set_array_member(
	    result, "messages", messages_json(call, &page));
	json_object_set_array_member(
	    result, "events", td_json_events(page.events));
	if (page.more) {
		g_autofree char *next = g_strdup_printf("%" G_GUINT64_FORMAT
		                                        ".%" G_GUINT64_FORMAT,
		    page.message, page.event);

		json_object_set_string_member(result, "next", next);
	}
	td_call_answer(call, result);
	return TRUE;
}
