/* outbox.c - ticket outbox: the mail that waits to go out */

#include "config.h"

#include <sysexits.h>

#include <ticketd/error.h>

#include "cli/cli.h"

/* Opens a client, asks, and prints the result: as JSON, or as @said says,
 * which has one %s for the member @count of the result. */
static int
ask_once(const TdCli *cli, JsonObject *words, TdClientFlags flags,
    const char *count, const char *said)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) taken = words;
	g_autoptr(TdClient) client = NULL;
	g_autoptr(JsonObject) result = NULL;

	client = td_client_open(cli->conf_path, flags, &error);
	if (client == NULL)
		return td_cli_fail(error);
	result = td_client_ask(
	    client, g_steal_pointer(&taken), NULL, NULL, &error);
	if (result == NULL)
		return td_cli_fail(error);

	if (td_cli_format(cli, "json"))
		td_output_json_object(result);
	else if (count != NULL)
		printf("%" G_GINT64_FORMAT " %s\n",
		    td_get_number(result, count), said);
	return EX_OK;
}

static gboolean
read_id(const char *word, gint64 *id, GError **error)
{
	if (!g_ascii_string_to_signed(word, 10, 1, G_MAXINT64, id, NULL))
		return td_fail(error, TD_ERROR_USAGE,
		    "\"%s\" is not the id of a mail; try: ticket outbox list",
		    word);
	return TRUE;
}

/* ---- list ---- */

static void
print_row(JsonObject *row)
{
	g_autofree char *id = g_strdup_printf(
	    "%" G_GINT64_FORMAT, td_get_number(row, "id"));
	g_autofree char *place = g_strdup_printf("%" G_GINT64_FORMAT
	                                         "/%" G_GINT64_FORMAT,
	    td_get_number(row, "ticket"), td_get_number(row, "sequence"));
	g_autofree char *attempts = g_strdup_printf(
	    "%" G_GINT64_FORMAT, td_get_number(row, "attempts"));
	g_autofree char *local = td_output_time(td_get_text(row, "due"));
	g_autoptr(GString) recipients = g_string_new(NULL);
	JsonArray *array = td_get_array(row, "recipients");

	for (guint i = 0; i < td_get_length(row, "recipients"); i++)
		g_string_append_printf(recipients, "%s%s", i == 0 ? "" : ",",
		    json_array_get_string_element(array, i));
	td_output_fields(
	    (const char *const[]){ id, place, td_get_text(row, "kind"),
	        td_output_terminal() ? local : td_get_text(row, "due"),
	        attempts, recipients->str, td_get_text(row, "answer"), NULL });
}

static gboolean
print_rows(const TdCli *cli, TdClient *client, guint64 *printed, GError **error)
{
	g_autofree char *next = NULL;

	do {
		JsonObject *words = td_client_words("outbox-list");
		g_autoptr(JsonObject) page = NULL;
		JsonArray *rows;

		if (next != NULL)
			json_object_set_string_member(words, "next", next);
		page = td_client_ask(client, words, NULL, NULL, error);
		if (page == NULL)
			return FALSE;
		rows = td_get_array(page, "rows");
		for (guint i = 0; i < td_get_length(page, "rows"); i++) {
			JsonObject *row = json_array_get_object_element(
			    rows, i);

			if (td_cli_format(cli, "json"))
				td_output_json_element(*printed, row);
			else
				print_row(row);
			(*printed)++;
		}
		g_free(next);
		next = g_strdup(json_object_get_string_member_with_default(
		    page, "next", NULL));
	} while (next != NULL);
	return TRUE;
}

int
td_cli_outbox_list(const TdCli *cli)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdClient) client = NULL;
	guint64 printed = 0;

	client = td_client_open(cli->conf_path, TD_CLIENT_PLAIN, &error);
	if (client == NULL || !print_rows(cli, client, &printed, &error))
		return td_cli_fail(error);
	if (td_cli_format(cli, "json"))
		td_output_json_end(printed);
	return EX_OK;
}

/* ---- retry, drop, flush ---- */

int
td_cli_outbox_retry(const TdCli *cli)
{
	JsonObject *words = td_client_words("outbox-retry");
	const char *word = td_cli_word(cli, 0);
	g_autoptr(GError) error = NULL;
	gint64 id = 0;

	if (word != NULL && !read_id(word, &id, &error)) {
		json_object_unref(words);
		return td_cli_fail(error);
	}
	if (word != NULL)
		json_object_set_int_member(words, "id", id);
	if (td_cli_flag(cli, "held"))
		json_object_set_boolean_member(words, "held", TRUE);
	return ask_once(cli, words, TD_CLIENT_PLAIN, "due", "due now");
}

int
td_cli_outbox_drop(const TdCli *cli)
{
	g_autoptr(JsonArray) ids = json_array_new();
	g_autoptr(GError) error = NULL;
	JsonObject *words;

	for (guint i = 0; i < cli->words->len; i++) {
		gint64 id = 0;

		if (!read_id(td_cli_word(cli, i), &id, &error))
			return td_cli_fail(error);
		json_array_add_int_element(ids, id);
	}
	words = td_client_words("outbox-drop");
	json_object_set_array_member(words, "ids", g_steal_pointer(&ids));
	return ask_once(cli, words, TD_CLIENT_PLAIN, "dropped", "dropped");
}

int
td_cli_outbox_flush(const TdCli *cli)
{
	JsonObject *words = td_client_words("outbox-flush");

	json_object_set_boolean_member(words, "all", td_cli_flag(cli, "all"));
	json_object_set_boolean_member(words, "wait", td_cli_flag(cli, "wait"));
	return ask_once(cli, words, TD_CLIENT_OUTBOX, NULL, NULL);
}
