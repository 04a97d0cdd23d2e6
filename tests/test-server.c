/* test-server.c - mail through real sockets into a real store */

#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <ticketd/error.h>

#include "server-fixture.h"

#define ENVELOPE                                                               \
	"LHLO client\r\nMAIL FROM:<anna@example.net>\r\n"                      \
	"RCPT TO:<support@example.com>\r\n"
#define HEADER                                                                 \
	"From: Anna <anna@example.net>\r\nTo: support@example.com\r\n"         \
	"Subject: hello\r\n"
#define OK_ENVELOPE "250 2.1.0 ok\r\n250 2.1.5 ok\r\n"

/* What the server said after its capabilities. */
static const char *
after_hello(const char *answer)
{
	const char *at = strstr(answer, "250 ENHANCEDSTATUSCODES\r\n");

	g_assert_nonnull(at);
	return strchr(at, '\n') + 1;
}

/* The bytes of a message in the store; the caller's. */
static GBytes *
stored(const Desk *desk, guint64 number, guint64 sequence)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(desk->service));
	g_autoptr(TdFiled) filed = NULL;
	g_autoptr(GError) error = NULL;
	GBytes *raw = NULL;

	td_filed_get(txn, number, sequence, &filed, &raw, &error);
	g_assert_no_error(error);
	g_assert_nonnull(raw);
	return raw;
}

/* ---- LMTP ---- */

static void
test_mail_is_on_disk_when_answered(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *answer = NULL;
	g_autoptr(GBytes) raw = NULL;

	server_start(desk);
	answer = server_talk(desk, "run/lmtp",
	    ENVELOPE "DATA\r\n" HEADER "\r\n..dot\r\n.\r\nQUIT\r\n");
	g_assert_true(
	    g_str_has_prefix(answer, "220 example.com LMTP ticketd\r\n"));
	g_assert_cmpstr(after_hello(answer), ==,
	    OK_ENVELOPE "354 end with a dot on its own line\r\n"
	                "250 2.0.0 ticket=1\r\n221 2.0.0 bye\r\n");
	raw = stored(desk, 1, 1);
	g_assert_cmpmem(g_bytes_get_data(raw, NULL), g_bytes_get_size(raw),
	    HEADER "\r\n.dot\r\n", strlen(HEADER "\r\n.dot\r\n"));
}

static void
test_pipelined_mails_are_answered_in_order(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GString) text = g_string_new("LHLO c\r\n");
	g_autofree char *answer = NULL;
	const char *at;

	server_start(desk);
	for (guint i = 1; i <= 20; i++)
		g_string_append_printf(text,
		    "MAIL FROM:<anna@example.net>\r\n"
		    "RCPT TO:<support@example.com>\r\n"
		    "RCPT TO:<nobody@example.com>\r\n"
		    "BDAT %zu LAST\r\n" HEADER "\r\nmail %02u\r\n",
		    strlen(HEADER "\r\nmail 01\r\n"), i);
	answer = server_talk(desk, "run/lmtp", text->str);
	at = after_hello(answer);
	for (guint i = 1; i <= 20; i++) {
		g_autofree char *want = g_strdup_printf(OK_ENVELOPE
		    "550 5.1.1 no such recipient here\r\n"
		    "250 2.0.0 ticket=%u\r\n",
		    i);

		g_assert_true(g_str_has_prefix(at, want));
		at += strlen(want);
	}
	g_assert_cmpstr(at, ==, "");
}

/* The order in the envelope does not count: the address with the token says
 * where the mail belongs, and the bare one finds it there. */
static void
test_recipient_with_a_token_goes_first(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdDesk) rules = td_service_desk(desk->service);
	g_autofree char *thread = td_desk_thread_address(
	    rules, td_conf_queue(td_desk_conf(rules), "support"), 1);
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;
	g_autofree char *text = NULL;

	server_start(desk);
	first = server_talk(desk, "run/lmtp",
	    ENVELOPE "DATA\r\n" HEADER "\r\nfirst\r\n.\r\nQUIT\r\n");
	text = g_strdup_printf(ENVELOPE
	    "RCPT TO:<%s>\r\nDATA\r\n"
	    "In-Reply-To: <answer@example.org>\r\n" HEADER
	    "\r\nsecond\r\n.\r\nQUIT\r\n",
	    thread);
	second = server_talk(desk, "run/lmtp", text);
	g_assert_nonnull(
	    strstr(second, "250 2.0.0 ticket=1\r\n250 2.0.0 ticket=1\r\n221"));
	g_assert_cmpuint(server_tickets(desk), ==, 1);
}

