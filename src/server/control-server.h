/* control-server.h - the answering side of the control socket */

#ifndef TICKETD_CONTROL_SERVER_H
#define TICKETD_CONTROL_SERVER_H

#include <ticketd/server.h>

G_BEGIN_DECLS

typedef struct TdControlServer TdControlServer;

/* How long a peer may be silent, in seconds; the longer one behind an answer
 * that it may be busy with: of those who may do what is guarded always (a
 * backup is flushed, somebody is asked), of others while an export is written
 * or a list goes on. */
#define TD_CONTROL_FIRST_S 60u
#define TD_CONTROL_NEXT_S 900u

/* @service is borrowed; @changed is called on the main loop when a connection
 * is gone.  The last two as above. */
TdControlServer *td_control_server_new(TdService *service,
    void (*changed)(gpointer), gpointer data, guint first_s, guint next_s);

/* Takes over a connected socket.  (TdAcceptFunc; @data is the server.) */
void td_control_server_accept(int fd, gpointer data);

/* Ends each connection, those with a request in hand after its answer. */
void td_control_server_stop(TdControlServer *server);
guint td_control_server_connections(const TdControlServer *server);

/* Waits for the requests in hand. */
void td_control_server_free(TdControlServer *server);

G_END_DECLS

#endif
