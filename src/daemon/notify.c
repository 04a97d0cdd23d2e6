/* notify.c - a few words to the service manager, sd_notify(3)
 *
 * The protocol is a datagram to the socket that NOTIFY_SOCKET names. */

#include "config.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/daemon.h"

void
td_notify(const char *state)
{
	const char *path = g_getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	gsize size;
	int fd;

	if (path == NULL || (*path != '/' && *path != '@'))
		return;
	size = strlen(path);
	if (size >= sizeof(address.sun_path))
		return;
	memcpy(address.sun_path, path, size);
	/* '@' stands for the NUL of an abstract name. */
	if (*path == '@')
		address.sun_path[0] = '\0';

	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	/* A manager that does not listen is no reason to stop. */
	(void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL,
	    (struct sockaddr *)&address,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size));
	close(fd);
}

guint
td_notify_watchdog_ms(void)
{
	const char *usec = g_getenv("WATCHDOG_USEC");
	const char *pid = g_getenv("WATCHDOG_PID");
	guint64 value;

	if (usec == NULL ||
	    !g_ascii_string_to_unsigned(usec, 10, 1, G_MAXUINT32, &value, NULL))
		return 0;
	if (pid != NULL && g_ascii_strtoll(pid, NULL, 10) != getpid())
		return 0;
	return MAX(1u, (guint)(value / 2000));
}
