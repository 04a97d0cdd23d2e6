/* test-monitor-sender.c - which mail is a monitoring system's, and what such a
 * system hears */

#include "config.h"

#include "store/store-private.h"

#include "monitor-fixture.h"

#define GOOD                                                                   \
	"Authentication-Results: mx.example.com; dmarc=pass "                  \
	"header.from=mon.example\n"
#define BAD                                                                    \
	"Authentication-Results: mx.example.com; dmarc=fail "                  \
	"header.from=mon.example\n"

/* Ticket 1 is a monitor's, or what anybody's mail makes. */
static void
assert_taken(Fixture *fixture, gboolean want)
{
	g_autoptr(TdObject) object = monitor_object(fixture, "db1", "");

	g_assert_cmpint(object != NULL, ==, want);
}

static Filing
says(Fixture *fixture, const char *sender, const char *from, const char *fields)
{
	return monitor_mail(fixture, sender, from, fields, DB_DOWN, "");
}

static void
test_others(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing = says(fixture, "a@mon.example", "a@mon.example", "");

	g_assert_cmpint(filing.class, ==, TD_CLASS_HUMAN);
	g_assert_true(filing.acknowledge);
	assert_taken(fixture, FALSE);
}

static void
test_envelope(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	says(fixture, "Nagios@Mon.Example", "root@web.example", "");
	assert_taken(fixture, TRUE);
}

static void
test_null_sender(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	says(fixture, "", NAGIOS, "Auto-Submitted: auto-generated\n");
	assert_taken(fixture, TRUE);
}

static void
test_marks(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	says(fixture, NAGIOS, NAGIOS,
	    "Auto-Submitted: auto-generated\nPrecedence: bulk\n");
	assert_taken(fixture, TRUE);
}

static void
test_answers(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	says(fixture, NAGIOS, NAGIOS, "Auto-Submitted: auto-replied\n");
	says(fixture, "", NAGIOS,
	    "Auto-Submitted: auto-replied\nReferences: <1@x>\n");
	says(fixture, NAGIOS, NAGIOS, "X-Spam-Flag: YES\n");
	monitor_mail(fixture, NAGIOS, NAGIOS, "", "Re: " DB_DOWN, "");
	monitor_mail(fixture, NAGIOS, NAGIOS, "", "[support #1] " DB_DOWN, "");
	assert_taken(fixture, FALSE);
}

static void
test_false(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	says(fixture, NAGIOS, NAGIOS, BAD);
	assert_taken(fixture, FALSE);
}

static void
test_proof_wanted(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	says(fixture, NAGIOS, NAGIOS, "");
	says(fixture, NAGIOS, "root@web.example", "");
	says(fixture, NAGIOS, NAGIOS,
	    "Authentication-Results: elsewhere.example; dmarc=pass "
	    "header.from=mon.example\n");
	assert_taken(fixture, FALSE);
	says(fixture, NAGIOS, NAGIOS, GOOD);
	assert_taken(fixture, TRUE);
}

static TdPlan *
explain(Fixture *fixture, const char *subject)
{
	g_autofree char *raw = g_strdup_printf(
	    "From: <" NAGIOS ">\nTo: support@example.com\nSubject: %s\n"
	    "Message-ID: <explained@mon.example>\n\nText.\n",
	    subject);
	g_autoptr(TdMessage) message = td_message_parse(raw, strlen(raw));
	g_autoptr(TdTxn) txn = td_txn_read(fixture->store);
	g_autoptr(GError) error = NULL;
	TdPlan *plan = NULL;

	td_desk_decide(fixture->desk, txn, message,
	    &(TdEnvelope){
	        .sender = NAGIOS, .recipient = "support@example.com" },
	    fixture->now, &plan, &error);
	g_assert_no_error(error);
	return plan;
}

static void
assert_fired(const TdPlan *plan, const char *why, const char *what)
{
	const TdFired *fired;

	g_assert_cmpuint(plan->rules->len, ==, 1);
	fired = plan->rules->pdata[0];
	g_assert_cmpstr(fired->name, ==, "monitor nagios");
	g_assert_cmpstr(fired->why, ==, why);
	g_assert_cmpstr(fired->what, ==, what);
}

static void
test_unread(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdPlan) plan = explain(fixture, "Weekly report");

	assert_fired(plan, "the sender is its own",
	    "reads as no problem or recovery: an ordinary mail");
	g_assert_cmpuint(plan->objects->len, ==, 0);
	g_assert_cmpuint(
	    monitor_says(fixture, "Weekly report").outcome.ticket, ==, 1);
}

