/* listen.h - sockets that listen, Unix and TCP, on the main loop */

#ifndef TICKETD_LISTEN_H
#define TICKETD_LISTEN_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct TdListener TdListener;

/* A connection came: @fd, non-blocking and close-on-exec, is the callee's. */
typedef void (*TdAcceptFunc)(int fd, gpointer data);

/* Listens on the Unix socket @path with permissions @mode and, unless NULL,
 * @group.  A socket nobody listens on is replaced.  The caller owns the result.
 * TD_ERROR_AGAIN: another process listens there; TD_ERROR_DENIED: no
 * permission; TD_ERROR_CONFIG: no such group or directory, or a path that no
 * socket can have. */
TdListener *td_listen_unix(const char *path, guint mode, const char *group,
    TdAcceptFunc accepted, gpointer data, GError **error);

/* Listens on "host:port" ("[::1]:24"; numbers only), on each address that it
 * stands for; adds to @listeners.  TD_ERROR_CONFIG: it is none of ours;
 * TD_ERROR_AGAIN: it is in use; TD_ERROR_DENIED. */
gboolean td_listen_tcp(const char *address, GPtrArray *listeners,
    TdAcceptFunc accepted, gpointer data, GError **error);

/* Connects to @path, blocking; -1 with the reason in errno. */
int td_connect_unix(const char *path);

/* Stops listening and removes the socket's name; NULL is fine. */
void td_listener_free(TdListener *listener);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdListener, td_listener_free)

G_END_DECLS

#endif
