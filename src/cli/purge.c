/* purge.c - ticket purge: old tickets are thrown away; and what ticket erase
 * shares with it */

#include "config.h"

#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "cli/cli.h"
#include "cli/purge.h"
#include "cli/record.h"

/* Further back there was no desk. */
#define AGE_MAX ((guint64)36500 * 86400)

/* ---- asking ---- */

gboolean
td_cli_may_ask(const TdCli *cli, GError **error)
{
	if (td_cli_flag(cli, "yes") || td_cli_flag(cli, "dry-run") ||
	    isatty(STDIN_FILENO) == 1)
		return TRUE;
	return td_fail(error, TD_ERROR_USAGE,
	    "there is nobody to ask here: give --yes, or --dry-run to see what "
	    "would be done");
}

static gboolean
is_sure(const char *question)
{
	char answer[16];

	fflush(stdout);
	fprintf(stderr, "%s [y/N] ", question);
	fflush(stderr);
	return fgets(answer, sizeof(answer), stdin) != NULL &&
	    g_ascii_tolower(*answer) == 'y';
}

gboolean
td_cli_ask(const TdCli *cli, const char *question, TdClient **client,
    gboolean *sure, GError **error)
{
	*sure = TRUE;
	if (td_cli_flag(cli, "yes"))
		return TRUE;
	g_clear_pointer(client, td_client_free);
	*sure = is_sure(question);
	if (*sure)
		*client = td_client_open(
		    cli->conf_path, TD_CLIENT_PLAIN, error);
	return !*sure || *client != NULL;
}

/* ---- wiping ---- */

static JsonObject *
wipe_words(JsonObject *page)
{
	static const char *const members[] = { "file", "page", "due",
		"indexes" };
	JsonObject *words = td_client_words("wipe");

	for (guint i = 0; page != NULL && i < G_N_ELEMENTS(members); i++)
		json_object_set_member(words, members[i],
		    json_object_dup_member(page, members[i]));
	return words;
}

JsonObject *
td_cli_wipe(TdClient *client, GError **error)
{
	g_autoptr(TdProgress) progress = td_progress_new("wiping");
	g_autoptr(JsonObject) page = NULL;

	do {
		JsonObject *next = td_client_ask(
		    client, wipe_words(page), NULL, NULL, error);

		if (next == NULL)
			return NULL;
		g_clear_pointer(&page, json_object_unref);
		page = next;
		td_progress_set(progress, (guint64)td_get_number(page, "done"),
		    (guint64)td_get_number(page, "total"));
	} while (!td_get_flag(page, "over"));
	return g_steal_pointer(&page);
}

void
td_cli_wiped(JsonObject *wiped)
{
	if (!td_get_flag(wiped, "able"))
		printf("this Berkeley DB cannot overwrite what is left in the "
		       "free parts of its files\n");
	if (td_get_number(wiped, "indexes") > 0)
		printf("indexes that may have beginnings of it, and are made "
		       "anew when ticketd starts next: %" G_GINT64_FORMAT "\n",
		    td_get_number(wiped, "indexes"));
	if (td_get_number(wiped, "logs") > 0)
		printf("files in log/ that still have it, for a backup is "
		       "being made: %" G_GINT64_FORMAT
		       "; give the command once more then\n",
		    td_get_number(wiped, "logs"));
	for (guint i = 0; i < td_get_length(wiped, "replaced"); i++) {
		fputs("not looked into, remove it when it is not wanted any "
		      "more: ",
		    stdout);
		td_output_text(json_array_get_string_element(
		    td_get_array(wiped, "replaced"), i));
		putchar('\n');
	}
}

void
td_cli_wiped_json(JsonObject *wiped, JsonObject *result)
{
	if (wiped == NULL)
		return;
	json_object_set_boolean_member(
	    result, "wiped", td_get_flag(wiped, "able"));
	json_object_set_int_member(
	    result, "indexes", td_get_number(wiped, "indexes"));
	json_object_set_int_member(
	    result, "logs", td_get_number(wiped, "logs"));
	json_object_set_array_member(result, "replaced",
	    json_array_ref(td_get_array(wiped, "replaced")));
}

/* ---- purge ---- */

/* Tickets of one request by number. */
#define REQUEST_TICKETS 100u

typedef struct {
	const TdCli *cli;
	guint64 seconds;
	gint64 before; /* nothing happened to them since; 0: not known yet */
	guint damaged; /* of .kept */
	JsonArray *purged;
	JsonArray *kept;
	gint64 events;
	gint64 messages;
	gboolean unwiped; /* something is to be overwritten */
} Purge;