static void
test_explained(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdPlan) first = explain(fixture, WEB_CRITICAL);
	g_autoptr(TdPlan) second = NULL;
	g_autoptr(TdPlan) third = NULL;

	assert_fired(first, "says problem of web01/HTTP: CRITICAL",
	    "new ticket, priority 2");
	monitor_says(fixture, WEB_CRITICAL);
	second = explain(fixture, WEB_CRITICAL);
	assert_fired(second, "says problem of web01/HTTP: CRITICAL",
	    "repeat 1 on ticket 1");
	third = explain(fixture, DB_UP);
	assert_fired(third, "says recovery of db1: UP",
	    "recovery, and no ticket is known");
	/* Explaining changes nothing. */
	g_assert_cmpuint(monitor_tickets(fixture), ==, 1);
}

/* ---- the same mail again ---- */

#define SAME                                                                   \
	"From: <" NAGIOS ">\nTo: support@example.com\nSubject: " WEB_CRITICAL  \
	"\nMessage-ID: <same@mon.example>\n\nText.\n"

static void
test_twice(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdObject) object = NULL;
	Filing filing;

	fixture_file(fixture, NAGIOS, "support@example.com", SAME);
	filing = fixture_file(fixture, NAGIOS, "support@example.com", SAME);
	g_assert_cmpint(filing.rule, ==, TD_RULE_DUPLICATE);
	object = monitor_object(fixture, "web01", "HTTP");
	g_assert_cmpuint(object->repeats, ==, 0);
}

static guint64
count_events(Fixture *fixture)
{
	g_autoptr(TdTicket) ticket = fixture_ticket(fixture, 1);

	return ticket->events;
}

static void
test_read_anew(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing = fixture_file(
	    fixture, NAGIOS, "support@example.com", SAME);
	const TdPlace place = filing.outcome.filed;
	g_autoptr(TdObject) object = NULL;
	guint64 events;

	monitor_order(fixture, 1, "olga", "close");
	events = count_events(fixture);
	filing = fixture_file_as(fixture,
	    &(TdEnvelope){ .sender = NAGIOS,
	        .recipient = "support@example.com",
	        .again = &place },
	    SAME);
	g_assert_cmpint(filing.rule, ==, TD_RULE_DUPLICATE);
	g_assert_cmpuint(filing.outcome.ticket, ==, 1);
	g_assert_cmpuint(monitor_tickets(fixture), ==, 1);
	g_assert_cmpuint(count_events(fixture), ==, events);
	object = monitor_object(fixture, "web01", "HTTP");
	g_assert_cmpuint(object->repeats, ==, 0);
}

/* What was no monitor's when it came: it is kept, and no ticket knows it. */
static void
test_read_late(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing = monitor_says(fixture, WEB_OK);
	const TdPlace place = filing.outcome.filed;

	g_assert_cmpuint(place.ticket, ==, TD_TICKET_DESK);
	filing = fixture_file_as(fixture,
	    &(TdEnvelope){ .sender = NAGIOS,
	        .recipient = "support@example.com",
	        .again = &place },
	    SAME);
	g_assert_cmpint(filing.rule, ==, TD_RULE_NEW);
	g_assert_cmpuint(filing.outcome.ticket, ==, 1);
	monitor_assert_status(fixture, 1, "new");
}

/* A recovery that is kept there stays where it is. */
static void
test_orphan_anew(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing = monitor_says(fixture, WEB_OK);
	const TdPlace place = filing.outcome.filed;

	filing = fixture_file_as(fixture,
	    &(TdEnvelope){ .sender = NAGIOS,
	        .recipient = "support@example.com",
	        .again = &place },
	    "From: <" NAGIOS ">\nTo: support@example.com\n"
	    "Subject: " WEB_OK "\nMessage-ID: <ok@mon.example>\n\nText.\n");
	g_assert_cmpint(filing.rule, ==, TD_RULE_DUPLICATE);
	g_assert_cmpuint(monitor_tickets(fixture), ==, 0);
}

/* ---- a mail to two queues ---- */

/* A problem of @host by both doors; the first copy's ticket, the caller's. */
static TdTicket *
tell_both(Fixture *fixture, const char *host, const char *fields,
    const char *first, const char *second)
{
	g_autofree char *raw = g_strdup_printf(
	    "%sFrom: <" NAGIOS ">\nTo: support@example.com, "
	    "sales@example.com\nSubject: ** PROBLEM Host Alert: %s is DOWN **"
	    "\nMessage-ID: <%s@mon.example>\n\nText.\n",
	    fields, host, host);
	Filing filing = fixture_file(fixture, NAGIOS, first, raw);

	fixture_file(fixture, NAGIOS, second, raw);
	return fixture_ticket(fixture, filing.outcome.ticket);
}

