/* erase.c - ticket erase: somebody is forgotten */

#include "config.h"

#include <sysexits.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "cli/cli.h"
#include "cli/purge.h"
#include "cli/record.h"

/* Tickets of one request. */
#define REQUEST_TICKETS 20u

typedef struct {
	const TdCli *cli;
	TdClient *client;
	JsonArray *tickets; /* on which there is something */
	JsonArray *named;   /* "42/3": messages of others */
	JsonArray *failed;  /* tickets that are damaged */
	gboolean begun, known, banned, unwiped;
	gint64 count; /* of tickets, without the desk's own record */
	gint64 events, messages, dropped, holds;
	char *person; /* "erased-7", NULL: nothing was done yet */
} Erase;

static void
clear_found(Erase *erase)
{
	g_clear_pointer(&erase->tickets, json_array_unref);
	g_clear_pointer(&erase->named, json_array_unref);
	g_clear_pointer(&erase->failed, json_array_unref);
}

static void
clear_erase(Erase *erase)
{
	td_client_free(erase->client);
	clear_found(erase);
	g_free(erase->person);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Erase, clear_erase)

static JsonObject *
make_words(const Erase *erase, const char *verb)
{
	JsonObject *words = td_record_words(erase->cli, verb, "address");

	if (td_cli_flag(erase->cli, "whole-tickets"))
		json_object_set_boolean_member(words, "whole", TRUE);
	return words;
}

/* ---- looking ---- */

static void
take_first(Erase *erase, JsonObject *page)
{
	if (!json_object_has_member(page, "addresses"))
		return;
	erase->begun = td_get_flag(page, "begun");
	erase->known = td_get_flag(page, "known");
	erase->banned = td_get_flag(page, "banned");
}

static void
take_failed(Erase *erase, JsonObject *page)
{
	for (guint i = 0; i < td_get_length(page, "failed"); i++)
		json_array_add_object_element(erase->failed,
		    json_object_ref(json_array_get_object_element(
		        td_get_array(page, "failed"), i)));
}

static void
take_page(Erase *erase, JsonObject *page)
{
	JsonArray *tickets = td_get_array(page, "tickets");
	JsonArray *named = td_get_array(page, "named");

	take_first(erase, page);
	take_failed(erase, page);
	erase->unwiped = td_get_flag(page, "unwiped");
	for (guint i = 0; i < td_get_length(page, "tickets"); i++) {
		JsonObject *row = json_array_get_object_element(tickets, i);

		erase->count += td_get_number(row, "number") != 0;
		erase->events += td_get_number(row, "events");
		erase->messages += td_get_number(row, "messages");
		json_array_add_object_element(
		    erase->tickets, json_object_ref(row));
	}
	for (guint i = 0; i < td_get_length(page, "named"); i++)
		json_array_add_string_element(
		    erase->named, json_array_get_string_element(named, i));
}

static void
begin(Erase *erase)
{
	clear_found(erase);
	erase->tickets = json_array_new();
	erase->named = json_array_new();
	erase->failed = json_array_new();
	erase->count = erase->events = erase->messages = 0;
}

static gboolean
look(Erase *erase, GError **error)
{
	g_autoptr(TdProgress) progress = td_progress_new("looking");
	g_autofree char *next = NULL;

	begin(erase);
	do {
		JsonObject *words = make_words(erase, "erase-look");
		g_autoptr(JsonObject) page = NULL;

		if (next != NULL)
			json_object_set_string_member(words, "next", next);
		page = td_client_ask(erase->client, words, NULL, NULL, error);
		if (page == NULL)
			return FALSE;
		take_page(erase, page);
		g_free(next);
		next = g_strdup(json_object_get_string_member_with_default(
		    page, "next", NULL));
		td_progress_set(progress,
		    next == NULL ? 0 : g_ascii_strtoull(next, NULL, 10),
		    (guint64)td_get_number(page, "last"));
	} while (next != NULL);
	return TRUE;
}

/* ---- doing ---- */

static void
add_counts(Erase *erase, JsonObject *done)
{
	erase->count += td_get_number(done, "tickets");
	erase->events += td_get_number(done, "events");
	erase->messages += td_get_number(done, "messages");
	erase->dropped += td_get_number(done, "dropped");
	take_failed(erase, done);
}

static gboolean
do_some(Erase *erase, guint from, GError **error)
{
	guint end = MIN(
	    from + REQUEST_TICKETS, json_array_get_length(erase->tickets));
	JsonObject *words = make_words(erase, "erase");
	JsonArray *numbers = json_array_new();
	g_autoptr(JsonObject) done = NULL;

	for (; from < end; from++)
		json_array_add_int_element(numbers,
		    td_get_number(
		        json_array_get_object_element(erase->tickets, from),
		        "number"));
	json_object_set_array_member(words, "numbers", numbers);
	done = td_client_ask(erase->client, words, NULL, NULL, error);
	if (done == NULL)
		return FALSE;
	add_counts(erase, done);
	return TRUE;
}

