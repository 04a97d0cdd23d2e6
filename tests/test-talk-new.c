/* test-talk-new.c - which agents are told of a new ticket, and how */

#include "config.h"

#include <string.h>

#include "talk-fixture.h"

#define NOTIFY TALK_UTC "|notify = team@example.com; boss@example.com\n"

static const char anna[] = "anna@example.net";

static void
tell_new(Talk *talk, const TdWho *who, const TdSaid *said)
{
	g_autoptr(GError) error = NULL;

	td_talk_new(&talk->draft, who, talk->number, said, &error);
	g_assert_no_error(error);
}

/* ---- a new ticket ---- */

static void
test_new_queue(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Anna", anna);
	g_auto(TdSaid) said = talk_said("It burns.", "", NULL);
	const TdLetter *letter;

	talk_begin(talk);
	tell_new(talk, &who, &said);
	talk_assert_told(
	    talk, "new-ticket:ivan@example.com new-ticket:olga@example.com");
	letter = talk_letter(talk, TD_LETTER_NEW_TICKET, "olga@example.com");
	g_assert_cmpstr(letter->text, ==, "It burns.");
	g_assert_cmpstr(letter->author, ==, "Anna");
	g_assert_cmpstr(letter->author_address, ==, anna);
	g_assert_cmpstr(letter->subject, ==, "Printer on fire");
	g_assert_cmpstr(letter->in_reply_to, ==, "in-hand@example.net");
	g_assert_cmpuint(letter->person, !=, 0);
	g_assert_false(letter->team);
	g_assert_null(letter->warning);
	g_assert_cmpint(letter->due, ==, 0);
}

static void
test_new_own_letters(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Anna", anna);
	g_auto(TdSaid) said = talk_said("It burns.", "", NULL);

	talk_begin(talk);
	tell_new(talk, &who, &said);
	g_assert_cmpuint(
	    talk_letter(talk, TD_LETTER_NEW_TICKET, "olga@example.com")->person,
	    !=,
	    talk_letter(talk, TD_LETTER_NEW_TICKET, "ivan@example.com")
	        ->person);
}

static void
test_new_owner(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Anna", anna);
	g_auto(TdSaid) said = talk_said("It burns.", "", NULL);

	talk_event(talk, TD_EVENT_OWNER, "to", "petr");
	talk_event(talk, TD_EVENT_PARTICIPANT, "watcher", "ivan");
	talk_event(talk, TD_EVENT_PARTICIPANT, "watch", "sales");
	talk_begin(talk);
	tell_new(talk, &who, &said);
	talk_assert_told(
	    talk, "new-ticket:ivan@example.com new-ticket:petr@example.com");
}

static void
test_new_watching_queue(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Anna", anna);
	g_auto(TdSaid) said = talk_said("It burns.", "", NULL);

	talk_event(talk, TD_EVENT_PARTICIPANT, "watch", "sales");
	talk_begin(talk);
	tell_new(talk, &who, &said);
	talk_assert_told(talk,
	    "new-ticket:ivan@example.com new-ticket:olga@example.com "
	    "new-ticket:petr@example.com");
}

static void
test_new_away(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Anna", anna);
	g_auto(TdSaid) said = talk_said("It burns.", "", NULL);

	talk_agent(talk, "ivan", talk->fixture.now + 1, "petr", NULL);
	talk_agent(talk, "olga", talk->fixture.now, NULL, NULL);
	talk_begin(talk);
	tell_new(talk, &who, &said);
	talk_assert_told(talk, "new-ticket:olga@example.com");
}

static void
test_new_all_away(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Anna", anna);
	g_auto(TdSaid) said = talk_said("It burns.", "", NULL);

	talk_agent(talk, "ivan", talk->fixture.now + 1, "petr", NULL);
	talk_agent(talk, "olga", talk->fixture.now + 1, NULL, NULL);
	talk_begin(talk);
	tell_new(talk, &who, &said);
	talk_assert_told(talk, "new-ticket:petr@example.com");
}

static void
test_new_team(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Anna", anna);
	g_auto(TdSaid) said = talk_said("It burns.", "", NULL);
	const TdLetter *letter;

	talk_begin(talk);
	tell_new(talk, &who, &said);
	talk_assert_told(talk, "new-ticket:team@example.com,boss@example.com");
	letter = g_ptr_array_index(talk->plan->letters, 0);
	g_assert_true(letter->team);
	g_assert_cmpuint(letter->person, ==, 0);
}

static void
test_new_team_has_it(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Boss", "boss@example.com");
	g_auto(TdSaid)
	    said = talk_said("Look.", "Cc: TEAM <Team@Example.com>\n", NULL);

	talk_begin(talk);
	tell_new(talk, &who, &said);
	talk_assert_told(talk, "");
}

static void
test_new_addressed(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Anna", anna);
	g_auto(TdSaid) said = talk_said("It burns.",
	    "To: support@example.com\nCc: Olga <OLGA@example.com>\n", NULL);

	talk_begin(talk);
	tell_new(talk, &who, &said);
	talk_assert_told(talk, "new-ticket:ivan@example.com");
}

