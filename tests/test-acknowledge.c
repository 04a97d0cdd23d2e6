/* test-acknowledge.c - the mails that the desk writes, and what becomes of them
 */

#include "config.h"

#include <string.h>

#include "desk-fixture.h"

#define ANNA "anna@example.net"
#define SUPPORT "support@example.com"

static const char *
header(const TdMessage *message, const char *name)
{
	const char *value = td_message_header(message, name, 0);

	return value == NULL ? "" : value;
}

static void
test_answer_bears_all_marks(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char mail[] =
	    "From: =?utf-8?B?0JDQvdC90LA=?= <anna@example.net>\n"
	    "To: support@example.com\n"
	    "References: <before@example.net>\n"
	    "Message-ID: <mine@example.net>\n"
	    "Subject: Re: Re: =?utf-8?B?0J/RgNC40L3RgtC10YA=?=\n\nHi.\n";
	g_autoptr(TdMessage) answer = NULL;
	g_autofree char *thread = NULL;
	const TdAddress *to;
	guint count;
	Filing filing;

	filing = fixture_file(fixture, ANNA, SUPPORT, mail);
	g_assert_true(filing.acknowledge);
	answer = fixture_answer(fixture, filing.outcome.ticket);
	thread = td_desk_thread_address(fixture->desk,
	    td_conf_queue(fixture->conf, "support"), filing.outcome.ticket);

	g_assert_cmpstr(answer->subject, ==, "[support #1] Принтер");
	g_assert_cmpstr(td_message_from(answer), ==, SUPPORT);
	to = g_ptr_array_index(answer->to, 0);
	g_assert_cmpuint(answer->to->len, ==, 1);
	g_assert_cmpstr(to->address, ==, ANNA);
	g_assert_cmpstr(to->name, ==, "Анна");
	to = g_ptr_array_index(answer->reply_to, 0);
	g_assert_cmpstr(to->address, ==, thread);
	g_assert_cmpstr(
	    header(answer, "In-Reply-To"), ==, "<mine@example.net>");
	g_assert_cmpstr(header(answer, "Auto-Submitted"), ==, "auto-replied");
	g_assert_cmpstr(header(answer, "Precedence"), ==, "bulk");
	g_assert_cmpstr(header(answer, "X-Auto-Response-Suppress"), ==,
	    "OOF, AutoReply, DR, RN");
	g_assert_nonnull(strstr(answer->text, "Анна"));
	g_assert_nonnull(strstr(answer->text, "№ 1"));
	g_assert_nonnull(strstr(answer->text, "\n-- \nExample Support\n"));

	count = g_strv_length(answer->references);
	g_assert_cmpuint(count, ==, 3);
	g_assert_cmpstr(answer->references[1], ==, "before@example.net");
	g_assert_cmpstr(answer->references[2], ==, "mine@example.net");
}

static void
test_every_mail_of_a_ticket_names_the_same_root(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autoptr(TdMessage) first = fixture_answer(fixture, number);
	g_autoptr(TdMessage) second = NULL;
	g_autofree char *mail = NULL;
	Filing filing;

	mail = g_strdup_printf("From: anna@example.net\n"
	                       "To: support@example.com\n"
	                       "Message-ID: <second@example.net>\n"
	                       "In-Reply-To: <%s>\n\nMore.\n",
	    first->message_id);
	filing = fixture_file(fixture, ANNA, SUPPORT, mail);
	g_assert_true(filing.follow_up);
	second = fixture_answer(fixture, number);
	g_assert_cmpstr(second->message_id, !=, first->message_id);
	g_assert_cmpstr(second->references[0], ==, first->references[0]);
	g_assert_cmpstr(
	    second->subject, ==, "Re: [support #1] Printer on fire");
}

static void
test_follow_up_is_not_answered_unless_asked(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autoptr(TdMessage) first = fixture_answer(fixture, number);
	g_autofree char *mail = NULL;
	Filing filing;

	mail = g_strdup_printf("From: anna@example.net\n"
	                       "To: support@example.com\n"
	                       "In-Reply-To: <%s>\n\nMore.\n",
	    first->message_id);
	filing = fixture_file(fixture, ANNA, SUPPORT, mail);
	g_assert_cmpuint(filing.outcome.ticket, ==, number);
	g_assert_false(filing.acknowledge);
}

