/* server.c - the listening sockets and what stands behind them */

#include "config.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

#include <ticketd/error.h>
#include <ticketd/log.h>

#include "server/control-server.h"
#include "server/listen.h"
#include "server/lmtp-server.h"

/* Descriptors for all but LMTP connections: tables, logs, sockets, SMTP. */
#define OTHER_FILES 256u
/* Each LMTP connection may have a temporary file too. */
#define FILES_A_CONNECTION 2u

struct TdServer {
	GPtrArray *listeners; /* of TdListener */
	TdLmtpServer *lmtp;
	TdControlServer *control;
	guint grace; /* timer */
	void (*done)(gpointer);
	gpointer data;
};

static void
raise_file_limit(guint connections)
{
	rlim_t wanted = (rlim_t)connections * FILES_A_CONNECTION + OTHER_FILES;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = MIN(wanted, limit.rlim_max);
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur < wanted)
		td_log(TD_LOG_WARNING, "limit", "error",
		    "too few open files are allowed for [lmtp] connections",
		    NULL);
}

/* The directory of the sockets, which on most systems is gone after a boot. */
static gboolean
make_run(const char *run, GError **error)
{
	if (g_mkdir(run, 0755) < 0) {
		if (errno == EEXIST)
			return TRUE;
		return td_fail(error,
		    errno == EACCES || errno == EROFS ? TD_ERROR_DENIED
		                                      : TD_ERROR_CONFIG,
		    "make the directory %s: %s", run, g_strerror(errno));
	}
	/* Whatever the umask is: who may connect, the sockets say. */
	g_chmod(run, 0755);
	return TRUE;
}

static gboolean
listen_control(TdServer *server, const TdConf *conf, GError **error)
{
	g_autofree char *path = g_build_filename(conf->run, "control", NULL);
	TdListener *listener = td_listen_unix(path,
	    conf->control_group != NULL ? 0660 : 0600, conf->control_group,
	    td_control_server_accept, server->control, error);

	if (listener == NULL)
		return FALSE;
	g_ptr_array_add(server->listeners, listener);
	return TRUE;
}

static gboolean
listen_lmtp(TdServer *server, const TdConf *conf, GError **error)
{
	for (guint i = 0; conf->lmtp_sockets[i] != NULL; i++) {
		TdListener *listener = td_listen_unix(conf->lmtp_sockets[i],
		    conf->lmtp_mode, conf->lmtp_group, td_lmtp_server_accept,
		    server->lmtp, error);

		if (listener == NULL)
			return FALSE;
		g_ptr_array_add(server->listeners, listener);
	}
	for (guint i = 0; conf->lmtp_listen[i] != NULL; i++)
		if (!td_listen_tcp(conf->lmtp_listen[i], server->listeners,
		        td_lmtp_server_accept, server->lmtp, error))
			return FALSE;
	return TRUE;
}

/* Calls done() if all is over. */
static void
look_whether_done(gpointer data)
{
	TdServer *server = data;
	void (*done)(gpointer) = server->done;

	if (done == NULL || td_lmtp_server_connections(server->lmtp) > 0 ||
	    td_control_server_connections(server->control) > 0)
		return;
	server->done = NULL;
	if (server->grace != 0)
		g_source_remove(server->grace);
	server->grace = 0;
	done(server->data);
}

TdServer *
td_server_new(TdService *service, GError **error)
{
	g_autoptr(TdServer) server = g_new0(TdServer, 1);
	g_autoptr(TdDesk) desk = td_service_desk(service);
	const TdConf *conf = td_desk_conf(desk);

	server->listeners = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_listener_free);
	server->lmtp = td_lmtp_server_new(
	    service, conf, look_whether_done, server);
	server->control = td_control_server_new(service, look_whether_done,
	    server, TD_CONTROL_FIRST_S, TD_CONTROL_NEXT_S);
	raise_file_limit(conf->lmtp_connections);
	if (!make_run(conf->run, error) ||
	    !listen_control(server, conf, error) ||
	    !listen_lmtp(server, conf, error))
		return NULL;
	return g_steal_pointer(&server);
}

static gboolean
end_grace(gpointer data)
{
	TdServer *server = data;
	void (*done)(gpointer) = g_steal_pointer(&server->done);

	server->grace = 0;
	if (done != NULL)
		done(server->data);
	return G_SOURCE_REMOVE;
}

void
td_server_stop(
    TdServer *server, guint grace_ms, void (*done)(gpointer), gpointer data)
{
	g_ptr_array_set_size(server->listeners, 0);
	td_lmtp_server_stop(server->lmtp);
	td_control_server_stop(server->control);
	server->done = done;
	server->data = data;
	server->grace = g_timeout_add(grace_ms, end_grace, server);
	look_whether_done(server);
}

void
td_server_free(TdServer *server)
{
	if (server == NULL)
		return;

	if (server->grace != 0)
		g_source_remove(server->grace);
	g_ptr_array_unref(server->listeners);
	td_lmtp_server_free(server->lmtp);
	td_control_server_free(server->control);
	g_free(server);
}