static void
test_new_by_agent(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Ivan", "ivan@example.com");
	g_auto(TdSaid) said = talk_said("My own printer.", "", NULL);

	talk_begin(talk);
	tell_new(talk, &who, &said);
	talk_assert_told(talk, "new-ticket:olga@example.com");
}

static void
test_new_forged(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Ivan", "ivan@example.com");
	g_auto(TdSaid) said = talk_said("Send me money.", "", NULL);

	who.proof = TD_PROOF_FALSE;
	talk_begin(talk);
	tell_new(talk, &who, &said);
	talk_assert_told(
	    talk, "new-ticket:ivan@example.com new-ticket:olga@example.com");
	g_assert_nonnull(
	    strstr(talk_letter(talk, TD_LETTER_NEW_TICKET, "ivan@example.com")
	               ->warning,
	        "ivan@example.com"));
}

static void
test_new_language(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Anna", anna);
	g_auto(TdSaid) said = talk_said("", "", NULL);

	talk_agent(talk, "ivan", 0, NULL, "ru");
	talk_agent(talk, "olga", 0, NULL, "xx");
	talk_begin(talk);
	tell_new(talk, &who, &said);
	g_assert_cmpstr(
	    talk_letter(talk, TD_LETTER_NEW_TICKET, "ivan@example.com")
	        ->language,
	    ==, "ru");
	g_assert_cmpstr(
	    talk_letter(talk, TD_LETTER_NEW_TICKET, "ivan@example.com")->text,
	    ==, "(В письме нет текста.)");
	g_assert_cmpstr(
	    talk_letter(talk, TD_LETTER_NEW_TICKET, "olga@example.com")
	        ->language,
	    ==, "en");
}

static void
test_new_team_twice(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Anna", anna);
	g_auto(TdSaid) said = talk_said("It burns.", "", NULL);

	talk_begin(talk);
	tell_new(talk, &who, &said);
	tell_new(talk, &who, &said);
	talk_assert_told(talk, "new-ticket:team@example.com,boss@example.com");
}

/* ---- attachments ---- */

static void
test_attachments(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Anna", anna);
	g_auto(TdSaid) said = talk_said("See there.", "",
	    "small.txt|text/x-log|0123456789",
	    "large.txt|text/x-log|01234567890123456789012345678901234567890",
	    "tiny.txt|text/x-log|0",
	    "signature.asc|application/pgp-signature|abc", NULL);
	const TdLetter *letter;
	const TdComposeAttachment *first;

	talk_begin(talk);
	tell_new(talk, &who, &said);
	letter = talk_letter(talk, TD_LETTER_NEW_TICKET, "olga@example.com");
	g_assert_cmpuint(letter->attachments->len, ==, 2);
	first = g_ptr_array_index(letter->attachments, 0);
	g_assert_cmpstr(first->name, ==, "small.txt");
	g_assert_nonnull(strstr(letter->text, "large.txt"));
	g_assert_null(strstr(letter->text, "tiny.txt"));
	g_assert_null(strstr(letter->text, "signature.asc"));
}

/* An agent's personal address that a customer got hold of must not reach
 * another agent. */
static void
test_attachment_leaks(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	const TdDesk *desk = talk->fixture.desk;
	g_autofree char *token = td_token_personal(
	    desk->keys, talk->number, 2, NULL);
	g_autofree char *attachment = g_strdup_printf(
	    "old.eml|message/rfc822|Subject: x\nContent-Transfer-Encoding: "
	    "quoted-printable\n\nsupport=2B%s@example.com",
	    token);
	g_auto(TdWho) who = talk_customer("Anna", anna);
	g_auto(TdSaid) said = talk_said("See there.", "", attachment, NULL);
	const TdLetter *letter;

	talk_begin(talk);
	tell_new(talk, &who, &said);
	letter = talk_letter(talk, TD_LETTER_NEW_TICKET, "olga@example.com");
	g_assert_null(letter->attachments);
	g_assert_nonnull(strstr(letter->text, "old.eml"));
}

#define ADD(name, extra, test)                                                 \
	g_test_add("/talk-new/" name, Talk, extra, talk_open, test, talk_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	ADD("a new ticket is told to the queue's agents", NULL, test_new_queue);
	ADD("each agent has a letter of his own", NULL, test_new_own_letters);
	ADD("an owned ticket is told to owner and watchers", NULL,
	    test_new_owner);
	ADD("a watching queue hears of new tickets", NULL,
	    test_new_watching_queue);
	ADD("who is away is not told", NULL, test_new_away);
	ADD("when all are away their deputies are told", NULL,
	    test_new_all_away);
	ADD("a team gets one letter", NOTIFY, test_new_team);
	ADD("a team that has the mail gets none", NOTIFY, test_new_team_has_it);
	ADD("who stands in Cc is not told again", NULL, test_new_addressed);
	ADD("who wrote is not told", NULL, test_new_by_agent);
	ADD("a forged From keeps nothing from whom it names", NULL,
	    test_new_forged);
	ADD("an agent reads his own language", NULL, test_new_language);
	ADD("attachments go along up to the limit",
	    TALK_UTC "attach-limit = 20\n", test_attachments);
	ADD("an attachment with a secret address stays behind", NULL,
	    test_attachment_leaks);
	ADD("a team is not told twice", NOTIFY, test_new_team_twice);
	return g_test_run();
}
