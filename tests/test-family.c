/* test-family.c - what the end of a ticket means for those tied to it */

#include "config.h"

#include <string.h>

#include "run-fixture.h"

#define ASK "|children = ask\n"
#define CLOSE "|children = close\n"
#define KEEP "|children = keep\n"

/* Another ticket of Anna's in queue support. */
static guint64
open_more(Run *run)
{
	return fixture_open_ticket(&run->fixture);
}

static void
assert_status(Run *run, guint64 number, TdStatus status)
{
	g_autoptr(TdTicket) ticket = run_ticket(run, number);

	g_assert_cmpint(ticket->status, ==, status);
}

static guint
count_letters(const Run *run, const char *letter)
{
	guint count = 0;

	for (const char *at = run->letters; (at = strstr(at, letter)) != NULL;
	     at++)
		count++;
	return count;
}

/* A link at one end alone, as no command makes it. */
static void
link_by_hand(Run *run, guint64 from, const char *type, guint64 to)
{
	g_autoptr(TdTicket) ticket = run_ticket(run, from);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(run->fixture.store, &error);
	g_autoptr(TdEvent) event = NULL;

	g_assert_no_error(error);
	event = td_event_new(
	    TD_EVENT_LINKED, from, run->fixture.now, "control:test");
	td_event_set(event, "type", type);
	td_event_set_number(event, "to", to);
	td_event_append(txn, ticket, event, &error);
	g_assert_no_error(error);
	td_ticket_put(txn, ticket, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

/* ---- parents and children ---- */

static void
test_open_children_are_named(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 third = open_more(run);

	g_assert_cmpuint(third, ==, 4);
	run_do(run, "olga", "link child 2\nlink child 4\n#2 assign ivan");
	run_do(run, "olga", "close");
	run_assert_done(run,
	    "Closed. Parts of it are still open: #2, #4. To end them too, "
	    "answer: #2 close; #4 close");
	g_assert_cmpstr(run->letters, ==, "changed:ivan@example.com");
	g_assert_true(run->answered);
	assert_status(run, run->number, TD_STATUS_CLOSED);
	assert_status(run, run->other, TD_STATUS_NEW);
	/* The lines are good as they stand. */
	run->ticket = TD_TICKET_DESK;
	run_do(run, "olga", "#2 close; #4 close");
	g_assert_false(run->refused);
	assert_status(run, run->other, TD_STATUS_CLOSED);
	assert_status(run, third, TD_STATUS_CLOSED);
}

static void
test_resolve_has_its_own_word(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run->language = "ru";
	run_do(run, "olga", "link child 2");
	run_do(run, "olga", "resolve");
	g_assert_nonnull(strstr(run_result(run, 0),
	    "Не завершены её части: #2. Чтобы завершить и их, ответьте: "
	    "#2 решено"));
}

static void
test_children_end_with_it(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	const TdEvent *event;

	run_do(run, "olga", "link child 2\n#2 assign ivan");
	run_do(run, "olga", "close");
	run_assert_done(run, "Closed. Its parts ended with it: #2.");
	assert_status(run, run->other, TD_STATUS_CLOSED);
	event = run_event(run, run->other, TD_EVENT_STATUS);
	g_assert_cmpstr(td_event_get(event, "why"), ==, "parent #1");
	g_assert_cmpstr(td_event_get(event, "from"), ==, "new");
	g_assert_cmpstr(event->actor, ==, "agent:olga");
	g_assert_cmpuint(
	    count_letters(run, "finished:anna@example.net"), ==, 1);
	g_assert_cmpuint(count_letters(run, "changed:ivan@example.com"), ==, 1);
	/* Not a second time. */
	run_do(run, "olga", "close");
	run_assert_done(run, "It is closed already.");
	g_assert_cmpstr(run->letters, ==, "");
}

static void
test_children_are_resolved_with_it(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) child = NULL;
	g_autoptr(TdTicket) parent = NULL;

	run_do(run, "olga", "link child 2\n#2 pending 3d");
	run_do(run, "olga", "resolve");
	child = run_ticket(run, run->other);
	parent = run_ticket(run, run->number);
	g_assert_cmpint(child->status, ==, TD_STATUS_RESOLVED);
	g_assert_cmpint(child->until, ==, parent->until);
	g_assert_cmpint(child->until, >, run->fixture.now);
	g_assert_cmpuint(
	    count_letters(run, "resolved:anna@example.net"), ==, 1);
	/* To close it then is no news for them. */
	run_do(run, "olga", "close");
	run_assert_done(run, "Closed.");
	assert_status(run, run->other, TD_STATUS_RESOLVED);
}

static void
test_children_are_kept(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "link child 2\n#2 assign ivan");
	run_do(run, "olga", "close");
	run_assert_done(run, "Closed.");
	g_assert_cmpstr(run->letters, ==, "");
	g_assert_false(run->answered);
	assert_status(run, run->other, TD_STATUS_NEW);
}

