/* lmtp-server.c - see server/lmtp-server.h */

#include "config.h"

#include <sys/socket.h>
#include <unistd.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>
#include <ticketd/log.h>

#include "server/handover.h"
#include "server/lmtp-places.h"
#include "server/lmtp-server.h"
#include "server/lmtp-session.h"
#include "server/service-private.h"
#include "server/spool.h"
#include "server/stream.h"

/* The text of a mail comes at so many bytes a second at least, in the long run;
 * any machine is faster. */
#define RATE_MIN 16384
/* Who is silent for so long gives way when there is no place left. */
#define SILENT_US (G_USEC_PER_SEC / 2)
/* A want of places is told so often. */
#define TELL_US (60 * G_USEC_PER_SEC)

#define STOPPING "421 4.3.2 ticketd is going down"
#define GIVE_WAY "421 4.3.2 too many connections, and this one was silent"

struct TdLmtpServer {
	TdService *service;
	char *host;
	guint64 max_size;
	guint timeout_s;
	TdLmtpPlaces *places;
	gint64 told; /* that they do not suffice; monotonic */
	void (*changed)(gpointer);
	gpointer data;
	TdSpoolRoom *room;
	TdHandover *filed; /* of Filed */
	GPtrArray *connections;
	gboolean stopping;
};

typedef struct {
	TdLmtpServer *server;
	char *peer;
	TdStream *stream; /* NULL once the peer is gone */
	TdLmtpSession *session;
	TdSpool *spool;
	guint steps;  /* of the session, when last looked at */
	gint64 began; /* the last of them, monotonic */
} Connection;

/* What comes back from the writer. */
typedef struct {
	Connection *connection;
	TdIntake *intake;
} Filed;

/* ---- what the session asks for ---- */

static gboolean
is_ours(const char *recipient, gpointer data)
{
	Connection *connection = data;
	g_autoptr(TdDesk) desk = td_service_desk(connection->server->service);

	return td_desk_recipient(desk, recipient, NULL);
}

static gboolean
take_text(const char *bytes, gsize size, gpointer data)
{
	Connection *connection = data;

	return td_spool_append(connection->spool, bytes, size);
}

static void
discard(gpointer data)
{
	Connection *connection = data;

	td_spool_clear(connection->spool);
}

/* TdIntakeDone, on a thread of the writer's. */
static void
message_filed(TdIntake *intake, gpointer data)
{
	Filed *filed = data;

	filed->intake = intake;
	td_handover_push(filed->connection->server->filed, filed);
}

static gboolean
complete(TdIntake *intake, gpointer data)
{
	Connection *connection = data;
	TdLmtpServer *server = connection->server;
	Filed *filed;

	intake->raw = td_spool_take(connection->spool);
	if (intake->raw == NULL) {
		td_intake_free(intake);
		return FALSE;
	}
	intake->received = td_clock_now();
	intake->started = g_get_monotonic_time();
	filed = g_new0(Filed, 1);
	filed->connection = connection;
	td_stream_hold(connection->stream);
	td_handover_expect(server->filed);
	td_service_take(server->service, intake, message_filed, filed);
	return TRUE;
}

/* ---- connections ---- */

static void
drop_connection(Connection *connection)
{
	TdLmtpServer *server = connection->server;

	g_ptr_array_remove_fast(server->connections, connection);
	td_lmtp_places_leave(server->places, connection->peer);
	g_free(connection->peer);
	td_stream_free(connection->stream);
	td_lmtp_session_free(connection->session);
	td_spool_free(connection->spool);
	g_free(connection);
	server->changed(server->data);
}

/* A step, or a byte of text unless they come too slowly, lets the client be
 * silent for the whole time again. */
static void
keep_pace(Connection *connection)
{
	TdLmtpSession *session = connection->session;
	gint64 now = g_get_monotonic_time();
	guint steps = td_lmtp_session_steps(session);
	gint64 before = td_stream_touched(connection->stream);
	gint64 due;

	if (steps != connection->steps)
		connection->began = now;
	connection->steps = steps;
	due = connection->began +
	    (gint64)(td_lmtp_session_received(session) * G_USEC_PER_SEC /
	        RATE_MIN);
	td_stream_touch(connection->stream, MAX(before, MIN(now, due)));
}

/* TdStreamOps */
static gsize
feed(const char *bytes, gsize size, GString *out, gpointer data)
{
	Connection *connection = data;
	gsize used = td_lmtp_session_feed(
	    connection->session, bytes, size, out);

	keep_pace(connection);
	if (td_lmtp_session_over(connection->session))
		td_stream_finish(connection->stream);
	return used;
}

static void
idle(GString *out, gpointer data)
{
	Connection *connection = data;

	td_lmtp_session_close(connection->session,
	    "421 4.4.2 waited too long for the next command", out);
}

static void
over(gpointer data)
{
	Connection *connection = data;

	if (td_lmtp_session_busy(connection->session))
		g_clear_pointer(&connection->stream, td_stream_free);
	else
		drop_connection(connection);
}

static void
close_session(Connection *connection, const char *reply)
{
	td_lmtp_session_close(
	    connection->session, reply, td_stream_out(connection->stream));
	td_stream_finish(connection->stream);
	td_stream_flush(connection->stream);
}

static gboolean
is_disk_full(TdLmtpServer *server, const TdIntake *intake)
{
	const TdIntakeRecipient *first = g_ptr_array_index(
	    intake->recipients, 0);
	g_autoptr(TdDesk) desk = td_service_desk(server->service);

	return g_error_matches(first->error, TD_ERROR, TD_ERROR_AGAIN) &&
	    td_store_is_full(td_desk_conf(desk)->store);
}

