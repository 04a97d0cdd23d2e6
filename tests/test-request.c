/* test-request.c - requests: their words, lists in pages, what they show */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/log.h>

#include "request-fixture.h"
#include "server/request.h"

/* ---- words ---- */

static void
test_wrong_words_are_told(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *json;
		const char *says;
	} cases[] = {
		{ "{}", "no verb" },
		{ "{\"verb\":1}", "no verb" },
		{ "{\"verb\":\"dance\"}", "dance" },
		{ "{\"verb\":\"ping\",\"loud\":true}", "loud" },
		{ "{\"verb\":\"list\",\"queue\":1}", "must be a text" },
		{ "{\"verb\":\"list\",\"active\":\"yes\"}", "true or false" },
		{ "{\"verb\":\"list\",\"limit\":-1}", "must be a number" },
		{ "{\"verb\":\"list\",\"limit\":1.5}", "must be a number" },
		{ "{\"verb\":\"list\",\"limit\":null}", "must be a number" },
		{ "{\"verb\":\"list\",\"status\":\"bad\"}", "waiting" },
		{ "{\"verb\":\"list\",\"requester\":\"x\"}", "mail address" },
		{ "{\"verb\":\"list\",\"next\":\"x\"}", "next" },
		{ "{\"verb\":\"show\"}", "\"number\" is missing" },
		{ "{\"verb\":\"show\",\"number\":1,\"next\":\"1\"}", "next" },
		{ "{\"verb\":\"outbox-drop\",\"ids\":[\"1\"]}", "array" },
		{ "{\"verb\":\"outbox-drop\",\"ids\":1}", "array" },
		{ "{\"verb\":\"outbox-list\",\"next\":\"1\"}", "next" },
		{ "{\"verb\":\"explain\"}", "no mail" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		ask_refused(desk, cases[i].json, TD_ERROR_USAGE, cases[i].says);
}

static void
test_ping_tells_the_version(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject)
	    result = ask(desk, "{\"verb\":\"ping\",\"bytes\":0}");

	g_assert_cmpstr(json_object_get_string_member(result, "version"), ==,
	    PACKAGE_VERSION);
}

/* ---- list ---- */

static void
assert_members(JsonObject *object, const char *names)
{
	g_auto(GStrv) wanted = g_strsplit(names, " ", -1);

	for (gsize i = 0; wanted[i] != NULL; i++) {
		if (!json_object_has_member(object, wanted[i]))
			g_error("no member \"%s\"", wanted[i]);
	}
}

static void
test_list_has_the_members_of_a_ticket(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) page = NULL;
	JsonArray *tickets;
	JsonObject *ticket;

	file_ticket(desk, 1);
	page = ask(desk, "{\"verb\":\"list\"}");
	tickets = json_object_get_array_member(page, "tickets");
	g_assert_cmpuint(json_array_get_length(tickets), ==, 1);
	ticket = json_array_get_object_element(tickets, 0);
	assert_members(ticket,
	    "number status queue priority owner requester subject created "
	    "updated");
	g_assert_cmpint(json_object_get_int_member(ticket, "number"), ==, 1);
	g_assert_cmpstr(
	    json_object_get_string_member(ticket, "status"), ==, "new");
	g_assert_true(json_object_get_null_member(ticket, "owner"));
	g_assert_cmpstr(json_object_get_string_member(ticket, "requester"), ==,
	    "anna@example.net");
	g_assert_true(g_str_has_suffix(
	    json_object_get_string_member(ticket, "created"), "Z"));
	g_assert_false(json_object_has_member(ticket, "messages"));
	g_assert_false(json_object_has_member(page, "next"));
}

static void
test_pages_of_a_list_bring_each_ticket_once_newest_first(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *request = g_strdup("{\"verb\":\"list\",\"limit\":2}");
	gint64 expected = 5;

	for (guint i = 1; i <= 5; i++)
		file_ticket(desk, i);
	while (request != NULL) {
		g_autoptr(JsonObject) page = ask(desk, request);
		JsonArray *tickets = json_object_get_array_member(
		    page, "tickets");
		const char *next = json_object_get_string_member_with_default(
		    page, "next", NULL);

		g_assert_cmpuint(json_array_get_length(tickets), <=, 2);
		for (guint i = 0; i < json_array_get_length(tickets); i++) {
			JsonObject *ticket = json_array_get_object_element(
			    tickets, i);

			g_assert_cmpint(
			    json_object_get_int_member(ticket, "number"), ==,
			    expected);
			expected--;
		}
		g_free(request);
		request = next == NULL
		    ? NULL
		    : g_strdup_printf("{\"verb\":\"list\",\"limit\":2,"
		                      "\"next\":\"%s\"}",
		          next);
	}
	g_assert_cmpint(expected, ==, 0);
}

