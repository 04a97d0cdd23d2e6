/* agent.c - ticket agent: the people who answer */

#include "config.h"

#include <sysexits.h>

#include <ticketd/error.h>

#include "cli/cli.h"
#include "cli/record.h"

/* ---- printing ---- */

static char *
queues_of(JsonObject *agent)
{
	g_autofree char *queues = td_output_joined(agent, "queues");

	return g_strdup(*queues == '\0' ? "all" : queues);
}

/* TdRecordFunc */
static void
print_agent(const TdCli *cli, JsonObject *agent)
{
	g_autofree char *addresses = td_output_joined(agent, "addresses");
	g_autofree char *queues = queues_of(agent);
	g_autofree char *keys = td_output_joined(agent, "keys");
	g_autofree char *skills = td_output_joined(agent, "skills");
	g_autofree char *away = td_output_time(td_get_text(agent, "away"));
	g_autofree char *created = td_output_time(
	    td_get_text(agent, "created"));
	g_autofree char *updated = td_output_time(
	    td_get_text(agent, "updated"));

	td_output_line(cli->colour, "name", td_get_text(agent, "name"));
	td_output_line(
	    cli->colour, "full name", td_get_text(agent, "full_name"));
	td_output_line(cli->colour, "role", td_get_text(agent, "role"));
	td_output_line(cli->colour, "addresses", addresses);
	td_output_line(cli->colour, "queues", queues);
	td_output_line(cli->colour, "skills", skills);
	td_output_line(cli->colour, "calendar", td_get_text(agent, "calendar"));
	td_output_line(cli->colour, "language", td_get_text(agent, "language"));
	td_output_line(cli->colour, "keys", keys);
	td_output_line(
	    cli->colour, "echo", td_get_flag(agent, "echo") ? "on" : "");
	td_output_line(cli->colour, "away until", away);
	td_output_line(cli->colour, "deputy", td_get_text(agent, "deputy"));
	td_output_line(cli->colour, "created", created);
	td_output_line(cli->colour, "updated", updated);
}

/* ---- add, set, show, remove ---- */

static void
copy_options(const TdCli *cli, JsonObject *words)
{
	td_client_copy_texts(cli, "queue", words, "queues");
	td_client_copy_text(cli, "role", words, "role");
	td_client_copy_text(cli, "language", words, "language");
	td_client_copy_text(cli, "full-name", words, "full_name");
	td_client_copy_text(cli, "skills", words, "skills");
	td_client_copy_text(cli, "calendar", words, "calendar");
}

int
td_cli_agent_add(const TdCli *cli)
{
	JsonObject *words = td_record_words(cli, "agent-add", "name");
	JsonArray *addresses = json_array_new();

	for (guint i = 1; i < cli->words->len; i++)
		json_array_add_string_element(addresses, td_cli_word(cli, i));
	json_object_set_array_member(words, "addresses", addresses);
	copy_options(cli, words);
	return td_record_print(cli, words, print_agent);
}

int
td_cli_agent_set(const TdCli *cli)
{
	JsonObject *words = td_record_words(cli, "agent-set", "name");

	copy_options(cli, words);
	td_client_copy_texts(cli, "add-address", words, "addresses");
	td_client_copy_texts(cli, "remove-address", words, "remove_addresses");
	td_client_copy_text(cli, "away", words, "away");
	td_client_copy_text(cli, "deputy", words, "deputy");
	if (td_cli_flag(cli, "echo"))
		json_object_set_boolean_member(
		    words, "echo", g_str_equal(td_cli_text(cli, "echo"), "on"));
	return td_record_set(cli, words, print_agent);
}

int
td_cli_agent_show(const TdCli *cli)
{
	return td_record_print(
	    cli, td_record_words(cli, "agent-show", "name"), print_agent);
}

int
td_cli_agent_remove(const TdCli *cli)
{
	int status = EX_OK;
	g_autoptr(JsonObject) result = td_client_once(
	    cli, td_record_words(cli, "agent-remove", "name"), NULL, &status);

	if (result == NULL)
		return status;
	if (td_cli_format(cli, "json")) {
		td_output_json_object(result);
		return EX_OK;
	}
	td_output_text(td_get_text(result, "name"));
	printf(" is no agent any more\n");
	if (td_get_number(result, "owned") > 0) {
		printf("tickets that still have that owner: %" G_GINT64_FORMAT
		       "; try: ticket list --active --owner '",
		    td_get_number(result, "owned"));
		td_output_text(td_get_text(result, "name"));
		printf("'\n");
	}
	return EX_OK;
}

/* ---- list ---- */

/* TdRowFunc */
static void
add_row(TdTable *table, JsonObject *agent)
{
	g_autofree char *queues = queues_of(agent);
	g_autofree char *addresses = td_output_joined(agent, "addresses");
	g_autofree char *away = td_record_time(agent, "away");

	td_table_add(table,
	    (const char *const[]){ td_get_text(agent, "name"),
	        td_get_text(agent, "role"), td_get_text(agent, "language"),
	        away, queues, addresses, NULL });
}

int
td_cli_agent_list(const TdCli *cli)
{
	static const char *const headings[] = { "NAME", "ROLE", "LANGUAGE",
		"AWAY UNTIL", "QUEUES", "ADDRESSES", NULL };

	return td_record_list(
	    cli, td_client_words("agent-list"), "agents", headings, add_row);
}

/* ---- key ---- */

/* One line each; of a new one whose it says it is. */
static void
print_keys(JsonObject *result)
{
	JsonArray *keys = td_get_array(result, "keys");
	const char *key = td_get_text(result, "key");

	if (*key != '\0') {
		td_output_fields((const char *const[]){
		    key, td_get_text(result, "user"), NULL });
		return;
	}
	for (guint i = 0; i < td_get_length(result, "keys"); i++)
		td_output_fields((const char *const[]){
		    json_array_get_string_element(keys, i), NULL });
}

/* The words of one of the three things to be done; @bytes is a file's. */
static JsonObject *
key_words(const TdCli *cli, GBytes **bytes, int *status)
{
	const char *remove = td_cli_text(cli, "remove");
	const char *file = td_cli_word(cli, 1);
	guint asked = (remove != NULL) + (file != NULL) +
	    td_cli_flag(cli, "list");
	JsonObject *words;

	if (asked != 1) {
		fprintf(stderr,
		    "ticket: either a FILE, --list or --remove KEY; try: "
		    "ticket help agent key\n");
		*status = EX_USAGE;
		return NULL;
	}
	if (remove != NULL) {
		words = td_record_words(cli, "agent-key-remove", "name");
		json_object_set_string_member(words, "key", remove);
		return words;
	}
	if (file == NULL)
		return td_record_words(cli, "agent-show", "name");
	*bytes = td_input_file(file, "key in it");
	*status = EX_NOINPUT;
	return *bytes == NULL ? NULL
	                      : td_record_words(cli, "agent-key-add", "name");
}

int
td_cli_agent_key(const TdCli *cli)
{
	g_autoptr(GBytes) bytes = NULL;
	int status = EX_OK;
	JsonObject *words = key_words(cli, &bytes, &status);
	g_autoptr(JsonObject) result = NULL;

	if (words == NULL)
		return status;
	result = td_client_once(cli, words, bytes, &status);
	if (result == NULL)
		return status;
	if (td_cli_format(cli, "json"))
		td_output_json_object(result);
	else
		print_keys(result);
	return EX_OK;
}
