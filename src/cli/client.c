/* client.c - the client: asks the daemon, or the desk in this process */

#include "config.h"

#include <unistd.h>

#include <ticketd/error.h>
#include <ticketd/server.h>

#include "cli/cli.h"
#include "cli/here.h"

struct TdClient {
	TdConf *conf;
	TdControl *control; /* with a daemon, or a process of our own */
	TdHere *here;       /* without a daemon */
	char *actor;
};

/* What td_client_reach() has read, and nobody opened yet; not connected. */
static TdClient *reached;

static TdClient *
new_client(const char *conf_path, GError **error)
{
	g_autoptr(TdClient) client = g_new0(TdClient, 1);

	client->conf = td_conf_load_without_events(conf_path, error);
	if (client->conf == NULL)
		return NULL;
	/* Before any change of user. */
	client->actor = td_user_actor();
	return g_steal_pointer(&client);
}

/* The connection is not kept: whoever writes a text first would find it hung
 * up on, and take one from others meanwhile. */
gboolean
td_client_reach(const char *conf_path)
{
	g_autoptr(TdControl) control = NULL;

	g_clear_pointer(&reached, td_client_free);
	reached = new_client(conf_path, NULL);
	return reached == NULL ||
	    !td_control_connect(reached->conf, &control, NULL) ||
	    control != NULL;
}

TdClient *
td_client_open(const char *conf_path, TdClientFlags flags, GError **error)
{
	g_autoptr(TdClient) client = g_steal_pointer(&reached);

	if (client == NULL)
		client = new_client(conf_path, error);
	if (client == NULL ||
	    !td_control_connect(client->conf, &client->control, error))
		return NULL;
	if (client->control == NULL &&
	    !td_here_open(conf_path, flags, client->actor, &client->here,
	        &client->control, error))
		return NULL;
	return g_steal_pointer(&client);
}

void
td_client_free(TdClient *client)
{
	if (client == NULL)
		return;
	/* What serves it ends when it is gone. */
	td_control_free(client->control);
	td_here_free(client->here);
	td_conf_free(client->conf);
	g_free(client->actor);
	g_free(client);
}

gboolean
td_client_has_daemon(const TdClient *client)
{
	return client->here == NULL;
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
		done = td_here_run(
		    client->here, &request, client->actor, &answer, error);
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
