/* test-talk-agents.c - which agents are told of what goes on */

#include "config.h"

#include <string.h>

#include "talk-fixture.h"

static const char anna[] = "anna@example.net";

static void
tell_new(Talk *talk, const TdWho *who, const TdSaid *said)
{
	g_autoptr(GError) error = NULL;

	td_talk_new(&talk->draft, who, talk->number, said, &error);
	g_assert_no_error(error);
}

static void
tell_message(Talk *talk, const TdWho *who, const TdSaid *said, gboolean marked)
{
	g_autoptr(GError) error = NULL;

	td_talk_message(&talk->draft, who, talk->number, said, marked, &error);
	g_assert_no_error(error);
}

/* ---- what goes on ---- */

static void
test_message_owner(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Anna", anna);
	g_auto(TdSaid) said = talk_said("Still burning.", "", NULL);

	talk_event(talk, TD_EVENT_OWNER, "to", "olga");
	talk_event(talk, TD_EVENT_PARTICIPANT, "watcher", "petr");
	talk_event(talk, TD_EVENT_PARTICIPANT, "watcher", "olga");
	talk_begin(talk);
	tell_message(talk, &who, &said, FALSE);
	talk_assert_told(
	    talk, "message:olga@example.com message:petr@example.com");
}

static void
test_message_without_owner(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Anna", anna);
	g_auto(TdSaid) said = talk_said("Still burning.", "", NULL);

	talk_event(talk, TD_EVENT_PARTICIPANT, "watch", "sales");
	talk_begin(talk);
	tell_message(talk, &who, &said, FALSE);
	talk_assert_told(
	    talk, "message:ivan@example.com message:olga@example.com");
}

static void
test_message_removed_owner(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Anna", anna);
	g_auto(TdSaid) said = talk_said("Still burning.", "", NULL);

	talk_event(talk, TD_EVENT_OWNER, "to", "somebody who left");
	talk_begin(talk);
	tell_message(talk, &who, &said, FALSE);
	talk_assert_told(
	    talk, "message:ivan@example.com message:olga@example.com");
}

static void
test_message_deputy(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Anna", anna);
	g_auto(TdSaid) said = talk_said("Still burning.", "", NULL);

	/* A circle: each stands in for the next. */
	talk_agent(talk, "olga", talk->fixture.now + 60, "petr", NULL);
	talk_agent(talk, "petr", talk->fixture.now + 60, "olga", NULL);
	talk_event(talk, TD_EVENT_OWNER, "to", "olga");
	talk_begin(talk);
	tell_message(talk, &who, &said, FALSE);
	talk_assert_told(
	    talk, "message:olga@example.com message:petr@example.com");
}

static void
test_message_muted(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Anna", anna);
	g_auto(TdSaid) said = talk_said("Still burning.", "", NULL);

	talk_event(talk, TD_EVENT_PARTICIPANT, "mute", "olga@example.com");
	talk_begin(talk);
	tell_message(talk, &who, &said, FALSE);
	talk_assert_told(talk, "message:ivan@example.com");
}

static void
test_message_marked(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Eve", "eve@evil.example");
	g_auto(TdSaid) said = talk_said("Tell me all.", "", NULL);
	const TdLetter *letter;

	talk_event(talk, TD_EVENT_OWNER, "to", "olga");
	talk_begin(talk);
	tell_message(talk, &who, &said, TRUE);
	talk_assert_told(talk, "stranger:olga@example.com");
	letter = g_ptr_array_index(talk->plan->letters, 0);
	g_assert_nonnull(strstr(letter->warning, "eve@evil.example"));
}

static void
test_message_twice(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Anna", anna);
	g_auto(TdSaid) said = talk_said("Still burning.", "", NULL);

	talk_begin(talk);
	tell_message(talk, &who, &said, FALSE);
	tell_message(talk, &who, &said, FALSE);
	talk_assert_told(
	    talk, "message:ivan@example.com message:olga@example.com");
}

/* ---- notes, owners, queues ---- */

static void
note(Talk *talk, const TdWho *who, const TdSaid *said)
{
	g_autoptr(GError) error = NULL;

	td_talk_note(&talk->draft, who, talk->number, said, &error);
	g_assert_no_error(error);
}

