/* test-undelivered.c - what follows from mail that did not arrive */

#include "config.h"

#include <string.h>

#include "bounce-fixture.h"

#include "desk/undelivered.h"

/* ---- statuses ---- */

static void
test_only_an_address_that_is_no_good_is_suppressed(void)
{
	static const struct {
		const char *status;
		gboolean hard;
	} cases[] = { { "5.1.1", TRUE }, { "5.1.2", TRUE }, { "5.1.3", TRUE },
		{ "5.1.6", TRUE }, { "5.1.0", FALSE }, { "5.1.4", FALSE },
		{ "5.1.5", FALSE }, { "5.1.10", TRUE }, { "5.2.1", TRUE },
		{ "5.4.4", TRUE }, { "5.1.7", FALSE }, { "5.1.8", FALSE },
		{ "5.2.2", FALSE }, { "5.3.4", FALSE }, { "5.7.1", FALSE },
		{ "5.0.0", FALSE }, { "4.1.1", FALSE }, { "5.2.10", FALSE },
		{ "", FALSE } };

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(TdFailure) failure = td_failure_new(
		    "a@example.net", "failed", cases[i].status, "");

		g_test_message("%s", cases[i].status);
		g_assert_cmpint(td_failure_is_hard(failure), ==, cases[i].hard);
	}
}

static void
test_the_reason_is_told_in_words(void)
{
	static const struct {
		const char *status;
		const char *diagnostic;
		const char *why;
	} cases[] = { { "5.1.1", "", "lost-unknown" },
		{ "5.1.2", "", "lost-host" }, { "5.1.10", "", "lost-host" },
		{ "5.4.4", "", "lost-host" }, { "5.2.1", "", "lost-disabled" },
		{ "5.2.2", "", "lost-full" }, { "4.2.2", "", "lost-full" },
		{ "5.3.4", "", "lost-large" }, { "5.7.1", "", "lost-refused" },
		{ "5.4.7", "", "lost-expired" },
		{ "4.4.1", "", "lost-expired" },
		{ "4.7.1", "", "lost-expired" },
		{ "5.6.7", "", "lost-letters" }, { "5.0.0", "", "lost-other" },
		{ "", "", "lost-other" },
		{ "5.7.0", "5.7.0 " TD_DROPPED, "lost-dropped" } };

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(TdFailure) failure = td_failure_new("a@example.net",
		    "failed", cases[i].status, cases[i].diagnostic);
		const char *why, *todo;

		td_failure_explain(failure, &why, &todo);
		g_assert_cmpstr(why, ==, cases[i].why);
		g_assert_true(g_str_has_prefix(todo, "lost-do-"));
	}
}

static void
test_an_envelope_address_is_taken_back_to_what_it_is(void)
{
	g_autofree char *tagged = td_failure_address("prvs=1234abc=Anna@X.net");
	g_autofree char *plain = td_failure_address("<anna@x.net>");
	g_autofree char *none = td_failure_address("no\naddress");

	g_assert_cmpstr(tagged, ==, "anna@x.net");
	g_assert_cmpstr(plain, ==, "anna@x.net");
	g_assert_null(strchr(none, '\n'));
}

/* ---- bounces of an agent's reply ---- */

/* Olga answers Anna alone; the row of her reply. */
static TdOutboxRow *
reply_to_anna(Office *office)
{
	office_olga(office, "cc -" BORIS "\n\nHave you tried water?\n");
	return bounce_row(office, "reply", ANNA);
}

/* What a signed bounce of Olga's reply brings. */
static void
assert_told(Office *office, const char *by)
{
	g_autoptr(TdEvent) event = bounce_event(
	    office, office->ticket, TD_EVENT_NOT_DELIVERED);
	g_autoptr(TdMessage) letter = NULL;

	g_assert_nonnull(event);
	g_assert_cmpstr(td_event_get(event, "to"), ==, ANNA);
	g_assert_cmpstr(td_event_get(event, "status"), ==, "5.1.1");
	g_assert_cmpstr(td_event_get(event, "by"), ==, by);
	g_assert_true(g_str_has_prefix(td_event_get(event, "raw"), "0/"));

	letter = office_letter(office, "undelivered", OLGA);
	g_assert_nonnull(strstr(letter->subject, "Not delivered"));
	g_assert_nonnull(strstr(letter->text, "Your mail on #1"));
	g_assert_nonnull(strstr(letter->text, ANNA));
	g_assert_nonnull(strstr(letter->text, "no such mailbox"));
	g_assert_nonnull(strstr(letter->text, "5.1.1 as it is"));
	g_assert_null(fixture_letter(
	    &office->fixture, office->ticket, "undelivered", IVAN));
}