static void
test_tcp_works_too(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *answer = NULL;

	server_start(desk);
	answer = server_talk(
	    desk, NULL, ENVELOPE "DATA\r\n" HEADER "\r\nhi\r\n.\r\nQUIT\r\n");
	g_assert_nonnull(strstr(answer, "250 2.0.0 ticket=1\r\n"));
}

/* ---- many at once ---- */

#define CLIENTS 40
#define MAILS_EACH 5

static gpointer
run_client(gpointer data)
{
	const Desk *desk = data;
	int fd = client_connect(desk, "run/lmtp");
	guint8 *seen = g_new0(guint8, CLIENTS * MAILS_EACH + 1);
	g_autofree char *greeting = NULL;

	client_send(fd, "LHLO c\r\n", 8);
	greeting = client_read(fd, "250 ENHANCEDSTATUSCODES\r\n");
	for (guint i = 0; i < MAILS_EACH; i++) {
		static const char mail[] =
		    "MAIL FROM:<anna@example.net>\r\n"
		    "RCPT TO:<support@example.com>\r\nDATA\r\n";
		g_autofree char *text = g_strdup_printf(
		    HEADER "\r\n%p %u\r\n.\r\n", (void *)seen, i);
		g_autofree char *ready = NULL;
		g_autofree char *filed = NULL;
		guint ticket;

		client_send(fd, mail, strlen(mail));
		ready = client_read(fd,
		    "354 end with a dot on its own "
		    "line\r\n");
		client_send(fd, text, strlen(text));
		filed = client_read(fd, "\r\n");
		g_assert_cmpint(
		    sscanf(filed, "250 2.0.0 ticket=%u", &ticket), ==, 1);
		g_assert_cmpuint(ticket, <=, CLIENTS * MAILS_EACH);
		seen[ticket]++;
	}
	close(fd);
	return seen;
}

static gpointer
run_clients(gpointer data)
{
	GThread *threads[CLIENTS];
	guint8 seen[CLIENTS * MAILS_EACH + 1] = { 0 };

	for (guint i = 0; i < CLIENTS; i++)
		threads[i] = g_thread_new("client", run_client, data);
	for (guint i = 0; i < CLIENTS; i++) {
		g_autofree guint8 *its = g_thread_join(threads[i]);

		for (guint j = 1; j <= CLIENTS * MAILS_EACH; j++)
			seen[j] += its[j];
	}
	for (guint j = 1; j <= CLIENTS * MAILS_EACH; j++)
		g_assert_cmpuint(seen[j], ==, 1);
	return NULL;
}

static void
test_many_at_once_get_a_number_each(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 jobs = 0, commits = 0;

	server_start(desk);
	server_turn(run_clients, desk);
	g_assert_cmpuint(server_tickets(desk), ==, CLIENTS * MAILS_EACH);
	td_writer_count(td_service_writer(desk->service), &jobs, &commits);
	g_assert_cmpuint(jobs, >=, CLIENTS * MAILS_EACH);
	g_assert_cmpuint(commits, <=, jobs);
}

static gpointer
connect_three(gpointer data)
{
	int first = client_connect(data, "run/lmtp");
	int second = client_connect(data, "run/lmtp");
	g_autofree char *greeting = client_read(first, "\r\n");
	g_autofree char *another = client_read(second, "\r\n");
	int third = client_connect(data, "run/lmtp");
	g_autofree char *refusal = client_read(third, NULL);

	g_assert_true(g_str_has_prefix(greeting, "220 "));
	g_assert_true(g_str_has_prefix(another, "220 "));
	g_assert_cmpstr(refusal, ==, "421 4.3.2 too many connections\r\n");
	close(first);
	close(second);
	close(third);
	return NULL;
}

static void
test_one_connection_too_many_is_told(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(desk);
	server_turn(connect_three, desk);
}

/* ---- trouble ---- */

static gpointer
say_nothing(gpointer data)
{
	int fd = client_connect(data, "run/lmtp");
	g_autofree char *answer = client_read(fd, NULL);

	g_assert_nonnull(strstr(answer, "\r\n421 4.4.2 "));
	close(fd);
	return NULL;
}

static void
test_silent_client_is_hung_up_on(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(desk);
	server_turn(say_nothing, desk);
}

