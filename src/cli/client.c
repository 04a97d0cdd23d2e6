/* client.c - who does a request: the daemon, or this process alone */

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

#include "cli/cli.h"

/* How long a process that has the store open is waited for. */
#define WAIT_MS 5000u

struct TdClient {
	const TdConf *conf; /* borrowed from own_conf or the service */
	TdConf *own_conf;
	TdControl *control; /* with a daemon, or a process of our own */
	pid_t child;        /* that process, 0: there is none */
	TdService *service; /* without */
	TdOutbox *outbox;   /* without, when asked for */
	char *actor;
};

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
	TdClient *client = data;
	g_autoptr(TdDesk) desk = td_service_desk(client->service);

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
open_outbox(TdClient *client, GError **error)
{
	/* A server that hangs up must not end this process. */
	signal(SIGPIPE, SIG_IGN);
	client->outbox = td_outbox_new(client->conf,
	    td_service_store(client->service),
	    td_service_writer(client->service), report, client, error);
	if (client->outbox == NULL)
		return FALSE;
	td_service_set_outbox(client->service, wake, flush, client->outbox);
	return TRUE;
}

/* ---- opening ---- */

static gboolean
open_service(TdClient *client, TdClientFlags flags, GError **error)
{
	g_autoptr(GError) problem = NULL;

	td_message_init();
	client->service = td_service_open(client->own_conf, WAIT_MS, &problem);
	if (client->service == NULL && (flags & TD_CLIENT_EMPTY) != 0 &&
	    g_error_matches(problem, TD_ERROR, TD_ERROR_NO_STORE)) {
		g_clear_error(&problem);
		client->service = td_service_open_empty(
		    client->own_conf, &problem);
	}
	if (client->service == NULL) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return FALSE;
	}
	client->own_conf = NULL;
	return (flags & TD_CLIENT_OUTBOX) == 0 || open_outbox(client, error);
}

static gboolean
open_here(TdClient *client, TdClientFlags flags, GError **error)
{
	g_autoptr(GError) problem = NULL;

	if (!td_client_become_owner(client->conf->store, error))
		return FALSE;
	if (open_service(client, flags, &problem))
		return TRUE;

	/* A daemon that was just starting holds the lock; now it may listen. */
	if (g_error_matches(problem, TD_ERROR, TD_ERROR_AGAIN) &&
	    td_control_connect(client->conf, &client->control, NULL) &&
	    client->control != NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}

/* ---- a process of our own that has the store ---- */

static void G_GNUC_NORETURN
serve(TdClient *client, TdClientFlags flags, int fd)
{
	g_autoptr(GError) error = NULL;

	signal(SIGPIPE, SIG_IGN);
	if (td_client_become_owner(client->conf->store, &error) &&
	    open_service(client, flags, &error))
		td_control_serve(client->service, fd, client->actor);
	else
		td_control_serve_error(fd, error);
	td_client_free(client);
	_exit(0);
}

static gboolean
open_apart(TdClient *client, TdClientFlags flags, GError **error)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return td_fail(error, TD_ERROR_AGAIN, "make a socket: %s",
		    g_strerror(errno));
	client->child = fork();
	if (client->child == 0) {
		close(pair[0]);
		serve(client, flags, pair[1]);
	}
	close(pair[1]);
	if (client->child < 0) {
		client->child = 0;
		close(pair[0]);
		return td_fail(error, TD_ERROR_AGAIN, "make a process: %s",
		    g_strerror(errno));
	}
	client->control = td_control_adopt(pair[0]);
	return TRUE;
}

static void
end_child(TdClient *client)
{
	g_clear_pointer(&client->control, td_control_free);
	while (client->child > 0 && waitpid(client->child, NULL, 0) < 0 &&
	    errno == EINTR)
		;
}

static gboolean
open_store(TdClient *client, TdClientFlags flags, GError **error)
{
	return (flags & TD_CLIENT_APART) != 0 ? open_apart(client, flags, error)
	                                      : open_here(client, flags, error);
}

