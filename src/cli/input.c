/* input.c - what is handed to `ticket` on its standard input */

#include "config.h"

#include <errno.h>
#include <unistd.h>

#include <ticketd/error.h>

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
