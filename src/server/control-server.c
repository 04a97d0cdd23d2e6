/* control-server.c - see server/control-server.h */

#include "config.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ticketd/error.h>
#include <ticketd/log.h>

#include "server/control-frame.h"
#include "server/control-server.h"
#include "server/handover.h"
#include "server/request.h"
#include "server/service-private.h"
#include "server/stream.h"

#define CONNECTIONS_MAX 32u
/* Of them, kept for root and the desk's user. */
#define OWN_CONNECTIONS 4u
#define WORDS_MAX ((gsize)1024 * 1024)
#define THREADS 4
#define GROUPS_MAX 1024
#define NAME_BUFFER ((gsize)16 * 1024)

struct TdControlServer {
	TdService *service;
	void (*changed)(gpointer);
	gpointer data;
	guint first_s;
	guint next_s;
	GThreadPool *pool;
	TdHandover *answers; /* of Connection */
	GPtrArray *connections;
	gboolean stopping;
};

/* The request of one connection goes to a thread of the pool and comes back
 * with the answer; meanwhile the main thread leaves all but stream alone. */
typedef struct {
	TdControlServer *server;
	TdStream *stream; /* NULL once the peer is gone */
	gboolean busy;
	gboolean refused; /* lost track of its bytes: hang up */
	struct ucred peer;
	char *actor;     /* NULL until the peer was found to be allowed */
	gboolean keeper; /* what is guarded too */
	gboolean more;   /* it has reason to ask again */
	GString *line;
	JsonObject *words; /* not NULL: the bytes are coming */
	gint64 wanted;     /* -1: there are none */
	GByteArray *bytes;
	GString *answer;
	guint64 backup; /* what it began, 0: nothing */
} Connection;

/* ---- who asks ---- */

static gboolean
is_member(const struct passwd *user, const struct ucred *peer, gid_t gid)
{
	g_autofree gid_t *groups = g_new0(gid_t, GROUPS_MAX);
	int count = GROUPS_MAX;

	if (peer->gid == gid)
		return TRUE;
	if (user == NULL ||
	    getgrouplist(user->pw_name, user->pw_gid, groups, &count) < 0)
		return FALSE;
	for (int i = 0; i < count; i++)
		if (groups[i] == gid)
			return TRUE;
	return FALSE;
}

/* @name may be NULL. */
static gboolean
in_group(const char *name, const struct passwd *user, const struct ucred *peer)
{
	g_autofree char *buffer = g_malloc(NAME_BUFFER);
	struct group group, *found = NULL;

	return name != NULL &&
	    getgrnam_r(name, &group, buffer, NAME_BUFFER, &found) == 0 &&
	    found != NULL && is_member(user, peer, found->gr_gid);
}

static gboolean
is_own(const struct ucred *peer)
{
	return peer->uid == 0 || peer->uid == geteuid();
}

/* Sets connection->actor if the peer may ask, and .keeper.  Looks up names,
 * which may take long: not on the main loop. */
static gboolean
authorize(Connection *connection, GError **error)
{
	g_autoptr(TdDesk) desk = td_service_desk(connection->server->service);
	const TdConf *conf = td_desk_conf(desk);
	const struct ucred *peer = &connection->peer;
	gboolean own = is_own(peer);
	g_autofree char *buffer = g_malloc(NAME_BUFFER);
	struct passwd entry, *user = NULL;

	if (connection->actor != NULL)
		return TRUE;
	if (getpwuid_r(peer->uid, &entry, buffer, NAME_BUFFER, &user) != 0)
		user = NULL;
	if (!own && !in_group(conf->control_group, user, peer))
		return td_fail(error, TD_ERROR_DENIED,
		    "user %s may not use the control socket",
		    user == NULL ? "unknown" : user->pw_name);

	connection->keeper = own || in_group(conf->admin_group, user, peer);
	connection->actor = user != NULL
	    ? g_strconcat("control:", user->pw_name, NULL)
	    : g_strdup_printf("control:%u", (guint)peer->uid);
	return TRUE;
}

/* ---- a request, in a thread of the pool ---- */

/* "" if it names none. */
static const char *
verb_of(const Connection *connection)
{
	JsonNode *node = json_object_get_member(connection->words, "verb");

	if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
	    json_node_get_value_type(node) != G_TYPE_STRING)
		return "";
	return json_node_get_string(node);
}

/* A list goes on, or an export is written meanwhile. */
static gboolean
has_more(const char *verb, const TdAnswer *answer)
{
	return g_str_has_prefix(verb, "export") ||
	    (answer->result != NULL && JSON_NODE_HOLDS_OBJECT(answer->result) &&
	        json_object_has_member(
	            json_node_get_object(answer->result), "next"));
}

