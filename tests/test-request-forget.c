/* test-request-forget.c - what is forgotten, and nothing else; and what of it
 * is still on the disk */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include <ticketd/backup.h>
#include <ticketd/clock.h>
#include <ticketd/error.h>
#include <ticketd/log.h>
#include <ticketd/message.h>
#include <ticketd/privacy.h>

#include "forget-fixture.h"

#define ERASE "{\"verb\":\"erase\",\"address\":\"" ANNA "\",\"numbers\":[1,2]}"

/* ---- what a ticket is ---- */

static TdTicket *
get(const Desk *desk, guint64 number)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(desk->service));
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTicket) ticket = NULL;

	td_ticket_get(txn, number, &ticket, &error);
	g_assert_no_error(error);
	g_assert_nonnull(ticket);
	return g_steal_pointer(&ticket);
}

/* Her subjects are the names of the queue and of a status. */
static void
test_words_of_the_desk(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) done = NULL;
	g_autoptr(TdTicket) first = NULL;
	g_autoptr(TdTicket) second = NULL;

	file_mail(
	    desk, ANNA, "Subject: Support\nMessage-ID: <a@x.example>\n", "y\n");
	file_mail(desk, ANNA, "Subject: resolved\nMessage-ID: <b@x.example>\n",
	    "y\n");
	make_old(desk, 2, TD_STATUS_RESOLVED);
	done = ask(desk, ERASE);
	g_assert_cmpuint(count_of(done, "failed"), ==, 0);
	first = get(desk, 1);
	g_assert_cmpstr(first->queue, ==, "support");
	g_assert_cmpstr(first->subject, ==, "(erased)");
	g_assert_cmpstr(first->requester, ==, "erased-1");
	second = get(desk, 2);
	g_assert_cmpint(second->status, ==, TD_STATUS_RESOLVED);
	g_assert_cmpstr(second->subject, ==, "(erased)");
	assert_unchanged(desk);
}

/* A plan that would do what no plan may. */
typedef struct {
	const Desk *desk;
	TdErased *erased;
	TdErasePlan *plan;
} Wrong;

/* TdWriteFunc */
static gboolean
name_her(TdTxn *txn, gpointer data, GError **error)
{
	Wrong *wrong = data;
	g_autoptr(TdDesk) desk = td_service_desk(wrong->desk->service);

	return td_desk_erase_who(desk, txn, ANNA, FALSE, &wrong->erased, error);
}

/* TdWriteFunc */
static gboolean
do_wrong(TdTxn *txn, gpointer data, GError **error)
{
	const Wrong *wrong = data;
	guint dropped = 0;

	return td_desk_erase(txn, wrong->erased, wrong->plan, td_clock_now(),
	    "control:root", &dropped, error);
}

static void
look_wrong(const Desk *desk, Wrong *wrong)
{
	TdStore *store = td_service_store(desk->service);
	g_autoptr(GHashTable) waiting = NULL;

	wrong->desk = desk;
	run(desk, name_her, wrong);
	g_assert_true(td_desk_waiting(store, &waiting, NULL));
	g_assert_true(td_desk_erase_look(
	    store, wrong->erased, 1, waiting, &wrong->plan, NULL));
	for (guint i = 0; i < wrong->plan->events->len; i++) {
		TdEvent *event = g_ptr_array_index(wrong->plan->events, i);

		if (event->kind == TD_EVENT_CREATED)
			td_event_set(event, "queue", "(erased)");
	}
}

static void
test_another_ticket(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	Wrong wrong = { 0 };
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTicket) before = NULL;
	g_autoptr(TdTicket) after = NULL;

	file_ticket(desk, 1);
	before = get(desk, 1);
	look_wrong(desk, &wrong);
	g_assert_false(td_writer_run(
	    td_service_writer(desk->service), do_wrong, &wrong, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_BROKEN);
	g_assert_nonnull(strstr(error->message, "events of ticket 1"));
	after = get(desk, 1);
	g_assert_true(td_ticket_equal(before, after));
	assert_unchanged(desk);
	td_erased_free(wrong.erased);
	td_erase_plan_free(wrong.plan);
}

