/* test-request-suppress.c - requests about suppressed addresses and bans */

#include "config.h"

#include <string.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>
#include <ticketd/log.h>
#include <ticketd/message.h>

#include "request-fixture.h"

#define DAY G_GINT64_CONSTANT(86400)

/* ---- what the store has ---- */

static gboolean
put(TdTxn *txn, gpointer data, GError **error)
{
	return td_suppression_put(txn, data, error);
}

/* As the desk itself writes one. */
static void
suppress(
    const Desk *desk, TdSuppressedKind kind, const char *what, gint64 expires)
{
	g_autoptr(TdSuppression) suppression = td_suppression_new(kind, what);
	g_autoptr(GError) error = NULL;

	g_free(suppression->why);
	suppression->why = g_strdup("5.1.1 no such user");
	suppression->evidence = (TdPlace){ 0, 3 };
	suppression->created = 1000;
	suppression->updated = 2000;
	suppression->expires = expires;
	suppression->count = 4;
	td_writer_run(
	    td_service_writer(desk->service), put, suppression, &error);
	g_assert_no_error(error);
}

static JsonArray *
rows_of(JsonObject *result)
{
	return json_object_get_array_member(result, "rows");
}

static JsonObject *
row_of(JsonObject *result, guint i)
{
	return json_array_get_object_element(rows_of(result), i);
}

static const char *
text_of(JsonObject *object, const char *member)
{
	return json_object_get_string_member_with_default(object, member, NULL);
}

/* "what what" of a list. */
static void
assert_list(const Desk *desk, const char *json, const char *want)
{
	g_autoptr(JsonObject) result = ask(desk, json);
	g_autoptr(GString) got = g_string_new(NULL);

	for (guint i = 0; i < json_array_get_length(rows_of(result)); i++)
		g_string_append_printf(got, "%s%s", i == 0 ? "" : " ",
		    text_of(row_of(result, i), "what"));
	g_assert_cmpstr(got->str, ==, want);
}

/* What @address is banned as. */
static const char *
ban(const Desk *desk, const char *address)
{
	g_autofree char *json = g_strdup_printf(
	    "{\"verb\":\"ban-add\",\"what\":[\"%s\"]}", address);
	g_autoptr(JsonObject) result = ask(desk, json);

	return g_intern_string(text_of(row_of(result, 0), "what"));
}

/* The newest event of the desk's own record: "list change what why". */
static void
assert_recorded(const Desk *desk, const char *want)
{
	g_autoptr(JsonObject)
	    page = ask(desk, "{\"verb\":\"log\",\"number\":0,\"newest\":1}");
	JsonObject *event = json_array_get_object_element(
	    json_object_get_array_member(page, "events"), 0);
	JsonObject *detail = json_object_get_object_member(event, "detail");
	g_autofree char *got = g_strdup_printf("%s %s %s %s",
	    text_of(detail, "list"), text_of(detail, "change"),
	    text_of(detail, "what"),
	    json_object_get_string_member_with_default(detail, "why", "-"));

	g_assert_cmpstr(text_of(event, "kind"), ==, "suppressed");
	g_assert_cmpstr(text_of(event, "actor"), ==, "control:tester");
	g_assert_cmpstr(text_of(event, "evidence"), ==, "control");
	g_assert_cmpstr(got, ==, want);
}

/* ---- suppressions ---- */

static void
test_list_shows_all_of_a_row(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) result = NULL;
	JsonObject *row;

	suppress(
	    desk, TD_SUPPRESSED_BOUNCED, "a@example.net", td_clock_now() + DAY);
	result = ask(desk, "{\"verb\":\"suppress-list\"}");
	row = row_of(result, 0);
	g_assert_cmpstr(text_of(row, "kind"), ==, "bounced");
	g_assert_cmpstr(text_of(row, "what"), ==, "a@example.net");
	g_assert_cmpstr(text_of(row, "why"), ==, "5.1.1 no such user");
	g_assert_true(json_object_get_null_member(row, "by"));
	g_assert_cmpint(json_object_get_int_member(row, "ticket"), ==, 0);
	g_assert_cmpint(json_object_get_int_member(row, "message"), ==, 3);
	g_assert_cmpint(json_object_get_int_member(row, "count"), ==, 4);
	g_assert_cmpstr(text_of(row, "created"), ==, "1970-01-01T00:16:40Z");
	g_assert_cmpstr(text_of(row, "updated"), ==, "1970-01-01T00:33:20Z");
	g_assert_nonnull(text_of(row, "expires"));
}