/* ---- show ---- */

static void
test_show_has_messages_and_events(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) ticket = NULL;
	JsonObject *message, *event;

	file_ticket(desk, 1);
	ticket = ask(desk, "{\"verb\":\"show\",\"number\":1}");
	message = json_array_get_object_element(
	    json_object_get_array_member(ticket, "messages"), 0);
	assert_members(message,
	    "sequence from date message_id direction visibility rule text "
	    "attachments");
	g_assert_cmpstr(json_object_get_string_member(message, "from"), ==,
	    "anna@example.net");
	g_assert_cmpstr(
	    json_object_get_string_member(message, "rule"), ==, "new");
	g_assert_cmpstr(
	    json_object_get_string_member(message, "text"), ==, "Broken.\n");
	event = json_array_get_object_element(
	    json_object_get_array_member(ticket, "events"), 0);
	assert_members(event, "time actor kind detail");
	g_assert_cmpstr(
	    json_object_get_string_member(event, "kind"), ==, "created");
	g_assert_cmpstr(
	    json_object_get_string_member(
	        json_object_get_object_member(event, "detail"), "queue"),
	    ==, "support");
}

static void
test_what_is_not_there_is_refused(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	file_ticket(desk, 1);
	ask_refused(desk, "{\"verb\":\"show\",\"number\":7}", TD_ERROR_REFUSED,
	    "no ticket 7");
	ask_refused(desk, "{\"verb\":\"log\",\"number\":7}", TD_ERROR_REFUSED,
	    "no ticket 7");
	ask_refused(desk, "{\"verb\":\"raw\",\"number\":7,\"sequence\":1}",
	    TD_ERROR_REFUSED, "no ticket 7");
	ask_refused(desk, "{\"verb\":\"raw\",\"number\":1,\"sequence\":9}",
	    TD_ERROR_REFUSED, "no message 1/9");
	ask_refused(desk,
	    "{\"verb\":\"attachment\",\"number\":1,\"sequence\":1,\"part\":1}",
	    TD_ERROR_REFUSED, "no attachment 1");
}

static void
test_the_desks_own_record_can_be_shown_when_empty(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject)
	    ticket = ask(desk, "{\"verb\":\"show\",\"number\":0}");

	g_assert_cmpint(json_object_get_int_member(ticket, "number"), ==, 0);
	g_assert_cmpuint(json_array_get_length(
	                     json_object_get_array_member(ticket, "messages")),
	    ==, 0);
}

/* The members @name of all pages of show 1, counted. */
static guint
count_shown(const Desk *desk, const char *name, guint *pages)
{
	g_autofree char *request = g_strdup("{\"verb\":\"show\",\"number\":1}");
	guint count = 0;

	for (*pages = 0; request != NULL; (*pages)++) {
		g_autoptr(JsonObject) page = ask(desk, request);
		const char *next = json_object_get_string_member_with_default(
		    page, "next", NULL);

		count += json_array_get_length(
		    json_object_get_array_member(page, name));
		g_free(request);
		request = next == NULL
		    ? NULL
		    : g_strdup_printf("{\"verb\":\"show\",\"number\":1,"
		                      "\"next\":\"%s\"}",
		          next);
	}
	return count;
}

static void
test_a_long_ticket_is_shown_in_pages(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	guint pages = 0, messages, events;

	file_ticket(desk, 1);
	for (guint i = 2; i <= 30; i++) {
		g_autofree char *headers = g_strdup_printf(
		    "Subject: Re: Printer\nMessage-ID: <r%u@example.net>\n"
		    "In-Reply-To: <1@example.net>\n",
		    i);
		TdOutcome outcome = file_mail(
		    desk, "anna@example.net", headers, "And more.\n");

		g_assert_cmpuint(outcome.ticket, ==, 1);
	}

	/* 30 of hers, and what was answered. */
	messages = count_shown(desk, "messages", &pages);
	g_assert_cmpuint(messages, >=, 30);
	g_assert_cmpuint(pages, >=, 2);
	events = count_shown(desk, "events", &pages);
	g_assert_cmpuint(events, >=, 31);
}