static void
test_grandchildren_count(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 third = open_more(run);

	run_do(run, "olga", "link child 2\n#2 link child 4");
	/* One that is over has no say. */
	run_do(run, "ivan", "#2 duplicate 3");
	run_do(run, "rita", "#2 close");
	g_assert_cmpstr(
	    run_result(run, 0), ==, "Closed. Its parts ended with it: #4.");
	run_do(run, "rita", "#4 reopen");
	run_do(run, "olga", "close");
	run_assert_done(run, "Closed. Its parts ended with it: #4.");
	assert_status(run, third, TD_STATUS_CLOSED);
}

static void
test_circles_of_old_end(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	link_by_hand(run, run->number, "child", run->other);
	link_by_hand(run, run->other, "child", run->number);
	link_by_hand(run, run->other, "child", run->other);
	link_by_hand(run, run->other, "child", 777);
	run_do(run, "olga", "close");
	run_assert_done(run, "Closed. Its parts ended with it: #2.");
}

static void
test_a_merged_child_is_looked_for(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 third = open_more(run);

	run_do(run, "olga", "#2 merge 4");
	link_by_hand(run, run->number, "child", run->other);
	run_do(run, "olga", "close");
	run_assert_done(run, "Closed. Its parts ended with it: #4.");
	assert_status(run, third, TD_STATUS_CLOSED);
}

static void
test_a_child_of_another_queue_goes_too(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "rita", "link child 3");
	run_do(run, "olga", "close");
	run_assert_done(run, "Closed. Its parts ended with it: #3.");
	assert_status(run, run->foreign, TD_STATUS_CLOSED);
}

static void
test_customers_end_their_own_alone(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "rita", "link child 2\nlink blocked-by 3\n#2 assign ivan");
	run_do(run, "anna@example.net", "close");
	run_assert_done(run, "Closed.");
	assert_status(run, run->other, TD_STATUS_NEW);
	g_assert_cmpstr(run->letters, ==, "changed:ivan@example.com");
}

static void
test_spam_and_duplicates_leave_them(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 third = open_more(run);

	run_do(run, "olga", "link child 2");
	run_do(run, "olga", "duplicate 4");
	g_assert_true(g_str_has_suffix(run_result(run, 0),
	    "Parts of it are still open: #2. To end them too, answer: #2 "
	    "close"));
	run_do(run, "olga", "reopen\nlink - 4");
	run_do(run, "olga", "spam");
	g_assert_nonnull(strstr(run_result(run, 0), "still open: #2."));
	assert_status(run, run->other, TD_STATUS_NEW);
	assert_status(run, third, TD_STATUS_NEW);
}

static void
test_undo_takes_the_children_back(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "link child 2\n#2 pending 3d");
	run_do(run, "olga", "close");
	assert_status(run, run->other, TD_STATUS_CLOSED);
	run_do(run, "olga", "undo");
	g_assert_false(run->refused);
	assert_status(run, run->number, TD_STATUS_NEW);
	assert_status(run, run->other, TD_STATUS_PENDING);
}

/* ---- opening again ---- */

