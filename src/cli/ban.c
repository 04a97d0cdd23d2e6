/* ban.c - ticket ban, unban: senders whose mail is not wanted */

#include "config.h"

#include <sysexits.h>

#include "cli/cli.h"
#include "cli/record.h"

/* ---- list ---- */

/* TdRowFunc */
static void
add_row(TdTable *table, JsonObject *row)
{
	g_autofree char *created = td_record_time(row, "created");
	g_autofree char *expires = td_record_time(row, "expires");

	td_table_add(table,
	    (const char *const[]){ td_get_text(row, "what"), created, expires,
	        td_get_text(row, "by"), td_get_text(row, "why"), NULL });
}

static int
list(const TdCli *cli)
{
	static const char *const headings[] = { "BANNED", "SINCE", "UNTIL",
		"BY", "WHY", NULL };
	JsonObject *words;

	if (td_cli_flag(cli, "why") || td_cli_flag(cli, "days") ||
	    td_cli_flag(cli, "force")) {
		fprintf(
		    stderr, "ticket: nothing to ban; try: ticket help ban\n");
		return EX_USAGE;
	}
	words = td_client_words("suppress-list");
	json_object_set_string_member(words, "kind", "banned");
	return td_record_list(cli, words, "rows", headings, add_row);
}

/* ---- ban, unban ---- */

/* An array in JSON, as the list is. */
static void
print_banned(const TdCli *cli, JsonObject *result)
{
	JsonArray *rows = td_get_array(result, "rows");
	guint count = td_get_length(result, "rows");

	for (guint i = 0; i < count; i++) {
		JsonObject *row = json_array_get_object_element(rows, i);

		if (td_cli_format(cli, "json"))
			td_output_json_element(i, row);
		else
			td_suppressed_said(row, "is banned");
	}
	if (td_cli_format(cli, "json"))
		td_output_json_end(count);
}

int
td_cli_ban(const TdCli *cli)
{
	int status = EX_OK;
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) words = NULL;
	g_autoptr(JsonObject) result = NULL;

	if (cli->words->len == 0)
		return list(cli);
	words = td_client_words("ban-add");
	td_suppressed_all(cli, words, "what");
	if (!td_suppressed_words(cli, words, &error))
		return td_cli_fail(error);
	if (td_cli_flag(cli, "force"))
		json_object_set_boolean_member(words, "force", TRUE);
	result = td_client_once(cli, g_steal_pointer(&words), NULL, &status);
	if (result == NULL)
		return status;
	print_banned(cli, result);
	return EX_OK;
}

/* TdRecordFunc */
static void
print_unbanned(const TdCli *cli G_GNUC_UNUSED, JsonObject *result)
{
	td_suppressed_cleared(result, "is not banned any more");
}

int
td_cli_unban(const TdCli *cli)
{
	JsonObject *words = td_client_words("ban-clear");

	td_suppressed_all(cli, words, "what");
	return td_record_print(cli, words, print_unbanned);
}
