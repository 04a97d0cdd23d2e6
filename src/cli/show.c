/* show.c - ticket show: a ticket with its messages and events */

#include "config.h"

#include <string.h>
#include <sysexits.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "cli/cli.h"

/* ---- gathering the pages ---- */

static JsonObject *
ask_page(TdClient *client, guint64 number, const char *next, GError **error)
{
	JsonObject *words = td_client_words("show");

	json_object_set_int_member(words, "number", (gint64)number);
	if (next != NULL)
		json_object_set_string_member(words, "next", next);
	return td_client_ask(client, words, NULL, NULL, error);
}

static void
add_members(JsonObject *whole, JsonObject *page, const char *name)
{
	JsonArray *into = td_get_array(whole, name);
	JsonArray *from = td_get_array(page, name);

	for (guint i = 0; from != NULL && i < json_array_get_length(from); i++)
		json_array_add_element(into, json_array_dup_element(from, i));
}

/* The whole ticket; the caller owns it. */
static JsonObject *
gather(TdClient *client, guint64 number, GError **error)
{
	g_autoptr(JsonObject) whole = ask_page(client, number, NULL, error);
	g_autofree char *next = NULL;

	if (whole == NULL)
		return NULL;
	next = g_strdup(
	    json_object_get_string_member_with_default(whole, "next", NULL));
	while (next != NULL) {
		g_autoptr(JsonObject)
		    page = ask_page(client, number, next, error);

		if (page == NULL)
			return NULL;
		add_members(whole, page, "messages");
		add_members(whole, page, "events");
		g_free(next);
		next = g_strdup(json_object_get_string_member_with_default(
		    page, "next", NULL));
	}
	json_object_remove_member(whole, "next");
	return g_steal_pointer(&whole);
}

/* ---- messages and events ---- */

static void
print_attachments(JsonObject *message)
{
	JsonArray *array = td_get_array(message, "attachments");

	for (guint i = 0; i < td_get_length(message, "attachments"); i++) {
		JsonObject *one = json_array_get_object_element(array, i);
		g_autofree char *size = g_format_size(
		    (guint64)td_get_number(one, "size"));

		printf("[%s  ", td_get_text(one, "handle"));
		td_output_text(td_get_text(one, "name"));
		printf("  ");
		td_output_text(td_get_text(one, "type"));
		printf("  ");
		td_output_text(size);
		printf("]\n");
	}
}

static void
print_message(const TdCli *cli, JsonObject *message)
{
	g_autofree char *from = td_output_mailbox(
	    td_get_text(message, "from_name"), td_get_text(message, "from"));
	g_autofree char *date = td_output_time(td_get_text(message, "date"));
	const char *class_name = td_get_text(message, "class");
	const char *text = td_get_text(message, "reply_text");

	printf("\n%s--- %" G_GINT64_FORMAT "  %s  %s  %s  %s  ",
	    cli->colour ? "\033[1m" : "", td_get_number(message, "sequence"),
	    td_get_text(message, "direction"),
	    td_get_text(message, "visibility"),
	    *class_name != '\0' ? class_name : td_get_text(message, "rule"),
	    date);
	td_output_text(from);
	if (td_get_flag(message, "marked"))
		printf("  (not on the ticket)");
	if (*td_get_text(message, "moved_to") != '\0')
		printf("  (moved to %s)", td_get_text(message, "moved_to"));
	printf("%s\n", cli->colour ? "\033[0m" : "");

	/* A mail that quotes all it says has nothing else. */
	if (*text == '\0')
		text = td_get_text(message, "text");
	if (strcmp(td_get_text(message, "class_reason"), "erased") == 0)
		text = "(erased)";
	if (*text != '\0')
		td_output_block(text);
	print_attachments(message);
}

/* A note that came without a mail, in lines of its own. */
static void
print_note(const char *text)
{
	g_autofree char *block = td_text_block(text);
	g_auto(GStrv) lines = g_strsplit(g_strchomp(block), "\n", -1);

	for (gsize i = 0; lines[i] != NULL; i++)
		printf("    %s\n", lines[i]);
}

static void
print_event(JsonObject *event)
{
	JsonObject *detail = td_get_object(event, "detail");
	const char *kind = td_get_text(event, "kind");
	g_autofree char *time = td_output_time(td_get_text(event, "time"));
	g_autofree char *note = NULL;
	g_autofree char *line = NULL;

	if (detail != NULL && g_str_equal(kind, "note")) {
		note = g_strdup(td_get_text(detail, "text"));
		json_object_remove_member(detail, "text");
	}
	line = td_output_detail(detail);
	printf("%s  %-13s ", time, kind);
	td_output_text(td_get_text(event, "actor"));
	if (td_get_number(event, "message") != 0)
		printf("  message %" G_GINT64_FORMAT,
		    td_get_number(event, "message"));
	if (*line != '\0') {
		printf("  ");
		td_output_text(line);
	}
	putchar('\n');
	if (note != NULL && *note != '\0')
		print_note(note);
}

