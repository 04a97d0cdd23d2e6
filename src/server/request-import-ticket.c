/* request-import-ticket.c - the verbs import-look and import-ticket: tickets
 * that another desk exported
 *
 * A ticket comes in pieces of its history, each of which is a whole ticket by
 * itself: so no request is large, and what was cut short goes on. */

#include "config.h"

#include <string.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>

#include "server/request-import.h"
#include "server/service-private.h"

#define LOOKS_MAX 100u

/* ---- looking ---- */

static gboolean
look(const TdCall *call, const char *text, const char *identity,
    JsonArray *array, GError **error)
{
	static const char *const names[] = {
		[TD_REPLAY_FREE] = "free",
		[TD_REPLAY_SAME] = "same",
		[TD_REPLAY_AS] = "as",
		[TD_REPLAY_TAKEN] = "taken",
	};
	g_autoptr(GError) bad = NULL;
	g_autoptr(TdEvent) first = td_import_event(text, NULL, &bad);
	JsonObject *object = json_object_new();
	g_autoptr(TdTxn) txn = NULL;
	TdReplayState state;
	guint64 number, events;

	json_array_add_object_element(array, object);
	if (first == NULL) {
		json_object_set_string_member(object, "state", "bad");
		json_object_set_string_member(object, "error", bad->message);
		return TRUE;
	}
	txn = td_txn_read(td_service_store(call->service));
	if (!td_desk_replay_look(
	        txn, first, identity, &state, &number, &events, error))
		return FALSE;
	json_object_set_string_member(object, "state", names[state]);
	td_json_set_number(object, "number", number);
	td_json_set_number(object, "events", events);
	return TRUE;
}

gboolean
td_request_import_look(const TdCall *call, GError **error)
{
	g_auto(GStrv) first = td_call_texts(call, "first");
	g_auto(GStrv) identities = td_call_texts(call, "identities");
	guint count = g_strv_length(first);
	g_autoptr(JsonArray) array = json_array_new();
	JsonObject *result;

	if (count != g_strv_length(identities) || count > LOOKS_MAX)
		return td_fail(error, TD_ERROR_USAGE,
		    "\"first\" and \"identities\" must be of the same length, "
		    "at most %u",
		    LOOKS_MAX);
	for (guint i = 0; i < count; i++)
		if (!look(call, first[i], identities[i], array, error))
			return FALSE;
	result = json_object_new();
	json_object_set_array_member(
	    result, "tickets", g_steal_pointer(&array));
	td_call_answer(call, result);
	return TRUE;
}

/* ---- a piece of a ticket ---- */

typedef struct {
	const TdCall *call;
	TdDesk *desk;
	GPtrArray *messages; /* of Message */
	GPtrArray *hashes;   /* of GBytes or NULL */
	TdReplay replay;
	TdReplayed replayed;
} Job;

typedef struct {
	TdReplayMessage replay;
	TdMessage *message;
	guint note; /* of poison.h */
	TdPoison *poison;
} Message;

static void
message_free(Message *message)
{
	td_poison_done(message->poison, message->note);
	td_filed_free(message->replay.filed);
	g_clear_pointer(&message->replay.raw, g_bytes_unref);
	td_message_free(message->message);
	g_free(message);
}

static void
job_clear(Job *job)
{
	g_clear_pointer(&job->messages, g_ptr_array_unref);
	g_clear_pointer(&job->hashes, g_ptr_array_unref);
	td_desk_unref(job->desk);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Job, job_clear)

/* A mail that killed the process that read it is not read here either. */
static gboolean
parse(Message *message, GError **error)
{
	const TdFiled *filed = message->replay.filed;
	GBytes *raw = message->replay.raw;
	g_autoptr(GError) later = NULL;
	gsize size;
	const char *bytes = g_bytes_get_data(raw, &size);

	if (g_str_equal(filed->class_reason, TD_REASON_UNREADABLE))
		message->message = td_message_unreadable(
		    bytes, size, filed->subject);
	else
		message->message = td_poison_take(
		    message->poison, raw, &message->note, &later);
	message->replay.message = message->message;
	return later == NULL ||
	    td_fail(error, TD_ERROR_REFUSED,
	        "message %" G_GUINT64_FORMAT ": %s", filed->sequence,
	        later->message);
}

