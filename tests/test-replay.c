/* test-replay.c - tickets of another desk: numbers, histories, what is refused;
 * and JSON that is not what it should be */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/privacy.h>

#include "desk-fixture.h"

#include "server/request-import.h"

#define BORN                                                                   \
	"{\"sequence\":1,\"ticket\":%u,\"time\":\"2020-01-01T00:00:00Z\","     \
	"\"kind\":\"created\",\"actor\":\"customer:anna@example.net\","        \
	"\"evidence\":\"from\",\"detail\":{\"queue\":\"support\","             \
	"\"requester\":\"anna@example.net\",\"subject\":\"x\"}}"
#define CLOSED                                                                 \
	"{\"sequence\":2,\"ticket\":%u,\"time\":\"2020-01-02T00:00:00Z\","     \
	"\"kind\":\"status\",\"actor\":\"desk\",\"detail\":{\"from\":\"new\"," \
	"\"to\":\"%s\"}}"

/* ---- playing ---- */

typedef struct {
	gboolean done;
	TdReplayed replayed;
	char *error;
} Played;

static void
played_clear(Played *played)
{
	g_free(played->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Played, played_clear)

/* Plays two events of ticket @number, whose second one has the status @to
 * (NULL: the first alone). */
static Played
play(Fixture *fixture, guint number, const char *to, const char *identity)
{
	g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_event_free);
	g_autoptr(GPtrArray) messages = g_ptr_array_new();
	g_autofree char *born = g_strdup_printf(BORN, number);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(fixture->store, &error);
	const TdReplay replay = { .number = number,
		.identity = identity,
		.messages = messages,
		.events = events,
		.now = fixture->now,
		.actor = "control:tester" };
	Played played = { .done = FALSE };

	g_assert_no_error(error);
	g_ptr_array_add(events, td_import_event(born, NULL, &error));
	g_assert_no_error(error);
	if (to != NULL) {
		g_autofree char *text = g_strdup_printf(CLOSED, number, to);

		g_ptr_array_add(events, td_import_event(text, NULL, &error));
		g_assert_no_error(error);
	}
	played.done = td_desk_replay(
	    fixture->desk, txn, &replay, &played.replayed, &error);
	if (played.done)
		g_assert_true(td_txn_commit(txn, NULL));
	else
		played.error = g_strdup(error->message);
	if (error != NULL)
		g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
	return played;
}

/* ---- a beginning ---- */

#define REMINDED                                                               \
	"{\"sequence\":2,\"ticket\":42,\"kind\":\"reminder\","                 \
	"\"time\":\"2020-01-02T00:00:00Z\",\"actor\":\"agent:olga\","          \
	"\"detail\":{\"agent\":\"olga\",\"at\":1577923200,\"text\":\"call\"}}"

/* One piece of ticket 42 after the other; @more: there are others. */
static void
play_piece(Fixture *fixture, const char *text, gboolean more)
{
	g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_event_free);
	g_autoptr(GPtrArray) messages = g_ptr_array_new();
	g_autoptr(TdTxn) txn = td_txn_begin(fixture->store, NULL);
	const TdReplay replay = { .number = 42,
		.messages = messages,
		.events = events,
		.more = more,
		.now = fixture->now,
		.actor = "control:tester" };
	TdReplayed replayed;

	g_ptr_array_add(events, td_import_event(text, NULL, NULL));
	g_assert_true(
	    td_desk_replay(fixture->desk, txn, &replay, &replayed, NULL));
	g_assert_true(td_txn_commit(txn, NULL));
}

/* In two pieces of three. */
static void
play_beginning(Fixture *fixture)
{
	g_autofree char *born = g_strdup_printf(BORN, 42u);

	play_piece(fixture, born, TRUE);
	play_piece(fixture, REMINDED, TRUE);
}

static void
keep_finding(const char *finding, gpointer data)
{
	g_string_append(data, finding);
}

/* What the check says of the store; with @rebuild it mends. */
static char *
check(Fixture *fixture, gboolean rebuild)
{
	g_autoptr(TdTxn) txn = rebuild ? td_txn_begin(fixture->store, NULL)
	                               : td_txn_read(fixture->store);
	GString *findings = g_string_new(NULL);
	guint64 number = 0, wrong = 0;

	do
		g_assert_true(td_store_check(txn, rebuild, &number, &wrong,
		    keep_finding, findings, NULL));
	while (number != 0);
	if (rebuild)
		g_assert_true(td_txn_commit(txn, NULL));
	return g_string_free(findings, FALSE);
}

