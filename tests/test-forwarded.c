/* test-forwarded.c - forwards, reactions, spam: whose ticket a mail opens */

#include "config.h"

#include <string.h>

#include "desk-fixture.h"

#define ANNA "anna@example.net"
#define OLGA "olga@example.com"
#define SUPPORT "support@example.com"

/* A mail that passes on one of Boris. */
#define FORWARD(from, id, fields)                                              \
	"From: " from "\nTo: support@example.com\n"                            \
	"Subject: Fwd: Scanner dead\nMessage-ID: <" id "@x.example>\n" fields  \
	"\nPlease see below.\n\n"                                              \
	"---------- Forwarded message ---------\n"                             \
	"From: Boris Blum <boris@customer.example>\n"                          \
	"Date: Mon, 16 Nov 2026 10:31:00 +0000\n"                              \
	"Subject: Scanner dead\n"                                              \
	"To: <olga@example.com>\n\n"                                           \
	"Hello, the scanner is dead, and I need it for the work.\n"

static const char *
event_value(Fixture *fixture, guint64 number, TdEventKind kind, const char *key,
    char value[200])
{
	g_autoptr(GPtrArray) events = fixture_events(fixture, number);

	*value = '\0';
	for (guint i = 0; i < events->len; i++) {
		const TdEvent *event = g_ptr_array_index(events, i);

		if (event->kind == kind)
			g_strlcpy(value, td_event_get(event, key), 200);
	}
	return value;
}

static void
assert_requester(Fixture *fixture, guint64 number, const char *address)
{
	g_autoptr(TdTicket) ticket = fixture_ticket(fixture, number);

	g_assert_cmpstr(ticket->requester, ==, address);
}

/* ---- forwards ---- */

static void
test_agents_forward_is_the_writers_ticket(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) answer = NULL;
	g_autoptr(TdTicket) ticket = NULL;
	const TdAddress *to;
	char by[200];
	Filing filing;

	fixture_agent(fixture, "olga", OLGA);
	filing = fixture_file(fixture, OLGA, SUPPORT,
	    "Authentication-Results: mx.example.com; "
	    "dmarc=pass\n" FORWARD(OLGA, "a", "Cc: carl@example.com\n"));
	g_assert_cmpint(filing.rule, ==, TD_RULE_NEW);
	g_assert_true(filing.acknowledge);
	ticket = fixture_ticket(fixture, filing.outcome.ticket);
	g_assert_cmpstr(ticket->requester, ==, "boris@customer.example");
	g_assert_cmpstr(ticket->requester_name, ==, "Boris Blum");
	g_assert_cmpstr(ticket->subject, ==, "Scanner dead");
	g_assert_cmpuint(ticket->participants->len, ==, 0);
	g_assert_cmpstr(event_value(fixture, ticket->number, TD_EVENT_CREATED,
	                    "forwarded_by", by),
	    ==, OLGA);

	answer = fixture_answer(fixture, ticket->number);
	to = g_ptr_array_index(answer->to, 0);
	g_assert_cmpstr(to->address, ==, "boris@customer.example");
	g_assert_null(strstr(answer->text, "Please see below"));
}

static void
test_forward_that_nothing_proves_is_not_acknowledged(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing;

	fixture_agent(fixture, "olga", OLGA);
	filing = fixture_file(fixture, OLGA, SUPPORT, FORWARD(OLGA, "a", ""));
	assert_requester(
	    fixture, filing.outcome.ticket, "boris@customer.example");
	g_assert_false(filing.acknowledge);
}

static void
test_forward_under_a_false_from_gives_nobody_a_ticket(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing;

	fixture_agent(fixture, "olga", OLGA);
	filing = fixture_file(fixture, OLGA, SUPPORT,
	    "Authentication-Results: mx.example.com; "
	    "dmarc=fail\n" FORWARD(OLGA, "a", ""));
	assert_requester(fixture, filing.outcome.ticket, OLGA);
}

static void
test_agents_forward_of_a_colleague_is_his_own(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing;

	fixture_agent(fixture, "olga", OLGA);
	fixture_agent(fixture, "boris", "boris@customer.example");
	filing = fixture_file(fixture, OLGA, SUPPORT, FORWARD(OLGA, "a", ""));
	assert_requester(fixture, filing.outcome.ticket, OLGA);
}