static gboolean
run_request(Connection *connection, TdAnswer *answer, GError **error)
{
	TdRequest request = { .words = connection->words };
	g_autoptr(GBytes) bytes = NULL;

	connection->more = FALSE;
	if (!authorize(connection, error))
		return FALSE;
	if (!connection->keeper && td_verb_is_guarded(verb_of(connection)))
		return td_fail(error, TD_ERROR_DENIED,
		    "only root, the user of the desk and members of "
		    "admin-group may do that");
	if (connection->wanted >= 0)
		bytes = g_byte_array_free_to_bytes(
		    g_steal_pointer(&connection->bytes));
	request.bytes = bytes;
	if (!td_request_run(connection->server->service, &request,
	        connection->actor, answer, error))
		return FALSE;
	connection->more = has_more(verb_of(connection), answer);
	if (g_str_equal(verb_of(connection), "backup-begin"))
		connection->backup = (guint64)json_object_get_int_member(
		    json_node_get_object(answer->result), "id");
	return TRUE;
}

/* Thousands of pieces would be thousands of lines. */
static TdLogLevel
log_level(const char *verb, const GError *error)
{
	return error == NULL && g_str_equal(verb, "backup-next") ? TD_LOG_DEBUG
	                                                         : TD_LOG_INFO;
}

static void
log_request(const Connection *connection, gint64 started, const GError *error)
{
	const char *verb = verb_of(connection);
	char delay[32];

	g_snprintf(delay, sizeof(delay), "%.3f",
	    (double)(g_get_monotonic_time() - started) / 1e6);
	td_log(log_level(verb, error), "request", "verb", verb, "actor",
	    connection->actor, "delay", delay, "result",
	    error == NULL ? "ok" : error->message, NULL);
}

static void
do_request(gpointer data, gpointer unused G_GNUC_UNUSED)
{
	Connection *connection = data;
	g_autoptr(GError) error = NULL;
	g_auto(TdAnswer) answer = { NULL, NULL };
	gint64 started = g_get_monotonic_time();

	if (run_request(connection, &answer, &error))
		connection->answer = td_frame_answer(&answer);
	else
		connection->answer = td_frame_error(error);
	log_request(connection, started, error);
	td_handover_push(connection->server->answers, connection);
}

/* ---- connections, on the main loop ---- */

static void
clear_request(Connection *connection)
{
	g_clear_pointer(&connection->words, json_object_unref);
	g_clear_pointer(&connection->bytes, g_byte_array_unref);
	g_string_truncate(connection->line, 0);
}

static void
free_connection(Connection *connection)
{
	td_stream_free(connection->stream);
	clear_request(connection);
	if (connection->answer != NULL)
		g_string_free(connection->answer, TRUE);
	g_string_free(connection->line, TRUE);
	g_free(connection->actor);
	g_free(connection);
}

static void
drop_connection(Connection *connection)
{
	TdControlServer *server = connection->server;

	if (connection->backup != 0)
		td_service_cancel_backup(server->service, connection->backup);
	g_ptr_array_remove_fast(server->connections, connection);
	free_connection(connection);
	server->changed(server->data);
}

static void
refuse(Connection *connection, GString *out, const GError *error)
{
	GString *frame = td_frame_error(error);

	g_string_append_len(out, frame->str, (gssize)frame->len);
	g_string_free(frame, TRUE);
	connection->refused = TRUE;
	td_stream_finish(connection->stream);
}

static void
start_request(Connection *connection)
{
	connection->busy = TRUE;
	td_stream_hold(connection->stream);
	td_handover_expect(connection->server->answers);
	g_thread_pool_push(connection->server->pool, connection, NULL);
}

/* The line is whole: what else belongs to the request? */
static gboolean
read_words(Connection *connection, GError **error)
{
	g_autoptr(TdDesk) desk = td_service_desk(connection->server->service);
	guint64 max = td_desk_conf(desk)->max_message_size;

	if (!td_frame_read(connection->line->str, connection->line->len,
	        &connection->words, &connection->wanted, error))
		return FALSE;
	if (connection->wanted > 0 && (guint64)connection->wanted > max)
		return td_fail(error, TD_ERROR_TOO_LARGE,
		    "more than max-message-size (%" G_GUINT64_FORMAT " bytes)",
		    max);
	connection->bytes = g_byte_array_new();
	if (connection->wanted <= 0)
		start_request(connection);
	return TRUE;
}

static gsize
take_line(Connection *connection, const char *bytes, gsize size, GString *out)
{
	const char *end = memchr(bytes, '\n', size);
	gsize part = end == NULL ? size : (gsize)(end - bytes);
	g_autoptr(GError) error = NULL;

	if (connection->line->len + part > WORDS_MAX) {
		td_fail(&error, TD_ERROR_USAGE, "the line is too long");
		refuse(connection, out, error);
		return size;
	}
	g_string_append_len(connection->line, bytes, (gssize)part);
	if (end == NULL)
		return size;
	if (!read_words(connection, &error))
		refuse(connection, out, error);
	return part + 1;
}

