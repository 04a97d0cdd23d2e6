/* test-request-audit.c - requests: filters of the log, what is late, and
 * whether anything was changed */

#include "config.h"

#include <string.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>
#include <ticketd/log.h>

#include "request-fixture.h"

#define LATE 4

/* ---- tickets with deadlines ---- */

typedef struct {
	guint64 number;
	gint64 due; /* seconds from now */
	gboolean breached;
} Late;

static gboolean
add_clock(TdTxn *txn, gpointer data, GError **error)
{
	const Late *late = data;
	gint64 now = td_clock_now();
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdEvent)
	    event = td_event_new(TD_EVENT_DUE, late->number, now, "desk");
	TdClock clock = { .state = TD_CLOCK_RUNNING,
		.due = now + late->due,
		.total = 3600,
		.breached = late->breached,
		.rule = (char *)"gold" };

	td_event_set_clock(event, TD_CLOCK_RESPONSE, &clock);
	return td_ticket_get(txn, late->number, &ticket, error) &&
	    td_event_append(txn, ticket, event, error) &&
	    td_ticket_put(txn, ticket, error);
}

static void
set_late(const Desk *desk, guint64 number, gint64 due, gboolean breached)
{
	Late late = { number, due, breached };
	g_autoptr(GError) error = NULL;

	td_writer_run(
	    td_service_writer(desk->service), add_clock, &late, &error);
	g_assert_no_error(error);
}

/* Tickets 1 to 4: the first is late, the second late and broken, the third has
 * time, the fourth nothing; olga has the first. */
static void
open_late(Desk *desk, gconstpointer extra)
{
	server_open(desk, extra);
	for (guint i = 1; i <= LATE; i++)
		g_assert_cmpuint(file_ticket(desk, i), ==, i);
	json_object_unref(ask(desk,
	    "{\"verb\":\"agent-add\",\"name\":\"olga\","
	    "\"addresses\":[\"olga@example.net\"]}"));
	json_object_unref(ask(desk,
	    "{\"verb\":\"order\",\"number\":1,\"commands\":\"take\","
	    "\"as\":\"olga\"}"));
	set_late(desk, 1, -10, FALSE);
	set_late(desk, 2, -10, TRUE);
	set_late(desk, 3, 3600, FALSE);
}

/* ---- list ---- */

/* Numbers of the tickets that are listed. */
static char *
numbers_of(const Desk *desk, const char *words)
{
	g_autofree char *json = g_strdup_printf(
	    "{\"verb\":\"list\",%s}", words);
	g_autoptr(JsonObject) result = ask(desk, json);
	JsonArray *tickets = json_object_get_array_member(result, "tickets");
	GString *numbers = g_string_new(NULL);

	for (guint i = 0; i < json_array_get_length(tickets); i++)
		g_string_append_printf(numbers, "%d ",
		    (int)json_object_get_int_member(
		        json_array_get_object_element(tickets, i), "number"));
	return g_string_free(numbers, FALSE);
}

static void
test_lists_what_is_late(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *words;
		const char *want;
	} cases[] = {
		{ "\"overdue\":true", "2 1 " },
		{ "\"breached\":true", "2 " },
		{ "\"overdue\":true,\"breached\":true", "2 " },
		{ "\"unowned\":true", "4 3 2 " },
		{ "\"unowned\":true,\"overdue\":true", "2 " },
		{ "\"mine\":true,\"as\":\"olga\"", "1 " },
		{ "\"mine\":true,\"as\":\"OLGA@example.net\"", "1 " },
		{ "\"owner\":\"olga\",\"overdue\":true", "1 " },
		{ "\"waiting\":true", "" },
		{ "\"waiting\":true,\"status\":\"waiting\"", "" },
		{ "\"overdue\":true,\"queue\":\"sales\"", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *got = numbers_of(desk, cases[i].words);

		g_assert_cmpstr(got, ==, cases[i].want);
	}
}

