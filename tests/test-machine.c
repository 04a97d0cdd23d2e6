/* test-machine.c - what machines say of tickets is an event, and no more */

#include "config.h"

#include <string.h>

#include "bounce-fixture.h"

/* A mail of a program at anna's. */
static Filing
answer_by_program(Office *office, const char *to, const char *fields)
{
	g_autofree char *raw = g_strdup_printf(
	    "From: <" ANNA ">\nTo: <%s>\nSubject: Away\n"
	    "Message-ID: <machine-%u@example.net>\n"
	    "Auto-Submitted: auto-replied\n%s\nI am away until 2 March.\n",
	    to, ++office->count, fields);

	return fixture_file(&office->fixture, "", to, raw);
}

static void
test_auto_reply(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_reply(office);
	g_autoptr(TdTicket) before = office_ticket(office);
	g_autoptr(TdTicket) after = NULL;
	g_autoptr(TdEvent) event = NULL;
	Filing filing;

	filing = answer_by_program(office, row->mail_from, "");
	g_assert_cmpint(filing.class, ==, TD_CLASS_AUTO_REPLY);
	g_assert_cmpuint(filing.outcome.ticket, ==, office->ticket);
	g_assert_cmpuint(filing.outcome.filed.ticket, ==, TD_TICKET_DESK);
	g_assert_cmpuint(filing.letters, ==, 0);
	event = bounce_event(office, office->ticket, TD_EVENT_AUTO_REPLY);
	g_assert_nonnull(event);
	g_assert_true(g_str_has_prefix(td_event_get(event, "raw"), "0/"));
	after = office_ticket(office);
	g_assert_cmpint(after->status, ==, before->status);
	g_assert_cmpuint(after->state, ==, before->state);
	g_assert_cmpuint(after->messages, ==, before->messages);
}

static void
test_auto_reply_to_nothing(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing = answer_by_program(office, "support@example.com", "");

	g_assert_cmpuint(filing.outcome.ticket, ==, TD_TICKET_DESK);
	g_assert_cmpuint(filing.letters, ==, 0);
	g_assert_cmpuint(
	    bounce_count(office, office->ticket, TD_EVENT_AUTO_REPLY, NULL), ==,
	    0);
}

static void
test_receipt(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_reply(office);
	g_autofree char *id = bounce_message_id(office, row);
	g_autofree char *blocks = g_strdup_printf(
	    "Final-Recipient: rfc822; " ANNA "\n"
	    "Original-Message-ID: <%s>\n"
	    "Disposition: manual-action/MDN-sent-manually; displayed\n",
	    id);
	g_autoptr(TdEvent) event = NULL;
	Filing filing = bounce_file(office,
	    &(Bounce){
	        .type = "disposition-notification",
	        .blocks = blocks,
	    });

	g_assert_cmpint(filing.class, ==, TD_CLASS_RECEIPT);
	g_assert_cmpuint(filing.outcome.ticket, ==, office->ticket);
	event = bounce_event(office, office->ticket, TD_EVENT_REPORT);
	g_assert_nonnull(event);
	g_assert_cmpstr(td_event_get(event, "action"), ==, "displayed");
	g_assert_cmpstr(td_event_get(event, "to"), ==, ANNA);
	g_assert_cmpuint(filing.letters, ==, 0);
	office_assert_status(office, TD_STATUS_WAITING);
}

static void
test_delivered(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_reply(office);
	g_autofree char *block = bounce_block(ANNA, "delivered", "2.0.0");
	g_autoptr(TdEvent) event = NULL;

	bounce_file(office, &(Bounce){ .envid = row->envid, .blocks = block });
	event = bounce_event(office, office->ticket, TD_EVENT_REPORT);
	g_assert_nonnull(event);
	g_assert_cmpstr(td_event_get(event, "action"), ==, "delivered");
	g_assert_cmpuint(
	    bounce_count(office, office->ticket, TD_EVENT_NOT_DELIVERED, NULL),
	    ==, 0);
}

static void
test_failure_behind_news(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_reply(office);
	g_autofree char *block = bounce_block(ANNA, "failed", "5.1.1");
	g_autoptr(GString) blocks = g_string_new(NULL);

	for (guint i = 0; i < 30; i++)
		g_string_append_printf(blocks,
		    "Final-Recipient: rfc822; eve%u@example.net\n"
		    "Action: relayed\nStatus: 2.0.0\n\n",
		    i);
	g_string_append(blocks, block);
	bounce_file(
	    office, &(Bounce){ .envid = row->envid, .blocks = blocks->str });
	g_assert_cmpuint(
	    bounce_count(office, office->ticket, TD_EVENT_NOT_DELIVERED, ANNA),
	    ==, 1);
	/* Twenty, and one that counts the others. */
	g_assert_cmpuint(
	    bounce_count(office, office->ticket, TD_EVENT_REPORT, NULL), ==,
	    21);
}

