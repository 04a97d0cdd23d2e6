/* test-request-erase.c - requests by which the desk forgets tickets and people
 */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/log.h>
#include <ticketd/message.h>
#include <ticketd/privacy.h>

#include "forget-fixture.h"

static JsonObject *
look(const Desk *desk)
{
	return ask(desk, "{\"verb\":\"erase-look\",\"address\":\"" ANNA "\"}");
}

/* ---- people ---- */

static void
test_refused(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) agent = ask(desk,
	    "{\"verb\":\"agent-add\",\"name\":\"olga\","
	    "\"addresses\":[\"olga@example.net\"]}");

	g_assert_nonnull(agent);
	ask_refused(desk, "{\"verb\":\"erase-look\",\"address\":\"anna\"}",
	    TD_ERROR_USAGE, "is not a mail address");
	ask_refused(desk,
	    "{\"verb\":\"erase-look\",\"address\":\"olga@example.net\"}",
	    TD_ERROR_REFUSED, "first: ticket agent remove olga");
	ask_refused(desk,
	    "{\"verb\":\"erase\",\"address\":\"olga@example.net\","
	    "\"numbers\":[1]}",
	    TD_ERROR_REFUSED, "is an address of agent olga");
	ask_refused(desk,
	    "{\"verb\":\"erase-end\",\"address\":\"support@example.com\"}",
	    TD_ERROR_REFUSED, "is an address of this desk");
}

static void
test_looked_at(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) result = NULL;

	file_ticket(desk, 1);
	file_mail(desk, "boris@example.net",
	    "Subject: x\nMessage-ID: <b@example.net>\nCc: " ANNA "\n", "y\n");
	file_mail(desk, "clara@example.net",
	    "Subject: x\nMessage-ID: <c@example.net>\n", "y\n");
	result = look(desk);
	g_assert_cmpuint(count_of(result, "tickets"), ==, 2);
	g_assert_cmpint(number_of(result, "tickets", 0, "number"), ==, 1);
	g_assert_true(json_object_get_boolean_member(
	    json_array_get_object_element(
	        json_object_get_array_member(result, "tickets"), 0),
	    "his"));
	g_assert_cmpint(number_of(result, "tickets", 1, "number"), ==, 2);
	g_assert_cmpstr(json_array_get_string_element(
	                    json_object_get_array_member(result, "named"), 0),
	    ==, "2/1");
	g_assert_false(json_object_get_boolean_member(result, "begun"));
	g_assert_false(json_object_get_boolean_member(result, "unwiped"));
	g_assert_false(json_object_has_member(result, "next"));
}

static void
test_erased(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) done = NULL;
	g_autoptr(JsonObject) end = NULL;
	g_autoptr(JsonObject) outbox = NULL;
	g_autoptr(JsonObject) list = NULL;
	g_autoptr(JsonObject) after = NULL;

	file_ticket(desk, 1);
	file_mail(desk, "boris@example.net",
	    "Subject: x\nMessage-ID: <b@example.net>\n", "y\n");
	done = ask(desk,
	    "{\"verb\":\"erase\",\"address\":\"" ANNA "\",\"numbers\":[0,1]}");
	g_assert_cmpstr(
	    json_object_get_string_member(done, "person"), ==, "erased-1");
	g_assert_cmpint(json_object_get_int_member(done, "tickets"), ==, 1);
	g_assert_cmpint(json_object_get_int_member(done, "dropped"), ==, 1);
	/* The other one's acknowledgement still waits. */
	outbox = ask(desk, "{\"verb\":\"outbox-list\"}");
	g_assert_cmpuint(count_of(outbox, "rows"), ==, 1);
	end = ask(desk,
	    "{\"verb\":\"erase-end\",\"address\":\"" ANNA "\",\"tickets\":1}");
	g_assert_cmpstr(
	    json_object_get_string_member(end, "person"), ==, "erased-1");
	list = ask(desk, "{\"verb\":\"list\",\"requester\":\"erased-1\"}");
	g_assert_cmpuint(count_of(list, "tickets"), ==, 1);
	after = look(desk);
	g_assert_cmpuint(count_of(after, "tickets"), ==, 0);
	g_assert_false(json_object_get_boolean_member(after, "begun"));
	g_assert_true(json_object_get_boolean_member(after, "unwiped"));
	assert_unchanged(desk);
}