static void
test_words_that_exclude_each_other(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	ask_refused(desk, "{\"verb\":\"list\",\"mine\":true,\"unowned\":true}",
	    TD_ERROR_USAGE, "exclude");
	ask_refused(desk,
	    "{\"verb\":\"list\",\"owner\":\"olga\",\"unowned\":true}",
	    TD_ERROR_USAGE, "exclude");
	ask_refused(desk,
	    "{\"verb\":\"list\",\"waiting\":true,\"status\":\"new\"}",
	    TD_ERROR_USAGE, "another status");
	ask_refused(desk, "{\"verb\":\"list\",\"mine\":true}", TD_ERROR_REFUSED,
	    "no agent is called \"tester\"; say who it is: --as AGENT");
	ask_refused(desk, "{\"verb\":\"list\",\"mine\":true,\"as\":\"eve\"}",
	    TD_ERROR_REFUSED, "there is no agent \"eve\"");
}

/* Who is called as the user is needs not say it. */
static void
test_the_user_may_be_an_agent(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) stat = NULL;
	g_autofree char *mine = NULL;

	json_object_unref(ask(desk,
	    "{\"verb\":\"agent-add\",\"name\":\"tester\","
	    "\"addresses\":[\"tester@example.net\"]}"));
	mine = numbers_of(desk, "\"mine\":true");
	g_assert_cmpstr(mine, ==, "");
	stat = ask(desk, "{\"verb\":\"stat\"}");
	g_assert_cmpstr(
	    json_object_get_string_member(stat, "agent"), ==, "tester");
}

static void
test_a_ticket_tells_its_deadlines(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject)
	    result = ask(desk, "{\"verb\":\"list\",\"breached\":true}");
	JsonObject *ticket = json_array_get_object_element(
	    json_object_get_array_member(result, "tickets"), 0);
	JsonArray *deadlines = json_object_get_array_member(
	    ticket, "deadlines");
	JsonObject *deadline = json_array_get_object_element(deadlines, 0);

	g_assert_cmpuint(json_array_get_length(deadlines), ==, 1);
	g_assert_cmpstr(
	    json_object_get_string_member(deadline, "clock"), ==, "response");
	g_assert_cmpstr(
	    json_object_get_string_member(deadline, "state"), ==, "running");
	g_assert_cmpstr(
	    json_object_get_string_member(deadline, "sla"), ==, "gold");
	g_assert_cmpint(
	    json_object_get_int_member(deadline, "total"), ==, 3600);
	g_assert_true(json_object_get_boolean_member(deadline, "breached"));
	g_assert_true(json_object_get_boolean_member(ticket, "breached"));
	g_assert_cmpstr(json_object_get_string_member(ticket, "deadline"), ==,
	    json_object_get_string_member(deadline, "due"));
	g_assert_true(json_object_get_null_member(ticket, "escalation"));
	g_assert_true(json_object_get_null_member(ticket, "answered"));
	g_assert_cmpint(json_object_get_int_member(ticket, "reopened"), ==, 0);
}

/* ---- stat ---- */

static void
assert_counts(JsonObject *counts, int overdue, int breached, int unowned)
{
	g_assert_cmpint(
	    json_object_get_int_member(counts, "overdue"), ==, overdue);
	g_assert_cmpint(
	    json_object_get_int_member(counts, "breached"), ==, breached);
	g_assert_cmpint(
	    json_object_get_int_member(counts, "unowned"), ==, unowned);
}