static gpointer
vanish(gpointer data)
{
	static const char text[] = ENVELOPE "DATA\r\n" HEADER
	                                    "\r\ngone\r\n.\r\n";
	int fd = client_connect(data, "run/lmtp");
	g_autofree char *greeting = client_read(fd, "\r\n");

	client_send(fd, text, strlen(text));
	close(fd);
	return NULL;
}

static void
test_mail_of_a_vanished_client_is_filed(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(desk);
	server_turn(vanish, desk);
	while (server_tickets(desk) < 1) {
		g_main_context_iteration(NULL, FALSE);
		g_usleep(1000);
	}
}

/* Much larger than what stays in memory. */
static void
test_large_mail_is_kept_byte_by_byte(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GString) mail = g_string_new(HEADER "\r\n");
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GBytes) raw = NULL;
	g_autofree char *answer = NULL;

	server_start(desk);
	while (mail->len < 3 * 1024 * 1024)
		g_string_append_printf(mail, "line at %zu\r\n", mail->len);
	g_string_append_printf(
	    text, ENVELOPE "BDAT %zu LAST\r\n%s", mail->len, mail->str);
	answer = server_talk(desk, "run/lmtp", text->str);
	g_assert_nonnull(strstr(answer, "250 2.0.0 ticket=1\r\n"));
	raw = stored(desk, 1, 1);
	g_assert_cmpmem(g_bytes_get_data(raw, NULL), g_bytes_get_size(raw),
	    mail->str, mail->len);
}

static void
test_larger_than_allowed_is_refused(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GString) text = g_string_new(ENVELOPE "DATA\r\n" HEADER);
	g_autofree char *answer = NULL;

	server_start(desk);
	while (text->len < 300 * 1024)
		g_string_append(text, "again and again\r\n");
	g_string_append(text, ".\r\nMAIL FROM:<> SIZE=300000\r\nQUIT\r\n");
	answer = server_talk(desk, "run/lmtp", text->str);
	g_assert_nonnull(strstr(answer,
	    "\r\n552 5.3.4 message is larger than we take\r\n"
	    "552 5.3.4 message is larger than we take\r\n221 "));
	g_assert_cmpuint(server_tickets(desk), ==, 0);
}

/* Free with mail in hand: what was pushed is filed. */
static void
test_mail_in_hand_survives_the_server(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(desk);
	server_turn(vanish, desk);
	for (guint i = 0; i < 50; i++)
		g_main_context_iteration(NULL, FALSE);
	g_clear_pointer(&desk->server, td_server_free);
	g_assert_cmpuint(server_tickets(desk), <=, 1);
}

/* ---- intake ---- */

static void
test_intake_tells_each_recipient_apart(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdIntake) intake = td_intake_new();
	const TdIntakeRecipient *ours, *theirs;

	intake->sender = g_strdup("anna@example.net");
	intake->raw = g_bytes_new_static(
	    HEADER "\r\nhi\r\n", strlen(HEADER "\r\nhi\r\n"));
	td_intake_add_recipient(intake, "nobody@example.org", NULL);
	td_intake_add_recipient(intake, "support@example.com", NULL);
	td_service_take_wait(desk->service, intake);
	theirs = g_ptr_array_index(intake->recipients, 0);
	ours = g_ptr_array_index(intake->recipients, 1);
	g_assert_error(theirs->error, TD_ERROR, TD_ERROR_NOT_OURS);
	g_assert_no_error(ours->error);
	g_assert_cmpuint(ours->outcome.ticket, ==, 1);
	g_assert_cmpstr(ours->rule, ==, "new");
	g_assert_cmpstr(ours->class_name, ==, "human");
}

static void
test_reload_keeps_the_desk_when_the_file_is_wrong(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdDesk) before = td_service_desk(desk->service);
	g_autoptr(TdDesk) same = NULL;
	g_autoptr(TdDesk) after = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;

	g_assert_true(td_service_reload(desk->service, &error));
	g_assert_no_error(error);
	same = td_service_desk(desk->service);
	g_assert_true(same != before);

	g_assert_true(
	    g_file_set_contents(desk->conf_path, "[desk\n", -1, NULL));
	g_assert_false(td_service_reload(desk->service, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
	after = td_service_desk(desk->service);
	g_assert_true(after == same);
}

/* ---- the clock ---- */

/* Opens a ticket that was to be closed long ago. */
static guint64
open_due(const Desk *desk)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn)
	    txn = td_txn_begin(td_service_store(desk->service), &error);
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdEvent) created = NULL;
	g_autoptr(TdEvent) event = NULL;
	guint64 number = 0;

	g_assert_no_error(error);
	td_ticket_allot(txn, &number, &error);
	g_assert_no_error(error);
	ticket = td_ticket_new(number);
	created = td_event_new(TD_EVENT_CREATED, number, 1000, "control:test");
	td_event_set(created, "queue", "support");
	td_event_append(txn, ticket, created, &error);
	g_assert_no_error(error);
	event = td_event_new(TD_EVENT_STATUS, number, 1000, "control:test");
	td_event_set(event, "to", "resolved");
	td_event_set_number(event, "until", 2000);
	td_event_append(txn, ticket, event, &error);
	g_assert_no_error(error);
	td_ticket_put(txn, ticket, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
	return number;
}