static TdOutboxRow *
first_row(Fixture *fixture)
{
	g_autoptr(TdTxn) txn = td_txn_read(fixture->store);
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(GError) error = NULL;

	td_outbox_rows(txn, 0, 0, G_MAXINT64, 10, &rows, &error);
	g_assert_no_error(error);
	if (rows->len == 0)
		return NULL;
	g_ptr_array_set_free_func(rows, NULL);
	for (guint i = 1; i < rows->len; i++)
		td_outbox_row_free(g_ptr_array_index(rows, i));
	return g_ptr_array_index(rows, 0);
}

static void
test_row_is_written_with_the_ticket(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autoptr(TdOutboxRow) row = first_row(fixture);

	g_assert_nonnull(row);
	g_assert_cmpuint(row->ticket, ==, number);
	g_assert_cmpuint(row->sequence, ==, 2);
	g_assert_cmpstr(row->mail_from, ==, "");
	g_assert_cmpstr(row->recipients[0], ==, ANNA);
	g_assert_null(row->recipients[1]);
	g_assert_cmpstr(row->notify, ==, "NEVER");
}

static void
test_return_path_may_be_the_bounce_address(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autoptr(TdOutboxRow) row = first_row(fixture);
	Filing filing;

	g_assert_true(g_str_has_prefix(row->mail_from, "support+1-b"));
	g_assert_cmpstr(row->notify, ==, "FAILURE,DELAY");
	g_assert_cmpstr(row->envid, !=, "");
	filing = fixture_file(fixture, "", row->mail_from,
	    "From: MAILER-DAEMON@mx.example.net\nTo: x@example.com\n"
	    "Subject: failure notice\n\nNo such user.\n");
	g_assert_cmpint(filing.rule, ==, TD_RULE_REPORT);
	g_assert_cmpuint(filing.outcome.ticket, ==, number);
}

static void
test_batv_sender_is_answered_in_its_own_form(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = NULL;

	fixture_file(fixture, "prvs=12345=anna@example.net", SUPPORT,
	    "From: anna@example.net\nTo: support@example.com\n\nHi.\n");
	row = first_row(fixture);
	g_assert_cmpstr(row->recipients[0], ==, "prvs=12345=anna@example.net");
}

static void
test_answer_goes_to_from_not_to_a_foreign_envelope(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = NULL;

	fixture_file(fixture, "prvs=1=mallory@example.org", SUPPORT,
	    "From: anna@example.net\nTo: support@example.com\n\nHi.\n");
	row = first_row(fixture);
	g_assert_cmpstr(row->recipients[0], ==, ANNA);
}

static void
test_russian_desk_writes_russian(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autoptr(TdMessage) answer = fixture_answer(fixture, number);

	g_assert_nonnull(strstr(answer->text, "заявку № 1"));
}

static void
test_line_breaks_in_a_subject_make_no_header(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) answer = NULL;
	Filing filing;

	filing = fixture_file(fixture, ANNA, SUPPORT,
	    "From: =?utf-8?Q?A=0D=0ABcc:_x=40y?= <anna@example.net>\n"
	    "To: support@example.com\n"
	    "Subject: =?utf-8?Q?x=0D=0ABcc:_thief=40example.org?=\n\nHi.\n");
	answer = fixture_answer(fixture, filing.outcome.ticket);
	g_assert_cmpstr(header(answer, "Bcc"), ==, "");
	g_assert_cmpuint(answer->to->len, ==, 1);
}

static void
test_copied_person_is_called_by_his_own_name(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autofree char *address = td_desk_thread_address(
	    fixture->desk, td_conf_queue(fixture->conf, "support"), number);
	g_autoptr(TdMessage) answer = NULL;
	const TdAddress *to;

	fixture_file(fixture, "boris@example.org", address,
	    "From: Boris <boris@example.org>\nTo: support@example.com\n"
	    "In-Reply-To: <x@y>\n\nMe too.\n");
	answer = fixture_answer(fixture, number);
	to = g_ptr_array_index(answer->to, 0);
	g_assert_cmpstr(to->address, ==, "boris@example.org");
	g_assert_cmpstr(to->name, ==, "Boris");
}