/* ---- raw, attachment ---- */

#define WITH_ATTACHMENT                                                        \
	"Subject: Log\nMessage-ID: <log@example.net>\nMIME-Version: 1.0\n"     \
	"Content-Type: multipart/mixed; boundary=b\n"
#define PARTS                                                                  \
	"--b\n\nSee the log.\n--b\n"                                           \
	"Content-Type: application/octet-stream\n"                             \
	"Content-Disposition: attachment; filename=\"../log\"\n"               \
	"Content-Transfer-Encoding: base64\n\nAAEC/w==\n--b--\n"

static void
test_raw_gives_the_bytes_as_they_came(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char wanted[] =
	    "From: anna@example.net\nTo: support@example.com\n" WITH_ATTACHMENT
	    "\n" PARTS;
	g_autoptr(JsonObject) result = NULL;
	g_autoptr(GBytes) raw = NULL;

	file_mail(desk, "anna@example.net", WITH_ATTACHMENT, PARTS);
	result = ask_with(desk,
	    "{\"verb\":\"raw\",\"number\":1,\"sequence\":1}", NULL, &raw, NULL);
	g_assert_nonnull(result);
	g_assert_cmpmem(g_bytes_get_data(raw, NULL), g_bytes_get_size(raw),
	    wanted, strlen(wanted));
}

static void
test_attachment_gives_its_bytes_and_a_name_without_directories(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const guint8 wanted[] = { 0, 1, 2, 255 };
	g_autoptr(JsonObject) result = NULL;
	g_autoptr(GBytes) content = NULL;

	file_mail(desk, "anna@example.net", WITH_ATTACHMENT, PARTS);
	result = ask_with(desk,
	    "{\"verb\":\"attachment\",\"number\":1,\"sequence\":1,\"part\":1}",
	    NULL, &content, NULL);
	g_assert_nonnull(result);
	g_assert_cmpmem(g_bytes_get_data(content, NULL),
	    g_bytes_get_size(content), wanted, sizeof(wanted));
	g_assert_null(
	    strchr(json_object_get_string_member(result, "name"), '/'));
}

/* ---- log ---- */

static JsonArray *
log_events(JsonObject *page)
{
	return json_object_get_array_member(page, "events");
}

static void
test_log_of_all_is_newest_first_and_of_one_oldest_first(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) all = NULL, one = NULL, newest = NULL;
	guint length;

	file_ticket(desk, 1);
	file_ticket(desk, 2);
	all = ask(desk, "{\"verb\":\"log\",\"limit\":1}");
	g_assert_cmpint(
	    json_object_get_int_member(
	        json_array_get_object_element(log_events(all), 0), "ticket"),
	    ==, 2);
	g_assert_true(json_object_has_member(all, "next"));

	one = ask(desk, "{\"verb\":\"log\",\"number\":1}");
	length = json_array_get_length(log_events(one));
	g_assert_cmpstr(
	    json_object_get_string_member(
	        json_array_get_object_element(log_events(one), 0), "kind"),
	    ==, "created");

	newest = ask(desk, "{\"verb\":\"log\",\"number\":1,\"newest\":1}");
	g_assert_cmpuint(json_array_get_length(log_events(newest)), ==, 1);
	g_assert_cmpint(
	    json_object_get_int_member(
	        json_array_get_object_element(log_events(newest), 0),
	        "sequence"),
	    ==, length);
}

/* ---- stat, check ---- */

