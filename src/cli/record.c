/* record.c - what the commands about agents, customers and suppressed addresses
 * share: one record asked for and printed, or a list of them */

#include "config.h"

#include <sysexits.h>

#include "cli/cli.h"
#include "cli/record.h"

char *
td_record_time(JsonObject *record, const char *name)
{
	const char *time = td_get_text(record, name);

	return td_output_terminal() ? td_output_time(time) : g_strdup(time);
}

JsonObject *
td_record_words(const TdCli *cli, const char *verb, const char *name)
{
	JsonObject *words = td_client_words(verb);

	json_object_set_string_member(words, name, td_cli_word(cli, 0));
	return words;
}

int
td_record_print(const TdCli *cli, JsonObject *words, TdRecordFunc print)
{
	int status = EX_OK;
	g_autoptr(JsonObject)
	    record = td_client_once(cli, words, NULL, &status);

	if (record == NULL)
		return status;
	if (td_cli_format(cli, "json"))
		td_output_json_object(record);
	else
		print(cli, record);
	return EX_OK;
}

int
td_record_set(const TdCli *cli, JsonObject *words, TdRecordFunc print)
{
	/* The verb, and whose record it is. */
	if (json_object_get_size(words) > 2)
		return td_record_print(cli, words, print);
	json_object_unref(words);
	fprintf(stderr, "ticket: nothing to set; try: ticket help %s\n",
	    cli->command->name);
	return EX_USAGE;
}

/* ---- lists ---- */

/* Prints the rows of one page; @printed is counted up. */
static void
print_page(const TdCli *cli, JsonArray *rows, TdTable *table, TdRowFunc add,
    guint64 *printed)
{
	guint count = rows == NULL ? 0 : json_array_get_length(rows);

	for (guint i = 0; i < count; i++) {
		JsonObject *row = json_array_get_object_element(rows, i);

		if (td_cli_format(cli, "json"))
			td_output_json_element(*printed, row);
		else
			add(table, row);
		(*printed)++;
	}
}

/* @words are told where each page begins. */
static gboolean
print_pages(const TdCli *cli, TdClient *client, JsonObject *words,
    const char *array, TdTable *table, TdRowFunc add, guint64 *printed,
    GError **error)
{
	gboolean more;

	do {
		g_autoptr(JsonObject) page = td_client_ask(
		    client, json_object_ref(words), NULL, NULL, error);
		const char *next;

		if (page == NULL)
			return FALSE;
		print_page(cli, td_get_array(page, array), table, add, printed);
		next = json_object_get_string_member_with_default(
		    page, "next", NULL);
		more = next != NULL;
		if (more)
			json_object_set_string_member(words, "next", next);
	} while (more);
	return TRUE;
}

int
td_record_list(const TdCli *cli, JsonObject *words, const char *array,
    const char *const *headings, TdRowFunc add)
{
	g_autoptr(JsonObject) taken = words;
	g_autoptr(TdTable) table = td_table_new(headings, cli->colour);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdClient)
	    client = td_client_open(cli->conf_path, TD_CLIENT_PLAIN, &error);
	guint64 printed = 0;

	if (client == NULL ||
	    !print_pages(
	        cli, client, taken, array, table, add, &printed, &error))
		return td_cli_fail(error);
	if (td_cli_format(cli, "json"))
		td_output_json_end(printed);
	return EX_OK;
}
