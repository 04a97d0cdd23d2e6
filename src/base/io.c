/* io.c - all of some bytes to a descriptor, see ticketd/io.h */

#include "config.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ticketd/io.h>

gboolean
td_write_all(int fd, const void *bytes, gsize size)
{
	const char *at = bytes;

	while (size > 0) {
		ssize_t written = write(fd, at, size);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return FALSE;
		at += written;
		size -= (gsize)written;
	}
	return TRUE;
}

gboolean
td_send_all(int fd, const void *bytes, gsize size)
{
	const char *at = bytes;

	while (size > 0) {
		ssize_t sent = send(fd, at, size, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return FALSE;
		at += sent;
		size -= (gsize)sent;
	}
	return TRUE;
}
