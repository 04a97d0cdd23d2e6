/* request-suppress.c - the verbs about suppressed addresses and about bans */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/clock.h>
#include <ticketd/error.h>
#include <ticketd/text.h>

#include "server/request-people.h"

#define DAY (24 * 60 * 60)
/* A hundred years. */
#define DAYS_MAX 36500u

/* One job of the writer. */
typedef struct {
	const TdCall *call;
	TdDesk *desk;
	GStrv given; /* as it came */
	char *why;
	gint64 now;
	gint64 expires;
	GPtrArray *done; /* of TdSuppression: as they are now, or were */
} Job;

static void
clear_job(Job *job)
{
	g_clear_pointer(&job->desk, td_desk_unref);
	g_clear_pointer(&job->given, g_strfreev);
	g_clear_pointer(&job->why, g_free);
	g_clear_pointer(&job->done, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Job, clear_job)

/* ---- JSON ---- */

static JsonObject *
suppression_json(const TdSuppression *suppression)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(
	    object, "kind", td_suppressed_kind_name(suppression->kind));
	json_object_set_string_member(object, "what", suppression->what);
	td_json_set_text(object, "why", suppression->why);
	td_json_set_text(object, "by", suppression->by);
	if (suppression->evidence.sequence != 0) {
		td_json_set_number(
		    object, "ticket", suppression->evidence.ticket);
		td_json_set_number(
		    object, "message", suppression->evidence.sequence);
	} else {
		json_object_set_null_member(object, "ticket");
		json_object_set_null_member(object, "message");
	}
	td_json_set_time(object, "created", suppression->created);
	td_json_set_time(object, "updated", suppression->updated);
	td_json_set_time(object, "expires", suppression->expires);
	td_json_set_number(object, "count", suppression->count);
	return object;
}

static void
answer_rows(const TdCall *call, const GPtrArray *rows, const char *next)
{
	JsonObject *result = json_object_new();
	JsonArray *array = json_array_new();

	for (guint i = 0; i < rows->len; i++)
		json_array_add_object_element(
		    array, suppression_json(g_ptr_array_index(rows, i)));
	json_object_set_array_member(result, "rows", array);
	if (next != NULL)
		json_object_set_string_member(result, "next", next);
	td_call_answer(call, result);
}

/* What was cleared: each once, though it had two kinds. */
static void
answer_cleared(const TdCall *call, const GPtrArray *rows)
{
	JsonObject *result = json_object_new();
	JsonArray *array = json_array_new();
	const char *last = "";

	for (guint i = 0; i < rows->len; i++) {
		const TdSuppression *row = g_ptr_array_index(rows, i);

		if (!g_str_equal(row->what, last))
			json_array_add_string_element(array, row->what);
		last = row->what;
	}
	json_object_set_array_member(result, "cleared", array);
	td_call_answer(call, result);
}

/* ---- list ---- */

typedef struct {
	int kind; /* -1: all but bans */
	TdSuppressedKind after_kind;
	const char *after; /* borrowed from the request */
} Place;

/* "KIND:WHAT" of the last row that was read. */
static gboolean
read_place(const TdCall *call, Place *place, GError **error)
{
	const char *kind = td_call_text(call, "kind");
	const char *next = td_call_text(call, "next");
	const char *colon = next == NULL ? NULL : strchr(next, ':');
	TdSuppressedKind named = TD_SUPPRESSED_BOUNCED;
	g_autofree char *name = NULL;

	if (kind != NULL && !td_suppressed_kind_from_name(kind, &named))
		return td_fail(error, TD_ERROR_USAGE,
		    "there is no kind \"%s\"; it is bounced, muted or banned",
		    kind);
	*place = (Place){ .kind = kind == NULL ? -1 : (int)named };
	if (next == NULL)
		return TRUE;
	if (colon != NULL)
		name = g_strndup(next, (gsize)(colon - next));
	if (name == NULL ||
	    !td_suppressed_kind_from_name(name, &place->after_kind))
		return td_fail(error, TD_ERROR_USAGE, "bad value of \"next\"");
	place->after = colon + 1;
	return TRUE;
}

static gboolean
is_wanted(const TdSuppression *row, const Place *place, gint64 now)
{
	return (place->kind >= 0 || row->kind != TD_SUPPRESSED_BANNED) &&
	    (row->expires == 0 || row->expires > now);
}