/* Its bytes are those of the request from *@at on. */
static gboolean
read_message(Job *job, const char *text, gsize *at, GError **error)
{
	const TdCall *call = job->call;
	gsize bytes = call->bytes == NULL ? 0 : g_bytes_get_size(call->bytes);
	Message *message = g_new0(Message, 1);
	TdFiled *filed;

	g_ptr_array_add(job->messages, message);
	message->poison = td_service_poison(call->service);
	filed = td_import_filed(text, job->replay.number, error);
	if (filed == NULL)
		return FALSE;
	message->replay.filed = filed;
	if (filed->size > bytes - *at)
		return td_fail(error, TD_ERROR_REFUSED,
		    "message %" G_GUINT64_FORMAT
		    " has less bytes than \"size\" says",
		    filed->sequence);
	message->replay.raw = filed->size == 0
	    ? g_bytes_new_static("", 0)
	    : g_bytes_new_from_bytes(call->bytes, *at, filed->size);
	*at += filed->size;
	return parse(message, error);
}

static gboolean
read_messages(Job *job, GError **error)
{
	g_auto(GStrv) texts = td_call_texts(job->call, "messages");
	gsize at = 0;

	for (guint i = 0; texts[i] != NULL; i++)
		if (!read_message(job, texts[i], &at, error))
			return FALSE;
	return TRUE;
}

/* GDestroyNotify of what may be NULL */
static void
free_hash(gpointer hash)
{
	g_bytes_unref(hash);
}

/* Made anew each time, for what is played is changed. */
static GPtrArray *
read_events(const Job *job, GError **error)
{
	g_auto(GStrv) texts = td_call_texts(job->call, "events");
	g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_event_free);

	g_ptr_array_set_size(job->hashes, 0);
	for (guint i = 0; texts[i] != NULL; i++) {
		GBytes *hash = NULL;
		TdEvent *event = td_import_event(texts[i], &hash, error);

		if (event == NULL)
			return NULL;
		g_ptr_array_add(events, event);
		g_ptr_array_add(job->hashes, hash);
	}
	return g_steal_pointer(&events);
}

/* TdWriteFunc */
static gboolean
play(TdTxn *txn, gpointer data, GError **error)
{
	Job *job = data;
	g_autoptr(GPtrArray) events = read_events(job, error);

	if (events == NULL)
		return FALSE;
	job->replay.events = events;
	return td_desk_replay(
	    job->desk, txn, &job->replay, &job->replayed, error);
}

gboolean
td_request_import_ticket(const TdCall *call, GError **error)
{
	g_auto(Job) job = {
		.call = call,
		.desk = td_service_desk(call->service),
		.messages = g_ptr_array_new_with_free_func(
		    (GDestroyNotify)message_free),
		.hashes = g_ptr_array_new_with_free_func(free_hash),
		.replay = {
		    .number = td_call_number(call, "number", 0),
		    .identity = td_call_text(call, "identity"),
		    .more = td_call_flag(call, "more"),
		    .erased = td_call_flag(call, "erased"),
		    .chain = td_call_text(call, "chain"),
		    .now = td_clock_now(),
		    .actor = call->actor,
		},
	};
	g_autoptr(GPtrArray) events = NULL;
	JsonObject *result;

	job.replay.messages = job.messages;
	job.replay.hashes = job.hashes;
	events = read_events(&job, error);
	if (events == NULL || !read_messages(&job, error))
		return FALSE;
	if (!td_writer_run(td_service_writer(call->service), play, &job, error))
		return FALSE;

	result = json_object_new();
	td_json_set_number(result, "number", job.replayed.number);
	td_json_set_number(result, "events", job.replayed.events);
	td_json_set_number(result, "added", job.replayed.added);
	td_call_answer(call, result);
	return TRUE;
}