static void
test_customers_forward_is_his_own_ticket_beside_the_old_one(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autoptr(TdMessage) answer = fixture_answer(fixture, number);
	g_autoptr(TdTicket) ticket = NULL;
	g_autofree char *mail = NULL;
	g_autofree char *address = NULL;
	const TdLink *link;
	Filing filing;

	mail = g_strdup_printf(
	    "In-Reply-To: <%s>\n" FORWARD(ANNA, "a", ""), answer->message_id);
	filing = fixture_file(fixture, ANNA, SUPPORT, mail);
	g_assert_cmpint(filing.rule, ==, TD_RULE_NEW);
	g_assert_cmpuint(filing.outcome.ticket, !=, number);
	assert_requester(fixture, filing.outcome.ticket, ANNA);
	ticket = fixture_ticket(fixture, filing.outcome.ticket);
	g_assert_cmpuint(ticket->links->len, ==, 1);
	link = g_ptr_array_index(ticket->links, 0);
	g_assert_cmpuint(link->number, ==, number);
	g_assert_cmpstr(ticket->subject, ==, "Fwd: Scanner dead");

	/* The thread address is no reason either. */
	address = td_desk_thread_address(
	    fixture->desk, td_conf_queue(fixture->conf, "support"), number);
	filing = fixture_file(
	    fixture, ANNA, address, FORWARD(ANNA, "b", "References: <x@y>\n"));
	g_assert_cmpint(filing.rule, ==, TD_RULE_NEW);
}

static void
test_forward_by_the_thread_address_is_one_ticket_when_it_comes_twice(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autofree char *address = td_desk_thread_address(
	    fixture->desk, td_conf_queue(fixture->conf, "support"), number);
	const char *mail = FORWARD(ANNA, "a", "References: <x@y>\n");
	Filing first = fixture_file(fixture, ANNA, address, mail);
	Filing second = fixture_file(fixture, ANNA, address, mail);

	g_assert_cmpint(first.rule, ==, TD_RULE_NEW);
	g_assert_cmpuint(first.outcome.ticket, !=, number);
	g_assert_cmpint(second.rule, ==, TD_RULE_DUPLICATE);
	g_assert_cmpuint(second.outcome.ticket, ==, first.outcome.ticket);
	g_assert_cmpuint(second.letters, ==, 0);
}

static void
test_forward_to_an_agents_own_address_stays_there(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *address = NULL;
	guint64 number;
	Filing filing;

	fixture_agent(fixture, "olga", OLGA);
	number = fixture_open_ticket(fixture);
	address = fixture_reply_address(fixture, number, "new-ticket", OLGA);
	filing = fixture_file(
	    fixture, OLGA, address, FORWARD(OLGA, "a", "References: <x@y>\n"));
	g_assert_cmpint(filing.rule, ==, TD_RULE_ADDRESS);
	g_assert_cmpuint(filing.outcome.ticket, ==, number);
}

/* ---- reactions ---- */

static void
test_reaction_is_an_event(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autoptr(TdMessage) answer = fixture_answer(fixture, number);
	g_autoptr(TdTicket) before = NULL;
	g_autoptr(TdTicket) after = NULL;
	g_autofree char *mail = NULL;
	char reaction[200];
	Filing filing;

	fixture_event(fixture, number, TD_EVENT_STATUS, "to", "closed");
	before = fixture_ticket(fixture, number);
	mail = g_strdup_printf("From: anna@example.net\n"
	                       "To: support@example.com\n"
	                       "Message-ID: <thumb@example.net>\n"
	                       "In-Reply-To: <%s>\n"
	                       "Content-Type: text/plain; charset=utf-8\n"
	                       "Content-Disposition: reaction\n\n"
	                       "\360\237\221\215\n",
	    answer->message_id);
	filing = fixture_file(fixture, ANNA, SUPPORT, mail);
	g_assert_cmpuint(filing.outcome.ticket, ==, number);
	g_assert_cmpuint(filing.letters, ==, 0);
	after = fixture_ticket(fixture, number);
	g_assert_cmpint(after->status, ==, TD_STATUS_CLOSED);
	g_assert_cmpuint(after->messages, ==, before->messages);
	g_assert_cmpuint(after->state, ==, before->state);
	g_assert_cmpstr(
	    event_value(fixture, number, TD_EVENT_NOTE, "reaction", reaction),
	    ==, "\360\237\221\215");
}

/* ---- spam ---- */

#define SPAM                                                                   \
	"X-Spam-Flag: YES\nFrom: rich@spam.example\nTo: support@example.com\n" \
	"Subject: Win\nMessage-ID: <spam@spam.example>\n\nMoney!\n"

