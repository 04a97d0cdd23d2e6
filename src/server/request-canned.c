/* request-canned.c - the verbs canned-list and canned-show: prepared answers */

#include "config.h"

#include <ticketd/clock.h>
#include <ticketd/erase.h>
#include <ticketd/error.h>
#include <ticketd/text.h>

#include "server/request.h"

static JsonObject *
canned_json(const TdCanned *canned)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "name", canned->name);
	json_object_set_string_member(object, "language", canned->language);
	td_json_set_text(object, "queue", canned->queue);
	td_json_set_text(object, "commands", canned->commands);
	json_object_set_string_member(object, "path", canned->path);
	return object;
}

/* Whether the queue that was given, if one was, is one. */
static gboolean
check_queue(const TdCall *call, const TdConf *conf, GError **error)
{
	const char *queue = td_call_text(call, "queue");

	return queue == NULL || td_conf_queue(conf, queue) != NULL ||
	    td_request_fail_no_queue(conf, queue, error);
}

gboolean
td_request_canned_list(const TdCall *call, GError **error)
{
	g_autoptr(TdDesk) desk = td_service_desk(call->service);
	g_autoptr(GPtrArray) list = NULL;
	JsonArray *array;
	JsonObject *result;

	if (!check_queue(call, td_desk_conf(desk), error))
		return FALSE;
	list = td_letters_canned_list(td_desk_letters(desk),
	    td_call_text(call, "queue"), td_call_text(call, "language"));
	array = json_array_new();
	for (guint i = 0; i < list->len; i++)
		json_array_add_object_element(
		    array, canned_json(g_ptr_array_index(list, i)));
	result = json_object_new();
	json_object_set_array_member(result, "answers", array);
	td_call_answer(call, result);
	return TRUE;
}

/* ---- show ---- */

/* For whom an answer is looked up.  Strings may be NULL. */
typedef struct {
	TdTicket *ticket; /* or NULL */
	char *queue;
	char *language;
	char *owner; /* what customers call him */
} Reader;

static void
reader_clear(Reader *reader)
{
	td_ticket_free(reader->ticket);
	g_free(reader->queue);
	g_free(reader->language);
	g_free(reader->owner);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reader, reader_clear)

/* What people tell of the requester's language and of the owner's name. */
static gboolean
read_people(TdTxn *txn, Reader *reader, GError **error)
{
	const TdTicket *ticket = reader->ticket;
	g_autoptr(TdPerson) person = NULL;
	g_autoptr(TdPerson) agent = NULL;

	if (*ticket->requester != '\0' &&
	    !td_person_by_address(txn, ticket->requester, &person, error))
		return FALSE;
	if (*ticket->owner != '\0' &&
	    !td_person_find_agent(txn, ticket->owner, &agent, NULL, error))
		return FALSE;
	if (reader->language == NULL)
		reader->language = g_strdup(
		    person != NULL && *person->language != '\0'
		        ? person->language
		        : ticket->language);
	if (agent != NULL)
		reader->owner = g_strdup(
		    *agent->full_name == '\0' ? agent->name : agent->full_name);
	return TRUE;
}

/* The customer of the ticket that was given. */
static gboolean
read_ticket(const TdCall *call, Reader *reader, GError **error)
{
	guint64 number = td_call_number(call, "number", 0);
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));

	if (!td_ticket_resolve(txn, &number, error) ||
	    !td_ticket_get(txn, number, &reader->ticket, error))
		return FALSE;
	if (reader->ticket == NULL)
		return td_fail(error, TD_ERROR_REFUSED,
		    "there is no ticket %" G_GUINT64_FORMAT, number);
	if (reader->ticket->purged != 0)
		return td_ticket_fail_purged(reader->ticket, error);
	if (reader->queue == NULL)
		reader->queue = g_strdup(reader->ticket->queue);
	return read_people(txn, reader, error);
}

static gboolean
fail_no_answer(const TdLetters *letters, const char *queue, const char *name,
    GError **error)
{
	const char *near = td_letters_canned_nearest(letters, queue, name);
	g_autofree char *shown = td_text_printable(name, 80);

	if (near != NULL)
		return td_fail(error, TD_ERROR_REFUSED,
		    "there is no canned answer \"%s\"; did you mean: %s", shown,
		    near);
	return td_fail(error, TD_ERROR_REFUSED,
	    "there is no canned answer \"%s\"; see: ticket canned list", shown);
}

/* The text as it is written, or as the ticket's customer would get it. */
static gboolean
make_text(const TdLetters *letters, const TdCanned *canned,
    const Reader *reader, char **text, GError **error)
{
	g_autofree char *hole = NULL;

	if (reader->ticket == NULL) {
		*text = g_strdup(canned->text);
		return TRUE;
	}
	*text = td_letters_canned_fill(letters, canned, reader->ticket, NULL,
	    reader->owner, td_clock_now(), &hole);
	return *text != NULL ||
	    td_fail(error, TD_ERROR_REFUSED,
	        "the answer says %s, and ticket %" G_GUINT64_FORMAT
	        " has nothing to put there",
	        hole, reader->ticket->number);
}

gboolean
td_request_canned_show(const TdCall *call, GError **error)
{
	g_autoptr(TdDesk) desk = td_service_desk(call->service);
	const TdLetters *letters = td_desk_letters(desk);
	const char *name = td_call_text(call, "name");
	g_auto(Reader) reader = {
		.queue = g_strdup(td_call_text(call, "queue")),
		.language = g_strdup(td_call_text(call, "language")),
	};
	const TdCanned *canned;
	g_autofree char *text = NULL;
	JsonObject *result;

	if (!check_queue(call, td_desk_conf(desk), error))
		return FALSE;
	if (td_call_has(call, "number") && !read_ticket(call, &reader, error))
		return FALSE;
	canned = td_letters_canned(
	    letters, reader.queue, reader.language, name);
	if (canned == NULL)
		return fail_no_answer(letters, reader.queue, name, error);
	if (!make_text(letters, canned, &reader, &text, error))
		return FALSE;
	result = canned_json(canned);
	json_object_set_string_member(result, "text", text);
	td_call_answer(call, result);
	return TRUE;
}
