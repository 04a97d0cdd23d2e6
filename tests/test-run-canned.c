/* test-run-canned.c - the command canned: a prepared answer to the customer */

#include "config.h"

#include <string.h>

#include "run-fixture.h"
#include "text-fixture.h"

typedef struct {
	Texts texts;
	Run run;
} Canned;

static void
open_canned(Canned *canned, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *lines = NULL;

	texts_open(&canned->texts, NULL);
	texts_put(&canned->texts, "en/hi.txt", "{hello}\n\nHi.\n");
	texts_put(&canned->texts, "en/more.txt", "More?\n");
	texts_put(&canned->texts, "en/later.txt",
	    "Commands: pending 3d; tag +later\n\nBy {until}.\n");
	texts_put(&canned->texts, "en/done.txt",
	    "Commands: resolve\n\nDone by {owner}: {status}.\n");
	texts_put(
	    &canned->texts, "en/macro.txt", "Commands: priority 1; tag +vip\n");
	texts_put(&canned->texts, "en/bad.txt", "Commands: assign oleg\n\nx\n");
	texts_put(&canned->texts, "en/site.txt", "At {service}.\n");
	texts_put(&canned->texts, "ru/только.txt", "{hello}\n");
	texts_put(&canned->texts, "sales/en/sale.txt", "Buy.\n");
	lines = g_strdup_printf("canned = %s\n", canned->texts.directory);
	run_open(&canned->run, lines);
}

static void
close_canned(Canned *canned, gconstpointer extra)
{
	run_close(&canned->run, extra);
	texts_close(&canned->texts, extra);
}

static void
test_text_goes_in_front_of_ones_own_words(
    Canned *canned, gconstpointer unused G_GNUC_UNUSED)
{
	Run *run = &canned->run;

	run->said = "See you.";
	run_do(run, "olga", "canned Hi");
	run_assert_done(run, "The prepared answer “hi” goes to the customer.");
	g_assert_cmpstr(run->text, ==, "Hello Anna,\n\nHi.\n\nSee you.");
	g_assert_cmpint(run->use, ==, TD_TEXT_REPLY);
	run->said = "";
	run_do(run, "olga", "canned hi");
	g_assert_cmpstr(run->text, ==, "Hello Anna,\n\nHi.");
}

static void
test_several_stand_as_they_were_named(
    Canned *canned, gconstpointer unused G_GNUC_UNUSED)
{
	Run *run = &canned->run;

	run->said = "Bye.";
	run_do(run, "olga", "canned hi\nclose: Closed it.\ncanned more");
	g_assert_false(run->refused);
	g_assert_cmpstr(
	    run->text, ==, "Hello Anna,\n\nHi.\n\nMore?\n\nClosed it.\n\nBye.");
}

static void
test_text_stays_inside_with_a_note(
    Canned *canned, gconstpointer unused G_GNUC_UNUSED)
{
	Run *run = &canned->run;

	run->said = "For us.";
	run_do(run, "olga", "canned hi\nnote");
	run_assert_done(
	    run, "The prepared answer “hi” stays inside, in your note.");
	g_assert_cmpint(run->use, ==, TD_TEXT_NOTE);
	g_assert_cmpstr(run->text, ==, "Hello Anna,\n\nHi.\n\nFor us.");
	g_assert_cmpstr(run->letters, ==, "");
}

static void
test_commands_of_the_answer_are_done_too(
    Canned *canned, gconstpointer unused G_GNUC_UNUSED)
{
	Run *run = &canned->run;
	g_autoptr(TdTicket) ticket = NULL;

	run_do(run, "olga", "canned later");
	g_assert_false(run->refused);
	g_assert_cmpuint(run->results->len, ==, 3);
	g_assert_nonnull(strstr(run_result(run, 2), "later"));
	ticket = run_ticket(run, run->number);
	g_assert_cmpint(ticket->status, ==, TD_STATUS_PENDING);
	g_assert_true(
	    g_strv_contains((const char *const *)ticket->tags, "later"));
	/* The text knows of them. */
	g_assert_cmpstr(run->text, ==, "By 17 November 2023, 22:16 UTC.");
}

