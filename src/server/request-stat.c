/* request-stat.c - the verb stat: how many tickets, and how much waits */

#include "config.h"

#include <string.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>

#include "server/request.h"

/* Adds @name unless it is there. */
static void
add_name(GPtrArray *names, const char *name)
{
	if (!g_ptr_array_find_with_equal_func(
	        names, name, (GEqualFunc)g_str_equal, NULL))
		g_ptr_array_add(names, g_strdup(name));
}

/* The queues of the configuration, then those that have tickets still. */
static gboolean
queue_names(const TdCall *call, GPtrArray *names, GError **error)
{
	g_autoptr(TdDesk) desk = td_service_desk(call->service);
	const TdConf *conf = td_desk_conf(desk);
	g_autoptr(TdTxn) txn = NULL;
	g_auto(GStrv) stored = NULL;

	for (guint i = 0; i < conf->queues->len; i++) {
		const TdQueue *queue = g_ptr_array_index(conf->queues, i);

		add_name(names, queue->name);
	}
	txn = td_txn_read(td_service_store(call->service));
	if (!td_ticket_queues(txn, &stored, error))
		return FALSE;
	for (gsize i = 0; stored[i] != NULL; i++)
		add_name(names, stored[i]);
	return TRUE;
}

/* What is counted of one queue, or of all. */
typedef struct {
	guint64 counts[TD_STATUS_LAST + 1];
	guint64 spam;
	guint64 mine;
	TdLate late;
} Sums;

static JsonObject *
sums_json(const Sums *sums, const char *me)
{
	JsonObject *object = json_object_new();

	for (int i = 0; i <= TD_STATUS_LAST; i++)
		td_json_set_number(
		    object, td_status_name((TdStatus)i), sums->counts[i]);
	td_json_set_number(object, "spam", sums->spam);
	td_json_set_number(object, "overdue", sums->late.overdue);
	td_json_set_number(object, "breached", sums->late.breached);
	td_json_set_number(object, "unowned", sums->late.unowned);
	if (me != NULL)
		td_json_set_number(object, "mine", sums->mine);
	return object;
}

static void
add_sums(Sums *total, const Sums *sums)
{
	for (int i = 0; i <= TD_STATUS_LAST; i++)
		total->counts[i] += sums->counts[i];
	total->spam += sums->spam;
	total->mine += sums->mine;
	total->late.overdue += sums->late.overdue;
	total->late.breached += sums->late.breached;
	total->late.unowned += sums->late.unowned;
}

static gboolean
count_queue(const TdCall *call, const char *name, const char *me, Sums *sums,
    GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));

	return td_ticket_count(txn, name, sums->counts, error) &&
	    td_ticket_count_spam(txn, name, &sums->spam, error) &&
	    (me == NULL ||
	        td_ticket_count_active(txn, me, name, &sums->mine, error));
}

/* Of all queues, in turns. */
static gboolean
count_late(const TdCall *call, GHashTable *late, GError **error)
{
	gint64 now = td_clock_now();
	g_autoptr(GBytes) cursor = NULL;

	do {
		g_autoptr(TdTxn)
		    txn = td_txn_read(td_service_store(call->service));

		if (!td_ticket_count_late(txn, now, &cursor, late, error))
			return FALSE;
	} while (cursor != NULL);
	return TRUE;
}

gboolean
td_request_me(const TdCall *call, gboolean must, char **name, GError **error)
{
	const char *as = td_call_text(call, "as");
	const char *user = strchr(call->actor, ':');
	const char *asked = as;
	g_autoptr(TdTxn) txn = NULL;
	g_autoptr(TdPerson) agent = NULL;

	if (asked == NULL)
		asked = user == NULL ? call->actor : user + 1;
	txn = td_txn_read(td_service_store(call->service));
	if (!td_person_find_agent(txn, asked, &agent, NULL, error))
		return FALSE;
	/* A part of a name is none: that of a user is not chosen for it. */
	if (agent != NULL && as == NULL &&
	    g_ascii_strcasecmp(agent->name, asked) != 0)
		g_clear_pointer(&agent, td_person_free);
	if (agent != NULL)
		*name = g_strdup(agent->name);
	else if (as != NULL)
		return td_fail(
		    error, TD_ERROR_REFUSED, "there is no agent \"%s\"", as);
	else if (must)
		return td_fail(error, TD_ERROR_REFUSED,
		    "no agent is called \"%s\"; say who it is: --as AGENT",
		    asked);
	return TRUE;
}