static gboolean
do_end(Erase *erase, GError **error)
{
	JsonObject *words = td_record_words(erase->cli, "erase-end", "address");
	g_autoptr(JsonObject) done = NULL;

	json_object_set_int_member(words, "tickets", erase->count);
	json_object_set_int_member(words, "events", erase->events);
	json_object_set_int_member(words, "messages", erase->messages);
	json_object_set_int_member(words, "dropped", erase->dropped);
	done = td_client_ask(erase->client, words, NULL, NULL, error);
	if (done == NULL)
		return FALSE;
	erase->person = g_strdup(td_get_text(done, "person"));
	erase->dropped = td_get_number(done, "dropped");
	erase->holds = td_get_number(done, "holds");
	return TRUE;
}

static gboolean
do_all(Erase *erase, GError **error)
{
	g_autoptr(TdProgress) progress = td_progress_new("erasing");
	guint count = json_array_get_length(erase->tickets);

	erase->count = erase->events = erase->messages = 0;
	for (guint i = 0; i < count; i += REQUEST_TICKETS) {
		if (!do_some(erase, i, error))
			return FALSE;
		td_progress_set(progress, i, count);
	}
	/* Of whom something is left the desk still knows. */
	return json_array_get_length(erase->failed) > 0 || do_end(erase, error);
}

/* ---- printing ---- */

static void
print_json(const Erase *erase, JsonObject *wiped)
{
	g_autoptr(JsonObject) result = json_object_new();

	json_object_set_boolean_member(result, "done", wiped != NULL);
	if (erase->person != NULL)
		json_object_set_string_member(result, "person", erase->person);
	else
		json_object_set_null_member(result, "person");
	json_object_set_array_member(
	    result, "tickets", json_array_ref(erase->tickets));
	json_object_set_array_member(
	    result, "named", json_array_ref(erase->named));
	json_object_set_int_member(result, "events", erase->events);
	json_object_set_int_member(result, "messages", erase->messages);
	json_object_set_int_member(result, "dropped", erase->dropped);
	json_object_set_int_member(result, "holds", erase->holds);
	json_object_set_boolean_member(result, "banned", erase->banned);
	json_object_set_array_member(
	    result, "failed", json_array_ref(erase->failed));
	td_cli_wiped_json(wiped, result);
	td_output_json_object(result);
}

static void
print_tickets(const Erase *erase)
{
	for (guint i = 0; i < json_array_get_length(erase->tickets); i++) {
		JsonObject *row = json_array_get_object_element(
		    erase->tickets, i);

		printf("%" G_GINT64_FORMAT "\t%" G_GINT64_FORMAT
		       " events\t%" G_GINT64_FORMAT " messages\n",
		    td_get_number(row, "number"), td_get_number(row, "events"),
		    td_get_number(row, "messages"));
	}
}

static void
print_rest(const Erase *erase)
{
	guint count = json_array_get_length(erase->named);

	for (guint i = 0; i < count; i++) {
		fputs(i == 0 ? "still named in " : ", ", stdout);
		td_output_text(json_array_get_string_element(erase->named, i));
	}
	if (count > 0)
		printf(": what others wrote\n");
	if (erase->banned)
		printf("the ban stays; see: ticket unban\n");
}

/* The exit status. */
static int
print_failed(const Erase *erase)
{
	guint count = json_array_get_length(erase->failed);

	for (guint i = 0; i < count; i++) {
		JsonObject *row = json_array_get_object_element(
		    erase->failed, i);
		g_autofree char *why = td_text_printable(
		    td_get_text(row, "why"), 0);

		fprintf(stderr, "ticket: %" G_GINT64_FORMAT " stays: %s\n",
		    td_get_number(row, "number"), why);
	}
	if (count > 0)
		fprintf(stderr,
		    "ticket: when that is mended, erase once more; see: "
		    "ticket check\n");
	return count > 0 ? 1 : EX_OK;
}

static char *
describe(const Erase *erase)
{
	return g_strdup_printf("%" G_GINT64_FORMAT " tickets, %" G_GINT64_FORMAT
	                       " events, %" G_GINT64_FORMAT " messages",
	    erase->count, erase->events, erase->messages);
}

static void
print_text(const Erase *erase, JsonObject *wiped)
{
	g_autofree char *text = describe(erase);

	if (wiped == NULL) {
		print_tickets(erase);
		printf("%s would be erased\n", text);
	} else if (erase->person == NULL) {
		printf("%s: erased, but not all\n", text);
	} else {
		printf("%s: now %s\n", text, erase->person);
		if (erase->dropped + erase->holds > 0)
			printf("%" G_GINT64_FORMAT " waiting and "
			       "%" G_GINT64_FORMAT " held mails dropped\n",
			    erase->dropped, erase->holds);
	}
	print_rest(erase);
	if (wiped != NULL)
		td_cli_wiped(wiped);
}

