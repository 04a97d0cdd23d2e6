/* test-letter-write.c - letters that are filed and put into the outbox */

#include "config.h"

#include "letter-fixture.h"

/* What a letter left in the store. */
typedef struct {
	TdOutboxRow *row;
	TdFiled *filed;
	TdMessage *message;
} Trace;

static void
trace_clear(Trace *trace)
{
	td_outbox_row_free(trace->row);
	td_filed_free(trace->filed);
	td_message_free(trace->message);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Trace, trace_clear)

static void
write_letter(Desk *desk, const TdLetter *letter, Trace *trace)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(desk->store, &error);
	g_autoptr(GBytes) raw = NULL;
	guint64 outbox = 0;
	gsize size;
	const char *bytes;

	g_assert_no_error(error);
	g_assert_true(td_letter_write(
	    desk->letters, txn, letter, desk->ticket, NOW, &outbox, &error));
	g_assert_no_error(error);
	g_assert_true(td_outbox_row_find(txn, outbox, &trace->row, &error));
	g_assert_no_error(error);
	g_assert_nonnull(trace->row);
	g_assert_true(td_filed_get(
	    txn, desk->ticket->number, 4, &trace->filed, &raw, &error));
	g_assert_no_error(error);
	g_assert_nonnull(trace->filed);
	bytes = g_bytes_get_data(raw, &size);
	g_assert_cmpuint(trace->filed->size, ==, size);
	trace->message = td_message_parse(bytes, size);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

static void
test_each_kind_is_filed_and_sent(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	for (TdLetterKind kind = 0; kind < TD_LETTER_KINDS; kind++) {
		g_autoptr(TdLetter) letter = make_letter(kind, "en");
		const char *reader = td_letter_kind_is_public(kind) ? ANNA
		                                                    : OLGA;
		g_auto(Trace) trace = { 0 };

		desk->ticket->number = letter->ticket;
		g_test_message("%s", td_letter_kind_name(kind));
		write_letter(desk, letter, &trace);
		g_assert_cmpstr(trace.row->kind, ==, td_letter_kind_name(kind));
		g_assert_cmpuint(trace.row->ticket, ==, letter->ticket);
		g_assert_cmpuint(trace.row->sequence, ==, 4);
		g_assert_cmpint(trace.row->due, ==, NOW);
		g_assert_cmpint(trace.row->created, ==, NOW);
		g_assert_cmpstr(trace.row->recipients[0], ==, reader);
		g_assert_null(trace.row->recipients[1]);
		g_assert_true(trace.filed->outgoing);
		g_assert_cmpint(
		    trace.filed->internal, ==, !td_letter_kind_is_public(kind));
		g_assert_cmpstr(
		    trace.filed->rule, ==, td_letter_kind_name(kind));
		g_assert_cmpstr(trace.filed->to, ==, reader);
		g_assert_cmpstr(trace.filed->from, ==, SUPPORT);
		g_assert_cmpstr(trace.filed->from_name, ==,
		    first(trace.message->from)->name);
		g_assert_cmpint(trace.filed->date, ==, NOW);
		g_assert_cmpstr(
		    trace.filed->message_id, ==, trace.message->message_id);
	}
}

static void
assert_bounces_to(Desk *desk, const Trace *trace)
{
	g_autofree char *bounce = td_token_bounce(desk->keys, 42);
	g_autofree char *address = g_strdup_printf(
	    "support+%s@example.com", bounce);
	TdPlace place = { 0, 0 };

	g_assert_cmpstr(trace->row->mail_from, ==, address);
	g_assert_cmpstr(trace->row->notify, ==, "FAILURE,DELAY");
	g_assert_cmpint(
	    td_token_read_envid(desk->keys, trace->row->envid, &place), ==,
	    TD_TOKEN_GOOD);
	g_assert_cmpuint(place.ticket, ==, 42);
	g_assert_cmpuint(place.sequence, ==, 4);
}