static void
test_stat_counts_what_is_late(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject)
	    stat = ask(desk, "{\"verb\":\"stat\",\"as\":\"olga\"}");
	JsonArray *queues = json_object_get_array_member(stat, "queues");
	JsonObject *total = json_object_get_object_member(stat, "total");
	g_autoptr(JsonObject) plain = ask(desk, "{\"verb\":\"stat\"}");

	g_assert_cmpuint(json_array_get_length(queues), ==, 2);
	assert_counts(json_array_get_object_element(queues, 0), 2, 1, 3);
	assert_counts(json_array_get_object_element(queues, 1), 0, 0, 0);
	assert_counts(total, 2, 1, 3);
	g_assert_cmpint(json_object_get_int_member(total, "mine"), ==, 1);
	g_assert_cmpint(json_object_get_int_member(total, "new"), ==, 4);
	/* Nobody is me. */
	total = json_object_get_object_member(plain, "total");
	g_assert_false(json_object_has_member(total, "mine"));
	ask_refused(desk, "{\"verb\":\"stat\",\"as\":\"eve\"}",
	    TD_ERROR_REFUSED, "eve");
}

/* ---- log ---- */

/* "TICKET KIND" of each event of all pages. */
static char *
log_of(const Desk *desk, const char *words)
{
	GString *events = g_string_new(NULL);
	g_autofree char *next = g_strdup("");
	guint pages = 0;

	while (next != NULL) {
		g_autofree char *json = g_strdup_printf(
		    "{\"verb\":\"log\"%s%s%s}", *words == '\0' ? "" : ",",
		    words, next);
		g_autoptr(JsonObject) page = ask(desk, json);
		JsonArray *array = json_object_get_array_member(page, "events");

		for (guint i = 0; i < json_array_get_length(array); i++) {
			JsonObject *event = json_array_get_object_element(
			    array, i);

			g_string_append_printf(events, "%d %s,",
			    (int)json_object_get_int_member(event, "ticket"),
			    json_object_get_string_member(event, "kind"));
		}
		g_free(next);
		next = json_object_has_member(page, "next")
		    ? g_strdup_printf(",\"next\":\"%s\"",
		          json_object_get_string_member(page, "next"))
		    : NULL;
		g_assert_cmpuint(++pages, <, 200);
	}
	return g_string_free(events, FALSE);
}

static void
test_log_is_filtered(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	gint64 now = td_clock_now();
	g_autofree char *past = g_strdup_printf(
	    "\"until\":%" G_GINT64_FORMAT, now - 1000);
	g_autofree char *future = g_strdup_printf(
	    "\"since\":%" G_GINT64_FORMAT, now + 1000);
	g_autofree char *present = g_strdup_printf(
	    "\"since\":%" G_GINT64_FORMAT ",\"until\":%" G_GINT64_FORMAT
	    ",\"kinds\":[\"owner\"]",
	    now - 1000, now + 1000);
	const struct {
		const char *words;
		const char *want;
	} cases[] = {
		{ "\"kinds\":[\"created\"]",
		    "4 created,3 created,2 created,1 created," },
		{ "\"kinds\":[\"created\"],\"limit\":1",
		    "4 created,3 created,2 created,1 created," },
		{ "\"kinds\":[\"created\",\"owner\"],\"number\":1",
		    "1 created,1 owner," },
		{ "\"person\":\"olga\"", "1 owner," },
		{ "\"person\":\"Olga\"", "1 owner," },
		{ "\"person\":\"agent:olga\"", "1 owner," },
		{ "\"person\":\"OLGA@example.net\"", "1 owner," },
		{ "\"person\":\"olg\"", "" },
		{ "\"person\":\"anna@example.net\",\"kinds\":[\"created\"],"
		  "\"number\":2",
		    "2 created," },
		{ "\"person\":\"customer:anna@example.net\","
		  "\"kinds\":[\"created\"],\"number\":2",
		    "2 created," },
		{ "\"person\":\"control:tester\",\"kinds\":[\"created\"]", "" },
		{ past, "" },
		{ future, "" },
		{ present, "1 owner," },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *got = log_of(desk, cases[i].words);

		g_assert_cmpstr(got, ==, cases[i].want);
	}
	ask_refused(desk, "{\"verb\":\"log\",\"kinds\":[\"lunch\"]}",
	    TD_ERROR_USAGE, "escalated");
}