static void
test_list_by_kind(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	suppress(desk, TD_SUPPRESSED_BOUNCED, "b@example.net", 0);
	suppress(desk, TD_SUPPRESSED_BOUNCED, "old@example.net", 5000);
	suppress(desk, TD_SUPPRESSED_MUTED, "a@example.net", 0);
	suppress(desk, TD_SUPPRESSED_BANNED, "c@example.net", 0);
	assert_list(desk, "{\"verb\":\"suppress-list\"}",
	    "b@example.net a@example.net");
	assert_list(desk, "{\"verb\":\"suppress-list\",\"kind\":\"muted\"}",
	    "a@example.net");
	assert_list(desk, "{\"verb\":\"suppress-list\",\"kind\":\"banned\"}",
	    "c@example.net");
	ask_refused(desk, "{\"verb\":\"suppress-list\",\"kind\":\"odd\"}",
	    TD_ERROR_USAGE, "muted");
	ask_refused(desk, "{\"verb\":\"suppress-list\",\"next\":\"odd\"}",
	    TD_ERROR_USAGE, "next");
	ask_refused(desk, "{\"verb\":\"suppress-list\",\"next\":\"odd:a\"}",
	    TD_ERROR_USAGE, "next");
}

static void
test_list_goes_page_by_page(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *next = g_strdup("");
	g_autoptr(GString) seen = g_string_new(NULL);
	guint pages = 0;

	suppress(desk, TD_SUPPRESSED_BOUNCED, "a@example.net", 0);
	suppress(desk, TD_SUPPRESSED_BOUNCED, "b:x@example.net", 0);
	suppress(desk, TD_SUPPRESSED_BOUNCED, "c@example.net", 0);
	suppress(desk, TD_SUPPRESSED_MUTED, "a@example.net", 0);
	suppress(desk, TD_SUPPRESSED_BANNED, "/a/", 0);
	suppress(desk, TD_SUPPRESSED_BANNED, "/b/", 0);
	while (next != NULL) {
		g_autofree char *json = g_strdup_printf(
		    "{\"verb\":\"suppress-list\",\"limit\":2%s%s%s}",
		    *next == '\0' ? "" : ",\"next\":\"", next,
		    *next == '\0' ? "" : "\"");
		g_autoptr(JsonObject) result = ask(desk, json);

		for (guint i = 0; i < json_array_get_length(rows_of(result));
		     i++)
			g_string_append_printf(
			    seen, "%s|", text_of(row_of(result, i), "what"));
		g_free(next);
		next = g_strdup(text_of(result, "next"));
		pages++;
	}
	g_assert_cmpstr(seen->str, ==,
	    "a@example.net|b:x@example.net|c@example.net|a@example.net|");
	g_assert_cmpuint(pages, ==, 3);
}

static void
test_added_by_hand(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) row = ask(desk,
	    "{\"verb\":\"suppress-add\",\"address\":\"Robot@Example.NET\","
	    "\"why\":\" answers\\nall \",\"days\":2}");
	g_autoptr(JsonObject) again = NULL;

	g_assert_cmpstr(text_of(row, "what"), ==, "robot@example.net");
	g_assert_cmpstr(text_of(row, "kind"), ==, "muted");
	g_assert_cmpstr(text_of(row, "by"), ==, "control:tester");
	g_assert_cmpstr(text_of(row, "why"), ==, "answers all");
	g_assert_true(json_object_get_null_member(row, "ticket"));
	g_assert_true(json_object_get_null_member(row, "message"));
	g_assert_nonnull(text_of(row, "expires"));
	assert_recorded(desk, "muted added robot@example.net answers all");
	again = ask(desk,
	    "{\"verb\":\"suppress-add\",\"address\":\"robot@example.net\"}");
	g_assert_cmpint(json_object_get_int_member(again, "count"), ==, 2);
	g_assert_true(json_object_get_null_member(again, "expires"));
}

static void
test_cleared(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) result = NULL;
	JsonArray *cleared;

	suppress(desk, TD_SUPPRESSED_BOUNCED, "a@example.net", 0);
	suppress(desk, TD_SUPPRESSED_MUTED, "a@example.net", 0);
	suppress(desk, TD_SUPPRESSED_MUTED, "b@example.net", 0);
	suppress(desk, TD_SUPPRESSED_BANNED, "c@example.net", 0);
	ask_refused(desk,
	    "{\"verb\":\"suppress-clear\",\"addresses\":[\"a@example.net\","
	    "\"c@example.net\"]}",
	    TD_ERROR_REFUSED, "c@example.net is not suppressed");
	assert_list(desk, "{\"verb\":\"suppress-list\"}",
	    "a@example.net a@example.net b@example.net");
	result = ask(desk,
	    "{\"verb\":\"suppress-clear\",\"addresses\":[\"A@example.net\"]}");
	cleared = json_object_get_array_member(result, "cleared");
	g_assert_cmpuint(json_array_get_length(cleared), ==, 1);
	g_assert_cmpstr(
	    json_array_get_string_element(cleared, 0), ==, "a@example.net");
	assert_recorded(desk, "muted cleared a@example.net -");
	assert_list(desk, "{\"verb\":\"suppress-list\"}", "b@example.net");
}