static void
test_spam_opens_a_marked_ticket_in_silence(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	Filing filing;

	fixture_agent(fixture, "olga", OLGA);
	filing = fixture_file(fixture, "rich@spam.example", SUPPORT, SPAM);
	g_assert_cmpint(filing.class, ==, TD_CLASS_SPAM);
	g_assert_false(filing.acknowledge);
	g_assert_cmpuint(filing.letters, ==, 0);
	ticket = fixture_ticket(fixture, filing.outcome.ticket);
	g_assert_true(ticket->spam);
	g_assert_cmpuint(ticket->messages, ==, 1);
	g_assert_cmpuint(ticket->participants->len, ==, 0);
}

static void
test_answer_that_looks_like_spam_is_told_with_a_warning(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) answer = NULL;
	g_autoptr(TdMessage) told = NULL;
	g_autoptr(TdTicket) ticket = NULL;
	g_autofree char *mail = NULL;
	guint64 number;
	Filing filing;

	fixture_agent(fixture, "olga", OLGA);
	number = fixture_open_ticket(fixture);
	answer = fixture_answer(fixture, number);
	mail = g_strdup_printf(
	    "X-Spam-Flag: YES\nFrom: anna@example.net\n"
	    "To: support@example.com\nMessage-ID: <2@example.net>\n"
	    "In-Reply-To: <%s>\n\nBuy me a printer!\n",
	    answer->message_id);
	filing = fixture_file(fixture, ANNA, SUPPORT, mail);
	g_assert_cmpuint(filing.outcome.ticket, ==, number);
	told = fixture_letter(fixture, number, "message", OLGA);
	g_assert_nonnull(told);
	g_assert_nonnull(strstr(told->text, "scanner"));
	ticket = fixture_ticket(fixture, number);
	g_assert_false(ticket->spam);
}

static void
test_strangers_spam_on_a_ticket_is_a_ticket_of_its_own(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 number = fixture_open_ticket(fixture);
	g_autoptr(TdMessage) answer = fixture_answer(fixture, number);
	g_autoptr(TdTicket) ticket = NULL;
	g_autofree char *mail = NULL;
	Filing filing;

	mail = g_strdup_printf("In-Reply-To: <%s>\n" SPAM, answer->message_id);
	filing = fixture_file(fixture, "rich@spam.example", SUPPORT, mail);
	g_assert_cmpuint(filing.outcome.ticket, !=, number);
	ticket = fixture_ticket(fixture, filing.outcome.ticket);
	g_assert_true(ticket->spam);
}

/* ---- a second try ---- */

static void
test_same_title_within_the_hour_is_told(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) told = NULL;
	g_autoptr(TdMessage) late = NULL;
	guint64 first, second, third;

	fixture_agent(fixture, "olga", OLGA);
	first = fixture_open_ticket(fixture);
	second = fixture_open_ticket(fixture);
	g_assert_cmpuint(second, !=, first);
	told = fixture_letter(fixture, second, "new-ticket", OLGA);
	g_assert_nonnull(strstr(told->text, "merge 1"));
	fixture->now += 2 * 60 * 60;
	third = fixture_open_ticket(fixture);
	late = fixture_letter(fixture, third, "new-ticket", OLGA);
	g_assert_null(strstr(late->text, "merge "));
}

/* Of a long title the ticket keeps the beginning, which tells enough. */
static void
test_same_long_title_is_told_too(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *title = g_strnfill(300, 'x');
	g_autofree char *mail = g_strdup_printf(
	    "From: " ANNA "\nSubject: %s\nMessage-ID: <1@x>\n\nHi.\n", title);
	g_autofree char *again = g_strdup_printf(
	    "From: " ANNA "\nSubject: %s\nMessage-ID: <2@x>\n\nHi.\n", title);
	g_autoptr(TdMessage) told = NULL;
	Filing second;

	fixture_agent(fixture, "olga", OLGA);
	fixture_file(fixture, ANNA, SUPPORT, mail);
	second = fixture_file(fixture, ANNA, SUPPORT, again);
	told = fixture_letter(
	    fixture, second.outcome.ticket, "new-ticket", OLGA);
	g_assert_nonnull(strstr(told->text, "merge 1"));
}

/* ---- the language of answers ---- */

static Filing
write_in(
    Fixture *fixture, const char *id, const char *subject, const char *text)
{
	g_autofree char *mail = g_strdup_printf(
	    "From: anna@example.net\nTo: support@example.com\n"
	    "Subject: %s\nMessage-ID: <%s@example.net>\n"
	    "Content-Type: text/plain; charset=utf-8\n\n%s\n",
	    subject, id, text);

	return fixture_file(fixture, ANNA, SUPPORT, mail);
}

