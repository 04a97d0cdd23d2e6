/* test-talk-end.c - the end of a ticket, and messages for others */

#include "config.h"

#include "talk-fixture.h"

static const char anna[] = "anna@example.net";

/* ---- the end ---- */

static void
finish(Talk *talk, const TdWho *who)
{
	g_autoptr(GError) error = NULL;

	td_talk_finished(&talk->draft, who, talk->number, &error);
	g_assert_no_error(error);
}

static void
set_status(Talk *talk, const char *status, gint64 until)
{
	TdEvent *event = td_draft_add(
	    &talk->draft, TD_EVENT_STATUS, talk->number);

	td_event_set(event, "to", status);
	if (until != 0)
		td_event_set_number(event, "until", (guint64)until);
}

static void
test_resolved(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = { 0 };
	const TdLetter *letter;

	talk_begin(talk);
	who = talk_speaker(talk, "olga");
	set_status(talk, "resolved", 1700600000);
	finish(talk, &who);
	talk_assert_told(talk, "resolved:anna@example.net");
	letter = g_ptr_array_index(talk->plan->letters, 0);
	g_assert_cmpint(letter->until, ==, 1700600000);
	g_assert_true(letter->rate);
	g_assert_false(letter->automatic);
	g_assert_true(g_str_has_prefix(letter->in_reply_to, "first-"));
}

static void
test_closed(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Anna", anna);
	const TdLetter *letter;

	talk_begin(talk);
	set_status(talk, "closed", 0);
	finish(talk, &who);
	talk_assert_told(talk, "finished:anna@example.net");
	letter = g_ptr_array_index(talk->plan->letters, 0);
	g_assert_true(letter->automatic);
	g_assert_false(letter->rate);
}

static void
assert_untold(Talk *talk, const char *status)
{
	g_auto(TdWho) who = talk_tool();

	talk_begin(talk);
	if (status != NULL)
		set_status(talk, status, 0);
	finish(talk, &who);
	talk_assert_told(talk, "");
}

static void
test_end_muted(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	talk_event(talk, TD_EVENT_PARTICIPANT, "mute", anna);
	assert_untold(talk, "closed");
}

static void
test_end_spam(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_tool();

	talk_begin(talk);
	td_event_set_number(
	    td_draft_add(&talk->draft, TD_EVENT_SUPPRESSED, talk->number),
	    "spam", 1);
	set_status(talk, "closed", 0);
	finish(talk, &who);
	talk_assert_told(talk, "");
}

static void
test_end_merged(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_tool();

	talk_begin(talk);
	td_event_set_number(
	    td_draft_add(&talk->draft, TD_EVENT_MERGED, talk->number), "into",
	    7);
	finish(talk, &who);
	talk_assert_told(talk, "");
}

static void
test_end_open(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	assert_untold(talk, NULL);
}

static void
test_end_machine(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	Filing filing = fixture_file(&talk->fixture, "alarm@example.net",
	    "support@example.com",
	    "From: alarm@example.net\nTo: support@example.com\n"
	    "Subject: disk full\nMessage-ID: <alarm@example.net>\n"
	    "Precedence: bulk\nAuto-Submitted: auto-generated\n\n/var\n");

	talk->number = filing.outcome.ticket;
	g_assert_cmpuint(talk->number, !=, TD_TICKET_DESK);
	assert_untold(talk, "closed");
}

/* ---- forwarding ---- */

static void
forward(Talk *talk, const char *address)
{
	g_autoptr(GError) error = NULL;
	g_auto(TdWho) who = { 0 };

	talk_begin(talk);
	who = talk_speaker(talk, "olga");
	td_talk_forward(
	    &talk->draft, &who, talk->number, 1, address, NULL, &error);
	g_assert_no_error(error);
}

static void
test_forward(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	const TdLetter *letter;

	forward(talk, "Fire@Example.org");
	talk_assert_told(talk, "forward:fire@example.org");
	letter = g_ptr_array_index(talk->plan->letters, 0);
	g_assert_cmpstr(letter->text, ==, "It burns.");
	g_assert_cmpstr(letter->author, ==, "Anna");
	g_assert_cmpstr(letter->author_address, ==, anna);
	g_assert_cmpstr(letter->from_name, ==, "Olga P.");
}

static void
test_forward_to_us(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	forward(talk, "sales@example.com");
	talk_assert_told(talk, "");
}

#define ADD(name, extra, test)                                                 \
	g_test_add("/talk-end/" name, Talk, extra, talk_open, test, talk_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	ADD("the requester hears that it is solved", NULL, test_resolved);
	ADD("a customer who closes has a word of it",
	    TALK_UTC "|rate = false\n", test_closed);
	ADD("who muted the ticket is not told of its end", NULL,
	    test_end_muted);
	ADD("nobody is told of spam", NULL, test_end_spam);
	ADD("nobody is told of a merged ticket's end", NULL, test_end_merged);
	ADD("an open ticket has no end", NULL, test_end_open);
	ADD("a program is not told of the end", NULL, test_end_machine);
	ADD("a message can be forwarded", NULL, test_forward);
	ADD("nothing is forwarded to the desk", NULL, test_forward_to_us);
	return g_test_run();
}