/* The desk's letters to agents, which say again what is there anyway. */
static gboolean
is_for_agents(JsonObject *message)
{
	return g_str_equal(td_get_text(message, "direction"), "out") &&
	    g_str_equal(td_get_text(message, "visibility"), "internal");
}

static gboolean
is_agents_mail(JsonObject *message)
{
	return g_str_equal(td_get_text(message, "direction"), "in") &&
	    g_str_equal(td_get_text(message, "visibility"), "internal");
}

static gboolean
is_reply(JsonObject *message)
{
	return g_str_equal(td_get_text(message, "direction"), "out") &&
	    g_str_equal(td_get_text(message, "rule"), "reply");
}

/* Whether the mail of that sequence is what a note says. */
static gboolean
is_note(JsonObject *ticket, gint64 sequence)
{
	JsonArray *events = td_get_array(ticket, "events");

	for (guint i = 0; i < td_get_length(ticket, "events"); i++) {
		JsonObject *event = json_array_get_object_element(events, i);

		if (g_str_equal(td_get_text(event, "kind"), "note") &&
		    td_get_number(event, "message") == sequence)
			return TRUE;
	}
	return FALSE;
}

/* Whether @said, from one of its lines to its end, is what @reply begins with:
 * above that line there are commands. */
static gboolean
is_said_by(const char *said, const char *reply)
{
	g_autofree char *text = g_strstrip(g_strdup(said));
	g_autofree char *begun = g_strstrip(g_strdup(reply));
	const char *at = text;

	while (*at != '\0') {
		gsize size = strlen(at);

		if (g_str_has_prefix(begun, at) &&
		    (begun[size] == '\0' || begun[size] == '\n'))
			return TRUE;
		at += strcspn(at, "\n");
		at += strspn(at, "\n");
	}
	return FALSE;
}

/* Whether message @index is an agent's mail of which a reply below was made. */
static gboolean
is_said_again(JsonObject *ticket, guint index)
{
	JsonArray *messages = td_get_array(ticket, "messages");
	JsonObject *mail = json_array_get_object_element(messages, index);

	if (!is_agents_mail(mail) ||
	    is_note(ticket, td_get_number(mail, "sequence")))
		return FALSE;
	for (guint i = index + 1; i < json_array_get_length(messages); i++) {
		JsonObject *message = json_array_get_object_element(
		    messages, i);

		if (is_reply(message) &&
		    is_said_by(td_get_text(mail, "reply_text"),
		        td_get_text(message, "reply_text")))
			return TRUE;
	}
	return FALSE;
}

static void
print_messages(const TdCli *cli, JsonObject *ticket)
{
	JsonArray *messages = td_get_array(ticket, "messages");
	gboolean all = td_cli_flag(cli, "all");
	guint hidden = 0;

	for (guint i = 0; i < td_get_length(ticket, "messages"); i++) {
		JsonObject *message = json_array_get_object_element(
		    messages, i);

		if (!all && is_for_agents(message))
			hidden++;
		else if (all || !is_said_again(ticket, i))
			print_message(cli, message);
	}
	if (hidden > 0)
		printf("\n%s%u %s to agents not shown; try: ticket show %s "
		       "--all%s\n",
		    cli->colour ? "\033[2m" : "", hidden,
		    hidden == 1 ? "notification" : "notifications",
		    td_cli_word(cli, 0), cli->colour ? "\033[0m" : "");
}

static void
print_ticket(const TdCli *cli, const TdConf *conf, JsonObject *ticket)
{
	JsonArray *events = td_get_array(ticket, "events");

	td_show_head(cli, conf, ticket);
	print_messages(cli, ticket);
	if (td_get_length(ticket, "events") > 0)
		printf("\n%s--- events%s\n", cli->colour ? "\033[1m" : "",
		    cli->colour ? "\033[0m" : "");
	for (guint i = 0; i < td_get_length(ticket, "events"); i++)
		print_event(json_array_get_object_element(events, i));
}

int
td_cli_show(const TdCli *cli)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdClient) client = NULL;
	g_autoptr(JsonObject) ticket = NULL;
	guint64 numbers[3] = { 0 };

	if (!td_cli_handle(td_cli_word(cli, 0), 1, 1, numbers, &error))
		return td_cli_fail(error);
	client = td_client_open(cli->conf_path, TD_CLIENT_PLAIN, &error);
	if (client == NULL)
		return td_cli_fail(error);
	ticket = gather(client, numbers[0], &error);
	if (ticket == NULL)
		return td_cli_fail(error);

	if (td_cli_format(cli, "json"))
		td_output_json_object(ticket);
	else
		print_ticket(cli, td_client_conf(client), ticket);
	return EX_OK;
}
