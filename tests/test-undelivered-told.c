/* test-undelivered-told.c - who hears of mail that did not arrive */

#include "config.h"

#include <string.h>

#include "bounce-fixture.h"

#include "desk/undelivered.h"

/* Olga answers Anna alone; the row of her reply. */
static TdOutboxRow *
reply_to_anna(Office *office)
{
	office_olga(office, "cc -" BORIS "\n\nHave you tried water?\n");
	return bounce_row(office, "reply", ANNA);
}

/* ---- who is told ---- */

/* Olga's record as it shall be. */
static void
change_olga(Office *office, const char *language, gboolean removed)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(office->fixture.store, &error);
	g_autoptr(TdPerson) olga = NULL;

	td_person_by_address(txn, OLGA, &olga, &error);
	g_assert_no_error(error);
	g_free(olga->language);
	olga->language = g_strdup(language);
	olga->removed = removed;
	td_person_put(txn, olga, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

static void
test_author_is_gone(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_reply(office);
	g_autofree char *block = bounce_block(ANNA, "failed", "5.1.1");
	g_autoptr(TdMessage) letter = NULL;

	fixture_event(
	    &office->fixture, office->ticket, TD_EVENT_OWNER, "to", "ivan");
	change_olga(office, "", TRUE);
	bounce_file(office, &(Bounce){ .envid = row->envid, .blocks = block });
	letter = office_letter(office, "undelivered", IVAN);
	g_assert_nonnull(strstr(letter->text, "A mail of olga on #1"));
	g_assert_cmpuint(office_count(office, "undelivered"), ==, 1);
}

static void
test_russian(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = NULL;
	g_autofree char *block = bounce_block(ANNA, "failed", "5.1.1");
	g_autoptr(TdMessage) letter = NULL;

	change_olga(office, "ru", FALSE);
	row = bounce_reply(office);
	bounce_file(office, &(Bounce){ .envid = row->envid, .blocks = block });
	letter = office_letter(office, "undelivered", OLGA);
	g_assert_nonnull(strstr(letter->text, "Ваше письмо по заявке №"));
	g_assert_nonnull(strstr(letter->text, "Такого почтового ящика нет"));
}

static void
test_notification(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_row(office, "new-ticket", IVAN);
	g_autofree char *block = bounce_block(IVAN, "failed", "5.1.1");
	const Bounce bounce = { .envid = row->envid, .blocks = block };
	g_autoptr(TdMessage) letter = NULL;
	guint64 first, last;

	bounce_file(office, &bounce);
	bounce_file(office, &bounce);
	letter = fixture_letter(
	    &office->fixture, TD_TICKET_DESK, "notice", ADMIN);
	g_assert_nonnull(letter);
	g_assert_nonnull(strstr(letter->subject, IVAN));
	g_assert_nonnull(strstr(letter->text, "no such mailbox"));
	g_assert_cmpuint(letter->reply_to->len, ==, 0);
	g_assert_cmpstr(td_message_header(letter, "Auto-Submitted", 0), ==,
	    "auto-generated");
	g_assert_cmpuint(
	    fixture_count(&office->fixture, TD_TICKET_DESK, "notice"), ==, 1);
	g_assert_cmpuint(office_count(office, "undelivered"), ==, 0);
	g_assert_null(bounce_suppressed(office, IVAN));
	{
		g_autoptr(TdTxn) txn = td_txn_read(office->fixture.store);

		td_ticket_range(txn, &first, &last, NULL);
	}
	g_assert_cmpuint(last, ==, office->ticket);

	office->fixture.now += 2 * 24 * 60 * 60;
	bounce_file(office, &bounce);
	g_assert_cmpuint(
	    fixture_count(&office->fixture, TD_TICKET_DESK, "notice"), ==, 2);
}

static void
test_no_administrator(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_row(office, "new-ticket", IVAN);
	g_autofree char *block = bounce_block(IVAN, "failed", "5.1.1");
	g_autoptr(TdEvent) event = NULL;

	bounce_file(office, &(Bounce){ .envid = row->envid, .blocks = block });
	event = bounce_event(office, TD_TICKET_DESK, TD_EVENT_NOTE);
	g_assert_nonnull(event);
	g_assert_cmpstr(td_event_get(event, "about"), ==, "undelivered " IVAN);
	g_assert_cmpuint(
	    fixture_count(&office->fixture, TD_TICKET_DESK, NULL), ==, 0);
}

static void
test_no_end(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) reply = bounce_reply(office);
	g_autofree char *anna = bounce_block(ANNA, "failed", "5.1.1");
	g_autofree char *olga = bounce_block(OLGA, "failed", "5.1.1");
	g_autoptr(TdOutboxRow) letter = NULL;
	g_autoptr(TdTicket) before = NULL;
	g_autoptr(TdTicket) after = NULL;
	guint events;

	bounce_file(office, &(Bounce){ .envid = reply->envid, .blocks = anna });
	letter = bounce_row(office, "undelivered", OLGA);
	before = office_ticket(office);
	events = bounce_count(
	    office, TD_TICKET_DESK, TD_EVENT_NOT_DELIVERED, OLGA);
	bounce_file(
	    office, &(Bounce){ .envid = letter->envid, .blocks = olga });
	after = office_ticket(office);
	g_assert_cmpuint(after->events, ==, before->events);
	g_assert_cmpuint(
	    bounce_count(office, TD_TICKET_DESK, TD_EVENT_NOT_DELIVERED, OLGA),
	    ==, events + 1);
	g_assert_cmpuint(
	    fixture_count(&office->fixture, TD_TICKET_DESK, NULL), ==, 0);
}

