/* listen.c - see server/listen.h */

#include "config.h"

#include <errno.h>
#include <grp.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <glib-unix.h>
#include <glib/gstdio.h>

#include <ticketd/error.h>
#include <ticketd/log.h>

#include "server/listen.h"

#define BACKLOG 4096 /* the system may make it less */
/* Connections taken in one turn of the main loop. */
#define ACCEPT_MAX 32
/* Without descriptors or memory, the next try is in a second. */
#define PAUSE_S 1

struct TdListener {
	int fd;
	guint source;
	char *path; /* NULL for TCP */
	TdAcceptFunc accepted;
	gpointer data;
};

static gboolean listen_again(gpointer data);

static TdError
code_of(int saved)
{
	switch (saved) {
	case EACCES:
	case EPERM:
	case EROFS:
		return TD_ERROR_DENIED;
	case ENOTDIR:
	case EAFNOSUPPORT:
		return TD_ERROR_CONFIG;
	/* A folder that is not mounted yet, an interface that is not up yet:
	 * what starts us shall try again. */
	case ENOENT:
	case EADDRNOTAVAIL:
	default:
		return TD_ERROR_AGAIN;
	}
}

static gboolean
fail(GError **error, const char *where, const char *doing)
{
	int saved = errno;

	return td_fail(error, code_of(saved), "%s %s: %s", doing, where,
	    g_strerror(saved));
}

/* ---- accepting ---- */

static gboolean
accept_some(gint fd, GIOCondition condition G_GNUC_UNUSED, gpointer data)
{
	TdListener *listener = data;

	for (int i = 0; i < ACCEPT_MAX; i++) {
		int got = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (got >= 0) {
			listener->accepted(got, listener->data);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
		    errno == ENOBUFS) {
			td_log(TD_LOG_WARNING, "accept", "error",
			    g_strerror(errno), NULL);
			listener->source = g_timeout_add_seconds(
			    PAUSE_S, listen_again, listener);
			return G_SOURCE_REMOVE;
		}
		if (errno != EINTR && errno != ECONNABORTED)
			break;
	}
	return G_SOURCE_CONTINUE;
}

static gboolean
listen_again(gpointer data)
{
	TdListener *listener = data;
	GSource *source = g_unix_fd_source_new(listener->fd, G_IO_IN);

	g_source_set_callback(
	    source, G_SOURCE_FUNC(accept_some), listener, NULL);
	/* As a stream's. */
	g_source_set_can_recurse(source, TRUE);
	listener->source = g_source_attach(source, NULL);
	g_source_unref(source);
	return G_SOURCE_REMOVE;
}

static TdListener *
start(int fd, const char *path, TdAcceptFunc accepted, gpointer data)
{
	TdListener *listener = g_new0(TdListener, 1);

	listener->fd = fd;
	listener->path = g_strdup(path);
	listener->accepted = accepted;
	listener->data = data;
	listen_again(listener);
	return listener;
}

void
td_listener_free(TdListener *listener)
{
	if (listener == NULL)
		return;

	g_source_remove(listener->source);
	if (listener->path != NULL)
		unlink(listener->path);
	close(listener->fd);
	g_free(listener->path);
	g_free(listener);
}

/* ---- Unix ---- */

static gboolean
set_path(struct sockaddr_un *address, const char *path)
{
	if (strlen(path) >= sizeof(address->sun_path)) {
		errno = ENAMETOOLONG;
		return FALSE;
	}
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	strcpy(address->sun_path, path);
	return TRUE;
}