static void
test_an_open_child_is_told_to_the_parents_owner(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "link child 2\nassign ivan");
	run_do(run, "olga", "#2 close\nclose");
	run_do(run, "olga", "#2 reopen");
	g_assert_cmpstr(run->letters, ==, "changed:ivan@example.com");
	assert_status(run, run->number, TD_STATUS_CLOSED);
	/* One that is open hears nothing. */
	run_do(run, "olga", "#2 close\nreopen");
	run_do(run, "olga", "#2 reopen");
	g_assert_cmpstr(run->letters, ==, "");
}

static void
test_a_customer_opens_a_child(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) letter = NULL;

	run_do(run, "olga", "link child 2\nassign ivan");
	run_do(run, "olga", "#2 close\nclose");
	run_mail(run, run->other, "Anna <anna@example.net>");
	assert_status(run, run->other, TD_STATUS_OPEN);
	letter = fixture_letter(
	    &run->fixture, run->number, "changed", "ivan@example.com");
	g_assert_nonnull(letter);
	g_assert_nonnull(
	    strstr(letter->text, "Ticket #2, which is a part of this one"));
}

static void
test_a_parent_opens_alone(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "link child 2");
	run_do(run, "olga", "close");
	run_do(run, "olga", "reopen");
	run_assert_done(run, "Open again.");
	assert_status(run, run->other, TD_STATUS_CLOSED);
}

static void
test_returns_are_counted(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "olga", "close");
	run_do(run, "olga", "reopen");
	run_do(run, "olga", "resolve");
	run_do(run, "olga", "reopen");
	run_do(run, "olga", "resolve");
	run_do(run, "olga", "reopen");
	ticket = run_ticket(run, run->number);
	g_assert_cmpuint(ticket->reopened, ==, 1);
	g_assert_cmpuint(ticket->returned, ==, 2);
}

/* ---- blockers ---- */

static void
test_what_it_waits_for_is_named(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "rita", "link blocked-by 2\nlink blocked-by 3");
	run_do(run, "rita", "#3 close");
	run_do(run, "olga", "close");
	run_assert_done(run, "Closed. It was still waiting for: #2.");
	assert_status(run, run->number, TD_STATUS_CLOSED);
}

static void
test_the_end_of_a_blocker_is_told(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) letter = NULL;
	guint64 third = open_more(run);

	run_do(run, "olga", "link blocks 2\n#2 assign ivan");
	run_do(run, "olga", "#4 link blocks 2");
	run_do(run, "olga", "close");
	g_assert_cmpstr(run->letters, ==, "changed:ivan@example.com");
	letter = fixture_letter(
	    &run->fixture, run->other, "changed", "ivan@example.com");
	g_assert_nonnull(strstr(letter->text,
	    "Ticket #1 is done and no longer blocks this one, which still "
	    "waits for others."));
	g_clear_pointer(&letter, td_message_free);
	/* Without an owner the queue hears; each blocker once. */
	run_do(run, "olga", "#2 drop");
	run_do(run, "olga", "#4 resolve");
	g_assert_cmpuint(count_letters(run, "changed:ivan@example.com"), ==, 1);
	g_assert_cmpuint(count_letters(run, "changed:rita@example.com"), ==, 1);
	letter = fixture_letter(
	    &run->fixture, run->other, "changed", "ivan@example.com");
	g_assert_nonnull(strstr(
	    letter->text, "Ticket #4 is done and no longer blocks this one."));
	run_do(run, "olga", "#4 close");
	g_assert_cmpuint(count_letters(run, "changed:ivan"), ==, 0);
	assert_status(run, third, TD_STATUS_CLOSED);
}

static void
test_what_is_over_is_not_unblocked(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "link blocks 2\n#2 assign ivan");
	run_do(run, "ivan", "#2 close");
	run_do(run, "olga", "close");
	run_assert_done(run, "Closed.");
	g_assert_cmpstr(run->letters, ==, "");
}