static void
test_text_tells_how_things_are_when_all_is_done(
    Canned *canned, gconstpointer unused G_GNUC_UNUSED)
{
	Run *run = &canned->run;

	run_do(run, "olga", "canned done\nassign ivan");
	g_assert_cmpstr(run->text, ==, "Done by ivan: resolved.");
	/* Without an owner it is who answers. */
	run_do(run, "olga", "drop");
	run_do(run, "olga", "reopen\ncanned done");
	g_assert_cmpstr(run->text, ==, "Done by olga: resolved.");
}

static void
test_lines_count_where_the_name_stands(
    Canned *canned, gconstpointer unused G_GNUC_UNUSED)
{
	Run *run = &canned->run;
	g_autoptr(TdTicket) first = NULL;
	g_autoptr(TdTicket) second = NULL;

	run_do(run, "olga", "priority 5\ncanned macro");
	first = run_ticket(run, run->number);
	g_assert_cmpuint(first->priority, ==, 1);
	run_do(run, "olga", "canned macro\npriority 5");
	second = run_ticket(run, run->number);
	g_assert_cmpuint(second->priority, ==, 5);
}

static void
test_answer_without_a_text_says_nothing(
    Canned *canned, gconstpointer unused G_GNUC_UNUSED)
{
	Run *run = &canned->run;

	run_do(run, "olga", "canned macro");
	run_assert_done(run, "“macro” has no text, but commands alone.");
	g_assert_cmpstr(run->text, ==, "");
	g_assert_cmpint(run->use, ==, TD_TEXT_DEFAULT);
	g_assert_cmpstr(run->letters, ==, "");
}

static void
test_refused_command_of_the_answer_undoes_all(
    Canned *canned, gconstpointer unused G_GNUC_UNUSED)
{
	Run *run = &canned->run;

	run->said = "Mine.";
	run_do(run, "olga", "canned bad\npriority 1");
	g_assert_true(run->refused);
	g_assert_nonnull(strstr(run_result(run, 1), "! There is no agent"));
	g_assert_cmpuint(run->events, ==, 0);
	g_assert_cmpstr(run->text, ==, "Mine.");
	g_assert_cmpint(run->use, ==, TD_TEXT_DEFAULT);
}

static void
test_unknown_name_is_refused(Canned *canned, gconstpointer unused G_GNUC_UNUSED)
{
	Run *run = &canned->run;

	run_do(run, "olga", "canned latre");
	run_assert_refused(run,
	    "There is no prepared answer “latre” for this queue. Did you mean: "
	    "canned later");
	run_do(run, "olga", "canned vacation");
	run_assert_refused(run,
	    "There is no prepared answer “vacation” for this queue. Try one "
	    "of: bad, done, hi, later, macro, more, site, только.");
	/* What another queue has is none of ours. */
	run_do(run, "olga", "canned sale");
	g_assert_true(run->refused);
	run_do(run, "olga", "canned en/hi");
	g_assert_true(run->refused);
}

static void
test_hole_is_refused_unless_the_mail_fills_it(
    Canned *canned, gconstpointer unused G_GNUC_UNUSED)
{
	Run *run = &canned->run;

	run_do(run, "olga", "canned site");
	run_assert_refused(run,
	    "The prepared answer “site” says {service}, but this ticket has "
	    "nothing to put there. Set it by a command in the same mail, or "
	    "answer in your own words.");
	run_do(run, "olga", "canned site\nservice: desk 4");
	g_assert_false(run->refused);
	g_assert_cmpstr(run->text, ==, "At desk 4.");
}

static void
test_other_language_is_told(Canned *canned, gconstpointer unused G_GNUC_UNUSED)
{
	Run *run = &canned->run;

	run_do(run, "olga", "canned ТОЛЬКО");
	run_assert_done(run,
	    "The prepared answer “только” goes to the customer. It is in "
	    "“ru”: there is none in “en”.");
	g_assert_cmpstr(run->text, ==, "Здравствуйте, Anna!");
}