/* TdHandoverFunc */
static void
answer(gpointer item, gpointer data)
{
	TdLmtpServer *server = data;
	Filed *filed = item;
	Connection *connection = filed->connection;
	g_autoptr(TdIntake) intake = filed->intake;

	g_free(filed);
	if (connection->stream == NULL) {
		drop_connection(connection);
		return;
	}
	td_lmtp_session_answer(connection->session, intake,
	    is_disk_full(server, intake), td_stream_out(connection->stream));
	if (server->stopping)
		close_session(connection, STOPPING);
	td_stream_release(connection->stream);
}

/* ---- the server ---- */

TdLmtpServer *
td_lmtp_server_new(TdService *service, const TdConf *conf,
    void (*changed)(gpointer), gpointer data)
{
	TdLmtpServer *server = g_new0(TdLmtpServer, 1);
	const char *scratch = td_service_scratch(service);

	server->service = service;
	server->host = g_strdup(conf->domain);
	server->max_size = conf->max_message_size;
	server->timeout_s = conf->lmtp_timeout;
	server->places = td_lmtp_places_new(
	    conf->lmtp_connections, conf->lmtp_peer_connections);
	server->changed = changed;
	server->data = data;
	server->room = td_spool_room_new(
	    conf->lmtp_memory, scratch != NULL ? scratch : g_get_tmp_dir());
	server->filed = td_handover_new(answer, server);
	server->connections = g_ptr_array_new();
	return server;
}

/* ---- places ---- */

/* The connection that was silent for longest, of @peer or, NULL, of all; NULL
 * when none was for long. */
static Connection *
find_silent(const TdLmtpServer *server, const char *peer)
{
	gint64 before = g_get_monotonic_time() - SILENT_US;
	Connection *found = NULL;

	for (guint i = 0; i < server->connections->len; i++) {
		Connection *connection = g_ptr_array_index(
		    server->connections, i);

		if (td_lmtp_session_busy(connection->session) ||
		    (peer != NULL && !g_str_equal(connection->peer, peer)) ||
		    td_stream_touched(connection->stream) > before)
			continue;
		before = td_stream_touched(connection->stream);
		found = connection;
	}
	return found;
}

static void
tell(TdLmtpServer *server, const char *peer, const char *what)
{
	gint64 now = g_get_monotonic_time();

	if (server->told != 0 && now - server->told < TELL_US)
		return;
	server->told = now;
	td_log(TD_LOG_WARNING, "lmtp", "peer", peer, "result", what, NULL);
}

/* Finds a place for @peer, if need be that of a client who does nothing. */
static gboolean
take_place(TdLmtpServer *server, const char *peer)
{
	gboolean own;
	Connection *silent;

	if (td_lmtp_places_take(server->places, peer))
		return TRUE;
	own = td_lmtp_places_has_share(server->places, peer);
	silent = find_silent(server, own ? peer : NULL);
	tell(server, peer,
	    own ? "too many connections of one peer" : "too many connections");
	if (silent == NULL)
		return FALSE;
	/* What the client does not read now it never does. */
	close_session(silent, GIVE_WAY);
	drop_connection(silent);
	return td_lmtp_places_take(server->places, peer);
}

static void
turn_away(int fd)
{
	static const char reply[] = "421 4.3.2 too many connections\r\n";

	/* If it does not fit, the peer sees us hang up. */
	if (send(fd, reply, sizeof(reply) - 1, MSG_NOSIGNAL) < 0)
		td_log(TD_LOG_DEBUG, "lmtp", "error", "too many connections",
		    NULL);
	close(fd);
}

void
td_lmtp_server_accept(int fd, gpointer data)
{
	static const TdLmtpOps session_ops = {
		.recipient = is_ours,
		.text = take_text,
		.discard = discard,
		.complete = complete,
	};
	static const TdStreamOps stream_ops = { feed, idle, over, TRUE };
	TdLmtpServer *server = data;
	g_autofree char *peer = td_lmtp_peer(fd);
	Connection *connection;

	if (!take_place(server, peer)) {
		turn_away(fd);
		return;
	}
	connection = g_new0(Connection, 1);
	connection->server = server;
	connection->peer = g_steal_pointer(&peer);
	connection->began = g_get_monotonic_time();
	connection->session = td_lmtp_session_new(
	    &session_ops, connection, server->host, server->max_size);
	connection->spool = td_spool_new(server->room);
	connection->stream = td_stream_new(
	    fd, server->timeout_s, &stream_ops, connection);
	g_ptr_array_add(server->connections, connection);
	td_lmtp_session_greet(
	    connection->session, td_stream_out(connection->stream));
	td_stream_flush(connection->stream);
}

void
td_lmtp_server_stop(TdLmtpServer *server)
{
	server->stopping = TRUE;
	for (guint i = 0; i < server->connections->len; i++) {
		Connection *connection = g_ptr_array_index(
		    server->connections, i);

		if (!td_lmtp_session_busy(connection->session))
			close_session(connection, STOPPING);
	}
}

guint
td_lmtp_server_connections(const TdLmtpServer *server)
{
	return server->connections->len;
}

static void
ignore_change(gpointer data G_GNUC_UNUSED)
{
}

void
td_lmtp_server_free(TdLmtpServer *server)
{
	if (server == NULL)
		return;

	server->changed = ignore_change;
	td_handover_free(server->filed);
	while (server->connections->len > 0)
		drop_connection(g_ptr_array_index(server->connections, 0));
	g_ptr_array_unref(server->connections);
	td_lmtp_places_free(server->places);
	td_spool_room_unref(server->room);
	g_free(server->host);
	g_free(server);
}