static void
test_two_news_are_one_letter(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) letter = NULL;

	run_do(run, "olga", "link blocks 2\n#2 assign ivan");
	run_do(run, "olga", "#2 priority 1\nclose");
	g_assert_cmpstr(run->letters, ==, "changed:ivan@example.com");
	letter = fixture_letter(
	    &run->fixture, run->other, "changed", "ivan@example.com");
	g_assert_nonnull(strstr(letter->text, "no longer blocks this one."));
	g_assert_nonnull(strstr(letter->text, "Priority: 1"));
}

/* ---- what goes wrong ---- */

/* Merged in a circle: nobody finds where it is now. */
static void
damage(Run *run, guint64 number)
{
	const guint64 circle[] = { number, run->foreign };

	for (guint i = 0; i < 2; i++) {
		g_autoptr(TdTicket) ticket = run_ticket(run, circle[i]);
		g_autoptr(GError) error = NULL;
		g_autoptr(TdTxn) txn = td_txn_begin(run->fixture.store, &error);
		g_autoptr(TdEvent) event = NULL;

		g_assert_no_error(error);
		event = td_event_new(TD_EVENT_MERGED, circle[i],
		    run->fixture.now, "control:test");
		td_event_set_number(event, "into", circle[1 - i]);
		td_event_append(txn, ticket, event, &error);
		g_assert_no_error(error);
		td_ticket_put(txn, ticket, &error);
		g_assert_no_error(error);
		td_txn_commit(txn, &error);
		g_assert_no_error(error);
	}
}

static void
test_a_damaged_parent_does_not_stop_mail(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "link child 2\n#2 resolve");
	damage(run, run->number);
	run_mail(run, run->other, "Anna <anna@example.net>");
	assert_status(run, run->other, TD_STATUS_OPEN);
}

static void
test_damaged_relatives_are_left_out(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 third = open_more(run);

	run_do(run, "olga", "link child 2\nlink child 4\nlink blocked-by 2");
	run_do(run, "olga", "link blocks 2\n#4 assign ivan");
	damage(run, run->other);
	run_do(run, "olga", "close");
	run_assert_done(run, "Closed. Its parts ended with it: #4.");
	assert_status(run, third, TD_STATUS_CLOSED);
}

/* ---- many ---- */

/* An event by which a record is made. */
static void
add(Run *run, TdTxn *txn, TdTicket *ticket, TdEventKind kind, const char *key,
    const char *value, guint64 to)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdEvent) event = td_event_new(
	    kind, ticket->number, run->fixture.now, "control:test");

	td_event_set(event, key, value);
	if (to != 0)
		td_event_set_number(event, "to", to);
	td_event_append(txn, ticket, event, &error);
	g_assert_no_error(error);
}

/* Links of @type from ticket @number to @count new tickets, the first @over of
 * which are over; the number of the last one. */