/* What follows if it is sure that it was that mail. */
static void
assert_suppressed(Office *office)
{
	g_autoptr(TdSuppression) suppressed = bounce_suppressed(office, ANNA);

	g_assert_nonnull(suppressed);
	g_assert_cmpuint(suppressed->evidence.ticket, ==, TD_TICKET_DESK);
	g_assert_cmpuint(suppressed->evidence.sequence, !=, 0);
	g_assert_cmpint(suppressed->expires, >, office->fixture.now);
}

static void
test_envid(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = reply_to_anna(office);
	g_autofree char *block = bounce_block(ANNA, "failed", "5.1.1");
	Filing filing = bounce_file(
	    office, &(Bounce){ .envid = row->envid, .blocks = block });

	g_assert_cmpint(filing.rule, ==, TD_RULE_REPORT);
	g_assert_cmpuint(filing.outcome.ticket, ==, office->ticket);
	g_assert_cmpuint(filing.outcome.filed.ticket, ==, TD_TICKET_DESK);
	g_assert_false(filing.acknowledge);
	assert_told(office, "envid");
	assert_suppressed(office);
}

static void
test_bounce_address(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = reply_to_anna(office);
	g_autofree char *block = bounce_block(
	    "Anna@EXAMPLE.net", "failed", "5.1.1");

	bounce_file(office, &(Bounce){ .to = row->mail_from, .blocks = block });
	assert_told(office, "bounce-address");
	g_assert_null(bounce_suppressed(office, ANNA));
}

static void
test_bounce_address_and_id(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = reply_to_anna(office);
	g_autofree char *id = bounce_message_id(office, row);
	g_autofree char *block = bounce_block(ANNA, "failed", "5.1.1");

	bounce_file(office,
	    &(Bounce){
	        .to = row->mail_from,
	        .message_id = id,
	        .blocks = block,
	    });
	assert_told(office, "bounce-address");
	assert_suppressed(office);
}

static void
test_one_of_two_readers(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_reply(office);
	g_autofree char *id = bounce_message_id(office, row);
	g_autofree char *block = bounce_block(ANNA, "failed", "5.1.1");

	bounce_file(office,
	    &(Bounce){
	        .to = row->mail_from,
	        .envid = row->envid,
	        .message_id = id,
	        .blocks = block,
	    });
	assert_told(office, "envid");
	g_assert_null(bounce_suppressed(office, ANNA));
}

static void
test_message_id(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = reply_to_anna(office);
	g_autofree char *id = bounce_message_id(office, row);
	g_autofree char *block = bounce_block(ANNA, "failed", "5.1.1");

	bounce_file(office, &(Bounce){ .message_id = id, .blocks = block });
	assert_told(office, "message-id");
	assert_suppressed(office);
}

static void
test_recipient(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_reply(office);
	g_autofree char *block = bounce_block(ANNA, "failed", "5.1.1");
	g_autoptr(TdEvent) event = NULL;

	bounce_file(office, &(Bounce){ .blocks = block });
	event = bounce_event(office, office->ticket, TD_EVENT_NOT_DELIVERED);
	g_assert_nonnull(event);
	g_assert_cmpstr(td_event_get(event, "by"), ==, "recipient");
	g_assert_cmpuint(event->message, ==, row->sequence);
	g_assert_cmpuint(office_count(office, "undelivered"), ==, 0);
	g_assert_null(bounce_suppressed(office, ANNA));
}

static void
test_recipient_of_two(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_reply(office);
	g_autofree char *block = bounce_block(ANNA, "failed", "5.1.1");
	Filing filing;

	fixture_open_ticket(&office->fixture);
	filing = bounce_file(office, &(Bounce){ .blocks = block });
	g_assert_cmpuint(filing.outcome.ticket, ==, TD_TICKET_DESK);
	g_assert_cmpuint(
	    bounce_count(office, TD_TICKET_DESK, TD_EVENT_NOT_DELIVERED, ANNA),
	    ==, 1);
	g_assert_cmpuint(
	    bounce_count(office, office->ticket, TD_EVENT_NOT_DELIVERED, NULL),
	    ==, 0);
}

