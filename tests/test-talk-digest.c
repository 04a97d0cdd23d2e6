/* test-talk-digest.c - the list that agents get once a day */

#include "config.h"

#include <string.h>

#include "talk-fixture.h"

#define DAY (24 * 60 * 60)

/* One more ticket; its number. */
static guint64
open_ticket(Talk *talk, const char *queue, const char *subject)
{
	static guint count;
	g_autofree char *to = g_strdup_printf("%s@example.com", queue);
	g_autofree char *raw = g_strdup_printf(
	    "From: Anna <anna@example.net>\nTo: %s\nSubject: %s\n"
	    "Message-ID: <digest-%u@example.net>\n\nHelp.\n",
	    to, subject, ++count);

	return fixture_file(&talk->fixture, "anna@example.net", to, raw)
	    .outcome.ticket;
}

static void
change(Talk *talk, guint64 number, TdEventKind kind, const char *to)
{
	fixture_event(&talk->fixture, number, kind, "to", to);
}

static void
wake_at(Talk *talk, guint64 number, gint64 until)
{
	g_autoptr(TdTicket) ticket = fixture_ticket(&talk->fixture, number);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(talk->fixture.store, &error);
	g_autoptr(TdEvent) event = NULL;

	g_assert_no_error(error);
	event = td_event_new(
	    TD_EVENT_STATUS, number, talk->fixture.now, "control:test");
	td_event_set(event, "to", "pending");
	td_event_set_number(event, "until", (guint64)until);
	td_event_append(txn, ticket, event, &error);
	g_assert_no_error(error);
	td_ticket_put(txn, ticket, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

static void
make_digests(Talk *talk)
{
	g_autoptr(GError) error = NULL;

	talk_begin(talk);
	td_talk_digests(&talk->draft, &error);
	g_assert_no_error(error);
}

static const char *
text_of(const Talk *talk, const char *address)
{
	return talk_letter(talk, TD_LETTER_DIGEST, address)->text;
}

static void
test_lists(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	guint64 own = open_ticket(talk, "support", "Mouse is gone");
	const TdLetter *letter;
	g_autofree char *line = NULL;

	change(talk, own, TD_EVENT_OWNER, "olga");
	talk->fixture.now += 3 * DAY;
	make_digests(talk);
	letter = talk_letter(talk, TD_LETTER_DIGEST, "olga@example.com");
	g_assert_cmpuint(letter->ticket, ==, TD_TICKET_DESK);
	g_assert_cmpuint(letter->person, !=, 0);
	g_assert_cmpstr(letter->queue, ==, "support");
	line = g_strdup_printf("Yours:\n\n#%" G_GUINT64_FORMAT
	                       "  Mouse is gone  (new, 3 d, priority 3)\n",
	    own);
	g_assert_nonnull(strstr(letter->text, line));
	g_assert_nonnull(strstr(letter->text,
	    "Nobody's yet, in your queues:\n\n#1  Printer on fire  (new, "));
	g_assert_nonnull(strstr(letter->text, "#2 close; #1 assign NAME"));
}

static void
test_queues(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	open_ticket(talk, "sales", "How much");
	make_digests(talk);
	talk_assert_told(talk,
	    "digest:ivan@example.com digest:olga@example.com "
	    "digest:petr@example.com");
	g_assert_null(strstr(text_of(talk, "olga@example.com"), "How much"));
	g_assert_null(
	    strstr(text_of(talk, "petr@example.com"), "Printer on fire"));
	g_assert_cmpstr(
	    talk_letter(talk, TD_LETTER_DIGEST, "petr@example.com")->queue, ==,
	    "sales");
}

static void
test_nothing(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	change(talk, talk->number, TD_EVENT_OWNER, "olga");
	make_digests(talk);
	talk_assert_told(talk, "digest:olga@example.com");
}

static void
test_done(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	change(talk, talk->number, TD_EVENT_OWNER, "olga");
	change(talk, talk->number, TD_EVENT_STATUS, "resolved");
	make_digests(talk);
	talk_assert_told(talk, "");
}

static void
test_away(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	talk_agent(talk, "olga", talk->fixture.now + 1, NULL, NULL);
	talk_agent(talk, "ivan", talk->fixture.now, NULL, NULL);
	make_digests(talk);
	talk_assert_told(talk, "digest:ivan@example.com");
}

/* 2023-11-14T22:13:20Z and some minutes: the day ends at 1700006400. */
static void
test_waking(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	guint64 today = open_ticket(talk, "support", "Wakes today");
	guint64 later = open_ticket(talk, "support", "Wakes tomorrow");
	guint64 others = open_ticket(talk, "support", "Ivan has it");
	const char *text;

	change(talk, today, TD_EVENT_OWNER, "olga");
	change(talk, later, TD_EVENT_OWNER, "olga");
	change(talk, others, TD_EVENT_OWNER, "ivan");
	wake_at(talk, today, 1700006399);
	wake_at(talk, later, 1700006400);
	wake_at(talk, others, 1700006399);
	wake_at(talk, talk->number, 1700006399);
	make_digests(talk);
	text = text_of(talk, "olga@example.com");
	g_assert_true(g_str_has_prefix(text, "Put off until today:\n\n"));
	g_assert_nonnull(strstr(text, "Wakes today"));
	g_assert_nonnull(strstr(text, "Printer on fire"));
	g_assert_null(strstr(text, "Wakes tomorrow"));
	g_assert_null(strstr(text, "Ivan has it"));
}

static void
test_order(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	guint64 urgent = open_ticket(talk, "support", "Urgent one");
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdEvent) event = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = NULL;
	const char *text;

	ticket = fixture_ticket(&talk->fixture, urgent);
	txn = td_txn_begin(talk->fixture.store, &error);
	g_assert_no_error(error);
	event = td_event_new(
	    TD_EVENT_PRIORITY, urgent, talk->fixture.now, "control:test");
	td_event_set_number(event, "to", 1);
	td_event_append(txn, ticket, event, &error);
	g_assert_no_error(error);
	td_ticket_put(txn, ticket, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
	g_clear_pointer(&txn, td_txn_free);

	make_digests(talk);
	text = text_of(talk, "olga@example.com");
	g_assert_true(
	    strstr(text, "Urgent one") < strstr(text, "Printer on fire"));
}

static void
test_hint(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	const char *text;

	make_digests(talk);
	text = text_of(talk, "olga@example.com");
	g_assert_nonnull(strstr(text, "\n    #1 close"));
	g_assert_null(strstr(text, "close;"));
}

static void
test_many(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	for (guint i = 0; i < 52; i++)
		open_ticket(talk, "support", "One of many");
	make_digests(talk);
	g_assert_nonnull(
	    strstr(text_of(talk, "olga@example.com"), "\n... and 3 more.\n"));
}

static void
test_russian(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	const TdLetter *letter;

	talk_agent(talk, "olga", 0, NULL, "ru");
	make_digests(talk);
	letter = talk_letter(talk, TD_LETTER_DIGEST, "olga@example.com");
	g_assert_cmpstr(letter->subject, ==, "Ваши заявки на 2023-11-14");
	g_assert_nonnull(strstr(letter->text, "приоритет 3"));
}

#define ADD(name, test)                                                        \
	g_test_add(                                                            \
	    "/talk-digest/" name, Talk, NULL, talk_open, test, talk_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	ADD("own tickets and nobody's are listed", test_lists);
	ADD("each sees his own queues", test_queues);
	ADD("who has nothing gets no digest", test_nothing);
	ADD("what is solved is not listed", test_done);
	ADD("who is away gets no digest", test_away);
	ADD("what wakes today is listed first", test_waking);
	ADD("the urgent stands above the rest", test_order);
	ADD("of one ticket the hint has one command", test_hint);
	ADD("a long list is cut and counted", test_many);
	ADD("a digest is in the agent's language", test_russian);
	return g_test_run();
}