/* By the number that it was begun with. */
static void
test_gone_on_with(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) first = NULL;
	g_autoptr(JsonObject) between = NULL;
	g_autoptr(JsonObject) second = NULL;

	file_ticket(desk, 1);
	file_ticket(desk, 2);
	first = ask(desk,
	    "{\"verb\":\"erase\",\"address\":\"" ANNA "\",\"numbers\":[1]}");
	between = look(desk);
	g_assert_true(json_object_get_boolean_member(between, "begun"));
	g_assert_cmpuint(count_of(between, "tickets"), ==, 1);
	g_assert_cmpint(number_of(between, "tickets", 0, "number"), ==, 2);
	second = ask(desk,
	    "{\"verb\":\"erase\",\"address\":\"" ANNA "\","
	    "\"numbers\":[1,2]}");
	g_assert_cmpstr(json_object_get_string_member(second, "person"), ==,
	    json_object_get_string_member(first, "person"));
	g_assert_cmpint(json_object_get_int_member(second, "tickets"), ==, 1);
	assert_unchanged(desk);
}

static void
test_damaged_one(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) done = NULL;
	g_autoptr(JsonObject) list = NULL;

	file_ticket(desk, 1);
	file_ticket(desk, 2);
	damage(desk, 1, 2);
	done = ask(desk,
	    "{\"verb\":\"erase\",\"address\":\"" ANNA "\","
	    "\"numbers\":[1,2]}");
	g_assert_cmpuint(count_of(done, "failed"), ==, 1);
	g_assert_cmpint(number_of(done, "failed", 0, "number"), ==, 1);
	g_assert_cmpstr(text_of(done, "failed", 0, "why"), ==,
	    "event 1/2 was changed: it does not match its hash");
	list = ask(desk, "{\"verb\":\"list\",\"requester\":\"" ANNA "\"}");
	g_assert_cmpuint(count_of(list, "tickets"), ==, 1);
	g_assert_cmpint(number_of(list, "tickets", 0, "number"), ==, 1);
}

static void
test_forgotten_customer(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) added = ask(desk,
	    "{\"verb\":\"customer-add\",\"address\":\"" ANNA "\","
	    "\"name\":\"Anna Quokka\",\"addresses\":[\"aq@example.org\"]}");
	g_autoptr(JsonObject) muted = ask(
	    desk, "{\"verb\":\"suppress-add\",\"address\":\"" ANNA "\"}");
	g_autoptr(JsonObject) banned = ask(
	    desk, "{\"verb\":\"ban-add\",\"what\":[\"aq@example.org\"]}");
	g_autoptr(JsonObject) before = look(desk);
	g_autoptr(JsonObject) end = NULL;
	g_autoptr(JsonObject) list = NULL;
	g_autoptr(JsonObject) again = NULL;

	g_assert_nonnull(added);
	g_assert_nonnull(muted);
	g_assert_nonnull(banned);
	g_assert_true(json_object_get_boolean_member(before, "known"));
	g_assert_true(json_object_get_boolean_member(before, "banned"));
	g_assert_cmpuint(count_of(before, "addresses"), ==, 2);
	end = ask(
	    desk, "{\"verb\":\"erase-end\",\"address\":\"AQ@example.org\"}");
	g_assert_nonnull(end);
	/* The ban alone is left. */
	list = ask(desk, "{\"verb\":\"suppress-list\"}");
	g_assert_cmpuint(count_of(list, "rows"), ==, 0);
	again = look(desk);
	g_assert_false(json_object_get_boolean_member(again, "known"));
	g_assert_false(json_object_get_boolean_member(again, "banned"));
	ask_refused(desk,
	    "{\"verb\":\"customer-show\",\"address\":\"" ANNA "\"}",
	    TD_ERROR_REFUSED, "");
}

/* ---- tickets ---- */

static void
test_purged(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) dry = NULL;
	g_autoptr(JsonObject) done = NULL;
	g_autoptr(JsonObject) again = NULL;

	file_ticket(desk, 1);
	file_ticket(desk, 2);
	file_ticket(desk, 3);
	drop_mail(desk);
	make_old(desk, 1, TD_STATUS_CLOSED);
	make_old(desk, 2, TD_STATUS_RESOLVED);
	dry = ask(desk, PURGE ",\"dry_run\":true}");
	g_assert_cmpuint(count_of(dry, "purged"), ==, 1);
	g_assert_false(json_object_get_boolean_member(dry, "unwiped"));
	done = ask(desk, PURGE "}");
	g_assert_cmpuint(count_of(done, "purged"), ==, 1);
	g_assert_cmpint(number_of(done, "purged", 0, "number"), ==, 1);
	g_assert_true(json_object_get_boolean_member(done, "unwiped"));
	again = ask(desk, PURGE ",\"status\":\"resolved\"}");
	g_assert_cmpuint(count_of(again, "purged"), ==, 1);
	g_assert_cmpint(number_of(again, "purged", 0, "number"), ==, 2);
	ask_refused(desk, "{\"verb\":\"show\",\"number\":1}", TD_ERROR_REFUSED,
	    "ticket 1 was purged on ");
	assert_unchanged(desk);
}