static void
test_note(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = { 0 };
	g_auto(TdSaid) said = talk_words("Seen that before.\n");

	talk_event(talk, TD_EVENT_OWNER, "to", "olga");
	talk_event(talk, TD_EVENT_PARTICIPANT, "watcher", "ivan");
	talk_event(talk, TD_EVENT_PARTICIPANT, "watcher", "petr");
	talk_begin(talk);
	who = talk_speaker(talk, "ivan");
	note(talk, &who, &said);
	talk_assert_told(talk, "note:olga@example.com note:petr@example.com");
	g_assert_cmpuint(talk_count(talk, TD_EVENT_NOTE), ==, 1);
	g_assert_cmpstr(
	    talk_value(talk, TD_EVENT_NOTE, "text"), ==, "Seen that before.");
}

static void
test_note_empty(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = { 0 };
	g_auto(TdSaid) said = talk_words(" \n");

	talk_event(talk, TD_EVENT_OWNER, "to", "olga");
	talk_begin(talk);
	who = talk_speaker(talk, "ivan");
	note(talk, &who, &said);
	talk_assert_told(talk, "");
	g_assert_cmpuint(talk_count(talk, TD_EVENT_NOTE), ==, 0);
}

static void
assign(Talk *talk, const TdWho *who, const char *owner)
{
	g_autoptr(GError) error = NULL;
	TdEvent *event = td_draft_add(
	    &talk->draft, TD_EVENT_OWNER, talk->number);

	td_event_set(event, "to", owner);
	td_talk_assigned(&talk->draft, who, talk->number, &error);
	g_assert_no_error(error);
}

static void
test_assigned(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = { 0 };
	const TdLetter *letter;

	talk_begin(talk);
	who = talk_speaker(talk, "olga");
	assign(talk, &who, "petr");
	talk_assert_told(talk, "assigned:petr@example.com");
	letter = g_ptr_array_index(talk->plan->letters, 0);
	g_assert_cmpstr(letter->text, ==, "It burns.");
	g_assert_cmpstr(letter->author, ==, "Anna");
	g_assert_nonnull(strstr(letter->warning, "Olga P."));
}

static void
test_assigned_himself(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = { 0 };

	talk_begin(talk);
	who = talk_speaker(talk, "olga");
	assign(talk, &who, "olga");
	talk_assert_told(talk, "");
}

static void
test_assigned_and_new(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Anna", anna);
	g_auto(TdSaid) said = talk_said("It burns.", "", NULL);

	talk_event(talk, TD_EVENT_OWNER, "to", "petr");
	talk_begin(talk);
	tell_new(talk, &who, &said);
	assign(talk, &who, "petr");
	talk_assert_told(talk, "new-ticket:petr@example.com");
}

static void
test_assigned_with_note(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdSaid) said = talk_said("She waits for a call.", "", NULL);
	g_auto(TdWho) who = { 0 };
	g_autoptr(GError) error = NULL;
	const TdLetter *letter;
	const TdEvent *event;

	talk_begin(talk);
	who = talk_speaker(talk, "olga");
	assign(talk, &who, "petr");
	td_talk_note(&talk->draft, &who, talk->number, &said, &error);
	g_assert_no_error(error);
	talk_assert_told(talk, "note:petr@example.com");
	letter = g_ptr_array_index(talk->plan->letters, 0);
	event = g_ptr_array_index(talk->plan->letter_events, 0);
	g_assert_cmpstr(letter->text, ==, "She waits for a call.");
	g_assert_cmpstr(letter->author, ==, "Olga P.");
	g_assert_nonnull(strstr(letter->warning, "Olga P."));
	g_assert_cmpstr(letter->quote, ==, "It burns.");
	g_assert_cmpstr(letter->quote_author, ==, "Anna");
	g_assert_cmpstr(td_event_get(event, "letter"), ==, "note");
	g_assert_cmpuint(talk_count(talk, TD_EVENT_NOTE), ==, 1);
}

static void
move(Talk *talk, const TdWho *who, const char *queue)
{
	g_autoptr(GError) error = NULL;
	TdEvent *event = td_draft_add(
	    &talk->draft, TD_EVENT_QUEUE, talk->number);

	td_event_set(event, "to", queue);
	td_talk_moved(&talk->draft, who, talk->number, &error);
	g_assert_no_error(error);
}