gboolean
td_request_suppress_list(const TdCall *call, GError **error)
{
	guint limit = td_call_limit(call);
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(GPtrArray) wanted = g_ptr_array_new();
	g_autoptr(TdTxn) txn = NULL;
	g_autofree char *next = NULL;
	gint64 now = td_clock_now();
	Place place;

	if (!read_place(call, &place, error))
		return FALSE;
	txn = td_txn_read(td_service_store(call->service));
	if (!td_suppression_list(txn, place.kind, place.after_kind, place.after,
	        limit, &rows, error))
		return FALSE;
	g_clear_pointer(&txn, td_txn_free);

	for (guint i = 0; i < rows->len; i++) {
		TdSuppression *row = g_ptr_array_index(rows, i);

		if (is_wanted(row, &place, now))
			g_ptr_array_add(wanted, row);
	}
	if (rows->len == limit) {
		const TdSuppression *last = g_ptr_array_index(rows, limit - 1);

		/* Bans stand behind all else. */
		if (place.kind >= 0 || last->kind != TD_SUPPRESSED_BANNED)
			next = g_strconcat(td_suppressed_kind_name(last->kind),
			    ":", last->what, NULL);
	}
	answer_rows(call, wanted, next);
	return TRUE;
}

/* ---- changing ---- */

/* Every change of these is an event on the desk's own record. */
static gboolean
record(const Job *job, TdTxn *txn, const TdSuppression *suppression,
    const char *change, GError **error)
{
	g_autoptr(TdEvent) event = td_event_new(
	    TD_EVENT_SUPPRESSED, TD_TICKET_DESK, job->now, job->call->actor);

	g_free(event->evidence);
	event->evidence = g_strdup("control");
	td_event_set(event, "change", change);
	td_event_set(event, "list", td_suppressed_kind_name(suppression->kind));
	td_event_set(event, "what", suppression->what);
	if (*suppression->why != '\0')
		td_event_set(event, "why", suppression->why);
	if (suppression->expires != 0)
		td_event_set_number(
		    event, "expires", (guint64)suppression->expires);
	return td_people_append(txn, event, error);
}

/* Adds what is written then to job->done. */
static gboolean
put(Job *job, TdTxn *txn, TdSuppressedKind kind, const char *what,
    GError **error)
{
	g_autoptr(TdSuppression) suppression = td_suppression_new(kind, what);
	TdSuppression *written = NULL;

	g_free(suppression->why);
	suppression->why = g_strdup(job->why);
	g_free(suppression->by);
	suppression->by = g_strdup(job->call->actor);
	suppression->created = job->now;
	suppression->updated = job->now;
	suppression->expires = job->expires;
	if (!td_suppression_put(txn, suppression, error) ||
	    !td_suppression_get(txn, kind, what, &written, error))
		return FALSE;
	g_ptr_array_add(job->done, written);
	return record(job, txn, written, "added", error);
}

/* Adds it to job->done; *@found, which is left alone otherwise, says that it
 * was there. */
static gboolean
take_away(Job *job, TdTxn *txn, TdSuppressedKind kind, const char *what,
    gboolean *found, GError **error)
{
	g_autoptr(TdSuppression) gone = td_suppression_new(kind, what);
	gboolean there;

	if (!td_suppression_delete(txn, kind, what, &there, error))
		return FALSE;
	if (!there)
		return TRUE;
	*found = TRUE;
	if (!record(job, txn, gone, "cleared", error))
		return FALSE;
	g_ptr_array_add(job->done, g_steal_pointer(&gone));
	return TRUE;
}

static char *
fold(const char *text, GError **error)
{
	char *folded = td_address_fold(text);

	if (folded == NULL) {
		g_autofree char *line = td_text_printable(text, 80);

		td_fail(error, TD_ERROR_USAGE,
		    "\"%s\" is not a mail address; it should be like "
		    "anna@example.com",
		    line);
	}
	return folded;
}

/* TdWriteFunc; may run twice, as all below. */
static gboolean
add_address(TdTxn *txn, gpointer data, GError **error)
{
	Job *job = data;
	g_autofree char *address = fold(
	    td_call_text(job->call, "address"), error);

	g_ptr_array_set_size(job->done, 0);
	return address != NULL &&
	    put(job, txn, TD_SUPPRESSED_MUTED, address, error);
}