static void
test_orphan(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *block = bounce_block(
	    "eve@example.com", "failed", "5.1.1");
	Filing filing = bounce_file(office, &(Bounce){ .blocks = block });
	g_autoptr(TdEvent) event = NULL;

	g_assert_cmpint(filing.class, ==, TD_CLASS_BOUNCE);
	g_assert_cmpuint(filing.outcome.ticket, ==, TD_TICKET_DESK);
	g_assert_cmpuint(filing.letters, ==, 0);
	event = bounce_event(office, TD_TICKET_DESK, TD_EVENT_NOT_DELIVERED);
	g_assert_nonnull(event);
	g_assert_cmpstr(td_event_get(event, "to"), ==, "eve@example.com");
	g_assert_null(bounce_suppressed(office, "eve@example.com"));
}

static void
test_forged_tokens(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_reply(office);
	g_autofree char *block = bounce_block(
	    "eve@example.com", "failed", "5.1.1");
	g_autofree char *envid = g_strdup(row->envid);
	Filing filing;

	envid[strlen(envid) - 1] = envid[strlen(envid) - 1] == 'a' ? 'b' : 'a';
	filing = bounce_file(
	    office, &(Bounce){ .envid = envid, .blocks = block });
	g_assert_cmpuint(filing.outcome.ticket, ==, TD_TICKET_DESK);
	g_assert_cmpuint(
	    bounce_count(office, office->ticket, TD_EVENT_NOT_DELIVERED, NULL),
	    ==, 0);
}

static void
test_hostile_words(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_reply(office);
	g_autoptr(TdEvent) event = NULL;
	const char *diagnostic;

	bounce_file(office,
	    &(Bounce){
	        .envid = row->envid,
	        .blocks = "Final-Recipient: rfc822; " ANNA "\n"
	                  "Action: failed\nStatus: 5.1.1\n"
	                  "Diagnostic-Code: smtp; 550 \033[2Jno\n",
	    });
	event = bounce_event(office, office->ticket, TD_EVENT_NOT_DELIVERED);
	g_assert_nonnull(event);
	diagnostic = td_event_get(event, "diagnostic");
	g_assert_null(strchr(diagnostic, '\033'));
}

static void
test_merged(Office *office, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = bounce_reply(office);
	guint64 other = fixture_open_ticket(&office->fixture);
	g_autofree char *command = g_strdup_printf(
	    "merge into #%" G_GUINT64_FORMAT "\n", other);
	g_autofree char *block = bounce_block(ANNA, "failed", "5.1.1");
	const Bounce bounce = { .envid = row->envid, .blocks = block };
	g_autofree char *mail = g_strdup_printf("%" G_GUINT64_FORMAT
	                                        "/%" G_GUINT64_FORMAT,
	    row->ticket, row->sequence);
	g_autoptr(TdEvent) event = NULL;
	g_autoptr(TdTicket) merged = NULL;

	office_olga(office, command);
	merged = office_ticket(office);
	g_assert_cmpuint(merged->merged_into, ==, other);
	bounce_file(office, &bounce);
	bounce_file(office, &bounce);
	event = bounce_event(office, other, TD_EVENT_NOT_DELIVERED);
	g_assert_nonnull(event);
	g_assert_cmpstr(td_event_get(event, "mail"), ==, mail);
	g_assert_cmpuint(
	    fixture_count(&office->fixture, other, "undelivered"), ==, 1);
}

#define ADD(path, extra, test) office_add("machine/" path, extra, test)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	ADD("an answer by a program to a bounce address is an event", NULL,
	    test_auto_reply);
	ADD("one to nothing is the desk's", NULL, test_auto_reply_to_nothing);
	ADD("a receipt is an event", NULL, test_receipt);
	ADD("news of a delivery are an event", NULL, test_delivered);
	ADD("a failure behind much news is not missed", NULL,
	    test_failure_behind_news);
	ADD("a bounce of nothing of ours is the desk's", NULL, test_orphan);
	ADD("a forged ENVID names nothing", NULL, test_forged_tokens);
	ADD("hostile words are made printable", NULL, test_hostile_words);
	ADD("a merged ticket's mail is told of on the other", NULL,
	    test_merged);

	return g_test_run();
}