static void
assert_both(Fixture *fixture, const char *fields)
{
	static const char *const hosts[] = { "a", "b" };
	const char *doors[] = { "support@example.com", "sales@example.com" };

	for (guint i = 0; i < 2; i++) {
		g_autoptr(TdTicket) ticket = tell_both(
		    fixture, hosts[i], fields, doors[i], doors[1 - i]);

		g_assert_cmpstr(ticket->queue, ==, "support");
		g_assert_cmpuint(g_strv_length(ticket->watching_queues), ==, 1);
		g_assert_cmpstr(ticket->watching_queues[0], ==, "sales");
	}
}

static void
test_two_queues(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	assert_both(fixture, "");
}

/* Some monitors thread all their mails: the queue is the mail's own. */
static void
test_two_threaded(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	fixture_file(fixture, NAGIOS, "support@example.com", SAME);
	monitor_order(fixture, 1, "olga", "queue sales");
	assert_both(fixture, "In-Reply-To: <same@mon.example>\n");
}

/* The queue that the mail was for, where the configuration names another, is
 * not to watch. */
static void
test_own_queue(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	monitor_says(fixture, WEB_CRITICAL);
	monitor_says(fixture, WEB_CRITICAL);
	ticket = fixture_ticket(fixture, 1);
	g_assert_cmpstr(ticket->queue, ==, "sales");
	g_assert_cmpuint(g_strv_length(ticket->watching_queues), ==, 0);
}

/* ---- a ticket whose record is damaged ---- */

/* Writes the record of ticket @number; gives the one that was there. */
static void
swap_record(Fixture *fixture, guint64 number, const TdRow *put, TdRow *was)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(fixture->store, &error);
	guint8 key[TD_KEY_NUMBER];

	g_assert_no_error(error);
	td_key_number(key, number);
	td_row_get(txn, TD_TABLE_TICKETS, key, sizeof(key), 0, was, &error);
	g_assert_no_error(error);
	td_row_put(txn, TD_TABLE_TICKETS, key, sizeof(key), put->data,
	    put->size, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

static void
test_damaged_ticket(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static guint8 bytes[] = "x";
	const TdRow rubbish = { .data = bytes, .size = 1 };
	g_auto(TdRow) first = { 0 };
	g_auto(TdRow) second = { 0 };
	g_auto(TdRow) none = { 0 };
	g_auto(TdRow) other = { 0 };

	monitor_says(fixture, WEB_CRITICAL);
	monitor_says(fixture, DB_DOWN);
	swap_record(fixture, 1, &rubbish, &first);
	swap_record(fixture, 2, &rubbish, &second);
	g_assert_cmpuint(
	    monitor_says(fixture, WEB_CRITICAL).outcome.ticket, ==, 3);
	monitor_assert_status(fixture, 3, "new");
	g_assert_cmpuint(monitor_says(fixture, DB_UP).outcome.filed.ticket, ==,
	    TD_TICKET_DESK);
	/* The desk is whole again when it is closed. */
	swap_record(fixture, 1, &first, &none);
	swap_record(fixture, 2, &second, &other);
}

/* ---- Zabbix: a name that changes, and the id that does not ---- */

#define ZABBIX                                                                 \
	"timezone = UTC\n|[monitor nagios]\nsender = " NAGIOS "\n"             \
	"format = zabbix\n"

static Filing
zabbix(Fixture *fixture, const char *subject, const char *host, guint id)
{
	g_autofree char *text = g_strdup_printf(
	    "Problem name: %s\nHost: %s\nSeverity: High\n"
	    "Original problem ID: %u\n",
	    strchr(subject, ':') + 2, host, id);

	return monitor_mail(fixture, NAGIOS, NAGIOS, "", subject, text);
}

static void
test_by_id(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	zabbix(fixture, "Problem: Load is 97", "srv1", 7);
	g_assert_cmpuint(
	    zabbix(fixture, "Problem: Load is 98", "srv1", 7).outcome.ticket,
	    ==, 1);
	/* The id of another host's problem is no proof. */
	g_assert_cmpuint(
	    zabbix(fixture, "Resolved in 5m: Load is 99", "srv2", 7)
	        .outcome.filed.ticket,
	    ==, TD_TICKET_DESK);
	zabbix(fixture, "Resolved in 5m: Load is 99", "srv1", 7);
	monitor_assert_status(fixture, 1, "resolved");
}

/* ---- somebody took it ---- */

#define ANSWERS MONITOR("answer = ack@mon.example\n")

static void
test_hears(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) letter = NULL;

	monitor_says(fixture, WEB_CRITICAL);
	monitor_order(fixture, 1, "olga", "take");
	letter = fixture_letter(fixture, 1, "monitor", "ack@mon.example");
	g_assert_nonnull(letter);
	g_assert_cmpstr(letter->subject, ==, "Taken: web01/HTTP");
	g_assert_nonnull(strstr(letter->text,
	    "Host: web01\nService: HTTP\nState: CRITICAL\n"
	    "Ticket: [support #1]\nTaken-by: olga\nAction: acknowledge\n"));
	g_assert_cmpstr(td_message_header(letter, "Auto-Submitted", 0), ==,
	    "auto-generated");
	g_assert_null(strstr(letter->text, "mailto:"));
}