static void
clear_purge(Purge *purge)
{
	g_clear_pointer(&purge->purged, json_array_unref);
	g_clear_pointer(&purge->kept, json_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Purge, clear_purge)

static gboolean
read_age(const TdCli *cli, guint64 *seconds, GError **error)
{
	static const struct {
		const char *unit;
		guint64 seconds;
	} units[] = {
		{ "y", 365 * 86400 },
		{ "w", 7 * 86400 },
		{ "d", 86400 },
		{ "h", 3600 },
		{ "m", 60 },
		{ "min", 60 },
	};
	const char *text = td_cli_text(cli, "older-than");
	gsize digits = text == NULL ? 0 : strspn(text, "0123456789");
	g_autofree char *number = g_strndup(text, digits);
	guint64 count;

	if (text == NULL)
		return td_fail(error, TD_ERROR_USAGE,
		    "how old must they be? as in: ticket purge --older-than "
		    "2y");
	for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
		if (g_str_equal(units[i].unit, text + digits) &&
		    g_ascii_string_to_unsigned(number, 10, 0,
		        AGE_MAX / units[i].seconds, &count, NULL)) {
			*seconds = count * units[i].seconds;
			return TRUE;
		}
	return td_fail(error, TD_ERROR_USAGE,
	    "--older-than %s: it must be an age, as in 2y, 6w, 90d or 12h",
	    text);
}

static JsonObject *
make_words(const Purge *purge, gboolean dry_run, const char *next)
{
	JsonObject *words = td_client_words("purge");

	json_object_set_int_member(words, "seconds", (gint64)purge->seconds);
	td_client_copy_text(purge->cli, "queue", words, "queue");
	td_client_copy_text(purge->cli, "status", words, "status");
	json_object_set_boolean_member(words, "dry_run", dry_run);
	if (purge->before != 0)
		json_object_set_int_member(words, "before", purge->before);
	if (next != NULL)
		json_object_set_string_member(words, "next", next);
	return words;
}

static void
move_rows(JsonObject *page, const char *name, JsonArray *rows)
{
	for (guint i = 0; i < td_get_length(page, name); i++)
		json_array_add_object_element(rows,
		    json_object_ref(json_array_get_object_element(
		        td_get_array(page, name), i)));
}

static void
take_page(Purge *purge, JsonObject *page)
{
	JsonArray *rows = td_get_array(page, "purged");

	for (guint i = 0; i < td_get_length(page, "purged"); i++) {
		JsonObject *row = json_array_get_object_element(rows, i);

		purge->events += td_get_number(row, "events");
		purge->messages += td_get_number(row, "messages");
	}
	rows = td_get_array(page, "kept");
	for (guint i = 0; i < td_get_length(page, "kept"); i++)
		purge->damaged += td_get_flag(
		    json_array_get_object_element(rows, i), "damaged");
	purge->unwiped = td_get_flag(page, "unwiped");
	purge->before = td_get_number(page, "before");
	move_rows(page, "purged", purge->purged);
	move_rows(page, "kept", purge->kept);
}

static void
begin(Purge *purge)
{
	clear_purge(purge);
	purge->purged = json_array_new();
	purge->kept = json_array_new();
	purge->events = purge->messages = 0;
	purge->damaged = 0;
}

/* All pages. */
static gboolean
go_through(Purge *purge, TdClient *client, gboolean dry_run, GError **error)
{
	g_autoptr(TdProgress)
	    progress = td_progress_new(dry_run ? "looking" : "purging");
	g_autofree char *next = NULL;

	begin(purge);
	do {
		g_autoptr(JsonObject) page = td_client_ask(client,
		    make_words(purge, dry_run, next), NULL, NULL, error);
		guint64 last;

		if (page == NULL)
			return FALSE;
		take_page(purge, page);
		last = (guint64)td_get_number(page, "last");
		td_progress_set(progress,
		    last - MIN(last, (guint64)td_get_number(page, "at")), last);
		g_free(next);
		next = g_strdup(json_object_get_string_member_with_default(
		    page, "next", NULL));
	} while (next != NULL);
	return TRUE;
}

static gboolean
purge_some(
    Purge *purge, TdClient *client, JsonArray *rows, guint from, GError **error)
{
	guint end = MIN(from + REQUEST_TICKETS, json_array_get_length(rows));
	JsonObject *words = make_words(purge, FALSE, NULL);
	JsonArray *numbers = json_array_new();
	g_autoptr(JsonObject) page = NULL;

	for (; from < end; from++)
		json_array_add_int_element(numbers,
		    td_get_number(
		        json_array_get_object_element(rows, from), "number"));
	json_object_set_array_member(words, "numbers", numbers);
	page = td_client_ask(client, words, NULL, NULL, error);
	if (page == NULL)
		return FALSE;
	take_page(purge, page);
	return TRUE;
}

/* Those that were found, and no others: who confirms it knows of them alone. */
static gboolean
purge_found(Purge *purge, TdClient *client, GError **error)
{
	g_autoptr(TdProgress) progress = td_progress_new("purging");
	g_autoptr(JsonArray) rows = json_array_ref(purge->purged);
	g_autoptr(JsonArray) kept = json_array_ref(purge->kept);
	guint damaged = purge->damaged;
	guint length = json_array_get_length(rows);

	begin(purge);
	for (guint i = 0; i < length; i += REQUEST_TICKETS) {
		if (!purge_some(purge, client, rows, i, error))
			return FALSE;
		td_progress_set(progress, i, length);
	}
	for (guint i = 0; i < json_array_get_length(kept); i++)
		json_array_add_object_element(purge->kept,
		    json_object_ref(json_array_get_object_element(kept, i)));
	purge->damaged += damaged;
	return TRUE;
}

static guint
count(const Purge *purge)
{
	return json_array_get_length(purge->purged);
}

static char *
describe(const Purge *purge)
{
	return g_strdup_printf("%u tickets, with %" G_GINT64_FORMAT
	                       " messages and %" G_GINT64_FORMAT " events",
	    count(purge), purge->messages, purge->events);
}

static void
print_rows(const Purge *purge)
{
	for (guint i = 0; i < count(purge); i++) {
		JsonObject *row = json_array_get_object_element(
		    purge->purged, i);
		g_autofree char *updated = td_record_time(row, "updated");

		printf("%" G_GINT64_FORMAT "\t%s\t%" G_GINT64_FORMAT
		       " messages\n",
		    td_get_number(row, "number"), updated,
		    td_get_number(row, "messages"));
	}
}

static void
print_kept(const Purge *purge, FILE *stream)
{
	for (guint i = 0; i < json_array_get_length(purge->kept); i++) {
		JsonObject *row = json_array_get_object_element(purge->kept, i);
		g_autofree char *why = td_text_printable(
		    td_get_text(row, "why"), 0);

		fprintf(stream, "%" G_GINT64_FORMAT " stays: %s\n",
		    td_get_number(row, "number"), why);
	}
}

static void
print_json(const Purge *purge, gboolean done, JsonObject *wiped)
{
	g_autoptr(JsonObject) result = json_object_new();

	json_object_set_boolean_member(result, "done", done);
	json_object_set_array_member(
	    result, "purged", json_array_ref(purge->purged));
	json_object_set_array_member(
	    result, "kept", json_array_ref(purge->kept));
	json_object_set_int_member(result, "events", purge->events);
	json_object_set_int_member(result, "messages", purge->messages);
	td_cli_wiped_json(wiped, result);
	td_output_json_object(result);
}

/* The exit status. */
static int
print_damaged(const Purge *purge)
{
	if (purge->damaged == 0)
		return EX_OK;
	fprintf(stderr,
	    "ticket: damaged tickets that stay: %u; see: ticket "
	    "check, ticket log --verify\n",
	    purge->damaged);
	return 1;
}

static int
print_result(const Purge *purge, gboolean done, JsonObject *wiped)
{
	g_autofree char *text = describe(purge);

	if (td_cli_format(purge->cli, "json")) {
		print_json(purge, done, wiped);
		return print_damaged(purge);
	}
	if (!done)
		print_rows(purge);
	print_kept(purge, stdout);
	printf("%s%s\n", text, done ? ": purged" : " would be purged");
	if (wiped != NULL)
		td_cli_wiped(wiped);
	return print_damaged(purge);
}

/* When all are purged. */
static int
end_purge(const Purge *purge, TdClient *client, GError **error)
{
	g_autoptr(JsonObject) wiped = NULL;

	if (purge->unwiped) {
		wiped = td_cli_wipe(client, error);
		if (wiped == NULL)
			return td_cli_fail(*error);
	}
	return print_result(purge, TRUE, wiped);
}

static char *
make_question(const Purge *purge)
{
	g_autofree char *text = describe(purge);

	return g_strconcat("Purge ", text, " for ever?", NULL);
}

/* *@client may be another one afterwards. */
static int
ask_and_purge(Purge *purge, TdClient **client, GError **error)
{
	g_autofree char *question = NULL;
	gboolean sure;

	if (!go_through(purge, *client, TRUE, error))
		return td_cli_fail(*error);
	if (td_cli_flag(purge->cli, "dry-run"))
		return print_result(purge, FALSE, NULL);
	/* A former one may have been cut short before all was overwritten. */
	if (count(purge) == 0)
		return end_purge(purge, *client, error);
	/* It belongs to the question, not to what is printed. */
	print_kept(purge, stderr);
	question = make_question(purge);
	if (!td_cli_ask(purge->cli, question, client, &sure, error))
		return td_cli_fail(*error);
	if (!sure) {
		fprintf(stderr, "ticket: nothing was purged\n");
		return 1;
	}
	return purge_found(purge, *client, error)
	    ? end_purge(purge, *client, error)
	    : td_cli_fail(*error);
}

int
td_cli_purge(const TdCli *cli)
{
	g_auto(Purge) purge = { .cli = cli };
	g_autoptr(TdClient) client = NULL;
	g_autoptr(GError) error = NULL;

	if (!read_age(cli, &purge.seconds, &error) ||
	    !td_cli_may_ask(cli, &error))
		return td_cli_fail(error);
	client = td_client_open(cli->conf_path, TD_CLIENT_PLAIN, &error);
	if (client == NULL)
		return td_cli_fail(error);
	if (!td_cli_flag(cli, "yes") || td_cli_flag(cli, "dry-run"))
		return ask_and_purge(&purge, &client, &error);
	return go_through(&purge, client, FALSE, &error)
	    ? end_purge(&purge, client, &error)
	    : td_cli_fail(error);
}
