/* test-talk-customers.c - what customers are told by agents */

#include "config.h"

#include <string.h>

#include "talk-fixture.h"

static const char anna[] = "anna@example.net";

/* A reply of @who's; what was held, or NULL: the caller's. */
static char *
reply(Talk *talk, const TdWho *who, const TdSaid *said, gboolean drop_leaks)
{
	g_autoptr(GError) error = NULL;
	char *held = NULL;

	td_talk_reply(
	    &talk->draft, who, talk->number, said, drop_leaks, &held, &error);
	g_assert_no_error(error);
	return held;
}

/* A reply of Olga's that nothing speaks against. */
static void
olga_replies(Talk *talk, const TdSaid *said)
{
	g_autofree char *held = NULL;
	g_auto(TdWho) who = { 0 };

	talk_begin(talk);
	who = talk_speaker(talk, "olga");
	held = reply(talk, &who, said, FALSE);
	g_assert_null(held);
}

/* ---- the letter ---- */

static void
test_reply(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdSaid) said = talk_said(" Have you tried water?\n\n", "", NULL);
	const TdLetter *letter;
	const TdAddress *cc;

	olga_replies(talk, &said);
	talk_assert_told(talk, "reply:anna@example.net,boris@example.org");
	letter = talk_letter(talk, TD_LETTER_REPLY, anna);
	g_assert_cmpstr(letter->text, ==, "Have you tried water?");
	g_assert_cmpstr(letter->from_name, ==, "Olga P.");
	g_assert_null(letter->author_address);
	g_assert_cmpuint(letter->person, ==, 0);
	g_assert_cmpuint(letter->to->len, ==, 1);
	g_assert_cmpuint(letter->cc->len, ==, 1);
	cc = g_ptr_array_index(letter->cc, 0);
	g_assert_cmpstr(cc->name, ==, "Boris");
	g_assert_cmpint(letter->due, ==, 0);
}

static void
test_thread(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdSaid) said = talk_said("Have you tried water?", "", NULL);
	const TdLetter *letter;
	guint count;

	talk_customer_writes(talk, "Still burning.\n\n> an old story");
	olga_replies(talk, &said);
	letter = talk_letter(talk, TD_LETTER_REPLY, anna);
	g_assert_true(g_str_has_prefix(letter->in_reply_to, "second-"));
	count = g_strv_length(letter->references);
	g_assert_cmpuint(count, ==, 2);
	g_assert_cmpstr(letter->references[0], ==, "older@example.net");
	g_assert_cmpstr(letter->references[1], ==, letter->in_reply_to);
	g_assert_cmpstr(letter->quote, ==, "Still burning.");
}

/* Boris, who gets copies, wrote last. */
static void
test_thread_of_participant(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdSaid) said = talk_said("Have you tried water?", "", NULL);
	g_autofree char *thread = td_desk_thread_address(talk->fixture.desk,
	    td_conf_queue(talk->fixture.conf, "support"), talk->number);
	g_autofree char *raw = g_strdup_printf(
	    "From: Boris <boris@example.org>\nTo: %s\n"
	    "Subject: Re: Printer on fire\n"
	    "Message-ID: <third@example.org>\n"
	    "In-Reply-To: <older@example.net>\n\nThe roof burns, too.\n",
	    thread);
	const TdLetter *letter;
	Filing filing;

	talk_customer_writes(talk, "Still burning.");
	filing = fixture_file(&talk->fixture, "boris@example.org", thread, raw);
	g_assert_cmpuint(filing.outcome.ticket, ==, talk->number);
	g_assert_false(filing.marked);
	olga_replies(talk, &said);
	letter = talk_letter(talk, TD_LETTER_REPLY, anna);
	g_assert_cmpstr(letter->in_reply_to, ==, "third@example.org");
	g_assert_cmpstr(letter->quote, ==, "The roof burns, too.");
	g_assert_cmpstr(letter->quote_author, ==, "Boris");
	g_assert_cmpint(letter->quote_date, !=, 0);
}

static void
test_no_quote(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdSaid) said = talk_said("Have you tried water?", "", NULL);

	olga_replies(talk, &said);
	g_assert_null(talk_letter(talk, TD_LETTER_REPLY, anna)->quote);
}

static void
test_hold(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdSaid) said = talk_said("Have you tried water?", "", NULL);

	talk_event(talk, TD_EVENT_PARTICIPANT, "watcher", "ivan");
	olga_replies(talk, &said);
	g_assert_cmpint(talk_letter(talk, TD_LETTER_REPLY, anna)->due, ==,
	    talk->fixture.now + 90);
	g_assert_cmpint(
	    talk_letter(talk, TD_LETTER_REPLIED, "ivan@example.com")->due, ==,
	    talk->fixture.now + 90);
}

static void
test_empty(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdSaid) said = talk_said(" \n", "", NULL);

	olga_replies(talk, &said);
	talk_assert_told(talk, "");
	g_assert_cmpuint(talk->plan->events->len, ==, 0);
}

/* ---- who gets it ---- */