static void
test_clocks_of_a_beginning_stand_still(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	g_autofree char *found = NULL;
	g_autofree char *mended = NULL;

	play_beginning(fixture);
	ticket = fixture_ticket(fixture, 42);
	g_assert_cmpuint(ticket->reminders->len, ==, 1);
	g_assert_cmpint(ticket->timer, ==, 0);
	found = check(fixture, FALSE);
	g_assert_true(g_str_has_prefix(
	    found, "ticket 42: only its first 2 events were imported"));
	g_assert_null(strstr(found, "sum of its events"));
	/* Nothing may be wrong in the end. */
	mended = check(fixture, TRUE);
}

static void
test_the_last_piece_lets_clocks_run(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	g_autofree char *closed = g_strdup_printf(CLOSED, 42u, "open");
	g_autoptr(GString) third = g_string_new(closed);
	g_autoptr(TdTicket) ticket = NULL;
	g_autofree char *found = NULL;

	g_string_replace(third, "\"sequence\":2", "\"sequence\":3", 1);
	play_beginning(fixture);
	play_piece(fixture, third->str, FALSE);
	ticket = fixture_ticket(fixture, 42);
	g_assert_cmpuint(ticket->events, ==, 3);
	g_assert_cmpint(ticket->timer, ==, 1577923200);
	found = check(fixture, FALSE);
	g_assert_cmpstr(found, ==, "");
}

static void
test_a_beginning_may_be_taken_as_it_is(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	g_autofree char *mended = NULL;
	g_autofree char *found = NULL;

	play_beginning(fixture);
	mended = check(fixture, TRUE);
	g_assert_nonnull(strstr(mended, "only its first 2 events"));
	found = check(fixture, FALSE);
	g_assert_cmpstr(found, ==, "");
	ticket = fixture_ticket(fixture, 42);
	g_assert_cmpint(ticket->timer, ==, 1577923200);
}

static void
test_a_shorter_file_ends_a_beginning(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	g_autofree char *born = g_strdup_printf(BORN, 42u);
	g_autoptr(TdTicket) ticket = NULL;
	g_autofree char *found = NULL;

	play_beginning(fixture);
	play_piece(fixture, born, FALSE);
	ticket = fixture_ticket(fixture, 42);
	g_assert_cmpuint(ticket->events, ==, 2);
	g_assert_cmpint(ticket->timer, ==, 1577923200);
	found = check(fixture, FALSE);
	g_assert_cmpstr(found, ==, "");
}

/* Somebody's event stands where the third one should. */
static void
touch(Fixture *fixture)
{
	g_autoptr(TdTxn) txn = td_txn_begin(fixture->store, NULL);
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdEvent)
	    event = td_event_new(TD_EVENT_NOTE, 42, fixture->now, "desk");

	g_assert_true(td_ticket_get(txn, 42, &ticket, NULL));
	g_assert_true(td_event_append(txn, ticket, event, NULL));
	g_assert_true(td_ticket_put(txn, ticket, NULL));
	g_assert_true(td_txn_commit(txn, NULL));
}

static void
test_a_beginning_that_went_on_cannot_be_completed(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	g_autofree char *found = NULL;
	g_autofree char *mended = NULL;
	g_autofree char *after = NULL;

	play_beginning(fixture);
	touch(fixture);
	found = check(fixture, FALSE);
	g_assert_nonnull(strstr(found, "only its first 2 events"));
	g_assert_nonnull(strstr(found, "ticket check --rebuild"));
	g_assert_null(strstr(found, "ticket import"));
	mended = check(fixture, TRUE);
	after = check(fixture, FALSE);
	g_assert_cmpstr(after, ==, "");
}

