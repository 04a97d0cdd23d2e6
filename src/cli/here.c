/* here.c - the desk in this process, where no daemon runs */

#include "config.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ticketd/clock.h>
#include <ticketd/desk.h>
#include <ticketd/error.h>
#include <ticketd/message.h>
#include <ticketd/outbox.h>
#include <ticketd/server.h>

#include "cli/here.h"

/* How long a process that has the store open is waited for. */
#define WAIT_MS 5000u

struct TdHere {
	TdConf *own_conf;   /* until the service has it */
	const TdConf *conf; /* borrowed from own_conf or the service */
	const char *actor;  /* borrowed */
	pid_t child;        /* a process of our own that has it, or 0 */
	TdService *service; /* without that */
	TdOutbox *outbox;   /* without, when asked for */
};

gboolean
td_here_begin(const TdCli *cli G_GNUC_UNUSED, int *status G_GNUC_UNUSED)
{
	return TRUE;
}

/* ---- becoming the owner of the store ---- */

gboolean
td_client_become_owner(const char *store, GError **error)
{
	g_autoptr(TdUser) owner = NULL;
	struct stat status;

	if (stat(store, &status) != 0) {
		if (errno == EACCES)
			return td_fail(error, TD_ERROR_DENIED,
			    "no ticketd is running, and %s may not be looked "
			    "at; try as its owner or as root",
			    store);
		return TRUE;
	}
	if (status.st_uid == geteuid())
		return TRUE;

	owner = td_user_by_id(status.st_uid);
	if (geteuid() != 0)
		return td_fail(error, TD_ERROR_DENIED,
		    "no ticketd is running, and the store %s belongs to %s; "
		    "try as that user or as root, or start ticketd",
		    store, owner == NULL ? "somebody else" : owner->name);
	if (owner == NULL)
		return td_fail(error, TD_ERROR_DENIED,
		    "the owner of the store %s has no name (uid %u)", store,
		    (unsigned)status.st_uid);
	return td_user_become(owner, error);
}

/* ---- the outbox of this process ---- */

static gboolean
report(TdTxn *txn, const TdDelivery *delivery, gpointer data, GError **error)
{
	TdHere *here = data;
	g_autoptr(TdDesk) desk = td_service_desk(here->service);

	return td_desk_delivered(desk, txn, delivery, td_clock_now(), error);
}

static void
wake(gpointer data)
{
	td_outbox_wake(data);
}

static gboolean
flush(gpointer data, gboolean all, gboolean wait G_GNUC_UNUSED, GError **error)
{
	/* The process ends next, so it always waits. */
	return td_outbox_flush(data, all, TRUE, error);
}

static gboolean
open_outbox(TdHere *here, GError **error)
{
	/* A server that hangs up must not end this process. */
	signal(SIGPIPE, SIG_IGN);
	here->outbox = td_outbox_new(here->conf,
	    td_service_store(here->service), td_service_writer(here->service),
	    report, here, error);
	if (here->outbox == NULL)
		return FALSE;
	td_service_set_outbox(here->service, wake, flush, here->outbox);
	return TRUE;
}

/* ---- opening ---- */

static gboolean
open_service(TdHere *here, TdClientFlags flags, GError **error)
{
	g_autoptr(GError) problem = NULL;

	td_message_init();
	here->service = td_service_open(here->own_conf, WAIT_MS, &problem);
	if (here->service == NULL && (flags & TD_CLIENT_EMPTY) != 0 &&
	    g_error_matches(problem, TD_ERROR, TD_ERROR_NO_STORE)) {
		g_clear_error(&problem);
		here->service = td_service_open_empty(here->own_conf, &problem);
	}
	if (here->service == NULL) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return FALSE;
	}
	here->own_conf = NULL;
	return (flags & TD_CLIENT_OUTBOX) == 0 || open_outbox(here, error);
}

/* *@control is a daemon that was just starting, and held the lock; now it may
 * listen. */
static gboolean
open_store(
    TdHere *here, TdClientFlags flags, TdControl **control, GError **error)
{
	g_autoptr(GError) problem = NULL;

	if (!td_client_become_owner(here->conf->store, error))
		return FALSE;
	if (open_service(here, flags, &problem))
		return TRUE;

	if (g_error_matches(problem, TD_ERROR, TD_ERROR_AGAIN) &&
	    td_control_connect(here->conf, control, NULL) && *control != NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}

/* ---- a process of our own that has the store ---- */

static void G_GNUC_NORETURN
serve(TdHere *here, TdClientFlags flags, int fd)
{
	g_autoptr(GError) error = NULL;

	signal(SIGPIPE, SIG_IGN);
	if (td_client_become_owner(here->conf->store, &error) &&
	    open_service(here, flags, &error))
		td_control_serve(here->service, fd, here->actor);
	else
		td_control_serve_error(fd, error);
	td_here_free(here);
	_exit(0);
}

static gboolean
open_apart(
    TdHere *here, TdClientFlags flags, TdControl **control, GError **error)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return td_fail(error, TD_ERROR_AGAIN, "make a socket: %s",
		    g_strerror(errno));
	here->child = fork();
	if (here->child == 0) {
		close(pair[0]);
		serve(here, flags, pair[1]);
	}
	close(pair[1]);
	if (here->child < 0) {
		here->child = 0;
		close(pair[0]);
		return td_fail(error, TD_ERROR_AGAIN, "make a process: %s",
		    g_strerror(errno));
	}
	*control = td_control_adopt(pair[0]);
	return TRUE;
}

/* ---- for the client ---- */

gboolean
td_here_open(const char *conf_path, TdClientFlags flags, const char *actor,
    TdHere **here, TdControl **control, GError **error)
{
	g_autoptr(TdHere) made = g_new0(TdHere, 1);
	gboolean apart = (flags & TD_CLIENT_APART) != 0;

	made->own_conf = td_conf_load(conf_path, error);
	if (made->own_conf == NULL)
		return FALSE;
	made->conf = made->own_conf;
	made->actor = actor;
	if (apart ? !open_apart(made, flags, control, error)
	          : !open_store(made, flags, control, error))
		return FALSE;
	if (apart || *control == NULL)
		*here = g_steal_pointer(&made);
	return TRUE;
}

gboolean
td_here_run(TdHere *here, const TdRequest *request, const char *actor,
    TdAnswer *answer, GError **error)
{
	return td_request_run(here->service, request, actor, answer, error);
}

void
td_here_free(TdHere *here)
{
	if (here == NULL)
		return;
	if (here->outbox != NULL)
		td_service_set_outbox(here->service, NULL, NULL, NULL);
	td_outbox_free(here->outbox);
	td_service_free(here->service);
	while (here->child > 0 && waitpid(here->child, NULL, 0) < 0 &&
	    errno == EINTR)
		;
	td_conf_free(here->own_conf);
	g_free(here);
}
