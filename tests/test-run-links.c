/* test-run-links.c - commands that tie tickets together, or part them */

#include "config.h"

#include <string.h>

#include "run-fixture.h"

static char *
line(const char *verb, guint64 number)
{
	return g_strdup_printf("%s %" G_GUINT64_FORMAT, verb, number);
}

/* The types of all links of a ticket, "parent:2 child:3"; the caller's. */
static char *
links_of(Run *run, guint64 number)
{
	g_autoptr(TdTicket) ticket = run_ticket(run, number);
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < ticket->links->len; i++) {
		const TdLink *link = g_ptr_array_index(ticket->links, i);

		g_string_append_printf(text, "%s%s:%" G_GUINT64_FORMAT,
		    i == 0 ? "" : " ", link->type, link->number);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* ---- link ---- */

static void
test_links_have_two_ends(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const types[][2] = {
		{ "parent", "child" },
		{ "child", "parent" },
		{ "related", "related" },
		{ "duplicate", "duplicate" },
		{ "blocks", "blocked-by" },
		{ "blocked-by", "blocks" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autofree char *verb = g_strconcat("link ", types[i][0], NULL);
		g_autofree char *command = line(verb, run->other);
		g_autofree char *want = g_strdup_printf(
		    "%s:%" G_GUINT64_FORMAT, types[i][0], run->other);
		g_autofree char *reverse = g_strdup_printf(
		    "%s:%" G_GUINT64_FORMAT, types[i][1], run->number);
		g_autofree char *none = line("link -", run->other);
		g_autofree char *here = NULL;
		g_autofree char *there = NULL;

		run_do(run, "olga", command);
		g_assert_false(run->refused);
		here = links_of(run, run->number);
		there = links_of(run, run->other);
		g_assert_cmpstr(here, ==, want);
		g_assert_cmpstr(there, ==, reverse);
		run_do(run, "olga", none);
		g_assert_false(run->refused);
	}
}

static void
test_the_same_link_is_no_event(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *command = line("link parent", run->other);

	run_do(run, "olga", command);
	run_do(run, "olga", command);
	g_assert_false(run->refused);
	g_assert_cmpuint(run->events, ==, 0);
	g_assert_nonnull(strstr(run_result(run, 0), "already"));
}

static void
test_links_may_be_cut(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *command = line("link blocks", run->other);
	g_autofree char *cut = line("link -", run->other);
	g_autofree char *here = NULL;
	g_autofree char *there = NULL;

	run_do(run, "olga", command);
	run_do(run, "olga", cut);
	g_assert_cmpuint(run->events, ==, 2);
	here = links_of(run, run->number);
	there = links_of(run, run->other);
	g_assert_cmpstr(here, ==, "");
	g_assert_cmpstr(there, ==, "");
	run_do(run, "olga", cut);
	g_assert_cmpuint(run->events, ==, 0);
}

static void
test_no_ticket_is_linked_to_itself(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *command = line("link parent", run->number);

	run_do(run, "olga", command);
	g_assert_true(run->refused);
}

static void
test_nothing_is_part_of_itself(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *links = NULL;

	fixture_open_ticket(&run->fixture);
	run_do(run, "rita", "link parent 2\n#2 link parent 4");
	g_assert_false(run->refused);
	/* Both ways to say it, near and far. */
	run_do(run, "rita", "link child 2");
	run_assert_refused(run,
	    "This ticket is a part of #2 already, directly or through others; "
	    "two tickets cannot be parts of each other.");
	run_do(run, "rita", "link child 4");
	g_assert_true(run->refused);
	run_do(run, "rita", "#4 link parent 1");
	run_assert_refused(run,
	    "Ticket #1 is a part of this one already, directly or through "
	    "others; two tickets cannot be parts of each other.");
	run_do(run, "rita", "#2 link parent 1");
	g_assert_true(run->refused);
	/* A second way to the same parent is none. */
	run_do(run, "rita", "link parent 4");
	g_assert_false(run->refused);
	links = links_of(run, run->number);
	g_assert_cmpstr(links, ==, "parent:2 parent:4");
}

static void
test_a_circle_is_seen_within_one_mail(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "link parent 2\n#2 link parent 1");
	g_assert_true(run->refused);
	g_assert_cmpuint(run->events, ==, 0);
}

static void
test_nothing_waits_for_itself(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "rita", "link blocks 2\n#2 link blocks 3");
	g_assert_false(run->refused);
	run_do(run, "rita", "link blocked-by 3");
	run_assert_refused(run,
	    "Ticket #3 waits for this one already, directly or through others; "
	    "two tickets cannot wait for each other.");
	run_do(run, "rita", "#3 link blocks 1");
	run_assert_refused(run,
	    "This ticket waits for #1 already, directly or through others; two "
	    "tickets cannot wait for each other.");
}