/* Its clocks still stand. */
static void
test_a_beginning_can_be_erased_from(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *mended = NULL;
	g_autoptr(GHashTable) waiting = g_hash_table_new(NULL, NULL);
	g_autoptr(TdErased) erased = NULL;
	g_autoptr(TdErasePlan) plan = NULL;
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdTxn) txn = NULL;
	guint dropped = 0;

	play_beginning(fixture);
	txn = td_txn_begin(fixture->store, NULL);
	td_desk_erase_who(
	    fixture->desk, txn, "anna@example.net", FALSE, &erased, &error);
	g_assert_no_error(error);
	g_clear_pointer(&txn, td_txn_free);
	td_desk_erase_look(fixture->store, erased, 42, waiting, &plan, &error);
	g_assert_no_error(error);
	txn = td_txn_begin(fixture->store, NULL);
	td_desk_erase(txn, erased, plan, fixture->now, "control:tester",
	    &dropped, &error);
	g_assert_no_error(error);
	g_assert_true(td_txn_commit(txn, NULL));
	g_clear_pointer(&txn, td_txn_free);
	ticket = fixture_ticket(fixture, 42);
	g_assert_cmpstr(ticket->requester, ==, "erased-1");
	g_assert_cmpuint(ticket->events, ==, 3);
	g_assert_cmpint(ticket->timer, ==, 0);
	/* Nothing may be wrong in the end. */
	mended = check(fixture, TRUE);
}

static void
test_history_makes_the_ticket(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(Played) played = play(fixture, 42, "closed", NULL);
	g_autoptr(TdTicket) ticket = fixture_ticket(fixture, 42);

	g_assert_true(played.done);
	g_assert_cmpuint(played.replayed.number, ==, 42);
	g_assert_cmpuint(played.replayed.added, ==, 2);
	g_assert_cmpint(ticket->status, ==, TD_STATUS_CLOSED);
	g_assert_cmpint(ticket->created, ==, 1577836800);
	g_assert_cmpint(ticket->updated, ==, 1577923200);
}

static void
test_numbers_between_are_left_out(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(Played) high = play(fixture, 42, NULL, NULL);
	g_auto(Played) low = play(fixture, 7, NULL, NULL);
	g_autoptr(TdTxn) txn = NULL;
	gboolean skipped;

	g_assert_true(high.done);
	g_assert_true(low.done);
	g_assert_cmpuint(fixture_open_ticket(fixture), ==, 43);
	txn = td_txn_read(fixture->store);
	g_assert_true(td_ticket_skipped(txn, 6, &skipped, NULL) && skipped);
	g_assert_true(td_ticket_skipped(txn, 7, &skipped, NULL) && !skipped);
	g_assert_true(td_ticket_skipped(txn, 8, &skipped, NULL) && skipped);
	g_assert_true(td_ticket_skipped(txn, 41, &skipped, NULL) && skipped);
	g_assert_true(td_ticket_skipped(txn, 42, &skipped, NULL) && !skipped);
	g_assert_true(td_ticket_skipped(txn, 43, &skipped, NULL) && !skipped);
}

static void
test_the_same_again_changes_nothing(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(Played) first = play(fixture, 42, "closed", NULL);
	g_auto(Played) again = play(fixture, 42, "closed", NULL);

	g_assert_true(first.done && again.done);
	g_assert_cmpuint(again.replayed.added, ==, 0);
	g_assert_cmpuint(again.replayed.events, ==, 2);
}

static void
test_what_was_cut_short_goes_on(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(Played) first = play(fixture, 42, NULL, NULL);
	g_auto(Played) again = play(fixture, 42, "closed", NULL);

	g_assert_true(first.done && again.done);
	g_assert_cmpuint(again.replayed.added, ==, 1);
}

static void
test_another_history_is_refused(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(Played) first = play(fixture, 42, "closed", NULL);
	g_auto(Played) other = play(fixture, 42, "open", NULL);
	g_autoptr(TdTicket) ticket = fixture_ticket(fixture, 42);

	g_assert_true(first.done);
	g_assert_false(other.done);
	g_assert_nonnull(strstr(other.error, "event 2 is another one"));
	g_assert_cmpint(ticket->status, ==, TD_STATUS_CLOSED);
}

static void
test_a_taken_number_is_refused(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_auto(Played) played = play(fixture, (guint)number, NULL, NULL);

	g_assert_false(played.done);
}

static void
test_or_gets_a_new_number_once(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_auto(Played)
	    first = play(fixture, (guint)number, "closed", "that one");
	g_auto(Played)
	    again = play(fixture, (guint)number, "closed", "that one");
	g_auto(Played)
	    other = play(fixture, (guint)number, "closed", "another");
	g_autoptr(GPtrArray) events = NULL;
	const TdEvent *last;

	g_assert_true(first.done && again.done && other.done);
	g_assert_cmpuint(first.replayed.number, ==, number + 1);
	g_assert_cmpuint(again.replayed.number, ==, number + 1);
	g_assert_cmpuint(again.replayed.added, ==, 0);
	g_assert_cmpuint(other.replayed.number, ==, number + 2);
	events = fixture_events(fixture, number + 1);
	g_assert_cmpuint(events->len, ==, 3);
	last = g_ptr_array_index(events, 2);
	g_assert_cmpuint(
	    td_event_get_number(last, "imported_from"), ==, number);
	g_assert_cmpstr(last->actor, ==, "control:tester");
}

