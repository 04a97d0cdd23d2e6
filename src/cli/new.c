/* new.c - ticket new: a ticket from the command line */

#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <ticketd/error.h>

#include "cli/cli.h"

/* ---- the text ---- */

static const char *
editor(void)
{
	const char *name = g_getenv("VISUAL");

	if (name == NULL || *name == '\0')
		name = g_getenv("EDITOR");
	return name == NULL || *name == '\0' ? "vi" : name;
}

/* The editor may be several words, as in EDITOR="vim -n": the shell splits
 * them. */
static gboolean
run_editor(const char *path, GError **error)
{
	g_autofree char *script = g_strconcat(editor(), " \"$1\"", NULL);
	const char *const argv[] = { "/bin/sh", "-c", script, "ticket", path,
		NULL };
	int status = 0;

	if (!g_spawn_sync(NULL, (char **)argv, NULL,
	        G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL, NULL, NULL, &status,
	        error))
		return FALSE;
	return g_spawn_check_wait_status(status, error);
}

static GBytes *
edit_file(const char *path, GError **error)
{
	char *text = NULL;
	gsize size = 0;

	if (!run_editor(path, error) ||
	    !g_file_get_contents(path, &text, &size, error)) {
		g_prefix_error(error, "%s: ", editor());
		return NULL;
	}
	if (size == 0) {
		g_free(text);
		td_fail(error, TD_ERROR_REFUSED,
		    "nothing was written, so no ticket was opened");
		return NULL;
	}
	return g_bytes_new_take(text, size);
}

/* *@path is the caller's, who removes the file once the text is filed. */
static GBytes *
ask_editor(char **path, GError **error)
{
	int fd = g_file_open_tmp("ticket-XXXXXX", path, error);

	if (fd < 0)
		return NULL;
	close(fd);
	return edit_file(*path, error);
}

/* What somebody wrote is not thrown away because it could not be filed. */
static int
fail_and_keep(const GError *error, const char *path, GBytes *text)
{
	int status = td_cli_fail(error);

	if (path == NULL)
		return status;
	if (text == NULL || g_bytes_get_size(text) == 0)
		g_unlink(path);
	else
		fprintf(stderr, "ticket: your text is kept in %s\n", path);
	return status;
}

/* ---- the command ---- */

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
	text = isatty(STDIN_FILENO) == 1 ? ask_editor(&path, &error)
	                                 : td_input_read(&error);
	if (text == NULL)
		return fail_and_keep(error, path, text);
	client = td_client_open(cli->conf_path, TD_CLIENT_PLAIN, &error);
	if (client == NULL)
		return fail_and_keep(error, path, text);
	result = td_client_ask(client, make_words(cli), text, NULL, &error);
	if (result == NULL)
		return fail_and_keep(error, path, text);
	if (path != NULL)
		g_unlink(path);

	if (td_cli_format(cli, "json"))
		td_output_json_object(result);
	else
		printf(
		    "%" G_GINT64_FORMAT "\n", td_get_number(result, "number"));
	return EX_OK;
}