static void
test_has_it(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdSaid) said = talk_said("Have you tried water?",
	    "To: Anna <Anna@Example.NET>, support@example.com\n", NULL);
	const TdLetter *letter;

	olga_replies(talk, &said);
	talk_assert_told(talk, "reply:boris@example.org");
	letter = g_ptr_array_index(talk->plan->letters, 0);
	g_assert_cmpuint(letter->to->len, ==, 1);
	g_assert_cmpuint(letter->cc->len, ==, 1);
}

static void
test_all_have_it(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdSaid) said = talk_said("Have you tried water?",
	    "To: anna@example.net\nCc: boris@example.org\n", NULL);

	olga_replies(talk, &said);
	talk_assert_told(talk, "");
	g_assert_cmpstr(talk_value(talk, TD_EVENT_STATUS, "to"), ==, "waiting");
}

static void
test_new_participants(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdSaid) said = talk_said("Have you tried water?",
	    "To: support@example.com\n"
	    "Cc: Fire Brigade <fire@example.org>, olga@example.com,\n"
	    " ivan@example.com, boris@example.org\n",
	    NULL);
	const TdLetter *letter;

	olga_replies(talk, &said);
	g_assert_cmpuint(talk_count(talk, TD_EVENT_PARTICIPANT), ==, 1);
	g_assert_cmpstr(talk_value(talk, TD_EVENT_PARTICIPANT, "add"), ==,
	    "fire@example.org");
	g_assert_cmpstr(
	    talk_value(talk, TD_EVENT_PARTICIPANT, "name"), ==, "Fire Brigade");
	talk_assert_told(talk, "reply:anna@example.net");
	letter = g_ptr_array_index(talk->plan->letters, 0);
	g_assert_cmpuint(letter->cc->len, ==, 2);
}

/* The team reads what the desk writes to it. */
static void
test_team_in_copy(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdSaid) said = talk_said(
	    "Have you tried water?", "Cc: team@example.com\n", NULL);

	olga_replies(talk, &said);
	g_assert_cmpuint(talk_count(talk, TD_EVENT_PARTICIPANT), ==, 0);
}

static void
test_muted(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdSaid) said = talk_said("Have you tried water?", "", NULL);
	const TdLetter *letter;

	talk_event(talk, TD_EVENT_PARTICIPANT, "mute", anna);
	olga_replies(talk, &said);
	talk_assert_told(talk, "reply:boris@example.org");
	letter = g_ptr_array_index(talk->plan->letters, 0);
	g_assert_cmpuint(letter->to->len, ==, 1);
	g_assert_cmpuint(letter->cc->len, ==, 0);
}

static void
test_nobody(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdSaid) said = talk_said("Have you tried water?", "", NULL);

	talk_event(talk, TD_EVENT_PARTICIPANT, "mute", anna);
	talk_event(talk, TD_EVENT_PARTICIPANT, "remove", "boris@example.org");
	olga_replies(talk, &said);
	talk_assert_told(talk, "transcript:olga@example.com");
	g_assert_cmpuint(talk->plan->events->len, ==, 0);
}

static void
test_own_address(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdSaid) said = talk_said("Have you tried water?", "", NULL);

	talk_event(
	    talk, TD_EVENT_PARTICIPANT, "add", "sales+extra@example.com");
	talk_event(talk, TD_EVENT_PARTICIPANT, "add", "petr@example.com");
	talk_event(talk, TD_EVENT_PARTICIPANT, "add", "olga@example.com");
	olga_replies(talk, &said);
	talk_assert_told(
	    talk, "reply:anna@example.net,boris@example.org,petr@example.com");
}

/* ---- what becomes of the ticket ---- */

static void
test_first_answer(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdSaid) said = talk_said("Have you tried water?", "", NULL);

	olga_replies(talk, &said);
	g_assert_cmpstr(talk_value(talk, TD_EVENT_OWNER, "to"), ==, "olga");
	g_assert_cmpstr(talk_value(talk, TD_EVENT_STATUS, "from"), ==, "new");
	g_assert_cmpstr(talk_value(talk, TD_EVENT_STATUS, "to"), ==, "waiting");
}

static void
test_owned(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdSaid) said = talk_said(
	    "Have you tried water?", "Cc: petr@example.com\n", NULL);

	talk_event(talk, TD_EVENT_OWNER, "to", "ivan");
	talk_event(talk, TD_EVENT_PARTICIPANT, "watcher", "petr");
	talk_event(talk, TD_EVENT_PARTICIPANT, "watcher", "olga");
	olga_replies(talk, &said);
	talk_assert_told(talk,
	    "replied:ivan@example.com "
	    "reply:anna@example.net,boris@example.org");
	g_assert_cmpuint(talk_count(talk, TD_EVENT_OWNER), ==, 0);
}