static void
assert_answer_has(Fixture *fixture, Filing filing, const char *words)
{
	g_autoptr(TdMessage)
	    answer = fixture_answer(fixture, filing.outcome.ticket);

	g_assert_nonnull(strstr(answer->text, words));
}

static void
test_answer_is_in_the_language_of_the_mail(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	Filing filing;

	filing = write_in(fixture, "1", "Printer",
	    "Здравствуйте, принтер не печатает. Anna Muster, Example AG");
	assert_answer_has(fixture, filing, "Здравствуйте");
	ticket = fixture_ticket(fixture, filing.outcome.ticket);
	g_assert_cmpstr(ticket->language, ==, "ru");
	/* The subject counts where the text does not tell. */
	filing = write_in(fixture, "2", "Принтер не печатает", "HP 1020");
	assert_answer_has(fixture, filing, "Здравствуйте");
	/* There are no texts in Polish, and numbers are no language. */
	filing = write_in(fixture, "3", "x",
	    "Dzień dobry, drukarka nie działa, proszę o pomoc");
	assert_answer_has(fixture, filing, "We have received");
	filing = write_in(fixture, "4", "4711", "4712");
	assert_answer_has(fixture, filing, "We have received");
}

static void
test_customers_own_language_goes_before_a_guess(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdPerson) anna = td_person_new();
	g_autoptr(TdTxn) txn = NULL;
	g_autoptr(GError) error = NULL;
	Filing filing;

	g_free(anna->name);
	anna->name = g_strdup("Anna");
	g_strfreev(anna->addresses);
	anna->addresses = g_strsplit(ANNA, " ", -1);
	g_free(anna->language);
	anna->language = g_strdup("ru");
	txn = td_txn_begin(fixture->store, &error);
	g_assert_no_error(error);
	td_person_put(txn, anna, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);

	filing = write_in(fixture, "1", "Printer",
	    "Hello, the printer is broken, can you help me with it?");
	assert_answer_has(fixture, filing, "Здравствуйте");
}

/* ---- business hours ---- */

static gint64
moment(const char *text)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(text, NULL);

	return g_date_time_to_unix(date);
}

static void
test_answer_out_of_hours_tells_when_work_begins(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing;

	fixture->now = moment("2026-11-21T12:00:00Z"); /* a Saturday */
	filing = write_in(fixture, "1", "Printer", "Broken.");
	assert_answer_has(fixture, filing, "23 November 2026, 09:00 UTC");
	fixture->now = moment("2026-11-23T12:00:00Z");
	filing = write_in(fixture, "2", "Scanner", "Broken.");
	assert_answer_has(fixture, filing, "We will get back to you");
}

#define ADD(path, extra, test)                                                 \
	g_test_add("/forwarded/" path, Fixture, extra, fixture_open, test,     \
	    fixture_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	ADD("agent", "authserv-id = mx.example.com\n",
	    test_agents_forward_is_the_writers_ticket);
	ADD("agent/unproven", NULL,
	    test_forward_that_nothing_proves_is_not_acknowledged);
	ADD("agent/false", "authserv-id = mx.example.com\n",
	    test_forward_under_a_false_from_gives_nobody_a_ticket);
	ADD("agent/colleague", NULL,
	    test_agents_forward_of_a_colleague_is_his_own);
	ADD("customer", NULL,
	    test_customers_forward_is_his_own_ticket_beside_the_old_one);
	ADD("customer/twice", NULL,
	    test_forward_by_the_thread_address_is_one_ticket_when_it_comes_twice);
	ADD("personal", NULL,
	    test_forward_to_an_agents_own_address_stays_there);
	ADD("reaction", NULL, test_reaction_is_an_event);
	ADD("spam", NULL, test_spam_opens_a_marked_ticket_in_silence);
	ADD("spam/stranger", NULL,
	    test_strangers_spam_on_a_ticket_is_a_ticket_of_its_own);
	ADD("spam/answer", NULL,
	    test_answer_that_looks_like_spam_is_told_with_a_warning);
	ADD("same", NULL, test_same_title_within_the_hour_is_told);
	ADD("same-long", NULL, test_same_long_title_is_told_too);
	ADD("language", NULL, test_answer_is_in_the_language_of_the_mail);
	ADD("language/own", NULL,
	    test_customers_own_language_goes_before_a_guess);
	ADD("hours",
	    "calendar = office\n|[calendar office]\n"
	    "hours = Mon-Fri 09:00-18:00\ntimezone = UTC\n",
	    test_answer_out_of_hours_tells_when_work_begins);
	return g_test_run();
}