static void
test_waiting_mail_keeps(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) done = NULL;

	file_ticket(desk, 1);
	make_old(desk, 1, TD_STATUS_CLOSED);
	done = ask(desk, PURGE "}");
	g_assert_cmpuint(count_of(done, "purged"), ==, 0);
	g_assert_cmpuint(count_of(done, "kept"), ==, 1);
	g_assert_cmpstr(
	    text_of(done, "kept", 0, "why"), ==, "mail of it waits to be sent");
}

static void
test_torn_one_stays(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) done = NULL;
	Change change = { .number = 1, .sequence = 2 };

	file_ticket(desk, 1);
	file_ticket(desk, 2);
	drop_mail(desk);
	make_old(desk, 1, TD_STATUS_CLOSED);
	make_old(desk, 2, TD_STATUS_CLOSED);
	{
		g_autoptr(GError) error = NULL;
		g_autoptr(TdTxn)
		    txn = td_txn_begin(td_service_store(desk->service), &error);
		guint8 key[TD_KEY_PLACE];

		td_key_place(key, change.number, change.sequence);
		g_assert_true(td_row_delete(
		    txn, TD_TABLE_EVENTS, key, sizeof(key), &error));
		g_assert_true(td_txn_commit(txn, &error));
	}
	done = ask(desk, PURGE "}");
	g_assert_cmpuint(count_of(done, "purged"), ==, 1);
	g_assert_cmpint(number_of(done, "purged", 0, "number"), ==, 2);
	g_assert_cmpint(number_of(done, "kept", 0, "number"), ==, 1);
	g_assert_nonnull(
	    strstr(text_of(done, "kept", 0, "why"), "event 1/2 is missing"));
}

static void
test_purge_is_asked_well(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	ask_refused(desk, PURGE ",\"status\":\"open\"}", TD_ERROR_USAGE,
	    "closed or resolved");
	ask_refused(desk, PURGE ",\"queue\":\"none\"}", TD_ERROR_REFUSED,
	    "there is no queue");
	ask_refused(desk, PURGE ",\"next\":\"2.0\"}", TD_ERROR_USAGE,
	    "bad value of \"next\"");
}

/* ---- the disk ---- */

static void
test_wiped(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *next = g_strdup("{\"verb\":\"wipe\"}");
	g_autoptr(JsonObject) look_after = NULL;
	gboolean over = FALSE;

	file_ticket(desk, 1);
	drop_mail(desk);
	make_old(desk, 1, TD_STATUS_CLOSED);
	json_object_unref(ask(desk, PURGE "}"));
	for (guint i = 0; i < 100 && !over; i++) {
		g_autoptr(JsonObject) page = ask(desk, next);

		over = json_object_get_boolean_member(page, "over");
		g_free(next);
		next = g_strdup_printf("{\"verb\":\"wipe\",\"file\":%d,"
		                       "\"page\":%d,\"due\":%d}",
		    (int)json_object_get_int_member(page, "file"),
		    (int)json_object_get_int_member(page, "page"),
		    (int)json_object_get_int_member(page, "due"));
	}
	g_assert_true(over);
	look_after = ask(desk, PURGE ",\"dry_run\":true}");
	g_assert_false(json_object_get_boolean_member(look_after, "unwiped"));
	assert_unchanged(desk);
}

#define TEST(name, test)                                                       \
	g_test_add("/request/erase/" name, Desk, NULL, server_open, test,      \
	    server_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_log_open("test", TD_LOG_CRITICAL);
	td_message_init();

	TEST("an agent and the desk are refused", test_refused);
	TEST("a look tells where somebody is", test_looked_at);
	TEST("who is erased is a number", test_erased);
	TEST("what was cut short goes on", test_gone_on_with);
	TEST("a damaged ticket stays, and the others do not", test_damaged_one);
	TEST("a customer is forgotten", test_forgotten_customer);
	TEST("old tickets are purged, and not looked at again", test_purged);
	TEST("waiting mail keeps a ticket", test_waiting_mail_keeps);
	TEST("so does a torn chain", test_torn_one_stays);
	TEST("a purge is asked for well", test_purge_is_asked_well);
	TEST("what was due is wiped", test_wiped);
	return g_test_run();
}