static guint64
link_many(Run *run, guint64 number, const char *type, guint over, guint count)
{
	g_autoptr(TdTicket) ticket = run_ticket(run, number);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(run->fixture.store, &error);
	guint64 last = 0;

	g_assert_no_error(error);
	for (guint i = 0; i < count; i++) {
		g_autoptr(TdTicket) end = NULL;

		td_ticket_allot(txn, &last, &error);
		g_assert_no_error(error);
		end = td_ticket_new(last);
		add(run, txn, end, TD_EVENT_CREATED, "queue", "support", 0);
		if (i < over)
			add(run, txn, end, TD_EVENT_STATUS, "to", "closed", 0);
		td_ticket_put(txn, end, &error);
		g_assert_no_error(error);
		add(run, txn, ticket, TD_EVENT_LINKED, "type", type, last);
	}
	td_ticket_put(txn, ticket, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
	return last;
}

static void
test_as_many_end_as_undo_takes_back(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 last = link_many(run, run->number, "child", 30, 231);

	run_do(run, "olga", "close");
	g_assert_nonnull(strstr(run_result(run, 0),
	    "Its parts ended with it: #34, #35, #36, #37, #38, #39, #40, #41, "
	    "#42, #43, #44, #45, #46, #47, #48, #49, #50, #51, #52, #53 and "
	    "179 more. Parts of it are still open: #233, #234. To end them "
	    "too, answer: #233 close; #234 close"));
	assert_status(run, last - 2, TD_STATUS_CLOSED);
	assert_status(run, last - 1, TD_STATUS_NEW);
	run_do(run, "olga", "undo");
	assert_status(run, 34, TD_STATUS_NEW);
	assert_status(run, last - 2, TD_STATUS_NEW);
	/* The second time there are as many again. */
	run_do(run, "olga", "close\n#1 reopen");
	run_do(run, "olga", "close");
	g_assert_nonnull(
	    strstr(run_result(run, 0), "Its parts ended with it: #233, #234."));
	assert_status(run, last, TD_STATUS_CLOSED);
}

static void
test_open_parts_are_counted(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run->language = "ru";
	link_many(run, run->number, "child", 0, 23);
	run_do(run, "olga", "close");
	g_assert_nonnull(
	    strstr(run_result(run, 0), ", #22, #23 и ещё 3. Чтобы завершить"));
}

static void
test_who_cannot_be_sure_does_not_link(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	link_many(run, run->number, "parent", 0, 2001);
	run_do(run, "olga", "#2 link parent 1");
	g_assert_true(run->refused);
	g_assert_nonnull(
	    strstr(run_result(run, 0), "Too many tickets are tied"));
	run_do(run, "olga", "link child 2");
	g_assert_true(run->refused);
	/* Below there is room. */
	run_do(run, "olga", "link parent 2");
	g_assert_false(run->refused);
}

static void
test_parts_beyond_all_bounds_are_told_of(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	link_many(run, run->number, "child", 0, 2001);
	run_do(run, "olga", "close");
	g_assert_true(g_str_has_suffix(run_result(run, 0),
	    "It has too many parts to look at all of them; others may be open "
	    "still."));
}

#define TEST(path, extra, function)                                            \
	g_test_add(path, Run, extra, run_open, function, run_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	TEST("/family/ask", ASK, test_open_children_are_named);
	TEST("/family/ask-default", NULL, test_open_children_are_named);
	TEST("/family/ask-resolve", ASK, test_resolve_has_its_own_word);
	TEST("/family/close", CLOSE, test_children_end_with_it);
	TEST("/family/resolve", CLOSE, test_children_are_resolved_with_it);
	TEST("/family/keep", KEEP, test_children_are_kept);
	TEST("/family/grandchildren", CLOSE, test_grandchildren_count);
	TEST("/family/circles", CLOSE, test_circles_of_old_end);
	TEST("/family/merged", CLOSE, test_a_merged_child_is_looked_for);
	TEST("/family/queues", CLOSE, test_a_child_of_another_queue_goes_too);
	TEST("/family/customer", CLOSE, test_customers_end_their_own_alone);
	TEST("/family/left", CLOSE, test_spam_and_duplicates_leave_them);
	TEST("/family/undo", CLOSE, test_undo_takes_the_children_back);
	TEST("/family/reopen", ASK,
	    test_an_open_child_is_told_to_the_parents_owner);
	TEST("/family/reopen-customer", ASK, test_a_customer_opens_a_child);
	TEST("/family/reopen-parent", CLOSE, test_a_parent_opens_alone);
	TEST("/family/counters", NULL, test_returns_are_counted);
	TEST("/family/blocked", NULL, test_what_it_waits_for_is_named);
	TEST("/family/unblocked", NULL, test_the_end_of_a_blocker_is_told);
	TEST(
	    "/family/unblocked-over", NULL, test_what_is_over_is_not_unblocked);
	TEST("/family/one-letter", NULL, test_two_news_are_one_letter);
	TEST("/family/damaged", NULL, test_a_damaged_parent_does_not_stop_mail);
	TEST("/family/damaged-parts", CLOSE,
	    test_damaged_relatives_are_left_out);
	TEST("/family/many", CLOSE, test_as_many_end_as_undo_takes_back);
	TEST("/family/many-open", ASK, test_open_parts_are_counted);
	TEST("/family/too-many-above", NULL,
	    test_who_cannot_be_sure_does_not_link);
	TEST("/family/too-many-below", ASK,
	    test_parts_beyond_all_bounds_are_told_of);
	return g_test_run();
}