/* How a kind of mail keeps out of loops and gets its bounces. */
static void
test_each_kind_has_its_marks(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	for (TdLetterKind kind = 0; kind < TD_LETTER_KINDS; kind++) {
		gboolean answer = kind <= TD_LETTER_MISSING;
		gboolean person = kind == TD_LETTER_REPLY ||
		    kind == TD_LETTER_FORWARD;
		g_autoptr(TdLetter) letter = make_letter(kind, "en");
		g_auto(Trace) trace = { 0 };

		desk->ticket->number = letter->ticket;
		g_test_message("%s", td_letter_kind_name(kind));
		write_letter(desk, letter, &trace);
		g_assert_cmpstr(header(trace.message, "Auto-Submitted"), ==,
		    person       ? ""
		        : answer ? "auto-replied"
		                 : "auto-generated");
		g_assert_true(
		    (*header(trace.message, "Precedence") != '\0') == answer);
		g_assert_cmpstr(
		    header(trace.message, "X-Ticketd-Loop"), !=, "");
		g_assert_true((*trace.row->mail_from == '\0') == answer);
		g_assert_true((*trace.row->envid == '\0') == answer);
		g_assert_cmpstr(
		    trace.row->notify, ==, answer ? "NEVER" : "FAILURE,DELAY");
		/* Customers, strangers and machines: no answers by programs. */
		g_assert_true((*header(trace.message,
		                   "X-Auto-Response-Suppress") != '\0') ==
		    ((td_letter_kind_is_public(kind) && !person) ||
		        kind == TD_LETTER_CONFIRM ||
		        kind == TD_LETTER_TRANSCRIPT ||
		        kind == TD_LETTER_MONITOR));
	}
}

static void
test_acknowledgement_has_no_return_path(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	for (TdLetterKind kind = TD_LETTER_ACKNOWLEDGEMENT;
	     kind <= TD_LETTER_MISSING; kind++) {
		g_autoptr(TdLetter) letter = make_letter(kind, "en");
		g_auto(Trace) trace = { 0 };

		write_letter(desk, letter, &trace);
		g_assert_cmpstr(trace.row->mail_from, ==, "");
		g_assert_cmpstr(trace.row->envid, ==, "");
		g_assert_cmpstr(trace.row->notify, ==, "NEVER");
		g_assert_cmpstr(
		    header(trace.message, "Precedence"), ==, "bulk");
		g_assert_cmpstr(
		    header(trace.message, "X-Auto-Response-Suppress"), ==,
		    "OOF, AutoReply, DR, RN");
	}
}

static void
test_acknowledgement_may_have_the_bounce_address(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetter)
	    letter = make_letter(TD_LETTER_ACKNOWLEDGEMENT, "en");
	g_auto(Trace) trace = { 0 };

	write_letter(desk, letter, &trace);
	assert_bounces_to(desk, &trace);
}

static void
test_other_letters_bounce_to_the_ticket(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	for (TdLetterKind kind = TD_LETTER_RESOLVED; kind < TD_LETTER_KINDS;
	     kind++) {
		g_autoptr(TdLetter) letter = make_letter(kind, "en");
		g_auto(Trace) trace = { 0 };

		write_letter(desk, letter, &trace);
		assert_bounces_to(desk, &trace);
		g_assert_cmpstr(header(trace.message, "Precedence"), ==, "");
	}
}

static void
test_answer_to_a_mail_says_so(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_TRANSCRIPT, "en");
	g_auto(Trace) trace = { 0 };

	letter->automatic = TRUE;
	write_letter(desk, letter, &trace);
	g_assert_cmpstr(
	    header(trace.message, "Auto-Submitted"), ==, "auto-replied");
	g_assert_cmpstr(header(trace.message, "X-Auto-Response-Suppress"), ==,
	    "OOF, AutoReply, DR, RN");
}