static void
test_other_queues_are_not_linked(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const verbs[] = { "link parent", "duplicate",
		"merge" };

	for (guint i = 0; i < G_N_ELEMENTS(verbs); i++) {
		g_autofree char *command = line(verbs[i], run->foreign);
		g_autofree char *nowhere = line(verbs[i], 777);

		run_do(run, "olga", command);
		g_assert_true(run->refused);
		g_assert_nonnull(strstr(run_result(run, 0), "not yours"));
		run_do(run, "olga", nowhere);
		run_assert_refused(run, "There is no ticket #777 here.");
	}
}

static void
test_a_duplicate_is_closed_in_silence(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *command = line("duplicate", run->other);
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "olga", command);
	g_assert_false(run->refused);
	g_assert_true(run->silent);
	g_assert_cmpstr(run->letters, ==, "");
	ticket = run_ticket(run, run->number);
	g_assert_cmpint(ticket->status, ==, TD_STATUS_CLOSED);
	g_assert_cmpuint(ticket->links->len, ==, 1);
	run_do(run, "olga", command);
	g_assert_cmpuint(run->events, ==, 0);
}

/* ---- merge ---- */

static void
test_a_merge_brings_everybody(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *command = line("merge", run->other);
	g_autoptr(TdTicket) from = NULL;
	g_autoptr(TdTicket) to = NULL;

	run_do(run, "ivan", "watch\ncc +carl@example.org");
	run_do(run, "boris@example.org", "unsubscribe");
	run_do(run, "olga", "take");
	run_do(run, "olga", command);
	g_assert_false(run->refused);
	g_assert_true(run->silent);
	from = run_ticket(run, run->number);
	to = run_ticket(run, run->other);
	g_assert_cmpuint(from->merged_into, ==, run->other);
	g_assert_cmpint(from->status, ==, TD_STATUS_CLOSED);
	g_assert_cmpstr(to->requester, ==, "anna@example.net");
	g_assert_cmpuint(to->participants->len, ==, 2);
	g_assert_true(td_ticket_has_participant(to, "carl@example.org"));
	g_assert_true(g_strv_contains(
	    (const char *const *)to->muted, "boris@example.org"));
	g_assert_true(
	    g_strv_contains((const char *const *)to->watchers, "ivan"));
	g_assert_true(
	    g_strv_contains((const char *const *)to->watchers, "olga"));
	g_assert_cmpuint(
	    td_event_get_number(
	        run_event(run, run->other, TD_EVENT_MERGED), "from"),
	    ==, run->number);
}

static void
test_a_merge_brings_tags_and_time(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) from = NULL;
	g_autoptr(TdTicket) to = NULL;
	g_autoptr(TdTicket) back = NULL;

	run_do(run, "olga", "tag +printer +fire\ntime 20");
	run_do(run, "olga", "#2 tag +fire\n#2 time 5");
	run_do(run, "olga", "merge 2");
	from = run_ticket(run, run->number);
	to = run_ticket(run, run->other);
	g_assert_cmpuint(g_strv_length(to->tags), ==, 2);
	g_assert_cmpstr(to->tags[0], ==, "fire");
	g_assert_cmpstr(to->tags[1], ==, "printer");
	g_assert_cmpuint(to->minutes, ==, 25);
	g_assert_cmpuint(from->minutes, ==, 0);
	run->ticket = run->other;
	run_do(run, "olga", "undo");
	g_assert_false(run->refused);
	back = run_ticket(run, run->number);
	g_assert_cmpuint(back->merged_into, ==, 0);
	g_assert_cmpuint(back->minutes, ==, 20);
}