static void
test_moved(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = { 0 };
	const TdLetter *letter;

	talk_begin(talk);
	who = talk_speaker(talk, "olga");
	move(talk, &who, "sales");
	talk_assert_told(talk, "new-ticket:petr@example.com");
	letter = g_ptr_array_index(talk->plan->letters, 0);
	g_assert_cmpstr(letter->queue, ==, "sales");
	g_assert_nonnull(strstr(letter->warning, "sales"));
}

static void
test_moved_owned(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = { 0 };

	talk_event(talk, TD_EVENT_OWNER, "to", "olga");
	talk_begin(talk);
	who = talk_speaker(talk, "olga");
	move(talk, &who, "sales");
	talk_assert_told(talk, "");
}

/* ---- changes by others ---- */

static void
close_ticket(Talk *talk, const TdWho *who)
{
	g_autoptr(GError) error = NULL;
	TdEvent *event = td_draft_add(
	    &talk->draft, TD_EVENT_STATUS, talk->number);

	td_event_set(event, "to", "closed");
	td_talk_changed(&talk->draft, who, talk->number, &error);
	g_assert_no_error(error);
}

static void
test_changed(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Anna", anna);
	const TdLetter *letter;

	talk_event(talk, TD_EVENT_OWNER, "to", "olga");
	talk_begin(talk);
	close_ticket(talk, &who);
	talk_assert_told(talk, "changed:olga@example.com");
	letter = g_ptr_array_index(talk->plan->letters, 0);
	g_assert_cmpstr(letter->text, ==, "Status: closed");
	g_assert_cmpstr(letter->author, ==, "Anna");
}

static void
test_changed_with_note(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = { 0 };
	g_auto(TdSaid) said = talk_words("All done.");
	const TdLetter *letter;

	talk_event(talk, TD_EVENT_OWNER, "to", "olga");
	talk_begin(talk);
	who = talk_speaker(talk, "ivan");
	note(talk, &who, &said);
	close_ticket(talk, &who);
	talk_assert_told(talk, "note:olga@example.com");
	letter = g_ptr_array_index(talk->plan->letters, 0);
	g_assert_cmpstr(letter->text, ==, "All done.\n\nStatus: closed");
}

static void
test_changed_himself(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = { 0 };

	talk_event(talk, TD_EVENT_OWNER, "to", "olga");
	talk_begin(talk);
	who = talk_speaker(talk, "olga");
	close_ticket(talk, &who);
	talk_assert_told(talk, "");
}

#define ADD(name, extra, test)                                                 \
	g_test_add(                                                            \
	    "/talk-agents/" name, Talk, extra, talk_open, test, talk_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	ADD("a message goes to owner and watchers", NULL, test_message_owner);
	ADD("without an owner a message goes to the queue", NULL,
	    test_message_without_owner);
	ADD("an owner who left is none", NULL, test_message_removed_owner);
	ADD("an away owner's deputy is told too", NULL, test_message_deputy);
	ADD("who muted the ticket is not told", NULL, test_message_muted);
	ADD("a stranger's mail comes with a warning", NULL,
	    test_message_marked);
	ADD("nobody is told twice", NULL, test_message_twice);
	ADD("a note goes to the others", NULL, test_note);
	ADD("an empty note is none", NULL, test_note_empty);
	ADD("a new owner is told, with the customer's words", NULL,
	    test_assigned);
	ADD("who takes a ticket is not told", NULL, test_assigned_himself);
	ADD("a new ticket and its owner are one letter", NULL,
	    test_assigned_and_new);
	ADD("a note to the new owner is one letter, which stays inside", NULL,
	    test_assigned_with_note);
	ADD("a moved ticket is told to its queue", NULL, test_moved);
	ADD("a moved ticket with an owner is told to nobody", NULL,
	    test_moved_owned);
	ADD("an owner hears what others did", NULL, test_changed);
	ADD("changes join a letter that goes out anyway", NULL,
	    test_changed_with_note);
	ADD("an owner is not told what he did", NULL, test_changed_himself);
	return g_test_run();
}