int
td_connect_unix(const char *path)
{
	struct sockaddr_un address;
	int fd;

	if (!set_path(&address, path))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

/* Makes way for a new socket at @path. */
static gboolean
remove_stale(const char *path, GError **error)
{
	struct stat status;
	int fd;

	if (lstat(path, &status) < 0)
		return errno == ENOENT || fail(error, path, "look at");
	if (!S_ISSOCK(status.st_mode))
		return td_fail(error, TD_ERROR_CONFIG,
		    "%s is there and is no socket", path);

	fd = td_connect_unix(path);
	if (fd >= 0 || errno == EAGAIN) {
		if (fd >= 0)
			close(fd);
		return td_fail(error, TD_ERROR_AGAIN,
		    "another ticketd listens on %s", path);
	}
	if (errno != ECONNREFUSED)
		return fail(error, path, "try");
	if (unlink(path) < 0 && errno != ENOENT)
		return fail(error, path, "remove stale socket");
	return TRUE;
}

static gboolean
find_group(const char *name, gid_t *gid, GError **error)
{
	const struct group *found = getgrnam(name);

	if (found == NULL)
		return td_fail(
		    error, TD_ERROR_CONFIG, "there is no group \"%s\"", name);
	*gid = found->gr_gid;
	return TRUE;
}

/* Nobody can connect before listen(), so the permissions are right from the
 * first moment that counts. */
static gboolean
bind_unix(
    int fd, const char *path, guint mode, const char *group, GError **error)
{
	struct sockaddr_un address;
	mode_t before;
	gid_t gid = (gid_t)-1;
	int rc;

	if (group != NULL && !find_group(group, &gid, error))
		return FALSE;
	if (!set_path(&address, path))
		return td_fail(error, TD_ERROR_CONFIG,
		    "%s: a socket's path has at most %zu bytes", path,
		    sizeof(address.sun_path) - 1);

	before = umask(0177);
	rc = bind(fd, (struct sockaddr *)&address, sizeof(address));
	umask(before);
	if (rc < 0)
		return fail(error, path, "listen on");
	if (group != NULL && chown(path, (uid_t)-1, gid) < 0)
		return fail(error, path, "set the group of");
	if (chmod(path, (mode_t)mode) < 0)
		return fail(error, path, "set the mode of");
	return TRUE;
}

TdListener *
td_listen_unix(const char *path, guint mode, const char *group,
    TdAcceptFunc accepted, gpointer data, GError **error)
{
	int fd;

	if (!remove_stale(path, error))
		return NULL;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		fail(error, path, "listen on");
		return NULL;
	}
	if (!bind_unix(fd, path, mode, group, error)) {
		close(fd);
		return NULL;
	}
	if (listen(fd, BACKLOG) < 0) {
		fail(error, path, "listen on");
		close(fd);
		return NULL;
	}
	return start(fd, path, accepted, data);
}

/* ---- TCP ---- */

/* "host:port", "[host]:port", ":port"; an empty host is every address. */
static gboolean
split_address(const char *address, char **host, char **port)
{
	const char *colon = strrchr(address, ':');
	gsize size;

	if (colon == NULL || colon[1] == '\0')
		return FALSE;
	size = colon - address;
	if (size >= 2 && address[0] == '[' && address[size - 1] == ']') {
		address++;
		size -= 2;
	} else if (memchr(address, ':', size) != NULL) {
		return FALSE;
	}
	*host = size == 0 ? NULL : g_strndup(address, size);
	*port = g_strdup(colon + 1);
	return TRUE;
}

static int
bind_tcp(const struct addrinfo *info)
{
	const int on = 1;
	int fd = socket(info->ai_family,
	    info->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int saved;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (info->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind(fd, info->ai_addr, info->ai_addrlen) == 0 &&
	    listen(fd, BACKLOG) == 0)
		return fd;

	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

gboolean
td_listen_tcp(const char *address, GPtrArray *listeners, TdAcceptFunc accepted,
    gpointer data, GError **error)
{
	const struct addrinfo hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
	};
	g_autofree char *host = NULL;
	g_autofree char *port = NULL;
	struct addrinfo *found = NULL;
	gboolean done = TRUE;

	if (!split_address(address, &host, &port) ||
	    getaddrinfo(host, port, &hints, &found) != 0)
		return td_fail(error, TD_ERROR_CONFIG,
		    "%s is no address and port in numbers", address);

	for (const struct addrinfo *at = found; at != NULL && done;
	     at = at->ai_next) {
		int fd = bind_tcp(at);

		if (fd >= 0)
			g_ptr_array_add(
			    listeners, start(fd, NULL, accepted, data));
		else
			done = fail(error, address, "listen on");
	}
	freeaddrinfo(found);
	return done;
}