static void
test_event_is_told_the_message(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdEvent)
	    event = td_event_new(TD_EVENT_MESSAGE, 42, NOW, "desk");
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_NOTE, "en");
	g_auto(Trace) trace = { 0 };

	letter->event = event;
	write_letter(desk, letter, &trace);
	g_assert_cmpuint(event->message, ==, 4);
	g_assert_cmpstr(
	    td_event_get(event, "message_id"), ==, trace.message->message_id);
	g_assert_cmpuint(desk->ticket->messages, ==, 3);
}

static void
test_readers_of_to_and_cc_get_it_once(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_REPLY, "en");
	g_auto(Trace) trace = { 0 };

	td_letter_cc(letter, "Boris", "boris@example.org");
	td_letter_cc(letter, NULL, ANNA);
	write_letter(desk, letter, &trace);
	g_assert_cmpuint(g_strv_length(trace.row->recipients), ==, 2);
	g_assert_cmpstr(trace.row->recipients[0], ==, ANNA);
	g_assert_cmpstr(trace.row->recipients[1], ==, "boris@example.org");
	g_assert_cmpstr(trace.filed->to, ==, ANNA ", boris@example.org");
	g_assert_cmpuint(trace.message->cc->len, ==, 2);
}

static void
test_who_has_it_already_is_named_and_not_sent_to(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const recipients[] = { "boris@example.org", NULL };
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_REPLY, "en");
	g_auto(Trace) trace = { 0 };

	td_letter_cc(letter, "Boris", "boris@example.org");
	letter->recipients = g_strdupv((GStrv)recipients);
	letter->due = NOW + 60;
	write_letter(desk, letter, &trace);
	g_assert_cmpint(trace.row->due, ==, NOW + 60);
	g_assert_cmpuint(g_strv_length(trace.row->recipients), ==, 1);
	g_assert_cmpstr(trace.row->recipients[0], ==, "boris@example.org");
	g_assert_cmpstr(trace.filed->to, ==, "boris@example.org");
	g_assert_cmpstr(first(trace.message->to)->address, ==, ANNA);
}

static void
test_recipient_in_batv_form_is_filed_as_the_address(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const recipients[] = { "prvs=12345=" ANNA, NULL };
	g_autoptr(TdLetter)
	    letter = make_letter(TD_LETTER_ACKNOWLEDGEMENT, "en");
	g_auto(Trace) trace = { 0 };

	letter->recipients = g_strdupv((GStrv)recipients);
	write_letter(desk, letter, &trace);
	g_assert_cmpstr(trace.row->recipients[0], ==, "prvs=12345=" ANNA);
	g_assert_cmpstr(trace.filed->to, ==, ANNA);
}

static void
test_queue_that_is_gone_is_stood_for_by_the_first(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_NOTE, "en");
	g_auto(Trace) trace = { 0 };

	set_text(&letter->queue, "gone");
	set_text(&desk->ticket->queue, "gone");
	set_text(&letter->language, NULL);
	write_letter(desk, letter, &trace);
	g_assert_cmpstr(trace.filed->from, ==, SUPPORT);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	ADD("write/kinds", NULL, test_each_kind_is_filed_and_sent);
	ADD("write/marks", NULL, test_each_kind_has_its_marks);
	ADD("write/null", NULL, test_acknowledgement_has_no_return_path);
	ADD("write/bounce", "ack-return-path = bounce\n",
	    test_acknowledgement_may_have_the_bounce_address);
	ADD("write/others", NULL, test_other_letters_bounce_to_the_ticket);
	ADD("write/answer", NULL, test_answer_to_a_mail_says_so);
	ADD("write/event", NULL, test_event_is_told_the_message);
	ADD("write/once", NULL, test_readers_of_to_and_cc_get_it_once);
	ADD("write/has-it", NULL,
	    test_who_has_it_already_is_named_and_not_sent_to);
	ADD("write/batv", NULL,
	    test_recipient_in_batv_form_is_filed_as_the_address);
	ADD("write/queue", NULL,
	    test_queue_that_is_gone_is_stood_for_by_the_first);

	return g_test_run();
}