static void
test_again(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = reply_to_anna(office);
	g_autofree char *block = bounce_block(ANNA, "failed", "5.1.1");
	const Bounce bounce = { .envid = row->envid, .blocks = block };
	g_autoptr(TdSuppression) suppressed = NULL;

	bounce_file(office, &bounce);
	bounce_file(office, &bounce);
	g_assert_cmpuint(
	    bounce_count(office, office->ticket, TD_EVENT_NOT_DELIVERED, ANNA),
	    ==, 2);
	g_assert_cmpuint(office_count(office, "undelivered"), ==, 1);
	suppressed = bounce_suppressed(office, ANNA);
	g_assert_cmpuint(suppressed->count, ==, 2);
}

static void
test_both(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_reply(office);
	g_autofree char *anna = bounce_block(ANNA, "failed", "5.1.1");
	g_autofree char *boris = bounce_block(BORIS, "failed", "5.2.2");
	g_autofree char *blocks = g_strconcat(anna, "\n", boris, NULL);
	g_autoptr(TdMessage) letter = NULL;

	bounce_file(office, &(Bounce){ .envid = row->envid, .blocks = blocks });
	g_assert_cmpuint(
	    bounce_count(office, office->ticket, TD_EVENT_NOT_DELIVERED, NULL),
	    ==, 2);
	g_assert_cmpuint(office_count(office, "undelivered"), ==, 1);
	letter = office_letter(office, "undelivered", OLGA);
	g_assert_nonnull(strstr(letter->text, ANNA));
	g_assert_nonnull(strstr(letter->text, BORIS));
	g_assert_nonnull(strstr(letter->text, "mailbox is full"));
	g_assert_null(bounce_suppressed(office, BORIS));
}

static void
test_both_of_the_ticket(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_reply(office);
	g_autofree char *anna = bounce_block(ANNA, "failed", "5.1.1");
	g_autofree char *boris = bounce_block(BORIS, "failed", "5.2.2");
	g_autofree char *blocks = g_strconcat(anna, "\n", boris, NULL);
	g_autoptr(TdMessage) letter = NULL;

	bounce_file(
	    office, &(Bounce){ .to = row->mail_from, .blocks = blocks });
	g_assert_cmpuint(
	    bounce_count(office, office->ticket, TD_EVENT_NOT_DELIVERED, NULL),
	    ==, 2);
	g_assert_cmpuint(office_count(office, "undelivered"), ==, 1);
	letter = office_letter(office, "undelivered", OLGA);
	g_assert_nonnull(strstr(letter->text, ANNA));
	g_assert_nonnull(strstr(letter->text, BORIS));
}

static void
test_changes_nothing(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_reply(office);
	g_autofree char *block = bounce_block(ANNA, "failed", "5.1.1");
	g_autoptr(TdTicket) before = NULL;
	g_autoptr(TdTicket) after = NULL;

	office_olga(office, "close\n");
	before = office_ticket(office);
	g_assert_cmpint(before->status, ==, TD_STATUS_CLOSED);
	bounce_file(office, &(Bounce){ .envid = row->envid, .blocks = block });
	after = office_ticket(office);
	g_assert_cmpint(after->status, ==, TD_STATUS_CLOSED);
	g_assert_cmpuint(after->state, ==, before->state);
}

static void
test_strange_recipient(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_reply(office);
	g_autofree char *one = bounce_block(
	    "eve@example.com", "failed", "5.1.1");
	g_autofree char *other = bounce_block(
	    "mallory@example.com", "failed", "5.1.1");

	bounce_file(office, &(Bounce){ .to = row->mail_from, .blocks = one });
	g_assert_null(bounce_suppressed(office, "eve@example.com"));
	bounce_file(office, &(Bounce){ .envid = row->envid, .blocks = one });
	bounce_file(office, &(Bounce){ .envid = row->envid, .blocks = other });
	g_assert_null(bounce_suppressed(office, "eve@example.com"));
	g_assert_null(bounce_suppressed(office, "mallory@example.com"));
	g_assert_cmpuint(office_count(office, "undelivered"), ==, 1);
}

static void
test_forwarded_recipient(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *block = bounce_block(
	    "anna@inside.example", "failed", "5.1.1");
	g_autoptr(TdOutboxRow) row = NULL;
	g_autoptr(TdEvent) event = NULL;

	office_olga(office, "cc -" BORIS "\n\nHave you tried water?\n");
	row = bounce_row(office, "reply", ANNA);
	bounce_file(office, &(Bounce){ .envid = row->envid, .blocks = block });
	event = bounce_event(office, office->ticket, TD_EVENT_NOT_DELIVERED);
	g_assert_cmpstr(td_event_get(event, "to"), ==, ANNA);
	g_assert_cmpstr(
	    td_event_get(event, "final"), ==, "anna@inside.example");
	g_assert_null(bounce_suppressed(office, ANNA));
	g_assert_null(bounce_suppressed(office, "anna@inside.example"));
	g_assert_cmpuint(office_count(office, "undelivered"), ==, 1);
}