/* ---- purge ---- */

/* What was confirmed is numbers, and a time. */
static void
test_those_alone(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) dry = NULL;
	g_autoptr(JsonObject) early = NULL;
	g_autoptr(JsonObject) done = NULL;
	g_autoptr(JsonObject) none = NULL;
	gint64 before;

	for (guint i = 1; i <= 2; i++)
		file_ticket(desk, i);
	drop_mail(desk);
	for (guint i = 1; i <= 2; i++)
		make_old(desk, i, TD_STATUS_CLOSED);
	dry = ask(desk, PURGE ",\"dry_run\":true}");
	g_assert_cmpuint(count_of(dry, "purged"), ==, 2);
	before = json_object_get_int_member(dry, "before");
	g_assert_cmpint(before, >, 1000);
	g_assert_cmpint(before, <=, td_clock_now() - 86400);
	/* Something happened to them later than that. */
	early = ask(desk, PURGE ",\"before\":1000}");
	g_assert_cmpuint(count_of(early, "purged"), ==, 0);
	g_assert_cmpint(json_object_get_int_member(early, "before"), ==, 1000);
	none = ask(desk, PURGE ",\"numbers\":[]}");
	g_assert_cmpuint(count_of(none, "purged"), ==, 0);
	done = ask(desk, PURGE ",\"numbers\":[2]}");
	g_assert_cmpuint(count_of(done, "purged"), ==, 1);
	g_assert_cmpint(number_of(done, "purged", 0, "number"), ==, 2);
	g_assert_false(json_object_has_member(done, "next"));
	assert_unchanged(desk);
}

static void
test_age_is_at_least(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject)
	    done = ask(desk, PURGE ",\"before\":9000000000000}");

	g_assert_cmpint(json_object_get_int_member(done, "before"), <=,
	    td_clock_now() - 86400);
}

static gboolean
is_damaged(JsonObject *result, guint i)
{
	return json_object_get_boolean_member(
	    json_array_get_object_element(
	        json_object_get_array_member(result, "kept"), i),
	    "damaged");
}

static void
test_damage_is_told(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) waiting = NULL;
	g_autoptr(JsonObject) damaged = NULL;

	file_ticket(desk, 1);
	make_old(desk, 1, TD_STATUS_CLOSED);
	waiting = ask(desk, PURGE "}");
	g_assert_cmpuint(count_of(waiting, "kept"), ==, 1);
	g_assert_false(is_damaged(waiting, 0));
	drop_mail(desk);
	make_old(desk, 1, TD_STATUS_CLOSED);
	damage(desk, 1, 2);
	damaged = ask(desk, PURGE ",\"numbers\":[1]}");
	g_assert_cmpuint(count_of(damaged, "kept"), ==, 1);
	g_assert_true(is_damaged(damaged, 0));
}

/* ---- the disk ---- */

/* All of it; the last answer. */
static JsonObject *
wipe(const Desk *desk)
{
	g_autofree char *next = g_strdup("{\"verb\":\"wipe\"}");

	for (guint i = 0; i < 100; i++) {
		g_autoptr(JsonObject) page = ask(desk, next);

		if (json_object_get_boolean_member(page, "over"))
			return g_steal_pointer(&page);
		g_free(next);
		next = g_strdup_printf(
		    "{\"verb\":\"wipe\",\"file\":%d,\"page\":%d,\"due\":%d,"
		    "\"indexes\":%d}",
		    (int)json_object_get_int_member(page, "file"),
		    (int)json_object_get_int_member(page, "page"),
		    (int)json_object_get_int_member(page, "due"),
		    (int)json_object_get_int_member(page, "indexes"));
	}
	g_assert_not_reached();
}