static void
test_acknowledgement(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow)
	    row = bounce_row(office, "acknowledgement", ANNA);
	g_autofree char *block = bounce_block(ANNA, "failed", "5.1.1");
	g_autoptr(TdSuppression) suppressed = NULL;

	g_assert_cmpstr(row->envid, !=, "");
	bounce_file(office, &(Bounce){ .envid = row->envid, .blocks = block });
	g_assert_cmpuint(
	    bounce_count(office, office->ticket, TD_EVENT_NOT_DELIVERED, ANNA),
	    ==, 1);
	g_assert_cmpuint(office_count(office, "undelivered"), ==, 0);
	g_assert_cmpuint(
	    fixture_count(&office->fixture, TD_TICKET_DESK, NULL), ==, 0);
	suppressed = bounce_suppressed(office, ANNA);
	g_assert_nonnull(suppressed);
}

static void
test_for_ever(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = reply_to_anna(office);
	g_autofree char *block = bounce_block(ANNA, "failed", "5.1.1");
	g_autoptr(TdSuppression) suppressed = NULL;

	bounce_file(office, &(Bounce){ .envid = row->envid, .blocks = block });
	suppressed = bounce_suppressed(office, ANNA);
	g_assert_cmpint(suppressed->expires, ==, 0);
}

static void
test_lifted(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	Fixture *fixture = &office->fixture;
	g_autoptr(TdOutboxRow) row = bounce_reply(office);
	g_autoptr(TdSuppression) suppressed = NULL;
	g_autoptr(TdPlan) plan = td_plan_new(fixture->now);
	g_autoptr(GError) error = NULL;
	TdOutcome outcome;

	bounce_fate(office, row, TD_FATE_FAILED, "550 5.1.1 no such user");
	suppressed = bounce_suppressed(office, ANNA);
	g_assert_nonnull(suppressed);
	{
		g_autoptr(TdTxn) txn = td_txn_begin(fixture->store, &error);
		g_auto(TdDraft) draft = { 0 };

		td_draft_init(&draft, fixture->desk, txn, plan, fixture->now);
		td_plan_lift(&draft, suppressed);
		td_desk_apply(fixture->desk, txn, plan, NULL, NULL, NULL, 0,
		    &outcome, &error);
		g_assert_no_error(error);
		td_txn_commit(txn, &error);
		g_assert_no_error(error);
	}
	g_assert_null(bounce_suppressed(office, ANNA));
	/* Anna, Boris, and Anna no more. */
	g_assert_cmpuint(
	    bounce_count(office, TD_TICKET_DESK, TD_EVENT_SUPPRESSED, NULL), ==,
	    3);
}

