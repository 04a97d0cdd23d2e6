/* parse.c - tries whether a mail that was in hand at a crash kills the parser
 */

#include "config.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <ticketd/message.h>

#include "daemon/daemon.h"
#include "daemon/sandbox.h"

#define READ_SIZE ((gsize)64 * 1024)
/* A mail that takes more than that and so many times its size counts as one
 * that kills.  What is mapped is not all used. */
#define MEMORY_MAX ((rlim_t)512 * 1024 * 1024)
#define MAPPED_MAX ((rlim_t)2 * 1024 * 1024 * 1024)
#define TIMES_SIZE 8
/* Then it is not the mail that takes so long. */
#define WAIT_TIMES 5u
#define WAIT_MORE 5u

#ifndef TD_SANITIZED
/* The sanitizer maps more than there is. */
static gboolean
limit_memory(void)
{
	struct stat mail;
	rlim_t more = fstat(STDIN_FILENO, &mail) < 0
	    ? 0
	    : TIMES_SIZE * (rlim_t)mail.st_size;
	const struct rlimit used = { MEMORY_MAX + more, MEMORY_MAX + more };
	const struct rlimit mapped = { MAPPED_MAX + more, MAPPED_MAX + more };

	return setrlimit(RLIMIT_DATA, &used) == 0 &&
	    setrlimit(RLIMIT_AS, &mapped) == 0;
}
#endif

static gboolean
set_limits(guint seconds_max)
{
	const struct rlimit none = { 0, 0 };
	const struct rlimit seconds = { seconds_max, seconds_max + 5 };

	if (setrlimit(RLIMIT_CORE, &none) < 0 ||
	    setrlimit(RLIMIT_FSIZE, &none) < 0 ||
	    setrlimit(RLIMIT_CPU, &seconds) < 0)
		return FALSE;
#ifdef TD_SANITIZED
	return TRUE;
#else
	return limit_memory();
#endif
}

int
td_daemon_parse(pid_t parent, guint seconds, TdSandboxUse sandbox)
{
	g_autoptr(GByteArray) raw = g_byte_array_new();
	g_autoptr(TdMessage) message = NULL;
	ssize_t size;

	td_privileges_begin(FALSE);
	if (!td_child_begin(parent, WAIT_TIMES * seconds + WAIT_MORE, FALSE) ||
	    !set_limits(seconds))
		return EX_OSERR;
	if (!td_sandbox_enter_child(TD_CAGE_PARSER, NULL, sandbox))
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