/* The second of the event itself is not before, and not behind it. */
static void
test_time_at_its_edge(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) page = ask(
	    desk, "{\"verb\":\"log\",\"kinds\":[\"owner\"],\"number\":1}");
	JsonObject *event = json_array_get_object_element(
	    json_object_get_array_member(page, "events"), 0);
	g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(
	    json_object_get_string_member(event, "time"), NULL);
	gint64 time = g_date_time_to_unix(date);

	for (int ticket = 0; ticket < 2; ticket++)
		for (int since = -1; since <= 1; since++) {
			g_autofree char *from = g_strdup_printf(
			    "\"kinds\":[\"owner\"],\"since\":%" G_GINT64_FORMAT
			    "%s",
			    time + since, ticket == 1 ? ",\"number\":1" : "");
			g_autofree char *to = g_strdup_printf(
			    "\"kinds\":[\"owner\"],\"until\":%" G_GINT64_FORMAT
			    "%s",
			    time + since, ticket == 1 ? ",\"number\":1" : "");
			g_autofree char *behind = log_of(desk, from);
			g_autofree char *before = log_of(desk, to);

			g_assert_cmpstr(
			    behind, ==, since <= 0 ? "1 owner," : "");
			g_assert_cmpstr(
			    before, ==, since > 0 ? "1 owner," : "");
		}
}

static void
test_events_tell_their_source(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject)
	    page = ask(desk, "{\"verb\":\"log\",\"number\":1}");
	JsonArray *events = json_object_get_array_member(page, "events");

	for (guint i = 0; i < json_array_get_length(events); i++) {
		JsonObject *event = json_array_get_object_element(events, i);
		const char *kind = json_object_get_string_member(event, "kind");

		if (g_str_equal(kind, "created") ||
		    g_str_equal(kind, "acknowledged"))
			g_assert_cmpstr(
			    json_object_get_string_member(event, "source"), ==,
			    "1/1");
		if (g_str_equal(kind, "owner"))
			g_assert_cmpstr(
			    json_object_get_string_member(event, "source"), ==,
			    "control");
	}
}

/* ---- verify ---- */

static JsonObject *
verify(const Desk *desk, const char *words)
{
	g_autofree char *json = g_strdup_printf(
	    "{\"verb\":\"verify\"%s%s}", *words == '\0' ? "" : ",", words);

	return ask(desk, json);
}

static void
test_what_the_desk_writes_is_whole(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) result = verify(desk, "");

	g_assert_cmpint(json_object_get_int_member(result, "wrong"), ==, 0);
	g_assert_cmpint(
	    json_object_get_int_member(result, "tickets"), ==, LATE + 1);
	g_assert_cmpint(json_object_get_int_member(result, "unvouched"), ==, 0);
	g_assert_cmpint(json_object_get_int_member(result, "messages"), >, 4);
	g_assert_cmpint(json_object_get_int_member(result, "last"), ==, LATE);
	g_assert_false(json_object_has_member(result, "next"));
	g_assert_false(json_object_has_member(result, "heads"));
}

/* What is split off and what is filed anew is vouched for, too. */
static void
test_moved_messages_are_whole(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) result = NULL;

	json_object_unref(ask(desk,
	    "{\"verb\":\"order\",\"number\":2,\"commands\":\"split 1\"}"));
	json_object_unref(ask(desk,
	    "{\"verb\":\"order\",\"number\":3,\"commands\":\"merge 4\"}"));
	json_object_unref(
	    ask(desk, "{\"verb\":\"reprocess\",\"number\":1,\"sequence\":1}"));
	result = verify(desk, "");
	g_assert_cmpint(json_object_get_int_member(result, "wrong"), ==, 0);
	g_assert_cmpint(json_object_get_int_member(result, "unvouched"), ==, 0);
}

static gboolean
change_record(TdTxn *txn, gpointer unused G_GNUC_UNUSED, GError **error)
{
	g_autoptr(TdTicket) ticket = NULL;

	if (!td_ticket_get(txn, 2, &ticket, error))
		return FALSE;
	ticket->priority = 1;
	return td_ticket_put(txn, ticket, error);
}

