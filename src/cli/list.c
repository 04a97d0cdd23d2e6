/* list.c - ticket list: columns on a terminal, TABs in a pipe, JSON, CSV */

#include "config.h"

#include <string.h>
#include <sysexits.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>
#include <ticketd/store.h>
#include <ticketd/text.h>

#include "cli/cli.h"

#define DEFAULT_LIMIT 20u

/* The columns of CSV; those of JSON that are texts or numbers. */
static const char *const csv_columns[] = { "number", "status", "queue",
	"priority", "owner", "requester", "subject", "created", "updated",
	"type", "deadline", "breached", NULL };

/* Widths of the columns on a terminal, set by the first page. */
typedef struct {
	gsize number;
	gsize queue;
	gsize owner;    /* 0: nobody owns any of them */
	gsize deadline; /* 0: none of them has one */
	gsize requester;
	gsize subject;
} Widths;

typedef struct {
	const TdCli *cli;
	gboolean terminal;
	gint64 now;
	Widths widths;
	guint64 printed;
} Printer;

/* ---- columns ---- */

#define STATUS_WIDTH 8u
#define PRIORITY_WIDTH 3u
#define UPDATED_WIDTH 10u
#define DEADLINE_WIDTH 10u
#define GAP 2u

static gsize
longest(JsonArray *tickets, const char *name, gsize least, gsize most)
{
	gsize width = least;

	for (guint i = 0; i < json_array_get_length(tickets); i++) {
		JsonObject *ticket = json_array_get_object_element(tickets, i);
		g_autofree char *text = td_text_printable(
		    td_get_text(ticket, name), 0);

		width = MAX(width, td_text_columns(text));
	}
	return MIN(width, most);
}

static void
fit(Printer *printer, JsonArray *tickets)
{
	gsize width = td_output_width(), used;
	Widths *w = &printer->widths;

	/* Newest first: the first number is the longest. */
	w->number = strlen("NUMBER");
	if (json_array_get_length(tickets) > 0) {
		g_autofree char *first = g_strdup_printf("%" G_GINT64_FORMAT,
		    td_get_number(
		        json_array_get_object_element(tickets, 0), "number"));

		w->number = MAX(w->number, strlen(first));
	}
	w->queue = longest(tickets, "queue", strlen("QUEUE"), 12);
	w->requester = longest(
	    tickets, "requester", strlen("REQUESTER"), width < 100 ? 20 : 32);
	w->owner = longest(tickets, "owner", 0, 12);
	if (w->owner > 0)
		w->owner = MAX(w->owner, strlen("OWNER"));
	used = w->number + STATUS_WIDTH + PRIORITY_WIDTH + w->queue +
	    w->requester + UPDATED_WIDTH + 6 * GAP;
	w->deadline = longest(tickets, "deadline", 0, DEADLINE_WIDTH);
	if (w->owner > 0)
		used += w->owner + GAP;
	if (w->deadline > 0)
		used += w->deadline + GAP;
	w->subject = width > used + 10 ? width - used : 10;
}