static void
test_delayed(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_reply(office);
	g_autofree char *block = bounce_block(ANNA, "delayed", "4.4.1");
	g_autoptr(TdEvent) event = NULL;

	bounce_file(office, &(Bounce){ .envid = row->envid, .blocks = block });
	event = bounce_event(office, office->ticket, TD_EVENT_REPORT);
	g_assert_nonnull(event);
	g_assert_cmpstr(td_event_get(event, "action"), ==, "delayed");
	g_assert_cmpstr(td_event_get(event, "to"), ==, ANNA);
	g_assert_cmpuint(office_count(office, "undelivered"), ==, 0);
	g_assert_cmpuint(
	    bounce_count(office, office->ticket, TD_EVENT_NOT_DELIVERED, NULL),
	    ==, 0);
}

static void
test_nobody_named(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_reply(office);

	bounce_file(office, &(Bounce){ .envid = row->envid });
	g_assert_cmpuint(
	    bounce_count(office, office->ticket, TD_EVENT_NOT_DELIVERED, NULL),
	    ==, 1);
	g_assert_cmpuint(office_count(office, "undelivered"), ==, 1);
}

static void
test_half_the_world(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_reply(office);
	g_autoptr(GString) blocks = g_string_new(NULL);

	for (guint i = 0; i < 500; i++)
		g_string_append_printf(blocks,
		    "Final-Recipient: rfc822; eve%u@example.net\n"
		    "Action: failed\nStatus: 5.1.1\n\n",
		    i);
	bounce_file(
	    office, &(Bounce){ .envid = row->envid, .blocks = blocks->str });
	g_assert_cmpuint(
	    bounce_count(office, office->ticket, TD_EVENT_NOT_DELIVERED, NULL),
	    ==, 100);
	g_assert_cmpuint(office_count(office, "undelivered"), ==, 1);
}

static void
test_older_key(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	Fixture *fixture = &office->fixture;
	g_autoptr(TdOutboxRow) row = reply_to_anna(office);
	g_autofree char *block = bounce_block(ANNA, "failed", "5.1.1");
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(fixture->store, &error);
	guint version;

	td_desk_rotate_key(txn, &version, &error);
	g_assert_no_error(error);
	td_desk_unref(fixture->desk);
	fixture->desk = td_desk_new(fixture->conf, txn, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);

	bounce_file(office, &(Bounce){ .envid = row->envid, .blocks = block });
	g_assert_cmpuint(office_count(office, "undelivered"), ==, 1);
	g_assert_null(bounce_suppressed(office, ANNA));
}

#define ADD(path, extra, test) office_add("undelivered/" path, extra, test)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func("/undelivered/an address that is no good",
	    test_only_an_address_that_is_no_good_is_suppressed);
	g_test_add_func("/undelivered/the reason is told in words",
	    test_the_reason_is_told_in_words);
	g_test_add_func("/undelivered/an address of an envelope",
	    test_an_envelope_address_is_taken_back_to_what_it_is);
	ADD("an ENVID names the mail", NULL, test_envid);
	ADD("a bounce address names the ticket", NULL, test_bounce_address);
	ADD("a bounce address and a Message-ID name the mail", NULL,
	    test_bounce_address_and_id);
	ADD("a reader suppresses no other", NULL, test_one_of_two_readers);
	ADD("two recipients of a ticket are one letter", NULL,
	    test_both_of_the_ticket);
	ADD("a returned Message-ID names the mail", NULL, test_message_id);
	ADD("a recipient alone is an event alone", NULL, test_recipient);
	ADD("a recipient with two tickets names none", NULL,
	    test_recipient_of_two);
	ADD("nobody is told twice", NULL, test_again);
	ADD("two recipients are one letter", NULL, test_both);
	ADD("a bounce changes nothing", NULL, test_changes_nothing);
	ADD("whom we did not write to is not suppressed", NULL,
	    test_strange_recipient);
	ADD("a recipient who had it forwarded is known", NULL,
	    test_forwarded_recipient);
	ADD("a delay is an event", NULL, test_delayed);
	ADD("a bounce that names nobody counts", NULL, test_nobody_named);
	ADD("a bounce that names half the world is cut", NULL,
	    test_half_the_world);
	ADD("an older key suppresses nobody", NULL, test_older_key);

	return g_test_run();
}