static void
test_a_number_far_away_is_refused(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(Played) played = play(fixture, 4000000000u, NULL, NULL);

	g_assert_false(played.done);
	g_assert_nonnull(strstr(played.error, "too far"));
	g_assert_cmpuint(fixture_open_ticket(fixture), ==, 1);
}

/* ---- events as JSON ---- */

static void
test_an_event_is_read(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdEvent) event = td_import_event(
	    "{\"sequence\":7,\"ticket\":3,\"time\":\"2020-01-01T00:00:00Z\","
	    "\"kind\":\"note\",\"actor\":\"x\",\"message\":null,"
	    "\"source\":\"3/1\",\"detail\":{\"b\":\"y\",\"a\":5,"
	    "\"c\":{\"number\":\"18446744073709551615\"},"
	    "\"d\":{\"bytes\":\"AAH/\"}}}",
	    NULL, &error);
	g_autoptr(GVariant) want = g_variant_ref_sink(g_variant_new_parsed(
	    "{'b': <'y'>, 'a': <uint64 5>, "
	    "'c': <uint64 18446744073709551615>, 'd': <[byte 0, 1, 255]>}"));

	g_assert_no_error(error);
	g_assert_cmpuint(event->sequence, ==, 7);
	g_assert_cmpuint(event->ticket, ==, 3);
	g_assert_cmpint(event->time, ==, 1577836800);
	g_assert_cmpint(event->kind, ==, TD_EVENT_NOTE);
	g_assert_cmpuint(event->message, ==, 0);
	/* The order counts: hashes are of the bytes. */
	g_assert_cmpvariant(td_event_detail(event), want);
}

#define GOOD                                                                   \
	"\"sequence\":1,\"ticket\":1,\"time\":\"2020-01-01T00:00:00Z\","       \
	"\"actor\":\"x\""