static void
test_findings_are_told(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) result = NULL;
	JsonArray *findings;
	JsonObject *finding;

	g_assert_true(td_writer_run(
	    td_service_writer(desk->service), change_record, NULL, NULL));
	result = verify(desk, "\"number\":2,\"until\":2");
	findings = json_object_get_array_member(result, "findings");
	g_assert_cmpuint(json_array_get_length(findings), ==, 1);
	finding = json_array_get_object_element(findings, 0);
	g_assert_cmpint(json_object_get_int_member(finding, "ticket"), ==, 2);
	g_assert_true(json_object_get_null_member(finding, "sequence"));
	g_assert_cmpstr(json_object_get_string_member(finding, "finding"), ==,
	    "has a record that is not the sum of its events: priority");
}

static void
test_seals_are_compared(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) sealed = verify(desk, "\"heads\":true");
	JsonArray *heads = json_object_get_array_member(sealed, "heads");
	const char *first = json_array_get_string_element(heads, 1);
	g_autofree char *words = g_strdup_printf("\"seals\":[\"%s\"]", first);
	g_autofree char *changed = g_strdup(words);
	g_autoptr(JsonObject) well = verify(desk, words);
	g_autoptr(JsonObject) ill = NULL;
	char *digit = changed + strlen(changed) - 3;

	g_assert_cmpuint(json_array_get_length(heads), ==, LATE + 1);
	g_assert_true(g_str_has_prefix(first, "1 "));
	g_assert_cmpint(json_object_get_int_member(well, "wrong"), ==, 0);
	*digit = *digit == '0' ? '1' : '0';
	ill = verify(desk, changed);
	g_assert_cmpint(json_object_get_int_member(ill, "wrong"), ==, 1);
}

static void
test_wrong_seals_are_refused(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const seals[] = { "\"\"", "\"1\"", "\"1 2 x\"",
		"\"1 2 zz\"", "\"-1 2 00\"" };
	g_autofree char *chain = g_strnfill(64, '0');
	g_autofree char *order = g_strdup_printf("{\"verb\":\"verify\","
	                                         "\"seals\":[\"2 1 %s\","
	                                         "\"1 1 %s\"]}",
	    chain, chain);

	for (gsize i = 0; i < G_N_ELEMENTS(seals); i++) {
		g_autofree char *json = g_strdup_printf(
		    "{\"verb\":\"verify\",\"seals\":[%s]}", seals[i]);

		ask_refused(desk, json, TD_ERROR_USAGE, "is no seal");
	}
	ask_refused(desk, order, TD_ERROR_USAGE, "out of order");
	ask_refused(desk, "{\"verb\":\"verify\",\"number\":9,\"until\":9}",
	    TD_ERROR_REFUSED, "there is no ticket 9");
}

#define SALES "[queue sales]\naddress = sales@example.com\n"
#define TEST(name, function)                                                   \
	g_test_add("/request/audit/" name, Desk, SALES, open_late, function,   \
	    server_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_log_open("test", TD_LOG_CRITICAL);
	td_message_init();
	TEST("lists what is late", test_lists_what_is_late);
	TEST("words exclude each other", test_words_that_exclude_each_other);
	TEST("the user may be an agent", test_the_user_may_be_an_agent);
	TEST("a ticket tells its deadlines", test_a_ticket_tells_its_deadlines);
	TEST("stat counts what is late", test_stat_counts_what_is_late);
	TEST("the log is filtered", test_log_is_filtered);
	TEST("times of the log at their edge", test_time_at_its_edge);
	TEST("events tell their source", test_events_tell_their_source);
	TEST("what the desk writes is whole",
	    test_what_the_desk_writes_is_whole);
	TEST("moved messages are whole", test_moved_messages_are_whole);
	TEST("findings are told", test_findings_are_told);
	TEST("seals are compared", test_seals_are_compared);
	TEST("wrong seals are refused", test_wrong_seals_are_refused);
	return g_test_run();
}