/* ---- bans ---- */

static void
test_ban_works_at_once(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdDesk) before = td_service_desk(desk->service);
	g_autoptr(TdDesk) after = NULL;

	g_assert_cmpstr(ban(desk, "Eve@Example.NET"), ==, "eve@example.net");
	g_assert_cmpstr(ban(desk, "example.org"), ==, "@example.org");
	g_assert_cmpstr(ban(desk, "/^Casino/"), ==, "/^Casino/");
	assert_recorded(desk, "banned added /^Casino/ -");
	after = td_service_desk(desk->service);
	g_assert_true(before != after);
	assert_list(desk, "{\"verb\":\"suppress-list\",\"kind\":\"banned\"}",
	    "/^Casino/ @example.org eve@example.net");
	assert_list(desk, "{\"verb\":\"suppress-list\"}", "");
}

static void
test_ban_is_lifted(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) result = NULL;

	ban(desk, "eve@example.net");
	ban(desk, "example.org");
	ask_refused(desk,
	    "{\"verb\":\"ban-clear\",\"what\":[\"example.org\",\"x.org\"]}",
	    TD_ERROR_REFUSED, "@x.org is not banned");
	result = ask(desk,
	    "{\"verb\":\"ban-clear\",\"what\":[\"*.example.org\","
	    "\"eve@example.net\"]}");
	assert_recorded(desk, "banned cleared eve@example.net -");
	assert_list(
	    desk, "{\"verb\":\"suppress-list\",\"kind\":\"banned\"}", "");
}

static void
test_what_is_wrong_changes_nothing(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *json;
		int code;
		const char *says;
	} cases[] = {
		{ "{\"verb\":\"ban-add\",\"what\":[\"eve@example.net\","
		  "\"support@example.com\"]}",
		    TD_ERROR_REFUSED, "an address of this desk" },
		{ "{\"verb\":\"ban-add\",\"what\":[\"gmail.com\"]}",
		    TD_ERROR_REFUSED, "--force" },
		{ "{\"verb\":\"ban-add\",\"what\":[\"/(/\"]}", TD_ERROR_USAGE,
		    "(" },
		{ "{\"verb\":\"ban-add\",\"what\":[\"eve\"]}", TD_ERROR_USAGE,
		    "no mail address" },
		{ "{\"verb\":\"ban-add\",\"what\":[\"e@x.org\"],\"days\":0}",
		    TD_ERROR_USAGE, "days" },
		{ "{\"verb\":\"ban-add\",\"what\":[\"e@x.org\"],"
		  "\"days\":9223372036854775807}",
		    TD_ERROR_USAGE, "days" },
		{ "{\"verb\":\"suppress-add\",\"address\":\"example.org\"}",
		    TD_ERROR_USAGE, "not a mail address" },
		{ "{\"verb\":\"suppress-clear\",\"addresses\":[\"x\"]}",
		    TD_ERROR_USAGE, "not a mail address" },
		{ "{\"verb\":\"suppress-clear\",\"addresses\":"
		  "[\"a@example.net\"]}",
		    TD_ERROR_REFUSED, "not suppressed" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("case %zu", i);
		ask_refused(desk, cases[i].json, cases[i].code, cases[i].says);
	}
	assert_list(
	    desk, "{\"verb\":\"suppress-list\",\"kind\":\"banned\"}", "");
	assert_list(desk, "{\"verb\":\"suppress-list\"}", "");
}

static void
test_public_domain_by_force(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) result = ask(desk,
	    "{\"verb\":\"ban-add\",\"what\":[\"gmail.com\"],\"force\":true}");

	g_assert_cmpstr(text_of(row_of(result, 0), "what"), ==, "@gmail.com");
}

static void
run_ticker(Desk *desk)
{
	TdTicker *ticker = td_ticker_new(desk->service);
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) result = NULL;

	td_ticker_run(ticker);
	/* A job that comes behind the ticker's. */
	td_service_renew_desk(desk->service, &error);
	g_assert_no_error(error);
	result = ask(desk, "{\"verb\":\"ping\"}");
	td_ticker_free(ticker);
}