static void
test_a_merge_brings_links(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *from = NULL;
	g_autofree char *to = NULL;
	g_autofree char *child = NULL;
	g_autofree char *blocked = NULL;

	fixture_open_ticket(&run->fixture);
	fixture_open_ticket(&run->fixture);
	run_do(run, "olga",
	    "link child 4\nlink blocks 5\nlink related 2\nlink child 2");
	run_do(run, "olga", "merge 2");
	g_assert_false(run->refused);
	from = links_of(run, run->number);
	to = links_of(run, run->other);
	child = links_of(run, 4);
	blocked = links_of(run, 5);
	g_assert_cmpstr(from, ==, "");
	g_assert_cmpstr(to, ==, "child:4 blocks:5");
	g_assert_cmpstr(child, ==, "parent:2");
	g_assert_cmpstr(blocked, ==, "blocked-by:2");
}

static void
test_a_merge_makes_no_circle(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *to = NULL;
	g_autofree char *between = NULL;

	fixture_open_ticket(&run->fixture);
	/* 4 stands between 1 and 2: it cannot be below 2 as well. */
	run_do(run, "olga", "link child 4\n#4 link child 2");
	run_do(run, "olga", "merge 2");
	g_assert_false(run->refused);
	to = links_of(run, run->other);
	between = links_of(run, 4);
	g_assert_cmpstr(to, ==, "parent:4");
	g_assert_cmpstr(between, ==, "child:2");
}

static void
test_merges_do_not_go_in_circles(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *command = line("merge", run->other);
	g_autofree char *self = line("merge", run->number);

	run_do(run, "olga", self);
	g_assert_true(run->refused);
	run_do(run, "olga", command);
	/* The way back leads to the same ticket. */
	run->ticket = run->other;
	run_do(run, "olga", self);
	g_assert_true(run->refused);
}

static void
test_after_a_merge_the_target_is_meant(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *merge = line("merge", run->other);
	g_autofree char *close = g_strconcat("close\n", merge, NULL);
	g_autofree char *pending = g_strconcat("pending 3d\n", merge, NULL);
	g_autofree char *want = g_strdup_printf(
	    "! Ticket #%" G_GUINT64_FORMAT " is merged into #%" G_GUINT64_FORMAT
	    " by a line above. Try: #%" G_GUINT64_FORMAT " pending 3d",
	    run->number, run->other, run->other);
	g_autoptr(TdTicket) to = NULL;

	run_do(run, "olga", pending);
	g_assert_true(run->refused);
	g_assert_cmpstr(run_result(run, 0), ==, want);
	run_do(run, "olga", close);
	g_assert_false(run->refused);
	to = run_ticket(run, run->other);
	g_assert_cmpint(to->status, ==, TD_STATUS_NEW);
}

static void
test_a_closed_target_is_told(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "#2 close");
	run_do(run, "olga", "merge 2");
	run_assert_done(run,
	    "Merged into ticket #2; everybody on this one is on that one now. "
	    "Ticket #2 is closed. To open it again: #2 reopen");
}

/* ---- split ---- */

static void
test_a_split_ticket_gets_an_owner(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) letter = NULL;
	g_autoptr(TdTicket) first = NULL;
	g_autoptr(TdTicket) second = NULL;
	guint64 one = run_mail(run, run->number, "Boris <boris@example.org>");
	guint64 two = run_mail(run, run->number, "Boris <boris@example.org>");
	g_autofree char *commands = g_strdup_printf(
	    "split %" G_GUINT64_FORMAT "\nsplit %" G_GUINT64_FORMAT, one, two);

	run_do(run, "olga", commands);
	g_assert_false(run->refused);
	first = run_ticket(run, run->foreign + 1);
	second = run_ticket(run, run->foreign + 2);
	g_assert_cmpstr(first->owner, ==, "ivan");
	g_assert_cmpstr(second->owner, ==, "olga");
	g_assert_true(
	    g_str_has_suffix(run_result(run, 0), " It goes to ivan."));
	letter = fixture_letter(
	    &run->fixture, first->number, "assigned", "ivan@example.com");
	g_assert_nonnull(letter);
	g_assert_nonnull(strstr(letter->text, "More."));
	g_assert_nonnull(strstr(letter->text, "Boris"));
}