static void
test_another_ticket_gets_its_own_answer(
    Canned *canned, gconstpointer unused G_GNUC_UNUSED)
{
	Run *run = &canned->run;
	g_autofree char *line = g_strdup_printf(
	    "#%" G_GUINT64_FORMAT " canned done", run->other);
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdTicket) other = NULL;
	g_autoptr(TdMessage) mail = NULL;

	run->said = "For this one.";
	run_do(run, "olga", line);
	g_assert_false(run->refused);
	/* One mail, that tells of the end too. */
	g_assert_cmpstr(run->letters, ==, "reply:anna@example.net");
	g_assert_cmpstr(run->text, ==, "For this one.");
	g_assert_cmpint(run->use, ==, TD_TEXT_DEFAULT);
	ticket = run_ticket(run, run->number);
	other = run_ticket(run, run->other);
	g_assert_cmpint(ticket->status, ==, TD_STATUS_NEW);
	g_assert_cmpint(other->status, ==, TD_STATUS_RESOLVED);
	mail = fixture_letter(
	    &run->fixture, run->other, "reply", "anna@example.net");
	g_assert_nonnull(strstr(mail->text, "Done by olga: resolved."));
	g_assert_nonnull(strstr(mail->text, "it will be closed on"));
}

static void
test_answer_of_the_aims_queue_counts(
    Canned *canned, gconstpointer unused G_GNUC_UNUSED)
{
	Run *run = &canned->run;
	g_autofree char *line = g_strdup_printf(
	    "#%" G_GUINT64_FORMAT " canned sale", run->foreign);

	run_do(run, "rita", line);
	g_assert_false(run->refused);
	g_assert_cmpstr(run->letters, ==, "reply:anna@example.net");
	run_do(run, "olga", line);
	g_assert_true(run->refused);
}

static void
test_tool_answers_for_the_queue(
    Canned *canned, gconstpointer unused G_GNUC_UNUSED)
{
	Run *run = &canned->run;

	run_do(run, "tool", "canned done");
	g_assert_false(run->refused);
	g_assert_cmpstr(run->text, ==, "Done by nobody: resolved.");
}

/* ---- whole mails ---- */

static void
test_mail_with_the_command_is_answered_to_the_customer(
    Canned *canned, gconstpointer unused G_GNUC_UNUSED)
{
	Fixture *fixture = &canned->run.fixture;
	guint64 number = canned->run.number;
	g_autofree char *to = NULL;
	g_autofree char *raw = NULL;
	g_autoptr(TdMessage) mail = NULL;
	g_autoptr(TdTicket) ticket = NULL;
	Filing filing;

	run_do(&canned->run, "tool", "assign olga");
	to = fixture_reply_address(
	    fixture, number, "assigned", "olga@example.com");
	raw = g_strdup_printf(
	    "From: olga@example.com\nTo: %s\n"
	    "Subject: Re: [support #1] Printer on fire\n"
	    "Message-ID: <canned@example.com>\n\ncanned later\n\n{hello}\n",
	    to);
	filing = fixture_file(fixture, "olga@example.com", to, raw);
	g_assert_false(filing.refused);
	mail = fixture_letter(fixture, number, "reply", "anna@example.net");
	g_assert_nonnull(mail);
	g_assert_nonnull(strstr(mail->text, "By 17 November 2023, 22:1"));
	g_assert_nonnull(strstr(mail->text, "\n\n{hello}\n"));
	ticket = fixture_ticket(fixture, number);
	g_assert_cmpint(ticket->status, ==, TD_STATUS_PENDING);
}

#define TEST(path, function)                                                   \
	g_test_add("/run-canned/" path, Canned, NULL, open_canned, function,   \
	    close_canned)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	TEST("own-words", test_text_goes_in_front_of_ones_own_words);
	TEST("several", test_several_stand_as_they_were_named);
	TEST("note", test_text_stays_inside_with_a_note);
	TEST("commands", test_commands_of_the_answer_are_done_too);
	TEST("when-done", test_text_tells_how_things_are_when_all_is_done);
	TEST("order", test_lines_count_where_the_name_stands);
	TEST("no-text", test_answer_without_a_text_says_nothing);
	TEST("refused", test_refused_command_of_the_answer_undoes_all);
	TEST("unknown", test_unknown_name_is_refused);
	TEST("hole", test_hole_is_refused_unless_the_mail_fills_it);
	TEST("language", test_other_language_is_told);
	TEST("aim", test_another_ticket_gets_its_own_answer);
	TEST("aim/queue", test_answer_of_the_aims_queue_counts);
	TEST("tool", test_tool_answers_for_the_queue);
	TEST("mail", test_mail_with_the_command_is_answered_to_the_customer);
	return g_test_run();
}
