/* log.c - ticket log: what happened, to a ticket or to all */

#include "config.h"

#include <sysexits.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>
#include <ticketd/store.h>

#include "cli/cli.h"
#include "cli/verify.h"

/* Of the newest events of all tickets, unless asked otherwise. */
#define DEFAULT_LIMIT 50u
/* Lines after which the bar goes: fewer than a table keeps back. */
#define KEPT_BACK 100u

typedef struct {
	const TdCli *cli;
	gboolean one; /* ticket */
	guint64 number;
	gint64 since;  /* seconds UTC; 0: any */
	gint64 until;  /* before that; 0: any */
	guint64 limit; /* G_MAXUINT64: all */
	guint64 printed;
	GQueue *newest; /* of JsonObject: those that may be printed at the end;
	                 * NULL: each is printed at once */
	TdTable *table;
	TdProgress *progress;
	gint64 from; /* time of the first event looked at */
} Log;

static void
clear_log(Log *log)
{
	if (log->newest != NULL)
		g_queue_free_full(
		    log->newest, (GDestroyNotify)json_object_unref);
	td_table_free(log->table);
	td_progress_free(log->progress);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Log, clear_log)

/* ---- printing ---- */

/* Ends the bar before a line comes where it stands; the table keeps some lines
 * back. */
static void
clear_the_way(Log *log)
{
	if (td_output_terminal() &&
	    (td_cli_format(log->cli, "json") || log->printed >= KEPT_BACK))
		g_clear_pointer(&log->progress, td_progress_free);
}

/* With the message that the event is about, if it came from another one. */
static char *
detail_text(JsonObject *event, const char *source)
{
	gint64 message = td_get_number(event, "message");
	g_autofree char *place = g_strdup_printf("%" G_GINT64_FORMAT
	                                         "/%" G_GINT64_FORMAT,
	    td_get_number(event, "ticket"), message);
	g_autofree char *detail = td_output_detail(
	    td_get_object(event, "detail"));

	if (message == 0 || g_str_equal(place, source))
		return g_steal_pointer(&detail);
	return g_strdup_printf("message=%" G_GINT64_FORMAT "%s%s", message,
	    *detail == '\0' ? "" : " ", detail);
}

static void
print_event(Log *log, JsonObject *event)
{
	const char *time = td_get_text(event, "time");
	const char *source = td_get_text(event, "source");
	const char *evidence = td_get_text(event, "evidence");
	g_autofree char *local = td_output_time(time);
	g_autofree char *detail = NULL, *ticket = NULL;

	clear_the_way(log);
	if (td_cli_format(log->cli, "json")) {
		td_output_json_element(log->printed++, event);
		return;
	}
	detail = detail_text(event, source);
	ticket = g_strdup_printf(
	    "%" G_GINT64_FORMAT, td_get_number(event, "ticket"));
	td_table_add(log->table,
	    (const char *const[]){ td_output_terminal() ? local : time, ticket,
	        td_get_text(event, "kind"), td_get_text(event, "actor"),
	        *evidence == '\0' ? "-" : evidence,
	        *source == '\0' ? "-" : source, detail, NULL });
	log->printed++;
}

/* Of one ticket with filters the newest ones are known at the end. */
static void
take_event(Log *log, JsonObject *event)
{
	if (log->newest == NULL) {
		if (log->printed < log->limit)
			print_event(log, event);
		return;
	}
	g_queue_push_tail(log->newest, json_object_ref(event));
	if (g_queue_get_length(log->newest) > log->limit)
		json_object_unref(g_queue_pop_head(log->newest));
}

static void
end_log(Log *log)
{
	g_clear_pointer(&log->progress, td_progress_free);
	while (log->newest != NULL && !g_queue_is_empty(log->newest)) {
		g_autoptr(JsonObject) event = g_queue_pop_head(log->newest);

		print_event(log, event);
	}
	if (td_cli_format(log->cli, "json"))
		td_output_json_end(log->printed);
}

/* ---- asking ---- */

static gint64
time_of(JsonObject *page, const char *name)
{
	g_autoptr(GDateTime)
	    date = g_date_time_new_from_iso8601(td_get_text(page, name), NULL);

	return date == NULL ? 0 : g_date_time_to_unix(date);
}

/* A page of few events took as long as one of many: a bar tells that something
 * is done. */
static void
show_progress(Log *log, JsonObject *page)
{
	gint64 at = time_of(page, "at");
	gint64 oldest = time_of(page, "oldest");

	if (log->progress == NULL)
		return;
	if (log->one) {
		td_progress_set(log->progress,
		    (guint64)td_get_number(page, "done"),
		    (guint64)td_get_number(page, "total"));
		return;
	}
	if (log->from == 0)
		log->from = log->until != 0 ? MIN(log->until, td_clock_now())
		                            : td_clock_now();
	if (at != 0 && log->from > oldest)
		td_progress_set(log->progress,
		    (guint64)MAX(log->from - at, 0) * 100 /
		        (guint64)(log->from - oldest),
		    100);
}