static void
test_dropped(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdSaid) said = talk_said("Somebody else, please.", "", NULL);
	g_autofree char *held = NULL;
	g_auto(TdWho) who = { 0 };

	talk_event(talk, TD_EVENT_OWNER, "to", "olga");
	talk_begin(talk);
	who = talk_speaker(talk, "olga");
	td_event_set(
	    td_draft_add(&talk->draft, TD_EVENT_OWNER, talk->number), "to", "");
	held = reply(talk, &who, &said, FALSE);
	g_assert_null(held);
	g_assert_cmpuint(talk_count(talk, TD_EVENT_OWNER), ==, 1);
}

static void
assert_stays(Talk *talk, const char *status)
{
	g_auto(TdSaid) said = talk_said("Have you tried water?", "", NULL);

	talk_event(talk, TD_EVENT_STATUS, "to", status);
	olga_replies(talk, &said);
	g_assert_cmpuint(talk_count(talk, TD_EVENT_STATUS), ==, 0);
}

static void
test_stays_pending(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	assert_stays(talk, "pending");
}

static void
test_stays_closed(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	assert_stays(talk, "closed");
}

static void
test_tool(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_tool();
	g_auto(TdSaid) said = talk_words("Have you tried water?");
	g_autofree char *held = NULL;

	talk_begin(talk);
	held = reply(talk, &who, &said, FALSE);
	g_assert_null(held);
	talk_assert_told(talk, "reply:anna@example.net,boris@example.org");
	g_assert_null(talk_letter(talk, TD_LETTER_REPLY, anna)->from_name);
	g_assert_cmpuint(talk_count(talk, TD_EVENT_OWNER), ==, 0);
	g_assert_cmpstr(talk_value(talk, TD_EVENT_STATUS, "to"), ==, "waiting");
}

/* ---- attachments ---- */

/* A mail with a harmless attachment and one that has Olga's address. */
static TdSaid
leaking(Talk *talk)
{
	g_autofree char *token = td_token_personal(
	    talk->fixture.desk->keys, talk->number, 2, NULL);
	g_autofree char *attachment = g_strdup_printf(
	    "old.txt|text/x-log|write to support+%s@example.com", token);

	return talk_said(
	    "See there.", "", "plan.txt|text/x-log|a plan", attachment, NULL);
}

static void
test_leak(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdSaid) said = leaking(talk);
	g_autofree char *held = NULL;
	g_auto(TdWho) who = { 0 };

	talk_begin(talk);
	who = talk_speaker(talk, "olga");
	held = reply(talk, &who, &said, FALSE);
	g_assert_cmpstr(held, ==, "old.txt");
	talk_assert_told(talk, "");
	g_assert_cmpuint(talk->plan->events->len, ==, 0);
}

static void
test_leak_dropped(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdSaid) said = leaking(talk);
	g_autofree char *held = NULL;
	g_auto(TdWho) who = { 0 };
	const TdLetter *letter;
	const TdComposeAttachment *kept;

	talk_begin(talk);
	who = talk_speaker(talk, "olga");
	held = reply(talk, &who, &said, TRUE);
	g_assert_null(held);
	letter = talk_letter(talk, TD_LETTER_REPLY, anna);
	g_assert_cmpuint(letter->attachments->len, ==, 1);
	kept = g_ptr_array_index(letter->attachments, 0);
	g_assert_cmpstr(kept->name, ==, "plan.txt");
	g_assert_null(strstr(letter->text, "old.txt"));
}

#define ADD(name, extra, test)                                                 \
	g_test_add(                                                            \
	    "/talk-customers/" name, Talk, extra, talk_open, test, talk_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	ADD("a reply goes to requester and participants", NULL, test_reply);
	ADD("a reply is in the customer's thread", NULL, test_thread);
	ADD("a reply answers the newest, whoever wrote it", NULL,
	    test_thread_of_participant);
	ADD("a queue can do without quotes", TALK_UTC "|quote = false\n",
	    test_no_quote);
	ADD("a reply is held as configured", TALK_UTC "reply-hold = 90\n",
	    test_hold);
	ADD("an empty reply is none", NULL, test_empty);
	ADD("who has the agent's mail gets no second one", NULL, test_has_it);
	ADD("a reply that all have is still a reply", NULL, test_all_have_it);
	ADD("whom the agent writes to becomes a participant", NULL,
	    test_new_participants);
	ADD("who muted the ticket gets no reply", NULL, test_muted);
	ADD("a reply to nobody is told to the agent", NULL, test_nobody);
	ADD("a reply never goes to the desk or its writer", NULL,
	    test_own_address);
	ADD("who answers first takes the ticket", NULL, test_first_answer);
	ADD("the owner hears that another answered", NULL, test_owned);
	ADD("who drops a ticket does not take it by the reply", NULL,
	    test_dropped);
	ADD("a reply leaves a pending ticket so", NULL, test_stays_pending);
	ADD("a reply leaves a closed ticket so", NULL, test_stays_closed);
	ADD("a tool replies in the queue's name", NULL, test_tool);
	ADD("an attachment with a secret address holds the reply", NULL,
	    test_leak);
	ADD("it can be left behind", NULL, test_leak_dropped);
	ADD("a team does not become a participant",
	    TALK_UTC "|notify = team@example.com\n", test_team_in_copy);
	return g_test_run();
}
