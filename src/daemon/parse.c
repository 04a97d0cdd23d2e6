/* parse.c - tries whether a mail that was in hand at a crash kills the parser
 */

#include "config.h"

#include <errno.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include <ticketd/message.h>

#include "daemon/daemon.h"

#define READ_SIZE ((gsize)64 * 1024)
/* A mail that takes more counts as one that kills. */
#define SECONDS_MAX 60
#define MEMORY_MAX ((rlim_t)2 * 1024 * 1024 * 1024)

int
td_daemon_parse(void)
{
	const struct rlimit none = { 0, 0 };
	const struct rlimit seconds = { SECONDS_MAX, SECONDS_MAX + 5 };
	const struct rlimit memory = { MEMORY_MAX, MEMORY_MAX };
	g_autoptr(GByteArray) raw = g_byte_array_new();
	g_autoptr(TdMessage) message = NULL;
	ssize_t size;

	if (setrlimit(RLIMIT_CORE, &none) < 0 ||
	    setrlimit(RLIMIT_CPU, &seconds) < 0 ||
	    setrlimit(RLIMIT_AS, &memory) < 0)
		return EX_OSERR;
	do {
		guint before = raw->len;

		g_byte_array_set_size(raw, before + READ_SIZE);
		size = read(STDIN_FILENO, raw->data + before, READ_SIZE);
		g_byte_array_set_size(
		    raw, before + (size > 0 ? (guint)size : 0));
	} while (size > 0 || (size < 0 && errno == EINTR));

	td_message_init();
	message = td_message_parse((const char *)raw->data, raw->len);
	return EX_OK;
}