static gboolean
is_unwiped(const Desk *desk)
{
	g_autoptr(JsonObject) result = ask(desk, PURGE ",\"dry_run\":true}");

	return json_object_get_boolean_member(result, "unwiped");
}

static void
purge_one(const Desk *desk)
{
	file_ticket(desk, 1);
	drop_mail(desk);
	make_old(desk, 1, TD_STATUS_CLOSED);
	json_object_unref(ask(desk, PURGE "}"));
	g_assert_true(is_unwiped(desk));
}

static void
test_no_such_page(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) last = NULL;

	ask_refused(desk, "{\"verb\":\"wipe\",\"file\":100000}", TD_ERROR_USAGE,
	    "the store has no file 100000");
	ask_refused(desk, "{\"verb\":\"wipe\",\"file\":4294967296,\"page\":0}",
	    TD_ERROR_USAGE, "");
	ask_refused(desk, "{\"verb\":\"wipe\",\"page\":4294967296}",
	    TD_ERROR_USAGE, "");
	ask_refused(
	    desk, "{\"verb\":\"wipe\",\"file\":-1}", TD_ERROR_USAGE, "");
	last = ask(desk, "{\"verb\":\"wipe\",\"file\":1,\"page\":4294967295}");
	g_assert_nonnull(last);
}

static void
test_still_due(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	TdStore *store = td_service_store(desk->service);
	g_autoptr(TdBackup) backup = NULL;
	g_autoptr(JsonObject) first = NULL;
	g_autoptr(JsonObject) second = NULL;

	purge_one(desk);
	backup = td_backup_new(store, NULL, NULL);
	g_assert_nonnull(backup);
	first = wipe(desk);
	g_assert_cmpint(json_object_get_int_member(first, "logs"), >, 0);
	g_assert_true(is_unwiped(desk));
	g_clear_pointer(&backup, td_backup_unref);
	second = wipe(desk);
	g_assert_cmpint(json_object_get_int_member(second, "logs"), ==, 0);
	g_assert_false(is_unwiped(desk));
}

/* Whatever their pages have. */
static void
test_indexes(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) none = wipe(desk);
	g_autoptr(JsonObject) some = NULL;

	g_assert_cmpint(json_object_get_int_member(none, "indexes"), ==, 0);
	purge_one(desk);
	some = wipe(desk);
	g_assert_cmpint(json_object_get_int_member(some, "indexes"), ==, 4);
}

static void
test_folders(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *path = server_path(
	    desk, "store/replaced-2026-11-22T120000Z");
	g_autoptr(JsonObject) none = wipe(desk);
	g_autoptr(JsonObject) one = NULL;

	g_assert_cmpuint(count_of(none, "replaced"), ==, 0);
	g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
	one = wipe(desk);
	g_assert_cmpuint(count_of(one, "replaced"), ==, 1);
	g_assert_cmpstr(json_array_get_string_element(
	                    json_object_get_array_member(one, "replaced"), 0),
	    ==, path);
	g_assert_cmpint(g_rmdir(path), ==, 0);
}

#define TEST(name, test)                                                       \
	g_test_add("/request/forget/" name, Desk, NULL, server_open, test,     \
	    server_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_log_open("test", TD_LOG_CRITICAL);
	td_message_init();

	TEST("a subject is no queue and no status", test_words_of_the_desk);
	TEST("what would make another ticket of it is not done",
	    test_another_ticket);
	TEST("those are purged that were found", test_those_alone);
	TEST("and none that is younger", test_age_is_at_least);
	TEST("a damaged one is told from others", test_damage_is_told);
	TEST("no file and no page is wiped that is not there",
	    test_no_such_page);
	TEST("what could not be wiped is due", test_still_due);
	TEST("indexes are made anew whatever they have", test_indexes);
	TEST("folders of a former store are named", test_folders);
	return g_test_run();
}