static gboolean
clear_addresses(TdTxn *txn, gpointer data, GError **error)
{
	Job *job = data;

	g_ptr_array_set_size(job->done, 0);
	for (gsize i = 0; job->given[i] != NULL; i++) {
		g_autofree char *address = fold(job->given[i], error);
		gboolean found = FALSE;

		if (address == NULL ||
		    !take_away(job, txn, TD_SUPPRESSED_BOUNCED, address, &found,
		        error) ||
		    !take_away(
		        job, txn, TD_SUPPRESSED_MUTED, address, &found, error))
			return FALSE;
		if (!found)
			return td_fail(error, TD_ERROR_REFUSED,
			    "%s is not suppressed; try: ticket suppress list",
			    address);
	}
	return TRUE;
}

static gboolean
add_bans(TdTxn *txn, gpointer data, GError **error)
{
	Job *job = data;
	gboolean force = td_call_flag(job->call, "force");

	g_ptr_array_set_size(job->done, 0);
	for (gsize i = 0; job->given[i] != NULL; i++) {
		g_autofree char *what = td_ban_read(job->given[i], error);

		if (what == NULL ||
		    !td_ban_check(job->desk, txn, what, force, error) ||
		    !put(job, txn, TD_SUPPRESSED_BANNED, what, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
clear_bans(TdTxn *txn, gpointer data, GError **error)
{
	Job *job = data;

	g_ptr_array_set_size(job->done, 0);
	for (gsize i = 0; job->given[i] != NULL; i++) {
		g_autofree char *what = td_ban_read(job->given[i], error);
		gboolean found = FALSE;

		if (what == NULL ||
		    !take_away(
		        job, txn, TD_SUPPRESSED_BANNED, what, &found, error))
			return FALSE;
		if (!found)
			return td_fail(error, TD_ERROR_REFUSED,
			    "%s is not banned; try: ticket ban", what);
	}
	return TRUE;
}

/* Fills @job by the words of @call; @given names an array, or is NULL. */
static gboolean
begin(const TdCall *call, const char *given, Job *job, GError **error)
{
	const char *why = td_call_text(call, "why");
	guint64 days = td_call_number(call, "days", 0);

	if (td_call_has(call, "days") && (days < 1 || days > DAYS_MAX))
		return td_fail(error, TD_ERROR_USAGE,
		    "the days must be from 1 to %u", DAYS_MAX);
	job->why = td_people_text("reason", why == NULL ? "" : why, error);
	if (job->why == NULL)
		return FALSE;
	job->call = call;
	job->desk = td_service_desk(call->service);
	job->given = given == NULL ? NULL : td_call_texts(call, given);
	job->now = td_clock_now();
	job->expires = days == 0 ? 0 : job->now + (gint64)days * DAY;
	job->done = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_suppression_free);
	return TRUE;
}

static gboolean
run(Job *job, TdWriteFunc work, GError **error)
{
	return td_writer_run(
	    td_service_writer(job->call->service), work, job, error);
}

gboolean
td_request_suppress_add(const TdCall *call, GError **error)
{
	g_auto(Job) job = { 0 };

	if (!begin(call, NULL, &job, error) || !run(&job, add_address, error))
		return FALSE;
	td_call_answer(call, suppression_json(g_ptr_array_index(job.done, 0)));
	return TRUE;
}

gboolean
td_request_suppress_clear(const TdCall *call, GError **error)
{
	g_auto(Job) job = { 0 };

	if (!begin(call, "addresses", &job, error) ||
	    !run(&job, clear_addresses, error))
		return FALSE;
	answer_cleared(call, job.done);
	return TRUE;
}

gboolean
td_request_ban_add(const TdCall *call, GError **error)
{
	g_auto(Job) job = { 0 };

	if (!begin(call, "what", &job, error) || !run(&job, add_bans, error) ||
	    !td_service_renew_desk(call->service, error))
		return FALSE;
	answer_rows(call, job.done, NULL);
	return TRUE;
}

gboolean
td_request_ban_clear(const TdCall *call, GError **error)
{
	g_auto(Job) job = { 0 };

	if (!begin(call, "what", &job, error) ||
	    !run(&job, clear_bans, error) ||
	    !td_service_renew_desk(call->service, error))
		return FALSE;
	answer_cleared(call, job.done);
	return TRUE;
}