static const char *
status_colour(const char *status)
{
	static const struct {
		const char *status;
		const char *colour;
	} colours[] = {
		{ "new", "\033[1;32m" },
		{ "pending", "\033[33m" },
		{ "waiting", "\033[36m" },
		{ "resolved", "\033[2m" },
		{ "closed", "\033[2m" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(colours); i++) {
		if (g_str_equal(colours[i].status, status))
			return colours[i].colour;
	}
	return "";
}

static const char *
priority_colour(gint64 priority)
{
	if (priority == 1)
		return "\033[1;31m";
	return priority == 2 ? "\033[33m" : "";
}

/* "in 3 h", "2 d late"; the caller's. */
static char *
deadline_text(JsonObject *ticket, gint64 now)
{
	const char *text = td_get_text(ticket, "deadline");
	g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(text, NULL);
	gint64 left;
	gint64 count;
	const char *unit;

	if (date == NULL)
		return g_strdup("");
	left = g_date_time_to_unix(date) - now;
	count = ABS(left) / 60;
	unit = "min";
	if (count >= 48 * 60) {
		count /= 24 * 60;
		unit = "d";
	} else if (count >= 60) {
		count /= 60;
		unit = "h";
	}
	return left > 0
	    ? g_strdup_printf("in %" G_GINT64_FORMAT " %s", count, unit)
	    : g_strdup_printf("%" G_GINT64_FORMAT " %s late", count, unit);
}

/* Red when it is past. */
static const char *
deadline_colour(JsonObject *ticket, gint64 now)
{
	const char *text = td_get_text(ticket, "deadline");
	g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(text, NULL);

	if (date != NULL && g_date_time_to_unix(date) <= now)
		return "\033[1;31m";
	return td_get_flag(ticket, "breached") ? "\033[31m" : "";
}

/* One cell, padded before it is coloured; the last one of a line (@width 0) is
 * as long as it is. */
static void
print_cell(
    const Printer *printer, const char *text, gsize width, const char *colour)
{
	g_autofree char *safe = td_text_printable(text, 0);
	g_autofree char *padded = td_text_pad(safe, width);
	gboolean paint = printer->cli->colour && *colour != '\0';

	printf("%s%s%s%*s", paint ? colour : "", padded, paint ? "\033[0m" : "",
	    (int)GAP, "");
}

static void
print_heading(const Printer *printer)
{
	const Widths *w = &printer->widths;

	print_cell(printer, "NUMBER", w->number, "\033[1m");
	print_cell(printer, "STATUS", STATUS_WIDTH, "\033[1m");
	print_cell(printer, "PRI", PRIORITY_WIDTH, "\033[1m");
	print_cell(printer, "QUEUE", w->queue, "\033[1m");
	if (w->owner > 0)
		print_cell(printer, "OWNER", w->owner, "\033[1m");
	print_cell(printer, "REQUESTER", w->requester, "\033[1m");
	print_cell(printer, "UPDATED", UPDATED_WIDTH, "\033[1m");
	if (w->deadline > 0)
		print_cell(printer, "DEADLINE", w->deadline, "\033[1m");
	printf("%sSUBJECT%s\n", printer->cli->colour ? "\033[1m" : "",
	    printer->cli->colour ? "\033[0m" : "");
}

static void
print_row(const Printer *printer, JsonObject *ticket)
{
	const Widths *w = &printer->widths;
	const char *status = td_get_text(ticket, "status");
	gint64 priority = td_get_number(ticket, "priority");
	g_autofree char *number = g_strdup_printf(
	    "%" G_GINT64_FORMAT, td_get_number(ticket, "number"));
	g_autofree char *level = g_strdup_printf("%d", (int)priority);
	g_autofree char *age = td_output_age(
	    td_get_text(ticket, "updated"), printer->now);
	g_autofree char *safe = td_text_printable(
	    td_get_text(ticket, "subject"), 0);
	g_autofree char *subject = td_text_pad(safe, w->subject);

	print_cell(printer, number, w->number, "");
	print_cell(printer, status, STATUS_WIDTH, status_colour(status));
	print_cell(printer, level, PRIORITY_WIDTH, priority_colour(priority));
	print_cell(printer, td_get_text(ticket, "queue"), w->queue, "");
	if (w->owner > 0)
		print_cell(printer, td_get_text(ticket, "owner"), w->owner, "");
	print_cell(printer, td_get_text(ticket, "requester"), w->requester, "");
	print_cell(printer, age, UPDATED_WIDTH, "");
	if (w->deadline > 0) {
		g_autofree char *deadline = deadline_text(ticket, printer->now);

		print_cell(printer, deadline, w->deadline,
		    deadline_colour(ticket, printer->now));
	}
	printf("%s\n", g_strchomp(subject));
}

static void
print_fields(JsonObject *ticket)
{
	g_autofree char *number = g_strdup_printf(
	    "%" G_GINT64_FORMAT, td_get_number(ticket, "number"));
	g_autofree char *priority = g_strdup_printf(
	    "%" G_GINT64_FORMAT, td_get_number(ticket, "priority"));
	const char *const fields[] = { number, td_get_text(ticket, "status"),
		priority, td_get_text(ticket, "queue"),
		td_get_text(ticket, "requester"),
		td_get_text(ticket, "updated"), td_get_text(ticket, "subject"),
		td_get_text(ticket, "owner"), td_get_text(ticket, "deadline"),
		NULL };

	td_output_fields(fields);
}

/* ---- CSV ---- */

static void
print_csv_heading(void)
{
	for (gsize i = 0; csv_columns[i] != NULL; i++)
		printf("%s%s", i == 0 ? "" : ",", csv_columns[i]);
	printf("\r\n");
}

static void
print_csv_row(JsonObject *ticket)
{
	for (gsize i = 0; csv_columns[i] != NULL; i++) {
		JsonNode *node = json_object_get_member(ticket, csv_columns[i]);
		g_autofree char *field = NULL;

		if (node != NULL && JSON_NODE_HOLDS_VALUE(node) &&
		    json_node_get_value_type(node) == G_TYPE_INT64)
			field = g_strdup_printf(
			    "%" G_GINT64_FORMAT, json_node_get_int(node));
		else if (node != NULL && JSON_NODE_HOLDS_VALUE(node) &&
		    json_node_get_value_type(node) == G_TYPE_BOOLEAN)
			field = g_strdup(
			    json_node_get_boolean(node) ? "true" : "false");
		else
			field = td_output_csv_field(
			    td_get_text(ticket, csv_columns[i]));
		printf("%s%s", i == 0 ? "" : ",", field);
	}
	printf("\r\n");
}

/* ---- pages ---- */

static void
print_ticket(Printer *printer, JsonObject *ticket)
{
	if (td_cli_format(printer->cli, "json"))
		td_output_json_element(printer->printed, ticket);
	else if (td_cli_format(printer->cli, "csv"))
		print_csv_row(ticket);
	else if (td_cli_format(printer->cli, "ids"))
		printf(
		    "%" G_GINT64_FORMAT "\n", td_get_number(ticket, "number"));
	else if (printer->terminal)
		print_row(printer, ticket);
	else
		print_fields(ticket);
	printer->printed++;
}

static void
print_page(Printer *printer, JsonArray *tickets)
{
	gboolean columns = printer->terminal &&
	    td_cli_format(printer->cli, "text");

	if (columns && printer->printed == 0 &&
	    json_array_get_length(tickets) > 0) {
		fit(printer, tickets);
		print_heading(printer);
	}
	for (guint i = 0; i < json_array_get_length(tickets); i++)
		print_ticket(
		    printer, json_array_get_object_element(tickets, i));
}

/* Options that are words of the request, too. */
static const char *const flags[] = { "active", "spam", "overdue", "breached",
	"unowned", "mine", "waiting" };

static JsonObject *
make_words(const TdCli *cli, guint64 limit, const char *next)
{
	JsonObject *words = td_client_words("list");

	td_client_copy_text(cli, "queue", words, "queue");
	td_client_copy_text(cli, "status", words, "status");
	td_client_copy_text(cli, "requester", words, "requester");
	td_client_copy_text(cli, "owner", words, "owner");
	td_client_copy_text(cli, "subject", words, "words");
	td_client_copy_text(cli, "as", words, "as");
	for (gsize i = 0; i < G_N_ELEMENTS(flags); i++)
		if (td_cli_flag(cli, flags[i]))
			json_object_set_boolean_member(words, flags[i], TRUE);
	json_object_set_int_member(
	    words, "limit", (gint64)MIN(limit, TD_READ_MAX));
	if (next != NULL)
		json_object_set_string_member(words, "next", next);
	return words;
}

static gboolean
print_all(Printer *printer, TdClient *client, guint64 limit, GError **error)
{
	g_autofree char *next = NULL;

	do {
		JsonObject *words = make_words(
		    printer->cli, limit - printer->printed, next);
		g_autoptr(JsonObject)
		    page = td_client_ask(client, words, NULL, NULL, error);

		if (page == NULL)
			return FALSE;
		print_page(printer, td_get_array(page, "tickets"));
		g_free(next);
		next = g_strdup(json_object_get_string_member_with_default(
		    page, "next", NULL));
	} while (next != NULL && printer->printed < limit);
	return TRUE;
}

int
td_cli_list(const TdCli *cli)
{
	Printer printer = { .cli = cli,
		.terminal = td_output_terminal(),
		.now = td_clock_now() };
	g_autoptr(GError) error = NULL;
	g_autoptr(TdClient) client = NULL;
	guint64 limit;

	if (!td_cli_number(cli, "limit", DEFAULT_LIMIT, &limit, &error))
		return td_cli_fail(error);
	if (limit == 0 || td_cli_flag(cli, "all"))
		limit = G_MAXUINT64;
	client = td_client_open(cli->conf_path, TD_CLIENT_PLAIN, &error);
	if (client == NULL)
		return td_cli_fail(error);

	if (td_cli_format(cli, "csv"))
		print_csv_heading();
	if (!print_all(&printer, client, limit, &error))
		return td_cli_fail(error);
	if (td_cli_format(cli, "json"))
		td_output_json_end(printer.printed);
	return EX_OK;
}
