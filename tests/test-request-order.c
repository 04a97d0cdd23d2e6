/* test-request-order.c - commands from a tool, mail that cannot be read now,
 * and what the clock brings */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>
#include <ticketd/log.h>
#include <ticketd/sha256.h>

#include "request-fixture.h"
#include "server/fault.h"

static void
add_olga(const Desk *desk)
{
	g_autoptr(JsonObject) added = ask(desk,
	    "{\"verb\":\"agent-add\",\"name\":\"olga\",\"addresses\":"
	    "[\"olga@example.net\"]}");

	g_assert_nonnull(added);
}

static void
count_wake(gpointer data)
{
	g_atomic_int_inc((int *)data);
}

static JsonObject *
order(const Desk *desk, const char *commands, const char *text)
{
	g_autofree char *json = g_strdup_printf(
	    "{\"verb\":\"order\",\"number\":1,\"as\":\"olga\","
	    "\"commands\":\"%s\"}",
	    commands);
	g_autoptr(GBytes)
	    bytes = text == NULL ? NULL : g_bytes_new(text, strlen(text));
	g_autoptr(GError) error = NULL;
	JsonObject *result = ask_with(desk, json, bytes, NULL, &error);

	g_assert_no_error(error);
	return result;
}

static JsonObject *
result_at(JsonObject *answer, guint i)
{
	return json_array_get_object_element(
	    json_object_get_array_member(answer, "results"), i);
}

/* ---- order ---- */

static void
test_order_is_done_and_told(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) answer = NULL, ticket = NULL;

	file_ticket(desk, 1);
	add_olga(desk);
	answer = order(desk, "take; priority 2", NULL);
	g_assert_false(json_object_get_boolean_member(answer, "refused"));
	g_assert_cmpstr(
	    json_object_get_string_member(result_at(answer, 1), "line"), ==,
	    "priority 2");
	ticket = ask(desk, "{\"verb\":\"show\",\"number\":1}");
	g_assert_cmpstr(
	    json_object_get_string_member(ticket, "owner"), ==, "olga");
	g_assert_cmpint(json_object_get_int_member(ticket, "priority"), ==, 2);
}

static void
test_order_that_is_refused_does_nothing(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) answer = NULL, ticket = NULL;

	file_ticket(desk, 1);
	add_olga(desk);
	answer = order(desk, "priority 2; assign oleg", NULL);
	g_assert_true(json_object_get_boolean_member(answer, "refused"));
	ticket = ask(desk, "{\"verb\":\"show\",\"number\":1}");
	g_assert_cmpint(json_object_get_int_member(ticket, "priority"), ==, 3);
}

static void
test_reply_wakes_the_outbox(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) answer = NULL;
	int wakes = 0;

	file_ticket(desk, 1);
	add_olga(desk);
	td_service_set_outbox(desk->service, count_wake, NULL, &wakes);
	answer = order(desk, "reply", "On our way.\n");
	g_assert_false(json_object_get_boolean_member(answer, "refused"));
	g_assert_cmpint(g_atomic_int_get(&wakes), ==, 1);
	td_service_set_outbox(desk->service, NULL, NULL, NULL);
}

static void
test_order_must_have_an_aim(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	file_ticket(desk, 1);
	{
		g_autoptr(JsonObject) aimless = ask(desk,
		    "{\"verb\":\"order\",\"number\":0,"
		    "\"commands\":\"#1 note: a; b\\ntag x\"}");
		g_autoptr(JsonObject) list = ask(desk,
		    "{\"verb\":\"order\",\"number\":0,"
		    "\"commands\":\"list\"}");

		g_assert_true(
		    json_object_get_boolean_member(aimless, "refused"));
		g_assert_false(json_object_get_boolean_member(list, "refused"));
	}
	ask_refused(desk,
	    "{\"verb\":\"order\",\"number\":1,\"commands\":\" \"}",
	    TD_ERROR_USAGE, "there is no command");
	ask_refused(desk,
	    "{\"verb\":\"order\",\"number\":9,\"commands\":\"close\"}",
	    TD_ERROR_REFUSED, "no ticket 9");
	ask_refused(desk,
	    "{\"verb\":\"order\",\"number\":1,\"commands\":\"close\","
	    "\"as\":\"oleg\"}",
	    TD_ERROR_REFUSED, "oleg");
}

/* ---- explain ---- */

static void
test_explain_shows_letters(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char mail[] =
	    "From: anna@example.net\nTo: support@example.com\n"
	    "Subject: Printer\nMessage-ID: <1@example.net>\n\nBroken.\n";
	g_autoptr(GBytes) bytes = g_bytes_new_static(mail, strlen(mail));
	g_autoptr(JsonObject) whole = NULL;
	gboolean found = FALSE;
	JsonArray *plan;

	add_olga(desk);
	whole = ask_with(desk, "{\"verb\":\"explain\"}", bytes, NULL, NULL);
	plan = json_object_get_array_member(whole, "plan");
	for (guint i = 0; i < json_array_get_length(plan); i++) {
		JsonObject *detail = json_object_get_object_member(
		    json_array_get_object_element(plan, i), "detail");
		const char *letter = json_object_get_string_member_with_default(
		    detail, "letter", "");

		if (!g_str_equal(letter, "new-ticket"))
			continue;
		found = TRUE;
		g_assert_cmpstr(
		    json_array_get_string_element(
		        json_object_get_array_member(detail, "to"), 0),
		    ==, "olga@example.net");
	}
	g_assert_true(found);
	g_assert_cmpuint(server_tickets(desk), ==, 0);
}