static void
test_ban_ends_by_the_clock(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdDesk) before = NULL;
	g_autoptr(TdDesk) after = NULL;

	suppress(desk, TD_SUPPRESSED_BANNED, "a@example.net", 5000);
	suppress(desk, TD_SUPPRESSED_BANNED, "b@example.net", 0);
	td_service_renew_desk(desk->service, NULL);
	before = td_service_desk(desk->service);
	g_assert_cmpint(td_desk_fresh_until(before), ==, 5000);
	run_ticker(desk);
	after = td_service_desk(desk->service);
	g_assert_cmpint(td_desk_fresh_until(after), ==, 0);
	assert_list(desk, "{\"verb\":\"suppress-list\",\"kind\":\"banned\"}",
	    "b@example.net");
}

/* ---- stat ---- */

/* Marks a ticket as spam as the desk does when it opens one. */
static gboolean
mark_spam(TdTxn *txn, gpointer data, GError **error)
{
	const guint64 *number = data;
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdEvent)
	    event = td_event_new(TD_EVENT_SUPPRESSED, *number, 1000, "desk");

	td_event_set_number(event, "spam", 1);
	return td_ticket_get(txn, *number, &ticket, error) &&
	    td_event_append(txn, ticket, event, error) &&
	    td_ticket_put(txn, ticket, error);
}

static guint
count_tickets(const Desk *desk, const char *json)
{
	g_autoptr(JsonObject) result = ask(desk, json);

	return json_array_get_length(
	    json_object_get_array_member(result, "tickets"));
}

static void
test_spam_is_apart(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = file_ticket(desk, 1);
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) stat = NULL;
	JsonObject *queue;

	file_ticket(desk, 2);
	td_writer_run(
	    td_service_writer(desk->service), mark_spam, &number, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(count_tickets(desk, "{\"verb\":\"list\"}"), ==, 1);
	g_assert_cmpuint(
	    count_tickets(desk, "{\"verb\":\"list\",\"active\":true}"), ==, 1);
	g_assert_cmpuint(
	    count_tickets(desk, "{\"verb\":\"list\",\"queue\":\"support\"}"),
	    ==, 1);
	g_assert_cmpuint(
	    count_tickets(
	        desk, "{\"verb\":\"list\",\"requester\":\"anna@example.net\"}"),
	    ==, 1);
	g_assert_cmpuint(
	    count_tickets(desk, "{\"verb\":\"list\",\"words\":\"printer\"}"),
	    ==, 1);
	g_assert_cmpuint(
	    count_tickets(desk, "{\"verb\":\"list\",\"spam\":true}"), ==, 1);
	stat = ask(desk, "{\"verb\":\"stat\"}");
	queue = json_array_get_object_element(
	    json_object_get_array_member(stat, "queues"), 0);
	g_assert_cmpint(json_object_get_int_member(queue, "new"), ==, 1);
	g_assert_cmpint(json_object_get_int_member(queue, "spam"), ==, 1);
}

static void
test_stat_counts_suppressions(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) stat = NULL;
	JsonObject *suppressed;

	suppress(desk, TD_SUPPRESSED_BOUNCED, "a@example.net", 0);
	suppress(desk, TD_SUPPRESSED_BOUNCED, "b@example.net", 0);
	suppress(desk, TD_SUPPRESSED_BANNED, "a@example.net", 0);
	stat = ask(desk, "{\"verb\":\"stat\"}");
	suppressed = json_object_get_object_member(stat, "suppressed");
	g_assert_cmpint(
	    json_object_get_int_member(suppressed, "bounced"), ==, 2);
	g_assert_cmpint(json_object_get_int_member(suppressed, "muted"), ==, 0);
	g_assert_cmpint(
	    json_object_get_int_member(suppressed, "banned"), ==, 1);
}

#define TEST(name, test)                                                       \
	g_test_add("/request/suppress/" name, Desk, NULL, server_open, test,   \
	    server_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_log_open("test", TD_LOG_CRITICAL);
	td_message_init();

	TEST("a list shows all of a row", test_list_shows_all_of_a_row);
	TEST("a list is of one kind, or of all but bans", test_list_by_kind);
	TEST("a list goes page by page", test_list_goes_page_by_page);
	TEST("one is added by hand", test_added_by_hand);
	TEST("an address is cleared of all kinds, or nothing is", test_cleared);
	TEST("a ban works at once", test_ban_works_at_once);
	TEST("a ban is lifted, or nothing is", test_ban_is_lifted);
	TEST("what is wrong changes nothing",
	    test_what_is_wrong_changes_nothing);
	TEST("a public domain is banned by force", test_public_domain_by_force);
	TEST("a ban ends by the clock", test_ban_ends_by_the_clock);
	TEST("spam is listed and counted apart", test_spam_is_apart);
	TEST("stat counts suppressions", test_stat_counts_suppressions);
	return g_test_run();
}