/* ---- the SMTP server says no ---- */

static void
test_refused(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = NULL;
	g_autoptr(TdEvent) event = NULL;
	g_autoptr(TdSuppression) suppressed = NULL;
	g_autoptr(TdMessage) letter = NULL;

	office_olga(office, "cc -" BORIS "\n\nHave you tried water?\n");
	row = bounce_row(office, "reply", ANNA);
	bounce_fate(office, row, TD_FATE_FAILED, "550 5.1.1 no such\r\nuser");
	event = bounce_event(office, office->ticket, TD_EVENT_NOT_DELIVERED);
	g_assert_cmpstr(td_event_get(event, "by"), ==, "smtp");
	g_assert_cmpuint(event->message, ==, row->sequence);
	letter = office_letter(office, "undelivered", OLGA);
	g_assert_nonnull(strstr(letter->text, "550 5.1.1 no such"));
	suppressed = bounce_suppressed(office, ANNA);
	g_assert_nonnull(suppressed);
	g_assert_cmpuint(suppressed->evidence.ticket, ==, office->ticket);
	g_assert_cmpuint(suppressed->evidence.sequence, ==, row->sequence);
}

static void
test_refused_to_an_agent(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_row(office, "new-ticket", IVAN);
	g_autoptr(TdOutboxRow) notice = NULL;

	bounce_fate(office, row, TD_FATE_FAILED, "550 5.1.1 no such user");
	notice = bounce_row(office, "notice", ADMIN);
	bounce_fate(office, notice, TD_FATE_FAILED, "550 5.1.1 nor he");
	g_assert_cmpuint(
	    fixture_count(&office->fixture, TD_TICKET_DESK, "notice"), ==, 1);
	g_assert_null(bounce_suppressed(office, ADMIN));
}

static void
test_dropped(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_reply(office);
	g_autoptr(TdMessage) letter = NULL;
	g_autoptr(GError) error = NULL;

	{
		g_autoptr(TdTxn)
		    txn = td_txn_begin(office->fixture.store, &error);

		td_desk_drop(office->fixture.desk, txn, row, "control:root",
		    office->fixture.now, &error);
		g_assert_no_error(error);
		td_txn_commit(txn, &error);
	}
	letter = office_letter(office, "undelivered", OLGA);
	g_assert_nonnull(strstr(letter->text, "An administrator took"));
	g_assert_null(bounce_suppressed(office, ANNA));
}

static void
test_deferred(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_reply(office);
	g_autoptr(TdTicket) before = office_ticket(office);
	g_autoptr(TdTicket) after = NULL;

	bounce_fate(office, row, TD_FATE_DEFERRED, "450 4.2.1 later");
	after = office_ticket(office);
	g_assert_cmpuint(after->events, ==, before->events);
}

/* ---- addresses that the configuration names ---- */

#define BOSS "boss@example.org"
#define WITH_BOSS                                                              \
	WITH_ADMIN "|[sla plain]\nfirst-response = 1h\nescalation = up\n"      \
	           "[escalation up]\nsteps = " BOSS ";" BOSS " 1h\n"

