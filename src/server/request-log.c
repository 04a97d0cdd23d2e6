/* request-log.c - the verb log: what happened, in pages
 *
 * Filters are applied here, so a page may be shorter than was asked for, or
 * empty, and more come behind it: "next" alone tells. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "server/request.h"

/* Which events are wanted. */
typedef struct {
	guint32 kinds;   /* bits */
	GPtrArray *who;  /* of char *, folded; NULL: anybody */
	gint64 since;    /* not before that; seconds UTC */
	gint64 until;    /* before that */
	gboolean filled; /* there is any filter */
} Filter;

static void
clear_filter(Filter *filter)
{
	g_clear_pointer(&filter->who, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Filter, clear_filter)

/* ---- filters ---- */

static gboolean
fail_kind(const char *name, GError **error)
{
	g_autoptr(GString) names = g_string_new(td_event_kind_name(0));

	for (int i = 1; i <= TD_EVENT_LAST; i++)
		g_string_append_printf(
		    names, ", %s", td_event_kind_name((TdEventKind)i));
	return td_fail(error, TD_ERROR_USAGE,
	    "there is no kind of event \"%s\"; it is one of %s", name,
	    names->str);
}

static gboolean
read_kinds(const TdCall *call, Filter *filter, GError **error)
{
	g_auto(GStrv) names = td_call_texts(call, "kinds");
	TdEventKind kind;

	for (gsize i = 0; names[i] != NULL; i++) {
		if (!td_event_kind_from_name(names[i], &kind))
			return fail_kind(names[i], error);
		filter->kinds |= (guint32)1 << kind;
	}
	if (filter->kinds == 0)
		filter->kinds = G_MAXUINT32;
	return TRUE;
}

static void
add_who(Filter *filter, const char *text)
{
	g_ptr_array_add(filter->who, td_text_fold(text));
}

static void
add_person(Filter *filter, const TdPerson *person)
{
	/* Customers are called by their address alone. */
	if (person->role != TD_ROLE_CUSTOMER)
		add_who(filter, person->name);
	for (gsize i = 0; person->addresses[i] != NULL; i++)
		add_who(filter, person->addresses[i]);
}

/* Not by the beginning of a word of the name alone. */
static gboolean
is_called(const TdPerson *agent, const char *folded)
{
	g_autofree char *name = td_text_fold(agent->name);

	return strcmp(name, folded) == 0;
}

/* What is written in events of the person that the text names: it itself, and
 * if it names somebody in people, the agent's name and all addresses. */
static gboolean
read_person(const TdCall *call, Filter *filter, GError **error)
{
	const char *given = td_call_text(call, "person");
	const char *name;
	g_autofree char *folded = NULL;
	g_autoptr(TdPerson) agent = NULL;
	g_autoptr(TdPerson) person = NULL;
	g_autoptr(TdTxn) txn = NULL;

	if (given == NULL)
		return TRUE;
	filter->who = g_ptr_array_new_with_free_func(g_free);
	add_who(filter, given);
	name = strchr(given, ':');
	name = name == NULL ? given : name + 1;
	folded = td_text_fold(name);
	txn = td_txn_read(td_service_store(call->service));
	if (!td_person_find_agent(txn, name, &agent, NULL, error) ||
	    !td_person_by_address(txn, folded, &person, error))
		return FALSE;
	if (agent != NULL && is_called(agent, folded))
		add_person(filter, agent);
	if (person != NULL)
		add_person(filter, person);
	return TRUE;
}

static gboolean
read_filter(const TdCall *call, Filter *filter, GError **error)
{
	filter->since = (gint64)td_call_number(call, "since", 0);
	filter->until = (gint64)td_call_number(call, "until", G_MAXINT64);
	filter->filled = td_call_has(call, "since") ||
	    td_call_has(call, "until") || td_call_has(call, "person") ||
	    td_call_has(call, "kinds");
	return read_kinds(call, filter, error) &&
	    read_person(call, filter, error);
}

/* "agent:olga" is olga, and itself. */
static gboolean
is_by(const Filter *filter, const TdEvent *event)
{
	g_autofree char *actor = td_text_fold(event->actor);
	const char *name = strchr(actor, ':');

	for (guint i = 0; i < filter->who->len; i++) {
		const char *who = g_ptr_array_index(filter->who, i);

		if (strcmp(who, actor) == 0 ||
		    (name != NULL && strcmp(who, name + 1) == 0))
			return TRUE;
	}
	return FALSE;
}

static gboolean
is_wanted(const Filter *filter, const TdEvent *event)
{
	return (filter->kinds >> event->kind & 1) != 0 &&
	    event->time >= filter->since && event->time < filter->until &&
	    (filter->who == NULL || is_by(filter, event));
}

static JsonArray *
wanted_json(const Filter *filter, const GPtrArray *events)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; i < events->len; i++) {
		const TdEvent *event = g_ptr_array_index(events, i);

		if (is_wanted(filter, event))
			json_array_add_object_element(
			    array, td_json_event(event));
	}
	return array;
}

