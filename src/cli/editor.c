/* editor.c - a text that somebody writes: on the standard input, or in an
 * editor on the terminal */

#include "config.h"

#include <stdio.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <ticketd/error.h>

#include "cli/cli.h"

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
		    "nothing was written, so nothing was done");
		return NULL;
	}
	return g_bytes_new_take(text, size);
}

GBytes *
td_editor_ask(char **path, GError **error)
{
	int fd;

	if (isatty(STDIN_FILENO) != 1)
		return td_input_read(error);
	fd = g_file_open_tmp("ticket-XXXXXX", path, error);
	if (fd < 0)
		return NULL;
	close(fd);
	return edit_file(*path, error);
}

void
td_editor_keep(const char *path, GBytes *text)
{
	if (path == NULL)
		return;
	if (text == NULL || g_bytes_get_size(text) == 0)
		g_unlink(path);
	else
		fprintf(stderr, "ticket: your text is kept in %s\n", path);
}

void
td_editor_done(const char *path)
{
	if (path != NULL)
		g_unlink(path);
}