static void
add_filters(const Log *log, JsonObject *words)
{
	const GPtrArray *kinds = td_cli_texts(log->cli, "kind");
	JsonArray *names;

	td_client_copy_text(log->cli, "person", words, "person");
	if (log->since != 0)
		json_object_set_int_member(words, "since", log->since);
	if (log->until != 0)
		json_object_set_int_member(words, "until", log->until);
	if (kinds == NULL)
		return;
	names = json_array_new();
	for (guint i = 0; i < kinds->len; i++) {
		g_auto(GStrv) parts = g_strsplit(kinds->pdata[i], ",", -1);

		for (gsize j = 0; parts[j] != NULL; j++)
			json_array_add_string_element(
			    names, g_strstrip(parts[j]));
	}
	json_object_set_array_member(words, "kinds", names);
}

static gboolean
has_filters(const Log *log)
{
	return log->since != 0 || log->until != 0 ||
	    td_cli_text(log->cli, "person") != NULL ||
	    td_cli_text(log->cli, "kind") != NULL;
}

static JsonObject *
make_words(const Log *log, const char *next)
{
	JsonObject *words = td_client_words("log");
	guint64 left = log->limit - log->printed;

	if (log->one)
		json_object_set_int_member(
		    words, "number", (gint64)log->number);
	if (log->one && log->limit <= G_MAXINT64)
		json_object_set_int_member(words, "newest", (gint64)log->limit);
	/* With filters a page looks at many to find few. */
	json_object_set_int_member(words, "limit",
	    has_filters(log) ? (gint64)TD_READ_MAX
	                     : (gint64)MIN(left, TD_READ_MAX));
	add_filters(log, words);
	if (next != NULL)
		json_object_set_string_member(words, "next", next);
	return words;
}

static gboolean
print_log(Log *log, TdClient *client, GError **error)
{
	g_autofree char *next = NULL;

	do {
		g_autoptr(JsonObject) page = td_client_ask(
		    client, make_words(log, next), NULL, NULL, error);
		JsonArray *events;

		if (page == NULL)
			return FALSE;
		events = td_get_array(page, "events");
		for (guint i = 0; i < td_get_length(page, "events"); i++)
			take_event(
			    log, json_array_get_object_element(events, i));
		g_free(next);
		next = g_strdup(json_object_get_string_member_with_default(
		    page, "next", NULL));
		if (next != NULL)
			show_progress(log, page);
	} while (next != NULL && log->printed < log->limit);
	return TRUE;
}

/* ---- the command ---- */

static gboolean
read_options(const TdCli *cli, Log *log, GError **error)
{
	gint64 now = td_clock_now();
	guint64 numbers[3] = { 0 };

	if (log->one &&
	    !td_cli_handle(td_cli_word(cli, 0), 1, 1, numbers, error))
		return FALSE;
	log->number = numbers[0];
	if (!td_cli_number(cli, "limit", log->one ? 0 : DEFAULT_LIMIT,
	        &log->limit, error) ||
	    !td_cli_moment(cli, "since", FALSE, now, &log->since, error) ||
	    !td_cli_moment(cli, "until", TRUE, now, &log->until, error))
		return FALSE;
	if (log->limit == 0)
		log->limit = G_MAXUINT64;
	if (log->one && log->limit != G_MAXUINT64 && has_filters(log))
		log->newest = g_queue_new();
	return TRUE;
}

int
td_cli_log(const TdCli *cli)
{
	static const char *const headings[] = { "TIME", "TICKET", "KIND", "WHO",
		"EVIDENCE", "SOURCE", "DETAIL", NULL };
	g_auto(Log) log = { .cli = cli, .one = td_cli_word(cli, 0) != NULL };
	g_autoptr(GError) error = NULL;
	g_autoptr(TdClient) client = NULL;

	if (td_cli_flag(cli, "verify") || td_cli_flag(cli, "seal") ||
	    td_cli_flag(cli, "against"))
		return td_cli_verify(cli);
	if (!read_options(cli, &log, &error))
		return td_cli_fail(error);
	log.table = td_table_new(headings, cli->colour);
	log.progress = td_progress_new("searching");
	client = td_client_open(cli->conf_path, TD_CLIENT_PLAIN, &error);
	if (client == NULL || !print_log(&log, client, &error)) {
		g_clear_pointer(&log.progress, td_progress_free);
		return td_cli_fail(error);
	}
	end_log(&log);
	return EX_OK;
}
