/* request-purge.c - the verb purge: old tickets are thrown away, a page at a
 * time
 *
 * Who asks what would go gets numbers, and the time that counted; with both it
 * can have just those thrown away, and nothing that became old since. */

#include "config.h"

#include <string.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>
#include <ticketd/privacy.h>

#include "server/request.h"

/* Tickets that one page looks at. */
#define PAGE_TICKETS 100u
/* Of one commit: tickets, and events and messages of theirs. */
#define COMMIT_TICKETS 64u
#define COMMIT_ROWS 2000u
/* Why one stays that was to be purged. */
#define CHANGED "something happened to it"

static GMutex forgetting;

void
td_request_forget_begin(void)
{
	g_mutex_lock(&forgetting);
}

void
td_request_forget_end(void)
{
	g_mutex_unlock(&forgetting);
}

/* ---- where a page begins: "SPAM.NUMBER" ---- */

typedef struct {
	gboolean spam;
	guint64 before; /* numbers below this; 0: all */
} Cursor;

static gboolean
read_cursor(const TdCall *call, Cursor *cursor, GError **error)
{
	const char *next = td_call_text(call, "next");
	guint64 spam = 0;

	*cursor = (Cursor){ 0 };
	if (next == NULL)
		return TRUE;
	if ((*next != '0' && *next != '1') || next[1] != '.' ||
	    !g_ascii_string_to_unsigned(
	        next + 2, 10, 0, G_MAXINT64, &cursor->before, NULL))
		return td_fail(error, TD_ERROR_USAGE, "bad value of \"next\"");
	spam = *next == '1';
	cursor->spam = spam != 0;
	return TRUE;
}

/* Those that are spam come behind all others. */
static gboolean
move_on(Cursor *cursor, guint64 next)
{
	if (next != 0) {
		cursor->before = next;
		return TRUE;
	}
	if (cursor->spam)
		return FALSE;
	*cursor = (Cursor){ .spam = TRUE };
	return TRUE;
}

/* ---- looking ---- */

typedef struct {
	const TdCall *call;
	TdStatus status;
	gint64 now;
	gint64 before;    /* nothing happened since */
	guint64 last;     /* number handed out */
	GPtrArray *ready; /* of TdPurge */
	GPtrArray *kept;  /* likewise */
	guint first;      /* of .ready: those before are gone */
	guint end;        /* of the commit in hand */
} Page;

static void
free_purge(gpointer purge)
{
	td_purge_free(purge);
}