/* With an event that its record does not know of. */
static void
damage(const Desk *desk, guint64 number)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn)
	    txn = td_txn_begin(td_service_store(desk->service), &error);
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdEvent)
	    event = td_event_new(TD_EVENT_NOTE, number, 1000, "control:test");

	g_assert_no_error(error);
	td_ticket_get(txn, number, &ticket, &error);
	g_assert_no_error(error);
	td_event_append(txn, ticket, event, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

static void
repair(const Desk *desk, guint64 number)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn)
	    txn = td_txn_begin(td_service_store(desk->service), &error);
	g_autoptr(TdTicket) ticket = NULL;

	g_assert_no_error(error);
	td_ticket_rebuild(txn, number, &ticket, &error);
	g_assert_no_error(error);
	td_ticket_put(txn, ticket, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

static gboolean
is_closed(const Desk *desk, guint64 number)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(desk->service));
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTicket) ticket = NULL;

	td_ticket_get(txn, number, &ticket, &error);
	g_assert_no_error(error);
	return ticket->status == TD_STATUS_CLOSED;
}

/* Ticks until that ticket is closed. */
static void
wait_for(const Desk *desk, TdTicker *ticker, guint64 number)
{
	for (guint i = 0; i < 10000 && !is_closed(desk, number); i++) {
		td_ticker_run(ticker);
		g_usleep(1000);
	}
	g_assert_true(is_closed(desk, number));
}

static void
test_damaged_ticket_does_not_stop_the_clock(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicker) ticker = td_ticker_new(desk->service);
	guint64 first = open_due(desk);
	guint64 healthy = open_due(desk);
	guint64 second = open_due(desk);
	guint64 last = open_due(desk);

	damage(desk, first);
	damage(desk, second);
	wait_for(desk, ticker, healthy);
	wait_for(desk, ticker, last);
	g_assert_false(is_closed(desk, first));
	g_assert_false(is_closed(desk, second));
	/* They go on where they are left out already, */
	wait_for(desk, ticker, open_due(desk));
	/* and one that is whole again has its turn. */
	repair(desk, second);
	wait_for(desk, ticker, second);
	g_assert_false(is_closed(desk, first));
}

#define ADD(path, extra, test)                                                 \
	g_test_add(                                                            \
	    "/server/" path, Desk, extra, server_open, test, server_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	ADD("on-disk", NULL, test_mail_is_on_disk_when_answered);
	ADD("pipelined", NULL, test_pipelined_mails_are_answered_in_order);
	ADD("token-first", NULL, test_recipient_with_a_token_goes_first);
	ADD("tcp", "[lmtp]\nlisten = 127.0.0.1:%d\n", test_tcp_works_too);
	ADD("many", NULL, test_many_at_once_get_a_number_each);
	ADD("connections", "[lmtp]\nconnections = 2\n",
	    test_one_connection_too_many_is_told);
	ADD("idle", "[lmtp]\ntimeout = 1\n", test_silent_client_is_hung_up_on);
	ADD("vanished", NULL, test_mail_of_a_vanished_client_is_filed);
	ADD("large", NULL, test_large_mail_is_kept_byte_by_byte);
	ADD("no-memory", "[lmtp]\nmemory = 1\n",
	    test_mail_is_on_disk_when_answered);
	ADD("too-large", "max-message-size = 200000\n",
	    test_larger_than_allowed_is_refused);
	ADD("in-hand", NULL, test_mail_in_hand_survives_the_server);
	ADD("intake", NULL, test_intake_tells_each_recipient_apart);
	ADD("reload", NULL, test_reload_keeps_the_desk_when_the_file_is_wrong);
	ADD("damaged-clock", NULL, test_damaged_ticket_does_not_stop_the_clock);
	return g_test_run();
}