static void
test_a_message_becomes_a_ticket(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 last = run->foreign;
	const TdEvent *event;
	g_autoptr(TdTicket) ticket = NULL;

	run->answers = run_mail(run, run->number, "Boris <boris@example.org>");
	run_do(run, "olga", "split");
	g_assert_false(run->refused);
	g_assert_cmpstr(run->letters, ==, "acknowledgement:boris@example.org");
	ticket = run_ticket(run, last + 1);
	g_assert_cmpstr(ticket->requester, ==, "boris@example.org");
	g_assert_cmpstr(ticket->requester_name, ==, "Boris");
	g_assert_cmpstr(ticket->subject, ==, "The scanner too");
	g_assert_cmpstr(ticket->queue, ==, "support");
	g_assert_cmpuint(ticket->messages, ==, 2);
	event = run_event(run, run->number, TD_EVENT_SPLIT);
	g_assert_cmpuint(td_event_get_number(event, "to"), ==, last + 1);
	g_assert_cmpuint(
	    td_event_get_number(event, "message"), ==, run->answers);
	event = run_event(run, last + 1, TD_EVENT_SPLIT);
	g_assert_cmpuint(td_event_get_number(event, "from"), ==, run->number);
	run_do(run, "olga", "split");
	g_assert_true(run->refused);
}

static void
test_split_wants_a_customers_message(
    Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run_do(run, "olga", "split");
	run_assert_refused(run, "Which message? Try: split 3");
	run_do(run, "olga", "split 1");
	run_assert_refused(
	    run, "Message 1 opened this ticket and stays on it.");
	/* The acknowledgement. */
	run_do(run, "olga", "split 2");
	run_assert_refused(
	    run, "Message 2 is not a customer's message on this ticket.");
	run_do(run, "olga", "split 99");
	g_assert_true(run->refused);
}

static void
test_one_message_makes_one_ticket(Run *run, gconstpointer unused G_GNUC_UNUSED)
{
	run->answers = run_mail(run, run->number, "Boris <boris@example.org>");
	run_do(run, "olga", "split\nsplit");
	g_assert_true(run->refused);
}

#define TEST(path, function)                                                   \
	g_test_add(path, Run, NULL, run_open, function, run_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	TEST("/run/links/ends", test_links_have_two_ends);
	TEST("/run/links/same", test_the_same_link_is_no_event);
	TEST("/run/links/cut", test_links_may_be_cut);
	TEST("/run/links/self", test_no_ticket_is_linked_to_itself);
	TEST("/run/links/circle", test_nothing_is_part_of_itself);
	TEST("/run/links/circle-mail", test_a_circle_is_seen_within_one_mail);
	TEST("/run/links/circle-blocks", test_nothing_waits_for_itself);
	TEST("/run/links/queues", test_other_queues_are_not_linked);
	TEST("/run/links/duplicate", test_a_duplicate_is_closed_in_silence);
	TEST("/run/links/merge", test_a_merge_brings_everybody);
	TEST("/run/links/merge-fields", test_a_merge_brings_tags_and_time);
	TEST("/run/links/merge-links", test_a_merge_brings_links);
	TEST("/run/links/merge-parents", test_a_merge_makes_no_circle);
	TEST("/run/links/merge-circle", test_merges_do_not_go_in_circles);
	TEST("/run/links/merge-target", test_after_a_merge_the_target_is_meant);
	TEST("/run/links/merge-closed", test_a_closed_target_is_told);
	TEST("/run/links/split", test_a_message_becomes_a_ticket);
	TEST("/run/links/split-what", test_split_wants_a_customers_message);
	TEST("/run/links/split-once", test_one_message_makes_one_ticket);
	g_test_add("/run/links/split-owner", Run, "|distribute = round-robin\n",
	    run_open, test_a_split_ticket_gets_an_owner, run_close);
	return g_test_run();
}