static void
test_a_bad_event_is_refused_with_its_member(void)
{
	static const struct {
		const char *text;
		const char *want;
	} rows[] = {
		{ "", "object" },
		{ "[]", "object" },
		{ "{\"a\":", "object" },
		{ "{\"a\":\"\xff\"}", "object" },
		{ "{}", "\"sequence\"" },
		{ "{\"sequence\":0}", "\"sequence\"" },
		{ "{\"sequence\":-1}", "\"sequence\"" },
		{ "{\"sequence\":1.5}", "\"sequence\"" },
		{ "{\"sequence\":\"1\"}", "\"sequence\"" },
		{ "{\"sequence\":1,\"ticket\":[]}", "\"ticket\"" },
		{ "{\"sequence\":1,\"time\":5}", "\"time\"" },
		{ "{\"sequence\":1,\"time\":\"yesterday\"}", "\"time\"" },
		{ "{" GOOD ",\"kind\":\"frob\",\"detail\":{}}", "\"kind\"" },
		{ "{" GOOD ",\"kind\":{},\"detail\":{}}", "\"kind\"" },
		{ "{" GOOD ",\"kind\":\"note\"}", "\"detail\"" },
		{ "{" GOOD ",\"kind\":\"note\",\"detail\":[]}", "\"detail\"" },
		{ "{" GOOD ",\"kind\":\"note\",\"detail\":{\"k\":null}}",
		    "\"k\"" },
		{ "{" GOOD ",\"kind\":\"note\",\"detail\":{\"k\":true}}",
		    "\"k\"" },
		{ "{" GOOD ",\"kind\":\"note\",\"detail\":{\"k\":-1}}",
		    "\"k\"" },
		{ "{" GOOD ",\"kind\":\"note\",\"detail\":{\"k\":[\"a\"]}}",
		    "\"k\"" },
		{ "{" GOOD ",\"kind\":\"note\",\"detail\":{\"k\":{\"number\":"
		  "\"-1\"}}}",
		    "\"k\"" },
		{ "{" GOOD ",\"kind\":\"note\",\"message\":-1,\"detail\":{}}",
		    "\"message\"" },
		{ "{" GOOD ",\"kind\":\"note\",\"evidence\":1,\"detail\":{}}",
		    "\"evidence\"" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(td_import_event(rows[i].text, NULL, &error));
		g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
		if (strstr(error->message, rows[i].want) == NULL)
			g_error("row %u: %s", i, error->message);
	}
}

static void
test_a_bad_message_is_refused_with_its_member(void)
{
	static const struct {
		const char *text;
		const char *want;
	} rows[] = {
		{ "{}", "\"sequence\"" },
		{ "{\"sequence\":1}", "\"direction\"" },
		{ "{\"sequence\":1,\"direction\":\"up\"}", "\"direction\"" },
		{ "{\"sequence\":1,\"direction\":\"in\"}", "\"visibility\"" },
		{ "{\"sequence\":1,\"direction\":\"in\",\"visibility\":"
		  "\"public\",\"marked\":1}",
		    "\"marked\"" },
		{ "{\"sequence\":1,\"direction\":\"in\",\"visibility\":"
		  "\"public\",\"size\":-5}",
		    "\"size\"" },
		{ "{\"sequence\":1,\"direction\":\"in\",\"visibility\":"
		  "\"public\",\"moved_to\":\"x/y\"}",
		    "\"moved_to\"" },
		{ "{\"sequence\":1,\"direction\":\"in\",\"visibility\":"
		  "\"public\",\"received\":7}",
		    "\"received\"" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(td_import_filed(rows[i].text, 1, &error));
		g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
		if (strstr(error->message, rows[i].want) == NULL)
			g_error("row %u: %s", i, error->message);
	}
}

static void
test_a_bad_person_is_refused_with_its_member(void)
{
	static const struct {
		const char *text;
		const char *want;
	} rows[] = {
		{ "{}", "\"role\"" },
		{ "{\"role\":\"king\"}", "\"role\"" },
		{ "{\"role\":\"agent\",\"addresses\":\"a@b\"}",
		    "\"addresses\"" },
		{ "{\"role\":\"agent\",\"addresses\":[\"ab\"]}",
		    "\"addresses\"" },
		{ "{\"role\":\"agent\",\"keys\":\"openpgp:AA\"}", "\"keys\"" },
		{ "{\"role\":\"agent\",\"echo\":\"yes\"}", "\"echo\"" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(td_import_person(rows[i].text, &error));
		g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
		if (strstr(error->message, rows[i].want) == NULL)
			g_error("row %u: %s", i, error->message);
	}
}

#define ADD(name, function)                                                    \
	g_test_add("/replay/" name, Fixture, NULL, fixture_open, function,     \
	    fixture_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	ADD("history makes the ticket", test_history_makes_the_ticket);
	ADD("numbers between are left out", test_numbers_between_are_left_out);
	ADD("the same again changes nothing",
	    test_the_same_again_changes_nothing);
	ADD("what was cut short goes on", test_what_was_cut_short_goes_on);
	ADD("clocks of a beginning stand still",
	    test_clocks_of_a_beginning_stand_still);
	ADD("the last piece lets clocks run",
	    test_the_last_piece_lets_clocks_run);
	ADD("a beginning may be taken as it is",
	    test_a_beginning_may_be_taken_as_it_is);
	ADD("a shorter file ends a beginning",
	    test_a_shorter_file_ends_a_beginning);
	ADD("a beginning that went on cannot be completed",
	    test_a_beginning_that_went_on_cannot_be_completed);
	ADD("a beginning can be erased from, and its clocks stand still",
	    test_a_beginning_can_be_erased_from);
	ADD("another history is refused", test_another_history_is_refused);
	ADD("a taken number is refused", test_a_taken_number_is_refused);
	ADD("or gets a new number once", test_or_gets_a_new_number_once);
	ADD("a number far away is refused", test_a_number_far_away_is_refused);
	g_test_add_func("/json/an event is read", test_an_event_is_read);
	g_test_add_func("/json/a bad event is refused with its member",
	    test_a_bad_event_is_refused_with_its_member);
	g_test_add_func("/json/a bad message is refused with its member",
	    test_a_bad_message_is_refused_with_its_member);
	g_test_add_func("/json/a bad person is refused with its member",
	    test_a_bad_person_is_refused_with_its_member);
	return g_test_run();
}