static gboolean
stat_queues(const TdCall *call, JsonObject *result, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) late = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(JsonArray) queues = json_array_new();
	g_autofree char *me = NULL;
	Sums total = { 0 };

	if (!td_request_me(call, FALSE, &me, error) ||
	    !queue_names(call, names, error) || !count_late(call, late, error))
		return FALSE;
	for (guint i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);
		const TdLate *found = g_hash_table_lookup(late, name);
		Sums sums = { 0 };
		JsonObject *queue;

		if (!count_queue(call, name, me, &sums, error))
			return FALSE;
		if (found != NULL)
			sums.late = *found;
		add_sums(&total, &sums);
		queue = sums_json(&sums, me);
		json_object_set_string_member(queue, "queue", name);
		json_array_add_object_element(queues, queue);
	}
	json_object_set_array_member(
	    result, "queues", g_steal_pointer(&queues));
	json_object_set_object_member(result, "total", sums_json(&total, me));
	td_json_set_text(result, "agent", me);
	return TRUE;
}

/* What waits, counted in turns. */
typedef struct {
	guint64 waiting;
	guint64 due;
	gint64 oldest; /* due time of the first row, 0 for none */
	gint64 last_due;
	guint64 last_id;
} Waiting;

static gboolean
count_rows(const TdCall *call, Waiting *waiting, gint64 now, guint *count,
    GError **error)
{
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));

	if (!td_outbox_rows(txn, waiting->last_due, waiting->last_id,
	        G_MAXINT64, TD_READ_MAX, &rows, error))
		return FALSE;
	g_clear_pointer(&txn, td_txn_free);

	for (guint i = 0; i < rows->len; i++) {
		const TdOutboxRow *row = g_ptr_array_index(rows, i);

		if (waiting->waiting++ == 0)
			waiting->oldest = row->due;
		if (row->due <= now)
			waiting->due++;
		waiting->last_due = row->due;
		waiting->last_id = row->id;
	}
	*count = rows->len;
	return TRUE;
}

static gboolean
stat_outbox(const TdCall *call, JsonObject *result, GError **error)
{
	gint64 now = td_clock_now();
	Waiting waiting = { 0 };
	JsonObject *outbox;
	guint count = 0;

	do {
		if (!count_rows(call, &waiting, now, &count, error))
			return FALSE;
	} while (count == TD_READ_MAX);

	outbox = json_object_new();
	td_json_set_number(outbox, "waiting", waiting.waiting);
	td_json_set_number(outbox, "due", waiting.due);
	td_json_set_time(
	    outbox, "oldest_due", waiting.due > 0 ? waiting.oldest : 0);
	json_object_set_int_member(outbox, "overdue_seconds",
	    waiting.due > 0 ? now - waiting.oldest : 0);
	json_object_set_object_member(result, "outbox", outbox);
	return TRUE;
}

static gboolean
stat_suppressed(const TdCall *call, JsonObject *result, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));
	g_autoptr(JsonObject) suppressed = json_object_new();

	for (int i = 0; i <= TD_SUPPRESSED_LAST; i++) {
		TdSuppressedKind kind = (TdSuppressedKind)i;
		guint64 count = 0;

		if (!td_suppression_count(txn, kind, &count, error))
			return FALSE;
		td_json_set_number(
		    suppressed, td_suppressed_kind_name(kind), count);
	}
	json_object_set_object_member(
	    result, "suppressed", g_steal_pointer(&suppressed));
	return TRUE;
}

static gboolean
stat_range(const TdCall *call, JsonObject *result, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));
	guint64 first = 0, last = 0;

	if (!td_ticket_range(txn, &first, &last, error))
		return FALSE;
	td_json_set_number(result, "first", first);
	td_json_set_number(result, "last", last);
	return TRUE;
}

static void
stat_disk(const TdCall *call, JsonObject *result)
{
	TdStore *store = td_service_store(call->service);
	guint64 files = td_store_files(store);

	td_json_set_number(result, "disk_free", td_store_space(store));
	if (files != G_MAXUINT64)
		td_json_set_number(result, "disk_files", files);
}

gboolean
td_request_stat(const TdCall *call, GError **error)
{
	g_autoptr(JsonObject) result = json_object_new();
	JsonObject *writer;
	guint64 jobs = 0, commits = 0;

	json_object_set_string_member(result, "version", PACKAGE_VERSION);
	json_object_set_int_member(result, "schema", TD_STORE_SCHEMA);
	if (!stat_range(call, result, error) ||
	    !stat_queues(call, result, error) ||
	    !stat_outbox(call, result, error) ||
	    !stat_suppressed(call, result, error))
		return FALSE;

	stat_disk(call, result);
	td_writer_count(td_service_writer(call->service), &jobs, &commits);
	writer = json_object_new();
	td_json_set_number(writer, "jobs", jobs);
	td_json_set_number(writer, "commits", commits);
	json_object_set_object_member(result, "writer", writer);
	td_call_answer(call, g_steal_pointer(&result));
	return TRUE;
}