static int
print_result(const Erase *erase, JsonObject *wiped)
{
	if (td_cli_format(erase->cli, "json"))
		print_json(erase, wiped);
	else
		print_text(erase, wiped);
	return print_failed(erase);
}

/* ---- the command ---- */

/* Whether there is something to do. */
static gboolean
is_something(const Erase *erase)
{
	return json_array_get_length(erase->tickets) > 0 || erase->known ||
	    erase->begun || json_array_get_length(erase->failed) > 0;
}

static int
do_erase(Erase *erase, GError **error)
{
	g_autoptr(JsonObject) wiped = NULL;

	if (!do_all(erase, error))
		return td_cli_fail(*error);
	wiped = td_cli_wipe(erase->client, error);
	return wiped == NULL ? td_cli_fail(*error) : print_result(erase, wiped);
}

/* What a former try did not come to is done. */
static int
fail_unknown(const Erase *erase)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) wiped = NULL;

	if (erase->unwiped && !td_cli_flag(erase->cli, "dry-run")) {
		wiped = td_cli_wipe(erase->client, &error);
		if (wiped == NULL)
			return td_cli_fail(error);
	}
	td_fail(&error, TD_ERROR_REFUSED, "nothing is known of %s%s",
	    td_cli_word(erase->cli, 0),
	    json_array_get_length(erase->named) == 0
	        ? ""
	        : " but what others wrote");
	print_rest(erase);
	return td_cli_fail(error);
}

/* Whether more would go of this ticket than is in @asked, rows by number. */
static gboolean
is_more(GHashTable *asked, JsonObject *row)
{
	gint64 number = td_get_number(row, "number");
	JsonObject *before = g_hash_table_lookup(asked, &number);

	return before == NULL ||
	    td_get_number(row, "events") > td_get_number(before, "events") ||
	    td_get_number(row, "messages") > td_get_number(before, "messages");
}

/* Whether more would go than @rows tell of. */
static gboolean
has_more(const Erase *erase, JsonArray *rows)
{
	g_autoptr(GHashTable) asked = g_hash_table_new_full(
	    g_int64_hash, g_int64_equal, g_free, NULL);

	for (guint i = 0; i < json_array_get_length(rows); i++) {
		JsonObject *row = json_array_get_object_element(rows, i);
		gint64 number = td_get_number(row, "number");

		g_hash_table_insert(
		    asked, g_memdup2(&number, sizeof(number)), row);
	}
	for (guint i = 0; i < json_array_get_length(erase->tickets); i++)
		if (is_more(asked,
		        json_array_get_object_element(erase->tickets, i)))
			return TRUE;
	return FALSE;
}

/* Mail of his may come while the question stands: it goes too, but not without
 * a word, for whole tickets have that of others. */
static gboolean
ask(Erase *erase, gboolean *sure, GError **error)
{
	gboolean more = FALSE;

	do {
		g_autofree char *text = describe(erase);
		g_autofree char *question = g_strdup_printf(
		    "%sErase %s for ever: %s?",
		    more ? "More has come meanwhile.  " : "",
		    td_cli_word(erase->cli, 0), text);
		g_autoptr(JsonArray) rows = json_array_ref(erase->tickets);

		if (!td_cli_ask(
		        erase->cli, question, &erase->client, sure, error))
			return FALSE;
		if (!*sure || td_cli_flag(erase->cli, "yes"))
			return TRUE;
		if (!look(erase, error))
			return FALSE;
		more = has_more(erase, rows);
	} while (more);
	return TRUE;
}

static int
ask_and_erase(Erase *erase, GError **error)
{
	gboolean sure;

	if (!ask(erase, &sure, error))
		return td_cli_fail(*error);
	if (!sure) {
		fprintf(stderr, "ticket: nothing was erased\n");
		return 1;
	}
	return do_erase(erase, error);
}

int
td_cli_erase(const TdCli *cli)
{
	g_auto(Erase) erase = { .cli = cli };
	g_autoptr(GError) error = NULL;

	if (!td_cli_may_ask(cli, &error))
		return td_cli_fail(error);
	erase.client = td_client_open(cli->conf_path, TD_CLIENT_PLAIN, &error);
	if (erase.client == NULL || !look(&erase, &error))
		return td_cli_fail(error);
	if (!is_something(&erase))
		return fail_unknown(&erase);
	if (td_cli_flag(cli, "dry-run"))
		return print_result(&erase, NULL);
	return ask_and_erase(&erase, &error);
}
