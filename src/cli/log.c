/* log.c - ticket log: what happened, to a ticket or to all */

#include "config.h"

#include <sysexits.h>

#include <ticketd/store.h>

#include "cli/cli.h"

/* Of the newest events of all tickets, unless asked otherwise. */
#define DEFAULT_LIMIT 50u

typedef struct {
	const TdCli *cli;
	gboolean one; /* ticket */
	guint64 number;
	guint64 limit; /* G_MAXUINT64: all */
	guint64 printed;
} Log;

static void
print_event(Log *log, JsonObject *event)
{
	gboolean terminal = td_output_terminal();
	const char *time = td_get_text(event, "time");
	g_autofree char *local = td_output_time(time);
	g_autofree char *detail = NULL, *ticket = NULL, *message = NULL;

	if (td_cli_format(log->cli, "json")) {
		td_output_json_element(log->printed, event);
		return;
	}

	detail = td_output_detail(td_get_object(event, "detail"));
	ticket = g_strdup_printf(
	    "%" G_GINT64_FORMAT, td_get_number(event, "ticket"));
	message = g_strdup_printf(
	    "%" G_GINT64_FORMAT, td_get_number(event, "message"));
	td_output_fields((const char *const[]){ terminal ? local : time, ticket,
	    td_get_text(event, "kind"), td_get_text(event, "actor"), message,
	    detail, NULL });
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
	json_object_set_int_member(
	    words, "limit", (gint64)MIN(left, TD_READ_MAX));
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
		for (guint i = 0; i < td_get_length(page, "events"); i++) {
			print_event(
			    log, json_array_get_object_element(events, i));
			log->printed++;
		}
		g_free(next);
		next = g_strdup(json_object_get_string_member_with_default(
		    page, "next", NULL));
	} while (next != NULL && log->printed < log->limit);
	return TRUE;
}

int
td_cli_log(const TdCli *cli)
{
	Log log = { .cli = cli, .one = td_cli_word(cli, 0) != NULL };
	guint64 numbers[3] = { 0 };
	g_autoptr(GError) error = NULL;
	g_autoptr(TdClient) client = NULL;

	if (log.one &&
	    !td_cli_handle(td_cli_word(cli, 0), 1, 1, numbers, &error))
		return td_cli_fail(error);
	log.number = numbers[0];
	if (!td_cli_number(
	        cli, "limit", log.one ? 0 : DEFAULT_LIMIT, &log.limit, &error))
		return td_cli_fail(error);
	if (log.limit == 0)
		log.limit = G_MAXUINT64;

	client = td_client_open(cli->conf_path, TD_CLIENT_PLAIN, &error);
	if (client == NULL || !print_log(&log, client, &error))
		return td_cli_fail(error);
	if (td_cli_format(cli, "json"))
		td_output_json_end(log.printed);
	return EX_OK;
}
