/* lmtp-server.h - LMTP sessions on sockets: main thread only */

#ifndef TICKETD_LMTP_SERVER_H
#define TICKETD_LMTP_SERVER_H

#include <ticketd/server.h>

G_BEGIN_DECLS

typedef struct TdLmtpServer TdLmtpServer;

/* @service is borrowed; @conf is read now.  @changed is called on the main loop
 * when a connection is gone. */
TdLmtpServer *td_lmtp_server_new(TdService *service, const TdConf *conf,
    void (*changed)(gpointer), gpointer data);

/* Takes over a connected socket.  (TdAcceptFunc; @data is the server.) */
void td_lmtp_server_accept(int fd, gpointer data);

/* Answers 421 to each client, those whose message is being filed after the
 * answer to that. */
void td_lmtp_server_stop(TdLmtpServer *server);
guint td_lmtp_server_connections(const TdLmtpServer *server);

/* Waits for the messages that are being filed. */
void td_lmtp_server_free(TdLmtpServer *server);

G_END_DECLS

#endif
