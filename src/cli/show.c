/* show.c - ticket show: a ticket with its messages and events */

#include "config.h"

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

/* ---- the head ---- */

static void
print_line(const TdCli *cli, const char *name, const char *value)
{
	if (*value == '\0')
		return;
	printf("%s%-13s%s", cli->colour ? "\033[1m" : "", name,
	    cli->colour ? "\033[0m" : "");
	td_output_text(value);
	putchar('\n');
}

static void
print_time(const TdCli *cli, const char *name, const char *time)
{
	g_autofree char *local = td_output_time(time);

	print_line(cli, name, local);
}

/* "Anna <anna@example.net>", or what there is of it. */
static char *
mailbox(const char *name, const char *address)
{
	if (*name == '\0')
		return g_strdup(address);
	return g_strdup_printf("%s <%s>", name, address);
}

static void
print_participants(const TdCli *cli, JsonObject *ticket)
{
	JsonArray *array = td_get_array(ticket, "participants");
	guint length = td_get_length(ticket, "participants");

	for (guint i = 0; i < length; i++) {
		JsonObject *one = json_array_get_object_element(array, i);
		g_autofree char *text = mailbox(
		    td_get_text(one, "name"), td_get_text(one, "address"));

		print_line(cli, i == 0 ? "participants" : "", text);
	}
}

static void
print_tags(const TdCli *cli, JsonObject *ticket)
{
	JsonArray *array = td_get_array(ticket, "tags");
	g_autoptr(GString) tags = g_string_new(NULL);

	for (guint i = 0; i < td_get_length(ticket, "tags"); i++)
		g_string_append_printf(tags, "%s%s", i == 0 ? "" : ", ",
		    json_array_get_string_element(array, i));
	print_line(cli, "tags", tags->str);
}

static void
print_head(const TdCli *cli, JsonObject *ticket)
{
	g_autofree char *requester = mailbox(
	    td_get_text(ticket, "requester_name"),
	    td_get_text(ticket, "requester"));
	g_autofree char *number = g_strdup_printf(
	    "%" G_GINT64_FORMAT, td_get_number(ticket, "number"));
	g_autofree char *priority = g_strdup_printf(
	    "%" G_GINT64_FORMAT, td_get_number(ticket, "priority"));
	g_autofree char *from = g_strdup_printf(
	    "%" G_GINT64_FORMAT, td_get_number(ticket, "merged_from"));

	print_line(cli, "ticket", number);
	if (json_object_has_member(ticket, "merged_from"))
		print_line(cli, "merged from", from);
	if (td_get_number(ticket, "number") == 0) {
		print_line(cli, "", "the desk's own record");
		return;
	}
	print_line(cli, "subject", td_get_text(ticket, "subject"));
	print_line(cli, "status", td_get_text(ticket, "status"));
	print_line(cli, "spam", td_get_flag(ticket, "spam") ? "yes" : "");
	print_line(cli, "queue", td_get_text(ticket, "queue"));
	print_line(cli, "priority", priority);
	print_line(cli, "type", td_get_text(ticket, "type"));
	print_tags(cli, ticket);
	print_line(cli, "requester", requester);
	print_participants(cli, ticket);
	print_line(cli, "owner", td_get_text(ticket, "owner"));
	print_time(cli, "created", td_get_text(ticket, "created"));
	print_time(cli, "updated", td_get_text(ticket, "updated"));
	print_time(cli, "due", td_get_text(ticket, "due"));
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
	g_autofree char *from = mailbox(
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
	if (*text != '\0')
		td_output_block(text);
	print_attachments(message);
}

static void
print_event(JsonObject *event)
{
	g_autofree char *time = td_output_time(td_get_text(event, "time"));
	g_autofree char *detail = td_output_detail(
	    td_get_object(event, "detail"));

	printf("%s  %-13s ", time, td_get_text(event, "kind"));
	td_output_text(td_get_text(event, "actor"));
	if (td_get_number(event, "message") != 0)
		printf("  message %" G_GINT64_FORMAT,
		    td_get_number(event, "message"));
	if (*detail != '\0') {
		printf("  ");
		td_output_text(detail);
	}
	putchar('\n');
}

static void
print_ticket(const TdCli *cli, JsonObject *ticket)
{
	JsonArray *messages = td_get_array(ticket, "messages");
	JsonArray *events = td_get_array(ticket, "events");

	print_head(cli, ticket);
	for (guint i = 0; i < td_get_length(ticket, "messages"); i++)
		print_message(cli, json_array_get_object_element(messages, i));
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
		print_ticket(cli, ticket);
	return EX_OK;
}