/* The user who asks, before any change of user. */
static char *
actor_name(void)
{
	g_autoptr(TdUser) user = td_user_by_id(getuid());

	if (user == NULL)
		return g_strdup_printf("control:%u", (unsigned)getuid());
	return g_strconcat("control:", user->name, NULL);
}

TdClient *
td_client_open(const char *conf_path, TdClientFlags flags, GError **error)
{
	g_autoptr(TdClient) client = g_new0(TdClient, 1);

	client->own_conf = td_conf_load(conf_path, error);
	if (client->own_conf == NULL)
		return NULL;
	client->conf = client->own_conf;
	client->actor = actor_name();

	if (!td_control_connect(client->conf, &client->control, error))
		return NULL;
	if (client->control == NULL && !open_store(client, flags, error))
		return NULL;
	return g_steal_pointer(&client);
}

void
td_client_free(TdClient *client)
{
	if (client == NULL)
		return;
	if (client->outbox != NULL)
		td_service_set_outbox(client->service, NULL, NULL, NULL);
	td_outbox_free(client->outbox);
	td_service_free(client->service);
	end_child(client);
	td_conf_free(client->own_conf);
	g_free(client->actor);
	g_free(client);
}

gboolean
td_client_has_daemon(const TdClient *client)
{
	return client->control != NULL && client->child == 0;
}

const TdConf *
td_client_conf(const TdClient *client)
{
	return client->conf;
}

/* ---- asking ---- */

JsonObject *
td_client_words(const char *verb)
{
	JsonObject *words = json_object_new();

	json_object_set_string_member(words, "verb", verb);
	return words;
}

JsonObject *
td_client_ask(TdClient *client, JsonObject *words, GBytes *bytes, GBytes **got,
    GError **error)
{
	g_auto(TdRequest) request = { words, NULL };
	g_auto(TdAnswer) answer = { NULL, NULL };
	gboolean done;

	if (bytes != NULL)
		request.bytes = g_bytes_ref(bytes);
	if (client->control != NULL)
		done = td_control_call(
		    client->control, &request, &answer, error);
	else
		done = td_request_run(
		    client->service, &request, client->actor, &answer, error);
	if (!done)
		return NULL;

	if (answer.result == NULL || !JSON_NODE_HOLDS_OBJECT(answer.result)) {
		td_fail(error, TD_ERROR_AGAIN,
		    "the daemon gave an answer that cannot be read");
		return NULL;
	}
	if (got != NULL)
		*got = g_steal_pointer(&answer.bytes);
	return json_node_dup_object(answer.result);
}

JsonObject *
td_client_once(const TdCli *cli, JsonObject *words, GBytes *bytes, int *status)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) taken = words;
	g_autoptr(TdClient) client = NULL;
	JsonObject *result = NULL;

	client = td_client_open(cli->conf_path, TD_CLIENT_PLAIN, &error);
	if (client != NULL)
		result = td_client_ask(
		    client, g_steal_pointer(&taken), bytes, NULL, &error);
	if (result == NULL)
		*status = td_cli_fail(error);
	return result;
}

/* ---- words out of options ---- */

void
td_client_copy_text(
    const TdCli *cli, const char *option, JsonObject *words, const char *name)
{
	const char *text = td_cli_text(cli, option);

	if (text != NULL)
		json_object_set_string_member(words, name, text);
}

void
td_client_copy_texts(
    const TdCli *cli, const char *option, JsonObject *words, const char *name)
{
	const GPtrArray *texts = td_cli_texts(cli, option);
	JsonArray *array;

	if (texts == NULL)
		return;
	array = json_array_new();
	for (guint i = 0; i < texts->len; i++)
		json_array_add_string_element(
		    array, g_ptr_array_index(texts, i));
	json_object_set_array_member(words, name, array);
}