/* ---- the clock ---- */

/* The writer does one job after another, so a later one comes behind the
 * tick's first. */
static gboolean
nothing(TdTxn *txn G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED,
    GError **error G_GNUC_UNUSED)
{
	return TRUE;
}

static gboolean
make_due(TdTxn *txn, gpointer data G_GNUC_UNUSED, GError **error)
{
	gint64 now = td_clock_now();
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdEvent)
	    event = td_event_new(TD_EVENT_STATUS, 1, now - 100, "desk");

	td_event_set(event, "to", "pending");
	td_event_set_number(event, "until", (guint64)(now - 10));
	return td_ticket_get(txn, 1, &ticket, error) &&
	    td_event_append(txn, ticket, event, error) &&
	    td_ticket_put(txn, ticket, error);
}

static void
test_tick_does_all_that_is_due(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	TdWriter *writer = td_service_writer(desk->service);
	g_autoptr(TdTicker) ticker = td_ticker_new(desk->service);
	g_autoptr(JsonObject) ticket = NULL;
	g_autoptr(GError) error = NULL;

	file_ticket(desk, 1);
	td_writer_run(writer, make_due, NULL, &error);
	g_assert_no_error(error);
	td_ticker_run(ticker);
	td_writer_run(writer, nothing, NULL, &error);
	g_assert_no_error(error);
	ticket = ask(desk, "{\"verb\":\"show\",\"number\":1}");
	g_assert_cmpstr(
	    json_object_get_string_member(ticket, "status"), !=, "pending");
	g_assert_true(json_object_get_null_member(ticket, "until"));
}

static void
test_ticker_may_go_while_it_works(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	TdTicker *ticker = td_ticker_new(desk->service);

	file_ticket(desk, 1);
	td_ticker_run(ticker);
	td_ticker_run(ticker);
	td_ticker_free(ticker);
}

/* ---- mail that cannot be read now ---- */

#define FAULTING "From: anna@example.net\n\nx\n"

/* What is left behind when the desk faulted at it five times. */
static void
leave_faults(const Desk *desk)
{
	const gsize notes = (gsize)512 * TD_FAULT_DIGEST;
	g_autofree guint8 *bytes = g_malloc0(notes + TD_FAULT_SIZE);
	g_autofree char *folder = server_path(desk, "store/tmp");
	g_autofree char *path = g_build_filename(folder, "in-hand", NULL);

	for (guint i = 0; i < 5; i++)
		td_sha256(FAULTING, strlen(FAULTING),
		    bytes + notes + (gsize)i * TD_FAULT_DIGEST);
	g_mkdir(folder, 0700);
	g_assert_true(g_file_set_contents(
	    path, (const char *)bytes, (gssize)(notes + TD_FAULT_SIZE), NULL));
}

static void
test_mail_that_cannot_be_read_now_is_left_out(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GBytes) both = g_bytes_new_static(
	    FAULTING FAULTING "y\n", 2 * strlen(FAULTING) + 2);
	g_autoptr(GBytes) one = g_bytes_new_static(FAULTING, strlen(FAULTING));
	g_autofree char *json = g_strdup_printf(
	    "{\"verb\":\"import-mail\",\"sizes\":[%zu,%zu],"
	    "\"times\":[0,0],\"queue\":\"support\"}",
	    strlen(FAULTING), strlen(FAULTING) + 2);
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) result = NULL;
	JsonArray *mails;

	leave_faults(desk);
	result = ask_with(desk, json, both, NULL, &error);
	g_assert_no_error(error);
	mails = json_object_get_array_member(result, "mails");
	g_assert_cmpstr(json_object_get_string_member(
	                    json_array_get_object_element(mails, 0), "result"),
	    ==, "refused");
	g_assert_cmpstr(json_object_get_string_member(
	                    json_array_get_object_element(mails, 1), "result"),
	    ==, "filed");
	g_assert_cmpuint(server_tickets(desk), ==, 1);
	g_assert_null(
	    ask_with(desk, "{\"verb\":\"explain\"}", one, NULL, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
}

#define ADD(path, function)                                                    \
	g_test_add(                                                            \
	    "/request/" path, Desk, NULL, server_open, function, server_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_log_open("test", (TdLogLevel)(TD_LOG_CRITICAL + 1));
	td_message_init();
	ADD("order/done", test_order_is_done_and_told);
	ADD("order/refused", test_order_that_is_refused_does_nothing);
	ADD("order/reply", test_reply_wakes_the_outbox);
	ADD("order/aim", test_order_must_have_an_aim);
	ADD("explain/letters", test_explain_shows_letters);
	ADD("unread", test_mail_that_cannot_be_read_now_is_left_out);
	ADD("tick/due", test_tick_does_all_that_is_due);
	ADD("tick/free", test_ticker_may_go_while_it_works);
	return g_test_run();
}