static void
test_escalation(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = NULL;
	g_autofree char *block = bounce_block(BOSS, "failed", "5.1.1");
	g_autoptr(TdMessage) letter = NULL;

	fixture_tick(&office->fixture, 60 * 60);
	g_assert_cmpuint(office_count(office, "escalation"), ==, 1);
	row = bounce_row(office, "escalation", BOSS);
	bounce_file(office, &(Bounce){ .envid = row->envid, .blocks = block });
	letter = fixture_letter(
	    &office->fixture, TD_TICKET_DESK, "notice", ADMIN);
	g_assert_nonnull(letter);
	g_assert_nonnull(strstr(letter->subject, BOSS));
	g_assert_null(bounce_suppressed(office, BOSS));
	fixture_tick(&office->fixture, 60 * 60);
	g_assert_cmpuint(office_count(office, "escalation"), ==, 2);
}

static void
test_escalation_refused(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = NULL;

	fixture_tick(&office->fixture, 60 * 60);
	row = bounce_row(office, "escalation", BOSS);
	bounce_fate(office, row, TD_FATE_FAILED, "550 5.1.1 no such user");
	g_assert_cmpuint(
	    fixture_count(&office->fixture, TD_TICKET_DESK, "notice"), ==, 1);
	g_assert_null(bounce_suppressed(office, BOSS));
}

static void
test_monitor(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = NULL;
	Filing filing = fixture_file(&office->fixture, "nagios@mon.example",
	    "support@example.com",
	    "From: nagios@mon.example\nTo: support@example.com\n"
	    "Subject: ** PROBLEM Host Alert: web01 is DOWN **\n"
	    "Message-ID: <one@mon.example>\n\n"
	    "Notification Type: PROBLEM\nHost: web01\nState: DOWN\n");
	g_autoptr(GError) error = NULL;

	office->ticket = filing.outcome.ticket;
	{
		g_autoptr(TdTxn)
		    txn = td_txn_begin(office->fixture.store, &error);
		g_autoptr(TdPlan) plan = NULL;
		TdOutcome outcome;

		td_desk_order(office->fixture.desk, txn,
		    &(TdOrder){ .number = office->ticket,
		        .commands = "take",
		        .actor = "control:root",
		        .as = "olga",
		        .now = office->fixture.now },
		    &plan, &error);
		g_assert_no_error(error);
		td_desk_apply(office->fixture.desk, txn, plan, NULL, NULL, NULL,
		    0, &outcome, &error);
		g_assert_no_error(error);
		td_txn_commit(txn, &error);
		g_assert_no_error(error);
	}
	row = bounce_row(office, "monitor", BOSS);
	bounce_fate(office, row, TD_FATE_FAILED, "550 5.1.1 no such user");
	g_assert_cmpuint(
	    fixture_count(&office->fixture, TD_TICKET_DESK, "notice"), ==, 1);
	g_assert_null(bounce_suppressed(office, BOSS));
}

/* ---- complaints ---- */

static void
test_complaint(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = reply_to_anna(office);
	g_autofree char *id = bounce_message_id(office, row);
	g_autoptr(TdEvent) event = NULL;
	g_autoptr(TdSuppression) suppressed = NULL;
	Filing filing = bounce_file(office,
	    &(Bounce){
	        .message_id = id,
	        .type = "feedback-report",
	        .blocks = "Feedback-Type: abuse\n"
	                  "Original-Rcpt-To: <" ANNA ">\nVersion: 1\n",
	    });

	g_assert_cmpint(filing.class, ==, TD_CLASS_REPORT);
	event = bounce_event(office, office->ticket, TD_EVENT_REPORT);
	g_assert_nonnull(event);
	g_assert_cmpstr(td_event_get(event, "action"), ==, "abuse");
	g_assert_cmpstr(td_event_get(event, "to"), ==, ANNA);
	suppressed = bounce_suppressed(office, ANNA);
	g_assert_nonnull(suppressed);
	g_assert_cmpstr(suppressed->why, ==, "complaint: abuse");
	g_assert_cmpuint(office_count(office, "undelivered"), ==, 0);
	g_assert_cmpuint(
	    fixture_count(&office->fixture, TD_TICKET_DESK, "notice"), ==, 1);
}