static void
test_stat_counts_tickets_and_waiting_mail(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) stat = NULL;
	JsonObject *queue, *outbox;

	file_ticket(desk, 1);
	file_ticket(desk, 2);
	stat = ask(desk, "{\"verb\":\"stat\"}");
	queue = json_array_get_object_element(
	    json_object_get_array_member(stat, "queues"), 0);
	outbox = json_object_get_object_member(stat, "outbox");
	g_assert_cmpstr(
	    json_object_get_string_member(queue, "queue"), ==, "support");
	g_assert_cmpint(json_object_get_int_member(queue, "new"), ==, 2);
	g_assert_cmpint(json_object_get_int_member(queue, "closed"), ==, 0);
	g_assert_cmpint(json_object_get_int_member(outbox, "waiting"), ==, 2);
	g_assert_cmpint(json_object_get_int_member(outbox, "due"), ==, 2);
	g_assert_cmpint(json_object_get_int_member(stat, "last"), ==, 2);
}

static void
test_check_finds_nothing_wrong_with_a_sound_store(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const requests[] = { "{\"verb\":\"check\"}",
		"{\"verb\":\"check\",\"rebuild\":true}" };

	file_ticket(desk, 1);
	for (gsize i = 0; i < G_N_ELEMENTS(requests); i++) {
		g_autoptr(JsonObject) result = ask(desk, requests[i]);

		g_assert_cmpint(
		    json_object_get_int_member(result, "wrong"), ==, 0);
		g_assert_cmpuint(
		    json_array_get_length(
		        json_object_get_array_member(result, "findings")),
		    ==, 0);
		g_assert_cmpint(
		    json_object_get_int_member(result, "last"), ==, 1);
	}
}

static void
test_json_escapes_all_controls(
    Desk *desk G_GNUC_UNUSED, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_VALUE);
	g_autofree char *text = NULL;

	json_node_set_string(node,
	    "a\x1f\x1e\x01"
	    "b");
	text = td_json_write(node, FALSE);
	for (const char *at = text; *at != '\0'; at++)
		g_assert_cmpint((guchar)*at, >=, ' ');
	g_assert_nonnull(strstr(text, "a\\u001f"));
}

/* ---- rights ---- */

static void
test_each_verb_says_who_may(void)
{
	static const char *const guarded[] = { "backup-begin", "backup-cancel",
		"backup-end", "backup-next", "erase", "erase-end", "erase-look",
		"import-look", "import-mail", "import-people", "import-ticket",
		"purge", "secret-rotate", "wipe", NULL };
	gsize count, found = 0;
	const TdVerbEntry *verbs = td_verb_table(&count);

	for (gsize i = 0; i < count; i++) {
		gboolean want = g_strv_contains(guarded, verbs[i].name);

		g_test_message("%s", verbs[i].name);
		g_assert_true(verbs[i].who == TD_VERB_MEMBERS ||
		    verbs[i].who == TD_VERB_KEEPERS);
		g_assert_cmpint(td_verb_is_guarded(verbs[i].name), ==, want);
		found += want;
	}
	g_assert_cmpuint(found, ==, G_N_ELEMENTS(guarded) - 1);
	g_assert_false(td_verb_is_guarded("no such verb"));
	g_assert_false(td_verb_is_guarded(""));
}

#define ADD(path, test)                                                        \
	g_test_add(path, Desk, NULL, server_open, test, server_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_log_open("test", TD_LOG_CRITICAL);
	td_message_init();

	ADD("/request/words", test_wrong_words_are_told);
	ADD("/request/json", test_json_escapes_all_controls);
	ADD("/request/ping", test_ping_tells_the_version);
	ADD("/request/list/members", test_list_has_the_members_of_a_ticket);
	ADD("/request/list/pages",
	    test_pages_of_a_list_bring_each_ticket_once_newest_first);
	ADD("/request/show/members", test_show_has_messages_and_events);
	ADD("/request/show/missing", test_what_is_not_there_is_refused);
	ADD("/request/show/zero",
	    test_the_desks_own_record_can_be_shown_when_empty);
	ADD("/request/show/pages", test_a_long_ticket_is_shown_in_pages);
	ADD("/request/raw", test_raw_gives_the_bytes_as_they_came);
	ADD("/request/attachment",
	    test_attachment_gives_its_bytes_and_a_name_without_directories);
	ADD("/request/log",
	    test_log_of_all_is_newest_first_and_of_one_oldest_first);
	ADD("/request/stat", test_stat_counts_tickets_and_waiting_mail);
	ADD("/request/check",
	    test_check_finds_nothing_wrong_with_a_sound_store);

	g_test_add_func("/request/who", test_each_verb_says_who_may);
	return g_test_run();
}