static void
clear_page(Page *page)
{
	g_clear_pointer(&page->ready, g_ptr_array_unref);
	g_clear_pointer(&page->kept, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Page, clear_page)

static gboolean
read_status(const TdCall *call, TdStatus *status, GError **error)
{
	const char *name = td_call_text(call, "status");

	*status = TD_STATUS_CLOSED;
	if (name == NULL ||
	    (td_status_from_name(name, status) &&
	        *status >= TD_STATUS_RESOLVED))
		return TRUE;
	return td_fail(error, TD_ERROR_USAGE,
	    "tickets that are closed or resolved can be purged, not \"%s\"",
	    name);
}

static gboolean
begin_page(const TdCall *call, Page *page, GError **error)
{
	g_autoptr(TdDesk) desk = td_service_desk(call->service);
	const char *queue = td_call_text(call, "queue");
	guint64 seconds = td_call_number(call, "seconds", 0);

	page->call = call;
	page->now = td_clock_now();
	page->before = page->now - (gint64)MIN(seconds, (guint64)page->now);
	if (td_call_has(call, "before"))
		page->before = (gint64)MIN(
		    td_call_number(call, "before", 0), (guint64)page->before);
	page->ready = g_ptr_array_new_with_free_func(free_purge);
	page->kept = g_ptr_array_new_with_free_func(free_purge);

	if (queue != NULL && td_conf_queue(td_desk_conf(desk), queue) == NULL)
		return td_request_fail_no_queue(
		    td_desk_conf(desk), queue, error);
	return read_status(call, &page->status, error);
}

/* Those that were asked for by number. */
static gboolean
take_numbers(Page *page, GArray **numbers, GError **error)
{
	g_autoptr(GArray) given = td_call_numbers(page->call, "numbers");
	g_autoptr(TdTxn)
	    txn = td_txn_read(td_service_store(page->call->service));
	guint64 first;

	if (given->len > PAGE_TICKETS)
		return td_fail(error, TD_ERROR_USAGE,
		    "at most %u tickets in one request", PAGE_TICKETS);
	if (!td_ticket_range(txn, &first, &page->last, error))
		return FALSE;
	*numbers = g_steal_pointer(&given);
	return TRUE;
}

/* Numbers that may be wanted, by the index of queues. */
static gboolean
list_numbers(Page *page, const Cursor *cursor, GArray *numbers, guint64 *next,
    GError **error)
{
	const TdTicketQuery query = {
		.queue = td_call_text(page->call, "queue"),
		.status = (int)page->status,
		.spam = cursor->spam,
		.before = cursor->before,
		.limit = PAGE_TICKETS,
	};
	g_autoptr(TdTxn)
	    txn = td_txn_read(td_service_store(page->call->service));
	g_autoptr(GPtrArray) tickets = NULL;
	guint64 first;

	if (!td_ticket_range(txn, &first, &page->last, error) ||
	    !td_ticket_list(txn, &query, &tickets, next, error))
		return FALSE;
	for (guint i = 0; i < tickets->len; i++) {
		const TdTicket *ticket = g_ptr_array_index(tickets, i);

		if (ticket->updated < page->before)
			g_array_append_val(numbers, ticket->number);
	}
	return TRUE;
}

/* One that was asked for by number, and is not what it was then. */
static TdPurge *
make_changed(guint64 number)
{
	TdPurge *purge = g_new0(TdPurge, 1);

	purge->number = number;
	purge->why = g_strdup(CHANGED);
	return purge;
}

static gboolean
look(Page *page, const GArray *numbers, GError **error)
{
	TdStore *store = td_service_store(page->call->service);
	g_autoptr(GHashTable) waiting = NULL;

	if (!td_desk_waiting(store, &waiting, error))
		return FALSE;
	for (guint i = 0; i < numbers->len; i++) {
		TdPurge *purge = NULL;

		if (!td_desk_purge_look(store,
		        g_array_index(numbers, guint64, i), page->status,
		        page->before, waiting, &purge, error))
			return FALSE;
		if (purge == NULL && td_call_has(page->call, "numbers"))
			purge = make_changed(
			    g_array_index(numbers, guint64, i));
		if (purge != NULL)
			g_ptr_array_add(
			    purge->why == NULL ? page->ready : page->kept,
			    purge);
	}
	return TRUE;
}

/* ---- doing ---- */

static gint
compare_numbers(gconstpointer a, gconstpointer b)
{
	guint64 one = *(const guint64 *)a;
	guint64 other = *(const guint64 *)b;

	return one < other ? -1 : one > other;
}

/* TdWriteFunc: those from .first up to .end. */
static gboolean
purge_some(TdTxn *txn, gpointer data, GError **error)
{
	const Page *page = data;
	g_autoptr(GArray) done = g_array_new(FALSE, FALSE, sizeof(guint64));

	for (guint i = page->first; i < page->end; i++) {
		TdPurge *purge = g_ptr_array_index(page->ready, i);
		gboolean gone;

		if (!td_desk_purge(
		        txn, purge, page->now, page->call->actor, &gone, error))
			return FALSE;
		g_clear_pointer(&purge->why, g_free);
		if (gone)
			g_array_append_val(done, purge->number);
		else
			purge->why = g_strdup(CHANGED);
	}
	if (done->len == 0)
		return TRUE;
	g_array_sort(done, compare_numbers);
	return td_desk_purge_tell(txn, (const guint64 *)(void *)done->data,
	    done->len, page->now, page->call->actor, error);
}

/* How many from .first on are one commit. */
static guint
find_end(const Page *page)
{
	guint64 rows = 0;
	guint i = page->first;

	while (i < page->ready->len && i - page->first < COMMIT_TICKETS &&
	    (i == page->first || rows < COMMIT_ROWS)) {
		const TdPurge *purge = g_ptr_array_index(page->ready, i++);

		rows += purge->events + purge->messages;
	}
	return i;
}

/* A ticket that is damaged stays, all others go. */
static gboolean
purge_one_by_one(Page *page, guint end, GError **error)
{
	TdWriter *writer = td_service_writer(page->call->service);

	for (; page->first < end; page->first++) {
		GError *problem = NULL;
		TdPurge *purge = g_ptr_array_index(page->ready, page->first);

		page->end = page->first + 1;
		if (td_writer_run(writer, purge_some, page, &problem))
			continue;
		if (!g_error_matches(problem, TD_ERROR, TD_ERROR_BROKEN)) {
			g_propagate_error(error, problem);
			return FALSE;
		}
		g_free(purge->why);
		purge->why = g_strdup(problem->message);
		purge->damaged = TRUE;
		g_error_free(problem);
	}
	return TRUE;
}

static gboolean
purge_all(Page *page, GError **error)
{
	TdWriter *writer = td_service_writer(page->call->service);

	while (page->first < page->ready->len) {
		GError *problem = NULL;
		guint end = find_end(page);

		page->end = end;
		if (td_writer_run(writer, purge_some, page, &problem)) {
			page->first = end;
			continue;
		}
		if (!g_error_matches(problem, TD_ERROR, TD_ERROR_BROKEN)) {
			g_propagate_error(error, problem);
			return FALSE;
		}
		g_error_free(problem);
		if (!purge_one_by_one(page, end, error))
			return FALSE;
	}
	return TRUE;
}

/* ---- the answer ---- */

static void
add_rows(const GPtrArray *purges, JsonArray *gone, JsonArray *kept)
{
	for (guint i = 0; i < purges->len; i++) {
		const TdPurge *purge = g_ptr_array_index(purges, i);
		JsonObject *object = json_object_new();

		td_json_set_number(object, "number", purge->number);
		td_json_set_number(object, "events", purge->events);
		td_json_set_number(object, "messages", purge->messages);
		td_json_set_time(object, "updated", purge->updated);
		td_json_set_text(object, "why", purge->why);
		json_object_set_boolean_member(
		    object, "damaged", purge->damaged != 0);
		json_array_add_object_element(
		    purge->why == NULL ? gone : kept, object);
	}
}

static gboolean
answer_page(
    const Page *page, const Cursor *cursor, gboolean more, GError **error)
{
	g_autoptr(JsonObject) result = json_object_new();
	JsonArray *gone = json_array_new();
	JsonArray *kept = json_array_new();

	add_rows(page->ready, gone, kept);
	add_rows(page->kept, gone, kept);
	json_object_set_array_member(result, "purged", gone);
	json_object_set_array_member(result, "kept", kept);
	td_json_set_number(result, "last", page->last);
	td_json_set_number(result, "before", (guint64)page->before);
	if (more) {
		g_autofree char *next = g_strdup_printf("%d.%" G_GUINT64_FORMAT,
		    cursor->spam ? 1 : 0, cursor->before);

		json_object_set_string_member(result, "next", next);
		td_json_set_number(result, "at",
		    cursor->before == 0 ? page->last : cursor->before);
	}
	if (!td_request_unwiped(page->call, result, error))
		return FALSE;
	td_call_answer(page->call, g_steal_pointer(&result));
	return TRUE;
}

/* *@more: there are others behind @cursor. */
static gboolean
find_numbers(Page *page, Cursor *cursor, GArray **numbers, gboolean *more,
    GError **error)
{
	guint64 next;

	*more = FALSE;
	if (td_call_has(page->call, "numbers"))
		return take_numbers(page, numbers, error);
	*numbers = g_array_new(FALSE, FALSE, sizeof(guint64));
	if (!read_cursor(page->call, cursor, error) ||
	    !list_numbers(page, cursor, *numbers, &next, error))
		return FALSE;
	*more = move_on(cursor, next);
	return TRUE;
}

gboolean
td_request_purge(const TdCall *call, GError **error)
{
	g_autoptr(GArray) numbers = NULL;
	g_auto(Page) page = { 0 };
	Cursor cursor = { 0 };
	gboolean done, more;

	if (!begin_page(call, &page, error) ||
	    !find_numbers(&page, &cursor, &numbers, &more, error))
		return FALSE;
	td_request_forget_begin();
	done = look(&page, numbers, error) &&
	    (td_call_flag(call, "dry_run") || purge_all(&page, error));
	td_request_forget_end();
	return done && answer_page(&page, &cursor, more, error);
}