static void
test_hears_once(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	monitor_says(fixture, WEB_CRITICAL);
	monitor_order(fixture, 1, "olga", "take");
	monitor_says(fixture, WEB_CRITICAL);
	monitor_order(fixture, 1, "olga", "assign ivan");
	g_assert_cmpuint(fixture_count(fixture, 1, "monitor"), ==, 1);
	/* The next problem is another one. */
	monitor_says(fixture, WEB_OK);
	monitor_says(fixture, WEB_CRITICAL);
	monitor_order(fixture, 1, "olga", "take");
	g_assert_cmpuint(fixture_count(fixture, 1, "monitor"), ==, 2);
}

/* All of a mail or nothing: and then it may be told yet. */
static void
test_hears_nothing(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	monitor_says(fixture, WEB_CRITICAL);
	monitor_order(fixture, 1, "olga", "take\nqueue nowhere");
	g_assert_cmpuint(fixture_count(fixture, 1, "monitor"), ==, 0);
	monitor_order(fixture, 1, "olga", "take");
	g_assert_cmpuint(fixture_count(fixture, 1, "monitor"), ==, 1);
}

static void
test_hears_no_more(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	monitor_says(fixture, WEB_CRITICAL);
	monitor_says(fixture, WEB_OK);
	monitor_order(fixture, 1, "olga", "take");
	g_assert_cmpuint(fixture_count(fixture, 1, "monitor"), ==, 0);
}

static void
test_deaf(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	monitor_says(fixture, WEB_CRITICAL);
	monitor_order(fixture, 1, "olga", "take");
	g_assert_cmpuint(fixture_count(fixture, 1, "monitor"), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	MONITOR_TEST("mail of others is as ever", NULL, test_others);
	MONITOR_TEST("the envelope may tell the sender", NULL, test_envelope);
	MONITOR_TEST(
	    "the null sender may be a monitor's", NULL, test_null_sender);
	MONITOR_TEST("marks of automatic mail do no harm", NULL, test_marks);
	MONITOR_TEST(
	    "answers and spam are none of its mails", NULL, test_answers);
	MONITOR_TEST("a From that is known to be false is not believed", NULL,
	    test_false);
	MONITOR_TEST("where proof is wanted, From alone is not enough",
	    MONITOR("evidence = dmarc\n"), test_proof_wanted);
	MONITOR_TEST(
	    "what cannot be read is an ordinary mail", NULL, test_unread);
	MONITOR_TEST("what is done is explained", NULL, test_explained);
	MONITOR_TEST("a second copy counts for nothing", NULL, test_twice);
	MONITOR_TEST("nor does a mail that is read anew", NULL, test_read_anew);
	MONITOR_TEST("what was kept for the desk may open a ticket later", NULL,
	    test_read_late);
	MONITOR_TEST("a recovery of nothing stays there when it is read anew",
	    NULL, test_orphan_anew);
	MONITOR_TEST("a mail to two queues goes to the first, whichever copy "
	             "comes first",
	    NULL, test_two_queues);
	MONITOR_TEST("and so it does in a thread", NULL, test_two_threaded);
	MONITOR_TEST("the door does not watch where a queue is configured",
	    MONITOR("queue = sales\n"), test_own_queue);
	MONITOR_TEST(
	    "a damaged ticket counts as none", NULL, test_damaged_ticket);
	MONITOR_TEST(
	    "a problem is found by its id, on its host", ZABBIX, test_by_id);
	MONITOR_TEST(
	    "the monitor hears that somebody took it", ANSWERS, test_hears);
	MONITOR_TEST("once for each problem", ANSWERS, test_hears_once);
	MONITOR_TEST(
	    "not if the mail was refused", ANSWERS, test_hears_nothing);
	MONITOR_TEST("not of what is well", ANSWERS, test_hears_no_more);
	MONITOR_TEST("not without an address", NULL, test_deaf);
	return g_test_run();
}