/* ---- one ticket ---- */

/* What the page of one ticket's events begins after: the cursor, or so that
 * the newest ones alone are shown. */
static guint64
first_after(
    const TdCall *call, const Filter *filter, guint64 cursor, guint64 events)
{
	guint64 newest = td_call_number(call, "newest", 0);

	/* With a filter nobody knows where the newest begin. */
	if (cursor != 0 || newest == 0 || newest > events || filter->filled)
		return cursor;
	return events - newest;
}

static gboolean
read_ticket_log(const TdCall *call, const Filter *filter, guint64 number,
    guint64 cursor, GPtrArray **events, guint64 *last, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));
	g_autoptr(TdTicket) ticket = NULL;
	guint64 after;

	if (!td_ticket_get(txn, number, &ticket, error))
		return FALSE;
	if (ticket == NULL && number != TD_TICKET_DESK)
		return td_fail(error, TD_ERROR_REFUSED,
		    "there is no ticket %" G_GUINT64_FORMAT, number);

	*last = ticket == NULL ? 0 : ticket->events;
	after = first_after(call, filter, cursor, *last);
	return td_event_list(txn, number, after,
	    filter->filled ? TD_READ_MAX : td_call_limit(call), events, error);
}

static gboolean
log_ticket(const TdCall *call, const Filter *filter, GError **error)
{
	guint most = filter->filled ? TD_READ_MAX : td_call_limit(call);
	g_autoptr(GPtrArray) events = NULL;
	JsonObject *result;
	guint64 cursor;
	guint64 last;

	if (!td_call_cursor(call, &cursor, error) ||
	    !read_ticket_log(call, filter, td_call_number(call, "number", 0),
	        cursor, &events, &last, error))
		return FALSE;

	result = json_object_new();
	json_object_set_array_member(
	    result, "events", wanted_json(filter, events));
	if (events->len == most) {
		const TdEvent *event = g_ptr_array_index(
		    events, events->len - 1);

		td_call_set_cursor(result, event->sequence);
		td_json_set_number(result, "done", event->sequence);
		td_json_set_number(result, "total", last);
	}
	td_call_answer(call, result);
	return TRUE;
}

/* ---- all tickets ---- */

static GBytes *
newest_cursor(const TdCall *call, const Filter *filter)
{
	const char *next = td_call_text(call, "next");
	guchar *bytes;
	gsize size = 0;

	if (next == NULL)
		return filter->until == G_MAXINT64
		    ? NULL
		    : td_event_cursor(filter->until);
	bytes = g_base64_decode(next, &size);
	return g_bytes_new_take(bytes, size);
}

/* How far the time from the newest to the oldest event that may be wanted was
 * gone through. */
static void
set_progress(JsonObject *result, const Filter *filter, const TdEvent *last,
    gint64 oldest)
{
	td_json_set_time(result, "at", last->time);
	td_json_set_time(result, "oldest", MAX(filter->since, oldest));
}

static gboolean
read_newest(const TdCall *call, GBytes **cursor, GPtrArray **events,
    gint64 *oldest, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));

	return td_event_list_newest(
	           txn, td_call_limit(call), cursor, events, error) &&
	    td_event_oldest(txn, oldest, error);
}

static gboolean
log_newest(const TdCall *call, const Filter *filter, GError **error)
{
	g_autoptr(GBytes) cursor = newest_cursor(call, filter);
	g_autoptr(GPtrArray) events = NULL;
	const TdEvent *last = NULL;
	JsonObject *result;
	gint64 oldest;

	if (!read_newest(call, &cursor, &events, &oldest, error))
		return FALSE;

	result = json_object_new();
	json_object_set_array_member(
	    result, "events", wanted_json(filter, events));
	if (events->len > 0)
		last = g_ptr_array_index(events, events->len - 1);
	/* All behind are older still. */
	if (cursor != NULL && (last == NULL || last->time >= filter->since)) {
		gsize size = 0;
		const guchar *bytes = g_bytes_get_data(cursor, &size);
		g_autofree char *text = g_base64_encode(bytes, size);

		json_object_set_string_member(result, "next", text);
	}
	if (last != NULL)
		set_progress(result, filter, last, oldest);
	td_call_answer(call, result);
	return TRUE;
}

gboolean
td_request_log(const TdCall *call, GError **error)
{
	g_auto(Filter) filter = { 0 };

	if (!read_filter(call, &filter, error))
		return FALSE;
	if (td_call_has(call, "number"))
		return log_ticket(call, &filter, error);
	return log_newest(call, &filter, error);
}
