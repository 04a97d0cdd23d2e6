/* new.c - ticket new: a ticket from the command line */

#include "config.h"

#include <sysexits.h>

#include <ticketd/error.h>

#include "cli/cli.h"

/* The text is kept. */
static int
fail(const GError *error, const char *path, GBytes *text)
{
	int status = td_cli_fail(error);

	td_editor_keep(path, text);
	return status;
}

static gboolean
check_options(const TdCli *cli, GError **error)
{
	static const char *const required[] = { "queue", "requester",
		"subject" };

	for (gsize i = 0; i < G_N_ELEMENTS(required); i++) {
		if (td_cli_text(cli, required[i]) == NULL)
			return td_fail(error, TD_ERROR_USAGE,
			    "--%s is missing; try: ticket new --queue QUEUE "
			    "--requester ADDRESS --subject SUBJECT",
			    required[i]);
	}
	return TRUE;
}

static JsonObject *
make_words(const TdCli *cli)
{
	JsonObject *words = td_client_words("new");

	json_object_set_string_member(
	    words, "queue", td_cli_text(cli, "queue"));
	json_object_set_string_member(
	    words, "requester", td_cli_text(cli, "requester"));
	json_object_set_string_member(
	    words, "subject", td_cli_text(cli, "subject"));
	if (td_cli_text(cli, "name") != NULL)
		json_object_set_string_member(
		    words, "name", td_cli_text(cli, "name"));
	json_object_set_boolean_member(
	    words, "quiet", td_cli_flag(cli, "quiet"));
	return words;
}

int
td_cli_new(const TdCli *cli)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdClient) client = NULL;
	g_autoptr(JsonObject) result = NULL;
	g_autoptr(GBytes) text = NULL;
	g_autofree char *path = NULL;

	/* The text first: nobody should wait for an editor. */
	if (!check_options(cli, &error))
		return td_cli_fail(error);
	text = td_editor_ask(&path, &error);
	if (text == NULL)
		return fail(error, path, text);
	client = td_client_open(cli->conf_path, TD_CLIENT_PLAIN, &error);
	if (client == NULL)
		return fail(error, path, text);
	result = td_client_ask(client, make_words(cli), text, NULL, &error);
	if (result == NULL)
		return fail(error, path, text);
	td_editor_done(path);

	if (td_cli_format(cli, "json"))
		td_output_json_object(result);
	else
		printf(
		    "%" G_GINT64_FORMAT "\n", td_get_number(result, "number"));
	return EX_OK;
}
