/* input.c - what is handed to `ticket` on its standard input */

#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "cli/cli.h"

GBytes *
td_input_read(GError **error)
{
	g_autoptr(GByteArray) text = g_byte_array_new();
	guint8 buffer[64 * 1024];

	for (;;) {
		ssize_t got = read(STDIN_FILENO, buffer, sizeof(buffer));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			td_fail(error, TD_ERROR_USAGE,
			    "cannot read the standard input: %s",
			    g_strerror(errno));
			return NULL;
		}
		if (got == 0)
			break;
		g_byte_array_append(text, buffer, (guint)got);
	}
	return g_byte_array_free_to_bytes(g_steal_pointer(&text));
}

static GBytes *
read_bytes(const char *path, GError **error)
{
	char *bytes = NULL;
	gsize size = 0;

	/* Not by its name in /dev, which another user may have opened. */
	if (g_str_equal(path, "-"))
		return td_input_read(error);
	if (!g_file_get_contents(path, &bytes, &size, error))
		return NULL;
	return g_bytes_new_take(bytes, size);
}

GBytes *
td_input_file(const char *path, const char *what)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = read_bytes(path, &error);
	g_autofree char *text = NULL;

	if (bytes != NULL && g_bytes_get_size(bytes) > 0)
		return g_steal_pointer(&bytes);
	text = td_text_printable(error != NULL ? error->message : path, 0);
	if (error != NULL)
		fprintf(stderr, "ticket: %s\n", text);
	else
		fprintf(stderr, "ticket: %s is empty, there is no %s\n", text,
		    what);
	return NULL;
}