static void
deliver(
    Fixture *fixture, const TdOutboxRow *row, TdFate fate, const char *answer)
{
	const TdFate fates[] = { fate };
	const char *const answers[] = { answer };
	const TdDelivery delivery = { .row = row,
		.fates = fates,
		.answers = answers,
		.next_due = fixture->now + 60 };
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(fixture->store, &error);

	td_desk_delivered(fixture->desk, txn, &delivery, fixture->now, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

/* While it was on its way an administrator made @row due. */
static void
make_due(Fixture *fixture, const TdOutboxRow *row)
{
	g_autoptr(TdOutboxRow) moved = first_row(fixture);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(fixture->store, &error);

	td_outbox_row_delete(txn, row, &error);
	g_assert_no_error(error);
	moved->due = row->due - 30;
	td_outbox_row_put(txn, moved, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

static const TdEvent *
last_event(GPtrArray *events)
{
	return g_ptr_array_index(events, events->len - 1);
}

static void
test_sent_mail_leaves_an_event_and_no_row(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autoptr(TdOutboxRow) row = first_row(fixture);
	g_autoptr(GPtrArray) events = NULL;

	deliver(fixture, row, TD_FATE_SENT, "250 2.0.0 queued");
	g_assert_null(first_row(fixture));
	events = fixture_events(fixture, number);
	g_assert_cmpint(last_event(events)->kind, ==, TD_EVENT_SENT);
	g_assert_cmpstr(td_event_get(last_event(events), "to"), ==, ANNA);

	deliver(fixture, row, TD_FATE_SENT, "250 again");
	g_clear_pointer(&events, g_ptr_array_unref);
	events = fixture_events(fixture, number);
	g_assert_cmpstr(
	    td_event_get(last_event(events), "answer"), ==, "250 2.0.0 queued");
}

static void
test_refused_mail_leaves_the_reason(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autoptr(TdOutboxRow) row = first_row(fixture);
	g_autoptr(GPtrArray) events = NULL;

	deliver(fixture, row, TD_FATE_FAILED, "550 5.1.1 no such\r\nuser");
	g_assert_null(first_row(fixture));
	events = fixture_events(fixture, number);
	g_assert_cmpint(last_event(events)->kind, ==, TD_EVENT_NOT_DELIVERED);
	g_assert_cmpstr(
	    td_event_get(last_event(events), "status"), ==, "5.1.1");
	g_assert_null(
	    strchr(td_event_get(last_event(events), "diagnostic"), '\n'));
}

/* The row of the first ticket's mail as a letter to two. */
static TdOutboxRow *
row_for_two(Fixture *fixture)
{
	static const char *const both[] = { ANNA, "boris@example.org", NULL };
	TdOutboxRow *row = first_row(fixture);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(fixture->store, &error);

	g_strfreev(row->recipients);
	row->recipients = g_strdupv((GStrv)both);
	td_outbox_row_put(txn, row, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
	return row;
}

static void
test_mail_that_is_made_due_on_its_way_goes_out_once(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autoptr(TdOutboxRow) row = first_row(fixture);
	g_autoptr(TdOutboxRow) rest = NULL;
	g_autoptr(GPtrArray) events = NULL;

	make_due(fixture, row);
	deliver(fixture, row, TD_FATE_DEFERRED, "450 later");
	rest = first_row(fixture);
	g_assert_cmpint(rest->due, ==, fixture->now + 60);
	g_assert_cmpuint(rest->attempts, ==, row->attempts + 1);

	make_due(fixture, rest);
	deliver(fixture, rest, TD_FATE_SENT, "250 2.0.0 queued");
	g_assert_null(first_row(fixture));
	events = fixture_events(fixture, number);
	g_assert_cmpint(last_event(events)->kind, ==, TD_EVENT_SENT);
}

/* ANNA is taken out of @row in the store, which is on its way; then it comes to
 * @fate. */
static void
deliver_shortened(Fixture *fixture, const TdOutboxRow *row, TdFate fate)
{
	static const char *const left[] = { "boris@example.org", NULL };
	const TdFate fates[] = { fate, fate };
	const char *const answers[] = { "450 of " ANNA, "450 of Boris" };
	const TdDelivery delivery = { .row = row,
		.fates = fates,
		.answers = answers,
		.next_due = fixture->now + 60 };
	g_autoptr(TdOutboxRow) shortened = first_row(fixture);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(fixture->store, &error);

	g_strfreev(shortened->recipients);
	shortened->recipients = g_strdupv((GStrv)left);
	td_outbox_row_put(txn, shortened, &error);
	g_assert_no_error(error);
	td_desk_delivered(fixture->desk, txn, &delivery, fixture->now, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

static void
test_who_was_taken_out_meanwhile_does_not_come_back(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autoptr(TdOutboxRow) row = row_for_two(fixture);
	g_autoptr(TdOutboxRow) rest = NULL;
	g_autoptr(TdOutboxRow) both = NULL;
	g_autoptr(GPtrArray) before = NULL;
	g_autoptr(GPtrArray) events = NULL;

	deliver_shortened(fixture, row, TD_FATE_DEFERRED);
	rest = first_row(fixture);
	g_assert_cmpuint(g_strv_length(rest->recipients), ==, 1);
	g_assert_cmpstr(rest->recipients[0], ==, "boris@example.org");
	g_assert_cmpstr(rest->answer, ==, "450 of Boris");

	both = row_for_two(fixture);
	before = fixture_events(fixture, number);
	deliver_shortened(fixture, both, TD_FATE_SENT);
	g_assert_null(first_row(fixture));
	events = fixture_events(fixture, number);
	g_assert_cmpuint(events->len, ==, before->len + 1);
	g_assert_cmpstr(
	    td_event_get(last_event(events), "to"), ==, "boris@example.org");
}

static void
test_deferred_mail_waits_with_the_servers_words(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdOutboxRow) row = NULL;
	g_autoptr(TdOutboxRow) later = NULL;

	fixture_open_ticket(fixture);
	row = first_row(fixture);
	deliver(fixture, row, TD_FATE_DEFERRED, "451 4.3.0 later");
	later = first_row(fixture);
	g_assert_cmpuint(later->id, ==, row->id);
	g_assert_cmpint(later->due, ==, fixture->now + 60);
	g_assert_cmpuint(later->attempts, ==, 1);
	g_assert_cmpstr(later->answer, ==, "451 4.3.0 later");
}

#define ADD(path, extra, test)                                                 \
	g_test_add("/acknowledge/" path, Fixture, extra, fixture_open, test,   \
	    fixture_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	ADD("marks", NULL, test_answer_bears_all_marks);
	ADD("root", "|acknowledge = always\n",
	    test_every_mail_of_a_ticket_names_the_same_root);
	ADD("follow-up", NULL, test_follow_up_is_not_answered_unless_asked);
	ADD("row", NULL, test_row_is_written_with_the_ticket);
	ADD("return-path", "ack-return-path = bounce\n",
	    test_return_path_may_be_the_bounce_address);
	ADD("batv", NULL, test_batv_sender_is_answered_in_its_own_form);
	ADD("batv/foreign", NULL,
	    test_answer_goes_to_from_not_to_a_foreign_envelope);
	ADD("copied", "|acknowledge = always\n",
	    test_copied_person_is_called_by_his_own_name);
	ADD("russian", "language = ru\n", test_russian_desk_writes_russian);
	ADD("injection", NULL, test_line_breaks_in_a_subject_make_no_header);
	ADD("sent", NULL, test_sent_mail_leaves_an_event_and_no_row);
	ADD("refused", NULL, test_refused_mail_leaves_the_reason);
	ADD("deferred", NULL, test_deferred_mail_waits_with_the_servers_words);
	ADD("made due", NULL,
	    test_mail_that_is_made_due_on_its_way_goes_out_once);
	ADD("taken out", NULL,
	    test_who_was_taken_out_meanwhile_does_not_come_back);

	return g_test_run();
}
