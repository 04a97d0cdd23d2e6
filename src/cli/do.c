/* do.c - ticket do, note and reply: commands for a ticket, as in mail */

#include "config.h"

#include <string.h>
#include <sysexits.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "cli/cli.h"

/* A result may have lines of its own. */
static void
print_result(const TdCli *cli, JsonObject *result)
{
	gboolean refused = td_get_flag(result, "refused");
	const char *paint = !cli->colour ? ""
	    : refused                    ? "\033[1;31m"
	                                 : "\033[32m";

	printf("%s> ", cli->colour ? "\033[1m" : "");
	td_output_text(td_get_text(result, "line"));
	printf("%s\n%s", cli->colour ? "\033[0m" : "", paint);
	td_output_block(td_get_text(result, "text"));
	if (cli->colour)
		printf("\033[0m");
}

/* The exit status. */
static int
print_answer(const TdCli *cli, JsonObject *answer)
{
	JsonArray *results = td_get_array(answer, "results");

	if (td_cli_format(cli, "json"))
		td_output_json_object(answer);
	for (guint i = 0;
	     td_cli_format(cli, "text") && i < td_get_length(answer, "results");
	     i++)
		print_result(cli, json_array_get_object_element(results, i));
	if (!td_get_flag(answer, "refused"))
		return EX_OK;
	fflush(stdout);
	fprintf(stderr, "ticket: nothing was done\n");
	return 1;
}

static JsonObject *
make_words(const TdCli *cli, guint64 number, const char *commands)
{
	JsonObject *words = td_client_words("order");

	json_object_set_int_member(words, "number", (gint64)number);
	json_object_set_string_member(words, "commands", commands);
	td_client_copy_text(cli, "as", words, "as");
	return words;
}

/* The words behind N, which may come as several. */
static char *
join_commands(const TdCli *cli)
{
	GString *commands = g_string_new(NULL);

	for (guint i = 1; i < cli->words->len; i++)
		g_string_append_printf(
		    commands, "%s%s", i == 1 ? "" : " ", td_cli_word(cli, i));
	return g_string_free(commands, FALSE);
}

int
td_cli_do(const TdCli *cli)
{
	g_autofree char *commands = join_commands(cli);
	guint64 numbers[3] = { 0 };
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) answer = NULL;
	int status = EX_OK;

	if (!td_cli_handle(td_cli_word(cli, 0), 1, 1, numbers, &error))
		return td_cli_fail(error);
	if (!g_utf8_validate(commands, -1, NULL)) {
		fprintf(stderr, "ticket: the commands are not UTF-8\n");
		return EX_USAGE;
	}
	answer = td_client_once(
	    cli, make_words(cli, numbers[0], commands), NULL, &status);
	return answer == NULL ? status : print_answer(cli, answer);
}

/* ---- note and reply ---- */

static gboolean
check_text(GBytes *text, GError **error)
{
	gsize size;
	const char *bytes = g_bytes_get_data(text, &size);

	for (gsize i = 0; i < size; i++) {
		if (strchr(" \t\r\n", bytes[i]) == NULL)
			return TRUE;
	}
	return td_fail(
	    error, TD_ERROR_REFUSED, "the text is empty, so nothing was done");
}

/* @command goes with a text. */
static int
say(const TdCli *cli, const char *command)
{
	guint64 numbers[3] = { 0 };
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) text = NULL;
	g_autoptr(JsonObject) answer = NULL;
	g_autofree char *path = NULL;
	int status = EX_OK;

	if (!td_cli_handle(td_cli_word(cli, 0), 1, 1, numbers, &error))
		return td_cli_fail(error);
	text = td_editor_ask(&path, &error);
	if (text == NULL || !check_text(text, &error)) {
		status = td_cli_fail(error);
		td_editor_keep(path, NULL);
		return status;
	}
	answer = td_client_once(
	    cli, make_words(cli, numbers[0], command), text, &status);
	if (answer != NULL)
		status = print_answer(cli, answer);
	if (status == EX_OK)
		td_editor_done(path);
	else
		td_editor_keep(path, text);
	return status;
}

int
td_cli_note(const TdCli *cli)
{
	return say(cli, "note");
}

int
td_cli_reply(const TdCli *cli)
{
	return say(cli, "reply");
}