static gsize
take_bytes(Connection *connection, const char *bytes, gsize size)
{
	gsize part = MIN(
	    size, (gsize)connection->wanted - connection->bytes->len);

	g_byte_array_append(
	    connection->bytes, (const guint8 *)bytes, (guint)part);
	if (connection->bytes->len == (gsize)connection->wanted)
		start_request(connection);
	return part;
}

/* TdStreamOps */
static gsize
take(const char *bytes, gsize size, GString *out, gpointer data)
{
	Connection *connection = data;
	gsize used = 0;

	while (used < size && !connection->busy && !connection->refused) {
		if (connection->words == NULL)
			used += take_line(
			    connection, bytes + used, size - used, out);
		else
			used += take_bytes(
			    connection, bytes + used, size - used);
	}
	return used;
}

static void
idle(GString *out G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED)
{
}

static void
over(gpointer data)
{
	Connection *connection = data;

	if (connection->busy)
		g_clear_pointer(&connection->stream, td_stream_free);
	else
		drop_connection(connection);
}

/* TdHandoverFunc */
static void
take_answer(gpointer item, gpointer data)
{
	Connection *connection = item;
	TdControlServer *server = data;
	GString *answer = g_steal_pointer(&connection->answer);

	connection->busy = FALSE;
	clear_request(connection);
	if (connection->stream == NULL) {
		g_string_free(answer, TRUE);
		drop_connection(connection);
		return;
	}
	g_string_append_len(td_stream_out(connection->stream), answer->str,
	    (gssize)answer->len);
	g_string_free(answer, TRUE);
	if (server->stopping)
		td_stream_finish(connection->stream);
	else
		td_stream_set_timeout(connection->stream,
		    connection->keeper || connection->more ? server->next_s
		                                           : server->first_s);
	td_stream_release(connection->stream);
}

/* ---- the server ---- */

TdControlServer *
td_control_server_new(TdService *service, void (*changed)(gpointer),
    gpointer data, guint first_s, guint next_s)
{
	TdControlServer *server = g_new0(TdControlServer, 1);

	server->service = service;
	server->changed = changed;
	server->data = data;
	server->first_s = first_s;
	server->next_s = next_s;
	server->pool = g_thread_pool_new(
	    do_request, NULL, THREADS, FALSE, NULL);
	server->answers = td_handover_new(take_answer, server);
	server->connections = g_ptr_array_new();
	return server;
}

static void
turn_away(int fd)
{
	g_autoptr(GError) error = NULL;
	GString *frame;

	td_fail(&error, TD_ERROR_AGAIN,
	    "too many connections to the control socket");
	frame = td_frame_error(error);
	/* If it does not fit, the peer sees us hang up. */
	if (send(fd, frame->str, frame->len, MSG_NOSIGNAL) < 0)
		td_log_error("control", error);
	g_string_free(frame, TRUE);
	close(fd);
}

static gboolean
is_full(const TdControlServer *server, const struct ucred *peer)
{
	guint others = 0;

	if (is_own(peer))
		return server->connections->len >= CONNECTIONS_MAX;
	for (guint i = 0; i < server->connections->len; i++) {
		const Connection *connection = g_ptr_array_index(
		    server->connections, i);

		others += !is_own(&connection->peer);
	}
	return server->connections->len >= CONNECTIONS_MAX ||
	    others >= CONNECTIONS_MAX - OWN_CONNECTIONS;
}

void
td_control_server_accept(int fd, gpointer data)
{
	static const TdStreamOps ops = { take, idle, over, FALSE };
	TdControlServer *server = data;
	socklen_t size = sizeof(struct ucred);
	struct ucred peer;
	Connection *connection;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0) {
		close(fd);
		return;
	}
	if (is_full(server, &peer)) {
		turn_away(fd);
		return;
	}
	connection = g_new0(Connection, 1);
	connection->server = server;
	connection->peer = peer;
	connection->line = g_string_new(NULL);
	connection->stream = td_stream_new(
	    fd, server->first_s, &ops, connection);
	g_ptr_array_add(server->connections, connection);
}

void
td_control_server_stop(TdControlServer *server)
{
	server->stopping = TRUE;
	for (guint i = 0; i < server->connections->len; i++) {
		Connection *connection = g_ptr_array_index(
		    server->connections, i);

		if (!connection->busy)
			td_stream_finish(connection->stream);
	}
}

guint
td_control_server_connections(const TdControlServer *server)
{
	return server->connections->len;
}

static void
ignore_change(gpointer data G_GNUC_UNUSED)
{
}

void
td_control_server_free(TdControlServer *server)
{
	if (server == NULL)
		return;

	server->changed = ignore_change;
	td_handover_free(server->answers);
	g_thread_pool_free(server->pool, FALSE, TRUE);
	while (server->connections->len > 0)
		drop_connection(g_ptr_array_index(server->connections, 0));
	g_ptr_array_unref(server->connections);
	g_free(server);
}
