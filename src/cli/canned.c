/* canned.c - ticket canned: prepared answers; and what ticket template shares
 */

#include "config.h"

#include <string.h>
#include <sysexits.h>

#include <ticketd/letter.h>
#include <ticketd/text.h>

#include "cli/cli.h"
#include "cli/record.h"

/* ---- what ticket template shares ---- */

/* Asks the daemon, the store, or where there is none, an empty desk.  NULL with
 * the exit status when that failed, and was said. */
static JsonObject *
ask(const TdCli *cli, JsonObject *words, int *status)
{
	g_autoptr(JsonObject) taken = words;
	g_autoptr(GError) error = NULL;
	g_autoptr(TdClient)
	    client = td_client_open(cli->conf_path, TD_CLIENT_EMPTY, &error);
	JsonObject *result = NULL;

	if (client != NULL)
		result = td_client_ask(
		    client, g_steal_pointer(&taken), NULL, NULL, &error);
	if (result == NULL)
		*status = td_cli_fail(error);
	return result;
}

int
td_text_list(const TdCli *cli, JsonObject *words, const char *array,
    const char *const *headings, TdRowFunc add)
{
	int status = EX_OK;
	g_autoptr(JsonObject) result = ask(cli, words, &status);
	g_autoptr(TdTable) table = td_table_new(headings, cli->colour);
	JsonArray *rows;

	if (result == NULL)
		return status;
	rows = td_get_array(result, array);
	for (guint i = 0; i < td_get_length(result, array); i++) {
		JsonObject *row = json_array_get_object_element(rows, i);

		if (td_cli_format(cli, "json"))
			td_output_json_element(i, row);
		else
			add(table, row);
	}
	if (td_cli_format(cli, "json"))
		td_output_json_end(td_get_length(result, array));
	return EX_OK;
}

int
td_text_show(const TdCli *cli, JsonObject *words, TdRecordFunc print)
{
	int status = EX_OK;
	g_autoptr(JsonObject) record = ask(cli, words, &status);

	if (record == NULL)
		return status;
	if (td_cli_format(cli, "json"))
		td_output_json_object(record);
	else
		print(cli, record);
	return EX_OK;
}

void
td_text_print(const char *text)
{
	if (td_output_terminal())
		td_output_block(text);
	else if (*text != '\0')
		printf("%s%s", text, g_str_has_suffix(text, "\n") ? "" : "\n");
}

static void
print_mistakes(const TdCli *cli, const GPtrArray *mistakes)
{
	for (guint i = 0; i < mistakes->len; i++) {
		const TdTextMistake *mistake = g_ptr_array_index(mistakes, i);
		g_autofree char *line = td_text_mistake_say(mistake);
		g_autoptr(JsonObject) object = NULL;

		if (!td_cli_format(cli, "json")) {
			printf("%s\n", line);
			continue;
		}
		object = json_object_new();
		json_object_set_string_member(object, "file", mistake->file);
		if (mistake->line == 0)
			json_object_set_null_member(object, "line");
		else
			json_object_set_int_member(
			    object, "line", mistake->line);
		json_object_set_string_member(object, "error", mistake->what);
		json_object_set_boolean_member(object, "stops", mistake->stops);
		td_output_json_element(i, object);
	}
	if (td_cli_format(cli, "json"))
		td_output_json_end(mistakes->len);
}

int
td_text_check(const TdCli *cli, const TdConf *conf, const char *configured,
    const char *what, TdTextCheckFunc check)
{
	const char *given = td_cli_word(cli, 0);
	const char *directory = given == NULL ? configured : given;
	g_autofree char *shown = td_text_printable(directory, 0);
	g_autoptr(GPtrArray) mistakes = NULL;
	guint files = 0;

	if (given != NULL && !g_file_test(given, G_FILE_TEST_IS_DIR)) {
		fprintf(stderr, "ticket: %s is no directory\n", shown);
		return EX_NOINPUT;
	}
	mistakes = check(conf, directory, &files);
	print_mistakes(cli, mistakes);
	if (mistakes->len > 0)
		return 1;
	if (td_cli_format(cli, "json"))
		return EX_OK;
	if (directory == NULL)
		printf("there is no directory with a %s of your own\n", what);
	else
		printf("%s: %u file%s, no mistake\n", shown, files,
		    files == 1 ? "" : "s");
	return EX_OK;
}

/* ---- list ---- */

/* TdRowFunc */
static void
add_row(TdTable *table, JsonObject *row)
{
	td_table_add(table,
	    (const char *const[]){ td_get_text(row, "name"),
	        td_get_text(row, "language"), td_get_text(row, "queue"),
	        td_get_text(row, "commands"), td_get_text(row, "path"), NULL });
}

int
td_cli_canned_list(const TdCli *cli)
{
	static const char *const headings[] = { "NAME", "LANGUAGE", "QUEUE",
		"COMMANDS", "FILE", NULL };
	JsonObject *words = td_client_words("canned-list");

	td_client_copy_text(cli, "queue", words, "queue");
	td_client_copy_text(cli, "language", words, "language");
	return td_text_list(cli, words, "answers", headings, add_row);
}

/* ---- show ---- */

/* TdRecordFunc: as the file has it. */
static void
print_canned(const TdCli *cli G_GNUC_UNUSED, JsonObject *canned)
{
	const char *commands = td_get_text(canned, "commands");
	g_auto(GStrv) lines = g_strsplit(commands, "\n", -1);

	for (guint i = 0; lines[i] != NULL; i++) {
		printf("Commands: ");
		td_output_text(lines[i]);
		putchar('\n');
	}
	if (*commands != '\0' && *td_get_text(canned, "text") != '\0')
		putchar('\n');
	if (*td_get_text(canned, "text") != '\0')
		td_text_print(td_get_text(canned, "text"));
}

int
td_cli_canned_show(const TdCli *cli)
{
	JsonObject *words = td_record_words(cli, "canned-show", "name");
	const char *ticket = td_cli_text(cli, "ticket");
	g_autoptr(GError) error = NULL;
	guint64 numbers[3] = { 0 };

	td_client_copy_text(cli, "queue", words, "queue");
	td_client_copy_text(cli, "language", words, "language");
	if (ticket != NULL && !td_cli_handle(ticket, 1, 1, numbers, &error)) {
		json_object_unref(words);
		return td_cli_fail(error);
	}
	if (ticket != NULL)
		json_object_set_int_member(words, "number", (gint64)numbers[0]);
	return td_text_show(cli, words, print_canned);
}

/* ---- check ---- */

int
td_cli_canned_check(const TdCli *cli)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdConf)
	    conf = td_conf_load_without_events(cli->conf_path, &error);

	if (conf == NULL)
		return td_cli_fail(error);
	return td_text_check(
	    cli, conf, conf->canned, "canned answer", td_letters_check_canned);
}