static void
test_complaints_of_strangers(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = reply_to_anna(office);
	g_autofree char *id = bounce_message_id(office, row);

	for (guint i = 0; i < 3; i++) {
		g_autofree char *blocks = g_strdup_printf(
		    "Feedback-Type: abuse\nVersion: 1\n"
		    "Original-Rcpt-To: <eve%u@example.com>\n",
		    i);

		bounce_file(office,
		    &(Bounce){
		        .message_id = id,
		        .type = "feedback-report",
		        .blocks = blocks,
		    });
	}
	g_assert_cmpuint(
	    fixture_count(&office->fixture, TD_TICKET_DESK, "notice"), ==, 1);
}

static void
test_clock_set_back(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_row(office, "new-ticket", IVAN);
	g_autofree char *block = bounce_block(IVAN, "failed", "5.1.1");
	const Bounce bounce = { .envid = row->envid, .blocks = block };

	office->fixture.now += 365 * 24 * 60 * 60;
	bounce_file(office, &bounce);
	office->fixture.now -= 365 * 24 * 60 * 60;
	bounce_file(office, &bounce);
	g_assert_cmpuint(
	    fixture_count(&office->fixture, TD_TICKET_DESK, "notice"), ==, 2);
}

static void
test_many(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = NULL;
	g_autoptr(GString) text = g_string_new("cc");
	g_autoptr(GString) blocks = g_string_new(NULL);
	g_autoptr(TdMessage) letter = NULL;

	for (guint i = 0; i < 25; i++) {
		g_string_append_printf(text, " eve%u@example.com", i);
		g_string_append_printf(blocks,
		    "Final-Recipient: rfc822; eve%u@example.com\n"
		    "Action: failed\nStatus: 5.1.1\n\n",
		    i);
	}
	g_string_append(text, "\n\nHave you tried water?\n");
	office_olga(office, text->str);
	row = bounce_row(office, "reply", ANNA);
	bounce_file(
	    office, &(Bounce){ .envid = row->envid, .blocks = blocks->str });
	letter = office_letter(office, "undelivered", OLGA);
	g_assert_nonnull(strstr(letter->text, "and 5 more"));
}

#define ADD(path, extra, test) office_add("undelivered/" path, extra, test)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	ADD("an author who is gone is stood for by the owner", NULL,
	    test_author_is_gone);
	ADD("an author is told in his language", NULL, test_russian);
	ADD("mail to an agent is the administrator's", WITH_ADMIN,
	    test_notification);
	ADD("without an administrator there is an event", NULL,
	    test_no_administrator);
	ADD("what tells of it is not told of", WITH_ADMIN, test_no_end);
	ADD("an acknowledgement is an event", "ack-return-path = bounce\n",
	    test_acknowledgement);
	ADD("days may have no end", "suppress-days = 0\n", test_for_ever);
	ADD("who wrote again can be written to", NULL, test_lifted);
	ADD("a refusal by SMTP is told too", NULL, test_refused);
	ADD("a refusal of an agent's mail is the administrator's", WITH_ADMIN,
	    test_refused_to_an_agent);
	ADD("that of an escalation is the administrator's", WITH_BOSS,
	    test_escalation);
	ADD("a refusal of it too", WITH_BOSS, test_escalation_refused);
	ADD("so is that of the answer to a monitor",
	    WITH_ADMIN "|[monitor nagios]\nsender = nagios@mon.example\n"
	               "format = nagios\nanswer = " BOSS "\n",
	    test_monitor);
	ADD("a mail that was dropped is told", NULL, test_dropped);
	ADD("a mail that waits is not", NULL, test_deferred);
	ADD("a complaint is the administrator's", WITH_ADMIN, test_complaint);
	ADD("complaints of strangers are one notice", WITH_ADMIN,
	    test_complaints_of_strangers);
	ADD("a clock that was wrong silences nobody", WITH_ADMIN,
	    test_clock_set_back);
	ADD("of many recipients some are counted", NULL, test_many);

	return g_test_run();
}
